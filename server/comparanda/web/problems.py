"""Every error in one form: RFC 9457 problem details, or a page with the same facts for browsers."""

from __future__ import annotations

import logging
import math
import uuid

from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError

from comparanda.errors import (
    BadQuery,
    BrokenInstallation,
    ComparandaError,
    InvalidData,
    PoolBusy,
    StoreError,
    Unauthorized,
    UnknownMethod,
)
from comparanda.web import site
from comparanda.web.i18n import languages
from comparanda.web.negotiation import asked_languages

_FINDINGS_SHOWN = 100
_LATER_S = 5
_log = logging.getLogger(__name__)


def register_problems(app: Flask) -> None:
    app.register_error_handler(ComparandaError, _from_ours)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _from_unexpected)


def _from_ours(error: ComparandaError) -> Response:
    identifier = uuid.uuid4().hex
    if (
        isinstance(error, (StoreError, BrokenInstallation)) or error.status == 500
    ):  # the message may hold paths and addresses: into the log, not to the client
        _log.error("request %s: %s", identifier, error, exc_info=error)
        response = _problem(
            error.status,
            error.code,
            "The catalogue cannot be read at the moment.",
            "Try again later.",
            None,
            identifier,
        )
    else:
        response = _problem(error.status, error.code, error.what, error.to_do, error.value, identifier, error)
    if isinstance(error, Unauthorized):
        response.headers["WWW-Authenticate"] = 'Bearer realm="comparanda"'
    if isinstance(error, (StoreError, PoolBusy)):
        response.headers["Retry-After"] = str(math.ceil(getattr(error, "retry_after_s", None) or _LATER_S))
    return response


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    details = {404: "There is nothing at this address.", 405: "This method is not allowed here."}
    detail = details.get(status, error.description or error.name)
    response = _problem(status, error.name.lower().replace(" ", "_"), detail, "", None, uuid.uuid4().hex)
    for name, value in error.get_headers():
        if name in ("Allow", "Location", "Retry-After"):
            response.headers[name] = value
    return response


def _from_unexpected(error: Exception) -> Response:
    identifier = uuid.uuid4().hex
    _log.exception("request %s failed", identifier, exc_info=error)
    return _problem(
        500,
        "internal",
        "The server failed on this request.",
        f"Report it with the number {identifier}.",
        None,
        identifier,
    )


def _problem(
    status: int,
    code: str,
    detail: str,
    to_do: str,
    value: object,
    identifier: str,
    error: ComparandaError | None = None,
) -> Response:
    facts: dict[str, object] = {
        "type": f"{site().settings.base_iri}problems#{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
    }
    facts |= {"code": code, "detail": f"{detail} {to_do}".strip(), "instance": f"urn:uuid:{uuid.UUID(identifier)}"}
    if value is not None:
        facts["value"] = value
    if isinstance(error, BadQuery):
        facts["line"], facts["column"] = error.line, error.column
    if isinstance(error, InvalidData):
        facts["findings"] = [finding.as_dict() for finding in error.findings[:_FINDINGS_SHOWN]]
        facts["total"] = len(error.findings)
    if isinstance(error, UnknownMethod):
        facts["unknown"], facts["closest"] = error.slugs, error.closest
    if _wants_page():
        response = _page(status, detail, to_do, str(facts["instance"]), error)
    else:
        response = Response(json.dumps(facts, ensure_ascii=False), status, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def _wants_page() -> bool:
    """Whether a browser asks, and a page can be made: none can for a Host header that is not trusted."""
    offered = ["application/problem+json", "application/json", "text/html"]
    best = request.accept_mimetypes.best_match(offered, "application/problem+json")
    return best == "text/html" and not isinstance(request.routing_exception, SecurityError) and _host_is_trusted()


def _host_is_trusted() -> bool:
    try:
        return bool(request.host)
    except SecurityError:
        return False


def _page(status: int, detail: str, to_do: str, instance: str, error: ComparandaError | None) -> Response:
    asked = (request.path.split("/")[1], *asked_languages())
    language = next((tag for tag in asked if tag in languages()), site().settings.default_language)
    content = render_template(
        "error.html", language=language, status=status, detail=detail, to_do=to_do, error=error, instance=instance
    )
    return Response(content, status, content_type="text/html; charset=utf-8")
