//! What real hosts and their clients said, frame by frame: `tests/transcripts/`.
//!
//! Every frame of a host decodes, every frame of a client is encoded to the same bytes, and what the notes of a
//! recording say happened is in the messages.

mod recording;
mod v1;
mod v2;
