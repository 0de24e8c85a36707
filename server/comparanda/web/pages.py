"""The page of one method, and of reports on it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from comparanda.comparison import RelatedMethod
from comparanda.errors import BadRequest
from comparanda.formats import GRAPH_FORMATS
from comparanda.index.links import counts_by_kind, referrers
from comparanda.index.reading import Listed
from comparanda.index.snapshots import Snapshot
from comparanda.languages import lookup_chain
from comparanda.provenance import method_sources, provenance
from comparanda.queries import queries
from comparanda.render.citation_items import citation_meta, entry_item
from comparanda.render.citations import CITATION_FORMATS
from comparanda.render.markup import breadcrumbs, method_markup
from comparanda.render.neighbourhood import SHOWN
from comparanda.stores.embedded import EmbeddedStore
from comparanda.terms import NamedNode, iri
from comparanda.terms import slug as checked_slug
from comparanda.web import answer, entity_tag, site, today
from comparanda.web.addresses import public_url
from comparanda.web.explore import legend, picture
from comparanda.web.preferences import content_language, page_language
from comparanda.web.relation_names import INVERSE_NAMES, RELATION_NAMES
from comparanda.web.signposting import signposts
from comparanda.web.timeline import place_in_area
from comparanda.web.view import View

blueprint = Blueprint("pages", __name__)
_REFERRERS_SHOWN = 100
_DATA_FORMATS = tuple(known for known in GRAPH_FORMATS if known.name in ("ttl", "nt", "rdf", "jsonld"))


@blueprint.get("/<lang:language>/method/<slug>")
def method(language: str, slug: str) -> Response:
    """The page of one method."""
    return method_page(language, slug)


@blueprint.get("/<lang:language>/report")
def report(language: str) -> Response:
    """How to report an error in an entry.

    Raises:
        BadRequest: `about` is no IRI of this catalogue.
    """
    about, here, shown = request.args.get("about", ""), site(), page_language(language)
    if not iri(about).value.startswith(here.settings.base_iri):
        raise BadRequest(f"{about[:200]!r} is no entry here.", value=about[:200], to_do="Give the IRI of an entry.")
    contact = here.settings.contact.replace("{about}", quote(about, safe=""))
    version = here.reader().version
    content = render_template("report.html", language=shown, about=about, contact=contact, version=version)
    return answer(content, "text/html", shown, entity_tag(version, request.full_path, shown))


def method_page(language: str, slug: str) -> Response:
    """The page of one method, with what programs read in its head; it names the day on which it is read."""
    snapshot, shown = site().snapshot(), page_language(language)
    key = ("method", snapshot.reader.version, request.full_path, shown, public_url(), today().isoformat())
    return answer(lambda: _method_page(snapshot, language, slug).encode(), "text/html", shown, entity_tag(*key))


def _method_page(snapshot: Snapshot, language: str, slug: str) -> str:
    here, shown, texts = site().answers, page_language(language), content_language(language)
    reader, thing = snapshot.reader, here.base.method(checked_slug(slug))
    comparison, names = here.method(reader, slug, texts), here.names(reader, slug)
    document = here.base.document(thing)
    entry = reader.construct(queries()["entry"].bind(document=document))
    page = f"{public_url()}{shown}/method/{slug}"
    view = View(language, snapshot)
    return render_template(
        "method.html",
        language=shown,
        comparison=comparison,
        method=comparison.methods[0],
        names=names,
        labels={row.key: row.label(lookup_chain(shown)) for row in here.shapes.rows},
        related=_by_kind(here.related(reader, slug, texts)),
        **_pictures(view, slug),
        referrers=_referrers(view, slug),
        counts=counts_by_kind(snapshot.index, slug),
        sources=method_sources(reader, thing),
        provenance=provenance(entry, document),
        history=_history(document),
        formats=_DATA_FORMATS,
        citation_formats=CITATION_FORMATS,
        markup=[
            method_markup(comparison, names, here.base.catalogue().value, page),
            breadcrumbs(comparison.methods[0], f"{public_url()}{shown}/", page),
        ],
        kinds=RELATION_NAMES,
        inverse_kinds=INVERSE_NAMES,
        signposts=signposts(f"/doc/method/{slug}", thing, entry, _DATA_FORMATS),
        citation=citation_meta(entry_item(reader, here.base, comparison.methods[0], today())),
    )


def _pictures(view: View, slug: str) -> dict[str, object]:
    """The neighbourhood of a method and its place in the timeline of its area; none if another method replaces it."""
    method = view.relations.methods([slug]).get(slug)
    if method is None:
        return {}
    around = view.relations.neighbourhood([slug], SHOWN, reasons=False)
    return {
        "neighbourhood": picture(view, around),
        "legend": legend(view),
        "timeline": place_in_area(view, method),
        "area": method.area,
    }


def _by_kind(related: list[RelatedMethod]) -> dict[str, list[RelatedMethod]]:
    """Links by the first of their kinds, in the order of the kinds; those without one come last, under ''."""
    groups = {kind: [link for link in related if kind in link.kinds[:1]] for kind in RELATION_NAMES}
    groups[""] = [link for link in related if not link.kinds]
    return {kind: links for kind, links in groups.items() if links}


def _referrers(view: View, slug: str) -> list[tuple[Listed, tuple[str, ...]]]:
    """The methods that name this one, with the kinds of the links; the first of very many."""
    pairs = referrers(view.index, slug, _REFERRERS_SHOWN)
    methods = view.relations.methods(pair.source for pair in pairs)
    return [(methods[pair.source], pair.kinds) for pair in pairs]


def _history(document: NamedNode) -> list[tuple[int, datetime]]:
    """The latest versions that changed an entry, where the store tells."""
    store = site().store
    return store.changed_in(document) if isinstance(store, EmbeddedStore) else []
