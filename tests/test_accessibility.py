"""Every page passes axe-core's rules for WCAG 2.2 AA, in scripts of three kinds, in light and in dark colours.

axe finds what a program can find; `test_browser.py` says what the keyboard does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from browsing import PAGES

AXE = Path(__file__).parent / "clients" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LANGUAGES = ("en", "th", "ar")

pytestmark = pytest.mark.skipif(
    not AXE.is_file(), reason="axe-core is not installed; it takes `npm ci` in tests/clients"
)


def violations(page: Page, **options: Any) -> list[str]:
    """What axe finds: rule, what it asks for, the first elements that break it.

    YASGUI has a button among its tabs.
    """
    run = "options => axe.run({exclude: ['.tabsList']}, options)"
    found = page.evaluate(run, {"resultTypes": ["violations"], **options})
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:150] for node in each['nodes'][:3]]}"
        for each in found["violations"]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_breaks_no_rule_of_accessibility(browser: Browser, server: str, path: str, language: str) -> None:
    """Colours are looked at twice; nothing else depends on them."""
    page = browser.new_page(color_scheme="light", reduced_motion="reduce", locale=language)
    page.goto(server + path.format(language=language))
    page.evaluate(AXE.read_text("utf-8"))
    light = violations(page, runOnly={"type": "tag", "values": TAGS})
    page.emulate_media(color_scheme="dark")
    dark = violations(page, runOnly={"type": "rule", "values": ["color-contrast"]})
    page.close()
    assert (light, dark) == ([], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_frame_breaks_no_rule_with_everything_open(
    browser: Browser, server: str, scheme: Literal["light", "dark"]
) -> None:
    """The choice of languages and the basket lie over the page."""
    page = browser.new_page(color_scheme=scheme, reduced_motion="reduce", viewport={"width": 390, "height": 844})
    page.goto(f"{server}/ar/method/k-means?clang=de")
    page.locator("button.collect").first.click()
    page.locator(".basket summary").click()
    page.evaluate(AXE.read_text("utf-8"))
    found = violations(page, runOnly={"type": "tag", "values": TAGS})
    page.locator(".languages summary").click()
    found += violations(page, runOnly={"type": "tag", "values": TAGS})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert (found, width) == ([], 390)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_breaks_no_rule_with_an_answer(
    browser: Browser, server: str, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{server}/sparql?lang=ar&name=names_by_language")
    page.click(".yasqe_queryButton")
    page.wait_for_selector(".yasr td")
    page.evaluate(AXE.read_text("utf-8"))
    found = [violations(page, runOnly={"type": "tag", "values": TAGS})]
    for view, drawn in (("chart", ".bars rect"), ("response", ".yasr_results .CodeMirror")):
        page.click(f".select_{view}")
        page.wait_for_selector(drawn)
        found.append(violations(page, runOnly={"type": "tag", "values": TAGS}))
    page.close()
    assert found == [[], [], []]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_window_of_320_px(browser: Browser, server: str, path: str) -> None:
    """So it does at 1280 px and four times its size (WCAG 1.4.10); tables and pictures scroll in their own box."""
    page = browser.new_page(viewport={"width": 320, "height": 640})
    widths = {}
    for language in ("en", "ar", "ru"):
        page.goto(server + path.format(language=language))
        widths[language] = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert widths == {"en": 320, "ar": 320, "ru": 320}
