//! A plain client of v2 and v3.

use super::{dial, handshake};
use std::collections::VecDeque;
use std::net::TcpStream;
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::wire::v2::*;
use stdb_embedded_host::wire::{Protocol, compression};
use tungstenite::handshake::client::Response;
use tungstenite::{Error, Message, WebSocket};

pub struct Newer {
    pub socket: WebSocket<TcpStream>,
    pub response: Response,
    /// How many messages each frame had.
    pub frames: Vec<usize>,
    heard: VecDeque<ServerMessage>,
}

/// Connects to a database, offering only this protocol; `query` follows the question mark.
pub fn connect(host: &EmbeddedHost, protocol: Protocol, name: &str, query: &str) -> Newer {
    offer(host, &[protocol], name, query).unwrap()
}

/// Connects to a database, offering these protocols.
pub fn offer(host: &EmbeddedHost, protocols: &[Protocol], name: &str, query: &str) -> Result<Newer, Error> {
    let (socket, response) = handshake(dial(host), name, query, None, protocols)?;
    Ok(Newer { socket, response, frames: Vec::new(), heard: VecDeque::new() })
}

impl Newer {
    /// The protocol that the host chose.
    pub fn protocol(&self) -> Protocol {
        Protocol::named(self.response.headers()["sec-websocket-protocol"].to_str().unwrap()).unwrap()
    }

    /// Says messages, in one frame.
    pub fn say_all(&mut self, messages: &[ClientMessage]) {
        let bytes: Vec<_> = messages.iter().map(encode_client).collect();
        self.socket.send(Message::Binary(bytes.concat().into())).unwrap();
    }

    pub fn say(&mut self, message: ClientMessage) {
        self.say_all(&[message]);
    }

    /// The next payload.
    pub fn frame(&mut self) -> Result<Vec<u8>, Error> {
        match self.socket.read()? {
            Message::Binary(bytes) => Ok(bytes.into()),
            other => panic!("expected a binary message, got {other}"),
        }
    }

    /// The next message.
    pub fn hear(&mut self) -> ServerMessage {
        while self.heard.is_empty() {
            let frame = self.frame().unwrap();
            let payload = compression::unframe(&frame).unwrap();
            let messages = match self.protocol() {
                Protocol::V3 => decode_server_frame(&payload).unwrap(),
                _ => vec![decode_server(&payload).unwrap()],
            };
            self.frames.push(messages.len());
            self.heard.extend(messages);
        }
        self.heard.pop_front().unwrap()
    }

    pub fn identity(&mut self) -> [u8; 32] {
        match self.hear() {
            ServerMessage::InitialConnection { identity, .. } => identity,
            other => panic!("{other:?}"),
        }
    }

    /// Subscribes; the request id is 100 more than the query set's.
    pub fn subscribe(&mut self, query_set_id: u32, queries: &[&str]) -> ServerMessage {
        let queries = queries.iter().map(|q| q.to_string()).collect();
        self.say(ClientMessage::Subscribe { request_id: 100 + query_set_id, query_set_id, queries });
        self.hear()
    }

    pub fn call(&mut self, reducer: &str, args: Vec<u8>, request_id: u32) -> ServerMessage {
        self.say(ClientMessage::CallReducer { request_id, flags: 0, reducer: reducer.into(), args });
        self.hear()
    }

    pub fn procedure(&mut self, procedure: &str, args: Vec<u8>, request_id: u32) {
        self.say(ClientMessage::CallProcedure { request_id, flags: 0, procedure: procedure.into(), args });
    }
}

/// How a reducer call ended.
pub fn outcome(message: ServerMessage) -> ReducerOutcome {
    match message {
        ServerMessage::ReducerResult { outcome, .. } => outcome,
        other => panic!("{other:?}"),
    }
}

/// How many rows were deleted and inserted in each query.
type Counts = Vec<(usize, usize)>;

/// What a message changed, by query set and table.
pub fn changes(message: &ServerMessage) -> Vec<(u32, String, Counts)> {
    let sets = match message {
        ServerMessage::TransactionUpdate(sets) => sets,
        ServerMessage::ReducerResult { outcome: ReducerOutcome::Ok { update, .. }, .. } => update,
        other => panic!("{other:?}"),
    };
    let count = |change: &TableChange| match change {
        TableChange::Stored { inserts, deletes } => (deletes.len(), inserts.len()),
        TableChange::Events(rows) => (0, rows.len()),
    };
    let table = |set: u32, table: &TableUpdate| (set, table.table.clone(), table.queries.iter().map(count).collect());
    sets.iter().flat_map(|set| set.tables.iter().map(move |t| table(set.query_set_id, t))).collect()
}
