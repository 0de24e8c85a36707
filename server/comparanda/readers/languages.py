"""In which language a text is, as far as its letters and small words tell."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

LATIN = "LATIN"
_ENGLISH = frozenset(
    "a an and are as be between by for from in into is it of on or than that the this to which with without".split()  # noqa: SIM905
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")


def script(text: str) -> str | None:
    """The script of most letters of `text`, as the first word of their Unicode names; None without letters.

    >>> script("ตระกูล"), script("Família"), script("2001–2017")
    ('THAI', 'LATIN', None)
    """
    counts = Counter(name for name in map(_letter_script, text) if name)
    return counts.most_common(1)[0][0] if counts else None


@cache
def _letter_script(character: str) -> str | None:
    if not unicodedata.category(character).startswith("L"):
        return None
    return unicodedata.name(character, "UNKNOWN").split()[0].split("-")[0]


def text_language(text: str, page_language: str, page_script: str | None) -> str | None:
    """The language of `text` on a page whose labels are in `page_script`; None where it is not told.

    Pages show texts that were not translated as they are, mostly in English. A text in the page's own script is
    taken to be in its language unless that script is Latin, which tells nothing; small words tell English.

    >>> text_language("Método de agrupamento", "pt", "LATIN") is None
    True
    >>> text_language("การจัดกลุ่ม", "th", "THAI")
    'th'
    >>> text_language("It adapts the model to the data of a new task.", "th", "THAI")
    'en'
    """
    found = script(text)
    if found is not None and found != LATIN and found == page_script:
        return page_language
    words = re.findall(r"[A-Za-z']+", text.lower())
    if found == LATIN and len(words) >= 6 and sum(word in _ENGLISH for word in words) / len(words) >= 0.2:
        return "en"
    return "en" if page_language == "en" and found == LATIN else None


def fold(text: str) -> str:
    """`text` for recognising labels: without invisible characters, case and differences of composition."""
    return " ".join(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold().split())
