//! The stage for tests: real processes, real browsers. A test is a sentence and a few lines.

pub mod agent;
pub mod browser;
pub mod disk;
pub mod effort;
pub mod frames;
pub mod history;
pub mod host;
pub mod settings;
pub mod stage;
pub mod strangers;
pub mod visitor;

pub use agent::Agent;
pub use browser::Browsers;
pub use history::History;
pub use host::Host;
pub use stage::Stage;
pub use visitor::Visitor;
