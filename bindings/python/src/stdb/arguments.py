"""Checking what callers give: an argument of a wrong type is named in the error."""

import threading
from typing import Any, Optional, Union

from .errors import InvalidArgumentError


def member(kind: Any, value: Union[str, int], what: str) -> Any:
    """The member of an enumeration for its number or its name in either case."""
    if isinstance(value, str) and value.upper() in kind.__members__:
        return kind[value.upper()]
    if isinstance(value, int) and value in set(kind):
        return kind(value)
    names = ", ".join(repr(name.lower()) for name in kind.__members__)
    raise InvalidArgumentError(f"{what} must be one of {names}, not {value!r}")


def number(value: Any, what: str, highest: int = 0xFFFF_FFFF) -> int:
    """A number for an option that is one."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgumentError(f"{what} must be an int, not {type(value).__name__} {value!r}")
    if not 0 <= value <= highest:
        raise InvalidArgumentError(f"{what} must be from 0 to {highest}, not {value}")
    return int(value)


def flag(value: Any, what: str) -> bool:
    """A yes or no."""
    if not isinstance(value, bool):
        raise InvalidArgumentError(f"{what} must be a bool, not {type(value).__name__} {value!r}")
    return value


def seconds(value: Any, what: str = "timeout") -> Optional[float]:
    """A time in seconds, or None for no limit."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise InvalidArgumentError(f"{what} must be a number of seconds or None, not {type(value).__name__} {value!r}")
    # No more than Python can wait, which is centuries.
    return min(float(value), threading.TIMEOUT_MAX)


def function(value: Any, what: str) -> Any:
    """Something that can be called."""
    if not callable(value):
        raise InvalidArgumentError(f"{what} must be callable, and {value!r} is not")
    return value
