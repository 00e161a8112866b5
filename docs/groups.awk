# What Doxygen reads of the C header goes through this: each comment names the group of what it is about, a page a group.

function group(name) {
    for (i = 1; i <= count; i++)
        if (name ~ "^(" pattern[i] ")") return id[i]
}

# `order` is where the page stands among the others.
function define(order, name, title, names, about) {
    id[++count] = name
    pattern[count] = names
    page[order] = sprintf("/** @defgroup %s %s\n%s */", name, title, about)
    links[order] = "@ref " name
}

# The name that a declaration declares.
function declared(line) {
    if (match(line, /^#define [A-Z0-9_]+/)) return substr(line, 9, RLENGTH - 8)
    if (match(line, /\(\*stdb_[a-z0-9_]+\)/)) return substr(line, RSTART + 2, RLENGTH - 3)
    if (match(line, /stdb_[a-z0-9_]+\(/)) return substr(line, RSTART, RLENGTH - 1)
    if (match(line, /stdb_[a-z0-9_]+( \{|;)$/)) { sub(/( \{|;)$/, "", line); sub(/.* /, "", line); return line }
    return ""
}

# The first that fits is the one.
BEGIN {
    define(9, "call", "Calls: reducers, procedures, queries",
        "stdb_connection_(call|one_off|on_reducer|remove_on_reducer|set_reducer)|" \
        "stdb_(context_)?(call|reducer|procedure|query)|STDB_CALL",
        "Calling what a module has, and asking for rows once. A call is sent at once; its result callback runs exactly once, " \
        "however it ends. Any thread may call; what a callback asks of its context is for the thread that runs it.")
    define(15, "identity", "Identities, times and wide numbers",
        "stdb_(identity|connection_id|timestamp|time_duration|schedule_at|uuid|[ui](128|256))",
        "SpacetimeDB's types that C has none for, and their text. They are plain structs. Any thread.")
    define(3, "connection_builder", "Options of a connection",
        "stdb_(connection_builder|reconnect_options|token|connect_fn|log|compression)|STDB_(COMPRESSION|LOG)",
        "What to connect to, and how. Set what is wanted, then #stdb_connection_builder_build. One thread at a time may use a " \
        "builder.")
    define(4, "connection", "Connections", "stdb_(connection|stats|protocol)|STDB_(STATE|PROTOCOL)",
        "Advancing a connection, asking about it, ending it. All callbacks run inside the advancing functions. Any thread may " \
        "use a connection, and one at a time may advance it.")
    define(5, "subscription", "Subscriptions", "stdb_subscription",
        "Queries whose rows come into the cache and are kept up to date. One thread at a time may use a builder; any thread may " \
        "use a subscription.")
    define(7, "row", "Rows", "stdb_row$|stdb_row_(get|value|column|to_json)|stdb_json",
        "Reading what a row has: a column, or what lies in it, by name or by position, or all of it as JSON. This needs the " \
        "schema. A row may be read on the thread whose callback, iterator or read guard it was given under.")
    define(12, "schema", "Schemas",
        "stdb_(schema|table_info|column|index|parameter|lifecycle|function)|STDB_LIFECYCLE",
        "What a module says of itself: tables, views, indexes, reducers and procedures. A schema does not change. Any thread.")
    define(6, "table", "Tables of the client cache",
        "stdb_(table|row|rows|read_guard|chunk|range|bound|batch|update)|STDB_BOUND",
        "Reading the cache, and being told of its changes. Rows are borrowed: they may be read inside the callback that was " \
        "given them, or while this thread holds an iterator or a read guard. Any thread may use a table.")
    define(8, "context", "What a callback is told", "stdb_(context|event|drop|reconnect_event)|STDB_EVENT",
        "What a callback may ask of the event that it runs for. A context, and what is borrowed from it, lives as long as the " \
        "callback runs, and only the thread that runs it may use it.")
    define(11, "value", "Values and their types", "stdb_(value|type|special)|STDB_(TYPE|SPECIAL)",
        "Values of any type that SpacetimeDB has, walked without copying. Any thread that may read what a value was taken from.")
    define(10, "arguments", "Arguments by name", "stdb_arguments",
        "Arguments of a reducer or a procedure, or the values of a key, set one by one by name and checked against their " \
        "types. One thread at a time may use them.")
    define(13, "bsatn_writer", "Writing BSATN", "stdb_bsatn_writer",
        "SpacetimeDB's own format, without a schema. One thread at a time may use a writer.")
    define(14, "bsatn_reader", "Reading BSATN", "stdb_bsatn_reader",
        "SpacetimeDB's own format, without a schema. One thread at a time may use a reader.")
    define(16, "credentials_file", "Credentials", "stdb_credentials",
        "A token, kept so that the next start is the same identity. One thread at a time may use a handle.")
    define(2, "error", "Errors", "stdb_(error|status)|STDB_(OK|ERR)",
        "What can go wrong, and how to ask an error about it. One thread at a time may use an error; status codes are numbers.")
    define(1, "library", "The library", ".", "Its version, and its end. Any thread.")
}

# The comment on the whole file ends with a list of the pages.
/^ \*\// && !listed {
    print " *\n * By subject:"
    for (i = 1; i <= count; i++) print " * - " links[i]
    listed = 1
}

/^\/\*\*/ && !/@file/ && NR > 1 { comment = $0; inside = !/\*\//; next }
inside { comment = comment "\n" $0; inside = !/\*\//; next }
comment != "" {
    sub(/\*\/$/, "@ingroup " group(declared($0)) " */", comment)
    sub(/\n @ingroup/, "\n * @ingroup", comment)
    print comment
    comment = ""
}
{ print }

END { for (i = 1; i <= count; i++) print page[i] }
