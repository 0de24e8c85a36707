"""The interface in many languages: gettext catalogues read as they are written, one file a language.

Templates say `_("Search")`, `_n("{count} method", "{count} methods", count)`, `{{ number | format_number }}`,
`{{ date | format_date }}` and `{{ names | format_list }}`; what they say is in the language of the page. Words in
`{braces}` are filled in, and numbers among them are written as readers of the language write them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context

from comparanda.languages import direction, lookup_chain

_DIRECTORY = Path(__file__).resolve().parent.parent / "translations"
_ZEROS: Final = {"arab": "٠", "arabext": "۰", "beng": "০", "deva": "०"}  # by CLDR's names of numbering systems


def register_i18n(app: Flask) -> None:
    """Give the templates of an application its words, numbers and dates in the language of the page."""
    app.jinja_env.globals.update(
        _=_translated,
        _n=_translated_plural,
        languages=languages,
        language_name=language_name,
        direction=direction,
        method_counts=method_counts,
    )
    app.jinja_env.filters.update(format_number=_number, format_date=_date, format_list=_list)


@cache
def languages() -> tuple[str, ...]:
    """The languages of the interface, sorted."""
    return tuple(sorted({"en", *(path.stem for path in _DIRECTORY.glob("*.po"))}))


def translate(language: str, message: str, /, **values: object) -> str:
    """`message` in the interface language closest to `language`, with `{names}` filled in."""
    tag = _interface(language)
    return _filled(tag, _catalogue(tag).gettext(message), values)


def translate_plural(language: str, one: str, many: str, count: int, /, **values: object) -> str:
    """Like `translate`, in the form that the language has for `count`, which is `{count}` in the message."""
    tag = _interface(language)
    return _filled(tag, _catalogue(tag).ngettext(one, many, count), {"count": count, **values})


def format_number(language: str, number: float) -> str:
    """A number with the digits and the grouping of a language (CLDR)."""
    locale = _locale(language)
    text = numbers.format_decimal(number, locale=locale, numbering_system="default")
    return _with_digits(locale, text)


def format_date(language: str, day: date, width: str = "long") -> str:
    """A date as a language writes it (CLDR); `width` is short, medium, long or full."""
    locale = _locale(language)
    return _with_digits(locale, dates.format_date(day, width, locale=locale))


def format_list(language: str, items: Sequence[str]) -> str:
    """Several things as a language counts them up: a, b and c (CLDR)."""
    return lists.format_list(items, locale=_locale(language))


@lru_cache(maxsize=100)
def method_counts(language: str, most: int = 20) -> list[str]:
    """How many methods a basket holds, in words, from none to the most, for scripts that know no plural rules."""
    return [translate_plural(language, "{count} method", "{count} methods", count) for count in range(most + 1)]


@lru_cache(maxsize=10_000)
def language_name(language: str, displayed_in: str | None = None) -> str:
    """How a language is called in itself, or in another language; the tag where CLDR does not say."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
        return locale.get_display_name(displayed_in or language) or language
    except (UnknownLocaleError, ValueError):
        return language


@lru_cache(maxsize=1_000)
def _interface(language: str) -> str:
    return next((tag for tag in lookup_chain(language) if tag in languages()), "en")


@lru_cache(maxsize=1_000)
def _locale(language: str) -> Locale:
    """How the interface writes numbers, dates and lists: its English is British."""
    tag = _interface(language)
    return Locale.parse("en_GB" if tag == "en" else tag)


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    with (_DIRECTORY / f"{language}.po").open("rb") as file:
        catalogue = read_po(file)
    for message in list(catalogue):
        if not all(message.string if isinstance(message.string, tuple) else (message.string,)):
            catalogue.delete(message.id)  # English says it, in its own forms
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _filled(language: str, message: str, values: dict[str, object]) -> str:
    if not values:
        return message
    written = {
        name: format_number(language, value) if isinstance(value, int | float) else value
        for name, value in values.items()
    }
    return message.format(**written)


def _with_digits(locale: Locale, text: str) -> str:
    zero = _ZEROS.get(locale.default_numbering_system)
    return text.translate({ord("0") + digit: ord(zero) + digit for digit in range(10)}) if zero else text


def _language(context: Context) -> str:
    return str(context["language"])


@pass_context
def _translated(context: Context, message: str, /, **values: object) -> str:
    return translate(_language(context), message, **values)


@pass_context
def _translated_plural(context: Context, one: str, many: str, count: int, /, **values: object) -> str:
    return translate_plural(_language(context), one, many, count, **values)


@pass_context
def _number(context: Context, number: float) -> str:
    return format_number(_language(context), number)


@pass_context
def _date(context: Context, day: date, width: str = "long") -> str:
    return format_date(_language(context), day, width)


@pass_context
def _list(context: Context, items: Iterable[str]) -> str:
    return format_list(_language(context), list(items))
