"""What a comparison reads of methods, thing by thing, is what the questions of the catalogue answer one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pytest
from pyoxigraph import NamedNode, Triple

from comparanda.comparison import plain_value
from comparanda.facts import FactReader, Facts
from comparanda.namespaces import CMP, Base
from comparanda.queries import queries
from comparanda.shapes import shapes
from comparanda.stores import Reader
from comparanda.stores.embedded import EmbeddedStore
from comparanda.stores.oxigraph import OxigraphReader


class CountingReader(OxigraphReader):
    """Counts what a remote store would be asked."""

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
    return FactReader(shapes()).facts(reader, [method for method in methods if isinstance(method, NamedNode)])


def test_facts_hold_what_is_said_of_a_method_in_the_rows_of_a_comparison(reader: Reader, some: list[Facts]) -> None:
    for facts in some:
        rows = reader.select(queries()["method_statements"].bind(method=facts.method))
        for shape in shapes().rows:
            assert facts.statements.get(shape.path, []) == sorted(
                (row["value"] for row in rows if row["property"] == shape.path), key=str
            )


def test_facts_hold_the_works_of_a_method(reader: Reader, some: list[Facts]) -> None:
    shown = {shape.path for shape in shapes().rows}
    for facts in some:
        for row in reader.select(queries()["method_works"].bind(method=facts.method)):
            if row["property"] in shown and row["work"] is not None:
                work = facts.works[row["work"]]
                columns = (plain_value(row[name]) for name in ("work", "citation", "marker", "doi", "url"))
                assert (work.iri, work.citation, work.marker, work.doi, work.url) == tuple(columns)


def test_facts_hold_other_names_in_their_order(reader: Reader, some: list[Facts]) -> None:
    assert any(len(facts.other_names) > 3 for facts in some)
    for facts in some:
        rows = reader.select(queries()["method_other_names"].bind(method=facts.method))
        assert facts.other_names == [row["name"] for row in rows]


def test_facts_hold_the_names_of_concepts(reader: Reader, some: list[Facts]) -> None:
    for facts in some:
        found: dict[object, set[object]] = {}
        for row in reader.select(queries()["method_concepts"].bind(method=facts.method)):
            found.setdefault(row["concept"], set()).add(row["label"])
        assert found.keys() >= {*facts.statements[CMP["area"]]}
        assert all({*facts.labels[concept]} == labels for concept, labels in found.items())  # type: ignore[index]


def test_what_is_no_method_has_no_facts(reader: Reader, base: Base) -> None:
    area = base.concept("area", "deep-learning")
    assert [facts.statements for facts in FactReader(shapes()).facts(reader, [area, base.method("none")])] == [{}, {}]


def test_twenty_methods_take_as_many_questions_as_two(bundled: EmbeddedStore, some: list[Facts]) -> None:
    counting = CountingReader(bundled.reader().database, "1")
    for methods in (some[:2], some[:20]):
        counting.asked = 0
        FactReader(shapes()).facts(counting, [facts.method for facts in methods])
        assert counting.asked == 3


def test_a_method_is_read_once_a_version(bundled: EmbeddedStore, some: list[Facts]) -> None:
    counting, known = CountingReader(bundled.reader().database, "1"), FactReader(shapes())
    methods = [facts.method for facts in some]
    known.facts(counting, methods[:3])
    counting.asked = 0
    assert [facts.method for facts in known.facts(counting, [methods[2], methods[0]])] == [methods[2], methods[0]]
    assert counting.asked == 0
    counting.version = "2"
    assert known.facts(counting, methods[:1])[0].statements == some[0].statements
    assert counting.asked == 3
