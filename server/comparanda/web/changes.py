"""What changed: methods and works, the newest first, as feeds (Atom, RFC 4287; JSON Feed 1.1)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, json, request
from pyoxigraph import Literal, NamedNode

from comparanda.errors import BadRequest
from comparanda.languages import choose, lookup_chain
from comparanda.namespaces import DCTERMS, SKOS, Base
from comparanda.queries import queries
from comparanda.stores import Reader, Row
from comparanda.stores.embedded import EmbeddedStore
from comparanda.terms import text
from comparanda.web import answer, entity_tag, site
from comparanda.web.addresses import public_url
from comparanda.web.preferences import negotiated_language

blueprint = Blueprint("changes", __name__)

MAX_ENTRIES, DEFAULT_ENTRIES = 200, 50
_TITLE = "Comparanda: new and changed methods and works"
_ATOM = "http://www.w3.org/2005/Atom"
_BATCH = 201  # the LIMIT of queries/entries_changed.rq
_MAX_BATCHES = 20
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d(?:\.\d+)?))?(Z|[+-]\d\d:\d\d)?\Z")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of a feed; moments are by RFC 3339."""

    iri: str
    url: str
    kind: str
    title: str
    summary: str
    created: str
    changed: str


@dataclass(frozen=True, slots=True)
class Feed:
    url: str
    next_url: str | None
    language: str
    changes: tuple[Change, ...]

    @property
    def updated(self) -> str:
        return max((change.changed for change in self.changes), default="1970-01-01T00:00:00Z")


@blueprint.get("/changes.atom")
def atom() -> Response:
    """The feed for feed readers."""
    return _answered("application/atom+xml", _as_atom)


@blueprint.get("/changes.json")
def json_feed() -> Response:
    """The same feed for programs."""
    return _answered("application/feed+json", _as_json)


def _answered(media_type: str, write: Callable[[Feed], bytes]) -> Response:
    feed = _feed()
    content = write(feed)
    return answer(content, media_type, feed.language, entity_tag(content.decode()))


def _feed() -> Feed:
    """The feed that the request asks for: `since`, `limit` and, in next links, `cursor`."""
    given = request.args
    limit = _limit(given.get("limit", ""))
    since, known = _since(given.get("since", "").strip())
    reader = site().reader()
    rows, following = _changed(reader, since, known, limit, _place(given.get("cursor", "")))
    language = negotiated_language()
    chain = lookup_chain(language, site().settings.default_language)
    address = f"{public_url().rstrip('/')}{request.path}"
    asked = {name: given[name] for name in ("since", "limit", "lang", "cursor") if given.get(name)}
    return Feed(
        address + (f"?{urlencode(asked)}" if asked else ""),
        f"{address}?{urlencode(asked | {'cursor': following})}" if following else None,
        language,
        tuple(_change(reader, row, chain) for row in rows),
    )


def _limit(given: str) -> int:
    if given and not (given.isdecimal() and given.isascii() and len(given) < 10 and int(given) > 0):
        raise BadRequest(
            f"{given[:20]!r} is no number of entries.", value=given[:20], to_do=f"Use 1 to {MAX_ENTRIES} as limit."
        )
    return min(int(given), MAX_ENTRIES) if given else DEFAULT_ENTRIES


def _place(cursor: str) -> str:
    if cursor and not ("~" in cursor and _DATE.match(cursor.partition("~")[0])):
        raise BadRequest("The cursor is not one of ours.", value=cursor[:80], to_do="Follow the next link.")
    return cursor


def _since(given: str) -> tuple[str | None, frozenset[str]]:
    """The date from which on entries count and, for a version, those of that date which it has already.

    Raises:
        BadRequest: it is neither a date nor a version.
        NotFound: the store no longer keeps the version.
    """
    if not given:
        return None, frozenset()
    if given.isdecimal() and given.isascii() and len(given) < 10:
        store = site().store
        if not isinstance(store, EmbeddedStore):
            raise BadRequest("A remote store keeps no versions.", value=given, to_do="Give a date as since.")
        if int(given) == store.version():
            return "9999", frozenset()  # nothing can have changed since now; spares the common question of a poller
        older = store.reader_of(int(given))
        newest = next((_text(row, "changed") for row in _rows(older, None)), None)
        return newest, frozenset(_cursor(row) for row in _rows(older, newest)) if newest else frozenset()
    try:
        if len(given) == 10:
            return date.fromisoformat(given).isoformat(), frozenset()
        moment = datetime.fromisoformat(given.replace(" ", "+") if "T" in given else given)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), frozenset()
    except (ValueError, OverflowError) as error:
        raise BadRequest(
            f"{given[:40]!r} is no date and no version.",
            value=given[:40],
            to_do="Give since as 2026-01-31, as 2026-01-31T12:00:00Z or as the number of a version.",
        ) from error


def _changed(
    reader: Reader, since: str | None, known: frozenset[str], limit: int, cursor: str
) -> tuple[list[Row], str | None]:
    """Rows of the question but those `known`, and the cursor of those that come after them."""
    found: list[Row] = []
    for row in _rows(reader, since, cursor):
        if _cursor(row) not in known:
            if len(found) == limit:
                return found, cursor
            found.append(row)
        cursor = _cursor(row)
    return found, None


def _rows(reader: Reader, since: str | None, cursor: str = "") -> Iterator[Row]:
    """All rows of `queries/entries_changed.rq` after a cursor, as far as they go; asked for as they are needed."""
    for _ in range(_MAX_BATCHES):
        before, _, after = cursor.partition("~")
        place = {"before": text(before), "after": text(after)} if cursor else {}
        batch = reader.select(queries()["entries_changed"].bind(since=text(since) if since else None, **place))
        yield from batch
        if len(batch) < _BATCH:
            return
        cursor = _cursor(batch[-1])


def _cursor(row: Row) -> str:
    """The place of an entry in the order, which is also what tells two of its versions apart."""
    return f"{_text(row, 'changed')}~{_text(row, 'entry')}"


def _change(reader: Reader, row: Row, chain: tuple[str, ...]) -> Change:
    entry = row["entry"]
    assert isinstance(entry, NamedNode), "entries have IRIs"
    said: dict[NamedNode, list[Literal]] = {}
    document = site().answers.base.document(entry)
    for triple in reader.construct(queries()["entry"].bind(document=document)):
        if triple.subject == entry and isinstance(triple.object, Literal):
            said.setdefault(triple.predicate, []).append(triple.object)
    names = said.get(SKOS["prefLabel"]) or said.get(DCTERMS["title"]) or said.get(DCTERMS["bibliographicCitation"], [])
    title = choose(names, chain)
    summary = choose(said.get(SKOS["definition"]) or said.get(DCTERMS["bibliographicCitation"], []), chain)
    changed = _moment(_text(row, "changed"))
    return Change(
        entry.value,
        public_url() + document.value.removeprefix(site().settings.base_iri),
        _text(row, "class").rsplit("#", 1)[-1],
        title.value if title else Base.slug(entry),
        summary.value if summary else "",
        _moment(_text(row, "created")) if row["created"] is not None else changed,
        changed,
    )


def _moment(value: str) -> str:
    """A date or moment of the data by RFC 3339.

    >>> _moment("2026-11-22"), _moment("2026-11-22T10:00:00+02:00")
    ('2026-11-22T00:00:00Z', '2026-11-22T10:00:00+02:00')
    """
    match = _DATE.match(value)
    return f"{match[1]}T{match[2] or '00:00:00'}{match[3] or 'Z'}" if match else "1970-01-01T00:00:00Z"


def _text(row: Row, column: str) -> str:
    value = row[column]
    return value.value if isinstance(value, Literal | NamedNode) else ""


def _as_atom(feed: Feed) -> bytes:
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": feed.language, "xml:base": public_url()})
    _add(root, "id", f"{site().settings.base_iri}changes")
    _add(root, "title", _TITLE)
    _add(root, "updated", feed.updated)
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.url})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": f"{public_url()}dumps/"})
    if feed.next_url:
        ET.SubElement(root, "link", {"rel": "next", "type": "application/atom+xml", "href": feed.next_url})
    _add(ET.SubElement(root, "author"), "name", "Comparanda")
    _add(root, "rights", "https://creativecommons.org/licenses/by/4.0/")
    for change in feed.changes:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", change.iri)
        _add(entry, "title", change.title)
        _add(entry, "updated", change.changed)
        _add(entry, "published", change.created)
        ET.SubElement(entry, "link", {"rel": "alternate", "href": change.url})
        ET.SubElement(entry, "category", {"term": change.kind})
        _add(entry, "summary", change.summary)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _add(parent: ET.Element, name: str, content: str) -> None:
    ET.SubElement(parent, name).text = _NOT_IN_XML.sub("\ufffd", content)


def _as_json(feed: Feed) -> bytes:
    items = [
        {
            "id": change.iri,
            "url": change.url,
            "title": change.title,
            "content_text": change.summary,
            "date_published": change.created,
            "date_modified": change.changed,
            "tags": [change.kind],
        }
        for change in feed.changes
    ]
    facts = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _TITLE,
        "home_page_url": public_url(),
        "feed_url": feed.url,
        "language": feed.language,
        "items": items,
    }
    return json.dumps(facts | ({"next_url": feed.next_url} if feed.next_url else {}), ensure_ascii=False).encode()
