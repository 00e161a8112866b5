"""The options of a connection that is to be made."""

import ctypes
from typing import TYPE_CHECKING, Any, Callable, Dict, Generic, List, Mapping, Optional, Sequence, Type, TypeVar, Union

from . import _callbacks, _ffi
from ._library import Handle, c_text, call, check_fork, dropping, lib
from .arguments import flag, function, member, number
from .errors import InvalidArgumentError, StdbError
from .options import Compression, Protocol, Reconnect

if TYPE_CHECKING:
    from .connection import DbConnection

C = TypeVar("C", bound="DbConnection")
Handlers = Dict[str, List[Callable[..., Any]]]

HANDLERS = ("on_connect", "on_connect_error", "on_disconnect", "on_reconnecting", "on_log", "on_error")
"""The callbacks of a connection itself."""


class DbConnectionBuilder(Generic[C]):
    """The options of a connection that is to be made. Each method returns the builder, for the next one."""

    def __init__(self, kind: Type[C]) -> None:
        check_fork()
        self._kind = kind
        self._handle = Handle(lib.stdb_connection_builder_new(), lib.stdb_connection_builder_free)
        self._handlers: Handlers = {name: [] for name in HANDLERS}
        self._provider: Optional[Callable[[], Optional[str]]] = None
        if kind._schema_json is not None:
            self.with_schema_json(kind._schema_json)

    def _set(self, function: Any, *arguments: Any) -> "DbConnectionBuilder[C]":
        check_fork()
        with dropping:
            call(function, self._handle, *arguments)
        return self

    def with_uri(self, uri: str) -> "DbConnectionBuilder[C]":
        """Where the host is: `http://`, `https://`, `ws://` or `wss://`, a host, optionally a port and a path."""
        return self._set(lib.stdb_connection_builder_with_uri, c_text(uri, "uri"))

    def with_database_name(self, name: str) -> "DbConnectionBuilder[C]":
        """Which database to connect to, by its name or its identity."""
        return self._set(lib.stdb_connection_builder_with_database_name, c_text(name, "database"))

    def with_module_name(self, name: str) -> "DbConnectionBuilder[C]":
        """The same as `with_database_name`, by the name that older SDKs have for it."""
        return self.with_database_name(name)

    def with_token(self, token: Optional[str]) -> "DbConnectionBuilder[C]":
        """The token with which to be the identity of an earlier connection; None to be somebody new."""
        return self._set(lib.stdb_connection_builder_with_token, None if token is None else c_text(token, "token"))

    def with_token_provider(self, provider: Callable[[], Optional[str]]) -> "DbConnectionBuilder[C]":
        """A function that gives the token. It is asked by `build`, and before each attempt to make a lost connection again,
        on the advancing thread. What it raises in the first case, `build` raises; in the second it is reported."""
        self._provider = function(provider, "a token provider")
        return self

    def with_compression(self, compression: Union[Compression, str]) -> "DbConnectionBuilder[C]":
        """How the host is to compress what it sends: "none", "gzip" (the default) or "brotli"."""
        return self._set(lib.stdb_connection_builder_with_compression, member(Compression, compression, "compression"))

    def with_light_mode(self, light_mode: bool = True) -> "DbConnectionBuilder[C]":
        """Whether what others' reducers change comes without saying who called what."""
        return self._set(lib.stdb_connection_builder_with_light_mode, flag(light_mode, "light_mode"))

    def with_confirmed_reads(self, confirmed_reads: bool = True) -> "DbConnectionBuilder[C]":
        """Whether rows come only once they are durable. Unless this is called, the host decides."""
        return self._set(lib.stdb_connection_builder_with_confirmed_reads, flag(confirmed_reads, "confirmed_reads"))

    def with_protocols(self, protocols: Sequence[Union[Protocol, str]]) -> "DbConnectionBuilder[C]":
        """The protocols to offer, the preferred first; "v3", "v2" and "v1" by default."""
        if isinstance(protocols, str) or not isinstance(protocols, Sequence):
            raise InvalidArgumentError(f"protocols must be a list of them, not {protocols!r}")
        numbers = [member(Protocol, protocol, "a protocol") for protocol in protocols]
        array = (ctypes.c_int32 * len(numbers))(*numbers)
        return self._set(lib.stdb_connection_builder_with_protocols, array, len(numbers))

    def with_schema_json(self, schema_json: str) -> "DbConnectionBuilder[C]":
        """The module's schema, so that it need not be fetched."""
        return self._set(lib.stdb_connection_builder_with_schema_json, c_text(schema_json, "schema_json"))

    def with_schema_fetch(self, fetch: bool = True) -> "DbConnectionBuilder[C]":
        """Whether the schema is fetched from the host, which is the default, or done without. Either replaces one that was
        given. Without one, rows cannot be decoded, found or filtered, and arguments are given as BSATN."""
        return self._set(lib.stdb_connection_builder_with_schema_fetch, flag(fetch, "schema_fetch"))

    def with_connect_timeout_ms(self, timeout_ms: int) -> "DbConnectionBuilder[C]":
        """How long making the connection may take; 10,000 by default."""
        timeout_ms = number(timeout_ms, "connect_timeout_ms")
        return self._set(lib.stdb_connection_builder_with_connect_timeout_ms, timeout_ms)

    def with_keepalive_ms(self, keepalive_ms: int) -> "DbConnectionBuilder[C]":
        """After how much silence of the host a ping goes out, and how long to wait for a sign of life then; 30,000 by
        default; 0 for never."""
        return self._set(lib.stdb_connection_builder_with_keepalive_ms, number(keepalive_ms, "keepalive_ms"))

    def with_max_message_bytes(self, max_message_bytes: int) -> "DbConnectionBuilder[C]":
        """How large a message of the host may be; 256 MiB by default."""
        size = number(max_message_bytes, "max_message_bytes", (1 << 8 * ctypes.sizeof(ctypes.c_size_t)) - 1)
        return self._set(lib.stdb_connection_builder_with_max_message_bytes, size)

    def with_header(self, name: str, value: str) -> "DbConnectionBuilder[C]":
        """An HTTP header for the handshake and the schema request."""
        return self._set(lib.stdb_connection_builder_with_header, c_text(name, "a header"), c_text(value, "a header"))

    def with_ca_pem(self, pem: str) -> "DbConnectionBuilder[C]":
        """Root certificates to trust besides the platform's."""
        return self._set(lib.stdb_connection_builder_with_ca_pem, c_text(pem, "ca_pem"))

    def with_reconnect(self, reconnect: Reconnect = Reconnect()) -> "DbConnectionBuilder[C]":
        """Has the connection made again when it is lost."""
        if not isinstance(reconnect, Reconnect):
            raise InvalidArgumentError(f"reconnect must be a stdb.Reconnect, not {reconnect!r}")
        numbers = [number(value, f"reconnect.{name}") for name, value in zip(Reconnect._fields, reconnect)]
        options = _ffi.stdb_reconnect_options(ctypes.sizeof(_ffi.stdb_reconnect_options), *numbers)
        return self._set(lib.stdb_connection_builder_with_reconnect, options)

    def on_connect(self, callback: Callable[..., Any]) -> "DbConnectionBuilder[C]":
        """See `DbConnection.on_connect`."""
        return self._on("on_connect", callback)

    def on_connect_error(self, callback: Callable[..., Any]) -> "DbConnectionBuilder[C]":
        """See `DbConnection.on_connect_error`."""
        return self._on("on_connect_error", callback)

    def on_disconnect(self, callback: Callable[..., Any]) -> "DbConnectionBuilder[C]":
        """See `DbConnection.on_disconnect`."""
        return self._on("on_disconnect", callback)

    def on_reconnecting(self, callback: Callable[..., Any]) -> "DbConnectionBuilder[C]":
        """See `DbConnection.on_reconnecting`."""
        return self._on("on_reconnecting", callback)

    def on_log(self, callback: Callable[..., Any]) -> "DbConnectionBuilder[C]":
        """See `DbConnection.on_log`."""
        return self._on("on_log", callback)

    def on_error(self, callback: Callable[..., Any]) -> "DbConnectionBuilder[C]":
        """See `DbConnection.on_error`."""
        return self._on("on_error", callback)

    def _on(self, name: str, callback: Callable[..., Any]) -> "DbConnectionBuilder[C]":
        self._handlers[name].append(function(callback, name))
        return self

    def build(self) -> C:
        """Checks the options and begins to connect. It returns at once: the connection is made in the background, and how
        that went is told by `on_connect` or `on_connect_error` when the connection is advanced."""
        return self._kind(self)

    def _build(self, owner: _callbacks.Owner, events: Dict[str, Callable[..., None]]) -> int:
        """Makes the C connection. `events` are what its callbacks call."""
        for name, function, trampoline in (
            ("on_connect", lib.stdb_connection_builder_on_connect, _callbacks.on_connect),
            ("on_connect_error", lib.stdb_connection_builder_on_connect_error, _callbacks.on_event),
            ("on_disconnect", lib.stdb_connection_builder_on_disconnect, _callbacks.on_event),
            ("on_reconnecting", lib.stdb_connection_builder_on_reconnecting, _callbacks.on_event),
            ("on_log", lib.stdb_connection_builder_on_log, _callbacks.on_log),
        ):
            self._set(function, trampoline, _callbacks.register(events[name], owner), _callbacks.drop)
        failures: List[BaseException] = []
        if self._provider is not None:
            user_data = _callbacks.register(_token_source(self._provider, failures, owner), owner, self._provider)
            function = lib.stdb_connection_builder_with_token_provider
            self._set(function, _callbacks.token, user_data, _callbacks.drop)
        pointer = ctypes.c_void_p()
        try:
            with dropping:
                call(lib.stdb_connection_builder_build, self._handle, pointer)
        except StdbError:
            if failures:
                raise failures[0] from None
            raise
        assert pointer.value is not None
        return pointer.value


def _token_source(
    provider: Callable[[], Optional[str]], failures: List[BaseException], owner: _callbacks.Owner
) -> Callable[[], Optional[int]]:
    kept: List[Any] = []
    built: List[bool] = []

    def run() -> Optional[int]:
        try:
            token = provider()
            data = None if token is None else c_text(token, "the token provider's token")
        except BaseException as error:
            if built:
                owner._report(error, provider)
            else:
                failures.append(error)
            data = b"\xff"  # no UTF-8: the library refuses it, where None would mean to be somebody new
        built.append(True)
        kept[:] = [ctypes.create_string_buffer(data)] if data is not None else []
        return ctypes.addressof(kept[0]) if kept else None

    return run


def configured(
    kind: "type[C]", uri: str, database: str, token: Optional[str], options: Mapping[str, Any]
) -> "DbConnectionBuilder[C]":
    """A builder with options by their names."""
    builder = kind.builder().with_uri(uri).with_database_name(database)
    if token is not None:
        builder.with_token(token)
    for name, value in options.items():
        if name == "reconnect":
            if value:
                builder.with_reconnect(Reconnect() if value is True else value)
        elif name == "headers":
            if not isinstance(value, Mapping):
                raise InvalidArgumentError(f"headers must be a dict, not {value!r}")
            for header, content in value.items():
                builder.with_header(header, content)
        elif name in HANDLERS:
            if value is not None:
                builder._on(name, value)
        elif name in _OPTIONS:
            if value is not None:
                getattr(builder, f"with_{name}")(value)
        else:
            raise InvalidArgumentError(
                f"there is no option {name!r}: {', '.join([*_OPTIONS, 'reconnect', 'headers', *HANDLERS])}"
            )
    return builder


_OPTIONS = (
    "token_provider",
    "compression",
    "light_mode",
    "confirmed_reads",
    "protocols",
    "schema_json",
    "schema_fetch",
    "connect_timeout_ms",
    "keepalive_ms",
    "max_message_bytes",
    "ca_pem",
)
