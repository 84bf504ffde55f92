#!/usr/bin/env python3
"""Each step of a ceremony as a whole process, solemn beside snarkjs: CPU time, wall time, peak memory.

Both programs read the same files and run in turn on the same machine. CPU time is user + system of the process and its
threads (wait4), memory is its peak resident set, each figure the median of the runs. Nothing here fails a build: it
measures. Output: a Markdown table on stdout, everything in JSON; both say what each step should reach on BN254 (CPU time
against snarkjs, seconds, memory, two threads) and whether it did. Beside what two threads gain stands what the machine has for
them: two runs of one thread each at the same time, which share nothing but the machine, against one alone.

  scripts/bench                                  powers 12 and 14, both curves
  scripts/bench --powers 12,14,16 --curves bn254
  scripts/bench --runs 5 --peer-limit 900        runs of each step; the seconds after which a step of snarkjs is given up
  scripts/bench --backends adx,ifma              solemn once with each, beside one run of snarkjs
  scripts/bench --no-peer                        solemn only
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NODE = ROOT / "tests" / "interop" / "node"
THEIR_CURVE = {"bn254": "bn128", "bls12-381": "bls12381"}
POSEIDON_ROWS = 240  # constraints of circomlib's Poseidon(2) under circom --O2
# What a step should reach on BN254, by backend: CPU time of snarkjs over ours; below it seconds of CPU, and two threads against one.
RATIOS = {
    "adx": {"ptau contribute": 15, "ptau beacon": 15, "ptau prepare": 15, "ptau verify, prepared": 10, "zkey new": 15,
            "zkey contribute": 15, "zkey beacon": 15, "proof create": 3},
    "ifma": {"ptau contribute": 50, "ptau beacon": 50, "ptau prepare": 60, "ptau verify, prepared": 25, "zkey new": 40,
             "zkey contribute": 50, "zkey beacon": 50, "proof create": 6},
}
SECONDS = {"ptau info": 0.1, "zkey verify --chain-only, 5348 contributions": 5}
SPEEDUP = {"adx": 1.8, "ifma": 1.9}
SMALL_MIB, PREPARE_MIB, BYTES_PER_DOMAIN_POINT = 512, 1024, 64
BYTES_PER_SIGNAL = {"bn254": 384, "bls12-381": 576}
BEACON = "d3a9a0c2b8f0417a3e1d5c6b7f90812e64fb23a9c05d7e8812cc0fae37b1945d"


class Finished:
    def __init__(self, wall, cpu, peak_mib, status):
        self.wall, self.cpu, self.peak_mib, self.status = wall, cpu, peak_mib, status


def forcing(backend) -> dict:
    """The environment in which solemn takes this backend, whatever the processor offers beyond it."""
    return {**os.environ, "SOLEMN_BACKEND": backend}


def measure(argv, limit=None, env=None) -> Finished:
    """Runs a program to its end and returns what the kernel counted for it. Status None: given up after `limit` seconds."""
    began = time.monotonic()
    with subprocess.Popen(
            [str(a) for a in argv], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env) as child:
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG if limit else 0)
            if pid:
                break
            if time.monotonic() - began > limit:
                child.kill()
                os.wait4(child.pid, 0)
                child.returncode = -9
                return Finished(None, None, None, None)
            time.sleep(0.002)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, argv))}\nstatus {child.returncode}\n{child.stderr.read().decode()[-2000:]}")
    return Finished(time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, 0)


def two_cores() -> list:
    """Two processors of different cores that this process may use; fewer where there are none."""
    cores = {}
    for cpu in sorted(os.sched_getaffinity(0)):
        topology = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology")
        try:
            core = tuple((topology / name).read_text().strip() for name in ("physical_package_id", "core_id"))
        except OSError:
            core = cpu
        cores.setdefault(core, cpu)
    return list(cores.values())[:2]


def measure_together(argvs, cpus, env=None) -> float:
    """Wall time until the last of programs that were started together has ended, each bound to a processor of its own."""
    mine, children = os.sched_getaffinity(0), []
    began = time.monotonic()
    try:
        for argv, cpu in zip(argvs, cpus):
            os.sched_setaffinity(0, {cpu})  # what is started next begins with it
            children.append(subprocess.Popen([str(a) for a in argv], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                             stderr=subprocess.DEVNULL, env=env))
    finally:
        os.sched_setaffinity(0, mine)
    statuses = [child.wait() for child in children]
    if any(statuses):
        raise RuntimeError(f"{' '.join(map(str, argvs[0]))}, twice at once\nstatus {statuses}")
    return time.monotonic() - began


def summary(runs) -> dict:
    return {
        "runs": len(runs),
        "wall_s": round(statistics.median(r.wall for r in runs), 4),
        "cpu_s": round(statistics.median(r.cpu for r in runs), 4),
        "peak_mib": round(max(r.peak_mib for r in runs), 1),
    }


def memory_limit_mib(row) -> float:
    """Peak memory that a step may have, at any power."""
    if row["step"] == "ptau prepare":
        return PREPARE_MIB + BYTES_PER_DOMAIN_POINT * 2.0 ** row["power"] / 2**20
    if row["step"] in ("zkey new", "zkey verify"):  # of 2^power signals; no more than half of what memory there is
        return max(SMALL_MIB, SMALL_MIB / 2 + BYTES_PER_SIGNAL[row["curve"]] * 2.0 ** row["power"] / 2**20)
    return SMALL_MIB


def judge(row):
    """Adds to a row what it should reach and whether it did; nothing where nothing is demanded or the peer was not run."""
    verdicts, ratios = [], RATIOS.get(row["backend"], {})

    def demand(text, reached):
        verdicts.append((text, reached))

    if "speedup" in row:
        if row["backend"] in SPEEDUP:
            demand(f">= {SPEEDUP[row['backend']]}x", row["speedup"] >= SPEEDUP[row["backend"]])
    elif row["curve"] == "bn254":
        if row["step"] in ratios and "cpu_ratio" in row:
            demand(f">= {ratios[row['step']]}x", row["cpu_ratio"] >= ratios[row["step"]])
        if row["step"] in SECONDS:
            demand(f"< {SECONDS[row['step']]} s", row["solemn"]["cpu_s"] < SECONDS[row["step"]])
    if "peak_mib" in row.get("solemn", {}):
        limit = memory_limit_mib(row)
        if row["solemn"]["peak_mib"] >= limit:  # in the table only when missed
            demand(f"< {limit:.0f} MiB", False)
    if verdicts:
        row["target"] = ", ".join(text for text, _ in verdicts)
        row["reached"] = all(reached for _, reached in verdicts)


class Bench:
    def __init__(self, options, folder: Path):
        self.options, self.folder = options, folder
        self.solemn = Path(os.environ.get("SOLEMN_BIN") or ROOT / "build" / "release" / "bin" / "solemn")
        cli = NODE / "node_modules" / "snarkjs" / "build" / "cli.cjs"
        self.peer = None if options.no_peer or not cli.exists() or not shutil.which("node") else ["node", cli]
        self.given_up, self.steps = set(), []
        self.backends = options.backends.split(",") if options.backends else [self.own_backend()]

    def own_backend(self) -> str:
        """What solemn takes by itself here."""
        said = subprocess.run([self.solemn, "--version", "--json"], capture_output=True, text=True, check=True).stdout
        return json.loads(said)["backend"]

    def path(self, name) -> Path:
        return self.folder / name

    def ours(self, *args) -> list:
        return [self.solemn, *args, "--progress", "none"]

    def step(self, curve, power, name, ours, theirs, outputs=()):
        """Times `ours` (arguments of solemn) and `theirs` (arguments of snarkjs, or None) in turn."""
        mine, others = {backend: [] for backend in self.backends}, []
        for run in range(self.options.runs):
            for backend in self.backends:
                self.remove(outputs)
                mine[backend].append(measure(self.ours(*ours), env=forcing(backend)))
            if not (self.peer and theirs) or (curve, name) in self.given_up:
                continue
            if others and others[0].wall > self.options.repeat_below:
                continue  # a long step is run once
            self.remove([f"{o}.theirs" for o in outputs])
            done = measure([*self.peer, *theirs], self.options.peer_limit)
            if done.status is None:
                self.given_up.add((curve, name))  # larger powers take longer still
            else:
                others.append(done)
        for backend in self.backends:
            row = {"curve": curve, "power": power, "step": name, "backend": backend, "solemn": summary(mine[backend])}
            if others:
                row["snarkjs"] = summary(others)
                row["cpu_ratio"] = round(row["snarkjs"]["cpu_s"] / max(row["solemn"]["cpu_s"], 1e-4), 2)
                row["wall_ratio"] = round(row["snarkjs"]["wall_s"] / max(row["solemn"]["wall_s"], 1e-4), 2)
            elif self.peer and theirs:
                row["snarkjs"] = f"not finished within {self.options.peer_limit:g} s"
            self.steps.append(row)
            print(f"  {curve} 2^{power} {name}, {backend}: {row['solemn']['cpu_s']} s CPU"
                  + (f", snarkjs {row['snarkjs']['cpu_s']} s, x{row['cpu_ratio']}" if others else ""), file=sys.stderr, flush=True)

    def remove(self, names):
        for name in names:
            self.path(name).unlink(missing_ok=True)

    def make(self, *args):
        measure(self.ours(*args))

    def circuit(self, curve, power):
        """A chain of Poseidon(2) that fills the domain of this power, and its witness."""
        count = ((1 << power) - 3) // POSEIDON_ROWS
        source = self.path(f"chain{power}.circom")
        source.write_text(CHAIN % count, encoding="utf-8")
        out = self.path(f"{curve}-{power}")
        out.mkdir()
        subprocess.run(
            ["node", NODE / "node_modules" / "circom2" / "cli.js", source, "--O2", "-p", THEIR_CURVE[curve], "--r1cs", "--wasm",
             "-l", "node_modules/circomlib/circuits", "-o", out],
            cwd=NODE, check=True, stdout=subprocess.DEVNULL)
        (out / "input.json").write_text('{"a": "1", "b": "2"}')
        witness = out / "w.wtns"
        generated = out / f"chain{power}_js"
        subprocess.run(["node", generated / "generate_witness.js", generated / f"chain{power}.wasm", out / "input.json", witness], check=True)
        return out / f"chain{power}.r1cs", witness

    def ceremony(self, curve, power):
        p, their = self.path, THEIR_CURVE[curve]
        names = ["0", "1", "2", "challenge", "f", "cut", "z0", "z1", "z2", "params", "vkey", "proof", "public"]
        files = {n: p(f"{curve}.{power}.{n}") for n in names}
        them = {n: Path(f"{files[n]}.theirs") for n in names}

        def step(name, ours, theirs, *outputs):
            self.step(curve, power, name, ours, theirs, [files[o].name for o in outputs])

        f, t = files, them
        step("ptau new", ("ptau", "new", curve, power, f["0"]), ("powersoftau", "new", their, power, t["0"]), "0")
        step("ptau contribute", ("ptau", "contribute", f["0"], f["1"], "--name", "bench"),
             ("powersoftau", "contribute", f["0"], t["1"], "-n=bench", "-e=x"), "1")
        step("ptau beacon", ("ptau", "beacon", f["1"], f["2"], "--name", "b", "--value", BEACON, "--iterations-exp", 10),
             ("powersoftau", "beacon", f["1"], t["2"], BEACON, 10, "-n=b"), "2")
        step("ptau verify", ("ptau", "verify", f["2"]), ("powersoftau", "verify", f["2"]))
        step("ptau export challenge", ("ptau", "export", "challenge", f["2"], f["challenge"]),
             ("powersoftau", "export", "challenge", f["2"], t["challenge"]), "challenge")
        step("ptau prepare", ("ptau", "prepare", f["2"], f["f"]), ("powersoftau", "prepare", "phase2", f["2"], t["f"]), "f")
        step("ptau verify, prepared", ("ptau", "verify", f["f"]), ("powersoftau", "verify", f["f"]))
        step("ptau truncate", ("ptau", "truncate", f["f"], power - 1, f["cut"]), None, "cut")
        step("ptau info", ("ptau", "info", f["f"]), None)

        r1cs, witness = self.circuit(curve, power)
        step("zkey new", ("zkey", "new", r1cs, f["f"], f["z0"]), ("groth16", "setup", r1cs, f["f"], t["z0"]), "z0")
        step("zkey contribute", ("zkey", "contribute", f["z0"], f["z1"], "--name", "bench"),
             ("zkey", "contribute", f["z0"], t["z1"], "-n=bench", "-e=x"), "z1")
        step("zkey beacon", ("zkey", "beacon", f["z1"], f["z2"], "--name", "b", "--value", BEACON, "--iterations-exp", 10),
             ("zkey", "beacon", f["z1"], t["z2"], BEACON, 10, "-n=b"), "z2")
        step("zkey verify", ("zkey", "verify", r1cs, f["f"], f["z2"]), ("zkey", "verify", r1cs, f["f"], f["z2"]))
        step("zkey export mpcparams", ("zkey", "export", "mpcparams", f["z2"], f["params"]),
             ("zkey", "export", "bellman", f["z2"], t["params"]), "params")
        step("zkey export vkey", ("zkey", "export", "vkey", f["z2"], f["vkey"]),
             ("zkey", "export", "verificationkey", f["z2"], t["vkey"]), "vkey")
        step("proof create", ("proof", "create", f["z2"], witness, f["proof"], f["public"]),
             ("groth16", "prove", f["z2"], witness, t["proof"], t["public"]), "proof", "public")
        step("proof verify", ("proof", "verify", f["vkey"], f["public"], f["proof"]),
             ("groth16", "verify", f["vkey"], f["public"], f["proof"]))
        self.threads(curve, power, f, r1cs, witness)
        for file in [*files.values(), *them.values()]:
            file.unlink(missing_ok=True)

    def threads(self, curve, power, f, r1cs, witness):
        """Wall time on one thread and on two, and of two runs of one thread at once; CPU time of one thread against snarkjs."""
        steps = {
            "ptau contribute": (("ptau", "contribute", f["0"], f["1"], "--name", "bench"), ["1"]),
            "ptau beacon": (("ptau", "beacon", f["1"], f["2"], "--name", "b", "--value", BEACON, "--iterations-exp", 10), ["2"]),
            "ptau verify, prepared": (("ptau", "verify", f["f"]), []),
            "ptau prepare": (("ptau", "prepare", f["2"], f["f"]), ["f"]),
            "zkey new": (("zkey", "new", r1cs, f["f"], f["z0"]), ["z0"]),
            "zkey contribute": (("zkey", "contribute", f["z0"], f["z1"], "--name", "bench"), ["z1"]),
            "zkey beacon": (("zkey", "beacon", f["z1"], f["z2"], "--name", "b", "--value", BEACON, "--iterations-exp", 10), ["z2"]),
            "proof create": (("proof", "create", f["z2"], witness, f["proof"], f["public"]), ["proof", "public"]),
        }
        cpus = two_cores()
        for name, (arguments, outputs) in steps.items():
            # The same step that writes other files.
            others = {f[output]: Path(f"{f[output]}.second") for output in outputs}
            again = [others.get(a, a) for a in arguments]
            for backend in self.backends:
                done, together = {1: [], 2: []}, []
                began = time.monotonic()
                # A step of 50 ms differs from run to run by more than what is looked for: many pairs of short ones. Neighbours
                # of a virtual machine come and go, so what is told is the median of the pairs' ratios.
                while len(done[1]) < self.options.runs or (time.monotonic() - began < 40 and len(done[1]) < 25):
                    for count in (1, 2) if len(done[1]) % 2 == 0 else (2, 1):
                        for output in outputs:
                            f[output].unlink(missing_ok=True)
                        done[count].append(measure([*self.ours(*arguments), "--threads", count], env=forcing(backend)))
                    if len(cpus) == 2:
                        for file in [*others, *others.values()]:
                            file.unlink(missing_ok=True)
                        together.append(measure_together([[*self.ours(*a), "--threads", 1] for a in (arguments, again)], cpus, forcing(backend)))
                one, two = (summary(done[n]) for n in (1, 2))
                row = {"curve": curve, "power": power, "step": f"{name}: 1 thread against 2", "backend": backend,
                       "wall_1_s": one["wall_s"], "wall_2_s": two["wall_s"], "cpu_1_s": one["cpu_s"],
                       "pairs": len(done[1]),
                       "speedup": round(statistics.median(a.wall / b.wall for a, b in zip(done[1], done[2])), 2)}
                if together:
                    row["two_runs_wall_s"] = round(statistics.median(together), 4)
                    row["two_runs"] = round(statistics.median(2 * a.wall / both for a, both in zip(done[1], together)), 2)
                for file in others.values():
                    file.unlink(missing_ok=True)
                for other in self.steps:
                    if (other["curve"], other["power"], other["step"]) == (curve, power, name) and isinstance(other.get("snarkjs"), dict):
                        row["cpu_ratio_1"] = round(other["snarkjs"]["cpu_s"] / one["cpu_s"], 2)
                self.steps.append(row)

    def long_chain(self):
        """The longest published chain that is installed: 5,348 contributions (Unirep's signup key)."""
        key = ROOT / "tests" / "interop" / "archive" / "node_modules" / "@unirep" / "circuits" / "zksnarkBuild" / "signup.zkey"
        if not key.exists():
            print("  no long chain: scripts/setup-packages --archive installs one", file=sys.stderr)
            return
        for backend in self.backends:
            runs = []
            for _ in range(self.options.runs):
                began, before = time.monotonic(), os.times()
                done = subprocess.run([str(a) for a in self.ours("zkey", "verify", "--chain-only", key)], capture_output=True, check=False,
                                      env=forcing(backend))
                after = os.times()
                if done.returncode != 2:  # all checks of the chain pass, those that need the circuit are not run
                    raise RuntimeError(done.stdout.decode() + done.stderr.decode())
                cpu = after.children_user + after.children_system - before.children_user - before.children_system
                runs.append(Finished(time.monotonic() - began, cpu, 0, 0))
            row = {"curve": "bn254", "power": 10, "step": "zkey verify --chain-only, 5348 contributions", "backend": backend,
                   "solemn": summary(runs)}
            del row["solemn"]["peak_mib"]
            self.steps.append(row)


CHAIN = """pragma circom 2.0.0;
include "poseidon.circom";
template Chain(n) {
    signal input a;
    signal input b;
    signal output out;
    component h[n];
    for (var i = 0; i < n; i++) {
        h[i] = Poseidon(2);
        if (i == 0) {
            h[i].inputs[0] <== a;
        } else {
            h[i].inputs[0] <== h[i - 1].out;
        }
        h[i].inputs[1] <== b;
    }
    out <== h[n - 1].out;
}
component main {public [a]} = Chain(%d);
"""


def table(steps) -> str:
    lines = ["| step | curve | power | backend | solemn CPU s | wall s | MiB | snarkjs CPU s | wall s | MiB | CPU ratio | target | reached |",
             "|---|---|---|---|---|---|---|---|---|---|---|---|---|"]
    speedups = ["", "| step | curve | power | backend | 1 thread, wall s | 2 threads | speed-up | two runs at once | pairs | target | reached | 1 thread, CPU s | CPU ratio |",
                "|---|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for row in steps:
        aim = [row.get("target", ""), {True: "yes", False: "**no**"}.get(row.get("reached"), "")]
        if "speedup" in row:
            cells = [row["step"].split(":")[0], row["curve"], row["power"], row["backend"], row["wall_1_s"], row["wall_2_s"], row["speedup"], row.get("two_runs", ""), row["pairs"], *aim,
                     row["cpu_1_s"], f"{row['cpu_ratio_1']}x" if "cpu_ratio_1" in row else ""]
            speedups.append("| " + " | ".join(map(str, cells)) + " |")
            continue
        mine, peer = row["solemn"], row.get("snarkjs")
        cells = [row["step"], row["curve"], row["power"], row["backend"], mine["cpu_s"], mine["wall_s"], mine.get("peak_mib", "")]
        if isinstance(peer, dict):
            cells += [peer["cpu_s"], peer["wall_s"], peer["peak_mib"], f"{row['cpu_ratio']}x"]
        else:
            cells += [peer or "", "", "", ""]
        lines.append("| " + " | ".join(map(str, [*cells, *aim])) + " |")
    return "\n".join(lines + speedups)


def machine() -> dict:
    model = ""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return {"cpu": model, "cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--powers", default="12,14")
    parser.add_argument("--curves", default="bn254,bls12-381")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer-limit", type=float, default=600, metavar="SECONDS")
    parser.add_argument("--repeat-below", type=float, default=30, metavar="SECONDS", help="a longer step of snarkjs is run once")
    parser.add_argument("--backends", metavar="NAMES", help="of solemn, to be measured in turn (default: the one it takes here)")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench" / "ceremony.json")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="solemn-bench-") as folder:
        bench = Bench(options, Path(folder))
        try:
            bench.long_chain()
            for curve in options.curves.split(","):
                for power in map(int, options.powers.split(",")):
                    bench.ceremony(curve, power)
        finally:
            for row in bench.steps:
                judge(row)
            version = subprocess.run([bench.solemn, "--version"], capture_output=True, text=True, check=False).stdout.strip()
            report = {"schema": "solemn.bench.ceremony/1", "machine": machine(), "version": version, "options": {
                k: str(v) for k, v in vars(options).items()}, "steps": bench.steps}
            options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(table(bench.steps))
    print(f"\nJSON: {options.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
