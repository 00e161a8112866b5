/// @file config.hpp
/// How errors are told, and the namespace that goes with it.
#ifndef STDB_CONFIG_HPP
#define STDB_CONFIG_HPP

#include "stdb.h"

#if !defined(STDB_NO_EXCEPTIONS) && !defined(__cpp_exceptions) && !defined(_CPPUNWIND)
/// Failures are returned as `stdb::result` and not thrown. Defined by itself where there are no exceptions; a program may
/// define it before it includes `stdb.hpp`.
#define STDB_NO_EXCEPTIONS
#endif

#ifdef STDB_NO_EXCEPTIONS
/// Begins the layer's namespace, here that of sources whose failures are returned. Sources compiled in either way can be
/// linked into one program, since types of the same names that differ are of two namespaces.
#define STDB_BEGIN namespace stdb { inline namespace with_results {
#else
/// Begins the layer's namespace, here that of sources whose failures are thrown; with `STDB_NO_EXCEPTIONS` it is another, so
/// that sources compiled in either way can be linked into one program.
#define STDB_BEGIN namespace stdb { inline namespace with_exceptions {
#endif
/// Ends what `STDB_BEGIN` began.
#define STDB_END } }

#endif
