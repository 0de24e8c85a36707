"""The web pages and their data: one blueprint a module, what they need in one `Site`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast

from flask import Response, current_app, request

from comparanda import __version__
from comparanda.answers import Answers
from comparanda.concepts import Concepts
from comparanda.errors import ForbiddenFeature
from comparanda.index.snapshots import Snapshot, Snapshots
from comparanda.settings import Settings
from comparanda.sparql.pool import PoolLimits, SparqlPool
from comparanda.stores import Reader, Store
from comparanda.stores.embedded import EmbeddedStore


@dataclass(slots=True)
class Site:
    """What a request needs."""

    settings: Settings
    store: Store
    answers: Answers
    snapshots: Snapshots
    concepts: Concepts
    _pool: SparqlPool | None = None

    def pool(self) -> SparqlPool:
        """The worker processes for queries from outside; they are started when the first one comes.

        Raises:
            ForbiddenFeature: the store is a remote one, to which queries of others are not passed on.
        """
        store = self.embedded()
        if self._pool is None:
            limits = PoolLimits(workers=self.settings.sparql_workers, deadline_s=self.settings.sparql_deadline_s)
            self._pool = SparqlPool(str(store.path), self.settings.base_iri, limits)
        return self._pool

    def embedded(self) -> EmbeddedStore:
        """The store, where queries of others can be run beside it.

        Raises:
            ForbiddenFeature: it is a remote one.
        """
        if not isinstance(self.store, EmbeddedStore):
            raise ForbiddenFeature(
                "This server takes no SPARQL of others, since its data is in a store of its own.",
                to_do="Use the pages and their data formats, write graph by graph at /graph-store, "
                "or ask the operator for access to that store.",
            )
        return self.store

    def reader(self) -> Reader:
        return self.store.reader()

    def snapshot(self) -> Snapshot:
        """The newest version that is indexed: for pages that search, list, count or follow links."""
        return self.snapshots.newest()


def site() -> Site:
    return cast(Site, current_app.extensions["comparanda"])


def entity_tag(*parts: str) -> str:
    """A strong entity tag of what decides the bytes of an answer, this program included (RFC 9110 §8.8.3)."""
    return hashlib.sha256("\0".join((__version__, *parts)).encode()).hexdigest()[:24]


def today() -> date:
    """The day on which an answer is given, as its citations say."""
    return datetime.now(UTC).date()


def answer(content: bytes | str | Callable[[], bytes], media_type: str, language: str | None, tag: str) -> Response:
    """A cacheable answer, or 304 where the client has it; then it is not made, where `content` is how to make it."""
    if callable(content):
        content = b"" if request.if_none_match.is_strong(tag) else content()
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    response = Response(content, content_type=media_type + charset)
    response.set_etag(tag)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Vary"] = "Accept, Accept-Language"
    if language:
        response.headers["Content-Language"] = language
    response.make_conditional(request)
    return response
