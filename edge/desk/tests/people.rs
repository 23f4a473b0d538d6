//! What happens to people: visitors are not stranded with an agent who is gone, asleep or out of
//! the settings, and agents are not set away for being busy.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use desk::settings::SiteSettings;
use protocol::{
    AgentCommand, AgentEvent, AgentId, AwayBecause, Claim, ContextPackage, FallbackChoice,
    MessageId, Outcome, QueuedBecause, RejectionCode, RejectionReason, Seq, Staffing,
    TransferFailure, TransferTarget, VisitorCommand, VisitorEvent, WithdrawnBecause,
};
use testkit::{Agent, Driver, Visitor, package, settings};

// ---- the usual beginnings

fn accept(desk: &mut Driver, agent: &Agent, visitor: &Visitor) -> Claim {
    let claim = desk.offer(agent).expect("an offer");
    desk.agent_says(agent, AgentCommand::Accept { conversation: visitor.id.clone(), claim });
    claim
}

/// Handed over, offered, accepted and connected; the claim.
fn live(desk: &mut Driver, agent: &Agent, visitor: &Visitor) -> Claim {
    desk.handoff(visitor, package(&visitor.id.0));
    let claim = accept(desk, agent, visitor);
    desk.agent_says(agent, AgentCommand::Connect { conversation: visitor.id.clone(), claim });
    claim
}

fn says(visitor: &Visitor, claim: Claim, id: &str) -> AgentCommand {
    AgentCommand::Say {
        conversation: visitor.id.clone(),
        claim,
        message: MessageId(id.into()),
        text: "words".into(),
    }
}

fn resolve(visitor: &Visitor, claim: Claim) -> AgentCommand {
    AgentCommand::Resolve {
        conversation: visitor.id.clone(),
        claim,
        outcome: Outcome::Resolved,
        reason: "done".into(),
    }
}

fn transfer(visitor: &Visitor, claim: Claim, to: &str) -> AgentCommand {
    let to = TransferTarget::Agent(AgentId(to.into()));
    AgentCommand::Transfer {
        conversation: visitor.id.clone(),
        claim,
        to,
        note: "refund agreed".into(),
    }
}

fn promise(desk: &mut Driver, visitor: &Visitor) {
    let fallback = FallbackChoice::Ticket { email: "a@b.example".into() };
    let events = desk.visitor_says(visitor, VisitorCommand::ChooseFallback { fallback });
    assert!(matches!(events[0], VisitorEvent::Promised { .. }), "{events:?}");
}

fn is_queued(event: &VisitorEvent, why: QueuedBecause) -> bool {
    matches!(event, VisitorEvent::Queued { because, .. } if *because == why)
}

fn rejected(events: Vec<AgentEvent>) -> (RejectionCode, Option<RejectionReason>) {
    match events.into_iter().find(|event| matches!(event, AgentEvent::Rejected { .. })) {
        Some(AgentEvent::Rejected { rejection }) => (rejection.code, rejection.reason),
        _ => panic!("expected a rejection"),
    }
}

fn state(desk: &Driver) -> serde_json::Value {
    desk.bodies()[0]["state"].clone()
}

/// The usual settings without an agent, or with another change.
fn changed(change: impl FnOnce(&mut SiteSettings)) -> SiteSettings {
    let mut settings = settings();
    change(&mut settings);
    settings
}

fn without(agent: &str) -> SiteSettings {
    changed(|settings| settings.agent.retain(|own| own.id.0 != agent))
}

/// The two ways in which settings change.
const WAYS: [fn(&mut Driver, SiteSettings); 2] = [Driver::reconfigure, Driver::start_again];

// ---- settings that change under open conversations

#[test]
fn who_is_declined_has_not_come_back_and_whose_agent_vanishes_has() {
    let mut desk = Driver::default();
    let (maria, visitor) = (desk.agent("maria"), desk.visitor("c1"));
    desk.handoff(&visitor, package("c1"));
    let claim = desk.offer(&maria).expect("an offer");
    let conversation = visitor.id.clone();
    desk.agent_says(&maria, AgentCommand::Decline { conversation, claim });
    assert!(!desk.board(&maria).queue[0].returned);
    let other = desk.visitor("c2");
    live(&mut desk, &maria, &other);
    desk.leave(maria.peer);
    desk.pass(120_000);
    let jonas = desk.agent("jonas");
    desk.agent_says(&jonas, AgentCommand::SetAvailable { available: false });
    let queue = desk.board(&jonas).queue;
    let row = queue.iter().find(|row| row.conversation == other.id).expect("it waits");
    assert!(row.returned);
}

#[test]
fn what_was_offered_to_an_agent_who_is_removed_is_offered_to_the_next() {
    for change in WAYS {
        let mut desk = Driver::default();
        let maria = desk.agent("maria");
        let visitor = desk.visitor("c1");
        desk.handoff(&visitor, package("c1"));
        assert!(desk.offer(&maria).is_some());
        change(&mut desk, without("maria"));
        let jonas = desk.agent("jonas");
        assert!(desk.offer(&jonas).is_some());
    }
}

#[test]
fn who_was_with_an_agent_who_is_removed_goes_to_the_head_of_the_queue_and_is_told() {
    for (change, is_connected) in WAYS.into_iter().flat_map(|way| [(way, false), (way, true)]) {
        let mut desk = Driver::default();
        let maria = desk.agent("maria");
        let visitor = desk.visitor("c1");
        desk.handoff(&visitor, package("c1"));
        let claim = accept(&mut desk, &maria, &visitor);
        if is_connected {
            desk.agent_says(
                &maria,
                AgentCommand::Connect { conversation: visitor.id.clone(), claim },
            );
        }
        let other = desk.visitor("c2");
        desk.handoff(&other, package("c2"));
        change(&mut desk, without("maria"));
        let again = desk.visitor("c1");
        let heard = format!("{:?}", desk.raw_resume(&again));
        assert!(heard.contains("queued") && !heard.contains("maria"), "an id is no name: {heard}");
        let jonas = desk.agent("jonas");
        assert_eq!(desk.offers(&jonas)[0].0, "c1", "at the head");
        assert!(matches!(
            desk.agent_last(&maria, says(&visitor, claim, "m1")),
            AgentEvent::SignedOut {}
        ));
    }
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    live(&mut desk, &maria, &visitor);
    desk.reconfigure(without("maria"));
    assert!(desk.heard(&visitor, |e| is_queued(e, QueuedBecause::AgentLeft)), "at once");
    let removed = |e: &AgentEvent| {
        matches!(e, AgentEvent::Withdrawn { because: WithdrawnBecause::AgentRemoved, .. })
    };
    assert!(
        desk.agent_heard(&maria, removed)
            && desk.agent_heard(&maria, |e| matches!(e, AgentEvent::SignedOut {}))
    );
}

#[test]
fn what_was_being_passed_to_an_agent_who_is_removed_stays_where_it_is() {
    for change in WAYS {
        let mut desk = Driver::default();
        let maria = desk.agent("maria");
        let visitor = desk.visitor("c1");
        let claim = live(&mut desk, &maria, &visitor);
        desk.agent("jonas");
        desk.agent_says(&maria, transfer(&visitor, claim, "jonas"));
        assert_eq!(state(&desk)["live"]["transfer"]["to"], "jonas");
        change(&mut desk, without("jonas"));
        assert!(state(&desk)["live"]["transfer"].is_null());
        assert!(matches!(
            desk.agent_last(&maria, says(&visitor, claim, "m1")),
            AgentEvent::Said { .. }
        ));
    }
}

#[test]
fn a_promise_of_an_agent_who_is_removed_stays_and_is_anybodys_and_what_is_closed_may_be_reopened() {
    for change in WAYS {
        let mut desk = Driver::default();
        let maria = desk.agent("maria");
        let (promised, closed) = (desk.visitor("c1"), desk.visitor("c2"));
        let claim = live(&mut desk, &maria, &closed);
        desk.agent_says(&maria, resolve(&closed, claim));
        desk.handoff(&promised, package("c1"));
        promise(&mut desk, &promised);
        desk.agent_says(&maria, AgentCommand::ClaimPromise { conversation: promised.id.clone() });
        change(&mut desk, without("maria"));
        let jonas = desk.agent("jonas");
        let row = desk.board(&jonas).promises.remove(0);
        assert_eq!((row.owner, row.commitment.to.reveal()), (None, "a@b.example"));
        desk.visitor_says(&closed, VisitorCommand::Rejoin {});
        assert!(desk.offer(&jonas).is_some());
    }
}

#[test]
fn the_session_of_an_agent_who_is_removed_ends_for_good() {
    for change in WAYS {
        let mut desk = Driver::default();
        let maria = desk.agent("maria");
        change(&mut desk, without("maria"));
        change(&mut desk, settings());
        assert!(matches!(desk.agent_last(&maria, AgentCommand::Ping {}), AgentEvent::SignedOut {}));
        let jonas = desk.agent("jonas");
        assert!(
            desk.board(&jonas).agents.iter().all(|agent| agent.here == (agent.agent.0 == "jonas")),
            "nobody is here without a console"
        );
    }
}

#[test]
fn a_category_or_a_skill_that_is_removed_asks_for_nobody_in_particular() {
    let no_category = || changed(|settings| settings.category.retain(|own| own.key != "billing"));
    for (change, settings) in
        WAYS.into_iter().flat_map(|way| [(way, without("jonas")), (way, no_category())])
    {
        let mut desk = Driver::default();
        let maria = desk.agent("maria");
        let visitor = desk.visitor("c1");
        desk.handoff(&visitor, ContextPackage { category: "billing".into(), ..package("c1") });
        assert!(desk.offer(&maria).is_none(), "only Jonas knows billing");
        change(&mut desk, settings);
        desk.agent_says(&maria, AgentCommand::Watch {});
        assert!(desk.offer(&maria).is_some());
    }
}

#[test]
fn a_capacity_that_is_lowered_takes_nothing_away() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitors = ["c1", "c2", "c3"].map(|id| desk.visitor(id));
    let claims: Vec<_> =
        visitors[..2].iter().map(|visitor| live(&mut desk, &maria, visitor)).collect();
    desk.reconfigure(changed(|settings| settings.agent[0].capacity = 1));
    desk.handoff(&visitors[2], package("c3"));
    desk.agent_says(&maria, resolve(&visitors[0], claims[0]));
    assert_eq!(desk.offer(&maria), None, "one is held, and one is all there is room for");
    assert!(matches!(
        desk.agent_last(&maria, says(&visitors[1], claims[1], "m1")),
        AgentEvent::Said { .. }
    ));
    desk.agent_says(&maria, resolve(&visitors[1], claims[1]));
    assert!(desk.offer(&maria).is_some());
}

#[test]
fn an_agent_by_another_name_keeps_everything() {
    for change in WAYS {
        let mut desk = Driver::default();
        let maria = desk.agent("maria");
        let visitor = desk.visitor("c1");
        let claim = live(&mut desk, &maria, &visitor);
        desk.agent_says(&maria, says(&visitor, claim, "m1"));
        change(&mut desk, changed(|settings| settings.agent[0].name = "Mary".into()));
        desk.agent_says(&maria, AgentCommand::Watch {});
        desk.agent_says(&maria, says(&visitor, claim, "m2"));
        let again = desk.visitor("c1");
        let by: Vec<_> = desk
            .resume(&again, 0)
            .into_iter()
            .filter_map(|e| if let VisitorEvent::Said { message } = e { message.by } else { None })
            .collect();
        assert_eq!(by, ["Maria", "Mary"], "as each was when it was said");
    }
}

#[test]
fn another_name_is_told_to_whoever_has_the_old_one_on_the_screen() {
    let mut desk = Driver::default();
    let jonas = desk.agent("jonas");
    let passed = desk.visitor("c1");
    let claim = live(&mut desk, &jonas, &passed);
    let maria = desk.agent("maria");
    let (talks, waits) = (desk.visitor("c2"), desk.visitor("c3"));
    live(&mut desk, &maria, &talks);
    desk.handoff(&waits, package("c3"));
    accept(&mut desk, &maria, &waits);
    let mary = || changed(|settings| settings.agent[0].name = "Mary".into());
    desk.reconfigure(mary());
    let is_mary = |e: &VisitorEvent| match e {
        VisitorEvent::Reviewing { agent, .. } | VisitorEvent::Connected { agent } => {
            agent == "Mary"
        }
        _ => false,
    };
    assert!(desk.heard(&talks, is_mary) && desk.heard(&waits, is_mary));
    assert!(!desk.heard(&passed, is_mary), "another agent has it");
    assert!(
        desk.agent_heard(
            &maria,
            |e| matches!(e, AgentEvent::SignedIn { name, .. } if name == "Mary")
        )
    );
    // The same for who waits until she takes what they pass on.
    desk.visitor_says(&talks, VisitorCommand::Leave {});
    desk.agent_says(&jonas, transfer(&passed, claim, "maria"));
    desk.reconfigure(settings());
    assert!(desk.agent_heard(
        &jonas,
        |e| matches!(e, AgentEvent::Transferring { to, .. } if to == "Maria")
    ));
    let told = desk.visitor_events(&waits).len();
    desk.reconfigure(settings());
    assert_eq!(desk.visitor_events(&waits).len(), told, "nothing is another name");
}

#[test]
fn a_schedule_that_changes_is_told_to_who_waits_and_promises_stay() {
    let mut desk = Driver::default();
    let (waits, promised) = (desk.visitor("c1"), desk.visitor("c2"));
    desk.handoff(&waits, package("c1"));
    desk.handoff(&promised, package("c2"));
    promise(&mut desk, &promised);
    let before = desk.bodies();
    let never = serde_json::from_str(r#"{"time_zone":"UTC","hours":{}}"#).unwrap();
    desk.reconfigure(changed(|settings| settings.schedule = never));
    desk.pass(2_000);
    assert!(desk.heard(&waits, |e| matches!(
        e,
        VisitorEvent::Queued { staffing: Staffing::Closed { .. }, .. }
    )));
    let due = |bodies: &[serde_json::Value]| {
        bodies
            .iter()
            .map(|body| body["state"]["promised"]["commitment"]["due"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(due(&before), due(&desk.bodies()));
}

// ---- offers, and who is at work

#[test]
fn an_agent_is_asked_one_thing_at_a_time_and_the_queue_goes_on_to_others() {
    let mut desk = Driver::default();
    let (maria, jonas) = (desk.agent("maria"), desk.agent("jonas"));
    for id in ["c1", "c2", "c3"] {
        let visitor = desk.visitor(id);
        desk.handoff(&visitor, package(id));
    }
    assert_eq!(
        (desk.offers(&maria).len(), desk.offers(&jonas).len()),
        (1, 1),
        "Maria has room for two"
    );
    let (id, claim) = desk.offers(&maria).remove(0);
    desk.agent_says(
        &maria,
        AgentCommand::Accept { conversation: protocol::ConversationId(id), claim },
    );
    assert_eq!(desk.offers(&maria).len(), 2, "the next one once she has answered");
}

#[test]
fn who_is_at_work_is_not_set_away_for_an_offer_that_passes_by() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let (first, second) = (desk.visitor("c1"), desk.visitor("c2"));
    let claim = live(&mut desk, &maria, &first);
    desk.pass(60_000);
    desk.handoff(&second, package("c2"));
    desk.pass(20_000);
    desk.agent_says(&maria, AgentCommand::Type { conversation: first.id.clone(), claim });
    desk.pass(10_000);
    assert!(desk.agent_heard(&maria, |e| matches!(
        e,
        AgentEvent::Withdrawn { because: WithdrawnBecause::Expired, .. }
    )));
    assert!(
        desk.board(&maria).agents.iter().any(|agent| agent.agent.0 == "maria" && agent.available)
    );
    assert!(
        !desk.heard(&second, |e| matches!(
            e,
            VisitorEvent::Queued { staffing: Staffing::NobodyHere, .. }
        )),
        "she is there"
    );
    assert_eq!(desk.offers(&maria).len(), 2);
    desk.pass(60_000);
    assert_eq!(desk.offers(&maria).len(), 3, "asked again later");
    // The second time she shows no sign of life.
    desk.pass(30_000);
    let AgentEvent::SignedIn { available, away_because, .. } = desk
        .agent_events(&maria)
        .into_iter()
        .rev()
        .find(|e| matches!(e, AgentEvent::SignedIn { .. }))
        .unwrap()
    else {
        panic!("told in every tab")
    };
    assert_eq!((available, away_because), (false, Some(AwayBecause::MissedOffer)));
    desk.agent_says(&maria, AgentCommand::SetAvailable { available: true });
    assert_eq!(desk.offers(&maria).len(), 4, "back with one key");
    assert!(matches!(
        desk.agent_says(&maria, AgentCommand::Watch {})[0],
        AgentEvent::SignedIn { available: true, away_because: None, .. }
    ));
}

#[test]
fn that_nobody_is_here_is_said_only_while_it_is_true() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let (first, second) = (desk.visitor("c1"), desk.visitor("c2"));
    let claim = live(&mut desk, &maria, &first);
    desk.pass(180_000);
    desk.handoff(&second, package("c2"));
    desk.pass(30_000);
    let staffing = |desk: &mut Driver| match desk.resume(&second, 0).remove(0) {
        VisitorEvent::Queued { staffing, is_long, .. } => (staffing, is_long),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        staffing(&mut desk),
        (Staffing::NobodyHere, true),
        "a console stands open, and nobody sits at it"
    );
    desk.agent_says(&maria, says(&first, claim, "m1"));
    assert_eq!(staffing(&mut desk), (Staffing::Staffed, true), "she is there, and takes nobody");
    desk.agent_says(&maria, AgentCommand::SetAvailable { available: false });
    assert_eq!(staffing(&mut desk), (Staffing::NobodyHere, true), "away by her own choice");
}

#[test]
fn an_agent_who_steps_away_gives_an_offer_on_at_once() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let jonas = desk.agent("jonas");
    desk.agent_says(&maria, AgentCommand::SetAvailable { available: false });
    assert!(desk.offer(&maria).is_none() && desk.offer(&jonas).is_some());
}

#[test]
fn any_agent_takes_the_next_or_a_given_one_even_if_it_is_offered_to_another() {
    let mut desk = Driver::default();
    let (maria, jonas) = (desk.agent("maria"), desk.agent("jonas"));
    let take = |conversation: Option<&Visitor>| AgentCommand::Take {
        conversation: conversation.map(|visitor| visitor.id.clone()),
    };
    assert_eq!(
        rejected(desk.agent_says(&maria, take(None))),
        (RejectionCode::NotNow, Some(RejectionReason::NobodyWaits))
    );
    let visitors = ["c1", "c2", "c3", "c4", "c5"].map(|id| desk.visitor(id));
    desk.handoff(&visitors[0], package("c1"));
    let (asked, other) =
        if desk.offer(&maria).is_some() { (&maria, &jonas) } else { (&jonas, &maria) };
    let taken = desk.agent_last(other, take(Some(&visitors[0])));
    assert!(matches!(taken, AgentEvent::Accepted { claim: Claim(2), .. }), "{taken:?}");
    assert!(desk.agent_heard(asked, |e| matches!(
        e,
        AgentEvent::Withdrawn { because: WithdrawnBecause::TakenOver, .. }
    )));
    assert!(desk.heard(&visitors[0], |e| matches!(e, VisitorEvent::Reviewing { .. })));
    for visitor in &visitors[1..] {
        desk.handoff(visitor, package(&visitor.id.0));
    }
    // The next one is the one that is offered, and then the first in the queue: one more than there
    // is room for, and no more.
    let mut taken = 0;
    while matches!(desk.agent_last(&maria, take(None)), AgentEvent::Accepted { .. }) {
        taken += 1;
    }
    let board = desk.board(&maria);
    assert_eq!(
        board.agents.iter().find(|agent| agent.agent.0 == "maria").unwrap().load,
        3,
        "{taken} taken"
    );
}

// ---- promises have an owner

#[test]
fn a_promise_is_kept_by_who_claims_it_and_by_nobody_else() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    promise(&mut desk, &visitor);
    let (maria, jonas) = (desk.agent("maria"), desk.agent("jonas"));
    let id = || visitor.id.clone();
    let AgentEvent::Opened { claim: Some(claim), .. } =
        desk.agent_last(&maria, AgentCommand::ClaimPromise { conversation: id() })
    else {
        panic!("opened")
    };
    for command in [
        AgentCommand::ClaimPromise { conversation: id() },
        AgentCommand::Fulfil { conversation: id(), note: None },
    ] {
        assert_eq!(
            rejected(desk.agent_says(&jonas, command)),
            (RejectionCode::NotNow, Some(RejectionReason::KeptByAnother))
        );
    }
    assert!(matches!(
        desk.agent_last(&jonas, AgentCommand::Open { conversation: id() }),
        AgentEvent::Opened { claim: None, .. }
    ));
    assert!(matches!(
        desk.agent_last(&maria, AgentCommand::Open { conversation: id() }),
        AgentEvent::Opened { claim: Some(own), .. } if own == claim
    ));
    assert_eq!(desk.board(&jonas).promises[0].owner, Some(maria.id.clone()));
    // She writes to the visitor, who answers to everybody.
    desk.agent_says(&maria, says(&visitor, claim, "m1"));
    assert!(desk.heard(
        &visitor,
        |e| matches!(e, VisitorEvent::Said { message } if message.by.as_deref() == Some("Maria"))
    ));
    assert_eq!(
        rejected(desk.agent_says(&jonas, says(&visitor, claim, "m2"))).0,
        RejectionCode::StaleClaim
    );
    desk.say(&visitor, "v1", "tomorrow would be better");
    let hears = |desk: &Driver, agent: &Agent| {
        desk.agent_heard(
            agent,
            |e| matches!(e, AgentEvent::Said { message, .. } if message.id.0 == "v1"),
        )
    };
    assert!(hears(&desk, &maria) && hears(&desk, &jonas));
    desk.agent_says(
        &maria,
        AgentCommand::Fulfil { conversation: id(), note: Some("rang at ten".into()) },
    );
    assert!(desk.heard(&visitor, |e| matches!(
        e,
        VisitorEvent::Closed { outcome: Outcome::Fulfilled, .. }
    )));
    assert_eq!(state(&desk)["closed"]["reason"], "rang at ten");
}

#[test]
fn a_promise_is_given_back_by_its_agent_by_a_supervisor_and_by_vanishing() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    promise(&mut desk, &visitor);
    let (maria, jonas) = (desk.agent("maria"), desk.agent("jonas"));
    let claim = || AgentCommand::ClaimPromise { conversation: visitor.id.clone() };
    let release = || AgentCommand::ReleasePromise { conversation: visitor.id.clone() };
    desk.agent_says(&maria, claim());
    desk.agent_says(&maria, release());
    assert_eq!(desk.board(&jonas).promises[0].owner, None);
    desk.agent_says(&jonas, claim());
    assert_eq!(rejected(desk.agent_says(&maria, release())).0, RejectionCode::NotNow);
    desk.leave(jonas.peer);
    desk.pass(44_000);
    assert_eq!(desk.board(&maria).promises[0].owner, Some(jonas.id.clone()), "he may be back");
    desk.pass(1_000);
    assert_eq!(desk.board(&maria).promises[0].owner, None);
    desk.agent_says(&maria, claim());
    desk.agent_says(&jonas, AgentCommand::Watch {});
    desk.agent_says(&jonas, release());
    assert_eq!(desk.board(&maria).promises[0].owner, None, "a supervisor may");
}

#[test]
fn what_an_agent_wrote_for_the_next_stands_on_the_promise() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    let claim = live(&mut desk, &maria, &visitor);
    let jonas = desk.agent("jonas");
    desk.agent_says(&maria, transfer(&visitor, claim, "jonas"));
    accept(&mut desk, &jonas, &visitor);
    desk.agent_says(&maria, AgentCommand::SetAvailable { available: false });
    desk.leave(jonas.peer);
    desk.pass(45_000);
    promise(&mut desk, &visitor);
    let opened = desk.agent_last(&maria, AgentCommand::Open { conversation: visitor.id.clone() });
    assert!(matches!(
        opened,
        AgentEvent::Opened { notes, .. }
            if notes[0].text.reveal() == "refund agreed" && notes[0].from == "Maria"
    ));
}

// ---- coming back

#[test]
fn a_visitor_who_comes_back_goes_at_once_to_the_agent_they_had() {
    let mut desk = Driver::default();
    let jonas = desk.agent("jonas");
    let visitor = desk.visitor("c1");
    let claim = live(&mut desk, &jonas, &visitor);
    let maria = desk.agent("maria");
    desk.agent_says(&jonas, resolve(&visitor, claim));
    desk.pass(59 * 60_000);
    desk.visitor_says(&visitor, VisitorCommand::Rejoin {});
    assert_eq!(
        (desk.offers(&jonas).len(), desk.offers(&maria).len()),
        (2, 0),
        "though Maria has more free places"
    );
    desk.agent_says(&jonas, AgentCommand::SetAvailable { available: false });
    assert_eq!(desk.offers(&maria).len(), 1, "and to the next if that one is away");
}

#[test]
fn a_console_that_is_loaded_anew_holds_everything_and_the_visitor_hears_nothing() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    let claim = live(&mut desk, &maria, &visitor);
    let before = desk.visitor_events(&visitor);
    let asked = desk.visitor("c2");
    desk.handoff(&asked, package("c2"));
    let jonas = desk.agent("jonas");
    assert!(desk.offer(&maria).is_some() && desk.offer(&jonas).is_none());
    desk.leave(maria.peer);
    desk.pass(4_999);
    assert_eq!(desk.offer(&jonas), None, "what she was asked waits a moment");
    desk.pass(1);
    assert!(desk.offer(&jonas).is_some(), "and goes on");
    desk.pass(39_000);
    assert_eq!(desk.visitor_events(&visitor), before, "44 s later");
    let back = desk.agent_says(&maria, AgentCommand::Watch {});
    assert!(back.iter().any(|e| matches!(
        e,
        AgentEvent::Accepted { conversation, claim: own, .. }
            if *conversation == visitor.id && *own == claim
    )));
    assert!(matches!(
        desk.agent_last(&maria, says(&visitor, claim, "m1")),
        AgentEvent::Said { .. }
    ));
    desk.pass(60_000);
    assert!(!desk.heard(&visitor, |e| is_queued(e, QueuedBecause::AgentLeft)));
}

#[test]
fn an_offer_outlives_a_reload() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let claim = desk.offer(&maria).unwrap();
    desk.leave(maria.peer);
    desk.pass(3_000);
    desk.agent_says(&maria, AgentCommand::Watch {});
    assert!(matches!(
        desk.agent_last(&maria, AgentCommand::Accept { conversation: visitor.id.clone(), claim }),
        AgentEvent::Accepted { .. }
    ));
}

#[test]
fn who_acts_without_a_console_gives_back_what_they_hold() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let maria = desk.sign_in_by_link("maria");
    desk.agent_says(&maria, AgentCommand::Take { conversation: None });
    assert!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Reviewing { .. })));
    desk.pass(45_000);
    assert!(desk.heard(&visitor, |e| is_queued(e, QueuedBecause::AgentLeft)));
}

// ---- who said what, and what was read

#[test]
fn a_line_keeps_the_name_of_who_said_it_when_the_conversation_changes_hands() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    let claim = live(&mut desk, &maria, &visitor);
    desk.agent_says(&maria, says(&visitor, claim, "m1"));
    let jonas = desk.agent("jonas");
    desk.agent_says(&maria, transfer(&visitor, claim, "jonas"));
    let taken = desk.offer(&jonas).unwrap();
    let accepted = desk.agent_last(
        &jonas,
        AgentCommand::Accept { conversation: visitor.id.clone(), claim: taken },
    );
    assert!(matches!(
        accepted,
        AgentEvent::Accepted { messages, .. } if messages[0].by.as_deref() == Some("Maria")
    ));
    let again = desk.visitor("c1");
    assert!(desk.resume(&again, 0).iter().any(
        |e| matches!(e, VisitorEvent::Said { message } if message.by.as_deref() == Some("Maria"))
    ));
}

#[test]
fn what_came_and_what_was_read_are_told_apart_both_ways_and_kept() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    let claim = live(&mut desk, &maria, &visitor);
    desk.say(&visitor, "v1", "hello");
    desk.agent_says(&maria, says(&visitor, claim, "m1"));
    let conversation = || visitor.id.clone();
    desk.visitor_says(&visitor, VisitorCommand::MarkReceived { seq: Seq(2) });
    desk.agent_says(
        &maria,
        AgentCommand::MarkReceived { conversation: conversation(), claim, seq: Seq(2) },
    );
    assert!(desk.agent_heard(&maria, |e| matches!(e, AgentEvent::Received { seq: Seq(2), .. })));
    assert!(
        !desk.agent_heard(&maria, |e| matches!(e, AgentEvent::Read { .. }))
            && !desk.heard(&visitor, |e| matches!(e, VisitorEvent::Read { .. }))
    );
    desk.visitor_says(&visitor, VisitorCommand::MarkRead { seq: Seq(2) });
    desk.agent_says(
        &maria,
        AgentCommand::MarkRead { conversation: conversation(), claim, seq: Seq(9) },
    );
    assert!(desk.agent_heard(&maria, |e| matches!(e, AgentEvent::Read { seq: Seq(2), .. })));
    assert!(
        desk.heard(&visitor, |e| matches!(e, VisitorEvent::Read { seq: Seq(2) })),
        "no further than there are messages"
    );
    let back = desk.agent_says(&maria, AgentCommand::Watch {});
    assert!(back.iter().any(|e| matches!(
        e,
        AgentEvent::Accepted {
            visitor_received: Seq(2),
            visitor_read: Seq(2),
            agent_read: Seq(2),
            ..
        }
    )));
    let again = desk.visitor("c1");
    assert!(desk.resume(&again, 2).contains(&VisitorEvent::Read { seq: Seq(2) }));
}

// ---- who was missed

#[test]
fn visitors_whom_nobody_answered_are_shown_to_agents_until_one_has_dealt_with_it() {
    let mut desk = Driver::default();
    let visitors = ["c1", "c2", "c3", "c4"].map(|id| desk.visitor(id));
    let reachable = |id: &str| {
        let mut package = package(id);
        (package.profile.email, package.profile.phone) =
            (Some("kim@example.org".into()), Some("+49301234567".into()));
        package
    };
    desk.handoff(&visitors[0], reachable("c1"));
    desk.visitor_says(&visitors[0], VisitorCommand::Leave {});
    desk.pass(1_000);
    desk.handoff(&visitors[1], package("c2"));
    desk.handoff(&visitors[2], package("c3"));
    promise(&mut desk, &visitors[2]);
    for _ in 0..31 {
        desk.pass(60_000);
    }
    let maria = desk.agent("maria");
    let rows = desk.board(&maria).missed;
    let seen: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.conversation.0.as_str(),
                row.outcome,
                row.contact.as_ref().map(protocol::Text::reveal),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [("c2", Outcome::Unanswered, None), ("c1", Outcome::Abandoned, Some("kim@example.org"))],
        "latest first, none with a promise"
    );
    let id = || visitors[0].id.clone();
    assert!(matches!(
        desk.agent_last(&maria, AgentCommand::Open { conversation: id() }),
        AgentEvent::Opened { claim: None, .. }
    ));
    desk.agent_says(&maria, AgentCommand::DismissMissed { conversation: id() });
    assert_eq!(
        rejected(desk.agent_says(&maria, AgentCommand::DismissMissed { conversation: id() })),
        (RejectionCode::NotFound, Some(RejectionReason::Gone))
    );
    assert_eq!(
        rejected(desk.agent_says(&maria, AgentCommand::Open { conversation: id() })).0,
        RejectionCode::NotFound
    );
    assert_eq!(desk.board(&maria).missed.len(), 1);
    // Who comes back, or takes a promise after all, is not missed any more.
    desk.visitor_says(&visitors[1], VisitorCommand::Rejoin {});
    assert_eq!(desk.board(&maria).missed.len(), 0);
    desk.visitor_says(&visitors[1], VisitorCommand::Leave {});
    assert_eq!(desk.board(&maria).missed.len(), 1);
    for _ in 0..7 {
        desk.pass(24 * 60 * 60_000);
    }
    // A sign-in ends after twelve hours.
    let maria = desk.agent("maria");
    let left: Vec<_> = desk
        .board(&maria)
        .missed
        .into_iter()
        .map(|row| (row.conversation.0, row.contact))
        .collect();
    assert_eq!(
        left,
        [("c3".to_owned(), Some("a@b.example".into()))],
        "a promise that was broken twice; the other was shown for a week"
    );
}

// ---- a console that cannot read

#[test]
fn what_a_console_cannot_read_goes_to_others_and_ends_with_the_choices_once_nobody_can() {
    let mut desk = Driver::default();
    let (maria, jonas) = (desk.agent("maria"), desk.agent("jonas"));
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let (first, second) =
        if desk.offer(&maria).is_some() { (&maria, &jonas) } else { (&jonas, &maria) };
    let claim = accept(&mut desk, first, &visitor);
    desk.agent_says(first, AgentCommand::Unreadable { conversation: visitor.id.clone(), claim });
    assert!(desk.agent_heard(first, |e| matches!(
        e,
        AgentEvent::Withdrawn { because: WithdrawnBecause::Unreadable, .. }
    )));
    assert!(
        desk.heard(&visitor, |e| is_queued(e, QueuedBecause::AgentLeft)),
        "somebody was reading it"
    );
    assert_eq!(
        rejected(desk.agent_says(first, AgentCommand::Take { conversation: None })).0,
        RejectionCode::NotNow,
        "not to the same agent"
    );
    let claim = desk.offer(second).expect("the other one is asked");
    desk.agent_says(second, AgentCommand::Unreadable { conversation: visitor.id.clone(), claim });
    let is_end = |e: &VisitorEvent| {
        matches!(
            e,
            VisitorEvent::Closed { outcome: Outcome::Unanswered, choices, .. } if choices.len() == 2
        )
    };
    assert!(desk.heard(&visitor, is_end), "there is no third agent");
    let again = desk.visitor_says(&visitor, VisitorCommand::Rejoin {});
    assert!(again.iter().any(is_end), "never a loop");
    promise(&mut desk, &visitor);
}

#[test]
fn three_consoles_that_cannot_read_are_enough() {
    let more = |settings: &mut SiteSettings| {
        for n in 0..3 {
            let mut agent = settings.agent[1].clone();
            agent.id = AgentId(format!("agent{n}"));
            settings.agent.push(agent);
        }
    };
    let mut desk = Driver::default();
    desk.reconfigure(changed(more));
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    for (n, is_over) in [(0, false), (1, false), (2, true)] {
        let agent = desk.agent(&format!("agent{n}"));
        let claim = desk.offer(&agent).expect("an offer");
        desk.agent_says(
            &agent,
            AgentCommand::Unreadable { conversation: visitor.id.clone(), claim },
        );
        assert_eq!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Closed { .. })), is_over);
    }
}

#[test]
fn a_transfer_that_the_other_console_cannot_read_stays_where_it_is() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    let claim = live(&mut desk, &maria, &visitor);
    let jonas = desk.agent("jonas");
    desk.agent_says(&maria, transfer(&visitor, claim, "jonas"));
    let passed = desk.offer(&jonas).unwrap();
    desk.agent_says(
        &jonas,
        AgentCommand::Unreadable { conversation: visitor.id.clone(), claim: passed },
    );
    assert!(desk.agent_heard(&maria, |e| matches!(
        e,
        AgentEvent::TransferFailed { because: TransferFailure::Expired, .. }
    )));
    assert!(matches!(
        desk.agent_last(&maria, says(&visitor, claim, "m1")),
        AgentEvent::Said { .. }
    ));
}

#[test]
fn an_agent_who_signs_out_is_not_waited_for() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    live(&mut desk, &maria, &visitor);
    desk.agent_says(&maria, AgentCommand::SignOut {});
    assert!(desk.heard(&visitor, |event| is_queued(event, QueuedBecause::AgentLeft)));
}

// ---- where the visitor is

#[test]
fn the_agent_hears_where_the_visitor_goes_and_finds_it_again_after_a_reload() {
    let mut desk = Driver::default();
    let (maria, kim) = (desk.agent("maria"), desk.visitor("kim"));
    live(&mut desk, &maria, &kim);
    let visit = |page: &str| VisitorCommand::Visit { page: page.into() };
    let heard = |desk: &Driver| -> Vec<String> {
        let pages = desk.agent_events(&maria).into_iter().filter_map(|event| match event {
            AgentEvent::Visited { page, .. } => Some(page.reveal().to_owned()),
            _ => None,
        });
        pages.collect()
    };
    assert_eq!(desk.visitor_says(&kim, visit("/orders.html")), []);
    assert_eq!(desk.visitor_says(&kim, visit("/orders.html")), [], "said twice, told once");
    assert_eq!(heard(&desk), ["/orders.html"]);
    let page_on_card = |desk: &mut Driver| {
        desk.agent_says(&maria, AgentCommand::Watch {}).into_iter().find_map(|event| match event {
            AgentEvent::Accepted { page, .. } => Some(page),
            _ => None,
        })
    };
    assert_eq!(page_on_card(&mut desk), Some(Some("/orders.html".into())));
    // A page that changes its address all the time is not written down each time.
    let refused =
        (0..20).flat_map(|n| desk.visitor_says(&kim, visit(&format!("/{n}")))).collect::<Vec<_>>();
    let VisitorEvent::Rejected { rejection } = &refused[0] else { panic!("{refused:?}") };
    assert_eq!(
        (refused.len(), rejection.code, rejection.field.as_deref()),
        (16, RejectionCode::SlowDown, Some("command.visit"))
    );
    desk.pass(10_000);
    desk.visitor_says(&kim, visit("/checkout"));
    assert_eq!(heard(&desk).last().map(String::as_str), Some("/checkout"));
    assert_eq!(page_on_card(&mut desk), Some(Some("/checkout".into())));
}
