"""Questions to one version of the index, from any thread."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comparanda.index.documents import NAME, NO_ENGLISH


@dataclass(frozen=True, slots=True)
class Listed:
    """A method in a list. `found` is the text by which it was found, where that is not its name."""

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

    def listed(self, identifiers: Sequence[int], chain: Sequence[str]) -> list[Listed]:
        """Methods by their numbers, in that order, named in the first language of the chain that they have."""
        wanted = json.dumps(list(identifiers))
        names: dict[int, dict[str, str]] = {}
        for method, language, text in self.rows(
            "SELECT method, language, text FROM text WHERE role = ? AND method IN (SELECT value FROM json_each(?))",
            (NAME, wanted),
        ):
            names.setdefault(method, {})[language] = text
        facts = {
            row[0]: row[1:]
            for row in self.rows(
                "SELECT id, slug, area, family, year, related, referenced FROM method"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (wanted,),
            )
        }
        return [self._listed(facts[each], names.get(each, {}), chain) for each in identifiers if each in facts]

    def _listed(self, facts: tuple[Any, ...], names: dict[str, str], chain: Sequence[str]) -> Listed:
        slug, area, family, year, related, referenced = facts
        languages = (*chain, "mul", "", *sorted(names.keys() - {NO_ENGLISH}))
        language = next((tag for tag in languages if tag in names), "")
        return Listed(slug, names.get(language, slug), language, area, family, year, related, referenced)
