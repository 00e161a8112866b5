"""The wheel: it carries the library, and works in a virtual environment that has nothing else."""

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path
from typing import Any, Dict

from .chat import CHAT, Program, talk
from .host import PATIENCE, REPOSITORY, HostTestCase, host

FOLDER = REPOSITORY / "bindings" / "python"


def _has_setuptools() -> bool:
    try:
        return int(importlib.metadata.version("setuptools").split(".")[0]) >= 78
    except importlib.metadata.PackageNotFoundError:
        return False


def environment(**changes: str) -> Dict[str, str]:
    """That of a user: nothing of this checkout."""
    ours = ("PYTHONPATH", "STDB_LIBRARY")
    return {**{name: value for name, value in os.environ.items() if name not in ours}, **changes}


def run_program(*command: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    options = {"env": environment(), "timeout": 9 * PATIENCE, **options}
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def succeeds(*command: str, **options: Any) -> str:
    done = run_program(*command, **options)
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}"
    return done.stdout


def copy_of_the_source(folder: Path) -> Path:
    """The package with what it reads of the repository: what a build leaves there is in nobody's way."""
    package = folder / "repository" / "bindings" / "python"
    # Not what an editable installation has left.
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "LICENSE", library_name())
    shutil.copytree(FOLDER, package, ignore=ignored)
    for needed in ("Cargo.toml", "LICENSE"):
        shutil.copyfile(REPOSITORY / needed, folder / "repository" / needed)
    return package


def built_wheel(folder: Path) -> Path:
    """One that is made of the library that the tests have."""
    source = copy_of_the_source(folder)
    before = sorted(source.rglob("*"))
    command = [sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "-w", str(folder)]
    library = os.path.abspath(os.environ["STDB_LIBRARY"])
    succeeds(*command, str(source), env=environment(STDB_LIBRARY=library))
    assert sorted(source.rglob("*")) == before, "the build has left something in the source tree"
    (wheel,) = folder.glob("*.whl")
    return wheel


def library_name() -> str:
    from stdb._library import FILE_NAME

    return FILE_NAME


@unittest.skipUnless(_has_setuptools(), "setuptools is absent or old")
@unittest.skipUnless("STDB_LIBRARY" in os.environ, "there is no library to put in")
class Wheel(HostTestCase):
    """One that is made of the library that the tests have, or the one that STDB_TEST_WHEEL names."""

    folder: Path
    wheel: Path
    scripts: Path

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        named = os.environ.get("STDB_TEST_WHEEL")
        cls.wheel = Path(named) if named else built_wheel(cls.folder)
        succeeds(sys.executable, "-m", "venv", str(cls.folder / "venv"))
        cls.scripts = cls.folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        # What the chat needs is beside it: nothing.
        shutil.copyfile(CHAT, cls.folder / "chat.py")
        succeeds(str(cls.scripts / "python"), "-m", "pip", "install", "--no-index", str(cls.wheel))

    def test_what_is_in_it(self) -> None:
        names = zipfile.ZipFile(self.wheel).namelist()
        for needed in ("stdb/__init__.py", "stdb/py.typed", "stdb/LICENSE", f"stdb/{library_name()}"):
            self.assertIn(needed, names)

    def test_its_tag_tells_the_platform_and_no_python(self) -> None:
        self.assertRegex(self.wheel.name, r"^stdb-[0-9.]+-py3-none-(?!any)")

    @unittest.skipUnless(platform.libc_ver()[0] == "glibc", "the library is linked with another libc")
    def test_its_tag_tells_the_oldest_glibc(self) -> None:
        self.assertRegex(self.wheel.name, r"-manylinux_2_[0-9]+_[a-z0-9_]+\.whl$")

    def test_the_command_line(self) -> None:
        shown = succeeds(str(self.scripts / "stdb"), "schema", host().uri, host().database)
        self.assertIn("table user", shown)

    def test_another_library_than_its_own_can_be_named(self) -> None:
        named = environment(STDB_LIBRARY="/no/such/libstdb.so")
        done = run_program(str(self.scripts / "python"), "-c", "import stdb", env=named)
        self.assertIn("/no/such/libstdb.so (named by STDB_LIBRARY)", done.stdout)

    def test_the_chat_on_asyncio(self) -> None:
        talk(self, self.chat())

    def test_the_chat_on_a_thread(self) -> None:
        talk(self, self.chat("--threaded"))

    def chat(self, *options: str) -> Program:
        return Program(
            [str(self.scripts / "python"), "-X", "dev", str(self.folder / "chat.py"), *options], environment()
        )


@unittest.skipUnless(_has_setuptools(), "setuptools is absent or old")
class WhatCannotBeBuilt(unittest.TestCase):
    """Is told in a sentence."""

    def refused(self, hook: str, sentence: str, **changes: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            program = f"from setuptools import build_meta; build_meta.{hook}({folder!r})"
            source = copy_of_the_source(Path(folder))
            done = run_program(sys.executable, "-c", program, cwd=str(source), env=environment(**changes))
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stdout.splitlines()[-1], re.escape(sentence))

    def test_without_cargo(self) -> None:
        self.refused("build_wheel", "there is no cargo to compile libstdb with: install Rust", PATH="")

    def test_with_a_library_that_is_not_there(self) -> None:
        sentence = "STDB_LIBRARY names a library that is not there: '/no/such/libstdb.so'"
        self.refused("build_wheel", sentence, STDB_LIBRARY="/no/such/libstdb.so")

    def test_a_source_distribution(self) -> None:
        self.refused("build_sdist", "there is no source distribution of this package")
