"""Turtle and TriG as they are kept in files: sorted, so that a diff shows only what changed.

One entry comes after the other by IRI: the thing, its document, its parts in natural order. Properties come in the
order of the shapes. Lines stand for themselves: no last value and no last property is written unlike the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple

from comparanda.errors import BadRequest, UnreadableInput
from comparanda.formats import GRAPH_FORMATS, find_format
from comparanda.namespaces import DEFAULT_BASE, FOAF, PREFIXES, RDF, XSD, Base
from comparanda.shapes import Shapes
from comparanda.terms import Term

WIDTH = 120
FILE_FORMATS = tuple(known for known in GRAPH_FORMATS if known.name in ("ttl", "trig"))
FILE_PREFIXES = {
    **PREFIXES,
    "area": f"{DEFAULT_BASE}vocabulary/area/",
    "family": f"{DEFAULT_BASE}vocabulary/family/",
    "method": f"{DEFAULT_BASE}id/method/",
    "page": f"{DEFAULT_BASE}id/page/",
    "person": f"{DEFAULT_BASE}id/person/",
    "work": f"{DEFAULT_BASE}id/source/",
}
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?\Z")
_SHORT_LITERALS = {
    XSD["integer"]: re.compile(r"[+-]?[0-9]+\Z"),
    XSD["decimal"]: re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    XSD["boolean"]: re.compile(r"(?:true|false)\Z"),
}
_COMMENT = re.compile(
    r'"""(?:[^"\\]|\\.|""?(?!"))*"""|\'\'\'(?:[^\'\\]|\\.|\'\'?(?!\'))*\'\'\''
    r'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>"\s]*>|(?P<comment>#[^\n]*)',
    re.DOTALL,
)


def formatted_file(path: Path, shapes: Shapes) -> tuple[str, str]:
    """The text of a file, and the same formatted.

    Raises:
        UnknownFormat: its name tells neither Turtle nor TriG.
        UnreadableInput: it is none.
        BadRequest: it cannot be written sorted without loss.
    """
    syntax = find_format(path.suffix, FILE_FORMATS).rdf
    assert syntax is not None, "both formats are RDF"
    try:
        text = path.read_bytes().decode("utf-8")
        return text, formatted(text, syntax, shapes)
    except UnicodeDecodeError as error:
        raise UnreadableInput(f"{path} is not UTF-8.", value=str(path), to_do="Save it as UTF-8.") from error
    except SyntaxError as error:
        raise UnreadableInput(f"{path} cannot be read: {error}.", value=str(path), to_do="Correct it.") from error
    except BadRequest as error:
        raise BadRequest(f"{path}: {error.what}", value=str(path), to_do=error.to_do) from error


def formatted(text: str, syntax: RdfFormat, shapes: Shapes) -> str:
    """A Turtle or TriG text with the same statements, sorted. Comments at its top stay.

    Raises:
        SyntaxError: it cannot be parsed.
        BadRequest: it has blank nodes, or comments that would get lost, or would come to say something else.
    """
    before = set(pyoxigraph.parse(text.encode(), format=syntax))
    if any(isinstance(term, BlankNode | Triple) for quad in before for term in quad):
        raise BadRequest("Blank nodes and quoted triples cannot be sorted.", to_do="Give them IRIs.")
    comments = _comments_at_the_top(text)
    body = _Writer(shapes).write(before)
    after = "\n\n".join(part for part in ("\n".join(comments), body) if part)
    if _same_statements(after, syntax, before):
        return after
    raise BadRequest("Sorted, it would not say the same.", to_do="Leave it as it is, and report it.")


def _same_statements(text: str, syntax: RdfFormat, expected: set[Quad]) -> bool:
    try:
        return set(pyoxigraph.parse(text.encode(), format=syntax)) == expected
    except SyntaxError:
        return False


def _comments_at_the_top(text: str) -> list[str]:
    found = [match for match in _COMMENT.finditer(text) if match["comment"] is not None]
    top = re.match(r"(?:[ \t\r]*(?:#[^\n]*)?(?:\n|\Z))*", text)
    for match in found:
        if top is None or match.start() >= top.end():
            line = text.count("\n", 0, match.start()) + 1
            raise BadRequest(
                f"Line {line} is a comment, which would get lost.",
                value=match["comment"],
                to_do="Move it to the top of the file, or say it in rdfs:comment.",
            )
    return [match["comment"].rstrip() for match in found]


class _Writer:
    """Writes statements, and remembers which prefixes they need; `document` is the base of the lines to come."""

    def __init__(self, shapes: Shapes) -> None:
        self.order = shapes.ordered_properties
        self.used: set[str] = set()
        self.document = ""

    def write(self, quads: Iterable[Quad]) -> str:
        graphs: dict[str, list[Triple]] = {}
        for quad in quads:
            name = "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name.value)
            graphs.setdefault(name, []).append(quad.triple)
        entries = ["\n".join(self._graph(name, graphs[name])) for name in sorted(graphs)]
        prefixes = [f"@prefix {name}: <{FILE_PREFIXES[name]}> ." for name in sorted(self.used)]
        return "\n\n".join(["\n".join(prefixes), *entries] if prefixes else entries) + "\n"

    def _graph(self, name: str, triples: Sequence[Triple]) -> Iterator[str]:
        by_document: dict[str, list[Triple]] = {}
        for triple in triples:
            by_document.setdefault(name or Base().document(_named(triple.subject)).value, []).append(triple)
        for number, document in enumerate(sorted(by_document)):
            self.document = document.split("#")[0]
            yield from [""] * bool(number)
            yield f"@base <{self.document}> ."
            if name:
                yield f"{self._iri(NamedNode(name))} {{"
            yield from self._entry(by_document[document], "  " if name else "")
            if name:
                yield "}"

    def _entry(self, triples: Sequence[Triple], indent: str) -> Iterator[str]:
        subjects: dict[NamedNode, list[Triple]] = {}
        for triple in triples:
            subjects.setdefault(_named(triple.subject), []).append(triple)
        for subject in sorted(subjects, key=lambda subject: self._rank(subject, subjects[subject])):
            yield from self._description(subject, subjects[subject], indent)

    def _rank(self, subject: NamedNode, triples: Sequence[Triple]) -> tuple[int, list[str | int], str]:
        is_document = any(triple.predicate == RDF["type"] and triple.object == FOAF["Document"] for triple in triples)
        return (1 if is_document else 2 if self._is_part(subject) else 0, _natural(subject.value), subject.value)

    def _is_part(self, subject: NamedNode) -> bool:
        return subject.value.startswith(self.document + "#")

    def _description(self, subject: NamedNode, triples: Sequence[Triple], indent: str) -> Iterator[str]:
        values: dict[NamedNode, list[Term]] = {}
        for triple in triples:
            values.setdefault(triple.predicate, []).append(triple.object)
        classes = sorted((term for term in values.pop(RDF["type"], []) if isinstance(term, NamedNode)), key=str)
        head = self._iri(subject)
        if classes:
            head += " a " + " , ".join(map(self._iri, classes))
        ranks = {path: rank for name in reversed(classes) for rank, path in enumerate(self.order.get(name, ()))}
        lines = [
            line
            for predicate in sorted(values, key=lambda path: (ranks.get(path, len(ranks)), path.value))
            for line in self._statements(predicate, values[predicate], len(indent))
        ]
        short = f"{indent}{' ; '.join([head, *lines] if classes else [f'{head} {lines[0]}', *lines[1:]])} ."
        if not lines or (self._is_part(subject) and len(short) <= WIDTH):
            yield short
            return
        yield f"{indent}{head} ;" if classes else f"{indent}{head}"
        yield from (f"{indent}  {line} ;" for line in lines)
        yield f"{indent}."

    def _statements(self, predicate: NamedNode, objects: Iterable[Term], indent: int) -> list[str]:
        """One line for all values of a property if it is short enough, else one for each."""
        name = self._iri(predicate)
        values = [self._term(value) for value in sorted(objects, key=_value_order)]
        together = f"{name} {' , '.join(values)}"
        return [together] if indent + len(together) + 4 <= WIDTH else [f"{name} {value}" for value in values]

    def _term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return self._iri(term)
        assert isinstance(term, Literal), "there are no blank nodes"
        short = _SHORT_LITERALS.get(term.datatype)
        if short is not None:
            return term.value if short.match(term.value) else f"{Literal(term.value)}^^{self._iri(term.datatype)}"
        if term.language or term.datatype == XSD["string"]:
            return str(term)
        return f"{Literal(term.value)}^^{self._iri(term.datatype)}"

    def _iri(self, iri: NamedNode) -> str:
        """The shortest form: relative to the document, else with a prefix, else in full."""
        document, hash_sign, fragment = iri.value.partition("#")
        if document == self.document:
            return f"<{hash_sign}{fragment}>"
        for prefix, namespace in FILE_PREFIXES.items():
            if iri.value.startswith(namespace) and _LOCAL_NAME.match(iri.value, len(namespace)):
                self.used.add(prefix)
                return f"{prefix}:{iri.value[len(namespace) :]}"
        return str(iri)


def _named(term: object) -> NamedNode:
    assert isinstance(term, NamedNode), "there are no blank nodes"
    return term


def _value_order(term: Term) -> tuple[bool, str, list[str | int], str]:
    """IRIs in natural order, then texts by language."""
    if isinstance(term, Literal):
        return True, term.language or "", [], str(term)
    return False, "", _natural(str(term)), str(term)


def _natural(text: str) -> list[str | int]:
    """A key that puts name-2 before name-10."""
    return [int(part) if number % 2 else part for number, part in enumerate(re.split(r"([0-9]{1,18})", text))]
