//! A frame's text becomes a command that keeps every limit, or the rejection that names what was
//! wrong.
//!
//! Reading is pure and by far most of the work that a frame makes, so a host may do it on any
//! thread, before the frame's turn comes.

use protocol::{
    AgentCommand, AgentFrame, ContextPackage, ConversationCommand, ConversationId, MessageId,
    Rejection, SessionCommand, Token, VisitorCommand, VisitorFrame, limits,
};
use std::sync::Arc;

use crate::{
    state::{
        credentials::Digest,
        package::{Body, Brief, Request, Words},
        peer::Side,
    },
    wire::{
        parse::parse,
        validate::{check, check_message, check_package, check_page, check_short},
    },
};

/// The key of the package, as it is written.
const PACKAGE: &str = "\"package\"";

/// A frame that was read: its command, or the rejection of it.
#[derive(Clone, Debug)]
pub enum Frame {
    /// A visitor begins a conversation.
    Handoff { conversation: ConversationId, token: Digest, handoff: Handoff },
    /// A visitor's command in a conversation.
    Visitor { conversation: ConversationId, token: Digest, command: ConversationCommand },
    /// An agent signs in with the secret of a link.
    SignIn { link: Token },
    /// A command of an agent who has signed in.
    Agent(SessionCommand),
    /// The frame is not taken.
    Refused(Rejection),
}

/// A context package that was read.
#[derive(Clone, Debug)]
pub struct Handoff {
    pub(crate) body: Body,
    pub(crate) request: Request,
    pub(crate) brief: Arc<Brief>,
}

impl Frame {
    /// Reads the text of a frame from this side.
    pub fn read(side: Side, text: &str) -> Self {
        let read = match side {
            Side::Visitor => visitor(text),
            Side::Agent => agent(text),
        };
        read.unwrap_or_else(Self::Refused)
    }

    /// The message that the frame is about: a refusal names it.
    pub(crate) fn message(&self) -> Option<&MessageId> {
        match self {
            Self::Visitor { command: VisitorCommand::Say { message, .. }, .. }
            | Self::Agent(AgentCommand::Say { message, .. }) => Some(message),
            _ => None,
        }
    }

    /// Whether the command is read-only.
    pub fn is_read_only(&self) -> bool {
        match self {
            Self::Visitor { command, .. } => {
                matches!(command, VisitorCommand::Resume { .. } | VisitorCommand::Ping {})
            }
            Self::Agent(command) => matches!(
                command,
                AgentCommand::Watch {}
                    | AgentCommand::Open { .. }
                    | AgentCommand::ReadMessages { .. }
                    | AgentCommand::ReadTranscript { .. }
                    | AgentCommand::Ping {}
            ),
            Self::Handoff { .. } | Self::SignIn { .. } | Self::Refused(_) => false,
        }
    }
}

fn visitor(text: &str) -> Result<Frame, Rejection> {
    let VisitorFrame { conversation, token, command, .. } = parse(
        text,
        limits::MAX_VISITOR_BODY_BYTES,
        |frame: &VisitorFrame<Box<ContextPackage<Words<'_>>>>| frame.v,
    )?;
    check(
        conversation.is_well_formed(),
        "conversation",
        "expected an id: 0-9, A-Z, a-z, _ and -",
        *limits::ID_CHARS.end(),
    )?;
    check(
        token.is_well_formed(),
        "token",
        "expected a token of at least 128 random bits",
        *limits::TOKEN_CHARS.end(),
    )?;
    let token = Digest::of(&token.0);
    let command = match command.into_package() {
        Ok(package) => {
            let handoff = handoff(text, *package)?;
            return Ok(Frame::Handoff { conversation, token, handoff });
        }
        Err(command) => command,
    };
    match &command {
        VisitorCommand::Say { message, text, .. } => {
            check(
                message.is_well_formed(),
                "command.say.message",
                "expected an id",
                *limits::ID_CHARS.end(),
            )?;
            check_message(text, "command.say.text")
                .map_err(|error| error.about(message.clone()))?;
        }
        VisitorCommand::Visit { page } => check_page(page, "command.visit.page")?,
        VisitorCommand::Rate { effort, satisfaction } => {
            check(
                effort.is_none_or(|n| limits::EFFORT.contains(&n)),
                "command.rate.effort",
                "expected 1 to 7",
                7,
            )?;
            check(
                satisfaction.is_none_or(|n| limits::SATISFACTION.contains(&n)),
                "command.rate.satisfaction",
                "expected 1 to 5",
                5,
            )?;
        }
        _ => {}
    }
    Ok(Frame::Visitor { conversation, token, command })
}

/// Reads a package of a frame, whose text is kept as it came.
fn handoff(frame: &str, package: ContextPackage<Words<'_>>) -> Result<Handoff, Rejection> {
    check_package(&package)?;
    let body = match package_in(frame) {
        Some(json) => Body::new(json),
        None => Body::new(&serde_json::to_string(&package).expect("a package is plain JSON")),
    };
    let brief = Arc::new(Brief::of(package, body.reveal().len()));
    Ok(Handoff { request: Request::of(&body), body, brief })
}

/// The text of the package in a frame that was read as a handoff. `None` unless the command is the
/// last field and no key is written in escapes, as every client of ours writes it. No other key has
/// the package's name, and within a string every quote follows a backslash.
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

fn agent(text: &str) -> Result<Frame, Rejection> {
    let AgentFrame { command, .. } =
        parse(text, limits::MAX_AGENT_BODY_BYTES, |frame: &AgentFrame| frame.v)?;
    let command = match command.into_link() {
        Ok(link) => return Ok(Frame::SignIn { link }),
        Err(command) => command,
    };
    match &command {
        AgentCommand::Say { message, text, .. } => {
            check(
                message.is_well_formed(),
                "command.say.message",
                "expected an id",
                *limits::ID_CHARS.end(),
            )?;
            check_message(text, "command.say.text")
                .map_err(|error| error.about(message.clone()))?;
        }
        AgentCommand::Resolve { reason, .. } => check_short(reason, "command.resolve.reason")?,
        AgentCommand::Transfer { note, .. } => check_short(note, "command.transfer.note")?,
        AgentCommand::Fulfil { note: Some(note), .. } => check_short(note, "command.fulfil.note")?,
        _ => {}
    }
    Ok(Frame::Agent(command))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::RejectionCode;

    const TOKEN: &str = "00112233445566778899aabbccddeeff";

    fn rejected(command: &str) -> Rejection {
        visitor(&format!(r#"{{"v":1,"conversation":"c1","token":"{TOKEN}","command":{command}}}"#))
            .unwrap_err()
    }

    #[test]
    fn a_rejection_names_the_field_and_the_limit() {
        let long = "x".repeat(limits::MAX_MESSAGE_CHARS + 1);
        let error = rejected(&format!(r#"{{"say":{{"message":"m1","text":"{long}"}}}}"#));
        assert_eq!(
            (error.code, error.field.as_deref(), error.limit),
            (RejectionCode::TooLarge, Some("command.say.text"), Some(4000))
        );
        let error = rejected(r#"{"rate":{"effort":8,"satisfaction":null}}"#);
        assert_eq!(error.field.as_deref(), Some("command.rate.effort"));
    }

    #[test]
    fn a_page_is_a_path_and_nothing_more() {
        let visit = |page: &str| format!(r#"{{"visit":{{"page":"{page}"}}}}"#);
        for page in [
            "",
            "orders",
            "https://shop.example/orders",
            "/orders?token=secret",
            "/#/orders?token=secret",
            "/a\\nb",
        ] {
            let error = rejected(&visit(page));
            assert_eq!(
                (error.code, error.field.as_deref()),
                (RejectionCode::Malformed, Some("command.visit.page")),
                "{page}"
            );
            assert!(!error.why.contains("secret"));
        }
        let error = rejected(&visit(&format!("/{}", "ü".repeat(150))));
        assert_eq!((error.code, error.limit), (RejectionCode::TooLarge, Some(300)));
        for page in ["/", "/orders.html", "/#/orders", "/%C3%BC/ü"] {
            assert!(
                visitor(&format!(
                    r#"{{"v":1,"conversation":"c1","token":"{TOKEN}","command":{}}}"#,
                    visit(page)
                ))
                .is_ok(),
                "{page}"
            );
        }
    }

    #[test]
    fn a_rejection_never_repeats_what_was_sent() {
        let error = rejected(r#"{"resume":{"after":"my secret words"}}"#);
        assert_eq!(error.field.as_deref(), Some("command.resume.after"));
        assert_eq!(error.why, "expected u64");
    }

    #[test]
    fn a_rejection_says_where() {
        let package = |transcript: &str| {
            format!(
                "{{\"request_handoff\":{{\"package\":{{\"summary\":\"s\",\n\"transcript\":\
                 {transcript}}}}}}}"
            )
        };
        let line = r#"{"author":"visitor","at":1,"text":"a \", b: {"}"#;
        for (command, field) in [
            (r#"{"say":{"message":"m1"}}"#.to_owned(), "command.say"),
            (r#"{"say":{"message":"m1","txt":"secret"}}"#.to_owned(), "command.say"),
            (
                package(&format!("[{line},{line},{{\"author\":\"nobody\"}}]")),
                "command.request_handoff.package.transcript.2.author",
            ),
            (package(&format!("[{line},7]")), "command.request_handoff.package.transcript.1"),
        ] {
            assert_eq!(rejected(&command).field.as_deref(), Some(field), "{command}");
        }
    }

    #[test]
    fn unknown_fields_commands_and_versions_are_refused() {
        assert_eq!(rejected(r#"{"ping":{"x":1}}"#).code, RejectionCode::Malformed);
        assert!(rejected(r#"{"drop_tables":{}}"#).why.contains("expected one of"));
        let error = visitor(r#"{"v":9,"anything":[]}"#).unwrap_err();
        assert_eq!((error.code, error.limit), (RejectionCode::UnsupportedVersion, Some(1)));
    }

    #[test]
    fn a_token_of_another_type_is_refused() {
        for token in ["true", "0", "null", "[]", "{}", "\"\""] {
            let frame = format!(
                r#"{{"v":1,"conversation":"c1","token":{token},"command":{{"ping":{{}}}}}}"#
            );
            assert_eq!(visitor(&frame).unwrap_err().code, RejectionCode::Malformed, "{token}");
        }
    }

    #[test]
    fn a_package_is_kept_as_it_came() {
        let package = r#"{ "summary":"a \"package\": {b}", "intent":"}} \"package",
            "category":"c","language":"en","profile":{},"sentiment":"neutral",
            "transcript":[],"highlights":[],"actions":[],"next_steps":[],
            "escalation":{"trigger":"explicit","reason":"r","priority":"high","signals":[]} }"#;
        let body = |frame: &str| match visitor(frame) {
            Ok(Frame::Handoff { handoff, .. }) => handoff.body.reveal().to_owned(),
            other => panic!("{other:?}"),
        };
        let head = format!(r#""v":1,"conversation":"package","token":"{TOKEN}""#);
        let tight =
            format!(r#"{{{head},"command":{{"request_handoff":{{"package":{package}}}}}}}"#);
        let loose = format!(
            "{{ {head} , \"command\" : {{ \"request_handoff\" :\n{{ \"package\"\n: {package} \
             }}\t}} }} "
        );
        assert_eq!((body(&tight), body(&loose)), (package.to_owned(), package.to_owned()));
        // Written otherwise it is the same package, in our own writing.
        let first =
            format!(r#"{{"command":{{"request_handoff":{{"package":{package}}}}},{head}}}"#);
        let escaped =
            format!(r#"{{{head},"command":{{"request_handoff":{{"\u0070ackage":{package}}}}}}}"#);
        let own = serde_json::to_string(&serde_json::from_str::<ContextPackage>(package).unwrap())
            .unwrap();
        assert_eq!((body(&first), body(&escaped)), (own.clone(), own));
    }

    #[test]
    fn deep_json_is_refused_before_it_is_built() {
        let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
        assert_eq!(visitor(&deep).unwrap_err().limit, Some(16));
        assert_eq!(rejected(&deep).limit, Some(16));
        assert_eq!(
            rejected(&format!(r#"{{"say":{{"message":"m1","text":{deep}}}}}"#)).limit,
            Some(16)
        );
    }
}
