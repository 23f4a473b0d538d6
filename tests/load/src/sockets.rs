//! Many visitors who talk with many agents over sockets of one process: what a socket costs, how
//! long a word takes, and a restart.

use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    fmt::Write,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tests::{
    Host, Stage,
    frames::{Credential, Line, handoff, sign_in, without_quotas},
};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};

use crate::{connection::Times, process::memory_kb};

/// A visitor writes about this often.
const WRITES_EVERY: Duration = Duration::from_secs(16);
const TALK: Duration = Duration::from_secs(40);
/// Everybody must be back within this after a restart.
const BACK: Duration = Duration::from_secs(60);
/// As the product's pages do: anywhere in this, so that they do not come at once.
const JITTER_MS: u64 = 15_000;

/// How fast an agent takes offers.
const ACCEPTS_EVERY: Duration = Duration::from_millis(240);

type Socket = WebSocketStream<TcpStream>;

/// What all clients share.
struct Crowd {
    edge: String,
    start: Instant,
    talks: AtomicBool,
    stops: AtomicBool,
    /// Visitors whose socket has resumed.
    here: AtomicUsize,
    /// Visitors who were told that an agent is there.
    connected: AtomicUsize,
    times: Mutex<Times>,
    lost: AtomicUsize,
    acknowledged: AtomicUsize,
}

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
        consoles.push(tokio::spawn(agent(Arc::clone(&crowd), cookie)));
    }
    let line = Line::to(&stage.edge);
    for n in 0..visitors {
        let done = line.insists(&who(n), &handoff(), Duration::from_secs(10), |_| true);
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
        (0..visitors).map(|n| tokio::spawn(visitor(Arc::clone(&crowd), n))).collect();
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

fn who(n: usize) -> Credential {
    Credential::new(77, 1, n as u32)
}

async fn open(crowd: &Crowd, side: &str, cookie: Option<&str>) -> Result<Socket> {
    let authority = crowd.edge.trim_start_matches("http://");
    let mut request = format!("ws://{authority}/v1/{side}/shop/socket").into_client_request()?;
    request.headers_mut().insert("origin", crowd.edge.parse()?);
    if let Some(cookie) = cookie {
        request.headers_mut().insert("cookie", cookie.parse()?);
    }
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
    Ok(timeout(Duration::from_secs(20), client_async_with_config(request, stream, Some(config)))
        .await??
        .0)
}

async fn event(socket: &mut Socket) -> Result<Value> {
    loop {
        match socket.next().await.context("the socket is closed")?? {
            Message::Text(text) => return Ok(serde_json::from_str::<Value>(&text)?["event"].take()),
            Message::Close(_) => bail!("the socket is closed"),
            _ => {}
        }
    }
}

async fn agent(crowd: Arc<Crowd>, cookie: String) {
    loop {
        // Comes back whenever it is cut.
        let _ = console(&crowd, &cookie).await;
        sleep(Duration::from_millis(200)).await;
    }
}

async fn console(crowd: &Crowd, cookie: &str) -> Result<()> {
    let mut socket = open(crowd, "agent", Some(cookie)).await?;
    let frame = |command: Value| Message::text(json!({ "v": 1, "command": command }).to_string());
    socket.send(frame(json!({ "watch": {} }))).await?;
    // A person takes one after the other; and a socket may say five frames a second. The review
    // ends by itself.
    let (mut offers, mut next) = (VecDeque::new(), Instant::now());
    loop {
        if next <= Instant::now() {
            let command = match offers.pop_front() {
                Some((conversation, claim)) => {
                    json!({ "accept": { "conversation": conversation, "claim": claim } })
                }
                None => json!({ "ping": {} }),
            };
            socket.send(frame(command)).await?;
            next = Instant::now()
                + if offers.is_empty() { Duration::from_secs(2) } else { ACCEPTS_EVERY };
        }
        let Ok(event) =
            timeout(next.saturating_duration_since(Instant::now()), event(&mut socket)).await
        else {
            continue;
        };
        let mut event = event?;
        let offer = event["offered"].take();
        if offer.is_object() {
            offers.push_back((offer["conversation"].clone(), offer["claim"].clone()));
            next = next.min(Instant::now() + ACCEPTS_EVERY);
        }
        crowd.note(&event["said"]["message"], "visitor");
    }
}

impl Crowd {
    /// How long a message of that author took, by what stands in it.
    fn note(&self, message: &Value, author: &str) {
        if message["author"] == author
            && let Some(sent) = message["text"]
                .as_str()
                .and_then(|text| text.strip_prefix("sent ")?.parse::<u64>().ok())
        {
            self.times
                .lock()
                .expect("nobody panics while holding it")
                .note(self.start + Duration::from_micros(sent));
        }
    }
}

/// What a visitor's page knows.
#[derive(Default)]
struct Page {
    last: u64,
    written: u32,
    /// Sent and not acknowledged.
    unsent: Option<(String, String)>,
    safe: Vec<(u64, String)>,
    is_connected: bool,
}

async fn visitor(crowd: Arc<Crowd>, n: usize) -> Result<()> {
    let (who, mut page) = (who(n), Page::default());
    let mut first = true;
    while !crowd.stops.load(Ordering::Relaxed) {
        let jitter = (n as u64).wrapping_mul(2_654_435_761) % if first { 4_000 } else { JITTER_MS };
        sleep(Duration::from_millis(jitter)).await;
        first = false;
        let _ = talk(&crowd, &who, &mut page).await;
    }
    // Everything that was acknowledged is there. Whoever is sent away comes back.
    let found = loop {
        sleep(Duration::from_millis((n as u64).wrapping_mul(2_654_435_761) % 4_000)).await;
        if let Ok(Ok(found)) = timeout(Duration::from_secs(20), read(&crowd, &who)).await {
            break found;
        }
    };
    crowd.acknowledged.fetch_add(page.safe.len(), Ordering::Relaxed);
    crowd.lost.fetch_add(
        page.safe.iter().filter(|safe| !found.contains(safe)).count(),
        Ordering::Relaxed,
    );
    Ok(())
}

/// All messages of a conversation.
async fn read(crowd: &Crowd, who: &Credential) -> Result<Vec<(u64, String)>> {
    let mut socket = open(crowd, "visitor", None).await?;
    socket.send(frame_of(who, &json!({ "resume": { "after": 0 } }))).await?;
    let mut found = Vec::new();
    loop {
        let event = event(&mut socket).await?;
        if event["resumed"].is_object() {
            return Ok(found);
        }
        let message = &event["said"]["message"];
        if let (Some(seq), Some(id)) = (message["seq"].as_u64(), message["id"].as_str()) {
            found.push((seq, id.to_owned()));
        }
    }
}

fn frame_of(who: &Credential, command: &Value) -> Message {
    Message::text(
        json!({ "v": 1, "conversation": who.conversation, "token": who.token, "command": command })
            .to_string(),
    )
}

/// Until the socket is cut, or it is over.
async fn talk(crowd: &Crowd, who: &Credential, page: &mut Page) -> Result<()> {
    let mut socket = open(crowd, "visitor", None).await?;
    socket.send(frame_of(who, &json!({ "resume": { "after": page.last } }))).await?;
    let mut next = Instant::now() + WRITES_EVERY / 8;
    loop {
        if crowd.stops.load(Ordering::Relaxed) {
            return Ok(());
        }
        match timeout(
            next.saturating_duration_since(Instant::now()).min(Duration::from_secs(1)),
            event(&mut socket),
        )
        .await
        {
            Ok(event) => {
                let event = event?;
                if event["resumed"].is_object() {
                    crowd.here.fetch_add(1, Ordering::Relaxed);
                    if let Some((id, text)) = &page.unsent {
                        socket
                            .send(frame_of(who, &json!({ "say": { "message": id, "text": text } })))
                            .await?;
                    }
                }
                if event["connected"].is_object()
                    && !std::mem::replace(&mut page.is_connected, true)
                {
                    crowd.connected.fetch_add(1, Ordering::Relaxed);
                }
                let message = &event["said"]["message"];
                if let (Some(seq), Some(id)) = (message["seq"].as_u64(), message["id"].as_str()) {
                    page.last = page.last.max(seq);
                    if page.unsent.as_ref().is_some_and(|(own, _)| own == id) {
                        page.unsent = None;
                        page.safe.push((seq, id.to_owned()));
                    }
                }
            }
            Err(_) if next <= Instant::now() => {
                next = Instant::now() + WRITES_EVERY;
                if crowd.talks.load(Ordering::Relaxed) && page.unsent.is_none() {
                    page.written += 1;
                    let text = format!("sent {}", crowd.start.elapsed().as_micros());
                    let id = format!("m{}", page.written);
                    socket
                        .send(frame_of(who, &json!({ "say": { "message": id, "text": text } })))
                        .await?;
                    page.unsent = Some((id, text));
                } else {
                    socket.send(frame_of(who, &json!({ "ping": {} }))).await?;
                }
            }
            Err(_) => {}
        }
    }
}
