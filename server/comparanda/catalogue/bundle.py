"""The catalogue that the package carries: vocabularies and entries, as files written by hand.

The files are checked by the project's tests, not each time a store is made: pyshacl would take longer than the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat

from comparanda.errors import BrokenInstallation
from comparanda.namespaces import DEFAULT_BASE, Base
from comparanda.resources import folder
from comparanda.terms import Term

_REBASED = tuple(DEFAULT_BASE + part for part in ("id/", "doc/", "vocabulary/"))


def vocabulary_quads(base: Base, directory: Path | None = None) -> Iterator[Quad]:
    """The concept schemes, each in the graph named like the scheme."""
    for path in sorted(((directory or folder("data")) / "vocabulary").glob("*.ttl")):
        graph = base.scheme(path.stem)
        for quad in _parse(path, RdfFormat.TURTLE, base):
            yield Quad(quad.subject, quad.predicate, quad.object, graph)


def entry_quads(base: Base, directory: Path | None = None) -> Iterator[Quad]:
    """The entries, each in the graph of its document."""
    for path in sorted((directory or folder("data")).glob("*/*.trig")):
        yield from _parse(path, RdfFormat.TRIG, base)


def _parse(path: Path, syntax: RdfFormat, base: Base) -> Iterator[Quad]:
    try:
        for quad in pyoxigraph.parse(path=str(path), format=syntax):
            yield quad if base.iri == DEFAULT_BASE else _rebase(quad, base)
    except SyntaxError as error:
        raise BrokenInstallation(
            f"The data file {path} cannot be read: {error}.", value=str(path), to_do="Correct it."
        ) from error


def _rebase(quad: Quad, base: Base) -> Quad:
    def moved(term: Term) -> Term:
        if isinstance(term, NamedNode) and term.value.startswith(_REBASED):
            return NamedNode(base.iri + term.value.removeprefix(DEFAULT_BASE))
        return term

    return Quad(moved(quad.subject), quad.predicate, moved(quad.object), moved(quad.graph_name))  # type: ignore[arg-type]
