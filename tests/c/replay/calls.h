/* The reducers and procedures of the recorded kitchen: their arguments, made of words and shown, and how calls end. */
#ifndef CALLS_H
#define CALLS_H

#include "show.h"

typedef struct callable {
    const char *name;
    const char *args;
    /* What a procedure returns; NULL of a reducer. */
    const char *value;
} callable;

static callable callables[] = {
    {"set_name", "string", NULL},
    {"send_message", "string", NULL},
    {"noop", "", NULL},
    {"boom", "", NULL},
    {"no_such_reducer", "", NULL},
    {"spawn", "u64 u64 u32", NULL},
    {"move_by", "u64 u64 f32", NULL},
    {"despawn", "u64 u64", NULL},
    {"rezone", "u64 u32", NULL},
    {"insert_every_type", "u32", NULL},
    {"give", "u64 serial array string", NULL},
    {"add_left", "u32 string", NULL},
    {"add_right", "u32 u32", NULL},
    {"swap_right", "u32 u32 u32", NULL},
    {"edit_left", "u32 string", NULL},
    {"deal_hit", "u64 u32 u32", NULL},
    {"connected", "", NULL},
    {"disconnected", "", NULL},
    {"add", "u32 u32", "u32"},
    {"summarise", "string", "u64 string"},
    {"fail", "", ""},
    {"no_such_procedure", "", ""},
    {"spawn_in_tx", "u64", ""},
};

enum { CALLABLES = sizeof callables / sizeof *callables };

/* The reducer or procedure of this name. */
static inline callable *callable_of(stdb_str name) {
    for (size_t i = 0; i < CALLABLES; i++) {
        if (str_is(name, callables[i].name)) {
            return &callables[i];
        }
    }
    MUST(!"a known reducer or procedure");
    return NULL;
}

/* Whether the arguments of the running step are no BSATN of their type, and so shown as bytes. */
static bool args_are_bad = false;

static inline void show_call(stdb_str name, stdb_bytes args) {
    printf("%.*s", (int)name.len, name.data);
    if (!args_are_bad) {
        show_bytes(callable_of(name)->args, args);
        return;
    }
    printf("(0x");
    for (size_t i = 0; i < args.len; i++) {
        printf("%02x", args.data[i]);
    }
    printf(")");
}

static inline void show_end(stdb_call_status status, stdb_str message) {
    static const char *const ends[] = {"committed", "failed", "out of energy", "disconnected", "timeout"};
    printf(" %s", ends[status]);
    if (message.len > 0) {
        printf(" with ");
        show_message(message);
    }
}

/* --- Arguments in words --- */

/* Takes the next argument off: a word, or what is between two quotes. */
static inline text next_argument(const char **args) {
    *args += strspn(*args, " ");
    bool quoted = **args == '\'';
    *args += quoted;
    size_t len = strcspn(*args, quoted ? "'" : " ");
    text argument = text_of("%.*s", (int)len, *args);
    *args += len + quoted;
    return argument;
}

static inline void write_argument(stdb_bsatn_writer *out, const char **type, const char **args);

/* The elements of an array, which are the rest of the arguments. */
static inline void write_array(stdb_bsatn_writer *out, const char **type, const char **args) {
    size_t count = 0;
    for (const char *rest = *args; !at_end(rest); count++) {
        next_argument(&rest);
    }
    CHECK_OK(stdb_bsatn_writer_array_begin(out, count, NULL));
    for (size_t i = 0; i < count; i++) {
        const char *element = *type;
        write_argument(out, &element, args);
    }
    skip_type(type);
}

static inline void write_argument(stdb_bsatn_writer *out, const char **type, const char **args) {
    if (take(type, "array")) {
        write_array(out, type, args);
    } else if (take(type, "u32")) {
        CHECK_OK(stdb_bsatn_writer_u32(out, (uint32_t)strtoul(next_argument(args).chars, NULL, 10), NULL));
    } else if (take(type, "u64")) {
        CHECK_OK(stdb_bsatn_writer_u64(out, strtoull(next_argument(args).chars, NULL, 10), NULL));
    } else if (take(type, "f32")) {
        CHECK_OK(stdb_bsatn_writer_f32(out, strtof(next_argument(args).chars, NULL), NULL));
    } else {
        CHECK(take(type, "string") || take(type, "serial"));
        CHECK_OK(stdb_bsatn_writer_string(out, next_argument(args).chars, NULL));
    }
}

/* A writer with these arguments. */
static inline stdb_bsatn_writer *written(const char *types, const char *args) {
    stdb_bsatn_writer *out = stdb_bsatn_writer_new();
    while (!at_end(types)) {
        write_argument(out, &types, &args);
    }
    CHECK(at_end(args));
    return out;
}

#endif
