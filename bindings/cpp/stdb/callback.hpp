/// @file callback.hpp
/// How a callable becomes a callback of the C library: where it lives, and what becomes of what it throws.
#ifndef STDB_CALLBACK_HPP
#define STDB_CALLBACK_HPP

#include <cstdint>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "error.hpp"

STDB_BEGIN

/// The number by which a callback is removed.
using callback_id = std::uint64_t;

namespace detail {

/// An attempt during which callbacks may run. What goes wrong in them is kept, and told by `give` before all else.
class advancing : public attempt {
public:
    advancing() noexcept : outer_(innermost()) { innermost() = this; }
    ~advancing() { innermost() = outer_; }

    /// Keeps what went wrong in a callback of this thread, unless something did before. It ends the program when nobody
    /// can be told: the callback runs on the library's own thread, or was reached without this header.
    static void keep(error failure) noexcept {
        if (innermost() == nullptr) std::terminate();
#ifdef STDB_NO_EXCEPTIONS
        if (!innermost()->kept_) innermost()->kept_ = std::move(failure);
#else
        if (!innermost()->kept_) innermost()->kept_ = std::make_exception_ptr(std::move(failure));
#endif
    }

#ifdef STDB_NO_EXCEPTIONS
    returns<> give() {
        if (kept_) return *std::move(kept_);
        return attempt::give();
    }
    template <class T>
    returns<T> give(T value) {
        if (kept_) return *std::move(kept_);
        return attempt::give(std::move(value));
    }
#else
    /// Keeps the exception that is being handled, as `keep` does.
    static void keep_exception() noexcept {
        if (innermost() == nullptr) std::terminate();
        if (!innermost()->kept_) innermost()->kept_ = std::current_exception();
    }
    returns<> give() {
        rethrow();
        return attempt::give();
    }
    template <class T>
    returns<T> give(T value) {
        rethrow();
        return attempt::give(std::move(value));
    }
#endif

private:
    static advancing*& innermost() noexcept {
        static thread_local advancing* innermost = nullptr;
        return innermost;
    }
    advancing* outer_;
#ifdef STDB_NO_EXCEPTIONS
    std::optional<stdb::error> kept_;
#else
    void rethrow() {
        if (kept_) std::rethrow_exception(std::exchange(kept_, nullptr));
    }
    std::exception_ptr kept_;
#endif
};

/// Runs what a callback does; nothing it throws gets out.
template <class F>
void guarded(F&& run) noexcept {
#ifdef STDB_NO_EXCEPTIONS
    run();
#else
    try {
        run();
    } catch (...) {
        advancing::keep_exception();
    }
#endif
}

/// A callable on the heap, for the `user_data` of a callback.
template <class F>
void* hold(F&& callable) {
    return new std::decay_t<F>(std::forward<F>(callable));
}

/// The destructor that goes with `hold`.
template <class F>
void drop(void* user_data) noexcept {
    delete static_cast<std::decay_t<F>*>(user_data);
}

/// The callable that `hold` made.
template <class F>
std::decay_t<F>& held(void* user_data) noexcept {
    return *static_cast<std::decay_t<F>*>(user_data);
}

/// A callback that is told of an event by its context alone.
template <class Context, class F>
void on_event(const stdb_context* raw, void* user_data) noexcept {
    guarded([&] {
        const Context context(raw);
        held<F>(user_data)(context);
    });
}

}

STDB_END

#endif
