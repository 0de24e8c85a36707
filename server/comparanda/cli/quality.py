"""Commands that say how complete and how sound the data is."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import click

from comparanda.answers import Answers
from comparanda.catalogue.derived import derived_checks
from comparanda.catalogue.opening import open_index
from comparanda.checks import Check, run_checks
from comparanda.cli.options import (
    answers_of,
    share,
    show_findings,
    store_of,
    text_or_json,
    with_store,
)
from comparanda.findings import Severity
from comparanda.namespaces import CMP, FOAF, SKOS, Base
from comparanda.queries import queries
from comparanda.settings import Settings
from comparanda.shapes import shapes
from comparanda.stores import Reader


@click.command()
@click.option("--format", "format_name", default="txt", help="txt or json.")
@click.option("--no-shacl", is_flag=True, help="Leave the shapes out.")
@click.option("--derived", is_flag=True, help="Only compare the index and the kept figures with the graph.")
@click.option(
    "--examples", type=click.IntRange(min=0), metavar="N", help="Findings shown of each check [3; json: all]."
)
@with_store
def check(settings: Settings, format_name: str, no_shacl: bool, derived: bool, examples: int | None) -> None:
    """Report on the quality of the data: a line for each check of queries/check_*.rq and for the shapes."""
    form = text_or_json(format_name)
    store, base = store_of(settings), Base(settings.base_iri)
    reader = store.reader()
    checks = (
        derived_checks(store, open_index(settings), base)
        if derived
        else run_checks(reader, shapes(), base, with_shapes=not no_shacl)
    )
    counts = {severity: sum(each.count(severity) for each in checks) for severity in Severity}
    if form == "json":
        report = {"version": reader.version, "counts": counts, "checks": [each.as_dict(examples) for each in checks]}
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _show_checks(checks, 3 if examples is None else examples)
        totals = ", ".join(f"{count} of severity {severity}" for severity, count in reversed(counts.items()))
        click.echo(f"{len(checks)} checks; findings: {totals}.")
    sys.exit(1 if counts[Severity.VIOLATION] else 0)


def _show_checks(checks: Sequence[Check], examples: int) -> None:
    width = max(len(each.name) for each in checks)
    for each in checks:
        click.echo(f"{each.severity:<9}  {len(each.findings):>5}  {each.name:<{width}}  {each.question}")
        show_findings(each.findings[:examples], indent=" " * 18)


@click.command()
@click.argument("what", required=False, type=click.Choice(["languages"]), metavar="[languages]")
@click.option("--format", "format_name", default="txt", help="txt or json.")
@with_store
def stats(settings: Settings, what: str | None, format_name: str) -> None:
    """Count what the store holds, or how far each language goes."""
    form = text_or_json(format_name)
    reader = store_of(settings).reader()
    if what == "languages":
        _show_languages(reader, answers_of(settings), form)
        return
    found = answers_of(settings).statistics(reader)
    entries, links, works = found["entries"], found["links"], found["works"]
    figures: dict[str, Any] = {
        "version": reader.version,
        "methods": entries.get(CMP["Method"].value, 0),
        "works": entries.get(CMP["Work"].value, 0),
        "confirmed works": works.get(CMP["confirmed"].value, 0),
        "share of confirmed works": share(works.get(CMP["confirmed"].value, 0), sum(works.values())),
        "people": entries.get(FOAF["Person"].value, 0),
        "areas and families": entries.get(SKOS["Concept"].value, 0),
        "pages": entries.get(CMP["Page"].value, 0),
        "methods without a summary in English": len(reader.select(queries()["check_missing_summaries"].bind())),
        "related links": links.get(CMP["related"].value, 0),
        "mean related": share(links.get(CMP["related"].value, 0), entries.get(CMP["Method"].value, 0)),
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
        translated = f"{share(strings, whole.interface):.0%}"
        click.echo(f"{tag:<10}" + "".join(f"{shown:>11}" for shown in (*counts, translated)))
