"""Shared keys: every way in which sharing has gone wrong elsewhere, or could, by name: the wrong thing goes in, and that named check fails."""

import hashlib
import itertools
import json
import os
import secrets
import unittest

from harness import Case, environment, solemn, solemn_json, solemn_path
from harness.shares import payload_of, text_of
from harness.terminal import at_terminal

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class Attack(Case):
    def setUp(self):
        super().setUp()
        self.path("dice").write_text("".join(secrets.choice("123456") for _ in range(100)))
        self.new("k")

    def new(self, name, *more, folder="s"):
        return solemn_json("keys", "new", name, self.path(folder), "--type", "secp256k1", "--dice", self.path("dice"), *more)

    def set_file(self, name="k", folder="s"):
        return self.path(folder) / f"{name}.set.json"

    def share(self, number, name="k", folder="s"):
        return self.path(folder) / f"{name}.share-{number}.txt"

    def altered(self, number, change, name="bad"):
        """A share whose payload was changed by somebody who knows how checksums are computed."""
        payload = payload_of(self.share(number).read_text())
        change(payload)
        self.path(name).write_text(text_of(payload))
        return self.path(name)

    def refusal(self, *shares, verb="recover", expect=1):
        """What recovery says; the key does not come out."""
        said = solemn("keys", verb, self.set_file(), *shares, "--out", self.path("key"), expect=expect)
        self.assertFalse(self.path("key").exists())
        return said.err

    def failed(self, share):
        report = solemn_json("keys", "share", "verify", self.set_file(), share, expect=1)
        return {check["rule"] for check in report["checks"] if check["outcome"] == "failed"}


class Shares(Attack):
    def test_index_zero_lets_one_share_dictate_the_secret(self):
        """circl PR 644, juicebox-sdk 6: f(0) is the secret itself. No text of such a share is read, and no set has it."""
        def to_zero(payload):
            payload[3] = 0
        self.assertIn("share 0 of 5", self.refusal(self.altered(1, to_zero), self.share(2), self.share(3), expect=4))

    def test_index_beyond_the_count(self):
        def beyond(payload):
            payload[3] = 6
        self.assertIn("share 6 of 5", self.refusal(self.altered(1, beyond), self.share(2), self.share(3), expect=4))

    def test_the_same_share_twice(self):
        self.assertIn("share-duplicates: share 2", self.refusal(self.share(1), self.share(2), self.share(2)))
        self.assertIn("share-duplicates: share 2", self.refusal(*(self.share(i) for i in (1, 2, 3, 2))))

    def test_one_share_under_two_indices(self):
        def other_index(payload):
            payload[3] = 4
        self.assertIn("share-value: share 4", self.refusal(self.share(1), self.share(2), self.altered(2, other_index)))

    def test_too_few(self):
        self.assertIn("share-quorum: 2 good, 3 needed", self.refusal(self.share(1), self.share(5)))

    def test_an_altered_share_never_gives_a_wrong_key_in_silence(self):
        """pybtc 84, Vault 2484: elsewhere any altered share gives some other key, and nobody can say which share it was."""
        for byte in (20, 35, 51):
            def flip(payload, byte=byte):
                payload[byte] ^= 1
            bad = self.altered(4, flip)
            self.assertIn("share-value: share 4", self.refusal(self.share(1), bad, self.share(2)))
            self.assertIn("share-value", self.failed(bad))

    def test_shares_that_cancel_out_in_the_sum(self):
        """Two custodians alter their shares so that the interpolated key stays the same: each is found all the same."""
        one, two = (int.from_bytes(payload_of(self.share(i).read_text())[20:52], "big") for i in (1, 2))
        def to(value):
            def change(payload):
                payload[20:52] = (value % ORDER).to_bytes(32, "big")
            return change
        # lambda_1 = 3, lambda_2 = -3 for indices 1, 2, 3
        bad = [self.altered(1, to(one + 7), "b1"), self.altered(2, to(two + 7), "b2")]
        self.assertIn("share-value: share 1 and share 2", self.refusal(*bad, self.share(3)))

    def test_a_share_out_of_range(self):
        for value in (0, ORDER, 2**256 - 1):
            def change(payload, value=value):
                payload[20:52] = value.to_bytes(32, "big")
            self.assertIn("share-value: share 2", self.refusal(self.share(1), self.altered(2, change), self.share(3)))

    def test_a_share_of_another_key_or_of_an_older_set(self):
        self.new("other")
        self.assertIn("share-set: share 3", self.refusal(self.share(1), self.share(2), self.share(3, "other")))
        solemn("keys", "reshare", self.set_file(), *(self.share(i) for i in (1, 2, 3)), "--out-folder", self.path("new"), "--dice", self.path("dice"))
        self.assertIn("share-set: share 3", self.refusal(self.share(1), self.share(2), self.share(3, folder="new")))
        def claim(payload):
            payload[4:20] = payload_of(self.share(1).read_text())[4:20]
        payload = payload_of(self.share(3, folder="new").read_text())
        claim(payload)
        self.path("claimed").write_text(text_of(payload))
        self.assertIn("share-value: share 3", self.refusal(self.share(1), self.share(2), self.path("claimed")))

    def test_another_threshold_or_count_on_the_sheet(self):
        def lower(payload):
            payload[1] = 2
        self.assertIn("share-numbers: share 1", self.refusal(self.altered(1, lower), self.share(2), self.share(3)))

    def test_a_drill_among_real_shares(self):
        def stamp(payload):
            payload[0] ^= 0x80
        self.assertIn("share-drill: share 1", self.refusal(self.altered(1, stamp), self.share(2), self.share(3)))

    def test_lines_of_two_sheets(self):
        lines = self.share(1).read_text().splitlines()
        lines[5] = self.share(2).read_text().splitlines()[5]
        self.path("mixed").write_text("\n".join(lines))
        self.assertIn("do not belong together", self.refusal(self.path("mixed"), self.share(2), self.share(3), expect=4))

    def test_the_sheet_of_another_day(self):
        """The value is right, but this is not the sheet that was logged: somebody has copied the share."""
        def other_salt(payload):
            payload[52] ^= 1
        self.assertEqual(self.failed(self.altered(1, other_salt)), {"share-commitment"})

    def test_a_typing_error_is_located_and_nothing_of_the_share_is_told(self):
        text = self.share(1).read_text()
        at = text.index("\n3  ") + 6
        wrong = text[:at] + ("Q" if text[at] != "Q" else "P") + text[at + 1:]
        self.path("typed").write_text(wrong)
        said = self.refusal(self.path("typed"), self.share(2), self.share(3), expect=4)
        self.assertIn("line 3: character 3 is probably wrong", said)
        for line in text.splitlines()[3:]:
            for group in line[3:].split():
                self.assertNotIn(group, said)


class Sets(Attack):
    def with_set(self, change):
        value = json.loads(self.set_file().read_text())
        change(value)
        self.path("set.json").write_text(json.dumps(value))
        return self.path("set.json")

    def test_a_set_file_with_the_commitments_of_another_key(self):
        """A share is a share of the key in the inventory, not of whatever key a file names."""
        self.new("other")
        def other(value):
            value["commitments"] = json.loads(self.set_file("other").read_text())["commitments"]
        said = solemn("keys", "share", "verify", self.with_set(other), self.share(1), expect=4)
        self.assertIn("'set_id'", said.err)
        solemn("keys", "share", "verify", self.set_file("other"), self.share(1), expect=1)

    def test_a_public_key_that_is_not_the_first_commitment(self):
        def other(value):
            value["public_key"] = value["commitments"][1]
        self.assertIn("'public_key'", solemn("keys", "share", "verify", self.with_set(other), self.share(1), expect=4).err)

    def test_unknown_and_repeated_fields(self):
        def more(value):
            value["note"] = "x"
        self.assertIn("'note'", solemn("keys", "share", "verify", self.with_set(more), self.share(1), expect=4).err)
        self.path("twice").write_text(self.set_file().read_text().replace('"drill"', '"drill": true,\n"drill"', 1))
        self.assertIn("twice", solemn("keys", "share", "verify", self.path("twice"), self.share(1), expect=4).err)

    def test_coefficients_are_drawn_anew_each_time(self):
        """jsbtc 63: coefficients that are biased or related leak the secret. The same key split twice has nothing in common but C_0."""
        solemn("keys", "recover", self.set_file(), *(self.share(i) for i in (1, 2, 3)), "--out", self.path("key"))
        seen = set()
        for i in range(4):
            solemn("keys", "import", f"again{i}", self.path("key"), self.path("s"), "--type", "secp256k1", "--dice", self.path("dice"))
            commitments = json.loads(self.set_file(f"again{i}").read_text())["commitments"]
            self.assertEqual(commitments[0], json.loads(self.set_file().read_text())["public_key"])
            seen.update(commitments[1:])
        self.assertEqual(len(seen), 8)

    def test_a_sealed_secret_that_was_exchanged(self):
        for name in ("a", "b"):
            solemn("keys", "new", name, self.path("s"), "--type", "ed25519", "--dice", self.path("dice"))
        mine, theirs = (json.loads(self.set_file(n).read_text()) for n in ("a", "b"))
        mine["sealed"] = theirs["sealed"]
        self.path("set.json").write_text(json.dumps(mine))
        recover = ("keys", "recover", self.path("set.json"), *(self.share(i, "a") for i in (1, 2, 3)), "--out", self.path("key"))
        self.assertIn("'set_id'", solemn(*recover, expect=4).err)
        sealed = {name: value if name == "kind" else bytes.fromhex(value) for name, value in mine["sealed"].items()}
        digest = hashlib.sha256(b"solemn sealed digest 1\0" + sealed["kind"].encode() + b"\0" + hashlib.sha256(sealed["public"]).digest() + sealed["nonce"] + sealed["ciphertext"])
        commitments = b"".join(bytes.fromhex(one) for one in mine["commitments"])
        mine["set_id"] = hashlib.sha256(b"solemn share set 1\0\x03\x05" + commitments + digest.digest()).hexdigest()
        self.path("set.json").write_text(json.dumps(mine))  # nothing is wrong with the file now, but the sheets are of another set
        self.assertIn("share-set: share 1", solemn(*recover, expect=1).err)


class Possession(Attack):
    def prove(self, number, challenge):
        solemn("keys", "share", "prove", self.set_file(), self.share(number), "--challenge", challenge, "--force", "-o", self.path("proof"))
        return self.path("proof")

    def failed_proof(self, *more, expect=1):
        report = solemn_json("keys", "share", "check", self.set_file(), self.path("proof"), *more, expect=expect)
        return {check["rule"] for check in report["checks"] if check["outcome"] != "passed"}

    def test_an_old_proof_is_shown_again(self):
        self.prove(1, "2025")
        self.assertEqual(self.failed_proof("--challenge", "2026"), {"proof-challenge"})
        self.assertEqual(self.failed_proof(expect=2), {"proof-challenge"})
        self.assertEqual(self.failed_proof("--challenge", "2025", expect=0), set())

    def test_a_proof_for_another_share_or_set(self):
        proof = json.loads(self.prove(1, "x").read_text())
        for change, rule in (({"index": 2}, "proof-signature"), ({"index": 6}, "proof-index"), ({"set_id": "00" * 32}, "proof-set")):
            self.path("proof").write_text(json.dumps({**proof, **change}))
            self.assertIn(rule, self.failed_proof("--challenge", "x"))

    def test_a_proof_without_the_share(self):
        self.new("other")
        said = solemn("keys", "share", "prove", self.set_file("other"), self.share(1), "--challenge", "x", "-o", self.path("proof"), expect=1)
        self.assertIn("share-set", said.err)


class Matrices(Attack):
    def check(self, change):
        names = "ABCDEFG"
        words = [w for n in names for w in ("--custodian", n)] + [w for i, n in enumerate(names) for w in ("--key", f"k{i}={n}")]
        solemn("keys", "matrix", "new", self.path("m"), *words, "--force")
        value = json.loads(self.path("m").read_text())
        change(value)
        self.path("m").write_text(json.dumps(value))
        report = solemn_json("keys", "matrix", "check", self.path("m"), expect=1)
        return {check["rule"] for check in report["checks"] if check["outcome"] == "failed"}

    def test_every_group_that_could_act_together_is_listed_with_its_keys(self):
        """Seven custodians, seven keys, 3 of 5: 98 groups of three to six, counted here a second time."""
        names = "ABCDEFG"
        words = [w for n in names for w in ("--custodian", n)] + [w for i, n in enumerate(names) for w in ("--key", f"k{i}={n}")]
        solemn("keys", "matrix", "new", self.path("m"), *words)
        placed = {key["key"]: set(key["holders"]) for key in json.loads(self.path("m").read_text())["keys"]}
        ours = {tuple(one["custodians"]): one["keys"] for one in solemn_json("keys", "matrix", "check", self.path("m"), "--groups")["groups"]}
        groups = [group for size in (3, 4, 5, 6) for group in itertools.combinations(names, size)]
        self.assertEqual(ours, {group: [key for key, holders in placed.items() if len(holders & set(group)) >= 3] for group in groups})
        self.assertEqual((len(ours), min(map(len, ours.values()))), (98, 1))

    def test_two_custodians_rebuild_a_key(self):
        def low(value):
            value["threshold"] = 2
        self.assertIn("two-custodians", self.check(low))

    def test_two_shares_of_one_key_in_one_hand(self):
        def twice(value):
            value["keys"][0]["holders"][1] = value["keys"][0]["holders"][0]
        self.assertEqual(self.check(twice), {"one-share-each", "two-custodians"})

    def test_a_share_of_the_own_key(self):
        def own(value):
            value["keys"][0]["holders"][0] = "A"
        self.assertEqual(self.check(own), {"own-key"})

    def test_a_key_that_dies_with_one_custodian(self):
        def few(value):
            value["keys"][0]["holders"] = value["keys"][0]["holders"][:3]
        self.assertEqual(self.check(few), {"loss"})

    def test_an_unsafe_placement_is_not_written(self):
        solemn("keys", "matrix", "new", self.path("n"), "--custodian", "A", "--custodian", "B", "--custodian", "C", "--key", "k", "--threshold", "2",
               "--shares", "3", expect=6)
        self.assert_absent(self.path("n"))


class Secrets(Attack):
    def test_no_secret_comes_from_or_goes_to_where_others_look(self):
        solemn("keys", "recover", self.set_file(), *(self.share(i) for i in (1, 2, 3)), "--out", self.path("key"))
        key = self.path("key").read_text().strip()
        self.assertEqual(self.path("key").stat().st_mode & 0o777, 0o600)
        for i in range(1, 6):
            self.assertEqual(self.share(i).stat().st_mode & 0o777, 0o600)
        self.assertNotIn(key, self.set_file().read_text())
        said = solemn("keys", "recover", self.set_file(), *(self.share(i) for i in (1, 2, 3)), "--show", expect=6)  # no terminal
        self.assertNotIn(key, said.out + said.err)
        said = solemn("keys", "recover", self.set_file(), *(self.share(i) for i in (1, 2, 3)), "--out", self.path("key"), expect=2)
        self.assertIn("exists", said.err)

    def test_a_shown_key_is_shown_at_a_terminal_only(self):
        solemn("keys", "recover", self.set_file(), *(self.share(i) for i in (1, 2, 3)), "--out", self.path("key"))
        argv = [solemn_path(), "keys", "recover", self.set_file(), *(self.share(i) for i in (1, 2, 3)), "--show"]
        status, said, _ = at_terminal([str(a) for a in argv], [], env=environment())
        self.assertEqual(status, 0)
        self.assertIn(self.path("key").read_text().strip(), said)

    def test_a_typed_share_is_not_shown_and_its_errors_are_told_at_once(self):
        lines = [line[3:] for line in self.share(1).read_text().splitlines()[3:]]
        wrong = ("Q" if lines[0][0] != "Q" else "P") + lines[0][1:]
        answers = [("line 1 of 5: ", wrong), ("once more: ", lines[0])] + [(f"line {i} of 5: ", lines[i - 1]) for i in range(2, 6)]
        argv = [str(a) for a in (solemn_path(), "keys", "share", "verify", self.set_file())]
        status, said, left = at_terminal(argv, answers, env=environment())
        self.assertEqual((status, left), (0, []), said)
        self.assertIn("character 1 is probably wrong", said)
        for line in lines:
            self.assertNotIn(line.split()[0] + " " + line.split()[1], said)

    def test_shares_are_never_written_over(self):
        before = self.share(1).read_bytes()
        solemn("keys", "new", "k", self.path("s"), "--type", "secp256k1", "--dice", self.path("dice"), "--force", expect=6)
        self.assertEqual(self.share(1).read_bytes(), before)

    def test_one_source_of_randomness_is_not_enough_and_few_throws_are_refused(self):
        self.path("few").write_text("1" * 99)
        said = solemn("keys", "new", "few", self.path("s"), "--type", "secp256k1", "--dice", self.path("few"), expect=2)
        self.assertIn("99 throws", said.err)
        self.assertFalse(os.path.exists(self.set_file("few")))


if __name__ == "__main__":
    unittest.main()
