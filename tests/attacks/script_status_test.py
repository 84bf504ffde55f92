"""The exit statuses of the seed's script names: 2 transcript, 3 signature, 4 threshold, 5 missing signers. For every line of the tables that
the program decides by (it prints them with --json), the wrong thing is fed to the script, and that check and that status come back."""

import atexit
import json
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

import audit_test
import origins_test
from ceremony import phase2
from harness import ROOT, Case, compile_circuit, environment, flip_bit, run, solemn, solemn_json, solemn_path
from release import METADATA, VK, bundle, create, key, members, pack, pub, signed

BIN = ROOT / "bin"


@lru_cache(maxsize=None)
def honest() -> Path:
    """Two phases without beacons, which is what the participants agreed on: everything passes."""
    at = Path(tempfile.mkdtemp(prefix="solemn-status-"))
    atexit.register(shutil.rmtree, at, ignore_errors=True)
    c = audit_test.Ceremony(at)
    c.make_keys()
    c.begin_record()
    f = c.folder
    c.by_coordinator("ptau", "new", "bn254", 4, f / "pot_0.ptau")
    c.contribute("ptau", "pot_0.ptau", "pot_1.ptau", "Org:Alice")
    c.contribute("ptau", "pot_1.ptau", "pot_2.ptau", "Org:Bob")
    c.by_coordinator("ptau", "prepare", f / "pot_2.ptau", f / "pot_final.ptau")
    shutil.copy(compile_circuit("mult1", "bn254").r1cs, f / "circuit.r1cs")
    c.by_coordinator("zkey", "new", f / "circuit.r1cs", f / "pot_final.ptau", f / "key_0.zkey")
    c.contribute("zkey", "key_0.zkey", "key_1.zkey", "Org:Carol")
    c.contribute("zkey", "key_1.zkey", "key_2.zkey", "Org:Alice")
    solemn("transcript", "checkpoint", c.record, "--sign-key", c.key("Org:Coordinator"))
    return at


def table(*words) -> dict:
    """(rule, outcome) -> status, as the program decides."""
    said = solemn_json(*words, expect=None)
    lines = {(line["rule"], line["outcome"]): line["status"] for line in said["script_statuses"]}
    assert len(lines) == len(said["script_statuses"])
    return lines


def outcome_line(rule, outcome) -> str:
    return rf"(?m)^{'FAILED' if outcome == 'failed' else 'not run'} +{rule}( |$)"


class VerifyChain(audit_test.Audit):
    def setUp(self):
        Case.setUp(self)
        self.begin()

    def begin(self):
        shutil.rmtree(self.path("all"), ignore_errors=True)
        shutil.copytree(honest(), self.path("all"))
        self.at = self.path("all") / "ceremony"
        self.logs, self.record = self.at / "logs", self.at / "record"
        self.options = {"--root-pubkey": self.path("all") / "keys" / "root.pem", "--without-beacon": None}

    def verify(self):
        """The script, on all files that are here."""
        logs = self.path("logs")
        shutil.rmtree(logs, ignore_errors=True)
        shutil.copytree(self.logs, logs)
        shutil.copytree(self.record, logs / "record")
        first, *more = sorted(self.at.glob("*.ptau")) + sorted(p for p in self.at.iterdir() if p.suffix in (".zkey", ".r1cs"))
        options = [str(x) for pair in self.options.items() for x in pair if x is not None]
        return run([BIN / "verify_chain.sh", "--root", first, "--chain", *more, "--log-dir", logs, *options], expect=None, env=environment(SOLEMN=solemn_path()))

    def rewrite(self, output, person, **change):
        log = self.log_of(output)
        log.write_text(json.dumps({**json.loads(log.read_text()), **change}))
        self.resign(log, person)

    # What is wrong, for each line of the table.

    def files_readable(self):
        (self.at / "key_2.zkey").write_bytes((self.at / "key_2.zkey").read_bytes()[:-100])

    def phase1_order(self):
        (self.at / "pot_1.ptau").unlink()

    def phase1_files(self):
        flip_bit(self.at / "pot_2.ptau", self.at / "pot_2.ptau", 8 * 900)

    def phase2_order(self):
        (self.at / "key_0.zkey").unlink()

    def phase2_files(self):
        file = self.at / "key_1.zkey"
        flip_bit(file, file, 4 * file.stat().st_size)

    def derived_files(self):
        self.rewrite("pot_final.ptau", "Org:Coordinator", kind="ptau-contribution")

    def logs_match_files(self):
        self.rewrite("pot_1.ptau", "Org:Alice", output_sha256="0" * 64)

    def logs_match_steps(self):
        self.rewrite("pot_1.ptau", "Org:Alice", contribution_hash="ab" * 64)

    def logs_in_order(self):
        self.rewrite("pot_2.ptau", "Org:Bob", timestamp="2020-01-01T00:00:00Z", started_at="2020-01-01T00:00:00Z")

    def beacon_waived(self):
        solemn("beacon", "announce", self.path("a.json"), "--chain", "quicknet", "--at", "2100-01-01T00:00:00Z", "--label", "Example 2026")
        self.append("beacon-announced", "coordinator", "--attach", self.path("a.json"))
        solemn("transcript", "checkpoint", self.record, "--sign-key", self.key("coordinator"))

    def with_drand(self, **how):
        case = origins_test.KnownEarly()
        Case.setUp(case)
        self.addCleanup(case.doCleanups)
        case.ceremony(**how)
        self.at = case.path("c") / "ceremony"
        self.logs, self.record = self.at / "logs", self.at / "record"
        self.options = {"--root-pubkey": case.path("c") / "keys" / "root.pem", "--chain-info": case.path("chain.json")}

    def beacon_announced(self):
        self.with_drand(announced_for=3600, other_round=60)

    def beacon_unknown_before(self):
        self.with_drand(announced_for=3600, used_first=True)

    def beacon_witnessed(self):
        self.with_drand(announced_for=3600, seal_after="announcement")

    def log_signatures(self):
        file = Path(f"{self.log_of('pot_1.ptau')}.sig")
        file.write_bytes(bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:])

    def record_(self):
        entries = self.record / "entries.jsonl"
        lines = entries.read_bytes().splitlines(True)
        entries.write_bytes(b"".join(lines[:2] + lines[3:]))

    def record_covers_logs(self):
        log = self.log_of("pot_2.ptau")
        log.write_text(log.read_text() + " ")
        self.resign(log, "Org:Bob")

    def log_participants(self):
        solemn("key", "new", "--type", "ed25519", "--no-passphrase", self.path("dave.key"))
        solemn("zkey", "contribute", self.at / "key_2.zkey", self.at / "key_3.zkey", "--name", "Org:Dave", "--log", self.logs, "--sign-key", self.path("dave.key"))

    def logs_signed(self):
        Path(f"{self.log_of('pot_0.ptau')}.sig").unlink()

    def files_have_logs(self):
        log = self.log_of("pot_1.ptau")
        log.unlink()
        Path(f"{log}.sig").unlink()

    def participants_pinned(self):
        del self.options["--root-pubkey"]

    def distinct_contributors(self):
        self.options["--min-contributors"] = 3

    WRONG = {
        ("files-readable", "failed"): (2, files_readable),
        ("phase1-order", "failed"): (2, phase1_order),
        ("phase1-files", "failed"): (2, phase1_files),
        ("phase2-order", "failed"): (2, phase2_order),
        ("phase2-files", "failed"): (2, phase2_files),
        ("derived-files", "failed"): (2, derived_files),
        ("logs-match-files", "failed"): (2, logs_match_files),
        ("logs-match-steps", "failed"): (2, logs_match_steps),
        ("logs-in-order", "failed"): (2, logs_in_order),
        ("beacon-announced", "failed"): (2, beacon_announced),
        ("beacon-unknown-before", "failed"): (2, beacon_unknown_before),
        ("beacon-witnessed", "failed"): (2, beacon_witnessed),
        ("beacon-waived", "failed"): (2, beacon_waived),
        ("log-signatures", "failed"): (3, log_signatures),
        ("record", "failed"): (3, record_),
        ("record-covers-logs", "failed"): (3, record_covers_logs),
        ("log-participants", "failed"): (3, log_participants),
        ("logs-signed", "failed"): (5, logs_signed),
        ("files-have-logs", "failed"): (5, files_have_logs),
        ("participants-pinned", "not_run"): (5, participants_pinned),
        ("distinct-contributors", "failed"): (4, distinct_contributors),
    }

    def test_honest(self):
        for how in (lambda: None, lambda: self.with_drand(announced_for=3600)):
            how()
            said = self.verify()
            self.assertEqual(said.status, 0, said.out)
            self.assertIn("All transcripts and logs verified.", said.out)

    def test_every_line_of_the_table(self):
        lines = table("audit", self.at, "--script-status")
        self.assertEqual(lines, {line: status for line, (status, _) in self.WRONG.items()})
        for (rule, outcome), (status, spoil) in self.WRONG.items():
            with self.subTest(rule, outcome=outcome):
                self.begin()
                spoil(self)
                said = self.verify()
                self.assertRegex(said.out, outcome_line(rule, outcome))
                self.assertEqual(said.status, status, said.out)
                self.assertNotIn("All transcripts and logs verified.", said.out)

    def test_what_was_not_run_is_a_transcript_that_is_not_known_to_be_valid(self):
        del self.options["--without-beacon"]
        said = self.verify()
        self.assertRegex(said.out, outcome_line("beacon-announced", "not_run"))
        self.assertEqual(said.status, 2)

    def test_usage_and_files_that_cannot_be_read(self):
        self.options["--root-pubkey"] = self.path("nowhere")
        self.assertEqual(self.verify().status, 1)


class InspectBundle(Case):
    def setUp(self):
        super().setUp()
        self.file, self.options = bundle(), ["--root-pubkey", pub(key("release"))]

    def inspect(self):
        return run([BIN / "inspect_bundle.sh", "--bundle", self.file, *self.options], expect=None, env=environment(SOLEMN=solemn_path()))

    def signed(self, **change):
        said = json.loads(members(bundle())[METADATA])
        self.file = signed(self.path("b"), members(bundle())[VK], {**said, **change})

    def signer_list(self):
        """A list that somebody else signed."""
        self.path("list.json").write_text("{}")
        self.options += ["--signers", self.path("list.json")]

    def pinned_keys(self):
        self.options += ["--root-pubkey", pub(key("release")), "--threshold", 2]

    def signature(self):
        self.options = ["--root-pubkey", pub(key("stranger"))]

    def no_keys(self):
        self.options = []

    def cosignatures(self):
        """The envelope of another bundle as the fourth member."""
        create(self.path("other"), "--missing-transcripts", keys=("release", "second"))
        self.file = pack(self.path("b"), [*members(bundle()).items(), ("signatures.dsse.json", members(self.path("other"))["signatures.dsse.json"])])

    def statement(self):
        create(self.path("other"), "--missing-transcripts")
        self.options += ["--statement", f"{self.path('other')}.dsse.json"]

    def distinct_signers(self):
        """Two signatures of one key in the envelope."""
        create(self.path("other"), "--missing-transcripts", keys=("release", "second"))
        all_members = members(self.path("other"))
        envelope = json.loads(all_members["signatures.dsse.json"])
        envelope["signatures"] = [envelope["signatures"][0]] * 2
        self.file = pack(self.path("b"), [*list(all_members.items())[:3], ("signatures.dsse.json", json.dumps(envelope).encode())])

    def threshold(self):
        self.options += ["--root-pubkey", pub(key("second")), "--threshold", 2]

    def contributions(self):
        said = json.loads(members(bundle())[METADATA])
        self.signed(participants=[p for p in said["participants"] if p["phase"] == "1"])

    def contributions_exist(self):
        self.options += ["--zkey", phase2()["zero"]]

    def ceremony_verified(self):
        solemn("bundle", "create", self.path("b"), "--zkey", phase2()["final"], "--chain-only", "--missing-transcripts", "--sign-key", key("release"))
        self.file = self.path("b")

    WRONG = {
        ("signer-list", "failed"): (5, signer_list),
        ("pinned-keys", "failed"): (5, pinned_keys),
        ("signature", "failed"): (3, signature),
        ("signature", "not_run"): (3, no_keys),
        ("cosignatures", "failed"): (3, cosignatures),
        ("statement", "failed"): (3, statement),
        ("distinct-signers", "failed"): (5, distinct_signers),
        ("threshold", "failed"): (4, threshold),
        ("contributions", "failed"): (2, contributions),
        ("contributions-exist", "failed"): (2, contributions_exist),
        ("ceremony-verified", "not_run"): (2, ceremony_verified),
    }

    def test_honest(self):
        self.assertEqual(self.inspect().status, 0)

    def test_every_line_of_the_table(self):
        lines = table("bundle", "verify", bundle(), "--root-pubkey", pub(key("release")), "--seed-status")
        self.assertEqual(lines, {line: status for line, (status, _) in self.WRONG.items()})
        for (rule, outcome), (status, spoil) in self.WRONG.items():
            with self.subTest(rule, outcome=outcome):
                for made in self.folder.iterdir():
                    made.unlink()
                self.file, self.options = bundle(), ["--root-pubkey", pub(key("release"))]
                spoil(self)
                said = self.inspect()
                self.assertRegex(said.out, outcome_line(rule, outcome))
                self.assertEqual(said.status, status, said.out)

    def test_anything_else_is_1(self):
        self.file = pack(self.path("b"), [*members(bundle()).items(), ("more", b"")])
        self.assertEqual(self.inspect().status, 1)
        self.file = self.path("none")
        self.assertEqual(self.inspect().status, 1)
