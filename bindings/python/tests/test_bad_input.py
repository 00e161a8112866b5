"""What bad input gets: an exception of the package that names what was wrong, and says what to do."""

from typing import Any

import stdb

from .host import PATIENCE, HostTestCase, host


class BadInput(HostTestCase):
    def setUp(self) -> None:
        self.connection = self.subscribed("user", "entity")

    def refused(self, message: str, function: Any, *arguments: Any, **options: Any) -> None:
        with self.subTest(message):
            self.assertFails(stdb.InvalidArgumentError, message, function, *arguments, **options)

    def test_options(self) -> None:
        def refused(message: str, **options: Any) -> None:
            self.refused(message, stdb.connect, host().uri, host().database, **options)

        refused("timeout must be a number of seconds or None, not str '1'", timeout="1")
        refused("protocols must be a list of them, not 5", protocols=5)
        refused("protocols must be a list of them, not 'v1'", protocols="v1")
        refused("headers must be a dict, not 5", headers=5)
        refused("light_mode must be a bool, not str 'no'", light_mode="no")
        refused("confirmed_reads must be a bool, not int 1", confirmed_reads=1)
        refused("schema_fetch must be a bool, not str 'no'", schema_fetch="no")
        refused("a token provider must be callable, and 5 is not", token_provider=5)
        self.refused("scheme `ftp`: use http, https, ws or wss", stdb.connect, "ftp://host", "chat")
        self.refused("`database_name` is empty", stdb.connect, host().uri, "")

    def test_times(self) -> None:
        connection, call = self.connection, stdb.Call[None](self.connection, "never")
        for wrong in ("1", True, float("nan"), [1]):
            for wait in (connection.advance_one_message_timeout, call.result, call.exception):
                self.refused("timeout must be a number of seconds or None", wait, wrong)
        self.refused("max_us must be an int, not str '1'", connection.frame_tick_budget, max_us="1")
        self.refused("max_messages must be from 0", connection.frame_tick_budget, max_messages=-1)
        self.assertRaises(stdb.TimeoutError, call.result, -1)
        for centuries in (float("inf"), 1e300, 1e9):
            connection.reducers.noop().result(centuries)
        connection.run_threaded()
        self.refused("timeout must be", connection.join, "1")
        connection.reducers.noop().result(float("inf"))

    def test_callbacks(self) -> None:
        connection = self.connection
        self.refused(
            "on_applied must be callable, and 5 is not", connection.subscribe, "SELECT * FROM user", on_applied=5
        )
        self.refused("on_error must be callable, and 5 is not", connection.subscribe, "SELECT * FROM user", on_error=5)
        for register in (
            connection.on_transaction, connection.on_connect, connection.on_error, connection.reducers.noop.on,
            connection.db.user.on_insert, connection.db.user.on_batch, connection.reducers.noop().add_done_callback,
            connection.db.entity.map_chunks,
        ):  # fmt: skip
            self.refused("must be callable, and 5 is not", register, 5)

    def test_queries(self) -> None:
        for wrong in (5, b"SELECT * FROM user", None, {"a": 1}):
            self.refused("a subscription takes a query or a list of them, not", self.connection.subscribe, wrong)
        self.refused("a query must be a str, not int", self.connection.one_off_query, 5)
        self.refused("a query must be a str, not int", self.connection.subscribe, ["SELECT * FROM user", 5])
        subscription = self.connection.subscribe("SELECT * FROM user").wait(PATIENCE)
        self.refused("a subscription takes a query or a list of them, not 5", subscription.replace, 5)
        self.refused("the name of a table must be a str, not int 5", stdb.query, 5)

    def test_names(self) -> None:
        connection = self.connection
        for items, what in (
            (connection.db, "table"),
            (connection.reducers, "reducer"),
            (connection.procedures, "procedure"),
        ):
            self.refused(f"the name of a {what} must be a str, not int 5", lambda: items[5])
        for misspelt, nearest in (
            (lambda: connection.db.usr, "did you mean 'user'?"),
            (lambda: connection.reducers.send_mesage, "did you mean 'send_message'?"),
            (lambda: connection.db.user.find(identiy=1), "did you mean 'identity'?"),
            (lambda: connection.db.entity.filter(zne=1), "did you mean 'zone'?"),
        ):
            self.assertFails(stdb.UnknownNameError, nearest, misspelt)
        self.assertFails(stdb.UnknownNameError, "there are: ", lambda: connection.reducers.qqqqq)

    def test_values(self) -> None:
        user, entity = self.connection.db.user, self.connection.db.entity
        self.refused("user.identity: an identity is 64 hexadecimal digits, not 'zz'", user.find, identity="zz")
        self.refused("user.identity: expected Identity, got int 5", user.find, identity=5)
        self.refused("entity.id: expected u64, got str 'a'", entity.filter, id=stdb.Range("a"))
        self.refused("Identity takes 32 bytes, not 1 of them", stdb.Identity, b"x")
        self.refused("ConnectionId takes 16 bytes, not int 5", stdb.ConnectionId, 5)
        self.refused("an identity is read from a str, not from int 5", stdb.Identity.from_hex, 5)

    def test_after_close(self) -> None:
        connection = self.connection
        connection.close()
        for use in (connection.run, lambda: connection.on_connect(print), lambda: connection.on_error(print)):
            self.assertFails(stdb.ClosedError, "its close() was called", use)
