//! From the first question to the rating.

use anyhow::Result;
use tests::{Agent, Stage, Visitor, browser::until, settings};

use super::play;

play!(the_bot_answers_from_the_sites_questions_with_its_source, |stage, browsers| {
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.opens_chat().await?;
    visitor.says("how long does a refund take?").await?;
    visitor.reads("two working days after the parcel is back").await?;
    visitor.reads("Source: Refunds").await?;
    visitor.reads("Did that help?").await?;
});

play!(below_the_threshold_it_offers_a_person_in_place_of_a_wrong_answer, |stage, browsers| {
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.opens_chat().await?;
    visitor.says("does the moon influence your wholesale discount in Peru").await?;
    visitor.reads("I am not sure enough to answer that").await?;
    visitor.presses("Not now").await?;
    visitor.reads("What else can I do?").await?;
});

play!(a_visitor_is_handed_to_an_agent_who_knows_everything_and_both_talk, |stage, browsers| {
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    let agent = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    visitor.opens_chat().await?;
    visitor.says("I want to return order FT-20418").await?;
    visitor.presses("No").await?;
    visitor.reads("No exchange then").await?;
    visitor.says("can I talk to a real person please").await?;
    visitor.gives_name_and_category("Kim", "").await?;
    // The card.
    agent.reads("Kim wants to").await?;
    agent.accepts().await?;
    visitor.reads("Maria is reading your conversation").await?;
    assert!(!visitor.has_read("You're now connected").await?, "only after Connect");
    agent.reads("offered exchange: declined").await?;
    agent.reads("FT-20418").await?;
    agent.reads("Do not suggest this again: offered exchange.").await?;
    agent.presses("#connect").await?;
    visitor.reads("You're now connected with Maria").await?;
    // Both ways, with marks.
    agent.says("Hello Kim, I see the fig came too large.").await?;
    visitor.reads("I see the fig came too large").await?;
    agent.reads("✓✓ read").await?;
    visitor.says("Yes, exactly").await?;
    agent.reads("Yes, exactly").await?;
    visitor.reads("✓✓ read").await?;
    // Typing, both ways.
    visitor.driver.find(thirtyfour::By::Id("input")).await?.send_keys("and").await?;
    agent.reads("Kim is typing…").await?;
    agent.driver.find(thirtyfour::By::Id("answer")).await?.send_keys("so").await?;
    visitor.reads("Maria is typing…").await?;
    agent.driver.find(thirtyfour::By::Id("answer")).await?.clear().await?;
    // Navigation and reload, on both sides.
    visitor.goes_to("/help.html").await?;
    visitor.looks_into_panel().await?;
    visitor.reads("Yes, exactly").await?;
    agent.driver.refresh().await?;
    agent.reads("Yes, exactly").await?;
    agent.says("Still here").await?;
    visitor.reads("Still here").await?;
    assert_eq!(visitor.lines_saying("Yes, exactly").await?, 1);
    // The end.
    agent.resolves("Returned for store credit").await?;
    visitor.reads("This conversation is closed").await?;
    visitor.reads("How easy was it to get help?").await?;
    for (name, value) in [("effort", "6"), ("satisfaction", "5")] {
        let script =
            format!("document.querySelector('input[name={name}][value=\"{value}\"]').click()");
        visitor.driver.execute(script, Vec::new()).await?;
    }
    visitor.presses("Send").await?;
    visitor.reads("Thank you").await?;
});

play!(an_agent_gets_the_offer_in_every_tab, |stage, browsers| {
    let agent = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    let first = agent.driver.window().await?;
    let second = agent.driver.new_tab().await?;
    agent.driver.switch_to_window(second.clone()).await?;
    // This one has a clock that is ten minutes late, and neither sounds nor notifications.
    agent
        .runs_first(
            "const now = Date.now; Date.now = () => now() - 600000; delete window.Notification; \
             delete window.AudioContext; window.errors = []; addEventListener('error', e => \
             errors.push(e.message))",
        )
        .await?;
    agent.driver.goto(format!("{}/console/shop", stage.edge)).await?;
    agent.reads("My conversations").await?;
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.asks_for_a_person("Kim", "Something else").await?;
    agent.reads("Kim wants to").await?;
    let left = "return parseInt(document.querySelector('.offer .quiet').textContent.match(/(\\d+) \
                sec left/)[1])";
    let left = agent.driver.execute(left, Vec::new()).await?.json().as_i64();
    assert!(left.is_some_and(|left| (15..=31).contains(&left)), "by the desk's clock: {left:?}");
    agent.driver.switch_to_window(first).await?;
    agent.reads("Kim wants to").await?;
    agent.driver.switch_to_window(second).await?;
    agent.accepts_and_connects().await?;
    let errors = agent.driver.execute("return errors", Vec::new()).await?;
    assert_eq!(errors.json(), &serde_json::json!([]));
});

play!(an_offer_is_heard_and_notified_where_that_is_allowed, |stage, browsers| {
    let agent = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    agent.driver.execute(super::desk_work::EARS, Vec::new()).await?;
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.asks_for_a_person("Kim", "Something else").await?;
    agent.reads("Kim wants to").await?;
    let seen = agent
        .driver
        .execute(
            "return [seen.tones, seen.notes.length, seen.notes[0]?.[0], \
             seen.notes[0]?.[1].startsWith('Kim wants to')]",
            Vec::new(),
        )
        .await?;
    assert_eq!(seen.json(), &serde_json::json!([2, 1, "A visitor asks for a person", true]));
});

play!(a_dead_edge_loses_no_word_of_either_side, |stage, browsers| {
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    let agent = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    visitor.asks_for_a_person("Kim", "Something else").await?;
    agent.accepts_and_connects().await?;
    visitor.reads("You're now connected with Maria").await?;
    stage.kill()?;
    visitor.says("Can you hear me?").await?;
    visitor.reads("sending…").await?;
    agent.reads("No connection").await?;
    agent.says("One moment please").await?;
    stage.start_again()?;
    agent.reads("Can you hear me?").await?;
    visitor.reads("One moment please").await?;
    visitor.reads("✓✓ read").await?;
    assert_eq!(agent.messages_saying("Can you hear me?").await?, 1);
    assert_eq!(visitor.lines_saying("One moment please").await?, 1);
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_nobody_answers_goes_to_the_next_agent_and_the_silent_one_is_away() -> Result<()> {
    let stage = Stage::with(|settings| settings::times(&settings, &[("offer_seconds", 4)]))?;
    let browsers = tests::Browsers::start()?;
    let maria = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.asks_for_a_person("Kim", "Something else").await?;
    maria.reads("Kim wants to").await?;
    let jonas = Agent::signs_in(&browsers, &stage.link("jonas")?).await?;
    maria.reads("You missed an offer and are away").await?;
    maria.presses("#back-available").await?;
    until(
        &maria.driver,
        "the way back",
        "return document.getElementById('available').textContent === 'Available'",
    )
    .await?;
    jonas.accepts_and_connects().await?;
    visitor.reads("You're now connected with Jonas").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_who_vanishes_gives_the_visitor_back_and_the_visitor_is_told() -> Result<()> {
    let stage = Stage::with(|settings| settings::times(&settings, &[("agent_grace_seconds", 2)]))?;
    let browsers = tests::Browsers::start()?;
    let maria = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.asks_for_a_person("Kim", "Something else").await?;
    maria.accepts_and_connects().await?;
    visitor.says("my order is lost").await?;
    maria.reads("my order is lost").await?;
    maria.leaves().await?;
    visitor.reads("back at the head of the queue, and nothing is lost").await?;
    let jonas = Agent::signs_in(&browsers, &stage.link("jonas")?).await?;
    jonas.accepts_and_connects().await?;
    jonas.reads("my order is lost").await?;
    visitor.reads("You're now connected with Jonas").await?;
    Ok(())
}
