"""What the shapes ask of the things of one class, in a form that can be checked fast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from comparanda.findings import Finding, Severity
from comparanda.namespaces import RDF
from comparanda.terms import SLUG, BlankNode, Literal, Term
from comparanda.validation.constraints import Test

Fact = tuple[str, str]  # a property and an IRI: what has to be said of a value, in whatever entry
TYPE = RDF["type"].value


@dataclass(frozen=True, slots=True)
class Rule:
    """A property shape. `test` is of each value alone; `facts` have to be said of each value elsewhere."""

    shape: Term
    path: str
    test: Test
    facts: Sequence[Fact]
    least: int
    most: float
    once_in_a_language: bool
    severity: Severity
    message: str

    def holds(self, values: Sequence[Term]) -> bool:
        """Whether values that are there certainly conform, apart from the facts."""
        return (
            len(values) <= self.most
            and all(map(self.test, values))
            and (self.least <= 1 or len(set(values)) >= self.least)
            and (not self.once_in_a_language or _once_in_a_language(values))
        )

    def absence(self, focus: str) -> Finding:
        """What pyshacl says of a focus node that has no value."""
        return Finding(self.severity, "MinCount", self.message, focus=focus, path=self.path)


@dataclass(frozen=True, slots=True)
class Order:
    """A constraint in SPARQL: no text of one property may come after one of another."""

    first: str
    second: str
    severity: Severity
    message: str

    def breaches(self, focus: str, firsts: Iterable[Term], seconds: Iterable[Term]) -> list[Finding]:
        """What pyshacl finds."""
        least = min((each.value for each in seconds if isinstance(each, NamedNode | Literal)), default=None)
        found = Finding(self.severity, "SPARQL", self.message, focus=focus, path=self.first)
        return [
            replace(found, value=each.value[:200])
            for each in dict.fromkeys(firsts)
            if isinstance(each, NamedNode | Literal) and least is not None and each.value > least
        ]


@dataclass(frozen=True, slots=True)
class Plan:
    """A node shape and the one class that it targets.

    `place` is how the IRIs of such things begin; `opaque` are the shapes that only pyshacl understands. `closed` stands
    for the part of the node shape that says which properties such things may have.
    """

    shape: Term
    closed: BlankNode
    place: str
    rules: Mapping[str, Sequence[Rule]]
    required: Sequence[Rule]
    orders: Sequence[Order]
    opaque: Sequence[Term]

    def places(self, subject: str) -> bool:
        """Whether an IRI has the form that IRIs of such things have."""
        return not self.place or (subject.startswith(self.place) and SLUG.match(subject, len(self.place)) is not None)


@dataclass(frozen=True, slots=True)
class Plans:
    """Plans by class, the properties that facts are about, node shapes that are opaque, whose `closed` is whose."""

    by_class: Mapping[Term, Plan]
    fact_paths: Sequence[str]
    opaque: frozenset[Term]
    closed: Mapping[Term, Term]


def _once_in_a_language(values: Iterable[Term]) -> bool:
    tags = [value.language for value in values if isinstance(value, Literal) and value.language]
    return len(set(tags)) == len(tags)
