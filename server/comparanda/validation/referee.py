"""pyshacl, which decides what is a finding.

Shapes inside data are never executed: the shapes graph is always given, and neither inference, advanced features,
JavaScript nor owl:imports are on.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from comparanda.findings import Finding, Severity
from comparanda.namespaces import RDF, SH, Base
from comparanda.shapes import Shapes
from comparanda.terms import BlankNode, Term
from comparanda.validation.compiling import DOCUMENTATION, About

if TYPE_CHECKING:
    import rdflib

TermT = TypeVar("TermT")
Results = list[tuple[str, Finding]]
_LEFT_OUT = (DOCUMENTATION - {RDF["type"], SH["message"], SH["severity"]}) | {SH["targetClass"]}


def judge(doubts: Mapping[Term, Iterable[str]], data: Iterable[Triple], asked: Iterable[Triple]) -> Results:
    """What pyshacl finds, by focus node.

    The shapes get the doubtful resources as targets in place of their classes. pyshacl's own `focus_nodes` is not
    used: it passes over nested shapes (sh:or, sh:node), and is slower.

    Args:
        doubts: node and property shapes, each with the IRIs of resources that may not conform to it.
        data: all triples of those resources, and what the shapes look at beyond them.
        asked: the shapes (see `asked_shapes`).
    """
    import pyshacl  # a fifth of a second, which valid data need not wait for
    import rdflib

    targets = [
        Triple(shape, SH["targetNode"], NamedNode(iri))
        for name, foci in doubts.items()
        for iri in foci
        if isinstance(shape := _named(name, doubts), NamedNode)
    ]
    _, report, _ = pyshacl.validate(
        _to_rdflib(data),
        shacl_graph=_to_rdflib([*targets, *asked]),
        inference="none",
        advanced=False,
        js=False,
        do_owl_imports=False,
        allow_infos=True,
        allow_warnings=True,
    )
    if isinstance(report, (Exception, bytes)):
        raise TypeError(f"pyshacl gave no report: {report!r}")
    return [_finding(report, result) for result in report.objects(None, rdflib.URIRef(SH["result"].value))]


def asked_shapes(names: Collection[Term], closed: Mapping[Term, Term], shapes: Shapes, base: Base) -> list[Triple]:
    """Some shapes, with all that they refer to; `closed` tells which name is that of the closed part of a shape."""
    waiting, seen = list(names), set()
    found: list[Triple] = []
    while waiting:
        name = waiting.pop()
        if name not in seen and isinstance(name, NamedNode | BlankNode):
            seen.add(name)
            of_shape = _closed_part(name, shapes.about(closed[name]), shapes) if name in closed else _all(name, shapes)
            triples = list(of_shape)
            rebased = ((base.rebased(s), p, base.rebased(o)) for s, p, o in triples)
            found += [Triple(_named(s, names), p, _named(o, names)) for s, p, o in rebased]
            waiting += [triple.object for triple in triples]
    return found


def _named(term: TermT, asked: Container[Term]) -> TermT | NamedNode:
    """The shapes that are asked as IRIs, since pyshacl copies into each result what is said of a blank node."""
    return NamedNode(f"urn:blank:{term.value}") if isinstance(term, BlankNode) and term in asked else term


def _all(name: NamedNode | BlankNode, shapes: Shapes) -> Iterator[Triple]:
    for path, values in shapes.about(name).items():
        if path not in _LEFT_OUT:
            yield from (Triple(name, path, value) for value in values)


def _closed_part(name: NamedNode | BlankNode, about: About, shapes: Shapes) -> Iterator[Triple]:
    """A shape that is as closed; what it knows is ignored, so that pyshacl looks at no value."""
    for path in (RDF["type"], SH["closed"], SH["severity"], SH["message"]):
        yield from (Triple(name, path, value) for value in about.get(path, ()))
    ignored = [member for head in about.get(SH["ignoredProperties"], ()) for member in shapes.members(head)]
    known = [path for part in about.get(SH["property"], ()) for path in shapes.about(part).get(SH["path"], ())]
    cell = BlankNode()
    yield Triple(name, SH["ignoredProperties"], cell)
    for member in ignored + known:
        rest = BlankNode()
        yield Triple(cell, RDF["first"], member)
        yield Triple(cell, RDF["rest"], rest)
        cell = rest
    yield Triple(cell, RDF["first"], RDF["type"])
    yield Triple(cell, RDF["rest"], RDF["nil"])


def _finding(report: rdflib.Graph, result: rdflib.term.Node) -> tuple[str, Finding]:
    said = {str(path).removeprefix(SH.iri): value for path, value in report.predicate_objects(result)}
    path, value, focus = said.get("resultPath"), said.get("value"), str(said["focusNode"])
    component = str(said["sourceConstraintComponent"]).rsplit("#", 1)[-1]
    return focus, Finding(
        Severity(str(said["resultSeverity"]).rsplit("#", 1)[-1]),
        component.removesuffix("ConstraintComponent"),
        str(said.get("resultMessage", "")),
        focus=focus,
        path=None if path is None else str(path),
        value=None if value is None else str(value)[:200],
    )


def _to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    import rdflib

    rdflib.NORMALIZE_LITERALS = False  # values are compared as written, not as rdflib would write them
    text = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)
    assert text is not None, "serialize returns bytes where no output is given"
    return rdflib.Graph().parse(data=text, format="nt")
