//! Eight numbers in a shared file: how many operations there were, from which on to fail, how many,
//! with which errno, whether to die, how long a sync takes in microseconds, whether only operations
//! on a database's file itself fail, and not those on its log, and by how many seconds the wall
//! clock is ahead.

use libc::c_int;
use std::{
    env, fs,
    os::fd::AsRawFd,
    ptr,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

pub enum Verdict {
    Pass,
    Fail(c_int),
}

struct Control {
    done: &'static AtomicU64,
    fail_from: &'static AtomicU64,
    fail_times: &'static AtomicU64,
    errno: &'static AtomicU64,
    die_at: &'static AtomicU64,
    slow_us: &'static AtomicU64,
    spares_logs: &'static AtomicU64,
    ahead_seconds: &'static AtomicU64,
}

static CONTROL: OnceLock<Option<Control>> = OnceLock::new();

fn control() -> Option<&'static Control> {
    CONTROL
        .get_or_init(|| {
            let path = env::var_os("BATON_DISK_CONTROL")?;
            let file = fs::OpenOptions::new().read(true).write(true).open(path).ok()?;
            // SAFETY: a fresh shared mapping of a file of 64 bytes, which is never unmapped.
            let at = unsafe {
                libc::mmap(
                    ptr::null_mut(),
                    64,
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_SHARED,
                    file.as_raw_fd(),
                    0,
                )
            };
            if at == libc::MAP_FAILED {
                return None;
            }
            // SAFETY: the mapping is aligned to a page, lives for ever, and is used as atomics
            // only.
            let number = |i: usize| unsafe { &*at.cast::<AtomicU64>().add(i) };
            Some(Control {
                done: number(0),
                fail_from: number(1),
                fail_times: number(2),
                errno: number(3),
                die_at: number(4),
                slow_us: number(5),
                spares_logs: number(6),
                ahead_seconds: number(7),
            })
        })
        .as_ref()
}

/// One more operation, on that file: what is to become of it.
pub fn operation(path: &str) -> Verdict {
    let Some(control) = control() else { return Verdict::Pass };
    let n = control.done.fetch_add(1, Ordering::SeqCst) + 1;
    if control.die_at.load(Ordering::SeqCst) == n {
        // SAFETY: ends the process at once, as kill -9 does.
        unsafe { libc::_exit(137) };
    }
    let from = control.fail_from.load(Ordering::SeqCst);
    let is_spared = path.ends_with("-wal") && control.spares_logs.load(Ordering::SeqCst) != 0;
    let fails = from != 0
        && n >= from
        && n < from + control.fail_times.load(Ordering::SeqCst)
        && !is_spared;
    if fails { Verdict::Fail(control.errno.load(Ordering::SeqCst) as c_int) } else { Verdict::Pass }
}

/// By how much the wall clock is ahead.
pub fn ahead_seconds() -> u64 {
    control().map_or(0, |control| control.ahead_seconds.load(Ordering::SeqCst))
}

/// A slow disk.
pub fn dawdle() {
    if let Some(slow) =
        control().map(|control| control.slow_us.load(Ordering::SeqCst)).filter(|slow| *slow > 0)
    {
        std::thread::sleep(std::time::Duration::from_micros(slow));
    }
}
