"""A whole ceremony on the record, audited offline, and what an audit must see: each break of the documents' originals by name."""

import atexit
import base64
import hashlib
import json
import os
import re
import shutil
import struct
import tempfile
import zlib
from functools import lru_cache
from pathlib import Path

from harness import PUBLIC_BEACON, ROOT, Case, compile_circuit, environment, flip_bit, need, run, sha256, solemn, solemn_json, solemn_path

BEACON = ("--name", "drand", "--value", PUBLIC_BEACON, "--iterations-exp", 10)
BIN = ROOT / "bin"
PEOPLE = {"Org:Coordinator": ("coordinator", "ed25519"), "Org:Alice": ("contributor", "ed25519"),
          "Org:Bob": ("contributor", "p256"), "Org:Carol": ("contributor", "rsa-3072")}

def file_name(person: str) -> str:
    return person.split(":")[1].lower()

class Ceremony:
    """A folder with everything that an auditor gets, and the keys, which he does not."""

    def __init__(self, folder: Path):
        self.folder, self.keys = folder / "ceremony", folder / "keys"
        self.record, self.logs = self.folder / "record", self.folder / "logs"
        self.folder.mkdir()
        self.keys.mkdir()

    def key(self, person):
        return self.keys / f"{file_name(person)}.key"

    def public(self, person):
        return self.keys / f"{file_name(person)}.pem"

    @property
    def root_key(self):
        return self.keys / "root.pem"

    def make_keys(self):
        for name, kind in (("root", "ed25519"), *((file_name(p), kind) for p, (_, kind) in PEOPLE.items())):
            solemn("key", "new", "--type", kind, "--no-passphrase", self.keys / f"{name}.key")
            solemn("key", "public", self.keys / f"{name}.key", "-o", self.keys / f"{name}.pem")

    def begin_record(self, witness=None):
        """witness: file with the public key of one who cosigns."""
        people = [f"{role}:{person}:{self.public(person)}" for person, (role, _) in PEOPLE.items()]
        people += [f"witness:w.example:{witness}"] if witness else []
        options = [x for p in people for x in ("--participant", p)]
        solemn("transcript", "init", self.record, "--sign-key", self.keys / "root.key", "--kind", "trusted-setup",
               "--label", "Example 2026", *options)

    def logged(self, person):
        return ("--log", self.logs, "--sign-key", self.key(person))

    def contribute(self, noun, before, after, person):
        said = json.loads(solemn(noun, "contribute", self.folder / before, self.folder / after, "--name", person, *self.logged(person), "--json").out)
        solemn("transcript", "append", self.record, "contribution", "--sign-key", self.key(person), "--attach", said["log"])

    def by_coordinator(self, *arguments):
        solemn(*arguments, "--operator", "Org:Coordinator", *self.logged("Org:Coordinator"))

    def run(self):
        at = self.folder
        self.make_keys()
        self.begin_record()
        self.by_coordinator("ptau", "new", "bn254", 4, at / "pot_0000.ptau")
        self.contribute("ptau", "pot_0000.ptau", "pot_0001.ptau", "Org:Alice")
        self.contribute("ptau", "pot_0001.ptau", "pot_0002.ptau", "Org:Bob")
        self.by_coordinator("ptau", "beacon", at / "pot_0002.ptau", at / "pot_0003.ptau", *BEACON)
        self.by_coordinator("ptau", "prepare", at / "pot_0003.ptau", at / "pot_final.ptau")
        shutil.copy(compile_circuit("mult1", "bn254").r1cs, at / "circuit.r1cs")
        self.by_coordinator("zkey", "new", at / "circuit.r1cs", at / "pot_final.ptau", at / "circuit_0000.zkey")
        self.contribute("zkey", "circuit_0000.zkey", "circuit_0001.zkey", "Org:Carol")
        self.contribute("zkey", "circuit_0001.zkey", "circuit_0002.zkey", "Org:Alice")
        solemn("transcript", "checkpoint", self.record, "--sign-key", self.key("Org:Coordinator"))
        return self

@lru_cache(maxsize=None)
def honest() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="solemn-audit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Ceremony(folder).run()
    return folder

class Audit(Case):
    def setUp(self):
        super().setUp()
        shutil.copytree(honest(), self.path("all"))
        self.at = self.path("all") / "ceremony"
        self.logs, self.record = self.at / "logs", self.at / "record"
        self.root = self.path("all") / "keys" / "root.pem"

    def audit(self, *options, expect=None, folder=None):
        return solemn_json("audit", folder or self.at, "--root-key", self.root, *options, expect=expect)

    def outcomes(self, report):
        return {check["rule"]: check["outcome"] for check in report["checks"]}

    def details(self, report, rule):
        return " ".join(check["detail"] for check in report["checks"] if check["rule"] == rule)

    def assert_audit(self, rule, outcome="failed", says="", options=()):
        report = self.audit(*options, expect=(1, 2))
        self.assertEqual(self.outcomes(report)[rule], outcome, report["checks"])
        if says:
            self.assertIn(says, self.details(report, rule))
        return report

    def log_of(self, output):
        for path in self.logs.glob("*.json"):
            if json.loads(path.read_text())["output_transcript"] == output:
                return path
        self.fail(output)

    def key(self, name):
        return self.path("all") / "keys" / f"{name}.key"

    def append(self, kind, name, *more, expect=0):
        return solemn("transcript", "append", self.record, kind, "--sign-key", self.key(name), *more, expect=expect)

    def spki(self, person):
        lines = (self.path("all") / "keys" / f"{file_name(person)}.pem").read_text().splitlines()
        return base64.b64decode("".join(lines[1:-1]))

    def resign(self, log: Path, person):
        key = self.path("all") / "keys" / f"{file_name(person)}.key"
        solemn("key", "sign", key, log, "--format", "raw", "--out", f"{log}.sig", "--force")

class Honest(Audit):
    def test_everything_but_the_announcement_passes(self):
        report = self.audit(expect=2)
        outcomes = self.outcomes(report)
        for rule in ("beacon-announced", "beacon-unknown-before"):  # this ceremony used a plain value
            self.assertNotEqual(outcomes.pop(rule), "passed")
        self.assertEqual(set(outcomes.values()), {"passed"}, report["checks"])
        self.assertEqual(len(report["steps"]), 5)
        self.assertTrue(all(step["log_signature_good"] for step in report["steps"]))

    def test_it_works_without_a_network(self):
        unshare = need("unshare", "to take the network away")
        if run([unshare, "-rn", "true"], expect=None).status != 0:
            self.skipTest("this machine allows no network namespaces")
        run([unshare, "-rn", os.environ.get("SOLEMN_BIN") or ROOT / "build/release/bin/solemn", "audit", self.at, "--root-key", self.root], expect=(1, 2))

    def test_without_the_root_key_nobody_is_known(self):
        report = solemn_json("audit", self.at, expect=(1, 2))
        for rule in ("participants-pinned", "log-signatures", "log-participants", "record-covers-logs"):
            self.assertEqual(self.outcomes(report)[rule], "not_run")

    def test_an_empty_folder_is_no_ceremony(self):
        self.path("empty").mkdir()
        report = self.audit(folder=self.path("empty"), expect=(1, 2))
        self.assertEqual(self.outcomes(report)["phase1-order"], "not_run")

    def test_a_missing_folder_is_an_io_error(self):
        solemn("audit", self.path("absent"), expect=3)

class Logs(Audit):
    def test_a_log_for_another_file(self):
        log = self.log_of("pot_0001.ptau")
        text = json.loads(log.read_text())
        text["output_sha256"] = "0" * 64
        log.write_text(json.dumps(text))
        self.resign(log, "Org:Alice")
        self.assert_audit("logs-match-files", says="is of a file that is not here")

    def test_a_log_dropped_from_the_middle(self):
        log = self.log_of("pot_0001.ptau")
        log.unlink()
        report = self.assert_audit("files-have-logs", says="pot_0001.ptau")
        self.assertEqual(self.outcomes(report)["record-covers-logs"], "failed")

    def test_an_unsigned_log(self):
        Path(f"{self.log_of('pot_0001.ptau')}.sig").unlink()
        self.assert_audit("logs-signed")

    def test_an_empty_signature(self):
        Path(f"{self.log_of('pot_0001.ptau')}.sig").write_bytes(b"")
        self.assert_audit("logs-signed")

    def test_a_log_signed_by_another_participant(self):
        self.resign(self.log_of("pot_0001.ptau"), "Org:Bob")
        self.assert_audit("log-signatures", says="not signed by the key of 'Org:Alice'")

    def test_one_key_for_all_participants(self):
        for log in self.logs.glob("*.json"):
            self.resign(log, "Org:Alice")
        self.assert_audit("log-signatures")

    def test_an_edited_log(self):
        log = self.log_of("pot_0002.ptau")
        log.write_text(log.read_text().replace("operating system", "a lava lamp and the operating system"))
        self.assert_audit("log-signatures")

    def test_a_participant_that_nobody_registered(self):
        log = self.log_of("pot_0001.ptau")
        log.write_text(log.read_text().replace("Org:Alice", "Org:Mallory"))
        self.resign(log, "Org:Alice")
        self.assert_audit("log-participants", says="Org:Mallory")

    def test_a_role_that_may_not_contribute(self):
        log = self.log_of("pot_0001.ptau")
        log.write_text(log.read_text().replace("Org:Alice", "Org:Coordinator"))
        self.resign(log, "Org:Coordinator")
        self.assert_audit("log-participants", says="is coordinator")

    def test_two_logs_for_one_file(self):
        log = self.log_of("pot_0001.ptau")
        shutil.copy(log, self.logs / "contrib_again.json")
        shutil.copy(f"{log}.sig", self.logs / "contrib_again.json.sig")
        self.assert_audit("logs-match-files", says="more than one log")

    def test_another_contribution_hash(self):
        log = self.log_of("pot_0001.ptau")
        text = json.loads(log.read_text())
        text["contribution_hash"] = "ab" * 64
        log.write_text(json.dumps(text))
        self.resign(log, "Org:Alice")
        self.assert_audit("logs-match-steps", says="another contribution hash")

    def test_a_log_of_another_kind_curve_or_power(self):
        log = self.log_of("pot_0001.ptau")
        whole = json.loads(log.read_text())
        for field, value, says in (("kind", "zkey-contribution", "another kind"), ("curve", "bls12-381", "another curve"), ("power", 5, "another power")):
            log.write_text(json.dumps({**whole, field: value}))
            self.resign(log, "Org:Alice")
            self.assert_audit("logs-match-steps", says=says)

    def test_a_step_by_a_key_that_was_taken_back(self):
        """Bob's key is revoked; who stole it makes one more step, and another contributor puts its log into the record."""
        bob = hashlib.sha256(self.spki("Org:Bob")).hexdigest()
        self.path("body.json").write_text(json.dumps({"key": bob, "reason": "stolen"}))
        self.append("participant-removed", "root", "--body", self.path("body.json"))
        at = self.at
        said = solemn_json("zkey", "contribute", at / "circuit_0002.zkey", at / "circuit_0003.zkey", "--name", "Org:Bob", "--log", self.logs, "--sign-key", self.key("bob"))
        self.append("contribution", "bob", "--attach", said["log"], expect=6)
        self.append("contribution", "alice", "--attach", said["log"])
        solemn("transcript", "checkpoint", self.record, "--sign-key", self.key("coordinator"))
        report = self.assert_audit("record-covers-logs", says="by another key than the one that signed it")
        self.assertEqual(self.outcomes(report)["record"], "passed")

    def test_a_key_that_was_replaced_by_root_may_go_on(self):
        bob = hashlib.sha256(self.spki("Org:Bob")).hexdigest()
        self.path("body.json").write_text(json.dumps({"key": bob, "reason": "a new laptop"}))
        self.append("participant-removed", "root", "--body", self.path("body.json"))
        new = self.path("all") / "keys" / "bob2"
        solemn("key", "new", "--type", "ed25519", "--no-passphrase", f"{new}.key")
        solemn("key", "public", f"{new}.key", "-o", f"{new}.pem")
        self.append("participant-added", "root", "--participant", f"contributor:Org:Bob:{new}.pem")
        at = self.at
        said = solemn_json("zkey", "contribute", at / "circuit_0002.zkey", at / "circuit_0003.zkey", "--name", "Org:Bob", "--log", self.logs, "--sign-key", self.key("bob2"))
        self.append("contribution", "bob2", "--attach", said["log"])
        solemn("transcript", "checkpoint", self.record, "--sign-key", self.key("coordinator"))
        outcomes = self.outcomes(self.audit(expect=2))
        for rule in ("record", "record-covers-logs", "log-signatures", "log-participants"):
            self.assertEqual(outcomes[rule], "passed", rule)

    def test_logs_in_another_order(self):
        log = self.log_of("pot_0002.ptau")
        text = json.loads(log.read_text())
        text["timestamp"] = text["started_at"] = "2020-01-01T00:00:00Z"
        log.write_text(json.dumps(text))
        self.resign(log, "Org:Bob")
        self.assert_audit("logs-in-order", says="older than the log before it")

    def test_a_first_step_that_goes_on_from_another_file(self):
        """Nobody has to log the beginning; who goes on from it names it all the same."""
        first = self.log_of("pot_0000.ptau")
        first.unlink()
        Path(f"{first}.sig").unlink()
        log = self.log_of("pot_0001.ptau")
        whole = json.loads(log.read_text())
        for name in ("circuit_0000.zkey", "pot_0002.ptau"):
            other = (self.at / name).read_bytes()
            log.write_text(json.dumps({**whole, "input_sha256": hashlib.sha256(other).hexdigest(), "input_blake2b": hashlib.blake2b(other).hexdigest()}))
            self.resign(log, "Org:Alice")
            self.assert_audit("logs-in-order", says="does not go on from 'pot_0000.ptau'")

    def test_a_log_that_is_no_log(self):
        (self.logs / "contrib_x.json").write_text('{"participant": "x"}')
        self.assert_audit("files-readable")

    def test_too_few_contributors(self):
        self.assert_audit("distinct-contributors", options=("--min-contributors", "3"))

class Files(Audit):
    def test_a_state_is_missing(self):
        (self.at / "pot_0001.ptau").unlink()
        self.assert_audit("phase1-order", says="there is no file of step")

    def test_the_beginning_is_missing(self):
        (self.at / "pot_0000.ptau").unlink()
        self.assert_audit("phase1-order", says="not the beginning")

    def test_the_root_file_is_verified_too(self):
        flip_bit(self.at / "pot_0000.ptau", self.at / "pot_0000.ptau", 8 * 900)
        self.assert_audit("phase1-files", says="pot_0000.ptau")

    def test_a_wrong_point_in_the_middle_of_the_chain(self):
        flip_bit(self.at / "pot_0002.ptau", self.at / "pot_0002.ptau", 8 * 900)
        self.assert_audit("phase1-files", says="pot_0002.ptau")

    def test_a_wrong_point_in_a_key(self):
        key = self.at / "circuit_0001.zkey"
        flip_bit(key, key, 4 * key.stat().st_size)  # a bit in the middle: one of the queries
        self.assert_audit("phase2-files", says="circuit_0001.zkey")

    def test_a_fork(self):
        solemn("ptau", "contribute", self.at / "pot_0000.ptau", self.at / "pot_fork.ptau", "--name", "Org:Alice")
        self.assert_audit("phase1-order", says="forked")

    def test_one_state_twice(self):
        shutil.copy(self.at / "pot_0001.ptau", self.at / "again.ptau")
        self.assert_audit("phase1-order", says="two files of one state")

    def test_a_prepared_file_of_an_earlier_state(self):
        solemn("ptau", "prepare", self.at / "pot_0002.ptau", self.at / "pot_final.ptau", "--force")
        self.assert_audit("phase1-order", says="not of the last state")

    def test_powers_that_are_prepared_for_another_domain(self):
        solemn("ptau", "prepare", self.at / "pot_0003.ptau", self.at / "pot_final.ptau", "--only", 4, "--force")
        says = "prepared for that of 2^4 alone"
        report = self.assert_audit("phase2-files", says=says)
        self.assertEqual(self.details(report, "phase2-files").count(says), 3)  # each key, and the audit goes on
        self.assertEqual(self.outcomes(report)["phase1-files"], "passed", report["checks"])
        shutil.copy(compile_circuit("mult20", "bn254").r1cs, self.at / "second.r1cs")  # which of two is the key's
        self.assert_audit("phase2-files", says=says)

    def test_a_key_chain_that_begins_in_the_middle(self):
        (self.at / "circuit_0000.zkey").unlink()
        self.assert_audit("phase2-order", says="not the initial key")

    def test_without_the_circuit_phase_2_is_not_run(self):
        (self.at / "circuit.r1cs").unlink()
        self.assert_audit("phase2-files", "not_run")

    def test_nothing_is_passed_over_in_silence(self):
        deep = self.at / "a" / "b" / "c" / "d"
        deep.mkdir(parents=True)
        self.assert_audit("files-readable", says="'a/b/c/d': a folder too far down")
        shutil.rmtree(self.at / "a")
        for name, target in (("pot_0004.ptau", "pot_0003.ptau"), ("more", "logs")):
            (self.at / name).symlink_to(self.at / target)
            self.assert_audit("files-readable", says=f"'{name}': a symbolic link")
            (self.at / name).unlink()
        key = bytearray((self.at / "circuit_0002.zkey").read_bytes())
        self.assertEqual(key[12:28], struct.pack("<IQI", 1, 4, 1))  # section 1: the protocol, Groth16
        for protocol in (2, 10):  # PLONK, fflonk: not even a whole key of theirs
            key[24] = protocol
            (self.at / "other.zkey").write_bytes(key)
            self.assert_audit("files-readable", says="other.zkey")

    def test_what_is_not_looked_at_is_named(self):
        """A verification key is no file of a ceremony: nobody takes it for an audited one."""
        self.assertEqual(self.audit(expect=2)["not_looked_at"], [])
        (self.at / "vkey.json").write_text("{}")
        self.assertEqual(self.audit(expect=2)["not_looked_at"], ["vkey.json"])
        self.assertIn("not looked at, as they are no files of a ceremony: 'vkey.json'", solemn("audit", self.at, "--root-key", self.root, expect=2).err)

    def test_a_circuit_without_a_key(self):
        shutil.copy(compile_circuit("mult20", "bn254").r1cs, self.at / "second.r1cs")
        self.assert_audit("phase2-files", says="'second.r1cs': no key of this circuit is here")

    def test_a_cut_file(self):
        file = self.at / "circuit_0002.zkey"
        file.write_bytes(file.read_bytes()[:-100])
        self.assert_audit("files-readable", says="circuit_0002.zkey")

class Derived(Audit):
    """Files that nobody chose need no log; each is tied to a state by computation, or said not to be."""

    def without_log(self, output):
        log = self.log_of(output)
        log.unlink()
        Path(f"{log}.sig").unlink()

    def test_each_is_named(self):
        for output in ("pot_0000.ptau", "pot_final.ptau", "circuit_0000.zkey"):
            self.without_log(output)
        report = self.audit(expect=2)
        self.assertEqual(self.outcomes(report)["derived-files"], "passed")
        self.assertEqual(self.outcomes(report)["files-have-logs"], "passed")
        self.assertEqual(self.details(report, "derived-files"),
                         "'pot_0000.ptau' is a fresh accumulator; 'pot_final.ptau' is 'pot_0003.ptau' prepared; 'circuit_0000.zkey' is the initial key of its circuit")

    def test_prepared_of_an_earlier_state(self):
        solemn("ptau", "prepare", self.at / "pot_0002.ptau", self.at / "pot_final.ptau", "--force")
        self.assert_audit("derived-files", says="'pot_final.ptau' is not")

    def test_prepared_with_other_lagrange_points(self):
        """Its records and powers are those of the last state."""
        file = self.at / "pot_final.ptau"
        data = bytearray(file.read_bytes())
        sections, at = {}, 12
        while at < len(data):
            kind, size = struct.unpack_from("<IQ", data, at)
            sections[kind] = at + 12
            at += 12 + size
        first, second = sections[12], sections[12] + 64
        data[first : first + 64], data[second : second + 64] = data[second : second + 64], data[first : first + 64]
        file.write_bytes(data)
        self.without_log("pot_final.ptau")
        report = self.assert_audit("derived-files", says="'pot_final.ptau' is not what would be computed")
        self.assertIn("lagrange-tau-g1", self.details(report, "phase1-files"))

    def test_prepared_of_another_ceremony(self):
        other = self.path("other.ptau")
        solemn("ptau", "contribute", self.at / "pot_0000.ptau", self.path("x"), "--name", "x")
        solemn("ptau", "prepare", self.path("x"), other)
        shutil.copy(other, self.at / "pot_final.ptau")
        self.assert_audit("derived-files", says="'pot_final.ptau' is not")

    def test_prepared_without_its_state(self):
        for file in self.at.glob("pot_000*.ptau"):
            file.unlink()
        report = self.assert_audit("derived-files", "not_run", says="'pot_final.ptau' is prepared from a state that is not here")
        self.assertEqual(self.outcomes(report)["phase1-order"], "failed")

    def test_a_second_prepared_file(self):
        shutil.copy(self.at / "pot_final.ptau", self.at / "again.ptau")
        self.assert_audit("derived-files", "not_run", says="'pot_final.ptau' was not checked")

    def test_prepared_from_a_state_without_a_log(self):
        self.without_log("pot_0003.ptau")
        self.assert_audit("derived-files", "not_run", says="'pot_final.ptau' is 'pot_0003.ptau' prepared, which has no log")

    def test_an_initial_key_that_nothing_computes_again(self):
        (self.at / "circuit.r1cs").unlink()
        self.assert_audit("derived-files", "not_run", says="'circuit_0000.zkey' was not checked")

    def test_a_log_that_makes_a_contribution_of_it(self):
        log = self.log_of("pot_final.ptau")
        whole, other = json.loads(log.read_text()), (self.at / "pot_0002.ptau").read_bytes()
        for change in ({"kind": "ptau-contribution", "contribution_hash": "ab" * 64}, {"power": 5}, {"curve": "bls12-381"},
                       {"input_sha256": hashlib.sha256(other).hexdigest(), "input_blake2b": hashlib.blake2b(other).hexdigest()}):
            log.write_text(json.dumps({**whole, **change}))
            self.resign(log, "Org:Coordinator")
            self.assert_audit("derived-files", says="says something else of 'pot_final.ptau'")

    def test_verify_chain_with_the_prepared_file(self):
        files = [self.at / name for name in ("pot_0001.ptau", "pot_0002.ptau", "pot_0003.ptau", "pot_final.ptau")]
        said = run([BIN / "verify_chain.sh", "--root", self.at / "pot_0000.ptau", "--chain", *files], expect=5).out
        self.assertRegex(said, "not run derived-files +.*pot_final.ptau' is .*pot_0003.ptau' prepared, which has no log")
        said = run([BIN / "verify_chain.sh", "--root", self.at / "pot_0000.ptau", "--chain", *files, "--log-dir", self.logs], expect=5).out
        self.assertRegex(said, "ok +derived-files +.*pot_final.ptau' is .*pot_0003.ptau' prepared")


class Records(Audit):
    def test_the_record_is_dropped(self):
        shutil.rmtree(self.record)
        self.assert_audit("record", "not_run")

    def test_an_entry_is_dropped(self):
        entries = self.record / "entries.jsonl"
        lines = entries.read_bytes().splitlines(True)
        entries.write_bytes(b"".join(lines[:2] + lines[3:]))
        self.assert_audit("record")

    def test_the_record_is_rolled_back(self):
        entries = self.record / "entries.jsonl"
        entries.write_bytes(b"".join(entries.read_bytes().splitlines(True)[:-1]))
        report = self.audit(expect=1)
        self.assertIn("failed", (self.outcomes(report)["record"], self.outcomes(report)["record-covers-logs"]))

    def test_an_incident_and_a_revocation_are_told(self):
        self.path("body.json").write_text(json.dumps({"reason": "the circuit is wrong", "subject": "circuit_0002.zkey"}))
        self.append("incident", "bob", "--text", "a laptop was lost")
        self.append("revocation", "root", "--body", self.path("body.json"))
        solemn("transcript", "checkpoint", self.record, "--sign-key", self.key("coordinator"))
        said = self.details(self.audit(expect=2), "record")
        n = len((self.record / "entries.jsonl").read_bytes().splitlines())
        self.assertIn(f"incident in entry {n - 2}, revocation in entry {n - 1}", said)

    def test_a_list_of_participants_by_somebody_else(self):
        other = self.path("other")
        other.mkdir()
        fake = Ceremony(other)
        fake.make_keys()
        fake.begin_record()
        shutil.rmtree(self.record)
        shutil.copytree(fake.record, self.record)
        self.assert_audit("participants-pinned", "not_run", says="another root key")

    def test_the_root_key_of_somebody_else(self):
        solemn("key", "new", "--type", "ed25519", "--no-passphrase", self.path("x.key"))
        solemn("key", "public", self.path("x.key"), "-o", self.path("x.pem"))
        self.root = self.path("x.pem")
        self.assert_audit("participants-pinned", "not_run")

class Scripts(Audit):
    """The scripts with the names and flags of the documents."""

    def script(self, name, *arguments, expect=0, **more):
        return run([BIN / name, *arguments], expect=expect, cwd=self.folder, **more)

    def chain(self, *more, expect):
        files = [self.at / f"pot_000{i}.ptau" for i in (1, 2, 3)]
        return self.script("verify_chain.sh", "--root", self.at / "pot_0000.ptau", "--chain", *files, *more, expect=expect)

    def evidence(self):
        logs = self.path("phase1-logs")
        shutil.copytree(self.record, logs / "record")
        for log in self.logs.iterdir():
            shutil.copy(log, logs)
        return logs

    def test_from_init_to_a_verified_chain(self):
        self.script("init_powersoftau.sh", "--power", "4", "--operator", "Org:Coordinator", "--curve", "bn254")
        self.assertTrue(self.path("pot_0000.ptau").exists())
        self.assertEqual(len(list(self.path("contrib_logs").glob("init_*.json"))), 1)  # where the log of every step lies, and verify_chain.sh looks
        out = self.script("contribute.sh", "--in", "pot_0000.ptau", "--out", "pot_0001.ptau", "--name", "Org:Alice", "--entropy", "/dev/urandom").out
        self.assertIn("contribution_complete=true", out)
        log = Path(re.search(r"^contribution_log=(.*)$", out, re.M).group(1))
        self.assertEqual(json.loads((self.folder / log).read_text())["output_sha256"], sha256(self.path("pot_0001.ptau")))
        out = self.script("prepare_phase2.sh", "--tau", "pot_0001.ptau", "--out", "pot_phase2.ptau").out
        self.assertIn(f"phase2_sha256={sha256(self.path('pot_phase2.ptau'))}", out)
        # Unsigned logs and no root key: the original said "verified".
        said = self.script("verify_chain.sh", "--root", "pot_0000.ptau", "--chain", "pot_0001.ptau", "--log-dir", "contrib_logs", expect=5)
        self.assertRegex(said.out, "ok      logs-match-files +2 logs")

    def seed_ceremony(self, rewrite=None):
        """Each line as the seed's runbook has it, but for <t>, and --power 22, which takes a while. Keys and record are what it says in words."""
        (self.folder / "bin").symlink_to(BIN)
        shutil.copy(self.root, self.path("auditors_root.pub"))
        for line in ('./bin/init_powersoftau.sh --power 4 --out pot_0000.ptau --operator "Org:Coordinator"',
                     "powersoftau verify --input pot_0000.ptau",
                     './bin/contribute.sh --in pot_0000.ptau --out pot_0001.ptau --name "Org:Alice" --entropy /dev/random',
                     "powersoftau verify --input pot_0001.ptau",
                     './bin/contribute.sh --in pot_0001.ptau --out pot_0002.ptau --name "Org:Bob" --entropy /dev/random'):
            self.seed_line(line)
        logs = sorted(self.path("contrib_logs").glob("*.json"), key=lambda log: json.loads(log.read_text())["output_transcript"])
        self.assertEqual(len(logs), 3)  # the init log too
        record = self.path("contrib_logs") / "record"
        people = [x for p, (role, _) in PEOPLE.items() for x in ("--participant", f"{role}:{p}:{self.path('all')}/keys/{file_name(p)}.pem")]
        solemn("transcript", "init", record, "--sign-key", self.key("root"), "--kind", "trusted-setup", "--label", "Example", *people)
        for log in logs:
            said = json.loads(log.read_text())
            if rewrite:
                said = rewrite(said)
                log.write_text(json.dumps(said))
            person = said.get("participant", said.get("operator"))
            self.resign(log, person)  # "sign log with participant HSM or other endorsed signing method"
            if log.name.startswith("contrib"):
                solemn("transcript", "append", record, "contribution", "--sign-key", self.key(file_name(person)), "--attach", log, expect=(0, 6))
        solemn("transcript", "checkpoint", record, "--sign-key", self.key("coordinator"))

    def seed_line(self, line, expect=0):
        return run(["bash", "-c", line], cwd=self.folder, expect=expect, env=environment(SOLEMN=solemn_path(), PATH=f"{BIN}:{os.environ['PATH']}"))

    VERIFY = "./bin/verify_chain.sh --root pot_0000.ptau --chain pot_0001.ptau pot_0002.ptau --log-dir contrib_logs --root-pubkey auditors_root.pub"

    def test_the_commands_of_the_seed_as_they_stand(self):
        self.seed_ceremony()
        told = self.seed_line(self.VERIFY, expect=2)  # the seed has no beacon: that has to be said
        self.assertEqual(re.findall(r"^not run (\S+)", told.out, re.M), ["beacon-announced", "beacon-unknown-before"])
        self.assertIn("All transcripts and logs verified.", self.seed_line(self.VERIFY + " --without-beacon").out)
        for line in ("./bin/prepare_phase2.sh --tau pot_0002.ptau --out pot_phase2.ptau", './bin/init_powersoftau.sh --power 4 --operator "TestOrg" --force',
                     './bin/contribute.sh --in pot_0000.ptau --out pot_0001.ptau --name "TestOrg:CI" --entropy /dev/urandom --force',
                     "./bin/prepare_phase2.sh --tau pot_0001.ptau --out pot_phase2.ptau --force"):
            self.seed_line(line)

    @staticmethod
    def fields_of_the_seed(log):
        """Those of its runbook for contributions, those of its script for the beginning (where power is a text)."""
        if "input_sha256" not in log:
            return {"artifact": log["output_transcript"], "path": "x", "sha256": log["output_sha256"], "power": "4", "operator": log["participant"], "tool": "powersoftau",
                    "tool_version": "1", "created_at": log["timestamp"], "host_fingerprint": "ab" * 32, "uname_fingerprint": "cd" * 32}
        kept = {k: log[k] for k in ("participant", "input_transcript", "input_sha256", "output_transcript", "output_sha256", "powersoftau_version", "timestamp")}
        return {**kept, "entropy_source": "/dev/random", "host": "example", "uname": "Linux"}

    def test_logs_with_the_fields_of_the_seed(self):
        self.seed_ceremony(self.fields_of_the_seed)
        self.assertIn("All transcripts and logs verified.", self.seed_line(self.VERIFY + " --without-beacon").out)

    def test_a_log_with_the_fields_of_the_seed_by_somebody_who_may_not_contribute(self):
        """It names no kind of step; its file does."""
        self.seed_ceremony(lambda log: {**self.fields_of_the_seed(log), **({"participant": "Org:Coordinator"} if log["participant"] == "Org:Bob" else {})})
        told = self.seed_line(self.VERIFY + " --without-beacon", expect=2)
        self.assertRegex(told.out, "FAILED  log-participants +'Org:Coordinator' is coordinator and signed a ptau-contribution")

    def test_powersoftau_has_five_verbs(self):
        self.script("powersoftau", "new", "--power", "3", "--output", "a.ptau")
        self.script("powersoftau", "verify", "--input", "a.ptau")
        self.script("powersoftau", "contribute", "--input", "a.ptau", "--output", "b.ptau", "--name", "x", "--entropy", "/dev/urandom")
        self.script("powersoftau", "verify", "--input", "b.ptau", "--previous", "a.ptau")
        self.script("powersoftau", "prepare_phase2", "--input", "b.ptau", "--output", "c.ptau")
        self.assertRegex(self.script("powersoftau", "--version").out, r"^solemn \d")
        self.assertEqual(solemn_json("ptau", "info", self.path("c.ptau"))["curve"], "bls12-381")
        self.script("powersoftau", "unknown", expect=2)
        self.script("powersoftau", "verify", "--input", "a.ptau", "--previous", "b.ptau", expect=1)

    def test_a_chain_with_good_logs(self):
        result = self.chain("--log-dir", self.evidence(), "--root-pubkey", self.root, expect=2)  # what was not run: phase 2, the beacon
        self.assertNotIn("FAILED", result.out)
        self.assertIn("ok      log-signatures", result.out)

    def without_beacon(self, *more, expect):
        files = [self.at / f"pot_000{i}.ptau" for i in (1, 2)]
        logs = self.evidence()
        for log in logs.glob("*.json"):
            if json.loads(log.read_text())["output_transcript"] not in ("pot_0000.ptau", "pot_0001.ptau", "pot_0002.ptau"):
                log.unlink()
                Path(f"{log}.sig").unlink()
        return self.script("verify_chain.sh", "--root", self.at / "pot_0000.ptau", "--chain", *files, "--log-dir", logs, "--root-pubkey", self.root, *more, expect=expect)

    def test_a_chain_without_a_beacon_needs_that_said(self):
        """The runbook of the seed has none. What was not agreed on is missing."""
        said = self.without_beacon(expect=2)
        self.assertIn("not run beacon-announced", said.out)
        self.assertIn("if none was agreed: --without-beacon", said.err)
        shutil.rmtree(self.path("phase1-logs"))
        said = self.without_beacon("--without-beacon", expect=0)
        self.assertIn("All transcripts and logs verified.", said.out)

    def test_a_beacon_that_was_announced_is_not_dropped(self):
        solemn("beacon", "announce", self.path("a.json"), "--chain", "quicknet", "--at", "2100-01-01T00:00:00Z", "--label", "Example 2026")
        self.append("beacon-announced", file_name("Org:Coordinator"), "--attach", self.path("a.json"))
        solemn("transcript", "checkpoint", self.record, "--sign-key", self.key(file_name("Org:Coordinator")))
        said = self.without_beacon("--without-beacon", expect=2)
        self.assertRegex(said.out, "FAILED  beacon-waived .*it was dropped")

    def test_status_2_for_a_bad_transcript(self):
        flip_bit(self.at / "pot_0002.ptau", self.at / "pot_0002.ptau", 8 * 900)
        self.chain(expect=2)

    def test_status_3_for_a_bad_signature(self):
        logs = self.evidence()
        log = next(p for p in logs.glob("contrib_*.json") if json.loads(p.read_text())["output_transcript"] == "pot_0001.ptau")
        signature = bytearray(Path(f"{log}.sig").read_bytes())
        signature[3] ^= 1
        Path(f"{log}.sig").write_bytes(signature)
        self.chain("--log-dir", logs, "--root-pubkey", self.root, expect=3)

    def test_status_4_for_too_few_contributors(self):
        self.chain("--log-dir", self.evidence(), "--root-pubkey", self.root, "--min-contributors", "3", expect=4)

    def test_status_5_without_logs(self):
        self.chain(expect=5)

    def test_status_1_for_a_file_that_cannot_be_read(self):
        """3 would say that a signature is not valid."""
        result = self.chain("--log-dir", self.evidence(), "--root-pubkey", "nowhere.pub", expect=1)
        self.assertIn("cannot open 'nowhere.pub'", result.err)

    def test_without_pinned_keys_contributors_are_not_counted(self):
        self.assertIn("not run distinct-contributors", self.chain("--log-dir", self.evidence(), expect=5).out)

    def test_a_file_given_twice_is_named(self):
        files = [self.at / f"pot_000{i}.ptau" for i in (1, 1, 2, 3)]
        result = self.script("verify_chain.sh", "--root", self.at / "pot_0000.ptau", "--chain", *files, expect=2)
        self.assertRegex(result.out, r"FAILED  phase1-order +'.*pot_0001.ptau' is given twice")

    def test_all_ways_to_add_entropy_and_to_replace(self):
        self.path("dice").write_text("123456" * 20)
        self.script("init_powersoftau.sh", "--power", "3", "--operator", "Org:Coordinator")
        self.script("init_powersoftau.sh", "--power", "3", "--operator", "Org:Coordinator", "--force")
        step = ("contribute.sh", "--in", "pot_0000.ptau", "--out", "pot_0001.ptau", "--name", "Org:Alice", "--entropy", "/dev/urandom", "--dice", "dice")
        self.script(*step)
        self.assertIn("exists already", self.script(*step, expect=2).err)
        said = self.script(*step, "--force").err
        self.assertIn("dice (64 bytes, SHA-512 of 120 throws)", said)
        self.assertLess(said.index("response hash"), said.index("publish the response hash"))  # what to publish is shown first
        self.script("prepare_phase2.sh", "--tau", "pot_0001.ptau", "--out", "pot_phase2.ptau")
        self.script("prepare_phase2.sh", "--tau", "pot_0001.ptau", "--out", "pot_phase2.ptau", "--force")

    def test_help_and_usage(self):
        for name in ("init_powersoftau.sh", "contribute.sh", "verify_chain.sh", "prepare_phase2.sh", "powersoftau"):
            self.assertIn("--", self.script(name, "--help").out)
        self.script("init_powersoftau.sh", "--power", "4", expect=1)
        self.script("contribute.sh", "--in", "x", expect=1)

def first_pixel(picture):
    """RGB of the upper left corner of a PNG as browsers make it: 8 bits, without alpha; the first row's filter changes nothing of its first pixel."""
    data, at, packed = picture.read_bytes(), 8, b""
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        packed += data[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    return zlib.decompress(packed)[1:4]


class Report(Audit):
    def test_one_page_without_scripts_or_network(self):
        page = self.path("report.html")
        self.audit("--report", page, expect=2)
        html = page.read_text()
        self.assertNotRegex(html, r"<script|<link|<img|https?://(?!www\.w3\.org)")
        for text in ("Org:Alice", "Org:Bob", "logs-match-files", "pot_0002.ptau", "prefers-color-scheme", "@media print"):
            self.assertIn(text, html)

    def test_hostile_names_are_text(self):
        shutil.copy(self.at / "circuit.r1cs", self.at / "<script>alert(1).ptau")
        shutil.copy(self.at / "pot_0001.ptau", self.at / "<b>&'\".ptau")
        page = self.path("report.html")
        self.audit("--report", page, expect=(1, 2))
        self.assertNotIn("<script", page.read_text())
        self.assertNotIn("<b>&", page.read_text())

    def test_a_browser_shows_it(self):
        browser = need("chromium", "to look at the report")
        page, picture = self.path("report.html"), self.path("report.png")
        self.audit("--report", page, expect=2)
        run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=2000",
             f"--user-data-dir={self.path('profile')}", "--window-size=1100,2400", f"--screenshot={picture}", f"file://{page}"], expect=None, timeout=120)
        self.assertGreater(picture.stat().st_size, 40_000, "a blank page")
        self.assertEqual(first_pixel(picture), b"\xff\xff\xff")
        look = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={self.path('profile')}"]
        run([*look, "--blink-settings=preferredColorScheme=0", f"--screenshot={picture}", f"file://{page}"], expect=None, timeout=120)
        self.assertEqual(first_pixel(picture), b"\x12\x17\x1f")  # the page in the dark
        run([*look, f"--print-to-pdf={self.path('page.pdf')}", f"file://{page}"], expect=None, timeout=120)
        printed = run([need("pdftotext"), "-layout", self.path("page.pdf"), "-"]).out
        for text in ("INCOMPLETE", "The chain", "Org:Bob", "beacon-announced", "contribution-ratios"):  # what is folded on the screen is there on paper
            self.assertIn(text, printed)
        for step in solemn_json("audit", self.at, "--root-key", self.root, expect=2)["steps"]:  # and nothing is cut off at the edge
            for at in range(0, 128, 8):
                self.assertIn(step["contribution_hash"][at : at + 8], printed)
        text = run([browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.path('profile')}", "--dump-dom", f"file://{page}"], expect=None, timeout=120).out
        self.assertIn("INCOMPLETE", text)
