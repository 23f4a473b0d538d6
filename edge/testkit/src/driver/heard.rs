//! What visitors and agents have heard, and what the desk has stored.

use desk::{Desk, PeerId, store::Value};
use protocol::*;

use super::{Agent, Driver, Visitor};

impl Driver {
    /// Everything that a visitor heard.
    pub fn visitor_events(&self, visitor: &Visitor) -> Vec<VisitorEvent> {
        self.events(visitor.peer, 0)
    }

    /// Everything that an agent heard.
    pub fn agent_events(&self, agent: &Agent) -> Vec<AgentEvent> {
        self.events(agent.peer, 0)
    }

    pub fn heard(&self, visitor: &Visitor, is_it: impl Fn(&VisitorEvent) -> bool) -> bool {
        self.events::<VisitorEvent>(visitor.peer, 0).iter().any(is_it)
    }

    pub fn agent_heard(&self, agent: &Agent, is_it: impl Fn(&AgentEvent) -> bool) -> bool {
        self.events::<AgentEvent>(agent.peer, 0).iter().any(is_it)
    }

    /// The claim of the offer that stands, if one does.
    pub fn offer(&self, agent: &Agent) -> Option<Claim> {
        self.events::<AgentEvent>(agent.peer, 0).iter().fold(None, |standing, event| match event {
            AgentEvent::Offered { claim, .. } => Some(*claim),
            AgentEvent::Withdrawn { .. } | AgentEvent::Accepted { .. } => None,
            _ => standing,
        })
    }

    /// The offer or the hold that came last.
    pub fn latest_hold(&self, agent: &Agent) -> Option<(ConversationId, Claim)> {
        let texts = self.heard.get(&agent.peer)?.iter().rev();
        let likely = texts.filter(|text| {
            ["\"offered\"", "\"accepted\"", "\"opened\""].iter().any(|name| text.contains(name))
        });
        likely
            .map(|text| {
                serde_json::from_str::<EventFrame<AgentEvent>>(text).expect("an event").event
            })
            .find_map(|event| match event {
                AgentEvent::Offered { conversation, claim, .. }
                | AgentEvent::Accepted { conversation, claim, .. }
                | AgentEvent::Opened { conversation, claim: Some(claim), .. } => {
                    Some((conversation, claim))
                }
                _ => None,
            })
    }

    /// All offers that came, in order.
    pub fn offers(&self, agent: &Agent) -> Vec<(String, Claim)> {
        let offers = self.events::<AgentEvent>(agent.peer, 0).into_iter();
        offers
            .filter_map(|e| {
                if let AgentEvent::Offered { conversation, claim, .. } = e {
                    Some((conversation.0, claim))
                } else {
                    None
                }
            })
            .collect()
    }

    /// The store's rows, for invariants that look across conversations.
    pub fn states(&self) -> Vec<String> {
        let rows = self.database.rows("SELECT state FROM conversation", &[]).expect("rows");
        rows.into_iter()
            .map(|row| {
                if let Value::Text(state) = &row[0] {
                    state.clone().into_owned()
                } else {
                    String::new()
                }
            })
            .collect()
    }

    pub fn bodies(&self) -> Vec<serde_json::Value> {
        let rows = self.database.rows("SELECT body FROM conversation", &[]).expect("rows");
        rows.iter()
            .map(|row| {
                if let Value::Text(body) = &row[0] {
                    serde_json::from_str(body).expect("JSON")
                } else {
                    panic!("text")
                }
            })
            .collect()
    }

    pub(super) fn events<E: serde::de::DeserializeOwned>(
        &self,
        peer: PeerId,
        from: usize,
    ) -> Vec<E> {
        let all = self.heard.get(&peer).map_or(&[] as &[String], Vec::as_slice);
        all[from.min(all.len())..]
            .iter()
            .map(|text| serde_json::from_str::<EventFrame<E>>(text).expect("an event").event)
            .collect()
    }

    pub fn deadline(&self) -> Option<Millis> {
        self.desk.as_ref().and_then(Desk::deadline)
    }
}
