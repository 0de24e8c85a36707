"""schema.org markup of pages, as JSON-LD: what search engines and reference managers read."""

from __future__ import annotations

from collections.abc import Sequence

from comparanda.comparison import Comparison, MethodName

_CONTEXT = "https://schema.org"


def method_markup(
    comparison: Comparison, names: Sequence[tuple[str, str]], set_iri: str, page: str
) -> dict[str, object]:
    """A schema:DefinedTerm in a schema:DefinedTermSet.

    Args:
        comparison: the method alone, as `Answers.method` gives it.
        names: its names as language and name.
        set_iri: IRI of the catalogue; `page`: address of the page.
    """
    method, rows = comparison.methods[0], {row.key: row.cells[0] for row in comparison.rows}
    markup: dict[str, object] = {
        "@context": _CONTEXT,
        "@type": "DefinedTerm",
        "@id": method.iri,
        "name": method.name,
        "inLanguage": comparison.language,
        "termCode": method.slug,
        "url": page,
        "inDefinedTermSet": {"@type": "DefinedTermSet", "@id": set_iri, "name": "Comparanda"},
        "alternateName": [name for _, name in names if name != method.name] + list(rows["other_names"].items),
    }
    if rows["summary"].items:
        markup["description"] = rows["summary"].text
    source = rows["seminal_source"]
    if source.items:
        article: dict[str, object] = {"@type": "ScholarlyArticle", "@id": source.items[0], "name": source.text}
        links = [link.href for link in source.links if link.href]
        markup["subjectOf"] = article | ({"sameAs": links[0]} if links else {})
    return markup


def breadcrumbs(method: MethodName, home: str, page: str) -> dict[str, object]:
    """A schema:BreadcrumbList from the list of methods to one."""
    steps = [("Comparanda", home), (method.name, page)]
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(steps, 1)
    ]
    return {"@context": _CONTEXT, "@type": "BreadcrumbList", "itemListElement": items}


def catalogue_markup(iri: str, version: str, home: str) -> dict[str, object]:
    """A schema:Dataset with its downloads."""
    downloads = [
        {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": f"{home}dumps/latest/catalogue.{name}.gz"}
        for name, media_type in (
            ("nq", "application/n-quads"),
            ("ttl", "text/turtle"),
            ("jsonld", "application/ld+json"),
        )
    ]
    return {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": iri,
        "name": "Comparanda, a catalogue of research methods",
        "description": "Research methods with their origins, sources and related methods, in many languages.",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "version": version,
        "url": home,
        "distribution": downloads,
    }
