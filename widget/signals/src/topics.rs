//! The topics that always go to a person.

use crate::words::Words;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TopicKind {
    BillingDispute,
    Refund,
    Legal,
    AccountSecurity,
    Sensitive,
    Complaint,
}

const PHRASES: [(TopicKind, &[&str]); 6] = [
    (
        TopicKind::BillingDispute,
        &[
            "charged twice",
            "charge* me twice",
            "double charge*",
            "charged double",
            "overcharg*",
            "unauthorized charge*",
            "unauthorised charge*",
            "dispute* a charge",
            "dispute the charge",
            "dispute this",
            "chargeback",
            "wrong amount",
            "billed twice",
            "incorrect charge*",
            "charged the wrong",
            "charged for something",
            "did not authorize",
            "didnt authorize",
            "never authorized",
            "dont recogni*",
            "do not recogni*",
            "paid twice",
            "extra charge",
            "cobrado dos veces",
            "doppelt abgebucht",
            "facturé deux fois",
            "cobrado duas vezes",
            "addebitato due volte",
        ],
    ),
    (
        TopicKind::Refund,
        &[
            "refund*",
            "money back",
            "reimburs*",
            "reembolso",
            "remboursement",
            "rembours*",
            "rückerstattung",
            "geld zurück",
            "rimborso",
            "terugbetaling",
            "zwrot pieniędzy",
        ],
    ),
    (
        TopicKind::Legal,
        &[
            "lawyer*",
            "attorney*",
            "solicitor",
            "sue you",
            "sue your",
            "suing",
            "legal action",
            "lawsuit",
            "in court",
            "to court",
            "small claims",
            "gdpr",
            "data protection",
            "consumer protection",
            "ombudsman",
            "regulator",
            "trading standards",
            "subpoena",
            "class action",
            "abogado",
            "avocat",
            "anwalt*",
            "rechtsanwalt",
            "advogado",
            "avvocato",
            "advocaat",
        ],
    ),
    (
        TopicKind::AccountSecurity,
        &[
            "hacked",
            "hacker*",
            "compromised",
            "unauthorized access",
            "unauthorised access",
            "someone else logged",
            "logged into my",
            "logged in to my",
            "someone is using",
            "someone used",
            "someone accessed",
            "got into my account",
            "took over my account",
            "identity theft",
            "stole my identity",
            "stolen card",
            "card stolen",
            "card was stolen",
            "phishing",
            "fraud*",
            "suspicious",
            "someone is making",
            "not made by me",
            "didnt make",
            "did not make",
            "hackeado",
            "piraté",
            "gehackt",
            "hackeada",
        ],
    ),
    (
        TopicKind::Sensitive,
        &[
            "passed away",
            "died",
            "death",
            "deceased",
            "funeral",
            "bereave*",
            "widow*",
            "my late husband",
            "my late wife",
            "my late mother",
            "my late father",
            "cancer",
            "hospital*",
            "chemo*",
            "suicid*",
            "self harm",
            "terminal illness",
            "heart attack",
            "stroke",
            "miscarriage",
            "disabilit*",
            "medical emergency",
            "allergic reaction",
            "falleció",
            "décédé",
            "verstorben",
        ],
    ),
    (
        TopicKind::Complaint,
        &[
            "complaint*",
            "file a complaint",
            "make a complaint",
            "complain",
            "report you",
            "report your",
            "escalate this",
            "formal grievance",
            "consumer reclamation",
            "reclamation",
            "lodge a",
            "queja",
            "plainte",
            "beschwerde",
            "reclamação",
            "reclamo",
            "klacht",
            "skarg*",
        ],
    ),
];

/// Every topic in the message, with the words that show it.
pub fn read(words: &Words) -> Vec<(TopicKind, String)> {
    PHRASES
        .iter()
        .filter_map(|(kind, phrases)| {
            let (from, to) = phrases.iter().find_map(|phrase| words.find_loosely(phrase))?;
            Some((*kind, words.slice(from, to)))
        })
        .collect()
}

/// Something of the site that does not work.
pub fn is_technical(words: &Words) -> bool {
    const SIGNS: [&str; 16] = [
        "error",
        "crash*",
        "not work*",
        "doesnt work*",
        "does not work",
        "isnt working",
        "wont load",
        "wont open",
        "cant log",
        "cannot log",
        "cant sign",
        "freez*",
        "frozen",
        "blank page",
        "bug",
        "stuck",
    ];
    SIGNS.iter().any(|phrase| words.find(phrase).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_found_and_calm_words_are_not_topics() {
        let topics = |text: &str| read(&Words::of(text)).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
        assert_eq!(topics("I was charged €120 twice"), [TopicKind::BillingDispute]);
        assert_eq!(topics("someone hacked my account"), [TopicKind::AccountSecurity]);
        assert_eq!(topics("my mother passed away last week"), [TopicKind::Sensitive]);
        assert_eq!(topics("I will talk to my lawyer and file a complaint"), [TopicKind::Legal, TopicKind::Complaint]);
        assert_eq!(topics("when is my card charged?"), []);
    }
}
