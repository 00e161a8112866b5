"""The peer of libstdb in Python: `bare.py WORK URI COUNT` receives the same frames with Python's own sockets, and reads the
rows' bytes with `struct` or NumPy. Apart from that it is no client: it does not know what else is in a message."""

import asyncio
import socket
import struct
import sys
from collections import namedtuple
from statistics import median
from time import perf_counter_ns
from typing import Callable

WARM_UP = 1000
PASSES = 20

ROW = "<QIfffi"
"""id, zone, the position's x, y and z, hp"""

SIZE = struct.calcsize(ROW)

Position = namedtuple("Position", "x y z")
Entity = namedtuple("Entity", "id zone position hp")


def upgrade(address: str) -> bytes:
    return (
        f"GET /v1/database/bench/subscribe HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Protocol: v1.bsatn.spacetimedb\r\n\r\n"
    ).encode()


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode()


def frame(message: bytes) -> bytes:
    """A short binary message as a client sends it: masked, with zeros."""
    assert len(message) < 126
    return bytes((0x82, 0x80 | len(message))) + bytes(4) + message


def subscription(query: str) -> bytes:
    return frame(b"\x04" + struct.pack("<I", 1) + text(query) + struct.pack("<II", 1, 1))


def reducer_call(reducer: str, payload: bytes) -> bytes:
    args = struct.pack("<I", len(payload)) + payload
    return frame(b"\x00" + text(reducer) + struct.pack("<I", len(args)) + args + struct.pack("<IB", 1, 0))


def lengths(short: int) -> int:
    """How many bytes more say how long a message is."""
    return {126: 2, 127: 8}.get(short, 0)


class Bare:
    """A connection that blocks."""

    def __init__(self, address: str) -> None:
        host, port = address.split(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(upgrade(address))
        response = b""
        while not response.endswith(b"\r\n\r\n"):
            response += self.socket.recv(1)
        self.receive()  # who we are

    def receive(self) -> bytearray:
        """One message."""
        short = self.exactly(2)[1]
        more = lengths(short)
        return self.exactly(int.from_bytes(self.exactly(more), "big") if more else short)

    def exactly(self, count: int) -> bytearray:
        data = bytearray(count)
        room = memoryview(data)
        while room:
            room = room[self.socket.recv_into(room) :]
        return data


def add_up(data: memoryview) -> int:
    total = 0
    for start in range(0, len(data), SIZE):
        id, zone, x, y, z, hp = struct.unpack_from(ROW, data, start)
        total += hp
    return total


def add_up_rows(data: memoryview) -> int:
    total = 0
    for start in range(0, len(data), SIZE):
        id, zone, x, y, z, hp = struct.unpack_from(ROW, data, start)
        entity = Entity(id, zone, Position(x, y, z), hp)
        total += entity.hp
    return total


def add_up_array(data: memoryview) -> int:
    import numpy

    position = numpy.dtype([("x", "<f4"), ("y", "<f4"), ("z", "<f4")])
    dtype = numpy.dtype([("id", "<u8"), ("zone", "<u4"), ("position", position), ("hp", "<i4")])
    return int(numpy.frombuffer(data, dtype=dtype)["hp"].sum())


def subscribe(work: str, address: str, rows: int, total_of: Callable[[memoryview], int]) -> None:
    bare = Bare(address)
    begin = perf_counter_ns()
    bare.socket.sendall(subscription("SELECT * FROM entity"))
    message = bare.receive()
    # The rows are the last of the message.
    data = memoryview(message)[-rows * SIZE :]
    start = perf_counter_ns()
    total = total_of(data)
    end = perf_counter_ns()
    print(f"peer {work} {(end - start) / rows}")
    print(f"peer {work}_whole {(end - begin) / rows}")
    print(f"check {work}_total {total}")
    if work == "python_numpy":
        taken = []
        for _ in range(PASSES):
            start = perf_counter_ns()
            assert add_up_array(data) == total
            taken.append((perf_counter_ns() - start) / rows)
        print(f"peer python_chunks {median(taken)}")


async def call(work: str, address: str, count: int) -> None:
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(upgrade(address))
    await reader.readuntil(b"\r\n\r\n")

    async def receive() -> bytes:
        short = (await reader.readexactly(2))[1]
        more = lengths(short)
        return await reader.readexactly(int.from_bytes(await reader.readexactly(more), "big") if more else short)

    await receive()
    for number in range(WARM_UP + count):
        if number == WARM_UP:
            start = perf_counter_ns()
        writer.write(reducer_call("echo", bytes(16)))
        await receive()
    print(f"peer {work} {count / (perf_counter_ns() - start) * 1e9}")
    writer.close()


def main(work: str, uri: str, count: str) -> None:
    address = uri[len("http://") :]
    if work == "python_calls":
        asyncio.run(call(work, address, int(count)))
    elif work == "python_numpy":
        import numpy

        assert numpy  # it takes long to load
        subscribe(work, address, int(count), add_up_array)
    else:
        subscribe(work, address, int(count), add_up if work == "python_batch" else add_up_rows)


main(*sys.argv[1:])
