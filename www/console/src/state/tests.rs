use protocol::{
    AgentEvent, Author, AwayBecause, Board, Claim, Commitment, ContextPackage, ConversationId,
    FallbackKind, Message, MessageId, Outcome, Priority, PromiseRow, Receipt, Rejection,
    RejectionCode, RejectionReason, Seq, Text, TranscriptLine, TransferFailure, WithdrawnBecause,
};

use words::{Plain, Said, Words};

use super::*;
use crate::speech;

const T: Millis = 1_800_000_000_000;

/// What a reader of English is told.
fn english(said: &Said) -> String {
    let items: Vec<String> =
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/en.json"))).expect("JSON");
    let words = Words::read(items.into_iter(), said::FINGERPRINT).expect("English");
    words.say(said, &Plain).expect("a sentence").replace([speech::BEGIN, speech::END], "")
}

fn id(name: &str) -> ConversationId {
    ConversationId(name.into())
}

fn card() -> Box<ContextPackage> {
    let text =
        include_str!("../../../../edge/protocol/examples/visitor_commands/request_handoff.json");
    let frame: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let package = frame
        .pointer("/command/request_handoff/package")
        .or_else(|| frame.pointer("/request_handoff/package"));
    Box::new(
        serde_json::from_value(package.expect("a package").clone()).expect("a context package"),
    )
}

fn message(seq: u64, author: Author, text: &str) -> Message {
    Message {
        seq: Seq(seq),
        id: MessageId(format!("{text}-{seq}")),
        author,
        by: None,
        at: T + seq,
        text: Text::new(text),
    }
}

fn accepted(name: &str, claim: u64, messages: Vec<Message>, agent_read: u64) -> AgentEvent {
    AgentEvent::Accepted {
        conversation: id(name),
        claim: Claim(claim),
        card: card(),
        requested_at: T,
        transcript_before: 0,
        card_lost: false,
        messages,
        notes: Vec::new(),
        review_until: None,
        may_extend: false,
        visitor_present: true,
        visitor_received: Seq::NONE,
        visitor_read: Seq::NONE,
        agent_read: Seq(agent_read),
        page: None,
    }
}

fn by(name: &str, message: Message) -> Message {
    Message { by: Some(name.to_owned()), ..message }
}

fn offered(name: &str) -> AgentEvent {
    AgentEvent::Offered {
        conversation: id(name),
        claim: Claim(1),
        until: T + 30_000,
        summary: Text::new("Kim wants to return a fig"),
        priority: Priority::Standard,
        category: "returns".into(),
        note: None,
    }
}

fn promise(name: &str, owner: Option<&str>) -> PromiseRow {
    let commitment = Commitment {
        kind: FallbackKind::Callback,
        to: Text::new("+4930123456"),
        made_at: T,
        from: T,
        due: T + 60_000,
        missed: false,
    };
    PromiseRow {
        conversation: id(name),
        summary: Text::new("Ada asks"),
        name: Some(Text::new("Ada")),
        commitment,
        owner: owner.map(|owner| AgentId(owner.into())),
    }
}

fn board(promises: Vec<PromiseRow>) -> AgentEvent {
    AgentEvent::Board { board: Board { promises, ..Board::default() } }
}

impl State {
    fn hears(&mut self, event: AgentEvent) -> &mut Self {
        self.take(Action::Desk(Box::new(event), T));
        self
    }

    fn does(&mut self, action: Action) -> &mut Self {
        self.take(action);
        self
    }

    fn unread(&self, name: &str) -> usize {
        self.held[&id(name)].unread()
    }

    /// Who stands in the order of one's own conversations.
    fn order(&self) -> Vec<&str> {
        self.work().iter().map(|(id, _)| id.0.as_str()).collect()
    }

    fn told(&self) -> Vec<String> {
        self.notices.iter().map(|notice| english(&notice.what)).collect()
    }
}

/// Maria at the console, with Kim's and Lee's conversations; Kim's is selected, and its end is on
/// the screen.
fn at_work() -> State {
    let mut state = State::default();
    let signed_in = AgentEvent::SignedIn {
        agent: AgentId("maria".into()),
        name: "Maria".into(),
        available: true,
        supervisor: false,
        away_because: None,
        now: T,
    };
    state.hears(signed_in).hears(board(Vec::new()));
    state
        .hears(accepted("kim", 1, Vec::new(), 0))
        .hears(accepted("lee", 1, Vec::new(), 0))
        .hears(AgentEvent::Pong { now: T });
    state.does(Action::AtEnd(true));
    state
}

fn says(name: &str, seq: u64, text: &str) -> AgentEvent {
    AgentEvent::Said { conversation: id(name), message: message(seq, Author::Visitor, text) }
}

#[test]
fn the_page_that_the_visitor_is_on_is_the_one_told_last() {
    let mut state = at_work();
    state.hears(accepted("kim", 1, Vec::new(), 0));
    let page = |state: &State| {
        state.held[&id("kim")].talk.page.as_ref().map(|page| page.reveal().to_owned())
    };
    assert_eq!(page(&state), None);
    for path in ["/orders.html", "/checkout"] {
        state.hears(AgentEvent::Visited { conversation: id("kim"), page: path.into() });
        assert_eq!(page(&state).as_deref(), Some(path));
    }
    // After a reload the desk says it with the card.
    let mut again = accepted("kim", 1, Vec::new(), 0);
    if let AgentEvent::Accepted { page, .. } = &mut again {
        *page = Some("/fern.html".into());
    }
    state.hears(again);
    assert_eq!(page(&state).as_deref(), Some("/fern.html"));
}

#[test]
fn what_is_not_seen_is_new_even_after_a_reload_until_it_is_looked_at() {
    let mut state = State::default();
    let said = vec![
        message(1, Author::Visitor, "one"),
        message(2, Author::Agent, "two"),
        message(3, Author::Visitor, "three"),
    ];
    state.hears(accepted("lee", 1, said.clone(), 3)).hears(accepted("kim", 1, said, 1));
    assert_eq!((state.unread("kim"), state.unread("lee")), (1, 0));
    assert_eq!(state.held[&id("kim")].new_from, Some(Seq(3)));
    assert_eq!(english(&state.title()), "(1) Baton console");
    assert_eq!(state.selected, Some(id("lee")), "where there is nothing new");
    state.does(Action::Select(id("kim")));
    assert_eq!(state.unread("kim"), 1, "selected, but its end is not on the screen yet");
    state.does(Action::AtEnd(true));
    assert_eq!((state.unread("kim"), english(&state.title()).as_str()), (0, "Baton console"));
    assert_eq!(state.held[&id("kim")].new_from, Some(Seq(3)), "the divider stays while one reads");
    assert!(state.marks().contains(&(id("kim"), Claim(1), Seq(3), Seq(3))));
}

#[test]
fn no_conversation_with_something_new_is_opened_by_a_reload() {
    let mut state = State::default();
    let said = vec![message(1, Author::Visitor, "one")];
    state
        .hears(accepted("kim", 1, said.clone(), 0))
        .hears(accepted("lee", 1, said, 0))
        .hears(AgentEvent::Pong { now: T });
    assert_eq!((&state.selected, state.unread("kim"), state.unread("lee")), (&None, 1, 1));
}

#[test]
fn a_message_is_seen_only_where_the_conversation_is_selected_its_end_in_sight_and_the_tab_in_front()
{
    let mut state = at_work();
    state.hears(says("kim", 1, "a"));
    assert_eq!((state.unread("kim"), state.rings.len()), (0, 0), "silence while one looks");
    state.does(Action::Visible(false)).hears(says("kim", 2, "b")).hears(says("lee", 1, "c"));
    assert_eq!((state.unread("kim"), state.unread("lee"), state.rings.len()), (1, 1, 2));
    assert_eq!(english(&state.title()), "(2) Baton console");
    assert_eq!(english(&state.rings[0].title), "Kim writes");
    state.does(Action::Visible(true));
    assert_eq!((state.unread("kim"), state.unread("lee")), (0, 1));
    state.does(Action::AtEnd(false)).hears(says("kim", 3, "d"));
    assert_eq!(state.unread("kim"), 1, "one reads further up");
    state.does(Action::AtEnd(true));
    assert_eq!(state.unread("kim"), 0);
    // The same message again rings for nobody.
    let rings = state.rings.len();
    state.hears(says("lee", 1, "c"));
    assert_eq!(state.rings.len(), rings);
}

#[test]
fn an_offer_rings_once_and_counts_until_it_is_over() {
    let mut state = at_work();
    state.hears(offered("ada")).hears(offered("ada"));
    assert_eq!((state.rings.len(), english(&state.title()).as_str()), (1, "(1) Baton console"));
    state.does(Action::OfferOver(id("ada"), Claim(7)));
    assert_eq!(state.offers.len(), 1, "another claim is another offer");
    state.does(Action::OfferOver(id("ada"), Claim(1)));
    assert_eq!(english(&state.title()), "Baton console");
}

#[test]
fn who_waits_longest_for_a_word_stands_first_and_what_is_over_last() {
    let mut state = at_work();
    let answered = |seq| AgentEvent::Said {
        conversation: id("lee"),
        message: message(seq, Author::Agent, "hello"),
    };
    state.hears(answered(1)).hears(says("kim", 1, "hello?"));
    assert_eq!(state.order(), ["kim", "lee"], "Lee was answered, Kim waits");
    state
        .hears(AgentEvent::Said {
            conversation: id("kim"),
            message: message(2, Author::Agent, "hi"),
        })
        .hears(says("lee", 2, "and?"));
    assert_eq!(state.order(), ["lee", "kim"]);
    state.hears(AgentEvent::Closed { conversation: id("lee"), outcome: Outcome::Resolved });
    assert_eq!((state.order(), state.live()), (vec!["kim", "lee"], 1));
}

#[test]
fn what_was_put_away_comes_back_and_what_was_erased_does_not() {
    let mut state = at_work();
    for name in ["kim", "lee"] {
        state.hears(AgentEvent::Closed { conversation: id(name), outcome: Outcome::Resolved });
    }
    state.does(Action::Select(id("kim")));
    assert!(
        state.notices.is_empty() && state.marks().is_empty(),
        "what is over is not marked at the desk"
    );
    state.does(Action::PutAway(id("kim"))).does(Action::PutAway(id("lee")));
    assert_eq!((state.held.len(), state.ended.len(), &state.selected), (0, 2, &None));
    state.does(Action::TakeOut(id("kim")));
    assert_eq!(state.selected, Some(id("kim")));
    for name in ["kim", "lee"] {
        state.hears(AgentEvent::Erased {
            receipt: Receipt { conversation: id(name), at: T, messages: 3 },
        });
    }
    assert!(state.held.is_empty() && state.ended.is_empty() && state.selected.is_none());
    assert_eq!(state.told().len(), 1, "said once: {:?}", state.told());
}

/// The connection was gone, and the desk has told what stands.
fn comes_back(state: &mut State, told: Vec<AgentEvent>) -> Vec<(ConversationId, Claim)> {
    state.does(Action::Online(false)).does(Action::Online(true));
    told.into_iter().for_each(|event| _ = state.hears(event));
    state.hears(AgentEvent::Pong { now: T });
    state.unaccounted(vec![id("kept")])
}

#[test]
fn what_the_desk_does_not_tell_of_after_a_gap_is_asked_about_and_cleared_where_it_is_gone() {
    let mut state = at_work();
    state.hears(AgentEvent::Closed { conversation: id("lee"), outcome: Outcome::Resolved });
    state.does(Action::PutAway(id("lee")));
    let asked = comes_back(&mut state, vec![accepted("kim", 1, Vec::new(), 0)]);
    assert_eq!(asked, [(id("lee"), Claim(1)), (id("kept"), Claim::NONE)], "Kim is told of");
    state.hears(AgentEvent::Gone { conversation: id("lee") });
    assert!(state.ended.is_empty(), "it was erased while nothing was heard");
    let asked = comes_back(&mut state, vec![board(vec![promise("kept", None)])]);
    assert_eq!(asked, [(id("kim"), Claim(1))], "a promise is on the board");
    state.does(Action::Select(id("kim")));
    state.hears(AgentEvent::Gone { conversation: id("kim") });
    assert!(state.held.is_empty() && state.selected.is_none());
    assert!(state.told()[0].contains("not at the desk any more"), "{:?}", state.told());
}

#[test]
fn a_conversation_that_went_to_another_agent_in_a_gap_is_over_and_its_words_are_not_sent() {
    let mut state = at_work();
    state.does(Action::Wrote(id("kim"), (MessageId("m9".into()), Text::new("are you there?"))));
    assert_eq!(comes_back(&mut state, Vec::new()).len(), 3, "Kim, Lee and what is kept");
    let withdrawn =
        |because| AgentEvent::Withdrawn { conversation: id("kim"), claim: Claim(1), because };
    state.hears(withdrawn(WithdrawnBecause::Elsewhere));
    assert_eq!(state.held[&id("kim")].over, Some(Over::Withdrawn(WithdrawnBecause::Elsewhere)));
    assert!(state.unsent().is_empty());
    // What comes of it later changes nothing of what was told.
    state.hears(AgentEvent::Closed { conversation: id("kim"), outcome: Outcome::Resolved });
    assert_eq!(state.held[&id("kim")].over, Some(Over::Withdrawn(WithdrawnBecause::Elsewhere)));
}

#[test]
fn what_is_offered_anew_to_the_agent_who_lost_it_in_a_gap_stays_offered() {
    let mut state = at_work();
    let AgentEvent::Offered { conversation, until, summary, priority, category, note, .. } =
        offered("kim")
    else {
        panic!("an offer")
    };
    let anew = AgentEvent::Offered {
        conversation,
        claim: Claim(2),
        until,
        summary,
        priority,
        category,
        note,
    };
    let asked = comes_back(&mut state, vec![anew]);
    assert!(asked.contains(&(id("kim"), Claim(1))), "the hold is over: {asked:?}");
    state.hears(AgentEvent::Withdrawn {
        conversation: id("kim"),
        claim: Claim(1),
        because: WithdrawnBecause::AgentGone,
    });
    assert_eq!(state.offers[&id("kim")].claim, Claim(2));
    assert!(state.held[&id("kim")].may_come_back());
}

#[test]
fn a_form_stays_with_its_conversation_until_the_hold_changes() {
    let mut state = at_work();
    state
        .does(Action::Form(id("kim"), Form::Transfer))
        .does(Action::Select(id("lee")))
        .does(Action::Select(id("kim")));
    state.hears(accepted("kim", 1, Vec::new(), 0));
    assert_eq!(state.held[&id("kim")].form, Form::Transfer);
    state.hears(AgentEvent::TransferFailed {
        conversation: id("kim"),
        because: TransferFailure::NobodyFree,
    });
    assert_eq!(state.held[&id("kim")].form, Form::Transfer, "the note is still in sight");
    state.hears(accepted("kim", 2, Vec::new(), 0));
    assert_eq!(state.held[&id("kim")].form, Form::Answer);
}

#[test]
fn what_was_written_before_a_reload_is_sent_again_with_its_id_unless_it_is_there() {
    let mut state = State::default();
    let unsent = vec![
        (MessageId("one-1".into()), Text::new("one")),
        (MessageId("new".into()), Text::new("new")),
    ];
    state.does(Action::Remember([(id("kim"), unsent)].into())).hears(accepted(
        "kim",
        4,
        vec![message(1, Author::Agent, "one")],
        0,
    ));
    let AgentCommand::Say { message, claim: Claim(4), .. } = &state.unsent()[0] else {
        panic!("{:?}", state.unsent())
    };
    assert_eq!((message.0.as_str(), state.unsent().len()), ("new", 1));
    state.hears(AgentEvent::Rejected {
        rejection: Rejection::new(RejectionCode::SlowDown, "x").about(MessageId("new".into())),
    });
    assert_eq!((state.unsent().len(), state.notices.len()), (1, 0), "later");
    state.hears(AgentEvent::Rejected {
        rejection: Rejection::new(RejectionCode::Full, "x").about(MessageId("new".into())),
    });
    assert_eq!((state.unsent().len(), state.held[&id("kim")].talk.redrafts), (0, 1));
    assert!(state.told()[0].contains("back in your field"), "{:?}", state.told());
}

#[test]
fn a_refusal_is_a_sentence_only_for_what_the_agent_pressed_and_they_do_not_overwrite_each_other() {
    let mut state = at_work();
    let refused = |code| AgentEvent::Rejected {
        rejection: Rejection::new(code, "you do not hold this conversation"),
    };
    state.hears(refused(RejectionCode::StaleClaim));
    assert!(state.notices.is_empty(), "nobody pressed anything");
    for command in [
        AgentCommand::Take { conversation: None },
        AgentCommand::Accept { conversation: id("kim"), claim: Claim(1) },
    ] {
        state.does(Action::Asked(command, T)).hears(refused(RejectionCode::NotNow));
    }
    assert_eq!(state.told().len(), 2);
    assert!(
        state
            .told()
            .iter()
            .all(|told| told.starts_with(char::is_uppercase) && !told.contains("you do not hold")),
        "{:?}",
        state.told()
    );
    state.does(Action::Dismiss(state.notices[0].id));
    assert_eq!(state.told().len(), 1);
}

#[test]
fn a_conversation_is_shown_when_it_is_held_and_a_lost_race_leaves_the_view_alone() {
    let mut state = at_work();
    state
        .does(Action::Await(Some(id("ada"))))
        .does(Action::Asked(AgentCommand::Accept { conversation: id("ada"), claim: Claim(1) }, T));
    assert_eq!(state.selected, Some(id("kim")));
    state.hears(accepted("ada", 1, Vec::new(), 0));
    assert_eq!(state.selected, Some(id("ada")));
    state
        .does(Action::Await(Some(id("eve"))))
        .does(Action::Asked(AgentCommand::Accept { conversation: id("eve"), claim: Claim(1) }, T));
    state
        .hears(AgentEvent::Rejected { rejection: Rejection::new(RejectionCode::StaleClaim, "x") })
        .hears(accepted("eve", 2, Vec::new(), 0));
    assert_eq!(state.selected, Some(id("ada")));
}

#[test]
fn a_missed_offer_is_told_until_the_agent_is_back() {
    let mut state = at_work();
    let signed_in = |available, away_because| AgentEvent::SignedIn {
        agent: AgentId("maria".into()),
        name: "Maria".into(),
        available,
        supervisor: false,
        away_because,
        now: T,
    };
    let is_told = |state: &State| {
        matches!(state.signed_in, SignedIn::As { away_because: Some(AwayBecause::MissedOffer), .. })
    };
    state.hears(signed_in(false, Some(AwayBecause::MissedOffer)));
    assert!(is_told(&state));
    state.hears(signed_in(true, None));
    assert!(!is_told(&state));
}

#[test]
fn another_agent_at_this_computer_sees_nothing_of_the_one_before() {
    let mut state = at_work();
    let other = AgentEvent::SignedIn {
        agent: AgentId("jonas".into()),
        name: "Jonas".into(),
        available: true,
        supervisor: true,
        away_because: None,
        now: T,
    };
    state.hears(other);
    assert!(state.held.is_empty() && state.selected.is_none());
    state
        .hears(accepted("kim", 1, Vec::new(), 0))
        .does(Action::Asked(AgentCommand::SignOut {}, T))
        .hears(AgentEvent::SignedOut {});
    assert_eq!((&state.signed_in, state.held.len()), (&SignedIn::No(SignedOut::Asked), 0));
}

#[test]
fn what_comes_to_a_promise_is_in_the_open_view_and_rings_for_who_keeps_it() {
    let mut state = at_work();
    state.hears(board(vec![promise("ada", None), promise("eve", Some("jonas"))]));
    state.hears(says("ada", 1, "any news?")).hears(says("eve", 1, "hello"));
    assert_eq!((state.promise_news.len(), state.rings.len()), (2, 1), "Jonas keeps Eve's");
    assert_eq!(english(&state.title()), "(1) Baton console");
    let words = [message(1, Author::Visitor, "any news?"), message(2, Author::Visitor, "please")];
    let opened = |claim: Option<u64>, so_far: usize| AgentEvent::Opened {
        conversation: id("ada"),
        claim: claim.map(Claim),
        card: card(),
        requested_at: T,
        transcript_before: 0,
        card_lost: false,
        messages: words[..so_far].to_vec(),
        notes: Vec::new(),
    };
    state.hears(opened(None, 1));
    assert_eq!(english(&state.title()), "Baton console");
    state.hears(says("ada", 2, "please"));
    assert_eq!(state.opened.as_ref().map(|(_, opened)| opened.talk.messages.len()), Some(2));
    // Kept by this agent: what is written goes out with the claim.
    state
        .hears(opened(Some(9), 2))
        .does(Action::Wrote(id("ada"), (MessageId("m".into()), Text::new("soon"))));
    assert!(
        matches!(&state.unsent()[..], [AgentCommand::Say { claim: Claim(9), .. }]),
        "{:?}",
        state.unsent()
    );
    assert_eq!(
        state.opened.as_ref().map(|(_, opened)| opened.talk.messages.len()),
        Some(2),
        "what was read stays"
    );
    state.does(Action::CloseOpened);
    assert!(
        matches!(&state.unsent()[..], [AgentCommand::Say { claim: Claim(9), .. }]),
        "it still goes out: {:?}",
        state.unsent()
    );
    state.hears(opened(Some(9), 2));
    assert_eq!(state.unsent().len(), 1);
    state.hears(board(vec![promise("ada", None), promise("eve", Some("jonas"))]));
    assert_eq!(state.opened.as_ref().map(|(_, opened)| opened.claim), Some(None), "given back");
    state.hears(board(vec![promise("eve", Some("jonas"))]));
    assert!(
        state.opened.as_ref().is_some_and(|(_, opened)| opened.is_over),
        "the visitor chose something else"
    );
}

#[test]
fn earlier_pages_are_put_before_without_a_gap_and_stay_when_the_desk_tells_again() {
    let page =
        |from, to| (from..=to).map(|seq| message(seq, Author::Visitor, "x")).collect::<Vec<_>>();
    let mut state = State::default();
    state.hears(accepted("kim", 1, page(201, 300), 300));
    let first = |state: &State| {
        (state.held[&id("kim")].talk.first().0, state.held[&id("kim")].talk.messages.len())
    };
    for (from, to, then) in
        [(51, 150, (201, 100)), (101, 200, (101, 200)), (101, 200, (101, 200)), (1, 100, (1, 300))]
    {
        state.hears(AgentEvent::Messages { conversation: id("kim"), messages: page(from, to) });
        assert_eq!(first(&state), then, "{from} to {to}");
    }
    state.hears(accepted("kim", 1, page(205, 304), 300));
    assert_eq!((first(&state), state.unread("kim")), ((1, 304), 4));
    state.hears(accepted("kim", 1, page(901, 1_000), 300));
    assert_eq!(first(&state), (901, 100), "what is missing between is asked for");
}

#[test]
fn a_transcript_by_a_wrong_clock_is_moved_to_end_when_the_visitor_asked_and_keeps_its_order() {
    let talk = |times: &[Millis]| {
        let mut card = card();
        card.transcript = times
            .iter()
            .map(|at| TranscriptLine {
                author: Author::Visitor,
                at: *at,
                text: Text::new("x"),
                confidence: None,
            })
            .collect();
        Talk {
            card: card.into(),
            page: None,
            requested_at: T,
            transcript_before: 0,
            card_lost: false,
            messages: Vec::new(),
            unsent: Vec::new(),
            notes: Vec::new(),
            redrafts: 0,
        }
    };
    assert_eq!(
        talk(&[T - 9_000, T - 1_000]).transcript_times(),
        [T - 9_000, T - 1_000],
        "a right clock is left alone"
    );
    let day = 86_400_000;
    assert_eq!(talk(&[T + day - 9_000, T + day]).transcript_times(), [T - 9_000, T]);
    assert_eq!(talk(&[60_000, 70_000]).transcript_times(), [T - 10_000, T], "1970");
    // Set while they talked: a later line is not earlier than the one before.
    let times = talk(&[T + day, T - 60_000, T - 1_000]).transcript_times();
    assert!(times.is_sorted() && times.iter().all(|at| *at <= T), "{times:?}");
    assert!(talk(&[0, u64::MAX]).transcript_times().is_sorted());
    assert!(talk(&[]).transcript_times().is_empty());
}

#[test]
fn a_vanished_agents_visitor_is_told_of_and_the_rest_is_told_in_the_conversation() {
    let mut state = at_work();
    state.hears(AgentEvent::Withdrawn {
        conversation: id("kim"),
        claim: Claim(1),
        because: WithdrawnBecause::AgentGone,
    });
    assert_eq!(state.told().len(), 1);
    state.hears(AgentEvent::Withdrawn {
        conversation: id("lee"),
        claim: Claim(1),
        because: WithdrawnBecause::Transferred,
    });
    assert_eq!((state.told().len(), state.live()), (1, 0));
}

#[test]
fn one_is_told_as_one_and_what_somebody_wrote_is_told_as_it_is() {
    assert_eq!(english(&said::deleted(1, "r")), "Deleted: 1 message. Receipt r.");
    assert_eq!(english(&said::deleted(2, "r")), "Deleted: 2 messages. Receipt r.");
    assert_eq!(english(&said::notify_message(speech::own("{0} \u{FDD0}Kim|"))), "{0} Kim| writes");
}

#[test]
fn a_refusal_is_told_by_its_reason_and_never_in_the_desks_own_words() {
    let refused = |command: AgentCommand, reason| {
        let mut state = at_work();
        state.hears(board(vec![promise("ada", Some("jonas"))])).does(Action::Asked(command, T));
        let why = "you hold one more than you can already";
        let rejection = Rejection { reason, ..Rejection::new(RejectionCode::NotNow, why) };
        state.hears(AgentEvent::Rejected { rejection }).told()
    };
    let take = || AgentCommand::Take { conversation: None };
    assert_eq!(
        refused(take(), Some(RejectionReason::NoPlace)),
        ["You have no free place: end or pass on a conversation first."]
    );
    // One that this page does not know, and none of an edge before there were any.
    for reason in [Some(RejectionReason::Other), None] {
        assert_eq!(
            refused(take(), reason),
            ["Nobody waits whom you could take, or you have no free place."]
        );
    }
    let claim = AgentCommand::ClaimPromise { conversation: id("ada") };
    assert_eq!(refused(claim, Some(RejectionReason::KeptByAnother)), ["jonas keeps this promise."]);
}

#[test]
fn what_the_desk_has_lost_is_not_shown_as_kept_and_the_agents_own_is_brought_again() {
    let mut state = at_work();
    let first = || message(1, Author::Visitor, "hello");
    let mine = by("Maria", message(2, Author::Agent, "mine"));
    let lost = vec![
        first(),
        mine.clone(),
        by("Jonas", message(3, Author::Agent, "of Jonas")),
        message(4, Author::Visitor, "theirs"),
    ];
    state.hears(accepted("c1", 1, lost, 0));
    // An older copy was put back, and the visitor wrote since.
    let now = vec![first(), message(2, Author::Visitor, "new")];
    state.hears(accepted("c1", 1, now.clone(), 0));
    let talk = &state.held[&id("c1")].talk;
    assert_eq!((&talk.messages, &talk.unsent), (&now, &vec![(mine.id, mine.text)]));
}

#[test]
fn what_an_agent_said_stays_theirs_when_they_are_called_otherwise() {
    let mut state = at_work();
    let renamed = AgentEvent::SignedIn {
        agent: AgentId("maria".into()),
        name: "Mary".into(),
        available: true,
        supervisor: false,
        away_because: None,
        now: T,
    };
    state.hears(renamed);
    assert!(["Maria", "Mary"].iter().all(|name| state.called.contains(*name)));
    let mine = by("Maria", message(1, Author::Agent, "mine"));
    state.hears(accepted("c1", 1, vec![mine.clone()], 0)).hears(accepted("c1", 1, vec![], 0));
    assert_eq!(state.held[&id("c1")].talk.unsent, [(mine.id, mine.text)], "the desk has lost it");
    let other = AgentEvent::SignedIn {
        agent: AgentId("jonas".into()),
        name: "Jonas".into(),
        available: true,
        supervisor: false,
        away_because: None,
        now: T,
    };
    state.hears(other);
    assert!(!state.called.contains("Maria"), "another agent at this computer");
}
