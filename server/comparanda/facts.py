"""Facts: what a comparison needs of methods, in a few questions however many methods there are (CQ-01 to CQ-04).

They are asked for by thing and property, which a store answers several times faster than the questions of `queries/`
that say the same one method at a time. An index that keeps them answers faster still (`index/statements.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from comparanda.namespaces import BIBO, CMP, DCTERMS, RDF, SCHEMA, SKOS
from comparanda.shapes import SHOWN_TEXT, Shapes
from comparanda.statements import OTHER_NAME, Said, Source, iris
from comparanda.terms import Literal, NamedNode, Term

_TYPE, _METHOD, _WORK = RDF["type"], CMP["Method"], CMP["Work"]
_NAME = SKOS["prefLabel"]
_CITATION, _MARKER, _DOI, _URL = DCTERMS["bibliographicCitation"], CMP["linkMarker"], BIBO["doi"], SCHEMA["url"]
_IN_SCHEME = SKOS["inScheme"]
_OF_METHODS = (_TYPE, _NAME, OTHER_NAME, CMP["statedRelatedCount"])
_OF_WORKS_AND_CONCEPTS = (_TYPE, _CITATION, _MARKER, _DOI, _URL, _IN_SCHEME, _NAME)
_KEPT = 4_000  # methods, of 6 KiB each with names in ten languages


@dataclass(frozen=True, slots=True)
class Work:
    """A work as a cell shows it."""

    iri: str
    citation: str
    marker: str | None
    doi: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the comparison needs of one method; no `statements` where there is no such method."""

    method: NamedNode
    statements: Said
    labels: Mapping[Term, list[Literal]]
    works: Mapping[Term, Work]


class FactReader:
    """Facts for the rows of the shapes, read once a version: a reader's next comparison is mostly of the same methods.

    Few concepts serve all methods, so that their labels are kept apart.
    """

    def __init__(self, shapes: Shapes) -> None:
        self._shown = tuple(row.path for row in shapes.rows if row.rule == SHOWN_TEXT)
        self._of_methods = _of_methods(shapes)
        self._kept: tuple[str, dict[Term, list[Literal]], dict[NamedNode, Facts]] = ("", {}, {})

    def facts(self, source: Source, methods: Sequence[NamedNode]) -> list[Facts]:
        """The facts of each method, in the order given."""
        version, labels, kept = self._kept
        if version != source.version or len(kept) >= _KEPT:
            labels, kept = labels if version == source.version else {}, {}
            self._kept = (source.version, labels, kept)
        known = {method: kept[method] for method in methods if method in kept}
        missing = [method for method in methods if method not in known]
        for facts in self._read(source, missing, labels) if missing else ():
            known[facts.method] = facts
            if facts.statements:
                kept[facts.method] = facts
        return [known[method] for method in methods]

    def _read(self, source: Source, methods: Sequence[NamedNode], labels: dict[Term, list[Literal]]) -> Iterator[Facts]:
        said = source.read(methods, self._of_methods)
        found = [said.get(method, {}) for method in methods]
        known = [each if _METHOD in each.get(_TYPE, ()) else {} for each in found]
        linked = iris(value for each in known for path in self._shown for value in each.get(path, ()))
        described = source.read(linked - labels.keys(), _OF_WORKS_AND_CONCEPTS)
        labels.update((thing, _literals(each[_NAME])) for thing, each in described.items() if _is_concept(each))
        works: dict[Term, Work] = {thing: _work(thing, each) for thing, each in described.items() if _is_work(each)}
        for method, each in zip(methods, known, strict=True):
            own = {value: works[value] for path in self._shown for value in each.get(path, ()) if value in works}
            yield Facts(method, each, labels, own)


def read_properties(shapes: Shapes) -> tuple[NamedNode, ...]:
    """The properties of which facts are made."""
    return tuple(dict.fromkeys((*_of_methods(shapes), *_OF_WORKS_AND_CONCEPTS)))


def _of_methods(shapes: Shapes) -> tuple[NamedNode, ...]:
    return tuple(dict.fromkeys((*_OF_METHODS, *(row.path for row in shapes.rows))))


def _literals(values: Iterable[Term]) -> list[Literal]:
    return [value for value in values if isinstance(value, Literal)]


def _is_concept(said: Said) -> bool:
    return _IN_SCHEME in said and _NAME in said


def _is_work(said: Said) -> bool:
    return _WORK in said.get(_TYPE, ()) and _CITATION in said


def _work(thing: NamedNode, said: Said) -> Work:
    citation, marker, doi, url = (_last(said.get(path)) for path in (_CITATION, _MARKER, _DOI, _URL))
    return Work(thing.value, citation or "", marker, doi, url)


def _last(values: Sequence[Term] | None) -> str | None:
    value = values[-1] if values else None
    return value.value if isinstance(value, Literal | NamedNode) else None
