"""solemn keys plan, run, show: what people meet besides the straight way. The whole procedure: tests/interop/key_ceremony_test.py."""

import json
import re
import subprocess

from harness import Case, environment, solemn, solemn_json, solemn_path
from harness.small_ceremony import SmallCeremony


class Plan(Case):
    def test_the_shipped_procedure_is_written_for_editing_and_for_print(self):
        report = solemn_json("keys", "plan", self.path("c"), "--drill")
        self.assertEqual(report["verdict"], "accepted")
        for name in ("script.json", "participants.json", "script.pdf", "log.pdf"):
            self.assertTrue((self.path("c") / name).is_file(), name)
        text = subprocess.run(["pdftotext", "-layout", self.path("c") / "script.pdf", "-"], capture_output=True, text=True, check=True).stdout
        for said in ("DRILL", "Witnesses throw dice", "Pre-ceremony preparation complete", "(60 minutes)", "Custodian 7"):
            self.assertIn(said, text)

    def test_what_people_edit_is_kept_and_judged(self):
        solemn("keys", "plan", self.path("c"))
        file = self.path("c") / "participants.json"
        people = json.loads(file.read_text())
        people["participants"][0]["roles"] = ["coordinator", "auditor"]
        file.write_text(json.dumps(people))
        report = solemn_json("keys", "plan", self.path("c"), expect=1)
        failed = {c["rule"] for c in report["checks"] if c["outcome"] == "failed"}
        self.assertEqual(failed, {"people-separation", "people-roles"})
        self.assertEqual(json.loads(file.read_text()), people)

    def test_without_a_terminal_there_is_no_ceremony(self):
        solemn("keys", "plan", self.path("c"))
        done = subprocess.run([solemn_path(), "keys", "run", self.path("c"), "--drill"], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment(), start_new_session=True, check=False)
        self.assertEqual(done.returncode, 6)
        self.assertIn("no terminal", done.stderr)

    def test_another_machine_is_for_drills(self):
        solemn("keys", "plan", self.path("c"))
        self.assertIn("for drills", solemn("keys", "run", self.path("c"), "--machine", self.folder, expect=2).err)


    def test_what_is_wrong_with_a_file_is_said_with_its_name(self):
        solemn("keys", "plan", self.path("c"), "--drill")
        for name in ("participants.json", "script.json"):
            file = self.path("c") / name
            good = file.read_text()
            file.write_text(good.replace("solemn.keys", "solemn.kees", 1) + "x")
            for verb in ("plan", "run"):
                self.assertIn(name, solemn("keys", verb, self.path("c"), "--drill", expect=4).err)
            file.write_text(good)

    def test_a_real_ceremony_has_somebody_to_call(self):
        self.assertIn("8 people have no emergency contact", solemn("keys", "plan", self.path("c")).err)
        file = self.path("c") / "participants.json"
        people = json.loads(file.read_text())
        for person in people["participants"]:
            person["contact"] = "" if person["name"] == "Custodian 2" else "+1 555 0100"
        for contact in ("", " "):
            people["participants"][4]["contact"] = contact
            file.write_text(json.dumps(people))
            said = solemn("keys", "run", self.path("c"), expect=2).err
            self.assertIn("no emergency contact of " + people["participants"][4]["name"], said)
            self.assertIn("participants.json", said)


class Run(Case):
    def test_the_screen_keeps_to_its_80_columns_and_is_cleared_in_the_end(self):
        ceremony = SmallCeremony(self.folder)
        self.assertEqual(ceremony.run(), 0, ceremony.conversation.page)
        for page in ceremony.conversation.pages:
            lines = page.split("\n")
            self.assertLessEqual(len(lines), 26, page)
            for line in lines:
                if "?" not in line and ": " not in line:
                    self.assertLessEqual(len(line), 80, line)
            if page.rstrip().endswith("initials:"):  # whoever signs sees what
                self.assertRegex(page, r"(?m)^  \d\.\d+ +\w")
        self.assertIn(b"\x1b[2J\x1b[3J\x1b[H\x1b[?1049l", ceremony.conversation.shown)

    def test_when_it_is_over_nobody_is_asked_for_anything(self):
        ceremony = SmallCeremony(self.folder)
        self.assertEqual(ceremony.run(), 0, ceremony.conversation.page)
        said = solemn("keys", "run", ceremony.path, "--drill")  # without a terminal
        self.assertIn("is over, and its record complete", said.out)
        self.assertIn("nothing is left to do", said.err)
        self.assertIn("began as a drill", solemn("keys", "run", ceremony.path, expect=2).err)
        status = solemn_json("keys", "status", ceremony.path / "record")  # on the day itself nothing is late
        self.assertEqual({one["urgency"] for one in status["reminders"]}, {"soon"})
        self.assertEqual({one["what"] for one in status["reminders"]}, {"training", "background-check"})

    def test_an_abort_or_a_pause_leaves_no_sheets(self):
        for word in ("abort", "pause"):
            ceremony = SmallCeremony(self.folder, word)

            def answer(page):
                last = page.rsplit("\n", 1)[-1]
                if last.endswith("(Enter: back): "):
                    files = [file for file in ceremony.papers.rglob("*") if file.is_file()]
                    self.assertEqual(len(files), 5)
                    return word
                if "Type abort" in page:
                    return "CO" if "signs the abort" in last else "the fire alarm"
                begins = "sheets." in page and last.endswith("> ") and "Enter: begin" in page
                return word[0].replace("p", "q") if begins else ceremony.answer(page)
            self.assertEqual(ceremony.run(answer=answer), 6, ceremony.conversation.page)
            self.assertEqual([file for file in ceremony.papers.rglob("*") if file.is_file()], [])
        said = solemn("keys", "run", self.path("abort"), "--drill", expect=6)
        self.assertIn("was aborted", said.out)

    def test_a_pause_a_person_who_mistypes_an_exception_and_an_incident(self):
        ceremony, self.turn = SmallCeremony(self.folder), 0
        status = ceremony.run(answer=lambda page: self.first(page, ceremony), until=lambda page: "1.2 clock" in page and page.endswith("> "))
        self.assertIsNone(status)
        ceremony.conversation.run(lambda page: "q", until=None, timeout=60)
        self.assertEqual(ceremony.conversation.status, 6)
        shown = solemn_json("keys", "show", ceremony.path)
        self.assertEqual((shown["steps_done"], shown["deviations"], shown["incidents"]), (1, 1, 1))
        self.assertIn("1.2", shown["state"])
        self.assertEqual(ceremony.run(), 0)
        solemn("audit", ceremony.path, "--drill", "--root-key", ceremony.path / "root.pem")

    def first(self, page, ceremony, turns=("XX", "i", "e")):
        """XX is nobody; then an incident; then the exception that the script allows."""
        if page.endswith("signs, initials: ") and self.turn < len(turns):
            self.turn += 1
            return turns[self.turn - 1]
        if page.endswith("What happened: "):
            return "the fire alarm rang"
        if page.endswith("Who reports it, initials: "):
            return "W1"
        return ceremony.answer(page)

    def test_a_witness_may_abort(self):
        ceremony, signers = SmallCeremony(self.folder), ["CO", "W1"]

        def answer(page):
            last = page.rsplit("\n", 1)[-1]
            if last.endswith("(Enter: back): "):
                return "abort"
            if "signs the abort" in last:
                return signers.pop()  # the witness cannot sign for the coordinator
            if "Type abort" in page:
                return "as was seen"
            return "a" if "Witnesses sign" in last else ceremony.answer(page)
        self.assertEqual(ceremony.run(answer=answer, timeout=40), 6, ceremony.conversation.page)
        report = solemn_json("audit", ceremony.path, "--drill", "--root-key", ceremony.path / "root.pem", expect=1)
        self.assertEqual(signers, [])
        self.assertIn("as was seen", {c["rule"]: c["detail"] for c in report["checks"]}["steps-complete"])

    def test_a_mistyped_path_costs_no_keys(self):
        ceremony, scans = SmallCeremony(self.folder), []

        def answer(page):
            if "scan or photo" not in page.rsplit("\n", 1)[-1]:
                return ceremony.answer(page)
            scans.append(page)
            return "/nowhere" if len(scans) == 1 else ceremony.answer(page)
        self.assertEqual(ceremony.run(answer=answer), 0, ceremony.conversation.page)
        self.assertIn(b"'/nowhere': No such file", ceremony.conversation.shown)
        self.assertNotIn("ceremony-restarted", ceremony.entries_file.read_text(encoding="utf-8"))

    def test_an_abort_is_for_good_and_a_new_ceremony_takes_it_up(self):
        ceremony = SmallCeremony(self.folder)

        def answer(page):
            if page.endswith("(Enter: back): "):
                return "abort"
            if "Type abort" in page:
                last = page.rsplit("\n", 1)[-1]
                return "CO" if "signs the abort" in last else "somebody fainted" if "Reason" in last else "all in the safe"
            return "a" if page.endswith("Auditor signs, initials: ") else ceremony.answer(page)
        self.assertEqual(ceremony.run(answer=answer), 6)
        self.assertIn("was aborted", ceremony.conversation.page)
        report = solemn_json("audit", ceremony.path, "--drill", "--root-key", ceremony.path / "root.pem", expect=1)
        self.assertIn("somebody fainted", {c["rule"]: c["detail"] for c in report["checks"]}["steps-complete"])
        again = SmallCeremony(self.folder, "again")
        self.assertEqual(again.run("--continues", ceremony.path), 0, again.conversation.page)
        self.assertEqual(json.loads((again.path / "certificate.json").read_text())["continues"], report["origin"])
        other = SmallCeremony(self.folder, "other")
        self.assertEqual(other.run("--continues", again.path), 2)  # that one was not aborted
