"""`python -m stdb`: a database at the terminal.

python -m stdb schema    http://127.0.0.1:3000 chat
python -m stdb sql       http://127.0.0.1:3000 chat "SELECT * FROM user"
python -m stdb call      http://127.0.0.1:3000 chat send_message hi
python -m stdb subscribe http://127.0.0.1:3000 chat "SELECT * FROM message"
"""

import argparse
import json
import os
import shutil
import sys
import time
import uuid
from typing import Any, Dict, List, Optional

import stdb

from .row import Row, cell_text, table_text
from .sats import Type

REFRESH_SECONDS = 0.1
"""How long the live table waits for more changes before it is drawn again."""


def main(arguments: Optional[List[str]] = None) -> int:
    """Runs a command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except stdb.StdbError as error:
        print(f"stdb: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Nobody reads on. What is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stdb", description="A SpacetimeDB database at the terminal.")
    parser.add_argument("--version", action="version", version=f"stdb {stdb.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.add_argument("uri", help="where the host is, for example http://127.0.0.1:3000")
        made.add_argument("database", help="the database's name or identity")
        made.add_argument("--token", help="who to be; somebody new otherwise")
        made.add_argument(
            "--token-file", metavar="KEY", help="read the token from, and keep it in, this credentials file"
        )
        made.add_argument(
            "--timeout", type=float, default=30.0, metavar="SECONDS", help="how long to wait for an answer"
        )
        made.set_defaults(run=run)
        return made

    schema = command("schema", _schema, "Shows the tables, reducers and procedures.")
    schema.add_argument("names", nargs="*", help="only these")
    sql = command("sql", _sql, "Asks for the rows of a query once.")
    sql.add_argument("query")
    sql.add_argument("--json", action="store_true", help="a line of JSON a row")
    call = command("call", _call, "Calls a reducer or a procedure.")
    call.add_argument("name")
    call.add_argument("arguments", nargs="*", help="texts as they are, everything else as JSON")
    subscribe = command("subscribe", _subscribe, "Shows the rows of queries, live, until interrupted.")
    subscribe.add_argument("queries", nargs="+", metavar="query")
    subscribe.add_argument("--json", action="store_true", help="a line of JSON a change, also on a terminal")
    subscribe.add_argument("--count", type=int, default=0, help="end after so many changes")
    return parser


def _connect(options: argparse.Namespace) -> stdb.DbConnection:
    token = options.token
    credentials = stdb.CredentialsFile(options.token_file) if options.token_file else None
    if token is None and credentials is not None:
        token = credentials.load()
    connection = stdb.connect(options.uri, options.database, token, timeout=options.timeout)
    if credentials is not None:
        credentials.save(connection.token)
    return connection


# ---- schema


def _schema(options: argparse.Namespace) -> int:
    with _connect(options) as connection:
        schema = connection.schema
        wanted = set(options.names)
        known = {*schema.tables, *schema.reducers, *schema.procedures}
        for name in sorted(wanted - known):
            schema.table(name)  # says that there is none, and what is nearest
        for table in schema.tables.values():
            if not wanted or table.name in wanted:
                _show_table(table)
        for kind, functions in (("reducer", schema.reducers), ("procedure", schema.procedures)):
            for function in functions.values():
                if not wanted or function.name in wanted:
                    returns = f" -> {function.returns}" if function.returns is not None else ""
                    note = f"  ({function.lifecycle})" if function.lifecycle else ""
                    print(f"{kind} {function.name}({_parts(function.parameters)}){returns}{note}")
    return 0


def _show_table(table: stdb.TableSchema) -> None:
    notes = [word for word, holds in (("private", not table.is_public), ("event", table.is_event)) if holds]
    print(f"{'view' if table.is_view else 'table'} {table.name}{f'  ({chr(44).join(notes)})' if notes else ''}")
    indexed = {index.columns[0] for index in table.indexes}
    for part in table.row.parts:
        key = "primary key" if part.name == table.primary_key else "unique" if part.name in table.unique else ""
        key = key or ("indexed" if part.name in indexed else "")
        print(f"    {part.name}: {part.type}{f'  {key}' if key else ''}")


def _parts(ty: Type) -> str:
    return ", ".join(f"{part.name}: {part.type}" for part in ty.parts)


# ---- sql and call


def _sql(options: argparse.Namespace) -> int:
    with _connect(options) as connection:
        rows = connection.one_off_query(options.query).result(options.timeout)
        if options.json:
            for row in rows:
                print(json.dumps(to_json(row), ensure_ascii=False))
        else:
            print(table_text(rows) or "(no rows)")
    return 0


def _call(options: argparse.Namespace) -> int:
    with _connect(options) as connection:
        schema = connection.schema
        is_procedure = options.name in schema.procedures
        known = schema.procedure(options.name) if is_procedure else schema.reducer(options.name)
        parts = known.parameters.parts
        arguments = [
            from_text(text, parts[position].type if position < len(parts) else None)
            for position, text in enumerate(options.arguments)
        ]
        if is_procedure:
            print(json.dumps(to_json(connection.procedures[options.name](*arguments).result(options.timeout))))
        else:
            connection.reducers[options.name](*arguments).result(options.timeout)
    return 0


def from_text(text: str, ty: Optional[Type]) -> Any:
    """An argument as it was typed."""
    if ty is None or ty.kind == "string":
        return text
    if ty.kind in ("identity", "connection_id"):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    return from_json(value, ty)


def from_json(value: Any, ty: Type) -> Any:
    """The Python value for JSON as `to_json` writes it."""
    if ty.kind == "timestamp" and isinstance(value, str):
        from datetime import datetime

        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    if ty.kind in ("timestamp", "time_duration") and isinstance(value, int):
        return stdb.Timestamp(value) if ty.kind == "timestamp" else stdb.TimeDuration(value)
    if ty.kind == "uuid" and isinstance(value, str):
        return uuid.UUID(value)
    if ty.kind == "array" and ty.element.kind == "u8" and isinstance(value, str):
        return bytes.fromhex(value)
    if ty.kind == "array" and isinstance(value, list):
        return bytes(value) if ty.element.kind == "u8" else [from_json(element, ty.element) for element in value]
    if ty.kind == "option":
        return None if value is None else from_json(value, ty.element)
    if ty.kind == "product" and isinstance(value, dict):
        return {part.name: from_json(value[part.name], part.type) for part in ty.parts if part.name in value}
    if ty.kind in ("sum", "result") and isinstance(value, dict) and len(value) == 1:
        ((name, carried),) = value.items()
        for part in ty.parts:
            if part.name == name:
                made = from_json(carried, part.type)
                return stdb.Variant(name, made) if ty.kind == "sum" else (stdb.Ok if name == "ok" else stdb.Err)(made)
    return value


def to_json(value: Any) -> Any:
    """JSON for a value: rows as objects, bytes in hexadecimal, identities and moments as text, durations as
    microseconds."""
    if isinstance(value, Row):
        return {name: to_json(element) for name, element in value.items()}
    if isinstance(value, list):
        return [to_json(element) for element in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, stdb.Variant):
        return value.name if value.value == () else {value.name: to_json(value.value)}
    if isinstance(value, (stdb.Ok, stdb.Err)):
        return {type(value).__name__.lower(): to_json(value.value)}
    if isinstance(value, stdb.TimeDuration):
        return value.micros
    if isinstance(value, (stdb.Identity, stdb.ConnectionId, stdb.Timestamp, uuid.UUID)):
        return str(value)
    return value


# ---- subscribe


def _subscribe(options: argparse.Namespace) -> int:
    with _connect(options) as connection:
        live = not options.json and sys.stdout.isatty()
        view: Any = LiveTable(connection) if live else Lines(connection, options.count)
        subscription = connection.subscribe(options.queries)
        _wait_with_progress(connection, subscription)
        return int(view.run())


def _wait_with_progress(connection: stdb.DbConnection, subscription: stdb.Subscription) -> None:
    """Waits for the first rows. When that takes a while, says on a terminal how much has come."""
    began = time.monotonic()
    shown = False
    while True:
        try:
            subscription.wait(0.2)
            break
        except stdb.TimeoutError:
            if sys.stderr.isatty():
                received = connection.stats.bytes_received / 1e6
                print(
                    f"\r{received:.1f} MB received, {time.monotonic() - began:.0f} s",
                    end="",
                    file=sys.stderr,
                    flush=True,
                )
                shown = True
    if shown:
        print(f"\r{connection.stats.rows_cached} rows\033[K", file=sys.stderr)


class Lines:
    """Changes as lines of JSON."""

    def __init__(self, connection: stdb.DbConnection, count: int) -> None:
        self.connection = connection
        self.left = count
        self.is_limited = count > 0
        for name in connection.db:
            connection.db[name].on_batch(self.listener(name))

    def listener(self, table: str) -> Any:
        def on_batch(ctx: stdb.Context, batch: "stdb.Batch[Any]") -> None:
            for row in batch.inserted:
                self.write({"table": table, "change": "insert", "row": to_json(row)})
            for row in batch.deleted:
                self.write({"table": table, "change": "delete", "row": to_json(row)})
            for old, new in zip(batch.updated_old, batch.updated_new):
                self.write({"table": table, "change": "update", "old": to_json(old), "row": to_json(new)})
            sys.stdout.flush()

        return on_batch

    def write(self, line: Dict[str, Any]) -> None:
        if self.is_limited and self.left == 0:
            return
        self.left -= 1
        try:
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        except BrokenPipeError:
            raise SystemExit(0) from None

    def run(self) -> int:
        while not (self.is_limited and self.left == 0):
            try:
                self.connection.advance_one_message_blocking()
            except stdb.DisconnectedError:
                self.connection.run()
                return 0
        return 0


class LiveTable:
    """Rows as tables that are drawn again when they have changed."""

    def __init__(self, connection: stdb.DbConnection) -> None:
        self.connection = connection
        self.is_stale = True
        connection.on_transaction(self.changed)

    def changed(self, ctx: stdb.Context) -> None:
        self.is_stale = True

    def run(self) -> int:
        while True:
            if self.is_stale:
                self.is_stale = False
                self.draw()
            try:
                self.connection.advance_one_message_blocking()
                deadline = time.monotonic() + REFRESH_SECONDS
                while time.monotonic() < deadline:
                    self.connection.advance_one_message_timeout(deadline - time.monotonic())
            except stdb.TimeoutError:
                pass
            except stdb.DisconnectedError:
                self.connection.run()
                return 0

    def draw(self) -> None:
        size = shutil.get_terminal_size()
        # Before Python 3.11 a terminal that does not know its size has none.
        columns, lines = size.columns or 80, size.lines or 24
        text: List[str] = []
        for name in self.connection.db:
            table = self.connection.db[name]
            if table.count():
                rows = sorted(table, key=lambda row: tuple(map(cell_text, row)))[:lines]
                text += [f"{name} ({table.count()})", *table_text(rows).splitlines(), ""]
        shown = [_printable(line)[:columns] for line in text[: lines - 1]]
        sys.stdout.write("\033[H" + "".join(f"{line}\033[K\n" for line in shown) + "\033[J")
        sys.stdout.flush()


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


if __name__ == "__main__":
    sys.exit(main())
