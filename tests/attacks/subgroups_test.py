"""Points outside the prime-order subgroup: what a single random combination would miss once in so many times, and a pairing always."""

from ceremony import Attack, phase1, phase2
from harness import compile_circuit, solemn
from harness.bn254 import G2, g2_add, g2_bytes, g2_of_order_10069
from harness.files import replace_section, section

BLS_Q = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB


def bls_plus_order_3(point: bytes) -> bytes:
    """A point of BLS12-381 G1 in file form plus (0, 2), which has order 3."""
    back = pow(1 << 384, -1, BLS_Q)
    x, y = (int.from_bytes(point[i : i + 48], "little") * back % BLS_Q for i in (0, 48))
    slope = (y - 2) * pow(x, -1, BLS_Q)
    x3 = (slope * slope - x) % BLS_Q
    y3 = (-slope * x3 - 2) % BLS_Q
    return b"".join((v * (1 << 384) % BLS_Q).to_bytes(48, "little") for v in (x3, y3))


def bls_ceremony(case) -> dict:
    """A small ceremony on BLS12-381, in the folder of one test."""
    at = {name: case.path(name + ".bls") for name in ("0", "1", "p", "z0", "z1")}
    at["r1cs"] = compile_circuit("mult1", "bls12-381").r1cs
    solemn("ptau", "new", "bls12-381", 3, at["0"])
    solemn("ptau", "contribute", at["0"], at["1"], "--name", "A")
    solemn("ptau", "prepare", at["1"], at["p"])
    solemn("zkey", "new", at["r1cs"], at["p"], at["z0"])
    solemn("zkey", "contribute", at["z0"], at["z1"], "--name", "A")
    return at


class Subgroups(Attack):
    """The smallest prime in the cofactor of BN254's G2 is 10069, in that of BLS12-381's G1 it is 3: a single random combination would let such points through once
    in so many times, and a pairing does not see them at all."""

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
        at = bls_ceremony(self)
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


class HostileProvingKey(Attack):
    """A right key of BLS12-381 with a point of order 3 added to A of a private signal. The pairing does not see it, so the proof would hold, and its A would tell the
    signal modulo 3."""

    def test_a_proof_tells_nothing_through_small_subgroups(self):
        at = bls_ceremony(self)
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
