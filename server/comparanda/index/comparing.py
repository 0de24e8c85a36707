"""Two indexes of one version, row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from comparanda.index import Index

_ROWS = {
    "method": "SELECT slug, listed, area, family, kind, year, decade, related, referenced FROM {index}.method"
    " WHERE listed OR referenced",
    "text": "SELECT slug, role, language, position, text, folded"
    " FROM {index}.text AS t JOIN {index}.method ON id = t.method",
    "link": "SELECT s.slug, t.slug, kinds FROM {index}.link JOIN {index}.method AS s ON s.id = source"
    " JOIN {index}.method AS t ON t.id = target",
    "facet": "SELECT role, language, area, family, decade, methods FROM {index}.facet",
    "area_link": "SELECT source_area, target_area, kinds, links FROM {index}.area_link",
    "entry": "SELECT name, said FROM {index}.entry",
    "elsewhere": "SELECT name, document FROM {index}.elsewhere",
}


def differences(index: Index, other: Index, limit: int = 100) -> Iterator[str]:
    """Rows that one index has and the other has not, so many of each table at most; methods go by their slugs."""
    mine, theirs = index.newest(), other.newest()
    assert mine is not None, "it has been made"
    with closing(sqlite3.connect(mine)) as database:
        database.execute("ATTACH ? AS other", (str(theirs),))
        for table, sql in _ROWS.items():
            one, another = sql.format(index="main"), sql.format(index="other")
            for said, first, second in (("kept", one, another), ("missing", another, one)):
                for row in database.execute(f"{first} EXCEPT {second} LIMIT {limit}"):
                    yield f"{table}: {said} {row}"
