//! The end of the link that the library's own thread serves: decodes and checks what arrives, and puts it into the inbox.

use std::sync::Arc;

use bytes::Bytes;

use super::inbox::{Inbox, Incoming};
use super::message::{Shapes, from_v1};
use crate::error::Result;
use crate::net::{LinkHandler, Opened, Outcome, Protocol};
use crate::schema::Schema;
use crate::wire;

/// What a link tells a connection. It holds the inbox and not the connection, so that a forgotten connection can go.
pub struct Receiver {
    inbox: Arc<Inbox>,
    shapes: Option<Shapes>,
    protocol: Option<Protocol>,
    max_message_bytes: usize,
}

impl Receiver {
    /// A receiver for an inbox; `schema` is the one that the caller gave, if any.
    pub fn new(inbox: Arc<Inbox>, schema: Option<Arc<Schema>>, max_message_bytes: usize) -> Self {
        Receiver { inbox, shapes: schema.map(Shapes::new), protocol: None, max_message_bytes }
    }
}

impl LinkHandler for Receiver {
    fn opened(&mut self, opened: Opened) -> Result<()> {
        if let Some(json) = &opened.schema_json {
            self.shapes = Some(Shapes::new(Arc::new(Schema::parse(json)?)));
        }
        self.protocol = Some(opened.protocol);
        let schema = self.shapes.as_ref().map(|shapes| shapes.schema().clone());
        self.inbox.push(Incoming::Opened { protocol: opened.protocol.subprotocol(), schema });
        Ok(())
    }

    fn frame(&mut self, payload: Bytes) -> Result<()> {
        let message = match self.protocol.expect("a link is opened before frames come") {
            Protocol::V1 => from_v1(wire::decode_frame(payload, self.max_message_bytes)?, self.shapes.as_ref())?,
        };
        self.inbox.push(Incoming::Message(message));
        Ok(())
    }

    fn log(&mut self, level: log::Level, message: String) {
        self.inbox.push(Incoming::Log(level, message));
    }

    fn closed(self: Box<Self>, outcome: Outcome) {
        self.inbox.push(Incoming::Closed(outcome.error));
    }
}
