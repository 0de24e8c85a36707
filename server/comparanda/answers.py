"""Answers: the questions of `queries/` put to a store, as typed rows, and the comparison made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

from comparanda.comparison import Comparison, MethodName, RelatedMethod, compared_row, plain_value
from comparanda.errors import BadRequest, UnknownLanguage, UnknownMethod
from comparanda.facts import FactReader, Facts
from comparanda.index.documents import NAME
from comparanda.index.lists import coverage
from comparanda.index.search import closest_slugs
from comparanda.index.snapshots import Snapshots
from comparanda.index.statements import IndexedStatements
from comparanda.languages import choose, lookup_chain
from comparanda.namespaces import CMP, SKOS, Base
from comparanda.queries import queries
from comparanda.shapes import Shapes
from comparanda.statements import Source, StoreStatements
from comparanda.stores import Reader, Row
from comparanda.terms import Literal, NamedNode, Term, slug

MIN_METHODS, MAX_METHODS = 2, 20


class Answers:
    """Answers in one language chain after another, from whatever reader of one store is given.

    What was read is kept by the version of the store, so that each store needs answers of its own.

    Args:
        snapshots: an index that holds facts, languages and slugs; without it the store is asked for all of them.
    """

    def __init__(
        self, base: Base, shapes: Shapes, default_language: str = "en", snapshots: Snapshots | None = None
    ) -> None:
        self.base = base
        self.shapes = shapes
        self.default_language = default_language
        self._snapshots = snapshots
        self._name_counts: tuple[str, dict[str, int]] = ("", {})
        self._facts = FactReader(shapes)

    def compare(self, reader: Reader, slugs: Sequence[str], language: str) -> Comparison:
        """Methods side by side, in the order asked for; rows in the order of the shapes.

        Args:
            slugs: 2 to 20 different slugs.
            language: BCP 47 tag of labels and names.
        Raises:
            BadRequest: too few, too many or repeated slugs.
            InvalidTerm: something that is no slug.
            UnknownLanguage: neither the row labels nor any name is in that language.
            UnknownMethod: slugs that no method has.
        Source: CQ-01.
        """
        chain = lookup_chain(self.known_language(reader, language), self.default_language)
        facts = self._known_facts(reader, _checked(slugs))
        methods = tuple(self._heading(fact.method, fact.statements[SKOS["prefLabel"]], chain) for fact in facts)
        rows = tuple(compared_row(shape, facts, chain) for shape in self.shapes.rows)
        return Comparison(chain[0], reader.version, methods, rows)

    def known_language(self, reader: Reader, language: str) -> str:
        """`language`, or its closest parent, that row labels or names are in.

        Raises:
            UnknownLanguage: there is none.
        """
        for tag in lookup_chain(language, language):
            if tag in self.shapes.languages or tag in self._languages_of_names(reader):
                return language.lower() if tag == language.lower() else tag
        known = sorted({*self.shapes.languages, *self._languages_of_names(reader)})
        raise UnknownLanguage(
            f"There are no texts in the language {language[:40]!r}.",
            value=language[:40],
            to_do=f"Use one of {', '.join(known)}.",
        )

    def method(self, reader: Reader, slug: str, language: str) -> Comparison:
        """One method as a comparison with a single column: every row as it would stand beside others."""
        chain = lookup_chain(self.known_language(reader, language), self.default_language)
        facts = self._known_facts(reader, [slug])
        heading = self._heading(facts[0].method, facts[0].statements[SKOS["prefLabel"]], chain)
        return Comparison(
            chain[0], reader.version, (heading,), tuple(compared_row(shape, facts, chain) for shape in self.shapes.rows)
        )

    def names(self, reader: Reader, slug: str) -> list[tuple[str, str]]:
        """The preferred names of a method, as language and name, sorted by language."""
        labels = self._preferred_names(reader, self.base.method(slug))
        return sorted((label.language or "", label.value) for label in labels)

    def related(self, reader: Reader, slug: str, language: str) -> list[RelatedMethod]:
        """Methods that a method names as related, sorted by name (`queries/method_related.rq`, CQ-07)."""
        chain = lookup_chain(language, self.default_language)
        rows = reader.select(queries()["method_related"].bind(method=self.base.method(slug)))
        found: dict[NamedNode, dict[str, dict[Term, None]]] = {}
        for row in rows:
            if isinstance(row["related"], NamedNode):
                columns = found.setdefault(row["related"], defaultdict(dict))
                for name in ("name", "kind", "reason"):
                    value = row[name]
                    if value is not None:
                        columns[name][value] = None
        links = [self._related_method(other, columns, chain) for other, columns in found.items()]
        return sorted(links, key=lambda link: (link.method.name.casefold(), link.method.slug))

    def referenced_by(self, reader: Reader, slug: str, language: str) -> list[MethodName]:
        """Methods that name a method as related, sorted by name (`queries/method_referenced_by.rq`, CQ-08)."""
        rows = reader.select(queries()["method_referenced_by"].bind(method=self.base.method(slug)))
        return self._headings(rows, "referrer", lookup_chain(language, self.default_language))

    def methods(self, reader: Reader, language: str) -> list[MethodName]:
        """All methods, sorted by name (`queries/methods.rq`, CQ-05)."""
        return self._headings(
            reader.select(queries()["methods"].bind()), "method", lookup_chain(language, self.default_language)
        )

    def headings(self, reader: Reader, slugs: Sequence[str], language: str) -> list[MethodName]:
        """The names of some methods, sorted."""
        chain = lookup_chain(language, self.default_language)
        methods = [self.base.method(given) for given in slugs]
        return sorted(
            (self._heading(method, self._preferred_names(reader, method), chain) for method in methods),
            key=lambda m: (m.name.casefold(), m.slug),
        )

    def closest_slugs(self, reader: Reader, slugs: Sequence[str]) -> dict[str, list[str]]:
        """For each slug the known ones most like it."""
        if self._snapshots is not None:
            index, chain = self._snapshots.newest().index, (self.default_language,)
            return {given: closest_slugs(index, given, chain) for given in slugs}
        known = [method.slug for method in self.methods(reader, self.default_language)]
        return {given: get_close_matches(given, known, n=3) for given in slugs}

    def name_counts(self, reader: Reader) -> dict[str, int]:
        """How many methods have a name in each language (`queries/names_by_language.rq`, CQ-11), once a version."""
        version, counts = self._name_counts
        if version != reader.version:
            counts = _counts(reader.select(queries()["names_by_language"].bind()), "language")
            self._name_counts = (reader.version, counts)
        return counts

    def method_count(self, reader: Reader) -> int:
        """How many methods there are (`queries/entry_count.rq`, CQ-11)."""
        return _counts(reader.select(queries()["entry_count"].bind()), "class").get(CMP["Method"].value, 0)

    def statistics(self, reader: Reader) -> dict[str, dict[str, int]]:
        """Counts of entries, of links by kind, of works by verification, of names by language (CQ-11)."""
        return {
            "entries": _counts(reader.select(queries()["entry_count"].bind()), "class"),
            "links": _counts(reader.select(queries()["links_by_kind"].bind()), "kind"),
            "works": _counts(reader.select(queries()["works_by_verification"].bind()), "verification"),
            "names": self.name_counts(reader),
        }

    def _languages_of_names(self, reader: Reader) -> Collection[str]:
        if self._snapshots is not None:
            return coverage(self._snapshots.newest().index, NAME)
        return self.name_counts(reader)

    def _headings(self, rows: Iterable[Row], column: str, chain: Sequence[str]) -> list[MethodName]:
        names: dict[NamedNode, list[Term]] = {}
        for row in rows:
            if isinstance(row[column], NamedNode):
                names.setdefault(row[column], []).extend([row["name"]] if row["name"] is not None else [])  # type: ignore[arg-type]
        return sorted(
            (self._heading(method, found, chain) for method, found in names.items()),
            key=lambda m: (m.name.casefold(), m.slug),
        )

    def _related_method(
        self, other: NamedNode, columns: dict[str, dict[Term, None]], chain: Sequence[str]
    ) -> RelatedMethod:
        kinds = tuple(sorted(kind.value.rsplit("#", 1)[-1] for kind in columns["kind"] if isinstance(kind, NamedNode)))
        reason = choose((value for value in columns["reason"] if isinstance(value, Literal)), chain)
        return RelatedMethod(
            self._heading(other, columns["name"], chain),
            kinds,
            reason.value if reason else None,
            reason.language if reason else None,
        )

    def _preferred_names(self, reader: Reader, method: NamedNode) -> list[Literal]:
        rows = reader.select(queries()["labels_of"].bind(resource=method))
        labels = (row["label"] for row in rows if row["property"] == SKOS["prefLabel"])
        return [label for label in labels if isinstance(label, Literal)]

    def _heading(self, method: NamedNode, names: Iterable[Term], chain: Sequence[str]) -> MethodName:
        name = choose((value for value in names if isinstance(value, Literal)), chain)
        return MethodName(
            Base.slug(method), method.value, name.value if name else Base.slug(method), name.language if name else None
        )

    def _known_facts(self, reader: Reader, slugs: Sequence[str]) -> list[Facts]:
        facts = self._facts.facts(self._source(reader), [self.base.method(slug(given)) for given in slugs])
        unknown = [Base.slug(fact.method) for fact in facts if not fact.statements]
        if unknown:
            raise UnknownMethod(unknown, self.closest_slugs(reader, unknown))
        return facts

    def _source(self, reader: Reader) -> Source:
        index = self._snapshots.at(reader.version) if self._snapshots is not None else None
        return StoreStatements(reader) if index is None else IndexedStatements(reader, index, self.base)


def _checked(slugs: Sequence[str]) -> Sequence[str]:
    if len(slugs) < MIN_METHODS:
        raise BadRequest(
            f"A comparison needs at least {MIN_METHODS} methods; {len(slugs)} given.",
            value=list(slugs),
            to_do="Add another method.",
        )
    if len(slugs) > MAX_METHODS:
        raise BadRequest(
            f"A comparison takes at most {MAX_METHODS} methods; {len(slugs)} given.",
            value=list(slugs),
            to_do="Remove some.",
        )
    twice = sorted({given for given in slugs if slugs.count(given) > 1})
    if twice:
        raise BadRequest(
            f"The comparison names {', '.join(twice)} more than once.", value=twice, to_do="Name each method once."
        )
    return slugs


def _counts(rows: Iterable[Row], column: str) -> dict[str, int]:
    return {plain_value(row[column]) or "": int(plain_value(row["count"]) or 0) for row in rows}
