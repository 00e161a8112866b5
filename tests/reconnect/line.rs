//! The line between a client and a host, which ends after exactly as many bytes as a test wants.
//!
//! What lies beyond is not passed on, and the stream ends in order: the other side gets every byte before the cut, whatever
//! the two are doing, and so a test that cuts goes the same way each time.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};

/// What is cut: the stream of whom, after how many bytes.
#[derive(Clone, Copy, Debug)]
pub enum Cut {
    /// What the host says. What the client says goes on until the client ends it.
    OfHost(u64),
    /// What the client says. The host hears of it, and what it still says arrives.
    OfClient(u64),
}

/// A line that one client uses at a time; dropping it cuts and ends it.
pub struct Line {
    shared: Arc<Shared>,
    address: SocketAddr,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    stopping: AtomicBool,
}

#[derive(Default)]
struct State {
    /// The connection that was made last.
    current: Option<Ways>,
    /// What becomes of those to come, in their order.
    next: VecDeque<Cut>,
}

/// One direction of a connection.
struct Way {
    to: TcpStream,
    left: Mutex<Left>,
}

/// A connection: to the client and to the host.
type Ways = [Arc<Way>; 2];

/// How much may pass.
struct Left {
    /// How many bytes, where there is a limit.
    bytes: Option<u64>,
    is_cut: bool,
}

impl Line {
    /// A line to a host's port.
    pub fn to(port: u16) -> Line {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port of the loopback interface");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared { state: Mutex::default(), stopping: AtomicBool::new(false) });
        let accepting = Some(thread::spawn({
            let shared = shared.clone();
            move || accept(&listener, port, &shared)
        }));
        Line { shared, address, accepting }
    }

    /// Where the host is, by this line.
    pub fn uri(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Cuts the connection there is.
    pub fn cut(&self, cut: Cut) {
        limit(self.shared.state().current.as_ref().expect("there is a connection"), cut);
    }

    /// Cuts a connection to come, counting from its first byte: the next one, or the one after those that were named
    /// before.
    pub fn cut_next(&self, cut: Cut) {
        self.shared.state().next.push_back(cut);
    }

    /// Whether the connection there is was cut.
    pub fn is_cut(&self) -> bool {
        self.shared.state().current.iter().flatten().any(|way| way.left().is_cut)
    }

    /// Cuts no more.
    pub fn mend(&self) {
        let state = &mut *self.shared.state();
        state.next.clear();
        state.current.iter().flatten().for_each(|way| way.left().bytes = None);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // The listener only notices when somebody comes.
        let _ = TcpStream::connect(self.address);
        let _ = self.accepting.take().map(JoinHandle::join);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

fn accept(listener: &TcpListener, port: u16, shared: &Shared) {
    let mut open: Vec<(Ways, [JoinHandle<()>; 2])> = Vec::new();
    for client in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            break;
        }
        // A client whose host does not listen is turned away.
        let (Ok(client), Ok(host)) = (client, TcpStream::connect((Ipv4Addr::LOCALHOST, port))) else { continue };
        let [to_client, to_host] = [Way::to(&client), Way::to(&host)];
        let ways = [to_client.clone(), to_host.clone()];
        {
            let state = &mut *shared.state();
            if let Some(cut) = state.next.pop_front() {
                limit(&ways, cut);
            }
            state.current = Some(ways.clone());
        }
        open.retain(|(_, threads)| !threads.iter().all(JoinHandle::is_finished));
        open.push((ways, [thread::spawn(move || to_client.carry(host)), thread::spawn(move || to_host.carry(client))]));
    }
    for (ways, threads) in open {
        ways.iter().for_each(|way| drop(way.to.shutdown(Shutdown::Both)));
        threads.into_iter().for_each(|thread| thread.join().expect("it does not panic"));
    }
}

fn limit([to_client, to_host]: &Ways, cut: Cut) {
    match cut {
        Cut::OfHost(bytes) => to_client.limit(bytes),
        Cut::OfClient(bytes) => to_host.limit(bytes),
    }
}

impl Way {
    fn to(to: &TcpStream) -> Arc<Way> {
        to.set_nodelay(true).expect("a socket can do it");
        let to = to.try_clone().expect("there are descriptors");
        Arc::new(Way { to, left: Mutex::new(Left { bytes: None, is_cut: false }) })
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.left.lock().unwrap()
    }

    fn limit(&self, bytes: u64) {
        let left = &mut *self.left();
        left.bytes = Some(bytes);
        self.pass(left, &[]);
    }

    /// Passes on what comes, until its end.
    fn carry(&self, mut from: TcpStream) {
        let mut buffer = [0; 1 << 14];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            self.pass(&mut self.left(), &buffer[..count]);
        }
        let _ = self.to.shutdown(Shutdown::Write);
    }

    /// Passes on what may pass. The rest is taken and forgotten: were it left lying, the system would take back what was
    /// sent the other way.
    fn pass(&self, left: &mut Left, bytes: &[u8]) {
        if left.is_cut {
            return;
        }
        let passing = left.bytes.map_or(bytes.len(), |left| bytes.len().min(left as usize));
        // A side that is gone does not miss it.
        let _ = (&self.to).write_all(&bytes[..passing]);
        if let Some(left_bytes) = &mut left.bytes {
            *left_bytes -= passing as u64;
            if *left_bytes == 0 {
                left.is_cut = true;
                let _ = self.to.shutdown(Shutdown::Write);
            }
        }
    }
}
