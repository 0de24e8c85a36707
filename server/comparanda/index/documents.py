"""What the index keeps of a document: of the triples of a method's entry, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode

from comparanda.descriptions import Description
from comparanda.index.folding import fold
from comparanda.namespaces import CMP, OWL, RDF, SKOS, Base

NAME, OTHER_NAME, ORIGINATOR, SUMMARY = range(4)
KINDS: Final = ("extends", "specialCaseOf", "generalises", "alternativeTo", "usedWith", "componentOf", "hasComponent")
NO_ENGLISH: Final = "*"
_BEGINNING = 160  # characters of a summary that lists show

_ROLES = {
    SKOS["prefLabel"].value: NAME,
    SKOS["altLabel"].value: OTHER_NAME,
    CMP["originatorStatement"].value: ORIGINATOR,
    SKOS["definition"].value: SUMMARY,
}
_BITS = {CMP["related"].value: 0} | {CMP[kind].value: 1 << bit for bit, kind in enumerate(KINDS)}
_CONCEPTS = {CMP["area"].value: "area", CMP["family"].value: "family"}


@dataclass(slots=True)
class IndexedMethod:
    """A method as the index keeps it. `texts` are rows of role, language, position, text and folded text."""

    slug: str
    listed: bool = True
    area: str = ""
    family: str = ""
    kind: str = ""
    year: int | None = None
    texts: list[tuple[int, str, int, str, str]] = field(default_factory=list)
    links: dict[str, int] = field(default_factory=dict)

    @property
    def decade(self) -> str:
        return "" if self.year is None else str(self.year - self.year % 10)


def method_slug(document: NamedNode, base: Base) -> str | None:
    """The slug of the method that a document describes; None where it describes something else."""
    slug = document.value.removeprefix(f"{base.iri}doc/method/")
    return slug if slug != document.value and "/" not in slug else None


def indexed_method(slug: str, described: Mapping[str, Description], base: Base) -> IndexedMethod | None:
    """The method of a document; None if the document says of no method with that slug."""
    said = described.get(base.method(slug).value, {})
    if CMP["Method"] not in said.get(RDF["type"].value, ()):
        return None
    found = IndexedMethod(slug)
    _read_texts(found, said)
    _read_links(found, said, f"{base.iri}id/method/")
    for path, name in _CONCEPTS.items():
        for value in said.get(path, ()):
            if isinstance(value, NamedNode):
                setattr(found, name, Base.slug(value))
    for value in _literals(said, CMP["originStart"]):
        if value.value.removeprefix("-").isdecimal():
            found.year = int(value.value)
    for value in _literals(said, CMP["kind"]):
        found.kind = value.value
    found.listed = all(value.value != "true" for value in _literals(said, OWL["deprecated"]))
    _order(found)
    return found


def _literals(said: Description, path: NamedNode) -> list[Literal]:
    return [value for value in said.get(path.value, ()) if isinstance(value, Literal)]


def _read_texts(found: IndexedMethod, said: Description) -> None:
    for path, role in _ROLES.items():
        for value in said.get(path, ()):
            if isinstance(value, Literal):
                text = value.value
                shown = _beginning(text) if role == SUMMARY else text
                found.texts.append((role, value.language or "", 0, shown, fold(text)))


def _read_links(found: IndexedMethod, said: Description, methods: str) -> None:
    for path, bit in _BITS.items():
        for value in said.get(path, ()):
            if isinstance(value, NamedNode) and value.value.startswith(methods):
                other = value.value[len(methods) :]
                found.links[other] = found.links.get(other, 0) | bit


def _beginning(text: str) -> str:
    """What a list shows of a summary: cut after a word, where there are words."""
    if len(text) <= _BEGINNING:
        return text
    cut = text[:_BEGINNING]
    words = cut.rpartition(" ")[0]
    return (words if len(words) > _BEGINNING * 3 // 4 else cut).rstrip(" .,;:") + "…"


def _order(found: IndexedMethod) -> None:
    """Number the texts of each role and language, and give a method without an English name its place in orders."""
    if not found.listed:
        found.texts.clear()
        return
    names = sorted(text for text in found.texts if text[0] == NAME)
    if names and all(language != "en" for _, language, *_ in names):
        first = next((name for name in names if name[1] == ""), names[0])
        found.texts.append((NAME, NO_ENGLISH, 0, *first[3:]))
    found.texts = list(_numbered(sorted(found.texts)))


def _numbered(texts: Iterable[tuple[int, str, int, str, str]]) -> Iterator[tuple[int, str, int, str, str]]:
    previous, position = (-1, ""), 0
    for role, language, _, text, folded in texts:
        position = position + 1 if previous == (role, language) else 0
        previous = (role, language)
        yield role, language, position, text, folded
