//! What goes to the host: requests wait until the protocol is known, and are then sent at once, by whichever thread.

use std::borrow::Cow;

use parking_lot::Mutex;

use crate::net::{Counters, Link, Protocol};
use crate::wire::{v1, v2};

/// Something asked of the host, in whatever protocol. Numbers are the connection's own, which the host repeats.
#[derive(Clone, Debug)]
pub enum Request<'a> {
    /// Adds a query set.
    Subscribe {
        /// The number of the request.
        request_id: u32,
        /// The number of the set.
        query_id: u32,
        /// The queries.
        queries: Cow<'a, [String]>,
    },
    /// Removes a query set.
    Unsubscribe {
        /// The number of the request.
        request_id: u32,
        /// The number of the set.
        query_id: u32,
    },
    /// Calls a reducer.
    CallReducer {
        /// The number of the call.
        request_id: u32,
        /// The reducer's name.
        reducer: Cow<'a, str>,
        /// The arguments, as BSATN.
        args: Cow<'a, [u8]>,
        /// What the host is to tell; of meaning in v1 only.
        flags: u8,
    },
    /// Calls a procedure.
    CallProcedure {
        /// The number of the call.
        request_id: u32,
        /// The procedure's name.
        procedure: Cow<'a, str>,
        /// The arguments, as BSATN.
        args: Cow<'a, [u8]>,
    },
    /// Asks for the rows of a query once.
    OneOffQuery {
        /// The number of the request.
        request_id: u32,
        /// The query.
        query: Cow<'a, str>,
    },
}

impl Request<'_> {
    fn send(&self, link: &Link, protocol: Protocol) {
        if let Some(message) = self.encode(protocol) {
            link.send(message);
        }
    }

    /// The bytes of the request in a protocol; `None` for a procedure call over v1, for which a 1.2.0 host would end the
    /// connection. Whoever called is told when the protocol is known.
    fn encode(&self, protocol: Protocol) -> Option<Vec<u8>> {
        match protocol {
            Protocol::V1 => self.encode_v1(),
            Protocol::V2 | Protocol::V3 => Some(self.encode_v2()),
        }
    }

    fn encode_v1(&self) -> Option<Vec<u8>> {
        Some(match self {
            Request::Subscribe { request_id, query_id, queries } => {
                v1::ClientMessage::SubscribeMulti { queries, request_id: *request_id, query_id: *query_id }.encode()
            }
            Request::Unsubscribe { request_id, query_id } => {
                v1::ClientMessage::UnsubscribeMulti { request_id: *request_id, query_id: *query_id }.encode()
            }
            Request::CallReducer { request_id, reducer, args, flags } => {
                v1::ClientMessage::CallReducer { reducer, args, request_id: *request_id, flags: *flags }.encode()
            }
            Request::CallProcedure { .. } => return None,
            Request::OneOffQuery { request_id, query } => {
                v1::ClientMessage::OneOffQuery { message_id: &request_id.to_le_bytes(), query }.encode()
            }
        })
    }

    fn encode_v2(&self) -> Vec<u8> {
        match self {
            Request::Subscribe { request_id, query_id, queries } => {
                v2::ClientMessage::Subscribe { request_id: *request_id, query_set_id: *query_id, queries }.encode()
            }
            // Which rows the set held is known here.
            Request::Unsubscribe { request_id, query_id } => v2::ClientMessage::Unsubscribe {
                request_id: *request_id,
                query_set_id: *query_id,
                send_dropped_rows: false,
            }
            .encode(),
            Request::CallReducer { request_id, reducer, args, .. } => {
                v2::ClientMessage::CallReducer { request_id: *request_id, reducer, args }.encode()
            }
            Request::CallProcedure { request_id, procedure, args } => {
                v2::ClientMessage::CallProcedure { request_id: *request_id, procedure, args }.encode()
            }
            Request::OneOffQuery { request_id, query } => {
                v2::ClientMessage::OneOffQuery { request_id: *request_id, query }.encode()
            }
        }
    }

    /// The number of a call; `None` for what is about a query set.
    fn call(&self) -> Option<u32> {
        match self {
            Request::Subscribe { .. } | Request::Unsubscribe { .. } => None,
            Request::CallReducer { request_id, .. }
            | Request::CallProcedure { request_id, .. }
            | Request::OneOffQuery { request_id, .. } => Some(*request_id),
        }
    }

    fn into_owned(self) -> Request<'static> {
        match self {
            Request::Subscribe { request_id, query_id, queries } => {
                Request::Subscribe { request_id, query_id, queries: Cow::Owned(queries.into_owned()) }
            }
            Request::Unsubscribe { request_id, query_id } => Request::Unsubscribe { request_id, query_id },
            Request::CallReducer { request_id, reducer, args, flags } => Request::CallReducer {
                request_id,
                reducer: Cow::Owned(reducer.into_owned()),
                args: Cow::Owned(args.into_owned()),
                flags,
            },
            Request::CallProcedure { request_id, procedure, args } => Request::CallProcedure {
                request_id,
                procedure: Cow::Owned(procedure.into_owned()),
                args: Cow::Owned(args.into_owned()),
            },
            Request::OneOffQuery { request_id, query } => {
                Request::OneOffQuery { request_id, query: Cow::Owned(query.into_owned()) }
            }
        }
    }
}

/// The way to the host. It outlives a link: a connection that is made anew gets another one.
#[derive(Default)]
pub struct Outbox {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    link: Option<Link>,
    /// The protocol of the link, once it is open.
    protocol: Option<Protocol>,
    waiting: Vec<Request<'static>>,
    /// What went over links that are over.
    past: Counters,
    /// How many links that were open are over.
    lost: u32,
}

impl Outbox {
    /// Sends a request over the link of this number, now or as soon as it is open. When that link is over, the request is
    /// dropped: whoever made it hears of the link's end.
    pub fn send(&self, link: u32, request: Request<'_>) {
        let mut state = self.state.lock();
        if state.lost + 1 == link {
            state.send(request);
        }
    }

    /// Takes a call back that waits for the link to open.
    pub fn withdraw_call(&self, request_id: u32) {
        self.state.lock().waiting.retain(|request| request.call() != Some(request_id));
    }

    /// The link is there; it may be open already.
    pub fn set_link(&self, link: Link) {
        let mut state = self.state.lock();
        state.link = Some(link);
        state.send_waiting();
    }

    /// The link is open.
    pub fn open(&self, protocol: Protocol) {
        let mut state = self.state.lock();
        state.protocol = Some(protocol);
        state.send_waiting();
    }

    /// The link is over. What is asked for from now on waits for the next one, and so does what waited, unless it has gone
    /// over this one. Gives the number of the last link that was open.
    pub fn lose_link(&self) -> u32 {
        let mut state = self.state.lock();
        if let Some(link) = state.link.take() {
            state.past = state.past.plus(link.counters());
        }
        state.lost += u32::from(state.protocol.take().is_some());
        state.lost
    }

    /// The number of the link that requests go over now or as soon as it is open, from 1. A link that never opened does not
    /// count.
    pub fn link_number(&self) -> u32 {
        self.state.lock().lost + 1
    }

    /// The link, while there is one.
    pub fn link(&self) -> Option<Link> {
        self.state.lock().link.clone()
    }

    /// Takes out what waits: all that was asked for, where there is no link.
    #[cfg(test)]
    pub fn take_waiting(&self) -> Vec<Request<'static>> {
        std::mem::take(&mut self.state.lock().waiting)
    }

    /// The protocol of the link, while it is open.
    pub fn protocol(&self) -> Option<Protocol> {
        self.state.lock().protocol
    }

    /// What has gone over all links.
    pub fn counters(&self) -> Counters {
        let state = self.state.lock();
        state.link.as_ref().map_or(state.past, |link| state.past.plus(link.counters()))
    }
}

impl State {
    fn send(&mut self, request: Request<'_>) {
        match (&self.link, self.protocol) {
            (Some(link), Some(protocol)) => request.send(link, protocol),
            _ => self.waiting.push(request.into_owned()),
        }
    }

    fn send_waiting(&mut self) {
        let (Some(link), Some(protocol)) = (&self.link, self.protocol) else { return };
        self.waiting.drain(..).for_each(|request| request.send(link, protocol));
    }
}
