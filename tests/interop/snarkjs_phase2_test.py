"""Phase 2, proofs and exports with snarkjs on the other side, on both curves."""

import json

from harness import (
    PUBLIC_BEACON,
    Case,
    compile_circuit,
    snarkjs,
    snarkjs_accepts_proof,
    snarkjs_accepts_zkey,
    solemn,
    solemn_json,
)

BEACON = ("--name", "Beacon", "--value", PUBLIC_BEACON, "--iterations-exp", 10)
INPUT = {"a": 3, "b": 11}


class Bn254(Case):
    curve = "bn254"

    def setUp(self):
        super().setUp()
        self.circuit = compile_circuit("mult20", self.curve)
        self.r1cs, self.powers = self.circuit.r1cs, self.path("powers")
        solemn("ptau", "new", self.curve, 6, self.path("p0"))
        solemn("ptau", "contribute", self.path("p0"), self.path("p1"), "--name", "somebody")
        solemn("ptau", "prepare", self.path("p1"), self.powers)

    def new(self):
        solemn("zkey", "new", self.r1cs, self.powers, self.path("0"))

    def ours_contribute(self, source, target, name):
        return solemn_json("zkey", "contribute", self.path(source), self.path(target), "--name", name)

    def theirs_contribute(self, source, target, name):
        return snarkjs("zkey", "contribute", self.path(source), self.path(target), f"-n={name}", "-e=some text")

    def final_key(self, target="final"):
        self.new()
        self.ours_contribute("0", "1", "ours")
        solemn("zkey", "beacon", self.path("1"), self.path(target), *BEACON)
        return self.path(target)

    def test_new_is_the_same_file(self):
        self.new()
        snarkjs("groth16", "setup", self.r1cs, self.powers, self.path("theirs"))
        self.assert_same_bytes(self.path("0"), self.path("theirs"))

    def test_a_key_made_with_a_larger_ptau_is_the_same_circuit(self):
        solemn("ptau", "truncate", self.powers, 5, self.path("cut"))
        self.new()
        self.ours_contribute("0", "1", "ours")
        solemn("zkey", "verify", self.r1cs, self.path("cut"), self.path("1"))
        snarkjs_accepts_zkey(self.r1cs, self.path("cut"), self.path("1"))

    def test_powers_that_are_prepared_for_one_domain_give_the_same_key(self):
        solemn("ptau", "truncate", self.powers, 5, self.path("cut"))
        solemn("ptau", "prepare", self.path("p1"), self.path("one"), "--only", 5)
        for powers in ("cut", "one"):
            solemn("zkey", "new", self.r1cs, self.path(powers), self.path(f"from_{powers}"))
            snarkjs("groth16", "setup", self.r1cs, self.path(powers), self.path(f"theirs_from_{powers}"))
        for name in ("from_one", "theirs_from_cut", "theirs_from_one"):
            self.assert_same_bytes(self.path("from_cut"), self.path(name))
        self.ours_contribute("from_one", "1", "ours")
        solemn("zkey", "verify", self.r1cs, self.path("one"), self.path("1"))
        snarkjs_accepts_zkey(self.r1cs, self.path("one"), self.path("1"))
        # Its own verifier asks for all domains: docs and help say so.
        refused = snarkjs("powersoftau", "verify", self.path("one"), expect=None)
        self.assertNotIn("Powers of Tau Ok!", refused.out)

    def test_a_chain_with_contributions_from_both_sides(self):
        self.new()
        first = self.ours_contribute("0", "1", "ours first")
        snarkjs_accepts_zkey(self.r1cs, self.powers, self.path("1"))
        self.theirs_contribute("1", "2", "theirs")
        solemn("zkey", "verify", self.r1cs, self.powers, self.path("2"), "--previous", self.path("1"))
        self.ours_contribute("2", "3", "ours again")
        report = snarkjs_accepts_zkey(self.r1cs, self.powers, self.path("3")).out
        for name in ("ours first", "theirs", "ours again"):
            self.assertIn(name, report)
        self.assertIn(first["contribution_hash"], "".join(report.split()))

        solemn("zkey", "beacon", self.path("3"), self.path("4"), *BEACON)
        snarkjs("zkey", "beacon", self.path("3"), self.path("4t"), PUBLIC_BEACON, 10, "-n=Beacon")
        self.assert_same_bytes(self.path("4"), self.path("4t"))
        solemn("zkey", "verify", self.r1cs, self.powers, self.path("4"), "--previous", self.path("2"))
        snarkjs_accepts_zkey(self.r1cs, self.powers, self.path("4"))
        self.assertEqual(len(solemn_json("zkey", "info", self.path("4"))["steps"]), 4)

    def test_mpcparams_both_ways(self):
        self.new()
        self.ours_contribute("0", "1", "ours first")

        # Ours out, theirs contributes, ours in.
        solemn("zkey", "export", "mpcparams", self.path("1"), self.path("params"))
        snarkjs("zkey", "export", "bellman", self.path("1"), self.path("params.theirs"))
        self.assert_same_bytes(self.path("params"), self.path("params.theirs"))
        snarkjs("zkey", "bellman", "contribute", self.their_curve(), self.path("params"), self.path("params2"), "-e=text")
        solemn("zkey", "import", "mpcparams", self.path("1"), self.path("params2"), self.path("2"), "--name", "guest")
        snarkjs_accepts_zkey(self.r1cs, self.powers, self.path("2"))
        solemn("zkey", "verify", self.r1cs, self.powers, self.path("2"), "--previous", self.path("1"))

        # Ours contributes to what came back; their import of our export.
        self.ours_contribute("2", "3", "ours after the guest")
        solemn("zkey", "export", "mpcparams", self.path("3"), self.path("params3"))
        snarkjs("zkey", "import", "bellman", self.path("2"), self.path("params3"), self.path("3t"), "-n=ours through params")
        snarkjs_accepts_zkey(self.r1cs, self.powers, self.path("3t"))
        solemn("zkey", "verify", self.r1cs, self.powers, self.path("3t"), "--previous", self.path("2"))

    def their_curve(self):
        return {"bn254": "bn128", "bls12-381": "bls12381"}[self.curve]

    def test_exported_json_is_theirs(self):
        key = self.final_key()
        solemn("zkey", "export", "vkey", key, self.path("vkey.json"))
        snarkjs("zkey", "export", "verificationkey", key, self.path("vkey.theirs.json"))
        self.assert_same_bytes(self.path("vkey.json"), self.path("vkey.theirs.json"))

        solemn("zkey", "export", "json", key, self.path("key.json"))
        snarkjs("zkey", "export", "json", key, self.path("key.theirs.json"))
        ours, theirs = (json.loads(self.path(n).read_text()) for n in ("key.json", "key.theirs.json"))
        for field in ("protocol", "nVars", "nPublic", "domainSize"):
            self.assertEqual(ours[field], theirs[field], field)

    def test_proofs_cross_over(self):
        key = self.final_key()
        vkey = self.path("vkey.json")
        solemn("zkey", "export", "vkey", key, vkey)
        witnesses = [
            self.circuit.witness(INPUT, self.path("w1.wtns")),
            self.circuit.witness_by_circom(INPUT, self.path("w2.wtns")),
        ]
        self.assert_same_bytes(*witnesses)

        proof, public = self.path("proof.json"), self.path("public.json")
        solemn("proof", "create", key, witnesses[0], proof, public)
        snarkjs_accepts_proof(vkey, public, proof)

        their_proof, their_public = self.path("proof.t.json"), self.path("public.t.json")
        snarkjs("groth16", "prove", key, witnesses[0], their_proof, their_public)
        solemn("proof", "verify", vkey, their_public, their_proof)
        self.assert_same_bytes(public, their_public)
        self.assertNotEqual(proof.read_bytes(), their_proof.read_bytes(), "proofs are randomised")
        self.assertEqual(list(json.loads(proof.read_text())), list(json.loads(their_proof.read_text())))

        values = json.loads(public.read_text())
        values[0] = str(int(values[0]) + 1)
        self.path("wrong.json").write_text(json.dumps(values))
        solemn("proof", "verify", vkey, self.path("wrong.json"), proof, expect=1)
        self.assertEqual(snarkjs("groth16", "verify", vkey, self.path("wrong.json"), proof, expect=None).status, 1)

    def test_a_witness_that_does_not_satisfy_the_circuit_gives_no_proof(self):
        from harness import flip_bit

        key = self.final_key()
        witness = self.circuit.witness(INPUT, self.path("w.wtns"))
        flip_bit(witness, self.path("bad.wtns"), -8 * 32 + 1)
        solemn("proof", "create", key, self.path("bad.wtns"), self.path("proof.json"), self.path("public.json"),
               expect=(1, 4, 6))
        self.assert_absent(self.path("proof.json"), self.path("public.json"))

    def test_info_of_the_circuit_agrees_with_theirs(self):
        report = solemn_json("circuit", "info", self.r1cs)
        theirs = snarkjs("r1cs", "info", self.r1cs).out
        self.assertRegex(theirs, rf"# of Constraints: {report['constraints']}\b")
        self.assertRegex(theirs, rf"# of Wires: {report['wires']}\b")
        self.assertEqual(report["power_needed"], 5)


class Bls12381(Bn254):
    curve = "bls12-381"


class OtherProtocols(Case):
    """PLONK and fflonk keys are read for `info`, and nothing else is done with them."""

    def setUp(self):
        super().setUp()
        self.circuit = compile_circuit("mult20", "bn254")
        solemn("ptau", "new", "bn254", 9, self.path("p0"))
        solemn("ptau", "contribute", self.path("p0"), self.path("p1"), "--name", "somebody")
        solemn("ptau", "prepare", self.path("p1"), self.path("powers"))

    def test_plonk(self):
        snarkjs("plonk", "setup", self.circuit.r1cs, self.path("powers"), self.path("key"))
        self.assertEqual(solemn_json("zkey", "info", self.path("key"))["protocol"], "plonk")
        solemn("zkey", "contribute", self.path("key"), self.path("out"), "--name", "x", expect=(2, 4, 6))
        self.assert_absent(self.path("out"))

    def test_fflonk(self):
        snarkjs("fflonk", "setup", self.circuit.r1cs, self.path("powers"), self.path("key"))
        self.assertEqual(solemn_json("zkey", "info", self.path("key"))["protocol"], "fflonk")
        solemn("zkey", "export", "vkey", self.path("key"), self.path("out"), expect=(2, 4, 6))
        self.assert_absent(self.path("out"))
