"""solemn beacon: chains, rounds, relays (on loopback), announcements; and drand rounds in a ceremony."""

import json
import signal
import socket
import subprocess
import threading
import time

from harness import Case, compile_circuit, solemn, solemn_json, solemn_path
from harness.drand import Relay, chain_hash, chain_info, on_loopback, recorded

QUICKNET_1000 = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
DUE_1000 = 1692806364


class DrandCase(Case):
    def save(self, name, value):
        self.path(name).write_text(value if isinstance(value, str) else json.dumps(value))
        return self.path(name)

    def fetch(self, relay, *more, round=1000, chain="quicknet", expect=0, tries=1):
        urls = relay if isinstance(relay, (list, tuple)) else [relay]
        asked = [word for url in urls for word in ("--relay", url)]
        return solemn_json("beacon", "fetch", round, "--chain", chain, "-o", self.path("out.json"), *asked, "--tries", tries, *more, expect=expect, env=on_loopback())

    def refused(self, relay, phrase, *more, **options):
        report = self.fetch(relay, *more, expect=3, **options)
        self.assertIn(phrase, report["error"])
        self.assert_absent(self.path("out.json"))
        return report


class Info(DrandCase):
    def test_the_known_chains(self):
        chains = {c["chain"]: c for c in solemn_json("beacon", "info")["chains"]}
        self.assertEqual(set(chains), {"default", "quicknet", "fastnet"})
        self.assertEqual(chains["quicknet"]["chain_hash"], chain_hash("quicknet"))
        self.assertTrue(chains["fastnet"]["retired"])

    def test_a_chain_by_name_by_hash_and_by_file(self):
        for words in (("--chain", "quicknet"), ("--chain", chain_hash("quicknet")), ("--chain-info", self.save("i", chain_info("quicknet")))):
            report = solemn_json("beacon", "info", *words)
            self.assertEqual((report["verdict"], report["chain"]), ("accepted", "quicknet"))

    def test_an_unknown_chain_needs_its_information(self):
        self.assertIn("--chain-info", solemn("beacon", "info", "--chain", "quicknet-t", expect=2).err)
        report = solemn_json("beacon", "info", "--chain-info", self.save("i", chain_info("testnet_quicknet")))
        self.assertEqual(report["verdict"], "accepted")
        self.assertIn("not one of those", report["warnings"][0])

    def test_the_information_must_be_of_the_named_chain(self):
        info = self.save("i", chain_info("testnet_quicknet"))
        self.assertIn("not of 'quicknet'", solemn("beacon", "info", "--chain", "quicknet", "--chain-info", info, expect=2).err)
        solemn("beacon", "info", "--chain", chain_hash("testnet_quicknet"), "--chain-info", info)

    def test_bn254_chains_are_said_to_be_unsupported(self):
        info = {**chain_info("quicknet"), "schemeID": "bls-bn254-unchained-on-g1"}
        self.assertIn("not supported", solemn("beacon", "info", "--chain-info", self.save("i", info), expect=2).err)


class Round(DrandCase):
    def test_round_and_time(self):
        report = solemn_json("beacon", "round", 1000, "--chain", "quicknet")
        self.assertEqual((report["time"], report["unix_time"], report["out"]), ("2023-08-23T15:59:24Z", DUE_1000, True))
        for at, expected in ((DUE_1000, 1000), (DUE_1000 - 1, 999), (DUE_1000 + 2, 1000), (DUE_1000 + 3, 1001), ("2023-08-23T15:59:24Z", 1000)):
            self.assertEqual(solemn_json("beacon", "round", "--chain", "quicknet", "--at", at)["round"], expected)
        self.assertEqual(solemn_json("beacon", "round", "--chain", "default", "--at", 1749777089)["round"], 5144868)
        self.assertEqual(solemn_json("beacon", "round", "--chain", "default", "--at", 1749777090)["round"], 5144869)

    def test_now(self):
        before = int(time.time())
        report = solemn_json("beacon", "round", "--chain", "quicknet")
        after = int(time.time())
        self.assertTrue(report["out"])
        self.assertLessEqual(report["unix_time"], after)
        self.assertGreater(report["unix_time"] + 3, before)

    def test_a_round_to_come(self):
        report = solemn_json("beacon", "round", "--chain", "quicknet", "--at", "2100-01-01T00:00:00Z")
        self.assertFalse(report["out"])
        self.assertIn(", in ", solemn("beacon", "round", report["round"], "--chain", "quicknet").out)

    def test_wrong_words(self):
        for words in (("0",), ("-1",), ("x",), ("1.5",), ("18446744073709551616",), ("18446744073709551615",), ("--at", "yesterday"), ("--at", "1500000000"), ("5", "--at", "1692806364")):
            with self.subTest(words):
                solemn("beacon", "round", *words, "--chain", "quicknet", expect=2)
        self.assertIn("which chain", solemn("beacon", "round", "5", expect=2).err)


class Fetch(DrandCase):
    def test_a_recorded_round_of_each_chain(self):
        for chain, name, number in (("quicknet", "quicknet", 1000), ("default", "default", 72785), ("default", "default", 1), ("fastnet", "fastnet_retired", 1)):
            with self.subTest(chain=chain, round=number), Relay() as relay:
                report = self.fetch(relay.url, "--force", chain=chain, round=number)
                self.assertEqual(relay.asked, [f"/{chain_hash(name)}/public/{number}"])
                self.assertEqual(report["drand"]["randomness"], recorded(name, number)["randomness"])
                self.assertEqual(json.loads(self.path("out.json").read_text()), {"chain_hash": chain_hash(name), **recorded(name, number)})
                self.assertEqual(solemn_json("beacon", "verify", self.path("out.json"))["verdict"], "accepted")

    def test_by_time(self):
        with Relay() as relay:
            solemn("beacon", "fetch", "--at", DUE_1000 + 2, "--chain", "quicknet", "-o", self.path("o"), "--relay", relay.url, env=on_loopback())
            self.assertIn("/public/1000", relay.asked[0])

    def test_an_unknown_chain_by_its_information(self):
        with Relay() as relay:
            solemn("beacon", "fetch", 3361396, "--chain-info", self.save("i", chain_info("testnet_default")), "-o", self.path("o"), "--relay", relay.url, env=on_loopback())
        self.assertIn("--chain-info", solemn("beacon", "verify", self.path("o"), expect=2).err)
        solemn("beacon", "verify", self.path("o"), "--chain-info", self.path("i"))

    def test_a_round_that_is_not_out_says_when(self):
        with Relay() as relay:
            report = self.fetch(relay.url, round=800000000, expect=2)
            self.assertRegex(report["error"], r"not out yet: it comes at 2099-\d\d-\d\dT\d\d:\d\d:\d\dZ, in \d+ d")
            self.assertEqual(relay.asked, [])
        self.assert_absent(self.path("out.json"))

    def test_an_existing_file_is_kept_and_nobody_is_asked(self):
        self.save("out.json", "mine")
        with Relay() as relay:
            self.fetch(relay.url, expect=2)
            self.assertEqual(relay.asked, [])
            self.assertEqual(self.path("out.json").read_text(), "mine")
            self.fetch(relay.url, "--force")
        self.assertIn(QUICKNET_1000, self.path("out.json").read_text())

    def test_the_next_relay_is_asked_when_one_does_not_have_it(self):
        with Relay(lambda path, n: (404, {})) as late, Relay() as good:
            report = self.fetch([late.url, good.url])
        self.assertEqual(report["relay"], good.url)
        self.assertEqual(report["refusals"], [f"{late.url}: answers with status 404"])

    def test_a_late_relay_is_asked_again(self):
        with Relay(lambda path, n: (425, {}) if n < 3 else (200, recorded("quicknet", 1000))) as relay:
            self.fetch(relay.url, tries=3)
            self.assertEqual(len(relay.asked), 3)

    def test_the_number_of_tries_is_kept(self):
        with Relay(lambda path, n: (503, {})) as relay:
            self.refused(relay.url, "status 503", tries=2)
            self.assertEqual(len(relay.asked), 2)

    def test_a_relay_without_anybody_behind_it(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))  # not listening
            self.refused(f"http://127.0.0.1:{closed.getsockname()[1]}", "connect")

    def test_addresses_that_are_none(self):
        for url in ("api.drand.sh", "ftp://x", "file:///etc/passwd", "https://user@x", "https://x/?a", "http://a b", ""):
            with self.subTest(url):
                self.fetch(url, expect=2)
        with Relay() as relay:
            self.fetch([relay.url, ""], expect=2)
            self.assertEqual(relay.asked, [])

    def test_wrong_words(self):
        self.assertIn("which round", solemn("beacon", "fetch", "--chain", "quicknet", "-o", self.path("o"), expect=2).err)
        self.assertIn("--out", solemn("beacon", "fetch", 5, "--chain", "quicknet", expect=2).err)


class HostileRelays(DrandCase):
    """What a relay could send instead, each refused by name, and nothing written."""

    def answers(self, body, phrase, status=200, headers=None):
        with Relay(lambda path, n: (status, body) if headers is None else (status, body, headers)) as relay:
            self.refused(relay.url, phrase)
            self.assertEqual(len(relay.asked), 1)

    def test_another_round(self):
        self.answers(recorded("quicknet", 123), "beacon-round: round 123 instead of round 1000")

    def test_another_round_under_the_right_number(self):
        self.answers({**recorded("quicknet", 123), "round": 1000}, "beacon-signature")

    def test_another_chain(self):
        self.answers({**recorded("fastnet_retired", 1), "round": 1000}, "beacon-signature")
        self.answers({**recorded("quicknet", 1000), "chain_hash": chain_hash("fastnet_retired")}, "beacon-chain")

    def test_swapped_randomness(self):
        self.answers({**recorded("quicknet", 1000), "randomness": "00" * 32}, "beacon-randomness")

    def test_cut_json(self):
        body = json.dumps(recorded("quicknet", 1000)).encode()
        self.answers(body[:-9], "malformed")
        self.answers(body[:-9], "bytes", headers={"Content-Length": str(len(body))})

    def test_not_json(self):
        for body in (b"", b"<html>", b"[]", b"null", b'{"round": 1000}'):
            with self.subTest(body):
                self.answers(body, "malformed")

    def test_a_huge_body(self):
        self.answers(b" " * (1 << 20), "larger than", headers={"Content-Length": str(1 << 20)})
        self.answers(b" " * (1 << 20), "larger than", headers={"X-No-Length": "1"})  # until the connection closes

    def test_a_redirect_is_not_followed(self):
        with Relay() as elsewhere:
            self.answers(b"", "redirect", status=302, headers={"Location": f"{elsewhere.url}/{chain_hash('quicknet')}/public/1000", "Content-Length": "0"})
            self.assertEqual(elsewhere.asked, [])

    def test_a_slow_one(self):
        with Relay(lambda path, n: None) as relay:
            began = time.monotonic()
            self.refused(relay.url, "timed out", "--timeout", 1)
            self.assertLess(time.monotonic() - began, 20)

    def test_ctrl_c_while_waiting(self):
        asked = threading.Event()
        with Relay(lambda path, n: asked.set()) as relay:
            words = ["beacon", "fetch", "1000", "--chain", "quicknet", "-o", self.path("out.json"), "--relay", relay.url]
            process = subprocess.Popen([solemn_path(), *words], stderr=subprocess.DEVNULL, env=on_loopback())
            self.assertTrue(asked.wait(30))
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(30), 130)
        self.assert_absent(self.path("out.json"))

    def test_a_bad_one_does_not_spoil_a_good_one(self):
        with Relay(lambda path, n: (200, recorded("quicknet", 123))) as bad, Relay() as good:
            report = self.fetch([bad.url, good.url])
        self.assertIn("beacon-round", report["refusals"][0])
        self.assertEqual(report["drand"]["randomness"], QUICKNET_1000)


class Verify(DrandCase):
    def test_both_forms_of_the_api(self):
        v1 = recorded("quicknet", 1000)
        v2 = {"round": 1000, "signature": v1["signature"]}
        for form in (v1, v2):
            report = solemn_json("beacon", "verify", self.save("b", form), "--chain", "quicknet", "--round", 1000)
            self.assertEqual((report["verdict"], report["drand"]["randomness"]), ("accepted", QUICKNET_1000))

    def test_a_file_without_a_chain_needs_one(self):
        self.assertIn("which chain", solemn("beacon", "verify", self.save("b", recorded("quicknet", 1000)), expect=2).err)

    def test_malformed_files(self):
        for text in ("", "{", "[]", '{"round": 1}', " " * 20000):
            solemn("beacon", "verify", self.save("b", text), "--chain", "quicknet", expect=4)
        solemn("beacon", "verify", self.path("none"), "--chain", "quicknet", expect=3)

    def test_nothing_unverified_is_shown(self):
        out = solemn("beacon", "verify", self.save("b", {**recorded("quicknet", 1000), "round": 999}), "--chain", "quicknet", expect=1).out
        self.assertNotIn("drand quicknet 999", out)


class Announce(DrandCase):
    def announce(self, *more, expect=0):
        return solemn_json("beacon", "announce", self.path("a.json"), "--chain", "quicknet", "--label", "ceremony 7", *more, expect=expect)

    def test_a_round_to_come(self):
        report = self.announce("--at", "2100-01-01T00:00:00Z")
        file = json.loads(self.path("a.json").read_text())
        self.assertEqual(file["schema"], "solemn.beacon.announcement/1")
        self.assertEqual((file["round"], file["round_time"], file["chain_hash"]), (report["round"], "2100-01-01T00:00:00Z", chain_hash("quicknet")))
        self.assertIn(f"fetch {report['round']}", report["next"])

    def test_a_round_that_is_out_is_refused(self):
        self.assertIn("out since 2023-08-23T15:59:24Z", self.announce("--round", 1000, expect=6)["error"])
        self.announce("--at", int(time.time()), expect=6)
        self.assert_absent(self.path("a.json"))

    def test_a_retired_chain_is_refused(self):
        report = solemn_json("beacon", "announce", self.path("a.json"), "--chain", "fastnet", "--label", "x", "--at", "2100-01-01T00:00:00Z", expect=6)
        self.assertIn("retired", report["error"])

    def test_an_announced_beacon_verifies(self):
        announcement = {
            "schema": "solemn.beacon.announcement/1",
            "chain_hash": chain_hash("quicknet"),
            "round": 1000,
            "round_time": "2023-08-23T15:59:24Z",
            "purpose": "de3cf63b8eceedc8c695ae9974642419b0549101c64c0d5236a4fdd89aae5252",  # printf 'ceremony 7' | sha256sum
            "created_at": "2023-08-23T12:00:00Z",
        }
        given = ("beacon", "verify", self.save("b", recorded("quicknet", 1000)), "--chain", "quicknet", "--announcement", self.save("a", announcement), "--label", "ceremony 7")
        self.assertEqual(solemn_json(*given, "--last-contribution", "2023-08-23T15:59:23Z")["verdict"], "accepted")
        self.assertIn("belong together", solemn(*given, expect=2).err)


class Ceremony(DrandCase):
    def setUp(self):
        super().setUp()
        self.beacon = self.save("round.json", {**recorded("quicknet", 1000), "chain_hash": chain_hash("quicknet")})

    def ptau(self):
        solemn("ptau", "new", "bn254", 4, self.path("0"))
        solemn("ptau", "contribute", self.path("0"), self.path("1"), "--name", "Alice")
        report = solemn_json("ptau", "beacon", self.path("1"), self.path("2"), "--drand", self.beacon, "--iterations-exp", 10)
        self.assertEqual(report["drand"]["round"], 1000)

    def test_ptau(self):
        self.ptau()
        step = solemn_json("ptau", "info", self.path("2"))["steps"][-1]
        self.assertEqual((step["kind"], step["beacon"], step["claimed_name"]), ("beacon", QUICKNET_1000, "drand quicknet 1000"))
        rules = {c["rule"]: c["outcome"] for c in solemn_json("ptau", "verify", self.path("2"), "--drand", self.beacon)["checks"]}
        self.assertEqual(rules["beacon-is-drand"], "passed")
        self.assertNotIn("beacon-is-drand", [c["rule"] for c in solemn_json("ptau", "verify", self.path("2"))["checks"]])

    def test_the_name_can_be_another(self):
        self.ptau()
        solemn("ptau", "beacon", self.path("1"), self.path("3"), "--drand", self.beacon, "--iterations-exp", 10, "--name", "the end")
        self.assertEqual(solemn_json("ptau", "info", self.path("3"))["steps"][-1]["claimed_name"], "the end")

    def test_the_same_as_by_value(self):
        self.ptau()
        solemn("ptau", "beacon", self.path("1"), self.path("3"), "--value", QUICKNET_1000, "--iterations-exp", 10, "--name", "drand quicknet 1000")
        self.assert_same_bytes(self.path("3"), self.path("2"))

    def test_wrong_words(self):
        self.ptau()
        for words, phrase in (
            (("--drand", self.beacon, "--value", QUICKNET_1000), "two values"),
            (("--value", QUICKNET_1000), "--name is required"),
            ((), "--drand FILE or --value HEX"),
            (("--value", QUICKNET_1000, "--name", "x", "--chain", "quicknet"), "without --drand"),
            (("--drand", self.save("b", recorded("quicknet", 1000))), "which chain"),
            (("--drand", self.beacon, "--chain", "nosuch"), "not known"),
        ):
            self.assertIn(phrase, solemn("ptau", "beacon", self.path("1"), self.path("x"), "--iterations-exp", 10, *words, expect=2).err)
        self.assertIn("without --drand", solemn("ptau", "verify", self.path("2"), "--chain", "quicknet", expect=2).err)
        self.assert_absent(self.path("x"))

    def test_zkey(self):
        self.ptau()
        circuit = compile_circuit("mult1", "bn254")
        solemn("ptau", "prepare", self.path("2"), self.path("final"))
        solemn("zkey", "new", circuit.r1cs, self.path("final"), self.path("z0"))
        solemn("zkey", "contribute", self.path("z0"), self.path("z1"), "--name", "Alice")
        solemn("zkey", "beacon", self.path("z1"), self.path("z2"), "--drand", self.beacon, "--iterations-exp", 10)
        self.assertEqual(solemn_json("zkey", "info", self.path("z2"))["steps"][-1]["claimed_name"], "drand quicknet 1000")
        self.assertEqual(solemn_json("zkey", "verify", circuit.r1cs, self.path("final"), self.path("z2"), "--drand", self.beacon)["verdict"], "accepted")
        report = solemn_json("zkey", "verify", circuit.r1cs, self.path("final"), self.path("z1"), "--drand", self.beacon, expect=1)
        self.assertEqual([c["rule"] for c in report["checks"] if c["outcome"] == "failed"], ["beacon-is-drand"])
        report = solemn_json("zkey", "verify", "--chain-only", self.path("z2"), "--drand", self.beacon, expect=2)
        self.assertIn(("beacon-is-drand", "passed"), [(c["rule"], c["outcome"]) for c in report["checks"]])
