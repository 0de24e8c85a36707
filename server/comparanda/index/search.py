"""Search in every language and script: methods by letters of their names, authors and summaries (CQ-05)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from typing import Any, Final

from comparanda.index.documents import NAME, SUMMARY
from comparanda.index.folding import fold, is_unspaced, pieces
from comparanda.index.reading import IndexReader, Listed

MATCHES_KEPT: Final = 2_000
_CANDIDATES = 400
_MAX_WORDS = 8
_MAX_SPELT, _MIN_SPELT = 4, 2  # words, and letters of one, that are looked for by how they begin
_PREFIX_CANDIDATES = 10
_FIND = """
  SELECT text.method, MIN(
    CASE WHEN folded = :letters THEN 0 WHEN substr(folded, 1, length(:letters)) = :letters THEN 10
         WHEN instr(' ' || folded, ' ' || :letters) THEN 20 ELSE 30 END
    + role * 3 + (language NOT IN (SELECT value FROM json_each(:languages)))
  ) AS score, role, language, text
  FROM text JOIN method ON method.id = text.method
  WHERE text.method IN (SELECT value FROM json_each(:candidates)) AND role IN (SELECT value FROM json_each(:roles))
    AND language <> '*' AND {holds}
  GROUP BY text.method ORDER BY score, referenced DESC, slug LIMIT :limit
"""
_HOLDS = "instr(' ' || folded, :word0)"
_HOLDS_TOO = (
    "EXISTS (SELECT 1 FROM text AS other WHERE other.method = text.method"
    " AND other.role IN (SELECT value FROM json_each(:roles)) AND instr(' ' || other.folded, :word{}))"
)
_PREFIXED = """
  SELECT method FROM text WHERE role = ? AND role < 3 AND language = ? AND folded >= ? AND folded < ?
  ORDER BY folded LIMIT ?
"""
_NEIGHBOURING = 50
_NEIGHBOURS = """
  SELECT slug FROM (SELECT slug FROM method WHERE listed AND slug > :slug ORDER BY slug LIMIT :limit)
  UNION ALL
  SELECT slug FROM (SELECT slug FROM method WHERE listed AND slug < :slug ORDER BY slug DESC LIMIT :limit)
"""
_PIECES = {
    NAME: "SELECT rowid FROM name_pieces WHERE name_pieces MATCH ? AND rowid > ? ORDER BY rowid LIMIT ?",
    SUMMARY: "SELECT rowid FROM summary_pieces WHERE summary_pieces MATCH ? AND rowid > ? ORDER BY rowid LIMIT ?",
}


@dataclass(frozen=True, slots=True)
class Match:
    """A method that was found, and the text that did it: its role, language, and the text or how it begins."""

    method: int
    role: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Matches:
    """What was found, the best first. Not `complete` where there are more than are kept."""

    found: tuple[Match, ...]
    complete: bool


def suggest(index: IndexReader, letters: str, chain: Sequence[str], limit: int = 10) -> list[Listed]:
    """Methods with these letters in a name or in the names of their authors, the likeliest first."""
    question = _Question(letters, chain)
    if not question.words:
        return []
    after = 0
    best: list[Match] = []
    starting = _starting(index, question)
    while len(best) < limit:
        candidates = _candidates(index, NAME, question, after, _CANDIDATES)
        best = _found(index, question, [*starting, *candidates], range(SUMMARY), limit)
        if len(candidates) < _CANDIDATES or after >= MATCHES_KEPT * 10:
            break
        after, starting = candidates[-1], [match.method for match in best]
    return explained(index, best, chain)


def search(index: IndexReader, letters: str, chain: Sequence[str]) -> Matches:
    """All methods with these letters in a name, in an author's name or in a summary, up to MATCHES_KEPT."""
    question = _Question(letters, chain)
    if not question.words:
        return Matches((), True)
    found: dict[int, Match] = {}
    complete = True
    for kind, roles in ((NAME, range(SUMMARY)), (SUMMARY, range(SUMMARY + 1))):
        candidates = _candidates(index, kind, question, 0, MATCHES_KEPT + 1)
        complete = complete and len(candidates) <= MATCHES_KEPT
        if kind == NAME:
            candidates = [*_starting(index, question), *candidates]
        for match in _found(index, question, candidates, roles, MATCHES_KEPT + 1):
            found.setdefault(match.method, match)
    return Matches(tuple(found.values())[:MATCHES_KEPT], complete and len(found) <= MATCHES_KEPT)


def called(index: IndexReader, name: str, chain: Sequence[str], limit: int = 10) -> list[Listed]:
    """The methods that a reader may mean by a slug or a name: those called exactly so, or else some like it."""
    of_slug = index.identifiers([name])
    if of_slug:
        return index.listed(list(of_slug.values()), chain)
    found = suggest(index, name, chain, limit)
    exact = [method for method in found if fold(name) in (fold(method.name), fold(method.found or ""))]
    return exact or found


def explained(
    index: IndexReader, matches: Sequence[Match], chain: Sequence[str], *, summaries: bool = False
) -> list[Listed]:
    """The methods that were found, each with the text that did it unless that is the name shown."""
    methods = index.listed([match.method for match in matches], chain, summaries=summaries)
    return [
        method
        if (match.role, match.text) == (NAME, method.name)
        else replace(method, found=match.text, found_language=match.language, found_role=match.role)
        for match, method in zip(matches, methods, strict=True)
    ]


class _Question:
    """Letters, folded, and their words, the longest first."""

    def __init__(self, letters: str, chain: Sequence[str]) -> None:
        self.letters = fold(letters)
        self.chain = list(chain)
        self.words = sorted(dict.fromkeys(self.letters.split()), key=len, reverse=True)[:_MAX_WORDS]

    def bound(self, candidates: Sequence[int], roles: range, limit: int) -> dict[str, Any]:
        anywhere = {number: len(word) > 2 or is_unspaced(word) for number, word in enumerate(self.words)}
        words = {f"word{number}": word if anywhere[number] else f" {word}" for number, word in enumerate(self.words)}
        return words | {
            "letters": self.letters,
            "languages": json.dumps(self.chain),
            "candidates": json.dumps(candidates),
            "roles": json.dumps(list(roles)),
            "limit": limit,
        }


def _candidates(index: IndexReader, kind: int, question: _Question, after: int, limit: int) -> list[int]:
    """Methods whose texts may hold all words, in no order that means anything."""
    wanted = " AND ".join(pieces(word) for word in question.words)
    return [row[0] for row in index.rows(_PIECES[kind], (wanted, after, limit))]


def _starting(index: IndexReader, question: _Question) -> list[int]:
    """Methods with a name or other name that starts with the letters, some of each language."""
    languages = index.rows("SELECT DISTINCT language FROM facet WHERE role = 0")
    found: dict[int, None] = {}
    for (language,) in [*languages, ("",)]:
        for role in (NAME, NAME + 1):
            bounds = (question.letters, question.letters + "\U0010ffff")
            rows = index.rows(_PREFIXED, (role, language, *bounds, _PREFIX_CANDIDATES))
            found |= dict.fromkeys(row[0] for row in rows)
    return list(found)


def _found(index: IndexReader, question: _Question, candidates: Sequence[int], roles: range, limit: int) -> list[Match]:
    holds = " AND ".join([_HOLDS, *(_HOLDS_TOO.format(number) for number in range(1, len(question.words)))])
    rows = index.rows(_FIND.format(holds=holds), question.bound(candidates, roles, limit))
    return [Match(method, role, language, text) for method, _, role, language, text in rows]


def closest(index: IndexReader, letters: str, chain: Sequence[str], limit: int = 5) -> list[Listed]:
    """Methods called somewhat like the letters, where none has them: by single words and by how these begin."""
    wanted, found = fold(letters), dict[str, Listed]()
    for word in _Question(letters, chain).words[:_MAX_SPELT]:
        for length in (len(word), len(word) * 3 // 4, len(word) // 2):
            alike = suggest(index, word[:length], chain, _PREFIX_CANDIDATES) if length >= _MIN_SPELT else []
            if alike:
                found |= {method.slug: method for method in alike}
                break
    return sorted(found.values(), key=lambda method: _difference(wanted, method))[:limit]


def closest_slugs(index: IndexReader, slug: str, chain: Sequence[str], limit: int = 3) -> list[str]:
    """Slugs like one that nothing has: of its neighbours in the alphabet, and of methods called like its words."""
    known = [row[0] for row in index.rows(_NEIGHBOURS, {"slug": slug, "limit": _NEIGHBOURING})]
    known += [method.slug for method in closest(index, slug.replace("-", " "), chain, _NEIGHBOURING)]
    return get_close_matches(slug, dict.fromkeys(known), limit)


def _difference(wanted: str, method: Listed) -> float:
    names = [fold(name) for name in (method.name, method.found) if name]
    return -max(SequenceMatcher(None, wanted, name).ratio() for name in names)
