//! The numbers by which answers find their requests.

use super::{ClientMessage, Message, Request, ServerMessage, v2};

/// A number that a client chose.
#[derive(Debug, PartialEq)]
pub enum Id<'m> {
    /// Of a request.
    Request(&'m mut u32),
    /// Of a query set.
    QuerySet(&'m mut u32),
    /// Of a one-off query in v1.
    Message(&'m mut Vec<u8>),
}

impl Request {
    /// Every number in it.
    pub fn ids(&mut self) -> Vec<Id<'_>> {
        match self {
            Self::V1(message) => of_client(message),
            Self::V2(message) => of_newer_client(message),
        }
    }
}

impl Message {
    /// Every number in it.
    pub fn ids(&mut self) -> Vec<Id<'_>> {
        match self {
            Self::V1(message) => of_server(message),
            Self::V2(message) => of_newer_server(message),
        }
    }
}

fn of_client(message: &mut ClientMessage) -> Vec<Id<'_>> {
    use ClientMessage::*;
    match message {
        CallReducer { request_id, .. } | Subscribe { request_id, .. } | CallProcedure { request_id, .. } => {
            vec![Id::Request(request_id)]
        }
        OneOffQuery { message_id, .. } => vec![Id::Message(message_id)],
        SubscribeSingle { request_id, query_id, .. }
        | SubscribeMulti { request_id, query_id, .. }
        | Unsubscribe { request_id, query_id }
        | UnsubscribeMulti { request_id, query_id } => vec![Id::Request(request_id), Id::QuerySet(query_id)],
    }
}

fn of_server(message: &mut ServerMessage) -> Vec<Id<'_>> {
    use ServerMessage::*;
    match message {
        IdentityToken { .. } => Vec::new(),
        TransactionUpdate(update) => vec![Id::Request(&mut update.request_id)],
        InitialSubscription { request_id, .. }
        | TransactionUpdateLight { request_id, .. }
        | ProcedureResult { request_id, .. } => vec![Id::Request(request_id)],
        OneOffQueryResponse { message_id, .. } => vec![Id::Message(message_id)],
        SubscribeApplied { request_id, query_id, .. }
        | UnsubscribeApplied { request_id, query_id, .. }
        | SubscribeMultiApplied { request_id, query_id, .. }
        | UnsubscribeMultiApplied { request_id, query_id, .. } => {
            vec![Id::Request(request_id), Id::QuerySet(query_id)]
        }
        SubscriptionError { request_id, query_id, .. } => {
            request_id.iter_mut().map(Id::Request).chain(query_id.iter_mut().map(Id::QuerySet)).collect()
        }
    }
}

fn of_newer_client(message: &mut v2::ClientMessage) -> Vec<Id<'_>> {
    use v2::ClientMessage::*;
    match message {
        Subscribe { request_id, query_set_id, .. } | Unsubscribe { request_id, query_set_id, .. } => {
            vec![Id::Request(request_id), Id::QuerySet(query_set_id)]
        }
        OneOffQuery { request_id, .. } | CallReducer { request_id, .. } | CallProcedure { request_id, .. } => {
            vec![Id::Request(request_id)]
        }
    }
}

fn of_newer_server(message: &mut v2::ServerMessage) -> Vec<Id<'_>> {
    use v2::ServerMessage::*;
    match message {
        InitialConnection { .. } => Vec::new(),
        SubscribeApplied { request_id, query_set_id, .. } | UnsubscribeApplied { request_id, query_set_id, .. } => {
            vec![Id::Request(request_id), Id::QuerySet(query_set_id)]
        }
        SubscriptionError { request_id, query_set_id, .. } => {
            request_id.iter_mut().map(Id::Request).chain([Id::QuerySet(query_set_id)]).collect()
        }
        TransactionUpdate(update) => in_sets(update).collect(),
        ReducerResult { request_id, outcome, .. } => {
            let update = match outcome {
                v2::ReducerOutcome::Ok { update, .. } => Some(update),
                _ => None,
            };
            [Id::Request(request_id)].into_iter().chain(update.into_iter().flat_map(in_sets)).collect()
        }
        OneOffQueryResult { request_id, .. } | ProcedureResult { request_id, .. } => vec![Id::Request(request_id)],
    }
}

fn in_sets(sets: &mut v2::QuerySets) -> impl Iterator<Item = Id<'_>> {
    sets.iter_mut().map(|set| Id::QuerySet(&mut set.query_set_id))
}
