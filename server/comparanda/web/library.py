"""The list of methods, searched, narrowed, sorted and in pages: for readers, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, json, redirect, render_template, request, url_for

from comparanda.errors import NotFound
from comparanda.index.documents import NAME, ORIGINATOR, OTHER_NAME, SUMMARY
from comparanda.index.listing import Listing
from comparanda.index.reading import Listed
from comparanda.index.search import closest
from comparanda.index.snapshots import Snapshot
from comparanda.languages import lookup_chain
from comparanda.render.markup import catalogue_markup
from comparanda.web import answer, entity_tag, site
from comparanda.web.addresses import public_url
from comparanda.web.asked import asked_limit, asked_number
from comparanda.web.facets import Facet, Labels, check, check_language, facets
from comparanda.web.library_requests import Asked, asked_of_list
from comparanda.web.negotiation import asked_languages
from comparanda.web.preferences import content_language, negotiated_language, page_language

blueprint = Blueprint("library", __name__)
_ON_A_PAGE = 50
_MAX_ITEMS = 500
_MAX_OFFSET = 100_000  # further on, facets lead faster
_ROLES = {NAME: "name", OTHER_NAME: "other_names", ORIGINATOR: "originator", SUMMARY: "summary"}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is asked, and what answers it, in one version and one language."""

    asked: Asked
    snapshot: Snapshot
    language: str
    labels: Labels
    listing: Listing

    @property
    def chain(self) -> Sequence[str]:
        return lookup_chain(self.language, site().settings.default_language)


@blueprint.get("/")
def start() -> Response:
    """Send readers to the list of methods in their language."""
    response: Response = redirect(_here(negotiated_language(), asked_of_list(request.args).query()), 302)  # type: ignore[assignment]
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/<lang:language>/")
def page(language: str) -> Response:
    """Methods, 50 a page, with what was searched and chosen, and what can be chosen."""
    asked = asked_of_list(request.args)
    number_of_page = asked_number("page", 1, 1, _MAX_OFFSET // _ON_A_PAGE)
    if "" in request.args.values():  # a form was sent as it was: the address shall say only what is asked
        return redirect(_here(language, asked.query(page=number_of_page if number_of_page > 1 else None)), 302)  # type: ignore[return-value]
    texts = content_language(language)
    shown = _shown(asked, texts)
    pages = min(max(1, -(-shown.listing.total // _ON_A_PAGE)), _MAX_OFFSET // _ON_A_PAGE)
    if number_of_page > pages:
        raise NotFound(f"There is no page {number_of_page}.", value=number_of_page, to_do=f"The last page is {pages}.")
    content = render_template(
        "library.html",
        language=page_language(language),
        wanted=asked.letters,
        asked=asked,
        shown=shown.listing,
        items=shown.listing.items(asked.order, (number_of_page - 1) * _ON_A_PAGE, _ON_A_PAGE),
        labels=shown.labels,
        facets=facets(shown.listing, asked, shown.labels),
        summary_language=texts,
        spoken=lookup_chain(texts, texts),
        with_summary=shown.listing.with_summary(texts),
        names=_names(shown),
        roles=_ROLES,
        page=number_of_page,
        pages=pages,
        closest=closest(shown.snapshot.index, asked.letters, shown.chain) if not shown.listing.total else [],
        version=shown.snapshot.index.version,
        markup=catalogue_markup(site().answers.base.catalogue().value, shown.snapshot.index.version, public_url()),
    )
    tag = entity_tag(shown.snapshot.index.version, request.full_path)
    response = answer(content, "text/html", page_language(language), tag)
    steps = {"first": 1, "prev": number_of_page - 1, "next": number_of_page + 1, "last": pages}
    for relation, target in steps.items():
        if 1 <= target <= pages and pages > 1:
            address = _here(language, asked.query(page=target if target > 1 else None))
            response.headers.add("Link", f'<{address}>; rel="{relation}"')
    return response


@blueprint.get("/api/methods")
def methods() -> Response:
    """The same list as JSON.

    `limit` and `offset` cut it; `lang` says in which language methods and values are named; `facets` say how many
    methods each value would leave beside the other facets.
    """
    asked = asked_of_list(request.args)
    limit, offset = asked_limit(_ON_A_PAGE, _MAX_ITEMS), asked_number("offset", 0, 0, _MAX_OFFSET)
    language = next(iter(asked_languages()), "") or site().settings.default_language
    if "lang" in request.args:
        check_language(site().snapshot(), language)
    shown = _shown(asked, language)
    steps = {"first": 0, "prev": offset - limit, "next": offset + limit}
    addresses = {
        relation: url_for("library.methods") + asked.query(lang=request.args.get("lang"), limit=limit, offset=step)
        for relation, step in steps.items()
        if relation == "first" or 0 <= step < shown.listing.total
    }
    content = {
        "items": [_item(method, shown) for method in shown.listing.items(asked.order, offset, limit)],
        "total": shown.listing.total,
        "complete": shown.listing.complete,
        "limit": limit,
        "offset": offset,
        "next": addresses.get("next"),
        "sort": asked.order,
        "facets": {facet.name: _values(facet) for facet in facets(shown.listing, asked, shown.labels)},
        "version": shown.snapshot.index.version,
    }
    tag = entity_tag(shown.snapshot.index.version, request.full_path, language)
    response = answer(json.dumps(content, ensure_ascii=False), "application/json", None, tag)
    for relation, address in addresses.items():
        response.headers.add("Link", f'<{address}>; rel="{relation}"')
    return response


def _shown(asked: Asked, language: str) -> _Shown:
    snapshot = site().snapshot()
    chain = lookup_chain(language, site().settings.default_language)
    labels = Labels(snapshot, chain)
    check(snapshot, asked, labels)
    return _Shown(asked, snapshot, language, labels, Listing(snapshot.index, asked.letters, asked.narrowing(), chain))


def _here(language: str, query: str) -> str:
    return url_for("library.page", language=page_language(language), clang=None) + query


def _names(shown: _Shown) -> dict[str, str]:
    """How facets and roles are called: as the rows of a comparison."""
    return {row.key: row.label(shown.chain) for row in site().answers.shapes.rows}


def _item(method: Listed, shown: _Shown) -> dict[str, object]:
    summary = {"text": method.summary, "language": method.summary_language} if method.summary is not None else None
    found = None
    if method.found_role is not None:
        text = method.found if method.found_role != SUMMARY else None
        found = {"role": _ROLES[method.found_role], "text": text, "language": method.found_language}
    return {
        "slug": method.slug,
        "iri": site().answers.base.method(method.slug).value,
        "name": method.name,
        "language": method.language,
        "href": url_for("pages.method", language=page_language(shown.language), slug=method.slug),
        "area": method.area or None,
        "family": method.family or None,
        "year": method.year,
        "related": method.related,
        "referenced_by": method.referenced,
        "summary": summary,
        "found": found,
    }


def _values(facet: Facet) -> list[dict[str, object]]:
    return [
        {"value": choice.value, "label": choice.label or choice.value, "count": choice.count, "chosen": choice.chosen}
        for choice in facet.choices
    ]
