/* Shows BSATN as text, by a type in words:
 *
 *     u32 string              one value after another, shown with commas between
 *     ( f32 f32 )             a product
 *     option u8  array u8     an option: the value or `none`; an array: [1, 2]
 *     sum ( say string nothing unit )    the variants' names and types: say("hi"), nothing
 *
 * What the host chose is shown by a name: an identity as <me>, <earlier> (met before the first answer was told of) or
 * <other>; a timestamp by the step in which it was first met, <time 4>; a number that the host counts up, `auto_inc`, as
 * <auto_inc>; and a `serial`, which the recorded client made of the time, as <serial>. */
#ifndef SHOW_H
#define SHOW_H

#include "kitchen.h"

/* --- Names for what the host chose --- */

/* Which step of the scenario it is; 1 is the first subscription. */
static int show_step = 0;
static stdb_identity show_me;
static stdb_connection_id show_my_connection;

typedef struct met {
    uint8_t bytes[32];
    int step;
} met;

/* The step in which these bytes were first met. */
static inline int first_met(met *known, size_t capacity, const uint8_t *bytes, size_t len) {
    size_t i = 0;
    while (i < capacity && known[i].step != 0) {
        if (memcmp(known[i].bytes, bytes, len) == 0) {
            return known[i].step;
        }
        i++;
    }
    MUST(i < capacity);
    memcpy(known[i].bytes, bytes, len);
    return known[i].step = show_step;
}

static inline const char *identity_name(const stdb_identity *identity) {
    static met known[100];
    if (stdb_identity_equal(identity, &show_me)) {
        return "<me>";
    }
    return first_met(known, sizeof known / sizeof *known, identity->bytes, sizeof identity->bytes) == 1 ? "<earlier>"
                                                                                                     : "<other>";
}

static inline const char *connection_name(const stdb_connection_id *id) {
    return stdb_connection_id_equal(id, &show_my_connection) ? "<my connection>" : "<other connection>";
}

static inline void show_time(stdb_timestamp time) {
    static met known[100];
    if (time.micros == 0) {
        printf("<no time>");
    } else {
        int step = first_met(known, sizeof known / sizeof *known, (const uint8_t *)&time.micros, sizeof time.micros);
        printf("<time %d>", step);
    }
}

/* --- Text --- */

static inline void show_string(stdb_str text) {
    printf("\"%.*s\"", (int)text.len, text.len > 0 ? text.data : "");
}

/* A message of the host: its first line. The others are a backtrace. */
static inline void show_message(stdb_str message) {
    size_t lines = 1, first = message.len;
    for (size_t i = message.len; i-- > 0;) {
        if (message.data[i] == '\n') {
            lines++;
            first = i;
        }
    }
    show_string((stdb_str){message.data, first});
    if (lines > 1) {
        printf(" and %zu more lines", lines - 1);
    }
}

/* The digits of a wide number, the lowest limb first. */
static inline void show_limbs(const uint64_t *limbs, size_t count) {
    printf("0x");
    while (count-- > 0) {
        printf("%016" PRIx64, limbs[count]);
    }
}

/* --- Types --- */

/* Takes the next word off a type if it is this one. */
static inline bool take(const char **type, const char *word) {
    const char *at = *type + strspn(*type, " ");
    size_t len = strcspn(at, " ");
    if (len != strlen(word) || memcmp(at, word, len) != 0) {
        return false;
    }
    *type = at + len;
    return true;
}

static inline bool at_end(const char *type) {
    return type[strspn(type, " ")] == '\0';
}

/* Takes a whole type off. */
static inline void skip_type(const char **type) {
    if (take(type, "option") || take(type, "array") || take(type, "sum")) {
        skip_type(type);
    } else if (take(type, "(")) {
        while (!take(type, ")")) {
            skip_type(type);
        }
    } else {
        *type += strspn(*type, " ");
        MUST(**type != '\0');
        *type += strcspn(*type, " ");
    }
}

static inline void show_value(const char **type, stdb_bsatn_reader *in);

/* The values of a product until its end, `)` or the end of the type. */
static inline void show_values(const char **type, stdb_bsatn_reader *in) {
    for (bool first = true; !take(type, ")") && !at_end(*type); first = false) {
        printf(first ? "" : ", ");
        show_value(type, in);
    }
}

static inline void show_array(const char **type, stdb_bsatn_reader *in) {
    size_t count = 0;
    MUST_OK(stdb_bsatn_reader_array_begin(in, &count, NULL));
    printf("[");
    for (size_t i = 0; i < count; i++) {
        const char *element = *type;
        printf(i == 0 ? "" : ", ");
        show_value(&element, in);
    }
    printf("]");
    skip_type(type);
}

static inline void show_option(const char **type, stdb_bsatn_reader *in) {
    bool some = false;
    MUST_OK(stdb_bsatn_reader_option(in, &some, NULL));
    if (some) {
        show_value(type, in);
    } else {
        printf("none");
        skip_type(type);
    }
}

static inline void show_sum(const char **type, stdb_bsatn_reader *in) {
    uint8_t tag = 0;
    MUST_OK(stdb_bsatn_reader_sum_tag(in, &tag, NULL));
    MUST(take(type, "("));
    for (int variant = 0; !take(type, ")"); variant++) {
        const char *name = *type + strspn(*type, " ");
        skip_type(type);
        if (variant != tag) {
            skip_type(type);
        } else if (printf("%.*s", (int)(*type - name), name), !take(type, "unit")) {
            printf("(");
            show_value(type, in);
            printf(")");
        }
    }
}

#define SHOW_NUMBER(word, number, format)                            \
    if (take(type, #word)) {                                         \
        number value;                                                \
        MUST_OK(stdb_bsatn_reader_##word(in, &value, NULL));         \
        printf("%" format, value);                                   \
        return true;                                                 \
    }

static inline bool show_number(const char **type, stdb_bsatn_reader *in) {
    SHOW_NUMBER(u8, uint8_t, PRIu8)
    SHOW_NUMBER(u16, uint16_t, PRIu16)
    SHOW_NUMBER(u32, uint32_t, PRIu32)
    SHOW_NUMBER(u64, uint64_t, PRIu64)
    SHOW_NUMBER(i8, int8_t, PRId8)
    SHOW_NUMBER(i16, int16_t, PRId16)
    SHOW_NUMBER(i32, int32_t, PRId32)
    SHOW_NUMBER(i64, int64_t, PRId64)
    SHOW_NUMBER(f32, float, "g")
    SHOW_NUMBER(f64, double, "g")
    return false;
}

static inline bool show_wide(const char **type, stdb_bsatn_reader *in) {
    if (take(type, "u128") || take(type, "uuid")) {
        stdb_u128 value;
        MUST_OK(stdb_bsatn_reader_u128(in, &value, NULL));
        show_limbs((uint64_t[]){value.lo, value.hi}, 2);
    } else if (take(type, "i128")) {
        stdb_i128 value;
        MUST_OK(stdb_bsatn_reader_i128(in, &value, NULL));
        show_limbs((uint64_t[]){value.lo, (uint64_t)value.hi}, 2);
    } else if (take(type, "u256")) {
        stdb_u256 value;
        MUST_OK(stdb_bsatn_reader_u256(in, &value, NULL));
        show_limbs(value.limbs, 4);
    } else if (take(type, "i256")) {
        stdb_i256 value;
        MUST_OK(stdb_bsatn_reader_i256(in, &value, NULL));
        show_limbs(value.limbs, 4);
    } else {
        return false;
    }
    return true;
}

/* A value that is shown by a name. */
static inline bool show_named(const char **type, stdb_bsatn_reader *in) {
    if (take(type, "identity")) {
        stdb_identity value;
        MUST_OK(stdb_bsatn_reader_identity(in, &value, NULL));
        printf("%s", identity_name(&value));
    } else if (take(type, "connection_id")) {
        stdb_connection_id value;
        MUST_OK(stdb_bsatn_reader_connection_id(in, &value, NULL));
        printf("%s", connection_name(&value));
    } else if (take(type, "timestamp")) {
        stdb_timestamp value;
        MUST_OK(stdb_bsatn_reader_timestamp(in, &value, NULL));
        show_time(value);
    } else if (take(type, "auto_inc")) {
        uint64_t value;
        MUST_OK(stdb_bsatn_reader_u64(in, &value, NULL));
        printf(value > 0 ? "<auto_inc>" : "0");
    } else if (take(type, "serial")) {
        stdb_str value;
        MUST_OK(stdb_bsatn_reader_string(in, &value, NULL));
        printf(value.len > 2 && memcmp(value.data, "s-", 2) == 0 ? "<serial>" : "<no serial>");
    } else {
        return false;
    }
    return true;
}

static inline void show_value(const char **type, stdb_bsatn_reader *in) {
    if (take(type, "option")) {
        show_option(type, in);
    } else if (take(type, "array")) {
        show_array(type, in);
    } else if (take(type, "sum")) {
        show_sum(type, in);
    } else if (take(type, "(")) {
        printf("(");
        show_values(type, in);
        printf(")");
    } else if (take(type, "bool")) {
        bool value;
        MUST_OK(stdb_bsatn_reader_bool(in, &value, NULL));
        printf(value ? "true" : "false");
    } else if (take(type, "string")) {
        stdb_str value;
        MUST_OK(stdb_bsatn_reader_string(in, &value, NULL));
        show_string(value);
    } else if (take(type, "time_duration")) {
        stdb_time_duration value;
        MUST_OK(stdb_bsatn_reader_time_duration(in, &value, NULL));
        printf("%" PRId64 " us", value.micros);
    } else {
        MUST(show_number(type, in) || show_wide(type, in) || show_named(type, in));
    }
}

/* All of these bytes, which must be of this type. */
static inline void show_bytes(const char *type, stdb_bytes bytes) {
    stdb_bsatn_reader *in = NULL;
    MUST_OK(stdb_bsatn_reader_new(bytes, &in, NULL));
    printf("(");
    show_values(&type, in);
    printf(")");
    MUST_OK(stdb_bsatn_reader_finish(in, NULL));
    stdb_bsatn_reader_free(in);
}

#endif
