"""What people add to the randomness of a contribution: what is told about it, what is counted, and that none of it shows."""

import hashlib
import json

from harness import Case, environment, run, solemn, solemn_path, terminal


class Entropy(Case):
    def setUp(self):
        super().setUp()
        solemn("ptau", "new", "bn254", 2, self.path("0"))

    def contribute(self, *options, expect=0, **more):
        return solemn("ptau", "contribute", self.path("0"), self.path("1"), "--name", "x", "--force", *options, expect=expect, **more)

    def sources(self, *options, **more):
        said = json.loads(self.contribute("--json", *options, **more).out)
        return {s["source"]: s for s in said["entropy_sources"]}

    def type(self, text: str, name="x") -> str:
        """Contributes with `text` typed at a terminal of its own; returns all that the terminal showed."""
        argv = [solemn_path(), "ptau", "contribute", self.path("0"), self.path("1"), "--name", name, "--force", "--type-entropy"]
        status, said, left = terminal.at_terminal(argv, [("(Entropy):", text)], env=environment(XDG_STATE_HOME=self.path("state")), timeout=60)
        self.assertEqual((status, left), (0, []), said)
        return said

    def test_the_system_is_always_counted_and_noise_sources_are_healthy(self):
        sources = self.sources()
        self.assertTrue(sources["operating system"]["counted"])
        if "rdseed" in sources:
            self.assertEqual(sources["rdseed"]["note"], "healthy")

    def test_typed_text_is_read_hidden_and_not_counted(self):
        said = self.type("Kq7 veranda 5 mulberry Xp2 a private text")
        self.assertNotIn("a private text", said)
        self.assertIn("typed text (41 bytes, not counted)", said)
        self.assertNotIn("warning", said)

    def test_typed_text_that_everybody_knows_is_told(self):
        self.assertIn("the example of a tutorial", self.type("asdkfj3948fjdksl39485jfkdls9384jfkdls"))
        self.assertIn("a sequence", self.type("abcdefghijklmnopqrstuvwxyz"))
        self.assertIn("common words", self.type("the quick brown fox jumps over the lazy dog"))

    def test_personal_information_is_told(self):
        self.assertIn("your name in it", self.type("Kq7 veranda alice 5 mulberry Xp2", "Org:Alice"))
        self.assertNotIn("your name in it", self.type("Kq8 veranda 5 mulberry Xp2", "Org:Alice"))

    def test_an_empty_text_is_told_and_adds_nothing(self):
        said = self.type("")
        self.assertIn("the text is empty", said)
        self.assertNotIn("typed text (", said)

    def test_a_text_typed_before_on_this_machine_is_told(self):
        text = "Kq7 veranda 5 mulberry Xp2"
        self.assertNotIn("typed before", self.type(text))
        self.assertIn("typed before", self.type(text))
        self.assertNotIn("typed before", self.type("vK3 xpq0 Zu!ejm2 9rw#tb yc5 nLhg"))
        kept = self.path("state") / "solemn" / "typed-entropy"
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        content = kept.read_bytes()
        self.assertNotIn(text.encode(), content)
        self.assertNotIn(hashlib.sha256(text.encode()).hexdigest().encode(), content)

    def test_dice_are_counted_from_100_throws(self):
        throws = "123456253146" * 9
        self.path("dice").write_text(" ".join(throws))
        dice = self.sources("--dice", self.path("dice"))["dice"]
        self.assertTrue(dice["counted"])
        self.assertEqual(dice["note"], "SHA-512 of 108 throws")
        few = self.contribute("--dice", "-", stdin=b"123456")
        self.assertIn("fewer than the 100", few.err)
        self.assertIn("dice (64 bytes, not counted", few.err)
        wrong = self.contribute("--dice", "-", stdin=b"1234567", expect=2)
        self.assertIn("character 7 of the dice is not a face", wrong.err)

    def test_a_stuck_file_is_told_and_not_counted(self):
        said = self.contribute("--entropy", "/dev/zero")
        self.assertIn("the same byte again and again", said.err)
        self.assertIn("not counted", said.err)
        self.assertTrue(self.sources("--entropy", "/dev/urandom")["file"]["counted"])
        self.assertFalse(self.sources("--entropy", "/etc/hostname")["file"]["counted"])

    def test_an_ordinary_file_is_not_counted_however_random_it_looks(self):
        """A published file passes every health test."""
        self.path("published").write_bytes(hashlib.shake_256(b"everybody has this").digest(1 << 16))
        for how in ("--entropy published", "--entropy - <published", "--entropy /dev/stdin <published"):
            said = run(["bash", "-c", f"exec {solemn_path()} ptau contribute 0 1 --name x --force {how}"], cwd=self.folder)
            self.assertIn("is an ordinary file: whoever has a copy knows it", said.err)
            self.assertIn("(65536 bytes, not counted: an ordinary file, which others may know)", said.err)
        piped = run(["bash", "-c", f"cat published | {solemn_path()} ptau contribute 0 1 --name x --force --entropy -"], cwd=self.folder)
        self.assertIn("stdin (65536 bytes, healthy)", piped.err)  # a pipe may be a generator: nobody can tell

    def test_standard_input_is_read_once(self):
        for options in (("--entropy", "-", "--dice", "-"), ("--dice", "-", "--passphrase-file", "-", "--log", "l", "--sign-key", "k")):
            said = self.contribute(*options, stdin=b"123456" * 400, expect=2)
            self.assertIn("would both read standard input", said.err)
            self.assertIn("give one of them as a file", said.err)
        self.assert_absent(self.path("1"))

    def test_no_bytes_of_a_source_are_said(self):
        self.path("file").write_bytes(b"unmistakable" * 200)
        said = self.contribute("-v", "--entropy", self.path("file"))
        self.assertNotIn("unmistakable", said.out + said.err)

    def test_entropy_on_the_command_line_is_refused(self):
        for option in ("-e=text", "--entropy-text=text", "-e"):
            self.contribute(option, expect=2)
