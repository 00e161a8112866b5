//! A TCP connection, with or without TLS, that one thread reads while another writes.

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// The connection; clones are the same connection.
#[derive(Clone)]
pub struct Stream {
    tcp: Arc<TcpStream>,
    tls: Option<Arc<Mutex<ServerConnection>>>,
    /// How many bytes may be written yet.
    left: Arc<AtomicU64>,
}

impl Stream {
    /// Takes over an accepted connection; a TLS handshake happens with the first read.
    pub fn new(tcp: TcpStream, tls: Option<&Arc<ServerConfig>>) -> io::Result<Self> {
        tcp.set_nodelay(true)?;
        let session = |config: &Arc<ServerConfig>| ServerConnection::new(config.clone()).map_err(io::Error::other);
        let tls = tls.map(session).transpose()?.map(|session| Arc::new(Mutex::new(session)));
        Ok(Self { tcp: Arc::new(tcp), tls, left: Arc::new(AtomicU64::new(u64::MAX)) })
    }

    /// The connection below TLS.
    pub fn tcp(&self) -> &Arc<TcpStream> {
        &self.tcp
    }

    /// Drops the connection without a word.
    pub fn cut(&self) {
        let _ = self.tcp.shutdown(Shutdown::Both);
    }

    /// Ends the connection once so many bytes more have been written to it.
    pub fn cut_after(&self, bytes: u64) {
        self.left.store(bytes, Ordering::SeqCst);
        if bytes == 0 {
            self.cut_here();
        }
    }

    /// Writes nothing any more. What the client still sends is read: were it left, its system would take what was written
    /// back.
    fn cut_here(&self) {
        let _ = self.tcp.shutdown(Shutdown::Write);
    }

    /// Says that nothing more will be written.
    pub fn finish(&mut self) -> io::Result<()> {
        if let Some(tls) = &self.tls {
            let mut tls = lock(tls);
            tls.send_close_notify();
            send(&mut tls, &self.tcp)?;
        }
        self.tcp.shutdown(Shutdown::Write)
    }
}

fn lock(tls: &Mutex<ServerConnection>) -> MutexGuard<'_, ServerConnection> {
    tls.lock().expect("rustls does not panic")
}

/// Sends what TLS has to send.
fn send(tls: &mut ServerConnection, mut tcp: &TcpStream) -> io::Result<()> {
    while tls.wants_write() {
        tls.write_tls(&mut tcp)?;
    }
    Ok(())
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(tls) = &self.tls else { return (&*self.tcp).read(buffer) };
        loop {
            match lock(tls).reader().read(buffer) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                other => return other,
            }
            // The lock is not held while waiting, so that the other thread can write.
            let mut sealed = [0; 4096];
            let count = (&*self.tcp).read(&mut sealed)?;
            let tls = &mut *lock(tls);
            let mut rest = &sealed[..count];
            loop {
                tls.read_tls(&mut rest)?;
                let processed = tls.process_new_packets().map_err(io::Error::other);
                send(tls, &self.tcp)?;
                processed?;
                if rest.is_empty() {
                    break;
                }
            }
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::SeqCst);
        let bytes = &bytes[..bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
        let count = self.write_some(bytes)?;
        if left != u64::MAX && self.left.fetch_sub(count as u64, Ordering::SeqCst) == count as u64 {
            self.cut_here();
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Stream {
    fn write_some(&self, bytes: &[u8]) -> io::Result<usize> {
        let Some(tls) = &self.tls else { return (&*self.tcp).write(bytes) };
        let tls = &mut *lock(tls);
        let count = tls.writer().write(bytes)?;
        send(tls, &self.tcp)?;
        Ok(count)
    }
}

/// A certificate for `localhost` and `127.0.0.1`: the server's configuration, and the PEM of the authority to trust.
pub fn certified() -> (Arc<ServerConfig>, String) {
    let (issuer, pem) = authority();
    let key = rcgen::KeyPair::generate().expect("ring makes keys");
    let names = ["localhost".to_string(), "127.0.0.1".to_string()];
    let params = rcgen::CertificateParams::new(names).expect("these are names");
    let certificate = params.signed_by(&key, &issuer).expect("ring signs");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("ring speaks TLS").with_no_client_auth();
    let config = config.with_single_cert(vec![certificate.der().clone()], key).expect("the key is the certificate's");
    (Arc::new(config), pem)
}

/// A new certificate authority, and its PEM.
fn authority() -> (rcgen::Issuer<'static, rcgen::KeyPair>, String) {
    let key = rcgen::KeyPair::generate().expect("ring makes keys");
    let mut params = rcgen::CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, "libstdb's embedded host");
    let pem = params.self_signed(&key).expect("ring signs").pem();
    (rcgen::Issuer::new(params, key), pem)
}
