"""The screen misses nothing: what comes out of the gate is what pyshacl alone finds, on entries with every fault.

pyshacl alone means: the shapes as they are, on all entries at once, without the screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

import pyoxigraph
import pyshacl
import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Triple

from comparanda.catalogue.bundle import entry_quads, vocabulary_quads
from comparanda.findings import Finding, Severity
from comparanda.namespaces import DEFAULT_BASE, RDF, SH, Base
from comparanda.shapes import Shapes, shapes
from comparanda.stores.oxigraph import OxigraphReader
from comparanda.validation import validate
from comparanda.validation.schema import unsound_terms
from seeded_faults import Graphs, damaged, exemplars

BASE = Base(DEFAULT_BASE)
pytestmark = [
    pytest.mark.filterwarnings("ignore:Parsing weird boolean"),
    pytest.mark.filterwarnings("ignore:Serializing weird numerical"),
]


@pytest.fixture(scope="module")
def context() -> OxigraphReader:
    """A store with the vocabularies and no entry."""
    store = pyoxigraph.Store()
    store.extend(vocabulary_quads(BASE))
    return OxigraphReader(store, "1")


def rdflib_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    rdflib.NORMALIZE_LITERALS = False
    text = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=text or b"", format="nt")


@cache
def shapes_graph() -> rdflib.Graph:
    return rdflib_graph(quad.triple for quad in shapes().quads)


def pyshacl_alone(graphs: Mapping[NamedNode, list[Triple]]) -> Counter[Finding]:
    """What pyshacl finds in entries beside the vocabularies."""
    sound = [triple for triples in graphs.values() if not unsound_terms(triples) for triple in triples]
    vocabularies = [quad.triple for quad in vocabulary_quads(BASE)]
    _, report, _ = pyshacl.validate(
        rdflib_graph([*vocabularies, *sound]), shacl_graph=shapes_graph(), allow_infos=True, allow_warnings=True
    )
    sh, described = rdflib.Namespace(SH.iri), {str(triple.subject) for triple in sound}
    found: Counter[Finding] = Counter()
    for result in report.objects(None, sh.result):
        focus, path, value = (report.value(result, name) for name in (sh.focusNode, sh.resultPath, sh.value))
        if f"<{focus}>" in described and isinstance(focus, rdflib.URIRef):
            code = str(report.value(result, sh.sourceConstraintComponent)).removeprefix(SH.iri)
            severity = Severity(str(report.value(result, sh.resultSeverity)).removeprefix(SH.iri))
            message = str(report.value(result, sh.resultMessage))
            found[
                Finding(
                    severity,
                    code.removesuffix("ConstraintComponent"),
                    message,
                    focus=str(focus),
                    path=None if path is None else str(path),
                    value=None if value is None else str(value)[:200],
                )
            ] += 1
    return found


def ours(graphs: Graphs, context: OxigraphReader) -> Counter[Finding]:
    """What the gate finds in the words of SHACL; what it refuses beyond the shapes has a code in lower case."""
    return Counter(each for each in validate(graphs, shapes(), BASE, context) if each.code[0].isupper())


def assert_equal(graphs: Graphs, context: OxigraphReader) -> Counter[Finding]:
    expected, found = pyshacl_alone(graphs), ours(graphs, context)
    assert not (missed := expected - found), f"{missed.total()} missed, such as {min(missed, key=str)}"
    assert not (extra := found - expected), f"{extra.total()} too many, such as {min(extra, key=str)}"
    return expected


# Every constraint of every shape


def constraints(known: Shapes) -> set[tuple[NamedNode, str, str, Severity]]:
    """Class, property, kind of constraint and severity of all that the shapes ask."""
    asked = set()
    for shape in known.subjects:
        about = known.about(shape)
        for kind in about.get(SH["targetClass"], ()):
            if SH["closed"] in about:
                asked.add((kind, "", "Closed", Severity.VIOLATION))
            if SH["sparql"] in about:
                asked.add((kind, "", "SPARQL", Severity.VIOLATION))
            for part in map(known.about, about[SH["property"]]):
                severity = Severity(part[SH["severity"]][0].value.removeprefix(SH.iri))
                for parameter in part.keys() - {SH[name] for name in ("path", "name", "order", "severity")}:
                    name = parameter.value.removeprefix(SH.iri)
                    if name not in ("message", "description") and parameter.value.startswith(SH.iri):
                        asked.add((kind, part[SH["path"]][0].value, name[0].upper() + name[1:], severity))
    return asked


def test_a_thousand_seeded_faults_are_found_as_pyshacl_finds_them(context: OxigraphReader) -> None:
    graphs = exemplars(BASE)
    faulty = dict(damaged(shapes(), BASE, rounds=4, seed=1))
    assert len(faulty) >= 1_000
    found = assert_equal(graphs | faulty, context)
    assert found.total() >= 1_000
    kinds = {
        t.subject.value: t.object
        for triples in (graphs | faulty).values()
        for t in triples
        if t.predicate == RDF["type"]
    }
    hit = {(kinds[f.focus], "" if f.code in ("Closed", "SPARQL") else f.path, f.code, f.severity) for f in found}
    assert constraints(shapes()) - hit == set(), "each constraint of each shape is hit"


def test_the_bundled_catalogue_is_clean_without_asking_pyshacl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(pyshacl, "validate")
    graphs: Graphs = {}
    for quad in [*vocabulary_quads(BASE), *entry_quads(BASE)]:
        graphs.setdefault(quad.graph_name, []).append(quad.triple)
    assert list(validate(graphs, shapes(), BASE, None)) == []
