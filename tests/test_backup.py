"""Backups, and checks that what is derived agrees with the graph."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from comparanda.catalogue.derived import derived_checks
from comparanda.catalogue.opening import make_store
from comparanda.errors import BadRequest, NoStore
from comparanda.index import Index
from comparanda.namespaces import CMP, Base
from comparanda.stores.backup import back_up, restore_from
from comparanda.stores.embedded import EmbeddedStore
from conftest import comparanda


@pytest.fixture
def store(tmp_path: Path, bundled: EmbeddedStore) -> EmbeddedStore:
    """A store of its own with the bundled catalogue."""
    back_up(bundled, tmp_path / "store")
    return EmbeddedStore(tmp_path / "store")


def test_a_backup_is_a_store_with_the_same_version_and_quads(store: EmbeddedStore, bundled: EmbeddedStore) -> None:
    assert store.reader().version == bundled.reader().version
    assert set(store.reader().quads()) == set(bundled.reader().quads())


def test_a_backup_does_not_change_with_the_store(store: EmbeddedStore, tmp_path: Path) -> None:
    back_up(store, tmp_path / "backup")
    before = set(store.reader().quads())
    with store.writer() as writer:
        writer.replace({NamedNode("https://example.org/g"): []})
        writer.load([Quad(CMP["a"], CMP["b"], CMP["c"], NamedNode("https://example.org/g"))])
        writer.commit()
    assert set(EmbeddedStore(tmp_path / "backup").reader().quads()) == before
    assert set(store.reader().quads()) != before


def test_a_backup_goes_to_a_new_directory_only(store: EmbeddedStore, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BadRequest, match="There is something in"):
        back_up(store, tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


def test_a_backup_is_restored_over_a_damaged_store_as_its_next_version(store: EmbeddedStore, tmp_path: Path) -> None:
    back_up(store, tmp_path / "backup")
    version = store.version()
    max((store.path / "versions" / f"{version:06d}").glob("*.sst")).unlink()
    damaged = EmbeddedStore(store.path)
    with pytest.raises(NoStore, match="is damaged"):
        damaged.reader()
    assert restore_from(damaged, tmp_path / "backup") == str(version + 1)
    backup = EmbeddedStore(tmp_path / "backup")
    assert set(EmbeddedStore(store.path).reader().quads()) == set(backup.reader().quads())


def test_a_backup_of_another_catalogue_is_not_restored(store: EmbeddedStore, tmp_path: Path) -> None:
    other = EmbeddedStore(tmp_path / "other")
    make_store(other, Base("https://example.org/"), empty=True)
    with pytest.raises(NoStore, match=r"has the base IRI https://example\.org/"):
        restore_from(store, other.path)
    assert store.version() == 1


def test_backup_and_restore_are_commands(store: EmbeddedStore, tmp_path: Path) -> None:
    done = comparanda("backup", str(tmp_path / "backup"), store=store.path)
    assert (done.returncode, done.stdout) == (0, f"Backed up version 1 to {tmp_path / 'backup'}.\n")
    shutil.rmtree(store.path)
    done = comparanda("restore", str(tmp_path / "backup"), store=store.path)
    assert done.returncode == 0
    assert comparanda("compare", "random-forest", "extra-trees", store=store.path).returncode == 0


def test_what_is_derived_while_a_store_is_made_agrees_with_the_graph(bundled: EmbeddedStore, base: Base) -> None:
    index = Index(bundled.path / "index", base)
    assert index.version() == bundled.reader().version
    assert [found.name for found in derived_checks(bundled, index, base) if found.findings] == []


def test_reindex_and_the_check_of_what_is_derived_are_commands(store: EmbeddedStore) -> None:
    assert comparanda("reindex", store=store.path).stdout == "Indexed version 1.\n"
    checked = comparanda("check", "--derived", store=store.path)
    assert (checked.returncode, "findings: 0 of severity Violation" in checked.stdout) == (0, True)


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE method SET referenced = referenced + 1 WHERE slug = 'random-forest'", "kept_counts"),
        ("UPDATE facet SET methods = methods + 1 WHERE role = 0 AND language = 'th'", "kept_counts"),
        ("DELETE FROM text WHERE role = 1", "kept_rows"),
        ("UPDATE area_link SET links = 0", "kept_rows"),
    ],
)
def test_an_index_that_does_not_agree_with_the_graph_is_found_out(
    store: EmbeddedStore, base: Base, tmp_path: Path, damage: str, check: str
) -> None:
    index = Index(tmp_path / "index", base)
    index.follow(store)
    with sqlite3.connect(next((tmp_path / "index").glob("*.sqlite"))) as database:
        database.execute(damage)
    database.close()
    assert check in [found.name for found in derived_checks(store, index, base) if found.findings]


def test_figures_that_do_not_agree_with_the_graph_are_found_out(
    store: EmbeddedStore, base: Base, tmp_path: Path
) -> None:
    with store.writer() as writer:
        writer.load(
            [Quad(base.method("new"), CMP["related"], base.method("random-forest"), NamedNode(f"{base.iri}doc/x"))]
        )
        writer.commit()
    checks = {found.name: found.findings for found in derived_checks(store, Index(tmp_path / "index", base), base)}
    assert any("1 counted" in finding.message or "related" in finding.message for finding in checks["kept_figures"])


def test_search_and_related_are_commands(store: EmbeddedStore) -> None:
    found = comparanda("search", "rastgele", "orman", store=store.path)
    assert found.stdout.startswith("random-forest  Random forest  (")
    related = comparanda("related", "random-forest", store=store.path)
    assert "bagging-ensemble  extends  " in related.stdout
    path = comparanda("related", "random-forest", "--to", "decision-tree", store=store.path)
    assert path.stdout == "random-forest - decision-tree\n"
    unknown = comparanda("related", "random-forest", "--to", "decision-tre", store=store.path)
    assert unknown.returncode == 2
    assert "decision-tree" in unknown.stderr
