"""Whole contributions under valgrind: the secrets are marked where they are drawn, the points that are published where they are
computed. Whatever branches on a secret in between is reported. valgrind hides ADX, so this is the portable backend."""

import unittest
from pathlib import Path

from harness import Case, compile_circuit, need, run, solemn, solemn_path


def setUpModule():
    global VALGRIND
    VALGRIND = need("valgrind", "it follows the marks")
    if not any(Path(root, "valgrind", "memcheck.h").exists() for root in ("/usr/include", "/usr/local/include")):
        raise unittest.SkipTest("<valgrind/memcheck.h> is not installed: the program was built without marks")
    if run([VALGRIND, "--quiet", solemn_path(), "--version"], expect=None).status != 0:
        raise unittest.SkipTest("valgrind cannot run this build (sanitizers)")


def checked(*args):
    return run([VALGRIND, "--quiet", "--error-exitcode=99", solemn_path(), *args])


class Contributions(Case):
    def test_phase_1(self):
        for curve in ("bn254", "bls12-381"):
            first, second = self.path(f"{curve}.0"), self.path(f"{curve}.1")
            solemn("ptau", "new", curve, 3, first)
            checked("ptau", "contribute", first, second, "--name", "somebody")
            solemn("ptau", "verify", second, expect=(0, 2))

    def test_phase_2(self):
        for curve in ("bn254", "bls12-381"):
            solemn("ptau", "new", curve, 4, self.path(f"{curve}.0"))
            solemn("ptau", "contribute", self.path(f"{curve}.0"), self.path(f"{curve}.1"), "--name", "somebody")
            solemn("ptau", "prepare", self.path(f"{curve}.1"), self.path(f"{curve}.powers"))
            solemn("zkey", "new", compile_circuit("mult1", curve).r1cs, self.path(f"{curve}.powers"), self.path(f"{curve}.zkey.0"))
            checked("zkey", "contribute", self.path(f"{curve}.zkey.0"), self.path(f"{curve}.zkey.1"), "--name", "somebody")
