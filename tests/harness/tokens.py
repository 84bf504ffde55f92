"""Tokens of SoftHSM: one for each person, with a signing key or a key that wraps."""

import unittest
from pathlib import Path

from .programs import environment, need, run

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
PIN, OFFICER = "84923377", "551177"


class Tokens:
    def __init__(self, folder: Path):
        self.util, self.tool = need("softhsm2-util"), need("pkcs11-tool")
        self.module = next((m for m in MODULES if Path(m).exists()), None)
        if self.module is None:
            raise unittest.SkipTest("the library of SoftHSM is not where Debian puts it")
        (folder / "tokens").mkdir()
        self.conf = folder / "softhsm.conf"
        self.conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
        self.env = environment(SOFTHSM2_CONF=self.conf)

    def new_token(self, label):
        run([self.util, "--init-token", "--free", "--label", label, "--so-pin", OFFICER, "--pin", PIN], env=self.env)

    def _tool(self, label, *words):
        run([self.tool, "--module", self.module, "--token-label", label, "--login", "--pin", PIN, *words], env=self.env)

    def new_key(self, label, kind):
        self._tool(label, "--keypairgen", "--key-type", kind, "--label", "sign", "--id", "01")

    def new_wrapping_key(self, label):
        self._tool(label, "--keygen", "--key-type", "AES:32", "--usage-wrap", "--label", "wrap", "--id", "02")
        return f"pkcs11:token={label};object=wrap;type=secret-key?module-path={self.module}"

    def uri(self, label):
        return f"pkcs11:token={label};object=sign;type=private?module-path={self.module}"
