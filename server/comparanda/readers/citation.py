"""Citations: authors in order, year, title, container, volume, issue, pages, ISBN and the marker of a link."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKER = re.compile(r"\s+(?P<marker>[^\s.,;]{1,20}) ↗$")
_ISBN = re.compile(r"\s*ISBN:?\s*(?P<isbn>[\d][\d-]{8,15}[\dXx])\.?")
_AUTHORS_YEAR = re.compile(r"^(?P<authors>.+?)\s*\((?P<year>1[5-9]\d\d|20\d\d)[a-z]?\)\.?\s+(?P<rest>.+)$")
_TITLE_END = re.compile(
    r"(?:(?<=[^.A-Z][.?!])|(?<=\w[A-Z][.?!])|(?<=-[A-Z]{3}[.?!]))\s+(?=[\"“A-ZÀ-Þ(]|arXiv|In )|(?<=\))\.\s+(?=[A-Z])"
)
_EDITORS = re.compile(r"\s*\(Eds?\.\)")
_INITIALS = r"(?:\(?[A-ZÀ-ÞŠŽČ]\.?\)?[-\s.]*)+"
_FAMILY_COMMA_INITIALS = re.compile(rf"\s*(?P<name>[^,&]+,\s*{_INITIALS})(?=,|&|;|$|\s+et al)")
_PAGES = re.compile(r"(?:\(|,\s*)(?:pp?\.\s*)?(?P<pages>[A-Za-z]?\d+\s?[-–—]\s?[A-Za-z]?\d+|n\d+|Article \d+[^.]*)\)?")
_VOLUME = re.compile(r",\s*(?P<volume>\d{1,4}|\d{1,4}[-–]\d{1,4}(?=,))(?:\((?P<issue>[^)]{1,20})\))?(?=,|\.|$)")


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation taken apart; what could not be read is None or empty.

    `text` is the citation as given, without the marker of a link.
    """

    text: str
    marker: str | None = None
    authors: tuple[str, ...] = ()
    more_authors: bool = False
    year: int | None = None
    title: str | None = None
    container: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    isbn: str | None = None


def parse_citation(cell: str) -> Citation:
    """Take a citation in APA style apart.

    >>> c = parse_citation("Breiman, L. (2001). Random Forests. Machine Learning, 45, 5–32. DOI ↗")
    >>> c.authors, c.year, c.title, c.container, c.volume, c.pages, c.marker
    (('Breiman, L.',), 2001, 'Random Forests', 'Machine Learning', '45', '5–32', 'DOI')
    """
    match = _MARKER.search(cell)
    marker = match["marker"] if match else None
    text = cell[: match.start()] if match else cell
    isbn = _ISBN.search(text)
    described = _ISBN.sub("", text).strip()
    parts = _AUTHORS_YEAR.match(described)
    if parts is None:
        return Citation(text, marker, isbn=isbn["isbn"] if isbn else None)
    authors, more = parse_authors(parts["authors"])
    title, _, place = _split_title(parts["rest"])
    volume = _VOLUME.search(place)
    pages = _PAGES.search(place, volume.end() if volume else 0) or _PAGES.search(place)
    ends = [found.start() for found in (volume, pages) if found]
    container = place[: min(ends)] if ends else place
    return Citation(
        text,
        marker,
        authors,
        more,
        int(parts["year"]),
        title,
        re.sub(r"^In\s+", "", container).strip(" .,(") or None,
        volume["volume"] if volume else None,
        volume["issue"] if volume else None,
        pages["pages"] if pages else None,
        isbn["isbn"] if isbn else None,
    )


def parse_authors(text: str) -> tuple[tuple[str, ...], bool]:
    """The authors in order, and whether "et al." stands for more.

    >>> parse_authors("Devlin, J., Chang, M.-W., Lee, K., & Toutanova, K.")
    (('Devlin, J.', 'Chang, M.-W.', 'Lee, K.', 'Toutanova, K.'), False)
    >>> parse_authors("Veličković, P. et al.")
    (('Veličković, P.',), True)
    """
    text = _EDITORS.sub("", text).strip(" ,")
    more = bool(re.search(r"\bet al\.?$", text))
    text = re.sub(r",?\s*\bet al\.?$", "", text)
    names: list[str] = []
    position = 0
    while position < len(text):
        found = _FAMILY_COMMA_INITIALS.match(text, position)
        if found is None:  # an institution, one name only, or "for the … Group"
            names.extend(part.strip(" ,") for part in re.split(r"\s*&\s*|;\s*", text[position:]) if part.strip(" ,"))
            break
        names.append(found["name"].strip())
        position = found.end()
        separator = re.compile(r"[,;&\s]+").match(text, position)
        position = separator.end() if separator else position
    return tuple(names), more


def _split_title(rest: str) -> tuple[str, str, str]:
    """Title, separator and what follows it, without the final full stop."""
    end = _TITLE_END.search(rest)
    if end is None:
        return rest.rstrip(" ."), "", ""
    return rest[: end.start()].rstrip(" ."), rest[end.start() : end.end()], rest[end.end() :].rstrip(" .")
