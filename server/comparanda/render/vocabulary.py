"""The vocabulary and its shapes as people read them: what is said of each term, under its local name as anchor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import BlankNode, NamedNode, Quad

from comparanda.languages import gettext_noop
from comparanda.namespaces import CMP, CMPS, OWL, PREFIXES, RDF, RDFS, SH, SKOS
from comparanda.shapes import alignment_quads, ontology_quads, shapes
from comparanda.terms import Literal, Term

SECTIONS = (
    ("classes", gettext_noop("Classes"), OWL["Class"]),
    ("object-properties", gettext_noop("Properties that lead to resources"), OWL["ObjectProperty"]),
    ("datatype-properties", gettext_noop("Properties that have texts, numbers or dates"), OWL["DatatypeProperty"]),
)
FACTS = (
    (RDF["type"], gettext_noop("Kind"), gettext_noop("Values")),
    (RDFS["subClassOf"], gettext_noop("Subclass of"), gettext_noop("Superclass of")),
    (RDFS["subPropertyOf"], gettext_noop("Subproperty of"), gettext_noop("Superproperty of")),
    (OWL["inverseOf"], gettext_noop("Inverse of"), gettext_noop("Inverse of")),
    (RDFS["domain"], gettext_noop("Domain"), gettext_noop("In the domain of")),
    (RDFS["range"], gettext_noop("Range"), gettext_noop("In the range of")),
    (OWL["equivalentProperty"], gettext_noop("Equivalent to"), ""),
    (SKOS["exactMatch"], gettext_noop("Exact match"), ""),
    (SKOS["closeMatch"], gettext_noop("Close match"), ""),
    (SKOS["broadMatch"], gettext_noop("Broader match"), ""),
    (SKOS["narrowMatch"], gettext_noop("Narrower match"), ""),
    (SKOS["relatedMatch"], gettext_noop("Related match"), ""),
)
_ADDRESSES = {CMP.iri: "/ontology#", CMPS.iri: "/shapes#"}
_PREFIXES = {
    **PREFIXES,
    "dc": "http://purl.org/dc/elements/1.1/",
    "fabio": "http://purl.org/spar/fabio/",
    "qb": "http://purl.org/linked-data/cube#",
    "wd": "http://www.wikidata.org/entity/",
}
_NOT_CONSTRAINTS = frozenset(
    {
        RDF["type"],
        CMP["comparedBy"],
        *(SH[name] for name in ("path", "name", "order", "message", "description", "severity", "minCount", "maxCount")),
    }
)


@dataclass(frozen=True, slots=True)
class Named:
    """A term or a value: how it is written, where it is described, and its label if the text does not tell."""

    text: str
    href: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    values: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A term of the vocabulary. `anchor` is its local name."""

    anchor: str
    name: str
    labels: tuple[Literal, ...]
    definition: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PropertyRule:
    """What a shape says of one property. `order` and `rule` belong to rows of the comparison."""

    anchor: str
    path: Named
    count: str
    constraints: tuple[Fact, ...]
    severity: str
    messages: tuple[Literal, ...]
    labels: tuple[Literal, ...]
    descriptions: tuple[Literal, ...]
    order: str
    rule: Named | None


@dataclass(frozen=True, slots=True)
class ClassRules:
    """A node shape: the class that it is for, what it says of each property, and of several together."""

    anchor: str
    name: str
    target: Named | None
    closed: bool
    properties: tuple[PropertyRule, ...]
    further: tuple[tuple[str, tuple[Literal, ...]], ...]


class _Statements:
    """Statements by subject and property, in the order in which the files have them."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.quads = list(quads)
        self._values: dict[tuple[Term, NamedNode], list[Term]] = {}
        for quad in self.quads:
            self._values.setdefault((quad.subject, quad.predicate), []).append(quad.object)

    def values(self, subject: Term, predicate: NamedNode) -> list[Term]:
        return self._values.get((subject, predicate), [])

    def texts(self, subject: Term, predicate: NamedNode) -> tuple[Literal, ...]:
        return tuple(value for value in self.values(subject, predicate) if isinstance(value, Literal))

    def first(self, subject: Term, predicate: NamedNode, missing: str = "") -> str:
        return next((value.value for value in self.texts(subject, predicate)), missing)

    def subjects(self, predicate: NamedNode, value: Term) -> list[NamedNode]:
        return [
            quad.subject
            for quad in self.quads
            if quad.predicate == predicate and quad.object == value and isinstance(quad.subject, NamedNode)
        ]

    def named(self, term: Term) -> Named:
        """A term with its prefix and the address where it is described: on this server for our own."""
        if not isinstance(term, NamedNode):
            return Named(term.value if isinstance(term, Literal) else "")
        text = next(
            (f"{p}:{term.value[len(iri) :]}" for p, iri in _PREFIXES.items() if term.value.startswith(iri)), term.value
        )
        address = next(
            (to + term.value[len(iri) :] for iri, to in _ADDRESSES.items() if term.value.startswith(iri)), ""
        )
        ours = term.value.startswith(tuple(_ADDRESSES))
        return Named(text, address or term.value, "" if ours else self.first(term, RDFS["label"]))


@cache
def _shape_statements() -> _Statements:
    return _Statements(shapes().quads)


@cache
def vocabulary_sections() -> tuple[Section, ...]:
    """Classes, properties and values of the vocabulary, in the order of its file."""
    said = _Statements([*ontology_quads(), *alignment_quads()])
    rest = dict.fromkeys(
        quad.subject for quad in said.quads if isinstance(quad.subject, NamedNode) and _local(quad.subject, CMP.iri)
    )
    sections = []
    for anchor, heading, kind in SECTIONS:
        terms = [term for term in rest if kind in said.values(term, RDF["type"])]
        sections.append(Section(anchor, heading, tuple(_entry(said, term) for term in terms)))
        rest = dict.fromkeys(term for term in rest if term not in terms)
    return (*sections, Section("values", gettext_noop("Values"), tuple(_entry(said, term) for term in rest)))


@cache
def alignments() -> tuple[tuple[Named, Named, Named], ...]:
    """Each mapping: a term, the relation, the other term."""
    said = _Statements(alignment_quads())
    relations = {predicate for predicate, _, _ in FACTS if predicate != RDF["type"]}
    return tuple(
        (said.named(quad.subject), said.named(quad.predicate), said.named(quad.object))
        for quad in said.quads
        if quad.predicate in relations and isinstance(quad.subject, NamedNode)
    )


@cache
def comparison_rows() -> tuple[PropertyRule, ...]:
    """The rows of the comparison in their order."""
    rows = {rule.anchor: rule for shape in class_rules() for rule in shape.properties if rule.rule is not None}
    return tuple(sorted(rows.values(), key=lambda rule: (float(rule.order or "inf"), rule.anchor)))


@cache
def class_rules() -> tuple[ClassRules, ...]:
    """The node shapes, those of classes before those that others refer to."""
    said = _shape_statements()
    nodes = [node for node in said.subjects(RDF["type"], SH["NodeShape"]) if _local(node, CMPS.iri)]
    found = [
        ClassRules(
            _local(node, CMPS.iri),
            said.named(node).text,
            next((said.named(target) for target in said.values(node, SH["targetClass"])), None),
            said.first(node, SH["closed"]) == "true",
            tuple(_rule(said, shape) for shape in said.values(node, SH["property"])),
            tuple(
                (_local(part, CMPS.iri), said.texts(part, SH["message"])) for part in said.values(node, SH["sparql"])
            ),
        )
        for node in nodes
    ]
    return tuple(sorted(found, key=lambda shape: (shape.target is None, shape.anchor)))


def _entry(said: _Statements, term: NamedNode) -> Entry:
    return Entry(
        _local(term, CMP.iri),
        said.named(term).text,
        said.texts(term, RDFS["label"]),
        said.first(term, SKOS["definition"]),
        tuple(_facts(said, term)),
    )


def _facts(said: _Statements, term: NamedNode) -> Iterator[Fact]:
    kinds = {kind for _, _, kind in SECTIONS}
    for predicate, name, inverse in FACTS:
        values: Sequence[Term] = [value for value in said.values(term, predicate) if value not in kinds]
        if values:
            yield Fact(name, tuple(map(said.named, values)))
        values = said.subjects(predicate, term) if inverse else []
        if values:
            yield Fact(inverse, tuple(map(said.named, values)))
    rules = _shape_statements()
    users = [
        node
        for node in rules.subjects(RDF["type"], SH["NodeShape"])
        if term in rules.values(node, SH["targetClass"])
        or any(term in rules.values(shape, SH["path"]) for shape in rules.values(node, SH["property"]))
    ]
    if users:
        yield Fact(gettext_noop("Shapes"), tuple(map(rules.named, users)))


def _rule(said: _Statements, shape: Term) -> PropertyRule:
    constraints: dict[NamedNode, list[Named]] = {}
    for quad in said.quads:
        if quad.subject == shape and quad.predicate not in _NOT_CONSTRAINTS:
            constraints.setdefault(quad.predicate, []).extend(_plain(said, quad.object))
    return PropertyRule(
        _local(shape, CMPS.iri),
        next((said.named(path) for path in said.values(shape, SH["path"])), Named("")),
        f"{said.first(shape, SH['minCount'], '0')}..{said.first(shape, SH['maxCount'], '*')}",
        tuple(Fact(said.named(predicate).text, tuple(values)) for predicate, values in constraints.items()),
        next((_local(severity, SH.iri) for severity in said.values(shape, SH["severity"])), "Violation"),
        said.texts(shape, SH["message"]),
        said.texts(shape, SH["name"]),
        said.texts(shape, SH["description"]),
        said.first(shape, SH["order"]),
        next((said.named(rule) for rule in said.values(shape, CMP["comparedBy"])), None),
    )


def _plain(said: _Statements, value: Term) -> Iterator[Named]:
    """A value of a constraint; the members of a list one by one, and of a shape in it, what it asks for."""
    if not isinstance(value, BlankNode):
        if value != RDF["nil"]:
            yield said.named(value)
        return
    for quad in said.quads:
        if quad.subject == value and quad.predicate != RDF["type"]:
            yield from _plain(said, quad.object)


def _local(term: Term, namespace: str) -> str:
    """The local name of a term in a namespace; nothing for a term of another, or a blank node."""
    found = isinstance(term, NamedNode) and term.value.startswith(namespace)
    return term.value[len(namespace) :] if isinstance(term, NamedNode) and found else ""
