//! `cargo xtask bench signals`: the reader on the labelled sets, with the base alone and with the pack, and VADER beside it
//! where Python has it. The sets' own `score.py` scores.

use anyhow::{Context, Result};
use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use crate::build;

const WORK: &str = "target/bench-signals";
/// The reader as Wasm, and what runs it in Node.
const WASM: &str = "target/wasm32-wasip1/browser/signals.wasm";
const RUN_WASM: &str = "tests/same_everywhere/run.mjs";
/// A task, and whether the pack changes its answers.
const TASKS: [(&str, bool); 8] = [
    ("explicit", false),
    ("frustration", false),
    ("topics", false),
    ("category", false),
    ("summary", false),
    ("language", false),
    ("rephrase", true),
    ("intent", true),
];
/// The same predictions by VADER's lexicon and rules, `pip install vaderSentiment`.
const VADER: &str = "import json,sys\nfrom vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer as A\na=A()\n\
    for l in sys.stdin:\n r=json.loads(l); s=-a.polarity_scores(r['text'])['compound']; print(json.dumps(dict(id=r['id'],score=s,level=int(s>.05))))";

pub fn run(sets: &Path) -> Result<()> {
    build::reader()?;
    fs::create_dir_all(WORK)?;
    for (task, differs) in TASKS {
        let set = sets.join(format!("{task}.jsonl"));
        for flag in ["--no-pack"].into_iter().chain(differs.then_some("")) {
            let mut program = Command::new("target/release/signals");
            program.args(["predict", "--task", task]).args([flag].iter().filter(|flag| !flag.is_empty()));
            let name = if !differs {
                ""
            } else if flag.is_empty() {
                ", with the pack"
            } else {
                ", base alone"
            };
            predicted(sets, task, &set, &format!("{task}{name}"), &mut program)?;
        }
        if task == "frustration" && Command::new("python3").args(["-c", "import vaderSentiment"]).stderr(Stdio::null()).status()?.success() {
            predicted(sets, task, &set, "frustration, VADER", Command::new("python3").args(["-c", VADER]))?;
        }
    }
    println!("\na message, read by all detectors; start-up, with the models, taken off");
    let set = fs::read_to_string(sets.join("explicit.jsonl"))?;
    for (name, pack) in [("base alone", &["--no-pack"][..]), ("with the pack", &[])] {
        let [native, wasm] =
            [vec!["target/release/signals"], vec!["node", "--no-warnings", RUN_WASM, WASM]].map(|program| per_row(&program, pack, &set));
        println!("  {name:<14} {:>4.0} µs native {:>4.0} µs in Wasm, as browsers download it", native?, wasm?);
    }
    Ok(())
}

/// Microseconds a row: of three turns the middle one.
fn per_row(program: &[&str], pack: &[&str], set: &str) -> Result<f64> {
    let once = |input: &str| -> Result<f64> {
        let start = Instant::now();
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).args(["predict", "--task", "explicit"]).args(pack);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().with_context(|| format!("starting {}", program[0]))?;
        child.stdin.take().context("its input")?.write_all(input.as_bytes())?;
        anyhow::ensure!(child.wait()?.success(), "{} failed", program[0]);
        Ok(start.elapsed().as_secs_f64() * 1e6)
    };
    let mut turns = (0..3).map(|_| Ok((once(set)? - once("")?) / set.lines().count() as f64)).collect::<Result<Vec<_>>>()?;
    turns.sort_by(f64::total_cmp);
    Ok(turns[1])
}

/// One program's predictions of a set, and their score.
fn predicted(sets: &Path, task: &str, set: &Path, name: &str, program: &mut Command) -> Result<()> {
    let predictions = format!("{WORK}/{task}.jsonl");
    let rows = fs::read_to_string(set).with_context(|| format!("reading {}", set.display()))?.lines().count();
    let start = Instant::now();
    let status = program.stdin(File::open(set)?).stdout(File::create(&predictions)?).status()?;
    anyhow::ensure!(status.success(), "{name}: the prediction ended with {status}");
    println!("\n{name}: {rows} rows, {:.0} µs each", start.elapsed().as_secs_f64() * 1e6 / rows as f64);
    let status = Command::new("python3").arg(sets.join("score.py")).arg(task).arg(set).arg(&predictions).status()?;
    anyhow::ensure!(status.success(), "{name}: the score ended with {status}");
    Ok(())
}
