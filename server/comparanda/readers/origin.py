"""Statements of the year of origin: `2006 (Extra Trees); 2017 (SHAP integration)`, `1970s–2006`, `2010s–present`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CENTURY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)[ -]century", re.IGNORECASE)
_DECADE = re.compile(r"\b(1[5-9]\d0|20\d0)s\b")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?![\ds])")
_CENTURIES = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\s?[-–—]\s?(\d{1,2}(?:st|nd|rd|th)[ -]century)", re.IGNORECASE)
_SHORT_DECADES = re.compile(r"\b(1[5-9]|20)(\d0)s\s?[-–—]\s?(\d0)s\b")
_SHORT_RANGE = re.compile(r"(?<!\d)(1[5-9]|20)(\d\d)\s?[-–—]\s?(\d\d)(?!\d)")
_OPEN = re.compile(r"\bpresent\b|\bonwards?\b|\btoday\b|\ds?\+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Origin:
    """The years that a statement admits; None where it names none, or is open towards the present."""

    start: int | None
    end: int | None


def parse_origin(statement: str) -> Origin:
    """The interval over all years, decades and centuries that `statement` names.

    >>> parse_origin("2006 (Extra Trees); 2017 (SHAP integration)")
    Origin(start=2006, end=2017)
    >>> parse_origin("1970s–2006"), parse_origin("2010s–present"), parse_origin("—")
    (Origin(start=1970, end=2006), Origin(start=2010, end=None), Origin(start=None, end=None))
    """
    statement = _CENTURIES.sub(r"\1th century-\2", statement)
    statement = _SHORT_DECADES.sub(r"\1\2s-\1\3s", statement)
    statement = _SHORT_RANGE.sub(_whole_range, statement)
    starts, ends = [], []
    for match in _CENTURY.finditer(statement):
        starts.append(int(match[1]) * 100 - 99)
        ends.append(int(match[1]) * 100)
    for match in _DECADE.finditer(statement):
        starts.append(int(match[1]))
        ends.append(int(match[1]) + (99 if match[1].endswith("00") and int(match[1]) < 2000 else 9))
    for match in _YEAR.finditer(statement):
        starts.append(int(match[1]))
        ends.append(int(match[1]))
    if not starts:
        return Origin(None, None)
    return Origin(min(starts), None if _OPEN.search(statement) else max(ends))


def _whole_range(match: re.Match[str]) -> str:
    """`1986–90` as `1986-1990`, `1999–01` as `1999-2001`."""
    century, begin, end = match.groups()
    return f"{century}{begin}-{int(century) + (int(end) < int(begin))}{end}"
