# Made by stdb-codegen 0.1.0 out of the module's schema. Do not edit: make it again instead.
"""A SpacetimeDB module's tables, reducers and procedures, with their types: `connect(uri, database)`, or `aconnect` on
asyncio. See the package stdb."""

# What may be left out has `...` for its default, which pyright knows in stubs alone.
# pyright: reportArgumentType=false

# What is imported has a name that no column has.
from __future__ import annotations as _annotations

from builtins import bool as _bool, bytes as _bytes, float as _float, int as _int, property as _property, str as _str
from dataclasses import dataclass as _dataclass
from typing import (
    TYPE_CHECKING as _TYPE_CHECKING,
    Any as _Any,
    Callable as _Callable,
    ClassVar as _ClassVar,
    List as _List,
    NoReturn as _NoReturn,
    Optional as _Optional,
    Tuple as _Tuple,
    Union as _Union,
    overload as _overload,
)
from uuid import UUID as _UUID

import stdb as _stdb
from stdb.aio import Connecting as _Connecting
from stdb.connection import connect_as as _connect_as


@_dataclass
class Vec3:
    """The type `Vec3`."""

    x: _float
    y: _float
    z: _float


@_dataclass
class Entity:
    """The type `Entity`."""

    id: _int
    zone: _int
    position: Vec3
    hp: _int


class Rank(_stdb.PlainEnum):
    """The type `Rank`."""

    __stdb_type__ = "Rank"
    recruit = 0
    knight = 1
    lord = 2


@_dataclass
class EffectNothing:
    """The variant `nothing` of `Effect`."""

    __stdb_variant__: _ClassVar[_Tuple[_str, _str]] = ("Effect", "nothing")


@_dataclass
class EffectDamage:
    """The variant `damage` of `Effect`."""

    value: _int
    __stdb_variant__: _ClassVar[_Tuple[_str, _str]] = ("Effect", "damage")


@_dataclass
class EffectSay:
    """The variant `say` of `Effect`."""

    value: _str
    __stdb_variant__: _ClassVar[_Tuple[_str, _str]] = ("Effect", "say")


@_dataclass
class EffectMove:
    """The variant `move` of `Effect`."""

    value: Vec3
    __stdb_variant__: _ClassVar[_Tuple[_str, _str]] = ("Effect", "move")


@_dataclass
class EffectMany:
    """The variant `many` of `Effect`."""

    value: _bytes
    __stdb_variant__: _ClassVar[_Tuple[_str, _str]] = ("Effect", "many")


Effect = _Union[EffectNothing, EffectDamage, EffectSay, EffectMove, EffectMany]
"""The type `Effect`: one of its variants."""


@_dataclass
class EveryType:
    """The type `EveryType`."""

    key: _int
    b: _bool
    u_8: _int
    u_16: _int
    u_32: _int
    u_64: _int
    u_128: _int
    u_256: _int
    i_8: _int
    i_16: _int
    i_32: _int
    i_64: _int
    i_128: _int
    i_256: _int
    f_32: _float
    f_64: _float
    string: _str
    bytes: _bytes
    identity: _stdb.Identity
    connection_id: _stdb.ConnectionId
    timestamp: _stdb.Timestamp
    duration: _stdb.TimeDuration
    uuid: _UUID
    some_i_32: _Optional[_int]
    none_i_32: _Optional[_int]
    rank: Rank
    effect: Effect
    effects: _List[Effect]
    nested: _List[Vec3]
    maybe_vec: _Optional[_List[_str]]
    result: _Union[_stdb.Ok[_int], _stdb.Err[_str]]


@_dataclass
class Hit:
    """The type `Hit`."""

    target: _int
    amount: _int


@_dataclass
class Item:
    """The type `Item`."""

    id: _int
    owner: _int
    serial: _str
    tags: _List[_str]


@_dataclass
class Left:
    """The type `Left`."""

    id: _int
    note: _str


@_dataclass
class User:
    """The type `User`."""

    identity: _stdb.Identity
    name: _Optional[_str]
    online: _bool


@_dataclass
class Message:
    """The type `Message`."""

    sender: _stdb.Identity
    sent: _stdb.Timestamp
    text: _str


@_dataclass
class Right:
    """The type `Right`."""

    id: _int
    left_id: _int


@_dataclass
class Summary:
    """The type `Summary`."""

    total: _int
    label: _str


class EntityTable(_stdb.Table[Entity]):
    """The table `entity`."""

    if _TYPE_CHECKING:

        def find(self, *, id: _int) -> _Optional[Entity]:  # type: ignore[override]
            raise NotImplementedError

        def filter(  # type: ignore[override]
            self,
            *,
            id: _Union[_int, _stdb.Range] = ...,
            zone: _Union[_int, _stdb.Range] = ...,
            position: _Union[Vec3, _stdb.Range] = ...,
            hp: _Union[_int, _stdb.Range] = ...,
        ) -> _List[Entity]:
            raise NotImplementedError


class EntityQuery(_stdb.TypedQueryTable):
    """The table `entity`."""

    @_property
    def id(self) -> _stdb.Column[_int]:
        return self["id"]

    @_property
    def zone(self) -> _stdb.Column[_int]:
        return self["zone"]

    @_property
    def hp(self) -> _stdb.Column[_int]:
        return self["hp"]


class EveryTypeTable(_stdb.Table[EveryType]):
    """The table `every_type`."""

    if _TYPE_CHECKING:

        def find(self, *, key: _int) -> _Optional[EveryType]:  # type: ignore[override]
            raise NotImplementedError

        def filter(  # type: ignore[override]
            self,
            *,
            key: _Union[_int, _stdb.Range] = ...,
            b: _Union[_bool, _stdb.Range] = ...,
            u_8: _Union[_int, _stdb.Range] = ...,
            u_16: _Union[_int, _stdb.Range] = ...,
            u_32: _Union[_int, _stdb.Range] = ...,
            u_64: _Union[_int, _stdb.Range] = ...,
            u_128: _Union[_int, _stdb.Range] = ...,
            u_256: _Union[_int, _stdb.Range] = ...,
            i_8: _Union[_int, _stdb.Range] = ...,
            i_16: _Union[_int, _stdb.Range] = ...,
            i_32: _Union[_int, _stdb.Range] = ...,
            i_64: _Union[_int, _stdb.Range] = ...,
            i_128: _Union[_int, _stdb.Range] = ...,
            i_256: _Union[_int, _stdb.Range] = ...,
            f_32: _Union[_float, _stdb.Range] = ...,
            f_64: _Union[_float, _stdb.Range] = ...,
            string: _Union[_str, _stdb.Range] = ...,
            bytes: _Union[_bytes, _stdb.Range] = ...,
            identity: _Union[_stdb.Identity, _stdb.Range] = ...,
            connection_id: _Union[_stdb.ConnectionId, _stdb.Range] = ...,
            timestamp: _Union[_stdb.Timestamp, _stdb.Range] = ...,
            duration: _Union[_stdb.TimeDuration, _stdb.Range] = ...,
            uuid: _Union[_UUID, _stdb.Range] = ...,
            some_i_32: _Union[_Optional[_int], _stdb.Range] = ...,
            none_i_32: _Union[_Optional[_int], _stdb.Range] = ...,
            rank: _Union[Rank, _stdb.Range] = ...,
            effect: _Union[Effect, _stdb.Range] = ...,
            effects: _Union[_List[Effect], _stdb.Range] = ...,
            nested: _Union[_List[Vec3], _stdb.Range] = ...,
            maybe_vec: _Union[_Optional[_List[_str]], _stdb.Range] = ...,
            result: _Union[_Union[_stdb.Ok[_int], _stdb.Err[_str]], _stdb.Range] = ...,
        ) -> _List[EveryType]:
            raise NotImplementedError


class EveryTypeQuery(_stdb.TypedQueryTable):
    """The table `every_type`."""

    @_property
    def key(self) -> _stdb.Column[_int]:
        return self["key"]

    @_property
    def b(self) -> _stdb.Column[_bool]:
        return self["b"]

    @_property
    def u_8(self) -> _stdb.Column[_int]:
        return self["u_8"]

    @_property
    def u_16(self) -> _stdb.Column[_int]:
        return self["u_16"]

    @_property
    def u_32(self) -> _stdb.Column[_int]:
        return self["u_32"]

    @_property
    def u_64(self) -> _stdb.Column[_int]:
        return self["u_64"]

    @_property
    def u_128(self) -> _stdb.Column[_int]:
        return self["u_128"]

    @_property
    def u_256(self) -> _stdb.Column[_int]:
        return self["u_256"]

    @_property
    def i_8(self) -> _stdb.Column[_int]:
        return self["i_8"]

    @_property
    def i_16(self) -> _stdb.Column[_int]:
        return self["i_16"]

    @_property
    def i_32(self) -> _stdb.Column[_int]:
        return self["i_32"]

    @_property
    def i_64(self) -> _stdb.Column[_int]:
        return self["i_64"]

    @_property
    def i_128(self) -> _stdb.Column[_int]:
        return self["i_128"]

    @_property
    def i_256(self) -> _stdb.Column[_int]:
        return self["i_256"]

    @_property
    def f_32(self) -> _stdb.Column[_float]:
        return self["f_32"]

    @_property
    def f_64(self) -> _stdb.Column[_float]:
        return self["f_64"]

    @_property
    def string(self) -> _stdb.Column[_str]:
        return self["string"]

    @_property
    def bytes(self) -> _stdb.Column[_bytes]:
        return self["bytes"]

    @_property
    def identity(self) -> _stdb.Column[_stdb.Identity]:
        return self["identity"]

    @_property
    def connection_id(self) -> _stdb.Column[_stdb.ConnectionId]:
        return self["connection_id"]

    @_property
    def timestamp(self) -> _stdb.Column[_stdb.Timestamp]:
        return self["timestamp"]


class HitTable(_stdb.Table[Hit]):
    """The table `hit`."""

    if _TYPE_CHECKING:

        def filter(  # type: ignore[override]
            self,
            *,
            target: _Union[_int, _stdb.Range] = ...,
            amount: _Union[_int, _stdb.Range] = ...,
        ) -> _List[Hit]:
            raise NotImplementedError


class HitQuery(_stdb.TypedQueryTable):
    """The table `hit`."""

    @_property
    def target(self) -> _stdb.Column[_int]:
        return self["target"]

    @_property
    def amount(self) -> _stdb.Column[_int]:
        return self["amount"]


class ItemTable(_stdb.Table[Item]):
    """The table `item`."""

    if _TYPE_CHECKING:

        @_overload  # type: ignore[override]
        def find(self, *, id: _int) -> _Optional[Item]: ...

        @_overload
        def find(self, *, serial: _str) -> _Optional[Item]: ...

        def find(self, **key: _Any) -> _Optional[Item]:
            raise NotImplementedError

        def filter(  # type: ignore[override]
            self,
            *,
            id: _Union[_int, _stdb.Range] = ...,
            owner: _Union[_int, _stdb.Range] = ...,
            serial: _Union[_str, _stdb.Range] = ...,
            tags: _Union[_List[_str], _stdb.Range] = ...,
        ) -> _List[Item]:
            raise NotImplementedError


class ItemQuery(_stdb.TypedQueryTable):
    """The table `item`."""

    @_property
    def id(self) -> _stdb.Column[_int]:
        return self["id"]

    @_property
    def owner(self) -> _stdb.Column[_int]:
        return self["owner"]

    @_property
    def serial(self) -> _stdb.Column[_str]:
        return self["serial"]


class LeftTable(_stdb.Table[Left]):
    """The table `left`."""

    if _TYPE_CHECKING:

        def find(self, *, id: _int) -> _Optional[Left]:  # type: ignore[override]
            raise NotImplementedError

        def filter(  # type: ignore[override]
            self,
            *,
            id: _Union[_int, _stdb.Range] = ...,
            note: _Union[_str, _stdb.Range] = ...,
        ) -> _List[Left]:
            raise NotImplementedError


class LeftQuery(_stdb.TypedQueryTable):
    """The table `left`."""

    @_property
    def id(self) -> _stdb.Column[_int]:
        return self["id"]

    @_property
    def note(self) -> _stdb.Column[_str]:
        return self["note"]


class MeTable(_stdb.Table[User]):
    """The view `me`."""

    if _TYPE_CHECKING:

        def filter(  # type: ignore[override]
            self,
            *,
            identity: _Union[_stdb.Identity, _stdb.Range] = ...,
            name: _Union[_Optional[_str], _stdb.Range] = ...,
            online: _Union[_bool, _stdb.Range] = ...,
        ) -> _List[User]:
            raise NotImplementedError


class MeQuery(_stdb.TypedQueryTable):
    """The view `me`."""

    @_property
    def identity(self) -> _stdb.Column[_stdb.Identity]:
        return self["identity"]

    @_property
    def online(self) -> _stdb.Column[_bool]:
        return self["online"]


class MessageTable(_stdb.Table[Message]):
    """The table `message`."""

    if _TYPE_CHECKING:

        def filter(  # type: ignore[override]
            self,
            *,
            sender: _Union[_stdb.Identity, _stdb.Range] = ...,
            sent: _Union[_stdb.Timestamp, _stdb.Range] = ...,
            text: _Union[_str, _stdb.Range] = ...,
        ) -> _List[Message]:
            raise NotImplementedError


class MessageQuery(_stdb.TypedQueryTable):
    """The table `message`."""

    @_property
    def sender(self) -> _stdb.Column[_stdb.Identity]:
        return self["sender"]

    @_property
    def sent(self) -> _stdb.Column[_stdb.Timestamp]:
        return self["sent"]

    @_property
    def text(self) -> _stdb.Column[_str]:
        return self["text"]


class RightTable(_stdb.Table[Right]):
    """The table `right`."""

    if _TYPE_CHECKING:

        def find(self, *, id: _int) -> _Optional[Right]:  # type: ignore[override]
            raise NotImplementedError

        def filter(  # type: ignore[override]
            self,
            *,
            id: _Union[_int, _stdb.Range] = ...,
            left_id: _Union[_int, _stdb.Range] = ...,
        ) -> _List[Right]:
            raise NotImplementedError


class RightQuery(_stdb.TypedQueryTable):
    """The table `right`."""

    @_property
    def id(self) -> _stdb.Column[_int]:
        return self["id"]

    @_property
    def left_id(self) -> _stdb.Column[_int]:
        return self["left_id"]


class UserTable(_stdb.Table[User]):
    """The table `user`."""

    if _TYPE_CHECKING:

        def find(self, *, identity: _stdb.Identity) -> _Optional[User]:  # type: ignore[override]
            raise NotImplementedError

        def filter(  # type: ignore[override]
            self,
            *,
            identity: _Union[_stdb.Identity, _stdb.Range] = ...,
            name: _Union[_Optional[_str], _stdb.Range] = ...,
            online: _Union[_bool, _stdb.Range] = ...,
        ) -> _List[User]:
            raise NotImplementedError


class UserQuery(_stdb.TypedQueryTable):
    """The table `user`."""

    @_property
    def identity(self) -> _stdb.Column[_stdb.Identity]:
        return self["identity"]

    @_property
    def online(self) -> _stdb.Column[_bool]:
        return self["online"]


class ZoneOneTable(_stdb.Table[Entity]):
    """The view `zone_one`."""

    if _TYPE_CHECKING:

        def filter(  # type: ignore[override]
            self,
            *,
            id: _Union[_int, _stdb.Range] = ...,
            zone: _Union[_int, _stdb.Range] = ...,
            position: _Union[Vec3, _stdb.Range] = ...,
            hp: _Union[_int, _stdb.Range] = ...,
        ) -> _List[Entity]:
            raise NotImplementedError


class ZoneOneQuery(_stdb.TypedQueryTable):
    """The view `zone_one`."""

    @_property
    def id(self) -> _stdb.Column[_int]:
        return self["id"]

    @_property
    def zone(self) -> _stdb.Column[_int]:
        return self["zone"]

    @_property
    def hp(self) -> _stdb.Column[_int]:
        return self["hp"]


class Tables(_stdb.TypedDb):
    """The module's tables."""

    _kinds = {
        "entity": EntityTable,
        "every_type": EveryTypeTable,
        "hit": HitTable,
        "item": ItemTable,
        "left": LeftTable,
        "me": MeTable,
        "message": MessageTable,
        "right": RightTable,
        "user": UserTable,
        "zone_one": ZoneOneTable,
    }

    @_property
    def entity(self) -> EntityTable:
        return self._typed("entity", EntityTable)

    @_property
    def every_type(self) -> EveryTypeTable:
        return self._typed("every_type", EveryTypeTable)

    @_property
    def hit(self) -> HitTable:
        return self._typed("hit", HitTable)

    @_property
    def item(self) -> ItemTable:
        return self._typed("item", ItemTable)

    @_property
    def left(self) -> LeftTable:
        return self._typed("left", LeftTable)

    @_property
    def me(self) -> MeTable:
        return self._typed("me", MeTable)

    @_property
    def message(self) -> MessageTable:
        return self._typed("message", MessageTable)

    @_property
    def right(self) -> RightTable:
        return self._typed("right", RightTable)

    @_property
    def user(self) -> UserTable:
        return self._typed("user", UserTable)

    @_property
    def zone_one(self) -> ZoneOneTable:
        return self._typed("zone_one", ZoneOneTable)


class Query:
    """The module's tables in queries: `query.user.where(query.user.online)`."""

    @_property
    def entity(self) -> EntityQuery:
        return EntityQuery("entity")

    @_property
    def every_type(self) -> EveryTypeQuery:
        return EveryTypeQuery("every_type")

    @_property
    def hit(self) -> HitQuery:
        return HitQuery("hit")

    @_property
    def item(self) -> ItemQuery:
        return ItemQuery("item")

    @_property
    def left(self) -> LeftQuery:
        return LeftQuery("left")

    @_property
    def me(self) -> MeQuery:
        return MeQuery("me")

    @_property
    def message(self) -> MessageQuery:
        return MessageQuery("message")

    @_property
    def right(self) -> RightQuery:
        return RightQuery("right")

    @_property
    def user(self) -> UserQuery:
        return UserQuery("user")

    @_property
    def zone_one(self) -> ZoneOneQuery:
        return ZoneOneQuery("zone_one")


query = Query()
"""The module's tables in queries."""


class Reducers(_stdb.TypedReducers):
    """The module's reducers."""

    def add_left(self, id: _int, note: _str) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `add_left`."""
        return self._call("add_left", (id, note), {})

    def on_add_left(
        self, callback: _Callable[[_stdb.Context, _int, _str], _Any]
    ) -> _Callable[[_stdb.Context, _int, _str], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `add_left`. A decorator, too."""
        return self["add_left"].on(callback)

    def add_right(self, id: _int, left_id: _int) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `add_right`."""
        return self._call("add_right", (id, left_id), {})

    def on_add_right(
        self, callback: _Callable[[_stdb.Context, _int, _int], _Any]
    ) -> _Callable[[_stdb.Context, _int, _int], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `add_right`. A decorator, too."""
        return self["add_right"].on(callback)

    def boom(self) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `boom`."""
        return self._call("boom", (), {})

    def on_boom(self, callback: _Callable[[_stdb.Context], _Any]) -> _Callable[[_stdb.Context], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `boom`. A decorator, too."""
        return self["boom"].on(callback)

    def deal_hit(self, target: _int, amount: _int, times: _int) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `deal_hit`."""
        return self._call("deal_hit", (target, amount, times), {})

    def on_deal_hit(
        self, callback: _Callable[[_stdb.Context, _int, _int, _int], _Any]
    ) -> _Callable[[_stdb.Context, _int, _int, _int], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `deal_hit`. A decorator, too."""
        return self["deal_hit"].on(callback)

    def despawn(self, first: _int, count: _int) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `despawn`."""
        return self._call("despawn", (first, count), {})

    def on_despawn(
        self, callback: _Callable[[_stdb.Context, _int, _int], _Any]
    ) -> _Callable[[_stdb.Context, _int, _int], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `despawn`. A decorator, too."""
        return self["despawn"].on(callback)

    def edit_left(self, id: _int, note: _str) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `edit_left`."""
        return self._call("edit_left", (id, note), {})

    def on_edit_left(
        self, callback: _Callable[[_stdb.Context, _int, _str], _Any]
    ) -> _Callable[[_stdb.Context, _int, _str], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `edit_left`. A decorator, too."""
        return self["edit_left"].on(callback)

    def give(self, owner: _int, serial: _str, tags: _List[_str]) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `give`."""
        return self._call("give", (owner, serial, tags), {})

    def on_give(
        self, callback: _Callable[[_stdb.Context, _int, _str, _List[_str]], _Any]
    ) -> _Callable[[_stdb.Context, _int, _str, _List[_str]], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `give`. A decorator, too."""
        return self["give"].on(callback)

    def insert_every_type(self, key: _int) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `insert_every_type`."""
        return self._call("insert_every_type", (key,), {})

    def on_insert_every_type(
        self, callback: _Callable[[_stdb.Context, _int], _Any]
    ) -> _Callable[[_stdb.Context, _int], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `insert_every_type`. A decorator, too."""
        return self["insert_every_type"].on(callback)

    def move_by(self, first: _int, count: _int, dx: _float) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `move_by`."""
        return self._call("move_by", (first, count, dx), {})

    def on_move_by(
        self, callback: _Callable[[_stdb.Context, _int, _int, _float], _Any]
    ) -> _Callable[[_stdb.Context, _int, _int, _float], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `move_by`. A decorator, too."""
        return self["move_by"].on(callback)

    def noop(self) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `noop`."""
        return self._call("noop", (), {})

    def on_noop(self, callback: _Callable[[_stdb.Context], _Any]) -> _Callable[[_stdb.Context], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `noop`. A decorator, too."""
        return self["noop"].on(callback)

    def reset(self) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `reset`."""
        return self._call("reset", (), {})

    def on_reset(self, callback: _Callable[[_stdb.Context], _Any]) -> _Callable[[_stdb.Context], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `reset`. A decorator, too."""
        return self["reset"].on(callback)

    def rezone(self, id: _int, zone: _int) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `rezone`."""
        return self._call("rezone", (id, zone), {})

    def on_rezone(
        self, callback: _Callable[[_stdb.Context, _int, _int], _Any]
    ) -> _Callable[[_stdb.Context, _int, _int], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `rezone`. A decorator, too."""
        return self["rezone"].on(callback)

    def send_message(self, text: _str) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `send_message`."""
        return self._call("send_message", (text,), {})

    def on_send_message(
        self, callback: _Callable[[_stdb.Context, _str], _Any]
    ) -> _Callable[[_stdb.Context, _str], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `send_message`. A decorator, too."""
        return self["send_message"].on(callback)

    def set_name(self, name: _str) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `set_name`."""
        return self._call("set_name", (name,), {})

    def on_set_name(self, callback: _Callable[[_stdb.Context, _str], _Any]) -> _Callable[[_stdb.Context, _str], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `set_name`. A decorator, too."""
        return self["set_name"].on(callback)

    def spawn(self, first: _int, count: _int, zone: _int) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `spawn`."""
        return self._call("spawn", (first, count, zone), {})

    def on_spawn(
        self, callback: _Callable[[_stdb.Context, _int, _int, _int], _Any]
    ) -> _Callable[[_stdb.Context, _int, _int, _int], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `spawn`. A decorator, too."""
        return self["spawn"].on(callback)

    def swap_right(self, old: _int, new: _int, left_id: _int) -> _stdb.Call[_stdb.ReducerEvent]:
        """Calls the reducer `swap_right`."""
        return self._call("swap_right", (old, new, left_id), {})

    def on_swap_right(
        self, callback: _Callable[[_stdb.Context, _int, _int, _int], _Any]
    ) -> _Callable[[_stdb.Context, _int, _int, _int], _Any]:
        """Has a function called with `(ctx, …)` for each run of the reducer `swap_right`. A decorator, too."""
        return self["swap_right"].on(callback)


class Procedures(_stdb.TypedProcedures):
    """The module's procedures."""

    def add(self, a: _int, b: _int) -> _stdb.Call[_int]:
        """Calls the procedure `add`."""
        return self._call("add", (a, b), {})

    def fail(self) -> _stdb.Call[_stdb.Row]:
        """Calls the procedure `fail`."""
        return self._call("fail", (), {})

    def spawn_in_tx(self, id: _int) -> _stdb.Call[_stdb.Row]:
        """Calls the procedure `spawn_in_tx`."""
        return self._call("spawn_in_tx", (id,), {})

    def summarise(self, label: _str) -> _stdb.Call[Summary]:
        """Calls the procedure `summarise`."""
        return self._call("summarise", (label,), {})


SCHEMA_JSON = (
    '{"sections":[{"ExplicitNames":{"entries":[{"Function":{"canonical_name":"add","source_name":"add"}},'
    '{"Function":{"canonical_name":"add_left","source_name":"add_left"}},{"Function":{"canonical_name":"a'
    'dd_right","source_name":"add_right"}},{"Function":{"canonical_name":"boom","source_name":"boom"}},{"'
    'Function":{"canonical_name":"connected","source_name":"connected"}},{"Function":{"canonical_name":"d'
    'eal_hit","source_name":"deal_hit"}},{"Function":{"canonical_name":"despawn","source_name":"despawn"}'
    '},{"Function":{"canonical_name":"disconnected","source_name":"disconnected"}},{"Function":{"canonica'
    'l_name":"edit_left","source_name":"edit_left"}},{"Function":{"canonical_name":"fail","source_name":"'
    'fail"}},{"Function":{"canonical_name":"give","source_name":"give"}},{"Function":{"canonical_name":"i'
    'nsert_every_type","source_name":"insert_every_type"}},{"Function":{"canonical_name":"me","source_nam'
    'e":"me"}},{"Function":{"canonical_name":"move_by","source_name":"move_by"}},{"Function":{"canonical_'
    'name":"noop","source_name":"noop"}},{"Function":{"canonical_name":"reset","source_name":"reset"}},{"'
    'Function":{"canonical_name":"rezone","source_name":"rezone"}},{"Function":{"canonical_name":"send_me'
    'ssage","source_name":"send_message"}},{"Function":{"canonical_name":"set_name","source_name":"set_na'
    'me"}},{"Function":{"canonical_name":"spawn","source_name":"spawn"}},{"Function":{"canonical_name":"s'
    'pawn_in_tx","source_name":"spawn_in_tx"}},{"Function":{"canonical_name":"summarise","source_name":"s'
    'ummarise"}},{"Function":{"canonical_name":"swap_right","source_name":"swap_right"}},{"Function":{"ca'
    'nonical_name":"zone_one","source_name":"zone_one"}},{"Table":{"canonical_name":"entity","source_name'
    '":"entity"}},{"Table":{"canonical_name":"every_type","source_name":"every_type"}},{"Table":{"canonic'
    'al_name":"hit","source_name":"hit"}},{"Table":{"canonical_name":"item","source_name":"item"}},{"Tabl'
    'e":{"canonical_name":"left","source_name":"left"}},{"Table":{"canonical_name":"message","source_name'
    '":"message"}},{"Table":{"canonical_name":"right","source_name":"right"}},{"Table":{"canonical_name":'
    '"secret","source_name":"secret"}},{"Table":{"canonical_name":"user","source_name":"user"}}]}},{"Life'
    'CycleReducers":[{"function_name":"connected","lifecycle_spec":{"OnConnect":[]}},{"function_name":"di'
    'sconnected","lifecycle_spec":{"OnDisconnect":[]}}]},{"Procedures":[{"params":{"elements":[]},"return'
    '_type":{"Product":{"elements":[]}},"source_name":"fail","visibility":{"ClientCallable":[]}},{"params'
    '":{"elements":[{"algebraic_type":{"String":[]},"name":{"some":"label"}}]},"return_type":{"Ref":12},"'
    'source_name":"summarise","visibility":{"ClientCallable":[]}},{"params":{"elements":[{"algebraic_type'
    '":{"U32":[]},"name":{"some":"a"}},{"algebraic_type":{"U32":[]},"name":{"some":"b"}}]},"return_type":'
    '{"U32":[]},"source_name":"add","visibility":{"ClientCallable":[]}},{"params":{"elements":[{"algebrai'
    'c_type":{"U64":[]},"name":{"some":"id"}}]},"return_type":{"Product":{"elements":[]}},"source_name":"'
    'spawn_in_tx","visibility":{"ClientCallable":[]}}]},{"Reducers":[{"err_return_type":{"String":[]},"ok'
    '_return_type":{"Product":{"elements":[]}},"params":{"elements":[]},"source_name":"boom","visibility"'
    ':{"ClientCallable":[]}},{"err_return_type":{"String":[]},"ok_return_type":{"Product":{"elements":[]}'
    '},"params":{"elements":[]},"source_name":"connected","visibility":{"Private":[]}},{"err_return_type"'
    ':{"String":[]},"ok_return_type":{"Product":{"elements":[]}},"params":{"elements":[]},"source_name":"'
    'disconnected","visibility":{"Private":[]}},{"err_return_type":{"String":[]},"ok_return_type":{"Produ'
    'ct":{"elements":[]}},"params":{"elements":[]},"source_name":"noop","visibility":{"ClientCallable":[]'
    '}},{"err_return_type":{"String":[]},"ok_return_type":{"Product":{"elements":[]}},"params":{"elements'
    '":[]},"source_name":"reset","visibility":{"ClientCallable":[]}},{"err_return_type":{"String":[]},"ok'
    '_return_type":{"Product":{"elements":[]}},"params":{"elements":[{"algebraic_type":{"String":[]},"nam'
    'e":{"some":"name"}}]},"source_name":"set_name","visibility":{"ClientCallable":[]}},{"err_return_type'
    '":{"String":[]},"ok_return_type":{"Product":{"elements":[]}},"params":{"elements":[{"algebraic_type"'
    ':{"String":[]},"name":{"some":"text"}}]},"source_name":"send_message","visibility":{"ClientCallable"'
    ':[]}},{"err_return_type":{"String":[]},"ok_return_type":{"Product":{"elements":[]}},"params":{"eleme'
    'nts":[{"algebraic_type":{"U32":[]},"name":{"some":"id"}},{"algebraic_type":{"String":[]},"name":{"so'
    'me":"note"}}]},"source_name":"add_left","visibility":{"ClientCallable":[]}},{"err_return_type":{"Str'
    'ing":[]},"ok_return_type":{"Product":{"elements":[]}},"params":{"elements":[{"algebraic_type":{"U32"'
    ':[]},"name":{"some":"id"}},{"algebraic_type":{"String":[]},"name":{"some":"note"}}]},"source_name":"'
    'edit_left","visibility":{"ClientCallable":[]}},{"err_return_type":{"String":[]},"ok_return_type":{"P'
    'roduct":{"elements":[]}},"params":{"elements":[{"algebraic_type":{"U32":[]},"name":{"some":"id"}},{"'
    'algebraic_type":{"U32":[]},"name":{"some":"left_id"}}]},"source_name":"add_right","visibility":{"Cli'
    'entCallable":[]}},{"err_return_type":{"String":[]},"ok_return_type":{"Product":{"elements":[]}},"par'
    'ams":{"elements":[{"algebraic_type":{"U32":[]},"name":{"some":"key"}}]},"source_name":"insert_every_'
    'type","visibility":{"ClientCallable":[]}},{"err_return_type":{"String":[]},"ok_return_type":{"Produc'
    't":{"elements":[]}},"params":{"elements":[{"algebraic_type":{"U32":[]},"name":{"some":"old"}},{"alge'
    'braic_type":{"U32":[]},"name":{"some":"new"}},{"algebraic_type":{"U32":[]},"name":{"some":"left_id"}'
    '}]},"source_name":"swap_right","visibility":{"ClientCallable":[]}},{"err_return_type":{"String":[]},'
    '"ok_return_type":{"Product":{"elements":[]}},"params":{"elements":[{"algebraic_type":{"U64":[]},"nam'
    'e":{"some":"first"}},{"algebraic_type":{"U64":[]},"name":{"some":"count"}},{"algebraic_type":{"F32":'
    '[]},"name":{"some":"dx"}}]},"source_name":"move_by","visibility":{"ClientCallable":[]}},{"err_return'
    '_type":{"String":[]},"ok_return_type":{"Product":{"elements":[]}},"params":{"elements":[{"algebraic_'
    'type":{"U64":[]},"name":{"some":"first"}},{"algebraic_type":{"U64":[]},"name":{"some":"count"}},{"al'
    'gebraic_type":{"U32":[]},"name":{"some":"zone"}}]},"source_name":"spawn","visibility":{"ClientCallab'
    'le":[]}},{"err_return_type":{"String":[]},"ok_return_type":{"Product":{"elements":[]}},"params":{"el'
    'ements":[{"algebraic_type":{"U64":[]},"name":{"some":"first"}},{"algebraic_type":{"U64":[]},"name":{'
    '"some":"count"}}]},"source_name":"despawn","visibility":{"ClientCallable":[]}},{"err_return_type":{"'
    'String":[]},"ok_return_type":{"Product":{"elements":[]}},"params":{"elements":[{"algebraic_type":{"U'
    '64":[]},"name":{"some":"id"}},{"algebraic_type":{"U32":[]},"name":{"some":"zone"}}]},"source_name":"'
    'rezone","visibility":{"ClientCallable":[]}},{"err_return_type":{"String":[]},"ok_return_type":{"Prod'
    'uct":{"elements":[]}},"params":{"elements":[{"algebraic_type":{"U64":[]},"name":{"some":"owner"}},{"'
    'algebraic_type":{"String":[]},"name":{"some":"serial"}},{"algebraic_type":{"Array":{"String":[]}},"n'
    'ame":{"some":"tags"}}]},"source_name":"give","visibility":{"ClientCallable":[]}},{"err_return_type":'
    '{"String":[]},"ok_return_type":{"Product":{"elements":[]}},"params":{"elements":[{"algebraic_type":{'
    '"U64":[]},"name":{"some":"target"}},{"algebraic_type":{"U32":[]},"name":{"some":"amount"}},{"algebra'
    'ic_type":{"U32":[]},"name":{"some":"times"}}]},"source_name":"deal_hit","visibility":{"ClientCallabl'
    'e":[]}}]},{"Tables":[{"constraints":[],"indexes":[],"is_event":false,"primary_key":[],"product_type_'
    'ref":9,"source_name":"message","table_access":{"Public":[]},"table_type":{"User":[]}},{"constraints"'
    ':[],"indexes":[],"is_event":true,"primary_key":[],"product_type_ref":5,"source_name":"hit","table_ac'
    'cess":{"Public":[]},"table_type":{"User":[]}},{"constraints":[{"data":{"Unique":{"columns":[0]}},"so'
    'urce_name":{"some":"entity_id_key"}}],"indexes":[{"accessor_name":{"some":"id"},"algorithm":{"BTree"'
    ':[0]},"source_name":{"some":"entity_id_idx_btree"}},{"accessor_name":{"some":"zone"},"algorithm":{"B'
    'Tree":[1]},"source_name":{"some":"entity_zone_idx_btree"}}],"is_event":false,"primary_key":[0],"prod'
    'uct_type_ref":0,"source_name":"entity","table_access":{"Public":[]},"table_type":{"User":[]}},{"cons'
    'traints":[{"data":{"Unique":{"columns":[0]}},"source_name":{"some":"every_type_key_key"}}],"indexes"'
    ':[{"accessor_name":{"some":"key"},"algorithm":{"BTree":[0]},"source_name":{"some":"every_type_key_id'
    'x_btree"}}],"is_event":false,"primary_key":[0],"product_type_ref":2,"source_name":"every_type","tabl'
    'e_access":{"Public":[]},"table_type":{"User":[]}},{"constraints":[{"data":{"Unique":{"columns":[0]}}'
    ',"source_name":{"some":"item_id_key"}},{"data":{"Unique":{"columns":[2]}},"source_name":{"some":"ite'
    'm_serial_key"}}],"indexes":[{"accessor_name":{"some":"id"},"algorithm":{"BTree":[0]},"source_name":{'
    '"some":"item_id_idx_btree"}},{"accessor_name":{"some":"owner"},"algorithm":{"BTree":[1]},"source_nam'
    'e":{"some":"item_owner_idx_btree"}},{"accessor_name":{"some":"serial"},"algorithm":{"BTree":[2]},"so'
    'urce_name":{"some":"item_serial_idx_btree"}}],"is_event":false,"primary_key":[0],"product_type_ref":'
    '6,"source_name":"item","table_access":{"Public":[]},"table_type":{"User":[]}},{"constraints":[{"data'
    '":{"Unique":{"columns":[0]}},"source_name":{"some":"left_id_key"}}],"indexes":[{"accessor_name":{"so'
    'me":"id"},"algorithm":{"BTree":[0]},"source_name":{"some":"left_id_idx_btree"}}],"is_event":false,"p'
    'rimary_key":[0],"product_type_ref":7,"source_name":"left","table_access":{"Public":[]},"table_type":'
    '{"User":[]}},{"constraints":[{"data":{"Unique":{"columns":[0]}},"source_name":{"some":"right_id_key"'
    '}}],"indexes":[{"accessor_name":{"some":"id"},"algorithm":{"BTree":[0]},"source_name":{"some":"right'
    '_id_idx_btree"}},{"accessor_name":{"some":"left_id"},"algorithm":{"BTree":[1]},"source_name":{"some"'
    ':"right_left_id_idx_btree"}}],"is_event":false,"primary_key":[0],"product_type_ref":10,"source_name"'
    ':"right","table_access":{"Public":[]},"table_type":{"User":[]}},{"constraints":[{"data":{"Unique":{"'
    'columns":[0]}},"source_name":{"some":"secret_id_key"}}],"indexes":[{"accessor_name":{"some":"id"},"a'
    'lgorithm":{"BTree":[0]},"source_name":{"some":"secret_id_idx_btree"}}],"is_event":false,"primary_key'
    '":[0],"product_type_ref":11,"source_name":"secret","table_access":{"Private":[]},"table_type":{"User'
    '":[]}},{"constraints":[{"data":{"Unique":{"columns":[0]}},"source_name":{"some":"user_identity_key"}'
    '}],"indexes":[{"accessor_name":{"some":"identity"},"algorithm":{"BTree":[0]},"source_name":{"some":"'
    'user_identity_idx_btree"}}],"is_event":false,"primary_key":[0],"product_type_ref":8,"source_name":"u'
    'ser","table_access":{"Public":[]},"table_type":{"User":[]}}]},{"Types":[{"source_name":{"scope":[],"'
    'source_name":"Effect"},"ty":4},{"source_name":{"scope":[],"source_name":"Entity"},"ty":0},{"source_n'
    'ame":{"scope":[],"source_name":"EveryType"},"ty":2},{"source_name":{"scope":[],"source_name":"Hit"},'
    '"ty":5},{"source_name":{"scope":[],"source_name":"Item"},"ty":6},{"source_name":{"scope":[],"source_'
    'name":"Left"},"ty":7},{"source_name":{"scope":[],"source_name":"Message"},"ty":9},{"source_name":{"s'
    'cope":[],"source_name":"Rank"},"ty":3},{"source_name":{"scope":[],"source_name":"Right"},"ty":10},{"'
    'source_name":{"scope":[],"source_name":"Secret"},"ty":11},{"source_name":{"scope":[],"source_name":"'
    'Summary"},"ty":12},{"source_name":{"scope":[],"source_name":"User"},"ty":8},{"source_name":{"scope":'
    '[],"source_name":"Vec3"},"ty":1}]},{"Typespace":{"types":[{"Product":{"elements":[{"algebraic_type":'
    '{"U64":[]},"name":{"some":"id"}},{"algebraic_type":{"U32":[]},"name":{"some":"zone"}},{"algebraic_ty'
    'pe":{"Ref":1},"name":{"some":"position"}},{"algebraic_type":{"I32":[]},"name":{"some":"hp"}}]}},{"Pr'
    'oduct":{"elements":[{"algebraic_type":{"F32":[]},"name":{"some":"x"}},{"algebraic_type":{"F32":[]},"'
    'name":{"some":"y"}},{"algebraic_type":{"F32":[]},"name":{"some":"z"}}]}},{"Product":{"elements":[{"a'
    'lgebraic_type":{"U32":[]},"name":{"some":"key"}},{"algebraic_type":{"Bool":[]},"name":{"some":"b"}},'
    '{"algebraic_type":{"U8":[]},"name":{"some":"u_8"}},{"algebraic_type":{"U16":[]},"name":{"some":"u_16'
    '"}},{"algebraic_type":{"U32":[]},"name":{"some":"u_32"}},{"algebraic_type":{"U64":[]},"name":{"some"'
    ':"u_64"}},{"algebraic_type":{"U128":[]},"name":{"some":"u_128"}},{"algebraic_type":{"U256":[]},"name'
    '":{"some":"u_256"}},{"algebraic_type":{"I8":[]},"name":{"some":"i_8"}},{"algebraic_type":{"I16":[]},'
    '"name":{"some":"i_16"}},{"algebraic_type":{"I32":[]},"name":{"some":"i_32"}},{"algebraic_type":{"I64'
    '":[]},"name":{"some":"i_64"}},{"algebraic_type":{"I128":[]},"name":{"some":"i_128"}},{"algebraic_typ'
    'e":{"I256":[]},"name":{"some":"i_256"}},{"algebraic_type":{"F32":[]},"name":{"some":"f_32"}},{"algeb'
    'raic_type":{"F64":[]},"name":{"some":"f_64"}},{"algebraic_type":{"String":[]},"name":{"some":"string'
    '"}},{"algebraic_type":{"Array":{"U8":[]}},"name":{"some":"bytes"}},{"algebraic_type":{"Product":{"el'
    'ements":[{"algebraic_type":{"U256":[]},"name":{"some":"__identity__"}}]}},"name":{"some":"identity"}'
    '},{"algebraic_type":{"Product":{"elements":[{"algebraic_type":{"U128":[]},"name":{"some":"__connecti'
    'on_id__"}}]}},"name":{"some":"connection_id"}},{"algebraic_type":{"Product":{"elements":[{"algebraic'
    '_type":{"I64":[]},"name":{"some":"__timestamp_micros_since_unix_epoch__"}}]}},"name":{"some":"timest'
    'amp"}},{"algebraic_type":{"Product":{"elements":[{"algebraic_type":{"I64":[]},"name":{"some":"__time'
    '_duration_micros__"}}]}},"name":{"some":"duration"}},{"algebraic_type":{"Product":{"elements":[{"alg'
    'ebraic_type":{"U128":[]},"name":{"some":"__uuid__"}}]}},"name":{"some":"uuid"}},{"algebraic_type":{"'
    'Sum":{"variants":[{"algebraic_type":{"I32":[]},"name":{"some":"some"}},{"algebraic_type":{"Product":'
    '{"elements":[]}},"name":{"some":"none"}}]}},"name":{"some":"some_i_32"}},{"algebraic_type":{"Sum":{"'
    'variants":[{"algebraic_type":{"I32":[]},"name":{"some":"some"}},{"algebraic_type":{"Product":{"eleme'
    'nts":[]}},"name":{"some":"none"}}]}},"name":{"some":"none_i_32"}},{"algebraic_type":{"Ref":3},"name"'
    ':{"some":"rank"}},{"algebraic_type":{"Ref":4},"name":{"some":"effect"}},{"algebraic_type":{"Array":{'
    '"Ref":4}},"name":{"some":"effects"}},{"algebraic_type":{"Array":{"Ref":1}},"name":{"some":"nested"}}'
    ',{"algebraic_type":{"Sum":{"variants":[{"algebraic_type":{"Array":{"String":[]}},"name":{"some":"som'
    'e"}},{"algebraic_type":{"Product":{"elements":[]}},"name":{"some":"none"}}]}},"name":{"some":"maybe_'
    'vec"}},{"algebraic_type":{"Sum":{"variants":[{"algebraic_type":{"U32":[]},"name":{"some":"ok"}},{"al'
    'gebraic_type":{"String":[]},"name":{"some":"err"}}]}},"name":{"some":"result"}}]}},{"Sum":{"variants'
    '":[{"algebraic_type":{"Product":{"elements":[]}},"name":{"some":"recruit"}},{"algebraic_type":{"Prod'
    'uct":{"elements":[]}},"name":{"some":"knight"}},{"algebraic_type":{"Product":{"elements":[]}},"name"'
    ':{"some":"lord"}}]}},{"Sum":{"variants":[{"algebraic_type":{"Product":{"elements":[]}},"name":{"some'
    '":"nothing"}},{"algebraic_type":{"U32":[]},"name":{"some":"damage"}},{"algebraic_type":{"String":[]}'
    ',"name":{"some":"say"}},{"algebraic_type":{"Ref":1},"name":{"some":"move"}},{"algebraic_type":{"Arra'
    'y":{"U8":[]}},"name":{"some":"many"}}]}},{"Product":{"elements":[{"algebraic_type":{"U64":[]},"name"'
    ':{"some":"target"}},{"algebraic_type":{"U32":[]},"name":{"some":"amount"}}]}},{"Product":{"elements"'
    ':[{"algebraic_type":{"U64":[]},"name":{"some":"id"}},{"algebraic_type":{"U64":[]},"name":{"some":"ow'
    'ner"}},{"algebraic_type":{"String":[]},"name":{"some":"serial"}},{"algebraic_type":{"Array":{"String'
    '":[]}},"name":{"some":"tags"}}]}},{"Product":{"elements":[{"algebraic_type":{"U32":[]},"name":{"some'
    '":"id"}},{"algebraic_type":{"String":[]},"name":{"some":"note"}}]}},{"Product":{"elements":[{"algebr'
    'aic_type":{"Product":{"elements":[{"algebraic_type":{"U256":[]},"name":{"some":"__identity__"}}]}},"'
    'name":{"some":"identity"}},{"algebraic_type":{"Sum":{"variants":[{"algebraic_type":{"String":[]},"na'
    'me":{"some":"some"}},{"algebraic_type":{"Product":{"elements":[]}},"name":{"some":"none"}}]}},"name"'
    ':{"some":"name"}},{"algebraic_type":{"Bool":[]},"name":{"some":"online"}}]}},{"Product":{"elements":'
    '[{"algebraic_type":{"Product":{"elements":[{"algebraic_type":{"U256":[]},"name":{"some":"__identity_'
    '_"}}]}},"name":{"some":"sender"}},{"algebraic_type":{"Product":{"elements":[{"algebraic_type":{"I64"'
    ':[]},"name":{"some":"__timestamp_micros_since_unix_epoch__"}}]}},"name":{"some":"sent"}},{"algebraic'
    '_type":{"String":[]},"name":{"some":"text"}}]}},{"Product":{"elements":[{"algebraic_type":{"U32":[]}'
    ',"name":{"some":"id"}},{"algebraic_type":{"U32":[]},"name":{"some":"left_id"}}]}},{"Product":{"eleme'
    'nts":[{"algebraic_type":{"U32":[]},"name":{"some":"id"}}]}},{"Product":{"elements":[{"algebraic_type'
    '":{"U64":[]},"name":{"some":"total"}},{"algebraic_type":{"String":[]},"name":{"some":"label"}}]}}]}}'
    ',{"Views":[{"index":0,"is_anonymous":false,"is_public":true,"params":{"elements":[]},"return_type":{'
    '"Sum":{"variants":[{"algebraic_type":{"Ref":8},"name":{"some":"some"}},{"algebraic_type":{"Product":'
    '{"elements":[]}},"name":{"some":"none"}}]}},"source_name":"me"},{"index":0,"is_anonymous":true,"is_p'
    'ublic":true,"params":{"elements":[]},"return_type":{"Array":{"Ref":0}},"source_name":"zone_one"}]}]}'
)
"""The schema that this was made from."""


class DbConnection(_stdb.DbConnection):
    """A connection to a database of the module: `connect`, `aconnect` and `DbConnection.builder()` make them."""

    db: Tables
    reducers: Reducers
    procedures: Procedures

    _schema_json = SCHEMA_JSON
    _db = Tables
    _reducers = Reducers
    _procedures = Procedures
    _classes = {
        "Vec3": Vec3,
        "Entity": Entity,
        "Rank": tuple(Rank),
        "Effect": (EffectNothing, EffectDamage, EffectSay, EffectMove, EffectMany),
        "EveryType": EveryType,
        "Hit": Hit,
        "Item": Item,
        "Left": Left,
        "User": User,
        "Message": Message,
        "Right": Right,
        "Summary": Summary,
    }


def connect(uri: _str, database: _str, token: _Optional[_str] = None, **options: _Any) -> DbConnection:
    """As `stdb.connect`, with the module's types."""
    return _connect_as(DbConnection, uri, database, token, **options)


def aconnect(uri: _str, database: _str, token: _Optional[_str] = None, **options: _Any) -> _Connecting[DbConnection]:
    """As `stdb.aconnect`, with the module's types."""
    return _Connecting(DbConnection, uri, database, token, options)
