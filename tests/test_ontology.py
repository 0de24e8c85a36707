"""The vocabulary: every term says what it is, is used, is aligned with terms that exist, and has a place to read it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from comparanda.languages import direction, lookup_chain
from comparanda.namespaces import BIBO, CMP, CMPS, DCTERMS, FOAF, OWL, RDF, RDFS, SH, SKOS, Namespace
from comparanda.shapes import alignment_quads, ontology_quads, shapes
from comparanda.web.i18n import languages, translate
from comparanda.web.relation_names import RELATION_NAMES

WD = Namespace("http://www.wikidata.org/entity/")
ONTOLOGY = NamedNode(CMP.iri.removesuffix("#"))
DEFINED = sorted({quad.subject for quad in ontology_quads() if str(quad.subject.value).startswith(CMP.iri)}, key=str)
PATHS = {
    quad.object
    for quad in shapes().quads
    if quad.predicate == SH["path"] and isinstance(quad.object, NamedNode) and quad.object.value.startswith(CMP.iri)
}
IN_NO_SHAPE = {
    "comparedBy": "is said of shapes, not of entries",
    "comparedMethod": "is a dimension of a comparison as a data cube",
    "comparedRow": "is a dimension of a comparison as a data cube",
    "differs": "is an attribute of a comparison as a data cube",
    "difference": "is an attribute of a comparison as a data cube",
    "inverseLinkCount": "is said by the server of the documents that it serves",
}
MAPPINGS = {
    *(SKOS[f"{kind}Match"] for kind in ("exact", "close", "broad", "narrow", "related")),
    RDFS["subPropertyOf"],
    RDFS["subClassOf"],
    OWL["equivalentProperty"],
    OWL["equivalentClass"],
}
PAGES = ["/ontology", "/shapes", "/ontology/alignments"]


def _values(term: NamedNode, predicate: NamedNode) -> list[object]:
    return [quad.object for quad in ontology_quads() if quad.subject == term and quad.predicate == predicate]


@pytest.mark.parametrize("term", DEFINED, ids=lambda term: term.value.removeprefix(CMP.iri))
def test_a_term_has_a_kind_a_label_a_definition_and_a_vocabulary(term: NamedNode) -> None:
    assert _values(term, RDF["type"])
    assert _values(term, RDFS["isDefinedBy"]) == [ONTOLOGY]
    for predicate in (RDFS["label"], SKOS["definition"]):
        texts = [value for value in _values(term, predicate) if isinstance(value, Literal)]
        assert [text.language for text in texts].count("en") == 1
        assert len({text.language for text in texts}) == len(texts)
        assert all(text.value.strip() == text.value != "" for text in texts)


def test_every_property_of_ours_in_the_shapes_is_defined() -> None:
    kinds = {OWL["ObjectProperty"], OWL["DatatypeProperty"]}
    assert {path.value for path in PATHS if not kinds & set(_values(path, RDF["type"]))} == set()


def test_every_property_that_is_defined_is_in_a_shape_or_has_a_reason_not_to_be() -> None:
    kinds = {OWL["ObjectProperty"], OWL["DatatypeProperty"]}
    properties = {term for term in DEFINED if kinds & set(_values(term, RDF["type"]))}
    assert {term.value.removeprefix(CMP.iri) for term in properties - PATHS} == set(IN_NO_SHAPE)


def test_every_class_that_is_defined_is_shaped_or_holds_values_of_its_own() -> None:
    for term in DEFINED:
        if OWL["Class"] in _values(term, RDF["type"]):
            has_values = any(term in _values(other, RDF["type"]) for other in DEFINED)
            assert (term in shapes().properties) != has_values, term


def test_the_kinds_of_relation_are_the_subproperties_of_related() -> None:
    kinds = {
        term.value.removeprefix(CMP.iri) for term in DEFINED if CMP["related"] in _values(term, RDFS["subPropertyOf"])
    }
    assert kinds == set(RELATION_NAMES)


@pytest.mark.parametrize("kind", RELATION_NAMES)
def test_a_kind_of_relation_is_labelled_in_every_language_as_pages_call_it(kind: str) -> None:
    labels = {value.language: value.value for value in _values(CMP[kind], RDFS["label"]) if isinstance(value, Literal)}
    assert labels == {tag: translate(tag, RELATION_NAMES[kind]) for tag in languages()}


def test_every_term_of_ours_in_the_alignments_exists() -> None:
    named = {term for quad in alignment_quads() for term in quad if isinstance(term, NamedNode)}
    assert {term.value for term in named if term.value.startswith(CMP.iri)} <= {term.value for term in DEFINED}


def test_the_alignments_only_map_our_terms_and_those_that_entries_use() -> None:
    used = {path for paths in shapes().properties.values() for path in paths} | set(shapes().properties)
    for quad in alignment_quads():
        if quad.predicate in MAPPINGS:
            assert quad.subject in DEFINED or quad.subject in used, quad
            assert quad.object != quad.subject
        else:
            assert quad.subject.value == f"{ONTOLOGY.value}/alignments" or quad.predicate == RDFS["label"], quad


def test_what_the_ontology_says_is_not_repeated_in_the_alignments() -> None:
    assert not {quad.triple for quad in ontology_quads()} & {quad.triple for quad in alignment_quads()}


def test_every_number_of_wikidata_is_named() -> None:
    numbers = {
        term
        for quad in alignment_quads()
        for term in (quad.subject, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith(WD.iri)
    }
    assert numbers == {quad.subject for quad in alignment_quads() if quad.predicate == RDFS["label"]}
    for term, number in [(BIBO["doi"], "P356"), (CMP["originator"], "P61"), (DCTERMS["issued"], "P577")]:
        assert WD[number] in [quad.object for quad in alignment_quads() if quad.subject == term]
    assert WD["Q5"] in [quad.object for quad in alignment_quads() if quad.subject == FOAF["Person"]]


class _Page(HTMLParser):
    """What a page consists of: elements with attributes, its anchors, and the language that texts are marked with."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.anchors = [attributes["id"] for _, attributes in self.elements if attributes.get("id")]
        self.links = [
            attributes["href"] or "" for name, attributes in self.elements if name == "a" and "href" in attributes
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def _page(client: FlaskClient, path: str, language: str = "en") -> _Page:
    response = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    return _Page(response.get_data(as_text=True))


@pytest.mark.parametrize("path", PAGES)
def test_the_documentation_obeys_the_content_security_policy(client: FlaskClient, path: str) -> None:
    """Nothing inline, nothing from elsewhere."""
    page = _page(client, path)
    assert not {"style", "iframe", "object", "base"} & {name for name, _ in page.elements}
    for name, attributes in page.elements:
        assert not [attribute for attribute in attributes if attribute == "style" or attribute.startswith("on")]
        loaded = attributes.get("src") or (attributes.get("href") if attributes.get("rel") == "stylesheet" else "/")
        assert name != "script" or attributes.get("src")
        assert loaded
        assert loaded.startswith("/"), loaded
        assert not loaded.startswith("//"), loaded


def test_every_term_of_the_vocabulary_has_its_local_name_as_anchor(client: FlaskClient) -> None:
    anchors = _page(client, "/ontology").anchors
    assert {term.value.removeprefix(CMP.iri) for term in DEFINED} <= set(anchors)
    assert len(anchors) == len(set(anchors))


def test_every_shape_with_a_name_has_its_local_name_as_anchor(client: FlaskClient) -> None:
    named = {quad.subject.value for quad in shapes().quads if isinstance(quad.subject, NamedNode)}
    anchors = _page(client, "/shapes").anchors
    assert {name.removeprefix(CMPS.iri) for name in named} <= set(anchors)
    assert len(anchors) == len(set(anchors))


def test_links_between_the_pages_of_the_documentation_lead_to_anchors(client: FlaskClient) -> None:
    pages = {path: _page(client, path) for path in PAGES}
    for path, page in pages.items():
        for link in page.links:
            target, sign, anchor = link.partition("#")
            if sign and (target or path) in pages:
                assert anchor in pages[target or path].anchors, link


@pytest.mark.parametrize("language", ["ar", "ja", "pt"])
def test_the_documentation_has_labels_in_the_readers_language(client: FlaskClient, language: str) -> None:
    page = client.get("/shapes", headers={"Accept": "text/html", "Accept-Language": language})
    text, marked = page.get_data(as_text=True), f'lang="{language}" dir="{direction(language)}"'
    assert page.headers["Content-Language"] == language
    assert f"<html {marked}>" in text
    assert translate(language, "Rows") in text
    for row in shapes().rows:
        assert f"<span {marked}>{row.label(lookup_chain(language))}</span>" in text
    vocabulary = client.get("/ontology", headers={"Accept": "text/html", "Accept-Language": language})
    assert f"<span {marked}>{translate(language, 'generalises')}</span> <a" in vocabulary.get_data(as_text=True)


@pytest.mark.parametrize("path", PAGES)
def test_the_documentation_can_be_had_as_data_at_the_same_address(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "text/turtle"})
    assert response.mimetype == "text/turtle"
    assert response.headers["Content-Location"] == path
    assert len(list(parse(response.data, format=RdfFormat.TURTLE))) > 50
    links = [link for link in _page(client, path).links if link.startswith(f"{path}?format=")]
    assert [client.get(link).status_code for link in links] == [200, 200, 200, 200]
    assert client.get(links[0]).data == response.data
