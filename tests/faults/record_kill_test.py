"""kill -9 while a record is written: the old record or the new one, and the same command again goes through. Two writers at once never mix."""

import os
import random
import signal
import subprocess

from harness import Case, environment, solemn, solemn_json, solemn_path
from harness.record import Record

SEED = int(os.environ.get("SOLEMN_TEST_SEED", random.SystemRandom().randrange(1 << 32)))


class RecordKill(Case):
    ROUNDS = 40

    def setUp(self):
        super().setUp()
        print(f"seed: SOLEMN_TEST_SEED={SEED}", flush=True)
        self.random = random.Random(SEED)
        self.record = Record(self.folder, threshold=0)
        self.path("large").write_bytes(os.urandom(1 << 23))

    def start(self, *words):
        return subprocess.Popen(
            [solemn_path(), "transcript", *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment()
        )

    def append_words(self, text, *more):
        return ("append", self.record.path, "artifact", "--sign-key", self.record.key("alice"), "--text", text, *more)

    def whole_lines(self):
        """What counts: everything up to the last newline."""
        return (self.record.path / "entries.jsonl").read_bytes().split(b"\n")[:-1]

    def checks(self):
        report = solemn_json("transcript", "verify", self.record.path, "--root-key", self.record.pub("root"), expect=(0, 2))
        return report["checks"]

    def test_killed_appends_and_checkpoints(self):
        began = solemn("transcript", *self.append_words("whole", "--attach", self.path("large")))
        kills, before = 0, self.whole_lines()
        for number in range(self.ROUNDS):
            checkpointing = number % 4 == 3
            words = ("checkpoint", self.record.path, "--sign-key", self.record.key("coordinator"))
            process = self.start(*(words if checkpointing else self.append_words(str(number), "--attach", self.path("large"))))
            try:
                process.wait(self.random.uniform(0, began.seconds))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
            now = self.whole_lines()
            self.assertEqual(now[: len(before)], before)
            self.assertLessEqual(len(now), len(before) + 1)
            if process.returncode == 0 and not checkpointing:
                self.assertEqual(len(now), len(before) + 1, "it was reported as written")
            self.checks()
            before = now
        self.assertGreater(kills, 0, "the program always ended before it was killed")
        solemn("transcript", *self.append_words("last", "--attach", self.path("large")))
        self.record.finish()
        self.assertEqual([c for c in self.checks() if c["outcome"] != "passed"], [])

    def test_two_writers_at_once(self):
        writers = [self.start(*self.append_words(str(number))) for number in range(12)]
        done = sum(process.wait() == 0 for process in writers)
        self.assertGreater(done, 0)
        self.assertEqual(len(self.whole_lines()), 1 + done)
        self.record.finish()
        self.assertEqual([c for c in self.checks() if c["outcome"] != "passed"], [])

    def test_a_torn_tail_is_told_and_removed_by_the_next_append(self):
        file = self.record.path / "entries.jsonl"
        whole = file.read_bytes()
        for tail in (b"{", whole[:-1], b"\0" * 4096, b"\xff"):
            file.write_bytes(whole + tail)
            (told,) = [c for c in self.checks() if c["rule"] == "tail-complete"]
            self.assertEqual(told["outcome"], "not_run")
            said = solemn("transcript", *self.append_words("next")).err
            self.assertIn(f"removed {len(tail)} bytes", said)
            self.assertTrue(file.read_bytes().startswith(whole))
            whole = file.read_bytes()
            self.assertTrue(whole.endswith(b"\n"))
