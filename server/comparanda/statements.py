"""Statements: values by thing and property, as the facts of comparisons are made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Protocol, TypeAlias

from comparanda.namespaces import CMP, SKOS, SKOSXL
from comparanda.stores import Reader
from comparanda.terms import Literal, NamedNode, Term

Said: TypeAlias = dict[NamedNode, list[Term]]
Statements: TypeAlias = dict[NamedNode, Said]
Places: TypeAlias = Iterable[tuple[Iterable[Term], Iterable[Term]]]

OTHER_NAME, LABEL, FORM, POSITION = SKOS["altLabel"], SKOSXL["altLabel"], SKOSXL["literalForm"], CMP["position"]
_LAST = 1_000_000  # the place of a name without one


class Source(Protocol):
    """Where statements are read. `version` is the one version of the data that it is about."""

    @property
    def version(self) -> str: ...

    def read(self, things: Collection[NamedNode], properties: Collection[NamedNode]) -> Statements:
        """Those asked for at least, of things of which anything is said.

        Values come sorted, each once; other names come by their places (`in_order`).
        """


class StoreStatements:
    """Statements as the store has them."""

    def __init__(self, reader: Reader) -> None:
        self.version = reader.version
        self._reader = reader

    def read(self, things: Collection[NamedNode], properties: Collection[NamedNode]) -> Statements:
        if OTHER_NAME not in properties:
            return self._said(things, properties)
        found = self._said(things, (*properties, LABEL))
        placed = self._said(iris(label for said in found.values() for label in said.get(LABEL, ())), (FORM, POSITION))
        for said in found.values():
            if OTHER_NAME in said:
                parts = [placed.get(label, {}) for label in iris(said.get(LABEL, ()))]
                places = ((part.get(FORM, ()), part.get(POSITION, ())) for part in parts)
                said[OTHER_NAME] = in_order(said[OTHER_NAME], places)
        return found

    def _said(self, things: Collection[NamedNode], properties: Collection[NamedNode]) -> Statements:
        found: defaultdict[NamedNode, Said] = defaultdict(dict)
        for thing, path, value in self._reader.said(things, properties):
            found[thing].setdefault(path, []).append(value)
        for said in found.values():
            for path, values in said.items():
                if len(values) > 1:
                    said[path] = in_text_order(values)
        return dict(found)


def iris(values: Iterable[Term]) -> set[NamedNode]:
    """The values that are IRIs."""
    return {value for value in values if isinstance(value, NamedNode)}


def in_text_order(values: Iterable[Term]) -> list[Term]:
    """Values, each once."""
    return sorted(set(values), key=str)


def in_order(names: Iterable[Term], places: Places) -> list[Term]:
    """Names, each once: by their places, those without one last, then by text.

    Args:
        places: forms of names and their positions, label by label.
    """
    place: dict[Term, int] = {}
    for forms, positions in places:
        for form in forms:
            for position in positions:
                if isinstance(position, Literal):
                    place[form] = min(int(position.value), place.get(form, _LAST))
    return sorted(set(names), key=lambda name: (place.get(name, _LAST), getattr(name, "value", ""), str(name)))
