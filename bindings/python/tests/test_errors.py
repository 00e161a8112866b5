"""The exceptions: which class is for which of the library's codes, and what each is besides."""

import builtins
import unittest
from typing import Any
from unittest import mock

import stdb
from stdb import _ffi, _library
from stdb.errors import error_of

from .host import HostTestCase

CLASSES = {
    stdb.BsatnError: ["BSATN"],
    stdb.BusyError: ["BUSY"],
    stdb.ConnectionFailedError: ["CLOSED", "DNS", "HTTP", "IO", "PROTOCOL", "TLS", "TOO_LARGE", "UNREACHABLE"],
    stdb.DisconnectedError: ["DISCONNECTED"],
    stdb.InvalidArgumentError: ["INVALID_ARGUMENT"],
    stdb.NotConnectedError: ["NOT_CONNECTED"],
    stdb.ReadGuardError: ["NO_READ_GUARD", "READ_GUARD_HELD"],
    stdb.ReentrantError: ["REENTRANT"],
    stdb.SchemaError: ["NO_SCHEMA", "SCHEMA"],
    stdb.SubscriptionError: ["SUBSCRIPTION"],
    stdb.TimeoutError: ["TIMEOUT"],
    stdb.UnknownNameError: ["UNKNOWN_COLUMN", "UNKNOWN_INDEX", "UNKNOWN_PROCEDURE", "UNKNOWN_REDUCER", "UNKNOWN_TABLE"],
}


class Classes(unittest.TestCase):
    def test_each_code_has_its_class(self) -> None:
        expected = {f"STDB_ERR_{name}": kind for kind, names in CLASSES.items() for name in names}
        for name, code in vars(_ffi).items():
            if name.startswith("STDB_ERR_"):
                error = error_of(code, "why")
                self.assertEqual((type(error), error.code_name), (expected.pop(name, stdb.StdbError), name))
        self.assertEqual(expected, {})

    def test_they_are_what_python_calls_such_errors(self) -> None:
        for kind, base in (
            (stdb.TimeoutError, builtins.TimeoutError), (stdb.InvalidArgumentError, ValueError),
            (stdb.UnknownNameError, AttributeError), (stdb.UnknownNameError, LookupError),
            (stdb.ConnectionFailedError, ConnectionError), (stdb.DisconnectedError, ConnectionError),
            (stdb.ClosedError, stdb.DisconnectedError), (stdb.LibraryError, ImportError),
        ):  # fmt: skip
            self.assertTrue(issubclass(kind, base), kind)


class Owned(HostTestCase):
    def freed(self, name: str, function: Any) -> Any:
        """What a function frees with one of the library's functions."""
        with mock.patch.object(_library.lib, name, mock.Mock(wraps=getattr(_library.lib, name))) as free:
            try:
                function()
            except stdb.StdbError:
                pass
        return free.call_count

    def test_what_the_library_gives_is_freed(self) -> None:
        connection = self.connect()
        self.assertEqual(self.freed("stdb_error_free", lambda: connection.advance_one_message_timeout(0)), 1)
        subscribe = lambda: connection.subscribe("SELECT * FROM user")  # noqa: E731
        self.assertEqual(self.freed("stdb_subscription_builder_free", subscribe), 1)
        self.assertEqual(self.freed("stdb_subscription_builder_free", lambda: connection.subscribe("a\0b")), 0)
        self.assertEqual(self.freed("stdb_schema_free", lambda: self.connect().schema), 1)
