//! One input of the operator for a desk that no server runs.

use anyhow::{Result, bail};
use desk::{EventText, Input, settings::SiteSettings};
use std::path::Path;

use super::desk_file::{DeskFile, Failure};
use crate::findings;

/// Opens the desk's file, handles the input, and closes the file again; gives the events that
/// answer the input. What was deleted is in no file when this returns. The caller holds the folder.
pub fn at_rest(settings: SiteSettings, folder: &Path, input: Input) -> Result<Vec<EventText>> {
    let mut desk = DeskFile::new(settings, folder);
    // Opening the desk takes away what shows it.
    let found = findings::of(&desk.path, &desk.settings.key);
    found.iter().for_each(|found| tracing::warn!(site = desk.settings.key, "{found}"));
    desk.open()?;
    let asks = input.peer();
    let sends = match desk.handle(&[input]) {
        Ok(sends) => sends,
        Err(Failure::Save(error)) => return Err(error.into()),
        Err(Failure::Panic) => bail!("the desk failed: a panic"),
    };
    if let Some(stored) = &mut desk.stored {
        stored.sql.finish()?;
    }
    desk.close();
    Ok(sends.into_iter().filter(|(to, _)| Some(*to) == asks).map(|(_, event)| event).collect())
}
