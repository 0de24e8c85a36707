"""In which languages a reader wants pages: the words around the texts, and the texts themselves.

The language of the interface is in the path, or negotiated where an address has none. Texts of the catalogue come in
the same language unless the address says another one: `?clang=th`. Addresses made for the same reader keep it.
"""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass
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
        canonical_address=canonical_address,
        chosen_content_language=chosen_content_language,
        content_language=content_language,
        default_language=lambda: site().settings.default_language,
        own_address=own_address,
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


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a page in any language of the interface: the tag stands between two parts."""

    before: str
    after: str

    def __call__(self, language: str) -> str:
        return self.before + language + self.after


def own_address(*leave_out: str) -> Address:
    """The address of this page, without some parameters."""
    first, _, rest = request.path.removeprefix("/").partition("/")
    parameters = parameters_but("lang", *leave_out)
    if request.path == "/" or first.lower().split("-")[0] in languages():
        return Address("/", urllib.parse.quote(f"/{rest}") + ("?" + _encoded(parameters) if parameters else ""))
    path = "/" + request.path.lstrip("/")  # two slashes would name another host
    return Address(f"{urllib.parse.quote(path)}?{_encoded([*parameters, ('lang', '')])}", "")


def canonical_address() -> Address:
    """The one address of this page for everybody, whatever readers prefer."""
    address = own_address("clang")
    return Address(public_url() + address.before.removeprefix("/"), address.after)


def parameters_but(*names: str) -> list[tuple[str, str]]:
    """The parameters of this request without some, to be kept in an address or a form."""
    return [(name, value) for name, value in request.args.items(multi=True) if name not in names]


def _encoded(parameters: list[tuple[str, str]]) -> str:
    return urllib.parse.urlencode(parameters, safe=",")


def _check_content_language() -> None:
    """Refuse a request whose `?clang=` is no language tag."""
    if request.args.get("clang"):
        language_tag(request.args["clang"])


def _keep_content_language(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses of pages in a language keep the language of texts; `clang=None` leaves it out."""
    if current_app.url_map.is_endpoint_expecting(endpoint, "language"):
        values.setdefault("clang", chosen_content_language())
