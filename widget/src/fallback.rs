//! What may be chosen instead of waiting: of each kind the question for the number or the address,
//! what counts as an answer, and its words.

use protocol::{FallbackKind, Millis, Profile};
use words::Said;

use crate::{said, speech::by, thread::Question};

/// The question for where the visitor wants to be reached.
pub fn question(kind: FallbackKind) -> Question {
    match kind {
        FallbackKind::Callback => Question::Phone,
        FallbackKind::Ticket => Question::Email,
    }
}

/// What is promised once a question for a number or an address is answered; none for any other.
pub fn asked(question: Option<&Question>) -> Option<FallbackKind> {
    FallbackKind::ALL.iter().copied().find(|kind| question == Some(&self::question(*kind)))
}

/// Whether a promise is being made: what it is about is asked, or where the visitor is reached.
pub fn is_of_promise(question: &Question) -> bool {
    matches!(question, Question::Issue { .. }) || asked(Some(question)).is_some()
}

pub fn your_address(kind: FallbackKind) -> Said {
    match kind {
        FallbackKind::Callback => said::your_phone(),
        FallbackKind::Ticket => said::your_email(),
    }
}

/// What a browser may fill in by itself: a token of HTML's `autocomplete`.
pub fn autocomplete(kind: FallbackKind) -> &'static str {
    match kind {
        FallbackKind::Callback => "tel",
        FallbackKind::Ticket => "email",
    }
}

/// The number or the address in what was written.
pub fn found_in(kind: FallbackKind, text: &str) -> Option<String> {
    match kind {
        FallbackKind::Callback => signals::phone_in(text),
        FallbackKind::Ticket => signals::email_in(text),
    }
}

/// Whether the text is meant as an answer, though there is no number or address in it.
pub fn is_try(kind: FallbackKind, text: &str) -> bool {
    match kind {
        FallbackKind::Callback => {
            !text.contains(char::is_alphabetic) && text.contains(|c: char| c.is_ascii_digit())
        }
        FallbackKind::Ticket => text.contains('@') && !text.contains(char::is_whitespace),
    }
}

/// What the page says of the visitor, else what the visitor said, the latest first.
pub fn known<'a>(
    kind: FallbackKind,
    profile: &Profile,
    said: impl DoubleEndedIterator<Item = &'a str>,
) -> Option<String> {
    let (told, mentioned): (_, fn(&str) -> Option<String>) = match kind {
        FallbackKind::Callback => (&profile.phone, |text| signals::Facts::of(text).phone),
        FallbackKind::Ticket => (&profile.email, signals::email_in),
    };
    told.as_ref().map(|text| text.reveal().to_owned()).or_else(|| said.rev().find_map(mentioned))
}

/// It was meant as an answer, and is none.
pub fn bad(kind: FallbackKind) -> Said {
    match kind {
        FallbackKind::Callback => said::bad_phone(),
        FallbackKind::Ticket => said::bad_email(),
    }
}

/// It was said to people, and the question stands.
pub fn said_instead(kind: FallbackKind) -> Said {
    match kind {
        FallbackKind::Callback => said::said_not_phone(),
        FallbackKind::Ticket => said::said_not_email(),
    }
}

pub fn choice(kind: FallbackKind, due: Millis) -> Said {
    match kind {
        FallbackKind::Callback => said::call_me_by(by(due)),
        FallbackKind::Ticket => said::mail_me_by(by(due)),
    }
}

pub fn promised(kind: FallbackKind, to: &str, due: Millis) -> Said {
    match kind {
        FallbackKind::Callback => said::promised_call(to, by(due)),
        FallbackKind::Ticket => said::promised_mail(to, by(due)),
    }
}
