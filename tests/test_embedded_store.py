"""The embedded store: versions that never change, one writer, and nothing lost that was acknowledged."""

from __future__ import annotations

import os
import random
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, Quad, Triple

from comparanda.errors import NoStore, StoreInUse
from comparanda.namespaces import DEFAULT_BASE
from comparanda.stores.embedded import EmbeddedStore, OxigraphReader
from comparanda.terms import Literal

GRAPH, OTHER, THING, VALUE = (NamedNode(f"urn:{name}") for name in ("graph", "other", "thing", "value"))
ASK_VALUES = "SELECT ?value WHERE { GRAPH <urn:graph> { ?thing <urn:value> ?value } } ORDER BY ?value"

COUNT_UP = """
import sys
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Triple
from comparanda.stores.embedded import EmbeddedStore

store = EmbeddedStore(Path(sys.argv[1]))
graph, thing, value = NamedNode("urn:graph"), NamedNode("urn:thing"), NamedNode("urn:value")
for _ in range(int(sys.argv[2])):
    with store.writer(wait_s=120) as writer:  # tries again until the lock is free
        [row] = writer.reader.select("SELECT ?value WHERE { GRAPH <urn:graph> { ?thing <urn:value> ?value } }")
        writer.replace({graph: [Triple(thing, value, Literal(int(row["value"].value) + 1))]})
        writer.commit()
"""
HOLD_A_READER = """
import sys
from pathlib import Path
from comparanda.stores.embedded import EmbeddedStore

reader = EmbeddedStore(Path(sys.argv[1])).reader()
print(reader.version, flush=True)
sys.stdin.readline()
print([row["value"].value for row in reader.select(sys.argv[2])], flush=True)
"""
HOLD_THE_WRITER = """
import sys
from pathlib import Path
from comparanda.stores.embedded import EmbeddedStore

with EmbeddedStore(Path(sys.argv[1])).writer():
    print("writing", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    made = EmbeddedStore(tmp_path / "store")
    made.create(DEFAULT_BASE)
    return made


def put(store: EmbeddedStore, *numbers: int, graph: NamedNode = GRAPH) -> str:
    """Commit a graph that holds these numbers, and return the version."""
    with store.writer() as writer:
        writer.replace({graph: [Triple(THING, VALUE, Literal(number)) for number in numbers]})
        return writer.commit()


def values(reader: OxigraphReader) -> list[int]:
    found = [row["value"] for row in reader.select(ASK_VALUES)]
    return [int(value.value) for value in found if isinstance(value, Literal)]


def folders(store: EmbeddedStore) -> list[int]:
    """The versions on disk."""
    return sorted(int(path.name) for path in (store.path / "versions").iterdir() if path.is_dir())


@contextmanager
def child(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A Python process that runs a script; it is killed where it does not end."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


# Versions


def test_a_new_store_is_empty_and_knows_its_base_iri(store: EmbeddedStore) -> None:
    assert (store.version(), values(store.reader()), list(store.reader().quads())) == (0, [], [])
    assert EmbeddedStore(store.path).base_iri == DEFAULT_BASE


def test_making_a_store_twice_leaves_it_as_it_is(store: EmbeddedStore) -> None:
    put(store, 1)
    store.create("https://example.org/other/")
    assert (values(store.reader()), EmbeddedStore(store.path).base_iri) == ([1], DEFAULT_BASE)


def test_every_commit_is_a_new_version(store: EmbeddedStore) -> None:
    assert [put(store, number) for number in (7, 8, 9)] == ["1", "2", "3"]
    assert (store.version(), store.reader().version) == (3, "3")


def test_a_reader_keeps_its_version_while_a_writer_commits(store: EmbeddedStore) -> None:
    put(store, 1)
    reader = store.reader()
    with store.writer() as writer:
        writer.replace({GRAPH: [Triple(THING, VALUE, Literal(2))]})
        assert values(reader) == [1]
        writer.commit()
        assert values(reader) == [1]
    assert (values(reader), reader.version) == ([1], "1")


def test_a_new_reader_sees_what_was_committed(store: EmbeddedStore) -> None:
    put(store, 1)
    old = store.reader()
    put(store, 2)
    assert (values(store.reader()), values(old)) == ([2], [1])
    assert values(EmbeddedStore(store.path).reader()) == [2]


def test_the_reader_stays_the_same_as_long_as_nothing_was_committed(store: EmbeddedStore) -> None:
    put(store, 1)
    assert store.reader() is store.reader()


def test_a_running_question_goes_on_over_a_commit(store: EmbeddedStore) -> None:
    put(store, *range(1_000))
    quads = store.reader().quads()
    first = next(quads)
    put(store)
    assert len({first, *quads}) == 1_000


def test_the_writer_sees_what_it_wrote_and_others_do_not(store: EmbeddedStore) -> None:
    put(store, 1)
    with store.writer() as writer:
        writer.replace({GRAPH: [Triple(THING, VALUE, Literal(2))]})
        assert (values(writer.reader), values(store.reader())) == ([2], [1])


def test_uncommitted_work_is_forgotten(store: EmbeddedStore) -> None:
    put(store, 1)
    with store.writer() as writer:
        writer.replace({GRAPH: [Triple(THING, VALUE, Literal(2))]})
    assert (store.version(), values(store.reader())) == (1, [1])
    with store.writer() as writer:
        assert values(writer.reader) == [1]


def test_work_that_fails_is_forgotten_and_frees_the_store(store: EmbeddedStore) -> None:
    put(store, 1)

    def fail() -> None:
        with store.writer() as writer:
            writer.replace({GRAPH: []})
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail()
    assert values(store.reader()) == [1]
    assert put(store, 2) == "2"


def test_a_writer_may_commit_more_than_once(store: EmbeddedStore) -> None:
    with store.writer() as writer:
        for number in (1, 2):
            writer.replace({GRAPH: [Triple(THING, VALUE, Literal(number))]})
            assert writer.commit() == writer.reader.version == str(number)
            assert values(store.reader()) == [number]


def test_replacing_a_graph_leaves_the_others(store: EmbeddedStore) -> None:
    put(store, 1, 2)
    put(store, 3, graph=OTHER)
    put(store, 4)
    assert set(store.reader().quads()) == {
        Quad(THING, VALUE, Literal(4), GRAPH),
        Quad(THING, VALUE, Literal(3), OTHER),
    }


def test_an_empty_graph_is_removed(store: EmbeddedStore) -> None:
    put(store, 1)
    put(store)
    assert list(store.reader().select("SELECT ?g WHERE { GRAPH ?g { } }")) == []


def test_questions_see_the_union_of_all_graphs(store: EmbeddedStore) -> None:
    put(store, 1)
    put(store, 2, graph=OTHER)
    rows = store.reader().select("SELECT ?value WHERE { ?thing <urn:value> ?value } ORDER BY ?value")
    assert rows == [{"value": Literal(1)}, {"value": Literal(2)}]
    triples = store.reader().construct("CONSTRUCT WHERE { ?thing <urn:value> ?value }")
    assert set(triples) == {Triple(THING, VALUE, Literal(1)), Triple(THING, VALUE, Literal(2))}


# One writer


def test_a_second_writer_is_told_that_the_store_is_in_use(store: EmbeddedStore) -> None:
    with store.writer(), pytest.raises(StoreInUse, match="Another process is writing"):
        store.writer().__enter__()
    assert put(store, 1) == "1"


def test_a_writer_in_another_process_counts_too(store: EmbeddedStore) -> None:
    with child(HOLD_THE_WRITER, store.path) as process:
        assert says(process) == "writing"
        with pytest.raises(StoreInUse) as caught:
            put(store, 1)
        assert "try again" in caught.value.to_do
        go_on(process)
        assert process.wait(timeout=30) == 0
    assert put(store, 1) == "1"


def test_a_killed_writer_frees_the_store(store: EmbeddedStore) -> None:
    with child(HOLD_THE_WRITER, store.path) as process:
        assert says(process) == "writing"
        process.kill()
        process.wait(timeout=30)
    left = list(store.path.glob("work-*"))
    assert left, "its work is still there"
    assert put(store, 1) == "1"
    assert not any(path.exists() for path in left)


def test_four_processes_that_count_up_lose_no_step(store: EmbeddedStore) -> None:
    put(store, 0)
    command = [sys.executable, "-c", COUNT_UP, str(store.path), "25"]
    processes = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0, 0]
    assert (values(store.reader()), store.version()) == ([100], 101)


# Crashes


def test_what_a_crashed_writer_left_is_removed_by_the_next(store: EmbeddedStore) -> None:
    put(store, 1)
    work, unnamed = store.path / "work-x", store.path / "versions" / "000099"
    for left in (work, unnamed):
        left.mkdir()
        (left / "000001.log").write_bytes(b"half a record")
    assert values(store.reader()) == [1], "a reader does not mind"
    put(store, 2)
    assert not work.exists()
    assert not unnamed.exists()
    assert (store.version(), values(store.reader())) == (2, [2])


def test_a_checkpoint_that_was_never_named_does_not_stop_the_next_commit(store: EmbeddedStore) -> None:
    put(store, 1)
    shutil.copytree(store.path / "versions" / "000001", store.path / "versions" / "000002")
    assert put(store, 5) == "2"
    assert values(store.reader()) == [5]


# Old versions


def test_old_versions_are_removed_down_to_the_number_kept(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store", versions_kept=3)
    store.create(DEFAULT_BASE)
    for number in range(6):
        put(store, number)
    assert folders(store) == [4, 5, 6]


def test_the_newest_version_is_kept_whatever_the_settings_say(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store", versions_kept=0)
    store.create(DEFAULT_BASE)
    put(store, 1)
    put(store, 2)
    assert folders(store) == [2]
    assert values(store.reader()) == [2]


def test_an_old_version_stays_while_another_process_reads_it(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store", versions_kept=1)
    store.create(DEFAULT_BASE)
    put(store, 1)
    with child(HOLD_A_READER, store.path, ASK_VALUES) as process:
        assert says(process) == "1"
        for number in (2, 3, 4):
            put(store, number)
        assert folders(store) == [1, 4]
        go_on(process)
        assert says(process) == "['1']"
        assert process.wait(timeout=30) == 0
    put(store, 5)
    assert folders(store) == [5]
    assert [path.name for path in (store.path / "versions").glob("*.lock")] in ([], ["000005.lock"])


# Paths that hold no store


def test_a_path_that_is_a_file_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("text", encoding="utf-8")
    with pytest.raises(NoStore, match="is a file"):
        EmbeddedStore(path)
    assert path.read_text(encoding="utf-8") == "text"


def test_a_path_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text", encoding="utf-8")
    with pytest.raises(NoStore, match="cannot be made"):
        EmbeddedStore(tmp_path / "file" / "store").create(DEFAULT_BASE)


def test_a_directory_with_something_else_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("text", encoding="utf-8")
    with pytest.raises(NoStore, match="holds something that is no Comparanda store"):
        EmbeddedStore(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_empty_directory_may_become_a_store(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    assert not store.exists()
    store.create(DEFAULT_BASE)
    assert (store.exists(), put(store, 1)) == (True, "1")


def test_a_path_without_a_store_says_how_to_make_one(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "nothing")
    for ask in (store.reader, store.version, lambda: store.base_iri):
        with pytest.raises(NoStore, match="comparanda init"):
            ask()
    assert not store.path.exists()


def test_a_missing_version_is_reported_with_its_number(store: EmbeddedStore) -> None:
    put(store, 1)
    shutil.rmtree(store.path / "versions" / "000001")
    with pytest.raises(NoStore, match=r"Version 1 of .* is missing\. Restore"):
        EmbeddedStore(store.path).reader()


def test_a_damaged_version_is_reported_with_its_number(store: EmbeddedStore) -> None:
    put(store, 1)
    (store.path / "versions" / "000001" / "CURRENT").unlink()
    with pytest.raises(NoStore, match=r"Version 1 of .* is damaged .*Restore"):
        EmbeddedStore(store.path).reader()


@pytest.mark.parametrize("damage", ["shortened", "removed"])
def test_a_version_of_which_a_file_is_not_whole_is_refused(store: EmbeddedStore, damage: str) -> None:
    put(store, 1, 2, 3)
    table = max((store.path / "versions" / "000001").glob("*.sst"))
    table.unlink() if damage == "removed" else os.truncate(table, 100)
    with pytest.raises(NoStore, match=rf"Version 1 of .* is damaged: {table.name} is missing or has .* Restore"):
        EmbeddedStore(store.path).reader()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe"])
def test_a_store_that_does_not_name_its_version_is_none(store: EmbeddedStore, content: bytes) -> None:
    (store.path / "current").write_bytes(content)
    with pytest.raises(NoStore, match="There is no store in"):
        EmbeddedStore(store.path).reader()


def test_a_store_of_another_format_is_refused(store: EmbeddedStore) -> None:
    (store.path / "comparanda.json").write_text('{"format": 99, "base_iri": "urn:x"}', encoding="utf-8")
    with pytest.raises(NoStore, match="has the format 99"):
        _ = EmbeddedStore(store.path).base_iri


def test_a_document_as_received_is_kept_under_its_digest(store: EmbeddedStore) -> None:
    content = b"\xff\x00 as it came\r\n"
    for _ in range(2):
        store.keep_received("0" * 64, content)
    assert [path.name for path in (store.path / "received").iterdir()] == ["0" * 64]
    assert (store.path / "received" / ("0" * 64)).read_bytes() == content


COMMIT_FOR_EVER = """
import sys
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Triple
from comparanda.stores.embedded import EmbeddedStore

with EmbeddedStore(Path(sys.argv[1]), versions_kept=10_000).writer() as writer:
    while True:
        number = int(writer.reader.version) + 1
        things = (NamedNode(f"urn:thing:{each}") for each in range(50))
        triples = [Triple(thing, NamedNode("urn:value"), Literal(number)) for thing in things]
        writer.replace({NamedNode("urn:graph"): triples})
        print(writer.commit(), flush=True)
"""


def test_every_version_that_a_killed_writer_acknowledged_is_there_and_whole(store: EmbeddedStore) -> None:
    chance, acknowledged = random.Random(9), [0]
    for _ in range(10):
        with child(COMMIT_FOR_EVER, store.path) as process:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 6)):
                acknowledged.append(int(says(process)))
            select.select([process.stdout], [], [], chance.uniform(0, 0.02))  # so that it dies at any point
            process.kill()
            acknowledged.extend(int(line) for line in process.stdout if line.endswith("\n"))
        assert EmbeddedStore(store.path).version() in (acknowledged[-1], acknowledged[-1] + 1)
    assert len(acknowledged) > 20
    assert acknowledged == sorted(set(acknowledged))
    for number in acknowledged[1:]:
        database = pyoxigraph.Store.read_only(str(store.path / "versions" / f"{number:06d}"))
        assert [quad.object for quad in database] == [Literal(number)] * 50
    newest = EmbeddedStore(store.path).reader()
    assert values(newest) == [int(newest.version)] * 50


def test_the_checkpoint_of_a_writer_killed_in_the_middle_is_removed_by_the_next(store: EmbeddedStore) -> None:
    """RocksDB makes a checkpoint in a folder NNNNNN.tmp before it renames it."""
    unfinished = store.path / "versions" / "000001.tmp"
    unfinished.mkdir()
    with store.writer() as writer:
        assert writer.commit() == "1"
    assert not unfinished.exists()
