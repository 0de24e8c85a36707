"""Which method, work or concept of the catalogue a page means.

Slugs decide where a page gives them. Where it does not, a method is recognised by its facts: by its name in the
page's language, or by equal source, origin, author and other names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import count

from pyoxigraph import Literal, NamedNode

from comparanda.catalogue.entries import Entries, Entry
from comparanda.namespaces import CMP, DCTERMS, RDF, SKOS, Base
from comparanda.queries import queries
from comparanda.readers.citation import Citation, parse_citation
from comparanda.readers.compare_page import PageMethod
from comparanda.readers.languages import LATIN, fold, script, text_language
from comparanda.readers.page_names import split_names
from comparanda.terms import mint_slug, text


class Recogniser:
    """Looks methods, works and concepts up, in the store and among the entries of this import."""

    def __init__(self, entries: Entries) -> None:
        self.entries = entries
        self._by_source: dict[NamedNode, dict[NamedNode, None]] = defaultdict(dict)
        self._by_name: dict[Literal, dict[NamedNode, None]] = defaultdict(dict)
        self._works: dict[tuple[str, str | None], NamedNode] = {}
        self._labels: dict[str, dict[NamedNode, dict[str, str]]] = {}
        self._minted: set[str] = set()

    def slug(self, column: PageMethod, language: str, taken: Collection[str]) -> tuple[str, bool]:
        """The slug of the method in a column, and whether it was minted just now.

        Args:
            taken: the slugs of the columns before it, which are other methods.
        """
        if column.slug is not None:
            return column.slug, False
        candidates = self._named(column, language)
        if not candidates:
            candidates = [
                method for method in self._with_same_source(column) if self._same_facts(method, column, language)
            ]
        candidates = [method for method in candidates if Base.slug(method) not in taken]
        if len(candidates) > 1:
            candidates = [method for method in candidates if self._equal_facts(method, column)] or candidates
        if candidates:
            return Base.slug(sorted(candidates, key=str)[0]), False
        wanted = mint_slug(self._speakable_name(column)) or "method"
        slug = next(
            free
            for free in _numbered(wanted)
            if free not in self._minted and not self.entries.of(self.entries.base.method(free)).exists
        )
        self._minted.add(slug)
        return slug, True

    def remember(self, entry: Entry) -> None:
        """Let later pages of this import find a method by its names and source."""
        for name in entry.values(SKOS["prefLabel"]):
            if isinstance(name, Literal):
                self._by_name[name][entry.thing] = None
        for source in entry.values(CMP["seminalSource"]):
            if isinstance(source, NamedNode):
                self._by_source[source][entry.thing] = None

    def work(self, citation: Citation) -> NamedNode | None:
        """The work with this citation whose link is marked alike, or not marked yet."""
        key = (citation.text, citation.marker)
        if key not in self._works:
            rows = self.entries.reader.select(queries()["works_cited"].bind(citation=text(citation.text)))
            for row in rows:
                marker = row["marker"].value if isinstance(row["marker"], Literal) else None
                if marker in (citation.marker, None) and isinstance(row["work"], NamedNode):
                    self._works[key] = row["work"]
        return self._works.get(key)

    def remember_work(self, citation: Citation, work: NamedNode) -> None:
        self._works[(citation.text, citation.marker)] = work

    def work_slug(self, citation: Citation) -> str:
        """A free slug made of first author, year and the first words of the title."""
        family = citation.authors[0].split(",")[0] if citation.authors else ""
        title = " ".join((citation.title or citation.text).split()[:4])
        wanted = mint_slug(f"{family} {citation.year or ''} {title}") or "work"
        return next(free for free in _numbered(wanted) if not self.entries.of(self.entries.base.work(free)).exists)

    def concept(
        self, scheme: str, label: str, language: str, page_script: str | None, current: NamedNode | None
    ) -> NamedNode:
        """The concept of a scheme that a page calls `label`; labelled or described now if it was not.

        First by the label in the page's language, then by a label in any language, then the concept that the method
        has already if that has no label in this language yet: a page in another language calls it so. Pages show in
        English what they do not translate; readers of their language then see it so too, and the label that they
        saw before stays as an alternative one.
        """
        concepts = self._concepts(scheme)
        known = next((concept for concept, labels in concepts.items() if labels.get(language) == label), None)
        folded = fold(label)
        known = known or next(
            (concept for concept, labels in concepts.items() if fold(labels.get(language, "")) == folded), None
        )
        known = known or next(
            (
                concept
                for concept, labels in sorted(concepts.items(), key=lambda pair: pair[0].value)
                if label in labels.values() and (language not in labels or labels.get("en") == label)
            ),
            None,
        )
        if known is None and current is not None and language not in concepts.get(current, {}):
            known = current
        base = self.entries.base
        if known is None:
            known = base.concept(
                scheme,
                next(
                    slug
                    for slug in _numbered(mint_slug(label) or "concept")
                    if base.concept(scheme, slug) not in concepts
                ),
            )
        self._label(scheme, known, label, language, page_script)
        return known

    def _label(self, scheme: str, concept: NamedNode, label: str, language: str, page_script: str | None) -> None:
        """See to it that a reader in `language` sees `label`."""
        labels = self._concepts(scheme).setdefault(concept, {})
        if labels.get(language, labels.get("en", labels.get(""))) == label:
            return
        told = language if language in labels else text_language(label, language, page_script)
        if told is None and script(label) == LATIN and page_script == LATIN:
            told = language
        entry = self.entries.of(self.entries.base.scheme(scheme))
        if concept not in {triple.subject for triple in entry.triples}:
            entry.add(RDF["type"], SKOS["Concept"], subject=concept)
            entry.add(SKOS["inScheme"], entry.thing, subject=concept)
        for old in entry.values(SKOS["prefLabel"], concept):
            if isinstance(old, Literal) and (old.language or None) == told:
                entry.remove(SKOS["prefLabel"], old, subject=concept)
                entry.add(SKOS["altLabel"], old, subject=concept)
        entry.add(SKOS["prefLabel"], text(label, told), subject=concept)
        labels[told or ""] = label

    def _concepts(self, scheme: str) -> dict[NamedNode, dict[str, str]]:
        """The preferred labels of a scheme's concepts, by language; "" for none."""
        if scheme not in self._labels:
            iri = self.entries.base.scheme(scheme)
            found: dict[NamedNode, dict[str, str]] = {}
            for row in self.entries.reader.select(queries()["concept_labels"].bind(scheme=iri)):
                if isinstance(row["concept"], NamedNode) and isinstance(row["label"], Literal):
                    found.setdefault(row["concept"], {})[row["label"].language or ""] = row["label"].value
            self._labels[scheme] = found
        return self._labels[scheme]

    def _named(self, column: PageMethod, language: str) -> list[NamedNode]:
        name = text(column.name.text, language)
        rows = self.entries.reader.select(queries()["methods_with_name"].bind(name=name))
        stored = [row["method"] for row in rows if isinstance(row["method"], NamedNode)]
        return list(dict.fromkeys([*stored, *self._by_name[name]]))

    def _with_same_source(self, column: PageMethod) -> list[NamedNode]:
        stated = column.text("seminal_source")
        if stated is None:
            return []
        citation = parse_citation(stated)
        work = self.work(citation)
        rows = self.entries.reader.select(queries()["methods_with_source"].bind(citation=text(citation.text)))
        stored = [row["method"] for row in rows if isinstance(row["method"], NamedNode)]
        return list(dict.fromkeys([*stored, *(self._by_source[work] if work else ())]))

    def _same_facts(self, method: NamedNode, column: PageMethod, language: str) -> bool:
        """Equal in what does not depend on the language, and not called otherwise in this one."""
        entry = self.entries.of(method)
        if entry.in_language(SKOS["prefLabel"], language) is not None:
            return False
        return self._equal_facts(method, column)

    def _equal_facts(self, method: NamedNode, column: PageMethod) -> bool:
        entry = self.entries.of(method)
        names = {value.value for value in entry.values(SKOS["altLabel"]) if isinstance(value, Literal)}
        stated_names = set(split_names(column.text("other_names")))
        return (
            entry.text(CMP["originStatement"]) == column.text("origin_year")
            and entry.text(CMP["originatorStatement"]) == column.text("originator")
            and stated_names <= names
            and bool(stated_names) == bool(names)
            and not entry.values(DCTERMS["isReplacedBy"])
        )

    def _speakable_name(self, column: PageMethod) -> str:
        """The name in Latin script if there is one, else another name that is, else the name as it is."""
        names = [column.name.text, *split_names(column.text("other_names"))]
        return next((name for name in names if script(name) == LATIN and mint_slug(name)), column.name.text)


def _numbered(slug: str) -> Iterator[str]:
    return (slug if number == 1 else f"{slug}-{number}" for number in count(1))
