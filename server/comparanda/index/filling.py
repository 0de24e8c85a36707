"""Filling the index: methods go in, are replaced and go out, and all counts follow by what changed.

Counts are kept by taking away what the changed methods contributed and adding what they contribute now, by the same
statement with the opposite sign; a new index starts empty and gets everything added once, at the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from comparanda.index.documents import SUMMARY, IndexedMethod
from comparanda.index.folding import indexed_text

_HERE = Path(__file__).resolve().parent
_PIECES = "name_pieces", "summary_pieces"
_PIECES_IN_MEMORY_BYTES = 1 << 26  # while an index is filled; the more, the less often pieces are merged on disk
_DEFAULT_HASHSIZE_BYTES = 1 << 20
_METHODS_IN_MEMORY = 20_000
_COUNT_METHODS = """
  INSERT INTO facet (role, language, area, family, decade, methods)
  SELECT -1, '', area, family, decade, :sign * COUNT(*) FROM method WHERE listed AND {which}
  GROUP BY area, family, decade
  ON CONFLICT DO UPDATE SET methods = methods + excluded.methods
"""
_COUNT_TEXTS = """
  INSERT INTO facet (role, language, area, family, decade, methods)
  SELECT role, language, area, family, decade, :sign * COUNT(*) FROM text JOIN method ON method.id = text.method
  WHERE role IN (0, 3) AND language <> '*' AND {which}
  GROUP BY role, language, area, family, decade
  ON CONFLICT DO UPDATE SET methods = methods + excluded.methods
"""
_COUNT_AREA_LINKS = """
  INSERT INTO area_link (source_area, target_area, kinds, links)
  SELECT source.area, target.area, link.kinds, :sign * COUNT(*)
  FROM link JOIN method AS source ON source.id = link.source JOIN method AS target ON target.id = link.target
  {where}
  GROUP BY source.area, target.area, link.kinds
  ON CONFLICT DO UPDATE SET links = links + excluded.links
"""
_COUNT_REFERENCES = """
  UPDATE method SET referenced = referenced + :sign * counted.links
  FROM (SELECT target, COUNT(*) AS links FROM link WHERE source IN (SELECT id FROM changed) GROUP BY target) AS counted
  WHERE method.id = counted.target
"""
CHANGED_COUNTS = (
    _COUNT_METHODS.format(which="id IN (SELECT id FROM changed)"),
    _COUNT_TEXTS.format(which="text.method IN (SELECT id FROM changed)"),
    _COUNT_AREA_LINKS.format(where="WHERE link.source IN (SELECT id FROM changed)"),
    _COUNT_AREA_LINKS.format(
        where="WHERE link.target IN (SELECT id FROM changed WHERE moved)"
        " AND link.source NOT IN (SELECT id FROM changed)"
    ),
    _COUNT_REFERENCES,
)
_ALL_COUNTS = (
    _COUNT_METHODS.format(which="TRUE"),
    _COUNT_TEXTS.format(which="TRUE"),
    _COUNT_AREA_LINKS.format(where="WHERE TRUE"),
    "UPDATE method SET referenced = counted.links FROM (SELECT target, COUNT(*) AS links FROM link GROUP BY target)"
    " AS counted WHERE method.id = counted.target",
)


def make_tables(database: sqlite3.Connection) -> None:
    """An empty index, with nothing to order by yet: see `finish`."""
    database.executescript((_HERE / "schema.sql").read_text("utf-8"))


class Filling:
    """Puts methods into a new index, which knows no method yet.

    They wait until there are many, and go in by their identifiers: links make identifiers known long before their
    methods come, and for each one that is lower than the one before, FTS5 would begin another segment.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._identifiers: dict[str, int] = {}
        self._waiting: dict[int, IndexedMethod] = {}
        for table in _PIECES:
            database.execute(f"INSERT INTO {table}({table}, rank) VALUES ('hashsize', ?)", (_PIECES_IN_MEMORY_BYTES,))

    def add(self, method: IndexedMethod) -> None:
        """Put in a method that it does not hold yet."""
        self._waiting[self._identifier(method.slug)] = method
        if len(self._waiting) == _METHODS_IN_MEMORY:
            self.write()

    def take_out(self, slug: str) -> None:
        """Take a method out; links to it stay."""
        self.write()
        _remove(self._database, self._identifier(slug))

    def write(self) -> None:
        """Put in all that wait."""
        for _, method in sorted(self._waiting.items()):
            _insert(self._database, method, self._identifier)
        self._waiting.clear()

    def _identifier(self, slug: str) -> int:
        identifier = self._identifiers.get(slug)
        if identifier is None:
            identifier = self._identifiers[slug] = len(self._identifiers) + 1
            self._database.execute("INSERT INTO method (id, slug) VALUES (?, ?)", (identifier, slug))
        return identifier


def finish(database: sqlite3.Connection) -> None:
    """Count and order all that was filled in."""
    for statement in _ALL_COUNTS:
        database.execute(statement, {"sign": 1})
    for table in _PIECES:
        database.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
        database.execute(f"INSERT INTO {table}({table}, rank) VALUES ('hashsize', ?)", (_DEFAULT_HASHSIZE_BYTES,))
    database.executescript((_HERE / "orders.sql").read_text("utf-8"))
    database.execute("ANALYZE")


def replace(database: sqlite3.Connection, methods: dict[str, IndexedMethod | None]) -> None:
    """Put methods in place of what the index holds of their slugs; None takes a method out."""
    identifiers = {slug: _identifier(database, slug) for slug in methods}
    database.execute("CREATE TEMP TABLE IF NOT EXISTS changed (id INTEGER PRIMARY KEY, moved INTEGER NOT NULL)")
    database.execute("DELETE FROM changed")
    for slug, method in methods.items():
        area = database.execute("SELECT area FROM method WHERE id = ?", (identifiers[slug],)).fetchone()[0]
        moved = area != (method.area if method else "")
        database.execute("INSERT INTO changed VALUES (?, ?)", (identifiers[slug], moved))
    for statement in CHANGED_COUNTS:
        database.execute(statement, {"sign": -1})
    for slug, method in methods.items():
        _remove(database, identifiers[slug])
        if method is not None:
            _insert(database, method, partial(_identifier, database))
    for statement in CHANGED_COUNTS:
        database.execute(statement, {"sign": 1})
    database.execute("DELETE FROM facet WHERE methods = 0")
    database.execute("DELETE FROM area_link WHERE links = 0")


def _identifier(database: sqlite3.Connection, slug: str) -> int:
    database.execute("INSERT INTO method (slug) VALUES (?) ON CONFLICT DO NOTHING", (slug,))
    return int(database.execute("SELECT id FROM method WHERE slug = ?", (slug,)).fetchone()[0])


def _remove(database: sqlite3.Connection, identifier: int) -> None:
    held = _held_texts(database, identifier)
    for table, text in _fed(held):
        database.execute(
            f"INSERT INTO {table}({table}, rowid, folded) VALUES ('delete', ?, ?)",
            (identifier, text),
        )
    database.execute("DELETE FROM text WHERE method = ?", (identifier,))
    database.execute("DELETE FROM link WHERE source = ?", (identifier,))
    database.execute(
        "UPDATE method SET listed = 0, area = '', family = '', kind = '', year = NULL, decade = '', related = 0"
        " WHERE id = ?",
        (identifier,),
    )


def _insert(database: sqlite3.Connection, method: IndexedMethod, identify: Callable[[str], int]) -> None:
    identifier = identify(method.slug)
    database.execute(
        "UPDATE method SET listed = ?, area = ?, family = ?, kind = ?, year = ?, decade = ?, related = ? WHERE id = ?",
        (
            method.listed,
            method.area,
            method.family,
            method.kind,
            method.year,
            method.decade,
            len(method.links),
            identifier,
        ),
    )
    database.executemany("INSERT INTO text VALUES (?, ?, ?, ?, ?, ?)", ((identifier, *text) for text in method.texts))
    links = [(identifier, identify(other), kinds) for other, kinds in method.links.items()]
    database.executemany("INSERT INTO link VALUES (?, ?, ?)", links)
    for table, text in _fed([(role, folded) for role, _, _, _, folded in method.texts]):
        database.execute(f"INSERT INTO {table}(rowid, folded) VALUES (?, ?)", (identifier, text))


def _held_texts(database: sqlite3.Connection, identifier: int) -> list[tuple[int, str]]:
    rows = database.execute(
        "SELECT role, folded FROM text WHERE method = ? ORDER BY role, language, position", (identifier,)
    )
    return rows.fetchall()


def _fed(texts: list[tuple[int, str]]) -> Iterable[tuple[str, str]]:
    """For each table of pieces what it is fed; the same texts in the same order must come to take it out again."""
    names = [folded for role, folded in texts if role != SUMMARY]
    summaries = [folded for role, folded in texts if role == SUMMARY]
    if names:
        yield "name_pieces", indexed_text(names)
    if summaries:
        yield "summary_pieces", indexed_text(summaries)
