"""What remote stores answer, as terms: strictly, and with their known peculiarities put right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pyoxigraph
from pyoxigraph import Literal, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from comparanda.namespaces import XSD
from comparanda.stores import Row
from comparanda.terms import Term

Found = TypeVar("Found")
_BOOLEAN = XSD["boolean"]
_WORDS = {"0": "false", "1": "true"}


def read_rows(content: bytes) -> list[Row]:
    """The rows of a SELECT query in JSON.

    Raises:
        ValueError: it is something else, or not whole.
    """
    return _whole(_rows, content)


def read_n_triples(content: bytes) -> list[Triple]:
    """Raises like `read_rows`."""
    return _whole(lambda given: _triples(given, RdfFormat.N_TRIPLES), content)


def read_turtle(content: bytes) -> list[Triple]:
    """Raises like `read_rows`."""
    return _whole(lambda given: _triples(given, RdfFormat.TURTLE), content)


def _whole(read: Callable[[bytes], list[Found]], content: bytes) -> list[Found]:
    try:
        return read(content)
    except SyntaxError as error:
        wrong = str(error)
    # Not from within: an error that is kept would keep the parser, which no other thread may let go of.
    raise ValueError(wrong)


def _rows(content: bytes) -> list[Row]:
    solutions = pyoxigraph.parse_query_results(content, format=QueryResultsFormat.JSON)
    if not isinstance(solutions, QuerySolutions):
        raise SyntaxError("it has no rows")
    names = [variable.value for variable in solutions.variables]
    return [
        {name: None if (term := solution[name]) is None else _put_right(term) for name in names}
        for solution in solutions
    ]


def _triples(content: bytes, syntax: RdfFormat) -> list[Triple]:
    found = []
    for quad in pyoxigraph.parse(content, format=syntax):
        value = _put_right(quad.object)
        found.append(quad.triple if value is quad.object else Triple(quad.subject, quad.predicate, value))
    return found


def _put_right(term: Term) -> Term:
    """Virtuoso keeps truth values as numbers."""
    if isinstance(term, Literal) and term.datatype == _BOOLEAN and term.value in _WORDS:
        return Literal(_WORDS[term.value], datatype=_BOOLEAN)
    return term
