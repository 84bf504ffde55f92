//! A circom circuit with its witness as an arkworks circuit. Wire 0 is one, then the public wires, then the rest: arkworks' order too.

use ark_ff::PrimeField;
use ark_relations::r1cs::{ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable};
use std::{error::Error, fs};

type Terms<F> = Vec<(usize, F)>;

pub struct Circuit<F: PrimeField> {
    n_public: usize,
    constraints: Vec<[Terms<F>; 3]>,
    witness: Vec<F>,
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn bytes(&mut self, n: usize) -> Result<&[u8], Box<dyn Error>> {
        if self.0.len() < n {
            return Err("the file ends early".into());
        }
        let (head, tail) = self.0.split_at(n);
        self.0 = tail;
        Ok(head)
    }
    fn u32(&mut self) -> Result<usize, Box<dyn Error>> {
        Ok(u32::from_le_bytes(self.bytes(4)?.try_into()?) as usize)
    }
    fn u64(&mut self) -> Result<usize, Box<dyn Error>> {
        Ok(u64::from_le_bytes(self.bytes(8)?.try_into()?) as usize)
    }
    fn element<F: PrimeField>(&mut self, n8: usize) -> Result<F, Box<dyn Error>> {
        Ok(F::from_le_bytes_mod_order(self.bytes(n8)?))
    }
}

fn section(data: &[u8], wanted: usize) -> Result<&[u8], Box<dyn Error>> {
    let mut cursor = Cursor(&data[8..]);
    for _ in 0..cursor.u32()? {
        let kind = cursor.u32()?;
        let size = cursor.u64()?;
        let at = data.len() - cursor.0.len();
        cursor.bytes(size)?;
        if kind == wanted {
            return Ok(&data[at..at + size]);
        }
    }
    Err(format!("no section {wanted}").into())
}

impl<F: PrimeField> Circuit<F> {
    pub fn read(r1cs: &str, wtns: &str) -> Result<Self, Box<dyn Error>> {
        let data = fs::read(r1cs)?;
        let mut header = Cursor(section(&data, 1)?);
        let n8 = header.u32()?;
        header.bytes(n8)?;
        let n_wires = header.u32()?;
        let n_public = header.u32()? + header.u32()?;
        header.u32()?;
        header.u64()?;
        let n_constraints = header.u32()?;

        let mut body = Cursor(section(&data, 2)?);
        let mut constraints = Vec::with_capacity(n_constraints);
        for _ in 0..n_constraints {
            let mut row: [Terms<F>; 3] = Default::default();
            for terms in &mut row {
                for _ in 0..body.u32()? {
                    terms.push((body.u32()?, body.element(n8)?));
                }
            }
            constraints.push(row);
        }

        let data = fs::read(wtns)?;
        let mut header = Cursor(section(&data, 1)?);
        let n8 = header.u32()?;
        let mut values = Cursor(section(&data, 2)?);
        let witness = (0..n_wires).map(|_| values.element(n8)).collect::<Result<_, _>>()?;
        Ok(Self { n_public, constraints, witness })
    }

    pub fn public(&self) -> &[F] {
        &self.witness[1..=self.n_public]
    }
}

impl<F: PrimeField> ConstraintSynthesizer<F> for Circuit<F> {
    fn generate_constraints(self, cs: ConstraintSystemRef<F>) -> Result<(), SynthesisError> {
        let mut wires = vec![Variable::One];
        for (wire, value) in self.witness.iter().enumerate().skip(1) {
            wires.push(if wire <= self.n_public {
                cs.new_input_variable(|| Ok(*value))?
            } else {
                cs.new_witness_variable(|| Ok(*value))?
            });
        }
        let combination = |terms: &Terms<F>| LinearCombination(terms.iter().map(|(w, k)| (*k, wires[*w])).collect());
        for [a, b, c] in &self.constraints {
            cs.enforce_constraint(combination(a), combination(b), combination(c))?;
        }
        Ok(())
    }
}
