"""A coordinator, who alone writes the inventory of keys, tries to speak for keys of other people: what goes in is refused, or counts for nothing."""

import json
import secrets

from harness import Case, need, run, solemn
from harness.record import Record, make_key

BEGUN, BIRTH = "2026-01-15T08:00:00Z", "2027-01-15T08:00:00Z"
PEOPLE = ("Ada", "Ben", "Cleo", "Dan", "Eve")


class Inventory(Case):
    def setUp(self):
        super().setUp()
        self.record = Record(self.folder, threshold=0, time=BEGUN)
        self.path("dice").write_text("".join(secrets.choice("123456") for _ in range(100)))

    def keys(self, *words, expect=0):
        return solemn("keys", *words, expect=expect)

    def write(self, *words, expect=0, time=BIRTH):
        return self.keys(*words, "--sign-key", self.record.key("coordinator"), "--time", time, expect=expect)

    def new(self, name, kind, *more, folder="shares"):
        self.keys("new", name, self.path(folder), "--type", kind, "--dice", self.path("dice"), *more)
        return self.path(folder) / f"{name}.set.json"

    def share(self, name, number, folder="shares"):
        return self.path(folder) / f"{name}.share-{number}.txt"

    def holders(self):
        return [word for i, who in enumerate(PEOPLE) for word in ("--holder", f"{i + 1}={who}")]

    def add(self, name, file, state="active", expect=0):
        return self.write("inventory", "add", self.record.path, name, "--type", "Anchor", "--state", state, "--set", file, *self.holders(), expect=expect)

    def reshared(self, name, file, expect=0, by=(), held=()):
        """The new shares of a key are entered; `by` have the old ones, `held` have the new ones."""
        statement = self.path("statement")
        self.keys("rotate", "shares", self.record.path, statement, "--key", name, "--set", file, "--reason", "x", "--time", BIRTH, "--force")
        for folder, numbers in (("shares", by), (file.parent.name, held)):
            if numbers:
                shares = [word for i in numbers for word in ("--share", self.path(folder) / f"{file.name.removesuffix('.set.json')}.share-{i}.txt")]
                self.keys("approve", statement, self.path("more"), "--set", self.path(folder) / file.name, *shares)
                self.path("more").replace(statement)
        return self.write("inventory", "shares", self.record.path, name, "reshared", "--reason", "x", "--set", file, "--statement", statement, *self.holders(), expect=expect)

    def status(self, *words, expect=0):
        return json.loads(self.keys("status", self.record.path, "--time", BIRTH, "--json", *words, expect=expect).out)


class Attacks(Inventory):
    def test_shares_of_a_key_of_ones_own_put_in_the_place_of_the_custodians(self):
        """Whoever holds the shares approves. Those of a sealed key are shares of a key-encryption key, which is in no other place."""
        self.add("anchor", self.new("anchor", "ed25519"))
        own = self.new("mine", "secp256k1", folder="mine")
        said = self.reshared("anchor", own, expect=6, held=(1, 2, 3))
        self.assertIn("anchor: these are shares of another secret", said.err)
        shares = [self.share("anchor", i) for i in (1, 2, 3)]
        self.keys("reshare", self.path("shares") / "anchor.set.json", *shares, "--out-folder", self.path("fresh"), "--dice", self.path("dice"))
        fresh = self.path("fresh") / "anchor.set.json"
        for by, held, why in (((), (1, 2, 3), "resharing-old-approves"), ((4, 5), (1, 2, 3), "resharing-old-approves"), ((1, 2, 3), (4, 5), "resharing-new-approves")):
            self.assertIn("key-approvals: " + why, self.reshared("anchor", fresh, expect=6, by=by, held=held).err)
        self.reshared("anchor", fresh, by=(1, 4, 5), held=(1, 2, 3))  # by the custodians
        self.assertIsNone(self.status()["inventory"]["keys"][0]["last_audit"], "two of the new shares were never proven")

    def test_a_key_that_its_coordinator_lets_retire_alone(self):
        self.add("k", self.new("k", "secp256k1"))
        said = self.write("inventory", "move", self.record.path, "k", "retiring", "--reason", "x", expect=6)
        self.assertIn("key-approvals: k: a key retires when another one follows it", said.err)

    def test_a_transition_that_is_over_before_anybody_looks(self):
        self.assertIn("30 days at least", self.write("inventory", "policy", self.record.path, "--transition", 1, expect=6).err)

    def test_a_drill_key_is_no_key_that_counts(self):
        self.add("real", self.new("real", "secp256k1"))
        self.add("toy", self.new("toy", "secp256k1", "--drill"))
        registry = self.path("registry.json")
        self.status("--registry", registry)
        self.assertEqual({key["id"]: key["status"] for key in json.loads(registry.read_text())["keys"]}, {"real": "active", "toy": "drill"})

    def test_voices_that_a_coordinator_adds(self):
        """More keys of one's own than there are others: they revoke a key, and hand over to another in an emergency."""
        for name in ("m1", "m2", "m3"):
            self.add(name, self.new(name, "secp256k1"))
        self.write("inventory", "policy", self.record.path)  # all keys are in
        added = [f"s{i}" for i in range(4)]
        for name in added:
            make_key(self.folder, name)
            public = solemn("key", "public", self.path(f"{name}.key"), "--format", "hex").out.strip()
            self.write("inventory", "add", self.record.path, name, "--type", "x", "--state", "active", "--scheme", "ed25519", "--public-key", public)
        self.keys("revoke", "create", self.record.path, self.path("notice"), "--key", "m1", "--reason", "keyCompromise", "--time", BIRTH)
        signers = [word for name in added for word in ("--sign-key", self.path(f"{name}.key"))]
        self.keys("approve", self.path("notice"), self.path("approved"), *signers)
        said = self.write("revoke", "complete", self.record.path, self.path("approved"), expect=6)
        self.assertIn("0 of 2 remaining keys", said.err)
        said = self.write("inventory", "policy", self.record.path, "--revocation-threshold", 1, expect=6)
        self.assertIn("was settled when the keys were registered", said.err)
        for name in ("m2", "m3"):  # those who were there have a voice
            shares = [word for i in (1, 2, 3) for word in ("--share", self.share(name, i))]
            self.keys("approve", self.path("approved"), self.path(f"by-{name}"), "--set", self.path("shares") / f"{name}.set.json", *shares)
            self.path(f"by-{name}").replace(self.path("approved"))
        self.write("revoke", "complete", self.record.path, self.path("approved"))

    def test_a_revocation_signed_beforehand_that_is_worth_nothing(self):
        """It is found out when the shares are lost: so what does not verify is not written."""
        self.new("n", "nostr")
        self.write("inventory", "add", self.record.path, "n", "--type", "Nostr", "--state", "active", "--scheme", "bip340", "--set",
                   self.path("shares") / "n.set.json", *self.holders())
        self.add("anchor", self.new("anchor", "ed25519"))
        for name, expect in (("n", 0), ("anchor", 6)):
            notice, signed = self.path(f"{name}.notice"), self.path(f"{name}.signed")
            self.keys("revoke", "create", self.record.path, notice, "--key", name, "--reason", "unspecified", "--presigned", "--time", BIRTH)
            shares = [word for i in (1, 2, 3) for word in ("--share", self.share(name, i))]
            said = self.keys("approve", notice, signed, "--rebuild", "--set", self.path("shares") / f"{name}.set.json", *shares, expect=expect)
            if expect == 0:
                self.keys("revoke", "verify", self.record.path, signed, "--time", BIRTH)
            else:
                self.assertIn("the one that seals anchor", said.err)
                self.assertFalse(signed.exists())

    def test_an_audit_that_asks_nobody(self):
        """All shares are said to be lost, an empty audit is entered, all are found again: nothing was proven."""
        self.add("k", self.new("k", "secp256k1"))
        before = self.status()["inventory"]["keys"][0]["last_audit"]
        for index in range(1, 6):
            self.write("inventory", "shares", self.record.path, "k", "lost", "--index", index, "--reason", "x")
        challenge = {"asked": [], "issued": BIRTH, "nonce": "00" * 32, "schema": "solemn.share-challenge/1"}
        self.path("body.json").write_text(json.dumps({"answers": [], "challenge": challenge}))
        self.record.append("share-audit", "coordinator", "--body", self.path("body.json"), "--time", BIRTH, expect=None)
        for index in range(1, 6):
            self.write("inventory", "shares", self.record.path, "k", "found", "--index", index, "--reason", "x")
        self.assertEqual(self.status()["inventory"]["keys"][0]["last_audit"], before)

    def test_a_share_that_was_lost_while_the_others_were_audited(self):
        self.add("k", self.new("k", "secp256k1"))
        self.write("inventory", "shares", self.record.path, "k", "lost", "--index", 5, "--reason", "x")
        challenge = self.path("challenge")
        self.keys("audit-shares", "challenge", self.record.path, challenge, "--time", BIRTH)
        answers = []
        for index in (1, 2, 3, 4):
            answers.append(self.path(f"answer-{index}"))
            self.keys("audit-shares", "answer", challenge, answers[-1], "--set", self.path("shares") / "k.set.json", "--share", self.share("k", index), "--time", BIRTH)
        self.write("audit-shares", "verify", self.record.path, challenge, *answers)
        self.assertEqual(self.status(expect=1)["inventory"]["keys"][0]["last_audit"], BIRTH)
        self.write("inventory", "shares", self.record.path, "k", "found", "--index", 5, "--reason", "x")
        self.assertIsNone(self.status()["inventory"]["keys"][0]["last_audit"], "nobody has proven the fifth")


class Twins(Case):
    """Who holds one of these keys holds the other as well."""

    def registry(self, *keys):
        self.path("registry.json").write_text(json.dumps({"schema": "solemn.key-registry/1", "keys": [
            {"id": f"k{i}", "scheme": scheme, "public_key": hexadecimal, "status": "active"} for i, (scheme, hexadecimal) in enumerate(keys)]}))
        self.path("message").write_bytes(b"MODULE:a:1")
        self.path("none.sig").write_text("00" * 64)
        said = json.loads(solemn("keys", "threshold", "verify", self.path("none.sig"), "--keys", self.path("registry.json"), "--threshold", 2,
                                 "--message", self.path("message"), "--json", expect=1).out)
        return {check["rule"]: check["outcome"] for check in said["checks"]}["registry-distinct"]

    def spki(self, *words):
        run([need("openssl"), "genpkey", *words, "-out", self.path("key")])
        run([need("openssl"), "pkey", "-in", self.path("key"), "-pubout", "-outform", "DER", "-out", self.path("der")])
        return self.path("der").read_bytes()

    def test_the_negative_of_a_key_on_the_curves_of_nist(self):
        for curve, p in (("P-256", 2**256 - 2**224 + 2**192 + 2**96 - 1), ("P-384", 2**384 - 2**128 - 2**96 + 2**32 - 1)):
            der = self.spki("-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}")
            n = len(f"{p:x}") // 2
            negative = der[:-n] + (p - int.from_bytes(der[-n:], "big")).to_bytes(n, "big")
            with self.subTest(curve):
                self.assertEqual(self.registry(("spki", der.hex()), ("spki", negative.hex())), "failed")

    def test_one_modulus_with_two_exponents(self):
        der = self.spki("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
        self.assertEqual(der[-5:], bytes.fromhex("0203010001"))
        self.assertEqual(self.registry(("spki", der.hex()), ("spki", der[:-1].hex() + "03")), "failed")

    def test_the_negative_of_an_ed25519_key(self):
        raw = bytearray(self.spki("-algorithm", "ed25519")[-32:])
        negative = bytes(raw[:31]) + bytes([raw[31] ^ 0x80])
        self.assertEqual(self.registry(("ed25519", raw.hex()), ("ed25519", negative.hex())), "failed")

    def test_keys_of_two_people_are_two(self):
        both = [self.spki("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256").hex() for _ in range(2)]
        self.assertEqual(self.registry(*(("spki", one) for one in both)), "passed")
