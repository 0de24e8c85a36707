"""A comparison as JSON, CSV, TSV, Markdown and plain text; every table says which rows differ."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable

from comparanda.answers import ComparedRow, Comparison

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_dict(comparison: Comparison) -> dict[str, object]:
    """The JSON form that other programs rely on."""
    return {
        "language": comparison.language,
        "version": comparison.version,
        "methods": [{"slug": m.slug, "iri": m.iri, "name": m.name, "language": m.language} for m in comparison.methods],
        "rows": [_row_as_dict(row) for row in comparison.rows],
    }


def _row_as_dict(row: ComparedRow) -> dict[str, object]:
    cells = [
        {
            "text": cell.text,
            "language": cell.language,
            "links": [{"label": link.label, "href": link.href} for link in cell.links],
            "items": list(cell.items),
        }
        for cell in row.cells
    ]
    return {
        "key": row.key,
        "label": row.label,
        "differs": row.differs,
        "difference": row.difference,
        "cells": cells,
        "shared": list(row.shared),
    }


def as_json(comparison: Comparison) -> str:
    return json.dumps(as_dict(comparison), ensure_ascii=False, indent=1) + "\n"


def _table(comparison: Comparison) -> list[list[str]]:
    header = ["", "≠", *(method.name for method in comparison.methods)]
    return [
        header,
        *([row.label, "≠" if row.differs else "", *(cell.text for cell in row.cells)] for row in comparison.rows),
    ]


def _separated(comparison: Comparison, delimiter: str) -> str:
    output = io.StringIO()
    writer = csv.writer(output, delimiter=delimiter, lineterminator="\r\n")
    for line in _table(comparison):
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in line])
    return output.getvalue()


def as_csv(comparison: Comparison) -> str:
    """CSV (RFC 4180); a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    return _separated(comparison, ",")


def as_tsv(comparison: Comparison) -> str:
    return _separated(comparison, "\t")


def as_markdown(comparison: Comparison) -> str:
    lines = [
        [
            "" if index == 0 and column < 2 else cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
            for column, cell in enumerate(line)
        ]
        for index, line in enumerate(_table(comparison))
    ]
    rule = ["---"] * len(lines[0])
    return "".join(f"| {' | '.join(line)} |\n" for line in (lines[0], rule, *lines[1:]))


def as_text(comparison: Comparison, width: int = 100) -> str:
    """A table for a terminal: long cells wrapped, the marks in a column of their own."""
    table = _table(comparison)
    labels = max(_columns(line[0]) for line in table)
    cell_width = max(16, (width - labels - 4 - 3 * len(comparison.methods)) // len(comparison.methods))
    lines = []
    for index, line in enumerate(table):
        wrapped = [_wrap(cell, cell_width) for cell in line[2:]]
        for depth in range(max(len(cell) for cell in wrapped)):
            first = [_pad(line[0], labels), _pad(line[1] if index else "", 1)] if depth == 0 else [" " * labels, " "]
            lines.append(
                " | ".join(
                    [" ".join(first), *(_pad(cell[depth] if depth < len(cell) else "", cell_width) for cell in wrapped)]
                ).rstrip()
            )
        if index == 0:
            lines.append("-" * labels + "--" + ("-+-" + "-" * cell_width) * len(comparison.methods))
    return "\n".join(lines) + "\n"


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


RENDERERS: dict[str, Callable[[Comparison], str]] = {
    "json": as_json,
    "csv": as_csv,
    "tsv": as_tsv,
    "md": as_markdown,
    "txt": as_text,
}
