//! The end of the link that the library's own thread serves: decodes and checks what arrives, and puts it into the inbox.

use std::sync::Arc;

use bytes::Bytes;

use super::inbox::{Inbox, Incoming};
use super::message::{Shapes, v1, v2};
use super::outbox::Outbox;
use crate::error::Result;
use crate::net::{LinkHandler, Opened, Outcome, Protocol};
use crate::schema::Schema;
use crate::wire;

/// What a link tells a connection. It holds the inbox and not the connection, so that a forgotten connection can go.
pub struct Receiver {
    inbox: Arc<Inbox>,
    outbox: Arc<Outbox>,
    shapes: Option<Shapes>,
    protocol: Option<Protocol>,
    max_message_bytes: usize,
}

impl Receiver {
    /// A receiver for an inbox; `schema` is the one that the caller gave, if any. The host's, if it is fetched, is then
    /// compared with it.
    pub fn new(inbox: Arc<Inbox>, outbox: Arc<Outbox>, schema: Option<Arc<Schema>>, max_message_bytes: usize) -> Self {
        Receiver { inbox, outbox, shapes: schema.map(Shapes::new), protocol: None, max_message_bytes }
    }
}

impl LinkHandler for Receiver {
    fn schema(&mut self, json: &str) -> Result<()> {
        let host = Schema::parse(json)?;
        match &self.shapes {
            Some(shapes) => shapes.schema().check_fits(&host),
            None => {
                self.shapes = Some(Shapes::new(Arc::new(host)));
                Ok(())
            }
        }
    }

    fn opened(&mut self, opened: Opened) -> Result<()> {
        self.protocol = Some(opened.protocol);
        let schema = self.shapes.as_ref().map(|shapes| shapes.schema().clone());
        self.inbox.push(Incoming::Opened { protocol: opened.protocol, schema });
        self.outbox.open(opened.protocol);
        Ok(())
    }

    fn frame(&mut self, payload: Bytes) -> Result<()> {
        let (shapes, most) = (self.shapes.as_ref(), self.max_message_bytes);
        match self.protocol.expect("a link is opened before frames come") {
            Protocol::V1 => {
                let message = v1::message(wire::v1::decode_frame(payload, most)?, shapes)?;
                self.inbox.push(Incoming::Message(message));
            }
            Protocol::V2 => {
                let message = v2::message(wire::v2::decode_frame(payload, most)?, shapes)?;
                self.inbox.push(Incoming::Message(message));
            }
            Protocol::V3 => {
                for message in wire::v3::decode_frame(payload, most)? {
                    self.inbox.push(Incoming::Message(v2::message(message?, shapes)?));
                }
            }
        }
        Ok(())
    }

    fn log(&mut self, level: log::Level, message: String) {
        self.inbox.push(Incoming::Log(level, message));
    }

    fn closed(self: Box<Self>, outcome: Outcome) {
        self.inbox.push(Incoming::Closed(outcome.error));
    }
}
