"""Programs that people run: the command line and the chat."""

import json
import os
import subprocess
import sys
import unittest
from typing import Any, Tuple

import stdb

from .chat import CHAT, Program, talk
from .host import PATIENCE, HostTestCase, host


def environment() -> Any:
    return {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(stdb.__file__))}


class CommandLine(HostTestCase):
    def run_command(self, *arguments: str) -> Tuple[int, str, str]:
        command, rest = arguments[0], arguments[1:]
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-m", "stdb", command, host().uri, host().database, *rest],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=3 * PATIENCE,
            env=environment(),
        )
        return done.returncode, done.stdout, done.stderr

    def succeeds(self, *arguments: str) -> str:
        code, out, error = self.run_command(*arguments)
        self.assertEqual((code, error), (0, ""), out)
        return out

    def setUp(self) -> None:
        self.connection = self.subscribed("entity", "item", "message")
        self.reset(self.connection)

    def test_schema(self) -> None:
        shown = self.succeeds("schema")
        self.assertIn(
            "table entity\n    id: u64  primary key\n    zone: u32  indexed\n    position: Vec3\n    hp: i32\n", shown
        )
        self.assertIn("reducer send_message(text: string)\n", shown)
        self.assertIn("table secret  (private)\n", shown)
        self.assertEqual(self.succeeds("schema", "message").splitlines()[0], "table message")
        code, _, error = self.run_command("schema", "messag")
        self.assertEqual((code, error), (1, "stdb: there is no table 'messag'; did you mean 'message'?\n"))

    def test_call_and_sql(self) -> None:
        self.assertEqual(self.succeeds("call", "spawn", "1", "2", "7"), "")
        self.assertEqual(self.succeeds("call", "give", "5", "serial no 1", '["a", "b"]'), "")
        self.assertEqual(self.succeeds("sql", "SELECT * FROM item", "--json").count("\n"), 1)
        row = json.loads(self.succeeds("sql", "SELECT * FROM item", "--json"))
        self.assertEqual((row["owner"], row["serial"], row["tags"]), (5, "serial no 1", ["a", "b"]))
        lines = self.succeeds("sql", "SELECT * FROM entity").splitlines()
        self.assertEqual((lines[0].split(), len(lines)), (["id", "zone", "position", "hp"], 3))
        self.assertEqual(self.succeeds("sql", "SELECT * FROM message"), "(no rows)\n")

    def test_mistakes(self) -> None:
        for arguments, message in (
            (("call", "spawn", "x", "2", "7"), "stdb: spawn: argument first: expected u64, got str 'x'\n"),
            (("call", "spwn"), "stdb: there is no reducer 'spwn'; did you mean 'spawn'?\n"),
            (("call", "send_message", ""), "stdb: send_message: Messages must not be empty\n"),
        ):
            self.assertEqual(self.run_command(*arguments), (1, "", message))
        code, _, error = self.run_command("sql", "SELECT * FROM nothing")
        self.assertEqual(code, 1)
        self.assertIn("nothing", error)

    def test_subscribe(self) -> None:
        self.connection.reducers.spawn(1, 1, 7).result(PATIENCE)
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "stdb",
                "subscribe",
                host().uri,
                host().database,
                "SELECT * FROM entity",
                "--count",
                "3",
            ],
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        self.connection.reducers.move_by(1, 1, 2.0).result(PATIENCE)
        self.connection.reducers.despawn(1, 1).result(PATIENCE)
        rest = [json.loads(line) for line in process.stdout]
        self.assertEqual(process.wait(PATIENCE), 0)
        process.stdout.close()
        row = {"id": 1, "zone": 7, "position": {"x": 1.0, "y": 0.5, "z": -1.0}, "hp": 100}
        self.assertEqual(first, {"table": "entity", "change": "insert", "row": row})
        self.assertEqual(
            [(line["change"], line["row"]["position"]["x"]) for line in rest], [("update", 3.0), ("delete", 3.0)]
        )
        self.assertEqual(rest[0]["old"], row)

    def test_json_comes_back(self) -> None:
        from stdb.__main__ import from_json, to_json

        self.connection.reducers.insert_every_type(7).result(PATIENCE)
        ty = self.connection.schema.table("every_type").row
        (row,) = self.connection.one_off_query("SELECT * FROM every_type").result(PATIENCE)
        text = json.dumps(to_json(row))
        self.assertEqual(
            stdb.bsatn.encode(ty, from_json(json.loads(text), ty), "row"), stdb.bsatn.encode(ty, row, "row")
        )

    @unittest.skipUnless(os.name == "posix", "there is no terminal to make up")
    def test_on_a_terminal_rows_are_a_table(self) -> None:
        import pty

        self.connection.reducers.give(5, "serial", []).result(PATIENCE)
        main, terminal = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "stdb", "subscribe", host().uri, host().database, "SELECT * FROM item"],
            stdin=terminal,
            stdout=terminal,
            env=environment(),
        )
        os.close(terminal)
        shown = b""
        while b"serial  " not in shown or b"item (1)" not in shown:
            shown += os.read(main, 4096)
        self.connection.reducers.give(6, "another", []).result(PATIENCE)
        while b"item (2)" not in shown:
            shown += os.read(main, 4096)
        process.send_signal(2)
        self.assertEqual(process.wait(PATIENCE), 130)
        os.close(main)


class Chat(HostTestCase):
    def test_on_asyncio(self) -> None:
        talk(self, self.program())

    def test_on_a_thread(self) -> None:
        talk(self, self.program("--threaded"))

    def program(self, *options: str) -> Program:
        return Program([sys.executable, "-X", "dev", str(CHAT), *options], environment())
