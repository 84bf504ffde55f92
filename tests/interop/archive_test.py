"""Real ceremony material that others made: chains of thousands of contributions from npm packages, and old files from shared/.

The packages carry keys without their r1cs and ptau, so the chains are what can be verified: proofs of knowledge, delta
ratios, transcript hashes. What needs the circuit is reported as not run, hence status 2, never 0.
"""

import json
import struct
import unittest

from harness import ROOT, SHARED, Case, flip_bit, snarkjs, solemn, solemn_json
from harness.files import read_sections, section, write_sections

PACKAGES = ROOT / "tests" / "interop" / "archive" / "node_modules"
UNIREP = {
    "epochKey": 3435,
    "reputation": 3022,
    "scopeNullifier": 3025,
    "signup": 5348,
    "userStateTransition": 2776,
}


def package(name: str):
    folder = PACKAGES / name
    if not folder.exists():
        raise unittest.SkipTest(f"npm package {name} is not installed: run scripts/setup-packages --archive")
    return folder


def outcomes(report: dict) -> dict:
    return {check["rule"]: check["outcome"] for check in report["checks"]}


class Chain(Case):
    def check_chain(self, key, contributions=None):
        """Every check that can be run without the circuit passes, some were not run, and the status says so."""
        report = solemn_json("zkey", "verify", "--chain-only", key, expect=2)
        found = outcomes(report)
        self.assertNotIn("failed", found.values(), json.dumps(report)[:3000])
        self.assertIn("not_run", found.values())
        self.assertGreaterEqual(list(found.values()).count("passed"), 3, found)
        steps = solemn_json("zkey", "info", key)["steps"]
        if contributions is not None:
            self.assertEqual(len(steps), contributions)
        return len(steps)


class Unirep(Chain):
    def setUp(self):
        super().setUp()
        self.keys = package("@unirep/circuits") / "zksnarkBuild"

    def test_five_chains_of_thousands(self):
        total = sum(self.check_chain(self.keys / f"{name}.zkey", count) for name, count in UNIREP.items())
        self.assertEqual(total, 17606)

    def test_the_exported_vkey_is_the_published_one(self):
        for name in UNIREP:
            with self.subTest(name):
                solemn("zkey", "export", "vkey", self.keys / f"{name}.zkey", self.path(f"{name}.json"))
                ours = json.loads(self.path(f"{name}.json").read_text())
                theirs = json.loads((self.keys / f"{name}.vkey.json").read_text())
                self.assertEqual(ours, theirs)

    def damage(self, change):
        """A copy of signup.zkey whose contribution section went through `change(bytearray, offsets of the records)`."""
        source = self.keys / "signup.zkey"
        contributions = bytearray(section(source, 10))
        changed = change(contributions, record_offsets(contributions))
        magic, version, sections = read_sections(source)
        write_sections(self.path("bad"), magic, version, [(k, changed if k == 10 else b) for k, b in sections])
        return self.path("bad")

    def test_one_changed_bit_in_the_middle_of_a_chain_is_found(self):
        # In each field of a record: delta after, g1_s, g1_sx, g2_spx, transcript.
        for at in (3, 64 + 3, 128 + 3, 192 + 3, 320 + 3):
            with self.subTest(at):

                def flip(contributions, offsets, at=at):
                    contributions[offsets[len(offsets) // 2] + at] ^= 1
                    return contributions

                solemn("zkey", "verify", "--chain-only", self.damage(flip), expect=(1, 4))

    def test_one_wrong_proof_among_thousands_is_named(self):
        # Nothing hashes the last link's g2_spx yet: only the pairings see that it is the point of the link before.
        for last in (1025, 3000, 5348):
            with self.subTest(last):

                def cut(contributions, offsets, last=last):
                    ends = [*offsets, len(contributions)]
                    at, before = offsets[last - 1], offsets[last - 2]
                    contributions[at + 192 : at + 320] = contributions[before + 192 : before + 320]
                    return contributions[:64] + struct.pack("<I", last) + contributions[68 : ends[last]]

                report = solemn_json("zkey", "verify", "--chain-only", self.damage(cut), expect=1)
                (ratios,) = [check for check in report["checks"] if check["rule"] == "contribution-ratios"]
                self.assertEqual(ratios["outcome"], "failed")
                self.assertIn(f"contribution {last}:", ratios["detail"])

    def test_dropped_and_exchanged_contributions_are_found(self):
        def drop(contributions, offsets):
            first, second = offsets[700:702]
            count = struct.pack("<I", len(offsets) - 1)
            return contributions[:64] + count + contributions[68:first] + contributions[second:]

        def exchange(contributions, offsets):
            a, b, c = offsets[700:703]
            return contributions[:a] + contributions[b:c] + contributions[a:b] + contributions[c:]

        for change in (drop, exchange):
            with self.subTest(change.__name__):
                solemn("zkey", "verify", "--chain-only", self.damage(change), expect=1)


def record_offsets(contributions) -> list:
    """Where each BN254 contribution record begins in section 10 of a zkey."""
    (count,) = struct.unpack_from("<I", contributions, 64)
    offsets, at = [], 68
    for _ in range(count):
        offsets.append(at)
        at += 392 + struct.unpack_from("<I", contributions, at + 388)[0]
    assert at == len(contributions)
    return offsets


class Semaphore(Chain):
    def test_the_thirty_two_chains_of_the_second_ceremony(self):
        keys = package("@zk-kit/semaphore-artifacts")
        counts = [self.check_chain(keys / f"semaphore-{depth}.zkey") for depth in range(1, 33)]
        self.assertEqual((counts[0], counts[9], counts[19], counts[31]), (1288, 419, 386, 320))

    def test_a_proof_under_a_published_key(self):
        keys = package("@zk-kit/semaphore-artifacts")
        inputs = {
            "secret": "123456789",
            "merkleProofLength": "1",
            "merkleProofIndex": "0",
            "merkleProofSiblings": ["42"],
            "message": "7",
            "scope": "9",
        }
        self.path("input.json").write_text(json.dumps(inputs))
        snarkjs("wtns", "calculate", keys / "semaphore-1.wasm", self.path("input.json"), self.path("w.wtns"))
        solemn("proof", "create", keys / "semaphore-1.zkey", self.path("w.wtns"), self.path("proof.json"), self.path("public.json"))
        vkey = self.path("vkey.json")
        solemn("zkey", "export", "vkey", keys / "semaphore-1.zkey", vkey)
        solemn("proof", "verify", vkey, self.path("public.json"), self.path("proof.json"))
        self.assertIn("OK!", snarkjs("groth16", "verify", vkey, self.path("public.json"), self.path("proof.json")).out)


class OldFiles(Case):
    """A small ceremony of the older circuit-hash era and the genuine 2^2 truncation of the Hermez ceremony."""

    def setUp(self):
        super().setUp()
        self.files = SHARED / "vectors" / "setup"
        if not self.files.exists():
            raise unittest.SkipTest("shared/vectors is not beside the checkout")

    def test_the_old_keys_verify_and_the_era_is_named(self):
        r1cs, powers = self.files / "circuit.r1cs", self.files / "powersOfTau28_hez_final_02.ptau"
        first = solemn("zkey", "verify", r1cs, powers, self.files / "circuit_0001.zkey")
        # Everything about the last one is in order, except that its beacon is a value that everybody knows.
        final = self.files / "circuit_final.zkey"
        report = solemn_json("zkey", "verify", r1cs, powers, final, expect=1)
        self.assertEqual([c["rule"] for c in report["checks"] if c["outcome"] != "passed"], ["no-test-beacon"])
        last = solemn("zkey", "verify", r1cs, powers, final, "--previous", self.files / "circuit_0001.zkey",
                      "--insecure-test-beacon")
        for result in (first, last):
            self.assertIn("snarkjs up to 0.6.11", result.out)
        # snarkjs 0.7.6 cannot tell.
        refused = snarkjs("zkey", "verify", r1cs, powers, final, expect=None)
        self.assertNotEqual(refused.status, 0)
        self.assertIn("Circuit does not match", refused.out)

    def test_the_genesis_key_is_refused(self):
        solemn("zkey", "verify", self.files / "circuit.r1cs", self.files / "powersOfTau28_hez_final_02.ptau",
               self.files / "circuit_0000.zkey", expect=1)
        solemn("zkey", "export", "vkey", self.files / "circuit_0000.zkey", self.path("vkey.json"), expect=6)
        self.assert_absent(self.path("vkey.json"))

    def test_the_cut_key_is_malformed(self):
        solemn("zkey", "info", self.files / "bad_circuit_0000.zkey", expect=4)

    def test_the_hermez_file_is_known_in_no_time(self):
        powers = self.files / "powersOfTau28_hez_final_02.ptau"
        report = solemn_json("ptau", "info", powers)
        self.assertEqual((report["power"], report["ceremony_power"], len(report["steps"])), (2, 28, 55))
        self.assertTrue(report["origin"])
        # 54 contributions and a beacon, the first challenge of 2^28 from a table: seconds, not an hour.
        result = solemn("ptau", "verify", powers, expect=(0, 2), timeout=60)
        self.assertNotIn("failed ", result.out.replace(" 0 failed", ""))

    def test_one_flipped_bit_in_the_hermez_file_is_found(self):
        powers = self.files / "powersOfTau28_hez_final_02.ptau"
        flip_bit(powers, self.path("bad.ptau"), 8 * 300)
        solemn("ptau", "verify", self.path("bad.ptau"), expect=(1, 4))
