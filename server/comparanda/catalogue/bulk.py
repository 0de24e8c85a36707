"""Bulk import: dumps of millions of triples, through the same gate as everything else, as one version.

A dump is read while it is loaded beside the store. The screen vouches for most entries as they come by, and these are
indexed and counted at once; the others are judged when all is loaded and anybody can be asked about anything. The
database then becomes the next version: what it holds replaces the graphs of the same names, and what the gate refuses
stays out. Until then the store is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph
from pyoxigraph import NamedNode, Triple

from comparanda.catalogue import now
from comparanda.catalogue.description import commit_described
from comparanda.catalogue.staging import Staging
from comparanda.catalogue.survey import Survey, survey
from comparanda.findings import Finding
from comparanda.index import Index
from comparanda.shapes import Shapes
from comparanda.stores import Context
from comparanda.stores.embedded import EmbeddedStore, EmbeddedWriter
from comparanda.stores.oxigraph import OxigraphReader
from comparanda.terms import Term
from comparanda.validation import validate

BATCH_GRAPHS: Final = 5_000
FINDINGS_KEPT: Final = 1_000


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


def import_dumps(
    store: EmbeddedStore,
    staging: Staging,
    shapes: Shapes,
    index: Index,
    progress: Callable[[int], None] = lambda _: None,
) -> BulkOutcome:
    """Load dumps, check them, and make them part of the next version and of its index.

    Args:
        progress: is told of bytes that were read.
    Raises:
        StoreInUse: another process is writing.
        UnreadableInput: a dump is not what its name says.
    """
    outcome = BulkOutcome()
    with closing(survey(staging, shapes, index.base, progress)) as found:
        staging.database.remove_graph(found.description)
        with store.writer() as writer:
            _judge(found, staging.database, writer, shapes, outcome)
            if outcome.accepted:
                _merge(found, staging.database, writer)
                outcome.version = commit_described(writer, index.base, now(), found.figures)
                index.take(found.index, outcome.version)
    staging.remove()
    return outcome


def _judge(
    found: Survey, database: pyoxigraph.Store, writer: EmbeddedWriter, shapes: Shapes, outcome: BulkOutcome
) -> None:
    """Judge what the screen did not vouch for; take out what the gate refuses, and what refers to it."""
    context = _Both(OxigraphReader(database, writer.before.version), writer.reader)
    for graph in _referring(database, found.unstated(writer.reader)).difference(found.doubtful):
        found.take_out(graph, _triples(database, graph))
        found.doubtful.append(graph)
    refused: set[NamedNode] = set()
    for start in range(0, len(found.doubtful), BATCH_GRAPHS):
        batch = {graph: _triples(database, graph) for graph in found.doubtful[start : start + BATCH_GRAPHS]}
        report = validate(batch, shapes, found.base, context)
        outcome.note(report)
        refused |= report.rejected
        for graph in batch.keys() - report.rejected:
            found.put_in(graph, batch[graph])
    while refused:
        outcome.rejected |= refused
        referring = _referring(database, _described(database, refused)) - outcome.rejected
        for graph in refused:
            database.remove_graph(graph)
        batch = {graph: _triples(database, graph) for graph in referring}
        report = validate(batch, shapes, found.base, context)
        outcome.note(report)
        refused = report.rejected
        for graph in refused:
            found.take_out(graph, batch[graph])
    outcome.accepted = found.graphs - len(outcome.rejected)


def _described(database: pyoxigraph.Store, graphs: Iterable[NamedNode]) -> set[Term]:
    return {quad.subject for graph in graphs for quad in database.quads_for_pattern(None, None, None, graph)}


def _referring(database: pyoxigraph.Store, things: Iterable[Term]) -> set[NamedNode]:
    """Graphs that refer to some things."""
    return {
        quad.graph_name
        for thing in things
        for quad in database.quads_for_pattern(None, None, thing)
        if isinstance(quad.graph_name, NamedNode)
    }


def _triples(database: pyoxigraph.Store, graph: NamedNode) -> list[Triple]:
    return [quad.triple for quad in database.quads_for_pattern(None, None, None, graph)]


def _merge(found: Survey, database: pyoxigraph.Store, writer: EmbeddedWriter) -> None:
    """Bring both together in the one that holds more graphs."""
    present = writer.reader.database
    kept = [
        graph
        for graph in present.named_graphs()
        if isinstance(graph, NamedNode) and graph != found.description and not database.contains_named_graph(graph)
    ]
    for graph in kept:
        found.put_in(graph, _triples(present, graph))
    if len(kept) < found.graphs:
        database.bulk_extend(quad for graph in kept for quad in present.quads_for_pattern(None, None, None, graph))
        writer.take(database)
    else:
        for name in database.named_graphs():
            present.remove_graph(name)
        writer.load(database.quads_for_pattern(None, None, None))
