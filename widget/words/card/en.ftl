# What the widget writes onto the card: the context package is in English, whatever the visitor and
# the agent speak. A visitor's own words come in as arguments and are shown as they are.

# Where something is not known.
nothing = {""}
# The name of a visitor who has not said one, at the beginning of a sentence.
the-visitor = The visitor
# The label of a category that is none of the site's.
a-question = a question

## The summary

# { $who } is a name or the-visitor, { $intent } one of the wishes below, { $count } of what the bot
# tried did not help. No frustration heard is not calm: who demands something in plain words may be
# anything, so a neutral mood is not told.
summary = { $who } wants to { $intent }{ $count ->
    [0] {""}
    [one] ; one thing the bot tried did not help
   *[other] ; { $count } things the bot tried did not help
} ({ $mood ->
    [neutral] {""}
    [mildly_frustrated] mildly frustrated,{" "}
    [very_frustrated] very frustrated,{" "}
   *[angry] angry,{" "}
}{ $priority ->
    [standard] not urgent
    [medium] soon
   *[high] urgent
}).
intent = Wants to { $intent }.

## Wishes: "wants to …"

# Of a topic. { $amount } and { $order } are the two below, or nothing.
wish-of-topic = { $topic ->
    [billing_dispute] dispute a charge{ $amount }{ $order }
    [refund] get a refund{ $amount }{ $order }
    [legal] settle a legal matter{ $order }
    [account_security] secure the account after suspected misuse
    [sensitive] get help with a sensitive matter{ $order }
    [self_harm] get help in a crisis
   *[complaint] make a complaint{ $order }
}
of-amount = {" "}of { $amount }
for-order = {" "}for order { $order }
of-product = {" "}({ $product })
since = , { $date }
# Where an entry of the site's questions fits. { $title } is the entry's.
wish-about = get an answer about “{ $title }”{ $order }{ $amount }
# Of a category that the reader took it for. { $label } is one of the site's own categories.
wish-of-category = { $category ->
    [account_access] get back into an account
    [account_change] change account details
    [billing_payment] settle a question about a payment
    [booking] make a booking
    [cancellation] cancel something
    [order_delivery] get help with an order or its delivery
    [refund_return] return something or get money back
    [technical_problem] get something working again
   *[none] get help with { $label }
}{ $product }{ $order }{ $amount }{ $since }

## Why a person is needed

reason-button = The visitor pressed “Talk to a human”.
reason-explicit = The visitor asked for a person.
reason-failed-attempts = The visitor tried to solve the same technical problem again and again, without success.
reason-sentiment = The visitor is frustrated.
reason-rephrasing = The visitor said the same need again and again.
reason-confidence = The visitor asked what the bot has no sure answer to.
reason-topic = The visitor { $topic ->
    [billing_dispute] disputes a charge
    [refund] asks for a large refund
    [legal] raises a legal matter
    [account_security] is worried about the account's security
    [sensitive] speaks of something that needs a person
    [self_harm] may be about to harm themselves
   *[complaint] wants to complain
}.

## What the bot tried

# { $what } is the site's own words for what was offered, such as "exchange".
tried-offer = offered { $what }
# { $question } is an entry of the site's questions.
tried-answer = answered “{ $question }”

## Next steps

step-apology = Open with an apology and say what you will do first.
# { $order } is of-order or nothing.
step-of-topic = { $topic ->
    [billing_dispute] Compare the charges{ $order } with what was ordered.
    [refund] Ask which order the refund is for.
    [legal] Do not argue the matter; pass it to whoever answers for legal questions.
    [account_security] Verify the identity, then end all sign-ins and change the password.
    [sensitive] Take time; do not ask for papers at first.
    [self_harm] Stay with them; name the numbers to call; do not close this conversation alone.
   *[complaint] Record the complaint and give its number and the time of the answer.
}
of-order = {" "}of order { $order }
step-refund = Check whether order { $order } can be refunded and say when the money arrives.
step-look-up = Look up order { $order }.
# { $what } is what the bot tried.
step-not-again = Do not suggest this again: { $what }.
step-beyond = Go beyond this, it did not help: { $what }.
step-carry-out = Carry this out, it was accepted: { $what }.
# { $language } is a code such as "de".
step-language = Answer in the visitor's language ({ $language }).
# Where a talk is too long to pass on. { $count } lines of its beginning are not there.
step-left-out = Ask about the beginning if it matters: { $count } earlier lines were left out.
step-outcome = Ask what outcome would settle it.

## The transcript

# A line in place of { $count } that are not there.
left-out = ({ $count ->
    [one] The first line of this talk was
   *[other] The first { $count } lines of this talk were
} left out here, because the talk is too long to pass on.)
