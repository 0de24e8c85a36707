"""The screen misses nothing: what comes out of the gate is what pyshacl alone finds, on entries with every fault.

pyshacl alone means: the shapes as they are, on all entries at once, without the screen.
"""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Triple

from comparanda.catalogue.bundle import entry_quads, vocabulary_quads
from comparanda.errors import BrokenInstallation
from comparanda.findings import Finding, Severity
from comparanda.namespaces import CMP, DEFAULT_BASE, RDF, RDFS, SH, SKOS, XSD, Base
from comparanda.shapes import Shapes, shapes
from comparanda.stores.oxigraph import OxigraphReader
from comparanda.terms import Literal, Term
from comparanda.validation import validate, validate_to_fixpoint
from comparanda.validation.compiling import DOCUMENTATION, Compiler, compile_plans
from comparanda.validation.constraints import VALUE_CONSTRAINTS
from comparanda.validation.schema import unsound_terms
from seeded_faults import Graphs, changed_at_random, damaged, exemplars

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
def shapes_graph(known: Shapes) -> rdflib.Graph:
    return rdflib_graph(quad.triple for quad in known.quads)


def pyshacl_alone(graphs: Mapping[NamedNode, list[Triple]], known: Shapes) -> Counter[Finding]:
    """What pyshacl finds in entries beside the vocabularies."""
    sound = [triple for triples in graphs.values() if not unsound_terms(triples) for triple in triples]
    vocabularies = [quad.triple for quad in vocabulary_quads(BASE)]
    _, report, _ = pyshacl.validate(
        rdflib_graph([*vocabularies, *sound]), shacl_graph=shapes_graph(known), allow_infos=True, allow_warnings=True
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


def ours(graphs: Graphs, context: OxigraphReader, known: Shapes) -> Counter[Finding]:
    """What the gate finds in the words of SHACL; what it refuses beyond the shapes has a code in lower case."""
    return Counter(each for each in validate(graphs, known, BASE, context) if each.code[0].isupper())


def without_labels(findings: Counter[Finding]) -> Counter[Finding]:
    """Findings with `_:` for every blank node, since rdflib labels them anew in each graph."""
    label = re.compile(r"\bN[0-9a-f]{32}\b")
    return Counter(
        replace(each, value=label.sub("_:", each.value or "")) for each, times in findings.items() for _ in range(times)
    )


def assert_equal(graphs: Graphs, context: OxigraphReader, known: Shapes | None = None) -> Counter[Finding]:
    known = known or shapes()
    expected, found = without_labels(pyshacl_alone(graphs, known)), without_labels(ours(graphs, context, known))
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


@pytest.mark.parametrize("seed", range(2))
def test_entries_changed_at_random_get_the_findings_of_pyshacl(seed: int, context: OxigraphReader) -> None:
    graphs = exemplars(BASE)
    assert_equal(graphs | changed_at_random(graphs, BASE, 150, seed), context)


def test_classes_that_an_entry_puts_in_order_count_for_all_as_they_do_for_pyshacl(context: OxigraphReader) -> None:
    """An entry that says so is refused; what it did to the others shows until then, and not after."""
    graphs = exemplars(BASE)
    [work, method] = [graph for graph in graphs if graph.value.endswith(("/source/b", "/method/c"))]
    graphs[work].append(Triple(CMP["Work"], RDFS["subClassOf"], CMP["Method"]))
    graphs[method].append(Triple(BASE.method("c"), CMP["related"], BASE.work("a")))
    found = assert_equal(graphs, context)
    assert {each.focus for each in found if each.code == "Closed"} >= {BASE.work("a").value, BASE.work("b").value}
    accepted, _ = validate_to_fixpoint(graphs, shapes(), BASE, context)
    assert {work, method}.isdisjoint(accepted)


# Entries that refer to entries


def naive_fixpoint(graphs: Graphs, context: OxigraphReader) -> tuple[Graphs, dict[NamedNode, list[Finding]]]:
    """Everything anew until nothing is rejected."""
    accepted, findings = dict(graphs), {}
    while True:
        report = validate(accepted, shapes(), BASE, context)
        findings.update(report.findings)
        if not report.rejected:
            return accepted, findings
        accepted = {graph: triples for graph, triples in accepted.items() if graph not in report.rejected}


def strange(method: NamedNode) -> list[Triple]:
    """What an entry should not say of the method of another one."""
    return [Triple(method, SKOS["prefLabel"], Literal("x", language="en")), Triple(method, RDF["type"], CMP["Work"])]


@pytest.mark.parametrize("seed", range(6))
def test_the_fixpoint_is_the_one_of_validating_everything_anew(seed: int, context: OxigraphReader) -> None:
    chance, graphs = random.Random(seed), {}
    slugs = [f"m-{number}" for number in range(60)]
    for slug in slugs:
        method = BASE.method(slug)
        graphs[BASE.document(method)] = [
            Triple(method, RDF["type"], CMP["Method"]),
            Triple(method, SKOS["prefLabel"], Literal(slug, language="en")),
            *(
                Triple(method, CMP["related"], BASE.method(other))
                for other in chance.sample(slugs, chance.randint(0, 1))
            ),
        ]
    for slug in chance.sample(slugs, 4):
        faulty = graphs[BASE.document(BASE.method(slug))]
        stranger = BASE.method(chance.choice(slugs))
        faulty.append(chance.choice([Triple(BASE.method(slug), CMP["kind"], Literal(1)), *strange(stranger)]))
    accepted, report = validate_to_fixpoint(graphs, shapes(), BASE, context)
    assert (accepted, report.findings) == naive_fixpoint(graphs, context)
    assert 0 < len(accepted) < len(graphs)


# Shapes that the screen does not understand


@pytest.mark.parametrize(
    ("place", "more"),
    [
        ("sh:path cmp:kind ;", "sh:maxLength 6 ;"),
        ("sh:path skos:prefLabel ;", "sh:node [ sh:property [ sh:path cmp:kind ; sh:minCount 1 ] ] ;"),
        ("sh:path cmp:related ;", "sh:not [ sh:property [ sh:path cmp:related ; sh:hasValue cmps:x ] ] ;"),
        (
            "sh:targetClass cmp:Method ;",
            f'sh:sparql [ sh:select "SELECT $this WHERE {{ ?other {CMP["related"]} $this }}" ; sh:message "x"@en ] ;',
        ),
        ("sh:targetClass cmp:Method ;", "sh:not [ sh:property [ sh:path cmp:statedRelatedCount ; sh:minCount 1 ] ] ;"),
    ],
)
def test_what_the_screen_does_not_understand_goes_to_pyshacl_with_everything(
    place: str, more: str, tmp_path: Path, context: OxigraphReader
) -> None:
    for path in shapes().directory.glob("*.ttl"):
        text = path.read_text("utf-8")
        changed = text.replace(place, f"{place} {more}", 1) if path.stem == "method" else text
        (tmp_path / path.name).write_text(changed, encoding="utf-8")
    known, graphs = Shapes(tmp_path), exemplars(BASE)
    found = assert_equal(graphs, context, known)
    assert found != pyshacl_alone(graphs, shapes()), "the shapes ask for something else now"


@pytest.mark.parametrize("target", ["sh:targetNode cmp:x", "sh:targetSubjectsOf cmp:kind", "sh:targetClass cmp:Work"])
def test_shapes_with_other_targets_than_a_class_of_their_own_are_refused(target: str, tmp_path: Path) -> None:
    for path in shapes().directory.glob("*.ttl"):
        text = path.read_text("utf-8").replace("sh:targetClass cmp:Method", f"sh:targetClass cmp:Method ; {target}")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(BrokenInstallation):
        compile_plans(Shapes(tmp_path), BASE)


def test_the_screen_understands_all_our_shapes() -> None:
    assert compile_plans(shapes(), BASE).opaque == frozenset()


# Forms of values


FRACTIONS = ("", ".5", ".123456", ".1234567")
ZONES = ("", "Z", "z", "+00:00", "-13:59", "+14:00", "+14:01", "+0000")
FORMS = {
    "date": (
        "{}-{}-{}",
        ("0000", "0001", "1900", "2024", "9999", "12024"),
        ("00", "02", "04", "13"),
        ("00", "1", "30", "31"),
    ),
    "dateTime": ("2024-02-{}T{}{}{}", ("00", "01", "29", "30"), ("00:00:00", "23:59:59", "24:00:00"), FRACTIONS, ZONES),
    "integer": ("{}{}", ("", "-", "+", " "), ("0", "1", "01", "9" * 18, "9" * 19, "1.0", "1e1", "\u0661")),
    "boolean": ("{}{}", ("true", "false", "TRUE", "0", "1", ""), ("", " ")),
    "gYear": ("{}{}", ("0000", "1908", "908", "-1908", "\u0661\u0669\u0660\u0668"), ("", "Z", "\n")),
    "string": ("{}", ("", " ", "\t", "\n", "\r\n", "\u0085", "\u2028", "\ufeff", "\ufffe", "\ue000", "a\u0301", "𝒯")),
}


@pytest.mark.parametrize("name", FORMS)
def test_pyshacl_takes_every_form_that_the_screen_takes(name: str) -> None:
    pattern, *parts = FORMS[name]
    literals = [Literal(pattern.format(*each), datatype=XSD[name]) for each in itertools.product(*parts)]
    vouches = VALUE_CONSTRAINTS[SH["datatype"]](XSD[name])
    accepted = [literal for literal in literals if vouches(literal)]
    assert accepted
    data = [Triple(NamedNode(f"urn:{number}"), CMP["kind"], literal) for number, literal in enumerate(accepted)]
    shape = f"""[] <{SH.iri}targetSubjectsOf> {CMP["kind"]} ; <{SH.iri}property> [
        <{SH.iri}path> {CMP["kind"]} ; <{SH.iri}datatype> {XSD[name]} ; <{SH.iri}minCount> 1 ] ."""
    _, report, _ = pyshacl.validate(rdflib_graph(data), shacl_graph=rdflib.Graph().parse(data=shape, format="turtle"))
    assert [str(value) for value in report.objects(None, rdflib.URIRef(SH["focusNode"].value))] == []


# The W3C's tests


W3C = (
    *(f"property/{name}-001" for name in ("class", "datatype", "in", "maxCount", "minCount", "minLength", "node")),
    *(f"property/{name}-001" for name in ("nodeKind", "or", "or-datatypes", "pattern", "uniqueLang")),
    *(f"property/{name}" for name in ("datatype-002", "datatype-003", "maxCount-002", "node-002")),
    *(
        f"node/{name}-001"
        for name in ("class", "datatype", "in", "minInclusive", "minLength", "nodeKind", "or", "pattern")
    ),
    *(f"node/{name}" for name in ("class-002", "class-003", "datatype-002")),
)


def vouched(shape: Term, focus: Term, value: Term | None, known: Shapes, data: list[Triple]) -> bool | None:
    """Whether the screen vouches for a value of a focus node; None where it does not understand the shape."""
    about, compiler = known.about(shape), Compiler(known, BASE)
    if SH["path"] in about:
        rule = compiler.rule(shape)
        if rule is None:
            return None
        values = [t.object for t in data if t.subject == focus and t.predicate.value == rule.path]
        holds, facts = rule.holds(values) if values else not rule.least, rule.facts
    else:
        targets = {SH["targetNode"], SH["targetClass"], RDFS["subClassOf"]}
        constraints = compiler.constraints(about, DOCUMENTATION | targets)
        if constraints is None or value is None:
            return None
        values, facts = [value], constraints[1]
        holds = all(test(value) for test in constraints[0])
    said = {(t.subject, t.predicate.value, t.object.value) for t in data if isinstance(t.object, NamedNode)}
    return bool(holds) and all((each, *fact) in said for each in values for fact in facts)


def test_the_screen_vouches_for_nothing_in_which_the_tests_of_the_w3c_expect_a_fault(
    shared: Path, tmp_path: Path
) -> None:
    folder, understood = shared / "w3c" / "data-shapes-test-suite" / "tests" / "core", set()
    for path in [folder / f"{name}.ttl" for name in W3C]:
        quads = pyoxigraph.parse(path=path, format=RdfFormat.TURTLE, base_iri="urn:test")
        unlabelled = [quad.triple for quad in quads if quad.predicate != RDFS["label"]]
        pyoxigraph.serialize(unlabelled, tmp_path / "shapes.ttl", format=RdfFormat.TURTLE)
        known = Shapes(tmp_path)
        for node in list(known.subjects):
            result = known.about(node)
            if SH["ValidationResult"] in result.get(RDF["type"], ()):
                [shape], [focus] = result[SH["sourceShape"]], result[SH["focusNode"]]
                [value] = result.get(SH["value"], [None])
                answer = vouched(shape, focus, value, known, [quad.triple for quad in known.quads])
                assert not answer, f"{path}: {focus} {value}"
                understood |= {path} if answer is False else set()
    assert len(understood) > 15, "most of the shapes are understood"
