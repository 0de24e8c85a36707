"""The figures of VoID: counted once for all, then brought forward by what a commit changed.

A triple or subject counts once, in however many graphs it stands; the description itself does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from comparanda.descriptions import Description
from comparanda.namespaces import CMP, RDF, VOID
from comparanda.queries import queries
from comparanda.stores import Reader, Row, Writer
from comparanda.terms import Term

Pattern = tuple[Term, NamedNode | None, Term | None]
_TYPE = RDF["type"].value
_MAX_TRIPLES = 50_000  # a change of more is not looked up triple by triple


@dataclass(slots=True)
class Figures:
    """Entities by class; triples and distinct subjects by property; all subjects; one entry."""

    entities: Counter[NamedNode] = field(default_factory=Counter)
    triples: Counter[NamedNode] = field(default_factory=Counter)
    described: Counter[NamedNode] = field(default_factory=Counter)
    subjects: int = 0
    example: NamedNode | None = None

    def add(self, entry: Mapping[str, Description], sign: int = 1) -> None:
        """Count what an entry says, which no other graph repeats; or no more count it."""
        self.subjects += sign * len(entry)
        for subject, properties in entry.items():
            for path, values in properties.items():
                predicate = _property(path)
                self.triples[predicate] += sign * len(values)
                self.described[predicate] += sign
            for kind in properties.get(_TYPE, ()):
                if isinstance(kind, NamedNode):
                    self.entities[kind] += sign
                    if self.example is None and kind == CMP["Method"]:
                        self.example = NamedNode(subject)


_property = lru_cache(maxsize=1_000)(NamedNode)


def count_figures(reader: Reader, without: Iterable[NamedNode] = ()) -> Figures:
    """The figures of all that a store holds, which takes time in proportion to it.

    Args:
        without: graphs that do not count, such as the description.
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
    hidden = set(without)
    own = set(_patterns(quad.triple for quad in reader.within(hidden)))
    _bring_forward(figures, own, own, _found(reader, own, hidden))
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
    graphs = writer.changed - {description}
    differing = {quad.triple for quad in set(before.within(graphs)) ^ set(after.within(graphs))}
    if len(differing) > _MAX_TRIPLES:
        return None
    example: Pattern = (earlier.example, RDF["type"], None)
    patterns = {example, *_patterns(differing)}
    had, has = (_found(reader, patterns, {description}) for reader in (before, after))
    _bring_forward(earlier, patterns, had, has)
    return earlier if example in has else None


def _bring_forward(figures: Figures, patterns: set[Pattern], had: set[Pattern], has: set[Pattern]) -> None:
    """Count what is found only after, and no more what was found only before."""
    for pattern in patterns:
        _, predicate, value = pattern
        sign = (pattern in has) - (pattern in had)
        if predicate is None:
            figures.subjects += sign
        elif value is None:
            figures.described[predicate] += sign
        else:
            figures.triples[predicate] += sign
            if predicate == RDF["type"] and isinstance(value, NamedNode):
                figures.entities[value] += sign
    for counter in (figures.entities, figures.triples, figures.described):
        for term in [term for term, count in counter.items() if count == 0]:
            del counter[term]


def _patterns(triples: Iterable[Triple]) -> Iterator[Pattern]:
    """What of triples is counted: themselves, their subjects with the property, their subjects."""
    for triple in triples:
        yield triple.subject, triple.predicate, triple.object
        yield triple.subject, triple.predicate, None
        yield triple.subject, None, None


def _found(reader: Reader, patterns: set[Pattern], without: Collection[NamedNode]) -> set[Pattern]:
    """The patterns that a reader finds, in other graphs than some."""
    quads = reader.about({subject for subject, _, _ in patterns})
    return patterns.intersection(_patterns(quad.triple for quad in quads if quad.graph_name not in without))


def _iri(row: Row, column: str) -> NamedNode:
    term = row[column]
    assert isinstance(term, NamedNode), f"{column} is an IRI"
    return term


def _count(row: Row, column: str) -> int:
    value = row[column]
    return _integer(value) if value is not None else 0


def _integer(term: Term) -> int:
    return int(term.value) if isinstance(term, Literal) else 0
