"""pyshacl, which decides what is a finding.

Shapes inside data are never executed: the shapes graph is always given, and neither inference, advanced features,
JavaScript nor owl:imports are on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from comparanda.findings import Finding, Severity
from comparanda.namespaces import RDF, SH, Base
from comparanda.shapes import Shapes
from comparanda.terms import BlankNode, Term
from comparanda.validation.compiling import DOCUMENTATION

if TYPE_CHECKING:
    import rdflib

_LEFT_OUT = (DOCUMENTATION - {RDF["type"], SH["message"], SH["severity"]}) | {SH["targetClass"]}


def judge(
    doubts: Mapping[Term, Iterable[str]], data: Iterable[Triple], shapes: Shapes, base: Base
) -> list[tuple[str, Finding]]:
    """What pyshacl finds, by focus node.

    The shapes get the doubtful resources as targets in place of their classes. pyshacl's own `focus_nodes` is not
    used: it passes over nested shapes (sh:or, sh:node), and is slower.

    Args:
        doubts: node and property shapes, each with the IRIs of resources that may not conform to it.
        data: all triples of those resources, and what the shapes look at beyond them.
    """
    import pyshacl  # a fifth of a second, which valid data need not wait for
    import rdflib

    targets = [
        Triple(shape, SH["targetNode"], NamedNode(iri))
        for shape, foci in doubts.items()
        for iri in foci
        if isinstance(shape, NamedNode | BlankNode)
    ]
    _, report, _ = pyshacl.validate(
        _to_rdflib(data),
        shacl_graph=_to_rdflib(targets + _asked(doubts, shapes, base)),
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


def _asked(doubts: Iterable[Term], shapes: Shapes, base: Base) -> list[Triple]:
    """The shapes that are asked, with all that they refer to."""
    waiting, seen, found = list(doubts), set(), []
    while waiting:
        subject = waiting.pop()
        if subject in seen or not isinstance(subject, NamedNode | BlankNode):
            continue
        seen.add(subject)
        for path, values in shapes.about(subject).items():
            if path not in _LEFT_OUT:
                found += [Triple(base.rebased(subject), path, base.rebased(value)) for value in values]
                waiting += values
    return found


def _to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    import rdflib

    rdflib.NORMALIZE_LITERALS = False  # values are compared as written, not as rdflib would write them
    text = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)
    assert text is not None, "serialize returns bytes where no output is given"
    return rdflib.Graph().parse(data=text, format="nt")
