//! The desk's promises, over a real SQLite and a virtual clock. After every input the desk is dropped and rebuilt from
//! storage, so each of these tests shows "rebuilt" as well.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod driver;

use driver::{Driver, package};
use protocol::{
    AgentCommand, AgentEvent, FallbackChoice, MessageId, Outcome, Priority, QueuedBecause, RejectionCode, Staffing, Text, VisitorCommand,
    VisitorEvent, WithdrawnBecause,
};

#[test]
fn a_handoff_is_queued_offered_reviewed_connected_and_resolved() {
    let mut desk = Driver::new();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    let events = desk.handoff(&visitor, package("c1"));
    assert!(matches!(&events[0], VisitorEvent::Queued { position: 1, staffing: Staffing::Staffed, because: QueuedBecause::Requested, .. }));
    let claim = desk.offer(&maria).expect("the offer comes at once");
    let AgentEvent::Accepted { card, .. } = desk.agent_last(&maria, AgentCommand::Accept { conversation: visitor.id.clone(), claim }) else {
        panic!("accepted");
    };
    assert_eq!(card.summary.reveal(), "c1 wants a refund for order 1234");
    assert!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Reviewing { agent, .. } if agent == "Maria")));
    assert!(!desk.heard(&visitor, |e| matches!(e, VisitorEvent::Connected { .. })), "not before Connect");
    desk.agent_says(&maria, AgentCommand::Connect { conversation: visitor.id.clone(), claim });
    assert!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Connected { agent } if agent == "Maria")));
    desk.say(&visitor, "m1", "hello");
    desk.agent_says(&maria, AgentCommand::Say { conversation: visitor.id.clone(), claim, message: MessageId("m2".into()), text: "hi".into() });
    assert!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Said { message } if message.seq == 2)));
    let resolve = AgentCommand::Resolve { conversation: visitor.id.clone(), claim, outcome: Outcome::Resolved, reason: "refunded".into() };
    desk.agent_says(&maria, resolve);
    assert!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Closed { outcome: Outcome::Resolved, may_rate: true, .. })));
    let rated = desk.visitor_says(&visitor, VisitorCommand::Rate { effort: Some(6), satisfaction: Some(5) });
    assert_eq!(rated, [VisitorEvent::Rated {}]);
}

#[test]
fn the_review_ends_by_itself() {
    let mut desk = Driver::new();
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
    let mut desk = Driver::new();
    let (maria, jonas) = (desk.agent("maria"), desk.agent("jonas"));
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let (first, second) = if desk.offer(&maria).is_some() { (&maria, &jonas) } else { (&jonas, &maria) };
    desk.pass(30_000);
    assert!(desk.agent_heard(first, |e| matches!(e, AgentEvent::Withdrawn { because: WithdrawnBecause::Expired, .. })));
    assert!(desk.offer(second).is_some());
    desk.pass(30_000);
    desk.pass(30_000);
    let VisitorEvent::Queued { staffing, choices, .. } = desk.resume(&visitor, 0).remove(0) else { panic!("queued") };
    assert_eq!((staffing, choices.len()), (Staffing::NobodyHere, 2), "never a dead end");
}

#[test]
fn an_agent_who_vanishes_gives_the_visitor_back_to_the_head() {
    let mut desk = Driver::new();
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
    desk.pass(20_000);
    assert!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Queued { position: 1, because: QueuedBecause::AgentLeft, .. })));
    let maria = desk.agent("maria");
    let offers = desk.offers(&maria);
    assert_eq!(offers.first(), Some(&("c1".to_owned(), 2)), "c1 first, under a new claim");
    let stale = AgentCommand::Say { conversation: visitor.id.clone(), claim, message: MessageId("m9".into()), text: "late".into() };
    assert!(matches!(desk.agent_last(&maria, stale), AgentEvent::Rejected { rejection } if rejection.code == RejectionCode::StaleClaim));
}

#[test]
fn a_handoff_posted_twice_gets_the_same_answer_and_with_another_body_is_refused() {
    let mut desk = Driver::new();
    let visitor = desk.visitor("c1");
    let first = desk.handoff(&visitor, package("c1"));
    assert_eq!(first[0], desk.handoff(&visitor, package("c1"))[0]);
    let mut other = package("c1");
    other.summary = "something else".into();
    assert!(matches!(&desk.handoff(&visitor, other)[0], VisitorEvent::Rejected { rejection } if rejection.code == RejectionCode::Conflict));
}

#[test]
fn foreign_and_absent_conversations_look_alike() {
    let mut desk = Driver::new();
    let (visitor, mut thief) = (desk.visitor("c1"), desk.visitor("c2"));
    desk.handoff(&visitor, package("c1"));
    let absent = desk.raw_resume(&thief);
    thief.id = visitor.id.clone();
    assert_eq!(absent, desk.raw_resume(&thief));
}

#[test]
fn a_client_that_comes_back_gets_exactly_the_rest() {
    let mut desk = Driver::new();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    for i in 1..=5 {
        desk.say(&visitor, &format!("m{i}"), "words");
    }
    desk.say(&visitor, "m3", "words");
    let seqs: Vec<_> =
        desk.resume(&visitor, 2).into_iter().filter_map(|e| if let VisitorEvent::Said { message } = e { Some(message.seq) } else { None }).collect();
    assert_eq!(seqs, [3, 4, 5]);
}

#[test]
fn the_same_message_id_with_other_words_is_refused() {
    let mut desk = Driver::new();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    desk.say(&visitor, "m1", "one");
    let say = VisitorCommand::Say { message: MessageId("m1".into()), text: "two".into() };
    assert!(matches!(&desk.visitor_says(&visitor, say)[0], VisitorEvent::Rejected { rejection } if rejection.code == RejectionCode::Conflict));
}

#[test]
fn a_choice_is_confirmed_with_its_commitment_and_kept_or_renewed() {
    let mut desk = Driver::new();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let wrong = desk.visitor_says(&visitor, VisitorCommand::ChooseFallback { fallback: FallbackChoice::Callback { phone: "soon".into() } });
    assert!(matches!(&wrong[0], VisitorEvent::Rejected { rejection } if rejection.field.as_deref().unwrap().ends_with("callback.phone")));
    let choice = FallbackChoice::Callback { phone: Text::new("+49 30 123456") };
    let VisitorEvent::Promised { commitment } = desk.visitor_says(&visitor, VisitorCommand::ChooseFallback { fallback: choice }).remove(0) else {
        panic!("promised");
    };
    assert_eq!(commitment.due - commitment.made_at, 2 * 60 * 60 * 1000);
    desk.pass(2 * 60 * 60 * 1000);
    assert!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Promised { commitment } if commitment.missed)), "the visitor is told");
    let maria = desk.agent("maria");
    desk.agent_says(&maria, AgentCommand::Fulfil { conversation: visitor.id.clone() });
    assert!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Closed { outcome: Outcome::Fulfilled, .. })));
}

#[test]
fn a_wait_never_ends_in_silence() {
    let mut desk = Driver::new();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    desk.pass(120_000);
    assert!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Queued { because: QueuedBecause::LongWait, choices, .. } if choices.len() == 2)));
    for _ in 0..20 {
        desk.pass(120_000);
    }
    assert!(desk.heard(&visitor, |e| matches!(e, VisitorEvent::Closed { outcome: Outcome::Unanswered, choices, .. } if choices.len() == 2)));
    let ticket = FallbackChoice::Ticket { email: "a@b.example".into() };
    assert!(matches!(&desk.visitor_says(&visitor, VisitorCommand::ChooseFallback { fallback: ticket })[0], VisitorEvent::Promised { .. }));
}

#[test]
fn a_visitor_who_leaves_while_waiting_has_abandoned() {
    let mut desk = Driver::new();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    desk.leave(visitor.peer);
    desk.pass(5 * 60_000);
    let again = desk.visitor("c1");
    assert!(desk.resume(&again, 0).iter().any(|e| matches!(e, VisitorEvent::Closed { outcome: Outcome::Abandoned, .. })));
}

#[test]
fn skill_comes_before_free_capacity() {
    let mut desk = Driver::new();
    let (maria, jonas) = (desk.agent("maria"), desk.agent("jonas"));
    let mut billing = package("c1");
    billing.category = "billing".into();
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, billing);
    assert!(desk.offer(&jonas).is_some() && desk.offer(&maria).is_none(), "only Jonas knows billing");
}

#[test]
fn a_declined_offer_goes_on_and_comes_back_later() {
    let mut desk = Driver::new();
    let maria = desk.agent("maria");
    let visitor = desk.visitor("c1");
    desk.handoff(&visitor, package("c1"));
    let claim = desk.offer(&maria).unwrap();
    desk.agent_says(&maria, AgentCommand::Decline { conversation: visitor.id.clone(), claim });
    assert_eq!(desk.offer(&maria), None);
    desk.pass(60_000);
    assert_eq!(desk.offer(&maria), Some(claim + 1));
}

#[test]
fn a_link_opens_once() {
    let mut desk = Driver::new();
    desk.agent("maria");
    assert!(matches!(desk.sign_in("maria", "another cookie that is long enough"), AgentEvent::SignedOut {}));
}
