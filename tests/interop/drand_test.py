"""@noble/curves (npm) signs as a drand network would, under each scheme with fresh keys; solemn verifies, and tells them apart."""

import json

from harness import Case, node, solemn, solemn_json
from harness.programs import NODE_FOLDER, node_package


class Noble(Case):
    @classmethod
    def setUpClass(cls):
        node_package("@noble/curves")
        cls.made = json.loads(node(NODE_FOLDER / "sign_beacons.mjs").out)

    def files(self, info, beacon):
        self.path("info").write_text(json.dumps(info))
        self.path("beacon").write_text(json.dumps(beacon))
        return self.path("beacon"), "--chain-info", self.path("info")

    def test_every_scheme_verifies(self):
        self.assertEqual(len({made["info"]["schemeID"] for made in self.made}), 4)
        for made in self.made:
            with self.subTest(made["info"]["schemeID"], round=made["beacon"]["round"]):
                solemn("beacon", "verify", *self.files(made["info"], made["beacon"]))

    def failed(self, info, beacon):
        report = solemn_json("beacon", "verify", *self.files(info, beacon), expect=1)
        return [check["rule"] for check in report["checks"] if check["outcome"] == "failed"]

    def test_another_scheme_does_not_verify(self):
        """The two on G1 differ in the tag only, so nothing but the signature can tell."""
        other = {"bls-unchained-on-g1": "bls-unchained-g1-rfc9380", "bls-unchained-g1-rfc9380": "bls-unchained-on-g1", "pedersen-bls-chained": "pedersen-bls-unchained"}
        for made in self.made:
            scheme = made["info"]["schemeID"]
            if scheme in other:
                with self.subTest(scheme):
                    self.assertIn("beacon-signature", self.failed({**made["info"], "schemeID": other[scheme]}, made["beacon"]))

    def test_another_round_does_not_verify(self):
        for made in self.made:
            if made["beacon"]["round"] == 2:
                with self.subTest(made["info"]["schemeID"]):
                    self.assertEqual(self.failed(made["info"], {**made["beacon"], "round": 3}), ["beacon-signature"])
