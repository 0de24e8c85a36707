"""Questions to one version of the index, from any thread."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from comparanda.index.documents import NAME, NO_ENGLISH, SUMMARY


@dataclass(frozen=True, slots=True)
class Listed:
    """A method in a list. `found` is the text by which it was found, where that is not its name.

    `summary` is how the summary begins, where that was asked for and there is one.
    """

    slug: str
    name: str
    language: str
    area: str = ""
    family: str = ""
    year: int | None = None
    related: int = 0
    referenced: int = 0
    found: str | None = None
    found_language: str | None = None
    found_role: int | None = None
    summary: str | None = None
    summary_language: str | None = None


class IndexReader:
    """One version of the index for as long as it lives."""

    def __init__(self, database: sqlite3.Connection, version: str) -> None:
        self.version = version
        self._database = database
        self._lock = threading.Lock()  # a connection does one thing at a time
        weakref.finalize(self, database.close)

    def rows(self, sql: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(sql, values).fetchall()

    def identifiers(self, slugs: Iterable[str]) -> dict[str, int]:
        """The numbers of the listed methods with these slugs."""
        rows = self.rows(
            "SELECT slug, id FROM method WHERE listed AND slug IN (SELECT value FROM json_each(?))",
            (json.dumps(list(slugs)),),
        )
        return dict(rows)

    def listed(self, identifiers: Sequence[int], chain: Sequence[str], *, summaries: bool = False) -> list[Listed]:
        """Methods by their numbers, in that order, named in the first language of the chain that they have."""
        wanted = json.dumps(list(identifiers))
        names = self._texts(NAME, wanted)
        described = self._texts(SUMMARY, wanted) if summaries else {}
        facts = {
            row[0]: row[1:]
            for row in self.rows(
                "SELECT id, slug, area, family, year, related, referenced FROM method"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (wanted,),
            )
        }
        methods = []
        for each in identifiers:
            if each in facts:
                slug, *counted = facts[each]
                name, language = _chosen(names.get(each, {}), chain)
                summary, summary_language = _chosen(described.get(each, {}), chain)
                known = Listed(slug, slug if name is None else name, language or "", *counted)
                methods.append(replace(known, summary=summary, summary_language=summary_language))
        return methods

    def _texts(self, role: int, methods: str) -> dict[int, dict[str, str]]:
        """The first text of a role in each language, of each of the methods."""
        found: dict[int, dict[str, str]] = {}
        for method, language, text in self.rows(
            "SELECT method, language, text FROM text"
            " WHERE role = ? AND position = 0 AND method IN (SELECT value FROM json_each(?))",
            (role, methods),
        ):
            found.setdefault(method, {})[language] = text
        return found


def _chosen(texts: dict[str, str], chain: Sequence[str]) -> tuple[str | None, str | None]:
    """The text that a reader is shown, and its language."""
    languages = (*chain, "mul", "", *sorted(texts.keys() - {NO_ENGLISH}))
    return next(((texts[tag], tag) for tag in languages if tag in texts), (None, None))
