"""People at a key ceremony: they answer what the program asks them, as the script wants it."""

import hashlib
import re
import shutil
from pathlib import Path

from .programs import environment, need, run, solemn, solemn_path
from .terminal import Conversation

PASSPHRASE = "drill passphrase of everybody"
FACES = "3162254613645231"
POLICIES = {"recording": "1", "key-origin": "1", "anchor": "1", "github": "1", "backups": "1", "hsm": "1", "revocations": "1"}
ROLES = {"Coordinator": "CO", "Facilitator": "FA", "Auditor": "AU"}


class Ceremony:
    """One ceremony in `folder`, from the plan to the end; a drill, unless `drill` is False. `answers`: regular expression at the end of the screen -> line or function(match, page)."""

    def __init__(self, folder: Path, name="ceremony", policies=None, drill=True, **answers):
        self.drill = ("--drill",) if drill else ()
        self.folder, self.path = folder, folder / name
        self.private, self.papers = folder / f"{name}.private", folder / f"{name}.papers"
        self.policies = {**POLICIES, **(policies or {})}
        self.kept = folder / f"{name}.sheets"  # what the custodians took home
        self.stick = folder / f"{name}.stick"  # revocations, and backups of a ceremony that is no drill
        self.media, self.equipment = [("printer", "1")], ["laptop 1"]  # name, and which kind of medium it is
        self.last_dice, self.unknown, self.conversation = 0, [], None
        self.environment, self.failures = {}, 0
        self.answers = []
        self.rules()

    def plan(self, *words, expect=0):
        return solemn("keys", "plan", self.path, *self.drill, *words, expect=expect)

    def make_pem(self):
        pem = self.folder / "github.pem"
        run([need("openssl"), "genrsa", "-traditional", "-out", pem, "2048"])
        return pem

    def rules(self):
        rule = lambda pattern, reply: self.answers.append((re.compile(pattern + r"\Z"), reply))
        rule(r"Your signing key: Enter makes one here; or its file or pkcs11:\.\.\. ", "")
        rule(r"New passphrase \(not shown\): ", lambda m, page: "" if self.drill else PASSPHRASE)
        rule(r"Your passphrase for the backup \(not shown\): ", PASSPHRASE)
        rule(r"The same once more: ", PASSPHRASE)
        rule(r"Your passphrase \(not shown\): ", PASSPHRASE)
        rule(r"Enter: begin [^\n]*\n  > ", "")
        rule(r"Enter: again [^\n]*\n  > ", lambda m, page: self.failed())
        rule(r"  ([^\n]+) signs, initials: ", lambda m, page: self.initials(m[1]))
        rule(r"Witnesses sign, initials \((\d) more\): ", lambda m, page: self.witnesses(int(m[1]), page))
        rule(r"\(auditor\) approves, initials: ", "AU")
        rule(r"Decision on (\S+) \(Enter: \d\): ", lambda m, page: self.policies[m[1]])
        rule(r"(\S+)\s+All have compared it\? Type its last word: ", lambda m, page: m[1])
        rule(r"Type yes: ", "yes")
        rule(r"Dice \((\d+) so far\): ", lambda m, page: FACES if int(m[1]) < 100 else "")
        rule(r"The PEM file from GitHub: ", lambda m, page: str(self.make_pem()))
        rule(r"  (\w+): scan or photo of your sheets [^\n]*: ", lambda m, page: self.scan(m[1]))
        rule(r"Folder on your stick[^\n]*: ", lambda m, page: "" if self.drill else self.on_stick())
        rule(r"Folder on the stick for the revocations[^\n]*: ", lambda m, page: self.on_stick())
        rule(r"What was done, its number \(Enter: as advised; 0: it held no secret\): ", "0")
        rule(r"What was done, its number \(Enter: as advised\): ", "")
        rule(r"Another medium that held secrets, [^\n]*: ", lambda m, page: self.media[0][0] if self.media else "")
        rule(r"What it is, its number: ", lambda m, page: self.media.pop(0)[1])
        rule(r"Equipment that goes back, [^\n]*: ", lambda m, page: self.equipment.pop(0) if self.equipment else "")
        rule(r"Enter to go on ", "")
        rule(r"Its number \(Enter: back\): ", "1")
        rule(r"  Why: ", lambda m, page: "because this is a drill" if self.drill else "this machine is for tests; seen and accepted by all")
        rule(r"signs that the old sheets are destroyed, initials: ", "CO")
        rule(r"signs that it begins again, initials: ", "CO")
        rule(r"signs the abort, initials: ", "CO")
        rule(r"on the wall[^\n]*: ", "2027-03-01 14:05")
        rule(r"First 8 digits of the program's SHA-256: ", hashlib.sha256(solemn_path().read_bytes()).hexdigest()[:8])
        rule(r"\n  ([A-Z][^\n]*): ", lambda m, page: "as read aloud")

    def initials(self, title):
        held = re.search(r"\(([A-Z0-9]{1,4})\)$", title)
        return held[1] if held else ROLES[title]

    def witnesses(self, n, page):
        """Those who are not performing themselves, and did not sign before an interruption."""
        performs = re.search(r"By: [^\n]*\((W\d)\)", page)
        able = [f"W{i}" for i in (1, 2, 3) if not (performs and performs[1] == f"W{i}") and not (f"'Witness {i}'" in page and "twice" in page)]
        return " ".join(able[:n])

    def on_stick(self):
        self.stick.mkdir(exist_ok=True)
        return str(self.stick)

    def scan(self, who):
        """The custodian takes the sheets, and shows them to a scanner."""
        mine = self.kept / who
        shutil.rmtree(mine, ignore_errors=True)  # of a round that was interrupted: of no use any more
        shutil.copytree(self.papers / who, mine, ignore=shutil.ignore_patterns("*.age"))
        return str(mine)

    def failed(self):
        """A step did not succeed: an isolated machine is what a drill cannot have; everything else is done again."""
        self.failures += 1
        assert self.failures < 20, f"a step fails again and again:\n{self.conversation.page}"
        return "e" if b"NOT isolated" in self.conversation.shown[-6000:] else ""

    def answer(self, page):
        for pattern, reply in self.answers:
            match = pattern.search(page)
            if match:
                return reply if isinstance(reply, str) else reply(match, page)
        return None

    def run(self, *words, until=None, answer=None, timeout=900):
        temporary = self.folder / "tmp"  # searched for residue: not the machine's, which may be large
        temporary.mkdir(exist_ok=True)
        env = environment(TERM="xterm", TMPDIR=temporary, **self.environment)
        argv = [solemn_path(), "keys", "run", self.path, *self.drill, *words]
        self.conversation = Conversation(argv, env=env, cwd=self.folder)
        return self.conversation.run(answer or self.answer, until=until, timeout=timeout)
