/* Whose rows are whose: query sets that overlap, end and are replaced, over every protocol. */

#include "today.h"

static bool over_v1(void) {
    return protocol_under_test() == STDB_PROTOCOL_V1;
}

/* What became of new queries. */
static stdb_status try_replace(stdb_subscription *subscription, const text *queries, size_t count, watch *watch) {
    const char *texts[32];
    MUST(count <= 32);
    for (size_t i = 0; i < count; i++) {
        texts[i] = queries[i].chars;
    }
    return stdb_subscription_replace(subscription, texts, count, watch_applied, watch_error, watch, watch_drop, NULL);
}

static void replace(stdb_subscription *subscription, text query, watch *watch) {
    MUST_OK(try_replace(subscription, &query, 1, watch));
}

static bool applied_once(const watch *watch) {
    return watch->applied == 1 && watch->errors == 0 && watch->drops == 1;
}

/* Whether it never ran, and its data is gone. */
static bool superseded(const watch *watch) {
    return watch->applied == 0 && watch->errors == 0 && watch->drops == 1;
}

static bool has_query(const stdb_subscription *subscription, size_t position, text expected) {
    char query[256];
    CHECK_OK(stdb_subscription_get_query(subscription, position, query, sizeof query, NULL, NULL));
    return strcmp(query, expected.chars) == 0;
}

/* --- Unsubscribing --- */

/* Over v2 and v3 the rows are known here, and do not come again. */
static void rows_go_without_being_sent(void) {
    uint32_t zone = fresh_range(1000);
    changes changes = {0};
    watch gone = {0};
    stdb_connection *connection = connect_today();
    populate(connection, zone, 1000);
    stdb_subscription *subscription = subscribe(connection, entities_in(zone));
    count_changes(connection, "entity", &changes);
    uint64_t received = stats_of(connection).bytes_received;
    CHECK_OK(stdb_subscription_unsubscribe_then(subscription, watch_unsubscribed, &gone, watch_drop, NULL));
    WAIT(connection, gone.unsubscribed == 1);
    received = stats_of(connection).bytes_received - received;
    CHECK(changed(&changes, 0, 1000, 0) && changes.kind == STDB_EVENT_UNSUBSCRIBE_APPLIED && entities(connection) == 0);
    CHECK(over_v1() || received < 200);
    CHECK(gone.drops == 1 && gone.kind == STDB_EVENT_UNSUBSCRIBE_APPLIED && stdb_subscription_is_ended(subscription));
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

static void rows_that_two_sets_hold_stay_with_either(void) {
    uint32_t zone = fresh();
    changes changes = {0};
    outcome moved = {0};
    stdb_connection *connection = connect_today();
    populate(connection, zone, 5);
    stdb_subscription *all = subscribe(connection, entities_in(zone));
    count_changes(connection, "entity", &changes);
    stdb_subscription *one = subscribe(connection, entity_with(zone));
    CHECK(changed(&changes, 0, 0, 0) && entities(connection) == 5);
    /* Both sets tell of an update, which is one. */
    move_far(connection, zone, 1, &moved);
    expect_commit(connection, &moved);
    CHECK(changed(&changes, 0, 0, 1) && entities(connection) == 5);
    unsubscribe(connection, all);
    CHECK(changed(&changes, 0, 4, 1) && entities(connection) == 1 && find_entity(connection, zone, NULL));
    unsubscribe(connection, one);
    CHECK(changed(&changes, 0, 5, 1) && entities(connection) == 0);
    CHECK(stats_of(connection).absent_deletes == 0);
    stdb_subscription_free(all);
    stdb_subscription_free(one);
    stdb_connection_free(connection);
}

/* --- The host ends a subscription --- */

/* The first subscription of a connection has the query set 1, and nobody else here has one of that number. */
static void the_host_ends_a_subscription(void) {
    uint32_t zone = fresh();
    changes changes = {0};
    watch ended = {0};
    if (over_v1()) {
        return; /* The rows stay there, since it does not tell which they are; see subscriptions.c. */
    }
    stdb_connection *connection = connect_today();
    stdb_subscription *first = begin(connection, entities_in(zone), &ended);
    stdb_subscription *second = subscribe(connection, entity_with(zone));
    populate(connection, zone, 4);
    count_changes(connection, "entity", &changes);
    order(text_of("fail kitchen2 1 it was enough"));
    WAIT(connection, ended.errors == 1);
    CHECK(ended.applied == 1 && ended.drops == 2 && ended.kind == STDB_EVENT_SUBSCRIBE_ERROR);
    CHECK(ended.code == STDB_ERR_SUBSCRIPTION && strcmp(ended.message.chars, "it was enough") == 0);
    CHECK(stdb_subscription_is_ended(first) && stdb_subscription_is_active(second));
    /* The row that the second one holds stays. */
    CHECK(changed(&changes, 0, 3, 0) && changes.kind == STDB_EVENT_SUBSCRIBE_ERROR && entities(connection) == 1);
    CHECK(find_entity(connection, zone, NULL));
    watch late = {0};
    text query = entities_in(zone);
    CHECK(try_replace(first, &query, 1, &late) == STDB_ERR_ALREADY_ENDED && superseded(&late));
    stdb_subscription_free(first);
    stdb_subscription_free(second);
    stdb_connection_free(connection);
}

/* --- Replacing --- */

enum { ZONES = 10 };

/* Zones of so many entities each; `zone + i * size` is the first id and the number of zone i. */
static uint32_t make_zones(stdb_connection *connection, uint32_t size) {
    uint32_t first = fresh_range((ZONES + 1) * size);
    for (uint32_t i = 0; i <= ZONES; i++) {
        populate(connection, first + i * size, size);
    }
    return first;
}

static void nine_rows_of_ten_stay(void) {
    /* 100,000 rows, and fewer where each takes long. */
    const uint32_t size = under_valgrind() ? 1000 : 10000;
    text old_queries[ZONES], new_queries[ZONES];
    watch replaced = {0};
    changes changes = {0};
    outcome rezoned = {0};
    stdb_connection *connection = connect_today();
    uint32_t first = make_zones(connection, size), last = first + ZONES * size;
    const char *texts[ZONES];
    watch began = {0};
    for (uint32_t i = 0; i < ZONES; i++) {
        old_queries[i] = entities_in(first + i * size);
        new_queries[i] = entities_in(first + (i + 1) * size);
        texts[i] = old_queries[i].chars;
    }
    stdb_subscription *subscription = begin_subscription(connection, texts, ZONES, &began);
    WAIT(connection, began.applied == 1);
    CHECK(entities(connection) == ZONES * size);
    count_changes(connection, "entity", &changes);

    CHECK_OK(try_replace(subscription, new_queries, ZONES, &replaced));
    /* Until the host has answered everything is as it was. */
    CHECK(stdb_subscription_is_active(subscription) && has_query(subscription, 0, old_queries[0]));
    WAIT(connection, replaced.applied == 1);
    CHECK(replaced.kind == STDB_EVENT_SUBSCRIBE_APPLIED && has_query(subscription, 0, new_queries[0]));
    if (over_v1()) {
        /* The old rows go when the host has said which they are. */
        CHECK(changed(&changes, size, 0, 0));
        WAIT(connection, changes.deletes > 0);
    } else {
        CHECK(changes.kind == STDB_EVENT_SUBSCRIBE_APPLIED);
    }
    CHECK(changed(&changes, size, size, 0) && entities(connection) == ZONES * size && applied_once(&replaced));
    CHECK(!find_entity(connection, first, NULL) && find_entity(connection, last, NULL));
    CHECK(began.applied == 1 && began.errors == 0 && stdb_subscription_query_count(subscription) == ZONES);

    /* The host holds the new queries and no old one. */
    rezone(connection, first, last, &rezoned);
    expect_commit(connection, &rezoned);
    CHECK(changed(&changes, size + 1, size, 0));
    unsubscribe(connection, subscription);
    CHECK(entities(connection) == 0 && stats_of(connection).absent_deletes == 0 && applied_once(&replaced));
    CHECK(stats_of(connection).subscriptions == 0);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

/* Rows that a different query has as well stay, too; one row is then of both sets for a while. */
static void queries_may_overlap_without_being_equal(void) {
    uint32_t zone = fresh();
    watch narrowed = {0}, widened = {0};
    changes changes = {0};
    stdb_connection *connection = connect_today();
    populate(connection, zone, 50);
    stdb_subscription *subscription = subscribe(connection, entities_in(zone));
    count_changes(connection, "entity", &changes);
    replace(subscription, entity_with(zone + 7), &narrowed);
    WAIT(connection, entities(connection) == 1);
    CHECK(changed(&changes, 0, 49, 0) && applied_once(&narrowed) && find_entity(connection, zone + 7, NULL));
    replace(subscription, entities_in(zone), &widened);
    WAIT(connection, widened.applied == 1);
    CHECK(changed(&changes, 49, 49, 0) && applied_once(&widened) && entities(connection) == 50);
    CHECK(stats_of(connection).absent_deletes == 0);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

static void the_same_queries_change_nothing(void) {
    uint32_t zone = fresh();
    watch again = {0};
    changes changes = {0};
    stdb_connection *connection = connect_today();
    populate(connection, zone, 20);
    stdb_subscription *subscription = subscribe(connection, entities_in(zone));
    count_changes(connection, "entity", &changes);
    replace(subscription, entities_in(zone), &again);
    WAIT(connection, again.applied == 1);
    /* A call after it, so that the host has confirmed the end of the old set. */
    populate(connection, zone + 20, 1);
    CHECK(changed(&changes, 0, 0, 0) && entities(connection) == 20 && applied_once(&again));
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

/* Another subscription holds a row that the old queries had. */
static void other_subscriptions_keep_their_rows(void) {
    uint32_t zone = fresh();
    watch replaced = {0};
    changes changes = {0};
    stdb_connection *connection = connect_today();
    populate(connection, zone, 3);
    stdb_subscription *subscription = subscribe(connection, entities_in(zone));
    stdb_subscription *other = subscribe(connection, entity_with(zone));
    count_changes(connection, "entity", &changes);
    replace(subscription, entities_in(zone + 1), &replaced);
    WAIT(connection, entities(connection) == 1);
    CHECK(changed(&changes, 0, 2, 0) && applied_once(&replaced) && find_entity(connection, zone, NULL));
    unsubscribe(connection, other);
    CHECK(changed(&changes, 0, 3, 0) && stdb_subscription_is_active(subscription));
    stdb_subscription_free(subscription);
    stdb_subscription_free(other);
    stdb_connection_free(connection);
}

static void refused_queries_leave_the_old_ones(void) {
    uint32_t zone = fresh();
    watch refused = {0}, replaced = {0};
    changes changes = {0};
    stdb_connection *connection = connect_today();
    populate(connection, zone, 3);
    stdb_subscription *subscription = subscribe(connection, entity_with(zone));
    count_changes(connection, "entity", &changes);
    replace(subscription, text_of("SELECT * FROM nowhere"), &refused);
    WAIT(connection, refused.errors == 1);
    CHECK(refused.applied == 0 && refused.drops == 1 && refused.kind == STDB_EVENT_SUBSCRIBE_ERROR);
    CHECK(refused.code == STDB_ERR_SUBSCRIPTION && strstr(refused.message.chars, "`nowhere`") != NULL);
    CHECK(stdb_subscription_is_active(subscription) && has_query(subscription, 0, entity_with(zone)));
    CHECK(changed(&changes, 0, 0, 0) && entities(connection) == 1 && stats_of(connection).subscriptions == 1);
    /* They are kept up to date, and may be replaced later. */
    outcome moved = {0};
    move_far(connection, zone, 3, &moved);
    expect_commit(connection, &moved);
    CHECK(changed(&changes, 0, 0, 1));
    replace(subscription, entities_in(zone), &replaced);
    WAIT(connection, replaced.applied == 1);
    CHECK(changed(&changes, 2, 0, 1) && entities(connection) == 3);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

/* --- At any time --- */

static void queries_may_be_replaced_before_they_are_applied(void) {
    uint32_t zone = fresh();
    watch first = {0}, replaced = {0};
    stdb_connection *other = connect_today();
    populate(other, zone, 3);
    stdb_connection *connection = build(builder_of_today());
    stdb_subscription *subscription = begin(connection, entity_with(zone), &first);
    replace(subscription, entity_with(zone + 1), &replaced);
    CHECK(!stdb_subscription_is_active(subscription) && replaced.drops == 0);
    WAIT(connection, first.applied == 1);
    CHECK(replaced.applied == 0 && find_entity(connection, zone, NULL));
    WAIT(connection, replaced.applied == 1 && entities(connection) == 1);
    CHECK(find_entity(connection, zone + 1, NULL) && applied_once(&replaced) && first.errors == 0);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
    stdb_connection_free(other);
    CHECK(first.drops == 2);
}

static void of_many_new_queries_the_last_count(void) {
    enum { TIMES = 20 };
    uint32_t zone = fresh();
    watch watches[TIMES] = {{0}};
    changes changes = {0};
    stdb_connection *connection = connect_today();
    populate(connection, zone, TIMES);
    stdb_subscription *subscription = subscribe(connection, entities_in(zone));
    count_changes(connection, "entity", &changes);
    /* The first is under way at once; each that waits after it makes the one before it useless. */
    for (uint32_t i = 0; i < TIMES; i++) {
        replace(subscription, entity_with(zone + i), &watches[i]);
        CHECK(i < 2 || superseded(&watches[i - 1]));
    }
    WAIT(connection, watches[TIMES - 1].applied == 1 && entities(connection) == 1);
    for (int i = 0; i < TIMES; i++) {
        CHECK(i == 0 || i == TIMES - 1 ? applied_once(&watches[i]) : superseded(&watches[i]));
    }
    CHECK(find_entity(connection, zone + TIMES - 1, NULL) && stats_of(connection).absent_deletes == 0);
    CHECK(changes.deletes - changes.inserts == TIMES - 1 && changes.updates == 0);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

/* A callback that replaces queries, as long as there is something to do. */
typedef struct chain {
    stdb_subscription *subscription;
    uint32_t next, last;
    int drops;
} chain;

static void follow_chain(const stdb_context *context, void *user_data);

static void drop_chain(void *user_data) {
    ((chain *)user_data)->drops += 1;
}

static void replace_chain(chain *chain) {
    text query = entity_with(chain->next);
    const char *queries[] = {query.chars};
    chain->next += 1;
    MUST_OK(stdb_subscription_replace(chain->subscription, queries, 1, follow_chain, NULL, chain, drop_chain, NULL));
}

static void follow_chain(const stdb_context *context, void *user_data) {
    chain *chain = user_data;
    /* The cache has the rows of what was applied. */
    MUST(find_entity(stdb_context_connection(context), chain->next - 1, NULL));
    if (chain->next <= chain->last) {
        replace_chain(chain);
    }
}

static void queries_may_be_replaced_inside_their_callback(void) {
    uint32_t zone = fresh();
    stdb_connection *connection = connect_today();
    populate(connection, zone, 5);
    chain chain = {subscribe(connection, entities_in(zone)), zone, zone + 4, 0};
    replace_chain(&chain);
    WAIT(connection, chain.drops == 5 && entities(connection) == 1);
    CHECK(find_entity(connection, zone + 4, NULL));
    stdb_subscription_free(chain.subscription);
    stdb_connection_free(connection);
}

/* Gives a subscription up while new queries are under way and further ones wait. */
static void check_gone(stdb_connection *connection, stdb_subscription *subscription, int rows) {
    changes changes = {0};
    watch gone = {0};
    count_changes(connection, "entity", &changes);
    CHECK_OK(stdb_subscription_unsubscribe_then(subscription, watch_unsubscribed, &gone, watch_drop, NULL));
    CHECK(!stdb_subscription_is_active(subscription));
    WAIT(connection, gone.unsubscribed == 1);
    /* A call after it, so that all the host has to say has been said. */
    populate(connection, fresh(), 1);
    CHECK(gone.drops == 1 && stdb_subscription_is_ended(subscription) && entities(connection) == 0);
    CHECK(changes.deletes - changes.inserts == rows && stats_of(connection).subscriptions == 0);
    CHECK(stats_of(connection).absent_deletes == 0);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

static void giving_up_ends_what_is_under_way(void) {
    uint32_t zone = fresh();
    watch under_way = {0}, waiting = {0};
    stdb_connection *connection = connect_today();
    populate(connection, zone, 3);
    stdb_subscription *subscription = subscribe(connection, entities_in(zone));
    replace(subscription, entity_with(zone), &under_way);
    replace(subscription, entity_with(zone + 1), &waiting);
    check_gone(connection, subscription, 3);
    CHECK(superseded(&under_way) && superseded(&waiting));
}

static void giving_up_while_new_queries_are_refused(void) {
    uint32_t zone = fresh();
    watch refused = {0};
    stdb_connection *connection = connect_today();
    populate(connection, zone, 3);
    stdb_subscription *subscription = subscribe(connection, entities_in(zone));
    replace(subscription, text_of("SELECT * FROM nowhere"), &refused);
    check_gone(connection, subscription, 3);
    CHECK(refused.applied == 0 && refused.errors == 1 && refused.drops == 1);
}

static void giving_up_before_anything_is_applied(void) {
    uint32_t zone = fresh();
    watch first = {0}, waiting = {0};
    stdb_connection *connection = connect_today();
    populate(connection, zone, 3);
    stdb_subscription *subscription = begin(connection, entities_in(zone), &first);
    replace(subscription, entity_with(zone), &waiting);
    check_gone(connection, subscription, 0);
    CHECK(first.applied == 0 && first.errors == 0 && first.drops == 2 && superseded(&waiting));
}

/* Nobody answers any more: whoever waits hears of that. */
static void the_connections_end_is_an_error(void) {
    watch first = {0}, waiting = {0};
    stdb_connection *connection = build(builder_of_today());
    stdb_subscription *subscription = begin(connection, text_of("SELECT * FROM user"), &first);
    replace(subscription, text_of("SELECT * FROM item"), &waiting);
    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    WAIT(connection, stdb_connection_get_state(connection) == STDB_STATE_ENDED);
    CHECK(waiting.errors == 1 && waiting.applied == 0 && waiting.drops == 1 && waiting.code == STDB_ERR_DISCONNECTED);
    CHECK(first.errors == 1 && first.drops == 2 && stdb_subscription_is_ended(subscription));
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

/* --- Destructors that use the subscription --- */

typedef struct curious {
    stdb_subscription *subscription;
    int drops;
} curious;

/* No lock is held while it runs. */
static void look_and_drop(void *user_data) {
    curious *curious = user_data;
    curious->drops += 1 + (stdb_subscription_query_count(curious->subscription) == 0);
}

static void look_at_nothing(const stdb_context *context, void *user_data) {
    (void)context, (void)user_data;
}

static void replace_curiously(const char *query, stdb_event_fn on_applied, stdb_event_fn on_error, curious *curious) {
    CHECK_OK(stdb_subscription_replace(curious->subscription, &query, 1, on_applied, on_error, curious, look_and_drop, NULL));
}

static void destructors_may_use_the_subscription(void) {
    uint32_t zone = fresh();
    stdb_connection *connection = connect_today();
    stdb_subscription *subscription = subscribe(connection, entities_in(zone));
    text query = entities_in(zone + 1);
    curious applied = {subscription, 0}, refused = {subscription, 0}, under_way = {subscription, 0};
    curious waiting = {subscription, 0}, last = {subscription, 0};
    replace_curiously(query.chars, NULL, look_at_nothing, &applied);
    WAIT(connection, applied.drops == 1);
    replace_curiously("SELECT * FROM nowhere", look_at_nothing, NULL, &refused);
    WAIT(connection, refused.drops == 1);
    replace_curiously(query.chars, look_at_nothing, look_at_nothing, &under_way);
    replace_curiously(query.chars, look_at_nothing, look_at_nothing, &waiting);
    replace_curiously(query.chars, look_at_nothing, NULL, &last);
    CHECK(under_way.drops == 0 && waiting.drops == 1 && last.drops == 0);
    /* What has arrived is told, and the end. */
    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    WAIT(connection, stdb_connection_get_state(connection) == STDB_STATE_ENDED);
    CHECK(under_way.drops == 1 && waiting.drops == 1 && last.drops == 1);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

/* --- Between two sets --- */

/* While the host has both sets, what it says of the old one does not count. */
static void what_happens_meanwhile_is_told_once(void) {
    uint32_t zone = fresh();
    text queries[2] = {entities_in(zone), text_of("SELECT * FROM hit")};
    const char *texts[] = {queries[0].chars, queries[1].chars};
    watch began = {0}, replaced = {0};
    changes changes = {0}, hits = {0};
    outcome spawned = {0}, dealt = {0}, moved = {0};
    if (over_v1()) {
        return; /* It has no sets and no events. */
    }
    stdb_connection *connection = connect_today();
    populate(connection, zone, 1);
    stdb_subscription *subscription = begin_subscription(connection, texts, 2, &began);
    WAIT(connection, began.applied == 1);
    count_changes(connection, "entity", &changes);
    count_changes(connection, "hit", &hits);
    /* The host does all of this before it hears that the old set is to go. */
    CHECK_OK(try_replace(subscription, queries, 2, &replaced));
    spawn(connection, zone + 1, 1, zone, &spawned);
    deal_hit(connection, 3, &dealt);
    move_far(connection, zone, 2, &moved);
    expect_commit(connection, &moved);
    CHECK(applied_once(&replaced) && spawned.status == STDB_CALL_COMMITTED && dealt.status == STDB_CALL_COMMITTED);
    CHECK(changed(&changes, 1, 0, 2) && changed(&hits, 1, 0, 0) && entities(connection) == 2);
    /* Nor does its end take anything away. */
    populate(connection, zone + 2, 1);
    CHECK(changed(&changes, 1, 0, 2) && entities(connection) == 2);
    unsubscribe(connection, subscription);
    CHECK(entities(connection) == 0);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

/* --- While the connection is lost --- */

typedef struct loss {
    stdb_subscription *subscription;
    text queries[2];
    watch replaced[2];
    int losses;
} loss;

static void replace_at_loss(const stdb_context *context, void *user_data) {
    loss *loss = user_data;
    MUST(stdb_context_retry_follows(context) == (loss->losses == 0));
    loss->losses += 1;
    if (loss->losses == 1) {
        replace(loss->subscription, loss->queries[0], &loss->replaced[0]);
        replace(loss->subscription, loss->queries[1], &loss->replaced[1]);
    }
}

/* They wait until the old ones are live again, and of several the last counts. The rows that both have stay. */
static void queries_may_be_replaced_while_the_connection_is_lost(void) {
    const stdb_reconnect_options soon = {.struct_size = sizeof soon, .first_delay_ms = 1};
    uint32_t zone = fresh();
    loss loss = {.queries = {entity_with(zone + 1), entities_in(zone)}};
    changes changes = {0};
    stdb_connection_builder *builder = builder_of_today();
    CHECK_OK(stdb_connection_builder_with_reconnect(builder, &soon, NULL));
    CHECK_OK(stdb_connection_builder_on_disconnect(builder, replace_at_loss, &loss, NULL, NULL));
    stdb_connection *connection = build_up(builder);
    populate(connection, zone, 4);
    loss.subscription = subscribe(connection, entity_with(zone));
    count_changes(connection, "entity", &changes);
    order(text_of("cut"));
    WAIT(connection, loss.replaced[1].applied == 1);
    CHECK(loss.losses == 1 && superseded(&loss.replaced[0]) && applied_once(&loss.replaced[1]));
    CHECK(changed(&changes, 3, 0, 0) && changes.kind == STDB_EVENT_SUBSCRIBE_APPLIED && entities(connection) == 4);
    CHECK(has_query(loss.subscription, 0, entities_in(zone)) && stdb_connection_is_active(connection));
    unsubscribe(connection, loss.subscription);
    CHECK(entities(connection) == 0 && stats_of(connection).subscriptions == 0);
    stdb_subscription_free(loss.subscription);
    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    WAIT(connection, loss.losses == 2);
    stdb_connection_free(connection);
}

static const test tests[] = {
    TEST(rows_go_without_being_sent),
    TEST(rows_that_two_sets_hold_stay_with_either),
    TEST(the_host_ends_a_subscription),
    TEST(nine_rows_of_ten_stay),
    TEST(queries_may_overlap_without_being_equal),
    TEST(the_same_queries_change_nothing),
    TEST(other_subscriptions_keep_their_rows),
    TEST(refused_queries_leave_the_old_ones),
    TEST(queries_may_be_replaced_before_they_are_applied),
    TEST(of_many_new_queries_the_last_count),
    TEST(queries_may_be_replaced_inside_their_callback),
    TEST(giving_up_ends_what_is_under_way),
    TEST(giving_up_while_new_queries_are_refused),
    TEST(giving_up_before_anything_is_applied),
    TEST(the_connections_end_is_an_error),
    TEST(what_happens_meanwhile_is_told_once),
    TEST(queries_may_be_replaced_while_the_connection_is_lost),
    TEST(destructors_may_use_the_subscription),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
