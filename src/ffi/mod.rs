//! The C surface. One file a noun, thin: check pointers, cross the boundary, call the core.
//!
//! The conventions, which every function keeps:
//!
//! - Argument order: self, inputs, `user_data` and its destructor, outputs, `error`.
//! - Outputs are written on success only. `error`, when it is not NULL, receives an owned error on failure only.
//! - A function that cannot fail returns its value, and an empty one for a NULL handle.
//! - `_free(NULL)` does nothing.
#![allow(unsafe_code)]
#![allow(non_camel_case_types)]
// What makes a call sound is said once, for all functions, at the top of the header; a section a function would repeat it.
#![allow(clippy::missing_safety_doc)]

mod arguments;
mod boundary;
mod handle;

pub mod bsatn_reader;
pub mod bsatn_writer;
pub mod call;
pub mod call_arguments;
pub mod call_arguments_number;
pub mod call_arguments_value;
pub mod callback;
pub mod connection;
pub mod connection_builder;
pub mod context;
pub mod credentials_file;
pub mod error;
pub mod identity;
pub mod json;
pub mod library;
pub mod procedure;
pub mod query;
pub mod read_guard;
pub mod reconnect;
pub mod reducer;
pub mod row;
pub mod row_get;
pub mod row_iter;
pub mod row_value;
pub mod schema;
pub mod subscription;
pub mod table;
pub mod text;
pub mod timestamp;
pub mod ty;
pub mod types;
pub mod value;
pub mod value_get;
pub mod wide;

#[cfg(test)]
pub(crate) mod testing;
