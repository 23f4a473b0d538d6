//! What the widget says, in English. The words are plain and promise only what is known.

use protocol::{Commitment, FallbackKind, Millis, Outcome, QueuedBecause, Receipt, Staffing, WaitEstimate, WidgetSettings};

use crate::{clock, delivery::Delay};

mod delivery;
mod time;

/// English.
pub struct Locale;

impl Locale {
    pub const TALK_TO_HUMAN: &str = "Talk to a human";
    pub const DID_IT_HELP: &str = "Did that help?";
    pub const YES: &str = "Yes";
    pub const NO: &str = "No";
    pub const YES_PLEASE: &str = "Yes, please";
    pub const NOT_NOW: &str = "Not now";
    pub const GLAD: &str = "Glad to hear it. Anything else?";
    pub const WHAT_ELSE: &str = "I see. Could you say a little more about it? Or a person can take over.";
    pub const GO_ON: &str = "All right. What else can I do?";
    pub const UNSURE: &str = "I am not sure enough to answer that, and I would rather not guess. Shall I bring in a person?";
    pub const OFFER: &str = "It sounds as if a person would serve you better. Shall I bring one in? They will see all of this.";
    pub const CONNECTING: &str = "I will connect you with a person.";
    pub const ASK_ISSUE: &str = "What is it about? Write it in your own words, or choose what is nearest.";
    pub const ASK_CATEGORY: &str = "Which of these is nearest to it?";
    pub const ASK_NAME: &str = "What is your name?";
    pub const ASK_NAME_AGAIN: &str = "Thank you, that goes along to them. And what is your name, or what may we call you?";
    pub const SKIP: &str = "Skip";
    /// Before a promise of which nobody knows what it is about.
    pub const ASK_ISSUE_FIRST: &str = "What is it about? A sentence or two, so that we come prepared.";
    pub const SAID_NOT_PHONE: &str = "Our team reads that. To be called back, please write a telephone number here, or go back.";
    pub const SAID_NOT_EMAIL: &str = "Our team reads that. For an answer by e-mail, please write your address here, or go back.";
    pub const GO_BACK: &str = "Go back";
    /// Where the site has no words of its own.
    pub const CRISIS: &str = "I am glad that you wrote this, and you do not have to be alone with it. I am bringing in a person now. If you are in danger, \
                              please call your local emergency number. Free and confidential helplines, by country: findahelpline.com";
    pub const ASK_EMAIL: &str = "Which e-mail address can we reach you at, if we get cut off?";
    pub const BAD_EMAIL: &str = "That does not look like an e-mail address. Could you check it?";
    pub const BAD_PHONE: &str = "That number cannot be called. Could you check it, with the country code if it is abroad?";
    pub const HANDING_OFF: &str = "I am passing you to our team.";
    pub const UNDERSTOOD: &str = "Your request is with our team.";
    pub const NOT_AGAIN: &str = "They see this whole conversation, so you need not repeat anything.";
    pub const NOT_KEPT: &str = "Your browser keeps nothing for us, so please leave this tab open.";
    pub const SENDING: &str = "Sending your request…";
    pub const CALL_ME: &str = "Call me back";
    pub const MAIL_ME: &str = "Answer by e-mail";
    pub const KEEP_WAITING: &str = "Keep waiting";
    pub const BACK_TO_BOT: &str = "Cancel and go back";
    pub const YOUR_PHONE: &str = "Your phone number, with the country code if it is abroad";
    pub const YOUR_EMAIL: &str = "Your e-mail address";
    pub const RATE_EFFORT: &str = "How easy was it to get help? 1 very hard, 7 very easy";
    pub const RATE_SATISFACTION: &str = "How satisfied are you? 1 not at all, 5 very";
    pub const SEND_RATING: &str = "Send";
    pub const RATED: &str = "Thank you. That helps us do better.";
    pub const LOST_FOR_DESK: &str =
        "This conversation is no longer at our desk. Write again and we will start afresh; your words above are still here.";
    pub const NEED_NOT_WAIT: &str = "You need not wait here: we can call you back or answer by e-mail.";
    pub const WAIT_INSTEAD: &str = "Wait for a person now";
    pub const WAIT_AGAIN: &str = "Wait in the queue again";
    pub const CANCEL_PROMISE: &str = "I no longer need it";
    pub const REOPEN: &str = "Go on with this conversation";
    pub const ERASE: &str = "Delete this conversation";
    pub const ASK_ERASE: &str = "Everything of this conversation is deleted at our desk and here, and cannot be brought back. Delete it?";
    pub const NOT_ERASED: &str = "Nothing was deleted.";
    pub const NEW_CONVERSATION: &str = "New conversation";

    /// The site's own words where it has some, else what is true at this time.
    pub fn greeting(settings: &WidgetSettings, now: Millis, can_answer: bool) -> String {
        let own = &settings.greeting;
        let back = Self::back(settings, now);
        if let Some(words) = if back.is_none() { &own.open } else { &own.closed } {
            return words.clone();
        }
        let hello = own.bot.as_ref().map_or("Hello!".to_owned(), |bot| format!("Hello! I am {bot}."));
        let ask = if can_answer { " Ask me anything." } else { "" };
        format!("{hello}{ask} {}", back.as_deref().unwrap_or("A person is one click away."))
    }

    /// When people are back; none while they are there.
    pub fn back(settings: &WidgetSettings, now: Millis) -> Option<String> {
        let spans = settings.open.as_ref()?;
        if spans.iter().any(|(from, to)| *from <= now && now < *to) {
            return None;
        }
        Some(match spans.iter().find(|(from, _)| *from > now) {
            Some((from, _)) => format!("Our team is back {}, your time.", time::when(*from, now)),
            None => "Our team is away at the moment.".to_owned(),
        })
    }

    pub fn delayed(delay: Delay) -> String {
        match delay {
            Delay::NoConnection => "No connection. Your words are kept here and sent as soon as it is back.".to_owned(),
            Delay::Busy => "Our desk is very busy. Your words are kept here and sent again by themselves.".to_owned(),
            Delay::BusyUntil(at) => Self::not_before(&time::when(at, clock::now())),
        }
    }

    /// The request is safe; that nothing need be repeated is said where something was told.
    pub fn understood(something_was_told: bool) -> String {
        if something_was_told { format!("{} {}", Self::UNDERSTOOD, Self::NOT_AGAIN) } else { Self::UNDERSTOOD.to_owned() }
    }

    /// What was taken out of the visitor's words before they went anywhere.
    pub fn masked(masked: signals::Masked) -> String {
        let what = match (masked.card, masked.iban, masked.password) {
            (_, _, true) if masked.card || masked.iban => "the numbers and the password",
            (_, _, true) => "the password",
            (true, _, _) => "the card's numbers",
            _ => "the account number",
        };
        format!("For your safety we took {what} out of your message before it was kept or sent. Nobody here will ask you for that.")
    }

    pub fn use_known(contact: &str) -> String {
        format!("Is {contact} right? Press it, or write another one.")
    }

    pub fn reviewing(agent: &str) -> String {
        format!("{agent} is reading your conversation.")
    }

    pub fn connected(agent: &str) -> String {
        format!("You're now connected with {agent}.")
    }

    /// The line that announces a change of place in words.
    pub fn queued(because: QueuedBecause, position: u32, wait: Option<WaitEstimate>, staffing: Staffing) -> String {
        let lead = match because {
            QueuedBecause::AgentLeft => "The agent is no longer there. You are back at the head of the queue, and nothing is lost. ",
            QueuedBecause::LongWait => "It takes longer than we like, sorry. ",
            QueuedBecause::Rejoined => "You are back in the queue. Whoever takes over sees all of this. ",
            QueuedBecause::Requested | QueuedBecause::Moved => "",
        };
        format!("{lead}{}", Self::place(position, wait, staffing))
    }

    /// Position and wait, or what there is in their stead.
    pub fn place(position: u32, wait: Option<WaitEstimate>, staffing: Staffing) -> String {
        match staffing {
            Staffing::Closed { opens_at: Some(at) } => {
                let when = time::when(at, clock::now());
                format!("We are closed now and back {when}, your time. Leave a number or an e-mail address and we will come back to you.")
            }
            Staffing::Closed { opens_at: None } => "We are closed now. Leave a number or an e-mail address and we will come back to you.".to_owned(),
            Staffing::NobodyHere => "Nobody is at the desk right now. You can wait here, or leave a number or an e-mail address.".to_owned(),
            Staffing::Staffed => {
                let place = if position == 1 { "You are next".to_owned() } else { format!("You are number {position}") };
                match wait {
                    Some(wait) if wait.to_seconds <= 60 => format!("{place}. It should take less than a minute."),
                    Some(wait) if wait.from_seconds < 60 => format!("{place}. It should take less than {} minutes.", wait.to_seconds.div_ceil(60)),
                    Some(wait) => format!("{place}. The wait is about {} to {} minutes.", wait.from_seconds / 60, wait.to_seconds.div_ceil(60)),
                    None => format!("{place}. We cannot say yet how long it takes."),
                }
            }
        }
    }

    pub fn promised(commitment: &Commitment) -> String {
        let by = time::by(commitment.due, clock::now());
        let lead = if commitment.missed { "We are sorry, we missed what we promised. " } else { "" };
        match commitment.kind {
            FallbackKind::Callback => format!("{lead}We will call {} by {by}.", commitment.to.reveal()),
            FallbackKind::Ticket => format!("{lead}We will answer to {} by {by}.", commitment.to.reveal()),
        }
    }

    pub fn choice(kind: FallbackKind, due: Millis) -> String {
        let by = time::by(due, clock::now());
        match kind {
            FallbackKind::Callback => format!("{} by {by}", Self::CALL_ME),
            FallbackKind::Ticket => format!("{} by {by}", Self::MAIL_ME),
        }
    }

    pub fn closing(at: Millis) -> String {
        format!("It has been quiet for a while. This conversation closes {} unless one of us writes.", time::when(at, clock::now()))
    }

    pub fn erased(receipt: &Receipt) -> String {
        let id: String = receipt.conversation.0.chars().take(8).collect();
        format!("Deleted: {} messages. Your receipt: {id}.", receipt.messages)
    }

    pub fn closed(outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Resolved | Outcome::Fulfilled => "This conversation is closed.",
            Outcome::Unresolved => "This conversation has ended.",
            Outcome::FollowUp => "Our team goes on working on this and will come back to you.",
            Outcome::Abandoned => "You left the queue. Write or press “Talk to a human” any time.",
            Outcome::Unanswered => "We are sorry: nobody could answer in time. Leave a number or an e-mail address and we will come back to you.",
            Outcome::Idle => "This conversation was closed because it was quiet for long.",
        }
    }
}
