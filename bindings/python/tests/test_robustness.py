"""What must never happen: an exception that is lost, a crash, a hang at the end."""

import os
import subprocess
import sys
import textwrap
import unittest
from typing import Any, List
from unittest import mock

import stdb
from stdb import _ffi, _library

from .host import PATIENCE, Collected, HostTestCase, host


class Exceptions(HostTestCase):
    def setUp(self) -> None:
        self.connection = self.connect()
        self.reset(self.connection)
        self.unraisable: List[Any] = []
        before = sys.unraisablehook
        sys.unraisablehook = lambda args: self.unraisable.append((args.exc_type, args.object))
        self.addCleanup(setattr, sys, "unraisablehook", before)

    def fail(self, *_: Any) -> None:  # type: ignore[override]
        raise ZeroDivisionError("on purpose")

    def provoke(self) -> None:
        self.connection.subscribe("SELECT * FROM message").wait(PATIENCE)
        self.connection.reducers.send_message("hi").result(PATIENCE)

    def test_they_go_to_the_unraisable_hook(self) -> None:
        self.connection.db.message.on_insert(self.fail)
        rows = self.connection.db.message.on_insert(Collected())
        self.provoke()
        self.assertEqual(self.unraisable, [(ZeroDivisionError, self.fail)])
        self.assertEqual(len(rows), 1)

    def test_or_to_on_error(self) -> None:
        told: List[Any] = []
        self.connection.on_error(lambda error, callback: told.append((type(error), callback)))
        for register in (
            self.connection.db.message.on_batch, self.connection.reducers.send_message.on, self.connection.on_transaction,
            self.connection.on_disconnect,
        ):  # fmt: skip
            register(self.fail)
        call = self.connection.reducers.noop()
        call.add_done_callback(self.fail)
        self.connection.subscribe("SELECT * FROM user", on_applied=self.fail).wait(PATIENCE)
        self.provoke()
        self.connection.close()
        self.assertEqual(set(told), {(ZeroDivisionError, self.fail)})
        self.assertGreaterEqual(len(told), 7)
        self.assertEqual(self.unraisable, [])

    def test_an_on_error_that_raises_is_told_too(self) -> None:
        def on_error(error: Any, callback: Any) -> None:
            raise KeyError("worse")

        self.connection.on_error(on_error)
        self.connection.db.message.on_insert(self.fail)
        self.provoke()
        self.assertEqual(self.unraisable, [(KeyError, on_error)])

    def test_what_ends_the_program_goes_on_where_the_library_returns(self) -> None:
        def interrupt(ctx: Any, row: Any) -> None:
            raise KeyboardInterrupt

        self.connection.db.message.on_insert(interrupt)
        with self.assertRaises(KeyboardInterrupt):
            self.provoke()
        self.connection.db.message.remove_callback(interrupt)
        self.connection.reducers.send_message("b").result(PATIENCE)

    def test_on_a_thread(self) -> None:
        self.connection.run_threaded()
        self.connection.db.message.on_insert(self.fail)
        self.provoke()
        self.assertEqual(self.unraisable, [(ZeroDivisionError, self.fail)])


class Programs(HostTestCase):
    def run_program(self, source: str, *flags: str, **environment: str) -> str:
        """Runs a program, which must end well and say nothing on standard error; returns what it printed."""
        program = "import stdb, sys\nuri, database = sys.argv[1:]\n" + textwrap.dedent(source)
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-X", "faulthandler", "-W", "error", *flags, "-c", program, host().uri, host().database],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=3 * PATIENCE,
            env={**os.environ, **environment},
        )  # fmt: skip
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def test_the_interpreter_ends_with_connections_open(self) -> None:
        for drive in (
            "",
            "conn.run_threaded()",
            "conn.run_threaded(); import threading; threading.Thread(target=conn.join, daemon=True).start()",
        ):
            with self.subTest(drive):
                printed = self.run_program(f"""
                    conn = stdb.connect(uri, database)
                    conn.on_disconnect(lambda ctx, error: print("told", error))
                    conn.db.user.on_insert(lambda ctx, row: None)
                    conn.subscribe("SELECT * FROM user")
                    conn.reducers.noop()
                    {drive}
                    """)
                self.assertEqual(printed, "told None\n")

    def test_the_library_is_shut_down_at_the_end(self) -> None:
        """None of its threads is left that could call an interpreter that is gone."""
        printed = self.run_program("""
            from stdb import _ffi, _library
            shutdown = _library.lib.stdb_shutdown
            _library.lib.stdb_shutdown = lambda: print("shut down", shutdown())
            conn = stdb.connect(uri, database, on_disconnect=lambda ctx, error: print("told"))
            """)
        self.assertEqual(printed, "told\nshut down None\n")

    def test_the_interpreter_ends_with_a_thread_inside_the_library(self) -> None:
        self.run_program("""
            import threading
            conn = stdb.connect(uri, database)
            conn.on_error(lambda error, callback: None)
            thread = threading.Thread(target=conn.run, daemon=True)
            thread.start()
            """)

    def test_the_interpreter_ends_while_threads_use_the_library(self) -> None:
        """Where they drop callbacks, too: the library must not take them to an interpreter that is gone."""
        for _ in range(2):
            self.run_program("""
                import threading
                sys.setswitchinterval(0.0005)
                def told(args):
                    if not issubclass(args.exc_type, stdb.StdbError):
                        sys.__excepthook__(*args[:3])
                threading.excepthook = told
                conn = stdb.connect(uri, database)
                conn.run_threaded()
                def build():
                    stdb.DbConnection.builder().with_uri(uri).with_token_provider(lambda: None)
                def register():
                    conn.db.user.on_insert(register)
                    conn.db.user.remove_callback(register)
                def forever(deed):
                    deed()
                    all_are_at_it.wait()
                    while True:
                        deed()
                deeds = [lambda: conn.reducers.noop().result(20), register, register, build]
                all_are_at_it = threading.Barrier(len(deeds) + 1)
                for deed in deeds:
                    threading.Thread(target=forever, args=(deed,), daemon=True).start()
                all_are_at_it.wait()
                """)

    def test_the_interpreter_ends_on_an_event_loop(self) -> None:
        self.run_program("""
            import asyncio
            from stdb.aio import LoopDriver
            async def main():
                conn = await stdb.aconnect(uri, database)
                other = stdb.DbConnection.builder().with_uri(uri).with_database_name(database).build()
                other._driver = LoopDriver(other, asyncio.get_running_loop(), use_descriptor=False)
                await conn.subscribe("SELECT * FROM user")
                globals().update(conn=conn, other=other)
            asyncio.run(main())
            """)

    def test_the_program_may_exit_inside_a_callback(self) -> None:
        self.run_program("""
            conn = stdb.connect(uri, database)
            conn.subscribe("SELECT * FROM user", on_applied=lambda ctx: sys.exit(0)).wait()
            print("not reached")
            """)

    @unittest.skipUnless(hasattr(os, "fork"), "there is no fork")
    def test_a_forked_child_is_told(self) -> None:
        printed = self.run_program("""
            import os, warnings
            warnings.simplefilter("ignore", DeprecationWarning)  # of forking with threads, which is the point here
            conn = stdb.connect(uri, database)
            conn.run_threaded()
            table = conn.db.user
            builder = stdb.DbConnection.builder().with_uri(uri).with_database_name(database)
            child = os.fork()
            if child == 0:
                assert conn._handle.pointer is None  # what is the parent's is not freed
                for use in (
                    conn.frame_tick, table.count, conn.reducers.noop, lambda: stdb.connect(uri, database),
                    lambda: stdb.DbConnection.builder(), builder.build, lambda: builder.with_light_mode(), conn.close,
                ):
                    try:
                        print(use())
                    except stdb.ForkError as error:
                        print("ForkError", "connect after the fork" in str(error))
                sys.stdout.flush()
                sys.exit(0)
            assert os.waitpid(child, 0)[1] == 0
            conn.reducers.noop().result(20)
            conn.close()
            """)
        self.assertEqual(printed, "ForkError True\n" * 7 + "None\n")

    @unittest.skipUnless(hasattr(os, "fork"), "there is no fork")
    def test_a_child_may_connect_when_its_parent_has_not(self) -> None:
        printed = self.run_program("""
            import os
            child = os.fork()
            with stdb.connect(uri, database) as conn:
                conn.reducers.noop().result(20)
                os.write(1, b"up\\n")  # at once, where two print
            if child:
                assert os.waitpid(child, 0)[1] == 0
            """)
        self.assertEqual(printed, "up\nup\n")

    def test_ctrl_c_interrupts_waiting(self) -> None:
        printed = self.run_program("""
            import os, signal, threading
            conn = stdb.connect(uri, database)
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
            try:
                conn.run()
            except KeyboardInterrupt:
                print("interrupted")
            """)
        self.assertEqual(printed, "interrupted\n")


class Loading(unittest.TestCase):
    def load(self, **environment: str) -> "subprocess.CompletedProcess[str]":
        import stdb as package

        return subprocess.run(
            [sys.executable, "-c", "import stdb; print(stdb.__version__)"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=PATIENCE,
            env={**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(package.__file__)), **environment},
        )  # fmt: skip

    def setUp(self) -> None:
        if "STDB_LIBRARY" not in os.environ:
            self.skipTest("the package has a library of its own")

    def test_a_library_that_is_not_there(self) -> None:
        failed = self.load(STDB_LIBRARY="/no/such/libstdb.so")
        self.assertIn("stdb.errors.LibraryError: cannot load libstdb", failed.stderr)
        self.assertIn("/no/such/libstdb.so (named by STDB_LIBRARY)", failed.stderr)
        self.assertIn("set STDB_LIBRARY to the path", failed.stderr)

    def test_a_library_that_is_another(self) -> None:
        import ctypes.util

        other = ctypes.util.find_library("c")
        if other is None:
            self.skipTest("there is no C library to be found")
        self.assertIn("is not libstdb: it has no stdb_version_number", self.load(STDB_LIBRARY=other).stderr)

    def test_versions(self) -> None:
        def check(number: int) -> None:
            library = mock.Mock()
            library.stdb_version_number.return_value = number
            _library.check_version(library, "libstdb.so")

        for needed, good, bad in (
            (_ffi.STDB_VERSION_NUMBER, (0, 1), (-1, 1_000, 1_000_000)),
            (3_004, (0, 1), (-1, 996, -1_000)),
            (2_003_004, (0, 1, 1_000, 96_000), (-1, -1_000, 1_000_000, -1_000_000)),
        ):
            with mock.patch.object(_ffi, "STDB_VERSION_NUMBER", needed):
                for more in good:
                    check(needed + more)
                for more in bad:
                    with self.assertRaisesRegex(stdb.LibraryError, "but this package needs"):
                        check(needed + more)

    def test_a_library_that_is_named_is_the_only_one(self) -> None:
        with mock.patch.dict(os.environ, {_library.VARIABLE: "/else/libstdb.so"}):
            self.assertEqual([path for path, _ in _library.candidates()], ["/else/libstdb.so"])
        with mock.patch.dict(os.environ, {_library.VARIABLE: ""}):
            self.assertEqual({whose for _, whose in _library.candidates()}, {"the system's"})
