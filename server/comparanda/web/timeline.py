"""When the methods of an area, of some families or all of them came up: a picture and the list by decade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flask import Blueprint, Response, request, url_for
from markupsafe import Markup

from comparanda.concepts import ConceptName
from comparanda.errors import BadRequest
from comparanda.index import lists
from comparanda.index.lists import Narrowing
from comparanda.index.reading import Listed
from comparanda.render.drawing import Address
from comparanda.render.timeline import Lane, place_in_timeline, timeline
from comparanda.web.graphs import answered, described
from comparanda.web.i18n import translate
from comparanda.web.view import View, asked_view

blueprint = Blueprint("timeline", __name__)
MOST: Final = 600  # methods of a timeline


@blueprint.get("/<lang:language>/explore/timeline")
def page(language: str) -> Response:
    """Methods by the year of their origin."""
    view = View(language)
    area, families, methods, total = _asked(view)
    lanes = _lanes(view, methods, by_family=not families)
    title = view.areas[area].name if area else translate(view.language, "All areas")
    return view.page(
        "explore_timeline.html",
        area=area,
        chosen_families=families,
        families=view.families,
        title=title,
        picture=timeline(lanes, f"{translate(view.language, 'Timeline')}: {title}", _address(view)) if lanes else "",
        decades=_by_decade(methods),
        undated=[method for method in methods if method.year is None],
        shown=len(methods),
        total=total,
    )


@blueprint.get("/api/timeline")
def data() -> Response:
    """Methods with the years of their origin, oldest first, those without one last; `total` is how many there are."""
    view = asked_view()
    area, families, methods, total = _asked(view)
    in_order = sorted(methods, key=lambda method: (method.year is None, method.year or 0, method.slug))
    content = {"area": area or None, "families": families, "total": total, "methods": described(view, in_order)}
    return answered(view, content)


def place_in_area(view: View, method: Listed) -> Markup | None:
    """The place of a method in the timeline of its area; None where it has no year or no area."""
    if method.year is None or not method.area:
        return None
    others, _ = _methods(view, Narrowing(area=(method.area,)))
    title = f"{translate(view.language, 'Timeline')}: {view.area_name(method.area)}"
    return place_in_timeline(method, others, title)


def _asked(view: View) -> tuple[str, list[str], list[Listed], int]:
    """The area and the families that are asked for, their methods, and how many there are.

    Raises:
        BadRequest: no such area or family.
    """
    area, families = request.args.get("area", ""), request.args.getlist("family")
    for given, known, kind in ((area, view.areas, "area"), *((each, view.families, "family") for each in families)):
        if given and given not in known:
            raise BadRequest(f"{given[:60]!r} is no {kind}.", value=given[:60], to_do=f"Use one of {', '.join(known)}.")
    families = [family for family in dict.fromkeys(families) if family]
    methods, total = _methods(view, Narrowing(area=(area,) if area else (), family=tuple(families)))
    return area, families, methods, total


def _methods(view: View, narrowing: Narrowing) -> tuple[list[Listed], int]:
    """The methods that most others refer to, and how many there are in all."""
    numbers = lists.page(view.index, narrowing, "-referenced", view.chain, 0, MOST)
    return view.index.listed(numbers, view.chain), lists.total(view.index, narrowing)


def _lanes(view: View, methods: Sequence[Listed], by_family: bool) -> list[Lane]:
    """The methods with a year by family or by area, the largest group first."""
    names: Mapping[str, ConceptName] = view.families if by_family else view.areas
    groups: dict[str, list[Listed]] = {}
    for method in methods:
        if method.year is not None:
            groups.setdefault(method.family if by_family else method.area, []).append(method)
    in_order = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return [
        Lane(names[slug].name, names[slug].language or view.language, tuple(found))
        if slug in names
        else Lane("—", view.language, tuple(found))
        for slug, found in in_order
    ]


def _by_decade(methods: Sequence[Listed]) -> list[tuple[int, list[Listed]]]:
    dated: list[tuple[int, str, Listed]] = [(m.year, m.slug, m) for m in methods if m.year is not None]
    decades: dict[int, list[Listed]] = {}
    for year, _, method in sorted(dated, key=lambda each: each[:2]):
        decades.setdefault(year - year % 10, []).append(method)
    return list(decades.items())


def _address(view: View) -> Address:
    return lambda method: url_for("pages.method", language=view.language, slug=method.slug)
