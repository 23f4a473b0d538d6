//! Takes pictures of the running product: one for the README, and every state at phone and desktop
//! width, light and dark, for looking at. The files go to `target/screenshots`; the README's own to
//! `www/screenshots`.

use anyhow::Result;
use std::{fs, path::Path};
use tests::{
    Agent, Browsers, Stage, Visitor,
    browser::{DESKTOP, Look, PHONE},
    settings,
};
use thirtyfour::{By, WebDriver};

const LOOKED_AT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/screenshots");
const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/screenshots");

#[tokio::main]
async fn main() -> Result<()> {
    fs::create_dir_all(LOOKED_AT)?;
    fs::create_dir_all(README)?;
    let browsers = Browsers::start()?;
    for (name, look) in [
        ("desktop-light", DESKTOP),
        ("desktop-dark", Look { dark: true, ..DESKTOP }),
        ("phone-light", PHONE),
        ("phone-dark", Look { dark: true, ..PHONE }),
    ] {
        play(&browsers, name, look).await?;
    }
    for part in ["widget", "console"] {
        fs::copy(format!("{LOOKED_AT}/desktop-light-{part}.png"), format!("{README}/{part}.png"))?;
    }
    Ok(())
}

async fn play(browsers: &Browsers, name: &str, look: Look) -> Result<()> {
    let stage = Stage::with(|settings| {
        settings::times(&settings, &[("callback_seconds", 40), ("remind_seconds", 36)])
    })?;
    let visitor = Visitor::arrives_with(browsers, &stage, look).await?;
    shoot(&visitor.driver, name, "shop").await?;
    visitor.goes_to("/orders.html").await?;
    visitor.opens_chat().await?;
    visitor.says("I want to return order FT-20418").await?;
    visitor.reads("Would you like to exchange it").await?;
    shoot(&visitor.driver, name, "bot").await?;
    visitor.presses("No").await?;
    visitor.says("This is useless, I was charged €120 twice for it!").await?;
    visitor.reads("Your request is with our team").await?;
    shoot(&visitor.driver, name, "waiting").await?;
    let agent = Agent::signs_in_with(browsers, &stage.link("maria")?, look).await?;
    agent.reads("Kim Osei wants to").await?;
    shoot(&agent.driver, name, "offer").await?;
    agent.accepts().await?;
    agent.reads("Read the card").await?;
    shoot(&agent.driver, name, "review").await?;
    agent.presses("#connect").await?;
    visitor.reads("You're now connected with Maria").await?;
    agent
        .says("Hello Kim, I see both charges for the fig. I am taking one of them back right now.")
        .await?;
    visitor.says("Thank you, that was quick!").await?;
    agent.reads("that was quick").await?;
    visitor.reads("✓✓ read").await?;
    shoot(&visitor.driver, name, "widget").await?;
    shoot(&agent.driver, name, "console").await?;
    // Passed on to a supervisor, who also sees what others hold and which promises fall due.
    let supervisor = Agent::signs_in_with(browsers, &stage.link("jonas")?, look).await?;
    agent.presses("#transfer").await?;
    agent.presses("#to option[value='agent:jonas']").await?;
    agent
        .driver
        .find(By::Id("note"))
        .await?
        .send_keys("Charged twice, the bank confirms it")
        .await?;
    shoot(&agent.driver, name, "transfer").await?;
    agent.presses("#pass-on").await?;
    supervisor.reads("passes it on").await?;
    shoot(&supervisor.driver, name, "passed-on").await?;
    supervisor.presses(".decline").await?;
    agent.reads("Jonas declined").await?;
    agent.presses(".dismiss").await?;
    let other = Visitor::arrives_with(browsers, &stage, look).await?;
    for agent in [&agent, &supervisor] {
        agent.presses("#available").await?;
    }
    other.asks_for_a_person("Ada", "Orders").await?;
    other.presses("Call me back").await?;
    other.tells_what_it_is_about("Where is order FT-20433").await?;
    other.says("030 1234567").await?;
    other.reads("We will call").await?;
    shoot(&other.driver, name, "promised").await?;
    supervisor.reads("A promise falls due").await?;
    shoot(&supervisor.driver, name, "supervisor").await?;
    supervisor.presses("#due-seen").await?;
    supervisor.presses("#promises .row").await?;
    supervisor.reads("I'll keep it").await?;
    shoot(&supervisor.driver, name, "promise").await?;
    agent.presses("#sign-out").await?;
    shoot(&agent.driver, name, "sign-out").await?;
    agent.presses("#stay").await?;
    agent.resolves("Second charge refunded").await?;
    visitor.reads("How easy was it").await?;
    shoot(&visitor.driver, name, "rating").await?;
    for window in [visitor.driver, other.driver, agent.driver, supervisor.driver] {
        window.quit().await?;
    }
    Ok(())
}

async fn shoot(driver: &WebDriver, name: &str, part: &str) -> Result<()> {
    // What moves has come to rest.
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    Ok(driver.screenshot(Path::new(&format!("{LOOKED_AT}/{name}-{part}.png"))).await?)
}
