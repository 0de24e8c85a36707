"""Who writes to a remote store: one at a time, agreed on in the store itself.

Endpoints do not keep two updates apart (Oxigraph's server and Virtuoso both lost counts when four clients counted at
once), so no update can be trusted to look first and write then. What every endpoint does is to show an update that it
has acknowledged to queries that come later. So each writer says that it wants to write, then looks who else does: of
two, the one that looks later sees the other, and gives way.

A claim of a writer that died is passed over when it is older than the lease, by the clock of the store alone.
"""

from __future__ import annotations

import random
import time
import uuid
from contextlib import suppress
from datetime import datetime

from pyoxigraph import Literal, NamedNode

from comparanda.errors import StoreError, StoreInUse
from comparanda.namespaces import PROV
from comparanda.stores.endpoint import Endpoint
from comparanda.stores.reading import read_rows

_BEGAN = PROV["startedAtTime"]
_LEASE_DEADLINES = 6  # a request may take one; a writer says anew that it writes before each


class Claim:
    """The wish of one writer to be the only one.

    While it is `in_doubt` whether an update is still running, it is not withdrawn, and ends with its lease.

    Args:
        graph: where claims stand.
    """

    def __init__(self, endpoint: Endpoint, graph: NamedNode) -> None:
        self.in_doubt = False
        self._endpoint = endpoint
        self._graph = graph
        self._token = NamedNode(f"urn:uuid:{uuid.uuid4()}")
        self._lease_s = _LEASE_DEADLINES * endpoint.access.timeout_s
        self._said: set[Literal] = set()

    def take(self, wait_s: float) -> None:
        """Say that this writer writes, and see to it that no other does.

        Raises:
            StoreInUse: another writer does.
        """
        end = time.monotonic() + wait_s
        while True:
            claims = self._say()
            if claims.keys() == {self._token}:
                self._said = claims[self._token]
                return
            self.withdraw()
            if time.monotonic() > end:
                raise StoreInUse(
                    f"Somebody else is writing to {self._endpoint.address}.",
                    value=self._endpoint.address,
                    to_do="Wait until they have finished, then try again.",
                )
            time.sleep(random.uniform(0.02, 0.2))  # noqa: S311  (so that two do not meet again)

    def renew(self) -> None:
        """Say it again, for another lease. Who has come since then gives way, if what was said before still stands.

        Raises:
            StoreInUse: the lease was over, and another writer has come.
        """
        said = self._say()[self._token]
        if not self._said <= said:
            raise StoreInUse(
                f"Writing to {self._endpoint.address} stood still for more than {self._lease_s:g} s.",
                value=self._endpoint.address,
                to_do="Try again.",
            )
        self._said = said

    def withdraw(self) -> None:
        """Let others write. A claim that cannot be taken back ends with its lease too."""
        if self.in_doubt:
            return
        with suppress(StoreError):
            self._endpoint.update(
                f"DELETE WHERE {{ GRAPH {self._graph} {{ {self._token} {_BEGAN} ?began }} }}", repeatable=True
            )

    def _say(self) -> dict[NamedNode, set[Literal]]:
        """Say that this writer writes; returns who says so, and when they did.

        Raises:
            StoreError: what was said is not there.
        """
        self._endpoint.update(
            f"INSERT {{ GRAPH {self._graph} {{ {self._token} {_BEGAN} ?now }} }} WHERE {{ BIND (NOW() AS ?now) }}",
            repeatable=True,
        )
        while True:
            claims, now = self._claims()
            if self._token not in claims:
                raise not_read_back(self._endpoint.address)
            left = [
                f"{claim} {_BEGAN} {began}"
                for claim, moments in claims.items()
                if claim != self._token and (now - max(map(_moment, moments))).total_seconds() > self._lease_s
                for began in moments
            ]
            if not left:
                return claims
            # Then look again: its writer may have come back to life and said it anew meanwhile.
            self._endpoint.update(f"DELETE DATA {{ GRAPH {self._graph} {{ {' . '.join(left)} }} }}", repeatable=True)

    def _claims(self) -> tuple[dict[NamedNode, set[Literal]], datetime]:
        """All claims with the moments at which they were made, and this moment, by the clock of the store."""
        claims: dict[NamedNode, set[Literal]] = {}
        now = datetime.min
        for row in self._endpoint.query(
            f"SELECT ?claim ?began (NOW() AS ?now) WHERE {{ GRAPH {self._graph} {{ ?claim {_BEGAN} ?began }} }}",
            {"application/sparql-results+json": read_rows},
            self._endpoint.access.writer_url,
        ):
            claim, began, said = row["claim"], row["began"], row["now"]
            if isinstance(claim, NamedNode) and isinstance(began, Literal) and isinstance(said, Literal):
                claims.setdefault(claim, set()).add(began)
                now = _moment(said)
        return claims, now


def not_read_back(address: str) -> StoreError:
    return StoreError(
        f"What was written to {address} cannot be read back.",
        value=address,
        to_do="Check that the addresses for queries and updates are those of one store; where what it answers lags "
        "behind what is written, set COMPARANDA_STORE_WRITER_URL.",
    )


def _moment(literal: Literal) -> datetime:
    """A moment of the store's clock; Virtuoso leaves the zone out, Oxigraph has nanoseconds."""
    return datetime.fromisoformat(literal.value).replace(tzinfo=None)
