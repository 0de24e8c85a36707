"""The bundled catalogue as patterns: documents with slots for what is new in each copy, and words to make names of."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from comparanda.catalogue.bundle import entry_quads, vocabulary_quads
from comparanda.namespaces import BIBO, CMP, DCTERMS, FOAF, SKOS, SKOSXL, Base
from comparanda.terms import Term

RUN = {"ja": 2, "th": 4, "zh": 2}  # characters that stand for a word in scripts without spaces
_LATIN = re.compile(r"[\x00-\u024f]+|[^\x00-\u024f]+")
_ENTRY = re.compile(r"(.*/)(id|doc)/(method|source|person)/([^#]*)(?:#(relation-)?(.*))?")


@dataclass
class Words:
    """The words of the names in one language, as often as they occur, and the numbers of words in a name."""

    language: str
    pieces: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def add(self, name: str) -> None:
        pieces = [piece for piece in _pieces(name, RUN.get(self.language)) if not set(piece) & set('"\\')]
        self.pieces += pieces
        self.counts += [len(pieces)] if pieces else []

    def name(self, chance: random.Random) -> str:
        joint = "" if self.language in RUN else " "
        return joint.join(chance.choices(self.pieces, k=chance.choice(self.counts)))


@dataclass(frozen=True)
class Template:
    """The document of a bundled entry as N-Quads, with `%(slot)s` where each copy has something of its own.

    `needs` are the documents of the sources and people that it refers to.
    """

    text: str
    links: int
    languages: tuple[str, ...]
    other_names: int
    needs: tuple[NamedNode, ...]


def _pieces(name: str, run: int | None) -> Iterator[str]:
    """The words of a name; in a script without spaces, runs of characters that do not begin with a combining one."""
    for part in [name] if run is None else _LATIN.findall(name):
        if run is None or part[0] <= "\u024f":
            yield from part.split()
            continue
        piece = ""
        for character in part:
            if len(piece) >= run and not unicodedata.category(character).startswith("M"):
                yield piece
                piece = ""
            piece += character
        yield piece


class Source:
    """The bundled catalogue as templates and words."""

    def __init__(self, languages: Iterable[str] | None = None) -> None:
        base = Base()
        documents: dict[NamedNode, list[Quad]] = defaultdict(list)
        self.words: dict[str, Words] = {}
        self.other_words, self.people = Words(""), Words("")
        for quad in entry_quads(base):
            if isinstance(quad.graph_name, NamedNode):
                documents[quad.graph_name].append(quad)
            self._learn(quad)
        for quad in vocabulary_quads(base):
            if quad.predicate == SKOS["prefLabel"]:
                self._learn(quad)
        wanted = tuple(languages) if languages else None
        templates = {name: _template(name, quads, wanted) for name, quads in documents.items()}
        self.methods = [template for name, template in templates.items() if "/method/" in name.value]
        self.others = {name: template for name, template in templates.items() if "/method/" not in name.value}

    def _learn(self, quad: Quad) -> None:
        value = quad.object
        if not isinstance(value, Literal):
            return
        if quad.predicate == SKOS["prefLabel"] and value.language:
            self.words.setdefault(value.language, Words(value.language)).add(value.value)
        elif quad.predicate == SKOSXL["literalForm"]:
            self.other_words.add(value.value)
        elif quad.predicate == FOAF["name"] and "/doc/person/" in str(quad.graph_name):
            self.people.add(value.value)


def _template(document: NamedNode, quads: list[Quad], languages: tuple[str, ...] | None) -> Template:
    slots = _Slots(document)
    spoken = sorted({q.object.language or "" for q in quads if _is_name(q) and isinstance(q.object, Literal)})
    if spoken and languages:
        first = next(quad for quad in quads if _is_name(quad))
        quads = [quad for quad in quads if not _is_name(quad)]
        names = (Literal("-", language=tag) for tag in languages)
        quads += [Quad(first.subject, first.predicate, name, first.graph_name) for name in names]
        spoken = sorted(languages)
    lines = [
        f"{slots.term(quad.subject)} {quad.predicate} {slots.value(quad)} {slots.term(quad.graph_name)} .\n"
        for quad in quads
    ]
    return Template("".join(lines), len(slots.links), tuple(spoken), len(slots.other_names), tuple(slots.needs))


def _is_name(quad: Quad) -> bool:
    return quad.predicate == SKOS["prefLabel"]


class _Slots:
    """Writes the terms of one document with a slot for each part that is new in every copy.

    `%(self)s` is its slug, `%(copy)s` the number of the copy, `%(link0)s` … are the slugs of other methods,
    `%(other0)s` … its other names, `%(name_en)s` its name in English.
    """

    def __init__(self, document: NamedNode) -> None:
        self.slug = document.value.rsplit("/", 1)[-1]
        self.links: dict[str, str] = {}
        self.other_names: dict[str, str] = {}
        self.needs: dict[NamedNode, None] = {}

    def term(self, term: object) -> str:
        match = _ENTRY.fullmatch(term.value) if isinstance(term, NamedNode) else None
        if match is None:
            return _escaped(str(term))
        base, part, kind, slug, relation, fragment = match.groups()
        if relation:
            fragment = relation + self._link(fragment)
        if kind != "method":
            self.needs[NamedNode(f"{base}doc/{kind}/{slug}")] = None
        name = f"{slug}-%(copy)s" if kind != "method" else self._link(slug)
        return f"<{base}{part}/{kind}/{name}{'' if fragment is None else f'#{fragment}'}>"

    def _link(self, slug: str) -> str:
        return "%(self)s" if slug == self.slug else f"%({self.links.setdefault(slug, f'link{len(self.links)}')})s"

    def value(self, quad: Quad) -> str:
        """The object of a quad."""
        value = quad.object
        if not isinstance(value, Literal):
            return self.term(value)
        text = self._text(quad.predicate, value, quad.subject)
        return _escaped(str(value)) if text is None else '"' + text + '"' + _suffix(value)

    def _text(self, predicate: NamedNode, value: Literal, subject: Term) -> str | None:
        """The text between the quotes where it is new in every copy."""
        given = _escaped(str(Literal(value.value))[1:-1])
        if predicate == SKOS["prefLabel"]:
            return f"%(name_{value.language})s"
        if predicate in (SKOS["altLabel"], SKOSXL["literalForm"]):
            slot = self.other_names.setdefault(value.value, f"other{len(self.other_names)}")
            return f"%({slot})s"
        if predicate == SKOS["definition"]:
            return f"%(self)s: {given}"
        if predicate == CMP["reason"]:
            return f"{given} (%({self.links[str(subject).rsplit('#relation-', 1)[-1].rstrip('>')]})s)"
        if predicate == FOAF["name"] and "/id/person/" in str(subject):
            return "%(person)s"
        if predicate in (DCTERMS["bibliographicCitation"], DCTERMS["title"]):
            return f"{given} %(copy)s"
        return f"{given}.%(copy)s" if predicate == BIBO["doi"] else None


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _suffix(value: Literal) -> str:
    return f"@{value.language}" if value.language else ""
