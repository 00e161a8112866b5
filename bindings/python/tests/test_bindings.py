"""What `stdb-codegen --lang python` writes. `STDB_TEST_CODEGEN` names the program."""

import asyncio
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path
from typing import Any, List

import stdb

from .host import PATIENCE, REPOSITORY, HostTestCase, host
from .test_package import FOLDER, pyright

CODEGEN = os.environ.get("STDB_TEST_CODEGEN") or str(REPOSITORY / "target" / "debug" / "stdb-codegen")
SCHEMAS = [
    "tests/modules/kitchen/kitchen.schema.json",
    "tests/modules/torture/torture.schema.json",
    "tests/modules/torture/torture.schema.v10.json",
    "tests/transcripts/2.8.3/kitchen.schema.v9.json",
    "tests/transcripts/2.8.3/kitchen.schema.v10.json",
    # Names of signs that Python has in none.
    "tests/codegen/names.schema.json",
]


def generate(folder: str, *source: str) -> Path:
    """Writes bindings; returns the file."""
    subprocess.run([CODEGEN, "--lang", "python", "--out", folder, *source], cwd=REPOSITORY, check=True)
    return Path(folder) / "module_bindings.py"


@unittest.skipUnless(os.path.exists(CODEGEN), "there is no stdb-codegen")
class BindingsTestCase(HostTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def load(self, *source: str) -> Any:
        """Writes bindings and imports them."""
        spec = importlib.util.spec_from_file_location("module_bindings", generate(self.folder, *source))
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # Where dataclasses look for what their annotations mean.
        sys.modules[spec.name] = module
        self.addCleanup(sys.modules.pop, spec.name, None)
        spec.loader.exec_module(module)
        return module


class Written(BindingsTestCase):
    def test_it_is_formatted_and_says_what_made_it(self) -> None:
        for schema in SCHEMAS:
            with self.subTest(schema):
                text = generate(self.folder, "--schema", schema).read_text(encoding="utf-8")
                self.assertTrue(text.startswith("# Made by stdb-codegen "))
                self.assertEqual([line for line in text.splitlines() if line != line.rstrip() or "\t" in line], [])
                self.load("--schema", schema)

    def test_queries_have_the_modules_names(self) -> None:
        module = self.load("--schema", "tests/modules/torture/torture.schema.json")
        query = module.query.keyword
        self.assertTrue(str(query.where(query.def_ == -9)).endswith('FROM "keyword" WHERE "keyword"."def" = -9'))

    @unittest.skipIf(importlib.util.find_spec("mypy") is None, "mypy is not there")
    def test_mypy_finds_nothing_in_it(self) -> None:
        for schema in SCHEMAS:
            with self.subTest(schema):
                self.check_types(str(generate(self.folder, "--schema", schema)), "")

    @unittest.skipIf(importlib.util.find_spec("basedpyright") is None, "basedpyright is not there")
    def test_pyright_finds_nothing_in_it(self) -> None:
        folder = Path(self.folder)
        for number, schema in enumerate(SCHEMAS):
            (folder / f"schema{number}").mkdir()
            generate(str(folder / f"schema{number}"), "--schema", schema)
        options = {"typeCheckingMode": "standard", "pythonVersion": "3.9", "extraPaths": [str(FOLDER / "src")]}
        (folder / "pyrightconfig.json").write_text(json.dumps(options), encoding="utf-8")
        self.assertEqual(pyright(folder), "0 errors, 0 warnings, 0 notes\n")

    @unittest.skipIf(importlib.util.find_spec("mypy") is None, "mypy is not there")
    def test_mypy_finds_what_is_wrong_in_its_use(self) -> None:
        generate(self.folder, "--schema", SCHEMAS[0])
        program = Path(self.folder) / "program.py"
        program.write_text(textwrap.dedent("""
                import stdb
                from module_bindings import connect, query, EffectSay, Rank

                def main() -> None:
                    conn = connect("http://127.0.0.1:3000", "chat")
                    user = conn.db.user.find(identity=conn.identity)
                    reveal_type(user)
                    reveal_type(conn.db.entity.filter(zone=stdb.Range(1, 2)))
                    conn.reducers.send_message(5)
                    conn.db.user.find(name="x")
                    conn.db.usr
                    @conn.db.entity.on_insert
                    def on_insert(ctx: stdb.Context, row: str) -> None: ...
                    query.entity.where(query.entity.zone < 3)
                    query.entity.where(query.entity.nothing == 3)
                """))
        told = self.check_types(str(program), None)
        expected = [
            (8, "module_bindings.User | None" if "|" in told else "Union[module_bindings.User, None]"),
            (9, "ist[module_bindings.Entity]"),
            (10, 'Argument 1 to "send_message" of "Reducers" has incompatible type "int"; expected "str"'),
            (11, 'Unexpected keyword argument "name"'),
            (12, '"Tables" has no attribute "usr"'),
            (13, 'Argument 1 to "on_insert"'),
            (16, '"EntityQuery" has no attribute "nothing"'),
        ]
        for line, words in expected:
            self.assertTrue(
                any(f":{line}:" in text and words in text for text in told.splitlines()), (line, words, told)
            )
        for line in (6, 7, 15):
            self.assertNotIn(f":{line}:", told)

    def check_types(self, path: str, expected: Any) -> str:
        command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", path]
        environment = {**os.environ, "MYPYPATH": f"{FOLDER / 'src'}{os.pathsep}{self.folder}"}
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=self.folder
        )
        if expected is not None:
            self.assertEqual(done.stdout, expected)
        return done.stdout


class OnTheHost(BindingsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.module = self.load("--uri", host().uri, "--database", host().database)
        self.connection = self.module.connect(host().uri, host().database, timeout=PATIENCE)
        self.addCleanup(self.connection.close)
        self.reset(self.connection)
        self.connection.subscribe_to_all_tables().wait(PATIENCE)

    def test_rows_are_dataclasses(self) -> None:
        module, conn = self.module, self.connection
        told: List[Any] = []
        conn.db.entity.on_insert(lambda ctx, row: told.append(row))
        conn.db.entity.on_update(lambda ctx, old, new: told.append((old.position.x, new.position.x)))
        conn.reducers.spawn(1, 1, 7).result(PATIENCE)
        entity = module.Entity(id=1, zone=7, position=module.Vec3(1.0, 0.5, -1.0), hp=100)
        self.assertEqual(told, [entity])
        conn.reducers.move_by(1, 1, 2.0).result(PATIENCE)
        self.assertEqual(told[1:], [(1.0, 3.0)])
        self.assertEqual(conn.db.entity.find(id=1).position.x, 3.0)
        self.assertEqual([row.id for row in conn.db.entity.filter(zone=7)], [1])
        conn.reducers.despawn(1, 1).result(PATIENCE)
        self.assertEqual(list(conn.db.entity), [])

    def test_sums_are_classes(self) -> None:
        module = self.module
        self.connection.reducers.insert_every_type(7).result(PATIENCE)
        row = self.connection.db.every_type.find(key=7)
        knight = next(rank for rank in module.Rank if rank.name.lower() == "knight")
        self.assertIs(row.rank, knight)
        self.assertEqual((row.effect, row.effects[1]), (module.EffectSay("hi"), module.EffectDamage(3)))
        self.assertEqual(
            row.effects[2:], [module.EffectMove(module.Vec3(1.0, 2.0, 3.0)), module.EffectMany(b"\x09\x09")]
        )
        self.assertEqual(row.nested, [module.Vec3(0.0, 0.0, 0.0), module.Vec3(1.0, 1.0, 1.0)])
        # A row goes back as it came.
        ty = self.connection.schema.table("every_type").row
        data = stdb.bsatn.encode(ty, row, "row")
        self.assertEqual(stdb.bsatn.decoder(ty, self.connection._classes).one(data), row)

    def test_reducers(self) -> None:
        told: List[Any] = []

        @self.connection.reducers.on_send_message
        def on_send_message(ctx: Any, text: str) -> None:
            told.append(text)

        self.connection.reducers.with_options(timeout_ms=60_000).send_message("hi").result(PATIENCE)
        self.assertEqual(told, ["hi"])
        with self.assertRaisesRegex(stdb.ReducerError, "Messages must not be empty"):
            self.connection.reducers.send_message("").result(PATIENCE)
        if self.connection.protocol != stdb.Protocol.V1:
            self.assertEqual(self.connection.procedures.add(1, 2).result(PATIENCE), 3)
            self.assertEqual(
                self.connection.procedures.summarise("abc").result(PATIENCE), self.module.Summary(3, "abc")
            )

    def test_queries(self) -> None:
        query = self.module.query
        rows = self.connection.one_off_query(query.user.where(query.user.identity == self.connection.identity)).result(
            PATIENCE
        )
        self.assertEqual([row.identity for row in rows], [self.connection.identity])
        self.assertIsInstance(rows[0], self.module.User)

    def test_on_asyncio(self) -> None:
        async def main() -> Any:
            async with self.module.aconnect(host().uri, host().database) as connection:
                return await connection.reducers.noop()

        self.assertEqual(asyncio.run(main()).reducer, "noop")


class Torture(BindingsTestCase):
    """Names that are keywords, enums as keys, sums in sums, products of nothing, 60 columns."""

    def setUp(self) -> None:
        super().setUp()
        database = os.environ.get("STDB_TEST_TORTURE_DATABASE")
        if database is None:
            self.skipTest("this host does not have the module")
        self.module = self.load("--uri", host().uri, "--database", database)
        self.typed = self.module.connect(host().uri, database, timeout=PATIENCE)
        self.addCleanup(self.typed.close)
        self.untyped = stdb.connect(host().uri, database, timeout=PATIENCE)
        self.addCleanup(self.untyped.close)
        for connection in (self.typed, self.untyped):
            connection.subscribe_to_all_tables().wait(PATIENCE)

    def test_typed_and_untyped_rows_say_the_same(self) -> None:
        m = self.module
        self.typed.reducers.fill(1).result(PATIENCE)
        self.typed.reducers.classes().result(PATIENCE)
        self.typed.reducers.widen(3).result(PATIENCE)
        # The other connection has been told of all that once it is answered.
        with self.assertRaises(stdb.ReducerError):
            self.untyped.reducers.fill(1).result(PATIENCE)
        for name, table in self.untyped.schema.tables.items():
            typed, untyped = self.typed.db[name], self.untyped.db[name]
            self.assertEqual(typed.count(), untyped.count(), name)
            encoded = sorted(stdb.bsatn.encode(table.row, row, name) for row in untyped)
            self.assertEqual(sorted(stdb.bsatn.encode(table.row, row, name) for row in typed), encoded, name)
            for column in (part.name for part in table.row.parts):
                self.assertEqual(untyped.column(column), [row[column] for row in untyped], (name, column))
        row = self.typed.db.every.find(key=1)
        padded = m.Padded(1, 2**64 - 2, True, m.Class.True_, 65_535)
        self.assertEqual((row.class_, row.level, row.padded), (m.Class.None_, m.LevelHigh(-4), padded))
        self.assertEqual(row.outer, m.OuterMaybe(stdb.Variant("some", m.InnerFixed(padded))))
        self.assertEqual((row.due, row.nothing, row.nothings), (stdb.TimeDuration(3), m.Nothing(), [m.Nothing()] * 2))
        self.assertEqual(
            (row.maybe_unit, row.maybe_maybe, row.maybe_level),
            (m.Nothing(), stdb.Variant("some", None), m.LevelExact(0.5)),
        )
        keyword = self.typed.db.keyword.find(class_=m.Class.Default)
        self.assertEqual((keyword.lambda_, keyword.nonlocal_, keyword.def_, keyword.int), (0.25, 1, -9, 0))
        self.assertEqual(self.untyped.db.keyword.find(class_="Default")["lambda"], 0.25)
        self.assertEqual([row.int for row in self.typed.db.keyword.filter(class_=m.Class.Default, volatile=True)], [0])
        self.assertEqual(self.typed.db.wide.find(c00=3).c56, "text 56")
        self.assertEqual(list(self.typed.db.void), [m.Void()])

    def test_an_enum_of_another_type_is_refused(self) -> None:
        with self.assertRaisesRegex(stdb.InvalidArgumentError, "expected Class"):
            self.untyped.db.keyword.find(class_=self.module.LevelLow(1))
