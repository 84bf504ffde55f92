//! Proofs and public values in snarkjs' JSON.

use ark_ec::pairing::Pairing;
use ark_ff::PrimeField;
use ark_groth16::Proof;
use serde_json::{json, Value};
use std::error::Error;
use std::str::FromStr;

pub trait JsonCurve {
    type Engine: Pairing;
    fn proof_from_json(text: &str) -> Result<Proof<Self::Engine>, Box<dyn Error>>;
    fn proof_to_json(proof: &Proof<Self::Engine>) -> String;
}

fn element<F: FromStr>(value: &Value) -> Result<F, Box<dyn Error>> {
    let text = value.as_str().ok_or("not a decimal string")?;
    F::from_str(text).map_err(|_| format!("'{text}' is not a reduced field element").into())
}

macro_rules! json_curve {
    ($name:ident, $crate_name:ident, $engine:ident, $curve:literal) => {
        pub struct $name;

        impl JsonCurve for $name {
            type Engine = $crate_name::$engine;

            fn proof_from_json(text: &str) -> Result<Proof<Self::Engine>, Box<dyn Error>> {
                use $crate_name::{Fq, Fq2, G1Affine, G2Affine};
                let g1 = |v: &Value| -> Result<G1Affine, Box<dyn Error>> {
                    let point = G1Affine::new_unchecked(element::<Fq>(&v[0])?, element::<Fq>(&v[1])?);
                    (point.is_on_curve() && point.is_in_correct_subgroup_assuming_on_curve())
                        .then_some(point)
                        .ok_or("point outside G1".into())
                };
                let fq2 = |v: &Value| -> Result<Fq2, Box<dyn Error>> { Ok(Fq2::new(element(&v[0])?, element(&v[1])?)) };
                let g2 = |v: &Value| -> Result<G2Affine, Box<dyn Error>> {
                    let point = G2Affine::new_unchecked(fq2(&v[0])?, fq2(&v[1])?);
                    (point.is_on_curve() && point.is_in_correct_subgroup_assuming_on_curve())
                        .then_some(point)
                        .ok_or("point outside G2".into())
                };
                let value: Value = serde_json::from_str(text)?;
                Ok(Proof { a: g1(&value["pi_a"])?, b: g2(&value["pi_b"])?, c: g1(&value["pi_c"])? })
            }

            fn proof_to_json(proof: &Proof<Self::Engine>) -> String {
                let g1 = |p: &$crate_name::G1Affine| json!([p.x.to_string(), p.y.to_string(), "1"]);
                let b = &proof.b;
                let value = json!({
                    "pi_a": g1(&proof.a),
                    "pi_b": [
                        [b.x.c0.to_string(), b.x.c1.to_string()],
                        [b.y.c0.to_string(), b.y.c1.to_string()],
                        ["1", "0"]
                    ],
                    "pi_c": g1(&proof.c),
                    "protocol": "groth16",
                    "curve": $curve
                });
                value.to_string()
            }
        }
    };
}

json_curve!(Bn254, ark_bn254, Bn254, "bn128");
json_curve!(Bls12381, ark_bls12_381, Bls12_381, "bls12381");

pub fn public_from_json<F: PrimeField>(text: &str) -> Result<Vec<F>, Box<dyn Error>> {
    let values: Vec<Value> = serde_json::from_str(text)?;
    values.iter().map(element).collect()
}

pub fn public_to_json<F: PrimeField>(values: &[F]) -> String {
    json!(values.iter().map(|v| v.to_string()).collect::<Vec<_>>()).to_string()
}
