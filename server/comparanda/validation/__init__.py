"""The gate: nothing enters the store that the shapes refuse. pyshacl is the referee.

Most of what comes is valid, and pyshacl takes 0.2 ms for each triple to say so. So a screen looks at every entry first
and vouches for what certainly conforms; what it doubts goes to pyshacl, which decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from comparanda.findings import Finding, Severity
from comparanda.namespaces import Base
from comparanda.shapes import Shapes
from comparanda.stores import Context
from comparanda.validation.batch import Batch, Graphs

__all__ = ["Graphs", "Report", "validate", "validate_to_fixpoint"]


@dataclass(frozen=True, slots=True)
class Report:
    """Findings by graph. `rejected` are the graphs with a violation."""

    findings: dict[NamedNode, list[Finding]]

    @property
    def rejected(self) -> set[NamedNode]:
        return {graph for graph, found in self.findings.items() if any(f.severity is Severity.VIOLATION for f in found)}

    def __iter__(self) -> Iterator[Finding]:
        return (finding for found in self.findings.values() for finding in found)


def validate(candidates: Graphs, shapes: Shapes, base: Base, context: Context | None) -> Report:
    """Validate entries before they are committed.

    Args:
        candidates: graphs by name, as they would be stored.
        context: the store without the candidates, for the classes of what they refer to.
    """
    return Report(Batch(candidates, shapes, base, context).findings(candidates.keys()))


def validate_to_fixpoint(
    candidates: Graphs, shapes: Shapes, base: Base, context: Context | None
) -> tuple[dict[NamedNode, list[Triple]], Report]:
    """The graphs that may be committed, and the report on all.

    What refers to a rejected entry is rejected in its turn.
    """
    batch, accepted, report = Batch(candidates, shapes, base, context), dict(candidates), Report({})
    waiting = list(candidates)
    while waiting:
        found = Report(batch.findings(waiting))
        report.findings.update(found.findings)
        for graph in found.rejected:
            del accepted[graph]
        waiting = batch.remove(found.rejected)
    return accepted, report
