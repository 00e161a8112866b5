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

#ifndef STDB_NO_EXCEPTIONS
/// The inline namespace of all that depends on how errors are told, in the layer and in generated code. The two ways have
/// types and functions of the same names that differ: since they are of two namespaces, `with_exceptions` and
/// `with_results`, sources compiled for either can be linked into one program.
#define STDB_INLINE_NAMESPACE with_exceptions
#else
#define STDB_INLINE_NAMESPACE with_results
#endif
/// Begins the layer's namespace.
#define STDB_BEGIN namespace stdb { inline namespace STDB_INLINE_NAMESPACE {
/// Ends what `STDB_BEGIN` began.
#define STDB_END } }

#endif
