"""People who talk with `examples/chat/chat.py`."""

import subprocess
import tempfile
import threading
from queue import Queue
from typing import Dict, List, NamedTuple

from .host import PATIENCE, REPOSITORY, HostTestCase, host

CHAT = REPOSITORY / "examples" / "chat" / "chat.py"


class Program(NamedTuple):
    """The chat, as it is started."""

    command: List[str]
    environment: Dict[str, str]


class Client:
    """Somebody at a running chat."""

    def __init__(self, case: HostTestCase, program: Program, name: str, folder: str) -> None:
        self.case = case
        command = [*program.command, "--script", "--uri", host().uri, "--database", host().database]
        self.process = subprocess.Popen(
            [*command, "--token-file", name, "--token-directory", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=program.environment,
            cwd=folder,
        )
        case.addCleanup(self.process.kill)
        self.lines: "Queue[str]" = Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.seen: List[str] = []

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def types(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def sees(self, line: str) -> None:
        while line not in self.seen:
            self.seen.append(self.lines.get(timeout=PATIENCE))
        self.seen.clear()

    def connected(self) -> str:
        words = self.lines.get(timeout=PATIENCE).split()
        self.case.assertEqual(words[:2], ["Connected", "as"])
        return words[2]

    def leaves(self) -> None:
        self.types("/quit")
        self.sees("Disconnected")
        self.case.assertEqual(self.process.wait(PATIENCE), 0)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


def talk(case: HostTestCase, program: Program) -> None:
    """Ada and Grace talk; Ada leaves and comes back as the same."""
    case.reset(case.connect())
    with tempfile.TemporaryDirectory() as folder:
        ada = Client(case, program, "Ada", folder)
        ada_is = ada.connected()
        ada.sees(f"{ada_is} is online")
        ada.types("/name Ada")
        ada.sees(f"{ada_is} renamed to Ada")
        ada.types("Is anyone here?")
        ada.sees("Ada: Is anyone here?")
        grace = Client(case, program, "Grace", folder)
        grace_is = grace.connected()
        grace.sees("Ada: Is anyone here?")
        ada.sees(f"{grace_is} is online")
        grace.types("/name ")
        grace.sees("set_name failed: Names must not be empty")
        grace.types("I am!")
        ada.sees(f"{grace_is}: I am!")
        ada.leaves()
        grace.sees("Ada went offline")
        ada = Client(case, program, "Ada", folder)
        case.assertEqual(ada.connected(), ada_is)
        ada.sees(f"{grace_is}: I am!")
        ada.leaves()
        grace.leaves()
