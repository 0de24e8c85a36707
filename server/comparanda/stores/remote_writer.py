"""Writing to a remote store: whole graphs, a version with each request, by one writer at a time.

A commit of a few thousand triples is one update, which is one transaction where the endpoint has them. A larger one
is sent in pieces, each a version of its own that holds whole entries; should it stop half-way, everything that was
written is announced, and nothing that was announced is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from comparanda.errors import StoreError, StoreInUse, StoreRefusal
from comparanda.namespaces import DCTERMS, OWL, PROV, XSD, Base
from comparanda.stores import Reader
from comparanda.stores.claims import Claim, not_read_back
from comparanda.stores.endpoint import Endpoint
from comparanda.stores.pending import PendingReader
from comparanda.stores.remote_versions import STEPS_KEPT, number_of, step_to, version_of

PIECE_TRIPLES = 2_000
_INSERTED_AT_ONCE = 500  # Virtuoso's compiler gives up at some thousands
Graphs = dict[NamedNode, list[Triple]]


class RemoteWriter:
    """The one writer of a remote store."""

    def __init__(
        self,
        endpoint: Endpoint,
        base: Base,
        claim: Claim,
        before: Reader,
        ask_version: Callable[[], str],
        announce: Callable[[str], None],
    ) -> None:
        self.before = before
        self.changed: set[NamedNode] | None = set()
        self._endpoint, self._base, self._claim = endpoint, base, claim
        self._ask_version, self._announce = ask_version, announce
        self._version = before.version
        self._description = base.document(base.catalogue())
        self._pending: Graphs = {}
        self.reader = PendingReader(before, self._pending)

    @property
    def next_version(self) -> str:
        return str(number_of(self._version) + max(1, sum(1 for _ in self._pieces())))

    def replace(self, graphs: Mapping[NamedNode, Iterable[Triple]]) -> None:
        for graph, triples in graphs.items():
            if self.changed is not None:
                self.changed.add(graph)
            self._pending[graph] = list(triples)

    def written(self) -> Reader:
        """A reader of all that was replaced so far, which is written for it."""
        if self._pending.keys() - {self._description}:
            self._send_all(None)
        return self.reader

    def commit(self) -> str:
        self._send_all(self._pending.pop(self._description, None))
        return self._version

    def _send_all(self, description: list[Triple] | None) -> None:
        """Send all pieces, the description with the last one."""
        pieces = list(self._pieces()) or [{}]
        for number, piece in enumerate(pieces, 1):
            last = number == len(pieces)
            if len(pieces) > 1 and self._endpoint.access.graphs_url:
                self._check_alone()
                for graph, triples in piece.items():
                    self._endpoint.put(graph.value, serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
                self._send({}, piece, description if last else None)
            else:
                self._send(piece, piece, description if last else None)
            for graph in piece:
                del self._pending[graph]

    def _pieces(self) -> Iterator[Graphs]:
        """What is pending but the description, some thousands of triples at a time."""
        piece: Graphs = {}
        for graph, triples in self._pending.items():
            if graph != self._description:
                if piece and sum(map(len, piece.values())) + len(triples) > PIECE_TRIPLES:
                    yield piece
                    piece = {}
                piece[graph] = triples
        if piece:
            yield piece

    def _check_alone(self) -> None:
        """See to it that nobody else writes, or has written since this work began.

        Raises:
            StoreInUse: somebody does, or has.
        """
        self._claim.renew()
        if self._ask_version() != self._version:
            raise StoreInUse(
                f"Somebody else has written to {self._endpoint.address} meanwhile.",
                value=self._version,
                to_do="Try again.",
            )

    def _send(self, graphs: Graphs, changed: Iterable[NamedNode], description: list[Triple] | None) -> None:
        """Make the next version: graphs are replaced, and the step to it is noted."""
        self._check_alone()
        number, modified = number_of(self._version) + 1, _modified(description or ())
        version = version_of(str(number), modified)
        update = [operation for graph, triples in graphs.items() for operation in _replacing(graph, triples)]
        if description is not None:
            update += _replacing(self._description, description)
        else:
            update += self._dated(number, modified)
        named = [graph.value for graph in changed] or None  # any may have changed where none is named
        update += self._noted(number, {"version": version, "since": self._version, "graphs": named})
        self._update(" ;\n".join(update), version)
        self._version = version
        self._announce(version)

    def _update(self, update: str, version: str) -> None:
        """Send an update, and see that it led to a version; nobody else may write while that is in doubt."""
        self._claim.in_doubt = True
        try:
            self._endpoint.update(update, repeatable=True)
        except StoreRefusal:
            self._claim.in_doubt = False
            raise
        except StoreError:  # which does not say what was done
            if self._ask_version() != version:
                raise
        if self._ask_version() != version:
            raise not_read_back(self._endpoint.address)
        self._claim.in_doubt = False

    def _dated(self, number: int, modified: str) -> list[str]:
        """Operations that give the description, whatever else it says, a version and a date."""
        catalogue, graph = self._base.catalogue(), self._description
        stated = Literal(str(number)), Literal(modified, datatype=XSD["dateTime"])
        return [
            operation
            for predicate, value in zip((OWL["versionInfo"], DCTERMS["modified"]), stated, strict=True)
            for operation in (
                f"DELETE WHERE {{ GRAPH {graph} {{ {catalogue} {predicate} ?earlier }} }}",
                f"INSERT DATA {{ GRAPH {graph} {{ {catalogue} {predicate} {value} }} }}",
            )
        ]

    def _noted(self, number: int, step: Mapping[str, object]) -> list[str]:
        """Operations that note a step, and forget one of long ago."""
        graph, node = self._base.changes(), step_to(number, self._base)
        old = step_to(number - STEPS_KEPT, self._base)
        return [
            f"DELETE WHERE {{ GRAPH {graph} {{ {node} {PROV['value']} ?said }} }}",
            f"DELETE WHERE {{ GRAPH {graph} {{ {old} {PROV['value']} ?said }} }}",
            f"INSERT DATA {{ GRAPH {graph} {{ {node} {PROV['value']} {Literal(json.dumps(step))} }} }}",
        ]


def _replacing(graph: NamedNode, triples: list[Triple]) -> Iterator[str]:
    yield f"CLEAR SILENT GRAPH {graph}"
    for start in range(0, len(triples), _INSERTED_AT_ONCE):
        body = "\n".join(f"{triple} ." for triple in triples[start : start + _INSERTED_AT_ONCE])
        yield f"INSERT DATA {{ GRAPH {graph} {{\n{body}\n}} }}"


def _modified(description: Iterable[Triple]) -> str:
    """The date of a description; of one that has none, this moment."""
    stated = (
        t.object.value for t in description if t.predicate == DCTERMS["modified"] and isinstance(t.object, Literal)
    )
    return next(stated, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
