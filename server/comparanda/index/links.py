"""Related-method links of many methods at once: neighbours, counts, paths, bridges (CQ-07, CQ-08)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from comparanda.index.documents import KINDS
from comparanda.index.reading import IndexReader

MAX_VISITED: Final = 20_000
_ENDS = {
    "related": "SELECT target, kinds FROM link JOIN method ON method.id = target AND listed WHERE source = ?",
    "referenced": "SELECT source, kinds FROM link JOIN method ON method.id = source AND listed WHERE target = ?",
}

_BESIDE = """
  SELECT id FROM (
    SELECT target AS id FROM link WHERE source IN (SELECT id FROM method WHERE slug = :{0})
    UNION SELECT source FROM link WHERE target IN (SELECT id FROM method WHERE slug = :{0})
  )
"""


@dataclass(frozen=True, slots=True)
class LinkedPair:
    """`source` names `target` as related; the local names of the kinds of relation."""

    source: str
    target: str
    kinds: tuple[str, ...]


def kind_names(bits: int) -> tuple[str, ...]:
    return tuple(kind for bit, kind in enumerate(KINDS) if bits & 1 << bit)


def counts_by_kind(index: IndexReader, slug: str) -> dict[str, dict[str, int]]:
    """For `related` and `referenced`, how many links there are of each kind, and under '' how many in all."""
    found: dict[str, dict[str, int]] = {}
    for direction, sql in _ENDS.items():
        rows = [bits for method in index.identifiers([slug]).values() for _, bits in index.rows(sql, (method,))]
        found[direction] = {"": len(rows)}
        for bits in rows:
            for kind in kind_names(bits):
                found[direction][kind] = found[direction].get(kind, 0) + 1
    return found


def referrers(index: IndexReader, slug: str, limit: int) -> list[LinkedPair]:
    """Links from the methods that name a method as related, those that most others refer to first (CQ-08)."""
    rows = index.rows(
        "SELECT s.slug, kinds FROM method AS t JOIN link ON target = t.id JOIN method AS s ON s.id = source"
        " WHERE t.slug = ? AND s.listed ORDER BY s.referenced DESC, s.slug LIMIT ?",
        (slug, limit),
    )
    return [LinkedPair(source, slug, kind_names(bits)) for source, bits in rows]


def neighbours(index: IndexReader, slugs: Sequence[str], limit: int = 60) -> tuple[list[LinkedPair], int]:
    """Links between some methods and the methods next to them, and how many methods were left out.

    The neighbours that most methods refer to come first; all links among those shown are given.
    """
    centre = sorted(index.identifiers(slugs).values())
    around = index.rows(
        "SELECT id FROM (SELECT target AS id FROM link WHERE source IN (SELECT value FROM json_each(:centre))"
        " UNION SELECT source FROM link WHERE target IN (SELECT value FROM json_each(:centre))) JOIN method USING (id)"
        " WHERE listed AND id NOT IN (SELECT value FROM json_each(:centre)) ORDER BY referenced DESC, slug",
        {"centre": json.dumps(centre)},
    )
    shown = [*centre, *(row[0] for row in around[:limit])]
    return pairs_among(index, shown), max(0, len(around) - limit)


def pairs_among(index: IndexReader, methods: Sequence[int]) -> list[LinkedPair]:
    """All links between some methods, given by their numbers."""
    rows = index.rows(
        "SELECT s.slug, t.slug, kinds FROM link JOIN method AS s ON s.id = source JOIN method AS t ON t.id = target"
        " WHERE source IN (SELECT value FROM json_each(:methods)) AND target IN (SELECT value FROM json_each(:methods))"
        " ORDER BY s.slug, t.slug",
        {"methods": json.dumps(list(methods))},
    )
    return [LinkedPair(source, target, kind_names(bits)) for source, target, bits in rows]


def shortest_paths(index: IndexReader, start: str, end: str, limit: int = 5) -> tuple[list[list[str]], bool]:
    """The shortest chains of links, followed in either direction, between two methods.

    Returns:
        Up to `limit` paths as slugs, those over methods that more refer to first; and whether the search came to an
        end before it had looked at MAX_VISITED methods.
    """
    ends = index.identifiers([start, end])
    if start not in ends or end not in ends or start == end:
        return [], True
    before: dict[int, list[int]] = {ends[start]: []}
    frontier = [ends[start]]
    while frontier and ends[end] not in before and len(before) < MAX_VISITED:
        reached: dict[int, list[int]] = {}
        for near, far in _steps(index, frontier):
            if far not in before:
                reached.setdefault(far, []).append(near)
        before |= reached
        frontier = list(reached)
    if ends[end] not in before:
        return [], len(before) < MAX_VISITED
    return _slugs(index, _traced(before, ends[end], limit)), True


def area_links(index: IndexReader) -> dict[tuple[str, str], int]:
    """How many links lead from each area to each."""
    rows = index.rows("SELECT source_area, target_area, SUM(links) FROM area_link GROUP BY source_area, target_area")
    return {(source, target): links for source, target, links in rows}


def kind_counts(index: IndexReader) -> dict[str, int]:
    """How many links there are of each kind; those without one under ''."""
    found: dict[str, int] = {}
    for bits, links in index.rows("SELECT kinds, SUM(links) FROM area_link GROUP BY kinds"):
        for kind in kind_names(bits) or ("",):
            found[kind] = found.get(kind, 0) + links
    return found


def bridges(index: IndexReader, area: str, other: str, limit: int = 50) -> list[LinkedPair]:
    """Links between two areas, those of the methods that most others refer to first."""
    rows = index.rows(
        "SELECT s.slug, t.slug, kinds FROM method AS s JOIN link ON source = s.id JOIN method AS t ON t.id = target"
        " WHERE s.listed AND t.listed AND (s.area, t.area) IN (VALUES (:area, :other), (:other, :area))"
        " ORDER BY s.referenced + t.referenced DESC, s.slug, t.slug LIMIT :limit",
        {"area": area, "other": other, "limit": limit},
    )
    return [LinkedPair(source, target, kind_names(bits)) for source, target, bits in rows]


def common_neighbours(index: IndexReader, slug: str, other: str, limit: int = 60) -> tuple[list[int], int]:
    """The methods that two are both linked with, those that most refer to first, and how many there are in all."""
    rows = index.rows(
        f"SELECT id FROM ({_BESIDE.format('slug')} INTERSECT {_BESIDE.format('other')}) JOIN method USING (id)"
        " WHERE listed AND slug NOT IN (:slug, :other) ORDER BY referenced DESC, slug",
        {"slug": slug, "other": other},
    )
    return [row[0] for row in rows[:limit]], len(rows)


def _steps(index: IndexReader, frontier: Sequence[int]) -> list[tuple[int, int]]:
    """One step from each of the methods, along or against the links, to the methods that more refer to first."""
    return index.rows(
        "SELECT near, far FROM (SELECT source AS near, target AS far FROM link"
        " WHERE source IN (SELECT value FROM json_each(:frontier))"
        " UNION SELECT target, source FROM link WHERE target IN (SELECT value FROM json_each(:frontier)))"
        " JOIN method ON method.id = far WHERE listed ORDER BY referenced DESC, slug",
        {"frontier": json.dumps(list(frontier))},
    )


def _traced(before: dict[int, list[int]], end: int, limit: int) -> list[list[int]]:
    paths = [[end]]
    while before[paths[0][0]]:
        paths = [[near, *path] for path in paths for near in before[path[0]]][: limit * 20]
    return paths[:limit]


def _slugs(index: IndexReader, paths: Iterable[list[int]]) -> list[list[str]]:
    found = []
    for path in paths:
        rows = dict(
            index.rows("SELECT id, slug FROM method WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(path),))
        )
        found.append([rows[method] for method in path])
    return found
