"""What is cited, as CSL-JSON items: works, entries of methods, comparisons; and the meta tags of an item.

An item is a dictionary as CSL-JSON has it (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html). Its
texts come from outside; `_line` leaves one line of each.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any, TypeAlias

from pyoxigraph import Literal, NamedNode

from comparanda.comparison import Comparison, MethodName
from comparanda.errors import NotFound
from comparanda.namespaces import BIBO, CMP, DCTERMS, SCHEMA, Base, is_web_address
from comparanda.queries import queries
from comparanda.stores import Reader

Item: TypeAlias = dict[str, Any]

SITE = "Comparanda"

# The first row whose pattern a work's container fits decides its type.
_TYPES_BY_CONTAINER = (
    ("article", r"\b(?:arXiv|bioRxiv|medRxiv|SSRN|[Pp]reprint)\b"),
    ("report", r"\b(?:Technical|Research|Working) (?:Report|Paper)\b|\bCircular\b|\bTraining Command\b"),
    ("entry-encyclopedia", r"\b(?:Wikipedia|Encyclop(?:a?e)dia)\b"),
    ("article-journal", r"^Proceedings of the (?:National Academy|Royal Society|IEEE$)"),
    ("paper-conference", r"\b(?:Proceedings|Conference|Symposium|Workshop|Computer-Assisted Intervention)\b"),
    ("paper-conference", r"\bAdvances in Neural\b|\b(?:NeurIPS|NIPS|ICML|ICLR|EMNLP|NAACL|CVPR|ECML|AISTATS|KDD)\b"),
    ("article-journal", r"\b(?:Journal|Transactions|Annals|Review|Bulletin|Letters)\b"),
)
_TEXTS = (
    (BIBO["volume"], "volume"),
    (BIBO["issue"], "issue"),
    (BIBO["pages"], "page"),
    (BIBO["doi"], "DOI"),
    (BIBO["isbn"], "ISBN"),
)
_META_PLACES = {"article-journal": "journal_title", "paper-conference": "conference_title"}
_META = (
    ("volume", "volume"),
    ("issue", "issue"),
    ("isbn", "ISBN"),
    ("publisher", "publisher"),
    ("language", "language"),
    ("public_url", "URL"),
)
_NO_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")  # reorder what stands beside them; a text needs none
_RANGE = re.compile(r"(\w+)\s*[-\u2010-\u2015]+\s*(\w+)\Z")
_PLACE = re.compile(r"([^:.]{2,40}): (.+)")


def work_item(reader: Reader, work: NamedNode) -> Item:
    """The item of a work; one whose parts could not be read has its whole citation for a title.

    Raises:
        NotFound: there is no such work.
    Source: `queries/work_description.rq`, `queries/work_authors.rq`.
    """
    rows = reader.select(queries()["work_description"].bind(work=work))
    values = {row["property"]: row["value"].value for row in rows if isinstance(row["value"], Literal | NamedNode)}
    if not values:
        slug = Base.slug(work)
        raise NotFound(f"There is no source {slug!r} here.", value=slug, to_do="Look at the sources of a method.")
    title = values.get(DCTERMS["title"])
    languages = (row["value"].language for row in rows if isinstance(row["value"], Literal))
    item: Item = {"id": Base.slug(work), "type": "article", "language": next(filter(None, languages), "")}
    item["title"] = _line(title or values.get(DCTERMS["bibliographicCitation"], ""))
    if title:
        authors = reader.select(queries()["work_authors"].bind(work=work))
        item["author"] = [_author(_line(row["name"].value)) for row in authors if isinstance(row["name"], Literal)]
        item["issued"] = _year(values.get(DCTERMS["issued"], ""))
        item |= {name: _line(values[path]) for path, name in _TEXTS if path in values}
        item |= _place(_line(values.get(CMP["container"], "")), item)
    url = values.get(SCHEMA["url"], "")
    item["URL"] = _line(url) if is_web_address(url) else ""
    return _filled(item)


def source_items(reader: Reader, method: NamedNode) -> list[Item]:
    """The items of a method's sources, the seminal ones first (`queries/method_works.rq`)."""
    rows = reader.select(queries()["method_works"].bind(method=method))
    works = dict.fromkeys(row["work"] for row in rows if isinstance(row["work"], NamedNode))
    return [work_item(reader, work) for work in works]


def entry_item(reader: Reader, base: Base, method: MethodName, accessed: date) -> Item:
    """The item of the entry of a method in this catalogue: its version, its IRI, and when it was last changed."""
    document = base.document(base.method(method.slug))
    dates = {
        triple.predicate: triple.object.value
        for triple in reader.construct(queries()["entry"].bind(document=document))
        if triple.subject == document and isinstance(triple.object, Literal)
    }
    changed = dates.get(DCTERMS["modified"]) or dates.get(DCTERMS["created"], "")
    item = _own_item(f"comparanda-{method.slug}", "entry-encyclopedia", method.name, reader.version, accessed)
    return _filled({**item, "issued": _day(changed), "URL": method.iri, "language": method.language})


def comparison_item(base: Base, comparison: Comparison, accessed: date) -> Item:
    """The item of a comparison, of which the methods stand in their order."""
    names = [method.name for method in comparison.methods]
    slugs = [method.slug for method in comparison.methods]
    title = f"Comparison of {', '.join(names[:-1])} and {names[-1]}"
    item = _own_item(f"comparison-{'-vs-'.join(slugs)}", "webpage", title, comparison.version, accessed)
    language = "en" if all(method.language == "en" for method in comparison.methods) else "mul"
    return _filled({**item, "URL": f"{base.iri}compare?slugs={','.join(slugs)}", "language": language})


def _own_item(key: str, kind: str, title: str, version: str, accessed: date) -> Item:
    item: Item = {"id": key, "type": kind, "title": _line(title), "author": [{"literal": SITE}]}
    when = {"date-parts": [[accessed.year, accessed.month, accessed.day]]}
    return {**item, "container-title": SITE, "version": version, "accessed": when}


def _filled(item: Item) -> Item:
    return {name: value for name, value in item.items() if value}


def _line(value: str) -> str:
    """`value` in one line, without control characters and without those that reorder their neighbours."""
    kept = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in value)
    return " ".join(_NO_TEXT.sub("", unicodedata.normalize("NFC", kept)).split())


def _author(name: str) -> dict[str, str]:
    family, comma, given = name.partition(", ")
    return {"family": family, "given": given} if comma and family and given else {"literal": name}


def _year(value: str) -> Item | None:
    match = re.match(r"-?\d{4,}", value)
    return {"date-parts": [[int(match[0])]]} if match else None


def _day(value: str) -> Item | None:
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)", value)
    return {"date-parts": [[int(part) for part in match.groups()]]} if match else _year(value)


def _place(container: str, item: Item) -> Item:
    """Type, and container or publisher: what has neither volume nor pages nor the name of a serial is a book."""
    kind = next((kind for kind, pattern in _TYPES_BY_CONTAINER if re.search(pattern, container)), None)
    if (container and "issue" in item) or (kind is None and "volume" in item and "ISBN" not in item):
        kind = "article-journal"
    elif kind is None and (container or "ISBN" in item):
        kind = "chapter" if container and "page" in item else "book"
    if kind == "book":
        place = _PLACE.match(container)
        return {
            "type": kind,
            "publisher-place": place[1] if place else "",
            "publisher": place[2] if place else container,
        }
    return {"type": kind or "article", "publisher" if kind == "report" else "container-title": container}


def citation_meta(item: Item) -> list[tuple[str, str]]:
    """Names and contents of the `citation_*` meta tags of a page about `item`, for Zotero and its kind.

    Shape: `citation_title` first, then one `citation_author` an author, then what else is known: publication_date
    (2012 or 2026/11/30), doi, journal_title, conference_title or inbook_title, volume, issue, firstpage, lastpage,
    isbn, publisher, language and public_url. The page of a method takes its entry's item: with the DOI of its
    source it would be taken for the paper.
    """
    pairs = [("title", item["title"])]
    for name in item.get("author", ()):
        pairs.append(("author", name.get("literal") or f"{name['family']}, {name['given']}"))
    pairs.append(("publication_date", dashed(item, "issued", "/")))
    place = _META_PLACES.get(item["type"], "inbook_title")
    first, last = page_range(item)
    values = [(tag, item.get(name, "")) for tag, name in (("doi", "DOI"), (place, "container-title"), *_META)]
    pairs += [*values, ("firstpage", first), ("lastpage", last)]
    return [(f"citation_{tag}", str(content)) for tag, content in pairs if content]


def date_parts(item: Item, name: str) -> list[int]:
    """Year, month and day of a date of an item, as many as there are."""
    return list(item.get(name, {}).get("date-parts", [[]])[0])


def dashed(item: Item, name: str, sign: str = "-") -> str:
    """A date of an item, such as 2026-11-30; empty where it has none."""
    return sign.join(f"{part:02d}" for part in date_parts(item, name))


def page_range(item: Item) -> tuple[str, str]:
    """First and last page; the last is empty where the pages are no range."""
    pages = _RANGE.match(item.get("page", ""))
    return (pages[1], pages[2]) if pages else (item.get("page", ""), "")
