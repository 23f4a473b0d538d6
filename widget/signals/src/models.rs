//! What was learned: the base, fetched beside the Wasm, and the pack of word vectors, fetched when there is time.

use std::rc::Rc;

use crate::{
    bytes::{Bytes, Damaged},
    language::Languages,
    lexicon::{Lexicon, Table},
    linear::Linear,
    rephrasing::Regression,
    vectors::Vectors,
};

/// What a message's evidence is for: the heads of the base's model, in order.
pub mod head {
    pub const EXPLICIT: usize = 0;
    /// Dissatisfied at all; at least very frustrated; angry.
    pub const FRUSTRATION: [usize; 3] = [1, 2, 3];
    pub const TOPICS: usize = 4;
    pub const TOPIC_NAMES: [&str; 6] = ["billing", "legal", "security", "bereavement", "medical", "complaint"];
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
