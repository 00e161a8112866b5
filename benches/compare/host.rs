//! A host that says what was made before, as fast as the client takes it. All clients get the same bytes from the same
//! thread, whoever they are.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::LazyLock;
use std::thread;

use stdb_embedded_host::wire::{ClientMessage, Protocol, ServerMessage, v1};
use tungstenite::handshake::server::{Request, Response};
use tungstenite::http::HeaderValue;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Message, WebSocket};

use crate::cpus::{Cpus, Placement};
use crate::frames::{self, Caller};

/// Who every client is, unless it chooses its own connection id.
const CLIENT: Caller = Caller { identity: [1; 32], connection_id: [2; 16] };

/// Enough for a connection that idles beside a thousand others.
const STACK_BYTES: usize = 256 * 1024;

pub struct Host {
    address: SocketAddr,
}

impl Host {
    /// Listens on a free port of the loopback interface until the program ends, on the CPUs where a host belongs.
    pub fn start(cpus: &Cpus, placement: Placement) -> crate::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let cpus = cpus.clone();
        thread::spawn(move || {
            cpus.place_host(placement).expect("a thread can be put where the clients can");
            for stream in listener.incoming().map_while(Result::ok) {
                // A client that leaves ends its connection; what becomes of it is seen at its own side.
                let serve = move || drop(serve(stream));
                thread::Builder::new().stack_size(STACK_BYTES).spawn(serve).expect("there is room for a thread");
            }
        });
        Ok(Self { address })
    }

    pub fn uri(&self) -> String {
        format!("http://{}", self.address)
    }
}

#[allow(clippy::result_large_err)] // tungstenite wants it so
fn serve(stream: TcpStream) -> tungstenite::Result<()> {
    stream.set_nodelay(true)?;
    let mut client = CLIENT;
    let upgrade = |request: &Request, mut response: Response| {
        client.connection_id = chosen_connection_id(request).unwrap_or(client.connection_id);
        let protocol = HeaderValue::from_static(Protocol::V1.name());
        response.headers_mut().insert("sec-websocket-protocol", protocol);
        Ok(response)
    };
    let config = WebSocketConfig::default().read_buffer_size(4096);
    let accepted = tungstenite::accept_hdr_with_config(stream, upgrade, Some(config));
    let mut socket = accepted.map_err(|e| io::Error::other(e.to_string()))?;
    let Caller { identity, connection_id } = client;
    let token = ServerMessage::IdentityToken { identity, token: "token".into(), connection_id };
    socket.send(Message::from(frames::encode(token)))?;
    loop {
        if let Message::Binary(frame) = socket.read()? {
            answer(&mut socket, client, v1::decode_client(&frame).map_err(io::Error::other)?)?;
        }
    }
}

/// The SDK chooses its connection id, and insists.
fn chosen_connection_id(request: &Request) -> Option<[u8; 16]> {
    let mut parameters = request.uri().query()?.split('&');
    let hex = parameters.find_map(|parameter| parameter.strip_prefix("connection_id="))?;
    u128::from_str_radix(hex, 16).ok().map(u128::to_le_bytes)
}

fn answer(socket: &mut WebSocket<TcpStream>, client: Caller, message: ClientMessage) -> tungstenite::Result<()> {
    match message {
        ClientMessage::SubscribeMulti { queries, request_id, query_id } => {
            let applied = match queries.first().map(String::as_str) {
                Some("SELECT * FROM entity") => &frames::ENTITIES_APPLIED,
                _ => &frames::ACCOUNTS_APPLIED,
            };
            let (own, shared) = applied.parts(request_id, query_id);
            // Straight to the stream: tungstenite would copy all of it first.
            socket.get_mut().write_all(&own)?;
            socket.get_mut().write_all(shared)?;
        }
        ClientMessage::CallReducer { reducer, args, request_id, .. } => match reducer.as_str() {
            "update_entities" => socket.get_mut().write_all(&frames::UPDATE_ENTITIES)?,
            "delete_entities" => socket.get_mut().write_all(&frames::DELETE_ENTITIES)?,
            _ => socket.send(Message::from(frames::transaction(&reducer, args, request_id, client, Vec::new())))?,
        },
        _ => {}
    }
    Ok(())
}

/// Makes all that the host may have to say, so that no client waits for it.
pub fn prepare() {
    LazyLock::force(&frames::ENTITIES_APPLIED);
    LazyLock::force(&frames::ACCOUNTS_APPLIED);
    LazyLock::force(&frames::UPDATE_ENTITIES);
    LazyLock::force(&frames::DELETE_ENTITIES);
}
