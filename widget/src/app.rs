//! What happens next: takes an event, changes the thread, and says what must be done. No DOM, no network, no clock.

use protocol::{
    ActionOutcome, ActionTried, Author, ContextPackage, Escalation, FallbackChoice, FallbackKind, Field, MessageId, Millis, Outcome, Profile,
    QueuedBecause, RejectionCode, SignalKind, Text, Trigger, VisitorCommand, VisitorEvent, WidgetSettings, limits,
};
use signals::{Reader, Reading};

use crate::{
    answers::{Answers, Entry},
    escalate::{self, Decision},
    locale::Locale,
    package,
    thread::{Line, Mark, Question, Stage, Thread, UnsentKind},
};

/// How long "is typing" stands without news, in ms.
const TYPING_MS: Millis = 4_000;
/// Turns for which an offer that was declined is not made again.
const DECLINED_TURNS: u8 = 3;

/// What happened.
pub enum Event {
    /// The panel is shown; by the button, if `human`.
    Opened {
        human: bool,
    },
    /// The panel is hidden.
    Hidden,
    /// The visitor sent what they wrote.
    Submitted(String),
    /// The visitor presses keys.
    Typed,
    Pressed(Press),
    /// The site's questions and answers came.
    AnswersLoaded(Vec<Entry>),
    /// The page says who the visitor is.
    Identified(Profile),
    /// The page says where it is.
    OnPage(Text),
    Desk(VisitorEvent),
    /// A frame could not be delivered.
    Unreachable,
    /// A socket is open.
    Connected,
}

/// What the visitor may press.
#[derive(Clone, Debug, PartialEq)]
pub enum Press {
    Human,
    Helped(bool),
    Action(bool),
    PersonOffered(bool),
    Category(String),
    Fallback(FallbackKind),
    KeepWaiting,
    Leave,
    Rate { effort: Option<u8>, satisfaction: Option<u8> },
}

/// What must be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Keep the thread in the browser.
    Save,
    /// Bring the unsent commands to the desk.
    Deliver,
    /// The desk asked for patience: bring them after a while.
    RetryLater,
    /// Hold a socket to the desk.
    OpenSocket,
    CloseSocket,
    /// Send now or not at all.
    Send(VisitorCommand),
    /// Ask the page for its questions and answers.
    LoadAnswers,
    /// Put the cursor into the composer.
    Focus,
    /// Tell the page how many lines are unread.
    Unread(u32),
}

/// Randomness and time, from the rim.
pub struct Fresh {
    pub now: Millis,
    /// Random ids, made on demand.
    pub id: fn() -> String,
    pub token: fn() -> String,
}

pub struct App {
    pub settings: WidgetSettings,
    pub thread: Thread,
    pub typing_until: Millis,
    /// The last delivery failed.
    pub is_unreachable: bool,
    /// What is wrong with what was written into the composer.
    pub error: Option<String>,
    /// The rating was sent from this page.
    pub is_rated: bool,
    reader: Reader,
    latest: Reading,
    answers: Option<Answers>,
    /// What was asked before the answers were there.
    waiting_for_answers: Option<(String, Reading)>,
    page: Option<Text>,
}

impl App {
    pub fn new(settings: WidgetSettings, thread: Thread) -> Self {
        let mut reader = Reader::new(settings.rules.thresholds.rephrasing);
        let mut latest = Reading::default();
        for line in &thread.lines[thread.first_line.min(thread.lines.len())..] {
            match line.author {
                Author::Visitor if !line.is_notice => latest = reader.read(line.text.reveal()),
                Author::Bot if !line.is_notice => reader.hear_bot(line.text.reveal(), line.confidence),
                _ => {}
            }
        }
        Self {
            settings,
            thread,
            typing_until: 0,
            is_unreachable: false,
            error: None,
            is_rated: false,
            reader,
            latest,
            answers: None,
            waiting_for_answers: None,
            page: None,
        }
    }

    /// Takes one event.
    pub fn update(&mut self, fresh: &Fresh, event: Event) -> Vec<Command> {
        let mut commands = Vec::new();
        match event {
            Event::Opened { human } => self.open(fresh, human, &mut commands),
            Event::Hidden => self.thread.panel_open = false,
            Event::Submitted(text) => self.submit(fresh, text.trim(), &mut commands),
            Event::Typed => {
                if matches!(self.thread.stage, Stage::Live { .. }) {
                    return vec![Command::Send(VisitorCommand::Type {})];
                }
                return commands;
            }
            Event::Pressed(press) => self.press(fresh, press, &mut commands),
            Event::AnswersLoaded(entries) => {
                self.answers = Some(Answers::new(entries));
                if let Some((text, reading)) = self.waiting_for_answers.take() {
                    self.answer(fresh, &text, &reading, &mut commands);
                }
            }
            Event::Identified(profile) => {
                merge(&mut self.thread.profile, profile);
                // Before the first touch nothing is stored.
                if self.thread.lines.is_empty() {
                    return commands;
                }
            }
            Event::OnPage(page) => {
                self.page = Some(page);
                return commands;
            }
            Event::Desk(event) => self.hear_desk(fresh, event, &mut commands),
            Event::Unreachable => self.is_unreachable = true,
            Event::Connected => {
                self.is_unreachable = false;
                commands.push(Command::Send(VisitorCommand::Resume { after: self.thread.last_seq }));
                commands.push(Command::Deliver);
            }
        }
        commands.push(Command::Save);
        commands
    }

    // ---- what the visitor does

    fn open(&mut self, fresh: &Fresh, human: bool, commands: &mut Vec<Command>) {
        // A panel that was open before the page changed takes no focus from the new page.
        if !std::mem::replace(&mut self.thread.panel_open, true) {
            commands.push(Command::Focus);
        }
        self.thread.unread = 0;
        commands.push(Command::Unread(0));
        if self.thread.lines.is_empty() {
            self.say(fresh, Locale::GREETING);
        }
        if self.answers.is_none() {
            commands.push(Command::LoadAnswers);
        }
        if human {
            self.press(fresh, Press::Human, commands);
        }
    }

    fn submit(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
        self.error = None;
        if text.is_empty() {
            return;
        }
        let text: String = text.chars().take(limits::MAX_MESSAGE_CHARS).collect();
        match (&self.thread.question, &self.thread.stage) {
            (Some(Question::Phone), _) => return self.choose(fresh, FallbackChoice::Callback { phone: text.as_str().into() }, commands),
            (Some(Question::Email), _) => return self.choose(fresh, FallbackChoice::Ticket { email: text.as_str().into() }, commands),
            (_, Stage::Asking { missing, .. }) if !missing.is_empty() => return self.hear_field(fresh, &text, commands),
            (_, Stage::Closed { .. }) => self.begin_again(fresh, commands),
            _ => {}
        }
        if self.thread.stage.is_at_desk() {
            let id = MessageId((fresh.id)());
            self.thread.lines.push(Line { id: Some(id.clone()), mark: Mark::Sending, ..line(Author::Visitor, fresh.now, &text) });
            self.thread.owe(&VisitorCommand::Say { message: id, text: text.as_str().into() });
            commands.push(Command::Deliver);
            return;
        }
        self.hear(fresh, &text, commands);
    }

    /// A message to the bot.
    fn hear(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
        let place = self.thread.next_line();
        self.thread.lines.push(line(Author::Visitor, fresh.now, text));
        self.settle_question_in_words(text);
        let reading = self.reader.read(text);
        self.latest = reading.clone();
        if let Some(declined) = &mut self.thread.declined_ago {
            *declined = declined.saturating_add(1);
        }
        let found = escalate::signals_of(&reading, None, &self.settings.rules, place);
        self.thread.signals.extend(found.iter().cloned());
        self.thread.signals.truncate(limits::MAX_LIST_ITEMS);
        if self.thread.category.is_none() {
            self.thread.category = category_of(text, &self.settings);
        }
        let decision = escalate::decide(&reading, &found, &self.settings.rules, self.has_declined());
        match decision {
            Decision::Handoff(escalation) => {
                // The message that names the topic names the category as well.
                if escalation.trigger == Trigger::Topic {
                    self.thread.category = category_of(text, &self.settings).or(self.thread.category.take());
                }
                self.begin_handoff(fresh, escalation, commands);
            }
            Decision::Offer(escalation) => self.offer(fresh, Locale::OFFER, escalation),
            Decision::Nothing if self.answers.is_some() => self.answer(fresh, text, &reading, commands),
            Decision::Nothing => {
                self.waiting_for_answers = Some((text.to_owned(), reading));
                commands.push(Command::LoadAnswers);
            }
        }
    }

    /// The bot's answer, or a person in place of a wrong one.
    fn answer(&mut self, fresh: &Fresh, text: &str, reading: &Reading, commands: &mut Vec<Command>) {
        let found = self.answers.as_ref().and_then(|answers| answers.find(text));
        let small_talk = signals::Terms::of(text).is_empty();
        let Some(best) = found.filter(|_| !small_talk) else {
            return self.say(fresh, if reading.short_negative { Locale::WHAT_ELSE } else { Locale::GO_ON });
        };
        let (entry, confidence) = (best.entry.clone(), best.confidence);
        if confidence >= 0.35 {
            self.thread.matched = Some(entry.question.clone());
        }
        if confidence < self.settings.rules.thresholds.confidence {
            let place = self.thread.next_line().saturating_sub(1);
            let found = escalate::signals_of(reading, Some(confidence), &self.settings.rules, place);
            self.thread.signals.extend(found.iter().filter(|signal| signal.kind == SignalKind::LowConfidence).cloned());
            return match escalate::decide(reading, &found, &self.settings.rules, false) {
                Decision::Handoff(escalation) => self.begin_handoff(fresh, escalation, commands),
                Decision::Offer(escalation) => self.offer(fresh, Locale::UNSURE, escalation),
                Decision::Nothing => self.say(fresh, Locale::WHAT_ELSE),
            };
        }
        self.thread.lines.push(Line { confidence: Some(confidence), source: entry.source.clone(), ..line(Author::Bot, fresh.now, &entry.answer) });
        let action = self.thread.actions.len();
        let (what, question) = match entry.offer {
            Some(offer) => {
                self.say(fresh, &offer.ask);
                (format!("offered {}", offer.what), Question::Action { action, accepted: offer.accepted, declined: offer.declined })
            }
            None => {
                self.reader.hear_bot(&entry.answer, Some(confidence));
                (format!("answered “{}”", entry.question), Question::Helped { action })
            }
        };
        self.thread.actions.push(ActionTried { at: fresh.now, what: Text::new(what), outcome: ActionOutcome::Unanswered });
        self.thread.question = Some(question);
        self.note_unread(commands);
    }

    /// An answer in words to what the bot asked.
    fn settle_question_in_words(&mut self, text: &str) {
        let Some(question) = self.thread.question.take() else { return };
        let first = text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
        let answer = match first.as_str() {
            "yes" | "yeah" | "yep" | "sure" | "ok" | "okay" | "please" => Some(true),
            "no" | "nope" | "nah" => Some(false),
            _ => None,
        };
        match (question, answer) {
            (Question::Helped { action }, Some(helped)) => {
                self.outcome(action, if helped { ActionOutcome::Helped } else { ActionOutcome::DidNotHelp })
            }
            (Question::Action { action, .. }, Some(accepted)) => {
                self.outcome(action, if accepted { ActionOutcome::Accepted } else { ActionOutcome::Declined })
            }
            (Question::Human { .. }, Some(false)) => self.thread.declined_ago = Some(0),
            _ => {}
        }
    }

    fn press(&mut self, fresh: &Fresh, press: Press, commands: &mut Vec<Command>) {
        let question = match press {
            Press::Rate { .. } | Press::KeepWaiting | Press::Leave | Press::Fallback(_) => None,
            _ => self.thread.question.take(),
        };
        match (press, question) {
            (Press::Human, _) => match &self.thread.stage {
                Stage::Bot => {
                    let escalation = escalate::by_button(&self.settings.rules, self.thread.signals.clone());
                    self.begin_handoff(fresh, escalation, commands);
                }
                Stage::Closed { .. } => {
                    self.begin_again(fresh, commands);
                    self.press(fresh, Press::Human, commands);
                }
                // It is under way already: say where it stands.
                Stage::Waiting { position, wait, staffing, .. } => {
                    let text = Locale::place(*position, *wait, *staffing);
                    self.notice(fresh, &text);
                }
                _ => {}
            },
            (Press::Helped(helped), Some(Question::Helped { action })) => {
                self.outcome(action, if helped { ActionOutcome::Helped } else { ActionOutcome::DidNotHelp });
                if !helped {
                    self.reader.hear_failure();
                }
                self.echo(fresh, if helped { Locale::YES } else { Locale::NO });
                self.say(fresh, if helped { Locale::GLAD } else { Locale::WHAT_ELSE });
            }
            (Press::Action(yes), Some(Question::Action { action, accepted, declined })) => {
                self.outcome(action, if yes { ActionOutcome::Accepted } else { ActionOutcome::Declined });
                self.echo(fresh, if yes { Locale::YES_PLEASE } else { Locale::NO });
                self.say(fresh, if yes { &accepted } else { &declined });
            }
            (Press::PersonOffered(true), Some(Question::Human { escalation })) => {
                self.echo(fresh, Locale::YES_PLEASE);
                self.begin_handoff(fresh, escalation, commands);
            }
            (Press::PersonOffered(false), Some(Question::Human { .. })) => {
                self.echo(fresh, Locale::NOT_NOW);
                self.thread.declined_ago = Some(0);
                self.say(fresh, Locale::GO_ON);
            }
            (Press::Category(key), _) => {
                let label = self.settings.categories.iter().find(|own| own.key == key).map_or(key.clone(), |own| own.label.clone());
                self.echo(fresh, &label);
                self.thread.category = Some(key);
                self.field_is_known(fresh, Field::Category, commands);
            }
            (Press::Fallback(kind), _) => {
                self.error = None;
                self.thread.question = Some(if kind == FallbackKind::Callback { Question::Phone } else { Question::Email });
                self.notice(fresh, if kind == FallbackKind::Callback { Locale::YOUR_PHONE } else { Locale::YOUR_EMAIL });
                commands.push(Command::Focus);
            }
            (Press::KeepWaiting, _) => {
                self.error = None;
                self.thread.question = None;
            }
            (Press::Leave, _) => match self.thread.stage {
                Stage::Asking { .. } => {
                    self.thread.stage = Stage::Bot;
                    self.say(fresh, Locale::GO_ON);
                }
                _ => {
                    self.thread.question = None;
                    self.thread.owe(&VisitorCommand::Leave {});
                    commands.push(Command::Deliver);
                }
            },
            (Press::Rate { effort, satisfaction }, _) => {
                self.is_rated = true;
                self.thread.owe(&VisitorCommand::Rate { effort, satisfaction });
                commands.push(Command::Deliver);
            }
            _ => {}
        }
    }

    // ---- the handoff

    fn offer(&mut self, fresh: &Fresh, words: &str, escalation: Escalation) {
        self.say(fresh, words);
        self.thread.question = Some(Question::Human { escalation });
    }

    /// Asks for what the site requires and is not known, then hands over.
    fn begin_handoff(&mut self, fresh: &Fresh, escalation: Escalation, commands: &mut Vec<Command>) {
        self.thread.question = None;
        let rules = &self.settings.rules;
        let required = rules.of(escalation.trigger).or(rules.of(Trigger::Explicit)).map_or(&[] as &[Field], |rule| &rule.require);
        let missing = required.iter().copied().filter(|field| match field {
            Field::Name => self.thread.profile.name.is_none(),
            Field::Email => self.thread.profile.email.is_none(),
            Field::Category => self.thread.category.is_none() && !self.settings.categories.is_empty(),
        });
        self.thread.stage = Stage::Asking { missing: missing.collect(), escalation };
        self.ask_or_hand_over(fresh, commands);
    }

    fn ask_or_hand_over(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        let Stage::Asking { missing, escalation } = self.thread.stage.clone() else { return };
        match missing.first() {
            Some(Field::Name) => self.say(fresh, Locale::ASK_NAME),
            Some(Field::Category) => self.say(fresh, Locale::ASK_CATEGORY),
            Some(Field::Email) => self.say(fresh, Locale::ASK_EMAIL),
            None => {
                let package = self.package(escalation);
                self.thread.stage = Stage::HandingOff;
                self.thread.owe(&VisitorCommand::RequestHandoff { package: Box::new(package) });
                self.notice(fresh, Locale::HANDING_OFF);
                commands.push(Command::Deliver);
                return;
            }
        }
        commands.push(Command::Focus);
    }

    /// An answer to what was asked for the handoff.
    fn hear_field(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
        let Stage::Asking { missing, .. } = &self.thread.stage else { return };
        let Some(field) = missing.first().copied() else { return };
        match field {
            Field::Email if !text.contains('@') || text.contains(' ') => {
                self.error = Some(Locale::BAD_EMAIL.to_owned());
                return;
            }
            Field::Email => self.thread.profile.email = Some(text.into()),
            Field::Name => self.thread.profile.name = Some(Text::new(text.chars().take(100).collect::<String>())),
            // Words in place of a button: the nearest category, or the last, which is the general one.
            Field::Category => {
                let last = self.settings.categories.last().map(|own| own.key.clone());
                self.thread.category = category_of(text, &self.settings).or(last);
            }
        }
        self.echo(fresh, text);
        self.field_is_known(fresh, field, commands);
    }

    fn field_is_known(&mut self, fresh: &Fresh, field: Field, commands: &mut Vec<Command>) {
        if let Stage::Asking { missing, .. } = &mut self.thread.stage {
            missing.retain(|own| *own != field);
            self.ask_or_hand_over(fresh, commands);
        }
    }

    fn package(&self, escalation: Escalation) -> ContextPackage {
        package::context_package(&self.thread, &self.settings, &self.latest, escalation, self.page.clone())
    }

    fn choose(&mut self, fresh: &Fresh, fallback: FallbackChoice, commands: &mut Vec<Command>) {
        let words = match &fallback {
            FallbackChoice::Callback { phone } => phone.clone(),
            FallbackChoice::Ticket { email } => email.clone(),
        };
        self.echo(fresh, words.reveal());
        self.thread.settle(&[UnsentKind::Fallback]);
        self.thread.owe(&VisitorCommand::ChooseFallback { fallback });
        commands.push(Command::Deliver);
    }

    fn begin_again(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        self.notice(fresh, Locale::NEW_CONVERSATION);
        self.thread.begin_again(protocol::ConversationId((fresh.id)()), protocol::Token((fresh.token)()));
        self.reader = Reader::new(self.settings.rules.thresholds.rephrasing);
        self.latest = Reading::default();
        self.is_rated = false;
        commands.push(Command::CloseSocket);
    }

    // ---- what the desk says

    fn hear_desk(&mut self, fresh: &Fresh, event: VisitorEvent, commands: &mut Vec<Command>) {
        self.is_unreachable = false;
        match event {
            VisitorEvent::Queued { position, wait, staffing, choices, because } => {
                let is_new = matches!(self.thread.stage, Stage::HandingOff);
                self.handoff_is_safe(commands);
                if is_new {
                    self.notice(fresh, &format!("{} {}", Locale::UNDERSTOOD, Locale::place(position, wait, staffing)));
                } else if matches!(because, QueuedBecause::AgentLeft | QueuedBecause::LongWait) {
                    self.notice(fresh, &Locale::queued(because, position, wait, staffing));
                    self.note_unread(commands);
                }
                self.thread.stage = Stage::Waiting { position, wait, staffing, choices, because };
            }
            VisitorEvent::Reviewing { agent, .. } => {
                self.handoff_is_safe(commands);
                self.thread.question = None;
                self.thread.stage = Stage::Reviewing { agent };
            }
            VisitorEvent::Connected { agent } => {
                self.handoff_is_safe(commands);
                self.thread.question = None;
                if !matches!(&self.thread.stage, Stage::Live { agent: known } if *known == agent) {
                    self.notice(fresh, &Locale::connected(&agent));
                    self.note_unread(commands);
                }
                self.thread.stage = Stage::Live { agent };
            }
            VisitorEvent::Said { message } => self.hear_message(message, commands),
            VisitorEvent::Received { seq } => {
                for line in &mut self.thread.lines {
                    if line.author == Author::Visitor && line.seq.is_some_and(|own| own <= seq) {
                        line.mark = Mark::Read;
                    }
                }
            }
            VisitorEvent::AgentTyping {} => self.typing_until = fresh.now + TYPING_MS,
            VisitorEvent::Promised { commitment } => {
                self.handoff_is_safe(commands);
                self.thread.settle(&[UnsentKind::Fallback]);
                self.thread.question = None;
                self.error = None;
                if !matches!(&self.thread.stage, Stage::Promised { commitment: known } if *known == commitment) {
                    self.notice(fresh, &Locale::promised(&commitment));
                    self.note_unread(commands);
                }
                self.thread.stage = Stage::Promised { commitment };
            }
            VisitorEvent::Closed { outcome, may_rate, choices } => {
                self.handoff_is_safe(commands);
                self.thread.settle(&[UnsentKind::Handoff, UnsentKind::Say, UnsentKind::Leave]);
                if !matches!(self.thread.stage, Stage::Closed { .. }) {
                    self.notice(fresh, Locale::closed(outcome));
                    self.note_unread(commands);
                }
                self.thread.stage = Stage::Closed { outcome, may_rate, choices };
                if matches!(outcome, Outcome::Resolved | Outcome::Fulfilled | Outcome::Unresolved | Outcome::FollowUp) && !may_rate {
                    commands.push(Command::CloseSocket);
                }
            }
            VisitorEvent::Rated {} => {
                self.thread.settle(&[UnsentKind::Rate]);
                if let Stage::Closed { may_rate, .. } = &mut self.thread.stage {
                    *may_rate = false;
                }
                self.notice(fresh, Locale::RATED);
                commands.push(Command::CloseSocket);
            }
            VisitorEvent::Resumed { .. } | VisitorEvent::Pong {} => {}
            VisitorEvent::Rejected { rejection } => self.hear_rejection(fresh, rejection, commands),
        }
    }

    /// Any state of the desk acknowledges the handoff.
    fn handoff_is_safe(&mut self, commands: &mut Vec<Command>) {
        self.thread.settle(&[UnsentKind::Handoff]);
        commands.push(Command::OpenSocket);
        if !self.thread.unsent.is_empty() {
            commands.push(Command::Deliver);
        }
    }

    fn hear_message(&mut self, message: protocol::Message, commands: &mut Vec<Command>) {
        self.thread.settle_message(&message.id);
        match self.thread.lines.iter_mut().find(|line| line.id.as_ref() == Some(&message.id)) {
            Some(known) => {
                known.seq = Some(message.seq);
                known.at = message.at;
                if known.mark != Mark::Read && known.author == Author::Visitor {
                    known.mark = Mark::Delivered;
                }
            }
            None => {
                let mark = if message.author == Author::Visitor { Mark::Delivered } else { Mark::None };
                let line = line(message.author, message.at, message.text.reveal());
                self.thread.lines.push(Line { id: Some(message.id), seq: Some(message.seq), mark, ..line });
                if message.author == Author::Agent {
                    self.typing_until = 0;
                    self.note_unread(commands);
                }
            }
        }
        if message.seq == self.thread.last_seq + 1 {
            self.thread.last_seq = message.seq;
            if message.author == Author::Agent {
                commands.push(Command::Send(VisitorCommand::MarkReceived { seq: message.seq }));
            }
        } else if message.seq > self.thread.last_seq {
            // Something in between is missing: ask for exactly the rest.
            commands.push(Command::Send(VisitorCommand::Resume { after: self.thread.last_seq }));
        }
    }

    fn hear_rejection(&mut self, fresh: &Fresh, rejection: protocol::Rejection, commands: &mut Vec<Command>) {
        match rejection.code {
            RejectionCode::SlowDown | RejectionCode::Unavailable => commands.push(Command::RetryLater),
            RejectionCode::NotFound => {
                // The desk does not know it: what is unsent cannot be delivered there, and the words stay on the screen.
                for line in &mut self.thread.lines {
                    if line.mark == Mark::Sending {
                        line.mark = Mark::Failed;
                    }
                }
                self.thread.unsent.clear();
                self.notice(fresh, Locale::LOST_FOR_DESK);
                self.thread.stage = Stage::Closed { outcome: Outcome::Unresolved, may_rate: false, choices: Vec::new() };
                commands.push(Command::CloseSocket);
            }
            _ => {
                if let Some(id) = &rejection.message {
                    self.thread.settle_message(id);
                    if let Some(line) = self.thread.lines.iter_mut().find(|line| line.id.as_ref() == Some(id)) {
                        line.mark = Mark::Failed;
                    }
                } else {
                    // What the desk will never take is not sent again; a wrong number or address is asked for once more.
                    let field = rejection.field.as_deref().unwrap_or_default();
                    if field.contains("choose_fallback") || rejection.code == RejectionCode::NotNow {
                        self.thread.settle(&[UnsentKind::Fallback, UnsentKind::Rate]);
                    }
                    if field.contains("request_handoff") || rejection.code == RejectionCode::Conflict {
                        self.thread.settle(&[UnsentKind::Handoff]);
                    }
                    self.error = Some(rejection.why);
                }
            }
        }
    }

    // ---- small things

    fn has_declined(&self) -> bool {
        self.thread.declined_ago.is_some_and(|turns| turns <= DECLINED_TURNS)
    }

    fn outcome(&mut self, action: usize, outcome: ActionOutcome) {
        if let Some(action) = self.thread.actions.get_mut(action) {
            action.outcome = outcome;
        }
    }

    /// The bot says something.
    fn say(&mut self, fresh: &Fresh, text: &str) {
        self.reader.hear_bot(text, None);
        self.thread.lines.push(line(Author::Bot, fresh.now, text));
    }

    /// Baton says something about the conversation.
    fn notice(&mut self, fresh: &Fresh, text: &str) {
        self.thread.lines.push(Line { is_notice: true, ..line(Author::Bot, fresh.now, text) });
    }

    /// What a pressed button or a filled-in field says for the visitor; no need is stated in it.
    fn echo(&mut self, fresh: &Fresh, text: &str) {
        self.thread.lines.push(Line { is_notice: true, ..line(Author::Visitor, fresh.now, text) });
    }

    fn note_unread(&mut self, commands: &mut Vec<Command>) {
        if !self.thread.panel_open {
            self.thread.unread += 1;
            commands.push(Command::Unread(self.thread.unread));
        }
    }
}

fn line(author: Author, at: Millis, text: &str) -> Line {
    Line { author, is_notice: false, at, text: text.into(), confidence: None, source: None, id: None, seq: None, mark: Mark::None }
}

/// The category whose words stand most often in the text; the site's own order settles a draw.
fn category_of(text: &str, settings: &WidgetSettings) -> Option<String> {
    let text = text.to_lowercase();
    let score = |words: &[String]| words.iter().filter(|word| text.contains(word.as_str())).count();
    settings
        .categories
        .iter()
        .map(|own| (score(&own.words), &own.key))
        .rev()
        .filter(|(hits, _)| *hits > 0)
        .max_by_key(|(hits, _)| *hits)
        .map(|(_, key)| key.clone())
}

/// What the page says wins over what was known; what it does not say stays.
fn merge(known: &mut Profile, said: Profile) {
    fn take<T>(known: &mut Option<T>, said: Option<T>) {
        if said.is_some() {
            *known = said;
        }
    }
    take(&mut known.name, said.name);
    take(&mut known.email, said.email);
    take(&mut known.phone, said.phone);
    take(&mut known.account, said.account);
    take(&mut known.account_type, said.account_type);
    take(&mut known.loyalty_tier, said.loyalty_tier);
    take(&mut known.lifetime_value, said.lifetime_value);
    take(&mut known.earlier_contacts, said.earlier_contacts);
    if !said.orders.is_empty() {
        known.orders = said.orders;
    }
}
