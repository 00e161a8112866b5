# What Doxygen reads of the C++ layer goes through this. It says what goes without saying, so that the headers need not.

# What is said of an alias of a name.
BEGIN {
    alias["row_type"] = "The type of its rows."
    alias["context"] = "What its callbacks are given."
    alias["connection_ref"] = "What its contexts give as their connection."
    alias["element_type"] = "The type of its elements, const where they cannot be changed."
    alias["value_type"] = "The type of its value, or of its values."
    alias["iterator"] = "What walks over it."
    alias["time_point"] = "The same of `<chrono>`, exactly."
    alias["payloads"] = "The types of the variants' payloads, in their order."
    alias["type"] = "The type that it stands for."
}

function unsaid(line, name) {
    # Columns make conditions of comparisons.
    if (line ~ /condition<Table> operator==\(/) return "Rows whose column is that value."
    if (line ~ /condition<Table> operator!=\(/) return "Rows whose column is another value."
    if (line ~ /condition<Table> operator<\(/) return "Rows whose column is less than that."
    if (line ~ /condition<Table> operator<=\(/) return "Rows whose column is that or less."
    if (line ~ /condition<Table> operator>\(/) return "Rows whose column is more than that."
    if (line ~ /condition<Table> operator>=\(/) return "Rows whose column is that or more."
    if (line ~ /operator==\(/) return "Whether both are the same."
    if (line ~ /operator!=\(/) return "Whether they differ."
    if (line ~ /operator<\(timestamp /) return "Whether the first is earlier."
    if (line ~ /operator<\(time_duration /) return "Whether the first is shorter, or goes further back."
    if (line ~ /operator<\(/) return "Whether the first is less."
    if (line ~ /operator=\([a-z_]+&& other\)/) return "Takes over what the other one owns, and leaves it what this one owned."
    if (line ~ /\([a-z_]+&& other\)/) return "Takes over what the other one owns, which is of no use afterwards."
    if (line ~ /^ *(explicit |constexpr )*[a-z_0-9]+\(const stdb_[a-z0-9_]+& raw\)/) return "Made of what the C library gives."
    if (match(line, /^ *using [a-z_]+ = /)) {
        name = substr(line, RSTART, RLENGTH - 3)
        sub(/^ *using /, "", name)
        return alias[name]
    }
    if (line ~ / begin\(\) const/) return "Where a walk over it begins: at the first one."
    if (line ~ / end\(\) const/) return "Where a walk over it ends: behind the last one."
    if (line ~ / empty\(\) const/) return "Whether it has none."
    return ""
}

# The comment on the whole layer is the first page.
/@file stdb\.hpp/ {
    print "/// @mainpage libstdb for C++"
    print "/// [The guide](../../html/index.html) and [the reference of C](../../html/stdb_8h.html#details) are beside it."
    print "///"
    next
}
{
    text = said ? "" : unsaid($0)
    print text == "" ? $0 : "/** " text " */ " $0
    said = $0 ~ /^ *(\/\/\/|template <)/
}
