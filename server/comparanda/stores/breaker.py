"""A circuit breaker: a store that has failed often is left alone for a while, and those who ask hear so at once."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from comparanda.errors import StoreError

FAILURES = 5  # one after the other
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0


class Breaker:
    """Opens for a pause after `FAILURES` failures in a row; then one request tries, and the pause doubles if it fails.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, address: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._pause_s = FIRST_PAUSE_S
        self._closed_from = 0.0

    def check(self) -> None:
        """Whether a request may be made now.

        Raises:
            StoreError: it is open.
        """
        with self._lock:
            left = self._closed_from - self._clock()
            if self._failures >= FAILURES and left <= 0:
                self._closed_from = self._clock() + self._pause_s  # for all but this request, which tries
            elif self._failures >= FAILURES:
                raise StoreError(
                    f"{self._address} failed {self._failures} times and is left alone for a while.",
                    value=self._address,
                    to_do="Check that the store is running.",
                    retry_after_s=math.ceil(left),
                )

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._pause_s = 0, FIRST_PAUSE_S

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._closed_from = self._clock() + self._pause_s
                self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
