//! What the bot asks and hears: no word is lost, none is taken for something else.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod common;

use common::{app, error, fresh, last, say, with_answers};
use protocol::*;
use widget::{
    app::{App, Command, Event, Fresh, Press, Try},
    delivery::Answer,
    thread::{Question, Stage, UnsentKind},
};

fn press(app: &mut App, press: Press) -> Vec<Command> {
    app.update(&fresh(), Event::Pressed(press))
}

/// The package that was handed over.
fn package(app: &App) -> ContextPackage {
    let unsent = app
        .thread
        .unsent
        .iter()
        .find(|unsent| unsent.kind == UnsentKind::Handoff)
        .expect("a handoff");
    match serde_json::from_str::<VisitorCommand>(&unsent.command).unwrap() {
        VisitorCommand::RequestHandoff { package } => *package,
        _ => panic!("a handoff"),
    }
}

fn transcript(package: &ContextPackage) -> String {
    package.transcript.iter().map(|line| line.text.reveal()).collect::<Vec<_>>().join("\n")
}

/// What goes to the desk as the visitor's messages.
fn messages(app: &App) -> Vec<String> {
    let commands = app
        .thread
        .unsent
        .iter()
        .map(|unsent| -> VisitorCommand { serde_json::from_str(&unsent.command).unwrap() });
    let said = commands.filter_map(|command| match command {
        VisitorCommand::Say { text, .. } => Some(text.reveal().to_owned()),
        _ => None,
    });
    said.collect()
}

fn queued() -> Event {
    Event::Desk(placed(Staffing::NobodyHere))
}

fn placed(staffing: Staffing) -> VisitorEvent {
    let choices = [FallbackKind::Callback, FallbackKind::Ticket].map(|kind| FallbackOption {
        kind,
        from: 0,
        due: 0,
    });
    VisitorEvent::Queued {
        position: 1,
        wait: None,
        staffing,
        choices: choices.to_vec(),
        because: QueuedBecause::Requested,
        is_long: false,
    }
}

fn closed(app: &App, outcome: Outcome) -> Event {
    let reopen_until = Some(app.thread.lines.last().map_or(0, |line| line.at) + 1000);
    Event::Desk(VisitorEvent::Closed {
        outcome,
        may_rate: false,
        choices: Vec::new(),
        reopen_until,
    })
}

/// In the queue, with nothing said but a name.
fn waiting() -> App {
    let mut app = app();
    press(&mut app, Press::Human);
    press(&mut app, Press::Skip);
    say(&mut app, "Kim");
    app.update(&fresh(), queued());
    app
}

#[test]
fn what_is_no_name_is_kept_as_what_was_said_and_is_read() {
    for words in [
        "my order FT-99 has not arrived, where is it?",
        "operator",
        "you violate GDPR, delete my data",
        "it was charged twice, 240 euros",
    ] {
        let mut app = with_answers();
        press(&mut app, Press::Human);
        press(&mut app, Press::Category("returns".into()));
        say(&mut app, words);
        assert!(last(&app).contains("what may we call you"), "asked once more");
        say(&mut app, "no");
        let package = package(&app);
        assert_eq!(package.profile.name, None, "{words}");
        assert!(
            package.summary.reveal().starts_with("The visitor wants to"),
            "{}",
            package.summary.reveal()
        );
        assert!(transcript(&package).contains(words));
        let line =
            package.transcript.iter().position(|line| line.text.reveal() == words).unwrap() as u32;
        assert!(package.highlights.contains(&line), "{words}: {:?}", package.highlights);
    }
}

#[test]
fn words_beside_a_question_count_for_the_summary_and_the_priority() {
    let mut app = with_answers();
    press(&mut app, Press::Human);
    press(&mut app, Press::Skip);
    say(&mut app, "I was charged twice, I want 240 euros back");
    say(&mut app, "My name is Kim");
    let package = package(&app);
    assert!(package.summary.reveal().starts_with("Kim wants to "), "{}", package.summary.reveal());
    assert!(
        package.summary.reveal().contains("€240") && !package.summary.reveal().contains("calm"),
        "{}",
        package.summary.reveal()
    );
    assert_eq!(package.escalation.priority, Priority::High);
    let said = transcript(&package);
    for signal in &package.escalation.signals {
        assert!(
            signal.evidence.as_ref().is_none_or(|quote| said.contains(quote.reveal())),
            "evidence is a quotation"
        );
    }
}

#[test]
fn a_name_of_common_words_or_of_a_letter_is_a_name() {
    for (said, name) in [
        (&["Late Lou"][..], Some("Late Lou")),
        (&["X"], Some("X")),
        (&["Lost Pot"], None),
        (&["Operator"], None),
        (&["Live Agent"], None),
        (&["Customer Service"], None),
        (&["live agent", "live agent"], None),
        (&["N"], None),
        (&["no", "no"], None),
        // Who is asked again and says the same means it.
        (&["sunny late", "sunny late"], Some("sunny late")),
    ] {
        let mut app = with_answers();
        say(&mut app, "an agent please, I want to return a fern");
        said.iter().for_each(|words| drop(say(&mut app, words)));
        let own = app.thread.profile.name.as_ref().map(|name| name.reveal());
        assert_eq!(own, name, "{said:?}");
    }
}

#[test]
fn who_declines_to_give_a_name_is_not_asked_again() {
    let mut app = with_answers();
    say(&mut app, "let me talk to a person about my broken fern");
    press(&mut app, Press::Skip);
    say(&mut app, "I'd rather not say");
    assert!(transcript(&package(&app)).contains("I'd rather not say"));
}

#[test]
fn what_it_is_about_is_asked_first_and_only_if_nobody_said_it() {
    let mut app = app();
    say(&mut app, "I want to talk to a human");
    assert!(last(&app).contains("What is it about?") && app.may_skip());
    let mut app = common::app();
    say(&mut app, "I want a person, my cardigan has a hole");
    assert!(last(&app).contains("Which of these"), "{}", last(&app));
    let mut app = common::app();
    say(&mut app, "an agent please, I want to return a fern");
    assert!(last(&app).contains("What is your name?"), "{}", last(&app));
}

#[test]
fn a_site_that_requires_a_name_takes_no_skip_and_still_lets_people_through() {
    let mut app = app();
    app.settings.rules.rule[0].require = vec![Field::Name];
    say(&mut app, "an agent please, I want to return a fern");
    assert!(!app.may_skip());
    for words in ["no", "none of your business"] {
        say(&mut app, words);
    }
    assert_eq!(package(&app).profile.name, None);
}

#[test]
fn what_is_known_is_not_asked() {
    let mut app = app();
    app.settings.rules.rule[0].require = vec![Field::Name, Field::Email];
    let profile = Profile { name: Some("Kim".into()), ..Profile::default() };
    app.update(&fresh(), Event::Identified(profile));
    say(&mut app, "Mail me at kim@example.org. I want a person for my return.");
    assert_eq!(package(&app).profile.email, Some("kim@example.org".into()));
    app.update(&fresh(), queued());
    press(&mut app, Press::Fallback(FallbackKind::Ticket));
    assert_eq!(app.known_contact().as_deref(), Some("kim@example.org"));
    press(&mut app, Press::Known);
    assert!(
        app.thread.unsent.iter().any(|unsent| unsent.kind == UnsentKind::Fallback
            && unsent.command.contains("kim@example.org"))
    );
}

#[test]
fn a_promise_is_never_without_its_matter() {
    let mut app = waiting();
    assert!(
        !app.thread.lines.iter().any(|line| line.text.reveal().contains("need not repeat")),
        "nothing was said"
    );
    press(&mut app, Press::Fallback(FallbackKind::Callback));
    assert!(last(&app).contains("What is it about?"));
    say(&mut app, "my fern arrived broken");
    assert_eq!(app.thread.question, Some(Question::Phone));
    assert_eq!(messages(&app), ["my fern arrived broken"]);
}

#[test]
fn what_is_written_while_a_number_is_asked_for_reaches_people() {
    let mut app = waiting();
    press(&mut app, Press::Fallback(FallbackKind::Callback));
    press(&mut app, Press::Skip);
    say(&mut app, "wait, can you call me tomorrow morning instead?");
    assert_eq!(messages(&app), ["wait, can you call me tomorrow morning instead?"]);
    assert_eq!(app.thread.question, Some(Question::Phone), "the question stays");
    assert!(error(&app).contains("write a telephone number"));
    say(&mut app, "ring 0170 1234567 after five");
    assert_eq!(messages(&app)[1], "ring 0170 1234567 after five");
    assert!(
        app.thread.unsent.iter().any(|unsent| unsent.command.contains(r#""phone":"0170 1234567""#))
    );
    say(&mut app, "12");
    assert!(error(&app).contains("cannot be called"), "in the widget's own words");
}

#[test]
fn words_beside_a_number_reach_people_also_when_nobody_had_answered() {
    let mut app = waiting();
    let ended = closed(&app, Outcome::Unanswered);
    app.update(&fresh(), ended);
    press(&mut app, Press::Fallback(FallbackKind::Callback));
    press(&mut app, Press::Skip);
    say(&mut app, "tomorrow morning would be best");
    assert_eq!(messages(&app), ["tomorrow morning would be best"]);
    assert!(
        app.thread.unsent.iter().any(|unsent| unsent.kind == UnsentKind::Rejoin)
            && app.thread.question == Some(Question::Phone)
    );
}

#[test]
fn a_crisis_goes_to_a_person_at_once_whatever_was_asked() {
    for before in [
        vec![],
        vec!["let me talk to a human"],
        vec!["let me talk to a human", "my fern is broken"],
    ] {
        let mut app = with_answers();
        app.settings.crisis = Some("You matter. Call 116 123.".into());
        before.iter().for_each(|words| drop(say(&mut app, words)));
        say(&mut app, "i want to kill myself");
        assert_eq!(app.thread.stage, Stage::HandingOff, "nothing is asked first");
        let package = package(&app);
        assert_eq!(
            (package.escalation.priority, package.escalation.trigger),
            (Priority::High, Trigger::Topic)
        );
        assert!(
            transcript(&package).contains("i want to kill myself")
                && transcript(&package).contains("Call 116 123")
        );
        assert!(package.summary.reveal().contains("crisis"), "{}", package.summary.reveal());
    }
    // At the desk, in the middle of another question.
    let mut app = waiting();
    press(&mut app, Press::Fallback(FallbackKind::Callback));
    say(&mut app, "no call will help, i want to die");
    assert_eq!(messages(&app), ["no call will help, i want to die"]);
    let says_so = |app: &App| {
        matches!(
            serde_json::from_str::<VisitorCommand>(&app.thread.unsent.last().unwrap().command),
            Ok(VisitorCommand::Say { crisis: true, .. })
        )
    };
    assert!(says_so(&app), "the desk hears how urgent it is");
    assert!(said_since(&app, 0).contains("findahelpline.com") && app.thread.question.is_none());
    say(&mut app, "my fern is broken");
    assert!(!says_so(&app));
}

#[test]
fn a_question_about_another_model_is_answered_by_no_guess() {
    let mut app = app();
    let entries = r#"[{"question":"Is model 100 in stock?","answer":"Model 100 is in stock."},
                      {"question":"Who are you?","answer":"A small shop."}]"#;
    app.update(&fresh(), Event::AnswersLoaded(serde_json::from_str(entries).unwrap()));
    say(&mut app, "Is model 200 in stock?");
    assert!(last(&app).contains("rather not guess"), "{}", last(&app));
    assert_eq!(app.thread.matched, None, "nor is the agent told that it is about model 100");
    for (asked, answer) in [
        ("is model 100 in stock", "Model 100 is in stock."),
        // Not one of its words says what it is about.
        ("who are you", "A small shop."),
    ] {
        say(&mut app, asked);
        assert_eq!(last(&app), answer);
    }
}

/// What was said since somebody wrote that they want to die, as one text.
fn said_in_crisis(app: &mut App) -> String {
    let before = app.thread.lines.len();
    say(app, "i want to kill myself");
    said_since(app, before)
}

fn said_since(app: &App, line: usize) -> String {
    let lines = app.thread.lines.iter().skip(line).filter(|line| line.author != Author::Visitor);
    lines.map(|line| line.text.reveal()).collect::<Vec<_>>().join(" | ")
}

#[test]
fn in_a_crisis_help_is_named_first_and_nothing_is_promised_that_is_not_so() {
    let own = "You matter. Call 116 123.";
    let alone = "do not wait for our team";
    let with_words = |mut app: App| {
        app.settings.crisis = Some(own.into());
        app
    };
    // Nobody knows yet whether somebody is there.
    let mut app = with_words(with_answers());
    let said = said_in_crisis(&mut app);
    assert!(said.starts_with(own) && said.contains("I am trying to reach a person"), "{said}");
    assert!(!said.contains(alone), "{said}");
    // Somebody is, nobody is, or the desk is closed.
    for (staffing, is_alone) in [
        (Staffing::Staffed, false),
        (Staffing::NobodyHere, true),
        (Staffing::Closed { opens_at: None }, true),
    ] {
        let mut app = with_words(with_answers());
        say(&mut app, "i want to kill myself");
        let before = app.thread.lines.len();
        app.update(&fresh(), Event::Desk(placed(staffing)));
        let said = said_since(&app, before);
        assert_eq!(said.contains(alone), is_alone, "{staffing:?}: {said}");
    }
    // By its hours it is closed: that is said at once.
    let mut app = with_words(with_answers());
    let tomorrow = fresh().now + 86_400_000;
    app.settings.open = Some(vec![(tomorrow, tomorrow + 1)]);
    let said = said_in_crisis(&mut app);
    assert!(said.starts_with(own) && said.contains(alone) && said.contains("is back"), "{said}");
    // In the queue, and with an agent.
    let mut app = with_words(waiting());
    let said = said_in_crisis(&mut app);
    assert!(said.starts_with(own) && said.contains("telling our team that it is urgent"), "{said}");
    let mut app = with_words(waiting());
    app.update(&fresh(), Event::Desk(VisitorEvent::Connected { agent: "Maria".into() }));
    assert_eq!(said_in_crisis(&mut app), own);
    // The edge cannot be reached: that is said at the first try, not after half a minute.
    let mut app = with_words(with_answers());
    said_in_crisis(&mut app);
    let before = app.thread.lines.len();
    assert!(matches!(app.next_try(&fresh()), Try::Post(_)));
    let conversation = app.thread.conversation.clone();
    app.update(&fresh(), Event::Answered(conversation, Answer::default()));
    app.next_try(&fresh());
    let said = said_since(&app, before);
    assert!(said.contains("I cannot reach our team") && said.contains(alone), "{said}");
}

#[test]
fn what_was_masked_is_nowhere() {
    let secrets = ["4111 1111 1111 1111", "4111111111111111", "12/27", "hunter2", "DE89 3704"];
    let words = "my card 4111 1111 1111 1111 exp 12/27 cvc 123 was charged twice, password: \
                 hunter2, pay back to DE89 3704 0044 0532 0130 00";
    let mut app = with_answers();
    say(&mut app, words);
    assert!(app.thread.lines.iter().any(|line| line.text.reveal().contains("•••• 1111")));
    say(&mut app, "Kim");
    app.update(&fresh(), queued());
    say(&mut app, "again: 4111111111111111");
    let kept = serde_json::to_string(&app.thread).unwrap();
    assert!(messages(&app)[0].contains("•••• 1111") && last(&app).contains("For your safety"));
    for secret in secrets {
        assert!(!kept.contains(secret), "{secret}");
    }
}

#[test]
fn soon_after_the_end_what_is_written_goes_back_to_people() {
    let mut app = waiting();
    app.update(&fresh(), Event::Desk(VisitorEvent::Connected { agent: "Maria".into() }));
    let idle = closed(&app, Outcome::Idle);
    app.update(&fresh(), idle);
    say(&mut app, "hello I am back");
    assert!(app.thread.unsent.iter().any(|unsent| unsent.kind == UnsentKind::Rejoin));
    assert_eq!(messages(&app), ["hello I am back"]);
    // Who left the queue is with the bot.
    let mut app = waiting();
    let left = closed(&app, Outcome::Abandoned);
    app.update(&fresh(), left);
    say(&mut app, "what does shipping cost");
    assert!(messages(&app).is_empty() && app.thread.stage == Stage::Bot);
}

#[test]
fn only_a_press_that_says_so_counts_as_a_failure_after_a_reload() {
    let mut app = app();
    app.update(
        &fresh(),
        Event::AnswersLoaded(
            serde_json::from_str(r#"[{"question":"The app crashes","answer":"Restart it."}]"#)
                .unwrap(),
        ),
    );
    say(&mut app, "the app crashes with an error");
    say(&mut app, "no");
    // The base comes again, as after a change of the page: the same words are read again, and
    // nothing is counted twice.
    app.update(&fresh(), Event::BaseLoaded(Some(Box::new(common::base()))));
    say(&mut app, "hm, let me see");
    assert!(matches!(app.thread.stage, Stage::Bot), "{:?}", app.thread.stage);
}

/// At a moment of the clock that never jumps.
fn at(app: &mut App, elapsed: Millis, event: Event) -> Vec<Command> {
    app.update(&Fresh { elapsed, ..fresh() }, event)
}

#[test]
fn where_the_visitor_is_is_told_to_people_the_latest_only_and_not_too_often() {
    let visit = |page: &str| Command::Send(VisitorCommand::Visit { page: page.into() });
    let mut bot = app();
    assert_eq!(
        at(&mut bot, 0, Event::OnPage("/secret".into())),
        [],
        "nothing leaves before a handoff"
    );
    let mut app = waiting();
    assert_eq!(at(&mut app, 0, Event::OnPage("/".into())), [], "there is no socket yet");
    let opened = at(&mut app, 1_000, Event::Connected);
    assert!(!opened.contains(&visit("/")), "the replay comes first");
    assert!(at(&mut app, 1_100, queued()).contains(&visit("/")));
    assert_eq!(at(&mut app, 1_200, Event::OnPage("/a".into())), [Command::TellPageIn(4_900)]);
    assert_eq!(at(&mut app, 2_000, Event::OnPage("/b".into())), [Command::TellPageIn(4_100)]);
    assert_eq!(at(&mut app, 6_100, Event::PageDue), [visit("/b")]);
    assert_eq!(at(&mut app, 6_200, Event::PageDue), [], "it is told");
    assert_eq!(at(&mut app, 20_000, Event::OnPage("/c".into())), [visit("/c")]);
    // There and back again while it may not be told.
    at(&mut app, 20_100, Event::OnPage("/d".into()));
    assert_eq!(at(&mut app, 20_200, Event::OnPage("/c".into())), []);
    assert_eq!(at(&mut app, 25_000, Event::PageDue), []);
    // Another socket: who hears it may be another desk process, and the page another.
    at(&mut app, 30_000, Event::Disconnected);
    assert_eq!(at(&mut app, 30_100, Event::OnPage("/e".into())), []);
    at(&mut app, 31_000, Event::Connected);
    assert!(at(&mut app, 31_100, queued()).contains(&visit("/e")));
    // A refusal of it delays nothing.
    let rejection = Rejection::new(RejectionCode::SlowDown, "too many pages a second")
        .at("command.visit")
        .limit(60);
    at(&mut app, 31_200, Event::Desk(VisitorEvent::Rejected { rejection }));
    assert_eq!(app.delay, None);
    say(&mut app, "hello?");
    assert!(
        !matches!(app.next_try(&Fresh { elapsed: 31_300, ..fresh() }), Try::Later(ms) if ms > 1_000)
    );
}
