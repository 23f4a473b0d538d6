//! A learned model: a weight a feature and head, hashed into buckets and kept as small numbers.

use crate::bytes::{Bytes, Damaged};

/// The sizes a weight is rounded to.
const SIZES: [i8; 8] = [0, 1, 2, 3, 5, 8, 12, 17];

/// Weights of the features of one message for several questions (heads) at once; most are nothing
/// and are not kept.
#[derive(Clone, Debug, Default)]
pub struct Linear {
    /// Buckets are a power of two: the hash's first bits name one.
    bits: u32,
    /// Where each bucket's weights begin, and where the last one's end.
    starts: Vec<u32>,
    heads: Vec<u8>,
    weights: Vec<i8>,
    scales: Vec<f32>,
    biases: Vec<f32>,
}

impl Linear {
    /// From full weights, `weights[bucket][head]`; what rounds to nothing in `steps` steps is
    /// dropped.
    pub fn of(bits: u32, weights: &[Vec<f32>], biases: Vec<f32>, steps: f32) -> Self {
        let scales: Vec<f32> = (0..biases.len())
            .map(|head| {
                let mut sizes: Vec<f32> =
                    weights.iter().map(|row| row[head].abs()).filter(|size| *size > 0.0).collect();
                sizes.sort_by(f32::total_cmp);
                // The largest few are cut, so that the many small ones keep their steps.
                sizes
                    .get(sizes.len().saturating_sub(1 + sizes.len() / 2000))
                    .copied()
                    .unwrap_or(1.0)
                    / steps
            })
            .collect();
        let mut linear = Self { bits, starts: vec![0], scales, biases, ..Self::default() };
        for row in weights {
            for (head, weight) in row.iter().enumerate() {
                // Few sizes compress well, and large weights need no fine ones.
                let size = (weight / linear.scales[head]).abs().min(steps);
                let step = SIZES
                    .iter()
                    .copied()
                    .min_by(|a, b| {
                        (f32::from(*a) - size).abs().total_cmp(&(f32::from(*b) - size).abs())
                    })
                    .unwrap_or(0);
                let step = if *weight < 0.0 { -step } else { step };
                if step != 0 {
                    linear.heads.push(head as u8);
                    linear.weights.push(step);
                }
            }
            linear.starts.push(linear.heads.len() as u32);
        }
        linear
    }

    pub fn read(bytes: &mut Bytes) -> Result<Self, Damaged> {
        let bits = bytes.u32()?;
        let count = bytes.u32()? as usize;
        if !(1..=20).contains(&bits) || count > 255 {
            return Err(Damaged("a model of a strange size"));
        }
        let (scales, biases) = (bytes.f32s(count)?, bytes.f32s(count)?);
        let mut starts = vec![0];
        let mut total = 0u32;
        for kept in bytes.take(1 << bits)? {
            total += u32::from(*kept);
            starts.push(total);
        }
        let heads = bytes.take(total as usize)?.to_vec();
        let weights = bytes.take(total as usize)?.iter().map(|byte| *byte as i8).collect();
        if heads.iter().any(|head| usize::from(*head) >= count) {
            return Err(Damaged("a weight for no head"));
        }
        Ok(Self { bits, starts, heads, weights, scales, biases })
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.bits.to_le_bytes());
        out.extend((self.scales.len() as u32).to_le_bytes());
        out.extend(self.scales.iter().chain(&self.biases).flat_map(|number| number.to_le_bytes()));
        out.extend(self.starts.windows(2).map(|pair| (pair[1] - pair[0]) as u8));
        out.extend(&self.heads);
        out.extend(self.weights.iter().map(|weight| *weight as u8));
    }

    pub fn bucket(bits: u32, feature: u32) -> usize {
        (feature >> (32 - bits)) as usize
    }

    /// The evidence for each head: 0 is undecided.
    pub fn evidence(&self, features: &[u32]) -> Vec<f32> {
        let mut sums = vec![0i32; self.scales.len()];
        for feature in features {
            let bucket = Self::bucket(self.bits, *feature);
            for at in self.starts[bucket] as usize..self.starts[bucket + 1] as usize {
                sums[usize::from(self.heads[at])] += i32::from(self.weights[at]);
            }
        }
        sums.iter()
            .zip(&self.scales)
            .zip(&self.biases)
            .map(|((sum, scale), bias)| *sum as f32 * scale + bias)
            .collect()
    }

    /// How much one feature says for one head.
    pub fn weight(&self, feature: u32, head: usize) -> f32 {
        let bucket = Self::bucket(self.bits, feature);
        (self.starts[bucket] as usize..self.starts[bucket + 1] as usize)
            .filter(|at| usize::from(self.heads[*at]) == head)
            .map(|at| f32::from(self.weights[at]) * self.scales[head])
            .sum()
    }

    /// How many weights are kept.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }
}
