"""The index: search, facets, counts and links, derived from the graph and kept beside it in SQLite.

    <folder>/000042.sqlite   an index begun at version 42, and brought forward since; in WAL mode
    <folder>/work-<uuid>     one that is being made

The index follows the store: it holds the version up to which it has come, and catches up by replacing the documents
that changed since. What it has missed can therefore never be lost, only be late. A reader that opens it sees one
version until it closes.
"""

from __future__ import annotations

import fcntl
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pyoxigraph import NamedNode

from comparanda.descriptions import described_graphs, descriptions
from comparanda.index.documents import indexed_method, method_slug
from comparanda.index.filling import replace
from comparanda.index.making import FORMAT, NewIndex
from comparanda.index.statements import entry, forget, keep
from comparanda.namespaces import Base
from comparanda.queries import queries
from comparanda.stores import Reader, Store

SMALL_CHANGE = 1_000  # documents that a reader replaces itself before it goes on


class Index:
    """The index of one store.

    Args:
        folder: where it is kept.
    """

    def __init__(self, folder: Path, base: Base) -> None:
        self.folder = folder
        self.base = base

    def version(self) -> str | None:
        """The version of the store up to which it has come; None if there is none."""
        path = self.newest()
        if path is None:
            return None
        with closing(_connect(path)) as database:
            return _version(database)

    def connect(self) -> tuple[sqlite3.Connection, str] | None:
        """A connection that sees one version for as long as it is open, and that version; None if there is none."""
        path = self.newest()
        if path is None:
            return None
        database = _connect(path)
        database.execute("BEGIN")
        version = _version(database)
        if version is None:
            database.close()
            return None
        return database, version

    def follow(
        self,
        store: Store,
        *,
        wait: bool = True,
        only_small: bool = False,
        progress: Callable[[int], None] = lambda _: None,
    ) -> bool:
        """Bring the index to the newest version of the store, or make it.

        Args:
            wait: whether to wait for another process that is at it.
            only_small: leave a change of many documents to others.
            progress: is told how many methods have been indexed, where it is made anew.
        Returns:
            Whether it is at the newest version.
        """
        with self._locked(wait) as locked:
            if not locked:
                return False
            reader, held = store.reader(), self.version()
            if held == reader.version:
                return True
            changed = store.changes(held, reader.version) if held is not None else None
            if changed is None or len(changed) > SMALL_CHANGE:
                if only_small and held is not None:
                    return False
                self._rebuild(reader, progress)
            else:
                self._catch_up(reader, changed)
            return True

    def rebuild(self, store: Store, progress: Callable[[int], None] = lambda _: None) -> str:
        """Make the index anew; returns the version."""
        with self._locked(True):
            reader = store.reader()
            self._rebuild(reader, progress)
            return reader.version

    def _catch_up(self, reader: Reader, changed: Iterable[NamedNode]) -> None:
        described = {
            document: descriptions(reader.construct(queries()["entry"].bind(document=document))) for document in changed
        }
        methods = {
            slug: indexed_method(slug, said, self.base)
            for document, said in described.items()
            if (slug := method_slug(document, self.base)) is not None
        }
        path = self.newest()
        assert path is not None, "only an index that is there is behind"
        with closing(_connect(path)) as database, database:
            replace(database, methods)
            for document, said in described.items():
                forget(database, document, self.base)
                keep(database, entry(document, said, self.base))
            database.execute("UPDATE state SET version = ?", (reader.version,))

    def take(self, new: NewIndex, version: str) -> None:
        """Put a new index, of a version of the store, in place of this one."""
        new.finish(version)
        with self._locked(True):
            self._put(new)

    @contextmanager
    def making(self) -> Iterator[NewIndex]:
        """A new index, put in place of this one once it was finished; nobody else makes one meanwhile."""
        with self._locked(True), self._making() as new:
            yield new

    def _rebuild(self, reader: Reader, progress: Callable[[int], None] = lambda _: None) -> None:
        """A reader gives the quads of a graph one after the other."""
        with self._making() as new:
            for document, described in described_graphs(reader.quads()):
                if isinstance(document, NamedNode):
                    before = new.methods
                    new.add(document, described)
                    if new.methods % 1_000 == 0 and new.methods > before:
                        progress(new.methods)
            new.finish(reader.version)

    @contextmanager
    def _making(self) -> Iterator[NewIndex]:
        """The same for the holder of the lock; what others left unfinished is removed."""
        for leftover in self.folder.glob("work-*"):
            leftover.unlink()
        with closing(NewIndex(self.folder / f"work-{uuid.uuid4()}", self.base)) as new:
            yield new
        self._put(new)

    def _put(self, new: NewIndex) -> None:
        earlier = self._files()
        new.path.rename(self._next())
        for path in earlier:
            for part in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                part.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9]*.sqlite"))

    def newest(self) -> Path | None:
        """The file of the index, if there is one."""
        return next(reversed(self._files()), None)

    def _next(self) -> Path:
        newest = self.newest()
        return self.folder / f"{int(newest.stem) + 1 if newest else 1:06d}.sqlite"

    @contextmanager
    def _locked(self, wait: bool) -> Iterator[bool]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "lock", "a", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            yield True


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that may be used from any thread, one at a time."""
    database = sqlite3.connect(path, timeout=60, check_same_thread=False)
    database.execute("PRAGMA synchronous = NORMAL")
    return database


def _version(database: sqlite3.Connection) -> str | None:
    """The version of an index that this program can read."""
    row = database.execute("SELECT version FROM state WHERE format = ?", (FORMAT,)).fetchone()
    return str(row[0]) if row else None
