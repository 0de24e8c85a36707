"""The store and its index at the same version, for a server that must not stand still while the index catches up."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from comparanda.index import Index
from comparanda.index.reading import IndexReader
from comparanda.stores import Reader, Store


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A version of the store, and the index of the same version."""

    reader: Reader
    index: IndexReader


class Snapshots:
    """Snapshots of one store, the newest that there is."""

    def __init__(self, store: Store, index: Index) -> None:
        self._store = store
        self._index = index
        self._newest: Snapshot | None = None
        self._lock = threading.Lock()
        self._behind: threading.Thread | None = None

    def newest(self) -> Snapshot:
        """The newest snapshot.

        A few changed documents are indexed first. Where there are many, the snapshot before stays in use until the
        index has come up, in this process or another; only the first one of all must be waited for.
        """
        with self._lock:
            held = self._newest = self._newest or self._open()
            while held is None or held.reader.version != self._store.reader().version:
                if not self._index.follow(self._store, wait=held is None, only_small=held is not None):
                    assert held is not None, "without a snapshot it waits for the index"
                    self._follow_behind()
                    return held
                held = self._newest = self._open() or held
            return held

    def at(self, version: str) -> IndexReader | None:
        """The index of a version of the store, if it is at hand or a small change away; nobody waits for it."""
        held = self._newest
        if held is None or held.index.version != version:
            if not self._lock.acquire(blocking=False):
                return None
            try:
                if self._index.version() is not None and self._index.follow(self._store, wait=False, only_small=True):
                    held = self._newest = self._open() or held
            finally:
                self._lock.release()
        return held.index if held is not None and held.index.version == version else None

    def _open(self) -> Snapshot | None:
        """The store and the index as they are now; None if the index has moved on, or away, meanwhile."""
        reader, connected = self._store.reader(), self._index.connect()
        if connected is None:
            return None
        index = IndexReader(*connected)
        return Snapshot(reader, index) if index.version == reader.version else None

    def _follow_behind(self) -> None:
        if self._behind is None or not self._behind.is_alive():
            self._behind = threading.Thread(target=self._index.follow, args=(self._store,), daemon=True)
            self._behind.start()
