"""Phase 1 with snarkjs on the other side: each reads what the other writes, at every step and in the middle of a chain."""

from harness import PUBLIC_BEACON, Case, snarkjs, snarkjs_accepts_ptau, solemn, solemn_json

POWER = 6
BEACON = ("--name", "Beacon", "--value", PUBLIC_BEACON, "--iterations-exp", 10)
THEIR_NAME = {"bn254": "bn128", "bls12-381": "bls12381"}


class Bn254(Case):
    curve = "bn254"

    def ours_contribute(self, source, target, name):
        solemn("ptau", "contribute", self.path(source), self.path(target), "--name", name)

    def theirs_contribute(self, source, target, name):
        snarkjs("powersoftau", "contribute", self.path(source), self.path(target), f"-n={name}", "-e=some text")

    def test_new_is_the_same_file(self):
        solemn("ptau", "new", self.curve, POWER, self.path("ours"))
        snarkjs("powersoftau", "new", THEIR_NAME[self.curve], POWER, self.path("theirs"))
        self.assert_same_bytes(self.path("ours"), self.path("theirs"))

    def test_a_chain_with_contributions_from_both_sides(self):
        solemn("ptau", "new", self.curve, POWER, self.path("0"))
        self.ours_contribute("0", "1", "ours first")
        snarkjs_accepts_ptau(self.path("1"))
        self.theirs_contribute("1", "2", "theirs")
        solemn("ptau", "verify", self.path("2"), "--previous", self.path("1"))
        self.ours_contribute("2", "3", "ours again")
        snarkjs_accepts_ptau(self.path("3"))

        # Their beacon and ours are one computation: the same bytes.
        solemn("ptau", "beacon", self.path("3"), self.path("4"), *BEACON)
        snarkjs("powersoftau", "beacon", self.path("3"), self.path("4t"), PUBLIC_BEACON, 10, "-n=Beacon")
        self.assert_same_bytes(self.path("4"), self.path("4t"))

        solemn("ptau", "prepare", self.path("4"), self.path("5"))
        snarkjs("powersoftau", "prepare", "phase2", self.path("4"), self.path("5t"))
        self.assert_same_bytes(self.path("5"), self.path("5t"))

        report = snarkjs_accepts_ptau(self.path("5")).out
        for name in ("ours first", "theirs", "ours again", "Beacon"):
            self.assertIn(name, report)
        solemn("ptau", "verify", self.path("5"), "--previous", self.path("3"))
        steps = solemn_json("ptau", "info", self.path("5"))["steps"]
        self.assertEqual(len(steps), 4)

        # A truncation to each smaller power is theirs too.
        self.path("5").rename(self.path("final.ptau"))
        snarkjs("powersoftau", "truncate", self.path("final.ptau"))
        for power in range(1, POWER):
            solemn("ptau", "truncate", self.path("final.ptau"), power, self.path(f"cut{power}"))
            self.assert_same_bytes(self.path(f"cut{power}"), self.path(f"final_{power:02}.ptau"))
        snarkjs_accepts_ptau(self.path("cut3"))

    def test_a_response_of_theirs_to_our_challenge(self):
        solemn("ptau", "new", self.curve, POWER, self.path("0"))
        self.ours_contribute("0", "1", "ours first")
        solemn("ptau", "export", "challenge", self.path("1"), self.path("challenge"))
        snarkjs("powersoftau", "export", "challenge", self.path("1"), self.path("challenge.theirs"))
        self.assert_same_bytes(self.path("challenge"), self.path("challenge.theirs"))

        snarkjs("powersoftau", "challenge", "contribute", THEIR_NAME[self.curve], self.path("challenge"),
                self.path("response"), "-e=some text")
        solemn("ptau", "import", "response", self.path("1"), self.path("response"), self.path("2"), "--name", "guest")
        snarkjs_accepts_ptau(self.path("2"))
        solemn("ptau", "verify", self.path("2"), "--previous", self.path("1"))
        self.ours_contribute("2", "3", "ours after the guest")
        snarkjs_accepts_ptau(self.path("3"))

        # What they import from the same response has the same points; ours differs at most in bytes without meaning.
        snarkjs("powersoftau", "import", "response", self.path("1"), self.path("response"), self.path("2t"), "-n=guest")
        solemn("ptau", "verify", self.path("2t"), "--previous", self.path("1"))

    def test_a_response_of_another_challenge_is_refused(self):
        solemn("ptau", "new", self.curve, 3, self.path("0"))
        self.ours_contribute("0", "1", "a")
        self.ours_contribute("0", "1b", "b")
        solemn("ptau", "export", "challenge", self.path("1b"), self.path("challenge"))
        snarkjs("powersoftau", "challenge", "contribute", THEIR_NAME[self.curve], self.path("challenge"),
                self.path("response"), "-e=x")
        refused = solemn("ptau", "import", "response", self.path("1"), self.path("response"), self.path("2"),
                         expect=(1, 4, 6))
        self.assertIn("challenge", refused.err)
        self.assert_absent(self.path("2"))

    def test_a_response_of_theirs_with_one_flipped_bit_is_refused_in_no_time(self):
        """snarkjs never ends on some of these: the square root of a non-residue."""
        from harness import flip_bit

        solemn("ptau", "new", self.curve, 3, self.path("0"))
        solemn("ptau", "export", "challenge", self.path("0"), self.path("challenge"))
        snarkjs("powersoftau", "challenge", "contribute", THEIR_NAME[self.curve], self.path("challenge"),
                self.path("response"), "-e=x")
        size = self.path("response").stat().st_size
        for byte in (64 + 40, 64 + 700, size // 2, size - 100, size - 1):
            flip_bit(self.path("response"), self.path("bad"), 8 * byte + 1)
            solemn("ptau", "import", "response", self.path("0"), self.path("bad"), self.path("1"),
                   expect=(1, 4, 6), timeout=60)
            self.assert_absent(self.path("1"))


class Bls12381(Bn254):
    curve = "bls12-381"
