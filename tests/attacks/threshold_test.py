"""Each way in which governance code has counted signatures wrongly: the wrong thing goes in, and it is named. The signatures are made by openssl."""

import hashlib
import json

from harness import Case, need, run, solemn

N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
MESSAGE = b"RELEASE:v1.0.0:0123456789abcdef0123456789abcdef01234567"


def compact(der: bytes, high=False) -> bytes:
    """r || s of a DER signature, with the lower of s and n - s, or the higher."""
    r_size = der[3]
    r = int.from_bytes(der[4 : 4 + r_size], "big")
    s = int.from_bytes(der[6 + r_size :], "big")
    s = max(s, N - s) if high else min(s, N - s)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class Threshold(Case):
    def setUp(self):
        super().setUp()
        self.openssl = need("openssl")
        self.keys = [self.new_key(f"maintainer-{i}") for i in range(1, 8)]
        self.write_registry(self.keys)
        self.path("message").write_bytes(MESSAGE)

    def new_key(self, name):
        file = self.path(f"{name}.pem")
        run([self.openssl, "ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", file])
        der = self.path("public.der")
        run([self.openssl, "ec", "-in", file, "-pubout", "-conv_form", "compressed", "-outform", "DER", "-out", der])
        return {"id": name, "scheme": "ecdsa-secp256k1", "public_key": der.read_bytes()[-33:].hex(), "status": "active"}

    def write_registry(self, keys):
        self.path("registry.json").write_text(json.dumps({"schema": "solemn.key-registry/1", "keys": keys}))

    def sign(self, name, message=MESSAGE, high=False):
        self.path("signed").write_bytes(message)
        run([self.openssl, "dgst", "-sha256", "-sign", self.path(f"{name}.pem"), "-out", self.path("sig.der"), self.path("signed")])
        return compact(self.path("sig.der").read_bytes(), high).hex()

    def verify(self, signatures, threshold, expect=1, message=None):
        files = []
        for i, content in enumerate(signatures):
            files.append(self.path(f"{i}.sig"))
            files[-1].write_text(content if isinstance(content, str) else json.dumps(content))
        if message is not None:
            self.path("message").write_bytes(message)
        said = json.loads(solemn(
            "keys", "threshold", "verify", *files, "--keys", self.path("registry.json"), "--threshold", threshold,
            "--message", self.path("message"), "--json", expect=expect).out)
        said["rules"] = {check["rule"]: check["outcome"] for check in said["checks"]}
        return said

    def test_six_of_seven_maintainers(self):
        said = self.verify([self.sign(f"maintainer-{i}") for i in range(1, 7)], 6, expect=0)
        self.assertEqual(said["signers"], [f"maintainer-{i}" for i in range(1, 7)])
        self.verify([self.sign(f"maintainer-{i}") for i in range(1, 7)], 7)

    def test_one_signature_supplied_six_times(self):
        said = self.verify([self.sign("maintainer-1")] * 6, 6)
        self.assertEqual((said["rules"]["threshold"], said["signers"], len(said["duplicates"])), ("failed", ["maintainer-1"], 5))

    def test_one_key_signing_six_times_anew(self):
        signatures = {self.sign("maintainer-1") for _ in range(6)}
        self.assertEqual(len(signatures), 6, "openssl takes a new nonce every time")
        self.assertEqual(self.verify(sorted(signatures), 2)["signers"], ["maintainer-1"])

    def test_both_forms_of_one_signature(self):
        signature = self.sign("maintainer-1")
        r, s = signature[:64], int(signature[64:], 16)
        other = r + (N - s).to_bytes(32, "big").hex()
        said = self.verify([signature, other], 2)
        self.assertEqual(said["signers"], ["maintainer-1"])
        self.assertIn("the same signature", said["duplicates"][0])

    def test_the_same_key_under_two_ids(self):
        twin = {**self.keys[0], "id": "maintainer-8"}
        self.write_registry([*self.keys, twin])
        said = self.verify([self.sign("maintainer-1"), self.sign("maintainer-1")], 2)
        self.assertEqual((said["rules"]["registry-distinct"], said["rules"]["threshold"]), ("failed", "failed"))
        self.assertEqual(said["signers"], ["maintainer-1"])

    def test_the_negative_of_a_key_and_its_x_under_other_ids(self):
        key = self.keys[0]["public_key"]
        flipped = {**self.keys[0], "id": "negative", "public_key": ("03" if key[:2] == "02" else "02") + key[2:]}
        x_only = {**self.keys[0], "id": "nostr", "scheme": "bip340", "public_key": key[2:]}
        for twin in (flipped, x_only):
            self.write_registry([*self.keys, twin])
            self.assertEqual(self.verify([self.sign("maintainer-1")], 1)["rules"]["registry-distinct"], "failed")

    def test_the_key_taken_from_the_request_instead_of_the_registry(self):
        stranger = self.new_key("stranger")
        request = {"signature": self.sign("stranger"), "public_key": stranger["public_key"], "signer": "maintainer-2"}
        said = self.verify([request, {**request, "public_key": self.keys[1]["public_key"]}], 1)
        self.assertEqual((said["rules"]["threshold"], said["signers"], len(said["not_counted"])), ("failed", [], 2))

    def test_files_are_not_counted(self):
        said = self.verify(["00" * 64, "ff" * 64, "11" * 64], 3)
        self.assertEqual((said["signers"], len(said["not_counted"])), ([], 3))
        self.path("text").write_text("not a signature")
        solemn("keys", "threshold", "verify", self.path("text"), "--keys", self.path("registry.json"), "--threshold", 1, "--message", self.path("message"), expect=4)

    def test_a_signature_of_another_message(self):
        self.assertEqual(self.verify([self.sign("maintainer-1", b"RELEASE:v1.0.1:" + b"0" * 40)], 1)["signers"], [])

    def test_a_revoked_key(self):
        self.keys[0]["status"] = "revoked"
        self.write_registry(self.keys)
        said = self.verify([self.sign("maintainer-1")], 1)
        self.assertIn("maintainer-1, which is revoked", said["not_counted"][0])

    def test_delimiter_injection(self):
        # One text, two readings: module "a" in version "b:c", or module "a:b" in version "c".
        for message in (b"MODULE:a:b:c", b"BUDGET:50:00:lunch", b"RELEASE:v1:2:" + b"a" * 40, MESSAGE + b"\n"):
            with self.subTest(message):
                said = self.verify([self.sign("maintainer-1", message)], 1, message=message)
                self.assertEqual((said["rules"]["threshold"], said["rules"]["message-unambiguous"]), ("passed", "failed"))
        for words in (("module", "a:b", "c"), ("budget", "5", "x:y"), ("budget", "05", "x"), ("release", "v1", "HEAD"), ("module", "a\n", "b")):
            solemn("keys", "threshold", "message", *words, expect=2)
        self.assertEqual(solemn("keys", "threshold", "message", "release", "v1.0.0", MESSAGE.decode().rsplit(":", 1)[1]).out.encode(), MESSAGE)

    def test_a_threshold_that_asks_for_nothing(self):
        self.assertEqual(self.verify([self.sign("maintainer-1")], 0)["rules"]["threshold-sound"], "failed")
        self.assertEqual(self.verify([self.sign("maintainer-1")], 8)["rules"]["threshold-sound"], "failed")

    def test_openssl_agrees_about_the_digest(self):
        self.assertEqual(hashlib.sha256(MESSAGE).hexdigest(), run([self.openssl, "dgst", "-sha256", "-r", self.path("message")]).out.split()[0])
