//! What a visitor may choose instead of waiting, and what is promised then.

use protocol::{
    Commitment, FallbackChoice, FallbackKind, FallbackOption, Millis, Rejection, RejectionCode,
    Text, is_invisible, limits,
};

use crate::site::{
    schedule::Schedule,
    settings::{SiteSettings, Times, ms},
};

/// The setting that says within how many seconds of business hours a promise is kept, and its
/// value.
fn within(kind: FallbackKind, times: &Times) -> (&'static str, u32) {
    match kind {
        FallbackKind::Callback => ("callback_seconds", times.callback_seconds),
        FallbackKind::Ticket => ("ticket_seconds", times.ticket_seconds),
    }
}

/// The same of every kind.
pub fn promised_within(times: &Times) -> impl Iterator<Item = (&'static str, u32)> {
    FallbackKind::ALL.iter().map(|kind| within(*kind, times))
}

/// The name of the state in which it is promised, as it stands in the store.
pub fn promised_state(kind: FallbackKind) -> &'static str {
    match kind {
        FallbackKind::Callback => "callback_promised",
        FallbackKind::Ticket => "ticket_opened",
    }
}

/// From when to when a promise made now is to be kept: within business hours.
fn window(kind: FallbackKind, now: Millis, schedule: &Schedule, times: &Times) -> (Millis, Millis) {
    let from = schedule.open_from(now);
    (from, schedule.after(from, ms(within(kind, times).1)))
}

/// When agents are reminded of what falls due then, if that is still to come: while it is open.
pub fn remind_at(due: Millis, now: Millis, settings: &SiteSettings) -> Option<Millis> {
    Some(settings.schedule.before(due, ms(settings.times.remind_seconds))).filter(|at| *at > now)
}

/// A promise that was made by a clock that was ahead, by the right one.
pub fn made_now(commitment: Commitment, now: Millis, settings: &SiteSettings) -> Commitment {
    let (from, due) = window(commitment.kind, now, &settings.schedule, &settings.times);
    Commitment { made_at: now, from, due, ..commitment }
}

/// A promise that was missed, made once more.
pub fn renewed(commitment: Commitment, now: Millis, settings: &SiteSettings) -> Commitment {
    let (from, due) = window(commitment.kind, now, &settings.schedule, &settings.times);
    Commitment { from, due: due.max(now + 1), missed: true, ..commitment }
}

/// All choices, each with its time.
pub fn options(now: Millis, schedule: &Schedule, times: &Times) -> Vec<FallbackOption> {
    let option = |kind| {
        let (from, due) = window(kind, now, schedule, times);
        FallbackOption { kind, from, due }
    };
    FallbackKind::ALL.iter().copied().map(option).collect()
}

/// The commitment for a choice, or what is wrong with the number or the address.
pub fn commit(
    choice: FallbackChoice,
    now: Millis,
    settings: &SiteSettings,
) -> Result<Commitment, Rejection> {
    let error = |field: &str, why: &str| {
        Err(Rejection::new(RejectionCode::Malformed, why)
            .at(format!("command.choose_fallback.fallback.{field}")))
    };
    let (kind, to) = match choice {
        FallbackChoice::Callback { phone } => {
            match phone::e164(phone.reveal(), settings.country.as_deref()) {
                Some(number) => (FallbackKind::Callback, number),
                None => {
                    return error(
                        "callback.phone",
                        "expected a telephone number, with a leading + and the country code if it \
                         is abroad",
                    );
                }
            }
        }
        FallbackChoice::Ticket { email } if is_email(email.reveal()) => {
            (FallbackKind::Ticket, email.reveal().trim().to_owned())
        }
        FallbackChoice::Ticket { .. } => {
            return error("ticket.email", "expected an e-mail address such as name@example.org");
        }
    };
    let (from, due) = window(kind, now, &settings.schedule, &settings.times);
    Ok(Commitment { kind, to: Text::new(to), made_at: now, from, due, missed: false })
}

/// One `@` with something before it and a dotted name after it. Whether it exists only a mail can
/// show. Signs that mean something else in a list or in a `mailto:` link are in none that people
/// have.
pub(crate) fn is_email(text: &str) -> bool {
    let text = text.trim_matches(' ');
    let plain = text.chars().count() <= limits::MAX_SHORT_CHARS
        && !text
            .contains(|c: char| c.is_whitespace() || is_invisible(c) || "<>,;:\"?%#".contains(c));
    plain
        && text.split_once('@').is_some_and(|(name, host)| {
            let is_part = |part: &str| {
                !part.is_empty()
                    && !part.starts_with('-')
                    && !part.ends_with('-')
                    && part.chars().all(|c| c.is_alphanumeric() || c == '-' || !c.is_ascii())
            };
            !name.is_empty() && host.split('.').count() >= 2 && host.split('.').all(is_part)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Text;

    #[test]
    fn addresses_are_checked() {
        for good in
            ["a@b.de", " tom&jerry@b.de ", "kim@bücher.example", "first.last+x@mail.example.org"]
        {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "a?bcc=v%40x.de&x=@b.de",
            "a%0d%0aBcc:x@b.de",
            "a\u{202e}@b.de",
            "a\u{200b}@b.de",
            "a@b.de\n",
            "a@b.de?cc=x",
            "a@b_c.de",
            "a@-b.de",
            "a@b-.de",
            "mailto:a@b.de",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
        for bad in ["a@b", "a b@c.de", "@c.de", "a@.de", "a@@b.de", "x@y.de,z@y.de"] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn a_wrong_number_is_named_by_its_field() {
        let settings =
            serde_json::from_str(r#"{"key":"shop","name":"Shop","origins":[]}"#).unwrap();
        let error = commit(FallbackChoice::Callback { phone: Text::new("soon") }, 0, &settings);
        assert_eq!(
            error.unwrap_err().field.as_deref(),
            Some("command.choose_fallback.fallback.callback.phone")
        );
    }
}
