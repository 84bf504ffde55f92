"""Contribution logs: --log DIR --sign-key KEY, checked with sha256sum, b2sum and openssl."""

import json
import re
import socket

from harness import Case, need, run, sha256, solemn, solemn_json


class Logs(Case):
    def setUp(self):
        super().setUp()
        self.openssl = need("openssl", "to make and check signatures")
        self.logs = self.path("logs")
        solemn("ptau", "new", "bn254", 3, self.path("0.ptau"), "--log", self.logs, "--operator", "Org:Coordinator")

    def key(self, name="key.pem", algorithm="ed25519", *options):
        path = self.path(name)
        run([self.openssl, "genpkey", "-algorithm", algorithm, *options, "-out", path])
        run([self.openssl, "pkey", "-in", path, "-pubout", "-out", self.path(name + ".pub")])
        return path

    def contribute(self, number, *options, name="Org:Alice", **more):
        return solemn("ptau", "contribute", self.path(f"{number}.ptau"), self.path(f"{number + 1}.ptau"), "--name", name,
                      "--log", self.logs, *options, **more)

    def log_of(self, output):
        """(path, object) of the log that names this output."""
        for path in self.logs.glob("*.json"):
            log = json.loads(path.read_text())
            if log["output_transcript"] == output:
                return path, log
        self.fail(f"no log of {output}")

    def test_the_log_says_what_happened_and_digests_are_what_others_compute(self):
        result = self.contribute(0, "--json")
        said = json.loads(result.out)
        path, log = self.log_of("1.ptau")
        self.assertRegex(path.name, r"^contrib_Org_Alice_\d{8}T\d{6}Z\.json$")
        self.assertEqual(log["participant"], "Org:Alice")
        self.assertEqual(log["kind"], "ptau-contribution")
        self.assertEqual((log["curve"], log["power"]), ("bn254", 3))
        for role, file in (("input", "0.ptau"), ("output", "1.ptau")):
            self.assertEqual(log[f"{role}_sha256"], sha256(self.path(file)))
            self.assertEqual(log[f"{role}_blake2b"], run(["b2sum", self.path(file)]).out.split()[0])
        self.assertEqual(log["contribution_hash"], said["response_hash"])
        self.assertEqual(log["entropy"], said["entropy"])
        self.assertIn("operating system (64 bytes)", log["entropy"])
        first, _ = self.log_of("0.ptau")
        self.assertEqual(log["previous_log_sha256"], sha256(first))
        self.assertIsNone(log["key_id"])
        self.assertIn("not signed", result.err)

    def test_a_log_that_names_none_before_it_is_told(self):
        self.assertNotIn("holds no log of", self.contribute(0).err)
        apart = solemn("ptau", "contribute", self.path("1.ptau"), self.path("2.ptau"), "--name", "Bob", "--log", self.path("apart"))
        self.assertIn("holds no log of", apart.err)
        (log,) = self.path("apart").glob("*.json")
        self.assertIsNone(json.loads(log.read_text())["previous_log_sha256"])
        log.rename(self.logs / log.name)
        self.path("files").mkdir()
        for name in ("0.ptau", "1.ptau", "2.ptau"):
            self.path(name).rename(self.path("files") / name)
        self.logs.rename(self.path("files") / "logs")
        checks = {c["rule"]: c["detail"] for c in solemn_json("audit", self.path("files"), expect=1)["checks"]}
        self.assertEqual(checks["logs-in-order"], "each goes on from the one before; by its input alone, without the hash of that one's log: 1")

    def test_signatures_verify_with_openssl(self):
        for number, (algorithm, options, check) in enumerate((
            ("ed25519", (), ("-rawin",)),
            ("EC", ("-pkeyopt", "ec_paramgen_curve:P-256"), ("-rawin", "-digest", "sha256")),
            ("EC", ("-pkeyopt", "ec_paramgen_curve:P-384"), ("-rawin", "-digest", "sha384")),
            ("RSA", ("-pkeyopt", "rsa_keygen_bits:2048"), ("-rawin", "-digest", "sha256", "-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:32")),
        )):
            with self.subTest(algorithm, options=options):
                key = self.key(f"key{number}.pem", algorithm, *options)
                self.contribute(number, "--sign-key", key)
                path, log = self.log_of(f"{number + 1}.ptau")
                signature = path.with_name(path.name + ".sig")
                run([self.openssl, "pkeyutl", "-verify", "-pubin", "-inkey", f"{key}.pub", "-in", path, "-sigfile", signature, *check])
                der = self.path("spki")
                run([self.openssl, "pkey", "-pubin", "-in", f"{key}.pub", "-outform", "DER", "-out", der])
                self.assertEqual(log["key_id"], sha256(der))

    def test_an_encrypted_key_takes_its_passphrase_from_a_file(self):
        plain, locked = self.key(), self.path("locked.pem")
        self.path("pass").write_text("correct horse\n")
        run([self.openssl, "pkcs8", "-topk8", "-in", plain, "-passout", f"file:{self.path('pass')}", "-out", locked])
        self.contribute(0, "--sign-key", locked, "--passphrase-file", self.path("pass"))
        path, _ = self.log_of("1.ptau")
        self.assertEqual(path.with_name(path.name + ".sig").stat().st_size, 64)
        self.path("wrong").write_text("incorrect\n")
        self.contribute(1, "--sign-key", locked, "--passphrase-file", self.path("wrong"), expect=2)
        self.assert_absent(self.path("2.ptau"))

    def test_a_bad_key_is_found_before_the_work(self):
        self.path("not-a-key").write_text("hello")
        self.contribute(0, "--sign-key", self.path("not-a-key"), expect=4)
        self.contribute(0, "--sign-key", self.path("absent"), expect=3)
        self.assert_absent(self.path("1.ptau"))

    def test_a_signing_key_without_a_log_is_a_usage_error(self):
        self.assertIn("--log", solemn("ptau", "contribute", self.path("0.ptau"), self.path("1.ptau"), "--name", "x", "--sign-key", self.key(), expect=2).err)

    def test_the_machine_is_a_fingerprint_unless_asked_otherwise(self):
        self.contribute(0)
        path, log = self.log_of("1.ptau")
        self.assertRegex(log["host_fingerprint"], r"^sha256:[0-9a-f]{64}$")
        self.assertIsNone(re.search(rf"\b{re.escape(socket.gethostname())}\b", path.read_text()))
        self.contribute(1, "--no-redact", name="Bob")
        self.assertIn(socket.gethostname(), self.log_of("2.ptau")[1]["host"])

    def test_every_step_of_a_ceremony_has_a_log(self):
        self.contribute(0)
        beacon = ("--value", "d3a9a0c2b8f0417a3e1d5c6b7f90812e64fb23a9c05d7e8812cc0fae37b1945d", "--iterations-exp", "10", "--name", "drand")
        solemn("ptau", "beacon", self.path("1.ptau"), self.path("2.ptau"), *beacon, "--log", self.logs)
        solemn("ptau", "prepare", self.path("2.ptau"), self.path("3.ptau"), "--log", self.logs)
        kinds = {json.loads(p.read_text())["output_transcript"]: json.loads(p.read_text())["kind"] for p in self.logs.glob("*.json")}
        self.assertEqual(kinds, {"0.ptau": "ptau-new", "1.ptau": "ptau-contribution", "2.ptau": "ptau-beacon", "3.ptau": "ptau-prepare"})
