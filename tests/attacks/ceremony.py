"""A small honest ceremony, made once per run of a test file, that every attack starts from."""

import atexit
import shutil
import struct
import tempfile
from functools import lru_cache
from pathlib import Path

from harness import PUBLIC_BEACON, Case, compile_circuit, solemn, solemn_json

BEACON = ("--name", "Beacon", "--value", PUBLIC_BEACON, "--iterations-exp", 10)
POWER = 4


@lru_cache(maxsize=None)
def folder() -> Path:
    path = Path(tempfile.mkdtemp(prefix="solemn-attacks-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@lru_cache(maxsize=None)
def phase1() -> dict:
    """fresh, one, two (contributions), beacon, final (prepared)."""
    at = {name: folder() / f"{name}.ptau" for name in ("fresh", "one", "two", "beacon", "final")}
    solemn("ptau", "new", "bn254", POWER, at["fresh"])
    solemn("ptau", "contribute", at["fresh"], at["one"], "--name", "Alice")
    solemn("ptau", "contribute", at["one"], at["two"], "--name", "Bob")
    solemn("ptau", "beacon", at["two"], at["beacon"], *BEACON)
    solemn("ptau", "prepare", at["beacon"], at["final"])
    return at


@lru_cache(maxsize=None)
def phase2() -> dict:
    """r1cs, ptau, zero, one, two, final keys; vkey, wtns, proof, public."""
    circuit = compile_circuit("mult1", "bn254")
    at = {name: folder() / f"{name}.zkey" for name in ("zero", "one", "two", "final")}
    at["r1cs"], at["ptau"] = circuit.r1cs, phase1()["final"]
    solemn("zkey", "new", at["r1cs"], at["ptau"], at["zero"])
    solemn("zkey", "contribute", at["zero"], at["one"], "--name", "Alice")
    solemn("zkey", "contribute", at["one"], at["two"], "--name", "Bob")
    solemn("zkey", "beacon", at["two"], at["final"], *BEACON)
    at["vkey"] = folder() / "vkey.json"
    solemn("zkey", "export", "vkey", at["final"], at["vkey"])
    at["wtns"] = circuit.witness({"a": 3, "b": 11}, folder() / "witness.wtns")
    at["proof"], at["public"] = folder() / "proof.json", folder() / "public.json"
    solemn("proof", "create", at["final"], at["wtns"], at["proof"], at["public"])
    return at


class Attack(Case):
    """Assertions about verdicts: *that named check* fails."""

    def failed_rules(self, report: dict) -> list:
        return [check["rule"] for check in report["checks"] if check["outcome"] == "failed"]

    def assert_ptau_fails(self, file, *rules, extra=(), status=1):
        report = solemn_json("ptau", "verify", file, *extra, expect=status)
        self.assert_rules(report, rules)
        return report

    def assert_zkey_fails(self, file, *rules, extra=(), status=1, r1cs=None, ptau=None):
        at = phase2()
        report = solemn_json("zkey", "verify", r1cs or at["r1cs"], ptau or at["ptau"], file, *extra, expect=status)
        self.assert_rules(report, rules)
        return report

    def assert_rules(self, report, rules):
        failed = self.failed_rules(report)
        self.assertTrue(set(rules) & set(failed), f"expected one of {rules} to fail, failed: {failed}\n{report['checks']}")


def records(section: bytes, fixed: int, at: int) -> list:
    """The contribution records in a section: each `fixed` bytes, u32 type, u32 length, params."""
    out = []
    while at < len(section):
        length = struct.unpack_from("<I", section, at + fixed + 4)[0]
        end = at + fixed + 8 + length
        out.append(section[at:end])
        at = end
    return out


PTAU_RECORD = 9 * 64 + 5 * 128 + 280  # bn254, before type
ZKEY_RECORD = 3 * 64 + 128 + 64


def ptau_records(section: bytes) -> list:
    return records(section, PTAU_RECORD, 4)


def zkey_records(section: bytes) -> list:
    return records(section, ZKEY_RECORD, 68)


def ptau_section(items) -> bytes:
    return struct.pack("<I", len(items)) + b"".join(items)


def zkey_section(circuit_hash: bytes, items) -> bytes:
    return circuit_hash + struct.pack("<I", len(items)) + b"".join(items)
