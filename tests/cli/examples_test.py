"""Every example of every help text is run, in the order of the help, in one folder: a user can copy them."""

import json
import re
import secrets
import shlex
import shutil

from harness import Case, compile_circuit, run, sha256, solemn, solemn_path
from harness.drand import Relay, chain_hash, on_loopback, recorded
from talk_test import commands


class Examples(Case):
    def test_all_run_one_after_the_other(self):
        circuit = compile_circuit("mult1", "bn254")
        shutil.copy(circuit.r1cs, self.path("circuit.r1cs"))
        circuit.witness({"a": 3, "b": 11}, self.path("witness.wtns"))
        self.path("dice.txt").write_text("".join(secrets.choice("123456") for _ in range(100)))
        self.path("round.json").write_text(json.dumps({"chain_hash": chain_hash("quicknet"), **recorded("quicknet", 1000)}))
        with Relay() as relay:
            self.run_all(relay, circuit)

    def run_all(self, relay, circuit):
        ran = 0
        for words in commands():
            text = solemn(*words, "--help").out
            examples = re.findall(r"^  (solemn .*)$", text.split("\nExamples\n")[1], re.M) if "\nExamples\n" in text else []
            for line in examples:
                with self.subTest(line):
                    line = line.replace(" SHA256 ", f" {sha256(circuit.r1cs)} ")
                    status = (0, 1) if words in (("doctor",), ("keys", "environment")) else 0
                    asked = ["--relay", relay.url] if words == ("beacon", "fetch") else []  # in place of the public ones
                    run([solemn_path(), *shlex.split(line)[1:], *asked], cwd=self.folder, expect=status, env=on_loopback())
                    ran += 1
        self.assertGreater(ran, 25)
