//! Writes a client's message front to back.

/// A message under way. A client's message is small and its parts are few, so each write gives the writer back.
pub(super) struct Writer {
    message: Vec<u8>,
}

impl Writer {
    /// Begins with the tag of the message.
    pub(super) fn new(tag: u8) -> Self {
        Writer { message: vec![tag] }
    }

    pub(super) fn u8(mut self, value: u8) -> Self {
        self.message.push(value);
        self
    }

    pub(super) fn u32(mut self, value: u32) -> Self {
        self.message.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn length(self, length: usize) -> Self {
        self.u32(length.try_into().expect("a length in a message is at most u32::MAX"))
    }

    /// Writes a length and the bytes.
    pub(super) fn bytes(self, bytes: &[u8]) -> Self {
        let mut writer = self.length(bytes.len());
        writer.message.extend_from_slice(bytes);
        writer
    }

    /// Writes a count and the strings.
    pub(super) fn strings(self, strings: &[String]) -> Self {
        strings.iter().fold(self.length(strings.len()), |writer, string| writer.bytes(string.as_bytes()))
    }

    /// The message.
    pub(super) fn finish(self) -> Vec<u8> {
        self.message
    }
}
