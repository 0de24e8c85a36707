"""What a request to the endpoint asks (SPARQL 1.1 Protocol §2), whatever web framework brought it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from comparanda.errors import BadRequest, ForbiddenFeature, PayloadTooLarge
from comparanda.terms import iri

MAX_QUERY_BYTES = 131_072

# A token that decides something, or what must be passed over: comments, IRIs, strings, prefixed names, variables.
TOKENS = re.compile(
    r"""\#[^\n\r]*|<[^<>"{}|^`\\\x00-\x20]*>|\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"""
    r"""|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|[?$@][\w-]+|[\w.-]*:[\w.:%-]*|(?P<word>\w+)""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class ProtocolRequest:
    """A query or an update with the dataset that the protocol names; None leaves the dataset to the query."""

    text: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    words: frozenset[str]

    @property
    def names_dataset(self) -> bool:
        """Whether the query text itself may hold a dataset clause."""
        return bool(self.words & {"FROM", "USING", "WITH"})


def protocol_request(text: str, default_graphs: list[str], named_graphs: list[str]) -> ProtocolRequest:
    """Check a query or update as far as its tokens tell.

    Raises:
        BadRequest: an empty text, or a graph that is no IRI.
        PayloadTooLarge: longer than a query may be.
    """
    if not text.strip():
        raise BadRequest("The query is empty.", to_do="Send a SPARQL query.")
    if len(text.encode("utf-8", "surrogatepass")) > MAX_QUERY_BYTES:
        raise PayloadTooLarge(f"The query is longer than {MAX_QUERY_BYTES:,} bytes.", to_do="Shorten it.")
    if "\x00" in text:
        raise BadRequest("The query holds a NUL character.", to_do="Remove it.")
    for graph in (*default_graphs, *named_graphs):
        iri(graph)
    named = bool(default_graphs or named_graphs)
    return ProtocolRequest(
        text, tuple(default_graphs) if named else None, tuple(named_graphs) if named else None, _words(text)
    )


def refuse_network(request: ProtocolRequest) -> None:
    """Refuse what would make the server ask other servers.

    Raises:
        ForbiddenFeature: SERVICE or LOAD stands outside strings, comments and IRIs.
    """
    for word in ("SERVICE", "LOAD"):
        if word in request.words:
            raise ForbiddenFeature(
                f"{word} is not allowed here.",
                value=word,
                to_do="Ask each endpoint itself, or use a client that federates.",
            )


def _words(text: str) -> frozenset[str]:
    """The bare words of a query in capitals; code point escapes are undone first (SPARQL 1.1 §19.2)."""
    plain = _ESCAPE.sub(lambda match: _character(int(match[1] or match[2], 16)), text)
    found = {match["word"].upper() for source in {text, plain} for match in TOKENS.finditer(source) if match["word"]}
    return frozenset(found)


def _character(code: int) -> str:
    return chr(code) if code <= 0x10FFFF else "\ufffd"
