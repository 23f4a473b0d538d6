//! Where the visitor's words come in: what must not be kept is taken out, a crisis goes first, and
//! what is no answer to a question is said, so that people read it.

use protocol::{Author, FallbackChoice, FallbackKind, VisitorCommand};

use super::{App, Command, Fresh, Press, lines::line, outcome_reopens};
use crate::{
    escalate, fallback, locale, said,
    speech::Content,
    thread::{Key, Line, Question, Stage, UnsentKind},
};

/// What is said in a crisis is not said again within so many lines.
const CRISIS_LINES: usize = 8;

impl App {
    /// The one way in for what the visitor writes.
    pub(super) fn submit(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
        self.error = None;
        let (text, masked) = signals::mask(text.trim());
        if text.is_empty() {
            return;
        }
        if signals::is_crisis(&text) {
            self.hear_crisis(fresh, &text, commands);
        } else {
            let asked = fallback::asked(self.thread.question.as_ref());
            match (&self.thread.question, &self.thread.stage) {
                _ if asked.is_some() => {
                    let Some(kind) = asked else { return };
                    self.hear_contact(fresh, kind, &text, commands)
                }
                (Some(Question::Issue { then }), _) => {
                    let then = *then;
                    self.pass_on(fresh, &text, commands);
                    if self.thread.question.take().is_some() {
                        self.ask_contact(fresh, then, commands);
                    }
                }
                (_, Stage::Asking { missing, .. }) if !missing.is_empty() => {
                    self.hear_field(fresh, &text, commands)
                }
                _ => self.pass_on(fresh, &text, commands),
            }
        }
        if masked.any() {
            self.notice(fresh, locale::masked(masked));
        }
    }

    /// To whoever has the conversation: people, or the bot.
    pub(super) fn pass_on(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
        if self.may_go_on(fresh) {
            // Soon after the end it is meant for those who had it.
            self.press(fresh, Press::Rejoin, commands);
            return self.say_to_people(fresh, text, commands);
        }
        if matches!(self.thread.stage, Stage::Closed { .. }) {
            self.begin_again(fresh, commands);
        }
        if self.thread.stage.is_at_desk() {
            return self.say_to_people(fresh, text, commands);
        }
        self.hear(fresh, text, commands);
    }

    /// Whether what is written goes on with the conversation that is over. Who left the queue went
    /// back to the bot.
    fn may_go_on(&self, fresh: &Fresh) -> bool {
        let Stage::Closed { outcome, reopen_until, .. } = &self.thread.stage else { return false };
        // While a promise is being made its words are for people, whoever ended it.
        let is_promised = self.thread.question.as_ref().is_some_and(fallback::is_of_promise);
        (is_promised || outcome_reopens(*outcome))
            && reopen_until.is_some_and(|until| fresh.now < until)
    }

    /// Somebody may harm themselves: a person at once, with nothing asked first, whatever was going
    /// on.
    fn hear_crisis(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
        self.thread.question = None;
        let words = self.settings.crisis.clone();
        let is_said = self
            .thread
            .lines
            .iter()
            .rev()
            .take(CRISIS_LINES)
            .any(|line| line.key == Some(Key::Crisis));
        if !self.thread.stage.is_at_desk() && !self.may_go_on(fresh) {
            if matches!(self.thread.stage, Stage::Closed { .. }) {
                self.begin_again(fresh, commands);
            }
            self.read_held();
            let at = self.write_down(fresh, text);
            self.read_aside(text, at);
            self.say_crisis(fresh, words, is_said);
            let escalation = escalate::by_crisis(self.thread.signals.clone());
            return self.hand_over(fresh, escalation, commands);
        }
        self.pass_on(fresh, text, commands);
        self.say_crisis(fresh, words, is_said);
        // Who is with an agent is heard by them.
        if !is_said && self.agent().is_none() {
            let is_away = locale::back(&self.settings, fresh.now).is_some();
            let first = is_away.then(said::crisis_alone);
            let all: Vec<_> = first.into_iter().chain([said::crisis_urgent()]).collect();
            self.notice(fresh, all);
        }
    }

    /// Whether somebody in this conversation may harm themselves.
    pub(super) fn is_in_crisis(&self) -> bool {
        let lines = &self.thread.lines[self.thread.first_line.min(self.thread.lines.len())..];
        lines.iter().any(|line| line.key == Some(Key::Crisis))
    }

    /// The site's own words, if it has some, before anything that is said of the team.
    fn say_crisis(&mut self, fresh: &Fresh, words: Option<String>, is_said: bool) {
        if !is_said {
            let words = words.map_or_else(|| said::crisis_help().into(), Content::Words);
            self.thread.lines.push(Line {
                is_notice: true,
                key: Some(Key::Crisis),
                ..line(Author::Bot, fresh.now, words)
            });
        }
    }

    // ---- a number or an address to be reached at

    /// An answer to the question for a number or an address. What is none is said to people, and
    /// the question stays.
    fn hear_contact(
        &mut self,
        fresh: &Fresh,
        kind: FallbackKind,
        text: &str,
        commands: &mut Vec<Command>,
    ) {
        match fallback::found_in(kind, text) {
            Some(contact) => {
                if contact == text {
                    self.echo(fresh, text);
                } else {
                    // More than the number: "ring 0170 1234567 after five".
                    self.pass_on(fresh, text, commands);
                }
                self.choose(kind, &contact, commands);
            }
            None if fallback::is_try(kind, text) => {
                self.echo(fresh, text);
                self.error = Some(fallback::bad(kind));
            }
            None => {
                self.pass_on(fresh, text, commands);
                if self.thread.stage.is_at_desk()
                    || matches!(self.thread.stage, Stage::Closed { .. })
                {
                    self.thread.question = Some(fallback::question(kind));
                    self.error = Some(fallback::said_instead(kind));
                }
            }
        }
    }

    /// A fallback was pressed. A promise without a matter helps nobody: that is asked first.
    pub(super) fn press_fallback(
        &mut self,
        fresh: &Fresh,
        kind: FallbackKind,
        commands: &mut Vec<Command>,
    ) {
        self.error = None;
        if self.has_issue() {
            return self.ask_contact(fresh, kind, commands);
        }
        self.thread.question = Some(Question::Issue { then: kind });
        self.notice(fresh, said::ask_issue_first());
        commands.push(Command::Focus);
    }

    pub(super) fn ask_contact(
        &mut self,
        fresh: &Fresh,
        kind: FallbackKind,
        commands: &mut Vec<Command>,
    ) {
        self.thread.question = Some(fallback::question(kind));
        let words =
            self.known_contact().map_or_else(|| fallback::your_address(kind), said::use_known);
        self.notice(fresh, words);
        commands.push(Command::Focus);
    }

    /// The number or the address that is asked for, where it is known: by the page, or from what
    /// the visitor wrote.
    pub fn known_contact(&self) -> Option<String> {
        let kind = fallback::asked(self.thread.question.as_ref())?;
        fallback::known(kind, &self.thread.profile, self.words())
    }

    /// The known number or address is right.
    pub(super) fn use_known(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        let kind = fallback::asked(self.thread.question.as_ref());
        if let (Some(kind), Some(known)) = (kind, self.known_contact()) {
            self.echo(fresh, known.as_str());
            self.choose(kind, &known, commands);
        }
    }

    /// The question stands until the desk has promised.
    fn choose(&mut self, kind: FallbackKind, contact: &str, commands: &mut Vec<Command>) {
        self.thread.question = Some(fallback::question(kind));
        let fallback = FallbackChoice::new(kind, contact.into());
        self.thread.settle(&[UnsentKind::Fallback]);
        self.thread.owe(&VisitorCommand::ChooseFallback { fallback });
        commands.push(Command::Deliver);
    }

    // ---- what was said

    /// What the visitor said in this conversation, without what was pressed or filled in.
    pub(super) fn words(&self) -> impl DoubleEndedIterator<Item = &str> {
        let lines = &self.thread.lines[self.thread.first_line.min(self.thread.lines.len())..];
        lines
            .iter()
            .filter(|line| line.author == Author::Visitor && !line.is_notice)
            .map(|line| line.text.reveal())
    }

    /// Whether anything that was said tells what it is about.
    pub(super) fn has_issue(&self) -> bool {
        self.words().any(signals::says_something)
    }
}
