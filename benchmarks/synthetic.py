"""Make a synthetic catalogue of any size out of the bundled one, as N-Quads.

    python benchmarks/synthetic.py 8000 --seed 1 --out catalogue.nq

The bundled entries are copied again and again, in an order of chance. Everything that is counted or measured stays as
it is in them: the numbers of names, links, sources and authors, years, areas and families, kinds, lengths of texts.
What makes an entry itself is new in each copy: names are put together from the words that names have in that language
(from runs of characters where a script has no spaces), links lead to methods of the whole catalogue, a few of which
are named by very many, and texts are made unique. The same numbers and seed give the same bytes; memory does not grow
with the size. Vocabularies are not among them: `comparanda init --empty` makes a store that has them.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from anyascii import anyascii
from pyoxigraph import Literal, NamedNode, Quad

from comparanda.catalogue.bundle import entry_quads, vocabulary_quads
from comparanda.namespaces import BIBO, CMP, DCTERMS, FOAF, SKOS, SKOSXL, Base
from comparanda.terms import Term

TEN_LANGUAGES = ("ar", "de", "en", "es", "fr", "ja", "ko", "ru", "th", "zh")
RUN = {"ja": 2, "th": 4, "zh": 2}  # characters that stand for a word in scripts without spaces
_LATIN = re.compile(r"[\x00-\u024f]+|[^\x00-\u024f]+")
HUB_EXPONENT = 3  # the method of rank r is named r^(-2/3) times as often as the first, the tail of a citation network
FILE_BYTES = 4_000_000
SMALLEST = 50
_PRIME = 2_147_483_647
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


class Catalogue:
    """A synthetic catalogue of `size` methods."""

    def __init__(self, size: int, seed: int, languages: Iterable[str] | None = None) -> None:
        self._size, self._seed = size, seed
        self._source = Source(languages)
        self._order = list(range(len(self._source.methods)))
        random.Random(seed).shuffle(self._order)
        english = self._source.words["en"]
        self._english = [(piece, slug) for piece in english.pieces if (slug := _slug(piece))]
        self._counts = english.counts

    def documents(self) -> Iterator[str]:
        """The documents one by one: a method, then the sources and people that only it needed so far."""
        chance = random.Random(self._seed)
        done: set[NamedNode] = set()
        for number in range(self._size):
            copy, place = divmod(number, len(self._order))
            if place == 0:
                done = set()
            template = self._source.methods[self._order[place]]
            yield self._method(number, copy, template, chance)
            yield from self._needed(template, copy, done, chance)

    def slug(self, number: int) -> str:
        """The slug of the method of that number."""
        return "-".join([slug for _, slug in self._english_words(number)][:6]) + f"-{number}"

    def hubs(self, count: int) -> list[int]:
        """The numbers of the methods that are named most often."""
        return [rank * _PRIME % self._size for rank in range(count)]

    def _method(self, number: int, copy: int, template: Template, chance: random.Random) -> str:
        values = {"self": self.slug(number), "copy": str(copy)}
        for tag in template.languages:
            values[f"name_{tag}"] = self._source.words[tag].name(chance)
        values["name_en"] = " ".join(word for word, _ in self._english_words(number))
        for place in range(template.other_names):
            values[f"other{place}"] = f"{self._source.other_words.name(chance)} {place + 1}"
        for place, target in enumerate(self._targets(number, template.links, chance)):
            values[f"link{place}"] = self.slug(target)
        return template.text % values

    def _needed(self, template: Template, copy: int, done: set[NamedNode], chance: random.Random) -> Iterator[str]:
        for name in template.needs:
            if name not in done and name in self._source.others:
                done.add(name)
                other = self._source.others[name]
                yield other.text % {"copy": copy, "person": self._source.people.name(chance)}
                yield from self._needed(other, copy, done, chance)

    def _targets(self, number: int, count: int, chance: random.Random) -> list[int]:
        """As many other methods, each once."""
        targets: dict[int, None] = {}
        while len(targets) < count:
            rank = int(self._size * chance.random() ** HUB_EXPONENT)
            target = rank * _PRIME % self._size  # hubs lie anywhere in the catalogue
            if target != number:
                targets[target] = None
        return list(targets)

    def _english_words(self, number: int) -> list[tuple[str, str]]:
        """The words of the English name, from the number alone: a link needs the slug of a method not yet made."""
        words, counts = self._english, self._counts
        count = counts[hash((self._seed, number)) % len(counts)]  # whole numbers hash alike in every process
        return [words[hash((self._seed, number, place)) % len(words)] for place in range(count)]


def _slug(word: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", anyascii(word).lower()).strip("-")


def write(documents: Iterable[str], target: str) -> None:
    """Write to a file ending in .nq, to standard output (`-`), or into a directory, as files that an import reads."""
    if target == "-":
        sys.stdout.writelines(documents)
    elif target.endswith(".nq"):
        with open(target, "w", encoding="utf-8", buffering=1 << 20) as file:
            file.writelines(documents)
    else:
        _write_files(documents, Path(target))


def _write_files(documents: Iterable[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file: IO[str] | None = None
    number = written = 0
    for document in documents:
        if file is None or written > FILE_BYTES:
            if file is not None:
                file.close()
            number, written = number + 1, 0
            file = open(folder / f"{number:06d}.nq", "w", encoding="utf-8")  # noqa: SIM115
        file.write(document)
        written += len(document.encode())
    if file is not None:
        file.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a synthetic catalogue of any size, as N-Quads.")
    parser.add_argument("size", type=int, help=f"number of methods, {SMALLEST} or more")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default="-", help="file ending in .nq, - for standard output, or a directory")
    parser.add_argument("--ten-languages", action="store_true", help=f"names in {' '.join(TEN_LANGUAGES)} everywhere")
    given = parser.parse_args()
    if given.size < SMALLEST:
        parser.error(f"size must be {SMALLEST} or more")
    catalogue = Catalogue(given.size, given.seed, TEN_LANGUAGES if given.ten_languages else None)
    write(catalogue.documents(), given.out)


if __name__ == "__main__":
    main()
