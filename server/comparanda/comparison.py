"""The comparison: what the methods' facts come to, row by row (CQ-01)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from comparanda.errors import BadRequest
from comparanda.facts import Facts, Work
from comparanda.languages import choose
from comparanda.namespaces import CMP, Base, is_web_address
from comparanda.shapes import LINK_COUNT, NAME_COUNT, RowShape
from comparanda.terms import Literal, NamedNode, Term

EMPTY = "—"
NAMES_SHOWN = 4
_TYPOGRAPHY = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb",
    "-" * 7 + "'" * 4 + '"' * 6,
)


@dataclass(frozen=True, slots=True)
class Link:
    """The marker of a link as a reader sees it; `href` is None where only the marker is known."""

    label: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one method has in one row. `items` are all values, also those that the text leaves out."""

    text: str
    language: str | None = None
    links: tuple[Link, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One row: whether and how it differs, and what all methods share.

    `difference` is None or one of value, missing, count and typography.
    """

    key: str
    label: str
    differs: bool
    difference: str | None
    cells: tuple[Cell, ...]
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MethodName:
    """A method as a heading: slug, IRI, and the name with the language that it is in."""

    slug: str
    iri: str
    name: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    language: str
    version: str
    methods: tuple[MethodName, ...]
    rows: tuple[ComparedRow, ...]

    def only(self, which: str) -> Comparison:
        """The comparison with `all` rows, or only the `different` or the `same` ones.

        Raises:
            BadRequest: `which` is something else.
        """
        if which not in ("all", "different", "same"):
            raise BadRequest(
                f"There is no choice of rows {which[:40]!r}.", value=which[:40], to_do="Use all, different or same."
            )
        rows = tuple(row for row in self.rows if which == "all" or row.differs == (which == "different"))
        return Comparison(self.language, self.version, self.methods, rows)


@dataclass(frozen=True, slots=True)
class RelatedMethod:
    """A related-method link: the other method, the local names of the kinds of relation, and the reason."""

    method: MethodName
    kinds: tuple[str, ...] = ()
    reason: str | None = None
    reason_language: str | None = None


def compared_row(shape: RowShape, facts: Sequence[Facts], chain: Sequence[str]) -> ComparedRow:
    cells = tuple(_cell(shape, fact, chain) for fact in facts)
    compared = [str(len(cell.items)) if shape.rule == NAME_COUNT else cell.text for cell in cells]
    differs = len(set(compared)) > 1
    shared = set.intersection(*(set(cell.items) for cell in cells)) if len(cells) > 1 else set()
    in_order = tuple(item for item in cells[0].items if item in shared)
    return ComparedRow(
        shape.key, shape.label(chain), differs, _difference(shape, cells) if differs else None, cells, in_order
    )


def _difference(shape: RowShape, cells: Sequence[Cell]) -> str:
    """How a row differs that does."""
    if any(cell.text == EMPTY for cell in cells):
        return "missing"
    if shape.rule in (NAME_COUNT, LINK_COUNT):
        return "count"
    return "typography" if len({_plain(cell.text) for cell in cells}) == 1 else "value"


def _plain(value: str) -> str:
    """`value` without what only typography tells apart: dashes, quotation marks, spaces, compatibility forms."""
    if not value.isascii():
        value = unicodedata.normalize("NFKC", value).translate(_TYPOGRAPHY)
    return " ".join(value.split())


def _cell(shape: RowShape, fact: Facts, chain: Sequence[str]) -> Cell:
    """The cell of one method: by the rule of the row, and by what its values are."""
    values = fact.statements.get(shape.path, [])
    if shape.rule == NAME_COUNT:
        names = tuple(value.value for value in values if isinstance(value, Literal | NamedNode))
        return Cell(", ".join(names[:NAMES_SHOWN]) or EMPTY, None, (), names)
    if shape.rule == LINK_COUNT:
        links = tuple(value.value for value in values if isinstance(value, NamedNode))
        stated = [
            value.value for value in fact.statements.get(CMP["statedRelatedCount"], []) if isinstance(value, Literal)
        ]
        stated = stated if shape.path == CMP["related"] else []
        return Cell(str(len(links)) if links or not stated else stated[0], None, (), links)
    works = [fact.works[value] for value in values if value in fact.works]
    if works:
        return _work_cell(works)
    labelled = [label for value in values if value in fact.labels and (label := choose(fact.labels[value], chain))]
    literals = [value for value in values if isinstance(value, Literal)]
    shown = labelled or _in_one_language(literals, chain)
    if not shown:
        shown = [Literal(Base.slug(value)) for value in values if isinstance(value, NamedNode)]
    language = shown[0].language if shown else None
    return Cell("; ".join(value.value for value in shown) or EMPTY, language, (), tuple(value.value for value in shown))


def _in_one_language(literals: Sequence[Literal], chain: Sequence[str]) -> list[Literal]:
    """All literals in the language that the chain chooses."""
    if len(literals) < 2:
        return list(literals)
    chosen = choose(literals, chain)
    return sorted(
        (value for value in literals if chosen is not None and value.language == chosen.language),
        key=lambda value: value.value,
    )


def _work_cell(works: Sequence[Work]) -> Cell:
    texts, links = [], []
    for work in works:
        link = _work_link(work)
        texts.append(f"{work.citation} {link.label} ↗" if link else work.citation)
        links.extend([link] if link else [])
    return Cell("; ".join(texts), None, tuple(links), tuple(work.iri for work in works))


def _work_link(work: Work) -> Link | None:
    label = work.marker or ("DOI" if work.doi else "link" if work.url else None)
    if label is None:
        return None
    href = f"https://doi.org/{work.doi}" if work.doi and (label == "DOI" or not work.url) else work.url
    return Link(label, href if href and is_web_address(href) else None)


def plain_value(term: Term | None) -> str | None:
    return term.value if isinstance(term, Literal | NamedNode) else None
