"""What Comparanda needs at one size: time of an answer, memory, disk.

    python benchmarks/sizes.py --size 8000

One reader asks over HTTP, a question after the other; times are medians of the runs, with the lowest
and the highest. Memory is what the worker process holds after all of them, counted by the kernel (resident pages,
those of the page cache that it maps included). Disk is the newest version and the index.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode

import servers
from catalogues import Made, made
from comparanda.catalogue.bundle import vocabulary_quads
from comparanda.catalogue.opening import open_index
from comparanda.index.reading import IndexReader
from comparanda.namespaces import Base
from comparisons import pairs
from load import get, send
from measuring import Series, heading, options, percentile, report
from search import typed

MEBIBYTE = 1 << 20


def questions(catalogue: Made, url: str) -> dict[str, Iterator[bytes]]:
    """Requests of several kinds, without end."""
    letters = typed(catalogue, pyoxigraph.Store.read_only(str(catalogue.database)), random.Random(1))
    return {
        "comparison": (
            get(url, "/compare", slugs=",".join(pair), lang="en", format="json") for pair in pairs(catalogue, 2)
        ),
        "suggestion": (get(url, "/api/suggest", q=text, lang=language) for language, text in letters),
        "library searched": (get(url, "/api/methods", q=text, lang=language) for language, text in letters),
        "library by two facets": _lists(url),
        "page of a method": _entries(catalogue, url, "/en/method/{}"),
        "neighbourhood of a method": _entries(catalogue, url, "/en/method/{}/related"),
        "Turtle of a method": _entries(catalogue, url, "/doc/method/{}.ttl"),
    }


def _lists(url: str) -> Iterator[bytes]:
    """First pages of one decade in one area, in two languages and two orders."""
    chance = random.Random(1)
    areas = sorted({quad.subject.value for quad in vocabulary_quads(Base()) if isinstance(quad.subject, NamedNode)})
    slugs = [Base.slug(area) for area in areas if "/area/" in area]
    while True:
        decade, order = str(chance.randrange(1960, 2020, 10)), chance.choice(("name", "-year"))
        address = f"/{chance.choice(('en', 'th'))}/"
        yield get(url, address, "text/html", area=chance.choice(slugs), decade=decade, sort=order)


def _entries(catalogue: Made, url: str, address: str) -> Iterator[bytes]:
    """Methods of chance, but those that another one replaces."""
    chance, connected = random.Random(address), open_index(catalogue.settings).connect()
    assert connected is not None, "a catalogue is made with its index"
    index = IndexReader(*connected)
    while True:
        slug = catalogue.catalogue.slug(chance.randrange(catalogue.size))
        if index.identifiers([slug]):
            yield get(url, address.format(slug), "*/*")


def disk(folder: Path) -> float:
    """MiB of files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MEBIBYTE


def main() -> None:
    given = options(__doc__, count=500)
    catalogue = made(given.size, given.home)
    heading(f"One worker and one reader, {given.size:,} methods, {given.count} questions a run, {given.runs} runs")
    with servers.comparanda(catalogue.store) as server:
        for name, requests in questions(catalogue, server.url).items():
            send(server.url, list(islice(requests, 20)), 1)
            loads = [send(server.url, list(islice(requests, given.count)), 1) for _ in range(given.runs)]
            for share in (0.5, 0.99):
                times = [percentile(load.each_s, share) * 1000 for load in loads]
                report(f"{name}, p{share * 100:.0f}", Series("Comparanda", times, "ms"))
        report("memory of the worker", Series("Comparanda", [server.memory()], "MiB"), at_most=512)
    report("disk: graph", Series("Comparanda", [disk(catalogue.database)], "MiB"))
    report("disk: index", Series("Comparanda", [disk(catalogue.store / "index")], "MiB"))


if __name__ == "__main__":
    main()
