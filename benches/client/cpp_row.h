/* A callback for rows of `entity` in C++, for the benchmark `cpp_row`. */
#ifndef BENCH_CPP_ROW_H
#define BENCH_CPP_ROW_H

#include <stdint.h>

#include "stdb.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What `on_insert` of the generated code registers with the library for a lambda that counts a row and adds up its `hp`. */
extern const stdb_row_fn cpp_row_callback;

/* The `user_data` that goes with it: the lambda. */
void *cpp_row_user_data(uint64_t *rows, uint64_t *sum);

/* The destructor that goes with it. */
void cpp_row_drop(void *user_data);

#ifdef __cplusplus
}
#endif

#endif
