"""What entries state of things, and what they need stated of others: compared when all have been read.

Too much to hold in memory for millions of entries, so it is gathered in a file of SQLite.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from comparanda.validation.plans import Fact
from comparanda.validation.screen import Screened

_IN_MEMORY = 200_000
_TABLES = """
  CREATE TABLE stated (thing TEXT NOT NULL, fact INTEGER NOT NULL);
  CREATE TABLE wanted (thing TEXT NOT NULL, fact INTEGER NOT NULL);
"""
_UNSTATED = """
  SELECT DISTINCT thing, fact FROM wanted
  WHERE NOT EXISTS (SELECT 1 FROM stated WHERE stated.thing = wanted.thing AND stated.fact = wanted.fact)
"""


class References:
    """Facts by thing: those that are stated, and those that are wanted.

    Args:
        path: where they are gathered; what lies there is removed.
    """

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -262144"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(_TABLES)
        self._database.execute("BEGIN")
        self._numbers: dict[Fact, int] = {}
        self._stated: set[tuple[str, int]] = set()
        self._wanted: set[tuple[str, int]] = set()

    def note(self, screened: Screened) -> None:
        """Gather what an entry states, and what it wants."""
        for thing, facts in screened.said.items():
            self._stated.update((thing, self._number(fact)) for fact in facts)
        self._wanted.update((wanted.value, self._number(wanted.fact)) for wanted in screened.wanted)
        if len(self._wanted) + len(self._stated) > _IN_MEMORY:
            self._write()

    def unstated(self) -> Iterator[tuple[str, Fact]]:
        """The things and facts that are wanted and that no entry states. All entries must have been noted."""
        self._write()
        self._database.execute("CREATE INDEX stated_of ON stated (thing, fact)")  # far faster than row by row
        facts = {number: fact for fact, number in self._numbers.items()}
        for thing, number in self._database.execute(_UNSTATED):
            yield thing, facts[number]

    def states_anything(self, thing: str) -> bool:
        """Whether an entry states any fact about a thing; to be asked after `unstated`."""
        return self._database.execute("SELECT 1 FROM stated WHERE thing = ?", (thing,)).fetchone() is not None

    def close(self) -> None:
        self._database.close()

    def _number(self, fact: Fact) -> int:
        return self._numbers.setdefault(fact, len(self._numbers))

    def _write(self) -> None:
        self._database.executemany("INSERT INTO stated VALUES (?, ?)", self._stated)
        self._database.executemany("INSERT INTO wanted VALUES (?, ?)", self._wanted - self._stated)
        self._stated.clear()
        self._wanted.clear()
