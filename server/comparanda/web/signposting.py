"""Signposting (FAIR profile of 2023): where a program finds the data, licence and identifier of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response, json
from pyoxigraph import NamedNode, Triple

from comparanda.formats import Format
from comparanda.namespaces import DCTERMS, RDF
from comparanda.web import answer, entity_tag, site
from comparanda.web.addresses import public_url

_DEFAULT_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_ABOUT_PAGE = "https://schema.org/AboutPage"


def signposts(
    path: str, thing: NamedNode, triples: Iterable[Triple], formats: Sequence[Format]
) -> list[dict[str, str]]:
    """The links of a document: rel, href and, where it matters, type."""
    said = list(triples)
    classes = [
        t.object.value
        for t in said
        if t.subject == thing and t.predicate == RDF["type"] and isinstance(t.object, NamedNode)
    ]
    licence = next(
        (t.object.value for t in said if t.predicate == DCTERMS["license"] and isinstance(t.object, NamedNode)), None
    )
    links = [{"rel": "cite-as", "href": thing.value}, {"rel": "type", "href": _ABOUT_PAGE}]
    links += [{"rel": "type", "href": name} for name in sorted(classes)]
    links.append({"rel": "license", "href": licence or _DEFAULT_LICENCE})
    for known in formats:
        if known.rdf is not None:
            links.append({"rel": "describedby", "href": f"{path}.{known.name}", "type": known.media_type})
    links.append({"rel": "collection", "href": "/id/catalogue"})
    return links


def add_signposts(
    response: Response, path: str, thing: NamedNode, triples: Iterable[Triple], formats: Sequence[Format]
) -> None:
    """Link headers: signposts, alternates, and the link set that says the same."""
    whole = path in ("/ontology", "/shapes")
    for link in signposts(path, thing, triples, formats):
        if whole and link["rel"] == "describedby":
            continue
        typed = f'; type="{link["type"]}"' if "type" in link else ""
        response.headers.add("Link", f'<{link["href"]}>; rel="{link["rel"]}"{typed}')
    if whole:
        return
    for known in formats:
        response.headers.add("Link", f'<{path}.{known.name}>; rel="alternate"; type="{known.media_type}"')
    if path.startswith("/doc/"):
        response.headers.add(
            "Link", f'<{path.replace("/doc/", "/linkset/", 1)}>; rel="linkset"; type="application/linkset+json"'
        )


def linkset(path: str, thing: NamedNode, triples: Iterable[Triple], formats: Sequence[Format]) -> Response:
    """The signposts of a document as a link set (RFC 9264)."""
    here = public_url().rstrip("/")
    grouped: dict[str, list[dict[str, str]]] = {}
    for link in signposts(path, thing, triples, formats):
        target = {"href": here + link["href"] if link["href"].startswith("/") else link["href"]}
        grouped.setdefault(link["rel"], []).append(target | ({"type": link["type"]} if "type" in link else {}))
    content = json.dumps({"linkset": [{"anchor": here + path, **grouped}]})
    return answer(content, "application/linkset+json", None, entity_tag(site().reader().version, path, here))
