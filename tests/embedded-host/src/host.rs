//! The host: its listener, its threads, and what a test can ask of it.

use crate::connection::{Out, Outbox};
use crate::module;
use crate::replay::Replay;
use crate::service::Service;
use crate::stream::{Stream, certified};
use crate::wire::Protocol;
use rustls::ServerConfig;
use socket2::{Domain, Socket, Type};
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How a host shall be; [`EmbeddedHost::builder`] makes one.
#[derive(Default)]
pub struct Builder {
    service: Service,
    tls: bool,
    port: u16,
}

impl Builder {
    /// Serves `chat`, `kitchen`, `kitchen2` or `particles`. Without any call of this, all of them are served.
    pub fn database(mut self, name: &str) -> Self {
        assert!(module::named(name).is_some(), "there is no module named {name}");
        self.service.databases.push(name.into());
        self
    }

    /// Serves a recorded connection under `name`, in the protocol that was recorded: its frames in their order, waiting
    /// for any message of the client wherever the recorded client sent one. Requests and query sets have the ids that the
    /// client chooses. Panics when the text is not a recording.
    pub fn replay(mut self, name: &str, transcript_jsonl: &str, schema_json: &str) -> Self {
        let replay = Replay::parse(transcript_jsonl, schema_json).expect("a recording");
        self.service.replays.insert(name.into(), replay);
        self
    }

    /// Serves https and wss, with a certificate of an authority made for this host.
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Listens on this port instead of a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Speaks these protocols alone. Without it, all of them; a client gets the best that it offers.
    pub fn protocols(mut self, protocols: &[Protocol]) -> Self {
        self.service.protocols = protocols.into();
        self
    }

    /// Tells clients of other clients' transactions by `TransactionUpdateLight`, as a 2.x host does over v1. Without
    /// it, as on a 1.x host, clients that are not in light mode hear who called which reducer.
    pub fn light_to_others(mut self) -> Self {
        self.service.light_to_others = true;
        self
    }

    /// Says `OkEmpty` of a reducer that changed nothing the caller sees, as v2 and v3 allow. Without it, as a 2.8.3 host,
    /// `Ok` without changes.
    pub fn ok_empty(mut self) -> Self {
        self.service.ok_empty = true;
        self
    }

    /// Compresses the rows of each query on their own as well, which the protocol allows.
    pub fn compress_queries(mut self) -> Self {
        self.service.compress_queries = true;
        self
    }

    /// Starts the host; panics when it cannot listen.
    pub fn start(self) -> EmbeddedHost {
        self.try_start().expect("a port of the loopback interface")
    }

    /// Starts the host.
    pub fn try_start(mut self) -> io::Result<EmbeddedHost> {
        let socket = bind(self.port)?;
        if self.service.databases.is_empty() && self.service.replays.is_empty() {
            self.service.databases = ["chat", "kitchen", "kitchen2", "particles"].map(String::from).into();
        }
        if self.service.protocols.is_empty() {
            self.service.protocols = Protocol::ALL.into();
        }
        let address = socket.local_addr()?.as_socket().expect("it was bound to an address");
        let (tls, ca_pem) = if self.tls { Some(certified()) } else { None }.unzip();
        let shared = Arc::new(Shared {
            service: self.service,
            tls,
            registry: Mutex::default(),
            changed: Condvar::new(),
            stopping: AtomicBool::new(false),
        });
        let accepting = Mutex::new(Accepting::Yes(shared.clone().listen(socket)?));
        Ok(EmbeddedHost { shared, address, ca_pem, accepting })
    }
}

/// Takes a port, without listening yet: whoever connects is refused.
fn bind(port: u16) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    // Connections of an earlier listener may linger.
    socket.set_reuse_address(true)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into())?;
    Ok(socket)
}

/// A running host; dropping it stops it.
pub struct EmbeddedHost {
    shared: Arc<Shared>,
    address: SocketAddr,
    ca_pem: Option<String>,
    accepting: Mutex<Accepting>,
}

/// Whether connections are accepted.
enum Accepting {
    /// By this thread.
    Yes(JoinHandle<()>),
    /// No, but the port is kept.
    No(Socket),
    /// No, and never again.
    Over,
}

impl EmbeddedHost {
    /// A host that serves nothing yet.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where it listens, `http://127.0.0.1:PORT` or `https://127.0.0.1:PORT`.
    pub fn uri(&self) -> String {
        let scheme = if self.ca_pem.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The authority that a client must trust, with [`Builder::tls`].
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// How many WebSockets are open now.
    pub fn connections(&self) -> usize {
        self.shared.registry().open
    }

    /// How many WebSockets have been opened since the start.
    pub fn handshakes(&self) -> usize {
        self.shared.registry().opened
    }

    /// Waits until exactly `count` WebSockets are open; whether that came to be within `timeout`.
    pub fn wait_for_connections(&self, count: usize, timeout: Duration) -> bool {
        self.wait(timeout, |registry| registry.open == count)
    }

    /// Waits until at least `count` WebSockets have been opened; whether that came to be within `timeout`.
    pub fn wait_for_handshakes(&self, count: usize, timeout: Duration) -> bool {
        self.wait(timeout, |registry| registry.opened >= count)
    }

    /// Closes every WebSocket with this code.
    pub fn disconnect_all(&self, code: u16) {
        for entry in self.shared.registry().entries.values() {
            if let Some(outbox) = &entry.outbox {
                outbox.put(Out::Close(code, "closed by the host".into()));
            }
        }
    }

    /// Drops every connection without a word.
    pub fn cut_all(&self) {
        self.shared.cut();
    }

    /// Ends each WebSocket that is open now once it has sent so many bytes more, in the middle of a frame if need be. The
    /// client gets all of them, and nothing else.
    pub fn cut_after(&self, bytes: u64) {
        for entry in self.shared.registry().entries.values().filter(|entry| entry.outbox.is_some()) {
            entry.stream.cut_after(bytes);
        }
    }

    /// Ends the next WebSocket that is opened once it has sent so many bytes after its handshake.
    pub fn cut_next_after(&self, bytes: u64) {
        self.shared.registry().cut_next_after = Some(bytes);
    }

    /// Drops every connection and refuses new ones, until [`EmbeddedHost::accept`]. The port and the data are kept.
    pub fn refuse(&self) {
        let accepting = &mut *self.accepting();
        if let Accepting::Yes(_) = accepting {
            self.end(accepting);
            *accepting = Accepting::No(bind(self.port()).expect("nobody else takes the port"));
        }
    }

    /// Accepts connections again, after [`EmbeddedHost::refuse`].
    pub fn accept(&self) {
        let accepting = &mut *self.accepting();
        *accepting = match std::mem::replace(accepting, Accepting::Over) {
            Accepting::No(socket) => {
                Accepting::Yes(self.shared.clone().listen(socket).expect("a bound socket can listen"))
            }
            other => other,
        };
    }

    /// Ends every live query set of this id in a database with an error; returns how many there were.
    pub fn fail_subscriptions(&self, database: &str, query_set_id: u32, error: &str) -> usize {
        self.shared.service.fail_subscriptions(database, query_set_id, error)
    }

    /// Refuses a query of a database from now on, where somebody has connected to it; query sets that have it already stay.
    pub fn refuse_query(&self, database: &str, sql: &str, error: &str) {
        self.shared.service.refuse_query(database, sql, error);
    }

    /// Drops every connection, stops listening and joins every thread.
    pub fn stop(self) {}

    fn accepting(&self) -> MutexGuard<'_, Accepting> {
        self.accepting.lock().expect("no thread panics")
    }

    /// Stops accepting, drops every connection, and waits until that has happened.
    fn end(&self, accepting: &mut Accepting) {
        if let Accepting::Yes(thread) = std::mem::replace(accepting, Accepting::Over) {
            self.shared.stopping.store(true, Ordering::SeqCst);
            // The listener only notices when somebody comes.
            let _ = TcpStream::connect(self.address);
            let _ = thread.join();
            self.shared.stopping.store(false, Ordering::SeqCst);
        }
    }

    fn wait(&self, timeout: Duration, done: impl Fn(&Registry) -> bool) -> bool {
        let waiting = self.shared.changed.wait_timeout_while(self.shared.registry(), timeout, |r| !done(r));
        !waiting.expect("no thread panics").1.timed_out()
    }
}

impl Drop for EmbeddedHost {
    fn drop(&mut self) {
        self.end(&mut self.accepting());
    }
}

/// What the host's threads share.
struct Shared {
    service: Service,
    tls: Option<Arc<ServerConfig>>,
    registry: Mutex<Registry>,
    changed: Condvar,
    stopping: AtomicBool,
}

#[derive(Default)]
struct Registry {
    entries: HashMap<u64, Entry>,
    last: u64,
    open: usize,
    opened: usize,
    cut_next_after: Option<u64>,
}

struct Entry {
    stream: Stream,
    // Of a WebSocket.
    outbox: Option<Outbox>,
}

impl Shared {
    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().expect("no thread panics")
    }

    /// Accepts connections on a thread, until the host stops.
    fn listen(self: Arc<Self>, socket: Socket) -> io::Result<JoinHandle<()>> {
        socket.listen(128)?;
        let listener = TcpListener::from(socket);
        Ok(thread::spawn(move || {
            let mut threads: Vec<JoinHandle<()>> = Vec::new();
            for tcp in listener.incoming() {
                if self.stopping.load(Ordering::SeqCst) {
                    break;
                }
                let stream = tcp.and_then(|tcp| Stream::new(tcp, self.tls.as_ref()));
                let Ok(stream) = stream else { continue };
                threads.retain(|t| !t.is_finished());
                threads.push(self.clone().spawn(stream));
            }
            self.cut();
            threads.into_iter().for_each(|t| drop(t.join()));
        }))
    }

    fn cut(&self) {
        for entry in self.registry().entries.values() {
            entry.stream.cut();
        }
    }

    /// Serves a connection on a thread of its own.
    fn spawn(self: Arc<Self>, stream: Stream) -> JoinHandle<()> {
        let registry = &mut *self.registry();
        registry.last += 1;
        let id = registry.last;
        registry.entries.insert(id, Entry { stream: stream.clone(), outbox: None });
        let shared = self.clone();
        thread::spawn(move || {
            // Whatever goes wrong with a client is the client's problem.
            let _ = shared.service.serve(stream, &mut |outbox| shared.opened(id, outbox));
            shared.forget(id);
        })
    }

    fn forget(&self, id: u64) {
        let registry = &mut *self.registry();
        let websocket = registry.entries.remove(&id).is_some_and(|entry| entry.outbox.is_some());
        registry.open -= websocket as usize;
        self.changed.notify_all();
    }

    fn opened(&self, id: u64, outbox: &Outbox) {
        let registry = &mut *self.registry();
        let entry = registry.entries.get_mut(&id).expect("a connection is registered while it is served");
        entry.outbox = Some(outbox.clone());
        if let Some(bytes) = registry.cut_next_after.take() {
            entry.stream.cut_after(bytes);
        }
        registry.open += 1;
        registry.opened += 1;
        self.changed.notify_all();
    }
}
