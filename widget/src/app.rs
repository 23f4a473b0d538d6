//! What happens next: takes an event, changes the thread, and says what must be done. No DOM, no
//! network, no clock.

mod bot;
mod delivering;
mod greeting;
mod handoff;
mod identity;
mod listening;
mod news;
mod restored;
mod tries;
mod visits;

use protocol::{
    ActionOutcome, Author, ConversationId, FallbackKind, MessageId, Millis, Profile, Text,
    VisitorCommand, VisitorEvent, WidgetSettings, limits, pieces,
};
use signals::{Base, Intents, Models, Pack, Reader, Reading};
use words::Said;

use crate::{
    answers::{Answers, Entry},
    delivery::{Answer, Delay, Delivery},
    escalate, locale, said,
    speech::{self, Content},
    thread::{Key, Line, Mark, Question, Stage, Thread, UnsentKind},
};
pub use news::outcome_reopens;
pub use tries::Try;

/// How long "is typing" stands without news, in ms.
const TYPING_MS: Millis = 4_000;
/// Turns for which an offer that was declined is not made again.
const DECLINED_TURNS: u8 = 3;

/// What happened.
pub enum Event {
    /// The page has begun, and nothing else has happened.
    Began,
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
    /// What the reader was taught came, or it will not.
    BaseLoaded(Option<Box<Base>>),
    /// It is slow: what was said is read by the plain rules.
    BaseLate,
    PackLoaded(Box<Pack>),
    /// The site's questions and answers came.
    AnswersLoaded(Vec<Entry>),
    /// They are slow: the bot goes on without, until they come.
    AnswersLate,
    /// The page says who the visitor is.
    Identified(Profile),
    /// The visitor signed out: this browser forgets the conversation.
    Reset,
    /// What this visitor said here, before the page named somebody else, was found.
    BroughtBack(Box<Thread>),
    /// The page says where it is.
    OnPage(Text),
    /// The page may be told that could not be before.
    PageDue,
    /// Over the socket.
    Desk(VisitorEvent),
    /// What a request brought, and the conversation that it was for.
    Answered(ConversationId, Answer),
    /// A socket is open.
    Connected,
    /// The socket is lost; it comes back by itself.
    Disconnected,
    /// No socket has opened for a while: what is new is asked for by request.
    PollDue,
    /// So many lines have been in sight: the panel open, the page in front.
    Seen(usize),
    /// Whether the panel is open and the page in front.
    InView(bool),
    /// Another tab of this browser has written, or has forgotten all.
    Elsewhere(Option<Box<Thread>>),
    /// This tab brings what is unsent to the desk and hears what is new, or another one does.
    Leads(bool),
}

/// What the visitor may press.
#[derive(Clone, Debug, PartialEq)]
pub enum Press {
    Human,
    /// Yes or no to what the bot asked.
    Yes(bool),
    Category(String),
    /// The question that stands is left open.
    Skip,
    Fallback(FallbackKind),
    /// The number or the address that is known already.
    Known,
    KeepWaiting,
    /// What waits for its next try is tried now, unless the desk stated a wait.
    TryNow,
    /// Back to the queue, from a promise or from the end.
    Rejoin,
    Leave,
    /// Another conversation, in place of the one that is over or full.
    BeginAgain,
    Erase,
    Rate {
        effort: Option<u8>,
        satisfaction: Option<u8>,
    },
}

/// What must be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Keep the thread in the browser.
    Save,
    /// Delete what the browser keeps of the thread.
    Forget,
    /// Keep a thread for the person whom the key names; somebody else goes on here.
    PutAway {
        key: String,
        thread: Box<Thread>,
    },
    /// Look for the thread that was put away under this key.
    BringBack {
        key: String,
    },
    /// Make the next try to bring what is unsent to the desk: see [`App::next_try`].
    Deliver,
    /// Hold a socket to the desk.
    OpenSocket,
    CloseSocket,
    /// Send now or not at all.
    Send(VisitorCommand),
    /// `Event::PageDue` after so many ms.
    TellPageIn(Millis),
    /// Ask the page for its questions and answers.
    LoadAnswers,
    /// Fetch the word vectors when there is time.
    LoadPack,
    /// Put the cursor into the composer.
    Focus,
    /// Tell the page how many lines are unread.
    Unread(u32),
    /// Empty the composer, and what is kept of it.
    ForgetDraft,
}

/// Randomness and time, from the rim.
pub struct Fresh {
    pub now: Millis,
    /// By a clock that never jumps, in ms.
    pub elapsed: Millis,
    /// 0 to 1.
    pub random: fn() -> f64,
    /// Random ids, made on demand.
    pub id: fn() -> String,
    pub token: fn() -> String,
}

pub struct App {
    pub settings: WidgetSettings,
    pub thread: Thread,
    pub typing_until: Millis,
    /// Of the last delivery, if it failed.
    pub delay: Option<Delay>,
    pub tries: tries::Tries,
    /// Since when there is no connection.
    pub cut_since: Option<Millis>,
    /// The desk takes no more into this conversation.
    pub is_full: bool,
    /// What is wrong with what was written into the composer.
    pub error: Option<Said>,
    /// The rating was sent from this page.
    pub is_rated: bool,
    reader: Reader,
    models: Models,
    /// Places of the lines not read yet, while the base is on its way.
    held: Option<Vec<usize>>,
    /// The site's categories, as its examples teach them.
    intents: Intents,
    latest: Reading,
    answers: Option<Answers>,
    /// What was asked before the answers were there.
    waiting_for_answers: Option<(String, Reading)>,
    page: Option<Text>,
    visits: visits::Visits,
    delivery: Delivery,
    is_connected: bool,
    /// Whether the visitor can see the newest lines.
    is_in_view: bool,
    /// A replay was asked for from this message on, and has not come.
    asked_after: Option<u64>,
    /// What the desk was told.
    told_received: u64,
    told_read: u64,
    /// The message that reopened the conversation.
    reopened: Option<MessageId>,
}

impl App {
    pub fn new(settings: WidgetSettings, mut thread: Thread) -> Self {
        thread.say_again();
        let models = Models::default();
        Self {
            reader: Reader::new(models.clone(), settings.rules.thresholds.rephrasing),
            models,
            held: Some(Vec::new()),
            intents: Intents::default(),
            latest: Reading::default(),
            settings,
            thread,
            typing_until: 0,
            delay: None,
            tries: Default::default(),
            cut_since: None,
            is_full: false,
            error: None,
            is_rated: false,
            answers: None,
            waiting_for_answers: None,
            page: None,
            visits: visits::Visits::default(),
            delivery: Delivery::default(),
            is_connected: false,
            is_in_view: false,
            asked_after: None,
            told_received: 0,
            told_read: 0,
            reopened: None,
        }
    }

    /// Takes one event.
    pub fn update(&mut self, fresh: &Fresh, event: Event) -> Vec<Command> {
        let mut commands = Vec::new();
        match event {
            Event::Began => {
                self.set_clock(fresh.now, self.settings.now);
                return commands;
            }
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
            event @ (Event::BaseLoaded(_) | Event::BaseLate) => {
                match event {
                    Event::BaseLoaded(base) => {
                        self.learn(Models::new(base.map(|base| *base), None))
                    }
                    _ if self.held.is_none() => return commands,
                    _ => {}
                }
                for at in self.held.take().unwrap_or_default() {
                    self.read_late(fresh, at, &mut commands);
                }
                if self.thread.lines.is_empty() {
                    return commands;
                }
            }
            Event::PackLoaded(pack) => {
                self.learn(self.models.with_pack(*pack));
                return commands;
            }
            Event::AnswersLate if self.answers.is_some() => return commands,
            Event::AnswersLate => self.take_answers(fresh, Vec::new(), &mut commands),
            Event::AnswersLoaded(entries) => self.take_answers(fresh, entries, &mut commands),
            Event::Identified(profile) => {
                self.identify(fresh, profile, &mut commands);
                // Before the first touch nothing is stored.
                if self.thread.lines.is_empty() {
                    return commands;
                }
            }
            Event::Reset => {
                drop(self.start_afresh(fresh, &mut commands));
                if self.thread.lines.is_empty() {
                    return commands;
                }
            }
            Event::BroughtBack(thread) => self.bring_back(*thread, &mut commands),
            Event::OnPage(page) => {
                self.page = Some(page);
                return self.tell_page(fresh).into_iter().collect();
            }
            Event::PageDue => return self.tell_page(fresh).into_iter().collect(),
            Event::Desk(event) => {
                self.hear_desk(fresh, event, &mut commands);
                commands.extend(self.tell_page(fresh));
            }
            Event::Answered(conversation, answer) => {
                self.hear_answer(fresh, &conversation, answer, &mut commands)
            }
            Event::Connected => {
                // Whether the desk takes it now is not known by that.
                self.delay = self.delay.filter(|delay| *delay == Delay::Busy);
                (self.cut_since, self.is_connected) = (None, true);
                self.delivery.refreshed();
                (self.asked_after, self.told_received, self.told_read) = (None, 0, 0);
                self.visits.begin();
                self.ask_for_rest(&mut commands);
                commands.push(Command::Deliver);
            }
            Event::Disconnected => {
                self.is_connected = false;
                self.asked_after = None;
                self.cut_since.get_or_insert(fresh.now);
                return vec![Command::Deliver];
            }
            Event::PollDue => {
                self.delivery.poll();
                return vec![Command::Deliver];
            }
            Event::InView(is_in_view) => {
                self.is_in_view = is_in_view;
                return commands;
            }
            Event::Seen(lines) => self.see(lines, &mut commands),
            Event::Elsewhere(Some(thread)) => return self.take_over(*thread),
            Event::Elsewhere(None) => {
                drop(self.start_afresh(fresh, &mut commands));
                // It is done already, and something new may stand there.
                commands.retain(|command| *command != Command::Forget);
                return commands;
            }
            Event::Leads(leads) => return self.lead(leads),
        }
        commands.push(Command::Save);
        commands
    }

    /// Who has the conversation.
    pub fn agent(&self) -> Option<&str> {
        match &self.thread.stage {
            Stage::Live { agent } | Stage::Reviewing { agent } => Some(agent),
            _ => None,
        }
    }

    // ---- what the visitor does

    fn open(&mut self, fresh: &Fresh, human: bool, commands: &mut Vec<Command>) {
        // A panel that was open before the page changed takes no focus from the new page.
        if !std::mem::replace(&mut self.thread.panel_open, true) {
            commands.push(Command::Focus);
        }
        if self.answers.is_none() {
            commands.push(Command::LoadAnswers);
        }
        if human || self.answers.is_some() {
            self.greet(fresh);
        }
        if human {
            self.press(fresh, Press::Human, commands);
        }
    }

    /// What the visitor says stands in pieces that a message may have; it is read as one. The place
    /// of the first.
    fn write_down(&mut self, fresh: &Fresh, text: &str) -> usize {
        let at = self.thread.lines.len();
        let pieces = pieces::of(text, limits::MAX_MESSAGE_CHARS);
        self.thread
            .lines
            .extend(pieces.into_iter().map(|piece| line(Author::Visitor, fresh.now, piece)));
        at
    }

    /// To the desk, as many messages as it takes.
    pub(crate) fn say_to_people(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
        for text in pieces::of(text, limits::MAX_MESSAGE_CHARS) {
            let id = MessageId((fresh.id)());
            self.thread.lines.push(Line {
                id: Some(id.clone()),
                mark: Mark::Sending,
                ..line(Author::Visitor, fresh.now, text)
            });
            self.thread.owe(&VisitorCommand::Say {
                message: id,
                crisis: signals::is_crisis(text),
                text: text.into(),
            });
        }
        commands.push(Command::Deliver);
    }

    fn press(&mut self, fresh: &Fresh, press: Press, commands: &mut Vec<Command>) {
        let question = match press {
            Press::Yes(_) | Press::Human => self.thread.question.take(),
            _ => None,
        };
        match (press, question) {
            (Press::Human, _) => match &self.thread.stage {
                Stage::Bot => {
                    let escalation =
                        escalate::by_button(&self.settings.rules, self.thread.signals.clone());
                    self.begin_handoff(fresh, escalation, commands);
                }
                Stage::Closed { .. } => {
                    self.begin_again(fresh, commands);
                    self.press(fresh, Press::Human, commands);
                }
                // It is under way already: say where it stands.
                Stage::Waiting { position, wait, staffing, .. } => {
                    let place = locale::place(*position, *wait, *staffing);
                    self.notice(fresh, place);
                }
                _ => {}
            },
            (Press::Yes(yes), Some(question)) => {
                let words = match (&question, yes) {
                    (Question::Helped { .. }, true) => said::yes(),
                    (Question::Human { .. }, false) => said::not_now(),
                    (Question::Erase, true) => said::erase(),
                    (_, true) => said::yes_please(),
                    (_, false) => said::no(),
                };
                self.echo(fresh, words);
                if let (Question::Helped { .. }, false, Some(line)) =
                    (&question, yes, self.thread.lines.last_mut())
                {
                    line.key = Some(Key::DidNotHelp);
                }
                self.settle(fresh, question, yes, commands);
            }
            (Press::Category(key), _) => self.choose_category(fresh, key, commands),
            (Press::Skip, _) => self.skip(fresh, commands),
            (Press::Fallback(kind), _) => self.press_fallback(fresh, kind, commands),
            (Press::Known, _) => self.use_known(fresh, commands),
            (Press::KeepWaiting, _) => {
                self.error = None;
                self.thread.question = None;
            }
            (Press::Rejoin, _) => {
                if !self.thread.unsent.iter().any(|unsent| unsent.kind == UnsentKind::Rejoin) {
                    self.thread.owe(&VisitorCommand::Rejoin {});
                }
                commands.push(Command::Deliver);
                commands.push(Command::OpenSocket);
            }
            (Press::Erase, _) => {
                self.thread.question = Some(Question::Erase);
                self.notice(fresh, said::ask_erase());
            }
            (Press::BeginAgain, _) => {
                if self.thread.stage.is_at_desk() {
                    self.thread.owe(&VisitorCommand::Leave {});
                    commands.push(Command::Deliver);
                } else {
                    self.begin_again(fresh, commands);
                }
            }
            (Press::TryNow, _) => self.try_now(fresh, commands),
            (Press::Leave, _) => match self.thread.stage {
                Stage::HandingOff => self.take_back_handoff(fresh),
                Stage::Asking { .. } => {
                    self.thread.stage = Stage::Bot;
                    self.say(fresh, said::go_on());
                }
                _ if !self.thread.stage.is_at_desk() => {}
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

    // ---- what the reader knows

    /// Reads what was said again with other models, all but what is held.
    fn learn(&mut self, models: Models) {
        self.models = models;
        let examples = self
            .settings
            .categories
            .iter()
            .flat_map(|own| own.examples.iter().map(|text| (own.key.as_str(), text.as_str())));
        self.intents = Intents::learn(examples, &self.models);
        if let Some(answers) = &mut self.answers {
            answers.learn(&self.models);
        }
        self.reader = Reader::new(self.models.clone(), self.settings.rules.thresholds.rephrasing);
        let held = self.held.as_deref().unwrap_or_default();
        let own = self.thread.lines.iter().enumerate().skip(self.thread.first_line);
        for (at, line) in own.filter(|(_, line)| !line.is_notice || line.key.is_some()) {
            match line.author {
                _ if line.key == Some(Key::DidNotHelp) => self.reader.hear_failure(),
                _ if line.is_notice => {}
                Author::Visitor if held.contains(&at) => {}
                Author::Visitor => self.latest = self.reader.read(line.text.reveal()),
                Author::Bot => self.reader.hear_bot(line.text.reveal(), line.confidence),
                Author::Agent => {}
            }
        }
    }

    /// Reads a line that waited for the base: the bot answers it unless people have the
    /// conversation meanwhile.
    fn read_late(&mut self, fresh: &Fresh, at: usize, commands: &mut Vec<Command>) {
        let Some(text) = self.thread.lines.get(at).map(|line| line.text.clone()) else { return };
        match self.thread.stage {
            Stage::Bot => self.understand(fresh, text.reveal(), at, commands),
            _ => self.read_aside(text.reveal(), at),
        }
    }

    fn category_of(&self, text: &str) -> Option<String> {
        category_of(text, &self.settings, &self.intents, &self.models)
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
    fn say(&mut self, fresh: &Fresh, what: impl Into<Content>) {
        self.put_said(line(Author::Bot, fresh.now, what));
    }

    fn put_said(&mut self, line: Line) {
        self.reader.hear_bot(line.text.reveal(), None);
        self.thread.lines.push(line);
    }

    /// Baton says something about the conversation.
    fn notice(&mut self, fresh: &Fresh, what: impl Into<Content>) {
        self.put_notice(line(Author::Bot, fresh.now, what));
    }

    /// What a pressed button or a filled-in field says for the visitor; no need is stated in it.
    fn echo(&mut self, fresh: &Fresh, what: impl Into<Content>) {
        self.put_notice(line(Author::Visitor, fresh.now, what));
    }

    fn put_notice(&mut self, line: Line) {
        self.thread.lines.push(Line { is_notice: true, ..line });
    }

    /// What belongs to the conversation and is not kept with it.
    fn forget_page_state(&mut self) {
        self.latest = Reading::default();
        self.held = self.held.take().map(|_| Vec::new());
        self.waiting_for_answers = None;
        self.typing_until = 0;
        (self.delay, self.cut_since, self.error) = (None, None, None);
        self.tries = Default::default();
        (self.is_rated, self.is_full, self.is_connected) = (false, false, false);
        (self.asked_after, self.told_received, self.told_read) = (None, 0, 0);
        self.reopened = None;
    }

    /// Something came that the visitor has not seen.
    fn note_unread(&mut self, commands: &mut Vec<Command>) {
        self.thread.unread = self.thread.unseen();
        if !self.is_in_view {
            commands.push(Command::Unread(self.thread.unread));
        }
    }

    /// So many lines have been in sight.
    fn see(&mut self, lines: usize, commands: &mut Vec<Command>) {
        self.thread.seen = self.thread.seen.max(lines.min(self.thread.lines.len()));
        self.thread.unread = self.thread.unseen();
        commands.push(Command::Unread(self.thread.unread));
        let own =
            &self.thread.lines[self.thread.first_line.min(self.thread.seen)..self.thread.seen];
        let seq = own
            .iter()
            .filter(|line| line.author == Author::Agent)
            .filter_map(|line| line.seq)
            .max()
            .unwrap_or(0);
        if seq > self.told_read && self.thread.stage.is_at_desk() {
            self.told_read = seq;
            commands.push(Command::Send(VisitorCommand::MarkRead { seq }));
        }
    }

    // ---- other tabs

    /// Another tab has written: its state is this tab's as well, but for what is on this tab's
    /// screen.
    fn take_over(&mut self, other: Thread) -> Vec<Command> {
        let mut commands = Vec::new();
        if other.age < self.thread.age {
            return commands;
        }
        let (is_open, before) = (self.thread.panel_open, self.thread.age);
        let (conversation, stage) = (self.thread.conversation.clone(), self.thread.stage.clone());
        if other.age == before {
            // Both wrote at once.
            if self.thread.take_in(other) {
                commands.push(Command::Save);
            }
        } else {
            self.thread = other;
        }
        self.thread.say_again();
        self.thread.panel_open = is_open;
        if self.thread.conversation != conversation {
            self.start_reading_anew();
            (self.is_connected, self.delivery) = (false, Delivery::default());
            commands.push(Command::CloseSocket);
        }
        if self.thread.age.forgotten > before.forgotten {
            commands.push(Command::ForgetDraft);
        }
        if !self.thread.stage.is_at_desk() || stage != self.thread.stage {
            self.learn(self.models.clone());
        }
        if self.thread.stage.is_at_desk() {
            commands.push(Command::OpenSocket);
        }
        commands.extend([Command::Deliver, Command::Unread(self.thread.unseen())]);
        commands
    }

    fn lead(&mut self, leads: bool) -> Vec<Command> {
        if leads && (self.thread.stage.is_at_desk() || !self.thread.unsent.is_empty()) {
            return vec![Command::OpenSocket, Command::Deliver];
        }
        if !leads {
            (self.is_connected, self.delivery, self.cut_since) = (false, Delivery::default(), None);
            return vec![Command::CloseSocket];
        }
        Vec::new()
    }
}

fn line(author: Author, at: Millis, what: impl Into<Content>) -> Line {
    line_of(author, at, what.into())
}

fn line_of(author: Author, at: Millis, what: Content) -> Line {
    let (text, said) = match what {
        Content::Said(said) => (speech::say_all(&said), said),
        Content::Words(words) => (words, Vec::new()),
    };
    Line {
        author,
        by: None,
        is_notice: false,
        at,
        text: Text::new(text),
        confidence: None,
        source: None,
        id: None,
        seq: None,
        mark: Mark::None,
        key: None,
        said,
    }
}

/// A likeness from which on the examples decide.
const LIKE_AN_EXAMPLE: f32 = 0.35;

/// The category that the site's examples say, else the one whose words fit best; the site's own
/// order settles a draw.
fn category_of(
    text: &str,
    settings: &WidgetSettings,
    intents: &Intents,
    models: &Models,
) -> Option<String> {
    if let Some(intent) =
        intents.find(text, models).filter(|intent| intent.score >= LIKE_AN_EXAMPLE)
    {
        return Some(intent.name.to_owned());
    }
    let fits = settings
        .categories
        .iter()
        .rev()
        .filter_map(|own| Some((signals::mention(text, &own.words)?, &own.key)));
    fits.max_by_key(|(fit, _)| *fit).map(|(_, key)| key.clone())
}
