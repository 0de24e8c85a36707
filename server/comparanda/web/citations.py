"""Citations of a method entry, a source and a comparison, for reference managers and for readers.

`?format=bib|ris|csl|txt` or Accept decide the format; `?style=` and `?locale=`, or parameters of the media type as in
`text/x-bibliography; style=apa; locale=en-US`, decide the text. Every answer depends on the data version and the day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.http import parse_options_header

from comparanda.errors import BadRequest
from comparanda.formats import Format
from comparanda.render.citation_items import Item, comparison_item, entry_item, source_items, work_item
from comparanda.render.citation_styles import DEFAULT_STYLE, as_text, closest_locale, known_locale, known_style
from comparanda.render.citations import CITATION_FORMATS, RENDERERS
from comparanda.stores import Reader
from comparanda.terms import slug as checked_slug
from comparanda.web import answer, entity_tag, site, today
from comparanda.web.negotiation import accepted_types, asked_languages, chosen_format

blueprint = Blueprint("citations", __name__)

_PARTS = ("entry", "sources")


@blueprint.get("/cite/method/<slug>")
def method(slug: str) -> Response:
    """The entry of a method and its sources; `?what=entry` or `?what=sources` for one of them.

    Raises:
        BadRequest: `what` is something else.
        UnknownMethod: there is no such method.
    """
    what = request.args.get("what")
    if what is not None and what not in _PARTS:
        raise BadRequest(
            f"There is no part {what[:40]!r} of a citation.", value=what[:40], to_do=f"Use {' or '.join(_PARTS)}."
        )

    def items(reader: Reader, language: str, accessed: date) -> list[Item]:
        answers = site().answers
        heading = answers.method(reader, slug, language).methods[0]
        entry = [entry_item(reader, answers.base, heading, accessed)] if what != "sources" else []
        return entry + (source_items(reader, answers.base.method(slug)) if what != "entry" else [])

    return _cited(("method", slug, what or ""), slug, items)


@blueprint.get("/cite/source/<slug>")
def source(slug: str) -> Response:
    """A work that methods are traced back to.

    Raises:
        NotFound: there is no such work.
    """
    work = site().answers.base.work(checked_slug(slug))
    return _cited(("source", slug), slug, lambda reader, _language, _accessed: [work_item(reader, work)])


@blueprint.get("/cite/compare")
def compare() -> Response:
    """The comparison of the methods in `?slugs=a,b`.

    Raises:
        BadRequest: too few, too many or repeated slugs.
        UnknownMethod: slugs that no method has.
    """
    slugs = [slug for given in request.args.getlist("slugs") for slug in given.split(",") if slug]

    def items(reader: Reader, language: str, accessed: date) -> list[Item]:
        answers = site().answers
        return [comparison_item(answers.base, answers.compare(reader, slugs, language), accessed)]

    return _cited(("compare", ",".join(slugs)), "comparison", items)


def _cited(about: tuple[str, ...], name: str, items: Callable[[Reader, str, date], list[Item]]) -> Response:
    """The items in the format that is asked for; `name` is the file's, `about` what tells this answer from others.

    Raises:
        UnknownFormat: an unknown format, style or locale.
        UnknownLanguage: `?lang=` names a language without any text.
        NotAcceptable: Accept admits no format of citations.
    """
    here = site()
    reader, accessed = here.reader(), today()
    wanted, asked = _wanted(), _language()
    language = here.answers.known_language(reader, asked)
    style, locale = _style_and_locale(asked) if wanted.name == "txt" else ("", "")
    key = ("cite", reader.version, *about, language, accessed.isoformat(), wanted.name, style, locale)
    response = answer(
        lambda: _render(items(reader, language, accessed), wanted.name, style, locale).encode(),
        _content_type(wanted, style, locale),
        locale or None,
        entity_tag(*key),
    )
    for known in CITATION_FORMATS:
        if known.name != wanted.name:
            address = url_for(str(request.endpoint), **_arguments(format=known.name))
            response.headers.add("Link", f'<{address}>; rel="alternate"; type="{known.media_type}"')
    if wanted.name in ("bib", "ris"):
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{wanted.name}"'
    return response


def _render(items: Sequence[Item], form: str, style: str, locale: str) -> str:
    return as_text(items, style, locale) if form == "txt" else RENDERERS[form](items)


def _wanted() -> Format:
    """The format asked for: formatted text whatever the parameters of its media type."""
    given = tuple(value for value in accepted_types().values() if _is_text(value))
    known = (replace(form, aliases=form.aliases + given) if form.name == "txt" else form for form in CITATION_FORMATS)
    return chosen_format(tuple(known))


def _is_text(media_type: str) -> bool:
    return media_type.split(";")[0].strip().lower() == "text/x-bibliography"


def _language() -> str:
    """The language of names: one that the rows of comparisons are in, unless `?lang=` asks for another."""
    known = site().answers.shapes.languages
    fitting = (tag for tag in asked_languages() if request.args.get("lang") or tag.lower().split("-")[0] in known)
    return next(fitting, site().settings.default_language)


def _style_and_locale(language: str) -> tuple[str, str]:
    given = next((value for value in accepted_types().values() if _is_text(value)), "")
    stated = {**parse_options_header(given)[1], **request.args.to_dict()}
    locale = known_locale(stated["locale"]) if stated.get("locale") else closest_locale(language)
    return known_style(stated.get("style") or DEFAULT_STYLE), locale


def _content_type(wanted: Format, style: str, locale: str) -> str:
    if wanted.name == "txt":
        return f"{wanted.media_type}; style={style}; locale={locale}"
    return wanted.media_type + ("" if wanted.name == "csl" else "; charset=utf-8")


def _arguments(**changed: str) -> dict[str, Any]:
    """What leads to this answer in another format: the path, and of the query what is not about its form."""
    query = {name: request.args.getlist(name) for name in ("slugs", "what", "lang")}
    return {**query, **(request.view_args or {}), **changed}
