"""Signing keys and signatures against openssl, minisign, ssh-keygen and age: both ways, and wrong things are refused."""

import stat
import unittest

from harness import Case, environment, need, run, solemn, solemn_json, terminal

NEW, AGAIN = "new passphrase: ", "the same once more: "
TYPES = ("ed25519", "p256", "p384", "rsa-3072")


def at_terminal(argv, *answers) -> tuple:
    """Runs a program at a terminal of its own; answers: (prompt, line), each typed after its own prompt. (status, output)"""
    status, said, left = terminal.at_terminal(argv, answers, env=environment(), timeout=60)
    if left:
        raise AssertionError(f"not asked for: {[prompt for prompt, _ in left]}: {said}")
    return status, said


class KeyCase(Case):
    def new_key(self, kind, name="key", passphrase=None):
        """A key file and its PEM public key."""
        how = ("--no-passphrase",)
        if passphrase is not None:
            self.path("pass").write_text(passphrase + "\n")
            how = ("--passphrase-file", self.path("pass"))
        solemn("key", "new", "--type", kind, *how, self.path(name))
        args = ("--passphrase-file", self.path("pass")) if passphrase else ()
        solemn("key", "public", self.path(name), *args, "-o", self.path(name + ".pem"))
        return self.path(name), self.path(name + ".pem")

    def failed(self, *args):
        """The names of the checks that `key verify` sees fail."""
        report = solemn_json("key", "verify", *args, expect=1)
        self.assertEqual(report["verdict"], "rejected")
        return {check["rule"] for check in report["checks"] if check["outcome"] == "failed"}

    def setUp(self):
        super().setUp()
        self.file, self.other = self.path("file"), self.path("other")
        self.file.write_bytes(b"what is signed\n" * 1000)
        self.other.write_bytes(b"what is signed\n" * 999)
        self.sig = self.path("sig")


class Files(KeyCase):
    def test_openssl_reads_our_keys_and_agrees_on_the_public_half(self):
        openssl = need("openssl")
        for kind in TYPES:
            for passphrase in (None, "correct horse"):
                with self.subTest(kind=kind, passphrase=passphrase):
                    name = f"{kind}-{bool(passphrase)}"
                    key, pem = self.new_key(kind, name, passphrase)
                    source = ("-passin", f"file:{self.path('pass')}") if passphrase else ()
                    theirs = run([openssl, "pkey", "-in", key, *source, "-pubout"]).out
                    self.assertEqual(theirs, pem.read_text())
                    self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)
                    self.assertIn("ENCRYPTED" if passphrase else "BEGIN PRIVATE", key.read_text())

    def test_we_read_the_keys_of_openssl(self):
        openssl = need("openssl")
        self.path("pass").write_text("secret\n")
        kinds = {
            "ed25519": ("-algorithm", "ED25519"),
            "p256": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
            "p384": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
            "rsa": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
        }
        ways = {
            "pbkdf2": ("-v2", "aes-256-cbc", "-iter", "10000"),
            "sha512": ("-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512"),
            "sha1": ("-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA1"),
            "scrypt": ("-scrypt",),
        }
        for kind, args in kinds.items():
            plain = self.path(kind)
            run([openssl, "genpkey", *args, "-out", plain])
            public = run([openssl, "pkey", "-in", plain, "-pubout"]).out
            self.assertEqual(solemn("key", "public", plain).out, public)
            for way, options in ways.items():
                with self.subTest(kind=kind, way=way):
                    locked = self.path(f"{kind}.{way}")
                    run([openssl, "pkcs8", "-topk8", "-in", plain, "-out", locked, *options, "-passout", f"file:{self.path('pass')}"])
                    self.assertEqual(solemn("key", "public", locked, "--passphrase-file", self.path("pass")).out, public)
                    result = solemn("key", "public", locked, "--passphrase-file", "-", stdin=b"wrong\n", expect=2)
                    self.assertIn("wrong passphrase", result.err)

    def test_keys_that_are_too_small_or_of_another_kind_are_refused(self):
        openssl = need("openssl")
        for name, args in {
            "rsa1024": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"),
            "secp256k1": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"),
            "explicit": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"),
            "ed448": ("-algorithm", "ED448"),
            "pss": ("-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"),
        }.items():
            with self.subTest(name):
                run([openssl, "genpkey", *args, "-out", self.path(name)])
                run([openssl, "pkey", "-in", self.path(name), "-pubout", "-out", self.path(name + ".pub")])
                solemn("key", "public", self.path(name), expect=4)
                solemn("key", "info", self.path(name + ".pub"), expect=4)

    def test_a_key_is_never_replaced(self):
        key, _ = self.new_key("ed25519")
        before = key.read_bytes()
        for more in ((), ("--force",)):
            solemn("key", "new", "--type", "ed25519", "--no-passphrase", key, *more, expect=6)
        self.assertEqual(key.read_bytes(), before)

    def test_a_passphrase_is_asked_at_the_terminal_and_never_shown(self):
        program = str(self.path("k"))
        from harness import solemn_path

        status, said = at_terminal([solemn_path(), "key", "new", "--type", "p256", program], (NEW, "my long secret"), (AGAIN, "my long secret"))
        self.assertEqual(status, 0, said)
        self.assertNotIn("my long secret", said)
        status, said = at_terminal([solemn_path(), "key", "public", program], ("passphrase of ", "my long secret"))
        self.assertEqual(status, 0, said)
        self.assertIn("BEGIN PUBLIC KEY", said)
        status, said = at_terminal([solemn_path(), "key", "new", "--type", "p256", str(self.path("l"))], (NEW, "one"), (AGAIN, "two"))
        self.assertEqual(status, 2, said)
        self.assert_absent(self.path("l"))

    def test_a_weak_passphrase_is_told_with_the_reason(self):
        for number, (text, reason) in enumerate((("hunter2", "is short"), ("qwertyuiopasdfghjkl", "is mostly a sequence"), ("correct horse battery staple", "the example of a tutorial"))):
            self.path("p").write_text(text + "\n")
            for made in (("key", "new", "--type", "ed25519", self.path(f"k{number}")), ("keys", "backup", "create", self.file, self.path(f"b{number}"))):
                said = solemn(*made, "--passphrase-file", self.path("p")).err
                self.assertRegex(said, f"warning: the passphrase .*{reason}.*: whoever gets the file may find it by trying")
                self.assertNotIn(text, said)
        self.path("p").write_text("granite veranda mulberry otter quilt seven\n")
        self.assertNotIn("warning", solemn("key", "new", "--type", "ed25519", self.path("good"), "--passphrase-file", self.path("p")).err)

    def test_binary_is_not_written_to_a_terminal_and_text_is(self):
        from harness import solemn_path

        key, _ = self.new_key("ed25519")
        for form, wanted in (("raw", 2), ("hex", 0)):
            status, said = at_terminal([solemn_path(), "key", "public", key, "--format", form])
            self.assertEqual(status, wanted, said)
        status, said = at_terminal([solemn_path(), "key", "sign", key, self.file, "--format", "note", "--name", "a", "-o", "-"])
        self.assertEqual(status, 0, said)

    def test_without_a_terminal_nobody_is_asked(self):
        key, _ = self.new_key("ed25519", "k", "secret")
        result = run(["setsid", *self.words("key", "public", key)], expect=6)
        self.assertIn("--passphrase-file", result.err)
        result = run(["setsid", *self.words("key", "new", "--type", "p256", self.path("n"))], expect=6)
        self.assertIn("--no-passphrase", result.err)

    def words(self, *args):
        from harness import solemn_path

        need("setsid")
        return [solemn_path(), *args]

    def test_age_around_a_key(self):
        age = need("age")
        for kind in ("ed25519", "p384"):
            key, pem = self.new_key(kind, kind)
            for armor in ((), ("-a",)):
                with self.subTest(kind=kind, armor=armor):
                    locked = self.path(f"{kind}{len(armor)}.age")
                    status, said = at_terminal([age, "-p", *armor, "-o", locked, key], ("Enter passphrase", "open sesame"), ("Confirm passphrase", "open sesame"))
                    self.assertEqual(status, 0, said)
                    self.path("pass").write_text("open sesame\n")
                    self.assertEqual(solemn("key", "public", locked, "--passphrase-file", self.path("pass")).out, pem.read_text())
                    solemn("key", "public", locked, "--passphrase-file", "-", stdin=b"open simsim\n", expect=2)
                    damaged = bytearray(locked.read_bytes())
                    damaged[-40] ^= 1
                    self.path("damaged").write_bytes(damaged)
                    solemn("key", "public", self.path("damaged"), "--passphrase-file", self.path("pass"), expect=4)

    def test_age_to_recipients_is_refused_with_the_way_out(self):
        age, keygen = need("age"), need("age-keygen")
        key, _ = self.new_key("ed25519")
        run([keygen, "-o", self.path("identity")])
        recipient = run([keygen, "-y", self.path("identity")]).out.strip()
        run([age, "-r", recipient, "-o", self.path("locked"), key])
        result = solemn("key", "public", self.path("locked"), "--passphrase-file", "-", stdin=b"x\n", expect=4)
        self.assertIn("age -p", result.err)

    def test_raw_and_hex_secret_keys(self):
        seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")  # RFC 8032, test 1
        public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        for form in (seed, seed + public, seed.hex().encode(), (seed + public).hex().encode() + b"\n"):
            self.path("seed").write_bytes(form)
            self.assertEqual(solemn("key", "public", self.path("seed"), "--format", "hex").out.strip(), public.hex())
        self.path("seed").write_bytes(seed + seed)
        self.assertIn("not its public key", solemn("key", "public", self.path("seed"), expect=4).err)

    def test_public_keys_in_every_form_are_the_same_key(self):
        for kind in TYPES:
            key, pem = self.new_key(kind, kind)
            wanted = solemn_json("key", "info", pem)["key_id"]
            for form in ("pem", "ssh", *(("raw", "hex", "minisign") if kind == "ed25519" else ())):
                with self.subTest(kind=kind, form=form):
                    out = self.path(f"{kind}-in-{form}")
                    solemn("key", "public", key, "--format", form, "-o", out)
                    self.assertEqual(solemn_json("key", "info", "--public-file", out)["key_id"], wanted)
                    self.assertEqual(solemn("key", "public", "--public-file", out).out, pem.read_text())
            if kind != "ed25519":
                solemn("key", "public", key, "--format", "minisign", expect=2)

    def test_the_key_id_is_the_hash_of_the_der_key(self):
        openssl = need("openssl")
        for kind in TYPES:
            _, pem = self.new_key(kind, kind)
            run([openssl, "pkey", "-pubin", "-in", pem, "-outform", "DER", "-out", self.path("der")])
            theirs = run([openssl, "dgst", "-sha256", "-r", self.path("der")]).out.split()[0]
            self.assertEqual(solemn_json("key", "info", pem)["key_id"], theirs)

    def test_a_private_key_in_the_place_of_a_public_one_is_named(self):
        key, _ = self.new_key("ed25519")
        self.assertIn("private key", solemn("key", "verify", key, self.file, self.file, expect=4).err)


OPENSSL_DIGEST = {
    "p256": ("-sha256",),
    "p384": ("-sha384",),
    "rsa-3072": ("-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sigopt", "rsa_mgf1_md:sha256"),
}


class Raw(KeyCase):
    def test_openssl_verifies_ours(self):
        openssl = need("openssl")
        for kind in TYPES:
            with self.subTest(kind):
                key, pem = self.new_key(kind, kind)
                sig = self.path(kind + ".sig")
                solemn("key", "sign", key, self.file, "--format", "raw", "-o", sig)
                for file, status in ((self.file, 0), (self.other, 1)):
                    if kind == "ed25519":
                        run([openssl, "pkeyutl", "-verify", "-pubin", "-inkey", pem, "-rawin", "-in", file, "-sigfile", sig], expect=status)
                    else:
                        run([openssl, "dgst", *OPENSSL_DIGEST[kind], "-verify", pem, "-signature", sig, file], expect=status)

    def test_we_verify_openssls(self):
        openssl = need("openssl")
        for kind in TYPES:
            with self.subTest(kind):
                key, pem = self.new_key(kind, kind)
                sig = self.path(kind + ".sig")
                if kind == "ed25519":
                    run([openssl, "pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", self.file, "-out", sig])
                else:
                    run([openssl, "dgst", *OPENSSL_DIGEST[kind], "-sign", key, "-out", sig, self.file])
                self.assertEqual(solemn_json("key", "verify", pem, self.file, sig)["verdict"], "accepted")
                self.assertEqual(self.failed(pem, self.other, sig), {"signature"})
                _, stranger = self.new_key(kind, kind + "2")
                self.assertEqual(self.failed(stranger, self.file, sig), {"signature"})
                sig.write_bytes(sig.read_bytes()[:-1])
                self.assertEqual(self.failed(pem, self.file, sig), {"signature"})
                sig.write_bytes(b"")
                self.assertEqual(self.failed(pem, self.file, sig), {"signature"})

    def test_another_salt_or_padding_of_rsa_is_refused(self):
        openssl = need("openssl")
        key, pem = self.new_key("rsa-3072")
        for options in (("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:20"), ()):
            run([openssl, "dgst", "-sha256", *options, "-sign", key, "-out", self.sig, self.file])
            self.assertEqual(self.failed(pem, self.file, self.sig), {"signature"})


class Minisign(KeyCase):
    def test_minisign_verifies_ours(self):
        minisign = need("minisign")
        key, _ = self.new_key("ed25519")
        solemn("key", "public", key, "--format", "minisign", "-o", self.path("pub"))
        solemn("key", "sign", key, self.file, "--format", "minisign", "--comment", "the first release", "-o", self.sig)
        result = run([minisign, "-V", "-p", self.path("pub"), "-m", self.file, "-x", self.sig])
        self.assertIn("the first release", result.out)
        run([minisign, "-V", "-p", self.path("pub"), "-m", self.other, "-x", self.sig], expect=1)
        self.sig.write_text(self.sig.read_text().replace("first", "third"))
        run([minisign, "-V", "-p", self.path("pub"), "-m", self.file, "-x", self.sig], expect=1)

    def test_we_verify_theirs(self):
        minisign = need("minisign")
        for name in "ab":
            run([minisign, "-G", "-W", "-p", self.path(name + ".pub"), "-s", self.path(name)])
        run([minisign, "-S", "-s", self.path("a"), "-m", self.file, "-x", self.sig, "-t", "by hand"])
        pub = self.path("a.pub")
        report = solemn_json("key", "verify", pub, self.file, self.sig)
        self.assertEqual((report["verdict"], report["trusted_comment"]), ("accepted", "by hand"))
        self.assertEqual(self.failed(pub, self.other, self.sig), {"signature"})
        self.assertEqual(self.failed(self.path("b.pub"), self.file, self.sig), {"key-number"})
        good = self.sig.read_text()
        self.sig.write_text(good.replace("by hand", "by foot"))
        self.assertEqual(self.failed(pub, self.file, self.sig), {"trusted-comment"})
        self.assertNotIn("by foot", solemn("key", "verify", pub, self.file, self.sig, expect=1).out)
        self.sig.write_text(good + "more\n")
        self.assertEqual(self.failed(pub, self.file, self.sig), {"structure"})
        run([minisign, "-S", "-l", "-s", self.path("a"), "-m", self.file, "-x", self.sig])
        self.assertEqual(self.failed(pub, self.file, self.sig), {"structure"})

    def test_only_ed25519(self):
        key, _ = self.new_key("p256")
        solemn("key", "sign", key, self.file, "--format", "minisign", "-o", self.sig, expect=2)
        self.assert_absent(self.sig)


class Ssh(KeyCase):
    def test_ssh_keygen_verifies_ours(self):
        keygen = need("ssh-keygen")
        for kind in TYPES:
            with self.subTest(kind):
                key, _ = self.new_key(kind, kind)
                line = solemn("key", "public", key, "--format", "ssh", "--name", "alice").out
                allowed = self.path("allowed")
                allowed.write_text("alice " + line)
                sig = self.path(kind + ".sig")
                solemn("key", "sign", key, self.file, "--format", "ssh", "--namespace", "ceremony", "-o", sig)
                verify = [keygen, "-Y", "verify", "-f", allowed, "-I", "alice", "-n", "ceremony", "-s", sig]
                run(verify, stdin=self.file.read_bytes())
                run(verify, stdin=self.other.read_bytes(), expect=255)
                self.path("line").write_text(line)
                theirs = run([keygen, "-l", "-f", self.path("line")]).out.split()[1]
                self.assertEqual(solemn_json("key", "info", self.path("line"))["ssh_fingerprint"], theirs)

    def test_we_verify_theirs(self):
        keygen = need("ssh-keygen")
        kinds = {"ed25519": (), "ecdsa": ("-b", "256"), "ecdsa-384": ("-b", "384"), "rsa": ("-b", "2048")}
        for kind, bits in kinds.items():
            with self.subTest(kind):
                key = self.path(kind)
                run([keygen, "-q", "-t", kind.split("-")[0], *bits, "-N", "", "-C", "somebody", "-f", key])
                for options in ((), ("-O", "hashalg=sha256")):
                    result = run([keygen, "-Y", "sign", "-f", key, "-n", "file", *options], stdin=self.file.read_bytes())
                    sig = self.path(kind + ".sig")
                    sig.write_text(result.out)
                    pub = self.path(kind + ".pub")
                    self.assertEqual(solemn_json("key", "verify", pub, self.file, sig)["verdict"], "accepted")
                    self.assertEqual(self.failed(pub, self.other, sig), {"signature"})
                    self.assertEqual(self.failed(pub, self.file, sig, "--namespace", "git"), {"namespace"})
                _, stranger = self.new_key("ed25519", kind + "-stranger")
                self.assertEqual(self.failed(stranger, self.file, sig), {"same-key"})
                lines = sig.read_text().splitlines()
                sig.write_text("\n".join([lines[0], *lines[2:]]))
                self.assertEqual(self.failed(pub, self.file, sig), {"structure"})

    def test_other_kinds_are_refused(self):
        keygen = need("ssh-keygen")
        run([keygen, "-q", "-t", "ecdsa", "-b", "521", "-N", "", "-f", self.path("p521")])
        solemn("key", "info", self.path("p521.pub"), expect=4)
        self.assertIn("OpenSSH private key", solemn("key", "info", self.path("p521"), expect=4).err)


if __name__ == "__main__":
    unittest.main()
