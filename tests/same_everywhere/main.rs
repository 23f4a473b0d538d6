//! The reader compiled to Wasm, with the browser's settings, says the same as the native one, byte for byte: on the dialogues
//! of `tests/conversations`, and on the labelled sets where they are at hand. `xtask` has built both programs.

use serde_json::json;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const TASKS: [&str; 8] = ["explicit", "frustration", "rephrase", "topics", "intent", "category", "summary", "language"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a program says to an input.
fn said(program: &mut Command, input: &[u8]) -> Vec<u8> {
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts; `cargo xtask test` builds it");
    let mut stdin = child.stdin.take().expect("its input");
    let input = input.to_vec();
    let writing = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("its output");
    writing.join().expect("a thread").expect("it takes the whole input");
    assert!(output.status.success(), "{program:?} ended with {}", output.status);
    output.stdout
}

fn is_same(arguments: &[&str], input: &[u8]) {
    let native = said(Command::new(workspace().join("target/release/signals")).args(arguments), input);
    let mut wasm = Command::new("node");
    wasm.args(["--no-warnings", "--disable-warning=ExperimentalWarning"]);
    wasm.arg(workspace().join("tests/same_everywhere/run.mjs")).arg(workspace().join("target/wasm32-wasip1/browser/signals.wasm"));
    let wasm = said(wasm.args(arguments), input);
    assert!(!native.is_empty() && native.iter().filter(|byte| **byte == b'\n').count() > 1, "{arguments:?}: nothing was said");
    let differs = native.split(|byte| *byte == b'\n').zip(wasm.split(|byte| *byte == b'\n')).find(|(a, b)| a != b);
    assert!(
        native == wasm,
        "{arguments:?}: {:?}",
        differs.map(|(a, b)| (String::from_utf8_lossy(a).into_owned(), String::from_utf8_lossy(b).into_owned()))
    );
}

#[test]
fn the_dialogues_are_read_the_same_natively_and_in_wasm() {
    let mut input = Vec::new();
    for entry in fs::read_dir(workspace().join("tests/conversations")).expect("the folder of dialogues") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|ending| ending != "txt") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        let messages: Vec<_> = text
            .lines()
            .filter_map(|line| {
                let (from, said) = line.trim().split_once(": ")?;
                match from.split_once(' ') {
                    None if from == "visitor" => Some(json!({"from": "visitor", "text": said})),
                    Some(("bot", sure)) => Some(json!({"from": "bot", "text": said, "confidence": sure.parse::<f32>().ok()})),
                    _ => None,
                }
            })
            .collect();
        writeln!(input, "{}", json!({"id": path.file_stem().and_then(|name| name.to_str()), "messages": messages})).expect("memory");
    }
    is_same(&["read"], &input);
    is_same(&["read", "--no-pack"], &input);
}

#[test]
fn the_labelled_sets_are_read_the_same_natively_and_in_wasm() {
    let sets = workspace().join("../shared/data");
    for task in TASKS {
        // A clone elsewhere has no labelled sets; the dialogues are always there.
        let Ok(set) = fs::read(sets.join(format!("{task}.jsonl"))) else { continue };
        is_same(&["predict", "--task", task], &set);
        is_same(&["predict", "--task", task, "--no-pack"], &set);
    }
}
