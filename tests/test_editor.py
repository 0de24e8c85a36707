"""The page of `/sparql`: the editor in a real browser, and what it is without JavaScript."""

from __future__ import annotations

import html
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from browsing import TELEPHONE, Reader, window
from comparanda.app import create_app
from comparanda.namespaces import CMP, PREFIXES, SKOS
from comparanda.queries import queries
from comparanda.resources import folder
from comparanda.settings import Settings
from comparanda.stores.embedded import EmbeddedStore
from conftest import CHROMIUM

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
VALUES = """<https://example.org/a> <javascript:alert(1)> "<b>"@en <https://w3id.org/comparanda/id/method/k-means>
<https://w3id.org/comparanda/ontology#related>"""
ACTIVE = ".tabPanel.active"
has_editor = pytest.mark.skipif(
    not CHROMIUM.is_file() or not (folder("static") / "vendor" / "yasgui.min.js").is_file(),
    reason="there is no Chromium, or the package was built without browser assets",
)


@pytest.fixture
def desk(browser: Browser, server: str) -> Iterator[Reader]:
    """A reader whose console stays silent, and who asks no other server."""
    reader = window(browser, server, viewport={"width": 1280, "height": 1000})
    yield reader
    reader.leave()


def load(page: Page, name: str) -> None:
    """Open a saved query in the editor and run it."""
    question = page.locator(f"#{name}")
    question.locator("summary").click()
    question.locator("a.load").click()
    run(page)


def run(page: Page) -> None:
    page.locator(f"{ACTIVE} .yasqe_queryButton").click()
    page.wait_for_selector(f"{ACTIVE} .yasr_results > *")


def show(page: Page, plugin: str) -> None:
    page.get_by_role("button", name=plugin, exact=True).locator("visible=true").click()


def text(page: Page) -> str:
    page.wait_for_selector(f"{ACTIVE} .CodeMirror")
    return str(page.evaluate(f"document.querySelector('{ACTIVE} .CodeMirror').CodeMirror.getValue()"))


def write(page: Page, query: str) -> None:
    """Put a query into the editor and the cursor at its end; the last letter is typed."""
    page.wait_for_selector(f"{ACTIVE} .CodeMirror")
    page.evaluate(
        """query => {
            const editor = document.querySelector('.tabPanel.active .CodeMirror').CodeMirror;
            editor.setValue(query);
            editor.focus();
            editor.setCursor(editor.lastLine(), query.length);
        }""",
        query[:-1],
    )
    page.keyboard.type(query[-1])


def column(page: Page, number: int) -> list[str]:
    return page.locator(f"{ACTIVE} .yasr tbody td:nth-child({number})").all_inner_texts()


@has_editor
def test_the_editor_asks_and_shows_a_table(desk: Reader) -> None:
    page = desk.open("/sparql")
    run(page)
    link = page.locator(".yasr tbody a").first
    assert link.inner_text().startswith("https://w3id.org/comparanda/id/method/")
    assert link.get_attribute("href") == "/" + link.inner_text().removeprefix("https://w3id.org/comparanda/")
    assert page.locator(".yasr tbody [lang=en]").count() > 0


@has_editor
def test_a_table_is_sorted_searched_and_turned_over(desk: Reader) -> None:
    page = desk.open("/sparql")
    numbers = "{ VALUES ?ten { 0 1 2 } VALUES ?one { 1 2 3 4 5 6 7 8 9 10 } VALUES ?part { 0 1 2 3 4 } "
    write(page, "SELECT ?n WHERE " + numbers + "BIND(?ten * 50 + ?part * 10 + ?one AS ?n) } ORDER BY ?n ")
    run(page)
    assert column(page, 1) == [str(number) for number in range(1, 101)]
    page.get_by_role("button", name="Next page").click()
    assert column(page, 1) == [str(number) for number in range(101, 151)]
    page.get_by_role("button", name="n", exact=True).click()
    page.get_by_role("button", name="n", exact=True).click()
    page.get_by_role("button", name="Previous page").click()
    assert column(page, 1) == [str(number) for number in range(150, 50, -1)]
    page.get_by_role("searchbox", name="Search", exact=True).locator("visible=true").fill("14")
    assert column(page, 1) == [str(number) for number in (*range(149, 139, -1), 114, 14)]
    assert page.locator(".yasr .count").inner_text().startswith("Rows: 12 ")


@has_editor
def test_what_a_value_holds_is_text(desk: Reader) -> None:
    page = desk.open("/sparql")
    values = '<javascript:alert(1)> "<b>bold</b>"@en "ชื่อ"@th <https://w3id.org/comparanda//evil.example> 1.5'
    write(page, f"SELECT ?value WHERE {{ VALUES ?value {{ {values} }} }} ")
    run(page)
    expected = ["javascript:alert(1)", "<b>bold</b> en", "ชื่อ th", "https://w3id.org/comparanda//evil.example", "1.5"]
    assert column(page, 1) == expected
    links = page.locator(".yasr tbody a").evaluate_all("links => links.map(link => link.href)")
    assert links == [f"{desk.server}/evil.example"]


@has_editor
def test_a_question_that_is_asked_is_answered_yes_or_no(desk: Reader) -> None:
    page = desk.open("/sparql")
    write(page, "ASK { ?s ?p ?o } ")
    run(page)
    assert page.locator(".yasr_results").inner_text() == "Yes"


@has_editor
def test_a_saved_query_is_found_run_and_drawn_as_bars(desk: Reader) -> None:
    page = desk.open("/sparql")
    page.fill("#filter input", "name in each language")
    assert page.locator("details.question:visible").count() == 2
    load(page, "names_by_language")
    assert text(page) == queries()["names_by_language"].with_examples()
    page.wait_for_selector(f"{ACTIVE} .yasr table td")
    with page.expect_download() as saved:
        show(page, "Download")
    lines = saved.value.path().read_text("utf-8").splitlines()
    assert (lines[0], len(lines)) == ('"language","count"', 1 + page.locator(f"{ACTIVE} .yasr tbody tr").count())
    show(page, "Chart")
    page.wait_for_selector(".bars rect")
    assert page.locator(".bars rect").count() > 20
    assert page.locator(".bars > title").text_content() == "count by language"


@has_editor
def test_numbers_over_years_are_drawn_as_a_line(desk: Reader) -> None:
    page = desk.open("/sparql")
    write(page, "SELECT ?year ?count WHERE { VALUES (?year ?count) { (1950 3) (1900 1) (2000 2) } } ")
    run(page)
    show(page, "Chart")
    page.wait_for_selector(".line polyline")
    across = [float(point.split(",")[0]) for point in (page.get_attribute(".line polyline", "points") or "").split()]
    assert across == sorted(across)
    assert page.locator(".line circle title").all_text_contents() == ["1900: 1", "1950: 3", "2000: 2"]


@has_editor
def test_the_triples_of_an_answer_are_drawn_as_a_graph(desk: Reader) -> None:
    page = desk.open("/sparql")
    assert page.evaluate("globalThis.cytoscape === undefined")
    load(page, "entry")
    page.wait_for_selector(f"{ACTIVE} .yasr table td")
    show(page, "Graph")
    page.wait_for_selector(".drawn canvas")
    show(page, "Table")
    page.wait_for_selector(f"{ACTIVE} .yasr table td")


@has_editor
def test_our_terms_are_proposed_while_one_types(desk: Reader) -> None:
    """By name or by label; the prefix is declared for those who have not done so."""
    page = desk.open("/sparql")
    for typed, proposed, becomes in (
        ("cmp:relat", "cmp:related · related", "cmp:related"),
        ("stated", "cmp:statedRelatedCount · ", "cmp:statedRelatedCount"),
        ("a cmp:Met", "cmp:Method · method", "a cmp:Method"),
        ("skos:pref", "skos:prefLabel", "skos:prefLabel"),
    ):
        write(page, f"SELECT * WHERE {{ ?method {typed}")
        page.keyboard.press("Control+Space")
        page.wait_for_selector(f".CodeMirror-hint >> text={proposed}")
        page.keyboard.press("Enter")
        prefix = becomes.split()[-1].split(":")[0]
        declared = f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n"
        assert text(page) == f"{declared}SELECT * WHERE {{ ?method {becomes}"


@has_editor
def test_our_prefixes_are_proposed(desk: Reader) -> None:
    page = desk.open("/sparql")
    write(page, "PREFIX skosx")
    page.wait_for_selector(".CodeMirror-hint")
    page.keyboard.press("Enter")
    assert text(page) == "PREFIX skosxl: <http://www.w3.org/2008/05/skos-xl#>"


@has_editor
def test_a_link_to_a_query_opens_with_it_and_its_answer(desk: Reader, browser: Browser) -> None:
    query = 'SELECT ("é & = + #" AS ?value) WHERE { } '
    page = desk.open("/sparql")
    write(page, query)
    page.get_by_role("button", name="Link to this query").press("Enter")
    dialog = page.get_by_role("dialog")
    link = dialog.get_by_label("Link to this query").input_value()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    dialog.get_by_role("button", name="Copy").click()
    dialog.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == link
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    other = window(browser, desk.server).open(link.removeprefix(desk.server))
    assert text(other) == query
    assert other.locator(".tab").count() == 1
    assert other.locator("#answer tbody td").all_inner_texts() == ["é & = + #"]
    run(other)
    assert other.locator("#answer").count() == 0
    other.context.close()


@has_editor
def test_a_long_query_is_in_the_fragment_of_its_link(desk: Reader) -> None:
    query = "ASK { } # " + "x" * 10_000
    page = desk.open("/sparql")
    write(page, query)
    page.get_by_role("button", name="Link to this query").click()
    link = page.get_by_role("dialog").get_by_label("Link to this query").input_value()
    assert link.startswith(f"{desk.server}/sparql#query=ASK")
    page = desk.open("/sparql?name=entry")
    page.goto(link)
    assert text(page) == query


@has_editor
def test_a_question_is_opened_by_its_name_and_once(desk: Reader) -> None:
    for _ in range(2):
        page = desk.open("/sparql?name=names_by_language")
        assert text(page) == queries()["names_by_language"].with_examples()
        assert page.locator(".tab").count() == 1


@has_editor
def test_the_keyboard_runs_a_query_and_gets_out_of_the_editor(desk: Reader) -> None:
    page = desk.open("/sparql")
    write(page, "ASK { } ")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".yasr_results .lead")
    page.keyboard.press("Tab")
    assert text(page) == "ASK { } "
    assert not page.evaluate("document.activeElement.matches('.CodeMirror textarea')")


@has_editor
def test_what_is_wrong_with_a_query_is_said_in_a_sentence(browser: Browser, server: str) -> None:
    reader = window(browser, server)
    page = reader.open("/sparql")
    write(page, "SELECT * WHERE { SERVICE <https://example.org/> { ?s ?p ?o } } ")
    run(page)
    expected = "SERVICE is not allowed here. Ask each endpoint itself, or use a client that federates."
    assert page.locator(".yasr_results [role=alert]").inner_text() == expected
    page.context.close()


@has_editor
@pytest.mark.parametrize("language", ["ar", "th"])
def test_on_a_telephone_the_editor_fits_and_its_buttons_have_names(
    browser: Browser, server: str, language: str
) -> None:
    reader = window(browser, server, **TELEPHONE)
    page = reader.open(f"/sparql?lang={language}&name=methods_by_area_and_family")
    page.wait_for_selector(f"{ACTIVE} .CodeMirror")
    run(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    names = page.locator("#yasgui button:visible").evaluate_all("all => all.map(one => one.ariaLabel ?? one.innerText)")
    assert all(names)
    button, line = page.locator(f"{ACTIVE} .yasqe_share"), page.locator(f"{ACTIVE} .CodeMirror-line").first
    above, below = button.bounding_box(), line.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"]
    reader.leave()


def test_a_browser_gets_a_table_and_programs_get_what_they_ask_for(client: FlaskClient) -> None:
    query = {"query": f"SELECT ?x WHERE {{ VALUES ?x {{ {VALUES} }} }}"}
    page = client.get("/sparql", query_string=query, headers=HTML)
    assert page.mimetype == "text/html"
    assert '<a href="https://example.org/a"' in page.text
    assert 'href="javascript:' not in page.text
    assert '<a href="/id/method/k-means"' in page.text
    assert ">cmp:related</a>" in page.text
    assert "&lt;b&gt;" in page.text
    assert client.get("/sparql", query_string=query).mimetype == "application/sparql-results+json"
    assert client.get("/sparql", query_string={**query, "format": "csv"}, headers=HTML).mimetype == "text/csv"
    assert client.get("/sparql", query_string={**query, "format": ""}, headers=HTML).mimetype == "text/html"


def test_a_query_that_is_refused_stays_on_the_page_to_be_corrected(client: FlaskClient) -> None:
    for query, status, code in (("SELECT * WHERE {", 400, "bad_query"), ("ASK { SERVICE <x:y> {} }", 403, "feature")):
        answer = client.get("/sparql", query_string={"query": query}, headers=HTML)
        assert answer.status_code == status
        assert answer.headers["Cache-Control"] == "no-store"
        assert 'role="alert"' in answer.text
        assert f"required>{query.replace('<', '&lt;').replace('>', '&gt;')}</textarea>" in answer.text
        assert client.get("/sparql", query_string={"query": query}).get_json()["code"].startswith(code)


def test_a_long_message_of_the_parser_ends_in_a_sign_that_it_was_longer(client: FlaskClient) -> None:
    detail = client.get("/sparql", query_string={"query": "SELECT * WHERE {"}).get_json()["detail"]
    assert detail.endswith(" … . Correct it.")


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


@pytest.mark.parametrize("name", queries())
def test_a_saved_query_runs_as_it_stands(client: FlaskClient, name: str) -> None:
    address = client.get("/sparql", headers=HTML).text.split(f'id="{name}"')[1].split('class="run" href="')[1]
    answer = client.get(html.unescape(address.split('"')[0]), headers=HTML)
    assert answer.status_code == 200
    assert 'id="answer"' in answer.text


def test_every_saved_query_stands_in_a_group(client: FlaskClient) -> None:
    page = client.get("/sparql", headers=HTML).text
    assert all(f'<details class="question" id="{name}">' in page for name in queries())


def test_the_page_has_the_policy_of_all_pages(client: FlaskClient) -> None:
    """The table of the editor is ours: that of YASGUI needs a style sheet in the page."""
    policies = {client.get(path, headers=HTML).headers["Content-Security-Policy"] for path in ("/sparql", "/en/")}
    assert len(policies) == 1


def test_terms_are_those_of_the_vocabulary_and_of_the_data(client: FlaskClient) -> None:
    answer = client.get("/sparql/terms.json?lang=de")
    terms = answer.get_json()
    assert terms["prefixes"] == PREFIXES
    assert {CMP["Method"].value, CMP["Page"].value, SKOS["Concept"].value} <= set(terms["classes"])
    assert {CMP["related"].value, CMP["comparedRow"].value, SKOS["prefLabel"].value} <= set(terms["properties"])
    assert terms["labels"][CMP["extends"].value] == "erweitert"
    again = client.get("/sparql/terms.json?lang=de", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_an_empty_catalogue_has_the_terms_of_the_vocabulary(empty: EmbeddedStore) -> None:
    client = create_app(Settings.from_environment({}, store=str(empty.path)), empty).test_client()
    assert CMP["related"].value in client.get("/sparql/terms.json").get_json()["properties"]


def test_a_question_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/sparql?name=no_such", headers=HTML).status_code == 404
