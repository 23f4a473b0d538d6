//! What happens next: takes an event, changes the thread, and says what must be done. No DOM, no
//! network, no clock.
//!
//! [`App::update`] gives each [`Event`] to the part that knows what follows from it. What the
//! visitor does comes in by `pressing` and `listening`, what the desk says by `answered`
//! and `news`, and what another tab has done by `other_tabs`.

mod answered;
mod asking;
mod bot;
mod command;
mod desk_clock;
mod event;
mod greeting;
mod handoff;
mod identity;
mod lines;
mod listening;
mod new_conversation;
mod news;
mod numbered;
mod other_tabs;
mod pressing;
mod reading;
mod refused;
mod restored;
mod sight;
mod tries;
mod visits;

use protocol::{MessageId, Millis, Seq, Text, VisitorCommand, WidgetSettings};
use signals::{Intents, Models, Reader, Reading};
use words::Said;

use crate::{
    answers::Answers,
    delivery::{Delay, Delivery},
    thread::{Stage, Thread},
};
pub use command::Command;
pub use event::Event;
pub use news::outcome_reopens;
pub use pressing::Press;
pub use tries::Try;

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
    asked_after: Option<Seq>,
    /// What the desk was told.
    told_received: Seq,
    told_read: Seq,
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
            told_received: Seq::NONE,
            told_read: Seq::NONE,
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
                (self.asked_after, self.told_received, self.told_read) =
                    (None, Seq::NONE, Seq::NONE);
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
}
