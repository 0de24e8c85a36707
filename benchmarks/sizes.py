"""What Comparanda needs at one size: time of an answer, memory, disk.

    python benchmarks/sizes.py --size 8000

One reader asks over HTTP, a question after the other, nothing twice; times are medians of the runs, with the lowest
and the highest. Memory is what the worker process holds after all of them, counted by the kernel (resident pages,
those of the page cache that it maps included). Disk is the newest version and the index.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyoxigraph

import servers
from catalogues import Made, made
from comparisons import pairs
from load import get, send
from measuring import Series, heading, options, percentile, report
from search import typed

MEBIBYTE = 1 << 20


def questions(catalogue: Made, url: str) -> dict[str, Iterator[bytes]]:
    """Requests of several kinds, without end."""
    chance, slug = random.Random(1), catalogue.catalogue.slug
    letters = typed(catalogue, pyoxigraph.Store.read_only(str(catalogue.database)), chance)

    def entry(suffix: str) -> Iterator[bytes]:
        while True:
            yield get(url, f"/doc/method/{slug(chance.randrange(catalogue.size))}{suffix}", "*/*")

    return {
        "comparison": (
            get(url, "/compare", slugs=",".join(pair), lang="en", format="json") for pair in pairs(catalogue, 2)
        ),
        "search": (get(url, "/api/suggest", q=text, lang=language) for language, text in letters),
        "page of a method": entry(".html"),
        "Turtle of a method": entry(".ttl"),
    }


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
