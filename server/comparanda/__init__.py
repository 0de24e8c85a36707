"""Comparanda: a multilingual knowledge graph of research methods, and the server that compares them.

`comparanda.open()` gives the answers in Python, see `comparanda.library`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from comparanda.library import Library

__version__ = "0.1.0"


def open(store: str | PathLike[str] | None = None, *, fill_new: bool | None = None) -> Library:  # noqa: A001
    """The catalogue in `store`: a directory or the address of a SPARQL endpoint.

    Args:
        store: COMPARANDA_STORE by default, else the user's own data directory.
        fill_new: make the store, with the bundled catalogue, where there is none; by default only the user's own.
    Raises:
        NoStore: there is none, or it was made with another base IRI.
    """
    from comparanda.library import open_library  # here, so that `import comparanda` loads nothing else

    return open_library(store, fill_new=fill_new)
