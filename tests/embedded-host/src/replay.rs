//! A recorded connection, said again to another client.

use crate::connection::{Inbox, Out, Outbox};
use crate::wire::{Compression, Encoding, Id, Protocol, Request, compression};
use serde_json::Value;
use std::collections::{HashMap, VecDeque};

/// A recording, frame by frame.
pub struct Replay {
    /// The JSON that the schema endpoint answers.
    pub schema: String,
    /// The subprotocol that was spoken.
    pub protocol: Protocol,
    steps: Vec<Step>,
}

enum Step {
    /// A frame of the host.
    Say(Vec<u8>),
    /// A message of the client.
    Hear(Request),
}

impl Replay {
    /// Reads a transcript: a line about it, then notes and frames, one JSON object a line.
    pub fn parse(transcript: &str, schema: &str) -> Result<Self, String> {
        let lines = transcript.lines().filter(|l| !l.trim().is_empty()).map(serde_json::from_str);
        let lines: Vec<Value> = lines.collect::<Result<_, _>>().map_err(|e| e.to_string())?;
        let protocol = lines.first().and_then(|l| Protocol::named(l["protocol"].as_str()?));
        let protocol = protocol.ok_or("the first line names no protocol")?;
        let mut steps = Vec::new();
        for line in &lines {
            let frame = || line["bytes"].as_str().and_then(base64).ok_or("no base64");
            match line["from"].as_str() {
                Some("server") => steps.push(Step::Say(frame()?)),
                Some(_) => steps.extend(protocol.decode_client(&frame()?)?.into_iter().map(Step::Hear)),
                None => {}
            }
        }
        Ok(Self { schema: schema.into(), protocol, steps })
    }

    /// Of which version the schema is.
    pub fn schema_version(&self) -> u32 {
        if self.schema.contains("\"sections\"") { 10 } else { 9 }
    }

    /// Says what the host said; where the client spoke then, waits until this one has said something. In what it says the
    /// ids of requests and query sets are those that this client chose.
    pub fn run(&self, inbox: &mut Inbox, outbox: &Outbox) {
        let mut chosen = Chosen::default();
        let mut heard = VecDeque::new();
        for step in &self.steps {
            match step {
                Step::Say(frame) => outbox.put(Out::Binary(chosen.renumbered(frame, self.protocol))),
                Step::Hear(recorded) => {
                    while heard.is_empty() {
                        let Some(frame) = inbox.next() else { return };
                        match self.protocol.decode_client(&frame) {
                            Ok(requests) => heard.extend(requests),
                            Err(why) => return outbox.put(Out::Close(1002, why)),
                        }
                    }
                    let said = heard.pop_front().expect("something was heard");
                    chosen.learn(recorded.clone(), said);
                }
            }
        }
        while inbox.next().is_some() {}
    }
}

/// The ids that a client chose, by the recorded ones.
#[derive(Default)]
struct Chosen {
    requests: HashMap<u32, u32>,
    query_sets: HashMap<u32, u32>,
    messages: HashMap<Vec<u8>, Vec<u8>>,
}

impl Chosen {
    fn learn(&mut self, mut recorded: Request, mut said: Request) {
        for pair in recorded.ids().into_iter().zip(said.ids()) {
            match pair {
                (Id::Request(old), Id::Request(new)) => drop(self.requests.insert(*old, *new)),
                (Id::QuerySet(old), Id::QuerySet(new)) => drop(self.query_sets.insert(*old, *new)),
                (Id::Message(old), Id::Message(new)) => drop(self.messages.insert(old.clone(), new.clone())),
                // The client asks for something else than the recorded one did.
                _ => {}
            }
        }
    }

    /// A recorded frame with the chosen ids; the very same bytes when they are the recorded ones.
    fn renumbered(&self, frame: &[u8], protocol: Protocol) -> Vec<u8> {
        let payload = compression::unframe(frame);
        let mut messages = payload.and_then(|payload| protocol.decode_server(&payload)).expect("a host's frame");
        let mut changed = false;
        for id in messages.iter_mut().flat_map(|message| message.ids()) {
            changed |= match id {
                Id::Request(id) => renumber(&self.requests, id),
                Id::QuerySet(id) => renumber(&self.query_sets, id),
                Id::Message(id) => renumber(&self.messages, id),
            };
        }
        if !changed {
            return frame.to_vec();
        }
        let encoded: Vec<_> = messages.iter().map(|message| message.encode(Encoding::default())).collect();
        let compression = Compression::of_tag(frame[0]).expect("the frame could be read");
        compression::frame(compression, encoded.concat())
    }
}

fn renumber<T: Clone + Eq + std::hash::Hash>(chosen: &HashMap<T, T>, id: &mut T) -> bool {
    match chosen.get(id) {
        Some(new) if new != id => {
            *id = new.clone();
            true
        }
        _ => false,
    }
}

/// The bytes of a text in base64.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for symbol in text.trim_end_matches('=').bytes() {
        bits = bits << 6 | ALPHABET.iter().position(|&a| a == symbol)? as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}
