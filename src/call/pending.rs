//! The calls that wait for the host's answer.

use bytes::Bytes;
use hashbrown::HashMap;
use parking_lot::Mutex;

use super::{CallKind, CallStatus};
use crate::connection::callbacks::OnceFn;
use crate::connection::context::{Event, ProcedureEvent, QueryEvent, ReducerEvent};
use crate::error::{Error, Result, STDB_ERR_DISCONNECTED};

/// A call that the host has not answered.
pub struct PendingCall {
    /// What was asked for.
    pub kind: CallKind,
    /// The name of the reducer or procedure, or the query.
    pub name: String,
    /// The arguments, as BSATN.
    pub args: Bytes,
    /// Whether a host of v1 may leave it unanswered.
    pub is_quiet: bool,
    /// What to call, if the caller wants to know. A call is kept without, too: see [`PendingCalls::take_failed`].
    pub on_result: Option<OnceFn>,
}

/// The calls that wait, by request id. Any thread.
#[derive(Default)]
pub struct PendingCalls {
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    calls: HashMap<u32, PendingCall>,
    /// The number of the last link whose calls have ended with it.
    lost: u32,
    ended: bool,
}

impl PendingCalls {
    /// Adds a call, and gives the number of the link that it belongs to: it may go over no other, since it ends with that
    /// one. Returns `STDB_ERR_DISCONNECTED` once the connection has ended.
    pub fn add(&self, request_id: u32, call: PendingCall) -> Result<u32> {
        let mut waiting = self.waiting.lock();
        if waiting.ended {
            // The caller's data goes after the lock is released.
            drop(waiting);
            return Err(Error::new(STDB_ERR_DISCONNECTED, "the connection has ended"));
        }
        waiting.calls.insert(request_id, call);
        Ok(waiting.lost + 1)
    }

    /// Takes a call out; `None` when it has ended before, or nobody wanted to know.
    pub fn take(&self, request_id: u32) -> Option<PendingCall> {
        self.waiting.lock().calls.remove(&request_id)
    }

    /// Takes a call of a kind out; `None` as `take` gives it, or when the call is of another kind.
    pub fn take_kind(&self, request_id: u32, kind: CallKind) -> Option<PendingCall> {
        let mut waiting = self.waiting.lock();
        waiting.calls.get(&request_id).filter(|call| call.kind == kind)?;
        waiting.calls.remove(&request_id)
    }

    /// Takes all procedure calls out, oldest first.
    pub fn take_procedures(&self) -> Vec<PendingCall> {
        let mut waiting = self.waiting.lock();
        let is_procedure = |_: &u32, call: &mut PendingCall| call.kind == CallKind::Procedure;
        oldest_first(waiting.calls.extract_if(is_procedure).collect())
    }

    /// Forgets the calls that v1, which was chosen after they were made, may leave unanswered and nobody wants to know of.
    pub fn forget_quiet(&self) {
        self.waiting.lock().calls.retain(|_, call| !call.is_quiet || call.on_result.is_some());
    }

    /// Takes the call out that a failure without a request id is of; `None` when there is none.
    ///
    /// A 1.2.0 host gives every failure the request id 0. Of one that ran it repeats the arguments: it is the oldest call
    /// that had them. Arguments that it could not read it leaves out, and it may refuse them before it answers calls made
    /// earlier: it is the oldest call whose arguments are not `readable`, or, where none is, the oldest of that reducer.
    pub fn take_failed(&self, reducer: &str, args: &[u8], readable: impl Fn(&[u8]) -> bool) -> Option<PendingCall> {
        let mut waiting = self.waiting.lock();
        let oldest = |matches: &dyn Fn(&PendingCall) -> bool| {
            let of_reducer = waiting
                .calls
                .iter()
                .filter(|(_, call)| call.kind == CallKind::Reducer && call.name == reducer && matches(call));
            of_reducer.map(|(request_id, _)| *request_id).min()
        };
        let request_id = oldest(&|call| call.args == args)
            .or_else(|| oldest(&|call| args.is_empty() && !readable(&call.args)))
            .or_else(|| oldest(&|_| args.is_empty()))?;
        waiting.calls.remove(&request_id)
    }

    /// Takes all calls out, oldest first; none can be added from then on.
    pub fn end(&self) -> Vec<PendingCall> {
        let mut waiting = self.waiting.lock();
        waiting.ended = true;
        waiting.take_all()
    }

    /// Takes all calls out that belong to a link that is over, oldest first; those that are added from then on belong to the
    /// next one.
    pub fn lose_link(&self, link: u32) -> Vec<PendingCall> {
        let mut waiting = self.waiting.lock();
        waiting.lost = link;
        waiting.take_all()
    }

    /// How many calls wait.
    pub fn len(&self) -> usize {
        self.waiting.lock().calls.len()
    }

    /// Whether no call waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Waiting {
    fn take_all(&mut self) -> Vec<PendingCall> {
        oldest_first(std::mem::take(&mut self.calls).into_iter().collect())
    }
}

fn oldest_first(mut calls: Vec<(u32, PendingCall)>) -> Vec<PendingCall> {
    calls.sort_by_key(|(request_id, _)| *request_id);
    calls.into_iter().map(|(_, call)| call).collect()
}

impl PendingCall {
    /// What to tell of a call that the host did not answer, or refused before it ran. `caller` is this client.
    pub fn ended(&self, status: CallStatus, message: &str, caller: Option<([u8; 32], [u8; 16])>) -> Event {
        let (name, message) = (self.name.clone(), message.to_owned());
        match self.kind {
            CallKind::Reducer => Event::Reducer(ReducerEvent {
                timestamp_micros: 0,
                status,
                message,
                caller_identity: caller.map_or([0; 32], |(identity, _)| identity),
                caller_connection_id: caller.map(|(_, connection_id)| connection_id),
                energy: None,
                reducer: name,
                args: self.args.clone(),
                value: Bytes::new(),
            }),
            CallKind::Procedure => Event::Procedure(ProcedureEvent {
                timestamp_micros: 0,
                host_execution_micros: 0,
                status,
                message,
                procedure: name,
                value: Bytes::new(),
            }),
            CallKind::Query => Event::Query(QueryEvent { status, message, query: name, rows: Vec::new() }),
        }
    }
}
