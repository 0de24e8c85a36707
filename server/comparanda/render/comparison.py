"""A comparison in every format, each of which says which rows differ: the table of renderers, and those of text.

Transposed, methods are lines and rows are columns; the marks are a line of their own. A graph has neither, so that
Turtle and JSON-LD are the same either way.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable

from comparanda.comparison import Cell, ComparedRow, Comparison
from comparanda.render.comparison_rdf import as_json_ld, as_turtle
from comparanda.render.documents import as_latex, as_xlsx
from comparanda.render.table import inert, table


def as_dict(comparison: Comparison, transposed: bool = False) -> dict[str, object]:
    """The JSON form that other programs rely on; transposed, each method holds its cells, in the order of the rows."""
    methods: list[dict[str, object]] = [
        {"slug": m.slug, "iri": m.iri, "name": m.name, "language": m.language} for m in comparison.methods
    ]
    rows = [_row_as_dict(row) for row in comparison.rows]
    if transposed:
        for number, method in enumerate(methods):
            method["cells"] = [_cell_as_dict(row.cells[number]) for row in comparison.rows]
        for row in rows:
            del row["cells"]
    return {"language": comparison.language, "version": comparison.version, "methods": methods, "rows": rows}


def _row_as_dict(row: ComparedRow) -> dict[str, object]:
    return {
        "key": row.key,
        "label": row.label,
        "differs": row.differs,
        "difference": row.difference,
        "cells": [_cell_as_dict(cell) for cell in row.cells],
        "shared": list(row.shared),
    }


def _cell_as_dict(cell: Cell) -> dict[str, object]:
    return {
        "text": cell.text,
        "language": cell.language,
        "links": [{"label": link.label, "href": link.href} for link in cell.links],
        "items": list(cell.items),
    }


def as_json(comparison: Comparison, transposed: bool = False) -> bytes:
    return (json.dumps(as_dict(comparison, transposed), ensure_ascii=False) + "\n").encode()


def _separated(comparison: Comparison, transposed: bool, delimiter: str) -> bytes:
    output = io.StringIO()
    writer = csv.writer(output, delimiter=delimiter, lineterminator="\r\n")
    for line in table(comparison, transposed):
        writer.writerow([inert(cell.text) for cell in line])
    return output.getvalue().encode()


def as_csv(comparison: Comparison, transposed: bool = False) -> bytes:
    """CSV (RFC 4180); a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    return _separated(comparison, transposed, ",")


def as_tsv(comparison: Comparison, transposed: bool = False) -> bytes:
    return _separated(comparison, transposed, "\t")


def as_markdown(comparison: Comparison, transposed: bool = False) -> bytes:
    corner = {(0, 0), (1, 0) if transposed else (0, 1)}  # a heading without a word
    lines = [
        ["" if (index, column) in corner else _markdown(cell.text) for column, cell in enumerate(line)]
        for index, line in enumerate(table(comparison, transposed))
    ]
    rule = ["---"] * len(lines[0])
    return "".join(f"| {' | '.join(line)} |\n" for line in (lines[0], rule, *lines[1:])).encode()


def _markdown(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\r", " ").replace("\n", " ")


def as_text(comparison: Comparison, transposed: bool = False, width: int = 100) -> bytes:
    """A table for a terminal: long cells wrapped, the marks beside the labels or, transposed, in their own line."""
    grid = [[cell.text for cell in line] for line in table(comparison, transposed)]
    labels = max(_columns(line[0]) for line in grid)
    if transposed:
        heads, grid = [_pad(line[0], labels) for line in grid], [line[1:] for line in grid]
    else:
        marks = ["", *(line[1] for line in grid[1:])]
        heads = [f"{_pad(line[0], labels)} {_pad(mark, 1)}" for line, mark in zip(grid, marks, strict=True)]
        grid = [line[2:] for line in grid]
    head_width, count = labels if transposed else labels + 2, len(grid[0])
    cell_width = max(16, (width - head_width - 2 - 3 * count) // max(count, 1))
    lines = []
    for index, line in enumerate(grid):
        wrapped = [_wrap(cell, cell_width) for cell in line]
        for depth in range(max((len(cell) for cell in wrapped), default=1)):
            cells = (_pad(cell[depth] if depth < len(cell) else "", cell_width) for cell in wrapped)
            lines.append(" | ".join([heads[index] if depth == 0 else " " * head_width, *cells]).rstrip())
        if index == 0:
            lines.append("-" * head_width + ("-+-" + "-" * cell_width) * count)
    return ("\n".join(lines) + "\n").encode()


def _columns(text: str) -> int:
    """Terminal columns that `text` takes: wide characters two, combining marks none."""
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Cf")
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _columns(text))


def _wrap(text: str, width: int) -> list[str]:
    lines, current = [], ""
    for word in text.split():
        while _columns(word) > width:  # scripts without spaces
            cut = next(length for length in range(1, len(word) + 1) if _columns(word[:length]) >= width)
            lines.extend([current] if current else [])
            lines.append(word[:cut])
            word, current = word[cut:], ""
        joined = f"{current} {word}".strip()
        if _columns(joined) <= width:
            current = joined
        else:
            lines.append(current)
            current = word
    return [*lines, current] if current or not lines else lines


RENDERERS: dict[str, Callable[[Comparison, bool], bytes]] = {
    "json": as_json,
    "csv": as_csv,
    "tsv": as_tsv,
    "xlsx": as_xlsx,
    "md": as_markdown,
    "tex": as_latex,
    "ttl": as_turtle,
    "jsonld": as_json_ld,
    "txt": as_text,
}
