//! Who the page says the visitor is: which of its values are taken, and whether they name somebody
//! else than before.

use protocol::{Order, Profile, Text, limits};
use serde::{Deserialize, Serialize};

/// The longest name or other short value of a page, in characters; the rest is cut.
const MAX_CHARS: usize = 100;
/// The longest id, address or number: one that is cut would be another one, so a longer one is
/// refused.
const MAX_ID_CHARS: usize = 254;

/// Whose conversation it is, by the page's own word. Empty until the page says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    account: Option<Text>,
    email: Option<Text>,
}

impl Identity {
    pub fn of(profile: &Profile) -> Self {
        Self {
            account: profile.account.clone(),
            email: profile.email.as_ref().map(|email| Text::new(email.reveal().to_lowercase())),
        }
    }

    /// Whether the page names another person: another account or, where an account is not known on
    /// both sides, another address.
    pub fn is_other_than(&self, known: &Self) -> bool {
        let differ = |said: &Option<Text>, known: &Option<Text>| {
            said.as_ref().zip(known.as_ref()).map(|(said, known)| said != known)
        };
        differ(&self.account, &known.account)
            .or_else(|| differ(&self.email, &known.email))
            .unwrap_or(false)
    }

    pub fn add(&mut self, said: Self) {
        self.account = said.account.or(self.account.take());
        self.email = said.email.or(self.email.take());
    }

    /// What this person's conversation is put away under.
    pub fn key(&self) -> Option<String> {
        let account = self.account.as_ref().map(|account| format!("account.{}", account.reveal()));
        account.or_else(|| self.email.as_ref().map(|email| format!("email.{}", email.reveal())))
    }
}

/// What the page gave for a field.
pub enum Given {
    Nothing,
    Text(String),
    Number(f64),
    /// Orders; those that could not be read are none.
    Orders(Vec<Option<Order>>),
    Other,
}

/// The fields that `identify` takes.
const FIELDS: [&str; 9] = [
    "name",
    "email",
    "phone",
    "account",
    "account_type",
    "loyalty_tier",
    "lifetime_value",
    "earlier_contacts",
    "orders",
];

/// What a page says of the visitor, and a sentence for the site's owner about each value that was
/// not taken. `names` are the fields that it gave.
pub fn told(names: &[String], given: impl Fn(&str) -> Given) -> (Profile, Vec<String>) {
    let mut refused = Vec::new();
    for name in names.iter().filter(|name| !FIELDS.contains(&name.as_str())) {
        refused.push(format!(
            "identify does not know the field \"{}\"; it takes {}",
            cut(name, MAX_CHARS),
            FIELDS.join(", ")
        ));
    }
    let mut refuse = |name: &str, expected: &str| {
        refused.push(format!("identify left out \"{name}\": expected {expected}"))
    };
    let mut text = |name: &str, expected: &str, is_right: fn(&str) -> bool| match given(name) {
        Given::Nothing => None,
        Given::Text(text) if text.trim().is_empty() => None,
        Given::Text(text) if is_right(text.trim()) => Some(text.trim().to_owned()),
        // Ids and sums are numbers on many pages.
        Given::Number(number)
            if ["account", "lifetime_value"].contains(&name) && number.is_finite() =>
        {
            Some(number.to_string())
        }
        _ => {
            refuse(name, expected);
            None
        }
    };
    let is_id =
        |text: &str| text.chars().count() <= MAX_ID_CHARS && !text.contains(char::is_control);
    // Forms take what visitors type, card numbers too; so does what a page tells of an order.
    let safe = |text: &str| Text::new(cut(&signals::mask(text).0, MAX_CHARS));
    let short = |text: Option<String>| text.map(|text| safe(&text));
    let mut profile = Profile {
        name: short(text("name", "a text", |_| true)),
        email: text("email", "an e-mail address", |text| {
            text.chars().count() <= MAX_ID_CHARS && signals::is_email(text)
        })
        .map(Text::new),
        phone: text("phone", "a telephone number as a text", |text| {
            signals::phone_in(text).is_some_and(|phone| phone.len() == text.len())
        })
        .map(Text::new),
        account: text("account", "an id of at most 254 characters", is_id).map(Text::new),
        account_type: short(text("account_type", "a text", |_| true)),
        loyalty_tier: short(text("loyalty_tier", "a text", |_| true)),
        lifetime_value: short(text("lifetime_value", "a text or a number", |_| true)),
        ..Profile::default()
    };
    match given("earlier_contacts") {
        Given::Nothing => {}
        Given::Number(number) if number.fract() == 0.0 && (0.0..=1e6).contains(&number) => {
            profile.earlier_contacts = Some(number as u32)
        }
        _ => refuse("earlier_contacts", "a whole number from 0 to 1,000,000"),
    }
    match given("orders") {
        Given::Nothing => {}
        Given::Orders(orders) => {
            if orders.len() > limits::MAX_LIST_ITEMS {
                refuse(
                    "orders",
                    &format!("at most {}; the first ones are taken", limits::MAX_LIST_ITEMS),
                );
            }
            for (place, order) in orders.into_iter().take(limits::MAX_LIST_ITEMS).enumerate() {
                match order {
                    Some(Order { id, what, status }) => {
                        let [id, what, status] = [id, what, status].map(|text| safe(text.reveal()));
                        profile.orders.push(Order { id, what, status });
                    }
                    None => refuse(
                        &format!("orders[{place}]"),
                        "an object with the texts id, what and status",
                    ),
                }
            }
        }
        _ => refuse("orders", "a list"),
    }
    (profile, refused)
}

fn cut(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

/// What the page says wins over what was known; what it does not say stays.
pub fn merge(known: &mut Profile, said: Profile) {
    fn take<T>(known: &mut Option<T>, said: Option<T>) {
        if said.is_some() {
            *known = said;
        }
    }
    take(&mut known.name, said.name);
    take(&mut known.email, said.email);
    take(&mut known.phone, said.phone);
    take(&mut known.account, said.account);
    take(&mut known.account_type, said.account_type);
    take(&mut known.loyalty_tier, said.loyalty_tier);
    take(&mut known.lifetime_value, said.lifetime_value);
    take(&mut known.earlier_contacts, said.earlier_contacts);
    if !said.orders.is_empty() {
        known.orders = said.orders;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(account: &str, email: &str) -> Identity {
        let some = |text: &str| (!text.is_empty()).then(|| text.into());
        Identity::of(&Profile { account: some(account), email: some(email), ..Profile::default() })
    }

    #[test]
    fn another_account_is_another_person_and_more_of_the_same_person_is_not() {
        for (known, said, is_other) in [
            (("C-1", ""), ("C-2", ""), true),
            (("C-1", "kim@example.org"), ("C-1", "new@example.org"), false),
            (("", "kim@example.org"), ("", "lee@example.org"), true),
            (("", "kim@example.org"), ("C-1", "Kim@Example.org"), false),
            (("", "kim@example.org"), ("C-2", "lee@example.org"), true),
            (("", ""), ("C-1", "kim@example.org"), false),
            (("C-1", "kim@example.org"), ("", ""), false),
        ] {
            assert_eq!(
                identity(said.0, said.1).is_other_than(&identity(known.0, known.1)),
                is_other,
                "{known:?} {said:?}"
            );
        }
    }

    #[test]
    fn each_value_is_taken_cut_or_refused_by_name() {
        let names = ["name", "email", "phone", "account", "earlier_contacts", "orders", "mail"]
            .map(str::to_owned);
        let order =
            |id: &str| Order { id: id.into(), what: "a fern".into(), status: "shipped".into() };
        let (profile, refused) = told(&names, |name| match name {
            "name" => Given::Text("K".repeat(100_000)),
            "email" => Given::Number(42.0),
            "phone" => Given::Text("ask my mother".into()),
            "account" => Given::Number(4711.0),
            "earlier_contacts" => Given::Number(-1.0),
            "orders" => Given::Orders(vec![Some(order("A-1")), None]),
            _ => Given::Nothing,
        });
        assert_eq!(profile.name.as_ref().map(|name| name.reveal().len()), Some(100));
        assert_eq!(profile.account, Some("4711".into()));
        assert_eq!(
            (profile.email, profile.phone, profile.earlier_contacts, profile.orders.len()),
            (None, None, None, 1)
        );
        for field in ["email", "phone", "earlier_contacts", "orders[1]", "mail"] {
            assert!(
                refused.iter().any(|why| why.contains(&format!("\"{field}\""))),
                "{field}: {refused:?}"
            );
        }
    }
}
