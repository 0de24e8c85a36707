"""The gate: nothing enters the store that the shapes refuse. pyshacl is the referee.

Two things SHACL lets pass are refused here as well: resources of a class that no shape targets (a misspelt class
validates vacuously), and entries without a triple. Shapes inside data are never executed: the shapes graph is always
given, and neither inference, advanced features, JavaScript nor owl:imports are on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from comparanda.findings import Finding, Severity
from comparanda.namespaces import CMP, FOAF, RDF, SH, SKOS, Base
from comparanda.queries import queries
from comparanda.shapes import Shapes
from comparanda.stores import Reader
from comparanda.terms import CONTROL, SLUG, Literal, Term

if TYPE_CHECKING:
    import rdflib

_PLACES: dict[object, str] = {
    CMP["Method"]: "method",
    CMP["Work"]: "source",
    CMP["Page"]: "page",
    FOAF["Person"]: "person",
}

Graphs = Mapping[NamedNode, list[Triple]]


@dataclass(frozen=True, slots=True)
class Report:
    """Findings by graph. `rejected` are the graphs with a violation."""

    findings: dict[NamedNode, list[Finding]]

    @property
    def rejected(self) -> set[NamedNode]:
        return {graph for graph, found in self.findings.items() if any(f.severity is Severity.VIOLATION for f in found)}

    def __iter__(self) -> Iterator[Finding]:
        return (finding for found in self.findings.values() for finding in found)


def validate(candidates: Graphs, shapes: Shapes, base: Base, context: Reader | None) -> Report:
    """Validate entries before they are committed.

    Args:
        candidates: graphs by name, as they would be stored.
        context: the store without the candidates, for the classes of what they refer to.
    """
    findings: dict[NamedNode, list[Finding]] = {graph: [] for graph in candidates}
    for graph, triples in candidates.items():
        findings[graph].extend(_closed_schema(graph, triples, shapes))
        findings[graph].extend(_foreign_subjects(graph, triples, base))
    sound = {graph: triples for graph, triples in candidates.items() if not _unsound(graph, triples, findings)}
    owner: dict[Term, NamedNode] = {t.subject: graph for graph, triples in sound.items() for t in triples}
    data = [triple for triples in sound.values() for triple in triples]
    for finding, focus in _shacl(data + _context_types(data, context), list(owner), shapes, base):
        findings[owner[focus]].append(finding)
    return Report({graph: found for graph, found in findings.items() if found})


def validate_to_fixpoint(
    candidates: Graphs, shapes: Shapes, base: Base, context: Reader | None
) -> tuple[dict[NamedNode, list[Triple]], Report]:
    """The graphs that may be committed, and the report on all.

    What refers to a rejected entry is rejected in its turn.
    """
    accepted = dict(candidates)
    findings: dict[NamedNode, list[Finding]] = {}
    while accepted:
        report = validate(accepted, shapes, base, context)
        findings.update(report.findings)
        if not report.rejected:
            break
        for graph in report.rejected:
            del accepted[graph]
    return accepted, Report(findings)


def _unsound(graph: NamedNode, triples: list[Triple], findings: dict[NamedNode, list[Finding]]) -> bool:
    """Whether an entry holds terms that the catalogue does not know, which are reported; it goes no further then."""
    found = []
    for triple in triples:
        focus, value = getattr(triple.subject, "value", str(triple.subject)), triple.object
        if isinstance(value, Triple) or getattr(value, "direction", None) is not None:
            message = "Use IRIs and literals as values; triple terms and base directions are not kept."
            found.append(
                Finding(Severity.VIOLATION, "unknown_value", message, focus=focus, path=triple.predicate.value)
            )
        elif isinstance(value, Literal) and CONTROL.search(value.value):
            message = "Remove the control characters from the text."
            found.append(
                Finding(Severity.VIOLATION, "control_character", message, focus=focus, path=triple.predicate.value)
            )
    findings[graph].extend(found)
    return bool(found)


def _closed_schema(graph: NamedNode, triples: list[Triple], shapes: Shapes) -> list[Finding]:
    """Refuse what SHACL would pass in silence: no triples, no class, unknown classes, unknown properties."""
    if not triples:
        return [Finding(Severity.VIOLATION, "no_data", "The entry holds no triple.", focus=graph.value)]
    classes: dict[Term, set[Term]] = {}
    for triple in triples:
        if triple.predicate == RDF["type"]:
            classes.setdefault(triple.subject, set()).add(triple.object)
    found = []
    for triple in triples:
        subject = getattr(triple.subject, "value", str(triple.subject))
        if triple.subject not in classes:
            found.append(_unknown(subject, "no_class", "The resource has no class.", RDF["type"].value, None))
            classes[triple.subject] = set()
        if triple.predicate == RDF["type"]:
            if triple.object not in shapes.properties:
                close = _closest(triple.object, shapes.properties)
                found.append(
                    _unknown(
                        subject,
                        "unknown_term",
                        f"No shape knows the class{close}.",
                        RDF["type"].value,
                        str(triple.object),
                    )
                )
            continue
        allowed = {
            known
            for name in classes[triple.subject]
            if isinstance(name, NamedNode)
            for known in shapes.properties.get(name, ())
        }
        if allowed and triple.predicate not in allowed:
            close = _closest(triple.predicate, allowed)
            found.append(
                _unknown(
                    subject,
                    "unknown_term",
                    f"No shape of the resource knows the property{close}.",
                    triple.predicate.value,
                    str(triple.object),
                )
            )
    return found


def _foreign_subjects(graph: NamedNode, triples: list[Triple], base: Base) -> list[Finding]:
    """Refuse what an entry says of things that have documents of their own."""
    if not graph.value.startswith(base.iri):
        message = f"The document is not one of this catalogue, whose IRIs begin with {base.iri}."
        return [Finding(Severity.VIOLATION, "graph_not_allowed", message, focus=graph.value)]
    found = []
    for subject in sorted({triple.subject for triple in triples}, key=str):
        if not isinstance(subject, NamedNode):
            found.append(
                Finding(
                    Severity.VIOLATION,
                    "blank_node",
                    "Give every resource an IRI; blank nodes cannot be referred to.",
                    focus=str(subject),
                )
            )
        elif wrong := _misplaced(subject, triples, base):
            found.append(Finding(Severity.VIOLATION, "misplaced", wrong, focus=subject.value))
        elif base.document(subject) != graph:
            message = f"The graph {graph.value} describes something else; give each resource its own document."
            found.append(Finding(Severity.VIOLATION, "foreign_subject", message, focus=subject.value))
    return found


def _misplaced(subject: NamedNode, triples: list[Triple], base: Base) -> str | None:
    """What is wrong with the address of a thing of its class; None where nothing is."""
    for triple in triples:
        if triple.subject == subject and triple.predicate == RDF["type"] and triple.object in _PLACES:
            place = f"{base.iri}id/{_PLACES[triple.object]}/"
            if not subject.value.startswith(place) or not SLUG.match(subject.value.removeprefix(place)):
                return f"Give a thing of its class an IRI of the form {place} and a slug."
    return None


def _unknown(focus: str, code: str, message: str, path: str, value: str | None) -> Finding:
    return Finding(Severity.VIOLATION, code, message, focus=focus, path=path, value=value)


def _closest(term: Term, known: Iterable[NamedNode]) -> str:
    value = getattr(term, "value", "")
    match = get_close_matches(value, [candidate.value for candidate in known], n=1, cutoff=0.8)
    return f"; <{match[0]}> is closest" if match else ""


def _context_types(data: list[Triple], context: Reader | None) -> list[Triple]:
    """The classes and schemes of what the data refer to and do not describe."""
    if context is None:
        return []
    described = {triple.subject for triple in data if triple.predicate == RDF["type"]}
    referred = {
        triple.object for triple in data if isinstance(triple.object, NamedNode) and triple.predicate != RDF["type"]
    } - described
    types = []
    for resource in referred:
        for row in context.select(queries()["classes_of"].bind(resource=resource)):
            if isinstance(row["class"], NamedNode):
                types.append(Triple(resource, RDF["type"], row["class"]))
            if isinstance(row["scheme"], NamedNode):
                types.append(Triple(resource, SKOS["inScheme"], row["scheme"]))
    return types


def _shacl(data: Iterable[Triple], focus: list[Term], shapes: Shapes, base: Base) -> list[tuple[Finding, Term]]:
    """The results of pyshacl on the focus nodes, sorted.

    pyshacl's own `focus_nodes` is not used: it passes over nested shapes (sh:or, sh:node), and is slower.
    """
    import pyshacl  # a fifth of a second, which readers need not wait for
    import rdflib

    _, report, _ = pyshacl.validate(
        _to_rdflib(data),
        shacl_graph=_shapes_graph(shapes, base),
        inference="none",
        advanced=False,
        js=False,
        do_owl_imports=False,
        allow_infos=True,
        allow_warnings=True,
    )
    if isinstance(report, (Exception, bytes)):
        raise TypeError(f"pyshacl gave no report: {report!r}")
    nodes = {node.value: node for node in focus if isinstance(node, NamedNode)}
    sh = rdflib.Namespace(SH.iri)
    results = []
    for result in report.objects(None, sh.result):
        node = nodes.get(str(report.value(result, sh.focusNode)))
        if node is None:  # what the data refer to is described elsewhere, and was validated there
            continue
        path, value = report.value(result, sh.resultPath), report.value(result, sh.value)
        component = str(report.value(result, sh.sourceConstraintComponent)).rsplit("#", 1)[-1]
        finding = Finding(
            Severity(str(report.value(result, sh.resultSeverity)).rsplit("#", 1)[-1]),
            component.removesuffix("ConstraintComponent"),
            str(report.value(result, sh.resultMessage)),
            focus=node.value,
            path=None if path is None else str(path),
            value=None if value is None else str(value)[:200],
        )
        results.append((finding, node))
    return sorted(
        results, key=lambda pair: (pair[0].focus or "", pair[0].path or "", pair[0].code, pair[0].value or "")
    )


@cache
def _shapes_graph(shapes: Shapes, base: Base) -> rdflib.Graph:
    return _to_rdflib(
        Triple(base.rebased(quad.subject), quad.predicate, base.rebased(quad.object)) for quad in shapes.quads
    )


def _to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    import rdflib

    rdflib.NORMALIZE_LITERALS = False  # values are compared as written, not as rdflib would write them
    text = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)
    assert text is not None, "serialize returns bytes where no output is given"
    return rdflib.Graph().parse(data=text, format="nt")
