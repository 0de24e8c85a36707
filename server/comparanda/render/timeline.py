"""Methods by the year of their origin as a picture: lanes of groups along an axis of decades.

The axis gives room to decades by how many methods they hold and leaves out runs of empty ones, so that a method of
1774 does not push all others to the edge. Names stand where they have room, those of the methods that most others
refer to first; the others are dots with the name as a title. Keys pass by the picture to the list that a page has
below it.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from comparanda.index.reading import Listed
from comparanda.render.drawing import Address, label, text_width

_WIDTH: Final = 1000
_MARGIN, _SIZE, _ROW, _HEAD = 14, 13, 19, 26
_ROWS: Final = 36  # of names in all lanes together
_BREAK = 26  # the width of a run of empty decades
_DOT = 9  # from one dot to the next
_STRIP, _STRIP_SIZE, _GROUND = 600, 15, 84


@dataclass(frozen=True, slots=True)
class Lane:
    """A group of methods that stand together: its name, with the language that it is in."""

    name: str
    language: str
    methods: tuple[Listed, ...]


class Axis:
    """Where years lie. `decades` are those with a place of their own; runs of empty ones share a narrow one."""

    def __init__(self, years: Iterable[int], width: float, margin: float) -> None:
        counts = Counter(_decade(year) for year in years)
        possible = range(min(counts), max(counts) + 10, 10)
        shown = [decade for decade in possible if decade in counts or _lonely(decade, counts)]
        self.decades: dict[int, tuple[float, float]] = {}
        self.breaks: list[float] = []
        weights = {decade: 1 + math.sqrt(counts[decade]) for decade in shown}
        gaps = sum(later - earlier > 10 for earlier, later in itertools.pairwise(shown))
        unit = (width - 2 * margin - gaps * _BREAK) / sum(weights.values())
        x, before = margin, shown[0]
        for decade in shown:
            if decade - before > 10:
                self.breaks.append(x + _BREAK / 2)
                x += _BREAK
            self.decades[decade] = (x, weights[decade] * unit)
            x, before = x + weights[decade] * unit, decade

    def place(self, year: int) -> float:
        begin, width = self.decades[_decade(year)]
        return begin + (year - _decade(year) + 0.5) / 10 * width


def timeline(lanes: Sequence[Lane], title: str, address: Address) -> Markup:
    """Lanes of methods, all with a year, as SVG. There must be at least one method."""
    axis = Axis((method.year for lane in lanes for method in lane.methods if method.year is not None), _WIDTH, _MARGIN)
    top, drawn = float(_HEAD), []
    for lane in lanes:
        markup, height = _lane(lane, axis, top, max(2, _ROWS // len(lanes)), address)
        drawn.append(markup)
        top += height
    return _picture("timeline", (_WIDTH, top), title, [_scale(axis, top, 16), *drawn])


def place_in_timeline(method: Listed, others: Sequence[Listed], title: str) -> Markup:
    """One method among the others of its area, each a dot, as a small SVG; it must have a year."""
    assert method.year is not None, "only a method with a year has a place"
    dated = [other for other in others if other.year is not None and other.slug != method.slug]
    axis = Axis((other.year for other in (*dated, method) if other.year is not None), _STRIP, _MARGIN)
    x, text = axis.place(method.year), f"{method.name} ({method.year})"
    half = text_width(text, _STRIP_SIZE) / 2
    side = 0 if half < x < _STRIP - half else 1 if x < half else -1
    own = Markup(
        '<g class="central"><path class="pin" d="M{0:.1f} 24V{1}"/><circle cx="{0:.1f}" cy="{1}" r="6"/>{2}</g>'
    )
    return _picture(
        "timeline strip",
        (_STRIP, _GROUND + 28),
        title,
        [
            _scale(axis, _GROUND + 10, _GROUND + 24),
            *(_mark(other, dot_x, _GROUND - level * _DOT) for other, dot_x, level in _stacked(dated, axis, 6)),
            own.format(x, _GROUND, label([text], method.language, x, 17, _STRIP_SIZE, side, 0)),
        ],
    )


def _lane(lane: Lane, axis: Axis, top: float, rows: int, address: Address) -> tuple[Markup, float]:
    """The markup of a lane, and its height."""
    named, crowded = _placed(lane.methods, axis, rows)
    used = max((row for _, _, row, _ in named), default=-1) + 1
    dots = _stacked(crowded, axis, rows)
    first, below = top + _ROW + 12, top + _ROW + used * _ROW + 10
    parts = [_named(method, x, first + row * _ROW, side, address) for method, x, row, side in named]
    parts += [_dot(method, x, below + level * _DOT, address) for method, x, level in dots]
    markup = Markup('<g class="lane"><path class="rule" d="M0 {:.1f}H{}"/><g class="heading">{}</g>{}</g>').format(
        top, _WIDTH, label([lane.name], lane.language, _MARGIN, top + 15, _SIZE, 1, 0), Markup("").join(parts)
    )
    deepest = max((level + 1 for *_, level in dots), default=0)
    return markup, below - top + deepest * _DOT


def _placed(
    methods: Sequence[Listed], axis: Axis, rows: int
) -> tuple[list[tuple[Listed, float, int, int]], list[Listed]]:
    """Where names stand: method, place, row and the side to which the name goes; and the methods without room."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
    named, crowded = [], []
    for method in sorted(methods, key=lambda method: (-method.referenced, method.slug)):
        x, width = axis.place(method.year or 0), text_width(method.name, _SIZE) + 14
        side = 1 if x + width < _WIDTH else -1
        extent = (x - 6, x + width) if side > 0 else (x - width, x + 6)
        row = next((number for number, others in enumerate(taken) if _is_free(extent, others)), None)
        if row is None:
            crowded.append(method)
        else:
            taken[row].append(extent)
            named.append((method, x, row, side))
    return sorted(named, key=lambda each: (each[0].year or 0, each[2])), crowded


def _stacked(methods: Sequence[Listed], axis: Axis, most: int) -> list[tuple[Listed, float, int]]:
    """Dots in columns at most so high: method, place and level. What has no room moves on to the right."""
    taken: set[tuple[int, int]] = set()
    found = []
    for method in sorted(methods, key=lambda method: (method.year or 0, method.slug)):
        column = round(axis.place(method.year or 0) / _DOT)
        while all((column, level) in taken for level in range(most)):
            column += 1
        level = next(level for level in range(most) if (column, level) not in taken)
        taken.add((column, level))
        found.append((method, float(column * _DOT), level))
    return found


def _named(method: Listed, x: float, y: float, side: int, address: Address) -> Markup:
    text = label([method.name], method.language, x + side * 8, y + 4.5, _SIZE, side, 0)
    return Markup('<a class="node" href="{}" tabindex="-1">{}{}</a>').format(address(method), _mark(method, x, y), text)


def _dot(method: Listed, x: float, y: float, address: Address) -> Markup:
    return Markup('<a class="node" href="{}" tabindex="-1">{}</a>').format(address(method), _mark(method, x, y))


def _mark(method: Listed, x: float, y: float) -> Markup:
    return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="3.8"><title>{} ({})</title></circle>').format(
        x, y, method.name, method.year
    )


def _scale(axis: Axis, bottom: float, text_y: float) -> Markup:
    """Where decades begin, and where some are left out."""
    parts = []
    for decade, (x, width) in axis.decades.items():
        parts.append(Markup('<path class="rule" d="M{:.1f} 0V{:.1f}"/>').format(x, bottom))
        if width > text_width("0000", _SIZE):
            parts.append(label([str(decade)], "en", x + 4, text_y, _SIZE, 1, 0))
    parts += [label(["…"], "en", x, text_y, _SIZE, 0, 0) for x in axis.breaks]
    return Markup('<g class="scale">{}</g>').format(Markup("").join(parts))


def _picture(name: str, size: tuple[float, float], title: str, parts: Iterable[Markup]) -> Markup:
    return Markup('<svg class="{}" viewBox="0 0 {} {}" role="group" aria-label="{}" direction="ltr">{}</svg>').format(
        name, size[0], math.ceil(size[1]), title, Markup("").join(parts)
    )


def _is_free(extent: tuple[float, float], others: Sequence[tuple[float, float]]) -> bool:
    return all(extent[1] <= begin or extent[0] >= end for begin, end in others)


def _decade(year: int) -> int:
    return year - year % 10


def _lonely(decade: int, counts: Mapping[int, int]) -> bool:
    """Whether a decade is the only empty one between two that are not."""
    return decade - 10 in counts and decade + 10 in counts
