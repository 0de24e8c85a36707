"""The catalogue as tables for spreadsheets and statistics programs: methods, names, works, relations.

Rows are made entry by entry, so that a catalogue of any size passes through. All texts of an entry are in the RDF
forms; a table shows the one in the catalogue's default language, and `names` has every name in every language.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from comparanda.languages import choose, lookup_chain
from comparanda.namespaces import BIBO, CMP, DCTERMS, FOAF, RDF, SCHEMA, SKOS, SKOSXL, Base
from comparanda.shapes import NAME_COUNT, Shapes
from comparanda.terms import GraphName, Term

SEPARATOR = " | "
_KINDS = (
    "extends",
    "specialCaseOf",
    "generalises",
    "alternativeTo",
    "usedWith",
    "componentOf",
    "hasComponent",
)
_OF_A_WORK = (
    ("citation", DCTERMS["bibliographicCitation"]),
    ("title", DCTERMS["title"]),
    ("year", DCTERMS["issued"]),
    ("container", CMP["container"]),
    ("volume", BIBO["volume"]),
    ("issue", BIBO["issue"]),
    ("pages", BIBO["pages"]),
    ("doi", BIBO["doi"]),
    ("isbn", BIBO["isbn"]),
    ("url", SCHEMA["url"]),
    ("link_marker", CMP["linkMarker"]),
    ("verification", CMP["verification"]),
)
Line = list[str]


class Record:
    """The statements of one graph, by subject and property."""

    def __init__(self, document: GraphName, quads: Iterable[Quad]) -> None:
        self.document = document
        self.about: dict[Term, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            self.about[quad.subject][quad.predicate].append(quad.object)

    def things(self, kind: NamedNode) -> list[NamedNode]:
        return [
            subject
            for subject, said in self.about.items()
            if isinstance(subject, NamedNode) and kind in said.get(RDF["type"], ())
        ]

    def values(self, subject: Term, predicate: NamedNode) -> list[Term]:
        return self.about[subject].get(predicate, []) if subject in self.about else []

    def text(self, subject: Term, predicate: NamedNode, chain: tuple[str, ...]) -> str:
        """What a cell holds: texts, in one language by the chain or in all, and for links the last part of the IRI."""
        values = self.values(subject, predicate)
        literals = [value for value in values if isinstance(value, Literal)]
        chosen = choose(literals, chain)
        texts = {value.value for value in literals if not chain or (chosen and value.language == chosen.language)}
        iris = [value for value in values if isinstance(value, NamedNode)]
        links = [value.value if predicate == SCHEMA["url"] else _name(value) for value in iris]
        return SEPARATOR.join(sorted(texts) + sorted(links))

    def dates(self) -> Line:
        return [
            next((v.value for v in self.values(self.document, DCTERMS[name]) if isinstance(v, Literal)), "")  # type: ignore[arg-type]
            for name in ("created", "modified")
        ]


def tables(shapes: Shapes, language: str) -> dict[str, tuple[Line, Callable[[Record], Iterator[Line]]]]:
    """For each table its header and what makes the lines of one record."""
    chain = lookup_chain(language, language)

    def methods(record: Record) -> Iterator[Line]:
        for method in record.things(CMP["Method"]):
            cells = [record.text(method, row.path, () if row.rule == NAME_COUNT else chain) for row in shapes.rows]
            years = [record.text(method, CMP[name], chain) for name in ("originStart", "originEnd")]
            name = record.text(method, SKOS["prefLabel"], chain)
            yield [Base.slug(method), method.value, name, *cells, *years, *record.dates()]

    def relations(record: Record) -> Iterator[Line]:
        for method in record.things(CMP["Method"]):
            reasons = {
                target: record.text(relation, CMP["reason"], chain)
                for relation in record.values(method, CMP["relation"])
                for target in record.values(relation, CMP["target"])
            }
            for other in sorted(record.values(method, CMP["related"]), key=str):
                kinds = [kind for kind in _KINDS if other in record.values(method, CMP[kind])]
                yield [Base.slug(method), _name(other), SEPARATOR.join(kinds), reasons.get(other, "")]

    def works(record: Record) -> Iterator[Line]:
        for work in record.things(CMP["Work"]):
            parts = [record.text(work, predicate, chain) for _, predicate in _OF_A_WORK]
            yield [Base.slug(work), work.value, *parts, SEPARATOR.join(_authors(record, work)), *record.dates()]

    dates = ["created", "modified"]
    return {
        "methods": (
            ["slug", "iri", "name", *(row.key for row in shapes.rows), "origin_start", "origin_end", *dates],
            methods,
        ),
        "names": (["slug", "iri", "kind", "language", "name", "role", "position"], _names),
        "works": (["slug", "iri", *(name for name, _ in _OF_A_WORK), "authors", *dates], works),
        "relations": (["method", "related", "kinds", "reason"], relations),
    }


def records(quads: Iterable[Quad]) -> Iterator[Record]:
    """The records of quads that are sorted by graph."""
    for graph, of_graph in itertools.groupby(quads, key=lambda quad: quad.graph_name):
        yield Record(graph, of_graph)


def _names(record: Record) -> Iterator[Line]:
    """Every preferred and other name of what has one: methods, areas, families."""
    for thing in [subject for subject in record.about if isinstance(subject, NamedNode)]:
        positions = {
            form: position.value
            for ordered in record.values(thing, SKOSXL["altLabel"])
            for form in record.values(ordered, SKOSXL["literalForm"])
            for position in record.values(ordered, CMP["position"])
            if isinstance(position, Literal)
        }
        for role, predicate in (("preferred", SKOS["prefLabel"]), ("other", SKOS["altLabel"])):
            found = [value for value in record.values(thing, predicate) if isinstance(value, Literal)]
            for name in sorted(found, key=lambda n: (_number(positions.get(n, "")), n.language or "", n.value)):
                kind = Base.slug(thing.value.rpartition("/")[0])
                cells = [name.language or "", name.value, role, positions.get(name, "")]
                yield [Base.slug(thing), thing.value, kind, *cells]


def _authors(record: Record, work: NamedNode) -> list[str]:
    found = []
    for authorship in record.values(work, CMP["authorship"]):
        name = record.text(authorship, FOAF["name"], ())
        found.append((_number(record.text(authorship, CMP["position"], ())), name))
    return [name for _, name in sorted(found)]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _name(value: Term) -> str:
    """The last part of an IRI: after the last slash or number sign."""
    return value.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1] if isinstance(value, NamedNode) else str(value)
