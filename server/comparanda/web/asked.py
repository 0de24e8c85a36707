"""Which methods, areas and how many a request asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flask import request

from comparanda.answers import MAX_METHODS
from comparanda.concepts import ConceptName
from comparanda.errors import BadRequest, NotFound, UnknownMethod
from comparanda.index.reading import Listed
from comparanda.index.search import called
from comparanda.index.snapshots import Snapshot
from comparanda.web import site

NEIGHBOURS: Final = 60  # for each method in the middle
MAX_NEIGHBOURS: Final = 600
BRIDGES: Final = 200
COMMON: Final = 60


def asked_slugs(at_least: int, at_most: int = MAX_METHODS) -> list[str]:
    """The different slugs of `slugs`, which may be repeated or hold several with commas.

    Raises:
        BadRequest: too few or too many.
    """
    given = [slug for some in request.args.getlist("slugs") for slug in some.split(",") if slug]
    slugs = list(dict.fromkeys(given))
    if not at_least <= len(slugs) <= at_most:
        wanted = str(at_most) if at_most == at_least else f"{at_least} to {at_most}"
        raise BadRequest(f"The request names {len(slugs)} methods.", value=slugs[:50], to_do=f"Give {wanted} in slugs.")
    return slugs


def known_slugs(snapshot: Snapshot, slugs: Sequence[str]) -> list[str]:
    """The slugs, which all are those of listed methods.

    Raises:
        UnknownMethod: some are not.
    """
    listed = snapshot.index.identifiers(slugs)
    unknown = [slug for slug in slugs if slug not in listed]
    if unknown:
        raise UnknownMethod(unknown, site().answers.closest_slugs(snapshot.reader, unknown))
    return list(slugs)


def methods_called(snapshot: Snapshot, name: str, chain: Sequence[str], limit: int) -> list[Listed]:
    """The methods that a reader may mean by a slug or a name: those called exactly so, or else some like it.

    Raises:
        NotFound: there is none.
    """
    found = called(snapshot.index, name, chain, limit)
    if not found:
        raise NotFound(
            f"No method is called {name!r}.", value=name, to_do="Check the spelling or search the list of methods."
        )
    return found


def known_area(areas: Mapping[str, ConceptName], parameter: str) -> ConceptName:
    """The area that a parameter names.

    Raises:
        BadRequest: there is no such area.
    """
    given = request.args.get(parameter, "")
    if given not in areas:
        raise BadRequest(
            f"{parameter} is {given[:60]!r}, which is no area.",
            value=given[:60],
            to_do=f"Use one of {', '.join(areas)}.",
        )
    return areas[given]


def asked_limit(default: int, most: int) -> int:
    """How many are asked for by `limit`.

    Raises:
        BadRequest: no number from 1 to `most`.
    """
    return asked_number("limit", min(default, most), 1, most)


def asked_number(name: str, default: int, least: int, most: int) -> int:
    """The whole number that a parameter gives.

    Raises:
        BadRequest: no number from `least` to `most`.
    """
    given = request.args.get(name, str(default))
    if not (given.isascii() and given.isdecimal() and len(given) < 10 and least <= int(given) <= most):
        raise BadRequest(f"{name} is {given[:40]!r}.", value=given[:40], to_do=f"Use {least} to {most}.")
    return int(given)
