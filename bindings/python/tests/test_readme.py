"""Every snippet of the README runs."""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

from .test_bindings import CODEGEN, generate
from .host import PATIENCE, host
from .test_package import FOLDER


class Readme(unittest.TestCase):
    def test_its_snippets(self) -> None:
        text = (FOLDER / "README.md").read_text(encoding="utf-8")
        snippets = re.findall(r"```python\n(.*?)```", text, re.S)
        self.assertGreater(len(snippets), 4)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.environ.get("PYTHONPATH", "")
        if os.path.exists(CODEGEN):
            generate(folder.name, "--uri", host().uri, "--database", host().database)
            path = f"{path}{os.pathsep}{folder.name}"
        for snippet in snippets:
            if "module_bindings" in snippet and not os.path.exists(CODEGEN):
                continue
            with self.subTest(snippet.splitlines()[0]):
                program = snippet.replace("http://127.0.0.1:3000", host().uri).replace('"chat"', f'"{host().database}"')
                done = subprocess.run(
                    [sys.executable, "-X", "dev", "-W", "error", "-c", program],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=3 * PATIENCE, env={**os.environ, "PYTHONPATH": path},
                )  # fmt: skip
                self.assertEqual((done.returncode, done.stderr), (0, ""), snippet)
                self.assertNotEqual(done.stdout, "")

    def test_its_commands(self) -> None:
        text = (FOLDER / "README.md").read_text(encoding="utf-8")
        commands = re.findall(r"^python (-m stdb .*?)(?: +#.*)?$", text, re.M)
        self.assertGreater(len(commands), 3)
        here = {"http://127.0.0.1:3000": host().uri, "chat": host().database}
        for command in commands:
            words = [here.get(word, word) for word in shlex.split(command)]
            # It would go on for ever.
            words += ["--count", "1"] if "subscribe" in words else []
            with self.subTest(command):
                done = subprocess.run(
                    [sys.executable, "-X", "dev", "-W", "error", *words],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=3 * PATIENCE,
                )  # fmt: skip
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(done.stdout == "", "call" in words)
