"""What the names of files, folders and addresses say of a page, and the names in a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from babel import localedata

from comparanda.errors import InvalidTerm
from comparanda.terms import slug


def split_names(cell: str | None) -> list[str]:
    """The names in a cell, which commas separate where they stand outside brackets.

    >>> split_names("graph clustering, Communities (Louvain, Leiden), ARIMA(p,d,q)")
    ['graph clustering', 'Communities (Louvain, Leiden)', 'ARIMA(p,d,q)']
    """
    if cell is None:
        return []
    balanced = cell.count("(") == cell.count(")")
    names, depth, begin = [], 0, 0
    for index, character in enumerate(cell):
        depth += {"(": 1, ")": -1}.get(character, 0) if balanced else 0
        if depth <= 0 and cell.startswith(", ", index):
            names.append(cell[begin:index])
            begin = index + 2
    return list(dict.fromkeys(name.strip() for name in (*names, cell[begin:]) if name.strip()))


def slugs_of_file(stem: str) -> list[str]:
    """The slugs in a file name such as `a+b`; empty where it is not made of slugs.

    >>> slugs_of_file("k-means+pca"), slugs_of_file("000_dc0cd9")
    (['k-means', 'pca'], [])
    """
    return _valid_slugs(stem.split("+")) if "+" in stem else []


def slugs_of_url(url: str) -> list[str]:
    """The slugs in the address of a compare page.

    >>> slugs_of_url("https://example.org/pt/compare?slugs=a%2Cb")
    ['a', 'b']
    """
    try:
        query = urlsplit(url).query
    except ValueError:  # no address
        return []
    return _valid_slugs(",".join(parse_qs(query).get("slugs", [])).split(","))


def language_of_folder(name: str) -> str | None:
    """The language that a folder is named after, if CLDR knows one of that name.

    >>> language_of_folder("pt"), language_of_folder("tmp")
    ('pt', None)
    """
    tag = name.replace("_", "-").lower()
    return tag if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", tag) and localedata.exists(tag.split("-")[0]) else None


def _valid_slugs(parts: Sequence[str]) -> list[str]:
    try:
        return [slug(part) for part in parts]
    except InvalidTerm:
        return []
