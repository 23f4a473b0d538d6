//! Which messages say what there is to say.

use protocol::{
    Commitment, Contact, Millis, Outcome, QueuedBecause, Receipt, Staffing, WaitEstimate,
    WidgetSettings,
};
use words::Said;

use crate::{delivery::Delay, fallback, said, speech::when};

/// When people are back; none while they are there.
pub fn back(settings: &WidgetSettings, now: Millis) -> Option<Said> {
    let spans = settings.open.as_ref()?;
    if spans.iter().any(|(from, to)| *from <= now && now < *to) {
        return None;
    }
    Some(
        spans
            .iter()
            .find(|(from, _)| *from > now)
            .map_or_else(said::away, |(from, _)| said::back_at(when(*from))),
    )
}

/// What the bot says first, where the site has no words of its own for that.
pub fn greeting(bot: Option<&str>, back: Option<Said>, can_answer: bool) -> Vec<Said> {
    let mut all = vec![bot.map_or_else(said::hello, said::hello_from)];
    if can_answer {
        all.push(said::ask_me());
    }
    all.push(back.unwrap_or_else(said::click_away));
    all
}

/// Why what was written waits, and until when, if that is known.
pub fn delayed(delay: Delay, until: Option<Millis>) -> Said {
    match (delay, until.map(when)) {
        (Delay::NoConnection, None) => said::no_connection(),
        (Delay::NoConnection, Some(time)) => said::no_connection_until(time),
        (Delay::Unreached, None) => said::unreached(),
        (Delay::Unreached, Some(time)) => said::unreached_until(time),
        (Delay::Busy, None) => said::busy(),
        (Delay::Busy, Some(time)) => said::busy_until(time),
    }
}

/// The request is safe; that nothing need be repeated is said where something was told.
pub fn understood(something_was_told: bool) -> Vec<Said> {
    let mut all = vec![said::understood()];
    if something_was_told {
        all.push(said::not_again());
    }
    all
}

/// What was taken out of the visitor's words before they went anywhere.
pub fn masked(masked: signals::Masked) -> Said {
    let is_number = masked.card || masked.iban;
    said::masked(match (is_number, masked.password, masked.code) {
        (true, _, true) | (_, true, true) => said::masked_several(),
        (true, true, false) => said::masked_numbers_and_password(),
        (false, true, false) => said::masked_password(),
        (false, _, true) => said::masked_code(),
        _ if masked.card => said::masked_card(),
        _ => said::masked_account(),
    })
}

/// The line that announces a change of place in words.
pub fn queued(
    because: QueuedBecause,
    position: u32,
    wait: Option<WaitEstimate>,
    staffing: Staffing,
) -> Vec<Said> {
    let mut all = match because {
        QueuedBecause::AgentLeft => vec![said::agent_left()],
        QueuedBecause::LongWait => vec![said::long_wait()],
        QueuedBecause::Rejoined => vec![said::rejoined()],
        QueuedBecause::Requested | QueuedBecause::Moved => Vec::new(),
    };
    all.append(&mut place(position, wait, staffing));
    all
}

/// Position and wait, or what there is in their stead.
pub fn place(position: u32, wait: Option<WaitEstimate>, staffing: Staffing) -> Vec<Said> {
    match staffing {
        Staffing::Closed { opens_at: Some(at) } => vec![said::closed_until(when(at))],
        Staffing::Closed { opens_at: None } => vec![said::closed_now()],
        Staffing::NobodyHere => vec![said::nobody_here()],
        Staffing::Staffed => {
            let minutes = |seconds: u32| u64::from(seconds.div_ceil(60));
            let wait = match wait {
                Some(wait) if wait.from_seconds < 60 || wait.to_seconds <= 60 => {
                    said::wait_below(minutes(wait.to_seconds.max(1)))
                }
                Some(wait) => {
                    said::wait_between(u64::from(wait.from_seconds / 60), minutes(wait.to_seconds))
                }
                None => said::wait_unknown(),
            };
            vec![said::place(position.into()), wait]
        }
    }
}

pub fn promised(commitment: &Commitment) -> Vec<Said> {
    let mut all = if commitment.missed { vec![said::missed()] } else { Vec::new() };
    all.push(fallback::promised(commitment.kind, commitment.to.reveal(), commitment.due));
    all
}

pub fn erased(receipt: &Receipt) -> Said {
    let id: String = receipt.conversation.0.chars().take(8).collect();
    said::erased(receipt.messages, id)
}

pub fn closed(outcome: Outcome) -> Said {
    match outcome {
        Outcome::Resolved | Outcome::Fulfilled => said::closed_resolved(),
        Outcome::Unresolved => said::closed_unresolved(),
        Outcome::FollowUp => said::closed_follow_up(),
        Outcome::Abandoned => said::closed_abandoned(),
        Outcome::Unanswered => said::closed_unanswered(),
        Outcome::Idle => said::closed_idle(),
    }
}

/// For how long what was closed may be taken up again.
pub fn reopen_within(ms: u64) -> Said {
    match ms.div_ceil(60_000) {
        minutes @ 0..=90 => said::reopen_minutes(minutes.max(1)),
        _ => said::reopen_hours(ms / 3_600_000),
    }
}

/// What there is beside a handoff, or beside words, that cannot be delivered.
pub fn way_on(contact: Option<&Contact>, is_handoff: bool) -> Said {
    let (email, phone) = contact
        .map_or((None, None), |contact| (contact.email.as_deref(), contact.phone.as_deref()));
    match (email, phone, is_handoff) {
        (Some(email), Some(phone), true) => said::way_on_mail_or_call(email, phone),
        (Some(email), Some(phone), false) => said::words_mail_or_call(email, phone),
        (Some(email), None, true) => said::way_on_mail(email),
        (Some(email), None, false) => said::words_mail(email),
        (None, Some(phone), true) => said::way_on_call(phone),
        (None, Some(phone), false) => said::words_call(phone),
        (None, None, true) => said::way_on(),
        (None, None, false) => said::words_kept(),
    }
}

/// Characters that are left, or messages that it will be.
pub fn length(chars: usize, most: usize, pieces: usize) -> Said {
    if pieces > 1 {
        said::length_in_pieces(chars as u64, pieces as u64)
    } else {
        said::length(chars as u64, most as u64)
    }
}
