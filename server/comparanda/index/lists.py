"""Lists of methods: narrowed by facets, in an order, in pages, with what each facet would leave."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from comparanda.index.documents import NAME, NO_ENGLISH, SUMMARY
from comparanda.index.reading import IndexReader

ORDERS: Final = ("name", "year", "-year", "-referenced", "-related")
_SCANNED = 20_000  # methods among which kinds are counted one by one
_COLUMNS = {
    "year": "year NULLS LAST, slug",
    "-year": "year DESC, slug DESC",
    "-referenced": "referenced DESC, slug",
    "-related": "related DESC, slug",
}
_FACETS = ("area", "family", "decade")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list is narrowed to: values of one facet are alternatives, different facets hold together."""

    area: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    decade: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    summary: str | None = None  # the language in which there is a summary
    methods: tuple[int, ...] | None = None  # what a search found

    def without(self, facet: str) -> Narrowing:
        values = {name: getattr(self, name) for name in Narrowing.__dataclass_fields__}
        return Narrowing(**values | {facet: None if facet == "summary" else ()})

    def condition(self) -> tuple[str, dict[str, Any]]:
        """The condition on rows of `method`, and its values."""
        conditions, values = ["method.listed = 1"], {}
        for name in (*_FACETS, "kind"):
            if chosen := getattr(self, name):
                conditions.append(f"method.{name} IN (SELECT value FROM json_each(:{name}))")
                values[name] = json.dumps(chosen)
        if self.summary is not None:
            conditions.append(
                "EXISTS (SELECT 1 FROM text"
                f" WHERE text.method = method.id AND role = {SUMMARY} AND language = :summary)"
            )
            values["summary"] = self.summary
        if self.methods is not None:
            conditions.append("method.id IN (SELECT value FROM json_each(:methods))")
            values["methods"] = json.dumps(self.methods)
        return " AND ".join(conditions), values

    @property
    def is_counted(self) -> bool:
        """Whether the counts that are kept answer it: whatever is no search and no kind."""
        return self.methods is None and not self.kind


def page(
    index: IndexReader, narrowing: Narrowing, order: str, chain: Sequence[str], offset: int, limit: int
) -> list[int]:
    """The numbers of the methods of one page of a list."""
    condition, values = narrowing.condition()
    values |= {"offset": offset, "limit": limit}
    if order == "name":
        sql, values = _by_name(narrowing, condition, chain), values | _languages(chain)
    else:
        sql = f"SELECT id FROM method WHERE {condition} ORDER BY {_COLUMNS[order]}"
    return [row[0] for row in index.rows(f"{sql} LIMIT :limit OFFSET :offset", values)]


def total(index: IndexReader, narrowing: Narrowing) -> int:
    """How many methods there are."""
    if narrowing.is_counted:
        return sum(methods for _, methods in counts(index, narrowing, "area"))
    condition, values = narrowing.condition()
    return int(index.rows(f"SELECT COUNT(*) FROM method WHERE {condition}", values)[0][0])


def among(index: IndexReader, narrowing: Narrowing) -> set[int]:
    """The numbers of the methods that are left of what a search found."""
    condition, values = narrowing.condition()
    return {row[0] for row in index.rows(f"SELECT id FROM method WHERE {condition}", values)}


def counts(index: IndexReader, narrowing: Narrowing, facet: str) -> list[tuple[str, int]]:
    """How many methods each value of a facet (area, family or decade) has, among those that the others leave."""
    if narrowing.is_counted:
        conditions, values = ["role = :role", "language = :language"], {}
        values = {"role": -1 if narrowing.summary is None else SUMMARY, "language": narrowing.summary or ""}
        for name in _FACETS:
            if chosen := getattr(narrowing, name):
                conditions.append(f"{name} IN (SELECT value FROM json_each(:{name}))")
                values[name] = json.dumps(chosen)
        sql = f"SELECT {facet}, SUM(methods) FROM facet WHERE {' AND '.join(conditions)} GROUP BY {facet}"
    else:
        condition, values = narrowing.condition()
        sql = f"SELECT {facet}, COUNT(*) FROM method WHERE {condition} GROUP BY {facet}"
    return [(value, methods) for value, methods in index.rows(sql, values) if methods]


def kinds(index: IndexReader, narrowing: Narrowing, limit: int = 10) -> list[tuple[str, int]] | None:
    """The kinds of method that are stated most often; None where too many methods would have to be looked at."""
    if total(index, narrowing) > _SCANNED:
        return None
    condition, values = narrowing.condition()
    sql = f"SELECT kind, COUNT(*) AS methods FROM method WHERE {condition} AND kind <> ''"
    return index.rows(f"{sql} GROUP BY kind ORDER BY methods DESC, kind LIMIT :limit", values | {"limit": limit})


def with_summary(index: IndexReader, narrowing: Narrowing, language: str) -> int:
    """How many of the methods have a summary in a language."""
    values = {name: getattr(narrowing, name) for name in Narrowing.__dataclass_fields__}
    return total(index, Narrowing(**values | {"summary": language}))


def coverage(index: IndexReader, role: int) -> dict[str, int]:
    """How many methods have a name, or a summary, in each language (CQ-11)."""
    sql = "SELECT language, SUM(methods) FROM facet WHERE role = ? GROUP BY language ORDER BY language"
    return dict(index.rows(sql, (role,)))


def table(index: IndexReader, role: int, *columns: str) -> list[tuple[Any, ...]]:
    """How many methods there are for each combination of area, family, decade and language, as rows (CQ-11).

    Args:
        role: -1 for methods, NAME or SUMMARY for those that have one in the language.
        columns: some of area, family, decade, language.
    """
    names = ", ".join(name for name in ("area", "family", "decade", "language") if name in columns)
    sql = f"SELECT {names}, SUM(methods) FROM facet WHERE role = ? GROUP BY {names} ORDER BY {names}"
    return index.rows(sql, (role,))


def link_counts(index: IndexReader, direction: str) -> list[tuple[str, int]]:
    """For each method that has some, how many links it has: `related` to others, or `referenced` by others."""
    return [(slug, links) for slug, links in index.rows(f"SELECT slug, {direction} FROM method WHERE {direction} > 0")]


def _languages(chain: Sequence[str]) -> dict[str, str]:
    languages = dict.fromkeys((*chain, "en", NO_ENGLISH))
    return {f"language{number}": language for number, language in enumerate(languages)}


def _by_name(narrowing: Narrowing, condition: str, chain: Sequence[str]) -> str:
    """Methods by the name that is shown: those named in the first language of the chain, in the next, and so on.

    Each language is read in the order of its names, and SQLite merges them, so that the first page of a million
    methods costs what it shows; only what a search found is sorted.
    """
    text = "text INDEXED BY text_order CROSS JOIN" if narrowing.methods is None else "text JOIN"
    arms, earlier = [], ""
    for name in _languages(chain):
        arms.append(
            "SELECT text.method AS id, text.folded AS folded FROM"
            f" {text} method ON method.id = text.method"
            f" WHERE text.role = {NAME} AND text.role < 3 AND text.language = :{name} AND {condition}{earlier}"
        )
        earlier += (
            f" AND NOT EXISTS (SELECT 1 FROM text AS other WHERE other.method = text.method"
            f" AND other.role = {NAME} AND other.language = :{name})"
        )
    return f"SELECT id FROM ({' UNION ALL '.join(arms)} ORDER BY folded, id)"
