"""In which languages a reader wants pages: the words around the texts, and the texts themselves.

The language of the interface is in the path, or negotiated where an address has none. Texts of the catalogue come in
the same language unless the address says another one: `?clang=th`. Addresses made for the same reader keep it.
"""

from __future__ import annotations

import urllib.parse
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request

from comparanda.errors import InvalidTerm
from comparanda.languages import lookup_chain
from comparanda.terms import language_tag
from comparanda.web import site
from comparanda.web.addresses import public_url
from comparanda.web.i18n import languages
from comparanda.web.negotiation import asked_languages


def register_preferences(app: Flask) -> None:
    """Make addresses keep the language of texts, and give templates what the frame of a page needs."""
    app.before_request(_check_content_language)
    app.url_defaults(_keep_content_language)
    app.jinja_env.globals.update(
        in_language=in_language,
        canonical_address=canonical_address,
        chosen_content_language=chosen_content_language,
        content_language=content_language,
        default_language=lambda: site().settings.default_language,
        parameters_but=parameters_but,
    )


def page_language(language: str) -> str:
    """The interface language closest to `language`."""
    return next((tag for tag in lookup_chain(language, site().settings.default_language) if tag in languages()), "en")


def negotiated_language() -> str:
    """The interface language that the request asks for."""
    chains = [lookup_chain(tag, tag) for tag in asked_languages()]
    return next((tag for chain in chains for tag in chain if tag in languages()), site().settings.default_language)


def content_language(language: str) -> str:
    """The language in which texts of the catalogue are wanted on a page in `language`."""
    return chosen_content_language() or language


def chosen_content_language() -> str | None:
    """The language of texts that the address asks for, apart from that of the interface."""
    try:
        return language_tag(request.args.get("clang", ""))
    except InvalidTerm:  # refused before the page; the page that says so is made without
        return None


def in_language(language: str) -> str:
    """The address of this page in another language of the interface."""
    return _in_language(language, parameters_but("lang"))


def canonical_address(language: str) -> str:
    """The one address of this page in a language of the interface, whatever readers prefer besides."""
    return public_url() + _in_language(language, parameters_but("lang", "clang")).removeprefix("/")


def _in_language(language: str, parameters: list[tuple[str, str]]) -> str:
    first, _, rest = request.path.removeprefix("/").partition("/")
    if request.path == "/" or _is_language(first):
        return urllib.parse.quote(f"/{language}/{rest}") + _query(parameters)
    path = "/" + request.path.lstrip("/")  # two slashes would name another host
    return urllib.parse.quote(path) + _query([*parameters, ("lang", language)])


def parameters_but(*names: str) -> list[tuple[str, str]]:
    """The parameters of this request without some, to be kept in an address or a form."""
    return [(name, value) for name, value in request.args.items(multi=True) if name not in names]


def _is_language(segment: str) -> bool:
    return segment.lower().split("-")[0] in languages()


def _query(parameters: list[tuple[str, str]]) -> str:
    return "?" + _encoded(tuple(parameters)) if parameters else ""


@lru_cache(maxsize=16)  # a page has the same parameters in the addresses of all its languages
def _encoded(parameters: tuple[tuple[str, str], ...]) -> str:
    return urllib.parse.urlencode(parameters, safe=",")


def _check_content_language() -> None:
    """Refuse a request whose `?clang=` is no language tag."""
    if request.args.get("clang"):
        language_tag(request.args["clang"])


def _keep_content_language(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses of pages in a language keep the language of texts; `clang=None` leaves it out."""
    if current_app.url_map.is_endpoint_expecting(endpoint, "language"):
        values.setdefault("clang", chosen_content_language())
