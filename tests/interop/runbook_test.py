"""docs/RUNBOOK.md, carried out: every command block, in order, in one folder. A coordinator, three contributors each with another kind of key
(an encrypted file, SoftHSM, a key service), an auditor without a network, a release authority two of three, an integrator who compiles.

The network of drand is the test's own, so that announced rounds can lie in the future and be signed at once. Only `beacon fetch` asks a
clock whether a round is out: it runs with one that is two hours ahead."""

import atexit
import json
import os
import re
import shutil
import tempfile
import time
import unittest
from functools import lru_cache
from pathlib import Path

from harness import ROOT, Case, clock_ahead, compile_circuit, environment, need, run, sha256, solemn, solemn_json, solemn_path
from harness.drand import Network, Relay
from harness.key_services import KeyServices

BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.M | re.S)
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
PIN, AHEAD = "8492", 7200


def blocks():
    """(role, marks, text) of every fenced block of the runbook. There is none of another kind, so none that is not run."""
    found = BLOCK.findall((ROOT / "docs" / "RUNBOOK.md").read_text())
    assert found and {language for language, _, _ in found} == {"sh"}, "the runbook has a block that is not of commands"
    return [(marks.split()[0], marks.split()[1:], text) for _, marks, text in found]


def no_network() -> list:
    unshare = shutil.which("unshare")
    if unshare is None or run([unshare, "-rn", "true"], expect=None).status != 0:
        return []
    return [unshare, "-rn"]


class Ceremony:
    def __init__(self, folder: Path):
        self.folder, self.tools = folder / "all", folder / "tools"
        self.folder.mkdir()
        self.tools.mkdir()
        self.clock = clock_ahead(self.tools, AHEAD)
        self.said, self.offline = {}, no_network()

    def token(self):
        """Bob's: SoftHSM, P-256."""
        util, tool = need("softhsm2-util"), need("pkcs11-tool")
        module = next((m for m in MODULES if Path(m).exists()), None)
        if module is None:
            raise unittest.SkipTest("the library of SoftHSM is not where Debian puts it")
        (self.tools / "tokens").mkdir()
        (self.tools / "softhsm.conf").write_text(f"directories.tokendir = {self.tools / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
        env = environment(SOFTHSM2_CONF=self.tools / "softhsm.conf")
        run([util, "--init-token", "--free", "--label", "bob", "--so-pin", "551177", "--pin", PIN], env=env)
        run([tool, "--module", module, "--token-label", "bob", "--login", "--pin", PIN, "--keypairgen", "--key-type", "EC:secp256r1", "--label", "ceremony", "--id", "01"], env=env)
        return f"pkcs11:token=bob;object=ceremony?module-path={module}"

    def settings(self, services, relay, network):
        (self.tools / "pin").write_text(PIN + "\n")
        (self.tools / "passphrase").write_text("correct horse battery staple\n")
        (self.tools / "chain.json").write_text(json.dumps(network.info))
        circuit = compile_circuit("mult1", "bls12-381")
        witness = circuit.witness_by_circom({"a": 3, "b": 11}, self.tools / "witness.wtns")
        at = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds)) for seconds in (3600, 5400)]
        return environment(
            **services.environment(), NO_PROXY="127.0.0.1", no_proxy="127.0.0.1", HOME=self.tools, SOFTHSM2_CONF=self.tools / "softhsm.conf",
            PATH=f"{ROOT / 'bin'}:{solemn_path().parent}:{os.environ['PATH']}", SOLEMN=solemn_path(),
            POWER=3, CIRCUIT=circuit.r1cs, WITNESS=witness, BOB_KEY=self.token(), CAROL_KEY="awskms:alias/p384",
            PIN_FILE=self.tools / "pin", PASSPHRASE_FILE=self.tools / "passphrase",
            BEACON_1_AT=at[0], BEACON_2_AT=at[1], DRAND_INFO=self.tools / "chain.json", DRAND_RELAY=relay.url)

    def run(self):
        network = Network()
        keys = self.tools / "service"
        keys.mkdir()
        with KeyServices(keys) as services, Relay(network.answer) as relay:
            env = self.settings(services, relay, network)
            for number, (role, marks, text) in enumerate(blocks()):
                self.block(number, role, marks, text, env)
        return self

    def block(self, number, role, marks, text, env):
        begin = ". ./settings.sh\n" if number else ""
        if "clock=beacon" in marks:
            env = {**env, "LD_PRELOAD": str(self.clock)}
        prefix = self.offline if role == "auditor" else []
        script = self.tools / f"{number:02}-{role}.sh"
        script.write_text("set -euo pipefail\n" + begin + text)
        self.said[number] = (role, run([*prefix, "bash", script], cwd=self.folder, env=env, timeout=300))

    def of(self, phrase):
        """What the block with this phrase in it said."""
        found = [n for n, (_, _, text) in enumerate(blocks()) if phrase in text]
        assert len(found) == 1, (phrase, found)
        return self.said[found[0]][1]


@lru_cache(maxsize=None)
def outcome():
    """The ceremony, or why it did not happen: the first failure and its reason are those of every test here."""
    folder = Path(tempfile.mkdtemp(prefix="solemn-runbook-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        return Ceremony(folder).run()
    except (unittest.SkipTest, AssertionError) as reason:
        return reason


class Runbook(Case):
    def setUp(self):
        super().setUp()
        if isinstance(outcome(), Exception):
            raise outcome()
        self.ceremony = outcome()
        self.at = self.ceremony.folder

    def audit(self, *more, folder=None, expect=0):
        return solemn_json("audit", folder or self.at / "evidence", "--root-key", self.at / "keys" / "root.pem", "--chain-info",
                           self.ceremony.tools / "chain.json", *more, expect=expect)

    def copy(self):
        shutil.copytree(self.at / "evidence", self.path("evidence"))
        return self.path("evidence")

    def outcomes(self, report):
        return {check["rule"]: check["outcome"] for check in report["checks"]}

    def test_every_block_ran(self):
        self.assertEqual(len(self.ceremony.said), len(blocks()))
        self.assertGreater(len(blocks()), 25)
        self.assertEqual({role for role, _ in self.ceremony.said.values()},
                         {"everybody", "root", "coordinator", "alice", "bob", "carol", "auditor", "release-a", "release-b", "integrator"})

    def test_the_audit_passes_every_check(self):
        report = self.audit("--min-contributors", 3, "--report", self.path("page.html"))
        self.assertEqual(set(self.outcomes(report).values()), {"passed"})
        for rule in ("record", "participants-pinned", "log-signatures", "record-covers-logs", "beacon-announced", "beacon-unknown-before", "beacon-witnessed", "phase2-files"):
            self.assertEqual(self.outcomes(report)[rule], "passed")
        steps = [(step["chain"][:7], step["claimed_name"], step["beacon"]) for step in report["steps"]]
        self.assertEqual([name for _, name, beacon in steps if not beacon], ["Org:Alice", "Org:Bob", "Org:Carol"] * 2)
        self.assertEqual(sum(beacon for _, _, beacon in steps), 2)
        for page in (self.path("page.html"), self.at / "audit.html"):
            self.assertIn("Org:Carol", page.read_text())
        self.assertIn("All transcripts and logs verified.", self.ceremony.of("verify_chain.sh").out)

    def test_the_auditor_had_no_network(self):
        if not self.ceremony.offline:
            self.skipTest("this machine allows no network namespaces; the auditor's blocks ran with a network")
        lines = run([*self.ceremony.offline, "cat", "/proc/net/dev"]).out.splitlines()
        self.assertEqual([line.split(":")[0].strip() for line in lines if ":" in line], ["lo"])
        blocks_of_auditor = [said for role, said in self.ceremony.said.values() if role == "auditor"]
        self.assertTrue(blocks_of_auditor and all("unshare -rn" in said.command for said in blocks_of_auditor))

    def test_three_kinds_of_keys_signed(self):
        said = [self.ceremony.said[n][1].err + self.ceremony.said[n][1].out for n, (role, _, _) in enumerate(blocks()) if role in ("alice", "bob", "carol")]
        for phrase in ("signed by pkcs11: token 'bob'", "signed by AWS KMS", "signed by key file"):
            self.assertTrue(any(phrase.lower() in text.lower() for text in said), (phrase, said[-1][-1500:]))
        for log in (self.at / "evidence" / "logs").glob("contrib_*.json"):  # openssl agrees
            person = json.loads(log.read_text())["participant"].split(":")[1].lower()
            if person in ("alice", "bob", "carol"):
                words = {"alice": ("-rawin",), "bob": ("-rawin", "-digest", "sha256"), "carol": ("-rawin", "-digest", "sha384")}[person]
                run([need("openssl"), "pkeyutl", "-verify", "-pubin", "-inkey", self.at / "keys" / f"{person}.pem", "-in", log, "-sigfile", f"{log}.sig", *words])

    def test_a_chain_of_drand_that_the_auditor_does_not_bring_does_not_count(self):
        report = solemn_json("audit", self.at / "evidence", "--root-key", self.at / "keys" / "root.pem", expect=1)
        self.assertEqual(self.outcomes(report)["beacon-announced"], "failed")
        self.assertIn("--chain-info", str(report["checks"]))
        other = {**json.loads((self.ceremony.tools / "chain.json").read_text()), "public_key": Network().info["public_key"]}
        self.path("other.json").write_text(json.dumps(other))
        report = solemn_json("audit", self.at / "evidence", "--root-key", self.at / "keys" / "root.pem", "--chain-info", self.path("other.json"), expect=1)
        self.assertEqual(self.outcomes(report)["beacon-announced"], "failed")

    def test_fewer_contributors_than_asked(self):
        self.assertEqual(self.outcomes(self.audit("--min-contributors", 4, expect=1))["distinct-contributors"], "failed")

    def test_a_dropped_round_a_dropped_log_an_edited_record(self):
        evidence = self.copy()
        attachments = evidence / "record" / "attachments"
        (attachments / sha256(evidence / "round_1.json")).unlink()
        self.assertEqual(self.outcomes(self.audit(folder=evidence, expect=2))["beacon-announced"], "not_run")
        next((evidence / "logs").glob("contrib_Org_Bob*.json")).unlink()
        self.assertEqual(self.outcomes(self.audit(folder=evidence, expect=1))["files-have-logs"], "failed")
        entries = evidence / "record" / "entries.jsonl"
        entries.write_text(entries.read_text().replace("audited: every check passed", "audited: every check failed"))
        self.assertEqual(self.outcomes(self.audit(folder=evidence, expect=1))["record"], "failed")

    def test_the_bundle_needs_two_of_three(self):
        release = self.at / "release"
        trust = ("--root-pubkey", self.at / "keys" / "root.pem", "--signers", release / "signers.json")
        report = solemn_json("bundle", "verify", release / "one.tar.gz", *trust, expect=1)
        self.assertEqual(self.outcomes(report)["threshold"], "failed")
        run([ROOT / "bin" / "inspect_bundle.sh", "--bundle", release / "one.tar.gz", *trust], expect=4, env=environment(SOLEMN=solemn_path()))
        metadata = json.loads((release / "metadata.json").read_text())
        self.assertEqual([p["name"] for p in metadata["participants"] if p["kind"] == "contribution"], ["Org:Alice", "Org:Bob", "Org:Carol"] * 2)
        self.assertTrue(all(p["transcript_sha256"] for p in metadata["participants"]))

    def test_the_embedded_key_compiles(self):
        rustc, compiler = need("rustc"), need("g++")
        self.path("main.rs").write_text(
            f'mod vk {{ include!("{self.at / "vk_snippet.rs"}"); }}\nfn main() {{\n'
            "    assert_eq!(vk::program_vk_lookup(&vk::PROGRAM_HASH_EXAMPLE), Some(vk::VK_EXAMPLE_BLS12_381_GROTH16));\n"
            '    print!("{}", vk::VK_EXAMPLE_BLS12_381_GROTH16.len());\n}\n')
        run([rustc, "--edition", "2021", "--cfg", 'feature="zk-groth16"', "-o", self.path("rs"), self.path("main.rs")], cwd=self.folder)
        self.path("main.cpp").write_text(f'#include "{self.at / "vk_snippet.hpp"}"\n#include <cstdio>\nint main() {{ std::printf("%zu", VK_EXAMPLE_BLS12_381_GROTH16.size()); }}\n')
        run([compiler, "-std=c++17", "-Wall", "-Wextra", "-Werror", "-o", self.path("cpp"), self.path("main.cpp")])
        size = str((self.at / "release" / "attestation_verifying_key.bin").stat().st_size)
        self.assertEqual((run([self.path("rs")]).out, run([self.path("cpp")]).out), (size, size))

    def test_no_secret_is_in_what_is_published(self):
        for file in (self.at / "evidence").rglob("*"):
            if file.is_file():
                self.assertNotIn(b"PRIVATE KEY", file.read_bytes(), file)
        for log in (self.at / "evidence" / "logs").glob("*.json"):
            self.assertIn("sha256:", json.loads(log.read_text())["host_fingerprint"])


class Document(Case):
    def test_it_says_what_seed_and_issue_ask_of_it(self):
        text = (ROOT / "docs" / "RUNBOOK.md").read_text()
        for word in ("Coordinator", "Contributor", "Auditor", "Release authority", "Integrator", "- [ ]", "| Evidence |", "revocation", "rotate", "SBOM", "rehearsal"):
            self.assertIn(word, text)
        for script in ("init_powersoftau.sh", "contribute.sh", "verify_chain.sh", "prepare_phase2.sh", "create_signed_bundle.sh", "inspect_bundle.sh", "zk-embed"):
            self.assertIn(f"\n{script} ", text.replace("log=$(", "\n"), script)

    def test_commands_in_running_text_exist(self):
        """`solemn noun verb` between single backquotes is a command that the program has."""
        for words in set(re.findall(r"`solemn ([a-z ]+)`", (ROOT / "docs" / "RUNBOOK.md").read_text())):
            solemn(*words.split(), "--help")
