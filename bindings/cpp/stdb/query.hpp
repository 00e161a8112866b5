/// @file query.hpp
/// Queries out of the columns of generated code: `from(q::user).where(q::user.online == true)`.
#ifndef STDB_QUERY_HPP
#define STDB_QUERY_HPP

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "span.hpp"
#include "value.hpp"

STDB_BEGIN

namespace detail {

/// An SQL name, quoted.
inline std::string quoted(std::string_view name) {
    std::string text = "\"";
    for (char c : name) {
        text += c;
        if (c == '"') text += c;
    }
    return text += '"';
}

/// Values as SQL literals, as the host reads them.
inline std::string literal(std::string_view value) {
    std::string text = "'";
    for (char c : value) {
        text += c;
        if (c == '\'') text += c;
    }
    return text += '\'';
}
inline std::string literal(const identity& value) { return "0x" + value.to_hex(); }
inline std::string literal(const connection_id& value) { return "0x" + value.to_hex(); }
inline std::string literal(const u128& value) { return value.to_string(); }
inline std::string literal(const i128& value) { return value.to_string(); }
inline std::string literal(const u256& value) { return value.to_string(); }
inline std::string literal(const i256& value) { return value.to_string(); }
inline std::string literal(bytes value) {
    static const char digits[] = "0123456789abcdef";
    std::string text = "0x";
    for (std::uint8_t byte : value) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}
inline std::string literal(timestamp value) {
    char text[64];
    std::size_t length = 0;
    // One beyond the calendar has no text: an empty one, which the host refuses.
    stdb_timestamp_to_rfc3339(value, text, sizeof text, &length, nullptr);
    return literal(std::string_view(text, length));
}
template <class T, class = std::enable_if_t<std::is_arithmetic_v<T>>>
std::string literal(T value) {
    if constexpr (std::is_same_v<T, bool>) return value ? "true" : "false";
    else if constexpr (std::is_integral_v<T>) return std::to_string(value);
    else {
        char text[32];
        int length = std::snprintf(text, sizeof text, "%.*g", std::numeric_limits<T>::max_digits10,
                                   static_cast<double>(value));
        // The point is another character in some locales.
        for (int i = 0; i < length; i++)
            if (text[i] == ',') text[i] = '.';
        return text;
    }
}

}

/// A condition on rows of a table: comparisons, joined by `&&` and `||`, turned round by `!`. `Table` is the generated
/// code's type of the table's columns, so that conditions of different tables cannot be mixed.
template <class Table>
class condition {
public:
    /// Of SQL, and of SQL that says the opposite.
    condition(std::string sql, std::string opposite) : sql_(std::move(sql)), opposite_(std::move(opposite)) {}

    /// The condition as SQL.
    const std::string& sql() const noexcept { return sql_; }
    /// Both hold.
    friend condition operator&&(const condition& a, const condition& b) {
        return condition("(" + a.sql_ + " AND " + b.sql_ + ")", "(" + a.opposite_ + " OR " + b.opposite_ + ")");
    }
    /// At least one holds.
    friend condition operator||(const condition& a, const condition& b) {
        return condition("(" + a.sql_ + " OR " + b.sql_ + ")", "(" + a.opposite_ + " AND " + b.opposite_ + ")");
    }
    /// It does not hold. The host's SQL has no NOT: the comparisons themselves are turned round.
    friend condition operator!(const condition& a) { return condition(a.opposite_, a.sql_); }

private:
    std::string sql_, opposite_;
};

/// A column of a table, in the generated code. It compares with values of its type, by `==`, `!=`, `<`, `<=`, `>` and `>=`.
/// SQL has no literal for a float that is infinite or NaN: the host refuses it.
template <class Table, class T, bool IsIndexed>
struct column {
    /// Its name, which lives forever.
    const char* name;

    /// Its name as SQL.
    std::string sql() const { return detail::quoted(Table::table_name()) + "." + detail::quoted(name); }
    /// A comparison, and its opposite.
    condition<Table> compare(const char* operation, const char* opposite, const T& value) const {
        std::string literal = detail::literal(value);
        return condition<Table>(sql() + " " + operation + " " + literal, sql() + " " + opposite + " " + literal);
    }
    condition<Table> operator==(const T& value) const { return compare("=", "<>", value); }
    condition<Table> operator!=(const T& value) const { return compare("<>", "=", value); }
    condition<Table> operator<(const T& value) const { return compare("<", ">=", value); }
    condition<Table> operator<=(const T& value) const { return compare("<=", ">", value); }
    condition<Table> operator>(const T& value) const { return compare(">", "<=", value); }
    condition<Table> operator>=(const T& value) const { return compare(">=", "<", value); }
};

/// Columns of two tables that are equal.
template <class Left, bool IsLeftIndexed, class Right, bool IsRightIndexed>
struct join_condition {
    /// The comparison as SQL.
    std::string sql;
};

/// Columns of two tables that are equal, for a semijoin.
template <class Left, bool IsLeftIndexed, class Right, bool IsRightIndexed, class T>
join_condition<Left, IsLeftIndexed, Right, IsRightIndexed> operator==(const column<Left, T, IsLeftIndexed>& left,
                                                                      const column<Right, T, IsRightIndexed>& right) {
    return {left.sql() + " = " + right.sql()};
}

/// A query for rows of a table. Subscriptions and one-off queries take it.
template <class Table>
class query {
public:
    /// All rows.
    query() : from_(detail::quoted(Table::table_name())) {}

    /// Those of the rows for which a condition holds as well.
    query where(const condition<Table>& condition) const { return narrower(condition.sql()); }
    /// Those of the rows that another table has a row for: `from(q::left).semijoin(q::right, q::left.id == q::right.left_id)`.
    /// A query has one such other table at the most, and the host wants an index on one of the columns.
    template <class Other, class Left, bool IsLeftIndexed, class Right, bool IsRightIndexed>
    query semijoin(const Other&, const join_condition<Left, IsLeftIndexed, Right, IsRightIndexed>& on) const {
        constexpr bool is_left = std::is_same_v<Left, Table> && std::is_same_v<Right, Other>;
        constexpr bool is_right = std::is_same_v<Left, Other> && std::is_same_v<Right, Table>;
        static_assert(is_left || is_right, "a semijoin compares a column of either table");
        static_assert(IsLeftIndexed || IsRightIndexed, "the host wants an index on one of the columns of a semijoin");
        std::string self = detail::quoted(Table::table_name()), other = detail::quoted(Other::table_name());
        // The table behind JOIN is the one that a host of 1.x wants the index of.
        if (!(is_left ? IsRightIndexed : IsLeftIndexed)) std::swap(self, other);
        query narrower = *this;
        narrower.from_ = self + " JOIN " + other + " ON " + on.sql;
        narrower.is_joined_ = true;
        return narrower;
    }
    /// The same, of rows of the other table for which a condition holds.
    template <class Other, class On>
    query semijoin(const Other& other, const On& on, const condition<Other>& condition) const {
        return semijoin(other, on).narrower(condition.sql());
    }
    /// The query as SQL.
    std::string sql() const {
        std::string text = "SELECT " + detail::quoted(Table::table_name()) + ".* FROM " + from_;
        for (std::size_t i = 0; i < conditions_.size(); i++) {
            const std::string& condition = conditions_[i];
            text += i == 0 ? " WHERE " : " AND ";
            // A host of 1.x refuses subscriptions whose conditions it can apply before the join, since it then no longer
            // sees the index; those of an OR it cannot.
            text += is_joined_ ? "(" + condition + " OR " + condition + ")" : condition;
        }
        return text;
    }

private:
    query narrower(const std::string& condition) const {
        query narrower = *this;
        narrower.conditions_.push_back(condition);
        return narrower;
    }

    std::string from_;
    std::vector<std::string> conditions_;
    bool is_joined_ = false;
};

/// All rows of a table of the generated code: `from(q::user)`.
template <class Table>
query<Table> from(const Table&) {
    return query<Table>();
}

STDB_END

#endif
