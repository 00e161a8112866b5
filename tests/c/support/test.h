/* A small test harness for C programs against stdb.h.
 *
 * A program has a table of tests and runs it:
 *
 *     static void it_connects(void) { CHECK(1 + 1 == 2); }
 *     static const test tests[] = {TEST(it_connects)};
 *     int main(void) { return run_tests(tests, sizeof tests / sizeof *tests); }
 *
 * A check that fails prints where and what, and ends its test; the next one goes on. Where the hosts are is told by the
 * environment: STDB_TEST_URI, STDB_TEST_DATABASE (the module `kitchen`), STDB_TEST_CHAT_DATABASE (the module `chat`),
 * STDB_TEST_SCHEMA (the path of the schema of `kitchen`), and, where there is one, STDB_TEST_TLS_URI with STDB_TEST_CA_PEM
 * (the path of its root certificate). For the tests of today's protocols also STDB_TEST_PROTOCOL (its number) and
 * STDB_TEST_ORDERS (the path of a pipe through which the host takes orders). */
#ifndef STDB_TEST_H
#define STDB_TEST_H

#include "stdb.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct test {
    const char *name;
    void (*run)(void);
} test;

#define TEST(function) {#function, function}

/* Where a failed check goes back to. Checks belong on the main thread. */
static jmp_buf test_failed_;

/* Ends the running test unless `condition` holds. */
#define CHECK(condition)                                                     \
    do {                                                                     \
        if (!(condition)) {                                                  \
            printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #condition);      \
            fflush(stdout);                                                  \
            longjmp(test_failed_, 1);                                        \
        }                                                                    \
    } while (0)

/* Checks a status and the error that came with it: its code, and that its message holds `text`. Frees the error. In `call`
 * the error's address is `&error_`:
 *
 *     CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "`uri`", stdb_connection_builder_with_uri(builder, NULL, &error_)); */
#define CHECK_STATUS(expected, text, call)                                   \
    do {                                                                     \
        stdb_error *error_ = NULL;                                           \
        stdb_status status_ = (call);                                        \
        check_error_(__FILE__, __LINE__, #call, (expected), (text), status_, error_); \
    } while (0)

static inline bool str_contains(stdb_str str, const char *text) {
    size_t len = strlen(text);
    for (size_t at = 0; at + len <= str.len; at++) {
        if (memcmp(str.data + at, text, len) == 0) {
            return true;
        }
    }
    return len == 0;
}

static inline void check_error_(const char *file, int line, const char *call, stdb_status expected, const char *text,
                                stdb_status status, stdb_error *error) {
    stdb_str message = stdb_error_message(error);
    bool good = status == expected && stdb_error_code(error) == expected && str_contains(message, text);
    if (!good) {
        stdb_str name = stdb_status_name(status);
        printf("FAIL %s:%d: %s\n     gave %.*s: %.*s\n", file, line, call, (int)name.len, name.data, (int)message.len,
               message.len > 0 ? message.data : "");
        fflush(stdout);
    }
    stdb_error_free(error);
    if (!good) {
        longjmp(test_failed_, 1);
    }
}

/* Runs the tests one after another; those alone whose name holds STDB_TEST_ONLY, if that is set. Returns what `main` is to
 * return. */
static inline int run_tests(const test *tests, size_t count) {
    const char *only = getenv("STDB_TEST_ONLY");
    volatile size_t run = 0, failed = 0;
    for (volatile size_t i = 0; i < count; i++) {
        if (only != NULL && strstr(tests[i].name, only) == NULL) {
            continue;
        }
        run++;
        if (setjmp(test_failed_) == 0) {
            tests[i].run();
            printf("ok   %s\n", tests[i].name);
        } else {
            failed++;
            printf("FAIL %s\n", tests[i].name);
        }
        fflush(stdout);
    }
    stdb_shutdown();
    printf("%zu passed, %zu failed\n", run - failed, failed);
    return failed > 0 || run == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
