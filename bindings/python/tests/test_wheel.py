"""The wheel: it carries the library, and works in a virtual environment that has nothing else."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

from .host import PATIENCE, host
from .test_package import FOLDER


def _has_setuptools() -> bool:
    try:
        return importlib.util.find_spec("setuptools.command.bdist_wheel") is not None
    except ModuleNotFoundError:
        return False


@unittest.skipUnless(_has_setuptools(), "setuptools is absent or old")
@unittest.skipUnless("STDB_LIBRARY" in os.environ, "there is no library to put in")
class Wheel(unittest.TestCase):
    def test_it_works_in_an_empty_environment(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            source = _copy_of_the_source(folder / "repository")
            self.run_program(
                [
                    sys.executable,
                    "-m",
                    "pip",
                    "wheel",
                    "--quiet",
                    "--no-build-isolation",
                    "--no-deps",
                    "-w",
                    name,
                    str(source),
                ]
            )
            (wheel,) = folder.glob("*.whl")
            self.assertRegex(wheel.name, r"^stdb-[0-9.]+-py3-none-(?!any)")
            names = zipfile.ZipFile(wheel).namelist()
            for needed in ("stdb/__init__.py", "stdb/py.typed", "stdb/LICENSE", f"stdb/{_library_name()}"):
                self.assertIn(needed, names)
            self.run_program([sys.executable, "-m", "venv", str(folder / "venv")])
            python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
            self.run_program([str(python), "-m", "pip", "install", "--quiet", "--no-index", str(wheel)])
            program = f"import stdb; stdb.connect({host().uri!r}, {host().database!r}).reducers.noop().result(); print('done')"
            self.assertEqual(self.run_program([str(python), "-c", program], cwd=name), "done\n")
            self.assertIn(
                "table user", self.run_program([str(python), "-m", "stdb", "schema", host().uri, host().database])
            )

    def run_program(self, command: "list[str]", **options: str) -> str:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        if "wheel" not in command:
            del environment["STDB_LIBRARY"]
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            timeout=9 * PATIENCE,
            **options,
        )  # type: ignore[call-overload]
        self.assertEqual(done.returncode, 0, done.stdout)
        return str(done.stdout)


def _copy_of_the_source(repository: Path) -> Path:
    """The package with what it reads of the repository: what a build leaves there is in nobody's way."""
    package = repository / "bindings" / "python"
    shutil.copytree(FOLDER, package, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    for needed in ("Cargo.toml", "LICENSE"):
        shutil.copyfile(FOLDER.parents[1] / needed, repository / needed)
    return package


def _library_name() -> str:
    from stdb._library import FILE_NAME

    return FILE_NAME
