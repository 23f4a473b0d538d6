//! A program that runs for as long as this one: it ends with everything that it has started, by
//! Ctrl-C, by a signal to this process alone, and when it ends by itself.

use anyhow::{Context, Result};
use std::{
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// So long may it take to end when it is asked to.
const GOODBYE: Duration = Duration::from_secs(5);

pub struct Running {
    child: Child,
}

impl Running {
    /// Starts it apart from this process's group: a terminal's Ctrl-C reaches it through this one,
    /// as every other signal does. There is one in a process.
    pub fn start(command: &mut Command) -> Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command.stdin(Stdio::null()).spawn()?;
        let group = child.id();
        ctrlc::set_handler(move || {
            println!("stopping");
            end(group);
            // Whatever else this process waits for.
            std::process::exit(0);
        })
        .context("listening for signals")?;
        Ok(Self { child })
    }

    pub fn stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Result<ExitStatus> {
        Ok(self.child.wait()?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end(self.child.id());
    }
}

/// Asks all of a group to end, and does not ask what stays.
#[cfg(unix)]
fn end(group: u32) {
    use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
    let Some(group) = i32::try_from(group).ok().and_then(Pid::from_raw) else { return };
    let start = Instant::now();
    if kill_process_group(group, Signal::TERM).is_err() {
        return;
    }
    while test_kill_process_group(group).is_ok() && start.elapsed() < GOODBYE {
        thread::sleep(Duration::from_millis(20));
    }
    let _ = kill_process_group(group, Signal::KILL);
}

#[cfg(not(unix))]
fn end(_: u32) {}
