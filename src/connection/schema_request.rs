//! Asking a host for its schema without a connection.

use std::sync::mpsc::{Sender, channel};

use bytes::Bytes;

use crate::error::{Error, Result, STDB_ERR_PROTOCOL};
use crate::net::{self, LinkHandler, LinkOptions, Opened, Outcome};
use crate::schema::Schema;

/// Fetches a schema and waits for it. `options` are to say that this is all.
pub(super) fn fetch(options: LinkOptions) -> Result<String> {
    let (done, outcome) = channel();
    // Connecting has a time limit, so that this wait has one.
    let _link = net::open(options, Box::new(Fetcher { json: None, done }));
    let lost = || Error::new(STDB_ERR_PROTOCOL, "the host sent no schema");
    outcome.recv().map_err(|_| lost())??.ok_or_else(lost)
}

struct Fetcher {
    json: Option<String>,
    done: Sender<Result<Option<String>>>,
}

impl LinkHandler for Fetcher {
    fn schema(&mut self, json: &str) -> Result<()> {
        Schema::parse(json)?;
        self.json = Some(json.to_owned());
        Ok(())
    }

    fn opened(&mut self, _opened: Opened) -> Result<()> {
        Ok(())
    }

    fn frame(&mut self, _payload: Bytes) -> Result<()> {
        Ok(())
    }

    fn log(&mut self, level: log::Level, message: String) {
        log::log!(target: "stdb", level, "{message}");
    }

    fn closed(self: Box<Self>, outcome: Outcome) {
        // Who waits for it is there until it comes.
        let _ = self.done.send(outcome.error.map_or(Ok(self.json), Err));
    }
}
