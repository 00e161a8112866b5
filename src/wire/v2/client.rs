//! What a client says in v2 and v3.

use crate::wire::writer::Writer;

/// Nothing is asked for. Calls have a byte of flags, and the protocol defines none.
const NO_FLAGS: u8 = 0;

/// A message of a client. It borrows all it has, since it is encoded at once.
///
/// Request ids and query set ids are the client's own numbers, of this connection; the host only repeats them.
#[derive(Clone, Copy, Debug)]
pub enum ClientMessage<'a> {
    /// Adds a set of queries. Answered by a `SubscribeApplied` or a `SubscriptionError`. Tag 0.
    Subscribe {
        /// The caller's number of the request.
        request_id: u32,
        /// The caller's number of the set, by which updates name it and it is removed. It is free again after the
        /// `UnsubscribeApplied` or the `SubscriptionError` of the set.
        query_set_id: u32,
        /// The queries, in SQL.
        queries: &'a [String],
    },
    /// Removes a set of queries. Answered by an `UnsubscribeApplied`. Tag 1.
    Unsubscribe {
        /// The caller's number of the request.
        request_id: u32,
        /// The number that the set was added by.
        query_set_id: u32,
        /// Whether the answer shall have the rows of the set.
        send_dropped_rows: bool,
    },
    /// Asks for the rows of a query once. Answered by a `OneOffQueryResult` of the same request id. Tag 2.
    OneOffQuery {
        /// The caller's number of the request.
        request_id: u32,
        /// The query, in SQL.
        query: &'a str,
    },
    /// Calls a reducer. Answered by a `ReducerResult` of the same request id. Tag 3.
    CallReducer {
        /// The caller's number of the call.
        request_id: u32,
        /// The reducer's name.
        reducer: &'a str,
        /// The arguments, in BSATN, as a product.
        args: &'a [u8],
    },
    /// Calls a procedure. Answered by a `ProcedureResult` of the same request id. Tag 4.
    CallProcedure {
        /// The caller's number of the call.
        request_id: u32,
        /// The procedure's name.
        procedure: &'a str,
        /// The arguments, in BSATN, as a product.
        args: &'a [u8],
    },
}

impl ClientMessage<'_> {
    /// Encodes the message: in v2 the payload of a binary WebSocket frame, in v3 a part of one. A client's frame has
    /// no compression tag.
    ///
    /// # Panics
    /// When a string, the arguments or the list of queries have more than `u32::MAX` bytes or items.
    pub fn encode(&self) -> Vec<u8> {
        match *self {
            ClientMessage::Subscribe { request_id, query_set_id, queries } => {
                Writer::new(0).u32(request_id).u32(query_set_id).strings(queries)
            }
            ClientMessage::Unsubscribe { request_id, query_set_id, send_dropped_rows } => {
                Writer::new(1).u32(request_id).u32(query_set_id).u8(send_dropped_rows.into())
            }
            ClientMessage::OneOffQuery { request_id, query } => Writer::new(2).u32(request_id).bytes(query.as_bytes()),
            ClientMessage::CallReducer { request_id, reducer, args } => {
                Writer::new(3).u32(request_id).u8(NO_FLAGS).bytes(reducer.as_bytes()).bytes(args)
            }
            ClientMessage::CallProcedure { request_id, procedure, args } => {
                Writer::new(4).u32(request_id).u8(NO_FLAGS).bytes(procedure.as_bytes()).bytes(args)
            }
        }
        .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_its_tag_and_its_fields_in_order() {
        let call = ClientMessage::CallReducer { request_id: 0x0102, reducer: "go", args: &[7, 8, 9] };
        assert_eq!(call.encode(), [3, 2, 1, 0, 0, 0, 2, 0, 0, 0, b'g', b'o', 3, 0, 0, 0, 7, 8, 9]);
        let queries = ["a".to_owned(), String::new()];
        let subscribe = ClientMessage::Subscribe { request_id: 5, query_set_id: 6, queries: &queries };
        assert_eq!(subscribe.encode(), [0, 5, 0, 0, 0, 6, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, b'a', 0, 0, 0, 0]);
        let unsubscribe = ClientMessage::Unsubscribe { request_id: 5, query_set_id: 6, send_dropped_rows: true };
        assert_eq!(unsubscribe.encode(), [1, 5, 0, 0, 0, 6, 0, 0, 0, 1]);
    }
}
