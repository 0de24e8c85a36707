"""Dumps: one version of the catalogue as files that anybody can take away.

A dump is a folder. It is written under another name, synced to disk and renamed, so that there is never half of one;
equal data give equal bytes, and small changes small differences.
"""

from __future__ import annotations

import csv
import fcntl
import gzip
import hashlib
import io
import json
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import pyoxigraph
from pyoxigraph import Literal, Quad, RdfFormat, Triple

from comparanda.dumps.canonical import read_quads, read_triples, write_by_graph, write_by_line
from comparanda.dumps.crate import CRATE, SUMS, crate
from comparanda.dumps.tables import records, tables
from comparanda.errors import BadRequest, StoreError
from comparanda.namespaces import DCTERMS, PREFIXES, Base
from comparanda.queries import queries
from comparanda.render.table import inert
from comparanda.shapes import Shapes
from comparanda.stores import Reader
from comparanda.stores.durable import sync


def write_dump(reader: Reader, folder: Path, base: Base, shapes: Shapes, language: str) -> bool:
    """Write a dump of the reader's version as `folder`; False, and nothing written, if it is there already.

    Args:
        language: the language of the tables' texts, where there is one in it.
    Raises:
        BadRequest: `folder` holds something else.
        StoreError: the disk is full or not to be written to; nothing is left behind.
    """
    if _is_there(folder, reader.version):
        return False
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _locked(folder), _temporary(folder) as partial:
            if _is_there(folder, reader.version):  # written while we waited
                return False
            _write_tables(partial, _write_graphs(reader, partial), shapes, language)
            shutil.rmtree(partial / "scratch")
            sizes = {path.name: path.stat().st_size for path in partial.iterdir()}
            described = crate(sizes, reader.version, _published(reader, base), base)
            (partial / CRATE).write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            _write_sums(partial)
            for path in [*partial.iterdir(), partial]:
                sync(path)
            partial.rename(folder)
            sync(folder.parent)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return True


def write_graph(reader: Reader, syntax: RdfFormat, target: Path | None, output: IO[bytes]) -> None:
    """Write the whole graph, sorted, in one format: to `target`, which is there only when it is whole, or `output`.

    Raises:
        StoreError: the disk is full or not to be written to; nothing is left behind.
    """
    partial = target and target.with_name(f".{target.name}.{uuid.uuid4()}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=target and target.parent) as scratch:
            by_line = write_by_line(reader.quads, Path(scratch))
            statements: Iterable[Quad] | Iterable[Triple]
            if syntax in (RdfFormat.TRIG, RdfFormat.JSON_LD):
                statements = read_quads(write_by_graph(by_line, Path(scratch)))
            else:
                statements = read_quads(by_line) if syntax == RdfFormat.N_QUADS else read_triples(by_line)
            pyoxigraph.serialize(statements, partial or output, syntax, prefixes=PREFIXES)
        if target and partial:
            sync(partial)
            partial.replace(target)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        if partial:
            partial.unlink(missing_ok=True)


def _unwritable(target: Path | None, error: OSError) -> StoreError:
    return StoreError(
        f"{target or 'The output'} cannot be written ({error.strerror or error}).",
        value=str(target),
        to_do="Make room on the disk, or give another place.",
    )


def dump_version(folder: Path) -> str | None:
    """The version of which `folder` is a dump, None if it is none."""
    try:
        parts = json.loads((folder / CRATE).read_bytes())["@graph"]
        return next(str(part["version"]) for part in parts if part["@id"] == "./")
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        return None


def checksums(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a dump by its name."""
    lines = (folder / SUMS).read_text("ascii").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def _is_there(folder: Path, version: str) -> bool:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return False
    found = dump_version(folder)
    if found != version:
        holds = f"a dump of version {found}" if found else "something that is no dump"
        raise BadRequest(f"{folder} holds {holds}.", value=str(folder), to_do="Give a new or an empty directory.")
    return True


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process writes a dump, others wait. The lock ends with the process, however it ends."""
    path = folder.with_name(f".{folder.name}.lock")
    with path.open("a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    """A folder beside `folder`, gone at the end unless it was renamed; so is what a killed process left."""
    for left in folder.parent.iterdir():
        if left.name.startswith(f".{folder.name}.") and left.suffix == ".partial":
            shutil.rmtree(left, ignore_errors=True)
    partial = folder.with_name(f".{folder.name}.{uuid.uuid4()}.partial")
    try:
        (partial / "scratch").mkdir(parents=True)
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def _gzipped(path: Path) -> Iterator[IO[bytes]]:
    """A gzip file without name and time, so that equal content gives equal bytes."""
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed,
        io.BufferedWriter(packed, 1 << 16) as buffered,
    ):
        yield buffered


def _write_graphs(reader: Reader, partial: Path) -> Path:
    """The RDF files; returns a file with the quads of each graph together, for those who come after."""
    scratch = partial / "scratch"
    by_line = write_by_line(reader.quads, scratch)
    by_graph = write_by_graph(by_line, scratch)
    with by_line.open("rb") as plain, _gzipped(partial / "catalogue.nq.gz") as packed:
        shutil.copyfileobj(plain, packed, 1 << 20)
    _serialize(partial / "catalogue.ttl.gz", read_triples(by_line), RdfFormat.TURTLE)
    _serialize(partial / "catalogue.trig.gz", read_quads(by_graph), RdfFormat.TRIG)
    _serialize(partial / "catalogue.jsonld.gz", read_quads(by_graph), RdfFormat.JSON_LD)
    return by_graph


def _serialize(path: Path, statements: Iterable[Quad] | Iterable[Triple], syntax: RdfFormat) -> None:
    with _gzipped(path) as output:
        pyoxigraph.serialize(statements, output, syntax, prefixes=PREFIXES)


def _write_tables(partial: Path, by_graph: Path, shapes: Shapes, language: str) -> None:
    """All tables in one pass over the entries."""
    with ExitStack() as files:
        made = []
        for name, (header, lines_of) in tables(shapes, language).items():
            packed = files.enter_context(_gzipped(partial / f"{name}.csv.gz"))
            text = files.enter_context(io.TextIOWrapper(packed, encoding="utf-8", newline=""))
            writer = csv.writer(text, lineterminator="\r\n")
            writer.writerow(header)
            made.append((writer, lines_of))
        for record in records(read_quads(by_graph)):
            for writer, lines_of in made:
                writer.writerows(map(inert, line) for line in lines_of(record))


def _published(reader: Reader, base: Base) -> str:
    """The day of this version, as the catalogue's description of itself says it."""
    dataset = base.catalogue()
    said = reader.construct(queries()["entry"].bind(document=base.document(dataset)))
    dates = {triple.predicate: triple.object.value for triple in said if isinstance(triple.object, Literal)}
    return dates.get(DCTERMS["modified"], "1970-01-01")[:10]


def _write_sums(partial: Path) -> None:
    lines = []
    for path in sorted(partial.iterdir()):
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    (partial / SUMS).write_text("".join(lines), encoding="ascii")
