"""A coordinator, who writes the record, makes up its dates: a transition that is over early, a reminder that comes late. Each is refused by the
witnesses, or named by a check that fails, with no clock but those of auditor and witnesses."""

import json
import os
import time
from unittest import mock

from harness import Case, clock_ahead, solemn, solemn_json
from harness.drand import chain_hash, recorded
from harness.record import Record, leaf_hash, make_key


def day(number: int) -> str:
    """So many days from today."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400 * number))


class Dates(Case):
    """m1 is active, m2 is to follow it; two witnesses. The record was begun 60 days ago."""

    def setUp(self):
        super().setUp()
        self.record = Record(self.folder, time=day(-60))
        for name, more in (("m1", ("--state", "active")), ("m2", ("--supersedes", "m1"))):
            make_key(self.folder, name)
            public = solemn("key", "public", self.path(f"{name}.key"), "--format", "hex").out.strip()
            self.write("inventory", "add", self.record.path, name, "--type", "x", "--scheme", "ed25519", "--public-key", public, *more, time=day(-60))

    def write(self, *words, time, expect=0):
        return solemn("keys", *words, "--sign-key", self.record.key("coordinator"), "--time", time, expect=expect)

    def rotate(self, when):
        """Everybody whom it needs approves: the keys are fine, the date is not."""
        statement, half, both = self.path("statement"), self.path("half"), self.path("both")
        solemn("keys", "rotate", "start", self.record.path, statement, "--old", "m1", "--new", "m2", "--time", when)
        solemn("keys", "approve", statement, half, "--sign-key", self.path("m1.key"))
        solemn("keys", "approve", half, both, "--sign-key", self.path("m2.key"))
        self.write("rotate", "complete", self.record.path, both, time=when)

    def retire(self, when, expect=0):
        return self.write("inventory", "move", self.record.path, "m1", "retired", "--reason", "over", time=when, expect=expect)

    def retire_by_hand(self, when):
        """Past the program's own refusals."""
        self.path("body").write_text(json.dumps({"id": "m1", "to": "retired", "reason": "over"}))
        self.record.append("key-state", "coordinator", "--body", self.path("body"), "--time", when)

    def outcomes(self, *words):
        return {c["rule"]: c["outcome"] for c in solemn_json(*words, expect=(0, 1, 2))["checks"]}

    def status(self, *words):
        said = solemn_json("keys", "status", self.record.path, *words, expect=(0, 1, 2))
        return {c["rule"]: c["outcome"] for c in said["checks"]}, {k["id"]: k for k in said["inventory"]["keys"]}, said["reminders"]

    def verify(self, *words):
        return self.outcomes("transcript", "verify", self.record.path, "--root-key", self.record.pub("root"), *words)

    def test_a_rotation_dated_back_so_that_its_transition_is_over(self):
        self.rotate(day(-31))
        said = self.retire(day(0), expect=6)
        self.assertIn("the witnesses have not cosigned its rotation", said.err)
        self.retire_by_hand(day(0))
        self.record.finish()
        outcomes, _, _ = self.status()
        self.assertEqual(outcomes["transition-times"], "failed")
        self.assertEqual({rule for rule, outcome in outcomes.items() if outcome == "failed"}, {"transition-times"})

    def test_the_transition_runs_from_the_day_on_which_the_witnesses_saw_it(self):
        self.rotate(day(-31))
        outcomes, keys, _ = self.status()
        self.assertEqual((outcomes["transition-times"], keys["m1"]["retiring_until"]), ("not_run", None))
        self.record.finish()
        outcomes, keys, _ = self.status()
        self.assertEqual(outcomes["transition-times"], "passed")
        self.assertTrue(day(29) < keys["m1"]["retiring_until"] <= day(30), keys["m1"]["retiring_until"])
        registry = self.path("registry.json")
        solemn("keys", "status", self.record.path, "--registry", registry, expect=(0, 1, 2))
        self.assertEqual({k["id"]: k["status"] for k in json.loads(registry.read_text())["keys"]}, {"m1": "retiring", "m2": "active"})
        self.assertIn("the transition is not over before", self.retire(day(0), expect=6).err)

    def test_thirty_days_that_witnesses_saw_begin_and_end(self):
        self.rotate(day(0))
        self.record.finish()
        with mock.patch.dict(os.environ, {"LD_PRELOAD": str(clock_ahead(self.folder, 31 * 86400))}):
            self.retire(day(31))
            self.record.finish()
            self.assertEqual({outcome for outcome in self.verify().values()}, {"passed"})
            outcomes, keys, _ = self.status()
            self.assertEqual((outcomes["transition-times"], keys["m1"]["status"]), ("passed", "retired"))
        self.assertEqual(self.verify()["times-not-future"], "failed")  # by everybody else's clock, all of that is to come

    def test_a_retirement_dated_ahead_so_that_the_transition_is_over(self):
        self.rotate(day(0))
        self.record.finish()
        self.retire(day(31))
        self.assertEqual(self.verify()["times-not-future"], "failed")
        self.assertEqual(self.status()[0]["times-not-future"], "failed")
        self.assertIn("an entry is dated", self.record.checkpoint(expect=6).err)
        self.assertEqual(self.verify("--now", day(32))["times-not-future"], "passed")  # then it is true, and by then witnesses may sign it
        self.assertEqual(self.status("--time", day(32))[0]["transition-times"], "not_run")  # none has

    def test_a_witness_signs_nothing_that_is_dated_after_the_own_clock(self):
        self.record.checkpoint()
        self.rotate(day(0))
        self.retire(day(31), expect=6)
        self.record.append("statement", "coordinator", "--text", "x", "--time", day(2))
        said = self.record.checkpoint(expect=6)
        self.assertIn("this machine's clock", said.err)
        said = self.record.cosign("w1.example", expect=1)
        self.assertIn("times-not-future", said.out + said.err)

    def test_a_key_that_is_registered_in_two_years_so_that_nobody_is_reminded(self):
        make_key(self.folder, "m3")
        public = solemn("key", "public", self.path("m3.key"), "--format", "hex").out.strip()
        self.write("inventory", "add", self.record.path, "m3", "--type", "x", "--state", "active", "--scheme", "ed25519", "--public-key", public, time=day(730))
        outcomes, _, reminders = self.status()
        self.assertEqual(outcomes["times-not-future"], "failed")
        self.assertNotIn("m3", [one["subject"] for one in reminders])

    def test_an_entry_that_is_dated_before_the_one_before_it(self):
        said = self.record.append("statement", "alice", "--text", "x", "--time", day(-61), expect=6)
        self.assertIn("entry-times", said.err)
        lines = self.record.lines
        forged = self.record.forge(lines[1], "coordinator", sequence=len(lines), previous=leaf_hash(lines[-1]), type="statement", body={"text": "x"}, time=day(-61))
        self.record.lines = [*lines, forged]
        self.assertEqual({rule for rule, outcome in self.verify().items() if outcome == "failed"}, {"entry-times"})
        self.assertIn("entry-times", solemn("keys", "status", self.record.path, expect=4).err)

    def test_clocks_that_differ_a_little_are_no_attack(self):
        ahead = clock_ahead(self.folder, 200)
        with mock.patch.dict(os.environ, {"LD_PRELOAD": str(ahead)}):
            self.record.append("statement", "alice", "--text", "my clock is fast")
        self.record.append("statement", "bob", "--text", "mine is right")
        times = [json.loads(line)["time"] for line in self.record.lines[-2:]]
        self.assertEqual(times[0], times[1])  # nothing goes back
        self.record.finish()
        self.assertEqual(self.verify()["times-witnessed"], "passed")
        with mock.patch.dict(os.environ, {"LD_PRELOAD": str(clock_ahead(self.folder, 2000))}):
            self.record.append("statement", "alice", "--text", "my clock is wrong")
        self.assertIn("entry-times", self.record.append("statement", "bob", "--text", "x", expect=6).err)

    def test_an_entry_dated_before_the_drand_round_that_it_holds(self):
        """Round 1000 of quicknet was out on 2023-08-23, 15:59:24."""
        round_file = self.path("round.json")
        round_file.write_text(json.dumps(recorded("quicknet", 1000) | {"chain_hash": chain_hash("quicknet")}))
        for name, when, outcome in (("right", "2023-08-23T17:00:00Z", "passed"), ("back", "2023-08-22T17:00:00Z", "failed")):
            old = Record(self.folder, name, keys=False, time="2023-01-01T00:00:00Z")
            old.append("statement", "alice", "--text", "today", "--attach", round_file, "--time", when)
            said = self.outcomes("transcript", "verify", old.path, "--root-key", old.pub("root"))
            self.assertEqual(said["times-after-rounds"], outcome, name)
            self.assertEqual(self.outcomes("keys", "status", old.path)["times-after-rounds"], outcome, name)
        self.assertNotIn("times-after-rounds", self.verify())  # nothing is said where nothing is given
