//! What was met on which host: commands, events and routes. The golden examples and the front say
//! what there is.

use std::{collections::BTreeSet, fs, sync::Mutex};
use tests::Host;

/// The commands and events of each side, as the golden examples are kept.
pub const VISITOR_COMMANDS: &str = "visitor_commands";
pub const VISITOR_EVENTS: &str = "visitor_events";
pub const AGENT_COMMANDS: &str = "agent_commands";
pub const AGENT_EVENTS: &str = "agent_events";

static MET: Mutex<BTreeSet<(Host, String)>> = Mutex::new(BTreeSet::new());

/// A command or an event of that name travelled.
pub fn met(host: Host, kind: &str, name: &str) {
    note(host, format!("{kind}/{name}"));
}

/// A request was answered.
pub fn asked(host: Host, method: &str, path: &str) {
    if let Some((route, _)) = front::find(method, path) {
        note(host, format!("{route:?}"));
    }
}

fn note(host: Host, what: String) {
    MET.lock().expect("nobody panics while holding it").insert((host, what));
}

/// What there is and nobody met.
pub fn missing() -> Vec<String> {
    let mut all: Vec<String> =
        front::ROUTES.iter().map(|(_, _, route)| format!("{route:?}")).collect();
    for kind in [VISITOR_COMMANDS, VISITOR_EVENTS, AGENT_COMMANDS, AGENT_EVENTS] {
        let folder = format!("{}/../edge/protocol/examples/{kind}", env!("CARGO_MANIFEST_DIR"));
        for entry in fs::read_dir(folder).expect("the golden examples") {
            let path = entry.expect("a file").path();
            all.push(format!("{kind}/{}", path.file_stem().expect("a name").to_string_lossy()));
        }
    }
    let met = MET.lock().expect("nobody panics while holding it");
    let each =
        Host::ALL.into_iter().flat_map(|host| all.iter().map(move |what| (host, what.clone())));
    each.filter(|one| !met.contains(one))
        .map(|(host, what)| format!("  {what} on {}", host.name()))
        .collect()
}
