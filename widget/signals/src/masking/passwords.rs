//! Passwords and PINs, by the words before them.

use super::spelt_out;

/// Words that a password stands behind, and those that stand between. Lower case.
const LABELS: [&str; 31] = [
    "password",
    "pass word",
    "pass-word",
    "pass phrase",
    "passwort",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "passwörter",
    "kennwort",
    "mot de passe",
    "mdp",
    "contraseña",
    "contrasena",
    "clave",
    "parola d'ordine",
    "senha",
    "palavra-passe",
    "wachtwoord",
    "hasło",
    "haslo",
    "şifre",
    "şifrem",
    "sifre",
    "пароль",
    "パスワード",
    "密码",
    "密碼",
    "pw:",
    "pass:",
];
const PINS: [&str; 2] = ["pin", "pin code"];
const IS: [&str; 14] = [
    "is", "was", "ist", "lautet", "war", "est", "es", "è", "é", "to", "jest", "は", "是", "equals",
];
/// What is said of a password and is none.
const ORDINARY: &str = "a an the my your our his her it i not no never so too and or but is was \
     are be been wrong incorrect invalid right correct weak strong short long old new lost \
     forgotten forgot reset expired required rejected accepted refused needed asked changed sent \
     blocked locked unknown secure safe unsafe working valid missing empty there here gone what \
     how where when why who which please help can cannot cant could does doesnt dont did didnt do \
     would will wont has have had again still always only also now today then this that these from \
     for of on in at by with without via email mail link page field form manager protected falsch \
     richtig nicht kein mein dein vergessen ungültig abgelaufen zu das der die ein eine und oder \
     wie wo wann warum geändert gesperrt weg faux oublié incorrecta incorrecto incorrecte perdu \
     expiré pas mon ma le la olvidé olvidada olvidado no mi el que cómo errata sbagliata \
     dimenticata non mia il errada esqueci minha o não fout vergeten mijn niet złe zapomniałem nie \
     moje";

/// Where passwords stand.
pub fn find(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    // Lower case keeps the places only where it keeps the lengths; where it does not, labels are
    // looked for as written.
    let lower = text.to_lowercase();
    let lower = if lower.len() == text.len() { lower.as_str() } else { text };
    for (label, is_pin) in
        LABELS.iter().map(|label| (*label, false)).chain(PINS.map(|label| (label, true)))
    {
        for (at, _) in lower.match_indices(label) {
            let is_word = label.starts_with(|c: char| !c.is_alphabetic() || c > '\u{2fff}')
                || !lower[..at].ends_with(|c: char| c.is_alphanumeric() || c == '[');
            if let Some(place) = behind(text, at + label.len(), is_pin).filter(|_| is_word) {
                found.push(place);
            }
        }
    }
    found
}

/// The password behind a label that ends here.
fn behind(text: &str, end: usize, is_pin: bool) -> Option<(usize, usize)> {
    let is_wide = text[..end].chars().next_back().is_some_and(|c| c > '\u{2fff}');
    let mut at = end;
    let rest = &text[at..];
    let is_other = rest.starts_with(char::is_alphanumeric)
        || (rest.starts_with(['\'', '’']) && !["'s ", "’s "].iter().any(|is| rest.starts_with(is)));
    if !is_wide && is_other {
        return None;
    }
    // At most four words up to the one that says that it follows.
    for words in 0..5 {
        let rest = &text[at..];
        let gap = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
        at += gap;
        let rest = &text[at..];
        if let Some(sign) = rest.chars().next().filter(|c| ":=：".contains(*c)) {
            return password(text, at + sign.len_utf8(), true, is_pin);
        }
        if let Some(is) =
            ["'s ", "’s ", "- ", "– "].iter().find(|is| at == end + gap && rest.starts_with(**is))
        {
            return password(text, at + is.len(), false, is_pin);
        }
        if let Some(arrow) = ["->", "→", "=>"].iter().find(|arrow| rest.starts_with(**arrow)) {
            return password(text, at + arrow.len(), true, is_pin);
        }
        if is_wide && let Some(is) = ["は", "是"].iter().find(|is| rest.starts_with(**is)) {
            return password(text, at + is.len(), false, is_pin);
        }
        if words == 0
            && let Some(to) = spelt_out::end_of_digits(text, at)
        {
            return Some((at, to));
        }
        let word = &rest[..rest
            .find(|c: char| c.is_whitespace() || ":=：,.!?;".contains(c))
            .unwrap_or(rest.len())];
        if word.is_empty() {
            return None;
        }
        if IS.contains(&word.to_lowercase().as_str()) {
            if let Some(place) = password(text, at + word.len(), false, is_pin) {
                return Some(place);
            }
        } else if words == 0
            && is_secret(word)
            && word.starts_with(char::is_alphanumeric)
            && !word.chars().all(char::is_alphabetic)
        {
            return password(text, at, false, is_pin);
        } else if rest[word.len()..].starts_with(['.', '!', '?', ';', ',']) {
            return None;
        }
        at += word.len();
    }
    None
}

/// The next word, if it is one. Behind a colon any is that says nothing; else it must look like a
/// secret or end the sentence.
fn password(text: &str, from: usize, is_labelled: bool, is_pin: bool) -> Option<(usize, usize)> {
    let from = from
        + text[from..]
            .find(|c: char| !(c.is_whitespace() || c == ':'))
            .unwrap_or(text.len() - from);
    if let Some(to) = spelt_out::end(text, from) {
        return Some((from, to));
    }
    let rest = &text[from..];
    let first = rest.split_whitespace().next().unwrap_or_default();
    if ["now", "still", "always", "actually", "just", "jetzt", "noch", "ahora"].contains(&first) {
        return password(text, from + first.len(), false, is_pin);
    }
    if let Some(quote) = rest.chars().next().filter(|c| "\"'“„«`‘".contains(*c)) {
        let inner = from + quote.len_utf8();
        let end = text[inner..].find(|c: char| "\"'”“»`’".contains(c))?;
        return (end > 0).then_some((inner, inner + end));
    }
    let is_wide = text[..from].chars().next_back().is_some_and(|c| c > '\u{2fff}');
    let ends = |c: char| c.is_whitespace() || (is_wide && !c.is_ascii_graphic());
    let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let word = word.trim_end_matches([',', '.', ';', ')', '?']);
    if word.is_empty()
        || word.starts_with(['[', '•'])
        || word.contains("://")
        || crate::facts::is_email(word)
    {
        return None;
    }
    let ordinary = word.to_lowercase().replace(['\'', '’', '!'], "");
    if ORDINARY.split_whitespace().any(|word| word == ordinary) {
        return None;
    }
    let after = rest[word.len()..].trim_start();
    let ends_there = after.is_empty()
        || after.starts_with([',', '.', ';', ')', '\n'])
        || ["and ", "but ", "und ", "et ", "y ", "e "].iter().any(|word| after.starts_with(word));
    let is_one = match is_pin {
        true => (3..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit()),
        false => {
            is_secret(word)
                || is_labelled
                || (ends_there
                    && word.chars().count() >= 4
                    && !word.ends_with("ed")
                    && !word.ends_with("ing"))
        }
    };
    is_one.then_some((from, from + word.len()))
}

/// Letters with digits or signs among them, or capitals in the middle.
fn is_secret(word: &str) -> bool {
    let word = word.trim_end_matches([',', '.', ';', '!', '?', ')']);
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let signs = word.chars().filter(|c| !c.is_alphanumeric() && !"-'’/".contains(*c)).count();
    let mixed =
        word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase);
    word.chars().count() >= 4
        && (digits >= 4 || (letters > 0 && (digits > 0 || signs > 0 || mixed)))
}
