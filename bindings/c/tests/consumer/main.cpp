/* The same program as main.c with the C++ layer. */
#include <cstdlib>
#include <iostream>

#include <stdb.hpp>

int main()
{
    bool told = false;
    if (stdb::version_number() != STDB_VERSION_NUMBER)
        return EXIT_FAILURE;
    {
        auto connection = stdb::connection_builder()
                              .with_uri("http://127.0.0.1:1")
                              .with_database_name("nobody")
                              .on_connect_error([&](auto& context) {
                                  std::cout << "stdb " << stdb::version() << ": " << context.error().message() << '\n';
                                  told = true;
                              })
                              .build();
        try {
            for (;;) connection.advance_one_message_blocking();
        } catch (const stdb::error&) { /* it has ended */
        }
    }
    stdb::shutdown();
    return told ? EXIT_SUCCESS : EXIT_FAILURE;
}
