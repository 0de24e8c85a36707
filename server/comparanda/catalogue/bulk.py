"""Bulk import: dumps of millions of triples, through the same gate as everything else, as one version.

The dump is loaded beside the store, checked graph by graph, and then becomes the next version: what it holds replaces
the graphs of the same names, and what the gate refuses stays out. Until then the store is as it was.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph
from pyoxigraph import NamedNode, Quad, Triple

from comparanda.catalogue import now
from comparanda.catalogue.description import commit_described
from comparanda.catalogue.figures import Figures
from comparanda.catalogue.staging import Staging
from comparanda.findings import Finding
from comparanda.index import Index, NewIndex
from comparanda.namespaces import Base
from comparanda.shapes import Shapes
from comparanda.stores import Context, Reader
from comparanda.stores.embedded import EmbeddedStore, EmbeddedWriter
from comparanda.stores.oxigraph import OxigraphReader
from comparanda.validation import validate

BATCH_GRAPHS: Final = 5_000
FINDINGS_KEPT: Final = 1_000
Batch = dict[NamedNode, list[Triple]]


@dataclass(slots=True)
class BulkOutcome:
    """What came of a bulk import. `findings` are the first ones; `found` is how many there were."""

    accepted: int = 0
    rejected: set[NamedNode] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    found: int = 0
    version: str | None = None

    def note(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.found += 1
            if len(self.findings) < FINDINGS_KEPT:
                self.findings.append(finding)


class _Both:
    """What is being imported, and of what that does not describe, what is stored."""

    def __init__(self, staged: Context, stored: Context) -> None:
        self._staged = staged
        self._stored = stored

    def said(self, things: Collection[NamedNode], properties: Collection[NamedNode]) -> Iterator[Triple]:
        said = list(self._staged.said(things, properties))
        described = {triple.subject for triple in said}
        yield from said
        yield from self._stored.said([thing for thing in things if thing not in described], properties)


def commit_staged(
    store: EmbeddedStore,
    staging: Staging,
    shapes: Shapes,
    index: Index,
    checked: Callable[[int], None] = lambda _: None,
) -> BulkOutcome:
    """Check what has been loaded, and make it part of the next version and of its index.

    Args:
        checked: is told of graphs that were checked.
    Raises:
        StoreInUse: another process is writing.
    """
    base, outcome = index.base, BulkOutcome()
    description = base.document(base.catalogue())
    staging.database.remove_graph(description)
    with store.writer() as writer, index.made_anew() as new:
        figures = _check(staging.database, writer.reader, shapes, new, base, outcome, checked)
        if outcome.accepted:
            _merge(writer, staging.database, description, figures, new)
            new.version = outcome.version = commit_described(writer, base, now(), figures)
    staging.remove()
    return outcome


def _check(
    database: pyoxigraph.Store,
    stored: Reader,
    shapes: Shapes,
    new: NewIndex,
    base: Base,
    outcome: BulkOutcome,
    checked: Callable[[int], None],
) -> Figures:
    """Take out of the database what the gate refuses, and what refers to it; index and count the rest."""
    figures, context = Figures(), _Both(OxigraphReader(database, stored.version), stored)
    refused: set[NamedNode] = set()
    for batch in _batches(database):
        report = validate(batch, shapes, base, context)
        outcome.note(report)
        refused |= report.rejected
        for graph, triples in batch.items():
            if graph not in report.rejected:
                figures.add(triples)
                new.add(graph, triples)
        checked(len(batch))
    while refused:
        outcome.rejected |= refused
        referring = _referring(database, refused) - outcome.rejected
        for graph in refused:
            database.remove_graph(graph)
        batch = {graph: _triples(database, graph) for graph in referring}
        report = validate(batch, shapes, base, context)
        outcome.note(report)
        refused = report.rejected
        for graph in refused:
            figures.add(batch[graph], -1)
            new.remove(graph)
    outcome.accepted = sum(1 for _ in database.named_graphs())
    return figures


def _batches(database: pyoxigraph.Store) -> Iterator[Batch]:
    """The graphs of a database, some thousands at a time; it gives the quads of a graph one after the other."""
    batch: Batch = {}
    for graph, quads in itertools.groupby(database.quads_for_pattern(None, None, None), key=_graph_name):
        batch[graph] = [quad.triple for quad in quads]
        if len(batch) == BATCH_GRAPHS:
            yield batch
            batch = {}
    yield batch


def _graph_name(quad: Quad) -> NamedNode:
    assert isinstance(quad.graph_name, NamedNode), "staging refuses other graphs"
    return quad.graph_name


def _referring(database: pyoxigraph.Store, graphs: Iterable[NamedNode]) -> set[NamedNode]:
    """Graphs that refer to something that is described in some graphs."""
    described = {quad.subject for graph in graphs for quad in database.quads_for_pattern(None, None, None, graph)}
    return {
        quad.graph_name
        for thing in described
        for quad in database.quads_for_pattern(None, None, thing)
        if isinstance(quad.graph_name, NamedNode)
    }


def _triples(database: pyoxigraph.Store, graph: NamedNode) -> list[Triple]:
    return [quad.triple for quad in database.quads_for_pattern(None, None, None, graph)]


def _named(database: pyoxigraph.Store) -> Iterator[NamedNode]:
    return (graph for graph in database.named_graphs() if isinstance(graph, NamedNode))


def _merge(
    writer: EmbeddedWriter, database: pyoxigraph.Store, description: NamedNode, figures: Figures, new: NewIndex
) -> None:
    """Bring both together in the one that holds more graphs."""
    staged = set(_named(database))
    present = writer.reader.database
    kept = [graph for graph in _named(present) if graph not in staged and graph != description]
    for graph in kept:
        triples = _triples(present, graph)
        figures.add(triples)
        new.add(graph, triples)
    if len(kept) < len(staged):
        database.bulk_extend(quad for graph in kept for quad in present.quads_for_pattern(None, None, None, graph))
        writer.take(database)
    else:
        for graph in staged:
            present.remove_graph(graph)
        writer.load(database.quads_for_pattern(None, None, None))
