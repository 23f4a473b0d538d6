//! What the widget starts from: the public part of a site's settings, served inside the frame's
//! document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Category, Millis, Rules, SiteKey};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WidgetSettings {
    pub site: SiteKey,
    /// The site's name, as visitors know it.
    pub name: String,
    /// Page origins that may embed the widget: the only ones whose messages it hears.
    pub origins: Vec<String>,
    pub categories: Vec<CategoryOption>,
    pub rules: Rules,
    /// What is said first.
    #[serde(default)]
    pub greeting: Greeting,
    /// When people answer: opening spans of the next days, from and to; absent when always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<Vec<(Millis, Millis)>>,
    /// Said at once, with numbers to call, when somebody may harm themselves; absent: Baton's own
    /// words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crisis: Option<String>,
    /// Where the site can be reached without the desk: shown when a handoff cannot be delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// The edge's time when the document was served: the visitor's clock may be wrong. 0 if it was
    /// not told.
    #[serde(default)]
    pub now: Millis,
}

/// Where visitors can reach the site without the desk: one of the two, or both. Shown when a
/// request for a person cannot be delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Contact {
    /// An e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A telephone number, as visitors read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// What is said first; what is absent is Baton's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Greeting {
    /// The name of the bot, up to 40 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot: Option<String>,
    /// What the bot says first while people answer, up to 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
    /// What the bot says first while nobody answers, up to 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<String>,
}

/// An issue category that the visitor may choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryOption {
    /// Up to 64 bytes, for example `billing`.
    pub key: Category,
    /// As the visitor reads it.
    pub label: String,
    /// Words that point to it, lower case: whole words and their inflections; `deliver*` for any
    /// ending.
    #[serde(default)]
    pub words: Vec<String>,
    /// About ten messages of it, from which the visitor's browser learns what else belongs to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
    /// The skill that an agent needs for it; a skill that no agent has is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
}
