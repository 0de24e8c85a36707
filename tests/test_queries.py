"""Query files: their headers are true, values travel as terms, and two engines give the same rows."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, QuerySolutions, RdfFormat, Triple

from comparanda.errors import BrokenQuery, InvalidTerm
from comparanda.namespaces import XSD, Base
from comparanda.queries import Query, parse_query, queries
from comparanda.stores import Reader
from comparanda.stores.embedded import EmbeddedStore
from comparanda.stores.endpoint import Access
from comparanda.stores.remote import RemoteStore
from comparanda.terms import Literal, NamedNode, Term, iri
from conftest import REPOSITORY

FILES = sorted((REPOSITORY / "queries").glob("*.rq"))
EXAMPLE = NamedNode("https://example.org/a")


def query(body: str, *declarations: str) -> Query:
    header = ["# What is asked?", "#", *(f"# {line}" for line in declarations)]
    return parse_query("asked", "\n".join([*header, body]) + "\n")


VALUES = query("SELECT ?found WHERE { VALUES ?found { $value } }", "$value  text  any text", "?found  text  the same")
FILTER = query(
    "SELECT ?found WHERE { ?thing <https://example.org/name> ?found . FILTER(?found = $value) }",
    "$value  text  any text",
    "?found  text  the same",
)


def rows(store: pyoxigraph.Store, sparql: str) -> list[Term]:
    solutions = store.query(sparql)
    assert isinstance(solutions, QuerySolutions)
    return [solution["found"] for solution in solutions]


def term(written: str) -> Term:
    """The term that an example in a header stands for."""
    quads = pyoxigraph.parse(f"<urn:s> <urn:p> {written} .", format=RdfFormat.TURTLE)
    return next(quads).object


def hostile_texts(count: int) -> list[str]:
    """Texts that would end a string, a term, a group or an update if they were pasted."""
    pieces = [
        '"', "'", '"""', "'''", "\\", "\\\\", '\\"', "\\u0022", "\\U00000022", "\\n", "\n", "\r\n", "\t", "{", "}", "<",
        ">", "$value", "?found", "# not a comment", "> } } ; DROP ALL",
        '" } } ; DROP ALL ; INSERT DATA { <a:b> <a:b> "',
        '"@en', '"^^<http://www.w3.org/2001/XMLSchema#string>', "\\g<0>", "\\1", "%s", "{0}", "{{ x }}", "\u2028",
        "\u0085", "\u202e", "é", "e\u0301", "😀", "多数決", "\x01", "\x7f", "\ufeff", " ",
    ]  # fmt: skip
    chance = random.Random(20010905)
    made = {"".join(chance.choices(pieces, k=chance.randint(2, 8))) for _ in range(2 * count)}
    return [*pieces, *sorted(made)][:count]


# The loader


def test_the_loader_reads_question_parameters_columns_and_origin() -> None:
    read = parse_query(
        "related",
        "# Which are related?\n#\n# $method  IRI  a method    e.g. <https://example.org/a>\n"
        '# $language  text  optional; tag of names  e.g. "en"\n# ?other  IRI  the other\n#\n'
        "# Answers CQ-07.\n# One row each.\nSELECT ?other WHERE { $method ?p ?other FILTER(LANG(?p) = $language) }\n",
    )
    assert (read.name, read.question, read.origin) == ("related", "Which are related?", "Answers CQ-07. One row each.")
    assert [(each.name, each.kind, each.optional) for each in read.parameters] == [
        ("method", "IRI", False),
        ("language", "text", True),
    ]
    assert read.examples() == {"method": "<https://example.org/a>", "language": '"en"'}
    assert [(each.name, each.kind, each.comment) for each in read.columns] == [("other", "IRI", "the other")]
    assert read.body.startswith("SELECT")


def test_the_loader_refuses_a_file_without_a_header() -> None:
    with pytest.raises(BrokenQuery, match="has no header"):
        parse_query("bare", "SELECT ?a WHERE { ?a ?b ?c }\n")


def test_the_loader_refuses_an_empty_file() -> None:
    with pytest.raises(BrokenQuery, match="has no header"):
        parse_query("empty", "")


def test_the_loader_refuses_a_parameter_that_the_header_does_not_declare() -> None:
    with pytest.raises(BrokenQuery, match="different parameters: method"):
        query("SELECT ?a WHERE { $method ?b ?a }", "?a  IRI  a thing")


def test_the_loader_refuses_a_parameter_that_the_body_does_not_use() -> None:
    with pytest.raises(BrokenQuery, match="different parameters: method"):
        query("SELECT ?a WHERE { ?a ?b ?c }", "$method  IRI  a method", "?a  IRI  a thing")


def test_a_parameter_in_a_comment_a_string_or_an_iri_is_not_used() -> None:
    body = 'SELECT ?a WHERE {\n  # $method\n  ?a <urn:$method> "$method", \'$method\', """$method"""\n}'
    with pytest.raises(BrokenQuery, match="different parameters: method"):
        query(body, "$method  IRI  a method", "?a  IRI  a thing")


@pytest.mark.parametrize(
    ("selected", "declared"),
    [
        ("?a ?b", ["a"]),
        ("?a", ["a", "b"]),
        ("?a ?b", ["b", "a"]),
        ("DISTINCT ?a", ["b"]),
        ("(COUNT(?a) AS ?count)", ["a"]),
        ("?a (COUNT(DISTINCT ?b) AS ?count)", ["a", "b"]),
        ("*", ["a"]),
    ],
)
def test_the_loader_refuses_columns_that_are_not_selected_in_that_order(selected: str, declared: list[str]) -> None:
    with pytest.raises(BrokenQuery, match="declares the columns"):
        query(f"SELECT {selected} WHERE {{ ?a ?p ?b }}", *(f"?{name}  IRI  a thing" for name in declared))


@pytest.mark.parametrize(
    ("selected", "declared"),
    [("?a", ["a"]), ("DISTINCT ?a ?b", ["a", "b"]), ("?a (COUNT(DISTINCT ?b) AS ?count)", ["a", "count"])],
)
def test_the_loader_takes_columns_as_selected(selected: str, declared: list[str]) -> None:
    read = query(f"SELECT {selected} WHERE {{ ?a ?p ?b }}", *(f"?{name}  IRI  a thing" for name in declared))
    assert [column.name for column in read.columns] == declared


def test_the_loader_refuses_a_parameter_that_is_also_a_column() -> None:
    with pytest.raises(BrokenQuery, match="uses a as parameter and as column"):
        query("SELECT ?a WHERE { $a ?b ?c }", "$a  IRI  a thing", "?a  IRI  the same thing")


def test_one_broken_file_breaks_the_folder(tmp_path: Path) -> None:
    (tmp_path / "bare.rq").write_text("SELECT ?a WHERE { ?a ?b ?c }\n", encoding="utf-8")
    with pytest.raises(BrokenQuery, match="The query bare has no header"):
        queries(tmp_path)


# Binding


def test_bind_refuses_a_missing_parameter() -> None:
    with pytest.raises(InvalidTerm, match="needs a value for value"):
        VALUES.bind()


def test_bind_takes_none_for_missing() -> None:
    with pytest.raises(InvalidTerm, match="needs a value for value"):
        VALUES.bind(value=None)


def test_bind_refuses_an_unknown_parameter_and_names_those_that_there_are() -> None:
    with pytest.raises(InvalidTerm, match=r"has no parameter other\. Use one of value"):
        VALUES.bind(value=EXAMPLE, other=EXAMPLE)


def test_bind_refuses_a_blank_node() -> None:
    with pytest.raises(InvalidTerm, match="Give an absolute IRI or a literal"):
        VALUES.bind(value=BlankNode("b"))


def test_bind_refuses_a_triple() -> None:
    with pytest.raises(InvalidTerm, match="Give an absolute IRI or a literal"):
        VALUES.bind(value=Triple(EXAMPLE, EXAMPLE, EXAMPLE))


@pytest.mark.parametrize("value", ["a", "/id/method/t-test", "//example.org/a", "#a", ""])
def test_bind_refuses_a_relative_iri(value: str) -> None:
    """What bind is given is made by `terms.iri`, which refuses it first."""
    with pytest.raises(InvalidTerm, match="not an absolute IRI"):
        VALUES.bind(value=iri(value))


@pytest.mark.parametrize("name", ["anyURI", "duration", "hexBinary", "int", "nothing"])
def test_bind_refuses_a_datatype_that_is_not_listed(name: str) -> None:
    with pytest.raises(InvalidTerm, match="a literal of a common datatype"):
        VALUES.bind(value=Literal("1", datatype=XSD[name]))


@pytest.mark.parametrize(
    "value",
    [
        EXAMPLE,
        Literal("a"),
        Literal("a", language="pt-br"),
        Literal(7),
        Literal(True),
        Literal("1.50", datatype=XSD["decimal"]),
        Literal("2001-09-05", datatype=XSD["date"]),
        Literal("1908", datatype=XSD["gYear"]),
    ],
    ids=str,
)
def test_bind_takes_iris_and_literals_of_common_datatypes(value: Term) -> None:
    [found] = rows(pyoxigraph.Store(), VALUES.bind(value=value))
    assert type(found) is type(value)
    assert isinstance(found, NamedNode) or found.datatype == value.datatype  # type: ignore[union-attr]


def test_bind_leaves_the_name_inside_strings_iris_and_comments_alone() -> None:
    left = [
        "# $value stays, 'and \"so does this\n",
        "<urn:$value>",
        '"$value"',
        "'$value'",
        '"""a "quoted" $value\n"""',
        "'''it's $value\n'''",
        '"\\" $value"',
    ]
    pattern = " . ".join(f"?found ?value {part}" for part in left[1:])
    asked = query(
        f"SELECT ?found WHERE {{ {left[0]} {pattern} . FILTER(?s = $values && 1<$value) }}",
        "$value  IRI  a",
        "$values  IRI  b",
        "?found  IRI  c",
    )
    bound = asked.bind(value=EXAMPLE, values=Literal("several"))
    for part in left:
        assert part in bound
    assert bound.endswith(f'FILTER(?s = "several" && 1<{EXAMPLE}) }}\n')
    assert bound.count("?found ?value") == len(left) - 1


def test_bind_does_not_look_into_the_values_that_it_puts_in() -> None:
    asked = query(
        "SELECT ?found WHERE { VALUES ?found { $one $two } }", "$one  text  a", "$two  text  b", "?found  text  c"
    )
    found = rows(pyoxigraph.Store(), asked.bind(one=Literal("$two"), two=Literal("$one")))
    assert found == [Literal("$two"), Literal("$one")]


def test_an_optional_parameter_left_out_stays_a_variable() -> None:
    body = 'SELECT ?found WHERE { VALUES ?found { "a"@en "b"@pt } FILTER(COALESCE(LANG(?found) = $language, true)) }'
    asked = query(body, "$language  text  optional; a tag", "?found  text  a text")
    assert len(rows(pyoxigraph.Store(), asked.bind())) == 2
    assert rows(pyoxigraph.Store(), asked.bind(language=Literal("pt"))) == [Literal("b", language="pt")]


def test_three_hundred_hostile_texts_come_back_equal_through_values() -> None:
    store, texts = pyoxigraph.Store(), hostile_texts(300)
    assert len(set(texts)) == 300
    for value, language in itertools.product(texts, (None, "en")):
        literal = Literal(value, language=language) if language else Literal(value)
        assert rows(store, VALUES.bind(value=literal)) == [literal]


def test_three_hundred_hostile_texts_find_only_themselves_through_a_filter() -> None:
    store, name = pyoxigraph.Store(), NamedNode("https://example.org/name")
    texts = hostile_texts(300)
    store.extend(pyoxigraph.Quad(EXAMPLE, name, Literal(value)) for value in texts)
    for value in texts[::10]:
        assert rows(store, FILTER.bind(value=Literal(value))) == [Literal(value)]
    assert len(store) == 300


# The files


@pytest.fixture(scope="session")
def remote(oxigraph: Access) -> Reader:
    """A real `oxigraph serve` with the bundled catalogue."""
    return RemoteStore(oxigraph, Base()).reader()


def example_of(asked: Query) -> str:
    return asked.bind(**{name: term(written) for name, written in asked.examples().items()})


def answered(reader: Reader, asked: Query, sparql: str) -> Counter[tuple[str, ...]]:
    """The rows, or triples, as multisets of terms."""
    if not asked.columns:
        return Counter(tuple(map(str, triple)) for triple in reader.construct(sparql))
    names = [column.name for column in asked.columns]
    found = reader.select(sparql)
    assert all(list(row) == names for row in found), "the columns are those declared, in order"
    return Counter(tuple(str(row[name]) for name in names) for row in found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_file_is_named_in_snake_case(path: Path) -> None:
    assert re.fullmatch(r"[a-z]+(?:_[a-z]+)*", path.stem)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_file_has_an_example_of_every_parameter_that_must_be_given(path: Path) -> None:
    asked = queries()[path.stem]
    assert {each.name for each in asked.parameters if not each.optional} <= asked.examples().keys()
    for written in asked.examples().values():
        assert isinstance(term(written), NamedNode | Literal)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_file_asks_a_question(path: Path) -> None:
    asked = queries()[path.stem]
    assert asked.question.endswith("?")
    assert all(part.comment for part in (*asked.parameters, *asked.columns))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_file_runs_as_it_stands_on_an_empty_store(path: Path) -> None:
    results = pyoxigraph.Store().query(path.read_text(encoding="utf-8"))
    if isinstance(results, QuerySolutions):
        assert [name.value for name in results.variables] == [column.name for column in queries()[path.stem].columns]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_example_of_a_query_file_finds_something_in_the_bundled_catalogue(
    path: Path, bundled: EmbeddedStore
) -> None:
    asked = queries()[path.stem]
    found = answered(bundled.reader(), asked, example_of(asked))
    assert found or path.stem.startswith("check_")  # test_checks says which checks must find nothing


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_file_gives_the_same_rows_on_two_engines(path: Path, bundled: EmbeddedStore, remote: Reader) -> None:
    asked = queries()[path.stem]
    sparql = example_of(asked)
    assert answered(remote, asked, sparql) == answered(bundled.reader(), asked, sparql)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_file_gives_its_rows_in_the_same_order_on_two_engines(
    path: Path, bundled: EmbeddedStore, remote: Reader
) -> None:
    """Unless its header says that they come in no order."""
    asked = queries()[path.stem]
    if asked.columns and "in no order" not in path.read_text("utf-8"):
        sparql = example_of(asked)
        assert "ORDER BY" in asked.body or len(bundled.reader().select(sparql)) <= 1
        assert remote.select(sparql) == bundled.reader().select(sparql)
