use super::*;
use words::{Plain, Said, Words};

const ENGLISH: &str = "\
-desk = our desk
hello = Hello
    { $name }!
left = { $count ->
    [0] Nothing
    [one] One line
   *[other] { $count } lines
} of { $name } is at { -desk }.
page-title = Chat
";
const GERMAN: &str = "\
hello = Hallo { $name }!
left = { $name }: { $count ->
    [one] eine Zeile
   *[other] { $count } Zeilen
}
page-title = Chat
";

fn read(text: &str) -> Catalogue {
    Catalogue::read(text).unwrap_or_else(|error| panic!("{error:?}"))
}

fn say(catalogue: &Catalogue, key: &str, args: Vec<words::Arg>) -> String {
    let items: Vec<String> = serde_json::from_str(&catalogue.json(&read(ENGLISH))).expect("JSON");
    let words = Words::read(items.into_iter(), &read(ENGLISH).fingerprint()).expect("whole");
    words.say(&Said::new(&super::key(key), &args), &Plain).expect("known")
}

#[test]
fn what_is_compiled_is_said_with_the_order_of_english_in_every_language() {
    let (english, german) = (read(ENGLISH), read(GERMAN));
    assert_eq!(say(&english, "hello", vec!["Kim".into()]), "Hello Kim!");
    for (count, en, de) in
        [(0, "Nothing", "0 Zeilen"), (1, "One line", "eine Zeile"), (2, "2 lines", "2 Zeilen")]
    {
        let args = vec![count.into(), "it".into()];
        assert_eq!(say(&english, "left", args.clone()), format!("{en} of it is at our desk."));
        assert_eq!(say(&german, "left", args), format!("it: {de}"));
    }
    assert!(german.differences(&english).is_empty());
    assert_eq!(key("hello").len(), words::KEY);
}

#[test]
fn a_language_that_lacks_says_more_or_takes_other_placeholders_is_told() {
    let german = read("hello = Hallo { $nom }\nmore = mehr\npage-title = Chat");
    let told = german.differences(&read(ENGLISH));
    assert_eq!(told.len(), 3, "{told:?}");
    for (told, expected) in
        told.iter().zip(["left is missing", "more is not in English", "hello has the placeholders"])
    {
        assert!(told.starts_with(expected), "{told}");
    }
}

#[test]
fn what_cannot_be_said_is_refused_by_name() {
    for (text, expected) in [
        ("a = { NUMBER($x) }", "a: NUMBER() is no placeholder"),
        ("a = { $x ->\n [big] A\n [1] B\n *[small] C\n}", "a: [1] is no whole number among"),
        ("a = { b }\nb = { a }", "a: a stands within itself"),
        ("a = { c }", "a: there is no c"),
        ("a = x | y", "a: `|` cannot be said"),
        ("a = x\n .title = y", "a: a message has a text"),
        ("a = x\na = y", "a stands there twice"),
        ("ok = x\n\na = { $x", "line 3"),
    ] {
        let error = Catalogue::read(text).err().unwrap_or_default();
        assert!(error.iter().any(|error| error.starts_with(expected)), "{text}: {error:?}");
    }
}

#[test]
fn every_message_but_those_of_pages_has_a_constructor() {
    let code = read(ENGLISH).constructors();
    assert!(code.contains("pub fn hello(name: impl Into<words::Arg>) -> words::Said"), "{code}");
    assert!(code.contains("pub fn left(count: u64, name: impl Into<words::Arg>)"), "{code}");
    assert!(!code.contains("title") && !code.contains("desk("), "{code}");
}

#[test]
fn a_choice_by_a_code_takes_text_and_has_the_same_codes_in_every_language() {
    let english = read("a = It is { $size ->\n [big] large\n *[small] little\n}.");
    assert!(english.constructors().contains("pub fn a(size: impl Into<words::Arg>)"));
    let items = english.items(&english);
    let words = Words::read(items.into_iter(), &english.fingerprint()).expect("whole");
    for (size, expected) in
        [("big", "It is large."), ("small", "It is little."), ("", "It is little.")]
    {
        let said = Said::new(&key("a"), &[size.into()]);
        assert_eq!(words.say(&said, &Plain).as_deref(), Some(expected));
    }
    let german = read("a = { $size ->\n [gross] Gross\n *[small] Klein\n}");
    let told = german.differences(&english);
    assert!(told.iter().any(|told| told.contains("size: big")), "{told:?}");
}
