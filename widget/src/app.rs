//! What happens next: takes an event, changes the thread, and says what must be done. No DOM, no network, no clock.

mod bot;
mod greeting;
mod handoff;
mod identity;
mod listening;
mod news;

use protocol::{ActionOutcome, Author, FallbackKind, MessageId, Millis, Profile, Text, VisitorCommand, VisitorEvent, WidgetSettings};
use signals::{Base, Intents, Models, Pack, Reader, Reading};

use crate::{
    answers::{Answers, Entry},
    escalate,
    locale::Locale,
    thread::{Key, Line, Mark, Question, Stage, Thread},
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
    /// What the reader was taught came, or it will not.
    BaseLoaded(Option<Box<Base>>),
    /// It is slow: what was said is read by the plain rules.
    BaseLate,
    PackLoaded(Box<Pack>),
    /// The site's questions and answers came.
    AnswersLoaded(Vec<Entry>),
    /// The page says who the visitor is.
    Identified(Profile),
    /// The visitor signed out: this browser forgets the conversation.
    Reset,
    /// What this visitor said here, before the page named somebody else, was found.
    BroughtBack(Box<Thread>),
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
    /// Yes or no to what the bot asked.
    Yes(bool),
    Category(String),
    /// The question that stands is left open.
    Skip,
    Fallback(FallbackKind),
    /// The number or the address that is known already.
    Known,
    KeepWaiting,
    /// Back to the queue, from a promise or from the end.
    Rejoin,
    Leave,
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
    /// Fetch the word vectors when there is time.
    LoadPack,
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

/// Why what was written has not reached the desk yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    NoConnection,
    /// The desk takes no more for now.
    Busy,
}

pub struct App {
    pub settings: WidgetSettings,
    pub thread: Thread,
    pub typing_until: Millis,
    /// Of the last delivery, if it failed.
    pub delay: Option<Delay>,
    /// What is wrong with what was written into the composer.
    pub error: Option<String>,
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
}

impl App {
    pub fn new(settings: WidgetSettings, thread: Thread) -> Self {
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
            error: None,
            is_rated: false,
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
            event @ (Event::BaseLoaded(_) | Event::BaseLate) => {
                match event {
                    Event::BaseLoaded(base) => self.learn(Models::new(base.map(|base| *base), None)),
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
            Event::AnswersLoaded(entries) => {
                self.answers = Some(Answers::new(entries, &self.models));
                if self.thread.panel_open {
                    self.greet(fresh);
                }
                if let Some((text, reading)) = self.waiting_for_answers.take() {
                    self.answer(fresh, &text, &reading, &mut commands);
                }
            }
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
                return commands;
            }
            Event::Desk(event) => self.hear_desk(fresh, event, &mut commands),
            Event::Unreachable => self.delay = Some(Delay::NoConnection),
            Event::Connected => {
                self.delay = None;
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

    /// To the desk.
    pub(crate) fn say_to_people(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
        let id = MessageId((fresh.id)());
        self.thread.lines.push(Line { id: Some(id.clone()), mark: Mark::Sending, ..line(Author::Visitor, fresh.now, text) });
        self.thread.owe(&VisitorCommand::Say { message: id, text: text.into() });
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
            (Press::Yes(yes), Some(question)) => {
                let words = match (&question, yes) {
                    (Question::Helped { .. }, true) => Locale::YES,
                    (Question::Human { .. }, false) => Locale::NOT_NOW,
                    (Question::Erase, true) => Locale::ERASE,
                    (_, true) => Locale::YES_PLEASE,
                    (_, false) => Locale::NO,
                };
                self.echo(fresh, words);
                if let (Question::Helped { .. }, false, Some(line)) = (&question, yes, self.thread.lines.last_mut()) {
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
                self.thread.owe(&VisitorCommand::Rejoin {});
                commands.push(Command::Deliver);
                commands.push(Command::OpenSocket);
            }
            (Press::Erase, _) => {
                self.thread.question = Some(Question::Erase);
                self.notice(fresh, Locale::ASK_ERASE);
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

    // ---- what the reader knows

    /// Reads what was said again with other models, all but what is held.
    fn learn(&mut self, models: Models) {
        self.models = models;
        let examples = self.settings.categories.iter().flat_map(|own| own.examples.iter().map(|text| (own.key.as_str(), text.as_str())));
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

    /// Reads a line that waited for the base: the bot answers it unless people have the conversation meanwhile.
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

    /// What belongs to the conversation and is not kept with it.
    fn forget_page_state(&mut self) {
        self.latest = Reading::default();
        self.held = self.held.take().map(|_| Vec::new());
        self.waiting_for_answers = None;
        self.typing_until = 0;
        self.delay = None;
        self.error = None;
        self.is_rated = false;
    }

    fn note_unread(&mut self, commands: &mut Vec<Command>) {
        if !self.thread.panel_open {
            self.thread.unread += 1;
            commands.push(Command::Unread(self.thread.unread));
        }
    }
}

fn line(author: Author, at: Millis, text: &str) -> Line {
    Line { author, is_notice: false, at, text: text.into(), confidence: None, source: None, id: None, seq: None, mark: Mark::None, key: None }
}

/// A likeness from which on the examples decide.
const LIKE_AN_EXAMPLE: f32 = 0.35;

/// The category that the site's examples say, else the one whose words fit best; the site's own order settles a draw.
fn category_of(text: &str, settings: &WidgetSettings, intents: &Intents, models: &Models) -> Option<String> {
    if let Some(intent) = intents.find(text, models).filter(|intent| intent.score >= LIKE_AN_EXAMPLE) {
        return Some(intent.name.to_owned());
    }
    let fits = settings.categories.iter().rev().filter_map(|own| Some((signals::mention(text, &own.words)?, &own.key)));
    fits.max_by_key(|(fit, _)| *fit).map(|(_, key)| key.clone())
}
