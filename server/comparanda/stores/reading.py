"""What remote stores answer, as terms: strictly, and with their known peculiarities put right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph
from pyoxigraph import Literal, Quad, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from comparanda.namespaces import XSD
from comparanda.stores import Row
from comparanda.terms import Term

_BOOLEAN = XSD["boolean"]
_WORDS = {"0": "false", "1": "true"}


def read_rows(content: bytes) -> list[Row]:
    """The rows of a SELECT query in JSON.

    Raises:
        SyntaxError, ValueError: it is something else, or not whole.
    """
    solutions = pyoxigraph.parse_query_results(content, format=QueryResultsFormat.JSON)
    if not isinstance(solutions, QuerySolutions):
        raise ValueError("it has no rows")
    names = [variable.value for variable in solutions.variables]
    return [
        {name: None if (term := solution[name]) is None else _put_right(term) for name in names}
        for solution in solutions
    ]


def read_n_triples(content: bytes) -> list[Triple]:
    return list(_triples(pyoxigraph.parse(content, format=RdfFormat.N_TRIPLES)))


def read_turtle(content: bytes) -> list[Triple]:
    return list(_triples(pyoxigraph.parse(content, format=RdfFormat.TURTLE)))


def _triples(quads: Iterable[Quad]) -> Iterator[Triple]:
    for quad in quads:
        value = _put_right(quad.object)
        yield quad.triple if value is quad.object else Triple(quad.subject, quad.predicate, value)


def _put_right(term: Term) -> Term:
    """Virtuoso keeps truth values as numbers."""
    if isinstance(term, Literal) and term.datatype == _BOOLEAN and term.value in _WORDS:
        return Literal(_WORDS[term.value], datatype=_BOOLEAN)
    return term
