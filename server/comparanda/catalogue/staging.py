"""A dump on its way in: loaded beside the store by the engine's bulk loader, and taken up again where it stopped.

    <store>/staging-<digest>/database   what has been loaded so far, an Oxigraph database
    <store>/staging-<digest>/loaded     how many bytes of each file; replaced atomically after each piece

The digest is that of the files' names, sizes and times. Loading a piece twice changes nothing, since it is a set.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import re
import shutil
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph
from pyoxigraph import Quad, RdfFormat

from comparanda.errors import StoreInUse, UnreadableInput
from comparanda.namespaces import Base
from comparanda.stores.durable import write_durably
from comparanda.stores.embedded import EmbeddedStore

FORMATS: Final = {".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG}
_PIECE_BYTES: Final = 256_000_000
_PIECES_AHEAD: Final = 2
_PART_BYTES: Final = 8_000_000
_PLACE: Final = re.compile(r"Parser error (?:at|between) line \d+ column[^:]*: ")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a dump. `end` is where it ends, unpacked; `packed` is how many bytes of the file it takes."""

    path: Path
    end: int
    packed: int
    text: bytes | None = None
    first_line: int = 1

    @contextmanager
    def opened(self) -> Iterator[bytes | IO[bytes]]:
        """Its text, or the file where that is one piece."""
        with _readable(self.path, self.first_line):
            if self.text is not None:
                yield self.text
                return
            with self.path.open("rb") as file, _unpacked(file, self.path) as content:
                yield content

    def parts(self) -> Iterator[_Piece]:
        """Itself in parts, each of which is read in a second at most."""
        if self.text is None:
            yield self
            return
        start, line, size = 0, self.first_line, len(self.text)
        while start < size:
            end = self.text.find(b"\n", start + _PART_BYTES) + 1 or size
            text, packed = self.text[start:end], self.packed * end // size - self.packed * start // size
            yield _Piece(self.path, self.end, packed, text, line)
            start, line = end, line + text.count(b"\n")


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

    def read_and_load(self, progress: Callable[[int], None]) -> Generator[Quad]:
        """All quads of the dumps in their order, while another thread loads what has not been loaded yet.

        Args:
            progress: is told of bytes that were read.
        Raises:
            UnreadableInput: a file is not what its name says.
        """
        with ThreadPoolExecutor(1) as loader:
            loading: deque[Future[None]] = deque()
            try:
                for piece in itertools.chain.from_iterable(map(_pieces, self._paths)):
                    if len(loading) == _PIECES_AHEAD:
                        loading.popleft().result()
                    loading.append(loader.submit(self._load, piece))
                    for part in piece.parts():
                        with part.opened() as content:
                            yield from pyoxigraph.parse(content, _format(part.path), base_iri=self._base.iri)
                        progress(part.packed)
                for each in loading:
                    each.result()
            finally:
                loader.shutdown(cancel_futures=True)
        self.database.flush()

    def quads(self) -> Iterator[Quad]:
        """What has been loaded, the quads of a graph one after the other."""
        return self.database.quads_for_pattern(None, None, None)

    def graphs(self) -> int:
        """How many graphs have been loaded."""
        return sum(1 for _ in self.database.named_graphs())

    def remove(self) -> None:
        del self.database
        shutil.rmtree(self.folder)

    def _load(self, piece: _Piece) -> None:
        """Load a piece, unless it has been loaded; that all is well-formed is for the reader to say."""
        loaded = self._loaded()
        if piece.end > loaded.get(str(piece.path), 0):
            with piece.opened() as content:
                self.database.bulk_load(content, _format(piece.path), base_iri=self._base.iri, lenient=True)
            write_durably(self.folder / "loaded", json.dumps({**loaded, str(piece.path): piece.end}))

    def _loaded(self) -> dict[str, int]:
        try:
            loaded: dict[str, int] = json.loads((self.folder / "loaded").read_text("ascii"))
        except FileNotFoundError:
            return {}
        return loaded


def _format(path: Path) -> RdfFormat | None:
    return FORMATS.get(Path(path.name.removesuffix(".gz")).suffix)


def _pieces(path: Path) -> Iterator[_Piece]:
    """Pieces of whole lines; a file whose lines do not stand for themselves is one piece."""
    if _format(path) != RdfFormat.N_QUADS:
        yield _Piece(path, path.stat().st_size, path.stat().st_size)
        return
    first_line, told = 1, 0
    with _readable(path), path.open("rb") as file, _unpacked(file, path) as lines:
        while text := lines.read(_PIECE_BYTES):
            text += lines.readline()
            yield _Piece(path, lines.tell(), file.tell() - told, text, first_line)
            first_line, told = first_line + text.count(b"\n"), file.tell()


def _unpacked(file: IO[bytes], path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(file)) if path.suffix == ".gz" else file


@contextmanager
def _readable(path: Path, first_line: int = 1) -> Iterator[None]:
    try:
        yield
    except (SyntaxError, ValueError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        line = getattr(error, "lineno", None)
        place = f" in line {first_line + line - 1}" if line else ""
        raise UnreadableInput(
            f"{path} cannot be read{place}: {_PLACE.sub('', str(getattr(error, 'msg', error)))}.",
            value=str(path),
            to_do="Correct it and import it again.",
        ) from error
