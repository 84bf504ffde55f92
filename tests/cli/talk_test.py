"""How the program talks: help, errors with the next step, exit statuses, JSON, progress, man page, completions."""

import json
import os
import re
import select
import signal
import subprocess

from harness import PUBLIC_BEACON, ROOT, Case, environment, need, run, solemn, solemn_json, solemn_path


class Help(Case):
    def test_no_arguments_is_a_usage_error(self):
        result = solemn(expect=2)
        self.assertEqual(result.out, "")
        self.assertIn("usage:", result.err)

    def test_help_goes_to_stdout(self):
        for words in (("--help",), ("help",), ("ptau", "--help"), ("ptau", "new", "--help"), ("zkey", "export", "vkey", "-h"), ("doctor", "--help")):
            with self.subTest(words):
                result = solemn(*words)
                self.assertEqual(result.err, "")
                self.assertRegex(result.out, "Usage:")

    def test_every_command_has_help_with_examples_and_exit_statuses(self):
        for words in commands():
            with self.subTest(words):
                text = solemn(*words, "--help").out
                self.assertIn("Exit status", text)
                self.assertIn("--json", text)

    def test_topics(self):
        for topic, phrase in (("exit-status", "130"), ("environment", "SOLEMN_BACKEND"), ("hashes", "PGP word list")):
            self.assertIn(phrase, solemn("help", topic).out)

    def test_version_names_backends(self):
        text = solemn("--version").out
        self.assertRegex(text, r"^solemn \d+\.\d+\.\d+")
        self.assertIn("portable", text)
        said = json.loads(solemn("--version", "--json").out)
        self.assertEqual(said["schema"], "solemn.version/1")
        self.assertIn(said["backend"], said["backends"])


def commands():
    """The command words of the overview, so that a new command is tested without being listed here."""
    found = []
    for line in solemn("--help").out.splitlines():
        match = re.match(r"  ([a-z][a-z0-9 -]*?)(?:  +|$)", line)
        if match and not match[1].startswith("-"):
            found.append(tuple(match[1].split()))
    return found


class Errors(Case):
    def error(self, *words, expect=2, **options):
        result = solemn(*words, expect=expect, **options)
        self.assertEqual(result.out, "")
        lines = result.err.strip().splitlines()
        self.assertLessEqual(len(lines), 3, result)
        self.assertTrue(lines[0].startswith("solemn: error: "), result)
        self.assertFalse(lines[0].endswith("."), result)
        return result.err

    def test_a_misspelt_command_or_option_is_guessed(self):
        self.assertIn("solemn ptau verify", self.error("ptau", "verfy", "x"))
        self.assertIn("--name", self.error("ptau", "contribute", "a", "b", "--nmae", "x"))
        self.assertIn("solemn ptau", self.error("ptua", "new"))

    def test_missing_arguments_show_the_usage(self):
        self.assertIn("solemn ptau new CURVE POWER OUT", self.error("ptau", "new"))
        self.assertIn("--name", self.error("ptau", "contribute", "a", "b"))

    def test_wrong_values(self):
        for power in ("0", "29", "x", "", "-1", "4.5", "99999999999999999999"):
            with self.subTest(power):
                self.error("ptau", "new", "bn254", power, self.path("o"))
        self.assertIn("bn254", self.error("ptau", "new", "secp256k1", "4", self.path("o")))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_curve_names(self):
        for number, name in enumerate(("bn254", "BN254", "bn128", "alt_bn128", "bls12-381", "bls12381", "BLS12_381")):
            solemn("ptau", "new", name, 1, self.path(str(number)))

    def test_files_that_are_not_there(self):
        self.assertIn("'" + str(self.path("none")) + "'", self.error("ptau", "info", self.path("none"), expect=3))
        self.error("ptau", "new", "bn254", 1, self.path("no/such/folder/out"), expect=3)
        self.error("ptau", "info", self.folder, expect=3)

    def test_things_not_built_yet_say_so(self):
        for words in (("enclave", "run"), ("serve",)):
            self.assertIn("not built yet", self.error(*words))

    def test_an_unknown_backend(self):
        self.error("doctor", env=environment(SOLEMN_BACKEND="quantum"))

    def test_a_backend_that_this_processor_lacks(self):
        usable = solemn_json("--version")["backends"]
        for backend in ("adx", "ifma"):
            env = environment(SOLEMN_BACKEND=backend)
            if backend in usable:
                self.assertIn(f"backend: {backend}: named by", solemn("doctor", env=env, expect=None).out)
            else:
                self.assertIn("not usable on this processor", self.error("doctor", env=env))

    def test_errors_are_json_too(self):
        report = solemn_json("ptau", "info", self.path("none"), expect=3)
        self.assertEqual(report["schema"], "solemn.error/1")
        self.assertEqual(report["exit_status"], 3)
        self.assertIn("none", report["error"])

    def test_a_full_standard_output_is_an_error(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        done = subprocess.run([solemn_path(), "--help"], stdout=open("/dev/full", "w"), stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 3)


class Json(Case):
    def test_every_verb_gives_one_object_with_its_schema(self):
        value = ("--value", PUBLIC_BEACON, "--iterations-exp", 10)
        p = self.path
        cases = [
            (("ptau", "new", "bn254", 3, p("0")), ("output", "first_challenge")),
            (("ptau", "contribute", p("0"), p("1"), "--name", "x"), ("response_hash", "next_challenge", "entropy")),
            (("ptau", "beacon", p("1"), p("2"), "--name", "x", *value), ("response_hash",)),
            (("ptau", "prepare", p("2"), p("one"), "--only", 2), ("output", "power", "prepared_for_one_domain")),
            (("ptau", "info", p("one")), ("power", "prepared", "prepared_for_one_domain")),
            (("ptau", "prepare", p("2"), p("3")), ("output", "power", "prepared_for_one_domain")),
            (("ptau", "verify", p("3")), ("verdict", "checks", "passed", "failed", "not_run")),
            (("ptau", "truncate", p("3"), 2, p("4")), ("output",)),
            (("ptau", "export", "challenge", p("2"), p("5")), ("challenge_hash",)),
            (("ptau", "info", p("3")), ("curve", "power", "ceremony_power", "prepared", "bytes", "steps")),
            (("doctor",), ("backend", "threads", "checks")),
            (("bench",), ("backend", "threads", "curves")),
            (("completion", "bash"), ("script",)),
        ]
        for words, fields in cases:
            with self.subTest(words[:2]):
                report = solemn_json(*words, expect=(0, 1) if words[0] == "doctor" else 0)
                for field in fields:
                    self.assertIn(field, report)
                self.assertTrue(report["schema"].endswith("/1"))

    def test_global_options_may_stand_anywhere(self):
        solemn("ptau", "new", "bn254", 2, self.path("0"))
        for words in (("--json", "ptau", "info", self.path("0")), ("ptau", "--json", "info", self.path("0")), ("--threads", "1", "ptau", "info", "--json", self.path("0"))):
            self.assertEqual(json.loads(solemn(*words).out)["power"], 2)

    def test_quiet_says_only_the_result(self):
        self.assertEqual(solemn("-q", "ptau", "new", "bn254", 2, self.path("0")).err, "")

    def test_verbose_tells_time_and_backend(self):
        self.assertRegex(solemn("-v", "ptau", "new", "bn254", 2, self.path("0")).err, r"took \d+\.\d+ s, backend \w+, \d+ threads")

    def test_progress_as_json_lines(self):
        result = solemn("ptau", "new", "bn254", 16, self.path("big"), "--progress", "json")
        for line in result.err.splitlines():
            if line.startswith("{"):
                self.assertEqual(json.loads(line)["schema"], "solemn.progress/1")


class Names(Case):
    """Paths may hold anything; what we print holds no control characters, and a proposed command can be pasted."""

    ODD = "a b\x1b[31m'\n\u202e\\.ptau"

    def test_paths_are_escaped_everywhere(self):
        odd = self.path(self.ODD)
        solemn("ptau", "new", "bn254", 2, odd)
        for words in (("new", "bn254", 2, odd, "--force"), ("info", odd), ("verify", odd), ("new", "bn254", 2, odd), ("prepare", odd, self.path("p"))):
            with self.subTest(words[0]):
                said = solemn("ptau", *words, expect=(0, 1, 2))
                for character in ("\x1b", "\u202e", "31m'\n"):
                    self.assertNotIn(character, said.out + said.err)

    def test_a_proposed_command_can_be_pasted(self):
        for name in (self.ODD, "two words", "it's", "plain"):
            with self.subTest(name):
                out = self.path(name)
                command = solemn_json("ptau", "new", "bn254", 2, out)["next"].replace("OUT", str(self.path("next"))).replace("NAME", "x")
                self.assertEqual(run(["bash", "-c", command.replace("solemn", str(solemn_path()), 1)], env=environment()).status, 0, command)
                self.path("next").unlink()

    def test_the_name_of_a_missing_argument_is_as_in_the_usage(self):
        self.assertIn("FILE is missing", solemn("ptau", "info", expect=2).err)

    def test_a_limit_of_file_sizes_is_an_error_and_leaves_nothing(self):
        run(["bash", "-c", f"ulimit -f 4; {solemn_path()} ptau new bn254 8 '{self.path('x')}'"], env=environment(), expect=3)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_entropy_that_cannot_be_read_is_an_error(self):
        solemn("ptau", "new", "bn254", 2, self.path("0"))
        solemn("ptau", "contribute", self.path("0"), self.path("1"), "--name", "x", "--entropy", self.folder, expect=3)
        self.assert_absent(self.path("1"))


class Terminal(Case):
    def test_ctrl_c_is_130_and_leaves_nothing(self):
        process = subprocess.Popen([solemn_path(), "ptau", "new", "bn254", "22", self.path("big")], stderr=subprocess.PIPE, env=environment())
        while process.poll() is None and not any(self.folder.iterdir()):
            select.select([process.stderr], [], [], 0.02)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 130)
        process.stderr.close()
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_no_colours_when_not_a_terminal(self):
        solemn("ptau", "new", "bn254", 2, self.path("0"))
        self.assertNotIn("\x1b", solemn("ptau", "verify", self.path("0"), expect=1).out)


class Pages(Case):
    def test_the_man_page_in_the_repository_is_made_from_the_same_text(self):
        self.assertEqual(solemn("help", "man").out, (ROOT / "docs" / "man" / "solemn.1").read_text(), "run: build/release/bin/solemn help man > docs/man/solemn.1")

    def test_the_man_page_is_well_formed(self):
        man = need("man", "to format the page")
        self.path("solemn.1").write_text(solemn("help", "man").out)
        result = run([man, "--warnings", "-l", self.path("solemn.1")], env=environment(MANWIDTH=100, MANPAGER="cat"))
        self.assertEqual(result.err, "")
        self.assertIn("ptau contribute", result.out)

    def test_bash_completion_completes(self):
        self.path("c.bash").write_text(solemn("completion", "bash").out)
        script = f"source {self.path('c.bash')}; COMP_WORDS=(solemn zkey export v); COMP_CWORD=3; _solemn; echo \"${{COMPREPLY[@]}}\""
        self.assertIn("vkey", run([need("bash"), "-c", script]).out)
        script = f"source {self.path('c.bash')}; COMP_WORDS=(solemn pt); COMP_CWORD=1; _solemn; echo \"${{COMPREPLY[@]}}\""
        self.assertIn("ptau", run([need("bash"), "-c", script]).out)

    def test_scripts_for_other_shells(self):
        self.assertIn("#compdef solemn", solemn("completion", "zsh").out)
        self.assertIn("complete -c solemn", solemn("completion", "fish").out)
        solemn("completion", "tcsh", expect=2)


class Machine(Case):
    def test_doctor_names_the_backend(self):
        self.assertIn("backend: portable", solemn("doctor", env=environment(SOLEMN_BACKEND="portable"), expect=(0, 1)).out)

    def test_selftest_passes_on_every_backend(self):
        backends = re.search(r"backends usable here: (.*)", solemn("--version").out)[1].split()
        for backend in backends:
            with self.subTest(backend):
                self.assertEqual(solemn_json("selftest", env=environment(SOLEMN_BACKEND=backend))["verdict"], "accepted")
