"""The interface in many languages: gettext catalogues read as they are written, one file a language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

from comparanda.languages import lookup_chain

_DIRECTORY = Path(__file__).resolve().parent.parent / "translations"


@cache
def languages() -> tuple[str, ...]:
    """The languages of the interface, sorted."""
    return tuple(sorted({"en", *(path.stem for path in _DIRECTORY.glob("*.po"))}))


@cache
def _catalogue(language: str) -> dict[str, str]:
    if language == "en":
        return {}
    with (_DIRECTORY / f"{language}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}


def translate(language: str, message: str, **values: object) -> str:
    """`message` in the interface language closest to `language`, with `{names}` filled in."""
    tag = next((tag for tag in lookup_chain(language) if tag in languages()), "en")
    return _catalogue(tag).get(message, message).format(**values) if values else _catalogue(tag).get(message, message)


@cache
def language_name(language: str, displayed_in: str | None = None) -> str:
    """How a language is called in itself, or in another language; the tag where CLDR does not say."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
        return locale.get_display_name(displayed_in or language) or language
    except (UnknownLocaleError, ValueError):
        return language
