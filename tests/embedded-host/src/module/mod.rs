//! The modules this host runs natively: their schema and their reducers.

mod chat;
mod entity;
mod kitchen;
mod kitchen2;
mod particles;

use crate::bsatn::{Reader, Writer};
use crate::store::{Fail, Row, Store, Transaction};
use crate::token::{ConnectionId, Identity};

/// A module.
#[derive(Clone, Copy)]
pub struct Module {
    /// What `GET .../schema` answers.
    pub schema: &'static str,
    /// Runs a reducer by name. The arguments have been checked against the schema.
    pub call: fn(&str, &mut Transaction<'_>, &Caller, &mut Reader<'_>) -> Result<(), Fail>,
    /// What only modules for 2.x hosts have.
    pub newer: Option<Newer>,
}

/// What only modules for 2.x hosts have.
#[derive(Clone, Copy)]
pub struct Newer {
    /// What `GET .../schema?version=10` answers.
    pub schema: &'static str,
    /// Runs a procedure by name, in one transaction. The arguments have been checked against the schema.
    pub call: fn(&str, &mut Transaction<'_>, &mut Reader<'_>) -> Result<Vec<u8>, Fail>,
    /// The rows that a client sees in a view.
    pub view: fn(&str, &Store, &Identity) -> Vec<Row>,
}

/// Who calls a reducer, and when.
#[derive(Clone, Copy)]
pub struct Caller {
    /// The client.
    pub identity: Identity,
    /// Its connection.
    pub connection_id: ConnectionId,
    /// Microseconds since the Unix epoch.
    pub timestamp: i64,
}

/// The module of this name.
pub fn named(name: &str) -> Option<Module> {
    match name {
        "chat" => Some(Module { schema: chat::SCHEMA, call: chat::call, newer: None }),
        "kitchen" => Some(Module { schema: kitchen::SCHEMA, call: kitchen::call, newer: None }),
        "kitchen2" => Some(Module { schema: kitchen2::SCHEMA, call: kitchen2::call, newer: Some(kitchen2::NEWER) }),
        "particles" => Some(Module { schema: particles::SCHEMA, call: particles::call, newer: None }),
        _ => None,
    }
}

struct User {
    identity: Identity,
    name: Option<String>,
    online: bool,
}

impl User {
    fn find(tx: &Transaction<'_>, identity: Identity) -> Option<Self> {
        let row = tx.find("user", &identity)?;
        let mut columns = Reader::new(&row[identity.len()..]);
        let name = columns.option(|r| r.str().map(String::from)).ok()?;
        Some(Self { identity, name, online: columns.u8().ok()? == 1 })
    }

    fn row(&self) -> Vec<u8> {
        Writer::new().raw(&self.identity).option_str(self.name.as_deref()).u8(self.online as u8).finish()
    }
}

fn connected(tx: &mut Transaction<'_>, caller: &Caller) -> Result<(), Fail> {
    match User::find(tx, caller.identity) {
        Some(user) => tx.update("user", User { online: true, ..user }.row()),
        None => tx.insert("user", User { identity: caller.identity, name: None, online: true }.row()),
    }
}

fn disconnected(tx: &mut Transaction<'_>, caller: &Caller) -> Result<(), Fail> {
    match User::find(tx, caller.identity) {
        Some(user) => tx.update("user", User { online: false, ..user }.row()),
        None => Ok(()),
    }
}

fn set_name(tx: &mut Transaction<'_>, caller: &Caller, args: &mut Reader<'_>) -> Result<(), Fail> {
    let name = args.str()?;
    if name.is_empty() {
        return Err("Names must not be empty".into());
    }
    let user = User::find(tx, caller.identity).ok_or("Cannot set name for unknown user")?;
    tx.update("user", User { name: Some(name.into()), ..user }.row())
}

fn send_message(tx: &mut Transaction<'_>, caller: &Caller, args: &mut Reader<'_>) -> Result<(), Fail> {
    let text = args.str()?;
    if text.is_empty() {
        return Err("Messages must not be empty".into());
    }
    tx.insert("message", Writer::new().raw(&caller.identity).i64(caller.timestamp).str(text).finish())
}
