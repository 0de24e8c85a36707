"""The comparison: `/<lang>/compare` for readers, `/compare` for every format and language."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from comparanda.errors import BadRequest
from comparanda.formats import COMPARISON_FORMATS, TRANSPOSED_FORMATS, Format, find_format, is_transposed
from comparanda.languages import lookup_chain
from comparanda.render.comparison import RENDERERS
from comparanda.stores import Reader
from comparanda.web import Site, answer, entity_tag, site, today
from comparanda.web.addresses import public_url
from comparanda.web.asked import methods_called
from comparanda.web.compare_page import Asked, comparison_page
from comparanda.web.negotiation import asked_languages, chosen_format
from comparanda.web.preferences import content_language, page_language

blueprint = Blueprint("compare", __name__)
_HTML = find_format("html", COMPARISON_FORMATS)
_CHOICES = 50
_SAVED = ("csv", "tsv", "xlsx", "tex")  # what browsers save and do not show


@blueprint.get("/compare")
def negotiated() -> Response:
    """A comparison in the format and language that the request asks for."""
    languages = [
        tag
        for tag in asked_languages()
        if request.args.get("lang") or tag.split("-")[0] in site().answers.shapes.languages
    ]
    return _compare(next(iter(languages), site().settings.default_language))


@blueprint.get("/<lang:language>/compare")
def page(language: str) -> Response:
    """A comparison in one language, as a page unless another format is asked for."""
    return _compare(request.args.get("lang") or language)


def _compare(language: str) -> Response:
    here = site()
    slugs = tuple(slug for given in request.args.getlist("slugs") for slug in given.split(",") if slug)
    by_parameter = "transposed" in request.headers.get("Accept", "").lower()
    given = chosen_format((*COMPARISON_FORMATS, *TRANSPOSED_FORMATS) if by_parameter else COMPARISON_FORMATS)
    wanted = find_format(given.name, COMPARISON_FORMATS)
    transposed = _asks_transposed() or is_transposed(request.args.get("format") or given.media_type)
    if request.args.get("add", "").strip():
        return _added(here, Asked(slugs, language, content_language(language), request.args.get("rows", "all")))
    reader = here.reader()
    language, texts = (here.answers.known_language(reader, tag) for tag in (language, content_language(language)))
    asked = Asked(slugs, language, texts, request.args.get("rows", "all"), transposed)
    key = (reader.version, ",".join(slugs), texts, asked.rows, wanted.name, *(["transposed"] if transposed else []))
    if wanted == _HTML:  # the page says its whole address, and on which day it is read
        key += (language, public_url(), request.full_path, today().isoformat())
    response = answer(
        lambda: _content(here, reader, asked, wanted),
        wanted.media_type,
        language if wanted == _HTML else texts,
        entity_tag(*key),
    )
    others = {known.name: known.media_type for known in COMPARISON_FORMATS if known != wanted}
    links = (f'<{url}>; rel="alternate"; type="{others[form]}"' for form, url in asked.exports(others).items())
    response.headers["Link"] = ", ".join(links)
    if wanted.name in _SAVED:
        response.headers["Content-Disposition"] = f'attachment; filename="comparison.{wanted.name}"'
    return response


def _asks_transposed() -> bool:
    """Whether the address asks for methods as lines.

    Raises:
        BadRequest: it says neither true nor false.
    """
    given = request.args.get("transposed", "").lower()
    if given not in ("", "true", "false"):
        raise BadRequest(f"transposed is {given[:40]!r}.", value=given[:40], to_do="Use true or false.")
    return given == "true"


def _content(here: Site, reader: Reader, asked: Asked, wanted: Format) -> bytes:
    if wanted == _HTML:
        return comparison_page(here, reader, asked).encode()
    comparison = here.answers.compare(reader, asked.slugs, asked.texts)
    return RENDERERS[wanted.name](comparison.only(asked.rows), asked.transposed)


def _added(here: Site, asked: Asked) -> Response:
    """Send the reader on to the comparison with one more method, or to a choice where several fit.

    Raises:
        NotFound: no method is called so.
    """
    wanted, language = request.args["add"].strip()[:200], page_language(asked.language)
    chain = lookup_chain(asked.texts, here.settings.default_language)
    snapshot = here.snapshot()
    called = methods_called(snapshot, wanted, chain, _CHOICES + 1)
    found = [(m, asked.page([*asked.slugs, m.slug])) for m in called if m.slug not in asked.slugs]
    if len(found) <= 1:
        return redirect(found[0][1] if found else asked.page(asked.slugs), 303)  # type: ignore[return-value]
    content = render_template(
        "choose.html", language=language, wanted=wanted, choices=found[:_CHOICES], has_more=len(found) > _CHOICES
    )
    return answer(content, "text/html", language, entity_tag(snapshot.index.version, public_url(), request.full_path))
