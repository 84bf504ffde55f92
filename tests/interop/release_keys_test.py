"""A bundle signed by keys in a PKCS#11 token, one of each algorithm; openssl verifies signature.sig."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "attacks"))

from harness import run, solemn, solemn_json
from pkcs11_test import KINDS, Token
from release import METADATA, SIGNATURE, VK, bundle, members, phase2

OPENSSL = {
    "ed25519": ("-rawin",),
    "p256": ("-rawin", "-digest", "sha256"),
    "p384": ("-rawin", "-digest", "sha384"),
    "rsa": ("-rawin", "-digest", "sha256", "-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:32"),
}


class Release(Token):
    def test_each_algorithm_and_four_of_four(self):
        at, pins, signers = phase2(), [], []
        words = ("--zkey", at["final"], "--r1cs", at["r1cs"], "--ptau", at["ptau"], "--missing-transcripts", "--pin-file", self.path("pin"))
        for number, kind in enumerate(KINDS):
            self.new_key(kind, kind, f"0{number}")
            uri, pem, out = self.uri(f"token=alice;object={kind};type=private"), self.path(kind + ".pem"), self.path(kind + ".tar.gz")
            self.solemn("key", "public", uri, "--pin-file", self.path("pin"), "-o", pem)
            pins += ["--root-pubkey", pem]
            signers += ["--sign-key", uri]
            self.solemn("bundle", "create", out, *words, "--sign-key", uri)
            parts = members(out)
            self.assertEqual(list(parts), [VK, METADATA, SIGNATURE])
            solemn("bundle", "verify", out, "--root-pubkey", pem)
            self.path("m").write_bytes(parts[VK] + parts[METADATA])
            self.path("s").write_bytes(parts[SIGNATURE])
            run([self.openssl, "pkeyutl", "-verify", "-pubin", "-inkey", pem, "-in", self.path("m"), "-sigfile", self.path("s"), *OPENSSL[kind]])
        self.solemn("bundle", "create", self.path("all"), *words, *signers)
        self.assertEqual(len(solemn_json("bundle", "verify", self.path("all"), *pins, "--threshold", 4)["signers"]), 4)

    def test_a_wrong_pin_writes_nothing(self):
        self.new_key("ed25519", "k", "01")
        self.path("pin").write_text("0000\n")
        self.solemn("bundle", "cosign", bundle(), self.path("o"), "--sign-key", self.uri("token=alice;object=k;type=private"), "--pin-file", self.path("pin"), expect=5)
        self.assert_absent(self.path("o"))
