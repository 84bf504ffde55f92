"""Chains that somebody has tampered with: replayed, reordered, dropped, forged anew, relabelled, endless."""

import struct
import time

from ceremony import BEACON, POWER, Attack, folder, phase1, phase2, ptau_records, ptau_section, zkey_records, zkey_section
from harness import KNOWN_ANSWER_BEACON, solemn, solemn_json
from harness.bn254 import G1, g1_bytes, g2_bytes, g2_outside_the_subgroup
from harness.files import replace_section, section


class ZkeyChain(Attack):
    def with_records(self, change, source="final"):
        body = section(phase2()[source], 10)
        items = zkey_records(body)
        replace_section(phase2()[source], self.path("z"), 10, zkey_section(body[:64], change(items)))
        return self.path("z")

    def test_replayed(self):
        self.assert_zkey_fails(self.with_records(lambda r: [r[0], r[0], *r[1:]]), "contribution-transcripts")

    def test_reordered(self):
        self.assert_zkey_fails(self.with_records(lambda r: [r[1], r[0], r[2]]), "contribution-transcripts")

    def test_dropped_from_the_middle(self):
        self.assert_zkey_fails(self.with_records(lambda r: [r[0], r[2]]), "contribution-transcripts")

    def test_dropped_from_the_end(self):
        self.assert_zkey_fails(self.with_records(lambda r: r[:-1]), "delta-matches-chain")

    def test_every_field_of_a_record_counts(self):
        """deltaAfter, s, sx, spx, transcript: a wrong value in each is a named failure."""
        at_field = {"delta_after": 0, "g1_s": 64, "g1_sx": 128}
        for name, at in at_field.items():
            with self.subTest(name):
                file = self.with_records(lambda r, at=at: [r[0], r[1][:at] + g1_bytes(G1) + r[1][at + 64 :], r[2]])
                self.assert_zkey_fails(file, "contribution-transcripts", "contribution-ratios", "contribution-not-trivial")
        file = self.with_records(lambda r: [r[0], r[1][:192] + r[0][192:320] + r[1][320:], r[2]])
        self.assert_zkey_fails(file, "contribution-ratios", "contribution-transcripts")
        file = self.with_records(lambda r: [r[0], r[1][:320] + bytes(64) + r[1][384:], r[2]])
        self.assert_zkey_fails(file, "contribution-transcripts")

    def test_the_last_contribution_is_checked_like_every_other(self):
        """Elsewhere the last one never was: two honest ends of one chain, the record of one in the file of the other."""
        solemn("zkey", "contribute", phase2()["one"], self.path("other"), "--name", "Mallory")
        replace_section(phase2()["two"], self.path("z"), 10, section(self.path("other"), 10))
        self.assert_zkey_fails(self.path("z"), "delta-matches-chain")
        self.assert_zkey_fails(self.with_records(lambda r: [r[0], r[1][:192] + r[0][192:320] + r[1][320:]], source="two"), "contribution-ratios")

    def test_a_point_outside_the_subgroup_in_a_record(self):
        outside = g2_bytes(g2_outside_the_subgroup())
        file = self.with_records(lambda r: [r[0], r[1][:192] + outside + r[1][320:], r[2]])
        self.assert_zkey_fails(file, "structure", "subgroup-points")

    def test_a_changed_beacon(self):
        def change(items):
            last = bytearray(items[-1])
            last[-1] ^= 1  # the last byte of the beacon value
            return [*items[:-1], bytes(last)]

        self.assert_zkey_fails(self.with_records(change), "beacon-steps")

    def exponent(self, value):
        def change(items):
            at = items[-1].index(b"\x02\x0a\x03", 392)
            return [*items[:-1], items[-1][: at + 1] + bytes([value]) + items[-1][at + 2 :]]

        return self.with_records(change)

    def test_a_hostile_exponent_never_hangs(self):
        for value in (33, 40, 63, 64, 255):
            with self.subTest(value=value):
                began = time.monotonic()
                report = solemn_json("zkey", "verify", phase2()["r1cs"], phase2()["ptau"], self.exponent(value), expect=(1, 2, 4), timeout=60)
                self.assertLess(time.monotonic() - began, 60)
                self.assertNotEqual(report.get("verdict"), "accepted")

    def test_a_wrong_exponent(self):
        self.assert_zkey_fails(self.exponent(11), "beacon-steps")

    def test_forged_anew_from_genesis(self):
        """A chain of the attacker's own, with the same names, verifies by itself; it does not extend the accepted head (multisetups#15)."""
        at = phase2()
        solemn("zkey", "contribute", at["zero"], self.path("1"), "--name", "Alice")
        solemn("zkey", "contribute", self.path("1"), self.path("2"), "--name", "Bob")
        solemn("zkey", "contribute", self.path("2"), self.path("3"), "--name", "Carol")
        solemn("zkey", "verify", at["r1cs"], at["ptau"], self.path("3"))
        self.assert_zkey_fails(self.path("3"), "extends-previous", extra=("--previous", at["two"]))
        solemn("zkey", "verify", at["r1cs"], at["ptau"], at["final"], "--previous", at["two"])
        solemn("zkey", "verify", at["r1cs"], at["ptau"], at["final"], "--previous", at["zero"])

    def test_a_wrong_predecessor_and_no_progress(self):
        at = phase2()
        self.assert_zkey_fails(at["one"], "extends-previous", extra=("--previous", at["two"]))
        self.assert_zkey_fails(at["two"], "extends-previous", extra=("--previous", at["two"]))

    def test_relabelled_records_are_shown_as_claims(self):
        """Names and kinds are under no hash: nothing can notice, so nothing is shown as a fact."""
        file = self.with_records(lambda r: [r[0].replace(b"Alice", b"Mallo"), *r[1:]])
        solemn("zkey", "verify", phase2()["r1cs"], phase2()["ptau"], file)
        said = solemn("zkey", "info", file).out
        self.assertIn("claimed by 'Mallo'", said)

    def test_control_characters_in_a_name_are_escaped(self):
        file = self.with_records(lambda r: [r[0].replace(b"Alice", b"\x1b[2JX"), *r[1:]])
        said = solemn("zkey", "info", file).out
        self.assertNotIn("\x1b", said)
        self.assertIn("\\x1b", said.lower())

    def test_names_that_would_hurt_a_terminal_are_not_written(self):
        for name in ("a\x1b[2J", "two\nlines", "\u202etxt", b"\xff\xfe"):
            for words in (("zkey", "contribute", phase2()["one"]), ("ptau", "contribute", phase1()["one"])):
                with self.subTest(name=name, noun=words[0]):
                    shown = name if isinstance(name, str) else name.decode("utf-8", "surrogateescape")
                    solemn(*words, self.path("o"), "--name", shown, expect=2)
        self.assert_absent(self.path("o"))
        solemn("zkey", "contribute", phase2()["one"], self.path("o"), "--name", "J\u00fcrgen \u738b")

    def test_a_chain_of_another_circuit(self):
        body = section(phase2()["final"], 10)
        replace_section(phase2()["final"], self.path("z"), 10, bytes(64) + body[64:])
        report = self.assert_zkey_fails(self.path("z"), "circuit-hash")
        self.assert_rules(report, ["contribution-transcripts"])


class PtauChain(Attack):
    def with_records(self, change, source="final"):
        body = section(phase1()[source], 7)
        replace_section(phase1()[source], self.path("p"), 7, ptau_section(change(ptau_records(body))))
        return self.path("p")

    def test_the_honest_file_passes(self):
        solemn("ptau", "verify", phase1()["final"])
        solemn("ptau", "verify", phase1()["final"], "--previous", phase1()["one"])

    def test_no_contributions(self):
        self.assert_ptau_fails(phase1()["fresh"], "contributions-exist")

    def test_replayed(self):
        self.assert_ptau_fails(self.with_records(lambda r: [r[0], r[0], *r[1:]]), "contribution-keys", "contribution-ratios")

    def test_reordered(self):
        self.assert_ptau_fails(self.with_records(lambda r: [r[1], r[0], r[2]]), "contribution-keys", "contribution-ratios")

    def test_dropped(self):
        self.assert_ptau_fails(self.with_records(lambda r: [r[0], r[2]]), "contribution-keys", "contribution-ratios")
        self.assert_ptau_fails(self.with_records(lambda r: r[:-1]), "tau-g1-powers", "last-challenge", "alpha-tau-powers")

    def test_the_last_contribution_is_checked_like_every_other(self):
        """Elsewhere the last one never was: two honest ends of one chain, the record of one in the file of the other."""
        solemn("ptau", "contribute", phase1()["one"], self.path("other"), "--name", "Mallory")
        replace_section(phase1()["two"], self.path("p"), 7, section(self.path("other"), 7))
        report = self.assert_ptau_fails(self.path("p"), "last-challenge")
        self.assert_rules(report, ["tau-g1-powers"])
        self.assert_rules(report, ["alpha-tau-powers"])
        self.assert_ptau_fails(self.with_records(lambda r: [r[0], r[1][:448] + r[0][448:1216] + r[1][1216:]], source="two"), "contribution-keys")

    def test_nobody_builds_on_a_broken_chain(self):
        """The last record is right, so the new step would verify, and the file never."""
        for change, rule in ((lambda r: [r[0], r[0], *r[1:]], "contribution-keys"), (lambda r: [r[1]], "contribution-keys")):
            file = self.with_records(change, source="two")
            self.assertIn(rule, solemn("ptau", "contribute", file, self.path("o"), "--name", "x", expect=1).err)
            self.assertIn(rule, solemn("ptau", "beacon", file, self.path("o"), *BEACON, expect=1).err)
        self.assert_absent(self.path("o"))

    def test_forged_anew_from_genesis(self):
        solemn("ptau", "contribute", phase1()["fresh"], self.path("1"), "--name", "Alice")
        solemn("ptau", "contribute", self.path("1"), self.path("2"), "--name", "Bob")
        solemn("ptau", "verify", self.path("2"))
        self.assert_ptau_fails(self.path("2"), "extends-previous", extra=("--previous", phase1()["one"]))

    def test_every_point_of_a_record_counts(self):
        """9 G1 and 5 G2 points, in the order tauG1 tauG2 alphaG1 betaG1 betaG2, 6 key points in G1, 3 in G2."""
        sizes = [64, 128, 64, 64, 128] + [64] * 6 + [128] * 3
        at = 0
        for index, size in enumerate(sizes):
            with self.subTest(point=index):
                file = self.with_records(lambda r, at=at, size=size: [r[0], r[1][:at] + r[0][at : at + size] + r[1][at + size :], r[2]])
                self.assert_ptau_fails(file, "contribution-keys", "contribution-ratios", "contribution-not-trivial")
            at += size

    def test_a_changed_challenge_or_state(self):
        """The state of the last step is bound by the last challenge; those of earlier steps only by an earlier file (--previous)."""

        def flipped(record, at):
            return record[:at] + bytes([record[at] ^ 1]) + record[at + 1 :]

        state, challenge = 1216 + 130, 1216 + 216 + 5
        self.assert_ptau_fails(self.with_records(lambda r: [*r[:-1], flipped(r[-1], state)]), "last-challenge")
        self.assert_ptau_fails(self.with_records(lambda r: [r[0], flipped(r[1], challenge), r[2]]), "contribution-keys")
        earlier = self.with_records(lambda r: [r[0], flipped(r[1], state), r[2]])
        self.assert_ptau_fails(earlier, "extends-previous", extra=("--previous", phase1()["two"]))

    def test_the_last_challenge(self):
        at = 1216 + 216
        file = self.with_records(lambda r: [*r[:-1], r[-1][:at] + bytes(64) + r[-1][at + 64 :]])
        self.assert_ptau_fails(file, "last-challenge")

    def test_a_changed_beacon_and_hostile_exponents(self):
        def change(items, value=None):
            at = items[-1].index(b"\x02\x0a\x03", 1496)
            if value is None:
                return [*items[:-1], items[-1][:-1] + bytes([items[-1][-1] ^ 1])]
            return [*items[:-1], items[-1][: at + 1] + bytes([value]) + items[-1][at + 2 :]]

        self.assert_ptau_fails(self.with_records(change), "beacon-steps")
        self.assert_ptau_fails(self.with_records(lambda r: change(r, 11)), "beacon-steps")
        for value in (33, 40, 63, 255):
            with self.subTest(value=value):
                report = solemn_json("ptau", "verify", self.with_records(lambda r, v=value: change(r, v)), expect=(1, 2, 4), timeout=60)
                self.assertNotEqual(report.get("verdict"), "accepted")


class TutorialBeacon(Attack):
    """The value of snarkjs' README: everybody knew it before the last contribution."""

    VALUES = (KNOWN_ANSWER_BEACON, KNOWN_ANSWER_BEACON[:-2], "00" * 32, "ff" * 32, "0102")

    def test_is_not_used(self):
        for value in self.VALUES:
            with self.subTest(value):
                solemn("ptau", "beacon", phase1()["two"], self.path("p"), "--name", "B", "--value", value, "--iterations-exp", 10, expect=6)
                solemn("zkey", "beacon", phase2()["two"], self.path("z"), "--name", "B", "--value", value, "--iterations-exp", 10, expect=6)
                self.assert_absent(self.path("p"), self.path("z"))

    def test_is_not_accepted(self):
        args = ("--name", "B", "--value", KNOWN_ANSWER_BEACON, "--iterations-exp", 10, "--insecure-test-beacon")
        solemn("ptau", "beacon", phase1()["two"], self.path("p"), *args)
        self.assert_ptau_fails(self.path("p"), "no-test-beacon")
        solemn("ptau", "verify", self.path("p"), "--insecure-test-beacon")
        solemn("zkey", "beacon", phase2()["two"], self.path("z"), *args)
        self.assert_zkey_fails(self.path("z"), "no-test-beacon")
        solemn("zkey", "verify", phase2()["r1cs"], phase2()["ptau"], self.path("z"), "--insecure-test-beacon")

    def test_bad_values_and_exponents(self):
        for extra in (("--value", "zz"), ("--value", ""), ("--value", "0x" + "ab" * 32), ("--value", "ab" * 256)):
            with self.subTest(extra):
                solemn("ptau", "beacon", phase1()["two"], self.path("p"), "--name", "B", *extra, "--iterations-exp", 10, expect=2)
        for exponent in ("9", "41", "-1", "10x", ""):
            with self.subTest(exponent):
                solemn("ptau", "beacon", phase1()["two"], self.path("p"), *BEACON[:-1], exponent, expect=2)
        self.assert_absent(self.path("p"))
