# What Doxygen reads of the C++ layer goes through this. It says what goes without saying, so that the headers need not.

function unsaid(line) {
    if (line ~ /operator(==|!=|<|<=|>|>=)\(/) return "Compares."
    if (line ~ /&& ?other\)/) return "Takes over what the other one has."
    if (line ~ /^ *(explicit |constexpr )*[a-z_0-9]+\(const stdb_[a-z0-9_]+& raw\)/) return "Of the C library's own."
    if (line ~ /^ *using [a-z_]+ = /) return "The type."
    if (line ~ / begin\(\) const/) return "The first."
    if (line ~ / end\(\) const/) return "Behind the last."
    if (line ~ / empty\(\) const/) return "Whether there is none."
    return ""
}

{
    text = said ? "" : unsaid($0)
    print text == "" ? $0 : "/** " text " */ " $0
    said = $0 ~ /^ *(\/\/\/|template <)/
}
