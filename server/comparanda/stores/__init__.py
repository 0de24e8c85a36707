"""Stores: an embedded one (a directory) and remote ones (a SPARQL endpoint), with one face.

A `Reader` answers questions on one immutable version; a `Store` gives the newest reader and, one at a time, a writer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
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


class Writer(Protocol):
    """The one writer. Its `reader` sees what was written and not yet committed."""

    @property
    def reader(self) -> Reader: ...

    @property
    def before(self) -> Reader:
        """The version with which the work began."""

    @property
    def changed(self) -> Collection[NamedNode] | None:
        """The graphs replaced so far; None where they were not noted."""

    def replace(self, graphs: Mapping[NamedNode, Iterable[Triple]]) -> None:
        """Make each graph hold exactly these triples; an empty one is removed."""

    def commit(self) -> str:
        """Make all that was replaced durable and visible; returns the new version."""


class Store(Protocol):
    def reader(self) -> Reader:
        """A reader of the newest version."""

    def changes(self, since: str, until: str) -> set[NamedNode] | None:
        """The graphs that differ between two versions; None where the store cannot tell."""

    def writer(self) -> AbstractContextManager[Writer]:
        """The writer; what is not committed when the block ends is forgotten.

        Raises:
            StoreInUse: somebody else is writing.
        """
