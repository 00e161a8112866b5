/* What the C++ tests share: checks, waiting, and one spelling for both ways of telling errors.
 *
 * The environment says where the host is: STDB_TEST_URI, STDB_TEST_DATABASE. A check that fails says where and ends the
 * program. */
#ifndef TEST_HPP
#define TEST_HPP

#include "stdb.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#define CHECK(condition)                                                         \
    do {                                                                         \
        if (!(condition)) {                                                      \
            std::printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #condition);      \
            std::exit(EXIT_FAILURE);                                              \
        }                                                                        \
    } while (0)

/* must(call): the value of what must not fail. */
#ifdef STDB_NO_EXCEPTIONS
template <class T>
T must(stdb::result<T> result) {
    if (!result) {
        std::printf("FAIL: %s\n", result.error().what());
        std::exit(EXIT_FAILURE);
    }
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
}
#else
#define must(call) (call)
#endif

/* The status that a call fails with; STDB_OK when it does not. */
template <class F>
stdb_status status_of(F&& call) {
#ifdef STDB_NO_EXCEPTIONS
    auto result = call();
    return result ? STDB_OK : result.error().code();
#else
    try {
        (void)call();
        return STDB_OK;
    } catch (const stdb::error& error) {
        return error.code();
    }
#endif
}

/* Advances until a condition holds. */
template <class Condition>
void wait_for(const char* what, stdb::connection_ref connection, Condition&& condition) {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) {
            std::printf("FAIL: waits for %s\n", what);
            std::exit(EXIT_FAILURE);
        }
        (void)must(connection.advance_one_message_timeout(std::chrono::milliseconds(100)));
    }
}
#define WAIT(connection, condition) wait_for(#condition, connection, [&] { return condition; })

inline std::string environment(const char* name) {
    const char* value = std::getenv(name);
    CHECK(value != nullptr);
    return value;
}

/* Numbers and names that no earlier run on the same host has used. */
inline std::uint32_t fresh() {
    static std::uint32_t next = static_cast<std::uint32_t>(
        std::chrono::system_clock::now().time_since_epoch().count() * 0x9e3779b97f4a7c15u >> 34);
    return next += 64;
}

#endif
