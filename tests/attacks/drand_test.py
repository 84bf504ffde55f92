"""Beacons that are not what they are said to be: another chain, another round, known early, signed by somebody else."""

import hashlib
import json

from ceremony import Attack, phase1
from harness import PUBLIC_BEACON, solemn, solemn_json
from harness.drand import chain_hash, chain_info, recorded

LABEL = "ceremony 7"
ANNOUNCED = {
    "schema": "solemn.beacon.announcement/1",
    "chain_hash": chain_hash("quicknet"),
    "round": 1000,
    "round_time": "2023-08-23T15:59:24Z",
    "purpose": hashlib.sha256(LABEL.encode()).hexdigest(),
    "created_at": "2023-08-23T12:00:00Z",
}
EARLY, LATE = "2023-08-23T15:59:23Z", "2023-08-23T15:59:24Z"  # the last contribution, one second apart


class Drand(Attack):
    def save(self, name, value):
        self.path(name).write_text(json.dumps(value))
        return self.path(name)

    def quicknet(self, **changes):
        beacon = {**recorded("quicknet", 1000), "chain_hash": chain_hash("quicknet"), **changes}
        return self.save("beacon.json", {k: v for k, v in beacon.items() if v is not None})

    def assert_fails(self, file, *rules, extra=()):
        """Exactly these checks fail, and a ceremony does not take the file as its beacon."""
        report = solemn_json("beacon", "verify", file, *extra, expect=1)
        self.assertEqual(self.failed_rules(report), list(rules), report["checks"])
        chain = [word for word in extra if word not in ("--round", "1000", "--announcement")] if "--chain-info" in extra or "--chain" in extra else []
        if "--announcement" not in extra and "--round" not in extra:
            said = solemn_json("ptau", "beacon", phase1()["two"], self.path("out"), "--drand", file, *chain, "--iterations-exp", 10, expect=1)
            self.assertIn(rules[0], said["error"])
            self.assert_absent(self.path("out"))


class Beacons(Drand):
    def test_a_beacon_of_another_chain(self):
        file = self.quicknet(chain_hash=chain_hash("fastnet_retired"))
        self.assert_fails(file, "beacon-signature")
        self.assert_fails(self.quicknet(), "beacon-chain", "beacon-signature", extra=("--chain", "fastnet"))

    def test_the_wrong_round(self):
        self.assert_fails(self.save("b", recorded("quicknet", 123)), "beacon-round", extra=("--chain", "quicknet", "--round", "1000"))

    def test_a_signature_of_another_round(self):
        other = recorded("quicknet", 123)
        self.assert_fails(self.quicknet(round=123), "beacon-signature")
        self.assert_fails(self.quicknet(signature=other["signature"], randomness=other["randomness"]), "beacon-signature")

    def test_randomness_swapped(self):
        self.assert_fails(self.quicknet(randomness=PUBLIC_BEACON), "beacon-randomness")

    def test_a_signature_outside_the_subgroup(self):
        self.assert_fails(self.quicknet(signature="80" + "00" * 47, randomness=None), "beacon-signature")

    def test_an_infinite_signature(self):
        self.assert_fails(self.quicknet(signature="c0" + "00" * 47, randomness=None), "beacon-signature")

    def test_a_chained_beacon_with_another_past(self):
        beacon = recorded("default", 72785)
        past = beacon["previous_signature"]
        self.assert_fails(self.save("b", {**beacon, "previous_signature": past[:-1] + "0"}), "beacon-signature", extra=("--chain", "default"))
        del beacon["previous_signature"]
        self.assert_fails(self.save("b", beacon), "beacon-previous", "beacon-signature", extra=("--chain", "default"))

    def test_round_1_that_does_not_follow_the_group_hash(self):
        beacon = {**recorded("default", 1), "previous_signature": "00" * 32}
        self.assert_fails(self.save("b", beacon), "beacon-previous", "beacon-signature", extra=("--chain", "default"))


class Chains(Drand):
    def info(self, **changes):
        return self.save("info.json", {**chain_info("quicknet"), **changes})

    def test_chain_information_with_a_foreign_key(self):
        foreign = chain_info("testnet_quicknet")["public_key"]
        self.assert_fails(self.quicknet(), "chain-hash", "beacon-signature", extra=("--chain-info", self.info(public_key=foreign)))

    def test_a_foreign_key_under_a_hash_made_for_it(self):
        """A consistent chain of somebody else: the file, which names quicknet, is not of it."""
        foreign = chain_info("testnet_quicknet")["public_key"]
        body = (3).to_bytes(4, "big") + (1692803367).to_bytes(8, "big") + bytes.fromhex(foreign) + bytes.fromhex(chain_info("quicknet")["groupHash"]) + b"quicknet"
        info = self.info(public_key=foreign, hash=hashlib.sha256(body).hexdigest())
        solemn("beacon", "info", "--chain-info", info)
        self.assert_fails(self.quicknet(), "beacon-chain", "beacon-signature", extra=("--chain-info", info))
        self.assertIn("not of 'quicknet'", solemn("beacon", "verify", self.quicknet(), "--chain-info", info, "--chain", "quicknet", expect=2).err)

    def test_a_hash_that_does_not_match(self):
        self.assert_fails(self.quicknet(), "chain-hash", "beacon-chain", extra=("--chain-info", self.info(hash="00" * 32)))
        self.assert_fails(self.quicknet(), "chain-hash", extra=("--chain-info", self.info(genesis_time=1692803366)))
        report = solemn_json("beacon", "info", "--chain-info", self.info(period=30), expect=1)
        self.assertEqual(self.failed_rules(report), ["chain-hash"])

    def test_another_scheme_under_the_same_hash(self):
        """The hash of a chain does not cover its scheme."""
        info = self.save("i", {**chain_info("fastnet_retired"), "schemeID": "bls-unchained-g1-rfc9380"})
        self.assert_fails(self.save("b", recorded("fastnet_retired", 1)), "chain-scheme", "beacon-signature", extra=("--chain-info", info))

    def test_a_key_at_infinity(self):
        key = "c0" + "00" * 95
        report = solemn_json("beacon", "verify", self.quicknet(signature="c0" + "00" * 47, randomness=None), "--chain-info", self.info(public_key=key), expect=1)
        self.assertEqual(self.failed_rules(report), ["chain-hash", "chain-key"])

    def test_a_bad_chain_fetches_and_announces_nothing(self):
        info = self.info(period=30)
        for words in (("fetch", 1000, "-o", self.path("o"), "--relay", "http://127.0.0.1:1"), ("announce", self.path("o"), "--round", 900000000, "--label", "x"), ("round", 5)):
            self.assertIn("chain-hash", solemn("beacon", *words, "--chain-info", info, expect=1).err)
        self.assert_absent(self.path("o"))


class Announcements(Drand):
    def judge(self, *rules, last=EARLY, beacon=None, chain="quicknet", label=LABEL, **changes):
        file = self.save("b", beacon or recorded("quicknet", 1000))
        extra = ("--chain", chain, "--announcement", self.save("a", {**ANNOUNCED, **changes}), "--label", label, "--last-contribution", last)
        if rules:
            self.assert_fails(file, *rules, extra=extra)
        else:
            self.assertEqual(solemn_json("beacon", "verify", file, *extra)["verdict"], "accepted")

    def test_a_round_known_before_the_last_contribution(self):
        self.judge()
        self.judge("unknown-at-last-contribution", last=LATE)
        self.judge("unknown-at-last-contribution", last="2023-09-01T00:00:00Z")

    def test_announced_when_it_was_out(self):
        self.judge("announcement-early", created_at="2023-08-23T15:59:24Z")

    def test_a_round_that_was_not_announced(self):
        self.judge("announcement-round", "beacon-round", beacon=recorded("quicknet", 123), last="2023-08-23T15:00:00Z", created_at="2023-08-23T14:00:00Z")

    def test_a_chain_that_was_not_announced(self):
        beacon = {**recorded("default", 72785), "round": 1000}
        self.judge("announcement-chain", "announcement-time", "beacon-signature", beacon=beacon, chain="default", last="2020-07-22T20:00:00Z", created_at="2020-07-22T19:00:00Z")

    def test_an_announcement_for_another_ceremony(self):
        self.judge("announcement-purpose", label="ceremony 8")

    def test_a_bent_time(self):
        self.judge("announcement-time", round_time="2023-08-23T15:59:27Z")


class Ceremonies(Drand):
    def test_a_beacon_step_with_another_value(self):
        self.assert_ptau_fails(phase1()["beacon"], "beacon-is-drand", extra=("--drand", self.quicknet()))

    def test_no_beacon_step(self):
        self.assert_ptau_fails(phase1()["two"], "beacon-is-drand", extra=("--drand", self.quicknet()))

    def test_a_contribution_after_the_beacon(self):
        solemn("ptau", "beacon", phase1()["two"], self.path("b"), "--drand", self.quicknet(), "--iterations-exp", 10)
        solemn("ptau", "contribute", self.path("b"), self.path("c"), "--name", "Late")
        self.assert_ptau_fails(self.path("c"), "beacon-is-drand", extra=("--drand", self.quicknet()))

    def test_a_bad_drand_file(self):
        solemn("ptau", "beacon", phase1()["two"], self.path("b"), "--drand", self.quicknet(), "--iterations-exp", 10)
        solemn("ptau", "verify", self.path("b"), "--drand", self.quicknet())
        report = self.assert_ptau_fails(self.path("b"), "beacon-is-drand", extra=("--drand", self.quicknet(round=1001)))
        self.assertEqual(self.failed_rules(report), ["beacon-is-drand"])
