"""Search as you type, over HTTP: every letter of a name is a question, in ten languages.

    python benchmarks/search.py --size 8000

Comparanda is asked `/api/suggest?q=…` by one reader after another, each question once; p50 and p99 are over all
questions of a run. The peer, `oxigraph serve`, is asked a few of the same (`questions/named_with.rq`: any ten names
with those letters, by CONTAINS).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph

import servers
from catalogues import Made, made
from comparanda.namespaces import SKOS, Base
from comparanda.queries import parse_query
from comparanda.terms import Literal, text
from load import Load, get, send
from measuring import Series, heading, options, percentile, report
from synthetic import TEN_LANGUAGES

QUESTION = parse_query("named_with", (Path(__file__).parent / "questions" / "named_with.rq").read_text("utf-8"))
LETTERS = 8  # typed of each name


def typed(catalogue: Made, database: pyoxigraph.Store, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Language and letters: the beginnings of names of methods, from a word within it in every second one."""
    while True:
        thing = Base().method(catalogue.catalogue.slug(chance.randrange(catalogue.size)))
        wanted = chance.choice(TEN_LANGUAGES)
        for quad in database.quads_for_pattern(thing, SKOS["prefLabel"], None):
            if isinstance(quad.object, Literal) and quad.object.language == wanted:
                words = quad.object.value.split(" ")
                name = " ".join(words[chance.randrange(len(words)) if chance.random() < 0.5 else 0 :])
                yield from ((wanted, name[:count]) for count in range(1, min(LETTERS, len(name)) + 1))


def ours(url: str, asked: list[tuple[str, str]]) -> Load:
    return send(url, [get(url, "/api/suggest", q=letters, lang=language) for language, letters in asked], 1)


def theirs(url: str, asked: list[tuple[str, str]]) -> Load:
    questions = [QUESTION.bind(letters=text(letters)) for _, letters in asked]
    return send(url, [get(url, "", servers.RESULTS, query=question) for question in questions], 1)


def main() -> None:
    given = options(__doc__, count=2000, few=10)
    catalogue, chance = made(given.size, given.home), random.Random(1)
    letters = typed(catalogue, pyoxigraph.Store.read_only(str(catalogue.database)), chance)
    heading(f"Search as you type over {given.size:,} methods, {given.count:,} questions a run, {given.runs} runs")
    with servers.comparanda(catalogue.store) as server, servers.oxigraph(catalogue.database) as peer:
        ours(server.url, [next(letters) for _ in range(100)])
        asked = [[next(letters) for _ in range(given.count)] for _ in range(given.runs)]
        loads = [(ours(server.url, batch), theirs(peer.url, chance.sample(batch, given.few))) for batch in asked]
    for share, budget in ((0.5, None), (0.99, 20)):
        columns = [[percentile(load.each_s, share) * 1000 for load in each] for each in zip(*loads, strict=True)]
        series = Series("Comparanda", columns[0], "ms"), Series(peer.name, columns[1], "ms")
        report(f"one letter more, p{share * 100:.0f}", *series, at_most=budget)
    by_language: dict[str, list[float]] = {tag: [] for tag in TEN_LANGUAGES}
    for batch, (load, _) in zip(asked, loads, strict=True):
        for (tag, _), taken in zip(batch, load.each_s, strict=True):
            by_language[tag].append(taken * 1000)
    for tag, times in sorted((tag, times) for tag, times in by_language.items() if times):
        report(f"in {tag}, p99", Series("Comparanda", [percentile(times, 0.99)], "ms"))


if __name__ == "__main__":
    main()
