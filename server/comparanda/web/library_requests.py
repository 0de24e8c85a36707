"""What a request asks of the list of methods, and the addresses of lists with a little more or less of it."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass, replace
from typing import Final

from werkzeug.datastructures import MultiDict

from comparanda.errors import BadRequest
from comparanda.index.listing import RELEVANCE
from comparanda.index.lists import ORDERS, Narrowing

FACETS: Final = ("area", "family", "decade", "kind")
NONE: Final = "none"  # stands for methods that have no value in a facet
_MAX_LETTERS = 200
_MAX_VALUES = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, values of facets, and an order; an empty order is the usual one.

    `clang` is the language of names and texts, where it is another one than that of the page.
    """

    letters: str = ""
    area: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    decade: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    summary: str = ""
    sort: str = ""
    clang: str = ""

    @property
    def order(self) -> str:
        return self.sort or (RELEVANCE if self.letters else "name")

    @property
    def orders(self) -> tuple[str, ...]:
        """The orders that there are for it, the usual one first."""
        return (RELEVANCE, *ORDERS) if self.letters else ORDERS

    @property
    def is_narrowed(self) -> bool:
        return bool(self.values() or self.summary)

    def chosen(self, facet: str) -> tuple[str, ...]:
        values: tuple[str, ...] = getattr(self, facet)
        return values

    def values(self) -> list[tuple[str, str]]:
        """Each chosen value beside its facet."""
        return [(facet, value) for facet in FACETS for value in self.chosen(facet)]

    def narrowing(self) -> Narrowing:
        area, family, decade, kind = (
            tuple("" if each == NONE else each for each in self.chosen(facet)) for facet in FACETS
        )
        return Narrowing(area, family, decade, kind, self.summary or None)

    def toggled(self, facet: str, value: str) -> Asked:
        """The same with a value more, or less if it is chosen."""
        if facet == "summary":
            return replace(self, summary="" if self.summary == value else value)
        chosen = self.chosen(facet)
        values = tuple(each for each in chosen if each != value) if value in chosen else (*chosen, value)
        return replace(self, **{facet: values})  # type: ignore[arg-type]

    def sorted_by(self, order: str) -> Asked:
        return replace(self, sort="" if order == self.orders[0] else order)

    def without_letters(self) -> Asked:
        return replace(self, letters="", sort="" if self.sort == RELEVANCE else self.sort)

    def widened(self) -> Asked:
        """The same search without any facet."""
        return Asked(letters=self.letters, sort=self.sort, clang=self.clang)

    def cleared(self) -> Asked:
        """Nothing, for the same reader."""
        return Asked(clang=self.clang)

    def query(self, **more: object) -> str:
        """The query of its address, with its question mark; nothing where nothing is asked."""
        parameters = [
            ("q", self.letters),
            *self.values(),
            ("summary", self.summary),
            ("sort", self.sort),
            ("clang", self.clang),
        ]
        parameters += [(name, str(value)) for name, value in more.items() if value]
        given = urllib.parse.urlencode([(name, value) for name, value in parameters if value])
        return f"?{given}" if given else ""


def asked_of_list(arguments: MultiDict[str, str]) -> Asked:
    """What the parameters of a request ask; empty ones ask nothing.

    Raises:
        BadRequest: an order that there is not, or too many values.
    """
    values = {name: tuple(dict.fromkeys(filter(None, arguments.getlist(name)))) for name in FACETS}
    for name, given in values.items():
        if len(given) > _MAX_VALUES:
            raise BadRequest(f"{len(given)} values of {name}.", value=name, to_do=f"Give at most {_MAX_VALUES}.")
    letters = " ".join(arguments.get("q", "")[:_MAX_LETTERS].split())
    summary, sort, clang = (arguments.get(name, "") for name in ("summary", "sort", "clang"))
    asked = Asked(letters, **values, summary=summary, sort=sort, clang=clang)
    if asked.sort and asked.sort not in asked.orders:
        to_do = f"Use one of {', '.join(asked.orders)}."
        raise BadRequest(f"There is no order {asked.sort[:40]!r} here.", value=asked.sort[:40], to_do=to_do)
    return asked
