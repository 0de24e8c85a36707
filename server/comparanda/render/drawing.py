"""What pictures in SVG are drawn with: texts that are measured without fonts, symbols and arrows.

Markup is put together by `markupsafe`, which escapes whatever comes from the catalogue. Geometry stands in
attributes, colours in style sheets by class; nothing needs a style attribute or an id.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from comparanda.index.reading import Listed
from comparanda.languages import direction

Address = Callable[[Listed], str]
SYMBOLS: Final = ("ellipse", "rectangle", "diamond", "triangle", "hexagon", "pentagon", "star")  # as cytoscape has them
OTHER_SYMBOL: Final = len(SYMBOLS) - 1
_CORNERS = {"rectangle": (4, 45), "diamond": (4, 0), "triangle": (3, -90), "hexagon": (6, 0), "pentagon": (5, -90)}
_WIDE, _CAPITAL, _LETTER, _NARROW = 1.0, 0.7, 0.56, 0.3  # shares of the size of a font


@dataclass(frozen=True, slots=True)
class Line:
    """How links of one kind are drawn: a dash pattern, the head of the arrow, whether only its outline."""

    dashes: str
    head: str
    hollow: bool = False


LINES: Final[Mapping[str, Line]] = {
    "extends": Line("", "triangle"),
    "specialCaseOf": Line("", "triangle", hollow=True),
    "generalises": Line("", "circle", hollow=True),
    "alternativeTo": Line("7 4", "vee"),
    "usedWith": Line("2 4", "vee"),
    "componentOf": Line("", "diamond"),
    "hasComponent": Line("", "diamond", hollow=True),
    "": Line("", "vee"),
}
_HEADS = {
    "triangle": "M0 0L-11 5L-11 -5Z",
    "diamond": "M0 0L-7 4.5L-14 0L-7 -4.5Z",
    "circle": "M0 0A4.5 4.5 0 1 0 -9 0A4.5 4.5 0 1 0 0 0Z",
    "vee": "M0 0L-11 5.5L-7 0L-11 -5.5Z",
}


def text_width(text: str, size: float) -> float:
    """About how wide a text is, in any script."""
    return size * sum(_share(character) for character in text)


def wrapped(text: str, width: float, size: float, lines: int) -> list[str]:
    """A text in at most so many lines of about a width, broken at spaces where it has some; the rest is `…`."""
    found = [""]
    for word in text.split():
        for piece in _pieces(word, width, size):
            longer = f"{found[-1]} {piece}" if found[-1] else piece
            if text_width(longer, size) <= width or not found[-1]:
                found[-1] = longer
            else:
                found.append(piece)
    return found if len(found) <= lines else [*found[: lines - 1], found[lines - 1] + "…"]


def label(text: Iterable[str], language: str, x: float, y: float, size: float, side: int, line_height: float) -> Markup:
    """Lines of text that begin (side 1), are centred (0) or end (-1) at a place, in the direction of their language."""
    tongue = direction(language)
    anchor = "middle" if side == 0 else "start" if (side > 0) == (tongue == "ltr") else "end"
    spans = Markup("").join(
        Markup('<tspan x="{}" dy="{}">{}</tspan>').format(_n(x), _n(line_height if number else 0), line)
        for number, line in enumerate(text)
    )
    return Markup('<text x="{}" y="{}" font-size="{}" text-anchor="{}" direction="{}">{}</text>').format(
        _n(x), _n(y), _n(size), anchor, tongue, spans
    )


def symbol(number: int, x: float, y: float, radius: float) -> Markup:
    """The symbol of a group of methods, around a place."""
    name = SYMBOLS[number]
    if name == "ellipse":
        return Markup('<circle class="symbol symbol-{}" cx="{}" cy="{}" r="{}"/>').format(
            number, _n(x), _n(y), _n(radius)
        )
    points = " ".join(f"{_n(x + dx * radius)},{_n(y + dy * radius)}" for dx, dy in _corners(name))
    return Markup('<polygon class="symbol symbol-{}" points="{}"/>').format(number, points)


def link(kind: str, start: tuple[float, float], end: tuple[float, float], bend: float, title: str) -> Markup:
    """An arrow of a kind from one place to another, bent to one side; where it ends is the tip."""
    line = LINES[kind]
    (x, y), (tip_x, tip_y) = start, end
    length = math.hypot(tip_x - x, tip_y - y) or 1
    middle = ((x + tip_x) / 2 - bend * (tip_y - y) / length, (y + tip_y) / 2 + bend * (tip_x - x) / length)
    turn = math.degrees(math.atan2(tip_y - middle[1], tip_x - middle[0]))
    dashes = Markup(' stroke-dasharray="{}"').format(line.dashes) if line.dashes else ""
    return Markup(
        '<g class="link link-{}"><title>{}</title><path class="line" fill="none" d="M{} {}Q{} {} {} {}"{}/>'
        '<path class="head{}" d="{}" transform="translate({} {}) rotate({})"/></g>'
    ).format(
        kind or "other", title, _n(x), _n(y), _n(middle[0]), _n(middle[1]), _n(tip_x), _n(tip_y), dashes,
        " hollow" if line.hollow else "", _HEADS[line.head], _n(tip_x), _n(tip_y), _n(turn),
    )  # fmt: skip


def line_sample(kind: str) -> Markup:
    """A line of a kind, for a legend."""
    arrow = link(kind, (2, 8), (46, 8), 0, "")
    return Markup('<svg class="sample" viewBox="0 0 48 16" width="48" height="16" aria-hidden="true">{}</svg>').format(
        arrow
    )


def symbol_sample(number: int) -> Markup:
    """The symbol of a group of methods, for a legend."""
    shape = symbol(number, 8, 8, 6.5)
    return Markup('<svg class="sample" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{}</svg>').format(
        shape
    )


def symbols(groups: Iterable[str]) -> dict[str, int]:
    """A symbol for each group, in order; those after the sixth, and what is in no group, share the last."""
    named = list(dict.fromkeys(group for group in groups if group))
    return {group: min(number, OTHER_SYMBOL) for number, group in enumerate(named)} | {"": OTHER_SYMBOL}


def _corners(name: str) -> list[tuple[float, float]]:
    if name == "star":
        turns = [math.radians(-90 + 36 * corner) for corner in range(10)]
        return [
            (math.cos(turn) * size, math.sin(turn) * size) for turn, size in zip(turns, (1.25, 0.55) * 5, strict=True)
        ]
    count, first = _CORNERS[name]
    turns = [math.radians(first + 360 / count * corner) for corner in range(count)]
    return [(math.cos(turn) * 1.2, math.sin(turn) * 1.2) for turn in turns]


def _pieces(word: str, width: float, size: float) -> Iterable[str]:
    """A word in pieces of a width; scripts without spaces have no other."""
    piece = ""
    for character in word:
        if piece and _share(character) and text_width(piece + character, size) > width:
            yield piece
            piece = ""
        piece += character
    yield piece


def _share(character: str) -> float:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return _WIDE
    if character in " .,:;'|()[]ijlft-":
        return _NARROW
    return _CAPITAL if character.isupper() else _LETTER


def _n(number: float) -> str:
    """A number of an attribute, to a tenth."""
    return f"{number:.1f}".removesuffix(".0")
