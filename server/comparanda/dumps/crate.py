"""What a dump holds: its files, and their description as a research object (RO-Crate)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from comparanda.catalogue.description import LICENCE
from comparanda.languages import gettext_noop
from comparanda.namespaces import Base

CRATE, SUMS = "ro-crate-metadata.json", "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class DumpFile:
    """A file of a dump; `content_type` is what the gzip file holds, where it is one."""

    name: str
    media_type: str
    content_type: str
    description: str


FILES = (
    *(
        DumpFile(f"catalogue.{name}.gz", "application/gzip", content_type, description)
        for name, content_type, description in (
            ("nq", "application/n-quads", gettext_noop("The whole catalogue as sorted, canonical N-Quads.")),
            ("trig", "application/trig", gettext_noop("The whole catalogue as TriG, one graph for each entry.")),
            ("ttl", "text/turtle", gettext_noop("The whole catalogue as Turtle, without its graphs.")),
            (
                "jsonld",
                "application/ld+json",
                gettext_noop("The whole catalogue as JSON-LD, one graph for each entry."),
            ),
        )
    ),
    *(
        DumpFile(f"{name}.csv.gz", "application/gzip", "text/csv", description)
        for name, description in (
            ("methods", gettext_noop("One line for each method; the rows of a comparison are the columns.")),
            ("names", gettext_noop("Every name of every method, area and family, with its language.")),
            ("works", gettext_noop("One line for each work that a method is traced back to.")),
            ("relations", gettext_noop("One line for each method that another one names as related.")),
        )
    ),
    DumpFile(
        CRATE, "application/ld+json", "application/ld+json", gettext_noop("What this folder holds (RO-Crate 1.1).")
    ),
    DumpFile(
        SUMS,
        "text/plain",
        "text/plain",
        gettext_noop("SHA-256 of the other files, as sha256sum writes and checks them."),
    ),
)
_ITSELF: dict[str, object] = {
    "@id": CRATE,
    "@type": "CreativeWork",
    "about": {"@id": "./"},
    "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
}
_LICENCE: dict[str, object] = {
    "@id": LICENCE.value,
    "@type": "CreativeWork",
    "name": "Creative Commons Attribution 4.0 International",
    "description": "You may share and adapt the material for any purpose, if you give appropriate credit.",
}


def crate(sizes: Mapping[str, int], version: str, published: str, base: Base) -> dict[str, object]:
    """The description of a dump by the rules of RO-Crate 1.1.

    Args:
        sizes: of the files, in bytes.
        published: the day of the version.
    """
    files = [_file(known, sizes.get(known.name)) for known in FILES if known.name != CRATE]
    publisher = {"@id": f"{base.iri}id/catalogue#publisher"}
    graph: list[dict[str, object]] = [
        _ITSELF,
        {
            "@id": "./",
            "@type": "Dataset",
            "name": "Comparanda, a catalogue of research methods",
            "description": "Research methods with their origins, sources and related methods, in many languages.",
            "identifier": base.catalogue().value,
            "version": version,
            "datePublished": published,
            "license": {"@id": LICENCE.value},
            "author": publisher,
            "publisher": publisher,
            "hasPart": [{"@id": part["@id"]} for part in files],
        },
        *files,
        _LICENCE,
        {**publisher, "@type": "Organization", "name": "Comparanda", "url": base.iri},
    ]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}


def _file(known: DumpFile, size: int | None) -> dict[str, object]:
    """One file; its size in bytes where that is known."""
    zipped = known.media_type != known.content_type
    return {
        "@id": known.name,
        "@type": "File",
        "name": known.name,
        "description": known.description,
        "encodingFormat": [known.content_type, known.media_type] if zipped else known.media_type,
        "license": {"@id": LICENCE.value},
        **({} if size is None else {"contentSize": str(size)}),
    }
