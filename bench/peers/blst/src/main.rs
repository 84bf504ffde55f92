//! The work of bench/peers/peers.py with blst, one thread:
//!
//!   msm bls12-381.G1 POINTS SCALARS RUNS OUT   the sum of the products; prints the processor seconds of each run
//!
//! Points are big-endian x, y; scalars 32 bytes, big-endian.
use blst::*;
use std::{env, fs};

fn processor_seconds() -> f64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut now) };
    now.tv_sec as f64 + 1e-9 * now.tv_nsec as f64
}

fn read_points(path: &str) -> Vec<blst_p1_affine> {
    let point = |bytes: &[u8]| {
        let mut p = blst_p1_affine::default();
        let status = unsafe { blst_p1_deserialize(&mut p, bytes.as_ptr()) };
        assert_eq!(status, BLST_ERROR::BLST_SUCCESS);
        p
    };
    fs::read(path)
        .unwrap()
        .chunks_exact(96)
        .map(point)
        .collect()
}

/// blst wants scalars little-endian.
fn read_scalars(path: &str) -> Vec<[u8; 32]> {
    let scalar = |bytes: &[u8]| {
        let mut k: [u8; 32] = bytes.try_into().unwrap();
        k.reverse();
        k
    };
    fs::read(path)
        .unwrap()
        .chunks_exact(32)
        .map(scalar)
        .collect()
}

/// The function of the C library, not the crate's, which would start threads.
fn sum(points: &[blst_p1_affine], scalars: &[[u8; 32]]) -> blst_p1_affine {
    let (mut projective, mut affine) = (blst_p1::default(), blst_p1_affine::default());
    // Arrays are passed as a pointer to the first element, then null: the rest follows it.
    let point_pointers = [points.as_ptr(), std::ptr::null()];
    let scalar_pointers = [scalars[0].as_ptr(), std::ptr::null()];
    unsafe {
        let mut scratch = vec![0u64; blst_p1s_mult_pippenger_scratch_sizeof(points.len()) / 8];
        blst_p1s_mult_pippenger(
            &mut projective,
            point_pointers.as_ptr(),
            points.len(),
            scalar_pointers.as_ptr(),
            255,
            scratch.as_mut_ptr(),
        );
        blst_p1_to_affine(&mut affine, &projective);
    }
    affine
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    assert_eq!(arguments[..2], ["msm", "bls12-381.G1"]);
    let (points, scalars) = (read_points(&arguments[2]), read_scalars(&arguments[3]));
    let mut result = blst_p1_affine::default();
    for _ in 0..arguments[4].parse().unwrap() {
        let start = processor_seconds();
        result = sum(&points, &scalars);
        println!("{:.6}", processor_seconds() - start);
    }
    let mut bytes = [0u8; 96];
    unsafe { blst_p1_affine_serialize(bytes.as_mut_ptr(), &result) };
    fs::write(&arguments[5], bytes).unwrap();
}
