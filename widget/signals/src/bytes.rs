//! Reads and writes the model files: numbers, little end first, and lists that say their length.

/// What is wrong with a model file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged(pub &'static str);

impl std::fmt::Display for Damaged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a model of this version: {}", self.0)
    }
}

pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Damaged("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn u8(&mut self) -> Result<u8, Damaged> {
        Ok(self.take(1)?[0])
    }

    pub fn u32(&mut self) -> Result<u32, Damaged> {
        Ok(self.take(4)?.iter().rev().fold(0, |n, byte| (n << 8) | u32::from(*byte)))
    }

    pub fn f32(&mut self) -> Result<f32, Damaged> {
        Ok(f32::from_bits(self.u32()?))
    }

    pub fn f32s(&mut self, count: usize) -> Result<Vec<f32>, Damaged> {
        (0..count).map(|_| self.f32()).collect()
    }

    /// A list of bytes that says its length.
    pub fn list(&mut self) -> Result<&'a [u8], Damaged> {
        let count = self.u32()? as usize;
        self.take(count)
    }
}
