//! Keeps one conversation and reads each message with what came before.

use vocabulary::{LEARNED, Topic};

use crate::{
    crisis, explicit,
    facts::Facts,
    features::{BotSaid, Features},
    finding::Finding,
    issue::Issue,
    language::Heard,
    math::logistic,
    meaning::Meaning,
    models::{Base, Models, head},
    rephrasing::{Needs, Said},
    sentiment::{self, Level},
    topics,
    words::Words,
};

#[derive(Clone, Debug, PartialEq)]
pub struct TopicFinding {
    pub kind: Topic,
    /// What of it was recognised, as the examples are labelled; the topic's code where that was
    /// told from words.
    pub label: &'static str,
    /// How sure it is, 0 to 1.
    pub strength: f32,
    /// A quotation, as above.
    pub evidence: Option<String>,
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
    pub rephrased: Said,
    pub topics: Vec<TopicFinding>,
    /// How likely the message is of any topic that goes to a person, 0 to 1.
    pub topic_strength: f32,
    /// What the message is about, of the general categories; empty without the base.
    pub category: &'static str,
    /// The visitor's turn that states the issue; turns are counted from 0.
    pub issue: usize,
    /// Tries at one technical issue that the visitor says did not work.
    pub failed_attempts: u8,
    pub facts: Facts,
    pub language: &'static str,
}

/// One conversation.
pub struct Reader {
    models: Models,
    /// The likeness from which on two turns say the same need.
    rephrasing: f32,
    bot: Option<(BotSaid, Option<f32>)>,
    needs: Needs,
    turns: usize,
    running: f32,
    facts: Facts,
    heard: Heard,
    issue: Issue,
    is_technical: bool,
    failed_attempts: u8,
}

impl Reader {
    /// `rephrasing` is the likeness, 0 to 1, from which on two turns count as the same need.
    pub fn new(models: Models, rephrasing: f32) -> Self {
        Self {
            models,
            rephrasing,
            bot: None,
            needs: Needs::default(),
            turns: 0,
            running: 0.0,
            facts: Facts::default(),
            heard: Heard::default(),
            issue: Issue::default(),
            is_technical: false,
            failed_attempts: 0,
        }
    }

    /// What a text is about, as the reader compares it.
    pub fn meaning(text: &str, models: &Models) -> Meaning {
        let words = Words::of(text);
        let categories = models.base().map_or_else(Vec::new, |base| {
            let evidence = base.message.evidence(&Features::of(&words, None, &base.lexicon).hashes);
            evidence[head::CATEGORIES..head::ISSUE]
                .iter()
                .map(|evidence| logistic(*evidence))
                .collect()
        });
        Meaning::of_words(&words, &categories, models)
    }

    /// What the bot said, and how sure it was, 0 to 1.
    pub fn hear_bot(&mut self, text: &str, confidence: Option<f32>) {
        self.bot = Some((BotSaid::of(text), confidence));
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
        let bot = self.bot.take();
        let said = bot.map(|(said, _)| said);
        let short_negative = said.is_some_and(|said| sentiment::is_short_negative(&words, said));
        let mut reading =
            Reading { short_negative, shouting: words.shouts(), ..Reading::default() };
        let (mut categories, mut states) = (Vec::new(), 0.0);
        if let Some(base) = self.models.base() {
            let features = Features::of(&words, said, &base.lexicon);
            let evidence = base.message.evidence(&features.hashes);
            let shown = |head| shown(text, &words, base, head);
            reading.asked_for_human =
                explicit::read(text, &words, &evidence, || shown(head::EXPLICIT));
            reading.frustration.strength = sentiment::score(&evidence);
            reading.frustration.evidence = (reading.frustration.strength >= 0.3)
                .then(|| shown(head::FRUSTRATION[0]))
                .flatten();
            reading.profanity =
                sentiment::profanity(&features).map(|at| words.quote(text, at, at).to_owned());
            reading.topics = topics::read(&words, &evidence)
                .into_iter()
                .map(|(kind, head)| TopicFinding {
                    kind,
                    label: LEARNED[head - head::TOPICS].0,
                    strength: logistic(evidence[head]),
                    evidence: shown(head),
                })
                .collect();
            reading.topic_strength =
                evidence[head::TOPICS..head::CATEGORIES].iter().copied().fold(f32::MIN, f32::max);
            reading.topic_strength = logistic(reading.topic_strength);
            let best = (head::CATEGORIES..head::ISSUE)
                .max_by(|a, b| evidence[*a].total_cmp(&evidence[*b]))
                .unwrap_or(head::CATEGORIES);
            reading.category = head::CATEGORY_NAMES[best - head::CATEGORIES];
            categories = evidence[head::CATEGORIES..head::ISSUE]
                .iter()
                .map(|evidence| logistic(*evidence))
                .collect();
            states = logistic(evidence[head::ISSUE]);
            self.is_technical |= reading.category == "technical_problem" && evidence[best] > 0.0;
        } else {
            reading.asked_for_human = explicit::by_rules(text, &words);
        }
        if let Some(quote) = crisis::find(text, &words) {
            let (kind, strength, evidence) = (Topic::SelfHarm, 1.0, Some(quote));
            reading.topics.insert(0, TopicFinding { kind, label: kind.code(), strength, evidence });
        }
        if short_negative {
            // A refusal weighs more when the bot was not sure itself.
            let unsure = bot.and_then(|(_, confidence)| confidence).is_some_and(|sure| sure < 0.6);
            reading.frustration.strength =
                reading.frustration.strength.max(if unsure { 0.5 } else { 0.4 });
            reading
                .frustration
                .evidence
                .get_or_insert_with(|| words.quote(text, 0, words.all.len() - 1).to_owned());
        }
        self.is_technical |= topics::is_technical(&words);
        let told = topics::tries_told(&words);
        if told > 0 && self.is_technical {
            self.failed_attempts = self.failed_attempts.max(told);
        } else if short_negative || (said.is_some() && topics::is_failed_try(&words)) {
            self.hear_failure();
        } else if said.is_some_and(|said| !said.asked) && self.turns > 0 && topics::is_done(&words)
        {
            // "Done" says that it was tried, and by writing on that it did not end the matter.
            self.hear_failure();
        }
        let meaning = Meaning::of_words(&words, &categories, &self.models);
        self.issue.hear(self.turns, states, &meaning);
        reading.issue = self.issue.turn();
        reading.rephrased = self.needs.hear(self.turns, meaning, &self.models, self.rephrasing);
        // New displeasure counts in full, old displeasure fades: half of it is gone after about two
        // calm messages.
        let before = self.running;
        let now = reading.frustration.strength;
        self.running = (0.7 * before).max(now).max((0.7 * before + 0.6 * now).min(1.0));
        reading.running = self.running;
        reading.level = Level::of(self.running);
        reading.moved = self.running - before;
        self.facts.add(Facts::of(text));
        reading.facts = self.facts.clone();
        self.heard.add(text, self.models.base().map(|base| &base.languages));
        reading.language = self.heard.language();
        reading.failed_attempts = self.failed_attempts;
        self.turns += 1;
        reading
    }
}

/// The few words in a row that say most for a head.
fn shown(text: &str, words: &Words, base: &Base, head: usize) -> Option<String> {
    const MOST: usize = 6;
    let weights: Vec<f32> = words
        .all
        .iter()
        .map(|word| {
            let concept = Features::concept_of_word(word, &base.lexicon)
                .map_or(0.0, |concept| base.message.weight(concept, head));
            (base.message.weight(Features::of_word(word), head) + concept).max(0.0)
        })
        .collect();
    let mut best = (0.0, 0, 0);
    for from in (0..weights.len()).filter(|at| weights[*at] > 0.0) {
        let mut sum = 0.0;
        for to in (from..weights.len().min(from + MOST))
            .take_while(|at| words.sentence[*at] == words.sentence[from])
        {
            sum += weights[to];
            if weights[to] > 0.0 && sum > best.0 {
                best = (sum, from, to);
            }
        }
    }
    let (sum, from, to) = best;
    (sum > 0.0).then(|| words.quote(text, from, to).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reader() -> Reader {
        let base = Base::read(include_bytes!("../models/base.bin")).expect("the committed model");
        Reader::new(Models::new(Some(base), None), 0.5)
    }

    #[test]
    fn a_no_after_an_answer_is_displeasure_and_after_a_question_is_not() {
        let mut reader = reader();
        reader.hear_bot("You can return it within 30 days.", Some(0.8));
        assert!(reader.read("No").short_negative);
        reader.hear_bot("Is it the blue one?", Some(0.8));
        assert!(!reader.read("No").short_negative);
    }

    #[test]
    fn a_need_said_three_times_is_counted() {
        let mut reader = reader();
        reader.read("where is my order");
        reader.read("can you track my order please");
        let reading = reader.read("order tracking, where is it");
        assert_eq!(reading.rephrased.times, 3);
        assert_eq!(reader.read("thanks").rephrased.times, 1);
    }

    #[test]
    fn a_technical_issue_tried_twice_is_counted() {
        let mut reader = reader();
        reader.read("the app crashes when I pay");
        reader.hear_bot("Please update the app.", Some(0.9));
        reader.read("still crashes");
        reader.hear_bot("Please install it again.", Some(0.9));
        assert_eq!(reader.read("No").failed_attempts, 2);
    }

    fn quotes(reading: &Reading) -> impl Iterator<Item = &String> {
        let topics = reading.topics.iter().filter_map(|topic| topic.evidence.as_ref());
        topics
            .chain(&reading.asked_for_human.evidence)
            .chain(&reading.frustration.evidence)
            .chain(&reading.profanity)
    }

    #[test]
    fn evidence_is_words_in_a_row_as_they_were_written() {
        for text in [
            "I was charged twice, I want 240 euros back!",
            "GET me, please, a REAL person. Now",
            "this is useless, you don't understand me!",
            "somebody hacked my account and bought 3 ferns",
            "Ich will sofort mit einem Menschen sprechen, verdammt",
        ] {
            let reading = reader().read(text);
            assert!(quotes(&reading).count() > 0, "{text}");
            for quote in quotes(&reading) {
                assert!(text.contains(quote.as_str()), "“{quote}” does not stand in “{text}”");
            }
        }
    }

    proptest! {
        #[test]
        fn any_unicode_is_read_without_a_panic(
            texts in prop::collection::vec("\\PC{0,200}", 0..6),
        ) {
            let mut reader = reader();
            for text in &texts {
                reader.hear_bot(text, Some(0.5));
                let reading = reader.read(text);
                prop_assert!((0.0..=1.0).contains(&reading.running));
                prop_assert!(quotes(&reading).all(|quote| text.contains(quote.as_str())));
                prop_assert!((0.0..=1.001).contains(&reading.rephrased.likeness));
            }
        }
    }
}
