//! What each event of the desk changes.

use protocol::{
    AgentEvent, Author, ConversationId, Message, Millis, Seq, TransferFailure, WithdrawnBecause,
};
use std::rc::Rc;

use crate::{said, speech::own};

use super::{Form, Held, Offer, Opened, Over, SignedIn, SignedOut, State, Talk};

/// How long "is typing" stands without news, in ms.
const TYPING_MS: Millis = 4_000;

impl State {
    pub(super) fn hear(&mut self, event: AgentEvent, now: Millis) {
        self.ring_for(&event);
        match event {
            AgentEvent::SignedIn { .. } => self.is_signed_in(event),
            AgentEvent::SignedOut {} => self.signed_out(),
            AgentEvent::Board { board } => self.board_changed(board),
            AgentEvent::Offered {
                conversation,
                claim,
                until,
                summary,
                priority,
                category,
                note,
            } => {
                self.offers.insert(
                    conversation,
                    Offer { claim, until, summary, priority, category, note },
                );
            }
            AgentEvent::Withdrawn { conversation, claim, because } => {
                // What is offered anew to this agent has a later claim.
                self.offers.retain(|id, offer| *id != conversation || offer.claim > claim);
                if self.held.get(&conversation).is_some_and(|held| held.claim == claim) {
                    self.end(&conversation, Over::Withdrawn(because));
                }
            }
            AgentEvent::Accepted { .. } => self.accepted(event),
            AgentEvent::Connected { conversation } => {
                self.with_held(&conversation, |held| held.review_until = None)
            }
            AgentEvent::Transferring { conversation, to, until } => {
                self.with_held(&conversation, |held| {
                    held.transferring = Some((to, until));
                    held.form = Form::Answer;
                })
            }
            AgentEvent::TransferFailed { conversation, because } => {
                self.transfer_failed(&conversation, because)
            }
            AgentEvent::Closing { conversation, at } => {
                self.with_held(&conversation, |held| held.closing_at = Some(at))
            }
            AgentEvent::PromiseDue { promise } => {
                self.due.retain(|row| row.conversation != promise.conversation);
                self.due.push(promise);
            }
            AgentEvent::Erased { receipt } => self.erased(&receipt),
            AgentEvent::Said { conversation, message } => self.said(&conversation, message),
            AgentEvent::Received { conversation, seq } => self.with_held(&conversation, |held| {
                held.visitor_received = held.visitor_received.max(seq)
            }),
            AgentEvent::Read { conversation, seq } => {
                self.with_held(&conversation, |held| held.visitor_read = held.visitor_read.max(seq))
            }
            AgentEvent::VisitorTyping { conversation } => self.with_held(&conversation, |held| {
                held.typing_until = if held.over.is_none() { now + TYPING_MS } else { 0 }
            }),
            AgentEvent::Visited { conversation, page } => {
                self.with_held(&conversation, |held| held.talk_mut().page = Some(page))
            }
            AgentEvent::VisitorPresent { conversation, present } => {
                self.with_held(&conversation, |held| held.visitor_present = present)
            }
            AgentEvent::Closed { conversation, outcome } => {
                self.end(&conversation, Over::Closed(outcome));
                self.with_opened(&conversation, |opened| opened.is_over = true);
                self.parked.remove(&conversation);
            }
            AgentEvent::Opened {
                conversation,
                claim,
                card,
                requested_at,
                transcript_before,
                card_lost,
                messages,
                notes,
            } => {
                let mut talk = Talk {
                    card: Rc::new(*card),
                    card_lost,
                    page: None,
                    requested_at,
                    transcript_before,
                    messages,
                    unsent: Vec::new(),
                    notes,
                    redrafts: 0,
                };
                match &self.opened {
                    Some((id, known)) if *id == conversation => talk.goes_on_from(&known.talk),
                    _ => {
                        self.close_opened();
                        self.at_end = false;
                    }
                }
                let parked = self.parked.remove(&conversation);
                talk.also_unsent(
                    parked.map(|parked| parked.talk.unsent.clone()).unwrap_or_default(),
                );
                talk.also_unsent(self.remembered.remove(&conversation).unwrap_or_default());
                self.opened = Some((
                    conversation,
                    Rc::new(Opened { claim, talk: Rc::new(talk), is_over: false }),
                ));
                self.sees();
            }
            AgentEvent::Messages { conversation, messages } => {
                self.with_held(&conversation, |held| held.talk_mut().earlier(messages.clone()));
                self.with_opened(&conversation, |opened| {
                    opened.talk_mut().earlier(messages.clone())
                });
            }
            AgentEvent::Transcript { conversation, from, lines } => {
                self.with_held(&conversation, |held| {
                    held.talk_mut().earlier_lines(from, lines.clone())
                });
                self.with_opened(&conversation, |opened| {
                    opened.talk_mut().earlier_lines(from, lines.clone())
                });
            }
            AgentEvent::Gone { conversation } => self.gone(&conversation),
            AgentEvent::Rejected { rejection } => self.refuse(&rejection, now),
            AgentEvent::Pong { .. } => self.replayed = true,
        }
    }

    fn signed_out(&mut self) {
        let is_asked = matches!(self.asked, Some((protocol::AgentCommand::SignOut {}, _)));
        let because = match &self.signed_in {
            SignedIn::As { .. } if is_asked => SignedOut::Asked,
            SignedIn::As { .. } => SignedOut::Ended,
            SignedIn::No(because) => *because,
            SignedIn::Asking => SignedOut::Never,
        };
        // Nothing of the visitors stays on the screen.
        *self = Self {
            online: self.online,
            visible: self.visible,
            link_refused: self.link_refused,
            signed_in: SignedIn::No(because),
            ..Self::default()
        };
    }

    fn accepted(&mut self, event: AgentEvent) {
        let AgentEvent::Accepted {
            conversation,
            claim,
            card,
            requested_at,
            transcript_before,
            card_lost,
            messages,
            notes,
            review_until,
            may_extend,
            visitor_present,
            visitor_received,
            visitor_read,
            agent_read,
            page,
        } = event
        else {
            return;
        };
        self.offers.remove(&conversation);
        self.told.insert(conversation.clone());
        self.ended.retain(|(id, _)| *id != conversation);
        let mut talk = Talk {
            card: Rc::new(*card),
            card_lost,
            page,
            requested_at,
            transcript_before,
            messages,
            unsent: Vec::new(),
            notes,
            redrafts: 0,
        };
        talk.also_unsent(self.remembered.remove(&conversation).unwrap_or_default());
        let known = self.held.remove(&conversation);
        let same = known.as_ref().filter(|known| known.claim == claim && known.over.is_none());
        let (form, new_from) =
            same.map_or((Form::Answer, None), |known| (known.form, known.new_from));
        let transferring = same.and_then(|known| known.transferring.clone());
        let seen = known.as_ref().map_or(Seq::NONE, |known| known.agent_read);
        if let Some(known) = &known {
            talk.goes_on_from(&known.talk);
            talk.also_lost(&known.talk, &self.called);
        }
        let mut held = Held {
            claim,
            talk: Rc::new(talk),
            form,
            review_until,
            may_extend,
            // The desk tells it again if it still stands.
            transferring: transferring.filter(|_| self.replayed),
            closing_at: None,
            visitor_present,
            visitor_received,
            visitor_read,
            agent_read: agent_read.max(seen),
            new_from,
            typing_until: 0,
            over: None,
        };
        held.new_from = held.new_from.or_else(|| held.first_unread());
        let has_unread = held.first_unread().is_some();
        self.held.insert(conversation.clone(), Rc::new(held));
        if self.awaited.as_ref() == Some(&conversation) {
            self.awaited = None;
            self.select(conversation);
        } else if matches!(
            self.asked,
            Some((protocol::AgentCommand::Take { conversation: None }, _))
        ) && self.replayed
            && known.is_none()
        {
            self.asked = None;
            self.select(conversation);
        } else if self.selected.is_none() && self.opened.is_none() && (self.replayed || !has_unread)
        {
            // What is new after a reload stays new until the agent turns to it.
            self.select(conversation);
        }
        self.sees();
    }

    fn said(&mut self, conversation: &ConversationId, message: Message) {
        let is_looked_at = self.is_looked_at(conversation);
        let is_visitors = message.author == Author::Visitor;
        let heard = message.clone();
        self.with_held(conversation, |held| {
            held.closing_at = None;
            if !held.talk_mut().hear(heard) {
                return;
            }
            if is_visitors {
                held.typing_until = 0;
            } else {
                held.new_from = None;
            }
            if is_looked_at {
                held.agent_read = held.agent_read.max(held.talk.last());
            } else if is_visitors {
                held.new_from = held.new_from.or_else(|| held.first_unread());
            }
        });
        if self.held.contains_key(conversation) {
            return;
        }
        if let Some(parked) = self.parked.get_mut(conversation) {
            Rc::make_mut(parked).talk_mut().hear(message.clone());
            self.parked.retain(|_, parked| !parked.talk.unsent.is_empty());
        }
        let heard = message.clone();
        let mut is_new = true;
        self.with_opened(conversation, |opened| is_new = opened.talk_mut().hear(heard));
        if is_new
            && is_visitors
            && !is_looked_at
            && self.board.promises.iter().any(|row| row.conversation == *conversation)
        {
            *self.promise_news.entry(conversation.clone()).or_default() += 1;
        }
    }

    fn transfer_failed(&mut self, conversation: &ConversationId, because: TransferFailure) {
        let to = self
            .held
            .get(conversation)
            .and_then(|held| held.transferring.clone())
            .map(|(to, _)| to);
        let to = to.map_or_else(|| said::another_agent().into(), |to| own(&to));
        self.with_held(conversation, |held| held.transferring = None);
        self.tell(
            false,
            match because {
                TransferFailure::Declined => said::transfer_declined(to),
                TransferFailure::Expired => said::transfer_expired(to),
                TransferFailure::NobodyFree => said::transfer_nobody_free(),
            },
        );
    }

    /// Whatever shows it is cleared.
    fn erased(&mut self, receipt: &protocol::Receipt) {
        let id = &receipt.conversation;
        let by_hand = matches!(
            &self.asked,
            Some((protocol::AgentCommand::Erase { conversation }, _)) if conversation == id
        );
        let was_here = self.clear(id);
        if by_hand {
            self.tell(false, said::deleted(receipt.messages, id.0.clone()));
        } else if was_here {
            self.tell(false, said::deleted_on_request());
        }
    }

    /// What is over stays over as it was first told.
    fn end(&mut self, id: &ConversationId, over: Over) {
        if self.held.get(id).is_none_or(|held| held.over.is_some()) {
            return;
        }
        self.with_held(id, |held| {
            held.over = Some(over);
            held.form = Form::Answer;
            held.review_until = None;
            held.transferring = None;
            held.closing_at = None;
            held.typing_until = 0;
            // Nobody is answered by reading it later.
            held.agent_read = held.talk.last();
        });
        if let Over::Withdrawn(WithdrawnBecause::AgentGone) = over {
            self.tell(true, said::connection_was_gone());
        }
    }
}
