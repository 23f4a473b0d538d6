//! One browser, several people: who signs in afterwards sees nothing of who was there before.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod common;

use common::{app, fresh, say};
use protocol::{Order, Profile, Text};
use widget::{
    app::{App, Command, Event},
    identity::{Given, told},
    thread::Thread,
};

fn identified(app: &mut App, name: &str, account: &str) -> Vec<Command> {
    let profile =
        Profile { name: Some(name.into()), account: Some(account.into()), ..Profile::default() };
    app.update(&fresh(), Event::Identified(profile))
}

fn words(app: &App) -> String {
    app.thread.lines.iter().map(|line| line.text.reveal()).collect::<Vec<_>>().join("\n")
}

fn put_away(commands: &[Command]) -> Option<(&String, &Thread)> {
    commands.iter().find_map(|command| match command {
        Command::PutAway { key, thread } => Some((key, &**thread)),
        _ => None,
    })
}

#[test]
fn another_account_starts_afresh_and_the_first_one_gets_everything_back() {
    let mut app = app();
    identified(&mut app, "Kim", "C-1");
    app.update(&fresh(), Event::Opened { human: false });
    say(&mut app, "my fern arrived broken");
    let before = app.thread.clone();
    let commands = identified(&mut app, "Lee", "C-2");
    assert!(!words(&app).contains("fern") && app.thread.conversation != before.conversation);
    assert_eq!(app.thread.profile.name, Some("Lee".into()));
    assert_eq!(put_away(&commands), Some((&"account.C-1".to_owned(), &before)));
    assert!(
        commands.contains(&Command::CloseSocket)
            && commands.contains(&Command::BringBack { key: "account.C-2".into() })
    );
    // Kim signs in again.
    let commands = identified(&mut app, "Kim", "C-1");
    assert!(commands.contains(&Command::BringBack { key: "account.C-1".into() }));
    app.update(&fresh(), Event::BroughtBack(Box::new(before)));
    assert!(words(&app).contains("my fern arrived broken"));
    assert_eq!(app.thread.profile.name, Some("Kim".into()));
}

#[test]
fn what_is_half_written_is_put_away_before_the_composer_is_emptied_and_taken_out_after_it() {
    let mut app = app();
    identified(&mut app, "Kim", "C-1");
    app.update(&fresh(), Event::Opened { human: false });
    say(&mut app, "my fern arrived broken");
    let commands = identified(&mut app, "Lee", "C-2");
    let place = |what: fn(&Command) -> bool| commands.iter().position(what).unwrap();
    let emptied = place(|command| *command == Command::ForgetDraft);
    assert!(place(|command| matches!(command, Command::PutAway { .. })) < emptied);
    assert!(place(|command| matches!(command, Command::BringBack { .. })) > emptied);
}

#[test]
fn what_is_brought_back_does_not_replace_what_was_said_meanwhile() {
    let mut app = app();
    identified(&mut app, "Kim", "C-1");
    say(&mut app, "my fern arrived broken");
    app.update(&fresh(), Event::BroughtBack(Box::new(common::app().thread)));
    assert!(words(&app).contains("my fern arrived broken"));
}

#[test]
fn a_second_word_about_the_same_person_keeps_what_the_first_one_said() {
    let mut app = app();
    let email: Text = "kim@example.org".into();
    app.update(
        &fresh(),
        Event::Identified(Profile { email: Some(email.clone()), ..Profile::default() }),
    );
    say(&mut app, "my fern arrived broken");
    identified(&mut app, "Kim", "C-1");
    assert!(words(&app).contains("my fern arrived broken"));
    assert_eq!(
        (&app.thread.profile.email, &app.thread.profile.name),
        (&Some(email), &Some("Kim".into()))
    );
}

#[test]
fn a_sign_out_forgets_the_conversation() {
    let mut app = app();
    identified(&mut app, "Kim", "C-1");
    say(&mut app, "my fern arrived broken");
    let commands = app.update(&fresh(), Event::Reset);
    assert_eq!(commands.first(), Some(&Command::CloseSocket));
    assert!(commands.contains(&Command::Forget) && put_away(&commands).is_none());
    assert!(app.thread.lines.is_empty() && app.thread.profile == Profile::default());
}

#[test]
fn a_card_number_in_a_name_or_an_order_goes_nowhere() {
    let given = |_: &str| Given::Text("Kim 4111 1111 1111 1111".into());
    let (profile, refused) = told(&["name".to_owned()], given);
    assert_eq!(profile.name, Some("Kim •••• 1111".into()));
    assert!(refused.iter().all(|why| !why.contains("4111")));
    let order = Order {
        id: "A-1".into(),
        what: "a fern, by card 4111 1111 1111 1111".into(),
        status: "password: hunter2".into(),
    };
    let (profile, _) = told(&["orders".to_owned()], |name| {
        if name == "orders" { Given::Orders(vec![Some(order.clone())]) } else { Given::Nothing }
    });
    let told = format!(
        "{:?}",
        profile
            .orders
            .iter()
            .map(|order| [order.what.reveal(), order.status.reveal()])
            .collect::<Vec<_>>()
    );
    assert!(
        told.contains("•••• 1111") && !told.contains("4111") && !told.contains("hunter2"),
        "{told}"
    );
}
