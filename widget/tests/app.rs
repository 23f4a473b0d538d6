//! The app without a browser: events in, commands and a thread out.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod common;

use common::{app, base, fresh, last, say, with_answers};
use protocol::*;
use widget::{
    answers::Entry,
    app::{App, Command, Event, Press},
    delivery::{Answer, Delay},
    thread::{Ask, Mark, Stage, UnsentKind},
};

/// Through the button, with what is asked for.
fn hand_over(app: &mut App) {
    app.update(&fresh(), Event::Pressed(Press::Human));
    say(app, "it is about a return");
    say(app, "Kim");
}

#[test]
fn the_button_asks_what_it_is_about_then_for_a_name_and_hands_over() {
    let mut app = with_answers();
    app.update(&fresh(), Event::Pressed(Press::Human));
    assert!(matches!(
        &app.thread.stage,
        Stage::Asking { missing, .. } if *missing == [Ask::Issue, Ask::Name]
    ));
    app.update(&fresh(), Event::Pressed(Press::Category("returns".into())));
    let commands = say(&mut app, "Kim");
    assert!(commands.contains(&Command::Deliver) && commands.contains(&Command::Save));
    assert_eq!(app.thread.unsent[0].kind, UnsentKind::Handoff);
    let sent: VisitorCommand = serde_json::from_str(&app.thread.unsent[0].command).unwrap();
    let VisitorCommand::RequestHandoff { package } = sent else { panic!("a handoff") };
    assert_eq!(package.profile.name.unwrap().reveal(), "Kim");
    assert_eq!(package.category, "returns");
}

#[test]
fn an_e_mail_address_is_asked_for_where_the_site_says_so_and_a_wrong_one_is_told() {
    let mut app = with_answers();
    app.settings.rules.rule[0].require = vec![Field::Email];
    app.update(&fresh(), Event::Pressed(Press::Human));
    app.update(&fresh(), Event::Pressed(Press::Category("returns".into())));
    say(&mut app, "later");
    assert!(app.error.is_some() && app.thread.unsent.is_empty() && !app.may_skip());
    say(&mut app, "kim@example.org");
    assert!(app.error.is_none() && app.may_skip());
    app.update(&fresh(), Event::Pressed(Press::Skip));
    let VisitorCommand::RequestHandoff { package }: VisitorCommand =
        serde_json::from_str(&app.thread.unsent[0].command).unwrap()
    else {
        panic!("a handoff")
    };
    assert_eq!(package.profile.email.unwrap().reveal(), "kim@example.org");
}

#[test]
fn nothing_goes_to_the_desk_before_a_handoff() {
    let mut app = with_answers();
    for text in ["How do I return an item?", "no", "what does shipping cost", "yes", "thanks"] {
        let commands = say(&mut app, text);
        assert!(
            !commands.iter().any(|command| matches!(
                command,
                Command::Deliver | Command::Send(_) | Command::OpenSocket
            )),
            "{text}"
        );
    }
    assert!(app.thread.unsent.is_empty());
}

#[test]
fn what_the_bot_offered_and_how_it_ended_is_recorded() {
    let mut app = with_answers();
    say(&mut app, "I want to return my item");
    assert_eq!(last(&app), "Exchange it?");
    say(&mut app, "no");
    assert_eq!(last(&app), "No exchange then.");
    assert_eq!(app.thread.actions[0].what.reveal(), "offered exchange");
    assert_eq!(app.thread.actions[0].outcome, ActionOutcome::Declined);
}

#[test]
fn a_yes_in_words_to_a_person_is_a_yes() {
    let mut app = with_answers();
    say(&mut app, "does the moon influence wholesale in Peru");
    assert!(last(&app).contains("not sure enough"));
    say(&mut app, "yes please");
    assert!(matches!(app.thread.stage, Stage::Asking { .. }));
}

#[test]
fn a_site_without_answers_offers_a_person() {
    let mut app = app();
    app.update(&fresh(), Event::AnswersLoaded(Vec::new()));
    say(&mut app, "what does shipping cost");
    assert!(last(&app).contains("not sure enough"));
}

#[test]
fn the_summary_is_never_the_raw_message() {
    let mut app = with_answers();
    say(&mut app, "I was charged €120 twice for order FT-20418");
    app.update(&fresh(), Event::Pressed(Press::Category("returns".into())));
    say(&mut app, "Kim");
    let VisitorCommand::RequestHandoff { package }: VisitorCommand =
        serde_json::from_str(&app.thread.unsent[0].command).unwrap()
    else {
        panic!("a handoff")
    };
    assert_eq!(
        package.summary.reveal(),
        "Kim wants to dispute a charge of €120 for order FT-20418 (urgent)."
    );
    assert_eq!(package.escalation.priority, Priority::High);
    assert!(package.highlights.contains(&0));
}

#[test]
fn what_is_not_acknowledged_is_kept_and_what_is_is_marked() {
    let mut app = with_answers();
    hand_over(&mut app);
    let conversation = app.thread.conversation.clone();
    app.update(&fresh(), Event::Answered(conversation, Answer::default()));
    assert_eq!(app.thread.unsent.len(), 1);
    app.update(&fresh(), Event::Desk(VisitorEvent::Connected { agent: "Maria".into() }));
    assert!(app.thread.unsent.is_empty(), "any state acknowledges the handoff");
    say(&mut app, "hello");
    let line = app.thread.lines.last().unwrap().clone();
    assert_eq!((line.mark, app.thread.unsent.len()), (Mark::Sending, 1));
    let message = Message {
        seq: Seq(1),
        id: line.id.unwrap(),
        author: Author::Visitor,
        by: None,
        at: 1,
        text: "hello".into(),
    };
    app.update(&fresh(), Event::Desk(VisitorEvent::Said { message }));
    assert_eq!((app.thread.lines.last().unwrap().mark, app.thread.unsent.len()), (Mark::Sent, 0));
}

#[test]
fn a_gap_in_the_numbers_is_asked_for() {
    let mut app = with_answers();
    hand_over(&mut app);
    let message = |seq| Message {
        seq: Seq(seq),
        id: MessageId(format!("a{seq}")),
        author: Author::Agent,
        by: None,
        at: 1,
        text: "words".into(),
    };
    app.update(&fresh(), Event::Desk(VisitorEvent::Said { message: message(1) }));
    let commands = app.update(&fresh(), Event::Desk(VisitorEvent::Said { message: message(3) }));
    assert!(commands.contains(&Command::Send(VisitorCommand::Resume { after: Seq(1) })));
}

#[test]
fn a_try_that_failed_by_the_button_still_counts_after_a_reload() {
    let play = |reloads: bool| {
        let mut app = app();
        let entries: Vec<Entry> = serde_json::from_str(
            r#"[{"question":"The app crashes with an error","answer":"Restart it."}]"#,
        )
        .unwrap();
        app.update(&fresh(), Event::AnswersLoaded(entries));
        say(&mut app, "the app crashes with an error");
        app.update(&fresh(), Event::Pressed(Press::Yes(false)));
        if reloads {
            let mut again = self::app();
            again.thread = app.thread.clone();
            again.update(&fresh(), Event::BaseLoaded(Some(Box::new(base()))));
            app = again;
        }
        say(&mut app, "I reinstalled the app and the same error comes");
        app.thread.stage
    };
    assert!(matches!(play(false), Stage::Asking { .. }), "{:?}", play(false));
    assert_eq!(play(true), play(false));
}

fn queued(wait: Option<WaitEstimate>, is_long: bool, because: QueuedBecause) -> Event {
    let choices = vec![FallbackOption { kind: FallbackKind::Callback, from: 0, due: 0 }];
    Event::Desk(VisitorEvent::Queued {
        position: 3,
        wait,
        staffing: Staffing::Staffed,
        choices,
        because,
        is_long,
    })
}

#[test]
fn the_wait_is_told_as_a_range_that_a_person_understands() {
    let mut told = Vec::new();
    for (from_seconds, to_seconds) in [(5, 50), (30, 170), (130, 290)] {
        let mut app = app();
        hand_over(&mut app);
        let wait = Some(WaitEstimate { from_seconds, to_seconds, coverage_percent: 80 });
        app.update(&fresh(), queued(wait, to_seconds > 120, QueuedBecause::Requested));
        told.push(last(&app).to_owned());
    }
    assert!(
        told[0].ends_with("You are number 3. It should take less than a minute."),
        "{}",
        told[0]
    );
    assert!(
        told[1].contains("It should take less than 3 minutes. You need not wait here"),
        "{}",
        told[1]
    );
    assert!(
        told[2].contains("The wait is about 2 to 5 minutes. You need not wait here"),
        "{}",
        told[2]
    );
}

#[test]
fn a_wait_that_grows_long_is_admitted_once() {
    let mut app = app();
    hand_over(&mut app);
    app.update(&fresh(), queued(None, false, QueuedBecause::Requested));
    let lines = app.thread.lines.len();
    app.update(&fresh(), queued(None, false, QueuedBecause::Moved));
    assert_eq!(app.thread.lines.len(), lines, "a move alone is shown above, not said");
    app.update(&fresh(), queued(None, true, QueuedBecause::Moved));
    app.update(&fresh(), queued(None, true, QueuedBecause::Moved));
    assert_eq!(app.thread.lines.len(), lines + 1);
}

#[test]
fn from_a_promise_back_to_the_queue_and_in_the_end_deleted() {
    let mut app = app();
    hand_over(&mut app);
    app.update(&fresh(), Event::Pressed(Press::Rejoin));
    assert!(app.thread.unsent.iter().any(|unsent| unsent.kind == UnsentKind::Rejoin));
    app.update(&fresh(), queued(None, false, QueuedBecause::Rejoined));
    assert!(
        !app.thread.unsent.iter().any(|unsent| unsent.kind == UnsentKind::Rejoin),
        "the queue's answer acknowledges it"
    );
    app.update(&fresh(), Event::Pressed(Press::Erase));
    app.update(&fresh(), Event::Pressed(Press::Yes(false)));
    assert!(
        !app.thread.unsent.iter().any(|unsent| unsent.kind == UnsentKind::Erase),
        "only after a yes"
    );
    app.update(&fresh(), Event::Pressed(Press::Erase));
    app.update(&fresh(), Event::Pressed(Press::Yes(true)));
    let receipt = Receipt { conversation: app.thread.conversation.clone(), at: 0, messages: 7 };
    app.update(&fresh(), Event::Desk(VisitorEvent::Erased { receipt }));
    assert_eq!(app.thread.lines.len(), 1, "nothing of it is left here either");
    assert!(app.thread.unsent.is_empty() && app.thread.stage == Stage::Bot);
}

#[test]
fn what_the_desk_refuses_for_now_is_kept_said_to_be_so_and_sent_again() {
    let mut app = app();
    hand_over(&mut app);
    let rejection =
        Rejection::new(RejectionCode::SlowDown, "too many handoffs from this network").limit(60);
    let commands = app.update(&fresh(), Event::Desk(VisitorEvent::Rejected { rejection }));
    assert!(commands.contains(&Command::Deliver));
    assert_eq!(app.thread.unsent[0].kind, UnsentKind::Handoff, "the handoff is kept");
    assert_eq!(app.delay, Some(Delay::Busy), "and the visitor is told");
    app.update(&fresh(), queued(None, false, QueuedBecause::Requested));
    assert!(app.delay.is_none() && app.thread.unsent.is_empty());
}

/// What stands in the panel once it is open and the site's answers have come.
fn greeting(settings: impl FnOnce(&mut WidgetSettings), entries: &str) -> String {
    let mut app = app();
    settings(&mut app.settings);
    app.update(&fresh(), Event::Opened { human: false });
    assert!(app.thread.lines.is_empty(), "it waits until it is known whether there are answers");
    app.update(&fresh(), Event::AnswersLoaded(serde_json::from_str(entries).unwrap()));
    last(&app).to_owned()
}

const ONE_ENTRY: &str = r#"[{"question":"What does shipping cost?","answer":"€3.90."}]"#;

#[test]
fn the_greeting_promises_answers_only_where_there_are_some_and_people_only_while_they_are_there() {
    let now = fresh().now;
    let hours = |from_now: i64| (now as i64 + from_now * 3_600_000) as Millis;
    assert_eq!(greeting(|_| {}, ONE_ENTRY), "Hello! Ask me anything. A person is one click away.");
    assert_eq!(greeting(|_| {}, "[]"), "Hello! A person is one click away.");
    let open = vec![(hours(-1), hours(1))];
    assert_eq!(greeting(|own| own.open = Some(open), "[]"), "Hello! A person is one click away.");
    // It is Tuesday, 19:06 in UTC.
    let monday = vec![(hours(6 * 24), hours(6 * 24 + 1))];
    let told = greeting(|own| own.open = Some(monday.clone()), ONE_ENTRY);
    let nobody = greeting(|own| own.open = Some(Vec::new()), "[]");
    assert!(
        told.starts_with("Hello! Ask me anything. Our team is back on ")
            && told.ends_with(", your time."),
        "{told}"
    );
    assert!(
        told.chars().filter(char::is_ascii_digit).count() >= 4,
        "from six days on with a date: {told}"
    );
    assert_eq!(nobody, "Hello! Our team is away at the moment.");
    let own_words = |own: &mut WidgetSettings| {
        own.greeting =
            Greeting { bot: Some("Moss".into()), open: Some("Good day.".into()), closed: None };
        own.open = Some(monday);
    };
    let told = greeting(own_words, "[]");
    assert!(
        told.starts_with("Hello! I am Moss. Our team is back"),
        "what is said while open is not said at night: {told}"
    );
    assert_eq!(greeting(|own| own.greeting.open = Some("Good day.".into()), "[]"), "Good day.");
}

#[test]
fn answers_that_are_slow_keep_nobody_waiting_and_are_used_when_they_come() {
    let mut app = app();
    say(&mut app, "what does shipping cost");
    app.update(&fresh(), Event::AnswersLate);
    assert!(last(&app).contains("not sure enough"), "{}", last(&app));
    let mut app = common::app();
    app.update(&fresh(), Event::Opened { human: false });
    app.update(&fresh(), Event::AnswersLate);
    assert_eq!(last(&app), "Hello! A person is one click away.");
    app.update(&fresh(), Event::AnswersLoaded(serde_json::from_str(ONE_ENTRY).unwrap()));
    say(&mut app, "what does shipping cost");
    assert_eq!(last(&app), "€3.90.");
    let lines = app.thread.lines.len();
    app.update(&fresh(), Event::AnswersLate);
    say(&mut app, "what does shipping cost");
    assert!(last(&app) == "€3.90." && app.thread.lines.len() > lines, "late is not gone");
}

#[test]
fn who_asks_for_a_person_at_once_waits_for_no_answers() {
    let mut app = app();
    app.update(&fresh(), Event::Opened { human: true });
    assert_eq!(app.thread.lines[0].text.reveal(), "Hello! A person is one click away.");
    app.update(&fresh(), Event::AnswersLoaded(Vec::new()));
    assert_eq!(
        app.thread.lines.iter().filter(|line| line.text.reveal().starts_with("Hello!")).count(),
        1
    );
}

#[test]
fn who_was_cut_off_while_the_agent_left_is_told_so_when_they_are_back() {
    let mut app = with_answers();
    hand_over(&mut app);
    app.update(&fresh(), Event::Desk(VisitorEvent::Connected { agent: "Maria".into() }));
    app.update(&fresh(), queued(None, false, QueuedBecause::Moved));
    assert!(last(&app).contains("no longer there"), "{}", last(&app));
    let lines = app.thread.lines.len();
    app.update(&fresh(), queued(None, false, QueuedBecause::Moved));
    assert_eq!(app.thread.lines.len(), lines, "once");
}
