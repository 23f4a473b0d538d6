//! One desk, its thread and its SQLite file: carries out the core's contract.
//!
//! Group commit: all inputs that wait are handled in one transaction, and nothing is sent before it
//! is on disk, so one fsync serves many. When a save fails or the desk panics, it is dropped and
//! rebuilt from the file. After a failed save the waiting inputs are refused; after a panic they
//! are tried again one by one, so that only the one to blame is refused. While the database cannot
//! be written, read-only commands are still answered and everything else is refused.

mod at_rest;
mod desk_file;
mod inbox;
mod read_only;
mod trouble;
mod turn;

use anyhow::{Context, Result};
use desk::{EventText, Frame, Input, Peer, PeerId, settings::SiteSettings};
use front::unavailable;
use protocol::{Millis, Rejection};
use std::{
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};
use tokio::runtime::Handle;

pub use self::at_rest::at_rest;
use self::{
    desk_file::{DeskFile, Failure},
    inbox::{Inbox, OperatorReply, Task},
    turn::{Sockets, Turn},
};
use crate::{
    backup, clock, findings,
    load::{Load, MAX_BATCH},
    outgoing::Outgoing,
};

/// How long a desk whose file fails waits before it opens it again.
const REOPEN_AFTER: Duration = Duration::from_secs(1);
/// The longest sleep. The wall clock may have moved by then, as after a machine was suspended, and
/// the files are looked at.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);

/// A running desk.
#[derive(Clone)]
pub struct Runner {
    inbox: Inbox,
}

impl Runner {
    /// Opens the file and starts the thread. If the file cannot be opened, the error is returned
    /// beside; the thread then goes on trying and refuses everybody meanwhile, so that no other
    /// site suffers.
    pub fn start(
        settings: SiteSettings,
        folder: &Path,
    ) -> Result<(Self, thread::JoinHandle<()>, Option<anyhow::Error>)> {
        let mut desk = DeskFile::new(settings, folder);
        // Opening the desk takes away what shows it.
        let found = findings::of(&desk.path, &desk.settings.key);
        found.iter().for_each(|found| tracing::warn!(site = desk.settings.key, "{found}"));
        let trouble = desk
            .open()
            .err()
            .map(|error| error.context(format!("opening {}", desk.path.display())));
        let load = Arc::new(Load::default());
        let (inbox, tasks) = Inbox::new(Arc::clone(&load));
        let name = format!("desk {}", desk.settings.key);
        let (sockets, runtime) = (Sockets::new(), Handle::current());
        let worker = Worker { load, desk, sockets, runtime, found };
        let thread = thread::Builder::new()
            .name(name)
            .spawn(move || worker.run(&tasks))
            .context("starting a desk's thread")?;
        Ok((Self { inbox }, thread, trouble))
    }

    /// Handles a frame that came by request; gives the events for its peer.
    pub async fn request(&self, peer: Peer, text: &str) -> Result<Vec<EventText>, Rejection> {
        self.inbox.has_room()?;
        let input = Input::Frame(peer.clone(), Frame::read(peer.side, text));
        self.inbox.ask(|reply| Task::Input { input, reply: Some(reply) }).await
    }

    /// Handles an input of the operator, which no peer may send; gives the events that answer it.
    pub async fn operate(&self, input: Input) -> Result<Vec<EventText>, Rejection> {
        self.inbox.has_room()?;
        self.inbox.ask(|reply| Task::Input { input, reply: Some(reply) }).await
    }

    /// Copies the file while it is in use; gives the name of the copy within the data folder.
    pub async fn backup(&self) -> Result<String, Rejection> {
        self.inbox.has_room()?;
        self.inbox.ask(Task::Backup).await
    }

    /// Reads the whole file beside the desk's thread, and says whether it is sound.
    pub async fn check(&self) -> Result<String, Rejection> {
        self.inbox.has_room()?;
        self.inbox.ask(Task::Check).await
    }

    /// Takes a socket that has opened.
    pub fn opened(&self, peer: Peer, outgoing: Outgoing) -> Result<(), Rejection> {
        self.inbox.has_room()?;
        self.inbox.put(Task::Open { peer, outgoing })
    }

    /// Handles a frame that came over a socket.
    pub fn frame(&self, peer: Peer, text: &str) -> Result<(), Rejection> {
        self.inbox.has_room()?;
        let frame = Frame::read(peer.side, text);
        self.inbox.put(Task::Input { input: Input::Frame(peer, frame), reply: None })
    }

    /// Tells the desk that a socket is closed, which must not get lost.
    pub fn left(&self, peer: PeerId) {
        let inbox = self.inbox.clone();
        tokio::task::spawn_blocking(move || {
            inbox.insist(Task::Input { input: Input::Left(peer), reply: None })
        });
    }

    pub fn stop(&self) {
        self.inbox.insist(Task::Stop);
    }
}

/// The desk's thread.
struct Worker {
    load: Arc<Load>,
    desk: DeskFile,
    sockets: Sockets,
    runtime: Handle,
    /// What was lost before the desk was opened, for whoever asks.
    found: Vec<String>,
}

impl Worker {
    fn run(mut self, tasks: &Receiver<Task>) {
        loop {
            let first = match tasks.recv_timeout(self.sleep()) {
                Ok(task) => Some(task),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut batch: Vec<_> = first.into_iter().collect();
            batch.extend(tasks.try_iter().take(MAX_BATCH - 1));
            self.load.goes(batch.len());
            let stops = batch.iter().any(|task| matches!(task, Task::Stop));
            let start = Instant::now();
            self.carry_out(batch);
            self.load.took(start.elapsed());
            if let Some(Err(error)) = self.desk.stored.as_mut().map(|stored| stored.sql.tend()) {
                self.desk.tell(|| error.to_string());
            }
            if stops {
                return self.desk.close();
            }
        }
    }

    /// The time until the desk's next deadline.
    fn sleep(&self) -> Duration {
        let until_deadline = |at: Millis| Duration::from_millis(at.saturating_sub(clock::wall()));
        match &self.desk.stored {
            Some(stored) => {
                stored.deadline().map_or(LONGEST_SLEEP, until_deadline).min(LONGEST_SLEEP)
            }
            None => REOPEN_AFTER,
        }
    }

    fn carry_out(&mut self, tasks: Vec<Task>) {
        let mut turn = self.turn_of(tasks);
        if !self.is_open() {
            return match self.desk.is_damaged() {
                true => turn.refuse(),
                false => self.only_answer(turn),
            };
        }
        match self.desk.handle(turn.inputs()) {
            Ok(sends) => self.finish(turn, sends),
            // One of the inputs is to blame. Each is tried by itself, so that it takes no other
            // along.
            Err(Failure::Panic) if turn.inputs().len() > 1 => {
                self.give_up(Failure::Panic);
                turn.split().for_each(|one| self.carry_out_alone(one));
                self.finish(turn, Vec::new());
            }
            Err(failure) => {
                self.give_up(failure);
                self.only_answer(turn);
            }
        }
    }

    /// While nothing can be written.
    fn only_answer(&mut self, turn: Turn) {
        if let Err(error) = read_only::answer(turn, &self.desk.path, &self.desk.settings) {
            self.desk.tell(|| format!("{error:#}"));
        }
    }

    fn carry_out_alone(&mut self, turn: Turn) {
        if !self.is_open() {
            return turn.refuse();
        }
        match self.desk.handle(turn.inputs()) {
            Ok(sends) => self.finish(turn, sends),
            Err(failure) => {
                self.give_up(failure);
                turn.refuse();
            }
        }
    }

    /// Makes a turn of the tasks that came. Without any, the desk's deadline has come.
    fn turn_of(&mut self, tasks: Vec<Task>) -> Turn {
        let mut turn = Turn::default();
        for task in tasks {
            match task {
                Task::Input { input, reply } => {
                    match &input {
                        Input::Left(peer) => drop(self.sockets.remove(peer)),
                        Input::Settings(settings) => self.desk.settings = (**settings).clone(),
                        _ => {}
                    }
                    turn.add(input, reply);
                }
                Task::Open { peer, outgoing } => {
                    // A socket that is not let in is dropped, which cuts it.
                    let stored = self.desk.stored.as_mut();
                    if stored.is_none_or(|stored| stored.lets_in(clock::wall(), &peer)) {
                        self.sockets.insert(peer.id, outgoing);
                    }
                }
                Task::Backup(reply) => turn.backups.push(reply),
                Task::Check(reply) => turn.checks.push(reply),
                Task::Stop => {}
            }
        }
        if turn.inputs().is_empty() {
            turn.add(Input::DeadlineReached, None);
        }
        turn
    }

    /// Whether the desk is open, if need be again. A desk that is not was opened for nobody: its
    /// sockets are cut, and come back with their last number.
    fn is_open(&mut self) -> bool {
        if self.desk.stored.is_none() {
            self.sockets.clear();
        }
        self.desk.open_again()
    }

    /// Drops the desk. Sockets cannot be told which of their frames were lost: they are cut, and
    /// come back with their last number.
    fn give_up(&mut self, failure: Failure) {
        self.desk.give_up(failure);
        self.sockets.clear();
    }

    /// Sends what a turn led to, once it is on disk.
    fn finish(&mut self, mut turn: Turn, sends: Vec<(PeerId, EventText)>) {
        let listens = |peer| self.desk.stored.as_ref().is_some_and(|stored| stored.listens(peer));
        turn.flush(sends, &mut self.sockets, listens, &self.runtime);
        turn.backups.into_iter().for_each(|reply| drop(reply.send(self.backup())));
        turn.checks.into_iter().for_each(|reply| self.check(reply));
    }

    fn backup(&self) -> Result<String, Rejection> {
        let stored = self.desk.stored.as_ref().ok_or_else(unavailable)?;
        let folder = self.desk.path.parent().expect("the file is in the data folder");
        let site = &self.desk.settings.key;
        backup::copy(stored.sql.connection(), folder, site).map_err(|error| {
            tracing::error!(site, "the backup failed: {error:#}");
            unavailable()
        })
    }

    fn check(&mut self, reply: OperatorReply) {
        let Some(stored) = &mut self.desk.stored else {
            return drop(reply.send(Err(unavailable())));
        };
        let mut found = self.found.clone();
        let say = move |checked: Result<()>| {
            found.extend(checked.err().map(|error| format!("{error:#}")));
            let is_whole = found.is_empty();
            reply.send(Ok(if is_whole { "whole".to_owned() } else { found.join("; ") }))
        };
        if let Err(error) =
            stored.sql.check_beside(&self.desk.path, move |checked| drop(say(checked)))
        {
            let site = &self.desk.settings.key;
            tracing::error!(site, "the file could not be checked: {error:#}");
        }
    }
}

#[cfg(test)]
mod tests;
