//! What travels between visitors, the edge and agents.
//!
//! Two enums a side: [`VisitorCommand`] and [`VisitorEvent`], [`AgentCommand`] and [`AgentEvent`].
//! A command asks, an event tells what happened. Beside them the [`ContextPackage`] that a handoff
//! carries, the [`limits`], and the [`WidgetSettings`] that the widget starts from.
//!
//! What is not here: any rule of the desk, any I/O, and any command that could carry a conversation
//! which needed no person. That absence is the privacy promise.
//!
//! Everything inbound refuses unknown fields. Events accept them, so that a page from before a
//! deploy can still read the edge after it.

mod agent;
mod board;
mod commitment;
mod frame;
mod ids;
mod kinds;
pub mod limits;
mod message;
mod numbers;
mod package;
pub mod pieces;
mod rejection;
mod rules;
mod settings;
mod text;
mod transfer;
mod visitor;

pub use agent::{AgentCommand, AgentEvent, AwayBecause, SessionCommand, WithdrawnBecause};
pub use board::{AgentStatus, Board, HeldRow, MissedRow, PromiseRow, QueueRow};
pub use commitment::{
    Commitment, FallbackChoice, FallbackOption, QueuedBecause, Staffing, WaitEstimate,
};
pub use frame::{AgentFrame, EventFrame, VERSION, VisitorFrame};
pub use ids::{AgentId, ConversationId, MessageId, Millis, SiteKey, Token};
pub use message::{Author, Message, TranscriptLine};
pub use numbers::{Claim, Seq};
pub use package::{
    ActionTried, Category, ContextPackage, Escalation, Order, Profile, Signal, Trigger,
};
pub use rejection::{Rejection, RejectionCode, RejectionReason};
pub use rules::{Act, Field, Rule, Rules, Thresholds};
pub use settings::{CategoryOption, Contact, Greeting, WidgetSettings};
pub use text::{Text, is_invisible, is_longer};
pub use transfer::{Note, TransferFailure, TransferTarget};
pub use visitor::{ConversationCommand, Receipt, VisitorCommand, VisitorEvent};
pub use vocabulary::{
    ActionOutcome, FallbackKind, Outcome, Priority, Sentiment, SignalKind, Topic,
};
