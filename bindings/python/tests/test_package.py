"""The package's own affairs: what is generated, and types."""

import importlib.util
import subprocess
import sys
import unittest
from pathlib import Path

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
