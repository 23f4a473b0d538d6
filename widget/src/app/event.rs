//! What the app is told: each variant is one thing that has happened in the browser, at the desk or
//! in another tab.

use protocol::{ConversationId, Profile, Text, VisitorEvent};
use signals::{Base, Pack};

use super::pressing::Press;
use crate::{answers::Entry, delivery::Answer, thread::Thread};

/// What happened.
pub enum Event {
    /// The page has begun, and nothing else has happened.
    Began,
    /// The panel is shown; by the button, if `human`.
    Opened {
        human: bool,
    },
    /// The panel is hidden.
    Hidden,
    /// The visitor sent what they wrote.
    Submitted(String),
    /// The visitor presses keys.
    Typed,
    Pressed(Press),
    /// What the reader was taught came, or it will not.
    BaseLoaded(Option<Box<Base>>),
    /// It is slow: what was said is read by the plain rules.
    BaseLate,
    PackLoaded(Box<Pack>),
    /// The site's questions and answers came.
    AnswersLoaded(Vec<Entry>),
    /// They are slow: the bot goes on without, until they come.
    AnswersLate,
    /// The page says who the visitor is.
    Identified(Profile),
    /// The visitor signed out: this browser forgets the conversation.
    Reset,
    /// What this visitor said here, before the page named somebody else, was found.
    BroughtBack(Box<Thread>),
    /// The page says where it is.
    OnPage(Text),
    /// The page may be told that could not be before.
    PageDue,
    /// Over the socket.
    Desk(VisitorEvent),
    /// What a request brought, and the conversation that it was for.
    Answered(ConversationId, Answer),
    /// A socket is open.
    Connected,
    /// The socket is lost; it comes back by itself.
    Disconnected,
    /// No socket has opened for a while: what is new is asked for by request.
    PollDue,
    /// So many lines have been in sight: the panel open, the page in front.
    Seen(usize),
    /// Whether the panel is open and the page in front.
    InView(bool),
    /// Another tab of this browser has written, or has forgotten all.
    Elsewhere(Option<Box<Thread>>),
    /// This tab brings what is unsent to the desk and hears what is new, or another one does.
    Leads(bool),
}
