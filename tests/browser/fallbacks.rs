//! Never a dead end.

use std::time::{SystemTime, UNIX_EPOCH};
use tests::{Agent, Stage, Visitor, browser, settings};
use toml::Table;

use super::play;

play!(with_nobody_there_a_callback_is_promised_and_kept, |stage, browsers| {
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.asks_for_a_person("Kim", "Billing").await?;
    visitor.reads("Nobody is at the desk right now").await?;
    visitor.presses("Call me back").await?;
    visitor.tells_what_it_is_about("I was charged twice").await?;
    visitor.reads("Your phone number").await?;
    // What is no number is said, and reaches people.
    visitor.says("can it be tomorrow morning instead?").await?;
    visitor.reads("please write a telephone number here").await?;
    visitor.says("+49 30 1234567").await?;
    visitor.reads("We will call +49301234567 by").await?;
    // It survives a reload, and the agent keeps it.
    visitor.goes_to("/fern.html").await?;
    visitor.looks_into_panel().await?;
    visitor.reads("We will call +49301234567 by").await?;
    let agent = Agent::signs_in(&browsers, &stage.link("maria")?).await?;
    agent.reads("Call back by").await?;
    agent.presses("#promises .row").await?;
    agent.reads("+49301234567").await?;
    agent.reads("can it be tomorrow morning instead?").await?;
    // Taken, so that nobody else calls; written to, and told how it was kept.
    agent.presses("#claim").await?;
    agent.reads("Give it back").await?;
    agent.says("I ring you at three.").await?;
    visitor.reads("I ring you at three.").await?;
    visitor.says("Thank you").await?;
    agent.reads("Thank you").await?;
    agent.presses("#fulfil").await?;
    agent.reads("What was said").await?;
    agent
        .driver
        .find(thirtyfour::By::Id("fulfilled"))
        .await?
        .send_keys("Rang Kim: the charge is taken back")
        .await?;
    agent.presses("#kept").await?;
    visitor.reads("This conversation is closed").await?;
});

/// The days of the week, from that of 1 January 1970 on.
const FROM_1970: [&str; 7] =
    ["thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outside_business_hours_the_visitor_learns_when_it_opens_and_gets_an_answer_by_e_mail()
-> anyhow::Result<()> {
    // Open for a minute in four days and every week from then on: closed now, whenever this runs.
    let days = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 86_400;
    let open = FROM_1970[(days as usize + 4) % 7];
    let stage = Stage::with(|settings| {
        let mut hours = Table::new();
        hours.insert(open.to_owned(), vec!["03:12-03:13"].into());
        let mut schedule = Table::new();
        schedule.insert("time_zone".to_owned(), "Europe/Berlin".into());
        schedule.insert("hours".to_owned(), hours.into());
        settings::site(&settings, |site| drop(site.insert("schedule".to_owned(), schedule.into())))
    })?;
    let browsers = tests::Browsers::start()?;
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.asks_for_a_person("Kim", "Orders").await?;
    visitor.reads("We are closed now and back").await?;
    visitor.presses("Answer by e-mail").await?;
    visitor.tells_what_it_is_about("where is order FT-20418").await?;
    visitor.reads("Your e-mail address").await?;
    visitor.says("kim@example.org").await?;
    visitor.reads("We will answer to kim@example.org by").await?;
    Ok(())
}

play!(a_long_wait_is_admitted_and_the_choices_come_again, |stage, browsers| {
    drop(stage);
    let stage = Stage::with(|settings| settings::times(&settings, &[("long_wait_seconds", 3)]))?;
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.asks_for_a_person("Kim", "Orders").await?;
    visitor.reads("It takes longer than we like, sorry.").await?;
    browser::until(
        &visitor.driver,
        "the two choices",
        "return document.querySelectorAll('#replies button').length === 3",
    )
    .await?;
});

play!(a_visitor_may_cancel_and_go_on_with_the_bot, |stage, browsers| {
    let visitor = Visitor::arrives(&browsers, &stage).await?;
    visitor.asks_for_a_person("Kim", "Orders").await?;
    visitor.presses("Cancel and go back").await?;
    visitor.reads("You left the queue").await?;
    visitor.says("what does shipping cost?").await?;
    visitor.reads("free from €50").await?;
});

play!(a_refusal_with_a_time_is_waited_out_and_the_visitor_has_a_way_on, |stage, browsers| {
    drop(stage);
    let stage = Stage::with(|settings| {
        let settings = settings::quotas(&settings, &[("address_handoffs", 1)]);
        let mut contact = Table::new();
        contact.insert("email".to_owned(), "help@shop.example".into());
        contact.insert("phone".to_owned(), "+49 30 1234567".into());
        settings::site(&settings, |site| drop(site.insert("contact".to_owned(), contact.into())))
    })?;
    let first = Visitor::arrives(&browsers, &stage).await?;
    first.asks_for_a_person("Kim", "Orders").await?;
    let second = Visitor::arrives(&browsers, &stage).await?;
    second.presses_talk_to_human().await?;
    second.fills_in("Lee", "Orders").await?;
    second.reads("Our desk takes no more right now").await?;
    second.reads("write to help@shop.example, or call +49 30 1234567").await?;
    let links = second
        .driver
        .execute("return [...document.querySelectorAll('#replies a')].map(a => a.href)", Vec::new())
        .await?;
    assert_eq!(links.json(), &serde_json::json!(["mailto:help@shop.example", "tel:+49301234567"]));
    assert!(!second.has_read("Try now").await?, "not while the desk's own wait runs");
    second.says("are you there?").await?;
    second.presses("Cancel and go back").await?;
    second.says("what does shipping cost?").await?;
    second.reads("free from €50").await?;
    assert_eq!(second.requests().await?, 1, "one request, and none while the stated wait runs");
});
