//! What the desk knows: conversations, the queue, agents, listeners, deadlines, rate limits.

pub mod clock;
pub mod conversation;
pub mod conversations;
pub mod credentials;
pub mod deadlines;
pub mod last_agents;
pub mod listeners;
pub mod messages;
pub mod missed;
pub mod package;
pub mod peer;
pub mod queue;
pub mod quota;
pub mod rate_limits;
pub mod roster;
pub mod routing;
pub mod row;
pub mod standing;
pub mod wait_model;
