//! Word vectors as the pack keeps them: product quantisation, each part of the vectors by the
//! nearest of 256 centres.

use anyhow::{Context, Result};
use fastrand::Rng;
use signals::learn::{PART, SIZE, Table, Vectors};
use std::{fs, path::Path};

use crate::SEED;

const CENTRES: usize = 256;
const ROUNDS: usize = 15;

/// The teacher's words and vectors (`teacher.py` writes them), quantised.
pub fn quantised(corpora: &Path) -> Result<Vectors> {
    let folder = corpora.join("teacher");
    let words = fs::read_to_string(folder.join("words.txt"))
        .context("the teacher's words: run teacher.py first")?;
    let words: Vec<&str> = words.lines().collect();
    let numbers = fs::read(folder.join("vectors.f32")).context("the teacher's vectors")?;
    let numbers: Vec<f32> =
        numbers.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    anyhow::ensure!(
        numbers.len() == words.len() * SIZE,
        "{} numbers for {} words",
        numbers.len(),
        words.len()
    );

    let table = Table::of(words.iter().map(|word| (word.as_bytes(), 0)));
    let mut rows = vec![None; table.len()];
    for (word, vector) in words.iter().zip(numbers.chunks_exact(SIZE)) {
        // Of two words that share a hash the commoner, which comes first, keeps its vector.
        let place = table.position(word.as_bytes()).context("a word that is not in its table")?;
        rows[place].get_or_insert(vector);
    }
    let rows: Vec<&[f32]> = rows
        .into_iter()
        .map(|row| row.context("a place without a vector"))
        .collect::<Result<_>>()?;

    let mut rng = Rng::with_seed(SEED);
    let (mut codes, mut centres) = (Vec::new(), Vec::new());
    for part in 0..SIZE / PART {
        let points: Vec<[f32; PART]> =
            rows.iter().map(|row| std::array::from_fn(|i| row[part * PART + i])).collect();
        let (found, nearest) = means(&points, &mut rng);
        centres.extend(found.into_iter().flatten());
        codes.extend(nearest.into_iter().map(|code| code as u8));
        eprint!("\r  word vectors, part {} of {} ", part + 1, SIZE / PART);
    }
    eprintln!();
    Ok(Vectors::of(table, codes, centres))
}

/// `CENTRES` means of the points, and which is nearest to each.
fn means(points: &[[f32; PART]], rng: &mut Rng) -> (Vec<[f32; PART]>, Vec<usize>) {
    let mut centres: Vec<[f32; PART]> =
        (0..CENTRES).map(|_| points[rng.usize(..points.len())]).collect();
    let mut nearest = vec![0; points.len()];
    for _ in 0..ROUNDS {
        for (point, nearest) in points.iter().zip(&mut nearest) {
            let far = |centre: &[f32; PART]| {
                point.iter().zip(centre).map(|(a, b)| (a - b) * (a - b)).sum::<f32>()
            };
            *nearest = (0..CENTRES)
                .min_by(|a, b| far(&centres[*a]).total_cmp(&far(&centres[*b])))
                .unwrap_or(0);
        }
        let mut sums = vec![[0f32; PART]; CENTRES];
        let mut counts = vec![0f32; CENTRES];
        for (point, nearest) in points.iter().zip(&nearest) {
            sums[*nearest].iter_mut().zip(point).for_each(|(sum, number)| *sum += number);
            counts[*nearest] += 1.0;
        }
        for (centre, (sum, count)) in centres.iter_mut().zip(sums.iter().zip(&counts)) {
            *centre = if *count > 0.0 {
                sum.map(|number| number / count)
            } else {
                points[rng.usize(..points.len())]
            };
        }
    }
    (centres, nearest)
}
