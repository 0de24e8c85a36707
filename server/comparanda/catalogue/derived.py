"""Whether what is derived agrees with the graph: the index and the figures of the description, counted again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from comparanda.catalogue.figures import count_figures, read_figures
from comparanda.checks import Check
from comparanda.comparison import plain_value
from comparanda.findings import Finding, Severity
from comparanda.index import Index, lists
from comparanda.index.comparing import differences
from comparanda.index.documents import NAME
from comparanda.index.reading import IndexReader
from comparanda.index.snapshots import Snapshots
from comparanda.namespaces import Base
from comparanda.queries import queries
from comparanda.stores import Reader, Store


def derived_checks(store: Store, index: Index, base: Base) -> list[Check]:
    """Count again by SPARQL and make the index again; a finding for each difference, 100 of each table at most."""
    snapshot = Snapshots(store, index).newest()
    return [
        _check(
            "kept_figures", "Do the figures of the description agree with the graph?", _figures(snapshot.reader, base)
        ),
        _check(
            "kept_counts", "Do the counts of the index agree with the graph?", _counts(snapshot.reader, snapshot.index)
        ),
        _check("kept_rows", "Is the index the one that would be made anew?", _rows(store, index)),
    ]


def _check(name: str, question: str, found: Iterator[str]) -> Check:
    findings = (Finding(Severity.VIOLATION, name, difference) for difference in found)
    return Check(name, question, Severity.VIOLATION, tuple(findings))


def _figures(reader: Reader, base: Base) -> Iterator[str]:
    document = base.document(base.catalogue())
    description = reader.construct(queries()["entry"].bind(document=document))
    stated = read_figures(description, base.catalogue())
    if stated is None:
        yield "The catalogue has no description."
        return
    counted = count_figures(reader, (document, base.changes()))
    yield from _compared("triples with", stated.triples, counted.triples)
    yield from _compared("subjects with", stated.described, counted.described)
    yield from _compared("entities of", stated.entities, counted.entities)
    yield from _compared("all", {"subjects": stated.subjects}, {"subjects": counted.subjects})


def _counts(reader: Reader, index: IndexReader) -> Iterator[str]:
    def asked(name: str, *columns: str) -> dict[Any, int]:
        rows = reader.select(queries()[name].bind())
        return {
            tuple(Base.slug(plain_value(row[column]) or "") for column in columns): int(plain_value(row["count"]) or 0)
            for row in rows
        }

    names = {(language,): methods for language, methods in lists.coverage(index, NAME).items()}
    yield from _compared("names in", names, asked("listed_names_by_language", "language"))
    held = {(area, family): methods for area, family, methods in lists.table(index, -1, "area", "family")}
    yield from _compared("methods of", held, asked("methods_by_area_and_family", "area", "family"))
    for direction in ("related", "referenced"):
        kept = {(slug,): links for slug, links in lists.link_counts(index, direction)}
        yield from _compared(f"{direction} of", kept, asked(f"{direction}_counts", "method"))


def _compared(about: str, stated: Mapping[Any, int], counted: Mapping[Any, int]) -> Iterator[str]:
    for key in sorted(stated.keys() | counted.keys(), key=str):
        if stated.get(key, 0) != counted.get(key, 0):
            yield f"{about} {key}: {stated.get(key, 0)} are kept, {counted.get(key, 0)} counted"


def _rows(store: Store, index: Index) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        anew = Index(Path(folder), index.base)
        anew.rebuild(store)
        yield from differences(index, anew)
