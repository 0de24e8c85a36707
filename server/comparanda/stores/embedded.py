"""The embedded store: a directory of immutable versions, each an Oxigraph database.

    <store>/comparanda.json     what this directory is, and its base IRI
    <store>/current             number of the newest version, names and sizes of its files; replaced atomically
    <store>/lock                held by the one writer
    <store>/versions/000042     a version, never changed once `current` has named it
    <store>/versions/000042.lock  held, shared, by its readers
    <store>/versions/000042.changed  which graphs it changed; `null` where they were too many to name
    <store>/work-<uuid>         the writer's copy, forgotten if it does not commit
    <store>/staging-<digest>    a dump that is being imported
    <store>/index               what is derived: search, facets, counts
    <store>/received/<sha256>   documents as they came in

A writer takes the lock, makes a hard-linked copy of the newest version, changes it, and at a commit makes a
hard-linked checkpoint of that copy (`Store.backup`, which syncs to disk) the next version. A crash leaves at most
a work directory or an unnamed version, which the next writer removes: there is no half-written state to repair.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import NamedNode, Quad, Triple

from comparanda.errors import NoStore, NotFound, StoreInUse
from comparanda.stores.durable import write_durably
from comparanda.stores.oxigraph import OxigraphReader

_MARKER = "comparanda.json"
_FORMAT = 1
_CHANGES_KEPT = 1_000  # versions that the index may lag behind and still catch up step by step


class _Current(NamedTuple):
    """The newest version, and the sizes of its files in bytes; None in stores made before they were noted."""

    version: int
    files: dict[str, int] | None


class EmbeddedWriter:
    """The writer's copy of the newest version."""

    def __init__(self, store: EmbeddedStore, work: Path, before: OxigraphReader, snapshot: Path) -> None:
        self.snapshot = snapshot  # the version that the work began with, to be read only
        self.before = before
        self.changed: set[NamedNode] | None = set()
        self._store = store
        self._version = int(before.version)
        self._database = pyoxigraph.Store(str(work))
        self.reader = OxigraphReader(self._database, before.version)

    def replace(self, graphs: Mapping[NamedNode, Iterable[Triple]]) -> None:
        for graph, triples in graphs.items():
            if self.changed is not None:
                self.changed.add(graph)
            self._database.remove_graph(graph)
            self._database.extend(Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)

    def load(self, quads: Iterable[Quad]) -> None:
        """Add many quads by the bulk loader: faster than `replace`, for graphs that are new."""
        self.changed = None
        self._database.bulk_extend(quads)

    def take(self, database: pyoxigraph.Store) -> None:
        """Make all that another database holds the content, in place of what there was."""
        self.changed = None
        self._database = self.reader.database = database

    @property
    def next_version(self) -> str:
        return str(self._version + 1)

    def written(self) -> OxigraphReader:
        return self.reader

    def close(self) -> None:
        """Let go of the copy; the writer is of no use after that."""
        del self._database, self.reader.database, self.before

    def commit(self) -> str:
        self._version += 1
        self._store.publish(self._database, self._version, self.changed)
        self.changed = set()
        self.reader.version = str(self._version)
        return self.reader.version


class EmbeddedStore:
    """A store in a directory.

    Raises:
        NoStore: `path` is a file, or a directory with something else in it.
    """

    def __init__(self, path: Path, *, versions_kept: int = 3) -> None:
        self.path = path
        self._versions_kept = max(1, versions_kept)
        self._reader: OxigraphReader | None = None
        self._read: tuple[tuple[int, ...], _Current] | None = None
        if path.exists() and not path.is_dir():
            raise NoStore(
                f"The store path {path} is a file.",
                value=str(path),
                to_do="Give a directory with --store or COMPARANDA_STORE.",
            )
        if not self.exists() and path.is_dir() and any(not _is_ours(child.name) for child in path.iterdir()):
            raise NoStore(
                f"The directory {path} holds something that is no Comparanda store.",
                value=str(path),
                to_do="Give an empty or a new directory.",
            )

    def exists(self) -> bool:
        """Whether the directory holds a store."""
        return (self.path / _MARKER).is_file()

    @cached_property
    def base_iri(self) -> str:
        """The base IRI with which the store was made."""
        return str(self._marker()["base_iri"])

    def create(self, base_iri: str) -> None:
        """Make an empty store, version 0. Does nothing if there is one."""
        try:
            (self.path / "versions").mkdir(parents=True, exist_ok=True)
            (self.path / "received").mkdir(exist_ok=True)
        except OSError as error:
            raise NoStore(
                f"The directory {self.path} cannot be made ({error.strerror}).",
                value=str(self.path),
                to_do="Give a directory that you may write to.",
            ) from error
        with self._locked():
            if self.exists():
                return
            for leftover in (*self.path.glob("work-*"), *(self.path / "versions").iterdir()):
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
            work = self.path / f"work-{uuid.uuid4()}"
            database = pyoxigraph.Store(str(work))
            self.publish(database, 0, None)
            del database
            shutil.rmtree(work)
            write_durably(self.path / _MARKER, json.dumps({"format": _FORMAT, "base_iri": base_iri}))

    def version(self) -> int:
        """The number of the newest version."""
        return self._current().version

    def reader(self) -> OxigraphReader:
        """A reader of the newest version; the same one as long as nothing was committed."""
        while True:
            version = self.version()
            if self._reader is not None and self._reader.version == str(version):
                return self._reader
            opened = self._open(version)
            if opened is not None:
                self._reader = opened
                return opened

    def versions(self) -> list[int]:
        """The numbers of the versions that are kept, the oldest first."""
        newest = self.version()
        found = [int(path.name) for path in (self.path / "versions").iterdir() if path.name.isdecimal()]
        return sorted(number for number in found if number <= newest)

    def reader_of(self, version: int) -> OxigraphReader:
        """A reader of one version, which stays as long as the reader lives.

        Raises:
            NotFound: the version is not, or no longer, kept.
        """
        opened = self._open(version) if version in self.versions() else None
        if opened is None:
            kept = ", ".join(map(str, self.versions()))
            raise NotFound(f"The store keeps no version {version}.", value=version, to_do=f"Use one of {kept}.")
        return opened

    @contextmanager
    def writer(self, wait_s: float = 0.0) -> Iterator[EmbeddedWriter]:
        """The writer; see `stores.Store`. Waits so long for another writer to finish."""
        with self._locked(wait_s):
            self._remove_leftovers()
            version = self.version()
            work = self.path / f"work-{uuid.uuid4()}"
            before = self._reader  # to open it again would take longer than to copy it
            if before is None or before.version != str(version):
                newest = self._database_of(version)
                assert newest is not None, "a version that `current` names is there, or an error"
                before = OxigraphReader(newest, str(version))
            before.database.backup(str(work))
            writer = EmbeddedWriter(self, work, before, self._folder(version))
            try:
                yield writer
            finally:
                writer.close()
                shutil.rmtree(work, ignore_errors=True)
                self._remove_old_versions()

    def publish(self, database: pyoxigraph.Store, version: int, changed: Collection[NamedNode] | None) -> None:
        """Make a checkpoint of `database` the newest version. Only the holder of the lock may call this.

        Args:
            changed: the graphs in which it differs from the version before; None for many.
        """
        folder = self._folder(version)
        database.backup(str(folder))
        write_durably(Path(f"{folder}.changed"), json.dumps(_names(changed)))
        write_durably(self.path / "current", json.dumps({"version": version, "files": _sizes(folder)}))

    def adopt(self, database: pyoxigraph.Store, version: int) -> int:
        """Make another database the newest version, whatever there was before."""
        with self._locked():
            self._remove_leftovers()
            self.publish(database, version, None)
            self._remove_old_versions()
        return version

    def changed_in(self, graph: NamedNode, among: int = 100) -> list[tuple[int, datetime]]:
        """The versions that changed a graph, the newest first, and when; looks at the newest versions only."""
        files = sorted((self.path / "versions").glob("[0-9]*.changed"), reverse=True)[:among]
        return [
            (int(file.stem), datetime.fromtimestamp(file.stat().st_mtime, UTC))
            for file in files
            if graph.value in (json.loads(file.read_text("ascii")) or ())
        ]

    def changes(self, since: str, until: str) -> set[NamedNode] | None:
        """The graphs that differ between two versions; None where that is not known any more."""
        changed: set[NamedNode] = set()
        for version in range(int(since) + 1, int(until) + 1):
            try:
                graphs = json.loads(Path(f"{self._folder(version)}.changed").read_text("ascii"))
            except FileNotFoundError:
                return None
            if graphs is None:
                return None
            changed |= {NamedNode(graph) for graph in graphs}
        return changed if int(since) <= int(until) else None

    def keep_received(self, digest: str, content: bytes) -> None:
        """Keep a document as it was received, under its SHA-256."""
        target = self.path / "received" / digest
        if not target.exists():
            write_durably(target, content)

    def _open(self, version: int) -> OxigraphReader | None:
        """A reader, or None where the version is not there (any more)."""
        lock = os.open(f"{self._folder(version)}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)
            database = self._database_of(version)
        except BaseException:
            os.close(lock)
            raise
        if database is None:
            os.close(lock)
            return None
        return OxigraphReader(database, str(version), lock)

    def _database_of(self, version: int) -> pyoxigraph.Store | None:
        """The database of a version, checked against what `current` says of it.

        Raises:
            NoStore: it is the newest and missing, or damaged.
        """
        folder, expected, restore = self._folder(version), self._current(), "Restore the store from a backup."
        newest = expected.version == version
        if not folder.is_dir():
            if newest:
                raise NoStore(f"Version {version} of {self.path} is missing.", value=str(folder), to_do=restore)
            return None
        if newest and expected.files is not None and expected.files != _sizes(folder):
            wrong = min(expected.files.items() ^ _sizes(folder).items())[0]
            message = f"Version {version} of {self.path} is damaged: {wrong} is missing or has another size."
            raise NoStore(message, value=str(folder), to_do=restore)
        try:
            return pyoxigraph.Store.read_only(str(folder))
        except OSError as error:
            message = f"Version {version} of {self.path} is damaged ({error})."
            raise NoStore(message, value=str(folder), to_do=restore) from error

    def _current(self) -> _Current:
        """What `current` says; read again only when it was replaced, as every request asks."""
        try:
            found = (self.path / "current").stat()
            stamp = found.st_ino, found.st_mtime_ns, found.st_size
            if self._read is None or self._read[0] != stamp:
                current = json.loads((self.path / "current").read_text("ascii"))
                self._read = stamp, _Current(int(current["version"]), current.get("files"))
            return self._read[1]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoStore(
                f"There is no store in {self.path}.", value=str(self.path), to_do="Make one with `comparanda init`."
            ) from error

    def _marker(self) -> dict[str, object]:
        try:
            marker: dict[str, object] = json.loads((self.path / _MARKER).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise NoStore(
                f"There is no store in {self.path}.", value=str(self.path), to_do="Make one with `comparanda init`."
            ) from error
        if marker.get("format") != _FORMAT:
            raise NoStore(
                f"The store {self.path} has the format {marker.get('format')}.",
                value=str(self.path),
                to_do="Use the version of Comparanda that made it.",
            )
        return marker

    def _folder(self, version: int) -> Path:
        return self.path / "versions" / f"{version:06d}"

    @contextmanager
    def _locked(self, wait_s: float = 0.0) -> Iterator[None]:
        end = time.monotonic() + wait_s
        with open(self.path / "lock", "a+", encoding="ascii") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if time.monotonic() >= end:
                        raise StoreInUse(
                            f"Another process is writing to the store {self.path}.",
                            value=str(self.path),
                            to_do="Wait until it has finished, then try again.",
                        ) from error
                    time.sleep(0.02)
            yield

    def _remove_leftovers(self) -> None:
        """What a crashed writer left: its work directory, a checkpoint that `current` does not name."""
        newest = self.version()
        for work in self.path.glob("work-*"):
            shutil.rmtree(work)
        for folder in (self.path / "versions").iterdir():
            unfinished = not folder.name.isdecimal() or int(folder.name) > newest
            if folder.is_dir() and unfinished:
                shutil.rmtree(folder)
        for folder in (self.path, self.path / "received", self.path / "versions"):
            for partial in folder.glob(".*.tmp"):
                partial.unlink()

    def _remove_old_versions(self) -> None:
        """Remove versions that are neither kept nor being read."""
        folders = [self._folder(version) for version in self.versions()]
        for folder in folders[: -self._versions_kept]:
            with open(f"{folder}.lock", "a+", encoding="ascii") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                shutil.rmtree(folder)
                Path(lock.name).unlink()
        for changed in sorted((self.path / "versions").glob("[0-9]*.changed"))[:-_CHANGES_KEPT]:
            changed.unlink()


def _names(graphs: Collection[NamedNode] | None) -> list[str] | None:
    return None if graphs is None else sorted(graph.value for graph in graphs)


def _sizes(folder: Path) -> dict[str, int]:
    """The sizes of the files that hold a version and never change."""
    return {path.name: path.stat().st_size for path in folder.iterdir() if path.name.endswith(".sst")}


def _is_ours(name: str) -> bool:
    """Whether a store that was not finished may hold a file of that name."""
    return name in ("lock", "current", "versions", "received", "index") or name.startswith(("work-", "staging-", "."))
