"""Counts, lists and neighbourhoods from the index, beside the same question to the engine without an index.

    python benchmarks/counts.py --size 8000

Both are asked in this process, without HTTP, by one thread; a row is the median over different questions, with the
fastest and the slowest of them. The peer is pyoxigraph on the same database, and is asked fewer times.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyoxigraph

from catalogues import Made, made
from comparanda.catalogue.opening import open_index
from comparanda.index.links import area_links, counts_by_kind, neighbours, shortest_paths
from comparanda.index.lists import Narrowing, counts, page
from comparanda.index.reading import IndexReader
from comparanda.namespaces import Base
from comparanda.queries import Query, parse_query, queries
from measuring import Series, heading, options, report, timed

HERE = Path(__file__).parent / "questions"
CHAIN = ("th", "en")
SHOWN = 20


@dataclass(frozen=True)
class Question:
    """What the index is asked, about a method of chance, and the peer's question where there is one."""

    name: str
    ask: Callable[[IndexReader, str], object]
    peer: Callable[[str], str] | None = None
    at_most_ms: float | None = None


def _listed(narrowing: Narrowing, order: str, offset: int = 0) -> Callable[[IndexReader, str], object]:
    return lambda index, _: index.listed(page(index, narrowing, order, CHAIN, offset, SHOWN), CHAIN)


def _own(name: str) -> Query:
    return parse_query(name, (HERE / f"{name}.rq").read_text("utf-8"))


def asked(catalogue: Made) -> tuple[Question, ...]:
    base = Base()
    family = Narrowing(family=("machine-learning",))
    hub = catalogue.catalogue.slug(catalogue.catalogue.hubs(1)[0])
    related_count, facet = queries()["method_related_count"], _own("facet")
    return (
        Question(
            f"the {SHOWN} methods most referred to",
            _listed(Narrowing(), "-referenced"),
            lambda _: _own("hubs").bind(),
            10,
        ),
        Question(
            "areas of the methods of one family",
            lambda index, _: counts(index, family, "area"),
            lambda _: facet.bind(family=base.concept("family", "machine-learning")),
        ),
        Question("first page by name", _listed(Narrowing(), "name")),
        Question("first page of one family by name", _listed(family, "name")),
        Question("middle page by name", _listed(Narrowing(), "name", catalogue.size // 2)),
        Question(
            "related and referenced counts of a method",
            counts_by_kind,
            lambda slug: related_count.bind(method=base.method(slug)),
        ),
        Question(
            "the same of the method most referred to",
            lambda index, _: counts_by_kind(index, hub),
            lambda _: related_count.bind(method=base.method(hub)),
        ),
        Question("neighbourhood of a method", lambda index, slug: neighbours(index, [slug])),
        Question("neighbourhood of the method most referred to", lambda index, _: neighbours(index, [hub])),
        Question("shortest paths from it to a method", lambda index, slug: shortest_paths(index, hub, slug)),
        Question("links from each area to each", lambda index, _: area_links(index)),
    )


def main() -> None:
    given = options(__doc__, runs=200, few=3)
    catalogue, chance = made(given.size, given.home), random.Random(1)
    connected = open_index(catalogue.settings).connect()
    assert connected is not None, "a catalogue is made with its index"
    index, database = IndexReader(*connected), pyoxigraph.Store.read_only(str(catalogue.database))
    heading(f"Questions to the index of {given.size:,} methods, each {given.runs} times")
    for question in asked(catalogue):
        slugs = [catalogue.catalogue.slug(chance.randrange(catalogue.size)) for _ in range(given.runs)]
        ours, peer = _times(question, index, slugs), _peer_times(question, database, slugs[: given.few])
        report(question.name, ours, peer, at_most=question.at_most_ms)


def _times(question: Question, index: IndexReader, slugs: list[str]) -> Series:
    question.ask(index, slugs[0])
    return Series("Comparanda", [timed(partial(question.ask, index, slug)) for slug in slugs], "ms")


def _peer_times(question: Question, database: pyoxigraph.Store, slugs: list[str]) -> Series | None:
    if question.peer is None or not slugs:
        return None
    return Series("pyoxigraph", [timed(partial(_ask, database, question.peer(slug))) for slug in slugs], "ms")


def _ask(database: pyoxigraph.Store, sparql: str) -> None:
    for _ in database.query(sparql, use_default_graph_as_union=True):  # type: ignore[union-attr]
        pass


if __name__ == "__main__":
    main()
