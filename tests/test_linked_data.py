"""Linked data: every kind of entry dereferences, says where its data are, and describes the whole catalogue."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat

from comparanda.app import create_app
from comparanda.namespaces import CMP, DCAT, FOAF, RDF, SKOS, VOID, Base
from comparanda.queries import queries
from comparanda.settings import Settings
from comparanda.stores.embedded import EmbeddedStore

THINGS = [
    "/id/method/random-forest",
    "/id/source/breiman-2001-random-forests",
    "/id/person/leo-breiman",
    "/id/catalogue",
]
FORMATS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}


def _triples(content: bytes, media_type: str) -> set[pyoxigraph.Triple]:
    parsed = pyoxigraph.parse(content, format=RdfFormat.from_media_type(media_type), base_iri=Base().iri)
    return {quad.triple for quad in parsed}


@pytest.mark.parametrize("path", THINGS)
def test_a_thing_leads_to_its_document_by_303_and_only_one_hop(client: FlaskClient, path: str) -> None:
    first = client.get(path, headers={"Accept": "text/turtle"})
    assert (first.status_code, first.headers["Location"]) == (303, path.replace("/id/", "/doc/"))
    document = client.get(first.headers["Location"], headers={"Accept": "text/turtle"})
    assert (document.status_code, document.mimetype) == (200, "text/turtle")
    assert document.headers["Content-Location"] == f"{first.headers['Location']}.ttl"
    about = NamedNode(f"{Base().iri}{path.lstrip('/')}")
    assert any(
        triple.subject == about and triple.predicate == RDF["type"] for triple in _triples(document.data, "text/turtle")
    )


@pytest.mark.parametrize(
    "path",
    [*(thing.replace("/id/", "/doc/") for thing in THINGS), "/vocabulary/area/deep-learning", "/vocabulary/family"],
)
def test_every_format_of_a_document_says_the_same_triples(client: FlaskClient, path: str) -> None:
    said = {}
    for suffix, media_type in FORMATS.items():
        by_suffix = client.get(f"{path}.{suffix}")
        by_accept = client.get(path, headers={"Accept": media_type})
        assert by_suffix.status_code == by_accept.status_code == 200
        assert by_suffix.mimetype == by_accept.mimetype == media_type
        assert by_suffix.data == by_accept.data
        said[suffix] = _triples(by_suffix.data, media_type)
    assert said["ttl"]
    assert all(triples == said["ttl"] for triples in said.values())


def test_a_document_holds_all_languages_labels_of_neighbours_and_counted_inverse_links(client: FlaskClient) -> None:
    triples = _triples(client.get("/doc/person/leo-breiman.ttl").data, "text/turtle")
    inverse = {triple.subject for triple in triples if triple.predicate == CMP["originator"]}
    counts = [int(triple.object.value) for triple in triples if triple.predicate == CMP["inverseLinkCount"]]  # type: ignore[union-attr]
    assert counts == [len(inverse)]
    method = _triples(client.get("/doc/method/random-forest.ttl").data, "text/turtle")
    languages = {
        t.object.language for t in method if t.predicate == SKOS["prefLabel"] and "random-forest" in str(t.subject)
    }  # type: ignore[union-attr]
    assert {"ar", "ja", "en"} <= languages
    area = NamedNode(f"{Base().iri}vocabulary/area/machine-learning")
    assert any(triple.subject == area and triple.predicate == SKOS["prefLabel"] for triple in method)


def test_inverse_links_are_capped_and_the_count_is_true(client: FlaskClient, bundled: EmbeddedStore) -> None:
    area = NamedNode(f"{Base().iri}vocabulary/area/machine-learning")
    links = bundled.reader().select(queries()["links_to"].bind(resource=area))
    triples = _triples(client.get("/vocabulary/area/machine-learning.nt").data, "application/n-triples")
    shown = [triple for triple in triples if triple.object == area and triple.predicate == CMP["area"]]
    assert len(shown) == min(100, len(links))
    assert any(t.predicate == CMP["inverseLinkCount"] and t.object.value == str(len(links)) for t in triples)  # type: ignore[union-attr]


def test_a_document_tells_where_its_data_licence_and_identifier_are(client: FlaskClient) -> None:
    response = client.get("/doc/method/random-forest", headers={"Accept": "text/html"})
    links = re.findall(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?', ", ".join(response.headers.getlist("Link")))
    assert (f"{Base().iri}id/method/random-forest", "cite-as", "") in links
    assert ("https://creativecommons.org/licenses/by/4.0/", "license", "") in links
    assert ("https://schema.org/AboutPage", "type", "") in links
    assert ("/doc/method/random-forest.ttl", "describedby", "text/turtle") in links
    linkset = next(href for href, rel, _ in links if rel == "linkset")
    document = client.get(linkset)
    assert document.mimetype == "application/linkset+json"
    entry = json.loads(document.data)["linkset"][0]
    assert {link["type"] for link in entry["describedby"]} == set(FORMATS.values())
    assert entry["cite-as"] == [{"href": f"{Base().iri}id/method/random-forest"}]


def test_a_replaced_entry_leads_to_its_successor_and_a_withdrawn_one_is_gone(
    empty: EmbeddedStore, base: Base, client: FlaskClient
) -> None:
    response = client.get("/id/method/k-means-clustering")
    assert (response.status_code, response.headers["Location"]) == (301, "/id/method/k-means")
    withdrawn = base.method("withdrawn")
    deprecated = NamedNode("http://www.w3.org/2002/07/owl#deprecated")
    with empty.writer() as writer:
        triples = [
            pyoxigraph.Triple(withdrawn, RDF["type"], CMP["Method"]),
            pyoxigraph.Triple(withdrawn, deprecated, pyoxigraph.Literal(True)),
        ]
        writer.replace({base.document(withdrawn): triples})
        writer.commit()
    app = create_app(Settings.from_environment({}, store=str(empty.path)), empty)
    gone = app.test_client().get("/id/method/withdrawn")
    assert (gone.status_code, gone.mimetype) == (410, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        "/id//evil.example",
        "/id/https://evil.example",
        "/id/method/%0d%0aX:1",
        "/id/method/..%2f..",
        "/doc/x.ttl",
        "/id/nothing/x",
    ],
)
def test_no_path_leads_to_another_host_or_fails(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code in (308, 400, 404)
    assert (
        "evil" not in response.headers.get("Location", "/").replace("/evil.example", "", 1)
        or response.status_code == 308
    )
    assert response.headers.get("Location", "/").startswith(("/", "http://localhost/"))


def test_the_terms_of_the_vocabulary_are_described_where_they_point_to(client: FlaskClient) -> None:
    triples = _triples(client.get("/ontology", headers={"Accept": "text/turtle"}).data, "text/turtle")
    assert any(triple.subject == CMP["Method"] for triple in triples)
    shapes = _triples(client.get("/shapes", headers={"Accept": "text/turtle"}).data, "text/turtle")
    assert len(shapes) > 500
    context = json.loads(client.get("/context.jsonld").data)
    assert "prefLabel" in json.dumps(context)


def test_the_catalogue_describes_itself_with_true_figures(client: FlaskClient, bundled: EmbeddedStore) -> None:
    base = Base()
    triples = _triples(client.get("/void", headers={"Accept": "text/turtle"}).data, "text/turtle")
    about = {t.predicate: t.object for t in triples if t.subject == base.catalogue() and t.predicate != RDF["type"]}
    document = base.document(base.catalogue())
    stored = {quad.triple for quad in bundled.reader().quads() if quad.graph_name != document}
    assert int(about[VOID["triples"]].value) == len(stored)  # type: ignore[union-attr]
    assert int(about[VOID["distinctSubjects"]].value) == len({triple.subject for triple in stored})  # type: ignore[union-attr]
    methods = [t.subject for t in triples if t.predicate == VOID["class"] and t.object == CMP["Method"]]
    entities = {t.object.value for t in triples if t.subject == methods[0] and t.predicate == VOID["entities"]}  # type: ignore[union-attr]
    assert entities == {str(sum(t.predicate == RDF["type"] and t.object == CMP["Method"] for t in stored))}
    assert {t.object for t in triples if t.subject == base.catalogue() and t.predicate == RDF["type"]} == {
        VOID["Dataset"],
        DCAT["Dataset"],
    }
    asked = client.get("/sparql", query_string={"query": f"ASK {{ ?d <{VOID.iri}sparqlEndpoint> ?e }}"})
    assert asked.get_json()["boolean"] is True


def test_programs_find_the_descriptions_by_well_known_addresses(client: FlaskClient) -> None:
    void = client.get("/.well-known/void")
    assert void.status_code == 302
    assert client.get(void.headers["Location"], headers={"Accept": "text/turtle"}).mimetype == "text/turtle"
    catalogue = client.get("/.well-known/api-catalog")
    assert catalogue.mimetype == "application/linkset+json"
    anchors = [entry["anchor"] for entry in json.loads(catalogue.data)["linkset"]]
    assert any(anchor.endswith("/sparql") for anchor in anchors)
    robots = client.get("/robots.txt").get_data(as_text=True)
    index = robots.split("Sitemap: ")[1].split()[0]
    root = ElementTree.fromstring(client.get("/" + index.split("/", 3)[3]).data)
    assert len(root) >= 40
    first = root[0][0].text or ""
    pages = ElementTree.fromstring(client.get("/" + first.split("/", 3)[3]).data)
    assert len(pages) > 500
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", page[1].text or "") for page in pages)


def test_an_evil_host_header_does_not_get_into_answers(client: FlaskClient) -> None:
    for path in ("/sparql", "/en/method/random-forest", "/robots.txt", "/.well-known/api-catalog", "/sitemap.xml"):
        response = client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert "evil" not in response.get_data(as_text=True)
        assert "evil" not in str(response.headers)


def test_pages_carry_markup_that_search_engines_read(client: FlaskClient) -> None:
    page = client.get("/pt/method/random-forest").get_data(as_text=True)
    found = [json.loads(block) for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)]
    term = next(block for block in found if block["@type"] == "DefinedTerm")
    assert term["@id"] == f"{Base().iri}id/method/random-forest"
    assert term["subjectOf"]["@type"] == "ScholarlyArticle"
    assert term["subjectOf"]["sameAs"].startswith("https://doi.org/10.")
    assert next(block for block in found if block["@type"] == "BreadcrumbList")["itemListElement"]
    library = client.get("/en/").get_data(as_text=True)
    assert '"@type": "Dataset"' in library


def test_documents_belong_to_the_data_set(client: FlaskClient) -> None:
    triples = _triples(client.get("/doc/method/random-forest.ttl").data, "text/turtle")
    document = NamedNode(f"{Base().iri}doc/method/random-forest")
    assert pyoxigraph.Triple(document, VOID["inDataset"], Base().catalogue()) in triples
    assert pyoxigraph.Triple(document, FOAF["primaryTopic"], Base().method("random-forest")) in triples


def test_the_head_of_a_page_says_what_its_links_say_and_how_to_cite_it(client: FlaskClient) -> None:
    page = client.get("/en/method/random-forest").get_data(as_text=True)
    assert f'<link rel="cite-as" href="{Base().iri}id/method/random-forest">' in page
    assert '<link rel="describedby" href="/doc/method/random-forest.ttl" type="text/turtle">' in page
    assert '<meta name="citation_title" content="Random forest">' in page
    assert 'href="/cite/method/random-forest?format=bib&amp;lang=en"' in page
    assert client.get("/cite/method/random-forest?format=bib&lang=en").mimetype == "application/x-bibtex"
