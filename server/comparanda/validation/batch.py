"""Entries that are validated together: each may refer to the others, and to what is in the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from pyoxigraph import NamedNode, Triple

from comparanda.descriptions import descriptions
from comparanda.findings import Finding
from comparanda.namespaces import Base
from comparanda.shapes import Shapes
from comparanda.stores import Context
from comparanda.terms import Term
from comparanda.validation.compiling import compile_plans
from comparanda.validation.plans import TYPE
from comparanda.validation.referee import asked_shapes, judge
from comparanda.validation.schema import closed_schema, foreign_subjects, unsound_terms
from comparanda.validation.screen import SUBCLASS, Doubt, screen
from comparanda.validation.surroundings import Surroundings

Graphs = Mapping[NamedNode, list[Triple]]
Results = Iterable[tuple[NamedNode, Finding]]
_SUBCLASS = NamedNode(SUBCLASS)


class Batch:
    """Entries by graph, as they would be stored; `context` is the store without them."""

    def __init__(self, candidates: Graphs, shapes: Shapes, base: Base, context: Context | None) -> None:
        self._graphs = dict(candidates)
        self._shapes = shapes
        self._base = base
        self._plans = compile_plans(shapes, base)
        self._screened = {
            graph: screen(graph, descriptions(triples), self._plans, base.iri) for graph, triples in candidates.items()
        }
        self._surroundings = Surroundings(context, self._plans.fact_paths)
        self._everywhere: list[Triple] = []

    def findings(self, asked: Collection[NamedNode]) -> dict[NamedNode, list[Finding]]:
        """What is found in some of the entries, in the light of all; graphs without a finding are left out."""
        found: dict[NamedNode, list[Finding]] = {graph: [] for graph in asked}
        unsound = set()
        for graph in found:
            if not self._screened[graph].certain:
                triples = self._graphs[graph]
                wrong = unsound_terms(triples)
                found[graph] += closed_schema(graph, triples, self._shapes)
                found[graph] += foreign_subjects(graph, triples, self._base) + wrong
                unsound |= {graph} if wrong else set()
        sound = [graph for graph in self._graphs if graph not in unsound]
        results = self._results([graph for graph in sound if graph in found], sound)
        for graph, finding in sorted(results, key=_order):
            found[graph].append(finding)
        return {graph: findings for graph, findings in found.items() if findings}

    def remove(self, graphs: Collection[NamedNode]) -> list[NamedNode]:
        """Forget some entries; returns the others of which something else may be found now."""
        gone = {focus for graph in graphs for focus in self._screened[graph].said}
        for graph in graphs:
            del self._graphs[graph], self._screened[graph]
        if not graphs:
            return []
        if self._plans.opaque or self._everywhere or any(screened.odd for screened in self._screened.values()):
            return list(self._graphs)
        return [
            graph
            for graph, screened in self._screened.items()
            if not gone.isdisjoint(screened.said) or any(wanted.value in gone for wanted in screened.wanted)
        ]

    def _results(self, asked: Sequence[NamedNode], sound: Sequence[NamedNode]) -> Results:
        """What the shapes find, in no order."""
        doubts = self._doubts(asked, sound)
        whole = {(doubt.node_shape, doubt.focus) for _, doubt in doubts if doubt.whole}
        for graph in asked:
            for node_shape, finding in self._screened[graph].found:
                if (node_shape, finding.focus) not in whole:
                    yield graph, finding
        questions: dict[Term, set[str]] = defaultdict(set)
        for _, doubt in doubts:
            if doubt.whole or (doubt.node_shape, doubt.focus) not in whole:
                questions[doubt.shape].add(doubt.focus)
        if questions:
            owner = {doubt.focus: graph for graph, doubt in doubts}
            asked_of = asked_shapes(questions, self._plans.closed, self._shapes, self._base)
            for focus, finding in judge(questions, self._data(doubts, sound), asked_of):
                yield owner[focus], finding

    def _doubts(self, asked: Sequence[NamedNode], sound: Sequence[NamedNode]) -> list[tuple[NamedNode, Doubt]]:
        """All doubts about some entries."""
        self._surroundings.replace(self._screened[graph].said for graph in sound)
        odd = self._odd(sound)
        self._surroundings.ask(wanted.value for graph in asked for wanted in self._screened[graph].wanted)
        found: list[tuple[NamedNode, Doubt]] = []
        for graph in asked:
            screened = self._screened[graph]
            if graph in odd:
                shapes = ((shape, focus) for focus in screened.said for shape in self._shapes_of(focus))
                found += [(graph, Doubt(shape, shape, focus)) for shape, focus in shapes]
            else:
                found += [(graph, doubt) for doubt in screened.doubts]
                found += [(graph, wanted.doubt) for wanted in screened.wanted if not self._surroundings.say(wanted)]
        return found

    def _odd(self, sound: Sequence[NamedNode]) -> set[NamedNode]:
        """The odd entries, and those that describe a thing which an odd one describes; all, if one orders classes."""
        odd = {graph for graph in sound if self._screened[graph].odd}
        triples = [triple for graph in odd for triple in self._graphs[graph]]
        ordered = any(triple.predicate == _SUBCLASS for triple in triples)
        self._everywhere = [t for t in triples if t.predicate == _SUBCLASS or not isinstance(t.subject, NamedNode)]
        foci = {focus for graph in odd for focus in self._screened[graph].said}
        if unknown := {focus for focus in foci if not self._surroundings.described(focus)}:
            self._surroundings.ask(unknown & self._referred(sound))
        return {graph for graph in sound if ordered or not foci.isdisjoint(self._screened[graph].said)} if odd else odd

    def _referred(self, sound: Sequence[NamedNode]) -> set[str]:
        """What the entries refer to."""
        pairs = ((predicate, value) for graph in sound for _, predicate, value in self._graphs[graph])
        return {value.value for path, value in pairs if isinstance(value, NamedNode) and path.value != TYPE}

    def _shapes_of(self, focus: str) -> list[Term]:
        """The shapes that target a thing of an odd entry."""
        if focus.startswith("_:"):
            return []
        classes = [kind for path, kind in self._surroundings.facts(focus) if path == TYPE and kind]
        for kind in classes:
            for sub, path, sup in self._everywhere:
                if sub == NamedNode(kind) and path == _SUBCLASS and isinstance(sup, NamedNode):
                    classes += [sup.value] if sup.value not in classes else []
        plans = [self._plans.by_class.get(NamedNode(kind)) for kind in classes]
        return [plan.shape for plan in plans if plan]

    def _data(self, doubts: Collection[tuple[NamedNode, Doubt]], sound: Iterable[NamedNode]) -> list[Triple]:
        """What pyshacl needs: what is doubtful, and what is said of its values; everything for an opaque shape."""
        if any(doubt.node_shape in self._plans.opaque for _, doubt in doubts):
            triples = [triple for graph in sound for triple in self._graphs[graph]]
        else:
            places = {(doubt.focus, doubt.path) for _, doubt in doubts}
            graphs = dict.fromkeys(graph for graph, _ in doubts)
            triples = [t for graph in graphs for t in self._graphs[graph] if not places.isdisjoint(_places(t))]
        values = {triple.object.value for triple in triples if isinstance(triple.object, NamedNode)}
        foci = {doubt.focus for _, doubt in doubts}
        self._surroundings.ask(values - foci)
        return [*triples, *self._surroundings.triples(values | foci), *self._everywhere]


def _places(triple: Triple) -> tuple[tuple[str, str | None], ...]:
    """Where a triple stands: at its resource, and at one property of it."""
    focus = triple.subject.value if isinstance(triple.subject, NamedNode) else ""
    return (focus, None), (focus, triple.predicate.value)


def _order(result: tuple[NamedNode, Finding]) -> tuple[str, ...]:
    _, finding = result
    return finding.focus or "", finding.path or "", finding.code, finding.value or ""
