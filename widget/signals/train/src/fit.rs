//! Logistic regression over hashed features, one for each head, by AdaGrad. The seed makes it the
//! same every time.

use fastrand::Rng;
use signals::learn::Linear;

/// A text's features and what is known of it: an answer and its weight for each head, or nothing.
pub struct Example {
    pub features: Vec<u32>,
    pub answers: Vec<Option<(f32, f32)>>,
}

pub struct Fitting {
    pub bits: u32,
    pub epochs: usize,
    pub rate: f32,
    /// What a weight loses at each touch, for each head, so that only what earns its keep stays.
    pub shrink: Vec<f32>,
    /// Steps a weight is rounded to, each side of nothing.
    pub steps: f32,
    pub seed: u64,
}

pub fn fit(examples: &[Example], heads: usize, fitting: &Fitting) -> Linear {
    let mut weights = vec![vec![0f32; heads]; 1 << fitting.bits];
    let mut moved = vec![vec![1e-3f32; heads]; 1 << fitting.bits];
    let (mut biases, mut bias_moved) = (vec![0f32; heads], vec![1e-3f32; heads]);
    let mut rng = Rng::with_seed(fitting.seed);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for epoch in 0..fitting.epochs {
        rng.shuffle(&mut order);
        let mut loss = 0f64;
        for i in &order {
            let example = &examples[*i];
            let buckets: Vec<usize> = example
                .features
                .iter()
                .map(|feature| Linear::bucket(fitting.bits, *feature))
                .collect();
            for head in 0..heads {
                let Some((answer, worth)) = example.answers[head] else { continue };
                let sum: f32 =
                    buckets.iter().map(|bucket| weights[*bucket][head]).sum::<f32>() + biases[head];
                let likely = 1.0 / (1.0 + (-sum).exp());
                loss -= f64::from(
                    worth
                        * (answer * likely.max(1e-6).ln()
                            + (1.0 - answer) * (1.0 - likely).max(1e-6).ln()),
                );
                let slope = (likely - answer) * worth;
                bias_moved[head] += slope * slope;
                biases[head] -= fitting.rate * slope / bias_moved[head].sqrt();
                if slope.abs() < 1e-4 {
                    continue;
                }
                for bucket in &buckets {
                    let (weight, moved) = (&mut weights[*bucket][head], &mut moved[*bucket][head]);
                    *moved += slope * slope;
                    let rate = fitting.rate / moved.sqrt();
                    let next = *weight - rate * slope;
                    // Soft threshold: what the shrinking would carry over nothing stops there.
                    let cut = rate * fitting.shrink[head];
                    *weight = if next > cut {
                        next - cut
                    } else if next < -cut {
                        next + cut
                    } else {
                        0.0
                    };
                }
            }
        }
        eprint!(
            "\r  round {} of {}: loss {:.4} ",
            epoch + 1,
            fitting.epochs,
            loss / examples.len() as f64
        );
    }
    eprintln!();
    let kept: Vec<usize> =
        (0..heads).map(|head| weights.iter().filter(|row| row[head] != 0.0).count()).collect();
    eprintln!("  weights a head: {kept:?}");
    Linear::of(fitting.bits, &weights, biases, fitting.steps)
}
