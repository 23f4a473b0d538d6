//! The number of a conversation's row in the store.

/// From 1, in the order in which conversations began; its package has the same. Peers never see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row(pub u64);

impl Row {
    /// The one that is given after it.
    pub(crate) const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
