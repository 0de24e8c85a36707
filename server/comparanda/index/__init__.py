"""The index: search, facets, counts and links, derived from the graph and kept beside it in SQLite.

    <folder>/000042.sqlite   an index begun at version 42, and brought forward since; in WAL mode
    <folder>/work-<uuid>     one that is being made

The index follows the store: it holds the version up to which it has come, and catches up by replacing the documents
that changed since. What it has missed can therefore never be lost, only be late. A reader that opens it sees one
version until it closes.
"""

from __future__ import annotations

import fcntl
import itertools
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from comparanda.index.documents import IndexedMethod, indexed_method, method_slug
from comparanda.index.filling import fill, finish, make_tables, replace, take_out
from comparanda.index.folding import FOLDING
from comparanda.namespaces import Base
from comparanda.queries import queries
from comparanda.stores import Reader, Store

FORMAT = 400 + FOLDING
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
        methods: dict[str, IndexedMethod | None] = {}
        for document in changed:
            slug = method_slug(document, self.base)
            if slug is not None:
                triples = reader.construct(queries()["entry"].bind(document=document))
                methods[slug] = indexed_method(slug, triples, self.base)
        path = self.newest()
        assert path is not None, "only an index that is there is behind"
        with closing(_connect(path)) as database, database:
            replace(database, methods)
            database.execute("UPDATE state SET version = ?", (reader.version,))

    @contextmanager
    def made_anew(self) -> Iterator[NewIndex]:
        """An index to be filled, which takes the place of this one at the end, if it was given a version."""
        with self._locked(True), self._making() as new:
            yield new

    def _rebuild(self, reader: Reader, progress: Callable[[int], None] = lambda _: None) -> None:
        """A reader gives the quads of a graph one after the other."""
        with self._making() as new:
            for document, quads in itertools.groupby(reader.quads(), key=lambda quad: quad.graph_name):
                if isinstance(document, NamedNode) and new.add(document, quads) and new.methods % 1_000 == 0:
                    progress(new.methods)
            new.version = reader.version

    @contextmanager
    def _making(self) -> Iterator[NewIndex]:
        for leftover in self.folder.glob("work-*"):
            leftover.unlink()
        work = self.folder / f"work-{uuid.uuid4()}"
        with closing(sqlite3.connect(work, isolation_level=None)) as database:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536", "temp_store = MEMORY"):
                database.execute(f"PRAGMA {pragma}")
            make_tables(database)
            database.execute("BEGIN")
            new = NewIndex(database, self.base)
            yield new
            if new.version is None:
                database.execute("ROLLBACK")
                work.unlink()
                return
            finish(database)
            database.execute("INSERT INTO state VALUES (?, ?)", (new.version, FORMAT))
            database.execute("PRAGMA journal_mode = WAL")
        earlier = self._files()
        work.rename(self._next())
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


class NewIndex:
    """An index that is being filled, document by document; `version` is that of the store when it is whole."""

    def __init__(self, database: sqlite3.Connection, base: Base) -> None:
        self.version: str | None = None
        self.methods = 0
        self._database = database
        self._base = base

    def add(self, document: NamedNode, triples: Iterable[Triple | Quad]) -> bool:
        """Put in what a document says of a method; returns whether it does."""
        slug = method_slug(document, self._base)
        method = indexed_method(slug, triples, self._base) if slug is not None else None
        if method is None:
            return False
        fill(self._database, [method])
        self.methods += 1
        return True

    def remove(self, document: NamedNode) -> None:
        """Take a document out that was put in."""
        slug = method_slug(document, self._base)
        if slug is not None:
            take_out(self._database, slug)


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that may be used from any thread, one at a time."""
    database = sqlite3.connect(path, timeout=60, check_same_thread=False)
    database.execute("PRAGMA synchronous = NORMAL")
    return database


def _version(database: sqlite3.Connection) -> str | None:
    """The version of an index that this program can read."""
    row = database.execute("SELECT version FROM state WHERE format = ?", (FORMAT,)).fetchone()
    return str(row[0]) if row else None
