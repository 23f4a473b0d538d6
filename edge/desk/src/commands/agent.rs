//! What agents ask.

use protocol::{
    AgentCommand, AgentId, Claim, ConversationId, Millis, Note, Outcome, Rejection, RejectionCode,
    SessionCommand, VisitorEvent, WithdrawnBecause,
};

use crate::{
    commands::messages::Mark,
    desk::Desk,
    flow::offers::offered,
    log::kind::EventKind,
    state::{
        conversation::Conversation,
        listeners::Listener,
        peer::{Peer, PeerId},
        standing::State,
    },
    wire::card::{AgentEvent, accepted},
};

const STALE: &str = "you do not hold this conversation";

impl Desk {
    pub(crate) fn agent_asks(&mut self, now: Millis, peer: &Peer, command: SessionCommand) {
        let Some(me) = self.agent_behind(now, peer) else {
            return self.session_ended(now, peer.id);
        };
        if is_work(&command) {
            self.works(now, &me);
        }
        match command {
            AgentCommand::SignOut {} => self.sign_out(now, peer, &me),
            AgentCommand::Watch {} => self.watch(now, peer, &me),
            AgentCommand::SetAvailable { available } => {
                if let Some(agent) = self.roster.get_mut(&me) {
                    agent.presence.available = available;
                    agent.presence.away_because = None;
                    self.agent_changed(
                        now,
                        &me,
                        if available { EventKind::AgentAvailable } else { EventKind::AgentAway },
                    );
                }
                if !available {
                    self.give_on(now, &me, WithdrawnBecause::Declined);
                }
                self.tell_signed_in(now, Some(peer.id), &me);
            }
            AgentCommand::Accept { conversation, claim } => {
                self.accept(now, peer.id, &me, &conversation, claim)
            }
            AgentCommand::Take { conversation } => self.take(now, peer, &me, conversation),
            AgentCommand::Unreadable { conversation, claim } => {
                self.unreadable(now, peer.id, &me, &conversation, claim)
            }
            AgentCommand::Decline { conversation, claim } => {
                self.decline(now, peer.id, &me, conversation, claim)
            }
            AgentCommand::CheckHold { conversation, claim } => {
                self.check_hold(peer, &me, conversation, claim)
            }
            AgentCommand::ExtendReview { conversation, claim } => {
                self.extend_review(now, peer.id, &me, &conversation, claim)
            }
            AgentCommand::Transfer { conversation, claim, to, note } => {
                self.transfer(now, peer.id, &me, (&conversation, claim), &to, note)
            }
            AgentCommand::TakeOver { conversation } => {
                self.take_over(now, peer.id, &me, &conversation)
            }
            AgentCommand::Connect { conversation, claim } => {
                match self
                    .claimed(peer.id, &me, &conversation, claim, State::is_held)
                    .map(|held| held.state().clone())
                {
                    Some(State::Reviewing { .. }) => self.connect(now, &conversation),
                    // It was connected before: the console did not hear of it.
                    Some(_) => self.reply_agent(peer.id, AgentEvent::Connected { conversation }),
                    None => {}
                }
            }
            AgentCommand::Say { conversation, claim, message, text } => {
                self.agent_says(now, peer, &me, &conversation, claim, message, text)
            }
            AgentCommand::Type { conversation, claim } => {
                if self
                    .claimed(peer.id, &me, &conversation, claim, State::is_held_or_promised)
                    .is_some()
                {
                    self.tell_visitor(&conversation, VisitorEvent::AgentTyping {});
                }
            }
            AgentCommand::MarkReceived { conversation, claim, seq } => {
                self.agent_marks(peer.id, &me, (&conversation, claim), seq, Mark::Received)
            }
            AgentCommand::MarkRead { conversation, claim, seq } => {
                self.agent_marks(peer.id, &me, (&conversation, claim), seq, Mark::Read)
            }
            AgentCommand::Resolve { conversation, claim, outcome, reason } => {
                if !matches!(outcome, Outcome::Resolved | Outcome::Unresolved | Outcome::FollowUp) {
                    let rejection = Rejection::new(
                        RejectionCode::Malformed,
                        "expected resolved, unresolved or follow_up",
                    );
                    return self.reply_agent(
                        peer.id,
                        AgentEvent::Rejected { rejection: rejection.at("command.resolve.outcome") },
                    );
                }
                if self.claimed(peer.id, &me, &conversation, claim, State::is_held).is_some() {
                    self.close(now, &conversation, outcome, Some(reason));
                }
            }
            AgentCommand::Fulfil { conversation, note } => {
                self.fulfil(now, peer.id, &me, &conversation, note)
            }
            AgentCommand::Open { conversation } => self.open(peer.id, &me, &conversation),
            AgentCommand::ClaimPromise { conversation } => {
                self.claim_promise(now, peer.id, &me, &conversation)
            }
            AgentCommand::ReleasePromise { conversation } => {
                self.release_promise(now, peer.id, &me, &conversation)
            }
            AgentCommand::DismissMissed { conversation } => {
                self.dismiss_missed(now, peer.id, &me, &conversation)
            }
            AgentCommand::Erase { conversation } => {
                self.supervisor_erases(now, peer.id, &me, &conversation)
            }
            AgentCommand::Ping {} => self.reply_agent(peer.id, AgentEvent::Pong { now }),
            AgentCommand::ReadMessages { conversation, before } => {
                self.read_messages(peer.id, &me, &conversation, before)
            }
            AgentCommand::ReadTranscript { conversation, before } => {
                self.read_transcript(peer.id, &me, &conversation, before)
            }
        }
    }

    fn watch(&mut self, now: Millis, peer: &Peer, me: &AgentId) {
        self.listen(now, peer, Listener::Agent(me.clone()));
        self.reply_signed_in(now, peer.id, me);
        let supervisor = self.roster.get(me).is_some_and(|agent| agent.settings.supervisor);
        let board = self.board(now, supervisor);
        self.reply_agent(peer.id, AgentEvent::Board { board });
        let mine: Vec<_> = self
            .roster
            .get(me)
            .map_or_else(Vec::new, |agent| agent.holds.iter().cloned().collect());
        for id in mine {
            let Some(conversation) = self.conversations.get(&id) else { continue };
            let (card, event) = match conversation.state() {
                State::Offered { until, .. } => (None, Some(offered(conversation, *until, None))),
                State::Live { agent, transfer: Some(transfer), .. } if transfer.to == *me => {
                    let note = Note {
                        from: self.roster.name(agent),
                        at: now,
                        text: transfer.note.clone(),
                    };
                    (
                        None,
                        Some(offered(conversation, transfer.until, Some((transfer.claim, note)))),
                    )
                }
                State::Live { transfer: Some(transfer), .. } => {
                    let to = self.roster.name(&transfer.to);
                    (
                        Some(accepted(conversation)),
                        Some(AgentEvent::Transferring {
                            conversation: id.clone(),
                            to,
                            until: transfer.until,
                        }),
                    )
                }
                _ => (Some(accepted(conversation)), None),
            };
            card.into_iter().for_each(|card| self.reply_card(peer.id, card));
            event.into_iter().for_each(|event| self.reply_agent(peer.id, event));
        }
    }

    /// Notes that an agent does something.
    fn works(&mut self, now: Millis, me: &AgentId) {
        let Some(agent) = self.roster.get_mut(me) else { return };
        if !agent.works(now) {
            return;
        }
        // Who asks by request has no console that could be gone: they are there for as long as a
        // console may be away.
        if !agent.is_here() {
            agent.presence.gone_since = Some(now);
            self.watch_for_vanishing(me);
        }
        self.agent_noted(me);
    }

    /// The conversation, if this agent holds it under that claim and it is in a fitting state;
    /// otherwise says so. Absent and held by somebody else are one answer.
    pub(crate) fn claimed(
        &mut self,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
        claim: Claim,
        fits: impl Fn(&State) -> bool,
    ) -> Option<&mut Conversation> {
        let is_mine = self.conversations.get(id).is_some_and(|c| {
            c.state().agent().or(c.state().owner()) == Some(me) && c.claim == claim
        });
        if !is_mine {
            self.reject_agent(peer, RejectionCode::StaleClaim, STALE);
            return None;
        }
        if !self.conversations.get(id).is_some_and(|c| fits(c.state())) {
            self.reject_agent(peer, RejectionCode::NotNow, "not in this state");
            return None;
        }
        self.conversations.get_mut(id)
    }
}

/// What only a person does: who is at work is not absent. Consoles watch, ping and say by
/// themselves that something came.
fn is_work(command: &SessionCommand) -> bool {
    !matches!(
        command,
        AgentCommand::SignOut {}
            | AgentCommand::Watch {}
            | AgentCommand::SetAvailable { .. }
            | AgentCommand::MarkReceived { .. }
            | AgentCommand::Unreadable { .. }
            | AgentCommand::CheckHold { .. }
            | AgentCommand::Ping {}
    )
}
