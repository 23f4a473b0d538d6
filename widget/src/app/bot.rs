//! The bot: what a message of the visitor means, and what is answered.

use protocol::{ActionOutcome, ActionTried, Author, SignalKind, Text, Trigger, VisitorCommand};
use signals::Reading;

use super::{App, Command, Fresh, lines::line};
use crate::{
    answers::{Answers, Entry},
    card,
    escalate::{self, Decision},
    said,
    thread::{Line, Question},
};

/// A confidence from which on the nearest question is worth telling the agent.
const NEAR: f32 = 0.35;
/// Turns for which an offer that was declined is not made again.
const DECLINED_TURNS: u8 = 3;

impl App {
    /// A message to the bot.
    pub(super) fn hear(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
        let at = self.write_down(fresh, text);
        if self.settle_question_in_words(fresh, text, at, commands) {
            return;
        }
        if let Some(held) = &mut self.held {
            held.push(at);
            return;
        }
        self.understand(fresh, text, at, commands);
    }

    /// Reads a message and does what follows.
    pub(super) fn understand(
        &mut self,
        fresh: &Fresh,
        text: &str,
        at: usize,
        commands: &mut Vec<Command>,
    ) {
        if self.models.pack().is_none() && self.latest == Reading::default() {
            commands.push(Command::LoadPack);
        }
        let reading = self.reader.read(text);
        self.latest = reading.clone();
        if let Some(declined) = &mut self.thread.declined_ago {
            *declined = declined.saturating_add(1);
        }
        let place = at.saturating_sub(self.thread.first_line) as u32;
        let found = escalate::signals_of(&reading, None, &self.settings.rules, place);
        self.thread.note_signals(&found);
        if self.thread.category.is_none() {
            self.thread.category = self.category_of(text);
        }
        let decision =
            escalate::decide(&reading, &found, &self.settings.rules, self.has_declined());
        match decision {
            Decision::Handoff(escalation) => {
                // The message that names the topic names the category as well.
                if escalation.trigger == Trigger::Topic {
                    self.thread.category = self.category_of(text).or(self.thread.category.take());
                }
                self.begin_handoff(fresh, escalation, commands);
            }
            Decision::Offer(escalation) => self.offer(fresh, said::offer(), escalation),
            Decision::Nothing if self.answers.is_some() => {
                self.answer(fresh, text, &reading, commands)
            }
            Decision::Nothing => {
                self.waiting_for_answers = Some((text.to_owned(), reading));
                commands.push(Command::LoadAnswers);
            }
        }
    }

    /// What can be answered from now on; what was asked before is answered first.
    pub(super) fn take_answers(
        &mut self,
        fresh: &Fresh,
        entries: Vec<Entry>,
        commands: &mut Vec<Command>,
    ) {
        self.answers = Some(Answers::new(entries, &self.models));
        if self.thread.panel_open {
            self.greet(fresh);
        }
        if let Some((text, reading)) = self.waiting_for_answers.take() {
            self.answer(fresh, &text, &reading, commands);
        }
    }

    /// The bot's answer, or a person in place of a wrong one.
    pub(super) fn answer(
        &mut self,
        fresh: &Fresh,
        text: &str,
        reading: &Reading,
        commands: &mut Vec<Command>,
    ) {
        let is_asked_for = self
            .answers
            .as_ref()
            .is_some_and(|answers| answers.exact(text, &self.models).is_some());
        if signals::Meaning::of(text, &self.models).is_empty() && !is_asked_for {
            return self.say(
                fresh,
                if reading.short_negative { said::what_else() } else { said::go_on() },
            );
        }
        let best = self
            .answers
            .as_ref()
            .and_then(|answers| answers.find(text, &self.models))
            .map(|best| (best.entry.clone(), best.confidence));
        let confidence = best.as_ref().map_or(0.0, |(_, confidence)| *confidence);
        match best {
            Some((entry, _)) if confidence >= self.settings.rules.thresholds.confidence => {
                self.answer_with(fresh, entry, confidence, commands)
            }
            best => {
                // Near enough to tell the agent what it may be about, not to tell the visitor.
                self.thread.matched = best
                    .filter(|_| confidence >= NEAR)
                    .map(|(entry, _)| entry.question)
                    .or(self.thread.matched.take());
                self.admit_doubt(fresh, reading, confidence, commands);
            }
        }
    }

    fn answer_with(
        &mut self,
        fresh: &Fresh,
        entry: Entry,
        confidence: f32,
        commands: &mut Vec<Command>,
    ) {
        self.thread.lines.push(Line {
            confidence: Some(confidence),
            source: entry.source,
            ..line(Author::Bot, fresh.now, entry.answer.as_str())
        });
        let action = self.thread.actions.len();
        let (what, question) = match entry.offer {
            Some(offer) => {
                self.say(fresh, offer.ask.as_str());
                (
                    card::text(&card::tried_offer(offer.what.as_str())),
                    Question::Action { action, accepted: offer.accepted, declined: offer.declined },
                )
            }
            None => {
                self.reader.hear_bot(&entry.answer, Some(confidence));
                (
                    card::text(&card::tried_answer(entry.question.as_str())),
                    Question::Helped { action },
                )
            }
        };
        self.thread.matched = Some(entry.question);
        self.thread.actions.push(ActionTried {
            at: fresh.now,
            what: Text::new(what),
            outcome: ActionOutcome::Unanswered,
        });
        self.thread.question = Some(question);
        self.note_unread(commands);
    }

    fn admit_doubt(
        &mut self,
        fresh: &Fresh,
        reading: &Reading,
        confidence: f32,
        commands: &mut Vec<Command>,
    ) {
        let place = self.thread.next_line().saturating_sub(1);
        let found = escalate::signals_of(reading, Some(confidence), &self.settings.rules, place);
        self.thread.signals.extend(
            found.iter().filter(|signal| signal.kind == SignalKind::LowConfidence).cloned(),
        );
        match escalate::decide(reading, &found, &self.settings.rules, false) {
            Decision::Handoff(escalation) => self.begin_handoff(fresh, escalation, commands),
            Decision::Offer(escalation) => self.offer(fresh, said::unsure(), escalation),
            Decision::Nothing => self.say(fresh, said::what_else()),
        }
    }

    /// An answer in words to what the bot asked: whether it was one, and all that follows is done.
    fn settle_question_in_words(
        &mut self,
        fresh: &Fresh,
        text: &str,
        at: usize,
        commands: &mut Vec<Command>,
    ) -> bool {
        let Some(question) = self.thread.question.take() else { return false };
        let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        let yes = match words.next().unwrap_or_default().to_lowercase().as_str() {
            "yes" | "yeah" | "yep" | "sure" | "ok" | "okay" | "please" | "ja" | "oui" | "sí"
            | "si" | "sim" => true,
            "no" | "nope" | "nah" | "nein" | "non" | "não" => false,
            _ => return false,
        };
        match question {
            // A refusal is read like any other message: it may be the second try that failed.
            Question::Helped { action } => {
                self.outcome(
                    action,
                    if yes { ActionOutcome::Helped } else { ActionOutcome::DidNotHelp },
                );
                false
            }
            // With more words than a plain answer it is a message of its own.
            _ if words.count() > 3 => false,
            question => {
                // It answers, and states nothing: the reader does not count it among the visitor's
                // turns.
                if let Some(line) = self.thread.lines.get_mut(at) {
                    line.is_notice = true;
                }
                self.settle(fresh, question, yes, commands);
                true
            }
        }
    }

    /// What follows from a yes or a no.
    pub(super) fn settle(
        &mut self,
        fresh: &Fresh,
        question: Question,
        yes: bool,
        commands: &mut Vec<Command>,
    ) {
        match (question, yes) {
            (Question::Helped { action }, true) => {
                self.outcome(action, ActionOutcome::Helped);
                self.say(fresh, said::glad());
            }
            (Question::Helped { action }, false) => {
                self.outcome(action, ActionOutcome::DidNotHelp);
                self.reader.hear_failure();
                self.say(fresh, said::what_else());
            }
            (Question::Action { action, accepted, .. }, true) => {
                self.outcome(action, ActionOutcome::Accepted);
                self.say(fresh, accepted.as_str());
            }
            (Question::Action { action, declined, .. }, false) => {
                self.outcome(action, ActionOutcome::Declined);
                self.say(fresh, declined.as_str());
            }
            (Question::Human { escalation }, true) => {
                self.begin_handoff(fresh, escalation, commands)
            }
            (Question::Human { .. }, false) => {
                self.thread.declined_ago = Some(0);
                self.say(fresh, said::go_on());
            }
            (Question::Erase, true) => {
                self.thread.owe(&VisitorCommand::Erase {});
                commands.push(Command::Deliver);
            }
            (Question::Erase, false) => self.notice(fresh, said::not_erased()),
            // The others are not answered by yes or no.
            _ => {}
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
}
