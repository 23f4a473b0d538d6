//! Stands between a program and its C library (`LD_PRELOAD`), for the files whose path holds
//! `.sqlite` and their folder.
//!
//! - `BATON_DISK_LOG` names a file in which every change and every sync is recorded, and every byte
//!   that leaves by a socket, in the order in which they happened. A sync stands before and after
//!   it was done, what is sent before it is sent.
//! - `BATON_DISK_CONTROL` names a file of eight numbers ([`control`]) by which a test says at which
//!   operation to fail, or to die, and how far the wall clock is ahead.
//!
//! Appends to the log are single writes, so that they are whole whatever threads do; no lock is
//! held while anything else is done.
#![allow(clippy::missing_safety_doc, reason = "each is the C library's function of that name")]

mod control;
mod log;
mod real;

use libc::{c_char, c_int, c_uint, c_void, clockid_t, iovec, off64_t, size_t, ssize_t, timespec};
use std::ffi::CStr;

use control::Verdict;
use log::Kind;

/// The path of an open file, if it is one of those.
fn path_of(fd: c_int) -> Option<String> {
    let path =
        std::fs::read_link(format!("/proc/self/fd/{fd}")).ok()?.to_string_lossy().into_owned();
    (path.contains(".sqlite") || log::is_folder(&path)).then_some(path)
}

fn is_socket(fd: c_int) -> bool {
    std::fs::read_link(format!("/proc/self/fd/{fd}"))
        .is_ok_and(|path| path.to_string_lossy().starts_with("socket:"))
}

fn refuse(errno: c_int) -> c_int {
    // SAFETY: the address of this thread's errno is always good.
    unsafe { *libc::__errno_location() = errno };
    -1
}

/// Writes at a place, unless the test wants otherwise.
///
/// # Safety
/// As `pwrite64`.
unsafe fn write_at(fd: c_int, buffer: *const c_void, count: size_t, offset: off64_t) -> ssize_t {
    let Some(path) = path_of(fd) else {
        return unsafe { real::pwrite64(fd, buffer, count, offset) };
    };
    if let Verdict::Fail(errno) = control::operation(&path) {
        return refuse(errno) as ssize_t;
    }
    let written = unsafe { real::pwrite64(fd, buffer, count, offset) };
    if let Ok(written) = usize::try_from(written) {
        // SAFETY: the caller's buffer has at least `count` bytes, of which these were written.
        log::record(Kind::Write, &path, offset as u64, unsafe {
            std::slice::from_raw_parts(buffer.cast(), written)
        });
    }
    written
}

fn sync_with(fd: c_int, sync: impl Fn() -> c_int) -> c_int {
    let Some(path) = path_of(fd) else { return sync() };
    if let Verdict::Fail(errno) = control::operation(&path) {
        return refuse(errno);
    }
    control::dawdle();
    log::record(Kind::SyncBegins, &path, 0, &[]);
    let result = sync();
    if result == 0 {
        log::record(Kind::Sync, &path, 0, &[]);
    }
    result
}

/// Notes what leaves by a socket before it does.
///
/// # Safety
/// `buffer` has `count` bytes.
unsafe fn note_sent(fd: c_int, buffer: *const c_void, count: size_t) {
    if log::is_on() && is_socket(fd) {
        // SAFETY: the caller's promise.
        log::record(Kind::Sent, "", fd as u64, unsafe {
            std::slice::from_raw_parts(buffer.cast(), count)
        });
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(
    fd: c_int,
    buffer: *const c_void,
    count: size_t,
    offset: off64_t,
) -> ssize_t {
    unsafe { write_at(fd, buffer, count, offset) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite(
    fd: c_int,
    buffer: *const c_void,
    count: size_t,
    offset: off64_t,
) -> ssize_t {
    unsafe { write_at(fd, buffer, count, offset) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn write(fd: c_int, buffer: *const c_void, count: size_t) -> ssize_t {
    if path_of(fd).is_some() {
        // SQLite without `pwrite`: it has sought before.
        let offset = unsafe { libc::lseek64(fd, 0, libc::SEEK_CUR) };
        let written = unsafe { write_at(fd, buffer, count, offset) };
        if written > 0 {
            unsafe { libc::lseek64(fd, offset + written as off64_t, libc::SEEK_SET) };
        }
        return written;
    }
    unsafe {
        note_sent(fd, buffer, count);
        real::write(fd, buffer, count)
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn send(
    fd: c_int,
    buffer: *const c_void,
    count: size_t,
    flags: c_int,
) -> ssize_t {
    unsafe {
        note_sent(fd, buffer, count);
        real::send(fd, buffer, count, flags)
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn writev(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t {
    if log::is_on() && is_socket(fd) {
        for i in 0..count as usize {
            unsafe {
                let part = &*parts.add(i);
                note_sent(fd, part.iov_base, part.iov_len);
            }
        }
    }
    unsafe { real::writev(fd, parts, count) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fsync(fd: c_int) -> c_int {
    sync_with(fd, || unsafe { real::fsync(fd) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdatasync(fd: c_int) -> c_int {
    sync_with(fd, || unsafe { real::fdatasync(fd) })
}

fn truncate(fd: c_int, length: off64_t) -> c_int {
    let Some(path) = path_of(fd) else { return unsafe { real::ftruncate64(fd, length) } };
    if let Verdict::Fail(errno) = control::operation(&path) {
        return refuse(errno);
    }
    let result = unsafe { real::ftruncate64(fd, length) };
    if result == 0 {
        log::record(Kind::Truncate, &path, length as u64, &[]);
    }
    result
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ftruncate64(fd: c_int, length: off64_t) -> c_int {
    truncate(fd, length)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ftruncate(fd: c_int, length: off64_t) -> c_int {
    truncate(fd, length)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn unlink(path: *const c_char) -> c_int {
    let result = unsafe { real::unlink(path) };
    let text = unsafe { CStr::from_ptr(path) }.to_string_lossy();
    if result == 0 && text.contains(".sqlite") {
        log::record(Kind::Unlink, &text, 0, &[]);
    }
    result
}

/// Opens a file, and records that it was made.
///
/// # Safety
/// As `open`.
unsafe fn open_file(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    let text = unsafe { CStr::from_ptr(path) }.to_string_lossy();
    let is_new = flags & libc::O_CREAT != 0
        && text.contains(".sqlite")
        && unsafe { libc::access(path, libc::F_OK) } != 0;
    let fd = unsafe { real::open64(path, flags, mode) };
    if is_new && fd >= 0 {
        log::record(Kind::Create, &text, 0, &[]);
    }
    fd
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn open64(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    unsafe { open_file(path, flags, mode) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn open(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    unsafe { open_file(path, flags, mode) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: clockid_t, time: *mut timespec) -> c_int {
    let result = unsafe { real::clock_gettime(clock, time) };
    if result == 0 && clock == libc::CLOCK_REALTIME {
        // SAFETY: the caller's time, which has just been written.
        unsafe { (*time).tv_sec += control::ahead_seconds() as libc::time_t };
    }
    result
}
