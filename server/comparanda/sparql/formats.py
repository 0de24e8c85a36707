"""The result formats of the three forms of SPARQL queries, in the order of preference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat, RdfFormat

SOLUTIONS, BOOLEAN, TRIPLES = "solutions", "boolean", "triples"


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """A format of results: short names for `?format=`, the media type, and other media types that ask for it."""

    name: str
    media_type: str
    kind: QueryResultsFormat | RdfFormat
    aliases: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()


_JSON = ResultFormat(
    "json", "application/sparql-results+json", QueryResultsFormat.JSON, ("application/json",), ("srj", "sparql-json")
)
_XML = ResultFormat(
    "xml", "application/sparql-results+xml", QueryResultsFormat.XML, ("application/xml", "text/xml"), ("srx",)
)
_CSV = ResultFormat("csv", "text/csv", QueryResultsFormat.CSV)
_TSV = ResultFormat("tsv", "text/tab-separated-values", QueryResultsFormat.TSV, ("text/plain",))

RESULT_FORMATS: Mapping[str, Sequence[ResultFormat]] = {
    SOLUTIONS: (_JSON, _XML, _CSV, _TSV),
    BOOLEAN: (_JSON, _XML),
    TRIPLES: (
        ResultFormat(
            "ttl",
            "text/turtle",
            RdfFormat.TURTLE,
            ("application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"),
            ("turtle", "n3"),
        ),
        ResultFormat("nt", "application/n-triples", RdfFormat.N_TRIPLES, ("text/plain",), ("ntriples", "n-triples")),
        ResultFormat(
            "rdf",
            "application/rdf+xml",
            RdfFormat.RDF_XML,
            ("application/xml", "text/xml"),
            ("xml", "rdfxml", "rdf+xml"),
        ),
        ResultFormat(
            "jsonld", "application/ld+json", RdfFormat.JSON_LD, ("application/json",), ("json", "json-ld", "ld+json")
        ),
        ResultFormat("trig", "application/trig", RdfFormat.TRIG),
        ResultFormat("nq", "application/n-quads", RdfFormat.N_QUADS, (), ("nquads", "n-quads")),
    ),
}


def find_result_format(form: str, name: str) -> ResultFormat | None:
    """The format of a query form with that short name or media type."""
    wanted = name.strip().lower().split(";")[0].replace(" ", "+")  # a plus sign that was not encoded
    for known in RESULT_FORMATS[form]:
        if wanted in (known.name, known.media_type, *known.aliases, *known.other_names):
            return known
    return None
