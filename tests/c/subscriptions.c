/* The life of subscriptions, and whose rows stay when one of them ends. */

#include "changes.h"

/* --- Being applied --- */

static void several_queries_are_applied_at_once(void) {
    uint32_t zone = fresh();
    watch watch = {0};
    stdb_connection *connection = connect_kitchen();
    populate(connection, zone, 3);
    populate(connection, zone + 3, 2);
    text one = entities_in(zone), two = entities_in(zone + 3), three = text_of("SELECT * FROM user");
    const char *queries[] = {one.chars, two.chars, three.chars};
    stdb_subscription *subscription = begin_subscription(connection, queries, 3, &watch);
    CHECK(!stdb_subscription_is_active(subscription) && !stdb_subscription_is_ended(subscription));
    CHECK(watch.applied == 0 && entities(connection) == 0);

    WAIT(connection, watch.applied > 0);
    CHECK(watch.applied == 1 && watch.kind == STDB_EVENT_SUBSCRIBE_APPLIED && watch.drops == 1);
    CHECK(stdb_subscription_is_active(subscription) && !stdb_subscription_is_ended(subscription));
    CHECK(entities(connection) == 5 && count_of(table_of(connection, "user")) > 0);

    /* Its rows are kept up to date. */
    populate(connection, zone + 10, 1);
    CHECK(entities(connection) == 5);
    outcome rezoned = {0};
    rezone(connection, zone + 10, zone, &rezoned);
    expect_commit(connection, &rezoned);
    CHECK(entities(connection) == 6);

    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
    CHECK(watch.applied == 1 && watch.errors == 0 && watch.drops == 2);
}

static void a_subscription_may_come_before_the_connection_is_up(void) {
    uint32_t zone = fresh();
    watch watch = {0};
    stdb_connection *other = connect_kitchen();
    populate(other, zone, 2);
    stdb_connection *connection = build(kitchen_builder());
    stdb_subscription *subscription = begin(connection, entities_in(zone), &watch);
    WAIT(connection, watch.applied == 1);
    CHECK(stdb_subscription_is_active(subscription) && entities(connection) == 2);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
    stdb_connection_free(other);
}

static stdb_subscription *begin_all(stdb_connection *connection, watch *watch) {
    stdb_subscription *subscription = NULL;
    stdb_subscription_builder *builder = watch_builder(connection, watch);
    CHECK_OK(stdb_subscription_builder_subscribe_to_all_tables(builder, &subscription, NULL));
    stdb_subscription_builder_free(builder);
    return subscription;
}

static bool has_query(const stdb_subscription *subscription, const char *expected) {
    for (size_t i = 0; i < stdb_subscription_query_count(subscription); i++) {
        char query[128];
        CHECK_OK(stdb_subscription_get_query(subscription, i, query, sizeof query, NULL, NULL));
        if (strcmp(query, expected) == 0) {
            return true;
        }
    }
    return false;
}

static void all_public_tables_can_be_subscribed_to(void) {
    uint32_t zone = fresh();
    watch watch = {0};
    outcome left = {0};
    /* Before the schema is known, and so the tables. */
    stdb_connection *connection = build(kitchen_builder());
    stdb_subscription *subscription = begin_all(connection, &watch);
    CHECK(stdb_subscription_query_count(subscription) == 0);
    WAIT(connection, watch.applied == 1);
    CHECK(stdb_subscription_query_count(subscription) == 7);
    CHECK(has_query(subscription, "SELECT * FROM entity") && has_query(subscription, "SELECT * FROM left"));
    CHECK(!has_query(subscription, "SELECT * FROM secret"));

    populate(connection, zone, 1);
    put_left(connection, "add_left", zone, "a note", &left);
    expect_commit(connection, &left);
    CHECK(find_entity(connection, zone, NULL) && count_of(table_of(connection, "left")) > 0);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

static void all_tables_can_be_subscribed_to_without_a_schema(void) {
    watch watch = {0};
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_schema_fetch(builder, false, NULL));
    stdb_connection *connection = build_up(builder);
    stdb_subscription *subscription = begin_all(connection, &watch);
    WAIT(connection, watch.applied + watch.errors > 0);
    CHECK(watch.applied == 1 && count_of(table_of(connection, "user")) > 0);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

static void queries_can_be_asked_for(void) {
    char query[64], cut[9];
    size_t length = 0;
    watch watch = {0};
    stdb_connection *connection = connect_kitchen();
    const char *queries[] = {"SELECT * FROM user", "SELECT * FROM left WHERE id = 1"};
    stdb_subscription *subscription = begin_subscription(connection, queries, 2, &watch);
    CHECK(stdb_subscription_query_count(subscription) == 2);
    CHECK_OK(stdb_subscription_get_query(subscription, 1, query, sizeof query, &length, NULL));
    CHECK(strcmp(query, queries[1]) == 0 && length == strlen(queries[1]));
    CHECK_OK(stdb_subscription_get_query(subscription, 0, cut, sizeof cut, &length, NULL));
    CHECK(strcmp(cut, "SELECT *") == 0 && length == strlen(queries[0]));
    CHECK_OK(stdb_subscription_get_query(subscription, 0, NULL, 0, &length, NULL));
    CHECK(stdb_subscription_get_query(subscription, 2, query, sizeof query, NULL, NULL) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(stdb_subscription_query_count(NULL) == 0);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

static void bad_subscriptions_are_refused(void) {
    watch watch = {0};
    stdb_connection *connection = connect_kitchen();
    stdb_subscription *subscription = NULL;
    const char *queries[] = {"SELECT * FROM user", NULL};
    stdb_subscription_builder *builder = watch_builder(connection, &watch);
    CHECK(stdb_subscription_builder_subscribe(builder, queries, 0, &subscription, NULL) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(stdb_subscription_builder_subscribe(builder, queries, 2, &subscription, NULL) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(stdb_subscription_builder_subscribe(builder, NULL, 1, &subscription, NULL) == STDB_ERR_INVALID_ARGUMENT);
    CHECK(subscription == NULL && watch.drops == 0);
    /* The builder has kept its callbacks. */
    CHECK_OK(stdb_subscription_builder_subscribe(builder, queries, 1, NULL, NULL));
    stdb_subscription_builder_free(builder);
    WAIT(connection, watch.applied == 1);
    stdb_connection_free(connection);
    CHECK(watch.drops == 2);
}

static void a_builder_that_is_not_used_drops_its_data(void) {
    watch watch = {0};
    stdb_connection *connection = connect_kitchen();
    stdb_subscription_builder_free(watch_builder(connection, &watch));
    CHECK(watch.drops == 2 && watch.applied == 0 && watch.errors == 0);
    stdb_connection_free(connection);
}

/* --- Unsubscribing --- */

static void unsubscribing_takes_the_rows_away(void) {
    uint32_t zone = fresh();
    watch watch = {0};
    changes changes = {0};
    stdb_connection *connection = connect_kitchen();
    populate(connection, zone, 3);
    stdb_subscription *subscription = begin(connection, entities_in(zone), &watch);
    WAIT(connection, watch.applied == 1);
    count_changes(connection, "entity", &changes);

    CHECK_OK(stdb_subscription_unsubscribe_then(subscription, watch_unsubscribed, &watch, watch_drop, NULL));
    CHECK(!stdb_subscription_is_active(subscription) && !stdb_subscription_is_ended(subscription));
    CHECK(stdb_subscription_unsubscribe(subscription, NULL) == STDB_ERR_ALREADY_UNSUBSCRIBED);
    CHECK(entities(connection) == 3 && watch.unsubscribed == 0);

    WAIT(connection, watch.unsubscribed > 0);
    CHECK(watch.unsubscribed == 1 && watch.kind == STDB_EVENT_UNSUBSCRIBE_APPLIED);
    CHECK(stdb_subscription_is_ended(subscription) && !stdb_subscription_is_active(subscription));
    CHECK(entities(connection) == 0 && changed(&changes, 0, 3, 0));
    /* on_applied, on_error and the callback given last: none can run again. */
    CHECK(watch.drops == 3 && watch.errors == 0);

    int drops = 0;
    CHECK(stdb_subscription_unsubscribe_then(subscription, watch_unsubscribed, &drops, count_up, NULL) ==
          STDB_ERR_ALREADY_ENDED);
    CHECK(drops == 1);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
    CHECK(watch.drops == 3);
}

static void unsubscribing_before_it_is_applied(void) {
    uint32_t zone = fresh();
    watch watch = {0};
    stdb_connection *connection = connect_kitchen();
    populate(connection, zone, 3);
    stdb_subscription *subscription = begin(connection, entities_in(zone), &watch);
    CHECK_OK(stdb_subscription_unsubscribe_then(subscription, watch_unsubscribed, &watch, watch_drop, NULL));
    CHECK(stdb_subscription_unsubscribe(subscription, NULL) == STDB_ERR_ALREADY_UNSUBSCRIBED);
    WAIT(connection, watch.unsubscribed == 1);
    CHECK(watch.applied == 0 && watch.errors == 0 && watch.drops == 3);
    CHECK(stdb_subscription_is_ended(subscription) && entities(connection) == 0);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

static void unsubscribing_before_the_connection_is_up(void) {
    watch watch = {0};
    stdb_connection *connection = build(kitchen_builder());
    stdb_subscription *all = begin_all(connection, &watch);
    CHECK_OK(stdb_subscription_unsubscribe(all, NULL));
    WAIT(connection, stdb_subscription_is_ended(all));
    CHECK(watch.applied == 0 && watch.errors == 0 && watch.drops == 2);
    CHECK(count_of(table_of(connection, "user")) == 0);
    stdb_subscription_free(all);
    stdb_connection_free(connection);
}

static void unsubscribe_at_once(const stdb_context *context, void *user_data) {
    (void)context;
    MUST_OK(stdb_subscription_unsubscribe(*(stdb_subscription **)user_data, NULL));
}

static void a_callback_may_unsubscribe(void) {
    stdb_connection *connection = connect_kitchen();
    stdb_subscription *subscription = NULL;
    stdb_subscription_builder *builder = NULL;
    const char *queries[] = {"SELECT * FROM user"};
    CHECK_OK(stdb_subscription_builder_new(connection, &builder, NULL));
    CHECK_OK(stdb_subscription_builder_on_applied(builder, unsubscribe_at_once, &subscription, NULL, NULL));
    CHECK_OK(stdb_subscription_builder_subscribe(builder, queries, 1, &subscription, NULL));
    stdb_subscription_builder_free(builder);
    WAIT(connection, stdb_subscription_is_ended(subscription));
    CHECK(count_of(table_of(connection, "user")) == 0);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

static void free_and_subscribe_again(const stdb_context *context, void *user_data) {
    watch *watch = user_data;
    stdb_connection *connection = stdb_context_connection(context);
    stdb_subscription_free(begin(connection, text_of("SELECT * FROM left WHERE id = 1"), watch));
}

static void a_callback_may_subscribe(void) {
    watch second = {0};
    stdb_connection *connection = connect_kitchen();
    stdb_subscription_builder *builder = NULL;
    const char *queries[] = {"SELECT * FROM user"};
    CHECK_OK(stdb_subscription_builder_new(connection, &builder, NULL));
    CHECK_OK(stdb_subscription_builder_on_applied(builder, free_and_subscribe_again, &second, NULL, NULL));
    CHECK_OK(stdb_subscription_builder_subscribe(builder, queries, 1, NULL, NULL));
    stdb_subscription_builder_free(builder);
    WAIT(connection, second.applied == 1);
    CHECK(stats_of(connection).subscriptions == 2);
    stdb_connection_free(connection);
}

static void freeing_the_handle_does_not_unsubscribe(void) {
    uint32_t zone = fresh();
    watch watch = {0};
    stdb_connection *connection = connect_kitchen();
    /* Before it is applied, and for another one after. */
    stdb_subscription_free(begin(connection, entities_in(zone), &watch));
    subscribe_forever(connection, entities_in(zone + 1));
    CHECK(watch.applied == 1);
    populate(connection, zone, 1);
    populate(connection, zone + 1, 1);
    CHECK(entities(connection) == 2 && stats_of(connection).subscriptions == 2);
    stdb_connection_free(connection);
}

/* --- Rows of several subscriptions --- */

static void a_row_of_two_subscriptions_counts_once_and_stays_until_both_have_ended(void) {
    uint32_t zone = fresh();
    changes changes = {0};
    outcome moved = {0};
    stdb_connection *connection = connect_kitchen();
    populate(connection, zone, 3);
    count_changes(connection, "entity", &changes);
    stdb_subscription *all_three = subscribe(connection, entities_in(zone));
    CHECK(changed(&changes, 3, 0, 0));
    stdb_subscription *one = subscribe(connection, entity_with(zone + 1));
    CHECK(entities(connection) == 3 && changed(&changes, 3, 0, 0));

    /* A change of a row in both is told once. */
    move_far(connection, zone + 1, 1, &moved);
    expect_commit(connection, &moved);
    CHECK(entities(connection) == 3 && changed(&changes, 3, 0, 1));

    unsubscribe(connection, all_three);
    CHECK(entities(connection) == 1 && changed(&changes, 3, 2, 1));
    CHECK(find_entity(connection, zone + 1, NULL));
    unsubscribe(connection, one);
    CHECK(entities(connection) == 0 && changed(&changes, 3, 3, 1));
    stdb_subscription_free(all_three);
    stdb_subscription_free(one);
    stdb_connection_free(connection);
}

static void a_row_stays_when_the_narrower_subscription_ends(void) {
    uint32_t zone = fresh();
    changes changes = {0};
    stdb_connection *connection = connect_kitchen();
    stdb_subscription *everything = subscribe(connection, text_of("SELECT * FROM entity"));
    stdb_subscription *narrow = subscribe(connection, entities_in(zone));
    populate(connection, zone, 2);
    populate(connection, zone + 2, 1);
    unsubscribe(connection, narrow);
    CHECK(find_entity(connection, zone, NULL) && find_entity(connection, zone + 1, NULL));
    CHECK(find_entity(connection, zone + 2, NULL));

    outcome done[2] = {0};
    count_changes(connection, "entity", &changes);
    rezone(connection, zone, zone + 2, &done[0]);
    despawn(connection, zone + 1, 1, &done[1]);
    expect_commit(connection, &done[1]);
    CHECK(find_entity(connection, zone, NULL) && !find_entity(connection, zone + 1, NULL));
    CHECK(changes.deletes >= 1 && changes.updates >= 1 && stats_of(connection).absent_deletes == 0);
    stdb_subscription_free(everything);
    stdb_subscription_free(narrow);
    stdb_connection_free(connection);
}

static void a_row_that_leaves_one_of_two_subscriptions_stays(void) {
    uint32_t zone = fresh();
    changes changes = {0};
    outcome rezoned = {0};
    stdb_connection *connection = connect_kitchen();
    populate(connection, zone, 1);
    stdb_subscription *by_zone = subscribe(connection, entities_in(zone));
    stdb_subscription *by_id = subscribe(connection, entity_with(zone));
    count_changes(connection, "entity", &changes);
    rezone(connection, zone, zone + 1, &rezoned);
    expect_commit(connection, &rezoned);
    CHECK(changed(&changes, 0, 0, 1) && entities(connection) == 1);
    unsubscribe(connection, by_zone);
    CHECK(changed(&changes, 0, 0, 1) && entities(connection) == 1);
    unsubscribe(connection, by_id);
    CHECK(changed(&changes, 0, 1, 1) && entities(connection) == 0);
    CHECK(stats_of(connection).absent_deletes == 0);
    stdb_subscription_free(by_zone);
    stdb_subscription_free(by_id);
    stdb_connection_free(connection);
}

static void the_same_query_may_be_in_two_subscriptions(void) {
    uint32_t zone = fresh();
    changes changes = {0};
    outcome moved = {0};
    stdb_connection *connection = connect_kitchen();
    populate(connection, zone, 2);
    count_changes(connection, "entity", &changes);
    stdb_subscription *first = subscribe(connection, entities_in(zone));
    stdb_subscription *second = subscribe(connection, entities_in(zone));
    CHECK(entities(connection) == 2 && changed(&changes, 2, 0, 0));
    move_far(connection, zone, 1, &moved);
    expect_commit(connection, &moved);
    CHECK(changed(&changes, 2, 0, 1));
    unsubscribe(connection, first);
    CHECK(entities(connection) == 2 && changed(&changes, 2, 0, 1));
    unsubscribe(connection, second);
    CHECK(entities(connection) == 0 && changed(&changes, 2, 2, 1));
    stdb_subscription_free(first);
    stdb_subscription_free(second);
    stdb_connection_free(connection);
}

static void the_same_query_may_be_twice_in_one_subscription(void) {
    uint32_t zone = fresh();
    watch watch = {0};
    changes changes = {0};
    outcome moved = {0};
    stdb_connection *connection = connect_kitchen();
    populate(connection, zone, 2);
    count_changes(connection, "entity", &changes);
    text query = entities_in(zone);
    const char *queries[] = {query.chars, query.chars};
    stdb_subscription *subscription = begin_subscription(connection, queries, 2, &watch);
    WAIT(connection, watch.applied == 1);
    move_far(connection, zone, 2, &moved);
    expect_commit(connection, &moved);
    CHECK(entities(connection) == 2 && changed(&changes, 2, 0, 2));
    unsubscribe(connection, subscription);
    CHECK(entities(connection) == 0 && changed(&changes, 2, 2, 2));
    CHECK(stats_of(connection).absent_deletes == 0);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

/* A connection that is subscribed to a left joined with its rights. */
static stdb_subscription *subscribe_to_join(stdb_connection *connection, uint32_t id) {
    return subscribe(connection, text_of("SELECT left.* FROM left JOIN right ON left.id = right.left_id "
                                         "WHERE left.id = %" PRIu32,
                                         id));
}

static void a_join_has_a_row_as_long_as_it_joins(void) {
    uint32_t id = fresh();
    changes changes = {0};
    outcome done[5] = {0};
    stdb_connection *connection = connect_kitchen();
    const stdb_table *lefts = table_of(connection, "left");
    stdb_subscription *join = subscribe_to_join(connection, id);
    count_changes(connection, "left", &changes);

    put_left(connection, "add_left", id, "one", &done[0]);
    expect_commit(connection, &done[0]);
    CHECK(count_of(lefts) == 0 && changed(&changes, 0, 0, 0));
    add_right(connection, id, id, &done[1]);
    expect_commit(connection, &done[1]);
    CHECK(count_of(lefts) == 1 && changed(&changes, 1, 0, 0));

    /* The joined row leaves and enters in one transaction: nothing has happened. */
    swap_right(connection, id, id + 1, id, &done[2]);
    expect_commit(connection, &done[2]);
    CHECK(count_of(lefts) == 1 && changed(&changes, 1, 0, 0));

    put_left(connection, "edit_left", id, "uno", &done[3]);
    expect_commit(connection, &done[3]);
    CHECK(count_of(lefts) == 1 && changed(&changes, 1, 0, 1));
    swap_right(connection, id + 1, id + 2, id + 7, &done[4]);
    expect_commit(connection, &done[4]);
    CHECK(count_of(lefts) == 0 && changed(&changes, 1, 1, 1));
    CHECK(stats_of(connection).absent_deletes == 0);
    stdb_subscription_free(join);
    stdb_connection_free(connection);
}

static void a_row_that_joins_twice_counts_once(void) {
    uint32_t id = fresh();
    changes changes = {0};
    outcome done[4] = {0};
    stdb_connection *connection = connect_kitchen();
    const stdb_table *lefts = table_of(connection, "left");
    put_left(connection, "add_left", id, "one", &done[0]);
    add_right(connection, id, id, &done[1]);
    add_right(connection, id + 1, id, &done[2]);
    expect_commit(connection, &done[2]);
    count_changes(connection, "left", &changes);
    stdb_subscription *join = subscribe_to_join(connection, id);
    CHECK(count_of(lefts) == 1 && changed(&changes, 1, 0, 0));
    /* One of its two joins goes. */
    swap_right(connection, id, id + 2, id + 7, &done[3]);
    expect_commit(connection, &done[3]);
    CHECK(count_of(lefts) == 1 && changed(&changes, 1, 0, 0));
    unsubscribe(connection, join);
    CHECK(count_of(lefts) == 0 && changed(&changes, 1, 1, 0));
    CHECK(stats_of(connection).absent_deletes == 0);
    stdb_subscription_free(join);
    stdb_connection_free(connection);
}

/* --- What the host refuses --- */

/* Subscribes to queries of which the host must say `expected`. */
static void check_refused(stdb_connection *connection, const char *const *queries, size_t count, const char *expected) {
    watch watch = {0};
    uint64_t subscriptions = stats_of(connection).subscriptions;
    stdb_subscription *subscription = begin_subscription(connection, queries, count, &watch);
    WAIT(connection, watch.errors + watch.applied > 0);
    CHECK(watch.errors == 1 && watch.applied == 0 && watch.drops == 2);
    CHECK(watch.kind == STDB_EVENT_SUBSCRIBE_ERROR && watch.code == STDB_ERR_SUBSCRIPTION);
    if (strstr(watch.message.chars, expected) == NULL) {
        printf("     the host said \"%s\"\n", watch.message.chars);
    }
    CHECK(strstr(watch.message.chars, expected) != NULL);
    CHECK(stdb_subscription_is_ended(subscription) && !stdb_subscription_is_active(subscription));
    CHECK(stdb_subscription_unsubscribe(subscription, NULL) == STDB_ERR_ALREADY_ENDED);
    CHECK(stats_of(connection).subscriptions == subscriptions);
    stdb_subscription_free(subscription);
}

static void a_bad_query_ends_its_subscription_alone(void) {
    uint32_t zone = fresh();
    changes changes = {0};
    stdb_connection *connection = connect_kitchen();
    stdb_subscription *good = subscribe(connection, entities_in(zone));
    populate(connection, zone, 1);
    count_changes(connection, "entity", &changes);

    check_refused(connection, (const char *const[]){"SELECT nonsense"}, 1, "FROM");
    check_refused(connection, (const char *const[]){"SELECT * FROM no_such_table"}, 1, "no_such_table");
    check_refused(connection, (const char *const[]){"SELECT * FROM secret"}, 1, "secret");
    /* A good query beside the bad one. */
    check_refused(connection, (const char *const[]){"SELECT * FROM user", "SELECT * FROM no_such_table"}, 2,
                  "no_such_table");
    CHECK(count_of(table_of(connection, "user")) == 0);

    CHECK(stdb_subscription_is_active(good) && entities(connection) == 1 && changed(&changes, 0, 0, 0));
    populate(connection, zone + 1, 1);
    outcome rezoned = {0};
    rezone(connection, zone + 1, zone, &rezoned);
    expect_commit(connection, &rezoned);
    CHECK(changed(&changes, 1, 0, 0) && entities(connection) == 2);
    stdb_subscription_free(good);
    stdb_connection_free(connection);
}

static void unsubscribing_from_a_bad_query(void) {
    watch watch = {0};
    stdb_connection *connection = connect_kitchen();
    stdb_subscription *subscription = begin(connection, text_of("SELECT nonsense"), &watch);
    CHECK_OK(stdb_subscription_unsubscribe(subscription, NULL));
    WAIT(connection, stdb_subscription_is_ended(subscription));
    CHECK(watch.errors == 1 && watch.applied == 0 && watch.drops == 2);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

/* --- The end of the connection --- */

static void advance_to_the_end(stdb_connection *connection) {
    WAIT(connection, stdb_connection_get_state(connection) == STDB_STATE_ENDED);
}

static void an_applied_subscription_ends_in_silence(void) {
    uint32_t zone = fresh();
    watch watch = {0};
    stdb_connection *connection = connect_kitchen();
    populate(connection, zone, 1);
    stdb_subscription *subscription = begin(connection, entities_in(zone), &watch);
    WAIT(connection, watch.applied == 1);
    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    advance_to_the_end(connection);
    CHECK(watch.errors == 0 && watch.drops == 2);
    CHECK(stdb_subscription_is_ended(subscription) && !stdb_subscription_is_active(subscription));
    CHECK(stdb_subscription_unsubscribe(subscription, NULL) == STDB_ERR_ALREADY_ENDED);
    CHECK(entities(connection) == 1);

    stdb_connection_free(connection);
    CHECK(stdb_subscription_is_ended(subscription) && stdb_subscription_query_count(subscription) == 1);
    CHECK(stdb_subscription_unsubscribe(subscription, NULL) == STDB_ERR_DISCONNECTED);
    stdb_subscription_free(subscription);
}

static void a_handle_outlives_its_connection(void) {
    watch watch = {0};
    stdb_connection *connection = connect_kitchen();
    stdb_subscription *subscription = begin(connection, text_of("SELECT * FROM user"), &watch);
    WAIT(connection, watch.applied == 1);
    stdb_connection_free(connection);
    CHECK(stdb_subscription_is_ended(subscription) && !stdb_subscription_is_active(subscription));
    CHECK(stdb_subscription_query_count(subscription) == 1);
    int drops = 0;
    CHECK(stdb_subscription_unsubscribe_then(subscription, watch_unsubscribed, &drops, count_up, NULL) ==
          STDB_ERR_DISCONNECTED);
    CHECK(drops == 1 && watch.errors == 0 && watch.drops == 2);
    stdb_subscription_free(subscription);
}

static void a_subscription_without_an_answer_hears_of_the_end(void) {
    watch watch = {0};
    stdb_connection_builder *builder = kitchen_builder();
    CHECK_OK(stdb_connection_builder_with_token(builder, "no-token-of-this-host", NULL));
    stdb_connection *connection = build(builder);
    stdb_subscription *subscription = begin(connection, text_of("SELECT * FROM user"), &watch);
    advance_to_the_end(connection);
    CHECK(watch.errors == 1 && watch.applied == 0 && watch.kind == STDB_EVENT_SUBSCRIBE_ERROR && watch.drops == 2);
    CHECK(stdb_subscription_is_ended(subscription));
    stdb_subscription_builder *late = NULL;
    CHECK_OK(stdb_subscription_builder_new(connection, &late, NULL));
    const char *queries[] = {"SELECT * FROM user"};
    CHECK(stdb_subscription_builder_subscribe(late, queries, 1, NULL, NULL) == STDB_ERR_DISCONNECTED);
    stdb_subscription_builder_free(late);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

static void whoever_unsubscribes_hears_of_the_end(void) {
    watch watch = {0};
    stdb_connection *connection = connect_kitchen();
    stdb_subscription *subscription = begin(connection, text_of("SELECT * FROM user"), &watch);
    WAIT(connection, watch.applied == 1);
    CHECK_OK(stdb_connection_disconnect(connection, NULL));
    CHECK_OK(stdb_subscription_unsubscribe_then(subscription, watch_unsubscribed, &watch, watch_drop, NULL));
    advance_to_the_end(connection);
    CHECK(watch.unsubscribed == 1 && watch.errors == 0 && watch.drops == 3);
    stdb_subscription_free(subscription);
    stdb_connection_free(connection);
}

static const test tests[] = {
    TEST(several_queries_are_applied_at_once),
    TEST(a_subscription_may_come_before_the_connection_is_up),
    TEST(all_public_tables_can_be_subscribed_to),
    TEST(all_tables_can_be_subscribed_to_without_a_schema),
    TEST(queries_can_be_asked_for),
    TEST(bad_subscriptions_are_refused),
    TEST(a_builder_that_is_not_used_drops_its_data),
    TEST(unsubscribing_takes_the_rows_away),
    TEST(unsubscribing_before_it_is_applied),
    TEST(unsubscribing_before_the_connection_is_up),
    TEST(a_callback_may_unsubscribe),
    TEST(a_callback_may_subscribe),
    TEST(freeing_the_handle_does_not_unsubscribe),
    TEST(a_row_of_two_subscriptions_counts_once_and_stays_until_both_have_ended),
    TEST(a_row_stays_when_the_narrower_subscription_ends),
    TEST(a_row_that_leaves_one_of_two_subscriptions_stays),
    TEST(the_same_query_may_be_in_two_subscriptions),
    TEST(the_same_query_may_be_twice_in_one_subscription),
    TEST(a_join_has_a_row_as_long_as_it_joins),
    TEST(a_row_that_joins_twice_counts_once),
    TEST(a_bad_query_ends_its_subscription_alone),
    TEST(unsubscribing_from_a_bad_query),
    TEST(an_applied_subscription_ends_in_silence),
    TEST(a_handle_outlives_its_connection),
    TEST(a_subscription_without_an_answer_hears_of_the_end),
    TEST(whoever_unsubscribes_hears_of_the_end),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
