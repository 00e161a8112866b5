"""The benchmarks' side of libstdb in Python: `client.py WORK URI COUNT SCHEMA` does one piece of work over the package and
prints what it measured, as the program in C does. `peers/python/bare.py` does the same without libstdb."""

import asyncio
import sys
from statistics import median
from time import perf_counter_ns
from typing import Any, Callable

import stdb

WARM_UP = 1000
PASSES = 20


def connected(uri: str, schema: str) -> stdb.DbConnection:
    return stdb.connect(uri, "bench", **options(schema))


def options(schema: str) -> "dict[str, Any]":
    # The host has no schema to compare with.
    return {"schema_json": schema, "schema_fetch": False, "compression": "none"}


def subscribe(work: str, uri: str, schema: str, total_of: Callable[[Any], int]) -> None:
    """Adds something up over the rows of the one batch that a subscription brings."""
    connection = connected(uri, schema)
    entity = connection.db.entity
    entity.schema  # it is read when it is first asked for
    taken = []

    @entity.on_batch
    def on_batch(ctx: stdb.Context, batch: Any) -> None:
        start = perf_counter_ns()
        total = total_of(batch.inserted)
        taken.append((start, perf_counter_ns(), len(batch.inserted), total))

    begin = perf_counter_ns()
    connection.subscribe("SELECT * FROM entity").wait(60)
    ((start, end, rows, total),) = taken
    print(f"ours {work} {(end - start) / rows}")
    print(f"ours {work}_whole {(end - begin) / rows}")
    print(f"check {work}_total {total}")
    if work == "python_numpy":
        add_up_chunks(entity, total)
    connection.close()


def add_up_chunks(entity: "stdb.Table[Any]", wanted: int) -> None:
    """The same over the rows where they lie in the cache."""
    taken = []
    for _ in range(PASSES):
        start = perf_counter_ns()
        total = sum(entity.map_chunks(lambda rows: int(rows["hp"].sum())))
        taken.append((perf_counter_ns() - start) / len(entity))
        assert total == wanted
    print(f"ours python_chunks {median(taken)}")


async def call(work: str, uri: str, schema: str, count: int) -> None:
    async with stdb.aconnect(uri, "bench", **options(schema)) as connection:
        echo = connection.reducers.echo
        for _ in range(WARM_UP):
            await echo(bytes(16))
        start = perf_counter_ns()
        for _ in range(count):
            await echo(bytes(16))
        print(f"ours {work} {count / (perf_counter_ns() - start) * 1e9}")


def main(work: str, uri: str, count: str, schema_path: str) -> None:
    with open(schema_path, encoding="utf-8") as file:
        schema = file.read()
    if work == "python_batch":
        subscribe(work, uri, schema, lambda rows: sum(rows.column("hp")))
    elif work == "python_rows":
        subscribe(work, uri, schema, lambda rows: sum(row.hp for row in rows))
    elif work == "python_numpy":
        import numpy

        assert numpy  # it takes long to load
        subscribe(work, uri, schema, lambda rows: int(rows.to_numpy()["hp"].sum()))
    else:
        asyncio.run(call(work, uri, schema, int(count)))


main(*sys.argv[1:])
