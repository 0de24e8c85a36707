"""Questions on one open Oxigraph database."""

from __future__ import annotations

import os
import weakref
from collections.abc import Collection, Iterator, Set

import pyoxigraph
from pyoxigraph import NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Triple

from comparanda.errors import BadQuery, BadRequest
from comparanda.stores import Row
from comparanda.terms import Term


class OxigraphReader:
    """Questions on one open Oxigraph database."""

    def __init__(self, database: pyoxigraph.Store, version: str, lock: int | None = None) -> None:
        self.database = database
        if lock is not None:  # a file descriptor, held as long as the reader lives
            weakref.finalize(self, os.close, lock)
        self.version = version

    def select(self, sparql: str) -> list[Row]:
        solutions = self._query(sparql)
        if not isinstance(solutions, QuerySolutions):
            raise BadRequest("The query is no SELECT query.", value=sparql[:200], to_do="Ask for rows.")
        names = [variable.value for variable in solutions.variables]
        return [dict(zip(names, solution, strict=True)) for solution in solutions]

    def construct(self, sparql: str) -> list[Triple]:
        triples = self._query(sparql)
        if not isinstance(triples, QueryTriples):
            raise BadRequest(
                "The query gives no graph.", value=sparql[:200], to_do="Use SELECT, CONSTRUCT or DESCRIBE."
            )
        return list(triples)

    def said(self, things: Collection[NamedNode], properties: Collection[NamedNode]) -> Iterator[Triple]:
        for thing in things:
            for each in properties:
                for quad in self.database.quads_for_pattern(thing, each, None, None):
                    yield quad.triple

    def quads(self) -> Iterator[Quad]:
        return self.database.quads_for_pattern(None, None, None)

    def within(self, graphs: Set[NamedNode]) -> Iterator[Quad]:
        for graph in graphs:
            yield from self.database.quads_for_pattern(None, None, None, graph)

    def about(self, things: Set[Term]) -> Iterator[Quad]:
        for thing in things:
            yield from self.database.quads_for_pattern(thing, None, None, None)  # type: ignore[arg-type]

    def _query(self, sparql: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        try:
            return self.database.query(sparql, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise BadQuery(str(error), sparql) from error
