//! A connected client: what it subscribes to, and how it is told of things in the protocol that it speaks.

mod v1;
mod v2;

use crate::connection::{Out, Outbox};
use crate::database::{Changed, Outcome, ProcedureOutcome};
use crate::sql::Query;
use crate::store::Store;
use crate::token::{ConnectionId, Identity};
use crate::wire::{self, Message};
pub use v1::V1;
pub use v2::V2;

/// A connected client.
pub struct Client {
    /// Who it is.
    pub identity: Identity,
    /// Which of its connections this is.
    pub connection_id: ConnectionId,
    /// What it subscribes to.
    pub speaks: Speaks,
    outbox: Outbox,
}

/// The subscriptions of a client, as its protocol has them.
pub enum Speaks {
    /// `v1.bsatn.spacetimedb`.
    V1(V1),
    /// `v2.bsatn.spacetimedb` and `v3.bsatn.spacetimedb`.
    V2(V2),
}

impl Client {
    /// A client, told of things through `outbox`.
    pub fn new(identity: Identity, connection_id: ConnectionId, speaks: Speaks, outbox: Outbox) -> Self {
        Self { identity, connection_id, speaks, outbox }
    }

    /// Tells it something.
    pub fn send(&self, message: Message) {
        self.outbox.send(message);
    }

    /// Tells it who it is.
    pub fn greet(&self, token: String) {
        let (identity, connection_id) = (self.identity, self.connection_id);
        self.send(match self.speaks {
            Speaks::V1(_) => wire::ServerMessage::IdentityToken { identity, token, connection_id }.into(),
            Speaks::V2(_) => wire::v2::ServerMessage::InitialConnection { identity, connection_id, token }.into(),
        });
    }

    /// Every query it subscribes to.
    pub fn queries(&self) -> Box<dyn Iterator<Item = &Query> + '_> {
        match &self.speaks {
            Speaks::V1(v1) => Box::new(v1.queries()),
            Speaks::V2(v2) => Box::new(v2.queries()),
        }
    }

    /// Tells it how its own reducer call ended. With `quiet`, not of success that changes nothing it sees.
    pub fn tell_own(&self, outcome: &Outcome, request_id: u32, quiet: bool, store: &Store) {
        let message = match &self.speaks {
            Speaks::V1(v1) => v1.own(outcome, request_id, quiet, store).map(Message::V1),
            Speaks::V2(v2) => Some(v2.own(outcome, request_id, store).into()),
        };
        message.into_iter().for_each(|message| self.send(message));
    }

    /// Tells it what another client's reducer call changed.
    pub fn tell_of_other(&self, outcome: &Outcome, request_id: u32, store: &Store) {
        let message = match &self.speaks {
            Speaks::V1(v1) => v1.other(outcome, request_id, store).map(Message::V1),
            Speaks::V2(v2) => v2.changes(&outcome.changes, store).map(Message::V2),
        };
        message.into_iter().for_each(|message| self.send(message));
    }

    /// Tells it what another client's procedure changed.
    pub fn tell_changes(&self, changes: &Changed, store: &Store) {
        let message = match &self.speaks {
            Speaks::V1(v1) => v1.changes(changes, 0, store).map(Message::V1),
            Speaks::V2(v2) => v2.changes(changes, store).map(Message::V2),
        };
        message.into_iter().for_each(|message| self.send(message));
    }

    /// Tells it what its procedure changed, and how it ended.
    pub fn tell_procedure(&self, outcome: ProcedureOutcome, request_id: u32, store: &Store) {
        let messages = match &self.speaks {
            Speaks::V1(v1) => v1.procedure(outcome, request_id, store).into_iter().map(Message::V1).collect(),
            Speaks::V2(v2) => v2.procedure(outcome, request_id, store).into_iter().map(Message::V2).collect(),
        };
        self.outbox.put(Out::Messages(messages));
    }
}
