"""Every snippet of the README runs."""

import os
import re
import subprocess
import sys
import unittest

from .host import PATIENCE, host
from .test_package import FOLDER


class Readme(unittest.TestCase):
    def test_its_snippets(self) -> None:
        text = (FOLDER / "README.md").read_text(encoding="utf-8")
        snippets = re.findall(r"```python\n(.*?)```", text, re.S)
        self.assertGreater(len(snippets), 4)
        for snippet in snippets:
            with self.subTest(snippet.splitlines()[0]):
                program = snippet.replace("http://127.0.0.1:3000", host().uri).replace('"chat"', f'"{host().database}"')
                done = subprocess.run(
                    [sys.executable, "-X", "dev", "-W", "error", "-c", program],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=3 * PATIENCE, env=os.environ,
                )  # fmt: skip
                self.assertEqual((done.returncode, done.stderr), (0, ""), snippet)
                self.assertNotEqual(done.stdout, "")
