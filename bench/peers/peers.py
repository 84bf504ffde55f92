#!/usr/bin/env python3
"""solemn beside gnark-crypto, arkworks and blst: the same work on the same inputs, one core, in turn.

Every program is kept on one core and counts its own processor time; each round runs all of them one after the other, so
that whatever else the machine does falls on all. Figures are medians. Results are compared byte by byte; contributions
with fresh secrets are verified by the program that made them. Nothing here fails a build: it measures. A peer that cannot
be built here (no compiler, no registry) is left out and the reason printed. Output: a Markdown table on stdout,
everything in JSON.

  scripts/bench --peers                            everything, on the backends ifma and adx, as far as usable
  scripts/bench --peers --backends adx --rounds 5
  scripts/bench --peers --each 1024,512 --msm 12 --powers 8      small sizes: does it work?
"""

import argparse
import hashlib
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "bench" / "peers"
BUILD = ROOT / "build" / "peers"
OURS = ROOT / "build" / "release" / "bin" / "bench_peers"
SOLEMN = Path(os.environ.get("SOLEMN_BIN") or ROOT / "build" / "release" / "bin" / "solemn")
AIM = {"each": 6, "contribute": 6, "msm": 2}  # times faster; blst: once
TITLE = {"each": "multiply by different scalars", "msm": "MSM", "contribute": "contribution to phase 1"}

sys.path.insert(0, str(ROOT / "bench"))
from ceremony import machine  # noqa: E402


class NotRun(Exception):
    """Why a peer is left out."""


def output(argv, folder=ROOT, **variables) -> str:
    """What a program prints; NotRun when it is missing or fails."""
    try:
        done = subprocess.run(list(map(str, argv)), cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True,
                              check=False)
    except FileNotFoundError as error:
        raise NotRun(f"{argv[0]} is not installed") from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise NotRun(f"{' '.join(map(str, argv[:3]))}: {lines[-1].strip()}")
    return done.stdout.strip()


def build_gnark():
    folder, program = SOURCES / "gnark", BUILD / "gnark"
    output(["go", "mod", "download"], folder)
    output(["go", "build", "-mod=readonly", "-buildvcs=false", "-o", program, "."], folder)
    versions = re.findall(r"^\tgithub.com/consensys/(gnark\S*) v(\S+)$", (folder / "go.mod").read_text(), re.M)
    return program, ", ".join(f"{n} {v}" for n, v in versions) + ", " + output(["go", "version"]).split()[2] + ", ordinary flags"


def build_cargo(name, crates, flags="", variant="", features=()):
    folder, target = SOURCES / name, BUILD / f"{name}{variant}"
    variables = {"CARGO_TARGET_DIR": str(target), "RUSTFLAGS": flags}
    output(["cargo", "fetch", "--locked"], folder)
    output(["cargo", "build", "--release", "--locked", "--offline", *features], folder, **variables)
    locked = dict(re.findall(r'name = "(.+)"\nversion = "(.+)"', (folder / "Cargo.lock").read_text()))
    versions = [f"{crate} {locked[crate]}" for crate in crates]
    versions += [" ".join(output(["rustc", "--version"], folder).split()[:2]), " ".join(filter(None, ["--release", *features, flags]))]
    return target / "release" / f"solemn-bench-{name}", ", ".join(versions)


ARK = ["ark-ec", "ark-ff", "ark-bn254"]
PEERS = {
    "gnark": build_gnark,
    "arkworks": lambda: build_cargo("arkworks", ARK),
    "arkworks, asm": lambda: build_cargo("arkworks", ARK, "-C target-cpu=native", "-asm", ["--features", "asm"]),
    "blst": lambda: build_cargo("blst", ["blst"]),
}


class Bench:
    def __init__(self, options, folder: Path):
        self.options, self.folder, self.rows = options, folder, []
        self.programs, self.versions, self.not_run = {}, {}, {}
        for name, build in PEERS.items():
            try:
                self.programs[name], self.versions[name] = build()
            except NotRun as reason:
                self.not_run[name] = str(reason)
                print(f"  {name}: not run: {reason}", file=sys.stderr)
        self.backends = []
        for backend in options.backends.split(","):
            usable = subprocess.run([SOLEMN, "--version"], env={**os.environ, "SOLEMN_BACKEND": backend}, capture_output=True, check=False)
            if usable.returncode == 0:
                self.backends.append(backend)
            else:
                self.not_run[f"solemn, {backend}"] = "not usable on this processor"

    def path(self, name) -> Path:
        return self.folder / name.replace(" ", "")

    def seconds(self, argv, backend=None) -> list:
        """The processor seconds that a program prints, and last those that the kernel counted for the whole process."""
        variables = {"GOMAXPROCS": "1", **({"SOLEMN_BACKEND": backend} if backend else {})}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(list(map(str, argv)), env={**os.environ, **variables}, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, argv))}: status {done.returncode}\n{done.stderr[-2000:]}")
        printed = [float(line) for line in done.stdout.split("\n") if re.fullmatch(r"[0-9.]+", line)]
        return [*printed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime]

    def contestants(self, peers):
        """Name, program, backend of everyone who does a work."""
        ours = [(f"solemn, {b}", OURS, b) for b in self.backends]
        return ours + [(p, self.programs[p], None) for p in peers if p in self.programs]

    def row(self, work, size, times, results, note=""):
        """times: name -> list of seconds; results: peer -> how its result was compared."""
        medians = {name: statistics.median(all_) for name, all_ in times.items()}
        row = {"work": work, "size": size, "results": results, "seconds": {n: round(s, 5) for n, s in medians.items()}, "note": note,
               "runs": {n: [round(s, 5) for s in all_] for n, all_ in times.items()}, "ratios": {}}
        for ours in (n for n in medians if n.startswith("solemn")):
            for peer in (n for n in medians if not n.startswith("solemn")):
                row["ratios"][f"{ours} / {peer}"] = round(medians[peer] / medians[ours], 2)
        self.rows.append(row)
        print(f"  {work} {size}: {row['seconds']}, {results}", file=sys.stderr, flush=True)

    def compared(self, peers, expected) -> dict:
        """Whether each peer's result is the one that is expected."""
        peers = [p for p in peers if not p.startswith("solemn")]
        return {p: "equal" if {self.path(f"{p}.out").read_bytes()} == expected else "DIFFERENT" for p in peers}

    def kernel(self, work, group, count, peers):
        """Every product, or their sum: ours and theirs read the same files."""
        points, scalars = self.path("points"), self.path("scalars")
        self.seconds([OURS, "make", group, count, points, scalars])
        times = {}
        for _ in range(self.options.rounds):
            for name, program, backend in self.contestants(peers):
                *runs, _ = self.seconds([program, work, group, points, scalars, self.options.repeat, self.path(f"{name}.out")], backend)
                times.setdefault(name, []).extend(runs)
        ours = {self.path(f"{name}.out").read_bytes() for name in times if name.startswith("solemn")}
        self.row(work, f"{group}, {count} points", times, self.compared(times, ours))

    def contribution(self, power):
        """A second contribution to phase 1, whole processes: file in, file out."""
        times, alone = {}, []

        def p(name):
            return self.path(f"{power}.{name}")

        solemn = [SOLEMN, "ptau"]
        last = ["--name", "bench", "--threads", "1", "--progress", "none"]
        self.seconds([*solemn, "new", "bn254", power, p("0")])
        self.seconds([*solemn, "contribute", p("0"), p("1"), *last])
        self.seconds([*solemn, "export", "challenge", p("1"), p("challenge"), "--progress", "none"])
        p("secrets").write_bytes(b"".join(b"\0" + hashlib.sha256(name).digest()[1:] for name in (b"tau", b"alpha", b"beta")))
        self.seconds([OURS, "contribute", p("challenge"), p("secrets"), p("expected")])
        if "gnark" in self.programs:
            self.seconds([self.programs["gnark"], "new", power, p("g1")])
        for _ in range(self.options.rounds):
            for backend in self.backends:
                p("2").unlink(missing_ok=True)
                times.setdefault(f"solemn, {backend}", []).append(self.seconds([*solemn, "contribute", p("1"), p("2"), *last], backend)[-1])
            if "gnark" in self.programs:
                one, whole = self.seconds([self.programs["gnark"], "contribute", p("g1"), p("g2")])
                times.setdefault("gnark", []).append(whole)
                alone.append(one)
            for name in ("arkworks", "arkworks, asm"):
                if name in self.programs:
                    argv = [self.programs[name], "contribute", p("challenge"), p("secrets"), self.path(f"{name}.out")]
                    times.setdefault(name, []).append(self.seconds(argv)[-1])
        self.seconds([*solemn, "verify", p("2"), "--progress", "none"])
        results = self.compared([name for name in times if name.startswith("arkworks")], {p("expected").read_bytes()})
        if "gnark" in self.programs:
            self.seconds([self.programs["gnark"], "verify", p("g1"), p("g2")])
            results["gnark"] = "verified"
        note = f"gnark without reading and writing: {statistics.median(alone):.4g} s" if alone else ""
        self.row("contribute", f"bn254, 2^{power}", times, results, note)


def table(rows, backends) -> str:
    """One line for each peer; a ratio below the aim is printed bold."""
    head = ["work", "size", "peer", "s"] + [f"{b} {what}" for b in backends for what in ("s", "ratio")] + ["aim", "results"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for row in rows:
        for peer in (n for n in row["seconds"] if not n.startswith("solemn")):
            aim = 1 if peer == "blst" else AIM[row["work"]]
            cells = [TITLE[row["work"]], row["size"], peer, f"{row['seconds'][peer]:.4g}"]
            for backend in backends:
                ratio = row["ratios"][f"solemn, {backend} / {peer}"]
                text = f"{ratio:.1f}x" if ratio >= 10 else f"{ratio:.2f}x"
                cells += [f"{row['seconds'][f'solemn, {backend}']:.4g}", text if ratio >= aim else f"**{text}**"]
            lines.append("| " + " | ".join([*cells, f">= {aim}x", row["results"][peer]]) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backends", default="ifma,adx")
    parser.add_argument("--rounds", type=int, default=3, help="every program in turn, so many times")
    parser.add_argument("--repeat", type=int, default=3, help="runs of a kernel in one process")
    parser.add_argument("--each", default="8192,4096", metavar="G1,G2", help="points that are multiplied, BN254")
    parser.add_argument("--msm", default="16,18", metavar="POWERS")
    parser.add_argument("--powers", default="12,14", help="of contributions")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench" / "peers.json")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="solemn-peers-") as folder:
        bench = Bench(options, Path(folder))
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        load = [os.getloadavg()]
        bn254 = ["gnark", "arkworks", "arkworks, asm"]
        for group, count in zip(("bn254.G1", "bn254.G2"), options.each.split(",")):
            bench.kernel("each", group, int(count), bn254)
        for power in map(int, options.msm.split(",")):
            bench.kernel("msm", "bn254.G1", 1 << power, bn254)
            bench.kernel("msm", "bls12-381.G1", 1 << power, ["blst"])
        for power in map(int, options.powers.split(",")):
            bench.contribution(power)
        load.append(os.getloadavg())
    version = output([SOLEMN, "--version"]).splitlines()[0]
    report = {"schema": "solemn.bench.peers/1", "machine": machine(), "load": load, "version": version, "peers": bench.versions,
              "not_run": bench.not_run, "options": {k: str(v) for k, v in vars(options).items()}, "rows": bench.rows}
    options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(table(bench.rows, bench.backends), "\n")
    for row in (r for r in bench.rows if r["note"]):
        print(f"* {row['size']}: {row['note']}")
    for name, text in bench.versions.items():
        print(f"* {name}: {text}")
    for name, reason in bench.not_run.items():
        print(f"* {name}: not run: {reason}")
    print(f"* load of the machine: {load[0][0]:.1f} at the start, {load[1][0]:.1f} at the end\n\nJSON: {options.out}")


if __name__ == "__main__":
    main()
