//! The rim: takes events from the browser, lets the app decide, and carries the commands out.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use protocol::{ConversationId, Token, WidgetSettings};

use crate::{
    app::{App, Command, Event, Fresh},
    clock,
    host_page::HostPage,
    memory::Memory,
    models,
    outbox::{self, Outbox},
    socket::Socket,
    thread::Thread,
    view::View,
};

thread_local! {
    static PAGE: OnceCell<Rc<Page>> = const { OnceCell::new() };
}

/// Everything with a browser in it.
pub struct Page {
    app: RefCell<App>,
    events: RefCell<VecDeque<Event>>,
    is_busy: Cell<bool>,
    view: View,
    memory: Memory,
    is_kept: Cell<bool>,
    outbox: Outbox,
    socket: Socket,
    host_page: HostPage,
}

/// Something happened. May be called from anywhere, also while another event is being taken.
pub fn dispatch(event: Event) {
    PAGE.with(|page| {
        if let Some(page) = page.get() {
            page.events.borrow_mut().push_back(event);
            page.take_events();
        }
    });
}

impl Page {
    pub fn start(settings: WidgetSettings) {
        let memory = Memory::open(&settings.site);
        let kept = memory.read();
        let goes_on = kept.as_ref().is_some_and(|thread| thread.stage.is_at_desk() || !thread.unsent.is_empty());
        let (is_open, unread) = kept.as_ref().map_or((false, 0), |thread| (thread.panel_open, thread.unread));
        let thread = kept.unwrap_or_else(|| Thread::new(ConversationId(clock::random_hex(16)), Token(clock::random_hex(32))));
        let Some(view) = View::bind() else { return };
        let page = Rc::new(Self {
            host_page: HostPage::bind(&settings.origins),
            outbox: Outbox::new(&settings.site),
            socket: Socket::new(&settings.site),
            app: RefCell::new(App::new(settings, thread)),
            events: RefCell::default(),
            is_busy: Cell::new(false),
            view,
            memory,
            is_kept: Cell::new(true),
        });
        page.view.show(&page.app.borrow(), clock::now(), true);
        PAGE.with(|slot| {
            let _ = slot.set(Rc::clone(&page));
        });
        models::load_base();
        if goes_on {
            page.socket.open();
            page.deliver();
        }
        page.host_page.say_ready(is_open, unread);
    }

    fn take_events(&self) {
        if self.is_busy.replace(true) {
            return;
        }
        let fresh = Fresh { now: clock::now(), id: || clock::random_hex(16), token: || clock::random_hex(32) };
        while let Some(event) = { self.events.borrow_mut().pop_front() } {
            let commands = self.app.borrow_mut().update(&fresh, event);
            commands.into_iter().for_each(|command| self.carry_out(command));
        }
        self.view.show(&self.app.borrow(), fresh.now, self.is_kept.get());
        self.is_busy.set(false);
    }

    fn carry_out(&self, command: Command) {
        match command {
            Command::Save => self.is_kept.set(self.memory.write(&self.app.borrow().thread)),
            Command::Forget => self.memory.forget(),
            Command::PutAway { key, thread } => self.memory.put_away(&key, &thread),
            Command::BringBack { key } => {
                if let Some(thread) = self.memory.take_out(&key) {
                    dispatch(Event::BroughtBack(Box::new(thread)));
                }
            }
            Command::Deliver => self.deliver(),
            Command::RetryLater => self.outbox.retry_later(),
            Command::OpenSocket => self.socket.open(),
            Command::CloseSocket => self.socket.close(),
            Command::Send(command) => {
                self.socket.send(&outbox::frame_of(&self.app.borrow().thread, &command));
            }
            Command::LoadPack => models::load_pack(),
            Command::LoadAnswers => self.host_page.ask_for_answers(),
            Command::Focus => self.view.focus(),
            Command::Unread(count) => self.host_page.say_unread(count),
        }
    }

    fn deliver(&self) {
        self.outbox.deliver(&self.app.borrow().thread, &self.socket);
    }
}

/// The outbox and the poll ask again by themselves.
pub fn deliver_again() {
    PAGE.with(|page| {
        if let Some(page) = page.get() {
            page.deliver();
        }
    });
}

/// What the socket needs of the thread when it opens or polls by itself.
pub fn with_thread<T>(look: impl FnOnce(&Thread) -> T) -> Option<T> {
    PAGE.with(|page| page.get().and_then(|page| page.app.try_borrow().ok().map(|app| look(&app.thread))))
}

/// Shows again what only time has changed.
pub fn refresh() {
    PAGE.with(|page| {
        if let Some(page) = page.get()
            && !page.is_busy.get()
        {
            page.view.show(&page.app.borrow(), clock::now(), page.is_kept.get());
        }
    });
}

/// Tells the page around the frame to hide it.
pub fn hide() {
    PAGE.with(|page| {
        if let Some(page) = page.get() {
            page.host_page.say_hide();
        }
    });
    dispatch(Event::Hidden);
}

/// Tells the site's owner something in the page's console.
pub fn warn(text: String) {
    with_host_page(|page| page.warn(text));
}

pub fn with_host_page(act: impl FnOnce(&HostPage)) {
    PAGE.with(|page| {
        if let Some(page) = page.get() {
            act(&page.host_page);
        }
    });
}

pub fn with_outbox(act: impl FnOnce(&Outbox)) {
    PAGE.with(|page| {
        if let Some(page) = page.get() {
            act(&page.outbox);
        }
    });
}

pub fn with_socket(act: impl FnOnce(&Socket)) {
    PAGE.with(|page| {
        if let Some(page) = page.get() {
            act(&page.socket);
        }
    });
}
