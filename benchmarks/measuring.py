"""Measure one thing beside its peer, run after run in turn, and say what came of it in one line of a table."""

from __future__ import annotations

import argparse
import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from catalogues import HOME

Batch = TypeVar("Batch")
PACKAGES = ("comparanda", "pyoxigraph", "oxigraph", "granian", "flask", "rdflib", "pyshacl")


@dataclass(frozen=True)
class Series:
    """What was measured, run after run, in one unit."""

    name: str
    values: Sequence[float]
    unit: str

    def __str__(self) -> str:
        low, middle, high = min(self.values), statistics.median(self.values), max(self.values)
        return f"{_number(middle)} {self.unit} ({_number(low)} to {_number(high)})"


def options(description: str | None, *, size: int = 8000, runs: int = 5, **more: Any) -> argparse.Namespace:
    """What the command line says: size, runs, where catalogues are kept, and numbers or lists of a benchmark's own."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=size, help=f"number of methods [{size}]")
    parser.add_argument("--runs", type=int, default=runs, help=f"how often everything is measured [{runs}]")
    parser.add_argument("--home", type=Path, default=HOME, help=f"folder in which catalogues are kept [{HOME}]")
    for name, default in more.items():
        many = "*" if isinstance(default, tuple) else None
        kind = type(default[0] if many else default)
        parser.add_argument(f"--{name}", type=kind, nargs=many, default=default, help=f"[{default}]")
    return parser.parse_args()


def paired(batches: Iterable[Batch], *measures: Callable[[Batch], float]) -> list[list[float]]:
    """Each measure on each batch, one after the other, so that what else the machine does falls on all."""
    runs = [[measure(batch) for measure in measures] for batch in batches]
    return [list(column) for column in zip(*runs, strict=True)]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of the values does not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


def timed(action: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def report(
    what: str,
    ours: Series,
    peer: Series | None = None,
    *,
    ratio_at_least: float | None = None,
    ratio_at_most: float | None = None,
    at_most: float | None = None,
) -> None:
    """One row of the table that `heading` began. A budget is one of the ratio of ours to the peer, or of ours alone."""
    ratios = _ratios(ours, peer) if peer else []
    shown = f"{statistics.median(ratios):.3g}" if ratios else ""
    if len(ratios) > 1:
        shown += f" ({min(ratios):.3g} to {max(ratios):.3g})"
    budget, verdict = "", ""
    if ratio_at_least is not None:
        budget, reached = f"ratio ≥ {ratio_at_least:g}", statistics.median(ratios) >= ratio_at_least
    elif ratio_at_most is not None:
        budget, reached = f"ratio ≤ {ratio_at_most:g}", statistics.median(ratios) <= ratio_at_most
    elif at_most is not None:
        budget, reached = f"≤ {at_most:g} {ours.unit}", statistics.median(ours.values) <= at_most
    if budget:
        verdict = "reached" if reached else "not reached"
    cells = (what, str(ours), f"{peer.name}: {peer}" if peer else "", shown, budget, verdict)
    print("| " + " | ".join(cells) + " |", flush=True)


def _ratios(ours: Series, peer: Series) -> list[float]:
    """Run by run; where one was measured less often, only that of the medians."""
    if len(ours.values) == len(peer.values):
        return [one / other for one, other in zip(ours.values, peer.values, strict=True)]
    return [statistics.median(ours.values) / statistics.median(peer.values)]


def heading(title: str) -> None:
    """What is measured, when, on what; then the head of a table of medians, with the lowest and the highest run."""
    cores = len(os.sched_getaffinity(0))
    programs = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(f"\n**{title}**, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {cores} cores, load {os.getloadavg()[0]:.1f}, ")
    print(f"{platform.system()} {platform.release()}, Python {platform.python_version()}, {programs}\n")
    print("| what | Comparanda | peer | ratio | budget | |\n|---|---|---|---|---|---|", flush=True)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
