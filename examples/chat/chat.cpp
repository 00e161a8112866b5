/*
 * The chat of SpacetimeDB's quickstart, in C++ with generated bindings. It does what chat.c beside it does, with less: rows
 * are structs, reducers are functions, callbacks are lambdas, and what fails throws. In the repository's folder:
 *
 *     c++ -std=c++17 examples/chat/chat.cpp -Iexamples/chat/bindings -Ibindings/cpp -Iinclude -Ltarget/release -lstdb \
 *         -Wl,-rpath,$PWD/target/release -o chat
 *     ./chat --uri http://127.0.0.1:3000 --database chat
 *
 * The bindings were made by: stdb-codegen --lang cpp --schema tests/modules/chat/chat.schema.json --out examples/chat/bindings
 *
 * C++17, and of POSIX poll(), which the library itself does not ask for.
 */
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "module_bindings.hpp"

using namespace module_bindings;

namespace {

struct options {
    std::string uri, database, token_file = "libstdb-chat", token_directory;
    bool is_new = false, script = false;
};

// For what others wrote: a control character in it could play tricks on the terminal.
std::string printable(std::string_view text)
{
    std::string printable(text);
    std::replace_if(printable.begin(), printable.end(), [](unsigned char c) { return std::iscntrl(c) != 0; }, '?');
    return printable;
}

std::string name_of(const stdb::identity& identity, const std::optional<std::string_view>& name)
{
    // 16 digits of 64: enough to tell people apart.
    return name ? printable(*name) : identity.to_hex().substr(0, 16);
}

std::string name_of(const User& user) { return name_of(user.identity, user.name); }

class chat {
public:
    explicit chat(const options& options) : script_(options.script)
    {
        // Returns at once. The connection is made in the background; on_connect or on_connect_error will tell how it went.
        connection_ = DbConnection::builder()
                          .with_uri(options.uri)
                          .with_database_name(options.database)
                          .with_token(saved_token(options))
                          .on_connect([this](auto&, const stdb::identity& identity, std::string_view token) {
                              on_connect(identity, token);
                          })
                          .on_connect_error([this](auto& context) { on_connect_error(context.error()); })
                          .on_disconnect([this](auto& context) { on_disconnect(context.error()); })
                          .build();
        subscribe();
    }

    /* Sleeps until a line was typed or the host has said something. All callbacks run inside frame_tick. */
    bool run()
    {
        int event_fd = connection_.event_fd(); // readable while the host has said something that we have not looked at
        while (!ended_) {
            // poll passes over -1.
            pollfd fds[] = {{event_fd, POLLIN, 0}, {wants_line() ? STDIN_FILENO : -1, POLLIN, 0}};
            if (poll(fds, 2, -1) < 0) continue; // a signal came
            if (fds[0].revents != 0) connection_.frame_tick();
            if (fds[1].revents != 0 && !ended_) read_line();
        }
        return !failed_;
    }

private:
    /* The token of the last time. If there is none, the host makes up an identity and a token for us. */
    std::optional<std::string> saved_token(const options& options)
    {
        if (options.is_new) return std::nullopt;
        credentials_ = options.token_directory.empty()
            ? stdb::credentials_file::of_key(options.token_file)
            : stdb::credentials_file::in_directory(options.token_directory, options.token_file);
        return credentials_->load();
    }

    /* The connection need not be up yet: the tables get their rows, and the subscription is sent, as soon as it is. */
    void subscribe()
    {
        connection_.db().user().on_insert([](auto&, const User& user) {
            if (user.online) std::cout << name_of(user) << " is online\n";
        });
        // The table has a primary key, so a changed row is an update and not a delete and an insert.
        connection_.db().user().on_update([](auto&, const User& before, const User& now) {
            if (before.name != now.name) std::cout << name_of(before) << " renamed to " << name_of(now) << '\n';
            if (before.online != now.online)
                std::cout << name_of(now) << (now.online ? " is online\n" : " went offline\n");
        });
        connection_.db().message().on_insert([this](auto& context, const Message& message) {
            // The messages of the time before us come in no order: on_applied prints them, sorted.
            if (context.event_kind() != stdb::event_kind::subscribe_applied) print(message);
        });
        connection_.subscription_builder()
            .on_applied([this](auto& context) { on_applied(context); })
            .on_error([this](auto& context) {
                if (!context.connection().is_active())
                    return; // it is the connection that has ended: its own callback says why
                complain("cannot subscribe", context.error());
                failed_ = true;
                context.connection().disconnect(); // in a callback everything is allowed but to advance
            })
            .subscribe({stdb::from(q::user), stdb::from(q::message)});
    }

    // ---- Callbacks ----

    void on_connect(const stdb::identity& identity, std::string_view token)
    {
        std::cout << "Connected as " << name_of(identity, std::nullopt) << '\n';
        if (credentials_) credentials_->save(token); // with it we are the same user next time
    }

    void on_connect_error(stdb::error_view error)
    {
        ended_ = failed_ = true;
        complain("cannot connect", error);
        if (error.http_status() == 401)
            std::cerr << "chat: the host does not know the saved token: use another --token-file, or --new\n";
    }

    /* The error is none for an ordinary end. */
    void on_disconnect(stdb::error_view error)
    {
        ended_ = true;
        failed_ = failed_ || !leaving_;
        std::cout << "Disconnected\n";
        if (error) complain("the connection ended", error);
    }

    /* Runs once, when all rows of the subscription are in the cache. */
    void on_applied(const EventContext& context)
    {
        // The rows are borrowed from the cache, which stays as it is while this runs.
        std::vector<Message> messages;
        for (const Message& message : context.db().message().iter()) messages.push_back(message);
        std::sort(messages.begin(), messages.end(),
                  [](const Message& a, const Message& b) { return a.sent < b.sent; });
        for (const Message& message : messages) print(message);
        joined_ = true;
        if (!script_) std::cout << "-- Type a message, /name NEW to change your name, or /quit.\n";
    }

    void print(const Message& message)
    {
        auto sender = connection_.db().user().identity().find(message.sender);
        std::cout << (sender ? name_of(*sender) : name_of(message.sender, std::nullopt)) << ": "
                  << printable(message.text) << '\n';
    }

    static void complain(const char* what, stdb::error_view error)
    {
        std::cerr << "chat: " << what << ": " << error.message() << '\n';
    }

    // ---- Input ----

    /* A line waits until the one before was answered, so that the same input always does the same, also out of a pipe. */
    bool wants_line() const { return joined_ && !leaving_ && pending_calls_ == 0; }

    void read_line()
    {
        std::string line;
        bool at_end = !read_until_newline(line);
        // Runs once a call. What the reducer changed is in the cache by then, and the row callbacks have run.
        auto on_result = [this](const EventContext& context) {
            pending_calls_--;
            auto event = context.reducer_event();
            if (event->status == stdb::call_status::committed) return;
            std::cout << event->reducer << " failed: ";
            if (event->status == stdb::call_status::failed) std::cout << printable(event->message) << '\n';
            else if (event->status == stdb::call_status::out_of_energy) std::cout << "the database is out of energy\n";
            else std::cout << "the connection ended before the host answered\n";
        };
        if (at_end || line == "/quit") {
            leaving_ = true;
            connection_.disconnect(); // on_disconnect ends the loop
        } else if (line.rfind("/name ", 0) == 0) {
            pending_calls_++;
            connection_.reducers().set_name(line.substr(6), on_result); // the module says which names it takes
        } else {
            pending_calls_++;
            connection_.reducers().send_message(line, on_result);
        }
    }

    /* Byte by byte, since poll must see every line that was not read yet. */
    static bool read_until_newline(std::string& line)
    {
        for (char c; read(STDIN_FILENO, &c, 1) == 1;) {
            if (c == '\n') return true;
            if (c != '\r') line += c;
        }
        return !line.empty();
    }

    DbConnection connection_;
    std::optional<stdb::credentials_file> credentials_; // none: be somebody new
    bool script_;           // nobody sits at the terminal who needs a hint
    bool joined_ = false;   // the cache has all users and messages
    bool leaving_ = false;  // we have disconnected
    bool ended_ = false;    // the connection's last callback has run
    bool failed_ = false;   // something went wrong
    int pending_calls_ = 0; // calls of reducers that were not answered yet
};

constexpr const char* usage =
    "usage: chat --uri URI --database NAME [--token-file KEY] [--token-directory FOLDER] [--new] [--script]\n"
    "  --token-file KEY          the file that says who you are (libstdb-chat); it is made the first time\n"
    "  --token-directory FOLDER  where that file is (.spacetimedb_client_credentials in your home folder)\n"
    "  --new                     be somebody new, and use no such file\n"
    "  --script                  give no hints\n";

bool parse(int argc, char** argv, options& options)
{
    for (int i = 1; i < argc; i++) {
        std::string_view argument = argv[i];
        std::string* value = argument == "--uri" ? &options.uri
            : argument == "--database"           ? &options.database
            : argument == "--token-file"         ? &options.token_file
            : argument == "--token-directory"    ? &options.token_directory
                                                 : nullptr;
        if (value != nullptr && i + 1 < argc) *value = argv[++i];
        else if (argument == "--new") options.is_new = true;
        else if (argument == "--script") options.script = true;
        else return false;
    }
    return !options.uri.empty() && !options.database.empty();
}

}

int main(int argc, char** argv)
{
    options options;
    if (!parse(argc, argv, options)) {
        std::cerr << usage;
        return 2;
    }
    std::cout << std::unitbuf; // whole lines, also into a pipe
    bool good = false;
    try {
        good = chat(options).run();
    } catch (const stdb::error& error) {
        std::cerr << "chat: " << error.what() << '\n';
    }
    stdb::shutdown(); // joins the library's threads
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
