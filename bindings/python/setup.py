"""Builds the wheel, which carries the library: it is compiled with cargo, unless STDB_LIBRARY names one that is to be taken.
What the package is, is in pyproject.toml."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

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


@lru_cache(maxsize=None)
def library() -> Path:
    """The library: the one that is named, or one that is compiled now."""
    named = os.environ.get("STDB_LIBRARY")
    if not named:
        return compiled_library()
    if not Path(named).is_file():
        sys.exit(f"STDB_LIBRARY names a library that is not there: {named!r}")
    return Path(named).resolve()


def compiled_library() -> Path:
    """Has cargo compile the library, in cargo's usual folder: CARGO_TARGET_DIR, or `target` in the repository."""
    # The shared library alone: with others beside it cargo would leave out the optimisation of all crates together (LTO).
    command = ["cargo", "rustc", "--release", "--locked", "--package", "stdb", "--lib", "--crate-type", "cdylib"]
    print("compiling libstdb, which takes a few minutes:", *command, flush=True)
    command += ["--message-format=json-render-diagnostics"]
    try:
        done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True)
    except FileNotFoundError:
        sys.exit(
            "there is no cargo to compile libstdb with: install Rust (https://rustup.rs), "
            "or set STDB_LIBRARY to the path of a built library"
        )
    except subprocess.CalledProcessError as error:
        sys.exit(f"cargo could not compile libstdb, and has said why above (exit status {error.returncode})")
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    files = [name for message in messages for name in message.get("filenames", []) if Path(name).name == NAME]
    if not files:
        sys.exit(f"cargo has made no {NAME}")
    return Path(files[-1])


def oldest_glibc(library: Path) -> "tuple[int, int] | None":
    """The oldest glibc that has all that the library wants of it; None if it wants nothing, as on other systems."""
    wanted = re.findall(rb"\0GLIBC_(\d+)\.(\d+)(?:\.\d+)?(?=\0)", library.read_bytes())
    return max(((int(major), int(minor)) for major, minor in wanted), default=None)


class BuildWithLibrary(build_py):
    """Puts the library and the licences beside the package's modules."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            shutil.copyfile(library(), HERE / "src" / "stdb" / NAME)
            return
        folder = Path(self.build_lib) / "stdb"
        shutil.copyfile(library(), folder / NAME)
        shutil.copyfile(REPOSITORY / "LICENSE", folder / "LICENSE")
        # Beside a library that is out of an archive lie the licences of what is linked into it.
        documents = library().parents[1] / "share" / "doc" / "stdb"
        if (documents / "THIRD-PARTY.txt").exists():
            shutil.copyfile(documents / "THIRD-PARTY.txt", folder / "THIRD-PARTY.txt")
            shutil.copytree(documents / "licences", folder / "licences")


class PlatformWheel(bdist_wheel):
    """A wheel for every Python 3 on this platform: what is compiled in it does not know Python."""

    def get_tag(self) -> "tuple[str, str, str]":
        return ("py3", "none", self.platform_of_library(super().get_tag()[2]))

    def platform_of_library(self, of_python: str) -> str:
        """The platform that the library needs, where it is another than that of the Python that builds the wheel."""
        if self.plat_name_supplied:
            return of_python
        glibc = oldest_glibc(library())
        if of_python.startswith("linux_") and glibc is not None:
            return f"many{of_python.replace('_', f'_{glibc[0]}_{glibc[1]}_', 1)}"
        # A Python for both kinds of Mac; cargo compiles for this one.
        return of_python.replace("_universal2", f"_{platform.machine()}")


class NoSourceDistribution(sdist):
    """Refuses what could not be built: the library's sources are outside of this folder."""

    def run(self) -> None:
        sys.exit(
            "there is no source distribution of this package, since the library's sources are not in its folder: "
            "build a wheel (pip wheel ./bindings/python; python -m build --wheel), or install out of the repository"
        )


class PlatformDistribution(Distribution):
    """What has something compiled."""

    def has_ext_modules(self) -> bool:
        return True


# Not in the source tree, where what an earlier build has left would get into the wheel.
BUILD = tempfile.TemporaryDirectory(prefix="stdb-wheel-")

setup(
    version=version(),
    distclass=PlatformDistribution,
    cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel, "sdist": NoSourceDistribution},
    options={"build": {"build_base": BUILD.name}, "egg_info": {"egg_base": BUILD.name}},
)
