# What Doxygen reads of the C header goes through this: each comment names the group of what it is about, a page a group.

function group(name) {
    for (i = 1; i <= count; i++)
        if (name ~ "^(" pattern[i] ")") return id[i]
}

function define(name, title, names) {
    id[++count] = name
    titles[name] = title
    pattern[count] = names
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
    define("call", "Calls: reducers, procedures, queries",
        "stdb_connection_(call|one_off|on_reducer|remove_on_reducer|set_reducer)|" \
        "stdb_(context_)?(call|reducer|procedure|query)|STDB_CALL")
    define("identity", "Identities, times and wide numbers",
        "stdb_(identity|connection_id|timestamp|time_duration|schedule_at|uuid|[ui](128|256))")
    define("connection_builder", "Options of a connection",
        "stdb_(connection_builder|reconnect_options|token|connect_fn|log|compression)|STDB_(COMPRESSION|LOG)")
    define("connection", "Connections", "stdb_(connection|stats|protocol)|STDB_(STATE|PROTOCOL)")
    define("subscription", "Subscriptions", "stdb_subscription")
    define("row", "Rows", "stdb_row$|stdb_row_(get|value|column|to_json)|stdb_json")
    define("schema", "Schemas", "stdb_(schema|table_info|column|index|parameter|lifecycle|function)|STDB_LIFECYCLE")
    define("table", "Tables of the client cache",
        "stdb_(table|row|rows|read_guard|chunk|range|bound|batch|update)|STDB_BOUND")
    define("context", "What a callback is told", "stdb_(context|event|drop|reconnect_event)|STDB_EVENT")
    define("value", "Values and their types", "stdb_(value|type|special)|STDB_(TYPE|SPECIAL)")
    define("arguments", "Arguments by name", "stdb_arguments")
    define("bsatn_writer", "Writing BSATN", "stdb_bsatn_writer")
    define("bsatn_reader", "Reading BSATN", "stdb_bsatn_reader")
    define("credentials_file", "Credentials", "stdb_credentials")
    define("error", "Errors", "stdb_(error|status)|STDB_(OK|ERR)")
    define("library", "The library", ".")
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

END { for (i = 1; i <= count; i++) printf "/** @defgroup %s %s */\n", id[i], titles[id[i]] }
