"""Reading and damaging the binary files, independently of the program under test (spec: container, section 2)."""

import hashlib
import struct
from pathlib import Path


def sha256(file) -> str:
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def read_sections(file) -> tuple:
    """(magic, version, [(type, bytes), ...]) of a ptau, zkey, r1cs or wtns file, in file order."""
    data = Path(file).read_bytes()
    version, count = struct.unpack_from("<II", data, 4)
    sections, at = [], 12
    for _ in range(count):
        kind, size = struct.unpack_from("<IQ", data, at)
        at += 12
        if at + size > len(data):
            raise ValueError(f"section {kind} of '{file}' ends past the end of the file")
        sections.append((kind, data[at : at + size]))
        at += size
    return data[:4], version, sections


def write_sections(file, magic: bytes, version: int, sections) -> None:
    out = [magic, struct.pack("<II", version, len(sections))]
    for kind, body in sections:
        out += [struct.pack("<IQ", kind, len(body)), bytes(body)]
    Path(file).write_bytes(b"".join(out))


def section(file, kind: int) -> bytes:
    for found, body in read_sections(file)[2]:
        if found == kind:
            return body
    raise ValueError(f"'{file}' has no section {kind}")


def insert_section(source, target, kind: int, body: bytes) -> None:
    """A copy with one more section at the end."""
    magic, version, sections = read_sections(source)
    write_sections(target, magic, version, [*sections, (kind, body)])


def replace_section(source, target, kind: int, body: bytes) -> None:
    """A copy in which one section's content is another; the section's stated size follows."""
    magic, version, sections = read_sections(source)
    write_sections(target, magic, version, [(k, body if k == kind else b) for k, b in sections])


def flip_bit(source, target, bit: int) -> None:
    """A copy with one bit changed; negative counts from the end."""
    data = bytearray(Path(source).read_bytes())
    data[bit // 8] ^= 1 << (bit % 8)
    Path(target).write_bytes(data)


def section_offset(file, kind: int) -> int:
    """Where the content of the first section of this type begins in the file."""
    data = Path(file).read_bytes()
    count = struct.unpack_from("<I", data, 8)[0]
    at = 12
    for _ in range(count):
        found, size = struct.unpack_from("<IQ", data, at)
        at += 12
        if found == kind:
            return at
        at += size
    raise ValueError(f"'{file}' has no section {kind}")
