"""Backups of an embedded store: a directory that is a store itself, with the newest version and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

from comparanda.errors import BadRequest, NoStore
from comparanda.stores.embedded import EmbeddedStore


def back_up(store: EmbeddedStore, target: Path) -> str:
    """Copy the newest version to a new directory; returns the version.

    Raises:
        BadRequest: there is something in the directory already.
        NoStore: there is no store, or it is damaged.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadRequest(f"There is something in {target}.", value=str(target), to_do="Give a new directory.")
    reader, copy = store.reader(), EmbeddedStore(target)
    copy.create(store.base_iri)
    copy.adopt(reader.database, int(reader.version))
    shutil.copytree(store.path / "received", target / "received", dirs_exist_ok=True)
    return reader.version


def restore_from(store: EmbeddedStore, source: Path) -> str:
    """Make a backup the next version of a store, or the first one of a new store; returns the version.

    Raises:
        NoStore: the backup is none, is damaged, or has another base IRI.
        StoreInUse: somebody is writing to the store.
    """
    backup = EmbeddedStore(source)
    reader = backup.reader()
    if not store.exists():
        store.create(backup.base_iri)
    if store.base_iri != backup.base_iri:
        raise NoStore(
            f"The backup {source} has the base IRI {backup.base_iri}.",
            value=backup.base_iri,
            to_do=f"Restore it to a store that has it too; this one has {store.base_iri}.",
        )
    version = store.adopt(reader.database, store.version() + 1)
    shutil.copytree(source / "received", store.path / "received", dirs_exist_ok=True)
    return str(version)
