"""An index in the making: a file of its own, which nobody reads until it is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import NamedNode

from comparanda.descriptions import Description
from comparanda.index.documents import indexed_method, method_slug
from comparanda.index.filling import Filling, finish, make_tables
from comparanda.index.folding import FOLDING
from comparanda.index.statements import PATHS_FORMAT, entry, forget, keep
from comparanda.namespaces import Base

FORMAT = 601 + FOLDING + (PATHS_FORMAT << 10)
_PRAGMAS = "journal_mode = OFF", "synchronous = OFF", "cache_size = -65536", "temp_store = MEMORY"


class NewIndex:
    """An index that is filled document by document.

    Args:
        path: where it is made; what lies there is removed.
    """

    def __init__(self, path: Path, base: Base) -> None:
        path.unlink(missing_ok=True)
        self.path = path
        self.methods = 0
        self._base = base
        self._database = sqlite3.connect(path, isolation_level=None)
        for pragma in _PRAGMAS:
            self._database.execute(f"PRAGMA {pragma}")
        make_tables(self._database)
        self._database.execute("BEGIN")
        self._filling = Filling(self._database)

    def add(self, document: NamedNode, described: Mapping[str, Description]) -> None:
        """Put in what a document says."""
        keep(self._database, entry(document, described, self._base))
        slug = method_slug(document, self._base)
        method = indexed_method(slug, described, self._base) if slug is not None else None
        if method is not None:
            self._filling.add(method)
            self.methods += 1

    def remove(self, document: NamedNode) -> None:
        """Take a document out that was put in."""
        forget(self._database, document, self._base)
        slug = method_slug(document, self._base)
        if slug is not None:
            self._filling.take_out(slug)

    def finish(self, version: str) -> None:
        """Count and order what was put in, the whole of one version of the store."""
        self._filling.write()
        finish(self._database)
        self._database.execute("INSERT INTO state VALUES (?, ?)", (version, FORMAT))
        self._database.execute("PRAGMA journal_mode = WAL")
        self.close()

    def close(self) -> None:
        """Let go of it, whole or not."""
        self._database.close()
