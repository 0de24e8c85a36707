"""The catalogues of the interface hold what templates and Python say, in the forms that each language has."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from comparanda.web.i18n import languages, translate_plural
from messages import (
    PACKAGE,
    TRANSLATIONS,
    catalogues,
    extracted,
    is_translated,
    messages,
    placeholders,
    updated,
    written,
)

CATALOGUES = dict(catalogues())
TEMPLATES = sorted((PACKAGE / "templates").glob("*.html"))
NAMES = {"Comparanda", "SPARQL", "RDF", "Atom", "JSON", "Feed", "doi"}  # the same in all languages
UPDATE = "run `python tests/messages.py`"


class Words(HTMLParser):
    """What readers see or hear of a page: its texts, and the attributes that are texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.texts += [
            value for name, value in attrs if value and name in ("alt", "aria-label", "placeholder", "title")
        ]

    def handle_data(self, data: str) -> None:
        if self._inside not in ("code", "option", "pre", "script", "textarea"):
            self.texts.append(data)


def test_there_is_a_catalogue_for_each_language_of_the_interface() -> None:
    assert {*CATALOGUES, "en"} == set(languages())


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_catalogue_holds_what_the_interface_says_and_nothing_else(language: str) -> None:
    held, said = messages(CATALOGUES[language]).keys(), extracted()
    assert held == said, f"missing: {sorted(map(str, said - held))}, unused: {sorted(map(str, held - said))}; {UPDATE}"


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_translation_has_the_placeholders_of_its_message(language: str) -> None:
    """A form of a plural may leave the number out: one method, two methods."""
    for identifier, message in messages(CATALOGUES[language]).items():
        for text in filter(None, message.string if isinstance(message.string, tuple) else (message.string,)):
            wanted = placeholders(identifier if isinstance(identifier, str) else identifier[1])
            optional = set() if isinstance(identifier, str) else {"count"}
            assert wanted - optional <= placeholders(text) <= wanted, f"{language}: {text}"


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_catalogue_has_the_plural_forms_of_its_language(language: str) -> None:
    with (TRANSLATIONS / f"{language}.po").open("rb") as file:
        assert read_po(file).plural_forms == Catalog(locale=language).plural_forms, UPDATE


def test_every_message_is_translated_into_every_language() -> None:
    missing = {
        language: len([message for message in messages(catalogue).values() if not is_translated(message)])
        for language, catalogue in CATALOGUES.items()
    }
    assert not any(missing.values()), missing


def test_bringing_a_catalogue_up_to_date_changes_nothing_twice() -> None:
    catalogue = CATALOGUES["pl"]
    assert written("pl", updated("pl", catalogue, extracted())) == (TRANSLATIONS / "pl.po").read_bytes()


def test_a_message_that_is_said_again_gets_its_translation_back() -> None:
    catalogue = Catalog(locale="de")
    catalogue.add("Search", "Suchen")
    without = updated("de", catalogue, {"Compare"})
    assert "Search" not in messages(without)
    assert messages(updated("de", without, {"Search"}))["Search"].string == "Suchen"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_in_english_alone(path: Path) -> None:
    """What stands between Jinja's braces is the page; attributes that a macro begins without its element are none."""
    parsed = Environment().parse(path.read_text("utf-8"))
    page = " ".join(data.data for data in parsed.find_all(nodes.TemplateData))
    texts = re.sub(r"""[\w-]+=["'][^"']*["']?""", "", " ".join(Words(page).texts))
    assert set(re.findall(r"[^\W\d_]{3,}", texts)) <= NAMES, "put it into _()"


def test_a_number_of_things_is_said_in_the_form_of_the_language() -> None:
    assert translate_plural("en", "{count} method", "{count} methods", 1) == "1 method"
    assert translate_plural("en", "{count} method", "{count} methods", 12_345) == "12,345 methods"
