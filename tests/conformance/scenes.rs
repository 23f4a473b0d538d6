//! What happens between visitors and agents, each scene a promise.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::settings;

use crate::{
    Play,
    client::{Visitor, handoff},
    scene::{Scene, Who},
};

pub const ALL: [Play; 15] = [
    ("a_handoff_is_queued_offered_read_answered_resolved_and_rated", same, whole_way),
    (
        "an_offer_that_is_declined_or_not_answered_goes_to_the_next_agent",
        brief_offers,
        offers_go_on,
    ),
    ("a_review_may_be_extended_once_and_ends_by_itself", brief_reviews, reviews),
    ("a_conversation_is_passed_on_with_a_note_and_stays_until_it_is_taken", same, transfers),
    ("a_supervisor_takes_over_and_the_old_claim_is_stale", same, take_over),
    (
        "an_agent_who_vanishes_gives_the_visitor_back_to_the_head_of_the_queue",
        brief_grace,
        vanishing,
    ),
    ("a_promise_is_kept_reminded_of_and_fulfilled", brief_promises, promises),
    ("a_visitor_may_change_their_mind_leave_and_come_back", same, changes_of_mind),
    ("who_is_in_a_crisis_while_waiting_is_next", same, crises),
    ("what_is_erased_is_gone_and_there_is_a_receipt", same, erasing),
    ("a_conversation_in_which_nobody_writes_warns_and_closes", brief_idling, idling),
    ("who_comes_back_gets_exactly_the_rest", same, cursors),
    ("the_agent_sees_which_page_the_visitor_is_on", same, pages),
    ("one_id_is_one_handoff_and_one_message", same, once),
    ("a_message_that_breaks_a_limit_is_refused_by_name_and_the_socket_goes_on", same, limits),
];

// ---- settings

fn same(settings: String) -> String {
    settings
}

fn brief_offers(settings: String) -> String {
    settings::times(&settings, &[("offer_seconds", 2), ("ask_again_seconds", 600)])
}

fn brief_reviews(settings: String) -> String {
    settings::times(&settings, &[("review_seconds", 3)])
}

fn brief_grace(settings: String) -> String {
    settings::times(&settings, &[("agent_grace_seconds", 1)])
}

fn brief_promises(settings: String) -> String {
    settings::times(&settings, &[("callback_seconds", 9), ("remind_seconds", 6)])
}

fn brief_idling(settings: String) -> String {
    settings::times(&settings, &[("idle_seconds", 9), ("idle_warning_seconds", 6)])
}

// ---- commands

fn to(name: &str, conversation: &str, claim: &Value) -> Value {
    json!({ name: { "conversation": conversation, "claim": claim } })
}

fn says(message: &str, text: &str) -> Value {
    json!({ "say": { "message": message, "text": text } })
}

fn agent_says(conversation: &str, claim: &Value, message: &str, text: &str) -> Value {
    json!({
        "say": { "conversation": conversation, "claim": claim, "message": message, "text": text }
    })
}

// ---- the usual beginnings

/// The visitor's handoff, and the offer that the agent hears; gives the claim.
fn offered(scene: &mut Scene, agent: Who) -> Result<(Who, Value)> {
    let visitor = scene.visitor()?;
    let claim = scene.hear(&[(agent, "offered")])?[0]["claim"].clone();
    scene.end_step()?;
    Ok((visitor, claim))
}

/// The same, accepted and connected.
fn connected(scene: &mut Scene, agent: Who) -> Result<(Who, Value)> {
    let (visitor, claim) = offered(scene, agent)?;
    let id = scene.id(visitor);
    scene.step(agent, to("accept", &id, &claim), &[(agent, "accepted"), (visitor, "reviewing")])?;
    scene.step(
        agent,
        to("connect", &id, &claim),
        &[(agent, "connected"), (visitor, "connected")],
    )?;
    Ok((visitor, claim))
}

// ---- the scenes

fn whole_way(scene: &mut Scene) -> Result<()> {
    let maria = scene.agent("maria")?;
    let (kim, claim) = offered(scene, maria)?;
    let id = scene.id(kim);
    let heard =
        scene.step(maria, to("accept", &id, &claim), &[(maria, "accepted"), (kim, "reviewing")])?;
    ensure!(heard[0]["card"]["summary"] == "Kim wants to return order 1", "the card: {}", heard[0]);
    ensure!(heard[1]["agent"] == "Maria", "who reads: {}", heard[1]);
    let heard = scene.step(
        maria,
        to("connect", &id, &claim),
        &[(maria, "connected"), (kim, "connected")],
    )?;
    ensure!(heard[1]["agent"] == "Maria", "who talks: {}", heard[1]);
    scene.step(kim, json!({ "type": {} }), &[(maria, "visitor_typing")])?;
    scene.step(kim, says("m1", "hello"), &[(kim, "said"), (maria, "said")])?;
    scene.step(
        maria,
        json!({ "mark_received": { "conversation": id, "claim": claim, "seq": 1 } }),
        &[(kim, "received")],
    )?;
    scene.step(
        maria,
        json!({ "type": { "conversation": id, "claim": claim } }),
        &[(kim, "agent_typing")],
    )?;
    let heard = scene.step(
        maria,
        agent_says(&id, &claim, "m2", "good morning"),
        &[(maria, "said"), (kim, "said")],
    )?;
    ensure!(
        heard[1]["message"]["text"] == "good morning" && heard[1]["message"]["seq"] == 2,
        "the answer: {}",
        heard[1]
    );
    ensure!(heard[1]["message"]["by"] == "Maria", "who said it: {}", heard[1]);
    scene.step(kim, json!({ "mark_received": { "seq": 2 } }), &[(maria, "received")])?;
    scene.step(kim, json!({ "mark_read": { "seq": 2 } }), &[(maria, "read")])?;
    scene.step(
        maria,
        json!({ "mark_read": { "conversation": id, "claim": claim, "seq": 2 } }),
        &[(kim, "read")],
    )?;
    let earlier = scene.step(
        maria,
        json!({ "read_messages": { "conversation": id, "before": 2 } }),
        &[(maria, "messages")],
    )?;
    ensure!(
        earlier[0]["messages"].as_array().is_some_and(|own| own.len() == 1 && own[0]["seq"] == 1),
        "{earlier:?}"
    );
    let lines = scene.step(
        maria,
        json!({ "read_transcript": { "conversation": id, "before": 1 } }),
        &[(maria, "transcript")],
    )?;
    ensure!(
        lines[0]["from"] == 0 && lines[0]["lines"].as_array().is_some_and(|own| own.len() == 1),
        "{lines:?}"
    );
    let resolve = json!({
        "resolve": {
            "conversation": id, "claim": claim, "outcome": "resolved", "reason": "sent a label"
        }
    });
    let heard = scene.step(maria, resolve, &[(maria, "closed"), (kim, "closed")])?;
    ensure!(
        heard[1]["outcome"] == "resolved" && heard[1]["may_rate"] == true,
        "the end: {}",
        heard[1]
    );
    scene.step(kim, json!({ "rate": { "effort": 6, "satisfaction": 5 } }), &[(kim, "rated")])?;
    scene.step(kim, json!({ "ping": {} }), &[(kim, "pong")])?;
    Ok(())
}

fn offers_go_on(scene: &mut Scene) -> Result<()> {
    let maria = scene.agent("maria")?;
    let (kim, claim) = offered(scene, maria)?;
    let heard =
        scene.step(maria, to("decline", &scene.id(kim), &claim), &[(maria, "withdrawn")])?;
    ensure!(heard[0]["because"] == "declined", "{}", heard[0]);
    // The next one comes, is asked, and does not answer: set away.
    let jonas = scene.agent("jonas")?;
    let heard = scene.hear(&[(jonas, "withdrawn")])?;
    ensure!(heard[0]["because"] == "expired", "{}", heard[0]);
    scene.end_step()?;
    let heard = scene.step(
        jonas,
        json!({ "set_available": { "available": true } }),
        &[(jonas, "signed_in"), (jonas, "offered")],
    )?;
    ensure!(
        heard[0]["available"] == true && heard[1]["conversation"] == scene.id(kim),
        "{heard:?}"
    );
    let (id, claim) = (scene.id(kim), heard[1]["claim"].clone());
    scene.step(jonas, to("accept", &id, &claim), &[(jonas, "accepted"), (kim, "reviewing")])?;
    // His console cannot read it; Maria takes it of her own accord.
    let heard = scene.step(
        jonas,
        to("unreadable", &id, &claim),
        &[(jonas, "withdrawn"), (kim, "queued")],
    )?;
    ensure!(
        heard[0]["because"] == "unreadable" && heard[1]["because"] == "agent_left",
        "{heard:?}"
    );
    let heard = scene.step(
        maria,
        json!({ "take": { "conversation": null } }),
        &[(maria, "accepted"), (kim, "reviewing")],
    )?;
    ensure!(heard[0]["conversation"] == id && heard[1]["agent"] == "Maria", "{heard:?}");
    Ok(())
}

fn reviews(scene: &mut Scene) -> Result<()> {
    let maria = scene.agent("maria")?;
    let (kim, claim) = offered(scene, maria)?;
    let id = scene.id(kim);
    let first = scene.step(maria, to("accept", &id, &claim), &[(maria, "accepted")])?[0].clone();
    let extended =
        scene.step(maria, to("extend_review", &id, &claim), &[(maria, "accepted")])?[0].clone();
    ensure!(first["may_extend"] == true && extended["may_extend"] == false, "once");
    ensure!(
        extended["review_until"].as_u64()
            == first["review_until"].as_u64().map(|until| until + 3000),
        "{first} {extended}"
    );
    scene.hear(&[(maria, "connected"), (kim, "connected")])?;
    Ok(())
}

fn transfers(scene: &mut Scene) -> Result<()> {
    let maria = scene.agent("maria")?;
    let (kim, claim) = connected(scene, maria)?;
    let id = scene.id(kim);
    let to_jonas = json!({
        "transfer": {
            "conversation": id, "claim": claim, "to": { "agent": "jonas" }, "note": "please look"
        }
    });
    let heard = scene.step(maria, to_jonas.clone(), &[(maria, "transfer_failed")])?;
    ensure!(heard[0]["because"] == "nobody_free", "{}", heard[0]);
    let jonas = scene.agent("jonas")?;
    let heard = scene.step(maria, to_jonas, &[(maria, "transferring"), (jonas, "offered")])?;
    ensure!(
        heard[1]["note"]["text"] == "please look" && heard[1]["note"]["from"] == "Maria",
        "{}",
        heard[1]
    );
    let passed = heard[1]["claim"].clone();
    let heard = scene.step(
        jonas,
        to("decline", &id, &passed),
        &[(jonas, "withdrawn"), (maria, "transfer_failed")],
    )?;
    ensure!(heard[1]["because"] == "declined", "{}", heard[1]);
    let by_skill = json!({
        "transfer": {
            "conversation": id, "claim": claim, "to": { "skill": "account" }, "note": "an account"
        }
    });
    let passed = scene.step(maria, by_skill, &[(jonas, "offered")])?[0]["claim"].clone();
    let heard = scene.step(
        jonas,
        to("accept", &id, &passed),
        &[(jonas, "accepted"), (maria, "withdrawn"), (kim, "reviewing")],
    )?;
    ensure!(
        heard[0]["notes"][0]["text"] == "an account" && heard[1]["because"] == "transferred",
        "{heard:?}"
    );
    let heard =
        scene.step(maria, agent_says(&id, &claim, "m1", "still me?"), &[(maria, "rejected")])?;
    ensure!(heard[0]["rejection"]["code"] == "stale_claim", "{}", heard[0]);
    Ok(())
}

fn take_over(scene: &mut Scene) -> Result<()> {
    let maria = scene.agent("maria")?;
    let (kim, claim) = connected(scene, maria)?;
    let id = scene.id(kim);
    let heard = scene.step(
        maria,
        json!({ "take_over": { "conversation": id } }),
        &[(maria, "rejected")],
    )?;
    ensure!(
        heard[0]["rejection"]["code"] == "not_now" || heard[0]["rejection"]["code"] == "not_found",
        "{}",
        heard[0]
    );
    let jonas = scene.agent("jonas")?;
    let heard = scene.step(
        jonas,
        json!({ "take_over": { "conversation": id } }),
        &[(jonas, "accepted"), (maria, "withdrawn")],
    )?;
    ensure!(heard[1]["because"] == "taken_over", "{}", heard[1]);
    let heard =
        scene.step(maria, agent_says(&id, &claim, "m1", "late words"), &[(maria, "rejected")])?;
    ensure!(heard[0]["rejection"]["code"] == "stale_claim", "{}", heard[0]);
    // A console that did not hear of it asks.
    let heard = scene.step(maria, to("check_hold", &id, &claim), &[(maria, "withdrawn")])?;
    ensure!(heard[0]["because"] == "elsewhere", "{}", heard[0]);
    Ok(())
}

fn vanishing(scene: &mut Scene) -> Result<()> {
    let maria = scene.agent("maria")?;
    let (kim, _) = connected(scene, maria)?;
    scene.agent_vanishes(maria);
    let heard = scene.hear(&[(kim, "queued")])?;
    ensure!(heard[0]["because"] == "agent_left" && heard[0]["position"] == 1, "{}", heard[0]);
    scene.end_step()?;
    let jonas = scene.agent("jonas")?;
    let board = scene.step(jonas, json!({ "ping": {} }), &[(jonas, "pong")])?;
    ensure!(board.len() == 1, "it goes on");
    Ok(())
}

fn promises(scene: &mut Scene) -> Result<()> {
    let kim = scene.visitor()?;
    let callback =
        json!({ "choose_fallback": { "fallback": { "callback": { "phone": "0151 23456789" } } } });
    let made = scene.step(kim, callback, &[(kim, "promised")])?[0]["commitment"].clone();
    ensure!(made["to"] == "+4915123456789", "as E.164: {made}");
    let maria = scene.agent("maria")?;
    let id = scene.id(kim);
    let due = scene.hear(&[(maria, "promise_due")])?[0].clone();
    ensure!(
        due["promise"]["conversation"] == id && due["promise"]["commitment"]["missed"] != true,
        "reminded before: {due}"
    );
    scene.end_step()?;
    let opened =
        scene.step(maria, json!({ "open": { "conversation": id } }), &[(maria, "opened")])?;
    ensure!(
        opened[0]["card"]["profile"]["name"] == "Kim" && opened[0]["claim"].is_null(),
        "{}",
        opened[0]
    );
    let opened = scene.step(
        maria,
        json!({ "claim_promise": { "conversation": id } }),
        &[(maria, "opened")],
    )?;
    let heard = scene.step(
        maria,
        agent_says(&id, &opened[0]["claim"], "m1", "I ring you at ten"),
        &[(maria, "said"), (kim, "said")],
    )?;
    ensure!(heard[1]["message"]["by"] == "Maria", "{}", heard[1]);
    scene.step(maria, json!({ "release_promise": { "conversation": id } }), &[(maria, "board")])?;
    let heard = scene.step(
        maria,
        json!({ "fulfil": { "conversation": id, "note": "rang at ten" } }),
        &[(kim, "closed")],
    )?;
    ensure!(heard[0]["outcome"] == "fulfilled", "{}", heard[0]);
    Ok(())
}

fn changes_of_mind(scene: &mut Scene) -> Result<()> {
    let kim = scene.visitor()?;
    let error = json!({ "choose_fallback": { "fallback": { "callback": { "phone": "12" } } } });
    let heard = scene.step(kim, error, &[(kim, "rejected")])?;
    ensure!(
        heard[0]["rejection"]["field"] == "command.choose_fallback.fallback.callback.phone",
        "beside the field: {}",
        heard[0]
    );
    let ticket =
        json!({ "choose_fallback": { "fallback": { "ticket": { "email": "kim@example.org" } } } });
    scene.step(kim, ticket, &[(kim, "promised")])?;
    let heard = scene.step(kim, json!({ "rejoin": {} }), &[(kim, "queued")])?;
    ensure!(heard[0]["because"] == "rejoined" && heard[0]["position"] == 1, "{}", heard[0]);
    let heard = scene.step(kim, json!({ "leave": {} }), &[(kim, "closed")])?;
    ensure!(
        heard[0]["outcome"] == "abandoned" && heard[0]["reopen_until"].is_u64(),
        "{}",
        heard[0]
    );
    // Agents see whom nobody answered, until one has dealt with it.
    let maria = scene.agent("maria")?;
    let id = scene.id(kim);
    let board = scene.step(maria, json!({ "watch": {} }), &[(maria, "board")])?;
    ensure!(board[0]["board"]["missed"][0]["conversation"] == id, "{}", board[0]);
    scene.sends(maria, &json!({ "dismiss_missed": { "conversation": id } }))?;
    // Frames of a socket are taken in order.
    scene.step(maria, json!({ "ping": {} }), &[(maria, "pong")])?;
    let board =
        scene.step(maria, json!({ "watch": {} }), &[(maria, "signed_in"), (maria, "board")])?;
    ensure!(board[1]["board"]["missed"] == json!([]), "{}", board[1]);
    scene.step(kim, json!({ "rejoin": {} }), &[(kim, "queued")])?;
    Ok(())
}

fn crises(scene: &mut Scene) -> Result<()> {
    scene.visitor()?;
    let kim = scene.visitor()?;
    let resume = json!({ "resume": { "after": 1 } });
    let heard = scene.step(kim, resume.clone(), &[(kim, "queued")])?;
    ensure!(heard[0]["position"] == 2, "{}", heard[0]);
    let words = json!({ "say": { "message": "m1", "text": "I want to die", "crisis": true } });
    scene.step(kim, words, &[(kim, "said")])?;
    let heard = scene.step(kim, resume, &[(kim, "queued")])?;
    ensure!(heard[0]["position"] == 1, "{}", heard[0]);
    Ok(())
}

fn erasing(scene: &mut Scene) -> Result<()> {
    let jonas = scene.agent("jonas")?;
    let (kim, _) = connected(scene, jonas)?;
    scene.step(kim, says("m1", "CANARY-ERASED"), &[(jonas, "said")])?;
    let heard = scene.step(kim, json!({ "erase": {} }), &[(kim, "erased"), (jonas, "closed")])?;
    ensure!(
        heard[0]["receipt"]["messages"] == 2,
        "the line of the transcript and the message: {}",
        heard[0]
    );
    // A supervisor, on request.
    let lee = scene.visitor()?;
    let id = scene.id(lee);
    scene.hear(&[(jonas, "offered")])?;
    scene.end_step()?;
    let heard = scene.step(
        jonas,
        json!({ "erase": { "conversation": id } }),
        &[(jonas, "erased"), (lee, "erased")],
    )?;
    ensure!(heard[0]["receipt"]["conversation"] == id, "{}", heard[0]);
    let heard = scene.step(jonas, to("check_hold", &id, &json!(0)), &[(jonas, "gone")])?;
    ensure!(heard[0]["conversation"] == id, "{}", heard[0]);
    // The operator, by the command line.
    let mia = scene.visitor()?;
    let id = scene.id(mia);
    scene.hear(&[(jonas, "offered")])?;
    scene.end_step()?;
    let receipt = scene.stage.operator(&format!("erase/shop/{id}"))?;
    ensure!(receipt.contains(&id) && receipt.contains("\"messages\":1"), "{receipt}");
    let heard = scene.hear(&[(jonas, "erased"), (mia, "erased")])?;
    ensure!(heard[0]["receipt"]["conversation"] == id, "{}", heard[0]);
    scene.end_step()?;
    let gone = scene.credential(0).posts(&scene.stage, &json!({ "resume": { "after": 0 } }))?;
    ensure!(gone.event("rejected")?["rejection"]["code"] == "not_found", "{}", gone.text);
    Ok(())
}

fn idling(scene: &mut Scene) -> Result<()> {
    let maria = scene.agent("maria")?;
    let (kim, _) = connected(scene, maria)?;
    scene.hear(&[(kim, "closing"), (maria, "closing")])?;
    scene.end_step()?;
    let heard = scene.hear(&[(kim, "closed"), (maria, "closed")])?;
    ensure!(heard[0]["outcome"] == "idle", "{}", heard[0]);
    Ok(())
}

fn cursors(scene: &mut Scene) -> Result<()> {
    let maria = scene.agent("maria")?;
    let (kim, claim) = connected(scene, maria)?;
    let id = scene.id(kim);
    scene.step(kim, says("m1", "one"), &[(kim, "said")])?;
    scene.goes(0);
    // In a restless scene they have just come, too.
    while scene.hear(&[(maria, "visitor_present")])?[0]["present"] != false {}
    scene.end_step()?;
    for n in 2..5 {
        scene.step(
            maria,
            agent_says(&id, &claim, &format!("m{n}"), "while you were away"),
            &[(maria, "said")],
        )?;
    }
    scene.comes_back(0)?;
    ensure!(scene.last(0) == 4, "exactly the rest, {}", scene.last(0));
    // The same by request, for who has no socket.
    let events =
        scene.credential(0).posts(&scene.stage, &json!({ "resume": { "after": 2 } }))?.events();
    let seqs: Vec<_> =
        events.iter().filter_map(|event| event["said"]["message"]["seq"].as_u64()).collect();
    ensure!(seqs == [3, 4], "{seqs:?}");
    let end = &events.last().context("the end of the replay")?["resumed"];
    ensure!(end["after"] == "m2", "which message the desk has by that number: {end}");
    Ok(())
}

fn pages(scene: &mut Scene) -> Result<()> {
    let maria = scene.agent("maria")?;
    let (kim, _) = connected(scene, maria)?;
    for page in ["/orders.html", "/#/checkout"] {
        let heard = scene.step(kim, json!({ "visit": { "page": page } }), &[(maria, "visited")])?;
        ensure!(
            heard[0]["page"] == page && heard[0]["conversation"] == scene.id(kim),
            "{}",
            heard[0]
        );
        // A console that is opened again has it with the card.
        let card = scene.step(maria, json!({ "watch": {} }), &[(maria, "accepted")])?;
        ensure!(card[0]["page"] == page, "{}", card[0]["page"]);
    }
    let heard = scene.step(
        kim,
        json!({ "visit": { "page": "/orders.html?token=secret" } }),
        &[(kim, "rejected")],
    )?;
    ensure!(heard[0]["rejection"]["field"] == "command.visit.page", "{}", heard[0]);
    scene.step(kim, says("m1", "hello"), &[(kim, "said"), (maria, "said")])?;
    Ok(())
}

fn once(scene: &mut Scene) -> Result<()> {
    let kim = scene.visitor()?;
    let who = scene.credential(0);
    let first = who.hands_off(&scene.stage)?.event("queued")?;
    scene.end_step()?;
    let mut second = who.hands_off(&scene.stage)?.event("queued")?;
    // The promises' due times move with the clock; everything else is the same.
    second["choices"] = first["choices"].clone();
    ensure!(first == second && first["position"] == 1, "{first} {second}");
    let other = who.posts(&scene.stage, &handoff("something else"))?.event("rejected")?;
    ensure!(other["rejection"]["code"] == "conflict", "{other}");
    scene.step(kim, says("m1", "hello"), &[(kim, "said")])?;
    let again = who.posts(&scene.stage, &says("m1", "hello"))?.event("said")?;
    ensure!(again["message"]["seq"] == 1, "{again}");
    let other = who.posts(&scene.stage, &says("m1", "other words"))?.event("rejected")?;
    ensure!(
        other["rejection"]["code"] == "conflict" && other["rejection"]["message"] == "m1",
        "{other}"
    );
    // The same conversation under another token is nobody's.
    let thief = Visitor { conversation: who.conversation, token: Visitor::new(99).token };
    ensure!(
        thief.hands_off(&scene.stage)?.event("rejected")?["rejection"]["code"] == "not_found",
        "a foreign token"
    );
    Ok(())
}

fn limits(scene: &mut Scene) -> Result<()> {
    let maria = scene.agent("maria")?;
    let (kim, _) = connected(scene, maria)?;
    let heard = scene.step(kim, says("m1", &"x".repeat(4001)), &[(kim, "rejected")])?;
    ensure!(
        heard[0]["rejection"]["field"] == "command.say.text"
            && heard[0]["rejection"]["limit"] == 4000,
        "{}",
        heard[0]
    );
    let heard = scene.step(kim, says("m1", &"x".repeat(17_000)), &[(kim, "rejected")])?;
    ensure!(heard[0]["rejection"]["limit"] == 16_384, "{}", heard[0]);
    let heard = scene.step(kim, json!({ "nothing_known": {} }), &[(kim, "rejected")])?;
    ensure!(heard[0]["rejection"]["code"] == "malformed", "{}", heard[0]);
    let heard = scene.step(kim, json!({ "rate": { "effort": 9 } }), &[(kim, "rejected")])?;
    ensure!(heard[0]["rejection"]["field"] == "command.rate.effort", "{}", heard[0]);
    scene.step(kim, says("m1", "hello"), &[(kim, "said"), (maria, "said")])?;
    Ok(())
}
