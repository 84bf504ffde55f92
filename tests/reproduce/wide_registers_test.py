"""Instructions that only some processors have stay in the kernels that were asked for by name: no inline function that
other code shares may be compiled with them (the linker keeps one copy for everybody). Seen in the program itself.
Names that are not those of C++ are not looked at: the libraries linked in are of C and assembly, and choose at run time.
"""

import re
import subprocess
import unittest

from harness import Case, need
from harness.programs import solemn_path

FUNCTION = re.compile(r"^[0-9a-f]+ <(.*)>:$")
AVX512 = re.compile(r"%zmm|%k[0-7]\b|%[xy]mm(?:1[6-9]|2\d|3[01])\b")
AVX = re.compile(r"^v[a-z0-9]+$")


def users(program) -> tuple:
    """The symbols of functions with instructions of AVX-512, and of those with others of AVX and AVX2."""
    command = [need("objdump", "it reads the program"), "-d", "--no-show-raw-insn", program]
    avx512, avx, function = set(), set(), ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as objdump:
        for line in objdump.stdout:
            name = FUNCTION.match(line)
            if name:
                function = name[1]
                continue
            if not function.startswith("_Z"):
                continue
            words = line.split(None, 2)
            if len(words) < 2 or not AVX.match(words[1]):
                continue
            (avx512 if AVX512.search(line) else avx).add(function)
        if objdump.wait() != 0:
            raise AssertionError("objdump failed")
    return avx512, avx


class WideRegisters(Case):
    def test_only_kernels_named_for_them_use_them(self):
        avx512, avx = users(solemn_path())
        self.assertGreater(len(avx512), 100, "the kernels of the ifma backend are in the program")
        self.assertEqual([name for name in sorted(avx512) if "ifma" not in name], [])
        self.assertEqual([name for name in sorted(avx) if "ifma" not in name and "avx2" not in name], [])


if __name__ == "__main__":
    unittest.main()
