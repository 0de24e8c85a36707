"""Entries in memory: the triples of one document, read and changed property by property."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from comparanda.namespaces import CMP, DCTERMS, FOAF, PROV, RDF, Base
from comparanda.queries import queries
from comparanda.stores import Reader
from comparanda.terms import Term


class Entry:
    """The document of `thing`: what it says of the thing, of its parts, and of itself."""

    def __init__(self, thing: NamedNode, base: Base, triples: Iterable[Triple] = ()) -> None:
        self.thing = thing
        self.base = base
        self.document = base.document(thing)
        self._triples = dict.fromkeys(triples)
        self._as_loaded = frozenset(self._triples)

    @property
    def exists(self) -> bool:
        return bool(self._triples)

    @property
    def changed(self) -> bool:
        return self._triples.keys() != self._as_loaded

    @property
    def triples(self) -> list[Triple]:
        return list(self._triples)

    def values(self, predicate: NamedNode, subject: NamedNode | None = None) -> list[Term]:
        about = subject or self.thing
        return [triple.object for triple in self._triples if triple.subject == about and triple.predicate == predicate]

    def text(self, predicate: NamedNode) -> str | None:
        """The lexical form of the one literal that `predicate` has, if any."""
        return next((value.value for value in self.values(predicate) if isinstance(value, Literal)), None)

    def in_language(self, predicate: NamedNode, language: str | None) -> Literal | None:
        """The literal in exactly that language; None asks for the one without a language."""
        return next(
            (
                value
                for value in self.values(predicate)
                if isinstance(value, Literal) and (value.language or None) == language
            ),
            None,
        )

    def add(self, predicate: NamedNode, *values: Term, subject: NamedNode | None = None) -> None:
        for value in values:
            self._triples[Triple(subject or self.thing, predicate, value)] = None

    def remove(self, predicate: NamedNode, value: Term | None = None, subject: NamedNode | None = None) -> None:
        """Remove one value of a property, or all."""
        about = subject or self.thing
        for triple in self.triples:
            if triple.subject == about and triple.predicate == predicate and value in (None, triple.object):
                del self._triples[triple]

    def set(self, predicate: NamedNode, value: Term | None, subject: NamedNode | None = None) -> None:
        """Make `value` the only value of a property."""
        self.remove(predicate, subject=subject)
        if value is not None:
            self.add(predicate, value, subject=subject)

    def remove_parts(self, predicate: NamedNode) -> None:
        """Remove the parts that `predicate` leads to, with all that is said of them."""
        parts = set(self.values(predicate))
        self.remove(predicate)
        for triple in self.triples:
            if triple.subject in parts:
                del self._triples[triple]

    def part(self, name: str) -> NamedNode:
        return self.base.part(self.thing, name)

    def derive_from(self, page: NamedNode) -> None:
        self.add(PROV["wasDerivedFrom"], page, subject=self.document)

    def sources(self) -> list[Term]:
        """The pages from which the entry was read so far."""
        return self.values(PROV["wasDerivedFrom"], self.document)

    def describe_document(self, now: Literal, licence: NamedNode | None = None) -> None:
        """What a document says of itself; `modified` moves only where something changed."""
        if not self.changed:
            return
        self.add(RDF["type"], FOAF["Document"], subject=self.document)
        self.add(FOAF["primaryTopic"], self.thing, subject=self.document)
        if not self.values(DCTERMS["created"], self.document):
            self.add(DCTERMS["created"], now, subject=self.document)
        self.set(DCTERMS["modified"], now, subject=self.document)
        if licence is not None and not self.values(DCTERMS["license"], self.document):
            self.add(DCTERMS["license"], licence, subject=self.document)

    def record_statement(self, predicate: NamedNode, value: Term, pages: Iterable[Term]) -> None:
        """Keep what pages say of a property, beside the value that is shown."""
        digest = hashlib.sha256(f"{predicate} {value}".encode()).hexdigest()[:12]
        statement = self.part(f"statement-{digest}")
        self.add(RDF["type"], CMP["Statement"], subject=statement)
        self.add(RDF["subject"], self.thing, subject=statement)
        self.add(RDF["predicate"], predicate, subject=statement)
        self.add(RDF["object"], value, subject=statement)
        self.add(PROV["wasDerivedFrom"], *pages, subject=statement)

    def has_statements(self, predicate: NamedNode) -> bool:
        return any(triple.predicate == RDF["predicate"] and triple.object == predicate for triple in self._triples)


class Entries:
    """The entries that a piece of work touches: loaded once, changed in memory, handed to the gate together."""

    def __init__(self, reader: Reader, base: Base) -> None:
        self.reader = reader
        self.base = base
        self._loaded: dict[NamedNode, Entry] = {}

    def of(self, thing: NamedNode) -> Entry:
        """The entry of `thing`, empty if there is none yet."""
        entry = self._loaded.get(thing)
        if entry is None:
            document = self.base.document(thing)
            entry = Entry(thing, self.base, self.reader.construct(queries()["entry"].bind(document=document)))
            self._loaded[thing] = entry
        return entry

    def changed(self) -> list[Entry]:
        return [entry for entry in self._loaded.values() if entry.changed]
