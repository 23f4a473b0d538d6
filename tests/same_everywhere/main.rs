//! The reader compiled to Wasm, with the browser's settings, says the same as the native one, byte
//! for byte: on the dialogues of `tests/conversations`, as conversations and as rows of every task,
//! and on labelled sets in the folder `BATON_SETS`, if that is set. `xtask` has built both
//! programs.

use serde_json::json;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const TASKS: [&str; 8] =
    ["explicit", "frustration", "rephrase", "topics", "intent", "category", "summary", "language"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a program says to an input.
fn said(program: &mut Command, input: &[u8]) -> Vec<u8> {
    let mut child = program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts; `cargo xtask test` builds it");
    let mut stdin = child.stdin.take().expect("its input");
    let input = input.to_vec();
    let writing = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("its output");
    writing.join().expect("a thread").expect("it takes the whole input");
    assert!(output.status.success(), "{program:?} ended with {}", output.status);
    output.stdout
}

fn is_same(arguments: &[&str], input: &[u8]) {
    let native =
        said(Command::new(workspace().join("target/release/signals")).args(arguments), input);
    let mut wasm = Command::new("node");
    wasm.args(["--no-warnings", "--disable-warning=ExperimentalWarning"]);
    wasm.arg(workspace().join("tests/same_everywhere/run.mjs"))
        .arg(workspace().join("target/wasm32-wasip1/browser/signals.wasm"));
    let wasm = said(wasm.args(arguments), input);
    assert!(
        !native.is_empty() && native.iter().filter(|byte| **byte == b'\n').count() > 1,
        "{arguments:?}: nothing was said"
    );
    let differs = native
        .split(|byte| *byte == b'\n')
        .zip(wasm.split(|byte| *byte == b'\n'))
        .find(|(a, b)| a != b);
    assert!(
        native == wasm,
        "{arguments:?}: {:?}",
        differs.map(|(a, b)| (
            String::from_utf8_lossy(a).into_owned(),
            String::from_utf8_lossy(b).into_owned()
        ))
    );
}

/// One line of a dialogue.
struct Line {
    is_visitors: bool,
    text: String,
    /// How sure the bot was.
    confidence: Option<f32>,
}

/// The dialogues by name, in the order of their names.
fn dialogues() -> Vec<(String, Vec<Line>)> {
    let mut all = Vec::new();
    for entry in
        fs::read_dir(workspace().join("tests/conversations")).expect("the folder of dialogues")
    {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|ending| ending != "txt") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        let line = |line: &str| {
            let (from, said) = line.trim().split_once(": ")?;
            let (is_visitors, confidence) = match from.split_once(' ') {
                None if from == "visitor" => (true, None),
                Some(("bot", sure)) => (false, sure.parse().ok()),
                _ => return None,
            };
            Some(Line { is_visitors, text: said.to_owned(), confidence })
        };
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
        all.push((name.to_owned(), text.lines().filter_map(line).collect()));
    }
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    all
}

#[test]
fn the_dialogues_are_read_the_same_natively_and_in_wasm() {
    let mut input = Vec::new();
    for (name, lines) in dialogues() {
        let message = |line: &Line| match line.is_visitors {
            true => json!({"from": "visitor", "text": line.text}),
            false => json!({"from": "bot", "text": line.text, "confidence": line.confidence}),
        };
        let messages: Vec<_> = lines.iter().map(message).collect();
        writeln!(input, "{}", json!({"id": name, "messages": messages})).expect("memory");
    }
    is_same(&["read"], &input);
    is_same(&["read", "--no-pack"], &input);
}

/// Rows as the labelled sets have them, in one file for every task: a message after what came
/// before it, and a visitor's turns. Every second dialogue is an example of what its name begins
/// with, for `intent`.
fn rows() -> Vec<u8> {
    let mut rows = Vec::new();
    for (i, (name, lines)) in dialogues().into_iter().enumerate() {
        let turns: Vec<_> =
            lines.iter().filter(|line| line.is_visitors).map(|line| line.text.as_str()).collect();
        let Some(last) = lines.iter().rposition(|line| line.is_visitors) else { continue };
        let said = |line: &Line| {
            json!({
                "role": if line.is_visitors { "user" } else { "bot" }, "text": line.text
            })
        };
        let context: Vec<_> = lines[..last].iter().map(said).collect();
        let (role, intent) = (if i % 2 == 0 { "support" } else { "query" }, name.split('-').next());
        let text = &lines[last].text;
        let row = json!({
            "id": name, "text": text, "context": context, "episode": "dialogues", "role": role,
            "intent": intent
        });
        let whole = json!({
            "id": format!("{name} turns"), "text": text, "turns": turns, "episode": "turns",
            "role": role, "intent": intent
        });
        writeln!(rows, "{row}\n{whole}").expect("memory");
    }
    rows
}

#[test]
fn every_task_is_done_the_same_natively_and_in_wasm() {
    let own = rows();
    let sets = std::env::var_os("BATON_SETS").map(PathBuf::from);
    for task in TASKS {
        let given = sets.as_ref().map(|sets| {
            fs::read(sets.join(format!("{task}.jsonl")))
                .expect("BATON_SETS has a set of every task")
        });
        for set in [Some(&own), given.as_ref()].into_iter().flatten() {
            is_same(&["predict", "--task", task], set);
            is_same(&["predict", "--task", task, "--no-pack"], set);
        }
    }
}
