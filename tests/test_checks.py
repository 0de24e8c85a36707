"""Reports on the data: each check finds its own case and nothing else, and the bundled catalogue has no violation.

A file of `cases/checks` triggers exactly the check that it is named after, and `sound.ttl` none. They are loaded past
the gate, which would refuse some of them.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat

from comparanda.answers import Answers
from comparanda.checks import PAIRED_FULLY, Check, duplicates, run_checks, stored_entries
from comparanda.coverage import label_coverage
from comparanda.errors import BrokenQuery
from comparanda.namespaces import CMP, DEFAULT_BASE, PREFIXES, SKOS, Base
from comparanda.queries import parse_query, queries
from comparanda.shapes import shapes
from comparanda.stores.embedded import EmbeddedStore
from comparanda.stores.oxigraph import OxigraphReader
from comparanda.terms import Literal
from conftest import CASES, comparanda

BASE = Base(DEFAULT_BASE)
FILES = sorted((CASES / "checks").glob("*.ttl"))
CHECKS = {name: query for name, query in queries().items() if query.severity is not None}
DUPLICATES = CASES / "checks" / "duplicates.ttl"
WHOLE = 'skos:definition "It does."@en ; cmp:seminalSource <https://w3id.org/comparanda/id/source/w>'


def name_of(path: Path) -> str:
    return path.stem.replace("-", "_")


def loaded(path: Path) -> OxigraphReader:
    """A store with a case, each thing in the graph of its document."""
    database = pyoxigraph.Store()
    for quad in pyoxigraph.parse(path=str(path), format=RdfFormat.TURTLE):
        assert isinstance(quad.subject, NamedNode), "there are no blank nodes"
        database.add(Quad(quad.subject, quad.predicate, quad.object, BASE.document(quad.subject)))
    return OxigraphReader(database, "1")


def methods(tmp_path: Path, *names: str) -> OxigraphReader:
    """A store with a method for each of the names, which are written with their property."""
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    path = tmp_path / "methods.ttl"
    entries = [f"<{DEFAULT_BASE}id/method/m-{place}> a cmp:Method ; {name} .\n" for place, name in enumerate(names)]
    path.write_text(prefixes + "".join(entries), encoding="utf-8")
    return loaded(path)


def found(reader: OxigraphReader) -> dict[str, Check]:
    checks = run_checks(reader, shapes(), BASE, with_shapes=False)
    return {check.name: check for check in checks if check.findings}


@pytest.fixture(scope="module")
def bundled_checks(bundled: EmbeddedStore) -> list[Check]:
    return run_checks(bundled.reader(), shapes(), BASE, with_shapes=False)


@pytest.fixture
def unsound(tmp_path: Path) -> Path:
    """A store with a violation, loaded past the gate."""
    store = EmbeddedStore(tmp_path / "unsound")
    store.create(DEFAULT_BASE)
    with store.writer() as writer:
        writer.load(loaded(CASES / "checks" / "dangling-links.ttl").quads())
        writer.commit()
    return store.path


# The files


def test_every_check_has_a_case_and_every_case_a_check() -> None:
    assert {name_of(path) for path in FILES} == {
        *(name.removeprefix("check_") for name in CHECKS),
        "duplicates",
        "sound",
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_triggers_exactly_the_check_that_it_is_named_after(path: Path) -> None:
    assert list(found(loaded(path))) == ([] if path.stem == "sound" else [name_of(path)])


@pytest.mark.parametrize("path", [path for path in FILES if path != DUPLICATES], ids=lambda path: path.stem)
def test_a_case_triggers_its_check_once_and_says_where(path: Path) -> None:
    for check in found(loaded(path)).values():
        [finding] = check.findings
        assert finding.severity is check.severity
        assert finding.code == check.name
        assert (finding.focus or "").startswith(DEFAULT_BASE)
        assert finding.message


@pytest.mark.parametrize("path", [path for path in FILES if path.stem != "sound"], ids=lambda path: path.stem)
def test_rdflib_finds_the_same(path: Path) -> None:
    graph, reader = rdflib.Graph().parse(path), loaded(path)
    for query in CHECKS.values():
        names = [column.name for column in query.columns]
        rows = [[getattr(row[name], "value", None) for name in names] for row in reader.select(query.body)]
        assert [[None if term is None else str(term) for term in row] for row in graph.query(query.body)] == rows


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_takes_no_parameter_and_names_a_focus_and_a_detail(name: str) -> None:
    assert CHECKS[name].parameters == ()
    assert [column.name for column in CHECKS[name].columns][:2] == ["focus", "detail"]
    assert "Severity" not in CHECKS[name].origin


@pytest.mark.parametrize(
    ("name", "severity", "columns"),
    [
        pytest.param("check_it", "", "focus detail", id="no severity"),
        pytest.param("check_it", "# Severity: Grave\n", "focus detail", id="a severity of nobody"),
        pytest.param("check_it", "# Severity: Info\n# Severity: Warning\n", "focus detail", id="two severities"),
        pytest.param("check_it", "# Severity: Info\n", "focus", id="no detail"),
        pytest.param("it", "# Severity: Info\n", "focus detail", id="a question with a severity"),
    ],
)
def test_the_loader_refuses_half_a_check(name: str, severity: str, columns: str) -> None:
    header = "".join(f"# ?{column}  term  it\n" for column in columns.split())
    selected = " ".join(f"?{column}" for column in columns.split())
    with pytest.raises(BrokenQuery, match="no whole check"):
        parse_query(name, f"# Is it?\n{header}{severity}SELECT {selected} WHERE {{ ?focus ?p ?detail }}\n")


# The bundled catalogue


def test_the_bundled_catalogue_has_no_violation_of_a_check(bundled_checks: list[Check]) -> None:
    assert [finding for check in bundled_checks for finding in check.findings if finding.severity == "Violation"] == []


def test_checks_come_the_gravest_first_and_then_by_name(bundled_checks: list[Check]) -> None:
    grave = ["Violation", "Warning", "Info"]
    assert bundled_checks == sorted(bundled_checks, key=lambda check: (grave.index(check.severity), check.name))
    assert len(bundled_checks) == len(CHECKS) + 1


def test_the_description_of_the_store_itself_is_no_entry(bundled: EmbeddedStore) -> None:
    graphs = stored_entries(bundled.reader(), BASE)
    assert BASE.document(BASE.catalogue()) not in graphs
    assert BASE.document(BASE.method("random-forest")) in graphs


# Duplicates


def test_names_are_one_in_every_script_and_case_and_nearly_one_by_one_source() -> None:
    pairs = {(Base.slug(pair.first), Base.slug(pair.second)): pair.score for pair in duplicates(loaded(DUPLICATES))}
    assert pairs == {
        ("thai-a", "thai-b"): 1.0,
        ("arabic-a", "arabic-b"): 0.9,
        ("latin-a", "latin-b"): 0.9,
        ("japanese-a", "japanese-b"): 0.8,
        ("similar-a", "similar-b"): 0.7,
    }


def test_a_duplicate_tells_the_names_that_match_as_they_are_written() -> None:
    latin = next(pair for pair in duplicates(loaded(DUPLICATES)) if Base.slug(pair.first) == "latin-a")
    assert latin.names == (
        (Literal("K–Means (Clustering)", language="en"), Literal("k means clustering", language="pt")),
    )
    assert latin.as_finding().message == "0.9 K–Means (Clustering) @en = k means clustering @pt"


def test_the_best_match_of_two_methods_gives_their_score(tmp_path: Path) -> None:
    both = 'skos:prefLabel "One"@en ; skos:altLabel "Uno"@es'
    [pair] = duplicates(methods(tmp_path, both, both.replace("One", "ONE")))
    assert pair.score == 1.0
    assert [one.value for one, _ in pair.names] == ["One", "Uno"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("การวิเคราะห์", "การวเคราะห", id="Thai vowel signs"),
        pytest.param("ハハ", "パパ", id="Japanese voicing marks"),
        pytest.param("A* search", "A+ search", id="symbols"),
        pytest.param("?!", "…", id="nothing but punctuation"),
    ],
)
def test_what_tells_words_apart_is_no_punctuation(tmp_path: Path, one: str, other: str) -> None:
    assert duplicates(methods(tmp_path, f'skos:prefLabel "{one}"@en', f'skos:prefLabel "{other}"@en')) == []


def test_similar_names_of_different_sources_are_two_methods(tmp_path: Path) -> None:
    names = [f'skos:prefLabel "{name}"@en' for name in ("Random forest", "Random forests")]
    assert duplicates(methods(tmp_path, *names)) == []
    assert len(duplicates(methods(tmp_path, *(f"{name} ; {WHOLE}" for name in names)))) == 1


def test_a_method_that_another_one_replaces_is_no_duplicate(tmp_path: Path) -> None:
    name = 'skos:prefLabel "One"@en'
    assert duplicates(methods(tmp_path, name, f"{name} ; owl:deprecated true")) == []


def test_many_methods_of_one_name_give_as_many_pairs_and_not_their_square(tmp_path: Path) -> None:
    count = PAIRED_FULLY + 1
    assert len(duplicates(methods(tmp_path, *(['skos:prefLabel "One"@en'] * count)))) == count - 1


# Coverage


def test_coverage_counts_what_each_language_has(bundled: EmbeddedStore, answers: Answers) -> None:
    whole, languages = label_coverage(bundled.reader(), answers)
    assert languages["en"] == whole
    assert {tag: each.names for tag, each in languages.items() if each.names} == answers.name_counts(bundled.reader())
    assert languages["pt"].rows == whole.rows == len(shapes().rows)
    concepts = {quad.subject for quad in bundled.reader().quads() if quad.predicate == SKOS["inScheme"]}
    assert whole.areas + whole.families == len(concepts)
    assert languages["pt"].interface == whole.interface


# The commands


def test_check_tells_violations_by_its_exit_status(unsound: Path, bundled: EmbeddedStore) -> None:
    done = comparanda("check", "--no-shacl", store=unsound)
    assert done.returncode == 1
    assert "Violation      1  dangling_links" in done.stdout
    assert "Violation: related https://w3id.org/comparanda/id/method/nowhere [" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("1 of severity Violation, 0 of severity Warning, 0 of severity Info.")
    assert comparanda("check", "--no-shacl", store=bundled.path).returncode == 0


def test_check_asks_the_shapes_too(unsound: Path) -> None:
    done = comparanda("check", "--format", "json", store=unsound)
    assert done.returncode == 1
    [of_shapes] = [check for check in json.loads(done.stdout)["checks"] if check["name"] == "shapes"]
    assert {finding["path"] for finding in of_shapes["findings"]} >= {CMP["related"].value}


def test_check_shows_as_many_examples_as_it_is_asked_for(bundled: EmbeddedStore) -> None:
    def lines(*options: str) -> Counter[str]:
        done = comparanda("check", "--no-shacl", *options, store=bundled.path)
        assert done.returncode == 0, done.stderr
        return Counter(line.split()[0] for line in done.stdout.splitlines())

    counted = len(CHECKS) + 1
    none, one = lines("--examples", "0"), lines("--examples", "1")
    assert sum(none.values()) == counted + 1
    assert sum(one.values()) > sum(none.values())
    assert sum(lines().values()) > sum(one.values())


def test_check_gives_all_findings_in_json(bundled: EmbeddedStore, bundled_checks: list[Check]) -> None:
    report = json.loads(comparanda("check", "--no-shacl", "--format", "json", store=bundled.path).stdout)
    assert report["checks"] == [check.as_dict() for check in bundled_checks]
    assert report["counts"]["Violation"] == 0


def test_check_of_a_format_that_it_has_not_is_wrong_use(bundled: EmbeddedStore) -> None:
    done = comparanda("check", "--format", "xlsx", store=bundled.path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "json, txt" in done.stderr


def test_stats_of_languages_are_the_same_in_text_and_json(bundled: EmbeddedStore) -> None:
    figures = json.loads(comparanda("stats", "languages", "--format", "json", store=bundled.path).stdout)
    header, *lines = comparanda("stats", "languages", store=bundled.path).stdout.splitlines()
    assert header.split() == list(figures["all"])
    assert [line.split()[0] for line in lines] == ["all", *figures["languages"]]
    for line, each in zip(lines, [figures["all"], *figures["languages"].values()], strict=True):
        _, *counts, share = line.split()
        assert [*map(int, counts)] == list(each.values())[:-1]
        assert share == f"{each['interface'] / figures['all']['interface']:.0%}"


def test_stats_of_something_else_is_wrong_use(bundled: EmbeddedStore) -> None:
    done = comparanda("stats", "sources", store=bundled.path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "languages" in done.stderr


def test_stats_tell_shares_of_an_empty_store(empty: EmbeddedStore) -> None:
    figures = json.loads(comparanda("stats", "--format", "json", store=empty.path).stdout)
    assert figures["share of confirmed works"] == figures["mean related"] == 0
    assert figures["methods without a summary in English"] == 0


def test_stats_tell_the_share_of_confirmed_works_and_how_many_methods_are_named(bundled: EmbeddedStore) -> None:
    figures = json.loads(comparanda("stats", "--format", "json", store=bundled.path).stdout)
    assert figures["share of confirmed works"] == round(figures["confirmed works"] / figures["works"], 3)
    assert figures["mean related"] == round(figures["related links"] / figures["methods"], 3)
