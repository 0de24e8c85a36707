"""Namespaces, and the IRIs of a catalogue under its base IRI (design: addresses are the identifiers)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from pyoxigraph import NamedNode

DEFAULT_BASE = "https://w3id.org/comparanda/"
_REBASED = tuple(DEFAULT_BASE + part for part in ("id/", "doc/", "vocabulary/"))
TermT = TypeVar("TermT")


@dataclass(frozen=True, slots=True)
class Namespace:
    """`SKOS["prefLabel"]` is the IRI of a term."""

    iri: str

    def __getitem__(self, name: str) -> NamedNode:
        return NamedNode(self.iri + name)


BIBO = Namespace("http://purl.org/ontology/bibo/")
CMP = Namespace("https://w3id.org/comparanda/ontology#")
CMPS = Namespace("https://w3id.org/comparanda/shapes#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
PROV = Namespace("http://www.w3.org/ns/prov#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA = Namespace("https://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
SKOSXL = Namespace("http://www.w3.org/2008/05/skos-xl#")
VOID = Namespace("http://rdfs.org/ns/void#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")

PREFIXES: dict[str, str] = {
    "bibo": BIBO.iri,
    "cmp": CMP.iri,
    "cmps": CMPS.iri,
    "dcat": DCAT.iri,
    "dcterms": DCTERMS.iri,
    "foaf": FOAF.iri,
    "owl": OWL.iri,
    "prov": PROV.iri,
    "rdf": RDF.iri,
    "rdfs": RDFS.iri,
    "schema": SCHEMA.iri,
    "sh": SH.iri,
    "skos": SKOS.iri,
    "skosxl": SKOSXL.iri,
    "void": VOID.iri,
    "xsd": XSD.iri,
}


def short_name(iri: NamedNode) -> str:
    """The name of a term with its prefix; the whole IRI where no prefix is known.

    >>> short_name(SKOS["prefLabel"])
    'skos:prefLabel'
    """
    found = (f"{prefix}:{iri.value[len(start) :]}" for prefix, start in PREFIXES.items() if iri.value.startswith(start))
    return next(found, iri.value)


def is_web_address(text: str) -> bool:
    """Whether `text` begins as what a browser may be sent to, and what is no directory.

    >>> is_web_address("https://example.org/"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    return text.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Base:
    """The IRIs of one catalogue. An entry is a thing under `id/` and its document, and graph, under `doc/`."""

    iri: str = DEFAULT_BASE

    def method(self, slug: str) -> NamedNode:
        return NamedNode(f"{self.iri}id/method/{slug}")

    def work(self, slug: str) -> NamedNode:
        return NamedNode(f"{self.iri}id/source/{slug}")

    def person(self, slug: str) -> NamedNode:
        return NamedNode(f"{self.iri}id/person/{slug}")

    def catalogue(self) -> NamedNode:
        """The catalogue as a whole, a data set."""
        return NamedNode(f"{self.iri}id/catalogue")

    def changes(self) -> NamedNode:
        """The graph in which the writers of a remote store note who writes and what changed."""
        return NamedNode(f"{self.iri}doc/changes")

    def page(self, digest: str) -> NamedNode:
        return NamedNode(f"{self.iri}id/page/{digest}")

    def scheme(self, name: str) -> NamedNode:
        return NamedNode(f"{self.iri}vocabulary/{name}")

    def concept(self, scheme: str, slug: str) -> NamedNode:
        return NamedNode(f"{self.iri}vocabulary/{scheme}/{slug}")

    def document(self, thing: NamedNode) -> NamedNode:
        """The document that describes `thing`: its scheme for a concept, `doc/…` for what is under `id/`."""
        whole = thing.value.split("#")[0]
        path = whole.removeprefix(self.iri)
        if path == whole:  # not ours
            return NamedNode(whole)
        if path.startswith("vocabulary/"):
            return NamedNode(self.iri + "/".join(path.split("/")[:2]))
        return NamedNode(self.iri + ("doc/" + path.removeprefix("id/") if path.startswith("id/") else path))

    def part(self, thing: NamedNode, name: str) -> NamedNode:
        """A part of the entry of `thing`, such as its first author: a fragment of its document."""
        return NamedNode(f"{self.document(thing).value}#{name}")

    def rebased(self, term: TermT) -> TermT:
        """`term` under this base, if it is an IRI of the catalogue as the package carries it."""
        if isinstance(term, NamedNode) and self.iri != DEFAULT_BASE and term.value.startswith(_REBASED):
            return NamedNode(self.iri + term.value.removeprefix(DEFAULT_BASE))  # type: ignore[return-value]
        return term

    @staticmethod
    def slug(thing: NamedNode | str) -> str:
        """The last segment of the IRI of a thing."""
        return (thing if isinstance(thing, str) else thing.value).rsplit("/", 1)[-1]
