//! What a signal finds.

/// Something found, 0 to 1, with the words that show it: a quotation of consecutive words of the
/// message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finding {
    pub strength: f32,
    pub evidence: Option<String>,
}
