//! What a visitor may choose instead of waiting, and what is promised then.

use protocol::{Commitment, FallbackChoice, FallbackKind, FallbackOption, Millis, Rejection, RejectionCode, limits};

use crate::{
    schedule::Schedule,
    settings::{Times, ms},
};

/// When a promise made now falls due: within business hours.
fn due(kind: FallbackKind, now: Millis, schedule: &Schedule, times: &Times) -> Millis {
    let within = match kind {
        FallbackKind::Callback => times.callback_seconds,
        FallbackKind::Ticket => times.ticket_seconds,
    };
    schedule.open_from(schedule.open_from(now) + ms(within))
}

/// All choices, each with its due time.
pub fn options(now: Millis, schedule: &Schedule, times: &Times) -> Vec<FallbackOption> {
    [FallbackKind::Callback, FallbackKind::Ticket].into_iter().map(|kind| FallbackOption { kind, due: due(kind, now, schedule, times) }).collect()
}

/// The commitment for a choice, or what is wrong with the number or the address.
pub fn commit(choice: FallbackChoice, now: Millis, schedule: &Schedule, times: &Times) -> Result<Commitment, Rejection> {
    let (kind, to) = match choice {
        FallbackChoice::Callback { phone } => (FallbackKind::Callback, phone),
        FallbackChoice::Ticket { email } => (FallbackKind::Ticket, email),
    };
    let wrong = |field: &str, why: &str| Err(Rejection::new(RejectionCode::Malformed, why).at(format!("command.choose_fallback.fallback.{field}")));
    match kind {
        FallbackKind::Callback if !is_phone(to.reveal()) => {
            return wrong("callback.phone", "expected a telephone number: 6 to 15 digits, with a leading + for another country");
        }
        FallbackKind::Ticket if !is_email(to.reveal()) => {
            return wrong("ticket.email", "expected an e-mail address such as name@example.org");
        }
        _ => {}
    }
    Ok(Commitment { kind, to, made_at: now, due: due(kind, now, schedule, times), missed: false })
}

/// Digits with the usual punctuation between them; E.164 allows fifteen digits.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let rest_is_fine = text.trim().chars().enumerate().all(|(i, c)| c.is_ascii_digit() || " -./()".contains(c) || (c == '+' && i == 0));
    (6..=15).contains(&digits) && rest_is_fine
}

/// One `@` with something before it and a dotted name after it. Whether it exists only a mail can show.
fn is_email(text: &str) -> bool {
    let text = text.trim();
    let plain =
        text.chars().count() <= limits::MAX_SHORT_CHARS && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c));
    plain
        && text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && !host.contains('@') && host.split('.').count() >= 2 && host.split('.').all(|part| !part.is_empty())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Text;

    #[test]
    fn numbers_and_addresses_are_checked() {
        for good in ["+49 30 1234567", "030/123456", "(555) 123-4567"] {
            assert!(is_phone(good), "{good}");
        }
        for bad in ["12345", "call me", "1+234567", "1234567890123456"] {
            assert!(!is_phone(bad), "{bad}");
        }
        for good in ["a@b.de", "first.last+x@mail.example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["a@b", "a b@c.de", "@c.de", "a@.de", "a@@b.de", "x@y.de,z@y.de"] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn a_wrong_number_is_named_by_its_field() {
        let wrong = commit(FallbackChoice::Callback { phone: Text::new("soon") }, 0, &Schedule::default(), &Times::default());
        assert_eq!(wrong.unwrap_err().field.as_deref(), Some("command.choose_fallback.fallback.callback.phone"));
    }
}
