"""What SHACL lets pass and the catalogue does not: unknown terms, unknown classes, things in the wrong document.

A misspelt class validates vacuously, since no shape targets it; the schema is closed, so it is refused here.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from pyoxigraph import NamedNode, Triple

from comparanda.findings import Finding, Severity
from comparanda.namespaces import CMP, FOAF, RDF, Base
from comparanda.shapes import Shapes
from comparanda.terms import CONTROL, SLUG, Literal, Term

PLACES: dict[object, str] = {
    CMP["Method"]: "method",
    CMP["Work"]: "source",
    CMP["Page"]: "page",
    FOAF["Person"]: "person",
}


def unsound_terms(triples: list[Triple]) -> list[Finding]:
    """Refuse terms that the catalogue does not know; shapes are not asked about an entry that has any."""
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
    return found


def closed_schema(graph: NamedNode, triples: list[Triple], shapes: Shapes) -> list[Finding]:
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


def foreign_subjects(graph: NamedNode, triples: list[Triple], base: Base) -> list[Finding]:
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
        if triple.subject == subject and triple.predicate == RDF["type"] and triple.object in PLACES:
            place = f"{base.iri}id/{PLACES[triple.object]}/"
            if not subject.value.startswith(place) or not SLUG.match(subject.value.removeprefix(place)):
                return f"Give a thing of its class an IRI of the form {place} and a slug."
    return None


def _unknown(focus: str, code: str, message: str, path: str, value: str | None) -> Finding:
    return Finding(Severity.VIOLATION, code, message, focus=focus, path=path, value=value)


def _closest(term: Term, known: Iterable[NamedNode]) -> str:
    value = getattr(term, "value", "")
    match = get_close_matches(value, [candidate.value for candidate in known], n=1, cutoff=0.8)
    return f"; <{match[0]}> is closest" if match else ""
