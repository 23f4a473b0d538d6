//! What the visitor presses: buttons, choices and the answers yes and no. What is written into the
//! composer comes in by `listening`.

use protocol::{FallbackKind, VisitorCommand};

use super::{App, Command, Fresh};
use crate::{
    escalate, locale, said,
    thread::{Key, Question, Stage, UnsentKind},
};

/// What the visitor may press.
#[derive(Clone, Debug, PartialEq)]
pub enum Press {
    Human,
    /// Yes or no to what the bot asked.
    Yes(bool),
    Category(String),
    /// The question that stands is left open.
    Skip,
    Fallback(FallbackKind),
    /// The number or the address that is known already.
    Known,
    KeepWaiting,
    /// What waits for its next try is tried now, unless the desk stated a wait.
    TryNow,
    /// Back to the queue, from a promise or from the end.
    Rejoin,
    Leave,
    /// Another conversation, in place of the one that is over or full.
    BeginAgain,
    Erase,
    Rate {
        effort: Option<u8>,
        satisfaction: Option<u8>,
    },
}

impl App {
    pub(super) fn press(&mut self, fresh: &Fresh, press: Press, commands: &mut Vec<Command>) {
        let question = match press {
            Press::Yes(_) | Press::Human => self.thread.question.take(),
            _ => None,
        };
        match (press, question) {
            (Press::Human, _) => match &self.thread.stage {
                Stage::Bot => {
                    let escalation =
                        escalate::by_button(&self.settings.rules, self.thread.signals.clone());
                    self.begin_handoff(fresh, escalation, commands);
                }
                Stage::Closed { .. } => {
                    self.begin_again(fresh, commands);
                    self.press(fresh, Press::Human, commands);
                }
                // It is under way already: say where it stands.
                Stage::Waiting { position, wait, staffing, .. } => {
                    let place = locale::place(*position, *wait, *staffing);
                    self.notice(fresh, place);
                }
                _ => {}
            },
            (Press::Yes(yes), Some(question)) => {
                let words = match (&question, yes) {
                    (Question::Helped { .. }, true) => said::yes(),
                    (Question::Human { .. }, false) => said::not_now(),
                    (Question::Erase, true) => said::erase(),
                    (_, true) => said::yes_please(),
                    (_, false) => said::no(),
                };
                self.echo(fresh, words);
                if let (Question::Helped { .. }, false, Some(line)) =
                    (&question, yes, self.thread.lines.last_mut())
                {
                    line.key = Some(Key::DidNotHelp);
                }
                self.settle(fresh, question, yes, commands);
            }
            (Press::Category(key), _) => self.choose_category(fresh, key, commands),
            (Press::Skip, _) => self.skip(fresh, commands),
            (Press::Fallback(kind), _) => self.press_fallback(fresh, kind, commands),
            (Press::Known, _) => self.use_known(fresh, commands),
            (Press::KeepWaiting, _) => {
                self.error = None;
                self.thread.question = None;
            }
            (Press::Rejoin, _) => {
                if !self.thread.unsent.iter().any(|unsent| unsent.kind == UnsentKind::Rejoin) {
                    self.thread.owe(&VisitorCommand::Rejoin {});
                }
                commands.push(Command::Deliver);
                commands.push(Command::OpenSocket);
            }
            (Press::Erase, _) => {
                self.thread.question = Some(Question::Erase);
                self.notice(fresh, said::ask_erase());
            }
            (Press::BeginAgain, _) => {
                if self.thread.stage.is_at_desk() {
                    self.thread.owe(&VisitorCommand::Leave {});
                    commands.push(Command::Deliver);
                } else {
                    self.begin_again(fresh, commands);
                }
            }
            (Press::TryNow, _) => self.try_now(fresh, commands),
            (Press::Leave, _) => match self.thread.stage {
                Stage::HandingOff => self.take_back_handoff(fresh),
                Stage::Asking { .. } => {
                    self.thread.stage = Stage::Bot;
                    self.say(fresh, said::go_on());
                }
                _ if !self.thread.stage.is_at_desk() => {}
                _ => {
                    self.thread.question = None;
                    self.thread.owe(&VisitorCommand::Leave {});
                    commands.push(Command::Deliver);
                }
            },
            (Press::Rate { effort, satisfaction }, _) => {
                self.is_rated = true;
                self.thread.owe(&VisitorCommand::Rate { effort, satisfaction });
                commands.push(Command::Deliver);
            }
            _ => {}
        }
    }
}
