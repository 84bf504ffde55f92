"""gnark 0.11 (Go, modules from the proxy): verifies our proofs with our keys, and we verify its proofs with its keys."""

import re
import unittest

from harness import PUBLIC_BEACON, ROOT, Case, compile_circuit, need, run, solemn

BEACON = ("--name", "Beacon", "--value", PUBLIC_BEACON, "--iterations-exp", 10)
PROJECT = ROOT / "tests" / "interop" / "gnark"
OLDEST_GO = (1, 22)
PROGRAM = ROOT / "build" / "gnark" / "solemn-interop-gnark"


def setUpModule():
    go = need("go", "the gnark test is a Go module")
    version = run([go, "version"], cwd=ROOT, expect=None)
    found = re.search(r"go(\d+)\.(\d+)", version.out)
    if not found or tuple(map(int, found.groups())) < OLDEST_GO:
        raise unittest.SkipTest(f"'{version.out.strip()}' is older than go 1.22, which gnark 0.11 needs")
    fetched = run([go, "mod", "download"], cwd=PROJECT, expect=None)
    if fetched.status != 0:
        raise unittest.SkipTest(f"the modules cannot be fetched: {fetched.err.strip().splitlines()[-1:]}")
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    run([go, "build", "-mod=readonly", "-buildvcs=false", "-o", PROGRAM, "."], cwd=PROJECT, timeout=1200)


class Bn254(Case):
    curve = "bn254"

    def gnark(self, verb, *args, expect=0):
        return run([PROGRAM, verb, self.curve, *args], expect=expect)

    def test_their_verifier_accepts_our_key_and_proof(self):
        circuit = compile_circuit("mult20", self.curve)
        solemn("ptau", "new", self.curve, 6, self.path("p0"))
        solemn("ptau", "contribute", self.path("p0"), self.path("p1"), "--name", "somebody")
        solemn("ptau", "prepare", self.path("p1"), self.path("powers"))
        solemn("zkey", "new", circuit.r1cs, self.path("powers"), self.path("0"))
        solemn("zkey", "contribute", self.path("0"), self.path("1"), "--name", "one")
        solemn("zkey", "beacon", self.path("1"), self.path("final"), *BEACON)
        vkey, public, proof = (self.path(f"{n}.json") for n in ("vkey", "public", "proof"))
        solemn("zkey", "export", "vkey", self.path("final"), vkey)
        solemn("proof", "create", self.path("final"), circuit.witness({"a": 3, "b": 11}, self.path("w")), proof, public)
        self.gnark("verify", vkey, public, proof)

        values = public.read_text()
        self.path("wrong.json").write_text(values.replace('"3"', '"4"'))
        self.assertNotEqual(values, self.path("wrong.json").read_text())
        self.gnark("verify", vkey, self.path("wrong.json"), proof, expect=1)
        solemn("proof", "verify", vkey, self.path("wrong.json"), proof, expect=1)

    def test_we_accept_their_key_and_proof(self):
        vkey, public, proof = (self.path(f"{n}.json") for n in ("vkey", "public", "proof"))
        self.gnark("make", vkey, public, proof)
        self.gnark("verify", vkey, public, proof)
        solemn("proof", "verify", vkey, public, proof)
        self.path("wrong.json").write_text(public.read_text().replace('"3"', '"4"'))
        solemn("proof", "verify", vkey, self.path("wrong.json"), proof, expect=1)


class Bls12381(Bn254):
    curve = "bls12-381"
