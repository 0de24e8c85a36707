"""What entries say that comparisons need: a row for each entry, which is read several times faster than the graph.

A row is the JSON of what is said of one thing, property by property. A property is its number in `PATHS`; an IRI is a
string, with `~` for the base of the catalogue; a literal is a list: its text, then its language or an empty one, then
the IRI of its datatype, as far as it needs them.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from comparanda.descriptions import Description
from comparanda.facts import read_properties
from comparanda.index.reading import IndexReader
from comparanda.namespaces import XSD, Base
from comparanda.shapes import shapes
from comparanda.statements import (
    FORM,
    LABEL,
    OTHER_NAME,
    POSITION,
    Said,
    Statements,
    StoreStatements,
    in_order,
    in_text_order,
    iris,
)
from comparanda.stores import Reader
from comparanda.terms import Term

PATHS = read_properties(shapes())
_IRIS = tuple(path.value for path in PATHS)
PATHS_FORMAT = zlib.crc32(" ".join(_IRIS).encode()) >> 12
"""Changes with the properties that are kept."""
_KINDS = ("method/", "source/")
_STRING = XSD["string"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a document says.

    `name` is the entry that it is the document of, and `said` what it says of that. Both are None where comparisons
    do not read it, and `said` where the document alone does not tell, or says what JSON cannot hold. `others` are the
    names of further entries that it speaks of.
    """

    document: str
    name: str | None
    said: str | None
    others: frozenset[str]


def entry(document: NamedNode, described: Mapping[str, Description], base: Base) -> Entry:
    """What is kept of a document: the same for the same triples, in whatever order they come."""
    name = _name(document.value, base)
    thing = f"{base.iri}id/{name}"
    parts = f"{thing}#", f"{document.value}#"
    homes = (_name(each, base) for each in described if each != thing and not each.startswith(parts))
    others = frozenset(home for home in homes if home is not None and home != name)
    said = _text(described[thing], described, base) if name is not None and thing in described else None
    return Entry(document.value, name, said, others)


def _name(thing: str, base: Base) -> str | None:
    """The entry of which the document describes a thing, such as `method/k-means`, if comparisons read it."""
    home = thing.partition("#")[0]
    for place in (f"{base.iri}id/", f"{base.iri}doc/"):
        if home.startswith(place):
            name = home[len(place) :]
            return name if name.startswith(_KINDS) else None
    return None


def _text(said: Description, described: Mapping[str, Description], base: Base) -> str | None:
    try:
        kept = [
            [number, *(_value(value, base) for value in _ordered(path, said[path], said, described))]
            for number, path in enumerate(_IRIS)
            if path in said
        ]
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, KeyError):  # a blank node or a triple; a label that another document describes
        return None


def _ordered(path: str, values: list[Term], said: Description, described: Mapping[str, Description]) -> list[Term]:
    if len(values) == 1:
        return values
    if path != OTHER_NAME.value:
        return in_text_order(values)
    labels = [described[label.value] for label in iris(said.get(LABEL.value, ()))]
    return in_order(values, ((label.get(FORM.value, ()), label.get(POSITION.value, ())) for label in labels))


def _value(term: Term, base: Base) -> str | list[str] | Term:
    if isinstance(term, NamedNode):
        return _short(term.value, base)
    if not isinstance(term, Literal):
        return term
    if term.language:
        return [term.value, term.language]
    return [term.value] if term.datatype == _STRING else [term.value, "", term.datatype.value]


def _short(iri: str, base: Base) -> str:
    return f"~{iri[len(base.iri) :]}" if iri.startswith(base.iri) else iri


def _long(iri: str, base: Base) -> NamedNode:
    return NamedNode(base.iri + iri[1:] if iri[0] == "~" else iri)


def _term(value: str | list[str], base: Base) -> Term:
    if isinstance(value, str):
        return _long(value, base)
    if len(value) == 1:
        return Literal(value[0])
    return Literal(value[0], language=value[1]) if value[1] else Literal(value[0], datatype=NamedNode(value[2]))


def keep(database: sqlite3.Connection, entry: Entry) -> None:
    """Put in what a document says, of which the index holds nothing."""
    if entry.said is not None:
        database.execute("INSERT INTO entry VALUES (?, ?)", (entry.name, entry.said))
    for other in entry.others:
        database.execute("INSERT INTO elsewhere VALUES (?, ?)", (other, entry.document))


def forget(database: sqlite3.Connection, document: NamedNode, base: Base) -> None:
    """Take out what a document says."""
    database.execute("DELETE FROM entry WHERE name = ?", (_name(document.value, base),))
    database.execute("DELETE FROM elsewhere WHERE document = ?", (document.value,))


class IndexedStatements:
    """What the index holds of entries; the store, at the same version, is asked for all else.

    An entry of which other documents speak as well is all else.
    """

    def __init__(self, reader: Reader, index: IndexReader, base: Base) -> None:
        assert reader.version == index.version, "what is read is of one version"
        self.version = reader.version
        self._store = StoreStatements(reader)
        self._index = index
        self._base = base

    def read(self, things: Collection[NamedNode], properties: Collection[NamedNode]) -> Statements:
        names = {name for thing in things if (name := _name(thing.value, self._base)) is not None}
        rows = self._index.rows(
            "SELECT name, said FROM entry WHERE name IN (SELECT value FROM json_each(?))"
            " AND name NOT IN (SELECT name FROM elsewhere)",
            (json.dumps(sorted(names)),),
        )
        held = {NamedNode(f"{self._base.iri}id/{name}"): self._said(text) for name, text in rows}
        others = [thing for thing in things if thing not in held]
        return {**self._store.read(others, properties), **held} if others else held

    def _said(self, text: str) -> Said:
        return {PATHS[number]: [_term(value, self._base) for value in values] for number, *values in json.loads(text)}
