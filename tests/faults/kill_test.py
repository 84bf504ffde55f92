"""kill -9 at random moments: the old state or the new one, never a bad file; the same command again goes through."""

import os
import random
import shutil
import signal
import subprocess

from harness import PUBLIC_BEACON, Case, compile_circuit, environment, sha256, solemn, solemn_path

SEED = int(os.environ.get("SOLEMN_TEST_SEED", random.SystemRandom().randrange(1 << 32)))


class Kill(Case):
    ROUNDS = 8

    def setUp(self):
        super().setUp()
        print(f"seed: SOLEMN_TEST_SEED={SEED}", flush=True)
        self.random = random.Random(SEED)
        self.circuit = compile_circuit("mult20", "bn254")
        solemn("ptau", "new", "bn254", 10, self.path("0"))
        solemn("ptau", "contribute", self.path("0"), self.path("1"), "--name", "x")
        solemn("ptau", "prepare", self.path("1"), self.path("2"))

    def seconds_of(self, *words, out):
        result = solemn(*words)
        out.unlink()
        return result.seconds

    def killed(self, words, seconds) -> bool:
        """Runs and kills at a random moment. True when the program had not ended before."""
        process = subprocess.Popen([solemn_path(), *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
        try:
            process.wait(self.random.uniform(0, seconds))
            return False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True

    def attack(self, words, out, check):
        """Kills several times, then lets it end. After every kill the output is absent or whole."""
        words = [*words]
        whole = self.seconds_of(*words, out=out)
        kills = 0
        for _ in range(self.ROUNDS):
            kills += self.killed(words, whole)
            if out.exists():
                check()
                out.unlink()
        solemn(*words)
        check()
        self.assertGreater(kills, 0, "the program always ended before it was killed")
        left = [p.name for p in self.folder.iterdir() if ".part" in p.name or "partial" in p.name]
        self.assertEqual(left, [], "the finished run cleans up after the killed ones")

    def test_contribute(self):
        out = self.path("c")
        self.attack(("ptau", "contribute", self.path("0"), out, "--name", "y"), out, lambda: solemn("ptau", "verify", out))

    def test_prepare_resumes_to_the_same_bytes(self):
        out, expected = self.path("p"), sha256(self.path("2"))
        self.attack(("ptau", "prepare", self.path("1"), out), out, lambda: self.assert_sha256(out, expected))

    def test_prepare_of_one_domain_resumes_to_the_same_bytes(self):
        out, whole, words = self.path("p"), self.path("whole"), ("ptau", "prepare", self.path("1"))
        solemn(*words, whole, "--only", 9)
        expected = sha256(whole)
        self.attack((*words, out, "--only", 9), out, lambda: self.assert_sha256(out, expected))

    def test_zkey_new_and_contribute(self):
        out = self.path("z")
        solemn("zkey", "new", self.circuit.r1cs, self.path("2"), out)
        expected = sha256(out)
        shutil.move(out, self.path("first"))
        self.attack(("zkey", "new", self.circuit.r1cs, self.path("2"), out), out, lambda: self.assert_sha256(out, expected))
        again = self.path("y")
        self.attack(
            ("zkey", "contribute", self.path("first"), again, "--name", "y"), again, lambda: solemn("zkey", "verify", self.circuit.r1cs, self.path("2"), again)
        )

    def test_an_old_output_survives_a_killed_replacement(self):
        out = self.path("o")
        whole = solemn("ptau", "contribute", self.path("0"), out, "--name", "old").seconds
        words = ("ptau", "contribute", self.path("0"), out, "--name", "new", "--force")
        survived = 0
        for _ in range(self.ROUNDS):
            before = sha256(out)
            if self.killed(words, whole):
                survived += sha256(out) == before  # else the kill came after the rename, before the exit: the new state
            solemn("ptau", "verify", out)
        self.assertGreater(survived, 0, "every kill came after the rename")
