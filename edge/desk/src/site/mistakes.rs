//! Mistakes in a site's settings that the types cannot refuse: what could never work.

use protocol::limits;

use crate::site::{
    fallback::{self, is_email},
    settings::{Quotas, SiteSettings, Times, ms, retention},
};

/// The name of the bot stands before each of its lines.
const MAX_BOT_NAME_CHARS: usize = 40;

/// One mistake: which field, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The path within the site, indexes from 0, for example `agent[1].languages`.
    pub field: String,
    /// One sentence.
    pub why: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.why)
    }
}

/// Every mistake that was found.
#[derive(Default)]
struct Found(Vec<Mistake>);

impl Found {
    fn expect(&mut self, is_fine: bool, field: impl Into<String>, why: impl Into<String>) {
        if !is_fine {
            self.0.push(Mistake { field: field.into(), why: why.into() });
        }
    }
}

impl SiteSettings {
    /// Every mistake; none if the settings can work.
    pub fn check(&self) -> Vec<Mistake> {
        let mut found = Found::default();
        let key_is_fine = !self.key.is_empty()
            && self.key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        found.expect(
            key_is_fine && self.key.len() <= 40,
            "key",
            format!("`{}`: expected 1 to 40 of a-z, 0-9 and -", self.key),
        );
        found.expect(!self.name.trim().is_empty(), "name", "expected the name that visitors know");
        for (i, origin) in self.origins.iter().enumerate() {
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            let is_fine = host.is_some_and(|host| {
                !host.is_empty() && !host.contains(['/', '*', ' ', ';', ',', '\'', '"'])
            });
            let why = format!(
                "`{origin}`: expected a scheme and a host such as \"https://shop.example\", with \
                 no path"
            );
            found.expect(is_fine, format!("origins[{i}]"), why);
        }
        if let Some(country) = &self.country {
            let why = format!("`{country}`: expected an ISO 3166 code such as \"DE\"");
            found.expect(phone::is_country(country), "country", why);
        }
        languages(&mut found, "language_fallbacks", &self.language_fallbacks);
        self.check_words(&mut found);
        self.check_contact(&mut found);
        self.check_agents(&mut found);
        self.check_categories(&mut found);
        for (field, why) in self.schedule.mistakes() {
            found.expect(false, format!("schedule.{field}"), why);
        }
        check_times(&mut found, &self.times);
        check_quotas(&mut found, &self.quotas);
        self.check_rules(&mut found);
        found.0
    }

    fn check_words(&self, found: &mut Found) {
        let greeting = &self.greeting;
        for (field, text, most) in [
            ("greeting.bot", &greeting.bot, MAX_BOT_NAME_CHARS),
            ("greeting.open", &greeting.open, limits::MAX_SHORT_CHARS),
            ("greeting.closed", &greeting.closed, limits::MAX_SHORT_CHARS),
            ("crisis", &self.crisis, limits::MAX_SHORT_CHARS),
        ] {
            let is_fine = text
                .as_ref()
                .is_none_or(|text| !text.trim().is_empty() && text.chars().count() <= most);
            found.expect(
                is_fine,
                field,
                format!("expected 1 to {most} characters; leave it out for Baton's own words"),
            );
        }
    }

    fn check_contact(&self, found: &mut Found) {
        let Some(contact) = &self.contact else { return };
        found.expect(
            contact.email.is_some() || contact.phone.is_some(),
            "contact",
            "expected an `email` or a `phone`; leave it out for none",
        );
        if let Some(email) = &contact.email {
            found.expect(
                is_email(email),
                "contact.email",
                format!("`{email}`: expected an e-mail address such as help@shop.example"),
            );
        }
        if let Some(phone) = &contact.phone {
            let why = format!("`{phone}`: expected a telephone number such as \"+49 30 1234567\"");
            found.expect(
                phone::e164(phone, self.country.as_deref()).is_some(),
                "contact.phone",
                why,
            );
        }
    }

    fn check_agents(&self, found: &mut Found) {
        found.expect(
            !self.agent.is_empty(),
            "agent",
            "expected at least one agent: nobody could ever answer",
        );
        for (i, agent) in self.agent.iter().enumerate() {
            let field = |name: &str| format!("agent[{i}].{name}");
            let is_twice = self.agent[..i].iter().any(|other| other.id == agent.id);
            found.expect(
                agent.id.is_well_formed(),
                field("id"),
                format!("`{}`: expected up to 64 of a-z, A-Z, 0-9, - and _", agent.id),
            );
            found.expect(!is_twice, field("id"), format!("`{}` stands twice", agent.id));
            found.expect(
                !agent.name.trim().is_empty(),
                field("name"),
                "expected the name that visitors see",
            );
            let why =
                format!("a capacity of 0 lets `{}` hold nobody; expected 1 or more", agent.id);
            found.expect(agent.capacity > 0, field("capacity"), why);
            languages(found, &field("languages"), &agent.languages);
        }
    }

    fn check_categories(&self, found: &mut Found) {
        for (i, category) in self.category.iter().enumerate() {
            let field = |name: &str| format!("category[{i}].{name}");
            let is_fine =
                !category.key.trim().is_empty() && category.key.len() <= limits::MAX_CATEGORY_BYTES;
            found.expect(
                is_fine,
                field("key"),
                format!("expected 1 to {} bytes", limits::MAX_CATEGORY_BYTES),
            );
            let is_twice = self.category[..i].iter().any(|other| other.key == category.key);
            found.expect(!is_twice, field("key"), format!("`{}` stands twice", category.key));
            found.expect(
                !category.label.trim().is_empty(),
                field("label"),
                "expected what the visitor reads",
            );
            // As the reader sees them: without letters, digits or signs a word stands nowhere.
            for (n, word) in category.words.iter().enumerate() {
                found.expect(
                    word.chars().any(|c| c.is_alphanumeric() || !c.is_ascii()),
                    format!("category[{i}].words[{n}]"),
                    format!("expected a word that can stand in a message, found `{word}`"),
                );
            }
            // A conversation that nobody can ever take would only wait for its end.
            if let Some(skill) = &category.skill {
                let has_somebody = self.agent.is_empty()
                    || self.agent.iter().any(|agent| agent.skills.contains(skill));
                found.expect(
                    has_somebody,
                    field("skill"),
                    format!("`{}` needs the skill `{skill}`, which no agent has", category.key),
                );
            }
        }
    }

    fn check_rules(&self, found: &mut Found) {
        let thresholds = &self.rules.thresholds;
        for (name, share) in [
            ("asked_for_human", thresholds.asked_for_human),
            ("frustration", thresholds.frustration),
            ("rephrasing", thresholds.rephrasing),
            ("confidence", thresholds.confidence),
        ] {
            let why = format!("{share} is out of range: expected 0 to 1, such as 0.65");
            found.expect((0.0..=1.0).contains(&share), format!("rules.thresholds.{name}"), why);
        }
        let amount = thresholds.refund_amount;
        found.expect(
            amount.is_finite() && amount >= 0.0,
            "rules.thresholds.refund_amount",
            "expected an amount, 0 or more",
        );
        found.expect(
            thresholds.rephrasings > 0,
            "rules.thresholds.rephrasings",
            "expected 1 or more",
        );
        for (i, rule) in self.rules.rule.iter().enumerate() {
            let is_twice = self.rules.rule[..i].iter().any(|other| other.trigger == rule.trigger);
            found.expect(
                !is_twice,
                format!("rules.rule[{i}].trigger"),
                "this trigger has a rule already, which is the one that counts",
            );
        }
        for (i, (topic, _)) in self.rules.topics.iter().enumerate() {
            let is_twice = self.rules.topics[..i].iter().any(|(other, _)| other == topic);
            found.expect(!is_twice, format!("rules.topics[{i}]"), "this topic stands twice");
        }
    }
}

fn languages(found: &mut Found, field: &str, tags: &[String]) {
    for tag in tags {
        let why =
            format!("`{tag}` is no language: expected a BCP 47 tag such as \"en\" or \"pt-BR\"");
        found.expect(is_language(tag), field, why);
    }
}

/// The shape of a tag: a language of two or three letters, as ISO 639 has them, and whatever
/// follows (RFC 5646 2.1).
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
        && tag.len() <= limits::MAX_LANGUAGE_BYTES
}

fn check_times(found: &mut Found, times: &Times) {
    let promises = fallback::promised_within(times)
        .map(|(name, seconds)| (name, seconds, "a promise would be missed as it is made"));
    for (name, seconds, otherwise) in [
        ("offer_seconds", times.offer_seconds, "nobody could ever accept an offer"),
        ("long_wait_seconds", times.long_wait_seconds, "a notice would follow a notice at once"),
        ("longest_wait_seconds", times.longest_wait_seconds, "nobody could ever wait"),
        (
            "abandon_seconds",
            times.abandon_seconds,
            "a visitor would have left before the page listens",
        ),
        ("idle_seconds", times.idle_seconds, "a conversation would close as it begins"),
    ]
    .into_iter()
    .chain(promises)
    {
        found.expect(
            seconds > 0,
            format!("times.{name}"),
            format!("expected 1 or more: otherwise {otherwise}"),
        );
    }
    let is_before = times.idle_warning_seconds < times.idle_seconds;
    found.expect(
        is_before || times.idle_seconds == 0,
        "times.idle_warning_seconds",
        "expected less than idle_seconds",
    );
    let is_ordered = times.medium_head_start_seconds <= times.high_head_start_seconds;
    found.expect(
        is_ordered,
        "times.medium_head_start_seconds",
        "expected no more than high_head_start_seconds",
    );
    // The visitor is told until when.
    let is_kept = ms(times.reopen_seconds) <= retention(times);
    let days = times.retention_days;
    found.expect(
        is_kept,
        "times.reopen_seconds",
        format!(
            "a conversation could not be reopened for {} s, since it is deleted after {days} \
             day(s): expected no more than retention_days",
            times.reopen_seconds
        ),
    );
}

fn check_quotas(found: &mut Found, quotas: &Quotas) {
    for (name, most) in [
        ("visitor_handoffs", quotas.visitor_handoffs),
        ("address_handoffs", quotas.address_handoffs),
        ("address_open", quotas.address_open),
        ("address_frames", quotas.address_frames),
        ("site_handoffs", quotas.site_handoffs),
        ("site_open", quotas.site_open),
    ] {
        found.expect(
            most > 0,
            format!("quotas.{name}"),
            "expected 1 or more: nobody could ever ask for a person",
        );
    }
    let least = limits::MAX_VISITOR_BODY_BYTES as u64;
    found.expect(
        quotas.address_open_bytes >= least,
        "quotas.address_open_bytes",
        format!("expected {least} or more, the size of one handoff"),
    );
    let least = 10 * least;
    found.expect(
        quotas.site_open_bytes >= least,
        "quotas.site_open_bytes",
        format!("expected {least} or more, the size of ten handoffs"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn fields(change: impl Fn(&mut Value)) -> Vec<String> {
        let mut site = json!({
            "key": "shop", "name": "Shop", "origins": ["https://shop.example"],
            "agent": [
                {"id": "maria", "name": "Maria", "languages": ["en", "pt-BR", "zh-Hant-TW"]},
                {"id": "jonas", "name": "Jonas"}
            ],
            "category": [{"key": "other", "label": "Other"}],
        });
        change(&mut site);
        let site: SiteSettings = serde_json::from_value(site).unwrap();
        site.check().into_iter().map(|mistake| mistake.field).collect()
    }

    #[test]
    fn what_can_work_has_no_mistake() {
        assert_eq!(fields(|_| {}), Vec::<String>::new());
        let at_once = json!({"retention_days": 0, "reopen_seconds": 0});
        assert_eq!(fields(|site| site["times"] = at_once.clone()), Vec::<String>::new());
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let found = fields(|site| {
            site["origins"][0] = json!("shop.example/");
            site["agent"][1] =
                json!({"id": "maria", "name": "Jonas", "capacity": 0, "languages": ["english"]});
            site["times"] = json!({"offer_seconds": 0, "idle_warning_seconds": 1800});
            site["rules"] = json!({"thresholds": {"confidence": 65.0}});
        });
        let expected = [
            "origins[0]",
            "agent[1].id",
            "agent[1].capacity",
            "agent[1].languages",
            "times.offer_seconds",
            "times.idle_warning_seconds",
            "rules.thresholds.confidence",
        ];
        assert_eq!(found, expected);
    }

    /// What documents say of a range is what is refused.
    #[test]
    fn ranges_of_the_types_are_checked() {
        let root = serde_json::to_value(schemars::schema_for!(SiteSettings)).unwrap();
        let mut ranges = 0;
        for (name, path) in
            [("Times", "/times"), ("Quotas", "/quotas"), ("Thresholds", "/rules/thresholds")]
        {
            for (key, schema) in root["$defs"][name]["properties"].as_object().unwrap() {
                let is_refused = |value: f64| {
                    let is_whole = schema["type"] == "integer";
                    let found = fields(|site| {
                        *site = settings_with(
                            site.clone(),
                            path,
                            key,
                            if is_whole { json!(value as u64) } else { json!(value) },
                        );
                    });
                    found.contains(&format!("{}.{key}", path[1..].replace('/', ".")))
                };
                let (least, most) =
                    (schema["minimum"].as_f64().unwrap_or_default(), schema["maximum"].as_f64());
                assert!(!is_refused(least), "{path}/{key}: {least} is allowed");
                if least > 0.0 {
                    ranges += 1;
                    assert!(is_refused(least - 1.0), "{path}/{key}: less than {least} is refused");
                }
                if let Some(most) = most.filter(|most| *most < 255.0) {
                    ranges += 1;
                    assert!(
                        !is_refused(most) && is_refused(most + 0.5),
                        "{path}/{key}: more than {most} is refused"
                    );
                }
            }
        }
        assert_eq!(ranges, 20);
    }

    fn settings_with(mut site: Value, path: &str, key: &str, value: Value) -> Value {
        let place = path[1..].split('/').fold(&mut site, |place, step| &mut place[step]);
        place[key] = value;
        site
    }

    #[test]
    fn what_can_never_work_is_refused() {
        for (field, change) in [
            ("agent", json!({"agent": []})),
            (
                "category[0].skill",
                json!({"category": [{"key": "a", "label": "A", "skill": "nobody has it"}]}),
            ),
            ("category[0].key", json!({"category": [{"key": "a".repeat(65), "label": "A"}]})),
            (
                "category[0].words[1]",
                json!({"category": [{"key": "a", "label": "A", "words": ["😡", " *"]}]}),
            ),
            ("language_fallbacks", json!({"language_fallbacks": ["de_DE"]})),
            ("country", json!({"country": "Germany"})),
            ("greeting.bot", json!({"greeting": {"bot": " "}})),
            ("contact", json!({"contact": {}})),
            ("contact.email", json!({"contact": {"email": "help"}})),
            (
                "contact.phone",
                json!({"contact": {"email": "help@shop.example", "phone": "0800 FERNS"}}),
            ),
            (
                "schedule.hours.monday",
                json!({
                    "schedule": {
                        "time_zone": "UTC", "hours": {"monday": ["09:00-12:00", "11:00-15:00"]}
                    }
                }),
            ),
            (
                "schedule.hours.monday",
                json!({
                    "schedule": {
                        "time_zone": "UTC",
                        "hours": {"sunday": ["21:00-02:00"], "monday": ["01:00-03:00"]}
                    }
                }),
            ),
            ("schedule.hours", json!({"schedule": {"time_zone": "UTC", "hours": {"monday": []}}})),
            ("times.long_wait_seconds", json!({"times": {"long_wait_seconds": 0}})),
            ("times.reopen_seconds", json!({"times": {"retention_days": 0}})),
            (
                "times.reopen_seconds",
                json!({"times": {"retention_days": 2, "reopen_seconds": 172_801}}),
            ),
            ("quotas.address_open", json!({"quotas": {"address_open": 0}})),
            ("quotas.site_open", json!({"quotas": {"site_open": 0}})),
            ("quotas.site_open_bytes", json!({"quotas": {"site_open_bytes": 262_144}})),
            ("quotas.address_frames", json!({"quotas": {"address_frames": 0}})),
            (
                "rules.thresholds.frustration",
                json!({"rules": {"thresholds": {"frustration": -0.1}}}),
            ),
            (
                "rules.topics[1]",
                json!({"rules": {"topics": [["refund", "high"], ["refund", "medium"]]}}),
            ),
        ] {
            let found = fields(|site| {
                for (key, value) in change.as_object().unwrap() {
                    site[key] = value.clone();
                }
            });
            assert_eq!(found, [field]);
        }
    }
}
