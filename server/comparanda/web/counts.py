"""Counts: methods by area, family, decade and language, as tables and pictures (CQ-11)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, json, render_template, request
from markupsafe import Markup

from comparanda.errors import BadRequest
from comparanda.formats import Format
from comparanda.index import lists
from comparanda.index.documents import NAME, SUMMARY
from comparanda.languages import direction, gettext_noop
from comparanda.render.chart import bars, circles
from comparanda.render.table import inert
from comparanda.web import answer, entity_tag
from comparanda.web.i18n import format_number, language_name, translate
from comparanda.web.negotiation import chosen_format
from comparanda.web.view import View

blueprint = Blueprint("counts", __name__)
_FORMATS = (
    Format("html", "text/html", None, ("application/xhtml+xml",)),
    Format("csv", "text/csv"),
    Format("json", "application/json"),
    Format("svg", "image/svg+xml"),
)
_DIMENSIONS: Final = {
    "area": gettext_noop("Area"),
    "family": gettext_noop("Family"),
    "decade": gettext_noop("Decade of origin"),
    "language": gettext_noop("Language"),
}
_TEXTS: Final = {"names": NAME, "summaries": SUMMARY}
_TEXT_LABELS: Final = {"names": gettext_noop("Names"), "summaries": gettext_noop("Summaries")}
VIEWS: Final = (
    ("area", ""),
    ("family", ""),
    ("decade", ""),
    ("language", ""),
    ("area", "decade"),
    ("family", "decade"),
    ("family", "area"),
    ("language", "area"),
)


@dataclass(frozen=True, slots=True)
class CountTable:
    """Numbers of methods by rows and columns; both by key, with labels. A table without columns has the one ''."""

    rows: dict[str, str]
    columns: dict[str, str]
    cells: dict[tuple[str, str], int]

    def row_total(self, row: str) -> int:
        return sum(methods for (key, _), methods in self.cells.items() if key == row)

    def column_total(self, column: str) -> int:
        return sum(methods for (_, key), methods in self.cells.items() if key == column)


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted for a reader: by which dimensions, of which texts, and what came out."""

    view: View
    rows: str
    columns: str
    of: str
    table: CountTable


@blueprint.get("/<lang:language>/counts")
def counts(language: str) -> Response:
    """How many methods there are, in the rows and columns asked for: `?rows=area&columns=decade&of=names`.

    Raises:
        BadRequest: rows or columns are none of the dimensions, or the same; or `of` is neither names nor summaries.
    """
    view, wanted = View(language), chosen_format(_FORMATS)
    rows, columns, of = _asked("rows", "area"), _asked("columns", ""), request.args.get("of", "names")
    if of not in _TEXTS or (columns and rows == columns):
        given = of if of not in _TEXTS else columns
        raise BadRequest(
            f"There are no counts by {given[:40]!r} here.",
            value=given[:40],
            to_do="Use two of area, family, decade, language.",
        )
    found = Counts(view, rows, columns, of, _table(view, rows, columns, _TEXTS[of]))
    tag = entity_tag(view.index.version, request.full_path, wanted.name)
    response = answer(_RENDERERS[wanted.name](found), wanted.media_type, view.language, tag)
    if wanted.name == "csv":
        response.headers["Content-Disposition"] = 'attachment; filename="counts.csv"'
    return response


def _asked(name: str, default: str) -> str:
    given = request.args.get(name, default)
    if given not in _DIMENSIONS and (given or name == "rows"):
        raise BadRequest(f"{name} is {given[:40]!r}.", value=given[:40], to_do=f"Use {', '.join(_DIMENSIONS)}.")
    return given


def _table(view: View, rows: str, columns: str, role: int) -> CountTable:
    if (rows, columns) == ("language", ""):
        cells = {
            (tag, text): methods
            for text, of in _TEXTS.items()
            for tag, methods in lists.coverage(view.index, of).items()
        }
        texts = {text: translate(view.language, label) for text, label in _TEXT_LABELS.items()}
        return CountTable(_labels(view, "language", {tag for tag, _ in cells}), texts, cells)
    wanted = [name for name in _DIMENSIONS if name in (rows, columns)]  # the order in which the index gives them
    found = lists.table(view.index, role if "language" in wanted else -1, *wanted)
    place = {name: number for number, name in enumerate(wanted)}
    cells = {(row[place[rows]], row[place[columns]] if columns else ""): row[-1] for row in found if row[-1]}
    return CountTable(
        _labels(view, rows, {row for row, _ in cells}),
        _labels(view, columns, {column for _, column in cells}) if columns else {"": ""},
        cells,
    )


def _labels(view: View, dimension: str, keys: set[str]) -> dict[str, str]:
    """How the values of a dimension are called, in the order in which they are shown."""
    unknown = translate(view.language, "not known")
    if dimension == "decade":
        return {key: f"{key}–{int(key) + 9}" if key else unknown for key in sorted(keys, key=_year)}
    if dimension == "language":
        labels = {key: language_name(key, view.language) if key else unknown for key in keys}
    else:
        names = view.areas if dimension == "area" else view.families
        labels = {key: names[key].name if key in names else key or unknown for key in keys}
    return dict(sorted(labels.items(), key=lambda item: (not item[0], item[1].casefold())))


def _year(decade: str) -> tuple[bool, int]:
    return not decade, int(decade or 0)


def _page(found: Counts) -> str:
    return render_template(
        "counts.html",
        language=found.view.language,
        table=found.table,
        rows=found.rows,
        columns=found.columns,
        of=found.of,
        views=VIEWS,
        dimensions=_DIMENSIONS,
        picture=_picture(found),
        methods=lists.total(found.view.index, lists.Narrowing()),
        version=found.view.index.version,
    )


def _picture(found: Counts) -> Markup:
    table, language = found.table, found.view.language
    title = " × ".join(translate(language, _DIMENSIONS[name]) for name in (found.rows, found.columns) if name)

    def written(number: int) -> str:
        return format_number(language, number)

    if len(table.columns) == 1:
        numbers = [(label, table.row_total(key)) for key, label in table.rows.items()]
        return bars(title, numbers, [written(number) for _, number in numbers], direction(language))
    row_places = {key: place for place, key in enumerate(table.rows)}
    column_places = {key: place for place, key in enumerate(table.columns)}
    cells = {
        (row_places[row], column_places[column]): (methods, written(methods))
        for (row, column), methods in table.cells.items()
    }
    return circles(title, list(table.rows.values()), list(table.columns.values()), cells, direction(language))


def _csv(found: Counts) -> str:
    """A line for each combination, with keys and labels."""
    table, rows, output = found.table, found.rows, io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    second = found.columns or ("texts" if len(table.columns) > 1 else "")
    writer.writerow([rows, f"{rows}_label", *([second, f"{second}_label"] if second else []), "methods"])
    for (row, column), methods in sorted(table.cells.items()):
        last = [column, inert(table.columns[column])] if second else []
        writer.writerow([row, inert(table.rows[row]), *last, methods])
    return output.getvalue()


def _json(found: Counts) -> str:
    table, view = found.table, found.view
    cells = [
        {"row": row, "column": column, "methods": methods} for (row, column), methods in sorted(table.cells.items())
    ]
    asked = {"rows": found.rows, "columns": found.columns, "of": found.of}
    facts = {"language": view.language, "version": view.index.version}
    labels = {"row_labels": table.rows, "column_labels": table.columns}
    return json.dumps({**asked, **facts, **labels, "cells": cells}, ensure_ascii=False)


_RENDERERS: Mapping[str, Callable[[Counts], str]] = {
    "html": _page,
    "csv": _csv,
    "json": _json,
    "svg": _picture,
}
