//! What clients asked, were told and found, in the order in which it happened; and whether that
//! keeps the promises of `ARCHITECTURE.md`, invariants 2 to 8. Every durability test feeds it, and
//! it alone says what is right.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Mutex,
};

/// The id under which a handoff itself stands beside its messages.
pub const HANDOFF: &str = "handoff";

#[derive(Clone, Debug)]
pub enum Entry {
    /// Sent for the first time, or again; `claim` is the agent's.
    Asked { conversation: String, id: String, claim: Option<u64> },
    /// Told that it is safe, under that number; a handoff has none.
    Acknowledged { conversation: String, id: String, seq: u64 },
    /// Told, as an agent, that the conversation is theirs under that claim.
    Took { conversation: String, agent: String, claim: u64 },
    /// A reading of the conversation sets out. What is acknowledged to others while it is under way
    /// may be in it or not, so it is judged by what was acknowledged before this.
    Reads { conversation: String },
    /// The whole conversation as it was read: its state, numbers and ids.
    Found { conversation: String, state: Option<String>, messages: Vec<(u64, String)> },
    /// A conversation that was handed over is not there.
    Missing { conversation: String },
}

/// A record that many clients write.
#[derive(Default)]
pub struct History(Mutex<Vec<Entry>>);

/// What was checked.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub handoffs: usize,
    pub messages: usize,
    pub claims: usize,
    pub read: usize,
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { handoffs, messages, claims, read } = self;
        write!(
            f,
            "{handoffs} handoffs, {messages} messages and {claims} claims acknowledged, {read} \
             conversations read back: 0 lost, 0 doubled, 0 out of order, 0 with two owners"
        )
    }
}

impl History {
    pub fn note(&self, entry: Entry) {
        self.0.lock().expect("nobody panics while holding it").push(entry);
    }

    pub fn asked(&self, conversation: &str, id: &str, claim: Option<u64>) {
        self.note(Entry::Asked { conversation: conversation.into(), id: id.into(), claim });
    }

    pub fn acknowledged(&self, conversation: &str, id: &str, seq: u64) {
        self.note(Entry::Acknowledged { conversation: conversation.into(), id: id.into(), seq });
    }

    /// Every conversation whose handoff was acknowledged.
    pub fn conversations(&self) -> BTreeSet<String> {
        let entries = self.0.lock().expect("nobody panics while holding it");
        let acknowledged = entries.iter().filter_map(|entry| match entry {
            Entry::Acknowledged { conversation, id, .. } if id == HANDOFF => {
                Some(conversation.clone())
            }
            _ => None,
        });
        acknowledged.collect()
    }

    /// An agent has taken a conversation.
    pub fn has_claims(&self) -> bool {
        let entries = self.0.lock().expect("nobody panics while holding it");
        entries.iter().any(|entry| matches!(entry, Entry::Took { .. }))
    }

    /// The first promise that was broken, in a sentence; or what was kept.
    pub fn check(&self) -> Result<Kept, String> {
        let entries = self.0.lock().expect("nobody panics while holding it");
        let mut one = BTreeMap::<&str, OneConversation>::new();
        for entry in entries.iter() {
            let (Entry::Asked { conversation, .. }
            | Entry::Acknowledged { conversation, .. }
            | Entry::Took { conversation, .. }
            | Entry::Reads { conversation }
            | Entry::Found { conversation, .. }
            | Entry::Missing { conversation }) = entry;
            one.entry(conversation)
                .or_default()
                .follow(entry)
                .map_err(|error| format!("conversation {conversation}: {error}"))?;
        }
        let mut kept = Kept::default();
        for (conversation, one) in one {
            if !one.acknowledged.is_empty() && one.found.is_none() {
                return Err(format!("conversation {conversation}: never read back"));
            }
            kept.handoffs += usize::from(one.acknowledged.contains_key(HANDOFF));
            kept.messages += one.acknowledged.keys().filter(|id| **id != HANDOFF).count();
            kept.claims += one.owners.len();
            kept.read += usize::from(one.found.is_some());
        }
        Ok(kept)
    }
}

#[derive(Default)]
struct OneConversation<'a> {
    /// By id, the number that was told.
    acknowledged: BTreeMap<&'a str, u64>,
    /// By claim, whose it is.
    owners: BTreeMap<u64, &'a str>,
    /// By id, the highest claim that was known when an agent last sent it, and the claim it was
    /// sent under.
    sent: BTreeMap<&'a str, (u64, u64)>,
    /// What was acknowledged when the reading that is under way set out, if that was noted.
    due: Option<BTreeMap<&'a str, u64>>,
    /// The last whole reading.
    found: Option<&'a [(u64, String)]>,
}

impl<'a> OneConversation<'a> {
    fn follow(&mut self, entry: &'a Entry) -> Result<(), String> {
        match entry {
            Entry::Asked { id, claim: Some(claim), .. } => {
                let newest = self.owners.keys().next_back().copied().unwrap_or(0);
                self.sent.insert(id, (newest, *claim));
                Ok(())
            }
            Entry::Asked { .. } => Ok(()),
            Entry::Acknowledged { id, seq, .. } => self.acknowledge(id, *seq),
            Entry::Took { agent, claim, .. } => match self.owners.insert(*claim, agent) {
                Some(other) if other != agent => {
                    Err(format!("claim {claim} was {other}'s and {agent}'s"))
                }
                _ => Ok(()),
            },
            Entry::Reads { .. } => {
                self.due = Some(self.acknowledged.clone());
                Ok(())
            }
            Entry::Found { state, messages, .. } => self.find(state.as_deref(), messages),
            Entry::Missing { .. } => match self.due().is_empty() {
                true => Ok(()),
                false => Err("it was acknowledged and is lost".into()),
            },
        }
    }

    fn acknowledge(&mut self, id: &'a str, seq: u64) -> Result<(), String> {
        if let Some((newest, claim)) = self.sent.get(id)
            && newest > claim
        {
            return Err(format!(
                "{id} was taken under claim {claim} after claim {newest} was given"
            ));
        }
        match self.acknowledged.insert(id, seq) {
            Some(before) if before != seq => {
                Err(format!("{id} was acknowledged as {before} and as {seq}"))
            }
            _ => Ok(()),
        }
    }

    /// What the reading that ends now must hold.
    fn due(&mut self) -> BTreeMap<&'a str, u64> {
        self.due.take().unwrap_or_else(|| self.acknowledged.clone())
    }

    fn find(&mut self, state: Option<&str>, messages: &'a [(u64, String)]) -> Result<(), String> {
        if state.is_none() {
            return Err("it is silent: no state was told".into());
        }
        if let Some(gap) = messages.iter().zip(1..).find(|((seq, _), expected)| seq != expected) {
            return Err(format!("a gap: {:?} where {} was expected", gap.0, gap.1));
        }
        let by_id: BTreeMap<&str, u64> =
            messages.iter().map(|(seq, id)| (id.as_str(), *seq)).collect();
        if by_id.len() < messages.len() {
            return Err(format!("a message is there twice: {messages:?}"));
        }
        let due = self.due();
        let lost = due.iter().find(|(id, seq)| **id != HANDOFF && by_id.get(*id) != Some(seq));
        if let Some((id, seq)) = lost {
            return Err(format!("{id}, acknowledged as {seq}, is lost or moved: {messages:?}"));
        }
        if let Some(before) = self.found.replace(messages)
            && !messages.starts_with(before)
        {
            return Err(format!("{before:?} was read before {messages:?}"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(entries: Vec<Entry>) -> Result<Kept, String> {
        let history = History::default();
        entries.into_iter().for_each(|entry| history.note(entry));
        history.check()
    }

    fn acknowledged(id: &str, seq: u64) -> Entry {
        Entry::Acknowledged { conversation: "c".into(), id: id.into(), seq }
    }

    fn found(messages: &[(u64, &str)]) -> Entry {
        let messages = messages.iter().map(|(seq, id)| (*seq, (*id).to_owned())).collect();
        Entry::Found { conversation: "c".into(), state: Some("queued".into()), messages }
    }

    fn took(agent: &str, claim: u64) -> Entry {
        Entry::Took { conversation: "c".into(), agent: agent.into(), claim }
    }

    #[test]
    fn what_keeps_every_promise_passes() {
        let kept = history(vec![
            acknowledged(HANDOFF, 0),
            took("maria", 1),
            acknowledged("a", 1),
            found(&[(1, "a")]),
            found(&[(1, "a"), (2, "b")]),
        ]);
        assert_eq!(kept, Ok(Kept { handoffs: 1, messages: 1, claims: 1, read: 1 }));
    }

    #[test]
    fn a_reading_is_judged_by_what_was_acknowledged_when_it_set_out() {
        let reads = || Entry::Reads { conversation: "c".into() };
        let before = acknowledged("a", 1);
        let meanwhile = vec![reads(), before.clone(), found(&[]), found(&[(1, "a")])];
        assert_eq!(history(meanwhile).map(|kept| kept.messages), Ok(1));
        for lost in [
            vec![before.clone(), reads(), found(&[])],
            vec![reads(), before.clone(), found(&[]), reads(), found(&[])],
            vec![reads(), before, found(&[]), found(&[])],
        ] {
            let error = history(lost.clone()).expect_err("lost");
            assert!(error.contains("lost"), "{error}: {lost:?}");
        }
    }

    #[test]
    fn every_broken_promise_is_found() {
        let asked =
            |claim| Entry::Asked { conversation: "c".into(), id: "a".into(), claim: Some(claim) };
        let silent = Entry::Found { conversation: "c".into(), state: None, messages: Vec::new() };
        for (broken, word) in [
            (vec![acknowledged("a", 1), found(&[])], "lost"),
            (vec![acknowledged("a", 1), found(&[(1, "b"), (2, "a")])], "moved"),
            (vec![acknowledged(HANDOFF, 0), Entry::Missing { conversation: "c".into() }], "lost"),
            (vec![found(&[(1, "a"), (2, "a")])], "twice"),
            (vec![found(&[(1, "a"), (3, "b")])], "gap"),
            (vec![found(&[(1, "a")]), found(&[(1, "b")])], "before"),
            (vec![acknowledged("a", 1), acknowledged("a", 2)], "as 1 and as 2"),
            (vec![took("maria", 1), took("jonas", 1)], "claim 1"),
            (
                vec![took("maria", 1), took("jonas", 2), asked(1), acknowledged("a", 1)],
                "after claim 2",
            ),
            (vec![silent], "silent"),
            (vec![acknowledged("a", 1)], "never read back"),
        ] {
            let error = history(broken.clone()).expect_err(word);
            assert!(error.contains(word), "{error}: {broken:?}");
        }
    }
}
