//! The listening socket: hyper with limits on headers, time and connections, and a graceful stop. A
//! WebSocket is a connection like any other: it keeps its place until it ends.

use anyhow::{Context, Result};
use desk::{Digest, store::StoreError};
use front::Front;
use hyper::{header::HeaderName, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::SocketAddr,
    path::Path,
    sync::{Arc, RwLock, atomic::AtomicBool},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};

use crate::{
    assets,
    config::Config,
    folder, operator, places, reload,
    routes::{self, Connection, Server},
    runner::Runner,
    stream::Guarded,
};

/// What is read of a connection at once: most frames with their headers, so that they come in one
/// piece.
const BUFFER_BYTES: usize = 32 * 1024;
const MAX_HEADERS: usize = 64;
/// Also how long a kept-alive connection may be idle.
const HEADER_TIME: Duration = Duration::from_secs(5);
/// A timer that is always the next to end: were it not there, each connection's wait for its next
/// headers would be, and would wake a thread to say so.
const TICK: Duration = Duration::from_secs(1);
/// How long open requests may take to finish when the server stops.
const STOP_TIME: Duration = Duration::from_secs(5);

#[expect(clippy::print_stdout, reason = "where it listens is for the operator's screen")]
pub async fn serve(config: Config, path: &Path, folder: &Path, listen: SocketAddr) -> Result<()> {
    let mut held = folder::take(folder)?;
    let operator = operator::token(folder)?;
    let listener =
        TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
    let (stop, stopping) = watch::channel(false);
    let front = Front::new(config.site.clone(), assets::pages(), Some(Digest::of(&operator)));
    let mut runners = BTreeMap::new();
    let mut threads = Vec::new();
    let mut newer = Vec::new();
    for settings in config.site.clone() {
        let (runner, thread, trouble) = Runner::start(settings.clone(), folder)?;
        threads.push((runner.clone(), thread));
        runners.insert(settings.key.clone(), runner);
        if let Some(error) = trouble {
            // Even where it is the only one: its visitors are told when to try again, and the
            // operator has somebody to ask.
            tracing::error!(
                site = settings.key,
                "this site answers 503 until its file is put right: {error:#}"
            );
            if is_newer(&error) {
                newer.push(error);
            }
        }
    }
    // It is the program that must be put right, and who starts it is there.
    if newer.len() == threads.len()
        && let Some(error) = newer.pop()
    {
        return Err(error);
    }
    let listens = listener.local_addr()?;
    held.note(Some(listens))?;
    println!("Baton listens on {listens}; its data is in {}", folder.display());
    println!("{}", reached(config.public_url.as_deref(), listens));
    let address_header = config
        .address_header
        .as_deref()
        .map(HeaderName::try_from)
        .transpose()
        .context("address_header")?;
    let connections = places::that_fit(config.max_connections);
    let server = Server {
        front: RwLock::new(front),
        runners,
        public_url: config.public_url.clone(),
        address_header,
        trusted_hops: config.trusted_hops,
        has_warned: AtomicBool::new(false),
        sockets: Arc::new(Semaphore::new(places::for_sockets(connections))),
        replies: Arc::new(Semaphore::new(routes::MAX_REPLY_BYTES)),
        stopping: stopping.clone(),
    };
    let places = Arc::new(Semaphore::new(connections));
    let server = Arc::new(server);
    #[cfg(unix)]
    {
        let (path, server, config) = (path.to_owned(), Arc::clone(&server), config.clone());
        tokio::spawn(async move {
            reload::on_signal(&path, server, config)
                .await
                .inspect_err(|error| tracing::error!("{error:#}"))
        });
    }
    accept(&listener, &server, &places, &stopping).await?;
    drop(listener);
    tracing::info!("stopping once open requests have finished");
    let _ = stop.send(true);
    let all = u32::try_from(connections).unwrap_or(u32::MAX);
    if tokio::time::timeout(STOP_TIME, places.acquire_many(all)).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
    for (runner, thread) in threads {
        runner.stop();
        let _ = tokio::task::spawn_blocking(move || thread.join()).await;
    }
    Ok(())
}

/// Whether a file was written by a newer program.
fn is_newer(error: &anyhow::Error) -> bool {
    let of_store =
        error.chain().find_map(|cause| cause.downcast_ref::<StoreError<rusqlite::Error>>());
    matches!(of_store, Some(StoreError::Newer { .. }))
}

/// Where browsers find it.
fn reached(public_url: Option<&str>, listens: SocketAddr) -> String {
    let port = listens.port();
    match public_url {
        Some(url) => format!("browsers reach it at {url}"),
        None if listens.ip().is_unspecified() => format!(
            "browsers on this machine reach it at http://127.0.0.1:{port}; for all others set \
             their address in site.toml: public_url = \"https://...\""
        ),
        None => format!("browsers reach it at http://{listens}"),
    }
}

/// Until asked to stop.
async fn accept(
    listener: &TcpListener,
    server: &Arc<Server>,
    places: &Arc<Semaphore>,
    stopping: &watch::Receiver<bool>,
) -> Result<()> {
    let mut stop = std::pin::pin!(stop_signal());
    let mut tick = tokio::time::interval(TICK);
    loop {
        let (stream, from) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!("a connection could not be accepted: {error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            result = &mut stop => return result,
            _ = tick.tick() => continue,
        };
        // Over the cap: refused early, by closing.
        let Ok(place) = Arc::clone(places).try_acquire_owned() else { continue };
        tokio::spawn(connection(stream, from, place, Arc::clone(server), stopping.clone()));
    }
}

/// One connection, with its limits; asked to finish when the server stops.
async fn connection(
    stream: TcpStream,
    from: SocketAddr,
    place: OwnedSemaphorePermit,
    server: Arc<Server>,
    mut stopping: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let own = Connection { from: from.ip(), place: Arc::new(place), is_socket: Arc::default() };
    let stream =
        Guarded::new(stream, |stream| drop(stream.set_zero_linger()), Arc::clone(&own.is_socket));
    let service = service_fn(move |request| {
        let (server, own) = (Arc::clone(&server), own.clone());
        async move { Ok::<_, Infallible>(routes::answer(&server, &own, request).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(BUFFER_BYTES)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    // Either end may go away at any time: that is no error of ours.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn stop_signal() -> Result<()> {
    #[cfg(unix)]
    {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => Ok(result?),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    Ok(tokio::signal::ctrl_c().await?)
}
