//! The default (libsnark) reduction over the domain that circom's tools use.
//!
//! A key's polynomials are fixed by their values on the domain, row i at w^i. snarkjs takes w from the smallest non-residue, 5;
//! arkworks takes its BLS12-381 root from 7. Both generate the same domain, so the rows are only permuted: snarkjs' w is
//! arkworks' w to an odd power k, and row i belongs at position k*i mod n. The quotient's coefficients, hence the H query of
//! the exported key, do not depend on the choice of root. On BN254 the two roots are equal and k = 1.

use ark_ff::PrimeField;
use ark_groth16::r1cs_to_qap::{evaluate_constraint, LibsnarkReduction, R1CSToQAP};
use ark_poly::EvaluationDomain;
use ark_relations::r1cs::{ConstraintMatrices, ConstraintSystemRef, SynthesisError};

pub struct Circom;

/// k with snarkjs' root of order n equal to arkworks' to the k.
fn exponent<F: PrimeField>(n: usize, group_gen: F) -> usize {
    let odd = F::TRACE;
    let mut root = F::from(5u64).pow(odd);
    let mut order = 1u64 << F::TWO_ADICITY;
    while order > n as u64 {
        root.square_in_place();
        order /= 2;
    }
    let mut power = F::one();
    for k in 0..n {
        if power == root {
            return k;
        }
        power *= group_gen;
    }
    panic!("no power of the domain's generator is snarkjs' root");
}

impl R1CSToQAP for Circom {
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        cs: ConstraintSystemRef<F>,
        t: &F,
    ) -> Result<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize), SynthesisError> {
        LibsnarkReduction::instance_map_with_evaluation::<F, D>(cs, t)
    }

    fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
        matrices: &ConstraintMatrices<F>,
        num_inputs: usize,
        num_constraints: usize,
        full_assignment: &[F],
    ) -> Result<Vec<F>, SynthesisError> {
        let domain = D::new(num_constraints + num_inputs).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let n = domain.size();
        let k = exponent(n, domain.group_gen());
        let place = |row: usize| row * k % n;

        let (mut a, mut b, mut c) = (vec![F::zero(); n], vec![F::zero(); n], vec![F::zero(); n]);
        for (row, (at, bt)) in matrices.a.iter().zip(&matrices.b).enumerate() {
            a[place(row)] = evaluate_constraint(at, full_assignment);
            b[place(row)] = evaluate_constraint(bt, full_assignment);
            c[place(row)] = a[place(row)] * b[place(row)];
        }
        for (input, value) in full_assignment[..num_inputs].iter().enumerate() {
            a[place(num_constraints + input)] = *value;
        }

        let coset = domain.get_coset(F::GENERATOR).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        for values in [&mut a, &mut b, &mut c] {
            domain.ifft_in_place(values);
            coset.fft_in_place(values);
        }
        let vanishing = domain.evaluate_vanishing_polynomial(F::GENERATOR).inverse().expect("the coset avoids the domain");
        let mut h: Vec<F> = (0..n).map(|i| (a[i] * b[i] - c[i]) * vanishing).collect();
        coset.ifft_in_place(&mut h);
        Ok(h)
    }

    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        max_power: usize,
        t: F,
        zt: F,
        delta_inverse: F,
    ) -> Result<Vec<F>, SynthesisError> {
        LibsnarkReduction::h_query_scalars::<F, D>(max_power, t, zt, delta_inverse)
    }
}

