//! Links against small servers on loopback threads.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::{RwLock, RwLockReadGuard};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tungstenite::handshake::server::{Request, Response};
use tungstenite::protocol::CloseFrame;
use tungstenite::{Message, WebSocket, accept_hdr};

use super::*;
use crate::error::*;

/// Long enough for anything that is going to happen.
const PATIENCE: Duration = Duration::from_secs(20);
const TOKEN: &str = "secret-token";

/// Tests that open links share the process's reactor; the one that shuts it down has it alone.
static GATE: RwLock<()> = RwLock::new(());

/// Held by every test, of whatever module, that opens a link or sets a timer.
pub(crate) fn share() -> RwLockReadGuard<'static, ()> {
    GATE.read()
}

#[derive(Debug)]
enum Event {
    Schema(String),
    Opened(Opened),
    Frame(Bytes),
    Log(String),
    Closed(Outcome),
}

type Reaction = Box<dyn FnMut(&Bytes) -> Result<()> + Send>;

/// A handler that passes everything on, and reacts to frames.
struct Probe {
    events: Sender<Event>,
    react: Reaction,
}

impl LinkHandler for Probe {
    fn schema(&mut self, json: &str) -> Result<()> {
        if json.contains("unreadable") {
            return Err(Error::new(STDB_ERR_SCHEMA, "it is unreadable"));
        }
        let _ = self.events.send(Event::Schema(json.to_owned()));
        Ok(())
    }

    fn opened(&mut self, opened: Opened) -> Result<()> {
        let _ = self.events.send(Event::Opened(opened));
        Ok(())
    }

    fn frame(&mut self, payload: Bytes) -> Result<()> {
        (self.react)(&payload)?;
        let _ = self.events.send(Event::Frame(payload));
        Ok(())
    }

    fn log(&mut self, _level: log::Level, message: String) {
        let _ = self.events.send(Event::Log(message));
    }

    fn closed(self: Box<Self>, outcome: Outcome) {
        let _ = self.events.send(Event::Closed(outcome));
    }
}

/// A link and what its handler heard.
struct Client {
    link: Link,
    events: Receiver<Event>,
    logged: String,
}

impl Client {
    fn open(options: LinkOptions) -> Client {
        Client::reacting(options, Box::new(|_| Ok(())))
    }

    fn reacting(options: LinkOptions, react: Reaction) -> Client {
        let (sender, events) = channel();
        let link = open(options, Box::new(Probe { events: sender, react }));
        Client { link, events, logged: String::new() }
    }

    fn next(&mut self) -> Event {
        loop {
            match self.events.recv_timeout(PATIENCE).expect("an event") {
                Event::Log(message) => self.logged.push_str(&message),
                event => return event,
            }
        }
    }

    fn opened(&mut self) -> Protocol {
        match self.next() {
            Event::Opened(opened) => opened.protocol,
            other => panic!("{other:?}"),
        }
    }

    fn frame(&mut self) -> Bytes {
        match self.next() {
            Event::Frame(payload) => payload,
            other => panic!("{other:?}"),
        }
    }

    /// The outcome, and that nothing comes after it.
    fn closed(&mut self) -> Outcome {
        match self.next() {
            Event::Closed(outcome) => {
                assert!(self.events.recv_timeout(PATIENCE).is_err(), "nothing follows `closed`");
                if let Some(error) = &outcome.error {
                    assert!(!error.message.contains(TOKEN), "{error}");
                }
                assert!(!self.logged.contains(TOKEN), "{}", self.logged);
                outcome
            }
            other => panic!("{other:?}"),
        }
    }

    /// The error of a link that never opened.
    fn refused(&mut self) -> Error {
        let outcome = self.closed();
        assert!(!outcome.opened);
        outcome.error.expect("an error")
    }

    /// The error of a link that was open.
    fn broken(&mut self) -> Error {
        let outcome = self.closed();
        assert!(outcome.opened);
        outcome.error.expect("an error")
    }
}

fn options(port: u16) -> LinkOptions {
    let mut options = LinkOptions::new(check_uri(&format!("http://127.0.0.1:{port}")).unwrap(), "db");
    options.protocols = vec![Protocol::V1];
    options.token = Some(TOKEN.into());
    options.connect_timeout = PATIENCE;
    options
}

/// Serves `count` connections, each on a thread of its own.
fn serve_all<T: Send + 'static>(
    count: usize,
    serve: impl Fn(TcpStream) -> T + Send + Sync + 'static,
) -> (u16, JoinHandle<Vec<T>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    let thread = thread::spawn(move || {
        let threads: Vec<_> = (0..count)
            .map(|_| {
                let (stream, _) = listener.accept().unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                stream.set_nodelay(true).unwrap();
                let serve = serve.clone();
                thread::spawn(move || serve(stream))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    (port, thread)
}

/// Serves one connection.
fn serve<T: Send + 'static>(serve: impl Fn(TcpStream) -> T + Send + Sync + 'static) -> (u16, JoinHandle<Vec<T>>) {
    serve_all(1, serve)
}

/// The server's side of the handshake.
#[allow(clippy::result_large_err)] // tungstenite's own signature
fn accept<S: Read + Write>(stream: S) -> WebSocket<S> {
    let check = |request: &Request, mut response: Response| {
        let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(request.uri().to_string(), "/v1/database/db/subscribe?compression=Gzip");
        assert_eq!(header("authorization"), Some("Bearer secret-token"));
        let offered = header("sec-websocket-protocol").unwrap().parse().unwrap();
        response.headers_mut().insert("sec-websocket-protocol", offered);
        Ok(response)
    };
    accept_hdr(stream, check).unwrap()
}

/// Sends back every message until the peer closes; how many there were.
fn echo<S: Read + Write>(stream: S) -> usize {
    let mut socket = accept(stream);
    let mut count = 0;
    while let Ok(message) = socket.read() {
        if message.is_binary() {
            count += 1;
            socket.send(message).unwrap();
        }
    }
    count
}

/// Reads an HTTP request's head.
fn read_head(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// Answers any request with the same text.
fn answer_with(answer: &'static str) -> (u16, JoinHandle<Vec<String>>) {
    serve(move |mut stream| {
        let head = read_head(&mut stream);
        stream.write_all(answer.as_bytes()).unwrap();
        head
    })
}

/// Holds a connection open, without a word, until the peer ends it.
fn be_silent(mut stream: TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard);
    heard
}

#[test]
fn ten_thousand_messages_go_both_ways_in_order() {
    let _gate = share();
    let (port, server) = serve(echo);
    let mut client = Client::open(options(port));
    // The first ones wait for the link to open.
    for number in 0..10_000u32 {
        client.link.send(number.to_le_bytes().repeat(1 + number as usize % 50));
    }
    assert_eq!(client.opened(), Protocol::V1);
    for number in 0..10_000u32 {
        assert_eq!(client.frame(), number.to_le_bytes().repeat(1 + number as usize % 50));
    }
    let counters = client.link.counters();
    assert_eq!((counters.frames_sent, counters.frames_received, counters.pending_send_bytes), (10_000, 10_000, 0));
    assert!(counters.bytes_sent > counters.bytes_received, "a mask is four bytes");
    client.link.close();
    assert_eq!(client.closed(), Outcome { opened: true, error: None });
    assert_eq!(server.join().unwrap(), [10_000]);
}

#[test]
fn a_large_message_goes_both_ways() {
    let _gate = share();
    let (port, server) = serve(echo);
    let mut client = Client::open(options(port));
    let payload: Vec<u8> = (0..12_000_000u32).map(|n| (n >> 3) as u8).collect();
    client.link.send(payload.clone());
    client.opened();
    assert!(client.frame() == payload);
    client.link.close();
    client.closed();
    server.join().unwrap();
}

#[test]
fn twenty_links_share_one_thread() {
    let _gate = share();
    let (port, server) = serve_all(20, echo);
    let mut clients: Vec<_> = (0..20).map(|_| Client::open(options(port))).collect();
    for client in &mut clients {
        client.opened();
    }
    for round in 0..100u8 {
        for (number, client) in clients.iter().enumerate() {
            client.link.send(vec![round, number as u8]);
        }
        for (number, client) in clients.iter_mut().enumerate() {
            assert_eq!(client.frame()[..], [round, number as u8]);
        }
    }
    #[cfg(target_os = "linux")]
    await_threads(&[reactor::THREAD_NAME], 1);
    for client in &mut clients {
        client.link.close();
        assert_eq!(client.closed().error, None);
    }
    assert_eq!(server.join().unwrap(), [100; 20]);
}

/// Waits until there are `count` threads of these names: the system lists one for a moment after it was joined.
#[cfg(target_os = "linux")]
fn await_threads(names: &[&str], count: usize) {
    let start = Instant::now();
    loop {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap();
        let found = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
        let found = found.filter(|found| names.contains(&found.trim())).count();
        if found == count {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{found} threads");
        thread::yield_now();
    }
}

#[test]
fn nothing_listens() {
    let _gate = share();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = Client::open(options(port)).refused();
    assert_eq!(error.status, STDB_ERR_UNREACHABLE);
    assert!(error.message.contains(&format!("127.0.0.1:{port}")), "{error}");
}

#[test]
fn a_name_is_resolved_and_its_addresses_are_tried() {
    let _gate = share();
    let (port, server) = serve(echo);
    let mut options = options(port);
    // `localhost` is often ::1 first, where nothing listens.
    options.uri = check_uri(&format!("ws://localhost:{port}")).unwrap();
    let mut client = Client::open(options);
    client.opened();
    client.link.close();
    client.closed();
    server.join().unwrap();
}

#[test]
fn a_name_that_does_not_exist() {
    let _gate = share();
    let mut options = options(1);
    options.uri = check_uri("http://no-such-host.invalid:3000").unwrap();
    let error = Client::open(options).refused();
    assert_eq!(error.status, STDB_ERR_DNS);
    assert!(error.message.contains("no-such-host.invalid"), "{error}");
}

#[test]
fn wrong_options_are_told_like_any_failure() {
    let _gate = share();
    let mut options = options(1);
    options.headers = vec![("Upgrade".into(), "x".into())];
    assert_eq!(Client::open(options).refused().status, STDB_ERR_INVALID_ARGUMENT);
}

#[test]
fn http_errors_of_the_handshake() {
    let _gate = share();
    let cases = [
        (
            "HTTP/1.1 401 Unauthorized\r\nContent-Length: 32\r\n\r\nthe token secret-token is wrong.",
            401,
            "[token] is wrong.",
        ),
        ("HTTP/1.1 404 Not Found\r\n\r\nno such database", 404, "HTTP 404 Not Found"),
        ("HTTP/1.1 500 Whatever\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nouch\r\n0\r\n\r\n", 500, "handshake: ouch"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi"),
    ];
    for (answer, status, part) in cases {
        let (port, server) = answer_with(answer);
        let error = Client::open(options(port)).refused();
        assert_eq!((error.status, error.http_status), (STDB_ERR_HTTP, Some(status)));
        assert!(error.message.contains(part), "{error}");
        server.join().unwrap();
    }
}

#[test]
fn hosts_that_do_not_speak_websocket() {
    let _gate = share();
    for answer in ["SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"] {
        let (port, server) = answer_with(answer);
        let error = Client::open(options(port)).refused();
        assert_eq!(error.status, STDB_ERR_PROTOCOL);
        assert!(error.message.contains("is not a WebSocket host"), "{error}");
        server.join().unwrap();
    }
    let (port, server) = answer_with("");
    assert_eq!(Client::open(options(port)).refused().status, STDB_ERR_IO);
    server.join().unwrap();
}

/// Accepts with a protocol of its own choice.
#[allow(clippy::result_large_err)] // tungstenite's own signature
fn accept_as(protocol: Option<&'static str>) -> (u16, JoinHandle<Vec<()>>) {
    serve(move |stream| {
        let choose = |_: &Request, mut response: Response| {
            if let Some(protocol) = protocol {
                response.headers_mut().insert("sec-websocket-protocol", protocol.parse().unwrap());
            }
            Ok(response)
        };
        let _ = accept_hdr(stream, choose).map(|mut socket| socket.read());
    })
}

#[test]
fn a_protocol_that_was_not_offered() {
    let _gate = share();
    for (protocol, part) in [(Some("v9.bsatn.spacetimedb"), "v9.bsatn"), (None, "none")] {
        let (port, server) = accept_as(protocol);
        let error = Client::open(options(port)).refused();
        assert_eq!(error.status, STDB_ERR_UNSUPPORTED);
        assert!(error.message.contains(part), "{error}");
        server.join().unwrap();
    }
}

/// The error of a link whose server says nothing, and that it came in time.
fn time_out(mut options: LinkOptions, stage: &str) {
    options.connect_timeout = Duration::from_millis(200);
    let start = Instant::now();
    let error = Client::open(options).refused();
    assert!(start.elapsed() >= Duration::from_millis(200) && start.elapsed() < Duration::from_secs(5));
    assert_eq!(error.status, STDB_ERR_TIMEOUT);
    assert!(error.message.contains(stage) && error.message.contains("200 ms"), "{error}");
}

#[test]
fn a_server_that_never_answers() {
    let _gate = share();
    let (port, server) = serve(be_silent);
    time_out(options(port), "WebSocket handshake");
    assert!(String::from_utf8(server.join().unwrap().remove(0)).unwrap().starts_with("GET /v1/database/db/"));

    let (port, server) = serve(be_silent);
    time_out(LinkOptions { schema: FetchSchema::First, ..options(port) }, "schema request");
    server.join().unwrap();

    let (port, server) = serve(be_silent);
    let uri = check_uri(&format!("wss://127.0.0.1:{port}")).unwrap();
    time_out(LinkOptions { uri, ..options(port) }, "TLS handshake");
    server.join().unwrap();
}

#[test]
fn an_error_whose_body_does_not_end_is_that_error() {
    let _gate = share();
    let (port, server) = serve(|mut stream| {
        read_head(&mut stream);
        stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\n\r\nbusy").unwrap();
        be_silent(stream);
    });
    let options = LinkOptions { connect_timeout: Duration::from_millis(200), ..options(port) };
    let error = Client::open(options).refused();
    assert_eq!(error.http_status, Some(503));
    assert!(error.message.ends_with("busy"), "{error}");
    server.join().unwrap();
}

#[test]
fn the_server_closes() {
    let _gate = share();
    for (code, reason, expected) in [(1008u16, "go away", true), (1001, "", true), (1000, "bye", false)] {
        let (port, server) = serve(move |stream| {
            let mut socket = accept(stream);
            socket.close(Some(CloseFrame { code: code.into(), reason: reason.into() })).unwrap();
            // Our own Close frame comes back.
            let reply = socket.read().unwrap();
            assert!(matches!(reply, Message::Close(Some(frame)) if u16::from(frame.code) == code));
        });
        let mut client = Client::open(options(port));
        client.opened();
        let outcome = client.closed();
        assert!(outcome.opened);
        let error = outcome.error.inspect(|error| {
            assert_eq!((error.status, error.close_code), (STDB_ERR_CLOSED, Some(code)));
            assert!(error.message.contains(reason), "{error}");
        });
        assert_eq!(error.is_some(), expected);
        server.join().unwrap();
    }
}

#[test]
fn the_servers_reason_is_found_though_writing_fails_first() {
    let _gate = share();
    let (port, server) = serve(|stream| {
        // Held back until the handshake's answer is acknowledged, the Close frame would be lost in the reset that follows.
        stream.set_nodelay(true).unwrap();
        let mut socket = accept(stream);
        socket.close(Some(CloseFrame { code: 1008.into(), reason: "enough".into() })).unwrap();
    });
    let mut client = Client::reacting(options(port), Box::new(|_| Ok(())));
    for _ in 0..1000 {
        client.link.send(vec![0; 10_000]);
    }
    client.opened();
    assert_eq!(client.broken().close_code, Some(1008));
    server.join().unwrap();
}

#[test]
fn the_connection_is_lost() {
    let _gate = share();
    let (port, server) = serve(|stream| drop(accept(stream)));
    let mut client = Client::open(options(port));
    client.opened();
    let error = client.broken();
    assert_eq!(error.status, STDB_ERR_IO);
    assert!(error.message.contains("the connection was lost"), "{error}");
    server.join().unwrap();
}

#[test]
fn the_connection_is_reset() {
    let _gate = share();
    let (port, server) = serve(|stream| {
        let mut socket = accept(stream);
        socket.send(Message::binary(&b"ready"[..])).unwrap();
        // What is closed with bytes unread is reset.
        socket.get_ref().peek(&mut [0]).unwrap();
    });
    let mut client = Client::open(options(port));
    client.opened();
    client.frame();
    client.link.send(vec![0; 100]);
    assert_eq!(client.broken().status, STDB_ERR_IO);
    server.join().unwrap();
}

/// What a server's message leads to: the error, and the close code that the server is told.
fn offend(options: impl Fn(u16) -> LinkOptions, message: Message, react: Reaction) -> (Error, u16) {
    let (port, server) = serve(move |stream| {
        let mut socket = accept(stream);
        socket.send(message.clone()).unwrap();
        match socket.read() {
            Ok(Message::Close(Some(frame))) => u16::from(frame.code),
            other => panic!("{other:?}"),
        }
    });
    let mut client = Client::reacting(options(port), react);
    client.opened();
    let error = client.broken();
    (error, server.join().unwrap()[0])
}

#[test]
fn a_message_over_the_limit() {
    let _gate = share();
    let small = |port| LinkOptions { max_message_bytes: 1000, ..options(port) };
    let (error, code) = offend(small, Message::binary(vec![0; 1001]), Box::new(|_| Ok(())));
    assert_eq!((error.status, code), (STDB_ERR_TOO_LARGE, 1009));
    assert!(error.message.contains("1001 bytes") && error.message.contains("1000 bytes"), "{error}");
}

#[test]
fn a_text_message() {
    let _gate = share();
    let (error, code) = offend(options, Message::text("hello"), Box::new(|_| Ok(())));
    assert_eq!((error.status, code), (STDB_ERR_PROTOCOL, 1002));
}

#[test]
fn a_handler_that_refuses_or_panics() {
    let _gate = share();
    let refuse = Box::new(|_: &Bytes| Err(Error::new(STDB_ERR_BSATN, "not BSATN")));
    let (error, code) = offend(options, Message::binary(vec![1]), refuse);
    assert_eq!((error, code), (Error::new(STDB_ERR_BSATN, "not BSATN"), 1002));
    let (error, code) = offend(options, Message::binary(vec![1]), Box::new(|_| panic!("on purpose")));
    assert_eq!((error.status, code), (STDB_ERR_PANIC, 1011));
    assert!(error.message.contains("on purpose"), "{error}");
}

#[test]
fn pings_go_both_ways() {
    let _gate = share();
    let (port, server) = serve(|stream| {
        let mut socket = accept(stream);
        socket.send(Message::Ping(Bytes::from_static(b"are you there"))).unwrap();
        let (mut pinged, mut answered) = (false, false);
        while !(pinged && answered) {
            match socket.read().unwrap() {
                Message::Ping(_) => pinged = true,
                Message::Pong(payload) => answered = payload == b"are you there"[..],
                other => panic!("{other:?}"),
            }
        }
        socket.send(Message::binary(&b"both"[..])).unwrap();
        let _ = socket.read();
    });
    let mut client = Client::open(LinkOptions { keepalive: Some(Duration::from_millis(300)), ..options(port) });
    client.opened();
    assert_eq!(client.frame(), &b"both"[..]);
    client.link.close();
    client.closed();
    server.join().unwrap();
}

#[test]
fn a_silent_peer_is_given_up() {
    let _gate = share();
    let (port, server) = serve(|stream| be_silent(accept(stream).into_inner()));
    let mut client = Client::open(LinkOptions { keepalive: Some(Duration::from_millis(100)), ..options(port) });
    client.opened();
    let error = client.broken();
    assert_eq!(error.status, STDB_ERR_TIMEOUT);
    assert!(error.message.contains("the peer was silent for 2"), "{error}");
    assert_eq!(server.join().unwrap()[0][0], 0x89, "a ping came");
}

/// A certificate authority, and a server configuration with a certificate of it for 127.0.0.1.
fn authority() -> (Vec<u8>, Arc<ServerConfig>) {
    let ca_key = rcgen::KeyPair::generate().unwrap();
    let mut ca = rcgen::CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let pem = ca.self_signed(&ca_key).unwrap().pem().into_bytes();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let names = vec!["127.0.0.1".to_string()];
    let certificate = rcgen::CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(tls::provider().clone())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    (pem, Arc::new(config))
}

fn over_tls(config: &Arc<ServerConfig>, stream: TcpStream) -> StreamOwned<ServerConnection, TcpStream> {
    StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream)
}

fn secure_options(port: u16, ca_pem: Option<Vec<u8>>) -> LinkOptions {
    LinkOptions { uri: check_uri(&format!("wss://127.0.0.1:{port}")).unwrap(), ca_pem, ..options(port) }
}

#[test]
fn tls_with_a_certificate_of_its_own() {
    let _gate = share();
    let (pem, config) = authority();
    let (port, server) = serve(move |stream| echo(over_tls(&config, stream)));
    let mut client = Client::open(secure_options(port, Some(pem)));
    let payload: Vec<u8> = (0..3_000_000u32).map(|n| (n >> 5) as u8).collect();
    client.link.send(payload.clone());
    client.opened();
    assert!(client.frame() == payload);
    for number in 0..1000u32 {
        client.link.send(number.to_le_bytes().to_vec());
    }
    for number in 0..1000u32 {
        assert_eq!(client.frame(), &number.to_le_bytes()[..]);
    }
    client.link.close();
    assert_eq!(client.closed(), Outcome { opened: true, error: None });
    assert_eq!(server.join().unwrap(), [1001]);
}

#[test]
fn tls_that_is_not_trusted_or_not_there() {
    let _gate = share();
    let (_, config) = authority();
    let (port, server) = serve(move |stream| over_tls(&config, stream).read(&mut [0]).is_ok());
    let error = Client::open(secure_options(port, None)).refused();
    assert_eq!(error.status, STDB_ERR_TLS, "{error}");
    server.join().unwrap();

    let (port, server) = serve(|mut stream| stream.write_all(b"plain text, not TLS").is_ok());
    assert_eq!(Client::open(secure_options(port, None)).refused().status, STDB_ERR_TLS);
    server.join().unwrap();

    let error = Client::open(secure_options(port, Some(b"nothing".to_vec()))).refused();
    assert_eq!(error.status, STDB_ERR_TLS);
    assert!(error.message.contains("ca_pem"), "{error}");
}

/// Answers the schema request, and then echoes.
fn schema_then_echo(mut stream: impl Read + Write, seen: &Sender<String>, answer: &str) {
    let head = read_head(&mut stream);
    stream.write_all(answer.as_bytes()).unwrap();
    stream.flush().unwrap();
    seen.send(head).unwrap();
}

#[test]
fn the_schema_is_fetched_first() {
    let _gate = share();
    let (pem, config) = authority();
    let (seen, heads) = channel();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"tables\":[]}";
        schema_then_echo(over_tls(&config, listener.accept().unwrap().0), &seen, answer);
        echo(over_tls(&config, listener.accept().unwrap().0))
    });
    let mut options = LinkOptions { schema: FetchSchema::First, ..secure_options(port, Some(pem)) };
    options.headers = vec![("X-Extra".into(), "yes".into())];
    let mut client = Client::open(options);
    assert!(matches!(client.next(), Event::Schema(json) if json == "{\"tables\":[]}"));
    client.opened();
    let head = heads.recv_timeout(PATIENCE).unwrap();
    assert!(head.starts_with("GET /v1/database/db/schema?version=10 HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("Authorization: Bearer secret-token\r\n") && head.contains("X-Extra: yes\r\n"), "{head}");
    client.link.close();
    client.closed();
    server.join().unwrap();
}

/// Answers requests one after the other, each over a connection of its own; the heads of all.
fn answer_in_turn(answers: Vec<&'static str>) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = move |answer: &&str| {
        let mut stream = listener.accept().unwrap().0;
        let head = read_head(&mut stream);
        stream.write_all(answer.as_bytes()).unwrap();
        head
    };
    (port, thread::spawn(move || answers.iter().map(answer).collect()))
}

#[test]
fn version_9_of_the_schema_is_asked_for_where_10_is_of_no_use() {
    let _gate = share();
    const NINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnine";
    for ten in [
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno",
        "HTTP/1.1 404 Not Found\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nunreadable",
    ] {
        let (port, server) = answer_in_turn(vec![ten, NINE]);
        let mut client = Client::open(LinkOptions { schema: FetchSchema::Only, ..options(port) });
        assert!(matches!(client.next(), Event::Schema(json) if json == "nine"));
        assert_eq!(client.closed(), Outcome { opened: false, error: None }, "nothing else was to be done");
        let heads = server.join().unwrap();
        assert!(heads[0].contains("version=10 ") && heads[1].contains("version=9 "), "{heads:?}");
    }
    let (port, server) = answer_in_turn(vec!["HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\ngone"]);
    let error = Client::open(LinkOptions { schema: FetchSchema::Only, ..options(port) }).refused();
    assert_eq!((error.status, error.http_status), (STDB_ERR_HTTP, Some(403)));
    server.join().unwrap();
}

#[test]
fn a_schema_that_is_refused() {
    let _gate = share();
    let (port, server) = answer_with("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops");
    let error = Client::open(LinkOptions { schema: FetchSchema::First, ..options(port) }).refused();
    assert_eq!((error.status, error.http_status), (STDB_ERR_HTTP, Some(500)));
    assert!(error.message.contains("schema request: oops"), "{error}");
    server.join().unwrap();
}

#[test]
fn close_sends_what_was_sent_before() {
    let _gate = share();
    let (port, server) = serve(|stream| {
        let mut socket = accept(stream);
        let mut bytes = 0;
        loop {
            match socket.read().unwrap() {
                Message::Binary(payload) => bytes += payload.len(),
                Message::Close(frame) => return (bytes, frame.map(|frame| u16::from(frame.code))),
                other => panic!("{other:?}"),
            }
        }
    });
    let mut client = Client::open(options(port));
    client.opened();
    for _ in 0..100 {
        client.link.send(vec![7; 100_000]);
    }
    client.link.close();
    client.link.send(b"too late".to_vec());
    assert_eq!(client.closed(), Outcome { opened: true, error: None });
    assert_eq!(server.join().unwrap(), [(10_000_000, Some(1000))]);
}

#[test]
fn close_does_not_wait_for_ever() {
    let _gate = share();
    let (port, server) = serve(|stream| be_silent(accept(stream).into_inner()));
    let mut client = Client::open(options(port));
    client.opened();
    let start = Instant::now();
    client.link.close();
    assert_eq!(client.closed(), Outcome { opened: true, error: None });
    assert!(start.elapsed() < Duration::from_secs(5));
    server.join().unwrap();
}

#[test]
fn abort_ends_at_once() {
    let _gate = share();
    let (port, server) = serve(|stream| be_silent(accept(stream).into_inner()));
    let mut client = Client::open(options(port));
    client.opened();
    client.link.abort();
    client.link.abort();
    assert_eq!(client.closed(), Outcome { opened: true, error: None });
    client.link.send(vec![1]);
    assert_eq!(client.link.counters().pending_send_bytes, 0);
    assert_eq!(server.join().unwrap(), [Vec::<u8>::new()]);

    let (port, server) = serve(be_silent);
    let mut client = Client::open(options(port));
    client.link.close();
    assert_eq!(client.closed(), Outcome { opened: false, error: None });
    // Whether it was connected yet is a matter of luck.
    let _ = TcpStream::connect(("127.0.0.1", port));
    server.join().unwrap();
}

#[test]
fn no_frame_follows_an_abort_from_inside_a_frame() {
    let _gate = share();
    let (port, server) = serve(|stream| {
        let mut socket = accept(stream);
        for _ in 0..10 {
            socket.write(Message::binary(&b"x"[..])).unwrap();
        }
        let _ = socket.flush();
        let _ = socket.read();
    });
    let slot: Arc<parking_lot::Mutex<Option<Link>>> = Arc::default();
    let own = slot.clone();
    let mut locked = slot.lock();
    let mut client = Client::reacting(
        options(port),
        Box::new(move |_| {
            own.lock().as_ref().unwrap().abort();
            Ok(())
        }),
    );
    *locked = Some(client.link.clone());
    drop(locked);
    client.opened();
    client.frame();
    assert_eq!(client.closed(), Outcome { opened: true, error: None });
    server.join().unwrap();
}

#[test]
fn timers_run_once_in_order_and_survive_a_panic() {
    let _gate = share();
    let (sender, done) = channel();
    let start = Instant::now();
    for delay in [60, 20, 40u64] {
        let sender = sender.clone();
        after(
            Duration::from_millis(delay),
            Box::new(move || {
                sender.send((delay, Instant::now())).unwrap();
                assert!(delay != 20, "on purpose");
            }),
        );
    }
    for expected in [20, 40, 60] {
        let (delay, at) = done.recv_timeout(PATIENCE).unwrap();
        assert_eq!(delay, expected);
        assert!(at - start >= Duration::from_millis(delay));
    }
}

#[test]
fn shutdown_ends_all_and_open_starts_again() {
    let _gate = GATE.write();
    for _ in 0..3 {
        let (port, server) = serve_all(2, |stream| be_silent(accept(stream).into_inner()));
        let mut clients = [Client::open(options(port)), Client::open(options(port))];
        for client in &mut clients {
            client.opened();
        }
        let (sender, never) = channel::<()>();
        after(Duration::from_secs(3600), Box::new(move || sender.send(()).unwrap()));
        shutdown();
        #[cfg(target_os = "linux")]
        await_threads(&[reactor::THREAD_NAME, dial::THREAD_NAME], 0);
        for client in &mut clients {
            assert_eq!(client.closed(), Outcome { opened: true, error: None });
        }
        assert!(never.recv().is_err(), "the timer is dropped");
        server.join().unwrap();
    }
    shutdown();
}

#[test]
#[cfg(target_os = "linux")]
fn the_threads_leave_when_there_is_nothing_to_do() {
    let _gate = GATE.write();
    let (port, server) = serve(echo);
    let mut options = options(port);
    options.uri = check_uri(&format!("http://localhost:{port}")).unwrap();
    let mut client = Client::open(options);
    client.opened();
    client.link.close();
    client.closed();
    server.join().unwrap();
    await_threads(&[reactor::THREAD_NAME, dial::THREAD_NAME], 0);
}
