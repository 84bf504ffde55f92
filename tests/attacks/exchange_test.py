"""Files of other tools, taken in the middle of a ceremony: nothing in them is believed."""

import os

from ceremony import Attack, phase1, phase2
from harness import environment, flip_bit, run, solemn, solemn_path


class Responses(Attack):
    def response(self):
        solemn("ptau", "export", "challenge", phase1()["one"], self.path("challenge"))
        return self.path("challenge")

    def test_a_flipped_bit_ends_at_once_and_is_refused(self):
        """snarkjs runs for ever in a square root, and leaves a partial file."""
        from harness import snarkjs

        snarkjs("powersoftau", "challenge", "contribute", "bn128", self.response(), self.path("response"), "-e=x")
        size = self.path("response").stat().st_size
        for at in (0, 63, 64, 64 + 31, 64 + 40, size // 2, size - 700, size - 130, size - 1):
            with self.subTest(at=at):
                flip_bit(self.path("response"), self.path("bad"), 8 * at)
                solemn("ptau", "import", "response", phase1()["one"], self.path("bad"), self.path("o"), expect=(1, 4), timeout=60)
                self.assert_absent(self.path("o"))
        for cut in (0, 1, 64, size // 2, size - 1):
            self.path("bad").write_bytes(self.path("response").read_bytes()[:cut])
            solemn("ptau", "import", "response", phase1()["one"], self.path("bad"), self.path("o"), expect=(1, 4))
        solemn("ptau", "import", "response", phase1()["two"], self.path("response"), self.path("o"), expect=(1, 4))
        self.assert_absent(self.path("o"))
        solemn("ptau", "import", "response", phase1()["one"], self.path("response"), self.path("o"))


class MpcParams(Attack):
    """A contribution made with another tool: every part of the file is somebody else's word. snarkjs checks the circuit hash and the old contributions only."""

    HEADER = {"alpha1": (0, 64), "beta1": (64, 64), "beta2": (128, 128), "gamma2": (256, 128), "delta1": (384, 64), "delta2": (448, 128)}
    LISTS = {"ic": 64, "hb": 64, "l": 64, "a": 64, "b1": 64, "b2": 128}
    LINK = 3 * 64 + 128 + 64

    def params(self):
        """Bob's contribution on Alice's key, as a file of the other tool: bytes, and where each list of points begins."""
        solemn("zkey", "export", "mpcparams", phase2()["two"], self.path("params"), "--force")
        data, at, places = self.path("params").read_bytes(), 576, {}
        for name, size in self.LISTS.items():
            count = int.from_bytes(data[at : at + 4], "big")
            places[name] = (at + 4, count, size)
            at += 4 + count * size
        places["hash"], places["links"] = (at, 1, 64), (at + 68, 2, self.LINK)
        self.assertEqual(at + 68 + 2 * self.LINK, len(data))
        return bytearray(data), places

    def refused(self, data, *rules, key="one"):
        self.path("bad").write_bytes(data)
        said = solemn("zkey", "import", "mpcparams", phase2()[key], self.path("bad"), self.path("o"), expect=(1, 4)).err
        self.assertTrue(any(rule in said for rule in rules), f"none of {rules} in {said}")
        self.assert_absent(self.path("o"))

    def test_the_honest_file_is_taken(self):
        self.params()
        solemn("zkey", "import", "mpcparams", phase2()["one"], self.path("params"), self.path("o"), "--name", "Bob")
        solemn("zkey", "verify", phase2()["r1cs"], phase2()["ptau"], self.path("o"), "--previous", phase2()["one"])

    def test_every_point_of_the_header_counts(self):
        data, _ = self.params()
        rules = {"delta1": ("delta-matches-chain", "delta-g1-g2"), "delta2": ("delta-g1-g2",)}
        for name, (at, size) in self.HEADER.items():
            with self.subTest(name):
                other = data[0:64] if size == 64 and at else data[64:128] if size == 64 else data[128:256] if at != 128 else data[448:576]
                self.refused(data[:at] + other + data[at + size :], *rules.get(name, ("extends-previous",)))

    def test_every_list_of_points_counts(self):
        data, places = self.params()
        rules = {"ic": "query-ic", "hb": "query-h", "l": "query-l", "a": "query-a", "b1": "query-b1", "b2": "query-b2"}
        for name, size in self.LISTS.items():
            at, count, _ = places[name]
            for index in {0, count - 1}:
                with self.subTest(name, index=index):
                    begin = at + index * size
                    wrong = bytes(data[0:64]) if size == 64 else bytes(data[448:576])
                    self.refused(data[:begin] + wrong + data[begin + size :], rules[name])

    def test_points_that_are_none(self):
        data, places = self.params()
        for name, size in self.LISTS.items():
            at, count, _ = places[name]
            begin = at + (count - 1) * size
            for wrong in (b"\xff" * size, bytes(size - 1) + b"\5"):
                with self.subTest(name):
                    self.refused(data[:begin] + wrong + data[begin + size :], "not on the curve", "modulus", "flag", "is ")

    def test_links(self):
        data, places = self.params()
        at, _, size = places["links"]
        links = [bytes(data[at : at + size]), bytes(data[at + size :])]
        start = data[: at - 4]

        def with_links(*items):
            return start + len(items).to_bytes(4, "big") + b"".join(items)

        self.refused(with_links(links[0]), "extends-previous")  # nothing new
        self.refused(with_links(), "extends-previous")
        self.refused(with_links(links[1]), "extends-previous")
        self.refused(with_links(links[1], links[0]), "extends-previous")  # Alice is not the first any more
        self.refused(with_links(links[0], links[0]), "contribution-transcripts")  # replayed
        self.refused(with_links(links[0], links[1], links[1]), "contribution-transcripts")
        self.refused(data, "extends-previous", key="two")  # what is there already
        self.refused(data, "extends-previous", key="final")
        for offset in (0, 64, 128):
            changed = links[1][:offset] + links[0][offset : offset + 64] + links[1][offset + 64 :]
            self.refused(with_links(links[0], changed), "contribution-transcripts", "contribution-ratios", "delta-matches-chain", "contribution-not-trivial")
        self.refused(with_links(links[0], links[1][:192] + links[0][192:320] + links[1][320:]), "contribution-transcripts", "contribution-ratios")

    def test_another_circuit_and_lengths_that_lie(self):
        data, places = self.params()
        at = places["hash"][0]
        self.refused(data[:at] + bytes(64) + data[at + 64 :], "circuit-hash")
        for name in self.LISTS:
            at = places[name][0] - 4
            for count in (0, places[name][1] + 1, 0xFFFFFFFF):
                with self.subTest(name, count=count):
                    self.refused(data[:at] + count.to_bytes(4, "big") + data[at + 4 :], "'" + str(self.path("bad")))
        self.refused(data + b"\0", "'" + str(self.path("bad")))
        for cut in (0, 1, 575, len(data) // 2, len(data) - 1):
            self.refused(data[:cut], "'" + str(self.path("bad")))


class LittleMemory(Attack):
    """512 MiB of address space are enough, and that there is too little is said before the work."""

    def setUp(self):
        super().setUp()
        if os.environ.get("SOLEMN_SANITIZED") == "1":
            self.skipTest("the address sanitizer alone takes terabytes of address space")

    def limited(self, kib, *words, **options):
        return run(["bash", "-c", 'ulimit -v "$1"; shift; exec "$@"', "-", kib, solemn_path(), *words, "--threads", 2], env=environment(), **options)

    def test_512_mib_of_address_space_are_enough(self):
        for what in ("mpcparams", "arkworks-pk"):
            solemn("zkey", "export", what, phase2()["two"], self.path(what))
            self.limited(524288, "zkey", "export", what, phase2()["two"], self.path("limited"), "--force")
            self.assert_same_bytes(self.path(what), self.path("limited"))
        solemn("zkey", "import", "mpcparams", phase2()["one"], self.path("mpcparams"), self.path("key"))
        self.limited(524288, "zkey", "import", "mpcparams", phase2()["one"], self.path("mpcparams"), self.path("limited"), "--force")
        self.assert_same_bytes(self.path("key"), self.path("limited"))

    def test_too_little_memory_is_said_before_the_work(self):
        solemn("zkey", "export", "mpcparams", phase2()["two"], self.path("params"))
        for words in (("export", "mpcparams", phase2()["two"]), ("export", "arkworks-pk", phase2()["two"]), ("import", "mpcparams", phase2()["one"], self.path("params"))):
            with self.subTest(words[:2]):
                said = self.limited(100000, "zkey", *words, self.path("o"), expect=3).err
                self.assertIn("not enough memory for changing the basis of the H query: needs ", said)
                self.assertIn("ulimit -v", said)
                self.assertEqual([f.name for f in self.folder.iterdir()], ["params"])
        at = phase2()
        for what, words in (
            ("making the initial key", ("new", at["r1cs"], at["ptau"], self.path("o"))),
            ("comparing the key with its circuit", ("verify", at["r1cs"], at["ptau"], at["two"])),
        ):
            with self.subTest(words[0]):
                self.assertIn(f"not enough memory for {what}: needs ", self.limited(80000, "zkey", *words, expect=3).err)
                self.assertEqual([f.name for f in self.folder.iterdir()], ["params"])
