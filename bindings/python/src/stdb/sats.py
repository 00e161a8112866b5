"""Types: what a schema says of a column's, a parameter's or a returned value's type."""

from typing import Iterator, NamedTuple, Optional, Tuple

INTEGERS = {f"{sign}{bits}": (sign == "i", bits // 8) for bits in (8, 16, 32, 64, 128, 256) for sign in ("u", "i")}
"""The integers' kinds: whether they have a sign, and their size in bytes."""

SIZES = {
    "bool": 1,
    "f32": 4,
    "f64": 8,
    "identity": 32,
    "connection_id": 16,
    "timestamp": 8,
    "time_duration": 8,
    "uuid": 16,
    "schedule_at": 9,
    **{kind: size for kind, (_, size) in INTEGERS.items()},
}
"""How many bytes a value of a kind takes, where all of its values take the same."""


class Type(NamedTuple):
    """A type, without references."""

    kind: str
    """bool, u8 to u256, i8 to i256, f32, f64, string, array, product, sum, option, result, identity, connection_id,
    timestamp, time_duration, uuid or schedule_at."""
    name: Optional[str] = None
    """The name that the module gives a product or a sum."""
    parts: Tuple["Part", ...] = ()
    """A product's elements, a sum's variants; of an option `some`, of a Result `ok` and `err`, of an array the element."""

    @property
    def element(self) -> "Type":
        """An array's element, or what an option has."""
        return self.parts[0].type

    @property
    def size(self) -> Optional[int]:
        """How many bytes a value takes, where all take the same."""
        if self.kind in SIZES:
            return SIZES[self.kind]
        sizes = [part.type.size for part in self.parts]
        if self.kind == "product":
            return None if None in sizes else sum(size or 0 for size in sizes)
        if self.kind == "option":
            return 1 if sizes == [0] else None
        if self.kind in ("sum", "result") and sizes and sizes[0] is not None and all(s == sizes[0] for s in sizes):
            return 1 + sizes[0]
        return None

    @property
    def is_unit(self) -> bool:
        """Whether it is a product of nothing."""
        return self.kind == "product" and not self.parts

    @property
    def is_enum(self) -> bool:
        """Whether it is a sum whose variants carry nothing."""
        return self.kind == "sum" and all(part.type.is_unit for part in self.parts)

    def __str__(self) -> str:
        if self.kind == "array":
            return "bytes" if self.element.kind == "u8" else f"array of {self.element}"
        if self.kind == "option":
            return f"option of {self.element}"
        if self.kind == "result":
            return f"Result of {self.parts[0].type} and {self.parts[1].type}"
        if self.kind in ("product", "sum"):
            return self.name or f"{self.kind} of {', '.join(part.name for part in self.parts) or 'nothing'}"
        return self.kind


class Part(NamedTuple):
    """An element of a product, or a variant of a sum."""

    name: str
    type: Type


def walk(ty: Type) -> Iterator[Type]:
    """The type and all that it is made of, the parts first."""
    for part in ty.parts:
        yield from walk(part.type)
    yield ty
