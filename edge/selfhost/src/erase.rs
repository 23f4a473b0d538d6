//! `baton erase`: deletes one conversation on request. The server that uses the data folder does
//! it; if none does, it is done in the desk's file.

use anyhow::{Context, Result, bail, ensure};
use desk::Input;
use front::Answer;
use protocol::{AgentEvent, ConversationId, EventFrame};
use std::path::Path;

use crate::{config, folder, marker, operator, random, runner};

/// Deletes a conversation of a site, and says how much that was. The settings file is read only
/// where no server is asked.
pub fn erase(
    site: &str,
    conversation: &ConversationId,
    config: &Path,
    data: &Path,
    server: Option<&str>,
) -> Result<String> {
    ensure!(conversation.is_well_formed(), "`{conversation}` is not the id of a conversation");
    let receipt = if server.is_some() || folder::server(data).is_some() {
        operator::ask(server, data, &format!("erase/{site}/{conversation}"))?
    } else {
        at_rest(site, conversation, config, data)?
    };
    let frames: Vec<EventFrame<AgentEvent>> =
        serde_json::from_str(&receipt).context("reading the receipt")?;
    match frames.as_slice() {
        [EventFrame { event: AgentEvent::Erased { receipt }, .. }] => {
            Ok(format!("{}: erased, {} message(s)", receipt.conversation, receipt.messages))
        }
        _ => bail!("expected a receipt: {receipt}"),
    }
}

/// The receipt, from a desk that nobody uses.
fn at_rest(
    site: &str,
    conversation: &ConversationId,
    config: &Path,
    data: &Path,
) -> Result<String> {
    let config = config::read(config)?;
    let settings = config.site.into_iter().find(|own| own.key == site);
    let settings = settings.with_context(|| format!("the settings have no site `{site}`"))?;
    let file = data.join(format!("{site}.sqlite"));
    if !file.exists() && !marker::is_there(&file) {
        bail!("there is no desk of `{site}` in {}", data.display());
    }
    let _held = folder::take(data)?;
    let input = Input::Erase { peer: random::peer_id(), conversation: conversation.clone() };
    let answer = Answer::erased(&runner::at_rest(settings, data, input)?);
    ensure!(answer.status == 200, "there is no conversation {conversation} at `{site}`");
    Ok(answer.body)
}
