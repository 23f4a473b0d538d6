//! Words that are not at the desk: drafts, and messages that nobody acknowledged. They outlive a
//! reload, in the browser's storage, by agent, and are forgotten when their conversation ends or is
//! erased.

use protocol::{
    AgentEvent, AgentId, ConversationId, Message, MessageId, Millis, Rejection, RejectionCode,
    Text, WithdrawnBecause,
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

/// What is kept of a conversation that is not held for this long is forgotten, in ms: it ended
/// while this page was closed.
const FORGET_MS: Millis = 3_600_000;
const OUTBOX: &str = "outbox";

/// What a draft is for. Each has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    Answer,
    /// The note of a transfer.
    Transfer,
    /// The reason of an end.
    Reason,
    /// What was said when a promise was kept.
    Fulfil,
}

impl Mode {
    fn key(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Transfer => "transfer",
            Self::Reason => "reason",
            Self::Fulfil => "fulfil",
        }
    }
}

pub type Unsent = (MessageId, Text);

/// Where texts are kept by name.
pub trait Shelf {
    fn all(&self) -> Vec<(String, String)>;
    fn put(&mut self, name: &str, text: &str);
    fn remove(&mut self, name: &str);
}

/// Shared by everything that writes. Two of them are the same.
#[derive(Clone)]
pub struct Kept(Rc<RefCell<Inner>>);

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Inner {
    shelf: Box<dyn Shelf>,
    /// Names before this agent's entries: `baton/SITE/AGENT/`. Nothing is kept before one is known.
    owner: Option<(AgentId, String)>,
    /// By `CONVERSATION/MODE`: when it was written, and the text.
    entries: BTreeMap<String, (Millis, String)>,
}

impl Inner {
    fn put(&mut self, name: String, now: Millis, text: String) {
        let Some((_, owner)) = &self.owner else { return };
        let full = format!("{owner}{name}");
        if text.is_empty() {
            self.shelf.remove(&full);
            self.entries.remove(&name);
        } else {
            self.shelf.put(&full, &format!("{now} {text}"));
            self.entries.insert(name, (now, text));
        }
    }

    /// What this agent has there, also from other tabs.
    fn on_shelf(&self) -> BTreeMap<String, (Millis, String)> {
        let Some((_, owner)) = &self.owner else { return BTreeMap::new() };
        let entries = self.shelf.all().into_iter().filter_map(|(name, text)| {
            let (at, text) = text.split_once(' ')?;
            Some((name.strip_prefix(owner)?.to_owned(), (at.parse().ok()?, text.to_owned())))
        });
        entries.collect()
    }

    fn outbox(&self, conversation: &ConversationId) -> Vec<Unsent> {
        let kept = self.entries.get(&format!("{conversation}/{OUTBOX}"));
        kept.and_then(|(_, text)| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    fn put_outbox(&mut self, conversation: &ConversationId, now: Millis, unsent: &[Unsent]) {
        let text = if unsent.is_empty() {
            String::new()
        } else {
            serde_json::to_string(unsent).unwrap_or_default()
        };
        self.put(format!("{conversation}/{OUTBOX}"), now, text);
    }

    fn conversations_with_unsent(&self) -> Vec<ConversationId> {
        let names =
            self.entries.keys().filter_map(|name| name.strip_suffix(OUTBOX)?.strip_suffix('/'));
        names.map(|name| ConversationId(name.to_owned())).collect()
    }

    fn forget(&mut self, which: impl Fn(&str, Millis) -> bool) {
        let mut all = self.on_shelf();
        all.extend(self.entries.clone());
        let names: Vec<_> = all
            .into_iter()
            .filter(|(name, (at, _))| which(name, *at))
            .map(|(name, _)| name)
            .collect();
        names.into_iter().for_each(|name| self.put(name, 0, String::new()));
    }
}

impl Kept {
    pub fn on(shelf: impl Shelf + 'static) -> Self {
        Self(Rc::new(RefCell::new(Inner {
            shelf: Box::new(shelf),
            owner: None,
            entries: BTreeMap::new(),
        })))
    }

    /// Takes up what this agent left. Whether it is another agent than before.
    pub fn belongs_to(&self, site: &str, agent: &AgentId) -> bool {
        let mut inner = self.0.borrow_mut();
        if inner.owner.as_ref().is_some_and(|(known, _)| known == agent) {
            return false;
        }
        inner.owner = Some((agent.clone(), format!("baton/{site}/{agent}/")));
        inner.entries = inner.on_shelf();
        true
    }

    pub fn draft(&self, conversation: &ConversationId, mode: Mode) -> String {
        self.0
            .borrow()
            .entries
            .get(&format!("{conversation}/{}", mode.key()))
            .map(|(_, text)| text.clone())
            .unwrap_or_default()
    }

    /// An empty one is forgotten.
    pub fn write(&self, now: Millis, conversation: &ConversationId, mode: Mode, text: &str) {
        self.0.borrow_mut().put(format!("{conversation}/{}", mode.key()), now, text.to_owned());
    }

    /// Keeps a message until it is acknowledged.
    pub fn say(&self, now: Millis, conversation: &ConversationId, unsent: Unsent) {
        let mut inner = self.0.borrow_mut();
        let mut all = inner.outbox(conversation);
        all.push(unsent);
        inner.put_outbox(conversation, now, &all);
    }

    /// Every conversation of which something is kept.
    pub fn conversations(&self) -> Vec<ConversationId> {
        let inner = self.0.borrow();
        let names: BTreeSet<_> =
            inner.entries.keys().filter_map(|name| name.split('/').next()).collect();
        names.into_iter().map(|name| ConversationId(name.to_owned())).collect()
    }

    /// What nobody acknowledged, by conversation.
    pub fn all_unsent(&self) -> BTreeMap<ConversationId, Vec<Unsent>> {
        let inner = self.0.borrow();
        inner
            .conversations_with_unsent()
            .into_iter()
            .map(|id| (id.clone(), inner.outbox(&id)))
            .collect()
    }

    /// What the desk told: messages that are there, conversations that are over.
    pub fn hear(&self, now: Millis, event: &AgentEvent) {
        match event {
            AgentEvent::Said { conversation, message } => {
                self.acknowledged(now, conversation, std::slice::from_ref(message))
            }
            AgentEvent::Accepted { conversation, messages, .. }
            | AgentEvent::Opened { conversation, messages, .. } => {
                self.acknowledged(now, conversation, messages);
            }
            AgentEvent::Rejected { rejection } => self.refused(now, rejection),
            AgentEvent::Closed { conversation, .. } => self.forget(conversation),
            // It may come back to this agent, who then goes on.
            AgentEvent::Withdrawn {
                because: WithdrawnBecause::AgentGone | WithdrawnBecause::Unreadable,
                ..
            } => {}
            // An offer that is over says nothing of a conversation that stays.
            AgentEvent::Withdrawn {
                because: WithdrawnBecause::Expired | WithdrawnBecause::Declined,
                ..
            } => {}
            // It is with another agent. What was being written stays to be read.
            AgentEvent::Withdrawn {
                conversation,
                because: WithdrawnBecause::TakenOver | WithdrawnBecause::Elsewhere,
                ..
            } => self.0.borrow_mut().put_outbox(conversation, now, &[]),
            AgentEvent::Withdrawn { conversation, .. } => self.forget(conversation),
            AgentEvent::Gone { conversation } => self.forget(conversation),
            AgentEvent::Erased { receipt } => self.forget(&receipt.conversation),
            _ => {}
        }
    }

    fn acknowledged(&self, now: Millis, conversation: &ConversationId, messages: &[Message]) {
        let mut inner = self.0.borrow_mut();
        let mut all = inner.outbox(conversation);
        let before = all.len();
        all.retain(|(id, _)| !messages.iter().any(|message| message.id == *id));
        if all.len() < before {
            inner.put_outbox(conversation, now, &all);
        }
    }

    /// A message that the desk will never take becomes a draft again, behind what is being written.
    fn refused(&self, now: Millis, rejection: &Rejection) {
        let Some(id) = rejection.message.as_ref().filter(|_| !may_be_sent_again(rejection.code))
        else {
            return;
        };
        let mut inner = self.0.borrow_mut();
        for conversation in inner.conversations_with_unsent() {
            let mut all = inner.outbox(&conversation);
            let Some(place) = all.iter().position(|(message, _)| message == id) else { continue };
            let (_, text) = all.remove(place);
            inner.put_outbox(&conversation, now, &all);
            let name = format!("{conversation}/{}", Mode::Answer.key());
            let draft =
                inner.entries.get(&name).map(|(_, draft)| format!("{draft}\n")).unwrap_or_default();
            inner.put(name, now, draft + text.reveal());
        }
    }

    pub fn forget(&self, conversation: &ConversationId) {
        let prefix = format!("{conversation}/");
        self.0.borrow_mut().forget(|name, _| name.starts_with(&prefix));
    }

    /// At sign-out: the next person at this computer finds nothing.
    pub fn forget_all(&self) {
        let mut inner = self.0.borrow_mut();
        inner.forget(|_, _| true);
        inner.owner = None;
    }

    /// Once the desk has told everything that this agent holds: what is old and of none of these
    /// ended meanwhile.
    pub fn forget_others(&self, now: Millis, held: &[ConversationId]) {
        self.0.borrow_mut().forget(|name, at| {
            let conversation = name.split('/').next().unwrap_or_default();
            now.saturating_sub(at) > FORGET_MS && !held.iter().any(|id| id.0 == conversation)
        });
    }
}

/// Whether the same message may still be taken.
pub fn may_be_sent_again(code: RejectionCode) -> bool {
    matches!(code, RejectionCode::SlowDown | RejectionCode::Unavailable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Author, Claim, Outcome, Seq};

    /// A storage that outlives pages.
    #[derive(Clone, Default)]
    struct Browser(Rc<RefCell<BTreeMap<String, String>>>);

    impl Shelf for Browser {
        fn all(&self) -> Vec<(String, String)> {
            self.0.borrow().clone().into_iter().collect()
        }

        fn put(&mut self, name: &str, text: &str) {
            self.0.borrow_mut().insert(name.to_owned(), text.to_owned());
        }

        fn remove(&mut self, name: &str) {
            self.0.borrow_mut().remove(name);
        }
    }

    fn page(browser: &Browser, agent: &str) -> Kept {
        let kept = Kept::on(browser.clone());
        kept.belongs_to("shop", &AgentId(agent.into()));
        kept
    }

    fn id(name: &str) -> ConversationId {
        ConversationId(name.into())
    }

    #[test]
    fn a_draft_is_kept_by_conversation_mode_and_agent_and_outlives_a_reload() {
        let browser = Browser::default();
        let before = page(&browser, "maria");
        before.write(7, &id("kim"), Mode::Answer, "half an answer to Kim");
        before.write(7, &id("kim"), Mode::Reason, "refunded");
        let kept = page(&browser, "maria");
        assert_eq!(kept.draft(&id("kim"), Mode::Answer), "half an answer to Kim");
        assert_eq!(kept.draft(&id("kim"), Mode::Reason), "refunded");
        for (conversation, mode) in
            [("lee", Mode::Answer), ("kim", Mode::Transfer), ("kim", Mode::Fulfil)]
        {
            assert_eq!(kept.draft(&id(conversation), mode), "");
        }
        assert_eq!(page(&browser, "jonas").draft(&id("kim"), Mode::Answer), "");
        kept.write(8, &id("kim"), Mode::Answer, "");
        assert_eq!(browser.all().len(), 1, "an empty draft is none");
    }

    #[test]
    fn a_message_is_kept_until_it_is_acknowledged_and_becomes_a_draft_when_it_is_refused() {
        let browser = Browser::default();
        let before = page(&browser, "maria");
        for (n, words) in [("1", "one"), ("2", "two"), ("3", "three")] {
            before.say(0, &id("kim"), (MessageId(n.into()), Text::new(words)));
        }
        let kept = page(&browser, "maria");
        let said = Message {
            seq: Seq(1),
            id: MessageId("1".into()),
            author: Author::Agent,
            by: None,
            at: 0,
            text: Text::new("one"),
        };
        kept.hear(0, &AgentEvent::Said { conversation: id("kim"), message: said });
        let refuse = |code, n: &str| AgentEvent::Rejected {
            rejection: Rejection::new(code, "no").about(MessageId(n.into())),
        };
        kept.hear(0, &refuse(RejectionCode::Unavailable, "2"));
        kept.write(0, &id("kim"), Mode::Answer, "and");
        kept.hear(0, &refuse(RejectionCode::Full, "3"));
        assert_eq!(
            kept.all_unsent(),
            BTreeMap::from([(id("kim"), vec![(MessageId("2".into()), Text::new("two"))])])
        );
        assert_eq!(kept.draft(&id("kim"), Mode::Answer), "and\nthree");
    }

    #[test]
    fn what_ended_or_was_erased_leaves_nothing_in_the_browser() {
        let browser = Browser::default();
        let kept = page(&browser, "maria");
        let write = |conversation: &str| {
            kept.write(0, &id(conversation), Mode::Answer, "words");
            kept.say(0, &id(conversation), (MessageId("1".into()), Text::new("words")));
        };
        let withdrawn =
            |because| AgentEvent::Withdrawn { conversation: id("kim"), claim: Claim(1), because };
        let receipt = protocol::Receipt { conversation: id("kim"), at: 0, messages: 1 };
        for over in [
            AgentEvent::Closed { conversation: id("kim"), outcome: Outcome::Resolved },
            AgentEvent::Erased { receipt },
            withdrawn(WithdrawnBecause::Transferred),
            withdrawn(WithdrawnBecause::VisitorLeft),
        ] {
            write("kim");
            // Also what another tab wrote, which is closed by now.
            page(&browser, "maria").write(0, &id("kim"), Mode::Reason, "words");
            kept.hear(0, &over);
            assert!(browser.all().is_empty(), "{over:?}");
        }
        // It is with another agent: nothing more is sent, and what was half written can be read.
        write("kim");
        kept.hear(0, &withdrawn(WithdrawnBecause::TakenOver));
        assert_eq!(
            (kept.draft(&id("kim"), Mode::Answer).as_str(), browser.all().len()),
            ("words", 1)
        );
        assert_eq!(kept.conversations(), [id("kim")]);
        kept.hear(0, &AgentEvent::Gone { conversation: id("kim") });
        assert!(browser.all().is_empty());
        // Who vanished may be given it again.
        write("kim");
        kept.hear(0, &withdrawn(WithdrawnBecause::AgentGone));
        assert_eq!(browser.all().len(), 2);
        write("lee");
        kept.forget_others(FORGET_MS + 1, &[id("lee")]);
        assert_eq!(browser.all().len(), 2, "Lee's stay");
        kept.forget_all();
        assert!(browser.all().is_empty());
    }
}
