//! From text to what a peer asks within every limit, or to the rejection that names what was wrong.
//!
//! Pure, and by far the most of the work that a frame makes: a host may do it wherever it has time, before the frame's turn comes.

use protocol::{
    AgentCommand, AgentFrame, ConversationId, EventFrame, MessageId, Rejection, RejectionCode, VERSION, VisitorCommand, VisitorEvent, VisitorFrame,
    limits,
};
use serde::Deserialize;
use std::sync::Arc;

use crate::{
    state::{
        credentials::Hash,
        package::{Body, Brief, Request, Words},
        peer::Side,
    },
    wire::validate::{check, check_message, check_package, check_page, check_short},
};

/// The key of the package, as it is written.
const PACKAGE: &str = "\"package\"";

/// The answer of a host that must refuse before the desk is asked: too large, too fast, or not to be kept. Reads the same
/// on either side.
pub fn refusal(rejection: Rejection) -> String {
    serde_json::to_string(&EventFrame::new(VisitorEvent::Rejected { rejection })).expect("an event is plain JSON")
}

/// Whether an event's frame, as the desk writes it, is a refusal.
pub fn is_refusal(frame: &str) -> bool {
    let start = format!(r#"{{"v":{VERSION},"event":{{"rejected":"#);
    frame.starts_with(&start)
}

/// A frame that was read.
#[derive(Clone, Debug)]
pub struct Frame(pub(crate) Asked);

#[derive(Clone, Debug)]
pub(crate) enum Asked {
    Handoff {
        conversation: ConversationId,
        token: Hash,
        handoff: Handoff,
    },
    /// Any other command of a visitor.
    Visitor {
        conversation: ConversationId,
        token: Hash,
        command: VisitorCommand,
    },
    Agent(AgentCommand),
    /// It cannot be taken.
    Nothing(Rejection),
}

impl Asked {
    /// The message that it is about: a refusal names it.
    pub fn message(&self) -> Option<&MessageId> {
        match self {
            Self::Visitor { command: VisitorCommand::Say { message, .. }, .. } | Self::Agent(AgentCommand::Say { message, .. }) => Some(message),
            _ => None,
        }
    }
}

/// A package, read.
#[derive(Clone, Debug)]
pub(crate) struct Handoff {
    pub body: Body,
    pub request: Request,
    pub brief: Arc<Brief>,
}

impl Frame {
    /// Reads the text of a frame that came from that side.
    pub fn read(side: Side, text: &str) -> Self {
        let asked = match side {
            Side::Visitor => visitor(text),
            Side::Agent => agent(text).map(Asked::Agent),
        };
        Self(asked.unwrap_or_else(Asked::Nothing))
    }

    /// Whether it only asks for what is there already.
    pub(crate) fn only_asks(&self) -> bool {
        match &self.0 {
            Asked::Visitor { command, .. } => matches!(command, VisitorCommand::Resume { .. } | VisitorCommand::Ping {}),
            Asked::Agent(command) => matches!(
                command,
                AgentCommand::Watch {}
                    | AgentCommand::Open { .. }
                    | AgentCommand::ReadMessages { .. }
                    | AgentCommand::ReadTranscript { .. }
                    | AgentCommand::Ping {}
            ),
            Asked::Handoff { .. } | Asked::Nothing(_) => false,
        }
    }
}

fn visitor(text: &str) -> Result<Asked, Rejection> {
    let VisitorFrame { conversation, token, command, .. } = parse(text, limits::MAX_VISITOR_BODY_BYTES, |frame: &VisitorFrame<Words<'_>>| frame.v)?;
    check(conversation.is_well_formed(), "conversation", "expected an id: 0-9, A-Z, a-z, _ and -", *limits::ID_CHARS.end())?;
    check(token.is_well_formed(), "token", "expected a token of at least 128 random bits", *limits::TOKEN_CHARS.end())?;
    let token = Hash::of(&token.0);
    let command = match command.into_package() {
        Ok(package) => {
            check_package(&package)?;
            let body = match package_in(text) {
                Some(json) => Body::new(json),
                None => Body::new(&serde_json::to_string(&package).expect("a package is plain JSON")),
            };
            let brief = Arc::new(Brief::of(*package, body.reveal().len()));
            let handoff = Handoff { request: Request::of(&body), body, brief };
            return Ok(Asked::Handoff { conversation, token, handoff });
        }
        Err(command) => command,
    };
    match &command {
        VisitorCommand::Say { message, text, .. } => {
            check(message.is_well_formed(), "command.say.message", "expected an id", *limits::ID_CHARS.end())?;
            check_message(text, "command.say.text").map_err(|wrong| wrong.about(message.clone()))?;
        }
        VisitorCommand::Visit { page } => check_page(page, "command.visit.page")?,
        VisitorCommand::Rate { effort, satisfaction } => {
            check(effort.is_none_or(|n| limits::EFFORT.contains(&n)), "command.rate.effort", "expected 1 to 7", 7)?;
            check(satisfaction.is_none_or(|n| limits::SATISFACTION.contains(&n)), "command.rate.satisfaction", "expected 1 to 5", 5)?;
        }
        _ => {}
    }
    Ok(Asked::Visitor { conversation, token, command })
}

/// The text of the package in a frame that was read as a handoff; none if the frame is not written as everybody writes it, the command
/// last and no key in escapes. No other key is called so, and within a string every quote has a backslash before it.
fn package_in(frame: &str) -> Option<&str> {
    let (_, mut after) = frame.split_once(PACKAGE)?;
    while !after.trim_start().starts_with(':') {
        (_, after) = after.split_once(PACKAGE)?;
    }
    let mut package = after.trim_start().strip_prefix(':')?;
    for _ in ["request_handoff", "command", "the frame"] {
        package = package.trim_end().strip_suffix('}')?;
    }
    let package = package.trim();
    package.ends_with('}').then_some(package)
}

fn agent(text: &str) -> Result<AgentCommand, Rejection> {
    let frame = parse(text, limits::MAX_AGENT_BODY_BYTES, |frame: &AgentFrame| frame.v)?;
    match &frame.command {
        AgentCommand::Say { message, text, .. } => {
            check(message.is_well_formed(), "command.say.message", "expected an id", *limits::ID_CHARS.end())?;
            check_message(text, "command.say.text").map_err(|wrong| wrong.about(message.clone()))?;
        }
        AgentCommand::Resolve { reason, .. } => check_short(reason, "command.resolve.reason")?,
        AgentCommand::Transfer { note, .. } => check_short(note, "command.transfer.note")?,
        AgentCommand::Fulfil { note: Some(note), .. } => check_short(note, "command.fulfil.note")?,
        _ => {}
    }
    Ok(frame.command)
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str, max_bytes: usize, version: impl Fn(&T) -> u32) -> Result<T, Rejection> {
    if text.len() > max_bytes {
        return Err(Rejection::new(RejectionCode::TooLarge, "the frame has too many bytes").limit(max_bytes as u64));
    }
    let wrong = match serde_json::from_str::<T>(text) {
        Ok(frame) if version(&frame) == VERSION => return Ok(frame),
        Ok(_) => return Err(unsupported()),
        Err(wrong) => wrong,
    };
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    Err(match serde_json::from_str::<Version>(text) {
        Ok(Version { v: VERSION }) => malformed(text, &wrong),
        Ok(_) => unsupported(),
        Err(_) if depth(text) > limits::MAX_JSON_DEPTH => too_deep(),
        Err(_) => Rejection::new(RejectionCode::Malformed, "expected a JSON object with the version `v`").at("v"),
    })
}

/// Names the place in a document at which it could not be read. No reader builds what its type does not have, so that too much nesting
/// need only be told apart here.
fn malformed(text: &str, wrong: &serde_json::Error) -> Rejection {
    if depth(text) > limits::MAX_JSON_DEPTH {
        return too_deep();
    }
    let before = text.split_inclusive('\n').take(wrong.line().saturating_sub(1)).map(str::len).sum::<usize>() + wrong.column();
    let field = path_at(text.as_bytes().get(..before).unwrap_or(text.as_bytes()));
    Rejection::new(RejectionCode::Malformed, expectation(&wrong.to_string())).at(field)
}

fn too_deep() -> Rejection {
    Rejection::new(RejectionCode::TooLarge, "arrays and objects are nested too deep").limit(limits::MAX_JSON_DEPTH as u64)
}

fn unsupported() -> Rejection {
    Rejection::new(RejectionCode::UnsupportedVersion, "this version is not supported").at("v").limit(u64::from(VERSION))
}

/// Where in a document its beginning ends, for example `command.say.text`. (`serde_path_to_error` would say it too, at the price of every
/// type's reader once more: a fifth of what a serverless host loads.)
fn path_at(beginning: &[u8]) -> String {
    // The keys and indexes on the way; none where an object's key has not been read.
    let mut way: Vec<Option<String>> = Vec::new();
    let (mut string, mut in_string, mut escaped) = (Vec::new(), false, false);
    for &byte in beginning {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => {
                in_string = !in_string;
                if in_string {
                    string.clear();
                }
            }
            _ if in_string => string.push(byte),
            b'{' => way.push(None),
            b'[' => way.push(Some("0".to_owned())),
            b'}' | b']' => _ = way.pop(),
            b':' => {
                if let Some(last) = way.last_mut() {
                    *last = Some(String::from_utf8_lossy(&string).into_owned());
                }
            }
            b',' => {
                if let Some(last) = way.last_mut() {
                    *last = last.take().and_then(|index| index.parse::<usize>().ok()).map(|index| (index + 1).to_string());
                }
            }
            _ => {}
        }
    }
    way.into_iter().flatten().collect::<Vec<_>>().join(".")
}

/// What serde expected, without what was sent: `invalid type: string "secret", expected u64` becomes `expected u64`.
fn expectation(message: &str) -> String {
    let end = message.rfind(" at line ").unwrap_or(message.len());
    let message = &message[..end];
    match message.rfind("expected ") {
        Some(start) if message.starts_with("unknown field") => format!("unknown field, {}", &message[start..]),
        Some(start) => message[start..].to_owned(),
        None if message.starts_with("missing field") => message.to_owned(),
        None => "not valid JSON of this shape".to_owned(),
    }
}

/// The deepest nesting, without building anything.
fn depth(text: &str) -> usize {
    let (mut now, mut deepest, mut in_string, mut escaped) = (0usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                now += 1;
                deepest = deepest.max(now);
            }
            b']' | b'}' if !in_string => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ContextPackage;

    const TOKEN: &str = "00112233445566778899aabbccddeeff";

    fn rejected(command: &str) -> Rejection {
        visitor(&format!(r#"{{"v":1,"conversation":"c1","token":"{TOKEN}","command":{command}}}"#)).unwrap_err()
    }

    #[test]
    fn a_rejection_names_the_field_and_the_limit() {
        let long = "x".repeat(limits::MAX_MESSAGE_CHARS + 1);
        let wrong = rejected(&format!(r#"{{"say":{{"message":"m1","text":"{long}"}}}}"#));
        assert_eq!((wrong.code, wrong.field.as_deref(), wrong.limit), (RejectionCode::TooLarge, Some("command.say.text"), Some(4000)));
        let wrong = rejected(r#"{"rate":{"effort":8,"satisfaction":null}}"#);
        assert_eq!(wrong.field.as_deref(), Some("command.rate.effort"));
    }

    #[test]
    fn a_page_is_a_path_and_nothing_more() {
        let visit = |page: &str| format!(r#"{{"visit":{{"page":"{page}"}}}}"#);
        for page in ["", "orders", "https://shop.example/orders", "/orders?token=secret", "/#/orders?token=secret", "/a\\nb"] {
            let wrong = rejected(&visit(page));
            assert_eq!((wrong.code, wrong.field.as_deref()), (RejectionCode::Malformed, Some("command.visit.page")), "{page}");
            assert!(!wrong.why.contains("secret"));
        }
        let wrong = rejected(&visit(&format!("/{}", "ü".repeat(150))));
        assert_eq!((wrong.code, wrong.limit), (RejectionCode::TooLarge, Some(300)));
        for page in ["/", "/orders.html", "/#/orders", "/%C3%BC/ü"] {
            assert!(visitor(&format!(r#"{{"v":1,"conversation":"c1","token":"{TOKEN}","command":{}}}"#, visit(page))).is_ok(), "{page}");
        }
    }

    #[test]
    fn a_rejection_never_repeats_what_was_sent() {
        let wrong = rejected(r#"{"resume":{"after":"my secret words"}}"#);
        assert_eq!(wrong.field.as_deref(), Some("command.resume.after"));
        assert_eq!(wrong.why, "expected u64");
    }

    #[test]
    fn a_rejection_says_where() {
        let package = |transcript: &str| format!("{{\"request_handoff\":{{\"package\":{{\"summary\":\"s\",\n\"transcript\":{transcript}}}}}}}");
        let line = r#"{"author":"visitor","at":1,"text":"a \", b: {"}"#;
        for (command, field) in [
            (r#"{"say":{"message":"m1"}}"#.to_owned(), "command.say"),
            (r#"{"say":{"message":"m1","txt":"secret"}}"#.to_owned(), "command.say"),
            (package(&format!("[{line},{line},{{\"author\":\"nobody\"}}]")), "command.request_handoff.package.transcript.2.author"),
            (package(&format!("[{line},7]")), "command.request_handoff.package.transcript.1"),
        ] {
            assert_eq!(rejected(&command).field.as_deref(), Some(field), "{command}");
        }
    }

    #[test]
    fn unknown_fields_commands_and_versions_are_refused() {
        assert_eq!(rejected(r#"{"ping":{"x":1}}"#).code, RejectionCode::Malformed);
        assert!(rejected(r#"{"drop_tables":{}}"#).why.contains("expected one of"));
        let wrong = visitor(r#"{"v":9,"anything":[]}"#).unwrap_err();
        assert_eq!((wrong.code, wrong.limit), (RejectionCode::UnsupportedVersion, Some(1)));
    }

    #[test]
    fn a_token_of_another_type_is_refused() {
        for token in ["true", "0", "null", "[]", "{}", "\"\""] {
            let frame = format!(r#"{{"v":1,"conversation":"c1","token":{token},"command":{{"ping":{{}}}}}}"#);
            assert_eq!(visitor(&frame).unwrap_err().code, RejectionCode::Malformed, "{token}");
        }
    }

    #[test]
    fn a_package_is_kept_as_it_came() {
        let package = r#"{ "summary":"a \"package\": {b}", "intent":"}} \"package","category":"c","language":"en","profile":{},"sentiment":"neutral",
            "transcript":[],"highlights":[],"actions":[],"next_steps":[],"escalation":{"trigger":"explicit","reason":"r","priority":"high","signals":[]} }"#;
        let body = |frame: &str| match visitor(frame) {
            Ok(Asked::Handoff { handoff, .. }) => handoff.body.reveal().to_owned(),
            other => panic!("{other:?}"),
        };
        let head = format!(r#""v":1,"conversation":"package","token":"{TOKEN}""#);
        let tight = format!(r#"{{{head},"command":{{"request_handoff":{{"package":{package}}}}}}}"#);
        let loose = format!("{{ {head} , \"command\" : {{ \"request_handoff\" :\n{{ \"package\"\n: {package} }}\t}} }} ");
        assert_eq!((body(&tight), body(&loose)), (package.to_owned(), package.to_owned()));
        // Written otherwise it is the same package, in our own writing.
        let first = format!(r#"{{"command":{{"request_handoff":{{"package":{package}}}}},{head}}}"#);
        let escaped = format!(r#"{{{head},"command":{{"request_handoff":{{"\u0070ackage":{package}}}}}}}"#);
        let own = serde_json::to_string(&serde_json::from_str::<ContextPackage>(package).unwrap()).unwrap();
        assert_eq!((body(&first), body(&escaped)), (own.clone(), own));
    }

    #[test]
    fn deep_json_is_refused_before_it_is_built() {
        let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
        assert_eq!(visitor(&deep).unwrap_err().limit, Some(16));
        assert_eq!(rejected(&deep).limit, Some(16));
        assert_eq!(rejected(&format!(r#"{{"say":{{"message":"m1","text":{deep}}}}}"#)).limit, Some(16));
    }
}
