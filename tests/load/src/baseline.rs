//! The least that a durable handoff could be: axum and one insert of the body, with the same
//! durability.

use anyhow::Result;
use axum::{Router, extract::State, http::StatusCode, routing::post};
use rusqlite::Connection;
use std::{
    path::Path,
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};
use tokio::{net::TcpListener, sync::oneshot};

type Insert = (String, oneshot::Sender<()>);

pub async fn serve(folder: &Path, each: bool) -> Result<()> {
    let connection = Connection::open(folder.join("baseline.sqlite"))?;
    connection.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         CREATE TABLE handoff (n INTEGER PRIMARY KEY, body TEXT NOT NULL)",
    )?;
    let (inserts, inbox) = channel();
    thread::spawn(move || write(&connection, &inbox, if each { 1 } else { 256 }));
    let router = Router::new().route("/handoff", post(take)).with_state(inserts);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    Ok(axum::serve(listener, router).await?)
}

async fn take(State(inserts): State<Sender<Insert>>, body: String) -> StatusCode {
    let (done, is_done) = oneshot::channel();
    match inserts.send((body, done)) {
        Ok(()) if is_done.await.is_ok() => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// So many inserts a transaction at most.
fn write(connection: &Connection, inbox: &Receiver<Insert>, most: usize) {
    while let Ok(first) = inbox.recv() {
        let all: Vec<_> = std::iter::once(first).chain(inbox.try_iter().take(most - 1)).collect();
        let written = connection.execute_batch("BEGIN IMMEDIATE").and_then(|()| {
            for (body, _) in &all {
                connection
                    .prepare_cached("INSERT INTO handoff (body) VALUES (?1)")?
                    .execute([body])?;
            }
            connection.execute_batch("COMMIT")
        });
        if written.is_ok() {
            for (_, done) in all {
                // Who asked may have gone.
                let _ = done.send(());
            }
        }
    }
}
