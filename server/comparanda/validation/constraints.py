"""Constraints on single values, as functions that are true only of values in which pyshacl finds no fault.

False says nothing yet: a value of an unusual form, such as `+1` for a whole number, is left to pyshacl.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache

from pyoxigraph import NamedNode

from comparanda.namespaces import RDF, SH, XSD
from comparanda.terms import CONTROL, Literal, Term

Test = Callable[[Term], object]

_LANGUAGE_TAG = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])?"
_DATE_TIME = re.compile(_DATE.pattern + _TIME)


def sound(term: Term) -> bool:
    """An IRI, or a literal without base direction and control characters."""
    if isinstance(term, Literal):
        return term.direction is None and _legible(term.value)
    return isinstance(term, NamedNode)


def is_iri(term: Term) -> bool:
    return isinstance(term, NamedNode)


def either(tests: Iterable[Test]) -> Test:
    """At least one of some tests."""
    first, *others = tests
    if not others:
        return first
    other = either(others)
    return lambda term: first(term) or other(term)


def every(tests: Iterable[Test]) -> Test:
    """All of some tests; the first failure ends it."""
    first, *others = tests
    if not others:
        return first
    other = every(others)
    return lambda term: first(term) and other(term)


def one_of(members: Iterable[Term]) -> Test:
    return frozenset(members).__contains__


def _legible(text: str) -> bool:
    return text.isprintable() or not CONTROL.search(text)


@lru_cache(maxsize=1000)
def _usual_language(tag: str) -> bool:
    return _LANGUAGE_TAG.fullmatch(tag) is not None


def _in_a_language(term: Term) -> bool:
    if not isinstance(term, Literal):
        return False
    tag = term.language
    return tag is not None and _usual_language(tag) and term.direction is None and _legible(term.value)


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None and _reads(date.fromisoformat, text)


def _is_date_time(text: str) -> bool:
    return _DATE_TIME.fullmatch(text) is not None and _reads(datetime.fromisoformat, text)


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_FORMS: dict[Term, Callable[[str], object]] = {
    XSD["string"]: _legible,
    XSD["integer"]: _INTEGER.fullmatch,
    XSD["boolean"]: re.compile(r"true|false").fullmatch,
    XSD["gYear"]: re.compile(r"[0-9]{4}").fullmatch,
    XSD["date"]: _is_date,
    XSD["dateTime"]: _is_date_time,
}


def _datatype(wanted: Term) -> Test | None:
    if wanted == RDF["langString"]:
        return _in_a_language
    form = _FORMS.get(wanted)
    if form is None:
        return None
    return lambda term: isinstance(term, Literal) and term.datatype == wanted and form(term.value)


def _node_kind(wanted: Term) -> Test | None:
    return is_iri if wanted == SH["IRI"] else None


def _pattern(wanted: Term) -> Test | None:
    if not isinstance(wanted, Literal):
        return None
    search = re.compile(wanted.value).search
    return lambda term: isinstance(term, NamedNode | Literal) and search(term.value)


def _min_length(wanted: Term) -> Test | None:
    if not (isinstance(wanted, Literal) and wanted.value.isdecimal()):
        return None
    least = int(wanted.value)
    return lambda term: isinstance(term, NamedNode | Literal) and len(term.value) >= least


def _min_inclusive(wanted: Term) -> Test | None:
    whole = _datatype(XSD["integer"])
    assert whole is not None, "a datatype of the table"
    if not (isinstance(wanted, Literal) and whole(wanted)):
        return None
    least = int(wanted.value)
    return lambda term: whole(term) and isinstance(term, Literal) and int(term.value) >= least


VALUE_CONSTRAINTS: dict[NamedNode, Callable[[Term], Test | None]] = {
    SH["datatype"]: _datatype,
    SH["nodeKind"]: _node_kind,
    SH["pattern"]: _pattern,
    SH["minLength"]: _min_length,
    SH["minInclusive"]: _min_inclusive,
}
