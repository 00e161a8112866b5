"""The package's own affairs: what is generated, types, and docstrings."""

import importlib.util
import inspect
import subprocess
import sys
import unittest
from pathlib import Path

import stdb

FOLDER = Path(__file__).resolve().parents[1]


class Generated(unittest.TestCase):
    def test_the_signatures_are_the_headers(self) -> None:
        done = subprocess.run(
            [sys.executable, str(FOLDER / "tools" / "generate_ffi.py"), "--check"], stderr=subprocess.PIPE, text=True
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class Types(unittest.TestCase):
    @unittest.skipIf(importlib.util.find_spec("mypy") is None, "mypy is not there")
    def test_mypy_finds_nothing(self) -> None:
        command = [sys.executable, "-m", "mypy", "--config-file", str(FOLDER / "pyproject.toml")]
        done = subprocess.run(command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)

    @unittest.skipIf(importlib.util.find_spec("basedpyright") is None, "basedpyright is not there")
    def test_pyright_finds_nothing(self) -> None:
        self.assertEqual(pyright(FOLDER), "0 errors, 0 warnings, 0 notes\n")


def pyright(folder: Path) -> str:
    """What pyright has to say of the project in a folder."""
    command = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable]
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


class Docstrings(unittest.TestCase):
    def test_everything_public_has_one(self) -> None:
        public = [getattr(stdb, name) for name in stdb.__all__]
        classes = [thing for thing in public if inspect.isclass(thing)]
        functions = [thing for thing in public if inspect.isroutine(thing)]
        members = [
            getattr(thing, name)
            for thing in classes
            for kind in thing.__mro__
            if kind.__module__.startswith("stdb")
            for name, member in vars(kind).items()
            if not name.startswith("_")
            and (callable(member) or isinstance(member, (property, classmethod, staticmethod)))
        ]
        self.assertGreater(len(members), 100)
        for thing in [stdb, *classes, *functions, *members]:
            self.assertTrue(thing.__doc__, thing)
