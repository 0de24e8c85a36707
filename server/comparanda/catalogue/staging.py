"""A dump on its way in: loaded beside the store by the engine's bulk loader, and taken up again where it stopped.

    <store>/staging-<digest>/database   what has been loaded so far, an Oxigraph database
    <store>/staging-<digest>/loaded     how many bytes of each file; replaced atomically after each piece

The digest is that of the files' names, sizes and times. Loading a piece twice changes nothing, since it is a set.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat

from comparanda.errors import StoreInUse, UnreadableInput
from comparanda.namespaces import Base
from comparanda.stores.durable import write_durably
from comparanda.stores.embedded import EmbeddedStore

FORMATS: Final = {".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG}
_PIECE_BYTES: Final = 128_000_000


def is_dump(path: Path) -> bool:
    """Whether a file holds named graphs, plain or gzipped."""
    return _format(path) is not None


def dump_bytes(paths: Sequence[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


class Staging:
    """The database in which dumps are gathered before they are checked.

    Args:
        store: the store beside which it lies.
    Raises:
        StoreInUse: another process is loading the same dumps.
    """

    def __init__(self, store: EmbeddedStore, paths: Sequence[Path], base: Base) -> None:
        facts = [[str(path.absolute()), path.stat().st_size, path.stat().st_mtime_ns] for path in sorted(paths)]
        digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
        self.folder = store.path / f"staging-{digest}"
        self._paths, self._base = sorted(paths), base
        for other in store.path.glob("staging-*"):
            if other != self.folder:
                shutil.rmtree(other)
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self.database = pyoxigraph.Store(str(self.folder / "database"))
        except OSError as error:
            raise StoreInUse(
                f"Another process is loading into {self.folder} ({error}).",
                value=str(self.folder),
                to_do="Wait until it has finished, then try again.",
            ) from error

    def load(self, progress: Callable[[int], None]) -> None:
        """Load what has not been loaded yet.

        Args:
            progress: is told of bytes that were loaded, now or earlier.
        Raises:
            UnreadableInput: a file is not what its name says.
        """
        for path in self._paths:
            done = self._loaded().get(str(path), 0)
            progress(done)
            for content, end in _pieces(path, done):
                self._load_piece(path, content)
                write_durably(self.folder / "loaded", json.dumps({**self._loaded(), str(path): end}))
                progress(end - done)
                done = end
        self.database.flush()
        nameless = next(self.database.quads_for_pattern(None, None, None, DefaultGraph()), None)
        blank = next((graph for graph in self.database.named_graphs() if not isinstance(graph, NamedNode)), None)
        if nameless is not None or blank is not None:
            raise UnreadableInput(
                f"The dump says something outside of named graphs: {nameless or blank}.",
                value=str(nameless or blank),
                to_do="Put each entry into the graph named like its document.",
            )

    def graphs(self) -> int:
        """How many graphs have been loaded."""
        return sum(1 for _ in self.database.named_graphs())

    def remove(self) -> None:
        del self.database
        shutil.rmtree(self.folder)

    def _load_piece(self, path: Path, content: bytes | None) -> None:
        rdf_format = _format(path)
        try:
            if content is None:
                with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
                    self.database.bulk_load(file, rdf_format, base_iri=self._base.iri)  # type: ignore[arg-type]
            else:
                self.database.bulk_load(content, rdf_format, base_iri=self._base.iri)
        except (SyntaxError, ValueError, EOFError, gzip.BadGzipFile) as error:
            raise UnreadableInput(
                f"{path} cannot be read: {error}.", value=str(path), to_do="Correct it and import it again."
            ) from error

    def _loaded(self) -> dict[str, int]:
        try:
            loaded: dict[str, int] = json.loads((self.folder / "loaded").read_text("ascii"))
        except FileNotFoundError:
            return {}
        return loaded


def _format(path: Path) -> RdfFormat | None:
    return FORMATS.get(Path(path.name.removesuffix(".gz")).suffix)


def _pieces(path: Path, start: int) -> Iterator[tuple[bytes | None, int]]:
    """Pieces of whole lines from a byte on, with the byte at which each ends; a file without lines of its own whole."""
    size = path.stat().st_size
    if path.suffix != ".nq":
        if start < size:
            yield None, size
        return
    with path.open("rb") as file:
        file.seek(start)
        while piece := file.read(_PIECE_BYTES):
            piece += file.readline()
            yield piece, file.tell()
