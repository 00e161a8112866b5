/// @file stdb.hpp
/// libstdb for C++17 and later: a header-only layer over `stdb.h`, which stays the reference for what each thing does.
///
/// Licensed under the Apache License, Version 2.0.
///
/// **Ownership.** What owns a handle (`connection`, `subscription`, the builders, `credentials_file`, `row_range`,
/// `read_guard`) can be moved, not copied, and frees it when it is destroyed. `connection_ref`, tables and contexts are
/// small, may be copied, and own nothing: they live as long as their connection, a context as long as its callback. Text,
/// bytes, arrays and rows are borrowed: a row may be read inside the callback that was given it, as long as its
/// `row_range` or `read_guard` is held, or for good where its type has a fixed size.
///
/// **Callbacks** are any callables, with or without state. They are moved to the heap once, when they are registered, and
/// destroyed when they can never run again. No memory is allocated for a row.
///
/// **Errors.** What can fail is declared as `returns<T>`. With exceptions that is `T`, and a failure throws `stdb::error`;
/// with `STDB_NO_EXCEPTIONS`, which is defined by itself where the compiler has exceptions switched off, it is
/// `stdb::result<T>`. Options of builders are remembered: the first that fails is told by `build` or `subscribe`.
///
/// **Exceptions out of callbacks** do not cross the library. The first one is kept while the other callbacks run, and the
/// advancing call that they run in throws it when it is done. Where nobody could catch it, on the thread of `run_threaded`
/// and in `on_wakeup`, it ends the program by `std::terminate`, as in a `std::thread`. With `STDB_NO_EXCEPTIONS` it
/// always does.
///
/// **Threads.** As in C: any thread may call anything; one at a time may advance a connection, or use a builder, a range,
/// arguments, a reader, a writer or a credentials file.
///
/// @namespace stdb
/// The whole layer. Begin with `connection::builder()`, or with `DbConnection::builder()` of generated code; `connection_ref`
/// has what is done over a connection, `basic_table` what is done with a table, `context` what a callback is told.
#ifndef STDB_HPP
#define STDB_HPP

#include "stdb/arguments.hpp"
#include "stdb/bsatn.hpp"
#include "stdb/call.hpp"
#include "stdb/callback.hpp"
#include "stdb/connection.hpp"
#include "stdb/connection_builder.hpp"
#include "stdb/context.hpp"
#include "stdb/credentials_file.hpp"
#include "stdb/error.hpp"
#include "stdb/key_range.hpp"
#include "stdb/library.hpp"
#include "stdb/module.hpp"
#include "stdb/query.hpp"
#include "stdb/row.hpp"
#include "stdb/schema.hpp"
#include "stdb/span.hpp"
#include "stdb/subscription.hpp"
#include "stdb/table.hpp"
#include "stdb/value.hpp"
#include "stdb/value_view.hpp"

#endif
