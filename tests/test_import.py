"""Importing: nothing is overwritten in silence, and what is refused stays out."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode, Quad

from comparanda.answers import Answers
from comparanda.cli import main
from comparanda.comparison import ComparedRow
from comparanda.namespaces import CMP, DCTERMS, PROV, RDF, SKOS, Base
from comparanda.shapes import shapes
from comparanda.stores.embedded import EmbeddedStore
from conftest import comparanda

LABELS = {
    "en": "Area|Family|Year of origin|Original author|Type|Seminal source|Other names|Related|Summary",
    "pt": "Área|Família|Ano de origem|Autor original|Tipo|Fonte seminal|Outros nomes|Relacionados|Resumo",
    "th": "สาขาวิชา|ตระกูล|ปีกำเนิด|ผู้ริเริ่ม|ประเภท|แหล่งต้นตำรับ|ชื่อเรียกอื่น|ที่เกี่ยวข้อง|สรุป",
}
KEYS = ["area", "family", "origin_year", "originator", "kind", "seminal_source", "other_names", "related", "summary"]
ALPHA = {
    "name": "Alpha test",
    "area": "Statistics",
    "family": "Machine learning",
    "origin_year": "1908",
    "originator": "Alpha, A.",
    "kind": "Hypothesis test",
    "seminal_source": "Alpha, A. (1908). The probable error of a mean. Biometrika, 6, 1–25. link ↗",
    "other_names": "alpha criterion, alpha statistic",
    "related": "3",
    "summary": "Compares the mean of a sample with the mean that a theory names.",
}
BETA = {
    "name": "Beta test",
    "area": "Statistics",
    "family": "Machine learning",
    "origin_year": "1925",
    "originator": "Beta, B.",
    "kind": "Significance test",
    "seminal_source": "Beta, B. (1925). Statistical methods for research workers. Oliver. ISBN 0-05-002170-2. link ↗",
    "other_names": "beta criterion",
    "related": "2",
    "summary": "Compares the variances of two samples that are drawn from one population.",
}
PROPERTIES = {
    "name": SKOS["prefLabel"],
    "area": CMP["area"],
    "family": CMP["family"],
    "origin_year": CMP["originStatement"],
    "originator": CMP["originatorStatement"],
    "kind": CMP["kind"],
    "seminal_source": CMP["seminalSource"],
    "other_names": SKOS["altLabel"],
    "related": CMP["statedRelatedCount"],
    "summary": SKOS["definition"],
}
TURTLE = """
@prefix cmp: <https://w3id.org/comparanda/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@base <https://w3id.org/comparanda/> .
"""


def page(*methods: dict[str, str], language: str = "en") -> bytes:
    """A compare page of these methods, as sites write them."""
    names = " | ".join(method["name"] + "×" for method in methods)
    lines = ["Compare methods", f"| {names} | |", "|---|---|---|"]
    for key, label in zip(KEYS, LABELS[language].split("|"), strict=True):
        lines.append(f"| {label} | {' | '.join(method[key] for method in methods)} |")
    return "\n".join([*lines, "|"]).encode()


def line_of(key: str) -> int:
    """The line of a row on a page that `page` makes; the name stands in the header."""
    return 2 if key == "name" else 4 + KEYS.index(key)


@dataclass
class Catalogue:
    """A store, the folder for its pages, and the command line upon it."""

    store: EmbeddedStore
    answers: Answers
    folder: Path

    def import_(self, content: bytes, name: str, *options: str, status: int = 0) -> dict[str, Any]:
        """Write a file and import it; returns what the command says as JSON."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return self.import_path(path, *options, status=status)

    def import_path(self, path: Path, *options: str, status: int = 0) -> dict[str, Any]:
        """Import a file or a folder in this process, which is faster than a process each."""
        arguments = ["import", str(path), "--format", "json", *options, "--store", str(self.store.path)]
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert done.exit_code == status, done.output
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def slugs(self, content: bytes, name: str, *options: str) -> list[str]:
        """Import one page; returns the slugs of its methods."""
        slugs: list[str] = self.import_(content, name, *options)["pages"][0]["slugs"]
        return slugs

    def row(self, key: str, slug: str = "alpha", language: str = "en") -> ComparedRow:
        comparison = self.answers.method(self.store.reader(), slug, language)
        return next(row for row in comparison.rows if row.key == key)

    def shown(self, key: str, slug: str = "alpha", language: str = "en") -> str:
        """What a reader sees of a method."""
        if key == "name":
            return self.answers.method(self.store.reader(), slug, language).methods[0].name
        return self.row(key, slug, language).cells[0].text

    def quads(self) -> set[Quad]:
        return set(self.store.reader().quads())

    def entry(self, slug: str = "alpha") -> set[Quad]:
        graph = self.answers.base.document(self.answers.base.method(slug))
        return {quad for quad in self.quads() if quad.graph_name == graph}

    def statements(self, predicate: NamedNode, slug: str = "alpha") -> dict[str, set[str]]:
        """What the statements about a property say, each with the digests of the pages that said it."""
        entry = self.entry(slug)
        values = {(quad.subject, quad.predicate): quad.object for quad in entry}
        found: dict[str, set[str]] = {}
        for quad in entry:
            if quad.predicate == RDF["type"] and quad.object == CMP["Statement"]:
                assert values[quad.subject, RDF["subject"]] == self.answers.base.method(slug)
                if values[quad.subject, RDF["predicate"]] == predicate:
                    pages = {
                        q.object for q in entry if q.subject == quad.subject and q.predicate == PROV["wasDerivedFrom"]
                    }
                    found[values[quad.subject, RDF["object"]].value] = {Base.slug(page) for page in pages}
        return found


@pytest.fixture
def catalogue(empty: EmbeddedStore, base: Base, tmp_path: Path) -> Catalogue:
    return Catalogue(empty, Answers(base, shapes()), tmp_path / "pages")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def contradictions(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [finding for finding in said["findings"] if finding["code"] == "contradiction"]


CONTRADICTIONS = {
    "name": "Alpha trial",
    "area": "Econometrics",
    "family": "Process",
    "origin_year": "1907–1908",
    "originator": "Alfa, A.",
    "kind": "Parametric test",
    "seminal_source": "Alpha, A. (1907). On the error of counting. Biometrika, 5, 351–360. link ↗",
    "other_names": "alpha measure, alpha statistic",
    "related": "4",
    "summary": "Tells whether the mean of a sample is what it should be by the theory.",
}


@pytest.mark.parametrize("key", CONTRADICTIONS)
def test_both_sides_of_a_contradiction_are_kept_with_their_pages_and_the_newest_is_shown(
    catalogue: Catalogue, key: str
) -> None:
    first, second = page(ALPHA, BETA), page({**ALPHA, key: CONTRADICTIONS[key]}, BETA)
    assert contradictions(catalogue.import_(first, "alpha+beta.md")) == []
    (finding,) = contradictions(catalogue.import_(second, "newer/alpha+beta.md"))
    assert (finding["severity"], finding["line"]) == ("Warning", line_of(key))
    assert finding["source"].endswith("alpha+beta.md")
    assert finding["focus"] == "https://w3id.org/comparanda/id/method/alpha"
    assert catalogue.shown(key) == CONTRADICTIONS[key]
    statements = catalogue.statements(PROPERTIES[key])
    assert len(statements) == 2
    assert sorted(map(sorted, statements.values())) == sorted([[sha256(first)], [sha256(second)]])
    assert {key for key in CONTRADICTIONS if catalogue.statements(PROPERTIES[key])} == {key}


@pytest.mark.parametrize("key", CONTRADICTIONS)
def test_the_first_page_imported_again_is_shown_again(catalogue: Catalogue, key: str) -> None:
    first, second = page(ALPHA, BETA), page({**ALPHA, key: CONTRADICTIONS[key]}, BETA)
    catalogue.import_(first, "alpha+beta.md")
    catalogue.import_(second, "newer/alpha+beta.md")
    (finding,) = contradictions(catalogue.import_(first, "alpha+beta.md"))
    assert finding["line"] == line_of(key)
    assert catalogue.shown(key) == ALPHA[key]
    assert len(catalogue.statements(PROPERTIES[key])) == 2


def test_a_third_page_that_agrees_with_one_side_is_named_as_its_source(catalogue: Catalogue) -> None:
    newer = {**ALPHA, "origin_year": "1907–1908"}
    first, second, third = page(ALPHA, BETA), page(newer, BETA), page(newer, {**BETA, "related": "9"})
    catalogue.import_(first, "alpha+beta.md")
    catalogue.import_(second, "newer/alpha+beta.md")
    catalogue.import_(third, "newest/alpha+gamma.md")
    assert catalogue.statements(CMP["originStatement"]) == {
        "1908": {sha256(first)},
        "1907–1908": {sha256(second), sha256(third)},
    }


def test_the_years_that_are_read_follow_the_statement_that_is_shown(catalogue: Catalogue) -> None:
    catalogue.import_(page(ALPHA, BETA), "alpha+beta.md")
    catalogue.import_(page({**ALPHA, "origin_year": "1907–1910"}, BETA), "newer/alpha+beta.md")
    method = catalogue.answers.base.method("alpha")
    years = {quad.predicate: quad.object.value for quad in catalogue.entry() if quad.subject == method}
    assert (years[CMP["originStart"]], years[CMP["originEnd"]]) == ("1907", "1910")


@pytest.mark.parametrize(
    ("language", "kind", "summary"),
    [
        ("pt", "Teste de hipótese", "Compara a média de uma amostra com a média que uma teoria prevê."),
        ("th", "การทดสอบสมมติฐาน", "เปรียบเทียบค่าเฉลี่ยของตัวอย่างกับค่าที่ทฤษฎีระบุ"),
    ],
)
def test_a_page_in_another_language_does_not_overwrite_kind_or_summary(
    catalogue: Catalogue, language: str, kind: str, summary: str
) -> None:
    translated = {**ALPHA, "name": f"Alpha ({language})", "kind": kind, "summary": summary}
    catalogue.import_(page(ALPHA, BETA), "en/alpha+beta.md")
    catalogue.import_(page(translated, BETA, language=language), f"{language}/alpha+beta.md")
    assert [catalogue.shown(key) for key in ("name", "kind", "summary")] == [
        ALPHA[key] for key in ("name", "kind", "summary")
    ]
    assert [catalogue.shown(key, language=language) for key in ("name", "kind", "summary")] == [
        translated[key] for key in ("name", "kind", "summary")
    ]


def test_a_page_that_agrees_adds_its_provenance_and_nothing_else(catalogue: Catalogue) -> None:
    first, second = page(ALPHA, BETA), page(ALPHA, {**BETA, "name": "Gamma test"})
    catalogue.import_(first, "alpha+beta.md")
    before = catalogue.entry()
    assert contradictions(catalogue.import_(second, "alpha+gamma.md")) == []
    document = catalogue.answers.base.document(catalogue.answers.base.method("alpha"))
    derived = Quad(document, PROV["wasDerivedFrom"], catalogue.answers.base.page(sha256(second)), document)

    def without_date(quads: set[Quad]) -> set[Quad]:
        return {quad for quad in quads if quad.predicate != DCTERMS["modified"]}

    assert without_date(catalogue.entry()) == {*without_date(before), derived}


def test_a_page_imported_again_changes_nothing(catalogue: Catalogue) -> None:
    catalogue.import_(page(ALPHA, BETA), "alpha+beta.md")
    version, before = catalogue.store.version(), catalogue.quads()
    assert catalogue.import_(page(ALPHA, BETA), "alpha+beta.md")["accepted"] == 0
    assert (catalogue.store.version(), catalogue.quads()) == (version, before)


def test_two_pages_without_slugs_recognise_one_method_by_its_facts(catalogue: Catalogue) -> None:
    first = catalogue.slugs(page(ALPHA, BETA), "en/one.md")
    translated = {**ALPHA, "name": "การทดสอบแอลฟา"}
    second = catalogue.slugs(page(translated, {**BETA, "name": "การทดสอบเบตา"}, language="th"), "th/two.md")
    assert first == second == ["alpha-test", "beta-test"]
    assert catalogue.shown("name", "alpha-test", "th") == "การทดสอบแอลฟา"
    assert catalogue.shown("name", "alpha-test", "en") == "Alpha test"


def test_two_pages_without_slugs_recognise_one_method_by_its_name(catalogue: Catalogue) -> None:
    catalogue.import_(page(ALPHA, BETA), "one.md")
    assert catalogue.slugs(page({**ALPHA, "origin_year": "1999"}, BETA), "two.md") == ["alpha-test", "beta-test"]
    assert catalogue.shown("origin_year", "alpha-test") == "1999"


def test_pages_without_slugs_in_one_import_recognise_each_other(catalogue: Catalogue) -> None:
    folder = catalogue.folder / "both"
    folder.mkdir(parents=True)
    (folder / "one.md").write_bytes(page(ALPHA, BETA))
    (folder / "two.md").write_bytes(page({**ALPHA, "name": "การทดสอบแอลฟา"}, {**BETA, "name": "เบตา"}, language="th"))
    said = catalogue.import_path(folder)
    assert [page["slugs"] for page in said["pages"]] == [["alpha-test", "beta-test"]] * 2


def test_a_method_with_the_same_facts_and_another_name_gets_a_slug_of_its_own(catalogue: Catalogue) -> None:
    assert catalogue.slugs(page(ALPHA, BETA), "one.md")[0] == "alpha-test"
    assert catalogue.slugs(page({**ALPHA, "name": "Alpha procedure"}, BETA), "two.md")[0] == "alpha-procedure"
    assert catalogue.shown("name", "alpha-test") == "Alpha test"


def test_a_minted_slug_is_reported_with_its_line(catalogue: Catalogue) -> None:
    findings = catalogue.import_(page(ALPHA, BETA), "one.md")["findings"]
    minted = [finding for finding in findings if finding["code"] == "slug_minted"]
    assert [finding["line"] for finding in minted] == [2, 2]
    assert "alpha-test" in minted[0]["message"]


def test_a_minted_slug_never_takes_the_one_of_another_method(catalogue: Catalogue) -> None:
    catalogue.import_(page({**BETA, "name": "Something else"}, BETA), "alpha-test+beta.md")
    assert catalogue.slugs(page(ALPHA, BETA), "two.md")[0] == "alpha-test-2"
    assert catalogue.shown("name", "alpha-test") == "Something else"


def test_two_columns_with_one_name_are_two_methods(catalogue: Catalogue) -> None:
    twin = {**BETA, "name": "Alpha test"}
    slugs = catalogue.slugs(page(ALPHA, twin), "one.md")
    assert len(set(slugs)) == 2
    assert [catalogue.shown("origin_year", slug) for slug in slugs] == ["1908", "1925"]


def test_two_columns_with_one_name_and_slugs_keep_their_slugs(catalogue: Catalogue) -> None:
    assert catalogue.slugs(page(ALPHA, {**BETA, "name": "Alpha test"}), "alpha+beta.md") == ["alpha", "beta"]
    assert [catalogue.shown("origin_year", slug) for slug in ("alpha", "beta")] == ["1908", "1925"]


def test_the_address_of_a_page_gives_its_slugs_and_is_kept_as_its_origin(catalogue: Catalogue) -> None:
    content, url = page(ALPHA, BETA), "https://example.org/en/compare?slugs=alpha%2Cbeta"
    assert catalogue.slugs(content, "page.txt", "--url", url) == ["alpha", "beta"]
    thing = catalogue.answers.base.page(sha256(content))
    facts = {(quad.predicate, quad.object.value) for quad in catalogue.quads() if quad.subject == thing}
    assert (DCTERMS["source"], url) in facts
    assert (CMP["sha256"], sha256(content)) in facts
    assert (DCTERMS["language"], "en") in facts


def test_the_licence_of_a_page_goes_to_the_page_and_to_the_entries_made_from_it(catalogue: Catalogue) -> None:
    licence = "https://creativecommons.org/licenses/by-sa/4.0/"
    content = page(ALPHA, BETA)
    catalogue.import_(content, "alpha+beta.md", "--license", licence)
    licensed = {quad.subject for quad in catalogue.quads() if quad.predicate == DCTERMS["license"]}
    base = catalogue.answers.base
    assert {base.page(sha256(content)), base.document(base.method("alpha"))} <= licensed
    values = {quad.object for quad in catalogue.entry() if quad.predicate == DCTERMS["license"]}
    assert values == {NamedNode(licence)}


def test_a_publisher_who_is_known_gives_the_licence(catalogue: Catalogue) -> None:
    content = page(ALPHA, BETA) + b"\n| ScholarGateDatasets \xe2\x86\x97 |\n"
    content = content.replace(b"\n|\n", b"\n")
    assert catalogue.import_(content, "alpha+beta.md")["findings"] == []
    values = {quad.object for quad in catalogue.entry() if quad.predicate == DCTERMS["license"]}
    assert values == {NamedNode("https://creativecommons.org/licenses/by/4.0/")}


def test_the_language_given_is_used_where_the_labels_do_not_tell(catalogue: Catalogue) -> None:
    content = page(ALPHA, BETA)
    for label in LABELS["en"].split("|"):
        content = content.replace(f"| {label} |".encode(), f"| X{label} |".encode())
    (finding,) = catalogue.import_(content, "alpha+beta.md", "--lang", "sw")["findings"]
    assert finding["code"] == "labels_unknown"
    assert catalogue.answers.names(catalogue.store.reader(), "alpha") == [("sw", "Alpha test")]


def test_labels_that_nobody_knows_give_a_finding_that_says_what_to_do(catalogue: Catalogue) -> None:
    content = page(ALPHA, BETA)
    for label in LABELS["en"].split("|"):
        content = content.replace(f"| {label} |".encode(), f"| X{label} |".encode())
    (finding,) = catalogue.import_(content, "alpha+beta.md")["findings"]
    assert (finding["code"], finding["severity"]) == ("language_unknown", "Warning")
    assert "--lang" in finding["message"]
    assert catalogue.answers.names(catalogue.store.reader(), "alpha") == [("und", "Alpha test")]


def test_labels_tell_the_language_against_the_folder(catalogue: Catalogue) -> None:
    said = catalogue.import_(page(ALPHA, BETA, language="pt"), "th/alpha+beta.md")
    assert said["pages"][0]["language"] == "pt"
    assert [finding["code"] for finding in said["findings"]] == ["language_differs"]


def test_a_stated_count_is_shown_while_there_are_no_links(catalogue: Catalogue) -> None:
    catalogue.import_(page(ALPHA, BETA), "alpha+beta.md")
    cell = catalogue.row("related").cells[0]
    assert (cell.text, cell.items) == ("3", ())


def test_links_are_counted_once_they_are_known_and_the_disagreement_is_reported(catalogue: Catalogue) -> None:
    catalogue.import_(page(ALPHA, BETA), "alpha+beta.md")
    entry = "".join(f"{quad.triple} .\n" for quad in catalogue.entry())
    link = "<https://w3id.org/comparanda/id/method/beta>"
    entry += f"<https://w3id.org/comparanda/id/method/alpha> <{CMP['related'].value}> {link} .\n"
    catalogue.import_(entry.encode(), "alpha.nt")
    assert catalogue.shown("related") == "1"
    (finding,) = catalogue.import_(page(ALPHA, BETA), "alpha+beta.md")["findings"]
    assert (finding["code"], finding["line"]) == ("count_differs", line_of("related"))
    assert catalogue.shown("related") == "1"


def test_a_count_that_is_no_number_is_left_out_with_a_finding(catalogue: Catalogue) -> None:
    (finding,) = catalogue.import_(page({**ALPHA, "related": "many"}, BETA), "alpha+beta.md")["findings"]
    assert (finding["code"], finding["line"]) == ("count_not_read", line_of("related"))
    assert catalogue.shown("related") == "0"


def test_empty_cells_say_nothing_and_take_nothing_away(catalogue: Catalogue) -> None:
    catalogue.import_(page(ALPHA, BETA), "alpha+beta.md")
    bare = {**dict.fromkeys(ALPHA, "—"), "name": "Alpha test"}
    assert contradictions(catalogue.import_(page(bare, BETA), "newer/alpha+beta.md")) == []
    assert {key: catalogue.shown(key) for key in ALPHA} == ALPHA


def test_only_the_valid_one_of_two_entries_is_stored(catalogue: Catalogue) -> None:
    content = TURTLE + (
        '<id/method/good> a cmp:Method ; skos:prefLabel "Good"@en .\n'
        '<id/method/bad> a cmp:Method ; skos:prefLabel "Bad"@en ; cmp:originStatement "1908", "1909" .\n'
    )
    said = catalogue.import_(content.encode(), "two.ttl", status=1)
    assert said["accepted"] == 1
    assert said["rejected"] == ["https://w3id.org/comparanda/doc/method/bad"]
    (violation,) = [finding for finding in said["findings"] if finding["severity"] == "Violation"]
    assert violation["focus"] == "https://w3id.org/comparanda/id/method/bad"
    assert violation["path"] == CMP["originStatement"].value
    assert "year of origin once" in violation["message"]
    assert [method.slug for method in catalogue.answers.methods(catalogue.store.reader(), "en")] == ["good"]


def test_a_violation_names_focus_path_value_and_message_on_one_line(catalogue: Catalogue) -> None:
    catalogue.folder.mkdir()
    path = catalogue.folder / "bad.ttl"
    path.write_text(
        TURTLE
        + '<id/method/bad> a cmp:Method ; skos:prefLabel "Bad"@en ; cmp:related <https://example.org/elsewhere> .\n'
    )
    done = comparanda("import", str(path), store=catalogue.store.path)
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if "Violation" in line]
    for part in ("id/method/bad", CMP["related"].value, "https://example.org/elsewhere", "Link only to methods"):
        assert part in line


@pytest.mark.parametrize(
    ("triples", "code"),
    [
        ('<id/method/bad> a cmp:Methd ; skos:prefLabel "Bad"@en .', "unknown_term"),
        ('<id/method/bad> a cmp:Method ; skos:prefLabel "Bad"@en ; cmp:knd "test" .', "unknown_term"),
        ('<id/method/bad> skos:prefLabel "Bad"@en .', "no_class"),
        ('<id/method/bad> a cmp:Method ; skos:prefLabel "Bad" .', "Datatype"),
        ("<id/method/bad> a cmp:Method .", "MinCount"),
        ('<id/method/bad> a cmp:Method ; skos:prefLabel "Bad"@en, "Worse"@en .', "UniqueLang"),
        ('<https://example.org/bad> a cmp:Method ; skos:prefLabel "Bad"@en .', "graph_not_allowed"),
    ],
)
def test_an_entry_that_the_shapes_or_the_closed_schema_refuse_stays_out(
    catalogue: Catalogue, triples: str, code: str
) -> None:
    before = catalogue.quads()
    said = catalogue.import_((TURTLE + triples).encode(), "bad.ttl", status=1)
    assert code in {finding["code"] for finding in said["findings"] if finding["severity"] == "Violation"}
    assert (said["accepted"], said["version"]) == (0, None)
    assert catalogue.quads() == before


def test_a_misspelt_property_is_told_with_the_closest_one(catalogue: Catalogue) -> None:
    content = TURTLE + '<id/method/bad> a cmp:Method ; skos:prefLabel "Bad"@en ; cmp:originStatment "1908" .'
    said = catalogue.import_(content.encode(), "bad.ttl", status=1)
    messages = [finding["message"] for finding in said["findings"] if finding["severity"] == "Violation"]
    assert any(CMP["originStatement"].value in message for message in messages)


@pytest.mark.parametrize(
    "graph", ["https://w3id.org/comparanda/doc/method/other", "https://example.org/graph"], ids=["other", "foreign"]
)
def test_an_entry_in_the_graph_of_something_else_is_refused(catalogue: Catalogue, graph: str) -> None:
    before = catalogue.quads()
    content = TURTLE + f'GRAPH <{graph}> {{ <id/method/alpha> a cmp:Method ; skos:prefLabel "Alpha"@en . }}'
    said = catalogue.import_(content.encode(), "foreign.trig", status=1)
    assert said["rejected"] == [graph]
    assert {finding["code"] for finding in said["findings"] if finding["severity"] == "Violation"} & {
        "foreign_subject",
        "graph_not_allowed",
    }
    assert catalogue.quads() == before


def test_an_entry_in_the_graph_of_its_own_document_is_stored(catalogue: Catalogue) -> None:
    graph = "https://w3id.org/comparanda/doc/method/alpha"
    content = TURTLE + f'GRAPH <{graph}> {{ <id/method/alpha> a cmp:Method ; skos:prefLabel "Alpha"@en . }}'
    assert catalogue.import_(content.encode(), "own.trig")["accepted"] == 1
    assert catalogue.shown("name") == "Alpha"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bad.ttl", b"<a> <b> ."),
        ("bad.rdf", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'),
        ("bad.jsonld", b'{"@context": "https://example.org/context.jsonld", "@id": "a"}'),
        ("empty.ttl", b"# nothing\n"),
        ("deep.ttl", b"<a:a> <b:b> " + b"(" * 100_000),
    ],
)
def test_rdf_that_cannot_be_read_is_a_finding_that_names_the_file(
    catalogue: Catalogue, name: str, content: bytes
) -> None:
    before = catalogue.quads()
    said = catalogue.import_(content, name, status=1)
    (finding,) = said["findings"]
    assert finding["code"] == "unreadable_input"
    assert name in finding["source"]
    assert catalogue.quads() == before


def test_what_can_be_read_is_imported_beside_what_cannot(catalogue: Catalogue) -> None:
    catalogue.folder.mkdir()
    (catalogue.folder / "alpha+beta.md").write_bytes(page(ALPHA, BETA))
    (catalogue.folder / "broken.ttl").write_text("<a> <b> .")
    done = comparanda("import", str(catalogue.folder), store=catalogue.store.path)
    assert done.returncode == 1
    assert "broken.ttl" in done.stdout
    assert catalogue.shown("name") == "Alpha test"


def test_a_dry_run_says_what_would_be_and_changes_nothing(catalogue: Catalogue) -> None:
    catalogue.import_(page(ALPHA, BETA), "alpha+beta.md")
    version, before = catalogue.store.version(), catalogue.quads()
    received = sorted((catalogue.store.path / "received").iterdir())
    newer = page({**ALPHA, "origin_year": "1907–1908"}, BETA)
    said = catalogue.import_(newer, "newer/alpha+beta.md", "--dry-run")
    assert (said["dry_run"], said["version"]) == (True, None)
    assert said["accepted"] > 0
    assert len(contradictions(said)) == 1
    assert (catalogue.store.version(), catalogue.quads()) == (version, before)
    assert sorted((catalogue.store.path / "received").iterdir()) == received


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("alpha+beta.md", page(ALPHA, BETA).replace(b"\n", b"\r\n")),
        ("alpha.ttl", (TURTLE + '<id/method/alpha> a cmp:Method ; skos:prefLabel "Alpha test"@en .').encode()),
    ],
    ids=["page", "turtle"],
)
def test_the_bytes_received_are_kept_under_their_sha_256(catalogue: Catalogue, name: str, content: bytes) -> None:
    catalogue.import_(content, name)
    assert (catalogue.store.path / "received" / sha256(content)).read_bytes() == content


def test_a_page_comes_by_standard_input_as_well(catalogue: Catalogue) -> None:
    content = page(ALPHA, BETA)
    url = "https://example.org/en/compare?slugs=alpha%2Cbeta"
    command = [sys.executable, "-m", "comparanda", "import", "-", "--url", url, "--store", str(catalogue.store.path)]
    done = subprocess.run(command, input=content, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert catalogue.shown("name") == "Alpha test"
    assert (catalogue.store.path / "received" / sha256(content)).read_bytes() == content


def test_one_concept_imported_alone_does_not_take_the_others_away(catalogue: Catalogue) -> None:
    before = {quad for quad in catalogue.quads() if quad.predicate == SKOS["inScheme"]}
    concept = "<vocabulary/area/alchemy> a skos:Concept ; skos:inScheme <vocabulary/area>"
    catalogue.import_(f'{TURTLE}{concept} ; skos:prefLabel "Alchemy"@en .'.encode(), "alchemy.ttl")
    assert len(before) > 30
    assert before < catalogue.quads()


WRITERS: dict[str, Callable[[], bytes]] = {
    "CRLF": lambda: page(ALPHA, BETA).replace(b"\n", b"\r\n"),
    "BOM": lambda: b"\xef\xbb\xbf" + page(ALPHA, BETA),
    "indented": lambda: page(ALPHA, BETA).replace(b"\n|", b"\n   |"),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_page_reads_the_same_however_it_was_saved(catalogue: Catalogue, writer: str) -> None:
    assert catalogue.import_(WRITERS[writer](), "alpha+beta.md")["findings"] == []
    assert {key: catalogue.shown(key) for key in ALPHA} == ALPHA
