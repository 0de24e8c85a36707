"""What a remote store will say when what is to be replaced has been replaced."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set

from pyoxigraph import NamedNode, Quad, Triple

from comparanda.stores import Reader, Row
from comparanda.terms import Term


class PendingReader:
    """A reader of graphs that are about to be replaced. SPARQL sees the store as it is before that."""

    def __init__(self, stored: Reader, pending: Mapping[NamedNode, Collection[Triple]]) -> None:
        self.version = stored.version
        self._stored = stored
        self._pending = pending

    def select(self, sparql: str) -> list[Row]:
        return self._stored.select(sparql)

    def construct(self, sparql: str) -> list[Triple]:
        return self._stored.construct(sparql)

    def quads(self) -> Iterator[Quad]:
        return self._stored.quads()

    def within(self, graphs: Set[NamedNode]) -> Iterator[Quad]:
        yield from self._stored.within(graphs - self._pending.keys())
        yield from (quad for quad in self._quads() if quad.graph_name in graphs)

    def said(self, things: Collection[NamedNode], properties: Collection[NamedNode]) -> Iterator[Triple]:
        return (quad.triple for quad in self.about(set(things)) if quad.predicate in properties)

    def about(self, things: Set[Term]) -> Iterator[Quad]:
        yield from (quad for quad in self._stored.about(things) if quad.graph_name not in self._pending)
        yield from (quad for quad in self._quads() if quad.subject in things)

    def _quads(self) -> Iterator[Quad]:
        for graph, triples in self._pending.items():
            for triple in triples:
                yield Quad(triple.subject, triple.predicate, triple.object, graph)
