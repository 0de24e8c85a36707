"""Options and words that several commands share."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any

import click

from comparanda.answers import Answers
from comparanda.catalogue.opening import open_store
from comparanda.findings import Finding
from comparanda.formats import ROW_FORMATS, find_format
from comparanda.namespaces import Base
from comparanda.settings import Settings
from comparanda.shapes import shapes
from comparanda.stores import Store
from comparanda.terms import Term


def with_store(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --store, and its settings as first argument."""

    def command(store: str | None, **arguments: Any) -> Any:
        return function(Settings.from_environment(store=store), **arguments)

    option = click.option(
        "--store", metavar="STORE", help="Directory of the store or address of a SPARQL endpoint [COMPARANDA_STORE]."
    )
    return option(update_wrapper(command, function))


def store_of(settings: Settings) -> Store:
    """The store that the settings name; the user's own is made and filled when it is new."""
    return open_store(settings, fill_new=not store_is_named(settings))


def text_or_json(format_name: str) -> str:
    return find_format(format_name, [known for known in ROW_FORMATS if known.name in ("txt", "json")]).name


def store_is_named(settings: Settings) -> bool:
    """Whether somebody chose the store; the user's own data directory is filled when it is new, a chosen one is not."""
    return settings.store != Settings.from_environment({}).store


def answers_of(settings: Settings) -> Answers:
    return Answers(Base(settings.base_iri), shapes(), settings.default_language)


def share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def show_findings(findings: Iterable[Finding], indent: str = "") -> None:
    for finding in findings:
        click.echo(f"{indent}{finding}")


def bar(length: int | None, label: str, unit: str, scale: int = 1) -> Any:
    """A progress bar on a terminal, with the rate and the time left; nothing in a pipe.

    Args:
        unit, scale: in what the rate is told, and how many of what is counted make one of it.
    """
    shown: Any = click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
    shown.item_show_func = lambda _: f"{shown.pos / scale / max(time.time() - shown.start, 0.1):.1f} {unit}/s"
    return shown


def plain(term: Term | None) -> str:
    return "" if term is None else getattr(term, "value", str(term))
