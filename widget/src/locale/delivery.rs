//! What is said of what is on its way, and of what was refused.

use protocol::Contact;

use super::Locale;

impl Locale {
    pub const NOT_TAKEN: &str = "Our desk did not take your request, and asking again by itself would not help. Your words are still here: \
                                 press “Talk to a human” to try once more, or write on.";
    pub const MESSAGE_NOT_TAKEN: &str = "Your last message was not taken. Please write it again, in other or fewer words.";
    pub const FULL: &str = "This conversation holds as much as it can, so your last message was not taken. Begin a new one to go on.";
    pub const OLD_PAGE: &str = "This page is out of date for our desk. Please reload it and try again; what you wrote stays here.";
    pub const NOT_POSSIBLE: &str = "That is not possible any more. You see here how it stands.";
    pub const TOO_LATE: &str = "It was closed too long ago to be reopened. Write any time to start a new conversation.";
    pub const NOTHING_LEFT: &str = "Nothing of it is left at our desk, nor in this browser.";
    pub const BEGIN_NEW: &str = "Write any time to start a new one.";
    pub const TRY_NOW: &str = "Try now";
    pub const NEW_LINES: &str = "New";
    /// Who wrote a line, where that is not known.
    pub const AN_AGENT: &str = "Agent";
    pub const TOO_LONG: &str = "That is too long even for several messages. Please shorten it; it is still here.";

    pub fn handing_off_without(left_out: usize) -> String {
        let first = if left_out == 1 { "the first line stays".to_owned() } else { format!("the first {left_out} lines stay") };
        format!("I am passing you to our team. This talk is too long to pass on whole: {first} here, and they get everything after that.")
    }

    /// For how long what was closed may be taken up again.
    pub fn reopen_within(ms: u64) -> String {
        let minutes = ms.div_ceil(60_000);
        match minutes {
            0..=1 => "Write within a minute to go on with it.".to_owned(),
            2..=90 => format!("Write within {minutes} minutes to go on with it."),
            _ => format!("Write within {} hours to go on with it.", ms / 3_600_000),
        }
    }

    /// What there is beside a handoff that cannot be delivered.
    pub fn way_on(contact: Option<&Contact>) -> String {
        const KEPT: &str = "Your request has not reached our team yet. Your words are kept in this browser, and are sent by themselves as soon as they can be taken.";
        let ways = contact.map(|contact| (contact.email.as_deref(), contact.phone.as_deref()));
        let way = match ways {
            Some((Some(email), Some(phone))) => format!("write to {email}, or call {phone}"),
            Some((Some(email), None)) => format!("write to {email}"),
            Some((None, Some(phone))) => format!("call {phone}"),
            _ => return format!("{KEPT} You need not wait here for that: come back later, or press “{}” and ask me.", Self::BACK_TO_BOT),
        };
        format!("{KEPT} You need not wait for that: {way}.")
    }

    pub fn not_before(time: &str) -> String {
        format!("Our desk takes no more right now. Your words are kept here and sent again by themselves {time}.")
    }

    /// Characters that are left, or messages that it will be.
    pub fn length(chars: usize, most: usize, pieces: usize) -> String {
        if pieces > 1 { format!("{chars} characters: this is sent as {pieces} messages") } else { format!("{chars} of {most} characters") }
    }

    pub fn new_messages(count: usize) -> String {
        if count == 1 { "1 new message ↓".to_owned() } else { format!("{count} new messages ↓") }
    }
}
