"""Connections on asyncio."""

import asyncio
import contextlib
import threading
import unittest
from typing import Any, AsyncIterator, List

import stdb
from stdb import ChangeKind, _callbacks
from stdb.aio import LoopDriver
from stdb.connection import _live

from .host import PATIENCE, Collected, host


class AsyncTestCase(unittest.IsolatedAsyncioTestCase):
    """Each test with a connection, `self.connection`."""

    def connecting(self, **options: Any) -> Any:
        return stdb.aconnect(host().uri, host().database, **options)

    async def asyncSetUp(self) -> None:
        self.connection = await asyncio.wait_for(self.connecting().__aenter__(), PATIENCE)
        self.addAsyncCleanup(self.connection.aclose)
        await self.connection.reducers.reset()

    async def soon(self, awaitable: Any) -> Any:
        return await asyncio.wait_for(awaitable, PATIENCE)


class Calls(AsyncTestCase):
    async def test_a_call_is_awaited(self) -> None:
        event = await self.soon(self.connection.reducers.send_message("hi"))
        self.assertEqual(event.status, stdb.CallStatus.COMMITTED)
        with self.assertRaisesRegex(stdb.ReducerError, "Messages must not be empty"):
            await self.connection.reducers.send_message("")
        call = self.connection.reducers.noop()
        await call
        self.assertEqual((await call).reducer, "noop")

    async def test_many_at_once(self) -> None:
        events = await self.soon(asyncio.gather(*(self.connection.reducers.noop() for _ in range(100))))
        self.assertEqual(len(events), 100)

    async def test_what_would_block_the_loop_is_refused(self) -> None:
        call = self.connection.reducers.noop()
        with self.assertRaisesRegex(stdb.ReentrantError, "await the call"):
            call.result()
        with self.assertRaises(stdb.BusyError):
            self.connection.run_threaded()
        await call

    async def test_an_await_that_is_given_up(self) -> None:
        call = self.connection.reducers.noop()
        task = asyncio.ensure_future(call)
        await asyncio.sleep(0)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        self.assertEqual(call._then, [])
        await self.soon(call)

    async def test_another_thread_waits_for_it(self) -> None:
        result = await self.soon(asyncio.to_thread(lambda: self.connection.reducers.noop().result(PATIENCE)))
        self.assertEqual(result.reducer, "noop")

    async def test_a_connection_with_a_thread_can_be_awaited(self) -> None:
        connection = stdb.connect(host().uri, host().database, timeout=PATIENCE)
        connection.run_threaded()
        async with connection:
            await self.soon(connection.subscribe("SELECT * FROM user"))
            await self.soon(connection.reducers.noop())


class Subscriptions(AsyncTestCase):
    async def test_rows_come(self) -> None:
        subscription = await self.soon(self.connection.subscribe("SELECT * FROM user"))
        self.assertTrue(subscription.is_active)
        self.assertIsNotNone(self.connection.db.user.find(identity=self.connection.identity))
        rows = await self.soon(self.connection.one_off_query("SELECT * FROM user"))
        self.assertGreater(len(rows), 0)
        await self.soon(subscription.unsubscribe())
        with self.assertRaisesRegex(stdb.SubscriptionError, "nothing"):
            await self.connection.subscribe("SELECT * FROM nothing")

    async def test_callbacks_run_on_the_loop(self) -> None:
        threads: List[Any] = []
        self.connection.db.message.on_insert(lambda ctx, row: threads.append(threading.current_thread()))
        await self.soon(self.connection.subscribe("SELECT * FROM message"))
        await self.soon(self.connection.reducers.send_message("hi"))
        self.assertEqual(threads, [threading.current_thread()])


class Changes(AsyncTestCase):
    async def asyncSetUp(self) -> None:
        await super().asyncSetUp()
        await self.soon(self.connection.subscribe("SELECT * FROM entity"))
        self.entity = self.connection.db.entity

    async def test_changes_come_in_order(self) -> None:
        changes = self.entity.changes()
        reducers = self.connection.reducers
        await self.soon(asyncio.gather(reducers.spawn(1, 1, 1), reducers.move_by(1, 1, 2.0), reducers.despawn(1, 1)))
        seen: List[Any] = []
        async for change in changes:
            seen.append((change.kind, change.old and change.old.position.x, change.new and change.new.position.x))
            if len(seen) == 3:
                break
        self.assertEqual(
            seen, [(ChangeKind.INSERT, None, 1.0), (ChangeKind.UPDATE, 1.0, 3.0), (ChangeKind.DELETE, 3.0, None)]
        )
        self.assertEqual(change.row, change.old)

    async def test_closing_ends_the_iteration(self) -> None:
        async with self.entity.changes() as changes:
            waiting = asyncio.ensure_future(changes.__anext__())
            await asyncio.sleep(0)
        with self.assertRaises(StopAsyncIteration):
            await self.soon(_raised(waiting))

    async def test_the_end_of_the_connection_ends_the_iteration(self) -> None:
        changes = self.entity.changes()
        self.connection.disconnect()
        self.assertEqual([change async for change in changes], [])
        await self.soon(self.connection.ended())

    async def test_who_stops_listening_costs_nothing(self) -> None:
        before = _callbacks.count(), len(self.connection._ended._then)
        changes = self.entity.changes()
        self.assertEqual(_callbacks.count(), before[0] + 1)
        del changes
        self.assertEqual((_callbacks.count(), len(self.connection._ended._then)), before)


class Life(AsyncTestCase):
    async def test_a_failure_to_connect_is_raised(self) -> None:
        with self.assertRaises(stdb.ConnectionFailedError):
            await self.soon(stdb.aconnect("http://127.0.0.1:1", "chat")._connect())
        self.assertEqual([open for open in _live if not open.closed], [self.connection])

    async def test_it_can_be_awaited_and_closed(self) -> None:
        connection = await self.connecting()
        told = connection.on_disconnect(Collected())
        fd = connection._driver._fd
        await self.soon(connection.aclose())
        self.assertFalse(asyncio.get_running_loop().remove_reader(fd))
        await connection.aclose()
        self.assertEqual((told, connection.closed), ([None], True))

    async def test_what_ended_it_is_raised(self) -> None:
        if not host().takes_orders:
            self.skipTest("this host takes no orders")
        async with self.connecting() as connection:
            changes = connection.db.user.changes()
            host().order("close 1008")
            with self.assertRaises(stdb.ConnectionFailedError) as caught:
                await self.soon(connection.ended())
            self.assertEqual(caught.exception.close_code, 1008)
            with self.assertRaises(stdb.ConnectionFailedError):
                async for _ in changes:
                    pass

    async def test_an_exception_in_a_callback_does_not_stop_it(self) -> None:
        errors: List[Any] = []
        self.connection.on_error(lambda error, callback: errors.append(type(error)))
        self.connection.db.message.on_insert(lambda ctx, row: 1 // 0)
        await self.soon(self.connection.subscribe("SELECT * FROM message"))
        await self.soon(self.connection.reducers.send_message("hi"))
        self.assertEqual(errors, [ZeroDivisionError])

    async def test_woken_without_a_descriptor(self) -> None:
        """As on Windows, whose event loop has no readers."""
        loop = asyncio.get_running_loop()
        builder = stdb.DbConnection.builder().with_uri(host().uri).with_database_name(host().database)
        async with builder.build() as connection:
            connection._driver = LoopDriver(connection, loop, use_descriptor=False)
            await self.soon(connection._connected)
            await self.soon(connection.subscribe("SELECT * FROM entity"))
            for _ in range(20):
                await self.soon(connection.reducers.noop())
            await self.soon(asyncio.gather(*(connection.reducers.noop() for _ in range(50))))

    async def test_an_idle_connection_is_not_asked(self) -> None:
        ticks: List[Any] = []
        original = self.connection.frame_tick_budget
        self.connection.frame_tick_budget = lambda **budget: (ticks.append(1), original(**budget))  # type: ignore[assignment]
        for _ in range(100):
            await asyncio.sleep(0)
        self.assertLess(len(ticks), 3)


class LoopsThatEnd(unittest.TestCase):
    def test_a_loop_that_ends_with_connections_open(self) -> None:
        async def leave() -> Any:
            return await stdb.aconnect(host().uri, host().database)

        connection = asyncio.run(leave())
        self.assertFalse(connection.closed)
        connection.close()

    def test_keyboard_interrupts_in_callbacks_end_the_loop(self) -> None:
        async def main() -> None:
            async with stdb.aconnect(host().uri, host().database) as connection:

                @connection.reducers.noop.on
                def interrupt(ctx: Any) -> None:
                    raise KeyboardInterrupt

                await connection.reducers.noop()
                await asyncio.sleep(PATIENCE)

        with self.assertRaises(KeyboardInterrupt):
            asyncio.run(main())


async def _raised(task: Any) -> Any:
    return await task
