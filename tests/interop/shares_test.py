"""Shares, seeds and keys beside other people's tools: noble (a second recovery program), slip39, bip32, bitcoinjs-lib, nostr-tools, openssl."""

import base64
import hashlib
import json
import re
import secrets
import shutil
import unittest

from harness import ROOT, Case, need, run, solemn, solemn_json
from harness.programs import node_package
from harness.shares import PrintedShare, payload_of, text_of

PACKAGES = ROOT / "tests" / "interop" / "node" / "node_modules"


class Shares(Case):
    def setUp(self):
        super().setUp()
        self.path("dice").write_text("".join(secrets.choice("123456") for _ in range(120)))

    def new(self, name, kind, *more):
        return solemn_json("keys", "new", name, self.path("s"), "--type", kind, "--dice", self.path("dice"), *more)

    def set_file(self, name):
        return self.path("s") / f"{name}.set.json"

    def shares(self, name, *numbers):
        return [self.path("s") / f"{name}.share-{i}.txt" for i in numbers]

    def javascript(self, text, *arguments, expect=0):
        """Runs a module with the packages of the interop tests beside it."""
        for package in sorted(set(re.findall(r'from "((?:@[^"/]+/)?[^"/:]+)[^"]*"', text)) - {"node", "."}):
            node_package(package)
        need("node")
        if not self.path("node_modules").exists():
            self.path("node_modules").symlink_to(PACKAGES)
        script = self.path("script.mjs")
        script.write_text(text)
        return run([need("node"), script, *arguments], cwd=self.folder, expect=expect)


class SecondRecoveryProgram(Shares):
    def recover(self, *arguments, expect=0):
        program = (ROOT / "recovery" / "recover.mjs").read_text().replace('endsWith("recover.mjs")', 'endsWith("script.mjs")')
        return self.javascript(program, *arguments, expect=expect)

    def test_recovers_what_we_split_from_paper_alone(self):
        for threshold, count in ((3, 5), (2, 3), (5, 7)):
            name = f"k{threshold}"
            said = self.new(name, "secp256k1", "--threshold", threshold, "--shares", count)
            some = self.shares(name, *range(count - threshold + 1, count + 1))
            theirs = json.loads(self.recover(*some).out)
            self.assertEqual((theirs["public_key"], theirs["set_id"]), (said["public_key"], said["set_id"]))
            solemn("keys", "recover", self.set_file(name), *some, "--out", self.path(name))
            self.assertEqual(theirs["key"], self.path(name).read_text().strip())

    def test_opens_what_we_sealed(self):
        for kind in ("ed25519", "seed", "rsa-2048"):
            self.new(kind, kind)
            theirs = json.loads(self.recover("--set", self.set_file(kind), *self.shares(kind, 1, 4, 5)).out)
            solemn("keys", "recover", self.set_file(kind), *self.shares(kind, 2, 3, 4), "--out", self.path(kind))
            if kind == "ed25519":
                self.assertEqual(theirs["sealed"], self.path(kind).read_text().strip())
            if kind == "rsa-2048":
                der = run([need("openssl"), "pkcs8", "-topk8", "-nocrypt", "-in", self.path(kind), "-outform", "DER", "-out", self.path("der")])
                self.assertEqual((der.status, bytes.fromhex(theirs["sealed"])), (0, self.path("der").read_bytes()))

    def test_names_the_bad_share_and_refuses_a_drill_among_real_ones(self):
        self.new("a", "secp256k1")
        self.new("b", "secp256k1", "--drill")
        self.assertIn("another set", self.recover(*self.shares("a", 1, 2), *self.shares("b", 3), expect=1).err)
        self.assertIn("given twice", self.recover(*self.shares("a", 1, 2, 2), expect=1).err)
        self.assertIn("2 of 3", self.recover(*self.shares("a", 1, 2), expect=1).err)
        text = self.shares("a", 2)[0].read_text()
        wrong = text[:-3] + ("Q" if text[-3] != "Q" else "P") + text[-2:]
        self.path("wrong").write_text(wrong)
        self.assertIn("line 5", self.recover(self.path("wrong"), expect=1).err)

    def altered(self, share, change):
        """The payload changed by somebody who knows how checksums are computed."""
        payload = payload_of(share.read_text())
        change(payload)
        out = self.path(f"altered-{share.name}")
        out.write_text(text_of(payload))
        return out

    def refusal(self, *arguments):
        return self.recover(*arguments, expect=1).err

    def test_refuses_a_header_that_the_lines_do_not_say(self):
        self.new("a", "secp256k1")
        text = self.shares("a", 2)[0].read_text()
        set_line = text.splitlines()[2]
        for was, now, said in (("share 2 of 5", "share 3 of 5", "says something else"), ("2 of 5", "2 of 6", "says something else"),
                               ("any 3", "any 2", "says something else"), ("\na: ", "\nDRILL a: ", "says something else"),
                               (set_line, set_line[:-1] + ("0" if set_line[-1] != "0" else "1"), "names another set"),
                               ("\n1  ", "\n2  ", "line 1 is missing or not in its place")):
            self.path("wrong").write_text(text.replace(was, now, 1))
            self.assertIn(said, self.refusal(self.path("wrong"), *self.shares("a", 1, 3)), now)

    def test_refuses_numbers_that_no_share_has(self):
        for index, threshold, count in ((0, 3, 5), (6, 3, 5), (1, 1, 5), (1, 6, 5), (1, 3, 17)):
            self.path("wrong").write_text(PrintedShare(index, threshold=threshold, count=count).text())
            self.assertRegex(self.refusal(self.path("wrong")), "no such sharing|the index of no share")

    def test_names_what_does_not_fit_the_commitments_and_lets_no_wrong_key_out(self):
        self.new("a", "secp256k1")
        self.new("b", "secp256k1")
        one, two, three, four = self.shares("a", 1, 2, 3, 4)
        def value(payload):
            payload[40] ^= 1
        def salt(payload):
            payload[60] ^= 1
        def set_of_b(payload):
            payload[4:20] = payload_of(self.shares("b", 1)[0].read_text())[4:20]
        bad = self.altered(two, value)
        self.assertIn("share 2 is altered", self.refusal("--set", self.set_file("a"), one, bad, three))
        self.assertIn("the set file tells which", self.refusal(one, bad, three))
        self.assertIn("do not fit together", self.refusal(one, three, four, bad))  # more than are needed: the rest is not left unread
        self.assertIn("not the sheet that was logged", self.refusal("--set", self.set_file("a"), one, self.altered(two, salt), three))
        self.assertIn("another set than the file", self.refusal("--set", self.set_file("b"), one, two, three))
        claimed = [self.altered(share, set_of_b) for share in (one, two, three)]
        self.assertIn("share 1 is altered", self.refusal("--set", self.set_file("b"), *claimed))
        self.assertIn("is altered or badly copied", self.refusal(*claimed))

    def test_refuses_a_set_file_of_which_one_member_was_changed(self):
        self.new("a", "ed25519")
        self.new("b", "ed25519")
        mine, theirs = (json.loads(self.set_file(name).read_text()) for name in "ab")
        for change, said in (({"threshold": 2}, "as the threshold"), ({"shares": 6}, "set_id"), ({"drill": True}, "set_id"), ({"sealed": theirs["sealed"]}, "set_id"),
                             ({"public_key": theirs["public_key"]}, "public_key"), ({"commitments": theirs["commitments"]}, "set_id"), ({"note": ""}, "not known"),
                             ({"schema": "x"}, "schema"), ({"share_commitments": theirs["share_commitments"]}, "not the sheet that was logged")):
            self.path("set.json").write_text(json.dumps({**mine, **change}))
            self.assertIn(said, self.refusal("--set", self.path("set.json"), *self.shares("a", 1, 2, 3)), change)
        self.assertIn("--set is needed", self.refusal(*self.shares("a", 1, 2, 3)))

    def test_refuses_what_opens_but_is_the_secret_of_another_public_half(self):
        """Sealed by somebody who had the key-encryption key, and lied about the public half."""
        self.path("recover.mjs").write_text((ROOT / "recovery" / "recover.mjs").read_text())
        said = json.loads(self.javascript("""
            import { open } from "./recover.mjs";
            import { sha256 } from "@noble/hashes/sha2";
            import { hkdf } from "@noble/hashes/hkdf";
            import { ed25519 } from "@noble/curves/ed25519";
            import { secp256k1 } from "@noble/curves/secp256k1";
            import { xchacha20poly1305 } from "@noble/ciphers/chacha";
            const key = new Uint8Array(32).fill(5), secret = new Uint8Array(32).fill(6), nonce = new Uint8Array(24);
            const half = (of) => Uint8Array.from([...Buffer.from("302a300506032b6570032100", "hex"), ...ed25519.getPublicKey(of)]);
            const info = Buffer.concat([Buffer.from("solemn sealed secret 1\\0"), secp256k1.getPublicKey(key, true)]);
            const inner = hkdf(sha256, key, undefined, Uint8Array.from(info), 32);
            const opened = (half) => {
              const data = Uint8Array.from([...Buffer.from("ed25519\\0"), ...half]);
              const sealed = { kind: "ed25519", public: half, nonce, ciphertext: xchacha20poly1305(inner, nonce, data).encrypt(secret) };
              try { return Buffer.from(open(sealed, key)).toString("hex"); } catch (error) { return error.message; }
            };
            console.log(JSON.stringify([opened(half(secret)), opened(half(key))]));
        """).out)
        self.assertEqual(said, ["06" * 32, "the public half of what was sealed is of another secret"])

    def test_accepts_our_proofs_of_possession(self):
        self.new("a", "secp256k1")
        solemn("keys", "share", "prove", self.set_file("a"), self.shares("a", 2)[0], "--challenge", "today", "-o", self.path("proof"))
        proof, public = json.loads(self.path("proof").read_text()), json.loads(self.set_file("a").read_text())
        answer = self.javascript("""
            import { schnorr, secp256k1 } from "@noble/curves/secp256k1";
            const [proof, set] = process.argv.slice(2).map((text) => JSON.parse(text));
            const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
            const key = set.commitments.map((c) => secp256k1.ProjectivePoint.fromHex(c)).reduceRight((sum, c) => sum.multiply(BigInt(proof.index)).add(c));
            const message = schnorr.utils.taggedHash("solemn share possession 1", bytes(proof.set_id), Uint8Array.of(proof.index), bytes(proof.challenge));
            console.log(schnorr.verify(proof.signature, message, key.toRawBytes(true).slice(1)));
        """, json.dumps(proof), json.dumps(public))
        self.assertEqual(answer.out.strip(), "true")


class Slip39(Shares):
    def test_their_library_combines_our_mnemonics(self):
        secret = secrets.token_hex(32)
        self.path("seed").write_text(secret)
        self.path("pass").write_text("correct horse\n")
        for more, numbers in ((("--threshold", 3, "--shares", 5), ("1-5", "1-2", "1-4")),
                              (("--group", "2of3", "--group", "1of1", "--group", "3of5", "--group-threshold", 2), ("1-3", "1-1", "2-1")),
                              (("--threshold", 2, "--shares", 2, "--old-readers"), ("1-2", "1-1"))):
            shutil.rmtree(self.path("m"), ignore_errors=True)
            solemn("keys", "seed", "split", self.path("seed"), self.path("m"), "--passphrase-file", self.path("pass"), *more)
            words = [(self.path("m") / f"slip39-{n}.txt").read_text().strip() for n in numbers]
            answer = self.javascript("""
                import slip39 from "slip39";
                const words = JSON.parse(process.argv[2]);
                console.log(Buffer.from(slip39.recoverSecret(words, "correct horse")).toString("hex"));
            """, json.dumps(words))
            self.assertEqual(answer.out.strip(), secret)

    def test_we_combine_theirs(self):
        secret = secrets.token_hex(16)
        made = self.javascript("""
            import slip39 from "slip39";
            const secret = [...Buffer.from(process.argv[2], "hex")];
            const made = slip39.fromArray(secret, { passphrase: "", threshold: 2, groups: [[2, 3, "a"], [1, 1, "b"], [3, 5, "c"]], title: "t" });
            console.log(JSON.stringify([0, 1, 2].map((g) => made.fromPath(`r/${g}`).mnemonics)));
        """, secret)
        groups = json.loads(made.out)
        self.path("1").write_text(groups[0][2])
        self.path("2").write_text(groups[0][0])
        self.path("3").write_text(groups[1][0])
        solemn("keys", "seed", "combine", self.path("1"), self.path("2"), self.path("3"), "--out", self.path("seed"))
        solemn("keys", "seed", "combine", self.path("1"), self.path("2"), "--out", self.path("no"), expect=1)
        words = self.path("seed").read_text().strip()
        answer = self.javascript("""
            import { mnemonicToEntropy } from "@scure/bip39";
            import { wordlist } from "@scure/bip39/wordlists/english";
            console.log(Buffer.from(mnemonicToEntropy(process.argv[2], wordlist)).toString("hex"));
        """, words)
        self.assertEqual(answer.out.strip(), secret)


class Derivation(Shares):
    def test_two_libraries_derive_the_same_public_keys(self):
        for n_bytes in (16, 32, 64):
            seed = secrets.token_hex(n_bytes)
            self.path("seed").write_text(seed + "\n")
            for path in ("m", "m/45210'/1'/0'/6'", "m/0'/1/2147483647'", "m/44'/1237'/0'/0/0"):
                ours = solemn_json("keys", "seed", "public", self.path("seed"), path)["public_key"]
                theirs = self.javascript("""
                    import { BIP32Factory } from "bip32";
                    import * as ecc from "tiny-secp256k1";
                    import { HDKey } from "@scure/bip32";
                    const [seed, path] = [Buffer.from(process.argv[2], "hex"), process.argv[3]];
                    const one = path === "m" ? BIP32Factory(ecc).fromSeed(seed) : BIP32Factory(ecc).fromSeed(seed).derivePath(path);
                    const two = HDKey.fromMasterSeed(seed).derive(path);
                    console.log(Buffer.from(one.publicKey).toString("hex"), Buffer.from(two.publicKey).toString("hex"));
                """, seed, path)
                self.assertEqual(theirs.out.split(), [ours, ours])

    def test_nostr_tools_reads_our_keys_and_derives_the_same(self):
        said = self.new("nostr", "nostr")
        solemn("keys", "recover", self.set_file("nostr"), *self.shares("nostr", 1, 2, 3), "--out", self.path("key"))
        answer = self.javascript("""
            import { nip19, getPublicKey } from "nostr-tools";
            const key = Uint8Array.from(Buffer.from(process.argv[2], "hex"));
            console.log(nip19.npubEncode(getPublicKey(key)), nip19.nsecEncode(key));
        """, self.path("key").read_text().strip())
        npub, nsec = answer.out.split()
        self.assertEqual(npub, said["npub"])
        self.path("nsec").write_text(nsec + "\n")
        again = solemn_json("keys", "import", "again", self.path("nsec"), self.path("s"), "--type", "nostr", "--dice", self.path("dice"))
        self.assertEqual(again["npub"], npub)

    def test_nip_06_as_nostr_tools_has_it(self):
        solemn("keys", "seed", "new", "--dice", self.path("dice"), "--out", self.path("words"))
        ours = solemn_json("keys", "seed", "public", self.path("words"), "m/44'/1237'/0'/0/0", "--wallet")["public_key"]
        theirs = self.javascript("""
            import { privateKeyFromSeedWords } from "nostr-tools/nip06";
            import { getPublicKey } from "nostr-tools";
            console.log(getPublicKey(privateKeyFromSeedWords(process.argv[2])));
        """, self.path("words").read_text().strip())
        self.assertEqual(theirs.out.strip(), ours[2:])


class Bitcoin(Shares):
    """bitcoinjs-lib and ecpair: what wallets are made of."""

    LIBRARY = """
        import { createHash } from "node:crypto";
        import { BIP32Factory } from "bip32";
        import { ECPairFactory } from "ecpair";
        import { Psbt, payments } from "bitcoinjs-lib";
        import * as ecc from "tiny-secp256k1";
        const hex = (bytes) => Buffer.from(bytes).toString("hex");
        const bytes = (text) => Uint8Array.from(Buffer.from(text, "hex"));
        const ECPair = ECPairFactory(ecc), bip32 = BIP32Factory(ecc);
    """

    def bitcoin(self, text, *arguments):
        return json.loads(self.javascript(self.LIBRARY + text, *arguments).out)

    def test_a_recovered_key_spends_what_was_paid_to_its_public_key(self):
        said = self.new("m1", "secp256k1")
        solemn("keys", "recover", self.set_file("m1"), *self.shares("m1", 1, 3, 5), "--out", self.path("key"))
        spent = self.bitcoin("""
            const pair = ECPair.fromPrivateKey(bytes(process.argv[2])), ours = bytes(process.argv[3]);
            const { output, address } = payments.p2wpkh({ pubkey: ours });
            const psbt = new Psbt().addInput({ hash: "00".repeat(32), index: 0, witnessUtxo: { script: output, value: 1000n } });
            psbt.addOutput({ script: output, value: 900n }).signInput(0, pair);
            const check = (key, message, signature) => ECPair.fromPublicKey(key).verify(message, signature);
            console.log(JSON.stringify({ public: hex(pair.publicKey), valid: psbt.validateSignaturesOfInput(0, check, ours), address,
              again: hex(ECPair.fromWIF(pair.toWIF()).privateKey) }));
        """, self.path("key").read_text().strip(), said["public_key"])
        self.assertEqual((spent["public"], spent["valid"], spent["again"]), (said["public_key"], True, self.path("key").read_text().strip()))
        self.assertTrue(spent["address"].startswith("bc1q"))

    def test_its_signatures_are_counted_and_those_of_another_key_are_not(self):
        said = [self.new(name, "secp256k1") for name in ("m1", "m2")]
        self.path("registry.json").write_text(json.dumps({"schema": "solemn.key-registry/1", "keys": [
            {"id": one["key"], "scheme": "ecdsa-secp256k1", "public_key": one["public_key"], "status": "active"} for one in said]}))
        self.path("message").write_bytes(b"MODULE:a:1")
        for name in ("m1", "m2"):
            solemn("keys", "recover", self.set_file(name), *self.shares(name, 2, 3, 4), "--out", self.path(name))
        keys = [self.path("m1").read_text().strip(), self.path("m2").read_text().strip(), "77" * 32]
        signatures = self.bitcoin("""
            const digest = createHash("sha256").update("MODULE:a:1").digest();
            console.log(JSON.stringify(process.argv.slice(2).map((key) => hex(ECPair.fromPrivateKey(bytes(key)).sign(digest)))));
        """, *keys)
        for name, signature in zip("abc", signatures):
            self.path(name).write_text(signature)
        verify = lambda *names, expect: solemn_json("keys", "threshold", "verify", *map(self.path, names), "--keys", self.path("registry.json"), "--threshold", 2,
                                                    "--message", self.path("message"), expect=expect)
        self.assertEqual(verify("a", "b", expect=0)["signers"], ["m1", "m2"])
        self.assertEqual(verify("a", "c", expect=1)["signers"], ["m1"])

    def test_a_wallet_finds_the_addresses_of_our_words(self):
        solemn("keys", "seed", "new", "--dice", self.path("dice"), "--out", self.path("words"))
        path = "m/84'/0'/0'/0/3"
        ours = solemn_json("keys", "seed", "public", self.path("words"), path, "--wallet")["public_key"]
        theirs = self.bitcoin("""
            import { mnemonicToSeedSync } from "@scure/bip39";
            const key = bip32.fromSeed(mnemonicToSeedSync(process.argv[2])).derivePath(process.argv[3]);
            const address = (pubkey) => payments.p2wpkh({ pubkey }).address;
            console.log(JSON.stringify([address(key.publicKey), address(bytes(process.argv[4]))]));
        """, self.path("words").read_text().strip(), path, ours)
        self.assertEqual(theirs[0], theirs[1])


class Openssl(Shares):
    def test_a_github_pem_is_split_and_comes_back(self):
        openssl = need("openssl")
        for form in (("-traditional",), ()):  # PKCS#1, as GitHub gives it; PKCS#8
            run([openssl, "genrsa", *form, "-out", self.path("pem"), "2048"])
            name = "app1" if form else "app8"
            said = solemn_json("keys", "import", name, self.path("pem"), self.path("s"), "--type", "pem", "--dice", self.path("dice"))
            run([openssl, "rsa", "-in", self.path("pem"), "-pubout", "-outform", "DER", "-out", self.path("spki")])
            der = self.path("spki").read_bytes()
            self.assertEqual(bytes.fromhex(said["sealed_public"]), der)
            self.assertEqual(said["github_fingerprint"], "SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode())
            solemn("keys", "recover", self.set_file(name), *self.shares(name, 1, 3, 5), "--out", self.path(name))
            digests = [run([openssl, "rsa", "-in", f, "-noout", "-modulus"]).out for f in (self.path("pem"), self.path(name))]
            self.assertEqual(digests[0], digests[1])
        encrypted = self.path("encrypted")
        run([openssl, "genrsa", "-aes128", "-passout", "pass:x", "-out", encrypted, "2048"])
        solemn("keys", "import", "x", encrypted, self.path("s"), "--type", "pem", "--dice", self.path("dice"), expect=2)

    def test_openssl_has_the_public_key_of_a_recovered_key(self):
        said = self.new("k", "secp256k1")
        solemn("keys", "recover", self.set_file("k"), *self.shares("k", 1, 3, 5), "--out", self.path("key"))
        der = bytes.fromhex("302e0201010420" + self.path("key").read_text().strip() + "a00706052b8104000a")
        self.path("der").write_bytes(der)
        out = run([need("openssl"), "ec", "-inform", "DER", "-in", self.path("der"), "-pubout", "-conv_form", "compressed", "-outform", "DER", "-out", self.path("pub")])
        self.assertEqual((out.status, self.path("pub").read_bytes()[-33:].hex()), (0, said["public_key"]))

    def test_sha512sum_shows_what_was_shown_of_the_dice(self):
        said = self.new("k", "secp256k1")
        self.assertEqual(said["dice_sha512"], run([need("sha512sum"), self.path("dice")]).out.split()[0])


if __name__ == "__main__":
    unittest.main()
