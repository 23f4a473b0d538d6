//! Answers that give no name and only decline to give one.

use crate::words::{Words, is_any};

/// Whether an answer only declines to say: "no", "I'd rather not say".
pub fn is_refusal(text: &str) -> bool {
    const SAYS: [&str; 26] = [
        "rather not",
        "prefer not",
        "dont want to say",
        "not telling",
        "none of your",
        "no name",
        "anonym*",
        "skip*",
        "keine angabe",
        "möchte nicht",
        "will nicht sagen",
        "lieber nicht",
        "geht sie nichts",
        "préfère pas",
        "veux pas dire",
        "prefiero no",
        "no quiero decir",
        "preferisco non",
        "prefiro não",
        "liever niet",
        "wolę nie",
        "söylemek istemiyorum",
        "не скажу",
        "does it matter",
        "not important",
        "why do you need",
    ];
    let words = Words::of(text);
    let is_no = words.all.len() <= 3
        && words.all.first().is_some_and(|word| {
            is_any(
                word,
                "no nope nah none nothing nein kein* non nee nie não nao hayır нет لا नहीं later \
                 später",
            )
        });
    (words.all.len() <= 12 && SAYS.iter().any(|phrase| words.find(phrase).is_some()))
        || is_no
        || ["不", "いいえ", "言いたくない", "아니요"].contains(&text.trim())
}
