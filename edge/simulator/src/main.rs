//! `cargo xtask simulate`: days through the real desk, their figures as a table and as pictures.
#![allow(clippy::print_stdout, reason = "a program that prints")]

use anyhow::{Context, Result, ensure};
use clap::Parser;
use desk::metrics::{Metrics, Spent, quantile};
use protocol::{Millis, Priority};
use simulator::{
    baselines,
    day::{Day, Kind},
    draw, reference,
    run::{Passed, run},
    score::Score,
};
use std::{fs, path::PathBuf, thread, time::Instant};

#[derive(Parser)]
#[command(name = "cargo xtask simulate", about = "Runs whole days through the real desk")]
struct Arguments {
    /// One kind of day: steady, surge, lunch-dip, agent-leaves, priority-mix or two-languages. All
    /// without it.
    #[arg(long)]
    day: Option<String>,
    /// Days of each kind, with seeds one after the other.
    #[arg(long, default_value_t = 20)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Handoffs a day.
    #[arg(long, default_value_t = 700)]
    handoffs: u32,
    /// What if there were so many more agents, or fewer: `--agents +1`, `--agents=-1`.
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    agents: i32,
    /// Where the pictures go.
    #[arg(long, default_value = "target/simulate")]
    out: PathBuf,
}

/// The days of one kind.
#[derive(Default)]
struct Days {
    score: Score,
    waits: Vec<(Priority, Spent)>,
    abandoned: f64,
    offers: u64,
    inputs: u64,
    took: f64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let kinds = match &arguments.day {
        Some(name) => vec![Kind::named(name).with_context(|| format!("no such day: {name}"))?],
        None => Kind::ALL.to_vec(),
    };
    fs::create_dir_all(&arguments.out)?;
    println!(
        "{} handoffs a day, seeds {} to {}, {:+} agents\n",
        arguments.handoffs,
        arguments.seed,
        arguments.seed + arguments.seeds - 1,
        arguments.agents
    );
    println!(
        "{:<14} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "waits, seconds",
        "median",
        "90 %",
        "high med.",
        "med. med.",
        "in queue",
        "abandoned",
        "offers"
    );
    let mut all = Vec::new();
    for kind in kinds {
        let days = days(kind, &arguments)?;
        let of = |priority: Option<Priority>| {
            days.waits
                .iter()
                .filter(move |(own, _)| priority.is_none_or(|priority| *own == priority))
                .map(|(_, spent)| spent.all())
        };
        let of_priority = |priority| {
            if of(Some(priority)).next().is_some() {
                seconds(quantile(of(Some(priority)), 0.5))
            } else {
                "-".to_owned()
            }
        };
        let (median, most) = (quantile(of(None), 0.5), quantile(of(None), 0.9));
        let queued = quantile(days.waits.iter().map(|(_, spent)| spent.queued), 0.5);
        println!(
            "{:<14} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8.1}% {:>9.2}",
            kind.name(),
            seconds(median),
            seconds(most),
            of_priority(Priority::High),
            of_priority(Priority::Medium),
            seconds(queued),
            100.0 * days.abandoned / arguments.seeds as f64,
            days.offers as f64 / days.waits.len().max(1) as f64,
        );
        all.push((kind, days));
    }
    println!(
        "\n{:<14} {:>7} {:>8} {:>9} {:>8} {:>9} | pinball loss, seconds; how far below",
        "what was said", "said of", "inside", "too short", "high", "width, s"
    );
    for (kind, days) in &all {
        let score = &days.score;
        let (ours, theirs) = score.losses();
        let compared: Vec<_> = baselines::NAMES
            .iter()
            .zip(theirs)
            .map(|(name, loss)| format!("{name} {loss:.0} (-{:.0} %)", 100.0 * (1.0 - ours / loss)))
            .collect();
        println!(
            "{:<14} {:>6.1}% {:>7.1}% {:>8.1}% {:>8} {:>9.0} | ours {ours:.0}, {}",
            kind.name(),
            100.0 * score.said as f64 / score.handoffs.max(1) as f64,
            100.0 * score.coverage(),
            100.0 * score.too_short as f64 / score.said.max(1) as f64,
            score
                .coverage_of(Priority::High)
                .map_or("-".to_owned(), |share| format!("{:.1}%", 100.0 * share)),
            score.width / score.said.max(1) as f64,
            compared.join(", "),
        );
    }
    let (inputs, took) =
        all.iter().fold((0, 0.0), |sum, (_, days)| (sum.0 + days.inputs, sum.1 + days.took));
    // Apart from the rest, which is the same in every run.
    eprintln!(
        "\n{inputs} inputs, {:.1} µs each; a day took {:.2} s",
        took * 1e6 / inputs as f64,
        took / (all.len() as u64 * arguments.seeds) as f64
    );
    println!(
        "Every metric of every day is the same by the reference that reads only the log. \
         Pictures: {}",
        arguments.out.display()
    );
    Ok(())
}

/// All days of a kind, on two threads; the first is drawn.
fn days(kind: Kind, arguments: &Arguments) -> Result<Days> {
    let (seeds, threads) = (arguments.seeds, 2);
    let parts: Vec<Result<Vec<(u64, Passed, f64)>>> = thread::scope(|scope| {
        let part = |first: u64| {
            (first..seeds).step_by(threads).map(|i| {
                let seed = arguments.seed + i;
                let start = Instant::now();
                let passed = run(Day::new(kind, arguments.handoffs, arguments.agents, seed));
                Ok((i, passed, start.elapsed().as_secs_f64()))
            })
        };
        let handles: Vec<_> =
            (0..threads as u64).map(|first| scope.spawn(move || part(first).collect())).collect();
        handles.into_iter().map(|handle| handle.join().expect("a day that passes")).collect()
    });
    let mut passed =
        parts.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect::<Vec<_>>();
    passed.sort_by_key(|(i, ..)| *i);
    let mut days = Days::default();
    for (i, passed, took) in &passed {
        let metrics = Metrics::of(&passed.log);
        ensure!(
            metrics == reference::metrics(&passed.log),
            "{}, seed {}: the metrics differ from the reference",
            kind.name(),
            arguments.seed + i
        );
        days.score.add(passed);
        let mut connected: Vec<_> = passed
            .courses
            .iter()
            .filter_map(|course| Some((course.connected?, course.priority)))
            .collect();
        connected.sort_by_key(|(at, _)| *at);
        days.waits.extend(
            connected
                .into_iter()
                .map(|(_, priority)| priority)
                .zip(metrics.times_to_connection.iter().copied()),
        );
        days.abandoned += metrics.abandonment();
        days.offers += metrics.offers;
        days.inputs += passed.inputs;
        days.took += took;
        if *i == 0 {
            let title = format!(
                "{}, seed {}: {} handoffs",
                kind.name(),
                arguments.seed,
                passed.courses.len()
            );
            fs::write(
                arguments.out.join(format!("{}.svg", kind.name())),
                draw::day(&title, passed),
            )?;
        }
    }
    Ok(days)
}

fn seconds(ms: Millis) -> String {
    format!("{:.0}", ms as f64 / 1000.0)
}
