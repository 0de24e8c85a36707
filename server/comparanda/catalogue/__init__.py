"""The catalogue: what is written to a store, and the one way in.

Entries are changed in memory, pass the gate together, and are committed as one version. What the gate refuses
stays out, and with it what refers to it; the rest goes in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from pyoxigraph import Literal, NamedNode, Triple

from comparanda.catalogue.description import commit_described
from comparanda.errors import InvalidData
from comparanda.findings import Finding
from comparanda.namespaces import XSD, Base
from comparanda.shapes import Shapes
from comparanda.stores import Writer
from comparanda.validation import validate, validate_to_fixpoint


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a change: the graphs that went in, those refused, and all findings.

    `version` is None if nothing was committed.
    """

    accepted: tuple[NamedNode, ...]
    rejected: tuple[NamedNode, ...]
    findings: tuple[Finding, ...]
    version: str | None


def now() -> Literal:
    """This moment as xsd:dateTime, to the second."""
    return Literal(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=XSD["dateTime"])


def commit_graphs(
    writer: Writer,
    candidates: dict[NamedNode, list[Triple]],
    shapes: Shapes,
    base: Base,
    findings: Iterable[Finding] = (),
) -> Outcome:
    """Pass graphs through the gate and commit those that it accepts, as one version.

    The candidates must have been made from what `writer` reads, so that no commit of somebody else comes between.
    """
    accepted, report = validate_to_fixpoint(candidates, shapes, base, writer.reader)
    version = None
    if accepted:
        writer.replace(accepted)
        version = commit_described(writer, base, now())
    rejected = tuple(graph for graph in candidates if graph not in accepted)
    return Outcome(tuple(accepted), rejected, (*findings, *report), version)


def commit_all_or_nothing(
    writer: Writer, graphs: dict[NamedNode, list[Triple]], shapes: Shapes | None, base: Base
) -> str:
    """Replace graphs if the gate accepts every one of them; an empty one is removed. Returns the version.

    Args:
        shapes: None commits without the gate.
    Raises:
        InvalidData: the gate refuses a graph; holds the findings.
    """
    writer.replace(graphs)
    if shapes is not None:
        kept = {name: triples for name, triples in graphs.items() if triples}
        report = validate(kept, shapes, base, writer.reader)
        if report.rejected:
            raise InvalidData(list(report))
    return commit_described(writer, base, now())
