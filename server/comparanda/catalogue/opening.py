"""Opening a store, and making one."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from comparanda.catalogue import now
from comparanda.catalogue.bundle import entry_quads, vocabulary_quads
from comparanda.catalogue.description import commit_described
from comparanda.catalogue.figures import Figures
from comparanda.descriptions import described_graphs
from comparanda.errors import NoStore
from comparanda.index import Index
from comparanda.namespaces import Base
from comparanda.settings import Settings
from comparanda.stores import Store
from comparanda.stores.embedded import EmbeddedStore
from comparanda.stores.remote_versions import NO_VERSION

if TYPE_CHECKING:
    from comparanda.stores.remote import RemoteStore


def open_store(settings: Settings, *, fill_new: bool = False) -> Store:
    """The store that the settings name.

    Args:
        fill_new: make the store, with the bundled catalogue, where there is none.
    Raises:
        NoStore: there is none, or it was made with another base IRI.
    """
    if settings.store_is_remote:
        return _remote_store(settings)
    store = EmbeddedStore(Path(settings.store), versions_kept=settings.versions_kept)
    if not store.exists():
        if not fill_new:
            raise NoStore(
                f"There is no store in {settings.store}.",
                value=settings.store,
                to_do=f"Make one with `comparanda init --store {settings.store}`.",
            )
        make_store(store, Base(settings.base_iri), open_index(settings))
    if store.base_iri != settings.base_iri:
        raise NoStore(
            f"The store {settings.store} has the base IRI {store.base_iri}.",
            value=store.base_iri,
            to_do=f"Set COMPARANDA_BASE_IRI to it, not to {settings.base_iri}.",
        )
    return store


def _remote_store(settings: Settings) -> RemoteStore:
    from comparanda.stores.credentials import Credentials
    from comparanda.stores.endpoint import Access  # brings rdflib along
    from comparanda.stores.remote import RemoteStore

    access = Access(
        settings.store,
        update_url=settings.store_update_url,
        graphs_url=settings.store_graphs_url,
        writer_url=settings.store_writer_url,
        timeout_s=settings.query_timeout_s,
        credentials=Credentials(
            settings.store_user, settings.store_password, settings.store_token, settings.store_digest
        ),
    )
    base = Base(settings.base_iri)
    return RemoteStore(access, base, fresh_s=settings.store_fresh_s, lag_s=settings.store_lag_s)


def open_index(settings: Settings) -> Index:
    """The index of the store that the settings name; it may have to be made or brought forward, see `Index.follow`."""
    return Index(Path(settings.index), Base(settings.base_iri))


def make_store(store: EmbeddedStore, base: Base, index: Index | None = None, *, empty: bool = False) -> int:
    """Make a store with the vocabularies of areas and families and, unless `empty`, the bundled entries.

    They are counted and indexed as they were read. Returns how many methods there are.

    Args:
        index: where it is made; in the store by default.
    Raises:
        StoreInUse: another process is making it.
    """
    store.create(base.iri)
    index, figures = index or Index(store.path / "index", base), Figures()
    with store.writer() as writer, index.making() as new:
        quads = [*vocabulary_quads(base), *(() if empty else entry_quads(base))]
        writer.load(quads)
        for document, described in described_graphs(quads):
            assert isinstance(document, NamedNode), "bundled entries stand in the graphs of their documents"
            figures.add(described)
            new.add(document, described)
        new.finish(commit_described(writer, base, now(), figures))
    return new.methods


def fill_remote(store: Store, base: Base, *, empty: bool = False) -> str | None:
    """Write to a remote store what `make_store` writes; None, and nothing is written, if it holds a catalogue."""
    with store.writer() as writer:
        if writer.before.version != NO_VERSION:
            return None
        graphs: dict[NamedNode, list[Triple]] = {}
        for quad in itertools.chain(vocabulary_quads(base), () if empty else entry_quads(base)):
            assert isinstance(quad.graph_name, NamedNode), "bundled entries stand in the graphs of their documents"
            graphs.setdefault(quad.graph_name, []).append(quad.triple)
        writer.replace(graphs)
        return commit_described(writer, base, now())
