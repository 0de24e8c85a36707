"""Related-method links with the names of their ends and the reasons that entries give: what the index knows of
the links, and the graph of the reasons (CQ-07, CQ-08)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comparanda.index import links
from comparanda.index.links import LinkedPair
from comparanda.index.reading import Listed
from comparanda.index.snapshots import Snapshot
from comparanda.languages import choose
from comparanda.namespaces import Base
from comparanda.queries import queries
from comparanda.terms import Literal, NamedNode


@dataclass(frozen=True, slots=True)
class ReasonedLink:
    """`source` names `target` as related: the local names of the kinds of relation, and why."""

    source: Listed
    target: Listed
    kinds: tuple[str, ...]
    reason: str | None = None
    reason_language: str | None = None


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Some methods, those next to them that most others refer to, and all links among these."""

    centre: tuple[Listed, ...]
    around: tuple[Listed, ...]
    links: tuple[ReasonedLink, ...]
    left_out: int

    def naming(self, slug: str) -> list[ReasonedLink]:
        """What a method names as related."""
        return [link for link in self.links if link.source.slug == slug]

    def named_by(self, slug: str) -> list[ReasonedLink]:
        """What names a method as related."""
        return [link for link in self.links if link.target.slug == slug]


@dataclass(frozen=True, slots=True)
class Path:
    """A chain of methods, and for each step from one to the next the links that make it, in either direction."""

    methods: tuple[Listed, ...]
    steps: tuple[tuple[ReasonedLink, ...], ...]


@dataclass(frozen=True, slots=True)
class Kinship:
    """What makes two methods related: links, what both are linked with, and what their entries share."""

    methods: tuple[Listed, Listed]
    links: tuple[ReasonedLink, ...]
    common: tuple[Listed, ...]
    common_total: int
    sources: tuple[str, ...]
    originators: tuple[str, ...]

    @property
    def area(self) -> str:
        """The area of both; empty where they have different ones or none."""
        return self.methods[0].area if self.methods[0].area == self.methods[1].area else ""

    @property
    def family(self) -> str:
        return self.methods[0].family if self.methods[0].family == self.methods[1].family else ""


class Relations:
    """The links of one version, for a reader of one language chain. Methods are given by slugs that are listed."""

    def __init__(self, snapshot: Snapshot, base: Base, chain: Sequence[str]) -> None:
        self._reader = snapshot.reader
        self._index = snapshot.index
        self._base = base
        self._chain = chain

    def methods(self, slugs: Iterable[str]) -> dict[str, Listed]:
        """The methods by slug, in the order given; those that are not listed are left out."""
        numbers = self._index.identifiers(wanted := list(dict.fromkeys(slugs)))
        found = self._index.listed([numbers[slug] for slug in wanted if slug in numbers], self._chain)
        return {method.slug: method for method in found}

    def neighbourhood(self, slugs: Sequence[str], limit: int, *, reasons: bool = True) -> Neighbourhood:
        """The methods next to some, at most `limit` of them; a picture needs no reasons of their links."""
        pairs, left_out = links.neighbours(self._index, slugs, limit)
        reasoned = self._reasoned(pairs, reasons=reasons)
        methods = self.methods([*slugs, *(slug for pair in pairs for slug in (pair.source, pair.target))])
        around = sorted(
            (method for slug, method in methods.items() if slug not in slugs), key=lambda m: (-m.referenced, m.slug)
        )
        return Neighbourhood(tuple(methods[slug] for slug in slugs), tuple(around), tuple(reasoned), left_out)

    def paths(self, start: str, end: str, limit: int = 5) -> tuple[list[Path], bool]:
        """The shortest paths between two methods, and whether the search came to an end."""
        chains, complete = links.shortest_paths(self._index, start, end, limit)
        methods = self.methods(slug for chain in chains for slug in chain)
        return [self._path([methods[slug] for slug in chain]) for chain in chains], complete

    def bridges(self, area: str, other: str, limit: int) -> list[ReasonedLink]:
        """Links between two areas, at most `limit`."""
        return self._reasoned(links.bridges(self._index, area, other, limit))

    def kinship(self, slug: str, other: str, limit: int) -> Kinship:
        """What makes two methods related, with at most `limit` of the methods that both are linked with."""
        common, total = links.common_neighbours(self._index, slug, other, limit)
        methods = self.methods((slug, other))
        ends = {"method": self._base.method(slug), "other": self._base.method(other)}
        sources = self._reader.select(queries()["shared_sources"].bind(**ends))
        people = self._reader.select(queries()["shared_originators"].bind(**ends))
        return Kinship(
            (methods[slug], methods[other]),
            self._between(slug, other),
            tuple(self._index.listed(common, self._chain)),
            total,
            _texts(row["citation"] for row in sources),
            _texts(row["name"] for row in people),
        )

    def _path(self, methods: Sequence[Listed]) -> Path:
        steps = itertools.pairwise(methods)
        return Path(tuple(methods), tuple(self._between(near.slug, far.slug) for near, far in steps))

    def _between(self, slug: str, other: str) -> tuple[ReasonedLink, ...]:
        numbers = self._index.identifiers((slug, other))
        return tuple(self._reasoned(links.pairs_among(self._index, list(numbers.values()))))

    def _reasoned(self, pairs: Sequence[LinkedPair], *, reasons: bool = True) -> list[ReasonedLink]:
        methods = self.methods(slug for pair in pairs for slug in (pair.source, pair.target))
        sources = dict.fromkeys(pair.source for pair in pairs if reasons)
        given = {source: self._reasons(source) for source in sources}
        found = []
        for pair in pairs:
            reason = choose(given.get(pair.source, {}).get(pair.target, ()), self._chain)
            said = (reason.value, reason.language) if reason else (None, None)
            found.append(ReasonedLink(methods[pair.source], methods[pair.target], pair.kinds, *said))
        return found

    def _reasons(self, source: str) -> dict[str, list[Literal]]:
        """The reasons that an entry gives, in all languages, by the slug of the other method."""
        found: dict[str, list[Literal]] = {}
        for row in self._reader.select(queries()["link_reasons"].bind(method=self._base.method(source))):
            if isinstance(row["related"], NamedNode) and isinstance(row["reason"], Literal):
                found.setdefault(Base.slug(row["related"]), []).append(row["reason"])
        return found


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.value for value in values if isinstance(value, Literal)))
