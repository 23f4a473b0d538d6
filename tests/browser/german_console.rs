//! The console in another language than English.

use tests::{Agent, Visitor};
use thirtyfour::prelude::*;

use super::{desk_work::EARS, play};

/// Before each page: the browser of somebody in Austria.
const GERMAN: &str =
    "Object.defineProperty(Navigator.prototype, 'languages', { get: () => ['de-AT', 'en'] })";
/// Everything that the console says by itself: texts, but for those of people and the name of a
/// command, and what is read out.
const SAID: &str = "const said = [document.title];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const { parentElement: e, data } = texts.currentNode;
        if (!e.closest('bdi, code, #language')) said.push(data);
    }
    for (const e of document.querySelectorAll('*'))
        for (const name of ['aria-label', 'placeholder', 'title', 'alt']) \
                    said.push(e.getAttribute(name) ?? '');
    return said";
/// None of these is a word in German.
const ENGLISH: &str = "the is are you your with of to and not for by it this that there new from \
                       while waits left one page queue visitor available card messages \
                       conversation answer promise sec";

async fn says_no_english(agent: &Agent, place: &str) -> anyhow::Result<()> {
    let said: Vec<String> = agent.driver.execute(SAID, Vec::new()).await?.convert()?;
    assert!(said.iter().map(String::len).sum::<usize>() > 50, "{place}: {said:?}");
    let words = |text: &str| {
        text.split(|c: char| !c.is_alphabetic()).map(str::to_owned).collect::<Vec<_>>()
    };
    let english: Vec<_> = said
        .iter()
        .filter(|text| {
            words(text)
                .iter()
                .any(|word| ENGLISH.split(' ').any(|english| english == word.to_lowercase()))
        })
        .collect();
    assert!(english.is_empty(), "{place}: {english:?}");
    Ok(())
}

play!(an_agent_whose_browser_is_german_reads_german_and_may_choose_english, |stage, browsers| {
    let maria = Agent { driver: browsers.window(tests::browser::DESKTOP).await? };
    maria.runs_first(GERMAN).await?;
    maria.runs_first(EARS).await?;
    let link = stage.link("maria")?;
    let (page, secret) = link.trim().split_once('#').expect("a link");
    maria.driver.goto(page).await?;
    maria.reads("Du bist nicht angemeldet").await?;
    says_no_english(&maria, "not signed in").await?;
    maria.driver.find(By::Id("link")).await?.send_keys(secret).await?;
    maria.presses("#sign-in").await?;
    maria.reads("Meine Gespräche (0)").await?;
    maria.reads("Niemand wartet.").await?;
    says_no_english(&maria, "nobody is there").await?;
    let (kim, lee) =
        (Visitor::arrives(&browsers, &stage).await?, Visitor::arrives(&browsers, &stage).await?);
    kim.asks_for_a_person("Kim", "Billing").await?;
    maria.reads("Annehmen").await?;
    says_no_english(&maria, "an offer").await?;
    maria.accepts().await?;
    maria.reads("Lies die Karte.").await?;
    says_no_english(&maria, "the review").await?;
    maria.presses("#connect").await?;
    maria.presses("#sign-out").await?;
    maria.reads("Ein Besucher ist gerade bei dir.").await?;
    maria.presses("#stay").await?;
    lee.asks_for_a_person("Lee", "Billing").await?;
    maria.accepts_and_connects().await?;
    maria.presses("#sign-out").await?;
    maria.reads("2 Besucher sind gerade bei dir.").await?;
    says_no_english(&maria, "the question").await?;
    maria.presses("#stay").await?;
    maria.turns_to("Lee").await?;
    maria.says("Guten Tag").await?;
    kim.says("1").await?;
    maria.reads("1 neu").await?;
    maria.reads_in_title("(1) Baton-Konsole").await?;
    let notes = maria.driver.execute("return seen.notes.map(note => note[0])", Vec::new()).await?;
    let offered = "Ein Besucher möchte mit jemandem sprechen";
    assert_eq!(notes.json(), &serde_json::json!([offered, offered, "Kim schreibt"]));
    maria.presses("#transfer").await?;
    says_no_english(&maria, "passing on").await?;
    maria.presses("#to option[value='skill:account']").await?;
    maria.driver.find(By::Id("note")).await?.send_keys("Bitte").await?;
    maria.presses("#pass-on").await?;
    maria.reads("Niemand, der es übernehmen könnte, ist frei.").await?;
    maria.presses("form.resolve button:last-child").await?;
    maria.presses("#resolve").await?;
    says_no_english(&maria, "the end").await?;
    maria.presses("form.resolve button:last-child").await?;
    maria.resolves("erledigt").await?;
    maria.reads("Gelöst.").await?;
    says_no_english(&maria, "over").await?;
    // The choice changes what stands there already, and is kept.
    maria.presses("#language option[value='en']").await?;
    maria.reads("My conversations (1)").await?;
    maria.reads("Nobody who could take it is free.").await?;
    maria.reads_in_title("(1) Baton console").await?;
    maria.driver.refresh().await?;
    maria.reads("My conversations (1)").await?;
});
