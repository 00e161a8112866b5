"""A connection's life: options, callbacks, ways to advance it, its end."""

import gc
import logging
import threading
import unittest
import warnings
from typing import Any, List

import stdb
from stdb import _callbacks, advancing

from .host import PATIENCE, Collected, HostTestCase, host, until

NOWHERE = "http://127.0.0.1:1"


class Connecting(HostTestCase):
    def test_connect_waits_until_it_is_up(self) -> None:
        told = Collected()
        with self.connect(on_connect=told) as connection:
            self.assertTrue(connection.is_active)
            self.assertEqual(connection.state, stdb.State.ACTIVE)
            self.assertEqual(told, [(connection.identity, connection.token)])
            self.assertIsInstance(connection.connection_id, stdb.ConnectionId)
            self.assertIn(connection.protocol, set(stdb.Protocol))
            self.assertEqual(repr(connection), "<DbConnection active>")
        self.assertEqual(repr(connection), "<DbConnection closed>")

    def test_the_token_makes_the_same_identity(self) -> None:
        first = self.connect()
        self.assertEqual(self.connect(token=first.token).identity, first.identity)
        self.assertEqual(self.connect(token_provider=lambda: first.token).identity, first.identity)
        self.assertNotEqual(self.connect().identity, first.identity)

    def test_every_option_is_taken(self) -> None:
        connection = self.connect(
            compression="brotli", light_mode=True, confirmed_reads=False, protocols=["v1"], connect_timeout_ms=20_000,
            keepalive_ms=0, max_message_bytes=1 << 20, reconnect=stdb.Reconnect(max_attempts=1), headers={"X-A": "b"},
        )  # fmt: skip
        self.assertEqual(connection.protocol, stdb.Protocol.V1)

    def test_bad_options_are_named(self) -> None:
        def refused(message: str, **options: Any) -> None:
            self.assertFails(stdb.InvalidArgumentError, message, stdb.connect, host().uri, host().database, **options)

        refused("there is no option 'compresion'", compresion="none")
        refused("compression must be one of 'none', 'gzip', 'brotli', not 'zip'", compression="zip")
        refused("a protocol must be one of 'v1', 'v2', 'v3', not 4", protocols=[4])
        refused("connect_timeout_ms must be an int, not str 'soon'", connect_timeout_ms="soon")
        refused("connect_timeout_ms must be from 0 to 4294967295, not -1", connect_timeout_ms=-1)
        refused("on_connect must be callable, and 5 is not", on_connect=5)
        refused("token must be a str, not int", token=5)
        refused("reconnect must be a stdb.Reconnect, not 5", reconnect=5)
        refused("reconnect.max_attempts must be an int, not str 'x'", reconnect=stdb.Reconnect(max_attempts="x"))  # type: ignore[arg-type]
        self.assertFails(stdb.InvalidArgumentError, "uri must be a str, not int", stdb.connect, 5, "chat")
        self.assertFails(stdb.InvalidArgumentError, "database must not contain a NUL", stdb.connect, NOWHERE, "a\0b")
        self.assertFails(stdb.InvalidArgumentError, "", stdb.connect, "ftp://host", "chat")
        self.assertFails(stdb.SchemaError, "", stdb.connect, NOWHERE, "chat", schema_json="{}")

    def test_a_failure_to_connect_is_raised_and_told(self) -> None:
        told = Collected()
        error = self.assertFails(
            stdb.ConnectionFailedError,
            "127.0.0.1:1",
            stdb.connect,
            NOWHERE,
            "chat",
            timeout=PATIENCE,
            on_connect_error=told,
        )
        self.assertEqual((error.code_name, error.is_retriable), ("STDB_ERR_UNREACHABLE", True))
        self.assertEqual([str(e) for e in told], [str(error)])
        self.assertIsInstance(error, ConnectionError)
        error = self.assertFails(
            stdb.ConnectionFailedError, "", stdb.connect, host().uri, "no-such-database", timeout=PATIENCE
        )
        self.assertEqual(error.http_status, 404)

    def test_a_failure_to_connect_leaves_nothing_open(self) -> None:
        gc.collect()
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            self.assertRaises(stdb.ConnectionFailedError, stdb.connect, NOWHERE, "chat", timeout=PATIENCE)
            gc.collect()
        self.assertEqual([str(warning.message) for warning in told], [])

    def test_a_token_provider_that_raises_fails_the_build(self) -> None:
        def provider() -> str:
            raise KeyError("no token")

        builder = stdb.DbConnection.builder().with_uri(host().uri).with_database_name(host().database)
        self.assertRaises(KeyError, builder.with_token_provider(provider).build)

    def test_a_builder_connects_in_the_background(self) -> None:
        builder = stdb.DbConnection.builder().with_uri(host().uri).with_database_name(host().database)
        with builder.build() as connection:
            told = connection.on_connect(Collected())
            self.assertEqual(connection.state, stdb.State.CONNECTING)
            self.assertRaises(stdb.NotConnectedError, lambda: connection.identity)
            self.assertRaises(stdb.NotConnectedError, lambda: connection.token)
            error = self.assertFails(stdb.SchemaError, "not up yet, or does without one", lambda: connection.schema)
            self.assertEqual(error.code_name, "STDB_ERR_NO_SCHEMA")
            until(connection, lambda: told)
            self.assertTrue(connection.is_active)

    def test_without_a_schema_rows_are_bytes(self) -> None:
        connection = self.connect(schema_fetch=False)
        connection.subscribe("SELECT * FROM user").wait(PATIENCE)
        self.assertGreater(connection.db.user.count(), 0)
        self.assertRaises(stdb.SchemaError, list, connection.db.user)
        self.assertFails(stdb.InvalidArgumentError, "as one bytes", connection.reducers.set_name, "a")
        connection.reducers.set_name(b"\x01\0\0\0a").result(PATIENCE)


class Advancing(HostTestCase):
    def test_in_a_loop_of_ones_own(self) -> None:
        connection = self.connect()
        call = connection.reducers.noop()
        while not call.done():
            connection.frame_tick()
        self.assertEqual(call.result().status, stdb.CallStatus.COMMITTED)
        self.assertEqual(connection.frame_tick_budget(max_us=1_000_000, max_messages=10), 0)
        self.assertFalse(connection.advance_one_message())
        self.assertRaises(stdb.TimeoutError, connection.advance_one_message_timeout, 0)
        self.assertRaises(TimeoutError, connection.advance_one_message_timeout, 0.001)

    def test_on_a_thread(self) -> None:
        connection = self.connect()
        connection.run_threaded()
        for drive in (connection.run_threaded, connection.run):
            self.assertFails(stdb.BusyError, "a thread or an event loop advances the connection already", drive)
        seen = Collected()

        @connection.db.user.on_update
        def on_update(ctx: Any, old: Any, new: Any) -> None:
            seen.append((threading.current_thread().name, new.name))

        connection.subscribe("SELECT * FROM user").wait(PATIENCE)
        connection.reducers.set_name("Ada").result(PATIENCE)
        self.assertIn(("stdb-connection", "Ada"), seen)
        self.assertEqual(connection.db.user.find(identity=connection.identity).name, "Ada")
        connection.disconnect()
        self.assertTrue(connection.join(PATIENCE))
        self.assertNotIn(connection, advancing._threaded.values())

    def test_advancing_in_a_callback_is_refused(self) -> None:
        connection = self.connect()
        errors: List[Any] = []

        def on_applied(ctx: Any) -> None:
            for function in (connection.frame_tick, connection.reducers.noop().result):
                try:
                    function()
                except stdb.StdbError as error:
                    errors.append(type(error))

        connection.subscribe("SELECT * FROM user", on_applied=on_applied).wait(PATIENCE)
        self.assertEqual(errors, [stdb.ReentrantError, stdb.ReentrantError])

    def test_waiting_in_a_callback_is_refused(self) -> None:
        """Also where another thread would have advanced the connection."""
        connection = self.connect()
        connection.run_threaded()
        errors: List[Any] = []
        connection.on_error(lambda error, callback: errors.append(error))
        wait = lambda ctx: connection.reducers.noop().result(PATIENCE)  # noqa: E731
        connection.subscribe("SELECT * FROM user", on_applied=wait).wait(PATIENCE)
        connection.reducers.noop().result(PATIENCE)
        self.assertEqual(
            [str(e) for e in errors], ["a callback cannot wait: use add_done_callback, or await it in a task"]
        )
        self.assertIsInstance(errors[0], stdb.ReentrantError)

    def test_advancing_on_two_threads_is_refused(self) -> None:
        connection = self.connect()
        inside, leave = threading.Event(), threading.Event()

        def on_applied(ctx: Any) -> None:
            inside.set()
            leave.wait(PATIENCE)

        subscription = connection.subscribe("SELECT * FROM user", on_applied=on_applied)
        thread = threading.Thread(target=subscription.wait, args=(PATIENCE,))
        thread.start()
        self.assertTrue(inside.wait(PATIENCE))
        self.assertRaises(stdb.BusyError, connection.frame_tick)
        leave.set()
        thread.join(PATIENCE)

    def test_a_read_guard_keeps_the_cache_as_it_is(self) -> None:
        connection = self.subscribed("user")
        with connection.read_guard():
            self.assertRaises(stdb.ReadGuardError, connection.advance_one_message_blocking)
            with connection.read_guard():
                self.assertEqual(len(list(connection.db.user)), connection.db.user.count())
        connection.frame_tick()


class Ending(HostTestCase):
    def test_disconnect_is_told_once_and_the_cache_stays(self) -> None:
        connection = self.subscribed("user")
        told = connection.on_disconnect(Collected())
        pending = connection.reducers.noop()
        connection.disconnect()
        self.assertRaises(stdb.DisconnectedError, connection.disconnect)
        connection.run()
        self.assertEqual(told, [None])
        self.assertTrue(pending.done())
        self.assertRaises(stdb.DisconnectedError, connection.frame_tick)
        self.assertGreater(len(list(connection.db.user)), 0)
        self.assertRaises(stdb.DisconnectedError, connection.reducers.noop)

    def test_close_ends_calls_and_tells_of_the_end(self) -> None:
        connection = self.connect()
        told = connection.on_disconnect(Collected())
        call = connection.reducers.noop()
        connection.close()
        connection.close()
        self.assertEqual(told, [None])
        self.assertTrue(call.done())

    def test_use_after_close_says_so(self) -> None:
        connection = self.subscribed("user")
        table, reducer = connection.db.user, connection.reducers.noop
        subscription = connection.subscribe("SELECT * FROM user").wait(PATIENCE)
        connection.close()
        for use in (
            connection.frame_tick, connection.disconnect, connection.run_threaded, table.count, table.iter, table.to_numpy,
            lambda: table.find(identity=b""), lambda: table.filter(online=True), lambda: table.on_insert(print), reducer,
            lambda: connection.identity, lambda: connection.stats, lambda: connection.db.message,
            lambda: connection.subscribe("SELECT * FROM user"), subscription.unsubscribe, lambda: subscription.queries,
            lambda: connection.one_off_query("SELECT * FROM user"), connection.read_guard().__enter__,
        ):  # fmt: skip
            with self.subTest(use):
                error = self.assertFails(stdb.StdbError, "", use)
                self.assertTrue(
                    isinstance(error, (stdb.ClosedError, stdb.InvalidArgumentError))
                    or "NumPy" in str(error)
                    or "column" in str(error),
                    error,
                )
        self.assertFails(stdb.ClosedError, "its close() was called", connection.frame_tick)
        repr(connection), repr(table), repr(subscription)

    def test_closing_inside_a_callback(self) -> None:
        connection = self.connect()
        told = connection.on_disconnect(Collected())
        rows: List[Any] = []

        def on_insert(ctx: Any, row: Any) -> None:
            rows.append(row)
            connection.close()

        self.connect()  # so that there are two users
        connection.db.user.on_insert(on_insert)
        connection.subscribe("SELECT * FROM user")
        waiting = connection.subscribe("SELECT * FROM message")
        with self.assertRaises(stdb.ClosedError):
            while True:
                connection.advance_one_message_timeout(PATIENCE)
        self.assertTrue(connection.closed)
        self.assertEqual((len(rows), told), (1, []))
        # What waits is told, though the connection is gone.
        self.assertFails(stdb.DisconnectedError, "before the subscription was applied", waiting.wait)

    def test_closing_before_it_is_up_ends_the_wait(self) -> None:
        builder = stdb.DbConnection.builder().with_uri(host().uri).with_database_name(host().database)
        connection = builder.on_log(lambda level, message: connection.close()).build()
        told: List[Any] = []
        connection._connected.add_done_callback(told.append)
        with self.assertRaises(stdb.ClosedError):
            connection.wait_connected(PATIENCE)
        self.assertIsInstance(told[0].exception(), stdb.ClosedError)

    def test_closing_on_another_thread_than_the_connections(self) -> None:
        connection = self.connect()
        told = connection.on_disconnect(Collected())
        connection.run_threaded()
        connection.close()
        self.assertEqual(told, [None])

    def test_a_connection_that_nobody_closes_says_so(self) -> None:
        """Its callbacks do not keep it, also where they refer to it."""
        gc.collect()
        before = _callbacks.count()
        connection = stdb.connect(host().uri, host().database, timeout=PATIENCE)
        callback = lambda *_, kept=connection: kept  # noqa: E731
        connection.db.user.on_insert(callback)
        connection.subscribe("SELECT * FROM user", on_applied=callback).wait(PATIENCE)
        connection.reducers.noop()
        with self.assertWarnsRegex(ResourceWarning, "unclosed connection <DbConnection active>"):
            del connection, callback
            gc.collect()
        self.assertEqual(_callbacks.count(), before)

    def test_what_ended_the_connection_is_raised(self) -> None:
        if not host().takes_orders:
            self.skipTest("this host takes no orders")
        connection = self.connect()
        told = connection.on_disconnect(Collected())
        host().order("close 1008")
        error = self.assertFails(stdb.ConnectionFailedError, "", connection.run)
        self.assertEqual((error.close_code, [str(e) for e in told]), (1008, [str(error)]))
        self.assertEqual((error.code_name, error.is_fatal), ("STDB_ERR_CLOSED", True))

    def test_a_lost_connection_is_made_again(self) -> None:
        if not host().takes_orders:
            self.skipTest("this host takes no orders")
        connection = self.subscribed("user", reconnect=stdb.Reconnect(first_delay_ms=1))
        again, attempts = connection.on_connect(Collected()), connection.on_reconnecting(Collected())
        lost: List[Any] = []
        connection.on_disconnect(lambda ctx, error: lost.append((ctx.retry_follows, type(error))))
        host().order("cut")
        until(connection, lambda: again)
        self.assertEqual(lost[0], (True, stdb.ConnectionFailedError))
        self.assertEqual(attempts[0].attempt, 1)
        self.assertFalse(connection._ended.done())
        connection.reducers.noop().result(PATIENCE)

    def test_a_token_provider_that_raises_later_is_reported(self) -> None:
        if not host().takes_orders:
            self.skipTest("this host takes no orders")
        asked: List[Any] = []

        def provider() -> Any:
            asked.append(1)
            return 1 // 0 if len(asked) == 2 else None

        errors: List[Any] = []
        connection = self.connect(
            token_provider=provider,
            reconnect=stdb.Reconnect(first_delay_ms=1),
            on_error=lambda error, callback: errors.append((type(error), callback)),
        )
        host().order("cut")
        until(connection, lambda: errors)
        self.assertEqual(errors, [(ZeroDivisionError, provider)])


class Logging(HostTestCase):
    def test_logs_go_to_logging_unless_a_callback_wants_them(self) -> None:
        with self.assertLogs("stdb", logging.DEBUG) as logs:
            self.connect()
        self.assertTrue(any("connecting to" in line for line in logs.output), logs.output)
        told: List[Any] = []
        self.connect(on_log=lambda level, message: told.append((level, message)))
        self.assertTrue(any(level == logging.DEBUG and "connecting" in message for level, message in told), told)

    def test_a_call_that_fails_unasked_is_logged(self) -> None:
        connection = self.connect()
        with self.assertLogs("stdb", logging.WARNING) as logs:
            connection.reducers.send_message("")
            connection.reducers.noop().result(PATIENCE)
            call = connection.reducers.send_message("")
            connection.reducers.noop().result(PATIENCE)
            self.assertRaises(stdb.ReducerError, call.result)
            del call
        self.assertEqual(len(logs.output), 1, logs.output)
        self.assertIn("Messages must not be empty", logs.output[0])


class Callbacks(HostTestCase):
    def test_they_are_removed(self) -> None:
        connection = self.connect()
        told = connection.on_disconnect(Collected())
        connection.remove_callback(told)
        self.assertRaises(stdb.InvalidArgumentError, connection.remove_callback, told)
        connection.close()
        self.assertEqual(told, [])

    def test_transactions(self) -> None:
        connection = self.connect()
        kinds: List[Any] = []
        connection.on_transaction(lambda ctx: kinds.append(ctx.kind))
        connection.subscribe("SELECT * FROM message").wait(PATIENCE)
        connection.reducers.send_message("a").result(PATIENCE)
        self.assertEqual(kinds[0], stdb.EventKind.SUBSCRIBE_APPLIED)
        self.assertIn(stdb.EventKind.REDUCER, kinds)

    def test_a_context_is_of_its_callback(self) -> None:
        connection = self.connect()
        kept: List[Any] = []

        @connection.reducers.noop.on
        def on_noop(ctx: Any) -> None:
            kept.append((ctx, ctx.event))

        connection.subscribe("SELECT * FROM user", on_applied=kept.append).wait(PATIENCE)
        connection.reducers.noop().result(PATIENCE)
        self.assertIsNone(kept[0].event)
        context, event = kept[1]
        self.assertEqual((event.reducer, event.caller_identity, context.event), ("noop", connection.identity, event))
        self.assertIs(context.db, connection.db)
