"""The chat of SpacetimeDB's quickstart, in Python, on asyncio: one task reads the keyboard, the library's callbacks print.

    pip install ./bindings/python
    python examples/chat/chat.py --uri http://127.0.0.1:3000 --database chat

`--threaded` does the same without an event loop: the connection runs on a thread of its own, and this one reads the keyboard.
"""

import argparse
import asyncio
import sys
import threading

import stdb


def name_of(user):
    return user.name or str(user.identity)[:16]  # 16 digits of 64: enough to tell people apart


def show(*words):
    """For what others wrote: a control character in it could play tricks on the terminal."""
    line = "".join(letter if letter.isprintable() else "?" for letter in " ".join(words))
    print(line, flush=True)


class Chat:
    """What is printed, whoever advances the connection."""

    def __init__(self, conn):
        self.conn = conn
        self.users, self.messages = conn.db.user, conn.db.message
        self.users.on_insert(self.on_user_insert)
        self.users.on_update(self.on_user_update)
        self.messages.on_insert(self.on_message_insert)

    def on_user_insert(self, ctx, user):
        if user.online:
            show(name_of(user), "is online")

    def on_user_update(self, ctx, before, now):
        # The table has a primary key, so a changed row is an update and not a delete and an insert.
        if before.name != now.name:
            show(name_of(before), "renamed to", name_of(now))
        if before.online != now.online:
            show(name_of(now), "is online" if now.online else "went offline")

    def on_message_insert(self, ctx, message):
        # The messages of the time before us come in no order: on_applied prints them, sorted.
        if ctx.kind != stdb.EventKind.SUBSCRIBE_APPLIED:
            self.show_message(message)

    def on_applied(self, ctx):
        for message in sorted(self.messages, key=lambda message: message.sent):
            self.show_message(message)

    def show_message(self, message):
        sender = self.users.find(identity=message.sender)
        show(f"{name_of(sender) if sender else str(message.sender)[:16]}: {message.text}")

    def subscribe(self):
        return self.conn.subscribe(["SELECT * FROM user", "SELECT * FROM message"], on_applied=self.on_applied)

    def call(self, line):
        """Sends what was typed; what this returns ends when the reducer has run."""
        if line.startswith("/name "):
            return self.conn.reducers.set_name(line[len("/name ") :])
        return self.conn.reducers.send_message(line)


def connected(ctx, identity, token):
    show("Connected as", str(identity)[:16])


def disconnected(ctx, error):
    show("Disconnected" if error is None else f"Disconnected: {error}")


async def chat_on_asyncio(options):
    async with stdb.aconnect(**options) as conn:
        chat = Chat(conn)
        await chat.subscribe()
        lines = keyboard(asyncio.get_running_loop())
        while (line := await lines.get()) not in (None, "/quit"):
            try:
                await chat.call(line)  # a line waits until the one before was answered
            except stdb.ReducerError as error:
                show(error.called, "failed:", error.reason)


def keyboard(loop):
    """A queue of what is typed. Reading a terminal waits, so that it needs a thread."""
    lines = asyncio.Queue()

    def read():
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.rstrip("\r\n"))
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return lines


def chat_on_a_thread(options):
    with stdb.connect(**options) as conn:
        chat = Chat(conn)
        conn.run_threaded()
        chat.subscribe().wait()
        for line in sys.stdin:
            if line.rstrip("\r\n") == "/quit":
                break
            error = chat.call(line.rstrip("\r\n")).exception()
            if error is not None:
                show(error.called, "failed:", error.reason)


def main():
    parser = argparse.ArgumentParser(description="A chat.")
    parser.add_argument("--uri", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument(
        "--token-file", default="libstdb-chat", help="the file that says who you are; made the first time"
    )
    parser.add_argument("--token-directory", help="where it is (.spacetimedb_client_credentials in your home folder)")
    parser.add_argument("--new", action="store_true", help="be somebody new, and use no such file")
    parser.add_argument("--script", action="store_true", help="give no hints")
    parser.add_argument("--threaded", action="store_true", help="without an event loop")
    arguments = parser.parse_args()

    credentials = None if arguments.new else stdb.CredentialsFile(arguments.token_file, arguments.token_directory)

    def on_connect(ctx, identity, token):
        connected(ctx, identity, token)
        if credentials is not None:
            credentials.save(token)  # with it we are the same user next time

    options = {
        "uri": arguments.uri,
        "database": arguments.database,
        "token": credentials.load() if credentials else None,
        "on_connect": on_connect,
        "on_disconnect": disconnected,
    }
    if not arguments.script:
        print("-- Type a message, /name NEW to change your name, or /quit.")
    try:
        chat_on_a_thread(options) if arguments.threaded else asyncio.run(chat_on_asyncio(options))
    except stdb.StdbError as error:
        sys.exit(f"chat: {error}")


if __name__ == "__main__":
    main()
