"""Methods are collected on any page for a comparison, over pages and tabs of one browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

KEY = "comparanda.basket"
BAR = "Methods chosen for a comparison"


@pytest.fixture
def context(browser: Browser, server: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=server, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """The entry of k-means, with nothing collected."""
    page = context.new_page()
    page.goto("/en/method/k-means")
    return page


def collect(page: Page) -> None:
    page.locator("button.collect").first.click()


def fill(context: BrowserContext, content: str) -> None:
    context.add_init_script(f"localStorage.setItem({json.dumps(KEY)}, {json.dumps(content)})")


def test_a_method_stays_in_the_basket_from_page_to_page(page: Page) -> None:
    bar = page.get_by_role("complementary", name=BAR)
    expect(bar).to_be_hidden()
    collect(page)
    expect(bar).to_contain_text("1 method")
    page.goto("/en/method/random-forest")
    expect(bar).to_contain_text("1 method")
    collect(page)
    expect(bar).to_contain_text("2 methods")


def test_the_basket_leads_to_the_comparison_which_shows_no_bar(page: Page) -> None:
    collect(page)
    page.goto("/en/method/random-forest")
    collect(page)
    bar = page.get_by_role("complementary", name=BAR)
    bar.get_by_role("link", name="Compare").click()
    page.wait_for_url("**/en/compare?slugs=k-means,random-forest")
    assert page.locator("thead .name").all_inner_texts() == ["K-means clustering", "Random forest"]
    expect(bar).to_be_hidden()
    expect(page.locator("header .collected .count")).to_have_text("2")


def test_the_button_says_whether_its_method_is_collected(page: Page) -> None:
    button = page.locator("button.collect").first
    assert button.get_attribute("aria-pressed") == "false"
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_what_happens_is_announced(page: Page) -> None:
    said = page.locator("#basket-status")
    assert said.get_attribute("aria-live") == "polite"
    collect(page)
    expect(said).to_have_text("Added to the comparison: K-means clustering")
    collect(page)
    expect(said).to_have_text("Removed from the comparison: K-means clustering")


def test_a_method_is_taken_out_by_its_cross_and_the_keyboard_stays_in_the_bar(page: Page) -> None:
    collect(page)
    page.goto("/en/method/random-forest")
    collect(page)
    bar = page.get_by_role("complementary", name=BAR)
    bar.locator("summary").click()
    bar.get_by_role("button", name="Remove K-means clustering from the comparison").click()
    expect(bar).to_contain_text("1 method")
    expect(bar.locator("summary")).to_be_focused()
    bar.get_by_role("button", name="Remove all").click()
    expect(bar).to_be_hidden()
    expect(page.locator("header .collected")).to_be_focused()


def test_tabs_agree(context: BrowserContext, page: Page) -> None:
    other = context.new_page()
    other.goto("/en/method/k-means")
    collect(page)
    expect(other.locator("button.collect").first).to_have_attribute("aria-pressed", "true")
    expect(other.get_by_role("complementary", name=BAR)).to_contain_text("1 method")


def test_a_basket_holds_no_more_than_a_comparison(context: BrowserContext) -> None:
    fill(context, json.dumps([{"slug": f"method-{n}", "name": f"Method {n}", "language": "en"} for n in range(20)]))
    page = context.new_page()
    page.goto("/en/method/k-means")
    collect(page)
    expect(page.locator("#basket-status")).to_have_text("A comparison holds at most 20 methods.")
    expect(page.get_by_role("complementary", name=BAR)).to_contain_text("20 methods")


@pytest.mark.parametrize(
    "content",
    ["", "{", "null", "7", '{"slug": "k-means"}', '[1, null, {"slug": "../evil", "name": "x", "language": ""}]'],
)
def test_what_others_wrote_into_the_storage_is_no_basket(context: BrowserContext, content: str) -> None:
    fill(context, content)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/en/method/k-means")
    expect(page.locator("button.collect").first).to_be_visible()
    expect(page.get_by_role("complementary", name=BAR)).to_be_hidden()
    assert errors == []


def test_a_name_that_is_markup_is_shown_as_text(context: BrowserContext) -> None:
    name = "<img src=x onerror=alert(1)>"
    fill(context, json.dumps([{"slug": "k-means", "name": name, "language": "en"}]))
    page = context.new_page()
    page.goto("/en/method/random-forest")
    assert (
        page.locator(".basket li span").inner_text() == name or page.locator(".basket li span").text_content() == name
    )
    assert page.locator(".basket img").count() == 0


def test_the_basket_works_where_the_browser_keeps_nothing(context: BrowserContext) -> None:
    refuse = "() => { throw new DOMException('no storage', 'SecurityError'); }"
    context.add_init_script(f"Object.defineProperty(window, 'localStorage', {{ get: {refuse} }})")
    page = context.new_page()
    page.goto("/en/method/k-means")
    collect(page)
    expect(page.get_by_role("complementary", name=BAR)).to_contain_text("1 method")


def test_without_javascript_no_button_is_shown_that_does_nothing(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/en/method/k-means")
    assert not page.locator("button.collect").first.is_visible()
    assert not page.locator(".basket").is_visible()
    page.locator("header .collected").click()
    page.wait_for_url("**/en/compare")
    context.close()
