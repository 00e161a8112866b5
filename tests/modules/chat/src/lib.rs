//! The module of SpacetimeDB's quickstart: users with a name who send messages.

use spacetimedb::{reducer, table, Identity, ReducerContext, Table, Timestamp};

/// Everyone who ever connected.
#[table(name = user, public)]
pub struct User {
    #[primary_key]
    pub identity: Identity,
    pub name: Option<String>,
    pub online: bool,
}

/// Everything that was ever said.
#[table(name = message, public)]
pub struct Message {
    pub sender: Identity,
    pub sent: Timestamp,
    pub text: String,
}

/// Gives the caller a new name.
#[reducer]
pub fn set_name(ctx: &ReducerContext, name: String) -> Result<(), String> {
    if name.is_empty() {
        return Err("Names must not be empty".into());
    }
    let user = ctx.db.user().identity().find(ctx.sender).ok_or("Cannot set name for unknown user")?;
    ctx.db.user().identity().update(User { name: Some(name), ..user });
    Ok(())
}

/// Adds a message of the caller.
#[reducer]
pub fn send_message(ctx: &ReducerContext, text: String) -> Result<(), String> {
    if text.is_empty() {
        return Err("Messages must not be empty".into());
    }
    ctx.db.message().insert(Message { sender: ctx.sender, sent: ctx.timestamp, text });
    Ok(())
}

/// Run by the host when a client connects.
#[reducer(client_connected)]
pub fn identity_connected(ctx: &ReducerContext) {
    let identity = ctx.sender;
    match ctx.db.user().identity().find(identity) {
        Some(user) => {
            ctx.db.user().identity().update(User { online: true, ..user });
        }
        None => {
            ctx.db.user().insert(User { identity, name: None, online: true });
        }
    }
}

/// Run by the host when a client is gone.
#[reducer(client_disconnected)]
pub fn identity_disconnected(ctx: &ReducerContext) {
    if let Some(user) = ctx.db.user().identity().find(ctx.sender) {
        ctx.db.user().identity().update(User { online: false, ..user });
    }
}
