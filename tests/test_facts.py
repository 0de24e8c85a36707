"""What a comparison reads of methods, thing by thing, is what the questions of the catalogue answer one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from comparanda.catalogue.opening import make_store
from comparanda.comparison import plain_value
from comparanda.facts import FactReader, Facts
from comparanda.index import Index
from comparanda.index.reading import IndexReader
from comparanda.index.snapshots import Snapshots
from comparanda.index.statements import IndexedStatements
from comparanda.namespaces import BIBO, CMP, DCTERMS, SKOS, Base
from comparanda.queries import queries
from comparanda.shapes import NAME_COUNT, shapes
from comparanda.statements import StoreStatements
from comparanda.stores import Reader
from comparanda.stores.embedded import EmbeddedStore
from comparanda.stores.oxigraph import OxigraphReader


class CountingReader(OxigraphReader):
    """Counts what a store is asked."""

    asked = 0

    def said(self, things: Collection[NamedNode], properties: Collection[NamedNode]) -> Iterator[Triple]:
        self.asked += 1
        return super().said(things, properties)


@pytest.fixture(scope="module")
def reader(bundled: EmbeddedStore) -> Reader:
    return bundled.reader()


@pytest.fixture(scope="module")
def some(reader: Reader) -> list[Facts]:
    """The facts of every twentieth method."""
    methods = sorted({row["method"] for row in reader.select(queries()["methods"].bind())}, key=str)[::20]
    return FactReader(shapes()).facts(
        StoreStatements(reader), [method for method in methods if isinstance(method, NamedNode)]
    )


def test_facts_hold_what_is_said_of_a_method_in_the_rows_of_a_comparison(reader: Reader, some: list[Facts]) -> None:
    for facts in some:
        rows = reader.select(queries()["method_statements"].bind(method=facts.method))
        for shape in shapes().rows:
            said = sorted((row["value"] for row in rows if row["property"] == shape.path), key=str)
            known = facts.statements.get(shape.path, [])
            assert (sorted(known, key=str) if shape.rule == NAME_COUNT else known) == said


def test_facts_hold_the_works_of_a_method(reader: Reader, some: list[Facts]) -> None:
    shown = {shape.path for shape in shapes().rows}
    for facts in some:
        for row in reader.select(queries()["method_works"].bind(method=facts.method)):
            if row["property"] in shown and row["work"] is not None:
                work = facts.works[row["work"]]
                columns = (plain_value(row[name]) for name in ("work", "citation", "marker", "doi", "url"))
                assert (work.iri, work.citation, work.marker, work.doi, work.url) == tuple(columns)


def test_facts_hold_other_names_in_their_order(reader: Reader, some: list[Facts]) -> None:
    assert any(len(facts.statements.get(SKOS["altLabel"], ())) > 3 for facts in some)
    for facts in some:
        rows = reader.select(queries()["method_other_names"].bind(method=facts.method))
        assert facts.statements.get(SKOS["altLabel"], []) == [row["name"] for row in rows]


def test_facts_hold_the_names_of_concepts(reader: Reader, some: list[Facts]) -> None:
    for facts in some:
        found: dict[object, set[object]] = {}
        for row in reader.select(queries()["method_concepts"].bind(method=facts.method)):
            found.setdefault(row["concept"], set()).add(row["label"])
        assert found.keys() >= {*facts.statements[CMP["area"]]}
        assert all({*facts.labels[concept]} == labels for concept, labels in found.items())  # type: ignore[index]


def test_what_is_no_method_has_no_facts(reader: Reader, base: Base) -> None:
    area = base.concept("area", "deep-learning")
    assert [
        facts.statements for facts in FactReader(shapes()).facts(StoreStatements(reader), [area, base.method("none")])
    ] == [{}, {}]


def test_twenty_methods_take_as_many_questions_as_two(bundled: EmbeddedStore, some: list[Facts]) -> None:
    counting = CountingReader(bundled.reader().database, "1")
    for methods in (some[:2], some[:20]):
        counting.asked = 0
        FactReader(shapes()).facts(StoreStatements(counting), [facts.method for facts in methods])
        assert counting.asked == 3


def test_a_method_is_read_once_a_version(bundled: EmbeddedStore, some: list[Facts]) -> None:
    counting, known = CountingReader(bundled.reader().database, "1"), FactReader(shapes())
    methods = [facts.method for facts in some]
    known.facts(StoreStatements(counting), methods[:3])
    counting.asked = 0
    assert [facts.method for facts in known.facts(StoreStatements(counting), [methods[2], methods[0]])] == [
        methods[2],
        methods[0],
    ]
    assert counting.asked == 0
    counting.version = "2"
    assert known.facts(StoreStatements(counting), methods[:1])[0].statements == some[0].statements
    assert counting.asked == 3


@pytest.fixture(scope="module")
def index(bundled: EmbeddedStore, base: Base, tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    return Snapshots(bundled, Index(tmp_path_factory.mktemp("index"), base)).newest().index


def all_methods(reader: Reader) -> list[NamedNode]:
    return [row["method"] for row in reader.select(queries()["methods"].bind()) if isinstance(row["method"], NamedNode)]


def test_the_index_tells_the_facts_that_the_store_tells(reader: Reader, index: IndexReader, base: Base) -> None:
    methods = sorted(set(all_methods(reader)), key=str)
    told = FactReader(shapes()).facts(IndexedStatements(reader, index, base), methods)
    for facts, kept in zip(FactReader(shapes()).facts(StoreStatements(reader), methods), told, strict=True):
        paths = {row.path for row in shapes().rows}
        assert {path: kept.statements.get(path) for path in paths} == {
            path: facts.statements.get(path) for path in paths
        }
        assert kept.works == facts.works
        assert all(kept.labels.get(value) == facts.labels.get(value) for value in facts.statements[CMP["area"]])


def test_the_store_is_asked_for_nothing_but_concepts(
    bundled: EmbeddedStore, index: IndexReader, base: Base, some: list[Facts]
) -> None:
    counting, known = CountingReader(bundled.reader().database, index.version), FactReader(shapes())
    source, methods = IndexedStatements(counting, index, base), [facts.method for facts in some]
    known.facts(source, methods)
    assert counting.asked == 1
    assert known.facts(source, methods[::-1])[0].works == some[-1].works
    assert counting.asked == 1


FOREST = "random-forest"
Change: TypeAlias = Callable[[list[Triple]], list[Triple]]


def change_work(base: Base, work: NamedNode) -> tuple[NamedNode, Change]:
    new = Triple(work, DCTERMS["bibliographicCitation"], Literal("Breiman, quite new."))
    return base.document(work), lambda said: [*(each for each in said if each.predicate != new.predicate), new]


def speak_of_it_elsewhere(base: Base, work: NamedNode) -> tuple[NamedNode, Change]:
    other = base.document(base.person("somebody"))
    return other, lambda said: [*said, Triple(work, BIBO["doi"], Literal("10.9999/zzz"))]


def say_what_json_does_not_hold(base: Base, work: NamedNode) -> tuple[NamedNode, Change]:
    blank = Triple(work, BIBO["doi"], BlankNode("somewhere"))
    return base.document(work), lambda said: [*said, blank]


def take_it_out(base: Base, work: NamedNode) -> tuple[NamedNode, Change]:
    return base.document(work), lambda _: []


@pytest.mark.parametrize("change", [change_work, speak_of_it_elsewhere, say_what_json_does_not_hold, take_it_out])
def test_after_a_change_the_index_tells_what_the_store_tells(
    tmp_path: Path,
    base: Base,
    change: Callable[[Base, NamedNode], tuple[NamedNode, Change]],
) -> None:
    """Also where another document speaks of an entry, and after that one has gone again."""
    store, index, methods = EmbeddedStore(tmp_path / "store"), Index(tmp_path / "index", base), [base.method(FOREST)]
    make_store(store, base, index)
    work = next(iter(FactReader(shapes()).facts(StoreStatements(store.reader()), methods)[0].works))
    assert isinstance(work, NamedNode)
    document, changed = change(base, work)
    before = store.reader().construct(queries()["entry"].bind(document=document))
    told = []
    for triples in (changed(before), before):
        with store.writer() as writer:
            writer.replace({document: triples})
            writer.commit()
        now = Snapshots(store, index).newest()
        found = FactReader(shapes()).facts(IndexedStatements(now.reader, now.index, base), methods)[0]
        assert found.works == FactReader(shapes()).facts(StoreStatements(now.reader), methods)[0].works
        told.append(found.works)
    assert told[0] != told[1]
