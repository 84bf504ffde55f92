"""arkworks 0.5 (Rust, crates from the registry): reads our keys, proves and verifies with them; we verify its proofs."""

import os
import re
import shutil
import unittest

from harness import (
    PUBLIC_BEACON,
    ROOT,
    Case,
    compile_circuit,
    need,
    run,
    snarkjs_accepts_proof,
    solemn,
)

BEACON = ("--name", "Beacon", "--value", PUBLIC_BEACON, "--iterations-exp", 10)
PROJECT = ROOT / "tests" / "interop" / "arkworks"
LOCK_VERSION_4 = (1, 78)  # the oldest cargo that reads this Cargo.lock


def setUpModule():
    cargo = need("cargo", "the arkworks test is a Cargo project")
    version = run([cargo, "--version"], cwd=PROJECT, expect=None)
    found = re.search(r"cargo (\d+)\.(\d+)", version.out)
    if not found or tuple(map(int, found.groups())) < LOCK_VERSION_4:
        raise unittest.SkipTest(f"'{version.out.strip()}' is older than cargo 1.78, which arkworks 0.5 with its lock file needs")
    target = ROOT / "build" / "arkworks"
    env = {**os.environ, "CARGO_TARGET_DIR": str(target)}
    fetched = run([cargo, "fetch", "--locked"], cwd=PROJECT, env=env, expect=None)
    if fetched.status != 0:
        raise unittest.SkipTest(f"the crates cannot be fetched: {fetched.err.strip().splitlines()[-1:]}")
    run([cargo, "build", "--release", "--locked", "--offline"], cwd=PROJECT, env=env, timeout=1200)
    global PROGRAM
    PROGRAM = target / "release" / "solemn-interop-arkworks"
    assert shutil.which(str(PROGRAM))


class Bn254(Case):
    curve = "bn254"

    def arkworks(self, verb, *args, expect=0):
        return run([PROGRAM, verb, self.curve, *args], expect=expect)

    def final_key(self, circuit):
        solemn("ptau", "new", self.curve, 6, self.path("p0"))
        solemn("ptau", "contribute", self.path("p0"), self.path("p1"), "--name", "somebody")
        solemn("ptau", "prepare", self.path("p1"), self.path("powers"))
        solemn("zkey", "new", circuit.r1cs, self.path("powers"), self.path("0"))
        solemn("zkey", "contribute", self.path("0"), self.path("1"), "--name", "one")
        solemn("zkey", "beacon", self.path("1"), self.path("final"), *BEACON)
        return self.path("final")

    def check(self, circuit_name):
        circuit = compile_circuit(circuit_name, self.curve)
        key = self.final_key(circuit)
        vk, vk_plain, pk, pk_plain = (self.path(n) for n in ("vk", "vk.plain", "pk", "pk.plain"))
        solemn("zkey", "export", "arkworks-vk", key, vk)
        solemn("zkey", "export", "arkworks-vk", key, vk_plain, "--uncompressed")
        solemn("zkey", "export", "arkworks-pk", key, pk)
        solemn("zkey", "export", "arkworks-pk", key, pk_plain, "--uncompressed")
        solemn("zkey", "export", "vkey", key, self.path("vkey.json"))
        self.arkworks("keys", vk, vk_plain, pk, pk_plain)
        witness = circuit.witness({"a": 3, "b": 11}, self.path("w.wtns"))

        # Our proof, their verifier.
        proof, public = self.path("proof.json"), self.path("public.json")
        solemn("proof", "create", key, witness, proof, public)
        self.arkworks("verify", vk, proof, public)
        self.path("wrong.json").write_text(public.read_text().replace('"', '"1', 1))
        self.arkworks("verify", vk, proof, self.path("wrong.json"), expect=1)

        # Their prover with our proving key, our verifier and snarkjs'.
        their_proof, their_public = self.path("proof.ark.json"), self.path("public.ark.json")
        self.arkworks("prove", pk, circuit.r1cs, witness, their_proof, their_public)
        solemn("proof", "verify", self.path("vkey.json"), their_public, their_proof)
        snarkjs_accepts_proof(self.path("vkey.json"), their_public, their_proof)

        # `vkey check` reads the binary form too; without the zkey its provenance is unknown, hence "no answer".
        solemn("vkey", "check", vk, expect=(0, 2))

    def test_mult1(self):
        self.check("mult1")

    def test_mult20(self):
        self.check("mult20")


class Bls12381(Bn254):
    curve = "bls12-381"


class TheRealCircuit(Case):
    def test_their_default_prover_with_our_key_of_the_merkle_circuit(self):
        circuit = compile_circuit("merkle_inclusion")
        solemn("ptau", "new", "bn254", 13, self.path("p0"))
        solemn("ptau", "contribute", self.path("p0"), self.path("p1"), "--name", "somebody")
        solemn("ptau", "prepare", self.path("p1"), self.path("powers"))
        solemn("zkey", "new", circuit.r1cs, self.path("powers"), self.path("0"))
        solemn("zkey", "contribute", self.path("0"), self.path("final"), "--name", "one")
        solemn("zkey", "export", "arkworks-pk", self.path("final"), self.path("pk"))
        solemn("zkey", "export", "vkey", self.path("final"), self.path("vkey.json"))
        witness = circuit.witness(
            {"secret": "5", "path_index": [1] * 20, "sibling": [str(i) for i in range(20)], "topic": "9"},
            self.path("w.wtns"),
        )
        proof, public = self.path("proof.json"), self.path("public.json")
        run([PROGRAM, "prove", "bn254", self.path("pk"), circuit.r1cs, witness, proof, public])
        solemn("proof", "verify", self.path("vkey.json"), public, proof)
