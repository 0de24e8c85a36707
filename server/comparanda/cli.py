"""The command line. Exit status: 0 done, 1 findings of severity Violation, 2 wrong use or no store."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click
import pyoxigraph
from pyoxigraph import Literal

from comparanda import __version__
from comparanda.answers import Answers
from comparanda.catalogue import Outcome, commit_graphs, now
from comparanda.catalogue.entries import Entries
from comparanda.catalogue.opening import make_store, open_store
from comparanda.catalogue.sources import Gathered, Options, gather
from comparanda.checks import Check, run_checks, stored_entries
from comparanda.dumps import write_dump, write_graph
from comparanda.dumps.differences import WRITERS, differences, find_side
from comparanda.errors import BadRequest, ComparandaError
from comparanda.findings import Finding, Severity, has_violations
from comparanda.formats import COMPARISON_FORMATS, GRAPH_FORMATS, ROW_FORMATS, find_format, is_transposed
from comparanda.namespaces import CMP, FOAF, PREFIXES, SKOS, Base
from comparanda.queries import Column, Query, parse_query, projected, queries, without_comments
from comparanda.render.comparison import RENDERERS
from comparanda.render.turtle import FILE_FORMATS, formatted_file
from comparanda.resources import folder
from comparanda.settings import Settings
from comparanda.shapes import shapes
from comparanda.stores import Reader, Row
from comparanda.stores.durable import write_durably
from comparanda.stores.embedded import EmbeddedStore
from comparanda.terms import Term, iri, text
from comparanda.validation import validate, validate_to_fixpoint


class _Group(click.Group):
    """Turns our errors into one line on standard error and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ComparandaError as error:
            click.echo(f"comparanda: {error}", err=True)
            ctx.exit(1 if error.status == 422 else 2)
        except BrokenPipeError:
            sys.stderr.close()  # the reader of our output left; nothing more can be said
            ctx.exit(1)


def _with_store(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --store, and its settings as first argument."""

    def command(store: str | None, **arguments: Any) -> Any:
        return function(Settings.from_environment(store=store), **arguments)

    option = click.option(
        "--store", metavar="STORE", help="Directory of the store or address of a SPARQL endpoint [COMPARANDA_STORE]."
    )
    return option(update_wrapper(command, function))


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="comparanda")
def main() -> None:
    """A multilingual knowledge graph of research methods, and its server."""
    for name in ("pyshacl", "rdflib.term"):  # what they have to say of data is in the findings
        logging.getLogger(name).setLevel(logging.CRITICAL)


@main.command()
@click.option("--empty", is_flag=True, help="Make the store without the bundled catalogue.")
@_with_store
def init(settings: Settings, empty: bool) -> None:
    """Make a store. One that exists is left as it is."""
    store = EmbeddedStore(Path(settings.store), versions_kept=settings.versions_kept)
    if store.exists():
        click.echo(f"There is a store in {settings.store} already, version {store.version()}; nothing was changed.")
        return
    make_store(store, Base(settings.base_iri), empty=empty)
    counts = _answers(settings).statistics(store.reader())["entries"]
    click.echo(f"Made a store in {settings.store} with {counts.get(CMP['Method'].value, 0)} methods.")


@main.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="FILE|DIRECTORY|-…")
@click.option("--lang", metavar="TAG", help="Language of the pages, where their labels do not tell.")
@click.option("--url", metavar="URL", help="Address of the page; its slugs are taken from it.")
@click.option("--license", "licence", metavar="URL", help="Licence of the pages.")
@click.option("--dry-run", is_flag=True, help="Show what would be found, and change nothing.")
@click.option("--format", "format_name", default="txt", help="Findings as txt or json.")
@_with_store
def import_(settings: Settings, paths: Sequence[str], dry_run: bool, format_name: str, **given: str | None) -> None:
    """Read compare pages and RDF documents into the store."""
    form = find_format(format_name, [known for known in ROW_FORMATS if known.name in ("txt", "json")]).name
    store, base = open_store(settings, fill_new=not _store_is_named(settings)), Base(settings.base_iri)
    if dry_run:
        outcome, gathered = _try_import(settings, store.reader(), paths, given)
    else:
        with store.writer() as writer:
            gathered = _gather(settings, paths, Entries(writer.reader, base), given)
            if isinstance(store, EmbeddedStore):
                for digest, content in gathered.received.items():
                    store.keep_received(digest, content)
            outcome = commit_graphs(writer, gathered.candidates(), shapes(), base, gathered.findings)
    summary = {
        "pages": [
            {"source": source, "language": language, "slugs": slugs} for source, language, slugs in gathered.pages
        ],
        "accepted": len(outcome.accepted),
        "rejected": [graph.value for graph in outcome.rejected],
        "version": outcome.version,
        "dry_run": dry_run,
    }
    if form == "json":
        click.echo(
            json.dumps(
                {**summary, "findings": [finding.as_dict() for finding in outcome.findings]},
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        _show_findings(outcome.findings)
        for page in summary["pages"] if len(gathered.pages) <= 20 else ():  # type: ignore[attr-defined]
            click.echo(f"{page['source']} ({page['language']}): {', '.join(page['slugs'])}")
        done = (
            "would be stored"
            if dry_run
            else f"stored as version {outcome.version}"
            if outcome.version
            else "stored: nothing new"
        )
        click.echo(
            f"{len(gathered.pages)} pages read; {len(outcome.accepted)} entries {done}; "
            f"{len(outcome.rejected)} rejected."
        )
    sys.exit(1 if has_violations(outcome.findings) else 0)


@main.command("validate")
@click.argument("paths", nargs=-1, metavar="[FILE|DIRECTORY|-…]")
@click.option("--lang", metavar="TAG", help="Language of the pages, where their labels do not tell.")
@_with_store
def validate_(settings: Settings, paths: Sequence[str], lang: str | None) -> None:
    """Validate documents as an import would, or without any the whole store."""
    base = Base(settings.base_iri)
    reader = open_store(settings, fill_new=not _store_is_named(settings)).reader()
    if paths:
        gathered = _gather(settings, paths, Entries(reader, base), {"lang": lang})
        found: Iterable[Finding] = [*gathered.findings, *validate(gathered.candidates(), shapes(), base, reader)]
        count = len(gathered.candidates())
    else:
        graphs = stored_entries(reader, base)
        found, count = list(validate(graphs, shapes(), base, None)), len(graphs)
    _show_findings(found)
    violations = sum(finding.severity is Severity.VIOLATION for finding in found)
    click.echo(f"{count} entries, {violations} violations.")
    sys.exit(1 if violations else 0)


@main.command()
@click.option("--format", "format_name", default="txt", help="txt or json.")
@click.option("--no-shacl", is_flag=True, help="Leave the shapes out, which take most of the time.")
@click.option(
    "--examples", type=click.IntRange(min=0), metavar="N", help="Findings shown of each check [3; json: all]."
)
@_with_store
def check(settings: Settings, format_name: str, no_shacl: bool, examples: int | None) -> None:
    """Report on the quality of the data: a line for each check of queries/check_*.rq and for the shapes."""
    form = find_format(format_name, [known for known in ROW_FORMATS if known.name in ("txt", "json")]).name
    reader = open_store(settings, fill_new=not _store_is_named(settings)).reader()
    checks = run_checks(reader, shapes(), Base(settings.base_iri), with_shapes=not no_shacl)
    counts = {severity: sum(each.count(severity) for each in checks) for severity in Severity}
    if form == "json":
        report = {"version": reader.version, "counts": counts, "checks": [each.as_dict(examples) for each in checks]}
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _show_checks(checks, 3 if examples is None else examples)
        totals = ", ".join(f"{count} of severity {severity}" for severity, count in reversed(counts.items()))
        click.echo(f"{len(checks)} checks; findings: {totals}.")
    sys.exit(1 if counts[Severity.VIOLATION] else 0)


@main.command()
@click.argument("slugs", nargs=-1, metavar="SLUG SLUG…")
@click.option("--lang", default=None, metavar="TAG", help="Language of labels and names.")
@click.option("--rows", default="all", metavar="all|different|same", help="Which rows.")
@click.option("--format", "format_name", default="txt", help="txt, json, csv, tsv, md, xlsx, tex, ttl or jsonld.")
@click.option("--transposed", is_flag=True, help="Methods as lines and rows as columns.")
@_with_store
def compare(
    settings: Settings, slugs: Sequence[str], lang: str | None, rows: str, format_name: str, transposed: bool
) -> None:
    """Set methods side by side; rows that differ are marked ≠. Slugs may be separated by commas."""
    form = find_format(format_name, [known for known in COMPARISON_FORMATS if known.name in RENDERERS])
    reader = open_store(settings, fill_new=not _store_is_named(settings)).reader()
    wanted = [slug for given in slugs for slug in given.split(",") if slug]
    comparison = _answers(settings).compare(reader, wanted, lang or settings.default_language).only(rows)
    click.echo(RENDERERS[form.name](comparison, transposed or is_transposed(format_name)), nl=False)


@main.command("query")
@click.argument("name", metavar="NAME|FILE.rq|-")
@click.argument("values", nargs=-1, metavar="[PARAMETER=VALUE…]")
@click.option("--format", "format_name", default="txt", help="txt, json, csv or tsv for rows; ttl, nt, … for graphs.")
@_with_store
def query_(settings: Settings, name: str, values: Sequence[str], format_name: str) -> None:
    """Ask a question of queries/, a file, or standard input. Without a name that exists, lists the questions."""
    question = _find_query(name)
    sparql = question.bind(**dict(_parameter(question, given) for given in values))
    reader = open_store(settings, fill_new=not _store_is_named(settings)).reader()
    if question.columns:
        form = find_format(format_name, ROW_FORMATS)
        click.echo(_rows_as(form.name, reader.select(sparql)), nl=False)
    else:
        graph_format = find_format("ttl" if format_name == "txt" else format_name, GRAPH_FORMATS)
        sys.stdout.buffer.write(
            pyoxigraph.serialize(reader.construct(sparql), format=graph_format.rdf, prefixes=PREFIXES) or b""
        )


@main.command()
@click.option("--format", "format_name", default="trig", help="trig, nq, ttl, nt, rdf or jsonld.")
@click.option("--output", default="-", metavar="FILE", help="File to write; - is standard output.")
@click.option("--dump", metavar="DIR", help="Write a whole dump: RDF, tables, RO-Crate and checksums, as a directory.")
@click.option("--version", "number", type=click.IntRange(min=0), help="An older version that is still kept.")
@_with_store
def export(settings: Settings, format_name: str, output: str, dump: str | None, number: int | None) -> None:
    """Write the whole graph, sorted. Turtle, N-Triples and RDF/XML hold the triples without their graphs."""
    store = open_store(settings, fill_new=not _store_is_named(settings))
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


@main.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--format", "format_name", default="txt", help="txt, json, or nq: what was added, the rest as comments.")
@_with_store
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


@main.command()
@click.argument("what", required=False, type=click.Choice(["languages"]), metavar="[languages]")
@click.option("--format", "format_name", default="txt", help="txt or json.")
@_with_store
def stats(settings: Settings, what: str | None, format_name: str) -> None:
    """Count what the store holds, or how far each language goes."""
    form = find_format(format_name, [known for known in ROW_FORMATS if known.name in ("txt", "json")]).name
    reader = open_store(settings, fill_new=not _store_is_named(settings)).reader()
    if what == "languages":
        _show_languages(reader, _answers(settings), form)
        return
    found = _answers(settings).statistics(reader)
    entries, links, works = found["entries"], found["links"], found["works"]
    figures: dict[str, Any] = {
        "version": reader.version,
        "methods": entries.get(CMP["Method"].value, 0),
        "works": entries.get(CMP["Work"].value, 0),
        "confirmed works": works.get(CMP["confirmed"].value, 0),
        "share of confirmed works": _share(works.get(CMP["confirmed"].value, 0), sum(works.values())),
        "people": entries.get(FOAF["Person"].value, 0),
        "areas and families": entries.get(SKOS["Concept"].value, 0),
        "pages": entries.get(CMP["Page"].value, 0),
        "methods without a summary in English": len(reader.select(queries()["check_missing_summaries"].bind())),
        "related links": links.get(CMP["related"].value, 0),
        "mean related": _share(links.get(CMP["related"].value, 0), entries.get(CMP["Method"].value, 0)),
        "links by kind": {
            kind.rsplit("#", 1)[-1]: count for kind, count in links.items() if kind != CMP["related"].value
        },
        "names by language": found["names"],
    }
    if form == "json":
        click.echo(json.dumps(figures, ensure_ascii=False, indent=1))
        return
    for name, value in figures.items():
        shown = ", ".join(f"{key} {count}" for key, count in value.items()) if isinstance(value, dict) else value
        click.echo(f"{name}: {shown}")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Number of worker processes.")
@click.option("--writable", is_flag=True, help="Take SPARQL updates with the token in COMPARANDA_WRITE_TOKEN.")
@_with_store
def serve(settings: Settings, host: str, port: int, workers: int, writable: bool) -> None:
    """Serve the catalogue over HTTP; without --store, a new store is made and filled first."""
    if writable and not settings.write_token:
        raise BadRequest("--writable needs a token.", to_do="Set COMPARANDA_WRITE_TOKEN to a long random text.")
    settings = replace(settings, writable=writable or settings.writable)
    from comparanda.serving import environment_of, serve_forever  # the web framework is loaded only where it is needed

    remote = settings.store.startswith(("http://", "https://"))
    if not remote and not _store_is_named(settings) and not EmbeddedStore(Path(settings.store)).exists():
        # In a process of its own: the server forks its workers, and must not have opened a database before.
        subprocess.run([sys.executable, "-m", "comparanda", "init"], env=environment_of(settings), check=True)
    open_store(settings)
    serve_forever(settings, host, port, workers)


@main.command("format")
@click.argument("paths", nargs=-1, metavar="[FILE|DIRECTORY…]")
@click.option("--check", is_flag=True, help="Change nothing; exit status 1 if a file is not formatted.")
def format_(paths: Sequence[str], check: bool) -> None:
    """Sort Turtle and TriG files so that a diff shows only what changed; without a path, those of data/."""
    changed = {}
    files = list(_turtle_files(paths or [str(folder("data"))]))
    for path in files:
        text, sorted_text = formatted_file(path, shapes())
        if text != sorted_text:
            changed[path] = sorted_text
    for path, sorted_text in changed.items():
        click.echo(f"{'Would format' if check else 'Formatted'} {path}")
        if not check:
            write_durably(path, sorted_text)
    click.echo(f"{len(files)} files, {len(changed)} {'not formatted' if check else 'changed'}.")
    sys.exit(1 if check and changed else 0)


def _turtle_files(paths: Sequence[str]) -> Iterator[Path]:
    for given in paths:
        path = Path(given)
        if not path.exists():
            raise BadRequest(f"There is no file {given}.", value=given, to_do="Check the path.")
        found = (child for known in FILE_FORMATS for child in path.rglob(f"*.{known.name}") if child.is_file())
        yield from sorted(found) if path.is_dir() else [path]


def _answers(settings: Settings) -> Answers:
    return Answers(Base(settings.base_iri), shapes(), settings.default_language)


def _store_is_named(settings: Settings) -> bool:
    """Whether somebody chose the store; the user's own data directory is filled when it is new, a chosen one is not."""
    return settings.store != Settings.from_environment({}).store


def _try_import(
    settings: Settings, reader: Reader, paths: Sequence[str], given: dict[str, str | None]
) -> tuple[Outcome, Gathered]:
    """What an import would come to."""
    base = Base(settings.base_iri)
    gathered = _gather(settings, paths, Entries(reader, base), given)
    candidates = gathered.candidates()
    accepted, report = validate_to_fixpoint(candidates, shapes(), base, reader)
    rejected = tuple(graph for graph in candidates if graph not in accepted)
    return Outcome(tuple(accepted), rejected, (*gathered.findings, *report), None), gathered


def _gather(settings: Settings, paths: Sequence[str], entries: Entries, given: dict[str, str | None]) -> Gathered:
    options = Options(given.get("lang"), given.get("url"), given.get("licence"), settings.max_page_bytes)
    if options.language:
        text("", options.language)  # refuses what is no language tag, before anything is read
    show = sys.stderr.isatty() and len(paths) > 0

    def progress(files: Sequence[Path]) -> Iterable[Path]:
        if not show or len(files) < 20:
            return files
        return _bar(files)

    return gather(paths, entries, shapes(), now(), options, sys.stdin.buffer.read, progress)


def _bar(files: Sequence[Path]) -> Iterable[Path]:
    with click.progressbar(files, label="Reading", file=sys.stderr) as bar:
        yield from bar


def _show_findings(findings: Iterable[Finding], indent: str = "") -> None:
    for finding in findings:
        click.echo(f"{indent}{finding}")


def _show_checks(checks: Sequence[Check], examples: int) -> None:
    width = max(len(each.name) for each in checks)
    for each in checks:
        click.echo(f"{each.severity:<9}  {len(each.findings):>5}  {each.name:<{width}}  {each.question}")
        _show_findings(each.findings[:examples], indent=" " * 18)


def _show_languages(reader: Reader, answers: Answers, form: str) -> None:
    from comparanda.coverage import label_coverage  # babel's reader is loaded only where it is needed

    whole, languages = label_coverage(reader, answers)
    if form == "json":
        figures = {"all": whole.as_dict(), "languages": {tag: each.as_dict() for tag, each in languages.items()}}
        click.echo(json.dumps(figures, ensure_ascii=False, indent=1))
        return
    click.echo(f"{'':<10}" + "".join(f"{column:>11}" for column in whole.as_dict()))
    for tag, each in {"all": whole, **languages}.items():
        *counts, strings = each.as_dict().values()
        share = f"{_share(strings, whole.interface):.0%}"
        click.echo(f"{tag:<10}" + "".join(f"{shown:>11}" for shown in (*counts, share)))


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


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
            json.dumps([{name: _plain(row[name]) for name in names} for row in rows], ensure_ascii=False, indent=1)
            + "\n"
        )
    output = io.StringIO()
    writer = csv.writer(output, delimiter="," if form == "csv" else "\t", lineterminator="\n")
    if names:
        writer.writerow(names)
    writer.writerows([_plain(row[name]) for name in names] for row in rows)
    return output.getvalue()


def _plain(term: Term | None) -> str:
    return "" if term is None else getattr(term, "value", str(term))
