//! What several inputs leave behind, in few statements: of a rate limiter and of a conversation
//! only the last state, and events together.

use std::collections::BTreeMap;

use crate::{
    state::{credentials::Digest, quota::RateLimiter, row::Row},
    store::{
        record::Record,
        save::{self, ConversationRow},
        sql::Sql,
    },
};

/// Everything of it is saved by [`Batch::finish`], or none of it counts.
#[derive(Default)]
pub struct Batch {
    limiters: BTreeMap<Digest, RateLimiter>,
    /// As they are written, so that the desk shares none when the next input changes it.
    conversations: BTreeMap<Row, ConversationRow>,
    events: Vec<Record>,
}

impl Batch {
    /// Takes a record; saves it at once if it is of a kind that seldom comes twice.
    pub fn add<S: Sql>(&mut self, sql: &mut S, record: Record) -> Result<(), S::Error> {
        match record {
            Record::RateLimiter(hash, limiter) => _ = self.limiters.insert(hash, limiter),
            Record::Conversation(conversation) => {
                _ = self
                    .conversations
                    .insert(conversation.row, save::conversation_row(&conversation))
            }
            Record::Event { .. } => self.events.push(record),
            _ => {
                match &record {
                    Record::RateLimiterEnded(hash) => _ = self.limiters.remove(hash),
                    Record::Erase { row, .. } => _ = self.conversations.remove(row),
                    _ => {}
                }
                save::save(sql, &record)?;
            }
        }
        Ok(())
    }

    pub fn finish<S: Sql>(self, sql: &mut S) -> Result<(), S::Error> {
        save::save_limiters(sql, &self.limiters.into_iter().collect::<Vec<_>>())?;
        save::save_conversations(sql, &self.conversations.into_values().collect::<Vec<_>>())?;
        save::save_events(sql, &self.events)
    }
}
