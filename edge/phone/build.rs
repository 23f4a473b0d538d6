//! Writes the tables of the world's numbering plans that this crate is compiled with. They come
//! from the library `phonelib`, whose own tables, with names, areas and kinds of numbers, would be
//! a tenth of what a serverless host loads.

#![expect(
    clippy::disallowed_methods,
    reason = "it runs while the crate is built, and is no part of it"
)]

use std::{collections::BTreeMap, env, fs, path::Path};

/// ITU-T E.164: the country's code included.
const MOST_DIGITS: usize = 15;

fn main() {
    // Several countries may have one code, and then their lengths are put together.
    let mut lengths: BTreeMap<u32, u16> = BTreeMap::new();
    for country in phonelib::countries() {
        let all = country.phone_lengths.iter().fold(0u16, |all, length| all | 1 << length);
        *lengths.entry(country.prefix).or_default() |= all;
    }
    let plans = lengths
        .iter()
        .map(|(code, lengths)| format!("({code}, {lengths}, {}),", with_zero(*code, *lengths)));
    let mut countries: Vec<_> =
        phonelib::countries().iter().filter(|country| country.code.len() == 2).collect();
    countries.dedup_by_key(|country| country.code);
    let countries =
        countries.iter().map(|country| format!("(*b\"{}\", {}),", country.code, country.prefix));
    let text = format!(
        "/// Codes of countries and territories; the lengths that a number behind one may have, a \
         bit each; those at which a first 0 is part of it.\nstatic PLANS: &[(u16, u16, u16)] = \
         &[{}];\n/// ISO 3166 codes, and the plan of each.\nstatic COUNTRIES: &[([u8; 2], u16)] = \
         &[{}];\n",
        plans.collect::<String>(),
        countries.collect::<String>()
    );
    let folder = env::var("OUT_DIR").expect("cargo says where to write");
    fs::write(Path::new(&folder).join("plans.rs"), text).expect("the folder takes a file");
    println!("cargo::rerun-if-changed=build.rs");
}

/// The lengths at which the library keeps a 0 behind the code, for most of the numbers that it
/// could begin.
fn with_zero(code: u32, lengths: u16) -> u16 {
    let keeps = |length: &usize| {
        let number = |digit: char| format!("+{code}0{}", String::from(digit).repeat(length - 1));
        let kept = ('1'..='9')
            .map(number)
            .filter(|number| phonelib::normalize_phone_number(number).as_ref() == Some(number));
        kept.count() > 4
    };
    (1..MOST_DIGITS)
        .filter(|length| lengths & 1 << length != 0)
        .filter(keeps)
        .fold(0, |all, length| all | 1 << length)
}
