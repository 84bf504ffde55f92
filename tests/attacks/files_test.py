"""Files that are not what they claim: damaged, cut, padded, doubled, mixed up; and what must never happen to files."""

import struct

from ceremony import POWER, Attack, folder, phase1, phase2
from harness import compile_circuit, flip_bit, insert_section, read_sections, sha256, solemn, solemn_json, write_sections
from harness.bn254 import G1, G2, Q, g1_bytes, g2_add, g2_bytes, g2_of_order_10069, g2_outside_the_subgroup, multiply
from harness.files import replace_section, section, section_offset

N = 1 << POWER


def bls_plus_order_3(point: bytes) -> bytes:
    """A point of BLS12-381 G1 in file form plus (0, 2), which has order 3."""
    back = pow(1 << 384, -1, BLS_Q)
    x, y = (int.from_bytes(point[i : i + 48], "little") * back % BLS_Q for i in (0, 48))
    slope = (y - 2) * pow(x, -1, BLS_Q)
    x3 = (slope * slope - x) % BLS_Q
    y3 = (-slope * x3 - 2) % BLS_Q
    return b"".join((v * (1 << 384) % BLS_Q).to_bytes(48, "little") for v in (x3, y3))


BLS_Q = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB


class PtauPoints(Attack):
    SECTIONS = {2: 64, 3: 128, 4: 64, 5: 64, 6: 128, 12: 64, 13: 128, 14: 64, 15: 64}
    RULES = {
        2: ("tau-g1-powers", "last-challenge"), 3: ("tau-g2-powers",), 4: ("alpha-tau-powers",), 5: ("beta-tau-powers",), 6: ("beta-g2",),
        12: ("lagrange-tau-g1",), 13: ("lagrange-tau-g2",), 14: ("lagrange-alpha-tau",), 15: ("lagrange-beta-tau",),
    }

    def with_point(self, kind, index, point):
        size = self.SECTIONS[kind]
        body = bytearray(section(phase1()["final"], kind))
        body[index * size : (index + 1) * size] = point
        replace_section(phase1()["final"], self.path("p"), kind, bytes(body))
        return self.path("p")

    def test_another_point_of_the_group_in_every_section(self):
        for kind, size in self.SECTIONS.items():
            count = len(section(phase1()["final"], kind)) // size
            for index in {0, count // 2, count - 1}:
                with self.subTest(section=kind, index=index):
                    point = g1_bytes(multiply(7, G1)) if size == 64 else section(phase2()["final"], 2)[-128:]  # delta2
                    self.assert_ptau_fails(self.with_point(kind, index, point), *self.RULES[kind])

    def test_points_off_the_curve(self):
        for kind, size in self.SECTIONS.items():
            with self.subTest(section=kind):
                count = len(section(phase1()["final"], kind)) // size
                report = self.assert_ptau_fails(self.with_point(kind, count - 1, b"\x05" + bytes(size - 1)), "curve-points", "structure")
                said = " ".join(c["detail"] for c in report["checks"] if c["outcome"] == "failed")
                self.assertIn(f"section {kind}", said)
                self.assertIn(str(count - 1), said)

    def test_points_outside_the_subgroup(self):
        outside = g2_bytes(g2_outside_the_subgroup())
        for kind in (3, 6, 13):
            with self.subTest(section=kind):
                count = len(section(phase1()["final"], kind)) // 128
                report = solemn_json("ptau", "verify", self.with_point(kind, count - 1, outside), expect=1)
                self.assert_rules(report, ["subgroup-points", "structure"])

    def test_infinity_where_none_may_be(self):
        for kind, size in self.SECTIONS.items():
            if kind < 12:
                with self.subTest(section=kind):
                    self.assert_ptau_fails(self.with_point(kind, 0, bytes(size)), "curve-points", "structure")

    def test_coordinates_over_the_modulus(self):
        for kind, size in self.SECTIONS.items():
            with self.subTest(section=kind):
                body = section(phase1()["final"], kind)
                x = int.from_bytes(body[:32], "little") + Q  # the same number, written otherwise
                self.assertLess(x, 1 << 256)
                self.assert_ptau_fails(self.with_point(kind, 0, x.to_bytes(32, "little") + body[32:size]), "curve-points", "structure")


class ZkeyPoints(Attack):
    SECTIONS = {3: 64, 5: 64, 6: 64, 7: 128, 8: 64, 9: 64}
    RULES = {3: "query-ic", 5: "query-a", 6: "query-b1", 7: "query-b2", 8: "query-l", 9: "query-h"}

    def with_point(self, kind, index, point):
        size = self.SECTIONS[kind]
        body = bytearray(section(phase2()["final"], kind))
        body[index * size : (index + 1) * size] = point
        replace_section(phase2()["final"], self.path("z"), kind, bytes(body))
        return self.path("z")

    def test_another_point_of_the_group_in_every_section(self):
        for kind, size in self.SECTIONS.items():
            count = len(section(phase2()["final"], kind)) // size
            for index in {0, count - 1}:
                with self.subTest(section=kind, index=index):
                    point = g1_bytes(G1) if size == 64 else g2_bytes(G2)
                    self.assert_zkey_fails(self.with_point(kind, index, point), self.RULES[kind])

    def test_points_off_the_curve_and_over_the_modulus(self):
        for kind, size in self.SECTIONS.items():
            with self.subTest(section=kind):
                report = self.assert_zkey_fails(self.with_point(kind, 0, b"\x05" + bytes(size - 1)), "curve-points", "structure")
                self.assertIn(f"section {kind}", " ".join(c["detail"] for c in report["checks"]))
                self.assert_zkey_fails(self.with_point(kind, 0, b"\xff" * size), "curve-points", "structure")

    def test_points_outside_the_subgroup(self):
        self.assert_zkey_fails(self.with_point(7, 1, g2_bytes(g2_outside_the_subgroup())), "subgroup-points")

    def test_infinity_in_h(self):
        self.assert_zkey_fails(self.with_point(9, 0, bytes(64)), "curve-points", "structure")

    def test_a_changed_coefficient(self):
        body = bytearray(section(phase2()["final"], 4))
        body[4 + 8] ^= 1  # the signal of the first coefficient
        replace_section(phase2()["final"], self.path("z"), 4, bytes(body))
        self.assert_zkey_fails(self.path("z"), "coefficients", "structure")
        body = bytearray(section(phase2()["final"], 4))
        body[4 + 12 : 4 + 44] = b"\xff" * 32  # a value over the modulus
        replace_section(phase2()["final"], self.path("z"), 4, bytes(body))
        self.assert_zkey_fails(self.path("z"), "coefficients", "structure")


class Containers(Attack):
    """Every binary file we read: padded, doubled, missing, overlapping, cut."""

    def verify(self, kind, file):
        if kind == "ptau":
            return solemn_json("ptau", "verify", file, expect=(1, 4))
        return solemn_json("zkey", "verify", phase2()["r1cs"], phase2()["ptau"], file, expect=(1, 4))

    def files(self):
        return {"ptau": phase1()["final"], "zkey": phase2()["final"]}.items()

    def refused(self, kind, file):
        report = self.verify(kind, file)
        if "checks" in report:
            self.assert_rules(report, ["structure"])

    def test_trailing_bytes(self):
        for kind, file in self.files():
            self.path("x").write_bytes(file.read_bytes() + b"\0")
            self.refused(kind, self.path("x"))

    def test_duplicate_sections(self):
        for kind, file in self.files():
            for number, body in read_sections(file)[2]:
                with self.subTest(kind=kind, section=number):
                    insert_section(file, self.path("x"), number, body)
                    self.refused(kind, self.path("x"))

    def test_missing_sections(self):
        for kind, file in self.files():
            magic, version, sections = read_sections(file)
            for number, _ in sections:
                with self.subTest(kind=kind, section=number):
                    write_sections(self.path("x"), magic, version, [s for s in sections if s[0] != number])
                    self.refused(kind, self.path("x"))

    def test_unknown_sections(self):
        for kind, file in self.files():
            insert_section(file, self.path("x"), 99, b"hello")
            self.refused(kind, self.path("x"))

    def test_sizes_that_lie(self):
        for kind, file in self.files():
            for number, body in read_sections(file)[2]:
                at = section_offset(file, number) - 8
                for size in (0, len(body) - 1, len(body) + 1, len(body) + 64, 1 << 62, (1 << 64) - 1):
                    with self.subTest(kind=kind, section=number, size=size):
                        data = bytearray(file.read_bytes())
                        data[at : at + 8] = struct.pack("<Q", size % (1 << 64))
                        self.path("x").write_bytes(data)
                        if size != len(body):
                            self.refused(kind, self.path("x"))

    def test_cut_in_every_section(self):
        """snarkjs says 'Powers of Tau Ok!' to half a prepared file."""
        for kind, file in self.files():
            data = file.read_bytes()
            for number, body in read_sections(file)[2]:
                start = section_offset(file, number)
                for cut in {start - 12, start - 5, start, start + 1, start + len(body) // 2, start + len(body) - 1}:
                    with self.subTest(kind=kind, section=number, cut=cut):
                        self.path("x").write_bytes(data[:cut])
                        self.refused(kind, self.path("x"))

    def test_headers_that_lie(self):
        powers = bytearray(section(phase1()["final"], 1))
        for power, ceremony in ((0, POWER), (29, 29), (POWER, POWER - 1), (POWER + 1, POWER + 1), (1 << 31, 1 << 31), (POWER, 29)):
            with self.subTest(power=power, ceremony=ceremony):
                powers[-8:] = struct.pack("<II", power, ceremony)
                replace_section(phase1()["final"], self.path("x"), 1, bytes(powers))
                self.refused("ptau", self.path("x"))
        header = bytearray(section(phase2()["final"], 2))
        for at in (0, 4, 36, 40, 72, 76, 80):  # n8q, q, n8r, r, nVars, nPublic, domainSize
            with self.subTest(at=at):
                changed = bytearray(header)
                changed[at : at + 4] = b"\xff\xff\xff\x7f"
                replace_section(phase2()["final"], self.path("x"), 2, bytes(changed))
                self.refused("zkey", self.path("x"))

    def test_every_command_refuses_a_cut_file(self):
        cut = phase1()["final"].read_bytes()[:-100]
        self.path("cut.ptau").write_bytes(cut)
        for words in (("ptau", "info"), ("ptau", "contribute"), ("ptau", "prepare"), ("ptau", "truncate"), ("ptau", "export", "challenge")):
            with self.subTest(words):
                extra = {"info": (), "contribute": (self.path("o"), "--name", "x"), "truncate": (3, self.path("o"))}.get(words[1], (self.path("o"),))
                solemn(*words, self.path("cut.ptau"), *extra, expect=4)
                self.assert_absent(self.path("o"))
        solemn("zkey", "new", phase2()["r1cs"], self.path("cut.ptau"), self.path("o"), expect=4)
        self.assert_absent(self.path("o"))


class MixedUp(Attack):
    def test_a_key_for_another_circuit(self):
        other = compile_circuit("mult20", "bn254")
        self.assert_zkey_fails(phase2()["final"], "circuit-shape", "circuit-hash", r1cs=other.r1cs)

    def test_a_key_for_another_ptau(self):
        solemn("ptau", "contribute", phase1()["fresh"], self.path("a"), "--name", "x")
        solemn("ptau", "prepare", self.path("a"), self.path("b"))
        self.assert_zkey_fails(phase2()["final"], "ptau-alpha-beta", ptau=self.path("b"))

    def test_a_circuit_for_another_curve(self):
        other = compile_circuit("mult1", "bls12-381")
        solemn("zkey", "new", other.r1cs, phase1()["final"], self.path("z"), expect=2)
        self.assert_absent(self.path("z"))

    def test_a_ptau_that_is_too_small_or_not_prepared(self):
        other = compile_circuit("mult20", "bn254")
        solemn("ptau", "truncate", phase1()["final"], 2, self.path("small"))
        self.assertIn("power", solemn("zkey", "new", other.r1cs, self.path("small"), self.path("z"), expect=2).err)
        self.assertIn("prepare", solemn("zkey", "new", other.r1cs, phase1()["beacon"], self.path("z"), expect=4).err)
        self.assert_absent(self.path("z"))

    def test_a_circuit_whose_gates_no_key_can_enforce(self):
        """Custom gates are PLONK's: a Groth16 key would prove nothing about them (snarkjs ignores them in silence)."""
        with_gates = self.path("with_gates")
        insert_section(phase2()["r1cs"], with_gates, 4, b"\1\0\0\0CG\0" + bytes(4))
        insert_section(with_gates, self.path("r1cs"), 5, b"\1\0\0\0" + bytes(4) + b"\1\0\0\0" + b"\2" + bytes(7))
        said = solemn("zkey", "new", self.path("r1cs"), phase1()["final"], self.path("z"), expect=6).err
        self.assertIn("no-custom-gates", said)
        self.assert_absent(self.path("z"))
        report = self.assert_zkey_fails(phase2()["final"], "no-custom-gates", r1cs=self.path("r1cs"))
        self.assertEqual(self.failed_rules(report), ["no-custom-gates"])
        self.assertEqual(solemn_json("circuit", "info", self.path("r1cs"))["custom_gate_uses"], 1)

    def test_a_bad_circuit_or_ptau_is_no_verdict_about_the_key(self):
        at = phase2()
        self.path("r").write_bytes(at["r1cs"].read_bytes()[:-1])
        self.path("p").write_bytes(at["ptau"].read_bytes()[:-1])
        self.path("empty").write_bytes(b"")
        body = bytearray(section(phase1()["final"], 12))
        body[64 * 3] ^= 1  # a Lagrange point that the circuit reads, off the curve
        replace_section(phase1()["final"], self.path("l"), 12, bytes(body))
        for r1cs, ptau, named in ((self.path("r"), at["ptau"], "r"), (at["r1cs"], self.path("p"), "p"), (self.path("empty"), at["ptau"], "empty"),
                                  (at["r1cs"], self.path("empty"), "empty"), (at["r1cs"], self.path("l"), "l"), (at["r1cs"], phase1()["beacon"], "prepared")):
            with self.subTest(named):
                self.assertIn(named, solemn("zkey", "verify", r1cs, ptau, at["final"], expect=4).err)

    def test_which_of_three_files_is_malformed(self):
        at = phase2()
        self.path("bad").write_text("{")
        for words, named in (((self.path("bad"), at["public"], at["proof"]), "verification key"), ((at["vkey"], self.path("bad"), at["proof"]), "public signals"),
                             ((at["vkey"], at["public"], self.path("bad")), "proof")):
            report = solemn_json("proof", "verify", *words, expect=1)
            self.assertTrue(report["checks"][0]["detail"].startswith(named), report)

    def test_files_of_another_kind(self):
        for file in (phase2()["final"], phase2()["r1cs"], phase2()["vkey"]):
            solemn("ptau", "info", file, expect=4)
            solemn("ptau", "contribute", file, self.path("o"), "--name", "x", expect=4)
        solemn("zkey", "info", phase1()["final"], expect=4)
        self.assert_absent(self.path("o"))


class Subgroups(Attack):
    """The smallest prime in the cofactor of BN254's G2 is 10069, in that of BLS12-381's G1 it is 3: a single random combination would let such points through once
    in so many times, and a pairing does not see them at all."""

    def bls(self):
        at = {name: self.path(name + ".bls") for name in ("0", "1", "p", "z0", "z1")}
        at["r1cs"] = compile_circuit("mult1", "bls12-381").r1cs
        solemn("ptau", "new", "bls12-381", 3, at["0"])
        solemn("ptau", "contribute", at["0"], at["1"], "--name", "A")
        solemn("ptau", "prepare", at["1"], at["p"])
        solemn("zkey", "new", at["r1cs"], at["p"], at["z0"])
        solemn("zkey", "contribute", at["z0"], at["z1"], "--name", "A")
        return at

    def test_low_order_points_of_bn254_g2(self):
        for name, point in (("of order 10069", g2_of_order_10069()), ("a right point plus one", g2_add(G2, g2_of_order_10069()))):
            for kind in (3, 6, 13):
                with self.subTest(name, section=kind):
                    body = section(phase1()["final"], kind)[:-128] + g2_bytes(point)
                    replace_section(phase1()["final"], self.path("p"), kind, body)
                    self.assert_ptau_fails(self.path("p"), "subgroup-points")
                    if kind < 12:
                        replace_section(phase1()["beacon"], self.path("b"), kind, body)
                        for words in (("contribute", self.path("b"), self.path("o"), "--name", "x"), ("prepare", self.path("b"), self.path("o"))):
                            self.assertIn("subgroup", solemn("ptau", *words, expect=4).err)
            body = section(phase2()["final"], 7)[:-128] + g2_bytes(point)
            replace_section(phase2()["final"], self.path("z"), 7, body)
            self.assert_zkey_fails(self.path("z"), "subgroup-points")
            for what in ("arkworks-pk", "mpcparams", "json"):
                self.assertIn("subgroup", solemn("zkey", "export", what, self.path("z"), self.path("o"), expect=4).err)
        self.assert_absent(self.path("o"))

    def test_points_of_order_3_on_bls12_381(self):
        """(0, 2) lies on y^2 = x^3 + 4 and has order 3."""
        at = self.bls()
        two = (2 * (1 << 384) % BLS_Q).to_bytes(48, "little")
        point = bytes(48) + two
        for kind in (2, 4, 5, 12, 14, 15):
            with self.subTest(ptau=kind):
                replace_section(at["p"], self.path("x"), kind, section(at["p"], kind)[:-96] + point)
                self.assert_ptau_fails(self.path("x"), "subgroup-points")
        for kind in (2, 4, 5):
            with self.subTest(contribute=kind):
                replace_section(at["1"], self.path("x"), kind, section(at["1"], kind)[:-96] + point)
                self.assertIn("subgroup", solemn("ptau", "contribute", self.path("x"), self.path("o"), "--name", "x", expect=4).err)
        for kind in (3, 5, 6, 8, 9):
            with self.subTest(zkey=kind):
                replace_section(at["z1"], self.path("x"), kind, section(at["z1"], kind)[:-96] + point)
                self.assert_zkey_fails(self.path("x"), "subgroup-points", r1cs=at["r1cs"], ptau=at["p"])
                self.assertIn("subgroup", solemn("zkey", "export", "arkworks-pk", self.path("x"), self.path("o"), expect=4).err)
        for kind in (8, 9):
            replace_section(at["z1"], self.path("x"), kind, section(at["z1"], kind)[:-96] + point)
            self.assertIn("subgroup", solemn("zkey", "contribute", self.path("x"), self.path("o"), "--name", "x", expect=4).err)
        self.assert_absent(self.path("o"))


class NothingIsLost(Attack):
    def test_the_same_file_as_input_and_output(self):
        """snarkjs destroys it and exits 0 (#427)."""
        self.path("p").write_bytes(phase1()["one"].read_bytes())
        self.path("z").write_bytes(phase2()["one"].read_bytes())
        self.path("link").symlink_to(self.path("p"))
        before = sha256(self.path("p")), sha256(self.path("z"))
        value = ("--name", "B", "--value", "7bd414e4e87b306e713a2840ba930ed805746d5c153cf1d719e0ebdbe5b8d04e", "--iterations-exp", 10)
        for target in (self.path("p"), self.path("link")):
            for extra in ((), ("--force",)):
                solemn("ptau", "contribute", self.path("p"), target, "--name", "x", *extra, expect=6)
                solemn("ptau", "beacon", self.path("p"), target, *value, *extra, expect=6)
                solemn("ptau", "prepare", self.path("p"), target, *extra, expect=6)
        solemn("zkey", "contribute", self.path("z"), self.path("z"), "--name", "x", "--force", expect=6)
        solemn("zkey", "beacon", self.path("z"), self.path("z"), *value, "--force", expect=6)
        solemn("zkey", "export", "vkey", self.path("z"), self.path("z"), "--force", expect=6)
        self.assertEqual(before, (sha256(self.path("p")), sha256(self.path("z"))))

    def test_nothing_is_overwritten_without_force(self):
        self.path("o").write_text("precious")
        for words in (
            ("ptau", "new", "bn254", 2, self.path("o")),
            ("ptau", "contribute", phase1()["one"], self.path("o"), "--name", "x"),
            ("zkey", "new", phase2()["r1cs"], phase2()["ptau"], self.path("o")),
            ("zkey", "contribute", phase2()["one"], self.path("o"), "--name", "x"),
            ("zkey", "export", "vkey", phase2()["final"], self.path("o")),
        ):
            with self.subTest(words[:2]):
                self.assertIn("--force", solemn(*words, expect=2).err)
                self.assertEqual(self.path("o").read_text(), "precious")
        solemn("ptau", "new", "bn254", 2, self.path("o"), "--force")

    def test_a_proof_and_its_public_signals_appear_together_or_not_at_all(self):
        at = phase2()
        self.path("taken").write_text("precious")
        for proof, public in (("p", "taken"), ("taken", "q")):
            solemn("proof", "create", at["final"], at["wtns"], self.path(proof), self.path(public), expect=2)
        self.assert_absent(self.path("p"), self.path("q"))
        self.assertEqual(self.path("taken").read_text(), "precious")
        self.path("p").write_text("old")
        self.path("link").hardlink_to(self.path("p"))
        for proof, public in (("new", "new"), ("new", "../" + self.folder.name + "/new"), ("p", "link")):
            solemn("proof", "create", at["final"], at["wtns"], self.path(proof), self.folder / public, "--force", expect=6)
        self.assert_absent(self.path("new"))
        self.assertEqual(self.path("p").read_text(), "old")

    def test_failures_leave_no_file_behind(self):
        flip_bit(phase1()["one"], self.path("bad"), 8 * section_offset(phase1()["one"], 3) + 77)
        before = sorted(p.name for p in self.folder.iterdir())
        solemn("ptau", "contribute", self.path("bad"), self.path("o"), "--name", "x", expect=(1, 4))
        flip_bit(phase2()["one"], self.path("bad2"), -2000)
        solemn("zkey", "contribute", self.path("bad2"), self.path("o"), "--name", "x", expect=(1, 4))
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), sorted([*before, "bad2"]))


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


class HostileProvingKey(Attack):
    """A right key of BLS12-381 with a point of order 3 added to A of a private signal. The pairing does not see it, so the proof would hold, and its A would tell the
    signal modulo 3."""

    def test_a_proof_tells_nothing_through_small_subgroups(self):
        at = Subgroups.bls(self)
        circuit = compile_circuit("mult1", "bls12-381")
        body = section(at["z1"], 5)
        column = 2  # the first factor
        point = body[96 * column : 96 * column + 96]
        replace_section(at["z1"], self.path("x"), 5, body[: 96 * column] + bls_plus_order_3(point) + body[96 * (column + 1) :])
        for factor in (1, 2, 3):
            circuit.witness({"a": factor, "b": 11}, self.path("w"))
            if factor == 3:  # nothing is added then, and nothing told
                solemn("proof", "create", self.path("x"), self.path("w"), self.path("p"), self.path("q"), expect=None)
                continue
            self.assertIn("subgroup", solemn("proof", "create", self.path("x"), self.path("w"), self.path("p"), self.path("q"), expect=4).err)
            self.assert_absent(self.path("p"), self.path("q"))


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


class Entropy(Attack):
    def test_text_on_the_command_line_is_never_taken_for_entropy(self):
        """The tutorials write -e="random text": here the option names a file, and a missing file is an error."""
        solemn("ptau", "contribute", phase1()["one"], self.path("o"), "--name", "x", "--entropy", "some random text", expect=3)
        self.assert_absent(self.path("o"))

    def test_empty_entropy_is_told(self):
        self.path("empty").write_bytes(b"")
        solemn("ptau", "contribute", phase1()["one"], self.path("o"), "--name", "x", "--entropy", self.path("empty"), expect=2)
        self.assert_absent(self.path("o"))

    def test_the_same_entropy_twice_gives_different_contributions(self):
        """The operating system's randomness is always there: a known file is never the only source."""
        self.path("known").write_bytes(b"1" * 100)
        hashes = {
            solemn_json("zkey", "contribute", phase2()["one"], self.path(name), "--name", "x", "--entropy", self.path("known"))["contribution_hash"]
            for name in ("a", "b")
        }
        self.assertEqual(len(hashes), 2)

    def test_without_a_terminal_it_neither_asks_nor_hangs(self):
        solemn("ptau", "contribute", phase1()["one"], self.path("o"), "--name", "x", timeout=60)
        solemn("ptau", "contribute", phase1()["one"], self.path("o2"), "--name", "x", "--entropy", "-", stdin=b"typed elsewhere", timeout=60)
