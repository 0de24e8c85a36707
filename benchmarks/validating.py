"""Validation of a catalogue, beside pyshacl with the same shapes and the same findings.

    python benchmarks/validating.py --size 500

One entry in twenty is damaged. Comparanda gets the documents as the gate does; pyshacl gets one graph that is parsed
already, and only its `validate` is timed. Both must find the same: focus node, path and kind of constraint.

Then one entry of the bundled catalogue at a time, in its place, as it is and with a fault. The first one of its kind
stands alone: it compiles the shapes, or loads pyshacl.
"""

from __future__ import annotations

import logging
import sys
from collections import defaultdict

import pyoxigraph
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Triple

from catalogues import SEED
from comparanda.catalogue.bundle import entry_quads, vocabulary_quads
from comparanda.namespaces import CMP, DCTERMS, SH, SKOS, XSD, Base
from comparanda.shapes import shapes
from comparanda.stores.oxigraph import OxigraphReader
from comparanda.terms import Literal
from comparanda.validation import Graphs, validate
from measuring import Series, heading, options, report, timed
from synthetic import TEN_LANGUAGES, Catalogue

Found = set[tuple[str, str, str]]
DAMAGED = 20  # one entry in so many
FAULTS: dict[NamedNode, Literal | NamedNode] = {  # what a property of a damaged entry becomes
    SKOS["prefLabel"]: Literal("No language"),
    CMP["originStart"]: Literal("about 1900"),
    CMP["related"]: NamedNode("https://example.org/nowhere"),
    DCTERMS["bibliographicCitation"]: Literal(""),
    DCTERMS["created"]: Literal("yesterday", datatype=XSD["date"]),
}

EDITS: dict[str, tuple[NamedNode, Literal] | None] = {
    "a valid entry": None,
    "an entry with a wrong value": (CMP["kind"], Literal(5)),
    "an entry with an unknown property": (SKOS["hiddenLabel"], Literal("x")),
}


def documents(size: int) -> dict[NamedNode, list[Triple]]:
    """A synthetic catalogue by documents, some of them damaged."""
    graphs: dict[NamedNode, list[Triple]] = defaultdict(list)
    text = "".join(Catalogue(size, SEED, TEN_LANGUAGES).documents()).encode()
    for quad in pyoxigraph.parse(text, format=RdfFormat.N_QUADS):
        assert isinstance(quad.graph_name, NamedNode), "each document is a named graph"
        graphs[quad.graph_name].append(quad.triple)
    for name in list(graphs)[::DAMAGED]:
        graphs[name] = [Triple(t.subject, t.predicate, FAULTS.get(t.predicate, t.object)) for t in graphs[name]]
    return graphs


def ours(graphs: Graphs, vocabulary: OxigraphReader) -> Found:
    return {(each.focus or "", each.path or "", each.code) for each in validate(graphs, shapes(), Base(), vocabulary)}


def rdflib_graph(triples: list[Triple]) -> rdflib.Graph:
    text = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=text or b"", format="nt")


def theirs(data: rdflib.Graph, rules: rdflib.Graph) -> Found:
    import pyshacl  # only now, since the first edit with a fault is timed with it

    _, found, _ = pyshacl.validate(data, shacl_graph=rules, inference="none", allow_infos=True, allow_warnings=True)
    sh, results = rdflib.Namespace(SH.iri), set()
    for result in found.objects(None, sh.result):
        focus, path, kind = (
            found.value(result, term) for term in (sh.focusNode, sh.resultPath, sh.sourceConstraintComponent)
        )
        results.add(
            (
                str(focus),
                "" if path is None else str(path),
                str(kind).split("#")[-1].removesuffix("ConstraintComponent"),
            )
        )
    return results


def edits(count: int) -> None:
    """Time the validation of single entries, each in the light of the whole bundled catalogue."""
    graphs: dict[NamedNode, list[Triple]] = defaultdict(list)
    store = pyoxigraph.Store()
    for quad in [*vocabulary_quads(Base()), *entry_quads(Base())]:
        store.add(quad)
        if "/doc/method/" in quad.graph_name.value:  # type: ignore[union-attr]
            graphs[quad.graph_name].append(quad.triple)  # type: ignore[index]
    reader, methods = OxigraphReader(store, "1"), sorted(graphs, key=str)[: count + 1]
    heading(f"Validation of one entry among {len(list(store.named_graphs())):,}, {count} entries")
    for what, more in EDITS.items():
        changed = [{name: graphs[name] + _said(name, more)} for name in methods]
        times = [timed(lambda edit=edit: validate(edit, shapes(), Base(), reader)) for edit in changed]  # type: ignore[misc]
        report(f"{what}, the first", Series("Comparanda", times[:1], "ms"))
        report(what, Series("Comparanda", times[1:], "ms"), at_most=50)


def _said(document: NamedNode, said: tuple[NamedNode, Literal] | None) -> list[Triple]:
    thing = NamedNode(document.value.replace("/doc/", "/id/"))
    return [Triple(thing, *said)] if said else []


def main() -> None:
    given = options(__doc__, size=500, runs=3, edits=100)
    rdflib.NORMALIZE_LITERALS = False
    for name in ("pyshacl", "rdflib.term"):  # what they have to say of the data is in the findings
        logging.getLogger(name).setLevel(logging.CRITICAL)
    edits(given.edits)
    graphs, vocabulary = documents(given.size), list(vocabulary_quads(Base()))
    store = pyoxigraph.Store()
    store.extend(vocabulary)
    reader = OxigraphReader(store, "1")
    triples = [triple for graph in graphs.values() for triple in graph]
    heading(f"Validation of {given.size:,} methods, {len(triples):,} triples, {given.runs} runs")
    data = rdflib_graph(triples + [quad.triple for quad in vocabulary])
    rules = rdflib_graph([Triple(quad.subject, quad.predicate, quad.object) for quad in shapes().quads])
    found: list[Found] = []
    times = [
        (timed(lambda: found.append(ours(graphs, reader))), timed(lambda: found.append(theirs(data, rules))))
        for _ in range(given.runs)
    ]
    rates = [[len(triples) / each * 1000 for each in column] for column in zip(*times, strict=True)]
    series = Series("Comparanda", rates[0], "triples/s"), Series("pyshacl", rates[1], "triples/s")
    report(f"{len(found[1]):,} findings", *series, ratio_at_least=10)
    if missed := found[1] - found[0]:
        sys.exit(f"Comparanda did not find {len(missed)} of them, such as {min(missed)}.")


if __name__ == "__main__":
    main()
