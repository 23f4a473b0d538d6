//! The demo's settings, changed by their keys. A host refuses to start with a key that it does not
//! know, so a change of a test that says nothing to the desk fails that test.

use toml::{Table, Value};

/// The settings with their site changed.
pub fn site(settings: &str, change: impl FnOnce(&mut Table)) -> String {
    let mut all: Table = settings.parse().expect("the demo's settings are TOML");
    let site = all.get_mut("site").and_then(|sites| sites.get_mut(0)).and_then(Value::as_table_mut);
    change(site.expect("the demo has a site"));
    all.to_string()
}

/// The settings with other times, in seconds.
pub fn times(settings: &str, times: &[(&str, i64)]) -> String {
    site(settings, |site| set(site, "times", times))
}

/// The settings with other quotas.
pub fn quotas(settings: &str, quotas: &[(&str, i64)]) -> String {
    site(settings, |site| set(site, "quotas", quotas))
}

/// The settings with a capacity that every agent has.
pub fn capacity(settings: &str, conversations: i64) -> String {
    site(settings, |site| {
        let agents = site.get_mut("agent").and_then(Value::as_array_mut);
        for agent in agents.expect("the demo has agents") {
            agent["capacity"] = conversations.into();
        }
    })
}

/// The settings with one more origin that may embed the widget.
pub fn origin(settings: &str, origin: &str) -> String {
    site(settings, |site| {
        let origins = site.get_mut("origins").and_then(Value::as_array_mut);
        origins.expect("the demo has origins").push(origin.into());
    })
}

fn set(site: &mut Table, table: &str, values: &[(&str, i64)]) {
    let table = site.entry(table).or_insert_with(|| Table::new().into());
    let table = table.as_table_mut().expect("a table of the settings");
    table.extend(values.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_there_and_what_is_not_stays() {
        let demo = demo::settings(8788);
        let changed = times(&quotas(&demo, &[("address_open", 7)]), &[("offer_seconds", 4)]);
        let (before, after): (Table, Table) = (demo.parse().unwrap(), changed.parse().unwrap());
        let (before, after) = (&before["site"][0], &after["site"][0]);
        assert_eq!(after["times"]["offer_seconds"].as_integer(), Some(4));
        assert_eq!(after["times"]["review_seconds"], before["times"]["review_seconds"]);
        assert_eq!(after["quotas"]["address_open"].as_integer(), Some(7));
        assert_eq!(after["agent"], before["agent"]);
    }
}
