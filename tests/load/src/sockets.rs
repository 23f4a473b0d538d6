//! Many visitors who talk with many agents over sockets of one process: what a socket costs, how
//! long a word takes, and a restart.

mod agent;
mod crowd;
mod visitor;

use anyhow::{Result, ensure};
use std::{
    fmt::Write,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tests::{
    Host, Stage,
    frames::{Line, handoff, sign_in, without_quotas},
};
use tokio::time::sleep;

use self::crowd::Crowd;
use crate::process::memory_kb;

const TALK: Duration = Duration::from_secs(40);
/// Everybody must be back within this after a restart.
const BACK: Duration = Duration::from_secs(60);

pub async fn run(visitors: usize, agents: usize) -> Result<()> {
    let capacity = visitors.div_ceil(agents);
    let mut stage = Stage::on(Host::Selfhost, |settings| {
        with_agents(&without_quotas(settings), agents, capacity)
    })?;
    let crowd = Arc::new(Crowd {
        edge: stage.edge.clone(),
        start: Instant::now(),
        talks: AtomicBool::new(false),
        stops: AtomicBool::new(false),
        here: AtomicUsize::new(0),
        connected: AtomicUsize::new(0),
        times: Mutex::default(),
        lost: AtomicUsize::new(0),
        acknowledged: AtomicUsize::new(0),
    });
    let mut consoles = Vec::new();
    for n in 0..agents {
        let cookie = sign_in(&stage.edge, &stage.link(&format!("a{n}"))?)?;
        consoles.push(tokio::spawn(agent::run(Arc::clone(&crowd), cookie)));
    }
    let line = Line::to(&stage.edge);
    for n in 0..visitors {
        let done =
            line.insists(&visitor::credential(n), &handoff(), Duration::from_secs(10), |_| true);
        ensure!(
            done.is_some_and(|event| !event["rejected"].is_object()),
            "visitor {n} is handed over"
        );
        if n % 500 == 0 {
            print!("\r{n} of {visitors} handed over");
            std::io::Write::flush(&mut std::io::stdout())?;
        }
    }
    let before = memory_kb(stage.process())?;
    let pages: Vec<_> =
        (0..visitors).map(|n| tokio::spawn(visitor::run(Arc::clone(&crowd), n))).collect();
    wait("sockets open", visitors, Duration::from_secs(120), || crowd.here.load(Ordering::Relaxed))
        .await?;
    let after = memory_kb(stage.process())?;
    println!(
        "\r{visitors} visitors and {agents} agents on one process: {:.1} kB a socket, {} MB in all",
        (after.saturating_sub(before)) as f64 / visitors as f64,
        after / 1000
    );
    wait("connected with an agent", visitors, Duration::from_secs(180), || {
        crowd.connected.load(Ordering::Relaxed)
    })
    .await?;
    crowd.talks.store(true, Ordering::Relaxed);
    sleep(TALK).await;
    {
        let mut times = crowd.times.lock().expect("nobody panics while holding it");
        let (n, p50, p99) = (times.len(), times.at(0.5), times.at(0.99));
        println!(
            "\r{n} messages in {} s, from a visitor to their agent: p50 {p50:.1} ms, p99 {p99:.1} \
             ms (goal 100)",
            TALK.as_secs()
        );
    }
    stage.kill()?;
    crowd.here.store(0, Ordering::Relaxed);
    let start = Instant::now();
    stage.start_again()?;
    let up = start.elapsed();
    wait("back", visitors, BACK * 2, || crowd.here.load(Ordering::Relaxed)).await?;
    println!(
        "\rkilled and started: it answers after {:.1} s, everybody is back after {:.1} s (goal {})",
        up.as_secs_f64(),
        start.elapsed().as_secs_f64(),
        BACK.as_secs()
    );
    sleep(Duration::from_secs(5)).await;
    crowd.stops.store(true, Ordering::Relaxed);
    for page in pages {
        page.await??;
    }
    consoles.iter().for_each(tokio::task::JoinHandle::abort);
    println!(
        "{} messages acknowledged, {} lost",
        crowd.acknowledged.load(Ordering::Relaxed),
        crowd.lost.load(Ordering::Relaxed)
    );
    Ok(())
}

async fn wait(what: &str, all: usize, patience: Duration, count: impl Fn() -> usize) -> Result<()> {
    let start = Instant::now();
    while count() < all {
        print!("\r{} of {all} {what}        ", count());
        std::io::Write::flush(&mut std::io::stdout())?;
        ensure!(start.elapsed() < patience, "only {} of {all} {what} after {patience:?}", count());
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// The demo's site with so many agents.
fn with_agents(settings: &str, agents: usize, capacity: usize) -> String {
    let first = settings.find("[[site.agent]]").expect("the demo has agents");
    let rest = settings.find("[[site.category]]").expect("the demo has categories");
    let mut all = settings[..first].to_owned();
    for n in 0..agents {
        write!(
            all,
            "[[site.agent]]\nid = \"a{n}\"\nname = \"Agent {n}\"\nskills = [\"billing\", \
             \"returns\", \"account\"]\ncapacity = {capacity}\n\n"
        )
        .expect("into a string");
    }
    all + &settings[rest..]
}
