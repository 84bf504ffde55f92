"""Shares as they are printed, written a second time from docs/share-format.md: for tests that need sheets with known secrets."""

import hashlib
import random

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32M = 0x2BC830A3


def _checksum(prefix: str, symbols: list, constant: int = BECH32M) -> list:
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + symbols + [0] * 6
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= generator if top >> i & 1 else 0
    state ^= constant
    return [state >> 5 * (5 - i) & 31 for i in range(6)]


def bech32_text(prefix: str, raw: bytes) -> str:
    """BIP-173: nsec and the like."""
    bits = "".join(f"{byte:08b}" for byte in raw)
    symbols = [int(bits[i : i + 5].ljust(5, "0"), 2) for i in range(0, len(bits), 5)]
    return prefix + "1" + "".join(ALPHABET[s] for s in symbols + _checksum(prefix, symbols, 1))


def _lines(payload: bytes) -> list:
    """The five lines of a share, upper case, with right checksums."""
    bits = int.from_bytes(payload, "big")
    symbols = [bits >> 5 * (119 - i) & 31 for i in range(120)]
    rows = [symbols[24 * i : 24 * i + 24] for i in range(5)]
    return ["".join(ALPHABET[s] for s in row + _checksum(f"share{i + 1}", row)).upper() for i, row in enumerate(rows)]


def _finished(payload: bytes) -> bytes:
    return payload[:68] + hashlib.sha256(b"solemn share text 1\0" + payload[:68]).digest()[:7]


def payload_of(text: str) -> bytearray:
    """The 75 bytes of a printed share with its header."""
    lines = [line[3:].replace(" ", "").lower() for line in text.splitlines()[3:]]
    bits = "".join(format(ALPHABET.index(c), "05b") for line in lines for c in line[:24])
    return bytearray(int(bits[i : i + 8], 2) for i in range(0, 600, 8))


def text_of(payload: bytes) -> str:
    """Five lines with right checksums, and the right digest at the end: a forger can compute them as well."""
    return "".join(line + "\n" for line in _lines(_finished(bytes(payload))))


class PrintedShare:
    def __init__(self, index: int, seed: int = 1, drill: bool = False, threshold: int = 3, count: int = 5):
        source = random.Random(f"{seed}/{index}")
        self.index, self.threshold, self.count, self.drill = index, threshold, count, drill
        self.set = random.Random(seed).randbytes(16)
        self.value, self.salt = source.randbytes(31).rjust(32, b"\0"), source.randbytes(16)
        payload = bytes([0x81 if drill else 1, threshold, count, index]) + self.set + self.value + self.salt
        self.lines = _lines(_finished(payload))

    @property
    def qr(self) -> str:
        return "SOLEMN SHARE 1:" + "".join(self.lines)

    @property
    def name(self) -> str:
        return f"{'DRILL ' if self.drill else ''}share {self.index} of {self.count}, set {self.set_text}"

    @property
    def set_text(self) -> str:
        digits = self.set.hex()
        return " ".join(digits[i : i + 8] for i in range(0, 32, 8))

    def text(self, key: str = "maintainer-2") -> str:
        head = f"solemn share 1\n{'DRILL ' if self.drill else ''}{key}: share {self.index} of {self.count}, any {self.threshold} rebuild it\nset {self.set_text}\n"
        groups = (" ".join(line[i : i + 5] for i in range(0, 30, 5)) for line in self.lines)
        return head + "".join(f"{i + 1}  {line}\n" for i, line in enumerate(groups))
