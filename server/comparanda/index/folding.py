"""Texts as they are searched: case, accents and punctuation gone, and what the trigram index is fed and asked.

The index of SQLite knows pieces of three characters. Shorter questions are answered by pieces that hold a mark: the
mark before the first letters of a word, and after each one or two characters of scripts that write no spaces.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable

FOLDING = 1  # counted up when a text would be folded to something else, so that older indexes are rebuilt
_MARK = "\x1f"
_MAX_PIECES = 8
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


class _Plain(dict[int, str | None]):
    """What becomes of single characters, found out once: accents and points go, punctuation becomes a space."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        combining, category = unicodedata.combining(character), unicodedata.category(character)
        plain: str | None = character
        if 10 <= combining <= 35 or combining >= 200:
            plain = None
        elif category[0] in "PSZC":
            plain = " "
        self[code] = plain
        return plain


_PLAIN = _Plain()


def fold(text: str) -> str:
    """`text` without case, accents and punctuation.

    >>> fold("K-Médias  (λ)")
    'k medias λ'
    """
    if text.isascii():
        plain = text.lower()
    else:
        plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", text).casefold())
        plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", plain).translate(_PLAIN))
    return " ".join(plain.translate(_PLAIN).split())


def is_unspaced(word: str) -> bool:
    """Whether a word is of a script in which words are not set apart, so that it may stand anywhere."""
    return _UNSPACED.fullmatch(word) is not None


def indexed_text(keys: Iterable[str]) -> str:
    """What the trigram index is fed for some folded texts."""
    fed = []
    for key in keys:
        fed.append(_MARK + _MARK + key.replace(" ", _MARK))
        for run in _UNSPACED.findall(key):
            fed += (_MARK + first + second for first, second in itertools.pairwise(run))
            fed += (_MARK + character + _MARK for character in dict.fromkeys(run))
    return "".join(fed) + _MARK + _MARK


def pieces(word: str) -> str:
    """The question to the trigram index for texts that may hold a folded word."""
    if len(word) > 2:
        found = [word[start : start + 3] for start in range(len(word) - 2)]
        step = -(-len(found) // _MAX_PIECES)
        found = found[::step]
    elif is_unspaced(word):
        found = [f"{word}{_MARK * (3 - len(word))}"]
    else:
        found = [f"{_MARK * (3 - len(word))}{word}"]
    return " AND ".join('"{}"'.format(piece.replace('"', '""')) for piece in dict.fromkeys(found))
