"""Descriptions of the service and the data: SPARQL service description, VoID, DCAT, and where to find them."""

from __future__ import annotations

from flask import Blueprint, Response, json, redirect, render_template, url_for
from pyoxigraph import Literal, NamedNode, Triple, serialize

from comparanda.formats import GRAPH_FORMATS, Format
from comparanda.namespaces import DCTERMS, PREFIXES, RDF, VOID, Base, Namespace
from comparanda.queries import queries
from comparanda.sparql.formats import RESULT_FORMATS
from comparanda.terms import Term, text
from comparanda.web import answer, entity_tag, site
from comparanda.web.addresses import public_url
from comparanda.web.i18n import languages
from comparanda.web.negotiation import chosen_format

blueprint = Blueprint("descriptions", __name__)

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_W3C_FORMATS = Namespace("http://www.w3.org/ns/formats/")
_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON", "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV", "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle", "nt": "N-Triples", "rdf": "RDF_XML", "jsonld": "JSON-LD", "trig": "TriG", "nq": "N-Quads",
}  # fmt: skip
_DESCRIPTION_FORMATS = tuple(known for known in GRAPH_FORMATS if known.name in ("ttl", "nt", "rdf", "jsonld"))


def service_description() -> Response:
    """The service and, with it, the data that it serves (SPARQL 1.1 Service Description)."""
    return _graph([*_service(), *_dataset()], "service")


@blueprint.get("/void")
@blueprint.get("/catalog")
def dataset_description() -> Response:
    """VoID and DCAT of the catalogue, as the store holds them."""
    return _graph(_dataset(), "dataset")


@blueprint.get("/.well-known/void")
def well_known_void() -> Response:
    response: Response = redirect(url_for("descriptions.dataset_description"), 302)  # type: ignore[assignment]
    return response


@blueprint.get("/.well-known/api-catalog")
def api_catalogue() -> Response:
    """A link set of what programs can ask (RFC 9727, RFC 9264)."""
    here = public_url()
    links = {
        "anchor": f"{here}sparql",
        "service-desc": [{"href": f"{here}sparql", "type": "text/turtle"}],
        "describedby": [{"href": f"{here}void", "type": "text/turtle"}],
        "license": [{"href": "https://creativecommons.org/licenses/by/4.0/"}],
    }
    content = json.dumps({"linkset": [links, {"anchor": f"{here}compare", "item": [{"href": f"{here}compare"}]}]})
    response = answer(content, "application/linkset+json", None, entity_tag(content))
    response.headers["Content-Type"] = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
    return response


@blueprint.get("/robots.txt")
def robots() -> Response:
    lines = [
        "User-agent: *",
        "Disallow: /sparql?",
        "Disallow: /compare?",
        "Disallow: /*/explore/neighbourhood?",
        f"Sitemap: {public_url()}sitemap.xml",
        "",
    ]
    content = "\n".join(lines)
    return answer(content, "text/plain", None, entity_tag(content))


@blueprint.get("/opensearch.xml")
def open_search() -> Response:
    """How a browser searches here (OpenSearch 1.1)."""
    content = render_template("opensearch.xml", here=public_url())
    return answer(content, "application/opensearchdescription+xml", None, entity_tag(content))


@blueprint.get("/sitemap.xml")
def site_map() -> Response:
    """The pages of all methods in all languages, an index of one map a language (sitemaps.org)."""
    content = render_template("sitemap_index.xml", here=public_url(), languages=languages())
    return answer(content, "application/xml", None, entity_tag(content, site().reader().version))


@blueprint.get("/sitemap-<lang:language>.xml")
def language_site_map(language: str) -> Response:
    """The pages of all methods in one language, with the day on which their entries changed."""
    rows = site().reader().select(queries()["method_dates"].bind())
    pages = [
        (Base.slug(row["method"]), row["changed"].value[:10])
        for row in rows
        if isinstance(row["method"], NamedNode) and isinstance(row["changed"], Literal)
    ]
    content = render_template("sitemap.xml", here=public_url(), language=language, pages=pages)
    return answer(content, "application/xml", None, entity_tag(content))


def _dataset() -> list[Triple]:
    base = site().answers.base
    return site().reader().construct(queries()["entry"].bind(document=base.document(base.catalogue())))


def _service() -> list[Triple]:
    """What the endpoint is and can do. Its address is the one under which it was asked."""
    base = site().answers.base
    address = site().settings.store_public_url or f"{public_url()}sparql"
    service, endpoint = NamedNode(f"{base.iri}sparql#service"), NamedNode(address)
    default, graph = NamedNode(f"{base.iri}sparql#dataset"), NamedNode(f"{base.iri}sparql#default-graph")
    said: list[tuple[NamedNode, NamedNode, Term]] = [
        (service, RDF["type"], SD["Service"]),
        (service, SD["endpoint"], endpoint),
        (service, SD["supportedLanguage"], SD["SPARQL11Query"]),
        (service, SD["feature"], SD["UnionDefaultGraph"]),
        (service, DCTERMS["title"], text("SPARQL endpoint of Comparanda", "en")),
        (service, SD["defaultDataset"], default),
        (default, RDF["type"], SD["Dataset"]),
        (default, SD["defaultGraph"], graph),
        (graph, RDF["type"], SD["Graph"]),
    ]
    names = {known.name for formats in RESULT_FORMATS.values() for known in formats}
    said += [(service, SD["resultFormat"], _W3C_FORMATS[_FORMAT_NAMES[name]]) for name in sorted(names)]
    for triple in _dataset():
        if triple.subject == base.catalogue() and triple.predicate == VOID["triples"]:
            said.append((graph, VOID["triples"], triple.object))
    return [Triple(subject, predicate, value) for subject, predicate, value in said]


def _graph(triples: list[Triple], name: str) -> Response:
    wanted: Format = chosen_format(_DESCRIPTION_FORMATS)
    content = serialize(sorted(triples, key=str), format=wanted.rdf, prefixes={**PREFIXES, "sd": SD.iri}) or b""
    return answer(
        content, wanted.media_type, None, entity_tag(site().reader().version, name, wanted.name, public_url())
    )
