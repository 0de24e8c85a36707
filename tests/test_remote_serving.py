"""In front of a remote store everything works as on an embedded one, or says clearly that it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from comparanda.app import create_app
from comparanda.catalogue.opening import fill_remote
from comparanda.cli import main
from comparanda.namespaces import CMP, SKOS, Base
from comparanda.settings import Settings
from comparanda.stores.embedded import EmbeddedStore
from comparanda.stores.endpoint import Access
from comparanda.stores.remote import RemoteStore
from conftest import CASES
from engines import running_oxigraph, running_virtuoso
from test_import import ALPHA, BETA, page
from test_writing import ADA, BEARER, GRAPH, INSERT, TOKEN

ENGINES = ["oxigraph", "virtuoso"]
PUBLIC = "https://data.example.org/sparql"
SLUG, SOURCE = "multimodal-diffusion-model", "ho-2020-denoising-diffusion-probabilistic-models"
PATHS = [
    "/en/",
    "/pt/?q=cluster",
    "/en/?area=deep-learning&language=th&sort=-referenced",
    f"/th/method/{SLUG}",
    f"/en/method/{SLUG}/related",
    "/pt/compare?slugs=k-means,random-forest",
    "/compare?slugs=k-means,random-forest&format=json&lang=ar",
    "/compare?slugs=k-means,random-forest&format=csv",
    "/compare?slugs=k-means,random-forest&format=ttl",
    "/compare?slugs=k-means,nothing-of-the-kind&format=json",
    "/en/counts",
    "/en/explore",
    "/en/explore/bridges?area=deep-learning&other=machine-learning",
    f"/en/explore/neighbourhood?slugs={SLUG}",
    "/en/explore/path?slugs=k-means,random-forest",
    "/en/explore/timeline",
    "/en/explore/why?slugs=k-means,random-forest",
    "/api/bridges?area=deep-learning&other=machine-learning",
    "/api/methods?q=cluster",
    f"/api/neighbourhood?slugs={SLUG}",
    "/api/suggest?q=rando",
    "/api/timeline",
    "/changes.json?limit=20",
    "/changes.atom",
    f"/cite/method/{SLUG}?format=bib",
    f"/doc/method/{SLUG}.ttl",
    f"/doc/method/{SLUG}.jsonld",
    f"/doc/source/{SOURCE}.nt",
    f"/id/method/{SLUG}",
    f"/linkset/method/{SLUG}",
    "/sitemap-en.xml",
    "/vocabulary/area/deep-learning.ttl",
    "/void",
    "/graph-store?graph=https://w3id.org/comparanda/vocabulary/family",
]
COMMANDS = [
    ["stats"],
    ["stats", "languages"],
    ["stats", "--format", "json"],
    ["related", SLUG],
    ["related", "k-means", "--to", "random-forest"],
    ["search", "clustering"],
    ["compare", "k-means", "random-forest", "--lang", "pt"],
    ["query", "methods_by_area_and_family", "--format", "csv"],
    ["query", "entry", f"document=https://w3id.org/comparanda/doc/method/{SLUG}", "--format", "nt"],
    ["export", "--format", "nq"],
    ["check", "--no-shacl"],
    ["check", "--derived"],
    ["validate", str(CASES / "valid" / "whole-method.ttl")],
    ["import", "--dry-run", str(CASES / "valid" / "whole-method.ttl")],
]


@dataclass(frozen=True)
class Front:
    """A server in front of an engine, and the settings of the command line for the same."""

    access: Access
    index: Path
    version: str

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "COMPARANDA_STORE": self.access.query_url,
            "COMPARANDA_STORE_UPDATE_URL": self.access.update_url,
            "COMPARANDA_QUERY_TIMEOUT_S": "60",
            "COMPARANDA_INDEX": str(self.index),
            "COMPARANDA_STORE_FRESH_S": "0.001",
            **more,
        }

    def client(self, **more: str) -> FlaskClient:
        return create_app(Settings.from_environment(self.environment(**more))).test_client()

    def run(self, *arguments: str) -> Result:
        return CliRunner(env=self.environment()).invoke(main, list(arguments), catch_exceptions=False)


@pytest.fixture(scope="module", params=ENGINES)
def front(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Front:
    found = request.getfixturevalue(request.param)
    access = found if isinstance(found, Access) else found.access
    version = RemoteStore(access, Base()).reader().version
    return Front(access, tmp_path_factory.mktemp("index"), version)


@pytest.fixture(scope="module")
def remote(front: Front) -> FlaskClient:
    return front.client(COMPARANDA_STORE_PUBLIC_URL=PUBLIC)


@pytest.fixture(scope="module", params=ENGINES)
def writable(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """An engine of its own with the vocabularies, which a server may change."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "oxigraph":
        with running_oxigraph(folder) as access:
            yield Front(access, folder / "index", filled(access))
    else:
        with running_virtuoso(folder) as engine:
            yield Front(engine.access, folder / "index", filled(engine.access))


def filled(access: Access) -> str:
    version = fill_remote(RemoteStore(access, Base()), Base(), empty=True)
    assert version is not None
    return version


def content(text: str) -> str:
    """What a page says without its frame, which names what a remote store does not do, and numbers of requests."""
    main_part = re.search(r"<main.*</main>", text, re.DOTALL)
    return re.sub(r"urn:uuid:[0-9a-f-]+", "urn:uuid:…", main_part[0] if main_part else text)


# Reading


@pytest.mark.parametrize("path", PATHS)
def test_a_page_in_front_of_a_remote_store_is_the_one_of_an_embedded_store(
    path: str, client: FlaskClient, remote: FlaskClient, front: Front, bundled: EmbeddedStore
) -> None:
    expected, found = client.get(path), remote.get(path)
    assert (found.status_code, found.mimetype) == (expected.status_code, expected.mimetype)
    said = content(found.text).replace(front.version, str(bundled.version()))
    assert said == content(expected.text)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_says_of_a_remote_store_what_it_says_of_an_embedded_one(
    command: list[str], front: Front, bundled: EmbeddedStore
) -> None:
    embedded = {"COMPARANDA_STORE": str(bundled.path)}
    expected = CliRunner(env=embedded).invoke(main, command, catch_exceptions=False)
    found = front.run(*command)
    assert found.exit_code == expected.exit_code
    said = found.output.replace(front.version, str(bundled.version()))
    if "nt" in command:  # a graph has no order
        assert sorted(said.splitlines()) == sorted(expected.output.splitlines())
    else:
        assert said == expected.output


def test_entity_tags_follow_the_version_of_the_store(writable: Front) -> None:
    client, path = writable.client(), "/void"
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert writable.run("import", str(CASES / "valid" / "smallest-method.ttl")).exit_code == 0
    second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]


# Writing


def test_a_graph_is_put_read_and_deleted_and_another_server_sees_it(writable: Front) -> None:
    one, other = (writable.client(COMPARANDA_WRITABLE="on", COMPARANDA_WRITE_TOKEN=TOKEN) for _ in range(2))
    address = {"graph": GRAPH}
    put = {"data": ADA.encode(), "content_type": "text/turtle", "headers": BEARER}
    assert one.put("/graph-store", query_string=address, **put).status_code == 201  # type: ignore[arg-type]
    assert other.put("/graph-store", query_string=address, **put).status_code == 204  # type: ignore[arg-type]
    for client in (one, other):
        answer = client.get("/graph-store", query_string=address, headers={"Accept": "application/n-triples"})
        assert '"Ada Lovelace"' in answer.text
        assert client.get("/doc/person/ada-lovelace.ttl").status_code == 200
    assert other.delete("/graph-store", query_string=address, headers=BEARER).status_code == 204
    assert one.get("/graph-store", query_string=address).status_code == 404


def test_the_gate_stands_before_a_remote_store_too(writable: Front) -> None:
    client = writable.client(COMPARANDA_WRITABLE="on", COMPARANDA_WRITE_TOKEN=TOKEN)
    before = client.get("/health").get_json()["version"]
    put = {"data": ADA.replace("foaf:name", "foaf:nmae").encode(), "content_type": "text/turtle", "headers": BEARER}
    refused = client.put("/graph-store", query_string={"graph": GRAPH}, **put)  # type: ignore[arg-type]
    assert refused.status_code == 422
    assert client.get("/health").get_json()["version"] == before


def test_pages_are_imported_into_a_remote_store_and_compared_found_and_counted(writable: Front, tmp_path: Path) -> None:
    given = tmp_path / "alpha-test+beta-test.md"
    given.write_bytes(page(ALPHA, BETA))
    imported = writable.run("import", str(given))
    assert imported.exit_code == 0, imported.output
    assert "stored as version" in imported.output
    compared = writable.client().get("/compare?slugs=alpha-test,beta-test&format=json").get_json()
    assert [method["name"] for method in compared["methods"]] == ["Alpha test", "Beta test"]
    assert "alpha-test" in writable.run("search", "alpha").output
    assert writable.run("check", "--derived").exit_code == 0


def test_what_something_else_has_changed_is_seen_when_the_store_is_described_anew(writable: Front) -> None:
    method = Base().method("from-elsewhere")
    endpoint = RemoteStore(writable.access, Base()).endpoint
    assert "from-elsewhere" not in writable.run("search", "elsewhere").output
    endpoint.update(
        f"INSERT DATA {{ GRAPH {Base().document(method)} {{ {method} a {CMP['Method']} ;"
        f" {SKOS['prefLabel']} 'From elsewhere'@en }} }}"
    )
    assert writable.run("check", "--derived").exit_code == 1
    assert writable.run("reindex", "--figures").exit_code == 0
    assert "from-elsewhere" in writable.run("search", "elsewhere").output
    assert writable.run("check", "--derived").exit_code == 0
    other = Front(writable.access, writable.index.with_name("other-index"), "0")
    assert "from-elsewhere" in other.run("search", "elsewhere").output


def test_a_remote_store_is_filled_by_init_and_only_once(tmp_path: Path) -> None:
    with running_oxigraph(tmp_path / "store") as access:
        front = Front(access, tmp_path / "index", "0")
        made = front.run("init")
        assert re.search(r"with \d{3} methods, version \d+-", made.output)
        again = front.run("init")
        assert again.exit_code == 0
        assert "already" in again.output
        assert front.client().get("/compare?slugs=k-means,random-forest&format=json").status_code == 200


# What is not done


def test_queries_of_others_are_refused_where_the_store_is_not_public(front: Front) -> None:
    client = front.client()
    for answer in (
        client.get("/sparql?query=ASK{}"),
        client.post("/sparql", data={"query": "ASK {}"}),
        client.get("/sparql", headers={"Accept": "text/turtle"}),
    ):
        assert answer.status_code == 403
        assert answer.get_json()["code"] == "feature_refused"
        assert "127.0.0.1" not in answer.text
    assert 'href="/sparql' not in client.get("/en/").text


def test_queries_of_others_are_sent_on_as_they_came_where_the_store_is_public(remote: FlaskClient) -> None:
    asked = "query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%22%C3%A9%26%23%22%20%7D&format=json"
    answer = remote.get(f"/sparql?{asked}")
    assert (answer.status_code, answer.headers["Location"]) == (307, f"{PUBLIC}?{asked}")
    answer = remote.post("/sparql", data={"query": "ASK {}"})
    assert (answer.status_code, answer.headers["Location"]) == (307, PUBLIC)
    described = remote.get("/sparql", headers={"Accept": "text/turtle"})
    assert f"<{PUBLIC}>" in described.text


def test_updates_in_sparql_are_never_sent_on(front: Front) -> None:
    given = {"COMPARANDA_WRITABLE": "on", "COMPARANDA_WRITE_TOKEN": TOKEN, "COMPARANDA_STORE_PUBLIC_URL": PUBLIC}
    answer = front.client(**given).post("/sparql", data={"update": INSERT}, headers=BEARER)
    assert answer.status_code == 403
    assert "graph-store" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["backup", "somewhere"], "backed up by its own means"),
        (["export", "--version", "1"], "keeps no versions"),
        (["diff", "1", "2"], "keeps no versions"),
    ],
    ids=["backup", "version", "diff"],
)
def test_a_command_that_needs_an_embedded_store_says_so(arguments: list[str], words: str, front: Front) -> None:
    refused = front.run(*arguments)
    assert refused.exit_code == 2
    assert words in refused.output
