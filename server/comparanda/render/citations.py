"""Citations as BibTeX, RIS and CSL-JSON; `citation_styles` has them as formatted text.

Texts of items come from outside: each renderer escapes what its syntax would take for its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence

from anyascii import anyascii

from comparanda.formats import Format
from comparanda.render.citation_items import Item, dashed, date_parts, page_range

CITATION_FORMATS = (
    Format("bib", "application/x-bibtex", None, ("bibtex", "text/x-bibtex")),
    Format("ris", "application/x-research-info-systems", None, ("application/x-refman",)),
    Format("csl", "application/vnd.citationstyles.csl+json", None, ("json", "application/json")),
    Format("txt", "text/x-bibliography", None, ("text", "text/plain")),
)


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


# BibTeX counts braces whether a backslash stands before them or not: they are written by name.
_LATEX = {"\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
_LATEX |= {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\u00a0": "~", "\u202f": r"\,"}
_LATEX |= {sign: f"\\{sign}" for sign in "$&#%_"}
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
    year, month, *_ = (*(str(part) for part in date_parts(item, "issued")), "", "")
    fields = {"author": " and ".join(_bibtex_name(name) for name in item.get("author", ()))}
    fields["title"] = _protected(item["title"])
    fields[place] = _latex(item.get("container-title") or item.get("publisher") or "")
    fields["address"] = _latex(item.get("publisher-place", ""))
    fields |= {name: _latex(item.get(variable, "")) for variable, name in _BIBTEX_FIELDS}
    fields["pages"] = re.sub("[-\u2010-\u2015]+", "--", fields["pages"])
    fields |= {
        "year": year,
        "month": month,
        "doi": _verbatim(item.get("DOI", "")),
        "url": _verbatim(item.get("URL", "")),
    }
    fields |= {"urldate": dashed(item, "accessed"), "note": _latex(_note(item))}
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
    said = (("Version", item.get("version")), ("Accessed", dashed(item, "accessed")))
    return ". ".join(f"{word} {value}" for word, value in said if value)


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
)


def as_ris(items: Sequence[Item]) -> str:
    """RIS in UTF-8; lines end in CRLF, and ER ends each item."""
    return "\r\n".join(_ris_entry(key, item) for key, item in zip(_keys(items), items, strict=True))


def _ris_entry(key: str, item: Item) -> str:
    lines = [("TY", _RIS_TYPES.get(item["type"], "GEN")), ("ID", key)]
    lines += [("AU", name.get("literal") or f"{name['family']}, {name['given']}") for name in item.get("author", ())]
    lines += [(tag, item.get(variable, "")) for variable, tag in _RIS_TAGS]
    lines += zip(("SP", "EP"), page_range(item), strict=True)
    issued = date_parts(item, "issued")
    lines += [("PY", str(issued[0]) if issued else ""), ("DA", dashed(item, "issued", "/") if issued[1:] else "")]
    lines += [("Y2", dashed(item, "accessed", "/")), ("N1", _note(item))]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n"


RENDERERS: dict[str, Callable[[Sequence[Item]], str]] = {"bib": as_bibtex, "ris": as_ris, "csl": as_csl_json}
