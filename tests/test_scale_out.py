"""Three servers in front of one Virtuoso: any of them may answer, write, be killed, or have to wait for the store."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from conftest import free_port, wait_for
from engines import Virtuoso, running_virtuoso

TOKEN = "a-long-random-text"
BASE = "https://w3id.org/comparanda/"
PAIR = "/compare?slugs=k-means,random-forest&format=json"
DEADLINE_S = 60.0


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """A `comparanda serve` of its own, with an index of its own."""

    url: str
    process: subprocess.Popen[bytes]

    def ask(self, path: str, method: str = "GET", body: str | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"} if body is not None else {}
        request = urllib.request.Request(
            self.url + path, body.encode() if body is not None else None, headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
                return Answer(answer.status, _small(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _small(error.headers), error.read())

    def put(self, name: str, note: str) -> Answer:
        """Put a person, again where somebody else is writing."""
        thing = f"{BASE}id/person/{name}"
        body = f'<{thing}> a <http://xmlns.com/foaf/0.1/Person> ; <http://xmlns.com/foaf/0.1/name> "{name} {note}" .'
        path = f"/graph-store?graph={quote(f'{BASE}doc/person/{name}')}"
        return until(lambda: self.ask(path, "PUT", body), lambda answer: answer.status != 503)

    def says(self, name: str, note: str) -> bool:
        return f'"{name} {note}"'.encode() in self.ask(f"/doc/person/{name}.nt").body


def is_ill(answer: Answer) -> bool:
    return answer.status != 200


def _small(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def until(ask: Callable[[], Answer], is_so: Callable[[Answer], bool]) -> Answer:
    """Ask until the answer is as it should be."""
    end = time.monotonic() + DEADLINE_S
    while not is_so(answer := ask()):
        assert time.monotonic() < end, f"status {answer.status}: {answer.body[:300]!r}"
    return answer


@pytest.fixture(scope="module")
def store(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    with running_virtuoso(tmp_path_factory.mktemp("virtuoso"), export) as engine:
        yield engine


@pytest.fixture
def servers(store: Virtuoso, tmp_path: Path) -> Iterator[list[Server]]:
    """Three of them."""
    started = [_started(store, tmp_path / f"index-{number}") for number in range(3)]
    try:
        for server in started:
            wait_for(f"{server.url}/health", server.process)
        yield started
    finally:
        for server in started:
            server.process.terminate()
        for server in started:
            server.process.wait(timeout=20)


def _started(store: Virtuoso, index: Path) -> Server:
    port = free_port()
    command = [sys.executable, "-m", "comparanda", "serve", "--store", store.url, "--port", str(port), "--writable"]
    environment = {
        "COMPARANDA_INDEX": str(index),
        "COMPARANDA_WRITE_TOKEN": TOKEN,
        "COMPARANDA_QUERY_TIMEOUT_S": "5",
        "COMPARANDA_STORE_FRESH_S": "0.2",
    }
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ, **environment})
    return Server(f"http://127.0.0.1:{port}", process)


def test_all_give_the_same_answer_with_the_same_entity_tag(servers: list[Server]) -> None:
    answers = [server.ask(PAIR) for server in servers]
    assert {answer.status for answer in answers} == {200}
    assert len({(answer.body, answer.headers["etag"]) for answer in answers}) == 1


def test_what_is_written_through_one_is_read_and_found_through_all(servers: list[Server]) -> None:
    one, *others = servers
    before = one.ask(PAIR)
    assert one.put("ada", "first").status == 201
    assert one.says("ada", "first")
    for server in others:
        after = until(
            lambda server=server: server.ask(PAIR), lambda answer: answer.headers["etag"] != before.headers["etag"]
        )
        assert after.json()["version"] == one.ask(PAIR).json()["version"] != before.json()["version"]
        assert server.says("ada", "first")
    assert b"k-means" in others[-1].ask("/api/suggest?q=k-means").body


def test_writes_through_all_at_once_are_all_there(servers: list[Server]) -> None:
    names = [f"person-{number}" for number in range(12)]
    with ThreadPoolExecutor(3) as together:
        statuses = list(
            together.map(lambda pair: pair[0].put(pair[1], "together").status, zip(servers * 4, names, strict=True))
        )
    assert statuses == [201] * 12
    assert all(servers[-1].says(name, "together") for name in names)


def test_when_one_is_killed_the_others_go_on(servers: list[Server]) -> None:
    one, other, last = servers
    assert one.put("bea", "first").status in (201, 204)
    one.process.send_signal(signal.SIGKILL)
    one.process.wait(timeout=20)
    assert other.put("bea", "second").status == 204
    until(lambda: last.ask("/doc/person/bea.nt"), lambda answer: b"second" in answer.body)


def test_while_the_store_stands_still_readers_are_told_to_come_back_and_then_it_goes_on(
    store: Virtuoso, servers: list[Server]
) -> None:
    os.kill(store.pid, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(3) as together:
            answers = list(together.map(lambda server: until(partial(server.ask, "/health"), is_ill), servers))
    finally:
        os.kill(store.pid, signal.SIGCONT)
    for answer in answers:
        assert answer.status in (503, 504)
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["content-type"] == "application/problem+json"
    for server in servers:
        until(partial(server.ask, "/health"), lambda answer: answer.status == 200)
    assert servers[0].put("cleo", "afterwards").status == 201
