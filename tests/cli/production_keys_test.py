"""scripts/generate-keys-production.sh as people meet it: at a terminal, for several proof types, and with everything that can go wrong."""

import json
import re
import shutil
import subprocess
import time

from harness import PUBLIC_BEACON, KNOWN_ANSWER_BEACON, ROOT, Case, compile_circuit, environment, need, run, sha256, snarkjs_accepts_proof, snarkjs_accepts_zkey, solemn, solemn_json, solemn_path
from harness.drand import Network, recorded
from harness.terminal import at_terminal

SCRIPT = ROOT / "scripts" / "generate-keys-production.sh"
PROMPT, BEACON_1, BEACON_2 = "Enter a random text. (Entropy):", "Beacon of phase 1:", "Beacon of phase 2:"
TEXTS = [f"Kq7 veranda {n} mulberry Xp2 zephyr" for n in range(6)]
VALUE_2 = "c1c6b8a5d8f7e0934b2a17f0e8d9caab43215f6e7d8c9ba0f1e2d3c4b5a69788"


class Production(Case):
    def setUp(self):
        super().setUp()
        self.circuits = self.path("circuits")
        self.circuits.mkdir()
        self.env = environment(SOLEMN=solemn_path(), XDG_STATE_HOME=self.path("state"))
        for name in ("standard", "threshold"):
            circuit = compile_circuit("mult1", "bn254")
            shutil.copy(circuit.r1cs, self.circuits / f"{name}.r1cs")
            circuit.witness_by_circom({"a": 3, "b": 11}, self.circuits / f"{name}.wtns")
            (self.circuits / f"{name}.circom").write_text("// the source\n")
            (self.circuits / f"{name}.wtns.input.json").unlink()

    def words(self, *more):
        return [SCRIPT, "--circuits", self.circuits, "--out", self.path("out"), *more]

    def typed(self, *more, beacons=((BEACON_1, PUBLIC_BEACON), (BEACON_2, VALUE_2)), texts=TEXTS):
        """At a terminal: two texts in phase 1, two for each proof type."""
        first, *rest = beacons
        answers = [(PROMPT, text) for text in texts[:2]] + [first] + [b for b in rest if b[0] == BEACON_1]
        answers += [(PROMPT, text) for text in texts[2:]] + [b for b in rest if b[0] == BEACON_2]
        return at_terminal(self.words(*more), answers, env=self.env)

    def unattended(self, *more, expect=0):
        """Without a terminal, as a CI job would."""
        done = subprocess.run([str(w) for w in self.words(*more)], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=self.env, start_new_session=True, timeout=300)
        self.assertEqual(done.returncode, expect, done.stderr[-3000:])
        return done

    def refused(self, *more, expect, says):
        said = self.unattended(*more, expect=expect).stderr
        self.assertIn(says, said)
        self.assert_absent(self.path("out"), self.path("out.unfinished"))
        return said


class AtATerminal(Production):
    def test_two_proof_types_from_typed_text_to_verified_keys(self):
        status, shown, left = self.typed()
        self.assertEqual((status, left), (0, []), shown[-3000:])
        self.assertEqual(shown.count(PROMPT), 6)
        for text in TEXTS:
            self.assertNotIn(text, shown)
        self.assertIn("rehearsal", shown)
        out = self.path("out")
        for name in ("standard", "threshold"):
            key, r1cs, ptau = out / f"{name}Proof.zkey", self.circuits / f"{name}.r1cs", out / "ceremony" / "pot_final.ptau"
            self.assertEqual(solemn_json("zkey", "verify", r1cs, ptau, key)["verdict"], "accepted")
            info = solemn_json("zkey", "info", key)
            self.assertEqual([c["claimed_name"] for c in info["steps"]], ["contributor 1", "contributor 2", "beacon"])
            vkey = json.loads((out / f"{name}Proof.vkey.json").read_text())
            self.assertNotEqual(vkey["vk_gamma_2"], vkey["vk_delta_2"])
            snarkjs_accepts_zkey(r1cs, ptau, key)
            files = self.path("p"), self.path("pub")
            solemn("proof", "create", key, self.circuits / f"{name}.wtns", *files, "--force")
            snarkjs_accepts_proof(out / f"{name}Proof.vkey.json", files[1], files[0])
        self.assertNotEqual(sha256(out / "standardProof.zkey"), sha256(out / "thresholdProof.zkey"))
        run(["sha256sum", "--strict", "-c", "BACKUP-MANIFEST.sha256"], cwd=out)
        listed = re.findall(r"^[0-9a-f]{64}  \./(.*)$", (out / "BACKUP-MANIFEST.sha256").read_text(), re.M)
        self.assertEqual(sorted(listed), sorted(str(f.relative_to(out)) for f in out.rglob("*") if f.is_file() and f.name != "BACKUP-MANIFEST.sha256"))
        self.assertIn(f"manifest_sha256={sha256(out / 'BACKUP-MANIFEST.sha256')}", shown)
        for file in out.rglob("*"):
            if file.is_file():
                self.assertFalse(any(text.encode() in file.read_bytes() for text in TEXTS), file)

    def test_a_copy_that_changed_is_seen_by_the_manifest(self):
        self.unattended("--mode=test", "--types", "standard")
        key = self.path("out") / "TEST-ONLY-standardProof.zkey"
        data = bytearray(key.read_bytes())
        data[1000] ^= 1
        key.write_bytes(data)
        self.assertIn("TEST-ONLY-standardProof.zkey: FAILED", run(["sha256sum", "-c", "TEST-ONLY-BACKUP-MANIFEST.sha256"], cwd=self.path("out"), expect=1).out)

    def test_the_beacon_of_the_tutorials_is_refused_and_asked_for_again(self):
        status, shown, left = self.typed("--types", "standard", beacons=((BEACON_1, KNOWN_ANSWER_BEACON), (BEACON_1, PUBLIC_BEACON), (BEACON_2, VALUE_2)), texts=TEXTS[:4])
        self.assertEqual((status, left), (0, []), shown[-3000:])
        self.assertEqual(shown.count(BEACON_1), 2)
        self.assertEqual(solemn_json("ptau", "info", self.path("out") / "ceremony" / "pot_beacon.ptau")["steps"][-1]["beacon"], PUBLIC_BEACON)

    def test_bad_values_are_explained_for_as_long_as_people_try(self):
        """The contributions of others are not thrown away for a typing error. Who stops is told how it goes on."""
        bad = [KNOWN_ANSWER_BEACON, "0x1234", "nowhere.json", ""]
        status, shown, left = at_terminal(self.words("--types", "standard"), [(PROMPT, t) for t in TEXTS[:2]] + [(BEACON_1, value) for value in (*bad, "stop")], env=self.env)
        self.assertEqual((status, left), (6, []), shown[-2000:])
        self.assertEqual(shown.count(BEACON_1), 5)
        for phrase in ("without 0x", "'nowhere.json' is no file here", "beacon fetch --chain quicknet", "no good beacon for phase 1"):
            self.assertIn(phrase, shown)
        self.assert_absent(self.path("out"))
        line = re.search(r"it goes on with: solemn (.*) --drand FILE (.*?)\r?$", shown, re.M)
        solemn(*line[1].split(), "--value", PUBLIC_BEACON, "--name", "beacon", *line[2].split())
        solemn("ptau", "verify", self.path("out.unfinished") / "ceremony" / "pot_beacon.ptau")

    def test_a_round_of_drand_from_before_the_contributions(self):
        """Any published round verifies; only the time says that everybody knew it."""
        self.path("old.json").write_text(json.dumps(recorded("quicknet", 1000)))
        status, shown, _ = at_terminal(self.words("--types", "standard", "--chain", "quicknet"), [(PROMPT, t) for t in TEXTS[:2]] + [(BEACON_1, str(self.path("old.json"))), (BEACON_1, "stop")], env=self.env)
        self.assertEqual(status, 6, shown[-2000:])
        self.assertIn("this round was out before the last contribution", shown)

    def test_rounds_of_drand_from_after_them(self):
        network = Network()
        self.path("chain.json").write_text(json.dumps(network.info))
        beacons = []
        for number, prompt in enumerate((BEACON_1, BEACON_2)):
            file = self.path(f"round{number}.json")
            file.write_text(json.dumps(network.sign(network.round_at(time.time()) + 3600 + number)))
            beacons.append((prompt, str(file)))
        status, shown, left = self.typed("--types", "standard", "--chain-info", self.path("chain.json"), beacons=beacons, texts=TEXTS[:4])
        self.assertEqual((status, left), (0, []), shown[-3000:])
        solemn("ptau", "verify", self.path("out") / "ceremony" / "pot_beacon.ptau", "--drand", beacons[0][1], "--chain-info", self.path("chain.json"))
        solemn("zkey", "verify", self.circuits / "standard.r1cs", self.path("out") / "ceremony" / "pot_final.ptau", self.path("out") / "standardProof.zkey", "--drand", beacons[1][1], "--chain-info", self.path("chain.json"))

    def test_predictable_empty_and_repeated_texts_are_told(self):
        status, shown, _ = self.typed("--types", "standard", texts=["asdkfj3948fjdksl39485jfkdls9384jfkdls", "", "test_entropy_12345", "test_entropy_12345"])
        self.assertEqual(status, 0, shown[-3000:])
        for phrase in ("the example of a tutorial", "the text is empty", "typed before"):
            self.assertIn(phrase, shown)


class Interrupted(Production):
    """Killed, with everything that it runs, at a place that a program in front of solemn chooses; then run again with the same words."""

    def setUp(self):
        super().setUp()
        self.log = self.path("commands")  # of all runs
        self.count = self.path("count")  # of this run
        front = self.path("front")
        front.write_text(f"""#!/bin/bash
makes() {{ [[ " new contribute beacon prepare export " == *" $1 "* ]]; }}
if makes "$2"; then
  n=$(($(cat {self.count}) + 1))
  echo $n >{self.count}
  [[ $n -ne ${{KILL_BEFORE:-0}} ]] || kill -9 0
  echo "$1 $2" >>{self.log}
  if [[ $n -eq ${{KILL_WHILE:-0}} ]]; then {solemn_path()} "$@" & kill -9 0; fi
  {solemn_path()} "$@" || exit
  [[ $n -ne ${{KILL_AFTER:-0}} ]] || kill -9 0
else
  exec {solemn_path()} "$@"
fi
""")
        front.chmod(0o755)
        self.env["SOLEMN"] = str(front)

    def killed(self, *more, **where):
        self.count.write_text("0\n")
        done = self.start(*more, **where)
        self.assertEqual(done.returncode, -9, done.stderr[-3000:])
        self.assert_absent(self.path("out"))
        return done.stderr

    def start(self, *more, **where):
        env = {**self.env, **{name: str(n) for name, n in where.items()}}
        return subprocess.run([str(w) for w in self.words("--mode=test", *more)], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, start_new_session=True, timeout=300)

    def goes_on(self, *more):
        self.count.write_text("0\n")
        done = self.start(*more)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        self.assertIn("going on with the run in", done.stderr)
        self.complete()
        return done.stderr

    def complete(self):
        """As a run that nobody stopped would have it: everything verifies, and nothing of the stops is left."""
        out = self.path("out")
        for name in ("standard", "threshold"):
            if (out / f"TEST-ONLY-{name}Proof.zkey").exists():
                solemn("zkey", "verify", self.circuits / f"{name}.r1cs", out / "ceremony" / "TEST-ONLY-pot_final.ptau", out / f"TEST-ONLY-{name}Proof.zkey")
        run(["sha256sum", "--strict", "-c", "TEST-ONLY-BACKUP-MANIFEST.sha256"], cwd=out)
        listed = re.findall(r"^[0-9a-f]{64}  \./(.*)$", (out / "TEST-ONLY-BACKUP-MANIFEST.sha256").read_text(), re.M)
        self.assertEqual(sorted(listed), sorted(str(f.relative_to(out)) for f in out.rglob("*") if f.is_file() and f.name != "TEST-ONLY-BACKUP-MANIFEST.sha256"))
        self.assertEqual([f for f in out.rglob(".*")], [])
        self.assert_absent(self.path("out.unfinished"))

    def made(self):
        return self.log.read_text().split("\n")[:-1]

    def test_before_every_step_in_turn(self):
        """Each run makes one step and is killed at the next: in the end each step was made once."""
        steps = ["ptau new", *["ptau contribute"] * 2, "ptau beacon", "ptau prepare", *["zkey new", *["zkey contribute"] * 2] * 2, *["zkey beacon"] * 2, *["zkey export"] * 2]
        for n in range(1, len(steps)):
            said = self.killed(KILL_BEFORE=2)
            self.assertEqual("going on with the run in" in said, n > 1)
            self.assertEqual(self.made(), steps[:n])
        self.goes_on()
        self.assertEqual(self.made(), steps)
        values = [solemn_json("zkey", "info", self.path("out") / f"TEST-ONLY-{name}Proof.zkey")["steps"][-1]["beacon"] for name in ("standard", "threshold")]
        self.assertEqual(values[0], values[1])  # one of the two was made in another run

    def test_after_a_contribution_before_it_was_written_down(self):
        """It is whole: it is verified, and nobody is asked to make it again."""
        for step in (2, 7):  # ptau and zkey contribute
            with self.subTest(step):
                shutil.rmtree(self.path("out"), ignore_errors=True)
                self.log.unlink(missing_ok=True)
                self.killed("--types", "standard", KILL_AFTER=step)
                self.goes_on("--types", "standard")
                self.assertEqual(self.made().count("ptau contribute") + self.made().count("zkey contribute"), 4)

    def test_a_contribution_that_is_no_contribution_is_made_again(self):
        self.killed("--types", "standard", KILL_AFTER=2)
        file = self.path("out.unfinished") / "ceremony" / "pot_1.ptau"
        file.write_bytes(file.read_bytes()[:-1])
        self.goes_on("--types", "standard")
        self.assertEqual(self.made().count("ptau contribute"), 3)

    def test_while_a_step_is_made(self):
        """What it had written so far is not taken for a file, and nothing of it stays."""
        for step in (1, 2, 2, 3):
            self.killed("--types", "standard", KILL_WHILE=step)
        self.goes_on("--types", "standard")

    def test_a_power_cut_while_the_list_of_steps_is_written(self):
        self.killed("--types", "standard", KILL_BEFORE=4)
        steps = self.path("out.unfinished") / ".run" / "steps"
        self.assertEqual(len(steps.read_text().splitlines()), 3)
        steps.write_text(steps.read_text()[:-5])  # the last line is half written: pot_2.ptau
        self.goes_on("--types", "standard")
        self.assertEqual(self.made().count("ptau contribute"), 2)  # verified instead

    def test_a_finished_step_that_changed(self):
        self.killed("--types", "standard", KILL_BEFORE=4)
        file = self.path("out.unfinished") / "ceremony" / "pot_1.ptau"
        data = bytearray(file.read_bytes())
        data[-1] ^= 1
        file.write_bytes(data)
        done = self.start("--types", "standard")
        self.assertEqual(done.returncode, 1)
        self.assertIn("pot_1.ptau' changed since it was made", done.stderr)
        self.assertIn("pot_2.ptau", (self.path("out.unfinished") / ".run" / "steps").read_text())  # what is known stays known

    def test_it_does_not_go_on_with_something_else(self):
        self.killed(KILL_BEFORE=3)
        for more in (("--types", "standard"), ("--contributor", "Ada", "--contributor", "Bob"), ("--power", "5"), ("--no-proof-tests",)):
            done = self.start(*more)
            self.assertEqual(done.returncode, 6, more)
            self.assertIn("is of a run with other circuits, contributors or options", done.stderr)
        circuit = self.circuits / "standard.r1cs"
        whole = circuit.read_bytes()
        shutil.copy(compile_circuit("mult20", "bn254").r1cs, circuit)
        self.assertEqual(self.start("--power", "5").returncode, 6)
        circuit.write_bytes(whole)
        self.goes_on()

    def test_a_folder_that_is_not_of_a_run(self):
        self.path("out.unfinished").mkdir()
        done = self.start()
        self.assertEqual(done.returncode, 6)
        self.assertIn("no run was begun in it", done.stderr)

    def test_between_two_keys_of_one_round(self):
        """The round is kept with the ceremony: the second key gets the same, also when the file that was given is gone."""
        network, file, chain = Network(), self.path("round.json"), self.path("chain.json")
        chain.write_text(json.dumps(network.info))
        file.write_text(json.dumps(network.sign(network.round_at(time.time()) + 3600)))
        words = ("--phase2-beacon", file, "--chain-info", chain)
        self.killed(*words, KILL_BEFORE=13)  # the second `zkey beacon`
        self.assertEqual(self.made()[-1], "zkey beacon")
        file.unlink()
        self.goes_on(*words)
        kept = self.path("out") / "ceremony" / "beacon-phase2.json"
        for name in ("standard", "threshold"):
            solemn("zkey", "verify", self.circuits / f"{name}.r1cs", self.path("out") / "ceremony" / "TEST-ONLY-pot_final.ptau", self.path("out") / f"TEST-ONLY-{name}Proof.zkey", "--drand", kept, "--chain-info", chain)
        self.assertIn("beacon of phase 2: ceremony/beacon-phase2.json", (self.path("out") / "TEST-ONLY-NOTES.txt").read_text())

    def test_at_a_terminal_only_who_has_not_contributed_is_asked(self):
        answers = [(PROMPT, text) for text in TEXTS[:2]]
        self.count.write_text("0\n")
        status, shown, left = at_terminal(self.words("--types", "standard"), answers[:1], env={**self.env, "KILL_BEFORE": "3"})
        self.assertEqual((status, left), (-9, []), shown[-2000:])
        self.count.write_text("0\n")
        answers = [(PROMPT, TEXTS[1]), (BEACON_1, PUBLIC_BEACON), (PROMPT, TEXTS[2]), (PROMPT, TEXTS[3]), (BEACON_2, VALUE_2)]
        status, shown, left = at_terminal(self.words("--types", "standard"), answers, env=self.env)
        self.assertEqual((status, left), (0, []), shown[-2000:])
        self.assertEqual(shown.count(PROMPT), 3)
        self.assertEqual(self.made().count("ptau contribute"), 2)


class WrongOrder(Production):
    def test_a_circuit_that_is_not_compiled(self):
        (self.circuits / "threshold.r1cs").unlink()
        said = self.refused("--mode=test", expect=1, says="threshold not found. Circuit compilation may have failed")
        self.assertNotIn("standard not found", said)
        (self.circuits / "threshold.circom").unlink()
        self.unattended("--mode=test")  # neither source nor circuit: no proof type
        shutil.rmtree(self.path("out"))
        self.refused("--mode=test", "--types", "standard,maximum", expect=1, says="maximum not found. Circuit compilation may have failed")

    def test_an_empty_circuit_and_one_that_is_none(self):
        (self.circuits / "threshold.r1cs").write_bytes(b"")
        self.refused("--mode=test", expect=1, says="threshold not found. Circuit compilation may have failed")
        (self.circuits / "threshold.r1cs").write_bytes(b"not a circuit")
        self.refused("--mode=test", expect=1, says="is not a circuit")
        self.refused("--mode=test", "--circuit", f"more={self.path('absent.r1cs')}", "--types", "standard", expect=1, says="more not found. Circuit compilation may have failed")

    def test_a_beacon_before_the_contributions(self):
        self.refused("--phase1-beacon", PUBLIC_BEACON, expect=6, says="known before the contributions")
        self.refused("--phase2-beacon", PUBLIC_BEACON, expect=6, says="known before the contributions")

    def test_no_terminal(self):
        self.refused(expect=6, says="production needs a terminal")

    def test_text_on_the_command_line(self):
        for words in (("--entropy", "abc"), ("--entropy=abc",), ("-e=abc",), ("-e", "abc"), ("--entropy-text=abc",)):
            self.refused(*words, expect=2, says="never comes from the command line")

    def test_one_contributor(self):
        self.refused("--mode=test", "--contributor", "Ada", expect=2, says="too few")

    def test_a_power_that_is_too_small_and_a_mixture_of_curves(self):
        self.refused("--mode=test", "--power", "1", expect=2, says="too small")
        shutil.copy(compile_circuit("mult1", "bls12-381").r1cs, self.circuits / "threshold.r1cs")
        self.refused("--mode=test", expect=2, says="two curves")

    def test_a_power_is_a_number_and_never_run(self):
        for power in (f"a[$(touch {self.path('ran')})]", "need", "-1", "0x10"):
            self.refused("--mode=test", "--power", power, expect=2, says="is not a number")
        self.assert_absent(self.path("ran"))

    def test_no_witness(self):
        (self.circuits / "threshold.wtns").unlink()
        self.refused("--mode=test", expect=2, says="no witness to test the proofs of 'threshold'")
        self.unattended("--mode=test", "--no-proof-tests")
        self.assertIn("proof tests: not made", (self.path("out") / "TEST-ONLY-NOTES.txt").read_text())

    def test_a_witness_of_another_statement_fails_the_run(self):
        wtns = self.circuits / "standard.wtns"
        data = bytearray(wtns.read_bytes())
        data[-32] ^= 1
        wtns.write_bytes(data)
        self.assertIn("a check failed: solemn proof", self.unattended("--mode=test", "--types", "standard", expect=1).stderr)
        self.assert_absent(self.path("out"))

    def test_results_are_never_replaced(self):
        self.path("out").mkdir()
        self.assertIn("exists", self.unattended("--mode=test", expect=6).stderr)

    def test_usage(self):
        self.assertIn("--mode=production", run([SCRIPT, "--help"]).out)
        for words in (("--mode=dev",), ("--colour",), ("--circuit", "x"), ("--mode",)):
            self.unattended(*words, expect=2)

    def test_the_command_of_the_guide_takes_the_folder_circuits(self):
        """./scripts/generate-keys-production.sh, without a word more."""
        said = run([SCRIPT, "--mode=test"], expect=1, cwd=self.path("circuits").parent / "circuits", env=self.env).err
        self.assertIn("the folder 'circuits' not found. Circuit compilation may have failed", said)
        run([SCRIPT, "--mode=test"], cwd=self.folder, env=self.env)
        self.assertTrue((self.path("keys-production") / "TEST-ONLY-standardProof.vkey.json").exists())


class TestOnly(Production):
    def test_an_unattended_run_is_stamped_everywhere(self):
        for mode in ("auto", "test"):
            with self.subTest(mode):
                done = self.unattended(f"--mode={mode}")
                self.assertIn("TEST ONLY: nobody typed", done.stderr)
                self.assertNotIn(PROMPT, done.stderr)
                out = self.path("out")
                for file in out.iterdir():
                    self.assertTrue(file.name.startswith("TEST-ONLY-") or file.name == "ceremony", file)
                names = [c["claimed_name"] for c in solemn_json("zkey", "info", out / "TEST-ONLY-standardProof.zkey")["steps"]]
                names += [c["claimed_name"] for c in solemn_json("ptau", "info", out / "ceremony" / "TEST-ONLY-pot_final.ptau")["steps"]]
                self.assertTrue(all(name.startswith("TEST ONLY: ") for name in names), names)
                self.assertIn("TEST ONLY", (out / "TEST-ONLY-NOTES.txt").read_text())
                shutil.rmtree(out)

    def test_the_beacon_of_the_tutorials_is_refused_here_too(self):
        self.unattended("--mode=test", "--phase1-beacon", KNOWN_ANSWER_BEACON, expect=6)
        self.assert_absent(self.path("out"))

    def test_nothing_secret_is_on_a_command_line(self):
        """Every command that the script runs, with its arguments."""
        trace, solemn_log = self.path("wrapper"), self.path("commands")
        trace.write_text(f'#!/bin/bash\nprintf "%s\\n" "$*" >>{solemn_log}\nexec {solemn_path()} "$@"\n')
        trace.chmod(0o755)
        self.env["SOLEMN"] = str(trace)
        self.unattended("--mode=test", "--types", "standard")
        commands = solemn_log.read_text()
        self.assertEqual(commands.count(" contribute "), 4)
        self.assertNotIn("entropy", commands)
