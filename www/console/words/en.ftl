# What an agent reads at the console. Every language has the same keys and the same arguments.
# A visitor's or an agent's own words are never here; they come in as arguments and are shown as they are.

## The page

# In the page before the console runs: as plain as can be.
page-opening = Opening the console…
page-no-start = The console could not start. Please reload this page. If that does not help, this browser may not run WebAssembly: please use a current one.
# The tab's title. "Baton" is the product's name.
title = Baton console
# The tab's title while something is not looked at. { $count } offers and messages.
title-with-news = ({ $count }) Baton console
# Until the desk has told who is signed in. The desk is the server's part that keeps the queue.
connecting = Connecting to the desk…
offline = No connection. Trying again; what you write is kept.
# A button: lets the browser show notifications.
turn-on-notifications = Turn on notifications
# A button that is also the state: pressed, the agent goes away.
available = Available
# The same button while the agent is away: pressed, offers come again.
away = Away: not getting offers
# Read out: the lists at the left.
lists-label = Desk
# In the middle, while no conversation is open.
nothing-open = Conversations that you accept open here.
# Read out: the choice of the console's language.
language-label = Language
# Dismisses a notice.
ok = OK
# Leaves a form or a promise without doing anything.
back = Back
# The name of a visitor who has not said one.
visitor = Visitor
another-agent = Another agent

## Signing in and out

not-signed-in = You are not signed in
signed-out = You are signed out
session-ended = Your session has ended
link-works-once = Each sign-in link works once.
nothing-left-here = Nothing of your conversations is left in this browser.
drafts-are-kept = What you had half written is kept in this browser until you are back.
# { $command } is typed into a terminal, and not translated.
how-to-come-in = To come in, paste a new sign-in link here. Whoever runs this desk makes one by { $command }.
link-refused = That link was used before, is too old, or is not whole. Please ask for a new one.
sign-in-link = Sign-in link
sign-in = Sign in
offline-signed-out = No connection. Trying again.
sign-out = Sign out
# Read out: the question before visitors are left alone.
sign-out-label = Sign out?
# Who signs out leaves { $count } visitors whom they are talking to.
sign-out-question = { $count ->
    [one] 1 visitor is with you. If you sign out, they are told and go back to the head of the queue, and what you have half written is forgotten.
   *[other] { $count } visitors are with you. If you sign out, they are told and go back to the head of the queue, and what you have half written is forgotten.
}
# Promises of a call or an answer which this agent keeps.
sign-out-promises = { $count ->
    [one] 1 promise stays in your name.
   *[other] { $count } promises stay in your name.
}
stay = Stay

## One's own conversations

my-conversations = My conversations ({ $count })
put-all-away = { $count ->
    [one] Put 1 away that is over
   *[other] Put all { $count } away that are over
}
recently-ended = Recently ended ({ $count })
# On the row of a conversation: it is over.
tag-over = over
# On the row of a conversation: something half written is in its field.
tag-draft = draft
# On a row: { $count } messages that were not looked at.
tag-new = { $count } new
# { $since } is a duration such as "5 min".
waits = waits { $since }
# The last line of a conversation, if the agent wrote it. { $words } are the agent's own.
you-said = You: { $words }

## The queue, and what others hold

queue = Queue ({ $count })
# Beside the queue's heading.
closed-until = closed, opens { $time }
closed = closed
nobody-available = nobody available
nobody-waits = Nobody waits.
# A button: takes the first visitor of the queue.
take-next = Take next
# A button: takes this visitor from the queue.
take = Take
# A row of the queue: how urgent, in what mood, and for how long already.
queue-row = { $priority } · { $mood } · waits { $since }
# On a row of the queue: the agent vanished, so this visitor waits again.
tag-came-back = came back
with-others = With others
held-by = with { $name } · { $since }
# A supervisor's button: takes a conversation from another agent.
take-over = Take over
agents = Agents
# { $load } conversations of the { $capacity } that the agent can hold at once.
agent-available = available · { $load } of { $capacity }
agent-away = away · { $load } of { $capacity }
agent-not-here = not here · { $load } of { $capacity }

priority = { $priority ->
    [high] high priority
    [medium] medium priority
   *[standard] standard priority
}

mood = { $mood ->
    [neutral] calm
    [mildly_frustrated] mildly frustrated
    [very_frustrated] very frustrated
   *[angry] angry
}

## Offers and notices

# Read out: the corner in which notices and offers appear.
notices-label = Notices
# Read out: the list of visitors who are offered to this agent.
offers-label = Offers
# { $from } is the agent who passes a conversation on, { $words } is their note.
passes-it-on = { $from } passes it on: { $words }
# { $left } is a duration that runs down, such as "20 sec".
offer-row = { $category } · { $priority } · { $left } left
accept = Accept
decline = Decline
missed-an-offer = You missed an offer and are away: no more offers come to you.
back-to-available = Back to available
# { $promise } is such as "Call back by 14:05".
promise-is-due = A promise falls due: { $promise }
promise-was-missed = A promise was missed; the visitor was told. New time: { $promise }
no-connection-not-done = There is no connection, so that was not done. Please try again when it is back.
link-refused-signed-in = That sign-in link was used before, or is too old. You stay signed in as you were.
unreadable-conversation = This page could not read a conversation that the desk sent. The desk was told, and gives it to another agent. If it happens again, reload this page.
unreadable = The desk sent something that this page cannot read: it may be older than the desk. Please reload it.
transfer-declined = { $name } declined. The conversation stays with you.
transfer-expired = { $name } did not answer. The conversation stays with you.
transfer-nobody-free = Nobody who could take it is free. The conversation stays with you, and your note is kept.
# { $receipt } is the number of a receipt.
deleted = { $count ->
    [one] Deleted: 1 message. Receipt { $receipt }.
   *[other] Deleted: { $count } messages. Receipt { $receipt }.
}
deleted-on-request = A conversation was deleted on request, with every word of it. It is gone from here too.
gone = A conversation is not at the desk any more: it was deleted, or its time was over. It is gone from here too.
connection-was-gone = Your connection was gone for too long: a visitor is back at the head of the queue. What you wrote to them is kept here.

## Notifications, outside of the page

notify-passed-on = { $name } passes a visitor on
notify-offer = A visitor asks for a person
notify-message = { $name } writes
notify-message-nameless = A visitor writes
notify-promise-missed = A promise was missed
notify-promise-due = A promise falls due

## What the desk did not take

not-sent-too-long = A message was not sent. It is too long. Its words are back in your field.
not-sent-too-long-most = { $most ->
    [one] A message was not sent. It is too long: at most 1 character. Its words are back in your field.
   *[other] A message was not sent. It is too long: at most { $most } characters. Its words are back in your field.
}
not-sent-full = A message was not sent. The conversation holds as much as it may: please resolve it, and the visitor can begin another. Its words are back in your field.
not-sent-not-yours = A message was not sent. The conversation is not with you any more. Its words are back in your field.
not-sent-not-open = A message was not sent. The conversation is not open for messages. Its words are back in your field.
not-sent-unreadable = A message was not sent. The desk could not read it. Its words are back in your field.
old-page = This page is older than the desk. Please reload it.
try-again = The desk could not do that just now. Please try again in a moment.
# { $wait } is a duration such as "5 sec".
try-again-in = The desk could not do that just now. Please try again in { $wait }.
too-long = That is too long.
too-long-most = { $most ->
    [one] That is too long: at most 1 character.
   *[other] That is too long: at most { $most } characters.
}
is-full = This conversation holds as much as it may.
refused-nobody-waits = Nobody waits whom you could take.
refused-gone = It is over, or somebody else has it.
refused-no-place = You have no free place: end or pass on a conversation first.
refused-could-not-read = This page could not read that conversation, so another agent gets it.
refused-being-passed-on = It is being passed on already.
refused-supervisors-only = Only a supervisor may do that.
refused-take-next = Nobody waits whom you could take, or you have no free place.
refused-take = You cannot take it: somebody else has it, it is over, or you have no free place.
refused-accept = That offer is over: it went on to somebody else, or the visitor left.
refused-decline = That offer was over already.
refused-claim-promise = Somebody else keeps this promise, or it is settled.
refused-settle-promise = That promise is not yours to settle: it is kept already, or somebody else keeps it.
refused-open = It is not there any more: somebody dealt with it.
refused-transfer = It cannot be passed on at the moment: whoever you chose is not free, or it is being passed on already.
refused-not-yours = That conversation is not with you any more.
refused-not-now = That cannot be done at the moment.
refused-not-understood = The desk did not understand that. Reload this page if it happens again.

## A conversation

# Read out. { $name } is the visitor's.
conversation-label = Conversation with { $name }
# Beside the visitor's name: where they are.
visitor-gone = page closed; will see this on return
visitor-on-page = now on { $page }
visitor-here = on the page
# { $left } is a duration that runs down. "Connect" is the button.
review = Read the card. The visitor is connected when you press Connect, or in { $left }.
more-time = More time
connect = Connect
# { $left } is a duration that runs down.
being-passed-on = Offered to { $name }, who has { $left } to take it. Until then it is yours.
closing = Quiet for long: it closes in { $left } unless somebody writes.
is-typing = { $name } is typing…
# Read out: the messages of the conversation.
messages-label = Messages
# A line before the first message that was not seen.
new-from-here = New
earlier-messages = Earlier messages
# A button over the end of the conversation.
new-messages-below = { $count ->
    [one] 1 new message ↓
   *[other] { $count } new messages ↓
}
# Under a message of this agent that is not acknowledged.
message-not-sent = not sent
message-sending = sending…
# Under a message of the visitor.
message-came = { $time }
# Under a message of an agent.
message-sent = { $time } sent
message-delivered = { $time } ✓ delivered
message-read = { $time } ✓✓ read
your-answer = Your answer
answer-once-connected = You can write once you are connected
send = Send
# A button: passes the conversation on to another agent.
transfer = Transfer
# A button: ends the conversation.
resolve = Resolve
put-away = Put away
# At the end of a card, for supervisors: a button that asks once more.
erase = Delete this conversation…
erase-question = Every word of it is deleted for good: here, for the visitor, and for every agent. Nothing brings it back.
# A button, behind the question above.
erase-now = Delete for good
# Over what the agent had half written when the conversation went to somebody else.
left-behind = You had written this. It was not sent:

over-resolved = Resolved.
over-follow-up = Closed with a follow-up.
over-idle = Closed: both were silent for long.
over-closed = This conversation is over.
over-agent-gone = Your connection was gone for too long: the visitor is back at the head of the queue.
over-visitor-left = The visitor left.
over-transferred = Passed on: the other agent has it now.
# Told after the agent's connection was gone.
over-elsewhere = Your connection was gone for too long: another agent has this conversation now.
over-taken-over = A supervisor has taken it over.
over-unreadable = This page could not read it: another agent gets it.
over-agent-removed = You are not among this desk's agents any more: another agent gets it.
over-offer-gone-on = The offer went on to the next agent.

## Ending a conversation, and passing it on

outcome = Outcome
outcome-resolved = Resolved
outcome-follow-up = Follow-up needed
outcome-unresolved = Not resolved
reason = Reason
reason-hint = What settled it, or what is left
close-conversation = Close the conversation
# The label of a choice of agents and skills.
transfer-to = To
choose = Choose…
option-free = { $name } (free)
option-full = { $name } (full)
option-away = { $name } (away)
option-not-here = { $name } (not here)
# { $skill } is a key of the site's settings, such as "billing".
option-anyone = Anyone for { $skill }
what-they-should-know = What they should know
note-hint = What is done, and what is left
# { $to } is one of the options above.
offer-it-to = Offer it to { $to }
choose-whom = Choose whom to offer it to

## Promises, and visitors who were missed

promises = Promises ({ $count })
# { $time } such as "14:05" or "Tue, 24 Nov, 14:05".
promise = { $kind ->
    [callback] Call back by { $time }
   *[ticket] Answer by e-mail by { $time }
}
tag-yours = yours
keeps-it = { $name } keeps it
tag-missed-once = missed once
missed = Missed ({ $count })
# On the row of a visitor who was missed: there is an address or a number.
tag-reachable = can be reached
missed-left = left while waiting, { $time }
missed-unanswered = nobody answered, { $time }
# Read out.
missed-label = Missed visitor
promise-label = Promise
no-address = There is no address to reach them at.
promise-settled = This is settled: somebody dealt with it, or the visitor chose something else.
keeps-this-promise = { $name } keeps this promise.
dealt-with = Dealt with: take it off the list
what-was-said = What was said
what-was-said-hint = What the visitor was told, and what is left
promise-is-kept = The promise is kept
answer-to-chat = Write to the visitor's chat
# A button: the promise is anybody's again.
give-back = Give it back
# A button: the agent takes the promise upon them.
keep-it = I'll keep it
# A button that leads to the form in which the agent says how.
it-is-kept = It is kept…
# The subject of a mail to the visitor.
mail-subject = Your request

## The card: what came with the visitor

# Read out.
card-label = Card
# A note of another agent: who, and when.
note-from = { $from }, { $time }:
details = Details
details-source = told by the visitor or the page, not verified
name = Name
e-mail = E-mail
phone = Phone
# The page of the site on which the visitor is.
page = Page
# The page on which the visitor asked for a person.
asked-on = Asked on
account-and-orders = Account and orders
account-source = told by the page, not verified
account = Account
account-type = Account type
tier = Tier
lifetime-value = Lifetime value
earlier-contacts = Earlier contacts
order = { $id }: { $what }, { $status }
# What the visitor's words showed.
signals = Signals
# { $words } are the visitor's, which show it.
signal-with-words = { $signal } “{ $words }”
# Beside what only the visitor's browser tells: what was said before the desk knew of them, and by
# whom.
transcript-source = told by the visitor's browser, not verified
# The lines of the transcript that matter most.
highlights = Highlights
tried-by-the-bot = Tried by the bot
tried = { $what }: { $outcome }
next-steps = Next steps
card-lost = The rest of what came with this conversation cannot be read from the storage. Ask for what you need to know.
full-transcript = { $count ->
    [one] Full transcript (1 line)
   *[other] Full transcript ({ $count } lines)
}
clock-was-wrong = The visitor's clock was wrong: these times are counted back from when they asked.
earlier-lines = Earlier lines
# Over a line of the transcript.
said-by-visitor = { $time } Visitor
said-by-bot = { $time } Bot
# Who forges the transcript may say so: what agents said stands among the messages.
said-by-claimed-agent = { $time } An agent, the visitor's browser says

tried-outcome = { $outcome ->
    [helped] helped
    [did_not_help] did not help
    [accepted] accepted
    [declined] declined
   *[unanswered] not answered
}

signal = { $signal ->
    [asked_for_human] asked for a person
    [negative_sentiment] frustration
    [short_negative] short refusal
    [rephrasing] said again
    [profanity] profanity
    [shouting] capitals
    [billing_dispute] billing dispute
    [refund] refund
    [legal] legal
    [account_security] account security
    [sensitive] sensitive
    [self_harm] may harm themselves
    [complaint] complaint
    [low_confidence] bot unsure
   *[failed_attempts] failed attempts
}
