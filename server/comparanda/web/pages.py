"""The list of methods, the page of one method, and its addresses as linked data."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, redirect, render_template, request, url_for

from comparanda.formats import GRAPH_FORMATS
from comparanda.languages import lookup_chain
from comparanda.queries import queries
from comparanda.render.citation_items import citation_meta, entry_item
from comparanda.render.markup import breadcrumbs, catalogue_markup, method_markup
from comparanda.web import answer, entity_tag, site
from comparanda.web.addresses import public_url
from comparanda.web.i18n import languages
from comparanda.web.negotiation import asked_languages
from comparanda.web.signposting import signposts

blueprint = Blueprint("pages", __name__)
RELATION_NAMES = {
    "extends": "extends",
    "specialCaseOf": "special case of",
    "generalises": "generalises",
    "alternativeTo": "alternative to",
    "usedWith": "used with",
    "componentOf": "component of",
    "hasComponent": "has component",
}
_DATA_FORMATS = tuple(known for known in GRAPH_FORMATS if known.name in ("ttl", "nt", "rdf", "jsonld"))


def page_language(language: str) -> str:
    """The interface language closest to `language`."""
    return next((tag for tag in lookup_chain(language, site().settings.default_language) if tag in languages()), "en")


def negotiated_language() -> str:
    """The interface language that the request asks for."""
    chains = [lookup_chain(tag, tag) for tag in asked_languages()]
    return next((tag for chain in chains for tag in chain if tag in languages()), site().settings.default_language)


@blueprint.get("/")
def start() -> Response:
    """Send readers to the list of methods in their language."""
    response: Response = redirect(url_for("pages.library", language=negotiated_language()), 302)  # type: ignore[assignment]
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/<lang:language>/")
def library(language: str) -> Response:
    """All methods by name, or those with some letters in a name, to be chosen for a comparison."""
    reader, here = site().reader(), site().answers
    wanted = request.args.get("q", "").strip()[:200]
    methods = (
        here.headings(reader, here.methods_matching(reader, wanted), language)
        if wanted
        else here.methods(reader, language)
    )
    content = render_template(
        "library.html",
        language=page_language(language),
        methods=methods,
        wanted=wanted,
        version=reader.version,
        markup=catalogue_markup(here.base.catalogue().value, reader.version, public_url()),
    )
    return answer(content, "text/html", page_language(language), entity_tag(reader.version, request.full_path))


@blueprint.get("/<lang:language>/method/<slug>")
def method(language: str, slug: str) -> Response:
    """The page of one method."""
    return method_page(language, slug)


def method_page(language: str, slug: str) -> Response:
    """The page of one method, with what programs read in its head."""
    here, reader = site().answers, site().reader()
    comparison, names = here.method(reader, slug, language), here.names(reader, slug)
    entry = reader.construct(queries()["entry"].bind(document=here.base.document(here.base.method(slug))))
    home = public_url() + page_language(language) + "/"
    page = f"{home}method/{slug}"
    content = render_template(
        "method.html",
        language=page_language(language),
        comparison=comparison,
        method=comparison.methods[0],
        names=names,
        related=here.related(reader, slug, language),
        referenced_by=here.referenced_by(reader, slug, language),
        formats=_DATA_FORMATS,
        markup=[
            method_markup(comparison, names, here.base.catalogue().value, page),
            breadcrumbs(comparison.methods[0], home, page),
        ],
        kinds=RELATION_NAMES,
        signposts=signposts(f"/doc/method/{slug}", here.base.method(slug), entry, _DATA_FORMATS),
        citation=citation_meta(entry_item(reader, here.base, comparison.methods[0], date.today())),
    )
    return answer(
        content,
        "text/html",
        page_language(language),
        entity_tag(reader.version, request.full_path, page_language(language)),
    )
