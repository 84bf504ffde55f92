"""A real circuit: the Merkle inclusion proof of the quickstart, 5,313 constraints, domain 2^13."""

import json

from harness import (
    PUBLIC_BEACON,
    Case,
    compile_circuit,
    snarkjs,
    snarkjs_accepts_proof,
    snarkjs_accepts_ptau,
    snarkjs_accepts_zkey,
    solemn,
    solemn_json,
)

BEACON = ("--name", "Beacon", "--value", PUBLIC_BEACON, "--iterations-exp", 10)


class MerkleInclusion(Case):
    def test_a_whole_ceremony(self):
        circuit = compile_circuit("merkle_inclusion")
        power = solemn_json("circuit", "info", circuit.r1cs)["power_needed"]
        self.assertEqual(power, 13)

        solemn("ptau", "new", "bn254", power, self.path("p0"))
        solemn("ptau", "contribute", self.path("p0"), self.path("p1"), "--name", "one")
        solemn("ptau", "beacon", self.path("p1"), self.path("p2"), *BEACON)
        solemn("ptau", "prepare", self.path("p2"), self.path("powers"))
        snarkjs_accepts_ptau(self.path("powers"))

        solemn("zkey", "new", circuit.r1cs, self.path("powers"), self.path("0"))
        snarkjs("groth16", "setup", circuit.r1cs, self.path("powers"), self.path("0t"))
        self.assert_same_bytes(self.path("0"), self.path("0t"))
        solemn("zkey", "contribute", self.path("0"), self.path("1"), "--name", "one")
        solemn("zkey", "beacon", self.path("1"), self.path("final"), *BEACON)
        solemn("zkey", "verify", circuit.r1cs, self.path("powers"), self.path("final"))
        snarkjs_accepts_zkey(circuit.r1cs, self.path("powers"), self.path("final"))

        inputs = {
            "secret": "1234567890123456789",
            "path_index": [i % 2 for i in range(20)],
            "sibling": [str(7**i) for i in range(20)],
            "topic": "42",
        }
        witness = circuit.witness(inputs, self.path("w.wtns"))
        vkey, proof, public = (self.path(f"{n}.json") for n in ("vkey", "proof", "public"))
        solemn("zkey", "export", "vkey", self.path("final"), vkey)
        solemn("proof", "create", self.path("final"), witness, proof, public)
        solemn("proof", "verify", vkey, public, proof)
        snarkjs_accepts_proof(vkey, public, proof)
        self.assertEqual(json.loads(public.read_text())[2], "42")
