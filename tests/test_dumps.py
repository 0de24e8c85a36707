"""Dumps, differences and feeds: what is taken away is whole, the same each time, and can be put back."""

from __future__ import annotations

import csv
import gzip
import hashlib
import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple
from werkzeug.test import TestResponse

from comparanda.app import create_app
from comparanda.catalogue.opening import make_store
from comparanda.dumps import canonical, checksums, dump_version, write_dump, write_graph
from comparanda.dumps.crate import CRATE, FILES, SUMS
from comparanda.dumps.differences import Side, as_json, differences
from comparanda.errors import BadRequest, StoreError
from comparanda.namespaces import CMP, DCTERMS, FOAF, RDF, SKOS, XSD, Base
from comparanda.settings import Settings
from comparanda.shapes import shapes
from comparanda.stores import Reader
from comparanda.stores.embedded import EmbeddedStore, OxigraphReader
from conftest import comparanda

A = NamedNode("https://example.org/a")
ATOM = "{http://www.w3.org/2005/Atom}"


def dump(reader: Reader, folder: Path) -> bool:
    return write_dump(reader, folder, Base(), shapes(), "en")


@pytest.fixture(scope="module")
def dumped(bundled: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump of the bundled catalogue; tests only read it."""
    folder = tmp_path_factory.mktemp("dumps") / "1"
    assert dump(bundled.reader(), folder)
    return folder


@pytest.fixture
def small() -> OxigraphReader:
    """A store in memory with one method."""
    store = pyoxigraph.Store()
    method, graph = Base().method("t-test"), NamedNode(f"{Base().iri}doc/method/t-test")
    said = [
        (method, RDF["type"], CMP["Method"]),
        (method, SKOS["prefLabel"], Literal("=cmd|' /C calc'!A0", language="en")),
        (graph, FOAF["primaryTopic"], method),
        (graph, DCTERMS["created"], Literal("2026-01-01", datatype=XSD["date"])),
    ]
    store.extend(Quad(subject, predicate, value, graph) for subject, predicate, value in said)
    return OxigraphReader(store, "7")


@pytest.fixture
def changed(tmp_path: Path, bundled: EmbeddedStore) -> EmbeddedStore:
    """A store with two methods, one of which has another name in the newest version."""
    store = EmbeddedStore(tmp_path / "store")
    make_store(store, Base(), empty=True)
    graphs = [Base().document(Base().method(slug)) for slug in ("k-means", "hierarchical-clustering")]
    database = bundled.reader().database
    with store.writer() as writer:
        for graph in graphs:
            writer.replace({graph: [quad.triple for quad in database.quads_for_pattern(None, None, None, graph)]})
        writer.commit()
    rename(store, "k-means", "K-means, renamed", "2099-01-01T00:00:00Z")
    return store


def rename(store: EmbeddedStore, slug: str, name: str, when: str) -> None:
    method = Base().method(slug)
    graph = Base().document(method)
    with store.writer() as writer:
        assert isinstance(writer.reader, OxigraphReader)
        triples = [quad.triple for quad in writer.reader.database.quads_for_pattern(None, None, None, graph)]
        kept = [t for t in triples if not (t.predicate == SKOS["prefLabel"] and t.object.language == "en")]  # type: ignore[union-attr]
        moment = Literal(when, datatype=XSD["dateTime"])
        new = [
            Triple(method, SKOS["prefLabel"], Literal(name, language="en")),
            Triple(graph, DCTERMS["modified"], moment),
        ]
        writer.replace({graph: [*(t for t in kept if t.predicate != DCTERMS["modified"]), *new]})
        writer.commit()


def client_of(store: EmbeddedStore) -> FlaskClient:
    return create_app(Settings.from_environment({}, store=str(store.path)), store).test_client()


def fetch(client: FlaskClient, address: str, **headers: str) -> TestResponse:
    """The answer, read whole: a file that is served is closed when it is read."""
    return client.get(
        address, headers={name.replace("_", "-"): value for name, value in headers.items()}, buffered=True
    )


def canonical_set(quads: Iterator[Quad]) -> set[Quad]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with gzip.open(folder / name, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


# What a dump holds


@pytest.mark.parametrize("name", ["nq", "trig", "jsonld"])
def test_a_dump_loaded_into_a_fresh_store_gives_the_same_quads(name: str, dumped: Path, bundled: EmbeddedStore) -> None:
    store = pyoxigraph.Store()
    with gzip.open(dumped / f"catalogue.{name}.gz") as file:
        store.bulk_load(file, RdfFormat.from_extension(name))
    expected = canonical_set(bundled.reader().quads())
    assert len(expected) > 10_000
    assert canonical_set(store.quads_for_pattern(None, None, None)) == expected


def test_the_turtle_holds_every_triple_once(dumped: Path, bundled: EmbeddedStore) -> None:
    with gzip.open(dumped / "catalogue.ttl.gz") as file:
        found = [quad.triple for quad in pyoxigraph.parse(file, format=RdfFormat.TURTLE)]
    assert len(found) == len(set(found))
    assert set(found) == {quad.triple for quad in bundled.reader().quads()}


def test_the_nquads_are_canonical_and_sorted_by_code_point(dumped: Path) -> None:
    lines = gzip.decompress((dumped / "catalogue.nq.gz").read_bytes()).decode().removesuffix("\n").split("\n")
    assert lines == sorted(set(lines))
    again = pyoxigraph.serialize(pyoxigraph.parse("\n".join(lines), format=RdfFormat.N_QUADS), format=RdfFormat.N_QUADS)
    assert again is not None
    assert again.decode().removesuffix("\n").split("\n") == lines


def test_equal_data_give_equal_bytes(dumped: Path, bundled: EmbeddedStore, tmp_path: Path) -> None:
    """Whatever the time of day, and whatever order the store gives the quads in."""
    again = tmp_path / "1"
    store = pyoxigraph.Store()
    store.extend(reversed(list(bundled.reader().quads())))
    assert dump(OxigraphReader(store, bundled.reader().version), again)
    for known in FILES:
        assert (again / known.name).read_bytes() == (dumped / known.name).read_bytes(), known.name


def test_a_dump_holds_exactly_the_files_of_the_manifest(dumped: Path) -> None:
    assert {path.name for path in dumped.iterdir()} == {known.name for known in FILES}


def test_the_checksums_are_right(dumped: Path) -> None:
    sums = checksums(dumped)
    assert sums.keys() == {known.name for known in FILES} - {SUMS}
    for name, digest in sums.items():
        assert hashlib.sha256((dumped / name).read_bytes()).hexdigest() == digest


def test_a_dump_says_of_which_version_it_is(dumped: Path, bundled: EmbeddedStore, tmp_path: Path) -> None:
    assert dump_version(dumped) == bundled.reader().version
    assert dump_version(tmp_path) is None


def test_the_research_object_follows_the_rules_of_ro_crate(dumped: Path) -> None:
    crate = json.loads((dumped / CRATE).read_text("utf-8"))
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(entities) == len(crate["@graph"])
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    assert entities[CRATE]["about"] == {"@id": "./"}
    assert entities[CRATE]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = entities["./"]
    assert root["@type"] == "Dataset"
    assert all(root[name] for name in ("name", "description", "datePublished", "license", "author"))
    assert {part["@id"] for part in root["hasPart"]} == {known.name for known in FILES} - {CRATE}
    for part in root["hasPart"]:
        assert entities[part["@id"]]["@type"] == "File"
        size = entities[part["@id"]].get("contentSize")
        assert size is None or int(size) == (dumped / part["@id"]).stat().st_size
    assert root["license"]["@id"] in entities
    assert root["author"]["@id"] in entities


@pytest.mark.skipif(not importlib.util.find_spec("rocrate_validator"), reason="needs roc-validator, and the network")
def test_roc_validator_finds_nothing_that_is_required(dumped: Path) -> None:
    command = [sys.executable, "-m", "rocrate_validator", "-y", "validate", "--no-paging", str(dumped)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout


def test_the_tables_hold_a_line_for_each_entry(dumped: Path, bundled: EmbeddedStore) -> None:
    counts = {str(row["class"]): row["count"] for row in bundled.reader().select(COUNTS)}
    methods = table(dumped, "methods.csv.gz")
    assert len(methods) == int(counts[str(CMP["Method"])].value)  # type: ignore[union-attr]
    assert len(table(dumped, "works.csv.gz")) == int(counts[str(CMP["Work"])].value)  # type: ignore[union-attr]
    assert {"slug", "iri", "name", *(row.key for row in shapes().rows)} <= methods[0].keys()
    links = {(line["method"], line["related"]) for line in table(dumped, "relations.csv.gz")}
    assert links == {
        (Base.slug(quad.subject), Base.slug(quad.object))  # type: ignore[arg-type]
        for quad in bundled.reader().database.quads_for_pattern(None, CMP["related"], None)
    }


COUNTS = "SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) WHERE { ?thing a ?class } GROUP BY ?class"


def test_the_table_of_names_has_every_name_with_its_language(dumped: Path, bundled: EmbeddedStore) -> None:
    database = bundled.reader().database
    expected = {
        (quad.subject.value, quad.object.value, quad.object.language or "")  # type: ignore[union-attr]
        for predicate in (SKOS["prefLabel"], SKOS["altLabel"])
        for quad in database.quads_for_pattern(None, predicate, None)
    }
    found = {(line["iri"], line["name"].removeprefix("'"), line["language"]) for line in table(dumped, "names.csv.gz")}
    assert found == {(iri, name.removeprefix("'"), language) for iri, name, language in expected}


def test_a_cell_that_would_be_a_formula_begins_with_an_apostrophe(small: OxigraphReader, tmp_path: Path) -> None:
    assert dump(small, tmp_path / "dump")
    assert table(tmp_path / "dump", "methods.csv.gz")[0]["name"] == "'=cmd|' /C calc'!A0"
    assert table(tmp_path / "dump", "names.csv.gz")[0]["name"] == "'=cmd|' /C calc'!A0"


def test_a_dump_of_an_empty_store_is_whole(tmp_path: Path) -> None:
    assert dump(OxigraphReader(pyoxigraph.Store(), "0"), tmp_path / "dump")
    assert gzip.decompress((tmp_path / "dump" / "catalogue.nq.gz").read_bytes()) == b""
    assert table(tmp_path / "dump", "methods.csv.gz") == []


def test_blank_nodes_get_canonical_names(tmp_path: Path) -> None:
    def quads(*names: str) -> list[Quad]:
        one, two = (BlankNode(name) for name in names)
        return [Quad(one, A, two, A), Quad(two, A, Literal("x"), A), Quad(A, A, Literal(" _:b "), A)]

    dumps = []
    for number, names in enumerate([("x", "y"), ("y", "x"), ("b1", "c2")]):
        store = pyoxigraph.Store()
        store.extend(quads(*names))
        assert dump(OxigraphReader(store, "1"), tmp_path / str(number))
        dumps.append(gzip.decompress((tmp_path / str(number) / "catalogue.nq.gz").read_bytes()).decode())
    assert len(set(dumps)) == 1
    assert "_:c14n0" in dumps[0]


def test_sorting_through_files_gives_the_same_as_sorting_in_memory(
    dumped: Path, bundled: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canonical, "_LINES_IN_MEMORY", 5_000)
    assert dump(bundled.reader(), tmp_path / "1")
    assert (tmp_path / "1" / SUMS).read_bytes() == (dumped / SUMS).read_bytes()


# Writing


def test_a_dump_that_is_there_is_not_written_again(small: OxigraphReader, tmp_path: Path) -> None:
    assert dump(small, tmp_path / "dump")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "dump").iterdir()}
    assert not dump(small, tmp_path / "dump")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "dump").iterdir()} == before


def test_a_dump_never_replaces_something_else(small: OxigraphReader, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(BadRequest, match="holds something that is no dump"):
        dump(small, tmp_path / "mine")
    assert dump(small, tmp_path / "dump")
    small.version = "8"
    with pytest.raises(BadRequest, match="holds a dump of version 7"):
        dump(small, tmp_path / "dump")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "mine"


def test_a_disk_that_is_full_leaves_nothing_behind(bundled: EmbeddedStore, tmp_path: Path) -> None:
    """Stands for D4: a limit on the size of files fails a write in the same place as a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    reader = bundled.reader()
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(StoreError, match="cannot be written"):
            dump(reader, tmp_path / "dumps" / "1")
        with pytest.raises(StoreError, match="cannot be written"):
            write_graph(reader, RdfFormat.TRIG, tmp_path / "dumps" / "all.trig", sys.stdout.buffer)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "dumps").iterdir()) == []
    assert dump(reader, tmp_path / "dumps" / "1"), "with room again it works"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_may_not_be_written_to_is_a_store_error(small: OxigraphReader, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="Permission denied"):
        dump(small, tmp_path / "dump")


def test_what_a_killed_process_left_is_removed_by_the_next(small: OxigraphReader, tmp_path: Path) -> None:
    left = tmp_path / ".dump.0123.partial"
    left.mkdir()
    (left / "catalogue.nq.gz").write_bytes(b"half")
    assert dump(small, tmp_path / "dump")
    assert [path.name for path in tmp_path.iterdir()] == ["dump"]


def test_two_who_write_the_same_dump_do_not_disturb_each_other(bundled: EmbeddedStore, tmp_path: Path) -> None:
    done: list[bool] = []
    readers = [bundled.reader_of(bundled.version()) for _ in range(3)]
    threads = [threading.Thread(target=lambda r=r: done.append(dump(r, tmp_path / "1"))) for r in readers]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, True]
    assert [path.name for path in tmp_path.iterdir()] == ["1"]


# Commands


def test_export_dump_writes_one_and_then_says_that_it_is_there(bundled: EmbeddedStore, tmp_path: Path) -> None:
    first = comparanda("export", "--dump", str(tmp_path / "dump"), store=bundled.path)
    assert (first.returncode, "Wrote a dump of version" in first.stderr) == (0, True)
    again = comparanda("export", "--dump", str(tmp_path / "dump"), store=bundled.path)
    assert (again.returncode, "There is a dump already" in again.stderr) == (0, True)


@pytest.mark.parametrize("name", ["trig", "nq", "ttl", "nt", "rdf", "jsonld"])
def test_export_writes_every_format_to_a_file(name: str, bundled: EmbeddedStore, tmp_path: Path) -> None:
    output = tmp_path / f"all.{name}"
    done = comparanda("export", "--output", str(output), store=bundled.path)
    assert done.returncode == 0, done.stderr
    found = {quad.triple for quad in pyoxigraph.parse(path=str(output), format=RdfFormat.from_extension(name))}
    assert found == {quad.triple for quad in bundled.reader().quads()}
    assert list(tmp_path.iterdir()) == [output]


def test_export_of_a_version_that_is_not_kept_names_those_that_are(bundled: EmbeddedStore, tmp_path: Path) -> None:
    done = comparanda("export", "--dump", str(tmp_path / "dump"), "--version", "99", store=bundled.path)
    assert done.returncode == 2
    assert "keeps no version 99. Use one of" in done.stderr


def test_diff_of_equal_things_is_silent_and_has_status_0(dumped: Path, bundled: EmbeddedStore) -> None:
    version = bundled.reader().version
    for first, second in [(version, version), (version, str(dumped)), (str(dumped / "catalogue.trig.gz"), version)]:
        done = comparanda("diff", first, second, store=bundled.path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_diff_of_two_versions_shows_what_went_and_what_came(changed: EmbeddedStore) -> None:
    newest = changed.version()
    done = comparanda("diff", str(newest - 1), str(newest), store=changed.path)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert [line[0] for line in lines if "prefLabel" in line] == ["-", "+"]
    assert '"K-means, renamed"@en <https://w3id.org/comparanda/doc/method/k-means> .' in done.stdout
    assert [line[2:] for line in lines] == sorted(line[2:] for line in lines)


def test_diff_as_json_and_as_nquads_say_the_same(changed: EmbeddedStore) -> None:
    newest = str(changed.version())
    before = str(changed.version() - 1)
    found = json.loads(comparanda("diff", before, newest, "--format", "json", store=changed.path).stdout)
    added = {change["quad"] for change in found if change["change"] == "added"}
    assert (len(found), len(added)) == (3, 2)
    quads = comparanda("diff", before, newest, "--format", "nq", store=changed.path).stdout
    parsed = pyoxigraph.parse(quads, format=RdfFormat.N_QUADS)
    assert {f"{quad} ." for quad in parsed} == added


def test_diff_with_a_version_that_is_not_kept_says_so(bundled: EmbeddedStore) -> None:
    done = comparanda("diff", "99", bundled.reader().version, store=bundled.path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "keeps no version 99" in done.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.nq", b"<a> <b>"),
        ("cut.nq.gz", gzip.compress(b"<urn:a> <urn:a> <urn:a> .\n" * 1000)[:40]),
        ("no.nq.gz", b"not gzip"),
        ("flipped.nq.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff"),
    ],
)
def test_diff_of_a_file_that_cannot_be_read_has_status_2(name: str, content: bytes, tmp_path: Path) -> None:
    """1 would mean that they differ."""
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.nt").write_text("<urn:a> <urn:a> <urn:a> .\n")
    done = comparanda("diff", str(tmp_path / name), str(tmp_path / "good.nt"))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{name} cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_diff_ignores_how_blank_nodes_are_called_and_graphs_that_one_side_has_not(tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text("[] <urn:a> [ <urn:b> 1 ] .")
    (tmp_path / "two.nq").write_text(
        '_:x <urn:b> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g> .\n_:y <urn:a> _:x <urn:g> .\n'
    )
    done = comparanda("diff", str(tmp_path / "one.ttl"), str(tmp_path / "two.nq"))
    assert (done.returncode, done.stdout) == (0, "")


def test_no_difference_is_an_empty_list_in_json() -> None:
    side = Side(lambda: [Quad(A, A, A)])
    assert json.loads("".join(as_json(differences(side, side)))) == []


# The server


@pytest.fixture(scope="module")
def served(bundled: EmbeddedStore) -> Iterator[FlaskClient]:
    """A client on the bundled catalogue, where a dump was asked for once."""
    client = client_of(bundled)
    assert fetch(client, f"/dumps/{bundled.version()}/{SUMS}").status_code == 200
    yield client
    shutil.rmtree(bundled.path / "dumps")


@pytest.mark.parametrize("known", FILES, ids=lambda known: known.name)
def test_a_file_is_served_as_it_is(known: object, served: FlaskClient, bundled: EmbeddedStore, dumped: Path) -> None:
    name, media_type = known.name, known.media_type  # type: ignore[attr-defined]
    answer = fetch(served, f"/dumps/{bundled.version()}/{name}", Accept_Encoding="gzip")
    content = (dumped / name).read_bytes()
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.data == content
    assert answer.headers["Content-Length"] == str(len(content))
    assert "Content-Encoding" not in answer.headers
    again = fetch(served, f"/dumps/{bundled.version()}/{name}", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_of_a_file_can_be_fetched(served: FlaskClient, bundled: EmbeddedStore, dumped: Path) -> None:
    address = f"/dumps/{bundled.version()}/catalogue.nq.gz"
    answer = fetch(served, address, Range="bytes=100-199")
    assert (answer.status_code, answer.data) == (206, (dumped / "catalogue.nq.gz").read_bytes()[100:200])


def test_latest_leads_to_the_newest_version(served: FlaskClient, bundled: EmbeddedStore) -> None:
    for name in ("", "catalogue.nq.gz"):
        answer = served.get(f"/dumps/latest/{name}")
        assert (answer.status_code, answer.location) == (302, f"/dumps/{bundled.version()}/{name}")


@pytest.mark.parametrize(
    "path",
    [
        "../current",
        "..%2fcurrent",
        "%2e%2e/current",
        "..\\current",
        "%00",
        "catalogue.nq",
        ".lock",
        "scratch",
        "catalogue.nq.gz/x",
    ],
)
def test_only_files_of_the_manifest_are_served(path: str, served: FlaskClient, bundled: EmbeddedStore) -> None:
    """M3 and 3.14."""
    assert served.get(f"/dumps/{bundled.version()}/{path}").status_code == 404
    assert served.get(f"/dumps/latest/{path}").status_code == 404


@pytest.mark.parametrize("version", ["99", "01", "-1", "1.0", "x", "9" * 5000, "..", "%31%00"])
def test_a_version_that_is_not_kept_is_not_found(version: str, served: FlaskClient) -> None:
    assert served.get(f"/dumps/{version}/{SUMS}").status_code == 404


def test_the_list_gives_address_size_and_checksum_of_each_file(served: FlaskClient, dumped: Path) -> None:
    listed = served.get("/dumps/", headers={"Accept": "application/json"}).json
    assert listed is not None
    assert listed["made"] is True
    assert [file["name"] for file in listed["files"]] == [known.name for known in FILES]
    for file in listed["files"]:
        assert file["bytes"] == (dumped / file["name"]).stat().st_size
        assert file["sha256"] == checksums(dumped).get(file["name"])
        assert fetch(served, file["url"]).status_code == 200
    page = served.get("/dumps/", headers={"Accept": "text/html"})
    assert all(known.name in page.text for known in FILES)


def test_many_who_ask_for_a_dump_make_it_once_and_are_served_or_asked_to_wait(changed: EmbeddedStore) -> None:
    app = create_app(Settings.from_environment({}, store=str(changed.path)), changed)
    answers: list[tuple[int, str | None]] = []

    def ask() -> None:
        with app.test_client().get(f"/dumps/latest/{SUMS}", follow_redirects=True) as answer:
            answers.append((answer.status_code, answer.headers.get("Retry-After")))

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (200, None) in answers
    assert set(answers) <= {(200, None), (503, "5")}
    assert [path.name for path in (changed.path / "dumps").iterdir()] == [str(changed.version())]


def test_dumps_of_versions_that_the_store_forgets_go_with_them(changed: EmbeddedStore) -> None:
    client = client_of(changed)
    first = changed.version()
    assert fetch(client, f"/dumps/{first}/{SUMS}").status_code == 200
    for number in range(4):
        rename(changed, "k-means", f"K-means {number}", f"2099-01-0{number + 2}T00:00:00Z")
    changed._reader = None  # its reader keeps a version
    rename(changed, "k-means", "K-means", "2099-01-09T00:00:00Z")
    assert first not in changed.versions()
    assert fetch(client, f"/dumps/{changed.version()}/{SUMS}").status_code == 200
    assert [path.name for path in (changed.path / "dumps").iterdir()] == [str(changed.version())]


def test_a_dump_that_cannot_be_made_is_a_problem_without_paths(changed: EmbeddedStore) -> None:
    (changed.path / "dumps").write_text("in the way")
    answer = client_of(changed).get(f"/dumps/{changed.version()}/{SUMS}")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert str(changed.path) not in answer.text


# Feeds


def entries(client: FlaskClient, **asked: str | int) -> list[dict[str, str]]:
    answer = client.get("/changes.json", query_string=asked)
    assert answer.status_code == 200
    assert answer.mimetype == "application/feed+json"
    assert answer.json is not None
    found: list[dict[str, str]] = answer.json["items"]
    return found


def test_the_newest_change_comes_first(changed: EmbeddedStore) -> None:
    newest = entries(client_of(changed))[0]
    assert newest["id"] == "https://w3id.org/comparanda/id/method/k-means"
    assert newest["title"] == "K-means, renamed"
    assert newest["date_modified"] == "2099-01-01T00:00:00Z"


def test_since_a_date_gives_what_changed_from_then_on(changed: EmbeddedStore) -> None:
    client = client_of(changed)
    assert len(entries(client, since="2098-12-31")) == 1
    assert len(entries(client, since="2099-01-01T02:00:00+02:00")) == 1
    assert entries(client, since="2099-01-01T00:00:01Z") == []


def test_since_a_version_gives_what_changed_after_it(changed: EmbeddedStore) -> None:
    client = client_of(changed)
    newest = changed.version()
    assert [item["title"] for item in entries(client, since=newest - 1)] == ["K-means, renamed"]
    assert entries(client, since=newest) == []


def test_following_the_next_links_gives_every_entry_once(client: FlaskClient, bundled: EmbeddedStore) -> None:
    counts = {row["class"]: row["count"] for row in bundled.reader().select(COUNTS)}
    address: str | None = "/changes.json?limit=200"
    found: list[str] = []
    while address is not None:
        feed = client.get(address).json
        assert feed is not None
        found.extend(item["id"] for item in feed["items"])
        address = feed.get("next_url")
    assert len(found) == len(set(found)) == sum(int(counts[CMP[kind]].value) for kind in ("Method", "Work"))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("parameter", "value", "status"),
    [
        ("since", "yesterday", 400),
        ("since", "2026-13-01", 400),
        ("since", "9999-12-31T23:59:59-14:00", 400),
        ("since", "999", 404),
        ("since", "9" * 5000, 400),
        ("limit", "0", 400),
        ("limit", "-1", 400),
        ("limit", "٣", 400),
        ("cursor", "x", 400),
        ("cursor", "2026-01-01~\x00", 400),
    ],
)
def test_a_wrong_question_to_a_feed_is_refused(parameter: str, value: str, status: int, client: FlaskClient) -> None:
    answer = client.get("/changes.atom", query_string={parameter: value})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_the_atom_feed_has_what_rfc_4287_asks_for(client: FlaskClient) -> None:
    answer = client.get("/changes.atom?limit=3&since=2020-01-01", headers={"Host": "localhost"})
    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    for parent, count in ((feed, 1), *((entry, 1) for entry in feed.findall(f"{ATOM}entry"))):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"{ATOM}{name}")) == count
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == "http://localhost/changes.atom?since=2020-01-01&limit=3"
    assert links["next"].startswith("http://localhost/changes.atom?")  # type: ignore[union-attr]
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert len(feed.findall(f"{ATOM}entry")) == 3
    moments = [str(found.text) for found in feed.iter(f"{ATOM}updated")]
    assert all(len(moment) >= 20 and moment.endswith("Z") for moment in moments)


def test_a_title_with_letters_that_xml_forbids_does_not_break_the_feed(changed: EmbeddedStore) -> None:
    rename(changed, "k-means", "<b>\ufffe & ]]>", "2099-01-02T00:00:00Z")
    feed = ET.fromstring(client_of(changed).get("/changes.atom?limit=1").data)
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "<b>\ufffd & ]]>"


def test_titles_come_in_the_language_asked_for(client: FlaskClient) -> None:
    titles = {lang: entries(client, limit=200, lang=lang) for lang in ("en", "pt")}
    assert [item["id"] for item in titles["en"]] == [item["id"] for item in titles["pt"]]
    assert [item["title"] for item in titles["en"]] != [item["title"] for item in titles["pt"]]


def test_a_remote_store_has_no_dumps_and_no_versions_in_feeds() -> None:
    client = create_app(Settings.from_environment({}, store="http://127.0.0.1:9/sparql")).test_client()
    assert client.get("/dumps/").status_code == 404
    assert client.get("/changes.atom?since=1").status_code == 400
