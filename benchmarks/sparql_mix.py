"""A mix of SPARQL questions over HTTP: those of `queries/` that are about one entry, with entries of chance.

    python benchmarks/sparql_mix.py --size 8000 --peers oxigraph virtuoso

Each run asks every question as often as every other, mixed, over 8 connections, at Comparanda's `/sparql` and at the
endpoints of the peers, all in SPARQL's JSON or as N-Triples. No question is asked twice with the same values, except
of the few areas and families.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial

import servers
from catalogues import Made, made
from comparanda.namespaces import Base
from comparanda.queries import Query, queries
from comparanda.terms import NamedNode
from load import get, send
from measuring import Series, heading, options, paired, report
from servers import RESULTS, Server

ABOUT = ("method", "document", "resource")  # parameters that stand for an entry; other questions need other values
Asked = list[tuple[str, bool]]


def mixed() -> list[Query]:
    """The questions with one parameter that must be given, an entry."""
    return [query for query in queries().values() if _needed(query) in [(name,) for name in ABOUT]]


def _needed(query: Query) -> tuple[str, ...]:
    return tuple(parameter.name for parameter in query.parameters if not parameter.optional)


def questions(catalogue: Made) -> Iterator[tuple[str, bool]]:
    """Question after question, and whether its answer has rows."""
    base, chance, mix = Base(), random.Random(1), mixed()
    while True:
        chance.shuffle(mix)
        for query in mix:
            thing = base.method(catalogue.catalogue.slug(chance.randrange(catalogue.size)))
            (name,) = _needed(query)
            value: NamedNode = base.document(thing) if name == "document" else thing
            yield query.bind(**{name: value}), bool(query.columns)


def ask(server: Server, asked: Asked) -> float:
    """Questions a second."""
    path = "/sparql" if server.name == "Comparanda" else ""
    requests = [
        get(server.url, path, RESULTS if has_rows else "application/n-triples", query=sparql)
        for sparql, has_rows in asked
    ]
    return send(server.url, requests).per_second


def peer(name: str, catalogue: Made) -> AbstractContextManager[Server]:
    if name == "oxigraph":
        return servers.oxigraph(catalogue.database)
    return {"virtuoso": servers.virtuoso, "rdflib-endpoint": servers.rdflib_endpoint}[name](catalogue.quads())


def main() -> None:
    given = options(__doc__, count=1000, peers=("oxigraph",))
    catalogue, workers = made(given.size, given.home), len(os.sched_getaffinity(0))
    source = questions(catalogue)
    names = ", ".join(query.name for query in mixed())
    heading(f"SPARQL over {given.size:,} methods, {given.count:,} questions a run, {given.runs} runs: {names}")
    for name in given.peers:
        with servers.comparanda(catalogue.store, workers) as server, peer(name, catalogue) as other:
            ask(server, [next(source) for _ in range(50)])
            asked = [[next(source) for _ in range(given.count)] for _ in range(given.runs)]
            values = paired(asked, partial(ask, server), partial(ask, other))
            report("the mix", Series("Comparanda", values[0], "/s"), Series(name, values[1], "/s"))


if __name__ == "__main__":
    main()
