"""A commit of one changed entry over HTTP, and the first search that finds it.

    python benchmarks/commits.py --size 8000

Comparanda: PUT to `/graph-store`, through the gate, a new version on disk, synced; then `/api/suggest` of the new name
until it is found, which brings the index forward. The peer: PUT to the `/store` of `oxigraph serve`, which neither
checks nor syncs. Each entry is changed once, one after the other, in copies of the stores.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

import servers
from catalogues import Made, made
from comparanda.namespaces import SKOS, Base
from load import get, put, send
from measuring import Series, heading, options, report, timed

TOKEN = "benchmark"
N_TRIPLES = "application/n-triples"


def changed(database: pyoxigraph.Store, document: NamedNode, name: str) -> bytes:
    """The entry, with another name in English."""
    triples = [quad.triple for quad in database.quads_for_pattern(None, None, None, document)]
    new = [
        Triple(triple.subject, triple.predicate, Literal(name, language="en"))
        if triple.predicate == SKOS["prefLabel"] and getattr(triple.object, "language", "") == "en"
        else triple
        for triple in triples
    ]
    return pyoxigraph.serialize(new, format=RdfFormat.N_TRIPLES) or b""


def ours(url: str, document: NamedNode, body: bytes, name: str) -> tuple[float, float]:
    """Milliseconds of the commit, and until a search has found the entry."""
    write = put(url, "/graph-store", body, N_TRIPLES, TOKEN, graph=document.value)
    return timed(lambda: send(url, [write])), timed(lambda: _find(url, document, name))


def _find(url: str, document: NamedNode, name: str) -> None:
    while True:
        with urlopen(f"{url}/api/suggest?{urlencode({'q': name, 'limit': 1})}") as answer:
            if [item["slug"] for item in json.load(answer)["items"]] == [Base.slug(document)]:
                return


def theirs(url: str, document: NamedNode, body: bytes) -> float:
    return timed(lambda: send(url, [put(url, "/store", body, N_TRIPLES, graph=document.value)]))


def copies(catalogue: Made, folder: Path) -> tuple[Path, Path]:
    """A store and a database that may be changed: what never changes in them is linked, not copied."""
    store, database = folder / "store", folder / "database"
    shutil.copytree(catalogue.store, store, copy_function=os.link, ignore=shutil.ignore_patterns("index", "current"))
    shutil.copytree(catalogue.store / "index", store / "index")
    shutil.copy(catalogue.store / "current", store / "current")
    pyoxigraph.Store.read_only(str(catalogue.database)).backup(str(database))
    return store, database


def main() -> None:
    given = options(__doc__, runs=20)
    catalogue, base = made(given.size, given.home), Base()
    original = pyoxigraph.Store.read_only(str(catalogue.database))
    heading(f"Commits of one of {given.size:,} methods, {given.runs} runs")
    times: list[tuple[float, float, float]] = []
    with tempfile.TemporaryDirectory(dir=given.home) as name:
        store, database = copies(catalogue, Path(name))
        with servers.comparanda(store, token=TOKEN) as server, servers.oxigraph(database, writable=True) as peer:
            send(server.url, [get(server.url, "/api/suggest", q="first")])
            for number in range(given.runs):
                document = base.document(base.method(catalogue.catalogue.slug(number)))
                body = changed(original, document, f"Zyzzyva {number}")
                committed, found = ours(server.url, document, body, f"Zyzzyva {number}")
                times.append((committed, found, theirs(peer.url.removesuffix("/query"), document, body)))
    commits, searches, puts = ([*column] for column in zip(*times, strict=True))
    report("one entry", Series("Comparanda", commits, "ms"), Series("oxigraph serve", puts, "ms"))
    report("and the search that finds it", Series("Comparanda", searches, "ms"))


if __name__ == "__main__":
    main()
