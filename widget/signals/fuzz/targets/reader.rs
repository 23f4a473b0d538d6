//! A conversation from any text: a line that begins with `>` is the bot's, any other the visitor's.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use signals::{Base, Models, Pack, Reader};

static MODELS: OnceLock<(Base, Pack)> = OnceLock::new();

fuzz_target!(|text: &str| {
    let (base, pack) = MODELS.get_or_init(|| {
        let base = Base::read(include_bytes!("../../models/base.bin")).expect("the committed base");
        (base, Pack::read(include_bytes!("../../models/pack.bin")).expect("the committed pack"))
    });
    let mut reader = Reader::new(Models::new(Some(base.clone()), Some(pack.clone())), 0.5);
    for line in text.lines().take(20) {
        match line.strip_prefix('>') {
            Some(said) => reader.hear_bot(said, Some(0.5)),
            None => {
                let reading = reader.read(line);
                assert!(
                    (0.0..=1.0).contains(&reading.running)
                        && (0.0..=1.0).contains(&reading.asked_for_human.strength)
                );
            }
        }
    }
});
