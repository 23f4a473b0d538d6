//! Whatever the edge answers, in whatever order: requests keep their distance, stated waits are
//! kept, and the visitor has a way on.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod common;

use proptest::prelude::*;
use protocol::*;
use std::cell::Cell;
use widget::{
    app::{App, Command, Event, Fresh, Press, Try},
    delivery::{Answer, Delay},
    fit,
    thread::{Mark, Stage, Thread, UnsentKind},
};

const START: Millis = 1_795_000_000_000;

thread_local! {
    static IDS: Cell<u32> = const { Cell::new(0) };
    static CHANCE: Cell<u64> = const { Cell::new(1) };
}

/// A browser with one page, and all that it asked of the edge.
struct Browser {
    app: App,
    elapsed: Millis,
    /// When, in ms since the start, and what.
    asked: Vec<(Millis, String)>,
    /// A request without an answer.
    open: Option<ConversationId>,
    look_again_at: Option<Millis>,
    /// Until when a wait runs that the desk stated, or something on the way.
    wait_until: Millis,
    way_wait_until: Millis,
}

impl Browser {
    fn new() -> Self {
        let settings: WidgetSettings = serde_json::from_value(serde_json::json!({
            "site": "shop", "name": "Shop", "origins": [], "categories": [],
            "rules": Rules { rule: Vec::new(), ..Rules::default() },
        }))
        .unwrap();
        let mut app = App::new(
            settings,
            Thread::new(
                ConversationId("kims-conversation".into()),
                Token("00112233445566778899aabbccddeeff".into()),
            ),
        );
        let fresh = fresh(0);
        app.update(&fresh, Event::BaseLoaded(None));
        app.update(&fresh, Event::AnswersLoaded(Vec::new()));
        Self {
            app,
            elapsed: 0,
            asked: Vec::new(),
            open: None,
            look_again_at: None,
            wait_until: 0,
            way_wait_until: 0,
        }
    }

    fn update(&mut self, event: Event) {
        let commands = self.app.update(&fresh(self.elapsed), event);
        if commands.contains(&Command::Deliver) {
            self.deliver();
        }
    }

    /// As the page does it.
    fn deliver(&mut self) {
        match self.app.next_try(&fresh(self.elapsed)) {
            Try::Nothing => return,
            Try::Later(ms) => return self.look_again_at = Some(self.elapsed + ms),
            Try::Post(frame) => {
                self.asked.push((self.elapsed, frame));
                self.open = Some(self.app.thread.conversation.clone());
            }
            Try::Send(frame) => self.asked.push((self.elapsed, frame)),
        }
        self.look_again_at = Some(self.elapsed + 500);
    }

    fn answer(&mut self, answer: Answer) {
        let Some(conversation) = self.open.take() else { return };
        if let Some(seconds) = answer.asks_for_patience().and_then(|rejection| rejection.limit) {
            let until = match answer.events {
                Some(_) => &mut self.wait_until,
                None => &mut self.way_wait_until,
            };
            *until = (*until).max(self.elapsed + seconds * 1000);
        }
        self.update(Event::Answered(conversation, answer));
    }

    /// Time passes; whatever is due happens.
    fn pass(&mut self, ms: Millis) {
        let end = self.elapsed + ms;
        while let Some(at) = self.look_again_at.filter(|at| *at <= end) {
            self.look_again_at = None;
            self.elapsed = at.max(self.elapsed + 1);
            self.deliver();
        }
        self.elapsed = end;
    }

    /// Through the button, with every question left open.
    fn hand_over(&mut self) {
        self.update(Event::Pressed(Press::Human));
        while matches!(self.app.thread.stage, Stage::Asking { .. }) {
            self.update(Event::Pressed(Press::Skip));
        }
    }

    /// What a proxy stated is up to the visitor.
    fn tries_now(&mut self) {
        self.way_wait_until = 0;
        self.update(Event::Pressed(Press::TryNow));
    }

    /// With an agent, over a socket.
    fn live() -> Self {
        let mut browser = Self::new();
        browser.app.settings.contact =
            Some(Contact { email: Some("help@shop.example".into()), phone: None });
        browser.hand_over();
        let events = Some(vec![connected()]);
        browser.answer(Answer { status: 200, retry_after: None, events });
        browser.update(Event::Connected);
        browser.pass(1_000);
        browser
    }

    fn says(&mut self, text: &str) {
        self.update(Event::Submitted(text.into()));
    }

    fn desk(&mut self, event: VisitorEvent) {
        self.update(Event::Desk(event));
    }

    fn last(&self) -> &str {
        self.app.thread.lines.last().unwrap().text.reveal()
    }

    fn kinds(&self) -> Vec<UnsentKind> {
        self.app.thread.unsent.iter().map(|unsent| unsent.kind).collect()
    }

    fn package(&self) -> ContextPackage {
        let sent = self
            .app
            .thread
            .unsent
            .iter()
            .find(|unsent| unsent.kind == UnsentKind::Handoff)
            .unwrap();
        let VisitorCommand::RequestHandoff { package }: VisitorCommand =
            serde_json::from_str(&sent.command).unwrap()
        else {
            panic!("a handoff")
        };
        *package
    }
}

fn fresh(elapsed: Millis) -> Fresh {
    let id = || {
        IDS.set(IDS.get() + 1);
        format!("id{}", IDS.get())
    };
    let random = || {
        CHANCE.set(
            CHANCE
                .get()
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407),
        );
        (CHANCE.get() >> 11) as f64 / (1u64 << 53) as f64
    };
    Fresh {
        now: START + elapsed,
        elapsed,
        random,
        id,
        token: || "00112233445566778899aabbccddeeff".to_owned(),
    }
}

fn refused(code: RejectionCode, limit: Option<u64>) -> Answer {
    Answer {
        status: 200,
        retry_after: None,
        events: Some(vec![VisitorEvent::Rejected {
            rejection: Rejection { limit, ..Rejection::new(code, "no") },
        }]),
    }
}

fn connected() -> VisitorEvent {
    VisitorEvent::Connected { agent: "Maria".into() }
}

fn closed(outcome: Outcome) -> VisitorEvent {
    VisitorEvent::Closed {
        outcome,
        may_rate: false,
        choices: Vec::new(),
        reopen_until: Some(START + 3_600_000),
    }
}

fn from_agent(seq: u64, by: &str) -> VisitorEvent {
    let message = Message {
        seq: Seq(seq),
        id: MessageId(format!("a{seq}")),
        author: Author::Agent,
        by: Some(by.into()),
        at: START,
        text: "words".into(),
    };
    VisitorEvent::Said { message }
}

fn some_code() -> impl Strategy<Value = RejectionCode> {
    use RejectionCode::*;
    prop::sample::select(vec![
        Malformed,
        TooLarge,
        UnsupportedVersion,
        NotFound,
        Conflict,
        StaleClaim,
        NotNow,
        Full,
        SlowDown,
        Unavailable,
    ])
}

fn some_event() -> impl Strategy<Value = VisitorEvent> {
    prop_oneof![
        4 => (some_code(), prop::option::of(0u64..2_000)).prop_map(|(code, limit)| {
            VisitorEvent::Rejected { rejection: Rejection { limit, ..Rejection::new(code, "no") } }
        }),
        1 => Just(connected()),
        1 => Just(closed(Outcome::Resolved)),
        1 => Just(VisitorEvent::Resumed { last: Seq(3), more: true, now: START, after: None }),
        1 => (1u64..5).prop_map(|seq| from_agent(seq, "Maria")),
        1 => Just(VisitorEvent::Pong {}),
    ]
}

fn some_answer() -> impl Strategy<Value = Answer> {
    let status = prop::sample::select(vec![
        0u16, 200, 204, 302, 400, 403, 404, 408, 413, 429, 500, 502, 503, 504,
    ]);
    let events = prop::option::of(prop::collection::vec(some_event(), 0..3));
    (status, prop::option::of(0u64..400), events).prop_map(|(status, retry_after, events)| Answer {
        status,
        retry_after: retry_after.filter(|_| status > 0),
        events: events.filter(|_| status > 0),
    })
}

#[derive(Clone, Debug)]
enum Step {
    Answers(Answer),
    NoAnswer,
    Passes(Millis),
    Does(u8),
    Socket(VisitorEvent),
}

fn some_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => some_answer().prop_map(Step::Answers),
        1 => Just(Step::NoAnswer),
        5 => (0u64..90_000).prop_map(Step::Passes),
        3 => (0u8..9).prop_map(Step::Does),
        1 => some_event().prop_map(Step::Socket),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 600, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_the_edge_answers_requests_keep_their_distance_and_no_path_ends_in_silence(
        steps in prop::collection::vec(some_step(), 1..60), at_last in some_answer(),
    ) {
        let mut browser = Browser::new();
        browser.hand_over();
        let mut asked = browser.asked.len();
        let mut check = |browser: &Browser| {
            for window in browser.asked.windows(2).skip(asked.saturating_sub(1)) {
                assert!(window[1].0 - window[0].0 >= 500, "two requests within half a second");
            }
            if browser.asked.len() > asked {
                asked = browser.asked.len();
                let until = browser.wait_until.max(browser.way_wait_until);
                assert!(browser.asked[asked - 1].0 >= until, "asked while a stated wait runs");
            }
        };
        for step in steps {
            match step {
                Step::Answers(answer) => browser.answer(answer),
                Step::NoAnswer => browser.open = None,
                Step::Passes(ms) => browser.pass(ms),
                Step::Does(0) => browser.update(Event::Connected),
                Step::Does(1) => browser.update(Event::Disconnected),
                Step::Does(2) => browser.update(Event::Pressed(Press::Leave)),
                Step::Does(3) => browser.update(Event::Pressed(Press::Rejoin)),
                Step::Does(4) => browser.hand_over(),
                Step::Does(5) => browser.update(Event::PollDue),
                Step::Does(6) => browser.tries_now(),
                Step::Does(_) => browser.says("still there?"),
                Step::Socket(event) => browser.desk(event),
            }
            check(&browser);
        }
        let given_up = |browser: &Browser| {
            browser.app.thread.lines.iter().filter(|line| line.mark == Mark::Failed).count()
        };
        let before = given_up(&browser);
        // The edge says the same for two hours: it ends at people, or in a sentence.
        browser.update(Event::Disconnected);
        check(&browser);
        for _ in 0..240 {
            browser.answer(at_last.clone());
            browser.pass(30_000);
            check(&browser);
        }
        let thread = &browser.app.thread;
        let is_told = browser.app.delay.is_some() || browser.app.cut_since.is_some();
        prop_assert!(
            thread.unsent.is_empty() || is_told,
            "{:?} is kept and nothing is said: {:?}",
            browser.kinds(),
            thread.stage
        );
        prop_assert!(
            thread.stage != Stage::HandingOff || is_told,
            "nothing is said of a handoff on its way"
        );
        let waits = thread.stage == Stage::HandingOff || !thread.unsent.is_empty();
        prop_assert!(
            !waits || browser.app.tries.has_way_on,
            "something is on its way for two hours, and there is no way on"
        );
        prop_assert!(
            at_last.events.is_some() || given_up(&browser) == before,
            "words were given up, and the desk had not refused them"
        );
        prop_assert!(thread.lines.iter().all(|line| line.mark != Mark::Sending || is_told));
    }
}

#[test]
fn a_stated_wait_is_kept_over_a_reload_and_told_with_its_end() {
    let mut browser = Browser::new();
    browser.hand_over();
    browser.answer(refused(RejectionCode::SlowDown, Some(720)));
    assert_eq!(browser.app.delay, Some(Delay::Busy));
    assert!(browser.app.tries.next_at >= Some(START + 720_000));
    browser.pass(719_000);
    assert_eq!(browser.asked.len(), 1);
    // Another page with the same thread, and a clock that was put back.
    let thread = browser.app.thread.clone();
    let mut again = Browser::new();
    again.app.thread = thread;
    again.elapsed = 10_000;
    again.deliver();
    assert_eq!(again.asked.len(), 0);
    browser.pass(10_000);
    assert_eq!(browser.asked.len(), 2, "then it is asked again by itself");
}

#[test]
fn a_handoff_that_stays_refused_has_a_way_on_with_the_sites_own_addresses_within_half_a_minute() {
    let told = |browser: &Browser| {
        browser
            .app
            .thread
            .lines
            .iter()
            .filter(|line| line.text.reveal().contains("has not reached our team yet"))
            .count()
    };
    for (answer, wait) in [
        (Answer { status: 503, ..Answer::default() }, 0),
        (refused(RejectionCode::SlowDown, Some(40)), 40_000),
        (Answer::default(), 0),
    ] {
        let mut browser = Browser::new();
        browser.app.settings.contact = Some(Contact {
            email: Some("help@shop.example".into()),
            phone: Some("+49 30 1234567".into()),
        });
        browser.says("my order FT-20418 is late");
        browser.hand_over();
        for _ in 0..300 {
            browser.answer(answer.clone());
            browser.pass(100);
        }
        assert_eq!(told(&browser), 1, "{answer:?}");
        assert!(
            browser.last().contains("write to help@shop.example, or call +49 30 1234567"),
            "{}",
            browser.last()
        );
        assert_eq!((browser.app.tries.has_way_on, browser.kinds()[0]), (true, UnsentKind::Handoff));
        // Whoever does not want to wait for a pause need not; a stated wait is the desk's.
        browser.pass(1_000);
        browser.answer(answer.clone());
        let before = browser.asked.len();
        browser.pass(600);
        for _ in 0..20 {
            browser.update(Event::Pressed(Press::TryNow));
        }
        let tries = browser.asked.len() - before;
        assert!(tries <= 1 && (wait == 0 || browser.asked.len() == 1), "{answer:?}: {tries}");
        for window in browser.asked.windows(2) {
            assert!(window[1].0 - window[0].0 >= 500.max(wait));
        }
        for _ in 0..600 {
            browser.answer(answer.clone());
            browser.pass(1_000);
        }
        assert_eq!(told(&browser), 1, "once");
        // It is taken at last.
        browser.pass(60_000);
        browser.answer(Answer { status: 200, retry_after: None, events: Some(vec![connected()]) });
        assert!(
            matches!(browser.app.thread.stage, Stage::Live { .. }) && !browser.app.tries.has_way_on
        );
    }
    // A long stated wait is told at once, and without an address of the site too there is something
    // to do.
    let mut browser = Browser::new();
    browser.hand_over();
    browser.answer(refused(RejectionCode::SlowDown, Some(720)));
    assert!(
        browser.app.tries.has_way_on && browser.last().contains("Cancel and go back"),
        "{}",
        browser.last()
    );
    assert!(browser.app.tries.next_at >= Some(START + 720_000));
    browser.update(Event::Pressed(Press::Leave));
    assert_eq!((browser.app.tries.has_way_on, &browser.app.thread.stage), (false, &Stage::Bot));
    // So is a request that nobody answers at all.
    let mut browser = Browser::new();
    browser.hand_over();
    browser.pass(31_000);
    assert!(browser.app.tries.has_way_on);
}

#[test]
fn a_handoff_that_is_refused_for_good_is_tried_once_in_few_words_and_then_the_visitor_is_told() {
    let mut browser = Browser::new();
    for _ in 0..30 {
        browser.says(&"a long story ".repeat(300));
    }
    browser.hand_over();
    let whole = browser.asked[0].1.len();
    browser.answer(refused(RejectionCode::TooLarge, Some(1)));
    browser.pass(1_000);
    let short = browser.asked[1].1.len();
    assert!(whole > 100_000 && short < 16_000, "{whole} {short}");
    browser.answer(refused(RejectionCode::TooLarge, Some(1)));
    browser.pass(600_000);
    assert_eq!((browser.asked.len(), browser.kinds().len()), (2, 0), "and never again by itself");
    assert_eq!(browser.app.thread.stage, Stage::Bot);
    assert!(
        browser.last().contains("press “Talk to a human” to try once more"),
        "{}",
        browser.last()
    );
    browser.hand_over();
    assert_eq!(browser.asked.len(), 3);
}

#[test]
fn a_proxy_that_carries_no_handoff_of_its_size_gets_it_in_few_words() {
    let mut browser = Browser::new();
    for _ in 0..30 {
        browser.says(&"a long story ".repeat(300));
    }
    browser.hand_over();
    for _ in 0..2 {
        browser.answer(Answer { status: 413, ..Answer::default() });
        browser.pass(2_000);
    }
    let sizes: Vec<_> = browser.asked.iter().map(|(_, frame)| frame.len()).collect();
    assert!(sizes[1] > 100_000, "once may be by chance: {sizes:?}");
    assert!(sizes[2] < 16_000, "{sizes:?}");
    // Even that: it is kept, and there is a way on.
    for _ in 0..100 {
        browser.answer(Answer { status: 413, ..Answer::default() });
        browser.pass(10_000);
    }
    assert_eq!((browser.kinds(), browser.app.tries.has_way_on), (vec![UnsentKind::Handoff], true));
}

#[test]
fn what_something_on_the_way_answers_refuses_no_word_and_the_word_arrives_at_last() {
    for status in [200, 204, 302, 400, 403, 404, 413, 429, 500, 502, 503] {
        let mut browser = Browser::live();
        browser.update(Event::Disconnected);
        browser.says("is it in the post?");
        for _ in 0..20 {
            browser.answer(Answer { status, ..Answer::default() });
            browser.pass(1_000);
        }
        let line = |browser: &Browser| {
            let lines = &browser.app.thread.lines;
            lines.iter().find(|line| line.text.reveal() == "is it in the post?").cloned().unwrap()
        };
        assert_eq!(line(&browser).mark, Mark::Sending, "a proxy's {status}");
        browser.pass(60_000);
        let message = Message {
            seq: Seq(1),
            id: line(&browser).id.unwrap(),
            author: Author::Visitor,
            by: None,
            at: START,
            text: "is it in the post?".into(),
        };
        let events = Some(vec![VisitorEvent::Said { message }]);
        browser.answer(Answer { status: 200, retry_after: None, events });
        assert_eq!((line(&browser).mark, browser.kinds()), (Mark::Sent, vec![]), "{status}");
        assert_eq!(browser.app.delay, None);
    }
}

/// What the visitor reads of words that wait for half a minute.
fn assert_told(browser: &Browser, delay: Delay) {
    let told = |line: &&widget::thread::Line| line.text.reveal().contains("wrote or chose last");
    assert_eq!(browser.app.thread.lines.iter().filter(told).count(), 1, "once");
    assert!(browser.last().contains("write to help@shop.example"), "{}", browser.last());
    assert_eq!((browser.app.delay, browser.app.tries.has_way_on), (Some(delay), true));
    assert!(browser.app.tries.next_at > Some(START), "with the next try's time");
}

#[test]
fn words_that_wait_in_the_live_chat_have_a_way_on_within_half_a_minute() {
    // A proxy states an hour: the time is told, and a press tries at once.
    let mut browser = Browser::live();
    browser.update(Event::Disconnected);
    browser.says("hello?");
    browser.answer(Answer { status: 429, retry_after: Some(3_600), events: None });
    browser.pass(31_000);
    assert_told(&browser, Delay::Unreached);
    assert!(browser.app.tries.next_at >= Some(START + 3_600_000));
    let asked = browser.asked.len();
    browser.pass(600_000);
    assert_eq!(browser.asked.len(), asked, "not by itself");
    browser.tries_now();
    assert_eq!(browser.asked.len(), asked + 1);
    // What the desk itself states is not up to the visitor.
    let mut browser = Browser::live();
    browser.says("hello?");
    browser.desk(VisitorEvent::Rejected {
        rejection: Rejection::new(RejectionCode::SlowDown, "wait").limit(3_600),
    });
    browser.pass(31_000);
    assert_told(&browser, Delay::Busy);
    let asked = browser.asked.len();
    browser.update(Event::Pressed(Press::TryNow));
    assert!(browser.asked.len() == asked && !browser.app.may_try_now(START + browser.elapsed));
    // The desk's storage is full, and the socket goes and comes, and says other things meanwhile.
    let mut browser = Browser::live();
    browser.says("hello?");
    for second in 0..35 {
        let rejection = Rejection::new(RejectionCode::Unavailable, "full").limit(2);
        match browser.open {
            Some(_) => browser.answer(refused(RejectionCode::Unavailable, Some(2))),
            None => browser.desk(VisitorEvent::Rejected { rejection }),
        }
        if second % 10 == 5 {
            browser.update(Event::Disconnected);
            browser.update(Event::Connected);
        }
        browser.desk(connected());
        browser.desk(VisitorEvent::AgentTyping {});
        assert_eq!(browser.app.delay, Some(Delay::Busy), "never only 'connected': {second}");
        browser.pass(1_000);
    }
    assert_told(&browser, Delay::Busy);
    // Nobody answers at all.
    let mut browser = Browser::live();
    browser.update(Event::Disconnected);
    browser.says("hello?");
    for _ in 0..35 {
        browser.answer(Answer::default());
        browser.pass(1_000);
    }
    assert_told(&browser, Delay::NoConnection);
    // A frame over an open socket that nobody acknowledges.
    let mut browser = Browser::live();
    browser.says("hello?");
    browser.pass(31_000);
    assert!(browser.app.tries.has_way_on && browser.app.delay.is_some());
}

#[test]
fn a_talk_too_long_for_the_edge_is_cut_by_bytes_with_every_index_moved_along() {
    let mut browser = Browser::new();
    browser.update(Event::BaseLoaded(Some(Box::new(common::base()))));
    browser.says("I want a refund of 250 euros");
    for n in 0..30 {
        browser.says(&format!("{n} {}", "漢字\"\n".repeat(900)));
    }
    browser.says("and I want a refund of 240 euros for the other one");
    browser.hand_over();
    let package = browser.package();
    assert!(browser.asked.last().unwrap().1.len() <= limits::MAX_VISITOR_BODY_BYTES);
    assert!(
        package.transcript[0].text.reveal().contains("left out here, because the talk is too long")
    );
    assert!(package.next_steps[0].reveal().contains("earlier lines were left out"));
    assert!(
        browser
            .app
            .thread
            .lines
            .iter()
            .any(|line| line.text.reveal().contains("too long to pass on whole"))
    );
    let choices = Vec::new();
    let (staffing, because) = (Staffing::Staffed, QueuedBecause::Requested);
    browser.update(Event::Desk(VisitorEvent::Queued {
        position: 1,
        wait: None,
        staffing,
        choices,
        because,
        is_long: false,
    }));
    assert!(!browser.last().contains("this whole conversation"), "{}", browser.last());
    let is_of_visitor = |at: u32| package.transcript[at as usize].author == Author::Visitor;
    assert!(package.escalation.signals.iter().all(|signal| signal.line.is_none_or(is_of_visitor)));
    assert!(package.escalation.signals.iter().any(|signal| signal.line.is_some()));
    assert!(package.highlights.iter().all(|at| is_of_visitor(*at)));
}

#[test]
fn what_the_page_tells_is_cut_to_what_the_desk_takes() {
    let mut browser = Browser::new();
    let long = |chars: usize| Some(Text::new("ä".repeat(chars)));
    let order = Order {
        id: Text::new("x".repeat(900)),
        what: Text::new("y".repeat(900)),
        status: "sent".into(),
    };
    let profile = Profile {
        name: long(600),
        account: long(100_000),
        orders: vec![order; 60],
        ..Profile::default()
    };
    browser.update(Event::Identified(profile));
    browser.says("hello");
    browser.hand_over();
    let text = &browser.asked[0].1;
    let frame: VisitorFrame = serde_json::from_str(text).unwrap();
    let VisitorCommand::RequestHandoff { package } = frame.command else { panic!("a handoff") };
    let profile = &package.profile;
    for text in [&profile.name, &profile.account] {
        assert!(!text.as_ref().unwrap().is_longer_than(limits::MAX_SHORT_CHARS));
    }
    assert!(
        !profile.orders.is_empty()
            && profile.orders.len() <= limits::MAX_LIST_ITEMS
            && text.len() < fit::PACKAGE_BYTES
    );
}

#[test]
fn what_is_written_after_the_close_goes_back_to_the_people_and_later_to_the_bot() {
    let mut browser = Browser::new();
    browser.hand_over();
    browser.answer(Answer { status: 200, retry_after: None, events: Some(vec![connected()]) });
    browser.update(Event::Connected);
    browser.desk(closed(Outcome::Resolved));
    assert!(
        browser.last().contains("Write within 60 minutes to go on with it"),
        "{}",
        browser.last()
    );
    browser.says("one more thing");
    assert_eq!(browser.kinds(), [UnsentKind::Rejoin, UnsentKind::Say]);
    // The desk says that it is too late: the words are not lost.
    browser.pass(1_000);
    browser.desk(VisitorEvent::Rejected {
        rejection: Rejection::new(RejectionCode::NotNow, "too late"),
    });
    assert_eq!((browser.kinds().len(), &browser.app.thread.stage), (0, &Stage::Bot));
    assert!(
        browser
            .app
            .thread
            .lines
            .iter()
            .any(|line| line.text.reveal() == "one more thing" && line.mark == Mark::None)
    );
}

#[test]
fn a_message_that_meets_the_close_on_its_way_reopens_the_conversation() {
    let mut browser = Browser::new();
    browser.hand_over();
    browser.answer(Answer { status: 200, retry_after: None, events: Some(vec![connected()]) });
    browser.update(Event::Connected);
    browser.pass(1_000);
    browser.says("and the other one?");
    let id = browser.app.thread.lines.last().unwrap().id.clone().unwrap();
    browser.desk(closed(Outcome::Resolved));
    browser.desk(VisitorEvent::Rejected {
        rejection: Rejection::new(RejectionCode::NotNow, "closed").about(id),
    });
    assert_eq!(browser.kinds(), [UnsentKind::Rejoin, UnsentKind::Say]);
}

#[test]
fn a_long_text_becomes_several_messages_in_order() {
    let mut browser = Browser::new();
    browser.hand_over();
    browser.answer(Answer { status: 200, retry_after: None, events: Some(vec![connected()]) });
    browser.update(Event::Connected);
    browser.says(&"word ".repeat(2_000));
    assert_eq!(browser.kinds(), [UnsentKind::Say; 3]);
    browser.pass(5_000);
    assert_eq!(browser.asked.len(), 2, "the second one waits until the first is at the desk");
    let said: String = browser
        .app
        .thread
        .lines
        .iter()
        .filter(|line| line.id.is_some())
        .map(|line| line.text.reveal())
        .collect();
    assert_eq!(said.split_whitespace().count(), 2_000 - 2, "two joints, without the blank between");
}

#[test]
fn a_replay_in_pages_is_asked_for_to_its_end_and_acknowledged_once() {
    let mut browser = Browser::new();
    browser.app.thread.stage = Stage::Live { agent: "Maria".into() };
    let sent = |browser: &mut Browser, event| {
        let commands = browser.app.update(&fresh(0), event);
        commands
            .into_iter()
            .filter_map(|command| if let Command::Send(sent) = command { Some(sent) } else { None })
            .collect::<Vec<_>>()
    };
    assert_eq!(sent(&mut browser, Event::Connected), [VisitorCommand::Resume { after: Seq(0) }]);
    for seq in 1..=100 {
        assert_eq!(sent(&mut browser, Event::Desk(from_agent(seq, "Maria"))), []);
    }
    let page = |last, more| {
        Event::Desk(VisitorEvent::Resumed { last: Seq(last), more, now: START, after: None })
    };
    assert_eq!(sent(&mut browser, page(101, true)), [VisitorCommand::Resume { after: Seq(100) }]);
    sent(&mut browser, Event::Desk(from_agent(101, "Maria")));
    assert_eq!(
        sent(&mut browser, page(101, false)),
        [VisitorCommand::MarkReceived { seq: Seq(101) }]
    );
    assert_eq!(browser.app.thread.unread, 101);
    // Received is not read: that is told when the lines were in sight.
    let lines = browser.app.thread.lines.len();
    assert_eq!(
        sent(&mut browser, Event::Seen(lines)),
        [VisitorCommand::MarkRead { seq: Seq(101) }]
    );
    assert_eq!(browser.app.thread.unread, 0);
}

#[test]
fn a_line_keeps_who_wrote_it_and_its_place() {
    let mut browser = Browser::new();
    browser.hand_over();
    browser.desk(connected());
    browser.desk(from_agent(1, "Maria"));
    // Jonas took over and wrote while the page was away; what was missing between comes last.
    browser.desk(from_agent(3, "Jonas"));
    browser.desk(VisitorEvent::Connected { agent: "Jonas".into() });
    browser.desk(from_agent(2, "Maria"));
    let lines = &browser.app.thread.lines;
    let tail: Vec<_> = lines
        .iter()
        .skip(lines.len() - 4)
        .map(|line| (line.by.as_deref(), line.seq.map(|seq| seq.0)))
        .collect();
    assert_eq!(
        tail,
        [
            (Some("Maria"), Some(1)),
            (Some("Maria"), Some(2)),
            (None, None),
            (Some("Jonas"), Some(3))
        ]
    );
}

#[test]
fn a_wrong_clock_of_the_visitor_moves_no_deadline() {
    let mut browser = Browser::new();
    browser.app.thread.stage = Stage::Live { agent: "Maria".into() };
    // The visitor's clock is a day ahead of the desk's.
    let desk_now = START - 86_400_000;
    browser.desk(VisitorEvent::Resumed { last: Seq(0), more: false, now: desk_now, after: None });
    browser.desk(VisitorEvent::Closed {
        outcome: Outcome::Resolved,
        may_rate: false,
        choices: Vec::new(),
        reopen_until: Some(desk_now + 3_600_000),
    });
    assert!(matches!(
        browser.app.thread.stage,
        Stage::Closed { reopen_until: Some(until), .. } if until == START + 3_600_000
    ));
    assert!(browser.last().contains("60 minutes"), "{}", browser.last());
    // What is passed on has the desk's time, as the document told it.
    let mut browser = Browser::new();
    browser.app.settings.now = desk_now;
    browser.update(Event::Began);
    browser.says("hello");
    browser.hand_over();
    assert!(browser.package().transcript.iter().all(|line| line.at == desk_now));
}

#[test]
fn after_an_erasure_nothing_is_left_and_other_tabs_forget_as_well() {
    let mut browser = Browser::new();
    browser.update(Event::Identified(Profile { name: Some("Kim".into()), ..Profile::default() }));
    browser.says("hello");
    browser.hand_over();
    browser.desk(connected());
    let mut other = Browser::new();
    other.update(Event::Elsewhere(Some(Box::new(browser.app.thread.clone()))));
    assert!(matches!(other.app.thread.stage, Stage::Live { .. }), "one conversation in both");
    let conversation = browser.app.thread.conversation.clone();
    let receipt = Receipt { conversation: conversation.clone(), at: 0, messages: 3 };
    browser.desk(VisitorEvent::Erased { receipt });
    let commands =
        other.app.update(&fresh(0), Event::Elsewhere(Some(Box::new(browser.app.thread.clone()))));
    assert!(commands.contains(&Command::ForgetDraft));
    for tab in [&browser, &other] {
        let kept = serde_json::to_string(&tab.app.thread).unwrap();
        assert!(
            !kept.contains("Kim") && !kept.contains("hello") && !kept.contains(&conversation.0),
            "{kept}"
        );
    }
}

#[test]
fn two_tabs_that_write_at_once_lose_no_line_and_no_message() {
    let mut one = Browser::new();
    one.hand_over();
    one.desk(connected());
    let mut two = Browser::new();
    two.app.thread = one.app.thread.clone();
    one.says("from the one");
    two.says("from the other");
    let (left, right) = (one.app.thread.clone(), two.app.thread.clone());
    one.update(Event::Elsewhere(Some(Box::new(right))));
    two.update(Event::Elsewhere(Some(Box::new(left))));
    for tab in [&one, &two] {
        let said: Vec<_> = tab
            .app
            .thread
            .lines
            .iter()
            .filter(|line| line.id.is_some())
            .map(|line| line.text.reveal())
            .collect();
        assert!(said.contains(&"from the one") && said.contains(&"from the other"), "{said:?}");
        assert_eq!(tab.kinds(), [UnsentKind::Say; 2]);
    }
    // An older state never comes back.
    let old = one.app.thread.clone();
    one.app.thread.age.written += 1;
    one.says("newer");
    one.update(Event::Elsewhere(Some(Box::new(old))));
    assert_eq!(one.last(), "newer");
}

#[test]
fn what_is_over_is_forgotten_a_month_after_it_could_be_taken_up() {
    const DAY: Millis = 24 * 60 * 60 * 1000;
    let mut browser = Browser::new();
    browser.hand_over();
    browser.desk(connected());
    assert!(!browser.app.thread.clone().forget_old(START + 400 * DAY), "what goes on is kept");
    browser.desk(closed(Outcome::Resolved));
    assert!(!browser.app.thread.clone().forget_old(START + 29 * DAY));
    assert!(browser.app.thread.clone().forget_old(START + 31 * DAY));
}

#[test]
fn what_had_not_arrived_when_another_conversation_begins_goes_along() {
    let mut browser = Browser::new();
    browser.hand_over();
    browser.answer(Answer {
        status: 200,
        retry_after: None,
        events: Some(vec![closed(Outcome::Resolved)]),
    });
    browser.says("still there?");
    assert_eq!(
        browser.app.thread.lines.iter().filter(|line| line.mark == Mark::Sending).count(),
        1
    );
    browser.hand_over();
    assert!(browser.app.thread.lines.iter().all(|line| line.mark != Mark::Sending));
    assert!(browser.package().transcript.iter().any(|line| line.text.reveal() == "still there?"));
}

#[test]
fn what_a_desk_lost_by_an_older_copy_is_brought_to_it_again_in_its_order() {
    let mut browser = Browser::new();
    browser.hand_over();
    browser.desk(connected());
    let said = |seq, id: &str, text: &str| VisitorEvent::Said {
        message: Message {
            seq: Seq(seq),
            id: MessageId(id.into()),
            author: Author::Visitor,
            by: None,
            at: START,
            text: text.into(),
        },
    };
    let own = |browser: &mut Browser, seq, text: &str| {
        browser.says(text);
        let id = browser.app.thread.lines.last().and_then(|line| line.id.clone()).unwrap();
        browser.desk(said(seq, &id.0, text));
        id
    };
    let kept = own(&mut browser, 1, "kept");
    browser.desk(from_agent(2, "Maria"));
    let lost = own(&mut browser, 3, "lost");
    browser.desk(VisitorEvent::Read { seq: Seq(3) });
    let resumed = |last, after: Option<MessageId>| VisitorEvent::Resumed {
        last: Seq(last),
        more: false,
        now: START,
        after,
    };
    // The copy has the first message alone, and another tab's came since: the numbers say nothing.
    browser.update(Event::Connected);
    browser.desk(resumed(3, Some(MessageId("of-another".into()))));
    assert_eq!(browser.app.thread.last_seq, Seq::NONE, "all is asked for anew");
    browser.desk(said(1, &kept.0, "kept"));
    browser.desk(said(2, "new", "new"));
    browser.desk(said(3, "of-another", "of another"));
    browser.desk(VisitorEvent::Read { seq: Seq(1) });
    browser.desk(resumed(3, None));
    let lines = |browser: &Browser| {
        let own = browser.app.thread.lines.iter().filter(|line| line.id.is_some());
        own.map(|line| (line.text.reveal().to_owned(), line.seq.map(|seq| seq.0), line.mark))
            .collect::<Vec<_>>()
    };
    let maria = from_agent(2, "Maria");
    let VisitorEvent::Said { message: maria } = maria else { panic!("a message") };
    let maria = maria.text.reveal().to_owned();
    assert_eq!(
        lines(&browser),
        [
            ("kept".to_owned(), Some(1), Mark::Read),
            (maria.clone(), None, Mark::Failed),
            ("lost".to_owned(), None, Mark::Sending),
            ("new".to_owned(), Some(2), Mark::Sent),
            ("of another".to_owned(), Some(3), Mark::Sent),
        ]
    );
    assert!(browser.last().contains("being sent again"), "{}", browser.last());
    let unsent: Vec<_> =
        browser.app.thread.unsent.iter().map(|unsent| unsent.message.clone()).collect();
    assert_eq!(unsent, [Some(lost.clone())], "with its id, once");
    browser.desk(said(4, &lost.0, "lost"));
    browser.desk(resumed(4, None));
    assert!(browser.app.thread.unsent.is_empty());
    assert_eq!(lines(&browser).last(), Some(&("lost".to_owned(), Some(4), Mark::Sent)));
}
