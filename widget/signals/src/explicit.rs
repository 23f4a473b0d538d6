//! Does the message ask for a person?
//!
//! A word for a person near a word for getting through to one, in ten languages; or the word for a
//! person alone. What only looks like it ("my agent number", "are you a bot?", "your agent
//! yesterday was great") is told apart first.

use crate::{
    finding::Finding,
    math::logistic,
    models::head,
    words::{Words, is_any, respelt},
};

/// Words for a person who answers.
pub(crate) const PERSONS: &str = "human humans person people agent agents agente agentes \
     representative representatives rep reps someone somebody anyone advisor adviser specialist \
     supervisor manager staff operator operative associate consultant employee representitive \
     represenative humen persn agnet persona personas humano humana asesor asesora representante \
     alguien operador operadora personne humain humaine conseiller conseillère quelquun opérateur \
     opératrice mensch menschen mitarbeiter* person berater* jemand jemandem jemanden kundendienst \
     kundenservice kundenbetreuer* pessoa pessoas atendente alguém umano umana operatore \
     operatrice qualcuno consulente mens persoon medewerker* iemand klantenservice człowiek* \
     konsultant* osob* kimś pracownik* agentem इंसान व्यक्ति एजेंट आदमी मनुष्य प्रतिनिधि किसी शख्स \
     موظف موظفة شخص إنسان انسان بشري وكيل ممثل";

/// Words for getting through.
pub(crate) const REACHES: &str = "talk talking speak speaking spek tlk chat connect connected \
     transfer transferred reach contact call get pass put need want give wanna escalate forward \
     send prefer route switch hablar hable comunicar* contactar pasar páseme paseme pásame \
     conectar atender atienda parler joindre contacter passer passez transférer mettre sprechen \
     reden verbinden verbinde* weiterleiten telefonieren falar conversar transferir passar parlare \
     contattare passare passami mettermi comunicare spreken praten verbinden doorverbinden contact \
     rozmawiać porozmawiać połącz* przełącz* skontaktować mówić बात जोड़* करनी मिलाएं कनेक्ट \
     التحدث اتحدث أتحدث اتكلم أتكلم التكلم أكلم تحويلي حولني التواصل";

/// Persons that are asked for in one word only when nothing else is said: `someone` alone asks for
/// nothing.
pub(crate) const ALONE: &str = "human agent representative rep operator person humano agente \
                                humain agent mensch mitarbeiter atendente operatore medewerker \
                                konsultant एजेंट موظف representitive agnet supervisor manager \
                                asesor conseiller";

/// Requests that need no second word.
const WHOLE: [&str; 44] = [
    "real person",
    "real human",
    "live person",
    "live agent",
    "live human",
    "live chat",
    "actual person",
    "actual human",
    "human being",
    "human agent",
    "human support",
    "human help",
    "customer service rep*",
    "talk to customer service",
    "speak to customer service",
    "speak with customer service",
    "customer support agent",
    "not a bot",
    "not a robot",
    "instead of a bot",
    "stop the bot",
    "no bot",
    "no more bot*",
    "sick of this bot",
    "is anyone there",
    "is anybody there",
    "anyone there",
    "is anyone actually there",
    "is there anyone",
    "is there a person",
    "is there a human",
    "talk to a real",
    "speak to a real",
    "flesh and blood",
    "persona real",
    "vraie personne",
    "echten menschen",
    "echter mensch",
    "echte person",
    "pessoa real",
    "persona reale",
    "vera persona",
    "echt persoon",
    "żywym człowiekiem",
];

/// What looks like a request and is none.
const NOT: [&str; 34] = [
    "human resources",
    "human rights",
    "human error",
    "human hair",
    "agent number",
    "agent id",
    "agent code",
    "agent name",
    "travel agent",
    "estate agent",
    "real estate",
    "insurance agent",
    "delivery agent",
    "booking agent",
    "per person",
    "in person",
    "person named",
    "another person",
    "other person",
    "wrong person",
    "each person",
    "extra person",
    "third person",
    "first person",
    "person who",
    "are you a human",
    "are you human",
    "are you a person",
    "are you a bot",
    "are you a real",
    "are you real",
    "am i talking",
    "am i speaking",
    "am i chatting",
];

/// Words that put the person into the past or elsewhere: a report, not a request.
const REPORTS: &str = "yesterday earlier was were told said says helped gave promised spoke \
                       talked called hung ayer hier gestern ontem ieri gisteren wczoraj";
const NEGATIONS: &str = "dont not never no wont didnt nicht kein keinen non pas ne niet não nie";

/// Questions of what one talks to.
const ASKS_WHO: [&str; 16] = [
    "are you",
    "r u",
    "are u",
    "am i talking",
    "am i speaking",
    "am i chatting",
    "is this a",
    "you sound",
    "you are a",
    "youre a",
    "who are you",
    "what are you",
    "eres",
    "êtes vous",
    "bist du",
    "sind sie",
];
/// What a message has that asks for something.
const ASKS_FOR: &str = "want wanna need let get give connect transfer put can could would please \
                        speak talk chat pass quiero veux möchte will rather there available no \
                        not stop";

/// By what was learned; the rules only show the words.
pub fn read(
    text: &str,
    words: &Words,
    evidence: &[f32],
    shown: impl FnOnce() -> Option<String>,
) -> Finding {
    let mut strength = logistic(evidence[head::EXPLICIT]);
    // To ask who answers is not to ask for another, unless something is asked for as well.
    if ASKS_WHO.iter().any(|phrase| words.find(phrase).is_some())
        && !words.all.iter().any(|word| is_any(word, ASKS_FOR))
    {
        strength = strength.min(0.25);
    }
    let found = rules(words);
    let disguised = found.is_none().then(|| disguised(text)).flatten();
    // What was learned knows no such words.
    if let Some((sure, _)) = &disguised {
        strength = strength.max(*sure);
    }
    // "Please do not connect me to an agent" has every word of a request.
    if found.is_none() && disguised.is_none() && refuses(words) {
        strength = strength.min(0.25);
    }
    let quote = |(_, from, to)| words.quote(text, from, to).to_owned();
    let by_rules = found.map(quote).or(disguised.map(|(_, quote)| quote));
    Finding {
        strength,
        evidence: by_rules
            .filter(|_| strength >= 0.3)
            .or_else(|| (strength >= 0.3).then(shown).flatten()),
    }
}

/// Whether a person is what the message does not want.
fn refuses(words: &Words) -> bool {
    let is_person = |at: usize| words.all.get(at).is_some_and(|word| is_any(word, PERSONS));
    let reaches = |at: usize| words.all.get(at).is_some_and(|word| is_any(word, REACHES));
    let wants_none = |at: usize| {
        // "No human", "not an agent", "do not want to talk to a person"; but "not you, a person".
        if words.all.get(at + 1).is_some_and(|word| is_any(word, "you u this that dich du sie dir"))
        {
            return false;
        }
        (at + 1..=at + 3).any(is_person)
            || (at + 1..=at + 3).any(reaches) && (at + 2..=at + 8).any(is_person)
    };
    !words.asks()
        && (0..words.all.len()).any(|at| is_any(&words.all[at], NEGATIONS) && wants_none(at))
}

/// By the rules alone, until the base is there.
pub fn by_rules(text: &str, words: &Words) -> Finding {
    rules(words)
        .map(|(sure, from, to)| (sure, words.quote(text, from, to).to_owned()))
        .or_else(|| disguised(text))
        .map_or_else(Finding::default, |(strength, quote)| Finding {
            strength,
            evidence: Some(quote),
        })
}

/// How sure the rules are, and the words that show it, where words are written with signs or digits
/// for letters: "@gent please".
fn disguised(text: &str) -> Option<(f32, String)> {
    let other = Words::of(&respelt(text)?);
    let (sure, from, to) = rules(&other).filter(|_| !refuses(&other))?;
    Some((sure, other.quote(text, from, to).to_owned()))
}

/// How sure it is, 0 to 1, and the first and the last of the words that show it.
fn rules(words: &Words) -> Option<(f32, usize, usize)> {
    let short = words.all.len() <= 4;
    for phrase in WHOLE {
        if let Some(at) = words.find(phrase)
            && !words.all[..at].ends_with(&["are".into(), "you".into()])
            && words.find("are you").is_none()
            && words.find("am i").is_none()
        {
            return Some((0.9, at, at + phrase.split(' ').count() - 1));
        }
    }
    if NOT.iter().any(|phrase| words.find(phrase).is_some()) {
        return None;
    }
    if short && let Some(at) = words.all.iter().position(|word| is_any(word, ALONE)) {
        let rest_is_empty = words.all.iter().enumerate().all(|(i, word)| {
            i == at
                || is_any(
                    word,
                    "a an the please pls now un una une ein einen um uma por favor bitte live \
                     help just hi hello",
                )
        });
        if rest_is_empty {
            return Some((0.95, at, at));
        }
    }
    let near = |a: usize, b: usize| a.abs_diff(b) <= 6 && words.sentence[a] == words.sentence[b];
    for (at, word) in words.all.iter().enumerate() {
        if !is_any(word, PERSONS) {
            continue;
        }
        let Some(reach) = (0..words.all.len())
            .filter(|i| *i != at && near(*i, at) && is_any(&words.all[*i], REACHES))
            .min_by_key(|i| i.abs_diff(at))
        else {
            continue;
        };
        let (from, to) = (at.min(reach), at.max(reach));
        let is_report = words.all.iter().any(|word| is_any(word, REPORTS))
            && !is_any(&words.all[reach], "want need let wanna");
        let is_refused = (from.saturating_sub(3)..from).any(|i| is_any(&words.all[i], NEGATIONS))
            && !words.asks();
        if is_report || is_refused {
            continue;
        }
        // "get", "want" and "need" ask for many things; "someone" is asked for only by talking.
        let is_weak = is_any(&words.all[reach], "get want need give call send put pass contact");
        let is_vague = is_any(
            word,
            "someone somebody anyone people persona personne person jemand* alguien alguém \
             qualcuno iemand किसी",
        );
        let sure = match (is_weak, is_vague) {
            (false, _) => 0.9,
            (true, false) => 0.75,
            (true, true) if to - from <= 3 && words.all.len() <= 9 => 0.55,
            _ => 0.3,
        };
        return Some((sure, from, to));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(text: &str) -> bool {
        rules(&Words::of(text)).is_some_and(|(sure, ..)| sure >= 0.5)
    }

    #[test]
    fn people_ask_in_many_ways() {
        for text in [
            "I want to talk to a human",
            "agent please",
            "let me speak to someone real",
            "can you connect me with a representative?",
            "is anyone actually there?",
            "transfer me to an agent NOW",
            "Quiero hablar con una persona",
            "Je veux parler à un conseiller",
            "Ich möchte mit einem Menschen sprechen",
            "quero falar com um atendente",
            "vorrei parlare con un operatore",
            "ik wil met een medewerker praten",
            "chcę rozmawiać z konsultantem",
            "मुझे किसी इंसान से बात करनी है",
            "أريد التحدث مع موظف",
        ] {
            assert!(asks(text), "{text}");
        }
    }

    #[test]
    fn who_wants_no_person_asks_for_none_whatever_was_learned() {
        let sure = |text: &str| {
            let evidence = vec![3.0; head::COUNT];
            read(text, &Words::of(text), &evidence, || None).strength
        };
        for text in [
            "I do not want to talk to a human",
            "please do not connect me to an agent",
            "no human please",
            "Ich will nicht mit einem Menschen sprechen",
            "Ich will keinen Menschen, nur eine Antwort",
            "je ne veux pas parler à un conseiller",
        ] {
            assert!(sure(text) < 0.3, "{text}");
        }
        for text in [
            "I don't want a bot, I want a human",
            "why can't I talk to a human?",
            "not you, a person",
            "I am not talking to a bot, get me a person",
            "I do not want to chat with a machine, connect me with an agent",
        ] {
            assert!(sure(text) > 0.5, "{text}");
        }
    }

    #[test]
    fn signs_for_letters_hide_no_request_and_make_none() {
        let read = |text: &str| {
            let evidence = vec![-3.0; head::COUNT];
            read(text, &Words::of(text), &evidence, || None)
        };
        for (text, shown) in [
            ("@gent please", "@gent"),
            ("t@lk to a hum@n!", "t@lk to a hum@n"),
            ("I want to speak to a pers0n", "speak to a pers0n"),
        ] {
            let found = read(text);
            assert!(found.strength > 0.5, "{text}: {found:?}");
            assert_eq!(found.evidence.as_deref(), Some(shown));
            assert_eq!(by_rules(text, &Words::of(text)).evidence.as_deref(), Some(shown));
        }
        for text in [
            "I do not want to talk to an @gent",
            "no hum@n please",
            "write to kim@gent.be",
            "are you a hum@n?",
            "where is order A4g3nt?",
            "stop! agents! yesterday you told me!",
        ] {
            assert!(read(text).strength < 0.3, "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn what_only_looks_like_it_is_no_request() {
        for text in [
            "my agent number is 4711",
            "where is the human resources form",
            "are you a bot?",
            "are you a real person?",
            "your agent yesterday was great",
            "I dont want to talk to an agent",
            "how many people per person ticket",
            "someone stole my card",
            "I need a new card",
            "where is my order",
        ] {
            assert!(!asks(text), "{text}");
        }
    }
}
