"""The W3C test suites of the SPARQL 1.1 Protocol and the SPARQL 1.1 Service Description, against a real server."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph
import pytest
import rdflib
from rdflib import RDF, Namespace
from rdflib.collection import Collection

from comparanda.namespaces import DCTERMS, Base
from comparanda.namespaces import RDF as OUR_RDF
from comparanda.stores.embedded import EmbeddedStore
from comparanda.web.descriptions import SD

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RDF_TYPE = OUR_RDF["type"]
NEEDS_WRITING = {
    "update_dataset_default_graph", "update_dataset_default_graphs",
    "update_dataset_named_graphs", "update_dataset_full",
    "update_post_form", "update_post_direct", "update_base_uri",
}  # fmt: skip
TABULAR = {
    "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values",
}  # fmt: skip
RDF_TYPES = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}


@pytest.fixture(scope="module")
def manifest(shared: Path) -> rdflib.Graph:
    path = shared / "w3c" / "sparql" / "sparql11" / "protocol" / "manifest.ttl"
    return rdflib.Graph().parse(data=path.read_bytes(), format="turtle", publicID=path.parent.as_uri() + "/")


@pytest.fixture(scope="module")
def endpoint(
    shared: Path, tmp_path_factory: pytest.TempPathFactory, base: Base, start_server: Callable[..., str]
) -> str:
    """A server on a store with the graphs that the suite asks."""
    folder = shared / "w3c" / "sparql" / "sparql11" / "protocol"
    store = EmbeddedStore(tmp_path_factory.mktemp("w3c") / "store")
    store.create(base.iri)
    _fill(store, folder)
    command = [sys.executable, "-m", "comparanda", "serve", "--store", str(store.path), "--port", "{port}"]
    return start_server(command, "/health")


def _fill(store: EmbeddedStore, folder: Path) -> None:
    with store.writer() as writer:
        for name in ("data1", "data2", "data3"):
            graph = pyoxigraph.NamedNode(f"http://kasei.us/2009/09/sparql/data/{name}.rdf")
            triples = pyoxigraph.parse((folder / f"{name}.nt").read_bytes(), format=pyoxigraph.RdfFormat.N_TRIPLES)
            writer.replace({graph: [quad.triple for quad in triples]})
        writer.commit()


def _cases(manifest: rdflib.Graph) -> list[Any]:
    return list(Collection(manifest, next(manifest.objects(None, MF.entries))))


def _send(endpoint: str, manifest: rdflib.Graph, request: Any, token: str = "") -> tuple[int, str, bytes]:
    """Send one request as the suite writes it, on a connection of its own."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    for header in Collection(manifest, manifest.value(request, HT.headers) or RDF.nil):
        headers[str(manifest.value(header, HT.fieldName))] = str(manifest.value(header, HT.fieldValue))
    body = manifest.value(request, HT.body)
    content = None
    if body is not None:
        encoding = str(manifest.value(body, CNT.characterEncoding) or "utf-8")
        content = str(manifest.value(body, CNT.chars)).encode(encoding)
    path = str(manifest.value(request, HT.absolutePath))
    with closing(http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)) as connection:
        connection.request(str(manifest.value(request, HT.methodName)), path, content, headers)
        with connection.getresponse() as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()


def _check(manifest: rdflib.Graph, request: Any, status: int, media_type: str, content: bytes) -> None:
    response = manifest.value(request, HT.resp)
    classes = {str(code)[-3] for code in manifest.objects(response, MF.expectedStatus)}
    assert str(status)[0] in classes, f"status {status} is not in {classes}: {content[:300]!r}"
    expected = manifest.value(response, MF.expectedFormat)
    if expected is not None:
        kinds = {"tabular": TABULAR, "boolean": TABULAR, "RDF": RDF_TYPES}
        assert media_type in kinds[str(expected)]
    truth = manifest.value(response, MF.expectedBoolean)
    if truth is not None:
        assert json.loads(content)["boolean"] is truth.toPython()


def test_every_query_test_of_the_protocol_suite_passes(endpoint: str, manifest: rdflib.Graph) -> None:
    passed = 0
    for case in _cases(manifest):
        if str(case).rsplit("#", 1)[-1] in NEEDS_WRITING:
            continue
        action = manifest.value(case, MF.action)
        for request in Collection(manifest, manifest.value(action, HT.requests)):
            try:
                _check(manifest, request, *_send(endpoint, manifest, request))
            except AssertionError as error:
                raise AssertionError(f"{case}: {error}") from error
        passed += 1
    assert passed == 27


def test_a_read_only_endpoint_refuses_every_update_of_the_suite(endpoint: str, manifest: rdflib.Graph) -> None:
    refused = 0
    for case in _cases(manifest):
        if str(case).rsplit("#", 1)[-1] in NEEDS_WRITING:
            action = manifest.value(case, MF.action)
            first = next(iter(Collection(manifest, manifest.value(action, HT.requests))))
            status, media_type, _ = _send(endpoint, manifest, first)
            assert (status, media_type) == (403, "application/problem+json"), case
            refused += 1
    assert refused == 7


def test_every_test_of_the_protocol_suite_passes_where_writing_is_enabled(
    shared: Path, manifest: rdflib.Graph, tmp_path: Path, base: Base, start_server: Callable[..., str]
) -> None:
    """The suite writes graphs of its own, so the gate for methods is off."""
    store = EmbeddedStore(tmp_path / "store")
    store.create(base.iri)
    _fill(store, shared / "w3c" / "sparql" / "sparql11" / "protocol")
    command = [
        sys.executable,
        "-m",
        "comparanda",
        "serve",
        "--writable",
        "--store",
        str(store.path),
        "--port",
        "{port}",
    ]
    writable = start_server(command, "/health", COMPARANDA_WRITE_TOKEN="secret", COMPARANDA_GATE="off")
    passed = 0
    for case in _cases(manifest):
        action = manifest.value(case, MF.action)
        for request in Collection(manifest, manifest.value(action, HT.requests)):
            try:
                _check(manifest, request, *_send(writable, manifest, request, "secret"))
            except AssertionError as error:
                raise AssertionError(f"{case}: {error}") from error
        passed += 1
    assert passed == 34


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"]
)
def test_the_service_description_names_the_endpoint_that_was_asked(endpoint: str, accept: str) -> None:
    """The three tests of the suite: RDF comes back, sd:endpoint is this one, and only terms of the schema are used."""
    with closing(http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)) as connection:
        connection.request("GET", "/sparql", headers={"Accept": accept})
        answer = connection.getresponse()
        content = answer.read()
        answer.close()
    assert answer.status == 200
    assert answer.headers.get_content_type() == accept
    rdf_format = pyoxigraph.RdfFormat.from_media_type(accept)
    triples = {quad.triple for quad in pyoxigraph.parse(content, format=rdf_format)}
    service = [t.subject for t in triples if t.predicate == RDF_TYPE and t.object == SD["Service"]]
    assert len(service) == 1
    said = {t.predicate: t.object for t in triples if t.subject == service[0]}
    assert said[SD["endpoint"]] == pyoxigraph.NamedNode(f"{endpoint}/sparql")
    of_the_schema = {
        SD["endpoint"], SD["supportedLanguage"], SD["feature"], SD["defaultDataset"], SD["resultFormat"],
    }  # fmt: skip
    assert set(said) <= {*of_the_schema, RDF_TYPE, DCTERMS["title"]}
