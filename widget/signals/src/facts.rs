//! The facts in a message: what an agent would otherwise ask again.

use crate::words::is_any;

/// Money, as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Amount {
    pub value: f64,
    /// For example `€`, `USD`.
    pub currency: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    pub order: Option<String>,
    pub amount: Option<Amount>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// What the matter is about, as the visitor calls it.
    pub product: Option<String>,
    /// A day, as it was written.
    pub date: Option<String>,
}

impl Facts {
    pub fn of(text: &str) -> Self {
        let mut facts = Self::default();
        let parts: Vec<&str> = text.split_whitespace().take(400).collect();
        for (i, part) in parts.iter().enumerate() {
            let bare = bare(part);
            let (before, after) = (
                i.checked_sub(1).map_or("", |i| parts[i]),
                parts.get(i + 1).copied().unwrap_or_default(),
            );
            if before.ends_with('•') {
                // The end of a number that was masked.
            } else if facts.email.is_none() && is_email(bare) {
                facts.email = Some(bare.to_owned());
            } else if facts.amount.is_none()
                && let Some(amount) = amount(before, bare, after)
            {
                facts.amount = Some(amount);
            } else if facts.order.is_none() && is_order(&parts[..i], part, bare) {
                facts.order = Some(bare.trim_start_matches('#').to_owned());
            }
        }
        facts.phone = phone(text);
        let words: Vec<&str> =
            parts.iter().map(|part| part.trim_matches(|c: char| !c.is_alphanumeric())).collect();
        facts.product = product(&words);
        facts.date = date(&words);
        facts
    }

    /// Takes what the later message says over what the earlier one said.
    pub fn add(&mut self, later: Self) {
        self.order = later.order.or(self.order.take());
        self.amount = later.amount.or(self.amount.take());
        self.email = later.email.or(self.email.take());
        self.phone = later.phone.or(self.phone.take());
        self.product = later.product.or(self.product.take());
        self.date = later.date.or(self.date.take());
    }
}

/// Whether a word is an e-mail address, as far as its form tells.
pub fn is_email(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| {
        let is_host = host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
        !name.is_empty()
            && is_host
            && !host.contains(|c: char| c == '@' || c.is_whitespace())
            && !name.contains(char::is_whitespace)
    })
}

/// A number with a currency before or behind it.
fn amount(before: &str, word: &str, after: &str) -> Option<Amount> {
    let sign = word.chars().find(|c| "€$£¥₹".contains(*c)).map(String::from);
    let named = |word: &str| {
        let word =
            word.trim_matches(|c: char| !c.is_alphabetic() && !"€$£¥₹".contains(c)).to_lowercase();
        match word.as_str() {
            "€" | "eur" | "euro" | "euros" => Some("€"),
            "$" | "usd" | "dollar" | "dollars" | "bucks" => Some("$"),
            "£" | "gbp" | "pound" | "pounds" => Some("£"),
            "₹" | "inr" | "rupees" => Some("₹"),
            _ => None,
        }
    };
    let currency = sign
        .or_else(|| named(after).map(str::to_owned))
        .or_else(|| named(before).map(str::to_owned))?;
    let number: String = word.chars().filter(|c| c.is_ascii_digit() || ".,".contains(*c)).collect();
    let number = number.trim_matches(['.', ',']);
    // The last separator is a decimal one if at most two digits follow it. Counted in hundredths,
    // which needs no parser.
    let decimals = number.rfind(['.', ',']).map_or(0, |at| number.len() - at - 1);
    let digits = number
        .bytes()
        .filter(u8::is_ascii_digit)
        .take(15)
        .fold(0u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    if number.is_empty() {
        return None;
    }
    let value = match decimals {
        1 => digits as f64 / 10.0,
        2 => digits as f64 / 100.0,
        _ => digits as f64,
    };
    Some(Amount { value, currency })
}

/// Words beside an order's number.
const ORDERS: [&str; 11] = [
    "order",
    "purchase",
    "pedido",
    "commande",
    "bestellung",
    "bestelnummer",
    "ordine",
    "zamówieni",
    "invoice",
    "reference",
    "tracking",
];

/// `#1234`, `order 1234`, `order number is AB-1234`.
fn is_order(before: &[&str], part: &str, bare: &str) -> bool {
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    let is_code = digits >= 3
        && bare.len() <= 24
        && bare.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !is_code {
        return false;
    }
    let near = before.iter().rev().take(4).any(|word| {
        let word = word.to_lowercase();
        ORDERS.iter().any(|one| word.contains(one))
    });
    near || part.contains('#')
}

/// Eight to fifteen digits with a telephone's punctuation, beginning with `+` or `0`, and not
/// spoken of as an order.
fn phone(text: &str) -> Option<String> {
    let (mut best, mut run, mut start) = (None, String::new(), 0);
    for (at, c) in text.char_indices().take(4_000).chain([(text.len(), 'x')]) {
        if c.is_ascii_digit()
            || (c == '+' && run.is_empty())
            || (!run.is_empty() && " -/()".contains(c))
        {
            start = if run.is_empty() { at } else { start };
            run.push(c);
            continue;
        }
        let digits = run.chars().filter(char::is_ascii_digit).count();
        if (8..=15).contains(&digits)
            && run.starts_with(['+', '0'])
            && !is_of_order(text.get(..start).unwrap_or_default())
        {
            best = Some(run.trim_end_matches(|c: char| !c.is_ascii_digit()).to_owned());
        }
        run.clear();
    }
    best
}

/// Whether one of the few words before a number says that it is an order's.
fn is_of_order(before: &str) -> bool {
    before.split_whitespace().rev().take(4).any(|word| {
        let word = word.to_lowercase();
        ORDERS.iter().any(|one| word.contains(one))
    })
}

/// The telephone number in an answer to the question for one: all of it, or as [`Facts`] finds it
/// among words.
pub fn phone_in(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_number = (6..=15).contains(&digits)
        && text.chars().all(|c| c.is_ascii_digit() || " +-/().\u{a0}".contains(c));
    if is_number { Some(text.to_owned()) } else { phone(text) }
}

/// The e-mail address in a text.
pub fn email_in(text: &str) -> Option<String> {
    text.split_whitespace().map(bare).find(|word| is_email(word)).map(str::to_owned)
}

/// A word without the punctuation around it.
fn bare(part: &str) -> &str {
    part.trim_matches(|c: char| !c.is_alphanumeric() && !"€$£¥+".contains(c))
}

/// What happens to a thing.
pub(crate) const HAPPENS: &str = "is isn't isnt was wasn't has hasn't arrived came does doesn't \
                                  doesnt won't wont can't keeps broke stopped shows crashes leaks \
                                  smells failed fails";
/// Things that are no product.
pub(crate) const GENERAL: &str = "order parcel package card account refund payment bot app site \
     website page problem issue question money bill invoice delivery password email address phone \
     number agent person service company it that this answer same only one first last charge \
     transfer subscription flight ticket booking name father mother husband wife son daughter \
     partner";

/// What "my" or "the" stands before and something happens to: "my blue kettle stopped working".
fn product(words: &[&str]) -> Option<String> {
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    (0..lower.len())
        .filter(|at| matches!(lower[*at].as_str(), "my" | "the" | "this" | "your"))
        .find_map(|at| {
            let end =
                (at + 2..(at + 5).min(lower.len())).find(|end| is_any(&lower[*end], HAPPENS))?;
            let phrase = &lower[at + 1..end];
            let noun = phrase.last()?;
            let is_thing = !is_any(noun, GENERAL)
                && phrase.iter().all(|word| {
                    word.chars().count() > 2
                        && word.chars().all(|c| c.is_alphanumeric() || c == '-')
                });
            is_thing.then(|| words[at + 1..end].join(" "))
        })
}

/// A day by its name, its number and month, or its numbers.
fn date(words: &[&str]) -> Option<String> {
    const DAYS: &str = "monday tuesday wednesday thursday friday saturday sunday yesterday today \
                        tomorrow lunes martes miércoles jueves viernes lundi mardi mercredi jeudi \
                        vendredi montag dienstag mittwoch donnerstag freitag gestern ayer hier";
    const MONTHS: &str = "january february march april june july august september october \
                          november december jan feb mar apr jun jul aug sep sept oct nov dec";
    words.iter().enumerate().find_map(|(at, word)| {
        let lower = word.to_lowercase();
        let numbers: Vec<&str> = word.split(['/', '-', '.']).collect();
        let is_numbers = numbers.len() == 3
            && numbers.iter().all(|number| {
                matches!(number.len(), 1 | 2 | 4)
                    && number.bytes().all(|byte| byte.is_ascii_digit())
            });
        if is_numbers || is_any(&lower, DAYS) {
            return Some((*word).to_owned());
        }
        if !is_any(&lower, MONTHS) {
            return None;
        }
        let is_day = |word: &str| {
            word.trim_end_matches(char::is_alphabetic)
                .parse::<u8>()
                .is_ok_and(|day| (1..=31).contains(&day))
        };
        let before = at.checked_sub(1).map(|i| words[i]).filter(|word| is_day(word));
        let after = words.get(at + 1).copied().filter(|word| is_day(word));
        before
            .map(|day| format!("{day} {word}"))
            .or_else(|| after.map(|day| format!("{word} {day}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_an_address_is_found_in_an_answer() {
        for (text, phone) in [
            ("0170 1234567", Some("0170 1234567")),
            ("555-0134", Some("555-0134")),
            ("please ring +49 170 1234567 after five", Some("+49 170 1234567")),
            ("can you call me tomorrow morning instead?", None),
            ("between 10 and 12", None),
            ("my order 20418123 is late", None),
            ("12", None),
        ] {
            assert_eq!(phone_in(text).as_deref(), phone, "{text}");
        }
        assert_eq!(
            email_in("write to (kim@example.org), thanks").as_deref(),
            Some("kim@example.org")
        );
        assert_eq!(email_in("kim at example dot org"), None);
    }

    #[test]
    fn facts_are_found_where_people_put_them() {
        let facts = Facts::of(
            "Order #A-1042 cost €1.249,50, mail me at kim@example.org or call +49 30 1234567.",
        );
        assert_eq!(facts.order.as_deref(), Some("A-1042"));
        assert_eq!(facts.amount, Some(Amount { value: 1249.5, currency: "€".into() }));
        assert_eq!(facts.email.as_deref(), Some("kim@example.org"));
        assert_eq!(facts.phone.as_deref(), Some("+49 30 1234567"));
        assert_eq!(Facts::of("I paid 120 dollars").amount.unwrap().value, 120.0);
        assert_eq!(Facts::of("my order number is 55012").order.as_deref(), Some("55012"));
        assert_eq!(Facts::of("My order number is 0301234567, where is it?").phone, None);
        assert_eq!(Facts::of("for my order I used the card •••• 1111").order, None);
        assert_eq!(Facts::of("I have 3 cats and 2024 reasons"), Facts::default());
    }
}
