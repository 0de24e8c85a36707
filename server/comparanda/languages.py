"""Language tags: which of several texts a reader is shown (RFC 4647 lookup, then a configured chain)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

from comparanda.terms import Literal

MAX_TAG_CHARACTERS: Final = 35  # what RFC 5646 §4.4.1 asks programs to take at least


def lookup_chain(language: str, default: str = "en") -> tuple[str, ...]:
    """The tag, its parents, then the default.

    >>> lookup_chain("pt-BR")
    ('pt-br', 'pt', 'en')
    """
    parts = language.lower()[:MAX_TAG_CHARACTERS].split("-")
    tags = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return tuple(dict.fromkeys((*tags, default)))


def choose(texts: Iterable[Literal], chain: Sequence[str]) -> Literal | None:
    """The text that a reader is shown: by the chain, else without a language, else the first by tag."""
    first: dict[str, Literal] = {}  # of each language
    for text in texts:
        language = text.language or ""
        if language not in first or text.value < first[language].value:
            first[language] = text
    for tag in (*chain, "mul"):
        if tag in first:
            return first[tag]
    return first[min(first)] if first else None


@lru_cache(maxsize=1_000)
def direction(language: str | None) -> str:
    """The `dir` attribute of a text in that language, by CLDR; from left to right where that does not say.

    >>> direction("ar"), direction("pt"), direction("az-Arab"), direction("tlh")
    ('rtl', 'ltr', 'rtl', 'ltr')
    """
    for tag in lookup_chain(language or "en"):
        try:
            return str(Locale.parse(tag, sep="-").text_direction)
        except (UnknownLocaleError, ValueError):
            continue
    return "ltr"


def gettext_noop(message: str) -> str:
    """The message as it is: marks it for the catalogues where it is written, to be translated where it is shown."""
    return message
