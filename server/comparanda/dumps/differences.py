"""Differences between two versions of the catalogue, or two files of RDF: quads removed and quads added."""

from __future__ import annotations

import gzip
import json
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import pyoxigraph
from pyoxigraph import DefaultGraph, Quad, RdfFormat

from comparanda.dumps import dump_version
from comparanda.dumps.canonical import canonical_lines
from comparanda.errors import BadRequest
from comparanda.formats import GRAPH_FORMATS, find_format
from comparanda.stores import Store
from comparanda.stores.embedded import EmbeddedStore

_WITHOUT_GRAPHS = (RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two things compared; `has_graphs` is False for a file of triples."""

    quads: Callable[[], Iterable[Quad]]
    has_graphs: bool = True


def find_side(named: str, store: Callable[[], Store]) -> Side:
    """What a name stands for: the number of a version, a file of RDF, plain or gzipped, or a dump.

    Raises:
        NotFound: the store no longer keeps that version.
        BadRequest: it is none of these, or the file cannot be read.
    """
    if named.isdecimal() and named.isascii():
        opened = store()
        if not isinstance(opened, EmbeddedStore):
            raise BadRequest(
                "A remote store keeps no versions.", value=named, to_do="Compare dumps, or use an embedded store."
            )
        return Side(opened.reader_of(int(named)).quads)
    path = Path(named)
    if path.is_dir() and dump_version(path) is not None:
        path = path / "catalogue.nq.gz"
    if not path.is_file():
        raise BadRequest(
            f"{named} is no version, no file and no dump.",
            value=named,
            to_do="Give the number of a version, a file such as catalogue.nq.gz, or a directory with a dump.",
        )
    syntax = find_format(Path(path.name.removesuffix(".gz")).suffix, GRAPH_FORMATS).rdf
    assert syntax is not None, "all graph formats are RDF"
    return Side(lambda: _parse(path, syntax), syntax not in _WITHOUT_GRAPHS)


def differences(first: Side, second: Side) -> Iterator[tuple[str, str]]:
    """Sign and N-Quads line of each quad that only one side has, sorted by line; `-` if the first has it.

    Where one side has no graphs, both are compared without them. Blank nodes bear their canonical names (RDFC-1.0).

    >>> from pyoxigraph import Literal, NamedNode
    >>> a = NamedNode("urn:a")
    >>> one, two = (Side(lambda n=n: [Quad(a, a, Literal(n))]) for n in (1, 2))
    >>> [sign + line[:16] for sign, line in differences(one, two)]
    ['-<urn:a> <urn:a> ', '+<urn:a> <urn:a> ']
    """
    with_graphs = first.has_graphs and second.has_graphs
    with tempfile.TemporaryDirectory() as scratch:
        streams = []
        for name, side in (("-", first), ("+", second)):
            folder = Path(scratch) / name
            folder.mkdir()
            streams.append(canonical_lines(side.quads if with_graphs else _without_graphs(side), folder))
        left, right = next(streams[0], None), next(streams[1], None)
        while left is not None or right is not None:
            if left == right:
                left, right = next(streams[0], None), next(streams[1], None)
            elif right is None or (left is not None and left < right):
                yield "-", cast(str, left)
                left = next(streams[0], None)
            else:
                yield "+", right
                right = next(streams[1], None)


def as_text(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{sign} {line}" for sign, line in found)


def as_nquads(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    """N-Quads of what was added; what was removed stands in comments."""
    return (f"# - {line}" if sign == "-" else line for sign, line in found)


def as_json(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A list of objects, one a line, each with `change` and `quad`."""
    separator = "[\n"
    for sign, line in found:
        change = {"change": "added" if sign == "+" else "removed", "quad": line.removesuffix("\n")}
        yield separator + json.dumps(change, ensure_ascii=False)
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


WRITERS: dict[str, Callable[[Iterable[tuple[str, str]]], Iterator[str]]] = {
    "txt": as_text,
    "json": as_json,
    "nq": as_nquads,
}


def _without_graphs(side: Side) -> Callable[[], Iterator[Quad]]:
    return lambda: (Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in side.quads())


def _parse(path: Path, syntax: RdfFormat) -> Iterator[Quad]:
    try:
        with cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb") as file:
            yield from pyoxigraph.parse(file, format=syntax)
    except (SyntaxError, OSError, EOFError, zlib.error) as error:
        raise BadRequest(
            f"{path} cannot be read: {error}.", value=str(path), to_do="Correct or fetch it again."
        ) from error
