"""Keys under which anybody can forge proofs: the 2026 losses (Veil Cash, FoomCash) and their relatives. Each is refused by name at every door, and the forgery is carried
out, to show what the refusal is for."""

import json

from ceremony import BEACON, Attack, phase1, phase2, zkey_records, zkey_section
from harness import snarkjs, snarkjs_accepts_proof, solemn, solemn_json
from harness.bn254 import G1, G2, forge_under_skipped_phase_2, g1_bytes, g2_bytes, g2_multiply, multiply
from harness.files import replace_section, section


class SkippedPhase2(Attack):
    def test_a_key_without_contributions_is_refused_everywhere(self):
        at = phase2()
        report = self.assert_zkey_fails(at["zero"], "contributions-exist")
        self.assert_rules(report, ["delta-not-gamma"])
        self.assert_rules(report, ["delta-not-generator"])
        for what in ("vkey", "solidity", "arkworks-vk", "arkworks-pk", "json"):
            with self.subTest(export=what):
                said = solemn("zkey", "export", what, at["zero"], self.path("out"), expect=6).err
                self.assertIn("contributions-exist", said)
                self.assertIn("hint:", said)
                self.assert_absent(self.path("out"))
        solemn("proof", "create", at["zero"], at["wtns"], self.path("p"), self.path("q"), expect=6)
        witness = at["wtns"].read_bytes()
        self.path("w").write_bytes(witness[:-32] + b"\xff" * 32)  # a value above r: malformed, but the key comes first
        for threads in (1, 2):
            solemn("proof", "create", at["zero"], self.path("w"), self.path("p"), self.path("q"), "--threads", threads, expect=6)
            solemn("proof", "create", at["final"], self.path("w"), self.path("p"), self.path("q"), "--threads", threads, expect=4)
        self.assert_absent(self.path("p"), self.path("q"))

    def test_the_forgery_works_and_is_refused(self):
        at = phase2()
        solemn("zkey", "export", "vkey", at["zero"], self.path("vkey.json"), "--insecure-test-key")
        self.assertIn("insecure", self.path("vkey.json").read_text())
        lies = [123456789]  # nobody knows factors that the circuit would accept; nobody needs to
        forge_under_skipped_phase_2(self.path("vkey.json"), lies, self.path("proof.json"), self.path("public.json"))
        files = (self.path("vkey.json"), self.path("public.json"), self.path("proof.json"))
        snarkjs_accepts_proof(*files)  # the peer takes it
        report = solemn_json("proof", "verify", *files, expect=1)
        self.assert_rules(report, ["key-sound"])
        passed = [c["rule"] for c in report["checks"] if c["outcome"] == "passed"]
        self.assertIn("pairing-equation", passed)  # the equation holds: only looking at the key helps
        self.assertEqual(self.failed_rules(solemn_json("proof", "verify", *files, "--insecure-test-key", expect=0)), [])
        self.assert_rules(solemn_json("vkey", "check", files[0], expect=1), ["delta-not-gamma"])

    def test_the_same_forgery_fails_under_the_finished_key(self):
        at = phase2()
        forge_under_skipped_phase_2(at["vkey"], [123456789], self.path("proof.json"), self.path("public.json"))
        report = solemn_json("proof", "verify", at["vkey"], self.path("public.json"), self.path("proof.json"), expect=1)
        self.assertEqual(self.failed_rules(report), ["pairing-equation"])

    def test_a_stamped_solidity_verifier(self):
        solemn("zkey", "export", "solidity", phase2()["zero"], self.path("v.sol"), "--insecure-test-key")
        self.assertIn("insecure test key", self.path("v.sol").read_text())

    def test_only_a_beacon_is_no_secret(self):
        at = phase2()
        solemn("zkey", "beacon", at["zero"], self.path("z"), *BEACON)
        self.assert_zkey_fails(self.path("z"), "secret-contribution")
        solemn("ptau", "beacon", phase1()["fresh"], self.path("p"), *BEACON)
        self.assert_ptau_fails(self.path("p"), "secret-contribution")


class FakeContributions(Attack):
    """A key on which nobody contributed, with a record that says somebody did: delta = 7, known to the forger, but neither generator nor gamma."""

    def test_a_made_up_record_opens_no_door(self):
        at = phase2()
        header = bytearray(section(at["zero"], 2))
        delta2 = g2_multiply(7, G2)
        header[468:532], header[532:660] = g1_bytes(multiply(7, G1)), g2_bytes(delta2)
        replace_section(at["zero"], self.path("z1"), 2, bytes(header))
        record = bytearray(zkey_records(section(at["one"], 10))[0])
        record[:64] = g1_bytes(multiply(7, G1))
        replace_section(self.path("z1"), self.path("z"), 10, zkey_section(section(at["zero"], 10)[:64], [bytes(record)]))
        self.assert_zkey_fails(self.path("z"), "contribution-ratios")
        for what in ("vkey", "solidity", "arkworks-vk", "arkworks-pk", "mpcparams", "json"):
            with self.subTest(export=what):
                self.assertIn("contribution-ratios", solemn("zkey", "export", what, self.path("z"), self.path("o"), expect=6).err)
        self.assertIn("contribution-ratios", solemn("zkey", "contribute", self.path("z"), self.path("o"), "--name", "x", expect=1).err)
        self.assert_absent(self.path("o"))
        solemn("zkey", "export", "vkey", self.path("z"), self.path("v"), "--insecure-test-key")
        self.assert_rules(solemn_json("vkey", "check", self.path("v"), "--zkey", self.path("z"), expect=1), ["contribution-ratios"])


class ForgeableHeaders(Attack):
    """Section 2 of a finished key, edited."""

    ALPHA1, BETA1, BETA2, GAMMA2, DELTA1, DELTA2 = 84, 148, 212, 340, 468, 532

    def edited(self, *edits):
        header = bytearray(section(phase2()["final"], 2))
        for at, body in edits:
            header[at : at + len(body)] = body
        replace_section(phase2()["final"], self.path("z"), 2, bytes(header))
        return self.path("z")

    def test_the_offsets_are_right(self):
        header = section(phase2()["final"], 2)
        self.assertEqual(header[self.GAMMA2 : self.GAMMA2 + 128], g2_bytes(G2))
        self.assertEqual(len(header), 660)

    def test_delta_equal_to_gamma(self):
        header = section(phase2()["final"], 2)
        delta = header[self.DELTA2 : self.DELTA2 + 128]
        file = self.edited((self.GAMMA2, delta))
        self.assert_zkey_fails(file, "delta-not-gamma")
        self.assertIn("delta-not-gamma", solemn("zkey", "export", "vkey", file, self.path("v"), expect=6).err)

    def test_delta_set_to_the_generator(self):
        file = self.edited((self.DELTA1, g1_bytes(G1)), (self.DELTA2, g2_bytes(G2)))
        self.assert_zkey_fails(file, "delta-not-generator")
        self.assert_zkey_fails(file, "delta-matches-chain")

    def test_delta2_of_another_number_than_delta1(self):
        self.assert_zkey_fails(self.edited((self.DELTA2, g2_bytes(G2))), "delta-g1-g2")

    def test_gamma_that_is_not_the_generator(self):
        header = section(phase2()["final"], 2)
        self.assert_zkey_fails(self.edited((self.GAMMA2, header[self.BETA2 : self.BETA2 + 128])), "gamma-is-generator")

    def test_alpha_of_another_phase_1(self):
        self.assert_zkey_fails(self.edited((self.ALPHA1, g1_bytes(G1))), "ptau-alpha-beta")

    def test_infinity_in_the_header(self):
        for at, size in ((self.ALPHA1, 64), (self.BETA2, 128), (self.GAMMA2, 128), (self.DELTA1, 64), (self.DELTA2, 128)):
            with self.subTest(at=at):
                self.assert_zkey_fails(self.edited((at, bytes(size))), "structure", "curve-points")


class VerificationKeys(Attack):
    def vkey(self, **changes):
        key = json.loads(phase2()["vkey"].read_text())
        key.pop("vk_alphabeta_12", None)
        for name, value in changes.items():
            key[name] = value(key) if callable(value) else value
        self.path("v.json").write_text(json.dumps(key, indent=1))
        return self.path("v.json")

    def test_a_good_key_lacks_only_what_it_cannot_show(self):
        report = solemn_json("vkey", "check", phase2()["vkey"], expect=2)
        self.assertEqual(self.failed_rules(report), [])
        solemn("vkey", "check", phase2()["vkey"], "--zkey", phase2()["final"])

    def test_a_key_of_another_zkey(self):
        report = solemn_json("vkey", "check", phase2()["vkey"], "--zkey", phase2()["two"], expect=1)
        self.assert_rules(report, ["matches-zkey"])

    def test_delta_equal_to_gamma(self):
        file = self.vkey(vk_delta_2=lambda k: k["vk_gamma_2"])
        self.assert_rules(solemn_json("vkey", "check", file, expect=1), ["delta-not-gamma"])

    def test_public_inputs_that_bind_nothing(self):
        file = self.vkey(IC=lambda k: [k["IC"][0]] + [["0", "1", "0"]] * (len(k["IC"]) - 1))
        self.assert_rules(solemn_json("vkey", "check", file, expect=1), ["ic-binds-inputs"])

    def test_alphabeta_that_disagrees(self):
        key = json.loads(phase2()["vkey"].read_text())
        key["vk_alphabeta_12"][0][0][0] = str(int(key["vk_alphabeta_12"][0][0][0]) ^ 1)
        self.path("v.json").write_text(json.dumps(key))
        self.assert_rules(solemn_json("vkey", "check", self.path("v.json"), expect=1), ["structure", "alpha-beta-match"])

    def test_points_that_are_none(self):
        for name, change in {
            "off the curve": lambda k: [k["vk_alpha_1"][0], str(int(k["vk_alpha_1"][1]) + 1), "1"],
            "over the modulus": lambda k: [str(int(k["vk_alpha_1"][0]) + 21888242871839275222246405745257275088696311157297823662689037894645226208583),
                                           k["vk_alpha_1"][1], "1"],
        }.items():
            with self.subTest(name):
                self.assert_rules(solemn_json("vkey", "check", self.vkey(vk_alpha_1=change), expect=1), ["structure"])


class Proofs(Attack):
    def test_public_input_aliases_are_refused(self):
        """x and x + r give the same proof equation: only canonical values count (snarkjs#358)."""
        at = phase2()
        values = json.loads(at["public"].read_text())
        values[0] = str(int(values[0]) + 21888242871839275222246405745257275088548364400416034343698204186575808495617)
        self.path("public.json").write_text(json.dumps(values))
        self.assert_rules(solemn_json("proof", "verify", at["vkey"], self.path("public.json"), at["proof"], expect=1), ["structure", "public-range"])

    def test_a_wrong_input_and_a_wrong_count(self):
        at = phase2()
        self.path("a.json").write_text('["34"]')
        self.assert_rules(solemn_json("proof", "verify", at["vkey"], self.path("a.json"), at["proof"], expect=1), ["pairing-equation"])
        self.path("b.json").write_text('["33", "33"]')
        self.assert_rules(solemn_json("proof", "verify", at["vkey"], self.path("b.json"), at["proof"], expect=1), ["public-count"])

    def test_a_witness_that_does_not_satisfy_the_circuit(self):
        at = phase2()
        data = bytearray(at["wtns"].read_bytes())
        data[-32] ^= 1
        self.path("w").write_bytes(data)
        solemn("proof", "create", at["final"], self.path("w"), self.path("p"), self.path("q"), expect=1)
        self.assert_absent(self.path("p"), self.path("q"))
