"""How the concepts of a scheme, such as the areas, are called in a reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comparanda.languages import choose
from comparanda.namespaces import Base
from comparanda.queries import queries
from comparanda.stores import Reader
from comparanda.terms import Literal, NamedNode


@dataclass(frozen=True, slots=True)
class ConceptName:
    """A concept by the last segment of its IRI, and its label with the language that it is in."""

    slug: str
    name: str
    language: str | None = None


class Concepts:
    """The concepts of a catalogue, asked once a version."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._kept: tuple[str, dict[str, dict[str, list[Literal]]]] = ("", {})

    def names(self, reader: Reader, scheme: str, chain: Sequence[str]) -> dict[str, ConceptName]:
        """The concepts of a scheme by slug, sorted by name (`queries/concept_labels.rq`, CQ-02)."""
        chosen = {slug: choose(found, chain) for slug, found in self._labels(reader, scheme).items()}
        names = [ConceptName(slug, label.value, label.language) for slug, label in chosen.items() if label]
        return {each.slug: each for each in sorted(names, key=lambda each: (each.name.casefold(), each.slug))}

    def _labels(self, reader: Reader, scheme: str) -> dict[str, list[Literal]]:
        version, kept = self._kept
        if version != reader.version:
            kept = {}
            self._kept = (reader.version, kept)
        if scheme not in kept:
            labels: dict[str, list[Literal]] = {}
            for row in reader.select(queries()["concept_labels"].bind(scheme=self._base.scheme(scheme))):
                if isinstance(row["concept"], NamedNode) and isinstance(row["label"], Literal):
                    labels.setdefault(Base.slug(row["concept"]), []).append(row["label"])
            kept[scheme] = labels
        return kept[scheme]
