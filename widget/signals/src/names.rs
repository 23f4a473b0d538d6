//! The name in an answer to "What is your name?", where there is one. A complaint, a question, a
//! refusal or an order number is none: it is what the visitor says, and goes to the agent as that.

mod refusal;
mod unparted;

use crate::{
    explicit::{ALONE, PERSONS, REACHES},
    facts::{GENERAL, HAPPENS},
    meaning::EMPTY,
    topics::REFUND,
    words::is_any,
};
pub use refusal::is_refusal;

/// A name, and whether the text says anything beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub name: String,
    pub says_more: bool,
}

/// What people say before their name, lower case, the surest first. What follows the weak ones may
/// be anything: "I am waiting".
const INTRODUCTIONS: &[&str] = &[
    "my name is",
    "my names",
    "my name's",
    "name is",
    "name's",
    "the name is",
    "name:",
    "call me",
    "you can call me",
    "ich heiße",
    "ich heisse",
    "mein name ist",
    "je m'appelle",
    "je m’appelle",
    "mon nom est",
    "me llamo",
    "mi nombre es",
    "mi chiamo",
    "il mio nome è",
    "meu nome é",
    "me chamo",
    "mijn naam is",
    "ik heet",
    "nazywam się",
    "mam na imię",
    "benim adım",
    "adım",
    "ismim",
    "меня зовут",
    "моё имя",
    "мое имя",
    "اسمي",
    "मेरा नाम",
    "naam is",
    "name ist",
];
const WEAK: &[&str] = &[
    "i am",
    "i'm",
    "i’m",
    "im",
    "it's",
    "it’s",
    "its",
    "it is",
    "this is",
    "ich bin",
    "ich bin der",
    "ich bin die",
    "hier ist",
    "it's me,",
    "je suis",
    "c'est",
    "c’est",
    "soy",
    "sono",
    "sou",
    "ik ben",
    "jestem",
    "ben",
    "это",
    "я",
];
const GREETINGS: &str = "hi hello hey hallo hola bonjour salut ciao olá ola hoi cześć merhaba \
     привет здравствуйте مرحبا नमस्ते moin servus yes sure ok okay ja oui sí si sim tak da";
const TITLES: &str = "mr mrs ms miss mx dr prof sir madam herr frau m mme mlle monsieur madame sr \
                      sra srta señor señora sig signor signora dhr mevr pan pani dott ing st jr";
const PARTICLES: &str = "van de der den von zu zur la le les du da das do dos di del della af bin \
                         ibn al el ter ten y e o' st";
/// Names that are common words as well.
const ALSO_NAMES: &str = "bill will mark may an so art in rich grant";
/// Words after which the name is over.
const AFTER: &str = "here and from with at speaking calling hier und aus ici et de aquí y qui e \
                     aqui en tu burada. but i my where why please bitte again है हूँ हूं";

/// What is no name, beside the words that this crate knows already.
const NO_NAMES: &str = "operator* refund* broken late* lost missing wrong bad angry upset urgent* \
     stupid idiot* useless terrible awful never always nothing nobody skip* sorry private secret \
     anonym* guest unknown customer* visitor* user* client* bot* chatbot* robot* ai quick* slow \
     new old same waiting delivery deliver* shipping shipment track* cancel* return* exchange* \
     charged money paid pay damaged stolen hacked login log password* bug crash* complain* support \
     sales status because before after since without lawyer gdpr data delete privacy business \
     matter mind rather prefer* rest maybe perhaps fine good great day morning evening cheers bye \
     whatever test* asap continue start back next info* details fuck* shit* damn* wtf lol idk \
     plant* dead die* dying flower* item* product* size colour color box pot leaf leaves shop \
     store app code coupon discount voucher gift wish think thought know like love hate listen \
     look wait hm hmm um uh seriously honestly actually every other different arrive* arrived \
     pack* see above below xx* asd* na irrelevant wieso weshalb perché che chi cosa importa* \
     söyle* неважно зачем почему desperate sauer wütend verzweifelt enttäuscht genervt krank \
     arrabbiat* dispera* enfadad* enojad* fâché* furieu* déçu* desesperad* boos zły wściekł* \
     violate* true happy sad tired sick mad stuck busy confused done ready unhappy unable insane \
     crazy broke poor right german french english spanish ridiculous not asked told nein kein* \
     nicht ich mein* bestellung* paket* geld ist warum hilfe egal später lieber möchte wollen sage \
     sagen sag heiße kaputt falsch beschwerde* rechnung* danke guten tag das hat haben wird wann \
     wie non oui pas je ne veux mon commande* colis est sont où pourquoi aide merci rien personne \
     tard dire préfère une mes quiero pedido* dónde donde está ayuda gracias nada nadie prefiero \
     decir por favor qué cómo cuándo tengo não nao meu minha onde obrigad* ninguém ajuda dizer \
     voglio mio mia ordine dove aiuto grazie nessuno preferisco nee wil bestelling* pakket* waar \
     hulp dank niemand niet zeggen graag nie chcę moje moja zamówieni* paczk* gdzie pomoc dziękuję \
     nikt wolę hayır evet istiyorum sipariş* nerede yardım teşekkür* değil yok нет не хочу мой моя \
     заказ* где помощь спасибо оператор* человек* возврат никто لا نعم أريد اريد طلبي أين اين شكرا \
     नहीं हाँ मेरा ऑर्डर कहाँ मदद धन्यवाद चाहिए";
/// The name that an answer gives.
pub fn name_in(text: &str) -> Option<Name> {
    let text = text.trim().trim_matches(|c: char| c == '"' || c == '“' || c == '”');
    if text.contains(unparted::is_unparted) {
        return unparted::name_in(text);
    }
    let sure = introduced(text, INTRODUCTIONS, true);
    if text.contains(['?', '؟']) {
        return sure;
    }
    sure.or_else(|| introduced(text, WEAK, false)).or_else(|| alone(text))
}

/// "My name is Kim and my order is late".
fn introduced(text: &str, introductions: &[&str], is_sure: bool) -> Option<Name> {
    let bare = without_greeting(text);
    let lower = bare.to_lowercase();
    let behind = introductions.iter().filter_map(|start| {
        let rest = lower.strip_prefix(start)?;
        (start.ends_with(':') || rest.starts_with(char::is_whitespace))
            .then(|| lower.len() - rest.len())
    });
    let at = behind.max().filter(|at| lower.len() == bare.len() && bare.is_char_boundary(*at))?;
    let rest = bare[at..].trim_start();
    let mut name: Vec<&str> = Vec::new();
    let mut used = 0;
    for (place, part) in parts(rest) {
        let is_over = is_any(&part.to_lowercase(), AFTER) && !name.is_empty();
        if is_over || name.len() == 5 || !is_part(part) {
            break;
        }
        name.push(part.trim_end_matches([',', '.', '!', ';']));
        used = place + part.len();
        let is_end = part.ends_with([',', '!', ';'])
            || (part.ends_with('.') && !is_title(part) && part.chars().count() > 2);
        if is_end {
            break;
        }
    }
    while name.last().is_some_and(|part| is_any(&part.to_lowercase(), PARTICLES) && name.len() > 1)
    {
        name.pop();
    }
    let more = rest[used..].trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let says_more =
        !more.is_empty() && !is_any(&more, AFTER) && !["है", "speaking"].contains(&more.as_str());
    let is_capital = name.first().is_some_and(|part| {
        part.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_lowercase())
    });
    // Behind "I am" a small letter begins a name only where nothing else is said, and adjectives
    // are told by their endings.
    let is_adjective = |part: &&str| {
        let lower = part.to_lowercase();
        ["ing", "ed", "ous", "ful", "able", "ible", "less", "ish", "ive", "ly"]
            .iter()
            .any(|end| lower.ends_with(end))
    };
    let is_right =
        is_sure || is_capital || (name.len() == 1 && !says_more && !name.iter().any(is_adjective));
    is_right.then(|| finished(&name)).flatten().map(|name| Name { name, says_more })
}

/// "Kim", "Kim Osei", "Dr. Müller", "Osei, Kim", "Kim here".
fn alone(text: &str) -> Option<Name> {
    let bare = without_greeting(text).trim_end_matches(['.', '!', ',', ' ']);
    let mut parts: Vec<&str> = parts(bare).map(|(_, part)| part).collect();
    if parts.len() > 1
        && parts.last().is_some_and(|part| is_any(&part.to_lowercase(), "here speaking hier ici"))
    {
        parts.pop();
    }
    let is_reversed = parts.len() == 2 && parts[0].ends_with(',');
    let last = parts.len().checked_sub(1)?;
    let right = |(at, part): (usize, &&str)| {
        let stops = part.ends_with([',', ';', '!', ':'])
            || (part.ends_with('.') && !is_title(part) && part.chars().count() > 2);
        is_part(part) && (at == last || is_reversed || !stops)
    };
    if parts.len() > 5 || !parts.iter().enumerate().all(right) {
        return None;
    }
    // Of three and more words all begin with a capital or none does: else it is a sentence.
    let is_small = |part: &&str| part.chars().next().is_some_and(char::is_lowercase);
    let small = parts
        .iter()
        .filter(|part| !is_any(&part.to_lowercase(), PARTICLES))
        .filter(|part| is_small(part))
        .count();
    if small > 0 && (parts.len() > 3 || (parts.len() == 3 && !parts.iter().all(is_small))) {
        return None;
    }
    finished(&parts).map(|name| Name { name, says_more: false })
}

fn without_greeting(text: &str) -> &str {
    let first =
        text.split(|c: char| c.is_whitespace() || c == ',' || c == '!').next().unwrap_or_default();
    if is_any(&first.to_lowercase(), GREETINGS) {
        text[first.len()..].trim_start_matches([',', '!', ' ', '.'])
    } else {
        text
    }
}

/// Words and their places.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(move |part| (part.as_ptr() as usize - text.as_ptr() as usize, part))
}

fn is_title(part: &str) -> bool {
    is_any(&part.trim_end_matches('.').to_lowercase(), TITLES)
}

/// Whether a word may stand in a name: letters of any script, and what joins them.
fn is_part(part: &str) -> bool {
    let bare = part.trim_end_matches([',', '.', '!', ';']);
    let is_letter = |c: char| {
        c.is_alphabetic()
            || matches!(c, '\u{0300}'..='\u{036f}' | '\u{0900}'..='\u{0963}')
            || matches!(c, '\u{064b}'..='\u{0652}' | '\'' | '’' | '-' | '.')
    };
    let lower = bare.to_lowercase().replace(['\'', '’'], "");
    let is_also_name = is_any(&lower, ALSO_NAMES) && bare.starts_with(char::is_uppercase)
        || lower == "bill"
        || lower == "mark";
    let is_known = [NO_NAMES, EMPTY, PERSONS, REACHES, ALONE, REFUND, GENERAL, HAPPENS]
        .iter()
        .any(|list| is_any(&lower, list));
    !bare.is_empty()
        && bare.chars().count() <= 30
        && bare.starts_with(char::is_alphabetic)
        && bare.chars().all(is_letter)
        && (is_title(bare) || is_any(&lower, PARTICLES) || is_also_name || !is_known)
}

/// The words as a name: no title alone, no particle alone, small letters made large.
fn finished(parts: &[&str]) -> Option<String> {
    let is_own = |part: &&str| {
        !is_title(part)
            && (part.starts_with(char::is_uppercase) || !is_any(&part.to_lowercase(), PARTICLES))
    };
    if !parts.iter().any(is_own) {
        return None;
    }
    let all_small = parts.iter().all(|part| !part.contains(char::is_uppercase));
    let large = |part: &&str| {
        let mut chars = part.chars();
        let first =
            chars.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
        if all_small && !is_any(part, PARTICLES) {
            first + chars.as_str()
        } else {
            (*part).to_owned()
        }
    };
    let name = parts.iter().map(large).collect::<Vec<_>>().join(" ");
    (name.chars().filter(|c| c.is_alphabetic()).count() > 1).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_however_it_is_said() {
        for (text, name) in [
            ("Kim", "Kim"),
            ("kim", "Kim"),
            ("Kim Osei", "Kim Osei"),
            ("kim osei", "Kim Osei"),
            ("My name is Kim", "Kim"),
            ("my name is james", "James"),
            ("it's Kim here", "Kim"),
            ("Kim here", "Kim"),
            ("Hi, I'm Kim.", "Kim"),
            ("im kim", "Kim"),
            ("Dr. Müller", "Dr. Müller"),
            ("Ms Ana-Lucía O'Neill", "Ms Ana-Lucía O'Neill"),
            ("Osei, Kim", "Osei, Kim"),
            ("Ludwig van Beethoven", "Ludwig van Beethoven"),
            ("J. R. Tolkien", "J. R. Tolkien"),
            ("Al", "Al"),
            ("Name's Tom", "Tom"),
            ("ich bin der Max", "Max"),
            ("It's me, Sarah", "Sarah"),
            ("मेरा नाम प्रिया है", "प्रिया"),
            ("Bill", "Bill"),
            ("Will Smith", "Will Smith"),
            ("Ich heiße Jürgen Groß", "Jürgen Groß"),
            ("Je m'appelle Zoé", "Zoé"),
            ("Me llamo José Luis", "José Luis"),
            ("mi chiamo Chiara", "Chiara"),
            ("ik ben Sanne", "Sanne"),
            ("Nazywam się Łukasz", "Łukasz"),
            ("Şule", "Şule"),
            ("Меня зовут Анна", "Анна"),
            ("Анна Петрова", "Анна Петрова"),
            ("李明", "李明"),
            ("我叫李明", "李明"),
            ("山田太郎です", "山田太郎"),
            ("さくら", "さくら"),
            ("김민수", "김민수"),
            ("محمد", "محمد"),
            ("اسمي فاطمة", "فاطمة"),
            ("अनिल कुमार", "अनिल कुमार"),
            ("Nguyễn Văn An", "Nguyễn Văn An"),
        ] {
            assert_eq!(name_in(text).map(|found| found.name).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn what_is_said_beside_the_name_is_noticed() {
        assert_eq!(
            name_in("My name is Kim and my order is late"),
            Some(Name { name: "Kim".into(), says_more: true })
        );
        assert_eq!(
            name_in("I'm Kim Osei, where is my parcel"),
            Some(Name { name: "Kim Osei".into(), says_more: true })
        );
        assert_eq!(
            name_in("This is Kim speaking"),
            Some(Name { name: "Kim".into(), says_more: false })
        );
    }

    #[test]
    fn what_is_no_name_is_none() {
        for text in [
            "my order FT-99 has not arrived",
            "my order FT-99 has not arrived, where is it?",
            "my parcel 20418 never came!!",
            "operator",
            "Operator",
            "agent please",
            "I'd rather not say",
            "no",
            "No",
            "none of your business",
            "you violate GDPR, delete my data",
            "refund",
            "Refund please",
            "I am waiting",
            "I am angry",
            "i'm furious with you",
            "it's urgent",
            "this is ridiculous",
            "why do you need that?",
            "Kim?",
            "see above",
            "n/a",
            "Ich bin sauer",
            "sono arrabbiato",
            "秘密",
            "зачем",
            "later",
            "skip",
            "Where is my order",
            "Fern arrived broken",
            "the leaves are brown",
            "kim@example.org",
            "4711",
            "🙂",
            "nein",
            "keine Angabe",
            "meine Bestellung ist kaputt",
            "je ne veux pas dire",
            "prefiero no decir",
            "no quiero",
            "não quero dizer",
            "nie chcę",
            "нет",
            "где мой заказ",
            "不要",
            "我要退款",
            "人工客服",
            "いいえ",
            "注文はどこですか",
            "아니요",
            "لا",
            "नहीं",
            "",
            "...",
        ] {
            assert_eq!(name_in(text), None, "{text}");
        }
    }

    #[test]
    fn a_refusal_is_told_from_words_that_matter() {
        for text in
            ["no", "I'd rather not say", "skip", "nein", "prefer not to", "不", "keine Angabe"]
        {
            assert!(is_refusal(text), "{text}");
        }
        for text in [
            "no parcel has come for three weeks and I want it",
            "my order FT-99 has not arrived",
            "operator",
            "Norbert",
        ] {
            assert!(!is_refusal(text), "{text}");
        }
    }
}
