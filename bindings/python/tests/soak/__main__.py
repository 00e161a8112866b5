import sys
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List, Optional

import stdb

from .comers import Comers
from .measures import MEASURES, grown, measure
from .workers import PATIENCE, Looped, OnPurpose, Place, Reader, Subscriber, Threaded, Ticked, Woken, Worker

WARM_UP, ROUNDS = 4, 12
"""How many rounds there are before the first measurement, and after it."""

KINDS = (
    "insert", "before_delete", "delete", "update", "batch", "transaction", "reducer", "result", "subscription", "log", "error",
)  # fmt: skip
"""The kinds of callbacks that there are so many of; of others there are fewer."""


def soak(uri: str, database: str, callbacks: int, orders: Optional[str]) -> None:
    sys.setswitchinterval(0.0005)  # so many threads that all want the interpreter
    warnings.filterwarnings("ignore", "unclosed connection", ResourceWarning)  # of those that are left to the collector
    with stdb.connect(uri, database, timeout=PATIENCE) as connection:
        connection.reducers.reset().result(PATIENCE)
        place = Place(uri, database, connection.token)
    listeners = [kind(place, number) for number, kind in enumerate((Threaded, Ticked, Looped, Woken))]
    lasting: List[Worker] = [*listeners, Subscriber(place)]
    readers = [Reader(listeners[0].connection) for _ in range(2)]
    workers = [*lasting, *readers, Comers(place)]

    def one_round() -> None:
        with ThreadPoolExecutor(len(workers)) as pool:
            list(pool.map(lambda worker: worker.turn(-(-callbacks // ROUNDS)), workers))
        for worker in lasting:
            # Whoever was done first has still to be told of what the others did.
            worker.wait(worker.connection.reducers.noop())
        if orders is not None:
            lose(lasting, orders)

    for _ in range(WARM_UP):
        one_round()
    before = tally(workers)
    measured = []
    for _ in range(ROUNDS):
        one_round()
        measured.append(measure())
    counts = tally(workers) - before
    for worker in workers:
        worker.close()
    report(counts, measured)
    faults = grown(measured) + [f"{counts[kind]} {kind} only" for kind in KINDS if counts[kind] < callbacks]
    if faults:
        raise SystemExit("\n".join(faults))


def lose(workers: List[Worker], orders: str) -> None:
    """Has all connections be lost, and made again."""
    calls = [worker.again() for worker in workers]
    with open(orders, "w", encoding="utf-8") as pipe:
        pipe.write("cut\n")
    for worker, call in zip(workers, calls):
        worker.wait(call)


def tally(workers: List[Worker]) -> "Counter[str]":
    """How many callbacks there were of each kind."""
    counts = sum((worker.counts for worker in workers), Counter())
    counts["unraisable"] = unraisable[0]
    return counts


def report(counts: "Counter[str]", measured: List[Dict[str, int]]) -> None:
    """For people."""
    print("callbacks:", ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items())))
    for name in MEASURES:
        print(f"{name}: {', '.join(str(some[name]) for some in measured)}")


def on_unraisable(args: Any) -> None:
    """The hook for exceptions in callbacks of a connection without `on_error`."""
    if isinstance(args.exc_value, OnPurpose):
        unraisable[0] += 1  # of one connection alone, and so on one thread at a time
    else:
        sys.__unraisablehook__(args)


unraisable = [0]

if __name__ == "__main__":
    sys.unraisablehook = on_unraisable
    uri, database, *rest = sys.argv[1:]
    soak(uri, database, int(rest[0]) if rest else 5_000, rest[1] if len(rest) > 1 else None)
