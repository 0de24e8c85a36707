"""The list of methods, the page of one method, and its addresses as linked data."""

from __future__ import annotations

import pyoxigraph
from flask import Blueprint, Response, redirect, render_template, request, url_for

from comparanda.errors import UnknownMethod
from comparanda.formats import GRAPH_FORMATS, Format, find_format
from comparanda.languages import lookup_chain
from comparanda.namespaces import PREFIXES
from comparanda.queries import queries
from comparanda.terms import slug as checked_slug
from comparanda.web import answer, entity_tag, site
from comparanda.web.i18n import languages
from comparanda.web.negotiation import asked_languages, chosen_format

blueprint = Blueprint("pages", __name__)
_HTML = Format("html", "text/html", None, ("application/xhtml+xml",))
RELATION_NAMES = {
    "extends": "extends",
    "specialCaseOf": "special case of",
    "generalises": "generalises",
    "alternativeTo": "alternative to",
    "usedWith": "used with",
    "componentOf": "component of",
    "hasComponent": "has component",
}
_DOCUMENT_FORMATS = (_HTML, *(known for known in GRAPH_FORMATS if known.name in ("ttl", "nt", "rdf", "jsonld")))


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
        "library.html", language=page_language(language), methods=methods, wanted=wanted, version=reader.version
    )
    return answer(content, "text/html", page_language(language), entity_tag(reader.version, request.full_path))


@blueprint.get("/<lang:language>/method/<slug>")
def method(language: str, slug: str) -> Response:
    """The page of one method."""
    return _method_page(language, slug)


@blueprint.get("/id/method/<slug>")
def thing(slug: str) -> Response:
    """A method is no document: 303 to the document about it.

    Raises:
        UnknownMethod: there is no such method.
    """
    _document(slug)
    return redirect(url_for("pages.document", slug=slug), 303)  # type: ignore[return-value]


@blueprint.get("/doc/method/<slug>")
def document(slug: str) -> Response:
    """The document about a method, in the format of its suffix or of the Accept header."""
    stem, dot, suffix = slug.rpartition(".")
    wanted = find_format(suffix, _DOCUMENT_FORMATS) if dot else chosen_format(_DOCUMENT_FORMATS)
    name = stem if dot else slug
    if wanted.rdf is None:
        response = _method_page(negotiated_language(), name)
    else:
        triples = _document(name)
        content = pyoxigraph.serialize(triples, format=wanted.rdf, prefixes=PREFIXES) or b""
        response = answer(content, wanted.media_type, None, entity_tag(site().reader().version, name, wanted.name))
    response.headers["Content-Location"] = url_for("pages.document", slug=f"{name}.{wanted.name}")
    for known in _DOCUMENT_FORMATS:
        response.headers.add(
            "Link",
            f'<{url_for("pages.document", slug=f"{name}.{known.name}")}>; rel="alternate"; type="{known.media_type}"',
        )
    return response


def _document(slug: str) -> list[pyoxigraph.Triple]:
    """The triples of a method's document, sorted.

    Raises:
        UnknownMethod: there is no such method.
    """
    base = site().answers.base
    triples = (
        site().reader().construct(queries()["entry"].bind(document=base.document(base.method(checked_slug(slug)))))
    )
    if not triples:
        raise UnknownMethod([slug], site().answers.closest_slugs(site().reader(), [slug]))
    return sorted(triples, key=str)


def _method_page(language: str, slug: str) -> Response:
    here, reader = site().answers, site().reader()
    comparison = here.method(reader, slug, language)
    content = render_template(
        "method.html",
        language=page_language(language),
        comparison=comparison,
        method=comparison.methods[0],
        names=here.names(reader, slug),
        related=here.related(reader, slug, language),
        referenced_by=here.referenced_by(reader, slug, language),
        formats=_DOCUMENT_FORMATS[1:],
        kinds=RELATION_NAMES,
    )
    return answer(
        content,
        "text/html",
        page_language(language),
        entity_tag(reader.version, request.full_path, page_language(language)),
    )
