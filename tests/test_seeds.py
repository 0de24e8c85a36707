"""The two pages that began the project come back as they came, cell for cell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from comparanda.answers import Answers
from comparanda.stores.embedded import EmbeddedStore
from conftest import comparanda

SEEDS = {"pt": "000_dc0cd9ec6ea341ad.txt", "th": "001_87c1a26820e80b9c.txt"}
SLUGS = {
    "pt": ["transfer-learning-diffusion-model", "self-supervised-diffusion-model"],
    "th": ["transfer-learning-diffusion-model", "multimodal-diffusion-model"],
}


@dataclass(frozen=True)
class Table:
    """A page's table as it stands in the file: names, then a label, a mark and the cells of each row."""

    names: list[str]
    rows: list[tuple[str, bool, list[str]]]


def table_in(path: Path) -> Table:
    """Read the table of a page without the project's reader."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    names = [cell.removesuffix("×") for cell in cells[0]]
    rows = [(label.removesuffix("≠"), label.endswith("≠"), texts) for label, *texts in cells[1:10]]
    return Table(names, rows)


@pytest.fixture(scope="module")
def imported(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    """A store that holds the two pages and nothing else, and the slugs of each page by language."""
    store = tmp_path_factory.mktemp("seeds") / "store"
    assert comparanda("init", "--empty", store=store).returncode == 0
    done = comparanda(
        "import", *(str(shared / "seeds" / name) for name in SEEDS.values()), "--format", "json", store=store
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return store, {page["language"]: page["slugs"] for page in json.loads(done.stdout)["pages"]}


def asked(store: Path, slugs: list[str], language: str) -> Table:
    done = comparanda("compare", *slugs, "--lang", language, "--format", "json", store=store)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    rows = [(row["label"], row["differs"], [cell["text"] for cell in row["cells"]]) for row in answer["rows"]]
    return Table([method["name"] for method in answer["methods"]], rows)


def test_the_two_pages_hold_three_methods(imported: tuple[Path, dict[str, list[str]]]) -> None:
    store, slugs = imported
    assert json.loads(comparanda("stats", "--format", "json", store=store).stdout)["methods"] == 3
    assert slugs["pt"][0] == slugs["th"][0]
    assert len({*slugs["pt"], *slugs["th"]}) == 3


@pytest.mark.parametrize("language", SEEDS)
def test_an_imported_page_comes_back_cell_for_cell_label_for_label_mark_for_mark(
    imported: tuple[Path, dict[str, list[str]]], shared: Path, language: str
) -> None:
    store, slugs = imported
    given = table_in(shared / "seeds" / SEEDS[language])
    assert len(given.rows) == 9
    assert asked(store, slugs[language], language) == given


@pytest.mark.parametrize("order", [["pt", "th"], ["th", "pt"]], ids="-then-".join)
def test_pages_imported_one_after_the_other_come_back_in_either_order(
    shared: Path, tmp_path: Path, order: list[str]
) -> None:
    store, slugs = tmp_path / "store", {}
    comparanda("init", "--empty", store=store)
    for language in order:
        done = comparanda("import", str(shared / "seeds" / SEEDS[language]), "--format", "json", store=store)
        assert done.returncode == 0, done.stdout + done.stderr
        slugs[language] = json.loads(done.stdout)["pages"][0]["slugs"]
    for language in order:
        assert asked(store, slugs[language], language) == table_in(shared / "seeds" / SEEDS[language])


@pytest.mark.parametrize("language", SEEDS)
def test_the_catalogue_gives_every_row_of_the_pages_but_the_summary(
    bundled: EmbeddedStore, answers: Answers, shared: Path, language: str
) -> None:
    given = table_in(shared / "seeds" / SEEDS[language])
    comparison = answers.compare(bundled.reader(), SLUGS[language], language)
    rows = [(row.label, row.differs, [cell.text for cell in row.cells]) for row in comparison.rows]
    assert rows[:8] == given.rows[:8]
    assert rows[8][:2] == given.rows[8][:2]
    assert [method.name for method in comparison.methods] == given.names


@pytest.mark.parametrize("language", ["en", "pt", "th"])
def test_the_catalogue_has_summaries_of_its_own_in_the_reader_s_language(
    bundled: EmbeddedStore, answers: Answers, shared: Path, language: str
) -> None:
    theirs = {text for name in SEEDS.values() for text in table_in(shared / "seeds" / name).rows[8][2]}
    slugs = list(dict.fromkeys(SLUGS["pt"] + SLUGS["th"]))
    summary = answers.compare(bundled.reader(), slugs, language).rows[8]
    assert summary.key == "summary"
    assert [cell.language for cell in summary.cells] == [language] * 3
    assert all(len(cell.text) > 100 for cell in summary.cells)
    assert not theirs & {cell.text for cell in summary.cells}


def test_the_related_counts_of_the_catalogue_are_counts_of_links(bundled: EmbeddedStore, answers: Answers) -> None:
    slugs = list(dict.fromkeys(SLUGS["pt"] + SLUGS["th"]))
    related = next(row for row in answers.compare(bundled.reader(), slugs, "en").rows if row.key == "related")
    assert [len(set(cell.items)) for cell in related.cells] == [5, 2, 6]
    assert [cell.text for cell in related.cells] == ["5", "2", "6"]
    linked = [{link.method.iri for link in answers.related(bundled.reader(), slug, "en")} for slug in slugs]
    assert linked == [set(cell.items) for cell in related.cells]
