"""Each way in which a signed release can lie: the wrong bundle goes in, and *that named check* must fail."""

import base64
import gzip
import hashlib
import json
import tarfile

from ceremony import folder, phase1, phase2
from harness import ROOT, environment, need, run, solemn, solemn_json, solemn_path
from harness.files import sha256
from release import METADATA, MORE, SIGNATURE, VK, Release, b3sum, bundle, create, key, members, pack, pub, sign, signed, tar_of, transcripts


class Honest(Release):
    def test_verifies_and_openssl_agrees(self):
        self.assertEqual(self.verify(bundle())["verdict"], "accepted")
        parts = members(bundle())
        self.assertEqual(list(parts), [VK, METADATA, SIGNATURE])
        self.path("m").write_bytes(parts[VK] + parts[METADATA])
        self.path("s").write_bytes(parts[SIGNATURE])
        self.assertEqual(len(parts[SIGNATURE]), 64)
        run([need("openssl"), "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", pub(key("release")), "-in", self.path("m"), "-sigfile", self.path("s")])

    def test_every_fact_of_the_metadata_is_true(self):
        parts = members(bundle())
        said = json.loads(parts[METADATA])
        self.assertEqual(said["vk_blake3"], b3sum(parts[VK]))
        self.assertEqual(said["canonical_vk_len"], len(parts[VK]))
        self.assertEqual(said["public_inputs_expected"], 1)
        self.assertEqual(said["verification"]["level"], "full")
        self.assertEqual(said["verification"]["zkey_sha256"], sha256(phase2()["final"]))
        names = [(p["phase"], p["name"], p["kind"]) for p in said["participants"]]
        steps = [("Alice", "contribution"), ("Bob", "contribution"), ("Beacon", "beacon")]
        self.assertEqual(names, [(phase, *step) for phase in "12" for step in steps])
        files = ["one.ptau", "two.ptau", "beacon.ptau", "one.zkey", "two.zkey", "final.zkey"]
        self.assertEqual([p["transcript_sha256"] for p in said["participants"]], [sha256(transcripts() / f) for f in files])
        hashes = [s["contribution_hash"] for s in solemn_json("zkey", "info", phase2()["final"])["steps"]]
        self.assertEqual([p["contribution_hash"] for p in said["participants"][3:]], hashes)
        solemn("zkey", "export", "arkworks-vk", phase2()["final"], self.path("vk"))
        self.assertEqual(parts[VK], self.path("vk").read_bytes())

    def test_the_same_inputs_give_the_same_bytes(self):
        env = environment(SOURCE_DATE_EPOCH=1700000000, TZ="Asia/Tokyo")
        create(self.path("1"), "--transcripts", transcripts(), env=env)
        create(self.path("2"), "--transcripts", transcripts(), env=environment(SOURCE_DATE_EPOCH=1700000000))
        self.assertEqual(self.path("1").read_bytes(), self.path("2").read_bytes())
        self.assertEqual(json.loads(members(self.path("1"))[METADATA])["timestamp"], "2023-11-14T22:13:20Z")

    def test_a_bundle_packed_by_others_verifies(self):
        """tar of GNU, and of Python: the seed's own scripts call tar czf."""
        parts = members(bundle())
        self.verify(pack(self.path("python"), parts.items()))
        for name, data in parts.items():
            self.path(name).write_bytes(data)
        run([need("tar"), "czf", self.path("gnu"), "-C", self.folder, *parts])
        self.verify(self.path("gnu"))

    def test_both_other_shapes_of_metadata_are_read(self):
        vk, said = members(bundle())[VK], json.loads(members(bundle())[METADATA])
        common = {k: said[k] for k in ("vk_blake3", "public_inputs_expected", "canonical_vk_len")}
        person = {"name": "Org:Alice", "transcript_sha256": "ab" * 32}
        runbook = {"tool_versions": {"powersoftau": "1", "arkworks": "0.4"}, "commit": "c0ffee", "participants": [person], **common, "timestamp": "2026-01-02T03:04:05Z"}
        tool = {"tool": "x", "tool_version": "1", "rustc_version": "1", "cargo_version": "1", **common, "generated_at_utc": "2026-01-02T03:04:05.123+00:00", "contributors": [person]}
        for number, shape in enumerate((runbook, tool)):
            file = signed(self.path(str(number)), vk, shape)
            report = self.verify(file, expect=2)  # nothing says that the ceremony was verified
            self.assertEqual([c["rule"] for c in report["checks"] if c["outcome"] == "not_run"], ["ceremony-verified"])
            self.verify(file, "--accept-unverified-ceremony")

    def test_two_of_three(self):
        create(self.path("b"), "--missing-transcripts", keys=("release", "second"))
        pins = [w for name in ("release", "second", "third") for w in ("--root-pubkey", pub(key(name)))]
        self.assertIn(MORE, members(self.path("b")))
        solemn("bundle", "verify", self.path("b"), *pins, "--threshold", 2)
        report = solemn_json("bundle", "verify", self.path("b"), *pins, "--threshold", 3, expect=1)
        self.assert_rules(report, ["threshold"])
        solemn("bundle", "cosign", self.path("b"), self.path("c"), "--sign-key", key("third"))
        solemn("bundle", "verify", self.path("c"), *pins, "--threshold", 3)
        solemn("bundle", "verify", self.path("b"), *pins, expect=2)  # how many is for the verifier to say

    def test_with_the_proving_key_at_hand(self):
        self.verify(bundle(), "--zkey", phase2()["final"])
        self.assert_bundle_fails(bundle(), "matches-zkey", extra=("--zkey", phase2()["one"]))

    def test_the_statement_is_dsse_and_in_toto(self):
        """Taken apart and verified without solemn."""
        envelope = json.loads(bundle().with_name(bundle().name + ".dsse.json").read_text())
        self.assertEqual(envelope["payloadType"], "application/vnd.in-toto+json")
        body = base64.b64decode(envelope["payload"])
        said, parts = json.loads(body), members(bundle())
        self.assertEqual(said["_type"], "https://in-toto.io/Statement/v1")
        for subject in said["subject"]:
            self.assertEqual(subject["digest"]["sha256"], hashlib.sha256(parts[subject["name"]]).hexdigest())
        self.path("m").write_bytes(b"DSSEv1 28 application/vnd.in-toto+json %d %s" % (len(body), body))
        self.path("s").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
        run([need("openssl"), "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", pub(key("release")), "-in", self.path("m"), "-sigfile", self.path("s")])

    def test_the_statement_beside_it(self):
        beside = bundle().with_name(bundle().name + ".dsse.json")
        self.verify(bundle(), "--statement", beside)
        create(self.path("other"), "--missing-transcripts")
        self.assert_bundle_fails(self.path("other"), "statement", extra=("--statement", beside))


class Signatures(Release):
    def test_by_another_key(self):
        parts = members(bundle())
        file = signed(self.path("b"), parts[VK], parts[METADATA], "mallory")
        self.assert_bundle_fails(file, "signature", "threshold")
        self.verify(file, root="mallory")

    def test_empty(self):
        parts = members(bundle())
        self.assert_bundle_fails(pack(self.path("b"), {**parts, SIGNATURE: b""}.items()), "signature", "threshold")

    def test_over_the_key_alone(self):
        """What the original inspect script checked."""
        parts = members(bundle())
        self.assert_bundle_fails(pack(self.path("b"), {**parts, SIGNATURE: sign(parts[VK])}.items()), "signature")

    def test_every_bit_counts(self):
        parts = members(bundle())
        for name in (VK, METADATA, SIGNATURE):
            data = bytearray(parts[name])
            data[len(data) // 2] ^= 1
            report = self.verify(pack(self.path("b"), {**parts, name: bytes(data)}.items()), expect=1)
            self.assertEqual(report["verdict"], "rejected")

    def test_one_key_counted_twice(self):
        """The originals accept one key six times."""
        create(self.path("b"), "--missing-transcripts", keys=("release", "second"))
        parts = members(self.path("b"))
        envelope = json.loads(parts[MORE])
        envelope["signatures"] = [envelope["signatures"][0]] * 6
        file = pack(self.path("c"), {**parts, MORE: json.dumps(envelope).encode()}.items())
        pins = ["--root-pubkey", pub(key("release")), "--root-pubkey", pub(key("second")), "--threshold", 2]
        report = solemn_json("bundle", "verify", file, *pins, expect=1)
        self.assertEqual(set(self.failed_rules(report)), {"distinct-signers", "threshold"})

    def test_one_key_pinned_twice(self):
        raw = self.path("same.pub")
        run([need("openssl"), "pkey", "-in", key("release"), "-pubout", "-outform", "DER", "-out", self.path("der")])
        raw.write_bytes(self.path("der").read_bytes()[-32:])  # the same key in another form
        report = self.verify(bundle(), "--root-pubkey", raw, "--threshold", 2, expect=1)
        self.assert_rules(report, ["pinned-keys"])
        self.assertEqual(solemn_json("bundle", "verify", bundle(), "--root-pubkey", raw)["verdict"], "accepted")

    def test_two_keys_of_one_secret(self):
        """Who has a key can sign for its negative: two names, two key ids, two voices, one person."""
        twins = {}
        for name, flip in (("release", lambda der: der[:-1] + bytes([der[-1] ^ 0x80])),
                           ("second", lambda der: der[:-32] + (2**256 - 2**224 + 2**192 + 2**96 - 1 - int.from_bytes(der[-32:], "big")).to_bytes(32, "big"))):
            run([need("openssl"), "pkey", "-in", key(name), "-pubout", "-outform", "DER", "-out", self.path("der")])
            self.path("twin").write_bytes(flip(self.path("der").read_bytes()))
            run([need("openssl"), "pkey", "-pubin", "-inform", "DER", "-in", self.path("twin"), "-pubout", "-out", self.path(f"{name}-twin.pub")])
            twins[name] = self.path(f"{name}-twin.pub")
            self.assertNotEqual(solemn_json("key", "info", twins[name])["key_id"], solemn_json("key", "info", pub(key(name)))["key_id"])
            for threshold in (1, 2):
                report = solemn_json("bundle", "verify", bundle(), "--root-pubkey", pub(key(name)), "--root-pubkey", twins[name], "--threshold", threshold, expect=1)
                self.assert_rules(report, ["pinned-keys"])
                self.assertIn("same secret", str(report["checks"]))
            said = solemn("bundle", "signers", self.path("l"), "--signer", f"Ada={pub(key(name))}", "--signer", f"Eve={twins[name]}", "--threshold", 2, "--sign-key", key("release"), expect=2)
            self.assertIn("same secret", said.err)

    def test_one_key_signing_twice_is_refused(self):
        self.assertIn("twice", create(self.path("b"), "--missing-transcripts", keys=("release", "release"), expect=2).err)
        self.assertIn("already", solemn("bundle", "cosign", bundle(), self.path("c"), "--sign-key", key("release"), expect=2).err)

    def test_a_list_of_signers_inside_counts_for_nothing(self):
        """The repacker of the original chooses signers and threshold."""
        parts = members(bundle())
        mine = {"threshold": 1, "signers": [{"id": "mallory", "pubkey_hex": "00" * 32}]}
        file = pack(self.path("b"), [*parts.items(), ("signers.json", json.dumps(mine).encode())])
        self.assert_bundle_fails(file, "members")

    def test_cosignatures_of_something_else(self):
        create(self.path("b"), "--missing-transcripts", keys=("release", "second"), env=environment(SOURCE_DATE_EPOCH=1700000000))
        foreign = members(self.path("b"))[MORE]
        file = pack(self.path("c"), [*members(bundle()).items(), (MORE, foreign)])
        self.assert_bundle_fails(file, "cosignatures")

    def test_without_a_pinned_key_nothing_is_verified(self):
        report = solemn_json("bundle", "verify", bundle(), expect=2)
        self.assertEqual([c["rule"] for c in report["checks"] if c["outcome"] == "not_run"], ["pinned-keys", "signature"])

    def test_unsigned_needs_its_flag_and_never_verifies(self):
        at = phase2()
        words = ("bundle", "create", self.path("b"), "--zkey", at["final"], "--r1cs", at["r1cs"], "--ptau", at["ptau"], "--missing-transcripts")
        self.assertIn("--unsigned", solemn(*words, expect=2).err)
        self.assertFalse(self.path("b").exists())
        solemn(*words, "--unsigned")
        parts = members(self.path("b"))
        self.assertIn("not signed", json.loads(parts[METADATA])["unsigned"])
        self.assert_bundle_fails(self.path("b"), "signature")
        file = signed(self.path("c"), parts[VK], parts[METADATA])  # signed after all: the stamp stays
        self.assert_bundle_fails(file, "signature")


class Contents(Release):
    """The authority itself signed these: what is wrong with the key or the metadata is found all the same."""

    def with_vk(self, vk: bytes, **fields):
        said = json.loads(members(bundle())[METADATA])
        said.update({"vk_blake3": b3sum(vk), "canonical_vk_len": len(vk), **fields})
        return signed(self.path("b"), vk, said)

    def with_metadata(self, **fields):
        parts = members(bundle())
        said = {**json.loads(parts[METADATA]), **fields}
        return signed(self.path("b"), parts[VK], {k: v for k, v in said.items() if v is not None})

    def test_the_tools_of_these_tests_make_good_bundles_too(self):
        self.verify(self.with_vk(members(bundle())[VK]))

    def test_the_key_swapped_under_valid_metadata(self):
        solemn("zkey", "export", "arkworks-vk", phase2()["two"], self.path("vk"))
        parts = members(bundle())
        self.assert_bundle_fails(pack(self.path("b"), {**parts, VK: self.path("vk").read_bytes()}.items()), "vk-blake3", "signature")
        self.assert_bundle_fails(signed(self.path("b"), self.path("vk").read_bytes(), parts[METADATA]), "vk-blake3")

    def test_the_boundary_shifted(self):
        """vk || metadata has no frame: a byte moved from one to the other leaves the signature valid."""
        parts = members(bundle())
        whole, cut = parts[VK] + parts[METADATA], len(parts[VK])
        longer = pack(self.path("b"), [(VK, whole[: cut + 1]), (METADATA, whole[cut + 1 :]), (SIGNATURE, parts[SIGNATURE])])
        self.assert_bundle_fails(longer, "metadata")
        shorter = pack(self.path("b"), [(VK, whole[: cut - 1]), (METADATA, whole[cut - 1 :]), (SIGNATURE, parts[SIGNATURE])])
        space = whole[cut - 1] in b" \t\r\n"  # which JSON takes before an object
        self.assert_bundle_fails(shorter, *(["canonical-vk-len", "vk-blake3"] if space else ["metadata"]))

    def test_a_key_that_ends_in_a_space_and_the_boundary_shifted(self):
        parts = members(bundle())
        self.assert_bundle_fails(signed(self.path("b"), parts[VK][:-1], b" " + parts[METADATA]), "canonical-vk-len", "vk-blake3")

    def test_a_wrong_length(self):
        self.assert_bundle_fails(self.with_metadata(canonical_vk_len=580), "canonical-vk-len")

    def test_bytes_after_the_key(self):
        self.assert_bundle_fails(self.with_vk(members(bundle())[VK] + b"\0"), "vk-encoding")

    def test_the_uncompressed_form(self):
        solemn("zkey", "export", "arkworks-vk", phase2()["final"], self.path("vk"), "--uncompressed")
        self.assert_bundle_fails(self.with_vk(self.path("vk").read_bytes()), "vk-encoding")

    def test_gamma_is_delta(self):
        vk = members(bundle())[VK]  # alpha 32, beta, gamma, delta 64 each
        self.assert_bundle_fails(self.with_vk(vk[:160] + vk[96:160] + vk[224:]), "delta-not-gamma", "delta-not-generator")

    def test_zero_contributions(self):
        self.assertIn("contributions-exist", create(self.path("b"), "--missing-transcripts", zkey=phase2()["zero"], expect=6).err)
        self.assertFalse(self.path("b").exists())
        self.assert_bundle_fails(self.with_metadata(participants=[]), "contributions")
        beacons = [{"name": "x", "phase": "2", "kind": "beacon"}]
        self.assert_bundle_fails(self.with_metadata(participants=beacons), "contributions")

    def test_no_contribution_to_phase_2(self):
        first = [p for p in json.loads(members(bundle())[METADATA])["participants"] if p["phase"] == "1"]
        self.assert_bundle_fails(self.with_metadata(participants=first), "contributions")

    def test_wrong_public_inputs(self):
        self.assert_bundle_fails(self.with_metadata(public_inputs_expected=2), "public-inputs")

    def test_another_curve(self):
        self.assert_bundle_fails(self.with_metadata(curve="bls12-381"), "vk-encoding")

    def test_a_published_seed(self):
        """The original's metadata could carry the seed of the toxic waste."""
        self.assert_bundle_fails(self.with_metadata(seed="nonos-production-attestation-v1-2026"), "no-seed")

    def test_missing_or_wrong_fields(self):
        for name, value in (("vk_blake3", None), ("vk_blake3", "AB" * 32), ("timestamp", None), ("participants", None), ("canonical_vk_len", -1), ("canonical_vk_len", "296"), ("public_inputs_expected", 1.5), ("verification", {"level": "perfect"}), ("schema", "solemn.release/2")):
            with self.subTest(name, value=value):
                self.assert_bundle_fails(self.with_metadata(**{name: value}), "metadata")

    def test_hostile_json(self):
        vk = members(bundle())[VK]
        text = members(bundle())[METADATA]
        for bad in (b"", b"[]", b"{", text[:-2], b"[" * 100000, b'{"a":' * 100000, text.replace(b'"commit"', b'"vk_blake3"'), b"\xff" + text, b" " * (1 << 20) + text):
            self.assert_bundle_fails(signed(self.path("b"), vk, bad), "metadata")

    def test_an_object_of_a_million_fields_ends_at_once(self):
        """Fields are found one after the other: 16 MiB of them in an envelope kept a verifier busy for an hour."""
        many = ("{" + ",".join(f'"{i:x}":0' for i in range(1_500_000)) + "}").encode()
        self.path("many").write_bytes(many)
        for option, rule in (("--statement", "statement"), ("--signers", "signer-list"), ("--revocations", "revocations-signed")):
            with self.subTest(option):
                report = solemn_json("bundle", "verify", bundle(), "--root-pubkey", pub(key("release")), option, self.path("many"), expect=1, timeout=20)
                self.assertIn("more than 256 fields", str([c["detail"] for c in report["checks"] if c["rule"] == rule]))
        parts = [*members(bundle()).items(), (MORE, many[: 6 << 20])]
        report = solemn_json("bundle", "verify", pack(self.path("b"), parts), "--root-pubkey", pub(key("release")), expect=1, timeout=20)
        self.assertIn("cosignatures", self.failed_rules(report))
        report = solemn_json("bundle", "attested", self.path("many"), "--file", bundle(), "--root-pubkey", pub(key("release")), expect=1, timeout=20)
        self.assertIn("statement", self.failed_rules(report))
        wide = json.loads(members(bundle())[METADATA]) | {f"f{i}": 0 for i in range(2000)}
        report = self.assert_bundle_fails(signed(self.path("b"), members(bundle())[VK], wide), "metadata")
        self.assertIn("more than 1024 fields", str(report["checks"]))

    def test_chain_only_is_recorded_and_not_enough(self):
        at = phase2()
        solemn("bundle", "create", self.path("b"), "--zkey", at["final"], "--chain-only", "--missing-transcripts", "--sign-key", key("release"))
        self.assertEqual(json.loads(members(self.path("b"))[METADATA])["verification"]["level"], "chain-only")
        report = self.verify(self.path("b"), expect=2)
        self.assertEqual([c["rule"] for c in report["checks"] if c["outcome"] == "not_run"], ["ceremony-verified"])
        self.verify(self.path("b"), "--accept-unverified-ceremony")

    def test_a_ceremony_that_does_not_verify_is_not_signed(self):
        at = phase2()
        words = ("bundle", "create", self.path("b"), "--missing-transcripts", "--sign-key", key("release"), "--zkey", at["final"], "--r1cs", at["r1cs"])
        solemn(*words, "--ptau", folder() / "beacon.ptau", expect=4)  # not prepared
        solemn(*words, expect=2)
        self.assertEqual([p.name for p in self.folder.iterdir()], [])

    def test_metadata_edited_by_hand_before_it_was_signed(self):
        """An original's finalize wrote verification_passed=true. The authority signs it; the proving key tells."""
        said, zkey = json.loads(members(bundle())[METADATA]), ("--zkey", phase2()["final"])
        self.verify(bundle(), *zkey)
        people = said["participants"]
        edits = ({"participants": [{**p, "name": "Carol"} if p["name"] == "Bob" else p for p in people]}, {"participants": people[:4] + people[5:]},
                 {"participants": [*people[:3], people[4], people[3], people[5]]}, {"participants": [{**p, "contribution_hash": "00" * 64} for p in people]},
                 {"verification": {**said["verification"], "zkey_sha256": "11" * 32}}, {"verification": {"level": "full", "checks": ["everything"]}})
        for number, edit in enumerate(edits):
            with self.subTest(number):
                file = signed(self.path("b"), members(bundle())[VK], {**said, **edit})
                self.assertEqual(self.failed_rules(self.assert_bundle_fails(file, "metadata-matches-zkey", extra=zkey)), ["metadata-matches-zkey"])
                said_no = solemn("bundle", "cosign", file, self.path("c"), *zkey, "--sign-key", key("second"), expect=6)
                self.assertIn("metadata-matches-zkey", said_no.err)
        self.assert_absent(self.path("c"))

    def test_metadata_edited_by_hand_of_phase_1_circuit_and_transcripts(self):
        """Each file tells what is said of it; without it that check is said not to be run."""
        said, at = json.loads(members(bundle())[METADATA]), phase2()
        given = {"zkey": at["final"], "ptau": at["ptau"], "r1cs": at["r1cs"], "transcripts": transcripts()}
        options = lambda names: [x for name in names for x in (f"--{name}", given[name])]
        report = self.verify(bundle(), *options(given))
        self.assertEqual([c["rule"] for c in report["checks"] if c["rule"].startswith("metadata-matches")], [f"metadata-matches-{name}" for name in given])
        self.assertEqual(report["not_given"], "")
        people, checked = said["participants"], said["verification"]
        first = lambda **change: {"participants": [{**people[0], **change}, *people[1:]]}
        edits = (
            ("ptau", first(name="Carol")), ("ptau", first(kind="beacon")), ("ptau", first(contribution_hash="00" * 64)), ("ptau", {"participants": people[1:]}),
            ("ptau", {"participants": [people[1], people[0], *people[2:]]}), ("ptau", {"participants": [people[0], *people]}),
            ("ptau", {"verification": {**checked, "ptau_sha256": "11" * 32}}), ("ptau", {"verification": {k: v for k, v in checked.items() if k != "ptau_sha256"}}),
            ("r1cs", {"verification": {**checked, "r1cs_sha256": "11" * 32}}), ("zkey", {"circuit_hash": "22" * 64}),
            ("transcripts", first(transcript_sha256="33" * 32)), ("transcripts", {"participants": [*people[:-1], {**people[-1], "transcript_sha256": people[0]["transcript_sha256"]}]}),
        )
        for number, (name, edit) in enumerate(edits):
            with self.subTest(number, name=name):
                file = signed(self.path("b"), members(bundle())[VK], {**said, **edit})
                self.assertEqual(self.failed_rules(self.assert_bundle_fails(file, f"metadata-matches-{name}", extra=options([name]))), [f"metadata-matches-{name}"])
                said_no = solemn("bundle", "cosign", file, self.path("c"), *options([name]), "--sign-key", key("second"), expect=6)
                self.assertIn(f"metadata-matches-{name}", said_no.err)
                told = solemn("bundle", "verify", file, "--root-pubkey", pub(key("release")))
                self.assertRegex(told.err, f"not run, as their files were not given: .*metadata-matches-{name}")
        self.assert_absent(self.path("c"))
        self.assert_bundle_fails(bundle(), "metadata-matches-ptau", extra=("--ptau", phase1()["beacon"]))  # the same steps, another file

    def test_metadata_of_other_programs_is_not_checked_in_silence(self):
        said = json.loads(members(bundle())[METADATA])
        theirs = {name: said[name] for name in ("timestamp", "vk_blake3", "public_inputs_expected", "canonical_vk_len", "participants", "commit")}
        file = signed(self.path("b"), members(bundle())[VK], theirs)
        report = self.verify(file, "--accept-unverified-ceremony", "--zkey", phase2()["final"], "--ptau", phase2()["ptau"], expect=2)
        self.assertEqual([c["rule"] for c in report["checks"] if c["outcome"] == "not_run"], ["metadata-matches-zkey", "metadata-matches-ptau"])

    def test_a_transcript_that_only_carries_the_record(self):
        """The right chain in a file with other points: its SHA-256 must not get into the metadata."""
        shelf = self.path("t")
        shelf.mkdir()
        for file in transcripts().iterdir():
            (shelf / file.name).write_bytes(file.read_bytes())
        data = bytearray((shelf / "one.ptau").read_bytes())
        other = (shelf / "two.ptau").read_bytes()
        data[200:264] = other[200:264]  # a point of section 2 from another state
        (shelf / "one.ptau").write_bytes(data)
        said = create(self.path("b"), "--transcripts", shelf, expect=(1, 4))
        self.assertIn("one.ptau", said.err)
        (shelf / "one.ptau").unlink()
        self.assertIn("--missing-transcripts", create(self.path("b"), "--transcripts", shelf, expect=2).err)


class Archives(Release):
    def test_extra_member(self):
        self.assert_bundle_fails(pack(self.path("b"), [*members(bundle()).items(), ("README", b"hello")]), "members")

    def test_missing_member(self):
        for name in (VK, METADATA, SIGNATURE):
            rest = {k: v for k, v in members(bundle()).items() if k != name}
            self.assert_bundle_fails(pack(self.path("b"), rest.items()), "members")

    def test_a_member_twice(self):
        self.assert_bundle_fails(pack(self.path("b"), [*members(bundle()).items(), (METADATA, b"{}")]), "member-unique")

    def test_path_traversal(self):
        for name in ("../" + VK, "/etc/passwd", "a/../../x", "./" + VK, "..", "a\\..\\b"):
            with self.subTest(name):
                self.assert_bundle_fails(pack(self.path("b"), [(name, b"x"), *members(bundle()).items()]), "member-name")

    def test_links_folders_and_devices(self):
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(VK)
            info.type, info.linkname = kind, "/etc/passwd"
            parts = members(bundle())
            file = pack(self.path("b"), [(info, b""), (METADATA, parts[METADATA]), (SIGNATURE, parts[SIGNATURE])])
            self.assert_bundle_fails(file, "member-type")

    def test_gzip_bomb(self):
        self.path("b").write_bytes(gzip.compress(bytes(1 << 30), 9))
        self.assertLess(self.path("b").stat().st_size, 2 << 20)
        report = self.assert_bundle_fails(self.path("b"), "archive-size")
        self.assertIn("16", report["checks"][0]["detail"])

    def test_a_member_that_claims_to_be_huge(self):
        tar = bytearray(tar_of(members(bundle()).items()))
        tar[124:136] = b"77777777777\0"
        tar[148:156] = b" " * 8
        tar[148:156] = b"%06o\0 " % sum(tar[:512])
        self.path("b").write_bytes(gzip.compress(bytes(tar)))
        self.assert_bundle_fails(self.path("b"), "archive-tar")

    def test_bytes_after_the_archive(self):
        good = bundle().read_bytes()
        for tail in (b"\0", b"x" * 100, gzip.compress(b"more")):
            self.path("b").write_bytes(good + tail)
            self.assert_bundle_fails(self.path("b"), "archive-trailing")

    def test_bytes_after_the_end_mark(self):
        tar = tar_of(members(bundle()).items())
        self.path("b").write_bytes(gzip.compress(tar + b"hidden" + bytes(506)))
        self.assert_bundle_fails(self.path("b"), "archive-tar")

    def test_cut_and_foreign_files(self):
        good = bundle().read_bytes()
        for data in (b"", b"PK\3\4", good[: len(good) // 2], good[:-1], bytes(1000)):
            self.path("b").write_bytes(data)
            self.assert_bundle_fails(self.path("b"), "archive-gzip")


class Lists(Release):
    def revoke(self, out, *what, env=None, root="release"):
        solemn("bundle", "revoke", out, *what, "--reason", "a test", "--sign-key", key(root), env=env)

    def signers(self, out, *names, threshold, keys, verb=("signers",), expect=0):
        words = [w for name in names for w in ("--signer", f"{name}={pub(key(name))}")]
        words += [w for name in keys for w in ("--sign-key", key(name))]
        return solemn("bundle", *verb, out, *words, "--threshold", threshold, expect=expect)

    def test_revoked_key_bundle_and_verification_key(self):
        said = json.loads(members(bundle())[METADATA])
        for what in (("--key", pub(key("release"))), ("--bundle", bundle()), ("--vk-blake3", said["vk_blake3"])):
            out = self.path(what[0])
            self.revoke(out, *what, root="root")
            # pinned: root; the release key signs by a list
            self.signers(self.path("list" + what[0]), "release", threshold=1, keys=["root"])
            report = self.assert_bundle_fails(bundle(), "not-revoked", extra=("--revocations", out, "--signers", self.path("list" + what[0])), root="root")
            self.assertIn("a test", json.dumps(report["checks"]))

    def test_another_key_revoked_changes_nothing(self):
        self.revoke(self.path("r"), "--key", pub(key("mallory")))
        self.verify(bundle(), "--revocations", self.path("r"))

    def test_a_list_by_somebody_else(self):
        self.revoke(self.path("r"), "--key", pub(key("release")), root="mallory")
        self.assert_bundle_fails(bundle(), "revocations-signed", extra=("--revocations", self.path("r")))

    def test_a_stale_list(self):
        self.revoke(self.path("old"), "--key", pub(key("mallory")), env=environment(SOURCE_DATE_EPOCH=1700000000))
        self.verify(bundle(), "--revocations", self.path("old"))
        self.assert_bundle_fails(bundle(), "revocations-fresh", extra=("--revocations", self.path("old"), "--max-revocation-age", 30))
        solemn("bundle", "revoke", self.path("new"), "--previous", self.path("old"), "--nothing-new", "--reason", "x", "--sign-key", key("release"))
        self.verify(bundle(), "--revocations", self.path("new"), "--max-revocation-age", 30)

    def test_a_list_from_the_future(self):
        self.revoke(self.path("r"), "--key", pub(key("mallory")), env=environment(SOURCE_DATE_EPOCH=7000000000))
        self.assert_bundle_fails(bundle(), "revocations-fresh", extra=("--revocations", self.path("r"), "--max-revocation-age", 30))

    def test_signer_list(self):
        self.signers(self.path("l"), "release", "mallory", threshold=1, keys=["root"])
        self.verify(bundle(), "--signers", self.path("l"), root="root")
        self.assert_bundle_fails(bundle(), "signer-list", extra=("--signers", self.path("l")))  # not signed by that pinned key
        self.signers(self.path("2"), "release", "mallory", threshold=2, keys=["root"])
        self.assert_bundle_fails(bundle(), "threshold", extra=("--signers", self.path("2")), root="root")

    def test_a_signer_list_edited_by_a_repacker(self):
        self.signers(self.path("l"), "mallory", threshold=1, keys=["mallory"])
        mine, real = json.loads(self.path("l").read_text()), self.path("real")
        self.signers(real, "release", threshold=1, keys=["root"])
        mine["signatures"] = json.loads(real.read_text())["signatures"]
        self.path("l").write_text(json.dumps(mine))
        file = signed(self.path("b"), members(bundle())[VK], members(bundle())[METADATA], "mallory")
        self.assert_bundle_fails(file, "signer-list", extra=("--signers", self.path("l")), root="root")

    def test_lists_that_cannot_be(self):
        self.assertIn("twice", self.signers(self.path("l"), "release", "release", threshold=1, keys=["root"], expect=2).err)
        self.assertIn("threshold", self.signers(self.path("l"), "release", threshold=2, keys=["root"], expect=2).err)

    def test_rotation_needs_the_old_and_the_new_threshold(self):
        self.signers(self.path("1"), "release", "second", threshold=2, keys=["root"])

        def rotated(name, keys):
            self.signers(self.path(name), "second", "fourth", threshold=1, keys=keys, verb=("rotate", self.path("1")))
            file = signed(self.path("b" + name), members(bundle())[VK], members(bundle())[METADATA], "fourth")
            return file, ("--signers", self.path("1"), "--signers", self.path(name))

        file, extra = rotated("good", ["release", "second"])
        self.verify(file, *extra, root="root")
        for name, keys in (("old-missing", ["second", "fourth"]), ("new-missing", ["release"]), ("root-only", ["root"])):
            with self.subTest(name):
                file, extra = rotated(name, keys)
                self.assert_bundle_fails(file, "signer-list", extra=extra, root="root")
        # the new list without the one before, and in the wrong order
        self.assert_bundle_fails(file, "signer-list", extra=("--signers", self.path("good")), root="root")
        for extra, why in ((("--signers", self.path("good"), "--signers", self.path("1")), "list 1 is given after list 2: the oldest must come first"),
                           (("--signers", self.path("good")), "it follows a list that was not given")):
            report = solemn_json("bundle", "verify", file, "--root-pubkey", pub(key("root")), *extra, expect=1)
            self.assertIn(why, str([c["detail"] for c in report["checks"] if c["rule"] == "signer-list"]))
            self.assertIn("the oldest first", report["next"])


class Scripts(Release):
    """bin/*.sh with the flags and exit statuses of the runbook."""

    def script(self, name, *args, expect=0):
        return run(["bash", ROOT / "bin" / name, *args], expect=expect, cwd=self.folder, env=environment(SOLEMN=solemn_path()))

    def test_create_and_inspect(self):
        at = phase2()
        solemn("bundle", "prepare", at["final"], self.path("vk.bin"), self.path("metadata.json"), "--r1cs", at["r1cs"], "--ptau", at["ptau"], "--missing-transcripts")
        self.script("create_signed_bundle.sh", "--vk", "vk.bin", "--metadata", "metadata.json", "--local-sign-key", key("release"))
        out = self.path("attestation_bundle.tar.gz")
        self.verify(out)
        said = self.script("inspect_bundle.sh", "--bundle", out, "--root-pubkey", pub(key("release"))).out
        self.assertIn("vk_blake3", said)
        self.assertIn("VERIFIED", said)
        self.script("create_signed_bundle.sh", "--vk", "vk.bin", "--metadata", "metadata.json", "--out", "no", expect=2)  # the original wrote an empty signature
        self.assertFalse(self.path("no").exists())
        self.script("create_signed_bundle.sh", "--signers-json", "x", expect=2)

    def test_statuses(self):
        self.script("inspect_bundle.sh", "--bundle", bundle(), expect=3)  # no key: not verified, and not 0
        self.script("inspect_bundle.sh", "--bundle", bundle(), "--root-pubkey", pub(key("mallory")), expect=3)
        pins = ("--root-pubkey", pub(key("release")), "--root-pubkey", pub(key("mallory")))
        self.script("inspect_bundle.sh", "--bundle", bundle(), *pins, "--require-threshold", expect=4)
        self.script("inspect_bundle.sh", "--bundle", bundle(), *pins, "--require-threshold", 1)
        self.script("inspect_bundle.sh", "--bundle", bundle(), "--root-pubkey", pub(key("release")), "--signers", self.foreign_list(), expect=5)
        said = json.loads(members(bundle())[METADATA])
        nobody = signed(self.path("b"), members(bundle())[VK], {**said, "participants": []})
        self.script("inspect_bundle.sh", "--bundle", nobody, "--root-pubkey", pub(key("release")), expect=2)
        self.script("inspect_bundle.sh", expect=1)
        self.script("inspect_bundle.sh", "--bundle", "nowhere.tar.gz", "--root-pubkey", pub(key("release")), expect=1)  # 3 is a signature

    def foreign_list(self):
        solemn("bundle", "signers", self.path("l"), "--signer", f"x={pub(key('mallory'))}", "--threshold", 1, "--sign-key", key("mallory"))
        return self.path("l")
