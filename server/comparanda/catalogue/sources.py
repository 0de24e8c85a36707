"""What `import` and `validate` are given: pages, RDF documents and directories of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph
from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Triple

from comparanda.catalogue.entries import Entries
from comparanda.catalogue.importing import PageImporter
from comparanda.catalogue.merging import Received
from comparanda.errors import BadRequest, InvalidTerm, UnknownFormat, UnreadableInput
from comparanda.findings import Finding, Severity
from comparanda.formats import GRAPH_FORMATS, find_format
from comparanda.isolation import parse_isolated
from comparanda.namespaces import Base
from comparanda.queries import queries
from comparanda.readers.compare_page import ROW_KEYS, decode, read_compare_page
from comparanda.readers.page_names import language_of_folder, slugs_of_file, slugs_of_url
from comparanda.shapes import Shapes

PAGE_SUFFIXES = (".md", ".markdown", ".txt")
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller knows of the documents, for all of them."""

    language: str | None = None
    url: str | None = None
    licence: str | None = None
    max_bytes: int = 5_000_000


@dataclass(slots=True)
class Gathered:
    """What came of reading: changed entries of pages, graphs of RDF documents, findings, and each page's slugs."""

    entries: Entries
    graphs: dict[NamedNode, list[Triple]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    pages: list[tuple[str, str, list[str]]] = field(default_factory=list)
    received: dict[str, bytes] = field(default_factory=dict)

    def candidates(self) -> dict[NamedNode, list[Triple]]:
        """All graphs for the gate."""
        of_pages = {entry.document: entry.triples for entry in self.entries.changed()}
        both = sorted(graph.value for graph in of_pages.keys() & self.graphs.keys())
        if both:
            raise BadRequest(
                f"A page and an RDF document describe the same entry: {', '.join(both)}.",
                value=both,
                to_do="Import one after the other; the later one is shown.",
            )
        return {**of_pages, **self.graphs}


def gather(
    paths: Sequence[str],
    entries: Entries,
    shapes: Shapes,
    when: Literal,
    options: Options,
    read_input: Callable[[], bytes],
    progress: Callable[[Sequence[Path]], Iterable[Path]] = lambda paths: paths,
) -> Gathered:
    """Read documents into entries and graphs. What cannot be read gives a finding, and the others are read.

    Args:
        paths: files and directories; `-` is standard input, which `read_input` reads.
    Raises:
        BadRequest: a path does not exist, or a directory holds neither page nor RDF.
    """
    gathered = Gathered(entries)
    importer = PageImporter(entries)
    importer.findings = gathered.findings
    rows = {row.key: row.labels for row in shapes.rows}
    labels = {tag: [rows.get(key, {}).get(tag, "") for key in ROW_KEYS] for tag in shapes.languages}
    for path in progress(list(_files(paths))):
        source = "standard input" if str(path) == STANDARD_INPUT else str(path)
        try:
            content = _content(path, source, options.max_bytes, read_input)
            if path.suffix.lstrip(".") in {known.name for known in GRAPH_FORMATS}:
                _gather_rdf(gathered, path, content, entries.base)
            else:
                _gather_page(gathered, importer, path, source, content, labels, when, options)
        except UnreadableInput as error:
            in_directory = str(path) not in paths and "no table" in error.what
            gathered.findings.append(
                Finding(
                    Severity.INFO if in_directory else Severity.VIOLATION,
                    error.code,
                    f"{error.what} {error.to_do}",
                    source=source,
                )
            )
    return gathered


def _files(paths: Sequence[str]) -> Iterator[Path]:
    for given in paths:
        path = Path(given)
        if path.is_dir():
            wanted = PAGE_SUFFIXES + tuple(f".{known.name}" for known in GRAPH_FORMATS)
            found = sorted(child for child in path.rglob("*") if child.suffix in wanted and child.is_file())
            if not found:
                raise BadRequest(
                    f"The directory {given} holds no page and no RDF document.",
                    value=given,
                    to_do=f"Give a directory with files that end in {', '.join(wanted)}.",
                )
            yield from found
        elif given == STANDARD_INPUT or path.exists():
            yield path
        else:
            raise BadRequest(f"There is no file {given}.", value=given, to_do="Check the path.")


def _content(path: Path, source: str, max_bytes: int, read_input: Callable[[], bytes]) -> bytes:
    if str(path) == STANDARD_INPUT:
        content = read_input()
    elif path.stat().st_size > max_bytes:
        raise UnreadableInput(
            f"{source} has {path.stat().st_size:,} bytes, more than {max_bytes:,}.",
            value=source,
            to_do="Split it, or raise COMPARANDA_MAX_PAGE_BYTES.",
        )
    else:
        content = path.read_bytes()
    if len(content) > max_bytes:
        raise UnreadableInput(
            f"{source} has {len(content):,} bytes, more than {max_bytes:,}.",
            value=source,
            to_do="Split it, or raise COMPARANDA_MAX_PAGE_BYTES.",
        )
    return content


def _gather_page(
    gathered: Gathered,
    importer: PageImporter,
    path: Path,
    source: str,
    content: bytes,
    labels: dict[str, list[str]],
    when: Literal,
    options: Options,
) -> None:
    slugs = slugs_of_url(options.url) if options.url else slugs_of_file(path.stem)
    page = read_compare_page(
        decode(content, source),
        labels,
        source=source,
        language=options.language,
        folder_language=language_of_folder(path.parent.name),
        slugs=slugs,
    )
    digest = hashlib.sha256(content).hexdigest()
    try:
        merged = importer.add(
            page,
            Received(digest, path.name if source != "standard input" else source, when, options.url, options.licence),
        )
    except InvalidTerm as error:
        raise UnreadableInput(
            f"{source} holds a value that cannot be stored: {error.what}", value=error.value, to_do=error.to_do
        ) from error
    gathered.pages.append((source, page.language, merged))
    gathered.received[digest] = content


def _gather_rdf(gathered: Gathered, path: Path, content: bytes, base: Base) -> None:
    """Triples go to the graph of their document; a named graph has to be that document."""
    try:
        known = find_format(path.suffix, GRAPH_FORMATS)
    except UnknownFormat as error:
        raise UnreadableInput(error.what, value=error.value, to_do=error.to_do) from error
    graphs: dict[NamedNode, list[Triple]] = defaultdict(list)
    named: set[NamedNode] = set()
    for quad in pyoxigraph.parse(parse_isolated(content, known.name, base.iri, str(path)), format=RdfFormat.N_QUADS):
        subject = quad.subject
        if isinstance(quad.graph_name, NamedNode):
            graphs[quad.graph_name].append(quad.triple)
            named.add(quad.graph_name)
        elif isinstance(quad.graph_name, DefaultGraph) and isinstance(subject, NamedNode):
            graphs[base.document(subject)].append(quad.triple)
        else:
            raise UnreadableInput(
                f"{path} holds the blank node {subject}.", value=str(subject), to_do="Give every resource an IRI."
            )
    described_by_us = base.document(base.catalogue())
    if graphs.pop(described_by_us, None) is not None:
        message = "The description of the catalogue is left out; each store makes its own."
        gathered.findings.append(Finding(Severity.INFO, "description_left_out", message, source=str(path)))
    for graph, triples in graphs.items():
        earlier = gathered.graphs.get(graph)
        if earlier is None and graph not in named and graph.value.startswith(f"{base.iri}vocabulary/"):
            described = {triple.subject for triple in triples}  # the other concepts of a scheme stay as they are
            present = gathered.entries.reader.construct(queries()["entry"].bind(document=graph))
            earlier = [triple for triple in present if triple.subject not in described]
        gathered.graphs[graph] = list(dict.fromkeys([*(earlier or []), *triples]))
    gathered.received[hashlib.sha256(content).hexdigest()] = content
