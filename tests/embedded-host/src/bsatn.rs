//! BSATN: little-endian numbers, length-prefixed strings and arrays, products without framing, sums by a tag byte.

/// Appends values to a buffer.
#[derive(Clone, Debug, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }

    /// Bytes as they are, without a length.
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// A `u8`, a tag, or with 0 and 1 a bool.
    pub fn u8(self, value: u8) -> Self {
        self.raw(&[value])
    }

    /// A `u16`.
    pub fn u16(self, value: u16) -> Self {
        self.raw(&value.to_le_bytes())
    }

    /// A `u32`, or the length of an array.
    pub fn u32(self, value: u32) -> Self {
        self.raw(&value.to_le_bytes())
    }

    /// A `u64`.
    pub fn u64(self, value: u64) -> Self {
        self.raw(&value.to_le_bytes())
    }

    /// An `i64`, a timestamp, or a duration.
    pub fn i64(self, value: i64) -> Self {
        self.raw(&value.to_le_bytes())
    }

    /// A `u128`.
    pub fn u128(self, value: u128) -> Self {
        self.raw(&value.to_le_bytes())
    }

    /// An `f32`.
    pub fn f32(self, value: f32) -> Self {
        self.raw(&value.to_le_bytes())
    }

    /// Bytes with their length in front.
    pub fn bytes(self, bytes: &[u8]) -> Self {
        self.u32(bytes.len() as u32).raw(bytes)
    }

    /// A string.
    pub fn str(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// An array, each element by `write`.
    pub fn list<T>(self, list: &[T], write: impl Fn(Self, &T) -> Self) -> Self {
        list.iter().fold(self.u32(list.len() as u32), write)
    }

    /// An array of strings.
    pub fn strs(self, texts: &[&str]) -> Self {
        self.list(texts, |w, text| w.str(text))
    }

    /// An optional `u32`.
    pub fn option_u32(self, value: Option<u32>) -> Self {
        match value {
            Some(value) => self.u8(0).u32(value),
            None => self.u8(1),
        }
    }

    /// An optional string.
    pub fn option_str(self, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.u8(0).str(value),
            None => self.u8(1),
        }
    }
}

/// Takes values off the front of a buffer.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

/// A value, or why it cannot be read, in a host's words.
pub type Read<T> = Result<T, String>;

impl<'a> Reader<'a> {
    /// Reads from the front of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether a message ends here.
    pub fn end(&self) -> Read<()> {
        match self.rest.len() {
            0 => Ok(()),
            more => Err(format!("{more} bytes after the message")),
        }
    }

    /// `count` bytes of a value of type `name`.
    pub fn take(&mut self, count: usize, name: &str) -> Read<&'a [u8]> {
        let given = self.rest.len();
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or_else(|| format!("data too short for {name}: Expected {count}, given {given}"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// `N` bytes.
    pub fn array<const N: usize>(&mut self, name: &str) -> Read<[u8; N]> {
        Ok(self.take(N, name)?.try_into().expect("take gives what was asked for"))
    }

    /// A `u8` or a tag.
    pub fn u8(&mut self) -> Read<u8> {
        self.array("u8").map(u8::from_le_bytes)
    }

    /// A `u16`.
    pub fn u16(&mut self) -> Read<u16> {
        self.array("u16").map(u16::from_le_bytes)
    }

    /// A `u32`.
    pub fn u32(&mut self) -> Read<u32> {
        self.array("u32").map(u32::from_le_bytes)
    }

    /// A `u64`.
    pub fn u64(&mut self) -> Read<u64> {
        self.array("u64").map(u64::from_le_bytes)
    }

    /// An `i64`.
    pub fn i64(&mut self) -> Read<i64> {
        self.array("i64").map(i64::from_le_bytes)
    }

    /// A `u128`.
    pub fn u128(&mut self) -> Read<u128> {
        self.array("u128").map(u128::from_le_bytes)
    }

    /// An `f32`.
    pub fn f32(&mut self) -> Read<f32> {
        self.array("f32").map(f32::from_le_bytes)
    }

    /// Bytes with their length in front.
    pub fn bytes(&mut self) -> Read<&'a [u8]> {
        let len = self.u32()? as usize;
        self.take(len, "[u8]")
    }

    /// A string.
    pub fn str(&mut self) -> Read<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|e| e.to_string())
    }

    /// An array, each element by `read`.
    pub fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let len = self.u32()?;
        (0..len).map(|_| read(self)).collect()
    }

    /// An option, its value by `read`.
    pub fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<Option<T>> {
        match self.u8()? {
            0 => read(self).map(Some),
            1 => Ok(None),
            tag => Err(format!("unknown tag {tag} of an option")),
        }
    }
}
