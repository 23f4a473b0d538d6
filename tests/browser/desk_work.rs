//! What agents do with each other, and what becomes of promises and ends.

use tests::{
    Agent, Stage, Visitor,
    frames::{Answered, Credential, Line, handoff},
    settings,
};
use thirtyfour::prelude::*;

use super::play;

/// Chooses in the form for passing on, and sends it.
async fn passes_on(agent: &Agent, to: &str, note: &str) -> anyhow::Result<()> {
    agent.presses("#transfer").await?;
    agent.presses(&format!("#to option[value='{to}']")).await?;
    agent.driver.find(By::Id("note")).await?.send_keys(note).await?;
    agent.presses("#pass-on").await
}

play!(
    an_agent_passes_a_conversation_on_with_a_note_and_the_visitor_sees_who_reads,
    |stage, browsers| {
        let visitor = Visitor::arrives(&browsers, &stage).await?;
        let maria = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
        visitor.asks_for_a_person("Kim", "Billing").await?;
        maria.accepts_and_connects().await?;
        maria.says("I see the double charge.").await?;
        let jonas = Agent::signs_in(&browsers, &stage.link("jonas")?).await?;
        // Declined: it stays with Maria. Nobody is chosen for her.
        maria.reads("Jonas").await?;
        maria.presses("#transfer").await?;
        maria.reads("Choose whom to offer it to").await?;
        maria.presses("form.resolve button:last-child").await?;
        passes_on(&maria, "agent:jonas", "Charged twice, the bank confirms it").await?;
        maria.reads("Offered to Jonas").await?;
        jonas.reads("Maria passes it on: Charged twice, the bank confirms it").await?;
        jonas.presses(".decline").await?;
        maria.reads("Jonas declined. The conversation stays with you.").await?;
        maria.says("One moment, please.").await?;
        visitor.reads("One moment, please.").await?;
        // Taken, by the skill.
        passes_on(&maria, "skill:account", "Needs the account desk").await?;
        jonas.accepts().await?;
        jonas.reads("Needs the account desk").await?;
        jonas.reads("I see the double charge.").await?;
        let by = jonas.driver.find(By::Css(".colleague .by")).await?.text().await?;
        assert_eq!(by, "Maria", "her words are not in his mouth");
        visitor.reads("Jonas is reading your conversation").await?;
        maria.reads("Passed on: the other agent has it now.").await?;
        jonas.presses("#extend").await?;
        jonas.presses("#connect").await?;
        visitor.reads("You're now connected with Jonas").await?;
        jonas.says("Hello Kim, I have the notes.").await?;
        visitor.reads("I have the notes").await?;
    }
);

play!(a_supervisor_takes_over_what_another_agent_holds, |stage, browsers| {
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    let maria = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    // Whoever is away may still take the next.
    maria.presses("#available").await?;
    maria.reads("Away: not getting offers").await?;
    visitor.asks_for_a_person("Kim", "Billing").await?;
    maria.presses("#take-next").await?;
    maria.presses("#connect").await?;
    assert!(!maria.has_read("Take over").await?, "Maria is no supervisor");
    let jonas = Agent::signs_in_at_an_open_console(&browsers, &stage.link("jonas")?).await?;
    jonas.reads("with Maria").await?;
    jonas.presses(".take-over").await?;
    maria.reads("A supervisor has taken it over.").await?;
    jonas.presses("#connect").await?;
    visitor.reads("You're now connected with Jonas").await?;
    // Nobody is left alone by one press, and there is a way back.
    jonas.presses("#sign-out").await?;
    jonas.reads("1 visitor is with you").await?;
    jonas.presses("#stay").await?;
    jonas.presses("#sign-out").await?;
    jonas.presses("#sign-out-anyway").await?;
    jonas.reads("You are signed out").await?;
    jonas.driver.find(By::Id("link")).await?.send_keys("0000").await?;
    jonas.presses("#sign-in").await?;
    jonas.reads("That link was used before").await?;
    jonas.driver.find(By::Id("link")).await?.send_keys(stage.link("jonas")?.trim()).await?;
    jonas.presses("#sign-in").await?;
    jonas.reads("My conversations").await?;
});

play!(what_a_visitors_browser_says_of_others_is_marked_as_its_word, |stage, browsers| {
    let maria = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    // A package as no page of ours makes it: words in an agent's mouth, and among the highlights.
    let mut forged = handoff();
    let package = &mut forged["request_handoff"]["package"];
    package["transcript"] = serde_json::json!([
        { "author": "visitor", "at": 1, "text": "I want to return it" },
        { "author": "agent", "at": 2, "text": "We pay you 900 euros for it" },
    ]);
    package["highlights"] = serde_json::json!([1]);
    let answered = Line::to(&stage.edge).visitor(&Credential::new(1, 1, 1), &forged);
    assert!(matches!(answered, Answered::Events(_)));
    maria.accepts_and_connects().await?;
    maria.reads("An agent, the visitor's browser says").await?;
    let heading = "return [...document.querySelectorAll('.card h3')].some(e => \
                   e.innerText.includes('told by the visitor\\'s browser') && \
                   e.nextElementSibling.innerText.includes('900 euros'))";
    assert_eq!(maria.driver.execute(heading, Vec::new()).await?.json().as_bool(), Some(true));
});

/// The browser's own doors, watched: tones, and notifications that are allowed.
pub const EARS: &str = "window.seen = { tones: 0, notes: [], contexts: 0 };
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) { seen.tones += 1; return \
                        start.apply(this, when); };
    window.AudioContext = class extends AudioContext { constructor() { super(); seen.contexts += \
                        1; } };
    window.Notification = class { static permission = 'granted'; close() {} constructor(title, \
                        options) { seen.notes.push([title, options.body, options.tag]); } };";

play!(
    two_conversations_at_once_keep_their_drafts_and_what_is_new_is_heard_and_counted,
    |stage, browsers| {
        let maria = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
        maria.driver.execute(EARS, Vec::new()).await?;
        let (kim, lee) = (
            Visitor::arrives(&browsers, &stage).await?,
            Visitor::arrives(&browsers, &stage).await?,
        );
        kim.asks_for_a_person("Kim", "Billing").await?;
        maria.accepts_and_connects().await?;
        let answer = maria.driver.find(By::Id("answer")).await?;
        answer.send_keys("half an answer to Kim").await?;
        // Not even an offer that is accepted takes it away.
        lee.asks_for_a_person("Lee", "Billing").await?;
        maria.accepts_and_connects().await?;
        maria.turns_to("Lee").await?;
        maria.has_written("answer", "").await?;
        maria.driver.find(By::Id("answer")).await?.send_keys("to Lee").await?;
        maria.turns_to("Kim").await?;
        maria.has_written("answer", "half an answer to Kim").await?;
        for form in ["#transfer", "#resolve"] {
            maria.presses(form).await?;
            maria.presses("form.resolve button:last-child").await?;
            maria.has_written("answer", "half an answer to Kim").await?;
        }
        maria.driver.refresh().await?;
        maria.turns_to("Lee").await?;
        maria.has_written("answer", "to Lee").await?;
        maria.turns_to("Kim").await?;
        maria.has_written("answer", "half an answer to Kim").await?;
        // An Enter that only picks a character sends nothing.
        let pick = "document.getElementById('answer').dispatchEvent(new KeyboardEvent('keydown', \
                    { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }))";
        maria.driver.execute(pick, Vec::new()).await?;
        maria.has_written("answer", "half an answer to Kim").await?;
        maria.driver.find(By::Id("answer")).await?.send_keys("\u{e007}").await?;
        kim.reads("half an answer to Kim").await?;
        // Silence for who is looked at; a sound and a count for the other, and for both when the
        // tab is behind.
        maria.driver.execute(EARS, Vec::new()).await?;
        kim.says("I see").await?;
        maria.reads("I see").await?;
        lee.says("anybody there?").await?;
        maria.reads("1 new").await?;
        maria.reads_in_title("(1) ").await?;
        maria.turns("hidden").await?;
        kim.says("and the other one?").await?;
        maria.reads_in_title("(2) ").await?;
        let seen = maria
            .driver
            .execute(
                "return [seen.tones, seen.contexts <= 1, seen.notes.map(note => note[0])]",
                Vec::new(),
            )
            .await?;
        assert_eq!(seen.json(), &serde_json::json!([4, true, ["Lee writes", "Kim writes"]]));
        maria.turns("visible").await?;
        maria.reads_in_title("(1) ").await?;
        maria.turns_to("Lee").await?;
        maria.reads_in_title("Baton console").await?;
    }
);

play!(
    a_visitor_comes_back_from_a_promise_reopens_what_was_closed_and_deletes_it,
    |stage, browsers| {
        let visitor = Visitor::arrives(&browsers, &stage).await?;
        visitor.asks_for_a_person("Kim", "Billing").await?;
        visitor.presses("Answer by e-mail").await?;
        visitor.tells_what_it_is_about("I was charged twice").await?;
        visitor.reads("Your e-mail address").await?;
        visitor.says("kim@example.org").await?;
        visitor.reads("We will answer to kim@example.org by").await?;
        visitor.presses("Wait for a person now").await?;
        visitor.reads("You are back in the queue").await?;
        let maria = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
        maria.accepts_and_connects().await?;
        maria.says("Done, it is refunded.").await?;
        visitor.reads("it is refunded").await?;
        maria.resolves("refunded").await?;
        visitor.presses("Go on with this conversation").await?;
        maria.presses(".accept").await?;
        maria.presses("#connect").await?;
        visitor.says("And the other charge?").await?;
        maria.reads("And the other charge?").await?;
        maria.resolves("both refunded").await?;
        visitor.presses("Delete this conversation").await?;
        visitor.reads("cannot be brought back").await?;
        visitor.presses("Delete this conversation").await?;
        visitor.reads("Your receipt:").await?;
        assert!(!visitor.has_read("it is refunded").await?, "nothing of it is left on the page");
    }
);

play!(
    agents_are_told_of_promises_that_fall_due_and_of_those_that_were_missed,
    |stage, browsers| {
        drop(stage);
        let stage = Stage::with(|settings| {
            settings::times(&settings, &[("callback_seconds", 12), ("remind_seconds", 8)])
        })?;
        let maria = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
        maria.presses("#available").await?;
        let visitor = Visitor::arrives(&browsers, &stage).await?;
        visitor.asks_for_a_person("Kim", "Billing").await?;
        visitor.presses("Call me back").await?;
        visitor.tells_what_it_is_about("I was charged twice").await?;
        visitor.reads("Your phone number").await?;
        visitor.says("030 1234567").await?;
        visitor.reads("We will call +49301234567 by").await?;
        maria.reads("A promise falls due").await?;
        maria.reads("A promise was missed; the visitor was told").await?;
        visitor.reads("we missed what we promised").await?;
    }
);

play!(a_quiet_conversation_is_warned_on_both_sides_before_it_closes, |stage, browsers| {
    drop(stage);
    let stage = Stage::with(|settings| {
        settings::times(&settings, &[("idle_seconds", 14), ("idle_warning_seconds", 8)])
    })?;
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    let maria = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    visitor.asks_for_a_person("Kim", "Billing").await?;
    maria.accepts_and_connects().await?;
    maria.reads("Quiet for long: it closes in").await?;
    visitor.reads("It has been quiet for a while").await?;
    visitor.reads("closed because it was quiet for long").await?;
    maria.reads("both were silent for long").await?;
});
