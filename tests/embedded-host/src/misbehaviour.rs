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
    Before(fn(Protocol) -> Out),
    /// Sends something bad after it has answered the client's first message.
    After(fn(Protocol) -> Out),
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
            "text" => Self::Before(|_| Out::Text("words, not bytes".into())),
            "big" => Self::Before(big),
            "bomb-gzip" => Self::Before(|_| Out::Binary(bomb_gzip(BOMB_CHUNKS))),
            "bomb-brotli" => Self::Before(|_| Out::Binary(bomb_brotli(BOMB_CHUNKS))),
            _ => Self::Before(frame_named(name)?),
        })
    }
}

/// The bad frames that are a few bytes.
fn frame_named(name: &str) -> Option<fn(Protocol) -> Out> {
    Some(match name {
        "empty" => |_| Out::Binary(Vec::new()),
        "truncated" => |p| spoilt(p, |frame| frame.truncate(frame.len() / 2)),
        "trailing" => |p| spoilt(p, |frame| frame.extend([1, 2, 3])),
        "tag" => |p| spoilt(p, |frame| frame[1] = 200),
        "compression-tag" => |p| spoilt(p, |frame| frame[0] = 9),
        "gzip" => |p| spoilt(p, |frame| frame[0] = 2),
        "brotli" => |p| spoilt(p, |frame| frame[0] = 1),
        // The name of the table begins at the same byte in all protocols.
        "utf8" => |p| spoilt(p, |frame| frame[18] = 0xff),
        "length-tables" => |p| match p {
            Protocol::V1 => spoilt(p, |frame| frame[6..10].fill(0xf0)),
            Protocol::V2 | Protocol::V3 => spoilt(p, |frame| frame[10..14].fill(0xf0)),
        },
        "length" => |p| rows(p, Writer::new().u8(1).u32(u32::MAX - 7), &user(), false),
        "length-rows" => |p| rows(p, Writer::new().u8(0).u16(34).u32(u32::MAX - 7), &user(), false),
        "rowsize" => |p| rows(p, Writer::new().u8(0).u16(7), &user(), true),
        "rowsize-zero" => |p| rows(p, Writer::new().u8(0).u16(0), &user(), true),
        "offsets" => |p| rows(p, offsets(&[0, 34, 10]), &user().repeat(3), true),
        "offsets-beyond" => |p| rows(p, offsets(&[0, 34, 4000]), &user().repeat(3), true),
        "short-row" => |p| rows(p, Writer::new().u8(0).u16(4), &[1, 2, 3, 4], true),
        "unknown-table" => |p| sent(update(p, FIRST_SET, (9999, "nobody"), inserted(user()))),
        // In v1 there is nothing unknown about it.
        "unknown-set" => |p| sent(update(p, UNKNOWN, USER, inserted(user()))),
        "unknown-query" => unknown_query,
        _ => return None,
    })
}

/// The query set that bad updates are about in v2: that of a client's first subscription, if it counts from 1.
const FIRST_SET: u32 = 1;
/// An id that nobody uses.
const UNKNOWN: u32 = 4242;
const USER: (u32, &str) = (4097, "user");

/// A user's row, 34 bytes, of a user that never connects.
fn user() -> Vec<u8> {
    Writer::new().raw(&[0xab; 32]).option_str(None).u8(1).finish()
}

fn inserted(row: Vec<u8>) -> QueryUpdate {
    QueryUpdate { inserts: vec![row.into()], ..Default::default() }
}

fn sent(message: Message) -> Out {
    Out::Messages(vec![message])
}

/// A message that says that rows of a table changed, without who called what.
fn update(protocol: Protocol, query_set_id: u32, (table_id, table): (u32, &str), rows: QueryUpdate) -> Message {
    let table = table.into();
    match protocol {
        Protocol::V1 => {
            let update = vec![TableUpdate { table_id, table, queries: vec![rows] }];
            ServerMessage::TransactionUpdateLight { request_id: 0, update }.into()
        }
        Protocol::V2 | Protocol::V3 => {
            let QueryUpdate { inserts, deletes } = rows;
            let table = v2::TableUpdate { table, queries: vec![v2::TableChange::Stored { inserts, deletes }] };
            let set = v2::QuerySetUpdate { query_set_id, tables: vec![table] };
            v2::ServerMessage::TransactionUpdate(vec![set]).into()
        }
    }
}

/// The frame of a correct message about one user.
fn good(protocol: Protocol) -> Vec<u8> {
    let message = update(protocol, FIRST_SET, USER, inserted(user()));
    compression::frame(Compression::None, message.encode(Encoding::default()))
}

fn spoilt(protocol: Protocol, spoil: fn(&mut Vec<u8>)) -> Out {
    let mut frame = good(protocol);
    spoil(&mut frame);
    Out::Binary(frame)
}

/// A message with inserted rows of table `user` whose sizes are `hint`, with or without the length of the rows.
fn rows(protocol: Protocol, hint: Writer, rows: &[u8], length: bool) -> Out {
    let none = Writer::new().u8(1).u32(0).u32(0).finish();
    let w = Writer::new().u8(0);
    let w = match protocol {
        Protocol::V1 => w.u8(2).u32(0).u32(1).u32(USER.0).str(USER.1).u64(1).u32(1).u8(0).raw(&none),
        Protocol::V2 | Protocol::V3 => w.u8(4).u32(1).u32(FIRST_SET).u32(1).str(USER.1).u32(1).u8(0),
    };
    let w = w.raw(&hint.finish());
    let w = if length { w.bytes(rows) } else { w.raw(rows) };
    Out::Binary(if protocol == Protocol::V1 { w } else { w.raw(&none) }.finish())
}

fn offsets(offsets: &[u64]) -> Writer {
    Writer::new().u8(1).list(offsets, |w, &offset| w.u64(offset))
}

/// The answer to a subscription that nobody asked for.
fn unknown_query(protocol: Protocol) -> Out {
    let (request_id, query_set_id) = (UNKNOWN, UNKNOWN);
    sent(match protocol {
        Protocol::V1 => {
            let (query_id, micros, update) = (query_set_id, 0, Vec::new());
            ServerMessage::SubscribeMultiApplied { request_id, micros, query_id, update }.into()
        }
        Protocol::V2 | Protocol::V3 => {
            v2::ServerMessage::SubscribeApplied { request_id, query_set_id, rows: Vec::new() }.into()
        }
    })
}

fn delete_absent(protocol: Protocol) -> Out {
    let rows = QueryUpdate { deletes: vec![user().into()], ..Default::default() };
    if protocol != Protocol::V1 {
        return sent(update(protocol, FIRST_SET, USER, rows));
    }
    let update = vec![TableUpdate { table_id: USER.0, table: USER.1.into(), queries: vec![rows] }];
    sent(Message::V1(ServerMessage::TransactionUpdate(TransactionUpdate {
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
fn big(protocol: Protocol) -> Out {
    let text = "x".repeat(64 << 20);
    let row = Writer::new().raw(&[0xab; 32]).i64(1).str(&text).finish();
    let message = update(protocol, FIRST_SET, (4096, "message"), inserted(row));
    Out::Binary([vec![0], message.encode(Encoding::default())].concat())
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
    pub fn new(outbox: Outbox, protocol: Protocol, bad: fn(Protocol) -> Out) -> Self {
        let once = Arc::new(Once::new());
        let send: Arc<dyn Fn() + Send + Sync> = Arc::new(move || outbox.put(bad(protocol)));
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
        let message = |protocol| compression::unframe(&good(protocol)).unwrap();
        assert!(v1::decode_server(&message(Protocol::V1)).is_ok());
        assert!(v2::decode_server(&message(Protocol::V2)).is_ok());
    }
}
