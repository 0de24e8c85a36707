"""`comparanda format`: data files are sorted, say the same as before, and a diff shows only what changed."""

from __future__ import annotations

import random
from difflib import ndiff
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from comparanda.errors import BadRequest
from comparanda.namespaces import CMP, RDF, SKOS, XSD, Base
from comparanda.render.turtle import FILE_PREFIXES, formatted, formatted_file
from comparanda.resources import folder
from comparanda.shapes import shapes
from comparanda.terms import Term
from conftest import CASES, comparanda

FILES = sorted(folder("data").rglob("*.t*"))
ENTRY = """\
@prefix cmp: <https://w3id.org/comparanda/ontology#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix method: <https://w3id.org/comparanda/id/method/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .

@base <https://w3id.org/comparanda/doc/method/pca> .
<> {
  method:pca a cmp:Method ;
    skos:prefLabel "Principal component analysis"@en ;
    skosxl:altLabel <#name-1> , <#name-2> , <#name-10> ;
  .
  <> a foaf:Document ;
    foaf:primaryTopic method:pca ;
  .
  <#name-1> a skosxl:Label ; skosxl:literalForm "PCA" ; cmp:position 1 .
  <#name-2> a skosxl:Label ; skosxl:literalForm "Karhunen–Loève" ; cmp:position 2 .
  <#name-10> a skosxl:Label ; skosxl:literalForm "ACP"@fr ; cmp:position 10 .
}
"""


def said(text: str, syntax: RdfFormat = RdfFormat.TRIG) -> set[Quad]:
    return set(pyoxigraph.parse(text.encode(), format=syntax))


def plain(quads: list[Quad]) -> str:
    """The statements without any order or abbreviation."""
    return (pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS) or b"").decode()


def trig(*quads: Quad) -> str:
    return "".join(f"{quad.graph_name} {{ {quad.triple} }}\n" for quad in quads)


def test_the_bundled_data_are_formatted() -> None:
    done = comparanda("format", "--check")
    assert (done.returncode, done.stdout) == (0, f"{len(FILES)} files, 0 not formatted.\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_formatted_file_stays_as_it_is(path: Path) -> None:
    text, sorted_text = formatted_file(path, shapes())
    assert text == sorted_text


def test_whatever_the_order_was_the_text_is_the_same() -> None:
    quads = sorted(said(ENTRY), key=str)
    for seed in range(20):
        random.Random(seed).shuffle(quads)
        assert formatted(trig(*quads), RdfFormat.TRIG, shapes()) == ENTRY


@pytest.mark.parametrize("path", sorted((CASES / "valid").glob("*.ttl")), ids=lambda path: path.stem)
def test_the_valid_cases_say_the_same_when_sorted_and_are_sorted_once(path: Path) -> None:
    statements = list(pyoxigraph.parse(path=str(path), format=RdfFormat.TURTLE))
    sorted_text = formatted(plain(statements), RdfFormat.TURTLE, shapes())
    assert said(sorted_text, RdfFormat.TURTLE) == set(statements)
    assert formatted(sorted_text, RdfFormat.TURTLE, shapes()) == sorted_text


@pytest.mark.parametrize(
    "value",
    [
        Literal('"quoted"\n\t\\ and \u2028'),
        Literal("# no comment"),
        Literal("05", datatype=XSD["integer"]),
        Literal("five", datatype=XSD["integer"]),
        Literal("1.", datatype=XSD["decimal"]),
        Literal("1.50", datatype=XSD["decimal"]),
        Literal("1", datatype=XSD["boolean"]),
        Literal("true", datatype=XSD["boolean"]),
        Literal("1e0", datatype=XSD["double"]),
        Literal("x", datatype=NamedNode("https://example.org/d#t")),
        Literal("שלום", language="he"),
        NamedNode("https://w3id.org/comparanda/id/method/"),
        NamedNode("https://w3id.org/comparanda/id/method/a.b."),
        NamedNode("https://w3id.org/comparanda/id/method/a/b"),
        NamedNode("https://w3id.org/comparanda/doc/method/pca?x"),
        NamedNode("https://w3id.org/comparanda/doc/method/pca#"),
        NamedNode("https://w3id.org/comparanda/doc/method/pca-2#name-1"),
        NamedNode("https://example.org/é/%20/../a"),
        NamedNode("urn:x"),
    ],
    ids=str,
)
def test_odd_values_survive(value: Term) -> None:
    base = Base()
    quad = Quad(base.method("pca"), SKOS["note"], value, base.document(base.method("pca")))
    assert said(formatted(trig(quad), RdfFormat.TRIG, shapes())) == {quad}


@pytest.mark.parametrize(
    "graph", ["https://example.org/a/../b", "urn:x", "https://example.org/#a", "https://example.org"]
)
def test_odd_graphs_survive(graph: str) -> None:
    quad = Quad(NamedNode(f"{graph}x"), SKOS["note"], NamedNode(graph), NamedNode(graph))
    assert said(formatted(trig(quad), RdfFormat.TRIG, shapes())) == {quad}


def test_another_statement_adds_lines_and_changes_none_that_stands_for_itself() -> None:
    """Lists on one line change that line."""
    graph = Base().document(Base().method("pca"))
    for predicate, value in [
        (CMP["kind"], Literal("Dimension reduction", language="en")),
        (SKOS["definition"], Literal("z" * 200, language="zu")),
        (CMP["area"], NamedNode(FILE_PREFIXES["area"] + "machine-learning")),
        (SKOS["zzz"], Literal("last of all")),
    ]:
        changed = formatted(ENTRY + trig(Quad(Base().method("pca"), predicate, value, graph)), RdfFormat.TRIG, shapes())
        lines = [line for line in ndiff(ENTRY.splitlines(), changed.splitlines()) if line[:1] in "+-"]
        assert [line[0] for line in lines if "@prefix" not in line] == ["+"]


def test_long_values_stand_on_lines_of_their_own() -> None:
    method = Base().method("pca")
    labels = [Quad(method, SKOS["altLabel"], Literal(letter * 60), Base().document(method)) for letter in "abc"]
    fewer, all_ = (formatted(trig(*part), RdfFormat.TRIG, shapes()).splitlines() for part in (labels[:2], labels))
    assert [line[:18] for line in all_ if "altLabel" in line] == ["    skos:altLabel "] * 3
    assert set(fewer) < set(all_)


def test_comments_at_the_top_stay_and_others_are_not_lost() -> None:
    assert formatted(f"# Why.\n\n{ENTRY}", RdfFormat.TRIG, shapes()) == f"# Why.\n\n{ENTRY}"
    with pytest.raises(BadRequest, match=r"Line 8 is a comment.*Move it to the top"):
        formatted(ENTRY.replace("<> {", "# Why.\n<> {", 1), RdfFormat.TRIG, shapes())


def test_blank_nodes_are_refused() -> None:
    with pytest.raises(BadRequest, match="Blank nodes"):
        formatted("<urn:x> <urn:p> [] .", RdfFormat.TURTLE, shapes())


def test_the_command_changes_files_once_and_check_tells(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.trig"
    path.parent.mkdir()
    path.write_text(trig(*said(ENTRY)), encoding="utf-8")
    checked = comparanda("format", "--check", str(tmp_path))
    assert (checked.returncode, checked.stdout) == (1, f"Would format {path}\n1 files, 1 not formatted.\n")
    assert path.read_text("utf-8") != ENTRY
    assert comparanda("format", str(tmp_path)).stdout == f"Formatted {path}\n1 files, 1 changed.\n"
    assert path.read_text("utf-8") == ENTRY
    assert comparanda("format", str(path)).stdout == "1 files, 0 changed.\n"
    assert comparanda("format", "--check", str(tmp_path)).returncode == 0
    assert [child.name for child in path.parent.iterdir()] == ["a.trig"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.ttl", b"<urn:a> <urn:b>", "cannot be read"),
        ("a.ttl", b'<urn:a> <urn:b> "\xff" .', "is not UTF-8"),
        ("a.ttl", b"<urn:a> <urn:b> [] .", "a.ttl: Blank nodes"),
        ("a.csv", b"a,b", "There is no format '.csv' here. Use one of ttl, trig"),
    ],
    ids=["syntax", "encoding", "blank node", "another format"],
)
def test_the_command_says_which_file_it_cannot_format_and_changes_none(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / "good.trig").write_text(trig(*said(ENTRY)), encoding="utf-8")
    (tmp_path / name).write_bytes(content)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = comparanda("format", str(tmp_path / "good.trig"), str(tmp_path / name))
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = comparanda("format", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert f"There is no file {tmp_path / 'nowhere'}. Check the path." in done.stderr


def test_a_type_comes_first_and_properties_in_the_order_of_the_shapes() -> None:
    order = shapes().ordered_properties[CMP["Method"]]
    lines = [line.strip() for line in (folder("data") / "methods" / "statistics.trig").read_text("utf-8").splitlines()]
    start = next(number for number, line in enumerate(lines) if line.startswith("method:"))
    block = lines[start + 1 : lines.index(".", start)]
    assert " a cmp:Method ;" in lines[start]
    names = [line.split(" ")[0].split(":") for line in block]
    ranks = [order.index(NamedNode(FILE_PREFIXES[prefix] + name)) for prefix, name in names]
    assert ranks == sorted(ranks)
    assert RDF["type"] not in order
