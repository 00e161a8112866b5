//! Everything a broken host could do, chosen by the name of the database.

use crate::bsatn::Writer;
use crate::connection::{Out, Outbox};
use crate::wire::*;
use std::io::Write;
use std::sync::{Arc, Once};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What is wrong with a database. Whatever is not said to be wrong works like `chat`.
pub enum Misbehaviour {
    /// `bad-http-STATUS`: answers the upgrade with this status.
    Http(u16),
    /// `bad-no-websocket`: answers the upgrade with a page.
    NoWebsocket,
    /// `bad-subprotocol`, `bad-no-subprotocol`: says this subprotocol, whatever was offered.
    Subprotocol(Option<&'static str>),
    /// `bad-stall`: never answers the upgrade.
    Stall,
    /// `bad-silent`: upgrades, and never says anything, not even a pong.
    Silent,
    /// `bad-reset`: upgrades, and resets the connection.
    Reset,
    /// `bad-close-CODE`: closes with this code after its first message.
    Close(u16),
    /// Sends something bad before it answers the client's first message.
    Before(fn() -> Out),
    /// Sends something bad after it has answered the client's first message.
    After(fn() -> Out),
    /// `bad-schema-500`: answers the request for the schema with that status.
    SchemaError,
    /// `bad-schema-json`: answers it with something else than JSON.
    SchemaGarbage,
    /// `bad-schema-slow`: never answers it.
    SchemaStall,
}

impl Misbehaviour {
    /// What a database of this name does.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.strip_prefix("bad-")?;
        if let Some(status) = name.strip_prefix("http-") {
            return status.parse().ok().map(Self::Http);
        }
        if let Some(code) = name.strip_prefix("close-") {
            return code.parse().ok().map(Self::Close);
        }
        Some(match name {
            "no-websocket" => Self::NoWebsocket,
            "subprotocol" => Self::Subprotocol(Some("v9.bsatn.nobody")),
            "no-subprotocol" => Self::Subprotocol(None),
            "stall" => Self::Stall,
            "silent" => Self::Silent,
            "reset" => Self::Reset,
            "schema-500" => Self::SchemaError,
            "schema-json" => Self::SchemaGarbage,
            "schema-slow" => Self::SchemaStall,
            "delete-absent" => Self::After(delete_absent),
            "text" => Self::Before(|| Out::Text("words, not bytes".into())),
            "big" => Self::Before(big),
            "bomb-gzip" => Self::Before(|| Out::Binary(bomb_gzip(BOMB_CHUNKS))),
            "bomb-brotli" => Self::Before(|| Out::Binary(bomb_brotli(BOMB_CHUNKS))),
            _ => Self::Before(frame_named(name)?),
        })
    }
}

/// The bad frames that are a few bytes.
fn frame_named(name: &str) -> Option<fn() -> Out> {
    Some(match name {
        "empty" => || Out::Binary(Vec::new()),
        "truncated" => || Out::Binary(good(|frame| frame.truncate(frame.len() / 2))),
        "trailing" => || Out::Binary(good(|frame| frame.extend([1, 2, 3]))),
        "tag" => || Out::Binary(good(|frame| frame[1] = 200)),
        "compression-tag" => || Out::Binary(good(|frame| frame[0] = 9)),
        "gzip" => || Out::Binary(good(|frame| frame[0] = 2)),
        "brotli" => || Out::Binary(good(|frame| frame[0] = 1)),
        "utf8" => || Out::Binary(good(|frame| frame[18] = 0xff)),
        "length" => || rows(Writer::new().u8(1).u32(u32::MAX - 7), &user(), false),
        "length-rows" => || rows(Writer::new().u8(0).u16(34).u32(u32::MAX - 7), &user(), false),
        "length-tables" => || Out::Binary(good(|frame| frame[6..10].fill(0xf0))),
        "rowsize" => || rows(Writer::new().u8(0).u16(7), &user(), true),
        "rowsize-zero" => || rows(Writer::new().u8(0).u16(0), &user(), true),
        "offsets" => || rows(offsets(&[0, 34, 10]), &user().repeat(3), true),
        "offsets-beyond" => || rows(offsets(&[0, 34, 4000]), &user().repeat(3), true),
        "short-row" => || rows(Writer::new().u8(0).u16(4), &[1, 2, 3, 4], true),
        "unknown-table" => || {
            Out::Message(Box::new(light(
                9999,
                "nobody",
                QueryUpdate { inserts: vec![user().into()], ..Default::default() },
            )))
        },
        "unknown-query" => || {
            let (request_id, micros, query_id, update) = (4242, 0, 4242, Vec::new());
            Out::Message(Box::new(ServerMessage::SubscribeMultiApplied { request_id, micros, query_id, update }))
        },
        _ => return None,
    })
}

/// A user's row, 34 bytes, of a user that never connects.
fn user() -> Vec<u8> {
    Writer::new().raw(&[0xab; 32]).option_str(None).u8(1).finish()
}

fn light(table_id: u32, table: &str, rows: QueryUpdate) -> ServerMessage {
    let update = vec![TableUpdate { table_id, table: table.into(), queries: vec![rows] }];
    ServerMessage::TransactionUpdateLight { request_id: 0, update }
}

/// The frame of a correct message about one user, spoilt by `spoil`.
fn good(spoil: fn(&mut Vec<u8>)) -> Vec<u8> {
    let message = light(4097, "user", QueryUpdate { inserts: vec![user().into()], ..Default::default() });
    let mut frame = Protocol::V1.encode_server(&message, Encoding::default());
    spoil(&mut frame);
    frame
}

/// A message with rows of table `user` whose sizes are `hint`, with or without the length of the rows.
fn rows(hint: Writer, rows: &[u8], length: bool) -> Out {
    let w = Writer::new().u8(0).u8(2).u32(0).u32(1).u32(4097).str("user").u64(1).u32(1);
    let w = w.u8(0).u8(1).u32(0).u32(0).raw(&hint.finish());
    Out::Binary(if length { w.bytes(rows) } else { w.raw(rows) }.finish())
}

fn offsets(offsets: &[u64]) -> Writer {
    offsets.iter().fold(Writer::new().u8(1).u32(offsets.len() as u32), |w, &o| w.u64(o))
}

fn delete_absent() -> Out {
    let rows = QueryUpdate { deletes: vec![user().into()], ..Default::default() };
    let update = vec![TableUpdate { table_id: 4097, table: "user".into(), queries: vec![rows] }];
    Out::Message(Box::new(ServerMessage::TransactionUpdate(TransactionUpdate {
        status: Status::Committed(update),
        timestamp: 1,
        caller_identity: [0xab; 32],
        caller_connection_id: [0xab; 16],
        reducer: "set_name".into(),
        reducer_id: 3,
        args: Writer::new().str("nobody").finish(),
        request_id: 0,
        energy: 1,
        micros: 1,
    })))
}

/// A correct message of 64 MiB: one row of table `message`.
fn big() -> Out {
    let text = "x".repeat(64 << 20);
    let row = Writer::new().raw(&[0xab; 32]).i64(1).str(&text).finish();
    let message = light(4096, "message", QueryUpdate { inserts: vec![row.into()], ..Default::default() });
    Out::Binary([vec![0], v1::encode_server(&message, Encoding::default())].concat())
}

/// So many of `CHUNK` make 4 GiB.
const BOMB_CHUNKS: usize = 4096;
static CHUNK: [u8; 1 << 20] = [0; 1 << 20];

/// A gzip message of `chunks` MiB of zeros: one deflate block, again and again.
fn bomb_gzip(chunks: usize) -> Vec<u8> {
    let mut deflate = flate2::Compress::new(flate2::Compression::best(), false);
    let mut block = Vec::with_capacity(1 << 16);
    // A full flush ends on a byte and forgets what came before, so that the block may follow itself.
    deflate.compress_vec(&CHUNK, &mut block, flate2::FlushCompress::Full).expect("zeros can be compressed");
    let mut one = flate2::Crc::new();
    one.update(&CHUNK);
    let mut crc = flate2::Crc::new();
    (0..chunks).for_each(|_| crc.combine(&one));
    let size = (chunks * CHUNK.len()) as u32;
    let header = [Compression::Gzip.tag(), 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let end = [3, 0]; // a final, empty block
    [&header, block.repeat(chunks).as_slice(), &end, &crc.sum().to_le_bytes(), &size.to_le_bytes()].concat()
}

/// A Brotli message of `chunks` MiB of zeros, made the same way.
fn bomb_brotli(chunks: usize) -> Vec<u8> {
    let mut writer = brotli::CompressorWriter::new(vec![Compression::Brotli.tag()], 4096, 5, 22);
    let mut flushed = || {
        writer.write_all(&CHUNK).and_then(|()| writer.flush()).expect("memory does not fail");
        writer.get_ref().len()
    };
    // The first block carries the stream's header; from the second on they are equal.
    let (first, second) = (flushed(), flushed());
    let both = &writer.get_ref()[..second];
    let end = [3]; // a final, empty block
    [both, both[first..].repeat(chunks - 2).as_slice(), &end].concat()
}

/// Something bad that is sent once: at the client's first message, or 50 ms after the connection began.
pub struct Injection {
    once: Arc<Once>,
    send: Arc<dyn Fn() + Send + Sync>,
    timer: Option<JoinHandle<()>>,
}

impl Injection {
    /// Starts the clock.
    pub fn new(outbox: Outbox, bad: fn() -> Out) -> Self {
        let once = Arc::new(Once::new());
        let send: Arc<dyn Fn() + Send + Sync> = Arc::new(move || outbox.put(bad()));
        let (timer_once, timer_send) = (once.clone(), send.clone());
        let timer = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            timer_once.call_once(|| timer_send());
        });
        Self { once, send, timer: Some(timer) }
    }

    /// Sends it, unless that has happened.
    pub fn fire(&self) {
        self.once.call_once(|| (self.send)());
    }
}

impl Drop for Injection {
    fn drop(&mut self) {
        let _ = self.timer.take().map(JoinHandle::join);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bombs_are_zeros_to_the_end() {
        for bomb in [bomb_gzip(5), bomb_brotli(5)] {
            let zeros = compression::unframe(&bomb).unwrap();
            assert_eq!(zeros.len(), 5 << 20);
            assert!(zeros.iter().all(|&b| b == 0));
        }
        let (gzip, brotli) = (bomb_gzip(BOMB_CHUNKS), bomb_brotli(BOMB_CHUNKS));
        assert!(gzip.len() < 8 << 20 && brotli.len() < 1 << 20, "{} and {}", gzip.len(), brotli.len());
    }

    #[test]
    fn what_is_spoilt_was_good_before() {
        let message = compression::unframe(&good(|_| ())).unwrap();
        assert!(v1::decode_server(&message).is_ok());
    }
}
