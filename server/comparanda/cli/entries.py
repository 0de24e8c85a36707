"""Commands that bring entries in and look after the files of `data/`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from comparanda.catalogue import Outcome, commit_graphs, now
from comparanda.catalogue.bulk import import_dumps
from comparanda.catalogue.entries import Entries
from comparanda.catalogue.opening import open_index
from comparanda.catalogue.sources import Gathered, Options, gather
from comparanda.catalogue.staging import Staging, dump_bytes, is_dump
from comparanda.checks import stored_entries
from comparanda.cli.options import (
    bar,
    show_findings,
    store_of,
    text_or_json,
    with_store,
)
from comparanda.errors import BadRequest
from comparanda.findings import Finding, Severity, has_violations
from comparanda.namespaces import Base
from comparanda.render.turtle import FILE_FORMATS, formatted_file
from comparanda.resources import folder
from comparanda.settings import Settings
from comparanda.shapes import shapes
from comparanda.stores import Reader
from comparanda.stores.durable import write_durably
from comparanda.stores.embedded import EmbeddedStore
from comparanda.terms import text
from comparanda.validation import validate, validate_to_fixpoint


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="FILE|DIRECTORY|-…")
@click.option("--lang", metavar="TAG", help="Language of the pages, where their labels do not tell.")
@click.option("--url", metavar="URL", help="Address of the page; its slugs are taken from it.")
@click.option("--license", "licence", metavar="URL", help="Licence of the pages.")
@click.option("--dry-run", is_flag=True, help="Show what would be found, and change nothing.")
@click.option("--format", "format_name", default="txt", help="Findings as txt or json.")
@with_store
def import_(settings: Settings, paths: Sequence[str], dry_run: bool, format_name: str, **given: str | None) -> None:
    """Read compare pages and RDF documents into the store."""
    form = text_or_json(format_name)
    if not dry_run and _are_dumps(paths, settings.max_page_bytes):
        _import_dumps(settings, [Path(path) for path in paths], form)
    store, base = store_of(settings), Base(settings.base_iri)
    if dry_run:
        outcome, gathered = _try_import(settings, store.reader(), paths, given)
    else:
        with store.writer() as writer:
            gathered = _gather(settings, paths, Entries(writer.reader, base), given)
            if isinstance(store, EmbeddedStore):
                for digest, content in gathered.received.items():
                    store.keep_received(digest, content)
            outcome = commit_graphs(writer, gathered.candidates(), shapes(), base, gathered.findings)
    pages = [{"source": source, "language": language, "slugs": slugs} for source, language, slugs in gathered.pages]
    stored = f"stored as version {outcome.version}" if outcome.version else "stored: nothing new"
    accepted, rejected = len(outcome.accepted), [graph.value for graph in outcome.rejected]
    sentence = (
        f"{len(pages)} pages read; {accepted} entries {'would be stored' if dry_run else stored}; "
        f"{len(rejected)} rejected."
    )
    summary = {"accepted": accepted, "rejected": rejected, "version": outcome.version, "dry_run": dry_run}
    _report(form, {"pages": pages, **summary}, outcome.findings, sentence)
    sys.exit(1 if has_violations(outcome.findings) else 0)


def _report(form: str, summary: dict[str, Any], findings: Iterable[Finding], sentence: str) -> None:
    """What came of an import; pages one by one where they are few."""
    if form == "json":
        found = [finding.as_dict() for finding in findings]
        click.echo(json.dumps({**summary, "findings": found}, ensure_ascii=False, indent=1))
        return
    show_findings(findings)
    pages = summary.get("pages", ())
    for page in pages if len(pages) <= 20 else ():
        click.echo(f"{page['source']} ({page['language']}): {', '.join(page['slugs'])}")
    click.echo(sentence)


def _are_dumps(paths: Sequence[str], max_bytes: int) -> bool:
    """Whether these are dumps, and too large to be read as documents."""
    files = [Path(path) for path in paths]
    return all(path.is_file() and is_dump(path) for path in files) and dump_bytes(files) > max_bytes


def _import_dumps(settings: Settings, paths: list[Path], form: str) -> NoReturn:
    """Import dumps in bulk and index them."""
    store, base = store_of(settings), Base(settings.base_iri)
    if not isinstance(store, EmbeddedStore):
        raise BadRequest(
            "Dumps are not loaded into a remote store from here.",
            value=settings.store,
            to_do="Load them by the store's own loader, or import them in smaller files.",
        )
    staging = Staging(store, paths, base)
    with bar(dump_bytes(paths), "Importing", "MB", 1_000_000) as imported:
        outcome = import_dumps(store, staging, shapes(), open_index(settings), imported.update)
    stored = f"stored as version {outcome.version}" if outcome.version else "stored: nothing is left"
    sentence = f"{outcome.accepted} entries {stored}; {len(outcome.rejected)} rejected."
    if outcome.found > len(outcome.findings):
        sentence = f"The first {len(outcome.findings)} of {outcome.found} findings are shown.\n{sentence}"
    rejected = sorted(graph.value for graph in outcome.rejected)
    summary = {"accepted": outcome.accepted, "rejected": rejected, "version": outcome.version, "found": outcome.found}
    _report(form, summary, outcome.findings, sentence)
    sys.exit(1 if outcome.rejected else 0)


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

    def progress(files: Sequence[Path]) -> Iterable[Path]:
        return files if len(files) < 20 else _shown(files)

    return gather(paths, entries, shapes(), now(), options, sys.stdin.buffer.read, progress)


def _shown(files: Sequence[Path]) -> Iterator[Path]:
    """The files, one by one, with a bar that shows how many are read."""
    with bar(len(files), "Reading", "files") as read:
        for path in files:
            yield path
            read.update(1)


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="[FILE|DIRECTORY|-…]")
@click.option("--lang", metavar="TAG", help="Language of the pages, where their labels do not tell.")
@with_store
def validate_(settings: Settings, paths: Sequence[str], lang: str | None) -> None:
    """Validate documents as an import would, or without any the whole store."""
    base = Base(settings.base_iri)
    reader = store_of(settings).reader()
    if paths:
        gathered = _gather(settings, paths, Entries(reader, base), {"lang": lang})
        found: Iterable[Finding] = [*gathered.findings, *validate(gathered.candidates(), shapes(), base, reader)]
        count = len(gathered.candidates())
    else:
        graphs = stored_entries(reader, base)
        found, count = list(validate(graphs, shapes(), base, None)), len(graphs)
    show_findings(found)
    violations = sum(finding.severity is Severity.VIOLATION for finding in found)
    click.echo(f"{count} entries, {violations} violations.")
    sys.exit(1 if violations else 0)


@click.command("format")
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
