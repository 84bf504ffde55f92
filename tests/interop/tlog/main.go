// Other people's code on the files of a record: golang.org/x/mod/sumdb (note, tlog) and transparency-dev/formats (cosignatures).
//
//	checkpoint FILE LOG-VKEY [WITNESS-VKEY...]   every key named must have signed
//	receipt FILE LOG-VKEY [WITNESS-VKEY...]      the same, and the inclusion proof holds
//	consistency OLD FILE LOG-VKEY                the proof in FILE leads from OLD to the checkpoint in it
//	root ENTRIES CHECKPOINT                      the root of the lines is the one in the checkpoint
//	newkey NAME SECRET                           a witness's key: writes SECRET, prints the public key in hex
//	cosign FILE SECRET LOG-VKEY                  prints the note with a cosignature added
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func require(ok bool, what string) {
	if !ok {
		check(fmt.Errorf("%s", what))
	}
}

func read(path string) string {
	data, err := os.ReadFile(path)
	check(err)
	return string(data)
}

func hash(text string) tlog.Hash {
	h, err := tlog.ParseHash(text)
	check(err)
	return h
}

// The material of a vkey: type byte and key. (Base64 may hold a plus of its own.)
func material(vkey string) (string, []byte) {
	parts := strings.SplitN(vkey, "+", 3)
	require(len(parts) == 3, "not a vkey")
	key, err := base64.StdEncoding.DecodeString(parts[2])
	check(err)
	require(len(key) == 1+ed25519.PublicKeySize, "not an Ed25519 key")
	return parts[0], key
}

// This version of formats takes a witness's key in the form for plain notes (type 1) and makes type 4 of it.
func plain(vkey string) string {
	name, key := material(vkey)
	require(key[0] == 4, "not a witness's key")
	made, err := note.NewEd25519VerifierKey(name, key[1:])
	check(err)
	return made
}

func open(text, log string, witnesses []string) tlog.Tree {
	logVerifier, err := note.NewVerifier(log)
	check(err)
	verifiers := []note.Verifier{logVerifier}
	for _, w := range witnesses {
		v, err := fnote.NewVerifierForCosignatureV1(plain(w))
		check(err)
		verifiers = append(verifiers, v)
	}
	opened, err := note.Open([]byte(text), note.VerifierList(verifiers...))
	check(err)
	require(len(opened.Sigs) == len(verifiers), "not every key has signed")
	lines := strings.Split(opened.Text, "\n")
	require(len(lines) == 4 && lines[0] == logVerifier.Name(), "not a checkpoint of this log")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	return tlog.Tree{N: size, Hash: hash(lines[2])}
}

func split(text string) ([]string, string) {
	head, rest, found := strings.Cut(text, "\n\n")
	require(found, "no empty line")
	return strings.Split(head, "\n"), rest
}

func hashes(lines []string) []tlog.Hash {
	var list []tlog.Hash
	for _, line := range lines {
		list = append(list, hash(line))
	}
	return list
}

func receipt(file, log string, witnesses []string) {
	head, rest := split(read(file))
	require(head[0] == "c2sp.org/tlog-proof@v1", "not a tlog-proof")
	tree := open(rest, log, witnesses)
	index, err := strconv.ParseInt(strings.TrimPrefix(head[2], "index "), 10, 64)
	check(err)
	// The entry comes from the caller: the line of the record with that number.
	entry := strings.Split(read(os.Getenv("ENTRIES")), "\n")[index]
	check(tlog.CheckRecord(hashes(head[3:]), tree.N, tree.Hash, index, tlog.RecordHash([]byte(entry))))
}

func consistency(old, file, log string) {
	before := open(read(old), log, nil)
	head, rest := split(read(file))
	after := open(rest, log, nil)
	require(head[0] == fmt.Sprintf("old %d", before.N), "of another size")
	check(tlog.CheckTree(hashes(head[1:]), after.N, after.Hash, before.N, before.Hash))
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var list []tlog.Hash
	for _, i := range indexes {
		list = append(list, s[i])
	}
	return list, nil
}

func root(entries, checkpoint string) {
	lines := strings.Split(strings.TrimSuffix(read(entries), "\n"), "\n")
	var s stored
	for i, line := range lines {
		more, err := tlog.StoredHashes(int64(i), []byte(line), s)
		check(err)
		s = append(s, more...)
	}
	h, err := tlog.TreeHash(int64(len(lines)), s)
	check(err)
	require(strings.Split(read(checkpoint), "\n")[2] == h.String(), "another root: "+h.String())
}

func newkey(name, secret string) {
	skey, vkey, err := note.GenerateKey(nil, name)
	check(err)
	check(os.WriteFile(secret, []byte(skey), 0o600))
	_, key := material(vkey)
	fmt.Println(hex.EncodeToString(key[1:]))
}

func cosign(file, secret, log string) {
	logVerifier, err := note.NewVerifier(log)
	check(err)
	opened, err := note.Open([]byte(read(file)), note.VerifierList(logVerifier))
	check(err)
	signer, err := fnote.NewSignerForCosignatureV1(read(secret))
	check(err)
	signed, err := note.Sign(opened, signer)
	check(err)
	os.Stdout.Write(signed)
}

func main() {
	a := os.Args[1:]
	switch {
	case len(a) >= 3 && a[0] == "checkpoint":
		open(read(a[1]), a[2], a[3:])
	case len(a) >= 3 && a[0] == "receipt":
		receipt(a[1], a[2], a[3:])
	case len(a) == 4 && a[0] == "consistency":
		consistency(a[1], a[2], a[3])
	case len(a) == 3 && a[0] == "root":
		root(a[1], a[2])
	case len(a) == 3 && a[0] == "newkey":
		newkey(a[1], a[2])
	case len(a) == 4 && a[0] == "cosign":
		cosign(a[1], a[2], a[3])
	default:
		fmt.Fprintln(os.Stderr, "see the first lines of main.go")
		os.Exit(2)
	}
}
