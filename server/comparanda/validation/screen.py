"""A fast look at one entry: which of its resources certainly conform to the shapes.

The screen never misses a fault. What it cannot vouch for is a doubt, and pyshacl decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import NamedNode

from comparanda.descriptions import Description
from comparanda.findings import Finding
from comparanda.namespaces import RDFS
from comparanda.terms import Term
from comparanda.validation.plans import TYPE, Fact, Plan, Plans

SUBCLASS = RDFS["subClassOf"].value


class Doubt(NamedTuple):
    """A shape to which a resource may not conform.

    `node_shape` is the one that it is, or is a part of; `path` is the property that it is about, if it is about one.
    """

    node_shape: Term
    shape: Term
    focus: str
    path: str | None = None

    @property
    def whole(self) -> bool:
        """Whether it is about a node shape with all its properties."""
        return self.shape == self.node_shape


class Wanted(NamedTuple):
    """What has to be said of a value somewhere outside the entry; where it is not, there is a doubt."""

    value: str
    fact: Fact
    doubt: Doubt


@dataclass(slots=True)
class Screened:
    """What the screen saw of an entry.

    An entry is `odd` where it is not sure what classes it is about, or that it describes its own things alone; then
    every resource in it is doubtful. `said` are facts about each resource, `found` is what leaves no doubt, with the
    node shape concerned.
    """

    odd: bool = False
    said: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    found: list[tuple[Term, Finding]] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)

    @property
    def certain(self) -> bool:
        """Whether nothing is wrong with the entry, but that values may be absent or facts not said elsewhere."""
        return not (self.odd or self.doubts)


def screen(graph: NamedNode, described: Mapping[str, Description], plans: Plans, base_iri: str) -> Screened:
    """Look at what one entry says."""
    seen = Screened(odd=not described)
    for focus, properties in described.items():
        seen.said[focus] = tuple(_facts(properties, plans.fact_paths))
    homes, beginnings = _own_things(graph.value, base_iri)
    for focus, properties in described.items():
        kinds = properties.get(TYPE, ())
        plan = plans.by_class.get(kinds[0]) if len(kinds) == 1 else None
        place = focus.partition("#")[0]
        if plan is None or not plan.places(focus) or not (place in homes or place.startswith(beginnings)):
            seen.odd = True
        else:
            _check(seen, plan, focus, properties)
    return seen


def _own_things(graph: str, base_iri: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a document certainly describes itself: the IRIs of things, and how IRIs of further ones begin."""
    if graph.startswith(f"{base_iri}doc/"):
        return (graph, f"{base_iri}id/{graph.removeprefix(f'{base_iri}doc/')}"), ()
    if graph.startswith(f"{base_iri}vocabulary/") and "/" not in graph.removeprefix(f"{base_iri}vocabulary/"):
        return (graph,), (f"{graph}/",)
    return (), ()


def _facts(properties: Description, paths: Sequence[str]) -> Iterator[Fact]:
    """What a resource is said to be; a class that is no IRI is an empty text."""
    for path in paths:
        if path in properties:
            for value in properties[path]:
                yield path, value.value if isinstance(value, NamedNode) else ""


def _check(seen: Screened, plan: Plan, focus: str, properties: Description) -> None:
    for path, values in properties.items():
        rules = plan.rules.get(path)
        if rules is None and path == TYPE:
            continue
        if rules is None:
            seen.odd = seen.odd or path == SUBCLASS
            seen.doubts.append(Doubt(plan.shape, plan.closed, focus))
            continue
        for rule in rules:
            if not rule.holds(values):
                seen.doubts.append(Doubt(plan.shape, rule.shape, focus, path))
            if rule.facts:
                _want(seen, Doubt(plan.shape, rule.shape, focus, path), rule.facts, values)
    for rule in plan.required:
        if rule.path not in properties:
            seen.found.append((plan.shape, rule.absence(focus)))
    for order in plan.orders:
        if order.first in properties and order.second in properties:
            breaches = order.breaches(focus, properties[order.first], properties[order.second])
            seen.found += [(plan.shape, finding) for finding in breaches]
    for shape in plan.opaque:
        seen.doubts.append(Doubt(plan.shape, shape, focus))


def _want(seen: Screened, doubt: Doubt, facts: Sequence[Fact], values: Iterable[Term]) -> None:
    """Note what has to be said of values, unless the entry says so itself."""
    for value in values:
        if isinstance(value, NamedNode):
            iri = value.value
            said = seen.said.get(iri, ())
            seen.wanted += [Wanted(iri, fact, doubt) for fact in facts if fact not in said]
