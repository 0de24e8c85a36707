"""The addresses of a remote store, asked with care: SPARQL 1.1 Protocol and Graph Store Protocol.

SPARQLWrapper writes the requests; they are sent from here, since it follows redirections with credentials, has no
limit for an exchange as a whole, and takes an HTML page for an answer. What changes nothing when it is done twice is
tried again; nothing else is.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import mktime_tz, parsedate_tz
from typing import TypeVar
from urllib.parse import urlencode

from SPARQLWrapper import INSERT, POST, POSTDIRECTLY, SELECT, URLENCODED, SPARQLWrapper

from comparanda.errors import BadStoreAnswer, StoreError, StoreRefusal, StoreTimeout
from comparanda.stores.breaker import Breaker
from comparanda.stores.connections import Connections, Deadline
from comparanda.stores.credentials import Credentials
from comparanda.stores.exchange import Answer, Message, exchange, shown

Result = TypeVar("Result")

TRIES = 3
LONGEST_WAIT_S = 2.0  # for a store that says when to come back; who asks us is told the same
_FIRST_WAIT_S = 0.1
_LATER, _ABSENT = (408, 425, 429), (404, 410)


@dataclass(frozen=True, slots=True)
class Access:
    """Where a remote store is, and how to sign in.

    `writer_url` answers queries from what every update has reached, where `query_url` may lag behind.
    """

    query_url: str
    update_url: str = ""
    graphs_url: str = ""
    writer_url: str = ""
    timeout_s: float = 10.0
    credentials: Credentials = field(default_factory=Credentials)


class Endpoint:
    """A remote store, over HTTP."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.address = shown(access.query_url)
        self._connections = Connections()
        self._breakers: dict[str, Breaker] = {}

    def query(self, sparql: str, readers: Mapping[str, Callable[[bytes], Result]], url: str | None = None) -> Result:
        """The answer to a query, read by the reader of its media type.

        Args:
            url: another address of the store than its query address.
        Raises:
            StoreTimeout: no answer in time.
            StoreRefusal: the store does not take the query, or does not let us in.
            BadStoreAnswer: an answer of another type, a shortened one, or one that is not what its type says.
            StoreError: the store cannot be reached, is not well, or was not for a while.
        """

        def read(answer: Answer) -> Result:
            _refuse_shortened(answer)
            reader = readers.get(answer.media_type)
            if reader is None:
                raise BadStoreAnswer(
                    f"The answer of {self.address} is {answer.media_type} instead of {' or '.join(readers)}.",
                    value=answer.media_type,
                    to_do="Check that the address is a SPARQL endpoint.",
                )
            return reader(answer.body)

        message = _written(sparql, url or self.access.query_url, ", ".join(readers), update=False)
        return self._send(message, read)

    def update(self, sparql: str, *, repeatable: bool = False) -> None:
        """Send an update.

        Args:
            repeatable: whether it changes nothing when it is done again; otherwise it is sent once, since a lost
                answer does not say whether it was done.
        Raises: like `query`; what was done then is unknown.
        """
        message = _written(sparql, self.access.update_url or self.access.query_url, "*/*", update=True)
        self._send(replace(message, repeatable=repeatable), lambda _: None)

    def put(self, graph: str, content: bytes) -> None:
        """Make N-Triples the content of a graph, by the Graph Store Protocol; without any, remove the graph."""
        url = f"{self.access.graphs_url}{'&' if '?' in self.access.graphs_url else '?'}{urlencode({'graph': graph})}"
        if content:
            message = Message("PUT", url, {"Content-Type": "application/n-triples"}, content)
        else:
            message = Message("DELETE", url)
        self._send(replace(message, repeatable=True), lambda _: None, may_be_absent=not content)

    def _send(self, message: Message, read: Callable[[Answer], Result], *, may_be_absent: bool = False) -> Result:
        """Send a message, again where it may help, until the deadline of all tries together."""
        breaker = self._breakers.setdefault(message.url.partition("?")[0], Breaker(shown(message.url)))
        breaker.check()
        deadline, number, tries = Deadline(self.access.timeout_s), 1, TRIES if message.repeatable else 1
        while True:
            try:
                answer = self._signed_in(message, deadline)
                if not (may_be_absent and answer.status in _ABSENT):
                    self._refuse(answer, message)
                found = _read(read, answer, self.address)
            except StoreRefusal:  # by a store that is well
                breaker.succeeded()
                raise
            except StoreError as failure:
                if number == tries or isinstance(failure, StoreTimeout) or not _waited(failure, number, deadline):
                    breaker.failed()
                    raise
                number += 1
            else:
                breaker.succeeded()
                return found

    def _signed_in(self, message: Message, deadline: Deadline) -> Answer:
        """The answer to a message with credentials; one that was only challenged was not done, and is sent again."""
        answer = self._exchanged(message, deadline)
        if answer.status == 401 and self.access.credentials.challenged(answer.headers.get("www-authenticate", "")):
            answer = self._exchanged(message, deadline)
        return answer

    def _exchanged(self, message: Message, deadline: Deadline) -> Answer:
        signed = replace(message, headers={**message.headers, **self.access.credentials.header(message)})
        return exchange(signed, deadline, self._connections)

    def _refuse(self, answer: Answer, message: Message) -> None:
        """Raise what a status says that is no success."""
        if answer.status < 300:
            return
        address, said = shown(message.url), self.access.credentials.hidden(answer.words)[:300]
        if answer.status in _LATER or answer.status >= 500:
            raise StoreError(
                f"{address} answers with status {answer.status}: {said}",
                value=answer.status,
                to_do="Try again later.",
                retry_after_s=_retry_after_s(answer.headers.get("retry-after", "")),
            )
        lets_in = answer.status not in (401, 403, 407)
        raise StoreRefusal(
            f"{address} refuses what it is asked with status {answer.status}: {said}",
            value=answer.status,
            to_do="Check its address." if lets_in else "Check COMPARANDA_STORE_USER and what belongs to it.",
        )


def _written(sparql: str, url: str, accept: str, *, update: bool) -> Message:
    request = SPARQLWrapper(url, updateEndpoint=url)
    request.setMethod(POST)
    request.setRequestMethod(POSTDIRECTLY if update else URLENCODED)  # Virtuoso answers no query that is the body
    request.setOnlyConneg(True)
    # not by setQuery, which would look through all of a long update to find out what it is
    request.queryString, request.queryType = sparql, INSERT if update else SELECT
    made = request._createRequest()
    assert isinstance(made.data, bytes), "SPARQLWrapper encodes what it sends"
    headers = {**dict(made.header_items()), "Accept": accept}
    return Message("POST", made.full_url.removesuffix("?"), headers, made.data, repeatable=not update)


def _read(read: Callable[[Answer], Result], answer: Answer, address: str) -> Result:
    try:
        return read(answer)
    except ValueError as error:
        raise BadStoreAnswer(
            f"The answer of {address} is broken: {error}.", value=address, to_do="Try again later."
        ) from error


def _refuse_shortened(answer: Answer) -> None:
    """Virtuoso says in headers, with status 200, that an answer is not the whole one."""
    for name in ("x-sparql-maxrows", "x-sql-state"):
        if name in answer.headers:
            raise BadStoreAnswer(
                f"The store shortens its answers ({name}: {answer.headers[name]}).",
                value=answer.headers[name],
                to_do="Raise its ResultSetMaxRows and its time limits.",
            )


def _retry_after_s(header: str) -> float | None:
    """The seconds of a Retry-After header, which may also be a date."""
    if header.strip().isdecimal():
        return float(header)
    moment = parsedate_tz(header)
    return max(0.0, mktime_tz(moment) - time.time()) if moment else None


def _waited(failure: StoreError, number: int, deadline: Deadline) -> bool:
    """Wait before the next try, as long as the store says; False, at once, where that is too long."""
    wait_s = failure.retry_after_s
    if wait_s is None:
        wait_s = _FIRST_WAIT_S * 2 ** (number - 1) * random.uniform(0.5, 1.0)  # noqa: S311  (spreads clients out)
    if wait_s > min(LONGEST_WAIT_S, deadline.remaining()):
        return False
    time.sleep(wait_s)
    return True
