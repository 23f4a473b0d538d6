//! What the widget starts from: the public part of a site's settings, served inside the frame's document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Category, PublicKey, Rules};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WidgetSettings {
    pub site: PublicKey,
    /// The site's name, as visitors know it.
    pub name: String,
    /// Page origins that may embed the widget: the only ones whose messages it hears.
    pub origins: Vec<String>,
    pub categories: Vec<CategoryOption>,
    pub rules: Rules,
}

/// An issue category that the visitor may choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryOption {
    pub key: Category,
    /// As the visitor reads it.
    pub label: String,
    /// Words that point to it, lower case.
    #[serde(default)]
    pub words: Vec<String>,
    /// Messages of it, about ten: the visitor's browser learns from them what else is of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
    /// The skill that an agent needs for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
}
