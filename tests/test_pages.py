"""Real compare pages in thirty languages come back as they came."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comparanda.answers import Answers
from comparanda.namespaces import Base
from comparanda.shapes import shapes
from comparanda.stores.embedded import EmbeddedStore
from conftest import comparanda
from test_seeds import Table, table_in

KEYS = ["area", "family", "origin_year", "originator", "kind", "seminal_source", "other_names", "related", "summary"]


@pytest.fixture(scope="session")
def expected(shared: Path) -> list[dict[str, Any]]:
    """What is known of each page: its slugs, its language and its marks."""
    found: list[dict[str, Any]] = json.loads((shared / "pages" / "expected.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def imported(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[EmbeddedStore, dict[str, Any]]:
    """A store that holds all pages, imported at once, and what the import said."""
    store = tmp_path_factory.mktemp("pages") / "store"
    assert comparanda("init", "--empty", store=store).returncode == 0
    done = comparanda("import", str(shared / "pages"), "--format", "json", store=store)
    assert done.returncode == 0, done.stderr
    return EmbeddedStore(store), json.loads(done.stdout)


def test_all_pages_are_read_with_the_slugs_and_languages_that_they_have(
    imported: tuple[EmbeddedStore, dict[str, Any]], expected: list[dict[str, Any]], shared: Path
) -> None:
    _, said = imported
    read = {
        Path(page["source"]).relative_to(shared / "pages").as_posix(): (page["language"], page["slugs"])
        for page in said["pages"]
    }
    assert len(expected) > 200
    assert read == {page["page"]: (page["lang"], page["slugs"]) for page in expected}


def test_the_pages_give_no_violation_and_nothing_is_rejected(imported: tuple[EmbeddedStore, dict[str, Any]]) -> None:
    _, said = imported
    assert [finding for finding in said["findings"] if finding["severity"] == "Violation"] == []
    assert said["rejected"] == []


def test_every_page_comes_back_cell_for_cell_label_for_label_mark_for_mark(
    imported: tuple[EmbeddedStore, dict[str, Any]], base: Base, expected: list[dict[str, Any]], shared: Path
) -> None:
    """The one exception: a mark on other names that comes from names which the page does not show."""
    reader, answers = imported[0].reader(), Answers(base, shapes())
    wrong: list[tuple[str, Table, Table]] = []
    for page in expected:
        given = table_in(shared / "pages" / page["page"])
        assert [mark for _, mark, _ in given.rows] == [page["differs"][key] for key in KEYS], page["page"]
        comparison = answers.compare(reader, page["slugs"], page["lang"])
        assert [row.key for row in comparison.rows] == KEYS
        rows = [
            (
                row.label,
                mark if row.key == "other_names" and not page["other_names_mark_explained"] else row.differs,
                [cell.text for cell in row.cells],
            )
            for row, (_, mark, _) in zip(comparison.rows, given.rows, strict=True)
        ]
        answered = Table([method.name for method in comparison.methods], rows)
        if answered != given:
            wrong.append((page["page"], given, answered))
    assert wrong == []


def test_importing_all_pages_again_changes_nothing(
    imported: tuple[EmbeddedStore, dict[str, Any]], shared: Path
) -> None:
    store, said = imported
    before = {str(quad) for quad in store.reader().quads()}
    again = comparanda("import", str(shared / "pages"), "--format", "json", store=store.path)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["accepted"] == 0
    assert store.reader().version == said["version"]
    assert {str(quad) for quad in store.reader().quads()} == before
