"""The page of `/sparql`: the editor in a real browser, and what it is without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from comparanda.namespaces import PREFIXES
from comparanda.queries import queries
from comparanda.resources import folder
from conftest import CHROMIUM
from test_browser import Reader, window

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ACTIVE = ".tabPanel.active"
has_editor = pytest.mark.skipif(
    not CHROMIUM.is_file() or not (folder("static") / "vendor" / "yasgui.min.js").is_file(),
    reason="there is no Chromium, or the package was built without browser assets",
)


@pytest.fixture
def desk(browser: Browser, server: str) -> Iterator[Reader]:
    reader = window(browser, server, viewport={"width": 1280, "height": 1000})
    yield reader
    assert [address for address in reader.strange if not address.startswith("data:")] == []
    assert reader.errors == []
    reader.page.context.close()


def load(page: Page, name: str) -> None:
    """Open a saved query in the editor and run it."""
    question = page.locator(f"#{name}")
    question.locator("summary").click()
    question.locator("button.load").click()
    page.locator(f"{ACTIVE} .yasqe_queryButton").click()


def show(page: Page, plugin: str) -> None:
    page.locator(f"{ACTIVE} .yasr_btnGroup").get_by_text(plugin, exact=True).click()


@has_editor
def test_the_editor_asks_and_shows_a_table(desk: Reader) -> None:
    page = desk.open("/sparql")
    page.click(".yasqe_queryButton")
    page.wait_for_selector(".yasr table td")
    assert "https://w3id.org/comparanda/id/method/" in page.inner_text(".yasr")


@has_editor
def test_a_saved_query_is_found_run_and_drawn_as_bars(desk: Reader) -> None:
    page = desk.open("/sparql")
    page.fill("#filter input", "name in each language")
    assert page.locator("details.question:visible").count() == 2
    load(page, "names_by_language")
    page.wait_for_selector(f"{ACTIVE} .yasr table td")
    show(page, "Chart")
    page.wait_for_selector(".bars rect")
    assert page.locator(".bars rect").count() > 20
    assert page.locator(".bars title").text_content() == "count by language"


@has_editor
def test_the_triples_of_an_answer_are_drawn_as_a_graph(desk: Reader) -> None:
    page = desk.open("/sparql")
    load(page, "entry")
    page.wait_for_selector(f"{ACTIVE} .yasr table td")
    show(page, "Graph")
    page.wait_for_selector(".drawn canvas")


@has_editor
def test_our_terms_are_proposed_while_one_types(desk: Reader) -> None:
    page = desk.open("/sparql")
    with page.expect_response(lambda response: "/sparql/terms.json" in response.url):
        page.reload()
    page.evaluate(
        """() => { const editor = document.querySelector('.tabPanel.active .CodeMirror').CodeMirror;
        editor.setValue('PREFIX cmp: <https://w3id.org/comparanda/ontology#>\\nSELECT * WHERE { ?method cmp:rela');
        editor.focus(); editor.setCursor(1, 100); }"""
    )
    page.keyboard.press("t")
    page.keyboard.press("Control+Space")
    page.wait_for_selector(".CodeMirror-hint >> text=cmp:related")


@has_editor
def test_a_link_to_a_query_opens_with_it_and_its_answer(desk: Reader) -> None:
    page = desk.open("/sparql?name=names_by_language")
    text = page.evaluate("() => document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue()")
    assert text == queries()["names_by_language"].with_examples()
    page = desk.open("/sparql?query=SELECT%20%2A%20WHERE%20%7B%20%3Fs%20a%20%3Fclass%20%7D%20LIMIT%203")
    assert page.locator("#answer tbody tr").count() == 3
    text = page.evaluate("() => document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue()")
    assert text == "SELECT * WHERE { ?s a ?class } LIMIT 3"


def test_a_browser_gets_a_table_and_programs_get_what_they_ask_for(client: FlaskClient) -> None:
    query = {"query": 'SELECT ?x WHERE { VALUES ?x { <https://example.org/a> <javascript:alert(1)> "<b>"@en } }'}
    page = client.get("/sparql", query_string=query, headers=HTML)
    assert page.mimetype == "text/html"
    assert '<a href="https://example.org/a"' in page.text
    assert 'href="javascript:' not in page.text
    assert "&lt;b&gt;" in page.text
    assert client.get("/sparql", query_string=query).mimetype == "application/sparql-results+json"
    assert client.get("/sparql", query_string={**query, "format": "csv"}, headers=HTML).mimetype == "text/csv"
    assert client.get("/sparql", query_string={**query, "format": ""}, headers=HTML).mimetype == "text/html"


def test_yes_or_no_and_triples_are_shown_too(client: FlaskClient) -> None:
    asked = client.get("/sparql", query_string={"query": "ASK { ?s ?p ?o }"}, headers=HTML).text
    assert ">Yes<" in asked
    query = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 5"
    built = client.get("/sparql", query_string={"query": query}, headers=HTML).text
    assert built.split('id="answer"')[1].split("</section>")[0].count("<tr>") == 6


def test_a_long_answer_says_how_long_it_is(client: FlaskClient) -> None:
    query = {"query": "SELECT * WHERE { ?s ?p ?o } LIMIT 1234"}
    page = client.get("/sparql", query_string=query, headers=HTML).text
    assert "1,234 rows" in page
    assert "The first 500 are shown" in page


def test_every_saved_query_stands_in_a_group(client: FlaskClient) -> None:
    page = client.get("/sparql", headers=HTML).text
    assert all(f'<details class="question" id="{name}">' in page for name in queries())


def test_the_policy_of_the_page_allows_one_style_sheet_by_its_digest(client: FlaskClient) -> None:
    policy = client.get("/sparql", headers=HTML).headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "script-src" not in policy


def test_terms_are_those_of_the_data_with_labels_and_prefixes(client: FlaskClient) -> None:
    terms = client.get("/sparql/terms.json").get_json()
    assert terms["prefixes"] == PREFIXES
    assert "https://w3id.org/comparanda/ontology#Method" in terms["classes"]
    assert "https://w3id.org/comparanda/ontology#related" in terms["properties"]
    assert terms["labels"]["https://w3id.org/comparanda/ontology#related"]


def test_a_question_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/sparql?name=no_such", headers=HTML).status_code == 404
