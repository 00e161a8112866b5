//! The life of one connection on the reactor: resolve, connect, TLS, schema, handshake, messages, close.

use std::any::Any;
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use log::Level;
use mio::{Registry, Token};
use rustls::ClientConfig;

use super::dial::{Dialed, Job};
use super::frame::{Decoder, Received};
use super::handshake::{self, SchemaVersion, Upgrade};
use super::http::{Answer, Exchange};
use super::link::{LinkHandler, Opened, Outcome, Shared};
use super::options::{FetchSchema, LinkOptions, Protocol};
use super::reactor::{Command, Remote};
use super::stream::{self, Stream};
use crate::error::{Error, Result, STDB_ERR_PANIC, STDB_ERR_SCHEMA, STDB_ERR_TIMEOUT, STDB_ERR_TOO_LARGE};

/// Reads of one link before the others get their turn.
const READS_A_TURN: usize = 8;
/// How long the peer may take to answer a Close frame.
const CLOSE_WAIT: Duration = Duration::from_secs(1);
/// How long an orderly close may take in all.
const CLOSE_LIMIT: Duration = Duration::from_secs(5);

/// What a step may use of the reactor.
pub(super) struct Context<'a> {
    pub(super) registry: &'a Registry,
    pub(super) remote: &'a Arc<Remote>,
    /// The buffer that all links read into.
    pub(super) scratch: &'a mut [u8],
    pub(super) now: Instant,
}

/// How a step left the session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// Nothing to do until something happens.
    Wait,
    /// There is more to read: give it another turn.
    Again,
}

enum Phase {
    /// On a dialing thread.
    Resolving,
    Connecting,
    /// The TLS handshake.
    Securing,
    /// The schema request.
    Fetching(Box<Exchange>),
    /// The WebSocket handshake.
    Upgrading(Box<Upgrade>),
    Open(Decoder),
    /// This side asked for an orderly close, and waits for the peer's Close frame.
    Closing(Decoder, Instant),
    /// The handler was told of the end; the peer gets a moment to read our Close frame.
    Draining(Instant),
    Ended,
}

/// Why a link that is open has to end, and the close code the peer is told.
struct Refusal {
    error: Option<Error>,
    reply: Option<u16>,
}

/// One connection.
pub(super) struct Session {
    shared: Arc<Shared>,
    options: Box<LinkOptions>,
    authority: String,
    handler: Option<Box<dyn LinkHandler>>,
    opened: bool,
    phase: Phase,
    stream: Option<Stream>,
    tls: Option<Arc<ClientConfig>>,
    /// Where to connect to: those not tried yet, the next one last.
    addresses: Vec<SocketAddr>,
    /// The address being tried, or connected to.
    address: Option<SocketAddr>,
    /// When the next address is tried.
    attempt_until: Option<Instant>,
    /// When connecting fails altogether.
    connect_until: Instant,
    /// The version of the schema that is to be fetched; `None` when none is, or not any more.
    schema: Option<SchemaVersion>,
    /// When the peer was last heard.
    heard: Instant,
    pinged: bool,
    /// The timer that is set for this session.
    pub(super) armed: Option<Instant>,
}

impl Session {
    /// A session that has not begun. The connect timeout runs from now.
    pub(super) fn new(options: LinkOptions, handler: Box<dyn LinkHandler>, shared: Arc<Shared>) -> Session {
        let now = Instant::now();
        Session {
            shared,
            authority: options.uri.authority(),
            // A timeout beyond what a clock can tell is none: a year.
            connect_until: now.checked_add(options.connect_timeout).unwrap_or(now + Duration::from_secs(31_536_000)),
            schema: (options.schema != FetchSchema::No).then_some(SchemaVersion::Ten),
            options: Box::new(options),
            handler: Some(handler),
            opened: false,
            phase: Phase::Resolving,
            stream: None,
            tls: None,
            addresses: Vec::new(),
            address: None,
            attempt_until: None,
            heard: now,
            pinged: false,
            armed: None,
        }
    }

    pub(super) fn id(&self) -> usize {
        self.shared.id
    }

    /// Whether it is over, and to be forgotten.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }

    /// When to call [`Session::on_time`], if nothing happens before.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Ended => None,
            Phase::Closing(_, until) | Phase::Draining(until) => Some(*until),
            Phase::Open(_) => {
                let keepalive = self.options.keepalive.filter(|keepalive| !keepalive.is_zero())?;
                self.heard.checked_add(if self.pinged { keepalive.saturating_mul(2) } else { keepalive })
            }
            _ => Some(self.attempt_until.map_or(self.connect_until, |until| until.min(self.connect_until))),
        }
    }

    /// Begins to connect.
    pub(super) fn start(&mut self, cx: &mut Context) {
        if let Err(error) = self.options.check() {
            return self.end(cx, Some(error));
        }
        let uri = &self.options.uri;
        let (host, port, secure) = (uri.host(), uri.port(), uri.is_secure());
        if let Ok(ip) = host.parse::<IpAddr>()
            && !secure
        {
            let addresses = vec![SocketAddr::new(ip, port)];
            return self.dialed(cx, Ok(Dialed { addresses, tls: None }));
        }
        let (id, remote) = (self.id(), cx.remote.clone());
        let done = Box::new(move |found| remote.push(Command::Dialed(id, found)));
        cx.remote.dialers.submit(Job { host, port, secure, ca_pem: self.options.ca_pem.clone(), done });
    }

    /// Goes on with what a dialing thread found.
    pub(super) fn dialed(&mut self, cx: &mut Context, found: Result<Dialed>) {
        if !matches!(self.phase, Phase::Resolving) {
            return;
        }
        let begun = found.and_then(|found| {
            self.addresses = found.addresses;
            self.addresses.reverse();
            self.tls = found.tls;
            self.connect(cx)
        });
        if let Err(error) = begun {
            self.end(cx, Some(error));
        }
    }

    /// Does all that can be done without waiting.
    pub(super) fn advance(&mut self, cx: &mut Context) -> Flow {
        loop {
            let step = match &mut self.phase {
                Phase::Resolving | Phase::Ended => Ok(Some(Flow::Wait)),
                Phase::Connecting => self.finish_connecting(cx),
                Phase::Securing => self.finish_securing(),
                Phase::Fetching(_) => self.finish_fetching(cx),
                Phase::Upgrading(_) => self.finish_upgrading(cx),
                Phase::Open(_) | Phase::Closing(..) => self.serve(cx),
                Phase::Draining(_) => self.drain(cx),
            };
            match step {
                Ok(Some(flow)) => return flow,
                Ok(None) => {}
                Err(error) => self.end(cx, Some(error)),
            }
        }
    }

    /// Acts on a deadline, if one has passed; what follows of it is done by the next step.
    pub(super) fn on_time(&mut self, cx: &mut Context) {
        let due = self.next_deadline().is_some_and(|deadline| deadline <= cx.now);
        if !due {
            return;
        }
        match &self.phase {
            Phase::Ended => {}
            Phase::Closing(..) | Phase::Draining(_) => self.end(cx, None),
            Phase::Open(_) => self.keep_alive(cx),
            _ if self.connect_until <= cx.now => {
                let error = self.timed_out();
                self.end(cx, Some(error));
            }
            _ => {
                let error = io::Error::from(io::ErrorKind::TimedOut);
                if let Err(error) = self.try_next(cx, &error) {
                    self.end(cx, Some(error));
                }
            }
        }
    }

    /// Closes in the orderly way, as this side asked.
    pub(super) fn close(&mut self, cx: &mut Context) {
        match std::mem::replace(&mut self.phase, Phase::Ended) {
            Phase::Open(decoder) => {
                self.shared.outgoing.lock().close(Some(1000), false);
                self.phase = Phase::Closing(decoder, cx.now + CLOSE_LIMIT);
            }
            phase @ (Phase::Closing(..) | Phase::Draining(_) | Phase::Ended) => self.phase = phase,
            _ => self.end(cx, None),
        }
    }

    /// Ends at once, as this side wants it.
    pub(super) fn abort(&mut self, cx: &Context) {
        self.shared.set_stopped();
        self.end(cx, None);
    }

    /// Ends at once.
    pub(super) fn end(&mut self, cx: &Context, error: Option<Error>) {
        self.phase = Phase::Ended;
        self.shared.outgoing.lock().end();
        if let Some(stream) = self.stream.take() {
            stream.discard(cx.registry);
        }
        self.tell_closed(error);
    }

    /// Begins to connect to the next address.
    fn connect(&mut self, cx: &mut Context) -> Result<()> {
        let mut last = None;
        while let Some(address) = self.addresses.pop() {
            self.say(Level::Debug, || format!("connecting to {address}"))?;
            match Stream::connect(address, cx.registry, Token(self.id())) {
                Ok(stream) => {
                    self.stream = Some(stream);
                    self.address = Some(address);
                    self.phase = Phase::Connecting;
                    // An address that does not answer must not use up the time of those after it.
                    let left = self.connect_until.saturating_duration_since(cx.now);
                    let others = self.addresses.len() as u32;
                    self.attempt_until = (others > 0).then(|| cx.now + left / (others + 1));
                    return Ok(());
                }
                Err(error) => last = Some(error),
            }
        }
        let error = last.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into());
        Err(stream::connect_error(&self.authority, &error))
    }

    /// Gives up an address, for `error`, and goes on with the next one if there is one.
    fn try_next(&mut self, cx: &mut Context, error: &io::Error) -> Result<()> {
        if let Some(stream) = self.stream.take() {
            stream.discard(cx.registry);
        }
        if self.addresses.is_empty() {
            return Err(stream::connect_error(&self.authority, error));
        }
        self.connect(cx)
    }

    fn finish_connecting(&mut self, cx: &mut Context) -> Result<Option<Flow>> {
        let Some(stream) = self.stream.take() else { return Ok(Some(Flow::Wait)) };
        match stream.is_connected() {
            Ok(true) => {}
            Ok(false) => {
                self.stream = Some(stream);
                return Ok(Some(Flow::Wait));
            }
            Err(error) => {
                self.stream = Some(stream);
                return self.try_next(cx, &error).map(|()| None);
            }
        }
        self.attempt_until = None;
        self.stream = Some(match &self.tls {
            Some(config) => stream.secure(config.clone(), &self.options.uri.host())?,
            None => stream,
        });
        self.phase = Phase::Securing;
        Ok(None)
    }

    fn finish_securing(&mut self) -> Result<Option<Flow>> {
        let done = self.stream.as_mut().map_or(Ok(false), Stream::handshake);
        if !done.map_err(|error| stream::lost_error(&self.authority, " during the TLS handshake", &error))? {
            return Ok(Some(Flow::Wait));
        }
        self.phase = if let Some(version) = self.schema {
            self.say(Level::Debug, || "asking for the schema".into())?;
            Phase::Fetching(Box::new(handshake::schema_request(&self.options, version)))
        } else {
            Phase::Upgrading(Box::new(Upgrade::new(&self.options)))
        };
        Ok(None)
    }

    fn finish_fetching(&mut self, cx: &mut Context) -> Result<Option<Flow>> {
        let (Phase::Fetching(exchange), Some(stream)) = (&mut self.phase, &mut self.stream) else { return Ok(None) };
        let Some(answer) = exchange.advance(stream, cx.scratch)? else { return Ok(Some(Flow::Wait)) };
        self.schema = self.take_schema(answer)?;
        if self.schema.is_none() && self.options.schema == FetchSchema::Only {
            self.end(cx, None);
            return Ok(None);
        }
        if let Some(stream) = self.stream.take() {
            stream.discard(cx.registry);
        }
        // What follows has a connection of its own, to the address that has just worked.
        self.addresses.extend(self.address);
        self.connect(cx)?;
        Ok(None)
    }

    /// Hands over the schema that the host has sent; the version to ask for instead, if it is of no use.
    fn take_schema(&mut self, answer: Answer) -> Result<Option<SchemaVersion>> {
        let Some(version) = self.schema else { return Ok(None) };
        if handshake::lacks_version(version, &answer) {
            return Ok(Some(SchemaVersion::Nine));
        }
        let json = handshake::check_schema(&self.options, answer)?;
        let Some(handler) = &mut self.handler else { return Ok(None) };
        if self.shared.is_stopped() {
            return Ok(None);
        }
        match guarded(|| handler.schema(&json)) {
            Ok(()) => Ok(None),
            // A newer host may say it in another way, and still say version 9 as ever.
            Err(error) if version == SchemaVersion::Ten && error.status == STDB_ERR_SCHEMA => {
                self.say(Level::Warn, || format!("asking for version 9 of the schema: {error}"))?;
                Ok(Some(SchemaVersion::Nine))
            }
            Err(error) => Err(error),
        }
    }

    fn finish_upgrading(&mut self, cx: &mut Context) -> Result<Option<Flow>> {
        let (Phase::Upgrading(upgrade), Some(stream)) = (&mut self.phase, &mut self.stream) else { return Ok(None) };
        let Some(answer) = upgrade.exchange.advance(stream, cx.scratch)? else { return Ok(Some(Flow::Wait)) };
        let protocol = upgrade.check(&self.options, &answer)?;
        let direct = stream.direct();
        self.shared.outgoing.lock().open(direct, protocol == Protocol::V3);
        let refused = match self.open(cx.now, protocol) {
            Err(error) => Err(Refusal { error: Some(error), reply: Some(1000) }),
            // Messages may have come right behind the handshake's answer.
            Ok(()) => {
                self.shared.count_received(answer.body.len());
                self.received(&answer.body)
            }
        };
        if let Err(refusal) = refused {
            self.refuse(cx, refusal);
        }
        Ok(None)
    }

    fn open(&mut self, now: Instant, protocol: Protocol) -> Result<()> {
        self.heard = now;
        (self.tls, self.addresses) = (None, Vec::new());
        self.say(Level::Debug, || format!("open, with {}", protocol.subprotocol()))?;
        let opened = Opened { protocol };
        if let Some(handler) = &mut self.handler
            && !self.shared.is_stopped()
        {
            guarded(|| handler.opened(opened))?;
            self.opened = true;
        }
        self.phase = Phase::Open(Decoder::new(self.options.max_message_bytes));
        Ok(())
    }

    /// Writes and reads what can be, up to a turn's worth.
    fn serve(&mut self, cx: &mut Context) -> Result<Option<Flow>> {
        let asked = matches!(self.phase, Phase::Closing(..));
        match self.exchange(cx) {
            // Whatever happens to a connection that we are closing, it is closed.
            Err(_) if asked => {
                self.end(cx, None);
                Ok(None)
            }
            Err(error) => Err(stream::lost_error(&self.authority, "", &error)),
            Ok(flow) => Ok(flow),
        }
    }

    fn exchange(&mut self, cx: &mut Context) -> io::Result<Option<Flow>> {
        let written = self.flush();
        if let Phase::Closing(_, until) = &mut self.phase
            && matches!(written, Ok(true))
        {
            *until = (*until).min(cx.now + CLOSE_WAIT);
        }
        for _ in 0..READS_A_TURN {
            let Some(stream) = &mut self.stream else { return Ok(None) };
            match stream.read(cx.scratch) {
                // When writing has failed, the peer's Close frame may still have been there to read: it says more.
                Ok(0) => return Err(written.err().unwrap_or_else(stream::ended)),
                Ok(count) => {
                    self.heard = cx.now;
                    self.pinged = false;
                    self.shared.count_received(count);
                    if let Err(refusal) = self.received(&cx.scratch[..count]) {
                        self.refuse(cx, refusal);
                        return Ok(None);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    // A ping among what was read wants its answer now.
                    written.and_then(|_| self.flush())?;
                    return Ok(Some(Flow::Wait));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(written.err().unwrap_or(error)),
            }
        }
        Ok(Some(Flow::Again))
    }

    /// Writes what waits; whether nothing is left.
    fn flush(&mut self) -> io::Result<bool> {
        let Some(stream) = &mut self.stream else { return Ok(true) };
        self.shared.flush_begins();
        let mut outgoing = self.shared.outgoing.lock();
        let flushed = outgoing.flush(stream)?;
        drop(outgoing);
        self.shared.count(&flushed);
        Ok(flushed.empty)
    }

    /// Takes what was read to pieces and hands the messages over.
    fn received(&mut self, mut bytes: &[u8]) -> std::result::Result<(), Refusal> {
        let (decoder, asked) = match &mut self.phase {
            Phase::Open(decoder) => (decoder, false),
            Phase::Closing(decoder, _) => (decoder, true),
            _ => return Ok(()),
        };
        let broken = |error: Error| Refusal { reply: Some(close_code(&error)), error: Some(error) };
        while let Some(received) = decoder.next(&mut bytes).map_err(broken)? {
            match received {
                Received::Message(payload) => {
                    self.shared.count_frame();
                    if let Some(handler) = &mut self.handler
                        && !self.shared.is_stopped()
                    {
                        guarded(|| handler.frame(payload)).map_err(broken)?;
                    }
                }
                Received::Ping(payload) => self.shared.outgoing.lock().push_pong(payload),
                Received::Pong => {}
                Received::Close(code, reason) => {
                    let ordinary = asked || matches!(code, None | Some(1000));
                    let error = (!ordinary).then(|| closed_error(&self.authority, code.unwrap_or(1005), &reason));
                    return Err(Refusal { error, reply: code });
                }
            }
        }
        Ok(())
    }

    /// Tells the handler of the end, and the peer, who gets a moment to read it.
    fn refuse(&mut self, cx: &mut Context, refusal: Refusal) {
        if matches!(self.phase, Phase::Closing(..)) {
            return self.end(cx, None);
        }
        self.shared.outgoing.lock().close(refusal.reply, true);
        self.phase = Phase::Draining(cx.now + CLOSE_WAIT);
        self.tell_closed(refusal.error);
    }

    /// Writes the Close frame, and throws away what comes until the peer has closed too.
    fn drain(&mut self, cx: &mut Context) -> Result<Option<Flow>> {
        let sent = self.flush();
        let Some(stream) = &mut self.stream else { return Ok(Some(Flow::Wait)) };
        if matches!(sent, Ok(true)) {
            stream.end_writing();
        }
        for _ in 0..READS_A_TURN {
            match stream.read(cx.scratch) {
                Ok(count) if count > 0 => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Some(Flow::Wait)),
                _ => {
                    self.end(cx, None);
                    return Ok(None);
                }
            }
        }
        Ok(Some(Flow::Again))
    }

    /// Pings a peer that is silent, and gives up one that stays so.
    fn keep_alive(&mut self, cx: &mut Context) {
        if self.pinged {
            let silent = cx.now.saturating_duration_since(self.heard).as_millis();
            let message = format!("{}: the peer was silent for {silent} ms", self.authority);
            return self.end(cx, Some(Error::new(STDB_ERR_TIMEOUT, message)));
        }
        self.pinged = true;
        self.shared.outgoing.lock().push_ping();
    }

    fn timed_out(&self) -> Error {
        let to = &self.authority;
        let stage = match &self.phase {
            Phase::Resolving => format!("resolving `{}`", self.options.uri.host()),
            Phase::Connecting => format!("connecting to {to}"),
            Phase::Securing => format!("the TLS handshake with {to}"),
            Phase::Fetching(exchange) => {
                return exchange.partial_error().unwrap_or_else(|| self.late(&format!("the schema request to {to}")));
            }
            Phase::Upgrading(upgrade) => {
                let late = || self.late(&format!("the WebSocket handshake with {to}"));
                return upgrade.exchange.partial_error().unwrap_or_else(late);
            }
            _ => format!("the connection to {to}"),
        };
        self.late(&stage)
    }

    fn late(&self, stage: &str) -> Error {
        let limit = self.options.connect_timeout.as_millis();
        Error::new(STDB_ERR_TIMEOUT, format!("{stage} was not done within the connect timeout of {limit} ms"))
    }

    fn say(&mut self, level: Level, message: impl FnOnce() -> String) -> Result<()> {
        let Some(handler) = &mut self.handler else { return Ok(()) };
        let message = format!("{}: {}", self.authority, message());
        guarded(|| {
            handler.log(level, message);
            Ok(())
        })
    }

    /// Tells the handler of the end, unless it was told.
    fn tell_closed(&mut self, error: Option<Error>) {
        let Some(handler) = self.handler.take() else { return };
        let error = error.map(|error| self.without_token(error));
        let outcome = Outcome { opened: self.opened, error };
        // It is gone either way, so there is nobody left to tell of its panic but the log.
        if let Err(error) = guarded(|| {
            handler.closed(outcome);
            Ok(())
        }) {
            log::error!(target: "stdb", "{error}");
        }
    }

    /// A host may quote the token in what it answers; nobody else shall.
    fn without_token(&self, mut error: Error) -> Error {
        if let Some(token) = self.options.token.as_deref().filter(|token| !token.is_empty()) {
            error.message = error.message.replace(token, "[token]");
        }
        error
    }
}

/// Runs a call of the handler, or a step of the reactor: a panic in it is an error.
pub(super) fn guarded(call: impl FnOnce() -> Result<()>) -> Result<()> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| Err(panic_error(&*panic)))
}

fn panic_error(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::new(STDB_ERR_PANIC, format!("the library panicked: {}", text.unwrap_or("no message")))
}

fn closed_error(authority: &str, code: u16, reason: &str) -> Error {
    let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    Error::closed(code, format!("{authority} closed the connection with code {code}{because}"))
}

/// What the peer is told when the link ends for an error.
fn close_code(error: &Error) -> u16 {
    match error.status {
        STDB_ERR_TOO_LARGE => 1009,
        STDB_ERR_PANIC => 1011,
        _ => 1002,
    }
}
