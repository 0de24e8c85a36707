"""What triples say, by the thing that they are about and by property."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from pyoxigraph import NamedNode, Triple

from comparanda.terms import Term

Description: TypeAlias = dict[str, list[Term]]


def descriptions(triples: Iterable[Triple]) -> dict[str, Description]:
    """Values by the IRI of the thing and of the property; a blank node goes by its label."""
    described: dict[str, Description] = {}
    last, description = None, {}
    for subject, predicate, value in triples:
        if subject != last:  # triples about one thing mostly come together
            last, thing = subject, subject.value if isinstance(subject, NamedNode) else str(subject)
            description = described.setdefault(thing, {})
        path = predicate.value
        if path in description:
            description[path].append(value)
        else:
            description[path] = [value]
    return described


def without_repetition(described: dict[str, Description]) -> dict[str, Description]:
    """The same with each value once, as a graph holds it; changes it in place."""
    for description in described.values():
        for path, values in description.items():
            if len(values) > 1 and len(distinct := dict.fromkeys(values)) < len(values):
                description[path] = list(distinct)
    return described
