//! Every route, and which one a request takes.

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Whether the server is there.
    Health,
    /// The script tag.
    Loader,
    /// What pages are made of.
    Asset,
    /// The widget's document.
    Frame,
    /// The agent's document.
    Console,
    VisitorFrames,
    AgentFrames,
    SignIn,
    VisitorSocket,
    AgentSocket,
    /// A sign-in link, for the operator.
    Link,
    /// The end of an agent's sessions and links, for the operator.
    SignOut,
    /// The deletion of a conversation, for the operator.
    Erase,
    /// Whether a desk's storage is whole, for the operator.
    Check,
    /// A copy of a desk's storage, for the operator.
    Backup,
}

/// Method, path and meaning; `*` is one part of the path, and is handed on.
pub const ROUTES: [(&str, &str, Route); 15] = [
    ("GET", "healthz", Route::Health),
    ("GET", "v1/baton.js", Route::Loader),
    ("GET", "v1/assets/*", Route::Asset),
    ("GET", "v1/frame/*", Route::Frame),
    ("GET", "console/*", Route::Console),
    ("POST", "v1/visitor/*/frames", Route::VisitorFrames),
    ("POST", "v1/agent/*/frames", Route::AgentFrames),
    ("POST", "v1/agent/*/sign-in", Route::SignIn),
    ("GET", "v1/visitor/*/socket", Route::VisitorSocket),
    ("GET", "v1/agent/*/socket", Route::AgentSocket),
    ("POST", "v1/operator/link/*/*", Route::Link),
    ("POST", "v1/operator/sign-out/*/*", Route::SignOut),
    ("POST", "v1/operator/erase/*/*", Route::Erase),
    ("POST", "v1/operator/check/*", Route::Check),
    ("POST", "v1/operator/backup/*", Route::Backup),
];

/// The route of a request, and what stands at its stars. `HEAD` is a `GET` of which only the
/// headers go out (RFC 9110, 9.3.2); a socket has none.
pub fn find<'a>(method: &str, path: &'a str) -> Option<(Route, Vec<&'a str>)> {
    let parts: Vec<_> = path.strip_prefix('/')?.split('/').collect();
    let fits = |pattern: &str| {
        let mut own = pattern.split('/');
        parts.iter().all(|part| {
            own.next().is_some_and(|own| own == *part || (own == "*" && !part.is_empty()))
        }) && own.next().is_none()
    };
    let asks_as = if method == "HEAD" { "GET" } else { method };
    let (_, pattern, route) =
        ROUTES.iter().find(|(own, pattern, _)| *own == asks_as && fits(pattern))?;
    if method == "HEAD" && matches!(route, Route::VisitorSocket | Route::AgentSocket) {
        return None;
    }
    let at_stars =
        pattern.split('/').zip(&parts).filter(|(own, _)| *own == "*").map(|(_, part)| *part);
    Some((*route, at_stars.collect()))
}
