//! Card numbers, by their check digit (ISO/IEC 7812, Luhn), their length and the network that
//! issues them.

use super::{groups::Group, signs::is_word};

/// The last group of a card number that begins with this one.
pub fn card_at(text: &str, groups: &[Group], first: usize) -> Option<usize> {
    let start = &groups[first];
    let before = &text[..start.from];
    let is_glued = before.ends_with(is_word);
    if before.ends_with('+') || (is_glued && !is_labelled_card(before)) {
        return None;
    }
    let goes_on = first > 0 && is_joined(&text[groups[first - 1].to..start.from]).is_some();
    let mut digits = String::new();
    let mut best = None;
    // Nothing about how it is written makes it another thing.
    let mut is_sure = !is_glued;
    for (last, group) in groups.iter().enumerate().skip(first) {
        digits.push_str(&group.digits);
        if last > first {
            match is_joined(&text[groups[last - 1].to..group.from]) {
                Some(join) => is_sure &= join == Join::Usual,
                None => break,
            }
        }
        if digits.len() > 19 {
            break;
        }
        if digits.len() < 13 || !has_check_digit(&digits) {
            continue;
        }
        // A word may be glued to a number of the usual length that a network issues:
        // "…1111exp12/27".
        let is_issued = is_issued(&digits)
            && (!text[group.to..].starts_with(is_word) || matches!(digits.len(), 15 | 16));
        let may_be_any = is_sure && !goes_on && !text[group.to..].starts_with(is_word);
        if is_issued || (may_be_any && is_likely(before, &digits)) {
            // The usual lengths first: digits behind the number may be its security code.
            best = best.max(Some((is_issued, matches!(digits.len(), 15 | 16), digits.len(), last)));
        }
    }
    best.map(|(.., last)| last)
}

/// What stands between two groups of digits of one number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    Usual,
    /// As of a list or of parts in brackets.
    Odd,
}

/// None where they are not one number.
fn is_joined(between: &str) -> Option<Join> {
    let all = |signs: &str| between.chars().all(|c| c.is_whitespace() || signs.contains(c));
    match between.chars().count() {
        0..=3 if all("-–—.·/_\u{200b}\u{2060}") => Some(Join::Usual),
        0..=4 if all(",;|()[]") => Some(Join::Odd),
        _ => None,
    }
}

/// Whether the word that is glued to a number says that it is a card's: "card4111…", "visa4111…".
fn is_labelled_card(before: &str) -> bool {
    const LABELS: [&str; 14] = [
        "card",
        "visa",
        "mastercard",
        "amex",
        "maestro",
        "number",
        "nummer",
        "numero",
        "número",
        "numéro",
        "karte",
        "carte",
        "tarjeta",
        "carta",
    ];
    let word =
        before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    LABELS.iter().any(|label| word.ends_with(label))
}

/// Luhn's sum.
pub fn has_check_digit(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let value = u32::from(byte - b'0') << (place % 2);
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10) && digits.bytes().any(|byte| byte != b'0')
}

/// Whether a network issues cards of this beginning and length.
fn is_issued(digits: &str) -> bool {
    let start: u32 = digits[..4].parse().unwrap_or(0);
    match digits.len() {
        13 => start / 1000 == 4,
        14 => matches!(start / 100, 36 | 38 | 39) || matches!(start / 10, 300..=305),
        15 => matches!(start / 100, 34 | 37),
        16 => {
            matches!(start / 1000, 4 | 6)
                || matches!(start / 100, 35 | 36 | 38 | 50..=58)
                || matches!(start, 2200..=2720)
        }
        _ => matches!(start / 1000, 4 | 6) || matches!(start / 100, 50 | 56..=58),
    }
}

/// A number that no known network issues is taken for a card unless the words before it call it
/// something else.
fn is_likely(before: &str, digits: &str) -> bool {
    const OTHERS: [&str; 28] = [
        "order",
        "track",
        "parcel",
        "shipment",
        "invoice",
        "reference",
        "imei",
        "serial",
        "ticket",
        "phone",
        "call",
        "tel",
        "fax",
        "isbn",
        "ean",
        "bestell",
        "sendung",
        "rechnung",
        "kunden",
        "pedido",
        "commande",
        "colis",
        "ordine",
        "zamówien",
        "sipariş",
        "注文",
        "订单",
        "заказ",
    ];
    let near: Vec<String> =
        before.split_whitespace().rev().take(4).map(str::to_lowercase).collect();
    !digits.starts_with('0')
        && !near.iter().any(|word| OTHERS.iter().any(|other| word.contains(other)))
}
