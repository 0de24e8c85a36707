"""Every export of a comparison parses back, says which rows differ, and can be transposed."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph
import pytest
from flask.testing import FlaskClient

from comparanda.answers import Answers
from comparanda.comparison import Cell, ComparedRow, Comparison, Link, MethodName
from comparanda.formats import COMPARISON_FORMATS
from comparanda.namespaces import CMP, SKOS, Base
from comparanda.render.comparison import RENDERERS
from comparanda.render.comparison_rdf import QB, SHOWN, data_set_iri, row_iri
from comparanda.render.documents import latex_text
from comparanda.render.table import MARK, table
from comparanda.shapes import ontology_quads, shapes
from comparanda.stores.embedded import EmbeddedStore
from comparanda.terms import Literal, NamedNode

SLUGS = "random-forest,xgboost"
ADDRESS = f"/compare?slugs={SLUGS}&lang=pt"
GUARDED = ("=", "+", "-", "@", "\t", "\r")
HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "a|b",
    r"&%$#_{}~^\ ",
    "one\ntwo\r\nthree",
    "</td><script>",
    "<r><t>rich</t></r>",
    "{=1+1}",
    "https://example.org/",
    "--'',,``\"<<>>",
    "ป่าสุ่ม",
    "الغابة العشوائية",
    "≠ ↗ —",
    "[x] *y*",
    "",
)
MEDIA_TYPES = {known.name: known.media_type for known in COMPARISON_FORMATS}


def made(values: tuple[str, ...] = HOSTILE, language: str = "en", rows: int = 3) -> Comparison:
    """A comparison with a method for each value, which is its name and, in all rows but the last, its cell."""
    methods = tuple(
        MethodName(f"m-{number}", Base().method(f"m-{number}").value, value or "m", None)
        for number, value in enumerate(values)
    )
    different = [
        ComparedRow("area", f"={value}", True, "value", tuple(Cell(v, "th") for v in values))
        for value in values[: rows - 1]
    ]
    same = ComparedRow("origin_year", "same", False, None, tuple(Cell("1990") for _ in values))
    return Comparison(language, "7", methods, (*different, same))


def texts(comparison: Comparison, transposed: bool = False) -> list[list[str]]:
    return [[cell.text for cell in line] for line in table(comparison, transposed)]


def transposition(lines: list[list[Any]]) -> list[list[Any]]:
    return [list(line) for line in zip(*lines, strict=True)]


def in_separated(content: bytes, form: str) -> list[list[str]]:
    lines = list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter="," if form == "csv" else "\t"))
    return [
        [cell[1:] if cell.startswith("'") and cell[1:].startswith(GUARDED) else cell for cell in line] for line in lines
    ]


def in_workbook(content: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [[cell.value or "" for cell in line] for line in sheet.iter_rows()]


def in_markdown(content: bytes) -> list[list[str]]:
    lines = [re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1] for line in content.decode().split("\n")[:-1]]
    assert lines[1] == [" --- "] * len(lines[0])
    return [
        [re.sub(r"\\([\\|])", r"\1", cell.removeprefix(" ")[:-1]) for cell in line] for line in [lines[0], *lines[2:]]
    ]


WRITTEN = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textasciigrave{}": "`",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    r"\char34{}": '"',
    r"$\neq$": "≠",
    r"$\nearrow$": "↗",
    **{f"\\{special}": special for special in "&%$#_{}"},
}


def unwritten(text: str) -> str:
    """The text behind LaTeX; fails where anything is raw that TeX would take for more than a character."""
    text = re.sub(r"^\\textbf\{(.*)\}$", r"\1", text)
    text = re.sub(r"\\href\{(?:[^{}\\]|\\[%#&_])*\}\{(.*?)\}(?=$|[ ;])", r"\1", text)
    known = "|".join(re.escape(written) for written in sorted(WRITTEN, key=len, reverse=True))
    pieces = re.split(f"({known})", text)
    raw = [re.sub(r"(?<=[-',])\{\}(?=[-',])", "", piece) for piece in pieces[::2]]
    assert not re.search(r"[\\{}$&#%_~^]", "".join(raw)), text
    return "".join(a + b for a, b in zip(raw, [*(WRITTEN[piece] for piece in pieces[1::2]), ""], strict=True))


def in_latex(content: bytes) -> list[list[str]]:
    lines = [line for line in content.decode().split("\n") if line.endswith(r" \tabularnewline")]
    return [
        [unwritten(cell.strip(" ")) for cell in re.split(r"(?<!\\)&", line.removesuffix(r" \tabularnewline"))]
        for line in lines
    ]


def one_line(lines: list[list[str]]) -> list[list[str]]:
    """What formats of one line a row keep: breaks become spaces."""
    return [[re.sub(r"\s+", " ", cell).strip() for cell in line] for line in lines]


def quads_in(content: bytes, form: str) -> set[pyoxigraph.Triple]:
    syntax = pyoxigraph.RdfFormat.TURTLE if form == "ttl" else pyoxigraph.RdfFormat.JSON_LD
    return {quad.triple for quad in pyoxigraph.parse(content, format=syntax)}


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("language", ["en", "th", "ar"])
def test_hostile_values_come_back_from_every_table(language: str, transposed: bool) -> None:
    comparison = made(language=language, rows=len(HOSTILE) + 1)
    expected = texts(comparison, transposed)
    for form in ("csv", "tsv"):
        assert in_separated(RENDERERS[form](comparison, transposed), form) == expected
    breaks = [[cell.replace("\r\n", "\n") for cell in line] for line in expected]
    assert in_workbook(RENDERERS["xlsx"](comparison, transposed)) == breaks
    markdown, blank = in_markdown(RENDERERS["md"](comparison, transposed)), one_line(expected)
    blank[1 if transposed else 0][0 if transposed else 1] = ""
    assert one_line(markdown) == blank
    assert one_line(in_latex(RENDERERS["tex"](comparison, transposed))) == one_line(expected)


def test_documents_leave_out_characters_that_their_formats_cannot_hold() -> None:
    comparison = made(("a\x08\uffffb", "c\x00d"))
    for lines in (in_workbook(RENDERERS["xlsx"](comparison, False)), in_latex(RENDERERS["tex"](comparison, False))):
        assert lines[0] == ["", MARK, "ab", "cd"]


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_no_cell_of_a_separated_file_begins_like_a_formula(form: str) -> None:
    content = RENDERERS[form](made(), False).decode()
    lines = list(csv.reader(io.StringIO(content, newline=""), delimiter="," if form == "csv" else "\t"))
    assert not [cell for line in lines for cell in line if cell.startswith(GUARDED)]
    assert "'=1+1" in {cell for line in lines for cell in line}


def test_every_cell_of_a_workbook_is_text_and_never_a_formula() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(RENDERERS["xlsx"](made(), False))).active
    filled = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in filled} == {"s"}
    assert not [cell for cell in filled if cell.hyperlink]


@pytest.mark.parametrize("transposed", [False, True])
def test_a_workbook_keeps_headings_in_view_and_fills_what_differs(transposed: bool) -> None:
    comparison = made()
    sheet = openpyxl.load_workbook(io.BytesIO(RENDERERS["xlsx"](comparison, transposed))).active
    assert sheet.freeze_panes == "B2"
    lines = [list(line) for line in sheet.iter_rows()]
    for number, line in enumerate(transposition(lines) if transposed else lines):
        marked = number > 0 and line[1].value == MARK
        assert marked == (number > 0 and comparison.rows[number - 1].differs)
        assert {cell.fill.fill_type == "solid" for cell in line} == {marked}


@pytest.mark.parametrize("language", ["en", "th", "ar", "fa", "he", "ur", "zh"])
def test_the_sheet_runs_from_right_to_left_where_the_script_does(language: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(RENDERERS["xlsx"](made(language=language), False))).active
    assert bool(sheet.sheet_view.rightToLeft) == (language in ("ar", "fa", "he", "ur"))


def test_the_same_data_gives_the_same_bytes() -> None:
    for form, render in RENDERERS.items():
        assert render(made(), False) == render(made(), False), form


def linked(href: str | None) -> Comparison:
    cell = Cell("Breiman, L. (2001) & more. DOI ↗", None, (Link("DOI", href),))
    return Comparison(
        "en", "7", made(("a", "b")).methods, (ComparedRow("seminal_source", "S", False, None, (cell, cell)),)
    )


@pytest.mark.parametrize(
    ("href", "followed"),
    [
        ("https://doi.org/10.1023/A:1010933404324", True),
        ("http://example.org/a_b%20c?d=e&f=#g~h", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("internal:Sheet1!A1", False),
        ("https://example.org/\x08", False),
        ("https://example.org/" + "x" * 3000, False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_become_links(href: str | None, followed: bool) -> None:
    comparison = linked(href)
    sheet = openpyxl.load_workbook(io.BytesIO(RENDERERS["xlsx"](comparison, False))).active
    assert bool(sheet["C2"].hyperlink) == followed
    assert sheet["C2"].value == comparison.rows[0].cells[0].text
    if followed and "#" not in str(href):
        assert sheet["C2"].hyperlink.target == href
    latex = RENDERERS["tex"](comparison, False)
    assert (rb"\href{http" in latex) == followed
    assert in_latex(latex)[1][2] == comparison.rows[0].cells[0].text


def test_the_address_of_a_latex_link_is_escaped() -> None:
    latex = RENDERERS["tex"](linked("http://example.org/a_b%20c?d=e&f={}\\#g~h"), False).decode()
    assert r"\href{http://example.org/a\_b\%20c?d=e\&f=\%7B\%7D\%5C\#g\%7Eh}{DOI $\nearrow$}" in latex


def test_a_text_of_many_works_has_a_link_for_each() -> None:
    cell = Cell(
        "A link ↗; B DOI ↗; C link ↗",
        None,
        (Link("link", "https://a.org/"), Link("DOI", None), Link("link", "https://c.org/")),
    )
    comparison = Comparison("en", "7", made(("a", "b")).methods, (ComparedRow("k", "S", False, None, (cell, cell)),))
    latex = RENDERERS["tex"](comparison, False).decode()
    assert (
        r"A \href{https://a.org/}{link $\nearrow$}; B DOI $\nearrow$; C \href{https://c.org/}{link $\nearrow$} &"
        in latex
    )


@pytest.mark.parametrize("transposed", [False, True])
def test_latex_is_one_balanced_longtable_that_names_the_data_version(transposed: bool) -> None:
    latex = RENDERERS["tex"](made(), transposed).decode()
    assert "data version 7" in latex.split("\n")[0]
    depth = 0
    for brace in re.findall(
        r"(?<!\\)(?:\\\\)*([{}])", "\n".join(line for line in latex.split("\n") if line[:1] != "%")
    ):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    for begin, end in ((r"\begin{longtable}", r"\end{longtable}"), (r"\begingroup", r"\endgroup")):
        assert latex.count(begin) == latex.count(end) == 1
    assert len({len(line) for line in in_latex(RENDERERS["tex"](made(), transposed))}) == 1


@pytest.mark.skipif(not shutil.which("xelatex"), reason="xelatex is not installed")
@pytest.mark.parametrize("transposed", [False, True])
def test_latex_compiles(tmp_path: Path, transposed: bool) -> None:
    body = RENDERERS["tex"](made(), transposed).decode()
    head = r"\documentclass{article}\usepackage{array,longtable,hyperref}\begin{document}"
    (tmp_path / "a.tex").write_text(f"{head}\n{body}\\end{{document}}", encoding="utf-8")
    command = ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:]


def test_latex_has_no_dash_that_the_data_has_not() -> None:
    assert latex_text("1246--1266") == "1246-{}-1266"
    assert latex_text("a---b") == "a-{}-{}-b"


@pytest.mark.parametrize("transposed", [False, True])
def test_a_comparison_without_rows_is_still_whole(transposed: bool) -> None:
    empty = Comparison("en", "7", made(("a", "b")).methods, ())
    expected = texts(empty, transposed)
    assert in_separated(RENDERERS["csv"](empty, transposed), "csv") == expected
    assert in_workbook(RENDERERS["xlsx"](empty, transposed)) == expected
    assert in_latex(RENDERERS["tex"](empty, transposed)) == expected
    assert RENDERERS["txt"](empty, transposed).count(b"\n") == len(expected) + 1  # a rule under the heading
    assert check_cube(quads_in(RENDERERS["ttl"](empty, transposed), "ttl")) == []


def test_transposed_text_has_the_marks_in_a_line_of_their_own() -> None:
    lines = RENDERERS["txt"](made(("a", "b")), True).decode().split("\n")
    assert [cell.strip() for cell in lines[2].split("|")] == ["≠", "≠", "≠", ""]
    assert [line.split(" | ")[0].strip() for line in lines[3:-1]] == ["a", "b"]


def test_transposed_json_gives_each_method_its_cells() -> None:
    comparison = made()
    plain, turned = (json.loads(RENDERERS["json"](comparison, transposed)) for transposed in (False, True))
    assert [method["cells"] for method in turned["methods"]] == transposition([row["cells"] for row in plain["rows"]])
    for row in plain["rows"]:
        del row["cells"]
    assert turned["rows"] == plain["rows"]
    for method in turned["methods"]:
        del method["cells"]
    assert turned["methods"] == plain["methods"]


# The cube

PREFIXES = """
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX qb: <http://purl.org/linked-data/cube#>
"""
# Data Cube §10.1, phase 1: types and properties that follow from others.
NORMALISE = """
INSERT { ?o rdf:type qb:Observation } WHERE { [] qb:observation ?o } ;
INSERT { ?o rdf:type qb:Observation } WHERE { ?o qb:dataSet [] } ;
INSERT { ?s rdf:type qb:Slice } WHERE { [] qb:slice ?s } ;
INSERT { ?cs qb:componentProperty ?p . ?p rdf:type qb:DimensionProperty } WHERE { ?cs qb:dimension ?p } ;
INSERT { ?cs qb:componentProperty ?p . ?p rdf:type qb:MeasureProperty } WHERE { ?cs qb:measure ?p } ;
INSERT { ?cs qb:componentProperty ?p . ?p rdf:type qb:AttributeProperty } WHERE { ?cs qb:attribute ?p }
"""
# Data Cube §11.1; each asks for what is wrong.
CONSTRAINTS = {
    "IC-1 unique data set": """ASK { { ?obs a qb:Observation . FILTER NOT EXISTS { ?obs qb:dataSet ?dataset1 } }
        UNION { ?obs a qb:Observation ; qb:dataSet ?dataset1, ?dataset2 . FILTER (?dataset1 != ?dataset2) } }""",
    "IC-2 unique structure": """ASK { { ?dataset a qb:DataSet . FILTER NOT EXISTS { ?dataset qb:structure ?dsd } }
        UNION { ?dataset a qb:DataSet ; qb:structure ?dsd1, ?dsd2 . FILTER (?dsd1 != ?dsd2) } }""",
    "IC-3 structure includes measure": """ASK { ?dsd a qb:DataStructureDefinition .
        FILTER NOT EXISTS { ?dsd qb:component [ qb:componentProperty [ a qb:MeasureProperty ] ] } }""",
    "IC-4 dimensions have range": """ASK { ?dim a qb:DimensionProperty . FILTER NOT EXISTS { ?dim rdfs:range [] } }""",
    "IC-5 concept dimensions have code lists": """ASK { ?dim a qb:DimensionProperty ; rdfs:range skos:Concept .
        FILTER NOT EXISTS { ?dim qb:codeList [] } }""",
    "IC-6 only attributes may be optional": """ASK { ?dsd qb:component ?componentSpec .
        ?componentSpec qb:componentRequired false ; qb:componentProperty ?component .
        FILTER NOT EXISTS { ?component a qb:AttributeProperty } }""",
    "IC-7 slice keys must be declared": """ASK { ?sliceKey a qb:SliceKey .
        FILTER NOT EXISTS { [ a qb:DataStructureDefinition ] qb:sliceKey ?sliceKey } }""",
    "IC-8 slice keys consistent with structure": """ASK { ?slicekey a qb:SliceKey ; qb:componentProperty ?prop .
        ?dsd qb:sliceKey ?slicekey . FILTER NOT EXISTS { ?dsd qb:component [ qb:componentProperty ?prop ] } }""",
    "IC-9 unique slice structure": """ASK { { ?slice a qb:Slice . FILTER NOT EXISTS { ?slice qb:sliceStructure ?key } }
        UNION { ?slice a qb:Slice ; qb:sliceStructure ?key1, ?key2 . FILTER (?key1 != ?key2) } }""",
    "IC-10 slice dimensions complete": """ASK { ?slice qb:sliceStructure [ qb:componentProperty ?dim ] .
        FILTER NOT EXISTS { ?slice ?dim [] } }""",
    "IC-11 all dimensions required": """ASK { ?obs qb:dataSet/qb:structure/qb:component/qb:componentProperty ?dim .
        ?dim a qb:DimensionProperty . FILTER NOT EXISTS { ?obs ?dim [] } }""",
    "IC-12 no duplicate observations": """ASK { { SELECT ?obs1 ?obs2 (MIN(?equal) AS ?allEqual) {
            ?obs1 qb:dataSet ?dataset . ?obs2 qb:dataSet ?dataset . FILTER (STR(?obs1) < STR(?obs2))
            ?dataset qb:structure/qb:component/qb:componentProperty ?dim . ?dim a qb:DimensionProperty .
            ?obs1 ?dim ?value1 . ?obs2 ?dim ?value2 . BIND (?value1 = ?value2 AS ?equal)
        } GROUP BY ?obs1 ?obs2 } FILTER (?allEqual) }""",
    "IC-14 all measures present": """ASK { ?obs qb:dataSet/qb:structure ?dsd .
        ?dsd qb:component/qb:componentProperty ?measure . ?measure a qb:MeasureProperty .
        FILTER NOT EXISTS { ?dsd qb:component/qb:componentProperty qb:measureType }
        FILTER NOT EXISTS { ?obs ?measure [] } }""",
    "IC-18 consistent data set links": """ASK { ?dataset qb:slice ?slice . ?slice qb:observation ?obs .
        FILTER NOT EXISTS { ?obs qb:dataSet ?dataset } }""",
}


def check_cube(triples: set[pyoxigraph.Triple]) -> list[str]:
    """The integrity constraints that a cube breaks."""
    store = pyoxigraph.Store()
    store.extend(pyoxigraph.Quad(*triple) for triple in triples)
    store.update(PREFIXES + NORMALISE)
    return [name for name, question in CONSTRAINTS.items() if store.query(PREFIXES + question)]


@pytest.mark.parametrize(
    ("broken", "subject", "predicate", "value"),
    [
        ("IC-1", "area/random-forest", "dataSet", None),
        ("IC-2", "", "structure", None),
        ("IC-3", "structure", "component", "structure/text"),
        ("IC-7", "structure", "sliceKey", None),
        ("IC-8", "structure", "component", "structure/row"),
        ("IC-9", "area", "sliceStructure", None),
        ("IC-10", "area", "cmp:comparedRow", None),
        ("IC-11", "area/random-forest", "cmp:comparedMethod", None),
        ("IC-14", "area/random-forest", "shown", None),
    ],
)
def test_the_checks_see_what_is_missing(
    client: FlaskClient, broken: str, subject: str, predicate: str, value: str | None
) -> None:
    triples = quads_in(client.get(f"{ADDRESS}&format=ttl").data, "ttl")
    whole = next(t.subject.value for t in triples if t.object == QB["DataSet"] and isinstance(t.subject, NamedNode))
    term = SHOWN if predicate == "shown" else CMP[predicate[4:]] if predicate.startswith("cmp:") else QB[predicate]
    about = f"{whole}#{subject}" if subject else whole
    gone = {
        t
        for t in triples
        if t.subject == NamedNode(about) and t.predicate == term and value in (None, str(t.object.value).split("#")[-1])
    }
    assert len(gone) == 1
    assert broken in [name.split()[0] for name in check_cube(triples - gone)]


def test_the_checks_see_two_observations_of_one_cell(client: FlaskClient) -> None:
    triples = quads_in(client.get(f"{ADDRESS}&format=ttl").data, "ttl")
    one = next(t.subject for t in triples if t.object == QB["Observation"])
    twice = {pyoxigraph.Triple(NamedNode("urn:x"), t.predicate, t.object) for t in triples if t.subject == one}
    assert check_cube(triples | twice) == ["IC-12 no duplicate observations"]


@pytest.mark.parametrize("form", ["ttl", "jsonld"])
@pytest.mark.parametrize("rows", ["all", "different", "same"])
@pytest.mark.parametrize("language", ["en", "th", "ar"])
def test_the_cube_is_well_formed_and_says_all(
    client: FlaskClient, answers: Answers, bundled: EmbeddedStore, form: str, rows: str, language: str
) -> None:
    response = client.get(f"/compare?slugs={SLUGS}&lang={language}&rows={rows}&format={form}")
    assert response.mimetype == MEDIA_TYPES[form]
    triples = quads_in(response.data, form)
    assert check_cube(triples) == []
    comparison = answers.compare(bundled.reader(), SLUGS.split(","), language).only(rows)
    whole = NamedNode("https://w3id.org/comparanda/compare?slugs=random-forest,xgboost")
    assert data_set_iri(comparison) == whole
    values = {(t.subject, t.predicate): t.object for t in triples}
    assert sum(t.object == QB["Observation"] for t in triples) == 2 * len(comparison.rows)
    for row in comparison.rows:
        part = NamedNode(f"{whole.value}#{row.key}")
        assert values[part, CMP["differs"]] == Literal(row.differs)
        assert values.get((part, CMP["difference"])) == (Literal(row.difference) if row.difference else None)
        for method, cell in zip(comparison.methods, row.cells, strict=True):
            observation = NamedNode(f"{part.value}/{method.slug}")
            assert values[observation, CMP["comparedMethod"]] == NamedNode(method.iri)
            assert values[observation, CMP["comparedRow"]] == row_iri(row.key)
            text = Literal(cell.text, language=cell.language) if cell.language else Literal(cell.text)
            assert values[observation, SHOWN] == text


def test_the_rows_of_the_cube_are_property_shapes_with_labels_in_their_language(client: FlaskClient) -> None:
    known = {quad.subject for quad in shapes().quads if quad.predicate == CMP["comparedBy"]}
    assert {row_iri(row.key) for row in shapes().rows} == known
    triples = quads_in(client.get(f"{ADDRESS}&format=ttl").data, "ttl")
    name = NamedNode("http://www.w3.org/ns/shacl#name")
    assert {t.object for t in triples if t.predicate == name and t.subject == row_iri("area")} == {
        Literal("Área", language="pt")
    }


def test_the_order_of_columns_does_not_change_the_name_of_the_cube(client: FlaskClient) -> None:
    one, other = (
        quads_in(client.get(f"/compare?slugs={slugs}&format=ttl").data, "ttl")
        for slugs in (SLUGS, ",".join(reversed(SLUGS.split(","))))
    )
    title = NamedNode("http://purl.org/dc/terms/title")
    assert {t for t in one if t.predicate != title} == {t for t in other if t.predicate != title}


def test_terms_of_our_own_in_the_cube_are_defined_in_the_ontology(client: FlaskClient) -> None:
    defined: dict[Any, set[str]] = {}
    for quad in ontology_quads():
        defined.setdefault(quad.subject, set()).add(quad.predicate.value)
    used = {t.predicate for t in quads_in(client.get(f"{ADDRESS}&format=ttl").data, "ttl")}
    ours = {term for term in used if term.value.startswith(CMP.iri)}
    assert len(ours) == 4
    rdfs = "http://www.w3.org/2000/01/rdf-schema#"
    for term in ours:
        assert defined[term] >= {f"{rdfs}label", f"{rdfs}isDefinedBy", SKOS["definition"].value}


def test_hostile_values_come_back_from_the_cube() -> None:
    comparison = made(rows=2)
    for form in ("ttl", "jsonld"):
        triples = quads_in(RENDERERS[form](comparison, False), form)
        shown = [t.object for t in triples if t.predicate == SHOWN and t.object != Literal("1990")]
        assert sorted(value.value for value in shown) == sorted(HOSTILE)
        assert {value.language for value in shown} == {"th"}


def test_an_address_that_is_no_iri_does_not_break_the_cube() -> None:
    assert check_cube(quads_in(RENDERERS["ttl"](linked("https://example.org/a b"), False), "ttl")) == []


# Page, API and command line


@pytest.mark.parametrize("form", [form for form in RENDERERS if form != "html"])
def test_every_format_has_its_media_type_and_those_to_save_a_file_name(client: FlaskClient, form: str) -> None:
    response = client.get(f"{ADDRESS}&format={form}")
    assert response.status_code == 200
    assert response.mimetype == MEDIA_TYPES[form]
    saved = f'attachment; filename="comparison.{form}"' if form in ("csv", "tsv", "xlsx", "tex") else None
    assert response.headers.get("Content-Disposition") == saved
    assert client.get(ADDRESS, headers={"Accept": MEDIA_TYPES[form]}).data == response.data


@pytest.mark.parametrize("media_type", ["application/x-latex", "application/x-tex", "text/x-tex"])
def test_latex_answers_to_all_its_media_types(client: FlaskClient, media_type: str) -> None:
    assert client.get(ADDRESS, headers={"Accept": media_type}).mimetype == "application/x-latex"


@pytest.mark.parametrize("asked", ["*/*", "text/*", "text/html,application/xhtml+xml,*/*;q=0.8", None])
def test_html_is_what_comes_without_a_preference(client: FlaskClient, asked: str | None) -> None:
    assert client.get(ADDRESS, headers={"Accept": asked} if asked else {}).mimetype == "text/html"


@pytest.mark.parametrize("rows", ["all", "different"])
def test_transposed_equals_the_transposition(client: FlaskClient, rows: str) -> None:
    parsed = {"csv": in_separated, "tsv": in_separated, "xlsx": in_workbook, "md": in_markdown, "tex": in_latex}
    for form, parse in parsed.items():
        arguments = [form] if parse is in_separated else []
        address = f"{ADDRESS}&rows={rows}&format={form}"
        plain, turned = (parse(client.get(a).data, *arguments) for a in (address, f"{address}&transposed=true"))
        assert turned == transposition(plain), form
        assert len(turned) == 4
        assert turned[1][0] == ("" if form == "md" else MARK)
        assert len(turned[0]) == (10 if rows == "all" else 1 + turned[1][1:].count(MARK))


@pytest.mark.parametrize("form", [form for form in RENDERERS if form not in ("ttl", "jsonld")])
@pytest.mark.parametrize("asked", ["{};transposed=true", '{}; Transposed="true";q=0.9, text/html;q=0.1'])
def test_transposed_may_be_asked_by_media_type(client: FlaskClient, form: str, asked: str) -> None:
    plain = client.get(f"{ADDRESS}&format={form}")
    expected = client.get(f"{ADDRESS}&format={form}&transposed=true")
    given = client.get(ADDRESS, headers={"Accept": asked.format(MEDIA_TYPES[form])})
    assert given.mimetype == expected.mimetype
    assert given.data == expected.data != plain.data
    assert given.headers["ETag"] == expected.headers["ETag"] != plain.headers["ETag"]
    named = client.get(
        "/compare", query_string={"slugs": SLUGS, "lang": "pt", "format": f"{MEDIA_TYPES[form]};transposed=true"}
    )
    assert named.data == expected.data


def test_what_cannot_be_had_is_answered_with_every_format_once(client: FlaskClient) -> None:
    response = client.get(ADDRESS, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert json.loads(response.data)["value"] == list(MEDIA_TYPES.values())


def test_transposed_is_true_or_false(client: FlaskClient) -> None:
    plain = client.get(f"{ADDRESS}&format=csv")
    assert client.get(f"{ADDRESS}&format=csv&transposed=false").data == plain.data
    assert client.get(f"{ADDRESS}&format=csv&transposed=perhaps").status_code == 400


def test_the_page_links_to_every_format_and_keeps_the_choice_of_rows(client: FlaskClient) -> None:
    page = client.get(f"/pt/compare?slugs={SLUGS}&rows=different&transposed=true").text
    for form in RENDERERS:
        linked_to = re.search(rf'href="(/compare\?[^"]*format={form}&amp;[^"]*)"', page)
        assert bool(linked_to) == (form != "txt"), form
        if linked_to:
            address = linked_to[1].replace("&amp;", "&")
            assert "rows=different" in address
            assert (
                client.get(address).data == client.get(f"{ADDRESS}&rows=different&transposed=true&format={form}").data
            )


def test_twenty_methods_fit_every_format(client: FlaskClient, answers: Answers, bundled: EmbeddedStore) -> None:
    slugs = ",".join(method.slug for method in answers.methods(bundled.reader(), "en")[:20])
    for language in ("th", "ar"):
        comparison = answers.compare(bundled.reader(), slugs.split(","), language)
        for transposed in (False, True):
            expected = texts(comparison, transposed)
            for form in RENDERERS:
                asked = {"slugs": slugs, "lang": language, "format": form, "transposed": str(transposed).lower()}
                content = client.get("/compare", query_string=asked).data
                if form in ("csv", "tsv"):
                    assert in_separated(content, form) == expected
                elif form == "xlsx":
                    assert in_workbook(content) == expected
                elif form == "tex":
                    assert one_line(in_latex(content)) == one_line(expected)
                elif form in ("ttl", "jsonld"):
                    assert check_cube(quads_in(content, form)) == []
                    assert sum(t.object == QB["Observation"] for t in quads_in(content, form)) == 180


@pytest.mark.parametrize("form", list(RENDERERS))
@pytest.mark.parametrize("option", [(), ("--transposed",), ("--rows", "different")])
def test_the_command_writes_what_the_server_answers(
    client: FlaskClient, bundled: EmbeddedStore, form: str, option: tuple[str, ...]
) -> None:
    command = [sys.executable, "-m", "comparanda", "compare", *SLUGS.split(","), "--lang", "pt", "--format", form]
    done = subprocess.run(
        [*command, *option, "--store", str(bundled.path)], capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    asked = {(): "", ("--transposed",): "&transposed=true", ("--rows", "different"): "&rows=different"}[option]
    assert done.stdout == client.get(f"{ADDRESS}&format={form}{asked}").data
