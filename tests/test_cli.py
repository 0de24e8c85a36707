"""The command line: what it prints, and what it says to bad input."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

from comparanda import __version__
from comparanda.stores.embedded import EmbeddedStore
from conftest import comparanda
from test_import import ALPHA, BETA, page

PAIR = ("transfer-learning-diffusion-model", "multimodal-diffusion-model")
COUNT_METHODS = "SELECT * { ?method a <https://w3id.org/comparanda/ontology#Method> }"


def fed(given: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line with something on standard input."""
    command = [sys.executable, "-m", "comparanda", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=False, timeout=60)


def assert_says(said: str, *parts: str) -> None:
    assert "Traceback" not in said
    for part in parts:
        assert part in said


# Bad input: pages


CUT = page(ALPHA, BETA)[: page(ALPHA, BETA).index(b"Seminal source") + 60]
MISSING_CELL = re.sub(rb"\| Type \| [^|]*\|", b"| Type |", page(ALPHA, BETA))
LATIN_1 = page({**ALPHA, "name": "Análise"}, BETA).decode().replace("–", "-").replace("↗", "").encode("latin-1")


@pytest.mark.parametrize(
    ("content", "status", "parts"),
    [
        pytest.param(CUT, 0, ("alpha+beta.md:9: Warning", "'Seminal source' breaks off", "incomplete"), id="cut row"),
        pytest.param(CUT, 0, ("6 of 9 rows", "missing: other_names, related, summary"), id="missing rows"),
        pytest.param(MISSING_CELL, 0, ("alpha+beta.md:8: Warning", "'Type' has 1 cells for 2 methods"), id="cell"),
        pytest.param(LATIN_1, 1, ("Violation", "not UTF-8: byte 0xE1 in line 2", "Save it as UTF-8"), id="Latin-1"),
        pytest.param(b"", 1, ("Violation", "alpha+beta.md is empty", "Give a compare page"), id="empty"),
        pytest.param(b" \n \n", 1, ("Violation", "is empty"), id="blank"),
        pytest.param(b"Some text\n", 1, ("Violation", "has no table", "Give a compare page"), id="no table"),
        pytest.param(b"| A | B |\n| x | y |\n", 1, ("Violation", "no table of methods in line 1"), id="other table"),
        pytest.param(b"a\x00\n" + page(ALPHA, BETA), 1, ("Violation", "NUL characters in line 1"), id="NUL"),
        pytest.param(b"\x1f\x8b\x08\x00" * 50, 1, ("Violation", "not UTF-8: byte 0x8B in line 1"), id="gzip"),
    ],
)
def test_a_bad_page_gives_a_finding_with_file_and_line_and_an_exit_status(
    empty: EmbeddedStore, tmp_path: Path, content: bytes, status: int, parts: tuple[str, ...]
) -> None:
    path = tmp_path / "alpha+beta.md"
    path.write_bytes(content)
    done = comparanda("import", str(path), store=empty.path)
    assert done.returncode == status, done.stderr
    assert_says(done.stdout, "alpha+beta.md", *parts)
    assert (empty.version() == 1) == (status == 1)


def test_what_a_cut_page_holds_is_kept(empty: EmbeddedStore, tmp_path: Path) -> None:
    (tmp_path / "alpha+beta.md").write_bytes(CUT)
    comparanda("import", str(tmp_path / "alpha+beta.md"), store=empty.path)
    rows = json.loads(comparanda("compare", "alpha", "beta", "--format", "json", store=empty.path).stdout)["rows"]
    texts = [[cell["text"] for cell in row["cells"]] for row in rows]
    assert texts[2] == ["1908", "1925"]
    assert texts[8] == ["—", "—"]


def test_a_file_over_the_limit_of_the_setting_is_refused(empty: EmbeddedStore, tmp_path: Path) -> None:
    path = tmp_path / "alpha+beta.md"
    path.write_bytes(page(ALPHA, BETA))
    done = comparanda("import", str(path), store=empty.path, COMPARANDA_MAX_PAGE_BYTES="100")
    assert done.returncode == 1
    assert_says(done.stdout, "alpha+beta.md", "bytes, more than 100.", "COMPARANDA_MAX_PAGE_BYTES")


def test_a_file_of_50_mb_is_refused_unread(empty: EmbeddedStore, tmp_path: Path) -> None:
    path = tmp_path / "big.md"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    done = comparanda("import", str(path), store=empty.path)
    assert done.returncode == 1
    assert_says(done.stdout, "big.md", "52,428,800 bytes, more than 5,000,000.", "COMPARANDA_MAX_PAGE_BYTES")
    assert not list((empty.path / "received").iterdir())


def test_standard_input_over_the_limit_is_refused(empty: EmbeddedStore) -> None:
    done = fed(b"x" * 5_000_001, "import", "-", "--store", str(empty.path))
    assert done.returncode == 1
    assert_says(done.stdout.decode(), "standard input has 5,000,001 bytes, more than 5,000,000.")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("folder", ("The directory", "folder holds no page", "files that end in .md")),
        ("missing.md", ("There is no file", "missing.md", "Check the path.")),
    ],
)
def test_a_path_without_anything_to_read_is_wrong_use(
    empty: EmbeddedStore, tmp_path: Path, name: str, parts: tuple[str, ...]
) -> None:
    (tmp_path / "folder").mkdir()
    done = comparanda("import", str(tmp_path / name), store=empty.path)
    assert done.returncode == 2
    assert_says(done.stderr, *parts)


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (("--lang", "no tag"), ("'no tag' is not a language tag", "BCP 47")),
        (("--format", "yaml"), ("There is no format 'yaml'", "json, txt")),
    ],
)
def test_a_bad_option_of_an_import_is_wrong_use_before_anything_is_read(
    empty: EmbeddedStore, tmp_path: Path, options: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    (tmp_path / "alpha+beta.md").write_bytes(page(ALPHA, BETA))
    done = comparanda("import", str(tmp_path / "alpha+beta.md"), *options, store=empty.path)
    assert done.returncode == 2
    assert_says(done.stderr, *parts)
    assert empty.version() == 1


# Bad input: questions


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        pytest.param(
            ("compare", "transfer-learning-difusion-model", PAIR[0], "multimodal-difusion-model"),
            (
                "transfer-learning-difusion-model, multimodal-difusion-model",
                f"transfer-learning-difusion-model: closest are {PAIR[0]}",
                f"multimodal-difusion-model: closest are {PAIR[1]}",
                "Correct the spelling",
            ),
            id="unknown slugs",
        ),
        pytest.param(
            ("compare", PAIR[0], "zzzzzzzz"),
            ("No method has the slug zzzzzzzz.", "Search the catalogue"),
            id="unlike any",
        ),
        pytest.param(("compare", PAIR[0]), ("at least 2 methods; 1 given", "Add another"), id="one slug"),
        pytest.param(("compare",), ("at least 2 methods; 0 given", "Add another"), id="no slug"),
        pytest.param(
            ("compare", *(f"m-{number}" for number in range(21))),
            ("at most 20 methods; 21 given", "Remove"),
            id="21 slugs",
        ),
        pytest.param(
            ("compare", PAIR[0], PAIR[1], PAIR[0]), (f"names {PAIR[0]} more than once", "each method once"), id="twice"
        ),
        pytest.param(("compare", "Not a slug", PAIR[0]), ("'Not a slug' is not a slug", "lower-case"), id="no slugs"),
        pytest.param(
            ("compare", *PAIR, "--lang", "xx"), ("no texts in the language 'xx'", "Use one of ar,"), id="language"
        ),
        pytest.param(
            ("compare", *PAIR, "--format", "jsn"),
            ("no format 'jsn'", "Use one of json, csv", "json is closest"),
            id="format",
        ),
        pytest.param(
            ("compare", *PAIR, "--rows", "some"), ("no choice of rows 'some'", "all, different or same"), id="rows"
        ),
        pytest.param(("export", "--format", "csv"), ("no format 'csv'", "ttl, trig, nq"), id="export format"),
        pytest.param(("stats", "--format", "xlsx"), ("no format 'xlsx'", "json, txt"), id="stats format"),
        pytest.param(("query", "nothing_like_it"), ("no question 'nothing_like_it'", "method_related"), id="question"),
        pytest.param(("query", "absent.rq"), ("no question 'absent.rq'", "ends in .rq"), id="query file"),
        pytest.param(("query", "method_related"), ("needs a value for method", "cmp:Method"), id="no parameter"),
        pytest.param(
            ("query", "method_related", "metod=x"), ("'metod=x' is no parameter", "method=… language=…"), id="parameter"
        ),
        pytest.param(
            ("query", "method_related", "method=t-test"), ("'t-test' is not an absolute IRI", "scheme"), id="relative"
        ),
        pytest.param(
            ("query", "method_related", "method=http://e.org/> } ; DROP ALL #"),
            ("not an absolute IRI",),
            id="injection",
        ),
        pytest.param(("frobnicate",), ("No such command 'frobnicate'", "--help"), id="command"),
    ],
)
def test_a_bad_question_is_wrong_use_and_says_what_which_value_and_what_to_do(
    bundled: EmbeddedStore, arguments: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    done = comparanda(*arguments, store=bundled.path)
    assert (done.returncode, done.stdout) == (2, "")
    assert_says(done.stderr, *parts)


# Stores and settings


def test_a_store_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("something")
    for command in (("stats",), ("init",), ("compare", *PAIR)):
        done = comparanda(*command, store=tmp_path / "file")
        assert done.returncode == 2
        assert_says(done.stderr, "file is a file.", "Give a directory", "COMPARANDA_STORE")
    assert (tmp_path / "file").read_text() == "something"


def test_a_directory_that_holds_something_else_is_not_made_a_store(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("something")
    done = comparanda("init", store=tmp_path)
    assert done.returncode == 2
    assert_says(done.stderr, "no Comparanda store", "Give an empty or a new directory")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("command", [("stats",), ("compare", *PAIR), ("export",), ("query", "methods"), ("serve",)])
def test_a_named_store_that_does_not_exist_is_not_made_by_the_way(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = comparanda(*command, store=tmp_path / "none")
    assert done.returncode == 2
    assert_says(done.stderr, f"There is no store in {tmp_path / 'none'}.", "comparanda init --store")
    assert not (tmp_path / "none").exists()


def test_without_a_store_the_user_s_own_is_made_and_filled(tmp_path: Path) -> None:
    done = comparanda("stats", "--format", "json", XDG_DATA_HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["methods"] > 100
    assert EmbeddedStore(tmp_path / "comparanda").version() == 1


def test_a_store_that_somebody_else_writes_to_is_in_use_and_still_answers(empty: EmbeddedStore, tmp_path: Path) -> None:
    (tmp_path / "alpha+beta.md").write_bytes(page(ALPHA, BETA))
    with (empty.path / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = comparanda("import", str(tmp_path / "alpha+beta.md"), store=empty.path)
        answered = comparanda("stats", store=empty.path)
    assert refused.returncode == 2
    assert_says(refused.stderr, f"Another process is writing to the store {empty.path}.", "then try again")
    assert answered.returncode == 0
    assert comparanda("import", str(tmp_path / "alpha+beta.md"), store=empty.path).returncode == 0


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("VERSIONS_KEPT", "three", ("versions_kept is no number above zero: 'three'", "Set COMPARANDA_VERSIONS_KEPT")),
        ("MAX_PAGE_BYTES", "5 MB", ("max_page_bytes is no number above zero: '5 MB'", "Set COMPARANDA_MAX_PAGE_BYTES")),
        ("QUERY_TIMEOUT_S", "", ("query_timeout_s is no number above zero: ''", "Set COMPARANDA_QUERY_TIMEOUT_S")),
        ("BASE_IRI", "https://example.org", ("'https://example.org' does not end with a slash", "COMPARANDA_BASE_IRI")),
        ("BASE_IRI", "https://example.org/", ("has the base IRI https://w3id.org/comparanda/", "COMPARANDA_BASE_IRI")),
    ],
)
def test_a_bad_setting_is_named_with_its_value_and_its_variable(
    bundled: EmbeddedStore, name: str, value: str, parts: tuple[str, ...]
) -> None:
    done = comparanda("stats", store=bundled.path, **{f"COMPARANDA_{name}": value})
    assert done.returncode == 2
    assert_says(done.stderr, *parts)


def test_init_twice_leaves_the_store_as_it_is(tmp_path: Path) -> None:
    first = comparanda("init", "--empty", store=tmp_path / "store")
    assert first.returncode == 0
    assert "with 0 methods" in first.stdout
    second = comparanda("init", store=tmp_path / "store")
    assert second.returncode == 0
    assert_says(second.stdout, "There is a store", "nothing was changed")
    assert EmbeddedStore(tmp_path / "store").version() == 1


def test_a_store_may_have_a_base_iri_of_its_own(tmp_path: Path) -> None:
    base = {"COMPARANDA_BASE_IRI": "https://example.org/methods/"}
    assert comparanda("init", store=tmp_path / "store", **base).returncode == 0
    done = comparanda("compare", *PAIR, "--format", "json", store=tmp_path / "store", **base)
    assert json.loads(done.stdout)["methods"][0]["iri"] == f"https://example.org/methods/id/method/{PAIR[0]}"


# Answers


def compared(store: Path, form: str, *options: str) -> str:
    done = comparanda("compare", *PAIR, "--lang", "pt", "--format", form, *options, store=store)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_every_format_of_a_comparison_tells_the_same_cells_and_marks(bundled: EmbeddedStore) -> None:
    answer = json.loads(compared(bundled.path, "json"))
    expected = [["", "≠", *(method["name"] for method in answer["methods"])]]
    for row in answer["rows"]:
        expected.append([row["label"], "≠" if row["differs"] else "", *(cell["text"] for cell in row["cells"])])
    assert len(expected) == 10
    assert list(csv.reader(io.StringIO(compared(bundled.path, "csv")))) == expected
    assert (
        list(csv.reader(io.StringIO(compared(bundled.path, "text/tab-separated-values")), delimiter="\t")) == expected
    )
    lines = compared(bundled.path, ".md").splitlines()
    assert set(lines.pop(1)) == {"|", " ", "-"}
    table = [[cell.strip() for cell in line.removeprefix("|").removesuffix("|").split(" | ")] for line in lines]
    assert table == [["", "", *expected[0][2:]], *expected[1:]]
    text = compared(bundled.path, "txt")
    assert all(
        re.search(rf"^{re.escape(label)} +{mark or '[^≠]'}", text, re.MULTILINE) for label, mark, *_ in expected[1:]
    )


@pytest.mark.parametrize(("rows", "marks"), [("different", {True}), ("same", {False}), ("all", {True, False})])
def test_rows_that_differ_or_agree_can_be_asked_for_alone(bundled: EmbeddedStore, rows: str, marks: set[bool]) -> None:
    answer = json.loads(compared(bundled.path, "json", "--rows", rows))
    assert {row["differs"] for row in answer["rows"]} == marks


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_no_cell_of_a_table_is_a_formula(empty: EmbeddedStore, tmp_path: Path, form: str) -> None:
    evil = {**ALPHA, "name": "=HYPERLINK(1)", "kind": "+1", "originator": "@SUM(1)", "origin_year": "-44"}
    (tmp_path / "alpha+beta.md").write_bytes(page(evil, BETA))
    comparanda("import", str(tmp_path / "alpha+beta.md"), store=empty.path)
    done = comparanda("compare", "alpha", "beta", "--format", form, store=empty.path)
    table = list(csv.reader(io.StringIO(done.stdout), delimiter="," if form == "csv" else "\t"))
    assert [line[2] for line in table[:6]][::1][0] == "'=HYPERLINK(1)"
    assert {line[0]: line[2] for line in table}["Type"] == "'+1"
    assert not [cell for line in table for cell in line if cell.startswith(("=", "+", "-", "@"))]


def test_slugs_may_be_separated_by_commas(bundled: EmbeddedStore) -> None:
    done = comparanda("compare", ",".join(PAIR), "--lang", "pt", "--format", "json", store=bundled.path)
    assert done.stdout == compared(bundled.path, "json")


def test_a_language_is_answered_by_its_parent(bundled: EmbeddedStore) -> None:
    done = comparanda("compare", *PAIR, "--lang", "pt-BR", "--format", "json", store=bundled.path)
    assert json.loads(done.stdout)["rows"][0]["label"] == "Área"


def test_without_a_language_the_one_of_the_settings_is_used(bundled: EmbeddedStore) -> None:
    done = comparanda("compare", *PAIR, "--format", "json", store=bundled.path, COMPARANDA_DEFAULT_LANGUAGE="th")
    assert json.loads(done.stdout)["language"] == "th"


def test_the_figures_are_the_same_in_text_and_json(bundled: EmbeddedStore) -> None:
    figures = json.loads(comparanda("stats", "--format", "json", store=bundled.path).stdout)
    lines = dict(line.split(": ", 1) for line in comparanda("stats", store=bundled.path).stdout.splitlines())
    assert set(lines) == set(figures)
    for name, value in figures.items():
        shown = ", ".join(f"{key} {count}" for key, count in value.items()) if isinstance(value, dict) else str(value)
        assert lines[name] == shown
    assert figures["methods"] == sum(1 for _ in bundled.reader().select(COUNT_METHODS))
    assert figures["names by language"]["en"] == figures["methods"]


def test_validate_tells_violations_by_its_exit_status(empty: EmbeddedStore, tmp_path: Path) -> None:
    path = tmp_path / "entry.nt"
    method = "<https://w3id.org/comparanda/id/method/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    path.write_text(f"{method} <https://w3id.org/comparanda/ontology#Method> .\n")
    done = comparanda("validate", str(path), store=empty.path)
    assert done.returncode == 1
    assert_says(done.stdout, "Violation", "id/method/a", "1 entries, 1 violations.")
    assert comparanda("validate", store=empty.path).returncode == 0


# Questions


def test_a_question_is_asked_with_its_parameters(bundled: EmbeddedStore) -> None:
    parameters = (f"method=https://w3id.org/comparanda/id/method/{PAIR[0]}", "language=en")
    done = comparanda("query", "method_related", *parameters, "--format", "csv", store=bundled.path)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len({row["related"] for row in rows}) == 5
    assert all(row["name"] and row["kind"].startswith("https://w3id.org/comparanda/ontology#") for row in rows)


def test_a_parameter_with_a_language_is_written_as_in_sparql(bundled: EmbeddedStore) -> None:
    name = 'name="Modelo de Difusão Auto-supervisionado"@pt'
    done = comparanda("query", "methods_with_name", name, "--format", "json", store=bundled.path)
    slug = "self-supervised-diffusion-model"
    assert json.loads(done.stdout) == [{"method": f"https://w3id.org/comparanda/id/method/{slug}"}]


def test_a_parameter_that_looks_like_sparql_is_a_text(bundled: EmbeddedStore) -> None:
    done = comparanda("query", "methods_named", 'name=x") } ; DROP ALL #', "--format", "json", store=bundled.path)
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_a_question_for_a_graph_gives_rdf(bundled: EmbeddedStore) -> None:
    document = f"document=https://w3id.org/comparanda/doc/method/{PAIR[0]}"
    parsed = {}
    for form, syntax in (("nt", RdfFormat.N_TRIPLES), ("ttl", RdfFormat.TURTLE), ("jsonld", RdfFormat.JSON_LD)):
        done = comparanda("query", "entry", document, "--format", form, store=bundled.path)
        parsed[form] = {quad.triple for quad in pyoxigraph.parse(done.stdout, format=syntax)}
    assert len(parsed["nt"]) > 20
    assert parsed["nt"] == parsed["ttl"] == parsed["jsonld"]


def test_a_question_comes_from_a_file_or_from_standard_input(bundled: EmbeddedStore, tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text(COUNT_METHODS)
    from_file = comparanda("query", str(tmp_path / "mine.rq"), "--format", "csv", store=bundled.path)
    piped = fed(COUNT_METHODS.encode(), "query", "-", "--format", "csv", "--store", str(bundled.path))
    assert from_file.returncode == piped.returncode == 0
    assert from_file.stdout == piped.stdout.decode()
    assert len(from_file.stdout.splitlines()) == 1 + len(bundled.reader().select(COUNT_METHODS))


def test_a_question_file_of_the_project_runs_as_it_is(bundled: EmbeddedStore) -> None:
    path = Path(__file__).parent.parent / "queries" / "names_by_language.rq"
    from_file = comparanda("query", str(path), "--format", "tsv", store=bundled.path)
    assert from_file.stdout == comparanda("query", "names_by_language", "--format", "tsv", store=bundled.path).stdout
    assert from_file.stdout.startswith("language\tcount\n")


# Exports


@pytest.mark.parametrize(
    ("form", "syntax", "with_graphs"),
    [
        ("trig", RdfFormat.TRIG, True),
        ("nq", RdfFormat.N_QUADS, True),
        ("jsonld", RdfFormat.JSON_LD, True),
        ("ttl", RdfFormat.TURTLE, False),
        ("nt", RdfFormat.N_TRIPLES, False),
        ("rdf", RdfFormat.RDF_XML, False),
    ],
)
def test_an_export_loads_again_with_every_statement(
    bundled: EmbeddedStore, tmp_path: Path, form: str, syntax: RdfFormat, with_graphs: bool
) -> None:
    path = tmp_path / f"all.{form}"
    done = comparanda("export", "--output", str(path), store=bundled.path)
    assert done.returncode == 0, done.stderr
    assert [child.name for child in tmp_path.iterdir()] == [path.name]
    quads = list(bundled.reader().quads())
    expected = set(quads) if with_graphs else {quad.triple for quad in quads}
    loaded = list(pyoxigraph.parse(path=str(path), format=syntax))
    assert len(loaded) == len(expected)
    assert (set(loaded) if with_graphs else {quad.triple for quad in loaded}) == expected
    assert_says(done.stderr, "Wrote ", str(path))


def test_an_export_to_standard_output_is_the_same_as_to_a_file(empty: EmbeddedStore, tmp_path: Path) -> None:
    comparanda("export", "--output", str(tmp_path / "all.nq"), store=empty.path)
    done = comparanda("export", "--format", "application/n-quads", store=empty.path)
    assert done.stdout == (tmp_path / "all.nq").read_text("utf-8")


@pytest.mark.parametrize(
    "command",
    [("export", "--format", "nq"), ("export",), ("compare", *PAIR), ("query", "methods"), ("stats",)],
    ids=" ".join,
)
def test_a_reader_that_leaves_early_gives_no_traceback(bundled: EmbeddedStore, command: tuple[str, ...]) -> None:
    arguments = [sys.executable, "-m", "comparanda", *command, "--store", str(bundled.path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        head = subprocess.run(["head", "-1"], stdin=process.stdout, capture_output=True, check=True, timeout=60)
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert head.stdout.count(b"\n") == 1


@pytest.mark.parametrize("command", [("compare", *PAIR), ("query", "methods"), ("stats",), ("export",)], ids=" ".join)
def test_a_reader_that_was_never_there_gives_no_traceback(bundled: EmbeddedStore, command: tuple[str, ...]) -> None:
    arguments = [sys.executable, "-m", "comparanda", *command, "--store", str(bundled.path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_the_command_tells_its_version() -> None:
    done = comparanda("--version")
    assert (done.returncode, done.stdout) == (0, f"comparanda, version {__version__}\n")


@pytest.mark.parametrize("command", ["init", "import", "validate", "compare", "query", "export", "stats", "serve"])
def test_every_command_explains_itself(command: str) -> None:
    done = comparanda(command, "--help")
    assert done.returncode == 0
    assert_says(done.stdout, f"Usage: comparanda {command}", "--store", "COMPARANDA_STORE")
