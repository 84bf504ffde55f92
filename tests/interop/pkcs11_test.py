"""Keys in a PKCS#11 token: SoftHSM, with keys that pkcs11-tool and softhsm2-util made; openssl verifies."""

import unittest
from pathlib import Path

from harness import Case, environment, need, run, solemn, solemn_json, solemn_path

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
PIN, OFFICER = "8492", "551177"
KINDS = {"ed25519": "EC:edwards25519", "p256": "EC:secp256r1", "p384": "EC:secp384r1", "rsa": "rsa:2048"}


class Token(Case):
    def setUp(self):
        super().setUp()
        self.util, self.tool, self.openssl = need("softhsm2-util"), need("pkcs11-tool"), need("openssl")
        self.module = next((m for m in MODULES if Path(m).exists()), None)
        if self.module is None:
            raise unittest.SkipTest("the library of SoftHSM is not where Debian puts it")
        (self.folder / "tokens").mkdir()
        self.path("softhsm.conf").write_text(f"directories.tokendir = {self.folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
        self.env = environment(SOFTHSM2_CONF=self.path("softhsm.conf"))
        self.path("pin").write_text(PIN + "\n")
        self.file, self.sig = self.path("file"), self.path("sig")
        self.file.write_bytes(b"what is signed\n")
        self.new_token("alice")

    def new_token(self, label):
        run([self.util, "--init-token", "--free", "--label", label, "--so-pin", OFFICER, "--pin", PIN], env=self.env)
        slots = run([self.util, "--show-slots"], env=self.env).out
        serials = [line.split(":")[1].strip() for line in slots.splitlines() if "Serial number" in line]
        self.serials = [serial for serial in serials if serial]

    def new_key(self, kind, label, number):
        run([self.tool, "--module", self.module, "--token-label", "alice", "--login", "--pin", PIN, "--keypairgen", "--key-type", KINDS[kind], "--label", label, "--id", number], env=self.env)

    def uri(self, path, query=None):
        return f"pkcs11:{path}?{query or 'module-path=' + self.module}"

    def solemn(self, *args, **options):
        return solemn(*args, env=self.env, **options)

    def public(self, uri, **options):
        return self.solemn("key", "public", uri, "--pin-file", self.path("pin"), **options)

    def refused(self, uri, *args, expect=5, pin=None):
        self.path("pin2").write_text((pin or PIN) + "\n")
        result = self.solemn("key", "sign", uri, self.file, "--format", "raw", "-o", self.sig, "--pin-file", self.path("pin2"), *args, expect=expect)
        self.assert_absent(self.sig)
        return result.err


class Algorithms(Token):
    def test_all_four_sign_what_openssl_verifies(self):
        digests = {"p256": ("-sha256",), "p384": ("-sha384",), "rsa": ("-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32")}
        for number, kind in enumerate(KINDS):
            with self.subTest(kind):
                self.new_key(kind, kind, f"0{number}")
                uri = self.uri(f"token=alice;object={kind};id=%0{number};type=private")
                pem, sig = self.path(kind + ".pem"), self.path(kind + ".sig")
                pem.write_text(self.public(uri).out)
                report = solemn_json("key", "sign", uri, self.file, "--format", "raw", "-o", sig, "--pin-file", self.path("pin"), env=self.env)
                self.assertEqual(report["signer"], "pkcs11: token 'alice'")
                if kind == "ed25519":
                    run([self.openssl, "pkeyutl", "-verify", "-pubin", "-inkey", pem, "-rawin", "-in", self.file, "-sigfile", sig])
                else:
                    run([self.openssl, "dgst", *digests[kind], "-verify", pem, "-signature", sig, self.file])
                self.solemn("key", "verify", pem, self.file, sig)
                if kind not in ("p256", "rsa"):  # pkcs11-tool 0.23 of Debian 12 cannot write the others
                    continue
                theirs = self.path("theirs.der")
                run([self.tool, "--module", self.module, "--token-label", "alice", "--read-object", "--type", "pubkey", "--id", f"0{number}", "-o", theirs], env=self.env)
                self.assertEqual(run([self.openssl, "pkey", "-pubin", "-inform", "DER", "-in", theirs]).out, pem.read_text())

    def test_the_token_adds_randomness_to_a_contribution(self):
        self.new_key("ed25519", "e", "01")
        self.solemn("ptau", "new", "bn254", 2, self.path("0.ptau"))
        contribute = ("ptau", "contribute", self.path("0.ptau"), self.path("1.ptau"), "--name", "x", "--entropy-token")
        report = solemn_json(*contribute, self.uri("token=alice;object=e"), "--pin-file", self.path("pin"), env=self.env)
        token = next(s for s in report["entropy_sources"] if s["source"].startswith("pkcs11"))
        self.assertEqual((token["bytes"], token["counted"], token["note"]), (4096, True, "healthy"))
        self.solemn("key", "new", "--type", "ed25519", "--no-passphrase", self.path("file.key"))
        self.path("1.ptau").unlink()
        self.assertIn("no random generator", self.solemn(*contribute, self.path("file.key"), expect=2).err)
        self.assert_absent(self.path("1.ptau"))

    def test_other_formats(self):
        keygen, minisign = need("ssh-keygen"), need("minisign")
        self.new_key("ed25519", "e", "01")
        self.new_key("rsa", "r", "02")
        for name in "er":
            uri = self.uri(f"token=alice;object={name}")
            self.path("allowed").write_text("alice " + self.solemn("key", "public", uri, "--format", "ssh", "--pin-file", self.path("pin")).out)
            sig = self.path(name + ".ssh")
            self.solemn("key", "sign", uri, self.file, "--format", "ssh", "-o", sig, "--pin-file", self.path("pin"))
            run([keygen, "-Y", "verify", "-f", self.path("allowed"), "-I", "alice", "-n", "file", "-s", sig], stdin=self.file.read_bytes())
        uri = self.uri("token=alice;object=e")
        self.solemn("key", "public", uri, "--format", "minisign", "-o", self.path("pub"), "--pin-file", self.path("pin"))
        self.solemn("key", "sign", uri, self.file, "--format", "minisign", "-o", self.path("m"), "--pin-file", self.path("pin"))
        run([minisign, "-V", "-p", self.path("pub"), "-m", self.file, "-x", self.path("m")])

    def test_the_pin_from_a_file_that_the_uri_names_or_from_a_descriptor(self):
        self.new_key("p256", "k", "01")
        uri = self.uri("token=alice;object=k", f"module-path={self.module}&pin-source=file:{self.path('pin')}")
        self.solemn("key", "public", uri)
        self.solemn("key", "public", self.uri("token=alice;object=k"), "--pin-file", "-", stdin=PIN.encode() + b"\n")
        run(["bash", "-c", 'exec "$0" "$@" 3<<<' + PIN, solemn_path(), "key", "public", self.uri("token=alice;object=k"), "--pin-file", "/dev/fd/3"], env=self.env)


class Refusals(Token):
    def setUp(self):
        super().setUp()
        self.new_key("p256", "k", "01")

    def test_wrong_pin(self):
        self.assertIn("wrong PIN", self.refused(self.uri("token=alice;object=k"), pin="0000"))

    def test_missing_key_and_token(self):
        self.assertIn("no private key", self.refused(self.uri("token=alice;object=other")))
        self.assertIn("no private key", self.refused(self.uri("token=alice;object=k;id=%02")))
        said = self.refused(self.uri("token=bob;object=k"))
        self.assertIn("no token", said)
        self.assertIn("'alice'", said)

    def test_missing_module(self):
        self.assertIn("cannot load", self.refused(self.uri("token=alice;object=k", f"module-path={self.path('none.so')}")))
        libc = next(Path("/lib").glob("*-linux-gnu/libm.so.6"), None)
        if libc:
            self.assertIn("not a PKCS#11 module", self.refused(self.uri("token=alice;object=k", f"module-path={libc}")))
        self.assertIn("--pkcs11-module", self.refused("pkcs11:token=alice;object=k", expect=2))
        self.solemn("key", "public", "pkcs11:token=alice;object=k", "--pkcs11-module", self.module, "--pin-file", self.path("pin"))

    def test_two_tokens_with_one_label(self):
        old = self.serials[0]
        self.new_token("alice")
        (new,) = set(self.serials) - {old}
        self.assertIn("refusing to choose", self.refused(self.uri("token=alice;object=k")))
        self.assertIn("no private key", self.refused(self.uri(f"token=alice;serial={new};object=k")))
        self.public(self.uri(f"token=alice;serial={old};object=k"))

    def test_two_keys_with_one_label(self):
        self.new_key("p256", "k", "02")
        self.assertIn("refusing to choose", self.refused(self.uri("token=alice;object=k")))
        self.public(self.uri("token=alice;object=k;id=%02"))

    def test_a_key_of_another_kind(self):
        run([self.tool, "--module", self.module, "--token-label", "alice", "--login", "--pin", PIN, "--keypairgen", "--key-type", "EC:secp521r1", "--label", "z", "--id", "09"], env=self.env)
        self.assertIn("curve", self.refused(self.uri("token=alice;object=z")))

    def test_uris_that_are_wrong_or_tell_the_pin(self):
        self.assertIn("every user", self.refused(self.uri("token=alice;object=k", f"module-path={self.module}&pin-value={PIN}"), expect=2))
        for bad in ("token=alice", "token=alice;token=alice;object=k", "token=%4;object=k", "colour=red;object=k", "object=k;type=public", "object=k;slot-id=x"):
            self.refused(self.uri(bad), expect=2)

    def module_of(self, body):
        """A module made of one function in C."""
        compiler = need("cc")
        self.path("m.c").write_text('#include <unistd.h>\n#include <stdio.h>\n#include <stdlib.h>\nunsigned long C_GetFunctionList(void **list) {' + body + "}\n")
        run([compiler, "-shared", "-fPIC", "-o", self.path("m.so"), self.path("m.c")])
        return self.uri("token=alice;object=k", f"module-path={self.path('m.so')}")

    def test_a_module_that_crashes_or_talks(self):
        self.assertIn("crashed", self.refused(self.module_of("abort();")))
        self.assertIn("refused", self.refused(self.module_of('printf("\\x01\\x02 noise"); fflush(stdout); return 5;')))

    def test_a_module_that_hangs_is_given_up(self):
        self.assertIn("within 2 seconds", self.refused(self.module_of("pause(); return 0;"), "--device-timeout", "2"))

    def test_the_helper_by_hand(self):
        helper = solemn_path().parent / "solemn-pkcs11-helper"
        self.assertIn("nothing to do by hand", run([helper], expect=2).err)


if __name__ == "__main__":
    unittest.main()
