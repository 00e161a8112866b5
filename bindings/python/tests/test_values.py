"""Types, values, rows and BSATN; without a host."""

import gc
import pickle
import struct
import unittest
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any, Dict

import stdb
from stdb import bsatn
from stdb.row import row_class
from stdb.sats import Part, Type


def product(**parts: Any) -> Type:
    return Type(
        "product", "Thing", tuple(Part(name, ty if isinstance(ty, Type) else Type(ty)) for name, ty in parts.items())
    )


def array(element: Any) -> Type:
    return Type("array", None, (Part("", element if isinstance(element, Type) else Type(element)),))


def option(element: Any) -> Type:
    return Type("option", None, (Part("some", element if isinstance(element, Type) else Type(element)),))


def sum_of(**variants: Any) -> Type:
    return product(**variants)._replace(kind="sum")


class Other(stdb.PlainEnum):
    A = 0
    B = 1


Other.__stdb_type__ = "Other"
UNIT = Type("product")
RESULT = Type("result", None, (Part("ok", Type("u32")), Part("err", Type("string"))))
IDENTITY = stdb.Identity(bytes(range(32)))

VALUES: Dict[str, Any] = {
    "bool": [True, False],
    "u8": [0, 255],
    "u64": [0, (1 << 64) - 1],
    "u128": [0, (1 << 128) - 1, 1 << 100],
    "u256": [0, (1 << 256) - 1, 1 << 200],
    "i8": [-128, 127],
    "i64": [-(1 << 63), (1 << 63) - 1],
    "i128": [-(1 << 127), (1 << 127) - 1],
    "i256": [-(1 << 255), (1 << 255) - 1, -(9 << 200)],
    "f32": [1.5, float("inf")],
    "f64": [-2.25, 5e-324],
    "string": ["", "héllo ✓", "a" * 1000],
    "identity": [IDENTITY],
    "connection_id": [stdb.ConnectionId(bytes(16))],
    "timestamp": [stdb.Timestamp(0), stdb.Timestamp(-1)],
    "time_duration": [stdb.TimeDuration(-1_500_000)],
    "uuid": [uuid.UUID("01234567-89ab-7def-8123-456789abcdef")],
    "schedule_at": [stdb.TimeDuration(5), stdb.Timestamp(7)],
}


class RoundTrips(unittest.TestCase):
    def check(self, ty: Type, *values: Any) -> None:
        """Each value comes back, alone, many in a row, and within a product, an array and an option."""
        for value in values:
            data = bsatn.encode(ty, value, "it")
            self.assertEqual(bsatn.decoder(ty).one(data), value, ty)
            if ty.size is not None:
                self.assertEqual(len(data), ty.size)
        together = b"".join(bsatn.encode(ty, value, "it") for value in values)
        if together:
            self.assertEqual(bsatn.decoder(ty).all(together), list(values))
        many = array(ty)
        if ty.kind != "u8":  # an array of those is bytes
            self.assertEqual(bsatn.decoder(many).one(bsatn.encode(many, list(values), "it")), list(values))
        around = product(first=Type("u8"), it=ty, text=Type("string"), last=ty, end=Type("bool"))
        row = (7, values[0], "between", values[-1], True)
        self.assertEqual(bsatn.decoder(around).one(bsatn.encode(around, row, "it")), row)
        if ty.kind != "option":
            self.assertIsNone(bsatn.decoder(option(ty)).one(bsatn.encode(option(ty), None, "it")))
            self.assertEqual(bsatn.decoder(option(ty)).one(bsatn.encode(option(ty), values[0], "it")), values[0])

    def test_every_kind(self) -> None:
        for kind, values in VALUES.items():
            with self.subTest(kind):
                self.check(Type(kind), *values)

    def test_nan_keeps_its_bits(self) -> None:
        data = struct.pack("<Q", 0x7FF8_0000_0000_1234)
        self.assertEqual(bsatn.encode(Type("f64"), bsatn.decoder(Type("f64")).one(data), "it"), data)

    def test_compounds(self) -> None:
        point = product(x=Type("f32"), y=Type("f32"))
        effect = sum_of(Nothing=UNIT, Damage="u32", Say="string", Move=point, Many=array("u8"))
        rank = sum_of(Recruit=UNIT, Knight=UNIT)
        self.check(UNIT, ())
        self.check(point, (1.0, 2.0), (0.5, -0.5))
        self.check(array("u8"), b"", b"\x00\xff")
        self.check(array("string"), ["a", ""], [])
        self.check(array(point), [(1.0, 2.0)], [])
        self.check(array(array(array("u16"))), [[[1], []], []], [])
        self.check(rank, stdb.Variant("Knight"), stdb.Variant("Recruit"))
        self.check(effect, stdb.Variant("Nothing"), stdb.Variant("Damage", 3), stdb.Variant("Say", "hi"))
        self.check(effect, stdb.Variant("Move", (1.0, 2.0)), stdb.Variant("Many", b"\x09"))
        self.check(array(effect), [stdb.Variant("Nothing"), stdb.Variant("Say", "hi")], [])
        self.check(RESULT, stdb.Ok(5), stdb.Err("no"))
        self.check(option(option("u8")), stdb.Variant("some", 5), stdb.Variant("some", None), stdb.Variant("none"))
        self.check(sum_of(A="u32", B="f32"), stdb.Variant("A", 1), stdb.Variant("B", 0.5))
        self.check(
            product(**{f"c{n}": "u16" if n % 3 else "string" for n in range(60)}),
            tuple(n if n % 3 else str(n) for n in range(60)),
        )

    def test_deep_types(self) -> None:
        deep: Type = Type("string")
        value: Any = "bottom"
        for step in range(30):
            deep, value = (product(a=deep), (value,)) if step % 2 else (array(deep), [value])
        self.check(deep, value)
        deep, value = Type("u8"), 5
        for _ in range(100):
            deep, value = product(a=deep), (value,)
        self.check(deep, value)

    def test_other_spellings_of_values(self) -> None:
        rank = sum_of(Recruit=UNIT, Knight=UNIT, Damage="u32")
        self.assertEqual(bsatn.encode(rank, "Knight", "it"), b"\x01")
        self.assertEqual(bsatn.encode(rank, {"Damage": 1}, "it"), b"\x02\x01\x00\x00\x00")
        point = product(x="u8", y="u8")
        self.assertEqual(bsatn.encode(point, {"y": 2, "x": 1}, "it"), b"\x01\x02")
        self.assertEqual(bsatn.encode(Type("identity"), IDENTITY.to_hex(), "it"), IDENTITY.bytes)
        moment = datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc)
        self.assertEqual(bsatn.encode(Type("timestamp"), moment, "it"), struct.pack("<q", 1_000_000))
        self.assertEqual(bsatn.encode(Type("time_duration"), timedelta(microseconds=-3), "it"), struct.pack("<q", -3))


class Refusals(unittest.TestCase):
    def refused(self, ty: Type, value: Any, message: str) -> None:
        with self.assertRaises(stdb.InvalidArgumentError) as caught:
            bsatn.encode(ty, value, "it")
        self.assertEqual(caught.exception.message, message)
        self.assertEqual(caught.exception.code_name, "STDB_ERR_INVALID_ARGUMENT")

    def test_wrong_values_are_named(self) -> None:
        self.refused(Type("u8"), 256, "it: expected u8 (0 to 255), got int 256")
        self.refused(Type("i8"), -129, "it: expected i8 (-128 to 127), got int -129")
        self.refused(Type("u8"), True, "it: expected u8, got bool True")
        self.refused(Type("u8"), 1.0, "it: expected u8, got float 1.0")
        self.refused(Type("bool"), 1, "it: expected bool, got int 1")
        self.refused(Type("string"), b"x", "it: expected str, got bytes b'x'")
        self.refused(Type("string"), "\ud800", "it: expected text that UTF-8 has, got str '\\ud800'")
        self.refused(Type("f32"), 1e300, "it: expected f32, got float 1e+300")
        self.refused(Type("f64"), "1", "it: expected f64, got str '1'")
        self.refused(array("string"), "text", "it: expected array of string, got str 'text'")
        self.refused(array("u8"), [1], "it: expected bytes, got list [1]")
        self.refused(Type("uuid"), "x", "it: expected uuid.UUID, got str 'x'")
        self.refused(Type("timestamp"), 5, "it: expected Timestamp, got int 5")
        self.refused(RESULT, 5, "it: expected Ok or Err, got int 5")
        self.refused(sum_of(A=UNIT, B="u8"), "C", "it: expected Thing (one of A, B), got str 'C'")
        self.assertEqual(bsatn.encode(sum_of(A=UNIT, B=UNIT)._replace(name="Other"), Other.B, "it"), b"\x01")
        self.refused(sum_of(A=UNIT, B=UNIT), Other.B, f"it: expected Thing (one of A, B), got Other {Other.B!r}")
        self.refused(product(x="u8"), {"y": 1}, "it: Thing has no field 'y'")
        self.refused(product(x="u8", y="u8"), {"y": 1}, "it: Thing needs 'x'")
        self.refused(product(x="u8"), (1, 2), "it: expected Thing of 1 elements, got tuple (1, 2)")

    def test_the_path_is_named(self) -> None:
        nested = product(rows=array(product(x=sum_of(A="u8"))))
        self.refused(nested, ([(("A"),), {"x": {"A": 300}}],), "it.rows[0].x.A: expected u8, got tuple ()")
        self.refused(nested, ([{"x": {"A": 300}}],), "it.rows[0].x.A: expected u8 (0 to 255), got int 300")

    def test_arguments(self) -> None:
        parameters = product(name="string", count="u8")

        def refused(message: str, *args: Any, **kwargs: Any) -> None:
            with self.assertRaises(stdb.InvalidArgumentError) as caught:
                bsatn.encode_arguments(parameters, args, kwargs, "give")
            self.assertEqual(caught.exception.message, message)

        self.assertEqual(bsatn.encode_arguments(parameters, ("a",), {"count": 1}, "give"), b"\x01\x00\x00\x00a\x01")
        refused("give(name: string, count: u8) takes 2 arguments, not 3", "a", 1, 2)
        refused("give(name: string, count: u8) was not given count", "a")
        refused("give(name: string, count: u8) has no argument 'size'", "a", size=1)
        refused("give(name: string, count: u8) was given twice the argument 'name'", "a", name="b")
        refused("give: argument count: expected u8, got str '1'", "a", "1")

    def test_bad_bytes(self) -> None:
        cases = [
            (Type("u32"), b"\0\0\0"),
            (Type("string"), b"\x05\0\0\0abc"),
            (Type("string"), b"\x01\0\0\0\xff"),
            (Type("string"), b"\0\0\0\0extra"),
            (array("u32"), b"\xff\xff\xff\xff\0"),
            (array("string"), b"\xff\xff\xff\xff\0\0\0\0"),
            (array(UNIT), b"\xff\xff\xff\xff"),
            (option("u8"), b"\x02"),
            (sum_of(A=UNIT, B=UNIT), b"\x02"),
            (sum_of(A=UNIT, B="string"), b"\x07"),
            (RESULT, b"\x02\0\0\0\0"),
            (Type("schedule_at"), b"\x02" + bytes(8)),
        ]
        for ty, data in cases:
            with self.subTest(str(ty)):
                self.assertRaises(stdb.BsatnError, bsatn.decoder(ty).one, data)
                self.assertRaises(stdb.BsatnError, bsatn.decoder(product(a="u8", b=ty)).all, b"\0" + data)


class Values(unittest.TestCase):
    def test_identities(self) -> None:
        text = "".join(f"{byte:02x}" for byte in reversed(range(32)))
        self.assertEqual(str(IDENTITY), text)
        self.assertEqual(stdb.Identity.from_hex("0x" + text.upper()), IDENTITY)
        self.assertEqual(len({IDENTITY, stdb.Identity.from_hex(text)}), 1)
        for other in (stdb.ConnectionId(bytes(16)), IDENTITY.bytes, str(IDENTITY), None):
            self.assertNotEqual(IDENTITY, other)
        for bad in ("", "0", text + "00", "zz" * 32, " " + text[1:]):
            self.assertRaises(stdb.InvalidArgumentError, stdb.Identity.from_hex, bad)

    def test_times(self) -> None:
        moment = stdb.Timestamp(1_700_000_000_123_456)
        self.assertEqual(str(moment), "2023-11-14T22:13:20.123456+00:00")
        self.assertEqual(stdb.Timestamp.from_datetime(moment.to_datetime()), moment)
        elsewhere = moment.to_datetime().astimezone(timezone(timedelta(hours=5, minutes=30)))
        self.assertEqual(stdb.Timestamp.from_datetime(elsewhere), moment)
        here = datetime(2024, 1, 1)
        self.assertEqual(stdb.Timestamp.from_datetime(here).micros, here.timestamp() * 1e6)
        self.assertEqual(str(stdb.Timestamp((1 << 63) - 1)), "9223372036854775807 µs")
        self.assertEqual(moment - stdb.Timestamp(0), stdb.TimeDuration(moment.micros))
        self.assertEqual(str(stdb.TimeDuration(-1_500_000)), "-1.500000")
        self.assertTrue(stdb.Timestamp(1) < stdb.Timestamp(2))
        self.assertNotEqual(stdb.Timestamp(1), stdb.TimeDuration(1))


class Rows(unittest.TestCase):
    def setUp(self) -> None:
        ty = product(id="u8", name="string", **{"class": "u8", "count": "u8", "keys": "u8"})
        self.row = bsatn.decoder(ty).one(bsatn.encode(ty, (1, "a", 2, 3, 4), "it"))

    def test_a_row_has_attributes_items_and_is_a_tuple(self) -> None:
        row = self.row
        self.assertEqual((row.id, row["name"], row[0], row[-1], row[:2]), (1, "a", 1, 4, (1, "a")))
        self.assertEqual(dict(row), {"id": 1, "name": "a", "class": 2, "count": 3, "keys": 4})
        self.assertEqual((row.class_, row.count, row.keys_), (2, 3, 4))
        self.assertEqual(row, (1, "a", 2, 3, 4))
        self.assertEqual(hash(row), hash(tuple(row)))
        self.assertEqual(repr(row), "Thing(id=1, name='a', class=2, count=3, keys=4)")

    def test_each_column_has_an_attribute_of_its_own(self) -> None:
        names = ["class", "class_", "a b", "au0020b", "keys", "1", "é", ""]
        row = row_class("Odd", names)(range(len(names)))
        self.assertEqual([row[name] for name in names], list(range(len(names))))
        attributes = ("class_", "class__", "au0020b", "au0020b_", "keys_", "field_1", "u00e9", "field_")
        self.assertEqual([getattr(row, attribute) for attribute in attributes], list(range(len(names))))

    def test_what_is_not_there_is_named(self) -> None:
        with self.assertRaisesRegex(AttributeError, "there is no column 'nam': the columns are id, name"):
            self.row.nam
        with self.assertRaisesRegex(KeyError, "the columns are id, name"):
            self.row["nam"]
        self.assertFalse(hasattr(self.row, "__dict__"))

    def test_the_collector_may_run_while_a_class_is_made(self) -> None:
        self.addCleanup(gc.set_threshold, *gc.get_threshold())
        gc.set_threshold(1)
        for number in range(20):
            names = [f"column{number}_{column}" for column in range(30)]
            self.assertEqual(getattr(row_class("Many", names)(range(30)), names[-1]), 29)

    def test_rows_can_be_pickled(self) -> None:
        again = pickle.loads(pickle.dumps(self.row))
        self.assertEqual((type(again), again), (type(self.row), self.row))

    def test_errors_can_be_pickled(self) -> None:
        error = stdb.ReducerError("give", stdb.CallStatus.FAILED, "no")
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((type(again), str(again), again.status), (stdb.ReducerError, str(error), error.status))
