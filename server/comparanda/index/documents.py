"""What the index keeps of a document: of the triples of a method's entry, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from comparanda.index.folding import fold
from comparanda.namespaces import CMP, OWL, RDF, SKOS, Base

NAME, OTHER_NAME, ORIGINATOR, SUMMARY = range(4)
KINDS: Final = ("extends", "specialCaseOf", "generalises", "alternativeTo", "usedWith", "componentOf", "hasComponent")
NO_ENGLISH: Final = "*"
_BEGINNING = 160  # characters of a summary that lists show

_ROLES = {
    SKOS["prefLabel"]: NAME,
    SKOS["altLabel"]: OTHER_NAME,
    CMP["originatorStatement"]: ORIGINATOR,
    SKOS["definition"]: SUMMARY,
}
_BITS = {CMP["related"]: 0} | {CMP[kind]: 1 << bit for bit, kind in enumerate(KINDS)}
_CONCEPTS = {CMP["area"]: "area", CMP["family"]: "family"}


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


def indexed_method(slug: str, triples: Iterable[Triple | Quad], base: Base) -> IndexedMethod | None:
    """The method of a document; None if the document says of no method with that slug."""
    thing, methods = base.method(slug), f"{base.iri}id/method/"
    found, is_method = IndexedMethod(slug), False
    for triple in triples:
        if triple.subject != thing:
            continue
        predicate, value = triple.predicate, triple.object
        if isinstance(value, NamedNode):
            if predicate in _BITS and value.value.startswith(methods):
                other = value.value[len(methods) :]
                found.links[other] = found.links.get(other, 0) | _BITS[predicate]
            elif predicate in _CONCEPTS:
                setattr(found, _CONCEPTS[predicate], Base.slug(value))
            else:
                is_method = is_method or (predicate == RDF["type"] and value == CMP["Method"])
        elif isinstance(value, Literal):
            _read(found, predicate, value)
    if not is_method:
        return None
    _order(found)
    return found


def _read(found: IndexedMethod, predicate: NamedNode, value: Literal) -> None:
    role = _ROLES.get(predicate)
    if role is not None:
        text = value.value
        found.texts.append((role, value.language or "", 0, _beginning(text) if role == SUMMARY else text, fold(text)))
    elif predicate == CMP["originStart"] and value.value.removeprefix("-").isdecimal():
        found.year = int(value.value)
    elif predicate == CMP["kind"]:
        found.kind = value.value
    elif predicate == OWL["deprecated"] and value.value == "true":
        found.listed = False


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
