"""Counts as pictures: bars for one row of numbers, circles for a table of them, as SVG.

Colours stand in attributes, so that a picture can be saved, and style sheets may override them by class.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from comparanda.render.drawing import text_width

_SIZE = 14
_ROW = 24
_WIDTH = 760
_CIRCLE = 15
_COLUMN = 46
_INK = "#0f5870"
_FRAME = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width} {height}" width="{width}"'
    ' height="{height}" role="img" font-family="system-ui, sans-serif" font-size="{size}">'
    "<title>{title}</title>{body}</svg>"
)
_LABEL = Markup('<text x="{}" y="{}" text-anchor="{}" direction="{}" fill="#566268">{}</text>')
_BAR = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="{}"/>')
_CIRCLES = Markup('<circle cx="{}" cy="{}" r="{}" fill="{}" fill-opacity=".25"/>')


def bars(title: str, rows: Sequence[tuple[str, int]], shown: Sequence[str], direction: str) -> Markup:
    """Horizontal bars, the longest as wide as there is room.

    Args:
        rows: labels and numbers.
        shown: the numbers as they are written.
        direction: ltr or rtl, the side on which labels stand.
    """
    margin = _margin([label for label, _ in rows])
    room = _WIDTH - margin - 60
    longest = max((number for _, number in rows), default=0) or 1
    body = Markup("")
    for place, ((label, number), written) in enumerate(zip(rows, shown, strict=True)):
        y, length = place * _ROW, room * number / longest
        body += _text(margin - 8, y + 16, "end", direction, label)
        body += _BAR.format(_x(margin, length, direction), y + 4, round(length, 1), _ROW - 8, _INK)
        body += _text(margin + length + 6, y + 16, "start", direction, written)
    return _frame(title, _WIDTH, len(rows) * _ROW + 4, body)


def circles(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[int, int], tuple[int, str]],
    direction: str,
) -> Markup:
    """A table of circles, whose areas are as the numbers.

    Args:
        cells: by places of row and column, the number and how it is written.
    """
    margin, top = _margin(rows), max((text_width(label, _SIZE) for label in columns), default=0) * 0.72 + 14
    width = round(margin + len(columns) * _COLUMN + top)
    largest = max((number for number, _ in cells.values()), default=0) or 1
    body = Markup("")
    for place, label in enumerate(columns):
        x, y = _mirrored(margin + (place + 0.5) * _COLUMN, width, direction), top - 8
        body += Markup('<g transform="translate({} {}) rotate({})">{}</g>').format(
            round(x, 1), round(y, 1), -45 if direction == "ltr" else 45, _LABEL.format(0, 0, "start", direction, label)
        )
    for place, label in enumerate(rows):
        body += _text(margin - 8, top + place * 2 * _CIRCLE + _CIRCLE + 5, "end", direction, label, width)
    for (row, column), (number, written) in sorted(cells.items()):
        x = _mirrored(margin + (column + 0.5) * _COLUMN, width, direction)
        y = top + (row * 2 + 1) * _CIRCLE
        body += _CIRCLES.format(round(x, 1), round(y, 1), round(_CIRCLE * math.sqrt(number / largest), 1), _INK)
        body += _LABEL.format(round(x, 1), round(y + 5, 1), "middle", direction, written)
    return _frame(title, width, round(top + len(rows) * 2 * _CIRCLE + 4), body)


def _margin(labels: Sequence[str]) -> float:
    return min(320.0, max((text_width(label, _SIZE) for label in labels), default=0) + 16)


def _frame(title: str, width: int, height: int, body: Markup) -> Markup:
    return _FRAME.format(width=width, height=height, size=_SIZE, title=title, body=body)


def _text(x: float, y: float, anchor: str, direction: str, text: str, width: int = _WIDTH) -> Markup:
    return _LABEL.format(round(_mirrored(x, width, direction), 1), round(y, 1), anchor, direction, text)


def _mirrored(x: float, width: int, direction: str) -> float:
    return x if direction == "ltr" else width - x


def _x(start: float, length: float, direction: str) -> float:
    """The left side of a bar."""
    return round(start if direction == "ltr" else _WIDTH - start - length, 1)
