"""What is said of things: by the entries that are validated, or else by the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import NamedNode, Triple

from comparanda.stores import Context
from comparanda.validation.plans import TYPE, Fact
from comparanda.validation.screen import Wanted

Said = dict[str, tuple[Fact, ...]]


class Surroundings:
    """Facts, by the IRI of the thing. The store is asked only about things to which no entry gives a class."""

    def __init__(self, context: Context | None, paths: Sequence[str]) -> None:
        self._context = context
        self._paths = [NamedNode(path) for path in paths]
        self._by_entries: Said = {}
        self._by_store: Said = {}

    def replace(self, entries: Iterable[Said]) -> None:
        """Know these entries, and no others."""
        known: Said = {}
        for said in entries:
            for iri, facts in said.items():
                known[iri] = known[iri] + facts if iri in known else facts
        self._by_entries = known

    def described(self, iri: str) -> bool:
        """Whether an entry gives the thing a class."""
        return any(path == TYPE for path, _ in self._by_entries.get(iri, ()))

    def ask(self, iris: Iterable[str]) -> None:
        """Ask the store about those of the things that it has to be asked about, all at once."""
        unknown = [iri for iri in iris if iri not in self._by_store and not self.described(iri)]
        if self._context is None or not unknown:
            return
        said: dict[str, list[Fact]] = {iri: [] for iri in unknown}
        for thing, path, value in self._context.said([NamedNode(iri) for iri in said], self._paths):
            if isinstance(thing, NamedNode) and isinstance(value, NamedNode):
                said[thing.value].append((path.value, value.value))
        with_class = {iri: any(path == TYPE for path, _ in facts) for iri, facts in said.items()}
        self._by_store |= {iri: tuple(facts) if with_class[iri] else () for iri, facts in said.items()}

    def facts(self, iri: str) -> tuple[Fact, ...]:
        """All facts about a thing; those of the store, once it was asked."""
        said = self._by_entries.get(iri, ())
        return said if self.described(iri) else said + self._by_store.get(iri, ())

    def say(self, wanted: Wanted) -> bool:
        """Whether what has to be said of a value is said."""
        return wanted.fact in self.facts(wanted.value)

    def triples(self, iris: Iterable[str]) -> Iterator[Triple]:
        """The facts about some things."""
        for iri in iris:
            for path, value in self.facts(iri):
                if value:
                    yield Triple(NamedNode(iri), NamedNode(path), NamedNode(value))
