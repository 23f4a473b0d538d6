//! What the edge takes, beside baselines in the same run. The work is `tests/load`'s.

use anyhow::Result;

use crate::{
    step::{cargo, run as run_program, step},
    test,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    Start,
    Handoffs,
    Sockets,
    Overload,
    Hostile,
}

impl Part {
    const ALL: [Self; 5] =
        [Self::Start, Self::Handoffs, Self::Sockets, Self::Overload, Self::Hostile];

    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Handoffs => "handoffs",
            Self::Sockets => "sockets",
            Self::Overload => "overload",
            Self::Hostile => "hostile",
        }
    }
}

pub fn run(only: Option<Part>) -> Result<()> {
    test::hosts()?;
    step("compiling the load", || cargo(&["build", "--quiet", "--release", "-p", "load"]))?;
    for part in Part::ALL.into_iter().filter(|part| only.is_none_or(|only| only == *part)) {
        println!("\n── {}", part.name());
        run_program("target/release/load", &[part.name()])?;
    }
    Ok(())
}
