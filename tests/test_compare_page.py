"""The page of a comparison: columns that come, go and move, rows that say how they differ, what is taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Locator, Page

from browsing import Reader, window
from comparanda.answers import Answers
from comparanda.formats import COMPARISON_FORMATS
from comparanda.stores.embedded import EmbeddedStore
from comparanda.web.i18n import format_date, translate
from test_web import BROWSER, JSON, MULTIMODAL, SELF, TRANSFER, Elements

THREE = [TRANSFER, SELF, MULTIMODAL]
FOREST, TREES = "random-forest", "extra-trees"
WORDS = {
    "value": "different value",
    "missing": "value missing",
    "count": "different number",
    "typography": "different typography only",
}


def address(*slugs: str, language: str = "en", more: str = "") -> str:
    return f"/{language}/compare?slugs={','.join(slugs)}{more}"


def compared(href: str) -> list[str]:
    """The methods that an address compares, in order."""
    return parse_qs(urlsplit(href).query)["slugs"][0].split(",")


def opened(client: FlaskClient, *slugs: str, language: str = "en", more: str = "") -> Elements:
    response = client.get(address(*slugs, language=language, more=more), headers=BROWSER)
    assert response.status_code == 200
    return Elements(response.text)


# What the page says


@pytest.mark.parametrize("slugs", [THREE, ["pos-tagging", "kalman-filter"], ["k-means", "k-means-clustering"]])
def test_a_row_that_differs_says_how_in_words_and_others_say_nothing(client: FlaskClient, slugs: list[str]) -> None:
    rows = client.get(address(*slugs, more="&format=json"), headers=JSON).json["rows"]
    told = [text for _, text in opened(client, *slugs).all("td", class_="how")]
    assert [text.split("Shared:")[0].strip() for text in told] == [WORDS.get(row["difference"], "") for row in rows]


def test_what_only_typography_tells_apart_is_said_to_be_so(client: FlaskClient) -> None:
    differences = {
        row["difference"] for row in client.get(address("k-means", "k-means-clustering"), headers=JSON).json["rows"]
    }
    told = {text for _, text in opened(client, "k-means", "k-means-clustering").all("span", class_="difference")}
    assert told == {WORDS[each] for each in differences if each}


def test_related_methods_that_all_share_are_linked_and_counted_methods_lead_to_the_entry(client: FlaskClient) -> None:
    shared = client.get(address(FOREST, TREES, more="&format=json"), headers=JSON).json["rows"][7]["shared"]
    page = opened(client, FOREST, TREES)
    targets = [attributes["href"] for attributes, _ in page.all("a")]
    assert shared
    for iri in shared:
        assert f"/en/method/{iri.rsplit('/', 1)[-1]}" in targets
    for slug in (FOREST, TREES):
        assert f"/en/method/{slug}#related" in targets


def test_a_column_can_be_moved_one_place_either_way_but_not_beyond_the_ends(client: FlaskClient) -> None:
    page = opened(client, *THREE, more="&rows=different")
    moves = [
        (attributes["id"], attributes["href"])
        for attributes, _ in page.all("a")
        if attributes.get("class", "").startswith("move ")
    ]
    assert {name: compared(href) for name, href in moves} == {
        f"on-{TRANSFER}": [SELF, TRANSFER, MULTIMODAL],
        f"back-{SELF}": [SELF, TRANSFER, MULTIMODAL],
        f"on-{SELF}": [TRANSFER, MULTIMODAL, SELF],
        f"back-{MULTIMODAL}": [TRANSFER, MULTIMODAL, SELF],
    }
    for _, href in moves:
        moved = client.get(href, headers=BROWSER).text
        assert f'id="{urlsplit(href).fragment}"' in moved
        assert 'class="same"' not in moved


@pytest.mark.parametrize(("language", "first"), [("en", "left"), ("ar", "right")])
def test_a_link_says_to_which_side_it_moves_a_column(client: FlaskClient, language: str, first: str) -> None:
    page = opened(client, TRANSFER, SELF, language=language)
    back = page.one("a", id=f"back-{SELF}")[0]["aria-label"]
    name = next(islice(page.all("a", class_="name"), 1, None))[1]
    assert back == translate(language, f"Move {{method}} to the {first}", method=name)


@pytest.mark.parametrize("transposed", [False, True])
def test_every_format_is_in_one_menu_either_way_round(client: FlaskClient, transposed: bool) -> None:
    page = opened(client, FOREST, TREES, more="&rows=same&transposed=true" if transposed else "&rows=same")
    links = [attributes["href"] for attributes, _ in page.all("a", rel="nofollow") if "format=" in attributes["href"]]
    exports = [href for href in links if href.startswith("/compare")]
    found = [(parse_qs(urlsplit(href).query)["format"][0], "transposed=true" in href) for href in exports]
    tables, graphs = {"json", "csv", "tsv", "xlsx", "md", "tex"}, {"ttl", "jsonld"}
    assert len(found) == len(set(found))
    assert set(found) == {(name, way) for name in tables for way in (False, True)} | {
        (name, transposed) for name in graphs
    }
    assert tables | graphs | {"html", "txt"} == {known.name for known in COMPARISON_FORMATS}
    assert all("rows=same" in href for href in exports)
    assert {client.get(href).status_code for href in links} == {200}


@pytest.mark.parametrize(
    ("language", "joined"), [("en", "{} and {}"), ("pt", "{} e {}"), ("ar", "\u2068{}\u2069 و\u2068{}\u2069")]
)
def test_a_line_says_how_to_cite_with_version_and_day_in_the_reader_s_language(
    client: FlaskClient, language: str, joined: str
) -> None:
    """Names that run the other way than the sentence are isolated in it."""
    answer = client.get(address(TRANSFER, SELF, language=language, more="&format=json")).json
    line = opened(client, TRANSFER, SELF, language=language).one("span", id="citation")[1]
    assert answer["version"] in line
    assert joined.format(*(method["name"] for method in answer["methods"])) in line
    assert format_date(language, datetime.now(UTC).date()) in line


def test_the_address_to_share_is_absolute_and_leaves_out_what_is_nothing_to_others(client: FlaskClient) -> None:
    page = opened(client, FOREST, TREES, more="&rows=different&from=a-newsletter")
    attributes, text = page.one("a", id="address")
    assert attributes["href"] == text
    assert text == f"http://localhost/en/compare?slugs={FOREST},{TREES}&rows=different"


def test_texts_come_in_another_language_than_the_page_where_a_reader_wants_it(client: FlaskClient) -> None:
    page = opened(client, TRANSFER, MULTIMODAL, language="pt", more="&clang=th")
    thai = client.get(address(TRANSFER, MULTIMODAL, language="th", more="&format=json")).json
    assert [text for _, text in page.all("a", class_="name")] == [method["name"] for method in thai["methods"]]
    assert next(iter(page.all("th", scope="row")))[1] == "Área"
    assert page.one("h1")[1] == "Comparar métodos"
    exports = [attributes["href"] for attributes, _ in page.all("a") if attributes["href"].startswith("/compare?")]
    assert all("lang=th" in href for href in exports)
    assert {attributes["value"] for attributes, _ in page.all("input", name="clang")} == {"th"}


def test_a_comparison_of_twenty_has_no_place_for_another(
    client: FlaskClient, bundled: EmbeddedStore, answers: Answers
) -> None:
    slugs = [method.slug for method in answers.methods(bundled.reader(), "en")[:20]]
    page = opened(client, *slugs)
    assert not list(page.all("input", id="add"))
    assert page.one("td", class_="add")[1] == "A comparison holds at most 20 methods."
    assert list(opened(client, *slugs[:19]).all("input", id="add"))


@pytest.mark.parametrize("language", ["en", "th", "ar", "ru"])
def test_a_page_is_light(client: FlaskClient, language: str) -> None:
    slugs = [*THREE, FOREST]
    for count in (2, 3, 4):
        assert len(client.get(address(*slugs[:count], language=language), headers=BROWSER).data) < 60_000


def test_adding_keeps_the_choice_of_rows(client: FlaskClient) -> None:
    response = client.get(address(TRANSFER, more=f"&rows=different&add={SELF}"), headers=BROWSER)
    assert response.headers["Location"] == address(TRANSFER, SELF, more="&rows=different")


# What the page does


@pytest.fixture
def reader(browser: Browser, server: str) -> Iterator[Reader]:
    reader = window(browser, server, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield reader
    reader.leave()


def shown_slugs(page: Page) -> list[str | None]:
    return [head.get_attribute("data-slug") for head in page.locator("th[data-slug]").all()]


def box(element: Locator) -> dict[str, float]:
    found = element.bounding_box()
    assert found is not None
    return dict(found)


def typed(page: Page, letters: str) -> Locator:
    """The suggestions for letters typed into the last column."""
    page.locator("#add").press_sequentially(letters)
    page.locator(".suggestions li").first.wait_for()
    return page.locator(".suggestions li:visible")


def test_a_suggestion_chosen_by_keyboard_adds_the_method(reader: Reader) -> None:
    page = reader.open(address(TRANSFER, SELF))
    field = page.locator("#add")
    assert field.get_attribute("aria-expanded") == "false"
    options = typed(page, "random fore")
    assert field.get_attribute("role") == "combobox"
    assert field.get_attribute("aria-expanded") == "true"
    listed = page.locator(f"#{field.get_attribute('aria-controls')}")
    assert listed.get_attribute("role") == "listbox"
    assert field.get_attribute("aria-activedescendant") == ""
    place = next(place for place, text in enumerate(options.all_inner_texts()) if text.startswith("Random forest"))
    for _ in range(place + 1):
        field.press("ArrowDown")
    active = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert active.get_attribute("aria-selected") == "true"
    assert active.inner_text().startswith("Random forest")
    field.press("Enter")
    page.wait_for_url(f"**{address(TRANSFER, SELF, FOREST)}")
    assert shown_slugs(page) == [TRANSFER, SELF, FOREST]


def test_arrows_go_round_through_the_field_and_escape_closes_the_list(reader: Reader) -> None:
    page = reader.open(address(TRANSFER, SELF))
    field, options = page.locator("#add"), typed(page, "regression")
    field.press("ArrowUp")
    assert options.last.get_attribute("aria-selected") == "true"
    field.press("ArrowDown")
    assert page.locator("[aria-selected=true]").count() == 0
    field.press("ArrowDown")
    assert options.first.get_attribute("aria-selected") == "true"
    field.press("Escape")
    assert options.count() == 0
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "regression"
    field.press("ArrowDown")
    options.first.wait_for()
    field.press("Tab")
    page.get_by_role("listbox").wait_for(state="hidden")


def test_a_suggestion_says_by_which_text_it_was_found_and_is_chosen_with_the_mouse(reader: Reader) -> None:
    page = reader.open(address(TRANSFER, SELF))
    found = typed(page, "cross-modal diff").filter(has_text="cross-modal diffusion")
    assert found.inner_text().split("\n")[0] == "Multimodal diffusion model"
    found.click()
    page.wait_for_url(f"**{address(*THREE)}")


def test_methods_that_are_compared_already_are_not_suggested(reader: Reader) -> None:
    page = reader.open(address(TRANSFER, SELF))
    names = [text.split("\n")[0] for text in typed(page, "diffusion model").all_inner_texts()]
    assert names
    assert not set(names) & set(reader.names())


def test_a_choice_in_the_head_of_the_page_opens_the_entry(reader: Reader) -> None:
    page = reader.open(address(TRANSFER, SELF))
    page.locator(".search input[name=q]").press_sequentially("random fore")
    page.get_by_role("option", name=re.compile("^Random forest")).first.click()
    page.wait_for_url("**/en/method/random-forest")


def test_a_choice_in_one_of_two_fields_leads_to_the_other_and_then_on(reader: Reader) -> None:
    page = reader.open("/en/explore")
    for field, letters in (("from", "random fore"), ("to", "extra tre")):
        page.locator(f"input[name={field}]").press_sequentially(letters)
        page.locator(".suggestions li:visible").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        if field == "from":
            assert page.evaluate("document.activeElement.name") == "to"
    page.wait_for_url("**from=random-forest&to=extra-trees**")


def test_without_an_answer_to_letters_the_field_is_sent_as_it_is(reader: Reader) -> None:
    page = reader.open(address(TRANSFER, SELF))
    page.route("**/api/suggest**", lambda route: route.abort())
    with page.expect_request("**/api/suggest**"):
        page.locator("#add").press_sequentially("Random forest")
    page.locator("#add").press("Enter")
    page.wait_for_url(f"**{address(TRANSFER, SELF, FOREST)}")
    reader.errors.clear()


def test_a_list_of_suggestions_begins_where_its_field_begins(reader: Reader) -> None:
    page = reader.open(address(TRANSFER, SELF, language="ar"))
    typed(page, "diffusion")
    field, listed = box(page.locator("#add")), box(page.get_by_role("listbox"))
    assert listed["y"] >= field["y"] + field["height"]
    assert listed["x"] >= 0
    assert listed["x"] + listed["width"] == pytest.approx(max(field["x"] + field["width"], listed["width"] + 8), abs=2)


def test_the_cross_removes_a_column_and_the_rest_stays(reader: Reader) -> None:
    page = reader.open(address(*THREE, more="&rows=different"))
    page.locator(f"th[data-slug={SELF}] .remove").click()
    page.wait_for_url(f"**{address(TRANSFER, MULTIMODAL, more='&rows=different')}")
    assert shown_slugs(page) == [TRANSFER, MULTIMODAL]


def test_a_column_moves_by_keys_and_the_keyboard_stays_with_it(reader: Reader) -> None:
    page = reader.open(address(*THREE))
    page.locator(f"#on-{TRANSFER}").focus()
    for order, focused in (
        ([SELF, TRANSFER, MULTIMODAL], f"on-{TRANSFER}"),
        ([SELF, MULTIMODAL, TRANSFER], f"back-{TRANSFER}"),
        ([SELF, TRANSFER, MULTIMODAL], f"back-{TRANSFER}"),
    ):
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{address(*order)}#{focused}")
        assert shown_slugs(page) == order
        assert page.evaluate("document.activeElement.id") == focused


def dragged(page: Page, slug: str, to: str) -> None:
    """Drag a column to just beyond the middle of another."""
    start, end = box(page.locator(f"th[data-slug={slug}] .grip")), box(page.locator(f"th[data-slug={to}]"))
    sign = 1 if end["x"] > start["x"] else -1
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2 + sign * 10, start["y"] + 5, steps=4)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_column_is_dragged_to_another_place(reader: Reader, language: str) -> None:
    page = reader.open(address(*THREE, language=language, more="&rows=same"))
    dragged(page, TRANSFER, MULTIMODAL)
    assert page.locator("th.dragged").get_attribute("data-slug") == TRANSFER
    assert page.locator("th.after").get_attribute("data-slug") == MULTIMODAL
    page.mouse.up()
    page.wait_for_url(f"**{address(SELF, MULTIMODAL, TRANSFER, language=language, more='&rows=same')}**")
    assert shown_slugs(page) == [SELF, MULTIMODAL, TRANSFER]
    dragged(page, TRANSFER, MULTIMODAL)
    page.mouse.up()
    page.wait_for_url(f"**slugs={SELF},{TRANSFER},{MULTIMODAL}&**")


def test_escape_leaves_a_dragged_column_where_it_was(reader: Reader) -> None:
    page = reader.open(address(*THREE))
    dragged(page, TRANSFER, MULTIMODAL)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert page.locator(".dragged, .before, .after").count() == 0
    assert page.url.endswith(address(*THREE))


def test_without_javascript_columns_move_and_rows_are_chosen_by_links(scriptless: Reader) -> None:
    page = scriptless.open(address(*THREE))
    assert page.locator(".grip, .copy:visible, [role=combobox]").count() == 0
    page.locator(f"#on-{TRANSFER}").click()
    page.wait_for_url(f"**slugs={SELF},{TRANSFER},{MULTIMODAL}**")
    assert shown_slugs(page) == [SELF, TRANSFER, MULTIMODAL]
    page.get_by_role("link", name="Rows that differ").click()
    page.wait_for_url("**rows=different")
    assert page.locator("tbody tr").count() == page.locator("tbody tr.differs").count() > 0
    assert shown_slugs(page) == [SELF, TRANSFER, MULTIMODAL]
    page.locator(".menu summary").click()
    assert page.get_by_role("link", name="JSON-LD").is_visible()


@pytest.mark.parametrize("visitor", ["reader", "telephone"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_heads_of_columns_and_rows_stay_in_sight(request: pytest.FixtureRequest, visitor: str, language: str) -> None:
    page = request.getfixturevalue(visitor).open(address(*THREE, FOREST, language=language))
    region, head, label = page.locator(".scroll"), page.locator("thead td").first, page.locator("tbody th").last
    region.evaluate("element => element.scrollIntoView({block: 'end'})")
    region.evaluate(
        "element => element.scrollTo({left: 400 * (document.dir === 'rtl' ? -1 : 1), top: 1e6, behavior: 'instant'})"
    )
    frame, head_box, label_box = box(region), box(head), box(label)
    assert region.evaluate("element => element.scrollTop") > 50
    assert head_box["y"] == pytest.approx(frame["y"], abs=2)
    side = frame["x"] + frame["width"] if language == "ar" else frame["x"]
    for each in (head_box, label_box):
        assert (each["x"] + each["width"] if language == "ar" else each["x"]) == pytest.approx(side, abs=2)
    assert frame["y"] >= -2
    assert frame["y"] + frame["height"] <= page.viewport_size["height"] + 2  # type: ignore[index]


IN_SIGHT = """element => {
  const box = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(box.left + 2, box.top + 2));
}"""


def test_what_the_keyboard_reaches_in_the_table_is_not_below_its_heads(reader: Reader) -> None:
    page = reader.open(address(*THREE, FOREST))
    page.locator(".scroll").evaluate("element => element.scrollTo(1e6, 1e6)")
    links = page.locator("tbody td a")
    for place in range(links.count()):
        links.nth(place).focus()
        assert links.nth(place).evaluate(IN_SIGHT), place


def test_the_menu_closes_with_escape_and_with_a_click_elsewhere(reader: Reader) -> None:
    page = reader.open(address(TRANSFER, SELF))
    summary = page.locator(".menu summary")
    summary.press("Enter")
    assert page.get_by_role("link", name="XLSX").first.is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="XLSX").first.is_visible()
    assert summary.evaluate("element => element === document.activeElement")
    summary.click()
    page.locator("h1").click()
    assert page.locator(".menu[open]").count() == 0


def test_the_address_is_copied(reader: Reader) -> None:
    page = reader.open(address(TRANSFER, SELF))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy=address]").click()
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#address").inner_text()


def test_on_paper_stands_the_whole_table_with_its_address_and_no_controls(reader: Reader) -> None:
    page = reader.open(address(*THREE))
    page.emulate_media(media="print")
    region = page.locator(".scroll")
    assert region.evaluate("element => element.scrollHeight - element.clientHeight") <= 1
    assert region.evaluate("element => element.scrollWidth - element.clientWidth") <= 1
    for gone in (".rows", ".menu", ".remove", ".moves", "#add", ".copy", "header.site", ".basket"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator("tbody tr:visible").count() == 9
    assert page.locator("#address").is_visible()
    size = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", page.pdf(prefer_css_page_size=True))
    assert size
    assert float(size[1]) > float(size[2])
