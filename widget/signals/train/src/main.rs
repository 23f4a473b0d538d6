//! `cargo run --release -p train -- SETS CORPORA`: learns the models and writes them to
//! `widget/signals/models`.

mod fit;
mod grammar;
mod languages;
mod lexicon;
mod messages;
mod pairs;
mod vectors;

use anyhow::{Context, Result};
use signals::{Models, Pack};
use std::{env, fs, path::PathBuf};

const SEED: u64 = 20260;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [sets, corpora] = arguments.as_slice() else {
        anyhow::bail!(
            "usage: train SETS CORPORA (the folder of labelled sets, the folder of corpora)"
        )
    };
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut base = messages::learn(&folder, sets, corpora)?;
    base.languages = languages::learn(&folder, sets, corpora)?;
    let vectors = vectors::quantised(corpora)?;
    let pairs = pairs::Pairs::of(&folder, sets, corpora)?;
    base.rephrasing = pairs.learn(&Models::new(Some(base.clone()), None));
    let pack = Pack { vectors: vectors.clone(), ..Pack::default() };
    let pack =
        Pack { vectors, rephrasing: pairs.learn(&Models::new(Some(base.clone()), Some(pack))) };
    for (name, bytes) in [("base.bin", base.write()), ("pack.bin", pack.write())] {
        let to = folder.join("../models").join(name);
        fs::write(&to, &bytes).with_context(|| format!("writing {}", to.display()))?;
        eprintln!("{name}: {} bytes, {} with brotli", bytes.len(), brotli_size(&bytes));
    }
    size_of("lexicon", |out| base.lexicon.write(out));
    size_of("synonyms", |out| base.synonyms.write(out));
    size_of("messages", |out| base.message.write(out));
    size_of("languages", |out| base.languages.write(out));
    Ok(())
}

fn size_of(name: &str, write: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = Vec::new();
    write(&mut bytes);
    eprintln!("  of the base, {name}: {} with brotli", brotli_size(&bytes));
}

fn brotli_size(bytes: &[u8]) -> usize {
    let mut out = Vec::new();
    let _ = brotli::BrotliCompress(
        &mut &bytes[..],
        &mut out,
        &brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() },
    );
    out.len()
}
