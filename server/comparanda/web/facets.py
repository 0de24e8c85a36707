"""The facets of the list of methods: which values there are, how they are called, how many methods each leaves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comparanda.concepts import ConceptName
from comparanda.errors import BadRequest, UnknownLanguage
from comparanda.index import lists
from comparanda.index.documents import NAME
from comparanda.index.listing import Listing
from comparanda.index.lists import Narrowing
from comparanda.index.snapshots import Snapshot
from comparanda.web import site
from comparanda.web.i18n import languages
from comparanda.web.library_requests import FACETS, NONE, Asked

_DECADE = re.compile(r"-?[0-9]{0,4}0|none")
_CONCEPTS = ("area", "family")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet; without a label it has no name but itself. `count` is None where it was not counted."""

    value: str
    label: str | None
    language: str | None
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    choices: tuple[Choice, ...]


class Labels:
    """How areas and families are called in one language."""

    def __init__(self, snapshot: Snapshot, chain: Sequence[str]) -> None:
        names = site().concepts.names
        self._names = {scheme: names(snapshot.reader, scheme, chain) for scheme in _CONCEPTS}

    def of(self, facet: str) -> Mapping[str, ConceptName]:
        return self._names.get(facet, {})


def facets(listing: Listing, asked: Asked, labels: Labels) -> list[Facet]:
    """The facets with the values that leave methods, or are chosen; areas, families and kinds by their counts."""
    found = []
    for name in FACETS:
        counts = listing.counts(name)
        if counts is None and not asked.chosen(name):
            continue
        counted = {value or NONE: methods for value, methods in counts or ()}
        for value in asked.chosen(name):
            if value not in counted:
                counted[value] = listing.of_kind(value) if name == "kind" else 0
        choices = [_choice(asked, name, value, count, labels) for value, count in counted.items()]
        choices.sort(key=_newest if name == "decade" else _largest)
        found.append(Facet(name, tuple(choices)))
    return found


def check(snapshot: Snapshot, asked: Asked, labels: Labels) -> None:
    """Refuse values that there are not.

    Raises:
        BadRequest: a value of a facet that no method could have.
        UnknownLanguage: nothing is in that language.
    """
    for name in _CONCEPTS:
        for value in asked.chosen(name):
            if value not in labels.of(name) and value not in _held(snapshot, name):
                raise _unknown(name, value, f"Use one of {', '.join(sorted(labels.of(name)))}.")
    for value in asked.decade:
        if not _DECADE.fullmatch(value):
            raise _unknown("decade", value, "Use the first year of a decade, such as 1990, or none.")
    for value in asked.kind:
        if not lists.total(snapshot.index, Narrowing(kind=(value,))):
            raise _unknown("kind", value, "Use the words that an entry uses for its type.")
    if asked.summary:
        check_language(snapshot, asked.summary)


def check_language(snapshot: Snapshot, language: str) -> None:
    """Refuse a language in which there is neither a page nor a name.

    Raises:
        UnknownLanguage: it is one.
    """
    known = {*languages(), *lists.coverage(snapshot.index, NAME)} - {""}
    if language.lower() not in known and language.lower().split("-")[0] not in known:
        what = f"There are no texts in the language {language[:40]!r}."
        raise UnknownLanguage(what, value=language[:40], to_do=f"Use one of {', '.join(sorted(known))}.")


def _choice(asked: Asked, name: str, value: str, count: int, labels: Labels) -> Choice:
    label = labels.of(name).get(value)
    chosen = value in asked.chosen(name)
    return Choice(value, label.name if label else None, label.language if label else None, count, chosen)


def _held(snapshot: Snapshot, facet: str) -> set[str]:
    return {value or NONE for value, _ in lists.counts(snapshot.index, Narrowing(), facet)}


def _unknown(facet: str, value: str, to_do: str) -> BadRequest:
    return BadRequest(f"No method has the {facet} {value[:80]!r}.", value=value[:80], to_do=to_do)


def _largest(choice: Choice) -> tuple[bool, int, str]:
    return choice.value == NONE, -choice.count, choice.label or choice.value


def _newest(choice: Choice) -> int:
    return 10_000 if choice.value == NONE else -int(choice.value)
