"""The shapes decide: they are the rows of a comparison, and a new one makes a new row without code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pyoxigraph import Triple

from comparanda.answers import Answers
from comparanda.catalogue import Outcome, commit_graphs
from comparanda.errors import BrokenInstallation
from comparanda.namespaces import CMP, RDF, SKOS, Base
from comparanda.readers.compare_page import ROW_KEYS
from comparanda.shapes import LINK_COUNT, NAME_COUNT, SHOWN_TEXT, RowShape, Shapes, ontology_quads, shapes
from comparanda.stores.embedded import EmbeddedStore
from comparanda.terms import Literal, NamedNode, Term
from conftest import REPOSITORY

PREFIXES = """
@prefix cmp: <https://w3id.org/comparanda/ontology#> .
@prefix cmps: <https://w3id.org/comparanda/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SOFTWARE = """
cmps:Method sh:property cmps:freeSoftware .
cmps:freeSoftware a sh:PropertyShape ;
  sh:path cmp:software ;
  sh:order 10 ;
  cmp:comparedBy cmp:shownText ;
  sh:datatype xsd:string ;
  sh:severity sh:Violation ;
  sh:message "Name software as plain text."@en ;
  sh:name "Software"@en , "Programas"@pt .
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shapes, to which a test adds a file."""
    target = tmp_path / "shapes"
    shutil.copytree(REPOSITORY / "ontology" / "shapes", target)
    return target


def with_shape(folder: Path, turtle: str) -> Shapes:
    (folder / "added.ttl").write_text(PREFIXES + turtle, encoding="utf-8")
    return shapes(folder)


def methods_with(properties: dict[str, list[tuple[NamedNode, Term]]], base: Base) -> dict[NamedNode, list[Triple]]:
    """The graphs of methods that have a name and these properties."""
    graphs = {}
    for slug, values in properties.items():
        method = base.method(slug)
        given = [(RDF["type"], CMP["Method"]), (SKOS["prefLabel"], Literal(slug.title(), language="en")), *values]
        graphs[base.document(method)] = [Triple(method, predicate, value) for predicate, value in given]
    return graphs


def commit(store: EmbeddedStore, graphs: dict[NamedNode, list[Triple]], known: Shapes, base: Base) -> Outcome:
    with store.writer() as writer:
        return commit_graphs(writer, graphs, known, base)


def test_the_rows_come_in_the_order_of_compare_pages() -> None:
    assert tuple(row.key for row in shapes().rows) == ROW_KEYS
    assert [row.order for row in shapes().rows] == sorted(row.order for row in shapes().rows)


def test_each_row_has_a_property_of_its_own_and_a_rule() -> None:
    rows = shapes().rows
    assert len({row.path for row in rows}) == len(rows) == 9
    rules = {row.key: row.rule for row in rows}
    assert (rules.pop("other_names"), rules.pop("related")) == (NAME_COUNT, LINK_COUNT)
    assert set(rules.values()) == {SHOWN_TEXT}


@pytest.mark.parametrize("row", shapes().rows, ids=lambda row: row.key)
def test_each_row_has_a_label_in_at_least_forty_languages_and_no_empty_one(row: RowShape) -> None:
    labels = row.labels
    assert len(labels) >= 40
    assert all(label == label.strip() and label for label in labels.values())


def test_all_rows_have_labels_in_the_same_languages() -> None:
    assert all(tuple(sorted(row.labels)) == shapes().languages for row in shapes().rows)


def test_the_labels_of_a_language_differ_from_each_other() -> None:
    """Otherwise a page in that language could not be told by its labels."""
    for language in shapes().languages:
        assert len({row.labels[language] for row in shapes().rows}) == 9, language


def test_a_label_falls_back_to_english_and_then_to_the_key() -> None:
    area = shapes().rows[0]
    assert area.label(["pt-br", "pt"]) == "Área"
    assert area.label(["xx"]) == "Area"
    bare = type(area)("origin_year", area.path, 1, area.rule, {})
    assert bare.label(["pt"]) == "origin year"


def test_every_property_shape_has_a_message_and_a_severity() -> None:
    graph = shapes()
    sh = "http://www.w3.org/ns/shacl#"
    properties = {quad.object for quad in graph.quads if quad.predicate.value == f"{sh}property"}
    for name in ("path", "message", "severity"):
        assert properties == properties & {quad.subject for quad in graph.quads if quad.predicate.value == sh + name}


def test_every_term_of_our_own_in_the_shapes_is_a_term_of_the_ontology() -> None:
    defined = {quad.subject for quad in ontology_quads()}
    used = {
        term
        for quad in shapes().quads
        for term in (quad.predicate, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith(CMP.iri)
    }
    assert used <= defined


def test_every_file_of_shapes_holds_the_shape_that_its_name_tells() -> None:
    for path in (REPOSITORY / "ontology" / "shapes").glob("*.ttl"):
        name = "".join(word.capitalize() for word in path.stem.split("-"))
        assert f"cmps:{name} a sh:NodeShape" in path.read_text(encoding="utf-8")


def test_a_new_property_shape_is_a_new_row_without_code(copy: Path, empty: EmbeddedStore, base: Base) -> None:
    changed = with_shape(copy, SOFTWARE)
    software = CMP["software"]
    graphs = methods_with(
        {
            "alpha": [(software, Literal("R")), (software, Literal("Python"))],
            "beta": [(software, Literal("Stata"))],
            "gamma": [],
        },
        base,
    )
    outcome = commit(empty, graphs, changed, base)
    assert not outcome.rejected
    found = Answers(base, changed).compare(empty.reader(), ["alpha", "beta", "gamma"], "en")
    assert [row.key for row in found.rows] == [*ROW_KEYS, "free_software"]
    row = found.rows[-1]
    assert row.label == "Software"
    assert [cell.text for cell in row.cells] == ["Python; R", "Stata", "—"]
    assert (row.differs, row.difference) == (True, "missing")


def test_the_label_of_a_new_row_comes_in_the_language_asked_for(copy: Path, empty: EmbeddedStore, base: Base) -> None:
    changed = with_shape(copy, SOFTWARE)
    graphs = methods_with({"alpha": [(CMP["software"], Literal("R"))], "beta": [(CMP["software"], Literal("R"))]}, base)
    commit(empty, graphs, changed, base)
    row = Answers(base, changed).compare(empty.reader(), ["alpha", "beta"], "pt").rows[-1]
    assert (row.label, row.differs, row.difference, row.shared) == ("Programas", False, None, ("R",))


def test_without_the_new_shape_the_gate_refuses_the_property(empty: EmbeddedStore, base: Base) -> None:
    graphs = methods_with({"alpha": [(CMP["software"], Literal("R"))]}, base)
    outcome = commit(empty, graphs, shapes(), base)
    assert outcome.rejected == tuple(graphs)
    assert {finding.code for finding in outcome.findings} >= {"unknown_term"}


def test_a_row_moves_with_its_order(copy: Path) -> None:
    changed = with_shape(copy, SOFTWARE.replace("sh:order 10", "sh:order 1.5"))
    assert [row.key for row in changed.rows][:3] == ["area", "free_software", "family"]


def test_a_row_without_an_order_comes_last(copy: Path) -> None:
    changed = with_shape(copy, SOFTWARE.replace("  sh:order 10 ;\n", ""))
    assert changed.rows[-1].key == "free_software"


def test_a_new_row_takes_no_language_away(copy: Path) -> None:
    """It has its English label where it has none of its own."""
    changed = with_shape(copy, SOFTWARE)
    assert changed.languages == shapes().languages
    assert changed.rows[-1].label(["th"]) == "Software"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sh:path cmp:software", "sh:path cmp:software , cmp:kind", "no single property as sh:path"),
        ("  sh:path cmp:software ;\n", "", "no single property as sh:path"),
        ("sh:path cmp:software", "sh:path [ sh:inversePath cmp:software ]", "no single property as sh:path"),
        ("cmp:comparedBy cmp:shownText", "cmp:comparedBy cmp:size", "is compared by"),
        ("cmp:comparedBy cmp:shownText", "cmp:comparedBy cmp:shownText , cmp:nameCount", "is compared by"),
    ],
    ids=["two-paths", "no-path", "inverse-path", "unknown-rule", "two-rules"],
)
def test_a_broken_row_is_refused_with_its_name(copy: Path, old: str, new: str, message: str) -> None:
    assert old in SOFTWARE
    with pytest.raises(BrokenInstallation, match=message) as caught:
        _ = with_shape(copy, SOFTWARE.replace(old, new)).rows
    assert "freeSoftware" in str(caught.value)


def test_shapes_that_cannot_be_parsed_are_refused_with_their_file(copy: Path) -> None:
    with pytest.raises(BrokenInstallation, match=r"added\.ttl cannot be read"):
        with_shape(copy, "cmps:Method sh:property")
