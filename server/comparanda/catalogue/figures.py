"""The figures of VoID: counted once for all, then brought forward by what a commit changed.

A triple or subject counts once, in however many graphs it stands; the description itself does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from comparanda.namespaces import CMP, RDF, VOID
from comparanda.queries import queries
from comparanda.stores import Reader, Row, Writer
from comparanda.stores.oxigraph import OxigraphReader
from comparanda.terms import Term

_MAX_TRIPLES = 50_000  # a change of more is not looked up triple by triple
Pattern = tuple[Any, Any, Any]


@dataclass(slots=True)
class Figures:
    """Entities by class; triples and distinct subjects by property; all subjects; one entry."""

    entities: Counter[NamedNode] = field(default_factory=Counter)
    triples: Counter[NamedNode] = field(default_factory=Counter)
    described: Counter[NamedNode] = field(default_factory=Counter)
    subjects: int = 0
    example: NamedNode | None = None

    def add(self, entry: Iterable[Triple], sign: int = 1) -> None:
        """Count the triples of an entry, which no other graph repeats; or no more count them."""
        pairs: set[tuple[object, NamedNode]] = set()
        for triple in entry:
            self.triples[triple.predicate] += sign
            pairs.add((triple.subject, triple.predicate))
            if triple.predicate == RDF["type"] and isinstance(triple.object, NamedNode):
                self.entities[triple.object] += sign
                if triple.object == CMP["Method"] and isinstance(triple.subject, NamedNode):
                    self.example = self.example or triple.subject
        for _, predicate in pairs:
            self.described[predicate] += sign
        self.subjects += sign * len({subject for subject, _ in pairs})


def count_figures(reader: Reader, without: NamedNode | None = None) -> Figures:
    """The figures of all that a store holds, which takes time in proportion to it.

    Args:
        without: the graph of the description, where the store has one.
    """
    figures = Figures()
    for row in reader.select(queries()["class_partitions"].bind()):
        figures.entities[_iri(row, "class")] = _count(row, "count")
    for row in reader.select(queries()["property_partitions"].bind()):
        figures.triples[_iri(row, "property")] = _count(row, "count")
        figures.described[_iri(row, "property")] = _count(row, "subjects")
    size = reader.select(queries()["dataset_size"].bind())[0]
    figures.subjects = _count(size, "subjects")
    figures.example = next((_iri(row, "method") for row in reader.select(queries()["first_method"].bind())), None)
    if without is not None and isinstance(reader, OxigraphReader):
        find = reader.database.quads_for_pattern
        _bring_forward(
            figures,
            _triples(reader, without),
            lambda pattern: any(True for _ in find(*pattern)),
            _holds(reader, without),
        )
    return figures


def read_figures(description: Iterable[Triple], dataset: NamedNode) -> Figures | None:
    """The figures that a description states; None where it states none."""
    said = {(triple.subject, triple.predicate): triple.object for triple in description}
    if (dataset, VOID["distinctSubjects"]) not in said:
        return None
    figures = Figures(subjects=_integer(said[dataset, VOID["distinctSubjects"]]))
    example = said.get((dataset, VOID["exampleResource"]))
    figures.example = example if isinstance(example, NamedNode) else None
    for (partition, predicate), term in said.items():
        if predicate == VOID["class"] and isinstance(term, NamedNode):
            figures.entities[term] = _integer(said[partition, VOID["entities"]])
        if predicate == VOID["property"] and isinstance(term, NamedNode):
            figures.triples[term] = _integer(said[partition, VOID["triples"]])
            figures.described[term] = _integer(said[partition, VOID["distinctSubjects"]])
    return figures


def changed_figures(writer: Writer, description: NamedNode, earlier: Figures | None) -> Figures | None:
    """The earlier figures, brought forward by what the writer changed; None where they must be counted again."""
    before, after = writer.before, writer.reader
    if earlier is None or writer.changed is None or earlier.example is None:
        return None
    if not isinstance(before, OxigraphReader) or not isinstance(after, OxigraphReader):
        return None
    differing = _differing(before, after, [graph for graph in writer.changed if graph != description])
    if len(differing) > _MAX_TRIPLES:
        return None
    has = _holds(after, description)
    _bring_forward(earlier, differing, _holds(before, description), has)
    return earlier if has((earlier.example, RDF["type"], None)) else None


def _bring_forward(
    figures: Figures, differing: set[Triple], had: Callable[[Pattern], bool], has: Callable[[Pattern], bool]
) -> None:
    """Count what is found only after, and no more what was found only before."""
    for (_, predicate, value), sign in _balance({(t.subject, t.predicate, t.object) for t in differing}, had, has):
        figures.triples[predicate] += sign
        if predicate == RDF["type"]:
            figures.entities[value] += sign
    for (_, predicate, _), sign in _balance({(t.subject, t.predicate, None) for t in differing}, had, has):
        figures.described[predicate] += sign
    figures.subjects += sum(sign for _, sign in _balance({(t.subject, None, None) for t in differing}, had, has))
    for counter in (figures.entities, figures.triples, figures.described):
        for term in [term for term, count in counter.items() if count == 0]:
            del counter[term]


def _differing(before: OxigraphReader, after: OxigraphReader, graphs: Iterable[NamedNode]) -> set[Triple]:
    """The triples that stand in one of the graphs before or after, and not both times."""
    differing: set[Triple] = set()
    for graph in graphs:
        differing |= _triples(before, graph) ^ _triples(after, graph)
    return differing


def _triples(reader: OxigraphReader, graph: NamedNode) -> set[Triple]:
    return {quad.triple for quad in reader.database.quads_for_pattern(None, None, None, graph)}


def _holds(reader: OxigraphReader, description: NamedNode) -> Callable[[Pattern], bool]:
    """Whether a pattern of subject, predicate and object is found in any graph but the description."""
    find = reader.database.quads_for_pattern
    return lambda pattern: any(quad.graph_name != description for quad in find(*pattern))


def _balance(
    patterns: set[Pattern], had: Callable[[Pattern], bool], has: Callable[[Pattern], bool]
) -> Iterator[tuple[Any, int]]:
    """The patterns that are found only after (1) or only before (-1)."""
    for pattern in patterns:
        sign = has(pattern) - had(pattern)
        if sign:
            yield pattern, sign


def _iri(row: Row, column: str) -> NamedNode:
    term = row[column]
    assert isinstance(term, NamedNode), f"{column} is an IRI"
    return term


def _count(row: Row, column: str) -> int:
    value = row[column]
    return _integer(value) if value is not None else 0


def _integer(term: Term) -> int:
    return int(term.value) if isinstance(term, Literal) else 0
