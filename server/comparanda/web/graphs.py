"""Links between methods as JSON, for programs and for the pictures in a browser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, json, request, url_for

from comparanda.index.reading import Listed
from comparanda.languages import direction
from comparanda.relations import Neighbourhood, ReasonedLink
from comparanda.web import answer, entity_tag
from comparanda.web.asked import (
    BRIDGES,
    COMMON,
    MAX_NEIGHBOURS,
    NEIGHBOURS,
    asked_limit,
    asked_slugs,
    known_area,
    known_slugs,
)
from comparanda.web.view import View, asked_view

blueprint = Blueprint("graphs", __name__)


@blueprint.get("/api/neighbourhood")
def neighbourhood() -> Response:
    """The methods next to those of `slugs`, at most `limit`, and all links among them."""
    view = asked_view()
    slugs = known_slugs(view.snapshot, asked_slugs(1))
    found = view.relations.neighbourhood(slugs, asked_limit(NEIGHBOURS * len(slugs), MAX_NEIGHBOURS))
    return answered(view, graph(view, found))


@blueprint.get("/api/path")
def path() -> Response:
    """The shortest paths from the method `from` to the method `to`, with the links of each step.

    `complete` is false where no path was found among as many methods as can be looked at.
    """
    view = asked_view()
    ends = known_slugs(view.snapshot, [request.args.get(name, "") for name in ("from", "to")])
    paths, complete = view.relations.paths(ends[0], ends[1])
    methods = {method.slug: method for path in paths for method in path.methods}
    content = {
        "from": ends[0],
        "to": ends[1],
        "complete": complete,
        "methods": described(view, methods.values()),
        "paths": [
            {"methods": [method.slug for method in path.methods], "steps": [_links(step) for step in path.steps]}
            for path in paths
        ],
    }
    return answered(view, content)


@blueprint.get("/api/why")
def why() -> Response:
    """What makes the two methods of `slugs` related."""
    view = asked_view()
    slugs = known_slugs(view.snapshot, asked_slugs(2, 2))
    kinship = view.relations.kinship(slugs[0], slugs[1], COMMON)
    content = {
        "methods": described(view, kinship.methods),
        "links": _links(kinship.links),
        "area": kinship.area or None,
        "family": kinship.family or None,
        "originators": kinship.originators,
        "sources": kinship.sources,
        "common": described(view, kinship.common),
        "common_total": kinship.common_total,
    }
    return answered(view, content)


@blueprint.get("/api/bridges")
def bridges() -> Response:
    """The links between the areas `area` and `other`; `complete` is false where there are more than are given."""
    view = asked_view()
    area, other = (known_area(view.areas, name).slug for name in ("area", "other"))
    found = view.relations.bridges(area, other, BRIDGES + 1)
    methods = {method.slug: method for link in found[:BRIDGES] for method in (link.source, link.target)}
    content = {
        "area": area,
        "other": other,
        "complete": len(found) <= BRIDGES,
        "methods": described(view, methods.values()),
        "links": _links(found[:BRIDGES]),
    }
    return answered(view, content)


def graph(view: View, found: Neighbourhood) -> dict[str, Any]:
    """A neighbourhood as methods and links."""
    return {
        "language": view.chain[0],
        "version": view.index.version,
        "centre": [method.slug for method in found.centre],
        "methods": described(view, (*found.centre, *found.around)),
        "links": _links(found.links),
        "left_out": found.left_out,
    }


def answered(view: View, content: dict[str, Any]) -> Response:
    """Facts as JSON, with the language of names and the version."""
    text = json.dumps({"language": view.chain[0], "version": view.index.version} | content, ensure_ascii=False)
    return answer(text, "application/json", None, entity_tag(view.index.version, request.full_path))


def described(view: View, methods: Iterable[Listed]) -> list[dict[str, Any]]:
    """What programs are told of methods."""
    return [
        {
            "slug": method.slug,
            "name": method.name,
            "language": method.language,
            "direction": direction(method.language),
            "area": method.area or None,
            "area_name": view.area_name(method.area) or None,
            "year": method.year,
            "related": method.related,
            "referenced": method.referenced,
            "href": url_for("pages.method", language=view.language, slug=method.slug),
        }
        for method in methods
    ]


def _links(links: Iterable[ReasonedLink]) -> list[dict[str, Any]]:
    return [
        {
            "source": link.source.slug,
            "target": link.target.slug,
            "kinds": link.kinds,
            "reason": link.reason,
            "reason_language": link.reason_language,
        }
        for link in links
    ]
