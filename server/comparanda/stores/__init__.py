"""Stores: an embedded one (a directory) and remote ones (a SPARQL endpoint), with one face.

A `Reader` answers questions on one immutable version; a `Store` gives the newest reader and, one at a time, a writer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from contextlib import AbstractContextManager
from typing import Protocol

from pyoxigraph import NamedNode, Quad, Triple

from comparanda.terms import Term

Row = dict[str, Term | None]


class Context(Protocol):
    """What entries that are validated may refer to."""

    def said(self, things: Collection[NamedNode], properties: Collection[NamedNode]) -> Iterator[Triple]:
        """The triples about some things by some properties.

        Raises:
            StoreTimeout: no answer in time.
            StoreError: the store cannot be reached or refuses the question.
        """


class Reader(Context, Protocol):
    """One version of the data. The default graph of questions is the union of all graphs."""

    @property
    def version(self) -> str:
        """The version, which changes with every commit."""

    def select(self, sparql: str) -> list[Row]:
        """The rows of a SELECT query: one value or None for each column.

        Raises:
            StoreTimeout: no answer in time.
            StoreError: the store cannot be reached or refuses the query.
        """

    def construct(self, sparql: str) -> list[Triple]:
        """The triples of a CONSTRUCT query. Raises like `select`."""

    def quads(self) -> Iterator[Quad]:
        """All quads, graph after graph."""

    def within(self, graphs: Set[NamedNode]) -> Iterator[Quad]:
        """All quads of some graphs."""

    def about(self, things: Set[Term]) -> Iterator[Quad]:
        """All quads that have one of some things as subject."""


class Writer(Protocol):
    """The one writer."""

    @property
    def reader(self) -> Reader:
        """What was replaced so far. SPARQL may still see what was committed before: see `written`."""

    @property
    def before(self) -> Reader:
        """The version with which the work began."""

    @property
    def next_version(self) -> str:
        """The version that the next commit will make."""

    @property
    def changed(self) -> Set[NamedNode] | None:
        """The graphs replaced so far; None where they were not noted."""

    def replace(self, graphs: Mapping[NamedNode, Iterable[Triple]]) -> None:
        """Make each graph hold exactly these triples; an empty one is removed."""

    def written(self) -> Reader:
        """The `reader`, whose SPARQL sees all that was replaced; a remote store is written to for it."""

    def commit(self) -> str:
        """Make all that was replaced durable and visible; returns the new version."""


class Store(Protocol):
    def reader(self) -> Reader:
        """A reader of the newest version."""

    def changes(self, since: str, until: str) -> set[NamedNode] | None:
        """The graphs that differ between two versions; None where the store cannot tell."""

    def writer(self, wait_s: float = 0.0) -> AbstractContextManager[Writer]:
        """The writer; what is not committed when the block ends is forgotten.

        Args:
            wait_s: how long to wait for somebody else to finish.

        Raises:
            StoreInUse: somebody else is writing.
        """
