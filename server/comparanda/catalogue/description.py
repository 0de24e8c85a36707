"""What the catalogue says of itself: VoID and DCAT with figures, kept in the store with every version.

The description is a graph like any other (`doc/catalogue`), so that a client finds it by SPARQL, and the server
answers with it without counting anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from comparanda.catalogue.figures import Figures, changed_figures, count_figures, read_figures
from comparanda.namespaces import DCAT, DCTERMS, FOAF, OWL, PREFIXES, RDF, VOID, XSD, Base
from comparanda.queries import queries
from comparanda.stores import Store, Writer
from comparanda.terms import Term, text

LICENCE = NamedNode("https://creativecommons.org/licenses/by/4.0/")
DUMP_FORMATS = (
    ("nq", "application/n-quads"),
    ("trig", "application/trig"),
    ("ttl", "text/turtle"),
    ("jsonld", "application/ld+json"),
)


def commit_described(writer: Writer, base: Base, when: Literal, figures: Figures | None = None) -> str:
    """Commit, with a new description of the catalogue; returns the version.

    Args:
        figures: those of all that the writer holds, where they are known.
    """
    document = base.document(base.catalogue())
    earlier = writer.before.construct(queries()["entry"].bind(document=document))
    created = next((triple.object for triple in earlier if triple.predicate == DCTERMS["issued"]), when)
    figures = figures or changed_figures(writer, document, read_figures(earlier, base.catalogue()))
    if figures is None:
        figures = count_figures(writer.written(), (document, base.changes()))
    writer.replace({document: describe(figures, base, writer.next_version, created, when)})
    return writer.commit()


def describe_anew(store: Store, base: Base, when: Literal) -> str:
    """Count all figures again and commit them, as a new version: after something else has changed the data."""
    with store.writer() as writer:
        figures = count_figures(writer.written(), (base.document(base.catalogue()), base.changes()))
        return commit_described(writer, base, when, figures)


def describe(figures: Figures, base: Base, version: str, created: Term, modified: Literal) -> list[Triple]:
    """The triples of the description: void:Dataset and dcat:Dataset, partitions, distributions, data service."""
    dataset, document = base.catalogue(), base.document(base.catalogue())
    service = NamedNode(f"{base.iri}sparql")
    said: list[tuple[NamedNode, NamedNode, Term]] = [
        (document, RDF["type"], FOAF["Document"]),
        (document, RDF["type"], VOID["DatasetDescription"]),
        (document, FOAF["primaryTopic"], dataset),
        (dataset, RDF["type"], VOID["Dataset"]),
        (dataset, RDF["type"], DCAT["Dataset"]),
        (dataset, DCTERMS["title"], text("Comparanda, a catalogue of research methods", "en")),
        (
            dataset,
            DCTERMS["description"],
            text("Research methods with their origins, sources and related methods, in many languages.", "en"),
        ),
        (dataset, DCTERMS["license"], LICENCE),
        (dataset, DCTERMS["issued"], created),
        (dataset, DCTERMS["modified"], modified),
        (dataset, OWL["versionInfo"], text(version)),
        (dataset, VOID["uriSpace"], text(f"{base.iri}id/")),
        (dataset, VOID["sparqlEndpoint"], service),
        (dataset, VOID["openSearchDescription"], NamedNode(f"{base.iri}opensearch.xml")),
        (service, RDF["type"], DCAT["DataService"]),
        (service, DCTERMS["title"], text("SPARQL endpoint of Comparanda", "en")),
        (service, DCAT["endpointURL"], service),
        (service, DCAT["servesDataset"], dataset),
    ]
    said += [(dataset, VOID["vocabulary"], NamedNode(iri)) for iri in sorted(PREFIXES.values())]
    said += _distributions(base, dataset, version)
    said += _partitions(figures, base, dataset)
    return [Triple(subject, predicate, value) for subject, predicate, value in said]


def _distributions(base: Base, dataset: NamedNode, version: str) -> Iterable[tuple[NamedNode, NamedNode, Term]]:
    for name, media_type in DUMP_FORMATS:
        address = NamedNode(f"{base.iri}dumps/{version}/catalogue.{name}.gz")
        yield dataset, VOID["dataDump"], address
        yield dataset, DCAT["distribution"], address
        yield address, RDF["type"], DCAT["Distribution"]
        yield address, DCTERMS["license"], LICENCE
        yield address, DCAT["downloadURL"], address
        yield (
            address,
            DCAT["compressFormat"],
            NamedNode("https://www.iana.org/assignments/media-types/application/gzip"),
        )
        yield address, DCAT["mediaType"], NamedNode(f"https://www.iana.org/assignments/media-types/{media_type}")


def _partitions(figures: Figures, base: Base, dataset: NamedNode) -> Iterable[tuple[NamedNode, NamedNode, Term]]:
    if figures.example is not None:
        yield dataset, VOID["exampleResource"], figures.example
    yield dataset, VOID["triples"], _integer(figures.triples.total())
    yield dataset, VOID["entities"], _integer(figures.entities.total())
    yield dataset, VOID["classes"], _integer(len(figures.entities))
    yield dataset, VOID["properties"], _integer(len(figures.triples))
    yield dataset, VOID["distinctSubjects"], _integer(figures.subjects)
    for term, count in sorted(figures.entities.items(), key=str):
        partition = _partition(base, dataset, "class", term)
        yield from partition
        yield partition[0][2], VOID["entities"], _integer(count)
    for term, count in sorted(figures.triples.items(), key=str):
        partition = _partition(base, dataset, "property", term)
        yield from partition
        yield partition[0][2], VOID["triples"], _integer(count)
        yield partition[0][2], VOID["distinctSubjects"], _integer(figures.described[term])


def _partition(
    base: Base, dataset: NamedNode, kind: str, term: NamedNode
) -> list[tuple[NamedNode, NamedNode, NamedNode]]:
    name = f"{kind}-{hashlib.sha256(term.value.encode()).hexdigest()[:12]}"
    partition = base.part(dataset, name)
    return [
        (dataset, VOID[f"{kind}Partition"], partition),
        (partition, RDF["type"], VOID["Dataset"]),
        (partition, VOID[kind], term),
    ]


def _integer(value: int) -> Literal:
    return Literal(str(value), datatype=XSD["integer"])
