//! Giving memory back to the system after large messages.
//!
//! What a large message needed is freed when it is done, but glibc keeps freed memory in the arenas of the threads that
//! asked for it: tens of megabytes for good, after one large subscription. Other allocators return it by themselves.

/// From so many bytes of rows on, a message is large: applying it takes far longer than giving memory back.
pub const LARGE_MESSAGE: usize = 4 << 20;

/// Gives what is freed back to the system. It may take some milliseconds, so it is not done on a caller's thread.
#[allow(unsafe_code)]
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: the function may be called at any time; it only touches what is free.
    unsafe {
        libc::malloc_trim(0);
    }
}
