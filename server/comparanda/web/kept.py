"""Answers given before are given again before the application is asked, as long as the version is the same.

Only complete answers that any cache may keep are kept, of addresses that depend on nothing but the version, the day,
and what the key holds; requests with conditions go to the application.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comparanda.errors import ComparandaError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_BYTES: Final = 32_000_000
_MAX_ANSWER_BYTES: Final = 200_000
_ADDRESSES = re.compile(
    r"/(?:[A-Za-z][A-Za-z0-9-]*/)?(?:compare|method/[^/]+)\Z|/(?:cite/.+|api/[a-z]+|sparql/terms\.json)\Z"
)
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_RANGE", "HTTP_AUTHORIZATION")
_DECIDING = ("PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_HOST", "wsgi.url_scheme")


@dataclass(frozen=True, slots=True)
class _Answer:
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class KeptAnswers:
    """A WSGI application in front of another one.

    Args:
        version: tells the version that an answer would be of.
    """

    def __init__(self, application: WSGIApplication, version: Callable[[], str]) -> None:
        self._application = application
        self._version = version
        self._kept: OrderedDict[tuple[str, ...], _Answer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        found = self._kept.get(key) if key is not None else None
        if found is not None:
            start_response(found.status, list(found.headers))
            return [found.body]
        if key is None:
            return self._application(environ, start_response)
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Callable[[bytes], object]:
            said[:] = [status, headers]
            return start_response(status, headers, *failure)

        body = self._application(environ, start)
        if not said or not _may_be_kept(*said):
            return body
        answer = _Answer(said[0], list(said[1]), b"".join(body))
        body.close()  # type: ignore[attr-defined]
        self._keep(key, answer)
        return [answer.body]

    def _key(self, environ: WSGIEnvironment) -> tuple[str, ...] | None:
        """What decides an answer; None where it is not to be kept."""
        if environ["REQUEST_METHOD"] != "GET" or not _ADDRESSES.match(environ["PATH_INFO"]):
            return None
        if any(name in environ for name in _CONDITIONS):
            return None
        try:
            version = self._version()
        except ComparandaError:
            return None  # the application comes upon it too, and says so
        return (version, time.strftime("%Y-%m-%d", time.gmtime()), *(environ.get(name, "") for name in _DECIDING))

    def _keep(self, key: tuple[str, ...], answer: _Answer) -> None:
        with self._lock:
            before = self._kept.pop(key, None)  # of another thread that made the same
            self._bytes += len(answer.body) - (len(before.body) if before else 0)
            self._kept[key] = answer
            while self._bytes > MAX_BYTES:
                self._bytes -= len(self._kept.popitem(last=False)[1].body)


def _may_be_kept(status: str, headers: list[tuple[str, str]]) -> bool:
    """Whether an answer is whole, small, and one that any cache may keep."""
    names = {name.lower(): value for name, value in headers}
    length = names.get("content-length", "")
    small = length.isdecimal() and int(length) <= _MAX_ANSWER_BYTES
    return status.startswith("200 ") and small and "etag" in names and names["cache-control"].startswith("public")
