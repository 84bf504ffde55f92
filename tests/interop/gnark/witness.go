package main

import (
	"bytes"
	"fmt"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark/backend/groth16"
	"github.com/consensys/gnark/backend/witness"
)

func newPublicWitness(id ecc.ID, values []string) (witness.Witness, error) {
	w, err := witness.New(id.ScalarField())
	if err != nil {
		return nil, err
	}
	channel := make(chan any, len(values))
	for _, text := range values {
		value, ok := new(big.Int).SetString(text, 10)
		if !ok || value.Cmp(id.ScalarField()) >= 0 {
			return nil, fmt.Errorf("'%s' is not a reduced decimal number", text)
		}
		channel <- value
	}
	close(channel)
	return w, w.Fill(len(values), 0, channel)
}

func throughBinary(id ecc.ID, key groth16.VerifyingKey, proof groth16.Proof) (groth16.VerifyingKey, groth16.Proof, error) {
	var buffer bytes.Buffer
	if _, err := key.WriteTo(&buffer); err != nil {
		return nil, nil, err
	}
	sameKey := groth16.NewVerifyingKey(id)
	if _, err := sameKey.ReadFrom(&buffer); err != nil {
		return nil, nil, err
	}
	buffer.Reset()
	if _, err := proof.WriteRawTo(&buffer); err != nil {
		return nil, nil, err
	}
	sameProof := groth16.NewProof(id)
	if _, err := sameProof.ReadFrom(&buffer); err != nil {
		return nil, nil, err
	}
	return sameKey, sameProof, nil
}
