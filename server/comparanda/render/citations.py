"""Citations of works, method entries and comparisons: CSL-JSON items, and these as BibTeX, RIS and formatted text.

An item is a dictionary as CSL-JSON has it (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html). Its
texts come from outside: `_line` leaves one line of each, and every renderer escapes what its syntax would take for
its own.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias

from anyascii import anyascii
from pyoxigraph import Literal, NamedNode

from comparanda.answers import Comparison, MethodName
from comparanda.errors import NotFound
from comparanda.formats import Format
from comparanda.namespaces import BIBO, CMP, DCTERMS, SCHEMA, Base
from comparanda.queries import queries
from comparanda.stores import Reader

Item: TypeAlias = dict[str, Any]

SITE = "Comparanda"
CITATION_FORMATS = (
    Format("bib", "application/x-bibtex", None, ("bibtex", "text/x-bibtex")),
    Format("ris", "application/x-research-info-systems", None, ("application/x-refman",)),
    Format("csl", "application/vnd.citationstyles.csl+json", None, ("json", "application/json")),
    Format("txt", "text/x-bibliography", None, ("text", "text/plain")),
)

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
_NO_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")  # reorder what stands beside them; a text needs none
_PLACE = re.compile(r"([^:.]{2,40}): (.+)")
_RANGE = re.compile(r"(\w+)\s*[-\u2010-\u2015]+\s*(\w+)\Z")


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
    item: Item = {"id": Base.slug(work), "type": "article"}
    item["title"] = _line(title or values.get(DCTERMS["bibliographicCitation"], ""))
    if title:
        authors = reader.select(queries()["work_authors"].bind(work=work))
        item["author"] = [_author(_line(row["name"].value)) for row in authors if isinstance(row["name"], Literal)]
        item["issued"] = _year(values.get(DCTERMS["issued"], ""))
        item |= {name: _line(values[path]) for path, name in _TEXTS if path in values}
        item |= _place(_line(values.get(CMP["container"], "")), item)
    url = values.get(SCHEMA["url"], "")
    item["URL"] = _line(url) if url.startswith(("http://", "https://")) else ""
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
    item = _own_item("-vs-".join(("comparison", *slugs)), "webpage", title, comparison.version, accessed)
    return _filled({**item, "URL": f"{base.iri}compare?slugs={','.join(slugs)}", "language": "en"})


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
    if "issue" in item and container:
        kind = "article-journal"
    elif kind is None or "ISBN" in item:
        paged = "page" in item
        serial = "volume" in item and container and "ISBN" not in item
        kind = "article-journal" if serial else "chapter" if paged else "book" if container or "ISBN" in item else None
    if kind == "book":
        place = _PLACE.match(container)
        return {"type": kind, **({"publisher-place": place[1], "publisher": place[2]} if place else {"publisher": container})}
    return {"type": kind or "article", ("publisher" if kind == "report" else "container-title"): container}


# Renderers


def as_csl_json(items: Sequence[Item]) -> str:
    """A list of items, each with an identifier of its own."""
    keyed = [{**item, "id": key} for key, item in zip(_keys(items), items, strict=True)]
    return json.dumps(keyed, ensure_ascii=False, indent=1) + "\n"


def _keys(items: Iterable[Item]) -> list[str]:
    """A key for each item: its identifier in ASCII, with a number where an earlier one has the same."""
    keys: list[str] = []
    for item in items:
        key = wanted = re.sub(r"[^A-Za-z0-9]+", "-", anyascii(item["id"])).strip("-") or "work"
        number = 1
        while key.lower() in (other.lower() for other in keys):
            number += 1
            key = f"{wanted}-{number}"
        keys.append(key)
    return keys


_LATEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_LATEX |= {sign: f"\\{sign}" for sign in "$&#%_"} | {"\u00a0": "~", "\u202f": r"\,"}
_BIBTEX_TYPES = {
    "article-journal": ("article", "journal"),
    "paper-conference": ("inproceedings", "booktitle"),
    "chapter": ("incollection", "booktitle"),
    "book": ("book", "publisher"),
    "report": ("techreport", "institution"),
}
_BIBTEX_FIELDS = (("volume", "volume"), ("issue", "number"), ("page", "pages"), ("ISBN", "isbn"))


def as_bibtex(items: Sequence[Item]) -> str:
    """BibTeX in UTF-8, for biber and for BibTeX with LaTeX of 2018 or later."""
    return "\n".join(_bibtex_entry(key, item) for key, item in zip(_keys(items), items, strict=True))


def _bibtex_entry(key: str, item: Item) -> str:
    kind, place = _BIBTEX_TYPES.get(item["type"], ("misc", "howpublished"))
    year, *rest = _parts(item, "issued") or [None]
    fields = {"author": " and ".join(_bibtex_name(name) for name in item.get("author", ()))}
    fields["title"] = _protected(item["title"])
    fields[place] = _latex(item.get("container-title") or item.get("publisher") or "")
    fields["address"] = _latex(item.get("publisher-place", ""))
    fields |= {name: _latex(item.get(variable, "")) for variable, name in _BIBTEX_FIELDS}
    fields["pages"] = re.sub("[-\u2010-\u2015]+", "--", fields["pages"])
    fields |= {"year": "" if year is None else str(year), "month": str(rest[0]) if rest else ""}
    fields |= {"doi": _verbatim(item.get("DOI", "")), "url": _verbatim(item.get("URL", ""))}
    fields |= {"urldate": _dashed(item, "accessed"), "version": _latex(item.get("version", ""))}
    fields["note"] = _latex(_note(item))
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{key},\n{lines}}}\n"


def _latex(value: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in value)


def _protected(title: str) -> str:
    """A title of which words with capitals inside, such as SHAP or t-SNE, keep them in every style."""
    return re.sub(
        r"\S+", lambda word: f"{{{_latex(word[0])}}}" if re.search(r"(?<=.)[A-Z]", word[0]) else _latex(word[0]), title
    )


def _bibtex_name(name: dict[str, str]) -> str:
    if "literal" in name:
        return f"{{{_latex(name['literal'])}}}"
    parts = (_latex(name[part]) for part in ("family", "given"))
    return ", ".join(f"{{{part}}}" if re.search(r",|\band\b", part, re.IGNORECASE) else part for part in parts)


def _verbatim(value: str) -> str:
    """An address or DOI, which LaTeX reads as it is: only what would end the field is percent-encoded."""
    return re.sub(r"[\s{}\\\"<>^`|]", lambda sign: f"%{ord(sign[0]):02X}", value)


def _note(item: Item) -> str:
    """Version and day of access in words, for styles that know no field for them."""
    said = (("Version", item.get("version")), ("Accessed", _dashed(item, "accessed")))
    return ". ".join(f"{word} {value}" for word, value in said if value)


def _parts(item: Item, name: str) -> list[int]:
    return list(item.get(name, {}).get("date-parts", [[]])[0])


def _dashed(item: Item, name: str, sign: str = "-") -> str:
    return sign.join(f"{part:02d}" for part in _parts(item, name))


_RIS_TYPES = {"article-journal": "JOUR", "paper-conference": "CPAPER", "book": "BOOK", "chapter": "CHAP"}
_RIS_TYPES |= {"report": "RPRT", "entry-encyclopedia": "ENCYC", "webpage": "ELEC"}
_RIS_TAGS = (
    ("title", "TI"),
    ("container-title", "T2"),
    ("publisher", "PB"),
    ("publisher-place", "CY"),
    ("volume", "VL"),
    ("issue", "IS"),
    ("ISBN", "SN"),
    ("DOI", "DO"),
    ("URL", "UR"),
    ("language", "LA"),
    ("version", "ET"),
)


def as_ris(items: Sequence[Item]) -> str:
    """RIS in UTF-8; lines end in CRLF, and ER ends each item."""
    return "\r\n".join(_ris_entry(key, item) for key, item in zip(_keys(items), items, strict=True))


def _ris_entry(key: str, item: Item) -> str:
    lines = [("TY", _RIS_TYPES.get(item["type"], "GEN")), ("ID", key)]
    lines += [("AU", name.get("literal") or f"{name['family']}, {name['given']}") for name in item.get("author", ())]
    lines += [(tag, item.get(variable, "")) for variable, tag in _RIS_TAGS]
    pages = _RANGE.match(item.get("page", ""))
    lines += [("SP", pages[1]), ("EP", pages[2])] if pages else [("SP", item.get("page", ""))]
    issued = _parts(item, "issued")
    lines += [("PY", str(issued[0]) if issued else ""), ("DA", _dashed(item, "issued", "/") if issued[1:] else "")]
    lines += [("Y2", _dashed(item, "accessed", "/")), ("N1", _note(item))]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n"


RENDERERS: dict[str, Callable[[Sequence[Item]], str]] = {"bib": as_bibtex, "ris": as_ris, "csl": as_csl_json}


_META_PLACES = {"article-journal": "journal", "paper-conference": "conference"}
