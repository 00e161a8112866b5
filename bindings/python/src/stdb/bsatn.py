"""From BSATN to Python values and back. What reads and writes a type is made once for it: Python source in which all that
has a fixed size is one `struct` format, and the rest is in line."""

import struct
import uuid
from functools import lru_cache, partial
from itertools import count, starmap
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple, cast

from .errors import BsatnError, InvalidArgumentError
from .row import attribute_names, row_class, spelled
from .sats import INTEGERS, Type
from .values import ConnectionId, Err, Identity, Ok, PlainEnum, TimeDuration, Timestamp, Variant

Classes = Mapping[str, Any]
"""Of generated bindings: what stands for a product (a class that is called with the elements) or for a sum (a sequence of
such, one a variant, or of values for variants that carry nothing) by the name of its type."""

FORMATS = {
    "bool": "?", "u8": "B", "u16": "H", "u32": "I", "u64": "Q", "i8": "b", "i16": "h", "i32": "i", "i64": "q",
    "f32": "f", "f64": "d",
}  # fmt: skip
"""What `struct` calls the types that it knows."""

MAX_EMPTY = 1 << 20
"""The most elements of an array whose elements take no bytes."""

_MAX_BLOCKS = 6
"""How deep loops and branches may nest in one function; what lies deeper gets a function of its own."""

_MAX_PRODUCTS = 20
"""How deep products may nest in one function."""


class Decoder(NamedTuple):
    """What reads values of one type."""

    one: Callable[[bytes], Any]
    """Reads bytes that are one value. BsatnError for anything else."""
    all: Callable[[bytes], List[Any]]
    """Reads bytes that are values one after another."""


@lru_cache(maxsize=None)
def _plain_decoder(ty: Type) -> Decoder:
    return _compile(ty, {})


def decoder(ty: Type, classes: Optional[Classes] = None) -> Decoder:
    """What reads values of a type, into the classes of generated bindings where there are."""
    return _compile(ty, classes) if classes else _plain_decoder(ty)


def _compile(ty: Type, classes: Classes) -> Decoder:
    fixed = _Fixed.of(ty, _Source(classes))
    if fixed is not None:
        all_of = fixed.reader()
        return Decoder(
            partial(_one_fixed, fixed.run.size, all_of, str(ty)), partial(_all_checked, fixed.run.size, all_of, str(ty))
        )
    read = _Source(classes).function(ty)
    return Decoder(partial(_one, read, str(ty)), partial(_all, read, str(ty)))


class _Fixed(NamedTuple):
    """How a type is read whose values are one `struct` format and one expression."""

    source: "_Source"
    run: struct.Struct
    names: List[str]
    expression: str

    @classmethod
    def of(cls, ty: Type, source: "_Source") -> Optional["_Fixed"]:
        """For a type that is of this kind."""
        if not ty.size:
            return None
        expression = source.value(ty)
        if source.lines:
            return None
        names = [name for _, name in source.run]
        return cls(source, struct.Struct("<" + "".join(format for format, _ in source.run)), names, expression)

    def reader(self) -> Callable[[bytes], List[Any]]:
        """A function that reads values one after another."""
        whole = self.source.whole
        if whole is not None and whole[1] == self.names:
            # The row's class takes what struct gives as it is.
            each = map if isinstance(whole[0], type) and issubclass(whole[0], tuple) else starmap
            return partial(_all_plain, self.run, each, whole[0])
        unpack = self.source.constant(self.run.iter_unpack)
        line = f"def all_of(buf): return [{self.expression} for {', '.join(self.names)}, in {unpack}(buf)]"
        return cast(Callable[[bytes], List[Any]], self.source.build([line], "all_of"))


def _all_plain(run: struct.Struct, each: Any, make: Any, buf: bytes) -> List[Any]:
    return list(each(make, run.iter_unpack(buf)))


def _all_checked(size: int, all_of: Callable[[bytes], List[Any]], what: str, buf: bytes) -> List[Any]:
    if len(buf) % size:
        raise BsatnError(f"{what}: {len(buf)} bytes are not values of {size} bytes")
    try:
        return all_of(buf)
    except IndexError:
        raise BsatnError(f"{what}: a sum's tag is not one of its variants") from None


def _one_fixed(size: int, all_of: Callable[[bytes], List[Any]], what: str, buf: bytes) -> Any:
    if len(buf) != size:
        raise BsatnError(f"{what}: {size} bytes are wanted, there are {len(buf)}")
    return _all_checked(size, all_of, what, buf)[0]


def _one(read: Any, what: str, buf: bytes) -> Any:
    value, position = _guarded(read, what, buf, 0)
    if position != len(buf):
        raise BsatnError(f"{what}: the value ends at byte {position}, but there are {len(buf)}")
    return value


def _all(read: Any, what: str, buf: bytes) -> List[Any]:
    values: List[Any] = []
    append = values.append
    position, end = 0, len(buf)
    try:
        while position < end:
            value, position = read(buf, position)
            append(value)
    except Exception as error:
        raise _explained(what, error) from None
    if position != end:
        raise BsatnError(f"{what}: the values end at byte {position}, but there are {end}")
    return values


def _guarded(read: Any, what: str, buf: bytes, position: int) -> Any:
    try:
        return read(buf, position)
    except Exception as error:
        raise _explained(what, error) from None


def _explained(what: str, error: Exception) -> Exception:
    if isinstance(error, struct.error):
        return BsatnError(f"{what}: the bytes end too early")
    if isinstance(error, UnicodeDecodeError):
        return BsatnError(f"{what}: a text is not UTF-8: {error}")
    if isinstance(error, IndexError):
        return BsatnError(f"{what}: a sum's tag is not one of its variants")
    return BsatnError(f"{what}: {error}") if isinstance(error, BsatnError) else error


class _Source:
    """Python source that reads a value, as it is being written."""

    def __init__(self, classes: Classes, outer: Optional["_Source"] = None) -> None:
        self.classes = classes
        self.lines: List[str] = []
        self.globals: Dict[str, Any] = (
            outer.globals if outer else {"BsatnError": BsatnError, "int_from": int.from_bytes}
        )
        self.numbers: Iterator[int] = outer.numbers if outer else count(1)
        self.run: List[Tuple[str, str]] = []
        """What comes next and has a fixed size: its format, and the variable that receives it."""
        self.whole: Optional[Tuple[Any, List[str]]] = None
        """The class and the raw variables of a product of nothing but those."""
        self.indent = 1
        self.blocks = 0
        self.products = 0

    def name(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers)}"

    def constant(self, value: Any, prefix: str = "c") -> str:
        name = self.name(prefix)
        self.globals[name] = value
        return name

    def line(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)

    def raw(self, format: str) -> str:
        name = self.name("r")
        self.run.append((format, name))
        return name

    def flush(self) -> None:
        """Writes the reading of the run."""
        if self.run:
            run = struct.Struct("<" + "".join(format for format, _ in self.run))
            names = ", ".join(name for _, name in self.run)
            self.line(f"{names}, = {self.constant(run.unpack_from, 'u')}(buf, pos)")
            self.line(f"pos += {run.size}")
            self.run = []

    def function(self, ty: Type) -> Any:
        """A function that reads a value at a position and returns it and where it ends."""
        expression = self.value(ty)
        self.flush()
        self.line(f"return {expression}, pos")
        return self.build(["def read(buf, pos):"] + self.lines, "read")

    def build(self, lines: List[str], name: str) -> Any:
        exec("\n".join(lines), self.globals)
        return self.globals[name]

    def value(self, ty: Type) -> str:
        """Writes the reading of a value; returns the expression for it, good after the next flush."""
        kind = ty.kind
        if kind in FORMATS:
            return self.raw(FORMATS[kind])
        if kind in INTEGERS:
            signed, size = INTEGERS[kind]
            return f"int_from({self.raw(f'{size}s')}, 'little'{', signed=True' if signed else ''})"
        if kind in ("identity", "connection_id"):
            make, size = (Identity, 32) if kind == "identity" else (ConnectionId, 16)
            return f"{self.constant(make)}({self.raw(f'{size}s')})"
        if kind in ("timestamp", "time_duration"):
            return f"{self.constant(Timestamp if kind == 'timestamp' else TimeDuration)}({self.raw('q')})"
        if kind == "uuid":
            return f"{self.constant(_uuid)}({self.raw('16s')})"
        if kind == "schedule_at":
            return f"{self.constant((TimeDuration, Timestamp))}[{self.raw('B')}]({self.raw('q')})"
        if kind == "product":
            return self.product(ty) if self.products < _MAX_PRODUCTS else self.elsewhere(ty)
        if ty.is_enum:
            return f"{self.constant(self.variants(ty))}[{self.raw('B')}]"
        if kind == "string":
            return self.text()
        if self.blocks >= _MAX_BLOCKS:
            return self.elsewhere(ty)
        return self.array(ty) if kind == "array" else self.sum(ty)

    def product(self, ty: Type) -> str:
        make = self.classes.get(ty.name or "") or row_class(ty.name or "Row", (part.name for part in ty.parts))
        self.products += 1
        values = [self.value(part.type) for part in ty.parts]
        self.products -= 1
        self.whole = (make, values)
        arguments = ", ".join(values)
        if isinstance(make, type) and issubclass(make, tuple):
            arguments = f"({arguments},)" if values else "()"
        return f"{self.constant(make)}({arguments})"

    def variants(self, ty: Type) -> List[Any]:
        """The values of a sum whose variants carry nothing."""
        made = self.classes.get(ty.name or "")
        return list(made) if made is not None else [Variant(part.name) for part in ty.parts]

    def text(self) -> str:
        start, end = self.span()
        result = self.name("v")
        self.line(f"{result} = buf[{start}:{end}].decode()")
        return result

    def span(self) -> Tuple[str, str]:
        """Reads a count of bytes and passes over them; where they begin and end."""
        length = self.raw("I")
        self.flush()
        start = self.name("s")
        self.line(f"{start} = pos; pos += {length}")
        self.line("if pos > len(buf): raise BsatnError('the bytes end too early')")
        end = self.name("e")
        self.line(f"{end} = pos")
        return start, end

    def elsewhere(self, ty: Type) -> str:
        """Reads a value by a function of its own."""
        self.flush()
        result = self.name("v")
        read = _Source(self.classes).function(ty)
        self.line(f"{result}, pos = {self.constant(read)}(buf, pos)")
        return result

    def array(self, ty: Type) -> str:
        element = ty.element
        if element.kind == "u8":
            start, end = self.span()
            result = self.name("v")
            self.line(f"{result} = buf[{start}:{end}]")
            return result
        length = self.raw("I")
        self.flush()
        result = self.name("v")
        size = element.size
        fixed = _Fixed.of(element, _Source(self.classes, self))
        if fixed is not None:
            end = self.name("e")
            self.line(f"{end} = pos + {length} * {size}")
            self.line(f"if {end} > len(buf): raise BsatnError('the bytes end too early')")
            unpack = self.constant(fixed.run.iter_unpack)
            self.line(f"{result} = [{fixed.expression} for {', '.join(fixed.names)}, in {unpack}(buf[pos:{end}])]")
            self.line(f"pos = {end}")
            return result
        limit = "len(buf) - pos" if size is None else str(MAX_EMPTY)
        self.line(f"if {length} > {limit}: raise BsatnError(f'{{{length}}} elements do not fit')")
        self.line(f"{result} = []")
        self.line(f"for _ in range({length}):")
        self.indent += 1
        self.blocks += 1
        value = self.value(element)
        self.flush()
        self.line(f"{result}.append({value})")
        self.indent -= 1
        self.blocks -= 1
        return result

    def sum(self, ty: Type) -> str:
        tag = self.raw("B")
        self.flush()
        result = self.name("v")
        for position, (part, wrap) in enumerate(zip(*self.alternatives(ty))):
            self.line(f"{'if' if position == 0 else 'elif'} {tag} == {position}:")
            self.indent += 1
            self.blocks += 1
            if part is None:
                self.line(f"{result} = {wrap}")
            else:
                value = self.value(part)
                self.flush()
                self.line(f"{result} = {wrap.format(value)}")
            self.indent -= 1
            self.blocks -= 1
        self.line(f"else: raise BsatnError(f'the tag is {{{tag}}}, but there are {max(2, len(ty.parts))} variants')")
        return result

    def alternatives(self, ty: Type) -> Tuple[List[Optional[Type]], List[str]]:
        """For each variant what it carries (None when that is nothing to read), and the expression around its value."""
        if ty.kind == "option":
            if ty.element.kind == "option":
                return [ty.element, None], [f"{self.constant(Variant)}('some', {{}})", self.constant(Variant("none"))]
            return [ty.element, None], ["{}", "None"]
        if ty.kind == "result":
            return [part.type for part in ty.parts], [f"{self.constant(Ok)}({{}})", f"{self.constant(Err)}({{}})"]
        made = self.classes.get(ty.name or "")
        types: List[Optional[Type]] = []
        wraps = []
        for position, part in enumerate(ty.parts):
            types.append(None if part.type.is_unit else part.type)
            if made is not None:
                make = self.constant(made[position])
                wraps.append(f"{make}()" if part.type.is_unit else f"{make}({{}})")
            elif part.type.is_unit:
                wraps.append(self.constant(Variant(part.name)))
            else:
                wraps.append(f"{self.constant(Variant)}({part.name!r}, {{}})")
        return types, wraps


def _uuid(data: bytes) -> uuid.UUID:
    return uuid.UUID(int=int.from_bytes(data, "little"))


# ---- Writing --------------------------------------------------------------------------------------------------------

Encoder = Callable[[Any, bytearray], None]


@lru_cache(maxsize=None)
def encoder(ty: Type) -> Encoder:
    """What appends the BSATN of values of a type. It raises InvalidArgumentError for a value that is not of it, which says
    where in the value, what was expected, and what there is."""
    kind = ty.kind
    if kind in INTEGERS:
        return partial(_write_integer, kind, *INTEGERS[kind])
    if kind in ("f32", "f64"):
        return partial(_write_float, kind, struct.Struct("<f" if kind == "f32" else "<d"))
    if kind in ("identity", "connection_id"):
        return partial(_write_id, Identity if kind == "identity" else ConnectionId)
    if kind in ("timestamp", "time_duration"):
        return partial(_write_micros, Timestamp if kind == "timestamp" else TimeDuration)
    if kind == "array":
        return _write_bytes if ty.element.kind == "u8" else partial(_write_array, str(ty), encoder(ty.element))
    if kind == "product":
        return partial(_write_product, str(ty), [(part.name, encoder(part.type)) for part in ty.parts])
    if kind == "option":
        return partial(_write_option, ty.element.kind == "option", encoder(ty.element))
    if kind == "result":
        return partial(_write_result, encoder(ty.parts[0].type), encoder(ty.parts[1].type))
    if kind == "sum":
        variants = {part.name: (tag, part.type.is_unit, encoder(part.type)) for tag, part in enumerate(ty.parts)}
        return partial(_write_sum, str(ty), variants)
    return {"bool": _write_bool, "string": _write_string, "uuid": _write_uuid, "schedule_at": _write_schedule_at}[kind]


def encode(ty: Type, value: Any, what: str) -> bytes:
    """The BSATN of a value. `what` names it in errors."""
    out = bytearray()
    try:
        encoder(ty)(value, out)
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"{what}{error.message}") from None
    return bytes(out)


def encode_arguments(parameters: Type, args: Tuple[Any, ...], kwargs: Dict[str, Any], what: str) -> bytes:
    """The BSATN of the arguments of a call, given by position or by name."""
    names = [part.name for part in parameters.parts]
    signature = f"{what}({', '.join(f'{part.name}: {part.type}' for part in parameters.parts)})"
    if len(args) > len(names):
        raise InvalidArgumentError(f"{signature} takes {len(names)} arguments, not {len(args)}")
    values = dict(zip(names, args))
    for name, value in kwargs.items():
        parameter = spelled(name, names, frozenset(("self",)))
        if parameter not in names or parameter in values:
            wrong = "was given twice the" if parameter in values else "has no"
            raise InvalidArgumentError(f"{signature} {wrong} argument {name!r}")
        values[parameter] = value
    missing = [name for name in names if name not in values]
    if missing:
        raise InvalidArgumentError(f"{signature} was not given {', '.join(missing)}")
    out = bytearray()
    for part in parameters.parts:
        try:
            encoder(part.type)(values[part.name], out)
        except InvalidArgumentError as error:
            raise InvalidArgumentError(f"{what}: argument {part.name}{error.message}") from None
    return bytes(out)


def _wrong(expected: str, value: Any) -> InvalidArgumentError:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return InvalidArgumentError(f": expected {expected}, got {type(value).__name__} {shown}")


def _within(step: str, error: InvalidArgumentError) -> InvalidArgumentError:
    return InvalidArgumentError(step + error.message)


def _write_bool(value: Any, out: bytearray) -> None:
    if not isinstance(value, bool):
        raise _wrong("bool", value)
    out.append(value)


def _write_integer(kind: str, signed: bool, size: int, value: Any, out: bytearray) -> None:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise _wrong(kind, value)
    try:
        out += value.__index__().to_bytes(size, "little", signed=signed)
    except OverflowError:
        low, high = (-(1 << 8 * size - 1), (1 << 8 * size - 1) - 1) if signed else (0, (1 << 8 * size) - 1)
        raise _wrong(f"{kind} ({low} to {high})", value) from None


def _write_float(kind: str, form: struct.Struct, value: Any, out: bytearray) -> None:
    if isinstance(value, bool) or not hasattr(value, "__float__") and not hasattr(value, "__index__"):
        raise _wrong(kind, value)
    try:
        out += form.pack(value)
    except (OverflowError, struct.error):
        raise _wrong(kind, value) from None


def _write_string(value: Any, out: bytearray) -> None:
    if not isinstance(value, str):
        raise _wrong("str", value)
    try:
        data = value.encode()
    except UnicodeEncodeError:
        raise _wrong("text that UTF-8 has", value) from None
    out += len(data).to_bytes(4, "little")
    out += data


def _write_bytes(value: Any, out: bytearray) -> None:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise _wrong("bytes", value)
    data = bytes(value)
    out += len(data).to_bytes(4, "little")
    out += data


def _write_id(kind: Any, value: Any, out: bytearray) -> None:
    if isinstance(value, str):
        try:
            value = kind.from_hex(value)
        except InvalidArgumentError as error:
            raise InvalidArgumentError(f": {error.message}") from None
    if not isinstance(value, kind):
        raise _wrong(kind.__name__, value)
    out += value.bytes


def _write_micros(kind: Any, value: Any, out: bytearray) -> None:
    from datetime import datetime, timedelta

    if kind is Timestamp and isinstance(value, datetime):
        value = Timestamp.from_datetime(value)
    if kind is TimeDuration and isinstance(value, timedelta):
        value = TimeDuration.from_timedelta(value)
    if not isinstance(value, kind):
        raise _wrong(kind.__name__, value)
    _write_integer("i64", True, 8, value.micros, out)


def _write_uuid(value: Any, out: bytearray) -> None:
    if not isinstance(value, uuid.UUID):
        raise _wrong("uuid.UUID", value)
    out += value.int.to_bytes(16, "little")


def _write_schedule_at(value: Any, out: bytearray) -> None:
    if not isinstance(value, (TimeDuration, Timestamp)):
        raise _wrong("TimeDuration or Timestamp", value)
    out.append(isinstance(value, Timestamp))
    _write_integer("i64", True, 8, value.micros, out)


def _write_array(expected: str, write: Encoder, value: Any, out: bytearray) -> None:
    if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__") or not hasattr(value, "__len__"):
        raise _wrong(expected, value)
    out += len(value).to_bytes(4, "little")
    for position, element in enumerate(value):
        try:
            write(element, out)
        except InvalidArgumentError as error:
            raise _within(f"[{position}]", error) from None


def _write_product(expected: str, parts: List[Tuple[str, Encoder]], value: Any, out: bytearray) -> None:
    for (name, write), element in zip(parts, _elements(expected, parts, value)):
        try:
            write(element, out)
        except InvalidArgumentError as error:
            raise _within(f".{name}", error) from None


def _elements(expected: str, parts: List[Tuple[str, Encoder]], value: Any) -> List[Any]:
    """The elements of a product that was given as a tuple or list, a dict, or an object with attributes."""
    names = [name for name, _ in parts]
    if isinstance(value, dict):
        odd = [name for name in value if name not in names]
        missing = [name for name in names if name not in value]
        if odd or missing:
            raise InvalidArgumentError(
                f": {expected} has no field {odd[0]!r}" if odd else f": {expected} needs {missing[0]!r}"
            )
        return [value[name] for name in names]
    if isinstance(value, (tuple, list)):
        if len(value) != len(names):
            raise _wrong(f"{expected} of {len(names)} elements", value)
        return list(value)
    try:
        return [getattr(value, attribute) for attribute in attribute_names(tuple(names))]
    except AttributeError:
        raise _wrong(expected, value) from None


def _write_option(nested: bool, write: Encoder, value: Any, out: bytearray) -> None:
    is_variant = nested and isinstance(value, Variant)
    if value is None or is_variant and value.name == "none":
        out.append(1)
        return
    out.append(0)
    write(value.value if is_variant and value.name == "some" else value, out)


def _write_result(good: Encoder, bad: Encoder, value: Any, out: bytearray) -> None:
    if not isinstance(value, (Ok, Err)):
        raise _wrong("Ok or Err", value)
    out.append(isinstance(value, Err))
    (good if isinstance(value, Ok) else bad)(value.value, out)


def _write_sum(expected: str, variants: Dict[str, Tuple[int, bool, Encoder]], value: Any, out: bytearray) -> None:
    name, carried = _variant(expected, list(variants), value)
    known = variants.get(name) if name is not None else None
    if known is None:
        raise _wrong(f"{expected} (one of {', '.join(variants)})", value)
    tag, is_unit, write = known
    if is_unit and carried not in ((), None):
        raise _wrong(f"{expected}.{name}, which carries nothing", value)
    out.append(tag)
    if not is_unit:
        try:
            write(carried, out)
        except InvalidArgumentError as error:
            raise _within(f".{name}", error) from None


def _variant(expected: str, names: List[str], value: Any) -> Tuple[Optional[str], Any]:
    """The name and what it carries of a sum's value: a Variant, a name, a dict of one entry, or a generated class's."""
    if isinstance(value, Variant):
        return value.name, value.value
    if isinstance(value, PlainEnum):
        return (names[value] if value.__stdb_type__ == expected and value < len(names) else None), ()
    if isinstance(value, str):
        return value, ()
    if isinstance(value, dict) and len(value) == 1:
        ((name, carried),) = value.items()
        return name, carried
    of, name = getattr(value, "__stdb_variant__", (None, None))
    return (name if of == expected else None), getattr(value, "value", ())
