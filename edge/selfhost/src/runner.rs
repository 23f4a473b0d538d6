//! One desk, its thread and its file: carries out the core's contract.
//!
//! Group commit: everything that waits is handled in one transaction, and nothing is sent before it is on disk, so one
//! fsync serves many. When a save fails or the desk panics it is dropped and rebuilt from the file. After a save what waited is refused; after a
//! panic it is tried again one by one, so that whoever is to blame is refused alone. While the file takes nothing, questions are answered from it and everything else is refused.

use anyhow::{Context, Result};
use desk::{Frame, Hash, Input, Keeper, Peer, PeerId, answer_only, is_refusal, settings::SiteSettings, store::StoreError};
use protocol::{AgentId, Millis, Rejection, RejectionCode};
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

use crate::{backup, clock::Clock, load::Load, outgoing::Outgoing, sqlite::Database};

/// Inputs that may wait for a desk; more are refused with a time to retry.
const MAX_WAITING: usize = 4_096;
/// Inputs of one transaction.
pub const MAX_BATCH: usize = 128;
/// How long a desk whose file fails waits before it opens it again.
const REOPEN_AFTER: Duration = Duration::from_secs(1);

/// Where the frames for one request go.
type Reply = oneshot::Sender<Result<Vec<String>, Rejection>>;

enum Ask {
    /// One request: the reply is the frames for that peer.
    Request {
        peer: Peer,
        frame: Frame,
        reply: Reply,
    },
    Opened {
        peer: PeerId,
        outgoing: Outgoing,
    },
    Frame {
        peer: Peer,
        frame: Frame,
    },
    Left(PeerId),
    Admit {
        agent: AgentId,
        link: Hash,
        until: Millis,
        done: Reply,
    },
    /// The reply is the name of the copy.
    Backup(oneshot::Sender<Result<String, Rejection>>),
    Stop,
}

/// A running desk.
#[derive(Clone)]
pub struct Runner {
    asks: SyncSender<Ask>,
    load: Arc<Load>,
}

impl Runner {
    /// Opens the file and starts the thread.
    pub fn start(settings: SiteSettings, folder: &Path) -> Result<(Self, thread::JoinHandle<()>)> {
        let path = folder.join(format!("{}.sqlite", settings.key));
        let load = Arc::new(Load::default());
        let mut work =
            Work { load: Arc::clone(&load), clock: Clock::start(), settings, path, keeper: None, sockets: BTreeMap::new(), tasks: Handle::current() };
        work.rebuild().with_context(|| format!("opening {}", work.path.display()))?;
        let (asks, inbox) = sync_channel(MAX_WAITING);
        let name = format!("desk {}", work.settings.key);
        let thread = thread::Builder::new().name(name).spawn(move || work.run(&inbox)).context("starting a desk's thread")?;
        Ok((Self { asks, load }, thread))
    }

    /// A frame by request.
    pub async fn request(&self, peer: Peer, text: &str) -> Result<Vec<String>, Rejection> {
        self.has_room()?;
        let frame = Frame::read(peer.side, text);
        self.ask(|reply| Ask::Request { peer, frame, reply }).await
    }

    /// Lets an agent sign in with a link whose hash this is.
    pub async fn admit(&self, agent: AgentId, link: Hash, until: Millis) -> Result<Vec<String>, Rejection> {
        self.has_room()?;
        self.ask(|done| Ask::Admit { agent, link, until, done }).await
    }

    /// Copies the file while it is in use; gives the name of the copy within the data folder.
    pub async fn backup(&self) -> Result<String, Rejection> {
        self.has_room()?;
        let (done, answer) = oneshot::channel();
        self.put(Ask::Backup(done))?;
        answer.await.unwrap_or_else(|_| Err(unavailable()))
    }

    pub fn opened(&self, peer: PeerId, outgoing: Outgoing) -> Result<(), Rejection> {
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

    async fn ask(&self, make: impl FnOnce(Reply) -> Ask) -> Result<Vec<String>, Rejection> {
        let (reply, answer) = oneshot::channel();
        self.put(make(reply))?;
        answer.await.unwrap_or_else(|_| Err(unavailable()))
    }

    /// Asked before a frame is read, which is done here and not on the desk's thread: what is refused shall cost nothing.
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
    clock: Clock,
    settings: SiteSettings,
    path: PathBuf,
    /// Gone when a save failed.
    keeper: Option<Keeper<Database>>,
    sockets: BTreeMap<PeerId, Outgoing>,
    tasks: Handle,
}

/// What one transaction owes to those who asked.
#[derive(Default)]
struct Owed {
    sends: Vec<(PeerId, String)>,
    replies: BTreeMap<PeerId, (Vec<String>, Reply)>,
    admitted: Vec<Reply>,
    backups: Vec<oneshot::Sender<Result<String, Rejection>>>,
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
            if stops {
                return;
            }
        }
    }

    /// Until the desk's next deadline.
    fn sleep(&self) -> Duration {
        match &self.keeper {
            Some(keeper) => match keeper.deadline() {
                Some(at) => Duration::from_millis(at.saturating_sub(self.clock.now())),
                None => Duration::from_secs(3600),
            },
            None => REOPEN_AFTER,
        }
    }

    fn carry_out(&mut self, asks: Vec<Ask>) {
        let (inputs, mut owed) = self.take(asks);
        if !self.is_open() {
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
            Input::Admit { .. } if !owed.admitted.is_empty() => own.admitted.push(owed.admitted.remove(0)),
            _ => {}
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
                Ask::Opened { peer, outgoing } => _ = self.sockets.insert(peer, outgoing),
                Ask::Frame { peer, frame } => inputs.push(Input::Frame(peer, frame)),
                Ask::Left(peer) => {
                    self.sockets.remove(&peer);
                    inputs.push(Input::Left(peer));
                }
                Ask::Admit { agent, link, until, done } => {
                    owed.admitted.push(done);
                    inputs.push(Input::Admit { agent, link, until });
                }
                Ask::Backup(done) => owed.backups.push(done),
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
        let (keeper, clock) = (self.keeper.as_mut().expect("the desk is open"), &self.clock);
        let work = AssertUnwindSafe(|| {
            #[cfg(test)]
            assert!(!inputs.iter().any(tests::is_fatal), "as the test asked");
            let sends = keeper.handle(clock.now(), inputs)?;
            keeper.sql.commit().map_err(StoreError::Sql)?;
            Ok(sends)
        });
        catch_unwind(work).map_err(|_| Failure::Panic)?.map_err(Failure::Save)
    }

    fn pay(&mut self, owed: Owed) {
        let Owed { sends, mut replies, admitted, backups } = owed;
        for (peer, text) in sends {
            if let Some((frames, _)) = replies.get_mut(&peer) {
                frames.push(text);
            } else if let Some(outgoing) = self.sockets.get(&peer) {
                outgoing.known(self.keeper.as_ref().is_some_and(|keeper| keeper.listens(peer)));
                if !outgoing.push(text) {
                    // Too slow or closed: dropping the sender ends the socket's task, which says that it left and will come back and resume.
                    self.sockets.remove(&peer);
                }
            }
        }
        // By a task: from there, waking who waits costs no call of the system.
        if !replies.is_empty() {
            self.tasks.spawn(async { replies.into_values().for_each(|(frames, reply)| drop(reply.send(Ok(frames)))) });
        }
        admitted.into_iter().for_each(|done| drop(done.send(Ok(Vec::new()))));
        backups.into_iter().for_each(|done| drop(done.send(self.backup())));
    }

    fn refuse(&mut self, owed: Owed) {
        let waiting = owed.replies.into_values().map(|(_, reply)| reply).chain(owed.admitted);
        waiting.for_each(|reply| drop(reply.send(Err(unavailable()))));
        owed.backups.into_iter().for_each(|done| drop(done.send(Err(unavailable()))));
    }

    /// Memory may be ahead of the file. Sockets cannot be told which of their frames were lost: they are cut, and come back with their
    /// last number.
    fn drop_desk(&mut self, failure: Failure) {
        let why = match failure {
            Failure::Save(wrong) => format!("{:#}", anyhow::Error::from(wrong)),
            Failure::Panic => "a panic".to_owned(),
        };
        tracing::error!(site = self.settings.key, "the desk is dropped, to be rebuilt from its file: {why}");
        self.keeper = None;
        self.sockets.clear();
    }

    /// Opens the desk if it is not.
    fn is_open(&mut self) -> bool {
        if self.keeper.is_none()
            && let Err(wrong) = self.rebuild()
        {
            tracing::error!(site = self.settings.key, "the desk's file takes nothing: {wrong:#}");
        }
        self.keeper.is_some()
    }

    /// While nothing can be saved: who only asks is answered from the file, and everybody else is refused.
    fn answer_from_file(&mut self, inputs: Vec<Input>, mut owed: Owed) {
        let unreadable = |wrong: &rusqlite::Error| tracing::error!(site = self.settings.key, "the desk's file cannot even be read: {wrong}");
        let mut database = Database::open(&self.path).inspect_err(unreadable).ok();
        for input in inputs {
            let Input::Frame(peer, frame) = input else { continue };
            let (id, frames) = (peer.id, self.ask_file(database.as_mut(), peer, frame));
            if let Some((_, reply)) = owed.replies.remove(&id) {
                drop(reply.send(frames.ok_or_else(unavailable)));
            } else if let Some(socket) = self.sockets.get(&id) {
                // Nobody listens while nothing is kept: who is answered is known.
                socket.known(frames.as_ref().is_some_and(|frames| !frames.iter().any(|frame| is_refusal(frame))));
                if !frames.is_some_and(|frames| frames.into_iter().all(|frame| socket.push(frame))) {
                    self.sockets.remove(&id);
                }
            }
        }
        self.refuse(owed);
    }

    fn ask_file(&self, database: Option<&mut Database>, peer: Peer, frame: Frame) -> Option<Vec<String>> {
        let answer = answer_only(database?, self.settings.clone(), self.clock.now(), peer, frame);
        answer.inspect_err(|wrong| tracing::error!(site = self.settings.key, "the desk's file cannot even be read: {wrong}")).ok()?
    }

    fn backup(&self) -> Result<String, Rejection> {
        let keeper = self.keeper.as_ref().ok_or_else(unavailable)?;
        let folder = self.path.parent().expect("the file is in the data folder");
        backup::copy(keeper.sql.connection(), folder, &self.settings.key).map_err(|wrong| {
            tracing::error!(site = self.settings.key, "no backup was made: {wrong:#}");
            unavailable()
        })
    }

    /// From the file, as after a start: without a socket.
    fn rebuild(&mut self) -> Result<()> {
        self.sockets.clear();
        let mut keeper = Keeper::open(Database::open(&self.path)?, self.settings.clone(), self.clock.now(), |_| false)?;
        keeper.sql.commit()?;
        self.keeper = Some(keeper);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use desk::Side;
    use serde_json::json;
    use tokio::task::JoinSet;

    use super::*;

    const FATAL: PeerId = PeerId(13);

    pub fn is_fatal(input: &Input) -> bool {
        matches!(input, Input::Frame(peer, _) if peer.id == FATAL)
    }

    fn frame(n: u64, command: &serde_json::Value) -> (Peer, String) {
        let peer = Peer { id: PeerId(n), side: Side::Visitor, lasting: false, cookie: None, network: None };
        (peer, json!({ "v": 1, "conversation": format!("c{n}"), "token": format!("{n:032}"), "command": command }).to_string())
    }

    #[tokio::test]
    async fn a_frame_that_panics_is_refused_alone() {
        let folder = tempfile::tempdir().unwrap();
        let settings = serde_json::from_value(json!({ "key": "shop", "name": "Shop", "origins": [], "agent": [{ "id": "maria", "name": "Maria" }] }));
        let (runner, thread) = Runner::start(settings.unwrap(), folder.path()).unwrap();
        let package = json!({
            "summary": "Kim wants a refund.", "intent": "Wants a refund.", "category": "other", "language": "en", "profile": {}, "sentiment": "neutral",
            "transcript": [], "highlights": [], "actions": [], "next_steps": [],
            "escalation": { "trigger": "explicit", "reason": "asked", "priority": "standard", "signals": [] },
        });
        // All at once, so that most are one transaction.
        let mut asked = JoinSet::new();
        for n in 1..=40 {
            let (runner, (peer, text)) = (runner.clone(), frame(n, &json!({ "request_handoff": { "package": package } })));
            asked.spawn(async move { (n, runner.request(peer, &text).await) });
        }
        while let Some(answer) = asked.join_next().await {
            let (n, answer) = answer.unwrap();
            match n == FATAL.0 {
                true => assert_eq!(answer.unwrap_err().code, RejectionCode::Unavailable),
                false => assert!(answer.unwrap()[0].contains("queued"), "{n}"),
            }
        }
        // Who was refused was not kept, and everybody else was.
        for n in 1..=40 {
            let (peer, text) = frame(n, &json!({ "resume": { "after": 0 } }));
            let answer = runner.request(Peer { id: PeerId(100 + n), ..peer }, &text).await.unwrap();
            assert_eq!(answer[0].contains("not_found"), n == FATAL.0, "{n}: {answer:?}");
        }
        runner.stop();
        thread.join().unwrap();
    }
}
