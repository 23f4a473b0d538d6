//! Peers that are slow, silent or loud. What the serverless hosts leave to their platform is tried
//! on the binary alone.

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use socket2::{Domain, Type};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};
use tests::{Host, Stage, settings};

use crate::{
    Promise,
    client::{Socket, Visitor, cookie_of, get, post, sign_in},
};

pub const ON_EVERY_HOST: [Promise; 7] = [
    ("a_visitor_in_a_hidden_tab_keeps_the_socket_and_counts_as_there", hidden_tabs),
    ("a_body_that_does_not_come_is_not_waited_for", slow_bodies),
    ("a_socket_of_nobody_is_closed_however_much_it_says", sockets_of_nobody),
    ("a_socket_whose_peer_is_known_no_more_is_closed_as_soon_as_one_of_nobody", known_no_more),
    ("a_text_frame_that_is_no_utf_8_ends_the_connection", no_text),
    ("a_flood_is_answered_and_then_closed", floods),
    ("who_asks_too_often_is_slowed_down_whatever_they_ask", polls),
];

pub const ALL: [Promise; 6] = [
    ("slow_headers_slow_bodies_and_silent_connections_are_closed", slow_connections),
    ("who_reads_nothing_is_closed_and_gives_the_place_back", slow_readers),
    ("sockets_are_connections_and_leave_room_for_requests", too_many_sockets),
    ("a_flood_of_pings_is_closed", pings),
    ("headers_that_are_too_large_are_refused", large_headers),
    ("a_settings_mistake_is_refused_at_start", settings_mistakes),
];

/// Browsers run the timers of a hidden tab once a minute; what it is sent it answers at once.
fn hidden_tabs(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let cookie = cookie_of(&sign_in(&stage, &stage.link("maria")?)?);
    let kim = Visitor::new(1);
    kim.hands_off(&stage)?.event("queued")?;
    let mut page = Socket::open(&stage, "/v1/visitor/shop/socket", &[("origin", &stage.edge)])?;
    page.send(&kim.frame(&json!({ "resume": { "after": 0 } })))?;
    page.until("resumed")?;
    page.only_answers(
        &kim.frame(&json!({ "ping": {} })),
        Instant::now() + Duration::from_secs(30),
    )?;
    page.send(&kim.frame(&json!({ "say": { "message": "m1", "text": "still here" } })))?;
    ensure!(page.until("said")?["message"]["seq"] == 1, "on the same socket");
    let mut console = Socket::open(
        &stage,
        "/v1/agent/shop/socket",
        &[("origin", &stage.edge), ("cookie", &cookie)],
    )?;
    console.send(r#"{"v":1,"command":{"watch":{}}}"#)?;
    let offer = console.until("offered")?;
    let accept = json!({ "conversation": offer["conversation"], "claim": offer["claim"] });
    console.send(&json!({ "v": 1, "command": { "accept": accept } }).to_string())?;
    ensure!(console.until("accepted")?["visitor_present"] == true, "the visitor is there");
    Ok(())
}

/// How long anything hostile may be kept.
const MOST: Duration = Duration::from_secs(12);

fn address(stage: &Stage) -> &str {
    stage.edge.trim_start_matches("http://")
}

fn connect(stage: &Stage) -> Result<TcpStream> {
    let stream = TcpStream::connect(address(stage))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    Ok(stream)
}

/// All of them at once; each says what was wrong.
fn together<T: Send>(
    all: impl IntoIterator<Item = T>,
    each: impl Fn(T) -> Result<()> + Sync,
) -> Result<()> {
    thread::scope(|scope| {
        let each = &each;
        let running: Vec<_> = all.into_iter().map(|one| scope.spawn(move || each(one))).collect();
        running.into_iter().try_for_each(|one| one.join().expect("no panic"))
    })
}

/// How long the server keeps a connection on which `bytes` were sent and then nothing.
fn kept_for(stage: &Stage, bytes: &[u8]) -> Result<Duration> {
    let mut stream = connect(stage)?;
    stream.write_all(bytes)?;
    let start = Instant::now();
    let mut rest = Vec::new();
    // Closed or reset: both end it.
    let _ = stream.read_to_end(&mut rest);
    Ok(start.elapsed())
}

fn slow_connections(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let body = slow_body(&stage, "content-length: 100", "{");
    let all = [
        ("slow headers", "GET / HTTP/1.1\r\nhost: a\r\nx-slow: ", 0),
        ("silence", "", 0),
        ("an idle connection", "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n", 0),
        ("a slow body", &body, 6),
    ];
    together(all, |(what, bytes, at_least)| {
        let kept = kept_for(&stage, bytes.as_bytes())?;
        ensure!(kept > Duration::from_secs(at_least) && kept < MOST, "{what}: {kept:?}");
        Ok(())
    })
}

/// The beginning of a request.
fn slow_body(stage: &Stage, length: &str, body: &str) -> String {
    let host = address(stage);
    format!(
        "POST /v1/visitor/shop/frames HTTP/1.1\r\n\
         host: {host}\r\norigin: http://{host}\r\n{length}\r\n\r\n{body}"
    )
}

fn slow_bodies(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    together(
        [("content-length: 100", "{"), ("transfer-encoding: chunked", "1\r\n{\r\n")],
        |(length, body)| {
            let mut stream = connect(&stage)?;
            stream.write_all(slow_body(&stage, length, body).as_bytes())?;
            let start = Instant::now();
            let mut answer = [0; 12];
            stream.read_exact(&mut answer)?;
            ensure!(
                &answer == b"HTTP/1.1 408" && start.elapsed() < Duration::from_secs(10),
                "{length}: {}",
                String::from_utf8_lossy(&answer)
            );
            Ok(())
        },
    )
}

/// Silent, or busy with what means nothing to the desk: nobody is behind it.
fn sockets_of_nobody(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let (own, foreign) = (Visitor::new(1), Visitor::new(2));
    own.hands_off(&stage)?;
    let stolen = Visitor { conversation: own.conversation.clone(), token: foreign.token.clone() };
    let resume = json!({ "resume": { "after": 0 } });
    let watch = r#"{"v":1,"command":{"watch":{}}}"#.to_owned();
    let all = [
        ("silence", "visitor", None),
        ("garbage", "visitor", Some("garbage".to_owned())),
        ("a foreign token", "visitor", Some(stolen.frame(&resume))),
        ("pings of nobody's conversation", "visitor", Some(foreign.frame(&json!({ "ping": {} })))),
        ("an agent without a cookie", "agent", Some(watch)),
    ];
    together(all, |(what, side, frame)| {
        let mut socket =
            Socket::open(&stage, &format!("/v1/{side}/shop/socket"), &[("origin", &stage.edge)])?;
        let start = Instant::now();
        // Its answers are read one by one, so that neither side waits for the other.
        loop {
            let goes_on = frame
                .as_ref()
                .is_none_or(|frame| socket.ping().and_then(|()| socket.send(frame)).is_ok());
            if !goes_on || socket.next().is_err() {
                break;
            }
            thread::sleep(Duration::from_millis(400));
        }
        let kept = start.elapsed();
        ensure!(
            kept > Duration::from_secs(4) && kept < Duration::from_secs(10),
            "{what}: {kept:?}"
        );
        Ok(())
    })?;
    // Who is known stays.
    let mut socket = known(&stage, &own)?;
    socket.send(&own.frame(&json!({ "say": { "message": "m1", "text": "still here" } })))?;
    socket.until("said")?;
    Ok(())
}

/// Signed out by the operator, so that the console itself says nothing.
fn known_no_more(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let cookie = cookie_of(&sign_in(&stage, &stage.link("maria")?)?);
    let kim = Visitor::new(1);
    kim.hands_off(&stage)?;
    let mut stays = known(&stage, &kim)?;
    let headers = [("origin", stage.edge.as_str()), ("cookie", cookie.as_str())];
    let mut console = Socket::open(&stage, "/v1/agent/shop/socket", &headers)?;
    console.send(r#"{"v":1,"command":{"watch":{}}}"#)?;
    console.until("signed_in")?;
    // Past the time at which strangers are looked for.
    thread::sleep(Duration::from_secs(6));
    console.send(r#"{"v":1,"command":{"ping":{}}}"#)?;
    console.until("pong")?;
    stage.operator("sign-out/shop/maria")?;
    let start = Instant::now();
    let code = console.closed()?;
    let kept = start.elapsed();
    let is_soon = kept > Duration::from_secs(4) && kept < Duration::from_secs(9);
    ensure!(code == 1008 && is_soon, "{code} after {kept:?}");
    stays.send(&kim.frame(&json!({ "say": { "message": "m1", "text": "still here" } })))?;
    stays.until("said").map(drop)
}

/// RFC 6455, 8.1. Nothing of it is kept. Deno ends the connection by itself, without a code;
/// workerd puts U+FFFD in place of what it cannot read, and tells nobody.
fn no_text(host: Host) -> Result<()> {
    if host == Host::Cloudflare {
        return Ok(());
    }
    let stage = Stage::on(host, |settings| settings)?;
    let kim = Visitor::new(1);
    kim.hands_off(&stage)?;
    let frame = kim.frame(&json!({ "say": { "message": "m1", "text": "caf!" } }));
    let (before, after) = frame.split_once('!').expect("the word is in it");
    let mut socket = known(&stage, &kim)?;
    socket.send_as_text([before.as_bytes(), b"\xe9", after.as_bytes()].concat())?;
    match socket.closed() {
        Ok(code) => ensure!(code == 1007, "{code}"),
        Err(error) => ensure!(host == Host::Deno && !is_late(&error), "{error:#}"),
    }
    let said = kim.posts(&stage, &json!({ "resume": { "after": 0 } }))?;
    ensure!(said.event("resumed")?["last"] == 0, "nothing of it was kept: {}", said.text);
    Ok(())
}

/// A visitor's socket that the desk knows.
fn known(stage: &Stage, visitor: &Visitor) -> Result<Socket> {
    let mut socket = Socket::open(stage, "/v1/visitor/shop/socket", &[("origin", &stage.edge)])?;
    socket.send(&visitor.frame(&json!({ "resume": { "after": 0 } })))?;
    socket.until("resumed")?;
    Ok(socket)
}

fn floods(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let visitor = Visitor::new(1);
    visitor.hands_off(&stage)?;
    for frame in [visitor.frame(&json!({ "ping": {} })), "garbage".to_owned()] {
        let mut socket = known(&stage, &visitor)?;
        for _ in 0..300 {
            // It may be closed before the last of them.
            let _ = socket.send(&frame);
        }
        // In a flood the reason may be lost with what was not read; the end is not.
        match socket.closed() {
            Ok(code) => ensure!(code == 1008, "{code}"),
            Err(error) => ensure!(!is_late(&error), "it goes on: {error:#}"),
        }
    }
    // The desk has served everybody else, and this visitor as well.
    known(&stage, &visitor)?;
    Ok(())
}

/// Whether nothing came, as against an end.
fn is_late(error: &anyhow::Error) -> bool {
    error
        .root_cause()
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

/// On workerd by itself all come from one address, which nobody names.
fn polls(host: Host) -> Result<()> {
    let stage =
        Stage::on(host, |settings| settings::quotas(&settings, &[("address_frames", 120)]))?;
    let visitor = Visitor::new(1);
    visitor.hands_off(&stage)?;
    let cookie = cookie_of(&sign_in(&stage, &stage.link("maria")?)?);
    let (own, origin) = ("/v1/visitor/shop/frames", ("origin", stage.edge.as_str()));
    let asked = [
        (own, visitor.frame(&json!({ "resume": { "after": 0 } }))),
        (own, visitor.frame(&json!({ "ping": {} }))),
        (own, Visitor::new(2).frame(&json!({ "resume": { "after": 0 } }))),
        (own, "garbage".to_owned()),
        ("/v1/agent/shop/frames", r#"{"v":1,"command":{"watch":{}}}"#.to_owned()),
    ];
    let start = Instant::now();
    let mut slowed = Vec::new();
    for (path, frame) in asked.iter().cycle().take(100) {
        let reply = post(&stage, path, &[origin], frame)?;
        if reply.status == 429 {
            let after = reply
                .headers
                .get("retry-after")
                .context("a time to retry")?
                .to_str()?
                .parse::<u64>()?;
            ensure!((1..=2).contains(&after), "{after}");
            slowed.push(*path);
        }
    }
    let allowed = 20 + 2 * (start.elapsed().as_secs() as usize + 1);
    ensure!(
        slowed.len() + allowed >= 100,
        "{} of 100 in {:?}",
        100 - slowed.len(),
        start.elapsed()
    );
    ensure!(
        slowed.contains(&own) && slowed.contains(&"/v1/agent/shop/frames"),
        "strangers count on either side"
    );
    // One socket more is cut; whoever is signed in goes on.
    let mut socket = Socket::open(&stage, "/v1/visitor/shop/socket", &[origin])?;
    ensure!(socket.closed()? == 1013, "to come back later");
    let ping = r#"{"v":1,"command":{"ping":{}}}"#;
    post(&stage, "/v1/agent/shop/frames", &[origin, ("cookie", &cookie)], ping)?.event("pong")?;
    // A pause, and all is as before.
    thread::sleep(Duration::from_secs(4));
    known(&stage, &visitor)?;
    Ok(())
}

fn pings(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    let visitor = Visitor::new(1);
    visitor.hands_off(&stage)?;
    let mut socket = known(&stage, &visitor)?;
    for _ in 0..300 {
        let _ = socket.ping();
    }
    match socket.closed() {
        Ok(code) => ensure!(code == 1008, "{code}"),
        Err(error) => ensure!(!is_late(&error), "it goes on: {error:#}"),
    }
    Ok(())
}

/// A connection that takes in next to nothing.
fn slow(stage: &Stage) -> Result<TcpStream> {
    let socket = socket2::Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_recv_buffer_size(2_048)?;
    socket.connect(&address(stage).parse::<SocketAddr>()?.into())?;
    Ok(socket.into())
}

fn slow_readers(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| format!("max_connections = 10\n{settings}"))?;
    let visitor = Visitor::new(1);
    visitor.hands_off(&stage)?;
    let console = get(&stage, "/console/shop")?.text;
    let script =
        console.split('"').find(|part| part.ends_with(".js")).context("a script")?.to_owned();
    let file = format!("GET {script} HTTP/1.1\r\nhost: a\r\n\r\n").repeat(400);
    // One socket of a visitor, whose pages are asked for again and again, and a file on all other
    // connections.
    let mut page = known_slowly(&stage, &visitor)?;
    let mut held = Vec::new();
    for _ in 0..9 {
        let mut stream = slow(&stage)?;
        stream.write_all(file.as_bytes())?;
        held.push(stream);
    }
    let start = Instant::now();
    ensure!(free_places(&stage, 9)? == 0, "every place is taken");
    while free_places(&stage, 9)? < 9 {
        ensure!(start.elapsed() < MOST, "who reads nothing keeps the others out");
        thread::sleep(Duration::from_millis(200));
    }
    // The socket ends as well: what waits for it is bounded, and the end of it has a deadline.
    let say = visitor.frame(&json!({ "resume": { "after": 0 } }));
    while page.send(tungstenite::Message::text(say.as_str())).is_ok() {
        ensure!(start.elapsed() < 3 * MOST, "who reads nothing of a socket keeps it");
        thread::sleep(Duration::from_millis(210));
    }
    drop(held);
    Ok(())
}

/// How many of so many connections at once are served.
fn free_places(stage: &Stage, many: usize) -> Result<usize> {
    let mut open: Vec<_> = (0..many).map(|_| connect(stage)).collect::<Result<_>>()?;
    let serves = |stream: &mut TcpStream| -> std::io::Result<bool> {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status.ends_with(b"200"))
    };
    Ok(open.iter_mut().filter_map(|stream| serves(stream).ok()).filter(|served| *served).count())
}

/// The same on a connection that takes in next to nothing, once the visitor has said so much that a
/// page of it is large.
fn known_slowly(stage: &Stage, visitor: &Visitor) -> Result<tungstenite::WebSocket<TcpStream>> {
    for n in 0..16 {
        let text = "🌱".repeat(3_900);
        visitor
            .posts(stage, &json!({ "say": { "message": format!("m{n}"), "text": text } }))?
            .event("said")?;
    }
    let mut request = tungstenite::client::IntoClientRequest::into_client_request(format!(
        "ws://{}/v1/visitor/shop/socket",
        address(stage)
    ))?;
    request.headers_mut().insert("origin", stage.edge.parse()?);
    let Ok((mut socket, _)) = tungstenite::client(request, slow(stage)?) else {
        bail!("no socket")
    };
    for _ in 0..15 {
        socket.send(tungstenite::Message::text(
            visitor.frame(&json!({ "resume": { "after": 0 } })),
        ))?;
    }
    Ok(socket)
}

fn too_many_sockets(host: Host) -> Result<()> {
    let mut stage = Stage::on(host, |settings| format!("max_connections = 20\n{settings}"))?;
    let visitor = Visitor::new(1);
    visitor.hands_off(&stage)?;
    let mut open: Vec<_> = (0..18).map(|_| known(&stage, &visitor)).collect::<Result<_>>()?;
    ensure!(
        known(&stage, &visitor).is_err_and(|error| format!("{error:#}").contains("503")),
        "the nineteenth socket of eighteen places"
    );
    // A handoff still comes in, and a page still polls.
    Visitor::new(2).hands_off(&stage)?.event("queued")?;
    ensure!(get(&stage, "/healthz")?.status == 200, "requests have room");
    // A place is free again when its socket has ended.
    open.pop();
    let start = Instant::now();
    let again = loop {
        match known(&stage, &visitor) {
            Ok(socket) => break socket,
            Err(_) => ensure!(start.elapsed() < MOST, "the place was given back"),
        }
        thread::sleep(Duration::from_millis(50));
    };
    open.push(again);
    // A stop tells every socket, and waits until all have heard it.
    let stopping = Instant::now();
    let codes =
        thread::spawn(move || open.iter_mut().map(Socket::closed).collect::<Result<Vec<_>>>());
    ensure!(
        stage.stop()?.success() && stopping.elapsed() < Duration::from_secs(4),
        "a stop that waits for no deadline"
    );
    let codes = codes.join().expect("no panic")?;
    ensure!(codes.iter().all(|code| *code == 1012), "{codes:?}");
    ensure!(!stage.log().contains("did not finish in time"), "{}", stage.log());
    Ok(())
}

fn large_headers(host: Host) -> Result<()> {
    let stage = Stage::on(host, |settings| settings)?;
    for bytes in [9_000, 40_000] {
        let mut stream = connect(&stage)?;
        let _ = stream.write_all(
            format!("GET /healthz HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(bytes))
                .as_bytes(),
        );
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        ensure!(!answer.contains(" 200 "), "{bytes}: {answer}");
    }
    Ok(())
}

fn settings_mistakes(host: Host) -> Result<()> {
    let error =
        Stage::on(host, |settings| settings.replace("capacity = 3", "capacity = \"three\""));
    ensure!(
        error.is_err_and(|error| format!("{error:#}").contains("expected u32")),
        "it says what was expected"
    );
    Ok(())
}
