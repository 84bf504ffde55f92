"""Keys at AWS KMS, Google Cloud KMS and Vault transit, against emulators that the vendors' own clients accept.
Not run on the vendors' clouds."""

import unittest

from harness import ROOT, Case, environment, need, run, solemn, solemn_json
from harness.key_services import AWS_SECRET, AWS_SESSION, GOOGLE, KINDS, TOKEN, KeyServices

CLIENTS = ROOT / "tests" / "interop" / "services"
DIGESTS = {"p256": ("-sha256",), "p384": ("-sha384",), "rsa": ("-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32")}


def uri(service, kind):
    return {"aws": f"awskms:alias/{kind}", "google": "gcpkms:" + GOOGLE.format(kind), "vault": f"vault:transit/{kind}?version=1"}[service]


class Service(Case):
    def setUp(self):
        super().setUp()
        self.openssl = need("openssl")
        self.services = self.enterContext(KeyServices(self.folder)) if hasattr(self, "enterContext") else self.enter()
        self.env = environment(**self.services.environment(), HOME=self.folder)
        self.file, self.sig = self.path("file"), self.path("sig")
        self.file.write_bytes(b"what is signed\n")

    def enter(self):
        services = KeyServices(self.folder)
        services.__enter__()
        self.addCleanup(services.__exit__)
        return services

    def sign(self, key, *more, expect=0, env=None, file=None):
        return solemn("key", "sign", key, file or self.file, "--format", "raw", "-o", self.sig, *more, expect=expect, env=env or self.env)

    def refused(self, key, *more, expect=3, **options):
        result = self.sign(key, *more, expect=expect, **options)
        self.assert_absent(self.sig)
        for secret in (AWS_SECRET, AWS_SESSION, TOKEN):
            self.assertNotIn(secret, result.err + result.out)
        return result.err


class Contract(Service):
    def test_every_algorithm_at_every_service(self):
        for service in ("aws", "google", "vault"):
            for kind in KINDS:
                with self.subTest(service=service, kind=kind):
                    pem, sig = self.path("pem"), self.path(f"{service}-{kind}")
                    pem.write_text(solemn("key", "public", uri(service, kind), env=self.env).out)
                    self.assertEqual(pem.read_text(), self.services.pem(kind))
                    solemn("key", "sign", uri(service, kind), self.file, "--format", "raw", "-o", sig, env=self.env)
                    if kind == "ed25519":
                        run([self.openssl, "pkeyutl", "-verify", "-pubin", "-inkey", pem, "-rawin", "-in", self.file, "-sigfile", sig])
                    else:
                        run([self.openssl, "dgst", *DIGESTS[kind], "-verify", pem, "-signature", sig, self.file])

    def test_rsa_for_openssh(self):
        for service in ("aws", "vault"):
            sig = self.path(service)
            solemn("key", "sign", uri(service, "rsa"), self.file, "--format", "ssh", "-o", sig, env=self.env)
            self.path("pem").write_text(self.services.pem("rsa"))
            solemn("key", "verify", self.path("pem"), self.file, sig)

    def test_the_vendors_own_clients_accept_the_emulators(self):
        node = need("node")
        if not (CLIENTS / "node_modules").exists():
            raise unittest.SkipTest("the vendors' clients are not installed: run npm ci in tests/interop/services")
        names = {"aws": "alias/p256", "vault": "p256", "google": GOOGLE.format("p256")}
        env = {**self.env, "NODE_EXTRA_CA_CERTS": str(self.services.authorities)}
        self.path("pem").write_text(self.services.pem("p256"))
        for service, name in names.items():
            with self.subTest(service):
                sig = self.path(service + ".sig")
                run([node, CLIENTS / "clients.mjs", service, self.services.url, name, self.file, sig], env=env, cwd=CLIENTS)
                solemn("key", "verify", self.path("pem"), self.file, sig)


class Refusals(Service):
    def test_what_a_service_may_do_wrong(self):
        wrong = {
            ("aws", "bad signature"): 5,
            ("aws", "another name"): 3,
            ("aws", "not for signing"): 3,
            ("vault", "bad signature"): 5,
            ("vault", "another version"): 3,
            ("google", "bad signature"): 5,
            ("google", "damaged"): 3,
            ("google", "damaged signature"): 3,
            ("google", "not verified"): 3,
            ("google", "another algorithm"): 3,
        }
        for (service, lie), status in wrong.items():
            with self.subTest(service=service, lie=lie):
                self.services.lies = {lie}
                self.refused(uri(service, "p256"), expect=status)

    def test_wrong_credentials(self):
        for service, name in (("aws", "AWS_SECRET_ACCESS_KEY"), ("vault", "VAULT_TOKEN"), ("google", "CLOUDSDK_AUTH_ACCESS_TOKEN")):
            said = self.refused(uri(service, "p256"), env={**self.env, name: "wrong"})
            self.assertRegex(said, "403|401")

    def test_missing_credentials_and_keys(self):
        for service, name in (("aws", "AWS_SECRET_ACCESS_KEY"), ("vault", "VAULT_TOKEN"), ("google", "CLOUDSDK_AUTH_ACCESS_TOKEN")):
            self.refused(uri(service, "p256"), expect=2, env={k: v for k, v in self.env.items() if k != name})
        for service in ("aws", "vault", "google"):
            self.assertRegex(self.refused(uri(service, "nobody")), "40[04]")
        for bad in ("awskms:", "vault:transit/p256", "vault:p256?version=1", "vault:transit/../sys?version=1", "vault:transit/p256?version=0", "gcpkms:projects/p", "gcpkms:" + GOOGLE.format("a/b")):
            self.refused(bad, expect=2)

    def test_credentials_from_files(self):
        (self.folder / ".aws").mkdir()
        env = {k: v for k, v in self.env.items() if k not in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "VAULT_TOKEN")}
        (self.folder / ".aws" / "credentials").write_text(f"[default]\naws_access_key_id = no\naws_secret_access_key = no\n[work]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = {AWS_SECRET}\naws_session_token = {AWS_SESSION}\n")
        (self.folder / ".vault-token").write_text(TOKEN)
        self.assertIn("403", self.refused(uri("aws", "p256"), env=env))
        solemn("key", "public", uri("aws", "p256"), env={**env, "AWS_PROFILE": "work"})
        solemn("key", "public", uri("vault", "p256"), env=env)

    def test_a_certificate_nobody_vouches_for_and_plain_http(self):
        for service, name in (("aws", "AWS_CA_BUNDLE"), ("vault", "VAULT_CACERT")):
            self.assertIn("certificate", self.refused(uri(service, "p256"), env={k: v for k, v in self.env.items() if k != name}))
        for address in ("http://vault.example.org", "http://127.0.0.1.example.org:8200", "http://user@127.0.0.1@example.org", "ftp://127.0.0.1"):
            self.assertIn("not https", self.refused(uri("vault", "p256"), expect=2, env={**self.env, "VAULT_ADDR": address}))

    def test_ed25519_at_aws_is_told_its_limit(self):
        self.path("long").write_bytes(bytes(4097))
        self.assertIn("4096", self.refused(uri("aws", "ed25519"), expect=2, file=self.path("long")))
        solemn("key", "sign", uri("aws", "ed25519"), self.path("long"), "--format", "minisign", "-o", self.path("m"), env=self.env)

    def test_nothing_secret_in_the_report(self):
        report = solemn_json("key", "sign", uri("vault", "p256"), self.file, "--format", "raw", "-o", self.sig, env=self.env)
        self.assertEqual(report["signer"], "Vault key 'transit/p256' version 1")
        self.assertNotIn(TOKEN, str(report))


if __name__ == "__main__":
    unittest.main()
