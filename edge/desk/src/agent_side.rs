//! What agents ask.

use protocol::{
    AgentCommand, AgentEvent, AgentId, Author, ConversationId, MessageId, Millis, Outcome, Rejection, RejectionCode, Text, VisitorEvent,
    WithdrawnBecause,
};

use crate::{
    access::{Hash, Pass, PassKind, SIGN_IN_MS},
    conversation::{Conversation, State},
    desk::{Desk, Peer, PeerId},
    listeners::Listener,
    settings::ms,
    store::Record,
};

const STALE: &str = "you do not hold this conversation";

impl Desk {
    pub(crate) fn agent_asks(&mut self, now: Millis, peer: &Peer, command: AgentCommand) {
        if let AgentCommand::SignIn { link } = &command {
            return self.sign_in(now, peer, &link.0);
        }
        let agent = peer.cookie.as_ref().and_then(|cookie| self.access.agent(now, PassKind::Cookie, &cookie.0));
        let Some(me) = agent.filter(|agent| self.roster.get(agent).is_some()) else {
            return self.reply_agent(peer.id, AgentEvent::SignedOut {});
        };
        match command {
            AgentCommand::SignIn { .. } => unreachable!("answered above"),
            AgentCommand::SignOut {} => {
                if let Some(cookie) = &peer.cookie {
                    let hash = Hash::of(&cookie.0);
                    self.access.remove(&hash);
                    self.save(Record::PassEnded(hash));
                }
                self.deafen(now, &me);
                self.reply_agent(peer.id, AgentEvent::SignedOut {});
            }
            AgentCommand::Watch {} => self.watch(now, peer, &me),
            AgentCommand::SetAvailable { available } => {
                if let Some(agent) = self.roster.get_mut(&me) {
                    agent.presence.available = available;
                    self.agent_changed(now, &me, if available { "agent_available" } else { "agent_away" });
                }
                self.reply_signed_in(peer.id, &me);
            }
            AgentCommand::Accept { conversation, claim } => self.accept(now, peer.id, &me, &conversation, claim),
            AgentCommand::Decline { conversation, claim } => {
                if self.claimed(peer.id, &me, &conversation, claim, |state| matches!(state, State::Offered { .. })).is_some() {
                    self.decline(now, &me, &conversation);
                }
            }
            AgentCommand::Connect { conversation, claim } => {
                let is_held = |state: &State| matches!(state, State::Reviewing { .. } | State::Live { .. });
                if self.claimed(peer.id, &me, &conversation, claim, is_held).is_some() {
                    self.connect(now, &conversation);
                }
            }
            AgentCommand::Say { conversation, claim, message, text } => self.agent_says(now, peer, &me, &conversation, claim, message, text),
            AgentCommand::Type { conversation, claim } => {
                if self.claimed(peer.id, &me, &conversation, claim, is_live).is_some() {
                    self.tell_visitor(&conversation, VisitorEvent::AgentTyping {});
                }
            }
            AgentCommand::MarkReceived { conversation, claim, seq } => {
                if let Some(held) = self.claimed(peer.id, &me, &conversation, claim, is_live) {
                    let seq = seq.min(held.last());
                    if seq > held.agent_received {
                        held.agent_received = seq;
                        self.changed(&conversation);
                        self.tell_visitor(&conversation, VisitorEvent::Received { seq });
                    }
                }
            }
            AgentCommand::Resolve { conversation, claim, outcome, reason } => {
                if !matches!(outcome, Outcome::Resolved | Outcome::Unresolved | Outcome::FollowUp) {
                    let rejection = Rejection::new(RejectionCode::Malformed, "expected resolved, unresolved or follow_up");
                    return self.reply_agent(peer.id, AgentEvent::Rejected { rejection: rejection.at("command.resolve.outcome") });
                }
                if self.claimed(peer.id, &me, &conversation, claim, is_live).is_some() {
                    self.close(now, &conversation, outcome, Some(reason));
                }
            }
            AgentCommand::Fulfil { conversation } => {
                if self.promised(&conversation).is_some() {
                    self.close(now, &conversation, Outcome::Fulfilled, None);
                } else {
                    self.reject_agent(peer.id, RejectionCode::NotFound, "nothing is promised there");
                }
            }
            AgentCommand::Open { conversation } => match self.promised(&conversation) {
                Some(promised) => {
                    let (card, messages) = (Box::new(promised.package.clone()), promised.messages.clone());
                    self.reply_agent(peer.id, AgentEvent::Opened { conversation, card, messages });
                }
                None => self.reject_agent(peer.id, RejectionCode::NotFound, "nothing is promised there"),
            },
            AgentCommand::Ping {} => self.reply_agent(peer.id, AgentEvent::Pong {}),
        }
    }

    fn sign_in(&mut self, now: Millis, peer: &Peer, link: &str) {
        for hash in self.access.expired(now) {
            self.access.remove(&hash);
            self.save(Record::PassEnded(hash));
        }
        let agent = self.access.agent(now, PassKind::Link, link).filter(|agent| self.roster.get(agent).is_some());
        let (Some(me), Some(cookie)) = (agent, &peer.cookie) else {
            return self.reply_agent(peer.id, AgentEvent::SignedOut {});
        };
        // Once: the link ends here.
        let used = Hash::of(link);
        self.access.remove(&used);
        self.save(Record::PassEnded(used));
        let pass = Pass { kind: PassKind::Cookie, agent: me.clone(), until: now + SIGN_IN_MS };
        self.save(Record::Pass(Hash::of(&cookie.0), pass.clone()));
        self.access.add(Hash::of(&cookie.0), pass);
        self.event(now, None, Some(&me), "agent_signed_in");
        self.reply_signed_in(peer.id, &me);
    }

    fn reply_signed_in(&mut self, peer: PeerId, me: &AgentId) {
        if let Some(agent) = self.roster.get(me) {
            let (name, available) = (agent.settings.name.clone(), agent.presence.available);
            self.reply_agent(peer, AgentEvent::SignedIn { agent: me.clone(), name, available });
        }
    }

    fn watch(&mut self, now: Millis, peer: &Peer, me: &AgentId) {
        self.listen(now, peer, Listener::Agent(me.clone()));
        self.reply_signed_in(peer.id, me);
        let board = self.board(now);
        self.reply_agent(peer.id, AgentEvent::Board { board });
        let mine: Vec<_> = self.conversations.values().filter(|c| c.state.agent() == Some(me)).map(|c| c.id.clone()).collect();
        for id in mine {
            let Some(conversation) = self.conversations.get(&id) else { continue };
            let event = match &conversation.state {
                State::Offered { until, .. } => AgentEvent::Offered {
                    conversation: id.clone(),
                    claim: conversation.claim,
                    until: *until,
                    summary: conversation.package.summary.clone(),
                    priority: conversation.package.escalation.priority,
                    category: conversation.package.category.clone(),
                },
                _ => accepted(conversation),
            };
            self.reply_agent(peer.id, event);
        }
    }

    fn accept(&mut self, now: Millis, peer: PeerId, me: &AgentId, id: &ConversationId, claim: u64) {
        let Some(conversation) = self.claimed(peer, me, id, claim, |_| true) else { return };
        if let State::Offered { .. } = conversation.state {
            let until = now + ms(self.settings.times.review_seconds);
            self.enter(now, id, State::Reviewing { agent: me.clone(), until }, "accepted");
            let agent = self.roster.name(me);
            self.tell_visitor(id, VisitorEvent::Reviewing { agent, until });
        }
        if let Some(conversation) = self.conversations.get(id) {
            let event = accepted(conversation);
            self.tell_agent(me, event);
        }
    }

    fn decline(&mut self, now: Millis, me: &AgentId, id: &ConversationId) {
        let ask_again = now + ms(self.settings.times.ask_again_seconds);
        if let Some(conversation) = self.conversations.get_mut(id) {
            conversation.passed_by.insert(me.clone(), ask_again);
        }
        self.withdraw(id, me, WithdrawnBecause::Declined);
        self.requeue(now, id, "declined");
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one command")]
    fn agent_says(&mut self, now: Millis, peer: &Peer, me: &AgentId, id: &ConversationId, claim: u64, message_id: MessageId, text: Text) {
        let idle_at = now + ms(self.settings.times.idle_seconds);
        let is_held = |state: &State| matches!(state, State::Live { .. });
        let Some(conversation) = self.claimed(peer.id, me, id, claim, is_held) else { return };
        if let Some(known) = conversation.said(&message_id) {
            let event = if known.text == text && known.author == Author::Agent {
                AgentEvent::Said { conversation: id.clone(), message: known.clone() }
            } else {
                let rejection = Rejection::new(RejectionCode::Conflict, "this message id came before with another text");
                AgentEvent::Rejected { rejection: rejection.about(message_id) }
            };
            return self.reply_agent(peer.id, event);
        }
        let message = conversation.say(now, message_id, Author::Agent, text);
        conversation.state = State::Live { agent: me.clone(), idle_at };
        self.save(Record::Message(id.clone(), message.clone()));
        self.event(now, Some(id), Some(me), "agent_said");
        self.changed(id);
        if !self.is_listening(peer.id, &Listener::Agent(me.clone())) {
            self.reply_agent(peer.id, AgentEvent::Said { conversation: id.clone(), message: message.clone() });
        }
        self.tell_agent(me, AgentEvent::Said { conversation: id.clone(), message: message.clone() });
        self.tell_visitor(id, VisitorEvent::Said { message });
    }

    /// The conversation, if this agent holds it under that claim and it is in a fitting state; otherwise says so. Absent and
    /// held by somebody else are one answer.
    fn claimed(&mut self, peer: PeerId, me: &AgentId, id: &ConversationId, claim: u64, fits: impl Fn(&State) -> bool) -> Option<&mut Conversation> {
        let is_mine = self.conversations.get(id).is_some_and(|c| c.state.agent() == Some(me) && c.claim == claim);
        if !is_mine {
            self.reject_agent(peer, RejectionCode::StaleClaim, STALE);
            return None;
        }
        if !self.conversations.get(id).is_some_and(|c| fits(&c.state)) {
            self.reject_agent(peer, RejectionCode::NotNow, "not in this state");
            return None;
        }
        self.conversations.get_mut(id)
    }

    fn promised(&self, id: &ConversationId) -> Option<&Conversation> {
        self.conversations.get(id).filter(|c| matches!(c.state, State::Promised { .. }))
    }
}

fn is_live(state: &State) -> bool {
    matches!(state, State::Reviewing { .. } | State::Live { .. })
}

fn accepted(conversation: &Conversation) -> AgentEvent {
    AgentEvent::Accepted {
        conversation: conversation.id.clone(),
        claim: conversation.claim,
        card: Box::new(conversation.package.clone()),
        messages: conversation.messages.clone(),
        review_until: match conversation.state {
            State::Reviewing { until, .. } => Some(until),
            _ => None,
        },
        visitor_present: conversation.visitor_gone_since.is_none(),
        visitor_received: conversation.visitor_received,
    }
}
