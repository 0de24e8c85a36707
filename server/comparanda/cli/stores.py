"""Commands about a store as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import click

from comparanda.catalogue import now
from comparanda.catalogue.description import describe_anew
from comparanda.catalogue.opening import fill_remote, make_store, open_index, open_store
from comparanda.cli.options import (
    answers_of,
    bar,
    store_is_named,
    store_of,
    with_store,
)
from comparanda.errors import BadRequest
from comparanda.namespaces import Base
from comparanda.settings import Settings
from comparanda.stores.backup import back_up, restore_from
from comparanda.stores.embedded import EmbeddedStore


@click.command()
@click.option("--empty", is_flag=True, help="Make the store without the bundled catalogue.")
@with_store
def init(settings: Settings, empty: bool) -> None:
    """Make a store, or fill a remote one. One that exists is left as it is."""
    if settings.store_is_remote:
        _fill(settings, empty)
        return
    store = EmbeddedStore(Path(settings.store), versions_kept=settings.versions_kept)
    if store.exists():
        click.echo(f"There is a store in {settings.store} already, version {store.version()}; nothing was changed.")
        return
    methods = make_store(store, Base(settings.base_iri), open_index(settings), empty=empty)
    click.echo(f"Made a store in {settings.store} with {methods} methods.")


def _fill(settings: Settings, empty: bool) -> None:
    store = open_store(settings)
    version = fill_remote(store, Base(settings.base_iri), empty=empty)
    if version is None:
        held = store.reader().version
        click.echo(f"There is a catalogue in {settings.store} already, version {held}; nothing was changed.")
        return
    methods = answers_of(settings).method_count(store.reader())
    click.echo(f"Filled {settings.store} with {methods} methods, version {version}.")


@click.command()
@click.option("--figures", is_flag=True, help="Count the figures of the description anew too: a new version.")
@with_store
def reindex(settings: Settings, figures: bool) -> None:
    """Make the index anew: search, facets, counts and links, all derived from the graph."""
    store, index = store_of(settings), open_index(settings)
    if figures:
        describe_anew(store, Base(settings.base_iri), now())
    methods = answers_of(settings).method_count(store.reader())
    with bar(methods, "Indexing", "methods") as progress:
        version = index.rebuild(store, lambda _: progress.update(1_000))
    click.echo(f"Indexed version {version}.")


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="DIR")
@with_store
def backup(settings: Settings, target: Path) -> None:
    """Copy the newest version of the store to a new directory, which is a store itself.

    On the same file system the copy shares its files with the store, and takes no room.
    """
    version = back_up(_embedded(settings), target)
    click.echo(f"Backed up version {version} to {target}.")


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR")
@with_store
def restore(settings: Settings, source: Path) -> None:
    """Make a backup the newest version of the store, also of one that is damaged or not there."""
    version = restore_from(_embedded(settings), source)
    click.echo(f"Restored {source} as version {version}.")


def _embedded(settings: Settings) -> EmbeddedStore:
    """The store of the settings, which may be damaged.

    Raises:
        BadRequest: it is a remote one.
    """
    if settings.store_is_remote:
        raise BadRequest(
            "A remote store is backed up by its own means.", value=settings.store, to_do="Or use `comparanda export`."
        )
    return EmbeddedStore(Path(settings.store), versions_kept=settings.versions_kept)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Number of worker processes.")
@click.option("--writable", is_flag=True, help="Take SPARQL updates with the token in COMPARANDA_WRITE_TOKEN.")
@with_store
def serve(settings: Settings, host: str, port: int, workers: int, writable: bool) -> None:
    """Serve the catalogue over HTTP; without --store, a new store is made and filled first."""
    if writable and not settings.write_token:
        raise BadRequest("--writable needs a token.", to_do="Set COMPARANDA_WRITE_TOKEN to a long random text.")
    settings = replace(settings, writable=writable or settings.writable)
    is_there = settings.store_is_remote or EmbeddedStore(Path(settings.store)).exists()
    is_made = nullcontext() if is_there or store_is_named(settings) else _made_beside(settings)
    with is_made:
        from comparanda.serving import load_languages, serve_forever  # takes as long as a store takes to be made

        load_languages()
    open_store(settings)
    serve_forever(settings, host, port, workers)


@contextmanager
def _made_beside(settings: Settings) -> Iterator[None]:
    """Make the store in a process of its own: the server forks its workers, and must not have opened a database."""
    command = [sys.executable, "-m", "comparanda", "init"]
    with subprocess.Popen(command, env={**os.environ, **settings.as_environment()}) as process:
        yield
    if process.returncode:
        raise click.exceptions.Exit(process.returncode)  # it has said why
