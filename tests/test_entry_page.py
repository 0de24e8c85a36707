"""The page of one method: related methods by kind, sources, provenance, history, reports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Triple

from comparanda.app import create_app
from comparanda.catalogue import commit_all_or_nothing
from comparanda.catalogue.opening import make_store
from comparanda.namespaces import CMP, Base
from comparanda.queries import queries
from comparanda.settings import Settings
from comparanda.stores.embedded import EmbeddedStore

FOREST = "/en/method/random-forest"


def section(page: str, name: str) -> str:
    """The markup of one section of a page."""
    found = re.search(rf'<section id="{name}">(.*?)</section>', page, re.DOTALL)
    assert found, f"the page has no section {name}"
    return found.group(1)


def test_related_methods_stand_under_their_kind_with_a_reason(client: FlaskClient) -> None:
    related = section(client.get(FOREST).text, "related")
    extends = related.split("<h3>")[1]
    assert extends.startswith("extends ")
    assert "bagging-ensemble" in extends
    assert 'class="reason"' in extends
    assert sum(map(int, re.findall(r'<h3>.*?"count">(\d+)', related))) == int(
        re.findall(r'<h2>.*?"count">(\d+)', related)[0]
    )


def test_methods_that_refer_to_a_method_are_told_with_the_kind_seen_from_it(client: FlaskClient) -> None:
    referenced = section(client.get(FOREST).text, "referenced-by")
    assert re.search(r'decision-tree">Decision tree</a> <span class="kind">has component<', referenced)


def test_a_source_links_its_doi_and_its_citation_exports(client: FlaskClient) -> None:
    sources = section(client.get(FOREST).text, "sources")
    assert 'href="https://doi.org/10.1023/A:1010933404324"' in sources
    for address in re.findall(r'href="(/(?:cite|doc)/[^"]+)"', sources):
        assert client.get(address.replace("&amp;", "&"), follow_redirects=True).status_code == 200


def test_an_unverified_source_says_so(client: FlaskClient) -> None:
    assert "not verified" in section(client.get("/en/method/vision-mamba").text, "sources")
    assert "not verified" not in section(client.get(FOREST).text, "sources")


def test_the_page_names_the_licence_and_where_the_facts_come_from(client: FlaskClient) -> None:
    provenance = section(client.get(FOREST).text, "provenance")
    assert 'href="https://creativecommons.org/licenses/by/4.0/" rel="license"' in provenance
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\d', provenance)


def test_the_history_names_the_versions_that_changed_the_entry(tmp_path: Path, base: Base) -> None:
    store = EmbeddedStore(tmp_path / "store")
    make_store(store, base)
    client = create_app(Settings.from_environment({}, store=str(store.path)), store).test_client()
    assert "History" not in client.get(FOREST).text
    document = base.document(base.method("random-forest"))
    with store.writer() as writer:
        entry = writer.reader.construct(queries()["entry"].bind(document=document))
        added = Triple(base.method("random-forest"), CMP["originatorStatement"], Literal("Somebody"))
        version = commit_all_or_nothing(writer, {document: [*entry, added]}, None, base)
    history = section(client.get(FOREST).text, "provenance").split("History")[1]
    assert f"Data version {version}" in history
    assert "History" not in client.get("/en/method/extra-trees").text


def test_a_report_names_the_entry_and_the_version(client: FlaskClient) -> None:
    address = re.findall(r'href="(/en/report[^"]+)"', client.get(FOREST).text)[0]
    page = client.get(address).text
    assert "https://w3id.org/comparanda/id/method/random-forest\nData version 1" in page
    assert "no address for reports" in page


def test_a_report_goes_to_the_operators_address(bundled: EmbeddedStore) -> None:
    settings = Settings.from_environment({}, store=str(bundled.path), contact="mailto:a@example.org?subject={about}")
    page = (
        create_app(settings, bundled).test_client().get("/en/report?about=https://w3id.org/comparanda/id/method/x").text
    )
    assert 'href="mailto:a@example.org?subject=https%3A%2F%2Fw3id.org%2Fcomparanda%2Fid%2Fmethod%2Fx"' in page


@pytest.mark.parametrize("about", ["", "javascript:alert(1)", "https://evil.example/", "random-forest"])
def test_a_report_is_about_an_entry_of_this_catalogue(client: FlaskClient, about: str) -> None:
    assert client.get("/en/report", query_string={"about": about}).status_code == 400


def test_an_entry_page_is_small(client: FlaskClient) -> None:
    assert len(client.get(FOREST).data) < 60_000


def test_a_stored_address_that_is_none_of_the_web_is_no_link(tmp_path: Path, base: Base) -> None:
    store = EmbeddedStore(tmp_path / "store")
    make_store(store, base)
    document = base.document(base.method("random-forest"))
    with store.writer() as writer:
        entry = writer.reader.construct(queries()["entry"].bind(document=document))
        bad = Triple(document, NamedNode("http://purl.org/dc/terms/source"), NamedNode("javascript:alert(1)"))
        commit_all_or_nothing(writer, {document: [*entry, bad]}, None, base)
    client = create_app(Settings.from_environment({}, store=str(store.path)), store).test_client()
    assert "javascript:" not in client.get(FOREST).text
