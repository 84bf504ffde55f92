"""What the tests that cross folders share: programs to run, temporary folders, circuits, the runner.

A test file imports from here and holds unittest classes whose base is `harness.Case`:

    from harness import Case, solemn, snarkjs

    class Phase1(Case):
        def test_a_fresh_file_is_refused_by_verify(self):
            solemn("ptau", "new", "bn254", 4, self.path("a.ptau"))
            solemn("ptau", "verify", self.path("a.ptau"), expect=1)

Run one:      python3 tests/harness/run.py tests/interop/phase1_test.py [TestName]
Program:      $SOLEMN_BIN, else build/release/bin/solemn
"""

from .case import Case
from .circuits import Circuit, compile_circuit
from .files import flip_bit, insert_section, read_sections, sha256, write_sections
from .programs import (
    ROOT,
    SHARED,
    Result,
    clock_ahead,
    environment,
    need,
    node,
    run,
    snarkjs,
    snarkjs_accepts_proof,
    snarkjs_accepts_ptau,
    snarkjs_accepts_zkey,
    solemn,
    solemn_json,
    solemn_path,
)
from .shares import PrintedShare
from .beacons import KNOWN_ANSWER_BEACON, PUBLIC_BEACON

__all__ = [name for name in dir() if not name.startswith("_")]
