//! What was learned: the base, fetched beside the Wasm, and the pack of word vectors, fetched when
//! there is time.

use std::rc::Rc;

use crate::{
    bytes::{Bytes, Damaged},
    language::Languages,
    lexicon::{Lexicon, Table},
    linear::Linear,
    regression::Regression,
    vectors::Vectors,
};

/// What a message's evidence is for: the heads of the base's model, in order.
pub mod head {
    pub const EXPLICIT: usize = 0;
    /// Dissatisfied at all; at least very frustrated; angry.
    pub const FRUSTRATION: [usize; 3] = [1, 2, 3];
    pub const TOPICS: usize = 4;
    /// The labels of their examples.
    pub const TOPIC_NAMES: [&str; vocabulary::LEARNED.len()] = {
        let mut names = [""; vocabulary::LEARNED.len()];
        let mut at = 0;
        while at < names.len() {
            names[at] = vocabulary::LEARNED[at].0;
            at += 1;
        }
        names
    };
    pub const CATEGORIES: usize = TOPICS + TOPIC_NAMES.len();
    pub const CATEGORY_NAMES: [&str; 13] = [
        "account_access",
        "account_change",
        "billing_payment",
        "booking",
        "cancellation",
        "chitchat",
        "complaint",
        "human",
        "information",
        "order_delivery",
        "refund_return",
        "security_fraud",
        "technical_problem",
    ];
    /// The message states what its writer wants, as against details, answers and thanks.
    pub const ISSUE: usize = CATEGORIES + CATEGORY_NAMES.len();
    pub const COUNT: usize = ISSUE + 1;
}

const BASE: u32 = u32::from_le_bytes(*b"BTN1");
const PACK: u32 = u32::from_le_bytes(*b"BTP1");

/// The lexicon and the learned weights that every reading uses.
#[derive(Clone, Debug, Default)]
pub struct Base {
    pub lexicon: Lexicon,
    /// Groups of words that mean the same.
    pub synonyms: Table,
    pub message: Linear,
    pub languages: Languages,
    pub rephrasing: Regression,
}

impl Base {
    /// From the bytes of a model file. Fails when they are not of this version.
    pub fn read(bytes: &[u8]) -> Result<Self, Damaged> {
        let mut bytes = Bytes(bytes);
        if bytes.u32()? != BASE {
            return Err(Damaged("it does not begin as one"));
        }
        Ok(Self {
            lexicon: Lexicon::read(&mut bytes)?,
            synonyms: Table::read(&mut bytes)?,
            message: Linear::read(&mut bytes)?,
            languages: Languages::read(&mut bytes)?,
            rephrasing: Regression::read(&mut bytes)?,
        })
    }

    pub fn write(&self) -> Vec<u8> {
        let mut out = BASE.to_le_bytes().to_vec();
        self.lexicon.write(&mut out);
        self.synonyms.write(&mut out);
        self.message.write(&mut out);
        self.languages.write(&mut out);
        self.rephrasing.write(&mut out);
        out
    }
}

/// Word vectors, and weights that count on them.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    pub vectors: Vectors,
    pub rephrasing: Regression,
}

impl Pack {
    /// From the bytes of a model file. Fails when they are not of this version.
    pub fn read(bytes: &[u8]) -> Result<Self, Damaged> {
        let mut bytes = Bytes(bytes);
        if bytes.u32()? != PACK {
            return Err(Damaged("it does not begin as one"));
        }
        Ok(Self { vectors: Vectors::read(&mut bytes)?, rephrasing: Regression::read(&mut bytes)? })
    }

    pub fn write(&self) -> Vec<u8> {
        let mut out = PACK.to_le_bytes().to_vec();
        self.vectors.write(&mut out);
        self.rephrasing.write(&mut out);
        out
    }
}

/// Before anything learned is there: the same words and letters.
static PLAIN: Regression = Regression { bias: 0.0, weights: Vec::new() };

/// What there is of them: nothing at first, then the base, then the pack as well.
#[derive(Clone, Debug, Default)]
pub struct Models {
    base: Option<Rc<Base>>,
    pack: Option<Rc<Pack>>,
}

impl Models {
    pub fn new(base: Option<Base>, pack: Option<Pack>) -> Self {
        Self { base: base.map(Rc::new), pack: pack.map(Rc::new) }
    }

    /// The same base with a pack.
    pub fn with_pack(&self, pack: Pack) -> Self {
        Self { base: self.base.clone(), pack: Some(Rc::new(pack)) }
    }

    pub fn base(&self) -> Option<&Base> {
        self.base.as_deref()
    }

    pub fn pack(&self) -> Option<&Pack> {
        self.pack.as_deref()
    }

    /// The weights for the best likenesses there are.
    pub fn rephrasing(&self) -> &Regression {
        let pack = self.pack().map(|pack| &pack.rephrasing);
        pack.or(self.base().map(|base| &base.rephrasing)).unwrap_or(&PLAIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMITTED: [&[u8]; 2] =
        [include_bytes!("../models/base.bin"), include_bytes!("../models/pack.bin")];

    #[test]
    fn the_committed_models_are_read_and_written_alike() {
        assert_eq!(Base::read(COMMITTED[0]).expect("the base").write(), COMMITTED[0]);
        Pack::read(COMMITTED[1]).expect("the pack");
    }

    #[test]
    fn a_file_that_was_cut_or_is_another_is_refused() {
        for (bytes, other) in [(COMMITTED[0], COMMITTED[1]), (COMMITTED[1], COMMITTED[0])] {
            for cut in (0..bytes.len()).step_by(3001) {
                let is_base = std::ptr::eq(bytes, COMMITTED[0]);
                let refused = if is_base {
                    Base::read(&bytes[..cut]).err()
                } else {
                    Pack::read(&bytes[..cut]).err()
                };
                assert!(refused.is_some(), "{cut}");
                assert!(if is_base {
                    Base::read(other).is_err()
                } else {
                    Pack::read(other).is_err()
                });
            }
        }
    }

    #[test]
    fn bytes_that_changed_are_refused_or_read_without_a_panic() {
        for at in (4..COMMITTED[0].len()).step_by(1501) {
            let mut bytes = COMMITTED[0].to_vec();
            bytes[at] ^= 0x55;
            if let Ok(base) = Base::read(&bytes) {
                crate::Reader::new(Models::new(Some(base), None), 0.5)
                    .read("where is my order, I want to talk to a person");
            }
        }
    }
}
