"""The comparison: `/<lang>/compare` for readers, `/compare` for every format and language."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for

from comparanda.errors import BadRequest, NotFound
from comparanda.formats import COMPARISON_FORMATS, TRANSPOSED_FORMATS, find_format, is_transposed
from comparanda.render.comparison import RENDERERS
from comparanda.web import Site, answer, entity_tag, site
from comparanda.web.addresses import public_url
from comparanda.web.compare_page import comparison_page, export_address, today
from comparanda.web.negotiation import asked_languages, chosen_format
from comparanda.web.preferences import content_language, page_language

blueprint = Blueprint("compare", __name__)
_HTML = find_format("html", COMPARISON_FORMATS)
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
    slugs = [slug for given in request.args.getlist("slugs") for slug in given.split(",") if slug]
    rows = request.args.get("rows", "all")
    by_parameter = "transposed" in request.headers.get("Accept", "").lower()
    asked = chosen_format((*COMPARISON_FORMATS, *TRANSPOSED_FORMATS) if by_parameter else COMPARISON_FORMATS)
    wanted = find_format(asked.name, COMPARISON_FORMATS)
    transposed = _asks_transposed() or is_transposed(request.args.get("format") or asked.media_type)
    reader = here.reader()
    if request.args.get("add", "").strip():
        return _added(here, slugs, language)
    texts = here.answers.known_language(reader, content_language(language))
    key = (reader.version, ",".join(slugs), texts, rows, wanted.name, *(["transposed"] if transposed else []))
    if wanted == _HTML:  # the page says its whole address, and on which day it is read
        key += (language, public_url(), request.full_path, today().isoformat())
        content = here.keep(key, lambda: comparison_page(here, reader, slugs, language, texts, rows).encode())
    else:
        content = here.keep(key, lambda: _render(here, slugs, texts, rows, wanted.name, transposed))
    response = answer(content, wanted.media_type, texts, entity_tag(*key))
    for known in COMPARISON_FORMATS:
        if known != wanted:
            address = export_address(slugs, texts, rows, known.name, transposed)
            response.headers.add("Link", f'<{address}>; rel="alternate"; type="{known.media_type}"')
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


def _render(here: Site, slugs: list[str], language: str, rows: str, form: str, transposed: bool) -> bytes:
    comparison = here.answers.compare(here.reader(), slugs, language)
    return RENDERERS[form](comparison.only(rows), transposed)


def _added(here: Site, slugs: list[str], language: str) -> Response:
    """Send the reader on to the comparison with one more method, or to a choice where several fit.

    Raises:
        NotFound: no method is called so.
    """
    wanted = request.args["add"].strip()[:200]
    found = here.answers.method_called(here.reader(), wanted)
    if len(found) != 1:
        found = found or here.answers.methods_matching(here.reader(), wanted)
    new = [slug for slug in found if slug not in slugs]
    if not found:
        raise NotFound(
            f"No method is called {wanted!r}.", value=wanted, to_do="Check the spelling or search the list of methods."
        )
    if len(new) <= 1:
        target = url_for(
            "compare.page",
            language=page_language(language),
            slugs=",".join([*slugs, *new]),
            rows=request.args.get("rows"),
        )
        return redirect(target, 303)  # type: ignore[return-value]
    choices = here.answers.headings(here.reader(), new[:50], language)
    content = render_template(
        "choose.html", language=page_language(language), slugs=slugs, wanted=wanted, choices=choices, count=len(new)
    )
    return answer(content, "text/html", page_language(language), entity_tag(here.reader().version, request.full_path))
