//! The log: what `RUST_LOG` asks for, but never what travels.

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer, filter::filter_fn, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

/// Writes to the standard error from here on.
pub fn start() {
    let asked = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt::layer().with_writer(std::io::stderr).with_filter(filter_fn(has_no_words));
    tracing_subscriber::registry().with(asked).with(lines).init();
}

/// Libraries write the frames and headers that they move into their debug and trace lines, with
/// visitors' words and tokens in them.
fn has_no_words(line: &Metadata<'_>) -> bool {
    let is_own = line.target().split(':').next() == Some(env!("CARGO_PKG_NAME"));
    is_own || *line.level() <= Level::INFO
}
