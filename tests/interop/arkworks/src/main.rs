//! Checks on the keys that `solemn zkey export arkworks-vk|arkworks-pk` writes, with arkworks' own code:
//!
//! keys CURVE VK VK_UNCOMPRESSED PK PK_UNCOMPRESSED   all four decode, with validation, to the same key and encode back to the same bytes
//! verify CURVE VK PROOF.json PUBLIC.json             status 0: arkworks accepts the proof; 1: it does not
//! prove CURVE PK R1CS WTNS PROOF.json PUBLIC.json    arkworks' prover with our key
//! lacks CURVE VK_OR_PK                               status 0: arkworks refuses to decode the file

mod json;
mod r1cs;
mod reduction;

use ark_ec::pairing::Pairing;
use ark_ff::PrimeField;
use ark_groth16::{r1cs_to_qap::R1CSToQAP, Groth16, ProvingKey, VerifyingKey};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress, Validate};
use ark_std::rand::{rngs::StdRng, SeedableRng};
use std::{env, error::Error, fs, process::ExitCode};

type Outcome = Result<bool, Box<dyn Error>>;

fn decode<T: CanonicalDeserialize>(file: &str, compress: Compress) -> Result<T, Box<dyn Error>> {
    let bytes = fs::read(file)?;
    let mut rest = bytes.as_slice();
    let value = T::deserialize_with_mode(&mut rest, compress, Validate::Yes)?;
    if !rest.is_empty() {
        return Err(format!("{} bytes after the key in '{file}'", rest.len()).into());
    }
    Ok(value)
}

fn encodes_to<T: CanonicalSerialize>(value: &T, file: &str, compress: Compress) -> Outcome {
    let mut bytes = Vec::new();
    value.serialize_with_mode(&mut bytes, compress)?;
    Ok(bytes == fs::read(file)?)
}

fn keys<E: Pairing>(files: &[String]) -> Outcome {
    let vk: VerifyingKey<E> = decode(&files[0], Compress::Yes)?;
    let vk_plain: VerifyingKey<E> = decode(&files[1], Compress::No)?;
    let pk: ProvingKey<E> = decode(&files[2], Compress::Yes)?;
    let pk_plain: ProvingKey<E> = decode(&files[3], Compress::No)?;
    Ok(vk == vk_plain
        && pk == pk_plain
        && pk.vk == vk
        && encodes_to(&vk, &files[0], Compress::Yes)?
        && encodes_to(&vk, &files[1], Compress::No)?
        && encodes_to(&pk, &files[2], Compress::Yes)?
        && encodes_to(&pk, &files[3], Compress::No)?)
}

fn verify<C: json::JsonCurve>(files: &[String]) -> Outcome {
    let vk: VerifyingKey<C::Engine> = decode(&files[0], Compress::Yes)?;
    let proof = C::proof_from_json(&fs::read_to_string(&files[1])?)?;
    let public = json::public_from_json::<<C::Engine as Pairing>::ScalarField>(&fs::read_to_string(&files[2])?)?;
    Ok(Groth16::<C::Engine>::verify_proof(&ark_groth16::prepare_verifying_key(&vk), &proof, &public)?)
}

fn prove<C: json::JsonCurve, Qap: R1CSToQAP>(files: &[String]) -> Outcome
where
    <C::Engine as Pairing>::ScalarField: PrimeField,
{
    let pk: ProvingKey<C::Engine> = decode(&files[0], Compress::Yes)?;
    let circuit = r1cs::Circuit::read(&files[1], &files[2])?;
    let public = circuit.public().to_vec();
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_nanos() as u64;
    let mut rng = StdRng::seed_from_u64(seed);
    let proof = Groth16::<C::Engine, Qap>::create_random_proof_with_reduction(circuit, &pk, &mut rng)?;
    fs::write(&files[3], C::proof_to_json(&proof))?;
    fs::write(&files[4], json::public_to_json(&public))?;
    Ok(Groth16::<C::Engine>::verify_proof(&ark_groth16::prepare_verifying_key(&pk.vk), &proof, &public)?)
}

fn lacks<E: Pairing>(files: &[String]) -> Outcome {
    Ok(decode::<VerifyingKey<E>>(&files[0], Compress::Yes).is_err() && decode::<ProvingKey<E>>(&files[0], Compress::Yes).is_err())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let files = arguments.get(2..).unwrap_or(&[]);
    let outcome = match words.get(..2) {
        Some(["keys", "bn254"]) => keys::<ark_bn254::Bn254>(files),
        Some(["keys", "bls12-381"]) => keys::<ark_bls12_381::Bls12_381>(files),
        Some(["verify", "bn254"]) => verify::<json::Bn254>(files),
        Some(["verify", "bls12-381"]) => verify::<json::Bls12381>(files),
        // BN254: arkworks' default prover, nothing adapted. BLS12-381: see reduction.rs.
        Some(["prove", "bn254"]) => prove::<json::Bn254, ark_groth16::r1cs_to_qap::LibsnarkReduction>(files),
        Some(["prove", "bls12-381"]) => prove::<json::Bls12381, reduction::Circom>(files),
        Some(["lacks", "bn254"]) => lacks::<ark_bn254::Bn254>(files),
        Some(["lacks", "bls12-381"]) => lacks::<ark_bls12_381::Bls12_381>(files),
        _ => Err("usage: keys|verify|prove|lacks bn254|bls12-381 FILES".into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
