"""Connections to stores: every operation ends with the deadline of its exchange, and idle ones are used again.

No proxy is used, and TLS certificates are verified.
"""

from __future__ import annotations

import http.client
import io
import select
import socket
import ssl
import threading
import time
import weakref
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_IDLE_S, _MOST_IDLE = 5.0, 8


class Deadline:
    """A moment of the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """The seconds that are left; below zero when it has passed."""
        return self._end - time.monotonic()

    def left(self) -> float:
        """The seconds that are left.

        Raises:
            TimeoutError: none are.
        """
        left = self.remaining()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left


class Connection:
    """A connection to the host of an address, for one exchange after the other."""

    def __init__(self, url: str, deadline: Deadline) -> None:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        self.used_before = False
        self.idle_since = 0.0
        self._socket = _socket_to(host, port, parts.scheme == "https", deadline)
        self._timed = _TimedSocket(self._socket, deadline)
        self._http = http.client.HTTPConnection(host, port)
        self._http.default_port = _PORTS[parts.scheme]  # which the Host header leaves out
        self._http.sock = self._timed

    def send(
        self, method: str, target: str, body: bytes | None, headers: dict[str, str], deadline: Deadline
    ) -> http.client.HTTPResponse:
        """Send a request; returns the answer as far as its head."""
        self._timed.deadline = deadline
        self._http.sock = self._timed  # http.client lets go of it after each answer
        with suppress(BrokenPipeError, ConnectionResetError):  # a refusal may have come before all was sent
            self._http.request(method, target, body, headers)
        return self._http.getresponse()

    def is_quiet(self) -> bool:
        """Whether nothing has come since the last answer: neither its end nor what nobody asked for."""
        return not select.select([self._socket], [], [], 0)[0]

    def close(self) -> None:
        self._http.close()
        self._socket.close()


class Connections:
    """Idle connections, by the host that they lead to."""

    def __init__(self) -> None:
        self._idle: dict[str, list[Connection]] = {}
        self._lock = threading.Lock()
        weakref.finalize(self, _close_all, self._idle)

    def take(self, url: str, deadline: Deadline, *, new: bool) -> Connection:
        """A connection that nobody else uses.

        Args:
            new: whether it must be one on which the other side cannot have hung up.
        """
        while not new:
            with self._lock:
                idle = self._idle.get(_host(url))
                found = idle.pop() if idle else None
            if found is None:
                break
            if time.monotonic() - found.idle_since < _IDLE_S and found.is_quiet():
                return found
            found.close()
        return Connection(url, deadline)

    def give_back(self, url: str, connection: Connection) -> None:
        connection.used_before, connection.idle_since = True, time.monotonic()
        with self._lock:
            idle = self._idle.setdefault(_host(url), [])
            if len(idle) < _MOST_IDLE:
                idle.append(connection)
                return
        connection.close()


def _close_all(idle: dict[str, list[Connection]]) -> None:
    for connections in idle.values():
        for connection in connections:
            connection.close()


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _socket_to(host: str, port: int, secure: bool, deadline: Deadline) -> socket.socket:
    plain = _connected(host, port, deadline)
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.settimeout(deadline.left())
        return _tls().wrap_socket(plain, server_hostname=host) if secure else plain
    except BaseException:
        plain.close()
        raise


def _connected(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A connection to the first address of a host that takes it."""
    refusal = OSError("the name has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(deadline.left())
            made.connect(address)
        except OSError as error:
            made.close()
            refusal = error
        else:
            return made
    raise refusal


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _TimedSocket:
    """As much of a socket as http.client uses, every operation of which ends with the deadline."""

    def __init__(self, used: socket.socket, deadline: Deadline) -> None:
        self.deadline = deadline
        self._used = used

    def sendall(self, data: Any) -> None:
        rest = memoryview(data)
        while rest:
            self._used.settimeout(self.deadline.left())
            rest = rest[self._used.send(rest) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReading(self._used, self.deadline))

    def close(self) -> None:
        """Nothing: http.client lets go of it before the answer is read."""


class _TimedReading(io.RawIOBase):
    def __init__(self, used: socket.socket, deadline: Deadline) -> None:
        self._used = used
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._used.settimeout(self._deadline.left())
        return self._used.recv_into(buffer)
