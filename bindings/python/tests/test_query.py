"""The query builder: what SQL it makes, and that the host takes it."""

import unittest
from typing import Any

import stdb

from .host import PATIENCE, HostTestCase

ENTITY, LEFT, RIGHT = stdb.query("entity"), stdb.query("left"), stdb.query("right")


class Texts(unittest.TestCase):
    def check(self, query: Any, text: str) -> None:
        self.assertEqual(str(query), text)

    def test_conditions(self) -> None:
        start = 'SELECT "entity".* FROM "entity"'
        id, zone = '"entity"."id"', '"entity"."zone"'
        self.check(ENTITY, start)
        self.check(ENTITY.where(ENTITY.id == 1), f"{start} WHERE {id} = 1")
        self.check(ENTITY.where(ENTITY["zone"] != 1), f"{start} WHERE {zone} <> 1")
        both = (ENTITY.id >= 1) & (ENTITY.zone < 2)
        self.check(ENTITY.where(both), f"{start} WHERE {id} >= 1 AND {zone} < 2")
        self.check(ENTITY.where(~both), f"{start} WHERE {id} < 1 OR {zone} >= 2")
        self.check(ENTITY.where(~~both), f"{start} WHERE {id} >= 1 AND {zone} < 2")
        either = both | (ENTITY.id == 5)
        self.check(ENTITY.where(either), f"{start} WHERE ({id} >= 1 AND {zone} < 2) OR {id} = 5")
        self.check(ENTITY.where(both).where(ENTITY.id <= 3), f"{start} WHERE ({id} >= 1 AND {zone} < 2) AND {id} <= 3")
        self.check(ENTITY.where(ENTITY.id > ENTITY.zone), f"{start} WHERE {id} > {zone}")

    def test_bools_and_names(self) -> None:
        thing = stdb.query('th"ing')
        self.check(
            thing.where(thing.class_ & ~thing.where_),
            'SELECT "th""ing".* FROM "th""ing" WHERE "th""ing"."class" = true AND "th""ing"."where" <> true',
        )

    def test_literals(self) -> None:
        for value, text in (
            (True, "true"), (-5, "-5"), (1.5, "1.5"), ("it's", "'it''s'"), (b"\x00\xff", "0x00ff"), (1 << 200, str(1 << 200)),
            (stdb.Identity(bytes(32)), "0x" + "0" * 64), (stdb.Timestamp(0), "'1970-01-01T00:00:00.000000+00:00'"),
        ):  # fmt: skip
            self.assertEqual(str(ENTITY.id == value), f'"entity"."id" = {text}')
        for value in (None, float("nan"), [1], stdb.Variant("A"), object()):
            with self.assertRaisesRegex(stdb.InvalidArgumentError, "<Column entity.id> cannot be compared with"):
                ENTITY.id == value

    def test_semijoins(self) -> None:
        on = RIGHT.left_id == LEFT.id
        join = '"right" JOIN "left" ON "right"."left_id" = "left"."id"'
        self.check(RIGHT.left_semijoin(LEFT, on=on), f'SELECT "right".* FROM {join}')
        query = RIGHT.right_semijoin(LEFT, on=on).where((LEFT.note == "(a)") | (RIGHT.id == 1))
        self.check(query, f'SELECT "left".* FROM {join} WHERE "left"."note" = \'(a)\' OR "right"."id" = 1')

    def test_mistakes(self) -> None:
        def refused(message: str, function: Any) -> None:
            with self.assertRaisesRegex(stdb.InvalidArgumentError, message):
                function()

        refused("is of none of the query's tables: entity", lambda: ENTITY.where(LEFT.id == 1))
        refused("put `&`, `|` and `~`", lambda: (ENTITY.id == 1) and (ENTITY.id == 2))
        refused("put `&`, `|` and `~`", lambda: not ENTITY.id)
        refused("a condition must be made of columns, and True is not", lambda: ENTITY.where(True))  # type: ignore[arg-type]
        refused("tables are joined on", lambda: RIGHT.left_semijoin(LEFT, on=RIGHT.id == 1))
        refused("tables are joined on", lambda: RIGHT.left_semijoin(LEFT, on=RIGHT.id < LEFT.id))
        refused("cannot be joined with itself", lambda: LEFT.left_semijoin(LEFT, on=LEFT.id == LEFT.id))


class OnTheHost(HostTestCase):
    def setUp(self) -> None:
        self.connection = self.connect()
        self.reset(self.connection)
        self.is_real = self.connection.protocol == stdb.Protocol.V1
        """Whether the host takes all of SQL; the embedded one takes columns that equal values."""

    def count(self, query: Any, expected: int) -> None:
        """A query is subscribed to and asked once; either gives so many rows."""
        subscriber = self.connect()
        subscriber.subscribe(query).wait(PATIENCE)
        self.assertEqual(subscriber.stats.rows_cached, expected, query)
        self.assertEqual(len(self.connection.one_off_query(query).result(PATIENCE)), expected, query)

    def test_queries(self) -> None:
        reducers = self.connection.reducers
        reducers.spawn(0, 5, 1).result(PATIENCE)
        reducers.add_left(1, "it's").result(PATIENCE)
        reducers.add_right(5, 1).result(PATIENCE)
        reducers.add_right(6, 2).result(PATIENCE)
        user = stdb.query("user")
        self.count(user.where(user.identity == self.connection.identity), 1)
        self.count(ENTITY.where((ENTITY.zone == 1) & (ENTITY.id == 3)), 1)
        self.count(LEFT.where(LEFT.note == "it's"), 1)
        self.count(RIGHT.left_semijoin(LEFT, on=RIGHT.left_id == LEFT.id), 1)
        self.count(RIGHT.right_semijoin(LEFT, on=RIGHT.left_id == LEFT.id).where(RIGHT.id == 5), 1)
        if self.is_real:
            self.count(ENTITY.where(~((ENTITY.id >= 3) & (ENTITY.zone == 1)) | (ENTITY.id == 4)), 4)
            self.count(ENTITY.where((ENTITY.hp > 99) & (ENTITY.hp <= 100) & (ENTITY.id != 0)), 4)

    def test_every_type_that_can_be_compared(self) -> None:
        if not self.is_real:
            self.skipTest("the embedded host compares few types")
        self.connection.reducers.insert_every_type(7).result(PATIENCE)
        every = stdb.query("every_type")
        (row,) = self.connection.one_off_query(every).result(PATIENCE)
        compared = 0
        for name, value in row.items():
            try:
                query = every.where(every[name] == value)
            except stdb.InvalidArgumentError:
                continue  # a sum, an array, a duration
            if name != "some_i32":  # the host compares no options
                self.count(query, 1)
                compared += 1
        self.assertEqual(compared, 21)
