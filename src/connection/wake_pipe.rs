//! A descriptor for event loops: readable while something waits to be advanced.

use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;

/// A socket pair: a byte in it means that something waits.
pub struct WakePipe {
    reader: UnixStream,
    writer: UnixStream,
}

impl WakePipe {
    /// Makes the pair.
    pub fn new() -> io::Result<Self> {
        let (reader, writer) = UnixStream::pair()?;
        reader.set_nonblocking(true)?;
        writer.set_nonblocking(true)?;
        Ok(WakePipe { reader, writer })
    }

    /// The end that event loops poll for reading.
    pub fn fd(&self) -> RawFd {
        self.reader.as_raw_fd()
    }

    /// Makes it readable.
    pub fn signal(&self) {
        // A full pair is readable already.
        let _ = (&self.writer).write(&[1]);
    }

    /// Makes it not readable.
    pub fn drain(&self) {
        let mut bytes = [0; 64];
        while matches!((&self.reader).read(&mut bytes), Ok(read) if read > 0) {}
    }
}
