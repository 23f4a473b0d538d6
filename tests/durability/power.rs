//! A power cut at any moment of a recorded run. Of what was written since a file's last sync, a
//! disk may have kept anything: nothing, all, the beginning, any part, sectors of 512 bytes torn;
//! and of files made or deleted since their folder's last sync, either.
//!
//! `BATON_POWER_CUTS=1000000` makes it longer.

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};
use tests::{
    History, Host, Stage,
    disk::{self, Operation},
    effort::{seed, times},
    frames::{Credential, Line, Random, without_quotas},
    history::Entry,
};

const CLIENTS: u32 = 8;
const PATIENCE: Duration = Duration::from_secs(10);
const SECTOR: usize = 512;

#[test]
fn nothing_acknowledged_is_lost_in_a_power_cut_and_without_the_syncs_it_would_be() -> Result<()> {
    let (seed, cuts) = (seed(), times("BATON_POWER_CUTS", 6_000, 100_000));
    let (operations, stage) = record(seed)?;
    replays_to_the_real_files(&operations, &stage)?;
    let syncs =
        operations.iter().filter(|operation| matches!(operation, Operation::Sync { .. })).count();
    ensure!(
        operations.iter().any(|operation| is_beside(operation, &operations)),
        "the log was moved beside the desk's thread"
    );
    let full = cut_everywhere(&operations, cuts, seed)?;
    println!(
        "power cuts: {cuts} states of a run of {} operations and {syncs} syncs: {full}; seed \
         {seed}",
        operations.len()
    );
    ensure!(full.lost == 0 && full.corrupt == 0, "{full}");
    // With `synchronous=NORMAL` SQLite syncs its log only before it moves it into the file.
    let normal = as_normal(&operations);
    let less = cut_everywhere(&normal, (cuts / 4).max(1), seed)?;
    println!("the same without the syncs that synchronous=NORMAL leaves out: {less}");
    ensure!(less.lost > 0 && less.corrupt == 0, "the test must see what FULL is for: {less}");
    Ok(())
}

/// A run under load with checkpoints, a kill and a second start in the middle of it.
fn record(seed: u64) -> Result<(Vec<Operation>, Stage)> {
    let log = tempfile::NamedTempFile::new()?;
    let folder = tempfile::tempdir()?;
    let mut variables = disk::recorded(folder.path(), log.path())?;
    let mut stage = Stage::laid_out(
        Host::Selfhost,
        without_quotas,
        |own| {
            // The folder's name is known only now.
            variables
                .iter_mut()
                .filter(|(name, _)| *name == "BATON_DISK_FOLDER")
                .for_each(|(_, value)| *value = own.display().to_string());
            Ok(())
        },
        &[],
    )?;
    // The run begins with an empty folder and the library in place.
    stage.kill()?;
    stage.files().iter().try_for_each(fs::remove_file)?;
    for part in 0..2 {
        stage.start_again_with(&variables)?;
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let edge = stage.edge.clone();
                thread::spawn(move || {
                    let (line, history) = (Line::to(&edge), History::default());
                    (0..14).all(|n| {
                        let who = Credential::new(seed, client, part * 100 + n);
                        let id = |m: u32| format!("{client}-{part}-{n}-{m}");
                        line.hands_over(&history, &who, PATIENCE)
                            && (0..4)
                                .all(|m| line.says(&history, &who, &id(m), "some words", PATIENCE))
                    })
                })
            })
            .collect();
        ensure!(clients.into_iter().all(|client| client.join().is_ok_and(|done| done)), "the load");
        stage.kill()?;
    }
    Ok((disk::read(log.path())?, stage))
}

/// The record is whole: played from the start it gives the files that are there.
fn replays_to_the_real_files(operations: &[Operation], stage: &Stage) -> Result<()> {
    let mut model = Disk::default();
    operations.iter().for_each(|operation| model.follow(operation));
    // The marker beside a desk's files is no part of its storage, and is not recorded.
    let files =
        stage.files().into_iter().filter(|path| path.extension().is_none_or(|kind| kind != "desk"));
    let real: BTreeMap<_, _> =
        files.map(|path| fs::read(&path).map(|bytes| (path, bytes))).collect::<Result<_, _>>()?;
    let played: BTreeMap<_, _> = model
        .files
        .iter()
        .filter(|(_, file)| file.exists)
        .map(|(path, file)| (path.clone(), file.now()))
        .collect();
    ensure!(real.keys().eq(played.keys()), "{:?} {:?}", real.keys(), played.keys());
    for (path, bytes) in &real {
        ensure!(played[path] == *bytes, "{} differs from what was recorded", path.display());
    }
    ensure!(
        real.values().map(Vec::len).sum::<usize>() > 100_000,
        "the files are more than nothing"
    );
    Ok(())
}

fn is_log(path: &Path) -> bool {
    path.to_string_lossy().ends_with("-wal")
}

/// Whether it writes into the file on a thread that writes no log.
fn is_beside(operation: &Operation, operations: &[Operation]) -> bool {
    let Operation::Write { thread, path, .. } = operation else { return false };
    !is_log(path)
        && !operations.iter().any(|other| {
            matches!(
                other,
                Operation::Write { thread: own, path, .. } if own == thread && is_log(path)
            )
        })
}

/// The same run, less every sync of a log that neither makes its new header safe nor goes before a
/// write of the same thread into the file.
fn as_normal(operations: &[Operation]) -> Vec<Operation> {
    let (mut kept, mut header_is_new) = (Vec::new(), false);
    for (i, operation) in operations.iter().enumerate() {
        if let Operation::Write { path, place, .. } = operation
            && is_log(path)
        {
            header_is_new = *place == 0;
        }
        if let Operation::Sync { thread, path } = operation
            && is_log(path)
            && !header_is_new
        {
            let next = operations[i + 1..].iter().find_map(|next| match next {
                Operation::Write { thread: own, path, .. } if own == thread => Some(path),
                _ => None,
            });
            if next.is_none_or(|next| is_log(next)) {
                continue;
            }
        }
        kept.push(operation.clone());
    }
    kept
}

/// A disk: what is safe, and what is not yet.
#[derive(Default)]
struct Disk {
    files: BTreeMap<PathBuf, File>,
}

#[derive(Default)]
struct File {
    /// What a sync has made safe.
    safe: Vec<u8>,
    /// Since then, in order.
    since: Vec<Change>,
    /// How many of those a thread's sync that is under way will make safe.
    syncing: BTreeMap<u32, usize>,
    /// The name is there now; and whether that is safe.
    exists: bool,
    exists_safely: bool,
}

enum Change {
    Write { place: usize, bytes: Vec<u8> },
    Truncate(usize),
}

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Write { place, bytes } => put(to, *place, bytes),
            Self::Truncate(length) => to.resize(*length, 0),
        }
    }
}

fn put(to: &mut Vec<u8>, place: usize, bytes: &[u8]) {
    if to.len() < place + bytes.len() {
        to.resize(place + bytes.len(), 0);
    }
    to[place..place + bytes.len()].copy_from_slice(bytes);
}

impl File {
    fn is_synced_by(&mut self, thread: u32) {
        let Some(done) = self.syncing.remove(&thread) else { return };
        self.since.drain(..done).for_each(|change| change.apply(&mut self.safe));
        self.syncing.values_mut().for_each(|others| *others = others.saturating_sub(done));
    }

    fn now(&self) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        self.since.iter().for_each(|change| change.apply(&mut bytes));
        bytes
    }

    /// What may be left of it.
    fn after_a_cut(&self, random: &mut Random) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        match random.below(4) {
            0 => {}
            1 => self.since.iter().for_each(|change| change.apply(&mut bytes)),
            // The beginning, and the next one torn.
            2 => {
                let whole = random.below(self.since.len() as u64 + 1) as usize;
                self.since[..whole].iter().for_each(|change| change.apply(&mut bytes));
                if let Some(change) = self.since.get(whole) {
                    tear(change, &mut bytes, random);
                }
            }
            // Any of them, some torn.
            _ => {
                for change in &self.since {
                    match random.below(3) {
                        0 => {}
                        1 => change.apply(&mut bytes),
                        _ => tear(change, &mut bytes, random),
                    }
                }
            }
        }
        bytes
    }
}

/// Some of the sectors of a write.
fn tear(change: &Change, bytes: &mut Vec<u8>, random: &mut Random) {
    if let Change::Write { place, bytes: written } = change {
        for (i, sector) in written.chunks(SECTOR).enumerate() {
            if random.below(2) == 0 {
                put(bytes, place + i * SECTOR, sector);
            }
        }
    }
}

impl Disk {
    fn follow(&mut self, operation: &Operation) {
        match operation {
            Operation::Write { path, place, bytes, .. } => {
                self.files
                    .entry(path.clone())
                    .or_default()
                    .since
                    .push(Change::Write { place: *place as usize, bytes: bytes.clone() });
            }
            Operation::Truncate { path, length } => {
                self.files
                    .entry(path.clone())
                    .or_default()
                    .since
                    .push(Change::Truncate(*length as usize));
            }
            Operation::Create { path } => {
                let file = self.files.entry(path.clone()).or_default();
                // Another file under that name: its bytes begin anew.
                *file = File { exists: true, exists_safely: file.exists_safely, ..File::default() };
            }
            Operation::Unlink { path } => {
                self.files.entry(path.clone()).or_default().exists = false
            }
            Operation::SyncBegins { thread, path } => {
                if let Some(file) = self.files.get_mut(path) {
                    file.syncing.insert(*thread, file.since.len());
                }
            }
            Operation::Sync { thread, path } => {
                if let Some(file) = self.files.get_mut(path) {
                    file.is_synced_by(*thread);
                }
                for (_, file) in self.files.iter_mut().filter(|(own, _)| own.parent() == Some(path))
                {
                    file.exists_safely = file.exists;
                }
            }
            Operation::Sent { .. } => {}
        }
    }

    /// Writes what may be left of everything.
    fn leave(&self, folder: &Path, random: &mut Random) -> Result<()> {
        for (path, file) in &self.files {
            let is_there =
                if file.exists == file.exists_safely { file.exists } else { random.below(2) == 0 };
            let own = folder.join(path.file_name().context("a name")?);
            if is_there {
                fs::write(own, file.after_a_cut(random))?;
            } else if own.exists() {
                fs::remove_file(own)?;
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Outcome {
    states: u32,
    lost: u32,
    corrupt: u32,
    acknowledged: usize,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { states, lost, corrupt, acknowledged } = self;
        write!(
            f,
            "{states} states with up to {acknowledged} messages acknowledged, {lost} lose an \
             acknowledged one, {corrupt} are corrupt"
        )
    }
}

/// That many states at moments spread over the run, on two threads.
fn cut_everywhere(operations: &[Operation], cuts: u32, seed: u64) -> Result<Outcome> {
    let halves = thread::scope(|scope| {
        let threads: Vec<_> = (0..2)
            .map(|half| scope.spawn(move || cut_half(operations, cuts.div_ceil(2), seed + half)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?)
            .collect::<Result<Vec<_>>>()
    })?;
    Ok(halves.into_iter().fold(Outcome::default(), |sum, half| Outcome {
        states: sum.states + half.states,
        lost: sum.lost + half.lost,
        corrupt: sum.corrupt + half.corrupt,
        acknowledged: sum.acknowledged.max(half.acknowledged),
    }))
}

fn cut_half(operations: &[Operation], cuts: u32, seed: u64) -> Result<Outcome> {
    let mut random = Random::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut moments: Vec<_> =
        (0..cuts).map(|_| random.below(operations.len() as u64 + 1) as usize).collect();
    moments.sort_unstable();
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? };
    let (mut disk, mut outcome, mut done) = (Disk::default(), Outcome::default(), 0);
    let mut acknowledged = BTreeMap::new();
    for moment in moments {
        for operation in &operations[done..moment] {
            disk.follow(operation);
            if let Operation::Sent { bytes, .. } = operation {
                acknowledged.extend(said(bytes));
            }
        }
        done = moment;
        disk.leave(folder.path(), &mut random)?;
        outcome.states += 1;
        outcome.acknowledged = acknowledged.len();
        match messages(&folder.path().join("shop.sqlite")) {
            Ok(found) => outcome.lost += u32::from(!is_kept(&acknowledged, found)),
            Err(_) => outcome.corrupt += 1,
        }
        // SQLite may have left files that the disk did not have.
        for entry in fs::read_dir(folder.path())? {
            fs::remove_file(entry?.path())?;
        }
    }
    Ok(outcome)
}

/// Whether everything that was acknowledged before the cut is there after it.
fn is_kept(acknowledged: &BTreeMap<String, u64>, found: BTreeMap<String, Messages>) -> bool {
    let history = History::default();
    for (id, seq) in acknowledged {
        let conversation = conversation_of(id);
        history.acknowledged(conversation, id, *seq);
        if !found.contains_key(conversation) {
            history.note(Entry::Missing { conversation: conversation.to_owned() });
        }
    }
    for (conversation, (state, messages)) in found {
        history.note(Entry::Found { conversation, state: Some(state), messages });
    }
    history.check().is_ok()
}

/// The load gives every message an id that begins with its conversation's.
fn conversation_of(message: &str) -> &str {
    message.rsplit_once('-').map_or(message, |(conversation, _)| conversation)
}

/// The messages whose acknowledgement is in these bytes, and their numbers.
fn said(bytes: &[u8]) -> Vec<(String, u64)> {
    let text = String::from_utf8_lossy(bytes);
    let Some(body) = text.split("\r\n\r\n").last() else { return Vec::new() };
    let Ok(frames) = serde_json::from_str::<Vec<Value>>(body) else { return Vec::new() };
    let said = frames.iter().map(|frame| &frame["event"]["said"]["message"]);
    said.filter_map(|message| Some((message["id"].as_str()?.to_owned(), message["seq"].as_u64()?)))
        .collect()
}

/// A conversation's state, and the numbers and ids of its messages.
type Messages = (String, Vec<(u64, String)>);

/// All messages of a desk that is whole, by conversation, as the product opens it.
fn messages(path: &Path) -> rusqlite::Result<BTreeMap<String, Messages>> {
    let connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL")?;
    let found: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if found != "ok" {
        return Err(rusqlite::Error::InvalidQuery);
    }
    if !connection.table_exists(None, "message")? {
        // The power went before the tables were safe: a start makes them.
        return Ok(BTreeMap::new());
    }
    let mut statement = connection.prepare(
        "SELECT message.id, message.seq, own.state FROM message JOIN (SELECT body ->> 'id' AS id, \
         state FROM conversation) AS own ON own.id = message.conversation ORDER BY \
         message.conversation, message.seq",
    )?;
    let mut found = BTreeMap::<String, Messages>::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, seq): (String, i64) = (row.get(0)?, row.get(1)?);
        let conversation = conversation_of(&id).to_owned();
        found
            .entry(conversation)
            .or_insert((row.get(2)?, Vec::new()))
            .1
            .push((seq.unsigned_abs(), id));
    }
    Ok(found)
}
