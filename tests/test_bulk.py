"""Bulk import of dumps: the same gate, the same result, and nothing lost when it is interrupted."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse, serialize

from comparanda.catalogue import staging as staging_module
from comparanda.catalogue.bulk import BulkOutcome, import_dumps
from comparanda.catalogue.derived import derived_checks
from comparanda.catalogue.opening import make_store
from comparanda.catalogue.staging import Staging, is_dump
from comparanda.errors import StoreInUse, UnreadableInput
from comparanda.findings import Finding
from comparanda.index import Index
from comparanda.namespaces import CMP, SKOS, Base
from comparanda.shapes import shapes
from comparanda.stores.embedded import EmbeddedStore
from conftest import comparanda


class Interrupted(Exception):
    pass


@pytest.fixture(scope="module")
def some(bundled: EmbeddedStore) -> list[Quad]:
    """The entries of 60 methods and all that they refer to that is no method."""
    quads = list(bundled.reader().quads())
    documents = sorted({quad.graph_name.value for quad in quads if "/doc/method/" in str(quad.graph_name)})[:60]
    methods = {document.replace("/doc/", "/id/") for document in documents}
    elsewhere = {quad.subject for quad in quads if quad.predicate == CMP["target"] and quad.object.value not in methods}
    return [
        quad
        for quad in quads
        if "/doc/source/" in str(quad.graph_name)
        or "/doc/person/" in str(quad.graph_name)
        or (
            quad.graph_name.value in documents
            and not {quad.subject, quad.object} & elsewhere
            and not (quad.predicate in RELATIONS and quad.object.value not in methods)
        )
    ]


RELATIONS = {
    CMP[name]
    for name in (
        *("related", "extends", "specialCaseOf", "generalises", "alternativeTo", "usedWith"),
        *("componentOf", "hasComponent"),
    )
}


def write(path: Path, quads: list[Quad]) -> Path:
    content = serialize(sorted(quads, key=str), format=RdfFormat.N_QUADS)
    assert content is not None
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def imported(store: EmbeddedStore, path: Path, base: Base) -> BulkOutcome:
    staging = Staging(store, [path], base)
    return import_dumps(store, staging, shapes(), Index(path.parent / "index", base))


def derived_faults(store: EmbeddedStore, folder: Path, base: Base) -> list[Finding]:
    """Where the figures, counts and rows that the import derived are not those of the graph."""
    checks = derived_checks(store, Index(folder / "index", base), base)
    return [finding for check in checks for finding in check.findings]


def entries(store: EmbeddedStore, base: Base) -> set[Quad]:
    """All quads but those of the description, which has its own time."""
    return {quad for quad in store.reader().quads() if quad.graph_name != base.document(base.catalogue())}


@pytest.mark.parametrize("name", ["dump.nq", "dump.nq.gz"])
def test_a_dump_of_the_catalogue_becomes_the_catalogue(
    bundled: EmbeddedStore, empty: EmbeddedStore, base: Base, tmp_path: Path, name: str
) -> None:
    outcome = imported(empty, write(tmp_path / name, list(bundled.reader().quads())), base)
    assert (outcome.rejected, outcome.version) == (set(), "2")
    assert entries(empty, base) == entries(bundled, base)
    assert derived_faults(empty, tmp_path, base) == []
    assert not list(empty.path.glob("staging-*"))


def test_what_the_gate_refuses_stays_out_with_what_refers_to_it(
    some: list[Quad], empty: EmbeddedStore, base: Base, tmp_path: Path
) -> None:
    named = {quad.object for quad in some if quad.predicate == CMP["related"]}
    victim = min(named, key=str)
    spoilt = [quad for quad in some if not (quad.subject == victim and quad.predicate == SKOS["prefLabel"])]
    outcome = imported(empty, write(tmp_path / "dump.nq", spoilt), base)
    referring = {quad.graph_name for quad in some if quad.object == victim}
    assert len(referring) > 1
    assert referring | {base.document(victim)} <= outcome.rejected
    assert outcome.found >= len(outcome.rejected)
    assert not [quad for quad in entries(empty, base) if quad.graph_name in outcome.rejected]


def test_a_dump_replaces_graphs_of_the_same_names_and_no_others(
    bundled: EmbeddedStore, base: Base, tmp_path: Path
) -> None:
    store = EmbeddedStore(tmp_path / "store")
    make_store(store, base)
    graph = base.document(base.method("random-forest"))
    changed = [quad for quad in bundled.reader().quads() if quad.graph_name == graph]
    changed = [quad for quad in changed if quad.predicate != CMP["originatorStatement"]]
    outcome = imported(store, write(tmp_path / "dump.nq", changed), base)
    assert (outcome.accepted, outcome.rejected) == (1, set())
    others = {quad for quad in entries(bundled, base) if quad.graph_name != graph}
    assert entries(store, base) == others | set(changed)
    assert derived_faults(store, tmp_path, base) == []


def test_an_interrupted_import_goes_on_where_it_stopped(
    some: list[Quad], empty: EmbeddedStore, base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging_module, "_PIECE_BYTES", 200_000)
    path, before, told = write(tmp_path / "dump.nq", some), empty.version(), []

    def interrupt(read: int) -> None:
        told.append(read)
        if sum(told) > 500_000:
            raise Interrupted

    staging = Staging(empty, [path], base)
    with pytest.raises(Interrupted):
        import_dumps(empty, staging, shapes(), Index(tmp_path / "index", base), interrupt)
    assert empty.version() == before
    loaded = len(staging.database)
    assert 0 < loaded < len(some)
    del staging
    staging = Staging(empty, [path], base)
    assert len(staging.database) == loaded
    again: list[int] = []
    outcome = import_dumps(empty, staging, shapes(), Index(tmp_path / "index", base), again.append)
    assert sum(again) == path.stat().st_size
    assert outcome.rejected == set()
    assert set(some) <= entries(empty, base)


def test_what_was_loaded_before_an_interruption_is_not_loaded_again(
    some: list[Quad], empty: EmbeddedStore, base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown by a dump whose beginning is lost after it was loaded, to which nobody looks."""
    monkeypatch.setattr(staging_module, "_PIECE_BYTES", 200_000)
    path = write(tmp_path / "dump.nq", some)
    staging = Staging(empty, [path], base)
    list(staging.read_and_load(lambda _: None))
    staging.database.clear()
    list(staging.read_and_load(lambda _: None))
    assert len(staging.database) == 0


def test_a_dump_in_any_order_is_the_same_dump(
    bundled: EmbeddedStore, empty: EmbeddedStore, base: Base, tmp_path: Path
) -> None:
    """A graph whose quads do not stand together is put together, and what stands there twice counts once."""
    path, quads = tmp_path / "dump.nq", list(bundled.reader().quads())
    content = serialize([*quads[::2], *quads[1::2], *quads[:1_000]], format=RdfFormat.N_QUADS)
    assert content is not None
    path.write_bytes(content)
    outcome = imported(empty, path, base)
    assert (outcome.rejected, outcome.version) == (set(), "2")
    assert entries(empty, base) == entries(bundled, base)
    assert derived_faults(empty, tmp_path, base) == []


def test_what_stands_twice_in_a_graph_counts_once(
    bundled: EmbeddedStore, empty: EmbeddedStore, base: Base, tmp_path: Path
) -> None:
    twice = [quad for quad in sorted(bundled.reader().quads(), key=lambda quad: quad.graph_name.value) for _ in "12"]
    content = serialize(twice, format=RdfFormat.N_QUADS)
    assert content is not None
    (tmp_path / "dump.nq").write_bytes(content)
    assert imported(empty, tmp_path / "dump.nq", base).rejected == set()
    assert derived_faults(empty, tmp_path, base) == []


def test_an_entry_that_refers_to_nothing_in_the_dump_or_the_store_is_refused(
    some: list[Quad], empty: EmbeddedStore, base: Base, tmp_path: Path
) -> None:
    """Each entry alone conforms, so the fault shows only when all have been read."""
    victim = min({quad.object for quad in some if quad.predicate == CMP["related"]}, key=str)
    without = [quad for quad in some if quad.graph_name != base.document(victim)]
    referring = {quad.graph_name for quad in without if quad.object == victim}
    outcome = imported(empty, write(tmp_path / "dump.nq", without), base)
    assert referring
    assert referring <= outcome.rejected
    assert {finding.value for finding in outcome.findings} >= {victim.value}
    assert derived_faults(empty, tmp_path, base) == []


def test_a_fault_is_told_with_its_line_in_whatever_piece_it_stands(
    some: list[Quad], empty: EmbeddedStore, base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging_module, "_PIECE_BYTES", 200_000)
    monkeypatch.setattr(staging_module, "_PART_BYTES", 50_000)
    path = write(tmp_path / "dump.nq", some)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:5_000], b"<http://a> nothing .\n", *lines[5_000:]]))
    with pytest.raises(UnreadableInput, match=r"dump\.nq cannot be read in line 5001: "):
        imported(empty, path, base)


def test_two_imports_of_one_dump_do_not_run_at_once(
    some: list[Quad], empty: EmbeddedStore, base: Base, tmp_path: Path
) -> None:
    path = write(tmp_path / "dump.nq", some)
    first = Staging(empty, [path], base)
    with pytest.raises(StoreInUse):
        Staging(empty, [path], base)
    first.remove()


@pytest.mark.parametrize(
    "content", [b"<http://a> <http://b> <http://c> .\n", b"<a> <b>", b"\xff\xfe", b"<http://a b> "]
)
def test_a_dump_that_is_none_leaves_the_store_as_it_was(
    empty: EmbeddedStore, base: Base, tmp_path: Path, content: bytes
) -> None:
    path, before = tmp_path / "dump.nq", empty.version()
    path.write_bytes(content)
    with pytest.raises(UnreadableInput):
        imported(empty, path, base)
    assert empty.version() == before


def test_only_files_with_named_graphs_are_dumps() -> None:
    names = ("a.nq", "a.nq.gz", "a.trig", "a.trig.gz", "a.ttl", "a.gz", "a.md", "nq")
    assert [name for name in names if is_dump(Path(name))] == ["a.nq", "a.nq.gz", "a.trig", "a.trig.gz"]


def test_a_large_dump_is_imported_by_the_command(some: list[Quad], empty: EmbeddedStore, tmp_path: Path) -> None:
    path = write(tmp_path / "dump.nq", some)
    done = comparanda("import", str(path), store=empty.path, COMPARANDA_MAX_PAGE_BYTES="1000")
    assert done.returncode == 0, done.stderr
    assert "stored as version 2; 0 rejected." in done.stdout
    assert len(list(parse(path=str(path), format=RdfFormat.N_QUADS))) == len(some)
    assert comparanda("search", "a", store=empty.path).returncode == 0
