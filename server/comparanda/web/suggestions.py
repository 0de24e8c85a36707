"""Suggestions while a reader types the name of a method."""

from __future__ import annotations

from flask import Blueprint, Response, json, request, url_for

from comparanda.index.reading import IndexReader, Listed
from comparanda.index.search import suggest
from comparanda.languages import lookup_chain
from comparanda.web import answer, entity_tag, site
from comparanda.web.addresses import public_url
from comparanda.web.asked import asked_limit
from comparanda.web.preferences import negotiated_language, page_language

blueprint = Blueprint("suggestions", __name__)
_MAX_LETTERS = 200
_MAX_SUGGESTIONS = 50


@blueprint.get("/api/suggest")
def suggestions() -> Response:
    """Methods with the letters `q` in a name or an author's name, in any language, the likeliest first, as JSON.

    Each item has slug, name, language and href; `found` and `found_language` say what was found where it is not the
    name.
    """
    index = site().snapshot().index
    language = request.args.get("lang") or site().settings.default_language
    items = [
        {
            "slug": method.slug,
            "name": method.name,
            "language": method.language,
            "found": method.found,
            "found_language": method.found_language,
            "href": _page(method, language),
        }
        for method in _suggested(index, language)
    ]
    content = json.dumps({"query": _letters(), "items": items}, ensure_ascii=False)
    return answer(content, "application/json", None, entity_tag(index.version, request.full_path))


@blueprint.get("/opensearch/suggestions")
def for_browsers() -> Response:
    """The same in the reader's language, as browsers ask for them in their address bars: names, texts, addresses."""
    index, language = site().snapshot().index, negotiated_language()
    found = _suggested(index, language)
    content = [
        _letters(),
        [method.name for method in found],
        [method.found or "" for method in found],
        [public_url() + _page(method, language).removeprefix("/") for method in found],
    ]
    tag = entity_tag(index.version, request.full_path, language, public_url())
    return answer(json.dumps(content, ensure_ascii=False), "application/x-suggestions+json", None, tag)


def _letters() -> str:
    return request.args.get("q", "")[:_MAX_LETTERS]


def _suggested(index: IndexReader, language: str) -> list[Listed]:
    chain = lookup_chain(language, site().settings.default_language)
    return suggest(index, _letters(), chain, asked_limit(10, _MAX_SUGGESTIONS))


def _page(method: Listed, language: str) -> str:
    return url_for("pages.method", language=page_language(language), slug=method.slug)
