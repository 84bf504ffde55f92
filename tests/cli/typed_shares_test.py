"""Shares typed from their sheets where there is no scanner: at every command that reads one, and in a ceremony. A line that is wrong is named and
asked for again; nothing that was typed is shown, or stays in a file."""

import json
import re
import secrets

from harness import Case, environment, leaks, run, need, solemn, solemn_json, solemn_path
from harness.record import Record
from harness.shares import payload_of, text_of
from harness.small_ceremony import SmallCeremony
from harness.terminal import at_terminal


def wrong(line):
    """Its seventh character is another one."""
    return line[:7] + ("Q" if line[7] != "Q" else "P") + line[8:]


class Typed(Case):
    def setUp(self):
        super().setUp()
        self.path("dice").write_text("".join(secrets.choice("123456") for _ in range(100)))
        solemn("keys", "new", "k", self.path("s"), "--type", "secp256k1", "--dice", self.path("dice"))
        self.set = self.path("s") / "k.set.json"
        for name in ("home", "tmp"):
            self.path(name).mkdir()

    def share(self, number):
        return self.path("s") / f"k.share-{number}.txt"

    def lines(self, number):
        """As printed, with their numbers."""
        return self.share(number).read_text().splitlines()[3:]

    def at_terminal(self, *words, shares, mistyped=3):
        """Types these shares; the line `mistyped` of each is wrong at first. Returns what the terminal showed."""
        answers = []
        for number in shares:
            for i, line in enumerate(self.lines(number), 1):
                prompt = f"line {i} of 5: "
                if i == mistyped:
                    answers.append((prompt, wrong(line)))
                    prompt = f"line {i}: character 5 is probably wrong; once more: "
                answers.append((prompt, line))
        env = environment(HOME=self.path("home"), TMPDIR=self.path("tmp"), XDG_STATE_HOME=self.path("home"), HISTFILE=self.path("home") / "history")
        status, said, left = at_terminal([solemn_path(), "keys", *words], answers, env=env, cwd=self.path("tmp"))
        self.assertEqual((status, left), (0, []), said)
        self.assert_nowhere(said, shares)
        return said

    def assert_nowhere(self, said, shares):
        known = leaks.Secrets()
        for number in shares:
            known.add_share(f"share {number}", "".join(line[3:].replace(" ", "") for line in self.lines(number)))
        places = leaks.files(self.folder, without=(self.path("s"), self.path("new"))) | {"the terminal": said.encode()}
        self.assertEqual(known.found(places), {})
        self.assertEqual(set(known.found(leaks.files(self.path("s")))), {str(self.share(number)) for number in shares})  # where they are, they are seen

    def test_a_custodian_checks_the_own_share_and_proves_to_have_it(self):
        self.at_terminal("share", "verify", self.set, shares=[2])
        self.at_terminal("share", "prove", self.set, "--challenge", "audit 7", "-o", self.path("proof"), shares=[4])
        self.assertEqual(solemn_json("keys", "share", "check", self.set, self.path("proof"), "--challenge", "audit 7")["index"], 4)

    def test_recovery_rehearsal_and_resharing(self):
        self.at_terminal("recover", self.set, "--ask", 3, "--out", self.path("typed"), shares=[1, 3, 5])
        solemn("keys", "recover", self.set, *(self.share(i) for i in (1, 2, 3)), "--out", self.path("read"))
        self.assertEqual(self.path("typed").read_text(), self.path("read").read_text())
        self.at_terminal("rehearse", self.set, self.share(1), self.share(2), "--ask", 1, shares=[3])
        self.at_terminal("reshare", self.set, "--ask", 3, "--out-folder", self.path("new"), "--dice", self.path("dice"), shares=[2, 4, 5])
        new = self.path("new") / "k.set.json"
        solemn("keys", "share", "verify", new, self.path("new") / "k.share-1.txt")
        self.assertEqual(json.loads(new.read_text())["public_key"], json.loads(self.set.read_text())["public_key"])

    def test_mnemonics_of_slip39(self):
        solemn("keys", "seed", "new", "--dice", self.path("dice"), "--out", self.path("seed"))
        solemn("keys", "seed", "split", self.path("seed"), self.path("slips"), "--threshold", 2, "--shares", 3)
        one, three = ((self.path("slips") / f"slip39-1-{i}.txt").read_text().strip() for i in (1, 3))
        words = one.split()
        mistyped = " ".join([*words[:4], "xylophone", *words[5:]]), " ".join([words[1], words[0], *words[2:]])
        answers = [("mnemonic 1: ", mistyped[0]), ("; once more: ", mistyped[1]), ("; once more: ", one), ("mnemonic 2: ", three)]
        argv = [solemn_path(), "keys", "seed", "combine", "--ask", 2, "--out", self.path("again")]
        status, said, left = at_terminal(argv, answers, env=environment(), cwd=self.path("tmp"))
        self.assertEqual((status, left), (0, []), said)
        self.assertEqual(self.path("again").read_text(), self.path("seed").read_text())
        self.assertIn("word 5 is not in the list; once more: ", said)
        asked = said.partition("fingerprint of the master key")[0]
        # Nothing else on the screen: no word that was typed (some, such as "order", may stand in these sentences).
        self.assertEqual(asked.split("\r\n"), ["mnemonic 1: ", "mnemonic 1: word 5 is not in the list; once more: ",
                                               "mnemonic 1: the checksum is wrong: some words are wrong or out of order; once more: ", "mnemonic 2: ", ""])

    def test_answers_to_an_audit_and_approvals(self):
        record = Record(self.folder, threshold=0)
        holders = [word for i in range(1, 6) for word in ("--holder", f"{i}=Custodian {i}")]
        solemn("keys", "inventory", "add", record.path, "k", "--type", "Maintainer", "--state", "active", "--set", self.set, *holders, "--sign-key", record.key("coordinator"))
        solemn("keys", "audit-shares", "challenge", record.path, self.path("challenge"))
        self.at_terminal("audit-shares", "answer", self.path("challenge"), self.path("answer"), "--set", self.set, shares=[5])
        said = solemn_json("keys", "audit-shares", "verify", record.path, self.path("challenge"), self.path("answer"), expect=1)
        self.assertEqual([one["index"] for one in said["proven"]], [5])
        solemn("keys", "revoke", "create", record.path, self.path("notice"), "--key", "k", "--reason", "superseded")
        self.at_terminal("approve", self.path("notice"), self.path("approved"), "--set", self.set, "--share", self.share(1), "--ask", 2, shares=[2, 3])
        solemn("keys", "revoke", "verify", record.path, self.path("approved"))

    def test_lines_of_two_sheets_are_asked_for_again(self):
        mixed = [*self.lines(1)[:4], self.lines(2)[4]]
        answers = [(f"line {i} of 5: ", line) for i, line in enumerate(mixed, 1)]
        answers += [("again (no sheet has these five lines), line 1 of 5: ", self.lines(1)[0])] + [(f"line {i} of 5: ", self.lines(1)[i - 1]) for i in range(2, 6)]
        status, said, left = at_terminal([solemn_path(), "keys", "share", "verify", self.set], answers, env=environment())
        self.assertEqual((status, left), (0, []), said)

    def test_a_share_that_is_bad_is_bad_when_it_is_typed(self):
        payload = payload_of(self.share(1).read_text())
        payload[40] ^= 1
        answers = [(f"line {i} of 5: ", line) for i, line in enumerate(text_of(payload).splitlines(), 1)]
        status, said, _ = at_terminal([solemn_path(), "keys", "share", "verify", self.set], answers, env=environment())
        self.assertEqual(status, 1)
        self.assertIn("share-value", said)

    def test_who_types_nothing_gives_up(self):
        answers = [("line 1 of 5: ", self.lines(1)[0]), ("line 2 of 5: ", "")]
        status, said, _ = at_terminal([solemn_path(), "keys", "share", "verify", self.set], answers, env=environment())
        self.assertEqual(status, 6)
        self.assertIn("nothing was typed for line 2", said)

    def test_ctrl_u_clears_a_line(self):
        lines = self.lines(1)
        answers = [("line 1 of 5: ", lines[0][:20] + "\x15" + lines[0])] + [(f"line {i} of 5: ", lines[i - 1]) for i in range(2, 6)]
        status, said, left = at_terminal([solemn_path(), "keys", "share", "verify", self.set], answers, env=environment())
        self.assertEqual((status, left), (0, []), said)
        self.assertNotIn("wrong", said)


class AtTheTable(Case):
    """In a ceremony, by custodians whose room has no scanner."""

    def setUp(self):
        super().setUp()
        self.ceremony, self.sheets, self.mistyped, self.mixed = SmallCeremony(self.folder), {}, set(), []

    def sheet(self, number):
        """The 150 characters, as somebody reads them off the paper."""
        if number not in self.sheets:
            sheet = next(self.ceremony.papers.glob(f"*/emergency-share-{number}.pdf"))
            text = run([need("pdftotext"), "-layout", "-f", "1", "-l", "1", sheet, "-"]).out
            self.sheets[number] = [re.search(rf"(?m)^\s*{i}\s+((?:[A-Z0-9]{{5}} ?){{6}})\s*$", text)[1] for i in range(1, 6)]
        return self.sheets[number]

    def answer(self, page):
        last = page.rsplit("\n", 1)[-1]
        if "scan or photo of your sheets" in last and "C5" not in last:
            return "t"
        asked = re.search(r"emergency, share (\d).*line (\d) of 5: \Z", page.replace("\n", " ")) if "line" in last else None
        if asked:
            self.at = (number, line) = int(asked[1]), int(asked[2])
            if (number, line) == (1, 5) and not self.mixed:  # a line of the sheet beside it
                self.mixed.append(True)
                return self.sheet(2)[4]
            if line == 2 and number not in self.mistyped:
                self.mistyped.add(number)
                return wrong(self.sheet(number)[1])
            return self.sheet(number)[line - 1]
        if re.search(r"line 2: character \d+ is probably wrong; once more: \Z", page):
            return self.sheet(self.at[0])[1]
        return self.ceremony.answer(page)

    def test_custodians_type_their_sheets_with_mistakes(self):
        self.assertEqual(self.ceremony.run(answer=self.answer), 0, self.ceremony.conversation.page)
        self.assertEqual(self.mistyped, {1, 2, 3, 4, 5} - self.scanned())
        solemn("audit", self.ceremony.path, "--drill", "--root-key", self.ceremony.path / "root.pem")
        known = leaks.Secrets()
        for number, lines in self.sheets.items():
            known.add_share(f"share {number}", "".join(lines).replace(" ", ""))
        self.assertEqual(len(self.sheets), 4)
        places = leaks.files(self.folder, without=(self.ceremony.kept,)) | {"the terminal": self.ceremony.conversation.shown}
        self.assertEqual(known.found(places), {})

    def scanned(self):
        """Numbers of the shares whose custodian had a scan; the record says who typed."""
        read = {}
        for line in self.ceremony.lines:
            body = json.loads(line)["body"]
            if body.get("step") == "sheets" and "result" in body:
                read[body["result"]["shares"][0]["index"]] = body["result"]["read"]
        self.assertEqual(sorted(read.values()), ["scanned", "typed", "typed", "typed", "typed"])
        return {number for number, how in read.items() if how == "scanned"}
