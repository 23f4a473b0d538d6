//! What the widget does to the page around it, and how it looks to those who use no mouse.

use tests::{Agent, Browsers, Stage, Visitor, browser};

use super::play;

play!(
    before_the_first_touch_there_is_a_launcher_and_nothing_is_stored_or_asked_of_the_edge,
    |stage, browsers| {
        let visitor = Visitor::arrives(&browsers, &stage).await?;
        browser::until(
            &visitor.driver,
            "the idle frame",
            "return performance.getEntriesByType('resource').some(e => \
             e.name.includes('/v1/frame/'))",
        )
        .await?;
        let kept = visitor
            .driver
            .execute(
                "return [document.cookie, localStorage.length, sessionStorage.length]",
                Vec::new(),
            )
            .await?;
        assert_eq!(kept.json(), &serde_json::json!(["", 0, 0]));
        let frame = visitor
            .driver
            .execute(
                "return document.querySelector('baton-chat').shadowRoot.querySelector('iframe')",
                Vec::new(),
            )
            .await?;
        frame.element()?.enter_frame().await?;
        browser::until(
            &visitor.driver,
            "the widget",
            "return document.documentElement.hasAttribute('data-ready')",
        )
        .await?;
        let in_frame = visitor
            .driver
            .execute(
                "return [document.cookie, localStorage.length, sessionStorage.length,
                performance.getEntriesByType('resource').filter(e => !new \
                 URL(e.name).pathname.startsWith('/v1/assets/')).length]",
                Vec::new(),
            )
            .await?;
        assert_eq!(
            in_frame.json(),
            &serde_json::json!(["", 0, 0, 0]),
            "cookies, storage, and requests for anything but static files"
        );
    }
);

play!(what_is_half_written_waits_for_its_writer, |stage, browsers| {
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.opens_chat().await?;
    visitor.reads("A person is one click away").await?;
    for (account, found, written) in [
        ("C-1", "", "my fern is"),
        ("C-2", "", "hers"),
        ("C-1", "my fern is", ""),
        ("C-2", "hers", ""),
    ] {
        visitor.driver.enter_default_frame().await?;
        let identify = format!("Baton.identify({{ account: '{account}' }})");
        visitor.driver.execute(identify, Vec::new()).await?;
        visitor.looks_into_panel().await?;
        let stands = format!("return document.getElementById('input').value === '{found}'");
        browser::until(&visitor.driver, &format!("{account}: {found}"), &stands).await?;
        visitor.driver.find(thirtyfour::By::Id("input")).await?.send_keys(written).await?;
    }
    visitor.leaves().await?;
});

play!(the_launcher_is_in_sight_and_in_its_corner, |stage, browsers| {
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    let script = "const host = document.querySelector('baton-chat').shadowRoot;
        const button = host.querySelector('#h').getBoundingClientRect();
        return [host.querySelector('#h').textContent, button.width > 100 && button.bottom <= \
                  innerHeight && button.right <= innerWidth]";
    let seen = visitor.driver.execute(script, Vec::new()).await?;
    assert_eq!(seen.json(), &serde_json::json!(["Talk to a human", true]));
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_axe_knows_is_wrong_with_any_state() -> anyhow::Result<()> {
    let (stage, browsers) = (Stage::new()?, Browsers::start()?);
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    let agent = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    let clean = |place: &'static str, found: Vec<String>| {
        assert_eq!(found, Vec::<String>::new(), "{place}")
    };
    clean("empty console", browser::axe(&agent.driver).await?);
    visitor.opens_chat().await?;
    visitor.says("How do I return an item?").await?;
    visitor.reads("30 days").await?;
    clean("bot", browser::axe(&visitor.driver).await?);
    visitor.driver.find(thirtyfour::By::Id("human")).await?.click().await?;
    visitor.gives_name_and_category("Kim", "").await?;
    clean("waiting", browser::axe(&visitor.driver).await?);
    agent.reads("Kim wants to").await?;
    clean("offer", browser::axe(&agent.driver).await?);
    agent.accepts_and_connects().await?;
    agent.says("Hello Kim").await?;
    visitor.reads("Hello Kim").await?;
    clean("live", browser::axe(&visitor.driver).await?);
    clean("live at the console", browser::axe(&agent.driver).await?);
    agent.resolves("answered").await?;
    visitor.reads("How easy was it").await?;
    clean("rating", browser::axe(&visitor.driver).await?);
    Ok(())
}

play!(escape_closes_the_panel_and_gives_the_focus_back, |stage, browsers| {
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.opens_chat().await?;
    let focused = visitor.driver.execute("return document.activeElement.id", Vec::new()).await?;
    assert_eq!(focused.json().as_str(), Some("input"));
    visitor.driver.active_element().await?.send_keys("\u{e00c}").await?;
    visitor.driver.enter_default_frame().await?;
    let closed = "const host = document.querySelector('baton-chat'); return \
                  !host.hasAttribute('open') && document.activeElement === host";
    browser::until(
        &visitor.driver,
        "the closed panel, with the focus back on the launcher",
        closed,
    )
    .await?;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_webassembly_a_plain_form_hands_off() -> anyhow::Result<()> {
    let (stage, browsers) = (Stage::new()?, Browsers::start()?);
    let visitor =
        Visitor::arrives_with(&browsers, &stage, browser::Look { wasm: false, ..browser::DESKTOP })
            .await?;
    visitor.presses_on_page_without_wasm("h").await?;
    visitor.reads("A person will answer by e-mail").await?;
    let input = visitor.driver.find(thirtyfour::By::Id("input")).await?;
    input.send_keys("where is my fern?\u{e007}").await?;
    visitor.reads("Please write your e-mail address").await?;
    input.send_keys(" I am kim@example.org\u{e007}").await?;
    visitor.reads("We will answer to kim@example.org").await?;
    let agent = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    agent.reads("Answer by e-mail by").await?;
    Ok(())
}
