"""What is done in a soak, each on a thread of its own."""

import asyncio
import threading
import traceback
from collections import Counter
from typing import Any, Callable, Iterator, List, NamedTuple, Optional

import stdb
from stdb.aio import LoopDriver

try:
    import numpy
except ImportError:
    numpy = None  # type: ignore[assignment]

PATIENCE = 60.0
"""How long something may take that is to happen, in seconds; far more than it needs."""

ROWS = 3
"""How many rows a transaction has, so that there are as many row callbacks of a kind as transactions."""


class OnPurpose(Exception):
    """What callbacks raise."""


class Told:
    """Counts callbacks, one in six of which raises."""

    def __init__(self) -> None:
        self.counts: "Counter[str]" = Counter()
        self.counting = threading.Lock()

    def told(self, kind: str) -> Callable[..., None]:
        """A callback."""

        def callback(*arguments: Any) -> None:
            if arguments and isinstance(arguments[0], stdb.Context):
                arguments[0].event
            self.count(kind)

        return callback

    def count(self, kind: str) -> None:
        with self.counting:
            self.counts[kind] += 1
            number = self.counts[kind]
        if number % 6 == 0:
            raise OnPurpose(kind)

    def on_error(self, error: BaseException, callback: Any) -> None:
        with self.counting:
            self.counts["error"] += 1
        if not isinstance(error, OnPurpose):
            traceback.print_exception(type(error), error, error.__traceback__)


class Place(NamedTuple):
    """Where the host is, and as whom to connect."""

    uri: str
    database: str
    token: Optional[str]

    def builder(self) -> Any:
        builder = stdb.DbConnection.builder().with_uri(self.uri).with_database_name(self.database)
        return builder.with_token(self.token).with_reconnect(stdb.Reconnect(first_delay_ms=1))


class Worker(Told):
    """Something that is done with a connection, turn by turn."""

    connection: Any

    def turn(self, share: int) -> None:
        """Does its part of `share` callbacks of each kind."""
        raise NotImplementedError

    def wait(self, call: Any) -> None:
        """Waits for a call."""
        call.result(PATIENCE)

    def again(self) -> Any:
        """A call that ends when the connection has been made again."""
        again: Any = stdb.Call(self.connection, "connecting again")

        def on_connect(*_: Any) -> None:
            self.connection.remove_callback(on_connect)
            again._finish()

        self.connection.on_connect(on_connect)
        return again

    def close(self) -> None:
        self.connection.close()


class Listener(Worker):
    """A connection with a callback of every kind, and a part of the table to itself. There are four of them."""

    def __init__(self, place: Place, number: int) -> None:
        super().__init__()
        self.number = number
        self.connection = connection = place.builder().build()
        self.start()
        for register in (connection.on_connect, connection.on_disconnect, connection.on_reconnecting):
            register(self.told(register.__name__))
        table = connection.db.entity
        for register in (table.on_insert, table.on_before_delete, table.on_delete, table.on_update):
            register(self.told(register.__name__[len("on_") :]))
        table.on_batch(self.on_batch)
        connection.on_transaction(self.told("transaction"))
        for name in ("noop", "spawn", "move_by", "despawn"):
            connection.reducers[name].on(self.told("reducer"))
        self.wait(connection._connected)
        self.wait(connection.subscribe(["SELECT * FROM entity", "SELECT * FROM message"])._applied)

    def start(self) -> None:
        """Has the connection be advanced, and its callbacks' exceptions be told."""
        self.connection.on_error(self.on_error)

    def on_batch(self, ctx: Any, batch: Any) -> None:
        for old, new in zip(batch.updated_old, batch.updated_new):
            assert old.id == new.id
        if numpy is not None:
            assert len(batch.inserted.to_numpy()) == len(batch.inserted)
        assert [row.id for row in batch.deleted] == batch.deleted.column("id")
        self.count("batch")

    def calls(self, share: int) -> Iterator[List[Any]]:
        """The calls of a turn, some at a time: a quarter of the share, of which a quarter changes rows of all listeners."""
        first, reducers = 100 * self.number, self.connection.reducers
        for _ in range(-(-share // 48)):
            calls = [reducers.spawn(first, ROWS, self.number), reducers.move_by(first, ROWS, 1.0)]
            calls += [reducers.noop() for _ in range(9)] + [reducers.despawn(first, ROWS)]
            for call in calls:
                call.add_done_callback(self.told("result"))
            yield calls

    def turn(self, share: int) -> None:
        for calls in self.calls(share):
            for call in calls:
                self.wait(call)


class Threaded(Listener):
    """Advanced by a thread of its own."""

    def start(self) -> None:
        super().start()
        self.connection.run_threaded()


class Ticked(Listener):
    """Advanced by whoever waits, in a loop. Its callbacks' exceptions go to the unraisable hook."""

    def start(self) -> None:
        pass

    def wait(self, call: Any) -> None:
        while not call.done():
            self.connection.frame_tick()
            if not call.done():
                self.connection.advance_one_message_timeout(PATIENCE)
        call.result()


class Looped(Listener):
    """Advanced by an event loop, which watches a descriptor."""

    use_descriptor = True

    def start(self) -> None:
        super().start()
        self.loop = asyncio.new_event_loop()
        self.loop.slow_callback_duration = PATIENCE  # or it tells of what takes long on a busy machine
        driver = LoopDriver(self.connection, self.loop, self.use_descriptor)
        self.connection._driver = driver

    def wait(self, call: Any) -> None:
        self.loop.run_until_complete(asyncio.wait_for(_awaited(call), PATIENCE))

    def turn(self, share: int) -> None:
        self.loop.run_until_complete(self.listen(share))

    async def listen(self, share: int) -> None:
        async with self.connection.db.entity.changes() as changes:
            task = asyncio.ensure_future(self.follow(changes))
            for calls in self.calls(share):
                await asyncio.wait_for(asyncio.gather(*calls), PATIENCE)
                self.connection.db.entity.changes()  # nobody listens to them
        await asyncio.wait_for(task, PATIENCE)

    async def follow(self, changes: Any) -> None:
        async for change in changes:
            self.counts["change"] += 1

    def close(self) -> None:
        self.loop.run_until_complete(self.connection.aclose())
        self.loop.close()


class Woken(Looped):
    """Advanced by an event loop that the library wakes."""

    use_descriptor = False

    def start(self) -> None:
        super().start()
        driver = self.connection._driver
        wake = driver._wake

        def counted() -> None:
            self.counts["wake-up"] += 1
            wake()

        driver._wake = counted


class Subscriber(Worker):
    """Subscribes and unsubscribes."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.connection = place.builder().build()
        self.connection.on_error(self.on_error)
        self.connection.on_connect(self.told("on_connect"))
        self.wait(self.connection._connected)

    def turn(self, share: int) -> None:
        told = self.told("subscription")
        for _ in range(-(-share // 20)):
            queries = [f"SELECT * FROM entity WHERE zone = {zone}" for zone in range(10)]
            several = [self.connection.subscribe(query, on_applied=told) for query in queries]
            refused = self.connection.subscribe("SELECT * FROM nothing", on_error=self.told("refused"))
            for subscription in several:
                subscription.wait(PATIENCE)
            assert refused._applied.exception(PATIENCE) is not None
            self.wait(several[0].replace(queries[:2]))
            ends = [subscription.unsubscribe() for subscription in several]
            for end in ends:
                end.add_done_callback(told)
                self.wait(end)


class Reader(Worker):
    """Reads a cache that another thread changes, and registers callbacks there."""

    def __init__(self, connection: Any) -> None:
        super().__init__()
        self.connection = connection

    def turn(self, share: int) -> None:
        table, reducer = self.connection.db.entity, self.connection.reducers.noop
        for _ in range(-(-share // 40)):
            sum(row.hp for row in table)
            table.find(id=100)
            table.filter(zone=1, hp=100)
            table.filter(id=stdb.Range(100, 200))
            table.column("hp")
            with self.connection.read_guard():
                assert len(list(table)) == table.count()
            if numpy is not None:
                table.to_numpy()
                table.map_chunks(lambda array: int(array["hp"].sum()))
            callback = self.told("own")
            for registered in (table.on_insert, table.on_batch, reducer.on):
                registered(callback)
            table.remove_callback(callback)
            table.remove_callback(callback)
            reducer.remove_callback(callback)
            for wrong in (lambda: table.find(id="x"), lambda: self.connection.db.entiti, lambda: table.filter(zon=1)):
                try:
                    wrong()
                    raise AssertionError("that is wrong")
                except stdb.StdbError:
                    self.counts["mistake"] += 1
            self.wait(self.connection.one_off_query("SELECT * FROM entity WHERE zone = 1"))
            self.counts["read"] += 1

    def close(self) -> None:
        """It is another's connection."""


async def _awaited(call: Any) -> Any:
    return await call
