"""The exported contract, compiled by solc and run by an EVM from npm: it accepts the real proof and nothing else."""

import json

from harness import PUBLIC_BEACON, Case, compile_circuit, snarkjs, solemn
from harness.programs import NODE_FOLDER, node, node_package

BEACON = ("--name", "Beacon", "--value", PUBLIC_BEACON, "--iterations-exp", 10)
R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583


class Verifier(Case):
    def setUp(self):
        super().setUp()
        node_package("solc")
        node_package("@ethereumjs/evm")

    def key(self, circuit):
        solemn("ptau", "new", "bn254", 6, self.path("p0"))
        solemn("ptau", "contribute", self.path("p0"), self.path("p1"), "--name", "somebody")
        solemn("ptau", "prepare", self.path("p1"), self.path("powers"))
        solemn("zkey", "new", circuit.r1cs, self.path("powers"), self.path("0"))
        solemn("zkey", "contribute", self.path("0"), self.path("1"), "--name", "one")
        solemn("zkey", "beacon", self.path("1"), self.path("final"), *BEACON)
        return self.path("final")

    def answers(self, contract, calls):
        """What verifyProof of the contract returns for each (pA, pB, pC, public)."""
        self.path("calls.json").write_text(json.dumps(calls))
        result = node(NODE_FOLDER / "run_verifier.mjs", contract, self.path("calls.json"))
        report = json.loads(result.out)
        self.assertEqual(report["warnings"], [], "solc has nothing to say")
        return report["answers"]

    def check(self, circuit_name):
        circuit = compile_circuit(circuit_name)
        key = self.key(circuit)
        contract = self.path("Verifier.sol")
        solemn("zkey", "export", "solidity", key, contract)
        witness = circuit.witness({"a": 3, "b": 11}, self.path("w.wtns"))
        solemn("proof", "create", key, witness, self.path("proof.json"), self.path("public.json"))
        proof = json.loads(self.path("proof.json").read_text())
        public = json.loads(self.path("public.json").read_text())
        call = calldata(proof, public)
        a, b, c, values = call

        wrong = {
            "another public value": [a, b, c, [str(int(values[0]) + 1), *values[1:]]],
            "a public value plus r (aliasing)": [a, b, c, [str(int(values[0]) + R), *values[1:]]],
            "A negated": [[a[0], str(Q - int(a[1]))], b, c, values],
            "A and C exchanged": [c, b, a, values],
            "A off the curve": [[a[0], str((int(a[1]) + 1) % Q)], b, c, values],
            "A not reduced": [[str(int(a[0]) + Q), a[1]], b, c, values],
            "B halves exchanged": [a, [b[0][::-1], b[1][::-1]], c, values],
            "all zero": [["0", "0"], [["0", "0"], ["0", "0"]], ["0", "0"], values],
        }
        answers = self.answers(contract, [call, *wrong.values()])
        self.assertEqual(answers[0], "true", "the real proof")
        for name, answer in zip(wrong, answers[1:]):
            self.assertIn(answer, ("false", "revert"), name)

        # snarkjs' own contract for the same key gives the same answers.
        snarkjs("zkey", "export", "solidityverifier", key, self.path("Theirs.sol"))
        theirs = self.answers(self.path("Theirs.sol"), [call, *wrong.values()])
        self.assertEqual([x == "true" for x in answers], [x == "true" for x in theirs])

    def test_one_public_value(self):
        self.check("mult1")

    def test_two_public_values(self):
        self.check("mult20")

    def test_bls12_381_has_no_contract(self):
        circuit = compile_circuit("mult1", "bls12-381")
        solemn("ptau", "new", "bls12-381", 3, self.path("p0"))
        solemn("ptau", "contribute", self.path("p0"), self.path("p1"), "--name", "somebody")
        solemn("ptau", "prepare", self.path("p1"), self.path("powers"))
        solemn("zkey", "new", circuit.r1cs, self.path("powers"), self.path("0"))
        solemn("zkey", "contribute", self.path("0"), self.path("1"), "--name", "one")
        solemn("zkey", "export", "solidity", self.path("1"), self.path("Verifier.sol"), expect=(2, 4, 6))
        self.assert_absent(self.path("Verifier.sol"))


def calldata(proof, public):
    """The arguments of verifyProof: G2 coordinates imaginary part first, as EIP-197 has them."""
    a, b, c = proof["pi_a"], proof["pi_b"], proof["pi_c"]
    return [a[:2], [b[0][::-1], b[1][::-1]], c[:2], public]
