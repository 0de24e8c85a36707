"""Commands that take data out and compare versions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from comparanda.catalogue.opening import open_store
from comparanda.cli.options import (
    store_of,
    with_store,
)
from comparanda.dumps import write_dump, write_graph
from comparanda.dumps.differences import WRITERS, differences, find_side
from comparanda.errors import BadRequest
from comparanda.formats import GRAPH_FORMATS, ROW_FORMATS, find_format
from comparanda.namespaces import Base
from comparanda.settings import Settings
from comparanda.shapes import shapes
from comparanda.stores.embedded import EmbeddedStore


@click.command()
@click.option("--format", "format_name", default="trig", help="trig, nq, ttl, nt, rdf or jsonld.")
@click.option("--output", default="-", metavar="FILE", help="File to write; - is standard output.")
@click.option("--dump", metavar="DIR", help="Write a whole dump: RDF, tables, RO-Crate and checksums, as a directory.")
@click.option("--version", "number", type=click.IntRange(min=0), help="An older version that is still kept.")
@with_store
def export(settings: Settings, format_name: str, output: str, dump: str | None, number: int | None) -> None:
    """Write the whole graph, sorted. Turtle, N-Triples and RDF/XML hold the triples without their graphs."""
    store = store_of(settings)
    if number is not None and not isinstance(store, EmbeddedStore):
        raise BadRequest("A remote store keeps no versions.", value=number, to_do="Leave --version out.")
    reader = store.reader_of(number) if number is not None and isinstance(store, EmbeddedStore) else store.reader()
    if dump is not None:
        folder = Path(dump).absolute()
        done = write_dump(reader, folder, Base(settings.base_iri), shapes(), settings.default_language)
        said = "Wrote a dump" if done else "There is a dump already"
        click.echo(f"{said} of version {reader.version} in {dump}.", err=True)
        return
    form = find_format(
        format_name if output == "-" or format_name != "trig" else Path(output).suffix or "trig", GRAPH_FORMATS
    )
    assert form.rdf is not None, "all graph formats are RDF"
    write_graph(reader, form.rdf, None if output == "-" else Path(output).absolute(), sys.stdout.buffer)
    if output != "-":
        click.echo(f"Wrote version {reader.version} to {output}.", err=True)


@click.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--format", "format_name", default="txt", help="txt, json, or nq: what was added, the rest as comments.")
@with_store
def diff(settings: Settings, first: str, second: str, format_name: str) -> None:
    """Show what B has and A has not (+), and the reverse (-), as sorted N-Quads. Exit status 1 if they differ.

    A and B are numbers of versions that the store keeps, files of RDF, plain or gzipped, or dumps.
    """
    known = [*(form for form in ROW_FORMATS if form.name in WRITERS), find_format("nq", GRAPH_FORMATS)]
    form = find_format(format_name, known).name
    sides = [find_side(name, lambda: open_store(settings)) for name in (first, second)]
    differ = False

    def found() -> Iterator[tuple[str, str]]:
        nonlocal differ
        for change in differences(*sides):
            differ = True
            yield change

    for line in WRITERS[form](found()):
        click.echo(line, nl=False)
    sys.exit(1 if differ else 0)
