"""One HTTP exchange with a store: with one host, within a wall-clock limit, and whole or not at all.

No redirection is followed, so credentials reach the host of the address and no other.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import urlsplit

from comparanda.errors import BadStoreAnswer, StoreError, StoreTimeout
from comparanda.stores.connections import Connection, Connections, Deadline

MAX_ANSWER_BYTES = 200_000_000
_MAX_REFUSAL_BYTES = 64_000
_PIECE_BYTES = 262_144


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent; headers may hold secrets, and are not shown. `repeatable` is what may be done twice."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    repeatable: bool = False


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


def exchange(message: Message, deadline: Deadline, connections: Connections) -> Answer:
    """Send a message and read the whole answer, whatever its status.

    Raises:
        StoreTimeout: it did not end in time.
        StoreError: there is no connection, or it was lost.
        BadStoreAnswer: the answer is no HTTP, was cut, is too large, or is a redirection.
    """
    address = shown(message.url)
    try:
        return _exchanged(message, deadline, connections, address)
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


def _exchanged(message: Message, deadline: Deadline, connections: Connections, address: str) -> Answer:
    connection = connections.take(message.url, deadline, new=not message.repeatable)
    try:
        answer, stays_open = _answer_on(connection, message, deadline, address)
    except BaseException as error:
        connection.close()
        if connection.used_before and message.repeatable and isinstance(error, ConnectionError):
            return _exchanged(message, deadline, connections, address)  # the other side had hung up in the meantime
        raise
    if stays_open:
        connections.give_back(message.url, connection)
    else:
        connection.close()
    return answer


def _answer_on(connection: Connection, message: Message, deadline: Deadline, address: str) -> tuple[Answer, bool]:
    """The whole answer, and whether the connection may be used again."""
    parts = urlsplit(message.url)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    response = connection.send(message.method, target, message.body, dict(message.headers), deadline)
    headers = {name.lower(): value for name, value in response.getheaders()}
    if 300 <= response.status < 400:
        place = shown(headers.get("location", ""))
        raise BadStoreAnswer(
            f"{address} answers with a redirection to {place}.", value=place, to_do="Give the final address."
        )
    body = _whole_body(response, headers, address)
    return Answer(response.status, headers, body), response.isclosed() and not response.will_close


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
