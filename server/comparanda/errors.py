"""Every error that Comparanda raises on purpose.

ComparandaError
├── BadRequest                400  the request or command cannot be understood
│   ├── InvalidTerm           400  a value is no legal IRI, literal, slug or language tag
│   ├── UnknownLanguage       400  a language that neither the interface nor the catalogue knows
│   ├── BadQuery              400  a query that is no SPARQL; says line and column
│   ├── UnknownFormat         400  a format that is not in the table of formats
│   └── TooComplex            400  a query nested too deep to be read
├── Unauthorized              401  no token, or a wrong one
├── Forbidden                 403  writing where nobody may write
│   └── ForbiddenFeature      403  SERVICE, LOAD and what else would reach other servers
├── NotFound                  404
│   └── UnknownMethod         404  names every unknown slug, and the closest known ones
├── NotAcceptable             406  no representation fits the Accept header
├── PayloadTooLarge           413  a query or a body is longer than allowed
│   └── ResultTooLarge        413  the answer would be larger than allowed
├── UnsupportedMediaType      415  a body of a kind that is not understood here
├── PoolBusy                  503  too many queries from outside are running
├── QueryTimeout              504  a query was stopped at its deadline
│   ├── QueryOutOfMemory      504  … at its memory limit
│   └── QueryCrashed          504  … because it broke the process that ran it
├── UnreadableInput           422  a file that cannot be read at all: encoding, size, syntax
├── InvalidData               422  the SHACL gate found violations
├── BrokenQuery               500  a query file whose header and body disagree
├── StoreError                503
│   ├── StoreInUse            503  another process is writing
│   ├── StoreTimeout          504  no answer in time
│   ├── BadStoreAnswer        502  what a remote store sends is no whole answer
│   ├── StoreRefusal          502  a remote store does not take what it is asked
│   └── NoStore               503  the path holds no store, or something else
└── BrokenInstallation        500  a file of the package is missing or broken

A message has three parts: what is wrong, which value, what to do.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import ClassVar

from comparanda.findings import Finding


class ComparandaError(Exception):
    """`what` happened, with which `value`, and what `to_do` about it."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, what: str, *, value: object = None, to_do: str = "") -> None:
        self.what = what
        self.value = value
        self.to_do = to_do
        super().__init__(" ".join(part for part in (what, to_do) if part))


class BadRequest(ComparandaError):
    status = 400
    code = "bad_request"


class InvalidTerm(BadRequest):
    code = "invalid_term"


class UnknownLanguage(BadRequest):
    code = "unknown_language"


class UnknownFormat(BadRequest):
    code = "unknown_format"


class TooComplex(BadRequest):
    code = "too_complex"


class Unauthorized(ComparandaError):
    status = 401
    code = "unauthorized"


class Forbidden(ComparandaError):
    status = 403
    code = "forbidden"


class ForbiddenFeature(Forbidden):
    code = "feature_refused"


class PayloadTooLarge(ComparandaError):
    status = 413
    code = "too_large"


class ResultTooLarge(PayloadTooLarge):
    code = "result_too_large"


class UnsupportedMediaType(ComparandaError):
    status = 415
    code = "unsupported_media_type"


class PoolBusy(ComparandaError):
    status = 503
    code = "busy"


class QueryTimeout(ComparandaError):
    status = 504
    code = "query_timeout"


class QueryOutOfMemory(QueryTimeout):
    code = "query_memory"


class QueryCrashed(QueryTimeout):
    code = "query_crashed"


class NotFound(ComparandaError):
    status = 404
    code = "not_found"


class UnknownMethod(NotFound):
    """Lists every unknown slug in `slugs`; `closest` maps each to known ones like it."""

    code = "unknown_method"

    def __init__(self, slugs: Sequence[str], closest: dict[str, list[str]]) -> None:
        self.slugs = list(slugs)
        self.closest = closest
        hints = "; ".join(f"{slug}: closest are {', '.join(closest[slug])}" for slug in slugs if closest.get(slug))
        noun = "No method has the slug" if len(self.slugs) == 1 else "No methods have the slugs"
        super().__init__(
            f"{noun} {', '.join(self.slugs)}.",
            value=self.slugs,
            to_do=f"Correct the spelling ({hints})." if hints else "Search the catalogue for the method's name.",
        )


class NotAcceptable(ComparandaError):
    status = 406
    code = "not_acceptable"


class UnreadableInput(ComparandaError):
    status = 422
    code = "unreadable_input"


class InvalidData(ComparandaError):
    """Holds all findings in `findings`; the message shows the first."""

    status = 422
    code = "invalid_data"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        super().__init__(
            f"The shapes refuse the data with {len(self.findings)} findings, the first: {self.findings[0]}",
            to_do="Correct the data; nothing was stored.",
        )


class BadQuery(BadRequest):
    """`line` and `column` count from 1."""

    code = "bad_query"

    def __init__(self, detail: str, text: str) -> None:
        place = re.search(r"at (\d+):(\d+)", detail)
        self.line: int | None = int(place[1]) if place else None
        self.column: int | None = int(place[2]) if place else None
        said = textwrap.shorten(detail, 300, placeholder=" … .")
        super().__init__(f"The query is no valid SPARQL: {said}", value=text[:200], to_do="Correct it.")


class BrokenQuery(ComparandaError):
    code = "broken_query"


class StoreError(ComparandaError):
    """`retry_after_s` says when to try again, where that is known."""

    status = 503
    code = "store_unavailable"

    def __init__(self, what: str, *, value: object = None, to_do: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(what, value=value, to_do=to_do)
        self.retry_after_s = retry_after_s


class StoreInUse(StoreError):
    code = "store_in_use"


class StoreTimeout(StoreError):
    status = 504
    code = "store_timeout"


class BadStoreAnswer(StoreError):
    status = 502
    code = "store_answer"


class StoreRefusal(StoreError):
    status = 502
    code = "store_refusal"


class NoStore(StoreError):
    code = "no_store"


class BrokenInstallation(ComparandaError):
    code = "broken_installation"
