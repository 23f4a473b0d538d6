//! Words and phrases that a site names, looked for in a message word by word: "card" stands in "two
//! cards" and not in "cardigan".

use crate::{
    explicit::{ALONE, PERSONS, REACHES},
    meaning::EMPTY,
    words::{Words, is_any},
};

/// How well these phrases fit the text: the words of the longest that stands there, how many stand
/// there, and the letters of the longest. A `*` at the end of a phrase stands for any ending;
/// without one the endings of English inflection are allowed.
pub fn mention(text: &str, phrases: &[String]) -> Option<(usize, usize, usize)> {
    let words = Words::of(text);
    let (mut most, mut count) = ((0, 0), 0);
    for phrase in phrases {
        let parts = Words::of(phrase).all;
        let is_stem = |at: usize| phrase.ends_with('*') && at + 1 == parts.len();
        let is_at = |start: usize| {
            let fits = |(at, part): (usize, &String)| {
                words.all.get(start + at).is_some_and(|word| is_form(word, part, is_stem(at)))
            };
            parts.iter().enumerate().all(fits)
        };
        if !parts.is_empty() && (0..words.all.len()).any(is_at) {
            count += 1;
            most = most.max((parts.len(), phrase.chars().count()));
        }
    }
    (count > 0).then_some((most.0, count, most.1))
}

/// Whether a word is another one, or an inflection of it.
fn is_form(word: &str, of: &str, is_stem: bool) -> bool {
    let ending = word.strip_prefix(of);
    let bare = of.strip_suffix('e').and_then(|bare| word.strip_prefix(bare));
    ending.is_some_and(|ending| is_stem || ["", "s", "es", "d", "ed", "ing"].contains(&ending))
        || bare.is_some_and(|ending| ending == "ing")
}

/// Whether a message says what it is about: it has a word beside greetings, thanks, yes and no, and
/// asking for a person.
pub fn says_something(text: &str) -> bool {
    const SMALL: &str = "question* help* morning evening afternoon day good bye cheers speak \
         someone real live now asap immediately wait waiting again anybody there hola bonjour \
         salut merci gracias danke bitte guten tag hallo ja nein oui non si sí sim não ciao grazie \
         obrigado obrigada tak nie dzień dobry cześć hoi bedankt merhaba human kann könnte könnten \
         ich mit einem einen einer eine ein der die das möchte möchten will bitte quiero hablar \
         con una puede puedo me je veux parler à voudrais puis un avec vorrei parlare voglio posso \
         quero falar com um uma ik wil met een spreken kan chcę z rozmawiać mówić proszę por favor \
         brauche hilfe ayuda aiuto hulp pomoc pomocy yardım wrong と に を が मुझे से करनी है कृपया \
         أريد اريد مع من فضلك хочу поговорить с оператором 人 客服 人工 bot robot computer machine \
         chatbot stop support service customer team call back yeah yep nope sure thx skip problem* \
         issue* something matter";
    const SMALL_UNPARTED: &str = "人工客服|转人工|人工|客服|真人|担当者|オペレーター|人間|お願いします|ください|話したい|繋いで|つないで|こんにちは|\
         你好|您好|상담원|사람";
    let text =
        SMALL_UNPARTED.split('|').fold(text.to_owned(), |text, small| text.replace(small, " "));
    let words = Words::of(&text);
    let is_small = |word: &String| {
        [SMALL, EMPTY, PERSONS, REACHES, ALONE].iter().any(|list| is_any(word, list))
            || !word.contains(char::is_alphanumeric)
    };
    words.all.iter().any(|word| !is_small(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_word_inside_a_word_is_none() {
        let billing = phrases(&["charge", "bill", "card", "refund"]);
        for text in ["my cardigan has a hole", "the charger is broken", "we ordered a billboard"] {
            assert_eq!(mention(text, &billing), None, "{text}");
        }
        for text in ["two cards", "I was charged", "they keep charging me", "Refunds?", "the BILL."]
        {
            assert!(mention(text, &billing).is_some(), "{text}");
        }
        assert_eq!(mention("from the border region", &phrases(&["order"])), None);
    }

    #[test]
    fn the_most_specific_phrase_counts_first() {
        let text = "I want to send back my order";
        assert!(mention(text, &phrases(&["send back"])) > mention(text, &phrases(&["order"])));
        assert!(mention("Lieferungen", &phrases(&["lieferung*"])).is_some());
        assert!(mention("返品したい", &phrases(&["返品"])).is_some());
    }

    #[test]
    fn asking_for_a_person_says_nothing_of_the_matter() {
        for text in [
            "hello",
            "I want to talk to a human",
            "agent please!!",
            "Kann ich mit einem Menschen sprechen",
            "yes",
            "👋",
            "can someone help me",
            "hablar con un agente por favor",
            "担当者と話したい",
            "转人工",
            "",
        ] {
            assert!(!says_something(text), "{text}");
        }
        for text in ["my parcel is late", "refund", "FT-20418", "注文はどこ", "where is my order"]
        {
            assert!(says_something(text), "{text}");
        }
    }
}
