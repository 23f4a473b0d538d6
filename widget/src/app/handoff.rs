//! The handoff: what must be known first, the package, and what may be chosen instead of waiting.

use protocol::{ContextPackage, Escalation, FallbackChoice, Field, Text, Trigger, VisitorCommand};
use signals::{Reader, Reading};

use super::{App, Command, Fresh};
use crate::{
    locale::Locale,
    package,
    thread::{Question, Stage, UnsentKind},
};

impl App {
    pub(super) fn offer(&mut self, fresh: &Fresh, words: &str, escalation: Escalation) {
        self.say(fresh, words);
        self.thread.question = Some(Question::Human { escalation });
    }

    /// Asks for what the site requires and is not known, then hands over.
    pub(super) fn begin_handoff(&mut self, fresh: &Fresh, escalation: Escalation, commands: &mut Vec<Command>) {
        self.thread.question = None;
        let rules = &self.settings.rules;
        let required = rules.of(escalation.trigger).or(rules.of(Trigger::Explicit)).map_or(&[] as &[Field], |rule| &rule.require);
        let missing = required.iter().copied().filter(|field| match field {
            Field::Name => self.thread.profile.name.is_none(),
            Field::Email => self.thread.profile.email.is_none(),
            Field::Category => self.thread.category.is_none() && !self.settings.categories.is_empty(),
        });
        self.thread.stage = Stage::Asking { missing: missing.collect(), escalation };
        self.ask_or_hand_over(fresh, commands);
    }

    pub(super) fn ask_or_hand_over(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        let Stage::Asking { missing, escalation } = self.thread.stage.clone() else { return };
        match missing.first() {
            Some(Field::Name) => self.say(fresh, Locale::ASK_NAME),
            Some(Field::Category) => self.say(fresh, Locale::ASK_CATEGORY),
            Some(Field::Email) => self.say(fresh, Locale::ASK_EMAIL),
            None => {
                let package = self.package(escalation);
                self.thread.stage = Stage::HandingOff;
                self.thread.owe(&VisitorCommand::RequestHandoff { package: Box::new(package) });
                self.notice(fresh, Locale::HANDING_OFF);
                commands.push(Command::Deliver);
                return;
            }
        }
        commands.push(Command::Focus);
    }

    /// An answer to what was asked for the handoff.
    pub(super) fn hear_field(&mut self, fresh: &Fresh, text: &str, commands: &mut Vec<Command>) {
        let Stage::Asking { missing, .. } = &self.thread.stage else { return };
        let Some(field) = missing.first().copied() else { return };
        match field {
            Field::Email if !text.contains('@') || text.contains(' ') => {
                self.error = Some(Locale::BAD_EMAIL.to_owned());
                return;
            }
            Field::Email => self.thread.profile.email = Some(text.into()),
            Field::Name => self.thread.profile.name = Some(Text::new(text.chars().take(100).collect::<String>())),
            // Words in place of a button: the nearest category, or the last, which is the general one.
            Field::Category => {
                let last = self.settings.categories.last().map(|own| own.key.clone());
                self.thread.category = self.category_of(text).or(last);
            }
        }
        self.echo(fresh, text);
        self.field_is_known(fresh, field, commands);
    }

    pub(super) fn field_is_known(&mut self, fresh: &Fresh, field: Field, commands: &mut Vec<Command>) {
        if let Stage::Asking { missing, .. } = &mut self.thread.stage {
            missing.retain(|own| *own != field);
            self.ask_or_hand_over(fresh, commands);
        }
    }

    pub(super) fn package(&self, escalation: Escalation) -> ContextPackage {
        package::context_package(&self.thread, &self.settings, &self.latest, escalation, self.page.clone())
    }

    pub(super) fn choose(&mut self, fresh: &Fresh, fallback: FallbackChoice, commands: &mut Vec<Command>) {
        let words = match &fallback {
            FallbackChoice::Callback { phone } => phone.clone(),
            FallbackChoice::Ticket { email } => email.clone(),
        };
        self.echo(fresh, words.reveal());
        self.thread.settle(&[UnsentKind::Fallback]);
        self.thread.owe(&VisitorCommand::ChooseFallback { fallback });
        commands.push(Command::Deliver);
    }

    pub(super) fn begin_again(&mut self, fresh: &Fresh, commands: &mut Vec<Command>) {
        self.notice(fresh, Locale::NEW_CONVERSATION);
        self.thread.begin_again(protocol::ConversationId((fresh.id)()), protocol::Token((fresh.token)()));
        self.reader = Reader::new(self.models.clone(), self.settings.rules.thresholds.rephrasing);
        self.latest = Reading::default();
        self.is_rated = false;
        commands.push(Command::CloseSocket);
    }
}
