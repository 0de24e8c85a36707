"""Lists of methods: narrowed by facets, in an order, in pages, with what each facet would leave."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from comparanda.index.documents import NAME, NO_ENGLISH, SUMMARY
from comparanda.index.reading import IndexReader

ORDERS: Final = ("name", "year", "-year", "-referenced", "-related")
_SCANNED = 5_000  # methods among which kinds are counted one by one
_SORTED = 3  # how much more a method costs to sort than to pass over in an order that is there
_COLUMNS = {
    "year": "year NULLS LAST, slug",
    "-year": "year DESC, slug DESC",
    "-referenced": "referenced DESC, slug",
    "-related": "related DESC, slug",
}
_WITH_SUMMARY = (
    f"EXISTS (SELECT 1 FROM text WHERE text.method = method.id AND role = {SUMMARY} AND language = :summary)"
)
_OF_FEW_WITH_SUMMARY = f"method.id IN (SELECT method FROM text WHERE role = {SUMMARY} AND language = :summary)"
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
        return replace(self, **{facet: getattr(Narrowing(), facet)})

    def condition(self, few: bool = False) -> tuple[str, dict[str, Any]]:
        """The condition on rows of `method`, and its values; `few` starts from those with a summary."""
        conditions, values = ["method.listed = 1"], {}
        for name in (*_FACETS, "kind"):
            if chosen := getattr(self, name):
                conditions.append(f"method.{name} IN (SELECT value FROM json_each(:{name}))")
                values[name] = json.dumps(chosen)
        if self.summary is not None:
            conditions.append(_OF_FEW_WITH_SUMMARY if few else _WITH_SUMMARY)
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
    """The numbers of the methods of one page of a list.

    Few methods are sorted; where there are many, the index is read in its order until there are enough.
    """
    few = _are_few(index, narrowing, offset + limit)
    condition, values = narrowing.condition(few)
    values |= {"offset": offset, "limit": limit}
    if order == "name":
        languages = _languages(chain) if few else _needed(index, _languages(chain))
        sql = (_sorted_by_name if few else _in_order_of_names)(condition, languages)
        values |= languages
    else:  # a plus keeps SQLite from the order that is there
        condition += _years(narrowing) if order.endswith("year") and not few else ""
        sql = f"SELECT id FROM method WHERE {condition} ORDER BY {'+' if few else ''}{_COLUMNS[order]}"
    return [row[0] for row in index.rows(f"{sql} LIMIT :limit OFFSET :offset", values)]


def _years(narrowing: Narrowing) -> str:
    """Where the methods of some decades stand in the order of years, so that the others are not passed over."""
    decades = [int(decade) for decade in narrowing.decade if decade.removeprefix("-").isdecimal()]
    if not decades or len(decades) < len(narrowing.decade):
        return ""
    return f" AND year BETWEEN {min(decades)} AND {max(decades) + 9}"


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
        conditions = ["role = :role", "language = :language"]
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
    condition, values = narrowing.condition(few=True)  # a plus keeps SQLite from reading all methods by their kind
    sql = f"SELECT kind, COUNT(*) AS methods FROM method WHERE {condition} AND +kind <> ''"
    return index.rows(f"{sql} GROUP BY +kind ORDER BY methods DESC, kind LIMIT :limit", values | {"limit": limit})


def with_summary(index: IndexReader, narrowing: Narrowing, language: str) -> int:
    """How many of the methods have a summary in a language."""
    return total(index, replace(narrowing, summary=language))


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


def _needed(index: IndexReader, languages: dict[str, str]) -> dict[str, str]:
    """The languages up to the first in which all methods are named: nothing would be found in the others."""
    methods, needed = total(index, Narrowing()), dict[str, str]()
    for name, language in languages.items():
        needed[name] = language
        named = index.rows("SELECT SUM(methods) FROM facet WHERE role = ? AND language = ?", (NAME, language))
        if named[0][0] == methods:
            break
    return needed


def _are_few(index: IndexReader, narrowing: Narrowing, wanted: int) -> bool:
    """Whether it costs less to sort all methods of a list than to look for the wanted ones in an order."""
    if narrowing == Narrowing():
        return False
    methods = total(index, narrowing)
    return _SORTED * methods * methods < wanted * total(index, Narrowing())


def _sorted_by_name(condition: str, languages: Iterable[str]) -> str:
    names = ", ".join(
        "(SELECT folded FROM text WHERE text.method = method.id"
        f" AND role = {NAME} AND language = :{name} AND position = 0)"
        for name in languages
    )
    return f"SELECT id FROM method WHERE {condition} ORDER BY COALESCE({names}), id"


def _in_order_of_names(condition: str, languages: Iterable[str]) -> str:
    """Methods by the name that is shown: those named in the first language of the chain, in the next, and so on.

    Each language is read in the order of its names, and SQLite merges them, so that the first page of a million
    methods costs what it shows. A join would make SQLite read all methods first, for a Bloom filter.
    """
    arms, earlier = [], ""
    for name in languages:
        arms.append(
            "SELECT text.method AS id, text.folded AS folded FROM text INDEXED BY text_order"
            f" WHERE text.role = {NAME} AND text.role < 3 AND text.language = :{name} AND text.position = 0{earlier}"
            f" AND EXISTS (SELECT 1 FROM method WHERE method.id = text.method AND {condition})"
        )
        earlier += (
            f" AND NOT EXISTS (SELECT 1 FROM text AS other WHERE other.method = text.method"
            f" AND other.role = {NAME} AND other.language = :{name})"
        )
    return f"SELECT id FROM ({' UNION ALL '.join(arms)} ORDER BY folded, id)"
