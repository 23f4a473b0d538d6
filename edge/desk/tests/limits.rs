//! What bounds a desk: sums, pages, ways into the queue, and what it does with a wrong clock, a
//! damaged row and an old sign-in. The driver rebuilds the desk after every input.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use desk::{
    Digest, Input,
    store::{Sql, Value},
};
use protocol::*;
use testkit::{Agent, Driver, Visitor, package, settings};

const HOUR_MS: Millis = 60 * 60 * 1000;
const DAY_MS: Millis = 24 * HOUR_MS;

fn live(desk: &mut Driver, visitor: &Visitor, agent: &Agent) -> Claim {
    desk.handoff(visitor, package(&visitor.id.0));
    let claim = desk.offer(agent).expect("an offer");
    desk.agent_says(agent, AgentCommand::Accept { conversation: visitor.id.clone(), claim });
    desk.agent_says(agent, AgentCommand::Connect { conversation: visitor.id.clone(), claim });
    claim
}

/// Says so many, as fast as a visitor may.
fn say(desk: &mut Driver, visitor: &Visitor, from: usize, many: usize, text: &str) {
    for i in from..from + many {
        desk.now += 200;
        desk.say(visitor, &format!("m{i}"), text);
    }
}

fn rejected(events: &[VisitorEvent]) -> Option<&Rejection> {
    events.iter().find_map(|event| {
        if let VisitorEvent::Rejected { rejection } = event { Some(rejection) } else { None }
    })
}

fn numbers(events: &[VisitorEvent]) -> Vec<u64> {
    events
        .iter()
        .filter_map(|event| {
            if let VisitorEvent::Said { message } = event { Some(message.seq.0) } else { None }
        })
        .collect()
}

#[test]
fn a_history_comes_in_pages_without_a_gap_and_the_socket_hears_from_the_last_on() {
    let mut desk = Driver::default();
    let mut visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    say(&mut desk, &visitor, 0, 250, "words");
    visitor.peer = desk.peer();
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let events = desk.visitor_says(&visitor, VisitorCommand::Resume { after: Seq(after) });
        let Some(VisitorEvent::Resumed { last: Seq(250..), more, .. }) = events.last() else {
            panic!("the end of a page")
        };
        let page = numbers(&events);
        assert!(page.len() <= limits::PAGE_MESSAGES);
        after = *page.last().unwrap();
        all.extend(page);
        if !more {
            break;
        }
        desk.now += 200;
        let other = Visitor {
            peer: desk.peer(),
            id: visitor.id.clone(),
            token: visitor.token.clone(),
            network: None,
        };
        desk.say(&other, &format!("late{after}"), "meanwhile");
    }
    assert_eq!(all, (1..=252).collect::<Vec<_>>());
    say(&mut desk, &visitor, 300, 1, "on");
    assert!(desk.heard(
        &visitor,
        |event| matches!(event, VisitorEvent::Said { message } if message.seq == Seq(253))
    ));
}

#[test]
fn who_resumes_is_told_which_message_the_desk_has_by_that_number() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    say(&mut desk, &visitor, 0, 150, "words");
    let at = |desk: &mut Driver, after| {
        let told = desk.visitor_says(&visitor, VisitorCommand::Resume { after });
        let end = told.into_iter().find_map(|event| match event {
            VisitorEvent::Resumed { after, .. } => Some(after.map(|id| id.0)),
            _ => None,
        });
        end.expect("the end of a page")
    };
    // While its words are in memory, and from the store.
    for _ in 0..2 {
        let told = [0, 1, 2, 150, 151, u64::MAX].map(|after| at(&mut desk, Seq(after)));
        let told = told.each_ref().map(Option::as_deref);
        assert_eq!(told, [None, Some("m0"), Some("m1"), Some("m149"), None, None]);
        desk.visitor_says(&visitor, VisitorCommand::Leave {});
    }
}

#[test]
fn a_card_has_the_last_page_of_messages_and_earlier_ones_are_read_by_who_holds_it() {
    let mut desk = Driver::default();
    let (maria, jonas) = (desk.agent("maria"), desk.agent("jonas"));
    desk.agent_says(&jonas, AgentCommand::SetAvailable { available: false });
    let visitor = desk.visitor("c1");
    let claim = live(&mut desk, &visitor, &maria);
    say(&mut desk, &visitor, 0, 150, "words");
    let conversation = visitor.id.clone();
    let AgentEvent::Accepted { messages, .. } =
        desk.agent_last(&maria, AgentCommand::Accept { conversation: conversation.clone(), claim })
    else {
        panic!("accepted")
    };
    assert_eq!((messages[0].seq.0, messages.len()), (51, 100));
    let read = AgentCommand::ReadMessages { conversation: conversation.clone(), before: Seq(51) };
    let AgentEvent::Messages { messages, .. } = desk.agent_last(&maria, read.clone()) else {
        panic!("messages")
    };
    assert_eq!((messages[0].seq.0, messages.len()), (1, 50));
    assert!(
        matches!(desk.agent_last(&jonas, read.clone()), AgentEvent::Messages { .. }),
        "a supervisor"
    );
    let lines = AgentCommand::ReadTranscript { conversation: conversation.clone(), before: 1 };
    assert!(matches!(
        desk.agent_last(&maria, lines),
        AgentEvent::Transcript { from: 0, lines, .. } if lines.len() == 1
    ));
    // Closed: its words are in the store alone.
    desk.visitor_says(&visitor, VisitorCommand::Leave {});
    let AgentEvent::Messages { messages, .. } = desk.agent_last(&jonas, read.clone()) else {
        panic!("messages")
    };
    assert_eq!((messages[0].seq.0, messages.len()), (1, 50));
    assert!(matches!(
        desk.agent_last(&maria, read),
        AgentEvent::Rejected { rejection } if rejection.code == RejectionCode::NotFound
    ));
    assert_eq!(
        numbers(&desk.visitor_says(&visitor, VisitorCommand::Resume { after: Seq(140) })),
        (141..=150).collect::<Vec<_>>()
    );
    let again = VisitorCommand::Say {
        message: MessageId("m3".into()),
        text: "words".into(),
        crisis: false,
    };
    assert_eq!(
        numbers(&desk.visitor_says(&visitor, again)),
        [4],
        "what was taken is answered as before"
    );
    let more = VisitorCommand::Say {
        message: MessageId("new".into()),
        text: "words".into(),
        crisis: false,
    };
    assert_eq!(rejected(&desk.visitor_says(&visitor, more)).unwrap().code, RejectionCode::NotNow);
    // Open again, all of it is there.
    desk.visitor_says(&visitor, VisitorCommand::Rejoin {});
    say(&mut desk, &visitor, 200, 1, "back");
    assert_eq!(
        numbers(&desk.visitor_says(&visitor, VisitorCommand::Resume { after: Seq(149) })),
        [150, 151]
    );
}

#[test]
fn a_conversation_is_full_for_the_visitor_before_it_is_for_the_agent() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    let claim = live(&mut desk, &visitor, &maria);
    let long = "x".repeat(4_000);
    say(&mut desk, &visitor, 0, limits::MAX_CONVERSATION_BYTES / 4_000, &long);
    let more = VisitorCommand::Say {
        message: MessageId("more".into()),
        text: long.as_str().into(),
        crisis: false,
    };
    let events = desk.visitor_says(&visitor, more);
    let rejection = rejected(&events).unwrap();
    assert_eq!(
        (rejection.code, rejection.message.as_ref().unwrap().0.as_str()),
        (RejectionCode::Full, "more")
    );
    let answer = AgentCommand::Say {
        conversation: visitor.id.clone(),
        claim,
        message: MessageId("a1".into()),
        text: long.as_str().into(),
    };
    assert!(matches!(desk.agent_last(&maria, answer), AgentEvent::Said { .. }));
    let full = |i: usize| AgentCommand::Say {
        conversation: visitor.id.clone(),
        claim,
        message: MessageId(format!("b{i}")),
        text: long.as_str().into(),
    };
    assert!((0..100).any(|i| matches!(
        desk.agent_last(&maria, full(i)),
        AgentEvent::Rejected { rejection } if rejection.code == RejectionCode::Full
    )));
}

#[test]
fn what_is_open_of_one_network_is_bounded_in_bytes() {
    let mut desk = Driver::default();
    let mut settings = settings();
    settings.quotas.address_open_bytes = 20_000;
    desk.restart(settings);
    let here = Some(Digest::of("network"));
    let (mut first, mut second) = (desk.visitor("c1"), desk.visitor("c2"));
    (first.network, second.network) = (here, here);
    desk.handoff(&first, package("c1"));
    say(&mut desk, &first, 0, 4, &"x".repeat(4_000));
    desk.handoff(&second, package("c2"));
    let more = VisitorCommand::Say {
        message: MessageId("more".into()),
        text: "x".repeat(4_000).as_str().into(),
        crisis: false,
    };
    let events = desk.visitor_says(&second, more.clone());
    let rejection = rejected(&events).unwrap();
    assert_eq!((rejection.code, rejection.limit), (RejectionCode::SlowDown, Some(60)));
    desk.visitor_says(&first, VisitorCommand::Leave {});
    assert_eq!(numbers(&desk.visitor_says(&second, more)), [1], "what is closed counts no more");
    assert!(
        rejected(&desk.visitor_says(&first, VisitorCommand::Rejoin {})).is_some(),
        "nor comes it back into what is full"
    );
}

/// By whatever way conversations open and close, and where no network is known.
#[test]
fn what_is_open_at_a_site_is_bounded_in_number_and_in_bytes() {
    for stays in [true, false] {
        let mut desk = Driver::default();
        let mut settings = settings();
        settings.quotas.site_open = 2;
        desk.restart(settings.clone());
        desk.stays = stays;
        let here = Some(Digest::of("network"));
        let mut visitors: Vec<_> = (1..=6).map(|n| desk.visitor(&format!("c{n}"))).collect();
        (visitors[0].network, visitors[2].network) = (here, here);
        let is_taken = |desk: &mut Driver, n: usize| {
            rejected(&desk.handoff(&visitors[n], package(&visitors[n].id.0))).is_none()
        };
        assert!(is_taken(&mut desk, 0) && is_taken(&mut desk, 1));
        let events = desk.handoff(&visitors[2], package("c3"));
        let rejection = rejected(&events).unwrap();
        assert_eq!((rejection.code, rejection.limit), (RejectionCode::SlowDown, Some(60)));
        desk.visitor_says(&visitors[0], VisitorCommand::Leave {});
        desk.visitor_says(&visitors[0], VisitorCommand::Leave {});
        assert!(is_taken(&mut desk, 2) && !is_taken(&mut desk, 3), "one left, and counts once");
        assert!(
            rejected(&desk.visitor_says(&visitors[0], VisitorCommand::Rejoin {})).is_some(),
            "nor comes who left into what is full"
        );
        desk.visitor_says(&visitors[1], VisitorCommand::Erase {});
        assert!(
            rejected(&desk.visitor_says(&visitors[0], VisitorCommand::Rejoin {})).is_none(),
            "one was erased"
        );
        assert!(!is_taken(&mut desk, 3));
        desk.visitor_says(&visitors[0], VisitorCommand::Leave {});
        assert!(is_taken(&mut desk, 3) && !is_taken(&mut desk, 4));

        settings.quotas = Default::default();
        settings.quotas.site_open_bytes = 20_000;
        desk.reconfigure(settings);
        say(&mut desk, &visitors[3], 0, 4, &"x".repeat(4_000));
        let more = |n: usize, bytes: usize| VisitorCommand::Say {
            message: MessageId(format!("more{n}")),
            text: "x".repeat(bytes).as_str().into(),
            crisis: false,
        };
        assert!(rejected(&desk.visitor_says(&visitors[3], more(1, 4_000))).is_some(), "full");
        assert!(
            rejected(&desk.visitor_says(&visitors[3], more(2, 2_000))).is_none(),
            "what is open has the last tenth"
        );
        assert!(!is_taken(&mut desk, 4), "and what is new has not");
    }
}

#[test]
fn frames_of_one_network_have_a_pace_whatever_they_ask_and_a_house_of_pollers_keeps_it() {
    let mut desk = Driver::default();
    desk.stays = true;
    let mut settings = settings();
    settings.quotas.address_handoffs = 6_000;
    desk.reconfigure(settings);
    let mut pollers: Vec<_> = (0..50).map(|n| desk.visitor(&format!("c{n}"))).collect();
    let here = Some(Digest::of("house"));
    for (n, poller) in pollers.iter_mut().enumerate() {
        poller.network = here;
        desk.handoff(poller, package(&format!("c{n}")));
    }
    let poll = VisitorCommand::Resume { after: Seq(0) };
    // Fifty pages that poll every two seconds and write now and then.
    for second in 0..300 {
        for (n, poller) in pollers.iter().enumerate().filter(|(n, _)| (n + second) % 2 == 0) {
            assert_eq!(rejected(&desk.visitor_says(poller, poll.clone())), None);
            if second % 10 == n % 10 {
                desk.visitor_says(poller, VisitorCommand::Type {});
                assert_eq!(rejected(&desk.say(poller, &format!("m{second}"), "words")), None);
            }
        }
        desk.now += 1_000;
    }
    // Who floods is let through at the pace, with whatever it is.
    let own = &pollers[0];
    let stranger = Visitor {
        id: ConversationId("nobody".into()),
        token: own.token.clone(),
        peer: desk.peer(),
        network: here,
    };
    let flood = [
        (own, poll.clone()),
        (own, VisitorCommand::Ping {}),
        (own, VisitorCommand::MarkRead { seq: Seq(1) }),
        (own, VisitorCommand::Leave {}),
        (&stranger, VisitorCommand::Ping {}),
        (&stranger, poll.clone()),
    ];
    let taken = |desk: &mut Driver, visitor: &Visitor, command: &VisitorCommand| {
        let events = desk.visitor_says(visitor, command.clone());
        rejected(&events).is_none_or(|rejection| rejection.code != RejectionCode::SlowDown)
    };
    let many = flood
        .iter()
        .cycle()
        .take(3_000)
        .filter(|(visitor, command)| taken(&mut desk, visitor, command))
        .count();
    assert_eq!(many, 1_000);
    desk.now += 1_000;
    let more = flood
        .iter()
        .cycle()
        .take(1_000)
        .filter(|(visitor, command)| taken(&mut desk, visitor, command))
        .count();
    assert_eq!(more, 100);
    let said = VisitorCommand::Say {
        message: MessageId("late".into()),
        text: "words".into(),
        crisis: false,
    };
    let events = desk.visitor_says(&pollers[1], said);
    let rejection = rejected(&events).unwrap();
    assert_eq!(
        (rejection.code, rejection.limit, rejection.message.as_ref().unwrap().0.as_str()),
        (RejectionCode::SlowDown, Some(1), "late")
    );
    // Sockets that open count alike; elsewhere, and of who is signed in, nothing does.
    let agent = desk.agent("maria");
    assert!(
        !desk.lets_in(None, here)
            && desk.lets_in(Some(&agent.cookie), here)
            && desk.lets_in(None, Some(Digest::of("elsewhere")))
    );
    desk.now += 60_000;
    assert!(rejected(&desk.visitor_says(&pollers[1], poll)).is_none());
}

#[test]
fn every_way_into_the_queue_counts() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let rejoined = (0..20).filter(|_| {
        desk.visitor_says(&visitor, VisitorCommand::Leave {});
        rejected(&desk.visitor_says(&visitor, VisitorCommand::Rejoin {})).is_none()
    });
    assert_eq!(rejoined.count(), 5);
    let events = desk.visitor_says(&visitor, VisitorCommand::Rejoin {});
    let rejection = rejected(&events).unwrap();
    assert_eq!((rejection.code, rejection.limit), (RejectionCode::SlowDown, Some(720)));
    desk.pass(720_000);
    assert!(rejected(&desk.visitor_says(&visitor, VisitorCommand::Rejoin {})).is_none());
}

#[test]
fn who_is_in_a_crisis_while_waiting_stands_where_a_handoff_for_it_would_and_no_further() {
    let mut desk = Driver::default();
    let in_a_crisis = |id: &str| VisitorCommand::Say {
        message: MessageId(id.into()),
        text: "words".into(),
        crisis: true,
    };
    let early = desk.visitor("early");
    desk.handoff(&early, package("early"));
    desk.now += 10 * 60_000;
    let [at_once, first, second] = ["urgent", "first", "second"].map(|id| desk.visitor(id));
    let mut urgent = package("urgent");
    urgent.escalation.priority = Priority::High;
    desk.handoff(&first, package("first"));
    desk.handoff(&at_once, urgent);
    desk.handoff(&second, package("second"));
    let place = |desk: &mut Driver, visitor: &Visitor| match desk.resume(visitor, 9).first() {
        Some(VisitorEvent::Queued { position, .. }) => *position,
        other => panic!("{other:?}"),
    };
    let places =
        |desk: &mut Driver| [&early, &at_once, &first, &second].map(|visitor| place(desk, visitor));
    assert_eq!(places(&mut desk), [1, 2, 3, 4]);
    for again in 0..3 {
        desk.now += 200;
        desk.visitor_says(&second, in_a_crisis(&format!("m{again}")));
        assert_eq!(places(&mut desk), [1, 2, 4, 3], "once as often");
    }
    let maria = desk.agent("maria");
    let raised = |desk: &Driver, id: &str| {
        desk.bodies().iter().find(|body| body["id"] == id).unwrap()["brief"]["priority"] == "high"
    };
    assert!(raised(&desk, "second") && !raised(&desk, "first"));
    assert!(desk.offer(&maria).is_some());
    // Somebody else's token raises nobody.
    let forger = Visitor {
        id: first.id.clone(),
        token: second.token.clone(),
        peer: desk.peer(),
        network: None,
    };
    assert_eq!(
        rejected(&desk.visitor_says(&forger, in_a_crisis("m9"))).unwrap().code,
        RejectionCode::NotFound
    );
    assert!(!raised(&desk, "first"));
}

#[test]
fn promises_have_a_pace() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let choose = |i: usize| VisitorCommand::ChooseFallback {
        fallback: FallbackChoice::Ticket { email: format!("kim{i}@example.org").as_str().into() },
    };
    let promised =
        (0..20).filter(|i| rejected(&desk.visitor_says(&visitor, choose(*i))).is_none()).count();
    assert_eq!(promised, 5);
    assert!(
        rejected(&desk.visitor_says(&visitor, choose(4))).is_none(),
        "the same once more is the same"
    );
}

#[test]
fn who_claims_to_be_somebody_else_spends_their_own_quota_and_is_not_led_to_who_knows_that_person() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let mut claims = package("kim");
    claims.profile.account = Some("C-3391".into());
    let mut kim = desk.visitor("kim0");
    kim.network = Some(Digest::of("home"));
    desk.handoff(&kim, claims.clone());
    let claim = desk.offer(&maria).unwrap();
    desk.agent_says(&maria, AgentCommand::Accept { conversation: kim.id.clone(), claim });
    desk.agent_says(&maria, AgentCommand::Connect { conversation: kim.id.clone(), claim });
    desk.agent_says(
        &maria,
        AgentCommand::Resolve {
            conversation: kim.id.clone(),
            claim,
            outcome: Outcome::Resolved,
            reason: "done".into(),
        },
    );
    for i in 0..9 {
        let mut forger = desk.visitor(&format!("forger{i}"));
        forger.network = Some(Digest::of("elsewhere"));
        let events = desk.handoff(&forger, claims.clone());
        assert_eq!(rejected(&events).is_some(), i >= 5);
    }
    let known_by = |desk: &Driver, id: &str| {
        desk.bodies().iter().find(|body| body["id"] == id).unwrap()["known_by"].clone()
    };
    assert!(known_by(&desk, "forger0").is_null());
    kim = Visitor { id: ConversationId("kim1".into()), peer: desk.peer(), ..kim };
    assert!(rejected(&desk.handoff(&kim, claims)).is_none());
    assert_eq!(known_by(&desk, "kim1"), "maria");
}

#[test]
fn a_clock_that_was_a_year_ahead_leaves_no_trace() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let here = Some(Digest::of("network"));
    let (over, mut live_one, mut promise) =
        (desk.visitor("over"), desk.visitor("live"), desk.visitor("promise"));
    (live_one.network, promise.network) = (here, here);
    desk.handoff(&over, package("over"));
    desk.visitor_says(&over, VisitorCommand::Leave {});
    live(&mut desk, &live_one, &maria);
    desk.handoff(&promise, package("promise"));
    desk.visitor_says(
        &promise,
        VisitorCommand::ChooseFallback {
            fallback: FallbackChoice::Ticket { email: "kim@example.org".into() },
        },
    );
    let right = desk.now;
    desk.now += 365 * DAY_MS;
    desk.input(Input::DeadlineReached);
    let mut lost = desk.visitor("new");
    lost.network = here;
    let events = desk.handoff(&lost, package("new"));
    assert!(rejected(&events).is_none());
    desk.pass(60_000);
    let mut states = desk.states();
    states.sort();
    assert_eq!(states.len(), 4, "nothing was deleted: {states:?}");
    assert_eq!(
        states.iter().filter(|state| *state == "closed").count(),
        1,
        "nor ended: {states:?}"
    );
    // Right again.
    desk.now = right + 2_000;
    desk.input(Input::DeadlineReached);
    let mut next = desk.visitor("next");
    next.network = here;
    assert!(
        rejected(&desk.handoff(&next, package("next"))).is_none(),
        "handoffs are taken at once"
    );
    let said = VisitorCommand::Say {
        message: MessageId("m1".into()),
        text: "hello".into(),
        crisis: false,
    };
    assert_eq!(numbers(&desk.visitor_says(&lost, said)), [1], "and messages");
    for body in desk.bodies() {
        let state = body["state"].as_object().unwrap().values().next().unwrap().clone();
        for key in ["give_up_at", "idle_at", "until"] {
            assert!(state[key].as_u64().is_none_or(|at| at < desk.now + DAY_MS), "{body}");
        }
    }
    desk.pass(HOUR_MS);
    assert!(!desk.states().contains(&"live".to_owned()), "time goes on as ever");
}

#[test]
fn a_clock_that_was_a_day_behind_leaves_no_trace_either() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    live(&mut desk, &visitor, &maria);
    say(&mut desk, &visitor, 0, 20, "words");
    let right = desk.now;
    desk.now -= DAY_MS;
    say(&mut desk, &visitor, 20, 5, "words");
    assert_eq!(
        numbers(&desk.visitor_says(&visitor, VisitorCommand::Resume { after: Seq(20) })),
        [21, 22, 23, 24, 25]
    );
    desk.now = right + 60_000;
    desk.input(Input::DeadlineReached);
    assert_eq!(desk.states(), ["live"]);
    say(&mut desk, &visitor, 25, 1, "words");
    desk.pass(20 * 60_000);
    assert_eq!(desk.states(), ["live"]);
}

#[test]
fn a_sign_in_by_a_clock_that_was_ahead_lasts_no_longer_than_another_and_does_not_begin_again() {
    let mut desk = Driver::default();
    let ahead = 30 * DAY_MS;
    desk.jump(ahead as i64);
    let maria = desk.agent("maria");
    desk.jump(-(ahead as i64));
    assert!(
        matches!(desk.agent_last(&maria, AgentCommand::Ping {}), AgentEvent::Pong { .. }),
        "who is at work goes on"
    );
    desk.pass(12 * HOUR_MS + 1);
    assert!(
        desk.agent_heard(&maria, |event| matches!(event, AgentEvent::SignedOut {})),
        "its socket is told"
    );
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    assert_eq!(desk.states(), ["queued"], "nothing is offered where no answer is taken");
    desk.agent("jonas");
    desk.pass(ahead - 12 * HOUR_MS);
    assert!(matches!(desk.agent_last(&maria, AgentCommand::Ping {}), AgentEvent::SignedOut {}));
}

#[test]
fn a_clock_that_was_a_year_behind_signs_nobody_out() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    desk.jump(-365 * DAY_MS as i64);
    for _ in 0..2 {
        let cookie = desk.agent_last(&maria, AgentCommand::Ping {});
        assert!(matches!(cookie, AgentEvent::Pong { .. }), "{cookie:?}");
        desk.pass(HOUR_MS);
    }
    desk.jump(365 * DAY_MS as i64);
    desk.settle();
    assert!(matches!(desk.agent_last(&maria, AgentCommand::Ping {}), AgentEvent::Pong { .. }));
    assert!(!desk.agent_heard(&maria, |event| matches!(event, AgentEvent::SignedOut {})));
    desk.pass(10 * HOUR_MS);
    assert!(
        desk.agent_heard(&maria, |event| matches!(event, AgentEvent::SignedOut {})),
        "and lasts as long as ever"
    );
}

#[test]
fn a_clock_that_leapt_sets_nobody_away_for_an_offer_it_cut_short() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    assert!(desk.offer(&maria).is_some());
    // Within the time of a sign-in.
    desk.jump(6 * HOUR_MS as i64);
    desk.settle();
    assert!(!desk.agent_heard(&maria, |event| matches!(
        event,
        AgentEvent::SignedIn { away_because: Some(_), .. }
    )));
    assert_eq!(desk.offers(&maria).len(), 2, "asked again");
    desk.pass(60_000);
    assert!(
        desk.agent_heard(&maria, |event| matches!(
            event,
            AgentEvent::SignedIn { away_because: Some(_), .. }
        )),
        "a real miss still counts"
    );
}

#[test]
fn what_is_kept_long_enough_is_deleted_in_time_with_its_rows_of_the_log() {
    let mut desk = Driver::default();
    let mut settings = settings();
    settings.times.retention_days = 1;
    desk.restart(settings);
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    desk.visitor_says(&visitor, VisitorCommand::Leave {});
    desk.pass(DAY_MS);
    assert!(desk.states().is_empty());
    let other = desk.visitor("c2");
    desk.pass(DAY_MS);
    desk.handoff(&other, package("c2"));
    desk.pass(HOUR_MS);
    let kinds =
        desk.database().rows("SELECT kind FROM event WHERE conversation = 'c1'", &[]).unwrap();
    assert_eq!(kinds, [[Value::Text("erased".into())]]);
    assert!(
        !desk.database().rows("SELECT n FROM pace", &[]).unwrap().is_empty(),
        "estimates keep what they are made from"
    );
}

#[test]
fn a_sign_in_that_is_over_is_so_for_its_sockets_and_its_visitors_are_answered_by_others() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    desk.pass(12 * HOUR_MS - 20_000);
    live(&mut desk, &visitor, &maria);
    desk.pass(20_000);
    assert!(desk.agent_heard(&maria, |event| matches!(event, AgentEvent::SignedOut {})));
    desk.say(&visitor, "m1", "anybody?");
    assert!(!desk.agent_heard(&maria, |event| matches!(event, AgentEvent::Said { .. })));
    desk.pass(60_000);
    assert!(desk.heard(&visitor, |event| matches!(
        event,
        VisitorEvent::Queued { because: QueuedBecause::AgentLeft, .. }
    )));
    let maria = desk.agent("maria");
    assert!(desk.offer(&maria).is_some());
}

#[test]
fn one_row_that_cannot_be_read_takes_nobody_else_down() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let (broken, fine) = (desk.visitor("broken"), desk.visitor("fine"));
    desk.handoff(&broken, package("broken"));
    desk.say(&broken, "m1", "hello");
    desk.handoff(&fine, package("fine"));
    desk.say(&fine, "m1", "hello");
    desk.database()
        .execute("UPDATE conversation SET body = substr(body, 1, 50) WHERE n = 1", &[])
        .unwrap();
    let unreadable = desk.restart(settings());
    assert_eq!(
        unreadable.iter().map(|row| (row.table, row.row.as_str())).collect::<Vec<_>>(),
        [("conversation", "1")]
    );
    assert_eq!(numbers(&desk.visitor_says(&fine, VisitorCommand::Resume { after: Seq(0) })), [1]);
    for command in [
        VisitorCommand::Resume { after: Seq(0) },
        VisitorCommand::RequestHandoff { package: Box::new(package("broken")) },
    ] {
        assert_eq!(
            rejected(&desk.visitor_says(&broken, command)).unwrap().code,
            RejectionCode::NotFound
        );
    }
    // A new one gets a number of its own.
    let next = desk.visitor("next");
    assert!(rejected(&desk.handoff(&next, package("next"))).is_none());
    // A package that is lost leaves a card of what is known.
    desk.database()
        .execute("UPDATE package SET body = '{' WHERE conversation = 'fine'", &[])
        .unwrap();
    let claim =
        desk.offers(&maria).iter().rev().find(|(id, _)| id == "fine").expect("it is offered").1;
    let AgentEvent::Accepted { card, card_lost: true, .. } =
        desk.agent_last(&maria, AgentCommand::Accept { conversation: fine.id.clone(), claim })
    else {
        panic!("accepted")
    };
    assert_eq!(card.summary.reveal(), "fine wants a refund for order 1234");
}

#[test]
fn whatever_table_cannot_be_read_the_desk_serves() {
    for table in ["agent", "peer", "pass", "gate", "pace"] {
        let mut desk = Driver::default();
        let maria = desk.agent("maria");
        let visitor = desk.visitor("c1");
        let claim = live(&mut desk, &visitor, &maria);
        desk.agent_says(
            &maria,
            AgentCommand::Resolve {
                conversation: visitor.id.clone(),
                claim,
                outcome: Outcome::Resolved,
                reason: "done".into(),
            },
        );
        let damaged =
            desk.database().rows(&format!("SELECT body FROM {table}"), &[]).unwrap().len();
        desk.database().execute(&format!("UPDATE {table} SET body = '{{'"), &[]).unwrap();
        let unreadable = desk.restart(settings());
        assert!(damaged > 0 && unreadable.len() == damaged, "{table}: {unreadable:?}");
        assert!(unreadable.iter().all(|row| row.table == table), "{unreadable:?}");
        let maria = desk.agent("maria");
        let next = desk.visitor("next");
        assert!(rejected(&desk.handoff(&next, package("next"))).is_none(), "{table}");
        assert!(desk.offers(&maria).iter().any(|(id, _)| id == "next"), "{table}");
    }
}

#[test]
fn who_has_it_on_the_screen_hears_that_it_was_erased() {
    let mut desk = Driver::default();
    let (maria, jonas) = (desk.agent("maria"), desk.agent("jonas"));
    let visitor = desk.visitor("c1");
    let agent = {
        desk.handoff(&visitor, package("c1"));
        if desk.offer(&maria).is_some() { &maria } else { &jonas }
    };
    let claim = desk.offer(agent).unwrap();
    desk.agent_says(agent, AgentCommand::Accept { conversation: visitor.id.clone(), claim });
    let by_operator = desk.visitor("c2");
    desk.handoff(&by_operator, package("c2"));
    desk.visitor_says(&visitor, VisitorCommand::Erase {});
    let answer = desk.operator_erases(&by_operator.id);
    assert!(matches!(&answer, AgentEvent::Erased { receipt } if receipt.messages == 1));
    for erased in [&visitor, &by_operator] {
        for agent in [&maria, &jonas] {
            assert!(desk.agent_heard(agent, |event| matches!(
                event,
                AgentEvent::Erased { receipt } if receipt.conversation == erased.id
            )));
        }
        assert!(desk.heard(erased, |event| matches!(event, VisitorEvent::Erased { .. })));
    }
    assert_eq!(desk.states(), Vec::<String>::new());
    let kept = desk.database().rows("SELECT count(*) FROM peer", &[]).unwrap();
    assert_eq!(kept, [[Value::Integer(2)]], "only the agents' consoles are listened for");
    let again = desk.operator_erases(&by_operator.id);
    assert!(matches!(
        again,
        AgentEvent::Rejected { rejection } if rejection.code == RejectionCode::NotFound
    ));
}
