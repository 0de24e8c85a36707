"""One reader's way through the site in Thai: by pointer, by keyboard only, and without JavaScript.

Two methods are found and compared, one is removed, another is added; rows that differ are shown and exported; a
related link is followed, a path is found, and a saved query is run.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from browsing import DESK, Reader, window

ANOVA, LOGISTIC = "การวิเคราะห์ความแปรปรวน", "การถดถอยโลจิสติก"
SAVED = "names_by_language"


def chosen(page: Page) -> list[str]:
    """The slugs in the address of a comparison."""
    return parse_qs(urlsplit(page.url).query)["slugs"][0].split(",")


def exported(page: Page, reader: Reader) -> list[dict[str, str]]:
    """The lines of the CSV to which a comparison links."""
    address = page.locator(".menu a", has_text="CSV").first.get_attribute("href")
    assert address is not None
    answer = page.request.get(reader.server + address)
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.text())))


@pytest.fixture
def desk(browser: Browser, server: str) -> Iterator[Reader]:
    reader = window(browser, server, **DESK, locale="th")
    yield reader
    reader.leave()


@pytest.fixture
def plain(browser: Browser, server: str) -> Iterator[Reader]:
    reader = window(browser, server, viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield reader
    reader.leave()


def test_the_journey_by_pointer(desk: Reader) -> None:
    page = desk.open("/")
    assert page.url.endswith("/th/")
    for name in (ANOVA, LOGISTIC):
        page.fill("header [name=q]", name)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.locator(".methods li", has_text=name).first.locator("input").check()
    page.click(".basket a.primary")
    assert desk.names() == [ANOVA, LOGISTIC]

    page.locator("a.remove").first.click()
    page.locator("#add").press_sequentially("random for")
    page.locator("[role=option]").first.click()
    page.wait_for_url("**slugs=*random-forest*")
    assert chosen(page) == ["logistic-regression", "random-forest"]

    page.click(".rows a >> nth=1")
    rows = page.locator("tbody tr").all()
    assert rows
    assert all("differs" in (row.get_attribute("class") or "") for row in rows)
    page.click(".menu summary")
    assert {line["≠"] for line in exported(page, desk)} == {"≠"}

    page.locator("thead .name").nth(1).click()
    page.wait_for_url("**/th/method/random-forest")
    page.locator("#related a[href*='/method/']").first.click()
    page.wait_for_url("**/th/method/bagging-ensemble")

    desk.open("/th/explore")
    page.fill("#from", "random-forest")
    page.fill("#to", "analysis-of-variance")
    page.locator("#to").press("Enter")
    page.wait_for_url("**/th/explore/path?*")
    assert page.locator("a[href$='/method/analysis-of-variance']").count() >= 1

    desk.open(f"/sparql?lang=th&name={SAVED}")
    page.locator(".tabPanel.active .yasqe_queryButton").click()
    page.wait_for_selector(".tabPanel.active .yasr table td")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what has the focus matches."""
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_the_journey_by_keyboard(desk: Reader) -> None:
    page, keys = desk.open("/th/"), desk.page.keyboard
    for name in (ANOVA, LOGISTIC):
        tab_to(page, "header [name=q]")
        keys.press("Control+A")
        keys.insert_text(name)
        with page.expect_navigation():
            keys.press("Enter")
        tab_to(page, ".methods li:first-child input")
        keys.press("Space")
    tab_to(page, ".basket a.primary")
    with page.expect_navigation():
        keys.press("Enter")
    assert desk.names() == [ANOVA, LOGISTIC]

    tab_to(page, "a.remove")
    with page.expect_navigation():
        keys.press("Enter")
    tab_to(page, "#add")
    keys.type("random for")
    page.wait_for_selector("[role=option]")
    keys.press("ArrowDown")
    keys.press("Enter")
    page.wait_for_url("**slugs=*random-forest*")

    tab_to(page, ".rows a:nth-child(2)")
    with page.expect_navigation():
        keys.press("Enter")
    assert page.locator("tbody tr.same").count() == 0
    tab_to(page, ".menu summary")
    keys.press("Enter")
    tab_to(page, ".menu a[href*='format=csv']")
    with page.expect_download() as saved:
        keys.press("Enter")
    assert saved.value.suggested_filename == "comparison.csv"

    tab_to(page, "thead th:nth-child(3) .name")
    with page.expect_navigation():
        keys.press("Enter")
    tab_to(page, "#related a[href*='/method/']")
    with page.expect_navigation():
        keys.press("Enter")
    assert page.url.endswith("/th/method/bagging-ensemble")

    desk.open("/th/explore")
    for field, slug in (("#from", "random-forest"), ("#to", "analysis-of-variance")):
        tab_to(page, field)
        keys.insert_text(slug)
    with page.expect_navigation():
        keys.press("Enter")
    assert "/th/explore/path?" in page.url

    desk.open("/sparql?lang=th")
    tab_to(page, f"#{SAVED} summary")
    keys.press("Enter")
    tab_to(page, f"#{SAVED} a.run")
    with page.expect_navigation():
        keys.press("Enter")
    assert page.locator("#answer tbody tr").count() > 20


def test_the_journey_without_javascript(plain: Reader) -> None:
    page = plain.open("/th/?q=" + ANOVA)
    assert page.locator(".methods li").count() >= 1
    plain.open("/th/?q=การ")
    for name in (ANOVA, LOGISTIC):
        page.locator(".methods li", has_text=name).first.locator("input").check()
    page.click("button.sticky")
    assert {*plain.names()} == {ANOVA, LOGISTIC}

    page.locator("a.remove").first.click()
    page.fill("#add", "random-forest")
    page.click(".add button")
    assert "random-forest" in chosen(page)

    page.click(".rows a >> nth=1")
    assert page.locator("tbody tr.same").count() == 0
    assert {line["≠"] for line in exported(page, plain)} == {"≠"}

    plain.open("/th/method/random-forest")
    page.locator("#related a[href*='/method/']").first.click()
    assert page.url.endswith("/th/method/bagging-ensemble")

    plain.open("/th/explore")
    page.fill("#from", "random-forest")
    page.fill("#to", "analysis-of-variance")
    page.locator("#to").press("Enter")
    assert page.locator("a[href$='/method/analysis-of-variance']").count() >= 1

    plain.open(f"/sparql?lang=th&name={SAVED}")
    page.click("#plain-editor button")
    assert page.locator("#answer tbody tr").count() > 20
