"""A remote store: any SPARQL 1.1 endpoint, asked through SPARQLWrapper.

POST only, no redirects (SPARQLWrapper would send credentials on to another host), a wall-clock limit
(its own time-out is per socket operation), and no answer that is not what was asked for.
"""

from __future__ import annotations

import io
import threading
import urllib.error
import urllib.request
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

import pyoxigraph
from pyoxigraph import NamedNode, Quad, QueryResultsFormat, QuerySolutions, RdfFormat, Triple
from SPARQLWrapper import POST, POSTDIRECTLY, URLENCODED, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from comparanda.errors import StoreError, StoreTimeout
from comparanda.stores import Row

SPARQL_JSON, N_TRIPLES = "application/sparql-results+json", "application/n-triples"
_MAX_ANSWER_BYTES = 200_000_000
_THINGS_A_QUESTION = 500


class RemoteStore:
    """A SPARQL endpoint at `query_url`, and its update address.

    Reader and store in one, since the endpoint keeps no versions.
    """

    def __init__(self, query_url: str, *, update_url: str | None = None, timeout_s: float = 10.0) -> None:
        self.query_url = query_url
        self.update_url = update_url or query_url
        self._timeout_s = timeout_s
        self._pending: list[str] = []

    @property
    def version(self) -> str:
        return "remote"

    def reader(self) -> RemoteStore:
        return self

    def select(self, sparql: str) -> list[Row]:
        answer = io.BytesIO(self._post(sparql, SPARQL_JSON))
        solutions = pyoxigraph.parse_query_results(answer, format=QueryResultsFormat.JSON)
        assert isinstance(solutions, QuerySolutions), "a SELECT query"
        names = [variable.value for variable in solutions.variables]
        return [{name: solution[name] for name in names} for solution in solutions]

    def construct(self, sparql: str) -> list[Triple]:
        quads = pyoxigraph.parse(self._post(sparql, N_TRIPLES), format=RdfFormat.N_TRIPLES)
        return [quad.triple for quad in quads]

    def said(self, things: Collection[NamedNode], properties: Collection[NamedNode]) -> Iterator[Triple]:
        paths, names = " ".join(map(str, properties)), list(things)
        for start in range(0, len(names), _THINGS_A_QUESTION):
            about = " ".join(map(str, names[start : start + _THINGS_A_QUESTION]))
            yield from self.construct(
                f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?p {{ {paths} }} VALUES ?s {{ {about} }} ?s ?p ?o }}"
            )

    def quads(self) -> Iterator[Quad]:
        rows = self.select("SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        for row in sorted(rows, key=lambda row: str(row["g"])):
            yield Quad(row["s"], row["p"], row["o"], row["g"])  # type: ignore[arg-type]

    def changes(self, since: str, until: str) -> None:
        """The endpoint does not say what changed."""

    @contextmanager
    def writer(self) -> Iterator[RemoteWriter]:
        yield RemoteWriter(self)

    def update(self, sparql: str) -> None:
        """Send one update; it is never tried twice, since a lost answer does not say whether it was done."""
        request = SPARQLWrapper(self.query_url, updateEndpoint=self.update_url)
        request.setMethod(POST)
        request.setRequestMethod(POSTDIRECTLY)
        request.setQuery(sparql)
        request.queryType = "INSERT"
        self._send(request)

    def _post(self, sparql: str, media_type: str) -> bytes:
        request = SPARQLWrapper(self.query_url)
        request.setMethod(POST)
        request.setRequestMethod(URLENCODED)  # Virtuoso never answers a query that is the body itself
        request.setQuery(sparql)
        request.setOnlyConneg(True)
        request.customHttpHeaders["Accept"] = media_type
        return self._send(request, media_type)

    def _too_late(self) -> StoreTimeout:
        return StoreTimeout(
            f"{self.query_url} gave no answer in {self._timeout_s:g} s.",
            value=self.query_url,
            to_do="Try again later, or raise COMPARANDA_QUERY_TIMEOUT_S.",
        )

    def _send(self, request: Any, media_type: str | None = None) -> bytes:
        """Send within the time limit, whatever the other side does."""
        request.setTimeout(max(1, int(self._timeout_s)))
        outcome: list[bytes | Exception] = []

        def work() -> None:
            try:
                outcome.append(_read(request, media_type))
            except (StoreError, OSError, ValueError, HTTPException, SPARQLWrapperException) as error:
                outcome.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(self._timeout_s)
        if not outcome:
            raise self._too_late()
        if isinstance(outcome[0], bytes):
            return outcome[0]
        if isinstance(outcome[0], StoreError):
            raise outcome[0]
        if isinstance(outcome[0], TimeoutError) or isinstance(getattr(outcome[0], "reason", None), TimeoutError):
            raise self._too_late() from outcome[0]
        raise StoreError(
            f"{self.query_url} cannot be asked ({outcome[0]}).",
            value=self.query_url,
            to_do="Check the address and that the store is running.",
        ) from outcome[0]


class RemoteWriter:
    """Collects replaced graphs and sends them as one update, in one transaction where the endpoint has them."""

    def __init__(self, store: RemoteStore) -> None:
        self.reader = self.before = store
        self.changed = None
        self._updates: list[str] = []

    def replace(self, graphs: Mapping[NamedNode, Iterable[Triple]]) -> None:
        for graph, triples in graphs.items():
            body = "\n".join(f"{triple} ." for triple in triples)
            self._updates.append(f"CLEAR SILENT GRAPH {graph}")
            if body:
                self._updates.append(f"INSERT DATA {{ GRAPH {graph} {{\n{body}\n}} }}")

    def commit(self) -> str:
        if self._updates:
            self.reader.update(" ;\n".join(self._updates))
            self._updates.clear()
        return self.reader.version


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *request: Any) -> None:
        newurl = request[-1]
        raise StoreError(
            f"The store answers with a redirection to {newurl}.", value=newurl, to_do="Give the final address."
        )


def _read(request: Any, media_type: str | None) -> bytes:
    # SPARQLWrapper builds the request; opening it here keeps redirections off without touching global state.
    opener = urllib.request.build_opener(_NoRedirects)
    with opener.open(request._createRequest(), timeout=request.timeout) as answer:
        content: bytes = answer.read(_MAX_ANSWER_BYTES + 1)
        given = answer.headers.get_content_type()
        cut = answer.headers.get("X-SPARQL-MaxRows")
    if cut:  # Virtuoso's word for an answer that it has shortened, with status 200
        raise StoreError(
            f"The store cuts its answers after {cut} rows.", value=cut, to_do="Raise its ResultSetMaxRows."
        )
    if len(content) > _MAX_ANSWER_BYTES:
        raise StoreError(
            f"The answer is larger than {_MAX_ANSWER_BYTES:,} bytes.", value=len(content), to_do="Ask for less."
        )
    if media_type and given != media_type:
        raise StoreError(
            f"The answer is {given} instead of {media_type}.",
            value=given,
            to_do="Check that the address is a SPARQL endpoint.",
        )
    return content
