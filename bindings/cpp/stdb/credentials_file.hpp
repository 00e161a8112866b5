/// @file credentials_file.hpp
/// Tokens kept in a file.
#ifndef STDB_CREDENTIALS_FILE_HPP
#define STDB_CREDENTIALS_FILE_HPP

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "error.hpp"

STDB_BEGIN

/// A file that one token is kept in, in the place and the form of the official Rust SDK. One thread at a time may use it.
class credentials_file {
public:
    /// The file of a key in `.spacetimedb_client_credentials` of the user's home folder, as `stdb_credentials_file_new`.
    static returns<credentials_file> of_key(const text_argument& key) {
        detail::attempt attempt;
        stdb_credentials_file* raw = nullptr;
        if (attempt.accepts(key)) stdb_credentials_file_new(key.c_str(), &raw, attempt.out());
        return attempt.give(credentials_file(raw));
    }
    /// The file of a key in a folder, as `stdb_credentials_file_with_directory`.
    static returns<credentials_file> in_directory(const text_argument& directory, const text_argument& key) {
        detail::attempt attempt;
        stdb_credentials_file* raw = nullptr;
        if (attempt.accepts(directory) && attempt.accepts(key))
            stdb_credentials_file_with_directory(directory.c_str(), key.c_str(), &raw, attempt.out());
        return attempt.give(credentials_file(raw));
    }
    credentials_file(credentials_file&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    credentials_file& operator=(credentials_file&& other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~credentials_file() { stdb_credentials_file_free(raw_); }

    /// Where the file is, whether or not it exists; it lives as long as this.
    std::string_view path() const noexcept { return detail::view(stdb_credentials_file_path(raw_)); }
    /// Keeps a token in it, in the place of an earlier one. This waits for the disk.
    returns<> save(const text_argument& token) const {
        detail::attempt attempt;
        if (attempt.accepts(token)) stdb_credentials_file_save(raw_, token.c_str(), attempt.out());
        return attempt.give();
    }
    /// The token that it has; none when there is no file. Otherwise as `stdb_credentials_file_load`.
    returns<std::optional<std::string>> load() {
        detail::attempt attempt;
        std::optional<std::string> token;
        stdb_str text{};
        stdb_error* error = nullptr;
        stdb_status status = stdb_credentials_file_load(raw_, &text, &error);
        if (status == STDB_ERR_NOT_FOUND) stdb_error_free(error);
        else *attempt.out() = error;
        if (status == STDB_OK) token.emplace(detail::view(text));
        return attempt.give(std::move(token));
    }
    /// Removes the file; that there is none is no failure.
    returns<> remove() const {
        detail::attempt attempt;
        stdb_credentials_file_remove(raw_, attempt.out());
        return attempt.give();
    }

private:
    explicit credentials_file(stdb_credentials_file* raw) noexcept : raw_(raw) {}
    stdb_credentials_file* raw_;
};

STDB_END

#endif
