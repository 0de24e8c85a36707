"""What the catalogue says of itself: VoID and DCAT with figures, kept in the store with every version.

The description is a graph like any other (`doc/catalogue`), so that a client finds it by SPARQL, and the server
answers with it without counting anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from comparanda.namespaces import DCAT, DCTERMS, FOAF, OWL, PREFIXES, RDF, VOID, XSD, Base
from comparanda.queries import queries
from comparanda.stores import Reader, Row, Writer
from comparanda.terms import Term, text

LICENCE = NamedNode("https://creativecommons.org/licenses/by/4.0/")
DUMP_FORMATS = (
    ("nq", "application/n-quads"),
    ("trig", "application/trig"),
    ("ttl", "text/turtle"),
    ("jsonld", "application/ld+json"),
)


def commit_described(writer: Writer, base: Base, when: Literal) -> str:
    """Commit, with a new description of the catalogue; returns the version."""
    document = base.document(base.catalogue())
    earlier = writer.reader.construct(queries()["entry"].bind(document=document))
    created = next((triple.object for triple in earlier if triple.predicate == DCTERMS["issued"]), when)
    writer.replace({document: []})
    version = str(int(writer.reader.version) + 1) if writer.reader.version.isdecimal() else writer.reader.version
    writer.replace({document: describe(writer.reader, base, version, created, when)})
    return writer.commit()


def describe(reader: Reader, base: Base, version: str, created: Term, modified: Literal) -> list[Triple]:
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
    said += _partitions(reader, base, dataset)
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


def _partitions(reader: Reader, base: Base, dataset: NamedNode) -> Iterable[tuple[NamedNode, NamedNode, Term]]:
    classes = reader.select(queries()["class_partitions"].bind())
    properties = reader.select(queries()["property_partitions"].bind())
    size = reader.select(queries()["dataset_size"].bind())[0]
    example = next(iter(reader.select(queries()["methods"].bind())), None)
    if example is not None and isinstance(example["method"], NamedNode):
        yield dataset, VOID["exampleResource"], example["method"]
    yield dataset, VOID["triples"], _integer(sum(_count(row, "count") for row in properties))
    yield dataset, VOID["entities"], _integer(sum(_count(row, "count") for row in classes))
    yield dataset, VOID["classes"], _integer(len(classes))
    yield dataset, VOID["properties"], _integer(len(properties))
    yield dataset, VOID["distinctSubjects"], _integer(_count(size, "subjects"))
    yield dataset, VOID["distinctObjects"], _integer(_count(size, "objects"))
    for row in classes:
        yield from _partition(base, dataset, "class", row, "entities")
    for row in properties:
        yield from _partition(base, dataset, "property", row, "triples")


def _partition(
    base: Base, dataset: NamedNode, kind: str, row: Row, measure: str
) -> Iterable[tuple[NamedNode, NamedNode, Term]]:
    term = row[kind]
    assert isinstance(term, NamedNode), "classes and properties are IRIs"
    name = f"{kind}-{hashlib.sha256(term.value.encode()).hexdigest()[:12]}"
    partition = base.part(dataset, name)
    yield dataset, VOID[f"{kind}Partition"], partition
    yield partition, RDF["type"], VOID["Dataset"]
    yield partition, VOID[kind], term
    yield partition, VOID[measure], _integer(_count(row, "count"))
    if kind == "property":
        yield partition, VOID["distinctSubjects"], _integer(_count(row, "subjects"))


def _count(row: Row, column: str) -> int:
    value = row[column]
    return int(value.value) if isinstance(value, Literal) else 0


def _integer(value: int) -> Literal:
    return Literal(str(value), datatype=XSD["integer"])
