// Signed notes and DSSE envelopes of other people's packages, for keys_test.py:
// golang.org/x/mod/sumdb/note, github.com/transparency-dev/formats/note, github.com/secure-systems-lab/go-securesystemslib/dsse.
package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	f_note "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	check(err)
	return data
}

// VKEY NOTE: opens the note with the verifier of the package that knows its kind.
func noteOpen(kind, vkey, path string) {
	var verifier note.Verifier
	var err error
	switch kind {
	case "plain":
		verifier, err = note.NewVerifier(vkey)
	case "ecdsa":
		verifier, err = f_note.NewVerifier(vkey)
	case "cosigner":
		verifier, err = f_note.NewVerifierForCosignatureV1(vkey)
	}
	check(err)
	opened, err := note.Open(read(path), note.VerifierList(verifier))
	check(err)
	if kind == "cosigner" {
		at, err := f_note.CoSigV1Timestamp(opened.Sigs[0])
		check(err)
		fmt.Println(at.Unix())
	}
	fmt.Print(opened.Text)
}

// NAME TEXT OUT: a new key; prints the raw public key in hex, the verifier key, and that of a cosigner.
func noteSign(name, text, out string) {
	skey, vkey, err := note.GenerateKey(rand.Reader, name)
	check(err)
	signer, err := note.NewSigner(skey)
	check(err)
	cosigner, err := f_note.NewSignerForCosignatureV1(skey)
	check(err)
	signed, err := note.Sign(&note.Note{Text: string(read(text))}, signer, cosigner)
	check(err)
	check(os.WriteFile(out, signed, 0o644))
	cosignature, err := f_note.VKeyToCosignatureV1(vkey)
	check(err)
	fmt.Printf("%s\n%s\n", vkey, cosignature)
}

type verifier struct{ key crypto.PublicKey }

func (v verifier) KeyID() (string, error) {
	der, err := x509.MarshalPKIXPublicKey(v.key)
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:]), err
}
func (v verifier) Public() crypto.PublicKey { return v.key }
func (v verifier) Verify(_ context.Context, data, sig []byte) error {
	good := false
	switch key := v.key.(type) {
	case ed25519.PublicKey:
		good = ed25519.Verify(key, data, sig)
	case *ecdsa.PublicKey:
		digest := sha256.Sum256(data)
		hash := digest[:]
		if key.Curve.Params().BitSize == 384 {
			long := sha512.Sum384(data)
			hash = long[:]
		}
		good = ecdsa.VerifyASN1(key, hash, sig)
	case *rsa.PublicKey:
		digest := sha256.Sum256(data)
		good = rsa.VerifyPSS(key, crypto.SHA256, digest[:], sig, &rsa.PSSOptions{SaltLength: 32}) == nil
	}
	if !good {
		return errors.New("bad signature")
	}
	return nil
}

// THRESHOLD ENVELOPE PUB...: verifies, and prints the payload.
func dsseVerify(threshold int, path string, keys []string) {
	var verifiers []dsse.Verifier
	for _, file := range keys {
		block, _ := pem.Decode(read(file))
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		check(err)
		verifiers = append(verifiers, verifier{key})
	}
	envelopeVerifier, err := dsse.NewMultiEnvelopeVerifier(threshold, verifiers...)
	check(err)
	var envelope dsse.Envelope
	check(json.Unmarshal(read(path), &envelope))
	_, err = envelopeVerifier.Verify(context.Background(), &envelope)
	check(err)
	body, err := envelope.DecodeB64Payload()
	check(err)
	os.Stdout.Write(body)
}

type ed25519Signer struct{ key ed25519.PrivateKey }

func (s ed25519Signer) KeyID() (string, error) { return "", nil }
func (s ed25519Signer) Sign(_ context.Context, data []byte) ([]byte, error) {
	return ed25519.Sign(s.key, data), nil
}

// TYPE PAYLOAD OUT PUB: a new Ed25519 key.
func dsseSign(payloadType, payload, out, pub string) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	check(err)
	signer, err := dsse.NewEnvelopeSigner(ed25519Signer{private})
	check(err)
	envelope, err := signer.SignPayload(context.Background(), payloadType, read(payload))
	check(err)
	data, err := json.Marshal(envelope)
	check(err)
	check(os.WriteFile(out, data, 0o644))
	check(os.WriteFile(pub, public, 0o644))
}

func main() {
	args := os.Args[1:]
	switch args[0] {
	case "note-open":
		noteOpen(args[1], args[2], args[3])
	case "note-sign":
		noteSign(args[1], args[2], args[3])
	case "dsse-verify":
		threshold := 0
		fmt.Sscan(args[1], &threshold)
		dsseVerify(threshold, args[2], args[3:])
	case "dsse-sign":
		dsseSign(args[1], args[2], args[3], args[4])
	default:
		check(errors.New("note-open, note-sign, dsse-verify or dsse-sign"))
	}
}
