//! What belongs to a card and travels with its number: the security code and the expiry date.

use super::{groups::Group, signs::is_word};

/// The security code by its label or its place behind a card, and the expiry date beside a card.
pub fn find(text: &str, groups: &[Group], cards: &[(usize, usize)]) -> Vec<(usize, usize)> {
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
pub fn is_money(after: &str, before: &str) -> bool {
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
fn is_near(text: &str, card: (usize, usize), code: (usize, usize)) -> bool {
    const CHARS: usize = 40;
    let between =
        if code.0 >= card.1 { text.get(card.1..code.0) } else { text.get(code.1..card.0) };
    between.is_some_and(|between| between.chars().count() <= CHARS)
}
