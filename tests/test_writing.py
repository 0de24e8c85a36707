"""Writing over HTTP: only with the token, only what the shapes accept, all or nothing."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from flask.testing import FlaskClient

from comparanda.app import create_app
from comparanda.namespaces import Base
from comparanda.settings import Settings
from comparanda.stores.embedded import EmbeddedStore

TOKEN = "a-long-random-text"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
GRAPH = "https://w3id.org/comparanda/doc/person/ada-lovelace"
ADA = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://w3id.org/comparanda/id/person/ada-lovelace> a foaf:Person ; foaf:name "Ada Lovelace" .
"""
INSERT = f"""PREFIX foaf: <http://xmlns.com/foaf/0.1/>
INSERT DATA {{ GRAPH <{GRAPH}> {{
  <https://w3id.org/comparanda/id/person/ada-lovelace> a foaf:Person ; foaf:name "Ada"
}} }}"""


@pytest.fixture
def writable(empty: EmbeddedStore) -> FlaskClient:
    settings = Settings.from_environment({}, store=str(empty.path), writable=True, write_token=TOKEN)
    return create_app(settings, empty).test_client()


def _put(client: FlaskClient, body: str, headers: dict[str, str] = BEARER, **more: Any) -> Any:
    return client.put(
        "/graph-store",
        query_string={"graph": GRAPH},
        data=body.encode(),
        headers=headers,
        content_type=more.get("content_type", "text/turtle"),
    )


@pytest.mark.parametrize(
    "header", [None, "Bearer wrong", "Basic YTpi", "Bearer é\u20ac", "Bearer " + "x" * 10_000, "Bearer"]
)
def test_without_the_right_token_nothing_is_written_and_the_answer_is_the_same(
    writable: FlaskClient, empty: EmbeddedStore, header: str | None
) -> None:
    version = empty.version()
    headers = {} if header is None else {"Authorization": header.encode("utf-8").decode("latin-1")}
    for response in (_put(writable, ADA, headers), writable.post("/sparql", data={"update": INSERT}, headers=headers)):
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert (
            response.get_json()["detail"]
            == "The request carries no valid token. Send Authorization: Bearer and the token."
        )
    assert empty.version() == version


def test_a_read_only_server_refuses_even_the_right_token(empty: EmbeddedStore) -> None:
    settings = Settings.from_environment({}, store=str(empty.path), write_token=TOKEN)
    client = create_app(settings, empty).test_client()
    assert _put(client, ADA).status_code == 403


def test_a_graph_is_put_read_extended_and_deleted(writable: FlaskClient) -> None:
    assert _put(writable, ADA).status_code == 201
    assert _put(writable, ADA).status_code == 204
    answer = writable.get("/graph-store", query_string={"graph": GRAPH}, headers={"Accept": "application/n-triples"})
    assert b'"Ada Lovelace"' in answer.data
    deleted = writable.delete("/graph-store", query_string={"graph": GRAPH}, headers=BEARER)
    assert deleted.status_code == 204
    assert writable.get("/graph-store", query_string={"graph": GRAPH}).status_code == 404
    assert writable.delete("/graph-store", query_string={"graph": GRAPH}, headers=BEARER).status_code == 404


def test_what_was_written_is_read_at_once_also_by_sparql(writable: FlaskClient) -> None:
    ask = {"query": f"ASK {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"}
    assert writable.get("/sparql", query_string=ask).get_json()["boolean"] is False
    assert writable.post("/sparql", data={"update": INSERT}, headers=BEARER).status_code == 204
    assert writable.get("/sparql", query_string=ask).get_json()["boolean"] is True
    assert writable.get("/doc/person/ada-lovelace.ttl").status_code == 200


def test_the_gate_refuses_an_update_whole_and_says_why(writable: FlaskClient, empty: EmbeddedStore) -> None:
    version = empty.version()
    bad = INSERT.replace('foaf:name "Ada"', 'foaf:nmae "Ada"')
    response = writable.post("/sparql", data={"update": bad}, headers=BEARER)
    problem = response.get_json()
    assert (response.status_code, problem["code"]) == (422, "invalid_data")
    assert "http://xmlns.com/foaf/0.1/name" in problem["findings"][0]["message"]
    assert empty.version() == version


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("", "text/turtle", 400),
        ("# nothing", "text/turtle", 422),
        ("<a> <b", "text/turtle", 422),
        ('<http://a b> <http://c> "d" .', "text/turtle", 422),
        ("{}", "application/ld+json", 422),
        ("x", "text/plain", 415),
        ("x", "application/x-www-form-urlencoded", 415),
        ("<http://other.example/x> a <http://xmlns.com/foaf/0.1/Person> .", "text/turtle", 422),
        (
            '{"@context": "http://127.0.0.1:1/context", "@id": "http://a.example/", "name": "x"}',
            "application/ld+json",
            422,
        ),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><rdf:RDF/>', "application/rdf+xml", 422),
    ],
)
def test_bad_bodies_are_refused_and_leave_no_trace(
    writable: FlaskClient, empty: EmbeddedStore, body: str, content_type: str, status: int
) -> None:
    version = empty.version()
    response = _put(writable, body, content_type=content_type)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert "root:" not in response.get_data(as_text=True)
    assert empty.version() == version


def test_an_update_never_reaches_another_server(writable: FlaskClient) -> None:
    response = writable.post("/sparql", data={"update": "LOAD <http://127.0.0.1:1/x>"}, headers=BEARER)
    assert (response.status_code, response.get_json()["code"]) == (403, "feature_refused")


def test_a_datatype_that_holds_sparql_changes_nothing_else(
    writable: FlaskClient, empty: EmbeddedStore, base: Base
) -> None:
    """A datatype IRI that ends a literal and drops all graphs, as rdflib would write it."""
    before = set(empty.reader().quads())
    datatype = "http://d> } } ; DROP ALL ; INSERT DATA { <a> <b> <c> . <x> <y> <z"
    name = {"@value": "x", "@type": datatype}
    body = json.dumps({"@id": f"{base.iri}id/person/x", "http://xmlns.com/foaf/0.1/name": name})
    response = _put(writable, body, content_type="application/ld+json")
    assert response.status_code == 422
    assert set(empty.reader().quads()) == before


def test_increments_by_four_clients_at_once_are_all_counted(empty: EmbeddedStore) -> None:
    """Each client reads and writes in one update; the lock makes them one after the other."""
    counter = "https://w3id.org/comparanda/doc/counter"
    settings = Settings.from_environment({}, store=str(empty.path), writable=True, write_token=TOKEN, gate=False)
    app = create_app(settings, empty)
    start = f"INSERT DATA {{ GRAPH <{counter}> {{ <{counter}> <http://n> 0 }} }}"
    assert app.test_client().post("/sparql", data={"update": start}, headers=BEARER).status_code == 204
    step = f"""DELETE {{ GRAPH <{counter}> {{ ?c <http://n> ?old }} }}
    INSERT {{ GRAPH <{counter}> {{ ?c <http://n> ?new }} }}
    WHERE {{ GRAPH <{counter}> {{ ?c <http://n> ?old }} BIND(?old + 1 AS ?new) }}"""
    done: list[int] = []

    def increment() -> None:
        client = app.test_client()
        while len(done) < 12:
            response = client.post("/sparql", data={"update": step}, headers=BEARER)
            if response.status_code == 204:
                done.append(1)

    clients = [threading.Thread(target=increment) for _ in range(4)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    query = f"SELECT ?n {{ GRAPH <{counter}> {{ ?c <http://n> ?n }} }}"
    rows = app.test_client().get("/sparql", query_string={"query": query}).get_json()["results"]["bindings"]
    assert [int(row["n"]["value"]) for row in rows] == [len(done)]
