package main

import (
	"fmt"

	curve "github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/consensys/gnark/backend/groth16"
	backend "github.com/consensys/gnark/backend/groth16/bn254"
)

type bn254Adapter struct{}

func (bn254Adapter) g1(out *curve.G1Affine, text []string) error {
	if len(text) != 3 || text[2] != "1" {
		return fmt.Errorf("not a finite point of G1: %v", text)
	}
	if _, err := out.X.SetString(text[0]); err != nil {
		return err
	}
	if _, err := out.Y.SetString(text[1]); err != nil {
		return err
	}
	if !out.IsOnCurve() || !out.IsInSubGroup() {
		return fmt.Errorf("not in G1: %v", text)
	}
	return nil
}

func (bn254Adapter) g2(out *curve.G2Affine, text [][]string) error {
	if len(text) != 3 || text[2][0] != "1" || text[2][1] != "0" {
		return fmt.Errorf("not a finite point of G2: %v", text)
	}
	out.X.SetString(text[0][0], text[0][1])
	out.Y.SetString(text[1][0], text[1][1])
	if !out.IsOnCurve() || !out.IsInSubGroup() {
		return fmt.Errorf("not in G2: %v", text)
	}
	return nil
}

func (a bn254Adapter) key(file vkeyJSON) (groth16.VerifyingKey, error) {
	vk := &backend.VerifyingKey{}
	if err := a.g1(&vk.G1.Alpha, file.Alpha); err != nil {
		return nil, err
	}
	for _, to := range []struct {
		point *curve.G2Affine
		text  [][]string
	}{{&vk.G2.Beta, file.Beta}, {&vk.G2.Gamma, file.Gamma}, {&vk.G2.Delta, file.Delta}} {
		if err := a.g2(to.point, to.text); err != nil {
			return nil, err
		}
	}
	vk.G1.K = make([]curve.G1Affine, len(file.IC))
	for i := range file.IC {
		if err := a.g1(&vk.G1.K[i], file.IC[i]); err != nil {
			return nil, err
		}
	}
	vk.PublicAndCommitmentCommitted = [][]int{}
	return vk, vk.Precompute()
}

func (a bn254Adapter) proof(file proofJSON) (groth16.Proof, error) {
	proof := &backend.Proof{}
	if err := a.g1(&proof.Ar, file.A); err != nil {
		return nil, err
	}
	if err := a.g2(&proof.Bs, file.B); err != nil {
		return nil, err
	}
	return proof, a.g1(&proof.Krs, file.C)
}

func (bn254Adapter) g1JSON(p *curve.G1Affine) []string {
	return []string{p.X.String(), p.Y.String(), "1"}
}

func (bn254Adapter) g2JSON(p *curve.G2Affine) [][]string {
	return [][]string{{p.X.A0.String(), p.X.A1.String()}, {p.Y.A0.String(), p.Y.A1.String()}, {"1", "0"}}
}

func (a bn254Adapter) keyJSON(key groth16.VerifyingKey) vkeyJSON {
	vk := key.(*backend.VerifyingKey)
	file := vkeyJSON{
		Protocol: "groth16",
		Curve:    "bn128",
		NPublic:  len(vk.G1.K) - 1,
		Alpha:    a.g1JSON(&vk.G1.Alpha),
		Beta:     a.g2JSON(&vk.G2.Beta),
		Gamma:    a.g2JSON(&vk.G2.Gamma),
		Delta:    a.g2JSON(&vk.G2.Delta),
	}
	for i := range vk.G1.K {
		file.IC = append(file.IC, a.g1JSON(&vk.G1.K[i]))
	}
	return file
}

func (a bn254Adapter) proofJSON(p groth16.Proof) proofJSON {
	proof := p.(*backend.Proof)
	return proofJSON{a.g1JSON(&proof.Ar), a.g2JSON(&proof.Bs), a.g1JSON(&proof.Krs), "groth16", "bn128"}
}

func (bn254Adapter) chain(a, b int64) string {
	var x, k fr.Element
	x.SetInt64(a)
	k.SetInt64(b)
	x.Square(&x).Add(&x, &k)
	for i := 1; i < 20; i++ {
		x.Square(&x).Add(&x, &k)
	}
	return x.Text(10)
}
