//! A plain client: tungstenite and this crate's own codec.
#![allow(dead_code)]

pub mod newer;
pub mod recording;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::wire::{ClientMessage, Protocol, QueryUpdate, ServerMessage, compression, v1};
use tungstenite::client::IntoClientRequest;
use tungstenite::handshake::client::Response;
use tungstenite::{Error, Message, WebSocket};

pub const SECONDS: Duration = Duration::from_secs(10);

pub struct Client<S: Read + Write = TcpStream> {
    pub socket: WebSocket<S>,
    pub response: Response,
}

/// Connects to a database; `query` follows the question mark.
pub fn connect(host: &EmbeddedHost, name: &str, query: &str, token: Option<&str>) -> Result<Client, Error> {
    connect_over(dial(host), name, query, token)
}

/// A connection to the host, whose reads do not wait for ever.
pub fn dial(host: &EmbeddedHost) -> TcpStream {
    let tcp = TcpStream::connect(("127.0.0.1", host.port())).unwrap();
    tcp.set_read_timeout(Some(SECONDS)).unwrap();
    tcp
}

pub fn connect_over<S: Read + Write>(
    stream: S,
    name: &str,
    query: &str,
    token: Option<&str>,
) -> Result<Client<S>, Error> {
    let (socket, response) = handshake(stream, name, query, token, &[Protocol::V1])?;
    Ok(Client { socket, response })
}

/// Opens a WebSocket, offering these protocols.
pub fn handshake<S: Read + Write>(
    stream: S,
    name: &str,
    query: &str,
    token: Option<&str>,
    protocols: &[Protocol],
) -> Result<(WebSocket<S>, Response), Error> {
    let uri = format!("ws://localhost/v1/database/{name}/subscribe?{query}");
    let mut request = uri.into_client_request()?;
    let offered = protocols.iter().map(|p| p.name()).collect::<Vec<_>>().join(", ");
    request.headers_mut().insert("sec-websocket-protocol", offered.parse().unwrap());
    if let Some(token) = token {
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    match tungstenite::client(request, stream) {
        Ok(open) => Ok(open),
        Err(tungstenite::HandshakeError::Failure(error)) => Err(error),
        Err(tungstenite::HandshakeError::Interrupted(_)) => panic!("the handshake takes too long"),
    }
}

/// The status of a refused handshake.
pub fn refused<T>(result: Result<T, Error>) -> u16 {
    match result {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("the handshake was not refused"),
    }
}

impl<S: Read + Write> Client<S> {
    pub fn say(&mut self, message: ClientMessage) {
        self.socket.send(Message::Binary(v1::encode_client(&message).into())).unwrap();
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
        let frame = self.frame().unwrap();
        v1::decode_server(&compression::unframe(&frame).unwrap()).unwrap()
    }

    /// The next message, without its compression, or why it cannot be read.
    pub fn hear_bad(&mut self) -> Result<ServerMessage, String> {
        let frame = self.frame().map_err(|e| e.to_string())?;
        v1::decode_server(&compression::unframe(&frame)?)
    }

    pub fn identity(&mut self) -> ([u8; 32], String) {
        match self.hear() {
            ServerMessage::IdentityToken { identity, token, .. } => (identity, token),
            other => panic!("{other:?}"),
        }
    }

    pub fn subscribe(&mut self, query_id: u32, queries: &[&str]) -> ServerMessage {
        let queries = queries.iter().map(|q| q.to_string()).collect();
        self.say(ClientMessage::SubscribeMulti { queries, request_id: 100 + query_id, query_id });
        self.hear()
    }

    pub fn call(&mut self, reducer: &str, args: Vec<u8>, request_id: u32) {
        self.say(ClientMessage::CallReducer { reducer: reducer.into(), args, request_id, flags: 0 });
    }
}

/// Every query update of a message, with its table.
pub fn updates(message: &ServerMessage) -> Vec<(String, QueryUpdate)> {
    use stdb_embedded_host::wire::Status;
    let update =
        match message {
            ServerMessage::SubscribeMultiApplied { update, .. }
            | ServerMessage::UnsubscribeMultiApplied { update, .. } => update,
            ServerMessage::TransactionUpdateLight { update, .. }
            | ServerMessage::InitialSubscription { update, .. } => update,
            ServerMessage::TransactionUpdate(t) => match &t.status {
                Status::Committed(update) => update,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
    update.iter().flat_map(|t| t.queries.iter().map(|q| (t.table.clone(), q.clone()))).collect()
}

/// The answer to a plain HTTP request: its status and its body.
pub fn http(host: &EmbeddedHost, method: &str, path: &str) -> (u16, String) {
    let mut tcp = dial(host);
    write!(tcp, "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{{}}").unwrap();
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.into())
}
