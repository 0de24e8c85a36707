"""The catalogue in Python: the answers of the server as values, tables and an rdflib Dataset."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Dataset, Graph, URIRef

import comparanda as package
from comparanda.answers import Answers
from comparanda.catalogue.opening import make_store
from comparanda.errors import BadRequest, BrokenInstallation, InvalidTerm, NoStore, StoreError, UnknownMethod
from comparanda.library import Library, Text
from comparanda.namespaces import DEFAULT_BASE, Base
from comparanda.queries import queries
from comparanda.stores.embedded import EmbeddedStore
from conftest import free_port
from misbehaving import answer, sends, serving

K_MEANS = f"{DEFAULT_BASE}id/method/k-means"
PAIR = ("k-means", "hierarchical-clustering")

# rdflib 7.6 uses within itself what it tells others not to use.
RDFLIB_WARNS_OF_ITSELF = pytest.mark.filterwarnings("ignore:Dataset.*deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
def library(bundled: EmbeddedStore) -> Library:
    return package.open(bundled.path)


@pytest.fixture(scope="module")
def dataset(library: Library) -> Dataset:
    return library.dataset()


# Opening


def test_importing_the_package_loads_nothing_but_the_package() -> None:
    heavy = "pyoxigraph flask rdflib pandas pyshacl click comparanda.library"
    code = f"import sys, comparanda; print([name for name in '{heavy}'.split() if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_importing_the_library_loads_neither_pandas_nor_rdflib_nor_the_server() -> None:
    heavy = "pandas oxrdflib flask granian click"
    code = f"import sys, comparanda.library; print([name for name in '{heavy}'.split() if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_store_that_is_not_there_is_not_made_unless_asked_for(tmp_path: Path) -> None:
    with pytest.raises(NoStore, match="comparanda init"):
        package.open(tmp_path / "store")
    assert not (tmp_path / "store").exists()
    assert len(package.open(tmp_path / "store", fill_new=True).methods()) > 100


def test_without_a_store_the_environment_names_it(bundled: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPARANDA_STORE", str(bundled.path))
    assert package.open().version == bundled.reader().version


def test_without_any_store_the_users_own_is_made_and_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMPARANDA_STORE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert package.open().methods()
    assert (tmp_path / "comparanda" / "comparanda.json").is_file()


def test_a_library_stays_at_its_version_until_it_is_refreshed(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store")
    make_store(store, Base(), empty=True)
    opened = package.open(store.path)
    before = opened.version
    with store.writer() as writer:
        writer.commit()
    assert opened.version == before
    assert opened.refresh() == str(int(before) + 1)


# Answers


def test_answers_are_those_of_the_server(library: Library, bundled: EmbeddedStore, answers: Answers) -> None:
    reader = bundled.reader()
    assert library.compare(*PAIR, language="pt") == answers.compare(reader, PAIR, "pt")
    assert library.compare(*PAIR, rows="different") == answers.compare(reader, PAIR, "en").only("different")
    assert library.method("k-means") == answers.method(reader, "k-means", "en")
    assert library.related("k-means") == answers.related(reader, "k-means", "en")
    assert library.referenced_by("k-means", "de") == answers.referenced_by(reader, "k-means", "de")
    assert library.methods() == answers.methods(reader, "en")
    assert library.statistics() == answers.statistics(reader)


def test_a_method_that_does_not_exist_is_an_error_and_not_an_empty_list(library: Library) -> None:
    for ask in (library.method, library.related, library.referenced_by):
        with pytest.raises(UnknownMethod, match="closest are k-means"):
            ask("k-meanz")
        with pytest.raises(InvalidTerm, match="not a slug"):
            ask("k means>")


@pytest.mark.parametrize("name", queries())
def test_every_question_gives_typed_rows_with_the_columns_of_its_file(name: str, library: Library) -> None:
    query = queries()[name]
    given = {parameter: example_value(text) for parameter, text in query.examples().items()}
    rows = library.question(name, **given)
    assert rows or name.startswith("check_")
    if query.columns and rows:
        assert [field.rstrip("_") for field in rows[0]._fields] == [column.name for column in query.columns]
        kinds = {"IRI": str, "text": str, "integer": int}
        for column in query.columns:
            values = {type(getattr(row, next(f for f in row._fields if f.rstrip("_") == column.name))) for row in rows}
            if column.kind in kinds:
                assert all(kind is type(None) or issubclass(kind, kinds[column.kind]) for kind in values), column.name


def example_value(written: str) -> str:
    """What a Python user writes for the example of a header."""
    if written.startswith("<"):
        return written.strip("<>")
    value, _, language = written.rpartition('"@')
    return Text(value.removeprefix('"'), language) if value else written.strip('"')


def test_a_method_may_be_named_by_its_slug_or_its_iri(library: Library) -> None:
    by_slug = library.question("method_related", method="k-means", language="en")
    assert by_slug
    assert by_slug == library.question("method_related", method=K_MEANS, language="en")


def test_a_text_knows_its_language(library: Library) -> None:
    names = {row.found.language: row.found for row in library.question("methods_named", name="K-means clustering")}
    assert names["en"] == "K-means clustering"
    assert library.question("methods_with_name", name=names["en"])[0].method == K_MEANS


def test_unknown_questions_and_parameters_say_which_there_are(library: Library) -> None:
    with pytest.raises(BadRequest, match="methods_named"):
        library.question("nothing")
    with pytest.raises(InvalidTerm, match=r"has no parameter nothing\. Use one of name"):
        library.question("methods_named", nothing="x")
    with pytest.raises(InvalidTerm, match="needs a value for name"):
        library.question("methods_named")
    with pytest.raises(InvalidTerm, match="no kind"):
        library.question("methods_named", name=["x"])  # type: ignore[arg-type]
    with pytest.raises(InvalidTerm, match="not an absolute IRI"):
        library.question("classes_of", resource="x> } ; DROP ALL")
    assert library.questions().keys() == queries().keys()


# Tables


def test_a_frame_of_a_question_has_its_columns_even_without_rows(library: Library) -> None:
    pytest.importorskip("pandas")
    frame = library.frame("methods", language="en")
    assert list(frame.columns) == ["method", "name"]
    assert len(frame) == len(library.question("methods", language="en"))
    assert list(library.frame("methods_named", name="no such name").columns) == ["method", "found"]
    assert list(library.frame("entry", document=f"{DEFAULT_BASE}doc/method/k-means")) == [
        "subject",
        "predicate",
        "object",
    ]


def test_a_frame_of_a_comparison_has_a_line_for_each_row_and_a_column_for_each_method(library: Library) -> None:
    pytest.importorskip("pandas")
    comparison = library.compare(*PAIR)
    frame = library.frame(comparison)
    assert list(frame.index) == [row.key for row in comparison.rows]
    assert list(frame.columns) == ["label", "differs", "difference", *PAIR]
    assert frame.loc["related", "k-means"] == comparison.rows[7].cells[0].text


def test_frames_of_other_answers(library: Library) -> None:
    pytest.importorskip("pandas")
    assert list(library.frame(library.methods()).columns) == ["slug", "iri", "name", "language"]
    assert {"slug", "kinds", "reason"} <= set(library.frame(library.related("k-means")).columns)
    statistics = library.frame(library.statistics())
    assert list(statistics.columns) == ["group", "name", "count"]
    assert library.frame(library.question("entry_count"))["count"].sum() > 1000


def test_a_frame_without_pandas_says_how_to_get_it(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(BrokenInstallation, match=r"pip install 'comparanda\[pandas\]'"):
        library.frame("methods")


# The rdflib view


@RDFLIB_WARNS_OF_ITSELF
def test_the_dataset_holds_the_same_triples_and_graphs(dataset: Dataset, bundled: EmbeddedStore) -> None:
    database = bundled.reader().database
    assert len(dataset) == len({quad.triple for quad in bundled.reader().quads()})
    graphs = {str(graph.identifier) for graph in dataset.graphs()} - {"urn:x-rdflib:default"}
    assert graphs == {graph.value for graph in database.named_graphs()}  # type: ignore[union-attr]
    assert {str(name) for name in dataset.objects(URIRef(K_MEANS), SKOS.prefLabel)} >= {"K-means clustering"}
    assert len(dataset.graph(URIRef(f"{DEFAULT_BASE}doc/method/k-means"))) > 10


def test_the_dataset_answers_sparql_with_the_prefixes_of_the_catalogue(dataset: Dataset, library: Library) -> None:
    found = dataset.query("SELECT (COUNT(?method) AS ?n) WHERE { ?method a cmp:Method }")
    assert [int(row.n) for row in found] == [library.statistics()["entries"][f"{DEFAULT_BASE}ontology#Method"]]  # type: ignore[union-attr]
    only_default = dataset.query(f"ASK {{ GRAPH <{DEFAULT_BASE}doc/method/k-means> {{ <{K_MEANS}> a ?class }} }}")
    assert only_default.askAnswer


@RDFLIB_WARNS_OF_ITSELF
def test_the_dataset_cannot_be_changed(dataset: Dataset) -> None:
    triple = (URIRef(K_MEANS), RDF.type, RDF.Bag)
    entry = dataset.get_context(URIRef(f"{DEFAULT_BASE}doc/method/k-means"))
    before = len(dataset)
    for change in (
        lambda: dataset.add(triple),
        lambda: dataset.addN([(*triple, entry)]),
        lambda: dataset.remove((None, None, None)),
        lambda: dataset.remove_graph(entry),
        lambda: dataset.update("DROP ALL"),
        lambda: dataset.parse(data="<urn:a> <urn:a> <urn:a> .", format="turtle"),
        lambda: entry.add(triple),
    ):
        with pytest.raises(TypeError, match="cannot be changed"):
            change()  # type: ignore[no-untyped-call]
    assert len(dataset) == before
    copy = Graph()
    copy += entry
    copy.add(triple)
    assert len(copy) == len(entry) + 1


def test_a_dataset_keeps_its_version_while_others_are_committed(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store", versions_kept=1)
    make_store(store, Base(), empty=True)
    dataset = package.open(store.path).dataset()
    before = len(dataset)
    for _ in range(4):
        with store.writer() as writer:
            writer.replace({Base().scheme("area"): []})
            writer.commit()
    assert len(dataset) == before
    assert len(package.open(store.path).dataset()) < before


def test_a_remote_store_has_no_dataset() -> None:
    nothing = b'{"head": {"vars": ["version", "modified"]}, "results": {"bindings": []}}'
    with serving(sends(answer(body=nothing))) as server, pytest.raises(StoreError, match="SPARQLStore"):
        package.open(server.url).dataset()


def test_a_library_on_a_remote_store_that_is_not_there_says_so_when_it_is_opened() -> None:
    with pytest.raises(StoreError, match="cannot be asked"):
        package.open(f"http://127.0.0.1:{free_port()}/sparql")
