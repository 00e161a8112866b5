"""Subscriptions: which rows the host keeps in the cache."""

import ctypes
from typing import TYPE_CHECKING, Any, Callable, Generator, Iterable, List, Optional, Sequence, Union

from . import _callbacks
from ._library import Handle, c_text, call, dropping, lib
from .arguments import function
from .call import Call
from .context import Context
from .errors import DisconnectedError, InvalidArgumentError, SubscriptionError
from .query import Query

if TYPE_CHECKING:
    from .connection import DbConnection

Queries = Union[str, Query, Sequence[Union[str, Query]]]
"""One query or several: SQL text, or what the query builder makes."""


class Subscription:
    """A subscription. `await` it, or `wait()`, until its rows are in the cache. It lasts until `unsubscribe()` or the
    end of the connection; as a context manager, until the end of the block."""

    def __init__(
        self,
        connection: "DbConnection",
        queries: Optional[List[bytes]],
        on_applied: Optional[Callable[[Context], Any]],
        on_error: Optional[Callable[[Context], Any]],
    ) -> None:
        for what, callback in (("on_applied", on_applied), ("on_error", on_error)):
            if callback is not None:
                function(callback, what)
        self._connection = connection
        self._applied: Call[None] = Call(connection, "subscription")
        handle = connection._open()
        with dropping:
            builder = ctypes.c_void_p()
            call(lib.stdb_subscription_builder_new, handle, builder)
            try:
                pointer = ctypes.c_void_p()
                self._register(lib.stdb_subscription_builder_on_applied, builder, self._on_applied, on_applied)
                self._register(lib.stdb_subscription_builder_on_error, builder, self._on_error, on_error)
                if queries is None:
                    call(lib.stdb_subscription_builder_subscribe_to_all_tables, builder, pointer)
                else:
                    call(lib.stdb_subscription_builder_subscribe, builder, _texts(queries), len(queries), pointer)
                assert pointer.value is not None
                self._handle = Handle(pointer.value, lib.stdb_subscription_free)
            finally:
                lib.stdb_subscription_builder_free(builder)

    def _register(self, setter: Any, builder: Any, run: Any, callback: Any) -> None:
        def both(context: int) -> None:
            run(context, callback)

        dropped = self._dropped if setter is lib.stdb_subscription_builder_on_error else None
        user_data = _callbacks.register(both, self._connection, callback, dropped)
        call(setter, builder, _callbacks.on_event, user_data, _callbacks.drop)

    def _on_applied(self, pointer: int, callback: Any) -> None:
        try:
            self._connection._tell(callback, pointer)
        finally:
            self._applied._finish()

    def _on_error(self, pointer: int, callback: Any) -> None:
        context = Context(self._connection, pointer)
        if self._applied.done() or callback is not None:
            # Of a subscription that was live, on_error is who is told.
            self._applied._asked = True
        self._applied._finish(error=context.error or SubscriptionError("the subscription ended"))
        self._connection._tell(callback, pointer)

    def _dropped(self) -> None:
        self._applied._asked = True
        self._applied._finish(error=DisconnectedError("the connection ended before the subscription was applied"))

    def wait(self, timeout: Optional[float] = None) -> "Subscription":
        """Waits until the rows are in the cache, as `Call.result` waits; returns this subscription. SubscriptionError when
        the host refuses it."""
        self._applied.result(timeout)
        return self

    def __await__(self) -> Generator[Any, None, "Subscription"]:
        yield from self._applied.__await__()
        return self

    @property
    def is_active(self) -> bool:
        """Whether the rows are in the cache and kept up to date."""
        return bool(lib.stdb_subscription_is_active(self._pointer()))

    @property
    def is_ended(self) -> bool:
        """Whether nothing comes of it any more."""
        return bool(lib.stdb_subscription_is_ended(self._handle.pointer))

    @property
    def queries(self) -> List[str]:
        """The SQL texts; those of a subscription to all tables are not known before the schema is."""
        pointer = self._pointer()
        texts = []
        for position in range(lib.stdb_subscription_query_count(pointer)):
            length = ctypes.c_size_t()
            call(lib.stdb_subscription_get_query, pointer, position, None, 0, length)
            buffer = ctypes.create_string_buffer(length.value + 1)
            call(lib.stdb_subscription_get_query, pointer, position, buffer, len(buffer), None)
            texts.append(buffer.value.decode())
        return texts

    def unsubscribe(self) -> "Call[None]":
        """Gives the subscription up. The call ends when its rows are gone."""
        done: Call[None] = Call(self._connection, "unsubscribe")
        done._asked = True  # it cannot fail otherwise than by the connection's end
        user_data = _callbacks.register(lambda _: done._finish(), self._connection, None, lambda: done._finish())
        with dropping:
            call(
                lib.stdb_subscription_unsubscribe_then, self._pointer(), _callbacks.on_event, user_data, _callbacks.drop
            )
        return done

    def replace(self, queries: Queries) -> "Call[None]":
        """Replaces the queries. Rows that old and new ones have stay, and no callback runs for them. The call ends when
        the new queries are live, or fails when the host refuses them; then the old ones stay. When another replacement comes before this one was sent, this one ends with it.
        """
        texts = query_texts(queries)
        done: Call[None] = Call(self._connection, "replace")

        def run(pointer: int) -> None:
            context = Context(self._connection, pointer)
            done._finish(error=context.error)

        user_data = _callbacks.register(run, self._connection, None, lambda: done._finish())
        arguments = (_texts(texts), len(texts), _callbacks.on_event, _callbacks.on_event, user_data, _callbacks.drop)
        with dropping:
            call(lib.stdb_subscription_replace, self._pointer(), *arguments)
        return done

    def _pointer(self) -> Optional[int]:
        self._connection._open()
        return self._handle.pointer

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(self, *_: Any) -> None:
        if not self._connection.closed and not self.is_ended:
            self.unsubscribe()

    def __repr__(self) -> str:
        return "<Subscription>" if self._connection.closed else f"<Subscription {self.queries}>"


def query_texts(queries: Queries) -> List[bytes]:
    """The SQL texts of queries, for C."""
    if isinstance(queries, (str, Query)):
        return [query_text(queries)]
    if isinstance(queries, (bytes, dict)) or not isinstance(queries, Iterable):
        raise InvalidArgumentError(f"a subscription takes a query or a list of them, not {queries!r}")
    several = [query_text(query) for query in queries]
    if not several:
        raise InvalidArgumentError("a subscription needs at least one query")
    return several


def query_text(query: Union[str, Query]) -> bytes:
    """The SQL text of a query, for C."""
    return c_text(str(query) if isinstance(query, Query) else query, "a query")


def _texts(texts: List[bytes]) -> Any:
    return (ctypes.c_char_p * len(texts))(*texts)
