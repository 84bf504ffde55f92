"""blst (crate from the registry) beside our arithmetic on BLS12-381: two programs answer the same questions, on every backend of ours.

One question a line, points uncompressed and numbers big-endian in hex; the answer is one line:

    g1|g2 mul POINT SCALAR [POINT SCALAR ...]   every product
    g1|g2 sum POINT SCALAR [POINT SCALAR ...]   the sum of the products
    g1|g2 times POINT INTEGER                   any point of the curve, any integer
    g1|g2 read BYTES                            the point; or encoding, curve, subgroup, infinity: why there is none
    pair POINT1 POINT2 [POINT1 POINT2 ...]      the product of the pairings, cubed as both do (final exponentiation times 3)

A point is answered as COMPRESSED,UNCOMPRESSED.
"""

import os
import random
import re
import unittest

from harness import ROOT, Case, environment, need, run, solemn_path

PROJECT = ROOT / "tests" / "interop" / "blst"
LOCK_VERSION_4 = (1, 78)  # the oldest cargo that reads this Cargo.lock
SEED = int(os.environ.get("SOLEMN_SEED", "20"))

# Everything follows from the curve's parameter.
Z = -0xD201000000010000
R = Z**4 - Z**2 + 1
P = (Z - 1) ** 2 * R // 3 + Z
COFACTOR = {
    "g1": (Z - 1) ** 2 // 3,
    "g2": (Z**8 - 4 * Z**7 + 5 * Z**6 - 4 * Z**4 + 6 * Z**3 - 4 * Z**2 - 4 * Z + 13) // 9,
}
SMALL_FACTORS = {"g1": (3, 11), "g2": (13, 23, 2713)}
GENERATOR = {  # compressed, from the zcash specification
    "g1": "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb",
    "g2": "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
    "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8",
}
SIZE = {"g1": 48, "g2": 96}
INFINITY = {group: "40" + "00" * (2 * size - 1) for group, size in SIZE.items()}


def setUpModule():
    cargo = need("cargo", "blst comes as a crate")
    version = run([cargo, "--version"], cwd=PROJECT, expect=None)
    found = re.search(r"cargo (\d+)\.(\d+)", version.out)
    if not found or tuple(map(int, found.groups())) < LOCK_VERSION_4:
        raise unittest.SkipTest(f"'{version.out.strip()}' is older than cargo 1.78, which this lock file needs")
    target = ROOT / "build" / "blst"
    env = {**os.environ, "CARGO_TARGET_DIR": str(target)}
    fetched = run([cargo, "fetch", "--locked"], cwd=PROJECT, env=env, expect=None)
    if fetched.status != 0:
        raise unittest.SkipTest(f"the crates cannot be fetched: {fetched.err.strip().splitlines()[-1:]}")
    run([cargo, "build", "--release", "--locked", "--offline"], cwd=PROJECT, env=env, timeout=1200)
    global THEIRS, OURS, BACKENDS
    THEIRS = target / "release" / "solemn-interop-blst"
    OURS = solemn_path().parent / "bls12_381_answers"
    BACKENDS = ["portable"]
    for backend in ("adx", "ifma"):
        usable = run([OURS], env=environment(SOLEMN_BACKEND=backend), stdin=b"g1 read " + b"00" * 48 + b"\n", expect=None)
        if usable.status == 0:
            BACKENDS.append(backend)
    print(f"backends: {' '.join(BACKENDS)}; seed {SEED}")


def ask(program, questions, **variables):
    text = "".join(q + "\n" for q in questions)
    answers = run([program], stdin=text.encode(), env=environment(**variables)).out.splitlines()
    assert len(answers) == len(questions), f"{len(answers)} answers to {len(questions)} questions"
    return answers


def compare(case, questions, theirs, ours):
    for question, a, b in zip(questions, theirs, ours):
        case.assertEqual(a, b, f"blst, ours: {question[:2000]}")


def number(value, size=32):
    return value.to_bytes(size, "big").hex()


def long(answer):
    """The uncompressed half of an answer."""
    return answer.split(",")[1]


def sqrt(a):
    root = pow(a, (P + 1) // 4, P)
    return root if root * root % P == a % P else None


def sqrt2(a):
    """A square root of a[0] + a[1] u, by the norm."""
    norm = sqrt((a[0] * a[0] + a[1] * a[1]) % P)
    if norm is None:
        return None
    for s in (norm, -norm):
        x = sqrt((a[0] + s) * pow(2, -1, P) % P)
        if x:
            y = a[1] * pow(2 * x, -1, P) % P
            if ((x * x - y * y) % P, 2 * x * y % P) == (a[0] % P, a[1] % P):
                return x, y
    return None


def curve_point(group, rng):
    """Some point of the whole curve, uncompressed: practically never in the subgroup."""
    while True:
        x0, x1 = rng.randrange(P), rng.randrange(P)
        if group == "g1":
            y = sqrt(x0**3 + 4)
            if y is not None:
                return number(x0, 48) + number(y, 48)
        else:
            square = ((x0 * x0 - x1 * x1) % P, 2 * x0 * x1 % P)
            cube = (square[0] * x0 - square[1] * x1, square[0] * x1 + square[1] * x0)
            y = sqrt2((cube[0] + 4, cube[1] + 4))
            if y is not None:
                return "".join(number(v, 48) for v in (x1, x0, y[1], y[0]))


class Beside(Case):
    def setUp(self):
        super().setUp()
        self.rng = random.Random(f"{SEED} {self.id()}")

    def both(self, questions):
        theirs = ask(THEIRS, questions)
        for backend in BACKENDS:
            compare(self, questions, theirs, ask(OURS, questions, SOLEMN_BACKEND=backend))
        return theirs

    def points(self, group, count):
        """Random points of the subgroup, as multiples of the generator that both agree on."""
        generator = long(self.both([f"{group} read {GENERATOR[group]}"])[0])
        pairs = [f"{generator} {number(self.rng.randrange(R))}" for _ in range(count)]
        return [long(a) for a in self.both([f"{group} mul {' '.join(pairs)}"])[0].split()]

    def edge_scalars(self):
        scalars = [0, 1, 2, 3, 4, R - 1, R - 2, (R - 1) // 2, (R + 1) // 2, Z * Z % R, -Z * Z % R, Z % R, -Z % R]
        scalars += [Z * Z - 1, -(Z**3) % R, 1 << 64, (1 << 128) - 1, 1 << 254, (1 << 254) - 1]
        return scalars + [self.rng.randrange(R) for _ in range(20)]


class Groups(Beside):
    def test_products(self):
        for group in SIZE:
            scalars = self.edge_scalars()
            points = self.points(group, len(scalars))
            points[-1], points[-2], points[-3] = INFINITY[group], points[0], points[0]
            for shift in range(0, len(scalars), 7):  # every kind of scalar first: mul_all takes that one
                couples = [f"{p} {number(k)}" for p, k in zip(points, scalars[shift:] + scalars[:shift])]
                answers = self.both([f"{group} mul {' '.join(couples)}"])
                self.assertEqual(len(answers[0].split()), len(points))

    def test_sums(self):
        for group in SIZE:
            points, scalars = self.points(group, 70), self.edge_scalars()
            flipped = [long(a) for a in self.both([f"{group} mul {' '.join(f'{p} {number(R - 1)}' for p in points)}"])[0].split()]
            questions = []
            for size in (1, 2, 3, 31, 33, 200):
                terms = []
                for _ in range(size):
                    p = self.rng.choice((self.rng.choice(points), self.rng.choice(flipped), points[0], INFINITY[group]))
                    terms.append(f"{p} {number(self.rng.choice(scalars))}")
                questions.append(f"{group} sum {' '.join(terms)}")
            k = number(self.rng.randrange(R))
            questions.append(f"{group} sum {points[3]} {k} {flipped[3]} {k}")
            self.assertEqual(long(self.both(questions)[-1]), INFINITY[group])

    def test_a_wrong_answer_is_seen(self):
        questions = [f"g1 read {GENERATOR['g1']}", f"g1 read 00{GENERATOR['g1'][2:]}"]
        theirs = ask(THEIRS, questions)
        compare(self, questions, theirs, ask(OURS, questions))
        with self.assertRaisesRegex(AssertionError, "blst, ours: g1 read 97"):
            compare(self, questions, theirs, ask(OURS, questions[::-1]))


class Encodings(Beside):
    def variants(self, group, encoding):
        """Every combination of the three flags, other bits, other coordinates."""
        raw = bytes.fromhex(encoding)
        for flags in range(8):
            yield bytes([raw[0] & 0x1F | flags << 5]) + raw[1:]
        for _ in range(12):
            bit = self.rng.randrange(8 * len(raw))
            yield raw[: bit // 8] + bytes([raw[bit // 8] ^ 1 << bit % 8]) + raw[bit // 8 + 1 :]
        for x in (0, 1, 2, P - 1, P, P + 1, (1 << 381) - 1):
            for at in range(0, len(raw), 48):
                for flags in (raw[0] & 0xE0, raw[0] & 0xE0 ^ 0x20):
                    changed = bytearray(raw)
                    changed[at : at + 48] = x.to_bytes(48, "big")
                    changed[0] = changed[0] & 0x1F | flags
                    yield bytes(changed)

    def test_what_is_written_is_read_and_what_is_wrong_is_refused_alike(self):
        for group, size in SIZE.items():
            points = self.points(group, 6)
            short = [a.split(",")[0] for a in self.both([f"{group} times {p} 01" for p in points])]
            inputs = set()
            for encoding in points + short + [INFINITY[group], "c0" + "00" * (size - 1), "00" * size, "00" * 2 * size]:
                inputs.update(self.variants(group, encoding))
            for length in (size, 2 * size):
                inputs.update(self.rng.randbytes(length) for _ in range(40))
            answers = self.both([f"{group} read {data.hex()}" for data in sorted(inputs)])
            kinds = {a if "," not in a else "point" for a in answers}
            self.assertEqual(kinds, {"point", "encoding", "curve", "subgroup", "infinity"})

    def test_points_outside_the_subgroup(self):
        for group in SIZE:
            h = COFACTOR[group]
            for _ in range(4):
                start = curve_point(group, self.rng)
                multiples = {"start": 1, "cleared": h, "torsion": R, "nothing": h * R}
                for prime in SMALL_FACTORS[group]:
                    rest = h
                    while rest % prime == 0:
                        rest //= prime
                    multiples[f"order r and {prime}"] = rest  # a point of the subgroup plus one of a small order
                    multiples[f"order {prime}"] = rest * R
                answers = self.both([f"{group} times {start} {number(k, 128)}" for k in multiples.values()])
                self.assertEqual(long(answers[list(multiples).index("nothing")]), INFINITY[group])
                found = self.both([f"{group} read {a.split(',')[i]}" for a in answers for i in (0, 1)])
                for i, (name, answer) in enumerate(zip(multiples, answers)):
                    expected = {"cleared": answer, "nothing": "infinity"}.get(name, "subgroup")
                    allowed = (expected, "infinity", answer) if name.startswith("order") else (expected,)  # its part may be 0
                    self.assertIn(found[2 * i], allowed, name)
                    self.assertEqual(found[2 * i], found[2 * i + 1])


class Pairings(Beside):
    def test_products_of_pairings(self):
        p, q = self.points("g1", 17), self.points("g2", 17)
        questions = [f"pair {' '.join(f'{a} {b}' for a, b in zip(p[:n], q[:n]))}" for n in (1, 2, 3, 17)]
        questions.append(f"pair {p[0]} {INFINITY['g2']}")
        questions.append(f"pair {INFINITY['g1']} {q[0]} {p[1]} {q[1]}")
        questions.append(f"pair {p[1]} {q[1]}")
        answers = self.both(questions)
        self.assertEqual(len(set(answers)), len(questions) - 1)
        self.assertEqual(answers[-1], answers[-2])

    def test_bilinear(self):
        (p,), (q,) = self.points("g1", 1), self.points("g2", 1)
        a, b = self.rng.randrange(R), self.rng.randrange(R)
        (ap,), (abp,), (bq,), (minus,) = (
            [long(x)]
            for x in self.both(
                [f"g1 mul {p} {number(a)}", f"g1 mul {p} {number(a * b % R)}", f"g2 mul {q} {number(b)}", f"g1 mul {p} {number(R - a * b % R)}"]
            )
        )
        left, right, one = self.both([f"pair {ap} {bq}", f"pair {abp} {q}", f"pair {ap} {bq} {minus} {q}"])
        self.assertEqual(left, right)
        self.assertEqual(int(one[:96], 16), 1)
        self.assertEqual(int(one[96:], 16), 0)
