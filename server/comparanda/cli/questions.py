"""Commands that ask the catalogue."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
import pyoxigraph
from pyoxigraph import Literal

from comparanda.answers import Answers
from comparanda.catalogue.opening import open_index
from comparanda.cli.options import (
    answers_of,
    plain,
    store_of,
    text_or_json,
    with_store,
)
from comparanda.errors import BadRequest, UnknownMethod
from comparanda.formats import COMPARISON_FORMATS, GRAPH_FORMATS, ROW_FORMATS, find_format, is_transposed
from comparanda.index.links import shortest_paths
from comparanda.index.search import explained
from comparanda.index.search import search as find
from comparanda.index.snapshots import Snapshot, Snapshots
from comparanda.languages import lookup_chain
from comparanda.namespaces import PREFIXES
from comparanda.queries import Column, Query, parse_query, projected, queries, without_comments
from comparanda.render.comparison import RENDERERS
from comparanda.settings import Settings
from comparanda.stores import Row
from comparanda.terms import Term, iri, text


@click.command()
@click.argument("slugs", nargs=-1, metavar="SLUG SLUG…")
@click.option("--lang", default=None, metavar="TAG", help="Language of labels and names.")
@click.option("--rows", default="all", metavar="all|different|same", help="Which rows.")
@click.option("--format", "format_name", default="txt", help="txt, json, csv, tsv, md, xlsx, tex, ttl or jsonld.")
@click.option("--transposed", is_flag=True, help="Methods as lines and rows as columns.")
@with_store
def compare(
    settings: Settings, slugs: Sequence[str], lang: str | None, rows: str, format_name: str, transposed: bool
) -> None:
    """Set methods side by side; rows that differ are marked ≠. Slugs may be separated by commas."""
    form = find_format(format_name, [known for known in COMPARISON_FORMATS if known.name in RENDERERS])
    reader = store_of(settings).reader()
    wanted = [slug for given in slugs for slug in given.split(",") if slug]
    comparison = answers_of(settings).compare(reader, wanted, lang or settings.default_language).only(rows)
    click.echo(RENDERERS[form.name](comparison, transposed or is_transposed(format_name)), nl=False)


@click.command("search")
@click.argument("letters", nargs=-1, required=True, metavar="LETTERS…")
@click.option("--lang", metavar="TAG", help="Language of names.")
@click.option("--limit", type=click.IntRange(1, 2_000), default=20, show_default=True, help="How many methods at most.")
@click.option("--format", "format_name", default="txt", help="txt or json.")
@with_store
def search(settings: Settings, letters: Sequence[str], lang: str | None, limit: int, format_name: str) -> None:
    """Find methods by letters of their names, authors and summaries, in any language."""
    form, snapshot = text_or_json(format_name), _snapshot(settings)
    chain = lookup_chain(lang or settings.default_language, settings.default_language)
    matches = find(snapshot.index, " ".join(letters), chain)
    methods = explained(snapshot.index, matches.found[:limit], chain)
    if form == "json":
        click.echo(json.dumps([asdict(method) for method in methods], ensure_ascii=False, indent=1))
        return
    for method in methods:
        found = f"  ({method.found_language}: {method.found})" if method.found else ""
        click.echo(f"{method.slug}  {method.name}{found}")
    more = "" if matches.complete else "more than "
    click.echo(f"{len(methods)} of {more}{len(matches.found)} methods.", err=True)


@click.command("related")
@click.argument("slug", metavar="SLUG")
@click.option("--to", "other", metavar="SLUG", help="Show the shortest paths of links to this method instead.")
@click.option("--lang", metavar="TAG", help="Language of names and reasons.")
@click.option("--format", "format_name", default="txt", help="txt or json.")
@with_store
def related(settings: Settings, slug: str, other: str | None, lang: str | None, format_name: str) -> None:
    """Show which methods a method names as related and why, or how one is reached from another."""
    form, answers, language = text_or_json(format_name), answers_of(settings), lang or settings.default_language
    if other is not None:
        _show_paths(_snapshot(settings), slug, other, answers, form)
        return
    reader = store_of(settings).reader()
    answers.method(reader, slug, language)  # says so if there is none
    links = answers.related(reader, slug, language)
    if form == "json":
        click.echo(json.dumps([asdict(link) for link in links], ensure_ascii=False, indent=1))
        return
    for link in links:
        click.echo(f"{link.method.slug}  {', '.join(link.kinds) or 'related'}  {link.reason or ''}".rstrip())
    click.echo(
        f"{len(links)} related methods; {len(answers.referenced_by(reader, slug, language))} refer to it.", err=True
    )


def _show_paths(snapshot: Snapshot, start: str, end: str, answers: Answers, form: str) -> None:
    known = snapshot.index.identifiers([start, end])
    unknown = [slug for slug in (start, end) if slug not in known]
    if unknown:
        raise UnknownMethod(unknown, answers.closest_slugs(snapshot.reader, unknown))
    paths, complete = shortest_paths(snapshot.index, start, end)
    if form == "json":
        click.echo(json.dumps({"paths": paths, "complete": complete}, indent=1))
        return
    for path in paths:
        click.echo(" - ".join(path))
    if not paths:
        click.echo("No links lead from one to the other." if complete else "No path was found so far.", err=True)


def _snapshot(settings: Settings) -> Snapshot:
    return Snapshots(store_of(settings), open_index(settings)).newest()


@click.command("query")
@click.argument("name", metavar="NAME|FILE.rq|-")
@click.argument("values", nargs=-1, metavar="[PARAMETER=VALUE…]")
@click.option("--format", "format_name", default="txt", help="txt, json, csv or tsv for rows; ttl, nt, … for graphs.")
@with_store
def query_(settings: Settings, name: str, values: Sequence[str], format_name: str) -> None:
    """Ask a question of queries/, a file, or standard input. Without a name that exists, lists the questions."""
    question = _find_query(name)
    sparql = question.bind(**dict(_parameter(question, given) for given in values))
    reader = store_of(settings).reader()
    if question.columns:
        form = find_format(format_name, ROW_FORMATS)
        click.echo(_rows_as(form.name, reader.select(sparql)), nl=False)
    else:
        graph_format = find_format("ttl" if format_name == "txt" else format_name, GRAPH_FORMATS)
        sys.stdout.buffer.write(
            pyoxigraph.serialize(reader.construct(sparql), format=graph_format.rdf, prefixes=PREFIXES) or b""
        )


def _find_query(name: str) -> Query:
    if name == "-":
        return _adhoc("standard input", sys.stdin.read())
    if name in queries():
        return queries()[name]
    if name.endswith(".rq") and Path(name).is_file():
        return _adhoc(Path(name).stem, Path(name).read_text("utf-8"))
    known = "\n".join(f"  {query.name}: {query.question}" for query in queries().values())
    raise BadRequest(
        f"There is no question {name!r}.", value=name, to_do=f"Use a file that ends in .rq, or one of\n{known}"
    )


def _adhoc(name: str, sparql: str) -> Query:
    """A question from a file that need not declare anything; one that declares parameters must do so in full."""
    if re.search(r"^# [$?]\w+ ", sparql, re.MULTILINE):
        return parse_query(name, sparql)
    columns = tuple(Column(column, "term", "") for column in projected(sparql)) or (
        (Column("*", "term", ""),) if re.search(r"\bSELECT\b[^{]*\*", without_comments(sparql), re.IGNORECASE) else ()
    )
    return Query(name, name, (), columns, "", sparql)


def _parameter(question: Query, given: str) -> tuple[str, Term]:
    """A term from `name=value`, by the type that the question's header declares."""
    name, separator, value = given.partition("=")
    kinds = {parameter.name: parameter.kind for parameter in question.parameters}
    if not separator or name not in kinds:
        raise BadRequest(
            f"{given!r} is no parameter of {question.name}.",
            value=given,
            to_do=f"Write {' '.join(f'{known}=…' for known in kinds) or 'none'}.",
        )
    if kinds[name] == "IRI":
        return name, iri(value.removeprefix("<").removesuffix(">"))
    if kinds[name] == "integer":
        return name, Literal(int(value)) if value.isdecimal() else text(value)
    quoted, tag = value.rpartition('"@')[::2]
    return name, text(quoted.removeprefix('"'), tag) if quoted.startswith('"') else text(value)


def _rows_as(form: str, rows: Sequence[Row]) -> str:
    names = list(rows[0]) if rows else []
    if form == "json":
        return (
            json.dumps([{name: plain(row[name]) for name in names} for row in rows], ensure_ascii=False, indent=1)
            + "\n"
        )
    output = io.StringIO()
    writer = csv.writer(output, delimiter="," if form == "csv" else "\t", lineterminator="\n")
    if names:
        writer.writerow(names)
    writer.writerows([plain(row[name]) for name in names] for row in rows)
    return output.getvalue()
