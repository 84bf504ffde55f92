"""scripts/quickstart as a newcomer runs it: one command, no questions, and what it promises is in the folder."""

import os

from harness import ROOT, Case, environment, run, solemn, solemn_path
from harness.programs import node_package


class Quickstart(Case):
    def test_it_ends_with_a_verified_ceremony(self):
        if solemn_path() != ROOT / "build" / "release" / "bin" / "solemn":
            self.skipTest("scripts/quickstart runs build/release/bin/solemn; this is another build")
        node_package("circom2")
        folder = self.path("ceremony")
        result = run([ROOT / "scripts" / "quickstart", folder, "--no-packages"], env=environment(PATH=os.environ["PATH"]))
        for phrase in ("snarkjs: Powers of Tau Ok!", "snarkjs: ZKey Ok!", "snarkjs: OK!", "done: a whole ceremony in", str(folder)):
            self.assertIn(phrase, result.out)
        self.assertNotIn("REJECTED", result.out)
        for name in ("pot_final.ptau", "merkle_inclusion_final.zkey", "product.proof.json", "merkle_inclusion.sol", "product.vk.bin"):
            self.assertTrue((folder / name).stat().st_size > 0, name)
        solemn("zkey", "verify", folder / "product.r1cs", folder / "pot_final.ptau", folder / "product_final.zkey")
        refused = run([ROOT / "scripts" / "quickstart", folder, "--no-packages"], expect=6)
        self.assertIn("exists", refused.err)
