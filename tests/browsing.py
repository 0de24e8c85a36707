"""A window of a real browser on the server, and what it asked for and complained of."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

DESK = {"viewport": {"width": 1280, "height": 900}}
TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# One of each kind of page
PAGES = (
    "/{language}/",
    "/{language}/?q=regression",
    "/{language}/method/k-means",
    "/{language}/compare?slugs=k-means,random-forest",
    "/{language}/compare?slugs=k-means&add=regression",
    "/{language}/explore",
    "/{language}/method/k-means/related",
    "/{language}/explore/path?from=k-means&to=boosting",
    "/{language}/explore/why?slugs=adaboost,boosting",
    "/{language}/explore/bridges?area=finance&other=econometrics",
    "/{language}/explore/timeline?area=finance",
    "/{language}/counts",
    "/{language}/report?about=https://w3id.org/comparanda/id/method/k-means",
    "/sparql?lang={language}",
    "/dumps/?lang={language}",
    "/ontology?lang={language}",
    "/ontology/alignments?lang={language}",
    "/shapes?lang={language}",
    "/doc/source/lloyd-1982-least-squares-quantization?lang={language}",
    "/{language}/nothing",
)


@dataclass
class Reader:
    """A browser window on the server. `strange` are requests to other hosts, `errors` what the console complains of."""

    page: Page
    server: str
    strange: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._requested)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path: str) -> Page:
        response = self.page.goto(self.server + path, wait_until="load")
        assert response is not None
        assert response.status == 200
        return self.page

    def leave(self) -> None:
        """Close the window, in which nobody else was asked and the console stayed silent."""
        assert (self.strange, self.errors) == ([], [])
        self.page.context.close()

    def names(self) -> list[str]:
        return self.page.locator("thead .name").all_inner_texts()

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and parts.netloc != urlsplit(self.server).netloc:
            self.strange.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)


def window(browser: Browser, server: str, **options: object) -> Reader:
    context: BrowserContext = browser.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    return Reader(context.new_page(), server)
