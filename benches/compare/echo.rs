//! The peer of a reducer's round trip: a bare tungstenite client that blocks, with frames of the same bytes.

use std::net::TcpStream;
use std::time::Instant;

use stdb_embedded_host::wire::{ClientMessage, Protocol, v1};
use tungstenite::Message;
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;

use crate::Result;

const WARM_UP: usize = 1000;

/// Prints the median and the 99th percentile of so many round trips, in microseconds.
pub fn run(work: &str, uri: &str, count: &str) -> Result<()> {
    let count: usize = count.parse()?;
    let authority = uri.trim_start_matches("http://");
    let stream = TcpStream::connect(authority)?;
    stream.set_nodelay(true)?;
    let mut request = format!("ws://{authority}/v1/database/bench/subscribe").into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(Protocol::V1.name()));
    let (mut socket, _) = tungstenite::client(request, stream)?;
    socket.read()?; // who we are
    let args = [&16_u32.to_le_bytes()[..], &[0; 16]].concat();
    let call = ClientMessage::CallReducer { reducer: "echo".into(), args, request_id: 1, flags: 0 };
    let call = Message::from(v1::encode_client(&call));
    let mut taken = Vec::with_capacity(count);
    for _ in 0..WARM_UP + count {
        let start = Instant::now();
        socket.send(call.clone())?;
        socket.read()?;
        taken.push(start.elapsed().as_nanos() as f64 / 1000.0);
    }
    let taken = &mut taken[WARM_UP..];
    taken.sort_by(f64::total_cmp);
    println!("peer {work}_median {}", taken[(count - 1) / 2]);
    println!("peer {work}_p99 {}", taken[(count - 1) * 99 / 100]);
    Ok(())
}
