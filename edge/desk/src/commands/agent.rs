//! What agents ask.

use protocol::{
    AgentCommand, AgentId, Author, ConversationId, Message, MessageId, Millis, Note, Outcome,
    Rejection, RejectionCode, Text, VisitorEvent, WithdrawnBecause, limits,
};

use crate::{
    commands::visitor::Mark,
    desk::Desk,
    flow::offers::offered,
    log::kind::EventKind,
    site::settings::ms,
    state::{
        conversation::Conversation,
        credentials::{Credential, CredentialKind, Digest, SIGN_IN_MS},
        listeners::Listener,
        peer::{Peer, PeerId},
        standing::State,
    },
    store::Record,
    wire::card::{AgentEvent, accepted},
};

const STALE: &str = "you do not hold this conversation";
/// What an agent may write in a conversation that is full for the visitor.
const AGENT_MORE_MESSAGES: usize = 200;
const AGENT_MORE_BYTES: usize = 128 * 1024;

impl Desk {
    /// The agent whose cookie a peer has.
    pub(crate) fn agent_behind(&self, now: Millis, peer: &Peer) -> Option<AgentId> {
        let agent = self.access.agent(now, CredentialKind::Cookie, &peer.cookie.as_ref()?.0)?;
        self.roster.get(&agent).is_some().then_some(agent)
    }

    pub(crate) fn agent_asks(&mut self, now: Millis, peer: &Peer, command: AgentCommand) {
        let me = match (&command, self.agent_behind(now, peer)) {
            (AgentCommand::SignIn { link }, _) => return self.sign_in(now, peer, &link.0),
            (_, None) => return self.session_ended(now, peer.id),
            (_, Some(me)) => me,
        };
        if is_work(&command) {
            self.works(now, &me);
        }
        match command {
            AgentCommand::SignIn { link } => self.sign_in(now, peer, &link.0),
            AgentCommand::SignOut {} => {
                if let Some(cookie) = &peer.cookie {
                    let hash = Digest::of(&cookie.0);
                    self.access.remove(&hash);
                    self.save(Record::CredentialEnded(hash));
                }
                self.unsubscribe(now, &me);
                // Who says that they go is not waited for.
                self.give_back(now, &me, EventKind::AgentSignedOut);
                self.reply_agent(peer.id, AgentEvent::SignedOut {});
            }
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
                let is_held =
                    |state: &State| matches!(state, State::Reviewing { .. } | State::Live { .. });
                match self
                    .claimed(peer.id, &me, &conversation, claim, is_held)
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
                if self.claimed(peer.id, &me, &conversation, claim, is_theirs).is_some() {
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
                if self.claimed(peer.id, &me, &conversation, claim, is_live).is_some() {
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
                if !self.is_supervisor(peer.id, &me) {
                    return;
                }
                match self.erase(now, &conversation) {
                    Some(receipt) => {
                        self.tell_visitor(
                            &conversation,
                            VisitorEvent::Erased { receipt: receipt.clone() },
                        );
                        self.tell_erased(&receipt);
                        if !self.is_listening(peer.id, &Listener::Agent(me)) {
                            self.reply_agent(peer.id, AgentEvent::Erased { receipt });
                        }
                    }
                    None => {
                        self.reject_agent(peer.id, RejectionCode::NotFound, "no such conversation")
                    }
                }
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

    fn sign_in(&mut self, now: Millis, peer: &Peer, link: &str) {
        for hash in self.access.expired(now) {
            self.access.remove(&hash);
            self.save(Record::CredentialEnded(hash));
        }
        let agent = self
            .access
            .agent(now, CredentialKind::Link, link)
            .filter(|agent| self.roster.get(agent).is_some());
        let (Some(me), Some(cookie)) = (agent, &peer.cookie) else {
            return self.reply_agent(peer.id, AgentEvent::SignedOut {});
        };
        // Once: the link ends here.
        let used = Digest::of(link);
        self.access.remove(&used);
        self.save(Record::CredentialEnded(used));
        let credential = Credential::new(CredentialKind::Cookie, me.clone(), now + SIGN_IN_MS);
        self.save(Record::Credential(Digest::of(&cookie.0), credential.clone()));
        self.access.add(Digest::of(&cookie.0), credential);
        self.event(now, None, Some(&me), EventKind::AgentSignedIn);
        self.reply_signed_in(now, peer.id, &me);
    }

    fn signed_in(&self, now: Millis, me: &AgentId) -> Option<AgentEvent> {
        let agent = self.roster.get(me)?;
        Some(AgentEvent::SignedIn {
            agent: me.clone(),
            name: agent.settings.name.clone(),
            available: agent.presence.available,
            supervisor: agent.settings.supervisor,
            away_because: agent.presence.away_because,
            now,
        })
    }

    fn reply_signed_in(&mut self, now: Millis, peer: PeerId, me: &AgentId) {
        if let Some(event) = self.signed_in(now, me) {
            self.reply_agent(peer, event);
        }
    }

    /// To every tab of the agent, and to whoever asked.
    pub(crate) fn tell_signed_in(&mut self, now: Millis, asked: Option<PeerId>, me: &AgentId) {
        if let Some(peer) =
            asked.filter(|peer| !self.is_listening(*peer, &Listener::Agent(me.clone())))
        {
            self.reply_signed_in(now, peer, me);
        }
        if let Some(event) = self.signed_in(now, me) {
            self.tell_agent(me, event);
        }
    }

    fn agent_marks(
        &mut self,
        peer: PeerId,
        me: &AgentId,
        held: (&ConversationId, u64),
        seq: u64,
        mark: Mark,
    ) {
        let (id, claim) = held;
        let Some(conversation) = self.claimed(peer, me, id, claim, is_theirs) else { return };
        let seq = seq.min(conversation.last());
        let (marked, event) = match mark {
            Mark::Received => (&mut conversation.agent_received, VisitorEvent::Received { seq }),
            Mark::Read => (&mut conversation.agent_read, VisitorEvent::Read { seq }),
        };
        if seq > *marked {
            *marked = seq;
            self.changed(id);
            self.tell_visitor(id, event);
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

    #[expect(clippy::too_many_arguments, reason = "the fields of one command")]
    fn agent_says(
        &mut self,
        now: Millis,
        peer: &Peer,
        me: &AgentId,
        id: &ConversationId,
        claim: u64,
        message_id: MessageId,
        text: Text,
    ) {
        let idle_at = now + ms(self.settings.times.idle_seconds);
        let is_held = |state: &State| matches!(state, State::Live { .. } | State::Promised { .. });
        let name = self.roster.name(me);
        let Some(conversation) = self.claimed(peer.id, me, id, claim, is_held) else { return };
        if let Some(known) = conversation.said_before(&message_id) {
            let event = if known.text == text && known.author == Author::Agent {
                AgentEvent::Said { conversation: id.clone(), message: known.clone() }
            } else {
                let rejection = Rejection::new(
                    RejectionCode::Conflict,
                    "this message id came before with another text",
                );
                AgentEvent::Rejected { rejection: rejection.about(message_id) }
            };
            return self.reply_agent(peer.id, event);
        }
        // A little beyond what the visitor may fill, so that the agent can say so.
        let bytes = text.reveal().len();
        let (messages, most) = (
            limits::MAX_CONVERSATION_MESSAGES + AGENT_MORE_MESSAGES,
            limits::MAX_CONVERSATION_BYTES + AGENT_MORE_BYTES,
        );
        if !conversation.messages.has_room(bytes, messages, most) {
            let rejection = Rejection::new(
                RejectionCode::Full,
                "this conversation holds as much as it may: close it",
            )
            .about(message_id);
            return self.reply_agent(peer.id, AgentEvent::Rejected { rejection });
        }
        let network = conversation.network;
        let message = conversation.say(now, message_id, Some(name), text);
        conversation.stir(idle_at);
        self.rate_limits.grew(network.as_ref(), bytes as u64);
        self.save(Record::Message(id.clone(), message.clone()));
        self.event(now, Some(id), Some(me), EventKind::AgentSaid);
        self.changed(id);
        if !self.is_listening(peer.id, &Listener::Agent(me.clone())) {
            self.reply_agent(
                peer.id,
                AgentEvent::Said { conversation: id.clone(), message: message.clone() },
            );
        }
        self.tell_said(id, &message);
        self.tell_visitor(id, VisitorEvent::Said { message });
    }

    /// What was said, to the agent who holds it; of a promise, to every agent.
    pub(crate) fn tell_said(&mut self, id: &ConversationId, message: &Message) {
        let said = AgentEvent::Said { conversation: id.clone(), message: message.clone() };
        match self.conversations.get(id).map(|conversation| conversation.state()) {
            Some(State::Promised { .. }) => self.tell_agents(&said),
            Some(State::Reviewing { agent, .. } | State::Live { agent, .. }) => {
                let agent = agent.clone();
                self.tell_agent(&agent, said);
            }
            _ => {}
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
        claim: u64,
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
fn is_work(command: &AgentCommand) -> bool {
    !matches!(
        command,
        AgentCommand::SignIn { .. }
            | AgentCommand::SignOut {}
            | AgentCommand::Watch {}
            | AgentCommand::SetAvailable { .. }
            | AgentCommand::MarkReceived { .. }
            | AgentCommand::Unreadable { .. }
            | AgentCommand::CheckHold { .. }
            | AgentCommand::Ping {}
    )
}

/// Somebody talks with the visitor, or may.
fn is_theirs(state: &State) -> bool {
    is_live(state) || matches!(state, State::Promised { .. })
}

pub(crate) fn is_live(state: &State) -> bool {
    matches!(state, State::Reviewing { .. } | State::Live { .. })
}
