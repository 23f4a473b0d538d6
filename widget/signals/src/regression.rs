//! How much each way in which two texts are alike speaks for one need, as it was learned.

use crate::{
    bytes::{Bytes, Damaged},
    math::logistic,
};

/// How two texts compare: what the learned weights look at.
pub const LIKENESSES: usize = 9;

/// The likenesses, and the product of each two of them.
pub const TERMS: usize = LIKENESSES + LIKENESSES * (LIKENESSES + 1) / 2;

/// How much each likeness, and each two together, speak for the same need.
#[derive(Clone, Debug, Default)]
pub struct Regression {
    pub bias: f32,
    pub weights: Vec<f32>,
}

impl Regression {
    pub fn read(bytes: &mut Bytes) -> Result<Self, Damaged> {
        Ok(Self { bias: bytes.f32()?, weights: bytes.f32s(TERMS)? })
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend([self.bias].iter().chain(&self.weights).flat_map(|number| number.to_le_bytes()));
    }

    /// How likely two texts say the same need, 0 to 1.
    pub fn likely(&self, likenesses: &[f32; LIKENESSES]) -> f32 {
        if self.weights.is_empty() {
            // Nothing was learned: the same words and letters.
            return logistic(-4.0 + 4.5 * likenesses[0] + 3.5 * likenesses[2]);
        }
        logistic(
            self.bias
                + terms(likenesses)
                    .iter()
                    .zip(&self.weights)
                    .map(|(term, weight)| term * weight)
                    .sum::<f32>(),
        )
    }
}

pub fn terms(likenesses: &[f32; LIKENESSES]) -> [f32; TERMS] {
    let mut terms = [0.0; TERMS];
    terms[..LIKENESSES].copy_from_slice(likenesses);
    let mut at = LIKENESSES;
    for i in 0..LIKENESSES {
        for j in i..LIKENESSES {
            terms[at] = likenesses[i] * likenesses[j];
            at += 1;
        }
    }
    terms
}
