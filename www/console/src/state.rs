//! What the console knows, and what an event changes. No DOM, no network.

use protocol::{
    AgentCommand, AgentEvent, AgentId, Board, Category, ContextPackage, ConversationId, Message, MessageId, Millis, Note, Outcome, Priority,
    PromiseRow, Rejection, RejectionCode, Text, TransferFailure, WithdrawnBecause,
};
use std::{collections::BTreeMap, rc::Rc};
use yew::Reducible;

/// How long "is typing" stands without news, in ms.
const TYPING_MS: Millis = 4_000;

#[derive(Clone, Debug, PartialEq)]
pub enum SignedIn {
    /// Not known yet.
    Asking,
    As {
        agent: AgentId,
        name: String,
        available: bool,
        supervisor: bool,
    },
    No,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub claim: u64,
    pub until: Millis,
    pub summary: Text,
    pub priority: Priority,
    pub category: Category,
    /// Another agent passes it on.
    pub note: Option<Note>,
}

/// A conversation that this agent holds, or has just held.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub claim: u64,
    pub card: Rc<ContextPackage>,
    pub messages: Vec<Message>,
    /// Written here and not acknowledged.
    pub unsent: Vec<(MessageId, Text)>,
    pub notes: Vec<Note>,
    pub review_until: Option<Millis>,
    pub may_extend: bool,
    /// Whom it is being passed to, and until when that may be answered.
    pub transferring: Option<(String, Millis)>,
    /// It closes then unless somebody writes.
    pub closing_at: Option<Millis>,
    pub visitor_present: bool,
    pub visitor_received: u64,
    pub typing_until: Millis,
    pub unread: u32,
    pub over: Option<Over>,
}

/// Why it is not held any more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Over {
    Closed(Outcome),
    Withdrawn(WithdrawnBecause),
}

#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub signed_in: SignedIn,
    pub online: bool,
    pub board: Board,
    pub offers: BTreeMap<ConversationId, Offer>,
    pub held: BTreeMap<ConversationId, Held>,
    /// The promise that is looked at.
    pub opened: Option<(ConversationId, Rc<ContextPackage>, Vec<Message>)>,
    pub selected: Option<ConversationId>,
    /// Promises that fall due or were missed, until they are looked at.
    pub due: Vec<PromiseRow>,
    /// What the desk did not take.
    pub problem: Option<String>,
    pub now: Millis,
}

pub enum Action {
    Desk(Box<AgentEvent>, Millis),
    Online(bool),
    Select(ConversationId),
    Wrote {
        conversation: ConversationId,
        id: MessageId,
        text: Text,
    },
    /// Takes a finished conversation off the list.
    PutAway(ConversationId),
    CloseOpened,
    DismissProblem,
    DismissDue,
    Tick(Millis),
}

impl Default for State {
    fn default() -> Self {
        Self {
            signed_in: SignedIn::Asking,
            online: false,
            board: Board::default(),
            offers: BTreeMap::new(),
            held: BTreeMap::new(),
            opened: None,
            selected: None,
            due: Vec::new(),
            problem: None,
            now: 0,
        }
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut state = (*self).clone();
        state.take(action);
        Rc::new(state)
    }
}

impl State {
    fn take(&mut self, action: Action) {
        match action {
            Action::Desk(event, now) => {
                self.now = now;
                self.hear(*event);
            }
            Action::Online(online) => {
                self.online = online;
                if online {
                    // What stands is told again after `watch`.
                    self.offers.clear();
                }
            }
            Action::Select(id) => {
                if let Some(held) = self.held.get_mut(&id) {
                    held.unread = 0;
                }
                self.opened = None;
                self.selected = Some(id);
            }
            Action::Wrote { conversation, id, text } => {
                if let Some(held) = self.held.get_mut(&conversation) {
                    held.unsent.push((id, text));
                }
            }
            Action::PutAway(id) => {
                self.held.remove(&id);
                self.selected = None;
            }
            Action::CloseOpened => self.opened = None,
            Action::DismissProblem => self.problem = None,
            Action::DismissDue => self.due.clear(),
            Action::Tick(now) => {
                self.now = now;
                self.offers.retain(|_, offer| offer.until + 1_000 > now);
            }
        }
    }

    fn hear(&mut self, event: AgentEvent) {
        match event {
            AgentEvent::SignedIn { agent, name, available, supervisor, .. } => self.signed_in = SignedIn::As { agent, name, available, supervisor },
            AgentEvent::SignedOut {} => self.signed_in = SignedIn::No,
            AgentEvent::Board { board } => {
                if let SignedIn::As { agent, available, .. } = &mut self.signed_in
                    && let Some(me) = board.agents.iter().find(|row| row.agent == *agent)
                {
                    *available = me.available;
                }
                self.due.retain(|row| board.promises.iter().any(|own| own.conversation == row.conversation));
                self.board = board;
            }
            AgentEvent::Offered { conversation, claim, until, summary, priority, category, note } => {
                self.offers.insert(conversation, Offer { claim, until, summary, priority, category, note });
            }
            AgentEvent::Withdrawn { conversation, claim, because } => {
                self.offers.remove(&conversation);
                if self.held.get(&conversation).is_some_and(|held| held.claim == claim) {
                    self.end(&conversation, Over::Withdrawn(because));
                }
            }
            AgentEvent::Accepted {
                conversation, claim, card, messages, notes, review_until, may_extend, visitor_present, visitor_received, ..
            } => {
                self.offers.remove(&conversation);
                let known = self.held.remove(&conversation);
                let unsent = known.map(|held| held.unsent).unwrap_or_default();
                let unsent = unsent.into_iter().filter(|(id, _)| !messages.iter().any(|message| message.id == *id)).collect();
                let held = Held {
                    claim,
                    card: Rc::new(*card),
                    messages,
                    unsent,
                    notes,
                    review_until,
                    may_extend,
                    transferring: None,
                    closing_at: None,
                    visitor_present,
                    visitor_received,
                    typing_until: 0,
                    unread: 0,
                    over: None,
                };
                self.held.insert(conversation.clone(), held);
                self.selected.get_or_insert(conversation);
            }
            AgentEvent::Connected { conversation } => {
                if let Some(held) = self.held.get_mut(&conversation) {
                    held.review_until = None;
                }
            }
            AgentEvent::Transferring { conversation, to, until } => {
                if let Some(held) = self.held.get_mut(&conversation) {
                    held.transferring = Some((to, until));
                }
            }
            AgentEvent::TransferFailed { conversation, because } => {
                let to = self.held.get_mut(&conversation).and_then(|held| held.transferring.take()).map(|(to, _)| to);
                let to = to.unwrap_or_else(|| "Another agent".to_owned());
                self.problem = Some(match because {
                    TransferFailure::Declined => format!("{to} declined. The conversation stays with you."),
                    TransferFailure::Expired => format!("{to} did not answer. The conversation stays with you."),
                    TransferFailure::NobodyFree => "Nobody who could take it is free. The conversation stays with you.".to_owned(),
                });
            }
            AgentEvent::Closing { conversation, at } => {
                if let Some(held) = self.held.get_mut(&conversation) {
                    held.closing_at = Some(at);
                }
            }
            AgentEvent::PromiseDue { promise } => {
                self.due.retain(|row| row.conversation != promise.conversation);
                self.due.push(promise);
            }
            AgentEvent::Erased { receipt } => {
                self.held.remove(&receipt.conversation);
                self.opened = None;
                self.problem = Some(format!("Deleted: {} messages. Receipt {}.", receipt.messages, receipt.conversation));
            }
            AgentEvent::Said { conversation, message } => {
                let is_selected = self.selected.as_ref() == Some(&conversation);
                if let Some(held) = self.held.get_mut(&conversation) {
                    held.closing_at = None;
                    held.unsent.retain(|(id, _)| *id != message.id);
                    if !held.messages.iter().any(|known| known.id == message.id) {
                        held.typing_until = 0;
                        held.unread += u32::from(!is_selected && message.author == protocol::Author::Visitor);
                        held.messages.push(message);
                        held.messages.sort_by_key(|message| message.seq);
                    }
                }
            }
            AgentEvent::Received { conversation, seq } => {
                if let Some(held) = self.held.get_mut(&conversation) {
                    held.visitor_received = held.visitor_received.max(seq);
                }
            }
            AgentEvent::VisitorTyping { conversation } => {
                let until = self.now + TYPING_MS;
                if let Some(held) = self.held.get_mut(&conversation) {
                    held.typing_until = until;
                }
            }
            AgentEvent::VisitorPresent { conversation, present } => {
                if let Some(held) = self.held.get_mut(&conversation) {
                    held.visitor_present = present;
                }
            }
            AgentEvent::Closed { conversation, outcome } => self.end(&conversation, Over::Closed(outcome)),
            AgentEvent::Opened { conversation, card, messages, .. } => self.opened = Some((conversation, Rc::new(*card), messages)),
            AgentEvent::Rejected { rejection } => self.refuse(rejection),
            AgentEvent::Read { .. } | AgentEvent::Messages { .. } | AgentEvent::Transcript { .. } | AgentEvent::Pong { .. } => {}
        }
    }

    fn end(&mut self, id: &ConversationId, over: Over) {
        if let Some(held) = self.held.get_mut(id) {
            held.over = Some(over);
            held.review_until = None;
            held.transferring = None;
            held.closing_at = None;
        }
    }

    fn refuse(&mut self, rejection: Rejection) {
        if matches!(rejection.code, RejectionCode::SlowDown | RejectionCode::Unavailable) {
            // The outbox tries again.
            return;
        }
        if let Some(id) = &rejection.message {
            self.held.values_mut().for_each(|held| held.unsent.retain(|(own, _)| own != id));
        }
        self.problem = Some(rejection.why);
    }

    /// What must be sent again after the socket came back.
    pub fn unsent(&self) -> Vec<AgentCommand> {
        self.held
            .iter()
            .filter(|(_, held)| held.over.is_none())
            .flat_map(|(id, held)| {
                held.unsent.iter().map(|(message, text)| AgentCommand::Say {
                    conversation: id.clone(),
                    claim: held.claim,
                    message: message.clone(),
                    text: text.clone(),
                })
            })
            .collect()
    }
}
