"""The pages and their data over HTTP: formats, languages, caching, errors, hostile input."""

from __future__ import annotations

import csv
import http.client
import io
import json
import re
import shutil
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple
from werkzeug.test import TestResponse

from comparanda.answers import Answers
from comparanda.app import create_app
from comparanda.namespaces import CMP, DCTERMS, RDF, SCHEMA, SKOS, Base
from comparanda.settings import Settings
from comparanda.stores.embedded import EmbeddedStore

TRANSFER, SELF, MULTIMODAL = (
    "transfer-learning-diffusion-model",
    "self-supervised-diffusion-model",
    "multimodal-diffusion-model",
)
PAIR = f"/compare?slugs={TRANSFER},{MULTIMODAL}"
ROW_KEYS = [
    *("area", "family", "origin_year", "originator", "kind"),
    *("seminal_source", "other_names", "related", "summary"),
]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
JSON = {"Accept": "application/json"}
TYPES = ["text/html", "application/json", "text/csv", "text/tab-separated-values", "text/markdown", "text/plain"]


class Elements(HTMLParser):
    """The elements of a page: tag, attributes and the text inside, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, {name: value or "" for name, value in attrs}, list[str]())
        self.found.append(element)
        if tag not in ("meta", "link", "input", "br"):
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element[2].append(data)

    def all(self, tag: str, **wanted: str) -> Iterable[tuple[dict[str, str], str]]:
        """Attributes and text of the elements with that tag and those attributes; `class_` stands for class."""
        for name, attributes, text in self.found:
            if name == tag and all(attributes.get(key.rstrip("_")) == value for key, value in wanted.items()):
                yield attributes, " ".join("".join(text).split())

    def one(self, tag: str, **wanted: str) -> tuple[dict[str, str], str]:
        (element,) = self.all(tag, **wanted)
        return element


def opened(store: EmbeddedStore, **given: object) -> FlaskClient:
    return create_app(Settings.from_environment({}, store=str(store.path), **given), store).test_client()


def problem(response: TestResponse, status: int, code: str) -> dict[str, object]:
    """The facts of a problem (RFC 9457), after a look at what all problems share."""
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    facts: dict[str, object] = json.loads(response.data)
    assert (facts["status"], facts["code"]) == (status, code)
    assert str(facts["type"]).startswith("https://")
    assert str(facts["instance"]).startswith("urn:uuid:")
    assert facts["title"]
    return facts


# The JSON of a comparison


def test_the_json_has_the_members_that_programs_rely_on(client: FlaskClient, bundled: EmbeddedStore) -> None:
    answer = client.get(f"/compare?slugs={TRANSFER},{MULTIMODAL}&lang=pt", headers=JSON).json
    assert {"language", "version", "methods", "rows"} <= answer.keys()
    assert (answer["language"], answer["version"]) == ("pt", bundled.reader().version)
    for method in answer["methods"]:
        assert {"slug", "iri", "name", "language"} <= method.keys()
    assert [row["key"] for row in answer["rows"]] == ROW_KEYS
    for row in answer["rows"]:
        assert {"key", "label", "differs", "difference", "cells"} <= row.keys()
        assert isinstance(row["differs"], bool)
        assert row["difference"] in ((None,), ("value", "missing", "count", "typography"))[row["differs"]]
        assert len(row["cells"]) == 2
        for cell in row["cells"]:
            assert {"text", "language", "links"} <= cell.keys()
            assert isinstance(cell["text"], str)
            assert cell["text"]
            assert all({"label", "href"} <= link.keys() for link in cell["links"])


@pytest.mark.parametrize("slugs", [[TRANSFER, SELF, MULTIMODAL], [MULTIMODAL, TRANSFER], [SELF, MULTIMODAL, TRANSFER]])
def test_methods_and_cells_come_in_the_order_asked_for(client: FlaskClient, slugs: list[str]) -> None:
    answer = client.get(f"/compare?slugs={','.join(slugs)}", headers=JSON).json
    assert [method["slug"] for method in answer["methods"]] == slugs
    assert [method["iri"] for method in answer["methods"]] == [
        f"https://w3id.org/comparanda/id/method/{slug}" for slug in slugs
    ]
    related = dict(zip(slugs, [cell["text"] for cell in answer["rows"][7]["cells"]], strict=True))
    assert related[TRANSFER] == "5"


def test_slugs_may_be_repeated_parameters_or_separated_by_commas(client: FlaskClient) -> None:
    repeated = client.get(f"/compare?slugs={TRANSFER}&slugs={MULTIMODAL}", headers=JSON)
    assert repeated.json == client.get(PAIR, headers=JSON).json


def test_the_text_of_a_source_holds_the_marker_of_its_link(client: FlaskClient) -> None:
    answer = client.get(PAIR, headers=JSON).json
    for cell in answer["rows"][5]["cells"]:
        (link,) = cell["links"]
        assert cell["text"].endswith(f" {link['label']} ↗")
        assert link["href"] is None or link["href"].startswith("https://")


@pytest.mark.parametrize("choice", ["different", "same", "all"])
def test_rows_can_be_chosen(client: FlaskClient, choice: str) -> None:
    everything = client.get(PAIR, headers=JSON).json["rows"]
    rows = client.get(f"{PAIR}&rows={choice}", headers=JSON).json["rows"]
    assert rows == [row for row in everything if choice == "all" or row["differs"] == (choice == "different")]
    page = Elements(client.get(f"{PAIR}&rows={choice}", headers=BROWSER).text)
    assert [attributes["data-row"] for attributes, _ in page.all("tr") if "data-row" in attributes] == [
        row["key"] for row in rows
    ]


def test_a_choice_of_rows_that_does_not_exist_is_refused(client: FlaskClient) -> None:
    facts = problem(client.get(f"{PAIR}&rows=some", headers=JSON), 400, "bad_request")
    assert facts["value"] == "some"
    assert "all, different or same" in str(facts["detail"])


# Formats


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        *((name, name) for name in TYPES),
        ("*/*", "text/html"),
        ("text/*", "text/html"),
        ("application/xhtml+xml", "text/html"),
        (BROWSER["Accept"], "text/html"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("text/html;q=0.1, application/json;q=0.5", "application/json"),
        ("application/json;q=0.2, text/csv;q=0.9, */*;q=0.1", "text/csv"),
        ("image/png, text/markdown;q=0.1", "text/markdown"),
        ("text/*;q=0.5, text/html;q=0, text/plain", "text/plain"),
        ("application/json; q=0.5, application/json", "application/json"),
    ],
)
def test_the_format_follows_the_accept_header(client: FlaskClient, accept: str, media_type: str) -> None:
    response = client.get(PAIR, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, media_type)


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "text/html;q=0, text/csv;q=0", "video/*"])
def test_a_format_that_cannot_be_had_gives_406_with_the_list_of_those_that_can(
    client: FlaskClient, accept: str
) -> None:
    facts = problem(client.get(PAIR, headers={"Accept": accept}), 406, "not_acceptable")
    assert isinstance(facts["value"], list)
    assert set(TYPES) <= set(facts["value"])
    assert all(name in str(facts["detail"]) for name in TYPES)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        *zip(("html", "json", "csv", "tsv", "md", "txt"), TYPES, strict=True),
        (".csv", "text/csv"),
        ("text/csv", "text/csv"),
        ("JSON", "application/json"),
    ],
)
def test_the_format_of_the_address_wins_over_the_accept_header(client: FlaskClient, name: str, media_type: str) -> None:
    response = client.get(f"{PAIR}&format={name}", headers={"Accept": "image/png"})
    assert (response.status_code, response.mimetype) == (200, media_type)


def test_an_unknown_format_of_the_address_is_refused_with_the_closest(client: FlaskClient) -> None:
    facts = problem(client.get(f"{PAIR}&format=jsom"), 400, "unknown_format")
    assert facts["value"] == "jsom"
    assert "json is closest" in str(facts["detail"])


def test_every_format_says_the_same(client: FlaskClient) -> None:
    answer = client.get(f"{PAIR}&lang=pt&format=json").json
    texts = [[cell["text"] for cell in row["cells"]] for row in answer["rows"]]
    tables = {form: client.get(f"{PAIR}&lang=pt&format={form}").text for form in ("csv", "tsv")}
    for form, delimiter in (("csv", ","), ("tsv", "\t")):
        header, *lines = csv.reader(io.StringIO(tables[form]), delimiter=delimiter)
        assert header[2:] == [method["name"] for method in answer["methods"]]
        assert [line[2:] for line in lines] == texts
        assert [line[1] == "≠" for line in lines] == [row["differs"] for row in answer["rows"]]
    page = Elements(client.get(f"{PAIR}&lang=pt&format=html").text)
    cells = [text for _, text in page.all("td")]
    assert all(" ".join(text.split()) in cells for row in texts for text in row)
    plain = re.sub(r"\s+", " ", client.get(f"{PAIR}&lang=pt&format=md").text)
    assert all(text.replace("|", "\\|") in plain for row in texts for text in row)


def test_downloads_have_a_file_name(client: FlaskClient) -> None:
    assert "comparison.csv" in client.get(f"{PAIR}&format=csv").headers["Content-Disposition"]
    assert "Content-Disposition" not in client.get(PAIR, headers=BROWSER).headers


# Languages


@pytest.mark.parametrize(
    ("query", "accept_language", "language", "label"),
    [
        ("&lang=pt", "th", "pt", "Área"),
        ("&lang=PT", "th", "pt", "Área"),
        ("&lang=pt-BR", "", "pt", "Área"),
        ("", "th", "th", "สาขาวิชา"),
        ("", "pt-BR,pt;q=0.9,en;q=0.8", "pt", "Área"),
        ("", "tlh, de;q=0.5, th;q=0.9", "th", "สาขาวิชา"),
        ("", "pt;q=0, de", "de", "Fachgebiet"),
        ("", "zh-Hant-TW", "zh", "领域"),
        ("", "*", "en", "Area"),
        ("", "tlh", "en", "Area"),
        ("", "", "en", "Area"),
    ],
)
def test_the_language_follows_the_address_then_accept_language_then_the_default(
    client: FlaskClient, query: str, accept_language: str, language: str, label: str
) -> None:
    for accept in ("application/json", "text/csv", "text/html"):
        response = client.get(PAIR + query, headers={"Accept": accept, "Accept-Language": accept_language})
        assert response.headers["Content-Language"] == language
        assert label in response.text


@pytest.mark.parametrize("language", ["pt", "th", "ar"])
def test_the_language_of_the_path_is_the_language_of_the_page(client: FlaskClient, language: str) -> None:
    response = client.get(f"/{language}{PAIR}", headers={**BROWSER, "Accept-Language": "de"})
    assert response.headers["Content-Language"] == language
    html, _ = Elements(response.text).one("html")
    assert (html["lang"], html["dir"]) == (language, "rtl" if language == "ar" else "ltr")


def test_an_unknown_language_is_refused_with_those_that_are_known(client: FlaskClient) -> None:
    facts = problem(client.get(f"{PAIR}&lang=tlh", headers=JSON), 400, "unknown_language")
    assert facts["value"] == "tlh"
    assert "pt" in str(facts["detail"])


def test_a_name_in_another_language_than_the_page_is_marked_with_its_own(client: FlaskClient) -> None:
    answer = client.get(f"/compare?slugs={TRANSFER},k-means&lang=ar&format=json").json
    page = Elements(client.get(f"/ar/compare?slugs={TRANSFER},k-means", headers=BROWSER).text)
    links = list(page.all("a", class_="name"))
    for (attributes, text), method in zip(links, answer["methods"], strict=True):
        assert text == method["name"]
        assert attributes.get("lang", "ar") == method["language"]


def test_the_start_page_leads_to_the_reader_s_language(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept-Language": "pt-BR, en;q=0.5"})
    assert (response.status_code, response.headers["Location"]) == (302, "/pt/")
    assert "Accept-Language" in response.headers["Vary"]


# Caching


def test_what_decides_an_answer_decides_its_entity_tag(client: FlaskClient) -> None:
    addresses = [
        f"{PAIR}{language}{form}{rows}"
        for language in ("", "&lang=pt")
        for form in ("&format=json", "&format=csv", "&format=html")
        for rows in ("", "&rows=same")
    ]
    tags = [client.get(address).headers["ETag"] for address in addresses]
    assert len(set(tags)) == len(addresses)
    assert [client.get(address).headers["ETag"] for address in addresses] == tags
    assert not any(tag.startswith("W/") for tag in tags)


@pytest.mark.parametrize(
    "path", [f"{PAIR}&format=json", f"/pt{PAIR}", "/pt/", "/pt/method/k-means", "/doc/method/k-means.ttl"]
)
def test_an_answer_that_the_client_has_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.data) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Vary"] == first.headers["Vary"]
    assert client.get(path, headers={"If-None-Match": '"something-else"'}).status_code == 200


def test_answers_vary_by_what_was_negotiated_and_may_be_cached(client: FlaskClient) -> None:
    response = client.get(PAIR)
    assert {name.strip() for name in response.headers["Vary"].split(",")} >= {"Accept", "Accept-Language"}
    assert "max-age" in response.headers["Cache-Control"]


def test_a_commit_changes_the_entity_tag_and_the_answer(empty: EmbeddedStore, base: Base) -> None:
    def entry(year: str) -> dict[NamedNode, list[Triple]]:
        graphs = {}
        for slug in ("a", "b"):
            method = base.method(slug)
            graphs[base.document(method)] = [
                Triple(method, RDF["type"], CMP["Method"]),
                Triple(method, SKOS["prefLabel"], Literal(slug, language="en")),
                Triple(method, CMP["originStatement"], Literal(year)),
            ]
        return graphs

    client, tags = opened(empty), []
    for year in ("1908", "1925"):
        with empty.writer() as writer:
            writer.replace(entry(year))
            writer.commit()
        response = client.get("/compare?slugs=a,b", headers=JSON)
        assert response.json["rows"][2]["cells"][0]["text"] == year
        tags.append(response.headers["ETag"])
    assert tags[0] != tags[1]


# Errors


def test_unknown_slugs_are_all_named_each_with_the_closest(client: FlaskClient) -> None:
    wrong = [TRANSFER.replace("ff", "f"), "zzzzzzzz", MULTIMODAL.replace("ff", "f")]
    response = client.get(f"/compare?slugs={wrong[0]},{TRANSFER},{wrong[1]},{wrong[2]}", headers=JSON)
    facts = problem(response, 404, "unknown_method")
    assert facts["unknown"] == wrong
    closest = facts["closest"]
    assert isinstance(closest, dict)
    assert (closest[wrong[0]][0], closest[wrong[1]], closest[wrong[2]][0]) == (TRANSFER, [], MULTIMODAL)
    assert all(slug in str(facts["detail"]) for slug in wrong)


def test_unknown_slugs_are_a_page_for_browsers_with_links_to_the_closest(client: FlaskClient) -> None:
    wrong = TRANSFER.replace("ff", "f")
    response = client.get(f"/pt/compare?slugs={wrong},zzzzzzzz", headers=BROWSER)
    assert (response.status_code, response.mimetype) == (404, "text/html")
    page = Elements(response.text)
    assert page.one("html")[0]["lang"] == "pt"
    assert wrong in page.one("p", class_="notice")[1]
    assert "zzzzzzzz" in page.one("p", class_="notice")[1]
    assert f"/pt/method/{TRANSFER}" in [attributes["href"] for attributes, _ in page.all("a")]


@pytest.mark.parametrize(
    ("slugs", "part"),
    [
        (TRANSFER, "at least 2 methods; 1 given"),
        ("", "at least 2 methods; 0 given"),
        (f"{TRANSFER},{TRANSFER}", f"names {TRANSFER} more than once"),
        (",".join(f"m-{number}" for number in range(21)), "at most 20 methods; 21 given"),
        (f"{TRANSFER},Not%20a%20slug", "'Not a slug' is not a slug"),
    ],
    ids=["one", "none", "twice", "21", "no slug"],
)
def test_slugs_that_make_no_comparison_are_refused(client: FlaskClient, slugs: str, part: str) -> None:
    assert part in str(json.loads(client.get(f"/compare?slugs={slugs}", headers=JSON).data)["detail"])
    assert client.get(f"/compare?slugs={slugs}", headers=JSON).status_code == 400


@pytest.mark.parametrize("slugs", [TRANSFER, ""])
def test_too_few_methods_are_a_page_for_browsers_with_a_field_to_add_one(client: FlaskClient, slugs: str) -> None:
    response = client.get(f"/pt/compare?slugs={slugs}", headers=BROWSER)
    assert response.status_code == 200
    page = Elements(response.text)
    assert page.one("p", class_="notice")[0]["role"] == "status"
    assert page.one("input", name="add")[0]["id"] == page.one("label", **{"for": "add"})[0]["for"]
    assert {given["value"] for given, _ in page.all("input", name="slugs")} == {slugs}
    assert len(list(page.all("a", class_="name"))) == bool(slugs)


@pytest.mark.parametrize(
    "path", ["/nothing", "/xx/compare", "/xx/", "/pt/nothing", "/static/nothing.css", "/doc/nothing/x"]
)
def test_an_unknown_address_is_404_in_both_forms(client: FlaskClient, path: str) -> None:
    assert problem(client.get(path, headers=JSON), 404, "not_found")
    page = client.get(path, headers=BROWSER)
    assert (page.status_code, page.mimetype) == (404, "text/html")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", [PAIR, "/pt/", "/health", "/pt/method/k-means"])
def test_a_method_that_is_not_allowed_is_405_with_those_that_are(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method, headers=JSON)
    assert problem(response, 405, "method_not_allowed")
    assert {name.strip() for name in response.headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}


def test_head_answers_like_get_without_a_body(client: FlaskClient) -> None:
    get, head = (client.open(f"{PAIR}&format=json", method=method) for method in ("GET", "HEAD"))
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length", "Content-Language", "Vary"):
        assert head.headers[name] == get.headers[name]


def test_a_host_that_is_not_trusted_is_refused(bundled: EmbeddedStore) -> None:
    client = opened(bundled, trusted_hosts="good.example, other.example")
    for path in (PAIR, "/", "/health", "/nothing"):
        assert client.get(path, headers={**JSON, "Host": "evil.example"}).status_code == 400
    assert client.get(PAIR, headers={**JSON, "Host": "good.example"}).status_code == 200
    assert client.get(PAIR, headers={**JSON, "Host": "other.example:8000"}).status_code == 200


def test_without_trusted_hosts_no_answer_repeats_the_host(client: FlaskClient) -> None:
    for path in (PAIR, "/", "/pt/method/k-means", "/id/method/k-means"):
        response = client.get(path, headers={"Host": "evil.example"})
        assert "evil.example" not in response.text
        assert "evil.example" not in str(response.headers)


def test_a_store_that_vanishes_gives_503_and_no_path(bundled: EmbeddedStore, tmp_path: Path) -> None:
    path = tmp_path / "a-secret-place"
    shutil.copytree(bundled.path, path)
    client = opened(EmbeddedStore(path))
    assert client.get(PAIR).status_code == 200
    shutil.rmtree(path)
    for address in (PAIR, "/pt/", "/health", "/doc/method/k-means.ttl"):
        for headers in (JSON, BROWSER):
            response = client.get(address, headers=headers)
            assert response.status_code == 503
            assert response.headers["Retry-After"]
            assert "secret" not in response.text
            assert "Traceback" not in response.text


# Adding and removing


@pytest.mark.parametrize(
    "wanted",
    [
        MULTIMODAL,
        "Multimodal diffusion model",
        "MULTIMODAL Diffusion MODEL",
        " multimodal diffusion model ",
        "แบบจำลองการแพร่กระจายหลายรูปแบบ",
        "cross-modal diffusion",
    ],
    ids=["slug", "name", "case", "spaces", "Thai", "other name"],
)
def test_a_method_is_added_by_slug_or_by_any_name(client: FlaskClient, wanted: str) -> None:
    response = client.get(f"/pt/compare?slugs={TRANSFER}&add={quote(wanted)}", headers=BROWSER)
    assert response.status_code == 303
    assert response.headers["Location"] == f"/pt/compare?slugs={TRANSFER},{MULTIMODAL}"


def test_a_method_that_is_there_already_is_not_added_twice(client: FlaskClient) -> None:
    response = client.get(f"/pt/compare?slugs={TRANSFER},{SELF}&add={SELF}", headers=BROWSER)
    assert response.headers["Location"] == f"/pt/compare?slugs={TRANSFER},{SELF}"


def test_several_methods_that_match_are_offered_for_a_choice(client: FlaskClient) -> None:
    response = client.get(f"/pt/compare?slugs={TRANSFER}&add=diffusion", headers=BROWSER)
    assert response.status_code == 200
    page = Elements(response.text)
    assert "diffusion" in page.one("p", class_="lead")[1]
    targets = [attributes["href"] for attributes, _ in page.all("a") if f"slugs={TRANSFER}," in attributes["href"]]
    assert f"/pt/compare?slugs={TRANSFER},{MULTIMODAL}" in targets
    assert len(targets) == len(set(targets)) > 2
    for target in targets:
        assert client.get(target, headers=BROWSER).status_code == 200


def test_a_name_that_nothing_has_is_404_with_the_name(client: FlaskClient) -> None:
    facts = problem(client.get(f"/compare?slugs={TRANSFER}&add=no+such+method", headers=JSON), 404, "not_found")
    assert facts["value"] == "no such method"
    page = client.get(f"/pt/compare?slugs={TRANSFER}&add=no+such+method", headers=BROWSER)
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "no such method" in page.text


def test_each_cross_leads_to_the_comparison_without_that_method(client: FlaskClient) -> None:
    slugs = [TRANSFER, SELF, MULTIMODAL]
    page = Elements(client.get(f"/pt/compare?slugs={','.join(slugs)}&rows=different", headers=BROWSER).text)
    names = [text for _, text in page.all("a", class_="name")]
    crosses = list(page.all("a", class_="remove"))
    assert len(crosses) == 3
    for position, (attributes, text) in enumerate(crosses):
        target = urlsplit(attributes["href"])
        rest = [slug for slug in slugs if slug != slugs[position]]
        assert (target.path, parse_qs(target.query)) == (
            "/pt/compare",
            {"slugs": [",".join(rest)], "rows": ["different"]},
        )
        assert text == "×"
        assert names[position] in attributes["aria-label"]
        assert client.get(attributes["href"], headers=BROWSER).status_code == 200


def test_the_cross_of_one_of_two_leads_to_a_page_that_asks_for_another(client: FlaskClient) -> None:
    page = Elements(client.get(f"/pt{PAIR}", headers=BROWSER).text)
    left = client.get(next(iter(page.all("a", class_="remove")))[0]["href"], headers=BROWSER)
    assert left.status_code == 200
    assert {given["value"] for given, _ in Elements(left.text).all("input", name="slugs")} == {MULTIMODAL}


# The page


def test_each_mark_has_an_accessible_name_and_stands_in_a_row_that_differs(client: FlaskClient) -> None:
    answer = client.get(f"{PAIR}&lang=pt&format=json").json
    page = Elements(client.get(f"/pt{PAIR}", headers=BROWSER).text)
    labels = [text for attributes, text in page.all("th") if attributes.get("scope") == "row"]
    assert labels == [row["label"] + ("≠" if row["differs"] else "") for row in answer["rows"]]
    marks = list(page.all("span", class_="mark"))
    assert len(marks) == sum(row["differs"] for row in answer["rows"])
    for attributes, _ in marks:
        assert attributes["role"] == "img"
        assert attributes["aria-label"].startswith("difere: ")


def test_the_page_is_offered_in_every_language_and_format(client: FlaskClient) -> None:
    response = client.get(f"/pt{PAIR}", headers=BROWSER)
    page = Elements(response.text)
    alternates = {attributes["hreflang"]: attributes["href"] for attributes, _ in page.all("link", rel="alternate")}
    assert len(alternates) > 40
    assert client.get(alternates["th"], headers=BROWSER).headers["Content-Language"] == "th"
    links = re.findall(r'<([^>]+)>; rel="alternate"; type="([^"]+)"', ", ".join(response.headers.getlist("Link")))
    assert {media_type for _, media_type in links} >= set(TYPES) - {"text/html"}
    for address, media_type in links:
        assert client.get(address).mimetype == media_type


def test_all_links_of_the_page_lead_somewhere(client: FlaskClient) -> None:
    page = Elements(client.get(f"/pt{PAIR}", headers=BROWSER).text)
    targets = {attributes["href"] for tag in ("a", "link") for attributes, _ in page.all(tag)}
    own = {target for target in targets if target.startswith("/")}
    assert len(own) > 50
    statuses = {}
    for target in own:
        with client.get(target) as response:
            statuses[target] = response.status_code
    assert {target: status for target, status in statuses.items() if status != 200} == {}


def assert_nothing_runs(page: Elements) -> None:
    """No element of the page runs or loads what somebody wrote; the data blocks hold JSON without a tag."""
    assert not list(page.all("img"))
    for attributes, text in page.all("script"):
        if attributes.get("type") == "application/ld+json":
            assert json.loads(text)
            assert "<" not in text
        else:
            assert attributes["src"].startswith("/static/")
            assert not text


@pytest.fixture
def hostile(empty: EmbeddedStore, base: Base) -> FlaskClient:
    """A store with texts and addresses that want to be markup and scripts; the gate would refuse some of them."""
    work = base.work("evil")
    graphs: dict[NamedNode, list[Triple]] = {
        base.document(work): [
            Triple(work, RDF["type"], CMP["Work"]),
            Triple(work, DCTERMS["bibliographicCitation"], Literal("</td><script>alert(1)</script>")),
            Triple(work, CMP["linkMarker"], Literal("link")),
            Triple(work, SCHEMA["url"], NamedNode("javascript:alert(1)")),
        ]
    }
    for slug in ("a", "b"):
        method = base.method(slug)
        graphs[base.document(method)] = [
            Triple(method, RDF["type"], CMP["Method"]),
            Triple(method, SKOS["prefLabel"], Literal(f"<script>alert('{slug}')</script>", language="en")),
            Triple(method, SKOS["altLabel"], Literal("\"onmouseover='alert(1)'")),
            Triple(method, CMP["kind"], Literal("<img src=x onerror=alert(1)>")),
            Triple(method, CMP["originatorStatement"], Literal("javascript:alert(1)")),
            Triple(method, CMP["seminalSource"], work),
            Triple(
                method,
                SKOS["definition"],
                Literal("{{ 7 * 7 }} &lt;b&gt; </textarea><a href='javascript:alert(1)'>x</a>"),
            ),
        ]
    with empty.writer() as writer:
        writer.replace(graphs)
        writer.commit()
    return opened(empty)


@pytest.mark.parametrize(
    "path",
    [
        "/en/compare?slugs=a,b",
        "/en/method/a",
        "/en/",
        "/en/?q=script",
        "/doc/source/evil.html",
        "/en/compare?add=alert",
    ],
)
def test_what_is_in_the_store_is_text_on_a_page(hostile: FlaskClient, path: str) -> None:
    response = hostile.get(path, headers=BROWSER)
    assert response.status_code == 200
    page = Elements(response.text)
    assert_nothing_runs(page)
    for _, attributes, _ in page.found:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "src", "action"):
            assert not attributes.get(name, "").lower().startswith(("javascript:", "data:"))
    assert "<script>" in "".join(text for _, text in page.all("body"))


def test_the_marker_of_a_link_that_is_no_web_address_is_plain_text(hostile: FlaskClient) -> None:
    cell = hostile.get("/compare?slugs=a,b", headers=JSON).json["rows"][5]["cells"][0]
    assert cell["links"] == [{"label": "link", "href": None}]
    assert cell["text"].endswith(" link ↗")


@pytest.mark.parametrize("query", ["q=<script>alert(1)</script>", "q='\"><img src=x>"])
def test_what_a_reader_types_is_text_on_the_page(client: FlaskClient, query: str) -> None:
    for path in (f"/pt/?{query}", f"/pt/compare?slugs={TRANSFER}&add={query[2:]}", f"/pt/method/{quote(query[2:])}"):
        assert_nothing_runs(Elements(client.get(path, headers=BROWSER).text))


@pytest.mark.parametrize(
    "path", [f"/pt{PAIR}", f"{PAIR}&format=json", "/pt/", "/nothing", "/health", "/static/comparanda.css"]
)
def test_every_answer_is_confined(client: FlaskClient, path: str) -> None:
    with client.get(path, headers=BROWSER) as response:
        headers = response.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


# Linked data


def test_a_method_is_no_document_and_leads_to_its_own(client: FlaskClient) -> None:
    response = client.get("/id/method/k-means", headers={"Accept": "text/turtle"})
    assert (response.status_code, urlsplit(response.headers["Location"]).path) == (303, "/doc/method/k-means")


@pytest.mark.parametrize("path", ["/id/method/k-maens", "/doc/method/k-maens", "/doc/method/k-maens.ttl"])
def test_an_unknown_method_is_404_with_the_closest(client: FlaskClient, path: str) -> None:
    facts = problem(client.get(path, headers=JSON), 404, "unknown_method")
    closest = facts["closest"]
    assert isinstance(closest, dict)
    assert "k-means" in closest["k-maens"]


SYNTAXES = {
    "ttl": ("text/turtle", RdfFormat.TURTLE),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
}


def test_all_suffixes_say_the_same_triples(client: FlaskClient, bundled: EmbeddedStore, base: Base) -> None:
    said = {}
    for suffix, (media_type, syntax) in SYNTAXES.items():
        response = client.get(f"/doc/method/k-means.{suffix}")
        assert (response.status_code, response.mimetype) == (200, media_type)
        said[suffix] = {quad.triple for quad in pyoxigraph.parse(response.data, format=syntax)}
    assert said["ttl"] == said["nt"] == said["rdf"] == said["jsonld"]
    document = base.document(base.method("k-means"))
    assert {quad.triple for quad in bundled.reader().quads() if quad.graph_name == document} <= said["nt"]


@pytest.mark.parametrize("suffix", SYNTAXES)
def test_the_document_negotiates_and_says_where_that_variant_lies(client: FlaskClient, suffix: str) -> None:
    response = client.get("/doc/method/k-means", headers={"Accept": f"{SYNTAXES[suffix][0]}, text/html;q=0.5"})
    assert response.mimetype == SYNTAXES[suffix][0]
    assert urlsplit(response.headers["Content-Location"]).path == f"/doc/method/k-means.{suffix}"
    assert "Accept" in response.headers["Vary"]
    assert response.data == client.get(f"/doc/method/k-means.{suffix}").data


def test_the_document_is_a_page_for_browsers_and_offers_its_variants(client: FlaskClient) -> None:
    response = client.get("/doc/method/k-means", headers={**BROWSER, "Accept-Language": "pt"})
    assert (response.mimetype, response.headers["Content-Language"]) == ("text/html", "pt")
    links = re.findall(r'<([^>]+)>; rel="alternate"; type="([^"]+)"', ", ".join(response.headers.getlist("Link")))
    assert {media_type for _, media_type in links} >= {media_type for media_type, _ in SYNTAXES.values()}
    for address, media_type in links:
        assert client.get(address).mimetype == media_type
    in_page = {
        attributes["href"]: attributes["type"]
        for attributes, _ in Elements(response.text).all("link")
        if "type" in attributes
    }
    assert in_page["/doc/method/k-means.ttl"] == "text/turtle"


def test_the_page_of_a_method_shows_what_a_comparison_would(
    client: FlaskClient, answers: Answers, bundled: EmbeddedStore
) -> None:
    page = Elements(client.get(f"/pt/method/{TRANSFER}", headers=BROWSER).text)
    assert page.one("h1")[1] == "Aprendizagem por Transferência com Modelo de Difusão"
    values = {text for _, text in page.all("dd")}
    for row in answers.method(bundled.reader(), TRANSFER, "pt").rows:
        assert row.key == "related" or " ".join(row.cells[0].text.split()) in values
    assert sum(text.count("≠") for _, text in page.all("ul", class_="links")) == 5


# Operation and the wire


def test_health_asks_the_store_and_tells_its_version(client: FlaskClient, bundled: EmbeddedStore) -> None:
    response = client.get("/health")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json["status"] == "ok"
    assert response.json["version"] == bundled.reader().version


def sent(server: str, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """What a real server answers to a request target sent as it is."""
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=30)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def test_the_server_answers_as_the_application_does(server: str, client: FlaskClient) -> None:
    path = f"{PAIR}&format=json"
    status, headers, body = sent(server, path)
    here = client.get(path)
    assert (status, body) == (200, here.data)
    assert (headers["etag"], headers["content-type"]) == (here.headers["ETag"], here.headers["Content-Type"])
    assert sent(server, path, If_None_Match=headers["etag"])[0::2] == (304, b"")
    assert sent(server, path, method="HEAD")[0::2] == (200, b"")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        pytest.param(PAIR, {"Accept": "text/html;q=0.1," * 6_000}, id="100 KB of Accept"),
        pytest.param(PAIR, {"Accept": "a/" + "b" * 100_000}, id="one type of 100 KB"),
        pytest.param(PAIR, {"Accept": "text/html;q=x, ;;;,,/, a/b;q=9999999999"}, id="broken Accept"),
        pytest.param(PAIR, {"Accept_Language": "pt" + "b" * 100_000}, id="language of 100 KB"),
        pytest.param(PAIR, {"Accept_Language": "pt-b1;q=0.1," * 6_000}, id="6,000 languages"),
        pytest.param(PAIR, {"Accept_Language": "pt;q=nan, \x7f;q=-1"}, id="broken languages"),
        pytest.param(PAIR, {"If_None_Match": '"' * 50_000}, id="broken tag"),
        pytest.param(PAIR, {"Range": "bytes=5-1,-,9999999999999999999999-"}, id="range"),
        pytest.param(PAIR, {"Cookie": "a=" + "b" * 50_000}, id="cookie"),
        pytest.param("/pt/method/%00", {}, id="NUL"),
        pytest.param("/id/method/a%0d%0aSet-Cookie:%20x=y", {}, id="CRLF"),
        pytest.param("/pt/compare?slugs=a%0d%0aX-Evil:%201,b&add=%0d%0a", {}, id="CRLF in the query"),
        pytest.param("/pt/compare?slugs=%00,%01", {}, id="NUL in the query"),
        pytest.param("/doc/method/%2e%2e%2f%2e%2e%2fetc%2fpasswd.ttl", {}, id="dots"),
        pytest.param("/static/..%2f..%2fsettings.py", {}, id="dots in static"),
        pytest.param("/pt/method/%ff%fe", {}, id="no UTF-8"),
        pytest.param("/compare?slugs=%ff,%fe&format=%ff&lang=%ff&rows=%ff", {}, id="no UTF-8 in the query"),
        pytest.param("/compare?slugs=" + ",".join(f"m-{n}" for n in range(2_000)), {}, id="2,000 slugs"),
        pytest.param("/compare?" + "&".join(f"slugs=m-{n}" for n in range(2_000)), {}, id="2,000 parameters"),
        pytest.param("/compare?slugs=" + "a" * 60_000 + ",b", {}, id="slug of 60 KB"),
        pytest.param("/pt/?q=" + "%25" * 5_000, {}, id="long search"),
        pytest.param("/pt/?q=%5C%22%29%7D", {}, id="SPARQL in a search"),
        pytest.param("//evil.example/%2e%2e", {}, id="two slashes"),
        pytest.param("/" + "a/" * 10_000, {}, id="deep path"),
    ],
)
def test_no_request_breaks_the_server(server: str, path: str, headers: dict[str, str]) -> None:
    for accept in ("application/json", "text/html"):
        status, received, body = sent(server, path, **{"Accept": accept, **headers})
        assert status < 500
        assert b"Traceback" not in body
        assert not {"set-cookie", "x-evil"} & received.keys()
        assert not received.get("location", "").startswith(("//", "http://evil"))
    assert sent(server, "/health")[0] == 200
