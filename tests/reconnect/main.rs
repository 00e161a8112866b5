//! A lost connection is made again: what is told, what is asked of the host, and what becomes of the cache.
//!
//! - [`client`]: a connection whose callbacks write down what they are told, and keep a copy of the cache by it.
//! - [`kitchen`]: the embedded host, and what it is asked.
//! - [`line`]: the line between the two, which can be cut at any byte.
//! - [`attempts`]: the policy, the token, and the end of trying.
//! - [`endings`]: disconnecting and freeing while the connection is away.
//! - [`differences`]: the cache that was kept and what the host says now.
//! - [`comparing`]: the link is lost again before that is known.
//! - [`requests`]: what is asked while the connection is away, and what was under way when it was lost.
//! - [`cuts`]: a link that is cut anywhere, again and again.
//! - [`real`]: a real host that is killed and started again.

mod attempts;
mod client;
mod comparing;
mod cuts;
mod differences;
mod endings;
mod kitchen;
mod line;
mod real;
mod requests;
#[allow(dead_code)]
#[path = "../../src/connection/model_tests/rng.rs"]
mod rng;
