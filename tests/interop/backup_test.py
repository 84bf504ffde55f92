"""Encrypted backups: the program age opens ours and we open its; a token wraps; wrong keys and damage are refused."""

import base64
import os
import unittest
from pathlib import Path

from harness import Case, environment, need, run, solemn, solemn_json, solemn_path
from harness.terminal import at_terminal

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
SECRET = b"-----BEGIN PRIVATE KEY-----\nnot really\n"
PIN, OFFICER = "8492", "551177"


class Backups(Case):
    def setUp(self):
        super().setUp()
        self.secret, self.backup, self.out = self.path("secret"), self.path("b.age"), self.path("out")
        self.secret.write_bytes(SECRET)
        self.pass_file = self.path("pass")
        self.pass_file.write_text("open sesame\n")

    def identity(self, name: str):
        file = self.path(name)
        run([need("age-keygen"), "-o", file])
        return file, run([need("age-keygen"), "-y", file]).out.strip()

    def restored(self, *options, **more) -> bytes:
        solemn("keys", "backup", "restore", self.backup, self.out, *options, "--force", **more)
        self.assertEqual(os.stat(self.out).st_mode & 0o777, 0o600)
        return self.out.read_bytes()


class Age(Backups):
    def test_age_opens_what_we_lock_to_recipients(self):
        age = need("age")
        (file_a, a), (file_b, b) = self.identity("a"), self.identity("b")
        for size in (1, 65536, 200_000):
            for armor in ((), ("--armor",)):
                with self.subTest((size, armor)):
                    self.secret.write_bytes(os.urandom(size))
                    report = solemn_json("keys", "backup", "create", self.secret, self.backup, "--recipient", a, "--recipient", b, *armor, "--force")
                    self.assertEqual((report["opened_by"], report["read_back"]), ([a, b], True))
                    for identity in (file_a, file_b):
                        run([age, "-d", "-i", identity, "-o", self.out, self.backup])
                        self.assertEqual(self.out.read_bytes(), self.secret.read_bytes())
                        self.assertEqual(self.restored("--identity", identity), self.secret.read_bytes())
        self.assertEqual(os.stat(self.backup).st_mode & 0o777, 0o600)

    def test_nothing_is_a_content_too(self):
        file, recipient = self.identity("a")
        self.secret.write_bytes(b"")
        solemn("keys", "backup", "create", self.secret, self.backup, "--recipient", recipient)
        self.assertEqual(run([need("age"), "-d", "-i", file, self.backup]).out, "")
        self.assertEqual(self.restored("--identity", file), b"")

    def test_age_opens_what_we_lock_with_a_passphrase(self):
        solemn("keys", "backup", "create", self.secret, self.backup, "--passphrase-file", self.pass_file)
        status, said = at_terminal([need("age"), "-d", "-o", self.out, self.backup], [("Enter passphrase", "open sesame")], env=environment())[:2]
        self.assertEqual((status, self.out.read_bytes()), (0, SECRET), said)

    def test_we_open_what_age_locks(self):
        age = need("age")
        file, recipient = self.identity("a")
        for armor in ((), ("-a",)):
            run([age, "-r", recipient, *armor, "-o", self.backup, self.secret])
            self.assertEqual(self.restored("--identity", file), SECRET)
            status, said = at_terminal([age, "-p", *armor, "-o", self.backup, self.secret], [("Enter passphrase", "open sesame"), ("Confirm passphrase", "open sesame")], env=environment())[:2]
            self.assertEqual(status, 0, said)
            self.assertEqual(self.restored("--passphrase-file", self.pass_file), SECRET)

    def test_recipients_from_a_file_and_a_passphrase_at_the_terminal(self):
        file, recipient = self.identity("a")
        self.path("list").write_text(f"# who\n{recipient}\n")
        solemn("keys", "backup", "create", self.secret, self.backup, "--recipients-file", self.path("list"))
        self.assertEqual(self.restored("--identity", file), SECRET)
        argv = [solemn_path(), "keys", "backup", "create", self.secret, self.path("p.age")]
        status, said, left = at_terminal(argv, [("new passphrase", "open sesame"), ("once more", "open sesame")], env=environment())
        self.assertEqual((status, left), (0, []), said)
        self.assertNotIn("sesame", said)
        solemn("keys", "backup", "verify", self.path("p.age"), "--passphrase-file", self.pass_file, "--against", self.secret)


class Refusals(Backups):
    def test_the_wrong_key_is_refused_by_its_name(self):
        (_, recipient), (other, _) = self.identity("a"), self.identity("b")
        solemn("keys", "backup", "create", self.secret, self.backup, "--recipient", recipient)
        self.assertIn("none of what is given opens it; it is encrypted to: X25519", solemn("keys", "backup", "restore", self.backup, self.out, "--identity", other, expect=2).err)
        self.assertIn("to recipients", solemn("keys", "backup", "restore", self.backup, self.out, "--passphrase-file", self.pass_file, expect=4).err)
        solemn("keys", "backup", "create", self.secret, self.backup, "--passphrase-file", self.pass_file, "--force")
        self.path("wrong").write_text("wrong\n")
        self.assertIn("wrong passphrase", solemn("keys", "backup", "verify", self.backup, "--passphrase-file", self.path("wrong"), expect=2).err)
        self.assert_absent(self.out)

    def test_damage_and_another_content_are_named_checks(self):
        file, recipient = self.identity("a")
        solemn("keys", "backup", "create", self.secret, self.backup, "--recipient", recipient)
        verify = ("keys", "backup", "verify", self.backup, "--identity", file, "--against", self.secret)
        solemn(*verify)
        self.secret.write_bytes(SECRET + b"x")
        self.assertEqual([c["rule"] for c in solemn_json(*verify, expect=1)["checks"] if c["outcome"] == "failed"], ["backup-content"])
        whole = self.backup.read_bytes()
        for at in (len(whole) - 1, whole.index(b"---") + 6):
            changed = bytearray(whole)
            changed[at] ^= 1
            self.backup.write_bytes(changed)
            self.assertEqual({c["rule"]: c["outcome"] for c in solemn_json(*verify, expect=1)["checks"]}, {"backup-opens": "failed", "backup-content": "not_run"})

    def test_what_makes_no_sense(self):
        _, recipient = self.identity("a")
        create = ("keys", "backup", "create", self.secret, self.backup)
        self.assertIn("typing error", solemn(*create, "--recipient", recipient[:-1] + ("q" if recipient[-1] != "q" else "p"), expect=2).err)
        self.assertIn("a passphrase and something else", solemn(*create, "--recipient", recipient, "--passphrase-file", self.pass_file, expect=2).err)
        self.assertIn("same file", solemn("keys", "backup", "create", self.secret, self.secret, "--recipient", recipient, expect=6).err)
        self.assert_absent(self.backup)


class Token(Backups):
    def setUp(self):
        super().setUp()
        self.util, self.openssl = need("softhsm2-util"), need("openssl")
        self.tool = need("pkcs11-tool")
        self.module = next((m for m in MODULES if Path(m).exists()), None)
        if self.module is None:
            raise unittest.SkipTest("the library of SoftHSM is not where Debian puts it")
        (self.folder / "tokens").mkdir()
        self.path("softhsm.conf").write_text(f"directories.tokendir = {self.folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
        self.env = environment(SOFTHSM2_CONF=self.path("softhsm.conf"))
        self.path("pin").write_text(PIN + "\n")
        run([self.util, "--init-token", "--free", "--label", "vault A", "--so-pin", OFFICER, "--pin", PIN], env=self.env)
        self.key = os.urandom(32)
        self.add_key("backup", "01", self.key)
        self.uri = f"pkcs11:token=vault%20A;object=backup;type=secret-key?module-path={self.module}"
        self.pin = ("--pin-file", self.path("pin"))

    def add_key(self, label, number, key):
        """A key whose value the test knows, so that others can unwrap."""
        file = self.path("aes")
        file.write_bytes(key)
        run([self.tool, "--module", self.module, "--token-label", "vault A", "--login", "--pin", PIN, "--write-object", file, "--type", "secrkey", "--key-type", "AES:32", "--label", label, "--id", number, "--usage-wrap"], env=self.env)

    def test_only_the_token_opens_it_and_openssl_agrees_on_the_wrapping(self):
        report = solemn_json("keys", "backup", "create", self.secret, self.backup, "--token", self.uri, *self.pin, env=self.env)
        name = "pkcs11:token=vault%20A;object=backup"
        self.assertEqual((report["opened_by"], report["read_back"]), ([name], True))
        self.assertEqual(self.restored("--token", self.uri, *self.pin, env=self.env), SECRET)
        lines = self.backup.read_bytes().split(b"\n")
        self.assertEqual(lines[1], b"-> pkcs11-aes-kw " + name.encode())
        self.path("wrapped").write_bytes(base64.b64decode(lines[2] + b"=="))
        run([self.openssl, "enc", "-d", "-id-aes256-wrap", "-K", self.key.hex(), "-iv", "a6" * 8, "-in", self.path("wrapped"), "-out", self.path("file key")])
        self.assertEqual(self.path("file key").stat().st_size, 16)

    def test_a_recipient_beside_the_token_opens_it_with_age(self):
        file, recipient = self.identity("a")
        solemn("keys", "backup", "create", self.secret, self.backup, "--token", self.uri, "--recipient", recipient, *self.pin, env=self.env)
        run([need("age"), "-d", "-i", file, "-o", self.out, self.backup])
        self.assertEqual(self.out.read_bytes(), SECRET)
        self.assertEqual(self.restored("--token", self.uri, *self.pin, env=self.env), SECRET)

    def test_another_key_another_name_and_a_wrong_pin(self):
        solemn("keys", "backup", "create", self.secret, self.backup, "--token", self.uri, *self.pin, env=self.env)
        self.add_key("other", "02", os.urandom(32))
        restore = ("keys", "backup", "restore", self.backup, self.out, *self.pin, "--token")
        other = solemn(*restore, self.uri.replace("object=backup", "object=other"), env=self.env, expect=2)
        self.assertIn("vault%20A;object=backup", other.err)
        run([self.tool, "--module", self.module, "--token-label", "vault A", "--login", "--pin", PIN, "--delete-object", "--type", "secrkey", "--id", "01"], env=self.env)
        self.assertIn("no secret key", solemn(*restore, self.uri, env=self.env, expect=5).err)
        self.add_key("backup", "01", os.urandom(32))  # the same name, another key
        self.assertIn("did not wrap this key", solemn(*restore, self.uri, env=self.env, expect=2).err)
        self.path("pin").write_text("0000\n")
        self.assertIn("wrong PIN", solemn(*restore, self.uri, env=self.env, expect=5).err)
        self.assert_absent(self.out)

    def test_the_uri_of_a_private_key_is_refused(self):
        result = solemn("keys", "backup", "create", self.secret, self.backup, "--token", self.uri.replace("secret-key", "private"), *self.pin, env=self.env, expect=2)
        self.assertIn("wrapped by a secret key", result.err)
