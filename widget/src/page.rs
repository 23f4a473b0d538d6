//! The rim: takes events from the browser, lets the app decide, and carries the commands out.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use protocol::{ConversationId, Token, WidgetSettings};

use crate::{
    app::{App, Command, Event, Fresh, Try},
    clock,
    delivery::APART_MS,
    host_page::HostPage,
    leaving,
    memory::Memory,
    models,
    outbox::Outbox,
    socket::Socket,
    tabs::Tabs,
    thread::Thread,
    view::{self, Sight, View},
};

thread_local! {
    static PAGE: OnceCell<Rc<Page>> = const { OnceCell::new() };
}

/// What of this tab is kept over a reload.
const DRAFT: &str = "draft";
const SCROLLED: &str = "scrolled";

/// Everything with a browser in it.
pub struct Page {
    app: RefCell<App>,
    events: RefCell<VecDeque<Event>>,
    is_busy: Cell<bool>,
    view: View,
    memory: Memory,
    is_kept: Cell<bool>,
    tabs: Tabs,
    sight: Cell<Sight>,
    /// Until the page may be told.
    page_due: RefCell<Option<Timeout>>,
    outbox: Outbox,
    socket: Socket,
    host_page: HostPage,
    _listeners: Vec<EventListener>,
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
        memory.forget_old(clock::now());
        let kept = memory.read();
        let was_kept = kept.is_some();
        let (is_open, unread) =
            kept.as_ref().map_or((false, 0), |thread| (thread.panel_open, thread.unread));
        let mut thread = kept.unwrap_or_else(|| {
            Thread::new(ConversationId(clock::random_hex(16)), Token(clock::random_hex(32)))
        });
        thread.age = memory.age().map_or(thread.age, |age| age.max(thread.age));
        thread.forget_old(clock::now());
        let Some(view) = View::bind() else { return };
        view.restore(memory.of_tab(DRAFT), memory.of_tab(SCROLLED));
        let page = Rc::new(Self {
            host_page: HostPage::bind(&settings.origins),
            outbox: Outbox::new(&settings.site),
            socket: Socket::new(&settings.site),
            tabs: Tabs::new(&settings.site),
            app: RefCell::new(App::new(settings, thread)),
            events: RefCell::default(),
            is_busy: Cell::new(false),
            view,
            memory,
            is_kept: Cell::new(true),
            sight: Cell::default(),
            page_due: RefCell::default(),
            _listeners: leaving::bind(),
        });
        PAGE.with(|slot| {
            let _ = slot.set(Rc::clone(&page));
        });
        dispatch(Event::Began);
        models::load_base();
        if was_kept {
            page.tabs.wait_for_lead();
        }
        page.host_page.say_ready(is_open, unread);
    }

    fn take_events(&self) {
        if self.is_busy.replace(true) {
            return;
        }
        let fresh = fresh();
        loop {
            while let Some(event) = { self.events.borrow_mut().pop_front() } {
                self.take(&fresh, event);
            }
            let sight = self.view.show(&self.app.borrow(), fresh.now, self.is_kept.get());
            self.hear_sight(&fresh, sight);
            if self.events.borrow().is_empty() {
                break;
            }
        }
        self.is_busy.set(false);
    }

    fn take(&self, fresh: &Fresh, event: Event) {
        // A page that is loaded behind others tells who the visitor is as well; that is no reason
        // to lead.
        let is_behind = matches!(event, Event::Identified(_)) && !view::is_in_front();
        if is_act(&event) && !is_behind {
            self.act(fresh);
        }
        let is_of_desk = matches!(
            event,
            Event::Desk(_)
                | Event::Answered(..)
                | Event::Connected
                | Event::Disconnected
                | Event::PollDue
        );
        if !is_of_desk || self.tabs.leads() {
            self.update(fresh, event);
        }
    }

    fn update(&self, fresh: &Fresh, event: Event) {
        let commands = self.app.borrow_mut().update(fresh, event);
        commands.into_iter().for_each(|command| self.carry_out(fresh, command));
    }

    /// The visitor acts in this tab: it leads, and knows what another tab has written last.
    fn act(&self, fresh: &Fresh) {
        if self.tabs.leads() {
            return;
        }
        if let Some(thread) = self.memory.read() {
            self.update(fresh, Event::Elsewhere(Some(Box::new(thread))));
        }
        self.tabs.take_lead();
        self.update(fresh, Event::Leads(true));
    }

    /// What the visitor can see. The tab in front leads, so that what is read there is told.
    fn hear_sight(&self, fresh: &Fresh, sight: Sight) {
        let before = self.sight.replace(sight);
        let (has_lines, seen) = {
            let app = self.app.borrow();
            (!app.thread.lines.is_empty(), app.thread.seen)
        };
        if before.is_in_view != sight.is_in_view {
            if sight.is_in_view && has_lines {
                self.act(fresh);
            }
            self.events.borrow_mut().push_back(Event::InView(sight.is_in_view));
        }
        if sight.is_in_view && sight.lines > seen && self.tabs.leads() {
            self.events.borrow_mut().push_back(Event::Seen(sight.lines));
        }
        if has_lines && sight.is_in_view && before.scrolled != sight.scrolled {
            let scrolled = sight.scrolled.map(|top| top.to_string());
            self.memory.keep_for_tab(SCROLLED, scrolled.as_deref().unwrap_or_default());
        }
    }

    fn carry_out(&self, fresh: &Fresh, command: Command) {
        match command {
            Command::Forget => self.memory.forget(self.app.borrow().thread.age),
            Command::PutAway { key, thread } => {
                self.memory.put_away(&key, &thread);
                let draft = self.memory.of_tab(DRAFT).unwrap_or_default();
                self.memory.keep_for_tab(&format!("{DRAFT}.{key}"), &draft);
            }
            Command::BringBack { key } => {
                let own = format!("{DRAFT}.{key}");
                if let Some(draft) = self.memory.of_tab(&own) {
                    self.memory.keep_for_tab(DRAFT, &draft);
                    self.memory.keep_for_tab(&own, "");
                    self.view.restore(Some(draft), None);
                }
                if let Some(thread) = self.memory.take_out(&key) {
                    dispatch(Event::BroughtBack(Box::new(thread)));
                }
            }
            Command::Unread(count) => self.host_page.say_unread(count),
            Command::ForgetDraft => {
                self.view.empty();
                self.memory.keep_for_tab(DRAFT, "");
            }
            Command::LoadPack => models::load_pack(),
            Command::LoadAnswers => self.host_page.ask_for_answers(),
            Command::Focus => self.view.focus(),
            Command::CloseSocket => self.socket.close(),
            // The rest is the business of the tab that leads.
            _ if !self.tabs.leads() => {}
            Command::Save => self.save(),
            Command::Deliver => self.deliver(fresh),
            Command::OpenSocket => self.socket.open(),
            Command::TellPageIn(ms) => {
                let due = Timeout::new(u32::try_from(ms).unwrap_or(u32::MAX), || {
                    dispatch(Event::PageDue)
                });
                *self.page_due.borrow_mut() = Some(due);
            }
            Command::Send(command) => {
                self.socket.send(&self.app.borrow().thread.frame_of(&command));
            }
        }
    }

    /// Nothing that another tab wrote meanwhile is written over.
    fn save(&self) {
        let mut app = self.app.borrow_mut();
        let age = app.thread.age;
        if self.memory.age().is_some_and(|kept| kept != age)
            && let Some(other) = self.memory.read()
        {
            if (other.age.forgotten, other.age.begun) > (age.forgotten, age.begun) {
                return self.events.borrow_mut().push_back(Event::Elsewhere(Some(Box::new(other))));
            }
            app.thread.age.written = age.written.max(other.age.written);
            app.thread.take_in(other);
        }
        app.thread.age.written += 1;
        self.is_kept.set(self.memory.write(&app.thread));
    }

    fn deliver(&self, fresh: &Fresh) {
        let mut app = self.app.borrow_mut();
        match app.next_try(fresh) {
            Try::Nothing => return,
            Try::Later(ms) => return self.outbox.look_again_in(ms),
            Try::Post(frame) => self.outbox.post(app.thread.conversation.clone(), frame),
            Try::Send(frame) => _ = self.socket.send(&frame),
        }
        self.outbox.look_again_in(APART_MS);
    }
}

fn fresh() -> Fresh {
    Fresh {
        now: clock::now(),
        elapsed: clock::elapsed(),
        random: clock::random,
        id: || clock::random_hex(16),
        token: || clock::random_hex(32),
    }
}

/// What the visitor does in this tab.
fn is_act(event: &Event) -> bool {
    matches!(
        event,
        Event::Opened { .. }
            | Event::Submitted(_)
            | Event::Typed
            | Event::Pressed(_)
            | Event::Identified(_)
            | Event::Reset
    )
}

/// What this browser keeps of the conversation now.
pub fn kept() -> Option<Thread> {
    PAGE.with(|page| page.get().and_then(|page| page.memory.read()))
}

/// Whether the conversation ends with the page: people have it, and the browser keeps nothing.
pub fn ends_with_page() -> bool {
    PAGE.with(|page| page.get().is_some_and(|page| !page.is_kept.get()))
        && with_thread(|thread| thread.stage.is_at_desk()).unwrap_or(false)
}

/// This tab leads, or another one does.
pub fn lead(leads: bool) {
    PAGE.with(|page| {
        if let Some(page) = page.get() {
            page.tabs.set(leads);
        }
    });
    dispatch(Event::Leads(leads));
}

/// Another tab has written the conversation, or has forgotten it.
pub fn hear_other_tab(thread: Option<Thread>) {
    dispatch(Event::Elsewhere(thread.map(Box::new)));
    PAGE.with(|page| {
        if let Some(page) = page.get()
            && !page.tabs.leads()
        {
            page.tabs.wait_for_lead();
        }
    });
}

/// What stands in the composer is kept for this tab.
pub fn keep_draft(text: &str) {
    PAGE.with(|page| {
        if let Some(page) = page.get() {
            page.memory.keep_for_tab(DRAFT, text);
        }
    });
}

/// The outbox and the poll ask again by themselves; what is said of it may differ from then on.
pub fn deliver_again() {
    PAGE.with(|page| {
        if let Some(page) = page.get() {
            page.deliver(&fresh());
            page.take_events();
        }
    });
}

/// What the socket needs of the thread when it opens or polls by itself.
pub fn with_thread<T>(look: impl FnOnce(&Thread) -> T) -> Option<T> {
    PAGE.with(|page| {
        page.get().and_then(|page| page.app.try_borrow().ok().map(|app| look(&app.thread)))
    })
}

/// Shows again what only time, or the size and place of the window, has changed.
pub fn refresh() {
    PAGE.with(|page| {
        if let Some(page) = page.get() {
            page.take_events();
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
