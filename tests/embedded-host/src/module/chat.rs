//! The chat of SpacetimeDB's quickstart.

use super::{Caller, connected, disconnected, send_message, set_name};
use crate::bsatn::Reader;
use crate::store::{Fail, Transaction};

pub const SCHEMA: &str = include_str!("../../../modules/chat/chat.schema.json");

pub fn call(name: &str, tx: &mut Transaction<'_>, caller: &Caller, args: &mut Reader<'_>) -> Result<(), Fail> {
    match name {
        "identity_connected" => connected(tx, caller),
        "identity_disconnected" => disconnected(tx, caller),
        "set_name" => set_name(tx, caller, args),
        "send_message" => send_message(tx, caller, args),
        _ => Err(Fail::Panic),
    }
}
