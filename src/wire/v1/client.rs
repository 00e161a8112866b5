//! What a client says in v1.

use crate::wire::writer::Writer;

/// A message of a client. It borrows all it has, since it is encoded at once.
#[derive(Clone, Copy, Debug)]
pub enum ClientMessage<'a> {
    /// Calls a reducer. Answered by a `TransactionUpdate` of the same request id.
    CallReducer {
        /// The reducer's name.
        reducer: &'a str,
        /// The arguments, in BSATN, as a product.
        args: &'a [u8],
        /// The caller's number of the call.
        request_id: u32,
        /// 0: tell how it went in any case. 1: do not when it succeeds and changes nothing the client watches.
        flags: u8,
    },
    /// Replaces everything the connection is subscribed to. Answered by an `InitialSubscription`.
    Subscribe {
        /// The queries, in SQL.
        queries: &'a [String],
        /// The caller's number of the request.
        request_id: u32,
    },
    /// Asks for the rows of a query once. Answered by a `OneOffQueryResponse` of the same message id.
    OneOffQuery {
        /// What the answer is recognised by.
        message_id: &'a [u8],
        /// The query, in SQL.
        query: &'a str,
    },
    /// Adds one query. Answered by a `SubscribeApplied` or a `SubscriptionError`.
    SubscribeSingle {
        /// The query, in SQL.
        query: &'a str,
        /// The caller's number of the request.
        request_id: u32,
        /// The caller's number of the query, to remove it by.
        query_id: u32,
    },
    /// Adds a set of queries. Answered by a `SubscribeMultiApplied` or a `SubscriptionError`.
    SubscribeMulti {
        /// The queries, in SQL.
        queries: &'a [String],
        /// The caller's number of the request.
        request_id: u32,
        /// The caller's number of the set, to remove it by.
        query_id: u32,
    },
    /// Removes what `SubscribeSingle` added. Answered by an `UnsubscribeApplied`.
    Unsubscribe {
        /// The caller's number of the request.
        request_id: u32,
        /// The number that the query was added by.
        query_id: u32,
    },
    /// Removes what `SubscribeMulti` added. Answered by an `UnsubscribeMultiApplied`.
    UnsubscribeMulti {
        /// The caller's number of the request.
        request_id: u32,
        /// The number that the set was added by.
        query_id: u32,
    },
    /// Calls a procedure. Answered by a `ProcedureResult` of the same request id. Hosts of before 2.0 do not know it.
    CallProcedure {
        /// The procedure's name.
        procedure: &'a str,
        /// The arguments, in BSATN, as a product.
        args: &'a [u8],
        /// The caller's number of the call.
        request_id: u32,
        /// 0.
        flags: u8,
    },
}

impl ClientMessage<'_> {
    /// Encodes the message as the payload of a binary WebSocket frame. A client's frame has no compression tag.
    ///
    /// # Panics
    /// When a string, the arguments or the list of queries have more than `u32::MAX` bytes or items.
    pub fn encode(&self) -> Vec<u8> {
        match *self {
            ClientMessage::CallReducer { reducer, args, request_id, flags } => {
                Writer::new(0).bytes(reducer.as_bytes()).bytes(args).u32(request_id).u8(flags)
            }
            ClientMessage::Subscribe { queries, request_id } => Writer::new(1).strings(queries).u32(request_id),
            ClientMessage::OneOffQuery { message_id, query } => {
                Writer::new(2).bytes(message_id).bytes(query.as_bytes())
            }
            ClientMessage::SubscribeSingle { query, request_id, query_id } => {
                Writer::new(3).bytes(query.as_bytes()).u32(request_id).u32(query_id)
            }
            ClientMessage::SubscribeMulti { queries, request_id, query_id } => {
                Writer::new(4).strings(queries).u32(request_id).u32(query_id)
            }
            ClientMessage::Unsubscribe { request_id, query_id } => Writer::new(5).u32(request_id).u32(query_id),
            ClientMessage::UnsubscribeMulti { request_id, query_id } => Writer::new(6).u32(request_id).u32(query_id),
            ClientMessage::CallProcedure { procedure, args, request_id, flags } => {
                Writer::new(7).bytes(procedure.as_bytes()).bytes(args).u32(request_id).u8(flags)
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
        let call = ClientMessage::CallReducer { reducer: "go", args: &[7, 8, 9], request_id: 0x0102, flags: 1 };
        assert_eq!(call.encode(), [0, 2, 0, 0, 0, b'g', b'o', 3, 0, 0, 0, 7, 8, 9, 2, 1, 0, 0, 1]);
        let queries = ["a".to_owned(), String::new()];
        let subscribe = ClientMessage::SubscribeMulti { queries: &queries, request_id: 5, query_id: 6 };
        assert_eq!(subscribe.encode(), [4, 2, 0, 0, 0, 1, 0, 0, 0, b'a', 0, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0]);
    }
}
