/* The generated bindings of the module `kitchen` as a host of today has it: event tables, procedures, views. */

#include "typed.h"

static void on_hit(const stdb_context *context, const Hit *row, void *user_data) {
    (void)context;
    MUST(row->target == 7 && row->amount == 5);
    *(int *)user_data += 1;
}

static void events_are_told(void) {
    stdb_connection *connection = connect_typed(getenv("STDB_TEST_DATABASE"));
    const char *queries[] = {"SELECT * FROM hit", "SELECT * FROM me"};
    int hits = 0;
    CHECK_OK(hit_on_insert(connection, on_hit, &hits, NULL, NULL, NULL));
    subscribe_typed(connection, queries, 2);
    CHECK_OK(deal_hit(connection, 7, 5, 3, NULL, NULL, NULL, NULL, NULL));
    WAIT(connection, hits == 1); /* Equal rows of one transaction are one. */
    uint64_t count = 0;
    User me;
    stdb_row_iter *iter = NULL;
    CHECK_OK(me_count(connection, &count, NULL));
    CHECK(count == 1);
    CHECK_OK(me_iter(connection, &iter, NULL));
    CHECK(me_next(iter, &me) && user_get_online(&me) && !me_next(iter, &me));
    stdb_row_iter_free(iter);
    stdb_connection_free(connection);
}

/* What procedures returned. */
typedef struct results {
    int sums, failures, nothings, drops;
    uint32_t sum;
    bool is_summarised;
} results;

static void on_sum(const stdb_context *context, const stdb_procedure_event *event, const uint32_t *value, void *user_data) {
    (void)context;
    results *results = user_data;
    MUST((value == NULL) == (event->status != STDB_CALL_COMMITTED));
    if (value == NULL) {
        results->failures += 1;
    } else {
        results->sums += 1;
        results->sum = *value;
    }
}

static void on_summary(const stdb_context *context, const stdb_procedure_event *event, const Summary *value, void *data) {
    (void)context;
    MUST(event->status == STDB_CALL_COMMITTED && value != NULL);
    ((results *)data)->is_summarised = value->bsatn.len > 4;
}

static void on_nothing(const stdb_context *context, const stdb_procedure_event *event, void *user_data) {
    (void)context;
    MUST(event->status == STDB_CALL_COMMITTED);
    ((results *)user_data)->nothings += 1;
}

static void drop(void *user_data) {
    ((results *)user_data)->drops += 1;
}

static void procedures_return_values(void) {
    stdb_connection *connection = connect_typed(getenv("STDB_TEST_DATABASE"));
    results results = {0};
    CHECK_OK(add(connection, 20, 22, NULL, on_sum, &results, drop, NULL));
    CHECK_OK(add(connection, UINT32_MAX, 1, NULL, on_sum, &results, drop, NULL));
    CHECK_OK(add(connection, 1, 1, NULL, NULL, &results, drop, NULL));
    CHECK_OK(summarise(connection, "label", NULL, on_summary, &results, drop, NULL));
    CHECK_OK(spawn_in_tx(connection, fresh(), NULL, on_nothing, &results, drop, NULL));
    WAIT(connection, results.drops == 5);
    CHECK(results.sums == 1 && results.sum == 42 && results.failures == 1 && results.nothings == 1);
    CHECK(results.is_summarised);
    CHECK_STATUS(STDB_ERR_INVALID_ARGUMENT, "value", summarise(connection, NULL, NULL, on_summary, &results, drop, &error_));
    CHECK(results.drops == 6);
    stdb_connection_free(connection);
}

int main(void) {
    static const test tests[] = {TEST(events_are_told), TEST(procedures_return_values)};
    return run_tests(tests, sizeof tests / sizeof *tests);
}
