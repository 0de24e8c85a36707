"""The neighbourhood of methods as a picture: they in the middle, what is linked with them around.

Keys pass by the picture, to the list that a page has beside it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from comparanda.index.reading import Listed
from comparanda.relations import Neighbourhood, ReasonedLink
from comparanda.render.drawing import Address, label, link, symbol, symbols, text_width, wrapped

SHOWN: Final = 24
_WIDTH = 520
_SIZE, _LINE, _LINES = 15, 18, 3
_LABEL = 140  # the width in which names beside the ring are broken into lines
_MIDDLE = 104  # … and of those in the middle
_INNER, _OUTER = 68, 102  # how far the ring is from the middle, at its ends and at its sides
_RADIUS, _CENTRE_RADIUS = 8, 12


@dataclass(frozen=True, slots=True)
class PictureWords:
    """What a picture says in a reader's language. `kinds` has a name for each kind of link, and for '' none."""

    title: str
    description: str
    kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Node:
    method: Listed
    lines: tuple[str, ...]
    x: float
    y: float
    side: int

    def edge_towards(self, other: _Node, aside: float) -> tuple[float, float]:
        """Where a link to another method leaves this one: its symbol, and in the middle the name below it as well."""
        across, down = other.x - self.x, other.y - self.y
        length = math.hypot(across, down) or 1
        away = (_RADIUS if self.side else _CENTRE_RADIUS) + 3.0
        if self.side == 0 and down > abs(across) / 4:
            half = max(text_width(line, _SIZE) for line in self.lines) / 2 + 8
            below = _CENTRE_RADIUS + 10 + len(self.lines) * _LINE
            away = length * min(half / abs(across or 0.1), below / down, 1.0)
        return (
            self.x + (across * away - aside * down) / length,
            self.y + (down * away + aside * across) / length,
        )


def neighbourhood_picture(found: Neighbourhood, words: PictureWords, address: Address) -> Markup:
    """The picture as SVG: the first SHOWN of the methods around, with their links to those in the middle.

    Each method is a link to its `address`. What the picture leaves out is in `found`, which a page lists beside it.
    """
    around = _by_centre(found)
    height = max(_column_height(around[::2]), _column_height(around[1::2]), 90.0 * len(found.centre)) + 2 * _LINE
    nodes = {node.method.slug: node for node in _middle(found.centre, height)}
    nodes |= {node.method.slug: node for node in _column(around[::2], height, 1)}
    nodes |= {node.method.slug: node for node in _column(around[1::2], height, -1)}
    centre = {method.slug for method in found.centre}
    drawn = [
        each
        for each in found.links
        if each.source.slug in nodes and each.target.slug in nodes and {each.source.slug, each.target.slug} & centre
    ]
    groups = picture_groups(found)
    return Markup(
        '<svg class="picture" viewBox="0 0 {} {}" role="group" aria-label="{}" direction="ltr">'
        "<title>{}</title><desc>{}</desc>{}{}</svg>"
    ).format(
        _WIDTH,
        math.ceil(height),
        words.title,
        words.title,
        words.description,
        Markup("").join(_arrow(each, nodes, drawn, words) for each in drawn),
        Markup("").join(_drawn(node, groups, address) for node in nodes.values()),
    )


def picture_groups(found: Neighbourhood) -> dict[str, int]:
    """The symbol of each area in the picture, and under '' that of the others."""
    return symbols(method.area for method in (*found.centre, *found.around[:SHOWN]))


def _by_centre(found: Neighbourhood) -> list[Listed]:
    """The methods around that are shown, those first that are linked with the first ones in the middle."""
    heights: dict[str, list[int]] = {}
    for number, method in enumerate(found.centre):
        for each in (*found.naming(method.slug), *found.named_by(method.slug)):
            for end in (each.source.slug, each.target.slug):
                heights.setdefault(end, []).append(number)
    shown = found.around[:SHOWN]
    return sorted(shown, key=lambda method: sum(heights[method.slug]) / len(heights[method.slug]))


def _column_height(methods: Sequence[Listed]) -> float:
    return sum(len(_broken(method, _LABEL)) * _LINE + 10 for method in methods)


def _broken(method: Listed, width: float) -> tuple[str, ...]:
    return tuple(wrapped(method.name, width, _SIZE, _LINES))


def _column(methods: Sequence[Listed], height: float, side: int) -> list[_Node]:
    """Methods at one side of the ring, from the top down."""
    nodes: list[_Node] = []
    spare = (height - _column_height(methods)) / max(1, len(methods))
    top = spare / 2
    for method in methods:
        lines = _broken(method, _LABEL)
        y = top + (len(lines) * _LINE + 10) / 2
        away = _INNER + (_OUTER - _INNER) * math.sqrt(max(0.0, 1 - (2 * y / height - 1) ** 2))
        nodes.append(_Node(method, lines, _WIDTH / 2 + side * away, y, side))
        top += len(lines) * _LINE + 10 + spare
    return nodes


def _middle(methods: Sequence[Listed], height: float) -> list[_Node]:
    step = height / len(methods)
    return [
        _Node(method, _broken(method, _MIDDLE), _WIDTH / 2, step * (number + 0.5) - _LINE, 0)
        for number, method in enumerate(methods)
    ]


def _arrow(
    each: ReasonedLink, nodes: Mapping[str, _Node], drawn: Sequence[ReasonedLink], words: PictureWords
) -> Markup:
    """A link from the edge of one method to the edge of the other; two that go both ways are bent apart."""
    source, target = nodes[each.source.slug], nodes[each.target.slug]
    both = any((other.source, other.target) == (each.target, each.source) for other in drawn)
    said = ", ".join(words.kinds[kind] for kind in each.kinds or ("",))
    return link(
        next(iter(each.kinds), ""),
        source.edge_towards(target, 9.0 if both else 0.0),
        target.edge_towards(source, -9.0 if both else 0.0),
        9.0 if both else 0.0,
        f"{each.source.name} – {said} – {each.target.name}",
    )


def _drawn(node: _Node, groups: Mapping[str, int], address: Address) -> Markup:
    if node.side == 0:
        radius, place = _CENTRE_RADIUS, (node.x, node.y + _CENTRE_RADIUS + _LINE)
    else:
        radius, place = _RADIUS, (node.x + node.side * (_RADIUS + 6), node.y - (len(node.lines) - 1) * _LINE / 2 + 5)
    return Markup('<a class="node{}" href="{}" tabindex="-1"{}><title>{}</title>{}{}</a>').format(
        " central" if node.side == 0 else "",
        address(node.method),
        Markup(' lang="{}"').format(node.method.language) if node.method.language else "",
        node.method.name,
        symbol(groups[node.method.area], node.x, node.y, radius),
        label(node.lines, node.method.language, *place, _SIZE, node.side, _LINE),
    )
