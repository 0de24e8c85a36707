"""The page of `/sparql`: the editor with the saved queries, the terms that it proposes, and answers as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

import pyoxigraph
from flask import Blueprint, Response, json, render_template, request
from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, RdfFormat

from comparanda.catalogue.figures import Figures, read_figures
from comparanda.errors import ComparandaError, NotFound
from comparanda.languages import choose, gettext_noop, lookup_chain
from comparanda.namespaces import OWL, PREFIXES, RDF, RDFS, short_name
from comparanda.queries import Query, queries
from comparanda.resources import folder
from comparanda.shapes import ontology_quads
from comparanda.sparql.formats import BOOLEAN, RESULT_FORMATS, SOLUTIONS, TRIPLES, ResultFormat, find_result_format
from comparanda.sparql.pool import Result
from comparanda.terms import Term
from comparanda.web import answer, entity_tag, site
from comparanda.web.addresses import link_to
from comparanda.web.preferences import negotiated_language

blueprint = Blueprint("sparql_page", __name__)
ROWS_SHOWN = 500
_FIRST = """PREFIX cmp: <https://w3id.org/comparanda/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?method ?name WHERE {
  ?method a cmp:Method ; skos:prefLabel ?name .
}
ORDER BY STR(?name)
LIMIT 20
"""
_GROUPS = (
    (
        gettext_noop("Methods and their links"),
        ("method", "methods", "related", "referenced", "link", "links", "shared"),
    ),
    (gettext_noop("Works and people"), ("work", "works")),
    (gettext_noop("Checks of the data"), ("check",)),
    (gettext_noop("Counts and descriptions"), ()),
)


@dataclass(frozen=True, slots=True)
class Table:
    """An answer as rows of terms; `total` counts those that are not shown too. `boolean` is that of an ASK query."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    total: int
    boolean: bool | None = None


def table_formats() -> dict[str, ResultFormat | None]:
    """The formats in which the page asks."""
    names = {SOLUTIONS: "json", BOOLEAN: "json", TRIPLES: "nt"}
    return {form: find_result_format(form, names[form]) for form in RESULT_FORMATS}


def editor_page(
    query: str | None = None, result: Result | None = None, error: ComparandaError | None = None
) -> Response:
    """The editor, with a query and its answer, or with what is wrong with it, where there is one.

    Raises:
        NotFound: `?name=` names no question of `queries/`.
    """
    language = negotiated_language()
    name = request.args.get("name")
    if name is not None and name not in queries():
        raise NotFound(
            f"There is no question {name[:60]!r}.", value=name[:60], to_do="Choose one of those that the editor lists."
        )
    asked = query or (queries()[name].with_examples() if name else _FIRST)
    content = render_template(
        "sparql.html",
        language=language,
        query=asked,
        name=queries()[name].question if name else "",
        table=_table(result) if result is not None else None,
        error=error,
        groups=_grouped(),
        has_editor=(folder("static") / "vendor" / "yasgui.min.js").is_file(),
        base_iri=site().settings.base_iri,
        runnable=Query.with_examples,
        is_iri=lambda term: isinstance(term, NamedNode),
        link_to=link_to,
        short_name=short_name,
    )
    if error is not None:
        response = Response(content, error.status, content_type="text/html; charset=utf-8")
        response.headers["Cache-Control"] = "no-store"
    else:
        tag = entity_tag(language, site().reader().version, request.full_path, asked)
        response = answer(content, "text/html", language, tag)
    return response


@blueprint.get("/sparql/terms.json")
def terms() -> Response:
    """The prefixes, and the classes and properties that the vocabulary defines or the catalogue uses, with labels."""
    version, language = site().reader().version, negotiated_language()
    return answer(lambda: _terms(language), "application/json", None, entity_tag("terms", version, language))


def _terms(language: str) -> bytes:
    here = site()
    catalogue = here.answers.base.catalogue()
    description = here.reader().construct(queries()["entry"].bind(document=here.answers.base.document(catalogue)))
    figures = read_figures(description, catalogue) or Figures()
    known = {
        "prefixes": PREFIXES,
        "classes": _sorted([*figures.entities, *_defined(OWL["Class"])]),
        "properties": _sorted([*figures.triples, *_defined(OWL["ObjectProperty"], OWL["DatatypeProperty"])]),
    }
    return json.dumps({**known, "labels": _labels(language)}, ensure_ascii=False).encode()


def _defined(*kinds: NamedNode) -> Iterator[NamedNode]:
    """The terms of our vocabulary that are of one of these kinds."""
    for quad in ontology_quads():
        if quad.predicate == RDF["type"] and quad.object in kinds and isinstance(quad.subject, NamedNode):
            yield quad.subject


def _sorted(terms: Iterable[NamedNode]) -> list[str]:
    return sorted({term.value for term in terms})


def _labels(language: str) -> dict[str, str]:
    labels: dict[str, list[Literal]] = {}
    for quad in ontology_quads():
        if quad.predicate == RDFS["label"] and isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            labels.setdefault(quad.subject.value, []).append(quad.object)
    chosen = {term: choose(texts, lookup_chain(language)) for term, texts in labels.items()}
    return {term: label.value for term, label in chosen.items() if label is not None}


def _grouped() -> list[tuple[str, list[Query]]]:
    """The questions that can be asked of an endpoint, by what they are about."""
    groups: dict[str, list[Query]] = {title: [] for title, _ in _GROUPS}
    for query in queries().values():
        if "SELECT" in query.body or "CONSTRUCT" in query.body:
            first = query.name.split("_")[0]
            title = next((title for title, words in _GROUPS if first in words), _GROUPS[-1][0])
            groups[title].append(query)
    return list(groups.items())


def _table(result: Result) -> Table:
    with result.file as file:
        return _triples(file) if result.form == TRIPLES else _rows(file, result.format)


def _rows(file: IO[bytes], form: ResultFormat) -> Table:
    answers = pyoxigraph.parse_query_results(file, format=form.kind)  # type: ignore[arg-type]
    if isinstance(answers, QueryBoolean):
        return Table((), (), 0, bool(answers))
    assert isinstance(answers, QuerySolutions), "a query gives rows or yes or no"
    columns = tuple(variable.value for variable in answers.variables)
    rows: list[tuple[Term | None, ...]] = []
    total = 0
    for solution in answers:
        total += 1
        if total <= ROWS_SHOWN:
            rows.append(tuple(solution[column] for column in columns))
    return Table(columns, tuple(rows), total)


def _triples(file: IO[bytes]) -> Table:
    rows: list[Sequence[Term]] = []
    total = 0
    for quad in pyoxigraph.parse(file, format=RdfFormat.N_TRIPLES):
        total += 1
        if total <= ROWS_SHOWN:
            rows.append((quad.subject, quad.predicate, quad.object))
    return Table(("subject", "predicate", "object"), tuple(tuple(row) for row in rows), total)
