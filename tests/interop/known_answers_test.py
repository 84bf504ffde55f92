"""Deterministic outputs are byte-identical to what snarkjs 0.7.6 writes (spec/snarkjs-formats.md section 12)."""

import known_answers
from harness import KNOWN_ANSWER_BEACON, Case, compile_circuit, solemn, solemn_json

BEACON = ("--name", "Beacon", "--value", KNOWN_ANSWER_BEACON, "--iterations-exp", 10, "--insecure-test-beacon")


def prepared_powers(case: Case, curve: str, power: int):
    """The prepared file of procedure P1."""
    new, beacon, prepared = (case.path(f"{curve}-{power}.{step}.ptau") for step in ("new", "beacon", "prepared"))
    solemn("ptau", "new", curve, power, new)
    solemn("ptau", "beacon", new, beacon, *BEACON)
    solemn("ptau", "prepare", beacon, prepared)
    return prepared


class PowersOfTau(Case):
    def check(self, curve: str, power: int):
        (answer,) = [a for a in known_answers.PHASE1 if (a.curve, a.power) == (curve, power)]
        new, beacon, prepared = (self.path(f"{step}.ptau") for step in ("new", "beacon", "prepared"))

        report = solemn_json("ptau", "new", curve, power, new)
        self.assertEqual(report["first_challenge"], answer.first_challenge)
        self.assert_sha256(new, answer.new)

        report = solemn_json("ptau", "beacon", new, beacon, *BEACON)
        self.assertEqual(report["response_hash"], answer.response)
        self.assertEqual(report["next_challenge"], answer.challenge)
        self.assert_sha256(beacon, answer.beacon)

        solemn("ptau", "prepare", beacon, prepared)
        self.assert_sha256(prepared, answer.prepared)
        solemn("ptau", "verify", prepared, "--insecure-test-beacon")

    def test_bn254_power_1(self):
        self.check("bn254", 1)

    def test_bn254_power_2(self):
        self.check("bn254", 2)

    def test_bn254_power_4(self):
        self.check("bn254", 4)

    def test_bn254_power_8(self):
        self.check("bn254", 8)

    def test_bls12_381_power_1(self):
        self.check("bls12-381", 1)

    def test_bls12_381_power_2(self):
        self.check("bls12-381", 2)

    def test_bls12_381_power_4(self):
        self.check("bls12-381", 4)

    def test_bls12_381_power_8(self):
        self.check("bls12-381", 8)

    def test_the_number_of_threads_changes_no_byte(self):
        one, two = self.path("one.ptau"), self.path("two.ptau")
        source = prepared_powers(self, "bn254", 4)
        solemn("ptau", "new", "bn254", 8, self.path("new.ptau"))
        solemn("ptau", "beacon", self.path("new.ptau"), one, *BEACON, "--threads", 1)
        solemn("ptau", "beacon", self.path("new.ptau"), two, *BEACON, "--threads", 2)
        self.assert_same_bytes(one, two)
        self.assertTrue(source.exists())

    def test_the_backends_agree_on_every_byte(self):
        from harness import environment

        solemn("ptau", "new", "bn254", 6, self.path("new.ptau"))
        backends = solemn_json("--version")["backends"]
        for backend in backends:
            env = environment(SOLEMN_BACKEND=backend)
            solemn("ptau", "beacon", self.path("new.ptau"), self.path(f"{backend}.b"), *BEACON, env=env)
            solemn("ptau", "prepare", self.path(f"{backend}.b"), self.path(f"{backend}.f"), env=env)
        for backend in backends:
            self.assert_same_bytes(self.path("portable.f"), self.path(f"{backend}.f"))


class ProvingKeys(Case):
    def check(self, curve: str, circuit_name: str):
        (answer,) = [a for a in known_answers.PHASE2 if (a.curve, a.circuit) == (curve, circuit_name)]
        circuit = compile_circuit(circuit_name, curve)
        self.assert_sha256(circuit.r1cs, answer.r1cs)
        powers = prepared_powers(self, curve, 8)
        new, beacon = self.path("0.zkey"), self.path("b.zkey")

        report = solemn_json("zkey", "new", circuit.r1cs, powers, new)
        self.assertEqual(report["circuit_hash"], answer.circuit_hash)
        self.assert_sha256(new, answer.new)

        report = solemn_json("zkey", "beacon", new, beacon, *BEACON)
        self.assertEqual(report["contribution_hash"], answer.contribution)
        self.assert_sha256(beacon, answer.beacon)
        solemn("zkey", "verify", circuit.r1cs, powers, beacon, "--insecure-test-beacon")

        solemn("zkey", "export", "vkey", beacon, self.path("vkey.json"))
        self.assert_sha256(self.path("vkey.json"), answer.vkey)
        solemn("zkey", "export", "mpcparams", beacon, self.path("params"))
        self.assert_sha256(self.path("params"), answer.mpcparams)

        witness = circuit.witness({"a": 3, "b": 11}, self.path("w.wtns"))
        self.assert_sha256(witness, answer.witness)
        files = self.path("proof.json"), self.path("public.json")
        solemn("proof", "create", beacon, witness, *files)
        solemn("proof", "verify", self.path("vkey.json"), self.path("public.json"), self.path("proof.json"))

    def test_bn254_mult1(self):
        self.check("bn254", "mult1")

    def test_bn254_mult20(self):
        self.check("bn254", "mult20")

    def test_bls12_381_mult1(self):
        self.check("bls12-381", "mult1")

    def test_bls12_381_mult20(self):
        self.check("bls12-381", "mult20")


class TheTutorialBeacon(Case):
    def test_it_is_refused_without_the_flag(self):
        solemn("ptau", "new", "bn254", 2, self.path("new.ptau"))
        refused = solemn("ptau", "beacon", self.path("new.ptau"), self.path("b.ptau"), *BEACON[:-1], expect=6)
        self.assertIn("--insecure-test-beacon", refused.err)
        self.assert_absent(self.path("b.ptau"))
