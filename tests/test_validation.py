"""The gate: each odd case is refused for exactly what is odd about it, and the rest goes in.

A file of `cases/invalid` says on its first lines what is expected: `# expects: <code> <local name of the path or ->`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat, Triple

from comparanda.catalogue import Outcome, commit_graphs, now
from comparanda.catalogue.entries import Entries
from comparanda.catalogue.opening import make_store
from comparanda.catalogue.sources import Gathered, Options, gather
from comparanda.findings import Finding, Severity
from comparanda.namespaces import CMP, DEFAULT_BASE, FOAF, PREFIXES, RDF, SKOS, Base
from comparanda.shapes import Shapes, shapes
from comparanda.stores.embedded import EmbeddedStore, OxigraphReader
from comparanda.terms import Literal, NamedNode
from comparanda.validation import validate, validate_to_fixpoint
from conftest import CASES

INVALID = sorted((CASES / "invalid").iterdir())
VALID = sorted((CASES / "valid").iterdir())
BASE = Base(DEFAULT_BASE)


@pytest.fixture(scope="module")
def vocabularies(tmp_path_factory: pytest.TempPathFactory, base: Base) -> EmbeddedStore:
    """A store with the vocabularies and no entry; tests only read it."""
    store = EmbeddedStore(tmp_path_factory.mktemp("vocabularies") / "store")
    make_store(store, base, empty=True)
    return store


@pytest.fixture(scope="module")
def context(vocabularies: EmbeddedStore) -> OxigraphReader:
    return vocabularies.reader()


def read(path: Path, context: OxigraphReader) -> Gathered:
    """A case as `import` reads it."""
    return gather([str(path)], Entries(context, BASE), shapes(), now(), Options(), lambda: b"")


def findings_of(path: Path, context: OxigraphReader) -> list[Finding]:
    gathered = read(path, context)
    return [*gathered.findings, *validate(gathered.candidates(), shapes(), BASE, context)]


def violations(path: Path, context: OxigraphReader) -> list[str]:
    """Code and path of each violation, sorted."""
    return sorted(
        f"{finding.code} {re.split('[#/]', finding.path)[-1] if finding.path else '-'}"
        for finding in findings_of(path, context)
        if finding.severity is Severity.VIOLATION
    )


def graphs(trig: str) -> dict[NamedNode, list[Triple]]:
    """Graphs by name, written with the usual prefixes and with `method:` and `doc:` for IRIs under the base."""
    prefixes = {**PREFIXES, "method": f"{DEFAULT_BASE}id/method/", "doc": f"{DEFAULT_BASE}doc/method/"}
    text = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items()) + trig
    found: dict[NamedNode, list[Triple]] = {}
    for quad in pyoxigraph.parse(text, format=RdfFormat.TRIG):
        assert isinstance(quad.graph_name, NamedNode)
        found.setdefault(quad.graph_name, []).append(quad.triple)
    return found


def method(slug: str, *properties: str) -> str:
    given = "".join(f" ; {each}" for each in properties)
    return f'doc:{slug} {{ method:{slug} a cmp:Method ; skos:prefLabel "{slug.upper()}"@en{given} }}\n'


def commit(store: EmbeddedStore, candidates: dict[NamedNode, list[Triple]]) -> Outcome:
    with store.writer() as writer:
        return commit_graphs(writer, candidates, shapes(), BASE)


def doc(slug: str) -> NamedNode:
    return BASE.document(BASE.method(slug))


# The cases


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_case_fails_with_exactly_what_it_expects(path: Path, context: OxigraphReader) -> None:
    expected = re.findall(r"^# expects: (\S+ \S+)$", path.read_text("utf-8"), re.MULTILINE)
    assert expected, "the file says what it expects"
    assert violations(path, context) == sorted(expected)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_case_has_no_violation(path: Path, context: OxigraphReader) -> None:
    assert violations(path, context) == []


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_case_goes_in_and_comes_out_as_it_was(
    path: Path, vocabularies: EmbeddedStore, context: OxigraphReader
) -> None:
    candidates = read(path, context).candidates()
    outcome = commit(vocabularies, candidates)
    assert set(outcome.accepted) == set(candidates)
    stored = {quad.graph_name: set() for quad in vocabularies.reader().quads()}
    for quad in vocabularies.reader().quads():
        stored[quad.graph_name].add(quad.triple)
    assert all(stored[graph] == set(triples) for graph, triples in candidates.items())
    with vocabularies.writer() as writer:
        writer.replace(dict.fromkeys(candidates, ()))
        writer.commit()


def test_the_cases_cover_every_kind_of_constraint_in_the_shapes() -> None:
    """sh:hasValue stands only in shapes that sh:node names, and is reported as such."""
    sh = "http://www.w3.org/ns/shacl#"
    no_constraints = {
        "path", "order", "name", "message", "severity", "description", "property", "targetClass", "ignoredProperties",
        "hasValue", "select",
    }  # fmt: skip
    used = {quad.predicate.value.removeprefix(sh) for quad in shapes().quads if quad.predicate.value.startswith(sh)}
    expected = {
        code.lower() for path in INVALID for code in re.findall(r"^# expects: (\S+)", path.read_text("utf-8"), re.M)
    }
    assert {name.lower() for name in used - no_constraints} <= expected


def test_every_violation_says_what_to_do_and_where(context: OxigraphReader) -> None:
    for path in INVALID:
        for finding in findings_of(path, context):
            assert finding.message.endswith((".", "closest")) or "; <" in finding.message or "closed" in finding.message
            assert finding.focus or finding.source


# What a class or property was meant to be


@pytest.mark.parametrize(
    ("name", "closest"), [("misspelt-class", CMP["Method"]), ("property-of-another-class", None)], ids=str
)
def test_a_misspelt_term_is_reported_with_the_closest_one(
    name: str, closest: NamedNode | None, context: OxigraphReader
) -> None:
    [path] = (CASES / "invalid").glob(f"{name}.*")
    [finding] = [finding for finding in findings_of(path, context) if finding.code == "unknown_term"]
    assert (f"<{closest.value}> is closest" in finding.message) if closest else ("closest" not in finding.message)


def test_a_misspelt_property_is_reported_with_the_closest_one(context: OxigraphReader) -> None:
    found = validate(graphs(method("a", 'skos:preflabel "A"@pt')), shapes(), BASE, context)
    [finding] = [finding for finding in found if finding.code == "unknown_term"]
    assert f"<{SKOS['prefLabel'].value}> is closest" in finding.message


def test_an_entry_without_a_triple_is_refused(context: OxigraphReader) -> None:
    report = validate({doc("a"): []}, shapes(), BASE, context)
    assert [(finding.code, finding.focus) for finding in report] == [("no_data", doc("a").value)]
    assert report.rejected == {doc("a")}


def test_nothing_at_all_is_no_violation(context: OxigraphReader) -> None:
    assert list(validate({}, shapes(), BASE, context)) == []


def test_what_an_entry_should_have_is_a_warning_that_rejects_nothing(context: OxigraphReader) -> None:
    report = validate(graphs(method("a")), shapes(), BASE, context)
    assert {(finding.severity, finding.code) for finding in report} == {(Severity.WARNING, "MinCount")}
    assert [finding.path for finding in report] == [CMP[name].value for name in ("area", "family", "seminalSource")]
    assert report.rejected == set()


def test_without_a_context_only_the_candidates_count() -> None:
    report = validate(graphs(method("a", "cmp:related method:b") + method("b")), shapes(), BASE, None)
    assert report.rejected == set()
    assert validate(graphs(method("a", "cmp:related method:b")), shapes(), BASE, None).rejected == {doc("a")}


# One bad entry among good ones


def test_rejecting_one_entry_keeps_the_others(empty: EmbeddedStore) -> None:
    candidates = graphs(method("a") + method("b", "cmp:kind 5") + method("c"))
    outcome = commit(empty, candidates)
    assert (outcome.accepted, outcome.rejected) == ((doc("a"), doc("c")), (doc("b"),))
    assert {quad.graph_name for quad in empty.reader().quads()} >= {doc("a"), doc("c")}
    assert doc("b") not in {quad.graph_name for quad in empty.reader().quads()}


def test_an_entry_that_refers_to_a_rejected_one_is_rejected_too(context: OxigraphReader) -> None:
    chain = method("a", "cmp:related method:b") + method("b", "cmp:related method:c") + method("c", "cmp:kind 5")
    accepted, report = validate_to_fixpoint(graphs(chain + method("d")), shapes(), BASE, context)
    assert set(accepted) == {doc("d")}
    found = {
        graph: {finding.code for finding in findings if finding.severity is Severity.VIOLATION}
        for graph, findings in report.findings.items()
    }
    assert found == {doc("a"): {"Class"}, doc("b"): {"Class"}, doc("c"): {"Or"}, doc("d"): set()}


def test_entries_that_name_each_other_are_rejected_together(context: OxigraphReader) -> None:
    circle = method("a", "cmp:related method:b", "cmp:kind 5") + method("b", "cmp:related method:a")
    accepted, _ = validate_to_fixpoint(graphs(circle), shapes(), BASE, context)
    assert accepted == {}


def test_an_entry_of_which_the_screen_is_not_sure_goes_in_if_pyshacl_lets_it(context: OxigraphReader) -> None:
    """A document somewhere else under the base is unusual, and no fault; a rejected one beside it changes nothing."""
    unusual = NamedNode(f"{DEFAULT_BASE}about")
    said = [Triple(unusual, RDF["type"], FOAF["Document"]), Triple(unusual, FOAF["primaryTopic"], unusual)]
    accepted, report = validate_to_fixpoint({unusual: said}, shapes(), BASE, context)
    assert (set(accepted), list(report)) == ({unusual}, [])
    accepted, _ = validate_to_fixpoint({unusual: said, **graphs(method("a", "cmp:kind 5"))}, shapes(), BASE, context)
    assert set(accepted) == {unusual}


def test_nothing_is_committed_where_all_is_rejected(empty: EmbeddedStore) -> None:
    before = empty.version()
    outcome = commit(empty, graphs(method("a", "cmp:kind 5")))
    assert (outcome.version, empty.version()) == (None, before)


def test_a_link_to_an_entry_in_the_store_is_no_violation(empty: EmbeddedStore) -> None:
    commit(empty, graphs(method("a")))
    outcome = commit(empty, graphs(method("b", "cmp:related method:a")))
    assert outcome.rejected == ()


# Shapes in data


class _Recorder(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404)
        self.end_headers()

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *arguments: object) -> None:
        """Nothing: the test says what was asked."""


@pytest.fixture
def recorder() -> Iterator[tuple[str, list[str]]]:
    """The address of a server, and the paths that it was asked for."""
    handler = type("Handler", (_Recorder,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler.asked
        server.shutdown()
        thread.join()


def test_sparql_in_the_data_is_never_executed(
    recorder: tuple[str, list[str]], tmp_path: Path, context: OxigraphReader
) -> None:
    address, asked = recorder
    secret = tmp_path / "secret.ttl"
    secret.write_text('<urn:a> <urn:b> "secret" .\n', encoding="utf-8")
    sources = f"FROM <{address}/graph> FROM NAMED <{secret.as_uri()}>"
    query = f"SELECT $this ?value {sources} WHERE {{ {{ ?a ?b ?value }} UNION {{ GRAPH ?g {{ ?a ?b ?value }} }} }}"
    rule = f"CONSTRUCT {{ $this cmp:kind 'x' }} {sources} WHERE {{ }}"
    candidates = graphs(
        method("a")
        + "doc:a { method:a sh:property doc:shape . }"
        + "<https://w3id.org/comparanda/doc/method/a> {"
        + f"""
          <{doc("a").value}#shape> a sh:NodeShape ; sh:targetClass cmp:Method ; sh:targetNode method:a ;
            sh:sparql <{doc("a").value}#constraint> ; sh:rule <{doc("a").value}#rule> .
          <{doc("a").value}#constraint> a sh:SPARQLConstraint ; sh:select "{query}" .
          <{doc("a").value}#rule> a sh:SPARQLRule ; sh:construct "{rule}" .
          <{doc("a").value}> a owl:Ontology ; owl:imports <{address}/ontology> ; sh:shapesGraph <{address}/shapes> .
        }}"""
    )
    report = validate(candidates, shapes(), BASE, context)
    assert asked == []
    assert report.rejected == {doc("a")}
    assert {finding.code for finding in report if finding.severity is Severity.VIOLATION} == {"unknown_term", "Closed"}
    assert "secret" not in " ".join(map(str, report)).replace(str(secret), "").replace(secret.as_uri(), "")


def test_the_data_cannot_loosen_the_shapes(context: OxigraphReader) -> None:
    """A shape in the data that switches ours off is data, and data of an unknown class at that."""
    shape = "<https://w3id.org/comparanda/shapes#Method> sh:deactivated true ; sh:closed false ."
    candidates = graphs(f"doc:a {{ method:a a cmp:Method . {shape} }}")
    codes = {finding.code for finding in validate(candidates, shapes(), BASE, context)}
    assert {"MinCount", "foreign_subject", "no_class"} <= codes


def test_the_graph_of_shapes_is_read_once_for_all_validations(context: OxigraphReader) -> None:
    known: Shapes = shapes()
    before = list(known.quads)
    for _ in range(3):
        validate(graphs(method("a")), known, BASE, context)
    assert list(known.quads) == before
    assert shapes() is known


def test_a_class_in_another_entry_does_not_make_a_link_right(context: OxigraphReader) -> None:
    """What an entry says of another is refused, so it cannot lend it a class for later either."""
    candidates = graphs(method("a", "cmp:originator <https://w3id.org/comparanda/id/person/p>"))
    person = BASE.person("p")
    candidates[doc("a")] += [
        Triple(person, RDF["type"], FOAF["Person"]),
        Triple(person, FOAF["name"], Literal("P")),
    ]
    report = validate(candidates, shapes(), BASE, context)
    assert [finding.code for finding in report if finding.severity is Severity.VIOLATION] == ["foreign_subject"]
