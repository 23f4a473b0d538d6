//! Numbers of cards and accounts, and passwords, taken out of a visitor's words before anything
//! else is done with them.
//!
//! A card number is one by its check digit (ISO/IEC 7812, Luhn), an IBAN by its country's length
//! and its remainder (ISO 13616, mod 97), a security code or an expiry date by what stands beside
//! it, a password by its label. Order numbers, telephone numbers and dates stay.

mod accounts;
mod passwords;
mod signs;

use signs::{digit, is_word};

/// What was taken out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    pub card: bool,
    pub iban: bool,
    pub password: bool,
}

impl Masked {
    pub fn any(self) -> bool {
        self.card || self.iban || self.password
    }
}

/// The text without what must not be kept, shown or sent; it is the text itself where nothing was
/// found.
pub fn mask(text: &str) -> (String, Masked) {
    let mut masked = Masked::default();
    let mut cuts: Vec<Cut> = Vec::new();
    let groups = groups(text);
    for (from, to) in accounts::ibans(text) {
        masked.iban = true;
        cuts.push(Cut { from, to, shown: last_four(&text[from..to]) });
    }
    let mut at = 0;
    while at < groups.len() {
        match card_at(text, &groups, at).filter(|last| {
            !cuts.iter().any(|cut| cut.from < groups[*last].to && groups[at].from < cut.to)
        }) {
            Some(last) => {
                masked.card = true;
                let (from, to) = (groups[at].from, groups[last].to);
                cuts.push(Cut { from, to, shown: last_four(&text[from..to]) });
                at = last + 1;
            }
            None => at += 1,
        }
    }
    let cards: Vec<(usize, usize)> =
        if masked.card { cuts.iter().map(|cut| (cut.from, cut.to)).collect() } else { Vec::new() };
    for (from, to) in codes(text, &groups, &cards) {
        masked.card = true;
        cuts.push(Cut { from, to, shown: "•••".to_owned() });
    }
    for (from, to) in passwords::find(text) {
        masked.password = true;
        cuts.push(Cut { from, to, shown: "[password removed]".to_owned() });
    }
    (cut_out(text, cuts), masked)
}

/// Bytes of the text, and what stands there in their stead.
struct Cut {
    from: usize,
    to: usize,
    shown: String,
}

fn cut_out(text: &str, mut cuts: Vec<Cut>) -> String {
    cuts.sort_by_key(|cut| (cut.from, std::cmp::Reverse(cut.to)));
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for cut in cuts {
        if cut.from >= at {
            out.push_str(&text[at..cut.from]);
            out.push_str(&cut.shown);
        }
        // Of two that overlap, what only the later one covers is taken out as well.
        at = at.max(cut.to);
    }
    out.push_str(&text[at..]);
    out
}

fn last_four(text: &str) -> String {
    let signs: Vec<char> = text
        .chars()
        .filter_map(|c| digit(c).or(Some(c).filter(char::is_ascii_alphanumeric)))
        .collect();
    format!("•••• {}", signs[signs.len().saturating_sub(4)..].iter().collect::<String>())
}

/// Digits in a row.
struct Group {
    from: usize,
    to: usize,
    digits: String,
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, c) in text.char_indices() {
        let Some(digit) = digit(c) else { continue };
        match groups.last_mut().filter(|group| group.to == at) {
            Some(group) => {
                group.to = at + c.len_utf8();
                group.digits.push(digit);
            }
            None => {
                groups.push(Group { from: at, to: at + c.len_utf8(), digits: digit.to_string() })
            }
        }
    }
    groups
}

/// The last group of a card number that begins with this one.
fn card_at(text: &str, groups: &[Group], first: usize) -> Option<usize> {
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
fn has_check_digit(digits: &str) -> bool {
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

/// The security code by its label or its place behind a card, and the expiry date beside a card.
fn codes(text: &str, groups: &[Group], cards: &[(usize, usize)]) -> Vec<(usize, usize)> {
    const LABELS: [&str; 16] = [
        "cvc",
        "cvc2",
        "cvv",
        "cvv2",
        "cid",
        "csc",
        "security code",
        "prüfnummer",
        "prüfziffer",
        "kartenprüfnummer",
        "cryptogramme",
        "code de sécurité",
        "código de seguridad",
        "codice di sicurezza",
        "código de segurança",
        "kod cvc",
    ];
    let mut found = Vec::new();
    // Where a card, or what belongs to it, ended last.
    let mut end = None;
    let mut skip = 0;
    for (at, group) in groups.iter().enumerate() {
        if let Some((_, to)) =
            cards.iter().find(|(from, to)| *from <= group.from && group.to <= *to)
        {
            end = Some(*to);
            continue;
        }
        if at < skip {
            continue;
        }
        let before = text[..group.from]
            .trim_end_matches(|c: char| c.is_whitespace() || ":=#.-".contains(c))
            .to_lowercase();
        let before = before
            .strip_suffix(" is")
            .or(before.strip_suffix(" ist"))
            .or(before.strip_suffix(" est"))
            .or(before.strip_suffix(" es"))
            .unwrap_or(&before);
        let stands_alone = stands_alone(text, group);
        let is_code = (3..=4).contains(&group.digits.len()) && stands_alone;
        let is_labelled = LABELS.iter().any(|label| ends_with_word(before, label));
        // "code" says so only beside a card.
        let is_labelled = is_labelled
            || (["code", "sicherheitscode"].iter().any(|label| ends_with_word(before, label))
                && cards.iter().any(|card| is_near(text, *card, (group.from, group.to))));
        let is_behind = end.is_some_and(|end| {
            text[end..group.from].chars().all(|c| !c.is_alphanumeric()) && group.from - end <= 6
        });
        // "…1111exp1227", "…1111cvc123": a label that the card's number is glued to.
        let is_glued =
            end.is_some_and(|end| is_label(&text[end..group.from]) && !is_money(&text[end..], ""));
        let is_glued_code = is_glued && matches!(group.digits.len(), 3 | 4 | 6);
        if is_glued_code
            || is_code
                && (is_labelled || (is_behind && !is_money(&text[group.to..], &text[..group.from])))
        {
            found.push((group.from, group.to));
            end = Some(group.to);
        } else if let Some(to) = expiry(text, groups, at, is_glued)
            .filter(|to| cards.iter().any(|card| is_near(text, *card, (group.from, *to))))
        {
            found.push((group.from, to));
            end = Some(to);
            skip = at + 2;
        }
    }
    found
}

fn stands_alone(text: &str, group: &Group) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| is_word(c) || c == '•');
    !is_part(text[..group.from].chars().next_back()) && !is_part(text[group.to..].chars().next())
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
}

/// "4111… 240 euros".
fn is_money(after: &str, before: &str) -> bool {
    const UNITS: [&str; 11] =
        ["€", "$", "£", "eur", "euro", "usd", "dollar", "gbp", "pound", "zł", "%"];
    let after = after.trim_start().to_lowercase();
    UNITS.iter().any(|unit| after.starts_with(unit)) || before.trim_end().ends_with(['€', '$', '£'])
}

/// Letters between a card's number and what belongs to it, without a blank.
fn is_label(between: &str) -> bool {
    (2..=8).contains(&between.chars().count())
        && between.chars().all(|c| c.is_alphabetic() || ":=.".contains(c))
        && between.starts_with(char::is_alphabetic)
}

/// Where a month and a year that begin with this group end.
fn expiry(text: &str, groups: &[Group], at: usize, is_glued: bool) -> Option<usize> {
    let (month, year) = (&groups[at], groups.get(at + 1)?);
    let between = text[month.to..year.from].trim();
    let is_month = month.digits.len() <= 2
        && month.digits.parse::<u8>().is_ok_and(|month| (1..=12).contains(&month));
    let is_year = match year.digits.len() {
        2 => year.digits.parse::<u8>().is_ok_and(|year| (15..=60).contains(&year)),
        4 => year.digits.starts_with("20"),
        _ => false,
    };
    let is_date = matches!(between, "/" | "-" | "." | "") && year.from - month.to <= 3;
    // A third number makes it a day of a month.
    let is_day =
        groups.get(at + 2).is_some_and(|next| matches!(&text[year.to..next.from], "/" | "-" | "."));
    (is_month
        && is_year
        && is_date
        && !is_day
        && (is_glued || stands_alone(text, month))
        && stands_alone(text, year))
    .then_some(year.to)
}

/// Within a few words of the card.
fn is_near(text: &str, card: (usize, usize), own: (usize, usize)) -> bool {
    const CHARS: usize = 40;
    let between = if own.0 >= card.1 { text.get(card.1..own.0) } else { text.get(own.1..card.0) };
    between.is_some_and(|between| between.chars().count() <= CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_must_not_travel_is_taken_out() {
        for (text, shown) in [
            (
                "my card 4111 1111 1111 1111 exp 12/27 cvc 123 was charged twice",
                "my card •••• 1111 exp ••• cvc ••• was charged twice",
            ),
            ("4111-1111-1111-1111", "•••• 1111"),
            ("card:4111111111111111.", "card:•••• 1111."),
            ("378282246310005, 12/2027, 1234 please", "•••• 0005, •••, ••• please"),
            ("card:4111 1111 1111 1111exp1227", "card:•••• 1111exp•••"),
            ("4111 1111 1111 1111exp12/27 please", "•••• 1111exp••• please"),
            ("4111111111111111cvc123exp1227", "•••• 1111cvc•••exp•••"),
            ("4111 1111 1111 1111eur240", "•••• 1111eur240"),
            ("visa4111111111111111", "visa•••• 1111"),
            ("4111,1111,1111,1111", "•••• 1111"),
            ("(4111)(1111)(1111)(1111)", "(•••• 1111)"),
            ("my pass word = hunter2secret", "my pass word = [password removed]"),
            ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "•••• 1111"),
            ("４１１１ １１１１ １１１１ １１１１", "•••• 1111"),
            ("5500 0000 0000 0004 and 6011 0009 9013 9424", "•••• 0004 and •••• 9424"),
            ("4111 1111\n1111 1111", "•••• 1111"),
            ("番号は4111111111111111です", "番号は•••• 1111です"),
            (
                "I was charged 240 euros on 4111 1111 1111 1111 240 euros too much",
                "I was charged 240 euros on •••• 1111 240 euros too much",
            ),
            ("send it to DE89 3704 0044 0532 0130 00 please", "send it to •••• 3000 please"),
            ("gb29nwbk60161331926819", "•••• 6819"),
            ("password: hunter2", "password: [password removed]"),
            (
                "Login kim, Password = hunter!! thanks",
                "Login kim, Password = [password removed] thanks",
            ),
            (
                "my password is hunter2 and it fails",
                "my password is [password removed] and it fails",
            ),
            ("my password is swordfish", "my password is [password removed]"),
            (
                "my password for your shop is Blue7fern.",
                "my password for your shop is [password removed].",
            ),
            ("mein Passwort ist geheim123", "mein Passwort ist [password removed]"),
            ("Passwort: Rosenrot", "Passwort: [password removed]"),
            ("mot de passe : abc123", "mot de passe : [password removed]"),
            ("mi contraseña es Sol2024", "mi contraseña es [password removed]"),
            ("パスワードはhunter2です", "パスワードは[password removed]です"),
            ("密码是abc12345", "密码是[password removed]"),
            ("my password is \"two words\" ok", "my password is \"[password removed]\" ok"),
            ("my PIN is 4821", "my PIN is [password removed]"),
            ("the cvv is 123", "the cvv is •••"),
            (
                "4111-1111 1111-1111, valid thru 09/28, code 321",
                "•••• 1111, valid thru •••, code •••",
            ),
            ("my password's hunter2", "my password's [password removed]"),
            ("Password - hunter2", "Password - [password removed]"),
            ("pw: hunter2", "pw: [password removed]"),
            ("my password is now Tulip99", "my password is now [password removed]"),
        ] {
            let (own, masked) = mask(text);
            assert_eq!(own, shown);
            assert!(masked.any(), "{text}");
        }
    }

    #[test]
    fn what_may_travel_stays() {
        for text in [
            "where is order FT-20418",
            "my order number is 4111111111111112",
            "part X4111111111111111 or 79927398713000000003A",
            "we need 1,200, 3,400, 5,600 and 7,800 of them",
            "pass word lost",
            "tracking 9400111899223197428490",
            "order 79927398713000000003 and parcel 00340434161094042557",
            "call me at +49 170 1234567 or 0049 30 1234 5678 901",
            "on 12/27 or 05-06-2026 at 09:30",
            "IMEI 490154203237518",
            "I want a refund of 1,240.50 euros for 3 ferns",
            "how do I reset my password?",
            "my password is wrong",
            "my password is not working",
            "password reset does not work",
            "Password: how do I change it?",
            "I forgot the password of kim@example.org",
            "the password field is red",
            "the password's wrong",
            "my order code is 321",
            "pin it to the wall 1234 times",
            "DE is my country, 12345 Berlin",
            "",
        ] {
            assert_eq!(mask(text), (text.to_owned(), Masked::default()));
        }
    }

    fn with_check_digit(mut digits: String) -> String {
        let last = (0..10)
            .map(|last| format!("{digits}{last}"))
            .find(|number| has_check_digit(number))
            .expect("one of ten");
        digits.clear();
        digits + &last
    }

    proptest! {
        #[test]
        fn a_card_number_is_never_left_however_it_is_written(
            rest in "[0-9]{14}",
            separator in "( |-|\\.|  | - )?",
            every in 2usize..6,
            before in "[j-l ,]{0,20} ",
            after in "( [j-l ,]{0,20})?",
        ) {
            let number = with_check_digit(format!("4{rest}"));
            let digits = number.as_bytes().chunks(every);
            let written: Vec<_> = digits.map(|part| String::from_utf8_lossy(part)).collect();
            let (own, masked) = mask(&format!("{before}{}{after}", written.join(&separator)));
            prop_assert!(masked.card);
            prop_assert_eq!(own, format!("{before}•••• {}{after}", &number[12..]));
        }

        #[test]
        fn a_number_without_its_check_digit_stays(rest in "[0-9]{15}") {
            let number = format!("4{rest}");
            prop_assume!(!has_check_digit(&number));
            let text = format!("my order {number} is late");
            prop_assert_eq!(mask(&text).0, text);
        }

        #[test]
        fn any_unicode_is_masked_without_a_panic_and_once_is_enough(text in "\\PC{0,120}") {
            let (own, _) = mask(&text);
            prop_assert_eq!(mask(&own).0, own);
        }
    }
}
