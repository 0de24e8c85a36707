"""What is learnt from a dump while it is read: figures, an index, and what has to be judged later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

from pyoxigraph import NamedNode, Quad, Triple

from comparanda.catalogue.figures import Figures
from comparanda.catalogue.references import References
from comparanda.catalogue.staging import Staging
from comparanda.descriptions import Description, described_graphs, descriptions, without_repetition
from comparanda.errors import UnreadableInput
from comparanda.index.making import NewIndex
from comparanda.namespaces import Base
from comparanda.shapes import Shapes
from comparanda.stores import Context
from comparanda.validation.compiling import compile_plans
from comparanda.validation.screen import screen


class Survey:
    """What was learnt from a dump. `doubtful` are the graphs that are neither counted nor indexed yet."""

    def __init__(self, staging: Staging, shapes: Shapes, base: Base) -> None:
        self.base = base
        self.description = base.document(base.catalogue())
        self.graphs = 0
        self.figures = Figures()
        self.index = NewIndex(staging.folder / "index.sqlite", base)
        self.doubtful: list[NamedNode] = []
        self._references = References(staging.folder / "references.sqlite")
        self._plans = compile_plans(shapes, base)

    def read(self, graph: NamedNode, described: dict[str, Description]) -> None:
        """Take in an entry of the dump; what the dump says of the catalogue itself does not count."""
        if graph == self.description:
            return
        self.graphs += 1
        described = without_repetition(described)
        screened = screen(graph, described, self._plans, self.base.iri)
        self._references.note(screened)
        if screened.certain and not screened.found:
            self._put_in(graph, described)
        else:
            self.doubtful.append(graph)

    def unstated(self, stored: Context) -> Iterator[NamedNode]:
        """The things to which entries refer for a fact that neither the dump nor, instead of it, the store states."""
        for iri, (path, value) in self._references.unstated():
            thing, predicate = NamedNode(iri), NamedNode(path)
            fact = Triple(thing, predicate, NamedNode(value))
            if self._references.states_anything(iri) or fact not in stored.said([thing], [predicate]):
                yield thing

    def put_in(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """Count and index an entry."""
        self._put_in(graph, descriptions(triples))

    def take_out(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """No more count and index an entry."""
        self.figures.add(descriptions(triples), -1)
        self.index.remove(graph)

    def close(self) -> None:
        self.index.close()
        self._references.close()

    def _put_in(self, graph: NamedNode, described: dict[str, Description]) -> None:
        self.figures.add(described)
        self.index.add(graph, described)


def survey(staging: Staging, shapes: Shapes, base: Base, progress: Callable[[int], None]) -> Survey:
    """Read dumps while they are loaded.

    Raises:
        UnreadableInput: a dump is not what its name says, or says something outside of named graphs.
    """
    found = Survey(staging, shapes, base)
    with closing(staging.read_and_load(progress)) as quads:
        runs = _read(found, quads)
    if runs == staging.graphs():
        return found
    found.close()  # a graph that does not stand in one place was read as several
    found = Survey(staging, shapes, base)
    _read(found, staging.quads())
    return found


def _read(found: Survey, quads: Iterable[Quad]) -> int:
    """Read quads, run by run of the same graph; returns how many runs there were."""
    runs = 0
    for graph, described in described_graphs(quads):
        if not isinstance(graph, NamedNode):
            thing = next(iter(described))
            raise UnreadableInput(
                f"The dump says something of <{thing}> outside of named graphs.",
                value=thing,
                to_do="Put each entry into the graph named like its document.",
            )
        found.read(graph, described)
        runs += 1
    return runs
