"""Libraries that are loaded when they are needed, and are not there or broken: what says so, and nothing else is affected."""

import unittest

from harness import Case, environment, solemn


class LateLibraries(Case):
    def setUp(self):
        super().setUp()
        for name in ("libZXing.so.2", "libcurl.so.4"):
            self.path(name).write_text("not a library")
        self.env = environment(LD_LIBRARY_PATH=self.folder)

    def test_reading_a_code_without_zxing(self):
        picture = self.path("sheet.pnm")
        picture.write_bytes(b"P5\n100 100\n255\n" + bytes(100 * 100))
        said = solemn("keys", "paper", "scan", picture, env=self.env, expect=3).err  # not "no code was found"
        self.assertIn("libZXing.so.2", said)
        self.assertIn("apt-get install libzxing2", said)

    def test_fetching_without_libcurl(self):
        said = solemn("beacon", "fetch", 100, "--chain", "default", "-o", self.path("round"), env=self.env, expect=3).err
        self.assertIn("libcurl.so.4", said)
        self.assertFalse(self.path("round").exists())

    def test_everything_else_works(self):
        solemn("ptau", "new", "bn254", 4, self.path("0"), env=self.env)
        solemn("ptau", "contribute", self.path("0"), self.path("1"), "--name", "a", env=self.env)
        solemn("ptau", "verify", self.path("1"), env=self.env)


if __name__ == "__main__":
    unittest.main()
