"""Comparisons of two methods over HTTP, against SPARQL engines that are asked for the same facts.

    python benchmarks/comparisons.py --size 8000 --peers oxigraph virtuoso rdflib-endpoint pyoxigraph

Comparanda answers `/compare?slugs=…&lang=en&format=json`, with as many workers as there are cores; a peer answers
`questions/comparison.rq` in one request, in SPARQL's JSON, with as many threads as it likes. Both get the same pairs
over 8 connections: always new ones, a few ones that were asked before, and a mix in which the pair of rank r is asked
1/r times as often as the first. `pyoxigraph` is the engine itself, in one thread of this process, without HTTP.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pyoxigraph

import servers
from catalogues import Made, made
from comparanda.namespaces import Base
from comparanda.queries import parse_query
from comparanda.terms import text
from load import get, send
from measuring import Series, heading, options, paired, report

Pair = tuple[str, str]
Measure = Callable[[Sequence[Pair]], float]

QUESTION = parse_query("comparison", (Path(__file__).parent / "questions" / "comparison.rq").read_text("utf-8"))
BUDGETS = {"never asked before": 1.0, "asked before": 10.0, "a mix": None}
SHARES = {"virtuoso": 0.2, "rdflib-endpoint": 0.01}  # of the requests, for those that are slow
KNOWN = 50  # different pairs that were asked before
POOL = 1000  # different pairs in the mix


def pairs(catalogue: Made, seed: int) -> Iterator[Pair]:
    """Pairs of different methods, no pair twice, in an order of chance."""
    chance, seen = random.Random(seed), set()
    while True:
        one, other = chance.sample(range(catalogue.size), 2)
        if (one, other) not in seen:
            seen.add((one, other))
            yield catalogue.catalogue.slug(one), catalogue.catalogue.slug(other)


def batches(kind: str, catalogue: Made, runs: int, count: int) -> list[list[Pair]]:
    """The pairs to ask for in each run; what was asked before is the same in all."""
    source, chance = pairs(catalogue, sum(kind.encode())), random.Random(1)
    if kind == "never asked before":
        return [list(islice(source, count)) for _ in range(runs)]
    if kind == "asked before":
        return [(list(islice(source, KNOWN)) * count)[:count]] * runs
    weights = [1 / rank for rank in range(1, POOL + 1)]
    return [chance.choices(list(islice(source, POOL)), weights, k=count) for _ in range(runs)]


def ours(url: str, asked: Sequence[Pair]) -> float:
    """Comparisons a second."""
    requests = [get(url, "/compare", slugs=",".join(pair), lang="en", format="json") for pair in asked]
    return send(url, requests).per_second


def sparql(pair: Pair) -> str:
    """What a peer is asked."""
    return QUESTION.bind(first=Base().method(pair[0]), second=Base().method(pair[1]), language=text("en"))


def theirs(url: str, asked: Sequence[Pair]) -> float:
    return send(url, [get(url, "", servers.RESULTS, query=sparql(pair)) for pair in asked]).per_second


def engine(database: pyoxigraph.Store, asked: Sequence[Pair]) -> float:
    questions = [sparql(pair) for pair in asked]
    start = time.perf_counter()
    for question in questions:
        for _ in database.query(question, use_default_graph_as_union=True):  # type: ignore[union-attr]
            pass
    return len(questions) / (time.perf_counter() - start)


@contextmanager
def peer(name: str, catalogue: Made) -> Iterator[Measure]:
    if name == "pyoxigraph":
        database = pyoxigraph.Store.read_only(str(catalogue.database))
        yield lambda asked: engine(database, asked)
    elif name == "oxigraph":
        with servers.oxigraph(catalogue.database) as server:
            yield lambda asked: theirs(server.url, asked)
    else:
        start = {"virtuoso": servers.virtuoso, "rdflib-endpoint": servers.rdflib_endpoint}[name]
        with start(catalogue.quads()) as server:
            yield lambda asked: theirs(server.url, asked)


def main() -> None:
    given = options(__doc__, count=2000, peers=("oxigraph",))
    catalogue, workers = made(given.size, given.home), len(os.sched_getaffinity(0))
    heading(f"Comparisons of two of {given.size:,} methods, {given.count:,} requests a run, {given.runs} runs")
    for name in given.peers:
        with servers.comparanda(catalogue.store, workers) as server, peer(name, catalogue) as measure:
            few = max(1, int(given.count * SHARES.get(name, 1)))
            for kind, budget in BUDGETS.items():
                asked = batches(kind, catalogue, given.runs, given.count)
                if kind == "asked before":
                    ours(server.url, asked[0][:KNOWN] * 8 * workers)  # every worker keeps answers of its own
                columns = _rates(name, asked, few, server.url, measure)
                report(kind, *columns, ratio_at_least=budget if name == "oxigraph" else None)


def _rates(name: str, asked: list[list[Pair]], few: int, url: str, measure: Measure) -> tuple[Series, Series]:
    values = paired(asked, lambda batch: ours(url, batch), lambda batch: measure(batch[:few]))
    return Series("Comparanda", values[0], "/s"), Series(name, values[1], "/s")


if __name__ == "__main__":
    main()
