"""Send a fixed list of requests over a few connections at a time, and keep the time of each answer.

One thread and no library on the way, as the client works on the same processors as what it measures: about 20 µs a
request.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_LAST_CHUNK = b"\r\n0\r\n\r\n"


class BadAnswer(Exception):
    """An answer that says no, or was cut."""


@dataclass(frozen=True)
class Load:
    """How long the whole list took, and each answer, in seconds; `size` is the mean answer in bytes."""

    total_s: float
    each_s: Sequence[float]
    size: float

    @property
    def per_second(self) -> float:
        return len(self.each_s) / self.total_s


def get(url: str, path: str, accept: str = "application/json", **query: str) -> bytes:
    """A request, to be sent as it is; the parameters of the query are escaped."""
    address = urlsplit(url)
    target = (address.path.rstrip("/") + path or "/") + (f"?{urlencode(query)}" if query else "")
    return f"GET {target} HTTP/1.1\r\nHost: {address.netloc}\r\nAccept: {accept}\r\n\r\n".encode()


def put(url: str, path: str, body: bytes, media_type: str, token: str = "", **query: str) -> bytes:
    """A request that replaces something."""
    head, blank, _ = get(url, path, "*/*", **query).partition(b"\r\n\r\n")
    more = f"\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\nAuthorization: Bearer {token}"
    return head.replace(b"GET", b"PUT", 1) + more.encode() + blank + body


def send(url: str, requests: Sequence[bytes], connections: int = 8) -> Load:
    """Send all requests, each once, in order.

    Raises:
        BadAnswer: one of the answers says no.
    """
    waiting = iter(requests)
    each: list[float] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        start = time.perf_counter()
        for _ in range(min(connections, len(requests))):
            _Connection(url, waiting, selector)
        while selector.get_map():
            for key, _ in selector.select(timeout=600):
                for taken, length in key.data.read():
                    each.append(taken)
                    size += length
        total = time.perf_counter() - start
    return Load(total, each, size / max(1, len(each)))


class _Connection:
    """Sends the next of the waiting requests as soon as the last one is answered."""

    def __init__(self, url: str, waiting: Iterator[bytes], selector: selectors.BaseSelector) -> None:
        address = urlsplit(url)
        self._place = address.hostname or "127.0.0.1", address.port or 80
        self._waiting, self._selector = waiting, selector
        self._open()
        self._next()

    def _open(self) -> None:
        self._socket = socket.create_connection(self._place, timeout=600)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self._socket, selectors.EVENT_READ, self)

    def _close(self) -> None:
        self._selector.unregister(self._socket)
        self._socket.close()

    def _next(self) -> None:
        request = next(self._waiting, None)
        if request is None:
            self._close()
            return
        self._answer, self._start = b"", time.perf_counter()
        self._socket.sendall(request)

    def read(self) -> Iterator[tuple[float, int]]:
        """Take what has come; the time and size of an answer that is complete."""
        part = self._socket.recv(1 << 18)
        self._answer += part
        end = _end(self._answer)
        if end == len(self._answer) or (not part and end is None and b"\r\n\r\n" in self._answer):
            taken = time.perf_counter() - self._start
            if not self._answer.startswith(b"HTTP/1.1 2"):
                raise BadAnswer(self._answer[:500].decode("utf-8", "replace"))
            yield taken, len(self._answer)
            if not part or _CLOSE.search(self._answer.partition(b"\r\n\r\n")[0]):
                self._close()
                self._open()
            self._next()
        elif not part:
            raise BadAnswer(f"cut after {len(self._answer)} bytes")


def _end(answer: bytes) -> int | None:
    """Where the answer ends; None where only the end of the connection says so, -1 where it is not yet known."""
    head, blank, _ = answer.partition(b"\r\n\r\n")
    if not blank:
        return -1
    if head.startswith(b"HTTP/1.1 204"):
        return len(head) + len(blank)
    if match := _LENGTH.search(head):
        return len(head) + len(blank) + int(match[1])
    if b"chunked" in head.lower():
        return len(answer) if answer.endswith(_LAST_CHUNK) else -1
    return None
