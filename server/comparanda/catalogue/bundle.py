"""The catalogue that the package carries: vocabularies and entries, as files written by hand.

The files are checked by the project's tests, not each time a store is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
from pyoxigraph import Quad, RdfFormat

from comparanda.errors import BrokenInstallation
from comparanda.namespaces import DEFAULT_BASE, Base
from comparanda.resources import folder


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
        quads = pyoxigraph.parse(path=str(path), format=syntax)
        if base.iri == DEFAULT_BASE:
            yield from quads
        for quad in quads:
            yield Quad(
                base.rebased(quad.subject), quad.predicate, base.rebased(quad.object), base.rebased(quad.graph_name)
            )
    except SyntaxError as error:
        raise BrokenInstallation(
            f"The data file {path} cannot be read: {error}.", value=str(path), to_do="Correct it."
        ) from error
