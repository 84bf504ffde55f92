"""Attacks on the record of a key ceremony, by somebody who has stolen everybody's keys and knows the format: each is named by the audit."""

import json
import shutil
import tempfile
from pathlib import Path

from harness import Case, solemn, solemn_json
from harness.small_ceremony import SmallCeremony


class KeyCeremony(Case):
    @classmethod
    def setUpClass(cls):
        cls.original = Path(tempfile.mkdtemp(prefix="solemn-ceremony-"))
        cls.addClassCleanup(shutil.rmtree, cls.original, ignore_errors=True)
        for name in ("ceremony", "other"):
            status = SmallCeremony(cls.original, name).run()
            assert status == 0, status

    def setUp(self):
        super().setUp()
        shutil.copytree(self.original, self.folder, dirs_exist_ok=True)
        self.ceremony = SmallCeremony.__new__(SmallCeremony)
        self.ceremony.__dict__.update(folder=self.folder, path=self.path("ceremony"), private=self.path("ceremony.private"))

    def audit(self, *words, expect):
        return solemn_json("audit", self.path("ceremony"), "--root-key", self.path("ceremony") / "root.pem", "--drill", *words, expect=expect)

    def failed(self, *words):
        return {c["rule"]: c["detail"] for c in self.audit(*words, expect=(0, 1, 2))["checks"] if c["outcome"] == "failed"}

    def assert_fails(self, rule, says=""):
        failed = self.failed()
        self.assertIn(rule, failed, failed)
        self.assertIn(says, failed[rule])

    def steps(self, entries, name):
        return [i for i, e in enumerate(entries) if e["type"].startswith("ceremony-") and e["body"].get("step") == name]

    def key_of(self, initials):
        return next(key for key, who in self.ceremony.key_ids().items() if who == initials)

    def test_the_untouched_record_is_accepted(self):
        report = self.audit(expect=0)
        self.assertEqual(report["verdict"], "accepted", report["checks"])
        self.assertTrue(report["drill"])

    def test_what_the_attacker_changes_nothing_of_passes_all_own_rules(self):
        self.ceremony.forge(lambda entries: None)
        failed = self.failed()
        self.assertEqual(set(failed) - {"certificate-matches"}, set(), failed)  # the certificate holds the root of the other history

    def test_a_drill_is_no_ceremony_for_who_did_not_ask_for_one(self):
        report = solemn_json("audit", self.path("ceremony"), "--root-key", self.path("ceremony") / "root.pem", expect=1)
        self.assertEqual([c["rule"] for c in report["checks"] if c["outcome"] == "failed"], ["not-a-drill"])

    def test_a_step_dropped(self):
        def drop(entries):
            for i in reversed(self.steps(entries, "check")):
                del entries[i]
        self.ceremony.forge(drop)
        self.assert_fails("step-order", "'check' comes next")

    def test_a_line_taken_out_without_any_key(self):
        lines = self.ceremony.lines
        self.ceremony.entries_file.write_text("".join(line + "\n" for line in lines[:8] + lines[9:]), encoding="utf-8")
        self.assertIn("hash-chain", self.failed())

    def test_a_step_signed_by_another_person(self):
        def other(entries):
            entries[self.steps(entries, "clock")[0]]["key"] = self.key_of("CO")
        self.ceremony.forge(other)
        self.assert_fails("step-performers", "'Coordinator' did it")

    def test_a_custodian_who_signs_for_another(self):
        def other(entries):
            entries[self.steps(entries, "sheets")[0]]["key"] = self.key_of("C2")
        self.ceremony.forge(other)
        self.assert_fails("step-performers")

    def test_one_witness_counted_twice(self):
        def twice(entries):
            entries[self.steps(entries, "make")[2]]["key"] = self.key_of("W1")
        self.ceremony.forge(twice)
        self.assert_fails("step-witnesses", "twice")

    def test_a_participant_who_is_no_witness(self):
        def not_one(entries):
            entries[self.steps(entries, "make")[1]]["key"] = self.key_of("C3")
        self.ceremony.forge(not_one)
        self.assert_fails("step-witnesses", "is no witness")

    def test_the_performer_as_witness(self):
        def own(entries):
            entries[self.steps(entries, "make")[1]]["key"] = self.key_of("FA")
        self.ceremony.forge(own)
        self.assert_fails("step-witnesses", "the own step")

    def test_steps_in_another_order(self):
        def swap(entries):
            a, b = self.steps(entries, "check"), self.steps(entries, "matrix")
            entries[a[0]:b[-1] + 1] = [entries[i] for i in b] + [entries[i] for i in a]
        self.ceremony.forge(swap)
        self.assert_fails("step-order", "'check' comes next")

    def test_an_entry_dated_back(self):
        def back(entries):
            entries[self.steps(entries, "matrix")[0]]["time"] = "2020-01-01T00:00:00Z"
        self.ceremony.forge(back)
        self.assert_fails("entry-times", "dated before")

    def test_a_deviation_that_the_script_does_not_know(self):
        def deviate(entries):
            entries[self.steps(entries, "check")[0]]["body"]["deviation"] = {"text": "no time", "what": "later"}
        self.ceremony.forge(deviate)
        self.assert_fails("step-deviations")

    def test_a_deviation_without_the_auditor(self):
        def deviate(entries):
            entries[self.steps(entries, "room")[0]]["body"]["deviation"] = {"text": "none", "what": "there is no room"}
        self.ceremony.forge(deviate)
        self.assert_fails("step-order", "'room' comes next")

    def test_a_check_that_did_not_pass_then(self):
        def worse(entries):
            entries[self.steps(entries, "check")[0]]["body"]["result"]["checks"][0]["outcome"] = "failed"
        self.ceremony.forge(worse)
        self.assert_fails("recorded-checks", "'check'")

    def test_the_script_edited_after_the_beginning(self):
        script = json.loads((self.path("ceremony") / "script.json").read_text())
        script["phases"][1]["steps"][0]["witnesses"] = 2
        script["phases"][0]["steps"][0]["text"] = "The room is somewhere."
        (self.path("ceremony") / "script.json").write_text(json.dumps(script))
        self.assert_fails("ceremony-script", "not the script that the ceremony began with")

    def test_a_script_that_was_unsound_from_the_beginning(self):
        def weaken(entries):
            body = entries[1]["body"]
            script = json.loads((self.path("ceremony") / "script.json").read_text())
            script["separation"] = []
            text = json.dumps(script)
            (self.path("ceremony") / "script.json").write_text(text)
            import hashlib
            body["script_sha256"] = hashlib.sha256(text.encode()).hexdigest()
        self.ceremony.forge(weaken)
        self.assert_fails("ceremony-script", "script-separation")

    def test_people_who_are_two_things(self):
        def both(entries):
            entries[1]["body"]["people"][0]["roles"] = ["coordinator", "auditor"]
        self.ceremony.forge(both)
        self.assert_fails("ceremony-people", "people-separation")

    def test_the_certificate_of_another_ceremony(self):
        for name in ("certificate.json", "certificate.dsse.json", "certificate.pdf"):
            shutil.copy(self.path("other") / name, self.path("ceremony") / name)
        self.assert_fails("certificate-matches", "not what the record says")
        self.assertIn("bundle-files", self.failed())

    def test_a_certificate_with_too_few_signatures(self):
        file = self.path("ceremony") / "certificate.dsse.json"
        envelope = json.loads(file.read_text())
        witnesses = {key for key, who in self.ceremony.key_ids().items() if who.startswith("W")}
        kept = [s for s in envelope["signatures"] if s["keyid"] not in witnesses]
        one = [s for s in envelope["signatures"] if s["keyid"] in witnesses][:1]
        file.write_text(json.dumps({**envelope, "signatures": kept + one * 3}))  # one witness three times is one witness
        self.assert_fails("certificate-signatures", "two witnesses are needed")

    def test_a_share_set_of_another_ceremony(self):
        shutil.copy(self.path("other") / "sets" / "emergency.set.json", self.path("ceremony") / "sets" / "emergency.set.json")
        self.assert_fails("commitments", "set file was changed")

    def test_a_public_key_that_the_shares_do_not_rebuild(self):
        other = next(json.loads(line) for line in (self.path("other") / "record" / "entries.jsonl").read_text().splitlines()
                     if json.loads(line)["body"].get("step") == "make")["body"]["result"]

        def swap(entries):
            entries[self.steps(entries, "make")[0]]["body"]["result"] = other
        self.ceremony.forge(swap)
        self.assert_fails("commitments", "another key")

    def test_a_share_that_nobody_checked(self):
        def unchecked(entries):
            entries[self.steps(entries, "sheets")[0]]["body"]["result"]["shares"] = []
        self.ceremony.forge(unchecked)
        self.assert_fails("distribution", "nobody checked share")

    def test_a_share_checked_by_who_does_not_hold_it(self):
        def moved(entries):
            entries[self.steps(entries, "sheets")[0]]["body"]["result"]["shares"][0]["index"] = 1 + entries[self.steps(entries, "sheets")[0]]["body"]["result"]["shares"][0]["index"] % 5
        self.ceremony.forge(moved)
        self.assert_fails("distribution", "gives to somebody else")

    def registration(self, entries):
        return next(e for e in entries if e["type"] == "key-registered")

    def test_a_key_that_nobody_made_in_the_inventory(self):
        def another(entries):
            body = self.registration(entries)["body"]
            body["id"] = "spare"
        self.ceremony.forge(another)
        self.assert_fails("inventory-matches", "'spare' was not made in this ceremony")

    def test_another_public_key_under_the_name_of_one_that_was_made(self):
        other = next(json.loads(line) for line in (self.path("other") / "record" / "entries.jsonl").read_text().splitlines()
                     if json.loads(line)["type"] == "key-registered")["body"]

        def swap(entries):
            self.registration(entries)["body"].update({name: other[name] for name in ("public_key", "shares")})
        self.ceremony.forge(swap)
        self.assert_fails("inventory-matches", "another public key")

    def matrix(self, change):
        def changed(entries):
            change(entries[self.steps(entries, "matrix")[0]]["body"]["result"]["matrix"])
        self.ceremony.forge(changed)

    def test_a_table_with_another_threshold(self):
        self.matrix(lambda matrix: matrix.update(threshold=4))
        self.assert_fails("distribution", "another threshold")

    def test_a_table_that_gives_a_share_to_nobody(self):
        self.matrix(lambda matrix: matrix["keys"][0]["holders"].pop())
        self.assert_fails("distribution", "shares of emergency, not 5")

    def test_a_step_that_does_not_say_what_it_checked(self):
        def empty(entries):
            entries[self.steps(entries, "check")[0]]["body"]["result"]["checks"] = []
        self.ceremony.forge(empty)
        self.assert_fails("recorded-checks", "does not say what was checked")

    def test_a_wall_clock_that_shows_no_time(self):
        def clock(entries):
            entries[self.steps(entries, "clock")[0]]["body"]["result"]["measures"]["wall-clock"] = "as read aloud"
        self.ceremony.forge(clock)
        self.assert_fails("recorded-checks", "no date and time")

    def test_another_program_than_the_one_that_was_compared(self):
        def program(entries):
            entries[self.steps(entries, "program")[0]]["body"]["result"]["measures"]["program-sha256"] = "00000000"
        self.ceremony.forge(program)
        self.assert_fails("recorded-checks", "SHA-256 of the program")

    def test_members_that_are_no_texts(self):
        """Numbers where words belong: a verdict, not a crash."""
        def numbers(entries):
            entries[self.steps(entries, "inventory")[0]]["body"]["result"]["files"][0]["name"] = 7
            entries[self.steps(entries, "check")[0]]["body"]["result"]["checks"][0]["outcome"] = 7
        self.ceremony.forge(numbers)
        self.assert_fails("bundle-files", "no name of a file here")
        self.assert_fails("recorded-checks", "did not pass")

    def test_a_file_that_is_missing_or_changed(self):
        (self.path("ceremony") / "inventory.csv").unlink()
        self.assert_fails("bundle-files", "inventory.csv")

    def test_a_name_that_leads_out_of_the_folder(self):
        def outside(entries):
            entries[self.steps(entries, "inventory")[0]]["body"]["result"]["files"][0]["name"] = "../other/inventory.csv"
        self.ceremony.forge(outside)
        self.assert_fails("bundle-files", "no name of a file here")

    def test_another_root_key(self):
        report = solemn_json("audit", self.path("ceremony"), "--root-key", self.path("other") / "root.pem", "--drill", expect=1)
        self.assertIn("root-key", {c["rule"] for c in report["checks"] if c["outcome"] == "failed"})

    def test_a_record_that_ends_early(self):
        lines = self.ceremony.lines
        cut = next(i for i, line in enumerate(lines) if json.loads(line)["body"].get("step") == "certificate")
        self.ceremony.entries_file.write_text("".join(line + "\n" for line in lines[:cut]), encoding="utf-8")
        failed = self.failed()
        self.assertIn("steps-complete", failed)
        self.assertIn("tree-root", failed)  # the signed checkpoint knows that there was more

    def test_going_on_with_an_edited_script_is_refused(self):
        second = SmallCeremony(self.folder, "third")
        second.run(until=lambda page: "Auditor signs" in page)
        second.conversation.kill()
        script = second.path / "script.json"
        script.write_text(script.read_text().replace("there is no room", "there is no door"))
        status = second.run()
        self.assertEqual(status, 1, second.conversation.page)
