"""The shapes, read once: the rows of a comparison, their labels, and which classes and properties exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat

from comparanda.errors import BrokenInstallation
from comparanda.namespaces import CMP, CMPS, RDF, SH
from comparanda.resources import folder
from comparanda.terms import Literal, Term

SHOWN_TEXT = CMP["shownText"]
NAME_COUNT = CMP["nameCount"]
LINK_COUNT = CMP["linkCount"]


@dataclass(frozen=True, slots=True)
class RowShape:
    """A property shape that is a row of the comparison.

    `key` is the shape's local name in snake_case, `rule` one of cmp:shownText, cmp:nameCount and cmp:linkCount,
    `labels` its sh:name by language.
    """

    key: str
    path: NamedNode
    order: float
    rule: NamedNode
    labels: dict[str, str]

    def label(self, languages: Iterable[str]) -> str:
        """The label in the first language that has one, else in English, else the key."""
        return next((self.labels[tag] for tag in (*languages, "en") if tag in self.labels), self.key.replace("_", " "))


class Shapes:
    """The node and property shapes of a directory of Turtle files.

    Raises:
        BrokenInstallation: a file cannot be parsed, or a row lacks its path or has a rule nobody knows.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.quads: list[Quad] = []
        for path in sorted(directory.glob("*.ttl")):
            try:
                self.quads.extend(pyoxigraph.parse(path=str(path), format=RdfFormat.TURTLE, rename_blank_nodes=True))
            except SyntaxError as error:
                raise BrokenInstallation(
                    f"The shapes file {path} cannot be read: {error}.", value=str(path), to_do="Correct it."
                ) from error
        self._said: dict[Term, dict[NamedNode, list[Term]]] = {}
        for quad in self.quads:
            self._said.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)

    @cached_property
    def rows(self) -> tuple[RowShape, ...]:
        """The rows of a comparison, in order."""
        shapes = self._of(CMPS["Method"], SH["property"])
        rows = [self._row(shape) for shape in shapes if self._of(shape, CMP["comparedBy"])]
        return tuple(sorted(rows, key=lambda row: (row.order, row.key)))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Languages in which rows have labels, sorted; a row without one in some language has its English one."""
        return tuple(sorted({tag for row in self.rows for tag in row.labels}))

    @cached_property
    def ordered_properties(self) -> dict[NamedNode, tuple[NamedNode, ...]]:
        """The classes that entries may have, and the properties of each in the order in which its shape names them."""
        known = {}
        for shape, said in self._said.items():
            if classes := said.get(SH["targetClass"]):
                paths = [path for part in self._of(shape, SH["property"]) for path in self._of(part, SH["path"])]
                named = tuple(dict.fromkeys(path for path in paths if isinstance(path, NamedNode)))
                known.update({target: named for target in classes if isinstance(target, NamedNode)})
        return known

    @cached_property
    def properties(self) -> dict[NamedNode, frozenset[NamedNode]]:
        """The classes that entries may have, and the properties of each."""
        return {target: frozenset(paths) for target, paths in self.ordered_properties.items()}

    @property
    def subjects(self) -> Iterable[Term]:
        """Everything that the files describe: shapes, constraints, cells of lists."""
        return self._said.keys()

    def about(self, subject: Term) -> Mapping[NamedNode, list[Term]]:
        """What the files say of a subject, by property."""
        return self._said.get(subject, {})

    def members(self, head: Term) -> list[Term]:
        """The members of an RDF list."""
        found: list[Term] = []
        while first := self._of(head, RDF["first"]):
            found += first
            [head] = self._of(head, RDF["rest"])
        return found

    def _of(self, subject: Term, predicate: NamedNode) -> list[Term]:
        return self._said.get(subject, {}).get(predicate, [])

    def _row(self, shape: Term) -> RowShape:
        paths, rules = self._of(shape, SH["path"]), self._of(shape, CMP["comparedBy"])
        if len(paths) != 1 or not isinstance(paths[0], NamedNode) or not isinstance(shape, NamedNode):
            raise BrokenInstallation(
                f"The row {shape} has no single property as sh:path.",
                value=str(shape),
                to_do="Give the shape an IRI and one property as path.",
            )
        if (
            len(rules) != 1
            or rules[0] not in (SHOWN_TEXT, NAME_COUNT, LINK_COUNT)
            or not isinstance(rules[0], NamedNode)
        ):
            raise BrokenInstallation(
                f"The row {shape} is compared by {rules}.",
                value=str(shape),
                to_do="Use one of cmp:shownText, cmp:nameCount, cmp:linkCount.",
            )
        local_name = re.split(r"[#/]", shape.value)[-1]
        order = next(
            (float(value.value) for value in self._of(shape, SH["order"]) if isinstance(value, Literal)), float("inf")
        )
        labels = {
            value.language: value.value
            for value in self._of(shape, SH["name"])
            if isinstance(value, Literal) and value.language
        }
        return RowShape(re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", local_name).lower(), paths[0], order, rules[0], labels)


@cache
def shapes(directory: Path | None = None) -> Shapes:
    """The shapes of the package, or those of another directory."""
    return Shapes(directory or folder("ontology") / "shapes")


def ontology_quads() -> list[Quad]:
    """The vocabulary itself, for a store that holds its own terms."""
    return _ontology_file("comparanda.ttl")


def alignment_quads() -> list[Quad]:
    """How its terms relate to those of other vocabularies."""
    return _ontology_file("alignments.ttl")


def _ontology_file(name: str) -> list[Quad]:
    return list(pyoxigraph.parse(path=str(folder("ontology") / name), format=RdfFormat.TURTLE))
