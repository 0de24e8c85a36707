"""The pages in a real browser: what a reader sees, with and without JavaScript, on a telephone, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from browsing import DESK, PAGES, TELEPHONE, Reader, window

TRANSFER, SELF = "transfer-learning-diffusion-model", "self-supervised-diffusion-model"
PT = f"/pt/compare?slugs={TRANSFER},{SELF}"
NAMES = ["Aprendizagem por Transferência com Modelo de Difusão", "Modelo de Difusão Auto-supervisionado"]
LABELS = [
    *("Área", "Família", "Ano de origem≠", "Autor original≠", "Tipo≠"),
    *("Fonte seminal", "Outros nomes", "Relacionados≠", "Resumo≠"),
]


def test_the_page_shows_heading_sentence_and_nine_rows_with_their_marks(reader: Reader) -> None:
    page = reader.open(PT)
    assert page.locator("h1").inner_text() == "Comparar métodos"
    sentence = "Examine os métodos selecionados lado a lado; as linhas que diferem ficam destacadas."
    assert page.get_by_text(sentence).is_visible()
    assert reader.names() == NAMES
    assert page.locator("tbody th[scope=row]").all_inner_texts() == LABELS
    assert page.locator("tbody tr").count() == 9
    assert page.get_by_role("img", name="difere").count() == 5


def test_rows_that_differ_stand_out(reader: Reader) -> None:
    page = reader.open(PT)
    colour = "element => getComputedStyle(element).backgroundColor"
    marked = page.locator("tr.differs td").first.evaluate(colour)
    assert marked != page.locator("tr.same td").first.evaluate(colour)


def test_the_cross_removes_a_column(reader: Reader) -> None:
    page = reader.open(PT)
    page.get_by_role("link", name=f"Remover {NAMES[0]} da comparação").click()
    page.wait_for_load_state()
    assert reader.names() == NAMES[1:]
    assert page.get_by_role("status").is_visible()


def test_a_method_is_added_by_typing_its_name(reader: Reader) -> None:
    page = reader.open(PT)
    page.get_by_label("Adicionar um método").fill("Random Forest")
    page.get_by_label("Adicionar um método").press("Enter")
    page.wait_for_url("**/pt/compare?slugs=*random-forest*")
    assert len(reader.names()) == 3
    assert reader.names()[:2] == NAMES


def test_adding_and_removing_work_without_javascript(scriptless: Reader) -> None:
    page = scriptless.open(PT)
    page.get_by_label("Adicionar um método").fill("Random Forest")
    page.get_by_role("button", name="Adicionar", exact=True).click()
    page.wait_for_url("**/pt/compare?slugs=*random-forest*")
    assert len(scriptless.names()) == 3
    page.locator("a.remove").first.click()
    page.wait_for_url(f"**/pt/compare?slugs={SELF},random-forest")
    assert len(scriptless.names()) == 2
    page.get_by_role("link", name="Linhas que diferem").click()
    page.wait_for_url("**rows=different**")
    assert page.locator("tbody tr.same").count() == 0


@pytest.mark.parametrize(
    "path", [PT, "/pt/", f"/pt/method/{TRANSFER}", "/sparql", "/ar/compare?slugs=k-means,random-forest"]
)
def test_a_page_asks_nobody_else_and_the_console_stays_silent(reader: Reader, path: str) -> None:
    reader.open(path).wait_for_load_state("networkidle")
    assert reader.strange == []
    assert reader.errors == []


@pytest.mark.parametrize("path", [PT, "/pt/", f"/pt/method/{TRANSFER}", "/ar/compare?slugs=k-means,random-forest"])
def test_on_a_telephone_the_document_does_not_scroll_sideways(telephone: Reader, path: str) -> None:
    page = telephone.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("window.scrollTo(500, 0)")
    assert page.evaluate("Math.abs(window.scrollX)") == 0


@pytest.mark.parametrize("language", ["pt", "ar"])
def test_on_a_telephone_the_first_column_stays_while_the_table_scrolls(telephone: Reader, language: str) -> None:
    page = telephone.open(f"/{language}/compare?slugs={TRANSFER},{SELF},k-means")
    label, cell = page.locator("tbody th[scope=row]").first, page.locator("tbody td").first
    before = (label.bounding_box(), cell.bounding_box())
    page.locator(".scroll").evaluate("element => { element.scrollLeft = element.scrollWidth; }")
    if language == "ar":
        page.locator(".scroll").evaluate("element => { element.scrollLeft = -element.scrollWidth; }")
    after = (label.bounding_box(), cell.bounding_box())
    assert before[0] is not None
    assert after[0] is not None
    assert before[1] is not None
    assert after[1] is not None
    assert abs(after[0]["x"] - before[0]["x"]) <= 1
    assert abs(after[1]["x"] - before[1]["x"]) > 100
    assert after[0]["x"] >= 0
    assert after[0]["x"] + after[0]["width"] <= 390


def test_an_arabic_page_runs_from_right_to_left(reader: Reader) -> None:
    page = reader.open(f"/ar/compare?slugs={TRANSFER},{SELF}")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("html").evaluate("element => getComputedStyle(element).direction") == "rtl"
    label, cell = page.locator("tbody th[scope=row]").first, page.locator("tbody td").first
    label_box, cell_box = label.bounding_box(), cell.bounding_box()
    assert label_box is not None
    assert cell_box is not None
    assert label_box["x"] > cell_box["x"]
    assert page.locator("tbody [dir=ltr]").count() > 0


def test_the_keyboard_alone_reaches_everything(reader: Reader) -> None:
    page = reader.open(PT)
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                    const element = document.activeElement;
                    const style = getComputedStyle(element);
                    return [element.className || element.id || element.tagName.toLowerCase(), style.outlineStyle];
                }"""
            )
        )
    names = [name for name, _ in reached]
    assert names[0] == "skip"
    assert names.count("remove") >= 2
    assert {"add", "summary", "home", "scroll"} <= set(names)
    assert {outline for name, outline in reached if name in ("remove", "add", "summary", "home")} == {"solid"}


def test_the_keyboard_alone_opens_the_language_menu_and_changes_the_language(reader: Reader) -> None:
    page = reader.open(PT)
    page.locator(".languages summary").focus()
    page.keyboard.press("Enter")
    link = page.locator(".languages a[hreflang=th]")
    assert link.is_visible()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/th/compare**")
    assert page.locator("h1").inner_text() == "เปรียบเทียบวิธี"
    assert page.locator("thead .name").count() == 2


def test_the_keyboard_alone_removes_and_adds_a_method(reader: Reader) -> None:
    page = reader.open(PT)
    page.locator("a.remove").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/pt/compare?slugs={TRANSFER}")
    page.locator("#add").focus()
    page.keyboard.type(SELF)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PT}")
    assert reader.names() == NAMES


def test_the_link_to_the_content_is_shown_when_the_keyboard_reaches_it(reader: Reader) -> None:
    page = reader.open(PT)
    skip = page.locator("a.skip")
    hidden = skip.bounding_box()
    assert hidden is not None
    assert hidden["y"] < 0
    page.keyboard.press("Tab")
    shown = skip.bounding_box()
    assert shown is not None
    assert shown["y"] >= 0


def test_nothing_to_press_is_smaller_than_24_px(telephone: Reader) -> None:
    page = telephone.open(PT)
    for selector in ("a.remove", "#add", ".add button", ".rows a", ".languages summary", ".search button"):
        for element in page.locator(selector).all():
            box = element.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24, selector


# What scripts fill, and what is there when they are done
FILLED = {"#yasgui": "#yasgui .CodeMirror", ".canvas": "figure.graph[data-methods]"}
SHIFT = """new PerformanceObserver(list => {
    for (const entry of list.getEntries()) globalThis.shift = (globalThis.shift ?? 0) + entry.value;
}).observe({type: "layout-shift", buffered: true});"""
SLOW = {"offline": False, "latency": 5, "downloadThroughput": 1e5, "uploadThroughput": 1e5}  # ms, bytes a second
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


@pytest.mark.parametrize(("options", "language"), [(DESK, "en"), (TELEPHONE, "ar")], ids=["desk", "telephone"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_while_a_page_comes(
    browser: Browser, server: str, path: str, options: dict[str, object], language: str
) -> None:
    """Over a slow network, so that it is painted in pieces; the end of a line that comes late may move by less."""
    page = window(browser, server, **options).page
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.add_init_script(SHIFT)
    page.goto(server + path.format(language=language))
    for place, filled in FILLED.items():
        if page.locator(place).count():
            page.locator(filled).first.wait_for()
    page.evaluate(TWO_FRAMES)
    shift = page.evaluate("globalThis.shift ?? 0")
    page.context.close()
    assert shift < 0.005
