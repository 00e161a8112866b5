"""Values that Python has no type for: identities, times, and the values of sums.

| SpacetimeDB | Python |
| --- | --- |
| bool, integers of 8 to 256 bits, floats, String | `bool`, `int`, `float`, `str` |
| an array; an array of u8 | `list`; `bytes` |
| a product | `Row`, or the class of generated bindings |
| an option | the value or `None`; an option in an option is a `Variant` |
| a Result | `Ok` or `Err` |
| any other sum | `Variant`, or the classes of generated bindings |
| Identity, ConnectionId, Timestamp, TimeDuration | the classes here |
| ScheduleAt | a `TimeDuration` (every so often) or a `Timestamp` (at this moment) |
| Uuid | `uuid.UUID` |
"""

from enum import IntEnum
from datetime import datetime, timedelta, timezone
from typing import Any, Generic, TypeVar, Union

from .errors import InvalidArgumentError

T = TypeVar("T")
_Bytes = bytes  # where `bytes` is an attribute

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


class _Id:
    """A number known by its bytes, little-endian, and written in hexadecimal, the highest byte first."""

    __slots__ = ("bytes",)
    size = 0

    def __init__(self, data: _Bytes) -> None:
        if not isinstance(data, bytes) or len(data) != self.size:
            given = f"{len(data)} of them" if isinstance(data, bytes) else f"{type(data).__name__} {data!r}"
            raise InvalidArgumentError(f"{type(self).__name__} takes {self.size} bytes, not {given}")
        self.bytes = data

    def to_hex(self) -> str:
        """The number as hexadecimal digits in lower case, as the host writes it."""
        return self.bytes[::-1].hex()

    def __str__(self) -> str:
        return self.to_hex()

    def __repr__(self) -> str:
        return f"{type(self).__name__}.from_hex({self.to_hex()!r})"

    def __int__(self) -> int:
        return int.from_bytes(self.bytes, "little")

    def __eq__(self, other: object) -> bool:
        return self.bytes == other.bytes if isinstance(other, type(self)) else NotImplemented

    def __lt__(self, other: "_Id") -> bool:
        return int(self) < int(other) if isinstance(other, type(self)) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.bytes)


def _from_hex(text: str, size: int, what: str) -> bytes:
    if not isinstance(text, str):
        raise InvalidArgumentError(f"{what} is read from a str, not from {type(text).__name__} {text!r}")
    digits = text[2:] if text[:2] in ("0x", "0X") else text
    try:
        data = bytes.fromhex(digits) if len(digits) == 2 * size else b""
    except ValueError:
        data = b""
    if len(data) != size:
        raise InvalidArgumentError(f"{what} is {2 * size} hexadecimal digits, not {text!r}")
    return data[::-1]


class Identity(_Id):
    """Who a client is. `bytes` are its 32 bytes as BSATN has them; `str` gives 64 hexadecimal digits."""

    __slots__ = ()
    size = 32

    @classmethod
    def from_hex(cls, text: str) -> "Identity":
        """Reads 64 hexadecimal digits, after an optional "0x"."""
        return cls(_from_hex(text, 32, "an identity"))


class ConnectionId(_Id):
    """Which connection of a client. `bytes` are its 16 bytes as BSATN has them; `str` gives 32 hexadecimal digits."""

    __slots__ = ()
    size = 16

    @classmethod
    def from_hex(cls, text: str) -> "ConnectionId":
        """Reads 32 hexadecimal digits, after an optional "0x"."""
        return cls(_from_hex(text, 16, "a connection id"))


class _Micros:
    """Microseconds."""

    __slots__ = ("micros",)

    def __init__(self, micros: int) -> None:
        self.micros = micros

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.micros})"

    def __eq__(self, other: object) -> bool:
        return self.micros == other.micros if isinstance(other, type(self)) else NotImplemented

    def __lt__(self, other: Any) -> bool:
        return self.micros < other.micros if isinstance(other, type(self)) else NotImplemented

    def __le__(self, other: Any) -> bool:
        return self.micros <= other.micros if isinstance(other, type(self)) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), self.micros))


class Timestamp(_Micros):
    """A moment: `micros` are microseconds since the Unix epoch, negative before it."""

    __slots__ = ()

    @classmethod
    def now(cls) -> "Timestamp":
        """This moment."""
        return cls.from_datetime(datetime.now(timezone.utc))

    @classmethod
    def from_datetime(cls, moment: datetime) -> "Timestamp":
        """The moment of a `datetime`; one without a time zone is local time, as everywhere in Python."""
        return cls((moment.astimezone(timezone.utc) - _EPOCH) // _MICROSECOND)

    def to_datetime(self) -> datetime:
        """The moment as a `datetime` in UTC. OverflowError for one outside the years 1 to 9999."""
        return _EPOCH + timedelta(microseconds=self.micros)

    def __str__(self) -> str:
        """Text of RFC 3339 in UTC, as the host writes it; outside the years that `datetime` has, the number."""
        try:
            return self.to_datetime().isoformat(timespec="microseconds")
        except OverflowError:
            return f"{self.micros} µs"

    def __sub__(self, other: "Timestamp") -> "TimeDuration":
        return TimeDuration(self.micros - other.micros) if isinstance(other, Timestamp) else NotImplemented

    def __add__(self, other: "TimeDuration") -> "Timestamp":
        return Timestamp(self.micros + other.micros) if isinstance(other, TimeDuration) else NotImplemented


class TimeDuration(_Micros):
    """A length of time: `micros` are microseconds, negative for one that goes back."""

    __slots__ = ()

    @classmethod
    def from_timedelta(cls, length: timedelta) -> "TimeDuration":
        """The length of a `timedelta`."""
        return cls(length // _MICROSECOND)

    def to_timedelta(self) -> timedelta:
        """The length as a `timedelta`. OverflowError for one that it cannot hold."""
        return timedelta(microseconds=self.micros)

    def __str__(self) -> str:
        """Seconds with six digits after the point, and the sign, as the host writes it."""
        seconds, micros = divmod(abs(self.micros), 1_000_000)
        return f"{'-' if self.micros < 0 else '+'}{seconds}.{micros:06}"


ScheduleAt = Union[TimeDuration, Timestamp]
"""When a scheduled reducer runs: every so often, or once at a moment."""


class Variant:
    """A value of a sum: the variant's name and what it carries, `()` where that is nothing.

    Where a sum is written, the name alone is as good for a variant that carries nothing: `"Knight"`.
    """

    __slots__ = ("name", "value")
    __match_args__ = ("name", "value")

    def __init__(self, name: str, value: Any = ()) -> None:
        self.name = name
        self.value = value

    def __repr__(self) -> str:
        return f"Variant({self.name!r})" if self.value == () else f"Variant({self.name!r}, {self.value!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Variant):
            return self.name == other.name and self.value == other.value
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.name, self.value))


class PlainEnum(IntEnum):
    """Of generated bindings: a sum whose variants carry nothing."""

    __stdb_type__ = ""


class _Outcome(Generic[T]):
    __slots__ = ("value",)
    __match_args__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Outcome) and type(self) is type(other) and self.value == other.value

    def __hash__(self) -> int:
        return hash((type(self), self.value))


class Ok(_Outcome[T]):
    """The good value of a Result."""

    __slots__ = ()


class Err(_Outcome[T]):
    """The error of a Result."""

    __slots__ = ()
