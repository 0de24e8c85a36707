"""One HTTP exchange with a store: with one host, within a wall-clock limit, and whole or not at all.

No redirection is followed and no proxy is used, so credentials reach the host of the address and no other. The limit
holds for the exchange as a whole, however slowly the other side drips.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from comparanda.errors import BadStoreAnswer, StoreError, StoreTimeout

MAX_ANSWER_BYTES = 200_000_000
_MAX_REFUSAL_BYTES = 64_000
_PIECE_BYTES = 262_144
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent; headers may hold secrets, and are not shown."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, complete; header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "none").split(";")[0].strip().lower()

    @property
    def words(self) -> str:
        """The beginning of the body as one line of text."""
        return re.sub(r"\s+", " ", self.body[:2_000].decode("utf-8", "replace")).strip()


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


def exchange(message: Message, deadline: Deadline) -> Answer:
    """Send a message and read the whole answer, whatever its status.

    Raises:
        StoreTimeout: it did not end in time.
        StoreError: there is no connection, or it was lost.
        BadStoreAnswer: the answer is no HTTP, was cut, is too large, or is a redirection.
    """
    address = shown(message.url)
    try:
        return _exchanged(message, deadline, address)
    except TimeoutError as error:
        raise StoreTimeout(
            f"{address} gave no whole answer in {deadline.seconds:g} s.",
            value=address,
            to_do="Try again later, or raise COMPARANDA_QUERY_TIMEOUT_S.",
        ) from error
    except (http.client.IncompleteRead, http.client.BadStatusLine, http.client.LineTooLong) as error:
        if isinstance(error, http.client.RemoteDisconnected):
            raise _lost(address, error) from error
        raise BadStoreAnswer(
            f"{address} gave no whole HTTP answer ({type(error).__name__}).", value=address, to_do="Try again later."
        ) from error
    except (OSError, HTTPException) as error:
        raise _lost(address, error) from error


def shown(url: str) -> str:
    """An address without what may be secret in it: user, query and fragment."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _lost(address: str, error: Exception) -> StoreError:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return StoreError(
        f"{address} cannot be asked ({said}).",
        value=address,
        to_do="Check the address and that the store is running.",
    )


def _exchanged(message: Message, deadline: Deadline, address: str) -> Answer:
    parts = urlsplit(message.url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    with closing(_socket_to(host, port, parts.scheme == "https", deadline)) as used:
        connection = http.client.HTTPConnection(host, port)
        connection.default_port = _PORTS[parts.scheme]  # which the Host header leaves out
        connection.sock = _TimedSocket(used, deadline)
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request(message.method, target, message.body, {"Connection": "close", **message.headers})
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        if 300 <= response.status < 400:
            place = shown(headers.get("location", ""))
            raise BadStoreAnswer(
                f"{address} answers with a redirection to {place}.", value=place, to_do="Give the final address."
            )
        return Answer(response.status, headers, _whole_body(response, headers, address))


def _whole_body(response: http.client.HTTPResponse, headers: Mapping[str, str], address: str) -> bytes:
    """The body, which must say where it ends: a connection that closes may have been cut."""
    limit = MAX_ANSWER_BYTES if response.status < 300 else _MAX_REFUSAL_BYTES
    pieces, size = [], 0
    while piece := response.read(_PIECE_BYTES):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            if response.status >= 300:  # the beginning of a refusal is enough
                break
            raise BadStoreAnswer(
                f"The answer of {address} is larger than {limit:,} bytes.", value=size, to_do="Ask for less."
            )
    expected = headers.get("content-length", "")
    if response.status == 200 and not expected and "chunked" not in headers.get("transfer-encoding", "").lower():
        raise BadStoreAnswer(f"The answer of {address} does not say where it ends.", value=address)
    if response.status < 300 and expected.isdecimal() and size != int(expected):
        raise http.client.IncompleteRead(b"", int(expected) - size)
    return b"".join(pieces)


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
        self._used = used
        self._deadline = deadline

    def sendall(self, data: Any) -> None:
        rest = memoryview(data)
        while rest:
            self._used.settimeout(self._deadline.left())
            rest = rest[self._used.send(rest) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReading(self._used, self._deadline))

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
