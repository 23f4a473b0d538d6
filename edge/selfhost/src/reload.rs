//! Settings that change while the server runs, by SIGHUP: those of a file without mistakes take
//! effect at once, and otherwise all stay as they are.

use anyhow::{Context, Result, bail};
use desk::Input;
use std::{path::Path, sync::Arc};

use crate::{config, config::Config, folder, routes::Server};

/// Reads the settings again at every signal.
#[cfg(unix)]
pub async fn on_signal(path: &Path, server: Arc<Server>, started: Config) -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangups = signal(SignalKind::hangup()).context("waiting for SIGHUP")?;
    while hangups.recv().await.is_some() {
        match reload(path, &server, &started).await {
            Ok(sites) => tracing::info!("settings reloaded: {sites} site(s)"),
            Err(error) => {
                tracing::error!("settings not reloaded, the old ones stay in force: {error:#}")
            }
        }
    }
    Ok(())
}

/// How many sites have their settings anew.
async fn reload(path: &Path, server: &Server, started: &Config) -> Result<usize> {
    let config = config::read(path)?;
    config::oddities(&config).iter().for_each(|odd| tracing::warn!("possibly unintended: {odd}"));
    if !config.is_alike_but_for_sites(started) {
        tracing::warn!("changes above the first [[site]] take effect at the next start");
    }
    let started_with = |key: &String| started.site.iter().any(|site| site.key == *key);
    let (known, new): (Vec<_>, Vec<_>) =
        config.site.into_iter().partition(|site| started_with(&site.key));
    new.iter().for_each(|site| {
        tracing::warn!(
            site = site.key,
            "this site is new, and will be served from the next start on"
        )
    });
    for site in &started.site {
        if !known.iter().any(|own| own.key == site.key) {
            tracing::warn!(
                site = site.key,
                "this site is no longer in the settings, and will be served until the next start"
            );
        }
    }
    for site in &known {
        if let Err(refused) =
            server.runners[&site.key].operate(Input::Settings(Box::new(site.clone()))).await
        {
            tracing::error!(
                site = site.key,
                "the desk cannot take its settings now, and will take them when it opens: {}",
                refused.why
            );
        }
    }
    let sites = known.len();
    server.take_sites(known);
    Ok(sites)
}

/// Tells the server that uses a folder to read its settings again.
pub fn ask(data: &Path) -> Result<String> {
    let running = folder::server(data).with_context(|| {
        format!("no server uses {}: is --data the server's folder?", data.display())
    })?;
    #[cfg(unix)]
    if let Some(process) =
        i32::try_from(running.process).ok().and_then(rustix::process::Pid::from_raw)
    {
        rustix::process::kill_process(process, rustix::process::Signal::HUP)
            .context("sending SIGHUP")?;
        return Ok(format!(
            "process {} reloads its settings; its log says whether that worked",
            running.process
        ));
    }
    bail!("process {} cannot be signalled", running.process)
}
