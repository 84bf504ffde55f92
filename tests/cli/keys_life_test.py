"""Keys through the years, on the command line: inventory, roster, rotation, revocation, share audits, recovery."""

import json

from harness import Case, solemn
from harness.record import Record, make_key

BEGUN, BIRTH, LATER = "2026-01-15T08:00:00Z", "2027-01-15T08:00:00Z", "2027-02-15T08:00:00Z"


class Keys(Case):
    """A record; m1 and m3 are active, m2 is pending: Ed25519 keys, whose owners approve with their key files."""

    def setUp(self):
        super().setUp()
        self.record = Record(self.folder, threshold=0, time=BEGUN)
        for name in ("m1", "m2", "m3", "m4"):
            make_key(self.folder, name)
        self.add("m1", "active")
        self.add("m2", "pending", "--supersedes", "m1")
        self.add("m3", "active")

    def keys(self, *words, expect=0):
        return solemn("keys", *words, expect=expect)

    def write(self, *words, signer="coordinator", time=BIRTH, expect=0):
        return self.keys(*words, "--sign-key", self.record.key(signer), "--time", time, expect=expect)

    def public_hex(self, name):
        return solemn("key", "public", self.path(f"{name}.key"), "--format", "hex").out.strip()

    def add(self, name, state, *words, expect=0, **more):
        return self.write("inventory", "add", self.record.path, name, "--type", "Maintainer", "--state", state, "--scheme", "ed25519",
                          "--public-key", self.public_hex(name), *words, expect=expect, **more)

    def approve(self, statement, *signers):
        for number, signer in enumerate(signers):
            target = self.path(f"{statement}.{number}")
            self.keys("approve", self.path(statement), target, "--sign-key", self.path(f"{signer}.key"))
            target.replace(self.path(statement))

    def status(self, time=BIRTH, expect=0, *words):
        said = json.loads(self.keys("status", self.record.path, "--time", time, "--json", *words, expect=expect).out)
        said["states"] = {key["id"]: key["status"] for key in said["inventory"]["keys"]}
        said["due"] = [(one["urgency"], one["what"], one["subject"]) for one in said["reminders"]]
        return said

    def verdict(self, *words, expect):
        said = json.loads(self.keys(*words, "--json", expect=expect).out)
        return [check["rule"] for check in said["checks"] if check["outcome"] != "passed"]

    def start(self, *words, expect=0):
        return self.keys("rotate", "start", self.record.path, self.path("rotation"), "--old", "m1", "--new", "m2", "--time", BIRTH, *words, expect=expect)


class Life(Keys):
    def test_a_rotation_and_its_thirty_days(self):
        self.assertEqual(self.status()["states"], {"m1": "active", "m2": "pending", "m3": "active"})
        self.start()
        verify = ("rotate", "verify", self.record.path, self.path("rotation"), "--time", BIRTH)
        self.assertEqual(self.verdict(*verify, expect=1), ["rotation-old-approves", "rotation-new-approves"])
        self.approve("rotation", "m2")
        self.assertEqual(self.verdict(*verify, expect=1), ["rotation-old-approves"])
        complete = ("rotate", "complete", self.record.path, self.path("rotation"))
        self.assertIn("key-approvals: rotation-old-approves", self.write(*complete, expect=6).err)
        self.approve("rotation", "m1")
        self.assertEqual(self.verdict(*verify, expect=0), [])
        self.write(*complete, signer="alice", expect=6)  # a contributor writes no such entry
        self.write(*complete)
        self.assertEqual(self.status()["states"], {"m1": "retiring", "m2": "active", "m3": "active"})
        self.assertEqual(self.status("2027-02-13T08:00:00Z")["due"][0], ("soon", "retirement", "m1"))
        self.assertIn("the transition is not over", self.write("inventory", "move", self.record.path, "m1", "retired", "--reason", "x", expect=6).err)
        self.assertEqual(self.status(LATER, 1)["due"], [("due", "retirement", "m1")])
        self.write("inventory", "move", self.record.path, "m1", "retired", "--reason", "over", time=LATER)
        self.assertEqual(self.status(LATER)["states"]["m1"], "retired")
        self.assertEqual(solemn("transcript", "verify", self.record.path, "--root-key", self.record.pub("root"), "--now", LATER, expect=(0, 2)).status, 2)  # no checkpoint yet

    def test_the_registry_of_keys_that_count_is_for_threshold_verify(self):
        registry = self.path("registry.json")
        self.status(BIRTH, 0, "--registry", registry)
        self.path("message").write_bytes(b"MODULE:a:1")
        for name in ("m1", "m2", "m3"):
            solemn("key", "sign", self.path(f"{name}.key"), self.path("message"), "--format", "raw", "--force", "--out", self.path("raw"))
            self.path(f"{name}.sig").write_text(self.path("raw").read_bytes().hex())
        words = [*(self.path(f"{n}.sig") for n in ("m1", "m2", "m3")), "--keys", registry, "--message", self.path("message")]
        said = json.loads(self.keys("threshold", "verify", *words, "--threshold", 2, "--json").out)
        self.assertEqual(said["signers"], ["m1", "m3"])
        self.assertIn("m2, which is pending", said["not_counted"][0])

    def test_states_in_another_order_are_refused_by_name(self):
        for words, why in (
            (("move", self.record.path, "m1", "retired", "--reason", "x"), "m1 can not go from active to retired"),
            (("move", self.record.path, "m1", "retiring", "--reason", "x"), "key-approvals: m1: a key retires when another one follows it"),
            (("policy", self.record.path, "--transition", 29), "a transition takes 30 days at least"),
            (("move", self.record.path, "m1", "revoked", "--reason", "x"), "revoked by a signed notice"),
            (("move", self.record.path, "m2", "active", "--reason", "x"), "becomes active by rotation"),
            (("move", self.record.path, "m9", "active", "--reason", "x"), "there is no key 'm9'"),
        ):
            self.assertIn(why, self.write("inventory", *words, expect=6).err)
        self.assertIn("m5 is the same key as m1", self.write(
            "inventory", "add", self.record.path, "m5", "--type", "x", "--scheme", "ed25519", "--public-key", self.public_hex("m1"), expect=6).err)
        self.assertEqual(len(self.status()["states"]), 3)

    def test_revoked_by_the_rest_and_followed_in_an_emergency(self):
        self.add("m4", "active")
        self.assertIn("m1 is not revoked", self.start("--emergency", expect=6).err)
        create = ("revoke", "create", self.record.path, self.path("notice"), "--key", "m1", "--time", BIRTH)
        self.keys(*create, "--reason", "certificateHold", expect=2)
        self.keys(*create, "--reason", "keyCompromise")
        verify = ("revoke", "verify", self.record.path, self.path("notice"), "--time", BIRTH)
        self.approve("notice", "m3")
        self.assertEqual(self.verdict(*verify, expect=1), ["revocation-approved"])
        self.approve("notice", "m4")
        self.assertEqual(self.verdict(*verify, expect=0), [])
        self.write("revoke", "complete", self.record.path, self.path("notice"))
        self.assertIn("an emergency says why", self.start("--emergency", expect=2).err)
        self.start("--emergency", "--reason", "the laptop was stolen")
        self.approve("rotation", "m2", "m1")
        rotate = ("rotate", "verify", self.record.path, self.path("rotation"), "--time", BIRTH)
        self.assertEqual(self.verdict(*rotate, expect=1), ["rotation-old-approves"])  # the stolen key has no voice
        self.approve("rotation", "m3", "m4")
        self.write("rotate", "complete", self.record.path, self.path("rotation"))
        self.assertEqual(self.status()["states"], {"m1": "revoked", "m2": "active", "m3": "active", "m4": "active"})

    def test_a_statement_counts_in_its_record_and_for_ninety_days(self):
        self.start("--reason", "the year is over")
        self.approve("rotation", "m1", "m2")
        complete = ("rotate", "complete", self.record.path, self.path("rotation"))
        self.assertIn("rotation-dates", self.write(*complete, time="2027-04-15T08:00:00Z", expect=6).err)
        other = Record(self.folder, "other", keys=False, threshold=0, time=BEGUN)  # the same people, and the same keys in it
        for name, state in (("m1", "active"), ("m2", "pending"), ("m3", "active")):
            self.keys("inventory", "add", other.path, name, "--type", "Maintainer", "--state", state, "--scheme", "ed25519", "--public-key", self.public_hex(name),
                      "--sign-key", self.record.key("coordinator"), "--time", BIRTH)
        self.assertEqual(self.verdict("rotate", "verify", other.path, self.path("rotation"), "--time", BIRTH, expect=1), ["rotation-record"])
        self.write(*complete)

    def test_a_presigned_revocation(self):
        self.keys("revoke", "create", self.record.path, self.path("sealed"), "--key", "m1", "--reason", "unspecified", "--presigned", "--time", BIRTH)
        self.approve("sealed", "m1")
        self.write("revoke", "complete", self.record.path, self.path("sealed"), time="2028-05-01T00:00:00Z")
        self.assertEqual(self.status("2028-05-01T00:00:00Z", None)["states"]["m1"], "revoked")
        self.assertIn("revocation-key", self.write("revoke", "complete", self.record.path, self.path("sealed"), expect=6).err)

    def test_the_roster_and_what_it_makes_due(self):
        change = ("roster", "change", self.record.path)
        self.write(*change, "joined", "Ada", "--role", "custodian")
        self.assertEqual(self.status(BIRTH)["due"], [("soon", "training", "Ada"), ("soon", "background-check", "Ada")])  # nobody is late on the first day
        self.write(*change, "trained", "Ada")
        self.write(*change, "checked", "Ada")
        self.path("ada.json").write_text('{"telephone": "+1 555 0100"}')
        self.assertIn("salt", self.write(*change, "details", "Ada", "--details", self.path("ada.json"), expect=2).err)
        self.path("ada.json").write_text('{"telephone": "+1 555 0100", "salt": "00112233445566778899aabbccddeeff"}')
        self.write(*change, "details", "Ada", "--details", self.path("ada.json"))
        self.assertNotIn("555 0100", (self.record.path / "entries.jsonl").read_text())
        self.assertEqual(self.status()["due"], [])
        self.assertIn("Ada", self.keys("roster", "show", self.record.path).out)
        self.assertIn("('due', 'training', 'Ada')", str(self.status("2028-01-15T08:00:00Z", 1)["due"]))

    def test_the_policy_decides_what_is_due(self):
        self.assertEqual(self.status("2028-01-10T08:00:00Z")["due"], [("soon", "rotation", "m1"), ("soon", "rotation", "m3")])
        self.write("inventory", "policy", self.record.path, "--rotation", 90)
        self.assertEqual(self.status("2027-05-01T08:00:00Z", 1)["due"], [("due", "rotation", "m1"), ("due", "rotation", "m3")])

    def test_a_record_that_was_edited_is_no_inventory(self):
        entries = self.record.path / "entries.jsonl"
        entries.write_text(entries.read_text().replace('"to"', '"to"').replace('"Maintainer"', '"Nostr"'))
        self.assertIn("signatures", self.keys("status", self.record.path, expect=4).err)
        self.assertIn("another root key", solemn("keys", "status", Record(self.folder, "other", keys=False, threshold=0).path, "--root-key", self.record.pub("alice"), expect=1).err)

    def test_the_shipped_procedures_are_sound(self):
        for name in ("ceremony", "recovery", "reschedule"):
            self.keys("procedure", name, "-o", self.path(f"{name}.json"))
            self.assertEqual(json.loads(self.path(f"{name}.json").read_text())["schema"], "solemn.keys.script/1")
            self.keys("plan", self.path(name), "--script", self.path(f"{name}.json"))


class Shares(Keys):
    """m5 is a shared key: its custodians speak for it, prove what they hold, and rebuild it."""

    def setUp(self):
        super().setUp()
        throws = "".join(str(1 + i * i % 6) for i in range(100)) + "1234561234"
        self.path("dice").write_text(throws)
        self.keys("new", "m5", self.path("shares"), "--type", "secp256k1", "--dice", self.path("dice"))
        self.set = self.path("shares") / "m5.set.json"
        holders = [word for i, name in enumerate(("Ada", "Ben", "Cleo", "Dan", "Eve"), 1) for word in ("--holder", f"{i}={name}@safe {i}")]
        self.write("inventory", "add", self.record.path, "m5", "--type", "Maintainer", "--state", "active", "--set", self.set, *holders)

    def share(self, i):
        return self.path("shares") / f"m5.share-{i}.txt"

    def test_custodians_approve_without_rebuilding_the_key(self):
        self.keys("revoke", "create", self.record.path, self.path("notice"), "--key", "m5", "--reason", "superseded", "--time", BIRTH)
        verify = ("revoke", "verify", self.record.path, self.path("notice"), "--time", BIRTH)
        for i in (2, 4):
            self.keys("approve", self.path("notice"), self.path("n2"), "--set", self.set, "--share", self.share(i))
            self.path("n2").replace(self.path("notice"))
            self.assertEqual(self.verdict(*verify, expect=1), ["revocation-approved"])
        self.keys("approve", self.path("notice"), self.path("n2"), "--set", self.set, "--share", self.share(5))
        self.path("n2").replace(self.path("notice"))
        self.assertEqual(self.verdict(*verify, expect=0), [])
        self.keys("revoke", "create", self.record.path, self.path("sealed"), "--key", "m5", "--reason", "unspecified", "--presigned", "--time", BIRTH)
        self.keys("approve", self.path("sealed"), self.path("s2"), "--set", self.set, *(w for i in (1, 2, 3) for w in ("--share", self.share(i))), "--rebuild")
        self.assertEqual(self.verdict("revoke", "verify", self.record.path, self.path("s2"), "--time", BIRTH, expect=0), [])

    def test_an_audit_of_shares_names_who_is_silent(self):
        self.keys("audit-shares", "challenge", self.record.path, self.path("challenge"), "--time", LATER)
        answers = []
        for i in (1, 2, 3, 5):
            answers.append(self.path(f"answer{i}"))
            answer = ("audit-shares", "answer", self.path("challenge"), answers[-1], "--set", self.set, "--share", self.share(i))
            self.assertIn("in the future", self.keys(*answer, "--time", BIRTH, expect=1).err)  # kept until then, it would say what nobody knows
            self.keys(*answer, "--time", LATER)
            self.assertNotIn(self.share(i).read_text().split("\n")[3][3:20], answers[-1].read_text())
        verify = ("audit-shares", "verify", self.record.path, self.path("challenge"))
        said = json.loads(self.keys(*verify, *answers, "--json", "--sign-key", self.record.key("coordinator"), "--time", LATER, expect=1).out)
        self.assertEqual([one["custodian"] for one in said["silent"]], ["Dan"])
        key = [k for k in self.status(LATER)["inventory"]["keys"] if k["id"] == "m5"][0]
        self.assertEqual([bool(h["last_proof"]) for h in key["holders"]], [True, True, True, False, True])
        forged = json.loads(answers[0].read_text())
        self.path("forged").write_text(json.dumps({**forged, "index": 4}))
        self.assertEqual(self.verdict(*verify, *answers, self.path("forged"), "--time", LATER, expect=1), ["audit-proofs"])
        self.assertEqual(self.verdict(*verify, *answers, "--time", BIRTH, expect=1), ["audit-date", "audit-answers"])

    def test_whoever_leaves_makes_resharing_due(self):
        for name in ("Ada",):
            for event in ("joined", "trained", "checked"):
                self.write("roster", "change", self.record.path, event, name)
        self.assertIn("reshare", self.write("roster", "change", self.record.path, "left", "Ada").err)
        self.assertEqual(self.status(BIRTH, 1)["due"], [("due", "reshare", "m5")])
        self.write("inventory", "shares", self.record.path, "m5", "lost", "--index", 2, "--reason", "fire")
        self.assertIn(("due", "lost-shares", "m5"), self.status(BIRTH, 1)["due"])

    def test_resharing_gives_everybody_a_new_share_of_the_same_key(self):
        old = [self.share(i) for i in (1, 2, 3)]
        self.keys("reshare", self.set, *old, "--out-folder", self.path("new"), "--threshold", 3, "--shares", 5, "--dice", self.path("dice"))
        new_set = self.path("new") / "m5.set.json"
        holders = [word for i, name in enumerate(("Flo", "Ben", "Cleo", "Dan", "Eve"), 1) for word in ("--holder", f"{i}={name}")]
        reshared = ("inventory", "shares", self.record.path, "m5", "reshared", "--reason", "Ada left", *holders)
        self.keys("rotate", "shares", self.record.path, self.path("dealt"), "--key", "m5", "--set", new_set, "--reason", "Ada left", "--time", BIRTH)
        entry = (*reshared, "--set", new_set, "--statement", self.path("dealt"))
        self.assertIn("these are the shares that it had", self.write(*reshared, "--set", self.set, "--statement", self.path("dealt"), expect=6).err)
        self.assertIn("statement", self.write(*reshared, "--set", new_set, expect=6).err)
        self.assertIn("resharing-old-approves", self.write(*entry, expect=6).err)
        for share_set, who in ((self.set, (2, 4, 5)), (new_set, (1, 2, 3, 4, 5))):
            self.keys("approve", self.path("dealt"), self.path("more"), "--set", share_set, *(w for i in who for w in ("--share", share_set.parent / f"m5.share-{i}.txt")))
            self.path("more").replace(self.path("dealt"))
        self.write(*entry)
        key = [k for k in self.status()["inventory"]["keys"] if k["id"] == "m5"][0]
        self.assertEqual(key["public_key"], json.loads(self.set.read_text())["public_key"])
        self.assertEqual(key["holders"][0]["custodian"], "Flo")
        self.keys("revoke", "create", self.record.path, self.path("notice"), "--key", "m5", "--reason", "superseded", "--time", BIRTH)
        for share_set, name in ((self.set, "by-old"), (new_set, "by-new")):
            shares = [w for i in (1, 2, 3) for w in ("--share", share_set.parent / f"m5.share-{i}.txt")]
            self.keys("approve", self.path("notice"), self.path(name), "--set", share_set, *shares)
        verify = ("revoke", "verify", self.record.path)
        self.assertEqual(self.verdict(*verify, self.path("by-old"), "--time", BIRTH, expect=1), ["revocation-approved"])
        self.assertEqual(self.verdict(*verify, self.path("by-new"), "--time", BIRTH, expect=0), [])

    def test_the_report_of_a_recovery(self):
        said = json.loads(self.set.read_text())
        report = {
            "schema": "solemn.recovery-report/1", "key": "m5", "set_id": said["set_id"], "public_key": said["public_key"], "purpose": "sign", "reason": "test",
            "began": BIRTH, "ended": BIRTH, "performed_by": "Fay", "verified_by": "Vic", "witnesses": ["Wim", "Xia"],
            "used": [{"index": i, "custodian": who, "old_seal": "", "new_seal": "n"} for i, who in ((1, "Ada"), (2, "Ben"), (4, "Dan"))],
        }
        command = ("recovery", "report", self.record.path, self.path("report"))
        for change, rule in (({"verified_by": "Ada"}, "recovery-independent"), ({"used": report["used"][:2]}, "recovery-quorum"), ({}, None)):
            self.path("report").write_text(json.dumps({**report, **change}))
            self.assertEqual(self.verdict(*command, expect=1 if rule else 0), [rule] if rule else [])
        before = len((self.record.path / "entries.jsonl").read_text().splitlines())
        self.write(*command)
        self.assertEqual(len((self.record.path / "entries.jsonl").read_text().splitlines()), before + 1)
