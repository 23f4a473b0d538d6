//! The desk's promises, over a real SQLite and a virtual clock. After every input the desk is
//! dropped and rebuilt from storage, so each of these tests shows "rebuilt" as well.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use desk::{Digest, Input};
use protocol::{
    AgentCommand, AgentEvent, AgentId, Claim, ContextPackage, ConversationId, FallbackChoice,
    MessageId, Outcome, Priority, QueuedBecause, RejectionCode, RejectionReason, Seq, Staffing,
    Text, TransferFailure, TransferTarget, VisitorCommand, VisitorEvent, WithdrawnBecause,
};
use testkit::{Driver, package};

#[test]
fn a_handoff_is_queued_offered_reviewed_connected_and_resolved() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    let events = desk.handoff(&visitor, package("c1"));
    assert!(matches!(
        &events[0],
        VisitorEvent::Queued {
            position: 1,
            staffing: Staffing::Staffed,
            because: QueuedBecause::Requested,
            ..
        }
    ));
    let claim = desk.offer(&maria).expect("the offer comes at once");
    let AgentEvent::Accepted { card, .. } =
        desk.agent_last(&maria, AgentCommand::Accept { conversation: visitor.id.clone(), claim })
    else {
        panic!("accepted");
    };
    assert_eq!(card.summary.reveal(), "c1 wants a refund for order 1234");
    assert!(desk.heard(
        &visitor,
        |e| matches!(e, VisitorEvent::Reviewing { agent, .. } if agent == "Maria")
    ));
    assert!(
        !desk.heard(&visitor, |e| matches!(e, VisitorEvent::Connected { .. })),
        "not before Connect"
    );
    desk.agent_says(&maria, AgentCommand::Connect { conversation: visitor.id.clone(), claim });
    assert!(
        desk.heard(
            &visitor,
            |e| matches!(e, VisitorEvent::Connected { agent } if agent == "Maria")
        )
    );
    desk.say(&visitor, "m1", "hello");
    desk.agent_says(
        &maria,
        AgentCommand::Say {
            conversation: visitor.id.clone(),
            claim,
            message: MessageId("m2".into()),
            text: "hi".into(),
        },
    );
    assert!(
        desk.heard(
            &visitor,
            |e| matches!(e, VisitorEvent::Said { message } if message.seq == Seq(2))
        )
    );
    let resolve = AgentCommand::Resolve {
        conversation: visitor.id.clone(),
        claim,
        outcome: Outcome::Resolved,
        reason: "refunded".into(),
    };
    desk.agent_says(&maria, resolve);
    assert!(desk.heard(&visitor, |e| matches!(
        e,
        VisitorEvent::Closed { outcome: Outcome::Resolved, may_rate: true, .. }
    )));
    let rated = desk
        .visitor_says(&visitor, VisitorCommand::Rate { effort: Some(6), satisfaction: Some(5) });
    assert_eq!(rated, [VisitorEvent::Rated {}]);
}

#[test]
fn the_review_ends_by_itself() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let claim = desk.offer(&maria).unwrap();
    desk.agent_says(&maria, AgentCommand::Accept { conversation: visitor.id.clone(), claim });
    desk.pass(15_000);
    assert!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Connected { .. })));
}

#[test]
fn an_offer_nobody_answers_goes_to_the_next_agent_and_the_silent_one_is_away() {
    let mut desk = Driver::default();
    let (maria, jonas) = (desk.agent("maria"), desk.agent("jonas"));
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let (first, second) =
        if desk.offer(&maria).is_some() { (&maria, &jonas) } else { (&jonas, &maria) };
    desk.pass(30_000);
    assert!(desk.agent_heard(first, |e| matches!(
        e,
        AgentEvent::Withdrawn { because: WithdrawnBecause::Expired, .. }
    )));
    assert!(desk.offer(second).is_some());
    desk.pass(30_000);
    desk.pass(30_000);
    let VisitorEvent::Queued { staffing, choices, .. } = desk.resume(&visitor, 0).remove(0) else {
        panic!("queued")
    };
    assert_eq!((staffing, choices.len()), (Staffing::NobodyHere, 2), "never a dead end");
}

#[test]
fn an_agent_who_vanishes_gives_the_visitor_back_to_the_head() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let claim = desk.offer(&maria).unwrap();
    desk.agent_says(&maria, AgentCommand::Accept { conversation: visitor.id.clone(), claim });
    desk.agent_says(&maria, AgentCommand::Connect { conversation: visitor.id.clone(), claim });
    desk.leave(maria.peer);
    let mut high = package("c2");
    high.escalation.priority = Priority::High;
    let other = desk.visitor("c2");
    desk.handoff(&other, high);
    desk.pass(45_000);
    assert!(desk.heard(&visitor, |e| matches!(
        e,
        VisitorEvent::Queued { position: 1, because: QueuedBecause::AgentLeft, .. }
    )));
    let maria = desk.agent("maria");
    let offers = desk.offers(&maria);
    assert_eq!(offers.first(), Some(&("c1".to_owned(), Claim(2))), "c1 first, under a new claim");
    let stale = AgentCommand::Say {
        conversation: visitor.id.clone(),
        claim,
        message: MessageId("m9".into()),
        text: "late".into(),
    };
    assert!(matches!(
        desk.agent_last(&maria, stale),
        AgentEvent::Rejected { rejection } if rejection.code == RejectionCode::StaleClaim
    ));
}

#[test]
fn a_handoff_posted_twice_gets_the_same_answer_and_with_another_body_is_refused() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    let first = desk.handoff(&visitor, package("c1"));
    assert_eq!(first[0], desk.handoff(&visitor, package("c1"))[0]);
    let mut other = package("c1");
    other.summary = "something else".into();
    assert!(matches!(
        &desk.handoff(&visitor, other)[0],
        VisitorEvent::Rejected { rejection } if rejection.code == RejectionCode::Conflict
    ));
}

#[test]
fn foreign_and_absent_conversations_look_alike() {
    let mut desk = Driver::default();
    let (visitor, mut thief) = (desk.visitor("c1"), desk.visitor("c2"));
    desk.handoff(&visitor, package("c1"));
    let absent = desk.raw_resume(&thief);
    thief.id = visitor.id.clone();
    assert_eq!(absent, desk.raw_resume(&thief));
}

#[test]
fn a_client_that_comes_back_gets_exactly_the_rest() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    for i in 1..=5 {
        desk.say(&visitor, &format!("m{i}"), "words");
    }
    desk.say(&visitor, "m3", "words");
    let seqs: Vec<_> = desk
        .resume(&visitor, 2)
        .into_iter()
        .filter_map(
            |e| if let VisitorEvent::Said { message } = e { Some(message.seq.0) } else { None },
        )
        .collect();
    assert_eq!(seqs, [3, 4, 5]);
}

#[test]
fn the_same_message_id_with_other_words_is_refused() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    desk.say(&visitor, "m1", "one");
    let say =
        VisitorCommand::Say { message: MessageId("m1".into()), text: "two".into(), crisis: false };
    assert!(matches!(
        &desk.visitor_says(&visitor, say)[0],
        VisitorEvent::Rejected { rejection } if rejection.code == RejectionCode::Conflict
    ));
}

#[test]
fn a_choice_is_confirmed_with_its_commitment_and_kept_or_renewed() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let error = desk.visitor_says(
        &visitor,
        VisitorCommand::ChooseFallback {
            fallback: FallbackChoice::Callback { phone: "soon".into() },
        },
    );
    assert!(matches!(
        &error[0],
        VisitorEvent::Rejected { rejection }
            if rejection.field.as_deref().unwrap().ends_with("callback.phone")
    ));
    let choice = FallbackChoice::Callback { phone: Text::new("+49 30 123456") };
    let VisitorEvent::Promised { commitment } =
        desk.visitor_says(&visitor, VisitorCommand::ChooseFallback { fallback: choice }).remove(0)
    else {
        panic!("promised");
    };
    assert_eq!(commitment.due - commitment.made_at, 2 * 60 * 60 * 1000);
    desk.pass(2 * 60 * 60 * 1000);
    assert!(
        desk.heard(
            &visitor,
            |e| matches!(e, VisitorEvent::Promised { commitment } if commitment.missed)
        ),
        "the visitor is told"
    );
    let maria = desk.agent("maria");
    desk.agent_says(&maria, AgentCommand::Fulfil { conversation: visitor.id.clone(), note: None });
    assert!(desk.heard(&visitor, |e| matches!(
        e,
        VisitorEvent::Closed { outcome: Outcome::Fulfilled, .. }
    )));
}

#[test]
fn a_wait_never_ends_in_silence() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    desk.pass(120_000);
    assert!(desk.heard(&visitor, |e| matches!(
        e,
        VisitorEvent::Queued { because: QueuedBecause::LongWait, choices, .. }
            if choices.len() == 2
    )));
    for _ in 0..20 {
        desk.pass(120_000);
    }
    assert!(desk.heard(&visitor, |e| matches!(
        e,
        VisitorEvent::Closed { outcome: Outcome::Unanswered, choices, .. } if choices.len() == 2
    )));
    let ticket = FallbackChoice::Ticket { email: "a@b.example".into() };
    assert!(matches!(
        &desk.visitor_says(&visitor, VisitorCommand::ChooseFallback { fallback: ticket })[0],
        VisitorEvent::Promised { .. }
    ));
}

#[test]
fn a_visitor_who_leaves_while_waiting_has_abandoned() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    desk.leave(visitor.peer);
    desk.pass(5 * 60_000);
    let again = desk.visitor("c1");
    assert!(
        desk.resume(&again, 0)
            .iter()
            .any(|e| matches!(e, VisitorEvent::Closed { outcome: Outcome::Abandoned, .. }))
    );
}

#[test]
fn skill_comes_before_free_capacity() {
    let mut desk = Driver::default();
    let (maria, jonas) = (desk.agent("maria"), desk.agent("jonas"));
    let mut billing = package("c1");
    billing.category = "billing".into();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, billing);
    assert!(
        desk.offer(&jonas).is_some() && desk.offer(&maria).is_none(),
        "only Jonas knows billing"
    );
}

#[test]
fn a_declined_offer_goes_on_and_comes_back_later() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let claim = desk.offer(&maria).unwrap();
    desk.agent_says(&maria, AgentCommand::Decline { conversation: visitor.id.clone(), claim });
    assert_eq!(desk.offer(&maria), None);
    desk.pass(60_000);
    assert_eq!(desk.offer(&maria), Some(claim.next()));
}

#[test]
fn a_new_link_ends_those_before_it_that_nobody_used() {
    let mut desk = Driver::default();
    for (agent, link) in [("maria", "lost"), ("maria", "maria"), ("jonas", "jonas")] {
        let link = Digest::of(format!("{link:0>32}"));
        desk.input(Input::Admit { agent: AgentId(agent.into()), link, until: desk.now + 1000 });
    }
    assert!(matches!(
        desk.sign_in("lost", "a cookie that is long enough at all"),
        AgentEvent::SignedOut {}
    ));
    assert!(matches!(
        desk.sign_in("maria", "marias cookie that is long enough"),
        AgentEvent::SignedIn { .. }
    ));
    assert!(
        matches!(
            desk.sign_in("jonas", "jonas' cookie that is long enough"),
            AgentEvent::SignedIn { .. }
        ),
        "another's link stands"
    );
}

#[test]
fn the_operator_ends_every_session_and_link_of_an_agent_at_once() {
    let mut desk = Driver::default();
    let (here, thief, jonas) = (desk.agent("maria"), desk.agent("maria"), desk.agent("jonas"));
    desk.input(Input::Admit {
        agent: here.id.clone(),
        link: Digest::of(format!("{:0>32}", "maria")),
        until: desk.now + 1000,
    });
    desk.input(Input::Revoke { agent: here.id.clone() });
    for session in [&here, &thief] {
        assert!(
            desk.agent_heard(session, |event| matches!(event, AgentEvent::SignedOut {})),
            "its console is told"
        );
        assert!(
            matches!(desk.agent_last(session, AgentCommand::Ping {}), AgentEvent::SignedOut {}),
            "its cookie opens nothing"
        );
    }
    assert!(
        matches!(
            desk.sign_in("maria", "another cookie that is long enough"),
            AgentEvent::SignedOut {}
        ),
        "nor does the link"
    );
    assert!(!matches!(desk.agent_last(&jonas, AgentCommand::Ping {}), AgentEvent::SignedOut {}));
    desk.agent("maria");
}

#[test]
fn a_link_opens_once() {
    let mut desk = Driver::default();
    desk.agent("maria");
    assert!(matches!(
        desk.sign_in("maria", "another cookie that is long enough"),
        AgentEvent::SignedOut {}
    ));
}

/// Offered, accepted and connected; the claim.
fn live(desk: &mut Driver, agent: &testkit::Agent, visitor: &testkit::Visitor) -> Claim {
    desk.handoff(visitor, package(&visitor.id.0));
    let claim = desk.offer(agent).expect("an offer");
    desk.agent_says(agent, AgentCommand::Accept { conversation: visitor.id.clone(), claim });
    desk.agent_says(agent, AgentCommand::Connect { conversation: visitor.id.clone(), claim });
    claim
}

#[test]
fn the_agent_may_ask_once_for_more_time_to_read() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let claim = desk.offer(&maria).unwrap();
    desk.agent_says(&maria, AgentCommand::Accept { conversation: visitor.id.clone(), claim });
    let extend = AgentCommand::ExtendReview { conversation: visitor.id.clone(), claim };
    let AgentEvent::Accepted { review_until: Some(until), may_extend: false, .. } =
        desk.agent_last(&maria, extend.clone())
    else {
        panic!("accepted")
    };
    assert_eq!(until, desk.now + 30_000);
    desk.agent_says(&maria, extend);
    desk.pass(29_000);
    assert!(!desk.heard(&visitor, |e| matches!(e, VisitorEvent::Connected { .. })));
    desk.pass(1_000);
    assert!(
        desk.heard(&visitor, |e| matches!(e, VisitorEvent::Connected { .. })),
        "once, and no longer"
    );
}

#[test]
fn a_transfer_is_offered_with_its_note_and_taken() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    let claim = live(&mut desk, &maria, &visitor);
    let jonas = desk.agent("jonas");
    let to = TransferTarget::Agent(AgentId("jonas".into()));
    let transfer = AgentCommand::Transfer {
        conversation: visitor.id.clone(),
        claim,
        to,
        note: "paid twice".into(),
    };
    assert!(matches!(
        desk.agent_last(&maria, transfer),
        AgentEvent::Transferring { to, .. } if to == "Jonas"
    ));
    assert!(desk.agent_heard(
        &jonas,
        |e| matches!(e, AgentEvent::Offered { note: Some(note), .. } if note.from == "Maria")
    ));
    // Until it is taken it is Maria's.
    let say = |id: &str, claim| AgentCommand::Say {
        conversation: visitor.id.clone(),
        claim,
        message: MessageId(id.into()),
        text: "words".into(),
    };
    assert!(matches!(desk.agent_last(&maria, say("m1", claim)), AgentEvent::Said { .. }));
    let taken = desk.offer(&jonas).unwrap();
    let accepted = desk.agent_last(
        &jonas,
        AgentCommand::Accept { conversation: visitor.id.clone(), claim: taken },
    );
    assert!(matches!(
        accepted,
        AgentEvent::Accepted { notes, messages, .. }
            if notes[0].text.reveal() == "paid twice" && messages.len() == 1
    ));
    assert!(desk.heard(
        &visitor,
        |e| matches!(e, VisitorEvent::Reviewing { agent, .. } if agent == "Jonas")
    ));
    assert!(desk.agent_heard(&maria, |e| matches!(
        e,
        AgentEvent::Withdrawn { because: WithdrawnBecause::Transferred, .. }
    )));
    assert!(matches!(
        desk.agent_last(&maria, say("m2", claim)),
        AgentEvent::Rejected { rejection } if rejection.code == RejectionCode::StaleClaim
    ));
    desk.agent_says(
        &jonas,
        AgentCommand::Connect { conversation: visitor.id.clone(), claim: taken },
    );
    assert!(
        desk.heard(
            &visitor,
            |e| matches!(e, VisitorEvent::Connected { agent } if agent == "Jonas")
        )
    );
}

#[test]
fn a_transfer_nobody_takes_stays_where_it_is() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    let claim = live(&mut desk, &maria, &visitor);
    let jonas = desk.agent("jonas");
    let transfer = |to| AgentCommand::Transfer {
        conversation: visitor.id.clone(),
        claim,
        to,
        note: "please".into(),
    };
    desk.agent_says(&maria, transfer(TransferTarget::Skill("billing".into())));
    let offered = desk.offer(&jonas).unwrap();
    desk.agent_says(
        &jonas,
        AgentCommand::Decline { conversation: visitor.id.clone(), claim: offered },
    );
    assert!(desk.agent_heard(&maria, |e| matches!(
        e,
        AgentEvent::TransferFailed { because: TransferFailure::Declined, .. }
    )));
    desk.pass(1_000);
    desk.agent_says(&maria, transfer(TransferTarget::Agent(AgentId("jonas".into()))));
    desk.pass(30_000);
    assert!(desk.agent_heard(&maria, |e| matches!(
        e,
        AgentEvent::TransferFailed { because: TransferFailure::Expired, .. }
    )));
    desk.agent_says(&maria, transfer(TransferTarget::Agent(AgentId("jonas".into()))));
    assert!(
        desk.agent_heard(&maria, |e| matches!(
            e,
            AgentEvent::TransferFailed { because: TransferFailure::NobodyFree, .. }
        )),
        "Jonas is away now"
    );
    assert!(matches!(
        desk.agent_last(&maria, transfer(TransferTarget::Skill("poetry".into()))),
        AgentEvent::Rejected { .. }
    ));
    let say = AgentCommand::Say {
        conversation: visitor.id.clone(),
        claim,
        message: MessageId("m1".into()),
        text: "still me".into(),
    };
    assert!(matches!(desk.agent_last(&maria, say), AgentEvent::Said { .. }));
}

#[test]
fn what_became_of_a_conversation_while_a_console_was_cut_off_is_told_when_it_asks() {
    let mut desk = Driver::default();
    let (maria, visitor) = (desk.agent("maria"), desk.visitor("c1"));
    let claim = live(&mut desk, &maria, &visitor);
    let check = |desk: &mut Driver, claim| {
        let conversation = visitor.id.clone();
        let mut told = desk.agent_says(&maria, AgentCommand::CheckHold { conversation, claim });
        told.retain(|event| !matches!(event, AgentEvent::Board { .. }));
        told
    };
    assert!(check(&mut desk, claim).is_empty(), "it stands as it stood");
    let jonas = desk.agent("jonas");
    desk.agent_says(&jonas, AgentCommand::TakeOver { conversation: visitor.id.clone() });
    let told = check(&mut desk, claim);
    assert!(
        matches!(
            &told[..],
            [AgentEvent::Withdrawn { claim: own, because: WithdrawnBecause::Elsewhere, .. }]
                if *own == claim
        ),
        "{told:?}"
    );
    desk.visitor_says(&visitor, VisitorCommand::Leave {});
    assert!(matches!(check(&mut desk, claim)[..], [AgentEvent::Closed { .. }]));
    desk.visitor_says(&visitor, VisitorCommand::Erase {});
    assert!(matches!(check(&mut desk, claim)[..], [AgentEvent::Gone { .. }]));
}

#[test]
fn a_supervisor_takes_over_and_others_may_not() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    let claim = live(&mut desk, &maria, &visitor);
    let jonas = desk.agent("jonas");
    let take = AgentCommand::TakeOver { conversation: visitor.id.clone() };
    let refused = desk.agent_last(&maria, take.clone());
    assert!(matches!(
        refused,
        AgentEvent::Rejected { rejection }
            if rejection.reason == Some(RejectionReason::SupervisorsOnly)
    ));
    let AgentEvent::Accepted { claim: taken, .. } = desk.agent_last(&jonas, take) else {
        panic!("accepted")
    };
    assert!(taken > claim);
    assert!(desk.agent_heard(&maria, |e| matches!(
        e,
        AgentEvent::Withdrawn { because: WithdrawnBecause::TakenOver, .. }
    )));
    desk.pass(15_000);
    assert!(
        desk.heard(
            &visitor,
            |e| matches!(e, VisitorEvent::Connected { agent } if agent == "Jonas")
        )
    );
}

#[test]
fn a_visitor_goes_back_from_a_promise_to_the_queue_and_may_reopen_what_was_closed() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let ticket = FallbackChoice::Ticket { email: "a@b.example".into() };
    desk.visitor_says(&visitor, VisitorCommand::ChooseFallback { fallback: ticket });
    let back = desk.visitor_says(&visitor, VisitorCommand::Rejoin {});
    assert!(matches!(back[0], VisitorEvent::Queued { because: QueuedBecause::Rejoined, .. }));
    let maria = desk.agent("maria");
    let claim = desk.offer(&maria).unwrap();
    desk.agent_says(&maria, AgentCommand::Accept { conversation: visitor.id.clone(), claim });
    desk.agent_says(&maria, AgentCommand::Connect { conversation: visitor.id.clone(), claim });
    let resolve = AgentCommand::Resolve {
        conversation: visitor.id.clone(),
        claim,
        outcome: Outcome::Resolved,
        reason: "done".into(),
    };
    desk.agent_says(&maria, resolve);
    desk.visitor_says(&visitor, VisitorCommand::Rejoin {});
    assert_eq!(desk.offers(&maria).len(), 2, "Maria, who knows them");
    assert_eq!(desk.bodies()[0]["state"]["offered"]["agent"], "maria");
    desk.visitor_says(&visitor, VisitorCommand::Leave {});
    desk.pass(60 * 60 * 1000);
    let late = desk.visitor_says(&visitor, VisitorCommand::Rejoin {});
    assert!(matches!(
        &late[0],
        VisitorEvent::Rejected { rejection } if rejection.code == RejectionCode::NotNow
    ));
}

#[test]
fn a_returning_visitor_goes_to_the_agent_who_knows_them_if_free_in_time() {
    let mut desk = Driver::default();
    let jonas = desk.agent("jonas");
    let account = |id: &str| {
        let mut package = package(id);
        package.profile.account = Some("C-1".into());
        package
    };
    let first = desk.visitor("c1");
    desk.handoff(&first, account("c1"));
    let claim = desk.offer(&jonas).unwrap();
    desk.agent_says(&jonas, AgentCommand::Accept { conversation: first.id.clone(), claim });
    desk.agent_says(&jonas, AgentCommand::Connect { conversation: first.id.clone(), claim });
    let resolve = AgentCommand::Resolve {
        conversation: first.id.clone(),
        claim,
        outcome: Outcome::Resolved,
        reason: "done".into(),
    };
    desk.agent_says(&jonas, resolve.clone());
    // Maria has more free places, and Jonas is busy for the moment.
    let busy = desk.visitor("c2");
    live(&mut desk, &jonas, &busy);
    let maria = desk.agent("maria");
    let again = desk.visitor("c3");
    desk.handoff(&again, account("c3"));
    desk.pass(59_000);
    assert!(desk.offers(&maria).is_empty(), "Jonas may be free soon");
    desk.pass(1_000);
    assert!(desk.offers(&maria).iter().any(|(id, _)| id == "c3"), "but not longer than a minute");
}

#[test]
fn the_visitors_language_is_asked_for_first_and_then_the_sites_fallback() {
    let mut desk = Driver::default();
    let (maria, jonas) = (desk.agent("maria"), desk.agent("jonas"));
    let german = |id: &str| ContextPackage { language: "de-AT".into(), ..package(id) };
    for id in ["c1", "c2", "c3"] {
        let visitor = desk.visitor(id);
        desk.handoff(&visitor, german(id));
    }
    for n in 1..=2 {
        let (id, claim) = desk.offers(&maria).pop().expect("an offer");
        assert_eq!(
            (desk.offers(&maria).len(), desk.offers(&jonas).len()),
            (n, 0),
            "only Maria speaks German, and one at a time"
        );
        desk.agent_says(&maria, AgentCommand::Accept { conversation: ConversationId(id), claim });
    }
    desk.pass(60_000);
    assert_eq!(desk.offers(&jonas).len(), 1, "after a minute English will do");
}

#[test]
fn a_skill_is_waited_for_only_so_long_and_where_nobody_has_it_the_choices_are_told_at_once() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let billing = ContextPackage { category: "billing".into(), ..package("c1") };
    let visitor = desk.visitor("c1");
    let queued = desk.handoff(&visitor, billing).remove(0);
    // Maria is there, so it would not be true that nobody is.
    assert!(matches!(
        queued,
        VisitorEvent::Queued {
            staffing: Staffing::Staffed, wait: None, is_long: true, choices, ..
        }
            if choices.len() == 2
    ));
    assert!(desk.offer(&maria).is_none());
    desk.pass(5 * 60_000);
    assert!(desk.offer(&maria).is_some(), "any person is better than none");
}

#[test]
fn where_nobody_is_there_who_was_asked_for_everybody_before_counts() {
    let mut desk = Driver::default();
    // Maria is there, and none of them asks for her.
    desk.agent("maria");
    let positions = ["en", "de", "pl", "fr"].map(|language| {
        let billing = ContextPackage {
            category: "billing".into(),
            language: language.into(),
            ..package(language)
        };
        let visitor = desk.visitor(language);
        match desk.handoff(&visitor, billing).remove(0) {
            VisitorEvent::Queued { position, .. } => position,
            other => panic!("{other:?}"),
        }
    });
    assert_eq!(positions, [1, 2, 3, 4]);
}

#[test]
fn a_quiet_conversation_is_warned_and_then_closed() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    live(&mut desk, &maria, &visitor);
    desk.pass(25 * 60_000);
    assert!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Closing { .. })));
    assert!(desk.agent_heard(&maria, |e| matches!(e, AgentEvent::Closing { .. })));
    desk.say(&visitor, "m1", "still here");
    desk.pass(10 * 60_000);
    assert!(!desk.heard(&visitor, |e| matches!(e, VisitorEvent::Closed { .. })));
    desk.pass(25 * 60_000);
    assert!(desk.heard(&visitor, |e| matches!(
        e,
        VisitorEvent::Closed { outcome: Outcome::Idle, reopen_until: Some(_), .. }
    )));
}

#[test]
fn agents_are_reminded_of_a_promise_and_told_when_it_is_missed() {
    let mut desk = Driver::default();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let choice = FallbackChoice::Callback { phone: Text::new("030 123456") };
    let promised =
        desk.visitor_says(&visitor, VisitorCommand::ChooseFallback { fallback: choice }).remove(0);
    assert!(
        matches!(
            promised,
            VisitorEvent::Promised { commitment } if commitment.to.reveal() == "+4930123456"
        ),
        "as dialled from anywhere"
    );
    let maria = desk.agent("maria");
    desk.pass(104 * 60_000);
    assert!(!desk.agent_heard(&maria, |e| matches!(e, AgentEvent::PromiseDue { .. })));
    desk.pass(60_000);
    assert!(desk.agent_heard(
        &maria,
        |e| matches!(e, AgentEvent::PromiseDue { promise } if !promise.commitment.missed)
    ));
    desk.pass(15 * 60_000);
    assert!(desk.agent_heard(
        &maria,
        |e| matches!(e, AgentEvent::PromiseDue { promise } if promise.commitment.missed)
    ));
}

#[test]
fn what_is_erased_is_gone_with_a_receipt() {
    let mut desk = Driver::default();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    let claim = live(&mut desk, &maria, &visitor);
    desk.say(&visitor, "m1", "my secret");
    let VisitorEvent::Erased { receipt } =
        desk.visitor_says(&visitor, VisitorCommand::Erase {}).pop().unwrap()
    else {
        panic!("erased")
    };
    assert_eq!(
        (receipt.messages, desk.states().len()),
        (2, 0),
        "the transcript's line and the message"
    );
    assert!(matches!(
        &desk.visitor_says(&visitor, VisitorCommand::Resume { after: Seq(0) })[0],
        VisitorEvent::Rejected { rejection } if rejection.code == RejectionCode::NotFound
    ));
    let say = AgentCommand::Say {
        conversation: visitor.id.clone(),
        claim,
        message: MessageId("m2".into()),
        text: "late".into(),
    };
    assert!(matches!(desk.agent_last(&maria, say), AgentEvent::Rejected { .. }));
    // Only a supervisor erases for somebody else.
    let other = desk.visitor("c2");
    desk.handoff(&other, package("c2"));
    let erase = AgentCommand::Erase { conversation: other.id.clone() };
    assert!(matches!(desk.agent_last(&maria, erase.clone()), AgentEvent::Rejected { .. }));
    let jonas = desk.agent("jonas");
    assert!(matches!(desk.agent_last(&jonas, erase), AgentEvent::Erased { .. }));
}
