//! The bot: what a message of the visitor means, and what is answered.

use protocol::{ActionOutcome, ActionTried, Author, SignalKind, Text, Trigger, limits};
use signals::Reading;

use super::{App, Command, Fresh, category_of, line};
use crate::{
    escalate::{self, Decision},
    locale::Locale,
    thread::{Line, Question},
};

impl App {
    /// A message to the bot.
    pub(super) fn hear(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
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
    pub(super) fn answer(&mut self, fresh: &Fresh, text: &str, reading: &Reading, commands: &mut Vec<Command>) {
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
    pub(super) fn settle_question_in_words(&mut self, text: &str) {
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
}
