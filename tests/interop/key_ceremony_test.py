"""The whole key ceremony of the procedure as a drill, at a real terminal: seven custodians, three witnesses, an auditor; a power cut while the
custodians check their sheets, a sheet with a wrong share, a link that comes up. Then what comes after it: the audit by somebody who was not there,
recovery by three custodians from scans of their paper, a custodian who is followed by another; and a search of everything for the keys."""

import base64
import hashlib
import json
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from harness import Case, leaks, need, run, solemn, solemn_json
from harness.key_ceremony import FACES, PASSPHRASE, Ceremony

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
KEYS = [f"maintainer-{i}" for i in range(1, 8)] + ["nostr", "anchor", "github-app"]


def checksum(prefix, symbols):
    """Bech32m, from BIP-350."""
    value = 1
    for v in [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + symbols + [0] * 6:
        top, value = value >> 25, (value & 0x1FFFFFF) << 5 ^ v
        for i, g in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            value ^= g if (top >> i) & 1 else 0
    value ^= 0x2BC830A3
    return [(value >> 5 * (5 - i)) & 31 for i in range(6)]


def payload_of(code: str) -> bytes:
    """The 75 bytes of a share, from the 150 characters of its code (docs/share-format.md)."""
    symbols = [ALPHABET.index(c) for c in code.lower()]
    bits = "".join(f"{s:05b}" for line in range(5) for s in symbols[30 * line:30 * line + 24])
    return int(bits, 2).to_bytes(75, "big")


def share_lines(payload: bytes) -> str:
    bits = f"{int.from_bytes(payload, 'big'):0600b}"
    symbols = [int(bits[i:i + 5], 2) for i in range(0, 600, 5)]
    lines = []
    for number in range(5):
        part = symbols[24 * number:24 * number + 24]
        text = "".join(ALPHABET[s] for s in part + checksum(f"share{number + 1}", part)).upper()
        lines.append(f"{number + 1}  " + " ".join(text[i:i + 5] for i in range(0, 30, 5)))
    return "\n".join(lines) + "\n"


def machine(folder: Path, papers: Path):
    """A laptop without any network, as the kernel would show it."""
    files = {
        "proc/self/net/dev": "Inter-| Receive | Transmit\n face |bytes\n    lo: 1 2 3\n",
        "proc/self/net/route": "Iface\tDestination\tGateway \tFlags\n",
        "proc/self/net/ipv6_route": "",
        "proc/swaps": "Filename\tType\tSize\tUsed\tPriority\n",
        "proc/self/limits": "Limit                     Soft Limit           Hard Limit           Units     \nMax core file size        0                    0                    bytes     \nMax locked memory         8388608              8388608              bytes     \n",
        "proc/self/mounts": f"/dev/sda1 / ext4 rw 0 0\ntmpfs {papers} tmpfs rw 0 0\n",
        "proc/sys/kernel/core_pattern": "core\n",
        "proc/sys/kernel/osrelease": "6.1.0-test\n",
        "sys/power/state": "freeze mem\n",
        "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
        "sys/class/net/lo/flags": "0x9\n", "sys/class/net/lo/type": "772\n", "sys/class/net/lo/operstate": "unknown\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


class Day(Ceremony):
    """With what goes wrong on the day."""

    def __init__(self, folder):
        super().__init__(folder)
        self.machine, self.bad, self.links, self.processes, self.guards = folder / "machine", None, 0, {}, []
        machine(self.machine, self.papers)

    def scan(self, who):
        self.processes |= {f"{where}, when {who} came": said for where, said in leaks.processes().items()}
        self.guards.append(leaks.guards(self.conversation.pid))
        mine = self.kept / who
        first = not mine.exists()
        if first:
            mine.mkdir(parents=True)
            for sheet in sorted((self.papers / who).glob("*.pdf")):  # printed, and put on a scanner
                run([need("pdftoppm"), "-r", "200", "-gray", "-png", "-f", "1", "-l", "1", "-singlefile", sheet, mine / sheet.stem])
        if who == "C2" and first:
            return str(self.spoil(mine))
        return str(mine)

    def spoil(self, mine):
        """One of the sheets is replaced by one with another number on it, all of whose checksums are right."""
        bad = self.folder / "bad"
        shutil.copytree(mine, bad)
        sheet = sorted(bad.iterdir())[0]
        payload = bytearray(self.payload(sheet))
        payload[40] ^= 1
        payload[68:] = hashlib.sha256(b"solemn share text 1\0" + payload[:68]).digest()[:7]
        (self.folder / "bad.txt").write_text(share_lines(bytes(payload)))
        self.bad = sheet.stem.rsplit("-share-", 1)
        solemn("keys", "paper", "make", self.folder / "bad.txt", self.folder / "bad.pdf", "--custodian", "Custodian 2", "--key", self.bad[0], "--force")
        run([need("pdftoppm"), "-r", "200", "-gray", "-png", "-f", "1", "-l", "1", "-singlefile", self.folder / "bad.pdf", sheet.with_suffix("")])
        return bad

    def payload(self, picture):
        """Read by zbar: another reader than the program's."""
        text = run([need("zbarimg"), "-q", "--raw", "-Sdisable", "-Sqrcode.enable", picture]).out.strip()
        assert text.startswith("SOLEMN SHARE 1:"), text
        return payload_of(text[15:])

    def rules(self):
        self.answers.append((re.compile(r"next is printed\.\s+(?:\*\*\* [^\n]*\s+(?:  Enter to go on )?)*  Enter to go on \Z"), self.plug))
        super().rules()

    def plug(self, match, page):
        """Somebody plugs a cable in, and pulls it again when the screen says so."""
        link = self.machine / "sys" / "class" / "net" / "eth0"
        if "INCIDENT" in page:
            shutil.rmtree(link)
            self.links = 2
        if self.links == 2:
            return ""
        if self.links == 0:
            self.links = 1
            link.mkdir()
            for name, text in (("flags", "0x1003\n"), ("type", "1\n"), ("carrier", "1\n"), ("operstate", "up\n")):
                (link / name).write_text(text)
        return None

    def take_place(self, until=None):
        return self.run("--machine", self.machine, until=until)


class KeyCeremony(Case):
    @classmethod
    def setUpClass(cls):
        cls.room = Path(tempfile.mkdtemp(prefix="solemn-key-ceremony-"))
        cls.addClassCleanup(shutil.rmtree, cls.room, ignore_errors=True)
        cls.day = day = Day(cls.room)
        day.plan()
        day.links = 2  # no cable in the first round
        day.take_place(until=lambda page: "C4: scan or photo" in page)
        cls.screens = [day.conversation.shown]
        cls.dumped = day.conversation.kill(signal.SIGABRT)  # as by a fault, with keys in memory
        cls.old_sheets = cls.room / "old"
        shutil.copytree(day.papers, cls.old_sheets)
        shutil.rmtree(day.kept)
        shutil.rmtree(cls.room / "bad")
        day.links, day.bad = 0, None
        cls.status = day.take_place()
        cls.screens.append(day.conversation.shown)
        cls.last_page = day.conversation.page

    def audit(self, *words, expect=0):
        return solemn_json("audit", self.day.path, "--root-key", self.day.path / "root.pem", *words, expect=expect)

    def certificate(self):
        return json.loads((self.day.path / "certificate.json").read_text())

    def shares(self, key):
        """Texts of all five shares of a key as the custodians have them on paper, by index."""
        found = {}
        for picture in sorted(self.day.kept.glob(f"*/{key}-share-*.png")):
            out = self.path(f"{key}-{picture.stem[-1]}.txt")
            solemn("keys", "paper", "scan", picture, "--out", out)
            found[int(picture.stem[-1])] = out
        return found

    def test_the_ceremony_came_to_its_end(self):
        self.assertEqual(self.status, 0, self.last_page)
        self.assertFalse(self.day.papers.exists())
        signing = [page for page in self.day.conversation.pages if page.rstrip().endswith("initials:")]
        self.assertGreater(len(signing), 30)
        for page in signing:  # whoever signs sees what, also when a step fills several pages
            step = re.search(r"(?m)^  \d\.\d+ +\w", page)
            self.assertTrue(step or "All steps from the dice on are done again" in page, page)
        self.assertEqual(sorted(p.name for p in self.day.kept.iterdir()), [f"C{i}" for i in range(1, 8)])

    def test_somebody_who_was_not_there_accepts_the_record(self):
        report = self.audit("--drill", "--report", self.path("report.html"))
        self.assertEqual((report["verdict"], report["drill"], report["keys"]), ("accepted", True, 10))
        self.assertIn("DRILL", self.path("report.html").read_text())
        refused = self.audit(expect=1)
        self.assertEqual([c["rule"] for c in refused["checks"] if c["outcome"] != "passed"], ["not-a-drill"])

    def test_the_audit_needs_no_network(self):
        unshare = need("unshare")
        from harness import solemn_path
        run([unshare, "-rn", solemn_path(), "audit", self.day.path, "--root-key", self.day.path / "root.pem", "--drill"])

    def test_power_cut_bad_share_and_link_are_in_the_certificate(self):
        certificate = self.certificate()
        self.assertEqual(certificate["rounds"], 2)
        self.assertTrue(certificate["drill"])
        texts = [i["text"] for i in certificate["incidents"]]
        key, index = self.day.bad
        self.assertTrue(any("Custodian 2" in t and f"share {index} of {key}" in t and "share-value" in t for t in texts), texts)
        self.assertTrue(any("eth0" in t for t in texts), texts)
        self.assertEqual({line["text"]: line["state"] for line in certificate["checklist"]}["Keys distributed and verified"], "done")

    def test_the_sheets_from_before_the_power_cut_rebuild_nothing(self):
        sheet = sorted(self.old_sheets.glob("*/maintainer-1-share-*.pdf"))[0]
        solemn("keys", "paper", "scan", sheet, "--out", self.path("old.txt"))
        solemn("keys", "share", "verify", self.day.path / "sets" / "maintainer-1.set.json", self.path("old.txt"), expect=1)

    def recovered(self):
        """Every key, by three custodians each, in this folder, from scans of their paper."""
        secrets = {}
        for key in KEYS:
            texts = self.shares(key)
            self.assertEqual(sorted(texts), [1, 2, 3, 4, 5], key)
            out = self.path(f"{key}.secret")
            solemn("keys", "recover", self.day.path / "sets" / f"{key}.set.json", texts[1], texts[3], texts[5], "-o", out)
            secrets[key] = out.read_bytes().strip()
        return secrets

    def known(self, secrets):
        """What is looked for: the keys, their shares in every form, and what people typed."""
        known = leaks.Secrets()
        for key, text in secrets.items():
            if re.fullmatch(rb"[0-9a-f]{64}", text):
                known.add_bytes(key, bytes.fromhex(text.decode()))
            else:
                der = base64.b64decode(b"".join(text.splitlines()[1:-1]))
                known.add_bytes(key, der[len(der) // 2:])  # behind the modulus: its primes and exponents
            for index in range(1, 6):
                known.add_share(f"share {index} of {key}", self.path(f"{key}-{index}.txt").read_text().strip()[15:])
        known.add_text("passphrase", PASSPHRASE.encode())
        known.add_text("dice", FACES.encode())
        return known

    def places(self):
        """Everything that the day left behind, but the sheets and what is said to be a secret of somebody: whatever was on the screens (so all
        that a terminal can scroll back to), what every process said of itself, the temporary folder, the bundle, the people's folder."""
        room = self.room
        told = (self.day.kept, self.old_sheets, room / "bad", room / "bad.txt", room / "bad.pdf", room / "github.pem")
        places = leaks.files(room, without=told)
        self.assertGreater(len(places), 50)
        return places | {f"screen {i}": shown for i, shown in enumerate(self.screens)} | self.day.processes

    def test_three_custodians_recover_every_key_elsewhere_and_no_key_is_left_anywhere(self):
        secrets = self.recovered()
        public = {k["name"]: k for k in self.certificate()["keys"]}
        for key in KEYS[:7]:
            self.assertEqual(solemn_json("keys", "share", "info", self.path(f"{key}-1.txt"))["index"], 1)
            self.assertEqual(len(secrets[key]), 64)
        self.path("anchor.key").write_bytes(bytes.fromhex("302e020100300506032b657004220420" + secrets["anchor"].decode()))
        run([need("openssl"), "pkey", "-inform", "DER", "-in", self.path("anchor.key"), "-pubout", "-outform", "DER", "-out", self.path("anchor.der")])
        self.assertEqual(self.path("anchor.der").read_bytes()[-32:].hex(), public["anchor"]["public_key"])
        known, places = self.known(secrets), self.places()
        self.assertEqual(known.found(places), {})
        self.assert_seen_where_it_is(known)

    def assert_seen_where_it_is(self, known):
        """A leak is put into each of these places, and is found in each: the search is not blind."""
        share = sorted(self.folder.glob("maintainer-3-?.txt"))[0]
        leaked, line = self.path("leaked"), json.dumps({"text": self.path("maintainer-1.secret").read_text()})
        leaked.mkdir()
        for name, text in (("entries.jsonl", line), ("tmp.txt", base64.b64encode(bytes.fromhex(self.path("nostr.secret").read_text())).decode()),
                           ("scrollback", " ".join(share.read_text().strip()[15:45][i:i + 5] for i in range(0, 30, 5)))):
            (leaked / name).write_text(text)
        solemn("keys", "paper", "make", share, leaked / "certificate.pdf", "--custodian", "Mallory", "--key", "maintainer-3")
        sleeper = ["python3", "-c", "input()", self.path("anchor.secret").read_text().strip()]
        with subprocess.Popen(sleeper, stdin=subprocess.PIPE, env={"PASS": PASSPHRASE, "PATH": "/usr/bin:/bin"}) as process:
            seen = known.found(leaks.files(leaked) | leaks.processes())
            process.communicate(b"\n")
        where = {place: said for place, said in seen.items() if place.startswith(str(leaked)) or place.endswith(f" {process.pid}")}
        named = {Path(place).name for place in where if place.startswith(str(leaked))}
        self.assertEqual(named - {"certificate.pdf"}, {"entries.jsonl", "tmp.txt", "scrollback", "certificate.pdf, as text", "certificate.pdf, codes of page-1"}, where)
        self.assertEqual(where[f"cmdline of process {process.pid}"], ["anchor as digits"])
        self.assertEqual(where[f"environ of process {process.pid}"], ["passphrase as text", "passphrase as text without blanks"])

    def test_keys_are_in_memory_that_is_neither_swapped_nor_dumped(self):
        for said in self.day.guards:
            self.assertEqual((said["core"], said["swapped"]), (["0", "0"], 0))
            self.assertGreater(said["locked"], 0)
        self.assertIs(self.dumped, False)
        self.assertEqual(list(self.room.glob("core*")), [])  # it ran in this folder

    def test_a_custodian_is_followed_by_another(self):
        """The key stays, the shares are new; who holds them enters the record."""
        texts, sets = self.shares("maintainer-1"), self.day.path / "sets"
        new = self.path("new")
        solemn("keys", "reshare", sets / "maintainer-1.set.json", texts[2], texts[3], texts[4], "--out-folder", new)
        made = json.loads((new / "maintainer-1.set.json").read_text())
        self.assertEqual(made["public_key"], json.loads((sets / "maintainer-1.set.json").read_text())["public_key"])
        solemn("keys", "share", "verify", new / "maintainer-1.set.json", texts[2], expect=1)  # the old share is of another set
        record, key = self.bundle(), self.day.private / "CO.key"
        solemn("keys", "roster", "change", record, "joined", "Custodian 8", "--role", "custodian", "--sign-key", key)
        holders = [w for i in range(1, 6) for w in ("--holder", f"{i}=Custodian {i + 3}@safe {i}")]
        new_set, statement, half, both = new / "maintainer-1.set.json", self.path("statement"), self.path("half"), self.path("both")
        shares = lambda paths: [w for path in paths for w in ("--share", path)]
        solemn("keys", "rotate", "shares", record, statement, "--key", "maintainer-1", "--set", new_set, "--reason", "Custodian 2 left")
        solemn("keys", "approve", statement, half, "--set", sets / "maintainer-1.set.json", *shares(texts[i] for i in (1, 4, 5)))
        solemn("keys", "approve", half, both, "--set", new_set, *shares(new / f"maintainer-1.share-{i}.txt" for i in range(1, 6)))
        enter = ("keys", "inventory", "shares", record, "maintainer-1", "reshared", "--reason", "Custodian 2 left", "--set", new_set, *holders, "--sign-key", key)
        self.assertIn("resharing-new-approves", solemn(*enter, "--statement", half, expect=6).err)
        solemn(*enter, "--statement", both)
        status = solemn_json("keys", "status", record, expect=None)
        key = next(k for k in status["inventory"]["keys"] if k["id"] == "maintainer-1")
        self.assertIn("Custodian 8", json.dumps(key))
        self.assertNotIn("Custodian 2", json.dumps(key))
        self.cosigned(record)
        self.assertEqual(solemn_json("audit", record.parent, "--drill", "--root-key", self.day.path / "root.pem")["verdict"], "accepted")

    def bundle(self):
        """A copy of everything, whose record goes on."""
        shutil.copytree(self.day.path, self.path("copy"))
        shutil.copytree(self.day.private, self.path("private"))
        return self.path("copy") / "record"

    def cosigned(self, record):
        solemn("transcript", "checkpoint", record, "--sign-key", self.path("private") / "CO.key")
        for witness in ("W1", "W2", "W3"):
            solemn("transcript", "cosign", record, "--sign-key", self.path("private") / f"{witness}.key", "--memory", self.path("private") / f"{witness}.memory")

    def test_a_key_is_rotated_by_its_custodians_and_those_of_the_next(self):
        """Old quorum and new key both approve, each by proofs of possession; nobody rebuilds anything."""
        old, record, key = self.shares("maintainer-2"), self.bundle(), self.day.private / "CO.key"
        (self.path("dice.txt")).write_text("3162254613645231" * 8)
        solemn("keys", "new", "maintainer-2b", self.path("next"), "--type", "secp256k1", "--drill", "--dice", self.path("dice.txt"))
        new_set = self.path("next") / "maintainer-2b.set.json"
        holders = [w for i in range(1, 6) for w in ("--holder", f"{i}=Custodian {i}")]
        solemn("keys", "inventory", "add", record, "maintainer-2b", "--type", "Maintainer", "--state", "pending", "--set", new_set, *holders,
               "--supersedes", "maintainer-2", "--sign-key", key)
        statement, half, both = self.path("statement"), self.path("half"), self.path("both")
        solemn("keys", "rotate", "start", record, statement, "--old", "maintainer-2", "--new", "maintainer-2b")
        shares = lambda texts: [w for t in texts for w in ("--share", t)]
        solemn("keys", "approve", statement, half, "--set", self.day.path / "sets" / "maintainer-2.set.json", *shares([old[1], old[2], old[5]]))
        solemn("keys", "rotate", "verify", record, half, expect=1)
        solemn("keys", "approve", half, both, "--set", new_set, *shares([self.path("next") / f"maintainer-2b.share-{i}.txt" for i in (2, 3, 4)]))
        solemn("keys", "rotate", "verify", record, both)
        solemn("keys", "rotate", "complete", record, both, "--sign-key", key)
        self.assertEqual(self.rotated(record), ("retiring", "active", None))  # nobody has seen it yet
        audit = ("audit", self.path("copy"), "--drill", "--root-key", self.day.path / "root.pem")
        report = solemn_json(*audit, expect=2)
        self.assertEqual({c["rule"] for c in report["checks"] if c["outcome"] != "passed"}, {"head-checkpointed", "transition-times"})
        self.cosigned(record)
        self.assertEqual(self.rotated(record)[:2], ("retiring", "active"))
        self.assertGreater(self.rotated(record)[2], time.strftime("%Y-%m-%d", time.gmtime(time.time() + 29 * 86400)))
        self.assertEqual(solemn_json(*audit)["verdict"], "accepted")

    def rotated(self, record):
        keys = {k["id"]: k for k in solemn_json("keys", "status", record, expect=None)["inventory"]["keys"]}
        return keys["maintainer-2"]["status"], keys["maintainer-2b"]["status"], keys["maintainer-2"]["retiring_until"]
