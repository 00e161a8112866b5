//! A WebSocket: one thread reads it, another writes what is put into its outbox.

use crate::stream::Stream;
use crate::wire::{Encoding, Message as HostMessage, Protocol, compression};
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use tungstenite::WebSocket;
use tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tungstenite::protocol::frame::{CloseFrame, Frame};
use tungstenite::protocol::{Message, Role};

/// Something to be written.
pub enum Out {
    /// Messages, to be encoded as the client wants them; in v3 they share a frame.
    Messages(Vec<HostMessage>),
    /// A binary message as it is.
    Binary(Vec<u8>),
    /// A text message.
    Text(String),
    /// A Close frame.
    Close(u16, String),
    // A frame that the reading side has made already, a pong or the answer to a Close.
    Framed(Vec<u8>),
    End,
}

/// Where others put what the connection shall send.
#[derive(Clone)]
pub struct Outbox {
    sender: mpsc::Sender<Out>,
    closed: Arc<AtomicBool>,
}

impl Outbox {
    /// Sends a message, as soon as the client takes it.
    pub fn send(&self, message: impl Into<HostMessage>) {
        self.put(Out::Messages(vec![message.into()]));
    }

    /// Sends anything.
    pub fn put(&self, out: Out) {
        if matches!(out, Out::Close(..)) {
            self.closed.store(true, Ordering::Relaxed);
        }
        // A client that is gone does not miss it.
        let _ = self.sender.send(out);
    }
}

/// What the client says.
pub struct Inbox {
    socket: WebSocket<ReadSide>,
    writer: Option<JoinHandle<()>>,
}

/// The two sides of a connection whose handshake is done.
pub fn open(stream: Stream, protocol: Protocol, encoding: Encoding) -> (Inbox, Outbox) {
    let (sender, receiver) = mpsc::channel();
    let outbox = Outbox { sender, closed: Arc::default() };
    let side = ReadSide { stream: stream.clone(), outbox: outbox.clone(), pending: Vec::new() };
    let socket = WebSocket::from_raw_socket(side, Role::Server, None);
    let writer = thread::spawn(move || write(stream, receiver, protocol, encoding));
    (Inbox { socket, writer: Some(writer) }, outbox)
}

impl Inbox {
    /// The client's next message; `None` when there will be none. Pings are answered underneath.
    pub fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            match self.socket.read().ok()? {
                Message::Binary(bytes) => return Some(bytes.into()),
                Message::Text(text) => return Some(text.as_bytes().to_vec()),
                _ => {}
            }
        }
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.socket.get_ref().outbox.put(Out::End);
        let _ = self.writer.take().map(JoinHandle::join);
    }
}

/// What does not wait for more messages to share its frame.
const LONG: usize = 1 << 16;

fn write(mut stream: Stream, receiver: mpsc::Receiver<Out>, protocol: Protocol, encoding: Encoding) {
    let binary = |bytes: Vec<u8>| Frame::message(bytes, OpCode::Data(Data::Binary), true);
    let mut next = None;
    while let Some(out) = next.take().or_else(|| receiver.recv().ok()) {
        let frames = match out {
            Out::Messages(messages) => {
                let mut payloads: Vec<Vec<u8>> = messages.iter().map(|message| message.encode(encoding)).collect();
                if protocol == Protocol::V3 {
                    payloads = vec![payloads.concat()];
                    next = add_waiting(&mut payloads[0], &receiver, encoding);
                }
                let frame = |payload| binary(compression::frame(encoding.compression, payload));
                payloads.into_iter().map(frame).collect()
            }
            Out::Binary(bytes) => vec![binary(bytes)],
            Out::Text(text) => vec![Frame::message(text, OpCode::Data(Data::Text), true)],
            Out::Close(code, reason) => {
                vec![Frame::close(Some(CloseFrame { code: CloseCode::from(code), reason: reason.into() }))]
            }
            Out::Framed(bytes) => match stream.write_all(&bytes) {
                Ok(()) => continue,
                Err(_) => break,
            },
            Out::End => break,
        };
        let mut bytes = Vec::new();
        let framed = frames.into_iter().try_for_each(|frame| frame.format(&mut bytes));
        if framed.is_err() || stream.write_all(&bytes).is_err() {
            break;
        }
    }
    let _ = stream.finish();
}

/// Adds the messages that wait to a payload; gives back what waits behind them.
fn add_waiting(payload: &mut Vec<u8>, receiver: &mpsc::Receiver<Out>, encoding: Encoding) -> Option<Out> {
    while payload.len() < LONG {
        match receiver.try_recv() {
            Ok(Out::Messages(messages)) => messages.iter().for_each(|m| payload.append(&mut m.encode(encoding))),
            other => return other.ok(),
        }
    }
    None
}

/// What the reading WebSocket stands on. Whatever it writes by itself goes through the outbox, so that frames of the
/// two threads never mix.
struct ReadSide {
    stream: Stream,
    outbox: Outbox,
    pending: Vec<u8>,
}

impl Read for ReadSide {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buffer)
    }
}

impl Write for ReadSide {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let pending = std::mem::take(&mut self.pending);
        // After a Close nothing may follow, not even the answer to the client's.
        if !pending.is_empty() && !self.outbox.closed.load(Ordering::Relaxed) {
            self.outbox.put(Out::Framed(pending));
        }
        Ok(())
    }
}
