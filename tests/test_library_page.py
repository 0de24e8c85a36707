"""The library page and its JSON: search, facets, orders and pages, each address a link to what one sees."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from browsing import Reader
from comparanda.index.folding import fold
from comparanda.stores.embedded import EmbeddedStore
from test_web import BROWSER, JSON, Elements, opened, problem

ANOVA_TH = "การวิเคราะห์ความแปรปรวน"


def library(client: FlaskClient, address: str) -> Elements:
    response = client.get(address, headers=BROWSER)
    assert response.status_code == 200
    return Elements(response.text)


def names(page: Elements) -> list[str]:
    return [text for _, text in page.all("a", class_="name")]


def total(page: Elements) -> int:
    _, text = page.one("p", class_="lead")
    return int(text.split()[0])


def link(page: Elements, text: str) -> str:
    """Where the link with that text leads."""
    (target,) = {attributes["href"] for attributes, each in page.all("a") if each == text}
    return target


# Search


@pytest.mark.parametrize(
    ("letters", "language", "text"),
    [
        (ANOVA_TH, "th", ANOVA_TH),
        ("analyse de la variance", "fr", "Analyse de la variance"),
        ("تحليل التباين", "ar", "تحليل التباين"),
    ],
)
def test_a_hit_says_by_which_text_and_in_which_language_it_was_found(
    client: FlaskClient, letters: str, language: str, text: str
) -> None:
    page = library(client, f"/en/?q={quote(letters)}")
    found = [each for each in page.all("bdi") if each[1] == text and "lang" in each[0]]
    assert found == [({"lang": language} | ({"dir": "rtl"} if language == "ar" else {}), text)]
    assert "Analysis of variance" in " ".join(names(page))
    (item,) = [each for each in client.get(f"/api/methods?q={quote(letters)}").json["items"] if each["found"]]
    assert item["found"] == {"role": "name", "text": text, "language": language}


def test_a_hit_in_the_name_that_is_shown_needs_no_explanation(client: FlaskClient) -> None:
    assert not list(library(client, f"/th/?q={ANOVA_TH}").all("span", class_="why"))


def test_a_hit_in_a_summary_says_so(client: FlaskClient) -> None:
    why = [text for _, text in library(client, "/en/?q=forest+plot").all("span", class_="why")]
    assert "found in: Summary, English" in why


def test_where_nothing_is_found_the_closest_names_are_offered(client: FlaskClient) -> None:
    page = library(client, "/en/?q=randm+forst")
    assert names(page) == []
    assert "Random forest" in [text for _, text in page.all("a")]


def test_where_the_facets_leave_nothing_the_search_without_them_is_offered(client: FlaskClient) -> None:
    page = library(client, "/en/?q=forest&family=mcdm")
    whole = total(library(client, "/en/?q=forest"))
    assert link(page, f"{whole} methods: forest") == "?q=forest"


def test_a_browser_finds_how_to_search_and_to_suggest_in_the_reader_s_language(client: FlaskClient) -> None:
    thai = {"Accept-Language": "th"}
    description = client.get("/opensearch.xml").text
    search, suggest = re.findall(r'template="http://localhost(/[^"]*)"', description)
    assert client.get(search.format(searchTerms="forest"), headers=thai).headers["Location"] == "/th/?q=forest"
    response = client.get(suggest.format(searchTerms=quote("analysis of variance")), headers=thai)
    assert response.mimetype == "application/x-suggestions+json"
    letters, called, found, addresses = response.json
    assert (letters, called[0], found[0]) == ("analysis of variance", ANOVA_TH, "Analysis of variance")
    assert client.get(addresses[0].removeprefix("http://localhost")).status_code == 200


# Facets


@pytest.mark.parametrize("query", ["", "?q=model", "?area=deep-learning&decade=2010"])
def test_the_count_beside_a_value_is_how_many_methods_it_leaves(client: FlaskClient, query: str) -> None:
    facets = client.get(f"/api/methods{query}").json["facets"]
    assert set(facets) == {"area", "family", "decade", "kind", "summary"}
    for facet in facets.keys() - parse_qs(query.lstrip("?")).keys():
        for choice in facets[facet][:3]:
            narrowed = f"/en/{query}{'&' if query else '?'}{facet}={quote(choice['value'])}"
            page = library(client, narrowed)
            assert total(page) == choice["count"], narrowed


def test_values_of_one_facet_are_alternatives_and_facets_hold_together(client: FlaskClient) -> None:
    def many(query: str) -> int:
        found: int = client.get(f"/api/methods?{query}").json["total"]
        return found

    assert many("area=bayesian&area=deep-learning") == many("area=bayesian") + many("area=deep-learning")
    both = client.get("/api/methods?area=bayesian&area=deep-learning&decade=1990&limit=500").json["items"]
    assert both
    assert all(item["area"] in ("bayesian", "deep-learning") and 1990 <= item["year"] <= 1999 for item in both)


def test_the_values_of_a_facet_make_up_the_whole(client: FlaskClient) -> None:
    answer = client.get("/api/methods").json
    for facet in ("area", "family", "decade"):
        assert sum(choice["count"] for choice in answer["facets"][facet]) == answer["total"]


def test_methods_without_a_year_can_be_asked_for(client: FlaskClient) -> None:
    items = client.get("/api/methods?decade=none").json["items"]
    assert items
    assert {item["year"] for item in items} == {None}


def test_what_is_chosen_can_be_taken_away_again_one_by_one_or_at_once(client: FlaskClient) -> None:
    page = library(client, "/en/?q=forest&area=machine-learning&decade=2000&page=1")
    removed = {attributes["aria-label"]: attributes["href"] for attributes, text in page.all("a") if "×" in text}
    assert removed == {
        "Remove the filter forest": "?area=machine-learning&decade=2000",
        "Remove the filter Machine learning": "?q=forest&decade=2000",
        "Remove the filter 2000–2009": "?q=forest&area=machine-learning",
    }
    assert link(page, "Clear all") == "./"


def test_methods_with_a_summary_in_the_reader_s_language_can_be_chosen(client: FlaskClient) -> None:
    target = urljoin("/th/", next(a["href"] for a, _ in library(client, "/th/").all("a") if "summary=th" in a["href"]))
    page = library(client, target)
    items = client.get("/api/methods?summary=th&lang=th").json["items"]
    assert len(names(page)) == total(page) == len(items) == 3
    assert {item["summary"]["language"] for item in items} == {"th"}


def test_values_are_called_as_the_reader_calls_them(client: FlaskClient) -> None:
    areas = client.get("/api/methods?lang=pt").json["facets"]["area"]
    assert {choice["value"]: choice["label"] for choice in areas}["deep-learning"] == "Aprendizado profundo"
    assert "Aprendizado profundo" in [text for _, text in library(client, "/pt/").all("a")]


def test_texts_may_come_in_another_language_than_the_page_and_all_links_keep_it(client: FlaskClient) -> None:
    page = library(client, "/en/?q=model&clang=pt")
    assert "Aprendizado profundo" in [text for _, text in page.all("a")]
    assert "Area" in [text for _, text in page.all("h2")]
    own = [attributes["href"] for attributes, _ in page.all("a") if attributes["href"].startswith(("?", "method/"))]
    assert own
    assert all("clang=pt" in target for target in own)


def test_a_text_in_another_language_than_the_page_is_marked_with_its_own(client: FlaskClient) -> None:
    items = client.get("/api/methods?lang=th").json["items"]
    page = library(client, "/th/")
    for (attributes, text), item in zip(page.all("a", class_="name"), items, strict=True):
        assert (text, attributes.get("lang", "th")) == (item["name"], item["language"])
    for item in items:
        marked = page.all("p", lang=item["summary"]["language"])
        assert f"{item['summary']['text']} {item['summary']['language']}" in [text for _, text in marked]


# Orders and pages


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("name", lambda item: fold(item["name"])),
        ("year", lambda item: (item["year"] is None, item["year"])),
        ("-year", lambda item: -(item["year"] or -10_000)),
        ("-referenced", lambda item: -item["referenced_by"]),
        ("-related", lambda item: -item["related"]),
    ],
)
@pytest.mark.parametrize("query", ["", "q=model&", "family=process-pipeline&kind=Method&"])
def test_a_list_is_in_the_order_asked_for(client: FlaskClient, sort: str, key: object, query: str) -> None:
    items = client.get(f"/api/methods?{query}sort={sort}&limit=500").json["items"]
    assert items
    assert items == sorted(items, key=key)  # type: ignore[call-overload]


def test_the_best_hits_come_first_unless_another_order_is_asked_for(client: FlaskClient) -> None:
    assert client.get("/api/methods?q=random+forest").json["items"][0]["slug"] == "random-forest"
    page = library(client, "/en/?q=random+forest")
    assert "Relevance" in [text for _, text in page.all("a", **{"class": "chip", "aria-current": "true"})]


def test_pages_hold_every_method_once_and_lead_to_each_other(client: FlaskClient) -> None:
    address, shown, seen = "/en/?area=deep-learning&area=machine-learning", list[str](), set[str]()
    while address not in seen:
        seen.add(address)
        response = client.get(address, headers=BROWSER)
        page = Elements(response.text)
        shown += [attributes["href"] for attributes, _ in page.all("a", class_="name")]
        following = [attributes["href"] for attributes, _ in page.all("a", rel="next")]
        stated = re.findall(r'<([^>]+)>; rel="next"', ", ".join(response.headers.getlist("Link")))
        assert [urljoin("/en/", each) for each in following] == stated
        address = stated[0] if stated else address
    assert len(shown) == len(set(shown)) == total(page)
    assert len(seen) == -(-len(shown) // 50)


def test_the_json_leads_through_all_methods_as_the_pages_do(client: FlaskClient) -> None:
    address, slugs = "/api/methods?limit=200&lang=pt", list[str]()
    while address:
        answer = client.get(address).json
        slugs += [item["slug"] for item in answer["items"]]
        address = answer["next"]
    assert len(slugs) == len(set(slugs)) == answer["total"]
    pages = [names(library(client, f"/pt/?page={page}")) for page in range(2, 4)]
    second = client.get("/api/methods?lang=pt&limit=100&offset=50").json
    assert [item["name"] for item in second["items"]] == [name for page in pages for name in page]


# Addresses


def test_an_address_says_only_what_is_asked(client: FlaskClient) -> None:
    response = client.get("/en/?q=&area=bayesian&sort=&page=2", headers=BROWSER)
    assert (response.status_code, response.headers["Location"]) == (302, "/en/?area=bayesian&page=2")


def test_the_start_page_hands_on_what_is_asked(client: FlaskClient) -> None:
    response = client.get("/?q=forest&area=machine-learning", headers={"Accept-Language": "th"})
    assert response.headers["Location"] == "/th/?q=forest&area=machine-learning"


def test_every_address_that_the_page_offers_answers_and_asks_nothing_empty(client: FlaskClient) -> None:
    page = library(client, "/en/?q=model&area=deep-learning&sort=-year")
    targets = {attributes["href"] for attributes, _ in page.all("a") if not attributes["href"].startswith("#")}
    queries = {target for target in targets if target.startswith("?")}
    assert len(queries) > 20
    for target in queries:
        assert all(value != [""] for value in parse_qs(urlsplit(target).query, keep_blank_values=True).values())
        library(client, urljoin("/en/", target))


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("area=nonsense", 400, "bad_request"),
        ("family=nonsense", 400, "bad_request"),
        ("decade=1995", 400, "bad_request"),
        ("decade=now", 400, "bad_request"),
        ("kind=nonsense", 400, "bad_request"),
        ("summary=tlh", 400, "unknown_language"),
        ("sort=best", 400, "bad_request"),
        ("sort=relevance", 400, "bad_request"),
        ("&".join(f"area=a{number}" for number in range(51)), 400, "bad_request"),
    ],
)
@pytest.mark.parametrize("path", ["/en/", "/api/methods"])
def test_what_there_is_not_is_refused_with_what_to_do(
    client: FlaskClient, path: str, query: str, status: int, code: str
) -> None:
    facts = problem(client.get(f"{path}?{query}", headers=JSON), status, code)
    assert re.search(r"(Use|Give) ", str(facts["detail"]))


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 5_000, "٣", "1.5"])
def test_a_page_that_is_no_number_is_refused(client: FlaskClient, page: str) -> None:
    problem(client.get(f"/en/?page={page}", headers=JSON), 400, "bad_request")
    problem(client.get(f"/api/methods?limit={page}", headers=JSON), 400, "bad_request")


def test_a_page_beyond_the_last_is_not_found_and_the_last_is_named(client: FlaskClient) -> None:
    facts = problem(client.get("/en/?area=bayesian&page=2", headers=JSON), 404, "not_found")
    assert "The last page is 1." in str(facts["detail"])


def test_an_empty_catalogue_has_an_empty_library(empty: EmbeddedStore) -> None:
    client = opened(empty)
    assert total(library(client, "/en/")) == 0
    assert client.get("/api/methods").json["items"] == []


@pytest.mark.parametrize("language", ["en", "pt", "th", "ar", "zh"])
def test_a_page_is_small(client: FlaskClient, language: str) -> None:
    assert len(client.get(f"/{language}/", headers=BROWSER).data) < 60_000


# In a browser


def address(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.path}?{parts.query}"


def test_a_click_on_a_value_narrows_and_a_click_on_its_chip_widens(reader: Reader) -> None:
    page = reader.open("/en/")
    page.get_by_role("link", name="Psychometrics", exact=True).click()
    page.wait_for_url("**/en/?area=psychometrics")
    rows = page.locator(".methods > li").count()
    assert page.get_by_role("status").inner_text() == f"{rows} methods"
    page.get_by_role("link", name="Remove the filter Psychometrics").click()
    page.wait_for_url("**/en/")


def test_a_reader_searches_in_thai(reader: Reader) -> None:
    page = reader.open("/en/")
    field = page.get_by_role("search").get_by_label("Search methods")
    field.fill(ANOVA_TH)
    field.press("Enter")
    page.wait_for_url("**/en/?q=*")
    assert page.locator(".why bdi[lang=th]").first.inner_text() == ANOVA_TH
    assert "Thai" in page.locator(".why").first.inner_text()


def test_a_ticked_method_is_in_the_basket_by_its_name(reader: Reader) -> None:
    page = reader.open("/en/?q=random+forest")
    page.get_by_role("checkbox", name="Random forest", exact=True).check()
    basket = page.locator(".basket")
    assert basket.locator("summary").inner_text() == "1 method"
    assert basket.locator("li span").all_text_contents() == ["Random forest"]


def test_ticked_methods_are_compared_without_javascript(scriptless: Reader) -> None:
    page = scriptless.open("/pt/?q=forest")
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_role("button", name="Comparar").click()
    assert urlsplit(page.url).path == "/pt/compare"
    assert len(scriptless.names()) == 2


def test_the_facets_are_folded_on_a_telephone_and_open_at_a_desk(reader: Reader, telephone: Reader) -> None:
    assert reader.open("/en/").get_by_role("link", name="Psychometrics", exact=True).is_visible()
    page = telephone.open("/en/")
    value = page.get_by_role("link", name="Psychometrics", exact=True)
    assert not value.is_visible()
    page.locator(".facets > summary").click()
    value.click()
    page.wait_for_url("**/en/?area=psychometrics")


@pytest.mark.parametrize("language", ["th", "ar", "de"])
def test_no_page_is_wider_than_a_telephone(telephone: Reader, language: str) -> None:
    page = telephone.open(f"/{language}/?q=model&area=deep-learning")
    page.locator(".facets > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_facets_stand_on_the_right_where_one_reads_from_the_right(reader: Reader) -> None:
    page = reader.open("/ar/")
    facets, found = page.locator(".facets").bounding_box(), page.locator(".found").bounding_box()
    assert facets is not None
    assert found is not None
    assert facets["x"] > found["x"] + found["width"]
