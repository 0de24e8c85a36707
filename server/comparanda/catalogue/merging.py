"""How one column of a page is merged into the entry of its method.

Nothing is overwritten in silence: where a page contradicts an entry, both values are kept as statements with the
pages that gave them, the newest is shown, and a finding says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import Literal, NamedNode

from comparanda.catalogue.entries import Entries, Entry
from comparanda.catalogue.recognition import Recogniser
from comparanda.findings import Severity
from comparanda.namespaces import CMP, DCTERMS, RDF, SKOS, SKOSXL
from comparanda.readers.citation import Citation, parse_citation
from comparanda.readers.compare_page import ComparePage, PageMethod
from comparanda.readers.languages import LATIN, text_language
from comparanda.readers.origin import parse_origin
from comparanda.readers.page_names import split_names
from comparanda.terms import Term, text, year

NAMES_SHOWN = 4  # a page shows at most so many other names


@dataclass(frozen=True, slots=True)
class Received:
    """A page as it came: the SHA-256 of its bytes, where it came from, and when (xsd:dateTime)."""

    digest: str
    source: str
    when: Literal
    url: str | None = None
    licence: str | None = None


class Importer(Protocol):
    """What a merge needs of the import that it is part of."""

    entries: Entries
    recogniser: Recogniser

    def find(self, severity: Severity, code: str, message: str, line: int | None, focus: str | None = None) -> None:
        """Report something about the page."""

    def work(self, citation: Citation, page: NamedNode, received: Received, licence: NamedNode | None) -> NamedNode:
        """The work with that citation."""


class MethodMerge:
    """Merges one column of a page into the entry of its method."""

    def __init__(
        self,
        importer: Importer,
        entry: Entry,
        column: PageMethod,
        page: ComparePage,
        page_iri: NamedNode,
        received: Received,
        licence: NamedNode | None,
    ) -> None:
        self.importer = importer
        self.entry = entry
        self.column = column
        self.page = page
        self.page_iri = page_iri
        self.received = received
        self.licence = licence
        self.earlier = entry.sources()

    def run(self) -> None:
        self.entry.add(RDF["type"], CMP["Method"])
        language = self.page.language
        self._state(
            SKOS["prefLabel"],
            self.entry.in_language(SKOS["prefLabel"], language),
            text(self.column.name.text, language),
            "name",
        )
        self._concept(CMP["area"], "area")
        self._concept(CMP["family"], "family")
        self._origin()
        self._plain(CMP["originatorStatement"], "originator")
        self._language_text(CMP["kind"], "kind")
        self._seminal_source()
        self._other_names()
        self._related_count()
        self._language_text(SKOS["definition"], "summary")
        self.entry.derive_from(self.page_iri)
        self.entry.describe_document(self.received.when, self.licence)

    def _state(self, predicate: NamedNode, shown: Term | None, stated: Term, key: str) -> bool:
        """Make `stated` the shown value in place of `shown`; True if the two contradict each other."""
        if shown == stated:
            if self.entry.has_statements(predicate):
                self.entry.record_statement(predicate, stated, [self.page_iri])
            return False
        if shown is not None:
            self._contradiction(predicate, shown, stated, key)
            self.entry.remove(predicate, shown)
        self.entry.add(predicate, stated)
        return shown is not None

    def _contradiction(self, predicate: NamedNode, shown: Term, stated: Term, key: str) -> None:
        self.entry.record_statement(predicate, shown, self.earlier)
        self.entry.record_statement(predicate, stated, [self.page_iri])
        cell = self.column.cells.get(key, self.column.name)
        self.importer.find(
            Severity.WARNING,
            "contradiction",
            f"The page says {key.replace('_', ' ')} is {_short(stated)}; the entry said {_short(shown)}. "
            "Both are kept, the page's is shown.",
            cell.line,
            self.entry.thing.value,
        )

    def _plain(self, predicate: NamedNode, key: str) -> None:
        stated = self.column.text(key)
        if stated is not None:
            current = next(iter(self.entry.values(predicate)), None)
            self._state(predicate, current, text(stated), key)

    def _origin(self) -> None:
        self._plain(CMP["originStatement"], "origin_year")
        stated = self.column.text("origin_year")
        if stated is None:
            return
        origin = parse_origin(stated)
        self.entry.set(CMP["originStart"], None if origin.start is None else year(origin.start))
        self.entry.set(CMP["originEnd"], None if origin.end is None else year(origin.end))
        if origin.start is None:
            self.importer.find(
                Severity.INFO,
                "origin_not_read",
                f"No year can be read from {stated!r}.",
                self.column.cells["origin_year"].line,
                self.entry.thing.value,
            )

    def _concept(self, predicate: NamedNode, scheme: str) -> None:
        label = self.column.text(scheme)
        if label is None:
            return
        current = next((value for value in self.entry.values(predicate) if isinstance(value, NamedNode)), None)
        concept = self.importer.recogniser.concept(scheme, label, self.page.language, self.page.script, current)
        self._state(predicate, current, concept, scheme)

    def _language_text(self, predicate: NamedNode, key: str) -> None:
        """A text whose language the page does not tell; readers in the page's language must see it again."""
        stated = self.column.text(key)
        if stated is None:
            return
        language = self.page.language
        shown = self._shown(predicate)
        told = text_language(stated, language, self.page.script)
        if shown is None or shown.value == stated:
            self._state(predicate, shown, shown or text(stated, told), key)
            return
        same_language = (shown.language or None) == told
        if same_language and (told is not None or self.page.script != LATIN or not self._read_in_other_languages()):
            self._state(predicate, shown, text(stated, told), key)
            return
        value = text(stated, language)  # beside what the entry says in other languages
        contradicted = self._state(predicate, self.entry.in_language(predicate, language), value, key)
        if not contradicted and told != language:
            self._contradiction(predicate, shown, value, key)

    def _read_in_other_languages(self) -> bool:
        pages = [self.importer.entries.of(page) for page in self.earlier if isinstance(page, NamedNode)]
        return any(page.text(DCTERMS["language"]) != self.page.language for page in pages)

    def _shown(self, predicate: NamedNode) -> Literal | None:
        """What a reader in the page's language sees (the same order as in comparisons)."""
        for language in (self.page.language, "en", None):
            found = self.entry.in_language(predicate, language)
            if found is not None:
                return found
        return next(
            (value for value in sorted(self.entry.values(predicate), key=str) if isinstance(value, Literal)), None
        )

    def _seminal_source(self) -> None:
        stated = self.column.text("seminal_source")
        if stated is None:
            return
        citation = parse_citation(stated)
        if citation.year is None:
            self.importer.find(
                Severity.INFO,
                "citation_not_read",
                f"The citation {stated[:80]!r} cannot be taken apart.",
                self.column.cells["seminal_source"].line,
            )
        work = self.importer.work(citation, self.page_iri, self.received, self.licence)
        current = next(iter(self.entry.values(CMP["seminalSource"])), None)
        self._state(CMP["seminalSource"], current, work, "seminal_source")

    def _other_names(self) -> None:
        stated = self.column.text("other_names")
        if stated is None:
            return
        names = split_names(stated)
        current = ordered_names(self.entry)
        if [name.value for name in current][: len(names)] == names and (
            len(names) >= NAMES_SHOWN or len(current) == len(names)
        ):
            return
        hidden = [name for name in current if name.value not in names] if len(names) >= NAMES_SHOWN else []
        if current and any(name.value not in names for name in current[:NAMES_SHOWN]):
            self._contradiction(
                SKOS["altLabel"], text(", ".join(name.value for name in current)), text(stated), "other_names"
            )
        known = {name.value: name for name in current}
        stated_names = [
            known.get(name) or text(name, text_language(name, self.page.language, self.page.script)) for name in names
        ]
        set_ordered_names(self.entry, stated_names + hidden)

    def _related_count(self) -> None:
        stated = self.column.text("related")
        if stated is None:
            return
        line = self.column.cells["related"].line
        if not (stated.isascii() and stated.isdecimal()):
            self.importer.find(
                Severity.WARNING,
                "count_not_read",
                f"The number of related methods {stated!r} is no whole number; it is left out.",
                line,
                self.entry.thing.value,
            )
            return
        current = next(iter(self.entry.values(CMP["statedRelatedCount"])), None)
        self._state(CMP["statedRelatedCount"], current, Literal(int(stated)), "related")
        links = len(self.entry.values(CMP["related"]))
        if links and links != int(stated):
            self.importer.find(
                Severity.WARNING,
                "count_differs",
                f"The page counts {stated} related methods, the entry names {links}; the links are shown.",
                line,
                self.entry.thing.value,
            )


def ordered_names(entry: Entry) -> list[Literal]:
    """The other names in their order; those without a position come last, sorted."""
    positions: dict[Term, int] = {}
    for part in entry.values(SKOSXL["altLabel"]):
        if isinstance(part, NamedNode):
            for form in entry.values(SKOSXL["literalForm"], part):
                position = next(
                    (value for value in entry.values(CMP["position"], part) if isinstance(value, Literal)), None
                )
                if position is not None:
                    positions[form] = int(position.value)
    names = [value for value in entry.values(SKOS["altLabel"]) if isinstance(value, Literal)]
    return sorted(names, key=lambda name: (positions.get(name, 1_000_000), name.value))


def set_ordered_names(entry: Entry, names: list[Literal]) -> None:
    entry.remove(SKOS["altLabel"])
    entry.remove_parts(SKOSXL["altLabel"])
    for position, name in enumerate(names, 1):
        part = entry.part(f"name-{position}")
        entry.add(SKOS["altLabel"], name)
        entry.add(SKOSXL["altLabel"], part)
        entry.add(RDF["type"], SKOSXL["Label"], subject=part)
        entry.add(SKOSXL["literalForm"], name, subject=part)
        entry.add(CMP["position"], Literal(position), subject=part)


def _short(term: Term) -> str:
    value = getattr(term, "value", str(term))
    return repr(value if len(value) <= 80 else value[:79] + "…")
