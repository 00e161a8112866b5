//! The bytes of a connection: a non-blocking TCP socket, or TLS over one.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::tls;
use crate::error::{Error, Result, STDB_ERR_IO, STDB_ERR_TLS, STDB_ERR_UNREACHABLE};

/// A TCP socket that the reactor reads and that any thread may write.
///
/// It leaves out `write_vectored` on purpose: the standard library sends with `MSG_NOSIGNAL` but its vectored write is
/// `writev`, which raises SIGPIPE in a program that does not ignore it, and rustls would use it.
#[derive(Clone)]
pub(super) struct Socket(Arc<TcpStream>);

impl Read for Socket {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(into)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A connection's bytes in the clear.
pub(super) enum Stream {
    /// Over TCP alone.
    Plain(Socket),
    /// Over TLS.
    Tls(Box<StreamOwned<ClientConnection, Socket>>),
}

impl Stream {
    /// Begins to connect, and asks the reactor for readiness under `token`.
    pub(super) fn connect(address: SocketAddr, registry: &Registry, token: Token) -> io::Result<Stream> {
        let mut socket = TcpStream::connect(address)?;
        registry.register(&mut socket, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Stream::Plain(Socket(Arc::new(socket))))
    }

    /// Whether the connection stands: `Ok(false)` while it does not yet.
    pub(super) fn is_connected(&self) -> io::Result<bool> {
        let socket = &self.socket().0;
        if let Some(error) = socket.take_error()? {
            return Err(error);
        }
        match socket.peer_addr() {
            Ok(_) => {
                // Messages are small and wait for nothing; a socket that cannot do it still works.
                let _ = socket.set_nodelay(true);
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(false),
            // What macOS says of a socket that is still connecting.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Puts TLS over a connected socket.
    pub(super) fn secure(self, config: Arc<ClientConfig>, host: &str) -> Result<Stream> {
        let connection = ClientConnection::new(config, tls::server_name(host)?)
            .map_err(|error| Error::new(STDB_ERR_TLS, format!("TLS cannot be set up: {error}")))?;
        Ok(Stream::Tls(Box::new(StreamOwned::new(connection, self.socket().clone()))))
    }

    /// Goes on with the TLS handshake: `Ok(true)` once it is done (at once without TLS).
    pub(super) fn handshake(&mut self) -> io::Result<bool> {
        let Stream::Tls(tls) = self else { return Ok(true) };
        while tls.conn.is_handshaking() {
            match tls.conn.complete_io(&mut tls.sock) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// The socket, when other threads may write to it directly: not under TLS, whose state the reactor owns.
    pub(super) fn direct(&self) -> Option<Socket> {
        match self {
            Stream::Plain(socket) => Some(socket.clone()),
            Stream::Tls(_) => None,
        }
    }

    /// Tells the peer that nothing more comes. Errors do not matter: the connection is over.
    pub(super) fn end_writing(&mut self) {
        if let Stream::Tls(tls) = self {
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
        let _ = self.socket().0.shutdown(std::net::Shutdown::Write);
    }

    /// Ends the reactor's interest, and the connection in both directions even if another thread still holds the socket.
    pub(super) fn discard(self, registry: &Registry) {
        let socket = self.socket().clone();
        drop(self);
        let _ = socket.0.shutdown(std::net::Shutdown::Both);
        // Deregistering needs the socket alone; a thread that is just sending lets go of it in a moment. Dropping it
        // deregisters it too, so nothing is lost then.
        if let Some(mut socket) = Arc::into_inner(socket.0) {
            let _ = registry.deregister(&mut socket);
        }
    }

    fn socket(&self) -> &Socket {
        match self {
            Stream::Plain(socket) => socket,
            Stream::Tls(tls) => &tls.sock,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.read(into),
            Stream::Tls(tls) => tls.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.write(bytes),
            Stream::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(socket) => socket.flush(),
            Stream::Tls(tls) => tls.flush(),
        }
    }
}

/// The error of a connection that could not be made.
pub(super) fn connect_error(authority: &str, error: &io::Error) -> Error {
    use io::ErrorKind::*;
    let status = match error.kind() {
        ConnectionRefused | ConnectionReset | ConnectionAborted | HostUnreachable | NetworkUnreachable
        | NetworkDown | TimedOut | AddrNotAvailable => STDB_ERR_UNREACHABLE,
        _ => STDB_ERR_IO,
    };
    Error::new(status, format!("{authority} cannot be reached: {error}"))
}

/// The error of a connection that stood, and failed while `doing` something (empty: in ordinary use).
pub(super) fn lost_error(authority: &str, doing: &str, error: &io::Error) -> Error {
    if let Some(tls) = tls_cause(error) {
        return Error::new(STDB_ERR_TLS, format!("TLS with {authority} failed: {tls}"));
    }
    Error::new(STDB_ERR_IO, format!("the connection was lost{doing}: {authority}: {error}"))
}

/// What rustls found wrong, if that is what the I/O error is about.
pub(super) fn tls_cause(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

/// The error for the end of a stream that should have gone on.
pub(super) fn ended() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the peer ended it without a word")
}
