"""Where an entry comes from: what its document says of itself, and which works its method is traced back to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from comparanda.comparison import plain_value
from comparanda.namespaces import CMP, DCTERMS, PROV, Base, is_web_address
from comparanda.queries import queries
from comparanda.stores import Reader


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a document says of itself; dates and moments by ISO 8601, addresses only of the web."""

    created: str | None
    modified: str | None
    licence: str | None
    sources: tuple[str, ...]
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A work that a method is traced back to (cmp:Work)."""

    slug: str
    citation: str
    doi: str | None
    url: str | None
    is_seminal: bool
    is_verified: bool


def provenance(entry: Iterable[Triple], document: NamedNode) -> Provenance:
    """What the triples of an entry say of its document."""
    said: dict[NamedNode, list[str]] = {}
    for triple in entry:
        if triple.subject == document:
            said.setdefault(triple.predicate, []).append(plain_value(triple.object) or "")

    def first(name: str) -> str | None:
        return next(iter(sorted(said.get(DCTERMS[name], ()))), None)

    return Provenance(
        first("created"),
        first("modified"),
        next((address for address in said.get(DCTERMS["license"], ()) if is_web_address(address)), None),
        tuple(sorted(address for address in said.get(DCTERMS["source"], ()) if is_web_address(address))),
        tuple(sorted(Base.slug(page) for page in said.get(PROV["wasDerivedFrom"], ()))),
    )


def method_sources(reader: Reader, method: NamedNode) -> list[Source]:
    """The works of a method, the seminal ones first (`queries/method_works.rq`, CQ-03)."""
    found = []
    for row in reader.select(queries()["method_works"].bind(method=method)):
        work, url = plain_value(row["work"]) or "", plain_value(row["url"])
        found.append(
            Source(
                Base.slug(work),
                plain_value(row["citation"]) or "",
                plain_value(row["doi"]),
                url if url and is_web_address(url) else None,
                row["property"] == CMP["seminalSource"],
                row["verification"] != CMP["unverified"],
            )
        )
    return sorted(found, key=lambda source: (not source.is_seminal, source.citation))
