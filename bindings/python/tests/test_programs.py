"""Programs that people run: the command line and the chat."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest
from queue import Queue
from typing import Any, List, Tuple

import stdb

from .host import PATIENCE, REPOSITORY, HostTestCase, host


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


class Client:
    """Somebody at a running chat."""

    def __init__(self, case: unittest.TestCase, name: str, folder: str, *options: str) -> None:
        self.case = case
        command = [sys.executable, "-X", "dev", str(REPOSITORY / "examples" / "chat" / "chat.py"), "--script"]
        command += [
            "--uri",
            host().uri,
            "--database",
            host().database,
            "--token-file",
            name,
            "--token-directory",
            folder,
        ]
        self.process = subprocess.Popen(
            [*command, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
        )
        self.lines: "Queue[str]" = Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.seen: List[str] = []

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def types(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def sees(self, line: str) -> None:
        while line not in self.seen:
            self.seen.append(self.lines.get(timeout=PATIENCE))
        self.seen.clear()

    def connected(self) -> str:
        words = self.lines.get(timeout=PATIENCE).split()
        self.case.assertEqual(words[:2], ["Connected", "as"])
        return words[2]

    def leaves(self) -> None:
        self.types("/quit")
        self.sees("Disconnected")
        self.case.assertEqual(self.process.wait(PATIENCE), 0)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


class Chat(HostTestCase):
    def test_on_asyncio(self) -> None:
        self.talk()

    def test_on_a_thread(self) -> None:
        self.talk("--threaded")

    def talk(self, *options: str) -> None:
        """Ada and Grace talk; Ada leaves and comes back as the same."""
        self.reset(self.connect())
        with tempfile.TemporaryDirectory() as folder:
            ada = Client(self, "Ada", folder, *options)
            ada_is = ada.connected()
            ada.sees(f"{ada_is} is online")
            ada.types("/name Ada")
            ada.sees(f"{ada_is} renamed to Ada")
            ada.types("Is anyone here?")
            ada.sees("Ada: Is anyone here?")
            grace = Client(self, "Grace", folder, *options)
            grace_is = grace.connected()
            grace.sees("Ada: Is anyone here?")
            ada.sees(f"{grace_is} is online")
            grace.types("/name ")
            grace.sees("set_name failed: Names must not be empty")
            grace.types("I am!")
            ada.sees(f"{grace_is}: I am!")
            ada.leaves()
            grace.sees("Ada went offline")
            ada = Client(self, "Ada", folder, *options)
            self.assertEqual(ada.connected(), ada_is)
            ada.sees(f"{grace_is}: I am!")
            ada.leaves()
            grace.leaves()
