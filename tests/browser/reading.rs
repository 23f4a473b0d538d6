//! What a visitor finds when they look again: their place, what is new, what they had half written,
//! and the same in every tab.

use tests::{Agent, Visitor, browser};
use thirtyfour::prelude::*;

use super::play;

play!(who_looks_again_begins_at_the_first_new_line_and_only_then_it_is_read, |stage, browsers| {
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    let agent = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    visitor.asks_for_a_person("Kim", "Something else").await?;
    agent.accepts_and_connects().await?;
    visitor.reads("You're now connected with Maria").await?;
    visitor.says("so much to tell. ".repeat(80).trim()).await?;
    // Half written, with a key that only picks a character.
    let input = visitor.driver.find(By::Id("input")).await?;
    input.send_keys("half wr").await?;
    let pick = "const keys = { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true };
        return document.getElementById('input').dispatchEvent(new KeyboardEvent('keydown', keys))";
    assert_eq!(
        visitor.driver.execute(pick, Vec::new()).await?.json().as_bool(),
        Some(true),
        "the input method has the key"
    );
    visitor.hides_chat().await?;
    agent.says("The first new line").await?;
    for _ in 0..3 {
        agent.says("and more of it. ".repeat(60).trim()).await?;
    }
    agent.reads("✓ delivered").await?;
    assert!(!agent.has_read("✓✓ read").await?, "nobody has seen it");
    let badge = "return [...document.documentElement.children].find(e => \
                 e.shadowRoot).shadowRoot.querySelector('b').textContent === '4'";
    browser::until(&visitor.driver, "four new lines at the launcher", badge).await?;
    // On another page, where the panel opens.
    visitor.goes_to("/help.html").await?;
    visitor.opens_chat().await?;
    let is_in_sight = "const log = document.getElementById('log').getBoundingClientRect();
        const line = document.querySelector('.new')?.nextElementSibling;
        const place = line?.getBoundingClientRect();
        return !!line && line.textContent.includes('The first new line') && place.top >= log.top \
                       && place.bottom <= log.bottom";
    browser::until(&visitor.driver, "the first new line, under the divider", is_in_sight).await?;
    visitor.reads("new message").await?;
    let draft =
        visitor.driver.execute("return document.getElementById('input').value", Vec::new()).await?;
    assert_eq!(draft.json().as_str(), Some("half wr"));
    visitor.driver.find(By::Id("more")).await?.click().await?;
    agent.reads("✓✓ read").await?;
});

play!(all_tabs_of_a_visitor_are_one_conversation, |stage, browsers| {
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    let first = visitor.driver.window().await?;
    let second = visitor.opens_second_tab().await?;
    let agent = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    visitor.asks_for_a_person("Kim", "Something else").await?;
    agent.accepts_and_connects().await?;
    agent.says("Hello Kim").await?;
    visitor.reads("Hello Kim").await?;
    visitor.driver.switch_to_window(second.clone()).await?;
    visitor.opens_chat().await?;
    visitor.reads("Hello Kim").await?;
    visitor.says("still there?").await?;
    agent.reads("still there?").await?;
    visitor.driver.switch_to_window(first).await?;
    visitor.looks_into_panel().await?;
    visitor.reads("still there?").await?;
    visitor.driver.close_window().await?;
    // The tab that is left takes over.
    visitor.driver.switch_to_window(second).await?;
    visitor.looks_into_panel().await?;
    agent.says("Yes, I am").await?;
    visitor.reads("Yes, I am").await?;
    visitor.driver.refresh().await?;
    visitor.looks_into_panel().await?;
    visitor.reads("Yes, I am").await?;
    assert_eq!(visitor.lines_saying("still there?").await?, 1);
    assert_eq!(agent.messages_saying("still there?").await?, 1);
});
