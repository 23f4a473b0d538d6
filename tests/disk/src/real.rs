//! The C library's own functions, behind those of this library.

use libc::{
    RTLD_NEXT, c_char, c_int, c_uint, c_void, clockid_t, iovec, off64_t, size_t, ssize_t, timespec,
};
use std::sync::atomic::{AtomicUsize, Ordering};

/// `fn name(arguments) -> result`, found once.
macro_rules! behind {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        $(
            /// # Safety
            /// As the C library's function of that name.
            pub unsafe fn $name($($argument: $type),*) -> $result {
                static FOUND: AtomicUsize = AtomicUsize::new(0);
                let mut found = FOUND.load(Ordering::Relaxed);
                if found == 0 {
                    let name = concat!(stringify!($name), "\0").as_ptr().cast();
                    // SAFETY: the name ends with a zero byte.
                    found = unsafe { libc::dlsym(RTLD_NEXT, name) } as usize;
                    FOUND.store(found, Ordering::Relaxed);
                }
                // SAFETY: that is where the function of this type is.
                let real: unsafe extern "C" fn($($type),*) -> $result =
                    unsafe { std::mem::transmute(found) };
                unsafe { real($($argument),*) }
            }
        )*
    };
}

behind! {
    fn pwrite64(fd: c_int, buffer: *const c_void, count: size_t, offset: off64_t) -> ssize_t;
    fn write(fd: c_int, buffer: *const c_void, count: size_t) -> ssize_t;
    fn send(fd: c_int, buffer: *const c_void, count: size_t, flags: c_int) -> ssize_t;
    fn writev(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t;
    fn fsync(fd: c_int) -> c_int;
    fn fdatasync(fd: c_int) -> c_int;
    fn ftruncate64(fd: c_int, length: off64_t) -> c_int;
    fn unlink(path: *const c_char) -> c_int;
    fn clock_gettime(clock: clockid_t, time: *mut timespec) -> c_int;
    fn open64(path: *const c_char, flags: c_int, mode: c_uint) -> c_int;
}
