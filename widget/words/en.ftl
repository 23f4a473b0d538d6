### What a visitor reads, in English. The words are plain and promise only what is known.
### A message whose name begins with page- stands in frame.html, boot.js or baton.js; each other one has a constructor in Rust.

-human = Talk to a human
-leave-a-way = Leave a number or an e-mail address and we will come back to you.

## The document, before and without Rust

page-chat = Chat
page-talk-to-human = { -human }
page-close = Close the chat
page-conversation = Conversation
page-replies = Suggested answers
page-message = Your message
page-send = Send
page-new-message = New message
page-dismiss = Dismiss
page-plain-hello = Write to us: your e-mail address first, then your question. A person will answer by e-mail.
page-plain-missing = Please write your e-mail address and your question, so that a person can answer.
page-plain-thanks = Thank you. We will answer to { $email } by { $time }.
page-plain-failed = That did not arrive. Your words are still here: please try again.

## What is pressed

talk-to-human = { -human }
yes = Yes
no = No
yes-please = Yes, please
not-now = Not now
skip = Skip
go-back = Go back
call-me-by = Call me back by { $time }
mail-me-by = Answer by e-mail by { $time }
keep-waiting = Keep waiting
-back-to-bot = Cancel and go back
back-to-bot = { -back-to-bot }
wait-instead = Wait for a person now
wait-again = Wait in the queue again
cancel-promise = I no longer need it
reopen = Go on with this conversation
erase = Delete this conversation
new-conversation = New conversation
try-now = Try now
rate-effort = How easy was it to get help? 1 very hard, 7 very easy
rate-satisfaction = How satisfied are you? 1 not at all, 5 very
send-rating = Send

## Around the conversation

you = You
assistant = Assistant
# Who wrote a line, where that is not known.
an-agent = Agent
source = Source: { $title }
typing = { $agent } is typing…
with-agent = You are with { $agent }
your-answer = Your answer
your-message = Your message
your-phone = Your phone number, with the country code if it is abroad
your-email = Your e-mail address
mark-sending = sending…
mark-sent = ✓ sent
mark-delivered = ✓ delivered
mark-read = ✓✓ read
mark-failed = not sent
# Of a line of an agent: the desk had it and was set back to an older copy of its storage.
mark-lost = no longer at our desk
new-lines = New
new-messages = { $count ->
    [one] { $count } new message ↓
   *[other] { $count } new messages ↓
}
# The launcher's name goes before it: "Chat 2 new messages".
launcher = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}
length = { $chars } of { $most } characters
length-in-pieces = { $chars ->
    [one] { $chars } character
   *[other] { $chars } characters
}: this is sent as { $pieces ->
    [one] { $pieces } message
   *[other] { $pieces } messages
}
too-long = That is too long even for several messages. Please shorten it; it is still here.

## The bot

hello = Hello!
hello-from = Hello! I am { $bot }.
ask-me = Ask me anything.
click-away = A person is one click away.
back-at = Our team is back { $time }, your time.
away = Our team is away at the moment.
did-it-help = Did that help?
glad = Glad to hear it. Anything else?
what-else = I see. Could you say a little more about it? Or a person can take over.
go-on = All right. What else can I do?
unsure = I am not sure enough to answer that, and I would rather not guess. Shall I bring in a person?
offer = It sounds as if a person would serve you better. Shall I bring one in? They will see all of this.
# Where the site has no words of its own.
crisis-help = I am glad that you wrote this, and you do not have to be alone with it.
    If you are in danger, please call your local emergency number. Free and confidential helplines, by country: findahelpline.com
# What follows the site's own words, or those. Said while nobody knows yet whether somebody is there.
crisis-reaching = I am trying to reach a person of our team for you now.
# The same to who waits already.
crisis-urgent = I am telling our team that it is urgent.
# Nobody is there, or nobody can be reached.
crisis-alone = Please do not wait for our team: the help named above is there for you now.
crisis-unreached = I cannot reach our team at the moment.
masked = For your safety we took { $what } out of your message before it was kept or sent. Nobody here will ask you for that.
# Stands in "we took … out of your message", as each of these.
masked-numbers-and-password = the numbers and the password
masked-password = the password
masked-code = the code
masked-several = the numbers and secrets
masked-card = the card's numbers
masked-account = the account number

## Before a handoff

passing-on = I will pass you on to our team.
ask-issue = What is it about? Write it in your own words, or choose what is nearest.
ask-category = Which of these is nearest to it?
ask-name = What is your name?
ask-name-again = Thank you, that goes along to them. And what is your name, or what may we call you?
ask-email = Which e-mail address can we reach you at, if we get cut off?
# Before a promise of which nobody knows what it is about.
ask-issue-first = What is it about? A sentence or two, so that we come prepared.
said-not-phone = Our team reads that. To be called back, please write a telephone number here, or go back.
said-not-email = Our team reads that. For an answer by e-mail, please write your address here, or go back.
bad-email = That does not look like an e-mail address. Could you check it?
bad-phone = That number cannot be called. Could you check it, with the country code if it is abroad?
use-known = Is { $contact } right? Press it, or write another one.

## The handoff and the wait

handing-off = I am passing you to our team.
handing-off-cut = I am passing you to our team. This talk is too long to pass on whole: { $count ->
    [one] the first line stays
   *[other] the first { $count } lines stay
} here, and they get everything after that.
understood = Your request is with our team.
not-again = They see this whole conversation, so you need not repeat anything.
ends-with-page = Your browser keeps nothing for us: this conversation ends when you leave this page.
sending = Sending your request…
agent-left = The agent is no longer there. You are back at the head of the queue, and nothing is lost.
long-wait = It takes longer than we like, sorry.
rejoined = You are back in the queue. Whoever takes over sees all of this.
closed-until = We are closed now and back { $time }, your time. { -leave-a-way }
closed-now = We are closed now. { -leave-a-way }
nobody-here = Nobody is at the desk right now. You can wait here, or leave a number or an e-mail address.
place = { $position ->
    [1] You are next.
   *[other] You are number { $position }.
}
wait-below = It should take less than { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
}.
wait-between = The wait is about { $from } to { $to ->
    [one] { $to } minute
   *[other] { $to } minutes
}.
wait-unknown = We cannot say yet how long it takes.
need-not-wait = You need not wait here: we can call you back or answer by e-mail.
reviewing = { $agent } is reading your conversation.
connected = You're now connected with { $agent }.
missed = We are sorry, we missed what we promised.
promised-call = We will call { $to } by { $time }.
promised-mail = We will answer to { $to } by { $time }.

## The end

closing = It has been quiet for a while. This conversation closes { $time } unless one of us writes.
closed-resolved = This conversation is closed.
closed-unresolved = This conversation has ended.
closed-follow-up = Our team goes on working on this and will come back to you.
closed-abandoned = You left the queue. Write or press “{ -human }” any time.
closed-unanswered = We are sorry: nobody could answer in time. { -leave-a-way }
closed-idle = This conversation was closed because it was quiet for long.
begin-new = Write any time to start a new one.
reopen-minutes = Write within { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
} to go on with it.
reopen-hours = Write within { $hours ->
    [one] an hour
   *[other] { $hours } hours
} to go on with it.
rated = Thank you. That helps us do better.
ask-erase = Everything of this conversation is deleted at our desk and here, and cannot be brought back. Delete it?
not-erased = Nothing was deleted.
erased = Deleted: { $count ->
    [one] { $count } message
   *[other] { $count } messages
}. Your receipt: { $receipt }.
nothing-left = Nothing of it is left at our desk, nor in this browser.
lost-for-desk = This conversation is no longer at our desk. Write again and we will start afresh; your words above are still here.
# The desk was set back to an older copy of its storage.
desk-has-lost = Our desk has lost the last part of this conversation. What you wrote is being sent again; what we wrote to you may be unknown to us now.
too-late = It was closed too long ago to be reopened. Write any time to start a new conversation.

## What is on its way, and what was refused

no-connection = No connection. Your words are kept here and sent as soon as it is back.
no-connection-until = No connection. Your words are kept here and sent as soon as it is back. The next try is { $time }.
unreached = Our desk cannot be reached right now. Your words are kept here and sent again by themselves.
unreached-until = Our desk cannot be reached right now. Your words are kept here and sent again by themselves { $time }.
busy = Our desk is very busy. Your words are kept here and sent again by themselves.
busy-until = Our desk takes no more right now. Your words are kept here and sent again by themselves { $time }.
not-taken = Our desk did not take your request, and asking again by itself would not help. Your words are still here:
    press “{ -human }” to try once more, or write on.
message-not-taken = Your last message was not taken. Please write it again, in other or fewer words.
full = This conversation holds as much as it can, so your last message was not taken. Begin a new one to go on.
old-page = This page is out of date for our desk. Please reload it and try again; what you wrote stays here.
not-possible = That is not possible any more. You see here how it stands.
-kept = Your request has not reached our team yet. Your words are kept here, and are sent by themselves as soon as they can be taken.
way-on = { -kept } You need not wait here for that: come back later, or press “{ -back-to-bot }” and ask me.
way-on-mail = { -kept } You need not wait for that: write to { $email }.
way-on-call = { -kept } You need not wait for that: call { $phone }.
way-on-mail-or-call = { -kept } You need not wait for that: write to { $email }, or call { $phone }.
-words-kept = What you wrote or chose last has not reached our team yet. It is kept here, and is sent by itself as soon as it can be taken.
words-kept = { -words-kept }
words-mail = { -words-kept } You need not wait for that: write to { $email }.
words-call = { -words-kept } You need not wait for that: call { $phone }.
words-mail-or-call = { -words-kept } You need not wait for that: write to { $email }, or call { $phone }.

## Times: as they stand in "our team is back …", and in "by …"

when-today = today at { $time }
when-tomorrow = tomorrow at { $time }
when-weekday = on { $day } at { $time }
when-date = on { $date } at { $time }
by-today = { $time } today
by-tomorrow = { $time } tomorrow
by-weekday = { $day } at { $time }
by-date = { $date } at { $time }
