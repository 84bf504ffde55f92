#!/usr/bin/env python3
"""Makes src/format/ptau_table.inc from tools/first_challenges.txt. With --check only compares."""
import pathlib
import sys

root = pathlib.Path(__file__).resolve().parent.parent
source = root / "tools/first_challenges.txt"
target = root / "src/format/ptau_table.inc"

digests = {"bn254": {}, "bls12-381": {}}
for line in source.read_text().splitlines():
    if not line or line[0] == "#":
        continue
    curve, power, digest = line.split()
    value = bytes.fromhex(digest)
    if len(value) != 64 or int(power) in digests[curve]:
        sys.exit(f"{source.name}: bad line: {line}")
    digests[curve][int(power)] = value

out = ["// Made by tools/gen_first_challenges.py from tools/first_challenges.txt. Entry i is for power i + 1.\n// clang-format off"]
for curve, name in (("bn254", "kBn254"), ("bls12-381", "kBls12_381")):
    table = digests[curve]
    if sorted(table) != list(range(1, len(table) + 1)):
        sys.exit(f"{source.name}: the powers of {curve} have gaps")
    out.append(f"constexpr std::array<Digest, {len(table)}> {name} = {{{{")
    for power in sorted(table):
        words = [f"0x{table[power][8 * i:8 * i + 8].hex()}" for i in range(8)]
        out.append("    {" + ", ".join(words[:4]) + ",")
        out.append("     " + ", ".join(words[4:]) + "},")
    out.append("}};")
text = "\n".join(out) + "\n"

if "--check" in sys.argv[1:]:
    if target.read_text() != text:
        sys.exit(f"{target.name} is not what {source.name} gives; run tools/gen_first_challenges.py")
else:
    target.write_text(text)
