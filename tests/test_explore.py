"""Following links: neighbourhoods, paths, bridges between areas, timelines, and why methods are related."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from pyoxigraph import Literal, Triple

from browsing import DESK, TELEPHONE, Reader, window
from comparanda.app import create_app
from comparanda.catalogue import commit_all_or_nothing
from comparanda.index import Index, lists
from comparanda.index.lists import Narrowing
from comparanda.index.reading import Listed
from comparanda.index.snapshots import Snapshot, Snapshots
from comparanda.namespaces import CMP, DCTERMS, FOAF, RDF, SKOS, XSD, Base
from comparanda.relations import Neighbourhood, ReasonedLink, Relations
from comparanda.render.drawing import text_width
from comparanda.render.neighbourhood import SHOWN, PictureWords, neighbourhood_picture
from comparanda.render.timeline import Axis, place_in_timeline
from comparanda.resources import folder
from comparanda.settings import Settings
from comparanda.stores.embedded import EmbeddedStore
from comparanda.web.relation_names import RELATION_NAMES

FOREST, MEANS, TRANSFER = "random-forest", "k-means", "transfer-learning-diffusion-model"
LONELY = "t-test"


@pytest.fixture(scope="module")
def snapshot(bundled: EmbeddedStore, base: Base, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return Snapshots(bundled, Index(tmp_path_factory.mktemp("index"), base)).newest()


@pytest.fixture(scope="module")
def relations(snapshot: Snapshot, base: Base) -> Relations:
    return Relations(snapshot, base, ("en",))


def put(store: EmbeddedStore, base: Base, slug: str, *related: str) -> None:
    """Commit the shortest entry that there can be, of a method called like its slug."""
    thing = base.method(slug)
    document = base.document(thing)
    facts = [
        Triple(thing, RDF["type"], CMP["Method"]),
        Triple(thing, SKOS["prefLabel"], Literal(slug, language="en")),
        Triple(document, RDF["type"], FOAF["Document"]),
        Triple(document, FOAF["primaryTopic"], thing),
        Triple(document, DCTERMS["created"], Literal("2026-01-01", datatype=XSD["date"])),
        *(Triple(thing, CMP["related"], base.method(other)) for other in related),
    ]
    with store.writer() as writer:
        commit_all_or_nothing(writer, {document: facts}, None, base)


def page(client: FlaskClient, address: str) -> str:
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.status_code == 200, response.text[:2000]
    return response.text


def svg(text: str, name: str) -> str:
    """The picture of a page that has this class."""
    [found] = re.findall(rf'<svg class="{name}".*?</svg>', text, re.DOTALL)
    return str(found)


def box(text: ElementTree.Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a text, as wide as it was taken to be."""
    size = float(text.attrib["font-size"])
    lines = [line.text or "" for line in text]
    width = max(text_width(line, size) for line in lines)
    from_left = (text.get("text-anchor") == "start") == (text.get("direction") == "ltr")
    middle = text.get("text-anchor") == "middle"
    left = float(text.attrib["x"]) - (width / 2 if middle else 0 if from_left else width)
    top = float(text.attrib["y"]) - size * 0.8
    return left, top, left + width, top + size + sum(float(line.attrib["dy"]) for line in text)


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_a_neighbourhood_holds_what_a_method_names_and_what_names_it_with_kinds_and_reasons(
    relations: Relations,
) -> None:
    found = relations.neighbourhood([FOREST], 60)
    [bagging] = [link for link in found.naming(FOREST) if link.target.slug == "bagging-ensemble"]
    assert bagging.kinds == ("extends",)
    assert bagging.reason is not None
    assert bagging.reason.startswith("The forest is bagging of trees")
    assert len(found.naming(FOREST)) == found.centre[0].related
    assert len(found.named_by(FOREST)) == found.centre[0].referenced
    assert all(link.reason and link.reason_language == "en" for link in found.naming(FOREST))


def test_a_neighbourhood_says_how_many_methods_it_leaves_out(relations: Relations) -> None:
    whole, some = relations.neighbourhood([FOREST], 600), relations.neighbourhood([FOREST], 4)
    assert (whole.left_out, len(some.around)) == (0, 4)
    assert some.left_out == len(whole.around) - 4
    assert [method.slug for method in some.around] == [method.slug for method in whole.around[:4]]


def test_each_step_of_a_path_is_a_link_between_its_two_methods(relations: Relations) -> None:
    paths, complete = relations.paths(MEANS, TRANSFER)
    assert complete
    assert paths
    for path in paths:
        assert (path.methods[0].slug, path.methods[-1].slug) == (MEANS, TRANSFER)
        for (near, far), step in zip(itertools.pairwise(path.methods), path.steps, strict=True):
            assert step
            assert all({link.source.slug, link.target.slug} == {near.slug, far.slug} for link in step)


def test_kinship_tells_links_both_ways_common_neighbours_and_what_the_entries_share(relations: Relations) -> None:
    kinship = relations.kinship("adaboost", "boosting", 60)
    assert {(link.source.slug, link.target.slug) for link in kinship.links} >= {("adaboost", "boosting")}
    assert kinship.originators
    around = [
        {method.slug for method in relations.neighbourhood([slug], 600).around} for slug in ("adaboost", "boosting")
    ]
    assert {method.slug for method in kinship.common} == around[0] & around[1] - {"adaboost", "boosting"}
    assert kinship.common_total == len(kinship.common)
    assert relations.kinship("bert-embeddings", "bert-based-classification", 60).sources


def test_the_overview_leads_to_bridges_with_as_many_links_as_it_says(client: FlaskClient) -> None:
    overview = page(client, "/en/explore")
    both, there = re.findall(r'bridges\?area=deep-learning&amp;other=machine-learning"[^>]*>(\d+)<', overview)
    [back] = re.findall(r'bridges\?area=machine-learning&amp;other=deep-learning"[^>]*>(\d+)<', overview)
    listed = page(client, "/en/explore/bridges?area=deep-learning&other=machine-learning")
    assert listed.count('class="reason"') == int(both) == int(there) + int(back)
    assert re.findall(r'<span class="count">(\d+)<', listed) == [there, back]


def test_a_neighbourhood_page_lists_every_link_with_a_way_to_expand_it(client: FlaskClient) -> None:
    text = page(client, f"/en/method/{FOREST}/related")
    assert "<h1>Neighbourhood: <bdi>Random forest</bdi></h1>" in text
    assert len(re.findall(r'<li data-slug="', text)) == 5 + 23
    assert f"slugs={FOREST},bagging-ensemble" in text


def test_a_neighbourhood_of_several_methods_lists_each_and_lets_one_be_taken_out(client: FlaskClient) -> None:
    text = page(client, f"/en/explore/neighbourhood?slugs={FOREST},{MEANS}")
    assert len(re.findall(r'<section class="centre"', text)) == 2
    assert f'neighbourhood?slugs={MEANS}" aria-label="Remove Random forest"' in text


def test_a_name_leads_to_the_neighbourhood_of_the_method_that_is_called_so(client: FlaskClient) -> None:
    response = client.get("/en/explore/neighbourhood?add=Random+forest")
    assert response.status_code == 303
    assert response.headers["Location"] == f"/en/explore/neighbourhood?slugs={FOREST}"


def test_a_name_that_fits_several_methods_offers_them(client: FlaskClient) -> None:
    text = page(client, f"/en/explore/path?from=regression&to={MEANS}")
    assert f"from=logistic-regression&amp;to={MEANS}" in text


def test_the_path_page_says_direction_kind_and_reason_of_each_step(client: FlaskClient) -> None:
    text = page(client, f"/en/explore/path?from={MEANS}&to={TRANSFER}")
    assert text.count('<section class="path">') == 4
    assert text.count('class="reason"') >= 16


def test_the_path_page_says_where_there_is_no_path(empty: EmbeddedStore, base: Base) -> None:
    """The bundled catalogue is connected; two methods without links are not."""
    for slug in ("one", "two"):
        put(empty, base, slug)
    client = create_app(Settings.from_environment({}, store=str(empty.path)), empty).test_client()
    assert "No chain of links connects" in page(client, "/en/explore/path?from=one&to=two")


def test_reasons_in_another_language_than_the_page_are_marked(client: FlaskClient) -> None:
    text = page(client, f"/th/method/{FOREST}/related")
    assert '<span class="reason" lang="en" dir="ltr">' in text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/en/method/no-such-method/related", 404),
        ("/en/explore/neighbourhood?slugs=random-forest,no-such-method", 404),
        ("/en/explore/neighbourhood", 400),
        ("/en/explore/neighbourhood?slugs=random-forest&limit=0", 400),
        ("/en/explore/neighbourhood?slugs=random-forest&limit=1000000000000000000000", 400),
        ("/en/explore/path?from=random-forest", 400),
        ("/en/explore/path?from=random-forest&to=random-forest", 400),
        ("/en/explore/path?from=random-forest&to=%00qqqqqqqqzzzz", 404),
        ("/en/explore/why?slugs=a,b,c", 400),
        ("/en/explore/bridges?area=deep-learning&other=no-such-area", 400),
    ],
)
def test_what_cannot_be_shown_is_a_problem_that_says_so(client: FlaskClient, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert response.json is not None
    assert response.json["status"] == status


def test_the_picture_of_a_neighbourhood_leads_to_each_method_and_says_how_they_are_linked(client: FlaskClient) -> None:
    picture = ElementTree.fromstring(svg(page(client, f"/en/method/{FOREST}/related"), "picture"))
    titles = [title.text for title in picture.iter("title")]
    assert "Random forest – extends – Bagging ensemble" in titles
    addresses = [link.get("href") for link in picture.iter("a")]
    assert addresses[0] == f"/en/method/{FOREST}/related"
    assert len(addresses) == 1 + 23  # five of its 28 links go both ways
    assert picture.find("desc").text.startswith("23 methods are linked with Random forest.")  # type: ignore[union-attr]


def test_a_picture_escapes_names_and_turns_to_the_direction_of_each() -> None:
    """Names come from outside."""
    hostile = Listed("one", '<script>"&', "en", "area")
    arabic = Listed("two", "الغابات العشوائية", "ar", "area")
    found = Neighbourhood((hostile,), (arabic,), (ReasonedLink(arabic, hostile, ()),), 0)
    words = PictureWords("<b>", "&", {"": "related to"})
    markup = neighbourhood_picture(found, words, lambda method: f"/{method.slug}?a&b")
    root = ElementTree.fromstring(markup)
    assert [text.get("direction") for text in root.iter("text")] == ["ltr", "rtl"]
    assert [link.get("href") for link in root.iter("a")] == ["/one?a&b", "/two?a&b"]
    assert "style=" not in markup
    assert not list(root.iter("script"))


def test_a_picture_of_a_method_without_links_shows_it_alone() -> None:
    alone = Neighbourhood((Listed("one", "One", "en"),), (), (), 0)
    root = ElementTree.fromstring(neighbourhood_picture(alone, PictureWords("", "", {}), lambda method: method.slug))
    assert len(list(root.iter("a"))) == 1


def test_names_in_a_picture_do_not_overlap(relations: Relations) -> None:
    found = relations.neighbourhood([FOREST, MEANS], 60)
    kinds = dict.fromkeys((*RELATION_NAMES, ""), "")
    root = ElementTree.fromstring(neighbourhood_picture(found, PictureWords("", "", kinds), lambda method: method.slug))
    boxes = [box(text) for text in root.iter("text")]
    assert len(boxes) == SHOWN + 2
    assert not [pair for pair in itertools.combinations(boxes, 2) if overlap(*pair)]


def test_every_method_with_a_year_is_in_the_timeline_and_the_others_are_listed(client: FlaskClient) -> None:
    text = page(client, "/en/explore/timeline?area=text-mining")
    picture = ElementTree.fromstring(svg(text, "timeline"))
    assert len(list(picture.iter("a"))) == 16
    assert len(re.findall(r"<li>", text[text.index("Without a year") :])) == 8


def test_names_in_a_timeline_do_not_overlap(client: FlaskClient) -> None:
    for area in ("deep-learning", "bayesian", "statistics"):
        picture = ElementTree.fromstring(svg(page(client, f"/en/explore/timeline?area={area}"), "timeline"))
        boxes = [box(text) for link in picture.iter("a") for text in link.iter("text")]
        assert boxes
        assert not [pair for pair in itertools.combinations(boxes, 2) if overlap(*pair)]


def test_the_axis_of_a_timeline_keeps_the_order_of_years_and_leaves_out_runs_of_empty_decades() -> None:
    axis = Axis([1774, 1961, 1969, 1983, 2014], 1000, 10)
    places = [axis.place(year) for year in (1774, 1961, 1969, 1983, 2014)]
    assert places == sorted(places)
    assert places[0] > 10
    assert places[-1] < 990
    assert list(axis.decades) == [1770, 1960, 1970, 1980, 2010]
    assert len(axis.breaks) == 2


def test_the_place_in_the_timeline_of_an_area_shows_the_method_among_all_others(snapshot: Snapshot) -> None:
    numbers = lists.page(snapshot.index, Narrowing(area=("bayesian",)), "year", ("en",), 0, 100)
    methods = snapshot.index.listed(numbers, ("en",))
    dated = [method for method in methods if method.year is not None]
    root = ElementTree.fromstring(place_in_timeline(dated[0], methods, "Timeline"))
    assert {title.text for title in root.iter("title")} == {f"{each.name} ({each.year})" for each in dated[1:]}
    assert f"{dated[0].name} ({dated[0].year})" in "".join(root.itertext())


def test_a_timeline_without_methods_says_so(empty: EmbeddedStore) -> None:
    client = create_app(Settings.from_environment({}, store=str(empty.path)), empty).test_client()
    assert "No method found" in page(client, "/en/explore/timeline")
    assert "<h1>Explore</h1>" in page(client, "/en/explore")


@pytest.mark.parametrize(
    "address",
    [
        f"/api/neighbourhood?slugs={FOREST}",
        f"/api/path?from={MEANS}&to={TRANSFER}",
        "/api/why?slugs=adaboost,boosting",
        "/api/bridges?area=deep-learning&other=machine-learning",
        "/api/timeline?area=bayesian",
    ],
)
def test_the_same_as_json_can_be_kept_and_asked_for_again(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    assert first.json is not None
    assert first.json["version"]
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(f"{address}&lang=th").headers["ETag"] != first.headers["ETag"]


def test_the_json_of_a_neighbourhood_names_methods_in_the_language_asked_for(client: FlaskClient) -> None:
    found = client.get(f"/api/neighbourhood?slugs={FOREST}&lang=ar").json
    assert found is not None
    centre = found["methods"][0]
    assert (centre["slug"], centre["language"], centre["direction"]) == (FOREST, "ar", "rtl")
    slugs = {method["slug"] for method in found["methods"]}
    assert all({link["source"], link["target"]} <= slugs for link in found["links"])
    assert {"source": FOREST, "target": "bagging-ensemble"}.items() <= next(
        link for link in found["links"] if link["target"] == "bagging-ensemble" and link["source"] == FOREST
    ).items()


def test_the_json_of_a_path_says_each_step(client: FlaskClient) -> None:
    found = client.get(f"/api/path?from={MEANS}&to={TRANSFER}").json
    assert found is not None
    assert found["complete"] is True
    for path in found["paths"]:
        assert (path["methods"][0], path["methods"][-1]) == (MEANS, TRANSFER)
        assert len(path["steps"]) == len(path["methods"]) - 1
        assert all(step and step[0]["reason"] for step in path["steps"])


# In a browser


class Explorer(Reader):
    """A window on the pages that draw graphs."""

    def drawn(self, links: str = "methods") -> int:
        """How many methods, or links, the graph holds."""
        return int(self.page.locator("figure.graph").get_attribute(f"data-{links}") or 0)


@pytest.fixture
def explorer(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Explorer]:
    if not (folder("static") / "vendor" / "cytoscape.min.js").is_file():
        pytest.skip("built without browser assets")
    options = getattr(request, "param", DESK)
    explorer = Explorer(window(browser, server, reduced_motion="reduce", **options).page, server)
    yield explorer
    explorer.leave()


def test_the_graph_draws_the_methods_and_links_that_the_list_names(explorer: Explorer, relations: Relations) -> None:
    page = explorer.open(f"/en/method/{FOREST}/related")
    page.locator("figure.graph[data-methods]").wait_for()
    found = relations.neighbourhood([FOREST], 60)
    assert (explorer.drawn(), explorer.drawn("links")) == (1 + len(found.around), len(found.links))
    assert page.locator(".canvas canvas").count() == 3
    assert page.locator(".canvas").get_attribute("aria-hidden") == "true"
    assert page.locator("#links li").count() == 28


def test_expanding_a_method_by_keyboard_adds_it_to_graph_and_list_and_goes_to_it(explorer: Explorer) -> None:
    page = explorer.open(f"/en/method/{FOREST}/related")
    page.locator("figure.graph[data-methods]").wait_for()
    before = explorer.drawn()
    page.locator('li[data-slug="bagging-ensemble"] .expand').first.focus()
    page.keyboard.press("Enter")
    page.locator("#of-bagging-ensemble").wait_for()
    assert explorer.drawn() > before
    assert page.locator("section.centre").count() == 2
    assert page.evaluate("document.activeElement.textContent") == "Bagging ensemble"
    assert page.locator("figure [aria-live]").inner_text() == f"Methods added: {explorer.drawn() - before}"
    assert urlsplit(page.url).query == f"slugs={FOREST},bagging-ensemble"
    page.go_back()
    page.locator("section.centre").nth(1).wait_for(state="detached")


def test_a_click_into_the_graph_expands_a_method(explorer: Explorer) -> None:
    page = explorer.open(f"/en/method/{FOREST}/related")
    page.locator("figure.graph[data-methods]").wait_for()
    canvas = page.locator(".canvas").bounding_box()
    assert canvas is not None
    for row, column in itertools.product(range(2, 24), range(1, 24)):
        page.mouse.move(canvas["x"] + canvas["width"] * column / 25, canvas["y"] + canvas["height"] * row / 25)
        if page.locator(".canvas.choosable").count():
            page.mouse.down()
            page.mouse.up()
            break
    page.locator("section.centre").nth(1).wait_for()


@pytest.mark.parametrize("explorer", [TELEPHONE], indirect=True)
@pytest.mark.parametrize(
    "address",
    [
        "/ar/explore",
        f"/ar/method/{FOREST}/related",
        f"/ar/explore/path?from={MEANS}&to={TRANSFER}",
        "/ar/explore/why?slugs=adaboost,boosting",
        "/ar/explore/timeline?area=deep-learning",
        "/ar/explore/bridges?area=deep-learning&other=machine-learning",
        f"/ar/method/{FOREST}",
    ],
)
def test_the_pages_fit_a_telephone_from_right_to_left(explorer: Explorer, address: str) -> None:
    page = explorer.open(address)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("html").get_attribute("dir") == "rtl"


@pytest.mark.parametrize("explorer", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_there_is_a_picture_and_the_whole_list(explorer: Explorer) -> None:
    page = explorer.open(f"/en/method/{FOREST}/related")
    assert page.locator("svg.picture a").count() == 24
    page.locator('li[data-slug="bagging-ensemble"] .expand').first.click()
    assert page.locator("section.centre").count() == 2


def test_a_reader_finds_the_path_between_two_names(explorer: Explorer) -> None:
    page = explorer.open("/en/explore")
    page.get_by_label("From", exact=True).fill("K-means clustering")
    page.get_by_label("To", exact=True).fill("Boosting")
    page.get_by_role("button", name="Path between two methods").click()
    assert page.locator("section.path").count() >= 1
    assert page.locator("section.path").first.locator("ol.links > li").count() >= 1
