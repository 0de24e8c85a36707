"""`/sparql`: the SPARQL 1.1 Protocol for queries, the service description, and a form for people."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass, field

from flask import Blueprint, Response, request
from werkzeug.wsgi import FileWrapper

from comparanda.errors import (
    BadRequest,
    Forbidden,
    NotAcceptable,
    PayloadTooLarge,
    QueryTimeout,
    UnknownFormat,
    UnsupportedMediaType,
)
from comparanda.sparql.formats import RESULT_FORMATS, ResultFormat, find_result_format
from comparanda.sparql.pool import Result
from comparanda.sparql.request import MAX_QUERY_BYTES, ProtocolRequest, protocol_request, refuse_network
from comparanda.web import answer, entity_tag, site
from comparanda.web.descriptions import service_description
from comparanda.web.negotiation import accepted_types, accepts_html
from comparanda.web.sparql_page import editor_page, table_formats
from comparanda.web.writing import check_may_write, run_update

blueprint = Blueprint("sparql", __name__)

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_METHODS = ["GET", "POST", "QUERY", "OPTIONS"]
_SMALL_RESULT_BYTES = 1_000_000


@dataclass(slots=True)
class _Parameters:
    """What address and body say, by name, in their order."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, encoded: bytes) -> None:
        try:
            text = encoded.decode("ascii" if b"%" in encoded else "utf-8")
            pairs = urllib.parse.parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1_000)
        except (UnicodeDecodeError, ValueError) as error:
            raise BadRequest("The parameters are not UTF-8.", to_do="Encode them as UTF-8.") from error
        for name, value in pairs:
            self.values.setdefault(name, []).append(value)

    def all(self, name: str) -> list[str]:
        return self.values.get(name, [])

    def one(self, name: str) -> str | None:
        """The value of a parameter that may be given once.

        Raises:
            BadRequest: it is given more often.
        """
        found = self.all(name)
        if len(found) > 1:
            raise BadRequest(f"The parameter {name} is given {len(found)} times.", value=name, to_do="Give it once.")
        return found[0] if found else None


@blueprint.route("/sparql/", methods=_METHODS, provide_automatic_options=False)
@blueprint.route("/sparql", methods=_METHODS, provide_automatic_options=False, strict_slashes=False)
def endpoint() -> Response:
    """Answer a query, or describe the service where none is sent."""
    if request.method == "OPTIONS":
        response = Response(status=204)
        response.headers["Allow"] = "GET, HEAD, POST, QUERY, OPTIONS"
        return _with_headers(response)
    parameters = _Parameters()
    parameters.add(request.query_string)
    query = _query_in_body(parameters) if request.method in ("POST", "QUERY") else parameters.one("query")
    update = _update_in(parameters)
    if update is not None:
        return _with_headers(
            run_update(update, parameters.all("using-graph-uri"), parameters.all("using-named-graph-uri"))
        )
    if site().settings.store_public_url and (query is not None or accepts_html()):
        return _with_headers(_elsewhere(site().settings.store_public_url))
    if query is None:
        if request.method != "GET" and request.method != "HEAD":
            raise BadRequest("The request holds no query.", to_do="Send it as query=… or as application/sparql-query.")
        return _with_headers(_describe())
    format_name = next((name for name in (*parameters.all("format"), *parameters.all("output")) if name), None)
    if request.method in ("GET", "HEAD") and format_name is None and accepts_html():
        return _with_headers(_page(query, parameters))
    return _with_headers(_answer(_asked(query, parameters), format_name))


def _asked(query: str, parameters: _Parameters) -> ProtocolRequest:
    asked = protocol_request(query, parameters.all("default-graph-uri"), parameters.all("named-graph-uri"))
    refuse_network(asked)
    return asked


def _page(query: str, parameters: _Parameters) -> Response:
    """The editor with the answer, or with the query to be corrected and what is wrong with it."""
    try:
        result = site().pool().run(_asked(query, parameters), table_formats())
    except (BadRequest, Forbidden, PayloadTooLarge, QueryTimeout) as error:
        return editor_page(query, error=error)
    return editor_page(query, result)


def _elsewhere(public_url: str) -> Response:
    """Send a query on to the store's own endpoint, as it came; browsers without one are shown that endpoint."""
    asked = urllib.parse.quote(request.query_string, safe="!$%&'()*+,-./:;=?@_~")
    response = Response(status=307)
    response.headers["Location"] = f"{public_url}{'&' if '?' in public_url else '?'}{asked}" if asked else public_url
    return response


def _query_in_body(parameters: _Parameters) -> str | None:
    """The query of a POST or QUERY request; the parameters of a form are added to the others.

    Raises:
        UnsupportedMediaType: the body is neither a form nor a query in UTF-8.
        BadRequest: the body is shorter than announced, or not UTF-8.
    """
    media_type = request.mimetype
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if media_type not in (FORM, QUERY, UPDATE) or charset not in ("utf-8", "utf8"):
        shown = request.headers.get("Content-Type", "none")[:100]
        raise UnsupportedMediaType(
            f"A body of the type {shown} is not understood here.",
            value=shown,
            to_do=f"Send {QUERY} or {FORM} in UTF-8.",
        )
    body = request.get_data(cache=False)
    if request.content_length is not None and len(body) != request.content_length:
        raise BadRequest("The body is shorter than its Content-Length.", value=len(body), to_do="Send it again.")
    if media_type == FORM:
        if len(body) > 3 * MAX_QUERY_BYTES:
            raise PayloadTooLarge(f"The form is longer than {3 * MAX_QUERY_BYTES:,} bytes.", to_do="Shorten the query.")
        parameters.add(body)
        return parameters.one("query")
    if parameters.all("query"):
        raise BadRequest("The request holds two queries.", to_do="Send it in the body or in the address, not in both.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("The query is not UTF-8.", to_do="Encode it as UTF-8.") from error
    if media_type == UPDATE:
        parameters.values.setdefault("update", []).append(text)
        return None
    return text


def _update_in(parameters: _Parameters) -> str | None:
    """The update of a request that may hold one.

    Raises:
        BadRequest: it comes by GET or QUERY, twice, or beside a query.
        Unauthorized, Forbidden: this server or this client may not write.
    """
    update = parameters.one("update")
    if update is None:
        return None
    if request.method != "POST":
        raise BadRequest(f"An update cannot be sent by {request.method}.", to_do="Use POST.")
    if parameters.all("query"):
        raise BadRequest("The request holds a query and an update.", to_do="Send one of them.")
    check_may_write()
    return update


def _answer(asked: ProtocolRequest, format_name: str | None) -> Response:
    formats = {form: _format(form, format_name) for form in RESULT_FORMATS}
    if format_name and not any(formats.values()):
        names = sorted({known.name for known_formats in RESULT_FORMATS.values() for known in known_formats})
        raise UnknownFormat(
            f"There is no format {format_name[:40]!r} here.",
            value=format_name[:40],
            to_do=f"Use one of {', '.join(names)}.",
        )
    if not any(formats.values()):
        every = sorted({known.media_type for known_formats in RESULT_FORMATS.values() for known in known_formats})
        raise NotAcceptable(
            f"None of the formats here fits Accept: {request.headers['Accept'][:200]}.",
            value=every,
            to_do=f"Ask for one of {', '.join(every)}.",
        )
    here = site()
    chosen = "|".join(f"{form}={known.name if known else ''}" for form, known in formats.items())
    tag = entity_tag(here.reader().version, asked.text, str(asked.default_graphs), str(asked.named_graphs), chosen)
    if request.if_none_match.contains(tag):
        return answer(b"", "text/plain", None, tag)
    return _respond(here.pool().run(asked, formats), tag)


def _format(form: str, name: str | None) -> ResultFormat | None:
    """The format for one form of query, by name or by Accept among the formats that are valid for it."""
    if name:
        return find_result_format(form, name)
    accept = accepted_types()
    known_formats = RESULT_FORMATS[form]
    if not accept:
        return known_formats[0]

    def quality(known: ResultFormat) -> float:
        own = accept.quality(known.media_type)
        explicit = any(known.media_type == media_type for media_type, _ in accept)
        aliases = max((accept.quality(alias) for alias in known.aliases if alias in accept.values()), default=0.0)
        return max(own + (0.001 if explicit else 0.0) if own else 0.0, aliases and aliases + 0.0005)

    best = max(known_formats, key=quality)  # of equals the first
    return best if quality(best) > 0 else None


def _respond(result: Result, tag: str) -> Response:
    if result.size <= _SMALL_RESULT_BYTES:
        with result.file:
            return answer(result.file.read(), result.format.media_type, None, tag)
    response = answer(b"", result.format.media_type, None, tag)
    response.response = FileWrapper(result.file, 262_144)
    response.call_on_close(result.file.close)
    response.direct_passthrough = True
    response.headers["Content-Length"] = str(result.size)
    return response


def _describe() -> Response:
    if not site().settings.store_public_url:
        site().embedded()
    return editor_page() if accepts_html() else service_description()


def _with_headers(response: Response) -> Response:
    response.headers["Accept-Query"] = f"{QUERY}, {FORM}"
    response.headers["Vary"] = "Accept, Accept-Language"
    return response
