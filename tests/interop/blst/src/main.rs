//! Reads one question a line, answers one line, with blst's arithmetic: the protocol is described in blst_test.py.

mod group;

use blst::*;
use group::{hex, unhex, Group, G1, G2};
use std::io::{stdin, stdout, BufRead, Write};

/// The product of the pairings of the given pairs; a pair with a point at infinity contributes 1.
fn pair(words: &[&str]) -> String {
    let mut product = unsafe { *blst_fp12_one() };
    for couple in words.chunks_exact(2) {
        let (p, q) = (G1::point(couple[0]), G2::point(couple[1]));
        if G1::is_infinity(&p) || G2::is_infinity(&q) {
            continue;
        }
        let mut factor = blst_fp12::default();
        unsafe { blst_miller_loop(&mut factor, &q, &p) };
        product *= factor;
    }
    let mut out = [0u8; 576];
    unsafe { blst_bendian_from_fp12(out.as_mut_ptr(), &product.final_exp()) };
    hex(&out)
}

fn answer<G: Group>(verb: &str, words: &[&str]) -> String {
    match verb {
        "mul" => {
            let products: Vec<String> = words.chunks_exact(2).map(|w| G::encode(&G::times(&G::point(w[0]), &unhex(w[1])))).collect();
            products.join(" ")
        }
        "sum" => G::encode(&G::sum(words)),
        "times" => G::encode(&G::times(&G::point(words[0]), &unhex(words[1]))),
        "read" => G::read(&unhex(words[0])),
        _ => panic!("no verb '{verb}'"),
    }
}

fn main() {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let line = line.expect("stdin");
        let words: Vec<&str> = line.split_whitespace().collect();
        let text = match words[0] {
            "pair" => pair(&words[1..]),
            "g1" => answer::<G1>(words[1], &words[2..]),
            "g2" => answer::<G2>(words[1], &words[2..]),
            other => panic!("no group '{other}'"),
        };
        writeln!(out, "{text}").expect("stdout");
    }
}
