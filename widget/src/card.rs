//! What the widget writes onto the card, in English: constructors for `words/card/en.ftl`, and the
//! text of what they give. The visitor's own words are never here.

use words::{Plain, Said, Words};

mod said {
    include!(concat!(env!("OUT_DIR"), "/card.rs"));
}

pub use said::*;

/// What is said, in words.
pub fn text(said: &Said) -> String {
    let items = WORDS.iter().map(|item| (*item).to_owned());
    let words = Words::read(items, FINGERPRINT);
    words.ok().and_then(|words| words.say(said, &Plain)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Priority, Sentiment, Topic};

    #[test]
    fn every_topic_has_words_of_its_own() {
        let say = |topic: &str| {
            [
                text(&wish_of_topic(topic, nothing(), nothing())),
                text(&reason_topic(topic)),
                text(&step_of_topic(topic, nothing())),
            ]
        };
        let others = say("no such topic");
        let codes = || Topic::ALL.iter().map(|topic| topic.code());
        let like_others: Vec<_> = codes().filter(|code| say(code) == others).collect();
        assert_eq!(like_others, ["complaint"], "the last row stands for unknown codes as well");
        assert!(codes().all(|code| say(code).iter().all(|text| !text.is_empty())));
    }

    #[test]
    fn every_mood_and_priority_is_told() {
        let say = |count: u64, mood: Sentiment, priority: Priority| {
            text(&summary("Kim", "sleep", count, mood.code(), priority.code()))
        };
        let all: std::collections::BTreeSet<_> = Sentiment::ALL
            .iter()
            .flat_map(|mood| Priority::ALL.iter().map(move |priority| say(1, *mood, *priority)))
            .collect();
        assert_eq!(all.len(), Sentiment::ALL.len() * Priority::ALL.len());
        assert_eq!(say(0, Sentiment::Neutral, Priority::High), "Kim wants to sleep (urgent).");
        assert_eq!(
            say(2, Sentiment::Angry, Priority::Medium),
            "Kim wants to sleep; 2 things the bot tried did not help (angry, soon)."
        );
    }
}
