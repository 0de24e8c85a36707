"""Which format and which language a request asks for (RFC 9110 §12, RFC 4647)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import request
from werkzeug.datastructures import MIMEAccept

from comparanda.errors import NotAcceptable
from comparanda.formats import Format, find_format, media_types


def chosen_format(formats: Sequence[Format], default: Format | None = None) -> Format:
    """The format by `?format=`, else by Accept among `formats`, of which the first is the default.

    Raises:
        UnknownFormat: `?format=` names none of them.
        NotAcceptable: Accept admits none of them.
    """
    if request.args.get("format"):
        return find_format(request.args["format"], formats)
    accept = accepted_types()
    if not accept:
        return default or formats[0]
    explicit = set(accept.values())
    weighed = [(accept.quality(known.media_type), known) for known in formats]
    weighed += [(accept.quality(alias), known) for known in formats for alias in _types(known) if alias in explicit]
    best = max(quality for quality, _ in weighed)
    if best <= 0:
        raise NotAcceptable(
            f"None of the formats here fits Accept: {request.headers['Accept'][:200]}.",
            value=media_types(formats),
            to_do=f"Ask for one of {', '.join(media_types(formats))}.",
        )
    acceptable = [known for quality, known in weighed if quality == best]
    return default if default in acceptable else acceptable[0]


def accepted_types() -> MIMEAccept:
    """The Accept header without charsets, which all our texts have alike, and without what is no media range."""
    ranges = (
        (re.sub(r"\s*;\s*charset=[^;]*", "", media_range, flags=re.IGNORECASE), quality)
        for media_range, quality in request.accept_mimetypes
    )
    return MIMEAccept([(media_range, quality) for media_range, quality in ranges if "/" in media_range])


def accepts_html() -> bool:
    """Whether a browser asks: it names HTML, and prefers nothing to it."""
    accept = accepted_types()
    return "text/html" in accept.values() and accept.quality("text/html") >= max(quality for _, quality in accept)


def _types(known: Format) -> list[str]:
    return [alias for alias in known.aliases if "/" in alias]


def asked_languages() -> list[str]:
    """The languages that a request asks for, best first: `?lang=`, then Accept-Language."""
    stated = request.args.get("lang")
    if stated:
        return [stated]
    return [tag for tag, quality in request.accept_languages if quality > 0 and tag != "*"]
