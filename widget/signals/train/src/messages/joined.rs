//! Texts made of two: a visitor may say several things in one message.

use fastrand::Rng;
use signals::learn::head;

use super::text::Text;

/// Two messages sent as one say what either says: so that length and matter alone say nothing.
pub fn joined(rng: &mut Rng, texts: &mut Vec<Text>) {
    let known = |text: &Text, head: usize| {
        text.answers[head].filter(|(_, worth)| *worth > 0.25).map(|(answer, _)| answer > 0.5)
    };
    let pool = |wanted: &dyn Fn(&Text) -> bool| {
        (0..texts.len())
            .filter(|i| wanted(&texts[*i]) && texts[*i].bot.is_none())
            .collect::<Vec<_>>()
    };
    let requests = pool(&|text| known(text, head::EXPLICIT) == Some(true));
    let lookalikes = pool(&|text| {
        known(text, head::EXPLICIT) == Some(false)
            && text.answers[head::EXPLICIT].is_some_and(|(_, worth)| worth > 1.0)
    });
    let calm = pool(&|text| known(text, head::FRUSTRATION[0]) == Some(false));
    let upset = pool(&|text| {
        known(text, head::FRUSTRATION[0]) == Some(true)
            && known(text, head::FRUSTRATION[1]).is_some()
    });
    let kinds = [
        (&calm, &upset, 6000),
        (&calm, &calm, 3000),
        (&upset, &upset, 1500),
        (&calm, &requests, 2000),
        (&upset, &requests, 1500),
        (&calm, &lookalikes, 1500),
        (&upset, &lookalikes, 800),
    ];
    let mut made = Vec::new();
    for (some, others, count) in kinds {
        for _ in 0..count {
            let (mut a, mut b) =
                (&texts[some[rng.usize(..some.len())]], &texts[others[rng.usize(..others.len())]]);
            if rng.u8(..3) == 0 {
                (a, b) = (b, a);
            }
            let glue = [" ", ", ", ". ", " and ", "! "][rng.usize(..5)];
            let mut text =
                Text::new(format!("{}{glue}{}", a.text.trim_end_matches(['.', '!']), b.text));
            for head in 0..head::CATEGORIES {
                // What is true of one is true of both together; that nothing is said must be known
                // of both.
                let is_request = |text: &Text| {
                    head == head::EXPLICIT
                        && known(text, head).is_none()
                        && text.answers[head::FRUSTRATION[0]].is_some()
                };
                let (of_a, of_b) = (
                    known(a, head).or(is_request(a).then_some(false)),
                    known(b, head).or(is_request(b).then_some(false)),
                );
                text.answers[head] = match (of_a, of_b) {
                    (Some(true), _) | (_, Some(true)) => Some((1.0, 0.7)),
                    (Some(false), Some(false)) => Some((0.0, 0.7)),
                    _ => None,
                };
            }
            made.push(text);
        }
    }
    texts.extend(made);
}
