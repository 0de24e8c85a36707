"""The catalogue on stores of others: Oxigraph's server and Virtuoso keep it whole and answer its questions alike."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from comparanda.namespaces import BIBO, CMP, DCTERMS, OWL, RDF, XSD, Base
from comparanda.queries import CHECK, Query, queries
from comparanda.stores import Reader
from comparanda.stores.embedded import EmbeddedStore
from comparanda.stores.oxigraph import OxigraphReader
from comparanda.stores.remote import RemoteStore
from comparanda.terms import Term
from conftest import REPOSITORY, comparanda, free_port, wait_for

NAMES = sorted(path.stem for path in (REPOSITORY / "queries").glob("*.rq"))
OPTIONAL = [name for name in NAMES if any(parameter.optional for parameter in queries()[name].parameters)]
VIRTUOSO = "virtuoso-t", "isql-vt"
START_DEADLINE_S, ANSWER_DEADLINE_S = 60, 60
# Graphs that Virtuoso makes for itself. They are hidden, as they would be counted among ours otherwise.
ITS_OWN = "http://www.openlinksw.com/schemas/virtrdf#", "http://localuriqaserver/sparql", "http://www.w3.org/ns/ldp#"
HIDDEN = "http://www.openlinksw.com/schemas/virtrdf#PrivateGraphs"
CONFIGURATION = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
FileExtend = 200

[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
CheckpointInterval = 0
DirsAllowed = {folder}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 2

[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerThreads = 5

[SPARQL]
ResultSetMaxRows = 1000000
"""


@dataclass(frozen=True)
class Virtuoso:
    """A running Virtuoso, asked by forms."""

    url: str
    sql_port: int

    def sql(self, *statements: str, deadline_s: float = 0) -> str:
        """Send statements; until the deadline it may not listen yet."""
        end = time.monotonic() + deadline_s
        options = ["VERBOSE=OFF", "BANNER=OFF", "PROMPT=OFF", "ERRORS=STDOUT"]
        command = ["isql-vt", f"127.0.0.1:{self.sql_port}", "dba", "dba", *options]
        while True:
            text = "".join(f"{statement};\n" for statement in statements)
            done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)
            if done.returncode == 0 or time.monotonic() > end:
                break
        assert done.returncode == 0, done.stderr
        assert "*** Error" not in done.stdout, done.stdout
        return done.stdout

    def ask(self, sparql: str, accept: str) -> bytes:
        body = urllib.parse.urlencode({"query": sparql}).encode()
        request = urllib.request.Request(self.url, body, {"Accept": accept})
        with urllib.request.urlopen(request, timeout=ANSWER_DEADLINE_S) as answer:
            assert answer.headers.get_content_type() == accept
            content: bytes = answer.read()
            return content

    def rows(self, sparql: str) -> list[tuple[Term | None, ...]]:
        content = self.ask(sparql, "application/sparql-results+json")
        solutions = pyoxigraph.parse_query_results(io.BytesIO(content), format=QueryResultsFormat.JSON)
        assert isinstance(solutions, QuerySolutions)
        return [tuple(solution) for solution in solutions]

    def triples(self, sparql: str) -> list[Triple]:
        content = self.ask(sparql, "application/n-triples")
        return [quad.triple for quad in pyoxigraph.parse(content, format=RdfFormat.N_TRIPLES)]


@pytest.fixture(scope="module")
def export(bundled: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled catalogue in a file of N-Quads."""
    path = tmp_path_factory.mktemp("export") / "catalogue.nq"
    done = comparanda("export", "--format", "nq", "--output", str(path), store=bundled.path)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def oxigraph(
    export: Path, start_server: Callable[[list[str], str], str], tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The address of a real `oxigraph serve` into which the export was loaded."""
    program = str(Path(sys.executable).parent / "oxigraph")
    location = str(tmp_path_factory.mktemp("oxigraph"))
    address = start_server(
        [program, "serve", "--location", location, "--bind", "127.0.0.1:{port}", "--union-default-graph"], "/"
    )
    headers = {"Content-Type": "application/n-quads"}
    request = urllib.request.Request(f"{address}/store", export.read_bytes(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=ANSWER_DEADLINE_S) as answer:
        assert answer.status in (200, 201, 204)
    return address


@contextmanager
def running(quads: Path, folder: Path) -> Iterator[Virtuoso]:
    """A real Virtuoso with its files in `folder`, into which N-Quads were loaded; everybody may write."""
    if missing := [program for program in VIRTUOSO if shutil.which(program) is None]:
        pytest.skip(f"{' and '.join(missing)} of Debian's virtuoso-opensource-7 are not installed")
    sql_port, http_port = free_port(), free_port()
    configuration = folder / "virtuoso.ini"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, sql_port=sql_port, http_port=http_port), encoding="utf-8"
    )
    shutil.copy(quads, folder / "catalogue.nq")
    command = ["virtuoso-t", "+foreground", "+configfile", str(configuration)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        engine = Virtuoso(f"http://127.0.0.1:{http_port}/sparql", sql_port)
        wait_for(engine.url, process, START_DEADLINE_S)
        engine.sql("SELECT 1", deadline_s=START_DEADLINE_S)
        engine.sql(
            'GRANT SPARQL_UPDATE TO "SPARQL"',
            f"ld_dir('{folder}', 'catalogue.nq', 'urn:none')",
            "rdf_loader_run()",
            f"DB.DBA.RDF_GRAPH_GROUP_CREATE('{HIDDEN}', 1)",
            *(f"DB.DBA.RDF_GRAPH_GROUP_INS('{HIDDEN}', '{graph}')" for graph in ITS_OWN),
            "DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 7, 0)",
            "DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 0, 1)",
        )
        yield engine
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def virtuoso(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """A Virtuoso with the bundled catalogue."""
    with running(export, tmp_path_factory.mktemp("virtuoso")) as engine:
        yield engine


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
    with running(damaged, tmp_path_factory.mktemp("virtuoso")) as engine:
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
    """SELECT gives the same rows in the same order, CONSTRUCT the same triples; and both find something."""
    if asked.columns:
        names = [column.name for column in asked.columns]
        expected = [tuple(compared(row[name]) for name in names) for row in reader.select(sparql)]
        assert [tuple(map(compared, row)) for row in virtuoso.rows(sparql)] == expected
    else:
        expected = sorted(tuple(map(compared, triple)) for triple in reader.construct(sparql))
        found = virtuoso.triples(sparql)
        assert sorted(tuple(map(compared, triple)) for triple in found) == expected
    assert expected, "nothing is found: give an example that finds something, or damage the catalogue"


# The catalogue comes back


def test_oxigraph_gives_the_catalogue_back_byte_for_byte(oxigraph: str, export: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.nq"
    done = comparanda("export", "--format", "nq", "--output", str(again), "--store", f"{oxigraph}/query")
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


def test_the_remote_store_asks_virtuoso(virtuoso: Virtuoso, bundled: EmbeddedStore) -> None:
    """Virtuoso answers forms only, never a query that is the body itself (virtuoso-opensource issue 842)."""
    store, asked, entry = RemoteStore(virtuoso.url), queries()["method_works"], queries()["entry"]
    assert store.select(with_examples(asked)) == bundled.reader().select(with_examples(asked))
    assert set(store.construct(with_examples(entry))) == set(bundled.reader().construct(with_examples(entry)))


def test_what_the_remote_store_writes_virtuoso_keeps(virtuoso: Virtuoso, bundled: EmbeddedStore, base: Base) -> None:
    """Written twice, and emptied in the end; hostile text stays text."""
    graph = NamedNode("urn:written")
    triples = bundled.reader().construct(
        queries()["entry"].bind(document=base.document(base.method("multimodal-diffusion-model")))
    )
    hostile = '" } } ; CLEAR ALL ; INSERT DATA { <a:b> <a:b> "\\u0022 \\ \n\r\t \' é 😀 多数決 \u202e'
    written = {*triples, Triple(graph, NamedNode("urn:says"), Literal(hostile, language="pt-br"))}
    store = RemoteStore(virtuoso.url, timeout_s=ANSWER_DEADLINE_S)
    question = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    for content in (written, written, set()):
        with store.writer() as writer:
            writer.replace({graph: content})
            writer.commit()
        assert set(virtuoso.triples(question)) == content


@pytest.mark.parametrize("engine", ["oxigraph", "virtuoso"])
def test_the_command_line_compares_methods_of_another_engine(
    engine: str, bundled: EmbeddedStore, request: pytest.FixtureRequest
) -> None:
    found = request.getfixturevalue(engine)
    url = found.url if isinstance(found, Virtuoso) else f"{found}/query"
    arguments = "compare", "random-forest", "k-means", "--lang", "pt", "--format", "json"
    remote = comparanda(*arguments, "--store", url)
    assert remote.returncode == 0, remote.stderr
    embedded = json.loads(comparanda(*arguments, store=bundled.path).stdout)
    assert json.loads(remote.stdout)["rows"] == embedded["rows"]
