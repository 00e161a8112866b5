"""Reading tables, and being told of changes."""

import gc
import unittest
from typing import Any, List

import stdb

from .host import PATIENCE, Collected, HostTestCase

try:
    import numpy
except ImportError:
    numpy = None  # type: ignore[assignment]


class TableTestCase(HostTestCase):
    def setUp(self) -> None:
        self.connection = self.subscribed("entity", "item", "message", "user", "every_type")
        self.reset(self.connection)
        self.reducers, self.entity, self.item = (
            self.connection.reducers,
            self.connection.db.entity,
            self.connection.db.item,
        )

    def spawn(self, first: int, count: int, zone: int = 1) -> None:
        self.reducers.spawn(first, count, zone).result(PATIENCE)


class Reading(TableTestCase):
    def test_tables_are_had_by_name(self) -> None:
        db = self.connection.db
        self.assertIs(db["user"], db.user)
        self.assertIn("entity", list(db))
        self.assertIn("entity", db)
        self.assertIn("entity", dir(db))
        error = self.assertFails(stdb.UnknownNameError, "there is no table 'usr'; did you mean 'user'?", lambda: db.usr)
        self.assertEqual(error.code_name, "STDB_ERR_UNKNOWN_TABLE")
        self.assertRaises(LookupError, lambda: db["nothing like it"])
        self.assertFalse(hasattr(db, "usr"))

    def test_all_rows(self) -> None:
        self.assertEqual((list(self.entity), len(self.entity), bool(self.entity)), ([], 0, True))
        self.spawn(0, 3000)
        self.assertEqual(sorted(row.id for row in self.entity), list(range(3000)))
        self.assertEqual(self.entity.count(), 3000)
        self.assertEqual(len({row.id for row in self.entity.filter(zone=1)}), 3000)
        self.assertGreater(self.entity.memory(), 3000 * 28)
        for number in range(3):
            self.reducers.give(owner=number, serial=f"s{number}", tags=["x"] * number).result(PATIENCE)
        rows = sorted((row.owner, row.serial, row.tags) for row in self.item)
        self.assertEqual(rows, [(0, "s0", []), (1, "s1", ["x"]), (2, "s2", ["x", "x"])])

    def test_find(self) -> None:
        self.spawn(0, 10)
        row = self.entity.find(id=3)
        self.assertEqual((row.id, row.zone, row.position, row.hp), (3, 1, (3.0, 0.5, -1.0), 100))
        self.assertIsNone(self.entity.find(id=99))
        self.reducers.give(1, "abc", []).result(PATIENCE)
        self.assertEqual(self.item.find(serial="abc").owner, 1)
        self.assertEqual(self.connection.db.user.find(identity=self.connection.identity).online, True)
        self.assertFails(stdb.UnknownNameError, "did you mean 'id'?", self.entity.find, idd=1)
        self.assertFails(stdb.UnknownNameError, "'zone' of table entity is not unique", self.entity.find, zone=1)
        self.assertFails(stdb.InvalidArgumentError, "entity.id: expected u64, got str 'x'", self.entity.find, id="x")
        self.assertFails(stdb.InvalidArgumentError, "find takes one unique column", self.entity.find)
        self.assertFails(stdb.InvalidArgumentError, "find takes one unique column", self.entity.find, id=1, zone=1)

    def test_filter(self) -> None:
        self.spawn(0, 10, zone=1)
        self.spawn(10, 5, zone=2)
        ids = lambda rows: sorted(row.id for row in rows)  # noqa: E731
        self.assertEqual(ids(self.entity.filter(zone=2)), [10, 11, 12, 13, 14])
        self.assertEqual(ids(self.entity.filter(zone=2, id=12)), [12])
        self.assertEqual(ids(self.entity.filter(zone=1, hp=100)), list(range(10)))
        self.assertEqual(ids(self.entity.filter(hp=7)), [])
        self.assertEqual(ids(self.entity.filter(zone=1, hp=7)), [])
        self.assertEqual(ids(self.entity.filter(id=stdb.Range(3, 5))), [3, 4, 5])
        self.assertEqual(ids(self.entity.filter(id=stdb.Range(3, 5, include_lower=False, include_upper=False))), [4])
        self.assertEqual(ids(self.entity.filter(id=stdb.Range(lower=13))), [13, 14])
        self.assertEqual(ids(self.entity.filter(hp=stdb.Range(lower=13), zone=2)), [10, 11, 12, 13, 14])
        self.assertEqual(ids(self.entity.filter(hp=stdb.Range(100, 100), zone=2)), [10, 11, 12, 13, 14])
        self.assertEqual(ids(self.entity.filter(hp=stdb.Range(100, include_lower=False))), [])
        self.assertEqual(ids(self.entity.filter(hp=stdb.Range(upper=100, include_upper=False))), [])
        self.assertEqual(ids(self.entity.filter()), list(range(15)))
        self.assertFails(stdb.UnknownNameError, "there is no column 'zon'", self.entity.filter, zon=1)
        self.assertFails(stdb.InvalidArgumentError, "entity.zone: expected u32", self.entity.filter, zone=-1)
        self.assertFails(stdb.InvalidArgumentError, "entity.hp: expected i32", self.entity.filter, hp="a")

    def test_every_type(self) -> None:
        self.reducers.insert_every_type(7).result(PATIENCE)
        row = self.connection.db.every_type.find(key=7)
        values = dict(row)
        names = list(values)
        expected = [
            7, True, 8, 1600, 320_000, 2**64 - 2, 2**128 - 3, 7 << 200, -8, -1600, -320_000, -(2**63) + 1, -(2**127) + 2,
            -(9 << 200), 1.5, -2.25, "héllo ✓", b"\0\1\2\xff", self.connection.identity, self.connection.connection_id,
        ]  # fmt: skip
        self.assertEqual([values[name] for name in names[: len(expected)]], expected)
        self.assertIsInstance(row.timestamp, stdb.Timestamp)
        self.assertEqual(row.duration, stdb.TimeDuration(-1_500_000))
        self.assertEqual([values[name] for name in names if "_i" in name and name.endswith("32")][-2:], [-5, None])
        self.assertEqual((row.rank.name.lower(), row.effect.name.lower(), row.effect.value), ("knight", "say", "hi"))
        self.assertEqual([e.value for e in row.effects], [(), 3, (1.0, 2.0, 3.0), b"\x09\x09"])
        self.assertEqual((row.nested, row.maybe_vec), ([(0, 0, 0), (1, 1, 1)], ["a", ""]))
        if "uuid" in names:
            self.assertEqual((str(row.uuid), row.result), ("01234567-89ab-7def-8123-456789abcdef", stdb.Err("no")))


class Changes(TableTestCase):
    def test_row_callbacks(self) -> None:
        inserted, deleted, before = (Collected() for _ in range(3))
        updated = self.entity.on_update(Collected())
        self.entity.on_insert(inserted)
        self.entity.on_delete(deleted)
        self.entity.on_before_delete(before)
        self.spawn(1, 2)
        self.reducers.move_by(1, 1, 5.0).result(PATIENCE)
        self.reducers.despawn(2, 1).result(PATIENCE)
        self.assertEqual(sorted(row.id for row in inserted), [1, 2])
        self.assertEqual([(old.position.x, new.position.x) for old, new in updated], [(1.0, 6.0)])
        self.assertEqual(([row.id for row in before], [row.id for row in deleted]), ([2], [2]))

    def test_batches(self) -> None:
        batches: List[Any] = []
        kept: List[Any] = []

        @self.entity.on_batch
        def on_batch(ctx: Any, batch: Any) -> None:
            kept.append(batch)
            rows = (batch.inserted, batch.deleted, batch.updated_old, batch.updated_new)
            batches.append((ctx.kind, *(list(some) for some in rows)))

        self.spawn(0, 1000)
        self.reducers.move_by(0, 10, 1.0).result(PATIENCE)
        self.reducers.despawn(0, 1000).result(PATIENCE)
        self.assertEqual({kind for kind, *_ in batches}, {stdb.EventKind.REDUCER})
        self.assertEqual(
            [[len(rows) for rows in some] for _, *some in batches], [[1000, 0, 0, 0], [0, 0, 10, 10], [0, 1000, 0, 0]]
        )
        self.assertEqual(sorted(row.id for row in batches[0][1]), list(range(1000)))
        moved = {old.id: new for old, new in zip(*batches[1][3:])}
        self.assertEqual({id: row.position.x for id, row in moved.items()}, {id: id + 1.0 for id in range(10)})
        self.assertEqual(kept[0].inserted[0], batches[0][1][0])
        self.assertEqual(kept[0].inserted, batches[0][1])

    def test_rows_of_a_batch_are_of_the_callback(self) -> None:
        kept: List[Any] = []
        self.item.on_batch(lambda ctx, batch: kept.append(batch.inserted))
        self.reducers.give(1, "abc", ["t"]).result(PATIENCE)
        self.assertEqual(len(kept[0]), 1)
        self.assertFails(stdb.ReadGuardError, "keep `batch.inserted.to_list()`", list, kept[0])
        self.assertFails(stdb.ReadGuardError, "keep `batch.inserted.to_list()`", kept[0].to_bytes)

    def test_columns(self) -> None:
        told: List[Any] = []
        columns = ("id", "zone", "position", "hp")

        @self.entity.on_batch
        def on_batch(ctx: Any, batch: Any) -> None:
            before = [batch.inserted.column(name) for name in columns]
            rows = list(batch.inserted)
            told.append((before, [batch.inserted.column(name) for name in columns], rows))

        self.spawn(0, 20_000)
        rows = told[0][2]
        self.assertEqual(len(rows), 20_000)
        for told_columns in told[0][:2]:
            self.assertEqual(told_columns, [[getattr(row, name) for row in rows] for name in columns])
        for name in columns:
            self.assertEqual(self.entity.column(name), [getattr(row, name) for row in self.entity])
        self.assertEqual(told[0][2][5].position, self.entity.find(id=rows[5].id).position)
        self.reducers.give(owner=1, serial="abc", tags=["x"]).result(PATIENCE)
        self.assertEqual((self.item.column("serial"), self.item.column("tags")), (["abc"], [["x"]]))
        self.assertFails(stdb.UnknownNameError, "did you mean 'zone'?", self.entity.column, "zonne")
        self.reducers.despawn(0, 20_000).result(PATIENCE)
        self.assertEqual((self.entity.column("hp"), told[1][0]), ([], [[], [], [], []]))

    def test_what_was_copied_lasts(self) -> None:
        kept: List[Any] = []

        @self.entity.on_batch
        def on_batch(ctx: Any, batch: Any) -> None:
            kept.extend((iter(batch.inserted), batch.inserted))
            next(kept[0])

        self.spawn(0, 1000)
        self.assertEqual(len(list(kept[0])), 999)
        self.assertEqual(sum(kept[1].column("id")), 499_500)
        self.assertEqual(len(kept[1].to_list()), 1000)

    def test_making_many_rows_leaves_the_garbage_collector_as_it_was(self) -> None:
        during: List[Any] = []

        @self.entity.on_batch
        def on_batch(ctx: Any, batch: Any) -> None:
            during.append((len(batch.inserted.to_list()), gc.isenabled()))

        self.addCleanup(gc.enable)
        self.spawn(0, 10_000)
        gc.disable()
        self.spawn(10_000, 10_000)
        self.assertEqual(during, [(10_000, True), (10_000, False)])

    def test_callbacks_are_removed(self) -> None:
        told = self.entity.on_insert(Collected())
        self.spawn(1, 1)
        self.entity.remove_callback(told)
        self.spawn(2, 1)
        self.assertEqual(len(told), 1)
        self.assertFails(
            stdb.InvalidArgumentError, "is not a callback of table entity", self.entity.remove_callback, told
        )
        self.assertFails(stdb.InvalidArgumentError, "must be callable", self.entity.on_insert, 5)

    def test_a_callback_removes_itself_and_registers_another(self) -> None:
        rows = Collected()

        def once(ctx: Any, row: Any) -> None:
            self.entity.remove_callback(once)
            self.entity.on_insert(rows)

        self.entity.on_insert(once)
        self.spawn(1, 1)
        self.spawn(2, 1)
        self.assertEqual([row.id for row in rows], [2])

    def test_callbacks_can_be_registered_before_the_connection_is_up(self) -> None:
        from .host import host

        builder = stdb.DbConnection.builder().with_uri(host().uri).with_database_name(host().database)
        with builder.build() as connection:
            rows = connection.db.user.on_insert(Collected())
            misspelt = connection.db["usr"]
            with self.assertLogs("stdb", "WARNING"):
                connection.subscribe("SELECT * FROM user").wait(PATIENCE)
            self.assertIn(connection.identity, [row.identity for row in rows])
            for use in (lambda: list(misspelt), misspelt.count, lambda: misspelt.on_insert(Collected())):
                self.assertFails(stdb.UnknownNameError, "did you mean 'user'?", use)


@unittest.skipIf(numpy is None, "NumPy is not there")
class Arrays(TableTestCase):
    def test_a_table_as_an_array(self) -> None:
        self.assertEqual(len(self.entity.to_numpy()), 0)
        self.spawn(0, 20_000)
        array = self.entity.to_numpy()
        self.assertEqual(array.dtype.names, ("id", "zone", "position", "hp"))
        self.assertEqual((sorted(array["id"]), array["hp"].sum()), (list(range(20_000)), 2_000_000))
        array["hp"] = 0
        self.assertEqual(self.entity.to_numpy()["hp"].sum(), 2_000_000, "the array is the caller's own")
        self.assertEqual(array["position"]["y"].max(), 0.5)

    def test_chunks_are_not_copied_and_not_kept(self) -> None:
        self.spawn(0, 20_000)
        self.assertEqual(sum(self.entity.map_chunks(lambda array: int(array["hp"].sum()))), 2_000_000)
        with self.assertRaises(ValueError):
            self.entity.map_chunks(lambda array: array["hp"].fill(0))
        kept: List[Any] = []
        self.assertFails(stdb.ReadGuardError, "copy what is to last", self.entity.map_chunks, kept.append)
        self.assertEqual(sum(int(array["hp"].sum()) for array in kept), 2_000_000)
        self.assertRaises(stdb.ReadGuardError, self.connection.advance_one_message_blocking)
        kept.clear()
        self.reducers.noop().result(PATIENCE)
        self.assertFails(stdb.ReadGuardError, "returned a view", self.entity.map_chunks, lambda array: array["hp"])
        self.reducers.noop().result(PATIENCE)

    def test_an_exception_in_the_function_leaves_the_connection_usable(self) -> None:
        self.spawn(0, 10)
        self.assertRaises(ZeroDivisionError, self.entity.map_chunks, lambda array: 1 // 0)
        self.reducers.noop().result(PATIENCE)

    def test_batches_and_callbacks(self) -> None:
        sums: List[Any] = []
        kept: List[Any] = []

        @self.entity.on_batch
        def on_batch(ctx: Any, batch: Any) -> None:
            kept.append(batch.inserted.to_numpy())
            self.entity.map_chunks(kept.append)
            sums.append(int(kept[0]["id"].sum()))

        self.spawn(0, 1000)
        self.assertEqual(sums, [499_500])
        self.reducers.despawn(0, 1000).result(PATIENCE)
        self.assertEqual([int(array["id"].sum()) for array in kept[:2]], [499_500, 499_500])

    def test_rows_that_differ_in_size(self) -> None:
        self.assertFails(stdb.StdbError, "its column 'serial' has no fixed size", self.item.to_numpy)
        self.assertFails(stdb.StdbError, "rows of table item are not an array", self.item.map_chunks, len)


class WithoutNumPy(TableTestCase):
    def test_says_how_to_get_it(self) -> None:
        if numpy is not None:
            self.skipTest("NumPy is there")
        self.assertFails(stdb.StdbError, "pip install numpy", self.entity.to_numpy)
