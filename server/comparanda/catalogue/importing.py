"""From what a compare page states to entries: the page, its works, and each of its methods."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from comparanda.catalogue.entries import Entries, Entry
from comparanda.catalogue.merging import MethodMerge, Received
from comparanda.catalogue.recognition import Recogniser
from comparanda.findings import Finding, Severity
from comparanda.namespaces import BIBO, CMP, DCTERMS, FOAF, RDF
from comparanda.readers.citation import Citation
from comparanda.readers.compare_page import PUBLISHERS, ComparePage, PageMethod
from comparanda.terms import iri, text, year


class PageImporter:
    """Turns pages into changed entries, one after the other; `findings` collects what it has to say."""

    def __init__(self, entries: Entries) -> None:
        self.entries = entries
        self.recogniser = Recogniser(entries)
        self.findings: list[Finding] = []
        self._source = ""

    def add(self, page: ComparePage, received: Received) -> list[str]:
        """Merge one page; returns the slugs of its methods, in order."""
        self._source = received.source
        self.findings.extend(page.findings)
        licence = received.licence or PUBLISHERS.get(page.publisher or "")
        licence_iri = iri(licence) if licence else None
        page_iri = self._page_entry(page, received, licence_iri).thing
        named: list[tuple[PageMethod, str, bool]] = []
        for column in page.methods:
            slug, minted = self.recogniser.slug(column, page.language, [other for _, other, _ in named])
            named.append((column, slug, minted))
        merges = []
        for column, slug, minted in named:
            if minted:
                self.find(
                    Severity.INFO,
                    "slug_minted",
                    f"The page gives no slug for {column.name.text!r}; {slug} was minted.",
                    column.name.line,
                )
            entry = self.entries.of(self.entries.base.method(slug))
            merges.append(MethodMerge(self, entry, column, page, page_iri, received, licence_iri))
        # Entries that exist come first: from them the page's words for areas and families are learnt.
        for merge in sorted(merges, key=lambda merge: not merge.entry.exists):
            merge.run()
            self.recogniser.remember(merge.entry)
        return [slug for _, slug, _ in named]

    def _page_entry(self, page: ComparePage, received: Received, licence: NamedNode | None) -> Entry:
        entry = self.entries.of(self.entries.base.page(received.digest))
        if not entry.exists:
            entry.add(RDF["type"], CMP["Page"])
            entry.add(CMP["sha256"], text(received.digest))
            entry.add(DCTERMS["title"], text(received.url or received.source))
            entry.add(DCTERMS["language"], text(page.language))
            entry.add(DCTERMS["dateSubmitted"], received.when)
            if received.url:
                entry.add(DCTERMS["source"], iri(received.url))
            if licence:
                entry.add(DCTERMS["license"], licence)
            if page.publisher:
                entry.add(DCTERMS["publisher"], text(page.publisher))
        return entry

    def work(self, citation: Citation, page: NamedNode, received: Received, licence: NamedNode | None) -> NamedNode:
        """The work with that citation and marker, described now if it is new."""
        known = self.recogniser.work(citation)
        if known is not None:
            entry = self.entries.of(known)
            if citation.marker and not entry.values(CMP["linkMarker"]):
                entry.add(CMP["linkMarker"], text(citation.marker))
                entry.describe_document(received.when)
            return known
        entry = self.entries.of(self.entries.base.work(self.recogniser.work_slug(citation)))
        entry.add(RDF["type"], CMP["Work"])
        entry.add(DCTERMS["bibliographicCitation"], text(citation.text))
        for predicate, value in (
            (DCTERMS["title"], citation.title),
            (CMP["container"], citation.container),
            (BIBO["volume"], citation.volume),
            (BIBO["issue"], citation.issue),
            (BIBO["pages"], citation.pages),
            (BIBO["isbn"], citation.isbn),
            (CMP["linkMarker"], citation.marker),
        ):
            if value:
                entry.add(predicate, text(value))
        if citation.year:
            entry.add(DCTERMS["issued"], year(citation.year))
        for position, name in enumerate(citation.authors, 1):
            part = entry.part(f"author-{position}")
            entry.add(CMP["authorship"], part)
            entry.add(RDF["type"], CMP["Authorship"], subject=part)
            entry.add(CMP["position"], Literal(position), subject=part)
            entry.add(FOAF["name"], text(name), subject=part)
        entry.derive_from(page)
        entry.describe_document(received.when, licence)
        self.recogniser.remember_work(citation, entry.thing)
        return entry.thing

    def find(self, severity: Severity, code: str, message: str, line: int | None, focus: str | None = None) -> None:
        self.findings.append(Finding(severity, code, message, source=self._source, line=line, focus=focus))
