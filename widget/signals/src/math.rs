//! Arithmetic that is the same on every machine to the bit: only adding, multiplying, dividing and
//! square roots.

/// From evidence to a likelihood, 0 to 1: the logistic function.
pub fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// e to the power of x, to about six digits: by halving until a short series is exact enough.
pub fn exp(x: f32) -> f32 {
    let x = x.clamp(-30.0, 30.0) / 1024.0;
    let mut power = 1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0)));
    for _ in 0..10 {
        power *= power;
    }
    power
}

/// A hash of bytes (FNV-1a), the same everywhere: what models index their weights by.
pub fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Three numbers as one, well mixed.
pub fn mix(kind: u32, a: u32, b: u32) -> u32 {
    let mut x = kind.wrapping_mul(0x9e37_79b1)
        ^ a.rotate_left(13).wrapping_mul(0x85eb_ca6b)
        ^ b.wrapping_mul(0xc2b2_ae35);
    x ^= x >> 15;
    x = x.wrapping_mul(0x2c1b_3c6d);
    x ^= x >> 13;
    x = x.wrapping_mul(0x297a_2d39);
    x ^ (x >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logistic_function_is_near_the_real_one() {
        for i in -80..80 {
            let x = i as f32 / 8.0;
            let real = 1.0 / (1.0 + (-f64::from(x)).exp());
            assert!((f64::from(logistic(x)) - real).abs() < 1e-4, "{x}");
        }
    }
}
