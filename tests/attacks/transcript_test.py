"""What somebody could do to the record of a ceremony, by name: the check of that name fails, and nothing else has to be believed."""

import base64
import json
import shutil

from harness import Case, solemn, solemn_json
from harness.record import Record, canonical, leaf_hash, tree_root


class Attack(Case):
    def setUp(self):
        super().setUp()
        self.record = Record(self.folder)
        self.record.append("contribution", "alice", "--text", "one")
        self.record.append("contribution", "bob", "--text", "two")
        self.record.finish()
        self.seen = self.path("seen.txt")
        shutil.copy(self.record.path / "checkpoint", self.seen)
        self.record.append("statement", "alice", "--text", "three")
        self.record.append("contribution", "alice", "--text", "four")
        self.record.finish()

    def verify(self, *words, expect=0, record=None):
        path = (record or self.record).path
        return solemn_json("transcript", "verify", path, "--root-key", self.record.pub("root"), *words, expect=expect)

    def assert_fails(self, *rules, words=()):
        report = self.verify(*words, expect=1)
        failed = [check["rule"] for check in report["checks"] if check["outcome"] == "failed"]
        for rule in rules:
            self.assertIn(rule, failed, report)
        return failed


class Entries(Attack):
    def test_untouched(self):
        self.assertEqual(self.verify("--checkpoint", self.seen)["verdict"], "accepted")

    def test_dropped_from_the_middle(self):
        lines = self.record.lines
        self.record.lines = lines[:2] + lines[3:]
        self.assert_fails("hash-chain", "tree-root")
        self.record.lines = self.record.rechained(lines[:2] + lines[3:], 2)
        self.assertNotIn("hash-chain", self.assert_fails("signatures", "tree-root"))

    def test_reordered(self):
        lines = self.record.lines
        lines[1], lines[2] = lines[2], lines[1]
        self.record.lines = lines
        self.assert_fails("hash-chain", "tree-root")
        self.record.lines = self.record.rechained(lines, 1)
        self.assert_fails("signatures", "tree-root")

    def test_edited(self):
        lines = self.record.lines
        lines[1] = lines[1].replace('"one"', '"two"')
        self.record.lines = lines
        self.assert_fails("signatures", "hash-chain", "tree-root")

    def test_edited_and_signed_again_by_its_author(self):
        lines = self.record.lines
        lines[4] = self.record.forge(lines[4], "alice", body={"text": "fourteen"})
        self.record.lines = lines
        self.assertEqual(self.assert_fails("tree-root"), ["tree-root"])

    def test_respelled(self):
        lines = self.record.lines
        for spelled in (lines[1].replace(":", ": ", 1), lines[1].replace("one", "\\u006fne"), lines[1] + " "):
            self.record.lines = [lines[0], spelled, *lines[2:]]
            self.assert_fails("entries-well-formed", "tree-root")

    def test_duplicated_sequence_number(self):
        lines = self.record.lines
        self.record.lines = [*lines[:3], self.record.forge(lines[3], "alice", sequence=2), lines[4]]
        self.assert_fails("hash-chain")

    def test_foreign_key_under_a_known_name(self):
        lines = self.record.lines
        entry = json.loads(self.record.forge(lines[1], "stranger"))
        entry["key"] = json.loads(lines[1])["key"]
        self.record.lines = [lines[0], canonical(entry), *lines[2:]]
        self.assert_fails("signatures")

    def test_unregistered_signer(self):
        lines = self.record.lines
        self.record.lines = [*lines, self.record.forge(lines[1], "stranger", sequence=5, previous=leaf_hash(lines[4]))]
        self.assert_fails("signers-registered")
        self.record.lines = lines
        self.assertIn("signers-registered", self.record.append("statement", "stranger", expect=6).err)
        self.assertEqual(self.record.lines, lines)

    def test_participant_change_not_signed_by_root(self):
        lines = self.record.lines
        newcomer = json.loads(lines[0])["body"]["participants"][1] | {"name": "mallory"}
        newcomer["public_key"] = base64.b64encode(self.spki("stranger")).decode()
        forged = self.record.forge(lines[0], "coordinator", sequence=5, previous=leaf_hash(lines[4]), type="participant-added", body=newcomer)
        self.record.lines = [*lines, forged]
        self.assert_fails("roles")
        self.record.lines = lines
        words = ("--participant", f"contributor:mallory:{self.record.pub('stranger')}")
        self.assertIn("roles", self.record.append("participant-added", "coordinator", *words, expect=6).err)
        self.record.append("participant-added", "root", *words)
        self.record.append("contribution", "stranger")

    def test_two_keys_of_one_secret(self):
        """One person under two names: a key and its negative have different ids."""
        for name in ("alice", "bob"):
            der = self.spki(name)
            if name == "alice":  # Ed25519: the sign of x
                twin = der[:-1] + bytes([der[-1] ^ 0x80])
            else:  # P-256: the other y
                twin = der[:-32] + (2**256 - 2**224 + 2**192 + 2**96 - 1 - int.from_bytes(der[-32:], "big")).to_bytes(32, "big")
            file = self.path(f"{name}-twin.pub")
            file.write_text("-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(twin).decode() + "-----END PUBLIC KEY-----\n")
            words = ("--participant", f"contributor:{name} again:{file}")
            self.assertIn("is there already", self.record.append("participant-added", "root", *words, expect=6).err)
            people = ("--participant", f"coordinator:c:{self.record.pub('coordinator')}", "--participant", f"contributor:a:{self.record.pub(name)}", *words)
            said = solemn("transcript", "init", self.path("new"), "--kind", "trusted-setup", "--label", "x", *people, "--sign-key", self.record.key("root"), expect=2)
            self.assertIn("of the same secret", said.err)
        bob = json.loads(self.record.lines[2])["key"]
        self.path("body").write_text(json.dumps({"key": bob, "reason": "stolen"}))
        self.record.append("participant-removed", "root", "--body", self.path("body"))
        self.assertIn("was removed before", self.record.append("participant-added", "root", "--participant", f"contributor:bob again:{self.path('bob-twin.pub')}", expect=6).err)

    def spki(self, name):
        text = self.record.pub(name).read_text()
        return base64.b64decode("".join(text.splitlines()[1:-1]))

    def test_a_beacon_that_was_not_announced(self):
        self.assertIn("announced", self.record.append("beacon-used", "coordinator", expect=6).err)

    def test_oversized_and_deeply_nested_entries(self):
        lines = self.record.lines
        for name, body in (("long", '{"t":"' + "a" * 70000 + '"}'), ("deep", '{"t":' + "[" * 30000 + "]" * 30000 + "}"), ("deeper", '{"t":' + '{"a":' * 20000 + "1" + "}" * 20001)):
            with self.subTest(name):
                self.path("body.json").write_text(body)
                result = self.record.append("statement", "alice", "--body", self.path("body.json"), expect=(2, 4))
                self.assertEqual(self.record.lines, lines, result)
                hostile = lines[4].replace('{"text":"four"}', body)
                self.assertNotEqual(hostile, lines[4])
                self.record.lines = [*lines[:4], hostile]
                if len(hostile) > 65536:
                    self.assertIn("64 KiB", solemn("transcript", "verify", self.record.path, expect=4).err)
                else:
                    self.assert_fails("entries-well-formed")
                self.record.lines = lines

    def test_lies_about_numbers_and_unreadable_texts(self):
        lines = self.record.lines
        self.record.lines = [*lines[:4], self.record.forge(lines[4], "alice", sequence=1000)]
        self.assert_fails("hash-chain")
        self.assertIn("1000", solemn("transcript", "show", self.record.path).err)
        self.record.lines = lines
        self.record.append("statement", "alice", "--text", "\udcff\udcfe", expect=2)
        self.assertEqual(self.record.lines, lines)

    def test_control_characters_never_reach_the_terminal(self):
        self.path("body.json").write_text(json.dumps({"text": "\x1b[2Jhello \u202egnp.exe"}))
        self.record.append("statement", "alice", "--body", self.path("body.json"))
        shown = solemn("transcript", "show", self.record.path).out
        self.assertNotIn("\x1b", shown)
        self.assertNotIn("\u202e", shown)


class Histories(Attack):
    def test_rolled_back_to_an_earlier_state(self):
        self.record.lines = self.record.lines[:3]
        self.assert_fails("tree-root")
        newest = self.path("newest.txt")
        shutil.copy(self.record.path / "checkpoint", newest)
        (self.record.path / "checkpoints" / "00000005.txt").unlink()
        shutil.copy(self.seen, self.record.path / "checkpoint")
        self.assertEqual(self.verify()["verdict"], "accepted", "alone, an old state is a good state")
        self.assert_fails("extends-checkpoint", words=("--checkpoint", newest))
        refused = self.record.cosign("w1.example", expect=6)
        self.assertIn("rolled back", refused.err)

    def fork(self):
        """A second history under the same first entry: the coordinator's key signs both."""
        other = self.path("other")
        shutil.copytree(self.record.path, other)
        ours, self.record.path = self.record.path, other
        self.record.lines = self.record.lines[:3]
        self.record.forget_checkpoints()
        self.record.append("statement", "bob", "--text", "the other history")
        self.record.checkpoint()
        self.record.path = ours
        return other

    def test_forked(self):
        other = self.fork()
        words = ("--checkpoint", other / "checkpoint")
        self.assert_fails("extends-checkpoint", "no-fork", words=words)
        evidence = self.path("fork.json")
        solemn("transcript", "prove", "fork", self.record.path, other / "checkpoint", evidence)
        proven = solemn_json("transcript", "check", "fork", evidence, "--root-key", self.record.pub("root"))
        self.assertEqual(proven["verdict"], "accepted")
        self.assertIn("rolled back", self.do_cosign(other).err)  # it is shorter than what this witness saw
        # The proof goes one way only: the shorter history cannot show what the longer one has.
        solemn("transcript", "prove", "fork", other, self.record.path / "checkpoint", self.path("no.json"), expect=2)
        self.assert_absent(self.path("no.json"))

    def do_cosign(self, path):
        ours, self.record.path = self.record.path, path
        try:
            return self.record.cosign("w2.example", expect=6)
        finally:
            self.record.path = ours

    def test_no_evidence_of_a_fork_that_is_none(self):
        said = solemn("transcript", "prove", "fork", self.record.path, self.seen, self.path("no.json"), expect=1)
        self.assertIn("there is no fork", said.err)

    def test_an_innocent_coordinator_is_not_accused(self):
        other = self.fork()
        evidence = self.path("fork.json")
        solemn("transcript", "prove", "fork", self.record.path, other / "checkpoint", evidence)
        good = json.loads(evidence.read_text())
        changes = {
            "trees-differ": {"first": self.seen.read_text()},
            "checkpoints-signed": {"first": good["first"].split("\n\n")[0] + "\n\n" + good["second"].split("\n\n")[1]},
            "same-origin": {"genesis": self.another_genesis()},
            "evidence-well-formed": {"extra": 1},
        }
        for rule, change in changes.items():
            with self.subTest(rule):
                evidence.write_text(canonical({**good, **change}) + "\n")
                report = solemn_json("transcript", "check", "fork", evidence, "--root-key", self.record.pub("root"), expect=1)
                failed = {check["rule"] for check in report["checks"] if check["outcome"] == "failed"}
                self.assertIn(rule, failed, report)

    def another_genesis(self):
        return Record(self.folder, "another", keys=False).lines[0]

    def test_the_coordinators_memory_stops_a_restored_backup(self):
        memory = self.path("coordinator.memory")
        self.record.checkpoint("--memory", memory)
        lines = self.record.lines
        self.record.lines = lines[:4]
        self.record.forget_checkpoints()
        self.assertIn("rolled back", self.record.checkpoint("--memory", memory, expect=6).err)
        self.record.append("statement", "bob", "--text", "instead")
        self.assertIn("forked", self.record.checkpoint("--memory", memory, expect=6).err)

    def test_another_record_in_its_place(self):
        other = Record(self.folder, "another", keys=False)
        other.append("contribution", "alice")
        self.assertEqual(self.verify("--witness-threshold", 0, expect=2, record=other)["verdict"], "incomplete")
        other.finish()
        self.assertEqual(self.verify(record=other)["verdict"], "accepted", "it is a good record of the same root ...")
        report = self.verify("--checkpoint", self.seen, record=other, expect=1)  # ... but not the one that was seen
        failed = [check["rule"] for check in report["checks"] if check["outcome"] == "failed"]
        self.assertEqual(failed, ["extends-checkpoint"])

    def test_a_root_key_of_ones_own(self):
        report = solemn_json("transcript", "verify", self.record.path, "--root-key", self.record.pub("stranger"), expect=1)
        self.assertEqual([c["rule"] for c in report["checks"] if c["outcome"] == "failed"], ["root-key"])
        self.assertEqual(solemn_json("transcript", "verify", self.record.path, expect=2)["verdict"], "incomplete")


class Checkpoints(Attack):
    def head(self):
        return (self.record.path / "checkpoint").read_text()

    def put(self, text):
        for file in (self.record.path / "checkpoint", self.record.path / "checkpoints" / "00000005.txt"):
            file.write_text(text)

    def test_of_another_tree(self):
        origin, size, root, rest = self.head().split("\n", 3)
        wrong = base64.b64encode(tree_root(self.record.lines[:4])).decode()
        self.put("\n".join((origin, size, wrong, rest)))
        self.assert_fails("checkpoints-signed", "tree-root")

    def test_the_root_is_the_one_of_rfc_6962(self):
        self.assertEqual(self.head().split("\n")[2], base64.b64encode(tree_root(self.record.lines)).decode())

    def test_signed_by_somebody_else(self):
        text, signatures = self.head().split("\n\n")
        lines = signatures.splitlines()
        self.put(text + "\n\n" + "\n".join(lines[1:]) + "\n")
        self.assert_fails("checkpoints-signed")
        self.record.do("checkpoint", self.record.path, "alice", expect=(4, 6))

    def test_cosignature_of_another_origin(self):
        other = Record(self.folder, "another", keys=False)
        other.finish()
        foreign = (other.path / "checkpoint").read_text().split("\n\n")[1].splitlines()
        text, signatures = self.head().split("\n\n")
        self.put(text + "\n\n" + "\n".join([signatures.splitlines()[0], *foreign[1:]]) + "\n")
        self.assert_fails("cosignatures")

    def test_cosignatures_taken_away_or_doubled(self):
        text, signatures = self.head().split("\n\n")
        log, first, second = signatures.splitlines()
        self.put(f"{text}\n\n{log}\n{first}\n")
        self.assert_fails("cosignatures")
        self.assertEqual(self.verify("--witness-threshold", 1)["verdict"], "accepted")
        self.put(f"{text}\n\n{log}\n{first}\n{first}\n")
        self.assert_fails("cosignatures")

    def test_witnesses_that_the_verifier_chose(self):
        keys = solemn_json("transcript", "show", self.record.path)["witness_keys"]
        self.assertEqual(self.verify("--witness", keys[0], "--witness", keys[1], "--witness-threshold", 2)["verdict"], "accepted")
        self.path("vkey").write_text(keys[0] + "\n")
        self.assertEqual(self.verify("--witness", self.path("vkey"))["verdict"], "accepted")
        self.assert_fails("cosignatures", words=("--witness", keys[0], "--witness-threshold", 2))

    def test_entries_after_the_last_checkpoint_are_told(self):
        self.record.append("statement", "alice", "--text", "late")
        report = self.verify(expect=2)
        self.assertEqual([c["rule"] for c in report["checks"] if c["outcome"] == "not_run"], ["head-checkpointed"])


class Receipts(Attack):
    def receipt(self, number=1):
        file = self.path("receipt")
        solemn("transcript", "prove", "inclusion", self.record.path, number, file, "--force")
        return file

    def check(self, file, *words, expect=0):
        return solemn_json("transcript", "check", "receipt", file, "--root-key", self.record.pub("root"), *words, expect=expect)

    def test_needs_nothing_but_itself_and_the_root_key(self):
        for number in range(5):
            file = self.receipt(number)
            path = self.record.path.rename(self.path("away"))
            self.assertEqual(self.check(file)["entry"]["sequence"], number)
            path.rename(self.record.path)

    def test_for_another_entry(self):
        file = self.receipt(1)
        lines = file.read_text().split("\n")
        other = self.receipt(2).read_text().split("\n")
        file.write_text("\n".join([lines[0], other[1], *lines[2:]]))
        failed = [c["rule"] for c in self.check(file, expect=1)["checks"] if c["outcome"] == "failed"]
        self.assertIn("inclusion", failed)

    def test_under_another_checkpoint(self):
        file = self.receipt(1)
        head, _ = file.read_text().split("\n\n", 1)
        file.write_text(head + "\n\n" + self.seen.read_text())
        failed = [c["rule"] for c in self.check(file, expect=1)["checks"] if c["outcome"] == "failed"]
        self.assertEqual(failed, ["inclusion"])

    def test_consistency_between_two_dates(self):
        proof = self.path("proof")
        key = solemn_json("transcript", "show", self.record.path)["log_key"]
        solemn("transcript", "prove", "consistency", self.record.path, 3, proof)
        solemn("transcript", "check", "consistency", self.seen, proof, "--log-key", key)
        solemn("transcript", "check", "consistency", self.seen, proof, expect=2)
        solemn("transcript", "check", "consistency", self.record.path / "checkpoint", proof, "--log-key", key, expect=1)


class Attachments(Attack):
    def test_changed_missing_or_foreign(self):
        self.path("a.txt").write_text("precious")
        self.record.append("artifact", "alice", "--attach", self.path("a.txt"))
        self.record.finish()
        self.assertEqual(self.verify()["verdict"], "accepted")
        (stored,) = (self.record.path / "attachments").iterdir()
        stored.write_text("Precious")
        self.assert_fails("attachments")
        stored.unlink()
        self.assertEqual(self.verify(expect=2)["verdict"], "incomplete")
