// The work of bench/peers/peers.py with gnark-crypto, and a contribution of gnark to phase 1. One thread: the caller
// sets GOMAXPROCS=1.
//
//	each|msm bn254.G1|bn254.G2 POINTS SCALARS RUNS OUT   every product, or their sum; prints the processor seconds of each run
//	new POWER OUT                                        a phase 1 of gnark with one contribution
//	contribute IN OUT                                    one more; prints the processor seconds of Contribute alone
//	verify BEFORE AFTER                                  gnark's own check of a contribution
//
// Points are big-endian x, y, the imaginary part first; scalars 32 bytes, big-endian.
package main

import (
	"bufio"
	"fmt"
	"math/big"
	"os"
	"strconv"
	"syscall"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/consensys/gnark/backend/groth16/bn254/mpcsetup"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func processorSeconds() float64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) * 1e-9
}

// group is what measure needs to know of G1 and G2.
type group[P any] struct {
	coordinates func(*P) []*fp.Element // in the order of the file
	times       func(*P, *big.Int)
	sum         func([]P, []fr.Element) P
}

var oneTask = ecc.MultiExpConfig{NbTasks: 1}

var g1 = group[bn254.G1Affine]{
	coordinates: func(p *bn254.G1Affine) []*fp.Element { return []*fp.Element{&p.X, &p.Y} },
	times:       func(p *bn254.G1Affine, k *big.Int) { p.ScalarMultiplication(p, k) },
	sum: func(points []bn254.G1Affine, scalars []fr.Element) (out bn254.G1Affine) {
		_, err := out.MultiExp(points, scalars, oneTask)
		check(err)
		return
	},
}

var g2 = group[bn254.G2Affine]{
	coordinates: func(p *bn254.G2Affine) []*fp.Element { return []*fp.Element{&p.X.A1, &p.X.A0, &p.Y.A1, &p.Y.A0} },
	times:       func(p *bn254.G2Affine, k *big.Int) { p.ScalarMultiplication(p, k) },
	sum: func(points []bn254.G2Affine, scalars []fr.Element) (out bn254.G2Affine) {
		_, err := out.MultiExp(points, scalars, oneTask)
		check(err)
		return
	},
}

// each does with every point what the loop of Phase1.Contribute does, on a copy.
func (g group[P]) each(points []P, scalars []fr.Element) []P {
	out := append([]P(nil), points...)
	var k big.Int
	for i := range out {
		g.times(&out[i], scalars[i].BigInt(&k))
	}
	return out
}

func (g group[P]) measure(arguments []string) {
	data, err := os.ReadFile(arguments[2])
	check(err)
	var points []P
	for len(data) > 0 {
		var p P
		for _, c := range g.coordinates(&p) {
			check(c.SetBytesCanonical(data[:fp.Bytes]))
			data = data[fp.Bytes:]
		}
		points = append(points, p)
	}
	data, err = os.ReadFile(arguments[3])
	check(err)
	scalars := make([]fr.Element, len(points))
	for i := range scalars {
		check(scalars[i].SetBytesCanonical(data[i*fr.Bytes : (i+1)*fr.Bytes]))
	}
	runs, err := strconv.Atoi(arguments[4])
	check(err)
	var out []P
	for ; runs > 0; runs-- {
		start := processorSeconds()
		if arguments[0] == "msm" {
			out = []P{g.sum(points, scalars)}
		} else {
			out = g.each(points, scalars)
		}
		fmt.Printf("%.6f\n", processorSeconds()-start)
	}
	var bytes []byte
	for i := range out {
		for _, c := range g.coordinates(&out[i]) {
			b := c.Bytes()
			bytes = append(bytes, b[:]...)
		}
	}
	check(os.WriteFile(arguments[5], bytes, 0o644))
}

func readPhase1(path string) *mpcsetup.Phase1 {
	file, err := os.Open(path)
	check(err)
	defer file.Close()
	phase := new(mpcsetup.Phase1)
	_, err = phase.ReadFrom(bufio.NewReaderSize(file, 1<<20))
	check(err)
	return phase
}

func writePhase1(phase *mpcsetup.Phase1, path string) {
	file, err := os.Create(path)
	check(err)
	buffer := bufio.NewWriterSize(file, 1<<20)
	_, err = phase.WriteTo(buffer)
	check(err)
	check(buffer.Flush())
	check(file.Close())
}

func main() {
	arguments := os.Args[1:]
	switch arguments[0] {
	case "new":
		power, err := strconv.Atoi(arguments[1])
		check(err)
		phase := mpcsetup.NewPhase1(1 << power)
		phase.Contribute()
		writePhase1(phase, arguments[2])
	case "contribute":
		phase := readPhase1(arguments[1])
		start := processorSeconds()
		phase.Contribute()
		fmt.Printf("%.6f\n", processorSeconds()-start)
		writePhase1(phase, arguments[2])
	case "verify":
		check(readPhase1(arguments[1]).Verify(readPhase1(arguments[2])))
	default:
		if arguments[1] == "bn254.G1" {
			g1.measure(arguments)
		} else {
			g2.measure(arguments)
		}
	}
}
