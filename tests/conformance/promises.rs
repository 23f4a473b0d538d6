//! The promises, each a sentence.

use anyhow::Result;
use serde_json::{Value, json};
use std::fs;
use tests::Stage;

use crate::client::{Socket, Visitor, cookie_of, get, handoff, post, sign_in};

#[test]
fn a_handoff_posted_twice_gets_the_same_answer_and_with_another_body_is_refused() -> Result<()> {
    let stage = Stage::new()?;
    let visitor = Visitor::new(1);
    let first = visitor.hands_off(&stage)?.events();
    assert_eq!(first[0]["queued"]["position"], 1);
    let mut second = visitor.hands_off(&stage)?.events();
    // The promises' due times move with the clock; everything else is the same.
    second[0]["queued"]["choices"] = first[0]["queued"]["choices"].clone();
    assert_eq!(first, second);
    let other = visitor.posts(&stage, &handoff("something else"))?.events();
    assert_eq!(other[0]["rejected"]["rejection"]["code"], "conflict");
    Ok(())
}

#[test]
fn what_was_acknowledged_survives_a_kill() -> Result<()> {
    let mut stage = Stage::new()?;
    let visitor = Visitor::new(2);
    visitor.hands_off(&stage)?;
    for i in 0..5 {
        let said = visitor.posts(&stage, &json!({ "say": { "message": format!("m{i}"), "text": "words" } }))?;
        assert_eq!(said.events()[0]["said"]["message"]["seq"], i + 1);
    }
    stage.kill()?;
    stage.start_again()?;
    let events = visitor.posts(&stage, &json!({ "resume": { "after": 2 } }))?.events();
    let seqs: Vec<_> = events.iter().filter_map(|event| event["said"]["message"]["seq"].as_u64()).collect();
    assert_eq!(seqs, [3, 4, 5]);
    assert!(events.iter().any(|event| !event["queued"].is_null()));
    Ok(())
}

#[test]
fn a_foreign_token_and_an_absent_conversation_get_one_and_the_same_answer() -> Result<()> {
    let stage = Stage::new()?;
    let visitor = Visitor::new(3);
    visitor.hands_off(&stage)?;
    let resume = json!({ "resume": { "after": 0 } });
    let thief = Visitor { conversation: visitor.conversation.clone(), token: Visitor::new(4).token };
    let foreign = thief.posts(&stage, &resume)?;
    let absent = Visitor::new(4).posts(&stage, &resume)?;
    assert_eq!((foreign.status, &foreign.text), (absent.status, &absent.text));
    assert_eq!(foreign.events()[0]["rejected"]["rejection"]["code"], "not_found");
    // The same conversation at a handoff with a foreign token as well.
    assert_eq!(thief.hands_off(&stage)?.events()[0]["rejected"]["rejection"]["code"], "not_found");
    Ok(())
}

#[test]
fn every_write_and_every_socket_must_come_from_a_page_of_this_server() -> Result<()> {
    let stage = Stage::new()?;
    let frame = Visitor::new(5).frame(&handoff("x"));
    let shop = stage.shop.clone();
    for path in ["/v1/visitor/shop/frames", "/v1/agent/shop/frames", "/v1/agent/shop/sign-in"] {
        for headers in [&[][..], &[("origin", "null")], &[("origin", shop.as_str())], &[("origin", "https://evil.example")]] {
            assert_eq!(post(&stage, path, headers, &frame)?.status, 403, "{path} {headers:?}");
        }
    }
    for path in ["/v1/visitor/shop/socket", "/v1/agent/shop/socket"] {
        assert!(Socket::open(&stage, path, &[]).is_err(), "{path} without an origin");
        assert!(Socket::open(&stage, path, &[("origin", "https://evil.example")]).is_err(), "{path} from elsewhere");
    }
    Ok(())
}

#[test]
fn a_link_opens_once_and_the_cookie_is_for_this_server_alone() -> Result<()> {
    let stage = Stage::new()?;
    let first = sign_in(&stage, &stage.links[0])?;
    assert_eq!(first.events()[0]["signed_in"]["name"], "Maria");
    let cookie = first.cookie.clone().unwrap_or_default();
    for word in ["HttpOnly", "SameSite=Strict", "Path=/v1/agent/shop"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let again = sign_in(&stage, &stage.links[0])?;
    assert!(!again.events()[0]["signed_out"].is_null());
    // The cookie of the failed sign-in opens nothing; that of the first does, until it signs out.
    let ask = |cookie: &str, command: &str| {
        let body = format!(r#"{{"v":1,"command":{{"{command}":{{}}}}}}"#);
        post(&stage, "/v1/agent/shop/frames", &[("origin", &stage.edge), ("cookie", cookie)], &body).map(|reply| reply.events())
    };
    assert!(!ask(&cookie_of(&again), "ping")?[0]["signed_out"].is_null());
    assert!(!ask(&cookie_of(&first), "ping")?[0]["pong"].is_null());
    ask(&cookie_of(&first), "sign_out")?;
    assert!(!ask(&cookie_of(&first), "ping")?[0]["signed_out"].is_null(), "replayed after the sign-out");
    Ok(())
}

#[test]
fn an_agent_and_a_visitor_talk_over_sockets() -> Result<()> {
    let stage = Stage::new()?;
    let cookie = cookie_of(&sign_in(&stage, &stage.links[0])?);
    let mut agent = Socket::open(&stage, "/v1/agent/shop/socket", &[("origin", &stage.edge), ("cookie", &cookie)])?;
    let ask = |command: Value| json!({ "v": 1, "command": command }).to_string();
    agent.send(&ask(json!({ "watch": {} })))?;
    agent.until("board")?;
    let visitor = Visitor::new(6);
    visitor.hands_off(&stage)?;
    let mut socket = Socket::open(&stage, "/v1/visitor/shop/socket", &[("origin", &stage.edge)])?;
    socket.send(&visitor.frame(&json!({ "resume": { "after": 0 } })))?;
    socket.until("resumed")?;
    let claim = agent.until("offered")?["claim"].clone();
    let to = json!({ "conversation": visitor.conversation, "claim": claim });
    agent.send(&ask(json!({ "accept": to })))?;
    assert_eq!(agent.until("accepted")?["card"]["summary"], "Kim wants to return order 1");
    socket.until("reviewing")?;
    agent.send(&ask(json!({ "connect": to })))?;
    assert_eq!(socket.until("connected")?["agent"], "Maria");
    // A bad frame is answered, and the connection goes on.
    socket.send("{")?;
    assert_eq!(socket.until("rejected")?["rejection"]["code"], "malformed");
    socket.send(&visitor.frame(&json!({ "say": { "message": "m1", "text": "x".repeat(4001) } })))?;
    let rejection = socket.until("rejected")?["rejection"].clone();
    assert_eq!((rejection["field"].as_str(), rejection["limit"].as_u64()), (Some("command.say.text"), Some(4000)));
    socket.send(&visitor.frame(&json!({ "say": { "message": "m1", "text": "x".repeat(17_000) } })))?;
    assert_eq!(socket.until("rejected")?["rejection"]["limit"], 16_384);
    socket.send(&visitor.frame(&json!({ "say": { "message": "m1", "text": "hello" } })))?;
    assert_eq!(agent.until("said")?["message"]["text"], "hello");
    Ok(())
}

#[test]
fn the_frame_can_be_embedded_by_the_sites_origins_only_and_runs_no_foreign_script() -> Result<()> {
    let stage = Stage::new()?;
    let (status, headers) = get(&stage, "/v1/frame/shop")?;
    let policy = headers["content-security-policy"].to_str()?;
    assert_eq!(status, 200);
    for rule in ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "require-trusted-types-for 'script'", "form-action 'none'"] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(policy.ends_with(&format!("frame-ancestors {}", stage.shop)), "{policy}");
    let (_, headers) = get(&stage, "/console/shop")?;
    assert!(headers["content-security-policy"].to_str()?.contains("frame-ancestors 'none'"));
    assert_eq!(get(&stage, "/v1/frame/nowhere")?.0, 404);
    assert_eq!(get(&stage, "/healthz")?.0, 200);
    Ok(())
}

#[test]
fn no_words_and_no_secrets_in_the_log_and_no_token_in_the_file() -> Result<()> {
    let mut stage = Stage::new()?;
    let visitor = Visitor::new(7);
    visitor.hands_off(&stage)?;
    visitor.posts(&stage, &json!({ "say": { "message": "m1", "text": "CANARY-WORDS" } }))?;
    visitor.posts(&stage, &json!({ "say": { "message": "CANARY-WORDS" } }))?;
    assert!(stage.stop()?.success(), "it stops cleanly");
    let log = stage.log();
    assert!(log.contains("stopping"), "there is a log: {log}");
    assert!(!log.contains("CANARY") && !log.contains(&visitor.token), "{log}");
    let mut bytes = Vec::new();
    for entry in fs::read_dir(stage.data())? {
        let path = entry?.path();
        if path.to_string_lossy().contains("shop.sqlite") {
            bytes.extend(fs::read(path)?);
        }
    }
    let holds = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(holds("CANARY-WORDS"), "the message is kept");
    assert!(!holds(&visitor.token), "the token is not");
    Ok(())
}
