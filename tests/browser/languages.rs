//! A visitor who reads German; and words that cannot be had.

use anyhow::Result;
use serde_json::{Value, json};
use tests::{
    Agent, Browsers, Stage, Visitor,
    browser::{DESKTOP, Look, until},
    settings,
    strangers::{Page, Strangers},
};
use thirtyfour::{By, WebDriver};

/// A shop whose own words are German, with the tag as a page in Germany has it.
fn german() -> Result<(Stage, Strangers)> {
    let strangers = Strangers::new()?;
    let origin = strangers.origin.clone();
    let stage = Stage::with(|settings| {
        let own = [
            ("Fern & Thistle", "Farn & Distel"),
            ("Billing and payments", "Rechnung und Zahlung"),
            ("Returns and exchanges", "Umtausch"),
            ("Orders and shipping", "Bestellung und Versand"),
            ("Something else", "Etwas anderes"),
        ];
        let settings = settings::origin(&settings, &origin);
        own.iter().fold(settings, |settings, (english, german)| {
            assert!(settings.contains(english), "the demo says {english}");
            settings.replace(english, german)
        })
    })?;
    let tag = format!("<script async src={}/v1/baton.js data-site=shop", stage.edge);
    strangers.lay_out(vec![
        Page::document("/tag", format!("{tag} data-lang=de></script>")),
        Page::document(
            "/page",
            format!("<script>document.documentElement.lang = \"de-AT\"</script>{tag}></script>"),
        ),
        Page::document(
            "/other",
            format!("<script>document.documentElement.lang = \"xx\"</script>{tag}></script>"),
        ),
    ]);
    Ok((stage, strangers))
}

async fn ask(driver: &WebDriver, script: &str) -> Result<Value> {
    Ok(driver.execute(script, Vec::new()).await?.json().clone())
}

/// English words that German has not, among all that can be seen or heard in this document.
async fn english(driver: &WebDriver) -> Result<Value> {
    const WORDS: &str = "the|you|your|we|with|please|now|and|how|what|is|are|open|close|yes|no|not|\
                         send|sent|read|message|person";
    let script = "const names = ['aria-label', 'placeholder', 'title'];
        const all = [...document.querySelectorAll('*')];
        const labels = all.flatMap((e) => names.map((name) => e.getAttribute(name) ?? ''));
        const said = [document.body.innerText, document.title, ...labels];
        return said.flatMap((text) => text.match(/\\b(WORDS)\\b/gi) ?? []);";
    ask(driver, &script.replace("WORDS", WORDS)).await
}

/// The tag of the language that the frame speaks.
async fn spoken(driver: &WebDriver) -> Result<Value> {
    ask(driver, "return document.documentElement.lang").await
}

async fn arrives(
    browsers: &Browsers,
    strangers: &Strangers,
    path: &str,
    look: Look,
) -> Result<Visitor> {
    let driver = browsers.window(look).await?;
    driver.goto(format!("{}{path}", strangers.origin)).await?;
    until(
        &driver,
        "the launcher",
        "return !!document.querySelector('baton-chat')?.shadowRoot.querySelector('#h')",
    )
    .await?;
    Ok(Visitor::at(driver, &strangers.origin))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_german_visitor_reads_no_english_from_the_launcher_to_the_rating() -> Result<()> {
    let (stage, strangers) = german()?;
    let browsers = Browsers::start()?;
    let visitor = arrives(&browsers, &strangers, "/tag", DESKTOP).await?;
    let labels = "const root = document.querySelector('baton-chat').shadowRoot; return \
                  [root.querySelector('#h').textContent, \
                  root.querySelector('#c').ariaLabel.trim()]";
    assert_eq!(ask(&visitor.driver, labels).await?, json!(["Mit einem Menschen sprechen", "Chat"]));
    visitor.presses_talk_to_human().await?;
    visitor.reads("Ich gebe Sie an unser Team weiter. Worum geht es?").await?;
    visitor.presses("Umtausch").await?;
    visitor.reads("Wie ist Ihr Name?").await?;
    assert_eq!(english(&visitor.driver).await?, json!([]));
    visitor.says("Kim").await?;
    visitor.reads("Ihre Anfrage ist bei unserem Team.").await?;
    let agent = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    agent.accepts().await?;
    visitor.reads("Maria liest gerade Ihre Unterhaltung.").await?;
    agent.presses("#connect").await?;
    visitor.reads("Sie sind jetzt mit Maria verbunden.").await?;
    agent.says("Guten Tag, was kann ich tun?").await?;
    visitor.reads("was kann ich tun?").await?;
    visitor.says("Die Feige ist zu klein").await?;
    visitor.reads("gelesen").await?;
    assert_eq!(english(&visitor.driver).await?, json!([]));
    visitor.driver.enter_default_frame().await?;
    ask(&visitor.driver, "Baton.hide()").await?;
    agent.says("Möchten Sie sie umtauschen?").await?;
    let name = "return document.querySelector('baton-chat').shadowRoot.querySelector('#c')\
                .ariaLabel === 'Chat 1 neue Nachricht'";
    until(&visitor.driver, "the number of new lines, in German", name).await?;
    ask(&visitor.driver, "Baton.show()").await?;
    // The same conversation on a page in English: what the widget said is said in English, what
    // people said stays.
    visitor.driver.goto(format!("{}/other", strangers.origin)).await?;
    visitor.looks_into_panel().await?;
    visitor.reads("You're now connected with Maria.").await?;
    visitor.reads("Die Feige ist zu klein").await?;
    assert!(!visitor.has_read("verbunden").await?);
    visitor.driver.goto(format!("{}/page", strangers.origin)).await?;
    visitor.looks_into_panel().await?;
    assert_eq!(spoken(&visitor.driver).await?, "de-AT");
    agent.resolves("Umgetauscht").await?;
    visitor.reads("Diese Unterhaltung ist abgeschlossen. Wenn Sie innerhalb").await?;
    visitor.reads("Wie zufrieden sind Sie?").await?;
    assert_eq!(english(&visitor.driver).await?, json!([]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn english_stands_in_for_words_that_cannot_be_had_and_the_plain_form_for_english()
-> Result<()> {
    let (stage, _strangers) = german()?;
    let browsers = Browsers::start()?;
    let german = "*/widget.de-*";
    for (blocked, expected) in [
        (vec![german], "Talk to a human"),
        (vec![german, "*/widget.en-*"], "A person will answer by e-mail"),
    ] {
        let is_all = blocked.len() > 1;
        // The frame alone: what a window blocks is not blocked for frames of another origin.
        let driver = browsers.window(DESKTOP).await?;
        driver.cdp().send_raw("Network.enable", json!({})).await?;
        driver.cdp().send_raw("Network.setBlockedURLs", json!({ "urls": blocked })).await?;
        driver.goto(format!("{}/v1/frame/shop#14594a,de", stage.edge)).await?;
        let visitor = Visitor::at(driver, &stage.edge);
        until(&visitor.driver, "English", "return document.documentElement.lang === 'en-US'")
            .await?;
        until(
            &visitor.driver,
            "words or a form",
            "return !document.documentElement.hasAttribute('data-silent')",
        )
        .await?;
        visitor.reads(expected).await?;
        let runs = "return document.documentElement.hasAttribute('data-ready')";
        if is_all {
            assert_eq!(ask(&visitor.driver, runs).await?, false);
        } else {
            until(&visitor.driver, "the widget", runs).await?;
        }
        visitor.leaves().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_plain_form_speaks_german_as_well() -> Result<()> {
    let (_stage, strangers) = german()?;
    let browsers = Browsers::start()?;
    let visitor = arrives(&browsers, &strangers, "/tag", Look { wasm: false, ..DESKTOP }).await?;
    visitor.presses_on_page_without_wasm("h").await?;
    visitor.reads("Schreiben Sie uns: zuerst Ihre E-Mail-Adresse").await?;
    let input = visitor.driver.find(By::Id("input")).await?;
    input.send_keys("Wo ist mein Farn?\u{e007}").await?;
    visitor.reads("Bitte schreiben Sie Ihre E-Mail-Adresse").await?;
    input.send_keys(" Ich bin kim@example.org\u{e007}").await?;
    visitor.reads("Wir antworten Ihnen an kim@example.org, spätestens ").await?;
    assert_eq!(english(&visitor.driver).await?, json!([]));
    Ok(())
}
