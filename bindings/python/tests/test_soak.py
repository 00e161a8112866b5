"""Nothing grows in a long life, and nothing is said on standard error: see `soak.py`."""

import os
import subprocess
import sys
import unittest

from .host import host
from .test_package import FOLDER

CALLBACKS = os.environ.get("STDB_TEST_CALLBACKS", "5000")
"""How many callbacks of each kind there are to be."""

LIMIT = 900.0
"""How long it may take, in seconds; far more than it needs."""


class Soak(unittest.TestCase):
    def test_nothing_grows(self) -> None:
        command = [sys.executable, "-X", "dev", "-X", "faulthandler", "-W", "error", "-m", "tests.soak"]
        command += [host().uri, host().database, CALLBACKS, *([host().orders] if host().orders else [])]
        done = subprocess.run(
            command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=LIMIT
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        print(done.stdout, end="")
