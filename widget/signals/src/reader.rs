//! Keeps one conversation and reads each message with what came before.

use std::collections::VecDeque;

use crate::{
    explicit,
    facts::Facts,
    language::language,
    rephrasing::Needs,
    sentiment::{self, Level},
    topics::{self, TopicKind},
    words::Words,
};

/// Something found, 0 to 1, with the words that show it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finding {
    pub strength: f32,
    pub evidence: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TopicFinding {
    pub kind: TopicKind,
    pub evidence: String,
}

/// A need that was said before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rephrased {
    /// Likeness to the nearest earlier turn, 0 to 1.
    pub likeness: f32,
    /// That turn: the visitor's turns are counted from 0.
    pub earlier: Option<usize>,
    /// How often this need has been said, this time included.
    pub times: u8,
}

/// What one message says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    pub asked_for_human: Finding,
    /// Frustration in this message.
    pub frustration: Finding,
    /// Frustration in the conversation so far.
    pub running: f32,
    pub level: Level,
    /// How the running frustration moved with this message.
    pub moved: f32,
    pub short_negative: bool,
    pub profanity: Option<String>,
    pub shouting: bool,
    pub rephrased: Rephrased,
    pub topics: Vec<TopicFinding>,
    /// Tries at one technical issue that the visitor says did not work.
    pub failed_attempts: u8,
    pub facts: Facts,
    pub language: &'static str,
}

/// The bot's latest message.
struct BotSaid {
    asked: bool,
    confidence: Option<f32>,
}

/// One conversation.
pub struct Reader {
    /// The likeness from which on two turns say the same need.
    rephrasing: f32,
    bot: Option<BotSaid>,
    needs: Needs,
    turns: usize,
    running: f32,
    facts: Facts,
    languages: VecDeque<&'static str>,
    is_technical: bool,
    failed_attempts: u8,
}

impl Reader {
    /// `rephrasing` is the likeness, 0 to 1, from which on two turns count as the same need.
    pub fn new(rephrasing: f32) -> Self {
        Self {
            rephrasing,
            bot: None,
            needs: Needs::default(),
            turns: 0,
            running: 0.0,
            facts: Facts::default(),
            languages: VecDeque::new(),
            is_technical: false,
            failed_attempts: 0,
        }
    }

    /// What the bot said, and how sure it was, 0 to 1.
    pub fn hear_bot(&mut self, text: &str, confidence: Option<f32>) {
        self.bot = Some(BotSaid { asked: text.trim_end().ends_with(['?', '؟']), confidence });
    }

    /// The bot's answer was tried and did not help.
    pub fn hear_failure(&mut self) {
        if self.is_technical {
            self.failed_attempts = self.failed_attempts.saturating_add(1);
        }
    }

    /// The next message of the visitor.
    pub fn read(&mut self, text: &str) -> Reading {
        let words = Words::of(text);
        let (mut frustration, evidence) = sentiment::score(&words);
        let bot = self.bot.take();
        let short_negative = bot.as_ref().is_some_and(|bot| sentiment::is_short_negative(&words, bot.asked));
        if short_negative {
            // A refusal weighs more when the bot was not sure itself.
            let unsure = bot.and_then(|bot| bot.confidence).is_some_and(|sure| sure < 0.6);
            frustration = frustration.max(if unsure { 0.5 } else { 0.4 });
        }
        if topics::is_technical(&words) {
            self.is_technical = true;
        }
        if short_negative || words.find("still").is_some() || words.find("tried that").is_some() || words.find("already tried").is_some() {
            self.hear_failure();
        }
        let (likeness, earlier, times) = self.needs.hear(self.turns, text, self.rephrasing);
        let before = self.running;
        // New displeasure counts in full, old displeasure fades: half of it is gone after about two calm messages.
        self.running = (0.7 * before).max(frustration).max((0.7 * before + 0.6 * frustration).min(1.0));
        self.facts.add(Facts::of(text));
        self.languages.push_back(language(text));
        if self.languages.len() > 8 {
            self.languages.pop_front();
        }
        self.turns += 1;
        Reading {
            asked_for_human: explicit::read(&words)
                .map_or_else(Finding::default, |(strength, evidence)| Finding { strength, evidence: Some(evidence) }),
            frustration: Finding { strength: frustration, evidence },
            running: self.running,
            level: Level::of(self.running),
            moved: self.running - before,
            short_negative,
            profanity: sentiment::profanity(&words),
            shouting: words.shouts(),
            rephrased: Rephrased { likeness, earlier, times },
            topics: topics::read(&words).into_iter().map(|(kind, evidence)| TopicFinding { kind, evidence }).collect(),
            failed_attempts: self.failed_attempts,
            facts: self.facts.clone(),
            language: self.language(),
        }
    }

    /// The language of the conversation: the one most messages are in, the latest deciding a draw.
    fn language(&self) -> &'static str {
        let count = |tag: &str| self.languages.iter().filter(|one| **one == tag).count();
        self.languages
            .iter()
            .rev()
            .copied()
            .fold(None, |best: Option<&'static str>, tag| match best {
                Some(best) if count(best) >= count(tag) => Some(best),
                _ => Some(tag),
            })
            .unwrap_or("en")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_no_after_an_answer_is_displeasure_and_after_a_question_is_not() {
        let mut reader = Reader::new(0.5);
        reader.hear_bot("You can return it within 30 days.", Some(0.8));
        assert!(reader.read("No").short_negative);
        reader.hear_bot("Is it the blue one?", Some(0.8));
        assert!(!reader.read("No").short_negative);
    }

    #[test]
    fn a_need_said_three_times_is_counted() {
        let mut reader = Reader::new(0.4);
        reader.read("where is my order");
        reader.read("can you track my order please");
        let reading = reader.read("order tracking, where is it");
        assert_eq!(reading.rephrased.times, 3);
        assert_eq!(reader.read("thanks").rephrased.times, 1);
    }

    #[test]
    fn a_technical_issue_tried_twice_is_counted() {
        let mut reader = Reader::new(0.5);
        reader.read("the app crashes when I pay");
        reader.hear_bot("Please update the app.", Some(0.9));
        reader.read("still crashes");
        reader.hear_bot("Please install it again.", Some(0.9));
        assert_eq!(reader.read("No").failed_attempts, 2);
    }

    proptest! {
        #[test]
        fn any_unicode_is_read_without_a_panic(texts in prop::collection::vec("\\PC{0,200}", 0..6)) {
            let mut reader = Reader::new(0.5);
            for text in &texts {
                reader.hear_bot(text, Some(0.5));
                let reading = reader.read(text);
                prop_assert!((0.0..=1.0).contains(&reading.running));
                prop_assert!((0.0..=1.001).contains(&reading.rephrased.likeness));
            }
        }
    }
}
