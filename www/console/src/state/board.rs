//! What the board says of this agent, and of the promise or missed visitor that is looked at.

use protocol::{Board, ConversationId};
use std::rc::Rc;

use super::{SignedIn, State};

impl State {
    pub(super) fn board_changed(&mut self, board: Board) {
        if let SignedIn::As { agent, available, away_because, .. } = &mut self.signed_in
            && let Some(me) = board.agents.iter().find(|row| row.agent == *agent)
        {
            *available = me.available;
            *away_because = away_because.filter(|_| !me.available);
        }
        let is_promised =
            |id: &ConversationId| board.promises.iter().any(|row| row.conversation == *id);
        self.due.retain(|row| is_promised(&row.conversation));
        self.promise_news.retain(|id, _| is_promised(id));
        let me = self.me().cloned();
        if let Some((id, opened)) = &mut self.opened {
            // Given back, or taken over: what is written to it from here on is another's.
            if opened.claim.is_some()
                && board.promises.iter().any(|row| row.conversation == *id && row.owner != me)
            {
                Rc::make_mut(opened).claim = None;
            }
            let is_there =
                is_promised(id) || board.missed.iter().any(|row| row.conversation == *id);
            let was_there = self.board.promises.iter().any(|row| row.conversation == *id)
                || self.board.missed.iter().any(|row| row.conversation == *id);
            if opened.is_over == is_there && (is_there || was_there) {
                Rc::make_mut(opened).is_over = !is_there;
            }
        }
        self.board = board;
    }
}
