//! What the site's owner says: settings, hours, fallbacks, and the mistakes in them.

pub mod fallback;
pub mod hours;
pub mod mistakes;
pub mod schedule;
pub mod settings;
