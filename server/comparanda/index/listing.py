"""What a list of methods answers: a search and facets together, its pages and its counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from comparanda.index import lists
from comparanda.index.lists import Narrowing
from comparanda.index.reading import IndexReader, Listed
from comparanda.index.search import Matches, explained, search

RELEVANCE: Final = "relevance"


class Listing:
    """Methods with some letters in their texts, narrowed by facets.

    Args:
        letters: what is searched for; nothing lists all methods.
        chain: the languages in which methods are named.
    """

    def __init__(self, index: IndexReader, letters: str, narrowing: Narrowing, chain: Sequence[str]) -> None:
        self._index = index
        self._chain = chain
        self.matches: Matches | None = search(index, letters, chain) if letters else None
        if self.matches is not None:
            narrowing = replace(narrowing, methods=tuple(match.method for match in self.matches.found))
        self.narrowing = narrowing

    @cached_property
    def total(self) -> int:
        """How many methods it holds; at least so many where it is not `complete`."""
        return lists.total(self._index, self.narrowing)

    @property
    def complete(self) -> bool:
        return self.matches is None or self.matches.complete

    def items(self, order: str, offset: int, limit: int) -> list[Listed]:
        """One page in one of `lists.ORDERS`, or by RELEVANCE where something is searched for."""
        if self.matches is None:
            page = lists.page(self._index, self.narrowing, order, self._chain, offset, limit)
            return self._index.listed(page, self._chain, summaries=True)
        matches = {match.method: match for match in self.matches.found}
        if order == RELEVANCE:
            left = lists.among(self._index, self.narrowing)
            page = [method for method in matches if method in left][offset : offset + limit]
        else:
            page = lists.page(self._index, self.narrowing, order, self._chain, offset, limit)
        return explained(self._index, [matches[method] for method in page], self._chain, summaries=True)

    def counts(self, facet: str) -> list[tuple[str, int]] | None:
        """How many methods each value of area, family, decade or kind would leave beside the other facets.

        Kinds are those stated most often; None where too many methods would have to be looked at.
        """
        others = self.narrowing.without(facet)
        return lists.kinds(self._index, others) if facet == "kind" else lists.counts(self._index, others, facet)

    def with_summary(self, language: str) -> int:
        """How many methods there would be if all had to have a summary in a language."""
        return lists.with_summary(self._index, self.narrowing, language)

    def of_kind(self, kind: str) -> int:
        """How many methods of a kind there would be beside the other facets."""
        return lists.total(self._index, replace(self.narrowing, kind=(kind,)))
