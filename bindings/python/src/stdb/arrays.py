"""Rows of fixed size as NumPy structured arrays."""

from functools import lru_cache
from typing import Any, Callable

from . import _ffi
from .errors import StdbError
from .sats import INTEGERS, Type
from .schema import TableSchema

_FORMATS = {"bool": "?", "f32": "<f4", "f64": "<f8", "timestamp": "<i8", "time_duration": "<i8"}


def numpy() -> Any:
    """NumPy, or an error that says how to get it."""
    try:
        import numpy
    except ImportError:
        raise StdbError("this needs NumPy: pip install numpy", code=_ffi.STDB_ERR_UNSUPPORTED) from None
    return numpy


@lru_cache(maxsize=None)
def dtype(ty: Type) -> Any:
    """The NumPy type of values of a type of fixed size. Numbers of 128 and 256 bits, identities and the like are raw bytes
    (`V16`, `V32`) as BSATN has them, little-endian; a sum is its tag, and its payload as raw bytes if it has one."""
    np = numpy()
    if ty.kind in INTEGERS and INTEGERS[ty.kind][1] <= 8:
        signed, size = INTEGERS[ty.kind]
        return np.dtype(f"<{'i' if signed else 'u'}{size}")
    if ty.kind in _FORMATS:
        return np.dtype(_FORMATS[ty.kind])
    if ty.kind == "product":
        # NumPy has no fields without a size, nor two of one name.
        parts = [part for part in ty.parts if part.type.size]
        return np.dtype([(part.name, dtype(part.type)) for part in parts])
    size = ty.size or 0
    if ty.kind in ("sum", "option", "result", "schedule_at"):
        return np.dtype("u1") if size == 1 else np.dtype([("tag", "u1"), ("value", f"V{size - 1}")])
    return np.dtype(f"V{size}")


def row_dtype(schema: TableSchema) -> Any:
    """The NumPy type of a table's rows; an error for a table whose rows differ in size."""
    if not schema.row.size:
        odd = next((part.name for part in schema.row.parts if not part.type.size), None)
        why = f"its column {odd!r} has no fixed size" if odd else "its rows have no bytes"
        raise StdbError(f"rows of table {schema.name} are not an array: {why}", code=_ffi.STDB_ERR_ROW_SIZE)
    return dtype(schema.row)


def new_array(schema: TableSchema, count: int, fill: Callable[[int, int], Any]) -> Any:
    """An array of so many rows that a function writes, given where and how many bytes."""
    array = numpy().empty(count, dtype=row_dtype(schema))
    fill(array.ctypes.data, array.nbytes)
    return array
