// Checks with gnark's own code, on BN254 and BLS12-381:
//
//	verify CURVE VKEY.json PUBLIC.json PROOF.json   status 0: gnark accepts the proof; 1: it does not
//	make CURVE VKEY.json PUBLIC.json PROOF.json     gnark's own setup and proof, in snarkjs' JSON
//
// `verify` also writes the key and the proof in gnark's binary encoding and reads them back before it uses them.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/backend/groth16"
	"github.com/consensys/gnark/frontend"
	"github.com/consensys/gnark/frontend/cs/r1cs"
)

var errRejected = errors.New("gnark rejects the proof")

// The JSON files of snarkjs. Field elements are decimal strings, Fq2 is [real, imaginary].
type vkeyJSON struct {
	Protocol string      `json:"protocol"`
	Curve    string      `json:"curve"`
	NPublic  int         `json:"nPublic"`
	Alpha    []string    `json:"vk_alpha_1"`
	Beta     [][]string  `json:"vk_beta_2"`
	Gamma    [][]string  `json:"vk_gamma_2"`
	Delta    [][]string  `json:"vk_delta_2"`
	Product  interface{} `json:"vk_alphabeta_12,omitempty"`
	IC       [][]string  `json:"IC"`
}

type proofJSON struct {
	A        []string   `json:"pi_a"`
	B        [][]string `json:"pi_b"`
	C        []string   `json:"pi_c"`
	Protocol string     `json:"protocol"`
	Curve    string     `json:"curve"`
}

// Chain is the circuit mult20 of tests/interop/circuits: x0 = a*a + b, x = x*x + b nineteen times.
type Chain struct {
	Out frontend.Variable `gnark:",public"`
	A   frontend.Variable `gnark:",public"`
	B   frontend.Variable
}

// Define states the constraints.
func (c *Chain) Define(api frontend.API) error {
	x := api.Add(api.Mul(c.A, c.A), c.B)
	for i := 1; i < 20; i++ {
		x = api.Add(api.Mul(x, x), c.B)
	}
	api.AssertIsEqual(x, c.Out)
	return nil
}

type adapter interface {
	key(vkeyJSON) (groth16.VerifyingKey, error)
	proof(proofJSON) (groth16.Proof, error)
	keyJSON(groth16.VerifyingKey) vkeyJSON
	proofJSON(groth16.Proof) proofJSON
	chain(a, b int64) string
}

func read(file string, into interface{}) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func write(file string, value interface{}) error {
	data, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

func verify(id ecc.ID, a adapter, files []string) error {
	var vkeyFile vkeyJSON
	var proofFile proofJSON
	var values []string
	for i, into := range []interface{}{&vkeyFile, &values, &proofFile} {
		if err := read(files[i], into); err != nil {
			return err
		}
	}
	key, err := a.key(vkeyFile)
	if err != nil {
		return err
	}
	proof, err := a.proof(proofFile)
	if err != nil {
		return err
	}
	if key, proof, err = throughBinary(id, key, proof); err != nil {
		return err
	}
	public, err := newPublicWitness(id, values)
	if err != nil {
		return err
	}
	if err := groth16.Verify(proof, key, public); err != nil {
		return fmt.Errorf("%w: %v", errRejected, err)
	}
	return nil
}

func makeProof(id ecc.ID, a adapter, files []string) error {
	system, err := frontend.Compile(id.ScalarField(), r1cs.NewBuilder, &Chain{})
	if err != nil {
		return err
	}
	pk, vk, err := groth16.Setup(system)
	if err != nil {
		return err
	}
	out := a.chain(3, 11)
	witness, err := frontend.NewWitness(&Chain{Out: out, A: 3, B: 11}, id.ScalarField())
	if err != nil {
		return err
	}
	proof, err := groth16.Prove(system, pk, witness)
	if err != nil {
		return err
	}
	if err := write(files[0], a.keyJSON(vk)); err != nil {
		return err
	}
	if err := write(files[1], []string{out, "3"}); err != nil {
		return err
	}
	return write(files[2], a.proofJSON(proof))
}

func run(arguments []string) error {
	if len(arguments) != 5 {
		return errors.New("usage: verify|make bn254|bls12-381 VKEY.json PUBLIC.json PROOF.json")
	}
	id, a := ecc.BN254, adapter(bn254Adapter{})
	if arguments[1] == "bls12-381" {
		id, a = ecc.BLS12_381, bls12381Adapter{}
	}
	if arguments[0] == "make" {
		return makeProof(id, a, arguments[2:])
	}
	return verify(id, a, arguments[2:])
}

func main() {
	err := run(os.Args[1:])
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, err)
	if errors.Is(err, errRejected) {
		os.Exit(1)
	}
	os.Exit(2)
}
