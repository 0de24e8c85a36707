"""The versions of a remote store: what they are called, where the steps between them are noted, and for how long a
version counts as known.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable

from pyoxigraph import NamedNode

from comparanda.errors import StoreError
from comparanda.namespaces import Base

NO_VERSION = "0"
STEPS_KEPT = 100


def version_of(stated: str, modified: str) -> str:
    """The version with a number and a date: a store that was filled anew may come to the same number.

    >>> version_of("42", "2026-11-23T02:16:34Z")
    '42-6ae185ab'
    """
    return f"{stated}-{hashlib.sha256(modified.encode()).hexdigest()[:8]}"


def number_of(version: str) -> int:
    """The number of a version, 0 for one that is called otherwise.

    >>> number_of("42-6ae185ab"), number_of("May"), number_of(NO_VERSION)
    (42, 0, 0)
    """
    stated = version.partition("-")[0]
    return int(stated) if stated.isdecimal() else 0


def step_to(number: int, base: Base) -> NamedNode:
    """The step from the version before to the one with a number."""
    return NamedNode(f"{base.changes().value}#{number}")


class KnownVersion:
    """The newest version as far as it is known; asked again when it was asked some time ago.

    Args:
        ask: asks the store.
        fresh_s: for how long nobody asks again.
        lag_s: how long a newer version must have been known before it counts.
    """

    def __init__(
        self, ask: Callable[[], str], fresh_s: float, lag_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask, self._clock = ask, clock
        self._fresh_s, self._lag_s = fresh_s, lag_s
        self._lock = threading.Lock()
        self._held: str | None = None
        self._newer: tuple[str, float] | None = None
        self._failure: StoreError | None = None
        self._fresh_until = -math.inf

    def newest(self) -> str:
        """The version that counts. While one asks, others go on with what they have.

        Raises:
            StoreError: the store does not say, or did not when it was asked last.
        """
        if self._lock.acquire(blocking=self._held is None):
            try:
                if self._clock() >= self._fresh_until:
                    self._ask_again()
                elif self._failure is not None:
                    raise self._failure.with_traceback(None)
                self._let_count()
            finally:
                self._lock.release()
        assert self._held is not None, "whoever has none has waited for one"
        return self._held

    def _ask_again(self) -> None:
        self._failure = None
        try:
            self._learn(self._ask())
        except StoreError as error:
            self._failure = error
            raise
        finally:
            self._fresh_until = self._clock() + self._fresh_s

    def learn(self, version: str) -> None:
        """Take note of a version that was made here."""
        with self._lock:
            self._failure = None
            self._learn(version)

    def _learn(self, version: str) -> None:
        if version != self._held and (self._newer is None or self._newer[0] != version):
            self._newer = version, self._clock()

    def _let_count(self) -> None:
        if self._newer is not None and (self._held is None or self._clock() - self._newer[1] >= self._lag_s):
            self._held, self._newer = self._newer[0], None
