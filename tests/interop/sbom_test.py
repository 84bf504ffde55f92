"""The bill of materials and the provenance of our own build: valid by the published schema, true, repeatable, signed."""

import hashlib
import json
import re

from harness import ROOT, Case, environment, need, run, solemn, solemn_json, solemn_path

SBOM = ROOT / "tests" / "interop" / "sbom"


class Sbom(Case):
    def build(self):
        return solemn_path().parent.parent

    def make(self, name, **env):
        run([ROOT / "scripts" / "sbom", "--build", self.build(), "--out", self.path(name)], env=environment(SOURCE_DATE_EPOCH=1700000000, **env))
        return self.path(name)

    def setUp(self):
        super().setUp()
        need("dpkg-query", "packages are looked up in Debian's database")
        need("git")

    def test_follows_the_published_schema(self):
        if not (SBOM / "node_modules").exists():
            self.skipTest("npm packages of tests/interop/sbom are not installed: run scripts/setup-packages --node")
        file = self.make("sbom.json")
        run([need("node"), SBOM / "validate.mjs", file])
        bad = json.loads(file.read_text())
        del bad["components"][0]["type"]
        self.path("bad.json").write_text(json.dumps(bad))
        run([need("node"), SBOM / "validate.mjs", self.path("bad.json")], expect=1)

    def test_says_the_truth_and_the_same_twice(self):
        file = self.make("1")
        self.assertEqual(file.read_bytes(), self.make("2", TZ="Asia/Tokyo").read_bytes())
        components = {c["name"]: c for c in json.loads(file.read_text())["components"]}
        self.assertEqual(components["solemn"]["hashes"][0]["content"], hashlib.sha256(solemn_path().read_bytes()).hexdigest())
        for library in ("libsodium-dev", "libssl-dev", "libsecp256k1-dev", "zlib1g-dev", "libc6", "libcurl4", "libzxing2"):
            self.assertEqual(components[library]["version"], run(["dpkg-query", "-W", "-f", "${Version}", library]).out)
        edges = {d["ref"]: " ".join(d["dependsOn"]) for d in json.loads(file.read_text())["dependencies"]}
        self.assertIn("libsecp256k1-dev", edges["program:solemn"])
        self.assertIn("libssl-dev", edges["program:solemn-pkcs11-helper"])
        self.assertNotIn("libsecp256k1-dev", edges["program:solemn-pkcs11-helper"])  # nothing of it is in there

    def test_names_what_is_loaded_only_when_it_is_needed(self):
        shared = run(["ldd", solemn_path()]).out  # every start pays for these
        for name in ("libcurl", "libZXing", "libcrypto", "libsodium", "libsecp256k1", "libz."):
            self.assertNotIn(name, shared)
        named = {name for file in (ROOT / "src").rglob("*.cpp") if not file.name.endswith("_test.cpp") for name in re.findall(r'"(lib[\w.+-]+\.so\.\d+)"', file.read_text())}
        self.assertIn("libcurl.so.4", named)
        listed = re.search(r"^LOADED_WHEN_NEEDED = \(([^)]*)\)", (ROOT / "scripts" / "sbom").read_text(), re.M)[1]
        self.assertEqual(named, set(re.findall(r'"([^"]+)"', listed)))

    def test_provenance_signed_and_checked(self):
        programs = [solemn_path(), solemn_path().with_name("solemn-pkcs11-helper"), solemn_path().with_name("zk-embed")]
        run([ROOT / "scripts" / "provenance", "--builder", "https://example.org/builder", "--build", self.build(), "--out", self.path("s")])
        openssl = need("openssl")
        for name in ("a", "b"):
            run([openssl, "genpkey", "-algorithm", "ed25519", "-out", self.path(name)])
            run([openssl, "pkey", "-in", self.path(name), "-pubout", "-out", self.path(name + ".pub")])
        files = [w for p in programs for w in ("--file", p)]
        self.assertIn("solemn-pkcs11-helper", solemn("bundle", "attest", self.path("s"), self.path("e"), "--file", programs[0], "--sign-key", self.path("a"), expect=1).err)
        solemn("bundle", "attest", self.path("s"), self.path("e"), *files, "--sign-key", self.path("a"))
        solemn("bundle", "attested", self.path("e"), *files, "--root-pubkey", self.path("a.pub"))
        self.fails("threshold", "--file", programs[0], "--root-pubkey", self.path("b.pub"))
        other = self.path("solemn")
        other.write_bytes(b"another program")
        self.fails("subject", "--file", other, "--root-pubkey", self.path("a.pub"))
        self.fails("subject", "--file", self.path("s"), "--root-pubkey", self.path("a.pub"))
        solemn("bundle", "attested", self.path("e"), "--root-pubkey", self.path("a.pub"), expect=2)  # nothing compared
        statement = json.loads(self.path("s").read_text())
        statement["predicateType"] = "https://example.org/other"
        self.path("s2").write_text(json.dumps(statement))
        solemn("bundle", "attest", self.path("s2"), self.path("e2"), *files, "--sign-key", self.path("a"))
        self.fails("predicate", *files, "--root-pubkey", self.path("a.pub"), envelope="e2")

    def fails(self, rule, *words, envelope="e"):
        report = solemn_json("bundle", "attested", self.path(envelope), *words, expect=1)
        self.assertIn(rule, [c["rule"] for c in report["checks"] if c["outcome"] == "failed"])
