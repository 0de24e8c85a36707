"""Formats as tables: RDF graphs, and answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from pyoxigraph import RdfFormat

from comparanda.errors import UnknownFormat


@dataclass(frozen=True, slots=True)
class Format:
    """A format has a short name, which is its extension, and a registered media type."""

    name: str
    media_type: str
    rdf: RdfFormat | None = None
    aliases: tuple[str, ...] = ()


GRAPH_FORMATS = (
    Format("ttl", "text/turtle", RdfFormat.TURTLE, ("turtle", "application/turtle")),
    Format("trig", "application/trig", RdfFormat.TRIG),
    Format("nq", "application/n-quads", RdfFormat.N_QUADS, ("nquads", "n-quads")),
    Format("nt", "application/n-triples", RdfFormat.N_TRIPLES, ("ntriples", "n-triples")),
    Format("rdf", "application/rdf+xml", RdfFormat.RDF_XML, ("xml", "rdfxml", "application/xml")),
    Format("jsonld", "application/ld+json", RdfFormat.JSON_LD, ("json-ld",)),
)

COMPARISON_FORMATS = (
    Format("html", "text/html", None, ("application/xhtml+xml",)),
    Format("json", "application/json"),
    Format("csv", "text/csv"),
    Format("tsv", "text/tab-separated-values"),
    Format("md", "text/markdown", None, ("markdown",)),
    Format("txt", "text/plain", None, ("text",)),
    Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Format("tex", "application/x-latex", None, ("application/x-tex", "text/x-tex", "latex")),
    *(known for known in GRAPH_FORMATS if known.name in ("ttl", "jsonld")),
)

TRANSPOSED = "transposed=true"
TRANSPOSED_FORMATS = tuple(
    replace(
        known,
        media_type=f"{known.media_type};{TRANSPOSED}",
        aliases=tuple(f"{alias};{TRANSPOSED}" for alias in known.aliases if "/" in alias),
    )
    for known in COMPARISON_FORMATS
    if known.name != "html"
)

ROW_FORMATS = (
    Format("json", "application/json"),
    Format("csv", "text/csv"),
    Format("tsv", "text/tab-separated-values"),
    Format("txt", "text/plain", None, ("text",)),
)


def find_format(name: str, formats: Iterable[Format]) -> Format:
    """The format with that short name, extension or media type.

    >>> find_format(".ttl", GRAPH_FORMATS).media_type
    'text/turtle'

    Raises:
        UnknownFormat: there is none; the message lists those that there are.
    """
    known = tuple(formats)
    wanted = name.strip().lower().removeprefix(".").split(";")[0]
    for candidate in known:
        if wanted in (candidate.name, candidate.media_type, *candidate.aliases):
            return candidate
    names = [candidate.name for candidate in known]
    close = get_close_matches(wanted, names, n=1)
    raise UnknownFormat(
        f"There is no format {name[:80]!r} here.",
        value=name[:80],
        to_do=f"Use one of {', '.join(names)}" + (f"; {close[0]} is closest." if close else "."),
    )


def is_transposed(media_type: str) -> bool:
    """Whether a media type asks for methods as lines by its parameter.

    >>> is_transposed("text/csv; transposed=true")
    True
    """
    parameters = media_type.lower().replace('"', "").split(";")[1:]
    return TRANSPOSED in (parameter.strip() for parameter in parameters)


def media_types(formats: Sequence[Format]) -> list[str]:
    return [known.media_type for known in formats]
