//! The work of bench/peers/peers.py with arkworks, one thread:
//!
//!   each|msm bn254.G1|bn254.G2 POINTS SCALARS RUNS OUT   every product, or their sum; prints the processor seconds of each run
//!   contribute CHALLENGE SECRETS OUT                     the points after a contribution of these tau, alpha, beta
//!
//! Points are big-endian x, y, the imaginary part first; scalars 32 bytes, big-endian.
use ark_bn254::{g1, g2, Fq, Fq2, Fr};
use ark_ec::scalar_mul::glv::GLVConfig;
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ec::{CurveGroup, VariableBaseMSM};
use ark_ff::{BigInt, BigInteger, One, PrimeField};
use std::{env, fs};

trait Coordinate {
    const BYTES: usize;
    fn read(bytes: &[u8]) -> Self;
    fn write(&self, out: &mut Vec<u8>);
}

fn integer(bytes: &[u8]) -> BigInt<4> {
    let limb = |i: usize| u64::from_be_bytes(bytes[24 - 8 * i..32 - 8 * i].try_into().unwrap());
    BigInt([limb(0), limb(1), limb(2), limb(3)])
}

impl Coordinate for Fq {
    const BYTES: usize = 32;
    fn read(bytes: &[u8]) -> Self {
        Fq::from_bigint(integer(bytes)).expect("a coordinate is not reduced")
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.into_bigint().to_bytes_be());
    }
}

impl Coordinate for Fq2 {
    const BYTES: usize = 64;
    fn read(bytes: &[u8]) -> Self {
        Fq2::new(Fq::read(&bytes[32..]), Fq::read(&bytes[..32]))
    }
    fn write(&self, out: &mut Vec<u8>) {
        self.c1.write(out);
        self.c0.write(out);
    }
}

trait Group: GLVConfig<ScalarField = Fr, BaseField: Coordinate> {
    /// The product, by the fastest way that the crates have.
    fn times(p: &Affine<Self>, k: &Fr) -> Projective<Self>;
}

impl Group for g1::Config {
    fn times(p: &Affine<Self>, k: &Fr) -> Projective<Self> {
        Projective::from(*p) * k // knows the endomorphism
    }
}

impl Group for g2::Config {
    fn times(p: &Affine<Self>, k: &Fr) -> Projective<Self> {
        Self::glv_mul_affine(*p, *k).into()
    }
}

fn read_points<C: Group>(bytes: &[u8]) -> Vec<Affine<C>> {
    let size = C::BaseField::BYTES;
    let point = |b: &[u8]| {
        Affine::new_unchecked(
            C::BaseField::read(&b[..size]),
            C::BaseField::read(&b[size..]),
        )
    };
    bytes.chunks_exact(2 * size).map(point).collect()
}

fn write_points<C: Group>(points: &[Affine<C>], out: &mut Vec<u8>) {
    for p in points {
        p.x.write(out);
        p.y.write(out);
    }
}

fn read_scalars(path: &str) -> Vec<Fr> {
    let scalar = |b: &[u8]| Fr::from_bigint(integer(b)).expect("a scalar is not reduced");
    fs::read(path)
        .unwrap()
        .chunks_exact(32)
        .map(scalar)
        .collect()
}

fn processor_seconds() -> f64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut now) };
    now.tv_sec as f64 + 1e-9 * now.tv_nsec as f64
}

/// Each point times its own scalar, normalised together.
fn each<C: Group>(points: &[Affine<C>], scalars: &[Fr]) -> Vec<Affine<C>> {
    let products: Vec<_> = points
        .iter()
        .zip(scalars)
        .map(|(p, k)| C::times(p, k))
        .collect();
    Projective::normalize_batch(&products)
}

fn measure<C: Group>(arguments: &[String]) {
    let points = read_points::<C>(&fs::read(&arguments[2]).unwrap());
    let scalars = read_scalars(&arguments[3]);
    let mut out = vec![];
    for _ in 0..arguments[4].parse().unwrap() {
        let start = processor_seconds();
        out = match arguments[0].as_str() {
            "msm" => vec![Projective::<C>::msm(&points, &scalars)
                .unwrap()
                .into_affine()],
            _ => each(&points, &scalars),
        };
        println!("{:.6}", processor_seconds() - start);
    }
    let mut bytes = vec![];
    write_points(&out, &mut bytes);
    fs::write(&arguments[5], bytes).unwrap();
}

/// One section: powers of tau times `first`, each with its own point.
fn section<C: Group>(challenge: &[u8], count: usize, first: Fr, tau: Fr, out: &mut Vec<u8>) {
    let points =
        read_points::<C>(&challenge[out.len()..out.len() + count * 2 * C::BaseField::BYTES]);
    let powers: Vec<Fr> = std::iter::successors(Some(first), |k| Some(*k * tau))
        .take(count)
        .collect();
    write_points(&each(&points, &powers), out);
}

/// The loop of arkworks-based ceremonies, without what surrounds it: no subgroup checks, no hash, no proof of knowledge.
fn contribute(arguments: &[String]) {
    let challenge = fs::read(&arguments[1]).unwrap();
    let secrets = read_scalars(&arguments[2]);
    let (tau, alpha, beta) = (secrets[0], secrets[1], secrets[2]);
    let n = (challenge.len() - 64 - 128 + 64) / (4 * 64 + 128);
    let mut out = challenge[..64].to_vec();
    section::<g1::Config>(&challenge, 2 * n - 1, Fr::one(), tau, &mut out);
    section::<g2::Config>(&challenge, n, Fr::one(), tau, &mut out);
    section::<g1::Config>(&challenge, n, alpha, tau, &mut out);
    section::<g1::Config>(&challenge, n, beta, tau, &mut out);
    section::<g2::Config>(&challenge, 1, beta, tau, &mut out);
    fs::write(&arguments[3], out).unwrap();
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match (arguments[0].as_str(), arguments[1].as_str()) {
        ("contribute", _) => contribute(&arguments),
        (_, "bn254.G1") => measure::<g1::Config>(&arguments),
        (_, "bn254.G2") => measure::<g2::Config>(&arguments),
        _ => panic!("see the top of main.rs"),
    }
}
