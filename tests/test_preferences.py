"""Languages of pages and of texts: what an address says, what links keep, what a page tells about itself."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from comparanda.web.i18n import format_date, format_number, language_name, languages, translate, translate_plural

BROWSER = {"Accept": "text/html"}
PAGES = ["/th/", "/th/method/random-forest", "/th/compare?slugs=k-means,random-forest", "/th/explore"]


class Links(HTMLParser):
    """The attributes of the elements `a`, `link` and `html` of a page, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("a", "link", "html", "form"):
            self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())

    def related(self, relation: str) -> dict[str, str]:
        """The `link` elements of one relation: address by language."""
        found = [attributes for tag, attributes in self.found if tag == "link" and attributes.get("rel") == relation]
        return {attributes.get("hreflang", ""): attributes["href"] for attributes in found}


def page(client: FlaskClient, path: str) -> Links:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 200
    return Links(response.text)


@pytest.mark.parametrize(
    "path", ["/th/?q=active+learning&", "/th/method/active-learning?", "/th/compare?slugs=active-learning,boosting&"]
)
def test_texts_are_shown_in_another_language_than_the_page(client: FlaskClient, path: str) -> None:
    german, thai = (client.get(path + more, headers=BROWSER).text for more in ("clang=de", ""))
    named = re.compile(r'<(?:h1|a)[^>]* lang="de"[^>]*>Aktives Lernen<')
    assert '<html lang="th" dir="ltr">' in german
    assert translate("th", "Search") in german
    assert named.search(german)
    assert not named.search(thai)


@pytest.mark.parametrize("path", PAGES)
def test_links_to_pages_keep_the_language_of_texts(client: FlaskClient, path: str) -> None:
    german = page(client, path + ("&" if "?" in path else "?") + "clang=de")
    addresses = [each["href"] for tag, each in german.found if tag == "a" and "hreflang" not in each]
    own = [address for address in addresses if re.match(r"/th/(method|compare|explore|$|\?)", address)]
    assert own
    assert [address for address in own if "clang=de" not in address] == []


@pytest.mark.parametrize("path", [*PAGES, "/sparql?lang=th", "/dumps/?lang=th", "/ontology?lang=th"])
def test_a_page_names_itself_in_all_languages(client: FlaskClient, path: str) -> None:
    shown = page(client, path)
    alternates = shown.related("alternate")
    assert {*languages(), "x-default"} <= alternates.keys()
    assert alternates["th"] == shown.related("canonical")[""] == f"http://localhost{path}"
    assert alternates["x-default"] == alternates["en"]


def test_the_canonical_address_does_not_say_what_readers_prefer(client: FlaskClient) -> None:
    shown = page(client, "/th/method/k-means?clang=de")
    assert shown.related("canonical") == {"": "http://localhost/th/method/k-means"}


def test_the_language_switch_stays_on_the_page(client: FlaskClient) -> None:
    switch = {
        each["hreflang"]: each["href"]
        for tag, each in page(client, "/th/compare?slugs=k-means,random-forest&rows=same&clang=de").found
        if tag == "a" and "hreflang" in each
    }
    assert switch["ar"] == "/ar/compare?slugs=k-means,random-forest&rows=same&clang=de"
    with_parameter = page(client, "/sparql?lang=th").found
    assert ("/sparql?lang=ar", "ar") in [(each.get("href"), each.get("hreflang")) for _, each in with_parameter]


@pytest.mark.parametrize("tag", ["%3Cscript%3E", "e", "de_DE", "x" * 50])
def test_what_is_no_language_tag_is_refused(client: FlaskClient, tag: str) -> None:
    response = client.get(f"/en/?clang={tag}", headers=BROWSER)
    assert response.status_code == 400
    assert 'class="home" href="/en/"' in response.text


@pytest.mark.parametrize("path", ["///evil.example", "/%5C%5Cevil.example", "/en//evil.example"])
def test_no_link_of_a_page_leads_to_a_host_that_the_address_names(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 404
    addresses = [each[name] for _, each in Links(response.text).found for name in ("href", "action") if name in each]
    assert addresses
    assert [address for address in addresses if not re.match(r"/[^/\\]|/$|\?|#", address)] == []


def test_a_name_in_another_language_than_was_asked_for_is_marked(client: FlaskClient) -> None:
    shown = client.get("/et/method/k-means", headers=BROWSER).text
    assert re.search(r'<h1 lang="en" dir="ltr">K-means clustering</h1> <small class="tongue"[^>]*>en</small>', shown)
    assert not re.search(
        r"<h1[^>]*>K-means clustering</h1> <small", client.get("/en/method/k-means", headers=BROWSER).text
    )


def test_numbers_and_dates_are_written_as_in_the_language() -> None:
    assert [format_number(tag, 12_345) for tag in ("en", "de", "fa", "bn")] == ["12,345", "12.345", "۱۲٬۳۴۵", "১২,৩৪৫"]
    assert format_date("de", date(2024, 3, 1)) == "1. März 2024"
    assert format_date("fa", date(2024, 3, 1)).startswith("۱ ")


def test_a_number_decides_the_form_of_a_word() -> None:
    one, many = "{count} method", "{count} methods"
    assert [translate_plural("en", one, many, count) for count in (0, 1, 2)] == ["0 methods", "1 method", "2 methods"]


def test_languages_are_called_in_themselves_and_in_others() -> None:
    assert language_name("de") == "Deutsch"
    assert language_name("de", "fr") == "allemand"
    assert language_name("tlh-x") == "tlh-x"
