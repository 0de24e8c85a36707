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
from comparanda.web.facets import Labels, check, check_language, facets
from comparanda.web.i18n import language_name
from comparanda.web.library_requests import Asked, asked_of_list
from comparanda.web.negotiation import asked_languages
from comparanda.web.preferences import content_language, negotiated_language, page_language

blueprint = Blueprint("library", __name__)
_ON_A_PAGE = 50
_MAX_ITEMS = 500
_MAX_OFFSET = 100_000  # further on, facets lead faster
_MAX_PAGES = _MAX_OFFSET // _ON_A_PAGE
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
    def version(self) -> str:
        return self.snapshot.index.version

    @property
    def chain(self) -> Sequence[str]:
        return lookup_chain(self.language, site().settings.default_language)


@blueprint.get("/")
def start() -> Response:
    """Send readers to the list of methods in their language."""
    response: Response = redirect(_address(negotiated_language(), asked_of_list(request.args)), 302)  # type: ignore[assignment]
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/<lang:language>/")
def page(language: str) -> Response:
    """Methods, 50 a page, with what was searched and chosen, and what can be chosen.

    Raises:
        NotFound: the page is beyond the last.
    """
    asked, here = asked_of_list(request.args), asked_number("page", 1, 1, _MAX_PAGES)
    if "" in request.args.values():  # a form was sent as it was: the address shall say only what is asked
        return redirect(_address(language, asked, here), 302)  # type: ignore[return-value]
    shown = _shown(asked, content_language(language))
    last = min(max(1, -(-shown.listing.total // _ON_A_PAGE)), _MAX_PAGES)
    if here > last:
        raise NotFound(f"There is no page {here}.", value=here, to_do=f"The last page is {last}.")
    content = _page(shown, page_language(language), here, last)
    tag = entity_tag(shown.version, request.full_path, public_url())
    response = answer(content, "text/html", page_language(language), tag)
    steps = {"first": 1, "prev": here - 1, "next": here + 1, "last": last}
    addresses = {name: _address(language, asked, step) for name, step in steps.items() if 1 <= step <= last}
    return _linked(response, addresses if last > 1 else {})


def _page(shown: _Shown, language: str, here: int, last: int) -> str:
    asked, listing, chain = shown.asked, shown.listing, shown.chain
    return render_template(
        "library.html",
        language=language,
        wanted=asked.letters,
        asked=asked,
        shown=listing,
        items=listing.items(asked.order, (here - 1) * _ON_A_PAGE, _ON_A_PAGE),
        labels=shown.labels,
        facets=facets(listing, asked, shown.labels),
        summary_language=shown.language,
        spoken=lookup_chain(shown.language, shown.language),
        with_summary=listing.with_summary(shown.language),
        names={row.key: row.label(lookup_chain(language)) for row in site().answers.shapes.rows},
        roles=_ROLES,
        page=here,
        pages=last,
        closest=[] if listing.total else closest(shown.snapshot.index, asked.letters, chain),
        version=shown.version,
        markup=catalogue_markup(site().answers.base.catalogue().value, shown.version, public_url()),
    )


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
    listing = shown.listing
    steps = {"first": 0, "prev": max(0, offset - limit) if offset else -1, "next": offset + limit}
    addresses = {
        name: url_for("library.methods") + asked.query(lang=request.args.get("lang"), limit=limit, offset=step)
        for name, step in steps.items()
        if 0 <= step <= min(max(0, listing.total - 1), _MAX_OFFSET)
    }
    content = {
        "items": [_item(method, shown) for method in listing.items(asked.order, offset, limit)],
        "total": listing.total,
        "complete": listing.complete,
        "limit": limit,
        "offset": offset,
        "next": addresses.get("next"),
        "sort": asked.order,
        "facets": _facets(shown),
        "version": shown.version,
    }
    tag = entity_tag(shown.version, request.full_path, language)
    return _linked(answer(json.dumps(content, ensure_ascii=False), "application/json", None, tag), addresses)


def _linked(response: Response, addresses: dict[str, str]) -> Response:
    for relation, address in addresses.items():
        response.headers.add("Link", f'<{address}>; rel="{relation}"')
    return response


def _shown(asked: Asked, language: str) -> _Shown:
    snapshot = site().snapshot()
    chain = lookup_chain(language, site().settings.default_language)
    labels = Labels(snapshot, chain)
    check(snapshot, asked, labels)
    return _Shown(asked, snapshot, language, labels, Listing(snapshot.index, asked.letters, asked.narrowing(), chain))


def _address(language: str, asked: Asked, number: int = 1) -> str:
    """The address of a page of the list."""
    here = url_for("library.page", language=page_language(language), clang=None)
    return here + asked.query(page=number if number > 1 else None)


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


def _facets(shown: _Shown) -> dict[str, list[dict[str, object]]]:
    found = {
        facet.name: [
            {"value": each.value, "label": each.label or each.value, "count": each.count, "chosen": each.chosen}
            for each in facet.choices
        ]
        for facet in facets(shown.listing, shown.asked, shown.labels)
    }
    tag, count = shown.language, shown.listing.with_summary(shown.language)
    summary = {"value": tag, "label": language_name(tag), "count": count, "chosen": shown.asked.summary == tag}
    return {**found, "summary": [summary]}
