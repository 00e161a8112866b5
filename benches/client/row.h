/* Rows of the schema's tables, and what callbacks count of them. */
#ifndef BENCH_ROW_H
#define BENCH_ROW_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "stdb.h"

/* A row of `entity`, as its BSATN bytes are; the host's byte order is taken for BSATN's, little-endian. */
struct __attribute__((packed)) entity {
    uint64_t id;
    uint32_t zone;
    float position[3];
    int32_t hp;
};

static inline struct entity entity_of(const uint8_t *bytes)
{
    struct entity entity;
    memcpy(&entity, bytes, sizeof entity);
    return entity;
}

struct tally {
    uint64_t rows, sum;
};

static inline void tally_add(struct tally *tally, uint64_t value)
{
    tally->rows++;
    tally->sum += value;
}

/* The peer counts the same: the driver compares. */
static inline void tally_print(const struct tally *tally, const char *name)
{
    printf("check %s %" PRIu64 "\ncheck %s_sum %" PRIu64 "\n", name, tally->rows, name, tally->sum);
}

static inline void tally_hp(const stdb_context *context, const stdb_row *row, void *user_data)
{
    (void)context;
    tally_add(user_data, (uint64_t)entity_of(row->data).hp);
}

/* Of either table: the id is the first column of both. */
static inline void tally_id(const stdb_context *context, const stdb_row *row, void *user_data)
{
    (void)context;
    uint64_t id;
    memcpy(&id, row->data, sizeof id);
    tally_add(user_data, id);
}

static inline void tally_hp_gained(const stdb_context *context, const stdb_row *old_row, const stdb_row *new_row,
                                   void *user_data)
{
    (void)context;
    tally_add(user_data, (uint64_t)(entity_of(new_row->data).hp - entity_of(old_row->data).hp));
}

#endif
