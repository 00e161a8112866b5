"""Builds the wheel, which carries the library: it is compiled with cargo, unless STDB_LIBRARY names one that is to be taken.
What the package is, is in pyproject.toml."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
NAMES = {"win32": "stdb.dll", "darwin": "libstdb.dylib"}
NAME = NAMES.get(sys.platform, "libstdb.so")


def version() -> str:
    """The library's version, which is the package's."""
    manifest = REPOSITORY / "Cargo.toml"
    if not manifest.exists():
        sys.exit(f"this package is built inside libstdb's repository, and there is no {manifest}")
    found = re.search(r'^version = "([^"]+)"', manifest.read_text(encoding="utf-8"), re.M)
    assert found is not None
    return found[1]


def library() -> Path:
    """The library: the one that is named, or one that is compiled now."""
    named = os.environ.get("STDB_LIBRARY")
    if named:
        return Path(named)
    command = ["cargo", "build", "--release", "--locked", "--package", "stdb", "--lib", "--message-format=json"]
    try:
        done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True)
    except FileNotFoundError:
        sys.exit("there is no cargo to compile libstdb with: install Rust, or set STDB_LIBRARY to a built library")
    except subprocess.CalledProcessError as error:
        sys.exit(f"cargo cannot compile libstdb: {error}")
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    files = [name for message in messages for name in message.get("filenames", []) if Path(name).name == NAME]
    if not files:
        sys.exit(f"cargo has made no {NAME}")
    return Path(files[-1])


class BuildWithLibrary(build_py):
    """Puts the library and the licence beside the package's modules."""

    def run(self) -> None:
        super().run()
        folder = HERE / "src" if self.editable_mode else Path(self.build_lib)
        shutil.copyfile(library(), folder / "stdb" / NAME)
        shutil.copyfile(REPOSITORY / "LICENSE", folder / "stdb" / "LICENSE")


class PlatformWheel(bdist_wheel):
    """A wheel for every Python 3 on this platform: what is compiled in it does not know Python."""

    def get_tag(self) -> "tuple[str, str, str]":
        return ("py3", "none", super().get_tag()[2])


class PlatformDistribution(Distribution):
    """What has something compiled."""

    def has_ext_modules(self) -> bool:
        return True


setup(
    version=version(),
    distclass=PlatformDistribution,
    cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel},
)
