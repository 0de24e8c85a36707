"""Entries with faults of every kind that the shapes can find, each in a document of its own.

The documents are copies of those in `cases/valid/every-property.ttl`. One property of one resource is damaged in each
copy, against one constraint of the shapes, in one of several ways.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, RdfFormat, Triple

from comparanda.namespaces import CMP, FOAF, RDF, SH, SKOS, XSD, Base
from comparanda.shapes import Shapes
from comparanda.terms import Term
from conftest import CASES

Graphs = dict[NamedNode, list[Triple]]

TYPES = [XSD[name] for name in ("string", "integer", "gYear", "date", "dateTime", "boolean", "decimal", "anyURI")]
LEXICAL_FORMS = (
    "", " ", "0", "-1", "01", "1.5", "99", "1908", "-44", "19080", "1908Z", "true", "1", "2026-13-01", "2026-11-22",
    "2026-02-30T10:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T10:00:00", "2026-11-22 10:00:00Z", "tomorrow", "\n",
    "1908\n", "10.1000/182 ", "doi:10.1000/182", "10.1/x", "978-0", "http://example.org/a", "A\u0301", "\ue000", "𝒯",
)  # fmt: skip
IRIS = (
    "https://w3id.org/comparanda/id/method/b",
    "https://w3id.org/comparanda/id/source/a",
    "https://w3id.org/comparanda/id/person/a",
    "https://w3id.org/comparanda/id/page/a",
    "https://w3id.org/comparanda/id/method/nowhere",
    "https://w3id.org/comparanda/doc/method/a#relation-b",
    "https://w3id.org/comparanda/vocabulary/area/finance",
    "https://w3id.org/comparanda/vocabulary/family/mcdm",
    "https://w3id.org/comparanda/vocabulary/kind/test",
    "https://w3id.org/comparanda/vocabulary/kind",
    "https://w3id.org/comparanda/ontology#Method",
    "https://w3id.org/comparanda/ontology#confirmed",
    "ftp://example.org/a",
    "mailto:a@example.org",
    "urn:example:a",
    "http://example.org/a",
    "HTTPS://example.org/a",
)


@dataclass(frozen=True)
class Place:
    """A property of a resource, what the shapes ask of it, and the values that it has."""

    kind: NamedNode
    path: NamedNode
    constraint: str
    wanted: Term
    values: tuple[Term, ...]


def _literals(chance: random.Random) -> Term:
    text = chance.choice(LEXICAL_FORMS)
    if chance.random() < 0.25:
        return Literal(text, language=chance.choice(("en", "pt", "zh-hant", "x-a")))
    return Literal(text, datatype=chance.choice(TYPES))


def any_term(chance: random.Random) -> Term:
    return NamedNode(chance.choice(IRIS)) if chance.random() < 0.4 else _literals(chance)


def _like(value: Term, chance: random.Random) -> Term:
    """Another value of the same form."""
    if not isinstance(value, Literal):
        return NamedNode(chance.choice([iri for iri in IRIS if NamedNode(iri) != value]))
    text = f"{value.value[:-1]}{chance.choice('0246')}" if value.value[-1:].isdigit() else f"{value.value}x"
    return Literal(text, language=value.language) if value.language else Literal(text, datatype=value.datatype)


def _twice(place: Place, chance: random.Random) -> list[Term]:
    return [*place.values, *(_like(value, chance) for value in place.values), _like(place.values[0], chance)]


def _same_language(place: Place, chance: random.Random) -> list[Term]:
    tag = chance.choice(("en", "pt", "EN", "zh-Hant"))
    return [*place.values, Literal("One", language=tag), Literal("Other", language=tag.lower())]


def _one_wrong(make: Callable[[Place, random.Random], Term]) -> Callable[[Place, random.Random], list[Term]]:
    """Another value in place of one of the values, or beside them."""

    def damage(place: Place, chance: random.Random) -> list[Term]:
        kept = list(place.values)
        if chance.random() < 0.7:
            kept.pop(chance.randrange(len(kept)))
        return [*kept, make(place, chance)]

    return damage


def _shortened(place: Place, chance: random.Random) -> Term:
    value = chance.choice(place.values)
    language = value.language if isinstance(value, Literal) else None
    return Literal("", language=language) if language else Literal("")


def _misshapen(place: Place, chance: random.Random) -> Term:
    value = chance.choice(place.values)
    if isinstance(value, NamedNode):
        return NamedNode(chance.choice([iri for iri in IRIS if not iri.startswith("http")]))
    assert isinstance(value, Literal)
    return Literal(chance.choice(LEXICAL_FORMS), datatype=value.datatype)


def _mistyped(place: Place, chance: random.Random) -> Term:
    if chance.random() < 0.5 and place.wanted not in (XSD["string"], RDF["langString"]):
        return Literal(chance.choice(LEXICAL_FORMS), datatype=place.wanted)
    return any_term(chance)


DAMAGE: dict[str, Callable[[Place, random.Random], list[Term]]] = {
    "minCount": lambda _place, _chance: [],
    "maxCount": _twice,
    "uniqueLang": _same_language,
    "minLength": _one_wrong(_shortened),
    "pattern": _one_wrong(_misshapen),
    "datatype": _one_wrong(_mistyped),
    "or": _one_wrong(lambda _place, chance: any_term(chance)),
    "nodeKind": _one_wrong(lambda _place, chance: any_term(chance)),
    "class": _one_wrong(lambda _place, chance: any_term(chance)),
    "node": _one_wrong(lambda _place, chance: any_term(chance)),
    "in": _one_wrong(lambda _place, chance: any_term(chance)),
    "minInclusive": _one_wrong(
        lambda _place, chance: Literal(chance.choice(("-1", "0", "-007")), datatype=XSD["integer"])
    ),
}


def exemplars(base: Base) -> Graphs:
    """The documents of `every-property.ttl`."""
    graphs: Graphs = defaultdict(list)
    path = CASES / "valid" / "every-property.ttl"
    for quad in pyoxigraph.parse(path.read_bytes(), format=RdfFormat.TURTLE):
        assert isinstance(quad.subject, NamedNode)
        graphs[base.document(quad.subject)].append(quad.triple)
    return dict(graphs)


def copy_of(graph: NamedNode, triples: list[Triple], number: int, base: Base) -> tuple[NamedNode, list[Triple]]:
    """The document under another name, with everything that it describes."""
    slug = graph.value.removeprefix(base.iri).removeprefix("doc/").removeprefix("vocabulary")

    def renamed(term: Term) -> Term:
        if isinstance(term, NamedNode) and base.document(term) == graph:
            return NamedNode(term.value.replace(slug, f"{slug}-{number}", 1))
        return term

    copied = [Triple(renamed(s), p, renamed(o)) for s, p, o in triples]
    return NamedNode(graph.value.replace(slug, f"{slug}-{number}", 1)), copied


def places(shapes: Shapes, graphs: Graphs) -> list[tuple[NamedNode, NamedNode, Place]]:
    """Document, resource and place of everything that can be damaged."""
    known: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for quad in shapes.quads:
        known[quad.subject][quad.predicate.value.removeprefix(SH.iri)].append(quad.object)
    found = []
    for graph, triples in graphs.items():
        said: dict[NamedNode, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in triples:
            said[subject][predicate].append(value)
        for resource, properties in said.items():
            for shape in list(known):
                for kind in known[shape]["targetClass"]:
                    if kind not in properties[RDF["type"]]:
                        continue
                    for part in known[shape]["property"]:
                        (path,) = known[part]["path"]
                        for constraint in known[part].keys() & DAMAGE.keys():
                            for wanted in known[part][constraint]:
                                place = Place(kind, path, constraint, wanted, tuple(properties[path]))
                                if place.values:
                                    found.append((graph, resource, place))
    return sorted(found, key=lambda each: (str(each[1]), str(each[2].path), each[2].constraint, str(each[2].wanted)))


def damaged(shapes: Shapes, base: Base, rounds: int, seed: int) -> Iterator[tuple[NamedNode, list[Triple]]]:
    """Copies of the exemplars with one fault each, every place `rounds` times."""
    chance, graphs, number = random.Random(seed), exemplars(base), 0
    for _ in range(rounds):
        for graph, resource, place in places(shapes, graphs):
            number += 1
            values = DAMAGE[place.constraint](place, chance)
            kept = [
                t for t in _with_parts(graphs[graph], resource) if (t.subject, t.predicate) != (resource, place.path)
            ]
            yield copy_of(graph, kept + [Triple(resource, place.path, value) for value in values], number, base)
        for triple in _whole_resource(graphs):
            number += 1
            graph = base.document(triple.subject)
            yield copy_of(graph, [*_with_parts(graphs[graph], triple.subject), triple], number, base)


def _with_parts(triples: list[Triple], resource: NamedNode) -> list[Triple]:
    """What a document says of a resource and of what it refers to."""
    wanted = {resource} | {triple.object for triple in triples if triple.subject == resource}
    return [triple for triple in triples if triple.subject in wanted]


def _whole_resource(graphs: Graphs) -> Iterator[Triple]:
    """What breaks a node shape as a whole: properties that it does not know, years in the wrong order."""
    for triples in list(graphs.values()):
        for resource in dict.fromkeys(triple.subject for triple in triples):
            for path in (SKOS["hiddenLabel"], FOAF["mbox"], CMP["originEnd"], SKOS["inScheme"]):
                yield Triple(resource, path, Literal("1907", datatype=XSD["gYear"]))


def _changes(base: Base) -> list[Callable[[list[Triple], Triple, random.Random], Iterator[Triple]]]:
    """Ways to change one triple of a document: each gives what stands in its place."""
    kinds = (CMP["Method"], CMP["Work"], CMP["Page"], CMP["Relation"], FOAF["Person"], SKOS["Concept"], CMP["Methd"])
    stranger = base.method("b")

    def other_value(_triples: list[Triple], changed: Triple, chance: random.Random) -> Iterator[Triple]:
        yield Triple(changed.subject, changed.predicate, any_term(chance))

    def other_property(triples: list[Triple], changed: Triple, chance: random.Random) -> Iterator[Triple]:
        yield Triple(changed.subject, chance.choice(triples).predicate, changed.object)

    def other_resource(triples: list[Triple], changed: Triple, chance: random.Random) -> Iterator[Triple]:
        yield Triple(chance.choice(triples).subject, changed.predicate, changed.object)

    def nothing(*_: object) -> Iterator[Triple]:
        yield from ()

    def one_more(_triples: list[Triple], changed: Triple, chance: random.Random) -> Iterator[Triple]:
        yield changed
        yield Triple(changed.subject, changed.predicate, _like(changed.object, chance))

    def class_too(_triples: list[Triple], changed: Triple, chance: random.Random) -> Iterator[Triple]:
        yield changed
        yield Triple(changed.subject, RDF["type"], chance.choice(kinds))

    def of_a_stranger(_triples: list[Triple], changed: Triple, _chance: random.Random) -> Iterator[Triple]:
        yield changed
        yield Triple(stranger, changed.predicate, changed.object)

    def without_name(_triples: list[Triple], changed: Triple, chance: random.Random) -> Iterator[Triple]:
        unnamed = BlankNode(f"b{chance.getrandbits(64)}")
        yield Triple(unnamed, changed.predicate, changed.object)
        yield Triple(changed.subject, changed.predicate, unnamed)

    def unsound(_triples: list[Triple], changed: Triple, chance: random.Random) -> Iterator[Triple]:
        direction = BaseDirection.RTL
        values = (Literal("a\x07"), Literal("a", language="ar", direction=direction), changed)
        yield Triple(changed.subject, changed.predicate, chance.choice(values))

    usual = [other_value, other_property, other_resource, nothing, one_more]
    return usual * 4 + [class_too, of_a_stranger, without_name, unsound]


def changed_at_random(graphs: Graphs, base: Base, count: int, seed: int) -> Graphs:
    """Copies of documents with one to three triples changed in ways that mean nothing."""
    chance, changes, found = random.Random(seed), _changes(base), {}
    for number in range(count):
        graph = chance.choice(sorted(graphs, key=str))
        name, triples = copy_of(graph, graphs[graph], number, base)
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(triples))
            triples[place : place + 1] = chance.choice(changes)(triples, triples[place], chance)
            if not triples:
                break
        found[name] = list(dict.fromkeys(triples))
    return found
