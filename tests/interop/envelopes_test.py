"""Signed notes and DSSE envelopes against Go packages of other people (tests/interop/signatures)."""

import json
import re
import unittest

from harness import ROOT, Case, need, run, solemn, solemn_json

PROJECT = ROOT / "tests" / "interop" / "signatures"
OLDEST_GO = (1, 24)
PROGRAM = ROOT / "build" / "signatures" / "solemn-interop-signatures"
CHECKPOINT = "example.org/ceremony\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def setUpModule():
    go = need("go", "the other side is a Go module")
    version = run([go, "version"], cwd=ROOT, expect=None)
    found = re.search(r"go(\d+)\.(\d+)", version.out)
    if not found or tuple(map(int, found.groups())) < OLDEST_GO:
        raise unittest.SkipTest(f"'{version.out.strip()}' is older than go 1.24, which the packages need")
    fetched = run([go, "mod", "download"], cwd=PROJECT, expect=None)
    if fetched.status != 0:
        raise unittest.SkipTest(f"the modules cannot be fetched: {fetched.err.strip().splitlines()[-1:]}")
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    run([go, "build", "-mod=readonly", "-buildvcs=false", "-o", PROGRAM, "."], cwd=PROJECT, timeout=600)


class EnvelopeCase(Case):
    def new_key(self, kind, name):
        key = self.path(name)
        solemn("key", "new", "--type", kind, "--no-passphrase", key)
        solemn("key", "public", key, "-o", self.path(name + ".pem"))
        return key, self.path(name + ".pem")

    def failed(self, *args):
        report = solemn_json("key", "verify", *args, expect=1)
        return {check["rule"] for check in report["checks"] if check["outcome"] == "failed"}

    def go(self, *args, expect=0):
        return run([PROGRAM, *args], expect=expect)

    def vkey(self, key, name, *more):
        return solemn("key", "public", key, "--format", "note", "--name", name, *more).out.strip()


class Notes(EnvelopeCase):
    def setUp(self):
        super().setUp()
        self.text, self.note = self.path("text"), self.path("note")
        self.text.write_text(CHECKPOINT)

    def test_their_packages_open_ours(self):
        for kind, package in (("ed25519", "plain"), ("p256", "ecdsa")):
            with self.subTest(kind):
                key, _ = self.new_key(kind, kind)
                vkey = self.vkey(key, "example.org/log")
                note = self.path(kind + ".note")
                solemn("key", "sign", key, self.text, "--format", "note", "--name", "example.org/log", "-o", note)
                self.assertEqual(self.go("note-open", package, vkey, note).out, CHECKPOINT)
                note.write_text(note.read_text().replace("\n3\n", "\n4\n"))
                self.go("note-open", package, vkey, note, expect=1)

    def test_their_package_takes_our_cosignature_beside_another_signature(self):
        log, _ = self.new_key("ed25519", "log")
        witness, pem = self.new_key("ed25519", "witness")
        cosigned = self.path("cosigned")
        solemn("key", "sign", log, self.text, "--format", "note", "--name", "example.org/log", "-o", self.note)
        solemn("key", "sign", witness, self.note, "--format", "note", "--add", "--cosign", "--name", "w.example/1", "-o", cosigned)
        vkey = self.vkey(witness, "w.example/1", "--cosigner")
        time, text = self.go("note-open", "cosigner", vkey, cosigned).out.split("\n", 1)
        self.assertEqual(text, CHECKPOINT)
        report = solemn_json("key", "verify", pem, self.text, cosigned, "--name", "w.example/1")
        self.assertEqual(report["unix_seconds"], int(time))
        self.go("note-open", "plain", self.vkey(log, "example.org/log"), cosigned)

    def test_we_verify_theirs(self):
        vkey, cosigner = self.go("note-sign", "example.org/them", self.text, self.note).out.split()
        raw = self.path("raw")
        import base64

        raw.write_bytes(base64.b64decode(vkey.split("+", 2)[2])[1:])
        report = solemn_json("key", "verify", raw, self.text, self.note, "--name", "example.org/them")
        self.assertEqual(report["verdict"], "accepted")
        self.assertEqual(self.vkey(raw, "example.org/them", "--public-file"), vkey)
        self.assertEqual(self.vkey(raw, "example.org/them", "--public-file", "--cosigner"), cosigner)
        self.assertEqual(self.failed(raw, self.text, self.note, "--name", "example.org/others"), {"signature"})
        self.text.write_text("another\n")
        self.assertEqual(self.failed(raw, self.text, self.note, "--name", "example.org/them"), {"text"})
        self.note.write_text(self.note.read_text().replace("\n3\n", "\n4\n"))
        self.assertEqual(self.failed(raw, self.note, self.note, "--name", "example.org/them"), {"signature"})
        self.note.write_text(self.note.read_text() + "x\n")
        self.assertEqual(self.failed(raw, self.note, self.note, "--name", "example.org/them", "--format", "note"), {"structure"})

    def test_texts_that_are_no_notes_are_refused(self):
        key, _ = self.new_key("ed25519", "k")
        for text in (b"no newline", b"tab\there\n", b"\xff\n", b""):
            self.text.write_bytes(text)
            solemn("key", "sign", key, self.text, "--format", "note", "--name", "n", "-o", self.note, expect=4)
            self.assert_absent(self.note)


class Dsse(EnvelopeCase):
    type = "application/vnd.in-toto+json"

    def setUp(self):
        super().setUp()
        self.payload, self.envelope = self.path("payload"), self.path("envelope")
        self.payload.write_text('{"_type":"https://in-toto.io/Statement/v1"}')

    def test_their_package_counts_our_signatures(self):
        pems, before = [], None
        for kind in ("ed25519", "p256", "p384", "rsa-3072"):
            key, pem = self.new_key(kind, kind)
            pems.append(pem)
            out = self.path(kind + ".dsse")
            more = ("--add",) if before else ()
            solemn("key", "sign", key, before or self.payload, "--format", "dsse", "--payload-type", self.type, *more, "-o", out)
            before = out
        self.assertEqual(self.go("dsse-verify", 4, before, *pems).out, self.payload.read_text())
        twice = self.path("twice")
        solemn("key", "sign", self.path("ed25519"), self.path("ed25519.dsse"), "--format", "dsse", "--add", "-o", twice)
        self.go("dsse-verify", 2, twice, *pems[:2], expect=1)
        for pem in pems:
            solemn("key", "verify", pem, self.payload, before, "--payload-type", self.type)

    def test_we_verify_theirs(self):
        pub = self.path("pub")
        self.go("dsse-sign", self.type, self.payload, self.envelope, pub)
        solemn("key", "verify", pub, self.payload, self.envelope, "--payload-type", self.type)
        self.assertEqual(self.failed(pub, self.payload, self.envelope, "--payload-type", "text/plain"), {"payload-type"})
        _, stranger = self.new_key("ed25519", "stranger")
        self.assertEqual(self.failed(stranger, self.payload, self.envelope), {"signature"})
        self.payload.write_text("{}")
        self.assertEqual(self.failed(pub, self.payload, self.envelope), {"payload"})
        value = json.loads(self.envelope.read_text())
        value["payload"] = "e30="
        self.envelope.write_text(json.dumps(value))
        self.assertEqual(self.failed(pub, self.payload, self.envelope), {"signature"})
        self.envelope.write_text('{"payload":"","payload":""}')
        self.assertEqual(self.failed(pub, self.payload, self.envelope), {"structure"})


if __name__ == "__main__":
    unittest.main()
