"""A pool of worker processes for queries from outside, each query with a deadline that kills.

Two lanes: the web process answers its own bounded questions itself, and here a fixed number of queries run at a time,
a few wait, and the others are refused at once. So nobody's query makes other readers wait.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from comparanda.errors import (
    BadQuery,
    NotAcceptable,
    PoolBusy,
    QueryCrashed,
    QueryOutOfMemory,
    QueryTimeout,
    ResultTooLarge,
    TooComplex,
)
from comparanda.sparql.formats import RESULT_FORMATS, ResultFormat, find_result_format
from comparanda.sparql.request import ProtocolRequest


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """What queries from outside may use, each and together."""

    workers: int = 2
    waiting: int = 4
    wait_s: float = 2.0
    deadline_s: float = 10.0
    max_memory_bytes: int = 2_000_000_000
    max_result_bytes: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Result:
    """A complete answer: the form of the query, the format, and a file at its beginning, which the taker closes."""

    form: str
    format: ResultFormat
    file: IO[bytes]
    size: int


class SparqlPool:
    """Runs queries on the newest version of an embedded store."""

    def __init__(self, store_path: str, base_iri: str, limits: PoolLimits | None = None) -> None:
        self.limits = limits or PoolLimits()
        self._store_path = store_path
        self._base_iri = base_iri
        self._idle: list[_Process] = []
        self._lock = threading.Lock()
        self._free = threading.Semaphore(self.limits.workers)
        self._waiting = 0
        weakref.finalize(self, _kill_all, self._idle)

    def run(self, request: ProtocolRequest, formats: dict[str, ResultFormat | None]) -> Result:
        """Run one query.

        Args:
            formats: for each form of query the format to answer in; None where none is acceptable.
        Raises:
            BadRequest, TooComplex: the query is not SPARQL, or nested too deep to be read.
            NotAcceptable: no format fits the form of the query.
            PoolBusy: too many queries are running and waiting.
            QueryTimeout, QueryOutOfMemory, QueryCrashed, ResultTooLarge: it used more than it may.
        """
        with self._worker() as process:
            descriptor, path = tempfile.mkstemp(prefix="comparanda-")
            file = os.fdopen(descriptor, "rb")
            try:
                reply = process.ask(self._job(request, formats, path), self.limits.deadline_s)
                _raise_for(reply, request)
            except BaseException:
                file.close()
                raise
            finally:
                os.unlink(path)  # noqa: PTH108
            form = reply["form"]
            chosen = find_result_format(form, reply["format"])
            assert chosen is not None, "a worker answers in a format that it was given"
            return Result(form, chosen, file, os.fstat(file.fileno()).st_size)

    def _job(self, request: ProtocolRequest, formats: dict[str, ResultFormat | None], path: str) -> dict[str, Any]:
        return {
            "query": request.text,
            "base_iri": self._base_iri,
            "default_graphs": request.default_graphs,
            "named_graphs": request.named_graphs,
            "names_dataset": request.names_dataset,
            "formats": {form: known.media_type if known else None for form, known in formats.items()},
            "output": path,
        }

    @contextlib.contextmanager
    def _worker(self) -> Iterator[_Process]:
        """A worker of one's own for a while; one that was killed is not used again."""
        with self._lock:
            if self._waiting >= self.limits.waiting + self.limits.workers:
                raise PoolBusy("Too many queries are being run.", to_do="Try again in a few seconds.")
            self._waiting += 1
        try:
            if not self._free.acquire(timeout=self.limits.wait_s):
                raise PoolBusy("Too many queries are being run.", to_do="Try again in a few seconds.")
            try:
                with self._lock:
                    process = self._idle.pop() if self._idle else None
                process = process if process is not None and process.alive else _Process(self._store_path, self.limits)
                try:
                    yield process
                finally:
                    if process.alive:
                        with self._lock:
                            self._idle.append(process)
            finally:
                self._free.release()
        finally:
            with self._lock:
                self._waiting -= 1


def _kill_all(processes: list[_Process]) -> None:
    for process in processes:
        process.kill()
    processes.clear()


class _Process:
    """One worker process."""

    def __init__(self, store_path: str, limits: PoolLimits) -> None:
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as canary:
            configuration = {
                "store": store_path,
                "max_memory_bytes": limits.max_memory_bytes,
                "max_result_bytes": limits.max_result_bytes,
                "canary": canary.getsockname()[1],
            }
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the process)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "comparanda.sparql.worker", json.dumps(configuration)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2", "RUST_BACKTRACE": "0"},
            )
            self._exchange({"ping": True}, 20.0)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, job: dict[str, Any], deadline_s: float) -> dict[str, Any]:
        """The reply to one job; the process is killed where there is none in time."""
        return self._exchange(job, deadline_s)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _exchange(self, job: dict[str, Any], deadline_s: float) -> dict[str, Any]:
        assert self._process.stdin is not None, "standard input is a pipe"
        end = time.monotonic() + deadline_s
        try:
            self._process.stdin.write(json.dumps(job).encode() + b"\n")
            self._process.stdin.flush()
            line = self._read_line(end)
        except BrokenPipeError:
            line = b""
        if line is None:
            self.kill()
            raise QueryTimeout(
                f"The query was not answered within {deadline_s:g} s and was stopped.",
                to_do="Make it narrower, or take a dump.",
            )
        if not line:
            raise self._death()
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _read_line(self, end: float) -> bytes | None:
        """A line from the process, empty where it has ended, None after the deadline."""
        assert self._process.stdout is not None, "standard output is a pipe"
        descriptor, received = self._process.stdout.fileno(), b""
        while not received.endswith(b"\n"):
            ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return None
            part = os.read(descriptor, 65_536)
            if not part:
                return b""
            received += part
        return received

    def _death(self) -> Exception:
        """Why the process ended, by what it wrote last."""
        self._process.wait()
        self._errors.seek(0)
        last_words = self._errors.read(64_000).decode("utf-8", "replace")
        self.kill()
        if "overflowed its stack" in last_words or self._process.returncode == -11:
            return TooComplex("The query is nested too deep.", to_do="Simplify it.")
        if "memory allocation" in last_words or "MemoryError" in last_words or "bad_alloc" in last_words:
            return QueryOutOfMemory("The query needs more memory than a query may use.", to_do="Make it narrower.")
        return QueryCrashed("The query could not be run.", to_do="Simplify it.")


def _raise_for(reply: dict[str, Any], request: ProtocolRequest) -> None:
    """Raise the error that a reply reports."""
    error, detail = reply.get("error"), str(reply.get("detail", ""))[:1_000]
    if error is None:
        return
    if error == "not_acceptable":
        known = [candidate.media_type for candidate in RESULT_FORMATS[reply["form"]]]
        raise NotAcceptable(
            f"A query with {reply['form']} cannot be answered in the format asked for.",
            value=known,
            to_do=f"Use one of {', '.join(known)}.",
        )
    if error == "result_too_large":
        raise ResultTooLarge(
            "The result is larger than a result may be.", to_do="Use LIMIT and OFFSET, or take a dump."
        )
    if error == "bad_query":
        raise BadQuery(detail, request.text)
    raise QueryCrashed(f"The query could not be run: {detail}", to_do="Correct or simplify it.")
