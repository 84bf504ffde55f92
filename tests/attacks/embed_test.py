"""The key in source text: what is emitted compiles and says the truth, and the guard refuses everything else."""

import os
import re
import shutil

from ceremony import phase2
from harness import ROOT, PUBLIC_BEACON, compile_circuit, environment, need, run, solemn, solemn_json, solemn_path
from harness.files import sha256
from release import METADATA, VK, Release, b3sum, bundle, key, members, pack, pub, signed

PROGRAM = ("--program-id-str", "zkmod-attestation-program-v1", "--const-prefix", "attestation")


class EmbedCase(Release):
    def embed(self, out, *extra, expect=0, file=None, program=PROGRAM, root="release", zk_embed=False):
        words = ("--bundle", file or bundle(), "--root-pubkey", pub(key(root)), *program, "--out", out, *extra)
        if zk_embed:
            return run([solemn_path().with_name("zk-embed"), *words], expect=expect)
        return solemn("embed", *words, expect=expect)

    def check(self, snippet, *extra, expect=0, file=None, program=PROGRAM, root="release"):
        return solemn_json("embed", "check", snippet, "--bundle", file or bundle(), "--root-pubkey", pub(key(root)), *program, *extra, expect=expect)

    def numbers(self, text, constant):
        return bytes(int(n, 16) for n in re.findall(r"0x([0-9a-f]{2})", re.search(constant + r".*?= [&\[{]+\n(.*?)[\]}];", text, re.S)[1]))


class Embed(EmbedCase):
    def test_the_text(self):
        self.embed(self.path("v.rs"))
        text = self.path("v.rs").read_text()
        vk = members(bundle())[VK]
        program_hash = run([need("b3sum"), "--no-names", "--derive-key", "NONOS:ZK:PROGRAM:v1"], stdin=b"zkmod-attestation-program-v1").out.strip()
        self.assertEqual(self.numbers(text, "PROGRAM_HASH_ATTESTATION").hex(), program_hash)
        self.assertEqual(self.numbers(text, "VK_ATTESTATION_BN254_GROTH16"), vk)
        marker = re.findall(r"^// ZK-EMBED: (.*)$", text, re.M)
        self.assertEqual(len(marker), 1)
        said = dict(word.split("=") for word in marker[0].split()[1:])
        der = run([need("openssl"), "pkey", "-in", key("release"), "-pubout", "-outform", "DER", "-out", self.path("der")]) and self.path("der")
        self.assertEqual(said["bundle_sha256"], sha256(bundle()))
        self.assertEqual(said["vk_blake3"], b3sum(vk))
        self.assertEqual(said["key_ids"], sha256(der))
        self.assertEqual(said["program_hash"], program_hash)
        self.assertEqual(said["threshold"], "1")
        self.assertRegex(said["tool"], r"^solemn/\d")
        self.assertIn("// DS: NONOS:ZK:PROGRAM:v1\n", text)
        self.assertTrue(all(line.count("0x") <= 16 for line in text.splitlines()))

    def test_zk_embed_is_the_same(self):
        self.embed(self.path("a.rs"))
        self.embed(self.path("b.rs"), zk_embed=True)
        self.assertEqual(self.path("a.rs").read_bytes(), self.path("b.rs").read_bytes())
        self.assertIn("--root-pubkey", run([solemn_path().with_name("zk-embed"), "--help"]).out)
        run([solemn_path().with_name("zk-embed"), "check", self.path("a.rs"), "--bundle", bundle(), "--root-pubkey", pub(key("release")), *PROGRAM])

    def test_three_ways_to_name_a_program(self):
        name = b"zkmod-attestation-program-v1"
        self.path("id").write_bytes(name)
        texts = set()
        for way in (("str", name.decode()), ("hex", "0x" + name.hex()), ("hex", name.hex()), ("file", self.path("id"))):
            solemn("--force", "embed", "--bundle", bundle(), "--root-pubkey", pub(key("release")), f"--program-id-{way[0]}", way[1], "--out", self.path("v.rs"))
            texts.add(self.path("v.rs").read_text())
        self.assertEqual(len(texts), 1)
        self.assertIn("PROGRAM_HASH_PROGRAM", texts.pop())
        for bad in ((), ("--program-id-str", "a", "--program-id-hex", "00"), ("--program-id-hex", "0x0"), ("--program-id-str", "")):
            self.embed(self.path("x"), program=bad, expect=2)

    def test_the_domain(self):
        self.embed(self.path("v.rs"), "--ds-program", "OTHER:v1")
        expected = run([need("b3sum"), "--no-names", "--derive-key", "OTHER:v1"], stdin=b"zkmod-attestation-program-v1").out.strip()
        self.assertEqual(self.numbers(self.path("v.rs").read_text(), "PROGRAM_HASH_ATTESTATION").hex(), expected)
        for bad in ("", "a\nb", "ZK-EMBED: x", "a" * 201):
            self.embed(self.path("x"), "--ds-program", bad, expect=2)

    def test_rust_compiles(self):
        rustc = need("rustc")
        self.embed(self.path("v.rs"))
        self.path("main.rs").write_text(
            '#![deny(warnings)]\nmod vk { include!("v.rs"); }\nfn main() {\n'
            "    assert_eq!(vk::program_vk_lookup(&vk::PROGRAM_HASH_ATTESTATION), Some(vk::VK_ATTESTATION_BN254_GROTH16));\n"
            "    let mut other = vk::PROGRAM_HASH_ATTESTATION;\n    other[31] ^= 1;\n    assert_eq!(vk::program_vk_lookup(&other), None);\n"
            '    print!("{}", vk::VK_ATTESTATION_BN254_GROTH16.len());\n}\n'
        )
        run([rustc, "--edition", "2021", "--cfg", 'feature="zk-groth16"', "-o", self.path("main"), self.path("main.rs")], cwd=self.folder)
        self.assertEqual(run([self.path("main")]).out, "296")

    def test_cpp_compiles(self):
        self.embed(self.path("v.hpp"))
        self.check(self.path("v.hpp"))
        self.path("main.cpp").write_text(
            '#include "v.hpp"\n#include "v.hpp"\n#include <cstdio>\nint main() {\n  std::uint8_t id[32];\n'
            "  for (int i = 0; i < 32; ++i) id[i] = PROGRAM_HASH_ATTESTATION[static_cast<std::size_t>(i)];\n"
            "  std::size_t n = 0;\n  if (program_vk_lookup_ATTESTATION(id, n) != VK_ATTESTATION_BN254_GROTH16.data()) return 1;\n"
            '  std::printf("%zu", n);\n  id[0] ^= 1;\n  return program_vk_lookup_ATTESTATION(id, n) == nullptr && n == 0 ? 0 : 1;\n}\n'
        )
        run([need("g++"), "-std=c++17", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-o", self.path("main"), self.path("main.cpp")], cwd=self.folder)
        self.assertEqual(run([self.path("main")]).out, "296")

    def test_the_seeds_curve(self):
        """BLS12-381: 344 + 48 (public + 1) bytes, in the zcash form of arkworks."""
        circuit = compile_circuit("mult1", "bls12-381")
        beacon = ("--name", "b", "--value", PUBLIC_BEACON, "--iterations-exp", 10)
        steps = [("ptau", "new", "bls12-381", 3, "0"), ("ptau", "contribute", "0", "1", "--name", "Alice"), ("ptau", "prepare", "1", "p.ptau")]
        steps += [("zkey", "new", circuit.r1cs, "p.ptau", "2"), ("zkey", "contribute", "2", "3", "--name", "Bob"), ("zkey", "beacon", "3", "f.zkey", *beacon)]
        steps += [("bundle", "create", "b", "--zkey", "f.zkey", "--r1cs", circuit.r1cs, "--ptau", "p.ptau", "--missing-transcripts", "--sign-key", key("release"))]
        for words in steps:
            solemn(*words, cwd=self.folder)
        self.embed(self.path("v.rs"), file=self.path("b"))
        self.assertEqual(len(members(self.path("b"))[VK]), 344 + 48 * 2)
        self.assertEqual(self.numbers(self.path("v.rs").read_text(), "VK_ATTESTATION_BLS12_381_GROTH16"), members(self.path("b"))[VK])
        self.check(self.path("v.rs"), file=self.path("b"))

    def test_nothing_is_emitted_from_a_bad_bundle(self):
        self.assertIn("signature", self.embed(self.path("x"), root="mallory", expect=1).err)
        file = pack(self.path("b"), [*members(bundle()).items(), ("extra", b"")])
        self.assertIn("members", self.embed(self.path("x"), file=file, expect=1).err)
        self.assertIn("--bundle", solemn("embed", "--vk", bundle(), *PROGRAM, expect=2).err)
        self.assertIn("pinned-keys", solemn("embed", "--bundle", bundle(), *PROGRAM, expect=1).err)
        self.assertFalse(self.path("x").exists())

    def test_another_key_beside_the_bundle(self):
        for name, zkey, expect in (("good", "final", 0), ("bad", "two", 1)):
            solemn("zkey", "export", "arkworks-vk", phase2()[zkey], self.path(name), "--uncompressed")
            self.embed(self.path(name + ".rs"), "--vk", self.path(name), expect=expect)

    def test_without_a_bundle_there_is_no_marker(self):
        solemn("zkey", "export", "arkworks-vk", phase2()["final"], self.path("vk"))
        solemn("embed", "--vk", self.path("vk"), "--insecure-unsigned", *PROGRAM, "--out", self.path("v.rs"))
        self.assertNotIn("ZK-EMBED:", self.path("v.rs").read_text())
        self.assert_rules(self.check(self.path("v.rs"), expect=1), ["marker"])

    def test_a_forgeable_key_without_a_bundle(self):
        vk = members(bundle())[VK]
        self.path("vk").write_bytes(vk[:160] + vk[96:160] + vk[224:])
        self.assertIn("delta-not-gamma", solemn("embed", "--vk", self.path("vk"), "--insecure-unsigned", *PROGRAM, expect=6).err)


class Guard(EmbedCase):
    def snippet(self):
        self.embed(self.path("v.rs"))
        return self.path("v.rs").read_bytes()

    def test_every_byte_counts(self):
        """One byte edited anywhere in the text is refused."""
        good = self.snippet()
        for at in [*range(0, len(good), 97), len(good) - 1]:
            edited = bytearray(good)
            edited[at] ^= 1
            self.path("e.rs").write_bytes(edited)
            report = self.check(self.path("e.rs"), expect=1)
            self.assert_rules(report, ["snippet", "marker"])

    def test_what_differs_is_named(self):
        good = self.snippet()
        key_at, hash_at = good.index(b"VK_ATTESTATION") + 60, good.index(b"PROGRAM_HASH") + 60
        for at, rule in ((key_at, "embedded-key"), (hash_at, "program-hash")):
            digit = good.index(b"0x", at) + 3
            edited = bytearray(good)
            edited[digit] = ord("0") if edited[digit] != ord("0") else ord("1")
            self.path("e.rs").write_bytes(edited)
            report = self.check(self.path("e.rs"), expect=1)
            self.assertEqual(self.failed_rules(report), [rule, "snippet"])

    def test_the_marker_alone_is_worth_nothing(self):
        """The originals' guard is a search for the string."""
        good = self.snippet()
        for text in (b"// ZK-EMBED:\n", b"// ZK-EMBED: v1 tool=solemn/0.1.0\n", b"", b"ZK-EMBED: " * 10, good + b"// ZK-EMBED: again\n", good + b"pub fn more() {}\n", good.replace(b"\n", b"\r\n")):
            self.path("e.rs").write_bytes(text)
            self.assertIn("snippet", self.failed_rules(self.check(self.path("e.rs"), expect=1)))

    def test_a_text_of_another_bundle_program_or_prefix(self):
        self.snippet()
        file = signed(self.path("b"), members(bundle())[VK], members(bundle())[METADATA] + b"\n")
        self.assertEqual(self.failed_rules(self.check(self.path("v.rs"), file=file, expect=1)), ["marker", "snippet"])
        for program in (("--program-id-str", "other", "--const-prefix", "attestation"), ("--program-id-str", "zkmod-attestation-program-v1")):
            self.assertIn("snippet", self.failed_rules(self.check(self.path("v.rs"), program=program, expect=1)))

    def test_a_bundle_that_is_not_trusted_or_revoked(self):
        self.snippet()
        self.assertIn("signature", self.failed_rules(self.check(self.path("v.rs"), root="mallory", expect=1)))
        solemn("bundle", "revoke", self.path("r"), "--bundle", bundle(), "--reason", "x", "--sign-key", key("release"))
        self.assertIn("not-revoked", self.failed_rules(self.check(self.path("v.rs"), "--revocations", self.path("r"), expect=1)))

    def test_a_text_by_an_older_version(self):
        text = self.snippet().replace(b"tool=solemn/", b"tool=solemn/0.0.9-")
        self.path("e.rs").write_bytes(text)
        self.check(self.path("e.rs"))

    def cargo(self, project, *features, expect=0, **env):
        given = {"EMBED_BUNDLE": bundle(), "EMBED_ROOT_PUBKEY": pub(key("release")), "SOLEMN": solemn_path(), "CARGO_TARGET_DIR": self.path("target"), **env}
        words = ["run", "--quiet", "--offline", *(["--features", ",".join(features)] if features else [])]
        return run([need("cargo"), *words], cwd=project, expect=expect, env={k: v for k, v in environment(**given).items() if v != "None"})

    def test_the_example_build_refuses_every_other_key(self):
        need("cargo")
        project = self.path("p")
        shutil.copytree(ROOT / "examples" / "embed-guard", project, ignore=shutil.ignore_patterns("target", "vk_snippet.rs", "Cargo.lock"))
        snippet, program = project / "src" / "vk_snippet.rs", ("--program-id-str", "example-program-v1", "--const-prefix", "EXAMPLE")
        self.embed(snippet, program=program)
        self.assertEqual(self.cargo(project).out, "no key\n")
        self.assertEqual(self.cargo(project, "zk-vk-provisioned").out, "296 bytes\n")
        self.assertIn("refused", self.cargo(project, "zk-vk-provisioned", expect=101, EMBED_ROOT_PUBKEY=pub(key("mallory"))).err)
        self.assertIn("EMBED_BUNDLE", self.cargo(project, "zk-vk-provisioned", expect=101, EMBED_BUNDLE="None").err)
        text = bytearray(snippet.read_bytes())
        text[text.index(b"0x", 700) + 3] ^= 1
        snippet.write_bytes(text)
        os.utime(snippet, (2_000_000_000, 2_000_000_000))  # cargo looks at times
        self.assertIn("embedded-key", self.cargo(project, "zk-vk-provisioned", expect=101).err)
