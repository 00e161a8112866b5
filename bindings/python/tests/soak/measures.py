"""What may not grow."""

import ctypes
import gc
import os
import sys
from typing import Callable, Dict, List, Tuple

from stdb import _callbacks, _library


def _status(name: str) -> int:
    """A number that Linux tells of the process; 0 elsewhere."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith(name))
    except OSError:
        return 0


def _descriptors() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return 0


class _Mallinfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"
    )]  # fmt: skip


def _allocated() -> int:
    """What the C library has given out and not got back; 0 for one that does not tell."""
    try:
        mallinfo2 = ctypes.CDLL(None).mallinfo2
    except (AttributeError, TypeError, OSError):
        return 0
    mallinfo2.restype = _Mallinfo
    told = mallinfo2()
    return int(told.uordblks + told.hblkhd)


MEASURES: Dict[str, Tuple[Callable[[], int], int]] = {
    "callbacks that the library may call": (_callbacks.count, 0),
    "handles of the library": (lambda: len(_library._handles), 0),
    "blocks of Python's allocator": (sys.getallocatedblocks, 1000),
    "bytes of the C allocator": (_allocated, 256 << 10),
    "bytes in memory": (lambda: _status("VmRSS:") * 1024, 8 << 20),
    "threads": (lambda: _status("Threads:"), 0),
    "descriptors": (_descriptors, 0),
}
"""What is measured, and how much more there may be in the end. A callback that leaves an object, or 10 bytes, shows."""


def measure() -> Dict[str, int]:
    gc.collect()
    return {name: function() for name, (function, _) in MEASURES.items()}


def grown(measured: List[Dict[str, int]]) -> List[str]:
    """What has grown. A leak grows all the time: it is more at the least in the last third than at the most in the first."""
    third = len(measured) // 3
    faults = []
    for name, (_, allowed) in MEASURES.items():
        before, after = max(m[name] for m in measured[:third]), min(m[name] for m in measured[-third:])
        if after > before + allowed:
            faults.append(f"{after - before} more {name}: {[m[name] for m in measured]}")
    return faults
