//! The page: owns the parts of the rim as values, takes their events, lets the app decide, and
//! carries its commands out.

use browser::{
    clock, random,
    socket::{Socket, SocketEvent},
};
use gloo_timers::callback::Timeout;
use protocol::{ConversationId, EventFrame, Token, VisitorCommand, VisitorEvent, WidgetSettings};

use crate::{
    app::{App, Command, Event, Fresh, Try},
    delivery::{APART_MS, LONGEST_PAUSE_MS},
    host_page::HostPage,
    json,
    leaving::Leaving,
    memory::Memory,
    models,
    outbox::Outbox,
    rim::{PageEvent, Sink},
    tabs::Tabs,
    thread::Thread,
    view::{self, Sight, View},
};

/// What of this tab is kept over a reload.
const DRAFT: &str = "draft";
const SCROLLED: &str = "scrolled";
/// After so many sockets in a row that did not open, what is new is asked for by request as well.
const POLL_AFTER: u32 = 3;

/// Everything with a browser in it.
pub struct Page {
    app: App,
    events: Sink,
    view: View,
    memory: Memory,
    is_kept: bool,
    tabs: Tabs,
    sight: Sight,
    /// Until the page may be told.
    page_due: Option<Timeout>,
    outbox: Outbox,
    socket: Socket,
    host_page: HostPage,
    leaving: Leaving,
}

impl Page {
    /// Lives as long as the document: the queue of its events owns it.
    pub fn start(settings: WidgetSettings) {
        let sink = Sink::new();
        let memory = Memory::open(&settings.site, sink);
        memory.forget_old(clock::now());
        let kept = memory.read();
        let was_kept = kept.is_some();
        let (is_open, unread) =
            kept.as_ref().map_or((false, 0), |thread| (thread.panel_open, thread.unread));
        let mut thread = kept.unwrap_or_else(|| {
            Thread::new(ConversationId(random::hex(16)), Token(random::hex(32)))
        });
        thread.age = memory.age().map_or(thread.age, |age| age.max(thread.age));
        thread.forget_old(clock::now());
        let Some(view) = View::bind(sink) else { return };
        view.restore(memory.of_tab(DRAFT), memory.of_tab(SCROLLED));
        let mut page = Self {
            host_page: HostPage::bind(&settings.origins, sink),
            outbox: Outbox::new(&settings.site, sink),
            socket: Socket::new(
                format!("/v1/visitor/{}/socket", settings.site),
                LONGEST_PAUSE_MS,
                move |event| sink.tell(PageEvent::Socket(event)),
            ),
            tabs: Tabs::new(&settings.site, sink),
            app: App::new(settings, thread),
            events: sink,
            view,
            memory,
            is_kept: true,
            sight: Sight::default(),
            page_due: None,
            leaving: Leaving::bind(sink),
        };
        sink.tell(Event::Began);
        page.take_events();
        models::load_base(sink);
        if was_kept {
            page.tabs.wait_for_lead();
        }
        page.host_page.say_ready(is_open, unread);
        sink.bind(move || page.take_events());
    }

    /// Takes what waits, and draws what came of it, until nothing waits.
    fn take_events(&mut self) {
        let fresh = fresh();
        loop {
            while let Some(event) = self.events.next() {
                self.take(&fresh, event);
            }
            let sight = self.view.show(&self.app, fresh.now, self.is_kept);
            self.hear_sight(&fresh, sight);
            // Where people have the conversation and the browser keeps nothing, it ends with the
            // page.
            self.leaving.ask_first(!self.is_kept && self.app.thread.stage.is_at_desk());
            if self.events.is_empty() {
                break;
            }
        }
    }

    fn take(&mut self, fresh: &Fresh, event: PageEvent) {
        match event {
            PageEvent::App(event) => self.hear(fresh, event),
            PageEvent::Socket(event) => self.hear_socket(fresh, event),
            PageEvent::DeliveryDue => self.deliver(fresh),
            PageEvent::WrittenElsewhere(thread) => self.hear_other_tab(fresh, thread),
            // The socket is dead, and other tabs may have written. Whoever leads opens a new one.
            PageEvent::Returned => {
                if let Some(thread) = self.memory.read() {
                    self.tabs.follow();
                    self.hear(fresh, Event::Leads(false));
                    self.hear_other_tab(fresh, Some(Box::new(thread)));
                }
            }
            PageEvent::DraftChanged(text) => self.memory.keep_for_tab(DRAFT, &text),
            // Whatever has changed is drawn when nothing waits any more.
            PageEvent::SightChanged => {}
            PageEvent::HidePressed => {
                self.host_page.say_hide();
                self.hear(fresh, Event::Hidden);
            }
            PageEvent::PeekPressed => self.host_page.say_show(),
            PageEvent::PeekDismissed => self.host_page.say_hide(),
            PageEvent::LinkPressed(link, origin) => {
                if self.host_page.origin().is_some_and(|known| known == origin) {
                    view::stay(&link);
                    self.host_page.say_link();
                }
            }
            PageEvent::MistakeFound(text) => self.host_page.warn(text),
        }
    }

    fn hear_socket(&mut self, fresh: &Fresh, event: SocketEvent) {
        match event {
            SocketEvent::Opened => self.hear(fresh, Event::Connected),
            SocketEvent::Heard(text) => {
                if let Some(frame) = json::read::<EventFrame<VisitorEvent>>(&text) {
                    self.hear(fresh, Event::Desk(frame.event));
                }
            }
            SocketEvent::PingDue => {
                self.socket.send(&self.app.thread.frame_of(&VisitorCommand::Ping {}));
            }
            SocketEvent::Lost => self.hear(fresh, Event::Disconnected),
            SocketEvent::NetworkReturned => self.deliver(fresh),
            SocketEvent::StillClosed { failures } if failures >= POLL_AFTER => {
                self.hear(fresh, Event::PollDue);
            }
            SocketEvent::StillClosed { .. } => {}
        }
    }

    fn hear_other_tab(&mut self, fresh: &Fresh, thread: Option<Box<Thread>>) {
        self.hear(fresh, Event::Elsewhere(thread));
        if !self.tabs.leads() {
            self.tabs.wait_for_lead();
        }
    }

    fn hear(&mut self, fresh: &Fresh, event: Event) {
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

    fn update(&mut self, fresh: &Fresh, event: Event) {
        let commands = self.app.update(fresh, event);
        commands.into_iter().for_each(|command| self.carry_out(fresh, command));
    }

    /// The visitor acts in this tab: it leads, and knows what another tab has written last.
    fn act(&mut self, fresh: &Fresh) {
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
    fn hear_sight(&mut self, fresh: &Fresh, sight: Sight) {
        let before = std::mem::replace(&mut self.sight, sight);
        let (has_lines, seen) = (!self.app.thread.lines.is_empty(), self.app.thread.seen);
        if before.is_in_view != sight.is_in_view {
            if sight.is_in_view && has_lines {
                self.act(fresh);
            }
            self.events.tell(Event::InView(sight.is_in_view));
        }
        if sight.is_in_view && sight.lines > seen && self.tabs.leads() {
            self.events.tell(Event::Seen(sight.lines));
        }
        if has_lines && sight.is_in_view && before.scrolled != sight.scrolled {
            let scrolled = sight.scrolled.map(|top| top.to_string());
            self.memory.keep_for_tab(SCROLLED, scrolled.as_deref().unwrap_or_default());
        }
    }

    fn carry_out(&mut self, fresh: &Fresh, command: Command) {
        match command {
            Command::Forget => self.memory.forget(self.app.thread.age),
            Command::PutAway { key, thread } => {
                self.memory.put_away(&key, &thread);
                let draft = self.memory.of_tab(DRAFT).unwrap_or_default();
                self.memory.keep_for_tab(&format!("{DRAFT}.{key}"), &draft);
            }
            Command::BringBack { key } => {
                let put_away = format!("{DRAFT}.{key}");
                if let Some(draft) = self.memory.of_tab(&put_away) {
                    self.memory.keep_for_tab(DRAFT, &draft);
                    self.memory.keep_for_tab(&put_away, "");
                    self.view.restore(Some(draft), None);
                }
                if let Some(thread) = self.memory.take_out(&key) {
                    self.events.tell(Event::BroughtBack(Box::new(thread)));
                }
            }
            Command::Unread(count) => self.host_page.say_unread(count),
            Command::ForgetDraft => {
                self.view.empty();
                self.memory.keep_for_tab(DRAFT, "");
            }
            Command::LoadPack => models::load_pack(self.events),
            Command::LoadAnswers => self.host_page.ask_for_answers(),
            Command::Focus => self.view.focus(),
            Command::CloseSocket => self.socket.close(),
            // The rest is the business of the tab that leads.
            _ if !self.tabs.leads() => {}
            Command::Save => self.save(),
            Command::Deliver => self.deliver(fresh),
            Command::OpenSocket => self.socket.open(),
            Command::TellPageIn(ms) => {
                let sink = self.events;
                let due = Timeout::new(u32::try_from(ms).unwrap_or(u32::MAX), move || {
                    sink.tell(Event::PageDue)
                });
                self.page_due = Some(due);
            }
            Command::Send(command) => {
                self.socket.send(&self.app.thread.frame_of(&command));
            }
        }
    }

    /// Nothing that another tab wrote meanwhile is written over.
    fn save(&mut self) {
        let app = &mut self.app;
        let age = app.thread.age;
        if self.memory.age().is_some_and(|kept| kept != age)
            && let Some(other) = self.memory.read()
        {
            if (other.age.forgotten, other.age.begun) > (age.forgotten, age.begun) {
                return self.events.tell(Event::Elsewhere(Some(Box::new(other))));
            }
            app.thread.age.written = age.written.max(other.age.written);
            app.thread.take_in(other);
        }
        app.thread.age.written += 1;
        self.is_kept = self.memory.write(&app.thread);
    }

    fn deliver(&mut self, fresh: &Fresh) {
        let app = &mut self.app;
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
        random: random::chance,
        id: || random::hex(16),
        token: || random::hex(32),
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
