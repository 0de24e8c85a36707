"""Quads in one order, whatever order they come in: lines of canonical N-Quads, sorted by code point (RDFC-1.0).

Sorting keeps a bounded number of lines in memory; what is more lies in files meanwhile.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple

_LINES_IN_MEMORY = 200_000


def canonical_lines(quads: Callable[[], Iterable[Quad]], scratch: Path) -> Iterator[str]:
    r"""The canonical N-Quads lines, sorted, each once and with its line feed.

    >>> import tempfile
    >>> from pyoxigraph import BlankNode, Literal, NamedNode
    >>> a = NamedNode("urn:a")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     list(canonical_lines(lambda: [Quad(a, a, BlankNode("x")), Quad(a, a, Literal("1"))], Path(folder)))
    ['<urn:a> <urn:a> "1" .\n', '<urn:a> <urn:a> _:c14n0 .\n']

    Args:
        quads: gives the quads; asked a second time if there are blank nodes, whose canonical names need them all.
        scratch: a folder for files that are needed until the last line is taken.
    """
    blank = False

    def lines() -> Iterator[str]:
        nonlocal blank
        for quad in quads():
            line = f"{quad} .\n"
            blank = blank or line.startswith("_:") or " _:" in line  # in a text it does no harm
            yield line

    runs = _runs(lines(), scratch, "quads")
    if blank:
        dataset = Dataset(quads())
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        runs = _runs((f"{quad} .\n" for quad in dataset), scratch, "quads")
    return (line for line, _ in itertools.groupby(_merged(runs)))


def write_by_line(quads: Callable[[], Iterable[Quad]], scratch: Path) -> Path:
    """A file in `scratch` with the canonical N-Quads."""
    return _write(scratch / "by-line", canonical_lines(quads, scratch))


def write_by_graph(by_line: Path, scratch: Path) -> Path:
    """A file in `scratch` with the same lines, those of each graph together."""
    keyed = (f"{quad.graph_name}\t{quad} .\n" for quad in read_quads(by_line))
    return _write(scratch / "by-graph", (line.split("\t", 1)[1] for line in _merged(_runs(keyed, scratch, "graphs"))))


def read_quads(path: Path) -> Iterator[Quad]:
    """The quads of a file of N-Quads, in its order."""
    return pyoxigraph.parse(path=str(path), format=RdfFormat.N_QUADS)


def read_triples(by_line: Path) -> Iterator[Triple]:
    """Each triple once, in whatever graphs it stands: in this order such lines follow each other."""
    return (triple for triple, _ in itertools.groupby(quad.triple for quad in read_quads(by_line)))


def _write(path: Path, lines: Iterable[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)
    return path


def _runs(lines: Iterable[str], scratch: Path, name: str) -> list[list[str] | Path]:
    """The lines in sorted runs: one list if they are few, else files."""
    runs: list[list[str] | Path] = []
    source = iter(lines)
    while batch := sorted(itertools.islice(source, _LINES_IN_MEMORY)):
        if len(batch) < _LINES_IN_MEMORY and not runs:
            return [batch]
        path = scratch / f"{name}-{len(runs)}.run"
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(batch)
        runs.append(path)
    return runs


def _merged(runs: Iterable[list[str] | Path]) -> Iterator[str]:
    """The lines of all runs in order; the files are removed at the end."""
    with ExitStack() as files:
        sources: list[Iterable[str]] = []
        for run in runs:
            if isinstance(run, Path):
                files.callback(run.unlink, missing_ok=True)
                sources.append(files.enter_context(run.open(encoding="utf-8", newline="\n")))
            else:
                sources.append(run)
        yield from heapq.merge(*sources)
