"""Suggestions while a reader types the name of a method."""

from __future__ import annotations

from flask import Blueprint, Response, json, request, url_for

from comparanda.index.search import suggest
from comparanda.languages import lookup_chain
from comparanda.web import answer, entity_tag, site
from comparanda.web.asked import asked_limit
from comparanda.web.preferences import page_language

blueprint = Blueprint("suggestions", __name__)
_MAX_LETTERS = 200
_MAX_SUGGESTIONS = 50


@blueprint.get("/api/suggest")
def suggestions() -> Response:
    """Methods with the letters `q` in a name or an author's name, in any language, the likeliest first, as JSON.

    Each item has slug, name, language and href; `found` and `found_language` say what was found where it is not the
    name.
    """
    letters, snapshot = request.args.get("q", "")[:_MAX_LETTERS], site().snapshot()
    language = request.args.get("lang") or site().settings.default_language
    chain = lookup_chain(language, site().settings.default_language)
    items = [
        {
            "slug": found.slug,
            "name": found.name,
            "language": found.language,
            "found": found.found,
            "found_language": found.found_language,
            "href": url_for("pages.method", language=page_language(language), slug=found.slug),
        }
        for found in suggest(snapshot.index, letters, chain, asked_limit(10, _MAX_SUGGESTIONS))
    ]
    content = json.dumps({"query": letters, "items": items}, ensure_ascii=False)
    return answer(content, "application/json", None, entity_tag(snapshot.index.version, request.full_path))
