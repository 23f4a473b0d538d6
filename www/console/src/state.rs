//! What the console knows, and what an event changes. No DOM, no network, no clock.

mod board;
mod gap;
mod hear;
mod held;
mod news;
mod refusals;
mod signed_in;
mod talk;
#[cfg(test)]
mod tests;
mod work;

use protocol::{
    AgentCommand, AgentEvent, AgentId, Board, Claim, ConversationId, Millis, PromiseRow,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};
use words::Said;
use yew::Reducible;

pub use held::{Form, Held, Offer, Opened, Over};
pub use news::Ring;
pub use signed_in::{SignedIn, SignedOut};
pub use talk::Talk;

use crate::{kept::Unsent, said};

/// So many conversations that were put away may be looked at again.
const RECENTLY_ENDED: usize = 10;

/// Something that the agent is told, until it is dismissed.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub id: u64,
    pub is_problem: bool,
    pub what: Said,
}

#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub signed_in: SignedIn,
    /// Every name that the agent has had since the page was opened: what was said has the name
    /// under which it was said.
    pub called: Rc<BTreeSet<String>>,
    pub link_refused: bool,
    pub online: bool,
    /// The desk has told everything that stands since the connection opened.
    pub replayed: bool,
    /// The conversations that it has told of since.
    told: BTreeSet<ConversationId>,
    /// Whether the tab is in front.
    pub visible: bool,
    /// Whether the end of the conversation that is looked at is on the screen.
    pub at_end: bool,
    pub board: Board,
    pub offers: BTreeMap<ConversationId, Offer>,
    pub held: BTreeMap<ConversationId, Rc<Held>>,
    /// What was put away, the latest first.
    pub ended: Vec<(ConversationId, Rc<Held>)>,
    pub opened: Option<(ConversationId, Rc<Opened>)>,
    /// Promises that were looked at, and to which something written is not acknowledged.
    parked: BTreeMap<ConversationId, Rc<Opened>>,
    pub selected: Option<ConversationId>,
    /// To be selected as soon as this agent holds it.
    pub awaited: Option<ConversationId>,
    /// Promises that fall due or were missed, until they are looked at.
    pub due: Vec<PromiseRow>,
    /// Messages that came to promises which nobody looked at.
    pub promise_news: BTreeMap<ConversationId, u32>,
    pub notices: Vec<Notice>,
    /// What was written before this page was opened, by the conversation that it belongs to.
    pub remembered: BTreeMap<ConversationId, Vec<Unsent>>,
    /// The last thing that the agent asked for by hand, and when.
    pub asked: Option<(AgentCommand, Millis)>,
    pub rings: Vec<Ring>,
    counter: u64,
}

#[derive(Clone)]
pub enum Action {
    Desk(Box<AgentEvent>, Millis),
    Online(bool),
    Visible(bool),
    AtEnd(bool),
    Select(ConversationId),
    /// Selects it once it is held.
    Await(Option<ConversationId>),
    Form(ConversationId, Form),
    Wrote(ConversationId, Unsent),
    Remember(BTreeMap<ConversationId, Vec<Unsent>>),
    Asked(AgentCommand, Millis),
    /// There was no connection to ask on.
    NotAsked,
    /// Takes a finished conversation off the list.
    PutAway(ConversationId),
    TakeOut(ConversationId),
    OfferOver(ConversationId, Claim),
    CloseOpened,
    Dismiss(u64),
    DismissDue,
    LinkRefused,
    /// A frame came that cannot be read; whether the desk can be told of what it was.
    Unreadable(bool),
}

impl Default for State {
    fn default() -> Self {
        Self {
            signed_in: SignedIn::Asking,
            called: Rc::default(),
            link_refused: false,
            online: false,
            replayed: false,
            told: BTreeSet::new(),
            visible: true,
            at_end: false,
            board: Board::default(),
            offers: BTreeMap::new(),
            held: BTreeMap::new(),
            ended: Vec::new(),
            opened: None,
            parked: BTreeMap::new(),
            selected: None,
            awaited: None,
            due: Vec::new(),
            promise_news: BTreeMap::new(),
            notices: Vec::new(),
            remembered: BTreeMap::new(),
            asked: None,
            rings: Vec::new(),
            counter: 0,
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
            Action::Desk(event, now) => self.hear(*event, now),
            Action::Online(online) => {
                self.online = online;
                self.replayed = false;
                if online {
                    // What stands is told again after `watch`.
                    self.offers.clear();
                    self.told.clear();
                }
            }
            Action::Visible(visible) => {
                self.visible = visible;
                self.sees();
            }
            Action::AtEnd(at_end) => {
                self.at_end = at_end;
                self.sees();
            }
            Action::Select(id) => self.select(id),
            Action::Await(id) => self.awaited = id,
            Action::Form(id, form) => self.with_held(&id, |held| held.form = form),
            Action::Wrote(id, unsent) => {
                self.with_held(&id, |held| {
                    held.talk_mut().unsent.push(unsent.clone());
                    held.new_from = None;
                });
                self.with_opened(&id, |opened| opened.talk_mut().unsent.push(unsent.clone()));
            }
            Action::Remember(unsent) => self.remembered = unsent,
            Action::Asked(command, now) => self.asked = Some((command, now)),
            Action::NotAsked => self.tell(true, said::no_connection_not_done()),
            Action::PutAway(id) => self.put_away(&id),
            Action::TakeOut(id) => {
                if let Some(place) = self.ended.iter().position(|(ended, _)| *ended == id) {
                    let (id, held) = self.ended.remove(place);
                    self.held.entry(id.clone()).or_insert(held);
                    self.select(id);
                }
            }
            Action::OfferOver(id, claim) => {
                if self.offers.get(&id).is_some_and(|offer| offer.claim == claim) {
                    self.offers.remove(&id);
                }
            }
            Action::CloseOpened => {
                self.close_opened();
                self.at_end = false;
            }
            Action::Dismiss(id) => self.notices.retain(|notice| notice.id != id),
            Action::DismissDue => self.due.clear(),
            Action::LinkRefused => {
                self.link_refused = true;
                if let SignedIn::As { .. } = self.signed_in {
                    self.tell(true, said::link_refused_signed_in());
                }
            }
            Action::Unreadable(desk_is_told) => {
                self.tell(
                    true,
                    if desk_is_told { said::unreadable_conversation() } else { said::unreadable() },
                );
            }
        }
    }

    /// The agent turns to a conversation.
    fn select(&mut self, id: ConversationId) {
        if self.selected.as_ref() != Some(&id) || self.opened.is_some() {
            if let Some(left) = self.selected.take() {
                self.with_held(&left, |held| held.new_from = held.first_unread());
            }
            self.at_end = false;
        }
        self.close_opened();
        self.selected = Some(id);
    }

    fn close_opened(&mut self) {
        if let Some((id, opened)) = self
            .opened
            .take()
            .filter(|(_, opened)| !opened.talk.unsent.is_empty() && !opened.is_over)
        {
            self.parked.insert(id, opened);
        }
    }

    /// What is on the screen counts as seen: the conversation that is selected, its end, and the
    /// tab in front.
    fn sees(&mut self) {
        if !self.visible {
            return;
        }
        if let Some((id, _)) = &self.opened {
            self.promise_news.remove(&id.clone());
        } else if let Some(id) = self.selected.clone().filter(|_| self.at_end) {
            self.with_held(&id, |held| held.agent_read = held.agent_read.max(held.talk.last()));
        }
    }

    /// Whether what comes to it now is on the screen at once.
    pub fn is_looked_at(&self, id: &ConversationId) -> bool {
        self.visible
            && match &self.opened {
                Some((opened, _)) => opened == id,
                None => self.at_end && self.selected.as_ref() == Some(id),
            }
    }

    fn put_away(&mut self, id: &ConversationId) {
        let Some(held) = self.held.remove(id) else { return };
        self.ended.retain(|(ended, _)| ended != id);
        self.ended.insert(0, (id.clone(), held));
        self.ended.truncate(RECENTLY_ENDED);
        if self.selected.as_ref() == Some(id) {
            self.selected = None;
        }
    }

    fn with_held(&mut self, id: &ConversationId, change: impl FnOnce(&mut Held)) {
        if let Some(held) = self.held.get_mut(id) {
            change(Rc::make_mut(held));
        }
    }

    fn with_opened(&mut self, id: &ConversationId, change: impl FnOnce(&mut Opened)) {
        if let Some((_, opened)) = self.opened.as_mut().filter(|(opened, _)| opened == id) {
            change(Rc::make_mut(opened));
        }
    }

    /// The same is told once.
    fn tell(&mut self, is_problem: bool, what: Said) {
        if !self.notices.iter().any(|notice| notice.what == what) {
            self.counter += 1;
            self.notices.push(Notice { id: self.counter, is_problem, what });
        }
    }

    pub fn me(&self) -> Option<&AgentId> {
        match &self.signed_in {
            SignedIn::As { agent, .. } => Some(agent),
            _ => None,
        }
    }

    /// As others call this agent.
    pub fn agent_name(&self, id: &AgentId) -> String {
        self.board
            .agents
            .iter()
            .find(|row| row.agent == *id)
            .map_or_else(|| id.to_string(), |row| row.name.clone())
    }
}
