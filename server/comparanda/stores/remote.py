"""A remote store: any SPARQL 1.1 endpoint, in front of which any number of servers may answer.

    <base>doc/catalogue      the description of the catalogue; its version and date are the version of the store
    <base>doc/changes        which writers claim to write, and which graphs each of the last versions changed

The endpoint keeps no versions: a reader answers from what there is, under the version of which it was made. So an
answer may be newer than its version says, never older, and is asked for again as soon as the new version is known.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Iterable, Iterator, Set
from contextlib import contextmanager
from functools import partial

from pyoxigraph import Literal, NamedNode, Quad, Triple

from comparanda.namespaces import PROV, Base
from comparanda.queries import queries
from comparanda.stores import Row
from comparanda.stores.claims import Claim
from comparanda.stores.endpoint import Access, Endpoint
from comparanda.stores.reading import read_n_triples, read_rows, read_turtle
from comparanda.stores.remote_versions import NO_VERSION, STEPS_KEPT, KnownVersion, number_of, step_to, version_of
from comparanda.stores.remote_writer import RemoteWriter
from comparanda.terms import Term

_GRAPHS_AT_A_TIME, _THINGS_AT_A_TIME = 200, 500
_LEAST_WAIT_S = 1.0  # two that claim at once both give way
_ROWS = {"application/sparql-results+json": read_rows}
_TRIPLES = {"application/n-triples": read_n_triples, "text/turtle": read_turtle}


class RemoteReader:
    """What a remote store answers, under the version that it was last known to have."""

    def __init__(self, endpoint: Endpoint, base: Base, version: str, url: str = "") -> None:
        self.version = version
        self._endpoint = endpoint
        self._changes = base.changes()
        self._url = url

    def select(self, sparql: str) -> list[Row]:
        return self._endpoint.query(sparql, _ROWS, self._url)

    def construct(self, sparql: str) -> list[Triple]:
        return self._endpoint.query(sparql, _TRIPLES, self._url)

    def said(self, things: Collection[NamedNode], properties: Collection[NamedNode]) -> Iterator[Triple]:
        paths = " ".join(map(str, properties))
        for some in _some(things, _THINGS_AT_A_TIME):
            yield from self.construct(
                f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?p {{ {paths} }} VALUES ?s {{ {some} }} ?s ?p ?o }}"
            )

    def within(self, graphs: Iterable[Term | None]) -> Iterator[Quad]:
        for some in _some(graphs, _GRAPHS_AT_A_TIME):
            found = self._quads(f"VALUES ?g {{ {some} }} GRAPH ?g {{ ?s ?p ?o }}")
            yield from sorted(found, key=lambda quad: str(quad.graph_name))

    def about(self, things: Set[Term]) -> Iterator[Quad]:
        for some in _some(things, _THINGS_AT_A_TIME):
            yield from self._quads(f"VALUES ?s {{ {some} }} GRAPH ?g {{ ?s ?p ?o }}")

    def quads(self) -> Iterator[Quad]:
        # DISTINCT instead of GROUP BY never ends on Virtuoso 7.2
        rows = self.select("SELECT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph")
        return self.within(row["graph"] for row in rows if row["graph"] != self._changes)

    def _quads(self, pattern: str) -> list[Quad]:
        rows = self.select(f"SELECT ?s ?p ?o ?g WHERE {{ {pattern} }}")
        return [Quad(row["s"], row["p"], row["o"], row["g"]) for row in rows]  # type: ignore[arg-type]


def _some(terms: Iterable[Term | None], number: int) -> Iterator[str]:
    """Terms as they stand in SPARQL, so many at a time; blank nodes have no name by which to ask."""
    named = (str(term) for term in terms if isinstance(term, NamedNode))
    while some := " ".join(itertools.islice(named, number)):
        yield some


class RemoteStore:
    """A store behind SPARQL addresses.

    Args:
        fresh_s: for how long a version counts as known.
        lag_s: by how much answers may lag behind the version.
    """

    def __init__(self, access: Access, base: Base, *, fresh_s: float = 1.0, lag_s: float = 0.0) -> None:
        self.endpoint = Endpoint(access)
        self.base = base
        self._known = KnownVersion(self._ask_version, fresh_s, lag_s)

    def reader(self) -> RemoteReader:
        return RemoteReader(self.endpoint, self.base, self._known.newest())

    def changes(self, since: str, until: str) -> set[NamedNode] | None:
        """The graphs that differ between two versions; None where the store does not say, or they are far apart."""
        changed: set[NamedNode] = set()
        for _ in range(STEPS_KEPT):
            if until == since:
                return changed
            step = self._step_to(until)
            if step is None:
                return None
            until, graphs = step
            changed |= graphs
        return None

    @contextmanager
    def writer(self, wait_s: float = 0.0) -> Iterator[RemoteWriter]:
        """The writer; see `stores.Store`. Waits so long for another writer to finish, and a second in any case."""
        claim = Claim(self.endpoint, self.base.changes())
        claim.take(max(wait_s, _LEAST_WAIT_S))
        try:
            url = self.endpoint.access.writer_url
            before = RemoteReader(self.endpoint, self.base, self._ask_version(url), url)
            ask = partial(self._ask_version, url)
            yield RemoteWriter(self.endpoint, self.base, claim, before, ask, self._known.learn)
        finally:
            claim.withdraw()

    def _ask_version(self, url: str = "") -> str:
        catalogue = self.base.catalogue()
        asked = queries()["catalogue_version"].bind(catalogue=catalogue, document=self.base.document(catalogue))
        stated = [(row["version"], row["modified"]) for row in self.endpoint.query(asked, _ROWS, url)]
        texts = [
            (one.value, other.value) for one, other in stated if isinstance(one, Literal) and isinstance(other, Literal)
        ]
        return version_of(*texts[-1]) if texts else NO_VERSION

    def _step_to(self, version: str) -> tuple[str, set[NamedNode]] | None:
        """The version before another, and the graphs that were changed after it; None where they are not noted."""
        graph, step = self.base.changes(), step_to(number_of(version), self.base)
        rows = self.endpoint.query(f"SELECT ?said WHERE {{ GRAPH {graph} {{ {step} {PROV['value']} ?said }} }}", _ROWS)
        for row in rows:
            said = json.loads(row["said"].value) if isinstance(row["said"], Literal) else {}
            if said.get("version") == version and said["graphs"]:
                return str(said["since"]), {NamedNode(name) for name in said["graphs"]}
        return None
