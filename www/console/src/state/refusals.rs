//! What the desk did not take, as the agent is told it. The desk's own `why` is for developers and
//! is not shown.

use protocol::{AgentCommand, ConversationId, Millis, Rejection, RejectionCode, RejectionReason};
use std::rc::Rc;
use words::Said;

use super::State;
use crate::{
    kept::may_be_sent_again,
    said,
    speech::{lasting, own},
};

/// A refusal this long after the agent did something is of something that the page asked by itself,
/// in ms.
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
            return self.tell(true, about_a_message(rejection));
        }
        // What the page asks by itself (a mark, a page of messages) is nobody's problem.
        let by_hand = self.asked.take_if(|(_, at)| now.saturating_sub(*at) < BY_HAND_MS);
        if let Some((command, _)) = by_hand {
            self.awaited = None;
            self.tell(true, self.about(rejection, &command));
        } else if rejection.code == RejectionCode::UnsupportedVersion {
            self.tell(true, said::old_page());
        }
    }

    /// Of something that the agent asked for.
    fn about(&self, rejection: &Rejection, command: &AgentCommand) -> Said {
        use AgentCommand as Asked;
        match (rejection.code, command) {
            (RejectionCode::UnsupportedVersion, _) => return said::old_page(),
            (RejectionCode::SlowDown | RejectionCode::Unavailable, _) => {
                return rejection.limit.map_or_else(said::try_again, |seconds| {
                    said::try_again_in(lasting(seconds.saturating_mul(1000)))
                });
            }
            (RejectionCode::TooLarge, _) => {
                return rejection.limit.map_or_else(said::too_long, said::too_long_most);
            }
            (RejectionCode::Full, _) => return said::is_full(),
            _ => {}
        }
        match (rejection.reason, command) {
            (Some(RejectionReason::NobodyWaits), _) => return said::refused_nobody_waits(),
            (Some(RejectionReason::NoPlace), _) => return said::refused_no_place(),
            (Some(RejectionReason::Unreadable), _) => return said::refused_could_not_read(),
            (Some(RejectionReason::BeingPassedOn), _) => return said::refused_being_passed_on(),
            (Some(RejectionReason::SupervisorsOnly), _) => return said::refused_supervisors_only(),
            (Some(RejectionReason::Gone), Asked::Take { .. } | Asked::TakeOver { .. }) => {
                return said::refused_gone();
            }
            (
                Some(RejectionReason::KeptByAnother),
                Asked::ClaimPromise { conversation }
                | Asked::ReleasePromise { conversation }
                | Asked::Fulfil { conversation, .. },
            ) => {
                if let Some(name) = self.keeper(conversation) {
                    return said::keeps_this_promise(own(&name));
                }
            }
            _ => {}
        }
        match (rejection.code, command) {
            (_, Asked::Take { conversation: None }) => said::refused_take_next(),
            (_, Asked::Take { .. } | Asked::TakeOver { .. }) => said::refused_take(),
            (_, Asked::Accept { .. }) => said::refused_accept(),
            (_, Asked::Decline { .. }) => said::refused_decline(),
            (_, Asked::ClaimPromise { .. }) => said::refused_claim_promise(),
            (_, Asked::ReleasePromise { .. } | Asked::Fulfil { .. }) => {
                said::refused_settle_promise()
            }
            (_, Asked::Open { .. } | Asked::DismissMissed { .. }) => said::refused_open(),
            (RejectionCode::NotNow, Asked::Transfer { .. }) => said::refused_transfer(),
            (RejectionCode::StaleClaim | RejectionCode::NotFound, _) => said::refused_not_yours(),
            (RejectionCode::Malformed | RejectionCode::Conflict, _) => {
                said::refused_not_understood()
            }
            _ => said::refused_not_now(),
        }
    }

    /// The name of the agent who keeps a promise.
    fn keeper(&self, promise: &ConversationId) -> Option<String> {
        let row = self.board.promises.iter().find(|row| row.conversation == *promise)?;
        Some(self.agent_name(row.owner.as_ref()?))
    }
}

/// Of a message, whose words are in its field again.
fn about_a_message(rejection: &Rejection) -> Said {
    match rejection.code {
        RejectionCode::TooLarge => {
            rejection.limit.map_or_else(said::not_sent_too_long, said::not_sent_too_long_most)
        }
        RejectionCode::Full => said::not_sent_full(),
        RejectionCode::StaleClaim | RejectionCode::NotFound => said::not_sent_not_yours(),
        RejectionCode::NotNow => said::not_sent_not_open(),
        _ => said::not_sent_unreadable(),
    }
}
