//! One desk over real files: panics, erasure, damage, and files that vanish.

use desk::{Side, store::Sql};
use protocol::{ConversationId, RejectionCode};
use serde_json::{Value, json};
use std::fs;
use tokio::task::JoinSet;

use super::*;
use crate::sqlite::Database;

const FATAL: PeerId = PeerId(13);

pub fn is_fatal(input: &Input) -> bool {
    matches!(input, Input::Frame(peer, _) if peer.id == FATAL)
}

fn settings(key: &str, times: Value) -> SiteSettings {
    let agents = json!([{ "id": "maria", "name": "Maria" }]);
    serde_json::from_value(
        json!({ "key": key, "name": "Shop", "origins": [], "agent": agents, "times": times }),
    )
    .unwrap()
}

fn start(folder: &Path) -> (Runner, thread::JoinHandle<()>) {
    let (runner, thread, trouble) = Runner::start(settings("shop", json!({})), folder).unwrap();
    assert!(trouble.is_none(), "{trouble:?}");
    (runner, thread)
}

fn stop(runner: &Runner, thread: thread::JoinHandle<()>) {
    runner.stop();
    thread.join().unwrap();
}

fn frame(n: u64, command: &Value) -> (Peer, String) {
    let peer =
        Peer { id: PeerId(n), side: Side::Visitor, lasting: false, cookie: None, network: None };
    let (conversation, token) = (format!("c{n}"), format!("{n:032}"));
    let frame = json!({
        "v": 1, "conversation": conversation, "token": token, "command": command
    });
    (peer, frame.to_string())
}

async fn ask(runner: &Runner, n: u64, command: &Value) -> Result<Vec<EventText>, Rejection> {
    let (peer, text) = frame(n, command);
    runner.request(peer, &text).await
}

fn handoff(word: &str) -> Value {
    json!({ "request_handoff": { "package": {
        "summary": format!("{word} wants a refund."), "intent": word, "category": "other",
        "language": "en", "profile": { "name": word },
        "sentiment": "neutral", "transcript": [{ "author": "visitor", "at": 1, "text": word }],
        "highlights": [], "actions": [], "next_steps": [word],
        "escalation": {
            "trigger": "explicit", "reason": word, "priority": "standard", "signals": []
        },
    } } })
}

fn say(n: usize, text: &str) -> Value {
    json!({ "say": { "message": format!("m{n}"), "text": text } })
}

/// How often a word stands in the files of the desks, as they are.
fn copies(folder: &Path, word: &str) -> usize {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| fs::read(entry.unwrap().path()).unwrap_or_default());
    files
        .map(|bytes| bytes.windows(word.len()).filter(|window| *window == word.as_bytes()).count())
        .sum()
}

#[tokio::test]
async fn a_frame_that_panics_is_refused_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (runner, thread) = start(folder.path());
    // All at once, so that most are one transaction.
    let mut asked = JoinSet::new();
    for n in 1..=40 {
        let runner = runner.clone();
        asked.spawn(async move { (n, ask(&runner, n, &handoff("Kim")).await) });
    }
    while let Some(answer) = asked.join_next().await {
        let (n, answer) = answer.unwrap();
        match n == FATAL.0 {
            true => assert_eq!(answer.unwrap_err().code, RejectionCode::Unavailable),
            false => assert!(answer.unwrap()[0].as_str().contains("queued"), "{n}"),
        }
    }
    // Who was refused was not kept, and everybody else was.
    for n in 1..=40 {
        let (peer, text) = frame(n, &json!({ "resume": { "after": 0 } }));
        let answer = runner.request(Peer { id: PeerId(100 + n), ..peer }, &text).await.unwrap();
        let code = answer[0].rejection().map(|rejection| rejection.code);
        assert_eq!(code == Some(RejectionCode::NotFound), n == FATAL.0, "{n}: {answer:?}");
    }
    stop(&runner, thread);
}

#[tokio::test]
async fn what_is_erased_is_in_no_file_when_the_receipt_comes() {
    let folder = tempfile::tempdir().unwrap();
    let (runner, thread) = start(folder.path());
    for n in 1..=12 {
        let word = if n % 3 == 0 { "CANARY-STAYS" } else { "CANARY-GOES" };
        ask(&runner, n, &handoff(word)).await.unwrap();
        for m in 0..20 {
            ask(&runner, n, &say(m, &format!("{word} {}", "x".repeat(97 * m)))).await.unwrap();
        }
    }
    assert!(copies(folder.path(), "CANARY-GOES") > 150);
    // Several at once, and one alone.
    let mut asked = JoinSet::new();
    for n in (2..=11).filter(|n| n % 3 != 0) {
        let runner = runner.clone();
        asked.spawn(async move { ask(&runner, n, &json!({ "erase": {} })).await });
    }
    while let Some(answer) = asked.join_next().await {
        assert!(answer.unwrap().unwrap().iter().any(|event| event.as_str().contains("erased")));
    }
    ask(&runner, 1, &json!({ "erase": {} })).await.unwrap();
    assert_eq!(copies(folder.path(), "CANARY-GOES"), 0);
    assert!(copies(folder.path(), "CANARY-STAYS") > 80, "the others' are kept");
    stop(&runner, thread);
    assert_eq!(copies(folder.path(), "CANARY-GOES"), 0);
}

#[tokio::test]
async fn the_operator_erases_while_a_server_runs_and_while_none_does() {
    let folder = tempfile::tempdir().unwrap();
    let (runner, thread) = start(folder.path());
    for n in 1..=3 {
        let word = if n == 3 { "CANARY-STAYS" } else { "CANARY-GOES" };
        ask(&runner, n, &handoff(word)).await.unwrap();
        for m in 0..20 {
            ask(&runner, n, &say(m, &format!("{word} {}", "x".repeat(97 * m)))).await.unwrap();
        }
    }
    let erase =
        |id: &str| Input::Erase { peer: PeerId(99), conversation: ConversationId(id.into()) };
    let receipt = runner.operate(erase("c1")).await.unwrap();
    assert!(matches!(&receipt[..], [event] if event.as_str().contains("\"messages\":21")));
    let again = runner.operate(erase("c1")).await.unwrap();
    assert!(matches!(&again[..], [event] if event.rejection().is_some()));
    stop(&runner, thread);
    let left = copies(folder.path(), "CANARY-GOES");
    assert!(left > 20, "the other one's are there: {left}");

    let at_rest = |id| at_rest(settings("shop", json!({})), folder.path(), erase(id)).unwrap();
    let receipt = at_rest("c2");
    assert!(matches!(&receipt[..], [event] if event.as_str().contains("\"messages\":21")));
    assert_eq!(copies(folder.path(), "CANARY-GOES"), 0);
    assert!(copies(folder.path(), "CANARY-STAYS") > 20, "who is not meant keeps theirs");
    assert!(matches!(&at_rest("c2")[..], [event] if event.rejection().is_some()));
    assert!(!folder.path().join("shop.sqlite-wal").exists(), "the file is closed");
}

#[tokio::test]
async fn what_is_deleted_because_its_time_is_over_leaves_the_log_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (runner, thread, _) =
        Runner::start(settings("shop", json!({ "retention_days": 0 })), folder.path()).unwrap();
    ask(&runner, 1, &handoff("CANARY")).await.unwrap();
    ask(&runner, 1, &json!({ "leave": {} })).await.unwrap();
    let start = Instant::now();
    while copies(folder.path(), "CANARY") > 0 {
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "{} copies are left",
            copies(folder.path(), "CANARY")
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop(&runner, thread);
}

#[tokio::test]
async fn a_damaged_file_costs_its_own_site_only() {
    let folder = tempfile::tempdir().unwrap();
    let (runner, thread) = start(folder.path());
    for n in 101..=130 {
        ask(&runner, n, &handoff(&"x".repeat(500))).await.unwrap();
    }
    stop(&runner, thread);
    let path = folder.path().join("shop.sqlite");
    let whole = fs::read(&path).unwrap();
    let pages = whole.len() / 8192;
    let page = |n: usize| (n * 8192, vec![0x5a; 8192]);
    for (at, with) in [(0, vec![0x5a; 100]), page(1), page(pages / 2), page(pages - 1)] {
        let mut bytes = whole.clone();
        bytes[at..at + with.len()].copy_from_slice(&with);
        fs::write(&path, &bytes).unwrap();
        let (runner, thread, trouble) =
            Runner::start(settings("shop", json!({})), folder.path()).unwrap();
        assert!(trouble.is_some(), "damage at {at} is found");
        assert_eq!(
            ask(&runner, 1, &handoff("again")).await.unwrap_err().code,
            RejectionCode::Unavailable
        );
        stop(&runner, thread);
        assert_eq!(fs::read(&path).unwrap(), bytes, "it is left as it is");
    }
    // Truncated, empty, gone: none is taken for a new desk.
    for rest in [Some(8192), Some(0), None] {
        match rest {
            Some(length) => fs::write(&path, &whole[..length]).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let (runner, thread, trouble) =
            Runner::start(settings("shop", json!({})), folder.path()).unwrap();
        assert!(trouble.is_some(), "{rest:?}");
        let (other, others) = Runner::start(settings("other", json!({})), folder.path())
            .map(|(runner, thread, _)| (runner, thread))
            .unwrap();
        ask(&other, 1, &handoff("x")).await.unwrap();
        stop(&other, others);
        stop(&runner, thread);
    }
    // Another site's file is not this one's.
    fs::copy(folder.path().join("other.sqlite"), &path).unwrap();
    let (runner, thread, trouble) =
        Runner::start(settings("shop", json!({})), folder.path()).unwrap();
    assert!(format!("{:#}", trouble.unwrap()).contains("the desk of the site `other`"));
    stop(&runner, thread);
}

#[tokio::test]
async fn a_log_that_is_deleted_while_it_is_used_costs_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let (runner, thread) = start(folder.path());
    ask(&runner, 1, &handoff("Kim")).await.unwrap();
    let mut acknowledged = 0;
    for n in 0..6 {
        if n % 2 == 1 {
            fs::remove_file(folder.path().join("shop.sqlite-wal")).unwrap();
        }
        // Refused once, while the desk is opened anew.
        let start = Instant::now();
        while ask(&runner, 1, &say(n, "hello")).await.is_err() {
            assert!(start.elapsed() < Duration::from_secs(10));
        }
        acknowledged += 1;
        // What a kill at this moment would leave.
        let copy = tempfile::tempdir().unwrap();
        for name in ["shop.sqlite", "shop.sqlite-wal"] {
            fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
        }
        let mut kept = Database::open(&copy.path().join("shop.sqlite")).unwrap();
        assert_eq!(
            kept.query("SELECT count(*) FROM message", &[]).unwrap(),
            [[desk::store::Value::Integer(acknowledged)]]
        );
    }
    stop(&runner, thread);
}
