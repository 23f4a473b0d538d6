//! What the desk did not take, in sentences for the agent.

use protocol::{AgentCommand, Millis, Rejection, RejectionCode};
use std::rc::Rc;

use super::State;
use crate::kept::may_be_sent_again;

/// A refusal this long after the agent did something is of something that the page asked by itself, in ms.
const BY_HAND_MS: Millis = 10_000;

impl State {
    pub(super) fn refuse(&mut self, rejection: &Rejection, now: Millis) {
        if let Some(id) = &rejection.message {
            if may_be_sent_again(rejection.code) {
                // The outbox tries again.
                return;
            }
            let conversations: Vec<_> = self.held.keys().cloned().collect();
            for conversation in conversations {
                self.with_held(&conversation, |held| held.talk_mut().hear_refused(id));
            }
            if let Some((conversation, _)) = self.opened.clone() {
                self.with_opened(&conversation, |opened| opened.talk_mut().hear_refused(id));
            }
            for parked in self.parked.values_mut() {
                Rc::make_mut(parked).talk_mut().hear_refused(id);
            }
            return self.tell(true, format!("A message was not sent. {} Its words are back in your field.", about_a_message(rejection)));
        }
        // What the page asks by itself (a mark, a page of messages) is nobody's problem.
        let by_hand = self.asked.take_if(|(_, at)| now.saturating_sub(*at) < BY_HAND_MS);
        if let Some((command, _)) = by_hand {
            self.awaited = None;
            self.tell(true, sentence(rejection, &command));
        } else if rejection.code == RejectionCode::UnsupportedVersion {
            self.tell(true, OLD_PAGE);
        }
    }
}

const OLD_PAGE: &str = "This page is older than the desk. Please reload it.";

fn about_a_message(rejection: &Rejection) -> String {
    match rejection.code {
        RejectionCode::TooLarge => match rejection.limit {
            Some(most) => format!("It is too long: at most {most} characters."),
            None => "It is too long.".to_owned(),
        },
        RejectionCode::Full => "The conversation holds as much as it may: please resolve it, and the visitor can begin another.".to_owned(),
        RejectionCode::StaleClaim | RejectionCode::NotFound => "The conversation is not with you any more.".to_owned(),
        RejectionCode::NotNow => "The conversation is not open for messages.".to_owned(),
        _ => "The desk could not read it.".to_owned(),
    }
}

fn sentence(rejection: &Rejection, command: &AgentCommand) -> String {
    use AgentCommand as Asked;
    let fixed = match (rejection.code, command) {
        (RejectionCode::UnsupportedVersion, _) => OLD_PAGE,
        (RejectionCode::SlowDown | RejectionCode::Unavailable, _) => {
            let wait = rejection.limit.map_or_else(|| "a moment".to_owned(), |seconds| format!("{seconds} s"));
            return format!("The desk could not do that just now. Please try again in {wait}.");
        }
        (RejectionCode::TooLarge, _) => {
            return rejection.limit.map_or_else(|| "That is too long.".to_owned(), |most| format!("That is too long: at most {most} characters."));
        }
        (RejectionCode::Full, _) => "This conversation holds as much as it may.",
        (_, Asked::Take { conversation: None }) => "Nobody waits whom you could take, or you have no free place.",
        (_, Asked::Take { .. } | Asked::TakeOver { .. }) => "You cannot take it: somebody else has it, it is over, or you have no free place.",
        (_, Asked::Accept { .. }) => "That offer is over: it went on to somebody else, or the visitor left.",
        (_, Asked::Decline { .. }) => "That offer was over already.",
        (_, Asked::ClaimPromise { .. }) => "Somebody else keeps this promise, or it is settled.",
        (_, Asked::ReleasePromise { .. } | Asked::Fulfil { .. }) => {
            "That promise is not yours to settle: it is kept already, or somebody else keeps it."
        }
        (_, Asked::Open { .. } | Asked::DismissMissed { .. }) => "It is not there any more: somebody dealt with it.",
        (RejectionCode::NotNow, Asked::Transfer { .. }) => {
            "It cannot be passed on at the moment: whoever you chose is not free, or it is being passed on already."
        }
        (RejectionCode::StaleClaim | RejectionCode::NotFound, _) => "That conversation is not with you any more.",
        (RejectionCode::NotNow, _) => "That cannot be done at the moment.",
        (RejectionCode::Malformed | RejectionCode::Conflict, _) => "The desk did not understand that. Reload this page if it happens again.",
    };
    fixed.to_owned()
}
