//! Reading back: earlier pages for agents, and what an input needs of a closed conversation.

use protocol::{
    AgentCommand, AgentId, ConversationCommand, ConversationId, Message, RejectionCode, Seq,
    SessionCommand, VisitorCommand,
};

use crate::{
    desk::{Desk, Input},
    state::{
        conversation::Conversation,
        messages::{Part, Wanted},
        peer::PeerId,
        standing::State,
    },
    wire::{
        card::{AgentEvent, transcript},
        frame::Frame,
    },
};

impl Desk {
    /// The messages that the store must give back by [`Desk::recall`] before this input is handled,
    /// if any.
    pub fn wanted(&self, input: &Input) -> Option<Wanted> {
        let Input::Frame(_, frame) = input else { return None };
        let (id, part) = match frame {
            Frame::Visitor { conversation, token, command } => {
                self.conversations.get(conversation).filter(|own| own.token.is_same(token))?;
                (conversation, part_for_visitor(command)?)
            }
            Frame::Agent(command) => part_for_agent(command)?,
            Frame::Handoff { .. } | Frame::SignIn { .. } | Frame::Refused(_) => return None,
        };
        let closed = self
            .conversations
            .get(id)
            .filter(|own| own.state().is_closed() && own.messages.last() > Seq::NONE)?;
        Some(Wanted { conversation: closed.id.clone(), part })
    }

    /// Takes what the store has of them, for the next input.
    pub fn recall(&mut self, wanted: &Wanted, messages: Vec<Message>) {
        if let Some(own) = self.conversations.get_mut(&wanted.conversation) {
            own.messages.recall(messages);
            self.turn.recalled.insert(own.row);
        }
    }

    pub(crate) fn read_messages(
        &mut self,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
        before: Seq,
    ) {
        if let Some(own) = self.readable(peer, me, id) {
            let messages = own.messages.page_before(before).to_vec();
            self.reply_agent(peer, AgentEvent::Messages { conversation: id.clone(), messages });
        }
    }

    pub(crate) fn read_transcript(
        &mut self,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
        before: u32,
    ) {
        if let Some(own) = self.readable(peer, me, id) {
            let lines = transcript(own, before);
            self.reply_card(peer, lines);
        }
    }

    /// A conversation that this agent may read: one that they hold, a promise, one that nobody
    /// answered, and any for a supervisor. Absent and foreign are one answer.
    fn readable(
        &mut self,
        peer: PeerId,
        me: &AgentId,
        id: &ConversationId,
    ) -> Option<&Conversation> {
        let is_supervisor = self.roster.get(me).is_some_and(|agent| agent.settings.supervisor);
        let may_read = self.conversations.get(id).is_some_and(|own| match own.state() {
            State::Reviewing { agent, .. } | State::Live { agent, .. } => {
                agent == me || is_supervisor
            }
            State::Promised { .. } => true,
            State::Closed { .. } => is_supervisor || own.state().missed().is_some(),
            State::Queued { .. } | State::Offered { .. } => is_supervisor,
        });
        if !may_read {
            self.reject_agent(
                peer,
                RejectionCode::NotFound,
                "no such conversation that you may read",
            );
            return None;
        }
        self.conversations.get(id)
    }
}

fn part_for_visitor(command: &ConversationCommand) -> Option<Part> {
    match command {
        VisitorCommand::Resume { after } => Some(Part::After(*after)),
        VisitorCommand::Say { message, .. } => Some(Part::Named(message.clone())),
        // It may be open again.
        VisitorCommand::Rejoin {} | VisitorCommand::ChooseFallback { .. } => Some(Part::All),
        _ => None,
    }
}

fn part_for_agent(command: &SessionCommand) -> Option<(&ConversationId, Part)> {
    match command {
        AgentCommand::ReadMessages { conversation, before } => {
            Some((conversation, Part::Before(*before)))
        }
        AgentCommand::Open { conversation } => Some((conversation, Part::Before(Seq::END))),
        _ => None,
    }
}
