"""Domains of 2^15: what snarkjs hashes of the circuit depends there on the size of the powers of tau, and so must we."""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from harness import PUBLIC_BEACON, Case, compile_circuit, snarkjs, solemn, solemn_json

POWER = 15


@lru_cache(maxsize=None)
def folder() -> TemporaryDirectory:
    return TemporaryDirectory(prefix="solemn-large-")


@lru_cache(maxsize=None)
def powers(power: int) -> Path:
    """Prepared, of one ceremony: the smaller file is the larger one cut."""
    file = Path(folder().name) / f"{power}.ptau"
    if power == POWER:
        solemn("ptau", "truncate", powers(POWER + 1), POWER, file)
        return file
    fresh, used = file.with_suffix(".fresh"), file.with_suffix(".used")
    solemn("ptau", "new", "bn254", power, fresh)
    solemn("ptau", "beacon", fresh, used, "--name", "Beacon", "--value", PUBLIC_BEACON, "--iterations-exp", 10)
    solemn("ptau", "prepare", used, file)
    return file


class CircuitHash(Case):
    def new(self, power: int) -> dict:
        """Ours and theirs, byte for byte."""
        r1cs, ours, theirs = compile_circuit("square15").r1cs, self.path(f"ours{power}"), self.path(f"theirs{power}")
        solemn("zkey", "new", r1cs, powers(power), ours)
        snarkjs("groth16", "setup", r1cs, powers(power), theirs)
        self.assert_same_bytes(ours, theirs)
        return solemn_json("zkey", "info", ours)

    def test_it_depends_on_the_size_of_the_powers(self):
        larger, equal = self.new(POWER + 1), self.new(POWER)
        self.assertEqual(larger["domain"], 2**POWER)
        self.assertNotEqual(larger["circuit_hash"], equal["circuit_hash"])

        r1cs = compile_circuit("square15").r1cs
        for power in (POWER, POWER + 1):
            solemn("zkey", "contribute", self.path(f"ours{power}"), self.path(f"one{power}"), "--name", "one")
            solemn("zkey", "verify", r1cs, powers(power), self.path(f"one{power}"))
        # The other file of the same ceremony: theirs says no more than "Circuit does not match".
        snarkjs("zkey", "verify", r1cs, powers(POWER), self.path(f"one{POWER + 1}"), expect=1)
        report = solemn_json("zkey", "verify", r1cs, powers(POWER), self.path(f"one{POWER + 1}"), expect=None)
        said = {check["rule"]: check for check in report["checks"]}["circuit-hash"]
        self.assertEqual((said["outcome"], "larger than the circuit" in said["detail"]), ("passed", True), said)
