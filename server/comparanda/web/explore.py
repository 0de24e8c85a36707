"""Pages that follow related-method links: neighbourhoods, paths, bridges between areas, and why methods are related."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from markupsafe import Markup

from comparanda.answers import MAX_METHODS
from comparanda.errors import BadRequest
from comparanda.index import links, lists
from comparanda.index.documents import KINDS
from comparanda.index.lists import Narrowing
from comparanda.index.reading import Listed
from comparanda.relations import Neighbourhood
from comparanda.render.drawing import LINES, SYMBOLS, line_sample, symbol_sample
from comparanda.render.neighbourhood import PictureWords, neighbourhood_picture, picture_groups
from comparanda.resources import folder
from comparanda.web.asked import (
    BRIDGES,
    COMMON,
    MAX_NEIGHBOURS,
    NEIGHBOURS,
    asked_limit,
    asked_slugs,
    known_area,
    known_slugs,
    methods_called,
)
from comparanda.web.graphs import graph
from comparanda.web.i18n import translate, translate_plural
from comparanda.web.view import View

blueprint = Blueprint("explore", __name__)
_LISTED = 10
_CHOICES = 20


@blueprint.get("/<lang:language>/explore")
def overview(language: str) -> Response:
    """Where to begin: methods with the most links, and how the areas are linked."""
    view = View(language)
    between = links.area_links(view.index)
    return view.page(
        "explore.html",
        referenced=_first(view, "-referenced"),
        related=_first(view, "-related"),
        kind_counts=links.kind_counts(view.index),
        between=between,
        linked=sorted({area for pair in between for area in pair if area}, key=list(view.areas).index),
        strongest=_strongest(between),
    )


@blueprint.get("/<lang:language>/explore/neighbourhood")
def neighbourhood(language: str) -> Response:
    """What is linked with one or several methods."""
    view = View(language)
    wanted = request.args.get("add", "").strip()[:200]
    slugs = known_slugs(view.snapshot, asked_slugs(0 if wanted else 1))
    if not wanted:
        return _neighbourhood(view, slugs)
    found = methods_called(view.snapshot, wanted, view.chain, _CHOICES)
    addresses = [url_for(".neighbourhood", language=language, slugs=",".join([*slugs, m.slug])) for m in found]
    return _one_of(view, wanted, found, addresses)


@blueprint.get("/<lang:language>/method/<slug>/related")
def related(language: str, slug: str) -> Response:
    """What is linked with one method."""
    view = View(language)
    return _neighbourhood(view, known_slugs(view.snapshot, [slug]))


@blueprint.get("/<lang:language>/explore/path")
def path(language: str) -> Response:
    """The shortest paths between two methods."""
    view = View(language)
    ends = _two_ends(view, "explore.path")
    if isinstance(ends, Response):
        return ends
    paths, complete = view.relations.paths(*ends)
    methods = view.relations.methods(ends)
    return view.page("explore_path.html", ends=[methods[slug] for slug in ends], paths=paths, complete=complete)


@blueprint.get("/<lang:language>/explore/why")
def why(language: str) -> Response:
    """What makes two methods related."""
    view = View(language)
    ends = _two_ends(view, "explore.why")
    if isinstance(ends, Response):
        return ends
    kinship = view.relations.kinship(*ends, COMMON)
    return view.page("explore_why.html", kinship=kinship, families=view.families)


@blueprint.get("/<lang:language>/explore/bridges")
def bridges(language: str) -> Response:
    """The links between two areas."""
    view = View(language)
    area, other = (known_area(view.areas, name) for name in ("area", "other"))
    found = view.relations.bridges(area.slug, other.slug, BRIDGES + 1)
    directions = dict.fromkeys(((area, other), (other, area)))
    return view.page(
        "explore_bridges.html",
        ends=[area, other],
        found=[(*ends, [link for link in found[:BRIDGES] if link.source.area == ends[0].slug]) for ends in directions],
        more=len(found) > BRIDGES,
    )


def _neighbourhood(view: View, slugs: Sequence[str]) -> Response:
    limit = asked_limit(NEIGHBOURS * len(slugs), MAX_NEIGHBOURS)
    found = view.relations.neighbourhood(slugs, limit)
    return view.page(
        "explore_neighbourhood.html",
        slugs=slugs,
        found=found,
        counts={slug: links.counts_by_kind(view.index, slug) for slug in slugs},
        all_kinds=KINDS,
        limit=limit,
        max_neighbours=MAX_NEIGHBOURS,
        max_slugs=MAX_METHODS,
        picture=picture(view, found),
        groups=picture_groups(found),
        graph=graph(view, found),
        lines_json={kind: asdict(line) for kind, line in LINES.items()},
        symbols=SYMBOLS,
        legend=legend(view),
        has_graph=(folder("static") / "vendor" / "cytoscape.min.js").is_file(),
        symbol_sample=symbol_sample,
    )


def legend(view: View) -> list[tuple[str, Markup, str]]:
    """Each kind of link, a sample of its line, and how it is called."""
    return [(kind, line_sample(kind), view.kinds[kind]) for kind in LINES]


def picture(view: View, found: Neighbourhood) -> Markup:
    """The neighbourhood as a picture; its methods lead to their own neighbourhoods."""
    names = " · ".join(method.name for method in found.centre)
    description = translate_plural(
        view.language,
        "{count} method is linked with {method}. An arrow leads from the method that names the other.",
        "{count} methods are linked with {method}. An arrow leads from the method that names the other.",
        len(found.around) + found.left_out,
        method=names,
    )
    words = PictureWords(f"{translate(view.language, 'Neighbourhood')}: {names}", description, view.kinds)
    return neighbourhood_picture(
        found, words, lambda method: url_for("explore.related", language=view.language, slug=method.slug)
    )


def _two_ends(view: View, endpoint: str) -> tuple[str, str] | Response:
    """The two methods of `from` and `to`, or of `slugs`; else the page on which a reader chooses among several.

    Raises:
        BadRequest: there are not two, or they are the same.
        NotFound: nothing is called so.
    """
    given = [request.args.get(name, "").strip()[:200] for name in ("from", "to")]
    if not all(given):
        given = asked_slugs(2, 2)
    for place, name in enumerate(given):
        if not view.index.identifiers([name]):
            found = methods_called(view.snapshot, name, view.chain, _CHOICES)
            others = [[*given[:place], method.slug, *given[place + 1 :]] for method in found]
            addresses = [_between(view, endpoint, *ends) for ends in others]
            return _one_of(view, name, found, addresses)
    if given[0] == given[1]:
        raise BadRequest("The two methods are the same.", value=given[0], to_do="Give two different methods.")
    return given[0], given[1]


def _between(view: View, endpoint: str, start: str, end: str) -> str:
    ends: dict[str, Any] = {"from": start, "to": end}  # one of these is a word of Python
    return url_for(endpoint, language=view.language, **ends)


def _one_of(view: View, wanted: str, found: Sequence[Listed], addresses: Sequence[str]) -> Response:
    """Send the reader on to the only address, or offer several."""
    if len(addresses) == 1:
        return redirect(addresses[0], 303)  # type: ignore[return-value]
    return view.page("explore_choose.html", wanted=wanted, choices=list(zip(found, addresses, strict=True)))


def _first(view: View, order: str) -> list[Listed]:
    numbers = lists.page(view.index, Narrowing(), order, view.chain, 0, _LISTED)
    return view.index.listed(numbers, view.chain)


def _strongest(between: dict[tuple[str, str], int]) -> list[tuple[str, str, int]]:
    """The pairs of different areas with the most links, in both directions together."""
    together: dict[tuple[str, str], int] = {}
    for (source, target), number in between.items():
        if source and target and source != target:
            pair = (min(source, target), max(source, target))
            together[pair] = together.get(pair, 0) + number
    best = sorted(together.items(), key=lambda item: (-item[1], item[0]))
    return [(*pair, number) for pair, number in best[:_LISTED]]
