//! One desk, its thread and its file: carries out the core's contract.
//!
//! Group commit: everything that waits is handled in one transaction, and nothing is sent before it
//! is on disk, so one fsync serves many. When a save fails or the desk panics it is dropped and
//! rebuilt from the file. After a save what waited is refused; after a panic it is tried again one
//! by one, so that whoever is to blame is refused alone. While the file takes nothing, questions
//! are answered from it and everything else is refused.

use anyhow::{Context, Result};
use desk::{
    Frame, Input, Keeper, Peer, PeerId, answer_only, is_refusal, settings::SiteSettings,
    store::StoreError,
};
use protocol::{Millis, Rejection, RejectionCode};
use rusqlite::ErrorCode;
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};
use tokio::{runtime::Handle, sync::oneshot};

use crate::{
    backup, clock,
    load::{Load, MAX_BATCH},
    marker,
    outgoing::Outgoing,
    sqlite::Database,
};

/// Inputs that may wait for a desk; more are refused with a time to retry.
const MAX_WAITING: usize = 4_096;
/// How long a desk whose file fails waits before it opens it again.
const REOPEN_AFTER: Duration = Duration::from_secs(1);
/// How long one waits whose file is damaged, or gone: until somebody has put a copy back.
const REOPEN_DAMAGED_AFTER: Duration = Duration::from_secs(30);
/// The longest sleep. The wall clock may have moved by then, as after a machine was suspended, and
/// the files are looked at.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);

/// Where the frames for one request go.
type Reply = oneshot::Sender<Result<Vec<String>, Rejection>>;

/// Where words for the operator go.
type Said = oneshot::Sender<Result<String, Rejection>>;

enum Ask {
    /// One request: the reply is the frames for that peer.
    Request {
        peer: Peer,
        frame: Frame,
        reply: Reply,
    },
    Opened {
        peer: Peer,
        outgoing: Outgoing,
    },
    Frame {
        peer: Peer,
        frame: Frame,
    },
    Left(PeerId),
    /// Of the operator.
    Operator {
        input: Input,
        done: Reply,
    },
    /// The reply is the name of the copy.
    Backup(Said),
    /// The reply says whether the file is whole, which takes a while.
    Check(Said),
    Stop,
}

/// A running desk.
#[derive(Clone)]
pub struct Runner {
    asks: SyncSender<Ask>,
    load: Arc<Load>,
}

impl Runner {
    /// Opens the file and starts the thread. Where the file cannot be opened the thread goes on
    /// trying, everybody is refused meanwhile, and why is told: nobody else's desk shall suffer
    /// from it.
    pub fn start(
        settings: SiteSettings,
        folder: &Path,
    ) -> Result<(Self, thread::JoinHandle<()>, Option<anyhow::Error>)> {
        let path = folder.join(format!("{}.sqlite", settings.key));
        if let Some(log) = marker::missing_log(&path) {
            tracing::warn!(
                "{} is missing, although the desk was not closed: what was acknowledged last may \
                 be lost",
                log.display()
            );
        }
        let load = Arc::new(Load::default());
        let mut work = Work {
            load: Arc::clone(&load),
            settings,
            path,
            keeper: None,
            is_checked: false,
            not_before: None,
            sockets: BTreeMap::new(),
            tasks: Handle::current(),
        };
        let trouble = work
            .open()
            .err()
            .map(|wrong| wrong.context(format!("opening {}", work.path.display())));
        let (asks, inbox) = sync_channel(MAX_WAITING);
        let name = format!("desk {}", work.settings.key);
        let thread = thread::Builder::new()
            .name(name)
            .spawn(move || work.run(&inbox))
            .context("starting a desk's thread")?;
        Ok((Self { asks, load }, thread, trouble))
    }

    /// A frame by request.
    pub async fn request(&self, peer: Peer, text: &str) -> Result<Vec<String>, Rejection> {
        self.has_room()?;
        let frame = Frame::read(peer.side, text);
        self.ask(|reply| Ask::Request { peer, frame, reply }).await
    }

    /// What the operator wants, which no peer may ask for.
    pub async fn operate(&self, input: Input) -> Result<(), Rejection> {
        self.has_room()?;
        self.ask(|done| Ask::Operator { input, done }).await.map(drop)
    }

    /// Copies the file while it is in use; gives the name of the copy within the data folder.
    pub async fn backup(&self) -> Result<String, Rejection> {
        self.told(Ask::Backup).await
    }

    /// Reads the whole file beside the desk's thread, and says whether it is sound.
    pub async fn check(&self) -> Result<String, Rejection> {
        self.told(Ask::Check).await
    }

    pub fn opened(&self, peer: Peer, outgoing: Outgoing) -> Result<(), Rejection> {
        self.has_room()?;
        self.put(Ask::Opened { peer, outgoing })
    }

    pub fn frame(&self, peer: Peer, text: &str) -> Result<(), Rejection> {
        self.has_room()?;
        self.put(Ask::Frame { frame: Frame::read(peer.side, text), peer })
    }

    /// Must not get lost: waits for room.
    pub fn left(&self, peer: PeerId) {
        self.load.comes();
        let asks = self.asks.clone();
        tokio::task::spawn_blocking(move || drop(asks.send(Ask::Left(peer))));
    }

    pub fn stop(&self) {
        self.load.comes();
        // A desk that is gone has stopped.
        let _ = self.asks.send(Ask::Stop);
    }

    async fn told(&self, make: impl FnOnce(Said) -> Ask) -> Result<String, Rejection> {
        self.has_room()?;
        let (done, answer) = oneshot::channel();
        self.put(make(done))?;
        answer.await.unwrap_or_else(|_| Err(unavailable()))
    }

    async fn ask(&self, make: impl FnOnce(Reply) -> Ask) -> Result<Vec<String>, Rejection> {
        let (reply, answer) = oneshot::channel();
        self.put(make(reply))?;
        answer.await.unwrap_or_else(|_| Err(unavailable()))
    }

    /// Asked before a frame is read, which is done here and not on the desk's thread: what is
    /// refused shall cost nothing.
    fn has_room(&self) -> Result<(), Rejection> {
        if self.load.is_too_much() { Err(too_many()) } else { Ok(()) }
    }

    fn put(&self, ask: Ask) -> Result<(), Rejection> {
        self.load.comes();
        self.asks.try_send(ask).map_err(|refused| {
            self.load.goes(1);
            match refused {
                TrySendError::Full(_) => too_many(),
                TrySendError::Disconnected(_) => unavailable(),
            }
        })
    }
}

fn too_many() -> Rejection {
    Rejection::new(RejectionCode::SlowDown, "too many are waiting").limit(2)
}

fn unavailable() -> Rejection {
    Rejection::new(RejectionCode::Unavailable, "this cannot be kept now").limit(2)
}

struct Work {
    load: Arc<Load>,
    settings: SiteSettings,
    path: PathBuf,
    /// Gone when a save failed.
    keeper: Option<Keeper<Database>>,
    /// Whether the file was found whole by this process.
    is_checked: bool,
    /// A file that is damaged is not opened before.
    not_before: Option<Instant>,
    sockets: BTreeMap<PeerId, Outgoing>,
    tasks: Handle,
}

/// What one transaction owes to those who asked.
#[derive(Default)]
struct Owed {
    sends: Vec<(PeerId, String)>,
    replies: BTreeMap<PeerId, (Vec<String>, Reply)>,
    operated: Vec<Reply>,
    backups: Vec<Said>,
    checks: Vec<Said>,
}

/// Why a transaction was given up.
enum Failure {
    Save(StoreError<rusqlite::Error>),
    Panic,
}

impl Work {
    fn run(mut self, inbox: &Receiver<Ask>) {
        loop {
            let first = match inbox.recv_timeout(self.sleep()) {
                Ok(ask) => Some(ask),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut asks: Vec<_> = first.into_iter().collect();
            asks.extend(inbox.try_iter().take(MAX_BATCH - 1));
            self.load.goes(asks.len());
            let stops = asks.iter().any(|ask| matches!(ask, Ask::Stop));
            let start = Instant::now();
            self.carry_out(asks);
            self.load.took(start.elapsed());
            if let Some(Err(wrong)) = self.keeper.as_mut().map(|keeper| keeper.sql.tend()) {
                tracing::error!(site = self.settings.key, "{wrong}");
            }
            if stops {
                return self.close();
            }
        }
    }

    fn close(&mut self) {
        if self.keeper.take().is_some()
            && let Err(wrong) = marker::closed(&self.path)
        {
            tracing::warn!(site = self.settings.key, "{wrong:#}");
        }
    }

    /// Until the desk's next deadline.
    fn sleep(&self) -> Duration {
        let until_deadline = |at: Millis| Duration::from_millis(at.saturating_sub(clock::wall()));
        match &self.keeper {
            Some(keeper) => {
                keeper.deadline().map_or(LONGEST_SLEEP, until_deadline).min(LONGEST_SLEEP)
            }
            None => REOPEN_AFTER,
        }
    }

    fn carry_out(&mut self, asks: Vec<Ask>) {
        let (inputs, mut owed) = self.take(asks);
        if !self.is_open() {
            if self.not_before.is_some() {
                self.sockets.clear();
                return self.refuse(owed);
            }
            return self.answer_from_file(inputs, owed);
        }
        match self.handle_all(&inputs) {
            Ok(sends) => {
                owed.sends = sends;
                self.pay(owed);
            }
            // One of them is to blame: each by itself, so that it takes nobody along.
            Err(Failure::Panic) if inputs.len() > 1 => {
                self.drop_desk(Failure::Panic);
                for input in inputs {
                    let own = self.part_of(&input, &mut owed);
                    self.alone(input, own);
                }
                self.pay(owed);
            }
            Err(failure) => {
                self.drop_desk(failure);
                self.answer_from_file(inputs, owed);
            }
        }
    }

    fn alone(&mut self, input: Input, mut owed: Owed) {
        if !self.is_open() {
            return self.refuse(owed);
        }
        match self.handle_all(std::slice::from_ref(&input)) {
            Ok(sends) => {
                owed.sends = sends;
                self.pay(owed);
            }
            Err(failure) => {
                self.drop_desk(failure);
                self.refuse(owed);
            }
        }
    }

    /// What is owed for one input alone.
    fn part_of(&self, input: &Input, owed: &mut Owed) -> Owed {
        let mut own = Owed::default();
        match input {
            Input::Frame(peer, _) => own.replies.extend(owed.replies.remove_entry(&peer.id)),
            Input::Left(_) | Input::DeadlineReached => {}
            _ if owed.operated.is_empty() => {}
            _ => own.operated.push(owed.operated.remove(0)),
        }
        own
    }

    /// What comes in, and what will be owed for it.
    fn take(&mut self, asks: Vec<Ask>) -> (Vec<Input>, Owed) {
        let (mut inputs, mut owed) = (Vec::new(), Owed::default());
        for ask in asks {
            match ask {
                Ask::Request { peer, frame, reply } => {
                    owed.replies.insert(peer.id, (Vec::new(), reply));
                    inputs.push(Input::Frame(peer, frame));
                }
                Ask::Opened { peer, outgoing } => {
                    // Who is not let in is cut with what would have been sent.
                    if self
                        .keeper
                        .as_mut()
                        .is_none_or(|keeper| keeper.lets_in(clock::wall(), &peer))
                    {
                        self.sockets.insert(peer.id, outgoing);
                    }
                }
                Ask::Frame { peer, frame } => inputs.push(Input::Frame(peer, frame)),
                Ask::Left(peer) => {
                    self.sockets.remove(&peer);
                    inputs.push(Input::Left(peer));
                }
                Ask::Operator { input, done } => {
                    if let Input::Settings(settings) = &input {
                        self.settings = (**settings).clone();
                    }
                    owed.operated.push(done);
                    inputs.push(input);
                }
                Ask::Backup(done) => owed.backups.push(done),
                Ask::Check(done) => owed.checks.push(done),
                Ask::Stop => {}
            }
        }
        if inputs.is_empty() {
            inputs.push(Input::DeadlineReached);
        }
        (inputs, owed)
    }

    /// All of them in one transaction.
    fn handle_all(&mut self, inputs: &[Input]) -> Result<Vec<(PeerId, String)>, Failure> {
        let keeper = self.keeper.as_mut().expect("the desk is open");
        let work = AssertUnwindSafe(|| {
            #[cfg(test)]
            assert!(!inputs.iter().any(tests::is_fatal), "as the test asked");
            let sends = keeper.handle(clock::wall(), inputs)?;
            keeper.sql.commit().map_err(StoreError::Sql)?;
            // One of them may be the receipt.
            if keeper.must_purge() {
                keeper.sql.purge().map_err(StoreError::Sql)?;
            }
            Ok(sends)
        });
        catch_unwind(work).map_err(|_| Failure::Panic)?.map_err(Failure::Save)
    }

    fn pay(&mut self, owed: Owed) {
        let Owed { sends, mut replies, operated, backups, checks } = owed;
        for (peer, text) in sends {
            if let Some((frames, _)) = replies.get_mut(&peer) {
                frames.push(text);
            } else if let Some(outgoing) = self.sockets.get(&peer) {
                outgoing.known(self.keeper.as_ref().is_some_and(|keeper| keeper.listens(peer)));
                if !outgoing.push(text) {
                    // Too slow or closed: dropping the sender ends the socket's task, which says
                    // that it left and will come back and resume.
                    self.sockets.remove(&peer);
                }
            }
        }
        // By a task: from there, waking who waits costs no call of the system.
        if !replies.is_empty() {
            self.tasks.spawn(async {
                replies.into_values().for_each(|(frames, reply)| drop(reply.send(Ok(frames))))
            });
        }
        operated.into_iter().for_each(|done| drop(done.send(Ok(Vec::new()))));
        backups.into_iter().for_each(|done| drop(done.send(self.backup())));
        checks.into_iter().for_each(|done| self.check(done));
    }

    fn refuse(&mut self, owed: Owed) {
        let waiting = owed.replies.into_values().map(|(_, reply)| reply).chain(owed.operated);
        waiting.for_each(|reply| drop(reply.send(Err(unavailable()))));
        owed.backups
            .into_iter()
            .chain(owed.checks)
            .for_each(|done| drop(done.send(Err(unavailable()))));
    }

    /// Memory may be ahead of the file. Sockets cannot be told which of their frames were lost:
    /// they are cut, and come back with their last number.
    fn drop_desk(&mut self, failure: Failure) {
        let why = match failure {
            Failure::Save(wrong) => {
                let wrong = anyhow::Error::from(wrong);
                self.is_checked &= !is_damage(&wrong);
                format!("{wrong:#}")
            }
            Failure::Panic => "a panic".to_owned(),
        };
        tracing::error!(
            site = self.settings.key,
            "the desk is dropped and will be rebuilt from its file: {why}"
        );
        self.keeper = None;
        self.sockets.clear();
    }

    /// Opens the desk if it is not.
    fn is_open(&mut self) -> bool {
        if self.keeper.is_none() && self.not_before.is_none_or(|at| at <= Instant::now()) {
            match self.open() {
                Err(wrong) if self.not_before.is_some() => {
                    tracing::error!(site = self.settings.key, "this site is not served: {wrong:#}")
                }
                Err(wrong) => tracing::error!(
                    site = self.settings.key,
                    "the desk's file cannot be written: {wrong:#}"
                ),
                Ok(()) => tracing::info!(site = self.settings.key, "the desk is open again"),
            }
        }
        self.keeper.is_some()
    }

    /// Opens the desk. Who finds it damaged waits before it tries again.
    fn open(&mut self) -> Result<()> {
        self.not_before = None;
        self.rebuild().inspect_err(|wrong| {
            self.not_before = is_damage(wrong).then(|| Instant::now() + REOPEN_DAMAGED_AFTER)
        })
    }

    /// While nothing can be saved: who only asks is answered from the file, and everybody else is
    /// refused.
    fn answer_from_file(&mut self, inputs: Vec<Input>, mut owed: Owed) {
        let unreadable = |wrong: &rusqlite::Error| {
            tracing::error!(
                site = self.settings.key,
                "the desk's file cannot be read either: {wrong}"
            )
        };
        let mut database = Database::open(&self.path).inspect_err(unreadable).ok();
        for input in inputs {
            let Input::Frame(peer, frame) = input else { continue };
            let (id, frames) = (peer.id, self.ask_file(database.as_mut(), peer, frame));
            if let Some((_, reply)) = owed.replies.remove(&id) {
                drop(reply.send(frames.ok_or_else(unavailable)));
            } else if let Some(socket) = self.sockets.get(&id) {
                // Nobody listens while nothing is kept: who is answered is known.
                socket.known(
                    frames
                        .as_ref()
                        .is_some_and(|frames| !frames.iter().any(|frame| is_refusal(frame))),
                );
                if !frames.is_some_and(|frames| frames.into_iter().all(|frame| socket.push(frame)))
                {
                    self.sockets.remove(&id);
                }
            }
        }
        self.refuse(owed);
    }

    fn ask_file(
        &self,
        database: Option<&mut Database>,
        peer: Peer,
        frame: Frame,
    ) -> Option<Vec<String>> {
        let answer = answer_only(database?, self.settings.clone(), clock::wall(), peer, frame);
        answer
            .inspect_err(|wrong| {
                tracing::error!(
                    site = self.settings.key,
                    "the desk's file cannot be read either: {wrong}"
                )
            })
            .ok()?
    }

    fn backup(&self) -> Result<String, Rejection> {
        let keeper = self.keeper.as_ref().ok_or_else(unavailable)?;
        let folder = self.path.parent().expect("the file is in the data folder");
        backup::copy(keeper.sql.connection(), folder, &self.settings.key).map_err(|wrong| {
            tracing::error!(site = self.settings.key, "the backup failed: {wrong:#}");
            unavailable()
        })
    }

    fn check(&mut self, done: Said) {
        let Some(keeper) = &mut self.keeper else { return drop(done.send(Err(unavailable()))) };
        let said = |checked: Result<()>| {
            done.send(
                Ok(checked.map_or_else(|wrong| format!("{wrong:#}"), |()| "whole".to_owned())),
            )
        };
        if let Err(wrong) = keeper.sql.check_beside(&self.path, move |checked| drop(said(checked)))
        {
            tracing::error!(site = self.settings.key, "the file could not be checked: {wrong:#}");
        }
    }

    /// From the file, as after a start: without a socket.
    fn rebuild(&mut self) -> Result<()> {
        self.sockets.clear();
        marker::expect_desk(&self.path)?;
        let mut database = Database::open(&self.path)?;
        if !self.is_checked {
            database.check(&self.path)?;
            self.is_checked = true;
        }
        let mut keeper = Keeper::open(database, self.settings.clone(), clock::wall(), |_| false)?;
        keeper.sql.commit()?;
        for row in keeper.unreadable() {
            tracing::error!(site = self.settings.key, "{row}");
        }
        // Of what was erased just before a crash. A disk that takes nothing may still be asked.
        if let Err(wrong) = keeper
            .sql
            .purge()
            .map_err(anyhow::Error::from)
            .and_then(|()| marker::opened(&self.path))
        {
            tracing::warn!(site = self.settings.key, "{wrong:#}");
        }
        self.keeper = Some(keeper);
        Ok(())
    }
}

/// Whether it will be no better in a second: not a disk that takes nothing, nor another who has the
/// file.
fn is_damage(wrong: &anyhow::Error) -> bool {
    let of_sqlite = wrong.chain().find_map(|cause| cause.downcast_ref::<rusqlite::Error>());
    match of_sqlite.and_then(rusqlite::Error::sqlite_error_code) {
        Some(code) => matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase),
        None => !wrong.chain().any(|cause| cause.is::<std::io::Error>()),
    }
}

#[cfg(test)]
mod tests;
