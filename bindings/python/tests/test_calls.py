"""Reducers, procedures, one-off queries, subscriptions."""

import threading
from typing import Any, List
from unittest import mock

import stdb

from .host import PATIENCE, Collected, HostTestCase, host, until


class Reducers(HostTestCase):
    def setUp(self) -> None:
        self.connection = self.connect()
        self.reducers = self.connection.reducers

    def test_a_call_ends_with_the_run(self) -> None:
        call = self.reducers.send_message("hi")
        self.assertFalse(call.done())
        self.assertEqual(repr(call), "<Call send_message: waiting>")
        event = call.result(PATIENCE)
        self.assertEqual(
            (event.reducer, event.status, event.args.text), ("send_message", stdb.CallStatus.COMMITTED, "hi")
        )
        self.assertEqual(event.caller_identity, self.connection.identity)
        self.assertEqual(repr(call), "<Call send_message: done>")

    def test_a_failure_is_raised(self) -> None:
        call = self.reducers.send_message(text="")
        error = self.assertFails(stdb.ReducerError, "send_message: Messages must not be empty", call.result, PATIENCE)
        self.assertEqual(
            (error.status, error.reason, error.called),
            (stdb.CallStatus.FAILED, "Messages must not be empty", "send_message"),
        )
        self.assertIs(call.exception(), error)
        self.assertFails(stdb.ReducerError, "boom", self.reducers.boom().result, PATIENCE)

    def test_done_callbacks(self) -> None:
        told: List[Any] = []
        call = self.reducers.noop()
        call.add_done_callback(told.append)
        call.result(PATIENCE)
        call.add_done_callback(told.append)
        self.assertEqual(told, [call, call])

    def test_a_done_callback_that_raises_is_reported(self) -> None:
        """Whether it runs when the call ends, or at once."""
        errors: List[Any] = []
        self.connection.on_error(lambda error, callback: errors.append((type(error), callback)))
        fail = lambda call: 1 // 0  # noqa: E731
        call = self.reducers.noop()
        call.add_done_callback(fail)
        call.result(PATIENCE)
        call.add_done_callback(fail)
        self.assertEqual(errors, [(ZeroDivisionError, fail)] * 2)

    def test_who_stops_waiting_leaves_nothing(self) -> None:
        call: stdb.Call[None] = stdb.Call(self.connection, "never")
        self.assertRaises(stdb.TimeoutError, call.result, 0.001)
        self.assertEqual(call._then, [])

    def test_names_and_arguments_are_checked(self) -> None:
        self.assertFails(stdb.UnknownNameError, "did you mean 'send_message'?", lambda: self.reducers.send_mesage)
        self.assertFails(stdb.InvalidArgumentError, "was not given text", self.reducers.send_message)
        self.assertFails(
            stdb.InvalidArgumentError, "argument text: expected str, got int 5", self.reducers.send_message, 5
        )
        self.assertIn("noop", list(self.reducers))
        self.assertIn("noop", dir(self.reducers))

    def test_runs_are_told_of(self) -> None:
        told: List[Any] = []

        @self.reducers.send_message.on
        def on_send_message(ctx: Any, text: str) -> None:
            told.append((text, ctx.event.status))

        self.reducers.send_message("a").result(PATIENCE)
        self.assertIsNotNone(self.reducers.send_message("").exception(PATIENCE))
        self.assertEqual(told, [("a", stdb.CallStatus.COMMITTED), ("", stdb.CallStatus.FAILED)])
        self.reducers.send_message.remove_callback(on_send_message)
        self.reducers.send_message("b").result(PATIENCE)
        self.assertEqual(len(told), 2)
        self.assertRaises(stdb.InvalidArgumentError, self.reducers.send_message.remove_callback, on_send_message)

    def test_an_answer_that_cannot_be_read_ends_the_call(self) -> None:
        with mock.patch("stdb.reducers.reducer_event", side_effect=stdb.BsatnError("odd")):
            self.assertFails(stdb.BsatnError, "odd", self.reducers.noop().result, PATIENCE)
        reported: List[Any] = []
        self.connection.on_error(lambda error, callback: reported.append(type(error)))
        with mock.patch("stdb.reducers.reducer_event", side_effect=KeyError("odd")):
            self.assertFails(stdb.StdbError, "cannot be read: KeyError('odd')", self.reducers.noop().result, PATIENCE)
        self.assertEqual(reported, [KeyError])

    def test_options(self) -> None:
        self.reducers.noop.set_flags("default")
        if self.connection.protocol == stdb.Protocol.V1:
            # The host says nothing of such a call, so that its time runs out.
            call = self.reducers.with_options(timeout_ms=50, flags="no_success_notify").noop()
            error = self.assertFails(stdb.ReducerError, "did not answer in the time given", call.result, PATIENCE)
            self.assertEqual((error.status, error.code_name), (stdb.CallStatus.TIMEOUT, "STDB_ERR_TIMEOUT"))
        self.reducers.with_options(timeout_ms=60_000).noop().result(PATIENCE)
        self.assertRaises(stdb.InvalidArgumentError, self.reducers.with_options, timeout_ms=-1)
        self.assertRaises(stdb.InvalidArgumentError, self.reducers.with_options, flags="loud")

    def test_waiting_has_a_timeout(self) -> None:
        call: stdb.Call[None] = stdb.Call(self.connection, "never")
        self.assertFails(stdb.TimeoutError, "never: there was no end in 0.01 s", call.result, 0.01)
        self.connection.run_threaded()
        self.assertFails(stdb.TimeoutError, "never: there was no end in 0.01 s", call.result, 0.01)

    def test_waiting_on_many_threads(self) -> None:
        failures: List[Any] = []

        def work() -> None:
            for _ in range(20):
                try:
                    self.reducers.noop().result(PATIENCE)
                except stdb.StdbError as error:
                    failures.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        self.assertEqual(failures, [])


class Procedures(HostTestCase):
    def setUp(self) -> None:
        self.connection = self.connect()
        if self.connection.protocol == stdb.Protocol.V1:
            self.skipTest("this host has no procedures")

    def test_they_return(self) -> None:
        procedures = self.connection.procedures
        self.assertEqual(procedures.add(1, b=2).result(PATIENCE), 3)
        self.assertEqual(procedures.summarise("abc").result(PATIENCE), (3, "abc"))
        self.assertFails(stdb.ProcedureError, "panicked", procedures.fail().result, PATIENCE)
        self.assertFails(stdb.UnknownNameError, "did you mean 'add'?", lambda: procedures.ad)
        self.assertFails(stdb.InvalidArgumentError, "argument a: expected u32", procedures.add, "1", 2)
        self.assertIn("add", list(procedures))


class Queries(HostTestCase):
    def test_one_off(self) -> None:
        connection = self.connect()
        rows = connection.one_off_query("SELECT * FROM user").result(PATIENCE)
        self.assertIn(connection.identity, [row.identity for row in rows])
        self.assertEqual(connection.db.user.count(), 0)
        failure = connection.one_off_query("SELECT * FROM nothing")
        self.assertFails(stdb.QueryError, "nothing", failure.result, PATIENCE)


class Subscriptions(HostTestCase):
    def setUp(self) -> None:
        self.connection = self.connect()
        self.reset(self.connection)

    def test_rows_come_and_go(self) -> None:
        applied = Collected()
        subscription = self.connection.subscribe("SELECT * FROM user", on_applied=lambda ctx: applied.append(ctx.kind))
        self.assertFalse(subscription.is_active)
        self.assertIs(subscription.wait(PATIENCE), subscription)
        self.assertEqual(applied, [stdb.EventKind.SUBSCRIBE_APPLIED])
        self.assertTrue(subscription.is_active)
        self.assertEqual(subscription.queries, ["SELECT * FROM user"])
        self.assertGreater(self.connection.db.user.count(), 0)
        subscription.unsubscribe().result(PATIENCE)
        self.assertEqual(self.connection.db.user.count(), 0)
        self.assertTrue(subscription.is_ended)
        error = self.assertFails(stdb.StdbError, "", subscription.unsubscribe)
        self.assertIn(error.code_name, ("STDB_ERR_ALREADY_UNSUBSCRIBED", "STDB_ERR_ALREADY_ENDED"))

    def test_to_all_tables(self) -> None:
        subscription = self.connection.subscribe_to_all_tables().wait(PATIENCE)
        self.assertIn("SELECT * FROM user", subscription.queries)

    def test_a_block_ends_it(self) -> None:
        with self.connection.subscribe("SELECT * FROM user").wait(PATIENCE) as subscription:
            self.assertTrue(subscription.is_active)
        until(self.connection, lambda: subscription.is_ended)
        with self.connection.subscribe("SELECT * FROM user").wait(PATIENCE) as ended:
            ended.unsubscribe().result(PATIENCE)
        with self.connection.subscribe("SELECT * FROM user"):
            self.connection.close()

    def test_one_that_the_host_refuses(self) -> None:
        errors: List[Any] = []
        refused = self.connection.subscribe("SELECT * FROM nothing", on_error=lambda ctx: errors.append(ctx.error))
        error = self.assertFails(stdb.SubscriptionError, "nothing", refused.wait, PATIENCE)
        self.assertEqual([str(e) for e in errors], [str(error)])
        self.assertTrue(refused.is_ended)
        self.assertRaises(stdb.InvalidArgumentError, self.connection.subscribe, [])
        self.assertFails(stdb.InvalidArgumentError, "a query must be a str, not int", self.connection.subscribe, [5])

    def test_replacing(self) -> None:
        self.connection.reducers.spawn(0, 5, 1).result(PATIENCE)
        self.connection.reducers.spawn(5, 3, 2).result(PATIENCE)
        subscription = self.connection.subscribe("SELECT * FROM entity WHERE zone = 1").wait(PATIENCE)
        subscription.replace(["SELECT * FROM entity WHERE zone = 1", "SELECT * FROM entity WHERE zone = 2"]).result(
            PATIENCE
        )
        self.assertEqual(sorted(row.id for row in self.connection.db.entity), list(range(8)))
        failed = subscription.replace("SELECT * FROM nothing")
        self.assertFails(stdb.SubscriptionError, "nothing", failed.result, PATIENCE)
        self.assertEqual(self.connection.db.entity.count(), 8)

    def test_waiting_for_one_whose_connection_is_closed(self) -> None:
        builder = stdb.DbConnection.builder().with_uri(host().uri).with_database_name(host().database)
        connection = builder.build()
        subscription = connection.subscribe("SELECT * FROM user")
        connection.close()
        self.assertRaises(stdb.DisconnectedError, subscription.wait, PATIENCE)
        self.assertRaises(stdb.DisconnectedError, connection.wait_connected, PATIENCE)
