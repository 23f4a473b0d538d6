//! What the app asks of the page that carries its decisions out.

use protocol::{Millis, VisitorCommand};

use crate::thread::Thread;

/// What must be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Keep the thread in the browser.
    Save,
    /// Delete what the browser keeps of the thread.
    Forget,
    /// Keep a thread for the person whom the key names; somebody else goes on here.
    PutAway {
        key: String,
        thread: Box<Thread>,
    },
    /// Look for the thread that was put away under this key.
    BringBack {
        key: String,
    },
    /// Make the next try to bring what is unsent to the desk: see [`App::next_try`].
    Deliver,
    /// Hold a socket to the desk.
    OpenSocket,
    CloseSocket,
    /// Send now or not at all.
    Send(VisitorCommand),
    /// `Event::PageDue` after so many ms.
    TellPageIn(Millis),
    /// Ask the page for its questions and answers.
    LoadAnswers,
    /// Fetch the word vectors when there is time.
    LoadPack,
    /// Put the cursor into the composer.
    Focus,
    /// Tell the page how many lines are unread.
    Unread(u32),
    /// Empty the composer, and what is kept of it.
    ForgetDraft,
}
