"""What the documents that solemn makes true got wrong in their originals, and what went wrong elsewhere: by name, where no other file of this
folder has it yet. (Logs, records and files: audit_test, transcript_test. Bundles: release_test. Source text: embed_test. Points: files_test.)"""

import hashlib
import json
import os
import shutil
import time
from functools import lru_cache
from pathlib import Path

from audit_test import Ceremony
from ceremony import Attack, phase1, phase2
from embed_test import PROGRAM
from harness import KNOWN_ANSWER_BEACON, ROOT, compile_circuit, environment, flip_bit, run, solemn, solemn_json, solemn_path
from harness.bn254 import g1_bytes, g1_from_bytes, multiply
from harness.drand import Network
from harness.files import replace_section, section
from harness.terminal import at_terminal
from release import bundle, create, key, members, pub

BIN = ROOT / "bin"


class Script(Attack):
    def script(self, name, *arguments, expect=0, env=None, bin=BIN):
        return run([bin / name, *arguments], expect=expect, cwd=self.folder, env=env or environment(SOLEMN=solemn_path()))

    def contribute(self, *more, expect=0, name="Org:Alice", **options):
        return self.script("contribute.sh", "--in", phase1()["one"], "--out", "next.ptau", "--name", name, *more, expect=expect, **options)


class ContributionScripts(Script):
    def test_nobody_builds_on_a_file_that_does_not_verify(self):
        flip_bit(phase1()["one"], self.path("bad.ptau"), 8 * 900)
        said = self.script("contribute.sh", "--in", "bad.ptau", "--out", "next.ptau", "--name", "x", expect=2)
        self.assertNotIn("contribution_complete", said.out)
        self.assert_absent(self.path("next.ptau"), self.path("contrib_logs"))

    def test_a_log_that_cannot_be_signed_is_an_error(self):
        """The original printed the failure and said: complete."""
        self.path("pass").write_text("right\n")
        self.path("wrong").write_text("wrong\n")
        solemn("key", "new", "--type", "ed25519", "--passphrase-file", self.path("pass"), self.path("a.key"))
        for words in (("--passphrase-file", "wrong"), ("--passphrase-file", "absent")):
            said = self.contribute("--local-sign-key", "a.key", *words, expect=(1, 2, 3))
            self.assertNotIn("contribution_complete", said.out)
            self.assert_absent(self.path("next.ptau"))
        self.contribute("--local-sign-key", "a.key", "--passphrase-file", "pass")

    def test_a_log_tells_no_path_of_the_machine(self):
        """The original wrote the full paths of files, of the tool and of the entropy's source, and the machine's name."""
        self.path("my-secret-stick").write_bytes(os.urandom(100))
        self.contribute("--entropy", "my-secret-stick")
        (log,) = self.path("contrib_logs").glob("*.json")
        text = log.read_text()
        for word in (str(self.folder), str(ROOT), "my-secret-stick", os.uname().nodename):
            self.assertNotIn(word, text)
        self.assertIn("operating system", json.loads(text)["entropy"])

    def test_text_in_place_of_a_file_of_randomness(self):
        """Scripts everywhere pass text: --entropy "some text". It is a file name here, and text is no file."""
        said = self.contribute("--entropy", "some random text", expect=(2, 3))
        self.assertIn("some random text", said.err)
        self.assert_absent(self.path("next.ptau"))
        for option in ("-e=some text", "--entropy-text"):
            self.contribute(option, expect=1)

    def test_a_name_is_never_run_and_never_a_path(self):
        name = "Org:$(touch pwned);`touch pwned`../../../x"
        self.contribute(name=name)
        self.assert_absent(self.path("pwned"))
        (log,) = self.path("contrib_logs").glob("*.json")
        self.assertRegex(log.name, r"^contrib_[A-Za-z0-9._-]+\.json$")
        self.assertEqual(json.loads(log.read_text())["participant"], name)
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name not in ("contrib_logs", "next.ptau")], [])

    def test_no_temporary_file_is_left(self):
        """The originals left unpacked bundles and keys in the folder for temporary files."""
        self.path("tmp").mkdir()
        env = environment(SOLEMN=solemn_path(), TMPDIR=self.path("tmp"))
        self.contribute(env=env)
        self.contribute(env=env, expect=2)  # exists already
        self.script("verify_chain.sh", "--root", phase1()["fresh"], "--chain", phase1()["one"], env=env, expect=5)
        self.script("inspect_bundle.sh", "--bundle", bundle(), "--root-pubkey", pub(key("release")), env=env)
        self.script("inspect_bundle.sh", "--bundle", phase1()["one"], "--root-pubkey", pub(key("release")), env=env, expect=1)
        self.assertEqual(list(self.path("tmp").iterdir()), [])

    def test_without_the_verifier_nothing_is_verified(self):
        """The original passed over what it had no tool for."""
        shutil.copytree(BIN, self.path("alone/bin"))
        env = environment(PATH="/usr/bin:/bin", SOLEMN="/nonexistent")
        env.pop("POWERSOFTAU", None)
        for words in (("verify_chain.sh", "--root", phase1()["fresh"], "--chain", phase1()["one"]), ("contribute.sh", "--in", phase1()["one"], "--out", "n.ptau", "--name", "x"),
                      ("inspect_bundle.sh", "--bundle", bundle()), ("prepare_phase2.sh", "--tau", phase1()["beacon"], "--out", "p.ptau")):
            with self.subTest(words[0]):
                said = self.script(*words, bin=self.path("alone/bin"), env=env, expect=None)
                self.assertNotEqual(said.status, 0)
                self.assertNotIn("verified", said.out.lower())
                self.assertNotIn("complete", said.out)

    def test_a_tool_that_says_yes_to_everything_does_not_verify_the_chain(self):
        """--tool and POWERSOFTAU choose who contributes. The chain is judged by solemn."""
        env = environment(SOLEMN=solemn_path(), POWERSOFTAU="/bin/true")
        flip_bit(phase1()["one"], self.path("bad.ptau"), 8 * 900)
        self.script("verify_chain.sh", "--root", phase1()["fresh"], "--chain", self.path("bad.ptau"), env=env, expect=2)


class TypedText(Attack):
    def test_what_guides_and_repositories_teach_to_type(self):
        for text in ("asdkfj3948fjdksl39485jfkdls9384jfkdls", "mydog8392jumped0ver7the3fence2today", "test_entropy_12345", "random text for entropy", "worksphere-zkp-contrib", "/dev/urandom"):
            with self.subTest(text):
                argv = [solemn_path(), "ptau", "contribute", phase1()["one"], self.path("o"), "--name", "x", "--force", "--type-entropy"]
                status, shown, _ = at_terminal(argv, [("(Entropy):", text)], env=environment(XDG_STATE_HOME=self.path("state")))
                self.assertEqual(status, 0, shown)
                self.assertIn("tutorial", shown)
                self.assertIn("not counted", shown)

    def test_a_published_seed_repeats_nothing(self):
        """The "production seed" of an original is public, and everybody can compute its secret. Here a seed only adds."""
        self.path("seed").write_text("nonos-production-attestation-v1-2026" * 20)
        outputs = set()
        for name in "ab":
            solemn("ptau", "contribute", phase1()["one"], self.path(name), "--name", "x", "--entropy", self.path("seed"))
            solemn("zkey", "contribute", phase2()["one"], self.path("z" + name), "--name", "x", "--entropy", self.path("seed"))
            outputs |= {self.path(name).read_bytes(), self.path("z" + name).read_bytes()}
        self.assertEqual(len(outputs), 4)
        told = json.loads(solemn("ptau", "contribute", phase1()["one"], self.path("c"), "--name", "x", "--entropy", self.path("seed"), "--json").out)
        self.assertTrue(any(s["source"] == "operating system" and s["counted"] for s in told["entropy_sources"]))


class Existence(Attack):
    """Verification that looks whether a file is there."""

    FILES = ("pot_0000.ptau", "pot_0001.ptau", "pot_final.ptau", "circuit.r1cs", "circuit_0000.zkey", "circuit_0001.zkey")

    def test_a_folder_of_the_right_names(self):
        for content in (b"", bytes(4096), os.urandom(4096)):
            folder = self.path(hashlib.sha256(content).hexdigest()[:8])
            folder.mkdir()
            for name in self.FILES:
                (folder / name).write_bytes(content)
            report = solemn_json("audit", folder, expect=(1, 2))
            self.assertIn("files-readable", self.failed_rules(report))
            self.assertNotEqual(report["verdict"], "accepted")

    def test_files_of_the_right_size_and_header(self):
        """Everything but the points is right."""
        for noun, file, verify in (("ptau", phase1()["final"], ("ptau", "verify")), ("zkey", phase2()["final"], ("zkey", "verify", phase2()["r1cs"], phase2()["ptau"]))):
            data = bytearray(file.read_bytes())
            data[len(data) // 4 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 4)
            self.path(noun).write_bytes(data)
            solemn(*verify, self.path(noun), expect=(1, 4))

    def test_a_made_up_key_of_the_right_length(self):
        """The originals' build took any file of 96 bytes, and made one of 872 itself when there was none."""
        for content in (bytes(96), b"NONOSVK".ljust(872, b"\0"), os.urandom(872), b""):
            self.path("vk").write_bytes(content)
            self.path("v.rs").unlink(missing_ok=True)
            solemn("embed", "--vk", self.path("vk"), "--insecure-unsigned", *PROGRAM, "--out", self.path("v.rs"), expect=(1, 2, 4, 6))
            solemn("vkey", "check", self.path("vk"), expect=(1, 4))
            self.assert_absent(self.path("v.rs"))

    def test_bytes_after_the_key(self):
        """zk-embed of an original read a key from the beginning of whatever it was given."""
        solemn("zkey", "export", "arkworks-vk", phase2()["final"], self.path("good"))
        good = self.path("good").read_bytes()
        for content in (good + b"\0", good + good, good + bytes(48)):
            self.path("vk").write_bytes(content)
            solemn("embed", "--vk", self.path("vk"), "--insecure-unsigned", *PROGRAM, "--out", self.path("v.rs"), expect=(1, 4, 6))
            self.assert_absent(self.path("v.rs"))

    def test_one_key_under_the_names_of_several_circuits(self):
        """Their Makefile copied one key to four names. A key says which circuit it is of."""
        other = compile_circuit("mult20", "bn254")
        report = solemn_json("zkey", "verify", other.r1cs, phase2()["ptau"], phase2()["final"], expect=1)
        self.assertTrue({"circuit-hash", "circuit-shape"} & set(self.failed_rules(report)), report["checks"])
        for name in ("attestation", "boot"):
            solemn("embed", "--bundle", bundle(), "--root-pubkey", pub(key("release")), "--program-id-str", name, "--const-prefix", name, "--out", self.path(f"{name}.rs"))
        report = solemn_json("embed", "check", self.path("boot.rs"), "--bundle", bundle(), "--root-pubkey", pub(key("release")), "--program-id-str", "attestation", "--const-prefix", "boot", expect=1)
        self.assertIn("program-hash", self.failed_rules(report))

    def test_a_build_guard_that_is_never_asked(self):
        """The originals' guard sat behind a feature that nobody turned on, beside one that was on for everybody and proved nothing."""
        text = (ROOT / "examples" / "embed-guard" / "Cargo.toml").read_text()
        self.assertNotIn("zk-vk-provisioned", text[text.index("default =") : text.index("\n", text.index("default ="))])
        main = (ROOT / "examples" / "embed-guard" / "src" / "main.rs").read_text()
        self.assertIn('#[cfg(feature = "zk-vk-provisioned")]', main)  # without it there is no key, not another one

    def test_the_first_bytes_of_a_longer_file(self):
        """head -c 872 of a file whose first 36 bytes are a header."""
        solemn("zkey", "export", "arkworks-vk", phase2()["final"], self.path("good"))
        good = self.path("good").read_bytes()
        self.path("vk").write_bytes((bytes(36) + good)[: len(good)])
        solemn("embed", "--vk", self.path("vk"), "--insecure-unsigned", *PROGRAM, "--out", self.path("v.rs"), expect=(1, 4, 6))
        self.assert_absent(self.path("v.rs"))


class Phase2(Attack):
    def test_a_contribution_that_multiplies_by_powers(self):
        """An original's "contribution" multiplied the i-th point of a query by tau^i: the key no longer is one of the circuit."""
        body, scale = b"", 5
        points = section(phase2()["final"], 8)
        for i in range(len(points) // 64):
            point = g1_from_bytes(points[64 * i : 64 * i + 64])
            body += g1_bytes(None if point is None else multiply(scale ** (i + 1), point))
        self.assertNotEqual(body, points)
        replace_section(phase2()["final"], self.path("z"), 8, body)
        report = solemn_json("zkey", "verify", phase2()["r1cs"], phase2()["ptau"], self.path("z"), expect=1)
        self.assertTrue(self.failed_rules(report))
        self.assertEqual([c["outcome"] for c in report["checks"] if c["rule"] == "circuit-hash"], ["passed"])

    def test_a_ceremony_without_contributions_is_not_finished_by_a_beacon(self):
        solemn("zkey", "beacon", phase2()["zero"], self.path("z"), "--name", "b", "--value", "5a" * 31 + "01", "--iterations-exp", 10, expect=(0, 1, 6))
        if self.path("z").exists():
            create(self.path("bundle"), "--missing-transcripts", zkey=self.path("z"), expect=(1, 6))
        self.assert_absent(self.path("bundle"))

    def test_which_key_is_the_ceremonys(self):
        """One file name, five keys: elsewhere nothing machine-readable told them apart."""
        solemn("zkey", "contribute", phase2()["one"], self.path("rerun"), "--name", "Bob")
        for name in ("zero", "one", "two", "rerun", "final"):
            file = self.path("semaphore-10.zkey")
            shutil.copy(self.path("rerun") if name == "rerun" else phase2()[name], file)
            report = solemn_json("bundle", "verify", bundle(), "--root-pubkey", pub(key("release")), "--zkey", file, expect=None)
            self.assertEqual(report["verdict"] == "accepted", name == "final", (name, report["checks"]))
        self.assertTrue(members(bundle()))


class KnownEarly(Attack):
    """Beacons in an audited record: the value must be of a round that was committed to, and that nobody knew."""

    @staticmethod
    @lru_cache(maxsize=None)
    def network():
        return Network()

    def ceremony(self, announced_for=None, announced_at=-7200, used_first=False, announce=True, other_round=0, also_for=(), phase2=False, purpose=b"Example 2026", seal_after=None):
        """Phase 1 with a beacon whose round is at announced_for seconds from now; the announcement says it was made at announced_at. With a
        witness, who cosigns after the step seal_after, when that is given."""
        network, now = self.network(), int(time.time())
        self.path("c").mkdir()
        c = Ceremony(self.path("c"))
        c.make_keys()
        if seal_after:
            solemn("key", "new", "--type", "ed25519", "--no-passphrase", self.path("witness.key"))
            solemn("key", "public", self.path("witness.key"), "-o", self.path("witness.pem"))
        c.begin_record(self.path("witness.pem") if seal_after else None)
        coordinator = ("--sign-key", c.key("Org:Coordinator"))

        def seal(step):
            if seal_after == step:
                solemn("transcript", "checkpoint", c.record, *coordinator)
                solemn("transcript", "cosign", c.record, "--sign-key", self.path("witness.key"), "--memory", self.path("memory"))

        number = network.round_at(now + announced_for)
        utc = lambda t: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(t))  # noqa: E731
        files = {"chain.json": network.info, "round.json": {**network.sign(number), "chain_hash": network.info["hash"]}}
        def announcement(seconds, purpose):
            return {"schema": "solemn.beacon.announcement/1", "chain_hash": network.info["hash"], "round": network.round_at(now + seconds), "round_time": utc(now + seconds),
                    "purpose": hashlib.sha256(purpose).hexdigest(), "created_at": utc(now + announced_at)}

        files["announcement.json"] = announcement(announced_for + other_round, purpose)
        also = [f"also{i}.json" for i in range(len(also_for))]
        files.update({name: announcement(seconds, b"Example 2026, phase 1") for name, seconds in zip(also, also_for)})
        for name, value in files.items():
            self.path(name).write_text(json.dumps(value))
        c.by_coordinator("ptau", "new", "bn254", 3, c.folder / "0.ptau")
        if announce:
            solemn("transcript", "append", c.record, "beacon-announced", "--attach", self.path("announcement.json"), *coordinator)
        for name in also:
            solemn("transcript", "append", c.record, "beacon-announced", "--attach", self.path(name), *coordinator)
        seal("announcement")

        def use():
            solemn("transcript", "append", c.record, "beacon-used", "--attach", self.path("round.json"), *coordinator, expect=0 if announce else 6)

        if used_first:
            use()
        c.contribute("ptau", "0.ptau", "1.ptau", "Org:Alice")
        seal("contribution")
        if not used_first:
            use()
        c.by_coordinator("ptau", "beacon", c.folder / "1.ptau", c.folder / "2.ptau", "--drand", self.path("round.json"), "--chain-info", self.path("chain.json"), "--iterations-exp", 10)
        if phase2:
            c.by_coordinator("ptau", "prepare", c.folder / "2.ptau", c.folder / "final.ptau")
            shutil.copy(compile_circuit("mult1", "bn254").r1cs, c.folder / "circuit.r1cs")
            c.by_coordinator("zkey", "new", c.folder / "circuit.r1cs", c.folder / "final.ptau", c.folder / "0.zkey")
            c.contribute("zkey", "0.zkey", "1.zkey", "Org:Alice")
        solemn("transcript", "checkpoint", c.record, *coordinator)
        report = solemn_json("audit", c.folder, "--root-key", c.root_key, "--chain-info", self.path("chain.json"), expect=(1, 2))
        return {check["rule"]: check for check in report["checks"]}

    def test_an_announced_round_that_comes_after_the_last_contribution(self):
        checks = self.ceremony(announced_for=3600)
        for rule in ("beacon-announced", "beacon-unknown-before"):
            self.assertEqual(checks[rule]["outcome"], "passed", checks[rule])

    def test_a_round_that_was_out_before_the_last_contribution(self):
        checks = self.ceremony(announced_for=-3600)
        self.assertEqual(checks["beacon-unknown-before"]["outcome"], "failed")
        self.assertIn("the round was out at", checks["beacon-unknown-before"]["detail"])

    def test_an_announcement_made_when_the_round_was_out(self):
        checks = self.ceremony(announced_for=-3600, announced_at=-1800)
        self.assertEqual(checks["beacon-announced"]["outcome"], "failed")
        self.assertIn("announcement-early", checks["beacon-announced"]["detail"])

    def test_an_announcement_that_is_put_into_the_record_late(self):
        checks = self.ceremony(announced_for=-3600)
        self.assertEqual(checks["beacon-announced"]["outcome"], "failed")
        self.assertIn("came into the record when the round was out", checks["beacon-announced"]["detail"])

    def test_many_rounds_announced_and_the_best_one_used(self):
        checks = self.ceremony(announced_for=3600, also_for=(3700, 3800))
        self.assertEqual(checks["beacon-announced"]["outcome"], "failed")
        self.assertIn("could choose", checks["beacon-announced"]["detail"])

    def test_a_round_that_came_too_early_may_be_announced_anew(self):
        checks = self.ceremony(announced_for=3600, also_for=(-3600,))
        for rule in ("beacon-announced", "beacon-unknown-before"):
            self.assertEqual(checks[rule]["outcome"], "passed", checks[rule])

    def test_a_contribution_recorded_after_the_beacon(self):
        """Its log may claim any time: the record's order says that its maker knew the value."""
        checks = self.ceremony(announced_for=3600, used_first=True)
        self.assertEqual(checks["beacon-unknown-before"]["outcome"], "failed")
        self.assertIn("came into the record after the beacon", checks["beacon-unknown-before"]["detail"])

    def test_a_contribution_that_the_witness_has_seen_before_the_round(self):
        self.assertEqual(self.ceremony(announced_for=3600, seal_after="contribution")["beacon-witnessed"]["outcome"], "passed")

    def test_a_contribution_with_a_time_of_its_own_making(self):
        """Log and record say that it came before the round; the witness saw it only when the round was out, or never."""
        for seal_after, announced_for, missing in (("contribution", -3600, ("announcement", "1.ptau")), ("announcement", 3600, ("'1.ptau'",))):
            with self.subTest(seal_after):
                shutil.rmtree(self.path("c"), ignore_errors=True)
                for left in ("witness.key", "witness.pem", "memory"):
                    self.path(left).unlink(missing_ok=True)
                check = self.ceremony(announced_for=announced_for, seal_after=seal_after)["beacon-witnessed"]
                self.assertEqual(check["outcome"], "failed")
                for name in missing:
                    self.assertIn(name, check["detail"])

    def test_a_chain_without_a_beacon_is_not_covered_by_another_chains(self):
        checks = self.ceremony(announced_for=3600, phase2=True)
        for rule in ("beacon-announced", "beacon-unknown-before"):
            self.assertEqual(checks[rule]["outcome"], "not_run", checks[rule])
            self.assertIn("does not end with a beacon", checks[rule]["detail"])

    def test_a_round_announced_for_one_phase(self):
        self.assertEqual(self.ceremony(announced_for=3600, purpose=b"Example 2026, phase 1")["beacon-announced"]["outcome"], "passed")

    def test_a_round_announced_for_another_phase(self):
        checks = self.ceremony(announced_for=3600, purpose=b"Example 2026, phase 2")
        self.assertEqual(checks["beacon-announced"]["outcome"], "failed")
        self.assertIn("announcement-purpose", checks["beacon-announced"]["detail"])

    def test_a_round_announced_for_another_ceremony(self):
        checks = self.ceremony(announced_for=3600, purpose=b"Example 2025")
        self.assertIn("announcement-purpose", checks["beacon-announced"]["detail"])

    def test_a_round_that_nobody_announced(self):
        """The record takes no round that was not announced; without one in the record nothing can be shown."""
        checks = self.ceremony(announced_for=3600, announce=False)
        self.assertEqual(checks["beacon-announced"]["outcome"], "not_run")
        self.assertIn("no drand round of the record", checks["beacon-announced"]["detail"])

    def test_another_round_than_the_announced_one(self):
        checks = self.ceremony(announced_for=3600, other_round=60)
        self.assertEqual(checks["beacon-announced"]["outcome"], "failed")
        self.assertIn("was not announced before it was used", checks["beacon-announced"]["detail"])

    def test_the_value_of_the_tutorials(self):
        """The beacon of an original: 0102...1f, for everybody and every year."""
        solemn("ptau", "beacon", phase1()["two"], self.path("p"), "--name", "b", "--value", KNOWN_ANSWER_BEACON, "--iterations-exp", 10, "--insecure-test-beacon")
        self.path("f").mkdir()
        for name, file in (("0", phase1()["fresh"]), ("1", phase1()["one"]), ("2", phase1()["two"]), ("3", self.path("p"))):
            shutil.copy(file, self.path("f") / f"{name}.ptau")
        report = solemn_json("audit", self.path("f"), expect=1)
        self.assertIn("no-test-beacon", str([c for c in report["checks"] if c["rule"] == "phase1-files"]))


class Documents(Attack):
    def test_a_proving_key_is_never_called_secret(self):
        """Two originals call it secret and ship it; who cannot get it cannot verify."""
        for name in ("README.md", "docs/RUNBOOK.md", "scripts/generate-keys-production.sh"):
            self.assertRegex((ROOT / name).read_text(), r"publish|published")

    def test_nothing_in_the_tree_gives_text_for_randomness_to_a_command(self):
        for file in [*Path(ROOT / "scripts").iterdir(), *BIN.iterdir()]:
            if file.is_file():
                self.assertNotRegex(file.read_text(), r"contribute[^\n]*(-e=|--entropy[= ]\"?[a-z]+ )", file)
