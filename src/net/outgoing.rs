//! What goes to the peer: messages in order, control frames between them, and how they get onto the socket.

use std::collections::VecDeque;
use std::io::{self, Write};

use super::frame::{Encoder, Kind};
use super::stream::Socket;
use crate::wire::v3::take_frame;

/// Messages are gathered into one write up to this many bytes.
const GATHER: usize = 64 << 10;
/// A write buffer above this many bytes is given back once it is empty.
const KEEP: usize = 4 << 10;

#[derive(PartialEq, Eq)]
enum State {
    /// Not open yet: messages wait.
    Waiting,
    Open,
    /// The Close frame is asked for; nothing more is accepted.
    Closing,
    /// Nothing is accepted and nothing is written.
    Ended,
}

/// What a flush did: how many bytes and messages left.
#[derive(Default)]
pub(super) struct Flushed {
    pub(super) bytes: usize,
    pub(super) frames: usize,
    /// Whether nothing is left.
    pub(super) empty: bool,
}

/// The way out of one link.
pub(super) struct Outgoing {
    state: State,
    queue: VecDeque<Vec<u8>>,
    /// The bytes of the messages in `queue`.
    queued_bytes: usize,
    /// Only the last ping needs an answer, so a peer that pings without reading costs nothing.
    pong: Option<Vec<u8>>,
    ping: bool,
    close: Option<Vec<u8>>,
    /// Frames on their way, and how much of them is written.
    buffer: Vec<u8>,
    written: usize,
    encoder: Encoder,
    /// Whether several messages go in one WebSocket message.
    gathers: bool,
    /// The socket, when the sending thread may write to it itself.
    direct: Option<Socket>,
}

impl Outgoing {
    pub(super) fn new() -> Outgoing {
        Outgoing {
            state: State::Waiting,
            queue: VecDeque::new(),
            queued_bytes: 0,
            pong: None,
            ping: false,
            close: None,
            buffer: Vec::new(),
            written: 0,
            encoder: Encoder::new(),
            gathers: false,
            direct: None,
        }
    }

    /// The link is open: what waits goes out with the next flush. `gathers` says whether several messages may go in one
    /// WebSocket message, as in v3.
    pub(super) fn open(&mut self, direct: Option<Socket>, gathers: bool) {
        if self.state == State::Waiting {
            self.state = State::Open;
            self.direct = direct;
            self.gathers = gathers;
        }
    }

    /// Queues a message; `false` when the link takes no more.
    pub(super) fn push(&mut self, payload: Vec<u8>) -> bool {
        let accepted = matches!(self.state, State::Waiting | State::Open);
        if accepted {
            self.queued_bytes += payload.len();
            self.queue.push_back(payload);
        }
        accepted
    }

    pub(super) fn push_pong(&mut self, payload: Vec<u8>) {
        self.pong = Some(payload);
    }

    pub(super) fn push_ping(&mut self) {
        self.ping = true;
    }

    /// Closes after what is queued, or (`drop_queue`) after the frame that is on its way.
    pub(super) fn close(&mut self, code: Option<u16>, drop_queue: bool) {
        if !matches!(self.state, State::Open) {
            return;
        }
        self.state = State::Closing;
        self.close = Some(code.map_or_else(Vec::new, |code| code.to_be_bytes().to_vec()));
        if drop_queue {
            self.queue = VecDeque::new();
            self.queued_bytes = 0;
        }
    }

    /// Nothing more goes out; memory and the socket are given back.
    pub(super) fn end(&mut self) {
        *self = Outgoing { state: State::Ended, ..Outgoing::new() };
    }

    /// Bytes that are accepted and not yet with the operating system.
    pub(super) fn pending_bytes(&self) -> usize {
        self.queued_bytes + self.buffer.len() - self.written
    }

    /// Writes from a sending thread, if that is possible; `None` when the reactor has to.
    pub(super) fn flush_direct(&mut self) -> Option<Flushed> {
        let mut socket = self.direct.clone()?;
        // The reactor finds the same error again, and reports it.
        self.flush(&mut socket).ok()
    }

    /// Whether the reactor will flush by itself: it does when the link opens.
    pub(super) fn is_waiting(&self) -> bool {
        self.state == State::Waiting
    }

    /// Writes until nothing is left or the socket takes no more.
    pub(super) fn flush(&mut self, stream: &mut impl Write) -> io::Result<Flushed> {
        let mut flushed = Flushed::default();
        loop {
            if self.written == self.buffer.len() && !self.refill(&mut flushed) {
                // TLS may hold some of it back.
                return match stream.flush() {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(flushed),
                    Err(error) => Err(error),
                    Ok(()) => Ok(Flushed { empty: true, ..flushed }),
                };
            }
            match stream.write(&self.buffer[self.written..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.written += count;
                    flushed.bytes += count;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(flushed),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Makes frames of what waits, once all before it is written; `false` when there is nothing.
    fn refill(&mut self, flushed: &mut Flushed) -> bool {
        self.written = 0;
        self.buffer.clear();
        self.buffer.shrink_to(KEEP);
        if !matches!(self.state, State::Open | State::Closing) {
            return false;
        }
        if let Some(payload) = self.pong.take() {
            self.encoder.encode(Kind::Pong, &payload, &mut self.buffer);
        }
        if std::mem::take(&mut self.ping) {
            self.encoder.encode(Kind::Ping, &[], &mut self.buffer);
        }
        while self.buffer.len() < GATHER
            && let Some(payload) = if self.gathers { take_frame(&mut self.queue) } else { self.queue.pop_front() }
        {
            self.queued_bytes -= payload.len();
            self.encoder.encode(Kind::Binary, &payload, &mut self.buffer);
            flushed.frames += 1;
        }
        if self.queue.is_empty() {
            self.queue.shrink_to(64);
            if let Some(payload) = self.close.take() {
                self.encoder.encode(Kind::Close, &payload, &mut self.buffer);
            }
        }
        !self.buffer.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A socket that takes `room` bytes and then blocks.
    struct Narrow {
        taken: Vec<u8>,
        room: usize,
    }

    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let count = bytes.len().min(self.room).min(3);
            if count == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.room -= count;
            self.taken.extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_does_not_fit_goes_out_later_and_in_order() {
        let mut outgoing = Outgoing::new();
        let mut socket = Narrow { taken: Vec::new(), room: usize::MAX };
        assert!(outgoing.push(vec![1; 10]));
        assert!(outgoing.flush(&mut socket).unwrap().bytes == 0, "nothing goes out before it is open");
        outgoing.open(None, false);
        outgoing.push(vec![2; 10]);
        socket.room = 7;
        let flushed = outgoing.flush(&mut socket).unwrap();
        assert!(!flushed.empty && flushed.frames == 2);
        assert_eq!(outgoing.pending_bytes(), 2 * 16 - 7);
        outgoing.push_pong(vec![]);
        outgoing.push(vec![3; 10]);
        outgoing.close(Some(1000), false);
        assert!(!outgoing.push(vec![4]), "nothing is accepted after a close");
        socket.room = usize::MAX;
        assert!(outgoing.flush(&mut socket).unwrap().empty);
        let opcodes = [(0, 0x82), (16, 0x82), (32, 0x8a), (38, 0x82), (54, 0x88)];
        for (position, opcode) in opcodes {
            assert_eq!(socket.taken[position], opcode);
        }
        assert_eq!(outgoing.pending_bytes(), 0);
    }

    #[test]
    fn messages_of_v3_share_a_frame() {
        let mut outgoing = Outgoing::new();
        let mut socket = Narrow { taken: Vec::new(), room: usize::MAX };
        outgoing.open(None, true);
        assert!((1..=3).all(|n| outgoing.push(vec![n; 10])));
        let flushed = outgoing.flush(&mut socket).unwrap();
        assert_eq!((flushed.frames, socket.taken[1] & 0x7f, outgoing.pending_bytes()), (1, 30, 0));
    }

    #[test]
    fn a_large_buffer_is_given_back() {
        let mut outgoing = Outgoing::new();
        outgoing.open(None, false);
        outgoing.push(vec![0; 1 << 20]);
        outgoing.flush(&mut io::sink()).unwrap();
        assert!(outgoing.buffer.capacity() <= KEEP);
    }
}
