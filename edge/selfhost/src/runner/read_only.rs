//! While the database cannot be written, read-only commands are still answered from it.

use anyhow::Result;
use desk::{Input, Reader, settings::SiteSettings};
use front::unavailable;
use std::path::Path;

use super::turn::Turn;
use crate::{clock, sqlite::Database};

/// Answers the read-only commands of a turn and refuses all else. It reaches only who asked by
/// request: the sockets of a desk that was dropped are cut. The file is read once for all of them,
/// and not at all for none. An error says why it could not be.
pub fn answer(mut turn: Turn, path: &Path, settings: &SiteSettings) -> Result<()> {
    let mut reader = None;
    let mut answered = Ok(());
    for (input, reply) in turn.take_asked() {
        let answer = match input {
            Input::Frame(peer, frame) if frame.is_read_only() && answered.is_ok() => {
                let reader = reader.get_or_insert_with(|| open(path, settings));
                let answer =
                    reader.as_mut().map_err(|error| error.to_string()).and_then(|reader| {
                        reader
                            .answer(clock::wall(), peer, frame)
                            .map_err(|error| format!("{:#}", anyhow::Error::from(error)))
                    });
                answer.unwrap_or_else(|error| {
                    answered = Err(anyhow::anyhow!("it cannot be read either: {error}"));
                    None
                })
            }
            _ => None,
        };
        drop(reply.send(answer.ok_or_else(unavailable)));
    }
    turn.refuse();
    answered
}

fn open(path: &Path, settings: &SiteSettings) -> Result<Reader<Database>> {
    Ok(Reader::open(Database::open(path)?, settings.clone())?)
}
