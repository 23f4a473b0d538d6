//! How frustrated the words are: a lexicon with negation, intensity, elongation, capitals, emoji, profanity.

use crate::words::{Words, is_any};

/// Four levels, as an agent reads them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    #[default]
    Neutral,
    MildlyFrustrated,
    VeryFrustrated,
    Angry,
}

impl Level {
    pub fn of(score: f32) -> Self {
        match score {
            s if s < 0.3 => Self::Neutral,
            s if s < 0.55 => Self::MildlyFrustrated,
            s if s < 0.78 => Self::VeryFrustrated,
            _ => Self::Angry,
        }
    }
}

/// Words of displeasure, by weight. A calm problem ("lost", "broken", "wrong", "problem") weighs nothing: it is why people
/// write at all.
const STRONG: &str = "ridiculous useless unacceptable horrible terrible awful worst pathetic disgusting disgrace* incompetent scam scammers furious outrag* \
    infuriat* nightmare appalling atrocious garbage trash crap hate hated joke fraudsters liars lying shameful idiot* moron* stupid \
    inútil inaceptable pésim* vergüenza horrible inutile inacceptable nul honte scandale nutzlos unverschämt inakzeptabel katastrophe frechheit \
    inútil inaceitável péssimo vergonha ridículo inaccettabile pessimo vergogna waardeloos belachelijk onacceptabel schandalig bezużyteczn* beznadziejn* skandal \
    बेकार घटिया बकवास سيء فظيع سخيف مقرف";
const MILD: &str = "frustrat* annoy* disappoint* unhappy upset angry mad irritat* fed sick tired waste wasted wasting slow poor rude bad sucks sucked ignored ignoring \
    disgust* unbelievable insane absurd nonsense fail failed fails still again ugh argh wtf seriously unprofessional mess lousy confusing dissatisfied \
    molesto harto cansado decepcionad* frustrad* énervé marre déçu fâché agacé verärgert enttäuscht genervt wütend sauer frustriert \
    cansad* irritad* delus* arrabbiat* stufo boos teleurgesteld gefrustreerd zły zdenerwowan* rozczarowan* परेशान निराश गुस्सा غاضب محبط";
const PROFANE: &str = "fuck* shit* bullshit damn* ass asshole bitch* bastard* wtf goddamn crap piss* mierda joder merde putain scheiße scheiss* verdammt porra \
    merda cazzo kut kurwa";
const INTENSE: &str =
    "very so really extremely absolutely totally completely utterly fucking freaking damn muy très sehr total muito molto heel bardzo बहुत جدا beyond";
const NEGATIONS: &str = "not no never isnt wasnt arent dont doesnt didnt wont cant without hardly nicht kein pas non niet não nie";
const PLEASED: &str = "thank thanks thx great good perfect awesome love helpful happy appreciate excellent nice amazing wonderful gracias merci danke obrigado grazie \
    bedankt dziękuję धन्यवाद شكرا please";
const ANGRY_EMOJI: &str = "😠 😡 🤬 😤 🙄 💢 👎 😒 😫 😩 ☹";

/// Phrases that are frustration though no word of them is.
const PHRASES: [(&str, f32); 40] = [
    ("you dont understand", 1.6),
    ("you do not understand", 1.6),
    ("you are not listening", 1.8),
    ("youre not listening", 1.8),
    ("not helping", 1.3),
    ("not helpful", 1.5),
    ("no help", 1.2),
    ("doesnt help", 1.2),
    ("does not help", 1.2),
    ("didnt help", 1.2),
    ("already told you", 1.8),
    ("already said", 1.4),
    ("i said", 0.7),
    ("i just told you", 1.8),
    ("how many times", 1.8),
    ("what is wrong with you", 2.0),
    ("going in circles", 1.6),
    ("same answer", 1.2),
    ("same thing", 0.8),
    ("waste of time", 2.0),
    ("give up", 1.3),
    ("had enough", 1.6),
    ("never again", 1.6),
    ("no one", 0.8),
    ("nobody", 0.8),
    ("on hold", 0.9),
    ("hours", 0.5),
    ("still waiting", 1.3),
    ("still no", 1.2),
    ("still not", 1.1),
    ("still havent", 1.2),
    ("for weeks", 0.9),
    ("third time", 1.3),
    ("customer service", 0.3),
    ("do your job", 1.8),
    ("come on", 0.8),
    ("are you kidding", 1.8),
    ("no sirve", 1.4),
    ("sert à rien", 1.5),
    ("funktioniert nie", 1.3),
];

/// One-word answers of displeasure.
const SHORT: &str = "no nope nah wrong ugh useless incorrect false bad terrible argh stop meh whatever seriously nein falsch non faux não errado sbagliato nee fout nie źle \
    नहीं गलत لا خطأ incorrecto mal";

/// The score of one message, 0 to 1, and its strongest word.
pub fn score(words: &Words) -> (f32, Option<String>) {
    let mut sum: f32 = 0.0;
    let mut strongest: (f32, Option<String>) = (0.0, None);
    let mut take = |weight: f32, word: String, sum: &mut f32| {
        *sum += weight;
        if weight > strongest.0 {
            strongest = (weight, Some(word));
        }
    };
    for (i, word) in words.all.iter().enumerate() {
        let plain = shortened(word);
        let before = &words.all[i.saturating_sub(3)..i];
        let is_negated = before.iter().any(|word| is_any(word, NEGATIONS));
        let strength =
            if before.last().is_some_and(|word| is_any(word, INTENSE)) { 1.5 } else { 1.0 } * if plain.len() < word.len() { 1.3 } else { 1.0 };
        if is_any(&plain, STRONG) {
            take(if is_negated { 0.2 } else { 1.7 * strength }, word.clone(), &mut sum);
        } else if is_any(&plain, PROFANE) {
            take(1.5 * strength, word.clone(), &mut sum);
        } else if is_any(&plain, MILD) {
            take(if is_negated { 0.1 } else { 0.8 * strength }, word.clone(), &mut sum);
        } else if is_any(&plain, PLEASED) {
            sum += if is_negated { 0.9 } else { -0.6 };
        } else if is_any(word, ANGRY_EMOJI) {
            take(1.2, word.clone(), &mut sum);
        }
    }
    for (phrase, weight) in PHRASES {
        if let Some(at) = words.find(phrase) {
            take(weight, words.slice(at, at + phrase.split(' ').count() - 1), &mut sum);
        }
    }
    // Loudness speaks only beside something said.
    sum += 0.35 * words.exclamations.min(3) as f32 * if sum > 0.3 { 1.0 } else { 0.3 };
    if words.shouts() {
        sum += if sum > 0.3 { 0.9 } else { 0.4 };
    }
    let sum = sum.max(0.0);
    (sum / (sum + 1.6), strongest.1)
}

/// Whether a few words, said right after a bot's statement, refuse it; a `No` that answers a question does not.
pub fn is_short_negative(words: &Words, bot_asked: bool) -> bool {
    let few = !words.all.is_empty() && words.all.len() <= 3;
    few && !bot_asked
        && is_any(&shortened(&words.all[0]), SHORT)
        && !words.all.iter().any(|word| is_any(word, "thank thanks problem worries gracias merci danke"))
}

/// The first profane word.
pub fn profanity(words: &Words) -> Option<String> {
    words.all.iter().find(|word| is_any(&shortened(word), PROFANE)).cloned()
}

/// `sooooo` is `so`: letters that stand three times or more stand once.
fn shortened(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let chars: Vec<char> = word.chars().collect();
    let mut i = 0;
    while i < chars.len() {
        let run = chars[i..].iter().take_while(|c| **c == chars[i]).count();
        let keep = if run >= 3 { 1 } else { run };
        out.extend(std::iter::repeat_n(chars[i], keep));
        i += run;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(text: &str) -> Level {
        Level::of(score(&Words::of(text)).0)
    }

    #[test]
    fn frustration_has_four_levels() {
        assert_eq!(level("I lost my card"), Level::Neutral);
        assert_eq!(level("my order arrived broken, what can I do?"), Level::Neutral);
        assert_eq!(level("I am a bit disappointed"), Level::MildlyFrustrated);
        assert_eq!(level("This is useless, you don't understand"), Level::VeryFrustrated);
        assert_eq!(level("THIS IS RIDICULOUS!!! WORST service ever, I have had enough"), Level::Angry);
    }

    #[test]
    fn negation_turns_a_word() {
        assert!(score(&Words::of("this is not bad")).0 < score(&Words::of("this is bad")).0);
        assert!(score(&Words::of("not helpful at all")).0 > 0.4);
    }

    #[test]
    fn a_no_that_answers_a_question_is_no_displeasure() {
        assert!(is_short_negative(&Words::of("No"), false));
        assert!(is_short_negative(&Words::of("Wrong!"), false));
        assert!(!is_short_negative(&Words::of("No"), true));
        assert!(!is_short_negative(&Words::of("no thanks"), false));
    }
}
