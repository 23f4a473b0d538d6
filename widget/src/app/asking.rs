//! What is asked before a handoff: what it is about, who asks, and what is taken for an answer.

use protocol::{Escalation, Field, Text, Trigger, limits};
use signals::{Name, Reader};
use words::Said;

use super::{App, Command, Fresh};
use crate::{
    escalate::{self, Decision},
    said,
    thread::{Ask, Question, Stage},
};

/// Words of a name that is told by how it is written, at most.
const MOST_NAMES: usize = 4;

impl App {
    pub(super) fn offer(&mut self, fresh: &Fresh, words: Said, escalation: Escalation) {
        self.say(fresh, words);
        self.thread.question = Some(Question::Human { escalation });
    }

    /// Asks for what is not known: what it is about, then who asks. Then hands over.
    pub(super) fn begin_handoff(
        &mut self,
        fresh: &Fresh,
        escalation: Escalation,
        commands: &mut Vec<Command>,
    ) {
        self.thread.question = None;
        let mut missing = Vec::new();
        if !self.has_issue() {
            missing.push(Ask::Issue);
        } else if self.thread.category.is_none() && !self.settings.categories.is_empty() {
            missing.push(Ask::Category);
        }
        if self.is_required(escalation.trigger, Field::Email) && self.email().is_none() {
            missing.push(Ask::Email);
        }
        if self.thread.profile.name.is_none() {
            missing.push(Ask::Name);
        }
        self.thread.stage = Stage::Asking { missing, escalation, again: false };
        self.ask_or_hand_over(fresh, true, commands);
    }

    fn ask_or_hand_over(&mut self, fresh: &Fresh, is_first: bool, commands: &mut Vec<Command>) {
        let Stage::Asking { missing, escalation, .. } = &self.thread.stage else { return };
        let Some(ask) = missing.first() else {
            let escalation = escalation.clone();
            self.read_held();
            let escalation = match &self.thread.stage {
                Stage::Asking { escalation, .. } => escalation.clone(),
                _ => escalation,
            };
            return self.hand_over(fresh, escalation, commands);
        };
        let words = match ask {
            Ask::Issue => said::ask_issue(),
            Ask::Category => said::ask_category(),
            Ask::Email => said::ask_email(),
            Ask::Name => said::ask_name(),
        };
        self.say(fresh, if is_first { vec![said::passing_on(), words] } else { vec![words] });
        commands.push(Command::Focus);
    }

    fn is_required(&self, trigger: Trigger, field: Field) -> bool {
        let rules = &self.settings.rules;
        rules
            .of(trigger)
            .or(rules.of(Trigger::Explicit))
            .is_some_and(|rule| rule.require.contains(&field))
    }

    /// Whether the question that stands may be left open: what the site does not require.
    pub fn may_skip(&self) -> bool {
        let Stage::Asking { missing, escalation, .. } = &self.thread.stage else { return false };
        match missing.first() {
            Some(Ask::Issue | Ask::Category) => {
                !self.is_required(escalation.trigger, Field::Category)
                    || self.settings.categories.is_empty()
            }
            Some(Ask::Name) => !self.is_required(escalation.trigger, Field::Name),
            Some(Ask::Email) | None => false,
        }
    }

    /// The address that the page told or the visitor wrote.
    fn email(&self) -> Option<String> {
        self.thread
            .profile
            .email
            .as_ref()
            .map(|email| email.reveal().to_owned())
            .or_else(|| self.words().rev().find_map(signals::email_in))
    }

    /// An answer to what was asked for the handoff. What is none is kept as what the visitor says,
    /// and goes along.
    pub(super) fn hear_field(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
        let Stage::Asking { missing, again, .. } = &self.thread.stage else { return };
        let (Some(ask), again) = (missing.first().copied(), *again) else { return };
        match ask {
            Ask::Issue | Ask::Category => {
                self.say_aside(fresh, text);
                // Words in place of a button: the nearest category, or the last, which is the
                // general one.
                let last = self.settings.categories.last().map(|category| category.key.clone());
                let known = self.category_of(text).or(self.thread.category.take());
                self.thread.category = known
                    .or(last.filter(|_| ask == Ask::Category || signals::says_something(text)));
            }
            Ask::Email => {
                let Some(email) = signals::email_in(text) else {
                    self.say_aside(fresh, text);
                    self.error = Some(said::bad_email());
                    return;
                };
                if email == text {
                    self.echo(fresh, text)
                } else {
                    self.say_aside(fresh, text)
                }
                self.thread.profile.email = Some(Text::new(email));
            }
            Ask::Name => match self.name_in(text, again) {
                Some(found) => {
                    if found.says_more {
                        self.say_aside(fresh, text)
                    } else {
                        self.echo(fresh, text)
                    }
                    self.thread.profile.name = Some(Text::new(found.name));
                }
                None => {
                    self.say_aside(fresh, text);
                    let goes_on = again || (self.may_skip() && signals::is_refusal(text));
                    if !goes_on {
                        if let Stage::Asking { again, .. } = &mut self.thread.stage {
                            *again = true;
                        }
                        self.say(fresh, said::ask_name_again());
                        commands.push(Command::Focus);
                        return;
                    }
                }
            },
        }
        self.is_answered(fresh, ask, commands);
    }

    /// The name that an answer gives. Words that are common ones are a name where they are written
    /// as one, or said again to who asks again.
    fn name_in(&self, text: &str, again: bool) -> Option<Name> {
        let parts: Vec<&str> = text.split_whitespace().collect();
        let is_word = |part: &&str| part.chars().all(|c| c.is_alphabetic() || "'’-.".contains(c));
        let is_big = |part: &&str| part.starts_with(char::is_uppercase);
        let is_short = parts.len() <= MOST_NAMES && parts.iter().all(is_word);
        // A letter, but for those of a yes and a no.
        let is_letter = parts.len() == 1
            && text.trim_end_matches('.').chars().count() == 1
            && !["Y", "N"].contains(&text);
        let is_written_so = parts.iter().all(is_big)
            && (is_letter
                || (parts.len() > 1 && parts.iter().any(|part| signals::name_in(part).is_some())));
        let is_said_again = || {
            again
                && !signals::is_refusal(text)
                && self.words().next_back().is_some_and(|last| last.eq_ignore_ascii_case(text))
        };
        signals::name_in(text).or_else(|| {
            let is_name = is_short && (is_written_so || is_said_again());
            let is_name = is_name && !self.asks_for_something(text);
            is_name.then(|| Name { name: text.to_owned(), says_more: false })
        })
    }

    /// Whether the text by itself is a sign of anything: "Live Agent" is no name.
    fn asks_for_something(&self, text: &str) -> bool {
        let rules = &self.settings.rules;
        let mut reader = Reader::new(self.models.clone(), rules.thresholds.rephrasing);
        !escalate::signals_of(&reader.read(text), None, rules, 0).is_empty()
    }

    /// A category was pressed: that is what it is about.
    pub(super) fn choose_category(
        &mut self,
        fresh: &Fresh,
        key: String,
        commands: &mut Vec<Command>,
    ) {
        let Stage::Asking { missing, .. } = &self.thread.stage else { return };
        let Some(ask @ (Ask::Issue | Ask::Category)) = missing.first().copied() else { return };
        let label = self
            .settings
            .categories
            .iter()
            .find(|category| category.key == key)
            .map_or(key.clone(), |category| category.label.clone());
        self.echo(fresh, label.as_str());
        self.thread.category = Some(key);
        self.is_answered(fresh, ask, commands);
    }

    /// The visitor leaves the question open.
    pub(super) fn skip(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        match (&self.thread.question, &self.thread.stage) {
            (Some(Question::Issue { then }), _) => {
                let then = *then;
                self.echo(fresh, said::skip());
                self.ask_contact(fresh, then, commands);
            }
            (_, Stage::Asking { missing, .. }) if self.may_skip() => {
                let Some(ask) = missing.first().copied() else { return };
                self.echo(fresh, said::skip());
                self.is_answered(fresh, ask, commands);
            }
            _ => {}
        }
    }

    fn is_answered(&mut self, fresh: &Fresh, ask: Ask, commands: &mut Vec<Command>) {
        if let Stage::Asking { missing, .. } = &mut self.thread.stage {
            missing.retain(|missing| *missing != ask);
            self.ask_or_hand_over(fresh, false, commands);
        }
    }

    /// What the visitor says while something else is asked: it stands in the transcript and is read
    /// like any message, but nothing is answered.
    fn say_aside(&mut self, fresh: &Fresh, text: &str) {
        let at = self.write_down(fresh, text);
        match &mut self.held {
            Some(held) => held.push(at),
            None => self.read_aside(text, at),
        }
    }

    /// Reads the line at this place without an answer; its signals raise the priority of the
    /// handoff that is prepared.
    pub(super) fn read_aside(&mut self, text: &str, at: usize) {
        let reading = self.reader.read(text);
        self.latest = reading.clone();
        let place = at.saturating_sub(self.thread.first_line) as u32;
        let found = escalate::signals_of(&reading, None, &self.settings.rules, place);
        self.thread.note_signals(&found);
        if self.thread.category.is_none() {
            self.thread.category = self.category_of(text);
        }
        if let Stage::Asking { escalation, .. } = &mut self.thread.stage {
            if let Decision::Handoff(decided) | Decision::Offer(decided) =
                escalate::decide(&reading, &found, &self.settings.rules, false)
            {
                escalation.priority = escalation.priority.max(decided.priority);
            }
            escalation.signals.extend(found);
            escalation.signals.truncate(limits::MAX_LIST_ITEMS);
        }
    }

    /// Reads what waits for the base by what there is.
    pub(super) fn read_held(&mut self) {
        let Some(held) = self.held.as_mut().map(std::mem::take) else { return };
        for at in held {
            let Some(text) = self.thread.lines.get(at).map(|line| line.text.clone()) else {
                continue;
            };
            self.read_aside(text.reveal(), at);
        }
    }
}
