/* The bindings of two modules in one program: `chat` as it is, and `kitchen`, which has tables and reducers of the same names,
 * with the prefix `kitchen`. */

#include "typed.h"

#include "kitchen/module_bindings.h"

static void on_message(const stdb_context *context, const Message *row, void *user_data) {
    (void)context;
    MUST(str_is(message_get_text(row), "to the chat"));
    *(int *)user_data += 1;
}

static void on_kitchen_message(const stdb_context *context, const KitchenMessage *row, void *user_data) {
    (void)context;
    MUST(str_is(kitchen_message_get_text(row), "to the kitchen"));
    *(int *)user_data += 1;
}

static void on_kitchen_send(
    const stdb_context *context, const stdb_reducer_event *event, stdb_str text, void *user_data) {
    (void)context;
    MUST(event->status == STDB_CALL_COMMITTED && str_is(text, "to the kitchen"));
    *(int *)user_data += 1;
}

static void each_has_its_own_names(void) {
    stdb_connection *chat = connect_typed("chat");
    stdb_connection *kitchen = connect_with("kitchen", kitchen_module_bindings_with_schema);
    const char *chat_queries[] = {"SELECT * FROM message"};
    const char *kitchen_queries[] = {"SELECT * FROM message", "SELECT * FROM entity"};
    subscribe_typed(chat, chat_queries, 1);
    subscribe_typed(kitchen, kitchen_queries, 2);
    int said = 0, cooked = 0, sent = 0;
    CHECK_OK(message_on_insert(chat, on_message, &said, NULL, NULL, NULL));
    CHECK_OK(kitchen_message_on_insert(kitchen, on_kitchen_message, &cooked, NULL, NULL, NULL));
    CHECK_OK(kitchen_on_send_message(kitchen, on_kitchen_send, &sent, NULL, NULL, NULL));
    CHECK_OK(send_message(chat, "to the chat", NULL, NULL, NULL, NULL, NULL));
    CHECK_OK(kitchen_send_message(kitchen, "to the kitchen", NULL, NULL, NULL, NULL, NULL));
    WAIT(chat, said == 1);
    WAIT(kitchen, cooked == 1 && sent == 1);
    CHECK_OK(kitchen_spawn(kitchen, 5, 1, 2, NULL, NULL, NULL, NULL, NULL));
    uint64_t count = 0;
    WAIT(kitchen, kitchen_entity_count(kitchen, &count, NULL) == STDB_OK && count == 1);
    stdb_connection_free(chat);
    stdb_connection_free(kitchen);
}

/* Constants, and types that are made up of others. */
static void made_up_names_have_it_once(void) {
    KitchenOptionI32 none = {0};
    KitchenVec3Array corners = {0};
    KitchenRank rank = KITCHEN_RANK_KNIGHT;
    CHECK(!none.has_value && corners.count == 0 && rank == KITCHEN_RANK_KNIGHT);
}

static const test tests[] = {
    TEST(each_has_its_own_names),
    TEST(made_up_names_have_it_once),
};

int main(void) {
    return run_tests(tests, sizeof tests / sizeof *tests);
}
