"""Suggestions while a reader types the name of a method."""

from __future__ import annotations

from flask import Blueprint, Response, json, request, url_for

from comparanda.errors import BadRequest
from comparanda.index.search import suggest
from comparanda.languages import lookup_chain
from comparanda.web import answer, entity_tag, site
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
        for found in suggest(snapshot.index, letters, chain, _limit())
    ]
    content = json.dumps({"query": letters, "items": items}, ensure_ascii=False)
    return answer(content, "application/json", None, entity_tag(snapshot.index.version, request.full_path))


def _limit() -> int:
    """How many suggestions are asked for.

    Raises:
        BadRequest: no number from 1 to 50.
    """
    given = request.args.get("limit", "10")
    if not given.isdecimal() or not 1 <= int(given) <= _MAX_SUGGESTIONS:
        raise BadRequest(f"limit is {given[:40]!r}.", value=given[:40], to_do=f"Use 1 to {_MAX_SUGGESTIONS}.")
    return int(given)
