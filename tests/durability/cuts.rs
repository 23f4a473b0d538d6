//! A connection cut at every byte of a request and of its reply: handoff, message, accept, close. A
//! push tries one byte of seven.
//! What was asked is asked again until it is acknowledged, and is done once.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use tests::{
    History, Host, Stage,
    effort::{is_long, places, seed},
    frames::{Answered, Credential, Line, sign_in, without_quotas},
    history::Entry,
    settings,
};

use tungstenite::Message;

use crate::consoles::{console, send};

const PATIENCE: Duration = Duration::from_secs(5);

/// Passes bytes on, and cuts a connection after so many in either direction. It cuts one
/// connection; those after it are whole.
struct Scissors {
    address: String,
    after: Arc<[AtomicUsize; 2]>,
}

const WHOLE: usize = usize::MAX;

impl Scissors {
    fn before(edge: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let after = Arc::new([AtomicUsize::new(WHOLE), AtomicUsize::new(WHOLE)]);
        let (edge, own) = (edge.trim_start_matches("http://").to_owned(), Arc::clone(&after));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let most =
                    [own[0].swap(WHOLE, Ordering::SeqCst), own[1].swap(WHOLE, Ordering::SeqCst)];
                let Ok(server) = TcpStream::connect(&edge) else { return };
                let (Ok(client), Ok(back)) = (stream.try_clone(), server.try_clone()) else {
                    continue;
                };
                thread::spawn(move || pass(&stream, &server, most[0]));
                thread::spawn(move || pass(&back, &client, most[1]));
            }
        });
        Ok(Self { address, after })
    }

    /// The next connection ends after so many bytes of the request, or of the reply.
    fn cut(&self, direction: usize, after: usize) {
        self.after[direction].store(after, Ordering::SeqCst);
    }
}

/// Until the end or the cut; then both ends are closed.
fn pass(mut from: &TcpStream, mut to: &TcpStream, most: usize) {
    let mut buffer = [0; 16 * 1024];
    let mut left = most;
    while left > 0 {
        let wanted = buffer.len().min(left);
        let Ok(n @ 1..) = from.read(&mut buffer[..wanted]) else { break };
        if to.write_all(&buffer[..n]).is_err() {
            break;
        }
        left -= n.min(left);
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

#[test]
fn a_cut_at_any_byte_of_handoff_message_accept_and_close_does_it_once() -> Result<()> {
    let seed = seed();
    let stage = Stage::on(Host::Selfhost, |settings| {
        settings::capacity(&without_quotas(settings), 100_000)
    })?;
    let scissors = Scissors::before(&stage.edge)?;
    let history = History::default();
    let maria = Agent::comes(&stage)?;
    let mut n = 0;
    let mut cuts = [0usize; 4];
    let mut read = Vec::new();
    for (step, cut) in cuts.iter_mut().enumerate() {
        for direction in [0, 1] {
            // Past the end of the reply it is as if nothing were cut.
            for after in places(7, seed) {
                n += 1;
                let who = Credential::new(seed, 0, n);
                let is_cut =
                    play(&stage, &scissors, &history, &maria, &who, (step, direction, after))
                        .with_context(|| {
                            format!(
                                "step {step}, {} cut after {after} bytes, seed {seed}",
                                if direction == 0 { "request" } else { "reply" }
                            )
                        })?;
                read.push(who);
                if !is_cut {
                    break;
                }
                *cut += 1;
            }
        }
    }
    let line = Line::to(&stage.edge);
    for who in &read {
        ensure!(line.reads(&history, who, PATIENCE), "cannot be read");
    }
    let kept = history.check().map_err(anyhow::Error::msg)?;
    println!(
        "cut within handoff ({}), message ({}), accept ({}), close ({}): {kept}; seed \
         {seed}",
        cuts[0], cuts[1], cuts[2], cuts[3]
    );
    let least = if is_long() { 300 } else { 40 };
    ensure!(cuts.iter().all(|cuts| *cuts > least), "{cuts:?}");
    Ok(())
}

/// One conversation, of which one step goes through the scissors. Says whether that was cut.
fn play(
    stage: &Stage,
    scissors: &Scissors,
    history: &History,
    maria: &Agent,
    who: &Credential,
    cut: (usize, usize, usize),
) -> Result<bool> {
    let (step, direction, after) = cut;
    let whole = Line::to(&stage.edge);
    // A line of its own, so that the next connection is this one's.
    let line =
        |of: usize| if of == step { Line::to(&scissors.address) } else { Line::to(&stage.edge) };
    let is_cut = |of: usize, line: &Line, ask: &dyn Fn(&Line) -> Answered| {
        if of != step {
            return false;
        }
        scissors.cut(direction, after);
        matches!(ask(line), Answered::Nothing)
    };
    let mut was_cut = false;
    let handing = line(0);
    was_cut |= is_cut(0, &handing, &|line| line.visitor(who, &tests::frames::handoff()));
    ensure!(handing.hands_over(history, who, PATIENCE), "the handoff");
    let saying = line(1);
    let say = json!({ "say": { "message": "m1", "text": "some words" } });
    was_cut |= is_cut(1, &saying, &|line| line.visitor(who, &say));
    ensure!(saying.says(history, who, "m1", "some words", PATIENCE), "the message");
    if step < 2 {
        // Out of the queue, so that nobody is asked in vain.
        whole
            .insists(who, &json!({ "leave": {} }), PATIENCE, |event| event["closed"].is_object())
            .context("leaving")?;
        return Ok(was_cut);
    }
    let claim = maria.offer_of(&who.conversation)?;
    let accept = json!({ "accept": { "conversation": who.conversation, "claim": claim } });
    let accepting = line(2);
    was_cut |= is_cut(2, &accepting, &|line| line.agent(&maria.cookie, &accept));
    maria.insists(&accepting, &accept)?;
    history.note(Entry::Took {
        conversation: who.conversation.clone(),
        agent: "maria".into(),
        claim,
    });
    maria.insists(
        &whole,
        &json!({ "connect": { "conversation": who.conversation, "claim": claim } }),
    )?;
    let close = json!({
        "resolve": {
            "conversation": who.conversation, "claim": claim, "outcome": "resolved",
            "reason": "done"
        }
    });
    let closing = line(3);
    was_cut |= is_cut(3, &closing, &|line| line.agent(&maria.cookie, &close));
    maria.insists(&closing, &close)?;
    let state = whole.insists(who, &json!({ "resume": { "after": 0 } }), PATIENCE, |event| {
        event["closed"].is_object()
    });
    ensure!(
        state.is_some_and(|state| state["closed"]["outcome"] == "resolved"),
        "it is closed, as resolved"
    );
    Ok(was_cut)
}

/// An agent whose console is open beside what they ask by POST.
struct Agent {
    cookie: String,
    /// Claims of the offers that stand, by conversation.
    offers: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl Agent {
    fn comes(stage: &Stage) -> Result<Self> {
        let cookie = sign_in(&stage.edge, &stage.link("maria")?)?;
        let mut socket = console(&stage.edge, &cookie)?;
        let offers = Arc::new(Mutex::new(BTreeMap::new()));
        let own = Arc::clone(&offers);
        thread::spawn(move || {
            loop {
                match socket.read() {
                    Ok(Message::Text(text)) => {
                        let event = serde_json::from_str::<Value>(&text).unwrap_or_default()
                            ["event"]["offered"]
                            .take();
                        if let (Some(conversation), Some(claim)) =
                            (event["conversation"].as_str(), event["claim"].as_u64())
                        {
                            own.lock()
                                .expect("nobody panics while holding it")
                                .insert(conversation.to_owned(), claim);
                        }
                    }
                    // Time for a sign of life.
                    Err(tungstenite::Error::Io(_)) => {
                        if send(&mut socket, &json!({ "ping": {} })).is_err() {
                            return;
                        }
                    }
                    Ok(_) => {}
                    Err(_) => return,
                }
            }
        });
        Ok(Self { cookie, offers })
    }

    fn offer_of(&self, conversation: &str) -> Result<u64> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(claim) =
                self.offers.lock().expect("nobody panics while holding it").get(conversation)
            {
                return Ok(*claim);
            }
            thread::sleep(Duration::from_millis(1));
        }
        anyhow::bail!("no offer came")
    }

    /// The same frame until it is answered.
    fn insists(&self, line: &Line, command: &Value) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Answered::Events(_) = line.agent(&self.cookie, command) {
                return Ok(());
            }
        }
        anyhow::bail!("never answered: {command}")
    }
}
