"""golang.org/x/mod/sumdb (note, tlog) and transparency-dev/formats (cosignatures), Go modules from the proxy: they verify our checkpoints,
cosignatures, receipts and consistency proofs, compute our roots, and their witness cosigns for us."""

import base64
import re
import shutil
import unittest

from harness import ROOT, Case, environment, need, run, solemn, solemn_json
from harness.record import Record

PROJECT = ROOT / "tests" / "interop" / "tlog"
OLDEST_GO = (1, 23)
PROGRAM = ROOT / "build" / "tlog" / "solemn-interop-tlog"


def setUpModule():
    go = need("go", "the note and tlog test is a Go module")
    version = run([go, "version"], cwd=ROOT, expect=None)
    found = re.search(r"go(\d+)\.(\d+)", version.out)
    if not found or tuple(map(int, found.groups())) < OLDEST_GO:
        raise unittest.SkipTest(f"'{version.out.strip()}' is older than go {'.'.join(map(str, OLDEST_GO))}, which the modules need")
    fetched = run([go, "mod", "download"], cwd=PROJECT, expect=None)
    if fetched.status != 0:
        raise unittest.SkipTest(f"the modules cannot be fetched: {fetched.err.strip().splitlines()[-1:]}")
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    run([go, "build", "-mod=readonly", "-buildvcs=false", "-o", PROGRAM, "."], cwd=PROJECT, timeout=600)


class Tlog(Case):
    def theirs(self, *words, expect=0):
        return run([PROGRAM, *words], expect=expect, env=environment(ENTRIES=self.record.path / "entries.jsonl"))

    def setUp(self):
        super().setUp()
        self.record = Record(self.folder)
        shown = solemn_json("transcript", "show", self.record.path)
        self.log, self.witnesses = shown["log_key"], shown["witness_keys"]
        self.head = self.record.path / "checkpoint"

    def grow(self, count):
        for number in range(count):
            self.record.append("statement", "alice", "--text", str(number))

    def test_checkpoints_and_cosignatures(self):
        self.record.finish()
        self.theirs("checkpoint", self.head, self.log, *self.witnesses)
        good = self.head.read_text()
        text, signatures = good.split("\n\n")
        lines = text.split("\n")
        lines[1] = "2"
        self.path("bad").write_text("\n".join(lines) + "\n\n" + signatures)
        self.theirs("checkpoint", self.path("bad"), self.log, expect=1)
        swapped = good.replace(signatures.split("\n")[1], signatures.split("\n")[2])
        self.path("bad").write_text(swapped)
        self.theirs("checkpoint", self.path("bad"), self.log, *self.witnesses, expect=1)

    def test_roots_receipts_and_consistency(self):
        sizes = []
        for count in (0, 1, 2, 4, 3):
            self.grow(count)
            self.record.finish()
            size = int(self.head.read_text().split("\n")[1])
            shutil.copy(self.head, self.path(f"old{size}"))
            sizes.append(size)
            self.theirs("root", self.record.path / "entries.jsonl", self.head)
        self.assertEqual(sizes, [1, 2, 4, 8, 11])
        receipt = self.path("receipt")
        for number in range(sizes[-1]):
            solemn("transcript", "prove", "inclusion", self.record.path, number, receipt, "--force")
            self.theirs("receipt", receipt, self.log, *self.witnesses)
        lines = receipt.read_text().split("\n")
        lines[3] = base64.b64encode(bytes(32)).decode()
        receipt.write_text("\n".join(lines))
        self.theirs("receipt", receipt, self.log, expect=1)
        for size in sizes:
            proof = self.path("proof")
            solemn("transcript", "prove", "consistency", self.record.path, size, proof, "--force")
            self.theirs("consistency", self.path(f"old{size}"), proof, self.log)
            solemn("transcript", "check", "consistency", self.path(f"old{size}"), proof, "--log-key", self.log)

    def test_their_witness_cosigns_for_us(self):
        key = self.theirs("newkey", "go.example/w", self.path("secret")).out
        self.path("go.pub").write_text(key)
        self.record.append("participant-added", "root", "--participant", f"witness:go.example/w:{self.path('go.pub')}")
        self.record.finish()
        cosigned = self.path("cosigned")
        cosigned.write_text(self.theirs("cosign", self.head, self.path("secret"), self.log).out, encoding="utf-8")
        words = ("transcript", "verify", self.record.path, "--root-key", self.record.pub("root"), "--witness-threshold", 3)
        solemn(*words, expect=1)
        solemn("transcript", "merge", self.record.path, cosigned)
        solemn(*words)
        (theirs,) = [k for k in solemn_json("transcript", "show", self.record.path)["witness_keys"] if k.startswith("go.example/w+")]
        self.theirs("checkpoint", self.head, self.log, *self.witnesses, theirs)
