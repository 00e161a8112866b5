/// @file table.hpp
/// Tables of the client cache: reading their rows, and being told of them.
#ifndef STDB_TABLE_HPP
#define STDB_TABLE_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "callback.hpp"
#include "context.hpp"
#include "key_range.hpp"
#include "row.hpp"

STDB_BEGIN

/// What ends a walk over rows.
struct end_of_rows {};

/// Rows of a table, to be walked over once, by `for`. It holds a read guard of the thread that made it until it is
/// destroyed (one made inside a callback holds none), and its rows may be read as long.
template <class Row>
class row_range {
public:
    /// Walks over the rows.
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Row;
        using difference_type = std::ptrdiff_t;
        using pointer = const Row*;
        using reference = const Row&;

        iterator() noexcept = default;
        explicit iterator(row_range* range) noexcept : range_(range) {}
        const Row& operator*() const noexcept { return range_->row_; }
        const Row* operator->() const noexcept { return &range_->row_; }
        iterator& operator++() {
            range_->advance();
            return *this;
        }
        void operator++(int) { range_->advance(); }
        bool operator==(end_of_rows) const noexcept { return range_->ended_; }
        bool operator!=(end_of_rows) const noexcept { return !range_->ended_; }

    private:
        row_range* range_ = nullptr;
    };

    /// Of an iterator of the C library, which it owns from then on.
    explicit row_range(stdb_row_iter* raw) noexcept : raw_(raw) {}
    row_range(row_range&& other) noexcept
        : raw_(std::exchange(other.raw_, nullptr)), row_(other.row_), ended_(other.ended_), failed_(other.failed_) {}
    row_range& operator=(row_range&& other) noexcept {
        std::swap(raw_, other.raw_);
        row_ = other.row_;
        ended_ = other.ended_;
        failed_ = other.failed_;
        return *this;
    }
    ~row_range() { stdb_row_iter_free(raw_); }

    /// Goes on to the next row, which is the first one at first.
    iterator begin() {
        advance();
        return iterator(this);
    }
    end_of_rows end() const noexcept { return {}; }
    /// With `STDB_NO_EXCEPTIONS`: whether the walk ended early, at a row that is not of the type of the generated code.
    /// With exceptions that throws `STDB_ERR_BSATN`.
    bool failed() const noexcept { return failed_; }

private:
    void advance() {
        stdb_row raw;
        ended_ = !stdb_row_iter_next(raw_, &raw);
        if (!ended_ && !detail::read_row(raw, row_)) {
            ended_ = failed_ = true;
#ifndef STDB_NO_EXCEPTIONS
            throw error(STDB_ERR_BSATN, detail::not_of_the_type);
#endif
        }
    }

    stdb_row_iter* raw_;
    Row row_{};
    bool ended_ = false;
    bool failed_ = false;
};

/// A run of rows of fixed size that lie one after another in the cache.
template <class Row>
class chunk {
public:
    /// Gives the rows one after another, each by value.
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Row;
        using difference_type = std::ptrdiff_t;
        using pointer = const Row*;
        using reference = Row;

        iterator() noexcept = default;
        iterator(const chunk* chunk, std::size_t at) noexcept : chunk_(chunk), at_(at) {}
        Row operator*() const { return (*chunk_)[at_]; }
        iterator& operator++() noexcept {
            at_++;
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator before = *this;
            at_++;
            return before;
        }
        bool operator==(const iterator& other) const noexcept { return at_ == other.at_; }
        bool operator!=(const iterator& other) const noexcept { return at_ != other.at_; }

    private:
        const chunk* chunk_ = nullptr;
        std::size_t at_ = 0;
    };

    /// A chunk of a table.
    chunk(const stdb_chunk& raw, const stdb_table* table) noexcept : raw_(raw), table_(table) {}

    /// The first byte of the first row, at no particular alignment.
    const std::uint8_t* data() const noexcept { return raw_.data; }
    /// How many rows there are.
    std::size_t size() const noexcept { return raw_.count; }
    /// The size of a row in bytes.
    std::size_t stride() const noexcept { return raw_.stride; }
    /// Row `i`, which must be there.
    Row operator[](std::size_t i) const {
        Row row{};
        if constexpr (std::is_same_v<Row, stdb::row>) row = stdb::row({data() + i * stride(), stride(), table_});
        else bsatn<Row>::load(data() + i * bsatn<Row>::size, row);
        return row;
    }
    iterator begin() const noexcept { return iterator(this, 0); }
    iterator end() const noexcept { return iterator(this, size()); }

private:
    stdb_chunk raw_;
    const stdb_table* table_;
};

/// All rows of a table as they lie in memory, chunk by chunk.
template <class Row>
class chunk_list {
public:
    /// Gives the chunks one after another, each by value.
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = chunk<Row>;
        using difference_type = std::ptrdiff_t;
        using pointer = const chunk<Row>*;
        using reference = chunk<Row>;

        iterator() noexcept = default;
        iterator(const stdb_chunk* at, const stdb_table* table) noexcept : at_(at), table_(table) {}
        chunk<Row> operator*() const noexcept { return chunk<Row>(*at_, table_); }
        iterator& operator++() noexcept {
            at_++;
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator before = *this;
            at_++;
            return before;
        }
        bool operator==(const iterator& other) const noexcept { return at_ == other.at_; }
        bool operator!=(const iterator& other) const noexcept { return at_ != other.at_; }

    private:
        const stdb_chunk* at_ = nullptr;
        const stdb_table* table_ = nullptr;
    };

    /// Chunks of a table.
    chunk_list(const stdb_chunk* chunks, std::size_t count, const stdb_table* table) noexcept
        : chunks_(chunks), count_(count), table_(table) {}

    /// How many chunks there are.
    std::size_t size() const noexcept { return count_; }
    /// Chunk `i`, which must be there.
    chunk<Row> operator[](std::size_t i) const noexcept { return chunk<Row>(chunks_[i], table_); }
    iterator begin() const noexcept { return iterator(chunks_, table_); }
    iterator end() const noexcept { return iterator(chunks_ + count_, table_); }

private:
    const stdb_chunk* chunks_;
    std::size_t count_;
    const stdb_table* table_;
};

/// The rows of one kind in a batch. They live as long as the batch.
template <class Row>
class row_list {
public:
    /// Gives the rows one after another, each by value.
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Row;
        using difference_type = std::ptrdiff_t;
        using pointer = const Row*;
        using reference = Row;

        iterator() noexcept = default;
        iterator(const row_list* rows, std::size_t at) noexcept : rows_(rows), at_(at) {}
        Row operator*() const { return (*rows_)[at_]; }
        iterator& operator++() noexcept {
            at_++;
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator before = *this;
            at_++;
            return before;
        }
        bool operator==(const iterator& other) const noexcept { return at_ == other.at_; }
        bool operator!=(const iterator& other) const noexcept { return at_ != other.at_; }

    private:
        const row_list* rows_ = nullptr;
        std::size_t at_ = 0;
    };

    /// So many rows.
    row_list(const stdb_row* rows, std::size_t count) noexcept : rows_(rows), count_(count) {}

    /// How many rows there are.
    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    /// Row `i`, which must be there. One that is not of the type of the generated code is told by the advancing call as
    /// `STDB_ERR_BSATN`.
    Row operator[](std::size_t i) const {
        Row row{};
        if (!detail::read_row(rows_[i], row)) detail::advancing::keep(error(STDB_ERR_BSATN, detail::not_of_the_type));
        return row;
    }
    iterator begin() const noexcept { return iterator(this, 0); }
    iterator end() const noexcept { return iterator(this, count_); }

private:
    const stdb_row* rows_;
    std::size_t count_;
};

/// All that one message changed in a table. It lives as long as the callback that was given it.
template <class Row>
class batch {
public:
    explicit batch(const stdb_batch& raw) noexcept : raw_(raw) {}

    /// New rows.
    row_list<Row> inserted() const noexcept { return {raw_.inserted, raw_.inserted_count}; }
    /// Rows that are gone.
    row_list<Row> deleted() const noexcept { return {raw_.deleted, raw_.deleted_count}; }
    /// The old rows of the updates.
    row_list<Row> updated_old() const noexcept { return {raw_.updated_old, raw_.updated_count}; }
    /// The new rows of the updates, in the same order.
    row_list<Row> updated_new() const noexcept { return {raw_.updated_new, raw_.updated_count}; }

private:
    const stdb_batch& raw_;
};

namespace detail {

/// The callables that are told of rows, as callbacks of the C library.
template <class Context, class Row, class F>
struct row_callbacks {
    static void row(const stdb_context* raw, const stdb_row* raw_row, void* user_data) noexcept {
        guarded([&] {
            Row row{};
            if (!read_row(*raw_row, row)) return advancing::keep(error(STDB_ERR_BSATN, not_of_the_type));
            const Context context(raw);
            held<F>(user_data)(context, const_cast<const Row&>(row));
        });
    }
    static void update(const stdb_context* raw, const stdb_row* old_row, const stdb_row* new_row,
                       void* user_data) noexcept {
        guarded([&] {
            Row before{}, after{};
            if (!read_row(*old_row, before) || !read_row(*new_row, after))
                return advancing::keep(error(STDB_ERR_BSATN, not_of_the_type));
            const Context context(raw);
            held<F>(user_data)(context, const_cast<const Row&>(before), const_cast<const Row&>(after));
        });
    }
    static void batch(const stdb_context* raw, const stdb_batch* raw_batch, void* user_data) noexcept {
        guarded([&] {
            const Context context(raw);
            const stdb::batch<Row> batch(*raw_batch);
            held<F>(user_data)(context, batch);
        });
    }
};

}

namespace detail {

/// The values and the range that an index is filtered by, as BSATN.
class index_keys {
public:
    /// The value of the next column.
    template <class T>
    void add(const T& value) {
        key_.write(value);
        after_range_ = after_range_ || is_range_;
    }
    /// The range of the next column, which is the last.
    template <class T, bool HasLower, bool HasUpper>
    void add(const key_range<T, HasLower, HasUpper>& range) {
        if (HasLower) lower_.write(range.lower);
        if (HasUpper) upper_.write(range.upper);
        lower_bound_ = range.lower_bound;
        upper_bound_ = range.upper_bound;
        is_range_ = true;
    }
    bool is_range() const noexcept { return is_range_; }
    /// Whether a value came after a range.
    bool is_out_of_order() const noexcept { return after_range_; }
    stdb_bytes key() const noexcept { return raw(key_.data()); }
    stdb_range range() const noexcept {
        return {sizeof(stdb_range), key(), raw(lower_.data()), raw(upper_.data()), lower_bound_, upper_bound_};
    }

private:
    bsatn_writer key_, lower_, upper_;
    stdb_bound lower_bound_ = STDB_BOUND_NONE, upper_bound_ = STDB_BOUND_NONE;
    bool is_range_ = false, after_range_ = false;
};

/// A value as the type of a column.
template <class Key, class T>
Key as_key(const T& value) {
    return value;
}
/// A range as one of the type of a column.
template <class Key, class T, bool HasLower, bool HasUpper>
key_range<Key, HasLower, HasUpper> as_key(const key_range<T, HasLower, HasUpper>& range) {
    return {static_cast<Key>(range.lower), static_cast<Key>(range.upper), range.lower_bound, range.upper_bound};
}

}

/// A table of a connection's cache. It belongs to the connection, lives as long, and may be copied. A table that the
/// module does not have is told of by whatever is done with it, as `STDB_ERR_UNKNOWN_TABLE`.
///
/// Rows that are borrowed may be read inside a callback, or under a `read_guard` of this thread. Any thread may use it.
///
/// Its functions are those of C of the same names, `stdb_table_count` and its kin, whose comments say more, and how each can
/// fail.
template <class Row, class Context>
class basic_table {
public:
    using row_type = Row;

    /// Of a connection, by name, which lives as long as this.
    basic_table(stdb_connection* connection, const char* name) noexcept : connection_(connection), name_(name) {
        if (stdb_connection_table(connection, name, &raw_, nullptr) != STDB_OK) raw_ = nullptr;
    }
    /// Of a table of the C library.
    basic_table(stdb_connection* connection, const stdb_table* raw) noexcept : connection_(connection), raw_(raw) {}

    /// The table's name.
    std::string_view name() const noexcept {
        return raw_ != nullptr ? detail::view(stdb_table_name(raw_)) : std::string_view(name_);
    }
    /// The table of the C library; NULL when the module has none of the name.
    const stdb_table* raw() const noexcept { return raw_; }
    /// How many distinct rows are cached.
    returns<std::uint64_t> count() const {
        detail::attempt attempt;
        std::uint64_t count = 0;
        if (auto* table = get(attempt)) stdb_table_count(table, &count, attempt.out());
        return attempt.give(count);
    }
    /// How many bytes the rows and indexes take in memory.
    returns<std::uint64_t> memory() const {
        detail::attempt attempt;
        std::uint64_t bytes = 0;
        if (auto* table = get(attempt)) stdb_table_memory(table, &bytes, attempt.out());
        return attempt.give(bytes);
    }
    /// All rows, in no particular order.
    returns<row_range<Row>> iter() const {
        detail::attempt attempt;
        stdb_row_iter* iter = nullptr;
        if (auto* table = get(attempt)) stdb_table_iter(table, &iter, attempt.out());
        return attempt.give(row_range<Row>(iter));
    }
    /// All rows of a table whose rows have a fixed size, as they lie in memory. They may be read inside this callback, or
    /// under a `read_guard` of this thread. Fails as `stdb_table_chunks`.
    returns<chunk_list<Row>> chunks() const {
        detail::attempt attempt;
        const stdb_chunk* chunks = nullptr;
        std::size_t count = 0;
        auto* table = get(attempt);
        if (table != nullptr) stdb_table_chunks(table, &chunks, &count, attempt.out());
        if constexpr (!std::is_same_v<Row, row>) {
            static_assert(bsatn<Row>::is_fixed, "rows of the table differ in size, so that they do not lie in chunks");
            if (count > 0 && chunks[0].stride != bsatn<Row>::size)
                attempt.refuse(STDB_ERR_BSATN, detail::not_of_the_type);
        }
        return attempt.give(chunk_list<Row>(chunks, count, table));
    }
    /// The row whose primary key or unique column has a value; none when there is no such row. A row that borrows may be
    /// read inside this callback, or under a `read_guard` of this thread, without which this fails with
    /// `STDB_ERR_NO_READ_GUARD`; a row of fixed size is a copy and needs none. Otherwise as `stdb_table_find`.
    template <class Key>
    returns<std::optional<Row>> find(const text_argument& column, const Key& key) const {
        detail::attempt attempt;
        std::optional<Row> found;
        bsatn_writer writer;
        writer.write(key);
        auto* table = attempt.accepts(column) ? get(attempt) : nullptr;
        if (table == nullptr) return attempt.give(std::move(found));
        bool guarded = detail::owns_all<Row> && stdb_read_guard_begin(connection_, attempt.out()) == STDB_OK;
        if (!attempt.failed()) {
            stdb_row raw{};
            stdb_bytes bytes = detail::raw(writer.data());
            // That there is no such row is no error here: none is made for it.
            stdb_status status = stdb_table_find(table, column.c_str(), bytes, &raw, nullptr);
            if (status != STDB_OK && status != STDB_ERR_NOT_FOUND)
                status = stdb_table_find(table, column.c_str(), bytes, &raw, attempt.out());
            if (status == STDB_OK && !detail::read_row(raw, found.emplace()))
                attempt.refuse(STDB_ERR_BSATN, detail::not_of_the_type);
        }
        if (guarded) stdb_read_guard_end(connection_, nullptr);
        return attempt.give(std::move(found));
    }
    /// The rows whose primary key or unique column has one of many values, in the values' order, as
    /// `stdb_table_find_many`: the fastest way to look many up. Rows as `find` gives them.
    template <class Key>
    returns<std::vector<std::optional<Row>>> find_many(const text_argument& column, const array<Key>& keys) const {
        detail::attempt attempt;
        std::vector<stdb_row> raw(keys.size());
        std::vector<std::optional<Row>> found(keys.size());
        bsatn_writer writer;
        for (const Key& key : keys) writer.write(key);
        auto* table = attempt.accepts(column) ? get(attempt) : nullptr;
        if (table == nullptr) return attempt.give(std::move(found));
        bool guarded = detail::owns_all<Row> && stdb_read_guard_begin(connection_, attempt.out()) == STDB_OK;
        if (!attempt.failed()
            && stdb_table_find_many(table, column.c_str(), detail::raw(writer.data()), raw.size(), raw.data(),
                                    attempt.out()) == STDB_OK)
            for (std::size_t i = 0; i < raw.size(); i++)
                if (raw[i].data != nullptr && !detail::read_row(raw[i], found[i].emplace()))
                    attempt.refuse(STDB_ERR_BSATN, detail::not_of_the_type);
        if (guarded) stdb_read_guard_end(connection_, nullptr);
        return attempt.give(std::move(found));
    }
    /// The rows whose index columns equal values, in the index's order: values of all of the index's columns or of the
    /// first of them, of exactly their types. The last may be a range (`at_least` and its kin) instead. `index` is the
    /// index's name or accessor, or the name of the column of a single-column index. Fails as `stdb_table_filter`.
    template <class... Keys>
    returns<row_range<Row>> filter(const text_argument& index, const Keys&... keys) const {
        detail::attempt attempt;
        stdb_row_iter* iter = nullptr;
        detail::index_keys columns;
        (columns.add(keys), ...);
        if (columns.is_out_of_order())
            attempt.refuse(STDB_ERR_INVALID_ARGUMENT, "a range must be of the last column that is given");
        auto* table = attempt.accepts(index) && !attempt.failed() ? get(attempt) : nullptr;
        if (table != nullptr && columns.is_range()) {
            stdb_range range = columns.range();
            stdb_table_filter_range(table, index.c_str(), &range, &iter, attempt.out());
        } else if (table != nullptr) {
            stdb_table_filter(table, index.c_str(), columns.key(), &iter, attempt.out());
        }
        return attempt.give(row_range<Row>(iter));
    }

    /// Registers `f(context, row)` for rows that come into the cache and replace none.
    template <class F>
    returns<callback_id> on_insert(F&& f) const {
        return add(stdb_table_on_insert, callbacks<F>::row, std::forward<F>(f));
    }
    /// Registers `f(context, row)` for rows that are about to go, while the cache is still as it was.
    template <class F>
    returns<callback_id> on_before_delete(F&& f) const {
        return add(stdb_table_on_before_delete, callbacks<F>::row, std::forward<F>(f));
    }
    /// Registers `f(context, row)` for rows that are gone and were not replaced.
    template <class F>
    returns<callback_id> on_delete(F&& f) const {
        return add(stdb_table_on_delete, callbacks<F>::row, std::forward<F>(f));
    }
    /// Registers `f(context, old_row, new_row)` for rows that were replaced by one with the same primary key.
    template <class F>
    returns<callback_id> on_update(F&& f) const {
        return add(stdb_table_on_update, callbacks<F>::update, std::forward<F>(f));
    }
    /// Registers `f(context, batch)` for all that a message changed in the table.
    template <class F>
    returns<callback_id> on_batch(F&& f) const {
        return add(stdb_table_on_batch, callbacks<F>::batch, std::forward<F>(f));
    }
    /// Removes a callback of the table, of any kind; `STDB_ERR_NOT_FOUND` when it has none of that number.
    returns<> remove_callback(callback_id id) const {
        detail::attempt attempt;
        if (auto* table = get(attempt)) stdb_table_remove_callback(table, id, attempt.out());
        return attempt.give();
    }

private:
    template <class F>
    using callbacks = detail::row_callbacks<Context, Row, F>;

    template <class Function, class Callback, class F>
    returns<callback_id> add(Function* function, Callback* callback, F&& f) const {
        detail::attempt attempt;
        callback_id id = 0;
        if (auto* table = get(attempt))
            function(table, callback, detail::hold(std::forward<F>(f)), detail::drop<F>, &id, attempt.out());
        return attempt.give(id);
    }

    /// The table of the C library, or why there is none.
    const stdb_table* get(detail::attempt& attempt) const {
        const stdb_table* table = raw_;
        if (table == nullptr) stdb_connection_table(connection_, name_, &table, attempt.out());
        return table;
    }

    stdb_connection* connection_;
    const char* name_ = "";
    const stdb_table* raw_ = nullptr;
};

/// A table by its name, without generated code.
using table = basic_table<row, context>;

/// A primary key or unique column of a table of the generated code.
template <class Table, class Key>
class unique_column {
public:
    /// A column of a table.
    unique_column(Table table, const char* column) noexcept : table_(table), column_(column) {}

    /// The row that has a value there, as `basic_table::find`.
    returns<std::optional<typename Table::row_type>> find(const Key& key) const { return table_.find(column_, key); }
    /// The rows that have one of many values there, as `basic_table::find_many`.
    returns<std::vector<std::optional<typename Table::row_type>>> find_many(const array<Key>& keys) const {
        return table_.find_many(column_, keys);
    }

private:
    Table table_;
    const char* column_;
};

/// An index of a table of the generated code, on one or several columns.
template <class Table, class... Keys>
class index {
public:
    /// An index of a table.
    index(Table table, const char* name) noexcept : table_(table), name_(name) {}

    /// The rows whose index columns have values, as `basic_table::filter`: of all columns or of the first of them; the last
    /// may be a range (`at_least` and its kin) instead.
    template <class... Given>
    returns<row_range<typename Table::row_type>> filter(const Given&... keys) const {
        static_assert(sizeof...(Given) >= 1 && sizeof...(Given) <= sizeof...(Keys),
                      "an index is filtered by one value a column, from the first column on");
        return filter_as(std::index_sequence_for<Given...>(), keys...);
    }

private:
    template <std::size_t... I, class... Given>
    returns<row_range<typename Table::row_type>> filter_as(std::index_sequence<I...>, const Given&... keys) const {
        return table_.filter(name_, detail::as_key<std::tuple_element_t<I, std::tuple<Keys...>>>(keys)...);
    }

    Table table_;
    const char* name_;
};

/// A unique column that has an index of the same name as well, which it usually has.
template <class Table, class Key>
class indexed_unique_column : public unique_column<Table, Key>, public index<Table, Key> {
public:
    /// A column of a table, and its index.
    indexed_unique_column(Table table, const char* column, const char* index_name) noexcept
        : unique_column<Table, Key>(table, column), index<Table, Key>(table, index_name) {}
};

STDB_END

#endif
