"""A server on the loopback that does what a test tells it, down to the byte."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO

ROWS = b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "1"}}]}}'
SPARQL_JSON = "application/sparql-results+json"


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Behaviour = Callable[[socket.socket, Request], None]


@dataclass
class Server:
    """`behave` answers a request, or does not; then the connection ends, unless it is kept."""

    behave: Behaviour
    keeps: bool = False
    connections: int = 0
    requests: list[Request] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/sparql"

    def run(self) -> None:
        with contextlib.suppress(OSError):
            while not self.over.is_set():
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def stop(self) -> None:
        self.over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        self.connections += 1
        with connection, contextlib.suppress(OSError), connection.makefile("rb") as reader:
            while (request := _received(reader)) is not None:
                self.requests.append(request)
                self.behave(connection, request)
                if not self.keeps:
                    break


@contextlib.contextmanager
def serving(behave: Behaviour, *, keeps: bool = False) -> Iterator[Server]:
    server = Server(behave, keeps)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


def _received(reader: IO[bytes]) -> Request | None:
    line = reader.readline().decode()
    if not line:
        return None
    method, target, _ = line.split(" ")
    headers = {}
    while line := reader.readline().decode().strip():
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    return Request(method, target, headers, reader.read(int(headers.get("content-length", 0))))


def answer(status: int = 200, body: bytes = ROWS, media_type: str = SPARQL_JSON, **headers: str) -> bytes:
    """A whole HTTP answer; underscores in names of headers stand for hyphens."""
    given = {"Content_Type": media_type, "Content_Length": str(len(body)), **headers}
    lines = [f"HTTP/1.1 {status} X", *(f"{name.replace('_', '-')}: {value}" for name, value in given.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def sends(*answers: bytes) -> Behaviour:
    """One answer after the other, the last one again and again."""
    left = list(answers)

    def behave(connection: socket.socket, _: Request) -> None:
        connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    return behave
