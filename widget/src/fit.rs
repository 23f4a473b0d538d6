//! Fits a context package to what the edge takes: every text and list to its limit, and the whole
//! by bytes, oldest lines first.

use protocol::{Author, ContextPackage, Profile, Text, TranscriptLine, limits};
use serde::Serialize;

use crate::card;

/// The most that a handoff's package may have, in bytes of JSON, with room for the frame around it.
pub const PACKAGE_BYTES: usize = limits::MAX_VISITOR_BODY_BYTES - 2 * 1024;
/// The same need in few words, for an edge or a proxy that takes no more.
pub const SHORT_PACKAGE_BYTES: usize = 12 * 1024;
/// What an order's id, name and state may have together with those of all others: a share of the
/// package.
const ORDERS_SHARE: usize = 8;
/// Longest text of an order, in characters.
const ORDER_CHARS: usize = 200;

/// Cuts what is over a limit. How many lines were left out.
pub fn fit(package: &mut ContextPackage, most_bytes: usize) -> usize {
    for text in [&mut package.summary, &mut package.intent, &mut package.escalation.reason]
        .into_iter()
        .chain(&mut package.next_steps)
    {
        cut(text, limits::MAX_SHORT_CHARS);
    }
    package.page.iter_mut().for_each(|page| cut(page, limits::MAX_SHORT_CHARS));
    package.actions.iter_mut().for_each(|action| cut(&mut action.what, limits::MAX_SHORT_CHARS));
    for signal in &mut package.escalation.signals {
        signal.evidence.iter_mut().for_each(|evidence| cut(evidence, limits::MAX_SHORT_CHARS));
    }
    // The desk counts these two in bytes.
    if package.category.len() > limits::MAX_CATEGORY_BYTES {
        package.category = "other".to_owned();
    }
    if package.language.len() > limits::MAX_LANGUAGE_BYTES {
        package.language.clear();
    }
    fit_profile(&mut package.profile, most_bytes / ORDERS_SHARE);
    let most = if most_bytes < PACKAGE_BYTES {
        limits::MAX_LIST_ITEMS / 5
    } else {
        limits::MAX_LIST_ITEMS
    };
    package.escalation.signals.truncate(most);
    package.next_steps.truncate(most);
    let early = package.actions.len().saturating_sub(most);
    package.actions.drain(..early);
    package.transcript.iter_mut().for_each(|line| cut(&mut line.text, limits::MAX_MESSAGE_CHARS));
    let transcript = std::mem::take(&mut package.transcript);
    let rest = most_bytes.saturating_sub(bytes(package));
    let (kept, left_out) = newest(transcript, rest);
    package.transcript = kept;
    if left_out > 0 {
        say_so(package, left_out);
    }
    left_out
}

/// What the page tells of the visitor, cut to what the edge takes.
pub fn fit_profile(profile: &mut Profile, order_bytes: usize) {
    let Profile { name, email, phone, account, account_type, loyalty_tier, lifetime_value, .. } =
        profile;
    for text in [name, email, phone, account, account_type, loyalty_tier, lifetime_value]
        .into_iter()
        .flatten()
    {
        cut(text, limits::MAX_SHORT_CHARS);
    }
    profile.earlier_contacts =
        profile.earlier_contacts.map(|contacts| contacts.min(limits::MAX_EARLIER_CONTACTS));
    profile.orders.truncate(limits::MAX_LIST_ITEMS);
    let mut left = order_bytes;
    profile.orders.retain_mut(|order| {
        [&mut order.id, &mut order.what, &mut order.status]
            .into_iter()
            .for_each(|text| cut(text, ORDER_CHARS));
        let size = bytes(order);
        left = left.saturating_sub(size);
        left > 0
    });
}

/// The newest lines that fit, and how many earlier ones were left out.
fn newest(mut lines: Vec<TranscriptLine>, most_bytes: usize) -> (Vec<TranscriptLine>, usize) {
    // One line and one step say that some were left out.
    let mut left = most_bytes.saturating_sub(1024);
    let fitting = lines.iter().rev().take(limits::MAX_TRANSCRIPT_LINES - 1).take_while(|line| {
        let size = bytes(line) + 1;
        let fits = size <= left;
        left = left.saturating_sub(size);
        fits
    });
    let kept = fitting.count();
    let all = lines.len();
    // Exactly the limit needs no line that says so.
    if all == kept + 1 && all == limits::MAX_TRANSCRIPT_LINES && bytes(&lines[0]) < left {
        return (lines, 0);
    }
    lines.drain(..all - kept);
    (lines, all - kept)
}

/// The agent reads that the beginning is not there; every index into the transcript moves along.
fn say_so(package: &mut ContextPackage, left_out: usize) {
    let count = left_out as u64;
    let text = Text::new(card::text(&card::left_out(count)));
    let at = package.transcript.first().map_or(0, |line| line.at);
    package
        .transcript
        .insert(0, TranscriptLine { author: Author::Bot, at, text, confidence: None });
    let moved = |line: u32| (line as usize).checked_sub(left_out).map(|line| line as u32 + 1);
    package.highlights = package.highlights.iter().filter_map(|line| moved(*line)).collect();
    for signal in &mut package.escalation.signals {
        signal.line = signal.line.and_then(moved);
    }
    package.next_steps.insert(0, Text::new(card::text(&card::step_left_out(count))));
    package.next_steps.truncate(limits::MAX_LIST_ITEMS);
}

/// How many bytes it has as JSON.
fn bytes<T: Serialize>(value: &T) -> usize {
    serde_json::to_string(value).map_or(0, |text| text.len())
}

fn cut(text: &mut Text, chars: usize) {
    if text.is_longer_than(chars) {
        *text = Text::new(format!("{}…", first_chars(text.reveal(), chars - 1)));
    }
}

fn first_chars(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}
