"""What people type by mistake, and the next step they are told: snarkjs' forms, wrong order, misspelt words."""

import json
import re
import shlex
import shutil

from harness import Case, PUBLIC_BEACON, ROOT, compile_circuit, environment, run, solemn, solemn_json, solemn_path
from harness import bn254

SNARKJS = [
    ("powersoftau new bn128 12 pot.ptau", "solemn ptau new bn128 12 pot.ptau"),
    ("ptn bn128 12 pot.ptau -v", "solemn ptau new bn128 12 pot.ptau"),
    ("powersoftau contribute a b --name=Ada -e=x", "solemn ptau contribute a b --name Ada"),
    ("powersoftau beacon a b 0102 10 -n=End", "solemn ptau beacon a b --name End --value 0102 --iterations-exp 10"),
    ("powersoftau prepare phase2 a b", "solemn ptau prepare a b"),
    ("pt2 a", "solemn ptau prepare a OUT"),
    ("powersoftau verify a", "solemn ptau verify a"),
    ("powersoftau export challenge a b", "solemn ptau export challenge a b"),
    ("powersoftau import response a b c", "solemn ptau import response a b c"),
    ("powersoftau", "solemn ptau --help"),
    ("r1cs info c.r1cs", "solemn circuit info c.r1cs"),
    ("groth16 setup c.r1cs p.ptau c.zkey", "solemn zkey new c.r1cs p.ptau c.zkey"),
    ("groth16 prove c.zkey w.wtns proof.json public.json", "solemn proof create c.zkey w.wtns proof.json public.json"),
    ("groth16 verify vkey.json public.json 'my proof.json'", "solemn proof verify vkey.json public.json 'my proof.json'"),
    ("zkey beacon a b 0102 10 -n=x", "solemn zkey beacon a b --name x --value 0102 --iterations-exp 10"),
    ("zkey export verificationkey a b", "solemn zkey export vkey a b"),
    ("zkey export solidityverifier a b", "solemn zkey export solidity a b"),
    ("zkey export bellman a b", "solemn zkey export mpcparams a b"),
    ("zkey import bellman a b c", "solemn zkey import mpcparams a b c"),
    ("zkc a b", "solemn zkey contribute a b --name NAME"),
    ("wtns calculate a b c", "generate_witness.js"),
    ("groth16 fullprove a b c d e", "generate_witness.js"),
    ("plonk setup a b c", "Groth16 only"),
]

MISTAKES = [
    ("verify", "solemn zkey verify"),
    ("ptau", "solemn ptau --help"),
    ("zkey export", "solemn zkey export --help"),
    ("zkey export vk a b", "solemn zkey export vkey"),
    ("--jsn", "--json"),
    ("-x", "solemn --help"),
    ("doctor extra", "solemn doctor"),
    ("help nonsense", "solemn --help"),
    ("ptau contribute a b -n Ada", "--name"),
    ("ptau contribute a b --name Ada -e=text", "--type-entropy"),
    ("ptau contribute a b --name", "--name NAME"),
    ("ptau contribute a", "solemn ptau contribute IN OUT --name NAME"),
    ("ptau new bn254 12 o --threads many", "solemn ptau new CURVE POWER OUT"),
    ("ptau new bn254 12 o --progress loud", "solemn ptau new CURVE POWER OUT"),
    ("ptau new bn254 99 o", "solemn ptau new CURVE POWER OUT"),
    ("ptau beacon a b --name x --value 0x01 --iterations-exp 10", "solemn ptau beacon IN OUT"),
    ("ptau beacon a b --name x --iterations-exp 10", "before the last contribution"),
    ("completion tcsh", "bash|zsh|fish"),
]


class Typed(Case):
    def hint(self, line, expect=2):
        words = shlex.split(line) if isinstance(line, str) else line
        result = solemn(*words, expect=expect, cwd=self.folder)
        self.assertEqual(result.out, "")
        found = re.findall(r"^solemn: hint: (.*)$", result.err, re.M)
        self.assertEqual(len(found), 1, result)
        return found[0]

    def test_forms_of_snarkjs_are_answered_with_ours(self):
        for typed, ours in SNARKJS:
            with self.subTest(typed):
                self.assertIn(ours, self.hint(typed))

    def test_what_is_proposed_is_a_command(self):
        """The parser takes each proposed line: what fails is the file that is not there, or the beacon value."""
        for typed, ours in SNARKJS:
            if not ours.startswith("solemn ") or ours.endswith("--help"):
                continue
            with self.subTest(ours):
                result = run([solemn_path(), *shlex.split(ours)[1:]], cwd=self.folder, expect=None)
                self.assertNotRegex(result.err, "there is no|missing|too many")

    def test_mistakes(self):
        for typed, phrase in MISTAKES:
            with self.subTest(typed):
                self.assertIn(phrase, self.hint(typed))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_help_may_be_asked_for_in_any_way(self):
        for line in ("help ptau contribute", "ptau help contribute", "ptau contribute --help", "--help ptau contribute", "ptau contribute -h"):
            with self.subTest(line):
                self.assertIn("Usage: solemn ptau contribute IN OUT", solemn(*line.split()).out)
        for line in ("zkey export --help", "help zkey export", "zkey help"):
            self.assertIn("solemn zkey export vkey ZKEY OUT", solemn(*line.split()).out)

    def test_help_fits_a_terminal(self):
        """80 columns; only examples may be longer, since they are one command each."""
        texts = [solemn("--help").out] + [solemn("help", t).out for t in ("exit-status", "environment", "hashes", "zkey")]
        for words in re.findall(r"^  ([a-z][a-z0-9 -]*?)(?:  +|$)", texts[0], re.M):
            texts.append(solemn(*words.split(), "--help").out)
        self.assertGreater(len(texts), 25)
        for line in "\n".join(texts).splitlines():
            self.assertEqual(line, line.rstrip())
            if not line.startswith("  solemn "):
                self.assertLessEqual(len(line), 80, line)


class Record(Case):
    """A record in a folder whose name has blanks, as people's folders do."""

    def setUp(self):
        super().setUp()
        for name in ("root", "coordinator", "ada"):
            self.said(f"key new --type ed25519 --no-passphrase {name}.key")
            self.said(f"key public {name}.key -o {name}.pem")
        self.begin = "transcript init 'the record' --sign-key root.key --kind trusted-setup --label 'Example 2027' --participant coordinator:Org:C:coordinator.pem --participant contributor:Ada:ada.pem"
        self.begun = self.said(self.begin)

    def said(self, line, expect=0):
        return solemn(*shlex.split(line), expect=expect, cwd=self.folder)

    def append(self, type, more="", key="coordinator"):
        return self.said(f"transcript append 'the record' {type} --sign-key {key}.key {more}").err

    def test_proposed_commands_can_be_pasted(self):
        self.assertIn("next: solemn transcript checkpoint 'the record' ", self.begun.err)
        made = self.said("key new --type ed25519 --no-passphrase 'my own.key'")
        line = re.search("^next: solemn (.*)$", made.err, re.M)[1]
        self.assertEqual(line, "key public 'my own.key' -o 'my own.pem'")
        self.said(line)
        self.said("transcript checkpoint 'the record' --sign-key coordinator.key")
        self.assertIn("check receipt 'my receipt' --root-key PUB", self.said("transcript prove inclusion 'the record' 0 'my receipt'").err)

    def test_a_verdict_that_is_not_good_names_the_next_step(self):
        """Step by step from a record without a checkpoint to a good one, by what is proposed."""
        def verify(more="", expect=2):
            return re.search("^next: (.*)$", self.said("transcript verify 'the record' " + more, expect=expect).err, re.M)

        self.assertIn("--root-key PUB", verify()[1])
        proposed = verify("--root-key root.pem")[1]
        self.assertEqual(proposed, "the coordinator signs one: solemn transcript checkpoint 'the record' --sign-key KEY")
        self.said(proposed.split(": solemn ")[1].replace("KEY", "coordinator.key"))
        self.assertIsNone(verify("--root-key root.pem", expect=0))
        self.assertIn("somebody else's", verify("--root-key ada.pem", expect=1)[1])
        report = json.loads(self.said("transcript verify 'the record' --json", expect=2).out)
        self.assertIn("--root-key PUB", report["next"])
        words = " ".join(f"--custodian {name} --key k{name}={name}" for name in "ABCDEFG")
        self.said(f"keys matrix new m {words}")
        matrix = json.loads(self.path("m").read_text())
        matrix["keys"][0]["holders"][0] = "A"
        self.path("m").write_text(json.dumps(matrix))
        self.assertIn("next: see what 'own-key' means: docs/checks.md", self.said("keys matrix check m", expect=1).err)  # no usual reason

    def test_a_record_is_never_replaced_and_nobody_is_told_to_try(self):
        for force in ("", " --force"):
            told = self.said(self.begin + force, expect=6).err
            self.assertIn("a record is never replaced", told)
            self.assertNotIn("--force", told)

    def test_what_an_audit_would_not_take_is_said_before_it_is_too_late(self):
        self.assertIn("no check knows it", self.append("contribucion"))
        self.assertIn("names no log", self.append("contribution", key="ada"))
        for label, taken in (("Example 2027", True), ("Example 2027, phase 1", True), ("Example 2027, phase 2", True), ("Example 2027, Phase 1", False)):
            with self.subTest(label):
                self.said(f"beacon announce a.json --chain quicknet --at 2100-01-01T00:00:00Z --label '{label}' --force")
                told = self.append("beacon-announced", "--attach a.json")
                self.assertEqual("warning" not in told, taken, told)
                self.assertEqual("--label 'Example 2027, phase 1'" not in told, taken, told)

    def test_mistakes_name_the_file_and_the_next_step(self):
        self.assertIn("entries are 0 to 0", self.said("transcript show 'the record' --entry 7", expect=2).err)
        self.path("body").write_text("not json")
        self.assertIn("'body': not valid JSON", self.said("transcript append 'the record' statement --sign-key ada.key --body body", expect=4).err)
        told = self.said("transcript merge 'the record' body", expect=4).err
        self.assertIn("'body': ", told)
        self.assertIn("cosign --out", told)
        other = self.said("key info ada.pem --json").out
        self.assertIn("the key given is " + json.loads(other)["key_id"], self.said("transcript verify 'the record' --root-key ada.pem", expect=1).out)

    def test_types_are_a_list(self):
        text = solemn("transcript", "append", "--help").out
        self.assertIn("\n  contribution: contributor\n", text)


class Files(Case):
    def setUp(self):
        super().setUp()
        circuit = compile_circuit("mult1", "bn254")
        shutil.copy(circuit.r1cs, self.path("c.r1cs"))
        circuit.witness({"a": 3, "b": 11}, self.path("w.wtns"))
        for line in (
            "ptau new bn254 4 p0.ptau",
            "ptau contribute p0.ptau p1.ptau --name Ada",
            "ptau prepare p1.ptau p.ptau",
            "zkey new c.r1cs p.ptau k0.zkey",
            "zkey contribute k0.zkey k.zkey --name Ada",
            "zkey export vkey k.zkey vkey.json",
            "proof create k.zkey w.wtns proof.json public.json",
        ):
            self.said(line, 0)

    def said(self, line, expect):
        return solemn(*shlex.split(line), expect=expect, cwd=self.folder)

    def test_files_in_another_order_are_put_right(self):
        for typed, right, status in (
            ("zkey verify p.ptau c.r1cs k.zkey", "zkey verify c.r1cs p.ptau k.zkey", 0),
            ("zkey verify k.zkey c.r1cs p.ptau", "zkey verify c.r1cs p.ptau k.zkey", 0),
            ("zkey new p.ptau c.r1cs new.zkey", "zkey new c.r1cs p.ptau new.zkey", 0),
            ("proof verify vkey.json proof.json public.json", "proof verify vkey.json public.json proof.json", 0),
            ("proof verify proof.json public.json vkey.json", "proof verify vkey.json public.json proof.json", 0),
            ("proof create w.wtns k.zkey a.json b.json", "proof create k.zkey w.wtns a.json b.json", 0),
        ):
            with self.subTest(typed):
                self.assertIn("hint: did you mean: solemn " + right + "\n", self.said(typed, 4).err)
                self.said(right, status)

    def test_a_file_of_another_kind_is_named(self):
        for typed, what, proposed in (
            ("ptau verify k.zkey", "a proving key", "solemn zkey info k.zkey"),
            ("ptau info c.r1cs", "a circuit", "solemn circuit info c.r1cs"),
            ("zkey info p.ptau", "a powers of tau file", "solemn ptau info p.ptau"),
            ("vkey check proof.json", "a proof", "solemn proof verify --help"),
            ("circuit info w.wtns", "a witness", "solemn proof create --help"),
        ):
            with self.subTest(typed):
                said = self.said(typed, 4).err
                self.assertIn(what, said)
                self.assertIn("hint: " + proposed + "\n", said)
                self.said(proposed.removeprefix("solemn "), 0)

    def test_a_binary_key_may_begin_like_a_text(self):
        for form, more in (("compressed", ""), ("uncompressed", " --uncompressed")):
            self.said(f"zkey export arkworks-vk k.zkey {form}.vk{more}", 0)
            rest = self.path(f"{form}.vk").read_bytes()[32 if form == "compressed" else 64 :]
            for first in b"{[ \n\r\t<":
                x = next(x for x in range(first, 1 << 32, 256) if pow(x**3 + 3, (bn254.Q - 1) // 2, bn254.Q) == 1)
                y = pow(x**3 + 3, (bn254.Q + 1) // 4, bn254.Q)
                sign = (y > bn254.Q - y) << 255
                alpha = (x | sign).to_bytes(32, "little") if form == "compressed" else x.to_bytes(32, "little") + (y | sign).to_bytes(32, "little")
                self.path("any.vk").write_bytes(alpha + rest)
                with self.subTest(form, first=chr(first)):
                    self.assertIn("ok      structure", self.said("vkey check any.vk", 2).out)

    def test_a_failed_command_says_that_no_output_was_written(self):
        for line in ("ptau contribute none o --name x", "zkey new c.r1cs p1.ptau o", "proof create none w.wtns o o2"):
            self.assertTrue(self.said(line, (3, 4)).err.endswith("solemn: no output was written\n"))
        self.assertNotIn("no output", self.said("ptau info none", 3).err)
        self.assertIs(json.loads(self.said("ptau prepare none o --json", 3).out)["output_written"], False)
        self.assert_absent(self.path("o"), self.path("o2"))

    def test_proof_create_writes_both_files_or_none(self):
        self.path("there.json").write_text("mine")
        self.said("proof create k.zkey w.wtns a.json there.json", 2)
        self.said("proof create k.zkey w.wtns a.json a.json --force", 6)
        self.assert_absent(self.path("a.json"))
        self.assertEqual(self.path("there.json").read_text(), "mine")

    def test_paths_with_blanks_can_be_copied_from_what_is_said(self):
        """Each `next:` and each hint is a line for the shell, whatever the names of the files."""
        folder = self.path("it's a folder")
        folder.mkdir()
        for name in ("p0.ptau", "p1.ptau", "k0.zkey", "c.r1cs", "p.ptau"):
            shutil.copy(self.path(name), folder / name)
        said = solemn("ptau", "contribute", folder / "p1.ptau", folder / "p 2.ptau", "--name", "Bo").err
        line = re.search(r"^next: (solemn .*)$", said, re.M)[1]
        run([solemn_path(), *shlex.split(line)[1:]], cwd=self.folder)
        said = solemn("zkey", "new", folder / "c.r1cs", folder / "p 2.ptau", folder / "k 0.zkey", expect=4).err
        line = re.search(r"^solemn: hint: (solemn .*)$", said, re.M)[1].replace("OUT", "prepared")
        run([solemn_path(), *shlex.split(line)[1:]], cwd=self.folder)
        said = solemn("zkey", "verify", folder / "p.ptau", folder / "c.r1cs", self.path("k.zkey"), expect=4).err
        line = re.search(r"did you mean: (solemn .*)$", said, re.M)[1]
        run([solemn_path(), *shlex.split(line)[1:]], cwd=self.folder)

    def test_hints_of_the_libraries(self):
        value = f"--name x --value {PUBLIC_BEACON} --iterations-exp 10"
        self.said("ptau truncate p.ptau 3 t.ptau", 0)
        self.path("empty").touch()
        for line, status, phrase in (
            ("ptau info none", 3, "check the spelling"),
            ("ptau info .", 3, "name a file inside it"),
            ("ptau info /dev/null", 3, "copy its content"),
            ("ptau new bn254 4 p0.ptau", 2, "--force"),
            ("ptau new bn254 4 .", 2, "add a file name"),
            ("ptau new bn254 4 /tmp", 2, "name a file to write"),
            ("ptau new secp 4 o", 2, "bn254"),
            ("ptau contribute p0.ptau p0.ptau --name x", 6, "another name"),
            ("ptau contribute p0.ptau o --name x --entropy none", 3, "--type-entropy"),
            ("ptau contribute t.ptau o --name x", 4, "complete file"),
            ("ptau prepare p.ptau o", 2, "as it is"),
            ("ptau beacon p1.ptau o --name x --value 0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20 --iterations-exp 10", 6, "drand"),
            ("zkey new c.r1cs p1.ptau o", 4, "solemn ptau prepare p1.ptau OUT"),
            ("zkey export vkey k0.zkey o", 6, "solemn zkey contribute k0.zkey OUT --name NAME"),
            ("zkey beacon k0.zkey k0.zkey " + value, 6, "another name"),
            ("enclave measure", 2, "this version has"),
            ("audit x", 3, "the folder of a ceremony"),
        ):
            with self.subTest(line):
                self.assertRegex(self.said(line, status).err, r"(?m)^solemn: hint: .*" + re.escape(phrase))
        said = solemn("doctor", expect=2, env=environment(SOLEMN_BACKEND="quantum")).err
        self.assertIn("hint: known: portable, adx, ifma", said)
        said = solemn("selftest", expect=3, env=environment(TMPDIR="/nowhere/at/all")).err
        self.assertIn("set TMPDIR", said)
