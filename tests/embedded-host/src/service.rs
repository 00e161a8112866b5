//! What each request gets, and the life of a WebSocket.

use crate::client::{Client, Speaks, V1, V2};
use crate::connection::{self, Inbox, Out, Outbox};
use crate::database::Database;
use crate::http::{Request, answer, upgrade};
use crate::misbehaviour::{Injection, Misbehaviour};
use crate::replay::Replay;
use crate::stream::Stream;
use crate::wire::{Compression, Encoding, Protocol};
use crate::{module, token};
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What a host serves.
#[derive(Default)]
pub struct Service {
    /// The names of the modules it runs.
    pub databases: Vec<String>,
    /// The recordings it replays.
    pub replays: HashMap<String, Replay>,
    /// Described at the builder.
    pub light_to_others: bool,
    /// Described at the builder.
    pub ok_empty: bool,
    /// Described at the builder.
    pub compress_queries: bool,
    /// The protocols it speaks.
    pub protocols: Vec<Protocol>,
    running: Mutex<HashMap<String, Arc<Database>>>,
}

/// Told of a WebSocket that is open.
type OnOpen<'a> = &'a mut dyn FnMut(&Outbox);

impl Service {
    /// Serves one connection until it ends.
    pub fn serve(&self, mut stream: Stream, on_open: OnOpen<'_>) -> io::Result<()> {
        let Some(request) = Request::read(&mut stream)? else { return Ok(()) };
        let path: Vec<&str> = request.path.trim_matches('/').split('/').collect();
        match (request.method.as_str(), path.as_slice()) {
            ("GET", ["v1", "ping"]) => answer(&mut stream, 200, "text/plain", ""),
            ("POST", ["v1", "identity"]) => {
                let identity = token::new_identity();
                let (hex, token) = (token::to_hex(&identity), token::issue(&identity));
                let body = serde_json::json!({ "identity": hex, "token": token });
                answer(&mut stream, 200, "application/json", &body.to_string())
            }
            ("GET", ["v1", "database", name, "schema"]) => self.schema(stream, &request, name),
            ("GET", ["v1", "database", name, "subscribe"]) => self.subscribe(stream, &request, name, on_open),
            _ => answer(&mut stream, 404, "text/plain", "Not found"),
        }
    }

    /// A database by its name; a bad one is a chat of its own.
    fn database(&self, name: &str) -> Option<Arc<Database>> {
        let module = match Misbehaviour::named(name) {
            Some(_) => module::named("chat")?,
            None if self.databases.iter().any(|d| d == name) => module::named(name)?,
            None => return None,
        };
        let mut running = self.running.lock().expect("no thread panics");
        let start = || Arc::new(Database::new(module));
        Some(running.entry(name.into()).or_insert_with(start).clone())
    }

    /// Ends query sets of a running database with an error; returns how many.
    pub fn fail_subscriptions(&self, database: &str, query_set_id: u32, error: &str) -> usize {
        self.running(database).map_or(0, |database| database.fail_subscriptions(query_set_id, error))
    }

    /// Refuses a query of a running database from now on.
    pub fn refuse_query(&self, database: &str, sql: &str, error: &str) {
        self.running(database).expect("somebody has connected to it").refuse_query(sql, error);
    }

    fn running(&self, database: &str) -> Option<Arc<Database>> {
        self.running.lock().expect("no thread panics").get(database).cloned()
    }

    fn schema(&self, mut stream: Stream, request: &Request, name: &str) -> io::Result<()> {
        match Misbehaviour::named(name) {
            Some(Misbehaviour::SchemaError) => return answer(&mut stream, 500, "text/plain", "out of order"),
            Some(Misbehaviour::SchemaGarbage) => return answer(&mut stream, 200, "application/json", "{\"tables\": ["),
            Some(Misbehaviour::SchemaStall) => return drain(stream),
            _ => {}
        }
        let replay = self.replays.get(name);
        let version = request.parameter("version").and_then(|version| version.parse().ok()).unwrap_or(9);
        let schema = match (replay, self.database(name)) {
            (Some(replay), _) => (replay.schema_version() == version).then(|| replay.schema.clone()),
            (None, Some(database)) => database.schema(version).map(String::from),
            (None, None) => return answer(&mut stream, 404, "text/plain", "No such database."),
        };
        match schema {
            Some(schema) => answer(&mut stream, 200, "application/json", &schema),
            None => answer(&mut stream, 400, "text/plain", "No schema of this version."),
        }
    }

    fn subscribe(&self, mut stream: Stream, request: &Request, name: &str, on_open: OnOpen<'_>) -> io::Result<()> {
        let bad = Misbehaviour::named(name);
        match bad {
            Some(Misbehaviour::Http(status)) => return answer(&mut stream, status, "text/plain", "refused on purpose"),
            Some(Misbehaviour::NoWebsocket) => return answer(&mut stream, 200, "text/plain", "just a page"),
            Some(Misbehaviour::Stall) => return drain(stream),
            _ => {}
        }
        let asked = match Asked::read(request, self.compress_queries) {
            Ok(asked) => asked,
            Err((status, why)) => return answer(&mut stream, status, "text/plain", why),
        };
        if let Some(replay) = self.replays.get(name) {
            return self.replay(stream, request, replay, asked, on_open);
        }
        let Some(database) = self.database(name) else {
            return answer(&mut stream, 404, "text/plain", "No such database.");
        };
        let Some(protocol) = Protocol::negotiate(&self.protocols, &request.protocols()) else {
            return no_protocol(stream);
        };
        let said = match bad {
            Some(Misbehaviour::Subprotocol(other)) => other,
            _ => Some(protocol.name()),
        };
        upgrade(&mut stream, request, said)?;
        match bad {
            Some(Misbehaviour::Silent) => return drain(stream),
            Some(Misbehaviour::Reset) => return reset(stream),
            _ => {}
        }
        let (mut inbox, outbox) = connection::open(stream, protocol, asked.encoding);
        on_open(&outbox);
        let speaks = match protocol {
            Protocol::V1 => Speaks::V1(V1::new(asked.light || self.light_to_others)),
            Protocol::V2 | Protocol::V3 => Speaks::V2(V2::new(self.ok_empty)),
        };
        let client = Client::new(asked.identity, asked.connection_id, speaks, outbox.clone());
        let id = database.connect(client, asked.token);
        converse(&database, id, protocol, &mut inbox, &outbox, bad);
        database.disconnect(id);
        Ok(())
    }

    fn replay(
        &self,
        mut stream: Stream,
        request: &Request,
        replay: &Replay,
        asked: Asked,
        on_open: OnOpen<'_>,
    ) -> io::Result<()> {
        let Some(protocol) = Protocol::negotiate(&[replay.protocol], &request.protocols()) else {
            return no_protocol(stream);
        };
        upgrade(&mut stream, request, Some(protocol.name()))?;
        let (mut inbox, outbox) = connection::open(stream, protocol, asked.encoding);
        on_open(&outbox);
        replay.run(&mut inbox, &outbox);
        Ok(())
    }
}

/// What a client asks for with its handshake.
struct Asked {
    identity: token::Identity,
    connection_id: token::ConnectionId,
    token: String,
    light: bool,
    encoding: Encoding,
}

impl Asked {
    /// Out of the request; or the status to refuse it with, and why.
    fn read(request: &Request, compress_queries: bool) -> Result<Self, (u16, &'static str)> {
        let identity = match request.bearer() {
            None => token::new_identity(),
            Some(token) => token::identity_of(token).ok_or((401, "Invalid token"))?,
        };
        let compression = Compression::from_parameter(request.parameter("compression"));
        let chosen = request.parameter("connection_id").and_then(token::from_hex);
        Ok(Self {
            identity,
            connection_id: chosen.and_then(|id| id.try_into().ok()).unwrap_or_else(token::random),
            token: request.bearer().map_or_else(|| token::issue(&identity), String::from),
            light: request.parameter("light") == Some("true"),
            encoding: Encoding { compression: compression.ok_or((400, "Unknown compression"))?, compress_queries },
        })
    }
}

/// Does what the client asks for until it leaves; and what a bad host does besides.
fn converse(
    database: &Database,
    client: u64,
    protocol: Protocol,
    inbox: &mut Inbox,
    outbox: &Outbox,
    bad: Option<Misbehaviour>,
) {
    let (before, after) = match bad {
        Some(Misbehaviour::Close(code)) => {
            outbox.put(Out::Close(code, "closed on purpose".into()));
            (None, None)
        }
        Some(Misbehaviour::Before(bad)) => (Some(Injection::new(outbox.clone(), protocol, bad)), None),
        Some(Misbehaviour::After(bad)) => (None, Some(Injection::new(outbox.clone(), protocol, bad))),
        _ => (None, None),
    };
    while let Some(frame) = inbox.next() {
        before.iter().for_each(Injection::fire);
        match protocol.decode_client(&frame) {
            Ok(requests) => requests.into_iter().for_each(|request| database.handle(client, request)),
            Err(why) => outbox.put(Out::Close(1002, why)),
        }
        after.iter().for_each(Injection::fire);
    }
}

fn no_protocol(mut stream: Stream) -> io::Result<()> {
    answer(&mut stream, 400, "text/plain", "None of the offered subprotocols is spoken here")
}

/// Says nothing until the client gives up.
fn drain(mut stream: Stream) -> io::Result<()> {
    let mut buffer = [0; 4096];
    while stream.read(&mut buffer)? > 0 {}
    Ok(())
}

/// Ends a connection with a TCP reset, once the client has had time to read the handshake.
fn reset(stream: Stream) -> io::Result<()> {
    thread::sleep(Duration::from_millis(20));
    socket2::SockRef::from(&**stream.tcp()).set_linger(Some(Duration::ZERO))
}
