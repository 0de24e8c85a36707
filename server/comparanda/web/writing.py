"""Writing over HTTP: SPARQL Update and the Graph Store Protocol, behind a bearer token and the gate."""

from __future__ import annotations

import hashlib
import hmac

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from comparanda.catalogue import commit_all_or_nothing
from comparanda.errors import BadRequest, Forbidden, NotFound, Unauthorized, UnknownFormat, UnsupportedMediaType
from comparanda.formats import GRAPH_FORMATS, find_format
from comparanda.isolation import parse_isolated
from comparanda.namespaces import PREFIXES
from comparanda.queries import queries
from comparanda.sparql.request import protocol_request, refuse_network
from comparanda.sparql.update import changed_graphs
from comparanda.stores import Writer
from comparanda.terms import iri
from comparanda.web import answer, entity_tag, site
from comparanda.web.negotiation import chosen_format

blueprint = Blueprint("writing", __name__)
_GRAPH_FORMATS = tuple(known for known in GRAPH_FORMATS if known.rdf not in (RdfFormat.TRIG, RdfFormat.N_QUADS))
_WAIT_S = 5.0  # for another writer to finish
_MAX_MEMORY_BYTES = 2_000_000_000


def check_may_write() -> None:
    """Whether this server takes writes, and the request carries its token.

    Raises:
        Forbidden: the server is read only.
        Unauthorized: there is no token, or a wrong one.
    """
    settings = site().settings
    if not settings.writable or not settings.write_token:
        raise Forbidden("This server is read only.", to_do="Ask its operator to enable writing.")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given, expected = (
        hashlib.sha256(value.encode("utf-8", "replace")).digest() for value in (token, settings.write_token)
    )
    if scheme.lower() != "bearer" or not hmac.compare_digest(given, expected):
        raise Unauthorized("The request carries no valid token.", to_do="Send Authorization: Bearer and the token.")


def run_update(update: str, default_graphs: list[str], named_graphs: list[str]) -> Response:
    """Run a SPARQL update that `check_may_write` has let through: all of it, or nothing."""
    here = site()
    asked = protocol_request(update, default_graphs, named_graphs)
    refuse_network(asked)
    with here.embedded().writer(wait_s=_WAIT_S) as writer:
        graphs = changed_graphs(
            writer.snapshot, asked, here.settings.base_iri, here.settings.sparql_deadline_s, _MAX_MEMORY_BYTES
        )
        return _committed(writer, graphs, 204)


@blueprint.route("/graph-store", methods=["GET", "PUT", "POST", "DELETE"])
def graph_store() -> Response:
    """One named graph (SPARQL 1.1 Graph Store HTTP Protocol, indirect identification)."""
    if "default" in request.args or not request.args.get("graph"):
        raise BadRequest("The request names no graph.", to_do="Add ?graph= and the IRI of a named graph.")
    graph = iri(request.args["graph"])
    if request.method == "GET":
        return _read(graph)
    check_may_write()
    received = _triples_of_body() if request.method != "DELETE" else []
    with site().store.writer(wait_s=_WAIT_S) as writer:
        present = writer.reader.construct(queries()["entry"].bind(document=graph))
        if request.method == "DELETE" and not present:
            raise NotFound(f"There is no graph {graph.value}.", value=graph.value, to_do="Check the IRI.")
        triples = list(dict.fromkeys([*present, *received])) if request.method == "POST" else received
        return _committed(writer, {graph: triples}, 204 if present else 201)


def _read(graph: NamedNode) -> Response:
    triples = site().reader().construct(queries()["entry"].bind(document=graph))
    if not triples:
        raise NotFound(f"There is no graph {graph.value}.", value=graph.value, to_do="Check the IRI.")
    wanted = chosen_format(_GRAPH_FORMATS)
    content = serialize(sorted(triples, key=str), format=wanted.rdf, prefixes=PREFIXES) or b""
    return answer(content, wanted.media_type, None, entity_tag(site().reader().version, graph.value, wanted.name))


def _triples_of_body() -> list[Triple]:
    """The triples of the body, parsed in a process of its own.

    Raises:
        UnsupportedMediaType: no RDF format for single graphs.
        BadRequest: the body has no length, or another one than announced.
        UnreadableInput: it is not what its type says.
    """
    try:
        known = find_format(request.mimetype or "none", _GRAPH_FORMATS)
    except UnknownFormat as error:
        raise UnsupportedMediaType(error.what, value=error.value, to_do=error.to_do) from error
    if request.content_length is None:
        raise BadRequest("The body has no Content-Length.", to_do="Send its length.")
    body = request.get_data(cache=False)
    if len(body) != request.content_length:
        raise BadRequest("The body is shorter than its Content-Length.", value=len(body), to_do="Send it again.")
    parsed = parse_isolated(body, known.name, site().settings.base_iri, "The body")
    return [quad.triple for quad in parse(parsed, format=RdfFormat.N_QUADS, without_named_graphs=True)]


def _committed(writer: Writer, graphs: dict[NamedNode, list[Triple]], status: int) -> Response:
    here = site()
    if graphs:
        commit_all_or_nothing(writer, graphs, here.answers.shapes if here.settings.gate else None, here.answers.base)
    response = Response(status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
