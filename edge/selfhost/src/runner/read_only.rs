//! While the database cannot be written, read-only commands are still answered from it.

use desk::{Input, answer_only, settings::SiteSettings};
use front::unavailable;
use std::path::Path;

use super::turn::Turn;
use crate::{clock, sqlite::Database};

/// Answers the read-only commands of a turn and refuses all else. It reaches only who asked by
/// request: the sockets of a desk that was dropped are cut.
pub fn answer(mut turn: Turn, path: &Path, settings: &SiteSettings) {
    let unreadable = |wrong: &dyn std::error::Error| {
        tracing::error!(site = settings.key, "the desk's file cannot be read either: {wrong}")
    };
    let mut database = Database::open(path).inspect_err(|wrong| unreadable(wrong)).ok();
    for (input, reply) in turn.take_asked() {
        let answer = match (database.as_mut(), input) {
            (Some(database), Input::Frame(peer, frame)) => {
                answer_only(database, settings.clone(), clock::wall(), peer, frame)
                    .inspect_err(|wrong| unreadable(wrong))
                    .ok()
                    .flatten()
            }
            _ => None,
        };
        drop(reply.send(answer.ok_or_else(unavailable)));
    }
    turn.refuse();
}
