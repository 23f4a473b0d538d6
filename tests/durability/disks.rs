//! A disk that is full or failing, at every write and every sync of a scripted morning, and for a
//! while.

use anyhow::{Result, ensure};
use serde_json::json;
use std::{
    fs,
    io::Read,
    path::Path,
    thread,
    time::{Duration, Instant},
};
use tests::{
    History, Host, Stage,
    disk::{EIO, ENOSPC, Hand},
    effort::seed,
    frames::{Answered, Credential, Line, without_quotas},
};

const BACK_WITHIN: Duration = Duration::from_secs(5);
/// Of one morning.
const MESSAGES: u32 = 4;

#[test]
fn a_fault_at_any_operation_is_refused_never_acknowledged_and_over_within_five_seconds()
-> Result<()> {
    let seed = seed();
    let (stage, hand) = stage()?;
    let (line, history) = (Line::to(&stage.edge), History::default());
    // A morning without a fault tells how many operations there are.
    let before = hand.operations()?;
    morning(&line, &history, &Credential::new(seed, 0, 0))?;
    let operations = hand.operations()? - before;
    ensure!(operations > u64::from(MESSAGES), "{operations} operations");
    let (mut n, mut met, mut slowest) = (0, 0, Duration::ZERO);
    for errno in [ENOSPC, EIO] {
        for operation in 1..=operations {
            n += 1;
            let who = Credential::new(seed, 1, n);
            let at = hand.operations()? + operation;
            hand.fail(at, 1, errno)?;
            slowest = slowest.max(morning(&line, &history, &who)?);
            met += u32::from(hand.operations()? >= at);
            hand.fail_no_more()?;
            line.reads(&history, &who, BACK_WITHIN);
        }
    }
    ensure!(
        met > n / 2 && stage.log().contains("the desk is dropped"),
        "the faults were real: {met} of {n}"
    );
    line.reads(&history, &Credential::new(seed, 0, 0), BACK_WITHIN);
    let kept = history.check().map_err(anyhow::Error::msg)?;
    println!(
        "ENOSPC and EIO at each of {operations} operations: {met} met, slowest \
         command {slowest:?}: {kept}; seed {seed}"
    );
    Ok(())
}

/// A host that answered before the sync would be faster than the disk.
#[test]
fn no_host_answers_before_the_disk_has() -> Result<()> {
    const SYNC: Duration = Duration::from_millis(300);
    for host in Host::ALL {
        let folder = tempfile::tempdir()?;
        let (hand, variables) = Hand::new(folder.path())?;
        let stage = Stage::laid_out(host, without_quotas, |_| Ok(()), &variables)?;
        let (line, history) = (Line::to(&stage.edge), History::default());
        let who = Credential::new(seed(), 2, 1);
        ensure!(line.hands_over(&history, &who, BACK_WITHIN), "a handoff before");
        hand.slow_us(SYNC.as_micros() as u64)?;
        let answers: Vec<_> = thread::scope(|scope| {
            let say = |n: u32| {
                let (who, line) = (&who, Line::to(&stage.edge));
                scope.spawn(move || {
                    let start = Instant::now();
                    let said = line.visitor(
                        who,
                        &json!({ "say": { "message": format!("slow{n}"), "text": "hello" } }),
                    );
                    (matches!(said, Answered::Events(_)), start.elapsed())
                })
            };
            let all: Vec<_> = (0..8).map(say).collect();
            all.into_iter().map(|one| one.join()).collect()
        });
        for answer in answers {
            let (is_taken, after) = answer.map_err(|_| anyhow::anyhow!("a thread panicked"))?;
            ensure!(
                is_taken && after >= SYNC,
                "{}: taken {is_taken}, after {after:?}",
                host.name()
            );
        }
    }
    Ok(())
}

#[test]
fn on_a_full_disk_writes_are_refused_with_a_time_reads_go_on_and_it_is_back_with_the_space()
-> Result<()> {
    let seed = seed();
    let (stage, hand) = stage()?;
    let (line, history) = (Line::to(&stage.edge), History::default());
    let who = Credential::new(seed, 1, 1);
    morning(&line, &history, &who)?;
    hand.fail(hand.operations()? + 1, u64::MAX / 2, ENOSPC)?;
    for n in 0..20 {
        let said = line
            .visitor(&who, &json!({ "say": { "message": format!("full{n}"), "text": "hello?" } }));
        ensure!(matches!(said, Answered::Refused(503)), "a write on a full disk is refused");
        ensure!(
            line.reads(&history, &who, Duration::from_millis(500)),
            "reads go on: {}",
            stage.log()
        );
    }
    let told = stage.log().lines().filter(|line| line.contains("ERROR")).count();
    ensure!(told == 1, "once a minute, and not {told} times: {}", stage.log());
    hand.fail_no_more()?;
    let start = Instant::now();
    ensure!(line.says(&history, &who, "after", "hello again", BACK_WITHIN), "it is back");
    ensure!(start.elapsed() < BACK_WITHIN, "{:?}", start.elapsed());
    let mut more = 0;
    while !stage.log().contains("can be written again") {
        ensure!(start.elapsed() < 2 * BACK_WITHIN, "that it is back is told: {}", stage.log());
        more += 1;
        line.says(&history, &who, &format!("after{more}"), "and again", BACK_WITHIN);
    }
    line.reads(&history, &who, BACK_WITHIN);
    let kept = history.check().map_err(anyhow::Error::msg)?;
    println!(
        "a full disk: 20 writes refused, 20 reads answered, back after {:?}: {kept}",
        start.elapsed()
    );
    Ok(())
}

/// The log is moved into the file beside the desk's thread: when that fails, no visitor is told,
/// and the log grows until it can be done.
#[test]
fn a_file_that_takes_nothing_while_its_log_does_keeps_nobody_waiting_and_is_made_up_for()
-> Result<()> {
    let seed = seed();
    let (mut stage, hand) = stage()?;
    let history = History::default();
    let log = stage.data().join("shop.sqlite-wal");
    let morning_of_all = |part: u32| -> Result<()> {
        let (edge, history) = (&stage.edge, &history);
        thread::scope(|scope| {
            let all: Vec<_> = (0..4)
                .map(|client| {
                    scope.spawn(move || {
                        (0..80).try_for_each(|n| {
                            morning(
                                &Line::to(edge),
                                history,
                                &Credential::new(seed, client, part + n),
                            )
                            .map(drop)
                        })
                    })
                })
                .collect();
            all.into_iter()
                .try_for_each(|one| one.join().map_err(|_| anyhow::anyhow!("a client panicked"))?)
        })
    };
    let mut longest = 0;
    for (i, errno) in [ENOSPC, EIO].into_iter().enumerate() {
        let part = 10_000 * i as u32;
        // The first frame after a start finds an empty log.
        morning_of_all(part + 5_000)?;
        let before = times_begun(&log)?;
        hand.fail_beside_logs(errno)?;
        morning_of_all(part)?;
        ensure!(times_begun(&log)? == before, "the faults were real: nothing could be moved");
        longest = longest.max(fs::metadata(&log)?.len());
        hand.fail_no_more()?;
        let start = Instant::now();
        let mut more = part + 100;
        while times_begun(&log)? == before {
            ensure!(start.elapsed() < 4 * BACK_WITHIN, "it was never moved: {}", stage.log());
            morning_of_all(more)?;
            more += 100;
        }
    }
    ensure!(stage.log().contains("the WAL could not be checkpointed"), "the operator is told");
    ensure!(!stage.log().contains("the desk is dropped"), "nobody was refused: {}", stage.log());
    stage.kill()?;
    stage.start_again()?;
    let line = Line::to(&stage.edge);
    for conversation in history.conversations() {
        let who = Credential { conversation, ..Credential::new(seed, 0, 0) };
        ensure!(line.reads(&history, &who, BACK_WITHIN), "cannot be read: {}", who.conversation);
    }
    let kept = history.check().map_err(anyhow::Error::msg)?;
    println!(
        "a file that takes nothing while its log grows to {longest} bytes: {kept}; seed {seed}"
    );
    Ok(())
}

/// How often a log has begun anew, by its header; an empty one has none.
fn times_begun(log: &Path) -> Result<Option<u32>> {
    let mut header = [0; 16];
    match fs::File::open(log)?.read_exact(&mut header) {
        Ok(()) => Ok(Some(u32::from_be_bytes(header[12..].try_into()?))),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn stage() -> Result<(Stage, Hand)> {
    let folder = tempfile::tempdir()?;
    let (hand, variables) = Hand::new(folder.path())?;
    let stage = Stage::laid_out(Host::Selfhost, without_quotas, |_| Ok(()), &variables)?;
    // The host has it open by now.
    drop(folder);
    Ok((stage, hand))
}

/// A handoff, messages, a promise, leaving: each until it is acknowledged. Gives how long the
/// slowest took.
fn morning(line: &Line, history: &History, who: &Credential) -> Result<Duration> {
    let patience = BACK_WITHIN;
    let mut slowest = Duration::ZERO;
    let mut took = |start: Instant| slowest = slowest.max(start.elapsed());
    let start = Instant::now();
    ensure!(
        line.hands_over(history, who, patience),
        "the handoff was not taken within {patience:?}"
    );
    took(start);
    for m in 0..MESSAGES {
        let start = Instant::now();
        ensure!(
            line.says(history, who, &format!("m{m}"), "some words", patience),
            "message {m} was not taken within {patience:?}"
        );
        took(start);
    }
    let start = Instant::now();
    let ticket =
        json!({ "choose_fallback": { "fallback": { "ticket": { "email": "kim@example.org" } } } });
    ensure!(
        line.insists(who, &ticket, patience, |event| event["promised"].is_object()).is_some(),
        "the promise was not made"
    );
    took(start);
    Ok(slowest)
}
