//! Which language a message is in: by its script, else by its commonest little words.

use crate::words::Words;

const LITTLE_WORDS: [(&str, &str); 10] = [
    ("en", "the is my i you to and a of it in for what how can do where not have this was please with me your are need want"),
    ("es", "el la los las un una que de y en mi es no por para con cómo dónde quiero está hola gracias necesito pero tengo"),
    ("fr", "le la les un une des et je mon ma est pas pour que qui dans où comment bonjour merci veux avec vous ce jai ne"),
    ("de", "der die das ein eine und ich mein meine ist nicht wie wo mit für zu bitte habe kann sie es auf den von möchte"),
    ("pt", "o os um uma e eu meu minha é não para com como onde quero está olá obrigado preciso do da em você por"),
    ("it", "il lo gli un una e io mio mia è non per con come dove voglio ciao grazie vorrei ho sono di che del"),
    ("nl", "de het een en ik mijn is niet hoe waar met voor te graag heb kan u dit dat van wil op naar"),
    ("pl", "i w nie na to jest się z do jak gdzie moje mój czy proszę dzień chcę mam za po od dla co"),
    ("tr", "bir ve bu ne nasıl için ile benim nerede istiyorum var mı değil merhaba lütfen"),
    ("sv", "och jag är inte en ett det att min mitt var hur med för på vill har kan tack hej"),
];

/// A two-letter tag; `en` when nothing tells.
pub fn language(text: &str) -> &'static str {
    for c in text.chars().take(500) {
        let by_script = match c {
            '\u{0900}'..='\u{097f}' => "hi",
            '\u{0600}'..='\u{06ff}' => "ar",
            '\u{3040}'..='\u{30ff}' => "ja",
            '\u{ac00}'..='\u{d7af}' => "ko",
            '\u{0400}'..='\u{04ff}' => "ru",
            '\u{0370}'..='\u{03ff}' => "el",
            '\u{0590}'..='\u{05ff}' => "he",
            '\u{0e00}'..='\u{0e7f}' => "th",
            _ => continue,
        };
        return by_script;
    }
    if text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}')) {
        return "zh";
    }
    let words = Words::of(text);
    let mut best = ("en", 0);
    for (tag, little) in LITTLE_WORDS {
        let hits = words.all.iter().filter(|word| little.split(' ').any(|one| one == *word)).count();
        if hits > best.1 {
            best = (tag, hits);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn common_languages_are_told_apart() {
        assert_eq!(language("where is my order"), "en");
        assert_eq!(language("¿dónde está mi pedido?"), "es");
        assert_eq!(language("où est ma commande"), "fr");
        assert_eq!(language("wo ist meine Bestellung"), "de");
        assert_eq!(language("मेरा ऑर्डर कहाँ है"), "hi");
    }
}
