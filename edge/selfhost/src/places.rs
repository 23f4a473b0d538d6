//! How many connections there may be at once.

/// Files that are no connections: the desks, their logs and copies.
const OTHER_FILES: u64 = 128;

/// So many connections as are wanted, or as the process may have files; raises what it may have if
/// it can.
pub fn that_fit(wanted: usize) -> usize {
    let Some(files) = files(wanted as u64 + OTHER_FILES) else { return wanted };
    let fit = usize::try_from(files.saturating_sub(OTHER_FILES))
        .unwrap_or(usize::MAX)
        .max(OTHER_FILES as usize / 2);
    if fit < wanted {
        tracing::warn!(
            "max_connections is {wanted}, but this process may open {files} files: {fit} \
             connections at once (see `ulimit -n`)"
        );
    }
    wanted.min(fit)
}

/// A tenth is kept for requests: however many sockets are open, a handoff comes in and a page can
/// poll.
pub fn for_sockets(connections: usize) -> usize {
    connections - connections.div_ceil(10)
}

/// How many files the process may open, at least so many if the system lets it; none if there is no
/// limit.
#[cfg(target_os = "linux")]
fn files(wanted: u64) -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let current = current?;
    if current >= wanted {
        return Some(current);
    }
    let more = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(more), maximum });
    Some(if raised.is_ok() { more } else { current })
}

#[cfg(not(target_os = "linux"))]
fn files(_wanted: u64) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::for_sockets;

    #[test]
    fn sockets_leave_room_for_requests() {
        assert_eq!([1, 2, 10, 50, 12_000].map(for_sockets), [0, 1, 9, 45, 10_800]);
    }
}
