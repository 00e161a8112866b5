//! A recorded connection, said again to another client.

use crate::connection::{Inbox, Out, Outbox};
use serde_json::Value;

/// A recording, frame by frame.
pub struct Replay {
    /// The JSON that the schema endpoint answers.
    pub schema: String,
    /// The subprotocol that was spoken.
    pub protocol: String,
    steps: Vec<Step>,
}

enum Step {
    Say(Vec<u8>),
    Hear,
}

impl Replay {
    /// Reads a transcript: a line about it, then notes and frames, one JSON object a line.
    pub fn parse(transcript: &str, schema: &str) -> Result<Self, String> {
        let lines = transcript.lines().filter(|l| !l.trim().is_empty()).map(serde_json::from_str);
        let lines: Vec<Value> = lines.collect::<Result<_, _>>().map_err(|e| e.to_string())?;
        let protocol = lines.first().and_then(|l| l["protocol"].as_str()).ok_or("the first line names no protocol")?;
        let step = |line: &Value| match line["from"].as_str() {
            Some("server") => Some(line["bytes"].as_str().and_then(base64).map(Step::Say).ok_or("no base64")),
            Some(_) => Some(Ok(Step::Hear)),
            None => None,
        };
        let steps = lines.iter().filter_map(step).collect::<Result<_, _>>()?;
        Ok(Self { schema: schema.into(), protocol: protocol.into(), steps })
    }

    /// Says what the host said; where the client spoke then, waits until this one has said something.
    pub fn run(&self, inbox: &mut Inbox, outbox: &Outbox) {
        for step in &self.steps {
            match step {
                Step::Say(frame) => outbox.put(Out::Binary(frame.clone())),
                Step::Hear => {
                    if inbox.next().is_none() {
                        return;
                    }
                }
            }
        }
        while inbox.next().is_some() {}
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
