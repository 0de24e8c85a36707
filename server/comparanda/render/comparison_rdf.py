"""A comparison as an RDF Data Cube (https://www.w3.org/TR/vocab-data-cube/), in Turtle and JSON-LD.

The data set has two dimensions, method and row, and one measure, the text shown. Each row is a slice, which says
whether and how the row differs. Terms of our own, and what they mean, come from the ontology.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from comparanda.comparison import Cell, ComparedRow, Comparison, MethodName
from comparanda.languages import lookup_chain
from comparanda.namespaces import CMP, CMPS, DCTERMS, PREFIXES, RDF, RDFS, SCHEMA, SH, SKOS, XSD, Base, Namespace
from comparanda.shapes import ontology_quads, shapes

QB = Namespace("http://purl.org/linked-data/cube#")
SDMX_MEASURE = Namespace("http://purl.org/linked-data/sdmx/2009/measure#")

_PREFIXES = ("cmp", "cmps", "dcterms", "owl", "rdf", "rdfs", "schema", "sh", "skos", "xsd")
METHOD, ROW = CMP["comparedMethod"], CMP["comparedRow"]
DIFFERS, DIFFERENCE = CMP["differs"], CMP["difference"]
SHOWN = SDMX_MEASURE["obsValue"]
# Name of the component, kind of component, property.
_COMPONENTS = (
    ("method", "dimension", METHOD),
    ("row", "dimension", ROW),
    ("text", "measure", SHOWN),
    ("differs", "attribute", DIFFERS),
    ("difference", "attribute", DIFFERENCE),
)


def as_turtle(comparison: Comparison, _transposed: bool = False) -> bytes:
    prefixes = {name: PREFIXES[name] for name in _PREFIXES} | {"qb": QB.iri, "sdmx-measure": SDMX_MEASURE.iri}
    return pyoxigraph.serialize(_cube(comparison), format=RdfFormat.TURTLE, prefixes=prefixes) or b""


def as_json_ld(comparison: Comparison, _transposed: bool = False) -> bytes:
    return pyoxigraph.serialize(_cube(comparison), format=RdfFormat.JSON_LD) or b""


def data_set_iri(comparison: Comparison) -> NamedNode:
    """The canonical address of a comparison: the slugs sorted, whatever the order of the columns."""
    slugs = ",".join(sorted(method.slug for method in comparison.methods))
    return NamedNode(f"{_base(comparison).iri}compare?slugs={slugs}")


def row_iri(key: str) -> NamedNode:
    """The property shape that is the row `key`.

    >>> row_iri("origin_year").value
    'https://w3id.org/comparanda/shapes#originYear'
    """
    first, *others = key.split("_")
    return CMPS["".join([first, *(word.capitalize() for word in others)])]


def _base(comparison: Comparison) -> Base:
    """The base under which the methods have their IRIs."""
    method = comparison.methods[0]
    return Base(method.iri.removesuffix(f"id/method/{method.slug}"))


def _cube(comparison: Comparison) -> Iterator[Triple]:
    whole = data_set_iri(comparison)
    yield Triple(whole, RDF["type"], QB["DataSet"])
    yield Triple(whole, DCTERMS["title"], Literal(" · ".join(method.name for method in comparison.methods)))
    yield Triple(whole, SCHEMA["version"], Literal(comparison.version))
    yield Triple(whole, SCHEMA["inLanguage"], Literal(comparison.language))
    yield Triple(whole, QB["structure"], _part(whole, "structure"))
    for row in comparison.rows:
        yield Triple(whole, QB["slice"], _part(whole, row.key))
    for row in comparison.rows:
        yield from _slice(whole, row, comparison)
        for method, cell in zip(comparison.methods, row.cells, strict=True):
            yield from _observation(whole, row, method, cell, _base(comparison))
    for method in comparison.methods:
        yield Triple(NamedNode(method.iri), RDF["type"], CMP["Method"])
        yield Triple(NamedNode(method.iri), SKOS["prefLabel"], _text(method.name, method.language))
    for row in comparison.rows:
        yield Triple(row_iri(row.key), RDF["type"], SH["PropertyShape"])
        yield Triple(row_iri(row.key), SH["name"], _text(row.label, _label_language(row, comparison.language)))
    yield from _structure(whole)


def _slice(whole: NamedNode, row: ComparedRow, comparison: Comparison) -> Iterator[Triple]:
    part = _part(whole, row.key)
    yield Triple(part, RDF["type"], QB["Slice"])
    yield Triple(part, QB["sliceStructure"], _part(whole, "by-row"))
    yield Triple(part, ROW, row_iri(row.key))
    yield Triple(part, DIFFERS, Literal("true" if row.differs else "false", datatype=XSD["boolean"]))
    if row.difference:
        yield Triple(part, DIFFERENCE, Literal(row.difference))
    for method in comparison.methods:
        yield Triple(part, QB["observation"], _part(whole, f"{row.key}/{method.slug}"))


def _observation(whole: NamedNode, row: ComparedRow, method: MethodName, cell: Cell, base: Base) -> Iterator[Triple]:
    """One cell. `dcterms:references` are the works and methods behind the text, `rdfs:seeAlso` its links."""
    observation = _part(whole, f"{row.key}/{method.slug}")
    yield Triple(observation, RDF["type"], QB["Observation"])
    yield Triple(observation, QB["dataSet"], whole)
    yield Triple(observation, METHOD, NamedNode(method.iri))
    yield Triple(observation, ROW, row_iri(row.key))
    yield Triple(observation, SHOWN, _text(cell.text, cell.language))
    for item in dict.fromkeys(item for item in cell.items if item.startswith(f"{base.iri}id/")):
        yield from _linked(observation, DCTERMS["references"], item)
    for href in dict.fromkeys(link.href for link in cell.links if link.href):
        yield from _linked(observation, RDFS["seeAlso"], href)


def _linked(subject: NamedNode, predicate: NamedNode, address: str) -> Iterator[Triple]:
    try:
        yield Triple(subject, predicate, NamedNode(address))
    except ValueError:
        return  # an address that is no IRI stays in the text only


def _structure(whole: NamedNode) -> Iterator[Triple]:
    """What the dimensions, measure and attributes are; the attributes belong to the slice of a row."""
    structure, by_row = _part(whole, "structure"), _part(whole, "by-row")
    yield Triple(structure, RDF["type"], QB["DataStructureDefinition"])
    for name, _, _ in _COMPONENTS:
        yield Triple(structure, QB["component"], _part(whole, f"structure/{name}"))
    yield Triple(structure, QB["sliceKey"], by_row)
    yield Triple(by_row, RDF["type"], QB["SliceKey"])
    yield Triple(by_row, QB["componentProperty"], ROW)
    for name, kind, component in _COMPONENTS:
        part = _part(whole, f"structure/{name}")
        yield Triple(part, RDF["type"], QB["ComponentSpecification"])
        yield Triple(part, QB[kind], component)
        if kind == "attribute":
            yield Triple(part, QB["componentAttachment"], QB["Slice"])
            yield Triple(part, QB["componentRequired"], Literal(value=False))
    yield Triple(SHOWN, RDF["type"], QB["MeasureProperty"])
    yield from _terms()


@cache
def _terms() -> tuple[Triple, ...]:
    """What the ontology says of our own components."""
    ours = {component for _, _, component in _COMPONENTS}
    return tuple(quad.triple for quad in ontology_quads() if quad.subject in ours)


def _part(whole: NamedNode, name: str) -> NamedNode:
    return NamedNode(f"{whole.value}#{name}")


def _text(value: str, language: str | None) -> Literal:
    return Literal(value, language=language) if language else Literal(value)


def _label_language(row: ComparedRow, language: str) -> str | None:
    """The language that the label of a row is in: that of the comparison, or where it has none, another."""
    labels = next((shape.labels for shape in shapes().rows if shape.key == row.key), {})
    return next((tag for tag in (*lookup_chain(language), *labels) if labels.get(tag) == row.label), None)
