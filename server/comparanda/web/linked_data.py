"""Everything in the catalogue dereferences: things under `/id/` by 303, their documents under `/doc/`, vocabularies.

A document in RDF holds its entry, labels of what the entry names, and a number of links from other entries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request
from pyoxigraph import Literal, NamedNode, Quad, Triple, serialize
from werkzeug.exceptions import Gone

from comparanda.errors import NotFound, UnknownFormat, UnknownMethod
from comparanda.formats import GRAPH_FORMATS, Format, find_format
from comparanda.languages import choose, lookup_chain
from comparanda.namespaces import CMP, DCTERMS, FOAF, OWL, PREFIXES, RDF, RDFS, VOID, XSD, Base, short_name
from comparanda.queries import queries
from comparanda.render.vocabulary import alignments, class_rules, comparison_rows, vocabulary_sections
from comparanda.resources import folder
from comparanda.shapes import alignment_quads, ontology_quads, shapes
from comparanda.terms import slug as checked_slug
from comparanda.web import answer, entity_tag, site
from comparanda.web.addresses import link_to, own_path
from comparanda.web.negotiation import chosen_format
from comparanda.web.pages import method_page
from comparanda.web.preferences import negotiated_language
from comparanda.web.signposting import add_signposts, linkset

blueprint = Blueprint("linked_data", __name__)

MAX_INVERSE_LINKS = 100
KINDS = ("method", "source", "person", "page", "catalogue")
HTML = Format("html", "text/html", None, ("application/xhtml+xml",))
VOCABULARIES: dict[str, Callable[[], list[Quad]]] = {
    "ontology": ontology_quads,
    "ontology/alignments": alignment_quads,
    "shapes": lambda: shapes().quads,
}
DOCUMENT_FORMATS = (HTML, *(known for known in GRAPH_FORMATS if known.name in ("ttl", "nt", "rdf", "jsonld")))


@dataclass(frozen=True, slots=True)
class Document:
    """A document to serve: what it is about, its triples, its address without suffix."""

    thing: NamedNode
    triples: list[Triple]
    path: str


@blueprint.get("/id/<any(method, source, person, page):kind>/<slug>")
@blueprint.get("/id/<any(catalogue):kind>", defaults={"slug": ""})
def thing(kind: str, slug: str) -> Response:
    """A thing is no document: 303 to the document about it; 301 where another replaces it, 410 if withdrawn."""
    entry = _entry(kind, slug)
    replacement = next((t.object for t in entry.triples if t.predicate == DCTERMS["isReplacedBy"]), None)
    if isinstance(replacement, NamedNode):
        return redirect(own_path(replacement), 301)  # type: ignore[return-value]
    if any(
        t.subject == entry.thing and t.predicate == OWL["deprecated"] and t.object == Literal(True)
        for t in entry.triples
    ):
        raise Gone(f"The entry {slug} was withdrawn.")
    return redirect(f"/doc/{kind}/{slug}".rstrip("/"), 303)  # type: ignore[return-value]


@blueprint.get("/doc/<any(method, source, person, page):kind>/<slug>")
@blueprint.get("/doc/<slug>", defaults={"kind": ""})
def document(kind: str, slug: str) -> Response:
    """The document about a thing, in the format of its suffix or of the Accept header."""
    name, wanted, found = _named_or_suffixed(slug, lambda name: _find(kind or name, name if kind else ""))
    where = Document(found.thing, found.triples, f"/doc/{kind}/{name}" if kind else f"/doc/{name}")
    if wanted.rdf is None and kind == "method":
        return _described(method_page(negotiated_language(), name), where, wanted)
    return _serve(where, wanted)


@blueprint.get("/linkset/<any(method, source, person, page):kind>/<slug>")
def link_set(kind: str, slug: str) -> Response:
    """The signposts of a document as a link set."""
    entry = _entry(kind, slug)
    return linkset(f"/doc/{kind}/{slug}", entry.thing, entry.triples, DOCUMENT_FORMATS)


@blueprint.get("/vocabulary/<scheme>")
@blueprint.get("/vocabulary/<scheme>/<slug>")
def concept(scheme: str, slug: str = "") -> Response:
    """A concept scheme, or a concept in it: the document is the whole scheme's or the concept's part of it."""
    base = site().answers.base

    def find(name: str) -> Document | None:
        about = base.concept(scheme, name) if slug else base.scheme(name)
        triples = site().reader().construct(queries()["entry"].bind(document=base.document(about)))
        if slug:
            triples = [triple for triple in triples if triple.subject == about]
        return Document(about, triples, "") if triples else None

    name, wanted, found = _named_or_suffixed(slug or scheme, find)
    return _serve(
        Document(found.thing, found.triples, f"/vocabulary/{scheme}/{name}" if slug else f"/vocabulary/{name}"), wanted
    )


@blueprint.get("/ontology")
@blueprint.get("/ontology/alignments")
@blueprint.get("/shapes")
def vocabulary() -> Response:
    """The vocabulary, its alignments or the shapes: hash IRIs, one document each; as HTML, their documentation."""
    name = request.path.strip("/")
    wanted = chosen_format(DOCUMENT_FORMATS)
    quads = VOCABULARIES[name]()
    where = Document(NamedNode(f"{Base().iri}{name}"), [quad.triple for quad in quads], f"/{name}")
    return _serve(where, wanted) if wanted.rdf is not None else _described(_documentation(where), where, wanted)


def _documentation(where: Document) -> Response:
    """The page of a vocabulary: terms under their local names as anchors, labels in the reader's language."""
    language = negotiated_language()
    chain = lookup_chain(language)
    content = render_template(
        f"{where.path.rsplit('/', 1)[-1]}.html",
        language=language,
        path=where.path,
        namespace=f"{where.thing.value}#",
        best=lambda texts: choose(texts, chain),
        sections=vocabulary_sections(),
        mappings=alignments(),
        rows=comparison_rows(),
        classes=class_rules(),
        formats=DOCUMENT_FORMATS[1:],
    )
    return answer(content, "text/html", language, entity_tag(content))


@blueprint.get("/context.jsonld")
def context() -> Response:
    content = (folder("ontology") / "context.jsonld").read_bytes()
    return answer(content, "application/ld+json", None, entity_tag(content.decode()))


def _named_or_suffixed(slug: str, find: Callable[[str], Document | None]) -> tuple[str, Format, Document]:
    """Name, format and document; a suffix is one only where no entry has it in its name.

    Raises:
        NotFound: there is no such entry.
    """
    found = find(slug)
    if found is not None:
        return slug, chosen_format(DOCUMENT_FORMATS), found
    stem, dot, suffix = slug.rpartition(".")
    if dot:
        found = find(stem)
        if found is not None:
            try:
                return stem, find_format(suffix, DOCUMENT_FORMATS), found
            except UnknownFormat as error:
                raise NotFound(error.what, value=error.value, to_do=error.to_do) from error
    raise _unknown(stem or slug)


def _unknown(slug: str) -> NotFound:
    if request.path.startswith(("/doc/method/", "/id/method/")):
        return UnknownMethod([slug], site().answers.closest_slugs(site().reader(), [slug]))
    return NotFound(f"There is no entry {slug!r} here.", value=slug, to_do="Search the catalogue.")


def _find(kind: str, slug: str) -> Document | None:
    if kind not in KINDS:
        return None
    base = site().answers.base
    about = (
        NamedNode(f"{base.iri}id/{kind}/{checked_slug(slug)}")
        if slug and "." not in slug
        else NamedNode(f"{base.iri}id/{kind}")
    )
    if "." in slug:
        return None
    triples = site().reader().construct(queries()["entry"].bind(document=base.document(about)))
    return Document(about, triples, "") if triples else None


def _entry(kind: str, slug: str) -> Document:
    found = _find(kind, slug)
    if found is None:
        raise _unknown(slug)
    return found


def _serve(where: Document, wanted: Format) -> Response:
    if wanted.rdf is None:
        language = negotiated_language()
        content: str | bytes = render_template(
            "resource.html",
            language=language,
            document=where,
            facts=_facts(where, language),
            formats=DOCUMENT_FORMATS[1:],
        )
        response = answer(content, "text/html", language, entity_tag(site().reader().version, where.path, language))
    else:
        triples = _completed(where)
        content = serialize(triples, format=wanted.rdf, prefixes=PREFIXES) or b""
        response = answer(
            content, wanted.media_type, None, entity_tag(site().reader().version, where.path, wanted.name)
        )
    return _described(response, where, wanted)


def _described(response: Response, where: Document, wanted: Format) -> Response:
    is_vocabulary = where.path.strip("/") in VOCABULARIES  # they have no address for each format
    response.headers["Content-Location"] = where.path if is_vocabulary else f"{where.path}.{wanted.name}"
    path = "/ontology" if is_vocabulary else where.path
    add_signposts(response, path, where.thing, where.triples, DOCUMENT_FORMATS)
    return response


def _completed(where: Document) -> list[Triple]:
    """The entry, labels of what it names, and links from other entries with their number."""
    reader, base = site().reader(), site().answers.base
    named = {t.object for t in where.triples if isinstance(t.object, NamedNode) and t.object.value.startswith(base.iri)}
    labels: list[Triple] = []
    for other in sorted(named - {where.thing}, key=str):
        for row in reader.select(queries()["labels_of"].bind(resource=other)):
            if isinstance(row["property"], NamedNode) and row["label"] is not None:
                labels.append(Triple(other, row["property"], row["label"]))
    links = reader.select(queries()["links_to"].bind(resource=where.thing))
    inverse = [
        Triple(row["subject"], row["property"], where.thing)
        for row in links[:MAX_INVERSE_LINKS]
        if isinstance(row["subject"], NamedNode) and isinstance(row["property"], NamedNode)
    ]
    document = NamedNode(f"{base.iri}{where.path.lstrip('/')}")
    count = Literal(str(len(links)), datatype=XSD["integer"])
    about = [
        Triple(document, FOAF["primaryTopic"], where.thing),
        Triple(document, VOID["inDataset"], base.catalogue()),
        Triple(document, CMP["inverseLinkCount"], count),
    ]
    return sorted({*where.triples, *labels, *inverse, *about}, key=lambda t: (t.subject != where.thing, str(t)))


def _facts(where: Document, language: str) -> list[tuple[str, list[tuple[str, str | None, str | None]]]]:
    """What a page says of the thing: for each property its name and values as text, address and language."""
    facts: dict[str, list[tuple[str, str | None, str | None]]] = {}
    chain = lookup_chain(language)
    for triple in sorted(where.triples, key=lambda t: (t.predicate != RDF["type"], str(t.predicate), str(t.object))):
        if triple.subject == where.thing and triple.predicate != RDFS["isDefinedBy"]:
            value = triple.object
            if isinstance(value, Literal):
                facts.setdefault(short_name(triple.predicate), []).append((value.value, None, value.language))
            elif isinstance(value, NamedNode):
                facts.setdefault(short_name(triple.predicate), []).append((_label(value, chain), link_to(value), None))
    return list(facts.items())


def _label(iri: NamedNode, chain: tuple[str, ...]) -> str:
    rows = site().reader().select(queries()["labels_of"].bind(resource=iri))
    best = choose((row["label"] for row in rows if isinstance(row["label"], Literal)), chain)
    return best.value if best else iri.value
