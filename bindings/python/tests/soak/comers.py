"""Connections that come and go."""

import asyncio
import itertools
import threading
from typing import Any, Optional

import stdb

from .workers import PATIENCE, Place, Worker

LOGGED = 100
"""How many lines a connection has to log that comes and goes."""


class Comers(Worker):
    """Connections that come and go in every way, each in a cycle with its callbacks."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.ways = itertools.cycle(
            (self.leave, self.leave_in_a_callback, self.leave_a_reader, self.forget, self.give_up)
        )

    def turn(self, share: int) -> None:
        for _ in range(-(-share // LOGGED)):
            next(self.ways)()
        asyncio.run(self.come_and_go())

    def come(self) -> Any:
        builder = self.place.builder().with_token_provider(self.give_token)
        connection = builder.on_log(self.told("log")).on_error(self.on_error).build()
        connection.on_connect(self.told("on_connect"))
        connection.on_disconnect(self.told("on_disconnect"))
        for number in range(LOGGED):
            # That there is none is logged.
            connection.db[f"nothing{number}"].on_insert(lambda ctx, row: connection)
        connection.wait_connected(PATIENCE)
        connection.subscribe(["SELECT * FROM entity", "SELECT * FROM user"]).wait(PATIENCE)
        return connection

    def give_token(self) -> Optional[str]:
        self.counts["token"] += 1
        return self.place.token

    def leave(self) -> None:
        with self.come() as connection:
            connection.reducers.noop()

    def leave_in_a_callback(self) -> None:
        connection = self.come()
        call = connection.reducers.noop()
        call.add_done_callback(lambda call: connection.close())
        while not connection.closed:
            try:
                connection.advance_one_message_timeout(PATIENCE)
            except stdb.DisconnectedError:
                pass

    def leave_a_reader(self) -> None:
        """Closes a connection that has a thread, while another reads it."""
        connection = self.come()
        connection.run_threaded()
        reading = threading.Event()

        def read() -> None:
            try:
                while True:
                    connection.db.user.count()
                    connection.identity
                    connection.stats
                    connection.db.user.on_insert(read)
                    connection.db.user.remove_callback(read)
                    connection.reducers.noop()
                    for row in connection.db.user:
                        row.identity
                    reading.set()
            except stdb.DisconnectedError:
                reading.set()

        reader = threading.Thread(target=read)
        reader.start()
        assert reading.wait(PATIENCE)
        connection.close()
        reader.join(PATIENCE)
        assert not reader.is_alive()

    def forget(self) -> None:
        """Leaves a connection to the collector."""
        self.come().reducers.noop()

    def give_up(self) -> None:
        """Closes a connection that is not up yet."""
        connection = self.place.builder().build()
        connection.subscribe("SELECT * FROM user")
        connection.close()
        self.come().close()

    async def come_and_go(self) -> None:
        asyncio.get_running_loop().slow_callback_duration = PATIENCE
        async with stdb.aconnect(*self.place) as connection:
            await connection.subscribe("SELECT * FROM user")
            await asyncio.gather(*(connection.reducers.noop() for _ in range(10)))
        await connection.aclose()

    def close(self) -> None:
        """They are gone."""
