"""What triples say, by the thing that they are about and by property."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from comparanda.terms import GraphName, Term

Description: TypeAlias = dict[str, list[Term]]
Parts: TypeAlias = tuple[Term, NamedNode, Term, GraphName]  # of a quad

_NO_GRAPH = DefaultGraph()


def descriptions(triples: Iterable[Triple]) -> dict[str, Description]:
    """Values by the IRI of the thing and of the property; a blank node goes by its label."""
    quads = ((*triple, _NO_GRAPH) for triple in triples)
    return next((described for _, described in described_graphs(quads)), {})


def described_graphs(quads: Iterable[Quad | Parts]) -> Iterator[tuple[GraphName, dict[str, Description]]]:
    """The same of each run of quads of one graph; a graph that stands in several places comes several times."""
    described: dict[str, Description] = {}
    description: Description = {}
    current: GraphName = _NO_GRAPH
    last: Term | None = None
    for subject, predicate, value, graph in quads:
        if graph != current:
            if described:
                yield current, described
            current, described, last = graph, {}, None
        if subject != last:  # triples about one thing mostly come together
            last = subject
            thing = subject.value if isinstance(subject, NamedNode) else str(subject)
            description = described.setdefault(thing, {})
        path = predicate.value
        if path in description:
            description[path].append(value)
        else:
            description[path] = [value]
    if described:
        yield current, described


def without_repetition(described: dict[str, Description]) -> dict[str, Description]:
    """The same with each value once, as a graph holds it; changes it in place."""
    for description in described.values():
        for path, values in description.items():
            if len(values) > 1 and len(distinct := dict.fromkeys(values)) < len(values):
                description[path] = list(distinct)
    return described
