/* A program that uses an installed libstdb: a connection that cannot be made is told of. It takes the URI of nobody. */
#include <stdio.h>
#include <stdlib.h>

#include <stdb.h>

static void on_connect_error(const stdb_context *context, void *user_data)
{
    stdb_str message = stdb_error_message(stdb_context_error(context));
    printf("stdb %s: %.*s\n", STDB_VERSION, (int)message.len, message.data);
    *(int *)user_data = 1;
}

int main(void)
{
    int told = 0;
    stdb_connection *connection = NULL;
    stdb_connection_builder *builder = stdb_connection_builder_new();
    if (stdb_version_number() != STDB_VERSION_NUMBER) {
        fprintf(stderr, "the header is of %s, the library of %.*s\n", STDB_VERSION, (int)stdb_version().len, stdb_version().data);
        return EXIT_FAILURE;
    }
    stdb_connection_builder_with_uri(builder, "http://127.0.0.1:1", NULL);
    stdb_connection_builder_with_database_name(builder, "nobody", NULL);
    stdb_connection_builder_on_connect_error(builder, on_connect_error, &told, NULL, NULL);
    if (stdb_connection_builder_build(builder, &connection, NULL) == STDB_OK)
        while (stdb_connection_advance_one_message_blocking(connection, NULL) == STDB_OK) {}
    stdb_connection_free(connection);
    stdb_connection_builder_free(builder);
    stdb_shutdown();
    return told ? EXIT_SUCCESS : EXIT_FAILURE;
}
