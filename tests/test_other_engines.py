"""The catalogue on stores of others: Oxigraph's server and Virtuoso keep it whole and answer its questions alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple

from comparanda.namespaces import BIBO, CMP, DCTERMS, OWL, RDF, XSD, Base
from comparanda.queries import CHECK, Query, queries
from comparanda.stores import Reader
from comparanda.stores.embedded import EmbeddedStore
from comparanda.stores.endpoint import Access
from comparanda.stores.oxigraph import OxigraphReader
from comparanda.stores.remote import RemoteStore
from comparanda.terms import Term
from conftest import REPOSITORY, comparanda
from engines import Virtuoso, running_virtuoso

NAMES = sorted(path.stem for path in (REPOSITORY / "queries").glob("*.rq"))
OPTIONAL = [name for name in NAMES if any(parameter.optional for parameter in queries()[name].parameters)]


@pytest.fixture(scope="module")
def damaged(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue in which much is not as it should be, so that the checks have something to find."""
    quads = sorted(read(export), key=str)
    made = [quad for position, quad in enumerate(quads) if position % 9]

    def having(predicate: NamedNode, kind: NamedNode | None = None) -> list[Quad]:
        return [quad for quad in quads if quad.predicate == predicate and (kind is None or quad.object == kind)]

    def say(about: Quad, predicate: NamedNode, value: Term, subject: NamedNode | None = None) -> None:
        made.append(Quad(subject or about.subject, predicate, value, about.graph_name))  # type: ignore[arg-type]

    dois, citations = having(BIBO["doi"]), having(DCTERMS["bibliographicCitation"])
    for one, other in zip(dois[::40], dois[1::40], strict=False):
        say(other, BIBO["doi"], Literal(one.object.value.upper()))  # type: ignore[union-attr]
    for one, other in zip(citations[::40], citations[1::40], strict=False):
        text = one.object.value.upper().replace("-", "–").replace(" ", "\u00a0")  # type: ignore[union-attr]
        say(other, DCTERMS["bibliographicCitation"], Literal(text))
    for position, one in enumerate(dois[::30]):
        say(one, BIBO["isbn"], Literal(f"978-{position:04}-1"))
        say(one, BIBO["isbn"], Literal(f"978-{position:04}-2"))
    methods = having(RDF["type"], CMP["Method"])
    for one in methods[::20]:
        say(one, OWL["deprecated"], Literal("true", datatype=XSD["boolean"]))
    for one in methods[::15]:
        say(one, CMP["statedRelatedCount"], Literal("3", datatype=XSD["integer"]))
    for one in methods[::25]:
        statement = NamedNode(f"{one.graph_name.value}#statement")  # type: ignore[union-attr]
        say(one, RDF["type"], CMP["Statement"], statement)
        say(one, RDF["subject"], one.subject, statement)  # type: ignore[arg-type]
        say(one, RDF["predicate"], CMP["kind"], statement)
        say(one, RDF["object"], Literal("Something else", language="en"), statement)
    path = tmp_path_factory.mktemp("damaged") / "damaged.nq"
    pyoxigraph.serialize(made, str(path), RdfFormat.N_QUADS)
    return path


@pytest.fixture(scope="module")
def damaged_virtuoso(damaged: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    with running_virtuoso(tmp_path_factory.mktemp("virtuoso"), damaged) as engine:
        yield engine


@pytest.fixture(scope="module")
def damaged_reader(damaged: Path) -> Reader:
    store = pyoxigraph.Store()
    store.bulk_load(path=str(damaged), format=RdfFormat.N_QUADS)
    return OxigraphReader(store, "0")


def read(path: Path) -> set[Quad]:
    return set(pyoxigraph.parse(path=str(path), format=RdfFormat.N_QUADS))


def value(written: str) -> Term:
    """The term that an example in a header stands for."""
    quads = pyoxigraph.parse(f"<urn:s> <urn:p> {written} .", format=RdfFormat.TURTLE)
    return next(quads).object


def with_examples(asked: Query, *, optional: bool = True) -> str:
    """The query with its examples; without `optional`, only with what must be given."""
    left_out = {parameter.name for parameter in asked.parameters if parameter.optional and not optional}
    written = {name: example for name, example in asked.examples().items() if name not in left_out}
    return asked.bind(**{name: value(example) for name, example in written.items()})


def compared(term: Term | None) -> tuple[str, str, str | None] | None:
    """What two engines must agree on: the kind of a term, its text and its language."""
    if term is None:
        return None
    if not isinstance(term, Literal):
        assert isinstance(term, NamedNode), "there are no blank nodes"
        return "IRI", term.value, None
    return "literal", str(boolean(term).value), term.language


def boolean(term: Literal) -> Literal:
    """Virtuoso keeps truth values as numbers; here they are words again."""
    if term.datatype == XSD["boolean"]:
        return Literal({"0": "false", "1": "true"}.get(term.value, term.value), datatype=XSD["boolean"])
    return term


def assert_same_answer(virtuoso: Virtuoso, reader: Reader, asked: Query, sparql: str) -> None:
    """SELECT gives the same rows, in the same order if there is one, CONSTRUCT the same triples; both find some."""
    if asked.columns:
        names = [column.name for column in asked.columns]
        expected = [tuple(compared(row[name]) for name in names) for row in reader.select(sparql)]
        found = [tuple(map(compared, row)) for row in virtuoso.rows(sparql)]
        if "ORDER BY" not in asked.body:
            found, expected = sorted(found, key=str), sorted(expected, key=str)
        assert found == expected
    else:
        expected = sorted(tuple(map(compared, triple)) for triple in reader.construct(sparql))
        assert sorted(tuple(map(compared, triple)) for triple in virtuoso.triples(sparql)) == expected
    assert expected, "nothing is found: give an example that finds something, or damage the catalogue"


# The catalogue comes back


def test_oxigraph_gives_the_catalogue_back_byte_for_byte(oxigraph: Access, export: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.nq"
    done = comparanda("export", "--format", "nq", "--output", str(again), "--store", oxigraph.query_url)
    assert done.returncode == 0, done.stderr
    assert again.read_bytes() == export.read_bytes()


def test_virtuoso_gives_the_catalogue_back_with_numbers_for_truth_values_and_nothing_else_changed(
    virtuoso: Virtuoso, export: Path
) -> None:
    expected = sorted(f"{quad} ." for quad in read(export))
    found = [Quad(*row) for row in virtuoso.rows("SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }")]  # type: ignore[arg-type]
    numbers = [quad for quad in found if isinstance(quad.object, Literal) and boolean(quad.object) != quad.object]
    assert {str(quad.object) for quad in numbers} == {f'"1"^^{XSD["boolean"]}'}
    assert len(numbers) == sum(line.count(f'"true"^^{XSD["boolean"]}') for line in expected)
    for quad in numbers:
        found.remove(quad)
        found.append(Quad(quad.subject, quad.predicate, boolean(quad.object), quad.graph_name))  # type: ignore[arg-type]
    assert sorted(f"{quad} ." for quad in found) == expected


# Questions


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith(CHECK)])
def test_virtuoso_answers_a_question_as_the_embedded_store_does(
    name: str, virtuoso: Virtuoso, bundled: EmbeddedStore
) -> None:
    asked = queries()[name]
    assert_same_answer(virtuoso, bundled.reader(), asked, with_examples(asked))


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(CHECK)])
def test_virtuoso_finds_in_a_damaged_catalogue_what_the_embedded_store_finds(
    name: str, damaged_virtuoso: Virtuoso, damaged_reader: Reader
) -> None:
    asked = queries()[name]
    assert_same_answer(damaged_virtuoso, damaged_reader, asked, with_examples(asked))


@pytest.mark.parametrize("name", OPTIONAL)
def test_virtuoso_answers_a_question_whose_optional_parameters_are_left_out(
    name: str, virtuoso: Virtuoso, bundled: EmbeddedStore
) -> None:
    asked = queries()[name]
    assert_same_answer(virtuoso, bundled.reader(), asked, with_examples(asked, optional=False))


# The remote store


def test_the_remote_store_asks_virtuoso(virtuoso: Virtuoso, bundled: EmbeddedStore, base: Base) -> None:
    """Virtuoso answers forms only, never a query that is the body itself (virtuoso-opensource issue 842)."""
    reader, asked, entry = RemoteStore(virtuoso.access, base).reader(), queries()["method_works"], queries()["entry"]
    assert reader.select(with_examples(asked)) == bundled.reader().select(with_examples(asked))
    assert set(reader.construct(with_examples(entry))) == set(bundled.reader().construct(with_examples(entry)))


def test_what_the_remote_store_writes_virtuoso_keeps(bundled: EmbeddedStore, base: Base, tmp_path: Path) -> None:
    """Written twice, and emptied in the end; hostile text stays text."""
    graph = NamedNode("urn:written")
    triples = bundled.reader().construct(
        queries()["entry"].bind(document=base.document(base.method("multimodal-diffusion-model")))
    )
    hostile = '" } } ; CLEAR ALL ; INSERT DATA { <a:b> <a:b> "\\u0022 \\ \n\r\t \' é 😀 多数決 \u202e'
    written = {*triples, Triple(graph, NamedNode("urn:says"), Literal(hostile, language="pt-br"))}
    question = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    with running_virtuoso(tmp_path) as engine:
        store = RemoteStore(engine.access, base)
        for content in (written, written, set()):
            with store.writer() as writer:
                writer.replace({graph: content})
                writer.commit()
            assert set(engine.triples(question)) == content


@pytest.mark.parametrize("engine", ["oxigraph", "virtuoso"])
def test_the_command_line_compares_methods_of_another_engine(
    engine: str, bundled: EmbeddedStore, request: pytest.FixtureRequest
) -> None:
    found = request.getfixturevalue(engine)
    url = (found.access if isinstance(found, Virtuoso) else found).query_url
    arguments = "compare", "random-forest", "k-means", "--lang", "pt", "--format", "json"
    remote = comparanda(*arguments, "--store", url)
    assert remote.returncode == 0, remote.stderr
    embedded = json.loads(comparanda(*arguments, store=bundled.path).stdout)
    assert json.loads(remote.stdout)["rows"] == embedded["rows"]
