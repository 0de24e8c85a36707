"""The application factory: everything an application needs comes in by argument."""

from __future__ import annotations

from flask import Flask, Response, url_for
from werkzeug.routing import BaseConverter

from comparanda.answers import Answers
from comparanda.catalogue.opening import open_index, open_store
from comparanda.concepts import Concepts
from comparanda.index.snapshots import Snapshots
from comparanda.namespaces import Base
from comparanda.settings import Settings
from comparanda.shapes import shapes
from comparanda.stores import Store
from comparanda.web import (
    Site,
    changes,
    citations,
    compare,
    counts,
    descriptions,
    dumps,
    explore,
    graphs,
    library,
    linked_data,
    operation,
    pages,
    sparql,
    sparql_page,
    suggestions,
    timeline,
    writing,
)
from comparanda.web.i18n import languages, register_i18n
from comparanda.web.kept import KeptAnswers
from comparanda.web.preferences import register_preferences
from comparanda.web.problems import register_problems

_PARTS = (
    changes,
    citations,
    compare,
    counts,
    dumps,
    explore,
    graphs,
    pages,
    library,
    suggestions,
    timeline,
    operation,
    descriptions,
    sparql,
    sparql_page,
    linked_data,
    writing,
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # everything here is public and nothing depends on a cookie
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, QUERY, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, Accept-Language, Accept-Profile",
    "Access-Control-Expose-Headers": "Link, ETag, Content-Location, Retry-After",
}


class _LanguageConverter(BaseConverter):
    """A path segment that is a language of the interface."""

    regex = "[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"

    def to_python(self, value: str) -> str:
        from werkzeug.routing import ValidationError

        if value.lower().split("-")[0] not in languages():
            raise ValidationError
        return value.lower()


def create_app(settings: Settings | None = None, store: Store | None = None) -> Flask:
    """The web application.

    Args:
        settings: those of the environment by default.
        store: the store that the settings name by default.
    Raises:
        NoStore: there is none.
    """
    settings = settings or Settings.from_environment()
    app = Flask("comparanda.web", template_folder="../templates", static_folder="../static")
    app.url_map.strict_slashes = app.url_map.merge_slashes = False  # no redirections, which would name the Host
    app.url_map.converters["lang"] = _LanguageConverter
    app.config["TRUSTED_HOSTS"] = [host.strip() for host in settings.trusted_hosts.split(",") if host.strip()] or None
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    store = store or open_store(settings)
    snapshots = Snapshots(store, open_index(settings))
    answers = Answers(Base(settings.base_iri), shapes(), settings.default_language, snapshots)
    app.extensions["comparanda"] = Site(settings, store, answers, snapshots, Concepts(answers.base))
    app.jinja_env.globals.update(
        takes_sparql=not settings.store_is_remote or bool(settings.store_public_url),
        makes_dumps=not settings.store_is_remote,
        compare_url=_compare_url,
    )
    register_i18n(app)
    register_preferences(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for module in _PARTS:
        app.register_blueprint(module.blueprint)
    register_problems(app)
    app.after_request(_secure)
    app.wsgi_app = KeptAnswers(app.wsgi_app, lambda: store.reader().version)  # type: ignore[method-assign]
    return app


def _secure(response: Response) -> Response:
    """With the headers that all answers have, unless an answer has others of its own."""
    own = {name for name, _ in response.headers}
    for name, value in _HEADERS.items():
        if name not in own:
            response.headers.add(name, value)
    return response


def _compare_url(language: str, slugs: list[str], rows: str = "all") -> str:
    return url_for("compare.page", language=language, slugs=",".join(slugs), rows=None if rows == "all" else rows)
