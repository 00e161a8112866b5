"""The host that the tests use.

`STDB_TEST_URI` and `STDB_TEST_DATABASE` name one that runs, and `STDB_TEST_ORDERS` a file that takes its orders, a line each.
Otherwise the embedded host is started with cargo; or the real one, if `STDB_TEST_REAL` is set.
"""

import atexit
import os
import subprocess
import unittest
from functools import lru_cache
from pathlib import Path
from typing import Any, List, Optional

import stdb

REPOSITORY = Path(__file__).resolve().parents[3]
PATIENCE = 20.0
"""How long something may take that is to happen, in seconds; far more than it needs."""


class Host:
    """A host that runs."""

    def __init__(
        self, uri: str, database: str, orders: Optional[str], process: Optional["subprocess.Popen[str]"]
    ) -> None:
        self.uri = uri
        self.database = database
        self.orders = orders
        """The pipe that takes its orders, if there is one."""
        self._process = process

    @property
    def takes_orders(self) -> bool:
        return self.orders is not None or self._process is not None and not os.environ.get("STDB_TEST_REAL")

    def order(self, line: str) -> None:
        """Gives the embedded host an order, for example `cut`."""
        if self.orders is not None:
            with open(self.orders, "w", encoding="utf-8") as pipe:
                pipe.write(line + "\n")
        else:
            assert self._process is not None and self._process.stdin is not None
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()


@lru_cache(maxsize=None)
def host() -> Host:
    """The host."""
    uri = os.environ.get("STDB_TEST_URI")
    if uri:
        return Host(uri, os.environ["STDB_TEST_DATABASE"], os.environ.get("STDB_TEST_ORDERS"), None)
    real = bool(os.environ.get("STDB_TEST_REAL"))
    command = ["cargo", "run", "--quiet", "--manifest-path", str(REPOSITORY / "Cargo.toml")]
    command += ["-p", "stdb-real-host", "--", "--module", "kitchen"] if real else ["-p", "stdb-embedded-host"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    atexit.register(_stop, process)
    words = process.stdout.readline().split()
    return Host(words[1], "kitchen" if real else "kitchen2", None, process)


def _stop(process: "subprocess.Popen[str]") -> None:
    """It runs until its input ends."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.close()
    process.wait(PATIENCE)
    process.stdout.close()


class HostTestCase(unittest.TestCase):
    """A test with a host."""

    def connect(self, **options: Any) -> "stdb.DbConnection":
        """A connection that is up, and is closed after the test."""
        connection = stdb.connect(host().uri, host().database, timeout=PATIENCE, **options)
        self.addCleanup(connection.close)
        return connection

    def subscribed(self, *tables: str, **options: Any) -> "stdb.DbConnection":
        """A connection that has all rows of these tables."""
        connection = self.connect(**options)
        connection.subscribe([f"SELECT * FROM {table}" for table in tables]).wait(PATIENCE)
        return connection

    def reset(self, connection: "stdb.DbConnection") -> None:
        """Empties every table but `user`."""
        connection.reducers.reset().result(PATIENCE)

    def assertFails(self, kind: Any, message: str, function: Any, *arguments: Any, **options: Any) -> Any:
        """Calls a function that is to raise an error of a kind whose message has some text; returns the error."""
        with self.assertRaises(kind) as caught:
            function(*arguments, **options)
        self.assertIn(message, str(caught.exception))
        return caught.exception


class Collected(List[Any]):
    """What callbacks were told: a callback that keeps its arguments but the context."""

    def __call__(self, context: Any, *arguments: Any) -> None:
        self.append(arguments[0] if len(arguments) == 1 else arguments)


def until(connection: "stdb.DbConnection", condition: Any) -> None:
    """Advances a connection until something holds."""
    while not condition():
        connection.advance_one_message_timeout(PATIENCE)
