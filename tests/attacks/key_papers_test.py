"""Attacks on what is signed at the end of a key ceremony: the certificate of destruction and the revocations signed beforehand. Each is named by the audit."""

import base64
import copy
import json
import shutil
import tempfile
from pathlib import Path

from harness import Case, need, run, solemn_json
from harness.small_ceremony import SCRIPT, SmallCeremony, secret, step


class WithPapers(SmallCeremony):
    """Revocations, media, equipment and the certificate of destruction besides."""

    SCRIPT = copy.deepcopy(SCRIPT)


def extend(script):
    keys, end = script["phases"][1]["steps"], script["phases"][2]["steps"]
    keys.insert(-1, secret("revocations", "document", "facilitator", "revocations",
                           measures=[{"id": "seal", "prompt": "Bag of the revocations"}, {"id": "location", "prompt": "Place of the bag"}]))
    end[-1:-1] = [step("media", "destroy", "facilitator", 2, action="media"), step("equipment", "attest", "coordinator", 2, action="equipment"),
                  step("destruction", "document", "facilitator", 2, action="destruction")]
    script["checklist"] = [{"text": phase["title"], "steps": [s["id"] for s in phase["steps"]]} for phase in script["phases"]]


extend(WithPapers.SCRIPT)


class Papers(Case):
    @classmethod
    def setUpClass(cls):
        cls.original = Path(tempfile.mkdtemp(prefix="solemn-papers-"))
        cls.addClassCleanup(shutil.rmtree, cls.original, ignore_errors=True)
        ceremony = WithPapers(cls.original)
        status = ceremony.run()
        assert status == 0, ceremony.conversation.page

    def setUp(self):
        super().setUp()
        shutil.copytree(self.original, self.folder, dirs_exist_ok=True)
        self.ceremony = WithPapers.__new__(WithPapers)
        self.ceremony.__dict__.update(folder=self.folder, path=self.path("ceremony"), private=self.path("ceremony.private"))
        self.envelope = self.path("ceremony") / "destruction.dsse.json"

    def failed(self):
        report = solemn_json("audit", self.path("ceremony"), "--root-key", self.path("ceremony") / "root.pem", "--drill", expect=(0, 1, 2))
        return {c["rule"]: c["detail"] for c in report["checks"] if c["outcome"] == "failed"}

    def entry(self, entries, name):
        return next(e for e in entries if e["type"] == "ceremony-step" and e["body"]["step"] == name)

    def sign(self, payload, who):
        """The envelope that these people make of it: the message of DSSE, signed by openssl."""
        kind = "application/vnd.solemn.cleanup+json"
        message, out, signatures = self.path("message"), self.path("signature"), []
        message.write_bytes(f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload)
        for initials in who:
            run([need("openssl"), "pkeyutl", "-sign", "-inkey", self.path("ceremony.private") / f"{initials}.key", "-rawin", "-in", message, "-out", out])
            key = next(key for key, name in self.ceremony.key_ids().items() if name == initials)
            signatures.append({"keyid": key, "sig": base64.b64encode(out.read_bytes()).decode()})
        self.envelope.write_text(json.dumps({"payload": base64.b64encode(payload).decode(), "payloadType": kind, "signatures": signatures}))

    def test_the_untouched_ones_are_accepted(self):
        self.assertEqual(self.failed(), {})

    def test_a_certificate_of_destruction_with_another_verdict(self):
        payload = (self.path("ceremony") / "destruction.json").read_bytes()
        self.sign(payload.replace(b'"power-off"', b'"destroy"').replace(b"volatile-gone-with-power", b"destroy"), ("CO", "AU", "FA", "W1", "W2"))
        self.assertEqual(self.failed()["destruction-certificate"], "it is not what the record says")

    def test_a_certificate_of_destruction_that_too_few_signed(self):
        payload = (self.path("ceremony") / "destruction.json").read_bytes()
        self.sign(payload, ("CO", "AU", "W1", "W2"))
        self.assertNotIn("destruction-certificate", self.failed())
        for who in (("CO", "AU", "W1"), ("CO", "FA", "W1", "W2"), ("AU", "FA", "W1", "W2"), ("CO", "AU", "W1", "W1")):
            self.sign(payload, who)
            self.assertIn("coordinator, auditor and two witnesses are needed", self.failed()["destruction-certificate"], who)

    def test_a_medium_that_is_left_out_of_the_record(self):
        self.ceremony.forge(lambda entries: self.entry(entries, "media")["body"]["result"]["media"].pop())
        self.assertEqual(self.failed()["destruction-certificate"], "it is not what the record says")

    def test_a_verdict_that_the_method_does_not_give(self):
        def claim(entries):
            self.entry(entries, "media")["body"]["result"]["media"][1].update(medium="usb-flash", method="overwrite", verdict="sanitize-command-reported-ok")
        self.ceremony.forge(claim)
        self.assertIn("overwrite on usb-flash gives overwritten-not-trustworthy, not sanitize-command-reported-ok", self.failed()["recorded-checks"])

    def test_a_revocation_of_another_key(self):
        def swap(entries):
            self.entry(entries, "revocations")["body"]["result"]["revocations"][0]["payload_sha256"] = "ab" * 32
        self.ceremony.forge(swap)
        self.assertEqual(self.failed()["revocations"], "emergency: the notice says something else")

    def test_a_key_without_a_revocation(self):
        self.ceremony.forge(lambda entries: self.entry(entries, "revocations")["body"]["result"]["revocations"].clear())
        self.assertEqual(self.failed()["revocations"], "emergency has none")

    def test_two_revocations_of_one_key(self):
        def twice(entries):
            notices = self.entry(entries, "revocations")["body"]["result"]["revocations"]
            notices.append(dict(notices[0]))
        self.ceremony.forge(twice)
        self.assertEqual(self.failed()["revocations"], "emergency has two")
