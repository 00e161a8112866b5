/// @file error.hpp
/// What can go wrong, and how it is told.
#ifndef STDB_ERROR_HPP
#define STDB_ERROR_HPP

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "config.hpp"

STDB_BEGIN

namespace detail {
inline std::string_view view(stdb_str text) noexcept {
    return text.len == 0 ? std::string_view() : std::string_view(text.data, text.len);
}
}

/// An error that belongs to somebody else, or none: what a context has. It lives as long as the context.
class error_view {
public:
    /// Of an error of the C library; NULL for none.
    explicit error_view(const stdb_error* raw = nullptr) noexcept : raw_(raw) {}

    /// Whether there is an error.
    explicit operator bool() const noexcept { return raw_ != nullptr; }
    /// One of the `STDB_ERR_…` codes; `STDB_OK` when there is none.
    stdb_status code() const noexcept { return stdb_error_code(raw_); }
    /// A sentence for a person; it lives as long as the error.
    std::string_view message() const noexcept { return detail::view(stdb_error_message(raw_)); }
    /// The HTTP status that the host answered with, or 0.
    std::uint16_t http_status() const noexcept { return stdb_error_http_status(raw_); }
    /// The WebSocket close code that the host sent, or 0.
    std::uint16_t close_code() const noexcept { return stdb_error_close_code(raw_); }
    /// Whether the handle that gave the error is of no further use.
    bool is_fatal() const noexcept { return stdb_error_is_fatal(raw_); }
    /// Whether the same attempt may succeed later.
    bool is_retriable() const noexcept { return stdb_error_is_retriable(raw_); }

private:
    const stdb_error* raw_;
};

/// An error. A value: copies share what they say.
class error : public std::exception {
public:
    /// Of a code and a sentence.
    error(stdb_status code, std::string_view message)
        : state_(std::make_shared<state>(state{code, std::string(message), 0, 0, false, false})) {}
    /// A copy of somebody else's error, which must be there.
    explicit error(error_view view)
        : state_(std::make_shared<state>(state{view.code(), std::string(view.message()), view.http_status(),
                                               view.close_code(), view.is_fatal(), view.is_retriable()})) {}

    /// One of the `STDB_ERR_…` codes.
    stdb_status code() const noexcept { return state_->code; }
    /// A sentence for a person; it never holds a token.
    std::string_view message() const noexcept { return state_->message; }
    /// The same, ended by NUL.
    const char* what() const noexcept override { return state_->message.c_str(); }
    /// The HTTP status that the host answered with, or 0.
    std::uint16_t http_status() const noexcept { return state_->http_status; }
    /// The WebSocket close code that the host sent, or 0.
    std::uint16_t close_code() const noexcept { return state_->close_code; }
    /// Whether the handle that gave the error is of no further use.
    bool is_fatal() const noexcept { return state_->is_fatal; }
    /// Whether the same attempt may succeed later.
    bool is_retriable() const noexcept { return state_->is_retriable; }

private:
    struct state {
        stdb_status code;
        std::string message;
        std::uint16_t http_status, close_code;
        bool is_fatal, is_retriable;
    };
    std::shared_ptr<const state> state_;
};

/// A value, or the error that was met on the way to it.
template <class T>
class [[nodiscard]] result {
public:
    using value_type = T;

    /// A value.
    result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    /// An error.
    result(stdb::error error) : state_(std::in_place_index<1>, std::move(error)) {}

    /// Whether there is a value.
    bool has_value() const noexcept { return state_.index() == 0; }
    /// Whether there is a value.
    explicit operator bool() const noexcept { return has_value(); }
    /// The value, which must be there: `std::abort` otherwise.
    T& value() & { return require(), *std::get_if<0>(&state_); }
    /// The value, which must be there: `std::abort` otherwise.
    const T& value() const& { return require(), *std::get_if<0>(&state_); }
    /// The value, which must be there: `std::abort` otherwise.
    T&& value() && { return require(), std::move(*std::get_if<0>(&state_)); }
    /// As `value`.
    T& operator*() & { return value(); }
    /// As `value`.
    const T& operator*() const& { return value(); }
    /// As `value`.
    T&& operator*() && { return std::move(*this).value(); }
    /// As `value`.
    T* operator->() { return &value(); }
    /// As `value`.
    const T* operator->() const { return &value(); }
    /// The value, or another where there is none.
    T value_or(T other) const& { return has_value() ? value() : std::move(other); }
    /// The error, which must be there: `std::abort` otherwise.
    const stdb::error& error() const {
        if (has_value()) std::abort();
        return *std::get_if<1>(&state_);
    }

private:
    void require() const {
        if (!has_value()) std::abort();
    }
    std::variant<T, stdb::error> state_;
};

/// Success, or an error.
template <>
class [[nodiscard]] result<void> {
public:
    using value_type = void;

    /// Success.
    result() noexcept = default;
    /// An error.
    result(stdb::error error) : state_(std::move(error)) {}

    /// Whether it is a success.
    bool has_value() const noexcept { return state_.index() == 0; }
    /// Whether it is a success.
    explicit operator bool() const noexcept { return has_value(); }
    /// Does nothing on success: `std::abort` otherwise.
    void value() const {
        if (!has_value()) std::abort();
    }
    /// The error, which must be there: `std::abort` otherwise.
    const stdb::error& error() const {
        if (has_value()) std::abort();
        return *std::get_if<1>(&state_);
    }

private:
    std::variant<std::monostate, stdb::error> state_;
};

#ifdef STDB_NO_EXCEPTIONS
/// What a function that can fail gives: here a `result`.
template <class T = void>
using returns = result<T>;
#else
/// What a function that can fail gives: here the value itself; a failure is thrown as an `error`.
template <class T = void>
using returns = T;
#endif

/// Text for the C library: borrowed from a literal or a `std::string`, copied from a `std::string_view`. It must not hold a
/// NUL: the function that takes it then fails with `STDB_ERR_INVALID_ARGUMENT`.
class text_argument {
public:
    /// Text ended by NUL; NULL is an empty one.
    text_argument(const char* text) noexcept : text_(text) {}
    /// A string, which must outlive the call.
    text_argument(const std::string& text) noexcept
        : text_(text.c_str()), nul_inside_(std::memchr(text.data(), 0, text.size()) != nullptr) {}
    /// Any text, which is copied.
    text_argument(std::string_view text)
        : copy_(text), nul_inside_(!text.empty() && std::memchr(text.data(), 0, text.size()) != nullptr) {}

    text_argument(const text_argument&) = delete;
    text_argument& operator=(const text_argument&) = delete;

    /// The text, ended by NUL.
    const char* c_str() const noexcept { return text_ != nullptr ? text_ : copy_.c_str(); }
    /// Whether it has a NUL inside.
    bool has_nul() const noexcept { return nul_inside_; }

private:
    const char* text_ = nullptr;
    std::string copy_;
    bool nul_inside_ = false;
};

namespace detail {

/// One call of the C library: receives its error, and gives what the C++ function returns.
class attempt {
public:
    attempt() noexcept = default;
    attempt(const attempt&) = delete;
    attempt& operator=(const attempt&) = delete;
    ~attempt() { stdb_error_free(raw_); }

    /// What a C function takes as its last argument.
    stdb_error** out() noexcept { return &raw_; }
    /// Whether something failed.
    bool failed() const noexcept { return raw_ != nullptr || refusal_ != nullptr || earlier_ != nullptr; }
    /// Fails for a reason of our own; `why` lives forever.
    void refuse(stdb_status code, const char* why) noexcept {
        refusal_ = why;
        refusal_code_ = code;
    }
    /// Fails with an error that outlives this.
    void fail_with(const stdb::error& earlier) noexcept { earlier_ = &earlier; }
    /// Whether a text can be handed to the C library.
    bool accepts(const text_argument& text) noexcept {
        if (text.has_nul()) refuse(STDB_ERR_INVALID_ARGUMENT, "a text must not hold a NUL");
        return !text.has_nul();
    }
    /// What failed, which something must have.
    stdb::error failure() const {
        if (earlier_ != nullptr) return *earlier_;
        return refusal_ != nullptr ? stdb::error(refusal_code_, refusal_) : stdb::error(error_view(raw_));
    }

    /// What the function returns: nothing, or the failure.
    returns<> give() {
        if (failed()) return fail<void>();
        return returns<>();
    }
    /// What the function returns: the value, or the failure.
    template <class T>
    returns<T> give(T value) {
        if (failed()) return fail<T>();
        return returns<T>(std::move(value));
    }

private:
    template <class T>
    returns<T> fail() {
#ifdef STDB_NO_EXCEPTIONS
        return result<T>(failure());
#else
        throw failure();
#endif
    }

    stdb_error* raw_ = nullptr;
    const stdb::error* earlier_ = nullptr;
    const char* refusal_ = nullptr;
    stdb_status refusal_code_ = STDB_OK;
};

}

STDB_END

#endif
