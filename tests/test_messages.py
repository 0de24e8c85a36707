"""The catalogues of the interface hold what templates and Python say, in the forms that each language has."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from comparanda.web.i18n import languages, translate_plural
from messages import (
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
UPDATE = "run `python tests/messages.py`"


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


@pytest.mark.xfail(reason="pages are written before their words are translated", strict=True)
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


def test_a_number_of_things_is_said_in_the_form_of_the_language() -> None:
    assert translate_plural("en", "{count} method", "{count} methods", 1) == "1 method"
    assert translate_plural("en", "{count} method", "{count} methods", 12_345) == "12,345 methods"
